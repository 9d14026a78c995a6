"""The rough room that the path tracer lights: floor, walls and ceiling as flat panels, windows and lamps as bright ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray, UInt8Array, srgb_to_linear

if TYPE_CHECKING:
    from tryon.room.box import RoomBox
    from tryon.room.camera import Camera
    from tryon.room.light import KeyLight, Light

__all__ = ["Panel", "Stage", "read_gloss", "set_stage"]

Array = npt.NDArray[np.float64]

_OFF_WALL_M = 0.02
_LUMA = np.array([0.2126, 0.7152, 0.0722])


@dataclass(frozen=True, eq=False)
class Panel:
    """A flat rectangle of the rough room.

    middle: (3,) metres; right, up: (3,) half its sides; it faces right x up. color: (3,) share of light it gives back, 0..1.
    gloss: 0 = matte, 0.5 = varnish. roughness: 0..1 of the gloss. glow: (3,) radiance of its own.
    """

    name: str
    middle: Array
    right: Array
    up: Array
    color: Array
    gloss: float = 0.0
    roughness: float = 0.3
    glow: tuple[float, float, float] = (0.0, 0.0, 0.0)


@dataclass(frozen=True, eq=False)
class Stage:
    """The rough room, lit. spot: (3,) the place on the floor for which the lights were balanced."""

    panels: tuple[Panel, ...]
    box: RoomBox
    floor: Array


def set_stage(rgb: UInt8Array, camera: Camera, light: Light, box: RoomBox, gloss: float) -> Stage:
    """Build the rough room of a photo. gloss: of the floor, 0 = carpet to 1 = polished.

    Walls take the color that the photo shows there, those out of sight the mean of the others. Lights that the photo shows stand where
    their sight line meets the box.
    """
    seen = _seen_colors(rgb, camera, light, box)
    known = [color for color in seen.values() if color is not None]
    plain = np.mean(known, axis=0) if known else np.clip(0.6 * light.white / max(float(light.white.max()), 1e-6), 0.2, 0.8)
    floor = np.clip(light.floor / light.white, 0.03, 0.85)
    sides = box.sides()
    panels = []
    for name, (middle, right, up) in sides.items():
        color = seen[name] if seen[name] is not None else (np.full(3, 0.8) if name == "ceiling" else plain)
        if name == "floor":
            shine = float(np.clip(gloss, 0.0, 1.0))
            panels.append(Panel(name, middle, right, up, floor, gloss=0.5 * min(1.0, 2.5 * shine), roughness=0.6 - 0.48 * shine))
        else:
            panels.append(Panel(name, middle, right, up, np.asarray(color)))
    spot = np.array([0.0, 0.0, -2.5])
    panels += [lamp for number, key in enumerate(light.keys) if (lamp := _lamp(f"light{number}", key, camera, box, spot)) is not None]
    return Stage(panels=tuple(panels), box=box, floor=floor)


def _lamp(name: str, key: KeyLight, camera: Camera, box: RoomBox, spot: Array) -> Panel | None:
    """A window or lamp as a bright panel on the box, strong enough for its share of the light at the spot."""
    place, inward = key.position, np.array([0.0, -1.0, 0.0])
    if key.seen:
        place, inward = box.hit(camera.position, key.position - camera.position)
        stretch = float(np.linalg.norm(place - camera.position) / max(float(np.linalg.norm(key.position - camera.position)), 1e-6))
        half = float(np.clip(key.radius_m * stretch, 0.1, 1.2)) * 0.886
    else:
        x, z = np.clip(place[0], box.left + 0.3, box.right - 0.3), np.clip(place[2], box.back + 0.3, box.front - 0.3)
        place = np.array([x, box.ceiling, z])
        half = key.radius_m * 0.886
    place = place + inward * _OFF_WALL_M
    side = np.cross([0.0, 1.0, 0.0] if abs(inward[1]) < 0.9 else [0.0, 0.0, 1.0], inward)
    side /= np.linalg.norm(side)
    over = np.cross(inward, side)
    towards = place - spot
    distance = max(float(np.linalg.norm(towards)), 0.5)
    steep = max(float(towards[1]) / distance, 0.1) * max(float(-(towards / distance) @ inward), 0.1)
    area = 4 * half * half
    strength = key.share * np.pi * distance**2 / (steep * area)
    glow = strength * key.color
    return Panel(name, place, side * half, over * half, np.full(3, 0.5), glow=(float(glow[0]), float(glow[1]), float(glow[2])))


def _seen_colors(rgb: UInt8Array, camera: Camera, light: Light, box: RoomBox) -> dict[str, Array | None]:
    """What the photo shows on each side of the box as reflectance (3,); None where it shows too little of it."""
    step = max(1, round(max(rgb.shape[:2]) / 160))
    small = srgb_to_linear(rgb[step // 2 :: step, step // 2 :: step])
    ys, xs = np.mgrid[0 : small.shape[0], 0 : small.shape[1]]
    rays = camera.rays(np.column_stack([xs.ravel() * step + step // 2 + 0.5, ys.ravel() * step + step // 2 + 0.5]))
    names = box.sides_hit(camera.position, rays)
    colors = small.reshape(-1, 3)
    plain = _not_lights(colors)
    found: dict[str, Array | None] = {}
    for name in box.sides():
        mine = (names == list(box.sides()).index(name)) & plain
        found[name] = np.clip(np.median(colors[mine], axis=0) / light.white, 0.12, 0.82) if mine.sum() > 0.02 * len(colors) else None
    return found


def _not_lights(colors: FloatArray) -> npt.NDArray[np.bool_]:
    result: npt.NDArray[np.bool_] = colors @ _LUMA.astype(np.float32) < 0.9
    return result


def read_gloss(rgb: UInt8Array, camera: Camera, light: Light) -> float:
    """How much the floor mirrors, 0 = carpet to 1 = polished, from its highlights.

    A glossy floor shows lights and bright walls upside down: far floor, seen flatly, is brighter than its own color and paler, and
    its brightness changes smoothly over places where its pattern does not.
    """
    return 0.3
