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

    applied = Signal(float, str)  # metres, of what: floor, up, door, or camera (its own height)
    sheet_wanted = Signal()  # look for an A4 sheet on the floor
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
        self.kind = Segments([("floor", _("On the floor")), ("up", _("Upright")), ("door", _("A door"))], _("The line lies"))
        self.kind.button("door").setToolTip(_("A usual door's frame is 2.03 m high, within a few centimetres"))
        self.sheet_button = QPushButton(_("Find an A4 sheet"))
        self.sheet_button.setToolTip(_("Looks for a sheet of paper that lies on the floor"))
        self.sheet_button.clicked.connect(self.sheet_wanted)
        self.height_button = QPushButton(_("Camera height"))
        self.height_button.setToolTip(_("How high over the floor the camera was held"))
        self.height_button.clicked.connect(self._ask_height)
        self.apply_button = QPushButton(_("Apply"))
        self.apply_button.setProperty("kind", "primary")
        self.leave_button = QPushButton(_("Cancel"))
        self.apply_button.clicked.connect(self._apply)
        self.length.returnPressed.connect(self._apply)
        self.leave_button.clicked.connect(self.given_up)
        self.kind.chosen.connect(self._choose)
        self._what = "floor"
        self._height_m = 1.5
        row.addWidget(self.words, 1)
        for widget in (self.sheet_button, self.height_button, self.length, self.unit, self.kind, self.apply_button, self.leave_button):
            row.addWidget(widget)
        self.hide()

    def ask(self, height_m: float = 1.5) -> None:
        """Ask for the line first. height_m: how high the camera is thought to have been."""
        self._height_m = height_m
        self.words.setText(_("Draw a line along something whose length you know: a floor board, a rug, a door"))
        self._show_fields(False)
        self.show()

    def drawn(self, *, upright: bool) -> None:
        """The line is there: ask for its length."""
        self.words.setText(_("How long is it?"))
        self._choose("up" if upright else "floor")
        self._fill(2.03 if upright else 2.0)
        self._show_fields(True)

    def _ask_height(self) -> None:
        self.words.setText(_("How high over the floor was the camera held? Eyes are at about 1.6 m, a phone is often held lower."))
        self._what = "camera"
        self._show_fields(True)
        self.kind.hide()
        self._fill(self._height_m)

    def _fill(self, metres: float) -> None:
        self.unit.setText(unit_words())
        self.length.setText(shown_length(metres))
        self.length.show()
        self.length.setFocus()
        self.length.selectAll()

    def _choose(self, value: str) -> None:
        self._what = value
        self.kind.choose(value)
        if value == "door":
            self._fill(2.03)

    def _show_fields(self, show: bool) -> None:
        for widget in (self.length, self.unit, self.kind, self.apply_button):
            widget.setVisible(show)
        for widget in (self.sheet_button, self.height_button):
            widget.setVisible(not show)

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
            self.applied.emit(metres, self._what)
