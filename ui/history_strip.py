"""The results so far, as a strip of small pictures with their tries and stars."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStyleOptionViewItem,
    QWidget,
)

from tryon.project.document import Look, Project
from tryon.text import _
from ui.images import fitted, picture_of
from ui.look import GAP, IconButton, refresh_style, theme
from ui.side_view import MOST
from ui.tile import State, Tile, draw_badge, draw_words
from ui.wardrobe import kind_words

__all__ = ["HistoryShelf", "HistoryStrip"]

_WIDE, _HIGH = 74, 86
_MANY = 6
_IMAGE = int(Qt.ItemDataRole.UserRole)
_STAR = _IMAGE + 1
_TRY = _IMAGE + 2  # which try with the same settings, empty for the first
_TITLE = _IMAGE + 3
_BESIDE = _IMAGE + 4


class _Frame(Tile):
    """One result: the picture, its number and what is worn below it, a star above, and which try it was where there are several."""

    def draw(self, painter: QPainter, frame: QRectF, state: State, index: QModelIndex | QPersistentModelIndex) -> None:
        colors = theme()
        beside = bool(index.data(_BESIDE))
        painter.setPen(QPen(QColor(colors.accent), 2) if state.selected or beside else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.accent_soft if state.selected else colors.raised if state.hovered else colors.surface))
        painter.drawRoundedRect(frame, 7, 7)
        image: QImage = index.data(_IMAGE)
        painter.drawImage(fitted(image.size(), frame.adjusted(3, 3, -3, -18)), image)
        draw_words(painter, frame.adjusted(2, frame.height() - 18, -2, -1), str(index.data(_TITLE)), 11)
        if index.data(_STAR):
            draw_badge(painter, QRectF(frame.right() - 22, frame.top() + 3, 19, 19), "star-full", colors.warn, colors.surface)
        if index.data(_TRY):
            chip = QRectF(frame.left() + 4, frame.top() + 4, 20, 16)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.surface))
            painter.drawRoundedRect(chip, 8, 8)
            draw_words(painter, chip, str(index.data(_TRY)), 11)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802 - Qt's name
        return QSize(_WIDE + 8, _HIGH + 8)


class HistoryStrip(QListWidget):
    """Click or arrow keys show a result; several chosen with Ctrl or Shift stand side by side. S stars, Delete removes (with undo)."""

    picked = Signal(int)  # row
    compared = Signal(list)  # rows, two to four
    removed = Signal(list)  # rows
    starred = Signal(int)
    again = Signal(int)
    reused = Signal(int)
    dragged = Signal(int)  # a hand takes a result out of the strip; `held` tells whether it still has it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setMovement(QListView.Movement.Static)
        self.setItemDelegate(_Frame(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSpacing(1)
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.held = False
        self.setFixedHeight(_HIGH + 24)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(_("Results so far"))
        self.setAccessibleDescription(_("Arrows show a result, S stars it, Delete removes it; Shift chooses several to compare"))
        self.itemSelectionChanged.connect(self._chosen)
        self._looks: tuple[Look, ...] = ()
        self._images: dict[int, QImage] = {}
        self._filling = False

    def rows(self) -> list[int]:
        """The chosen rows, from left to right."""
        return sorted(index.row() for index in self.selectedIndexes())

    def show_project(self, project: Project, beside: Sequence[int] = ()) -> None:
        """Show the results of a project, the one on show chosen. beside: rows that stand side by side."""
        self._filling = True
        if project.looks != self._looks:
            self._looks = project.looks
            known = {look.number for look in project.looks}
            self._images = {number: image for number, image in self._images.items() if number in known}
            self.clear()
            for row, look in enumerate(project.looks):
                item = QListWidgetItem("")
                item.setData(_IMAGE, self._image(look))
                kinds = [kind_words(cloth.shown_kind) for cloth in reversed(look.garments)]
                item.setData(_TITLE, f"{row + 1}  {' + '.join(filter(None, kinds))}".strip())
                item.setData(_TRY, f"#{look.seed + 1}" if look.seed else "")
                self.addItem(item)
        for row, look in enumerate(project.looks):
            star = look.number in project.starred
            names = ", ".join(cloth.photo.name for cloth in look.garments)
            words = _("Result {number}: {garment}, try {seed}").format(number=row + 1, garment=names, seed=look.seed + 1)
            words = f"{words}, {_('starred')}" if star else words
            item = self.item(row)
            item.setData(_STAR, star)
            item.setData(_BESIDE, row in beside)
            item.setToolTip(words)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
        if len(self.rows()) < 2 or project.shown not in self.rows():
            if project.shown >= 0:
                self.setCurrentRow(project.shown)
                self.scrollToItem(self.item(project.shown))
            else:
                self.clearSelection()
        self._filling = False

    def search(self, words: str) -> int:
        """Show only results that hold all of these words, in what is worn, its files or "starred"; how many there are."""
        wanted = words.lower().split()
        found = 0
        for row in range(self.count()):
            item = self.item(row)
            told = f"{item.data(_TITLE)} {item.data(Qt.ItemDataRole.AccessibleTextRole)}".lower()
            fits = all(word in told for word in wanted)
            item.setHidden(not fits)
            found += fits
        return found

    def _image(self, look: Look) -> QImage:
        if look.number not in self._images:
            self._images[look.number] = picture_of(look, look.picture).thumbnail(2 * _HIGH)
        return self._images[look.number]

    def _chosen(self) -> None:
        if self._filling:
            return
        rows = self.rows()
        if len(rows) > 1:
            self.compared.emit(rows[:MOST])
        elif rows:
            self.picked.emit(rows[0])

    def startDrag(self, actions: Qt.DropAction) -> None:  # noqa: N802 - Qt's name
        if self.currentRow() >= 0:
            self.held = True
            self.dragged.emit(self.currentRow())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self.held = False
        super().mouseReleaseEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        item = self.currentItem() if event.reason() == QContextMenuEvent.Reason.Keyboard else self.itemAt(event.pos())
        if item is None:
            return
        row = self.row(item)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for words, signal in (
            (_("Star or unstar (S)"), self.starred),
            (_("Another try with these settings"), self.again),
            (_("Use these settings"), self.reused),
        ):
            menu.addAction(words).triggered.connect(lambda _checked=False, signal=signal: signal.emit(row))
        menu.addAction(_("Remove from the results")).triggered.connect(lambda: self.removed.emit(self.rows() or [row]))
        menu.popup(self.viewport().mapToGlobal(QPoint(self.visualItemRect(item).center())))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.rows():
            self.removed.emit(self.rows())
        elif event.key() == Qt.Key.Key_S and not event.modifiers() and self.currentRow() >= 0:
            self.starred.emit(self.currentRow())
        else:
            super().keyPressEvent(event)


class HistoryShelf(QWidget):
    """The strip and its buttons."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.strip = HistoryStrip()
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, 2, GAP, 2)
        row.setSpacing(GAP // 2)
        row.addWidget(self.strip, 1)
        self.search = QLineEdit()
        self.search.setFixedWidth(132)
        self.search.setClearButtonEnabled(True)
        self.search.setPlaceholderText(_("Search results"))
        self.search.setAccessibleName(_("Search results"))
        self.search.setToolTip(_("By what is worn, a file's name, or the word “starred”"))
        self.search.textChanged.connect(self._search)
        row.addWidget(self.search)
        self.star_button = IconButton("star", _("Star this result (S)"), checkable=True)
        self.again_button = IconButton("again", _("Another try with the same settings"))
        self.reuse_button = IconButton("reuse", _("Use the settings of this result"))
        self.side_button = IconButton("side", _("Compare side by side; choose up to four with Ctrl or Shift"), checkable=True)
        self.remove_button = IconButton("trash", _("Remove from the results (Delete)"))
        self.buttons = [self.star_button, self.again_button, self.reuse_button, self.side_button, self.remove_button]
        for button in self.buttons:
            row.addWidget(button)

    def show_project(self, project: Project, beside: Sequence[int] = ()) -> None:
        """Show the results, and what can be done with the one on show. beside: rows that stand side by side."""
        self.strip.show_project(project, beside)
        self.search.setVisible(len(project.looks) >= _MANY)
        if not self.search.isVisibleTo(self):
            self.search.clear()
        self._search()
        look = project.look
        self.setVisible(bool(project.looks))
        for button in self.buttons:
            button.setEnabled(look is not None)
        self.star_button.setChecked(look is not None and look.number in project.starred)
        self.side_button.setEnabled(len(project.looks) > 1)
        self.side_button.setChecked(bool(beside))

    def _search(self) -> None:
        words = self.search.text()
        found = self.strip.search(words)
        nothing = bool(words.strip()) and not found
        self.search.setProperty("tone", "none" if nothing else "")
        self.search.setAccessibleDescription(_("Nothing found") if nothing else "")
        self.strip.setToolTip(_("Nothing found") if nothing else "")
        refresh_style(self.search)
