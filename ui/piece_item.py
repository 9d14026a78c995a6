"""One piece's outline in the room view: footprint, box while it moves, handles to turn and to lift it, its size."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from tryon.project.document import Piece
from tryon.text import _
from ui.floor import Floor
from ui.handle_tool import cosmetic
from ui.look import theme
from ui.room_arranging import gaps_around
from ui.units import shown_length, unit_words

__all__ = ["PieceItem"]

_HANDLE_PX = 11.0
_HANDLE_REACH_PX = 40.0
_LIFT_REACH_PX = 20.0
_FRONT_M = 0.05
_TOUCHING = "#c62828"


class PieceItem(QGraphicsItem):
    """Paints in photo pixels; line widths and the handle keep their size on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.piece = Piece(0, "", "", (1.0, 1.0, 1.0), 0.0, 0.0)
        self.chosen = False
        self._lively = False
        self._measured = False
        self._touched = ""
        self._gaps: list[tuple[QLineF, str, bool]] = []
        self._box: list[QPointF] = []
        self._front: QLineF | None = None
        self._hull = QPolygonF()

    def show_piece(
        self, piece: Piece, floor: Floor | None, *, chosen: bool, lively: bool, measured: bool = False, touched: str = ""
    ) -> None:
        """Stand where the piece stands. lively: it is being moved, so its whole box is drawn.

        measured: its sizes and the room around it are written. touched: what it stands inside of, in words.
        """
        self.prepareGeometryChange()
        self.piece, self.chosen, self._lively, self._touched = piece, chosen, lively, touched
        self._measured = chosen and (measured or lively)
        box = None if floor is None else floor.outline(piece)
        front = None if floor is None else floor.front_of(piece, _FRONT_M)
        self._gaps = _gap_lines(piece, floor) if self._measured and floor is not None else []
        self._box = [QPointF(x, y) for x, y in box] if box else []
        edge = (self._box[0] + self._box[1]) / 2 if self._box else QPointF()
        self._front = QLineF(edge, QPointF(*front)) if front and self._box else None
        self._hull = _hull(self._box)
        self.setZValue(20 + 10 / (1 + (floor.distance(piece.x, piece.y) if floor else 0)) + (20 if chosen else 0))
        self.update()

    def covers(self, at: QPointF) -> bool:
        """Whether the piece's box is seen at a point of the photo."""
        return self._hull.containsPoint(at, Qt.FillRule.OddEvenFill)

    def on_handle(self, at: QPointF, scale: float) -> str:
        """Which handle a point of the photo is on: "turn", "lift" or "" for none. scale: screen pixels per photo pixel."""
        for name, handle in (("turn", self.handle(scale)), ("lift", self.lift_handle(scale))):
            if handle is not None and math.hypot(at.x() - handle.x(), at.y() - handle.y()) * scale <= _HANDLE_PX + 5:
                return name
        return ""

    def lift_handle(self, scale: float) -> QPointF | None:
        """Where the lifting handle is, in photo pixels: over the middle of the piece's top."""
        if not self._box or self.piece.locked:
            return None
        top = self._box[4:]
        return QPointF(sum(point.x() for point in top) / 4, min(point.y() for point in top) - _LIFT_REACH_PX / scale)

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
        if not self._box or not (self.chosen or self._lively or self._touched):
            return
        ratio = painter.device().devicePixelRatioF()  # a cosmetic pen is as wide in pixels of the device
        accent = QColor(_TOUCHING if self._touched else theme().accent if theme().name == "light" else "#6f86ff")
        scale = painter.worldTransform().m11() or 1.0
        base, top = QPolygonF(self._box[:4]), QPolygonF(self._box[4:])
        fill = QColor(accent)
        fill.setAlpha(70 if self._lively else 30)
        for color, width in ((QColor(255, 255, 255, 200), 3.6), (accent, 2.0)):
            pen = QPen(color, width * ratio)
            pen.setCosmetic(True)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            if self._touched and width == 2.0:
                pen.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.setBrush(fill if width == 2.0 else Qt.BrushStyle.NoBrush)
            painter.drawPolygon(base)
            if self._lively or (self._touched and self.chosen):
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawPolygon(top)
                for low, high in zip(self._box[:4], self._box[4:], strict=True):
                    painter.drawLine(low, high)
        if self.chosen:
            self._paint_handle(painter, accent, scale, ratio)
        handles, reach = [self.handle(scale), self.lift_handle(scale)] if self.chosen else [], _HANDLE_PX + 3
        chips = _Chips(painter, scale, [
            QRectF(handle.x() * scale - reach, handle.y() * scale - reach, 2 * reach, 2 * reach) for handle in handles if handle is not None
        ])  # fmt: skip
        if self.chosen and self.piece.lift_m is not None and handles[1] is not None:
            words = _("{length} up").format(length=f"{shown_length(self.piece.lift_m)} {unit_words()}")
            chips.put(handles[1] + QPointF(0, -20 / scale), words, QColor("#3a4fc4"))
        if self._measured:
            self._paint_measures(painter, chips, scale, ratio)
        if self._touched:
            top_middle = QPointF(sum(p.x() for p in self._box[4:]) / 4, min(p.y() for p in self._box[4:]))
            chips.put(top_middle - QPointF(0, 16 / scale), f"⚠ {self._touched}", QColor(_TOUCHING))

    def _paint_measures(self, painter: QPainter, chips: _Chips, scale: float, ratio: float) -> None:
        """Width and depth at the foot, height at an upright edge, free room to each side."""
        for line, _words, tight in self._gaps:
            pen = QPen(QColor("#ffc14d" if tight else "#ffffff"), 1.6 * ratio)
            pen.setCosmetic(True)
            pen.setStyle(Qt.PenStyle.DashLine if tight else Qt.PenStyle.SolidLine)
            for shade in (QPen(QColor(0, 0, 0, 120), 3.4 * ratio), pen):
                shade.setCosmetic(True)
                painter.setPen(shade)
                painter.drawLine(line)
        width, height, depth = (f"{shown_length(side)} {unit_words()}" for side in self.piece.size_m)
        low, high = self._box[:4], self._box[4:]
        right = max((1, 2), key=lambda corner: low[corner].x())
        for start, end, words in ((low[0], low[1], width), (low[1], low[2], depth), (low[right], high[right], height)):
            if math.hypot(end.x() - start.x(), end.y() - start.y()) * scale > 34:
                chips.put((start + end) / 2, words, QColor("#3a4fc4"))
        for line, words, tight in self._gaps:
            chips.put(line.center(), words, QColor("#7a5200") if tight else QColor(30, 31, 36))

    def _paint_handle(self, painter: QPainter, accent: QColor, scale: float, ratio: float) -> None:
        handle, lift = self.handle(scale), self.lift_handle(scale)
        if lift is not None:
            self._paint_lift(painter, lift, accent, scale, ratio)
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


    def _paint_lift(self, painter: QPainter, at: QPointF, accent: QColor, scale: float, ratio: float) -> None:
        radius = _HANDLE_PX * 0.85 / scale
        painter.setPen(cosmetic(QColor("#ffffff"), 2 * ratio))
        painter.setBrush(accent)
        painter.drawEllipse(at, radius, radius)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#ffffff"))
        half = radius * 0.36
        for way in (-1, 1):
            middle = at + QPointF(0, way * radius * 0.2)
            painter.drawPolygon(QPolygonF([middle + QPointF(-half, 0), middle + QPointF(half, 0), middle + QPointF(0, way * 1.3 * half)]))


