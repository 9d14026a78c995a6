"""Furniture that shines: how bright its lamps are against the room's own light, and roughly what they do to floor and walls.

A white sheet on the floor of the photo is taken to lie in 250 lux, an ordinary lit room; so a lamp of 800 lumen counts little by day
and much in a photo that the camera exposed for the evening.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray

if TYPE_CHECKING:
    from tryon.room.box import RoomBox
    from tryon.room.furniture import Furniture
    from tryon.room.mesh import MeshPart
    from tryon.room.scene import Scene

__all__ = ["bulb_matrices", "part_glows", "room_brightening"]

Array = npt.NDArray[np.float64]

_LUX = 250.0
_BULB_SHARE = 0.6  # of a lamp's light comes from its bulb, the rest through its shade
_PLAIN_GLOW = 1.5  # of a thing that glows and is no lamp, in white sheets
_BRIGHTEST, _SHADE = 3000.0, 2.2
_WORK_PX = 160
_SOFT_M2 = 0.02
_THROWN = 1.2


def part_glows(furniture: Furniture, parts: tuple[MeshPart, ...]) -> list[tuple[float, float, float]]:
    """How bright each part shines, in parts of a white sheet's brightness, linear RGB. A lamp's lumens are shared by what glows in it."""
    glowing = [max(part.material.glow) > 0 and (part.material.glow_map is None or part.uv is not None) for part in parts]
    lumen = sum(light.lumen for light in furniture.lights)
    bulbs = [shines and "bulb" in part.material.name for part, shines in zip(parts, glowing, strict=True)]
    areas = [_area(part) for part in parts]
    made = []
    for part, shines, bulb in zip(parts, glowing, bulbs, strict=True):
        color = np.asarray(part.material.glow[:3], np.float64) * shines
        if lumen > 0 and shines:
            alike = [other == bulb and one for other, one in zip(bulbs, glowing, strict=True)]
            share = (_BULB_SHARE if bulb else 1.0 - _BULB_SHARE) if any(bulbs) and not all(bulbs[i] for i in _where(glowing)) else 1.0
            area = sum(area for area, one in zip(areas, alike, strict=True) if one)
            bright = share * lumen / (math.pi * max(area, 1e-4)) / (_LUX / math.pi)
            color = color / max(float(color.mean()), 1e-6) * min(bright, _BRIGHTEST if bulb else _SHADE)
        else:
            color = color * _PLAIN_GLOW
        made.append((float(color[0]), float(color[1]), float(color[2])))
    return made


def _where(flags: list[bool]) -> list[int]:
    return [number for number, flag in enumerate(flags) if flag]


def _area(part: MeshPart) -> float:
    corners = part.vertices[part.faces].astype(np.float64)
    return 0.5 * float(np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1).sum())


def _bulbs(scene: Scene) -> list[tuple[Array, Array, float]]:
    """Where each lamp's light sits, its color (mean 1) and its lumens."""
    return [
        (piece.transform[:3, :3] @ np.array(light.at_m) + piece.transform[:3, 3], np.array(light.color) / np.mean(light.color), light.lumen)
        for piece in scene.pieces for light in piece.furniture.lights
    ]


def bulb_matrices(scene: Scene, white: Array) -> tuple[Array, Array]:
    """The strongest four lamps of the pieces for the quick picture, a column each: place (metres) and 1; what it gives a metre away.

    white: (3,) what a white sheet on the floor looks like.
    """
    places, lights = np.zeros((4, 4)), np.zeros((4, 4))
    for column, (place, color, lumen) in enumerate(sorted(_bulbs(scene), key=lambda bulb: -bulb[2])[:4]):
        places[:, column] = *place, 1.0
        lights[:3, column] = math.pi * white * color * lumen / (4 * math.pi) / _LUX
    return places, lights


def room_brightening(scene: Scene, box: RoomBox) -> FloatArray | None:
    """How much brighter the lamps of the pieces make each pixel of the photo: (H, W, 3) float32, at least 1; None without a lamp.

    Straight light on floor, walls and ceiling, less of it sideways through the shade, and what the room throws back; no shadows.
    """
    bulbs = _bulbs(scene)
    if not bulbs:
        return None
    camera = scene.camera
    scale = min(1.0, _WORK_PX / max(camera.width, camera.height))
    small = camera.resized(max(8, round(camera.width * scale)), max(8, round(camera.height * scale)))
    ys, xs = np.mgrid[0 : small.height, 0 : small.width]
    rays = small.rays(np.column_stack([xs.ravel() + 0.5, ys.ravel() + 0.5]))
    far = box.distances(small.position, rays)
    side = np.argmin(far, axis=1)
    places = small.position + rays * far[np.arange(len(rays)), side][:, None]
    normals = np.array([(0, 1, 0), (0, -1, 0), (1, 0, 0), (-1, 0, 0), (0, 0, 1), (0, 0, -1)], np.float64)[side]
    walls = sum(4.0 * float(np.linalg.norm(np.cross(right, up))) for _middle, right, up in box.sides().values())
    result = np.ones((len(places), 3))
    for place, color, lumen in bulbs:
        towards = place - places
        square = (towards**2).sum(axis=1)
        steep = np.abs(towards[:, 1]) / np.sqrt(np.maximum(square, 1e-9))
        facing = np.maximum((towards * normals).sum(axis=1), 0.0) / np.sqrt(np.maximum(square, 1e-9))
        lux = lumen / (4 * math.pi) * facing / (square + _SOFT_M2) * (0.35 + 0.65 * steep**2) + _THROWN * lumen / walls
        result += (lux / _LUX)[:, None] * color
    picture = result.reshape(small.height, small.width, 3).astype(np.float32)
    return cv2.resize(picture, (camera.width, camera.height), interpolation=cv2.INTER_LINEAR)
