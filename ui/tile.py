"""What the window's small pictures have in common: a rounded frame, the words below, a round sign in the corner."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.look import icon, theme

__all__ = ["CardButton", "State", "Tile", "draw_badge", "draw_words", "rounded"]

_SMOOTH = QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform


@dataclass(frozen=True)
class State:
    """How a tile stands in its list."""

    selected: bool
    hovered: bool
    focused: bool


class Tile(QStyledItemDelegate):
    """Paints one item of a list; those who inherit draw into its frame."""

    def draw(self, painter: QPainter, frame: QRectF, state: State, index: QModelIndex | QPersistentModelIndex) -> None:
        """Draw the item."""
        raise NotImplementedError

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        flag, has = QStyle.StateFlag, option.state
        painter.save()
        painter.setRenderHints(_SMOOTH)
        state = State(bool(has & flag.State_Selected), bool(has & flag.State_MouseOver), bool(has & flag.State_HasFocus))
        self.draw(painter, QRectF(option.rect).adjusted(2, 2, -2, -2), state, index)
        painter.restore()


class CardButton(QAbstractButton):
    """A picture to click, with a frame that tells focus and pointer; those who inherit draw what is inside."""

    def __init__(self, words: str, tip: str, size: QSize) -> None:
        super().__init__()
        self.setFixedSize(size)
        self.setToolTip(tip)
        self.setAccessibleName(words)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def draw(self, painter: QPainter, frame: QRectF) -> None:
        """Draw what is inside; nothing of it leaves the frame."""
        raise NotImplementedError

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        colors = theme()
        painter = QPainter(self)
        painter.setRenderHints(_SMOOTH)
        frame = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        path = rounded(frame, 8)
        painter.fillPath(path, QColor(colors.surface))
        painter.setClipPath(path)
        self.draw(painter, frame)
        painter.setClipping(False)
        strong = self.hasFocus() or self.underMouse()
        painter.setPen(QPen(QColor(colors.accent if strong else colors.line), 2.5 if strong else 1))
        painter.drawPath(path)


def rounded(frame: QRectF, radius: float) -> QPainterPath:
    """A frame with round corners."""
    path = QPainterPath()
    path.addRoundedRect(frame, radius, radius)
    return path


def draw_words(painter: QPainter, line: QRectF, words: str, size_px: int = 12, middle: bool = False) -> None:
    """One line of small words in the middle of its place, shortened where they are too long (middle: in their middle)."""
    small = painter.font()
    small.setPixelSize(size_px)
    painter.setFont(small)
    painter.setPen(QColor(theme().text))
    mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
    painter.drawText(line, Qt.AlignmentFlag.AlignCenter, painter.fontMetrics().elidedText(words, mode, int(line.width())))


def draw_badge(painter: QPainter, corner: QRectF, icon_name: str, ink: str, ground: str) -> None:
    """A round sign with an icon."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawEllipse(corner)
    icon(icon_name, ink, 14).paint(painter, corner.adjusted(2.5, 2.5, -2.5, -2.5).toRect())
