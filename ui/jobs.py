"""Engine work as Qt signals: one thread that waits, one process that works, the window never blocked by either."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from tryon.errors import Canceled, TryOnError, WorkerError
from tryon.jobs import Worker
from tryon.text import _

__all__ = ["Job", "Lane", "TimeLeft"]


class TimeLeft:
    """Seconds of work that remain, from how fast the share has grown so far; None while that is a guess."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._first_share = 0.0
        self._told: float | None = None
        self._told_at = 0.0

    def update(self, share: float, now: float) -> float | None:
        """share: 0..1 done. now: seconds of any steady clock."""
        if self._began is None:
            self._began, self._first_share = now, share
            return None
        elapsed, grown = now - self._began, share - self._first_share
        if elapsed < 0.6 or grown < 0.05:
            return None
        fresh = elapsed * (1.0 - share) / grown
        if self._told is not None:
            fresh = 0.6 * max(0.0, self._told - (now - self._told_at)) + 0.4 * fresh
        self._told, self._told_at = fresh, now
        return fresh


class Job(QObject):
    """One piece of work that was asked for. Exactly one of done, failed and canceled comes, then ended."""

    looked = Signal(object)  # how it looks so far
    progressed = Signal(float, str, float)  # share 0..1 (never going back), what is being done, seconds left or -1
    done = Signal(object)
    failed = Signal(object)  # a TryOnError
    canceled = Signal()
    ended = Signal()

    def __init__(self, function: Callable[..., Any], arguments: tuple[Any, ...], key: str, convert: Callable[[Any], Any] | None) -> None:
        super().__init__()
        self.function, self.arguments, self.key, self.convert = function, arguments, key, convert
        self.look: Callable[[Any], Any] | None = None
        self.stopped = threading.Event()
        self.is_over = self.later = False
        self._share = 0.0
        self._left = TimeLeft()

    def _told(self, kind: str, what: Any) -> None:
        if self.is_over:
            return
        if kind == "look":
            if not self.stopped.is_set():
                self.looked.emit(what)
            return
        if kind == "progress":
            if self.stopped.is_set():
                return
            self._share = max(self._share, float(what[0]))
            left = self._left.update(self._share, time.monotonic())
            self.progressed.emit(self._share, str(what[1]), -1.0 if left is None else left)
            return
        self.is_over = True
        if kind == "done":
            self.done.emit(what)
        elif kind == "failed":
            self.failed.emit(what)
        else:
            self.canceled.emit()
        self.ended.emit()


class Lane(QObject):
    """A queue of jobs done one after the other: in a worker process where `worker` is given, else in this lane's own thread.

    A waiting job is replaced by a newer one of the same key: of pictures asked for while the hand moves only the last is made.
    """

    _arrived = Signal(object, str, object)

    def __init__(self, name: str, worker: Worker | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self._waiting: deque[Job] = deque()
        self._running: Job | None = None
        self._closing = False
        self._wake = threading.Condition()
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._work, name=f"tryon-lane-{name}", daemon=True)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether anything is being done or waits."""
        with self._wake:
            return self._running is not None or bool(self._waiting)

    @property
    def worker(self) -> Worker | None:
        """The process that does this lane's work."""
        return self._worker

    def submit(
        self, function: Callable[..., Any], *arguments: Any, key: str = "", later: bool = False,
        convert: Callable[[Any], Any] | None = None, look: Callable[[Any], Any] | None = None,
    ) -> Job:  # fmt: skip
        """Ask for `function(*arguments)`; `convert` is applied to the answer in the lane's thread, away from the window's.

        later: it gives way to everything else that is asked for. look: as `convert`, for the pictures that the work shows on its way.
        """
        job = Job(function, arguments, key, convert)
        job.later, job.look = later, look
        replaced: list[Job] = []
        with self._wake:
            if key:
                replaced = [waiting for waiting in self._waiting if waiting.key == key]
                for old in replaced:
                    self._waiting.remove(old)
            place = len(self._waiting) if later else next((at for at, old in enumerate(self._waiting) if old.later), len(self._waiting))
            self._waiting.insert(place, job)
            self._wake.notify()
        for old in replaced:
            self._arrived.emit(old, "canceled", None)
        return job

    def cancel(self, job: Job | None) -> None:
        """Stop a job, waiting or running. Its `canceled` comes at once; what still runs over there winds down or is ended."""
        if job is None or job.is_over:
            return
        job.stopped.set()
        with self._wake:
            waiting = job in self._waiting
            if waiting:
                self._waiting.remove(job)
            running = self._running is job
        if running and self._worker is not None:
            self._worker.cancel()
        if waiting or running:
            self._arrived.emit(job, "canceled", None)

    def close(self) -> None:
        """Stop everything, end the process and the thread."""
        with self._wake:
            self._closing = True
            self._waiting.clear()
            if self._running is not None:
                self._running.stopped.set()
            self._wake.notify()
        if self._worker is None:
            self._thread.join()
            return
        self._worker.cancel()
        self._thread.join(0.3)
        pid = self._worker.pid
        if self._thread.is_alive() and pid is not None:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGTERM)  # it has not heard: nobody waits for its answer any more
        self._thread.join()
        self._worker.close()

    def _work(self) -> None:
        while True:
            with self._wake:
                while not self._waiting and not self._closing:
                    self._wake.wait()
                if self._closing:
                    return
                job = self._running = self._waiting.popleft()
            kind, what = self._do(job)
            with self._wake:
                self._running = None
                if self._closing:
                    return
            self._arrived.emit(job, kind, what)
            job = what = None  # type: ignore[assignment] # nothing is kept while the lane is idle

    def _do(self, job: Job) -> tuple[str, Any]:
        try:
            if job.stopped.is_set():
                raise Canceled(_("canceled"))
            if self._worker is not None:
                answer = self._worker.run(
                    job.function, *job.arguments, report=lambda share, text: self._report(job, share, text),
                    look=None if job.look is None else lambda picture: self._show(job, picture),
                )  # fmt: skip
            else:
                answer = job.function(*job.arguments)
            if job.stopped.is_set():
                raise Canceled(_("canceled"))
            return "done", answer if job.convert is None else job.convert(answer)
        except Canceled:
            return "canceled", None
        except TryOnError as error:
            return "failed", error
        except Exception as error:
            detail = f"{type(error).__name__}: {error}"
            return "failed", WorkerError(_("an unexpected fault in the program ({detail})").format(detail=detail))

    def _report(self, job: Job, share: float, text: str) -> None:
        if job.stopped.is_set() or self._closing:
            assert self._worker is not None
            self._worker.cancel()  # said again: the first may have come before the work began
        else:
            self._arrived.emit(job, "progress", (share, text))

    def _show(self, job: Job, picture: Any) -> None:
        if job.look is not None and not job.stopped.is_set() and not self._closing:
            self._arrived.emit(job, "look", job.look(picture))

    def _deliver(self, job: Job, kind: str, what: Any) -> None:
        job._told(kind, what)
