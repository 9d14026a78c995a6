"""Pictures for other people: format, size, quality, and the label that the place where they go asks for."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from tryon.errors import OptionError
from tryon.export_choice import FORMATS, ExportChoice
from tryon.image import Photo, UInt8Array, encode_picture, picture_format, write_file
from tryon.label import preset_named, stamp
from tryon.text import _

__all__ = ["export_picture", "free_path", "prepared", "rendered"]


def prepared(picture: UInt8Array, choice: ExportChoice) -> UInt8Array:
    """The pixels that the file will hold: scaled down where asked, with the visible label where the preset has one."""
    from PIL import Image

    if choice.format not in FORMATS:
        raise OptionError(_("there is no format {name}").format(name=repr(choice.format)), advice=", ".join(FORMATS))
    height, width = picture.shape[:2]
    scale = 1.0 if choice.max_side <= 0 else min(1.0, choice.max_side / max(width, height))
    if scale < 1.0:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        picture = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)).copy()
    words = preset_named(choice.preset).words
    return stamp(picture, words) if words else picture


def rendered(picture: UInt8Array, choice: ExportChoice, *, made: str, like: Photo | None = None) -> bytes:
    """The bytes of the exported file. made: of label.SOURCES. like: the photo whose date is passed on."""
    pixels = prepared(picture, choice)
    return encode_picture(pixels, picture_format(f"x{FORMATS[choice.format]}"), like=like, quality=choice.quality, made=made)


def export_picture(
    path: str | os.PathLike[str], picture: UInt8Array, choice: ExportChoice, *, made: str, like: Photo | None = None
) -> Path:
    """Write the file whole or not at all, never over another one; where it went. Raises OutputError."""
    path = Path(path)
    path = free_path(path.parent, path.name.removesuffix(path.suffix), FORMATS[choice.format])
    write_file(path, rendered(picture, choice, made=made, like=like))
    return path


def free_path(folder: Path, stem: str, ending: str) -> Path:
    """A name in that folder that no file has yet: stem, stem-2, stem-3 ..."""
    path, number = folder / f"{stem}{ending}", 2
    while path.exists():
        path, number = folder / f"{stem}-{number}{ending}", number + 1
    return path
