"""Whether a photo was cut off at one side, so that its lens did not look at its middle: read from lines in three directions."""

from __future__ import annotations

import math

from tryon.image import UInt8Array
from tryon.room.lens import straightened
from tryon.room.lines import Lines, find_lines
from tryon.room.vanishing import find_directions, gather

__all__ = ["find_center"]

_GRID = ((0.15, 0.0), (-0.15, 0.0), (0.15, 0.08), (-0.15, 0.08), (0.15, -0.08), (-0.15, -0.08), (0.0, 0.15), (0.0, -0.15))
_GAIN = 7.0  # of log-likelihood over the photo's own middle: more than any whole photo of a room showed by chance (5.5 of 21)
_FEWEST = 25
_FARTHEST = 0.3  # of the diagonal


def find_center(rgb: UInt8Array, bend: float = 0.0) -> tuple[float, float] | None:
    """Where the lens looked, in pixels, for a photo (H, W, 3) uint8 sRGB that was cut off; None where its own middle does as well.

    Each place tried is a search for the room's three directions, about a second in all.
    """
    height, width = rgb.shape[:2]
    lines = find_lines(straightened(rgb, bend, (width / 2, height / 2)))
    if len(lines) < _FEWEST:
        return None
    middle = _score(lines, width, height, (0.0, 0.0))
    score, best = max((_score(lines, width, height, shift), shift) for shift in _GRID)
    if score < middle + 0.5 * _GAIN:
        return None
    for step in (0.05, 0.025, 0.012):
        near = [(best[0] + dx, best[1] + dy) for dx, dy in ((step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step))]
        score, best = max([(score, best), *((_score(lines, width, height, shift), shift) for shift in near)])
    if score < middle + _GAIN:
        return None
    diagonal = math.hypot(width, height)
    return width / 2 + best[0] * diagonal, height / 2 + best[1] * diagonal


def _score(lines: Lines, width: int, height: int, shift: tuple[float, float]) -> float:
    """How well three directions at right angles explain the lines, if the lens looked so far (of the diagonal) from the middle."""
    if math.hypot(*shift) > _FARTHEST:
        return -math.inf
    diagonal = math.hypot(width, height)
    found = find_directions(gather(lines, width, height, (width / 2 + shift[0] * diagonal, height / 2 + shift[1] * diagonal)))
    return -math.inf if found is None else found.score
