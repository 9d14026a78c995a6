"""Work for the worker in tests: importable over there."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

import numpy as np

from tryon.errors import PhotoError
from tryon.jobs import Progress


def echo(value: Any, progress: Progress) -> Any:
    progress(0.5, "half")
    progress(1.0, "whole")
    return value


def refuse(name: str, progress: Progress) -> None:
    raise PhotoError("too dark", subject=name, advice="switch on the light")


def divide(number: float, progress: Progress) -> float:
    return 1 / number


def unpicklable(progress: Progress) -> Any:
    return threading.Lock()


def pid(progress: Progress) -> int:
    return os.getpid()


def patient(seconds: float, progress: Progress) -> None:
    """Reports all the time: stops at the next report."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        progress(0.5)
        time.sleep(0.01)


def stubborn(seconds: float, progress: Progress) -> None:
    """Never reports: only the end of the process stops it."""
    time.sleep(seconds)


def shows(progress: Any) -> int:
    """Shows three pictures; how many of them were made."""
    made = []

    def make(number: int) -> np.ndarray:
        made.append(number)
        return np.full((4, 5, 3), number, np.uint8)

    for number in range(3):
        progress.show(lambda number=number: make(number))
    return len(made)