def _gap_lines(piece: Piece, floor: Floor) -> list[tuple[QLineF, str, bool]]:
    lines = []
    for gap in gaps_around(piece, floor, floor.pieces):
        seen = floor.pixels([gap.start, gap.end])
        if seen:
            words = f"{shown_length(gap.metres)} {unit_words()}"
            lines.append((QLineF(*seen[0], *seen[1]), _("{length}, tight").format(length=words) if gap.tight else words, gap.tight))
    return lines


class _Chips:
    """Words on plates, as large on the screen at every zoom, none over another."""

    def __init__(self, painter: QPainter, scale: float, kept_free: Sequence[QRectF] = ()) -> None:
        self._painter, self._scale = painter, scale
        self._taken = list(kept_free)  # in pixels of the screen
        font = painter.font()
        font.setPixelSize(12)
        painter.setFont(font)

    def put(self, at: QPointF, words: str, color: QColor) -> None:
        """Write words at a point of the photo, or as near below or above it as there is room."""
        metrics = self._painter.fontMetrics()
        plate = QRectF(0, 0, metrics.horizontalAdvance(words) + 12, metrics.height() + 4)
        middle = at * self._scale
        for step in (0, 1, -1, 2, -2, 3, -3, 4):
            plate.moveCenter(middle + QPointF(0, step * (plate.height() + 2)))
            if not any(plate.intersects(other) for other in self._taken):
                break
        self._taken.append(QRectF(plate))
        painter, color = self._painter, QColor(color)
        painter.save()
        painter.scale(1 / self._scale, 1 / self._scale)
        color.setAlpha(225)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawRoundedRect(plate, 5, 5)
        painter.setPen(QColor("#ffffff"))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, words)
        painter.restore()


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
