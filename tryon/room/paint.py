"""How light floor and walls are painted: their brightness in the photo, less the light that falls on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tryon.image import UInt8Array
from tryon.room.box import RoomBox
from tryon.room.lamps import read_samples
from tryon.room.radiosity import cut_up, light_given, side_albedo

if TYPE_CHECKING:
    from tryon.room.camera import Camera
    from tryon.room.light import Light
    from tryon.room.stage import Panel

__all__ = ["read_paint"]

Array = npt.NDArray[np.float64]

_LUMA = np.array([0.2126, 0.7152, 0.0722])
_WALL = 0.62  # what walls are usually painted
_FEWEST = 10


def read_paint(rgb: UInt8Array, camera: Camera, light: Light, box: RoomBox, lamps: tuple[Panel, ...]) -> Array:
    """The share of light that each side of the box gives back, (6,), in the order of SIDES.

    A photo tells these only against one another. Two guesses set the scale, half each: that `light.white` is right, and that the walls
    are painted like most walls.
    """
    points, level = read_samples(rgb, camera, light, box)
    albedo = side_albedo(points, level, light)
    seen = [side for side in np.unique(points.side) if (points.side == side).sum() > _FEWEST]
    if not lamps or 0 not in seen:
        return albedo
    power = np.array([float(np.asarray(lamp.glow) @ _LUMA) for lamp in lamps])
    walls, first = cut_up(box), albedo[0]
    for _round in range(2):
        falls = light_given(points, list(lamps), walls, albedo) @ power
        back = {side: float(np.median(level[points.side == side] / np.maximum(falls[points.side == side], 1e-9))) for side in seen}
        others = [back[side] for side in seen if side > 1]
        floor = float(np.sqrt(first * np.clip(back[0] * _WALL / np.mean(others), 0.4 * first, 2.5 * first))) if others else first
        scale = floor / back[0]
        albedo[2:] = _WALL
        for side in seen:
            albedo[side] = np.clip(back[side] * scale, 0.2 if side else 0.05, 0.85)
    return albedo
