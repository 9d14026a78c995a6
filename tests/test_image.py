"""Pictures: everything a phone or a shop hands out is read upright and in sRGB, everything else is refused in one sentence."""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from tryon.errors import OutputError, PhotoError
from tryon.image import (
    check_writable,
    linear_to_srgb,
    load_photo,
    photo_from_array,
    photo_from_bytes,
    save_picture,
    srgb_to_linear,
    write_file,
)

WIDTH, HEIGHT = 96, 80


def scene() -> np.ndarray[Any, np.dtype[np.uint8]]:
    """A picture whose four quarters differ: red, green / blue, white."""
    rgb = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    rgb[: HEIGHT // 2, : WIDTH // 2] = (200, 30, 20)
    rgb[: HEIGHT // 2, WIDTH // 2 :] = (20, 180, 40)
    rgb[HEIGHT // 2 :, : WIDTH // 2] = (30, 40, 190)
    rgb[HEIGHT // 2 :, WIDTH // 2 :] = (240, 240, 240)
    return rgb


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def near(found: np.ndarray[Any, Any], expected: np.ndarray[Any, Any], tolerance: float) -> bool:
    return found.shape == expected.shape and float(np.abs(found.astype(float) - expected).mean()) <= tolerance


def test_srgb_round_trip_is_exact_for_every_screen_value() -> None:
    values = np.arange(256, dtype=np.uint8)
    assert np.array_equal(np.rint(linear_to_srgb(srgb_to_linear(values)) * 255).astype(np.uint8), values)
    assert np.allclose(srgb_to_linear(values), srgb_to_linear(values.astype(np.float32) / 255))


@given(st.floats(0, 1, width=32), st.floats(0, 1, width=32))
def test_srgb_curve_is_monotone_and_inverts(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert srgb_to_linear(low) <= srgb_to_linear(high)
    assert abs(float(linear_to_srgb(srgb_to_linear(one))) - one) < 1e-5


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(64, 90), st.integers(64, 90), st.integers(0, 2**32 - 1), st.booleans(), st.sampled_from([".png", ".tif"]))
def test_save_then_open_gives_the_same_pixels(tmp_path: Path, width: int, height: int, seed: int, alpha: bool, ending: str) -> None:
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (height, width, 4 if alpha else 3), dtype=np.uint8)
    path = tmp_path / f"p{ending}"
    save_picture(path, pixels)
    photo = load_photo(path)
    assert np.array_equal(photo.rgb, pixels[..., :3])
    assert (photo.alpha is not None) == alpha
    if photo.alpha is not None:
        assert np.array_equal(photo.alpha, pixels[..., 3])
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(("ending", "tolerance"), [(".jpg", 2.0), (".webp", 3.0), (".avif", 3.0)])
def test_lossy_formats_stay_close(tmp_path: Path, ending: str, tolerance: float) -> None:
    save_picture(tmp_path / f"p{ending}", scene())
    assert near(load_photo(tmp_path / f"p{ending}").rgb, scene(), tolerance)


TURNED = {
    1: lambda a: a, 2: lambda a: a[:, ::-1], 3: lambda a: a[::-1, ::-1], 4: lambda a: a[::-1], 5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: np.rot90(a, 1), 7: lambda a: a[::-1, ::-1].transpose(1, 0, 2), 8: lambda a: np.rot90(a, -1),
}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_upright(orientation: int) -> None:
    """The file holds the scene as the sensor saw it; EXIF says how to turn it; the photo shows the scene."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(np.ascontiguousarray(TURNED[orientation](scene())))
    photo = photo_from_bytes(encoded(stored, "PNG", exif=exif))
    assert np.array_equal(photo.rgb, scene())


def test_focal_length_counts_against_the_diagonal_and_follows_the_picture_when_scaled() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA405] = 26
    exif.get_ifd(0x8769)[0x9003] = "2026:01:02 03:04:05"
    small = photo_from_bytes(encoded(Image.new("RGB", (1600, 1200), "gray"), "JPEG", exif=exif))
    assert small.focal_px == pytest.approx(26 / 43.27 * 2000, rel=1e-3)
    assert small.date == "2026:01:02 03:04:05"
    large = photo_from_bytes(encoded(Image.new("RGB", (5000, 3750), "gray"), "JPEG", exif=exif))
    assert (large.width, large.height) == (4096, 3072)
    assert large.scale == pytest.approx(0.8192)
    assert large.focal_px == pytest.approx(26 / 43.27 * 5120, rel=1e-3)


@pytest.mark.parametrize("exif", [b"Exif\0\0garbage", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\xff" * 40, b"Exif\0\0II*\0\xff\xff\xff\xff"])
def test_broken_exif_never_costs_the_picture(exif: bytes) -> None:
    photo = photo_from_bytes(encoded(Image.fromarray(scene()), "JPEG", exif=exif, quality=95))
    assert near(photo.rgb, scene(), 4)
    assert photo.focal_px is None


def kinds() -> dict[str, tuple[bytes, float]]:
    rgb = Image.fromarray(scene())
    gray16 = Image.fromarray(np.asarray(rgb.convert("L")).astype(np.uint16) * 257)
    clear = rgb.convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(rgb.size))
    second = Image.new("RGB", rgb.size, "black")
    import pillow_heif

    heic = io.BytesIO()
    pillow_heif.from_pillow(rgb).save(heic, quality=95)
    return {
        "cmyk.jpg": (encoded(rgb.convert("CMYK"), "JPEG", quality=95), 12),
        "palette.png": (encoded(rgb.quantize(8), "PNG"), 3),
        "palette-transparent.png": (encoded(rgb.quantize(8), "PNG", transparency=0), 3),
        "rgba.png": (encoded(clear, "PNG"), 0),
        "phone.mpo.jpg": (encoded(rgb, "MPO", save_all=True, append_images=[second], quality=95), 4),
        "animated.gif": (encoded(rgb, "GIF", save_all=True, append_images=[second]), 3),
        "animated.webp": (encoded(rgb, "WEBP", save_all=True, append_images=[second], quality=95), 5),
        "photo.heic": (heic.getvalue(), 5),
        "photo.bmp": (encoded(rgb, "BMP"), 0),
        "photo.tif": (encoded(rgb, "TIFF", compression="tiff_lzw"), 0),
        "photo.ppm": (encoded(rgb, "PPM"), 0),
        "gray16.png": (encoded(gray16, "PNG"), -1),
    }


@pytest.mark.parametrize("name", sorted(kinds()))
def test_every_kind_of_picture_is_read(name: str) -> None:
    data, tolerance = kinds()[name]
    photo = photo_from_bytes(data, name=name)
    expected = scene() if tolerance >= 0 else np.repeat(np.asarray(Image.fromarray(scene()).convert("L"))[..., None], 3, axis=2)
    assert near(photo.rgb, expected, abs(tolerance))
    assert not photo.rgb.flags.writeable
    if name == "rgba.png":
        assert photo.alpha is not None
        assert np.array_equal(photo.alpha, np.asarray(Image.linear_gradient("L").resize((WIDTH, HEIGHT))))


def test_dark_16_bit_stays_dark() -> None:
    photo = photo_from_bytes(encoded(Image.fromarray(np.full((64, 64), 200, np.uint16)), "PNG"))
    assert photo.rgb.max() <= 1


def test_colors_of_a_profile_are_converted() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert np.array_equal(photo_from_bytes(encoded(Image.fromarray(scene()), "PNG", icc_profile=lab)).rgb, scene())
    assert np.array_equal(photo_from_bytes(encoded(Image.fromarray(scene()), "PNG", icc_profile=b"not a profile")).rgb, scene())


def test_digest_is_of_the_pixels_alone_and_survives_travel() -> None:
    one, other = photo_from_array(scene(), "a"), photo_from_bytes(encoded(Image.fromarray(scene()), "PNG"), "b")
    assert one.digest == other.digest
    changed = scene()
    changed[3, 4, 1] ^= 1
    assert photo_from_array(changed).digest != one.digest
    back = pickle.loads(pickle.dumps(one))
    assert back.digest == one.digest
    assert not back.rgb.flags.writeable


def test_a_photo_never_shares_pixels_with_its_maker() -> None:
    pixels = scene()
    photo = photo_from_array(pixels)
    pixels[:] = 0
    assert photo.rgb.max() > 0


def huge_png(side: int) -> bytes:
    """A tiny file that claims side x side pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


PNG = encoded(Image.fromarray(scene()), "PNG")
NOISE = np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8)
JPEG = encoded(Image.fromarray(NOISE), "JPEG")
BAD: dict[str, tuple[bytes, str]] = {
    "words.jpg": (b"This is not a picture, whatever it is called.\n" * 20, "not a picture"),
    "empty.png": (b"", "0 bytes"),
    "cut.jpg": (JPEG[: len(JPEG) // 2], "damaged or incomplete"),
    "cut.png": (PNG[: len(PNG) // 2], "damaged or incomplete"),
    "head.png": (PNG[:20], "not a picture|damaged"),
    "flipped.png": (PNG[:60] + bytes(b ^ 0xFF for b in PNG[60:]), "damaged or incomplete"),
    "bomb.png": (huge_png(30_000), "claims 900 million pixels, the limit is 100"),
    "wide.png": (huge_png(9_000), "damaged|not a picture"),
    "strip.png": (huge_png(11_000), "claims 121 million"),
    "tiny.png": (encoded(Image.new("RGB", (20, 300)), "PNG"), "only 20 x 300"),
    "tail.png": (PNG[:-30], "damaged or incomplete"),
    "page.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_bad_files_are_refused_with_name_reason_and_advice(tmp_path: Path, name: str) -> None:
    data, words = BAD[name]
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(PhotoError, match=words) as caught:
        load_photo(path)
    assert caught.value.subject == str(path)
    assert caught.value.advice
    assert "\n" not in str(caught.value)


def test_missing_folder_and_secret_files(tmp_path: Path) -> None:
    with pytest.raises(PhotoError, match="no such file"):
        load_photo(tmp_path / "gone.jpg")
    with pytest.raises(PhotoError, match="folder"):
        load_photo(tmp_path)
    with pytest.raises(PhotoError, match="null"):
        load_photo("a\0b.jpg")


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([PNG, JPEG]), st.integers(0, 2**31), st.integers(1, 40))
def test_damaged_bytes_give_a_photo_or_a_photo_error(data: bytes, seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    broken = bytearray(data)
    for position in rng.integers(0, len(broken), count):
        broken[position] = int(rng.integers(0, 256))
    with contextlib.suppress(PhotoError):  # and nothing else
        assert photo_from_bytes(bytes(broken)).rgb.dtype == np.uint8


def test_export_carries_the_date_and_nothing_else(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif[0x0132] = "2026:01:02 03:04:05"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8769)[0xA431] = "serial 123"
    photo = photo_from_bytes(encoded(Image.fromarray(scene()), "JPEG", exif=exif))
    path = tmp_path / "out.jpg"
    save_picture(path, photo.rgb, like=photo)
    with Image.open(path) as written:
        kept = written.getexif()
        assert dict(kept) == {0x0132: "2026:01:02 03:04:05"}
        assert not kept.get_ifd(0x8825)
        assert not kept.get_ifd(0x8769)
        assert set(written.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "exif", "icc_profile"}


def test_endings_we_do_not_write_are_refused(tmp_path: Path) -> None:
    for name in ("p", "p.gif", "p.exe"):
        with pytest.raises(OutputError, match="picture format"):
            save_picture(tmp_path / name, scene())
    assert not list(tmp_path.iterdir())


def test_unwritable_places(tmp_path: Path) -> None:
    for check in (check_writable, lambda path: save_picture(path, scene())):
        with pytest.raises(OutputError, match="folder"):
            check(tmp_path / "no" / "p.png")
    with pytest.raises(OutputError, match="folder"):
        check_writable(tmp_path)
    check_writable(tmp_path / "p.png")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs Linux's /proc, where nobody can write")
def test_a_place_where_even_root_cannot_write() -> None:
    for check in (check_writable, lambda path: save_picture(path, scene())):
        with pytest.raises(OutputError) as caught:
            check(Path("/proc/self/p.png"))
        assert caught.value.subject == "/proc/self/p.png"
        assert caught.value.advice


def test_a_full_disk_keeps_the_old_file_and_leaves_nothing(tmp_path: Path) -> None:
    """A child whose files may have 4,096 bytes at most stands for a full disk: the write fails half way."""
    path = tmp_path / "p.png"
    path.write_bytes(b"old")
    code = (
        "import resource, signal, sys\nimport numpy as np\nfrom tryon.errors import OutputError\nfrom tryon.image import save_picture\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nresource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8)\n"
        "try:\n    save_picture(sys.argv[1], noise)\nexcept OutputError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(str(path))
    assert done.stdout.count("\n") == 1
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_no_space_left_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="disk is full; free some space"):
        write_file(tmp_path / "p.bin", b"data")
    assert not list(tmp_path.iterdir())


def test_written_files_obey_the_umask(tmp_path: Path) -> None:
    write_file(tmp_path / "a", b"1")
    (tmp_path / "b").write_bytes(b"1")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode
