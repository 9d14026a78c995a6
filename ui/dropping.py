"""A widget that takes whatever could hold a picture, a mesh or a project."""

from __future__ import annotations

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent

from ui.intake import could_hold

__all__ = ["TakesDrops"]


class TakesDrops:
    """To be named before the widget's own class; `take_drop` gets what was dropped."""

    def take_drop(self, mime: QMimeData) -> None:
        """Something was dropped; valid only during the call."""
        raise NotImplementedError

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        if could_hold(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802 - Qt's name
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        event.acceptProposedAction()
        self.take_drop(event.mimeData())
