"""How the try-on page is laid out: the person, the wardrobe, how it is worn; the mirror, its tools, the results so far."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSettings, QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from tryon.fit.engines import ENGINES
from tryon.project.document import KINDS, Look, Project
from tryon.text import _
from ui.brush import BrushView
from ui.brush_bar import BrushBar
from ui.compare_view import CompareView
from ui.drop_zone import DropZone
from ui.history_strip import HistoryShelf
from ui.look import GAP, PAD, IconButton, IconPushButton, refresh_style
from ui.parts import ProgressPanel, Segments, ToolBar, label, scrolled, side_of
from ui.recent_row import RecentRow
from ui.samples import SampleRow, sample_files
from ui.side_view import SideView
from ui.step_bar import StepBar
from ui.units import shown_length, unit, unit_words
from ui.wardrobe import Wardrobe, kind_words

__all__ = ["TryOnLayout"]

WELCOME, MIRROR, SIDE_BY_SIDE = range(3)

LENGTHS_CM = {
    "cm": (-30.0, -20.0, -15.0, -10.0, -5.0, 0.0, 5.0, 10.0, 15.0, 20.0, 30.0),
    "in": tuple(2.54 * inches for inches in (-12, -8, -6, -4, -2, 0, 2, 4, 6, 8, 12)),
}
"""How much longer a garment can be asked for, by the unit in use."""


def length_words(length_cm: float) -> str:
    """How much longer or shorter than it is, in the unit in use."""
    if not length_cm:
        return _("As it is")
    words = _("{length} {unit} longer") if length_cm > 0 else _("{length} {unit} shorter")
    return words.format(length=shown_length(abs(length_cm) / 100), unit=unit_words())


class TryOnLayout(QWidget):
    """The widgets of the try-on page, with nothing behind them."""

    samples_chosen = Signal(str, object)  # person, garment or room, Path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.zones = {
            "person": DropZone(_("Your photo"), _("Drop, paste or click to open: one person, seen from the front"), "person"),
            "garment": DropZone(_("Garment"), _("Drop, paste or click to open: a product picture"), "shirt"),
        }
        self.wardrobe = Wardrobe()
        self.shown_cloth = 0
        """Number of the garment whose kind, length and fit are shown; 0: none."""
        self.view = BrushView()
        self.brush_bar = BrushBar()
        self.step_bar = StepBar()
        self.side_view = SideView()
        self.shelf = HistoryShelf()
        self.strip = self.shelf.strip
        self.panel = ProgressPanel(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._build_side())
        row.addWidget(self._build_stage(), 1)

    def _build_side(self) -> QWidget:
        side, column = side_of()
        self.zones["person"].setMinimumHeight(130)
        column.addWidget(self.zones["person"], 4)
        head = QHBoxLayout()
        head.addWidget(label(_("Wardrobe"), "title"))
        head.addStretch(1)
        self.add_button = IconButton("plus", _("Add garments (or drop or paste them)"))
        self.add_button.setFixedSize(30, 30)
        head.addWidget(self.add_button)
        column.addLayout(head)
        self.hung = QStackedWidget()
        self.hung.addWidget(self.zones["garment"])
        self.hung.addWidget(self.wardrobe)
        self.hung.setMinimumHeight(118)
        column.addWidget(self.hung, 5)
        column.addWidget(self._build_options())
        self.again_button = IconPushButton("again", _("Another try"), kind="primary")
        self.again_button.setMinimumHeight(40)
        column.addSpacing(2)
        column.addWidget(self.again_button)
        return side

    def _build_options(self) -> QWidget:
        self.options = QWidget()
        grid = QGridLayout(self.options)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GAP)
        grid.setVerticalSpacing(GAP - 2)
        grid.setColumnStretch(1, 1)
        self.kind = QComboBox()
        self.kind.setAccessibleName(_("What the garment is"))
        self.kind.view().setAccessibleName(_("What the garment is"))
        self.kind.setToolTip(_("What the chosen garment is; correct it where the program is wrong"))
        self.kind.addItem("", "")
        for kind in KINDS:
            self.kind.addItem(kind_words(kind), kind)
        self.length = QComboBox()
        self.length.setAccessibleName(_("Length"))
        self.length.view().setAccessibleName(_("Length"))
        self.length.setToolTip(_("How far down the hem of the chosen garment hangs; sleeves stay as they are"))
        self.fit = Segments([("slim", _("Slim")), ("regular", _("As it is")), ("loose", _("Loose"))], _("Fit"))
        self.fit.setToolTip(_("The chosen garment closer to the body or looser than its picture shows it"))
        self.tuck = Segments([("auto", _("Auto")), ("in", _("In")), ("out", _("Out"))], _("Tucked"))
        self.tuck.setToolTip(_("A top inside the trousers or over them"))
        self.quality = Segments([("preview", _("Preview")), ("good", _("Good")), ("best", _("Best"))], _("Quality"))
        self.engine = QComboBox()
        self.engine.setAccessibleName(_("Engine"))
        self.engine.view().setAccessibleName(_("Engine"))
        for name, card in ENGINES.items():
            self.engine.addItem(_(card.title), name)
        rows: tuple[tuple[str, QWidget], ...] = (
            (_("It is"), self.kind), (_("Length"), self.length), (_("Fit"), self.fit),
            (_("Tucked"), self.tuck), (_("Engine"), self.engine), (_("Quality"), self.quality),
        )  # fmt: skip
        for row, (words, widget) in enumerate(rows):
            grid.addWidget(label(words, "small"), row, 0)
            grid.addWidget(widget, row, 1)
        return self.options

    def _build_stage(self) -> QWidget:
        stage = QWidget()
        column = QVBoxLayout(stage)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.stack = QStackedWidget()
        self.stack.addWidget(scrolled(self._build_welcome()))
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.side_view)
        self.stack.installEventFilter(self)
        column.addWidget(self.stack, 1)
        column.addWidget(self.brush_bar)
        column.addWidget(self.step_bar)
        self.brush_bar.hide()
        column.addWidget(self._build_nudge())
        column.addWidget(self._build_tools())
        column.addWidget(self.shelf)
        return stage

    def _build_welcome(self) -> QWidget:
        welcome = QWidget()
        column = QVBoxLayout(welcome)
        column.setContentsMargins(PAD * 2, PAD, PAD * 2, PAD)
        column.setSpacing(GAP)
        column.addStretch(1)
        hero = label(_("See it on you before you buy it"), "hero")
        text = label(_("Drop your photo, garments, a room, furniture or a project anywhere in this window."), "muted", wrap=True)
        promise = label(_("Nothing leaves this computer."), "muted", wrap=True)
        for line in (hero, text, promise):
            line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(line)
        self.recent = RecentRow()  # who comes back wants to go on; samples are for who is new
        column.addSpacing(GAP // 2)
        column.addWidget(self.recent)
        column.addSpacing(GAP // 2)
        self.sample_button = IconPushButton("picture", _("Try a sample"), kind="primary")
        self.sample_button.setMinimumHeight(40)
        self.sample_button.setToolTip(_("See the mirror at work with pictures that come with the program"))
        self.sample_button.setVisible(bool(sample_files("person") and sample_files("garment")))
        column.addWidget(self.sample_button, 0, Qt.AlignmentFlag.AlignHCenter)
        for kind, words, size in (
            ("person", _("or choose a sample person"), QSize(66, 88)),
            ("garment", _("and a sample garment"), QSize(66, 88)),
            ("room", _("or furnish a sample room"), QSize(124, 83)),
        ):
            samples = SampleRow(kind, size)
            samples.chosen.connect(lambda path, kind=kind: self.samples_chosen.emit(kind, path))
            if samples.buttons:
                caption = label(words, "small")
                caption.setAlignment(Qt.AlignmentFlag.AlignHCenter)
                column.addSpacing(GAP // 2)
                column.addWidget(caption)
                column.addWidget(samples)
        column.addStretch(1)
        return welcome

    def _build_nudge(self) -> QWidget:
        """What to do next with a photo and an empty wardrobe."""
        self.nudge = QWidget()
        self.nudge.setObjectName("strip")
        self.nudge.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self.nudge)
        row.setContentsMargins(PAD, GAP, PAD, GAP)
        row.setSpacing(PAD)
        row.addWidget(label(_("Now a garment: drop or paste its picture, or take a sample"), wrap=True), 1)
        samples = SampleRow("garment", QSize(46, 60))
        samples.chosen.connect(lambda path: self.samples_chosen.emit("garment", path))
        row.addWidget(samples)
        self.nudge.hide()
        return self.nudge

    def _build_tools(self) -> QWidget:
        self.tools = ToolBar()
        self.note, self.detail = self.tools.note, self.tools.detail
        self.hold_button = IconButton("eye", _("Hold to see the original (Space)"))
        self.hold_button.pressed.connect(lambda: self.view.hold_original(True))
        self.hold_button.released.connect(lambda: self.view.hold_original(False))
        out, inn, fit, pixels = (
            IconButton("minus", _("Zoom out (-)")),
            IconButton("plus", _("Zoom in (+)")),
            IconButton("fit", _("Fit the window (0)")),
            IconButton("pixels", _("Pixel for pixel (1)")),
        )
        out.clicked.connect(lambda: self._zoomer().zoom_to(self._zoomer().zoom / 1.25))
        inn.clicked.connect(lambda: self._zoomer().zoom_to(self._zoomer().zoom * 1.25))
        fit.clicked.connect(lambda: self._zoomer().zoom_to(None))
        pixels.clicked.connect(lambda: self._zoomer().zoom_to(1.0))
        self.zoom_label = label("", "small")
        self.zoom_label.setFixedWidth(46)
        self.zoom_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for view in (self.view, self.side_view):
            view.zoomed.connect(lambda _zoom: self.show_zoom())
        self.brush_button = IconButton("brush", _("Correct with a brush what may change (B)"))
        self.steps_button = IconButton("steps", _("See what the program saw (X)"), checkable=True)
        self.copy_button = IconButton("copy", _("Copy the picture (Ctrl+C)"))
        self.export_button = IconPushButton("export", _("Export"), kind="primary")
        self.export_button.setToolTip(_("Save the picture as a file (Ctrl+E)"))
        self.tools.add(self.hold_button, out, self.zoom_label, inn, fit, pixels)
        self.tools.add(self.steps_button, self.brush_button, self.copy_button)
        self.tools.add(self.export_button)
        return self.tools

    def show_zoom(self) -> None:
        """How large what is on show is, one to one being 100 %."""
        self.zoom_label.setText(f"{round(self._zoomer().zoom * 100)} %")

    def _zoomer(self) -> CompareView | SideView:
        return self.side_view if self.stack.currentIndex() == SIDE_BY_SIDE else self.view

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if watched is self.stack and event.type() == QEvent.Type.Resize:  # a strip below it comes or goes
            self.panel.place_over(self.stack)
        return super().eventFilter(watched, event)

    def show_options(self, project: Project) -> None:
        """The kind, length and fit of the chosen garment, the tuck and the quality."""
        cloth = project.cloth(self.wardrobe.current_number()) or (project.garments[-1] if project.garments else None)
        for widget in (self.kind, self.length, self.fit):
            widget.setEnabled(cloth is not None)
        for part in (self.options, self.again_button):
            part.setVisible(bool(project.wardrobe))  # how something is worn is no question before there is something to wear
        self.shown_cloth = 0 if cloth is None else cloth.number
        self._show_length(0.0 if cloth is None else cloth.length_cm)
        self.fit.choose("regular" if cloth is None else cloth.fit)
        found = kind_words(cloth.found) if cloth is not None else ""
        self.kind.setItemText(0, _("Auto: {kind}").format(kind=found) if found else _("Auto"))
        self.kind.setCurrentIndex(max(0, self.kind.findData(cloth.kind)) if cloth is not None else 0)
        self.tuck.choose(project.tuck)
        self.tuck.setEnabled(not project.garments or any(cloth.shown_kind in ("top", "outer", "") for cloth in project.garments))
        self.quality.choose(project.quality)
        self.quality.setEnabled(ENGINES[project.engine].steps)
        self.engine.setCurrentIndex(self.engine.findData(project.engine))
        self.engine.setToolTip(self.engine.currentData(Qt.ItemDataRole.ToolTipRole))

    def _show_length(self, length_cm: float) -> None:
        """The lengths to choose from, in the unit in use, and the one that is taken."""
        known = sorted({*LENGTHS_CM[unit()], length_cm})
        if [self.length.itemData(row) for row in range(self.length.count())] != known or self.length.property("unit") != unit():
            self.length.clear()
            self.length.setProperty("unit", unit())
            for value in known:
                self.length.addItem(length_words(value), value)
        self.length.setCurrentIndex(known.index(length_cm))

    def show_times(self, settings: QSettings) -> None:
        """How long each engine and quality takes on this machine, as far as it was measured here."""

        def seconds(engine: str, quality: str) -> str:
            known = str(settings.value(f"seconds/{engine}/{quality}", "")).partition(".")[0]
            return _("the last one took {seconds} s a garment here").format(seconds=known) if known.isdigit() else ""

        for row, card in enumerate(ENGINES.values()):
            facts = (_(card.does), card.missing or card.needs, seconds(card.name, "good"))
            brief = str(settings.value(f"seconds/{card.name}/good", "")).partition(".")[0]
            self.engine.setItemText(row, _("{what}, {seconds} s").format(what=_(card.title), seconds=brief) if brief else _(card.title))
            self.engine.setItemData(row, "; ".join(filter(None, facts)), Qt.ItemDataRole.ToolTipRole)
        for quality, words in (
            ("preview", _("One step: quick and a little rough")),
            ("good", _("As many steps as the engine was made for")),
            ("best", _("More steps: slower and a little finer")),
        ):
            self.quality.button(quality).setToolTip("; ".join(filter(None, (words, seconds("compact", quality)))))

    def show_notes(self, look: Look | None) -> None:
        """What to know about a result, in words: its color, its warnings, how it was made."""
        if look is None:
            self.note.setText(_("Corrected with the brush, not tried on yet"))
            self.note.setProperty("role", "")
            refresh_style(self.note)
            self.detail.clear()
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
        tip = _("ΔE is how far the garment's color is from the product picture's; below 2 the eye hardly sees it, above 7 it is plain")
        (self.detail if look.warnings else self.note).setToolTip(tip if look.color_difference is not None else "")
        (self.note if look.warnings else self.detail).setToolTip("")
        self.note.setProperty("role", "warn" if look.warnings else "")
        refresh_style(self.note)
        rest = facts if look.warnings else facts[1:]
        if look.marked:
            rest = [*rest, _("corrected with the brush")]
        self.detail.setText(
            "  ·  ".join([*rest, _("{seconds} s").format(seconds=f"{look.seconds:.1f}"), _("try {number}").format(number=look.seed + 1)])
        )
