"""Where the light comes from: windows and lamps on the walls of the rough room, weighed by the light that the photo shows.

The photo's brightness over floor and walls is explained by one or two places of the box that shine, light thrown back by the walls
included (radiosity, Goral et al. 1984). All places and pairs are tried; each counts by how well it explains the photo, so that where
the photo does not say which of two places it is, both shine a little (the mean of Bayes' posterior).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tryon.image import UInt8Array, srgb_to_linear
from tryon.room.box import SIDES, RoomBox
from tryon.room.radiosity import Patches, cut_up, light_given, side_albedo
from tryon.room.stage import Panel

if TYPE_CHECKING:
    from tryon.room.camera import Camera
    from tryon.room.light import Light

__all__ = ["find_lamps", "read_samples"]

Array = npt.NDArray[np.float64]

_LUMA = np.array([0.2126, 0.7152, 0.0722])
_CELLS = 26  # of the photo's longer side
_WINDOW_M, _WINDOW_STEP_M = (1.5, 1.2), 0.75
_LAMP_STEP_M, _LAMP_M = 0.6, 0.44
_OFF_WALL_M = 0.02
_ASKED = 200  # places of the photo at most
_PARTNERS = 20  # so many of the best places are tried with every other one
_PARTS = (0.15, 0.3, 0.5, 0.7, 0.85)
_OUTLIER = 0.4  # errors (log) beyond this are something else than light: a picture, a cupboard
_BELIEF = 0.05  # an explanation worse by this share counts 1/e
_SAME_PAINT = 0.15  # how much walls of unlike brightness under one explanation speak against it
_NOTHING, _CLEAR = 0.2, 0.42  # how much of the brightness the best light explains: below, the photo says nothing of its light
_MIDDLE_M = 0.45  # how far from the middle an ordinary room's ceiling light reaches


def find_lamps(rgb: UInt8Array, camera: Camera, light: Light, box: RoomBox) -> tuple[Panel, ...]:
    """Bright panels on the box that light it as the photo (H, W, 3) uint8 sRGB shows it; their radiance is in the photo's exposure.

    What the photo shows as bright stands where its sight line meets the box; the rest may be anywhere the photo does not show, but only
    as far as the photo speaks for it: where it says little, the light is an ordinary room's, from above and from behind the camera.
    """
    panels, usual = _candidates(camera, light, box)
    points, level = read_samples(rgb, camera, light, box)
    albedo = side_albedo(points, level, light)
    walls = cut_up(box)
    given = light_given(points, panels, walls, albedo)
    strength = _believed(given, points.side, level, usual)
    spot = Patches(np.array([[0.0, 0.0, -2.5]]), np.array([[0.0, 1.0, 0.0]]), np.ones(1), np.zeros(1, np.int64))
    total = light_given(spot, panels, walls, albedo)[0] * strength
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
    overhead: list[tuple[int, float]] = []
    middle_m = light.keys[-1].position if light.keys else np.array([0.0, 2.5, -2.5])  # of the light that every room has
    sides = box.sides()
    for number, key in enumerate(light.keys):
        if key.seen:
            place, inward = box.hit(camera.position, key.position - camera.position)
            stretch = np.linalg.norm(place - camera.position) / max(float(np.linalg.norm(key.position - camera.position)), 1e-6)
            half = float(np.clip(key.radius_m * stretch, 0.1, 1.2)) * 0.886
            panels.append(_panel(f"seen{number}", place + inward * _OFF_WALL_M, inward, half, half, key.color))
            usual.append(key.share)
    for side in ("left", "right", "front", "back"):
        middle, right, up = sides[side]
        inward = np.cross(right, up) / np.linalg.norm(np.cross(right, up))
        length = 2 * float(np.linalg.norm(right))
        count = max(1, round(length / _WINDOW_STEP_M) - 1)
        for at in range(count):
            place = middle + right * (2 * (at + 1) / (count + 1) - 1)
            place[1] = 1.5
            if not _in_sight(camera, box, place):
                half_x, half_y = min(0.5 * _WINDOW_M[0], 0.45 * length), 0.5 * _WINDOW_M[1]
                panels.append(_panel(f"{side}{at}", place + inward * _OFF_WALL_M, inward, half_x, half_y, np.ones(3)))
                usual.append(0.12 / count if side == "front" else 0.05 / count)
    middle, right, up = sides["ceiling"]
    columns, rows = (max(2, round(2 * float(np.linalg.norm(half)) / _LAMP_STEP_M)) for half in (right, up))
    for i in range(columns):
        for j in range(rows):
            place = middle + right * (2 * (i + 0.5) / columns - 1) + up * (2 * (j + 0.5) / rows - 1)
            if not _in_sight(camera, box, place):
                below, half = np.array([0.0, -1.0, 0.0]), 0.5 * _LAMP_M
                panels.append(_panel(f"ceiling{i}.{j}", place + below * _OFF_WALL_M, below, half, half, np.ones(3)))
                usual.append(0.0)
                off = np.hypot(*(place - middle_m)[[0, 2]])
                overhead.append((len(usual) - 1, float(np.exp(-0.5 * (min(off, 6.0) / _MIDDLE_M) ** 2)) + 1e-9))
    shares = np.array(usual)
    if overhead:
        which, near = (np.array(one) for one in zip(*overhead, strict=True))
        shares[which.astype(int)] = 0.6 * near / near.sum()
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


def read_samples(rgb: UInt8Array, camera: Camera, light: Light, box: RoomBox) -> tuple[Patches, Array]:
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
    points = Patches(places[wanted], normals[side[wanted]], np.ones(int(wanted.sum())), side[wanted])
    return points, level[wanted]


def _believed(given: Array, side: npt.NDArray[np.int64], level: Array, usual: Array) -> Array:
    """How strong each panel is: the mean of all explanations by one or two panels, each counted by how well it explains the photo."""
    if len(level) < 30:  # the photo says nothing
        return usual / np.maximum(given.mean(axis=0), 1e-9) if len(level) else usual
    typical = np.maximum(given.mean(axis=0), 1e-9)
    every = -(-len(level) // _ASKED)
    given, side, level = given[::every] / typical, side[::every], level[::every]
    count = given.shape[1]
    seen = np.log(level)
    alone = _errors(seen, side, given)
    order = np.argsort(alone)[:_PARTNERS]
    parts = np.array(_PARTS)
    mixes, errors = [np.eye(count)], [alone]
    for first in order:
        pairs = given[:, first, None, None] * parts + given[:, :, None] * (1.0 - parts)
        errors.append(_errors(seen, side, pairs.reshape(len(level), -1)))
        mix = np.zeros((count, len(parts), count))
        mix[np.arange(count), :, np.arange(count)] = 1.0 - parts
        mix[:, :, first] += parts
        mixes.append(mix.reshape(-1, count))
    error = np.concatenate(errors)
    best = float(error.min())
    weight = np.exp(-(error - best) / (_BELIEF * best + 1e-3))
    weight[:count] *= len(parts)  # one place is a simpler word than two
    strength = (weight[:, None] * np.vstack(mixes)).sum(axis=0) / weight.sum()
    explained = 1.0 - best / max(float(alone.mean()), 1e-9)
    told = float(np.clip((explained - _NOTHING) / (_CLEAR - _NOTHING), 0.0, 1.0))
    result: Array = (told * strength + (1.0 - told) * usual) / typical
    return result


def _errors(seen: Array, side: npt.NDArray[np.int64], given: Array) -> Array:
    """How badly each light (points, lights) explains the logarithm of the brightness (points,), whatever the color of each side."""
    error = seen[:, None] - np.log(np.maximum(given, 1e-9))
    total, paint, number = np.zeros(given.shape[1]), [], []
    for one in np.unique(side):
        mine = error[side == one]
        middle = np.median(mine, axis=0)
        total += np.minimum(np.abs(mine - middle), _OUTLIER).sum(axis=0)
        if one > 1:
            paint.append(middle)
            number.append(len(mine))
    if len(paint) > 1:
        shares = np.array(number, np.float64)[:, None]
        mean = (np.array(paint) * shares).sum(axis=0) / shares.sum()
        total += _SAME_PAINT * (np.minimum(np.abs(np.array(paint) - mean), 2 * _OUTLIER) * shares).sum(axis=0)
    result: Array = total / len(seen)
    return result
