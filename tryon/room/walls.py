"""Finds where the walls meet the floor: the room as a box, as far as one photo tells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray, UInt8Array
from tryon.room.box import RoomBox
from tryon.room.lines import find_lines

if TYPE_CHECKING:
    from tryon.room.camera import Camera

__all__ = ["find_box"]

Array = npt.NDArray[np.float64]

_WORK_PX = 480
_FARTHEST_M = 12.0
_NEAREST_M = 0.6
_ALONG = 0.12  # tangent of how far a segment may turn from its wall
_ALIKE = 9.0  # colors nearer than this are one surface
_ENOUGH = 0.22
_UNSURE = 0.25  # of a camera; below it no wall is claimed


@dataclass(frozen=True, eq=False)
class _View:
    """A small copy of the photo: its camera, its color (h, w, 3) float32 in Lab with less lightness, and the color of the nearest floor."""

    camera: Camera
    color: FloatArray
    near: Array


def find_box(rgb: UInt8Array, camera: Camera) -> RoomBox:
    """The room around a photo, (H, W, 3) uint8 sRGB: walls whose line on the floor was found, and guesses for the others.

    A wall's line runs along one of the room's two directions, has floor below it and, wherever it is in sight, no floor above it:
    the lower edge of a sofa fails at its ends.
    """
    box = RoomBox()
    if camera.confidence < _UNSURE:
        return box
    scale = min(1.0, _WORK_PX / max(rgb.shape[:2]))
    size = (max(32, round(rgb.shape[1] * scale)), max(32, round(rgb.shape[0] * scale)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(cv2.GaussianBlur(small, (0, 0), 1.6), cv2.COLOR_RGB2LAB).astype(np.float32)
    color = lab * np.array([0.3, 1.0, 1.0], np.float32)
    low = color[int(0.85 * size[1]) :, size[0] // 5 : -(size[0] // 5)]
    view = _View(camera.resized(*size), color, np.median(low.reshape(-1, 3), axis=0))
    ends = find_lines(rgb).ends.reshape(-1, 2, 2)
    places = np.stack([camera.floor_points(ends[:, 0]), camera.floor_points(ends[:, 1])], axis=1)
    good = np.isfinite(places).all(axis=(1, 2))
    places = places[good]
    found: dict[str, float] = {}
    walls = (("back", 2, -1), ("left", 0, -1), ("right", 0, 1))
    for side, axis, sign in (*walls, *walls):  # once more: each line ends at the walls beside it
        reach = (found.get("back", -_FARTHEST_M), 0.0) if axis == 0 else (found.get("left", -_FARTHEST_M), found.get("right", _FARTHEST_M))
        wall = _best_wall(view, places, axis, sign, reach)
        found.pop(side, None)
        if wall is not None:
            found[side] = wall
    if "left" in found and "right" in found and found["right"] - found["left"] < 1.4:
        found.pop("left" if -found["left"] > found["right"] else "right")
    return replace(box, **found, seen=frozenset(found))


def _best_wall(view: _View, places: Array, axis: int, sign: int, reach: tuple[float, float]) -> float | None:
    """Where the wall across `axis` on one side of the camera stands, in metres; None where no line is good enough."""
    along = 2 - axis
    run = np.abs(places[:, 1, along] - places[:, 0, along])
    off = np.abs(places[:, 1, axis] - places[:, 0, axis])
    where = places[..., axis].mean(axis=1)
    fits = (run > 0.25) & (off < _ALONG * run + 0.02) & (where * sign > _NEAREST_M) & (where * sign < _FARTHEST_M)
    scored = [(_ENOUGH, 0.0)]
    for value in np.unique(np.round(np.log(np.abs(where[fits])) / 0.02)):
        close = fits & (np.abs(np.log(np.maximum(np.abs(where), 1e-6)) / 0.02 - value) <= 1.0)
        weight = run[close]
        place = float((where[close] * weight).sum() / weight.sum())
        scored.append((_judge(view, places[close][..., along], place, axis, reach), place))
    best = max(scored)[0]
    near_best = [abs(place) for score, place in scored[1:] if score >= max(0.75 * best, _ENOUGH)]
    return sign * min(near_best) if near_best else None


def _judge(view: _View, spans: Array, place: float, axis: int, reach: tuple[float, float]) -> float:
    """How well a line on the floor fits a wall, 0..1: the share of the photo's width it is seen on, less for floor seen behind it."""
    camera, along = view.camera, 2 - axis
    steps = np.arange(*reach, 0.04)
    line = np.zeros((len(steps), 3))
    line[:, axis], line[:, along] = place, steps
    pixels = camera.project(line)
    height, width = view.color.shape[:2]
    inside = np.isfinite(pixels).all(axis=1) & (pixels[:, 0] >= 2) & (pixels[:, 0] < width - 2)
    inside &= (pixels[:, 1] >= 10) & (pixels[:, 1] < height - 4)
    if inside.sum() < 8:
        return 0.0
    steps, pixels = steps[inside], pixels[inside]
    lengths = np.hypot(*np.gradient(pixels, axis=0).T)
    supported = np.zeros(len(steps), np.bool_)
    for low, high in np.sort(spans, axis=1):
        supported |= (steps >= low - 0.03) & (steps <= high + 0.03)
    here = line[inside]
    near = [_seen(view, here, axis, share) for share in (0.94, 0.86, 0.74)]
    far = [_seen(view, here, axis, share) for share in (1.06, 1.12, 1.20)]
    whole = np.isfinite(near[0]).all(axis=1) & np.isfinite(near[1]).all(axis=1) & np.isfinite(far[0]).all(axis=1)
    if whole.sum() < 8:
        return 0.0
    near, far, lengths, supported = [n[whole] for n in near], [f[whole] for f in far], lengths[whole], supported[whole]
    floor = np.nanmedian(np.stack(near), axis=0)
    floor_before = np.nanmax([np.linalg.norm(one - floor, axis=1) for one in near[:2]], axis=0) < _ALIKE
    floor_before &= np.linalg.norm(floor - view.near, axis=1) < 1.6 * _ALIKE
    floor_behind = floor_before & (np.nanmax([np.linalg.norm(one - floor, axis=1) for one in far], axis=0) < _ALIKE)
    differs = np.nanmin([np.linalg.norm(one - floor, axis=1) for one in far], axis=0) > 0.5 * _ALIKE
    total = float(lengths.sum())
    seen = float(lengths[supported & floor_before & differs].sum()) / max(min(width, height), 1)
    wrong = float(lengths[floor_behind].sum()) / total
    return seen * max(0.0, 1.0 - 4.0 * wrong)


def _seen(view: _View, line: Array, axis: int, share: float) -> Array:
    """The photo's color (N, 3) at floor places so much nearer or farther than a line; not a number out of sight."""
    points = line.copy()
    points[:, axis] *= share
    at = view.camera.project(points)
    height, width = view.color.shape[:2]
    inside = np.isfinite(at).all(axis=1) & (at >= 0).all(axis=1) & (at[:, 0] < width) & (at[:, 1] < height)
    result = np.full((len(line), 3), np.nan)
    x, y = at[inside].astype(int).T
    result[inside] = view.color[y, x]
    return result
