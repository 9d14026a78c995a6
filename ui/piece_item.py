"""One piece's outline in the room view: footprint, box while it moves, handle to turn it, its size."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from tryon.project.document import Piece
from ui.floor import Floor
from ui.look import theme

__all__ = ["PieceItem"]

_HANDLE_PX = 11.0
_HANDLE_REACH_PX = 40.0
_FRONT_M = 0.05


class PieceItem(QGraphicsItem):
    """Paints in photo pixels; line widths and the handle keep their size on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.piece = Piece(0, "", "", (1.0, 1.0, 1.0), 0.0, 0.0)
        self.chosen = False
        self._lively = False
        self._box: list[QPointF] = []
        self._front: QLineF | None = None
        self._hull = QPolygonF()

    def show_piece(self, piece: Piece, floor: Floor | None, *, chosen: bool, lively: bool) -> None:
        """Stand where the piece stands. lively: it is being moved, so its whole box is drawn."""
        self.prepareGeometryChange()
        self.piece, self.chosen, self._lively = piece, chosen, lively
        box = None if floor is None else floor.box(piece.size_m, piece.x, piece.y, piece.yaw_deg)
        front = None if floor is None else floor.front(piece.size_m, piece.x, piece.y, piece.yaw_deg, _FRONT_M)
        self._box = [QPointF(x, y) for x, y in box] if box else []
        edge = (self._box[0] + self._box[1]) / 2 if self._box else QPointF()
        self._front = QLineF(edge, QPointF(*front)) if front and self._box else None
        self._hull = _hull(self._box)
        self.setZValue(20 + 10 / (1 + (floor.distance(piece.x, piece.y) if floor else 0)) + (20 if chosen else 0))
        self.update()

    def covers(self, at: QPointF) -> bool:
        """Whether the piece's box is seen at a point of the photo."""
        return self._hull.containsPoint(at, Qt.FillRule.OddEvenFill)

    def on_handle(self, at: QPointF, scale: float) -> bool:
        """Whether a point of the photo is on the turning handle. scale: screen pixels per photo pixel."""
        handle = self.handle(scale)
        if handle is None:
            return False
        gap = at - handle
        return math.hypot(gap.x(), gap.y()) * scale <= _HANDLE_PX + 5

    def handle(self, scale: float) -> QPointF | None:
        """Where the turning handle is, in photo pixels: before the piece's front, always as far from it on the screen."""
        if self._front is None or self._front.length() < 1e-9 or self.piece.locked:
            return None
        line = QLineF(self._front)
        line.setLength(_HANDLE_REACH_PX / scale)
        return line.p2()

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        if not self._box:
            return QRectF()
        rect = QPolygonF(self._box).boundingRect()
        margin = max(rect.width(), rect.height(), 300.0)
        return rect.adjusted(-margin, -margin, margin, margin)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if not self._box or not (self.chosen or self._lively):
            return
        ratio = painter.device().devicePixelRatioF()  # a cosmetic pen is as wide in pixels of the device
        accent = QColor(theme().accent if theme().name == "light" else "#6f86ff")
        scale = painter.worldTransform().m11() or 1.0
        base, top = QPolygonF(self._box[:4]), QPolygonF(self._box[4:])
        fill = QColor(accent)
        fill.setAlpha(70 if self._lively else 30)
        for color, width in ((QColor(255, 255, 255, 200), 3.6), (accent, 2.0)):
            pen = QPen(color, width * ratio)
            pen.setCosmetic(True)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.setBrush(fill if width == 2.0 else Qt.BrushStyle.NoBrush)
            painter.drawPolygon(base)
            if self._lively:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawPolygon(top)
                for low, high in zip(self._box[:4], self._box[4:], strict=True):
                    painter.drawLine(low, high)
        self._paint_handle(painter, accent, scale, ratio)

    def _paint_handle(self, painter: QPainter, accent: QColor, scale: float, ratio: float) -> None:
        handle = self.handle(scale)
        if handle is None or self._front is None:
            return
        pen = QPen(accent, 2 * ratio)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawLine(self._front.p1(), handle)
        radius = _HANDLE_PX / scale
        white = QPen(QColor("#ffffff"), 2 * ratio)
        white.setCosmetic(True)
        painter.setPen(white)
        painter.setBrush(accent)
        painter.drawEllipse(handle, radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inner = radius * 0.52
        painter.drawArc(QRectF(handle.x() - inner, handle.y() - inner, 2 * inner, 2 * inner), 60 * 16, 270 * 16)
        tip = handle + QPointF(inner, 0.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#ffffff"))
        half = radius * 0.34
        painter.drawPolygon(QPolygonF([tip + QPointF(-half, 0.1 * half), tip + QPointF(half, 0.1 * half), tip + QPointF(0, -1.35 * half)]))


def _hull(points: list[QPointF]) -> QPolygonF:
    """The convex outline of some points (Andrew's monotone chain)."""
    if len(points) < 3:
        return QPolygonF()
    ordered = sorted((point.x(), point.y()) for point in points)

    def half(sequence: list[tuple[float, float]]) -> list[tuple[float, float]]:
        chain: list[tuple[float, float]] = []
        for point in sequence:
            while len(chain) >= 2 and _turn(chain[-2], chain[-1], point) <= 0:
                chain.pop()
            chain.append(point)
        return chain[:-1]

    return QPolygonF([QPointF(*point) for point in half(ordered) + half(ordered[::-1])])


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
