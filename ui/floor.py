"""The floor of the room photo, for the hand: pixels to metres and back, boxes, grid; plain numbers only."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tryon.errors import PlacementError
from tryon.text import N_, _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tryon.project.document import Piece
    from tryon.room.arrange import Wall
    from tryon.room.camera import Camera
    from tryon.room.hints import Guide

__all__ = ["Floor", "Point", "Size"]

Point = tuple[float, float]
Size = tuple[float, float, float]
FARTHEST_M = 30.0
_SOURCES = (  # what the engine calls them, for the translation
    N_("camera height 1.5 m assumed"), N_("known length"), N_("a door's height"), N_("an A4 sheet"), N_("the camera's height given"),
)  # fmt: skip


def _half(piece: Piece) -> Point:
    """Half of a piece's extent along the room's walls, in metres; where it stands askew, its longer side for both."""
    width, depth = piece.size_m[0] / 2, piece.size_m[2] / 2
    return (width, depth) if piece.yaw_deg % 180 == 0 else (max(width, depth), max(width, depth))


class Floor:
    """What the pointer touches in a room photo. Places are (x, z) in metres on the floor, pixels are the photo's."""

    def __init__(self, camera: Camera, walls: tuple[Wall, ...] = (), guides: tuple[Guide, ...] = ()) -> None:
        self.camera, self.walls, self.guides = camera, walls, guides
        self.corners: tuple[float, float, float, float, float, float] | None = None
        self.shadow: tuple[float, float, float, float, float] | None = None
        """The back wall and the light as they were found or told, as in `tryon.room.told`."""
        self.feet: dict[Piece, tuple[float, float, float]] = {}
        self.pieces: tuple[Piece, ...] = ()
        """The pieces in the room; feet: where the engine says that some of them stand (x, y, z in metres)."""

    def place(self, x: float, y: float) -> Point | None:
        """The place of the floor under a pixel; None above the horizon."""
        try:
            point = self.camera.floor_point(x, y)
        except PlacementError:
            return None
        return float(point[0]), float(point[2])

    def pixels(self, points: list[tuple[float, float, float]]) -> list[Point] | None:
        """Pixels of points of the room (metres); None where one lies behind the camera."""
        seen = [(float(x), float(y)) for x, y in self.camera.project(points).tolist()]
        return seen if all(math.isfinite(x) and math.isfinite(y) for x, y in seen) else None

    def pixel(self, place: Point) -> Point | None:
        """The pixel at which a place of the floor is seen."""
        seen = self.pixels([(place[0], 0.0, place[1])])
        return seen[0] if seen else None

    def distance(self, x: float, y: float) -> float:
        """Metres from the camera to the floor under a pixel; very far above the horizon."""
        place = self.place(x, y)
        return 1e6 if place is None else math.hypot(place[0], self.camera.height_m, place[1])

    def turn_deg(self, x: float, y: float, yaw_deg: float) -> float:
        """The turn of a placement, which counts from "facing the camera", for a piece that keeps its yaw in the room."""
        place = self.place(x, y)
        facing = 0.0 if place is None else math.degrees(math.atan2(-place[0], -place[1]))
        return (yaw_deg - facing + 180.0) % 360.0 - 180.0

    def holds(self, size: Size, x: float, y: float, yaw_deg: float) -> bool:
        """Whether a piece can stand there: in the photo, on the floor, not too far away, not around the camera itself."""
        place = self.place(x, y)
        if place is None or not (0 <= x <= self.camera.width and 0 <= y <= self.camera.height) or math.hypot(*place) > FARTHEST_M:
            return False
        yaw = math.radians(yaw_deg)
        across = abs(place[0] * math.cos(yaw) - place[1] * math.sin(yaw))
        along = abs(place[0] * math.sin(yaw) + place[1] * math.cos(yaw))
        return across > size[0] / 2 + 0.06 or along > size[2] / 2 + 0.06 or self.camera.height_m > size[1] + 0.06

    def box(self, size: Size, x: float, y: float, yaw_deg: float) -> list[Point] | None:
        """Pixels of a piece's box: on the floor front left, front right, back right, back left, then the four above them."""
        middle = self.place(x, y)
        return None if middle is None else self._block(size, (middle[0], 0.0, middle[1]), yaw_deg)

    def foot(self, piece: Piece) -> tuple[float, float, float] | None:
        """Where a piece stands: on the floor, on a table that is pointed at, or over the floor where it hangs; metres."""
        if piece in self.feet:
            return self.feet[piece]
        place = self.place(piece.x, piece.y)
        if place is None:
            return None
        if piece.lift_m is not None or piece.stands in ("wall", "ceiling"):
            return place[0], piece.elevation_m if piece.lift_m is None else piece.lift_m, place[1]
        from tryon.room.scene import is_carried

        found = self._on_table(piece) if is_carried(piece.stands, piece.size_m, piece.top_m) else None
        return found or (place[0], 0.0, place[1])

    def _on_table(self, piece: Piece) -> tuple[float, float, float] | None:
        """Where the look through a piece's pixel meets the top of a table, as the engine does it."""
        from tryon.room.scene import block_met
        from ui.room_arranging import spot_of

        direction, best = self.camera.rays([[piece.x, piece.y]])[0], None
        for other in self.pieces:
            if other.number == piece.number or other.top_m is None or other.stands not in ("floor", "wall") or other.hidden:
                continue
            spot = spot_of(other, self)
            hit = None if spot is None else block_met(self.camera.position, direction, spot, other.top_m)
            if spot is None or hit is None or (best is not None and hit[0] >= best[0]):
                continue
            half = min(piece.size_m[0], piece.size_m[2]) / 2
            limits = [max(other.size_m[0] / 2 - half, 0.0), max(other.size_m[2] / 2 - half, 0.0)]
            local = hit[1].clip([-limit for limit in limits], limits)
            x, z = spot.to_plan(local[None])[0].tolist()
            best = hit[0], (x, spot.y_m + other.top_m, z)
        return None if best is None else best[1]

    def outline(self, piece: Piece) -> list[Point] | None:
        """Pixels of a piece's box as it stands: below front left, front right, back right, back left, then the four above them."""
        foot = self.foot(piece)
        return None if foot is None else self._block(piece.size_m, foot, piece.yaw_deg)

    def front_of(self, piece: Piece, reach_m: float) -> Point | None:
        """The pixel `reach_m` before the middle of a piece's front, at its foot."""
        foot = self.foot(piece)
        if foot is None:
            return None
        yaw, away = math.radians(piece.yaw_deg), piece.size_m[2] / 2 + reach_m
        seen = self.pixels([(foot[0] + away * math.sin(yaw), foot[1], foot[2] + away * math.cos(yaw))])
        return seen[0] if seen else None

    def top_of(self, piece: Piece) -> Point | None:
        """The pixel of the middle of a piece's top."""
        foot = self.foot(piece)
        seen = None if foot is None else self.pixels([(foot[0], foot[1] + piece.size_m[1], foot[2])])
        return seen[0] if seen else None

    def lift_to(self, piece: Piece, at: Point, above_m: float = 0.0) -> float | None:
        """How high a piece's foot must be so that what is above_m higher is seen at the height of a pixel."""
        place = self.place(piece.x, piece.y)
        if place is None:
            return None
        low, high = -above_m, FARTHEST_M
        for _step in range(40):  # the higher, the higher up it is seen
            middle = (low + high) / 2
            seen = self.pixels([(place[0], middle + above_m, place[1])])
            low, high = (middle, high) if seen is not None and seen[0][1] > at[1] else (low, middle)
        return low

    def _block(self, size: Size, foot: tuple[float, float, float], yaw_deg: float) -> list[Point] | None:
        width, height, depth = size
        yaw, corners = math.radians(yaw_deg), []
        for across, along in ((-0.5, 0.5), (0.5, 0.5), (0.5, -0.5), (-0.5, -0.5)):
            right, front = across * width, along * depth
            corners.append(
                (foot[0] + right * math.cos(yaw) + front * math.sin(yaw), foot[2] - right * math.sin(yaw) + front * math.cos(yaw))
            )
        return self.pixels([(cx, foot[1], cz) for cx, cz in corners] + [(cx, foot[1] + height, cz) for cx, cz in corners])

    def yaw_towards(self, x: float, y: float, at: Point) -> float | None:
        """The yaw in degrees with which a piece at pixel x, y faces the floor under another pixel."""
        middle, goal = self.place(x, y), self.place(*at)
        if middle is None or goal is None or math.dist(middle, goal) < 1e-6:
            return None
        return math.degrees(math.atan2(goal[0] - middle[0], goal[1] - middle[1]))

    def moved(self, x: float, y: float, right_m: float, nearer_m: float) -> Point | None:
        """The pixel after a step on the floor, right and nearer as the photo shows it, along the walls."""
        middle = self.place(x, y)
        return None if middle is None else self.pixel((middle[0] + right_m, middle[1] + nearer_m))

    def spot(self, size: Size, others: Sequence[Piece] = ()) -> Point:
        """A sensible pixel for a new piece: on the floor, whole in the picture where possible, and in no other piece's place."""
        taken = [(place, _half(piece)) for piece in others if (place := self.place(piece.x, piece.y)) is not None]
        width, height = self.camera.width, self.camera.height
        best, best_cost = (width / 2, height * 0.8), math.inf
        for row in range(95, 40, -3):
            for column in (50, 42, 58, 34, 66, 26, 74, 18, 82):
                x, y = width * column / 100, height * row / 100
                box = self.box(size, x, y, 0.0)
                place = self.place(x, y)
                if box is None or place is None or not self.holds(size, x, y, 0.0):
                    continue
                outside = sum(not (0 <= px <= width and 0 <= py <= height) for px, py in box)
                tall = (max(py for _px, py in box) - min(py for _px, py in box)) / height
                gaps = (
                    max(abs(place[0] - at[0]) - size[0] / 2 - half[0], abs(place[1] - at[1]) - size[2] / 2 - half[1]) for at, half in taken
                )
                cost = outside * 1.0 + abs(column - 50) / 50 * 0.5 + abs(self.distance(x, y) - 3.2) * 0.3 + max(0.0, tall - 0.6) * 4
                cost += max(0.0, 0.3 - min(gaps, default=1.0)) * 8
                if cost < best_cost:
                    best, best_cost = (x, y), cost
        return best

    def grid(self, step_m: float = 1.0, reach_m: float = 8.0) -> list[tuple[Point, Point]]:
        """Lines of the floor grid as pixel segments, short enough to stop neatly before the camera."""
        lines = []
        count = round(reach_m / step_m)
        for index in range(-count, count + 1):
            for other in range(-count, count):
                a, b = index * step_m, other * step_m
                for start, end in (((a, b), (a, b + step_m)), ((b, a), (b + step_m, a))):
                    seen = self.pixels([(start[0], 0.0, start[1]), (end[0], 0.0, end[1])])
                    if seen and all(-self.camera.width < x < 2 * self.camera.width and y < 2 * self.camera.height for x, y in seen):
                        lines.append((seen[0], seen[1]))
        return lines

    def horizon(self) -> tuple[Point, Point] | None:
        """Where the horizon crosses the photo's left and right edge, in pixels."""
        ends = self.camera.straight.horizon()
        if ends is None:
            return None
        (x0, y0), (x1, y1) = ends.tolist()
        return (x0, y0), (x1, y1)

    def words(self) -> list[str]:
        """How true the sizes are, and whether the perspective is only a guess."""
        percent = round(self.camera.height_error * 100)
        facts = [_("Size from {source}, ±{percent} %").format(source=_(self.camera.scale_source), percent=percent)]
        if self.camera.confidence < 0.5:
            facts.append(_("perspective is a guess: look at the floor grid"))
        return facts
