"""Arranging: pieces snap to walls and to each other, stand on tables, keep out of one another, and tell how much room is left.

Plan coordinates are (x, z) in metres of the world, the floor at y = 0. Turns are degrees about the vertical, counter-clockwise seen from
above; at 0 a piece's front (+z of its mesh) looks along the world's +z.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tryon.room.furniture import Furniture
from tryon.room.solids import surface_heights, touching

if TYPE_CHECKING:
    from tryon.room.box import RoomBox

__all__ = [
    "PASSAGE_M", "Clearance", "Collision", "Spot", "Wall", "clearance", "collisions", "hang", "nudged", "put_on", "snap_to_pieces",
    "snap_to_wall", "snapped_turn", "swapped", "walls_around", "walls_of",
]

Array = npt.NDArray[np.float64]

PASSAGE_M = 0.60  # what a person needs to walk through
_FLAT_M = 0.035  # a rug: others stand on it
_STEADY = 0.6  # how much of a foot must be on what carries it
_LEVEL_M = 0.015


@dataclass(frozen=True, eq=False)
class Spot:
    """A piece at a place of the room: the middle of its footprint, the height of its foot, its turn."""

    piece: Furniture
    x_m: float
    z_m: float
    turn_deg: float = 0.0
    y_m: float = 0.0

    @property
    def transform(self) -> Array:
        """(4, 4) from the mesh to the world."""
        turn = math.radians(self.turn_deg)
        result = np.eye(4)
        result[:3, :3] = [[math.cos(turn), 0, math.sin(turn)], [0, 1, 0], [-math.sin(turn), 0, math.cos(turn)]]
        result[:3, 3] = self.x_m, self.y_m, self.z_m
        return result

    @property
    def footprint(self) -> Array:
        """The rectangle it covers, (4, 2): back left, back right, front right, front left as its user sits."""
        width, _height, depth = self.piece.size_m
        return self.to_plan(np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (width / 2, depth / 2))

    def to_plan(self, local: Array) -> Array:
        """Points (N, 2) of its own plan in the room's."""
        turn = math.radians(self.turn_deg)
        rows = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
        result: Array = np.asarray(local, np.float64) @ rows + (self.x_m, self.z_m)
        return result

    def to_local(self, plan: Array) -> Array:
        """Points (N, 2) of the room's plan in its own."""
        turn = math.radians(self.turn_deg)
        rows = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
        result: Array = (np.asarray(plan, np.float64) - (self.x_m, self.z_m)) @ rows
        return result

    def at(self, place: Array) -> Spot:
        """The same piece elsewhere on the plan."""
        return replace(self, x_m=float(place[0]), z_m=float(place[1]))


@dataclass(frozen=True)
class Wall:
    """A wall's line on the floor from start to end, (x, z) each; inward: the unit direction into the room."""

    start: tuple[float, float]
    end: tuple[float, float]
    inward: tuple[float, float]

    @property
    def facing_deg(self) -> float:
        """The turn of a piece with its back on this wall."""
        return math.degrees(math.atan2(self.inward[0], self.inward[1]))


@dataclass(frozen=True)
class Collision:
    """Two pieces (numbers in the list) that stand inside one another. share: of the smaller one's skin, 0..1. where_m: its middle."""

    first: int
    second: int
    share: float
    where_m: tuple[float, float, float]


@dataclass(frozen=True)
class Clearance:
    """How far it is, in metres, from a side of a piece to the next thing; infinite where there is none. sides as its user sits.

    beside_m: where along each of the four sides that is nearest, metres from the side's middle, in the piece's own plan.
    """

    front: float
    back: float
    left: float
    right: float
    beside_m: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0)

    @property
    def tight(self) -> tuple[str, ...]:
        """The sides where nobody can walk through though there is a gap: between 5 and 60 cm."""
        return tuple(side for side in ("front", "back", "left", "right") if 0.05 < getattr(self, side) < PASSAGE_M)


