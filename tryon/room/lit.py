"""The room's light at one place, from the windows and lamps that were found and the walls they light: what the drag frame is lit by."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray
from tryon.room.box import RoomBox
from tryon.room.light import ENVIRONMENT_SHAPE, KeyLight, Light, cells, floor_irradiance, look_up
from tryon.room.radiosity import Patches, cut_up, leaving, parted_light, side_albedo, spread_over
from tryon.room.stage import Panel

__all__ = ["light_at"]

Array = npt.NDArray[np.float64]

_GRID_M = 0.25
_LUMA = np.array([0.2126, 0.7152, 0.0722])
_EYE = np.array([0.0, 1.5, 0.0])  # where the environment is seen from, near enough
_HIGH_M = 0.4  # of a piece's middle over the floor
_LAMP_POINTS = 10


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
    shines, hits, directions = _walls_around(place, box, lamps, albedo)
    dome = shines[..., None] * (light.white / light.white.mean())
    share = 1.0 - sum(key.share for key in keys)
    scale = math.pi * share * light.white / np.maximum(floor_irradiance(dome.astype(np.float32)), 1e-9)
    dome *= scale
    environment = _mirrored_there(light, dome, hits, directions, lamps, place)
    return replace(light, keys=tuple(keys), dome=dome.astype(np.float32), environment=environment)


def _walls_around(place: Array, box: RoomBox, lamps: tuple[Panel, ...], albedo: Array) -> tuple[Array, Array, Array]:
    """How bright walls and ceiling are in every direction from a place, (32, 64); where they are met and the directions, (N, 3) each."""
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
    return result.reshape(rows, columns), hits, directions


def _mirrored_there(light: Light, dome: Array, hits: Array, directions: Array, lamps: tuple[Panel, ...], place: Array) -> FloatArray:
    """What shiny things at a place mirror: the photo where it shows what is there, else the walls as they are lit, and the lamps."""
    if light.known is None:
        return light.environment
    rows, columns = ENVIRONMENT_SHAPE
    seen = hits - _EYE
    seen /= np.maximum(np.linalg.norm(seen, axis=1, keepdims=True), 1e-6)
    shown = look_up(light.known.astype(np.float32), seen) > 0.5
    unseen = np.where((directions[:, 1] < 0.0)[:, None], light.floor, dome.reshape(-1, 3))
    result = np.where(shown[:, None], look_up(light.environment, seen), unseen)
    middle, normal, area = spread_over(list(lamps), _LAMP_POINTS)
    towards = middle - (place + (0.0, _HIGH_M, 0.0))
    far = np.linalg.norm(towards, axis=1)
    solid = area * np.maximum(-(towards * normal).sum(axis=1), 0.0) / np.maximum(far, 0.1) ** 3
    row, column = cells(towards / np.maximum(far, 1e-6)[:, None])
    cell = np.sin((row + 0.5) / rows * math.pi) * (math.pi / rows) * (2 * math.pi / columns)
    glow = np.repeat([lamp.glow for lamp in lamps], _LAMP_POINTS**2, axis=0) * (solid / cell)[:, None]
    added = np.zeros_like(result)
    np.add.at(added, row * columns + column, glow * light.white / float(light.white @ _LUMA))
    result += np.where(shown[:, None], 0.0, added)
    return result.reshape(rows, columns, 3).astype(np.float32)
