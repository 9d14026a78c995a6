"""Long work: progress that is told, work that can be stopped, a process that does it apart from the window."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from tryon.errors import Canceled, TryOnError, WorkerError
from tryon.text import _

__all__ = ["Interrupt", "Progress", "Worker", "silent"]

Report = Callable[[float, str], None]
Look = Callable[[Any], None]


class Progress:
    """Tells how far the work is; telling is also the place where it can be stopped.

    A step calls `progress(0.4, "draping")`; the share never goes back. `part(a, b)` gives a step its own 0..1. `show` gives a
    picture of the work so far to whoever looks. Raises Canceled from the call after `cancel()`. (The idea of reporting as the place
    to cancel: chaiNNer.)
    """

    def __init__(
        self, report: Report | None = None, *, look: Look | None = None, start: float = 0.0, stop: float = 1.0,
        _root: Progress | None = None,
    ) -> None:  # fmt: skip
        self._report, self._look = report, look
        self._start, self._stop = start, stop
        self._root = _root if _root is not None else self
        self._canceled = threading.Event()
        self._reached = 0.0

    def __call__(self, share: float, text: str = "") -> None:
        """Report a share from 0 to 1 of this part of the work. Raises Canceled when the user has stopped it."""
        root = self._root
        if root._canceled.is_set():
            raise Canceled(_("canceled"))
        overall = self._start + min(max(share, 0.0), 1.0) * (self._stop - self._start)
        root._reached = max(root._reached, overall)
        if root._report is not None:
            root._report(root._reached, text)

    def show(self, make: Callable[[], Any]) -> None:
        """Show how it looks so far; `make` gives the picture, and is only asked where somebody looks."""
        look = self._root._look
        if look is not None and not self._root._canceled.is_set():
            look(make())

    def part(self, start: float, stop: float) -> Progress:
        """A progress of its own for a step that makes up `start`..`stop` of this work."""
        width = self._stop - self._start
        return Progress(start=self._start + start * width, stop=self._start + stop * width, _root=self._root)

    def cancel(self) -> None:
        """Ask the work to stop at its next report; safe from any thread."""
        self._root._canceled.set()


class Interrupt:
    """Ctrl-C that is not lost: a library may swallow the exception, so the work that is watched is asked to stop as well."""

    def __init__(self) -> None:
        self._asked = False
        self._progress: Progress | None = None
        self._previous: Any = None

    def __enter__(self) -> Interrupt:
        self._asked, self._progress = False, None
        if threading.current_thread() is threading.main_thread():  # elsewhere Python allows no handler
            self._previous = signal.signal(signal.SIGINT, self._hear)
        return self

    def __exit__(self, *error: object) -> None:
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)
            self._previous = None

    def watch(self, progress: Progress) -> Progress:
        """The same progress, canceled by Ctrl-C, now or later."""
        self._progress = progress
        if self._asked:
            progress.cancel()
        return progress

    def _hear(self, number: int, frame: object) -> None:
        self._asked = True
        if self._progress is not None:
            self._progress.cancel()
        raise KeyboardInterrupt


def silent() -> Progress:
    """A progress that nobody listens to."""
    return Progress()


class Worker:
    """A process that does the heavy work, so that the window stays alive and a crash takes nothing with it.

    `run(function, *arguments)` calls `function(*arguments, progress=...)` over there and waits for its answer; functions, arguments
    and answers must be picklable. `cancel()` from another thread stops it: at the next report, or by ending the process when
    the work has not answered within `patience_s`. A process that died is started again by the next `run`.
    """

    def __init__(self, *, patience_s: float = 0.7) -> None:
        self._patience_s = patience_s
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None
        self._number = 0
        self._busy = threading.Lock()
        self._cancel_at: float | None = None

    @property
    def alive(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.is_alive()

    @property
    def pid(self) -> int | None:
        """The process's number, where there is one."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Start the process now, so that the first work need not wait for it."""
        if self.alive:
            return
        self._discard()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs,), name="tryon-worker", daemon=True)
        process.start()
        theirs.close()
        self._process, self._pipe = process, ours

    def run(
        self, function: Callable[..., Any], *arguments: Any, report: Report | None = None, look: Look | None = None, **keywords: Any
    ) -> Any:
        """Do one piece of work over there and give its answer; `look` gets pictures of it on the way.

        Raises what the work raised, Canceled, or WorkerError.
        """
        with self._busy:
            self._cancel_at = None
            self.start()
            pipe, process = self._pipe, self._process
            assert pipe is not None
            assert process is not None
            self._number += 1
            asked_to_stop = False
            payload = pickle.dumps((function, arguments, keywords), protocol=pickle.HIGHEST_PROTOCOL)
            try:
                pipe.send(("call", self._number, payload, look is not None))
                while True:
                    if self._cancel_at is not None:
                        if not asked_to_stop:
                            asked_to_stop = True
                            pipe.send(("cancel", self._number))
                        if time.monotonic() - self._cancel_at > self._patience_s:
                            self._discard()
                            raise Canceled(_("canceled"))
                    if not pipe.poll(0.05):
                        if not process.is_alive() and not pipe.poll(0):
                            raise EOFError
                        continue
                    kind, number, *rest = pipe.recv()
                    if number != self._number:
                        continue
                    if kind == "progress":
                        if report is not None and not asked_to_stop:
                            report(*rest)
                    elif kind == "look":
                        if look is not None and not asked_to_stop:
                            look(rest[0])
                    elif kind == "answer":
                        if asked_to_stop:
                            raise Canceled(_("canceled"))
                        return rest[0]
                    else:
                        raise rest[0]
            except (EOFError, BrokenPipeError, ConnectionResetError):
                process.join(0.5)  # its pipe may close a moment before its exit status is there
                code = process.exitcode
                self._discard()
                if asked_to_stop:
                    raise Canceled(_("canceled")) from None
                reason = _("the process that did the work ended unexpectedly (exit status {code})").format(code=code)
                raise WorkerError(reason, advice=_("try again; nothing else was lost")) from None

    def cancel(self) -> None:
        """Stop the work that is being done; safe from any thread."""
        self._cancel_at = time.monotonic()

    def close(self) -> None:
        """End the process, and with it what it is doing; its `run` raises Canceled."""
        self.cancel()
        with self._busy:
            self._discard()

    def _discard(self) -> None:
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if process is not None:
            process.terminate()
            process.join(0.5)
            if process.is_alive():
                process.kill()
                process.join()
        if pipe is not None:
            pipe.close()


