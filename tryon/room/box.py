"""The room as a box: floor, ceiling and four walls, as far as the photo tells."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from tryon.room.scene import Scene

__all__ = ["SIDES", "RoomBox", "around"]

Array = npt.NDArray[np.float64]

SIDES = ("floor", "ceiling", "left", "right", "back", "front")
_CEILING_M = 2.6
_STEP_M = 0.5


@dataclass(frozen=True)
class RoomBox:
    """Where the walls are, in metres of the camera's world: left < x < right, back < z < front, 0 < y < ceiling.

    seen: walls whose line on the floor was found in the photo; the others are only a guess and catch no shadow.
    """

    left: float = -2.6
    right: float = 2.6
    back: float = -5.0
    front: float = 1.6
    ceiling: float = _CEILING_M
    seen: frozenset[str] = frozenset()

    def sides(self) -> dict[str, tuple[Array, Array, Array]]:
        """Middle and half sides of each face; right x up points into the room."""
        x, z, y = (self.left + self.right) / 2, (self.back + self.front) / 2, self.ceiling / 2
        w, d, h = (self.right - self.left) / 2, (self.front - self.back) / 2, self.ceiling / 2
        made = {
            "floor": ((x, 0, z), (w, 0, 0), (0, 0, -d)), "ceiling": ((x, self.ceiling, z), (w, 0, 0), (0, 0, d)),
            "left": ((self.left, y, z), (0, 0, -d), (0, h, 0)), "right": ((self.right, y, z), (0, 0, d), (0, h, 0)),
            "back": ((x, y, self.back), (w, 0, 0), (0, h, 0)), "front": ((x, y, self.front), (-w, 0, 0), (0, h, 0)),
        }
        return {name: tuple(np.array(v, np.float64) for v in made[name]) for name in SIDES}  # type: ignore[misc]

    def distances(self, start: Array, directions: Array) -> Array:
        """How far along each direction each side is met: (N, 6), infinite behind."""
        planes = ((1, 0.0), (1, self.ceiling), (0, self.left), (0, self.right), (2, self.back), (2, self.front))
        result = np.full((len(directions), 6), np.inf)
        for number, (axis, value) in enumerate(planes):
            along = directions[:, axis]
            outward = -along if number in (0, 2, 4) else along
            met = outward > 1e-9
            result[met, number] = (value - start[axis]) / along[met]
        return result

    def sides_hit(self, start: Array, directions: Array) -> npt.NDArray[np.int64]:
        """Which side each direction (N, 3) from a place inside meets first: numbers in the order of SIDES."""
        return np.argmin(self.distances(start, directions), axis=1)

    def hit(self, start: Array, direction: Array) -> tuple[Array, Array]:
        """Where a direction from inside meets the box, and the direction into the room there."""
        distances = self.distances(start, np.asarray(direction, np.float64)[None])[0]
        number = int(np.argmin(distances))
        normals = ((0, 1, 0), (0, -1, 0), (1, 0, 0), (-1, 0, 0), (0, 0, 1), (0, 0, -1))
        return start + direction * distances[number], np.array(normals[number], np.float64)


def around(box: RoomBox, scene: Scene, margin_m: float = 0.35, poke_m: float = 0.04) -> RoomBox:
    """The box with every piece inside. A guessed wall makes room; a seen one that a piece stands in was no wall there."""
    sides = {"left": box.left, "right": box.right, "back": box.back, "front": box.front}
    seen = set(box.seen)
    for piece in scene.pieces:
        low, high = piece.corners.min(axis=0), piece.corners.max(axis=0)
        for name, reach, sign in (("left", low[0], -1), ("right", high[0], 1), ("back", low[2], -1), ("front", high[2], 1)):
            limit = sides[name] * sign
            if name in box.seen and reach * sign > limit + poke_m:
                seen.discard(name)
            if name not in seen and reach * sign > limit - margin_m:  # by whole steps: a piece that moves a little leaves the room as it is
                sides[name] = math.ceil((reach * sign + margin_m) / _STEP_M) * _STEP_M * sign
    height = max([box.ceiling, *(float(piece.corners[:, 1].max()) + 0.1 for piece in scene.pieces)])
    return replace(box, **sides, ceiling=height, seen=frozenset(seen))
