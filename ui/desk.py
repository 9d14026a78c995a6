"""What every page shares: the session, the engine, the lanes of work, and one place for messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSettings, Signal

from tryon.errors import WorkerError
from tryon.jobs import Worker
from tryon.text import _
from ui.engine import Engine
from ui.intake import Arrival, host_of, read_arrival
from ui.jobs import Job, Lane
from ui.journal import Journal
from ui.parts import Answer, sentence_of
from ui.session import Session
from ui.units import choose_unit

if TYPE_CHECKING:
    from ui.downloading import Download

__all__ = ["Desk", "open_settings"]

_ROOM_PATIENCE_S = 2.5  # a picture that is no longer wanted ends at its next report; ending the process would lose the room it has read


def open_settings() -> QSettings:
    """What the user has chosen, in a file that can be read."""
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "tryon-studio", "tryon-studio")


class Desk(QObject):
    """Owns the lanes: `fit` and `room` each with a worker process of its own, `disk` and `keep` for files in, files out, `web` for what
    is downloaded, in threads.
    """

    told = Signal(str, str, float)  # sentence, tone, seconds it stays (0 = until put away)
    asked = Signal(str, list, float)  # sentence, (words, what they do) of each answer, seconds it stays
    quieted = Signal()
    theme_wanted = Signal(str)  # light, dark or "" for the system's
    unit_changed = Signal(str)
    language_wanted = Signal(str)  # such as zh_CN, or "" for the system's

    def __init__(self, engine: Engine | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.engine = engine or Engine()
        self.session = Session(self)
        self.settings = open_settings()
        choose_unit(str(self.settings.value("look/unit", "cm")))
        self.disk = Lane("disk", None, self)
        self.keep = Lane("keep", None, self)
        self.fit = Lane("fit", Worker(), self)
        self.room = Lane("room", Worker(patience_s=_ROOM_PATIENCE_S), self)
        self.web = Lane("web", None, self)
        self.downloads: dict[str, Download] = {}
        """What is on its way, by the names of the models."""
        self.journal = Journal(self.session, self.keep, self.tell_error, self)

    def warm(self, lane: Lane, functions: tuple[Callable[..., Any], ...]) -> None:
        """Start a worker process and load what it will need; quietly, only once, and giving way to real work between the steps."""
        if lane.busy or (lane.worker is not None and lane.worker.alive):
            return
        for function in functions:
            lane.submit(function, later=True)

    def tell(self, sentence: str, tone: str = "info", seconds: float = 6.0) -> None:
        """Say one sentence to the user."""
        self.told.emit(sentence, tone, seconds)

    def ask(self, sentence: str, answers: list[Answer], seconds: float = 0.0) -> None:
        """Ask something, or offer something to do; nothing waits for the answer."""
        self.asked.emit(sentence, answers, seconds)

    def restart_workers(self) -> None:
        """End the worker processes, so that the next ones speak the language that was chosen."""
        for lane in (self.fit, self.room):
            if lane.worker is not None and not lane.busy:
                lane.worker.close()

    def tell_error(self, error: Exception) -> None:
        """Say what went wrong, and that the work can go on."""
        sentence = sentence_of(error)
        if isinstance(error, WorkerError):
            sentence = f"{sentence} {_('The engine has been restarted.')}"
        self.told.emit(sentence, "error", 0.0)

    def with_fetched(self, arrivals: list[Arrival], then: Callable[[list[Arrival]], object]) -> None:
        """Give arrivals on; of those that are only an address on the web the user is asked first, and they are fetched if he says yes."""
        online = [arrival for arrival in arrivals if arrival.address]
        if not online:
            then(arrivals)
            return
        here = [arrival for arrival in arrivals if not arrival.address]
        host = host_of(online[0].address)
        self.ask(
            _("Fetch the picture from {host}? The site will see that it is asked for; nothing else is sent.").format(host=host),
            [(_("Fetch it"), lambda: self._fetch(online[0].address, lambda one: then([*here, one]))), (_("No"), lambda: None)],
        )

    def _fetch(self, address: str, then: Callable[[Arrival], object]) -> None:
        self.tell(_("Fetching the picture…"))
        job = self.disk.submit(_fetch_now, address, key="fetch")
        job.done.connect(lambda _arrival: self.quieted.emit())
        job.done.connect(then)
        job.failed.connect(self.tell_error)

    def load(self, arrival: Arrival, then: Callable[[Any], None], otherwise: Callable[[], None] | None = None) -> Job:
        """Read a picture in the loading thread, then give it to `then`; errors are told."""
        job = self.disk.submit(read_arrival, arrival)
        job.done.connect(then)
        job.failed.connect(self.tell_error)
        if otherwise is not None:
            job.failed.connect(lambda _error: otherwise())
        return job

    def close(self) -> None:
        """Keep what is not saved, end all work, processes and threads."""
        self.journal.close()
        for download in self.downloads.values():
            download.stop()
        for lane in (self.fit, self.room, self.disk, self.keep, self.web):
            lane.close()


def _fetch_now(address: str) -> Arrival:
    from ui.fetching import fetch_picture

    return fetch_picture(address)
