"""The pieces in the room as a list: choose, hide, lock, remove."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from tryon.project.document import Piece
from tryon.text import _
from ui.look import GAP, IconButton
from ui.parts import label
from ui.piece_inspector import PieceInspector, price_words
from ui.units import size_words

__all__ = ["PieceList"]


class _Row(QWidget):
    """One piece: its name and size, an eye and a lock."""

    def __init__(self, piece: Piece) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 4, 4)
        row.setSpacing(2)
        words = QVBoxLayout()
        words.setSpacing(0)
        self.name = label(piece.label)
        self.name.setMinimumWidth(40)
        words.addWidget(self.name)
        words.addWidget(label(size_words(piece.size_m), "small"))
        self.setToolTip("" if piece.price is None else f"{piece.label}, {price_words(piece.price)}")
        row.addLayout(words, 1)
        eye = _("Show {name}") if piece.hidden else _("Hide {name}")
        lock = _("Unlock {name}") if piece.locked else _("Lock {name}: the hand does not take it")
        self.eye = IconButton("eye-off" if piece.hidden else "eye", eye.format(name=piece.label))
        self.lock = IconButton("lock" if piece.locked else "unlock", lock.format(name=piece.label))
        self.remove = IconButton("trash", _("Remove {title}").format(title=piece.label))
        for button in (self.eye, self.lock, self.remove):
            button.setFixedSize(30, 30)
            row.addWidget(button)


class PieceList(QWidget):
    """Up and Down choose a piece; H hides, L locks, Delete removes it in the room."""

    chosen = Signal(int)
    hide_wanted = Signal(int)
    lock_wanted = Signal(int)
    remove_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        self.empty = label(_("Nothing stands in the room yet. Drag furniture onto the floor of the photo."), "muted", wrap=True)
        self.list = QListWidget()
        self.list.setAccessibleName(_("Pieces in the room"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setSpacing(1)
        self.list.currentRowChanged.connect(self._row)
        column.addWidget(self.empty)
        column.addWidget(self.list, 1)
        self.total = label("", "small")
        self.total.setAlignment(Qt.AlignmentFlag.AlignRight)
        column.addWidget(self.total)
        self.inspector = PieceInspector()
        column.addWidget(self.inspector)
        self._shown: tuple[object, ...] = ()
        self._numbers: list[int] = []
        self._filling = False

    def show_pieces(self, pieces: tuple[Piece, ...], chosen: int, total: float | None = None) -> None:
        """Show these, that one chosen; total: what those in sight cost together."""
        self.total.setVisible(total is not None)
        self.total.setText("" if total is None else _("Together {price}").format(price=price_words(total)))
        self._filling = True
        shown = tuple((piece.number, piece.label, size_words(piece.size_m), piece.price, piece.hidden, piece.locked) for piece in pieces)
        if shown != self._shown:
            self._shown, self._numbers = shown, [piece.number for piece in pieces]
            self.list.clear()
            for piece in pieces:
                row = _Row(piece)
                row.eye.clicked.connect(lambda _checked=False, number=piece.number: self.hide_wanted.emit(number))
                row.lock.clicked.connect(lambda _checked=False, number=piece.number: self.lock_wanted.emit(number))
                row.remove.clicked.connect(lambda _checked=False, number=piece.number: self.remove_wanted.emit(number))
                item = QListWidgetItem()
                item.setSizeHint(row.sizeHint())
                states = [_("hidden")] * piece.hidden + [_("locked")] * piece.locked
                item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join([piece.label, size_words(piece.size_m), *states]))
                self.list.addItem(item)
                self.list.setItemWidget(item, row)
        self.list.setCurrentRow(self._numbers.index(chosen) if chosen in self._numbers else -1)
        self.empty.setVisible(not pieces)
        self.list.setVisible(bool(pieces))
        self._filling = False

    def row_of(self, number: int) -> _Row | None:
        """The widgets of a piece."""
        if number not in self._numbers:
            return None
        widget = self.list.itemWidget(self.list.item(self._numbers.index(number)))
        return widget if isinstance(widget, _Row) else None

    def _row(self, row: int) -> None:
        if not self._filling and 0 <= row < len(self._numbers):
            self.chosen.emit(self._numbers[row])
