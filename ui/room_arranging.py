"""How a piece under the hand finds its place: flush with walls and neighbors, and how much room is left around it. Plain numbers, no Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tryon.project.document import Piece
    from tryon.room.arrange import Spot
    from tryon.room.furniture import Furniture
    from ui.floor import Floor, Point, Size

__all__ = ["Gap", "gaps_around", "snapped", "spot_of", "swapped_place"]

WALL_REACH_M, PIECE_REACH_M, HANG_REACH_M = 0.25, 0.12, 0.9
_FAR_M = 3.0


@lru_cache(maxsize=256)
def _block(size: Size, stands: str, elevation_m: float) -> Furniture:
    """A piece as nothing but its size; for what needs no more."""
    from tryon.room.furniture import Furniture

    return Furniture("", Path(), size, (), stands=stands, elevation_m=elevation_m)


def spot_of(piece: Piece, floor: Floor) -> Spot | None:
    """Where a piece is on the room's plan; None above the horizon."""
    from tryon.room.arrange import Spot

    foot = floor.foot(piece)
    if foot is None:
        return None
    return Spot(_block(piece.size_m, piece.stands, piece.elevation_m), foot[0], foot[2], piece.yaw_deg, foot[1])


def _standing(piece: Piece, floor: Floor, pieces: tuple[Piece, ...]) -> list[Spot]:
    found = (spot_of(other, floor) for other in pieces if other.number != piece.number and not other.hidden)
    return [spot for spot in found if spot is not None]


def snapped(piece: Piece, floor: Floor, pieces: tuple[Piece, ...]) -> tuple[Piece, str]:
    """The piece drawn to a wall or to a neighbor that is near, and what drew it: "wall", "piece" or "" for nothing."""
    from tryon.room.arrange import hang, snap_to_pieces, snap_to_wall

    place, start = floor.place(piece.x, piece.y), spot_of(replace(piece, stands="floor"), floor)
    if place is None or start is None or piece.stands in ("table", "ceiling"):
        return piece, ""
    if piece.stands == "wall":
        near = [(abs(_beyond(wall, place)), wall) for wall in floor.walls if abs(_beyond(wall, place)) < HANG_REACH_M]
        if not near:
            return piece, ""
        spot, what = hang(start, min(near, key=lambda pair: pair[0])[1]), "wall"
    else:
        spot = snap_to_wall(start, floor.walls, WALL_REACH_M)
        what = "wall" if spot is not start else ""
        beside = snap_to_pieces(spot, [one for one in _standing(piece, floor, pieces) if one.y_m < 0.05], PIECE_REACH_M)
        if beside is not spot and (not what or abs(_turn(beside.turn_deg - spot.turn_deg)) < 1.0):
            spot, what = beside, what or "piece"
    pixel = floor.pixel((spot.x_m, spot.z_m))
    if not what or pixel is None or not floor.holds(piece.size_m, *pixel, spot.turn_deg):
        return piece, ""
    return replace(piece, x=pixel[0], y=pixel[1], yaw_deg=_turn(spot.turn_deg)), what


def _beyond(wall: object, place: Point) -> float:
    """How far a place is from a wall's line, into the room."""
    (x, z), (inward_x, inward_z) = wall.start, wall.inward  # type: ignore[attr-defined]
    return float((place[0] - x) * inward_x + (place[1] - z) * inward_z)


def _turn(degrees: float) -> float:
    return (degrees + 180.0) % 360.0 - 180.0


@dataclass(frozen=True)
class Gap:
    """Free room beside a piece: from its side, to what is next (x, y, z in metres), its length, and whether nobody can walk through."""

    start: tuple[float, float, float]
    end: tuple[float, float, float]
    metres: float
    tight: bool


def gaps_around(piece: Piece, floor: Floor, pieces: tuple[Piece, ...]) -> list[Gap]:
    """The free room on each side of a piece as far as the next one or a wall that is seen, where that is within 3 m."""
    from tryon.room.arrange import clearance

    spot = spot_of(piece, floor)
    if spot is None or piece.stands in ("wall", "ceiling"):
        return []
    around = _standing(piece, floor, pieces)
    free = clearance(spot, [one for one in around if one.y_m < 1.0], floor.walls if spot.y_m < 0.05 else ())
    yaw, half_width, half_depth = math.radians(piece.yaw_deg), piece.size_m[0] / 2, piece.size_m[2] / 2
    front, right = (math.sin(yaw), math.cos(yaw)), (math.cos(yaw), -math.sin(yaw))
    sides = {"front": (front, half_depth), "back": ((-front[0], -front[1]), half_depth), "left": ((-right[0], -right[1]), half_width),
             "right": (right, half_width)}  # fmt: skip
    found = []
    for (name, (way, reach)), beside in zip(sides.items(), free.beside_m, strict=True):
        metres = float(getattr(free, name))
        if not 0.005 < metres < _FAR_M:
            continue
        along = right if name in ("front", "back") else front
        x, z = spot.x_m + along[0] * beside, spot.z_m + along[1] * beside
        ends = [(x + way[0] * far, spot.y_m, z + way[1] * far) for far in (reach, reach + metres)]
        found.append(Gap(ends[0], ends[1], metres, name in free.tight))
    return found


def swapped_place(piece: Piece, size: Size, floor: Floor) -> Point | None:
    """The pixel for another piece in the place of this one: its back where the old one's was, so that it stays at its wall."""
    from tryon.room.arrange import swapped

    spot = spot_of(piece, floor)
    if spot is None or piece.stands != "floor":
        return piece.x, piece.y
    at_wall = any(abs(_beyond(wall, (spot.x_m, spot.z_m)) - piece.size_m[2] / 2) < 0.12 for wall in floor.walls)
    other = swapped(spot, _block(size, "floor", 0.0), "back" if at_wall else "middle")
    return floor.pixel((other.x_m, other.z_m))
