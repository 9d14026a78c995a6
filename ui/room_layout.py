"""How the room page is laid out: palette and list of pieces, room, tools."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from tryon.project.document import Project
from tryon.text import _
from ui.compare_view import CompareView
from ui.drop_zone import DropZone
from ui.floor import Floor
from ui.furniture_palette import FurniturePalette
from ui.look import GAP, PAD, IconButton, IconPushButton
from ui.parts import ProgressPanel, Segments, ToolBar, label, scrolled, side_of
from ui.piece_list import PieceList
from ui.room_bars import CameraBar, FrontBar, ToldBar
from ui.room_view import RoomView
from ui.samples import SampleRow
from ui.scale_bar import ScaleBar
from ui.units import size_words

__all__ = ["RoomLayout"]

WELCOME, ROOM, COMPARED = range(3)


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
        side, column = side_of()
        self.shelf = Segments([("palette", _("Furniture")), ("pieces", _("In the room"))], _("Show"))
        self.palette_list = FurniturePalette()
        self.piece_list = PieceList()
        self.shelves = QStackedWidget()
        self.shelves.addWidget(self.palette_list)
        self.shelves.addWidget(self.piece_list)
        self.shelf.chosen.connect(self.show_shelf)
        self.mesh_button = IconPushButton("open", _("Your own furniture"))
        self.mesh_button.setToolTip(_("A GLB, glTF, OBJ, PLY, STL or DAE file, zipped or not; or drop it on the photo"))
        self.open_button = IconPushButton("picture", _("Another room photo"))
        self.open_button.setToolTip(_("Open another photo (Ctrl+O); or drop it anywhere"))
        column.addWidget(self.shelf)
        column.addWidget(self.shelves, 1)
        column.addWidget(self.mesh_button)
        column.addWidget(self.open_button)
        return side

    def show_shelf(self, name: str) -> None:
        """Show the palette or the list of pieces."""
        self.shelf.choose(name)
        self.shelves.setCurrentIndex(1 if name == "pieces" else 0)

    def _build_stage(self) -> QWidget:
        stage = QWidget()
        column = QVBoxLayout(stage)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.stack = QStackedWidget()
        self.stack.addWidget(scrolled(self._build_welcome()))
        self.stack.addWidget(self.view)
        self.compare_view = CompareView()
        self.stack.addWidget(self.compare_view)
        self.scale_bar, self.camera_bar = ScaleBar(), CameraBar()
        self.front_bar = FrontBar(
            _("Paint roughly over what stands in front of the furniture; its edges are found. Hold Space to see the furniture."),
            _("Nothing stands in front"),
        )
        self.gone_bar = FrontBar(
            _("Paint over what is to go and its shadow; floor and wall are carried on behind it. Hold Space to see the room without."),
            _("Nothing is taken away"),
        )
        self.wall_bar = ToldBar(
            _("Drag the back wall's feet into the room's corners, its upper edge to the ceiling. Walls draw furniture and catch shadows."),
            _("As it was found"),
        )
        self.sun_bar = ToldBar(
            _("Drag the shadow's end until it lies like the shadows in the photo; the pole stands wherever you put its foot."),
            _("As it was found"), _("Soft shadow"), _("How soft shadows are: left for a bulb or the sun, right for a large window"),
        )  # fmt: skip
        self.chip = label(_("Drawing…"), "chip")
        self.chip.setParent(self.view)
        self.chip.hide()
        column.addWidget(self.stack, 1)
        for strip in (self.scale_bar, self.front_bar, self.gone_bar, self.camera_bar, self.wall_bar, self.sun_bar):
            column.addWidget(strip)
        column.addWidget(self._build_tools())
        self.toolbox = QWidget(self.view)
        self.toolbox.setObjectName("panel")
        self.toolbox.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        box = QVBoxLayout(self.toolbox)
        box.setContentsMargins(4, 4, 4, 4)
        box.setSpacing(2)
        for tool in (
            self.grid_button, self.camera_button, self.scale_button, self.wall_button, self.sun_button, self.front_button,
            self.gone_button, self.sizes_button, self.improve_button,
        ):  # fmt: skip
            box.addWidget(tool)
        self.toolbox.move(GAP, GAP)
        self.view.spare_left = self.toolbox.sizeHint().width()
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
        self.tools = ToolBar()
        self.note, self.detail = self.tools.note, self.tools.detail
        self.grid_button = IconButton("grid", _("Floor grid, one metre a square"), checkable=True)
        self.scale_button = IconButton("ruler", _("True size: draw a line of known length"), checkable=True)
        self.sizes_button = IconButton("sizes", _("Sizes of the chosen piece and the room around it"), checkable=True)
        self.improve_button = IconButton("improve", _("At rest the picture improves by itself: true light, path-traced"), checkable=True)
        self.swap_button = IconButton("swap", _("Another piece in its place: then choose it at the left"), checkable=True)
        self.camera_button = IconButton("camera", _("Camera: lay lines along the room by hand"), checkable=True)
        self.wall_button = IconButton("wall", _("Walls: drag the room's corners where they are"), checkable=True)
        self.sun_button = IconButton("sun", _("Light: drag a shadow until it falls as in the photo"), checkable=True)
        self.front_button = IconButton("brush", _("What stands in front of the furniture: paint over it"), checkable=True)
        self.gone_button = IconButton("take-away", _("Take out of the room what stands there now: paint over it"), checkable=True)
        self.turn_left_button = IconButton("turn-left", _("Turn left by 15° (Q)"))
        self.turn_right_button = IconButton("turn-right", _("Turn right by 15° (E)"))
        self.double_button = IconButton("duplicate", _("Duplicate (Ctrl+D)"))
        self.remove_button = IconButton("trash", _("Remove (Delete)"))
        self.hold_button = IconButton("eye", _("Hold to see the empty room (Space)"))
        self.compare_button = IconButton("compare", _("Before and after, with a line to drag"), checkable=True)
        self.fit_button = IconButton("fit", _("Fit the window (0)"))
        self.fit_button.clicked.connect(self._fit)
        self.copy_button = IconButton("copy", _("Copy the picture (Ctrl+C)"))
        self.export_button = IconPushButton("export", _("Export"), kind="primary")
        self.export_button.setToolTip(_("Save the picture at the photo's full size (Ctrl+E)"))
        self.piece_tools = [self.turn_left_button, self.turn_right_button, self.double_button, self.swap_button, self.remove_button]
        self.tools.add(*self.piece_tools)
        self.tools.add(self.hold_button, self.compare_button, self.fit_button, self.copy_button)
        self.tools.add(self.export_button)
        return self.tools

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self.panel.place_over(self.stack)

    def _fit(self) -> None:
        self.view.fit()
        self.compare_view.zoom_to(None)

    def show_drawing(self, drawing: bool) -> None:
        """Tell quietly that a picture is being made."""
        self._chip(_("Drawing…") if drawing else "")

    def show_improving(self, share: float) -> None:
        """Tell how far the path-traced picture is; below zero: none is being made."""
        self._chip(_("Following the light… {percent}\N{NO-BREAK SPACE}%").format(percent=round(100 * share)) if share >= 0 else "")

    def _chip(self, words: str) -> None:
        self.chip.setText(words)
        self.chip.setVisible(bool(words))
        self.chip.adjustSize()
        self.chip.move(self.view.width() - self.chip.width() - PAD, PAD)

    def show_state(self, project: Project, chosen: int, floor: Floor | None) -> None:
        """Enable what can be done now."""
        has_room, piece = project.room is not None, project.piece(chosen)
        changed = any(not one.hidden for one in project.pieces) or bool(project.gone)
        comparing = self.compare_button.isChecked() and changed
        self.stack.setCurrentIndex(WELCOME if not has_room else COMPARED if comparing else ROOM)
        self.tools.setVisible(has_room)
        self.open_button.setVisible(has_room)
        for tool in self.piece_tools:
            tool.setVisible(piece is not None)
            tool.setEnabled(floor is not None and piece is not None and (not piece.locked or tool is self.double_button))
        if piece is None:
            self.swap_button.setChecked(False)
        self.sizes_button.setEnabled(bool(project.pieces))
        self.tools.fit()
        self.export_button.setEnabled(changed and floor is not None)
        self.hold_button.setEnabled(changed)
        self.compare_button.setEnabled(changed)
        self.piece_list.show_pieces(project.pieces, chosen, project.total_price)
        self.toolbox.setVisible(has_room and not comparing)
        self.shelf.set_words("pieces", _("In the room ({count})").format(count=len(project.pieces)) if project.pieces else _("In the room"))
        self.grid_button.setEnabled(floor is not None)
        for tool in (self.scale_button, self.camera_button, self.wall_button, self.sun_button, self.front_button, self.gone_button):
            tool.setEnabled(floor is not None or tool.isChecked())
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
        facts = list(warnings) or floor.words()
        more = f"  (+{len(warnings) - 1})" if len(warnings) > 1 else ""  # the rest is in the tooltip: the bar keeps its height
        self.detail.setText(warnings[0] + more if warnings else "  ·  ".join(facts))
        self.detail.setToolTip("\n".join(facts))
        self.detail.setProperty("role", "warn" if warnings else "small")
        self.detail.style().polish(self.detail)
