"""Finds where the walls stand: the room as a box, as far as one photo tells."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray, UInt8Array
from tryon.room.box import RoomBox
from tryon.room.edges import Edges, sort_edges
from tryon.room.fan import Fan, floor_colors, read_fan
from tryon.room.lines import Lines, find_lines

if TYPE_CHECKING:
    from tryon.room.camera import Camera

__all__ = ["find_box"]

Array = npt.NDArray[np.float64]
Whole = npt.NDArray[np.intp]

_WORK_PX = 480
_LINES = 600
_UNSURE = 0.3  # of a camera; below it no wall is claimed
_SIDES = {"back": 0.0, "left": -0.5 * math.pi, "right": 0.5 * math.pi}  # which way they stand
_AXIS = {"back": 0, "left": 2, "right": 2}  # along which their lines run
_NEAREST_M, _FARTHEST_M = {"back": 1.6, "left": 0.6, "right": 0.6}, 12.0  # nobody takes a room from nearer to its wall
_STEP = 0.035  # of the logarithm of a distance
_PLACES = np.exp(np.arange(math.log(0.3), math.log(36.0), _STEP))
_CEILING, _CEILING_SPREAD = 0.72, 0.35  # how high over the camera, in parts of the camera's height
_CEILINGS = np.arange(round(math.log(0.40) / _STEP), round(math.log(1.45) / _STEP) + 1)
_TRIED = 14  # lines of every side that are tried together with the others
_APART = 4  # steps; nearer lines are one wall's: the two edges of a skirting board

# What speaks for a wall and against it, in parts of the photo's shorter side.
_BARE = 0.05  # what a line is worth that has no floor before it
_GOES_ON = 1.2  # floor on both sides of a line, against it
_COLOR = 0.8  # what a line is worth that only the color tells
_SAME_STEP, _SAME_FAR = 1.0, 1.3  # smaller steps of color are noise
_NO_CEILING = 0.06  # where the line under the ceiling should be seen and is not
_FITS, _MOST, _AGAINST = 0.08, 0.03, 0.8  # edges on the wall that run along it; that run straight into it
_CORNER, _NO_CORNER = 0.35, 0.15
_COST = 0.22
_USUAL_M, _USUAL_SPREAD, _USUAL = 3.2, 0.6, 0.15  # of a back wall
_BETTER = 0.12  # than the same room without the wall, and than one where it stands elsewhere
_SEEN, _SUPPORT = 0.12, 0.45  # so much of the line must be seen: of the photo's shorter side, and of what is in sight of the line


@dataclass(frozen=True, eq=False)
class _Side:
    """What the photo tells about the walls of one side, for all distances (P = `_PLACES`) and directions (C).

    floor, ceiling: (P, C) what speaks for the wall's line on the floor, and for one under a ceiling as high over the camera as the camera
    is over the floor. seen: what of the floor's line is seen, length: what is in sight. beyond: how much it looks like floor behind the
    line. foot, top: rows of these lines in `Edges`.
    """

    floor: Array
    ceiling: Array
    seen: Array
    beyond: Array
    length: Array
    foot: Whole
    top: Whole
    facing: npt.NDArray[np.bool_]


def find_box(rgb: UInt8Array, camera: Camera) -> RoomBox:
    """The room around a photo, (H, W, 3) uint8 sRGB: walls whose line on the floor was found, and guesses for the others.

    Boxes are tried as wholes (after Hedau et al. 2009 and Lee et al. 2009): a wall's line on the floor is an edge with floor before it and
    none behind; under the ceiling runs another one, as far away; where two walls meet stands an upright edge; and on a wall no edge runs
    straight into it, as those of tables and sofas before it do. A wall counts only where the same room without it, or with it elsewhere,
    explains the photo clearly worse.
    """
    box = RoomBox()
    if camera.confidence < _UNSURE:
        return box
    scale = min(1.0, _WORK_PX / max(rgb.shape[:2]))
    size = (max(32, round(rgb.shape[1] * scale)), max(32, round(rgb.shape[0] * scale)))
    view, lines = camera.resized(*size), find_lines(rgb, _LINES)
    if not len(lines):
        return box
    lines = Lines(lines.ends * np.tile([size[0] / rgb.shape[1], size[1] / rgb.shape[0]], 2), lines.unit * scale)
    edges = sort_edges(lines, view)
    fan = read_fan(floor_colors(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)), view, edges.turns)
    sides = {side: _side(side, edges, fan, view) for side in _SIDES}
    trial = _Trial(edges, sides, view)
    found = {side: _exact(edges, side, place, view) * (1 if side == "right" else -1) for side, place in trial.walls().items()}
    return replace(box, **found, seen=frozenset(found))


def _side(side: str, edges: Edges, fan: Fan, camera: Camera) -> _Side:
    facing = np.cos(edges.turns - _SIDES[side])
    columns = np.broadcast_to(np.arange(len(facing)), (len(_PLACES), len(facing)))
    slope = camera.height_m * facing / _PLACES[:, None]
    foot, top = edges.row(-slope), edges.row(slope)
    faces = facing > 0.06

    def lengths(rows: Whole) -> Array:
        """Pixels of the photo along a line, by columns."""
        parts = np.linalg.norm(np.diff(edges.pixels[rows, columns], axis=1), axis=2)
        parts = np.minimum(np.nan_to_num(parts), 0.06 * camera.width)
        result = np.zeros(rows.shape)
        result[:, :-1] += parts / 2
        result[:, 1:] += parts / 2
        return np.asarray(result * faces / min(camera.width, camera.height))

    row, there = fan.row(_PLACES[:, None] / np.maximum(facing, 0.05))
    there &= faces & fan.inside[row, columns]
    floor = there * fan.floor[row, columns]
    before = floor * (fan.open[np.maximum(row - 6, 0), columns] > 0.6)
    length, line = lengths(foot), edges.near[_AXIS[side]]
    step, differs = fan.step[row, columns] * there[..., None], fan.differs[row, columns]
    seen = length * np.maximum(line[foot, columns], _COLOR * _turns_color(step, differs, there)) * (_BARE + (1 - _BARE) * before)
    goes_on = there & (np.linalg.norm(step, axis=2) < _SAME_STEP) & (differs < _SAME_FAR) & (floor > 0.4)
    under = line[top, columns]
    return _Side(
        floor=seen - _GOES_ON * length * goes_on, ceiling=lengths(top) * (under - _NO_CEILING * (1 - under)),
        seen=seen, beyond=np.where(there, fan.beyond[row, columns], 0.0), length=length, foot=foot, top=top, facing=faces,
    )


def _turns_color(step: FloatArray, differs: FloatArray, there: npt.NDArray[np.bool_]) -> Array:
    """How surely the color turns the same way along each line, 0..1: (P, C) for steps of color (P, C, 3)."""
    result = np.zeros(there.shape)
    for place in np.flatnonzero(there.sum(axis=1) >= 8):
        best = 0.0
        shown = np.flatnonzero(there[place])
        mine, far = step[place, shown], differs[place, shown]
        size = np.linalg.norm(mine, axis=1)
        for part in np.array_split(np.arange(len(shown)), 4):  # it may be seen on a part of its way only
            typical = np.median(mine[part], axis=0)
            strength = float(np.linalg.norm(typical))
            if strength < _SAME_STEP:
                continue
            along = mine @ (typical / strength)
            agrees = (along > max(0.35 * strength, 0.6 * _SAME_STEP)) & (along > 0.6 * size) & (far > max(0.4 * strength, _SAME_STEP))
            surely = agrees * min(1.0, strength / (3.0 * _SAME_STEP))
            if surely.sum() > best:
                best = float(surely.sum())
                result[place, shown] = surely
    return result


class _Trial:
    """Tries all boxes that the photo suggests."""

    def __init__(self, edges: Edges, sides: dict[str, _Side], camera: Camera) -> None:
        self.edges, self.sides = edges, sides
        shorter, count = min(camera.width, camera.height), len(edges.turns)
        self.level = int(edges.row(np.zeros(1))[0])
        self.along = np.concatenate([np.zeros((3, 1, count)), np.cumsum(edges.length, axis=1)], axis=1) / shorter
        upright = cv2.dilate(edges.near[1].astype(np.float32), np.ones((1, 3), np.uint8)) * edges.inside
        self.upright = np.vstack([np.zeros((1, count)), np.cumsum(upright, axis=0)])
        self.shown = np.vstack([np.zeros((1, count)), np.cumsum(edges.inside, axis=0)])
        self.enough = 0.35 * shorter
        self.places = {side: self._promising(side) for side in _SIDES}

    def _on_wall(self, side: str, places: Whole, tops: Whole) -> Array:
        """What edges on walls and ceiling say, for some distances: (N, C)."""
        foot, top, columns = self.sides[side].foot[places], self.sides[side].top[tops], np.arange(len(self.edges.turns))
        low = np.round(0.35 * foot + 0.65 * self.level).astype(np.intp)  # below stand things
        wall = self.along[:, np.maximum(top, low), columns] - self.along[:, low, columns]
        above = self.along[:, -1:, columns] - self.along[:, top, columns]
        axis = _AXIS[side]
        fits = np.minimum(wall[axis] + 0.6 * wall[1] + 0.5 * (above[0] + above[2]), _MOST)
        result: Array = (_FITS * fits - _AGAINST * (wall[2 - axis] + above[1])) * self.sides[side].facing
        return result

    def _speaks(self, side: str, places: Whole, ceiling: int) -> Array:
        """What speaks for walls at some distances under a ceiling, summed up over the columns: (N, C + 1)."""
        tops = np.clip(places - ceiling, 0, len(_PLACES) - 1)
        speaks = self.sides[side].floor[places] + self.sides[side].ceiling[tops] + self._on_wall(side, places, tops)
        return np.concatenate([np.zeros((len(places), 1)), np.cumsum(speaks, axis=1)], axis=1)

    def _promising(self, side: str) -> Whole:
        """The distances most like a wall's on one side, none twice."""
        places = np.flatnonzero((_NEAREST_M[side] <= _PLACES) & (_PLACES <= _FARTHEST_M))
        best = np.max([_best_run(self._speaks(side, places, int(ceiling))) - _unusual(ceiling) for ceiling in _CEILINGS[::3]], axis=0)
        kept: list[int] = []
        for place in places[np.argsort(-best, kind="stable")]:
            if all(abs(int(place) - other) > 1 for other in kept):
                kept.append(int(place))
        return np.array(kept[:_TRIED], np.intp)

    def _under(self, ceiling: int) -> Array:
        """How well every room explains the photo under one ceiling: (back, left, right), the first of each = no such wall."""
        back, count = self.places["back"], len(self.edges.turns)
        total = self._speaks("back", back, ceiling)
        low, high = np.minimum.accumulate(total, axis=1), np.maximum.accumulate(total[:, ::-1], axis=1)[:, ::-1]
        rows = np.arange(len(back))[:, None]
        at, gain = {}, {}
        for side, sign in (("left", -1), ("right", 1)):
            mine = self.places[side]
            turn = np.arctan2(sign * _PLACES[mine][None], _PLACES[back][:, None])  # where it meets the back wall
            column = self.edges.column(turn)
            own = self._speaks(side, mine, ceiling)
            cut = at[side] = np.clip(np.round(column), 0, count).astype(np.intp)
            each = np.arange(len(mine))[None]
            rest = np.minimum.accumulate(own, axis=1) if side == "left" else np.maximum.accumulate(own[:, ::-1], axis=1)[:, ::-1]
            meets = sign * (rest[each, cut] - own[each, cut]) + _CORNER * self._corners(column, back, ceiling)
            gain[side] = np.concatenate([_best_run(own)[None], meets]) - _COST  # (no back wall and every back wall, every wall)
        left, right = at["left"], at["right"]
        score = np.zeros((len(back) + 1, len(self.places["left"]) + 1, len(self.places["right"]) + 1))
        score[1:, 0, 0] = _best_run(total)
        score[1:, 1:, 0] = high[rows, left] - total[rows, left]
        score[1:, 0, 1:] = total[rows, right] - low[rows, right]
        score[1:, 1:, 1:] = total[rows, right][:, None] - total[rows, left][:, :, None]
        score[1:, 1:, 1:][left[:, :, None] >= right[:, None]] = -9.0
        score[1:] -= (_COST + _USUAL * (np.log(_PLACES[back] / _USUAL_M) / _USUAL_SPREAD) ** 2)[:, None, None]
        score[:, 1:, :] += gain["left"][:, :, None]
        score[:, :, 1:] += gain["right"][:, None]
        narrow = _PLACES[self.places["left"]][:, None] + _PLACES[self.places["right"]][None] < 1.6
        score[:, 1:, 1:][:, narrow] = -9.0
        score -= _unusual(ceiling)
        score[0, 0, 0] = 0.0
        return score

    def _corners(self, column: Array, back: Whole, ceiling: int) -> Array:
        """How clearly upright edges are seen where walls meet, (N, M) for columns (N, M) and N back walls."""
        at = np.clip(np.round(column), 1, len(self.edges.turns) - 2).astype(np.intp)
        wall, under = self.sides["back"], np.clip(back - ceiling, 0, len(_PLACES) - 1)
        foot, top = wall.foot[back[:, None], at], wall.top[under[:, None], at]
        low = np.round(0.5 * (foot + self.level)).astype(np.intp)
        shown = self.shown[top, at] - self.shown[low, at]
        clear = (self.upright[top, at] - self.upright[low, at]) / np.maximum(shown, 1.0)
        told = (column > 0) & (column < len(self.edges.turns)) & (shown >= 12)
        result: Array = told * np.minimum(shown / self.enough, 1.0) * (clear - _NO_CORNER)
        return result

    def walls(self) -> dict[str, float]:
        """The distances of the walls that are sure, in metres."""
        score = np.max([self._under(int(ceiling)) for ceiling in _CEILINGS], axis=0)
        best = np.unravel_index(int(score.argmax()), score.shape)
        chosen = {side: None if number == 0 else int(self.places[side][number - 1]) for side, number in zip(_SIDES, best, strict=True)}
        found = {}
        for axis, (side, place) in enumerate(chosen.items()):
            if place is None:
                continue
            others = np.concatenate([[True], np.abs(self.places[side] - place) > _APART])
            rivals = score.compress(others, axis=axis)
            if score[best] - rivals.max() > _BETTER and self._is_seen(side, place, chosen):
                found[side] = float(_PLACES[self._lowest(side, place)])
        return found

    def _is_seen(self, side: str, place: int, chosen: dict[str, int | None]) -> bool:
        """Whether enough of a wall's line on the floor is seen between its corners."""
        turns, own = self.edges.turns, self.sides[side]
        mine = np.ones(len(turns), bool)
        back = chosen["back"]
        for other, sign in (("left", -1), ("right", 1)):
            beside = chosen[other]
            if back is not None and beside is not None and side in ("back", other):
                beyond = sign * self.edges.column(np.array(math.atan2(sign * _PLACES[beside], _PLACES[back])))
                mine &= (sign * np.arange(len(turns)) <= beyond) == (side == "back")
        seen, length = float(own.seen[place][mine].sum()), float(own.length[place][mine].sum())
        return seen > max(_SEEN, _SUPPORT * length)

    def _lowest(self, side: str, place: int) -> int:
        """The foot of a wall whose skirting board shows two edges."""
        own = self.sides[side]
        seen = own.seen.sum(axis=1)
        for nearer in range(place - _APART - 1, place):
            board = seen[nearer] > 0.5 * seen[place] and (own.seen[nearer] * own.beyond[nearer]).sum() < 0.5 * seen[nearer]
            if nearer > 0 and board:
                return nearer - 1 + int(np.argmax(seen[nearer - 1 : nearer + 2]))
        return place


def _best_run(total: Array) -> Array:
    """The largest sum of neighbors in rows (N, C + 1) of running totals."""
    return np.asarray((total - np.minimum.accumulate(total, axis=1)).max(axis=1))


def _unusual(ceiling: float) -> float:
    """What speaks against a ceiling that is lower or higher than most."""
    return 0.125 * ((ceiling * _STEP - math.log(_CEILING)) / _CEILING_SPREAD) ** 2


def _exact(edges: Edges, side: str, place: float, camera: Camera) -> float:
    """A wall's distance by the edges that lie on its line."""
    turn, slope = edges.samples.T
    facing = np.cos(turn - _SIDES[side])
    below = (slope < -1e-6) & (facing > 0.06)
    metres = np.where(below, camera.height_m * facing / np.maximum(-slope, 1e-6), 1e9)
    weight = edges.weight * edges.share[edges.owner, _AXIS[side]] * (np.abs(np.log(np.maximum(metres, 1e-9) / place)) < 1.2 * _STEP)
    if weight.sum() < 6:
        return place
    order = np.argsort(metres)
    total = np.cumsum(weight[order])
    return float(metres[order][np.searchsorted(total, 0.5 * total[-1])])
