"""Real events: a drop as the system sends it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from ui.intake import FURNITURE_MIME

COPY = Qt.DropAction.CopyAction
LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier


def files(*paths: Path) -> QMimeData:
    """What a file manager drags."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def furniture(name: str) -> QMimeData:
    """What the palette drags."""
    mime = QMimeData()
    mime.setData(FURNITURE_MIME, QByteArray(name.encode()))
    return mime


def drop(widget: QWidget, mime: QMimeData, at: QPointF | None = None, over: Sequence[QPointF] = ()) -> None:
    """Enter, move over the widget, drop."""
    at = at or QPointF(widget.rect().center())
    QApplication.sendEvent(widget, QDragEnterEvent(at.toPoint(), COPY, mime, LEFT, PLAIN))
    for point in (*over, at):
        QApplication.sendEvent(widget, QDragMoveEvent(point.toPoint(), COPY, mime, LEFT, PLAIN))
    QApplication.sendEvent(widget, QDropEvent(at, COPY, mime, LEFT, PLAIN))
