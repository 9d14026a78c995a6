"""The rough room that the path tracer lights: floor, walls and ceiling as flat panels, windows and lamps as bright ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray, UInt8Array, srgb_to_linear
from tryon.room.gloss import roughness_of

if TYPE_CHECKING:
    from tryon.room.box import RoomBox
    from tryon.room.camera import Camera
    from tryon.room.light import Light

__all__ = ["Panel", "Stage", "set_stage"]

Array = npt.NDArray[np.float64]

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
    """The rough room, lit. floor: (3,) the share of light that its floor gives back."""

    panels: tuple[Panel, ...]
    box: RoomBox
    floor: Array


def set_stage(rgb: UInt8Array, camera: Camera, light: Light, box: RoomBox, lamps: tuple[Panel, ...], gloss: float, paint: Array) -> Stage:
    """Build the rough room of a photo. gloss: of the floor, 0 = carpet to 1 = polished.

    Walls take the color that the photo shows there, those out of sight the mean of the others. lamps: the bright panels on them.
    paint: (6,) how light each side is, in the order of SIDES.
    """
    seen = _seen_colors(rgb, camera, light, box)
    known = [color for color in seen.values() if color is not None]
    plain = np.mean(known, axis=0) if known else np.clip(0.6 * light.white / max(float(light.white.max()), 1e-6), 0.2, 0.8)
    floor = _as_light(light.floor / light.white, paint[0])
    sides = box.sides()
    panels = []
    for number, (name, (middle, right, up)) in enumerate(sides.items()):
        color = _as_light(np.full(3, 0.8) if name == "ceiling" else plain if seen[name] is None else np.asarray(seen[name]), paint[number])
        if name == "floor":
            shine = float(np.clip(gloss, 0.0, 1.0))
            panels.append(Panel(name, middle, right, up, floor, gloss=0.5 * min(1.0, 5.0 * shine), roughness=roughness_of(shine)))
        else:
            panels.append(Panel(name, middle, right, up, color))
    return Stage(panels=(*panels, *lamps), box=box, floor=floor)


def _as_light(color: Array, albedo: float) -> Array:
    """The color made as light as wanted."""
    result: Array = np.clip(color * albedo / max(float(color @ _LUMA), 1e-6), 0.02, 0.9)
    return result


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
