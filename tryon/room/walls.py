"""Finds where the walls meet the floor: the room as a box, as far as one photo tells."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray, UInt8Array
from tryon.room.box import RoomBox

if TYPE_CHECKING:
    from tryon.room.camera import Camera

__all__ = ["find_box"]

Array = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_WORK_PX = 480
_UNSURE = 0.3  # of a camera; below it no wall is claimed
_NEAREST_M, _FARTHEST_M = {"back": 1.6, "left": 0.7, "right": 0.7}, 12.0  # nobody takes a room from nearer to its wall
_RANGES, _TURNS = 420, 181  # of the fan: steps of distance, and of direction
_BESIDE_PX = (1.5, 2.5, 4.0)  # how far from a line its two colors are taken
_NOISE = 1.6  # levels of Lab
_STEP = 1.0  # a smaller step of color, in parts of the floor's own spread, is noise
_LIKE_FLOOR = 5.0  # colors nearer than this may be one surface in another light
_BEFORE, _BEHIND = (-0.06, -0.15, -0.3), (0.05, 0.11, 0.18)  # how much nearer and farther (log) the two surfaces are looked at
_BEHIND_ROWS = 6  # of the fan, from where the way to a line is looked back at
_BEFORE_IT = 1.1  # so many times nearer, there must be floor in sight before a wall's line
_AGAINST = 1.5  # floor on both sides of a line speaks against it so many times
_ANYWHERE = 0.3  # so much of it counts far from where the line is seen best
_ENOUGH = 0.2  # of the photo's shorter side, along which a wall's line must be seen
_OPEN = 0.85  # so much of the way to a wall's line must look like floor
_SUPPORT = 0.45  # so much of a wall's line in sight must be seen as one, over open floor, less where it is seen to be none
_TRIED = 9  # lines of every side that are tried together with the others
_SIDES = {"back": 0.0, "left": -0.5 * np.pi, "right": 0.5 * np.pi}


@dataclass(frozen=True, eq=False)
class _Fan:
    """The floor seen from above the camera's foot: rows are distances (on a log scale), columns directions (0 = -z, turning to +x).

    step: (rows, columns, 3) by how much the color beyond a place differs from the color before it; floor: how much the color before it
    looks like floor, 0..1; differs: how far from the floor before a place all is that is seen beyond it; length: pixels of the photo to
    the next column, 0 out of sight; open: how much of the way there, from the nearest floor on, looks like floor. Colors are in parts of
    the floor's own spread (its boards, its weave).
    """

    ranges: Array
    turns: Array
    step: FloatArray
    floor: FloatArray
    differs: FloatArray
    length: FloatArray
    open: FloatArray


@dataclass(frozen=True, eq=False)
class _Line:
    """A line on the floor that may be a wall's: how far away; for every direction of the fan how much it speaks for it.

    speaks: in parts of the photo's shorter side; length: how much of the line is in sight there; seen: 1 where it is seen as a wall's over
    open floor, -1 where it is seen to be none, else 0.
    """

    place: float
    speaks: Array
    length: Array
    seen: Array
    score: float


def find_box(rgb: UInt8Array, camera: Camera) -> RoomBox:
    """The room around a photo, (H, W, 3) uint8 sRGB: walls whose line on the floor was found, and guesses for the others.

    A wall's line runs along one of the room's two directions, changes the color the same way all along, has floor before it and, wherever
    it is in sight, no floor on both sides: the lower edge of a sofa fails at its ends. The walls are chosen together: each line ends at the
    others, and an upright edge stands where two meet.
    """
    box = RoomBox()
    if camera.confidence < _UNSURE:
        return box
    scale = min(1.0, _WORK_PX / max(rgb.shape[:2]))
    size = (max(32, round(rgb.shape[1] * scale)), max(32, round(rgb.shape[0] * scale)))
    small = cv2.cvtColor(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2LAB).astype(np.float32)
    small = _whitened(cv2.GaussianBlur(small, (0, 0), 0.8))
    view = camera.resized(*size)
    fan = _fan(small, view)
    lines = {side: _lines(fan, side, min(size)) for side in _SIDES}
    corners = {
        (side, line.place, back.place): _upright(small, view, line.place if side == "right" else -line.place, -back.place)
        for side in ("left", "right") for line in lines[side] for back in lines["back"]
    }
    best, found = 0.0, {}
    for chosen in itertools.product(*((None, *lines[side]) for side in _SIDES)):
        score, kept = _together(fan, dict(zip(_SIDES, chosen, strict=True)), corners)
        if score > best:
            best, found = score, kept
    exact = {side: _exact(fan, _SIDES[side], place) * (1 if side == "right" else -1) for side, place in found.items()}
    return replace(box, **exact, seen=frozenset(found))


def _whitened(lab: FloatArray) -> FloatArray:
    """Colors so that the nearest floor is 0 and spreads by 1 every way."""
    height, width = lab.shape[:2]
    low = lab[int(0.85 * height) :, width // 5 : -(width // 5)].reshape(-1, 3).astype(np.float64)
    middle = np.median(low, axis=0)
    off = np.linalg.norm(low - middle, axis=1)
    spread = np.cov((low[off <= np.percentile(off, 85)] - middle).T) + _NOISE**2 * np.eye(3)
    size, axes = np.linalg.eigh(spread)
    result: FloatArray = ((lab - middle) @ (axes / np.sqrt(size)) @ axes.T).astype(np.float32)
    return result


def _fan(lab: FloatArray, camera: Camera) -> _Fan:
    height, width = lab.shape[:2]
    ranges = np.geomspace(0.4, 16.0, _RANGES)
    middle = np.radians(-camera.yaw_deg)
    turns = middle + np.linspace(-1.0, 1.0, _TURNS) * min(1.25 * np.arctan(width / 2 / camera.focal_px) + 0.1, 1.5)
    sin, cos = np.sin(turns), np.cos(turns)
    places = np.stack([ranges[:, None] * sin, np.zeros((_RANGES, _TURNS)), -ranges[:, None] * cos], axis=-1)
    pixels = camera.project(places.reshape(-1, 3)).reshape(_RANGES, _TURNS, 2)
    beyond = np.gradient(pixels, axis=0)
    beyond /= np.maximum(np.linalg.norm(beyond, axis=2, keepdims=True), 1e-9)
    with np.errstate(invalid="ignore"):
        margin = _BESIDE_PX[-1] + 1.0
        inside = np.isfinite(pixels).all(axis=2) & (pixels >= margin).all(axis=2)
        inside &= (pixels[..., 0] < width - margin) & (pixels[..., 1] < height - margin)
    pixels, beyond = np.where(inside[..., None], pixels, 0.0), np.where(inside[..., None], beyond, 0.0)

    def seen(offset: float) -> FloatArray:
        at = (pixels + offset * beyond - 0.5).astype(np.float32)
        return np.asarray(cv2.remap(lab, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)

    before = np.mean([seen(-offset) for offset in _BESIDE_PX], axis=0)
    after = np.mean([seen(offset) for offset in _BESIDE_PX], axis=0)
    likeness = np.clip(2.0 - np.linalg.norm(before * (0.5, 1.0, 1.0), axis=2) / _LIKE_FLOOR, 0.0, 1.0)
    row = np.log(ranges[1] / ranges[0])
    rows = np.arange(_RANGES)
    near = np.median([before[np.maximum(rows + round(shift / row), 0)] for shift in _BEFORE], axis=0)
    behind = [np.linalg.norm(after[np.minimum(rows + round(shift / row), _RANGES - 1)] - near, axis=2) for shift in _BEHIND]
    differs = np.min(behind, axis=0)
    length = np.where(inside, np.linalg.norm(np.gradient(pixels, axis=1), axis=2), 0.0)
    length = np.minimum(length, 0.1 * width)
    passed = np.cumsum(inside, axis=0)
    open_way = np.cumsum(inside & (likeness > 0.4), axis=0) / np.maximum(passed, 1)
    return _Fan(ranges, turns, (after - before).astype(np.float32), likeness.astype(np.float32), differs.astype(np.float32),
                length.astype(np.float32), open_way.astype(np.float32))


def _lines(fan: _Fan, side: str, shorter: int) -> list[_Line]:
    """The lines most like a wall's on one side, the best first, none twice."""
    made = []
    for place in np.geomspace(_NEAREST_M[side], _FARTHEST_M, 360):
        speaks, length, seen = _speaks(fan, _SIDES[side], float(place))
        score = _best_run(speaks / shorter)
        if score > 0.6 * _ENOUGH:
            made.append(_Line(float(place), speaks / shorter, length, seen, score))
    made.sort(key=lambda line: -line.score)
    kept: list[_Line] = []
    for line in made:
        if all(abs(np.log(line.place / other.place)) > 0.02 for other in kept):
            kept.append(line)
    return kept[:_TRIED]


