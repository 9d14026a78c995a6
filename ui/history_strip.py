"""The results so far, as a strip of small pictures."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QMenu, QWidget

from tryon.text import _
from ui.images import picture_of
from ui.session import Look

__all__ = ["HistoryStrip"]

_SIDE = 72


class HistoryStrip(QListWidget):
    """Click or arrow keys show a result, Delete removes it (it can be undone)."""

    picked = Signal(int)
    removed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setMovement(QListView.Movement.Static)
        self.setIconSize(QSize(_SIDE, _SIDE))
        self.setSpacing(3)
        self.setFixedHeight(_SIDE + 26)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(_("Results so far"))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.currentRowChanged.connect(self._row_changed)
        self._looks: tuple[Look, ...] = ()
        self._icons: dict[int, QIcon] = {}
        self._filling = False

    def show_looks(self, looks: tuple[Look, ...], shown: int) -> None:
        """Show these results with that one chosen."""
        self._filling = True
        if looks != self._looks:
            self._looks = looks
            self._icons = {id(look): self._icons.get(id(look)) or self._icon(look) for look in looks}
            self.clear()
            for number, look in enumerate(looks, 1):
                item = QListWidgetItem(self._icons[id(look)], "")
                words = _("Result {number}: {garment}, try {seed}").format(number=number, garment=look.garment.name, seed=look.seed + 1)
                item.setToolTip(words)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
                item.setSizeHint(QSize(_SIDE + 8, _SIDE + 8))
                self.addItem(item)
        self.setCurrentRow(shown)
        if shown < 0:
            self.clearSelection()
        elif self.item(shown) is not None:
            self.scrollToItem(self.item(shown))
        self._filling = False

    def _icon(self, look: Look) -> QIcon:
        image = picture_of(look, look.picture).thumbnail(_SIDE * 2)
        result = QIcon()
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # named, or Qt tints the chosen one
            result.addPixmap(QPixmap.fromImage(image), mode)
        return result

    def _row_changed(self, row: int) -> None:
        if not self._filling and row >= 0:
            self.picked.emit(row)

    def _menu(self, at: QPoint) -> None:
        item = self.itemAt(at)
        if item is None:
            return
        row = self.row(item)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(_("Remove from the results")).triggered.connect(lambda: self.removed.emit(row))
        menu.popup(self.mapToGlobal(at))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.currentRow() >= 0:
            self.removed.emit(self.currentRow())
        else:
            super().keyPressEvent(event)
