"""The furniture that can be dragged into the room: picture, name and true size."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QMimeData, QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QDrag, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from tryon.project.document import Piece
from tryon.text import N_, _, language
from ui.intake import FURNITURE_MIME
from ui.look import GAP, icon, theme
from ui.tile import State, Tile
from ui.units import size_words

if TYPE_CHECKING:
    from tryon.room.furniture import FurnitureCard

__all__ = ["FurniturePalette", "card_label", "piece_of"]

_THUMB = 60
_AT_ONCE = 16
_SIZE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_WORDS_ROLE = _SIZE_ROLE + 1
_GROUP_ROLE = _SIZE_ROLE + 2
_GROUPS = {
    "seating": N_("Seating"), "tables": N_("Tables"), "storage": N_("Storage"), "beds": N_("Beds"), "lamps": N_("Lamps"),
    "plants": N_("Plants"), "rugs": N_("Rugs"), "pictures": N_("Pictures"), "curtains": N_("Curtains"),
}  # fmt: skip


def card_label(card: FurnitureCard) -> str:
    """What a piece is called in the user's language."""
    code = language()
    return card.label.get(code) or card.label.get(code.split("_")[0]) or card.label.get("en") or card.name


def piece_of(card: FurnitureCard) -> Piece:
    """A piece of that kind, not yet in the room."""
    return Piece(
        0, card.name, card_label(card), card.size_m, 0.0, 0.0, stands=card.stands, elevation_m=card.elevation_m, top_m=card.top_m
    )  # fmt: skip


