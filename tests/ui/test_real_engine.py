"""Both mirrors with the engine itself, on small pictures: a sample dressed, a chair in a room, nothing faked."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QObject, QPointF, QTimer
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Opener
from tests.ui.events import drop, files, furniture
from tryon.config import models_dir
from ui.engine import Engine
from ui.samples import sample_files

WAIT = 300_000


class Watch(QTimer):
    """How long the window's thread works at a time, in seconds of its own processor time: a busy machine does not count against it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.longest_s, self._last = 0.0, time.thread_time()
        self.timeout.connect(self._beat)
        self.start(4)

    def _beat(self) -> None:
        now = time.thread_time()
        self.longest_s, self._last = max(self.longest_s, now - self._last), now


@pytest.mark.timeout(600)
def test_a_sample_is_dressed_and_a_room_furnished(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path], tmp_path: Path) -> None:
    missing = [name for name in ("parser", "garment", "compact") if not (models_dir() / f"{name}.json").is_file()]
    people, garments = sample_files("person"), sample_files("garment")
    if missing or not people or not garments:
        pytest.skip(f"needs the shipped weights and samples (missing: {missing or 'samples'})")
    person = tmp_path / "someone.png"
    Image.open(people[0]).convert("RGB").resize((384, 512)).save(person)
    window = open_window(Engine(warm_fit=(), warm_room=()))
    session = window.desk.session
    drop(window.tryon.zones["person"], files(person))
    qtbot.waitUntil(lambda: session.project.person is not None, timeout=WAIT)
    watch = Watch(window)
    drop(window.tryon.zones["garment"], files(next(path for path in garments if "tshirt" in path.name)))
    qtbot.waitUntil(lambda: bool(session.project.garments), timeout=WAIT)

    window.show_page("room")
    drop(window.room.drop, files(pictures["room"]))
    qtbot.waitUntil(lambda: window.room.frames.floor is not None and bool(window.room.palette_list.list.count()), timeout=WAIT)
    view = window.room.view
    drop(view.viewport(), furniture("dining-chair"), QPointF(view.mapFromScene(QPointF(320, 430))))
    qtbot.waitUntil(lambda: window.room._frame is not None, timeout=WAIT)
    assert window.room._frame is not None
    drawn = window.room._frame[1].picture
    room = np.asarray(Image.open(pictures["room"]).convert("RGB"))
    changed = (drawn != room).any(axis=-1)
    rows, columns = np.nonzero(changed)
    piece = session.project.pieces[0]
    assert drawn.shape == room.shape and 0.005 < changed.mean() < 0.6
    assert columns.min() < piece.x < columns.max() and rows.min() < piece.y < rows.max() + 12, "the chair is where it was put"

    qtbot.waitUntil(lambda: session.project.look is not None, timeout=WAIT)
    look = session.project.look
    assert look is not None, window.notice.text
    assert watch.longest_s < 0.05, f"the window worked {1000 * watch.longest_s:.0f} ms without looking up"
    before = np.asarray(Image.open(person))
    worn = (look.picture != before).any(axis=-1)
    assert look.picture.shape == before.shape and look.engine == "compact"
    assert 0.01 < worn.mean() < 0.6 and not worn[:30].any(), "some of the picture, and never its top"
