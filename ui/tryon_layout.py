"""How the try-on page is laid out: two places for pictures, the mirror, its tools, the results so far."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from tryon.text import _
from ui.compare_view import CompareView
from ui.drop_zone import DropZone
from ui.history_strip import HistoryStrip
from ui.look import GAP, PAD, IconButton, IconPushButton
from ui.parts import ProgressPanel, Segments, label
from ui.samples import SampleRow, sample_files
from ui.session import Look

__all__ = ["TryOnLayout"]


class TryOnLayout(QWidget):
    """The widgets of the try-on page, with nothing behind them."""

    samples_chosen = Signal(str, object)  # person or garment, Path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.zones = {
            "person": DropZone(_("Your photo"), _("Drop, paste or click to open: one person, seen from the front"), "person"),
            "garment": DropZone(_("Garment"), _("Drop, paste or click to open: a product picture"), "shirt"),
        }
        self.view = CompareView()
        self.strip = HistoryStrip()
        self.panel = ProgressPanel(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._build_side())
        row.addWidget(self._build_stage(), 1)

    def _build_side(self) -> QWidget:
        side = QWidget()
        side.setObjectName("side")
        side.setProperty("edge", "left")
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side.setFixedWidth(288)
        column = QVBoxLayout(side)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.setSpacing(GAP + 2)
        column.addWidget(self.zones["person"], 1)
        column.addWidget(self.zones["garment"], 1)
        column.addSpacing(2)
        column.addWidget(label(_("Worn as"), "small"))
        self.region = Segments([("auto", _("Auto")), ("upper", _("Top")), ("lower", _("Bottom")), ("full", _("Dress"))], _("Worn as"))
        column.addWidget(self.region)
        column.addSpacing(2)
        self.again_button = IconPushButton("again", _("Another try"), kind="primary")
        self.again_button.setMinimumHeight(40)
        column.addWidget(self.again_button)
        return side

    def _build_stage(self) -> QWidget:
        stage = QWidget()
        column = QVBoxLayout(stage)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._build_welcome())
        self.stack.addWidget(self.view)
        column.addWidget(self.stack, 1)
        column.addWidget(self._build_tools())
        self.shelf = QWidget()
        self.shelf.setObjectName("strip")
        self.shelf.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        shelf_row = QHBoxLayout(self.shelf)
        shelf_row.setContentsMargins(GAP, 2, GAP, 2)
        shelf_row.addWidget(self.strip)
        column.addWidget(self.shelf)
        return stage

    def _build_welcome(self) -> QWidget:
        welcome = QWidget()
        column = QVBoxLayout(welcome)
        column.setContentsMargins(PAD * 2, PAD, PAD * 2, PAD)
        column.setSpacing(GAP)
        column.addStretch(1)
        hero = label(_("See it on you before you buy it"), "hero")
        text = label(_("Drop your photo and a garment anywhere in this window. Nothing leaves this computer."), "muted", wrap=True)
        for line in (hero, text):
            line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(line)
        column.addSpacing(PAD)
        for kind, words, size in (
            ("person", _("No photo at hand? Take a sample person"), QSize(92, 122)),
            ("garment", _("and a sample garment"), QSize(92, 122)),
        ):
            samples = SampleRow(kind, size)
            samples.chosen.connect(lambda path, kind=kind: self.samples_chosen.emit(kind, path))
            if samples.buttons:
                caption = label(words, "small")
                caption.setAlignment(Qt.AlignmentFlag.AlignHCenter)
                column.addSpacing(GAP)
                column.addWidget(caption)
                column.addWidget(samples)
        self.sample_button = IconPushButton("picture", _("Try a sample"))
        self.sample_button.setToolTip(_("See the mirror at work with pictures that come with the program"))
        self.sample_button.setVisible(bool(sample_files("person") and sample_files("garment")))
        column.addSpacing(PAD)
        column.addWidget(self.sample_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return welcome

    def _build_tools(self) -> QWidget:
        self.tools = QWidget()
        self.tools.setObjectName("strip")
        self.tools.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self.tools)
        row.setContentsMargins(PAD, GAP, PAD, GAP)
        row.setSpacing(GAP // 2)
        self.note = label("", wrap=True)
        self.detail = label("", "small", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.note)
        words.addWidget(self.detail)
        row.addLayout(words, 1)
        row.addSpacing(GAP)
        self.hold_button = IconButton("eye", _("Hold to see the original (Space)"))
        self.hold_button.pressed.connect(lambda: self.view.hold_original(True))
        self.hold_button.released.connect(lambda: self.view.hold_original(False))
        out, inn, fit = (
            IconButton("minus", _("Zoom out (-)")),
            IconButton("plus", _("Zoom in (+)")),
            IconButton("fit", _("Fit the window (0)")),
        )
        out.clicked.connect(lambda: self.view.zoom_to(self.view.zoom / 1.25))
        inn.clicked.connect(lambda: self.view.zoom_to(self.view.zoom * 1.25))
        fit.clicked.connect(lambda: self.view.zoom_to(None))
        self.zoom_label = label("", "small")
        self.zoom_label.setFixedWidth(46)
        self.zoom_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.view.zoomed.connect(lambda zoom: self.zoom_label.setText(f"{round(zoom * 100)} %"))
        self.copy_button = IconButton("copy", _("Copy the picture (Ctrl+C)"))
        self.export_button = IconPushButton("export", _("Export"), kind="primary")
        self.export_button.setToolTip(_("Save the picture as a file (Ctrl+S)"))
        for tool in (self.hold_button, out, self.zoom_label, inn, fit):
            row.addWidget(tool)
        row.addSpacing(GAP)
        row.addWidget(self.copy_button)
        row.addSpacing(GAP)
        row.addWidget(self.export_button)
        return self.tools

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self.place_panel()

    def place_panel(self) -> None:
        """Keep the progress panel at the bottom of the stage."""
        area = QRect(self.stack.mapTo(self, QPoint()), self.stack.size())
        width = min(460, area.width() - 2 * PAD)
        height = self.panel.sizeHint().height()
        self.panel.setGeometry(area.center().x() - width // 2, area.bottom() - height - PAD, width, height)
        self.panel.raise_()

    def show_notes(self, look: Look | None) -> None:
        """What to know about a result, in words: its color, its warnings, how it was made."""
        if look is None:
            return
        facts = []
        if look.color_difference is not None:
            difference = look.color_difference
            words = (
                _("Color matches the product picture")
                if difference < 3
                else _("Color close to the product picture")
                if difference < 7
                else _("Color differs from the product picture")
            )
            facts.append(_("{words} (ΔE {value})").format(words=words, value=f"{difference:.1f}"))
        facts.append(_("Only the garment was changed"))
        self.note.setText(" ".join(look.warnings) if look.warnings else facts[0])
        self.note.setProperty("role", "warn" if look.warnings else "")
        self.note.style().polish(self.note)
        rest = facts if look.warnings else facts[1:]
        self.detail.setText(
            "  ·  ".join([*rest, _("{seconds} s").format(seconds=f"{look.seconds:.1f}"), _("try {number}").format(number=look.seed + 1)])
        )
