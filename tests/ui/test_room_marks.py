"""What the hand says about the room photo itself: brush, camera lines, known lengths; with real events and a small real worker."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from tests.ui import fakes
from tests.ui.conftest import Opener
from tests.ui.test_room_page import NAME, WAIT, enter, stand
from tryon.project.store import open_project, save_project
from ui.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton


def drag(qtbot: QtBot, window: MainWindow, *places: tuple[float, float]) -> None:
    """Press, move and release on pixels of the photo."""
    view = window.room.view
    points = [view.mapFromScene(QPointF(*place)) for place in places]
    qtbot.mousePress(view.viewport(), LEFT, pos=points[0])
    for point in points[1:]:
        qtbot.mouseMove(view.viewport(), point)
    qtbot.mouseRelease(view.viewport(), LEFT, pos=points[-1])


def color_at(window: MainWindow, x: float, y: float) -> tuple[int, ...]:
    assert window.room._frame is not None
    image = window.room._frame[0]
    scale = image.width() / 640
    return image.pixelColor(int(x * scale), int(y * scale)).getRgb()[:3]


def test_what_is_painted_stands_in_front_and_comes_back_with_the_project(
    qtbot: QtBot, open_window: Opener, pictures: dict[str, Path], tmp_path: Path
) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    page, session = window.room, window.desk.session
    piece = stand(qtbot, window, 320, 400)
    qtbot.waitUntil(lambda: page._frame is not None and color_at(window, piece.x, piece.y) == fakes.TINT, timeout=WAIT)

    qtbot.mouseClick(page.front_button, LEFT)
    assert page.front_bar.isVisible() and page.view.chosen_item() is None
    page.front_bar.slider.setValue(16)  # 8 % of the shorter side
    drag(qtbot, window, (300, 400), (320, 401), (345, 400))
    (stroke,) = session.project.front
    assert stroke.adds and stroke.width_px == pytest.approx(0.08 * 480, abs=0.2) and len(stroke.points) >= 3
    assert stroke.points[0] == pytest.approx((300, 400), abs=1.5)
    qtbot.waitUntil(lambda: page._brush._mask is not None, timeout=WAIT)
    qtbot.waitUntil(lambda: page._frame is not None and color_at(window, piece.x, piece.y) != fakes.TINT, timeout=WAIT)

    qtbot.mouseClick(page.front_bar.mark.button("erase"), LEFT)
    drag(qtbot, window, (280, 430), (360, 430))
    assert [one.adds for one in session.project.front] == [True, False]
    save_project(tmp_path / "room.tryon", session.project)
    assert open_project(tmp_path / "room.tryon").front == session.project.front

    session.undo()
    session.undo()
    assert session.project.front == () and page._brush._mask is None
    qtbot.waitUntil(lambda: page._frame is not None and color_at(window, piece.x, piece.y) == fakes.TINT, timeout=WAIT)
    qtbot.keyClick(page.view, Qt.Key.Key_Escape)
    assert not page.front_button.isChecked() and not page.front_bar.isVisible()


def test_the_brush_by_keys(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    page = window.room
    qtbot.mouseClick(page.front_button, LEFT)
    share = page._brush.share
    qtbot.keyClick(page.view, Qt.Key.Key_BracketRight)
    assert page._brush.share > share
    qtbot.keyClick(page.view, Qt.Key.Key_Right)
    qtbot.keyClick(page.view, Qt.Key.Key_Return)
    (stroke,) = window.desk.session.project.front
    assert stroke.points[0][0] > 320 and stroke.points[0][1] == pytest.approx(240, abs=1)


def test_the_same_photo_brings_back_what_was_said_about_it(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    page, session = window.room, window.desk.session
    qtbot.mouseClick(page.front_button, LEFT)
    drag(qtbot, window, (200, 300), (230, 300))
    front, photo = session.project.front, session.project.room
    assert front and photo is not None
    from tryon.image import photo_from_array

    other = photo_from_array(photo.rgb[::-1].copy(), name="other")
    page.furnish(other)
    assert session.project.front == ()
    page.furnish(photo)
    assert session.project.front == front


def test_a_dragged_line_moves_the_camera_at_once_and_is_undone(
    qtbot: QtBot, open_window: Opener, pictures: dict[str, Path], tmp_path: Path
) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    page, session = window.room, window.desk.session
    before = page.frames.floor
    assert before is not None
    stand(qtbot, window, 320, 400)
    qtbot.mouseClick(page.camera_button, LEFT)
    assert page.camera_bar.isVisible() and len(page._lines.guides) == 4
    handle = page._lines.handle(0)
    start, steps = page.view.mapFromScene(handle), 12
    qtbot.mousePress(page.view.viewport(), LEFT, pos=start)
    slowest = 0.0
    for step in range(1, steps + 1):
        qtbot.mouseMove(page.view.viewport(), start + QPoint(0, 2 * step))
        began = time.process_time()
        page._solve()
        slowest = max(slowest, time.process_time() - began)
    live = page._lines.floor
    assert live is not None and live is not before and live.camera.pitch_deg != pytest.approx(before.camera.pitch_deg, abs=0.2)
    assert slowest < 0.05
    assert session.project.hints is None, "nothing is said before the handle is let go"
    qtbot.mouseRelease(page.view.viewport(), LEFT, pos=start + QPoint(0, 2 * steps))
    hints = session.project.hints
    assert hints is not None and len(hints.guides) == 4
    qtbot.waitUntil(lambda: page.frames.floor is not None and page.frames.floor is not before, timeout=WAIT)
    after = page.frames.floor
    assert after is not None and after.camera.method == "lines drawn by hand"
    assert after.camera.pitch_deg == pytest.approx(live.camera.pitch_deg, abs=0.3)
    save_project(tmp_path / "room.tryon", session.project)
    assert open_project(tmp_path / "room.tryon").hints == hints

    qtbot.mouseClick(page.camera_bar.axes.button("all"), LEFT)
    assert session.project.hints is not None and len(session.project.hints.guides) == 6
    qtbot.waitUntil(lambda: page.frames.floor is not None and len(page._lines.guides) == 6, timeout=WAIT)
    session.undo()
    session.undo()
    assert session.project.hints is None
    qtbot.waitUntil(lambda: page.frames.floor is not None and page.frames.floor.camera.pitch_deg == before.camera.pitch_deg, timeout=WAIT)
    qtbot.keyClick(page.view, Qt.Key.Key_Escape)
    assert not page.camera_bar.isVisible() and page.view.chosen_item() is None


def test_camera_lines_by_keys(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    page = window.room
    qtbot.mouseClick(page.camera_button, LEFT)
    page.view.setFocus()
    was = page._lines.handle(1)
    qtbot.keyClick(page.view, Qt.Key.Key_Tab)
    qtbot.keyClick(page.view, Qt.Key.Key_Tab)
    qtbot.keyClick(page.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    hints = window.desk.session.project.hints
    assert hints is not None and hints.guides[0].y1 == pytest.approx(was.y() + 1.0, abs=0.02)


def test_camera_height_door_and_their_errors(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    page, session = window.room, window.desk.session
    qtbot.mouseClick(page.scale_button, LEFT)
    qtbot.mouseClick(page.scale_bar.height_button, LEFT)
    assert page.scale_bar.length.text() == "150"
    page.scale_bar.length.setText("165")
    qtbot.keyClick(page.scale_bar.length, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.frames.floor is not None, timeout=WAIT)
    assert session.project.scale is not None and session.project.scale.kind == "camera"
    assert page.frames.floor is not None and page.frames.floor.camera.height_m == pytest.approx(1.65)
    assert "the camera's height given, ±4" in page.detail.text()

    qtbot.mouseClick(page.scale_button, LEFT)
    drag(qtbot, window, (320, 400), (320, 330), (321, 220))
    qtbot.mouseClick(page.scale_bar.kind.button("door"), LEFT)
    assert page.scale_bar.length.text() == "203"
    qtbot.mouseClick(page.scale_bar.apply_button, LEFT)
    qtbot.waitUntil(lambda: page.frames.floor is not None, timeout=WAIT)
    assert session.project.scale.kind == "door" and session.project.scale.vertical
    assert "a door's height" in page.detail.text()


def test_no_sheet_is_a_sentence(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    qtbot.mouseClick(window.room.scale_button, LEFT)
    qtbot.mouseClick(window.room.scale_bar.sheet_button, LEFT)
    qtbot.waitUntil(lambda: "No A4 sheet" in window.notice.text, timeout=WAIT)
    assert window.desk.session.project.scale is None


def test_only_one_tool_is_out(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    page = window.room
    for button in (page.camera_button, page.front_button, page.gone_button, page.scale_button, page.camera_button):
        qtbot.mouseClick(button, LEFT)
        shown = [bar for bar in (page.camera_bar, page.front_bar, page.gone_bar, page.scale_bar) if bar.isVisible()]
        assert len(shown) == 1
    drop_count = len(window.desk.session.project.pieces)
    page.place(NAME)
    assert len(window.desk.session.project.pieces) == drop_count + 1


def test_what_is_painted_away_is_gone_without_any_furniture_and_comes_back(
    qtbot: QtBot, open_window: Opener, pictures: dict[str, Path], tmp_path: Path
) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    page, session = window.room, window.desk.session
    assert not page.export_button.isEnabled() and not page.compare_button.isEnabled()
    qtbot.mouseClick(page.gone_button, LEFT)
    assert page.gone_bar.isVisible() and not page.front_bar.isVisible() and page.bare_photo
    page.gone_bar.slider.setValue(16)
    drag(qtbot, window, (300, 300), (320, 301), (345, 300))
    assert len(session.project.gone) == 1 and session.project.front == ()
    qtbot.waitUntil(lambda: page._eraser._mask is not None, timeout=WAIT)
    qtbot.waitUntil(lambda: page._frame is not None and color_at(window, 320, 300) == fakes.EMPTY, timeout=WAIT)
    assert color_at(window, 100, 100) != fakes.EMPTY
    assert page.export_button.isEnabled() and page.compare_button.isEnabled() and page.hold_button.isEnabled()
    save_project(tmp_path / "room.tryon", session.project)
    assert open_project(tmp_path / "room.tryon").gone == session.project.gone

    piece = stand(qtbot, window, 320, 400)
    qtbot.waitUntil(lambda: page._frame is not None and color_at(window, piece.x, piece.y) == fakes.TINT, timeout=WAIT)
    assert color_at(window, 320, 300) == fakes.EMPTY and not page.gone_button.isChecked()
    session.undo()
    qtbot.waitUntil(lambda: page._frame is not None and color_at(window, piece.x, piece.y) != fakes.TINT, timeout=WAIT)
    session.undo()
    assert session.project.gone == () and page._frame is None and not page.export_button.isEnabled()
