"""The window under offscreen, with settings of its own and a check that nothing outlives a test."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TRYON_LANG"] = "en"

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from tests.ui import fakes
from ui.app import make_app
from ui.desk import Desk
from ui.engine import Engine
from ui.main_window import MainWindow
from ui.units import choose_unit

Opener = Callable[..., MainWindow]


@pytest.fixture
def open_window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    """Opens windows; closes them, and fails when a thread or a process stays behind."""
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))
    monkeypatch.setenv("TRYON_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TRYON_CACHE", str(tmp_path / "cache"))
    make_app()
    choose_unit("cm")
    before = set(threading.enumerate())
    desks: list[Desk] = []
    windows: list[MainWindow] = []

    def opened(engine: Engine = fakes.ENGINE, width: int = 1100, height: int = 720) -> MainWindow:
        desk = Desk(engine)
        window = MainWindow(desk)
        window.resize(width, height)
        desks.append(desk)
        windows.append(window)
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    yield opened
    for window in windows:
        window.close()
    for desk in desks:
        desk.close()
    assert not [process.name for process in multiprocessing.active_children()]
    assert not [thread.name for thread in threading.enumerate() if thread not in before]


@pytest.fixture
def pictures(tmp_path: Path) -> dict[str, Path]:
    """A person photo (upright), garment pictures and a room photo (wide), as files; `fakes` tells them apart by their size."""
    chance = np.random.default_rng(7)
    result = {}
    sizes = {"person": (300, 400), "garment": (320, 300), "trousers": (300, 290), "dress": (310, 290), "room": (640, 480)}
    for name, (width, height) in sizes.items():
        path = tmp_path / f"{name}.png"
        coarse = chance.integers(60, 200, (8, 8, 3), dtype=np.uint8)
        Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC).save(path)
        result[name] = path
    return result


@pytest.fixture(autouse=True)
def _empty_clipboard() -> Iterator[None]:
    """Qt must not look for Python's data on the clipboard after Python has ended."""
    from PySide6.QtGui import QGuiApplication

    yield
    if QGuiApplication.instance() is not None:
        QGuiApplication.clipboard().clear()
