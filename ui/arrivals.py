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
        self._round = 0

    def take(self, arrivals: list[Arrival], expected: str = "") -> None:
        """Read and recognize these; `known` tells them all at once."""
        self.cancel()
        self._round += 1
        self._next(self._round, list(arrivals), [], expected)

    def cancel(self) -> None:
        """Stop looking at pictures."""
        self._round += 1
        job, self._job = self._job, None
        if job is not None and not job.is_over:
            self._desk.fit.cancel(job)
            self.ended.emit()

    def _next(self, number: int, left: list[Arrival], found: list[tuple[Photo, Recognized]], expected: str) -> None:
        if number != self._round:
            return
        if not left:
            self._job = None
            self.ended.emit()
            if found:
                self.known.emit(found)
            return
        self._desk.load(left[0], lambda photo: self._look(number, photo, left[1:], found, expected),
                        lambda: self._next(number, left[1:], found, expected))  # fmt: skip

    def _look(self, number: int, photo: Photo, left: list[Arrival], found: list[tuple[Photo, Recognized]], expected: str) -> None:
        if number != self._round:
            return
        engine = self._desk.engine
        job = self._job = self._desk.fit.submit(engine.know_garment if expected == "garment" else engine.recognize, photo)
        self.looking.emit(photo)
        job.done.connect(lambda what: self._next(number, left, [*found, (photo, what)], expected))
        # Where looking fails (weights are missing, the worker died) the picture still counts: what is wrong is said when it is used.
        fallback = Recognized(expected or ("garment" if self._desk.session.project.person is not None else "person"))
        job.failed.connect(lambda _error: self._next(number, left, [*found, (photo, fallback)], expected))
