"""House rules for every test: nothing outlives it, nothing leaves the machine, no leftovers."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TRYON_LANG"] = "en"

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
# Threads that a package starts once and keeps for the life of the process; none of ours.
KEPT = ("ThreadPoolExecutor-tqdm", "tqdm_monitor", "QThread", "Dummy", "pytest_timeout")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection to anything but this machine's own processes is a fault."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX:
            raise AssertionError(f"a test tried to reach the network: {address!r}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def no_thread_outlives_its_test() -> Iterator[None]:
    """Every thread that a test started has ended when it ends."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 2.0
    while left := [t for t in threading.enumerate() if t not in before and t.is_alive() and not t.name.startswith(KEPT)]:
        if time.monotonic() > deadline:
            pytest.fail(f"threads still running after the test: {[t.name for t in left]}")
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def no_stray_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A warning that somebody logs and nobody expected is a fault."""
    yield
    stray = [f"{record.name}: {record.getMessage()}" for record in caplog.get_records("call") if record.levelno >= logging.WARNING]
    if stray:
        pytest.fail(f"logged without being expected: {stray}")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Third parties' pictures for trying only; they lie beside the checkout of a developer."""
    if not SHARED.is_dir():
        pytest.skip("needs the developers' folder of real photos beside the checkout")
    return SHARED
