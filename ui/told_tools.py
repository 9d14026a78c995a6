"""What the hand tells about the room over its photo: where the back wall stands, and how shadows fall."""

from __future__ import annotations

import contextlib
import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath

from tryon.errors import TryOnError
from ui.handle_tool import HANDLE_PX, HandleTool, cosmetic, paint_double

if TYPE_CHECKING:
    from ui.floor import Floor

__all__ = ["LightTool", "Shadow", "WallTool"]

Corners = tuple[float, float, float, float, float, float]
Shadow = tuple[float, float, float, float, float]

_WALL, _SIDES, _SUN = QColor("#3fa7ff"), QColor("#ffffff"), QColor("#ffb02e")
_NEAREST_M = 0.6
_RAYS = 8


class WallTool(HandleTool):
    """The room as a box: handles at the two feet of the back wall and at its upper edge. What lies outside the photo waits at its rim."""

    settled = Signal(object)  # the corners, when a handle is let go

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.corners: Corners = (0.0,) * 6
        self._floor: Floor | None = None
        self._lines: list[tuple[list[QLineF], QColor]] = []

    def start(self, corners: Corners, floor: Floor) -> None:
        """Show this wall."""
        self.corners, self._floor = corners, floor
        self._trace(corners)
        self.start_anew()

    def count(self) -> int:
        return 0 if self._floor is None else 3

    def handle(self, number: int) -> QPointF:
        x, y = self.corners[2 * number : 2 * number + 2]
        if self._floor is None:
            return QPointF(x, y)
        width, height = self._floor.camera.width, self._floor.camera.height
        rim = 0.02 * min(width, height)
        return QPointF(min(max(x, rim), width - rim), min(max(y, rim), height - rim))

    def put(self, number: int, place: QPointF) -> None:
        corners = list(self.corners)
        corners[2 * number], corners[2 * number + 1] = round(place.x(), 2), round(place.y(), 2)
        if number < 2:  # the wall stands square to the photo's depth: its other foot keeps its side and comes along
            corners = self._kept_square(corners, number)
        lx, ly, rx, ry, tx, ty = corners
        if self._trace((lx, ly, rx, ry, tx, ty)):
            self.corners = (lx, ly, rx, ry, tx, ty)
            self.redrawn.emit()

    def _kept_square(self, corners: list[float], number: int) -> list[float]:
        floor = self._floor
        if floor is None:
            return corners
        mine, other = (floor.place(*corners[2 * at : 2 * at + 2]) for at in (number, 1 - number))
        if mine is not None and other is not None and (seen := floor.pixel((other[0], mine[1]))) is not None:
            corners[2 - 2 * number], corners[3 - 2 * number] = seen
        return corners

    def _trace(self, corners: Corners) -> bool:
        """Find the lines of the room with such a wall; False where no room is like that."""
        from tryon.room.box import RoomBox
        from tryon.room.told import told_box

        floor = self._floor
        if floor is None:
            return False
        try:
            box = told_box(RoomBox(), floor.camera, corners)
        except TryOnError:
            return False
        high = box.ceiling
        feet = [(box.left, 0.0, box.back), (box.right, 0.0, box.back), (box.right, high, box.back), (box.left, high, box.back)]
        wall = _path(floor, [*feet, feet[0]])
        steps = [box.back + (-_NEAREST_M - box.back) * step / 12 for step in range(13)]
        sides = [line for x, y, _z in feet for line in _path(floor, [(x, y, z) for z in steps])]
        self._lines = [(sides, _SIDES), (wall, _WALL)]
        return True

    def settle(self) -> None:
        self.settled.emit(self.corners)

    def paint(self, painter: QPainter, photo: QRectF, scale: float, ratio: float) -> None:
        painter.save()
        painter.setClipRect(photo)
        for lines, color in self._lines:
            paint_double(painter, lines, color, ratio)
        painter.setClipping(False)
        for number in range(self.count()):
            at, arm = self.handle(number), self.paint_handle(painter, number, _WALL, scale, ratio) * 0.5
            painter.setPen(cosmetic(QColor("#ffffff"), 1.4 * ratio))
            if number == 2:
                painter.drawLine(QLineF(at.x(), at.y() - arm, at.x(), at.y() + arm))
            else:
                side = 1.0 if number == 0 else -1.0
                painter.drawLine(QLineF(at.x(), at.y(), at.x() + side * arm, at.y()))
                painter.drawLine(QLineF(at.x(), at.y() - arm, at.x(), at.y()))
        painter.restore()


