"""Tools for the hand over the room photo: the brush for what stands in front, and the lines along the room that tell the camera."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QObject, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPolygonF

from tryon.mask import Stroke
from ui.brush import StrokeLayer
from ui.handle_tool import HandleTool, RoomTool, cosmetic, paint_double

if TYPE_CHECKING:
    from tryon.room.hints import Guide
    from ui.floor import Floor

__all__ = ["AXIS_COLORS", "CameraTool", "FrontTool"]

_SMALLEST, _LARGEST = 0.008, 0.25  # of the photo's shorter side
_MOST_POINTS = 4000
_LOUPE_PX = 62.0

AXIS_COLORS = {"floor": "#ff5a5f", "depth": "#3fa7ff", "up": "#4fd07a"}
"""Each direction of the room has a color; its letter stands at its handles as well."""


class FrontTool(RoomTool):
    """A brush: what is painted stands in front of all furniture, or is taken away. Keys: [ and ] size, arrows move it, Enter puts a dab."""

    stroked = Signal(object)  # a Stroke
    sized = Signal(float)  # a share of the photo's shorter side

    cursor = Qt.CursorShape.BlankCursor

    def __init__(self, parent: QObject, color: str, pattern: Qt.BrushStyle = Qt.BrushStyle.BDiagPattern) -> None:
        super().__init__(parent)
        self.adds, self.share = True, 0.04
        self._layer = StrokeLayer({"": (color, pattern)})
        self._photo = QSizeF()
        self._strokes: tuple[Stroke, ...] = ()
        self._mask: QImage | None = None
        self._known: tuple[Stroke, ...] = ()
        self._points: list[tuple[float, float]] = []
        self._at: QPointF | None = None

    def start(self, photo: QSizeF) -> None:
        """Take the brush up over a photo of this size."""
        self._photo, self._points, self._at = photo, [], None

    def show_strokes(self, strokes: tuple[Stroke, ...]) -> None:
        """The strokes that count now."""
        self._strokes = strokes
        self.redrawn.emit()

    def show_mask(self, mask: QImage | None, strokes: tuple[Stroke, ...]) -> None:
        """What the engine made of some strokes, cut out along the photo's edges (white with an alpha)."""
        self._mask, self._known = mask, strokes
        self.redrawn.emit()

    @property
    def width_px(self) -> float:
        """The brush's size in pixels of the photo."""
        return max(2.0, self.share * min(self._photo.width(), self._photo.height()))

    def set_share(self, share: float) -> None:
        """Make it larger or smaller."""
        self.share = min(max(share, _SMALLEST), _LARGEST)
        self.sized.emit(self.share)
        self.redrawn.emit()

    def press(self, at: QPointF, scale: float) -> None:
        self._at = at
        self._go_on(at)
        self.redrawn.emit()

    def move(self, at: QPointF, held: bool) -> None:
        self._at = at
        if held:
            self._go_on(at)
        self.redrawn.emit()

    def _go_on(self, at: QPointF) -> None:
        point = (round(at.x(), 1), round(at.y(), 1))
        if self._points and max(abs(point[0] - self._points[-1][0]), abs(point[1] - self._points[-1][1])) < max(1.0, 0.1 * self.width_px):
            return
        self._points.append(point)
        if len(self._points) >= _MOST_POINTS:
            self.release()
            self._points = [point]

    def release(self) -> None:
        if not self._points:
            return
        stroke, self._points = self._stroke(), []
        reach = stroke.width_px / 2
        if any(-reach < x < self._photo.width() + reach and -reach < y < self._photo.height() + reach for x, y in stroke.points):
            self.stroked.emit(stroke)
        self.redrawn.emit()

    def _stroke(self) -> Stroke:
        return Stroke(tuple(self._points), round(self.width_px, 1), self.adds)

    def leave(self) -> None:
        if not self._points:
            self._at = None
            self.redrawn.emit()

    def key(self, event: QKeyEvent) -> bool:
        steps = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        key = Qt.Key(event.key())
        if key in steps:
            at = self._at if self._at is not None else QPointF(self._photo.width() / 2, self._photo.height() / 2)
            far = 1.0 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else self.width_px / 3
            x, y = at.x() + steps[key][0] * far, at.y() + steps[key][1] * far
            self._at = QPointF(min(max(x, 0.0), self._photo.width()), min(max(y, 0.0), self._photo.height()))
            self.redrawn.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._at is not None:
                self._go_on(self._at)
                self.release()
        elif key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            self.set_share(self.share * (1.15 if key == Qt.Key.Key_BracketRight else 1 / 1.15))
        else:
            return False
        return True

    def wheel(self, notches: float) -> bool:
        self.set_share(self.share * 1.15**notches)
        return True

    def paint(self, painter: QPainter, photo: QRectF, scale: float, ratio: float) -> None:
        if self._mask is not None and self._known:
            painter.drawImage(photo, self._mask, QRectF(self._mask.rect()))
        known = len(self._known) if self._strokes[: len(self._known)] == self._known else 0
        fresh = self._strokes if known < len(self._known) else self._strokes[known:]
        if self._points:
            fresh = (*fresh, self._stroke() if self.adds else replace(self._stroke(), adds=True))
        self._layer.show(fresh, photo.size().toSize())
        if fresh:
            painter.drawImage(photo, self._layer.image, QRectF(self._layer.image.rect()))
        if self._at is not None:
            for color, wide in ((QColor(0, 0, 0, 150), 3.0), (QColor("#ffffff"), 1.4)):
                painter.setPen(cosmetic(color, wide * ratio, dashed=not self.adds and wide < 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(self._at, self.width_px / 2, self.width_px / 2)


class CameraTool(HandleTool):
    """Lines along the room with a handle at each end; every move of one gives the camera anew. Keys: Tab to the next, arrows move it."""

    moved = Signal(object)  # the guides, while a handle moves
    settled = Signal(object)  # the guides, when it is let go

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.guides: tuple[Guide, ...] = ()
        self.floor: Floor | None = None
        self._photo: QImage | None = None

    def start(self, guides: tuple[Guide, ...], floor: Floor | None, photo: QImage) -> None:
        """Show these guides over a photo."""
        self.guides, self.floor, self._photo = guides, floor, photo
        self.start_anew()

    def show_floor(self, floor: Floor | None) -> None:
        """What the camera of the guides sees."""
        self.floor = floor
        self.redrawn.emit()

    def count(self) -> int:
        return 2 * len(self.guides)  # number: twice the guide's, plus one for its second end

    def handle(self, number: int) -> QPointF:
        guide = self.guides[number // 2]
        return QPointF(guide.x1, guide.y1) if number % 2 else QPointF(guide.x0, guide.y0)

    def put(self, number: int, place: QPointF) -> None:
        guide = self.guides[number // 2]
        x, y = round(place.x(), 2), round(place.y(), 2)
        moved = replace(guide, x1=x, y1=y) if number % 2 else replace(guide, x0=x, y0=y)
        if math.dist(moved.ends[:2], moved.ends[2:]) < 8.0:
            return
        self.guides = tuple(moved if at == number // 2 else one for at, one in enumerate(self.guides))
        self.moved.emit(self.guides)
        self.redrawn.emit()

    def settle(self) -> None:
        self.settled.emit(self.guides)

    def paint(self, painter: QPainter, photo: QRectF, scale: float, ratio: float) -> None:
        painter.save()
        self._paint_floor(painter, photo, ratio)
        for number, guide in enumerate(self.guides):
            color = QColor(AXIS_COLORS[guide.axis])
            line = QLineF(guide.x0, guide.y0, guide.x1, guide.y1)
            far = QLineF(line)
            far.setLength(line.length() + 4000)
            back = QLineF(line.p2(), line.p1())
            back.setLength(line.length() + 4000)
            faint = QColor(color)
            faint.setAlpha(120)
            painter.setPen(cosmetic(faint, 1.0 * ratio, dashed=True))
            painter.setClipRect(photo)
            painter.drawLine(back.p2(), far.p2())
            painter.setClipping(False)
            paint_double(painter, [line], color, ratio)
            for end in (0, 1):
                self._paint_handle(painter, 2 * number + end, color, scale, ratio)
        if self._held >= 0 and self._photo is not None:
            self._paint_loupe(painter, scale, ratio)
        painter.restore()

    def _paint_floor(self, painter: QPainter, photo: QRectF, ratio: float) -> None:
        if self.floor is None:
            return
        painter.setClipRect(photo)
        painter.setPen(cosmetic(QColor(255, 255, 255, 120), 1.2 * ratio))
        for (x0, y0), (x1, y1) in self.floor.grid():
            painter.drawLine(QLineF(x0, y0, x1, y1))
        horizon = self.floor.horizon()
        if horizon is not None:
            (x0, y0), (x1, y1) = horizon
            painter.setPen(cosmetic(QColor("#ffb02e"), 1.6 * ratio, dashed=True))
            painter.drawLine(QLineF(x0, y0, x1, y1))
        painter.setClipping(False)

    def _paint_handle(self, painter: QPainter, number: int, color: QColor, scale: float, ratio: float) -> None:
        at = self.handle(number)
        arm = self.paint_handle(painter, number, color, scale, ratio) * 0.5
        painter.setPen(cosmetic(QColor("#ffffff"), 1.4 * ratio))
        axis = self.guides[number // 2].axis
        right, up = {"floor": (arm, 0.0), "depth": (arm, arm), "up": (0.0, arm)}[axis]  # across, slanted or upright: not by color alone
        painter.drawLine(QLineF(at.x() - right, at.y() + up, at.x() + right, at.y() - up))

    def _paint_loupe(self, painter: QPainter, scale: float, ratio: float) -> None:
        """The place under the held handle three times as large, beside it."""
        assert self._photo is not None
        at, size = self.handle(self._held), _LOUPE_PX * 2 / scale
        side = 1.0 if at.x() < self._photo.width() / 2 else -1.0
        middle = at + QPointF(side * size * 0.95, -size * 0.35)
        target = QRectF(middle.x() - size / 2, middle.y() - size / 2, size, size)
        part = size / 3
        painter.save()
        painter.fillRect(target, QColor("#202124"))
        painter.drawImage(target, self._photo, QRectF(at.x() - part / 2, at.y() - part / 2, part, part))
        painter.setClipRect(target)
        guide = self.guides[self._held // 2]
        ends = [middle + (QPointF(x, y) - at) * 3.0 for x, y in (guide.ends[:2], guide.ends[2:])]
        painter.setPen(cosmetic(QColor(AXIS_COLORS[guide.axis]), 1.4 * ratio))
        painter.drawLine(QLineF(*ends))
        painter.setClipping(False)
        painter.setPen(cosmetic(QColor("#ffffff"), 2.0 * ratio))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(QPolygonF(target))
        painter.restore()
