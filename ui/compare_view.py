"""Before and after: one picture over the other with a slider between, zoom down to the pixels, pan, hold to see the original."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from tryon.text import _
from ui.images import Picture
from ui.look import theme
from ui.zoom_view import ZoomView

__all__ = ["CompareView"]

_GRAB = 22


class CompareView(ZoomView):
    """Shows `after` with `before` to the left of a line that can be dragged.

    Mouse: drag the line, the rest as in ZoomView. Keys: Left and Right move the line, Space held shows the original.
    """

    split_moved = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._before: Picture | None = None
        self._after: Picture | None = None
        self._size: QSize | None = None
        self._split = 0.08  # nearly all of the result, and the handle in sight
        self._holding = False
        self.divided = True
        """Whether the line between before and after is drawn and can be dragged."""
        self.setAccessibleName(_("Before and after"))
        self.setAccessibleDescription(_("Left and Right move the dividing line, hold Space for the original, plus and minus zoom"))

    @property
    def split(self) -> float:
        """Where the line is: 0 = all new, 1 = all original."""
        return self._split

    @property
    def has_both(self) -> bool:
        """Whether there is something to compare."""
        return self._before is not None and self._after is not None

    @property
    def showing_original(self) -> bool:
        """Whether the original is held up now."""
        return self._holding

    def show_pictures(self, before: Picture | None, after: Picture | None, size: QSize | None = None) -> None:
        """Show these; the zoom stays where the picture has the same size as the one before.

        size: what counts as its pixels, where `after` is a smaller picture of the same thing.
        """
        old = self._shape()
        self._before, self._after, self._size = before, after, size
        if self._shape() != old:
            self.reset_zoom()
        self.update()
        self.zoomed.emit(self.zoom)

    def set_split(self, split: float) -> None:
        """Move the line."""
        self._split = min(max(split, 0.0), 1.0)
        self.setAccessibleDescription(_("{percent} % original").format(percent=round(self._split * 100)))
        self.split_moved.emit(self._split)
        self.update()

    def hold_original(self, hold: bool) -> None:
        """Show the original alone, as long as it is held."""
        self._holding = hold
        self.update()

    def _shape(self) -> QSize:
        if self._size is not None:
            return self._size
        picture = self._after or self._before
        return picture.size if picture is not None else QSize()

    def _line_x(self) -> float:
        rect = self._rect()
        return rect.left() + rect.width() * self._split

    def _near_line(self, at: QPointF) -> bool:
        return self.has_both and self.divided and abs(at.x() - self._line_x()) <= _GRAB

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        colors = theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colors.stage))
        if not self._shape().isEmpty():
            rect, zoom = self._rect(), self.zoom
            top = self._before if self._holding and self._before is not None else self._after or self._before
            assert top is not None
            top.paint(painter, rect, zoom)
            if self.has_both and self.divided and not self._holding:
                assert self._before is not None
                painter.save()
                painter.setClipRect(QRectF(0, 0, self._line_x(), self.height()))
                self._before.paint(painter, rect, zoom)
                painter.restore()
                self._paint_line(painter, rect)
            if self.has_both and self.divided:
                self._paint_tags(painter, rect)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colors.accent), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _paint_line(self, painter: QPainter, rect: QRectF) -> None:
        colors = theme()
        x = self._line_x()
        seen = rect.intersected(QRectF(self.rect()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(0, 0, 0, 110), 4))
        painter.drawLine(QPointF(x, seen.top()), QPointF(x, seen.bottom()))
        painter.setPen(QPen(QColor("#ffffff"), 2))
        painter.drawLine(QPointF(x, seen.top()), QPointF(x, seen.bottom()))
        y = seen.center().y()
        painter.setPen(QPen(QColor(0, 0, 0, 90), 1))
        painter.setBrush(QColor("#ffffff"))
        painter.drawEllipse(QPointF(x, y), 18, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.accent if self._drag == "line" else "#33343a"))
        for side in (-1, 1):
            arrow = QPainterPath(QPointF(x + side * 11, y))
            arrow.lineTo(x + side * 5, y - 5)
            arrow.lineTo(x + side * 5, y + 5)
            arrow.closeSubpath()
            painter.drawPath(arrow)

    def _paint_tags(self, painter: QPainter, rect: QRectF) -> None:
        seen = rect.intersected(QRectF(self.rect()))
        metrics = painter.fontMetrics()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = seen.right() if self._holding else self._line_x()
        for words, left in ((_("Before"), True), (_("After"), False)):
            width = metrics.horizontalAdvance(words) + 20
            chip = QRectF(seen.left() + 10 if left else seen.right() - 10 - width, seen.top() + 10, width, metrics.height() + 8)
            if (left and chip.right() > line - 8) or (not left and chip.left() < line + 8):
                continue
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(20, 20, 24, 175))
            painter.drawRoundedRect(chip, 7, 7)
            painter.setPen(QColor("#ffffff"))
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, words)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if event.button() == Qt.MouseButton.LeftButton and self._near_line(event.position()):
            self._drag = "line"
            self._last = event.position()
            self.update()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        at = event.position()
        if self._drag == "line":
            rect = self._rect()
            self.set_split((at.x() - rect.left()) / rect.width())
        elif not self._drag and self._near_line(at):
            self.setCursor(Qt.CursorShape.SplitHCursor)
        else:
            super().mouseMoveEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if not self._near_line(event.position()):
            super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        key = event.key()
        step = 0.01 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0.05
        if key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self.hold_original(True)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.set_split(self._split + (step if key == Qt.Key.Key_Right else -step))
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.hold_original(False)
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        self.hold_original(False)
        super().focusOutEvent(event)
