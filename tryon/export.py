"""Pictures for other people: format, size, quality, and the label that the place where they go asks for."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tryon.errors import OptionError
from tryon.export_choice import FORMATS, ExportChoice
from tryon.image import Photo, UInt8Array, encode_picture, picture_format, write_file
from tryon.label import label_font, preset_named, stamp
from tryon.sign import sign
from tryon.text import _

__all__ = ["contact_sheet", "export_picture", "free_path", "prepared", "rendered", "write_made"]

_SHEET_HIGH, _SHEET_WIDE = 1600, 4096


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
    pixels, kind = prepared(picture, choice), picture_format(f"x{FORMATS[choice.format]}")
    data = encode_picture(pixels, kind, like=like, quality=choice.quality, made=made)
    return sign(data, kind, made=made, like=like) if choice.signed else data


def write_made(
    path: str | os.PathLike[str], picture: UInt8Array, *, made: str, like: Photo | None, label: str = "none", signed: bool = False
) -> None:
    """Write a made picture under exactly this name. label: a preset whose words are drawn into it, or "none". Raises OutputError."""
    kind = picture_format(path)
    pixels = picture if label == "none" else stamp(picture, preset_named(label).words)
    data = encode_picture(pixels, kind, like=like, made=made)
    write_file(path, sign(data, kind, made=made, like=like) if signed else data)


def contact_sheet(pictures: Sequence[tuple[UInt8Array, str]]) -> UInt8Array:
    """Several pictures beside each other on white, each with its words below: (H, W, 3) uint8 sRGB, at most 4096 pixels wide.

    All have one height, that of the smallest, so that the same spot can be compared; more than four stand in rows of four.
    """
    from PIL import Image, ImageDraw

    columns = min(4, len(pictures))
    height = min(min(picture.shape[0] for picture, _words in pictures), _SHEET_HIGH)
    widest = max(picture.shape[1] * height / picture.shape[0] for picture, _words in pictures)
    height = round(min(height, height * 0.94 * _SHEET_WIDE / (widest * columns)))
    gap, line = max(8, height // 40), max(14, height // 26)
    cells = []
    for picture, words in pictures:
        size = (max(1, round(picture.shape[1] * height / picture.shape[0])), height)
        cells.append((Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0), words))
    rows = [cells[at : at + columns] for at in range(0, len(cells), columns)]
    width = max(sum(cell.width for cell, _words in row) + gap * (len(row) + 1) for row in rows)
    sheet = Image.new("RGB", (width, gap + len(rows) * (height + 2 * line + gap)), "white")
    pen, font, top = ImageDraw.Draw(sheet), label_font(line), gap
    for row in rows:
        left = gap
        for cell, words in row:
            sheet.paste(cell, (left, top))
            while words and pen.textlength(words, font=font) > cell.width:
                words = words[:-1]
            pen.text((left + cell.width / 2, top + height + line), words, font=font, fill=(40, 40, 44), anchor="mm")
            left += cell.width + gap
        top += height + 2 * line + gap
    return np.asarray(sheet).copy()


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
