"""The room photo under the hand: pieces to take, drag and turn, the floor grid, the measuring line."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QLineF, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsLineItem,
    QGraphicsPixmapItem,
    QGraphicsRectItem,
    QGraphicsScene,
    QGraphicsView,
    QWidget,
)

from tryon.text import _
from ui.floor import Floor
from ui.intake import FURNITURE_MIME, could_hold
from ui.look import theme
from ui.piece_item import PieceItem
from ui.session import Piece

__all__ = ["RoomView"]


class RoomView(QGraphicsView):
    """Scene coordinates are pixels of the photo. It tells what the hand wants; the page decides.

    Wheel zooms (on the chosen piece: turns it, 15 degrees a notch, with Shift 1). Drag on free floor pans.
    Keys: Q and E turn, arrows move 5 cm (Shift: 1 cm), Delete removes, Ctrl+D doubles, 0 fits the window.
    """

    selected = Signal(int)  # number of a piece, -1 for none
    moved = Signal(int, float, float)  # number, x, y
    turned = Signal(int, float)  # number, degrees
    nudged = Signal(int, float, float)  # number, metres to the right, metres nearer
    grabbed = Signal()  # a gesture begins
    let_go = Signal()  # it is over
    remove_wanted = Signal(int)
    double_wanted = Signal(int)
    furniture_aimed = Signal(str, float, float)  # name, x, y while it hovers
    furniture_gone = Signal()
    furniture_dropped = Signal(str, float, float)
    dropped = Signal(object, float, float)  # QMimeData, x, y
    measured = Signal(float, float, float, float)  # the line that was drawn
    zoomed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        self._room = QGraphicsScene()
        super().__init__(self._room, parent)
        self.viewport().setAccessibleName(_("Room"))
        self._picture = QGraphicsPixmapItem()
        self._picture.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._room.addItem(self._picture)
        self._grid: QGraphicsRectItem | None = None
        self._items: dict[int, PieceItem] = {}
        self._ghost: PieceItem | None = None
        self._line: QGraphicsLineItem | None = None
        self._measuring = False
        self._photo_size = QRectF()
        self._fitted = True
        self._drag = ""
        self._drag_number = -1
        self._drag_offset = QPointF()
        self._last = QPointF()
        self._stepped = 0.0
        self.floor: Floor | None = None
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        self.setAccessibleName(_("Room"))
        self.setAccessibleDescription(_("Tab to a piece; Q and E turn it, arrows move it, Delete removes it"))

    # ---- what is shown

    def show_photo(self, image: QImage | None) -> None:
        """A new room photo, or none."""
        self.floor = None
        self.show_grid(False)
        self.clear_line()
        self._picture.setPixmap(QPixmap() if image is None else QPixmap.fromImage(image))
        self._picture.setScale(1.0)
        self._photo_size = QRectF() if image is None else QRectF(image.rect())
        self._room.setSceneRect(self._photo_size.adjusted(-4000, -4000, 4000, 4000))
        self.fit()

    def show_frame(self, image: QImage) -> None:
        """The furnished picture, of any size, laid over the photo's place."""
        self._picture.setPixmap(QPixmap.fromImage(image))
        self._picture.setScale(self._photo_size.width() / max(image.width(), 1))

    def show_pieces(self, pieces: tuple[Piece, ...], chosen: int) -> None:
        """Keep one outline a piece, the chosen one visible."""
        for number in [number for number in self._items if all(piece.number != number for piece in pieces)]:
            self._room.removeItem(self._items.pop(number))
        for piece in pieces:
            item = self._items.get(piece.number)
            if item is None:
                item = self._items[piece.number] = PieceItem()
                self._room.addItem(item)
            item.show_piece(piece, self.floor, chosen=piece.number == chosen, lively=bool(self._drag) and piece.number == self._drag_number)

    def show_ghost(self, piece: Piece | None) -> None:
        """The outline of a piece that hovers over the floor."""
        if piece is None:
            if self._ghost is not None:
                self._room.removeItem(self._ghost)
                self._ghost = None
            return
        if self._ghost is None:
            self._ghost = PieceItem()
            self._room.addItem(self._ghost)
        self._ghost.show_piece(piece, self.floor, chosen=True, lively=True)

    def show_grid(self, show: bool) -> None:
        """Draw the floor grid, one metre a square."""
        if self._grid is not None:
            self._room.removeItem(self._grid)
            self._grid = None
        if show and self.floor is not None:
            self._grid = QGraphicsRectItem(self._photo_size)
            self._grid.setPen(QPen(Qt.PenStyle.NoPen))
            self._grid.setFlag(QGraphicsItem.GraphicsItemFlag.ItemClipsChildrenToShape)
            self._grid.setZValue(5)
            self._room.addItem(self._grid)
            pen = QPen(QColor(255, 255, 255, 150), 1.4 * self.devicePixelRatioF())
            pen.setCosmetic(True)
            for (x0, y0), (x1, y1) in self.floor.grid():
                QGraphicsLineItem(QLineF(x0, y0, x1, y1), self._grid).setPen(pen)

    @property
    def dragging(self) -> bool:
        """Whether the hand holds a piece now."""
        return self._drag in ("move", "turn")

    # ---- measuring

    def measure(self, on: bool) -> None:
        """Let the next drag draw a line of known length."""
        self._measuring = on
        if not on:
            self.clear_line()
        self.viewport().setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor)

    def clear_line(self) -> None:
        """Take the measuring line away."""
        if self._line is not None:
            self._room.removeItem(self._line)
            self._line = None

    def _draw_line(self, start: QPointF, end: QPointF) -> None:
        if self._line is None:
            self._line = QGraphicsLineItem()
            pen = QPen(QColor("#ffd24a"), 3 * self.devicePixelRatioF())
            pen.setCosmetic(True)
            self._line.setPen(pen)
            self._line.setZValue(60)
            self._room.addItem(self._line)
        self._line.setLine(QLineF(start, end))

    # ---- zoom

    def fit(self) -> None:
        """Show the whole photo."""
        self._fitted = True
        if not self._photo_size.isEmpty():
            margin = (
                16
                / max(min(self.viewport().width(), self.viewport().height()), 1)
                * max(self._photo_size.width(), self._photo_size.height())
            )
            self.fitInView(self._photo_size.adjusted(-margin, -margin, margin, margin), Qt.AspectRatioMode.KeepAspectRatio)
            self.zoomed.emit(self.zoom)

    @property
    def zoom(self) -> float:
        """Device pixels per photo pixel."""
        return self.transform().m11() * self.devicePixelRatioF()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom about a point of the view."""
        at = at or QPointF(self.viewport().rect().center())
        factor = min(max(self.zoom * factor, 0.05), 16.0) / self.zoom
        before = self.mapToScene(at.toPoint())
        self.scale(factor, factor)
        shift = self.mapToScene(at.toPoint()) - before
        self.translate(shift.x(), shift.y())
        self._fitted = False
        self.zoomed.emit(self.zoom)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        if self._fitted:
            self.fit()

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:  # noqa: N802 - Qt's name
        painter.fillRect(rect, QColor(theme().stage))

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:  # noqa: N802 - Qt's name
        if self.hasFocus() and not self.chosen_item():
            painter.save()
            painter.resetTransform()
            painter.setPen(QPen(QColor(theme().accent), 2 * self.devicePixelRatioF()))
            painter.drawRect(QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1))
            painter.restore()

    # ---- the hand

    def chosen_item(self) -> PieceItem | None:
        """The outline of the chosen piece."""
        return next((item for item in self._items.values() if item.chosen), None)

    def item_at(self, at: QPointF) -> PieceItem | None:
        """The nearest piece under a point of the photo."""
        under = [item for item in self._items.values() if item.covers(at)]
        return max(under, key=lambda item: (item.chosen, item.zValue()), default=None)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        at = self.mapToScene(event.position().toPoint())
        self._last = event.position()
        if event.button() == Qt.MouseButton.MiddleButton or self._photo_size.isEmpty():
            self._drag = "pan" if not self._photo_size.isEmpty() else ""
            return
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self._measuring:
            self._drag, self._drag_offset = "measure", at
            return
        chosen = self.chosen_item()
        if chosen is not None and chosen.on_handle(at, self.transform().m11()):
            self._drag, self._drag_number = "turn", chosen.piece.number
            self._stepped = 0.0
            self.grabbed.emit()
            return
        item = self.item_at(at)
        self.selected.emit(-1 if item is None else item.piece.number)
        if item is None:
            self._drag = "pan"
            return
        self._drag, self._drag_number = "move", item.piece.number
        self._drag_offset = QPointF(item.piece.x, item.piece.y) - at
        self._stepped = 0.0
        self.grabbed.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        at = self.mapToScene(event.position().toPoint())
        if self._drag == "pan":
            scale = self.transform().m11()
            shift = (event.position() - self._last) / scale
            self.translate(shift.x(), shift.y())
            self._fitted = False
        elif self._drag == "measure":
            self._draw_line(self._drag_offset, at)
        elif self._drag == "move":
            goal = at + self._drag_offset
            self.moved.emit(self._drag_number, goal.x(), goal.y())
        elif self._drag == "turn" and self.floor is not None:
            item = self._items.get(self._drag_number)
            turn = None if item is None else self.floor.yaw_towards(item.piece.x, item.piece.y, (at.x(), at.y()))
            if turn is not None:
                fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self.turned.emit(self._drag_number, round(turn) if fine else round(turn / 15) * 15)
        elif not self._measuring:
            self._show_cursor(at)
        self._last = event.position()

    def _step(self) -> None:
        """Turns of the wheel or presses of a key that follow each other quickly are one gesture."""
        now = time.monotonic()
        if now - self._stepped > 0.7:
            self.grabbed.emit()
        self._stepped = now

    def _show_cursor(self, at: QPointF) -> None:
        chosen = self.chosen_item()
        if chosen is not None and chosen.on_handle(at, self.transform().m11()):
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        elif self.item_at(at) is not None:
            self.viewport().setCursor(Qt.CursorShape.SizeAllCursor)
        else:
            self.viewport().setCursor(Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        drag, self._drag = self._drag, ""
        if drag == "measure" and self._line is not None and self._line.line().length() * self.transform().m11() > 12:
            line = self._line.line()
            self.measured.emit(line.x1(), line.y1(), line.x2(), line.y2())
        elif drag in ("move", "turn"):
            self.let_go.emit()
        self._drag_number = -1

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if self.item_at(self.mapToScene(event.position().toPoint())) is None and not self._measuring:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        delta = event.angleDelta()
        notches = (delta.y() or delta.x()) / 120.0  # with Alt or Shift some systems turn the wheel sideways
        chosen = self.chosen_item()
        if chosen is not None and chosen.covers(self.mapToScene(event.position().toPoint())):
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._step()
            self.turned.emit(chosen.piece.number, chosen.piece.yaw_deg + notches * (1 if fine else 15))
        elif notches:
            self.zoom_by(1.2**notches, event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Tab goes from piece to piece before it leaves the view."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            numbers = list(self._items)
            chosen = self.chosen_item()
            step = 1 if event.key() == Qt.Key.Key_Tab else -1
            position = (numbers.index(chosen.piece.number) if chosen else (-1 if step > 0 else len(numbers))) + step
            if 0 <= position < len(numbers):
                self.selected.emit(numbers[position])
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        key, chosen = event.key(), self.chosen_item()
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        step = 0.01 if fine else 0.05
        steps = {Qt.Key.Key_Left: (-step, 0.0), Qt.Key.Key_Right: (step, 0.0), Qt.Key.Key_Up: (0.0, -step), Qt.Key.Key_Down: (0.0, step)}
        if key == Qt.Key.Key_0:
            self.fit()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(1.25)
        elif key == Qt.Key.Key_Minus:
            self.zoom_by(0.8)
        elif chosen is None:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Q, Qt.Key.Key_E):
            self._step()
            self.turned.emit(chosen.piece.number, chosen.piece.yaw_deg + (1 if fine else 15) * (1 if key == Qt.Key.Key_Q else -1))
        elif key in steps:
            self._step()
            self.nudged.emit(chosen.piece.number, *steps[Qt.Key(key)])
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_wanted.emit(chosen.piece.number)
        elif key == Qt.Key.Key_D and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.double_wanted.emit(chosen.piece.number)
        else:
            super().keyPressEvent(event)

    # ---- things dragged in

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        if event.mimeData().hasFormat(FURNITURE_MIME) or could_hold(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802 - Qt's name
        mime = event.mimeData()
        if mime.hasFormat(FURNITURE_MIME):
            at = self.mapToScene(event.position().toPoint())
            self.furniture_aimed.emit(bytes(mime.data(FURNITURE_MIME).data()).decode(), at.x(), at.y())
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's name
        self.furniture_gone.emit()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        at = self.mapToScene(event.position().toPoint())
        mime = event.mimeData()
        event.acceptProposedAction()
        self.furniture_gone.emit()
        if mime.hasFormat(FURNITURE_MIME):
            self.furniture_dropped.emit(bytes(mime.data(FURNITURE_MIME).data()).decode(), at.x(), at.y())
        else:
            self.dropped.emit(mime, at.x(), at.y())
