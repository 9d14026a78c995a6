"""The strip below the mirror while it shows what the program saw."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from tryon.text import N_, _
from ui.look import GAP, PAD, IconButton
from ui.parts import Segments, label

__all__ = ["StepBar"]

_SAID = {
    "body": N_("What the photo is taken for: {parts}"),
    "cutout": N_("The garment cut out; dots: collar, shoulders, armpits, cuffs, hem. The inside of its back is faded: it is not laid on."),
    "laid": N_("The cloth where it is laid on the body, before light and folds."),
}
"""What is said of each step."""


class StepBar(QWidget):
    """Chooses a step; says in words what is seen."""

    chosen = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, GAP, PAD, GAP)
        column.setSpacing(GAP)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        self.steps = Segments([("body", _("Body")), ("cutout", _("Cut-out")), ("laid", _("Cloth laid on"))], _("What the program saw"))
        self.steps.chosen.connect(self._choose)
        self.close_button = IconButton("close", _("Back to the mirror (X)"))
        self.close_button.clicked.connect(self.left)
        row.addWidget(self.steps)
        row.addStretch(1)
        row.addWidget(self.close_button)
        column.addLayout(row)
        self.words = label("", "small", wrap=True)
        column.addWidget(self.words)
        self._parts = ""
        self.hide()

    @property
    def step(self) -> str:
        """The step that is chosen."""
        return self.steps.chosen_value

    def _choose(self, step: str) -> None:
        self._say()
        self.chosen.emit(step)

    def _say(self) -> None:
        self.words.setText(_(_SAID[self.step]).format(parts=self._parts) if self._parts else "")

    def show_steps(self, there: tuple[str, ...], parts: str) -> None:
        """Which steps there are now, and the names of the parts that were seen."""
        self._parts = parts
        for step in _SAID:
            self.steps.button(step).setEnabled(step in there)
        if self.step not in there:
            self.steps.choose(there[0])
        self._say()
