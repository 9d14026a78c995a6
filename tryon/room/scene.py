"""Where the pieces stand: places in the photo turned into places in the room."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tryon.errors import OptionError, PlacementError
from tryon.room.arrange import Spot, collisions, put_on
from tryon.room.furniture import Furniture, load_furniture
from tryon.room.recolor import material_colors, recolored
from tryon.text import _

if TYPE_CHECKING:
    from tryon.image import UInt8Array
    from tryon.room.box import RoomBox
    from tryon.room.camera import Camera

__all__ = ["MOST_LIFT_M", "PlacedPiece", "Placement", "Scene", "block_met", "is_carried", "parse_placement", "set_scene"]

Array = npt.NDArray[np.float64]

MOST_LIFT_M = 6.0
_FARTHEST_M = 40.0
_SMALL_M = 0.4, 0.7  # width and height of what is put onto other things


@dataclass(frozen=True)
class Placement:
    """What stands where in the photo.

    furniture: a built-in name or a mesh file. x, y: the pixel of the photo (x right, y down) where the middle of its footprint stands.
    turn_deg: about the vertical, counter-clockwise seen from above; 0 = its front (the mesh's +z) towards the camera.
    colors: materials by name and the linear RGB color that each takes (`tryon.room.recolor`).
    lift_m: how high its foot is over the floor; None = as such a piece usually is (on the floor, on a table pointed at, on the wall).
    """

    furniture: str
    x: float
    y: float
    turn_deg: float = 0.0
    colors: tuple[tuple[str, tuple[float, float, float]], ...] = ()
    lift_m: float | None = None


def parse_placement(text: str) -> Placement:
    """Read NAME@X,Y, NAME@X,Y,TURN or NAME@X,Y,TURN,LIFT, such as sofa-2-seat@800,900,30. Raises OptionError."""
    example = _("write NAME@X,Y or NAME@X,Y,TURN or NAME@X,Y,TURN,LIFT such as sofa-2-seat@800,900,30")
    name, at, place = text.rpartition("@")
    if not at or not name.strip():
        raise OptionError(_("{text} does not say which furniture stands where").format(text=repr(text)), advice=example)
    fields = [field.strip() for field in place.split(",")]
    if len(fields) not in (2, 3, 4):
        reason = _("{place} is not a place: it has {count} numbers, not two to four").format(place=repr(place), count=len(fields))
        raise OptionError(reason, advice=example)
    numbers = []
    for field in fields:
        try:
            number = float(field)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise OptionError(_("{field} in {text} is not a number").format(field=repr(field), text=repr(text)), advice=example)
        numbers.append(number)
    lift = min(max(numbers[3], 0.0), MOST_LIFT_M) if len(numbers) == 4 else None
    return Placement(name.strip(), numbers[0], numbers[1], numbers[2] if len(numbers) > 2 else 0.0, lift_m=lift)


@dataclass(frozen=True, eq=False)
class PlacedPiece:
    """A piece standing in the room.

    transform: (4, 4) float64, from the mesh to the world (metres, y up, floor y = 0). distance_m: from the camera, along the floor.
    """

    furniture: Furniture
    placement: Placement
    transform: Array
    distance_m: float

    @property
    def footprint(self) -> Array:
        """The rectangle it covers on the floor: (4, 3) metres; back left, back right, front right, front left as its user sits."""
        width, _height, depth = self.furniture.size_m
        corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (width / 2, depth / 2)
        points = np.column_stack([corners[:, 0], np.zeros(4), corners[:, 1], np.ones(4)])
        result: Array = (points @ self.transform.T)[:, :3]
        result[:, 1] = 0.0
        return result

    @property
    def corners(self) -> Array:
        """The eight corners of its box in the world: (8, 3) metres."""
        low = self.footprint + (0.0, self.transform[1, 3], 0.0)
        result: Array = np.vstack([low, low + (0.0, self.furniture.size_m[1], 0.0)])
        return result

    @property
    def spot(self) -> Spot:
        """Where it is on the plan, for `arrange`."""
        x, y, z = (float(value) for value in self.transform[:3, 3])
        return Spot(self.furniture, x, z, math.degrees(math.atan2(self.transform[0, 2], self.transform[2, 2])), y)


@dataclass(frozen=True, eq=False)
class Scene:
    """All pieces in the room, the nearest first, and what the user should know about them.

    front: (H, W) uint8 in pixels of the camera's photo: 255 = what stands in front of all of them.
    touching: which pieces stand inside one another, by their numbers in the request. box: the room, where walls catch shadows.
    """

    camera: Camera
    pieces: tuple[PlacedPiece, ...]
    warnings: tuple[str, ...] = ()
    front: UInt8Array | None = None
    touching: tuple[tuple[int, int], ...] = ()
    box: RoomBox | None = None

    @property
    def middle(self) -> Array:
        """The middle of the pieces on the floor: (3,) metres; before the camera where there are none."""
        if not self.pieces:
            return np.array([0.0, 0.0, -2.5])
        corners = np.vstack([piece.footprint for piece in self.pieces])
        result: Array = (corners.min(axis=0) + corners.max(axis=0)) / 2
        return result


def set_scene(camera: Camera, placements: tuple[Placement, ...]) -> Scene:
    """Stand the furniture where the user pointed. Raises MeshError and PlacementError."""
    standing = tuple(_place(camera, placement) for placement in placements)
    hung = tuple(_hung(camera, piece) for piece in standing)
    pieces = tuple(_lifted(camera, piece, hung) for piece in hung)
    notes = [note for piece in pieces for note in piece.furniture.warnings]
    met = collisions([piece.spot for piece in pieces])
    for found in met:
        words = {"first": pieces[found.first].furniture.name, "second": pieces[found.second].furniture.name}
        notes.append(_("{first} and {second} stand in the same place").format(**words))
    nearest_first = tuple(sorted(pieces, key=lambda piece: piece.distance_m))
    touching = tuple((found.first, found.second) for found in met)
    return Scene(camera=camera, pieces=nearest_first, warnings=tuple(dict.fromkeys(notes)), touching=touching)


def _place(camera: Camera, placement: Placement) -> PlacedPiece:
    name = placement.furniture
    if not (0 <= placement.x <= camera.width and 0 <= placement.y <= camera.height):
        reason = _("the place {x:.0f},{y:.0f} lies outside the photo of {width} x {height} pixels").format(
            x=placement.x, y=placement.y, width=camera.width, height=camera.height
        )
        raise PlacementError(reason, subject=name, advice=_("give pixels of the photo, from its upper left corner"))
    furniture = load_furniture(name)
    if placement.colors:
        furniture = _colored(furniture, placement.colors)
    spot = camera.floor_point(placement.x, placement.y)
    away = camera.position - spot
    distance = math.hypot(away[0], away[2])
    if distance > _FARTHEST_M:
        reason = _("the place {x:.0f},{y:.0f} is {distance:.0f} m away").format(x=placement.x, y=placement.y, distance=distance)
        raise PlacementError(reason, subject=name, advice=_("point lower in the photo, nearer to you"))
    yaw = math.atan2(away[0], away[2]) + math.radians(placement.turn_deg)
    transform = np.eye(4)
    transform[:3, :3] = [[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]]
    transform[:3, 3] = spot
    eye = transform[:3, :3].T @ (camera.position - spot)
    width, height, depth = furniture.size_m
    if abs(eye[0]) <= width / 2 + 0.05 and abs(eye[2]) <= depth / 2 + 0.05 and eye[1] <= height + 0.05:
        reason = _("the camera itself stands in that place")
        raise PlacementError(reason, subject=name, advice=_("point higher in the photo, farther away"))
    return PlacedPiece(furniture=furniture, placement=placement, transform=transform, distance_m=distance)


@lru_cache(maxsize=24)
def _colored(furniture: Furniture, colors: tuple[tuple[str, tuple[float, float, float]], ...]) -> Furniture:
    """A piece in other colors, kept so that it is drawn as the same one again; names it does not have are of another file's past."""
    known = material_colors(furniture)
    return recolored(furniture, {name: color for name, color in colors if name in known})


def is_carried(stands: str, size_m: tuple[float, float, float], top_m: float | None) -> bool:
    """Whether a piece goes onto what is pointed at: what is made for tables, and all that is small and carries nothing itself."""
    width, height, depth = size_m
    return stands == "table" or (stands == "floor" and top_m is None and max(width, depth) <= _SMALL_M[0] and height <= _SMALL_M[1])


def _hung(camera: Camera, piece: PlacedPiece) -> PlacedPiece:
    """What hangs goes to its usual height over the place pointed at, or as high as it is wanted."""
    furniture, lift = piece.furniture, piece.placement.lift_m
    if lift is None and furniture.stands not in ("wall", "ceiling"):
        return piece
    return _moved(camera, piece, (piece.transform[0, 3], furniture.elevation_m if lift is None else lift, piece.transform[2, 3]))


def _lifted(camera: Camera, piece: PlacedPiece, others: tuple[PlacedPiece, ...]) -> PlacedPiece:
    """What is carried goes onto the table, chest or shelf pointed at, if any."""
    furniture = piece.furniture
    if piece.placement.lift_m is not None or not is_carried(furniture.stands, furniture.size_m, furniture.top_m):
        return piece
    direction = camera.rays([[piece.placement.x, piece.placement.y]])[0]
    best: tuple[float, tuple[float, float, float]] | None = None
    for other in others:
        if other is piece or other.furniture.stands not in ("floor", "wall") or is_carried(
            other.furniture.stands, other.furniture.size_m, other.furniture.top_m
        ):
            continue
        level = other.furniture.top_m if other.furniture.top_m is not None else other.furniture.size_m[1]
        hit = block_met(camera.position, direction, other.spot, level)
        if hit is None:
            continue
        far, place = hit
        half = np.array([other.furniture.size_m[0], other.furniture.size_m[2]]) / 2
        foot = min(furniture.size_m[0], furniture.size_m[2]) / 2
        place = np.clip(place, -np.maximum(half - foot, 0), np.maximum(half - foot, 0))
        x, z = other.spot.to_plan(place[None])[0]
        height = put_on(replace(piece.spot, x_m=float(x), z_m=float(z)), [other.spot]).y_m
        if abs(height - other.spot.y_m - level) < 0.03 and (best is None or far < best[0]):
            best = far, (float(x), height, float(z))
    return piece if best is None else _moved(camera, piece, best[1])


def block_met(eye: Array, direction: Array, spot: Spot, level: float) -> tuple[float, Array] | None:
    """How far a look from the eye meets a piece's block up to a level, and where on its own plan (2,); None where it passes."""
    start = np.array([*spot.to_local(eye[None, [0, 2]])[0], eye[1]])
    end = eye + direction
    toward = np.array([*spot.to_local(end[None, [0, 2]])[0], end[1]]) - start
    low = np.array([-spot.piece.size_m[0] / 2, -spot.piece.size_m[2] / 2, spot.y_m])
    high = np.array([spot.piece.size_m[0] / 2, spot.piece.size_m[2] / 2, spot.y_m + level])
    with np.errstate(divide="ignore", invalid="ignore"):
        near, far = (low - start) / toward, (high - start) / toward
    enter, leave = float(np.nanmax(np.minimum(near, far))), float(np.nanmin(np.maximum(near, far)))
    return None if enter > leave or enter <= 0.0 else (enter, (start + enter * toward)[:2])


def _moved(camera: Camera, piece: PlacedPiece, place: tuple[float, float, float]) -> PlacedPiece:
    transform = piece.transform.copy()
    transform[:3, 3] = place
    away = camera.position - transform[:3, 3]
    return replace(piece, transform=transform, distance_m=math.hypot(away[0], away[2]))
