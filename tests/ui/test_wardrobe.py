"""The wardrobe and the history: several garments, corrected kinds, stars, undo, side by side, a room that is asked about."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui import fakes
from tests.ui.conftest import Opener
from tests.ui.events import drop, files
from tests.ui.states import filled
from tests.ui.test_tryon_page import WAIT, wear
from tryon.image import Photo, photo_from_array
from tryon.project.document import Cloth, Project
from ui.main_window import MainWindow
from ui.tryon_layout import SIDE_BY_SIDE
from ui.wardrobe import worn_after


def _photo(seed: int) -> Photo:
    return photo_from_array(np.random.default_rng(seed).integers(0, 255, (64, 64, 3), dtype=np.uint8))


@pytest.mark.parametrize(
    ("worn", "clicked", "after"),
    [
        ((), 1, (1,)),
        ((1,), 1, ()),
        ((1,), 2, (2, 1)),  # trousers under the top
        ((2, 1), 3, (2, 3)),  # another top in place of the first
        ((2, 1), 4, (4,)),  # a dress in place of both
        ((4,), 5, (4, 5)),  # outerwear over it
        ((4, 5), 2, (2, 5)),
        ((2, 1, 5), 6, (6,)),  # nobody knows what it is
        ((6,), 1, (1,)),
    ],
)
def test_what_cannot_be_worn_together_makes_way(worn: tuple[int, ...], clicked: int, after: tuple[int, ...]) -> None:
    kinds = {1: "top", 2: "trousers", 3: "top", 4: "dress", 5: "outer", 6: ""}
    project = Project(wardrobe=tuple(Cloth(number, _photo(number), "", kind) for number, kind in kinds.items()), worn=worn)
    assert worn_after(project, clicked) == after


def _tile(window: MainWindow, row: int) -> QPoint:
    wardrobe = window.tryon.wardrobe
    return wardrobe.visualItemRect(wardrobe.item(row)).center()


def test_several_garments_are_hung_up_worn_together_and_corrected(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window(replace(fakes.ENGINE))
    page, session = window.tryon, window.desk.session
    drop(page.zones["person"], files(pictures["person"]))
    drop(page.zones["garment"], files(pictures["garment"], pictures["trousers"], pictures["dress"]))
    qtbot.waitUntil(lambda: len(session.project.wardrobe) == 3 and session.project.look is not None, timeout=WAIT)
    assert [cloth.shown_kind for cloth in session.project.wardrobe] == ["top", "trousers", "dress"]
    assert session.project.worn == (1,) and page.hung.currentWidget() is page.wardrobe

    qtbot.mouseClick(page.wardrobe.viewport(), Qt.MouseButton.LeftButton, pos=_tile(window, 1))
    assert session.project.worn == (2, 1)
    qtbot.waitUntil(lambda: len(session.project.looks) == 2, timeout=WAIT)
    look = session.project.look
    assert look is not None and [cloth.number for cloth in look.garments] == [2, 1]
    assert (look.picture[205, 100] == fakes.TINT).all(), "both are on"

    page.wardrobe.setCurrentRow(1)
    page.wardrobe.setFocus()
    qtbot.keyClick(page.wardrobe, Qt.Key.Key_Return)
    assert session.project.worn == (1,) and session.project.look is session.project.looks[0], "what was made before is shown at once"
    assert not window.desk.fit.busy

    qtbot.mouseClick(page.strip.viewport(), Qt.MouseButton.LeftButton, pos=page.strip.visualItemRect(page.strip.item(1)).center())
    assert [page.wardrobe.item(row).toolTip().endswith("take it off") for row in range(3)] == [True, True, False], "as in the mirror"
    page.strip.setFocus()
    qtbot.keyClick(page.strip, Qt.Key.Key_Left)
    page.wardrobe.setCurrentRow(0)
    page.kind.setCurrentIndex(page.kind.findData("outer"))
    page.kind.activated.emit(page.kind.currentIndex())
    assert session.project.wardrobe[0].shown_kind == "outer"
    qtbot.waitUntil(lambda: len(session.project.looks) == 3, timeout=WAIT)

    page.wardrobe.setCurrentRow(2)
    qtbot.keyClick(page.wardrobe, Qt.Key.Key_Delete)
    assert len(session.project.wardrobe) == 2
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [cloth.number for cloth in session.project.wardrobe] == [1, 2, 3]
    drop(page.wardrobe, files(pictures["trousers"]))
    qtbot.waitUntil(lambda: not window.desk.fit.busy and not window.desk.disk.busy, timeout=WAIT)
    assert len(session.project.wardrobe) == 3, "the same picture hangs there once"


def test_quality_and_tuck_reach_the_engine(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    wear(qtbot, window, pictures)
    assert window.tryon.wardrobe.visualItemRect(window.tryon.wardrobe.item(0)).width() > 70, "the first garment's tile is as large as all"
    page, session = window.tryon, window.desk.session
    qtbot.mouseClick(page.quality.button("best"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(session.project.looks) == 2, timeout=WAIT)
    assert [look.steps for look in session.project.looks] == [2, 6]
    qtbot.mouseClick(page.tuck.button("out"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(session.project.looks) == 3, timeout=WAIT)
    assert session.project.looks[2].tuck == "out" and session.project.looks[2].quality == "best"
    qtbot.mouseClick(page.quality.button("good"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.tuck.button("auto"), Qt.MouseButton.LeftButton)
    assert session.project.look is session.project.looks[0] and page.stack.currentIndex() == 1


def test_length_fit_and_engine_are_chosen_undone_and_taken_up_again(
    qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]
) -> None:
    window = open_window()
    wear(qtbot, window, pictures)
    page, session = window.tryon, window.desk.session
    own = session.project.looks[0]
    page.length.setFocus()
    qtbot.keyClick(page.length, Qt.Key.Key_Down)
    qtbot.keyClick(page.length, Qt.Key.Key_Down)
    assert page.length.currentText() == "10 cm longer"
    qtbot.waitUntil(lambda: len(session.project.looks) == 2, timeout=WAIT)
    longer = session.project.looks[1]
    assert longer.garments[0].length_cm == 10.0 and not np.array_equal(longer.picture, own.picture)
    qtbot.mouseClick(page.fit.button("slim"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(session.project.looks) == 3, timeout=WAIT)
    assert session.project.looks[2].garments[0].wanted[2:] == (10.0, "slim")
    page.engine.setCurrentIndex(page.engine.findData("plain"))
    page.engine.activated.emit(page.engine.currentIndex())
    qtbot.waitUntil(lambda: len(session.project.looks) == 4, timeout=WAIT)
    assert session.project.looks[3].engine == "plain" and not page.quality.isEnabled()
    assert "s" in page.engine.currentText() and "needs no weights" in page.engine.toolTip()

    page.strip.setCurrentRow(0)
    assert session.project.look is own and page.length.currentData() == 0.0 and page.fit.chosen_value == "regular"
    assert page.engine.currentData() == "compact" and page.again_button.text().strip() == "Another try"
    page.strip.setCurrentRow(2)
    assert (page.length.currentData(), page.fit.chosen_value) == (10.0, "slim")
    qtbot.mouseClick(page.shelf.reuse_button, Qt.MouseButton.LeftButton)
    assert session.project.wardrobe[0].fit == "slim" and session.project.engine == "compact"
    for _step in range(3):  # the settings taken up, the engine, the fit
        qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.project.wardrobe[0].wanted[2:] == (10.0, "regular")
    for length in (5.0, 0.0):
        qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert session.project.wardrobe[0].length_cm == length
    assert session.project.look is own


def test_history_stars_removes_with_undo_and_makes_again(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    wear(qtbot, window, pictures)
    page, session, shelf = window.tryon, window.desk.session, window.tryon.shelf
    qtbot.mouseClick(shelf.again_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(session.project.looks) == 2, timeout=WAIT)
    assert [look.seed for look in session.project.looks] == [0, 1]
    page.strip.setFocus()
    qtbot.keyClick(page.strip, Qt.Key.Key_S)
    assert session.project.starred == (2,) and shelf.star_button.isChecked()
    qtbot.keyClick(page.strip, Qt.Key.Key_Left)
    assert session.project.shown == 0 and not shelf.star_button.isChecked()

    rows = [page.strip.visualItemRect(page.strip.item(row)).center() for row in (0, 1)]
    qtbot.mouseClick(page.strip.viewport(), Qt.MouseButton.LeftButton, pos=rows[0])
    qtbot.mouseClick(page.strip.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, pos=rows[1])
    assert page.stack.currentIndex() == SIDE_BY_SIDE and page.side_view.count == 2
    view = page.side_view
    before = view.zoom
    wheel = QWheelEvent(
        QPointF(view.width() * 0.75, view.height() / 2), QPointF(), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, wheel)
    assert view.zoom == pytest.approx(before * 1.44)
    qtbot.mouseClick(shelf.side_button, Qt.MouseButton.LeftButton)
    assert page.stack.currentIndex() == 1

    qtbot.mouseClick(page.strip.viewport(), Qt.MouseButton.LeftButton, pos=rows[1])
    gone = session.project.looks[1]
    qtbot.mouseClick(shelf.remove_button, Qt.MouseButton.LeftButton)
    assert gone not in session.project.looks and session.project.starred == ()
    qtbot.mouseClick(window.notice.buttons[0], Qt.MouseButton.LeftButton)
    assert session.project.looks[1] is gone and session.project.starred == (2,)

    qtbot.mouseClick(page.tuck.button("in"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(session.project.looks) == 3, timeout=WAIT)
    qtbot.mouseClick(page.strip.viewport(), Qt.MouseButton.LeftButton, pos=rows[1])
    qtbot.mouseClick(shelf.reuse_button, Qt.MouseButton.LeftButton)
    assert (session.project.tuck, session.project.seed) == ("auto", 1) and not window.desk.fit.busy


def test_garments_that_come_one_right_after_the_other_all_hang_there(
    qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]
) -> None:
    window = open_window()
    for name in ("garment", "trousers", "dress"):
        drop(window.tryon.wardrobe, files(pictures[name]))
        qtbot.wait(5)
    session = window.desk.session
    qtbot.waitUntil(lambda: len(session.project.wardrobe) == 3, timeout=WAIT)
    assert [cloth.found for cloth in session.project.wardrobe] == ["top", "trousers", "dress"]
    drop(window.tryon.zones["person"], files(pictures["person"]))
    qtbot.waitUntil(lambda: session.project.person is not None, timeout=WAIT)
    drop(window.tryon.wardrobe, files(pictures["room"]))
    window.tryon.cancel()
    assert not window.tryon.arrivals._busy


def test_results_are_found_by_words(qtbot: QtBot, open_window: Opener) -> None:
    window = open_window()
    project = filled()
    outer, _trousers, dress = project.wardrobe
    looks = tuple(replace(project.looks[0], number=at, garments=(dress if at == 3 else outer,)) for at in range(1, 8))
    window.desk.session.open(replace(project, looks=looks[:3], starred=()), None)
    shelf = window.tryon.shelf
    assert not shelf.search.isVisible(), "few results need no search"
    window.desk.session.open(replace(project, looks=looks, starred=(5,)), None)

    def shown() -> list[int]:
        return [row + 1 for row in range(shelf.strip.count()) if not shelf.strip.item(row).isHidden()]

    assert shelf.search.isVisible() and len(shown()) == 7
    everything = [1, 2, 3, 4, 5, 6, 7]
    for words, wanted in (("dress", [3]), ("STARRED", [5]), ("starred dress", []), ("a rather long", everything), ("", everything)):
        shelf.search.clear()
        qtbot.keyClicks(shelf.search, words)
        assert shown() == wanted, words
        assert (shelf.search.accessibleDescription() == "Nothing found") == (not wanted)


def test_a_room_is_asked_about_and_then_furnished(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    drop(window, files(pictures["room"]))
    qtbot.waitUntil(lambda: "room.png looks like a room" in window.notice.text, timeout=WAIT)
    assert window.desk.session.project == Project() and len(window.notice.buttons) == 3
    qtbot.mouseClick(window.notice.buttons[0], Qt.MouseButton.LeftButton)
    assert window.page is window.room and not window.notice.text
    qtbot.waitUntil(lambda: window.room.frames.floor is not None, timeout=WAIT)
    window.show_page("tryon")
    drop(window.tryon.zones["garment"], files(pictures["room"]))
    qtbot.waitUntil(lambda: len(window.notice.buttons) == 3, timeout=WAIT)
    qtbot.mouseClick(window.notice.buttons[1], Qt.MouseButton.LeftButton)
    assert [cloth.photo.name for cloth in window.desk.session.project.garments] == ["room.png"]
