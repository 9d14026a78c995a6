"""The room's light at one place, from the windows and lamps that were found and the walls they light: what the drag frame is lit by."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from tryon.room.box import RoomBox
from tryon.room.light import ENVIRONMENT_SHAPE, KeyLight, Light, floor_irradiance
from tryon.room.radiosity import Patches, cut_up, leaving, parted_light, side_albedo
from tryon.room.stage import Panel

__all__ = ["light_at"]

Array = npt.NDArray[np.float64]

_GRID_M = 0.25
_LUMA = np.array([0.2126, 0.7152, 0.0722])


def light_at(light: Light, box: RoomBox, lamps: tuple[Panel, ...], place: npt.ArrayLike) -> Light:
    """The light around a place of the floor, (3,) metres: every lamp with its share there, walls and ceiling as bright as they are lit.

    White, floor and what shiny things mirror stay as they are. Places within 25 cm share one answer.
    """
    if not lamps:
        return light
    x, _y, z = np.asarray(place, np.float64)
    inside = np.clip([x, z], (box.left + 0.2, box.back + 0.2), (box.right - 0.2, box.front - 0.2))
    return _light_at(light, box, lamps, *(round(float(value) / _GRID_M) for value in inside))


@lru_cache(maxsize=32)
def _light_at(light: Light, box: RoomBox, lamps: tuple[Panel, ...], column: int, row: int) -> Light:
    place = np.array([column * _GRID_M, 0.0, row * _GRID_M])
    nowhere = Patches(np.zeros((0, 3)), np.zeros((0, 3)), np.zeros(0), np.zeros(0, np.int64))
    albedo = side_albedo(nowhere, np.zeros(0), light)
    straight, around = parted_light(place, box, lamps, albedo)
    whole = float(straight.sum() + around.sum())
    if not whole > 0:
        return light
    keys = []
    for lamp, given in sorted(zip(lamps, straight, strict=True), key=lambda pair: -pair[1]):
        color = np.maximum(np.asarray(lamp.glow), 1e-9)
        radius = math.sqrt(4.0 * float(np.linalg.norm(np.cross(lamp.right, lamp.up))) / math.pi)
        if given > 0.004 * whole:
            keys.append(KeyLight(lamp.middle, radius, float(given / whole), color / color.mean(), lamp.name.startswith("seen")))
    dome = _dome(place, box, lamps, albedo)[..., None] * (light.white / light.white.mean())
    share = 1.0 - sum(key.share for key in keys)
    dome *= math.pi * share * light.white / np.maximum(floor_irradiance(dome.astype(np.float32)), 1e-9)
    return replace(light, keys=tuple(keys), dome=dome.astype(np.float32))


def _dome(place: Array, box: RoomBox, lamps: tuple[Panel, ...], albedo: Array) -> Array:
    """How bright walls and ceiling are in every direction from a place: (32, 64)."""
    walls = cut_up(box)
    power = np.array([float(np.asarray(lamp.glow) @ _LUMA) for lamp in lamps])
    shines = leaving(list(lamps), walls, albedo) @ power / np.pi
    rows, columns = ENVIRONMENT_SHAPE
    down = (np.arange(rows) + 0.5) / rows * math.pi
    turn = (np.arange(columns) + 0.5) / columns * 2 * math.pi
    level = np.sin(down)[:, None]
    upward = np.repeat(np.cos(down)[:, None], columns, 1)
    directions = np.stack([level * np.sin(turn), upward, -level * np.cos(turn)], axis=-1).reshape(-1, 3)
    start = place + (0.0, 0.05, 0.0)
    far = box.distances(start, directions)
    side = np.argmin(far, axis=1)
    hits = start + directions * far[np.arange(len(far)), side][:, None]
    result = np.zeros(len(hits))
    for number in range(6):
        mine, there = side == number, walls.side == number
        if mine.any():
            near = np.linalg.norm(hits[mine][:, None] - walls.middle[there][None], axis=2)
            weight = 1.0 / (near**4 + 1e-3)
            result[mine] = (weight * shines[there]).sum(axis=1) / weight.sum(axis=1)
    return result.reshape(rows, columns)
