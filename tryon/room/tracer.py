"""Asks for path-traced pictures: one child process that can be stopped at once and takes nothing with it when it dies."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from tryon.errors import RenderError
from tryon.image import FloatArray
from tryon.text import _

if TYPE_CHECKING:
    from tryon.jobs import Progress
    from tryon.room.trace import TraceRequest

__all__ = ["Tracer", "can_trace"]

_POLL_S = 0.05


def can_trace() -> bool:
    """Whether the path tracer is installed; whether it runs is seen when it does."""
    return importlib.util.find_spec("mitsuba") is not None and importlib.util.find_spec("pyoidn") is not None


class Tracer:
    """A path tracer in a process of its own. It starts at the first render and is kept for the next ones.

    `render` can be stopped through its progress: the process is killed within a moment. A process that dies while it uses the fast
    variant (a graphics compiler that does not fit aborts it) is started once more with the plain one.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None
        self._busy = threading.Lock()
        self._fast = True
        self._told = (0.0, "")
        self.variant = ""
        """Which of Mitsuba's variants runs, once it does."""

    @property
    def pid(self) -> int | None:
        """The number of the child process, where there is one."""
        return self._process.pid if self._process is not None else None

    def start(self, progress: Progress) -> str:
        """Start it where it does not run yet; the name of its variant. Raises RenderError, Canceled."""
        with self._alone(progress):
            try:
                self._started(progress)
            except _DiedError as died:
                raise _dead(died.code) from None
            return self.variant

    @contextlib.contextmanager
    def _alone(self, progress: Progress) -> Iterator[None]:
        """While nobody else renders; the wait for that can be stopped too."""
        while not self._busy.acquire(timeout=_POLL_S):
            progress(*self._told)
        try:
            yield
        finally:
            self._busy.release()

    def render(self, request: TraceRequest, progress: Progress, text: str = "") -> FloatArray:
        """One render, see `tryon.room.trace.trace`. Raises RenderError where it cannot be, Canceled."""
        with self._alone(progress):
            try:
                return self._render(request, progress, text)
            except _DiedError as died:
                if not self._fast:
                    raise _dead(died.code) from None
                self._fast = False  # for the life of this program
            try:
                return self._render(request, progress, text)
            except _DiedError as died:
                raise _dead(died.code) from None

    def _render(self, request: TraceRequest, progress: Progress, text: str) -> FloatArray:
        try:
            pipe = self._started(progress)
            self._told = (0.0, text)
            try:
                pipe.send(request)
            except OSError:
                raise _DiedError(self._code()) from None
            while True:
                kind, *rest = self._next(pipe, progress)
                if kind == "slice":
                    self._told = (0.95 * rest[0] / rest[1], text)
                elif kind == "answer":
                    answer: FloatArray = rest[0]
                    return answer
                else:
                    raise RenderError(_("the path tracer could not draw this ({detail})").format(detail=rest[0]))
        except BaseException:
            self.close()
            raise

    def _next(self, pipe: Connection, progress: Progress) -> tuple[Any, ...]:
        """The next message; asks every moment whether the user has stopped."""
        while True:
            progress(*self._told)
            try:
                if pipe.poll(_POLL_S):
                    message: tuple[Any, ...] = pipe.recv()
                    return message
            except (EOFError, OSError):
                raise _DiedError(self._code()) from None
            if self._process is None or self._process.poll() is not None:
                raise _DiedError(self._code())

    def _started(self, progress: Progress) -> Connection:
        if self._pipe is not None and self._process is not None and self._process.poll() is None:
            return self._pipe
        self.close()
        if not can_trace():
            raise RenderError(_("the path tracer is not installed"), advice=_("install the extra: pip install mitsuba pyoidn"))
        self._told = (0.0, _("starting the path tracer"))
        ours, theirs = Pipe()
        words = [sys.executable, "-W", "ignore", "-m", "tryon.room.trace", str(theirs.fileno()), "fast" if self._fast else "plain"]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        try:
            self._process = subprocess.Popen(
                words, pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env=environment,
            )
        except OSError as error:
            ours.close()
            raise RenderError(_("the path tracer does not start ({detail})").format(detail=error)) from None
        finally:
            theirs.close()
        self._pipe = ours
        try:
            kind, detail = self._next(ours, progress)
        except BaseException:
            self.close()
            raise
        if kind == "missing":
            self.close()
            raise RenderError(_("the path tracer does not load ({detail})").format(detail=detail))
        self.variant = detail
        return ours

    def _code(self) -> int | None:
        if self._process is None:
            return None
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(0.5)
        return None

    def close(self) -> None:
        """End the process and what it is doing; the next render starts another."""
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if process is not None:
            process.kill()
            process.wait()
        if pipe is not None:
            pipe.close()


class _DiedError(Exception):
    """The child process is gone."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


def _dead(code: int | None) -> RenderError:
    reason = _("the path tracer's process ended unexpectedly (exit status {code})").format(code=code)
    return RenderError(reason, advice=_("try again, or take the quick picture; nothing else was lost"))
