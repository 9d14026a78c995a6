"""At rest the picture improves by itself; the first touch brings the quick one back; with real events and a small real worker."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from tests.ui import fakes
from tests.ui.conftest import Opener
from tests.ui.test_room_page import WAIT, enter, stand
from ui.main_window import MainWindow
from ui.room_engine import Asked, Frame


@pytest.fixture(autouse=True)
def _tracer_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine here is a small one; the window must think that the extra `trace` is there, also where it is not."""
    monkeypatch.setattr("tryon.room.tracer.can_trace", lambda: True)


def slow_frame(asked: Asked, photo: Any, progress: Any) -> Frame | None:
    """The traced picture takes long, but can be stopped."""
    if asked.quality == "good":
        for step in range(200):
            progress(step / 200, "following the light")
            time.sleep(0.05)
    return fakes.frame(asked, photo, progress)


def untraced_frame(asked: Asked, photo: Any, progress: Any) -> Frame | None:
    """A machine on which the path tracer does not run."""
    made = fakes.frame(asked, photo, progress)
    if made is not None and asked.quality in ("first", "good"):
        return replace(made, engine="OpenGL", warnings=("not path-traced but drawn by OpenGL: its process died",))
    return made


def quality(window: MainWindow) -> str:
    return window.room._frame[1].quality if window.room._frame is not None else ""


def test_the_picture_improves_and_the_first_touch_brings_the_quick_one_back(
    qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]
) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    told: list[float] = []
    window.room.frames.improving.connect(told.append)
    piece = stand(qtbot, window, 320, 400)
    qtbot.waitUntil(lambda: quality(window) == "good", timeout=WAIT)
    assert any(0 < share < 1 for share in told) and told[-1] == -1 and not window.room.chip.isVisible()
    view = window.room.view
    at = view.mapFromScene(QPointF(piece.x, piece.y))
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(view.viewport(), at + QPoint(15, 4))
    assert quality(window) in ("preview", "export"), "at once, without waiting for the worker"
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=at + QPoint(15, 4))
    qtbot.waitUntil(lambda: quality(window) == "good", timeout=WAIT)


def test_a_touch_ends_the_slow_picture_within_a_second(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window(replace(fakes.ENGINE, frame=slow_frame))
    enter(qtbot, window, pictures)
    stand(qtbot, window, 320, 400)
    qtbot.waitUntil(lambda: "Following the light" in window.room.chip.text(), timeout=WAIT)
    worker = window.desk.room.worker
    assert worker is not None
    pid = worker.pid
    window.room.view.setFocus()
    frames: list[str] = []
    window.room.frames.frame_ready.connect(lambda _image, frame, _drawn: frames.append(frame.quality))
    start = time.monotonic()
    qtbot.keyClick(window.room.view, Qt.Key.Key_Right)
    assert "Following" not in window.room.chip.text()
    qtbot.waitUntil(lambda: "preview" in frames, timeout=WAIT)
    assert time.monotonic() - start < 5.0, "the machine may be busy; the slow picture alone would take ten seconds"
    assert worker.pid == pid, "the process has not been ended"


def test_where_nothing_traces_it_is_said_once(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window(replace(fakes.ENGINE, frame=untraced_frame))
    enter(qtbot, window, pictures)
    stand(qtbot, window, 320, 400)
    qtbot.waitUntil(lambda: "stays the quick one" in window.notice.text, timeout=WAIT)
    assert quality(window) == "export"
    window.notice.put_away()
    window.room.view.setFocus()
    qtbot.keyClick(window.room.view, Qt.Key.Key_Right)
    qtbot.wait(2500)
    assert not window.notice.text and quality(window) == "export"


def test_the_switch_is_kept(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    qtbot.mouseClick(window.room.improve_button, Qt.MouseButton.LeftButton)
    assert not window.room.improve_button.isChecked()
    assert window.desk.settings.value("room/improve") == "no"
    stand(qtbot, window, 320, 400)
    qtbot.waitUntil(lambda: quality(window) == "export", timeout=WAIT)
    qtbot.wait(1800)
    assert quality(window) == "export"


def test_without_the_tracer_the_quick_picture_stays_and_says_so(
    qtbot: QtBot, open_window: Opener, pictures: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tryon.room.tracer.can_trace", lambda: False)
    window = open_window()
    enter(qtbot, window, pictures)
    stand(qtbot, window, 320, 400)
    qtbot.waitUntil(lambda: "not installed" in window.notice.text, timeout=WAIT)
    assert quality(window) == "export"
