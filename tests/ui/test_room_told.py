"""Wall and light told by hand over the room photo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Opener
from tests.ui.test_room_marks import drag
from tests.ui.test_room_page import WAIT, enter, stand


def test_the_back_wall_is_dragged_undone_and_given_back(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    page, session = window.room, window.desk.session
    qtbot.mouseClick(page.wall_button, Qt.MouseButton.LeftButton)
    assert page.wall_bar.isVisible() and not page.sun_bar.isVisible()
    foot = page._wall.handle(0)
    drag(qtbot, window, (foot.x(), foot.y()), (foot.x() + 3, foot.y() + 12), (foot.x() + 6, foot.y() + 24))
    qtbot.waitUntil(lambda: session.project.hints is not None, timeout=WAIT)
    corners = session.project.hints.corners
    floor = page._wall._floor
    assert corners is not None and floor is not None
    left, right = floor.place(*corners[:2]), floor.place(*corners[2:4])
    assert left is not None and right is not None and np.isclose(left[1], right[1], atol=1e-3), "the wall stays square"
    qtbot.waitUntil(lambda: page.frames.floor is not None and page.frames.floor.corners == corners, timeout=WAIT)
    assert page._wall.corners == corners, "what is on show is what was told"
    session.undo()
    assert session.project.hints is None
    session.redo()
    qtbot.waitUntil(lambda: page.frames.floor is not None, timeout=WAIT)
    qtbot.mouseClick(page.wall_bar.reset_button, Qt.MouseButton.LeftButton)
    assert session.project.hints is None


def test_light_is_told_by_a_shadow_and_by_keys(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    page, session = window.room, window.desk.session
    qtbot.mouseClick(page.wall_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.sun_button, Qt.MouseButton.LeftButton)
    assert page.sun_bar.isVisible() and not page.wall_button.isChecked(), "only one tool is out"
    before = page._light.shadow
    tip = page._light.handle(1)
    drag(qtbot, window, (tip.x(), tip.y()), (tip.x() - 20, tip.y() + 4), (tip.x() - 40, tip.y() + 10))
    qtbot.waitUntil(lambda: session.project.hints is not None, timeout=WAIT)
    shadow = session.project.hints.shadow
    assert shadow is not None and shadow[:2] == before[:2] and abs(shadow[2] - before[2] + 40) < 4
    qtbot.waitUntil(lambda: page.frames.floor is not None, timeout=WAIT)
    qtbot.keyClick(page.view, Qt.Key.Key_Backtab)
    qtbot.keyClick(page.view, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: page.frames.floor is not None and session.project.hints.shadow != shadow, timeout=WAIT)
    moved = session.project.hints.shadow
    assert moved is not None and abs(moved[0] - shadow[0] - 5) < 0.1, "the pole goes, its shadow comes along"
    page.sun_bar.slider.setValue(80)
    qtbot.waitUntil(lambda: session.project.hints.shadow[4] == 0.8, timeout=WAIT)
    qtbot.keyClick(page.view, Qt.Key.Key_Escape)
    assert not page.sun_button.isChecked() and not page.sun_bar.isVisible()


def test_a_piece_is_lifted_by_its_handle_by_keys_and_by_number(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    page, session = window.room, window.desk.session
    piece = stand(qtbot, window, 320, 400)
    item = page.view.chosen_item()
    assert item is not None
    handle = item.lift_handle(page.view.transform().m11())
    assert handle is not None
    drag(qtbot, window, (handle.x(), handle.y()), (handle.x(), handle.y() - 20), (handle.x() + 5, handle.y() - 60))
    lifted = session.project.pieces[0]
    assert lifted.lift_m is not None and lifted.lift_m > 0.2 and (lifted.x, lifted.y) == (piece.x, piece.y)
    floor = page.view.floor
    assert abs(floor.top_of(lifted)[1] - floor.top_of(piece)[1] + 60) < 2, "the top follows the hand"
    assert floor.foot(lifted)[1] == lifted.lift_m
    session.undo()
    assert session.project.pieces[0].lift_m is None, "one gesture, one step"
    page.view.setFocus()
    for _press in range(2):
        qtbot.keyClick(page.view, Qt.Key.Key_PageUp)
    assert np.isclose(session.project.pieces[0].lift_m, 0.1)
    page.show_shelf("pieces")
    field = page.piece_list.inspector.lift
    assert field.text() == "10 cm"
    field.setText("85")
    field.editingFinished.emit()
    assert session.project.pieces[0].lift_m == 0.85
    field.setText("")
    field.editingFinished.emit()
    assert session.project.pieces[0].lift_m is None


def test_the_picture_follows_the_shadow_in_one_step(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    page, session = window.room, window.desk.session
    stand(qtbot, window, 320, 400)
    qtbot.waitUntil(lambda: page.frames.settled, timeout=WAIT)
    qtbot.mouseClick(page.sun_button, Qt.MouseButton.LeftButton)
    tool, view = page._light, page.view
    tip = tool.handle(1)
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=view.mapFromScene(tip))
    seen = set()
    for step in range(1, 6):
        qtbot.mouseMove(view.viewport(), view.mapFromScene(tip + QPointF(-8.0 * step, 2.0)))
        qtbot.waitUntil(lambda: page.frames.settled, timeout=WAIT)
        assert tool.holds(), "the hand keeps what it holds"
        seen.add(session.project.hints and session.project.hints.shadow)
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=view.mapFromScene(tip + QPointF(-40.0, 2.0)))
    assert len(seen) > 2 and session.project.hints.shadow == tool.shadow
    session.undo()
    assert session.project.hints is None and session.project.pieces
