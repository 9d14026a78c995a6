"""Long work: told honestly, stopped within a second, and a death over there is a sentence over here."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import work
from tryon.errors import Canceled, PhotoError, WorkerError
from tryon.image import Photo, photo_from_array
from tryon.jobs import Interrupt, Progress, Worker, silent

shares = st.floats(-0.5, 1.5)


@given(st.lists(st.tuples(shares, st.floats(0, 1), st.floats(0, 1)), max_size=20))
def test_progress_never_goes_back_and_stays_in_its_part(steps: list[tuple[float, float, float]]) -> None:
    told: list[float] = []
    progress = Progress(lambda share, _text: told.append(share))
    for share, one, other in steps:
        progress.part(min(one, other), max(one, other))(share)
    assert told == sorted(told)
    assert all(0 <= share <= 1 for share in told)


def test_parts_are_arithmetic() -> None:
    told: list[tuple[float, str]] = []
    progress = Progress(lambda share, text: told.append((share, text)))
    half = progress.part(0.5, 1.0)
    half(0.0, "begin")
    half.part(0.5, 0.75)(0.5, "deep")
    half(1.0, "end")
    assert told == [(0.5, "begin"), (0.8125, "deep"), (1.0, "end")]


def test_cancel_reaches_every_part_and_only_then() -> None:
    progress = silent()
    part = progress.part(0, 0.5).part(0.2, 0.3)
    part(0.5)
    part.cancel()
    for each in (progress, part, progress.part(0.9, 1)):
        with pytest.raises(Canceled):
            each(1.0)


@pytest.fixture(scope="module")
def shared_worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.close()
    assert not worker.alive
    assert not multiprocessing.active_children()


@pytest.fixture
def worker(shared_worker: Worker) -> Worker:
    return shared_worker


def test_answer_and_progress_come_back(worker: Worker) -> None:
    told: list[tuple[float, str]] = []
    rgb = np.arange(64 * 64 * 3, dtype=np.uint32).astype(np.uint8).reshape(64, 64, 3)
    photo = photo_from_array(rgb, name="p")
    back = worker.run(work.echo, photo, report=lambda share, text: told.append((share, text)))
    assert isinstance(back, Photo)
    assert np.array_equal(back.rgb, rgb)
    assert not back.rgb.flags.writeable
    assert back.digest == photo.digest
    assert told == [(0.5, "half"), (1.0, "whole")]
    assert worker.pid != os.getpid()


def test_errors_travel_whole(worker: Worker) -> None:
    with pytest.raises(PhotoError) as caught:
        worker.run(work.refuse, "a.jpg")
    assert str(caught.value) == "a.jpg: too dark; switch on the light"
    assert (caught.value.reason, caught.value.subject, caught.value.advice) == ("too dark", "a.jpg", "switch on the light")
    with pytest.raises(WorkerError, match="ZeroDivisionError"):
        worker.run(work.divide, 0)
    assert worker.run(work.divide, 2) == 0.5


def test_what_cannot_travel_is_refused_and_the_worker_lives(worker: Worker) -> None:
    pid = worker.run(work.pid)
    with pytest.raises(WorkerError, match=r"pickle|lambda|lock"):
        worker.run(work.unpicklable)
    assert worker.run(work.pid) == pid


@pytest.mark.parametrize("stubborn", [False, True])
def test_cancel_within_a_second_and_work_goes_on_after(worker: Worker, stubborn: bool) -> None:
    worker.run(work.pid)
    canceled_at: list[float] = []

    def cancel() -> None:
        canceled_at.append(time.monotonic())
        worker.cancel()

    timer = threading.Timer(0.3, cancel)
    timer.start()
    with pytest.raises(Canceled):
        worker.run(work.stubborn if stubborn else work.patient, 30.0)
    assert time.monotonic() - canceled_at[0] < 1.5
    timer.join()
    assert worker.run(work.divide, 4) == 0.25


def test_kill_is_a_sentence_and_the_next_work_runs(worker: Worker) -> None:
    first = worker.run(work.pid)

    def kill() -> None:
        os.kill(first, signal.SIGKILL)

    timer = threading.Timer(0.3, kill)
    timer.start()
    with pytest.raises(WorkerError, match="ended unexpectedly"):
        worker.run(work.stubborn, 30.0)
    timer.join()
    second = worker.run(work.pid)
    assert second != first
    os.kill(second, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while worker.alive and time.monotonic() < deadline:
        time.sleep(0.01)
    assert worker.run(work.divide, 5) == 0.2


def test_closing_stops_the_work() -> None:
    worker = Worker()
    worker.start()
    timer = threading.Timer(1.0, worker.close)
    timer.start()
    with pytest.raises(Canceled):
        worker.run(work.stubborn, 30.0)
    timer.join()
    assert not worker.alive


def test_worker_dies_with_its_owner(tmp_path: Path) -> None:
    script = tmp_path / "owner.py"
    script.write_text(
        "import os, signal\nfrom tests import work\nfrom tryon.jobs import Worker\n"
        "if __name__ == '__main__':\n    worker = Worker()\n    print(worker.run(work.pid), flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(root)}, check=False
    )
    pid = int(done.stdout)
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        status = Path(f"/proc/{pid}/stat")
        if not status.exists() or status.read_text().split(")")[1].split()[0] == "Z":
            return
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    pytest.fail("the worker went on without its owner")


def test_a_swallowed_ctrl_c_still_stops_the_work() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Interrupt() as interrupt:
        with contextlib.suppress(KeyboardInterrupt):  # as a library's callback may
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(Canceled):
            interrupt.watch(Progress())(0.1)
    assert signal.getsignal(signal.SIGINT) is before
