"""Pictures: read them safely, keep what matters about them, write them whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import re
import tempfile
import warnings
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tryon.config import MAX_FILE_BYTES, MAX_PIXELS, MAX_SIDE_PX, MIN_SIDE_PX
from tryon.errors import OutputError, PhotoError
from tryon.label import xmp_packet
from tryon.text import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image as PILImage

__all__ = [
    "FloatArray",
    "Photo",
    "UInt8Array",
    "check_writable",
    "encode_picture",
    "linear_to_srgb",
    "load_photo",
    "photo_from_array",
    "photo_from_bytes",
    "picture_format",
    "save_picture",
    "srgb_to_linear",
    "write_file",
    "write_whole",
]

UInt8Array = npt.NDArray[np.uint8]
FloatArray = npt.NDArray[np.float32]

_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF", "BMP", "TIFF", "GIF", "PPM")  # MPO, a phone's JPEG with two pictures, opens as JPEG
_EXIF_FOCAL_35MM = 0xA405
_EXIF_IFD = 0x8769
_EXIF_DATE = 0x0132
_EXIF_ORIGINAL_DATE = 0x9003
_TIFF_XMP = 700
_FULL_FRAME_DIAGONAL_MM = 43.27
_ENDINGS = {
    ".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP", ".avif": "AVIF", ".tif": "TIFF", ".tiff": "TIFF",
}


@dataclass(frozen=True, eq=False)
class Photo:
    """A picture as the program works on it.

    rgb: (H, W, 3) uint8, sRGB, upright (EXIF orientation applied), read-only.
    alpha: (H, W) uint8 where the file had transparency, else None.
    name: what the user calls it: the file's name. path: the file, where it came from one.
    focal_px: focal length in pixels of `rgb` as told by EXIF's 35 mm equivalent, else None.
    icc: color profile of the file; the pixels have been converted to sRGB. date: EXIF date text.
    scale: pixels of `rgb` per pixel of the file (below 1 where a very large photo was scaled down).
    """

    rgb: UInt8Array
    alpha: UInt8Array | None = None
    name: str = "photo"
    path: Path | None = None
    focal_px: float | None = None
    icc: bytes | None = field(default=None, repr=False)
    date: str | None = None
    scale: float = 1.0

    @property
    def width(self) -> int:
        """Width in pixels."""
        return int(self.rgb.shape[1])

    @property
    def height(self) -> int:
        """Height in pixels."""
        return int(self.rgb.shape[0])

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Read-only on the other side of a process border too."""
        self.__dict__.update(state)
        for pixels in (self.rgb, self.alpha):
            if pixels is not None:
                pixels.flags.writeable = False

    @cached_property
    def digest(self) -> str:
        """Fingerprint of the pixels (sha256, hex): the key of every cache and project file."""
        fingerprint = hashlib.sha256(repr(self.rgb.shape).encode())
        fingerprint.update(np.ascontiguousarray(self.rgb).data)
        if self.alpha is not None:
            fingerprint.update(np.ascontiguousarray(self.alpha).data)
        return fingerprint.hexdigest()


def photo_from_array(rgb: UInt8Array, name: str = "photo", alpha: UInt8Array | None = None) -> Photo:
    """Make a Photo of pixels that are already in memory: (H, W, 3) uint8 sRGB."""
    if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3:
        reason = _("expected an (H, W, 3) uint8 picture, got {shape} {dtype}")
        raise PhotoError(reason.format(shape=rgb.shape, dtype=rgb.dtype))
    return Photo(rgb=_frozen(rgb), alpha=None if alpha is None else _frozen(alpha), name=name)


