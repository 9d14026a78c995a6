"""The room's pictures: the camera is read once, frames are made as fast as they come, only the newest counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from tryon.text import _
from ui.floor import Floor
from ui.images import to_image
from ui.jobs import Job
from ui.room_engine import Asked, Placed, Told

if TYPE_CHECKING:
    from tryon.project.document import Piece, Project
    from ui.desk import Desk
    from ui.room_engine import Frame, Seen

__all__ = ["PREVIEW_SIDE", "RoomFrames", "engine_name", "shows", "told_of", "visible"]

PREVIEW_SIDE = 960
"""Longer side, in pixels, of the picture while the hand moves."""

_REST_MS = 350
_FINE_MS = 1200
_TRACED = ("first", "good")


class RoomFrames(QObject):
    """Asks the room's worker process for pictures of the open project."""

    floor_ready = Signal(object)  # Floor
    frame_ready = Signal(QImage, object, object)  # picture, Frame, the pieces in it
    reading = Signal(object)  # the Job that finds the camera
    drawing = Signal(bool)  # whether a picture is being made
    improving = Signal(float)  # how far the path-traced picture is, 0..1; -1 when none is made

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._project: Project | None = None
        self._floor: Floor | None = None
        self._reading: Job | None = None
        self._asked = self._shown = 0
        self._sent: tuple[int | None, str] = (None, "")
        self._open = 0
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self.rest_side = 1280
        """Longer side of the picture at rest, as large as it is shown; the export has the photo's own size."""
        self._rest.timeout.connect(lambda: self._ask("export", self.rest_side))
        self._resting: Job | None = None
        self._fine = QTimer(self)
        self._fine.setSingleShot(True)
        self._fine.setInterval(_FINE_MS)
        self._fine.timeout.connect(self._improve)
        self._improves = True
        self._quick: tuple[QImage, Frame, tuple[Piece, ...]] | None = None
        self._traced = False

    def improve(self, on: bool) -> None:
        """Whether the picture at rest gets better by itself."""
        self._improves = on
        if not on:
            self._stop_resting()
        elif self._quick is not None and self._floor is not None:
            self._fine.start()

    def give_way(self) -> None:
        """Other work of the room's process comes first: a slow picture that is being made ends."""
        if not self._traced:
            self._stop_resting()

    def _improve(self) -> None:
        """The hand has rested for a while: follow the light's paths, where that can be done here."""
        from tryon.room.tracer import can_trace

        if not self._improves:
            return
        if can_trace():
            self._ask("first", self.rest_side)
        else:
            self._cannot_trace(_("the path tracer is not installed"))

    def _cannot_trace(self, reason: str) -> None:
        self._improves = False  # said once; the switch tries it again
        self._desk.tell(_("The picture stays the quick one: {reason}").format(reason=reason), "info", 8.0)

    @property
    def floor(self) -> Floor | None:
        """The floor of the open room, once its camera is known."""
        return self._floor

    @property
    def settled(self) -> bool:
        """Whether the room is read and its quick picture drawn: what is asked for now is shown soon."""
        return self._floor is not None and not self._open

    def read(self, project: Project) -> None:
        """Find the camera of a room photo, anew when photo or scale have changed."""
        self._desk.room.cancel(self._reading)
        self._traced = False
        self._stop_resting()
        self._project = project
        self._floor, self._quick = None, None
        self._shown = self._asked
        if project.room is None:
            self._reading = None
            return
        job = self._reading = self._desk.room.submit(self._desk.engine.read_camera, project.room, told_of(project), key="camera")
        job.done.connect(lambda seen: self._read(job, seen))
        self.reading.emit(job)

    def cancel(self) -> None:
        """Stop finding the camera."""
        self._desk.room.cancel(self._reading)

    def _stop_resting(self) -> None:
        """The first touch ends the slow picture, so that the quick ones need not wait for it, and shows the quick one at once."""
        self._rest.stop()
        self._fine.stop()
        self.improving.emit(-1.0)
        if self._traced and self._quick is not None:
            self._traced = False
            self.frame_ready.emit(*self._quick)
        self._desk.room.cancel(self._resting)
        self._resting = None

    def _read(self, job: Job, seen: Seen) -> None:
        if job is self._reading:
            self._floor = Floor(seen.camera, seen.walls, seen.guides)
            self._floor.corners, self._floor.shadow = seen.corners, seen.shadow
            if seen.notes:
                self._desk.tell(" ".join(f"{words[:1].upper()}{words[1:]}." for words in seen.notes), "warn", 0.0)
            self.floor_ready.emit(self._floor)

    def want(self, project: Project, *, lively: bool) -> None:
        """The project has changed: a quick picture now, a better one when the hand rests."""
        self._project = project
        self._stop_resting()
        if self._floor is None or project.room is None:
            return
        if not shows(project):
            self._shown, self._quick = self._asked, None
            return
        self._ask("preview", PREVIEW_SIDE)
        if not lively:
            self._rest.start()

    def request(self, project: Project, quality: str, max_side: int | None, *, again: bool = False) -> tuple[Any, ...]:
        """The arguments of the engine's `frame` for a project whose camera is known."""
        assert project.room is not None and self._floor is not None
        floor = self._floor
        placed = tuple(
            Placed(engine_name(piece), piece.x, piece.y, floor.turn_deg(piece.x, piece.y, piece.yaw_deg), piece.colors, piece.lift_m)
            for piece in visible(project)
        )
        photo = project.room if again or not self.sent(project.room.digest) else None
        return Asked(project.room.digest, placed, told_of(project), quality, max_side), photo

    def sent(self, digest: str) -> bool:
        """Whether the worker process has that photo, as far as one knows."""
        worker = self._desk.room.worker
        return worker is not None and worker.pid is not None and (worker.pid, digest) == self._sent

    def _ask(self, quality: str, side: int, *, again: bool = False) -> None:
        project = self._project
        if project is None or project.room is None or self._floor is None or not shows(project):
            return
        self._asked += 1
        number = self._asked
        arguments = self.request(project, quality, side, again=again)
        job = self._desk.room.submit(self._desk.engine.frame, *arguments, key="frame", convert=_with_image)
        if quality != "preview":
            self._resting = job
        if quality in _TRACED:
            job.progressed.connect(lambda share, _what, _left: self.improving.emit(share) if job is self._resting else None)
            job.ended.connect(lambda: self.improving.emit(-1.0) if job is self._resting else None)
            self.improving.emit(0.0)
        else:
            self._open += 1
            self.drawing.emit(True)
            job.ended.connect(self._ended)
        job.done.connect(lambda answer: self._drawn(number, project, quality, side, answer))
        job.failed.connect(lambda error: self._desk.tell_error(error) if number > self._shown else None)

    def _ended(self) -> None:
        self._open -= 1
        if not self._open:
            self.drawing.emit(False)

    def _drawn(self, number: int, project: Project, quality: str, side: int, answer: tuple[QImage, Frame] | None) -> None:
        worker = self._desk.room.worker
        if answer is None:  # the worker is a new one and does not have the photo
            if number == self._asked:
                self._ask(quality, side, again=True)
            return
        assert project.room is not None
        self._sent = (worker.pid if worker is not None else None, project.room.digest)
        now = self._project
        same_room = now is not None and now.room is project.room and (now.scale, now.hints) == (project.scale, project.hints)
        if number > self._shown and same_room and self._project is not None and shows(self._project):
            self._shown = number
            self._deliver(*answer, visible(project))
            if quality == "first" and self._traced and self._improves and number == self._asked:  # the hand still rests
                self._ask("good", side)

    def _deliver(self, image: QImage, frame: Frame, drawn: tuple[Piece, ...]) -> None:
        """Show a picture; a quick one at rest is followed by a traced one, a traced one that was drawn otherwise ends that."""
        if frame.quality in _TRACED:
            self._traced = frame.engine.startswith("Mitsuba")
            if not self._traced:
                self._cannot_trace(frame.warnings[-1] if frame.warnings else _("the path tracer does not run here"))
                return
        else:
            self._quick, self._traced = (image, frame, drawn), False
            if frame.quality == "export" and self._improves and drawn:
                self._fine.start()
        self.frame_ready.emit(image, frame, drawn)


def visible(project: Project) -> tuple[Piece, ...]:
    """The pieces that are drawn."""
    return tuple(piece for piece in project.pieces if not piece.hidden)


def shows(project: Project) -> bool:
    """Whether there is anything to draw: a piece, or a place where something was taken away."""
    return bool(visible(project)) or bool(project.gone)


def told_of(project: Project) -> Told:
    """What the user said about the room photo of a project."""
    return Told(project.scale, project.hints, project.front, project.gone)


def engine_name(piece: Piece) -> str:
    """What the engine calls a piece: its file with the size that the user gave."""
    if not piece.resized:
        return piece.furniture
    return f"{piece.furniture}={'x'.join(f'{side:.4f}' for side in piece.size_m)}"


def _with_image(frame: Frame | None) -> tuple[QImage, Frame] | None:
    return None if frame is None else (to_image(frame.picture), frame)
