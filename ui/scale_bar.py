"""The bar that asks for a known length in the room photo."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from tryon.text import _
from ui.look import GAP, PAD
from ui.parts import Segments, label
from ui.units import from_shown, shown_length, unit, unit_words

__all__ = ["ScaleBar"]


class ScaleBar(QWidget):
    """Asks how long the line is that the user has drawn."""

    applied = Signal(float, bool)  # metres, upright
    given_up = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self)
        row.setContentsMargins(PAD, GAP, PAD, GAP)
        row.setSpacing(GAP)
        self.words = label("", wrap=True)
        self.length = QLineEdit()
        self.length.setMaxLength(7)
        self.length.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.length.setAccessibleName(_("Length of the line"))
        self.length.setFixedWidth(76)
        self.unit = label(unit_words())
        self.kind = Segments([("floor", _("On the floor")), ("up", _("Upright"))], _("The line lies"))
        self.apply_button = QPushButton(_("Apply"))
        self.apply_button.setProperty("kind", "primary")
        self.leave_button = QPushButton(_("Cancel"))
        self.apply_button.clicked.connect(self._apply)
        self.length.returnPressed.connect(self._apply)
        self.leave_button.clicked.connect(self.given_up)
        self.kind.chosen.connect(self._choose)
        self._upright = False
        row.addWidget(self.words, 1)
        for widget in (self.length, self.unit, self.kind, self.apply_button, self.leave_button):
            row.addWidget(widget)
        self.hide()

    def ask(self) -> None:
        """Ask for the line first."""
        self.words.setText(_("Draw a line along something whose length you know: a floor board, a rug, a door"))
        self._show_fields(False)
        self.show()

    def drawn(self, *, upright: bool) -> None:
        """The line is there: ask for its length."""
        self.words.setText(_("How long is it?"))
        self._choose("up" if upright else "floor")
        self.unit.setText(unit_words())
        self.length.setText(shown_length(2.03 if upright else 2.0))
        self._show_fields(True)
        self.length.setFocus()
        self.length.selectAll()

    def _choose(self, value: str) -> None:
        self._upright = value == "up"
        self.kind.choose(value)

    def _show_fields(self, show: bool) -> None:
        for widget in (self.length, self.unit, self.kind, self.apply_button):
            widget.setVisible(show)

    def _apply(self) -> None:
        try:
            metres = from_shown(float(self.length.text().strip().replace(",", ".")))
        except ValueError:
            metres = 0.0
        if not 0.01 <= metres <= 30.0:
            limits = {"low": "1" if unit() == "cm" else "0.5", "high": shown_length(30.0), "unit": unit_words()}
            self.words.setText(_("Give the length in {unit}, from {low} to {high}").format(**limits))
            self.length.setFocus()
            self.length.selectAll()
        elif self.apply_button.isVisible():
            self.applied.emit(metres, self._upright)
