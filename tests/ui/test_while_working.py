"""What is seen while the engine works: pictures on the way, gone again when it is stopped."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSize, Qt
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Opener
from tests.ui.events import drop, files
from tests.ui.test_tryon_page import WAIT
from tests.work import shows
from tryon.jobs import Progress, Worker, silent


def test_pictures_on_the_way_reach_the_mirror_and_go_when_it_is_stopped(
    qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]
) -> None:
    window = open_window()
    view, session = window.tryon.view, window.desk.session
    seen: list[tuple[QSize, int]] = []

    def note(*_anything: object) -> None:
        if view._after is not None and view._after.size == QSize(30, 40):
            seen.append((view._shape(), view._after.image.pixelColor(5, 5).red()))

    view.zoomed.connect(note)
    drop(window.tryon.zones["person"], files(pictures["person"]))
    drop(window.tryon.zones["garment"], files(pictures["garment"]))
    qtbot.waitUntil(lambda: session.project.look is not None, timeout=WAIT)
    assert {red for _size, red in seen} == {30, 60}, "both pictures were shown"
    assert all(size == QSize(300, 400) for size, _red in seen), "they stand where the photo stands, and the zoom stays"
    assert view._after is not None and view._after.size == QSize(300, 400)

    seen.clear()
    qtbot.mouseClick(window.tryon.again_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(seen), timeout=WAIT)
    start = time.monotonic()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.tryon.panel.isVisible(), timeout=WAIT)
    assert time.monotonic() - start < 1.0
    assert view._after is not None and view._after.size == QSize(300, 400) and not view.has_both, "the photo alone"
    assert len(session.project.looks) == 1


def test_a_worker_sends_pictures_only_to_those_who_look() -> None:
    worker = Worker()
    try:
        looks: list[np.ndarray] = []
        assert worker.run(shows, look=looks.append) == 3
        assert [int(look[0, 0, 0]) for look in looks] == [0, 1, 2]
        assert worker.run(shows) == 0, "where nobody looks no picture is made"
    finally:
        worker.close()


def test_a_canceled_work_shows_nothing_more() -> None:
    looks: list[object] = []
    progress = Progress(look=looks.append)
    progress.part(0.2, 0.4).show(lambda: 1)
    progress.cancel()
    progress.show(lambda: 2)
    assert looks == [1]
    silent().show(lambda: 1 / 0)
