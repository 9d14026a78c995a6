"""What is known of the chosen piece, and can be changed: name, size, price, the color of each material."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QColorDialog, QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from tryon.project.document import Piece
from tryon.text import _
from ui.look import GAP, IconButton
from ui.materials import material_words
from ui.parts import empty, label
from ui.units import from_shown, shown_length, unit_words

__all__ = ["PieceInspector", "price_words", "read_number"]

_MOST_MATERIALS = 8


def price_words(price: float) -> str:
    """A price as one writes it, in whatever currency it was given."""
    return f"{price:,.2f}".removesuffix(".00").replace(",", "\N{THIN SPACE}")


def read_number(text: str) -> float | None:
    """A number as people type it, with a comma or a point; None where it is none."""
    plain = "".join(letter for letter in text if letter.isdigit() or letter in ",.")
    if plain.count(",") == 1 and "." not in plain and len(plain.rpartition(",")[2]) != 3:
        plain = plain.replace(",", ".")
    try:
        return float(plain.replace(",", ""))
    except ValueError:
        return None


class PieceInspector(QWidget):
    """Enter or leaving a field takes its value over."""

    changed = Signal(object, str)  # the piece as it should be, and what was changed
    materials_wanted = Signal(str)  # of a furniture

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._piece: Piece | None = None
        self._colors: dict[str, tuple[tuple[str, str], ...]] = {}
        self._drawn: tuple[object, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        grid = QGridLayout()
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(6)
        self.name, self.price, self.lift = QLineEdit(), QLineEdit(), QLineEdit()
        self.sides = [QLineEdit() for _side in range(3)]
        sizes = QHBoxLayout()
        sizes.setSpacing(4)
        for side, words in zip(self.sides, (_("Width"), _("Depth"), _("Height")), strict=True):
            side.setAccessibleName(words)
            side.setToolTip(words)
            side.setMaxLength(7)
            side.setAlignment(Qt.AlignmentFlag.AlignRight)
            sizes.addWidget(side)
        self.unit = label(unit_words(), "small")
        sizes.addWidget(self.unit)
        self.price.setMaxLength(14)
        self.price.setPlaceholderText(_("none"))
        self.lift.setMaxLength(7)
        self.lift.setPlaceholderText(_("as usual"))
        self.lift.setToolTip(_("How high its foot is over the floor; empty: where such a piece usually is"))
        names = (_("Name"), _("Size"), _("Up"), _("Price"))
        for at, (words, widget) in enumerate(zip(names, (self.name, None, self.lift, self.price), strict=True)):
            grid.addWidget(label(words, "small"), at, 0)
            if widget is not None:
                widget.setAccessibleName(words)
                grid.addWidget(widget, at, 1)
        grid.addLayout(sizes, 1, 1)
        column.addLayout(grid)
        self.credit = label("", "small", wrap=True)
        column.addWidget(self.credit)
        self.swatches = QGridLayout()
        self.swatches.setSpacing(4)
        column.addLayout(self.swatches)
        self.name.editingFinished.connect(self._name_given)
        self.price.editingFinished.connect(self._price_given)
        self.lift.editingFinished.connect(self._lift_given)
        for side in self.sides:
            side.editingFinished.connect(self._size_given)
        self.hide()

    def show_piece(self, piece: Piece | None, own: bool, credit: str = "") -> None:
        """Show this piece. own: its size may be changed, since it comes from a file of the user's."""
        self._piece = piece
        self.setVisible(piece is not None)
        if piece is None:
            return
        drawn = (replace(piece, x=0.0, y=0.0, yaw_deg=0.0), unit_words(), credit, self._colors.get(piece.furniture))
        if drawn == self._drawn:
            return
        self._drawn = drawn
        self.name.setText(piece.label)
        self.unit.setText(unit_words())
        width, height, depth = piece.size_m
        for side, metres in zip(self.sides, (width, depth, height), strict=True):
            side.setText(shown_length(metres))
            side.setReadOnly(not own)
            side.setToolTip(side.accessibleName() if own else _("A piece that ships with the program has its maker's size"))
        self.lift.setText("" if piece.lift_m is None else f"{shown_length(piece.lift_m)} {unit_words()}")
        self.price.setText("" if piece.price is None else price_words(piece.price))
        self.credit.setText(credit)
        self.credit.setVisible(bool(credit))
        self._show_materials(piece)
        if piece.furniture not in self._colors:
            self.materials_wanted.emit(piece.furniture)

    def show_materials(self, furniture: str, colors: tuple[tuple[str, str], ...]) -> None:
        """The materials of a furniture and their own colors."""
        self._colors[furniture] = colors
        if self._piece is not None and self._piece.furniture == furniture:
            self._drawn = ()
            self._show_materials(self._piece)

    def _show_materials(self, piece: Piece) -> None:
        empty(self.swatches)
        wished = dict(piece.colors)
        for number, (name, color) in enumerate(self._colors.get(piece.furniture, ())[:_MOST_MATERIALS]):
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(4)
            shown = wished.get(name, color)
            words = material_words(name)
            button = QPushButton(" " + self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, 58 if name in wished else 84))
            button.setFixedHeight(30)
            button.setIcon(_swatch(shown))
            button.setIconSize(QSize(18, 18))
            button.setToolTip(_("Another color for {name}").format(name=words))
            button.setAccessibleName(_("Color of {name}: {color}").format(name=words, color=shown))
            button.clicked.connect(partial(self._ask_color, name, shown))
            row.addWidget(button, 1)
            if name in wished:
                back = IconButton("undo", _("Its own color again: {name}").format(name=words))
                back.setFixedSize(28, 28)
                back.clicked.connect(partial(self.recolor, name, ""))
                row.addWidget(back)
            self.swatches.addWidget(line, number // 2, number % 2)

    def _ask_color(self, name: str, color: str) -> None:
        dialog = QColorDialog(QColor(color), self)
        dialog.setWindowTitle(_("Another color for {name}").format(name=material_words(name)))
        dialog.colorSelected.connect(lambda chosen: self.recolor(name, chosen.name()))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def recolor(self, name: str, color: str) -> None:
        """Give a material a color (#rrggbb), or its own back with an empty one."""
        if self._piece is not None:
            colors = {**dict(self._piece.colors), name: color}
            wished = tuple((one, hue) for one, hue in colors.items() if hue)
            self._change(_("color of {name}").format(name=self._piece.label), colors=wished)

    # ---- fields

    def _change(self, what: str, **values: object) -> None:
        if self._piece is not None:
            piece = replace(self._piece, **values)  # type: ignore[arg-type]
            if piece != self._piece:
                self.changed.emit(piece, what)

    def _name_given(self) -> None:
        words = " ".join(self.name.text().split())[:120]
        if self._piece is not None and words and words != self._piece.label:
            self._change(_("name of {name}").format(name=self._piece.label), label=words)

    def _price_given(self) -> None:
        if self._piece is not None:
            price = read_number(self.price.text())
            self._change(_("price of {name}").format(name=self._piece.label), price=None if price is None else round(price, 2))
            self.price.setText("" if price is None else price_words(price))

    def _lift_given(self) -> None:
        piece = self._piece
        if piece is None:
            return
        value = read_number(self.lift.text())
        lift = None if value is None else min(max(from_shown(value), 0.0), 6.0)
        if (lift is None) != (piece.lift_m is None) or (lift is not None and abs(lift - (piece.lift_m or 0.0)) > 0.0049):
            self._change(_("lift {name}").format(name=piece.label), lift_m=lift)
        elif lift is not None:
            self.lift.setText(f"{shown_length(lift)} {unit_words()}")

    def _size_given(self) -> None:
        piece = self._piece
        if piece is None or self.sides[0].isReadOnly():
            return
        old = (piece.size_m[0], piece.size_m[2], piece.size_m[1])
        sides = []
        for field, metres in zip(self.sides, old, strict=True):
            value = read_number(field.text())
            same = field.text() == shown_length(metres)
            sides.append(metres if value is None or same else min(max(from_shown(value), 0.01), 20.0))
        if tuple(sides) == old:
            return
        self._change(_("size of {name}").format(name=piece.label), size_m=(sides[0], sides[2], sides[1]), resized=True)


def _swatch(color: str) -> QIcon:
    pixmap = QPixmap(36, 36)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(128, 128, 128))
    painter.setBrush(QColor(color))
    painter.drawRoundedRect(2, 2, 32, 32, 7, 7)
    painter.end()
    return QIcon(pixmap)
