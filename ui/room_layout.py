"""How the room page is laid out: palette, room, tools, the bar that asks for a known length."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from tryon.text import _
from ui.drop_zone import DropZone
from ui.floor import Floor
from ui.furniture_palette import FurniturePalette, size_words
from ui.look import GAP, PAD, IconButton, IconPushButton
from ui.parts import ProgressPanel, Segments, label
from ui.room_view import RoomView
from ui.samples import SampleRow
from ui.session import Project

__all__ = ["RoomLayout", "ScaleBar"]


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
        self.unit = label(_("cm"))
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
        self.length.setText("203" if upright else "200")
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
            length_cm = float(self.length.text().strip().replace(",", "."))
        except ValueError:
            length_cm = 0.0
        if not 1.0 <= length_cm <= 3000.0:
            self.words.setText(_("Give the length in centimetres, from 1 to 3000"))
            self.length.setFocus()
            self.length.selectAll()
        elif self.apply_button.isVisible():
            self.applied.emit(length_cm / 100.0, self._upright)


class RoomLayout(QWidget):
    """The widgets of the room page, with nothing behind them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = RoomView()
        self.panel = ProgressPanel(self)
        self._warnings: tuple[str, ...] = ()
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
        self.palette_list = FurniturePalette()
        self.mesh_button = IconPushButton("open", _("Your own furniture"))
        self.mesh_button.setToolTip(_("A GLB, glTF, OBJ, PLY or STL file, zipped or not; or drop it on the photo"))
        self.open_button = IconPushButton("picture", _("Another room photo"))
        self.open_button.setToolTip(_("Open another photo (Ctrl+O); or drop it anywhere"))
        column.addWidget(self.palette_list, 1)
        column.addWidget(self.mesh_button)
        column.addWidget(self.open_button)
        return side

    def _build_stage(self) -> QWidget:
        stage = QWidget()
        column = QVBoxLayout(stage)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._build_welcome())
        self.stack.addWidget(self.view)
        self.scale_bar = ScaleBar()
        self.chip = label(_("Drawing…"), "chip")
        self.chip.setParent(self.view)
        self.chip.hide()
        column.addWidget(self.stack, 1)
        column.addWidget(self.scale_bar)
        column.addWidget(self._build_tools())
        return stage

    def _build_welcome(self) -> QWidget:
        welcome = QWidget()
        column = QVBoxLayout(welcome)
        column.setContentsMargins(PAD * 3, PAD * 2, PAD * 3, PAD * 2)
        column.setSpacing(GAP)
        hero = label(_("See it in your room, at true size"), "hero")
        text = label(_("Drop a photo of the room, then drag furniture onto its floor. Nothing leaves this computer."), "muted", wrap=True)
        column.addStretch(1)
        for line in (hero, text):
            line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(line)
        column.addSpacing(PAD)
        self.drop = DropZone(_("Room photo"), _("Drop, paste or click to open: the floor should be seen"), "room")
        self.drop.setMaximumSize(560, 260)
        self.drop.setMinimumHeight(170)
        centered = QHBoxLayout()
        centered.addStretch(1)
        centered.addWidget(self.drop, 8)
        centered.addStretch(1)
        column.addLayout(centered, 4)
        self.samples = SampleRow("room", QSize(150, 104), 4)
        if self.samples.buttons:
            caption = label(_("No photo at hand? Take a sample room"), "small")
            caption.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addSpacing(PAD)
            column.addWidget(caption)
            column.addWidget(self.samples)
        column.addStretch(1)
        return welcome

    def _build_tools(self) -> QWidget:
        self.tools = QWidget()
        self.tools.setObjectName("strip")
        self.tools.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self.tools)
        row.setContentsMargins(PAD, GAP, PAD, GAP)
        row.setSpacing(GAP // 2)
        self.grid_button = IconButton("grid", _("Floor grid, one metre a square"), checkable=True)
        self.scale_button = IconButton("ruler", _("True size: draw a line of known length"), checkable=True)
        self.turn_left_button = IconButton("turn-left", _("Turn left by 15° (Q)"))
        self.turn_right_button = IconButton("turn-right", _("Turn right by 15° (E)"))
        self.double_button = IconButton("duplicate", _("Duplicate (Ctrl+D)"))
        self.remove_button = IconButton("trash", _("Remove (Delete)"))
        self.hold_button = IconButton("eye", _("Hold to see the empty room"))
        self.fit_button = IconButton("fit", _("Fit the window (0)"))
        self.fit_button.clicked.connect(self.view.fit)
        self.copy_button = IconButton("copy", _("Copy the picture (Ctrl+C)"))
        self.export_button = IconPushButton("export", _("Export"), kind="primary")
        self.export_button.setToolTip(_("Save the picture at the photo's full size (Ctrl+S)"))
        for tool in (self.grid_button, self.scale_button):
            row.addWidget(tool)
        row.addSpacing(GAP)
        words = QVBoxLayout()
        words.setSpacing(1)
        self.note = label("", wrap=True)
        self.detail = label("", "small", wrap=True)
        words.addWidget(self.note)
        words.addWidget(self.detail)
        row.addLayout(words, 1)
        self.piece_tools = [self.turn_left_button, self.turn_right_button, self.double_button, self.remove_button]
        for tool in self.piece_tools:
            row.addWidget(tool)
        row.addSpacing(GAP)
        for tool in (self.hold_button, self.fit_button, self.copy_button):
            row.addWidget(tool)
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

    def show_drawing(self, drawing: bool) -> None:
        """Tell quietly that a picture is being made."""
        self.chip.setVisible(drawing)
        self.chip.adjustSize()
        self.chip.move(self.view.width() - self.chip.width() - PAD, PAD)

    def show_state(self, project: Project, chosen: int, floor: Floor | None) -> None:
        """Enable what can be done now."""
        has_room, piece = project.room is not None, project.piece(chosen)
        self.stack.setCurrentIndex(1 if has_room else 0)
        self.tools.setVisible(has_room)
        self.open_button.setVisible(has_room)
        for tool in self.piece_tools:
            tool.setVisible(piece is not None)
            tool.setEnabled(floor is not None)
        self.export_button.setEnabled(bool(project.pieces) and floor is not None)
        self.hold_button.setEnabled(bool(project.pieces))
        self.grid_button.setEnabled(floor is not None)
        self.scale_button.setEnabled(floor is not None)
        if piece is not None:
            self.note.setText(f"{piece.label}, {size_words(piece.size_m)}")
        elif has_room and not project.pieces:
            self.note.setText(_("Drag furniture from the left onto the floor"))
        else:
            self.note.setText(_("{count} in the room").format(count=len(project.pieces)))
        self.show_words(floor, self._warnings if project.pieces else ())

    def show_words(self, floor: Floor | None, warnings: tuple[str, ...]) -> None:
        """What the engine warns of; without warnings, how sure sizes and perspective are."""
        self._warnings = warnings
        if floor is None:
            self.detail.setText("")
            return
        self.detail.setText("  ·  ".join(warnings or floor.words()))
        self.detail.setProperty("role", "warn" if warnings else "small")
        self.detail.style().polish(self.detail)
