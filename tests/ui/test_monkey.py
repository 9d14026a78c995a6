"""Somebody who presses everything: random clicks, keys, wheels and drops end in no crash, no exception, nothing left behind.

TRYON_MONKEY_S says for how long (default 5 s), TRYON_MONKEY_SEED with which chance.
"""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QDrag, QWheelEvent
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from benchmarks.window import memory_mb
from tests.ui.conftest import Opener
from tests.ui.events import drop, files, furniture
from tests.ui.states import filled

_KEYS = [
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Delete,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Escape, Qt.Key.Key_Q, Qt.Key.Key_E, Qt.Key.Key_S, Qt.Key.Key_H, Qt.Key.Key_L, Qt.Key.Key_Plus,
    Qt.Key.Key_Minus, Qt.Key.Key_0, Qt.Key.Key_B, Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight,
]  # fmt: skip
_CONTROLS = [
    Qt.Key.Key_Z, Qt.Key.Key_Y, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_D, Qt.Key.Key_E, Qt.Key.Key_C, Qt.Key.Key_V, Qt.Key.Key_N,
    Qt.Key.Key_P,
]  # fmt: skip


def _close_menus() -> None:
    for menu in [one for one in QApplication.topLevelWidgets() if isinstance(one, QMenu) and one.isVisible()]:
        menu.close()


@pytest.mark.qt_log_ignore("This plugin does not support")  # raise, grabbing: offscreen has no window manager
def test_random_events_end_in_no_crash(
    qtbot: QtBot, open_window: Opener, pictures: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: True)
    monkeypatch.setattr(QDrag, "exec", lambda *_arguments: Qt.DropAction.IgnoreAction)  # would wait for a hand that lets go
    window = open_window()
    window.desk.session.open(filled(), None)
    seed = int(os.environ.get("TRYON_MONKEY_SEED", "7"))
    chance = random.Random(seed)
    end = time.monotonic() + float(os.environ.get("TRYON_MONKEY_S", "5"))
    done: list[str] = []
    held_mb = memory_mb(os.getpid())
    closer = QTimer(window)  # the header's menu waits in a loop of its own
    closer.timeout.connect(_close_menus)
    closer.start(40)
    while time.monotonic() < end:
        shown = [one for one in window.findChildren(QWidget) if one.isVisible() and one.isEnabled() and one.width() > 3]
        target = chance.choice(shown)
        at = QPoint(chance.randrange(target.width()), chance.randrange(max(target.height(), 1)))
        what = chance.choice(["click", "click", "key", "key", "control", "wheel", "drag", "drop", "page"])
        done.append(f"{what} {type(target).__name__}")
        if what == "click":
            held = chance.choice([Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier])
            qtbot.mouseClick(target, Qt.MouseButton.LeftButton, held, at)
        elif what == "key":
            qtbot.keyClick(QApplication.focusWidget() or window, chance.choice(_KEYS))
        elif what == "control":
            qtbot.keyClick(window, chance.choice(_CONTROLS), Qt.KeyboardModifier.ControlModifier)
        elif what == "wheel":
            nowhere = (Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)
            turn = QPoint(0, chance.choice([-240, 120]))
            QApplication.sendEvent(target, QWheelEvent(QPointF(at), QPointF(target.mapToGlobal(at)), QPoint(), turn, *nowhere))
        elif what == "drag":
            qtbot.mousePress(target, Qt.MouseButton.LeftButton, pos=at)
            qtbot.mouseMove(target, at + QPoint(chance.randrange(-90, 90), chance.randrange(-90, 90)))
            qtbot.mouseRelease(target, Qt.MouseButton.LeftButton, pos=at)
        elif what == "drop":
            mime = furniture("dining-chair") if chance.random() < 0.4 else files(chance.choice(list(pictures.values())))
            if chance.random() < 0.1:  # only an address: asked about; a yes fails, since no test reaches the network
                mime = QMimeData()
                mime.setUrls([QUrl("https://127.0.0.1/a.jpg")])
            drop(chance.choice([window, window.room.view.viewport(), window.tryon.wardrobe, window.tryon.zones["person"]]), mime)
        else:
            window.show_page(chance.choice(["tryon", "room", "settings", "models"]))
        for dialog in window.findChildren(QDialog):
            if dialog.isVisible() and chance.random() < 0.6:
                dialog.reject()
        if chance.random() < 0.2:
            qtbot.wait(15)
        assert window.isVisible(), done[-5:]
    for dialog in window.findChildren(QDialog):
        dialog.reject()
    qtbot.wait(100)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [type(one).__name__ for one in QApplication.allWidgets() if isinstance(one, QDialog | QMenu)]
    assert len(left) < 12, f"dialogs and menus stay behind: {left}"
    assert memory_mb(os.getpid()) - held_mb < 500, "what was opened and closed is let go"
    while window.desk.session.undo():
        pass
    window.show_page("tryon")
    qtbot.wait(100)
    assert len(done) > 20
