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
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsLineItem, QWidget

from tryon.project.document import Piece
from tryon.text import _
from ui.handle_tool import HandleTool, RoomTool
from ui.intake import FURNITURE_MIME, could_hold
from ui.look import theme
from ui.photo_view import PhotoView
from ui.piece_item import PieceItem

__all__ = ["RoomView"]


class RoomView(PhotoView):
    """Scene coordinates are pixels of the photo. It tells what the hand wants; the page decides.

    Wheel zooms (on the chosen piece: turns it, 15 degrees a notch, with Shift 1). Drag on free floor pans.
    Keys: Q and E turn, arrows move 5 cm (Shift: 1 cm), PageUp and PageDown lift, Delete removes, Ctrl+D doubles, H hides,
    L locks, Space shows the empty room.
    """

    selected = Signal(int)  # number of a piece, -1 for none
    moved = Signal(int, float, float, bool)  # number, x, y, and whether it goes freely past walls and neighbors
    turned = Signal(int, float)  # number, degrees
    lifted = Signal(int, float)  # number, metres of its foot over the floor
    nudged = Signal(int, float, float)  # number, metres to the right, metres nearer
    grabbed = Signal()  # a gesture begins
    let_go = Signal()  # it is over
    remove_wanted = Signal(int)
    double_wanted = Signal(int)
    hide_wanted = Signal(int)
    lock_wanted = Signal(int)
    original_held = Signal(bool)
    furniture_aimed = Signal(str, float, float)  # name, x, y while it hovers
    furniture_gone = Signal()
    furniture_dropped = Signal(str, float, float)
    dropped = Signal(object, float, float)  # QMimeData, x, y
    measured = Signal(float, float, float, float)  # the line that was drawn

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewport().setAccessibleName(_("Room"))
        self._items: dict[int, PieceItem] = {}
        self._ghost: PieceItem | None = None
        self._line: QGraphicsLineItem | None = None
        self._measuring = False
        self._tool: RoomTool | None = None
        self._drag = ""
        self._drag_number = -1
        self._drag_offset = QPointF()
        self._last = QPointF()
        self._stepped = 0.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        self.setAccessibleName(_("Room"))
        self.setAccessibleDescription(
            _("Tab to a piece; Q and E turn it, arrows move it, Page Up and Page Down lift it, Delete removes it")
        )

    # ---- what is shown

    def show_photo(self, image: QImage | None) -> None:
        """A new room photo, or none."""
        self.clear_line()
        super().show_photo(image)

    def show_pieces(self, pieces: tuple[Piece, ...], chosen: int, touched: dict[int, str] | None = None, *, measured: bool = False) -> None:
        """Keep one outline a piece, the chosen one visible. touched: what pieces stand inside of, in words; measured: sizes are written."""
        if self.floor is not None:
            self.floor.pieces = pieces
        for number in [number for number in self._items if all(piece.number != number or piece.hidden for piece in pieces)]:
            self._room.removeItem(self._items.pop(number))
        for piece in pieces:
            if piece.hidden:
                continue
            item = self._items.get(piece.number)
            if item is None:
                item = self._items[piece.number] = PieceItem()
                self._room.addItem(item)
            lively = bool(self._drag) and piece.number == self._drag_number
            words = (touched or {}).get(piece.number, "")
            item.show_piece(piece, self.floor, chosen=piece.number == chosen, lively=lively, measured=measured, touched=words)

    def show_outlines(self, show: bool) -> None:
        """Draw the pieces' outlines, or leave the photo to a tool."""
        for item in self._items.values():
            item.setVisible(show)

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

    @property
    def dragging(self) -> bool:
        """Whether the hand holds a piece now."""
        return self._drag in ("move", "turn", "lift")

    # ---- measuring

    def measure(self, on: bool) -> None:
        """Let the next drag draw a line of known length."""
        self._measuring = on
        if not on:
            self.clear_line()
        self.viewport().setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor)

    def take_up(self, tool: RoomTool | None) -> None:
        """Let the left button do what a tool says; None puts it away."""
        if self._tool is tool:
            return
        if self._tool is not None:
            self._tool.redrawn.disconnect(self._redraw)
        self._tool = tool
        if tool is not None:
            tool.redrawn.connect(self._redraw)
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor if tool is None else tool.cursor)
        self._redraw()

    def _redraw(self) -> None:
        self.viewport().update()

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

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:  # noqa: N802 - Qt's name
        if self._tool is not None and not self._photo_size.isEmpty():
            self._tool.paint(painter, self._photo_size, self.transform().m11(), self.devicePixelRatioF())
        if self.hasFocus() and (self._tool is not None or not self.chosen_item()):
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
        at = self._place(event.position())
        self._last = event.position()
        if event.button() == Qt.MouseButton.MiddleButton or self._photo_size.isEmpty():
            self._drag = "pan" if not self._photo_size.isEmpty() else ""
            return
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self._measuring:
            self._drag, self._drag_offset = "measure", at
            return
        if self._tool is not None:
            self._tool.press(at, self.transform().m11())
            self._drag = "pan" if isinstance(self._tool, HandleTool) and not self._tool.holds() else "tool"
            return
        chosen = self.chosen_item()
        handle = "" if chosen is None else chosen.on_handle(at, self.transform().m11())
        if chosen is not None and handle:
            self._drag, self._drag_number = handle, chosen.piece.number
            top = None if self.floor is None else self.floor.top_of(chosen.piece)
            self._drag_offset = QPointF(0.0, 0.0) if top is None else QPointF(*top) - at
            self._stepped = 0.0
            self.grabbed.emit()
            return
        item = self.item_at(at)
        self.selected.emit(-1 if item is None else item.piece.number)
        if item is None or item.piece.locked:
            self._drag = "pan"
            return
        self._drag, self._drag_number = "move", item.piece.number
        self._drag_offset = QPointF(item.piece.x, item.piece.y) - at
        self._stepped = 0.0
        self.grabbed.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        at = self._place(event.position())
        if self._drag == "pan":
            scale = self.transform().m11()
            shift = (event.position() - self._last) / scale
            self.translate(shift.x(), shift.y())
            self._fitted = False
        elif self._tool is not None:
            self._tool.move(at, self._drag == "tool")
        elif self._drag == "measure":
            self._draw_line(self._drag_offset, at)
        elif self._drag == "move":
            goal = at + self._drag_offset
            free = event.modifiers() & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier)
            self.moved.emit(self._drag_number, goal.x(), goal.y(), bool(free))
        elif self._drag == "turn" and self.floor is not None:
            item = self._items.get(self._drag_number)
            turn = None if item is None else self.floor.yaw_towards(item.piece.x, item.piece.y, (at.x(), at.y()))
            if turn is not None:
                fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self.turned.emit(self._drag_number, round(turn) if fine else round(turn / 15) * 15)
        elif self._drag == "lift" and self.floor is not None:
            self._lift_to(at)
        elif not self._measuring:
            self._show_cursor(at)
        self._last = event.position()

    def _lift_to(self, at: QPointF) -> None:
        """The top of the held piece follows the hand straight up and down."""
        item = self._items.get(self._drag_number)
        if item is None or self.floor is None:
            return
        goal = at + self._drag_offset
        lift = self.floor.lift_to(item.piece, (goal.x(), goal.y()), item.piece.size_m[1])
        if lift is not None:
            self.lifted.emit(self._drag_number, lift)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        if self._tool is not None:
            self._tool.leave()
        super().leaveEvent(event)

    def _place(self, at: QPointF) -> QPointF:
        """A point of the view in pixels of the photo, to a fraction of a pixel."""
        return self.viewportTransform().inverted()[0].map(at)

    def _step(self) -> None:
        """Turns of the wheel or presses of a key that follow each other quickly are one gesture."""
        now = time.monotonic()
        if now - self._stepped > 0.7:
            self.grabbed.emit()
        self._stepped = now

    def _show_cursor(self, at: QPointF) -> None:
        chosen = self.chosen_item()
        handle = "" if chosen is None else chosen.on_handle(at, self.transform().m11())
        if handle:
            self.viewport().setCursor(Qt.CursorShape.SizeVerCursor if handle == "lift" else Qt.CursorShape.PointingHandCursor)
        elif self.item_at(at) is not None:
            self.viewport().setCursor(Qt.CursorShape.SizeAllCursor)
        else:
            self.viewport().setCursor(Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        drag, self._drag = self._drag, ""
        if self._tool is not None and drag == "tool":
            self._tool.release()
        if drag == "measure" and self._line is not None and self._line.line().length() * self.transform().m11() > 12:
            line = self._line.line()
            self.measured.emit(line.x1(), line.y1(), line.x2(), line.y2())
        elif drag in ("move", "turn", "lift"):
            self.let_go.emit()
        self._drag_number = -1

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if self._tool is not None:
            self.mousePressEvent(event)
        elif self.item_at(self.mapToScene(event.position().toPoint())) is None and not self._measuring:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        delta = event.angleDelta()
        notches = (delta.y() or delta.x()) / 120.0  # with Alt or Shift some systems turn the wheel sideways
        held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        if self._tool is not None and held and notches and self._tool.wheel(notches):
            event.accept()
            return
        chosen = self.chosen_item()
        if self._tool is None and chosen is not None and chosen.covers(self.mapToScene(event.position().toPoint())):
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._step()
            self.turned.emit(chosen.piece.number, chosen.piece.yaw_deg + notches * (1 if fine else 15))
        elif notches:
            self.zoom_by(1.2**notches, event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Tab goes from piece to piece before it leaves the view."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            if self._tool is not None:
                return self._tool.key(event) or super().event(event)
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
        if self._tool is not None and self._tool.key(event):
            return
        if key == Qt.Key.Key_0:
            self.fit()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(1.25)
        elif key == Qt.Key.Key_Minus:
            self.zoom_by(0.8)
        elif key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self.original_held.emit(True)
        elif chosen is None or self._tool is not None:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_H, Qt.Key.Key_L) and not event.modifiers():
            (self.hide_wanted if key == Qt.Key.Key_H else self.lock_wanted).emit(chosen.piece.number)
        elif key in (Qt.Key.Key_Q, Qt.Key.Key_E):
            self._step()
            self.turned.emit(chosen.piece.number, chosen.piece.yaw_deg + (1 if fine else 15) * (1 if key == Qt.Key.Key_Q else -1))
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._step()
            foot = None if self.floor is None else self.floor.foot(chosen.piece)
            self.lifted.emit(chosen.piece.number, (foot[1] if foot else 0.0) + (step if key == Qt.Key.Key_PageUp else -step))
        elif key in steps:
            self._step()
            self.nudged.emit(chosen.piece.number, *steps[Qt.Key(key)])
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_wanted.emit(chosen.piece.number)
        elif key == Qt.Key.Key_D and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.double_wanted.emit(chosen.piece.number)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.original_held.emit(False)
        else:
            super().keyReleaseEvent(event)

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
