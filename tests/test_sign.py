"""A signed file is read back: valid, made here, with no picture of anybody in it and nothing asked on the net."""

from __future__ import annotations

import io
import stat
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.test_export import is_date_kept, phone_photo
from tryon.cli import main
from tryon.errors import OptionError
from tryon.export import export_picture, rendered, write_made
from tryon.export_choice import FORMATS, ExportChoice
from tryon.image import load_photo
from tryon.label import SOURCES
from tryon.sign import can_sign, key_folder, sign, signed_by

needs_c2pa = pytest.mark.skipif(not can_sign(), reason="signing is an extra: c2pa-python")
KINDS = {"png": "PNG", "jpeg": "JPEG", "webp": "WEBP", "avif": "AVIF"}
PICTURE = np.linspace(0, 255, 90 * 120 * 3).reshape(90, 120, 3).astype(np.uint8)


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRYON_DATA", str(tmp_path / "data"))


@needs_c2pa
@pytest.mark.parametrize("made", sorted(SOURCES))
@pytest.mark.parametrize("kind", sorted(FORMATS))
def test_every_format_is_signed_and_says_what_was_done(tmp_path: Path, kind: str, made: str) -> None:
    photo = load_photo(phone_photo(tmp_path / "phone.jpg"))
    choice = ExportChoice(kind, 0, 90, "marketplace", signed=True)
    path = export_picture(tmp_path / "out.x", PICTURE, choice, made=made, like=photo)
    data = path.read_bytes()
    said = signed_by(data, KINDS[kind])
    assert said == {"state": "Valid", "maker": "TryOn Studio", "actions": ["c2pa.opened", "c2pa.edited"], "source": SOURCES[made]}
    plain = rendered(PICTURE, ExportChoice(kind, 0, 90, "marketplace"), made=made, like=photo)
    assert signed_by(plain, KINDS[kind]) is None and len(data) - len(plain) < 8000
    with Image.open(io.BytesIO(data)) as one, Image.open(io.BytesIO(plain)) as other:
        assert np.array_equal(np.asarray(one.convert("RGB")), np.asarray(other.convert("RGB")))
    assert data.count(b"\xff\xd8\xff") <= plain.count(b"\xff\xd8\xff") and data.count(b"TC260:AIGC>") == 2, "no thumbnail, one mark"
    assert b"SERIAL-4711" not in data and b"phone.jpg" not in data
    assert is_date_kept(path)


@needs_c2pa
def test_a_file_that_was_changed_is_found_out() -> None:
    data = bytearray(sign(rendered(PICTURE, ExportChoice("png"), made="dressed"), "PNG", made="dressed"))
    at = data.rindex(b"IDAT") + 8
    data[at] ^= 1
    said = signed_by(bytes(data), "PNG")
    assert said is not None and said["state"] == "Invalid"


@needs_c2pa
def test_the_key_is_made_once_for_its_owner_alone() -> None:
    first = sign(rendered(PICTURE, ExportChoice("png"), made="dressed"), "PNG", made="dressed")
    key, chain = key_folder() / "key.pem", (key_folder() / "certificates.pem").read_bytes()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600 and stat.S_IMODE(key_folder().stat().st_mode) == 0o700
    assert chain.count(b"BEGIN CERTIFICATE") == 2 and b"PRIVATE" not in first
    sign(rendered(PICTURE, ExportChoice("png"), made="dressed"), "PNG", made="dressed")
    assert (key_folder() / "certificates.pem").read_bytes() == chain


@needs_c2pa
def test_the_command_line_signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "made.webp"
    write_made(path, PICTURE, made="furnished", like=None, label="china", signed=True)
    said = signed_by(path.read_bytes(), "WEBP")
    assert said is not None and said["source"] == "composite"
    with pytest.raises(OptionError, match="a TIFF file cannot be signed"):
        write_made(tmp_path / "made.tif", PICTURE, made="furnished", like=None, signed=True)


def test_without_the_package_it_is_said_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tryon.sign.can_sign", lambda: False)
    status = main(["fit", "nobody.jpg", "nothing.jpg", "-o", str(tmp_path / "o.png"), "--sign"])
    assert status == 2 and "files cannot be signed here; install the package c2pa-python" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.png"))
