"""What leaves the program says how it was made: every file is read back."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image, ImageCms

from tryon.errors import OptionError
from tryon.export import export_picture, prepared
from tryon.export_choice import FORMATS, ExportChoice, name_from
from tryon.image import UInt8Array, load_photo
from tryon.label import PRESETS, SHARE, SOURCES, stamp

_NS = {"TC260": "http://www.tc260.org.cn/ns/AIGC/1.0/", "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"}


def _picture(width: int = 420, height: int = 300) -> UInt8Array:
    ramp = np.linspace(40, 215, width * height * 3).reshape(height, width, 3)
    return ramp.astype(np.uint8)


def xmp_of(path: Path) -> str:
    with Image.open(path) as image:
        image.load()
        packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or image.getexif().get(700, b"")
    return packet if isinstance(packet, str) else packet.decode()


@pytest.mark.parametrize("made", sorted(SOURCES))
@pytest.mark.parametrize("kind", sorted(FORMATS))
def test_every_file_says_how_it_was_made(tmp_path: Path, kind: str, made: str) -> None:
    photo = load_photo(phone_photo(tmp_path / "phone.jpg"))
    path = export_picture(tmp_path / "out.x", _picture(), ExportChoice(kind, 0, 90, "marketplace"), made=made, like=photo)
    assert path == tmp_path / f"out{FORMATS[kind]}"
    packet = xmp_of(path)
    assert packet.count("<TC260:AIGC>") == 1 and path.read_bytes().count(b"TC260:AIGC>") == 2, "exactly one mark"
    tree = ElementTree.fromstring(re.sub(r"<\?xpacket.*?\?>", "", packet))
    mark = tree.find(".//TC260:AIGC", _NS)
    assert mark is not None and mark.text is not None and all(0x21 <= ord(letter) <= 0x7E for letter in mark.text)
    fields = json.loads(mark.text)
    assert list(fields) == [
        "Label", "ContentProducer", "ProduceID", "ReservedCode1", "ContentPropagator", "PropagateID", "ReservedCode2",
    ]  # fmt: skip
    assert all(isinstance(value, str) for value in fields.values()) and fields["Label"] == "1" and len(fields["ProduceID"]) == 32
    source = tree.find(".//Iptc4xmpExt:DigitalSourceType", _NS)
    assert source is not None and source.text == f"http://cv.iptc.org/newscodes/digitalsourcetype/{SOURCES[made]}"
    with Image.open(path) as image:
        exif = image.getexif()
        assert is_date_kept(path)
        assert not exif.get_ifd(0x8825) and 0xA431 not in exif.get_ifd(0x8769) and exif.get(0x010F) is None, "place and serial are not"
        assert "sRGB" in ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"])))
    assert b"SERIAL-4711" not in path.read_bytes()
    again = load_photo(path)
    gap = np.abs(again.rgb.astype(int) - _picture())
    assert gap.max() == 0 if kind == "png" else gap.mean() < 3
    twice = export_picture(tmp_path / "out.x", again.rgb, ExportChoice(kind, 0, 90, "marketplace"), made=made, like=again)
    assert twice.name == f"out-2{FORMATS[kind]}" and xmp_of(twice).count("<TC260:AIGC>") == 1, "one mark after a second round too"


def is_date_kept(path: Path) -> bool:
    with Image.open(path) as image:
        return image.getexif().get(0x0132) == "2026:05:01 10:00:00"


def phone_photo(path: Path) -> Path:
    exif = Image.Exif()
    exif[0x0132], exif[0x010F] = "2026:05:01 10:00:00", "Maker"
    exif.get_ifd(0x8769)[0xA431] = "SERIAL-4711"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 24.0)})
    Image.fromarray(_picture()).save(path, exif=exif)
    return path


@pytest.mark.parametrize("size", [(420, 300), (300, 420), (64, 64), (1600, 900), (2000, 90), (90, 2000)])
@pytest.mark.parametrize("words", [preset.words for preset in PRESETS.values() if preset.words])
def test_the_visible_label_is_high_enough_and_touches_nothing_else(size: tuple[int, int], words: str) -> None:
    before = np.full((size[1], size[0], 3), 120, np.uint8)
    after = stamp(before, words)
    changed = (after != before).any(axis=-1)
    ink = after.min(axis=-1) > 190
    rows, columns = np.nonzero(ink)
    high, wide = rows.max() - rows.min() + 1, columns.max() - columns.min() + 1
    assert min(high, wide) >= SHARE * min(size), "measured by its ink, not by its font size"
    assert min(high, wide) <= 0.12 * min(size) + 12
    assert changed.mean() < 0.5 and after.shape == before.shape
    ys, xs = np.nonzero(changed)
    assert ys.max() >= size[1] * 0.9 - 12 and xs.max() >= size[0] * 0.9 - 12, "it stands at the edge"
    plate = (slice(ys.min(), ys.max() + 1), slice(xs.min(), xs.max() + 1))
    rest = np.ones(changed.shape, bool)
    rest[plate] = False
    assert np.array_equal(after[rest], before[rest])


def test_the_presets_do_what_they_say() -> None:
    picture = _picture(900, 600)
    assert np.array_equal(prepared(picture, ExportChoice(preset="marketplace")), picture) and PRESETS["marketplace"].consent
    for name in ("china", "eu"):
        assert not np.array_equal(prepared(picture, ExportChoice(preset=name)), picture) and not PRESETS[name].consent
    assert "AI" in PRESETS["china"].words and "生成" in PRESETS["china"].words
    small = prepared(picture, ExportChoice(max_side=300))
    assert small.shape == (200, 300, 3)
    ink = np.nonzero((small.min(axis=-1) > 190) & (np.arange(300) > 180))[0]
    assert ink.max() - ink.min() + 1 >= 0.05 * 200, "measured after scaling"
    assert prepared(picture, ExportChoice(max_side=5000, preset="marketplace")).shape == picture.shape
    with pytest.raises(OptionError, match="no label preset 'none'; choose one of"):
        prepared(picture, ExportChoice(preset="none"))


def test_file_names_follow_the_pattern() -> None:
    words = {"person": "Me & you", "garment": "../shirt?", "date": "2026-11-23", "number": "3"}
    assert name_from("{person}_{garment}", words) == "Me-you_shirt"
    assert name_from("{date} look {number}", words) == "2026-11-23 look 3"
    assert name_from("a/b\\c:{furniture}", words) == "a-b-c"
    assert name_from("{furniture}", words) == "tryon" and len(name_from("x" * 500, words)) == 100
    with pytest.raises(OptionError, match=r"does not know \{who\}; use \{person\}"):
        name_from("{who}", words)