def _serve(pipe: Connection) -> None:
    """The worker's side: take calls one by one, listen for 'cancel' while they run."""
    import queue

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C belongs to the window's process, which then ends this one
    calls: queue.Queue[tuple[int, bytes]] = queue.Queue()
    running: dict[int, Progress] = {}
    sending = threading.Lock()

    def tell(*message: Any) -> None:
        with sending:
            pipe.send(message)

    def listen() -> None:
        try:
            while True:
                kind, number, *payload = pipe.recv()
                if kind == "call":
                    looked = partial(tell, "look", number) if payload[1] else None
                    running[number] = Progress(partial(tell, "progress", number), look=looked)
                    calls.put((number, payload[0]))
                elif number in running:
                    running[number].cancel()
        except (EOFError, OSError):
            os._exit(0)  # whoever asked is gone: nobody waits for an answer, and there is nothing to keep

    threading.Thread(target=listen, daemon=True, name="tryon-worker-listen").start()
    while True:
        number, payload = calls.get()
        try:
            function, arguments, keywords = pickle.loads(payload)
            answer = function(*arguments, progress=running[number], **keywords)
            tell("answer", number, answer)
        except TryOnError as error:
            tell("error", number, error)
        except (BrokenPipeError, ConnectionResetError):
            return
        except Exception as error:
            if os.environ.get("TRYON_DEBUG"):
                import traceback

                traceback.print_exc()
            detail = f"{type(error).__name__}: {error}"
            tell("error", number, WorkerError(_("an unexpected fault in the program ({detail})").format(detail=detail)))
        finally:
            running.pop(number, None)