def walls_around(corners: Sequence[tuple[float, float]]) -> tuple[Wall, ...]:
    """The walls of a room from its corners on the floor, in order around it (either way)."""
    points = np.asarray(corners, np.float64)
    area = float((points[:, 0] * np.roll(points[:, 1], -1) - np.roll(points[:, 0], -1) * points[:, 1]).sum())
    walls = []
    for start, end in zip(points, np.roll(points, -1, axis=0), strict=True):
        along = (end - start) / max(float(np.linalg.norm(end - start)), 1e-9)
        inward = np.array([-along[1], along[0]]) * (1.0 if area > 0 else -1.0)
        walls.append(Wall((float(start[0]), float(start[1])), (float(end[0]), float(end[1])), (float(inward[0]), float(inward[1]))))
    return tuple(walls)


def walls_of(box: RoomBox) -> tuple[Wall, ...]:
    """The walls of a room whose line on the floor was seen in the photo."""
    lines = {
        "left": ((box.left, box.back), (box.left, box.front), (1.0, 0.0)),
        "right": ((box.right, box.back), (box.right, box.front), (-1.0, 0.0)),
        "back": ((box.left, box.back), (box.right, box.back), (0.0, 1.0)),
        "front": ((box.left, box.front), (box.right, box.front), (0.0, -1.0)),
    }
    return tuple(Wall(*line) for name, line in lines.items() if name in box.seen)


def snapped_turn(turn_deg: float, step_deg: float = 15.0, near_deg: float = 4.0) -> float:
    """The turn, drawn to a multiple of the step where it is near one; between -180 and 180."""
    nearest = round(turn_deg / step_deg) * step_deg
    turn = nearest if abs(turn_deg - nearest) <= near_deg else turn_deg
    return (turn + 180.0) % 360.0 - 180.0


def snap_to_wall(spot: Spot, walls: Sequence[Wall], reach_m: float = 0.25, near_deg: float = 30.0) -> Spot:
    """The piece with a side flat on the nearest wall within reach, turned by at most near_deg; the same spot where there is none.

    In a corner it snaps to both walls.
    """
    for _twice in range(2):
        best: tuple[float, Spot] | None = None
        for wall in walls:
            turn = _turn_along(spot.turn_deg, wall.facing_deg)
            if abs(_difference(turn, spot.turn_deg)) > near_deg:
                continue
            turned = replace(spot, turn_deg=turn)
            start, inward = np.array(wall.start), np.array(wall.inward)
            along = np.array(wall.end) - start
            length = float(np.linalg.norm(along))
            if length < 1e-6:
                continue
            reach = (turned.footprint - start) @ inward
            place = float((np.array([spot.x_m, spot.z_m]) - start) @ along) / length
            gap = float(reach.min())
            if abs(gap) < 1e-6 or abs(gap) > reach_m or not -0.1 <= place <= length + 0.1 or float(reach.max()) <= 0.0:
                continue
            if best is None or abs(gap) < best[0]:
                best = abs(gap), turned.at(np.array([spot.x_m, spot.z_m]) - gap * inward)
        if best is None:
            return spot
        spot, near_deg = best[1], 1.0  # the second wall may only move it
    return spot


def hang(spot: Spot, wall: Wall, height_m: float | None = None) -> Spot:
    """A picture, shelf or curtain with its back on a wall, at the nearest place along it; height_m: of its foot, else the usual one."""
    start, end, inward = np.array(wall.start), np.array(wall.end), np.array(wall.inward)
    along = end - start
    length = max(float(np.linalg.norm(along)), 1e-9)
    half = spot.piece.size_m[0] / 2
    place = float((np.array([spot.x_m, spot.z_m]) - start) @ along) / length
    place = min(max(place, half), length - half) if length > 2 * half else length / 2
    foot = start + along / length * place + inward * (spot.piece.size_m[2] / 2)
    height = spot.piece.elevation_m if height_m is None else height_m
    return replace(spot.at(foot), turn_deg=wall.facing_deg, y_m=max(height, 0.0))


