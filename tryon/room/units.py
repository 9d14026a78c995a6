"""How large a piece really is: the unit its file was drawn in, a size that the user gives, which way is up."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tryon.errors import MeshError, OptionError
from tryon.text import _

__all__ = ["STANDS", "SizeWish", "guess_unit", "length_words", "looks_like", "parse_size", "split_name", "upright", "with_sizes"]

Array = npt.NDArray[np.float64]

STANDS = ("floor", "wall", "table", "ceiling")
"""Where a piece belongs."""

_LARGEST_M, _SMALLEST_M = 20.0, 0.02  # beyond these the file is not in metres
_USUAL_M = 1.3  # the geometric middle of what people put into rooms
_SIZED = re.compile(r"(.+?)=([0-9.]+(?:[x×*][0-9.]+)*m?(?:,up=[-+]?[xyz])?|up=[-+]?[xyz])", re.IGNORECASE)
_UPS = ("x", "y", "z", "-x", "-y", "-z")


@dataclass(frozen=True)
class SizeWish:
    """What the user says about a mesh file. width_m alone scales all sides alike; all three stretch each. up: its axis that is up."""

    width_m: float | None = None
    height_m: float | None = None
    depth_m: float | None = None
    up: str | None = None

    def text(self) -> str:
        """The wish as `parse_size` reads it, such as 1.98x0.8x0.9,up=z."""
        sides = [side for side in (self.width_m, self.height_m, self.depth_m) if side is not None]
        words = ["x".join(f"{side:g}" for side in sides)] if sides else []
        return ",".join([*words, *([f"up={self.up}"] if self.up else [])])


def parse_size(text: str) -> SizeWish:
    """Read W or WxHxD in metres (width, height, depth), and which axis is up: 1.98, 1.98x0.80x0.90, up=z, 1.98,up=z. Raises OptionError."""
    advice = _("write its width in metres such as 1.98, or all three sides such as 1.98x0.80x0.90; add ,up=z where it lies on its back")
    sides: list[float] = []
    up = None
    for field in (part.strip().lower() for part in text.split(",") if part.strip()):
        if field.startswith("up="):
            up = field[3:].lstrip("+")
            if up not in _UPS:
                raise OptionError(_("{text} is not a size").format(text=repr(text)), advice=advice)
            continue
        try:
            sides = [float(part) for part in re.split(r"[x×*]", field.removesuffix("m"))]
        except ValueError:
            sides = []
        if len(sides) not in (1, 3) or not all(math.isfinite(side) and 0.001 <= side <= 50.0 for side in sides):
            raise OptionError(_("{text} is not a size").format(text=repr(text)), advice=advice)
    if not sides and up is None:
        raise OptionError(_("{text} is not a size").format(text=repr(text)), advice=advice)
    if len(sides) == 3:
        return SizeWish(sides[0], sides[1], sides[2], up)
    return SizeWish(sides[0] if sides else None, up=up)


def split_name(text: str) -> tuple[str, str, SizeWish | None]:
    """A furniture's name as users write it: file or name, piece of a library (after #), size (after =).

    sofa.obj=1.98 -> ("sofa.obj", "", 1.98 m wide); home.sh3f#bed1 -> ("home.sh3f", "bed1", None). A file of exactly that name comes first.
    """
    try:
        if not text or "\0" in text or Path(text).exists():
            return text, "", None
    except OSError:
        return text, "", None
    name, wish = text, None
    found = _SIZED.fullmatch(text)
    if found:
        name, wish = found[1], parse_size(found[2])
    file, hash_sign, piece = name.rpartition("#")
    if hash_sign and file.lower().endswith(".sh3f"):
        return file, piece, wish
    return name, "", wish


def with_sizes(names: Sequence[str], wishes: Sequence[str]) -> list[str]:
    """Names of placed furniture with the sizes that the user gave: W, WxHxD (of the only piece) or NAME=W. Raises OptionError."""
    sized = list(names)
    for text in wishes:
        name, equals, size = text.rpartition("=")
        if name.endswith("up"):  # NAME=1.98,up=z
            name, equals, size = text.partition("=")
        if not equals and len(set(sized)) != 1:
            advice = _("write NAME=1.98, NAME as in --place")
            raise OptionError(_("{text} does not say which of the pieces is meant").format(text=repr(text)), advice=advice)
        parse_size(size or text)
        places = [number for number, one in enumerate(names) if not equals or one == name or Path(one).name == name]
        if not places:
            raise OptionError(_("no piece called {name} is placed").format(name=name), advice=_("name it as in --place"))
        for number in places:
            sized[number] = f"{names[number]}={size or text}"
    return sized


def guess_unit(path: Path, extent: Array) -> tuple[float, str]:
    """How many metres one unit of the file is, and what it is called: 1 and "" unless that gives no furniture. Raises MeshError."""
    largest = float(extent.max())
    if _SMALLEST_M <= largest <= _LARGEST_M:
        return 1.0, ""
    units = {_("millimetres"): (0.001, 0.0), _("centimetres"): (0.01, 0.0), _("inches"): (0.0254, 0.9)} if largest > _LARGEST_M else {
        _("kilometres"): (1000.0, 0.0), _("units of 100 m"): (100.0, 0.5)}
    judged = [(abs(math.log(largest * scale / _USUAL_M)) + penalty, scale, unit) for unit, (scale, penalty) in units.items()]
    _score, scale, unit = min(judged)
    if not 0.15 <= largest * scale <= 6.0:
        reason = _("it is {size} on its longest side, and no usual unit makes that a piece of furniture").format(size=length_words(largest))
        raise MeshError(reason, subject=path, advice=_("export it in metres, or give its width: {name}=1.98").format(name=path.name))
    return scale, unit


def looks_like(size_m: tuple[float, float, float]) -> str:
    """The question to ask about a piece that came without a catalog."""
    width, height, depth = (length_words(side) for side in size_m)
    return _("this looks {width} wide, {height} high and {depth} deep").format(width=width, height=height, depth=depth)


def length_words(metres: float) -> str:
    """A length as people say it: 1.98 m, 12 mm."""
    return f"{metres:.0f} m" if metres >= 100 else f"{metres:.2f} m" if metres >= 0.1 else f"{metres * 1000:.2g} mm"


def upright(up: str) -> Array:
    """The turn (3, 3) that brings a file's axis `up` to the world's y; x stays to the right where it can."""
    turns = {
        "y": [[1, 0, 0], [0, 1, 0], [0, 0, 1]], "z": [[1, 0, 0], [0, 0, 1], [0, -1, 0]], "x": [[0, -1, 0], [1, 0, 0], [0, 0, 1]],
        "-y": [[1, 0, 0], [0, -1, 0], [0, 0, -1]], "-z": [[1, 0, 0], [0, 0, -1], [0, 1, 0]], "-x": [[0, 1, 0], [-1, 0, 0], [0, 0, 1]],
    }
    return np.asarray(turns[up], np.float64)
