"""A whole fitting and a whole room without a mouse: from the first look to the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Opener
from tests.ui.test_tryon_page import WAIT
from ui.export_dialog import ExportDialog
from ui.main_window import MainWindow

CONTROL = Qt.KeyboardModifier.ControlModifier


def words_of(widget: QWidget) -> str:
    return f"{widget.accessibleName()} {getattr(widget, 'text', str)()}"


def tab_to(qtbot: QtBot, wanted: Callable[[QWidget], bool]) -> QWidget:
    """Press Tab until the focus is where it is wanted."""
    for _step in range(150):
        focused = QApplication.focusWidget()
        if focused is not None and wanted(focused):
            return focused
        qtbot.keyClick(focused or QApplication.activeWindow(), Qt.Key.Key_Tab)
    pytest.fail(f"Tab does not lead there; it was last at {words_of(focused) if focused else 'nothing'}")


def exported(qtbot: QtBot, window: MainWindow, folder: Path) -> Image.Image:
    """The file after Ctrl+E and Return."""
    folder.mkdir()
    window.desk.settings.setValue("export/folder", str(folder))
    qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_E, CONTROL)
    qtbot.waitUntil(lambda: window.findChild(ExportDialog) is not None, timeout=WAIT)
    dialog = window.findChild(ExportDialog)
    qtbot.waitUntil(dialog.isActiveWindow, timeout=WAIT)
    qtbot.waitUntil(dialog.export_button.isEnabled, timeout=WAIT)
    focused = QApplication.focusWidget()
    assert focused is not None and focused.window() is dialog, "the dialog has the focus"
    tab_to(qtbot, lambda widget: widget is dialog.export_button)
    qtbot.keyClick(dialog.export_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(list(folder.glob("*.png"))) == 1, timeout=WAIT)
    with Image.open(next(folder.glob("*.png"))) as picture:
        return picture.copy()


def test_a_fitting_by_keys_alone(qtbot: QtBot, open_window: Opener, tmp_path: Path) -> None:
    window = open_window()
    session = window.desk.session
    tab_to(qtbot, lambda widget: "Try a sample" in words_of(widget))
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: session.project.look is not None, timeout=WAIT)
    tab_to(qtbot, lambda widget: "Quality: Good" in words_of(widget))
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: len(session.project.looks) == 2, timeout=WAIT)
    assert session.project.quality == "best"
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Z, CONTROL)
    assert session.project.quality == "good"
    picture = exported(qtbot, window, tmp_path / "out")
    assert picture.size == (session.project.person.width, session.project.person.height)


def test_a_room_by_keys_alone(qtbot: QtBot, open_window: Opener, tmp_path: Path) -> None:
    window = open_window()
    session = window.desk.session
    qtbot.keyClick(window, Qt.Key.Key_2, CONTROL)
    tab_to(qtbot, lambda widget: "Sample room 1" in words_of(widget))
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.room.frames.floor is not None, timeout=WAIT)
    qtbot.waitUntil(lambda: window.room.palette_list.list.count() > 0, timeout=WAIT)
    tab_to(qtbot, lambda widget: widget is window.room.palette_list.list)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(session.project.pieces) == 1, timeout=WAIT)
    (piece,) = session.project.pieces
    for key in (Qt.Key.Key_Q, Qt.Key.Key_Up):
        qtbot.keyClick(QApplication.focusWidget(), key)
    moved = session.project.pieces[0]
    assert moved.yaw_deg != piece.yaw_deg and (moved.x, moved.y) != (piece.x, piece.y)
    picture = exported(qtbot, window, tmp_path / "out")
    assert picture.size == (session.project.room.width, session.project.room.height)