class LightTool(HandleTool):
    """A pole on the floor and its shadow: light comes from over against its tip. Handles: the pole's foot, the tip."""

    moved = Signal(object)  # the shadow, while a handle moves
    settled = Signal(object)  # the shadow, when it is let go

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shadow: Shadow = (0.0,) * 5
        self._floor: Floor | None = None

    def start(self, shadow: Shadow, floor: Floor) -> None:
        """Show this shadow."""
        self.shadow, self._floor = shadow, floor
        self.start_anew()

    def soften(self, soft: float) -> None:
        """Make it softer or harder."""
        self.shadow = (*self.shadow[:4], soft)
        self.redrawn.emit()

    def count(self) -> int:
        return 0 if self._floor is None else 2

    def handle(self, number: int) -> QPointF:
        return QPointF(*self.shadow[2 * number : 2 * number + 2])

    def put(self, number: int, place: QPointF) -> None:
        floor = self._floor
        if floor is None:
            return
        width, height = floor.camera.width, floor.camera.height
        x, y = min(max(place.x(), 0.0), width), min(max(place.y(), 0.0), height)
        goal = floor.place(x, y)
        if goal is None:
            return
        x0, y0, x1, y1, soft = self.shadow
        if number == 1:
            shadow = (x0, y0, x, y, soft)
        else:  # the shadow comes along, as long and turned as it was on the floor
            foot, tip = floor.place(x0, y0), floor.place(x1, y1)
            if foot is None or tip is None:
                return
            seen = floor.pixel((goal[0] + tip[0] - foot[0], goal[1] + tip[1] - foot[1]))
            if seen is None:
                return
            shadow = (x, y, *seen, soft)
        if floor.place(*shadow[2:4]) is not None:
            self.shadow = tuple(round(value, 2) for value in shadow)  # type: ignore[assignment]
            self.moved.emit(self.shadow)
            self.redrawn.emit()

    def settle(self) -> None:
        self.settled.emit(self.shadow)

    def paint(self, painter: QPainter, photo: QRectF, scale: float, ratio: float) -> None:
        from tryon.room.told import POLE

        floor = self._floor
        place = None if floor is None else floor.place(*self.shadow[:2])
        if floor is None or place is None:
            return
        tall = POLE * floor.camera.height_m
        seen = floor.pixels([(place[0], 0.0, place[1]), (place[0], tall, place[1])])
        if seen is None:
            return
        foot, top, tip = QPointF(*seen[0]), QPointF(*seen[1]), self.handle(1)
        painter.save()
        painter.setClipRect(photo)
        for wide, alpha in ((14.0 * (0.4 + self.shadow[4]), 60), (6.0, 130)):
            painter.setPen(cosmetic(QColor(0, 0, 0, alpha), wide * ratio))
            painter.drawLine(foot, tip)
        ray = QLineF(tip, top)
        if ray.length() > 1.0:
            ray.setLength(ray.length() + 90 / scale)
        painter.setPen(cosmetic(_SUN, 1.6 * ratio, dashed=True))
        painter.drawLine(ray)
        paint_double(painter, [QLineF(foot, top)], QColor("#ffffff"), ratio, 3.4)
        _paint_sun(painter, ray.p2() if ray.length() > 1.0 else top, scale, ratio)
        painter.setClipping(False)
        for number in (0, 1):
            at, arm = self.handle(number), self.paint_handle(painter, number, _SUN if number else QColor("#5b5a57"), scale, ratio) * 0.5
            painter.setPen(cosmetic(QColor("#ffffff"), 1.4 * ratio))
            painter.drawLine(QLineF(at.x(), at.y() - arm, at.x(), at.y() + arm))
            if number:
                painter.drawLine(QLineF(at.x() - arm, at.y(), at.x() + arm, at.y()))
        painter.restore()


def _path(floor: Floor, points: list[tuple[float, float, float]]) -> list[QLineF]:
    """The lines between points of the room, as far as they lie before the camera."""
    lines = []
    for start, end in zip(points, points[1:], strict=False):
        with contextlib.suppress(ValueError):
            seen = floor.pixels([start, end])
            if seen is not None and max(map(abs, (*seen[0], *seen[1]))) < 20 * max(floor.camera.width, floor.camera.height):
                lines.append(QLineF(*seen[0], *seen[1]))
    return lines


def _paint_sun(painter: QPainter, at: QPointF, scale: float, ratio: float) -> None:
    radius = HANDLE_PX / scale
    path = QPainterPath()
    path.addEllipse(at, radius, radius)
    for number in range(_RAYS):
        turn = 2 * math.pi * number / _RAYS
        way = QPointF(math.cos(turn), math.sin(turn))
        path.moveTo(at + way * radius * 1.4)
        path.lineTo(at + way * radius * 2.0)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, wide in ((QColor(0, 0, 0, 130), 4.0), (_SUN, 2.2)):
        painter.setPen(cosmetic(color, wide * ratio))
        painter.drawPath(path)