def snap_to_pieces(spot: Spot, others: Sequence[Spot], reach_m: float = 0.12, near_deg: float = 12.0) -> Spot:
    """The piece flush with a neighbor: side to side without a gap, and edges (or middles) in one line where they nearly are.

    Neighbors at other heights and rugs draw nothing.
    """
    best: tuple[float, Spot] | None = None
    for other in others:
        if other.piece.size_m[1] <= _FLAT_M or abs(other.y_m - spot.y_m) > 0.05:
            continue
        turn = _turn_along(spot.turn_deg, other.turn_deg)
        if abs(_difference(turn, spot.turn_deg)) > near_deg:
            continue
        turned = replace(spot, turn_deg=turn)
        local = other.to_local(turned.footprint)
        low, high = local.min(axis=0), local.max(axis=0)
        half = np.array([other.piece.size_m[0], other.piece.size_m[2]]) / 2
        for axis in (0, 1):
            cross = 1 - axis
            if low[cross] >= half[cross] or high[cross] <= -half[cross]:
                continue  # they would not stand beside each other
            for gap in (half[axis] - low[axis], -half[axis] - high[axis]):
                if abs(gap) > reach_m:
                    continue
                shift = np.zeros(2)
                shift[axis] = gap
                shift[cross] = _aligned(low[cross], high[cross], half[cross], reach_m)
                cost = abs(gap) + 0.25 * abs(shift[cross])
                if best is None or cost < best[0]:
                    center = other.to_local(np.array([[spot.x_m, spot.z_m]]))[0] + shift
                    best = cost, turned.at(other.to_plan(center[None])[0])
    return best[1] if best is not None else spot


def _aligned(low: float, high: float, half: float, reach_m: float) -> float:
    """The shift that brings an edge, or else the middle, into line with the neighbor's; 0 where none is near."""
    edges = [-half - low, half - high]
    middle = -(low + high) / 2
    edge = min(edges, key=abs)
    if abs(edge) <= reach_m:
        return edge
    return middle if abs(middle) <= reach_m else 0.0


def put_on(spot: Spot, others: Sequence[Spot]) -> Spot:
    """The piece standing on what is under it: a lamp on a table, a plant on a shelf's top, all else on the floor.

    A piece carries another where its surface is level under most of the other's foot and the other's foot is not larger than it. Pieces
    that hang keep their height.
    """
    if spot.piece.stands in ("wall", "ceiling"):
        return spot
    small = max(spot.piece.size_m[0], spot.piece.size_m[2]) <= 0.75 or spot.piece.stands == "table"
    best = 0.0
    if small:
        foot = _foot(spot)
        for other in others:
            if other.piece is spot.piece and other.x_m == spot.x_m and other.z_m == spot.z_m:
                continue
            local = other.to_local(foot)
            half = np.array([other.piece.size_m[0], other.piece.size_m[2]]) / 2
            on = (np.abs(local) <= half).all(axis=1)
            if on.mean() < _STEADY or other.piece.size_m[1] <= _FLAT_M:
                continue
            height = _carrying_height(other.piece, local[on], len(foot))
            if height is not None and other.y_m + height > best:
                best = other.y_m + height
    return replace(spot, y_m=best)


def _foot(spot: Spot) -> Array:
    """Where the piece meets what carries it: points of the room's plan under its lowest 3 cm."""
    points = np.vstack([part.vertices[:, :3] for part in spot.piece.parts]).astype(np.float64)
    low = points[points[:, 1] < 0.03][:, [0, 2]]
    if not len(low):
        low = points[:, [0, 2]]
    return spot.to_plan(np.unique(np.round(low, 2), axis=0))


def _carrying_height(piece: Furniture, places: Array, whole: int) -> float | None:
    """How high a piece carries things at these places of its plan, or None where it is not level there."""
    heights = surface_heights(piece, places)
    if piece.top_m is not None and (np.abs(heights - piece.top_m) <= 0.03).sum() >= _STEADY * whole:
        return piece.top_m
    if piece.top_m is not None and piece.top_m < piece.size_m[1] - 0.03:
        return piece.top_m  # its maker says where: a shelf with books on it
    level = float(np.percentile(heights, 90))
    if level > 0.05 and (np.abs(heights - level) <= _LEVEL_M).sum() >= max(_STEADY * whole, 1):
        return level
    return None


def collisions(spots: Sequence[Spot]) -> tuple[Collision, ...]:
    """Which pieces stand inside one another; touching, rugs, and a chair pushed under a table are no collision."""
    found = []
    for first, one in enumerate(spots):
        for second in range(first + 1, len(spots)):
            other = spots[second]
            if min(one.piece.size_m[1], other.piece.size_m[1]) <= _FLAT_M or not _boxes_meet(one, other):
                continue
            share, where = touching(one.piece, one.transform, other.piece, other.transform)
            if where is not None:
                found.append(Collision(first, second, share, (float(where[0]), float(where[1]), float(where[2]))))
    return tuple(found)