def load_photo(path: str | os.PathLike[str]) -> Photo:
    """Read a picture file: JPEG, PNG, WebP, AVIF, HEIC, TIFF, BMP or GIF (its first frame), turned upright, as sRGB.

    Raises PhotoError with the file, the reason and what to do.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        raise PhotoError(_("there is no such file"), subject=path, advice=_("check the name")) from None
    except (OSError, ValueError) as error:  # ValueError: a name with a zero byte
        raise PhotoError(getattr(error, "strerror", None) or str(error), subject=path, advice=_("check the name")) from None
    if path.is_dir():
        raise PhotoError(_("this is a folder"), subject=path, advice=_("name a picture file"))
    if size == 0:
        raise PhotoError(_("the file is empty (0 bytes)"), subject=path, advice=_("copy or download it again"))
    if size > MAX_FILE_BYTES:
        reason = _("the file has {megabytes} MB, the limit is {limit} MB").format(megabytes=size // 2**20, limit=MAX_FILE_BYTES // 2**20)
        raise PhotoError(reason, subject=path, advice=_("save it smaller"))
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PhotoError(error.strerror or str(error), subject=path, advice=_("check the permissions")) from None
    return photo_from_bytes(data, name=path.name, path=path)


def photo_from_bytes(data: bytes, name: str = "photo", path: Path | None = None) -> Photo:
    """Read a picture from the bytes of a file. Raises PhotoError as `load_photo` does."""
    from PIL import Image, UnidentifiedImageError

    subject = str(path or name)
    _open_heif()
    convert = _("save it as JPEG or PNG")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns about sizes and broken EXIF; the sizes are judged below
            opened = Image.open(io.BytesIO(data), formats=_FORMATS)
            width, height = opened.size
            if width * height > MAX_PIXELS or max(width, height) > 65_000:
                raise Image.DecompressionBombError(width * height)
            icc = opened.info.get("icc_profile")
            opened.load()
            focal, date, upright = _read_exif(opened)
            rgb_image, alpha_image = _to_srgb(upright, icc)
    except PhotoError:
        raise
    except UnidentifiedImageError:
        raise PhotoError(_("this is not a picture that can be read"), subject=subject, advice=convert) from None
    except Image.DecompressionBombError as error:  # Pillow raises it too, from twice its own limit on
        count = int("".join(re.findall(r"\d+", str(error))[:1]) or 0)
        reason = _("the picture claims {count} million pixels, the limit is {limit} million and 65,000 a side")
        reason = reason.format(count=count // 10**6, limit=MAX_PIXELS // 10**6)
        raise PhotoError(reason, subject=subject, advice=_("save it smaller")) from None
    except Exception as error:  # a dozen decoders on hostile bytes: each has exceptions of its own
        detail = (str(error) or type(error).__name__).split("\n")[0][:120].rstrip(".")
        reason = _("the picture is damaged or incomplete ({detail})").format(detail=detail)
        raise PhotoError(reason, subject=subject, advice=_("copy or download it again")) from None

    full_width, full_height = rgb_image.size
    if min(full_width, full_height) < MIN_SIDE_PX:
        reason = _("the picture has only {width} x {height} pixels").format(width=full_width, height=full_height)
        raise PhotoError(reason, subject=subject, advice=_("use one of at least {side} pixels a side").format(side=MIN_SIDE_PX))
    scale = min(1.0, MAX_SIDE_PX / max(full_width, full_height))
    if scale < 1.0:
        size = (max(1, round(full_width * scale)), max(1, round(full_height * scale)))
        rgb_image = rgb_image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        alpha_image = None if alpha_image is None else alpha_image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    rgb = np.asarray(rgb_image, dtype=np.uint8)
    alpha = None if alpha_image is None else np.asarray(alpha_image, dtype=np.uint8)
    if alpha is not None and bool((alpha == 255).all()):
        alpha = None
    diagonal = float(np.hypot(rgb.shape[0], rgb.shape[1]))
    return Photo(
        rgb=_frozen(rgb),
        alpha=None if alpha is None else _frozen(alpha),
        name=name,
        path=path,
        focal_px=None if focal is None else focal * diagonal,
        icc=icc,
        date=date,
        scale=scale,
    )


def save_picture(
    path: str | os.PathLike[str], picture: UInt8Array, *, like: Photo | None = None, quality: int = 95, made: str = ""
) -> None:
    """Write a picture whole or not at all: (H, W), (H, W, 3) or (H, W, 4) uint8 sRGB; the name's ending chooses the format.

    Of `like` only the date is passed on: no GPS, no camera serial. made: of label.SOURCES where the program made the picture;
    the file then says so in its metadata. Raises OutputError.
    """
    kind = picture_format(path)
    write_file(path, encode_picture(picture, kind, like=like, quality=quality, made=made))


def encode_picture(picture: UInt8Array, kind: str, *, like: Photo | None = None, quality: int = 95, made: str = "") -> bytes:
    """The bytes of a picture file, as `save_picture` writes it; a color picture says that its colors are sRGB."""
    from PIL import Image, ImageCms, PngImagePlugin

    picture = np.ascontiguousarray(picture)
    image: PILImage.Image = Image.fromarray(picture)
    if kind == "JPEG" and image.mode == "RGBA":
        image = image.convert("RGB")
    options: dict[str, object] = {"quality": quality} if kind in ("JPEG", "WEBP", "AVIF") else {}
    if kind == "JPEG":
        options["subsampling"] = 0
    if kind == "PNG":
        options["compress_level"] = 4
    if image.mode in ("RGB", "RGBA"):
        options["icc_profile"] = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    if like is not None and like.date and kind != "TIFF":
        exif = Image.Exif()
        exif[_EXIF_DATE] = like.date
        options["exif"] = exif
    if made:
        packet = xmp_packet(made, hashlib.sha256(picture.data).hexdigest())
        if kind == "PNG":
            texts = PngImagePlugin.PngInfo()
            texts.add_itxt("XML:com.adobe.xmp", packet.decode())
            options["pnginfo"] = texts
        elif kind == "TIFF":
            options["tiffinfo"] = {_TIFF_XMP: packet}
        else:
            options["xmp"] = packet
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def picture_format(path: str | os.PathLike[str]) -> str:
    """The format that a picture file's ending asks for, as Pillow calls it. Raises OutputError for an ending we do not write."""
    path = Path(path)
    kind = _ENDINGS.get(path.suffix.lower())
    if kind is None:
        reason = _("cannot tell the picture format from the ending {ending}").format(ending=repr(path.suffix))
        raise OutputError(reason, subject=path, advice=_("use .png, .jpg, .webp, .avif or .tif"))
    return kind


