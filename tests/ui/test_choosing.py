"""Small choices that make the way shorter: furniture by kind, samples for an empty wardrobe, one of several side by side."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Opener
from tests.ui.events import drop, files
from tests.ui.test_brush import paint, taken
from tests.ui.test_room_page import enter, stand
from tests.ui.test_tryon_page import WAIT, wear
from ui.main_window import MainWindow
from ui.materials import material_words

LEFT = Qt.MouseButton.LeftButton


def listed(window: MainWindow) -> list[str]:
    shown = window.room.palette_list.list
    return [shown.item(row).text() for row in range(shown.count()) if not shown.item(row).isHidden()]


def test_furniture_is_shown_by_kind_and_a_word_counts_more(qtbot: QtBot, open_window: Opener) -> None:
    window = open_window()
    window.show_page("room")
    palette = window.room.palette_list
    qtbot.waitUntil(lambda: palette.list.count() > 0, timeout=WAIT)
    everything = listed(window)
    kinds = [palette.group.itemText(row) for row in range(1, palette.group.count())]
    assert sum(int(words.rpartition("(")[2][:-1]) for words in kinds) == len(everything)
    palette.group.setFocus()
    palette.group.setCurrentIndex(palette.group.findData("lamps"))
    palette.group.activated.emit(palette.group.currentIndex())
    lamps = listed(window)
    assert 0 < len(lamps) < 12 and all("lamp" in name.lower() or "lantern" in name.lower() for name in lamps)
    palette.search.setText("sofa")
    assert palette.group.currentIndex() == 0 and listed(window) and all("sofa" in name.lower() for name in listed(window))
    palette.search.setText("no such thing")
    assert not listed(window) and palette.nothing.isVisible()


def test_a_photo_with_an_empty_wardrobe_offers_samples(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    page, session = window.tryon, window.desk.session
    assert not page.nudge.isVisible()
    drop(page.zones["person"], files(pictures["person"]))
    qtbot.waitUntil(page.nudge.isVisible, timeout=WAIT)
    with qtbot.waitSignal(page.samples_chosen) as chosen:
        qtbot.mouseClick(page.nudge.findChildren(QAbstractButton)[0], LEFT)
    assert chosen.args is not None and chosen.args[0] == "garment" and chosen.args[1].is_file()
    page.cancel()
    drop(page.zones["garment"], files(pictures["garment"]))
    qtbot.waitUntil(lambda: len(session.project.wardrobe) == 1, timeout=WAIT)
    assert not page.nudge.isVisible()


def test_one_of_those_side_by_side_is_chosen_by_click_and_keys(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    page, session = window.tryon, window.desk.session
    wear(qtbot, window, pictures)
    page.try_again()
    qtbot.waitUntil(lambda: len(session.project.looks) == 2 and not window.desk.fit.busy, timeout=WAIT)
    qtbot.mouseClick(page.shelf.side_button, LEFT)
    assert page.side_view.count == 2 and session.project.shown == 1
    qtbot.mouseClick(page.side_view, LEFT, pos=page.side_view.panes()[0].center().toPoint())
    assert session.project.shown == 0 and page.side_view.isVisible(), "they stay side by side"
    qtbot.mouseClick(page.shelf.star_button, LEFT)
    assert session.project.starred == (session.project.looks[0].number,)
    qtbot.keyClick(page.side_view, Qt.Key.Key_Right)
    assert session.project.shown == 1 and page.side_view.count == 2
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not page.side_view.isVisible() and page.view.isVisible()


def test_the_brush_is_applied_by_keys_once_something_is_painted(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    view = taken(qtbot, window, pictures)
    page, session = window.tryon, window.desk.session
    assert not page.brush_bar.done_button.isEnabled() and not page.again_button.isEnabled(), "one way to go on"
    paint(qtbot, view, (60, 300), (120, 300))
    assert page.brush_bar.done_button.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(session.project.looks) == 2, timeout=WAIT)
    assert not view.brushing and session.project.looks[1].marked


def test_the_offer_to_undo_ends_when_it_would_undo_something_else(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    wear(qtbot, window, pictures)
    qtbot.waitUntil(lambda: not window.desk.fit.busy, timeout=WAIT)
    page, session = window.tryon, window.desk.session
    page._remove([0])
    assert "Removed" in window.notice.text and not session.project.looks
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(session.project.looks) == 1 and window.notice.text == ""


def test_a_brush_over_the_room_hides_the_marks_of_the_pieces(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    one = stand(qtbot, window, 250, 400)
    page = window.room
    for button in (page.gone_button, page.front_button, page.camera_button, page.gone_button):
        qtbot.mouseClick(button, LEFT)
        assert not page.view._items[one.number].isVisible()
    qtbot.mouseClick(page.gone_bar.done_button, LEFT)
    assert page.view._items[one.number].isVisible()


def test_materials_are_named_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    assert material_words("tweed-gray") == "Gray tweed" and material_words("my_own-Stuff") == "My own-stuff"
    monkeypatch.setenv("TRYON_LANG", "zh_CN")
    assert material_words("tweed-gray") == "灰色粗花呢"
