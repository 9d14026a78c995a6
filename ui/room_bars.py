"""The strips below the room while a tool is taken up: the brush for what stands in front, the camera's lines."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from tryon.text import _
from ui.look import GAP, PAD, IconButton, IconPushButton
from ui.parts import Segments, label

__all__ = ["CameraBar", "FrontBar", "ToldBar"]


class _Strip(QWidget):
    """A line of words and a row of tools."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(PAD, GAP, PAD, GAP)
        self._column.setSpacing(GAP)
        self.words = label("", "small", wrap=True)
        self._column.addWidget(self.words)
        self.row = QHBoxLayout()
        self.row.setSpacing(GAP)
        self._column.addLayout(self.row)
        self.hide()


def _slider(low: int, high: int, width: int, name: str, tip: str) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(low, high)
    slider.setFixedWidth(width)
    slider.setAccessibleName(name)
    slider.setToolTip(tip)
    return slider


class FrontBar(_Strip):
    """Asks whether the brush paints or erases, and how large it is."""

    marked = Signal(bool)  # paints, or erases
    sized = Signal(float)  # a share of the photo's shorter side
    cleared = Signal()

    def __init__(self, words: str, nothing: str) -> None:
        super().__init__()
        self.words.setText(words)
        self.mark = Segments([("paint", _("Paint")), ("erase", _("Erase"))], _("The brush"))
        self.mark.chosen.connect(lambda value: self.marked.emit(value == "paint"))
        self.slider = _slider(1, 50, 110, _("Size of the brush"), _("Size of the brush ([ and ], or Ctrl and the wheel)"))
        self.slider.valueChanged.connect(lambda value: self.sized.emit(value / 200.0))
        self.clear_button = IconButton("trash", nothing)
        self.clear_button.clicked.connect(self.cleared)
        self.done_button = IconPushButton("check", _("Done"), kind="primary")
        self.done_button.clicked.connect(self.left)
        for widget in (self.mark, self.slider, self.clear_button):
            self.row.addWidget(widget)
        self.row.addStretch(1)
        self.row.addWidget(self.done_button)

    def show_size(self, share: float) -> None:
        """The brush has this size now."""
        blocked = self.slider.blockSignals(True)
        self.slider.setValue(round(share * 200))
        self.slider.blockSignals(blocked)


class CameraBar(_Strip):
    """Asks which lines tell the camera, and how the lens bends; says how sure the answer is."""

    axes_chosen = Signal(str)  # floor, up or all
    bent = Signal(float, bool)  # the bend, and whether the hand has let go
    bend_wanted = Signal()  # find it in the photo
    reset = Signal()

    def __init__(self) -> None:
        super().__init__()
        choices = [("floor", _("Floor")), ("up", _("Floor and upright")), ("all", _("All three"))]
        self.axes = Segments(choices, _("Lines"))
        self.axes.button("floor").setToolTip(_("Two lines left to right, two into the room"))
        self.axes.button("up").setToolTip(_("Two lines into the room, two upright ones"))
        self.axes.button("all").setToolTip(_("Also finds the middle of a photo that was cut off at one side"))
        self.axes.chosen.connect(self.axes_chosen)
        self.bend_label = label(_("Bent lens"), "small")
        self.bend = _slider(-50, 20, 90, _("How the lens bends straight lines"), _("Left: a wide-angle lens that bows lines outward"))
        self.bend_label.setBuddy(self.bend)
        self.bend.valueChanged.connect(lambda value: self.bent.emit(value / 100.0, not self.bend.isSliderDown()))
        self.bend.sliderReleased.connect(lambda: self.bent.emit(self.bend.value() / 100.0, True))
        self.find_button = IconButton("search", _("Measure in the photo how the lens bends lines, and whether it was cut off at one side"))
        self.find_button.clicked.connect(self.bend_wanted)
        self.reset_button = IconButton("undo", _("Find the camera by itself again"))
        self.reset_button.clicked.connect(self.reset)
        self.done_button = IconPushButton("check", _("Done"), kind="primary")
        self.done_button.clicked.connect(self.left)
        for widget in (self.axes, self.bend_label, self.bend, self.find_button, self.reset_button):
            self.row.addWidget(widget)
        self.row.addStretch(1)
        self.row.addWidget(self.done_button)

    def show_bend(self, bend: float) -> None:
        """The lens bends like this now."""
        blocked = self.bend.blockSignals(True)
        self.bend.setValue(round(bend * 100))
        self.bend.blockSignals(blocked)


class ToldBar(_Strip):
    """Asks how the room is: a slider where there is something to choose, a way back to what was found."""

    slid = Signal(float, bool)  # 0..1, and whether the hand has let go
    reset = Signal()

    def __init__(self, words: str, found: str, slider: str = "", tip: str = "") -> None:
        super().__init__()
        self.words.setText(words)
        self.slider_label = label(slider, "small")
        self.slider = _slider(0, 100, 130, slider or found, tip)
        self.slider_label.setBuddy(self.slider)
        self.slider.valueChanged.connect(lambda value: self.slid.emit(value / 100.0, not self.slider.isSliderDown()))
        self.slider.sliderReleased.connect(lambda: self.slid.emit(self.slider.value() / 100.0, True))
        self.reset_button = IconPushButton("undo", found)
        self.reset_button.clicked.connect(self.reset)
        self.done_button = IconPushButton("check", _("Done"), kind="primary")
        self.done_button.clicked.connect(self.left)
        for widget in (self.slider_label, self.slider):
            widget.setVisible(bool(slider))
            self.row.addWidget(widget)
        self.row.addWidget(self.reset_button)
        self.row.addStretch(1)
        self.row.addWidget(self.done_button)

    def show_value(self, value: float) -> None:
        """Where the slider stands now."""
        blocked = self.slider.blockSignals(True)
        self.slider.setValue(round(value * 100))
        self.slider.blockSignals(blocked)