def _speaks(fan: _Fan, side: float, place: float) -> tuple[Array, Array, Array]:
    """For every direction: the pixels of the photo in which a wall's line at this distance is seen; below 0 where it is seen to be none.

    With it the line's length there, and whether it is seen, as in `_Line`.
    """
    facing = np.cos(fan.turns - side)
    with np.errstate(divide="ignore", invalid="ignore"):
        row = np.log(np.where(facing > 0.05, place / facing, np.inf) / fan.ranges[0]) / np.log(fan.ranges[1] / fan.ranges[0])
    there = np.isfinite(row) & (row >= 0) & (row < len(fan.ranges) - 1)
    row = np.where(there, row, 0).round().astype(int)
    columns = np.arange(len(fan.turns))
    nearest = np.argmax(fan.length > 0, axis=0)  # of the floor in sight; a line at the photo's very rim has none before it
    there &= row > nearest + np.log(_BEFORE_IT) / np.log(fan.ranges[1] / fan.ranges[0])
    length = np.where(there, fan.length[row, columns], 0.0)
    nowhere = np.zeros(len(columns))
    if (length > 0).sum() < 8:
        return nowhere, length, nowhere
    free = fan.open[np.maximum(row - _BEHIND_ROWS, 0), columns] > _OPEN
    step, floor, differs = fan.step[row, columns].astype(np.float64), fan.floor[row, columns], fan.differs[row, columns]
    size = np.linalg.norm(step, axis=1)
    best: tuple[float, Array, Array] = (0.0, nowhere, nowhere)
    shown = np.flatnonzero(length > 0)
    for part in np.array_split(shown, 4):  # the line may be seen on a part of its way only
        typical = np.median(step[part], axis=0)
        strength = float(np.linalg.norm(typical))
        if strength < _STEP:
            continue
        along = step @ (typical / strength)
        agrees = (along > max(0.35 * strength, 0.6 * _STEP)) & (along > 0.6 * size) & (differs > max(0.4 * strength, _STEP))
        nothing = (size < max(0.3 * strength, 0.6 * _STEP)) & (differs < max(0.4 * strength, _STEP)) & (floor > 0.5)
        trust = min(1.0, strength / (3.0 * _STEP))
        speaks = length * (np.where(agrees, (0.25 + 0.75 * floor * free) * trust, 0.0) - _AGAINST * nothing)
        score = _best_run(speaks)
        if score > best[0]:
            best = score, speaks, 1.0 * (agrees & free & (floor > 0.5)) - nothing
    return best[1], length, best[2]


