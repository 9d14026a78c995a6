"""The strip below the mirror while the brush is out: what it says, its size, and what to do with what was painted."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from tryon.text import _
from ui.look import GAP, PAD, IconButton, IconPushButton
from ui.parts import Segments, label

__all__ = ["BrushBar"]


class BrushBar(QWidget):
    """Asks for a mark and a size; `done` says that the strokes are to be tried."""

    marked = Signal(str)  # of MARKS, "" to erase
    sized = Signal(float)
    cleared = Signal()
    done = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, GAP, PAD, GAP)
        column.setSpacing(GAP)
        words = label(_("Paint where the result is wrong: clothes that were overlooked, or what should have stayed."), "small", wrap=True)
        column.addWidget(words)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        self.mark = Segments([("change", _("May change")), ("keep", _("Keep")), ("", _("Erase"))], _("The brush says"))
        self.mark.button("change").setToolTip(_("The new clothes may cover it, or it is cleaned away (orange, striped)"))
        self.mark.button("keep").setToolTip(_("It stays as it is in the photo (blue, dotted)"))
        self.mark.button("").setToolTip(_("Take paint away"))
        self.mark.chosen.connect(self.marked)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(1, 25)
        self.slider.setFixedWidth(84)
        self.slider.setAccessibleName(_("Size of the brush"))
        self.slider.setToolTip(_("Size of the brush ([ and ], or Ctrl and the wheel)"))
        self.slider.valueChanged.connect(lambda value: self.sized.emit(value / 100.0))
        self.clear_button = IconButton("trash", _("Take all paint away"))
        self.clear_button.clicked.connect(self.cleared)
        self.close_button = IconButton("close", _("Put the brush away (Esc)"))
        self.close_button.clicked.connect(self.left)
        self.done_button = IconPushButton("check", _("Try on"), kind="primary")
        self.done_button.setToolTip(_("Make a new result with what was painted (Ctrl+Enter)"))
        self.done_button.setShortcut("Ctrl+Return")
        self.done_button.clicked.connect(self.done)
        row.addWidget(self.mark)
        row.addWidget(self.slider)
        row.addWidget(self.clear_button)
        row.addStretch(1)
        row.addWidget(self.close_button)
        row.addWidget(self.done_button)
        column.addLayout(row)

    def show_size(self, share: float) -> None:
        """The brush has this size now, a share of the picture's shorter side."""
        blocked = self.slider.blockSignals(True)
        self.slider.setValue(round(share * 100))
        self.slider.blockSignals(blocked)