def write_file(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file whole or not at all: to a temporary name in the same folder, then renamed. Raises OutputError."""
    write_whole(path, lambda out: out.write(data))


def write_whole(path: str | os.PathLike[str], fill: Callable[[IO[bytes]], object]) -> None:
    """As `write_file`, for a file that is too large to be held in memory: `fill` writes it. Raises OutputError."""
    path = Path(path)
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.stem[:40]}-", suffix=".part", dir=path.parent or Path())
        with os.fdopen(handle, "w+b") as out:
            fill(out)
            out.flush()
            os.fsync(out.fileno())
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, path)
        temporary = None
    except OSError as error:
        raise _output_error(path, error) from None
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def check_writable(path: str | os.PathLike[str]) -> None:
    """Make sure, before long work begins, that its result can be written. Raises OutputError."""
    path = Path(path)
    folder = path.parent if str(path.parent) else Path()
    if path.is_dir():
        raise OutputError(_("this is a folder"), subject=path, advice=_("name a file inside it"))
    if not folder.is_dir():
        raise OutputError(_("there is no folder {folder}").format(folder=folder), subject=path, advice=_("create it or choose another"))
    try:
        handle, name = tempfile.mkstemp(prefix=".tryon-", suffix=".part", dir=folder)
        os.close(handle)
        os.unlink(name)
    except OSError as error:
        raise _output_error(path, error) from None


def srgb_to_linear(value: npt.ArrayLike) -> FloatArray:
    """Screen values 0..255 (uint8) or 0..1 (float) to linear light 0..1, float32 (IEC 61966-2-1)."""
    array = np.asarray(value)
    if array.dtype == np.uint8:
        table: FloatArray = _srgb_table()[array]
        return table
    x = array.astype(np.float32)
    return np.where(x <= 0.04045, x / 12.92, ((np.maximum(x, 0.04045) + 0.055) / 1.055) ** 2.4).astype(np.float32)


def linear_to_srgb(value: npt.ArrayLike) -> FloatArray:
    """Linear light 0..1 to screen values 0..1, float32, clipped to that range (IEC 61966-2-1)."""
    x = np.clip(np.asarray(value, dtype=np.float32), 0.0, 1.0)
    return np.where(x <= 0.0031308, x * 12.92, 1.055 * np.maximum(x, 0.0031308) ** (1 / 2.4) - 0.055).astype(np.float32)


def _srgb_table() -> FloatArray:
    return srgb_to_linear(np.arange(256, dtype=np.float32) / 255.0)


def _frozen(array: UInt8Array) -> UInt8Array:
    """A read-only, contiguous array; a copy when the caller could still write to the original."""
    result = np.ascontiguousarray(array)
    if result is array and array.flags.writeable:
        result = array.copy()
    result.flags.writeable = False
    return result


def _read_exif(opened: PILImage.Image) -> tuple[float | None, str | None, PILImage.Image]:
    """Focal length as a share of the picture's diagonal (35 mm equivalent), date, and the picture turned upright.

    EXIF that is broken or absurd counts as none: the pixels are what matters.
    """
    from PIL import ImageOps

    try:
        exif = opened.getexif()
        details = exif.get_ifd(_EXIF_IFD)
        upright = ImageOps.exif_transpose(opened)
        millimetres = float(details.get(_EXIF_FOCAL_35MM) or 0.0)
        date = str(details.get(_EXIF_ORIGINAL_DATE) or exif.get(_EXIF_DATE) or "")[:32]
    except Exception:
        return None, None, opened
    focal = millimetres / _FULL_FRAME_DIAGONAL_MM if 5.0 <= millimetres <= 1200.0 else None
    return focal, date or None, upright


def _to_srgb(image: PILImage.Image, icc: bytes | None) -> tuple[PILImage.Image, PILImage.Image | None]:
    """Pixels as 8-bit sRGB, and the transparency where there is any."""
    from PIL import Image, ImageCms

    alpha = None
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        alpha = rgba.getchannel("A")
        color: PILImage.Image = rgba.convert("RGB")
    elif image.mode in ("I;16", "I;16B", "I;16L", "I", "F"):
        values = np.nan_to_num(np.asarray(image).astype(np.float64))
        highest = values.max(initial=0)
        top = 65535.0 if image.mode.startswith("I;16") or highest > 255 else 1.0 if image.mode == "F" and highest <= 1 else 255.0
        gray = np.clip(values / top * 255.0, 0, 255).astype(np.uint8)
        color = Image.fromarray(gray).convert("RGB")
    elif image.mode in ("RGB", "CMYK", "L"):
        color = image
    else:
        color = image.convert("RGB")
    if icc and color.mode in ("RGB", "CMYK"):
        try:
            profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
            converted = ImageCms.profileToProfile(color, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
            color = converted if converted is not None else color
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a broken or unfitting profile: the pixels are taken as sRGB, as every browser does
    return color.convert("RGB"), alpha


@cache
def _open_heif() -> None:
    """Teach Pillow HEIC, once."""
    import pillow_heif

    pillow_heif.register_heif_opener()


def _output_error(path: Path, error: OSError) -> OutputError:
    if error.errno == errno.ENOSPC:
        return OutputError(_("the disk is full"), subject=path, advice=_("free some space or save elsewhere"))
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return OutputError(_("this place cannot be written to"), subject=path, advice=_("choose another folder"))
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return OutputError(_("there is no such folder"), subject=path, advice=_("create it or choose another"))
    return OutputError(error.strerror or str(error), subject=path, advice=_("choose another folder"))