def _best_run(values: Array) -> float:
    """The largest sum of neighbors, less what speaks against it anywhere."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    return float((total - np.minimum.accumulate(total)).max() + _ANYWHERE * np.minimum(values, 0.0).sum())


def _together(fan: _Fan, chosen: dict[str, _Line | None], corners: dict[tuple[str, float, float], float]) -> tuple[float, dict[str, float]]:
    """How well up to three lines go together as walls, and how far away these then are."""
    back, left, right = chosen["back"], chosen["left"], chosen["right"]
    if left is not None and right is not None and left.place + right.place < 1.6:
        return -1.0, {}
    far = back.place if back is not None else 99.0
    low = -np.arctan2(left.place, far) if left is not None else -9.0
    high = np.arctan2(right.place, far) if right is not None else 9.0
    mine = {"back": (fan.turns > low) & (fan.turns < high), "left": fan.turns <= low, "right": fan.turns >= high}
    score, found = 0.0, {}
    for side, line in chosen.items():
        if line is None:
            continue
        one = _best_run(np.where(mine[side], line.speaks, 0.0))
        if one < _ENOUGH or float((line.length * line.seen)[mine[side]].sum()) < _SUPPORT * float(line.length[mine[side]].sum()):
            return -1.0, {}
        score += one - 0.5 * _ENOUGH
        found[side] = line.place
        if side != "back" and back is not None:
            score += 0.35 * corners[side, line.place, back.place]
    return score, found


def _exact(fan: _Fan, side: float, place: float) -> float:
    """The distance moved to the middle of where the color changes."""
    facing = np.cos(fan.turns - side)
    columns = np.flatnonzero(facing > 0.05)
    around = place * np.exp(np.linspace(-0.05, 0.05, 41))
    change = np.zeros(len(around))
    for number, one in enumerate(around):
        row = np.log(one / facing[columns] / fan.ranges[0]) / np.log(fan.ranges[1] / fan.ranges[0])
        good = (row >= 0) & (row < len(fan.ranges) - 1)
        at = row[good].round().astype(int), columns[good]
        size = np.minimum(np.linalg.norm(fan.step[at], axis=1), 12.0)
        change[number] = float((size * fan.length[at] * fan.floor[at]).sum())
    strong = np.maximum(change - 0.75 * change.max(), 0.0)
    return float((around * strong).sum() / strong.sum()) if strong.sum() > 0 else place


def _upright(color: FloatArray, camera: Camera, x: float, z: float) -> float:
    """How clearly the photo shows an upright edge over a place of the floor: -0.3 (seen to be none) to 1; 0 where it is out of sight."""
    height, width = color.shape[:2]
    pixels = camera.project([[x, y, z] for y in np.linspace(0.15, 2.3, 40)])
    with np.errstate(invalid="ignore"):
        inside = np.isfinite(pixels).all(axis=1) & (pixels >= 6).all(axis=1) & (pixels[:, 0] < width - 6) & (pixels[:, 1] < height - 6)
    if inside.sum() < 6:
        return 0.0
    at = pixels[inside]
    best = 0.0
    for shift in (-2.0, -1.0, 0.0, 1.0, 2.0):
        sides = []
        for sign in (-1.0, 1.0):
            sides.append(np.mean([color[at[:, 1].astype(int), (at[:, 0] + shift + sign * off).astype(int)] for off in _BESIDE_PX], axis=0))
        step = sides[1] - sides[0]
        typical = np.median(step, axis=0)
        strength = float(np.linalg.norm(typical))
        if strength > 0.6 * _STEP:
            agrees = step @ typical / strength > 0.35 * strength
            best = max(best, float(agrees.mean()) * min(1.0, strength / (3.0 * _STEP)))
    seen = float(inside.mean())
    return seen * (best if best > 0.3 else -0.3)
