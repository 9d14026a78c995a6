"""Lengths in words: metres inside, centimetres or inches outside."""

from __future__ import annotations

from tryon.text import _

__all__ = ["UNITS", "choose_unit", "from_shown", "shown_length", "size_words", "unit", "unit_words"]

UNITS = {"cm": 100.0, "in": 1.0 / 0.0254}
"""How many of each make a metre."""

_CHOSEN = {"unit": "cm"}


def choose_unit(name: str) -> None:
    """Show lengths in "cm" or "in" from now on."""
    _CHOSEN["unit"] = name if name in UNITS else "cm"


def unit() -> str:
    """The unit in use."""
    return _CHOSEN["unit"]


def unit_words() -> str:
    """Its sign."""
    return _("cm") if unit() == "cm" else _("in")


def shown_length(metres: float) -> str:
    """A length as a number of the unit in use: whole centimetres, inches to the half."""
    value = metres * UNITS[unit()]
    return str(round(value)) if unit() == "cm" else f"{round(value * 2) / 2:g}"


def from_shown(value: float) -> float:
    """Metres of a number of the unit in use."""
    return value / UNITS[unit()]


def size_words(size_m: tuple[float, float, float]) -> str:
    """Width, depth and height."""
    width, height, depth = (shown_length(value) for value in size_m)
    words = _("{width} × {depth} × {height} cm") if unit() == "cm" else _("{width} × {depth} × {height} in")
    return words.format(width=width, depth=depth, height=height)
