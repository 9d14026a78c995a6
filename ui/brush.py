"""A brush over the mirror: strokes that say what may change and what stays as it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from tryon.mask import Stroke
from tryon.text import _
from ui.compare_view import CompareView

__all__ = ["BrushView", "StrokeLayer"]

_MOST_SIDE = 1024
_MOST_POINTS = 4000  # of one stroke; a longer one is ended
_SMALLEST, _LARGEST = 0.01, 0.25  # of the picture's shorter side
_COLORS = {"change": ("#f0a020", Qt.BrushStyle.BDiagPattern), "keep": ("#2f8cff", Qt.BrushStyle.Dense6Pattern)}


class StrokeLayer:
    """An image of strokes, to lay over a picture: each mark has a color and a pattern of its own."""

    def __init__(self, colors: dict[str, tuple[str, Qt.BrushStyle]] | None = None) -> None:
        self._colors = colors or _COLORS
        self._size = QSize()
        self._strokes: tuple[Stroke, ...] = ()
        self._image = QImage()

    @property
    def image(self) -> QImage:
        """Transparent where nothing is marked; as large as the picture, at most 1024 pixels a side."""
        return self._image

    def show(self, strokes: Sequence[Stroke], size: QSize) -> None:
        """Draw these; of a list that only grew the new ones alone. size: the picture's."""
        strokes = tuple(strokes)
        known = len(self._strokes)
        if size != self._size or self._image.isNull() or strokes[:known] != self._strokes:
            known = 0
            scale = min(1.0, _MOST_SIDE / max(size.width(), size.height(), 1))
            shape = QSize(max(1, round(size.width() * scale)), max(1, round(size.height() * scale)))
            self._image = QImage(shape, QImage.Format.Format_ARGB32_Premultiplied)
            self._image.fill(Qt.GlobalColor.transparent)
        self._size, self._strokes = size, strokes
        for stroke in strokes[known:]:
            self._draw(stroke)

    def _draw(self, stroke: Stroke) -> None:
        if not stroke.points:
            return
        scale = self._image.width() / max(self._size.width(), 1)
        path = QPainterPath(QPointF(*stroke.points[0]) * scale)
        for point in stroke.points[1:] or stroke.points:
            path.lineTo(QPointF(*point) * scale)
        painter = QPainter(self._image)
        wide = max(1.0, stroke.width_px * scale)

        def draw(brush: QBrush, mode: QPainter.CompositionMode) -> None:
            painter.setCompositionMode(mode)
            painter.setPen(QPen(brush, wide, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
            if len(stroke.points) > 1:
                painter.drawPath(path)
            else:
                painter.drawPoint(path.elementAt(0).x, path.elementAt(0).y)  # type: ignore[call-overload]

        if not stroke.adds or stroke.mark not in self._colors:
            draw(QBrush(Qt.GlobalColor.transparent), QPainter.CompositionMode.CompositionMode_Clear)
        else:
            name, pattern = self._colors[stroke.mark]
            color = QColor(name)
            color.setAlpha(105)
            draw(QBrush(color), QPainter.CompositionMode.CompositionMode_Source)
            draw(QBrush(QColor(255, 255, 255, 150), pattern), QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.end()


class BrushView(CompareView):
    """The mirror, with a brush while `brushing`.

    Mouse: paint; middle button to pan, wheel to zoom, Ctrl or Shift and wheel for the brush's size.
    Keys: arrows move the brush, Enter puts a dab, [ and ] make it smaller and larger, Space held shows the original.
    """

    stroked = Signal(object)  # a Stroke
    sized = Signal(float)  # the brush's size, a share of the picture's shorter side

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layer, self._live = StrokeLayer(), StrokeLayer()
        self._strokes: tuple[Stroke, ...] = ()
        self._points: list[tuple[float, float]] = []
        self._at: QPointF | None = None  # of the brush, in pixels of the picture
        self.brushing = False
        self.mark = "change"  # of MARKS, or "" to erase
        self.share = 0.06

    def start_brush(self, on: bool) -> None:
        """Take the brush up, or put it away."""
        self.brushing, self.divided = on, not on
        self._points, self._at = [], None
        self.setCursor(Qt.CursorShape.BlankCursor if on else Qt.CursorShape.OpenHandCursor)
        self.setAccessibleName(_("Brush over the picture") if on else _("Before and after"))
        self.set_split(self.split)
        if on:
            words = _("Arrows move the brush, Enter puts a dab, [ and ] change its size, hold Space for the original")
            self.setAccessibleDescription(words)
        self.update()

    def show_strokes(self, strokes: tuple[Stroke, ...]) -> None:
        """The strokes that count now."""
        self._strokes = strokes
        self.update()

    @property
    def width_px(self) -> float:
        """The brush's size in pixels of the picture."""
        shape = self._shape()
        return max(2.0, self.share * min(shape.width(), shape.height()))

    def set_share(self, share: float) -> None:
        """Make the brush larger or smaller."""
        self.share = min(max(share, _SMALLEST), _LARGEST)
        self.sized.emit(self.share)
        self.update()

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        super().paintEvent(event)
        if not self.brushing or self._shape().isEmpty():
            return
        rect = self._rect()
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        layer = self._layer
        layer.show(self._strokes, self._shape())
        if self._points:
            layer = self._live
            layer.show((*self._strokes, self._stroke()), self._shape())
        if not self.showing_original:
            painter.drawImage(rect, layer.image, QRectF(layer.image.rect()))
        if self._at is not None:
            scale = rect.width() / self._shape().width()
            at, radius = rect.topLeft() + self._at * scale, self.width_px * scale / 2
            for color, wide in ((QColor(0, 0, 0, 150), 3.0), (QColor("#ffffff"), 1.4)):
                painter.setPen(QPen(color, wide))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(at, radius, radius)

    def _stroke(self) -> Stroke:
        return Stroke(tuple(self._points), round(self.width_px, 1), bool(self.mark), self.mark)

    def _place(self, at: QPointF) -> QPointF:
        """A point of the widget, in pixels of the picture."""
        rect = self._rect()
        return (at - rect.topLeft()) * (self._shape().width() / max(rect.width(), 1e-6))

    def _go_on(self, place: QPointF) -> None:
        point = (round(place.x(), 1), round(place.y(), 1))
        if self._points:
            x, y = self._points[-1]
            if max(abs(point[0] - x), abs(point[1] - y)) < max(1.0, 0.1 * self.width_px):
                return
        self._points.append(point)
        if len(self._points) >= _MOST_POINTS:
            self._end()
            self._points = [point]

    def _end(self) -> None:
        if self._points:
            stroke, self._points = self._stroke(), []
            if self._touches(stroke):
                self.stroked.emit(stroke)
            self.update()

    def _touches(self, stroke: Stroke) -> bool:
        """Whether any of it lies on the picture."""
        reach, shape = stroke.width_px / 2, self._shape()
        return any(-reach < x < shape.width() + reach and -reach < y < shape.height() + reach for x, y in stroke.points)

    # ---- the hand

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if self.brushing and event.button() == Qt.MouseButton.LeftButton and not self._shape().isEmpty():
            self._drag = "brush"
            self._at = self._place(event.position())
            self._go_on(self._at)
            self.update()
        elif not self.brushing or event.button() == Qt.MouseButton.MiddleButton:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if self.brushing and self._drag != "pan":
            self._at = self._place(event.position())
            if self._drag == "brush":
                self._go_on(self._at)
            self.setCursor(Qt.CursorShape.BlankCursor)
            self.update()
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if self._drag == "brush":
            self._drag = ""
            self._end()
        else:
            super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if self.brushing:
            self.mousePressEvent(event)
        else:
            super().mouseDoubleClickEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        turned = event.angleDelta().y() or event.angleDelta().x()
        if self.brushing and held and turned:
            self.set_share(self.share * 1.15 ** (turned / 120.0))
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        steps = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        key = Qt.Key(event.key())
        if not self.brushing or self._shape().isEmpty():
            super().keyPressEvent(event)
        elif key in steps:
            shape = self._shape()
            at = self._at if self._at is not None else QPointF(shape.width() / 2, shape.height() / 2)
            far = 1.0 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else self.width_px / 3
            x, y = at.x() + steps[key][0] * far, at.y() + steps[key][1] * far
            self._at = QPointF(min(max(x, 0.0), shape.width()), min(max(y, 0.0), shape.height()))
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._at is not None:
                self._go_on(self._at)
                self._end()
        elif key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            self.set_share(self.share * (1.15 if key == Qt.Key.Key_BracketRight else 1 / 1.15))
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        if self.brushing and not self._drag:
            self._at = None
            self.update()
