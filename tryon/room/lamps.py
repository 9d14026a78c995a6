"""Where the light comes from: windows and lamps on the walls of the rough room, weighed by the light that the photo shows.

The photo's brightness over floor and walls is explained as a mixture of what each place on the box would give if it shone, light
thrown back by the walls included (radiosity, Goral et al. 1984); the mixture is found by non-negative least squares.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tryon.image import UInt8Array, srgb_to_linear
from tryon.room.box import SIDES, RoomBox
from tryon.room.stage import Panel

if TYPE_CHECKING:
    from tryon.room.camera import Camera
    from tryon.room.light import Light

__all__ = ["find_lamps"]

Array = npt.NDArray[np.float64]

_LUMA = np.array([0.2126, 0.7152, 0.0722])
_PATCHES = 6
_CELLS = 26  # of the photo's longer side
_ROUNDS = 8
_CALM = 0.03  # how strongly the answer is drawn to the ordinary room's light
_WINDOW_M = (1.5, 1.2)
_OFF_WALL_M = 0.02


@dataclass(frozen=True, eq=False)
class _Patches:
    """Small flat pieces: middle (N, 3), normal (N, 3), area (N,), side (N,)."""

    middle: Array
    normal: Array
    area: Array
    side: npt.NDArray[np.int64]


def find_lamps(rgb: UInt8Array, camera: Camera, light: Light, box: RoomBox) -> tuple[Panel, ...]:
    """Bright panels on the box that light it as the photo (H, W, 3) uint8 sRGB shows it; their radiance is in the photo's exposure.

    What the photo shows as bright stands where its sight line meets the box; the rest may be anywhere the photo does not show, but only
    as far as the photo speaks for it: where it says little, the light is an ordinary room's, from above and from behind the camera.
    """
    panels, usual = _candidates(camera, light, box)
    points, level = _samples(rgb, camera, light, box)
    albedo = _albedo(points, level, light)
    walls = _cut_up(box)
    given = _given(points, panels, walls, albedo)
    strength = _weighed(given, points.side, level, usual, float((light.floor / light.white) @ _LUMA))
    spot = _Patches(np.array([[0.0, 0.0, -2.5]]), np.array([[0.0, 1.0, 0.0]]), np.ones(1), np.zeros(1, np.int64))
    total = _given(spot, panels, walls, albedo)[0] * strength
    kept = total > 0.015 * total.sum()
    scale = np.pi * float(light.white @ _LUMA) / max(float(total[kept].sum()), 1e-9)
    made = []
    for panel, power, wanted in zip(panels, strength * scale, kept, strict=True):
        if wanted:
            glow = np.asarray(panel.glow) * power
            made.append(Panel(panel.name, panel.middle, panel.right, panel.up, panel.color, glow=(glow[0], glow[1], glow[2])))
    return tuple(made)


def _candidates(camera: Camera, light: Light, box: RoomBox) -> tuple[list[Panel], Array]:
    """Everything that may shine, with radiance 1, and how strong each would be in an ordinary room, in parts of the whole."""
    panels: list[Panel] = []
    usual: list[float] = []
    sides = box.sides()
    for number, key in enumerate(light.keys):
        if key.seen:
            place, inward = box.hit(camera.position, key.position - camera.position)
            stretch = np.linalg.norm(place - camera.position) / max(float(np.linalg.norm(key.position - camera.position)), 1e-6)
            half = float(np.clip(key.radius_m * stretch, 0.1, 1.2)) * 0.886
            panels.append(_panel(f"seen{number}", place + inward * _OFF_WALL_M, inward, half, half, key.color))
            usual.append(0.5 * key.share)
    for side in ("left", "right", "front", "back"):
        middle, right, up = sides[side]
        inward = np.cross(right, up) / np.linalg.norm(np.cross(right, up))
        length = 2 * float(np.linalg.norm(right))
        count = max(1, round(length / _WINDOW_M[0]))
        for at in range(count):
            place = middle + right * (2 * (at + 0.5) / count - 1)
            place[1] = 1.5
            if _in_sight(camera, box, place):
                continue
            half_x, half_y = min(0.5 * _WINDOW_M[0], 0.45 * length / count), 0.5 * _WINDOW_M[1]
            panels.append(_panel(f"{side}{at}", place + inward * _OFF_WALL_M, inward, half_x, half_y, np.ones(3)))
            usual.append(0.25 / count if side == "front" else 0.1 / count)
    middle, right, up = sides["ceiling"]
    for i in range(4):
        for j in range(4):
            place = middle + right * (2 * (i + 0.5) / 4 - 1) + up * (2 * (j + 0.5) / 4 - 1)
            if not _in_sight(camera, box, place):
                panels.append(_panel(f"ceiling{i}{j}", place - (0, _OFF_WALL_M, 0), np.array([0.0, -1.0, 0.0]), 0.3, 0.3, np.ones(3)))
                usual.append(0.3 / 16)
    shares = np.array(usual)
    return panels, shares / max(float(shares.sum()), 1e-9)


def _panel(name: str, place: Array, inward: Array, half_x: float, half_y: float, color: Array) -> Panel:
    side = np.cross([0.0, 1.0, 0.0] if abs(inward[1]) < 0.9 else [0.0, 0.0, 1.0], inward)
    side /= np.linalg.norm(side)
    over = np.cross(inward, side)
    return Panel(name, place, side * half_x, over * half_y, np.full(3, 0.5), glow=(float(color[0]), float(color[1]), float(color[2])))


def _in_sight(camera: Camera, box: RoomBox, place: Array) -> bool:
    ahead = (place - camera.position) @ camera.rotation[2]
    if ahead < 0.05:
        return False
    x, y = camera.project(place[None])[0]
    return bool(0 <= x < camera.width and 0 <= y < camera.height)


def _samples(rgb: UInt8Array, camera: Camera, light: Light, box: RoomBox) -> tuple[_Patches, Array]:
    """Places of floor and seen walls spread over the photo, and their brightness there."""
    step = max(1, round(max(rgb.shape[:2]) / (_CELLS * 6)))
    luma = srgb_to_linear(rgb[step // 2 :: step, step // 2 :: step]) @ _LUMA.astype(np.float32)
    rows, columns = luma.shape[0] // 6, luma.shape[1] // 6
    cells = np.median(luma[: rows * 6, : columns * 6].reshape(rows, 6, columns, 6).transpose(0, 2, 1, 3).reshape(rows, columns, 36), axis=2)
    ys, xs = np.mgrid[0:rows, 0:columns]
    pixels = np.column_stack([(xs.ravel() + 0.5) * 6 * step, (ys.ravel() + 0.5) * 6 * step])
    rays = camera.rays(pixels)
    distances = box.distances(camera.position, rays)
    side = np.argmin(distances, axis=1)
    places = camera.position + rays * distances[np.arange(len(rays)), side][:, None]
    wanted = (side == 0) | np.isin(side, [SIDES.index(name) for name in box.seen])
    level = cells.ravel().astype(np.float64)
    wanted &= (level > 0.003) & (level < 0.85)
    normals = np.array([(0, 1, 0), (0, -1, 0), (1, 0, 0), (-1, 0, 0), (0, 0, 1), (0, 0, -1)], np.float64)
    points = _Patches(places[wanted], normals[side[wanted]], np.ones(int(wanted.sum())), side[wanted])
    return points, level[wanted]


def _albedo(points: _Patches, level: Array, light: Light) -> Array:
    """How much light each side of the box gives back, (6,)."""
    white = max(float(light.white @ _LUMA), 1e-6)
    result = np.array([float(light.floor @ _LUMA) / white, 0.8, 0.65, 0.65, 0.65, 0.65])
    for side in range(2, 6):
        mine = points.side == side
        if mine.sum() > 10:
            result[side] = 1.2 * float(np.median(level[mine])) / white
    return np.clip(result, 0.08, 0.82)


def _cut_up(box: RoomBox) -> _Patches:
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
    return _Patches(np.array(middles), np.array(normals), np.array(areas), np.array(sides))


def _arriving(at: _Patches, middle: Array, normal: Array, area: Array) -> Array:
    """Irradiance at places from small panels of radiance 1: (places, panels)."""
    towards = middle[None] - at.middle[:, None]
    square = np.maximum((towards**2).sum(axis=2), 0.02)
    here = np.maximum((towards * at.normal[:, None]).sum(axis=2), 0.0)
    there = np.maximum(-(towards * normal[None]).sum(axis=2), 0.0)
    result: Array = here * there * area[None] / (square * square + 0.15 * area[None] * square)
    return result


def _given(points: _Patches, panels: list[Panel], walls: _Patches, albedo: Array) -> Array:
    """Irradiance at points from every panel, straight and by way of the walls: (points, panels)."""
    quarters = [panel.middle + i * panel.right + j * panel.up for panel in panels for i in (-0.5, 0.5) for j in (-0.5, 0.5)]
    normals = np.repeat([np.cross(p.right, p.up) / np.linalg.norm(np.cross(p.right, p.up)) for p in panels], 4, axis=0)
    areas = np.repeat([float(np.linalg.norm(np.cross(p.right, p.up))) for p in panels], 4)

    def straight(at: _Patches) -> Array:
        result: Array = _arriving(at, np.array(quarters), normals, areas).reshape(len(at.middle), len(panels), 4).sum(axis=2)
        return result

    back = albedo[walls.side]
    between = _arriving(walls, walls.middle, walls.normal, walls.area) / np.pi
    np.fill_diagonal(between, 0.0)
    between /= np.maximum(between.sum(axis=1, keepdims=True), 1e-9)  # the box is closed
    leaving = np.linalg.solve(np.eye(len(back)) - back[:, None] * between, back[:, None] * straight(walls))  # radiosity
    return straight(points) + _arriving(points, walls.middle, walls.normal, walls.area) @ leaving / np.pi


def _weighed(given: Array, side: npt.NDArray[np.int64], level: Array, usual: Array, floor: float) -> Array:
    """How strong each panel is: what explains the brightness of all points best, with a color of its own for every side."""
    from scipy.optimize import nnls

    if len(level) < 30:  # the photo says nothing
        return usual
    typical = given.mean(axis=0)
    strength = usual / np.maximum(typical, 1e-9)
    gray = np.full(6, 0.6)
    gray[0] = np.clip(floor, 0.08, 0.85)
    strength *= float(np.median(level / np.maximum(given @ strength, 1e-9)) / gray[0] * np.pi)
    trust = np.ones(len(level))
    for _round in range(_ROUNDS):
        seen = given @ strength / np.pi
        for number in np.unique(side):
            if number != 0:
                mine = side == number
                gray[number] = np.clip(np.median(level[mine] / np.maximum(seen[mine], 1e-9)), 0.2, 0.9)
        weight = np.sqrt(trust / len(level)) / np.maximum(level, 0.02)  # relative errors count
        rows = given * gray[side][:, None] / np.pi * weight[:, None]
        prior = usual * float((typical * strength).sum()) / np.maximum(typical, 1e-9)
        calm = _CALM / np.maximum(prior, 1e-12) * np.sqrt(usual)
        strength, _rest = nnls(np.vstack([rows, np.diag(calm)]), np.concatenate([level * weight, calm * prior]))
        error = np.abs(np.log(np.maximum(given @ strength * gray[side] / np.pi, 1e-6) / level))
        trust = 1.0 / np.maximum(1.0, error / max(1.5 * float(np.median(error)), 0.03))
    return np.asarray(strength, np.float64)
