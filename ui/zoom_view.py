"""A picture that can be looked at closely: zoom at the pointer down to the pixels, pan, keys for both."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QCursor, QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.images import fitted

__all__ = ["ZoomView"]

MARGIN = 16
_MAX_ZOOM = 24.0


class ZoomView(QWidget):
    """The zoom of one or several pictures of the same shape; what is drawn is up to those who inherit.

    Mouse: drag to pan; wheel to zoom at the pointer; double click between fit and 100 %. Keys: + - 0 1 zoom.
    """

    zoomed = Signal(float)  # device pixels per picture pixel

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zoom: float | None = None  # None: fit the window
        self._center = QPointF(0.5, 0.5)  # shown in the middle, as a share of the picture
        self._drag = ""
        self._last = QPointF()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(240, 200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(640, 560)

    def _shape(self) -> QSize:
        """Size of the picture in its own pixels; empty while there is none."""
        raise NotImplementedError

    def _pane(self, at: QPointF | None = None) -> QRectF:
        """The part of the widget that shows the picture, the one under a point where there are several."""
        return QRectF(self.rect())

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
            self.reset_zoom()
        else:
            at = at or self._pane().center()
            rect = self._rect(at)
            held = QPointF((at.x() - rect.left()) / rect.width(), (at.y() - rect.top()) / rect.height())
            self._zoom = min(max(zoom, min(self._fit_zoom(), 1.0)), _MAX_ZOOM)
            rect = self._rect(at)
            shift = at - QPointF(rect.left() + held.x() * rect.width(), rect.top() + held.y() * rect.height())
            self._pan(shift)
        self.update()
        self.zoomed.emit(self.zoom)

    def reset_zoom(self) -> None:
        """Fit the window again."""
        self._zoom, self._center = None, QPointF(0.5, 0.5)

    def _fit_rect(self, pane: QRectF) -> QRectF:
        return fitted(self._shape(), pane.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN))

    def _fit_zoom(self) -> float:
        return self._fit_rect(self._pane()).width() * self.devicePixelRatioF() / max(self._shape().width(), 1)

    def _rect(self, at: QPointF | None = None) -> QRectF:
        """Where the whole picture lies, in the widget."""
        pane = self._pane(at)
        if self._zoom is None:
            return self._fit_rect(pane)
        ratio = self.devicePixelRatioF()
        width, height = self._shape().width() * self._zoom / ratio, self._shape().height() * self._zoom / ratio
        return QRectF(pane.center().x() - self._center.x() * width, pane.center().y() - self._center.y() * height, width, height)

    def _pan(self, shift: QPointF) -> None:
        rect = self._rect()
        x, y = self._center.x() - shift.x() / rect.width(), self._center.y() - shift.y() / rect.height()
        self._center = QPointF(min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        self.zoomed.emit(self.zoom)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton) and not self._shape().isEmpty():
            self._drag = "pan"
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self._last = event.position()
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        at = event.position()
        if self._drag == "pan":
            if self._zoom is None:
                self._zoom = self._fit_zoom()
            self._pan(at - self._last)
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
        self.zoom_to(1.0 if self._zoom is None or abs(self._zoom - self._fit_zoom()) < 1e-6 else None, event.position())

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        steps = event.angleDelta().y() / 120.0
        if steps and not self._shape().isEmpty():
            self.zoom_to(self.zoom * 1.2**steps, event.position())
            event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        key = event.key()
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_to(self.zoom * 1.25)
        elif key == Qt.Key.Key_Minus:
            self.zoom_to(self.zoom / 1.25)
        elif key == Qt.Key.Key_0:
            self.zoom_to(None)
        elif key == Qt.Key.Key_1:
            self.zoom_to(1.0)
        else:
            super().keyPressEvent(event)
