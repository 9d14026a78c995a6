"""Before and after: one picture over the other with a slider between, zoom down to the pixels, pan, hold to see the original."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QCursor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from tryon.text import _
from ui.images import Picture, fitted
from ui.look import theme

__all__ = ["CompareView"]

_MARGIN = 16
_GRAB = 22
_MAX_ZOOM = 24.0


class CompareView(QWidget):
    """Shows `after` with `before` to the left of a line that can be dragged.

    Mouse: drag the line; drag the picture to pan; wheel to zoom at the pointer; double click between fit and 100 %.
    Keys: Left and Right move the line, Space held shows the original, + - 0 1 zoom.
    """

    zoomed = Signal(float)  # device pixels per picture pixel
    split_moved = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._before: Picture | None = None
        self._after: Picture | None = None
        self._split = 0.08  # nearly all of the result, and the handle in sight
        self._zoom: float | None = None  # None: fit the window
        self._center = QPointF(0.5, 0.5)  # shown in the middle, as a share of the picture
        self._drag = ""
        self._last = QPointF()
        self._holding = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(240, 200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(_("Before and after"))
        self.setAccessibleDescription(_("Left and Right move the dividing line, hold Space for the original, plus and minus zoom"))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(640, 560)

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

    def show_pictures(self, before: Picture | None, after: Picture | None) -> None:
        """Show these; the zoom stays where the picture has the same size as the one before."""
        old = self._shape()
        self._before, self._after = before, after
        if self._shape() != old:
            self._zoom, self._center = None, QPointF(0.5, 0.5)
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

    @property
    def zoom(self) -> float:
        """Device pixels per picture pixel."""
        size = self._shape()
        if size.isEmpty():
            return 1.0
        return self._rect().width() * self.devicePixelRatioF() / size.width()

    def zoom_to(self, zoom: float | None, at: QPointF | None = None) -> None:
        """Zoom to so many device pixels per picture pixel, None to fit; the point `at` of the widget stays where it is."""
        if self._shape().isEmpty():
            return
        if zoom is None:
            self._zoom, self._center = None, QPointF(0.5, 0.5)
        else:
            at = at or QPointF(self.rect().center())
            rect = self._rect()
            held = QPointF((at.x() - rect.left()) / rect.width(), (at.y() - rect.top()) / rect.height())
            self._zoom = min(max(zoom, min(self._fit_zoom(), 1.0)), _MAX_ZOOM)
            rect = self._rect()
            shift = at - QPointF(rect.left() + held.x() * rect.width(), rect.top() + held.y() * rect.height())
            self._pan(shift)
        self.update()
        self.zoomed.emit(self.zoom)

    def _shape(self) -> QSize:
        picture = self._after or self._before
        return picture.size if picture is not None else QSize()

    def _fit_rect(self) -> QRectF:
        room = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        return fitted(self._shape(), room)

    def _fit_zoom(self) -> float:
        return self._fit_rect().width() * self.devicePixelRatioF() / max(self._shape().width(), 1)

    def _rect(self) -> QRectF:
        """Where the whole picture lies, in the widget."""
        if self._zoom is None:
            return self._fit_rect()
        ratio = self.devicePixelRatioF()
        width, height = self._shape().width() * self._zoom / ratio, self._shape().height() * self._zoom / ratio
        return QRectF(self.width() / 2 - self._center.x() * width, self.height() / 2 - self._center.y() * height, width, height)

    def _pan(self, shift: QPointF) -> None:
        rect = self._rect()
        x, y = self._center.x() - shift.x() / rect.width(), self._center.y() - shift.y() / rect.height()
        self._center = QPointF(min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0))
        self.update()

    def _line_x(self) -> float:
        rect = self._rect()
        return rect.left() + rect.width() * self._split

    def _near_line(self, at: QPointF) -> bool:
        return self.has_both and abs(at.x() - self._line_x()) <= _GRAB

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        colors = theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colors.stage))
        if not self._shape().isEmpty():
            rect, zoom = self._rect(), self.zoom
            top = self._before if self._holding and self._before is not None else self._after or self._before
            assert top is not None
            top.paint(painter, rect, zoom)
            if self.has_both and not self._holding:
                assert self._before is not None
                painter.save()
                painter.setClipRect(QRectF(0, 0, self._line_x(), self.height()))
                self._before.paint(painter, rect, zoom)
                painter.restore()
                self._paint_line(painter, rect)
            if self.has_both:
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

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        self.zoomed.emit(self.zoom)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        at = event.position()
        if event.button() == Qt.MouseButton.LeftButton and self._near_line(at):
            self._drag = "line"
        elif event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton) and not self._shape().isEmpty():
            self._drag = "pan"
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self._last = at
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        at = event.position()
        if self._drag == "line":
            rect = self._rect()
            self.set_split((at.x() - rect.left()) / rect.width())
        elif self._drag == "pan":
            if self._zoom is None:
                self._zoom = self._fit_zoom()
            self._pan(at - self._last)
        elif self._near_line(at):
            self.setCursor(Qt.CursorShape.SplitHCursor)
        elif self._shape().isEmpty():
            self.unsetCursor()
        else:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._last = at

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self._drag = ""
        self.setCursor(QCursor(Qt.CursorShape.OpenHandCursor))
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if not self._near_line(event.position()):
            self.zoom_to(1.0 if self._zoom is None or abs(self._zoom - self._fit_zoom()) < 1e-6 else None, event.position())

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        steps = event.angleDelta().y() / 120.0
        if steps and not self._shape().isEmpty():
            self.zoom_to(self.zoom * 1.2**steps, event.position())
            event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        key = event.key()
        step = 0.01 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0.05
        if key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self.hold_original(True)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.set_split(self._split + (step if key == Qt.Key.Key_Right else -step))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_to(self.zoom * 1.25)
        elif key == Qt.Key.Key_Minus:
            self.zoom_to(self.zoom / 1.25)
        elif key == Qt.Key.Key_0:
            self.zoom_to(None)
        elif key == Qt.Key.Key_1:
            self.zoom_to(1.0)
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
