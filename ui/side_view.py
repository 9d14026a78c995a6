"""Up to four results side by side: they zoom and move together, so that the same spot is seen in each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from tryon.text import _
from ui.images import Picture
from ui.look import theme
from ui.zoom_view import ZoomView

__all__ = ["MOST", "SideView"]

MOST = 4


class SideView(ZoomView):
    """Pictures in a row (four: two rows in a high window), each with its words below the upper edge.

    A click, Left and Right choose one of them: what the buttons do is done with that one.
    """

    picked = Signal(int)  # which of the pictures

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures: list[tuple[Picture, str]] = []
        self.setAccessibleName(_("Results side by side"))
        self.setAccessibleDescription(_("Left and Right choose one, plus and minus zoom all of them, 0 fits the window"))
        self._chosen = -1
        self._pressed = QPointF()

    @property
    def count(self) -> int:
        """How many pictures are on show."""
        return len(self._pictures)

    def show_pictures(self, pictures: Sequence[tuple[Picture, str]], chosen: int = -1) -> None:
        """Show these, at most four, one of them framed."""
        before = self._shape()
        self._chosen = chosen
        self._pictures = list(pictures[:MOST])
        if self._shape() != before:
            self.reset_zoom()
        self.setAccessibleName(f"{_('Results side by side')}: {', '.join(words for _picture, words in self._pictures)}")
        self.update()
        self.zoomed.emit(self.zoom)

    def _shape(self) -> QSize:
        return self._pictures[0][0].size if self._pictures else QSize()

    def panes(self) -> list[QRectF]:
        """The part of the widget that each picture has."""
        count = max(1, len(self._pictures))
        columns = 2 if count == 4 and self.width() < 1.5 * self.height() else count
        rows = -(-count // columns)
        width, height = self.width() / columns, self.height() / rows
        return [QRectF(index % columns * width, index // columns * height, width, height) for index in range(count)]

    def _pane(self, at: QPointF | None = None) -> QRectF:
        panes = self.panes()
        return next((pane for pane in panes if at is not None and pane.contains(at)), panes[0])

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        colors = theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colors.stage))
        zoom = self.zoom
        metrics = painter.fontMetrics()
        for pane, (picture, words) in zip(self.panes(), self._pictures, strict=True):
            painter.setClipRect(pane.adjusted(1, 1, -1, -1))
            picture.paint(painter, self._rect(pane.center()), zoom)
            words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(pane.width() - 48))
            chip = QRectF(pane.left() + 12, pane.top() + 12, metrics.horizontalAdvance(words) + 18, metrics.height() + 8)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(20, 20, 24, 185))
            painter.drawRoundedRect(chip, 7, 7)
            painter.setPen(QColor("#ffffff"))
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, words)
            painter.setClipping(False)
        painter.setPen(QPen(QColor(colors.line), 1))
        for number, pane in enumerate(self.panes()):
            if number == self._chosen:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(colors.accent), 3))
                painter.drawRoundedRect(pane.adjusted(4, 4, -4, -4), 8, 8)
                painter.setPen(QPen(QColor(colors.line), 1))
            if pane.left() > 1:
                painter.drawLine(pane.topLeft(), pane.bottomLeft())
            if pane.top() > 1:
                painter.drawLine(pane.topLeft(), pane.topRight())
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colors.accent), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self._pressed = event.position()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        super().mouseReleaseEvent(event)
        moved = event.position() - self._pressed
        if event.button() == Qt.MouseButton.LeftButton and abs(moved.x()) + abs(moved.y()) < 4:
            inside = [number for number, pane in enumerate(self.panes()) if pane.contains(event.position())]
            self._pick(inside[0] if inside else -1)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._pick((max(self._chosen, 0) + step) % max(1, self.count))

    def _pick(self, number: int) -> None:
        if 0 <= number < self.count:
            self.picked.emit(number)
