"""Pictures that came in with no word about what they are: read, then recognized, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ui.engine import Recognized
from ui.intake import Arrival
from ui.jobs import Job

if TYPE_CHECKING:
    from tryon.image import Photo
    from ui.desk import Desk

__all__ = ["Arrivals"]


class Arrivals(QObject):
    """Takes pictures in and says what they are. expected "garment": asked only for its kind; "": may be anything."""

    looking = Signal(object)  # the Photo that is looked at
    known = Signal(list)  # of (Photo, Recognized), all that came in together
    ended = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._job: Job | None = None
        self._left: list[tuple[Arrival, str]] = []
        self._found: list[tuple[Photo, Recognized]] = []
        self._busy = False
        self._round = 0

    def take(self, arrivals: list[Arrival], expected: str = "") -> None:
        """Read and recognize these; `known` tells them all at once, with those that came while others were looked at."""
        self._left += [(arrival, expected) for arrival in arrivals]
        if not self._busy:
            self._busy = True
            self._round += 1
            self._next(self._round)

    def cancel(self) -> None:
        """Stop looking at pictures."""
        if not self._busy:
            return
        self._round += 1
        self._left, self._found, self._busy = [], [], False
        job, self._job = self._job, None
        self._desk.fit.cancel(job)
        self.ended.emit()

    def _next(self, number: int) -> None:
        if number != self._round:
            return
        if self._left:
            arrival, expected = self._left.pop(0)
            self._desk.load(arrival, lambda photo: self._look(number, photo, expected), lambda: self._next(number))
            return
        found, self._found, self._busy, self._job = self._found, [], False, None
        self.ended.emit()
        if found:
            self.known.emit(found)

    def _look(self, number: int, photo: Photo, expected: str) -> None:
        if number != self._round:
            return
        engine = self._desk.engine
        job = self._job = self._desk.fit.submit(engine.know_garment if expected == "garment" else engine.recognize, photo)
        self.looking.emit(photo)
        job.done.connect(lambda what: self._told(number, photo, what))
        # Where looking fails (weights are missing, the worker died) the picture still counts: what is wrong is said when it is used.
        fallback = Recognized(expected or ("garment" if self._desk.session.project.person is not None else "person"))
        job.failed.connect(lambda _error: self._told(number, photo, fallback))

    def _told(self, number: int, photo: Photo, what: Recognized) -> None:
        if number == self._round:
            self._found.append((photo, what))
            self._next(number)
