"""How a picture leaves the program: format, size, quality, label, name. Light, so that a window can ask before anything heavy loads."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tryon.errors import OptionError
from tryon.text import _

__all__ = ["FORMATS", "ExportChoice", "name_from"]

FORMATS = {"png": ".png", "jpeg": ".jpg", "webp": ".webp", "avif": ".avif"}
_WORDS = ("person", "garment", "room", "furniture", "date", "number", "seed")


@dataclass(frozen=True)
class ExportChoice:
    """How a picture is written.

    max_side: longer side in pixels, 0 = its own. quality: 1..100, for all but PNG. preset: of label.PRESETS.
    signed: with a C2PA signature, see `tryon.sign`.
    """

    format: str = "png"
    max_side: int = 0
    quality: int = 92
    preset: str = "china"
    signed: bool = False


def name_from(pattern: str, words: dict[str, str]) -> str:
    """A file name, without ending, from a pattern such as {person}_{garment}; what a file name may not hold becomes '-'.

    Known words: person, garment, room, furniture, date, number, seed. Raises OptionError for others.
    """
    unknown = [name for name in re.findall(r"{([^{}]*)}", pattern) if name not in _WORDS]
    if unknown:
        advice = _("use {known}").format(known=", ".join("{" + name + "}" for name in _WORDS))
        raise OptionError(_("the name pattern does not know {name}").format(name=f"{{{unknown[0]}}}"), advice=advice)
    name = re.sub(r"{([^{}]*)}", lambda found: re.sub(r"[^\w\-]+", "-", words.get(found[1], "")).strip("-"), pattern)
    name = re.sub(r"[\x00-\x1f/\\:*?\"<>|{}]+", "-", name)
    name = re.sub(r"([_\- ])[_\- ]*", r"\1", name).strip("_-. ")
    return name[:100] or "tryon"
