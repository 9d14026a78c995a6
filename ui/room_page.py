"""The second mirror: a photo of your room in, furniture standing in it at true size out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData, QTimer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from tryon.errors import PhotoError, TryOnError
from tryon.project.document import Piece, Project
from tryon.text import _
from ui.export_dialog import ExportDialog, Subject, names_today
from ui.floor import Floor
from ui.furniture_palette import piece_of
from ui.images import picture_of, to_image
from ui.intake import MESH_ENDINGS, Arrival, picture_filter, take
from ui.jobs import Job
from ui.outgoing import put_on_clipboard, usual_choice
from ui.room_arranging import snapped
from ui.room_frames import shows, visible
from ui.room_hand import PAGE
from ui.room_told import RoomTold

if TYPE_CHECKING:
    from tryon.image import Photo
    from tryon.room.furniture import FurnitureCard
    from ui.desk import Desk
    from ui.room_engine import Frame

__all__ = ["RoomPage"]

LIBRARY_ENDING = ".sh3f"
_PATIENCE_MS = 250


class RoomPage(RoomTold):
    """Palette on the left, the room on the right. Outlines follow the hand at once, pictures as fast as they come."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._cards: dict[str, FurnitureCard] = {}
        self._exporting: Job | None = None
        self._frame: tuple[QImage, Frame] | None = None
        self._waiting: list[tuple[Piece, tuple[float, float] | None]] = []
        self._connect()
        self._session.changed.connect(self._session_changed)
        self._show(self._session.project)

    def _connect(self) -> None:
        view, frames = self.view, self.frames
        self.connect_hand()
        self.connect_marks()
        self.connect_told()
        frames.floor_ready.connect(self._floor_ready)
        frames.frame_ready.connect(self._frame_ready)
        frames.reading.connect(self._watch_reading)
        frames.drawing.connect(self.show_drawing)
        frames.improving.connect(self.show_improving)
        improves = str(self._desk.settings.value("room/improve", "yes")) == "yes"
        self.improve_button.setChecked(improves)
        frames.improve(improves)
        self.improve_button.toggled.connect(self._improve)
        view.furniture_aimed.connect(self._aim)
        view.furniture_gone.connect(lambda: view.show_ghost(None))
        view.furniture_dropped.connect(lambda name, x, y: self.place(name, (x, y)))
        view.dropped.connect(self._dropped)
        self.palette_list.place_wanted.connect(self.place)
        self.drop.open_wanted.connect(self.open_file)
        self.drop.dropped.connect(self.receive_mime)
        self.samples.chosen.connect(lambda path: self.receive([Arrival(path.name, path=path)]))
        self.mesh_button.clicked.connect(self.open_mesh)
        self.open_button.clicked.connect(self.open_file)
        self.grid_button.toggled.connect(view.show_grid)
        self.sizes_button.toggled.connect(lambda _on: self._show(self._session.project))
        view.original_held.connect(self._hold)
        self.compare_button.toggled.connect(lambda _on: self._show(self._session.project))
        self._desk.unit_changed.connect(self._units)
        self.hold_button.pressed.connect(lambda: self._hold(True))
        self.hold_button.released.connect(lambda: self._hold(False))
        self.copy_button.clicked.connect(self.copy)
        self.export_button.clicked.connect(self.export)
        self.panel.canceled.connect(self.cancel)

    def fill_palette(self) -> None:
        """Read the furniture that ships with the program; in the loading thread."""
        job = self._desk.disk.submit(self._desk.engine.list_cards)
        job.done.connect(self._cards_ready)
        job.failed.connect(self._desk.tell_error)

    def _cards_ready(self, cards: tuple[FurnitureCard, ...]) -> None:
        self._cards = {card.name: card for card in cards}
        self.palette_list.show_cards(cards)

    # ---- room photo in

    def open_file(self) -> None:
        """Ask for a room photo."""
        self._ask_file(_("Open: {what}").format(what=_("Room photo")), "open/room", picture_filter())

    def open_mesh(self) -> None:
        """Ask for a furniture file."""
        endings = " ".join(f"*{ending}" for ending in MESH_ENDINGS)
        self._ask_file(_("Open your own furniture"), "open/mesh", _("Furniture ({endings})").format(endings=endings))

    def _ask_file(self, title: str, key: str, kinds: str) -> None:
        dialog = QFileDialog(self, title, str(self._desk.settings.value(key, "")), kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)

        def chosen(name: str) -> None:
            self._desk.settings.setValue(key, str(Path(name).parent))
            self.receive([Arrival(Path(name).name, path=Path(name))])

        dialog.fileSelected.connect(chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def receive_mime(self, mime: QMimeData) -> None:
        """Take what was dropped or pasted."""
        try:
            self._desk.with_fetched(take(mime), self.receive)
        except PhotoError as error:
            self._desk.tell_error(error)

    def _dropped(self, mime: QMimeData, x: float, y: float) -> None:
        try:
            self._desk.with_fetched(take(mime), lambda arrivals: self.receive(arrivals, (x, y)))
        except PhotoError as error:
            self._desk.tell_error(error)

    def receive(self, arrivals: list[Arrival], at: tuple[float, float] | None = None) -> None:
        """A picture becomes the room, a mesh file a piece in it."""
        self._desk.quieted.emit()
        pictures = [arrival for arrival in arrivals if not arrival.is_mesh]
        if pictures:
            self._desk.load(pictures[0], self._choose_room)
        for arrival in arrivals:
            if arrival.path is not None and arrival.path.suffix.lower() == LIBRARY_ENDING:
                self.open_library(arrival.path)
            elif arrival.is_mesh:
                job = self._desk.room.submit(self._desk.engine.measure, str(arrival.path))
                job.done.connect(lambda answer, path=str(arrival.path): self._mesh_ready(path, answer, at))
                job.failed.connect(self._desk.tell_error)
        meshes = [one for one in arrivals if one.path is not None and one.is_mesh and one.path.suffix.lower() != LIBRARY_ENDING]
        if meshes and not pictures and self._session.project.room is None:
            self._desk.tell(_("The furniture will be placed as soon as there is a photo of the room"))

    def _choose_room(self, photo: Photo) -> None:
        self._session.edit(self.with_memory(self._session.project, photo), _("room photo"), page=PAGE)

    def _watch_reading(self, job: Job) -> None:
        QTimer.singleShot(_PATIENCE_MS, self, partial(self._show_reading, job))  # a room that is known is read in no time
        job.progressed.connect(self.panel.tell)
        job.failed.connect(self._desk.tell_error)
        job.ended.connect(self.panel.stop)

    def _show_reading(self, job: Job) -> None:
        if not job.is_over:
            self.panel.start(_("Finding out where the camera stood"))
            self.panel.place_over(self.stack)

    def _floor_ready(self, floor: Floor) -> None:
        self.view.floor = floor
        self.view.show_grid(self.grid_button.isChecked())
        project = self._session.project
        kept = tuple(
            piece if floor.holds(piece.size_m, piece.x, piece.y, piece.yaw_deg) else self._at_spot(piece, floor) for piece in project.pieces
        )
        self._session.amend(lambda old: replace(old, pieces=kept))
        self._show(self._session.project)
        self.follow_camera(self._session.project)
        self._want(self._session.project, lively=False)
        waiting, self._waiting = self._waiting, []
        for fresh, at in waiting:
            self._put(fresh, at)

    def _at_spot(self, piece: Piece, floor: Floor) -> Piece:
        x, y = floor.spot(piece.size_m)
        return replace(piece, x=x, y=y)

    # ---- furniture in

    def place(self, name: str, at: tuple[float, float] | None = None) -> None:
        """Put a piece of the palette into the room, at a pixel or at a sensible spot, or in the chosen one's place."""
        card = self._cards.get(name)
        if card is None:
            return
        if self._session.project.room is None:
            self._desk.tell(_("First drop a photo of the room"))
            return
        fresh = piece_of(card)
        if card.file.suffix.lower() != LIBRARY_ENDING:
            self._put(fresh, at)
            return
        job = self._desk.room.submit(self._desk.engine.take_piece, name)  # on its own, so that the project can hold it
        job.done.connect(lambda own: self._put(replace(fresh, furniture=own), at))
        job.failed.connect(self._desk.tell_error)

    def open_library(self, path: Path) -> None:
        """Show the pieces of a Sweet Home 3D library in the palette."""
        job = self._desk.room.submit(self._desk.engine.open_library, str(path), key="library")
        self.panel.start(_("Opening {name}").format(name=path.name))
        self.panel.place_over(self.stack)
        job.progressed.connect(self.panel.tell)
        job.done.connect(lambda cards: self._library_ready(path, cards))
        job.failed.connect(self._desk.tell_error)
        job.ended.connect(self.panel.stop)

    def _library_ready(self, path: Path, cards: tuple[FurnitureCard, ...]) -> None:
        self._cards.update({card.name: card for card in cards})
        self.palette_list.add_cards(cards)
        self.show_shelf("palette")
        self._desk.tell(_("{count} pieces of {name} are in the palette").format(count=len(cards), name=path.name), seconds=6)

    def _mesh_ready(
        self, path: str, answer: tuple[str, tuple[float, float, float], tuple[str, ...]], at: tuple[float, float] | None
    ) -> None:
        name, size, warnings = answer
        if warnings:
            self._desk.tell(" ".join(warnings), "warn", 0.0)
        self._put(Piece(0, path, name, size, 0.0, 0.0), at)

    def _put(self, fresh: Piece, at: tuple[float, float] | None) -> None:
        floor, project = self.frames.floor, self._session.project
        if floor is None:
            self._waiting.append((fresh, at))
            return
        if at is None and self.swap(fresh):
            return
        if at is not None and not floor.holds(fresh.size_m, *at, 0.0):
            self._desk.tell(_("There is no floor at that place, so it stands at another one"))
            at = None
        self.put_tools_away()
        x, y = at or floor.spot(fresh.size_m, project.pieces)
        piece = replace(fresh, number=project.next_number(), x=x, y=y)
        if at is not None:
            piece = snapped(piece, floor, project.pieces)[0]
        self._chosen = piece.number
        self._session.edit(project.with_piece(piece), _("place {name}").format(name=piece.label), page=PAGE)
        self.view.setFocus()

    def _aim(self, name: str, x: float, y: float) -> None:
        card, floor = self._cards.get(name), self.frames.floor
        if card is None or floor is None or not floor.holds(card.size_m, x, y, 0.0):
            self.view.show_ghost(None)
            return
        self.view.show_ghost(snapped(replace(piece_of(card), x=x, y=y), floor, self._session.project.pieces)[0])

    # ---- pictures out

    def _frame_ready(self, image: QImage, frame: Frame, drawn: tuple[Piece, ...]) -> None:
        self._frame = (image, frame)
        if not self.hold_button.isDown() and not self.bare_photo:
            self.view.show_frame(image)
        self._learn(frame, drawn)
        if self.compare_button.isChecked():
            self._show(self._session.project)
        warnings = frame.warnings
        for piece in self._session.project.pieces:
            warnings = tuple(words.replace(piece.furniture, piece.label) for words in warnings)
        self.show_words(self.frames.floor, warnings)

    def _improve(self, on: bool) -> None:
        self._desk.settings.setValue("room/improve", "yes" if on else "no")
        self.frames.improve(on)

    def _learn(self, frame: Frame, drawn: tuple[Piece, ...]) -> None:
        """What the engine found out while it drew: where the pieces stand, and which stand inside one another."""
        floor = self.frames.floor
        if floor is None:
            return
        floor.feet = {piece: foot[:3] for piece, foot in zip(drawn, frame.feet, strict=False) if foot != (0.0, 0.0, 0.0, 0.0)}
        touched: dict[int, str] = {}
        for one, other in frame.touching:
            for mine, its in ((drawn[one], drawn[other]), (drawn[other], drawn[one])):
                touched.setdefault(mine.number, _("stands in {name}").format(name=its.label))
        self._touched = touched
        project = self._session.project
        self.view.show_pieces(project.pieces, self._chosen, touched, measured=self.sizes_button.isChecked())

    def _hold(self, hold: bool) -> None:
        if shows(self._session.project) and self._frame is not None:
            self.show_bare(hold != self.bare_photo)

    def show_bare(self, bare: bool) -> None:
        """Show the photo alone, or with what stands in it."""
        room = self._session.project.room
        if room is not None:
            self.view.show_frame(picture_of(room, room.rgb).image if bare or self._frame is None else self._frame[0])

    def cancel(self) -> None:
        """Stop what the progress panel shows, or give up measuring."""
        if self.tool_out:
            self.put_tools_away()
            return
        self.panel.stopping()
        self.frames.cancel()
        self._desk.room.cancel(self._exporting)
        if self._exporting is None:
            self.panel.stop()

    def copy(self) -> None:
        """Put the picture on the clipboard, with the label that exports have; a photo as it was taken without one."""
        project = self._session.project
        if project.room is not None and self._frame is not None and shows(project):
            put_on_clipboard(self._desk, self._frame[1].picture, usual_choice(self._desk.settings), "furnished", project.room)
        elif project.room is not None:
            QGuiApplication.clipboard().setImage(to_image(project.room.rgb))
            self._desk.tell(_("Copied"), seconds=3)

    def export(self) -> None:
        """Save the picture at the photo's full size."""
        project = self._session.project
        if project.room is None or not shows(project) or self.frames.floor is None:
            return
        room = project.room
        furniture = "-".join(piece.label for piece in visible(project)[:3]) or _("emptied")
        names = {**names_today(), "room": Path(room.name).stem, "furniture": furniture, "number": "1"}
        shown = room.rgb if self._frame is None else self._frame[1].picture
        drawings = (
            ("export", _("as on the screen: seconds")), ("good", _("path-traced: true light, a minute or more")),
            ("best", _("path-traced, finest: several minutes")),
        )  # fmt: skip
        size = (room.width, room.height)
        subject = Subject(partial(self._draw_full, project), shown, size, room, "furnished", names, drawings)
        ExportDialog(self, self._desk, [(_("This picture"), [subject])])

    def _draw_full(self, project: Project, then: Callable[[Any], None], drawing: str) -> None:
        self.frames.give_way()
        arguments = self.frames.request(project, drawing or "export", None, again=True)
        job = self._exporting = self._desk.room.submit(self._desk.engine.frame, *arguments)
        self.panel.start(_("Drawing the picture at full size"))
        self.panel.place_over(self.stack)
        job.progressed.connect(self.panel.tell)
        job.done.connect(lambda frame: then(frame.picture))
        job.done.connect(lambda frame: self._desk.tell(frame.warnings[-1], "warn", 0.0) if frame.warnings and drawing != "export" else None)
        job.failed.connect(self._desk.tell_error)
        job.ended.connect(self._export_over)

    def _export_over(self) -> None:
        self._exporting = None
        self.panel.stop()

    # ---- following the session

    def _session_changed(self, before: Project, after: Project) -> None:
        if _about_room(before) == _about_room(after):
            return
        if before.room is not after.room:
            self._frame, self._touched = None, {}
            self._chosen = -1
            self.view.show_photo(None if after.room is None else picture_of(after.room, after.room.rgb).image)
            self.put_tools_away()
        self.follow_brushes(before, after)
        self._show(after)
        if (before.room, before.scale, before.hints) != (after.room, after.scale, after.hints):
            self.frames.read(after)
        elif (before.pieces, before.front, before.gone) != (after.pieces, after.front, after.gone):
            if not shows(after) and after.room is not None:
                self._frame, self._touched = None, {}
                self.view.show_frame(picture_of(after.room, after.room.rgb).image)
            self._want(after, lively=self.view.dragging)

    def furnish(self, photo: Photo) -> None:
        """Take a photo that was recognized as a room."""
        self._choose_room(photo)

    def _units(self, _unit: str) -> None:
        self.palette_list.show_units()
        self._show(self._session.project)

    def _show(self, project: Project) -> None:
        self.show_state(project, self._chosen, self.frames.floor)
        piece = project.piece(self._chosen)
        card = None if piece is None else self._cards.get(piece.furniture)
        self.piece_list.inspector.show_piece(piece, card is None, "" if card is None else card.credit)
        if project.room is not None:
            self.compare_view.show_pictures(
                picture_of(project.room, project.room.rgb), None if self._frame is None else picture_of(self._frame[1], self._frame[0])
            )
        self.view.show_pieces(project.pieces, self._chosen, self._touched, measured=self.sizes_button.isChecked())

    def tell_error(self, error: TryOnError) -> None:
        """Say what went wrong."""
        self._desk.tell_error(error)


def _about_room(project: Project) -> tuple[object, ...]:
    return project.room, project.scale, project.hints, project.front, project.gone, project.pieces
