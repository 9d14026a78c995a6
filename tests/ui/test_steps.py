"""What the program saw, in the mirror: by key and by button, for the inputs on show, put away again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui import fakes
from tests.ui.conftest import Opener
from tests.ui.events import drop, files
from tests.ui.test_tryon_page import WAIT, wear
from tryon.errors import NoPersonError
from ui.engine import Fitting, Steps
from ui.main_window import MainWindow
from ui.tryon_steps import part_words

LEFT = Qt.MouseButton.LeftButton


def refuse(fitting: Fitting, progress: object) -> Steps:
    raise NoPersonError("no person was found in this photo", advice="use another photo")


def color_at(window: MainWindow, x: float, y: float) -> tuple[int, int, int]:
    """The mirror's color at shares of the picture's width and height."""
    view = window.tryon.view
    QApplication.processEvents()
    rect = view._rect()
    color = view.grab().toImage().pixelColor(round(rect.left() + x * rect.width()), round(rect.top() + y * rect.height()))
    return color.red(), color.green(), color.blue()


def test_the_steps_are_shown_and_put_away(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    wear(qtbot, window, pictures)
    page, session = window.tryon, window.desk.session
    before = session.project
    made = color_at(window, 0.37, 0.4)
    assert np.abs(np.subtract(made, fakes.TINT)).max() < 3 and not page.step_bar.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_X)
    assert page.step_bar.isVisible() and page.steps_button.isChecked()
    qtbot.waitUntil(lambda: "Top, Hair" in page.step_bar.words.text(), timeout=WAIT)
    dark = color_at(window, 0.37, 0.4)
    assert max(dark) < 110, "the photo under the parts"
    qtbot.mouseClick(page.step_bar.steps.button("laid"), LEFT)
    assert np.abs(np.subtract(color_at(window, 0.37, 0.4), fakes.TINT)).max() < 3
    qtbot.mouseClick(page.step_bar.steps.button("cutout"), LEFT)
    assert not page.view.has_both and "cut out" in page.step_bar.words.text()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not page.step_bar.isVisible() and not page.steps_button.isChecked() and page.view.has_both
    assert session.project is before, "looking changes nothing"
    qtbot.mouseClick(page.steps_button, LEFT)
    assert page.step_bar.isVisible() and not window.desk.fit.busy, "they are still there"
    qtbot.keyClick(window, Qt.Key.Key_B)
    assert page.view.brushing and not page.step_bar.isVisible()


def test_a_photo_alone_has_a_body_and_nobody_is_told_in_words(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    page = window.tryon
    qtbot.keyClick(window, Qt.Key.Key_X)
    assert not page.step_bar.isVisible()
    drop(page.zones["person"], files(pictures["person"]))
    qtbot.waitUntil(lambda: window.desk.session.project.person is not None, timeout=WAIT)
    qtbot.keyClick(window, Qt.Key.Key_X)
    qtbot.waitUntil(lambda: "Hair" in page.step_bar.words.text(), timeout=WAIT)
    assert page.step_bar.steps.button("body").isEnabled() and not page.step_bar.steps.button("laid").isEnabled()
    window.desk.engine = replace(fakes.ENGINE, show_steps=refuse)
    drop(page.zones["garment"], files(pictures["garment"]))
    qtbot.waitUntil(lambda: "no person was found" in window.notice.text.lower(), timeout=WAIT)
    assert not page.step_bar.isVisible()


def test_every_part_has_words() -> None:
    from tryon.body.parsing import PARTS

    assert all(part_words(name) != name for name in PARTS[1:])