class _Row(Tile):
    """A thumbnail, the name, and the size below it in a quieter color."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802 - Qt's name
        return QSize(180, _THUMB + 14)

    def draw(self, painter: QPainter, frame: QRectF, state: State, index: QModelIndex | QPersistentModelIndex) -> None:
        colors = theme()
        painter.setPen(Qt.PenStyle.NoPen)
        if state.selected or state.hovered:
            painter.setBrush(QColor(colors.accent_soft if state.selected else colors.raised))
            painter.drawRoundedRect(frame, 8, 8)
        box = frame.toRect()
        image: QIcon = index.data(Qt.ItemDataRole.DecorationRole)
        plate = QRect(box.left() + 5, box.center().y() - _THUMB // 2, _THUMB, _THUMB)
        painter.setBrush(QColor("#efede8" if colors.name == "light" else "#d9d7d2"))
        painter.drawRoundedRect(plate, 7, 7)
        image.paint(painter, plate.adjusted(3, 3, -3, -3))
        words = QRect(plate.right() + 12, box.top(), box.right() - plate.right() - 16, box.height())
        metrics = painter.fontMetrics()
        top = words.center().y() - metrics.height() - 1
        painter.setPen(QColor(colors.text))
        name = metrics.elidedText(str(index.data(Qt.ItemDataRole.DisplayRole)), Qt.TextElideMode.ElideRight, words.width())
        line = QRect(words.left(), top, words.width(), metrics.height() + 2)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, name)
        small = painter.font()
        small.setPixelSize(12)
        painter.setFont(small)
        painter.setPen(QColor(colors.muted))
        painter.drawText(line.translated(0, metrics.height() + 3), Qt.AlignmentFlag.AlignLeft, str(index.data(_SIZE_ROLE)))


class _List(QListWidget):
    """The list itself; a drag carries the piece's name."""

    def mimeData(self, items: list[QListWidgetItem]) -> QMimeData:  # type: ignore[override] # noqa: N802 - Qt's name
        mime = QMimeData()
        mime.setData(FURNITURE_MIME, QByteArray(str(items[0].data(Qt.ItemDataRole.UserRole)).encode()))
        return mime

    def startDrag(self, actions: Qt.DropAction) -> None:  # noqa: N802 - Qt's name
        items = self.selectedItems()
        if not items:
            return
        drag = QDrag(self)
        drag.setMimeData(self.mimeData(items))
        pixmap = items[0].icon().pixmap(QSize(_THUMB, _THUMB))
        drag.setPixmap(pixmap)
        drag.setHotSpot(QPoint(_THUMB // 2, _THUMB))
        drag.exec(Qt.DropAction.CopyAction)


class FurniturePalette(QWidget):
    """Drag a piece onto the floor, or press Enter (or double-click) to have it placed at a sensible spot."""

    place_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: tuple[FurnitureCard, ...] = ()
        self._undrawn: list[tuple[str, Path]] = []
        self._drawing = QTimer(self)
        self._drawing.setSingleShot(True)
        self._drawing.setInterval(0)
        self._drawing.timeout.connect(self._draw_some)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search furniture"))
        self.search.setAccessibleName(_("Search furniture"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icon("search", theme().muted), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._filter)
        self.group = QComboBox()
        for named in (self.group, self.group.view()):
            named.setAccessibleName(_("Kind of furniture"))
        self.group.setToolTip(_("Show one kind of furniture"))
        self.group.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.group.activated.connect(lambda _row: self._filter())
        self.list = _List()
        self.list.setItemDelegate(_Row(self.list))
        self.list.setDragEnabled(True)
        self.list.setMouseTracking(True)
        self.list.setAccessibleName(_("Furniture"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.itemActivated.connect(lambda item: self.place_wanted.emit(str(item.data(Qt.ItemDataRole.UserRole))))
        self.nothing = QLabel(_("No such furniture"))
        self.nothing.setProperty("role", "muted")
        self.nothing.hide()
        column.addWidget(self.search)
        column.addWidget(self.group)
        column.addWidget(self.nothing)
        column.addWidget(self.list, 1)

    def show_cards(self, cards: tuple[FurnitureCard, ...]) -> None:
        """Show these pieces."""
        self._cards = ()
        self.list.clear()
        self.add_cards(cards)

    def add_cards(self, cards: tuple[FurnitureCard, ...]) -> None:
        """Show these before the others; those that are there already stay where they are."""
        known = {card.name for card in self._cards}
        fresh = tuple(card for card in cards if card.name not in known)
        self._cards = (*fresh, *self._cards)
        plain = icon("room", "#5b5a57", 48)
        for row, card in enumerate(fresh):
            words = card_label(card)
            item = QListWidgetItem(plain, words)
            if card.thumbnail is not None:
                self._undrawn.append((card.name, card.thumbnail))
            item.setData(Qt.ItemDataRole.UserRole, card.name)
            item.setData(_SIZE_ROLE, size_words(card.size_m))
            item.setData(_GROUP_ROLE, card.category)
            item.setData(_WORDS_ROLE, " ".join([words, card.name, card.category, *card.label.values()]).casefold())
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{words}, {size_words(card.size_m)}")
            tip = _("Drag it onto the floor, or double-click to place it")
            item.setToolTip(f"{tip}\n{card.credit}" if card.credit else tip)
            self.list.insertItem(row, item)
        if fresh:
            self.list.scrollToTop()
        self._fill_groups()
        self._filter()
        self._draw_some()

    def _draw_some(self) -> None:
        """Load a few pictures at a time, so that a library of hundreds does not stop the window."""
        some, self._undrawn = self._undrawn[:_AT_ONCE], self._undrawn[_AT_ONCE:]
        pictures = {name: QPixmap(str(path)) for name, path in some}
        for row in range(self.list.count()) if pictures else ():
            item = self.list.item(row)
            picture = pictures.get(str(item.data(Qt.ItemDataRole.UserRole)))
            if picture is not None and not picture.isNull():
                item.setIcon(QIcon(picture))
        if self._undrawn:
            self._drawing.start()

    def show_units(self) -> None:
        """The unit of the sizes has changed."""
        for row, card in enumerate(self._cards):
            self.list.item(row).setData(_SIZE_ROLE, size_words(card.size_m))

    def _fill_groups(self) -> None:
        """The kinds that there are, in the order of the list, each with its number of pieces."""
        chosen = self.group.currentData()
        counts: dict[str, int] = {}
        for card in self._cards:
            counts[card.category] = counts.get(card.category, 0) + 1
        self.group.clear()
        self.group.addItem(_("All furniture ({count})").format(count=len(self._cards)), None)
        for name, count in counts.items():
            title = _(_GROUPS[name]) if name in _GROUPS else name or _("Other")
            self.group.addItem(f"{title} ({count})", name)
        self.group.setCurrentIndex(max(0, self.group.findData(chosen)))
        self.group.setVisible(len(counts) > 1)

    def _filter(self, _words: str = "") -> None:
        wanted, group, found = self.search.text().casefold().split(), self.group.currentData(), 0
        for row in range(self.list.count()):
            item = self.list.item(row)
            fits = group is None or item.data(_GROUP_ROLE) == group
            item.setHidden(not fits or not all(word in item.data(_WORDS_ROLE) for word in wanted))
            found += not item.isHidden()
        if not found and wanted and group is not None:  # a word that is looked for counts more than the kind chosen before
            self.group.setCurrentIndex(0)
            self._filter()
            return
        self.nothing.setVisible(not found and self.list.count() > 0)
