"""Handles over the room photo that are dragged, or chosen with Tab and moved with the arrows."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen

__all__ = ["HANDLE_PX", "HandleTool", "RoomTool", "cosmetic", "paint_double"]

HANDLE_PX = 8.0


class RoomTool(QObject):
    """What the left button does while it is taken up; all points are pixels of the photo. scale: screen pixels per photo pixel."""

    redrawn = Signal()

    cursor = Qt.CursorShape.CrossCursor

    def press(self, at: QPointF, scale: float) -> None:
        """The button goes down."""

    def move(self, at: QPointF, held: bool) -> None:
        """The pointer moves, with or without the button."""

    def release(self) -> None:
        """The button goes up."""

    def leave(self) -> None:
        """The pointer leaves the view."""

    def key(self, event: QKeyEvent) -> bool:
        """Whether a key was meant for the tool."""
        return False

    def wheel(self, notches: float) -> bool:
        """Whether a turn of the wheel with Ctrl or Shift held was meant for it."""
        return False

    def paint(self, painter: QPainter, photo: QRectF, scale: float, ratio: float) -> None:
        """Draw over the photo, in its pixels. ratio: device pixels per screen pixel."""


class HandleTool(RoomTool):
    """Some handles; those who inherit say where each is, what moving one means, and draw them. Keys: Tab to the next, arrows move it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._held = self._chosen = self._over = -1
        self._offset = QPointF()
        self._dragged = False
        self._scale = 1.0

    def count(self) -> int:
        """How many handles there are."""
        raise NotImplementedError

    def handle(self, number: int) -> QPointF:
        """Where a handle is."""
        raise NotImplementedError

    def put(self, number: int, place: QPointF) -> None:
        """The hand wants a handle there."""
        raise NotImplementedError

    def settle(self) -> None:
        """The hand has let go of a handle that it moved."""
        raise NotImplementedError

    def start_anew(self) -> None:
        """Other handles than before: the hand holds none."""
        self._held, self._over = -1, -1
        self._chosen = self._chosen if self._chosen < self.count() else -1
        self.redrawn.emit()

    def holds(self) -> bool:
        """Whether a handle is held."""
        return self._held >= 0

    def big(self, number: int) -> bool:
        """Whether a handle is drawn larger: held, chosen by keys, or under the pointer."""
        return number in (self._held, self._over, self._chosen)

    def _nearest(self, at: QPointF, reach: float) -> int:
        gaps = [QLineF(at, self.handle(number)).length() for number in range(self.count())]
        best = min(range(len(gaps)), key=gaps.__getitem__, default=-1)
        return best if best >= 0 and gaps[best] <= reach else -1

    def press(self, at: QPointF, scale: float) -> None:
        self._scale = scale
        self._held = self._chosen = self._nearest(at, (HANDLE_PX + 8) / scale)
        self._dragged = False
        if self._held >= 0:
            self._offset = self.handle(self._held) - at
        self.redrawn.emit()

    def move(self, at: QPointF, held: bool) -> None:
        if held and self._held >= 0:
            self._dragged = True
            self.put(self._held, at + self._offset)
        elif not held:
            over = self._nearest(at, (HANDLE_PX + 8) / self._scale)
            if over != self._over:
                self._over = over
                self.redrawn.emit()

    def release(self) -> None:
        held, self._held = self._held, -1
        if held >= 0 and self._dragged:
            self.settle()
        self.redrawn.emit()

    def key(self, event: QKeyEvent) -> bool:
        steps = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        key, count = Qt.Key(event.key()), self.count()
        if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab) and count:
            step = 1 if key == Qt.Key.Key_Tab else -1
            goal = self._chosen + step if self._chosen >= 0 else (0 if step > 0 else count - 1)
            self._chosen = goal if 0 <= goal < count else -1
            self.redrawn.emit()
            return self._chosen >= 0
        if key in steps and self._chosen >= 0:
            far = 1.0 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 5.0
            self.put(self._chosen, self.handle(self._chosen) + QPointF(*steps[key]) * far)
            self.settle()
            return True
        return False

    def paint_handle(self, painter: QPainter, number: int, color: QColor, scale: float, ratio: float) -> float:
        """Draw the round plate of a handle; its radius in pixels of the photo."""
        self._scale = scale
        at, big = self.handle(number), self.big(number)
        radius = (HANDLE_PX + (2.5 if big else 0.0)) / scale
        painter.setPen(cosmetic(QColor("#ffffff") if not big else QColor("#ffd24a"), 2.0 * ratio))
        fill = QColor(color)
        fill.setAlpha(90 if number == self._held else 220)
        painter.setBrush(fill)
        painter.drawEllipse(at, radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        return radius


def cosmetic(color: QColor, width: float, *, dashed: bool = False) -> QPen:
    """A pen that is as wide on the screen at every zoom."""
    pen = QPen(color, width)
    pen.setCosmetic(True)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    if dashed:
        pen.setStyle(Qt.PenStyle.DashLine)
    return pen


def paint_double(painter: QPainter, lines: list[QLineF], color: QColor, ratio: float, width: float = 2.2) -> None:
    """Lines that are seen on bright and on dark ground."""
    for shade, wide in ((QColor(0, 0, 0, 130), width + 1.8), (color, width)):
        painter.setPen(cosmetic(shade, wide * ratio))
        painter.drawLines(lines)
