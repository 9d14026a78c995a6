"""Light between the walls: what bright panels send straight to a place, and what the walls throw back (radiosity, Goral et al. 1984)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tryon.room.box import RoomBox

if TYPE_CHECKING:
    from tryon.room.light import Light
    from tryon.room.stage import Panel

__all__ = ["Patches", "cut_up", "leaving", "light_given", "parted_light", "side_albedo", "spread_over"]

Array = npt.NDArray[np.float64]

_PATCHES = 6
_LUMA = np.array([0.2126, 0.7152, 0.0722])


@dataclass(frozen=True, eq=False)
class Patches:
    """Small flat pieces: middle (N, 3), normal (N, 3), area (N,), side (N,)."""

    middle: Array
    normal: Array
    area: Array
    side: npt.NDArray[np.int64]


def side_albedo(points: Patches, level: Array, light: Light) -> Array:
    """How much light each side of the box gives back, (6,), from the brightness of places on them."""
    white = max(float(light.white @ _LUMA), 1e-6)
    result = np.array([float(light.floor @ _LUMA) / white, 0.8, 0.65, 0.65, 0.65, 0.65])
    for side in range(2, 6):
        mine = points.side == side
        if mine.sum() > 10:
            result[side] = 1.2 * float(np.median(level[mine])) / white
    return np.clip(result, 0.08, 0.82)


@lru_cache(maxsize=8)
def cut_up(box: RoomBox) -> Patches:
    """The box in small patches, 36 a side."""
    middles, normals, areas, sides = [], [], [], []
    at = (np.arange(_PATCHES) + 0.5) / _PATCHES * 2 - 1
    for number, (middle, right, up) in enumerate(box.sides().values()):
        normal = np.cross(right, up)
        area = 4 * float(np.linalg.norm(normal)) / _PATCHES**2
        for i in at:
            for j in at:
                middles.append(middle + i * right + j * up)
                normals.append(normal / np.linalg.norm(normal))
                areas.append(area)
                sides.append(number)
    return Patches(np.array(middles), np.array(normals), np.array(areas), np.array(sides))


def arriving(at: Patches, middle: Array, normal: Array, area: Array) -> Array:
    """Irradiance at places from small panels of radiance 1: (places, panels)."""
    towards = middle[None] - at.middle[:, None]
    square = np.maximum((towards**2).sum(axis=2), 0.02)
    here = np.maximum((towards * at.normal[:, None]).sum(axis=2), 0.0)
    there = np.maximum(-(towards * normal[None]).sum(axis=2), 0.0)
    result: Array = here * there * area[None] / (square * square + 0.15 * area[None] * square)
    return result


def spread_over(panels: list[Panel], side: int) -> tuple[Array, Array, Array]:
    """Points spread over each panel, side x side: middle (N, 3), normal (N, 3), area (N,)."""
    steps = (np.arange(side) + 0.5) / side * 2 - 1
    middle = [panel.middle + i * panel.right + j * panel.up for panel in panels for i in steps for j in steps]
    across = [np.cross(panel.right, panel.up) for panel in panels]
    area = np.array([float(np.linalg.norm(one)) for one in across]) * 4.0 / side**2
    normal = np.array([one / np.linalg.norm(one) for one in across])
    return np.array(middle).reshape(-1, 3), np.repeat(normal, side**2, axis=0).reshape(-1, 3), np.repeat(area, side**2)


def _straight(at: Patches, panels: list[Panel]) -> Array:
    result: Array = arriving(at, *spread_over(panels, 2)).reshape(len(at.middle), len(panels), 4).sum(axis=2)
    return result


def leaving(panels: list[Panel], walls: Patches, albedo: Array) -> Array:
    """Light that the walls give back for every panel of radiance 1, (patches, panels): radiance times pi."""
    back = albedo[walls.side]
    between = arriving(walls, walls.middle, walls.normal, walls.area) / np.pi
    np.fill_diagonal(between, 0.0)
    between /= np.maximum(between.sum(axis=1, keepdims=True), 1e-9)  # the box is closed
    result: Array = np.linalg.solve(np.eye(len(back)) - back[:, None] * between, back[:, None] * _straight(walls, panels))
    return result


def light_given(points: Patches, panels: list[Panel], walls: Patches, albedo: Array) -> Array:
    """Irradiance at points from every panel of radiance 1, straight and by way of the walls: (points, panels)."""
    given = leaving(panels, walls, albedo)
    return _straight(points, panels) + arriving(points, walls.middle, walls.normal, walls.area) @ given / np.pi


def parted_light(place: Array, box: RoomBox, lamps: tuple[Panel, ...], albedo: Array) -> tuple[Array, Array]:
    """What reaches the floor at a place: straight from every lamp, and from every patch of the walls, both as irradiance."""
    walls = cut_up(box)
    spot = Patches(place[None] * (1.0, 0.0, 1.0), np.array([[0.0, 1.0, 0.0]]), np.ones(1), np.zeros(1, np.int64))
    power = np.array([float(np.asarray(lamp.glow) @ _LUMA) for lamp in lamps])
    thrown = leaving(list(lamps), walls, albedo) @ power / np.pi
    return _straight(spot, list(lamps))[0] * power, arriving(spot, walls.middle, walls.normal, walls.area)[0] * thrown