def _boxes_meet(one: Spot, other: Spot) -> bool:
    if one.y_m >= other.y_m + other.piece.size_m[1] or other.y_m >= one.y_m + one.piece.size_m[1]:
        return False
    for this, that in ((one, other), (other, one)):  # separating axes of two rectangles
        local = this.to_local(that.footprint)
        half = np.array([this.piece.size_m[0], this.piece.size_m[2]]) / 2
        if (local.min(axis=0) >= half).any() or (local.max(axis=0) <= -half).any():
            return False
    return True


def clearance(spot: Spot, others: Sequence[Spot], walls: Sequence[Wall] = ()) -> Clearance:
    """How much room there is on each side of a piece before the next piece or wall. Rugs and what hangs overhead are no obstacle."""
    width, height, depth = spot.piece.size_m
    others = [other for other in others if other is not spot and other.piece.size_m[1] > _FLAT_M]
    outlines = [o.footprint for o in others if o.y_m < spot.y_m + height and spot.y_m < o.y_m + o.piece.size_m[1]]
    outlines += [np.array([wall.start, wall.end]) for wall in walls]
    free: list[float] = []
    beside: list[float] = []
    for axis, sign in ((1, 1), (1, -1), (0, -1), (0, 1)):
        reach, half = (depth / 2, width / 2) if axis else (width / 2, depth / 2)
        nearest, where = math.inf, 0.0
        for outline in outlines:
            local = spot.to_local(outline)
            places = _clipped(local[:, 1 - axis], local[:, axis] * sign, half - 0.005)
            if len(places) and places[:, 1].max() > 0.0:
                at = places[np.lexsort((np.abs(places[:, 0]), np.round(places[:, 1], 3)))[0]]
                if max(float(at[1]) - reach, 0.0) < nearest:
                    nearest, where = max(float(at[1]) - reach, 0.0), float(at[0])
        free.append(nearest)
        beside.append(where)
    return Clearance(free[0], free[1], free[2], free[3], tuple(beside))


def _clipped(across: Array, along: Array, half: float) -> Array:
    """Where an outline lies that is at most `half` to either side, (N, 2) across and along: its corners there, where its edges enter and
    where they pass the middle."""
    near = np.abs(across) <= half
    found = list(zip(across[near], along[near], strict=True))
    for a, b, p, q in zip(across, np.roll(across, -1), along, np.roll(along, -1), strict=True):
        for line in (-half, 0.0, half):
            if (a - line) * (b - line) < 0:
                found.append((line, p + (q - p) * (line - a) / (b - a)))
    return np.array(found, np.float64).reshape(-1, 2)


def nudged(spot: Spot, right_cm: float, away_cm: float, view_deg: float = 0.0) -> Spot:
    """The piece moved by the arrow keys: right and away as the viewer sees it; view_deg: the turn of a piece that faces the viewer."""
    turn = math.radians(view_deg)
    right, toward = np.array([math.cos(turn), -math.sin(turn)]), np.array([math.sin(turn), math.cos(turn)])
    return spot.at(np.array([spot.x_m, spot.z_m]) + (right * right_cm - toward * away_cm) / 100.0)


def swapped(spot: Spot, piece: Furniture, keep: str = "back") -> Spot:
    """Another piece in the same place and turn; keep: "back" leaves its back where the old one's was (at a wall), "middle" its middle."""
    local = np.zeros((1, 2))
    if keep == "back":
        local[0, 1] = (piece.size_m[2] - spot.piece.size_m[2]) / 2
    return replace(spot.at(spot.to_plan(local)[0]), piece=piece)


def _turn_along(turn_deg: float, base_deg: float) -> float:
    """The turn nearest to the given one that differs from the base by a multiple of 90 degrees."""
    return base_deg + 90.0 * round(_difference(turn_deg, base_deg) / 90.0)


def _difference(one: float, other: float) -> float:
    return (one - other + 180.0) % 360.0 - 180.0
