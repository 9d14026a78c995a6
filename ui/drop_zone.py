"""A place for one picture: drop it, paste it, click to open it; it then shows the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from tryon.text import _
from ui.images import Picture, fitted, picture_of
from ui.intake import could_hold
from ui.look import IconButton, icon, theme

if TYPE_CHECKING:
    from tryon.image import Photo

__all__ = ["DropZone"]


class DropZone(QWidget):
    """Takes a picture and shows it. Enter or a click opens a file, Delete empties it."""

    open_wanted = Signal()
    clear_wanted = Signal()
    dropped = Signal(object)  # QMimeData, valid only during the signal

    def __init__(self, title: str, hint: str, icon_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._hint, self._icon_name = title, hint, icon_name
        self._picture: Picture | None = None
        self._name = ""
        self._photo: Photo | None = None
        self._hovered = self._aimed = self._loading = False
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self.clear_button = IconButton("close", _("Remove {title}").format(title=title.lower()), self)
        self.clear_button.setFixedSize(30, 30)
        self.clear_button.setProperty("kind", "")
        self.clear_button.setCursor(Qt.CursorShape.ArrowCursor)
        self.clear_button.clicked.connect(self.clear_wanted)
        self.clear_button.hide()
        self._tell()

    @property
    def title(self) -> str:
        """What belongs here."""
        return self._title

    @property
    def shown(self) -> Photo | None:
        """The photo on show."""
        return self._photo

    def show_photo(self, photo: Photo | None, *, looking: bool = False) -> None:
        """Show this photo, or that there is none. looking: nobody knows yet what it is."""
        self._photo = photo
        self._picture = None if photo is None else picture_of(photo, photo.rgb)
        self._name = "" if photo is None else photo.name
        self._loading = looking
        self.clear_button.setVisible(photo is not None and not looking)
        self._tell()
        self.update()

    def show_loading(self, loading: bool) -> None:
        """Show that a picture is on its way."""
        self._loading = loading
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(248, 200)

    def _tell(self) -> None:
        state = self._name or _("empty")
        self.setAccessibleName(f"{self._title}: {state}")
        self.setAccessibleDescription(self._hint)
        self.setToolTip(
            _("Click to choose another picture, or drop one here")
            if self._name
            else _("Drop a picture here, paste it, or click to open one")
        )

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        self.clear_button.move(self.width() - self.clear_button.width() - 8, 8)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        colors = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        path = QPainterPath()
        path.addRoundedRect(frame, 10, 10)
        if self._aimed:
            painter.fillPath(path, QColor(colors.accent_soft))
        elif self._picture is not None:
            painter.fillPath(path, QColor(colors.stage))
        else:
            painter.fillPath(path, QColor(colors.raised if self._hovered else colors.window))
        if self._picture is not None:
            self._paint_picture(painter, path, frame)
        else:
            self._paint_words(painter, frame)
        if self.hasFocus() or self._aimed:
            pen = QPen(QColor(colors.accent), 2.5)
        elif self._picture is not None:
            pen = QPen(QColor(colors.line), 1)
        else:
            pen = QPen(QColor(colors.control), 1.3, Qt.PenStyle.CustomDashLine)
            pen.setDashPattern([4, 4])
        painter.setPen(pen)
        painter.drawPath(path)

    def _paint_picture(self, painter: QPainter, path: QPainterPath, frame: QRectF) -> None:
        assert self._picture is not None
        painter.save()
        painter.setClipPath(path)
        target = fitted(self._picture.size, frame.adjusted(6, 6, -6, -6))
        self._picture.paint(painter, target, target.width() * self.devicePixelRatioF() / self._picture.size.width())
        chip_words = self._title if not self._loading else _("Loading…")
        metrics = painter.fontMetrics()
        chip = QRectF(
            frame.left() + 8, frame.bottom() - metrics.height() - 16, metrics.horizontalAdvance(chip_words) + 18, metrics.height() + 8
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().surface))
        painter.drawRoundedRect(chip, 7, 7)
        painter.setPen(QColor(theme().text))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, chip_words)
        painter.restore()

    def _paint_words(self, painter: QPainter, frame: QRectF) -> None:
        colors = theme()
        metrics = painter.fontMetrics()
        words = _("Loading…") if self._loading else self._hint
        bold = painter.font()
        bold.setWeight(bold.Weight.DemiBold)
        inner = frame.adjusted(16, 0, -16, 0)
        hint = metrics.boundingRect(inner.toRect(), Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap, words)
        total = 34 + 8 + metrics.height() + 4 + hint.height()
        top = frame.center().y() - total / 2
        pixmap = icon(self._icon_name, colors.accent, 34).pixmap(QSize(34, 34), self.devicePixelRatioF())
        painter.drawPixmap(QPointF(frame.center().x() - 17, top), pixmap)
        painter.setPen(QColor(colors.text))
        painter.setFont(bold)
        painter.drawText(QRectF(inner.left(), top + 42, inner.width(), metrics.height() + 2), Qt.AlignmentFlag.AlignCenter, self._title)
        plain = self.font()
        painter.setFont(plain)
        painter.setPen(QColor(colors.muted))
        area = QRectF(inner.left(), top + 46 + metrics.height(), inner.width(), hint.height() + 4)
        painter.drawText(area, Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap, words)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        self._hovered = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        self._hovered = False
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.open_wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.open_wanted.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._picture is not None:
            self.clear_wanted.emit()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        if could_hold(event.mimeData()):
            event.acceptProposedAction()
            self._aimed = True
            self.update()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's name
        self._aimed = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        self._aimed = False
        self.update()
        event.acceptProposedAction()
        mime: QMimeData = event.mimeData()
        self.dropped.emit(mime)
