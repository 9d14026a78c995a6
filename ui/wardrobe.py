"""The wardrobe: garments as tiles, what each is taken for, and which are worn."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QModelIndex, QPersistentModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QIcon,
    QImage,
    QKeyEvent,
    QPainter,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QMenu, QWidget

from tryon.project.document import KINDS, Cloth, Project
from tryon.text import N_, _
from ui.dropping import TakesDrops
from ui.images import fitted, picture_of
from ui.look import theme
from ui.tile import State, Tile, draw_badge, draw_words, rounded

__all__ = ["Wardrobe", "kind_words", "worn_after"]

_NUMBER = int(Qt.ItemDataRole.UserRole)
_WORN = _NUMBER + 1
_IMAGE = _NUMBER + 2
_NARROWEST = 76
_NAMES = {
    "top": N_("Top"), "outer": N_("Outerwear"), "trousers": N_("Trousers"),
    "shorts": N_("Shorts"), "skirt": N_("Skirt"), "dress": N_("Dress"),
}  # fmt: skip
_PLACES = {"top": {"top"}, "outer": {"outer"}, "trousers": {"lower"}, "shorts": {"lower"}, "skirt": {"lower"}, "dress": {"top", "lower"}}
_ORDER = ("trousers", "shorts", "skirt", "dress", "top", "outer")


def kind_words(kind: str) -> str:
    """A kind of garment in the user's language; empty for none."""
    return _(_NAMES[kind]) if kind in _NAMES else ""


def worn_after(project: Project, number: int) -> tuple[int, ...]:
    """What is worn after a garment was clicked: taken off when it was on, else put on in place of what it cannot be worn with.

    From the skin outwards: trousers or a dress first, then a top, then outerwear.
    """
    if number in project.worn:
        return tuple(worn for worn in project.worn if worn != number)
    new = project.cloth(number)
    if new is None:
        return project.worn
    places = _PLACES.get(new.shown_kind, {"top", "lower", "outer"})
    kept = [cloth for cloth in project.garments if cloth.shown_kind in _PLACES and not _PLACES[cloth.shown_kind] & places]
    ordered = sorted([*kept, new], key=lambda cloth: _ORDER.index(cloth.shown_kind) if cloth.shown_kind in _ORDER else 0)
    return tuple(cloth.number for cloth in ordered)


class _Garment(Tile):
    """A garment in a frame, its kind below it, a sign where it is worn."""

    def draw(self, painter: QPainter, frame: QRectF, state: State, index: QModelIndex | QPersistentModelIndex) -> None:
        colors = theme()
        path = rounded(frame, 9)
        painter.fillPath(path, QColor(colors.stage))
        image: QImage = index.data(_IMAGE)
        painter.setClipPath(path)
        if image is not None and not image.isNull():
            painter.drawImage(fitted(image.size(), frame.adjusted(3, 3, -3, -21)), image)
        painter.setClipping(False)
        draw_words(painter, frame.adjusted(3, frame.height() - 20, -3, -2), str(index.data(Qt.ItemDataRole.DisplayRole)))
        worn = bool(index.data(_WORN))
        if worn:
            draw_badge(painter, QRectF(frame.right() - 22, frame.top() + 3, 19, 19), "tick", colors.accent_text, colors.accent)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colors.accent if worn or state.hovered else colors.line), 2.5 if worn else 1.2))
        painter.drawPath(path)
        if state.focused:
            painter.setPen(QPen(QColor(colors.text), 2, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(frame.adjusted(3, 3, -3, -3), 7, 7)


class Wardrobe(TakesDrops, QListWidget):
    """Click or Enter wears a garment (again: takes it off), Delete removes it, the menu corrects its kind. Takes drops."""

    clicked_on = Signal(int)  # number
    removed = Signal(int)
    kind_chosen = Signal(int, str)
    dropped = Signal(object)  # QMimeData, valid only during the signal
    current_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("wardrobe")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setItemDelegate(_Garment(self))
        self.setUniformItemSizes(True)
        self.setSpacing(0)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAcceptDrops(True)
        self.setAccessibleName(_("Wardrobe"))
        self.setAccessibleDescription(_("Enter wears a garment or takes it off, Delete removes it"))
        self.itemClicked.connect(lambda item: self.clicked_on.emit(item.data(_NUMBER)))
        self.currentItemChanged.connect(self._current)
        self._shown: tuple[object, ...] = ()
        self._filling = False

    def show_project(self, project: Project) -> None:
        """Show the wardrobe of a project."""
        shown = (project.wardrobe, project.worn)
        if shown == self._shown:
            return
        self._shown = shown
        current = self.current_number()
        self._filling = True
        if self.count() != len(project.wardrobe) or any(
            self.item(row).data(_NUMBER) != cloth.number for row, cloth in enumerate(project.wardrobe)
        ):
            self.clear()
            for cloth in project.wardrobe:
                self.addItem(self._item(cloth))
        for row, cloth in enumerate(project.wardrobe):
            item, worn = self.item(row), cloth.number in project.worn
            words = kind_words(cloth.shown_kind) or _("Garment")
            item.setText(words)
            item.setData(_WORN, worn)
            item.setToolTip(f"{words}: {cloth.photo.name}\n" + (_("Click to take it off") if worn else _("Click to wear it")))
            state = _("worn") if worn else _("not worn")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{words}, {cloth.photo.name}, {state}")
            if cloth.number == current:
                self.setCurrentItem(item)
        self._filling = False
        self._size_tiles()

    def current_number(self) -> int:
        """The number of the garment with the focus; 0 for none."""
        item = self.currentItem()
        return 0 if item is None else int(item.data(_NUMBER))

    def _item(self, cloth: Cloth) -> QListWidgetItem:
        item = QListWidgetItem("")
        image = picture_of(cloth.photo, cloth.photo.rgb).thumbnail(220)
        item.setData(_NUMBER, cloth.number)
        item.setData(_IMAGE, image)
        item.setIcon(QIcon(QPixmap.fromImage(image)))
        return item

    def _size_tiles(self) -> None:
        side = max(_NARROWEST, (self.width() - 16) // 3)  # with room for the scroll bar, so that it may come and go
        size = QSize(side, round(side * 1.25))
        if self.gridSize() != size:
            self.setGridSize(size)
        for row in range(self.count()):
            if self.item(row).sizeHint() != size:
                self.item(row).setSizeHint(size)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._size_tiles()

    def _current(self, item: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        if not self._filling and item is not None:
            self.current_changed.emit(item.data(_NUMBER))

    def menu_of(self, number: int) -> QMenu:
        """What can be done with a garment."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        kinds = menu.addMenu(_("It is"))
        for kind in KINDS:
            kinds.addAction(kind_words(kind)).triggered.connect(lambda _checked=False, kind=kind: self.kind_chosen.emit(number, kind))
        kinds.addAction(_("As the program thinks")).triggered.connect(lambda: self.kind_chosen.emit(number, ""))
        menu.addAction(_("Remove from the wardrobe")).triggered.connect(lambda: self.removed.emit(number))
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        item = self.currentItem() if by_key else self.itemAt(event.pos())
        if item is not None:
            at = self.visualItemRect(item).center() if by_key else event.pos()
            self.menu_of(item.data(_NUMBER)).popup(self.viewport().mapToGlobal(QPoint(at)))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        number = self.current_number()
        if number and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked_on.emit(number)
        elif number and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(number)
        else:
            super().keyPressEvent(event)

    def take_drop(self, mime: QMimeData) -> None:
        """Tell what was dropped."""
        self.dropped.emit(mime)
