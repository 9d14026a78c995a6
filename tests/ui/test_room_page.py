"""The second mirror, with real events and a small real worker."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui import fakes
from tests.ui.conftest import Opener
from tests.ui.events import drop, files, furniture
from tryon.label import PRESETS, stamp
from tryon.project.document import Piece, Project
from ui.export_dialog import ExportDialog
from ui.main_window import MainWindow

WAIT = 60_000
NAME = "dining-chair"


def enter(qtbot: QtBot, window: MainWindow, pictures: dict[str, Path]) -> None:
    """Drop the room photo on the room page and wait for its camera."""
    window.show_page("room")
    drop(window.room.drop, files(pictures["room"]))
    qtbot.waitUntil(lambda: window.room.frames.floor is not None and bool(window.room.palette_list.list.count()), timeout=WAIT)


def stand(qtbot: QtBot, window: MainWindow, x: float, y: float) -> Piece:
    """Drag a chair from the palette to a pixel of the photo."""
    view = window.room.view
    at = QPointF(view.mapFromScene(QPointF(x, y)))
    drop(view.viewport(), furniture(NAME), at, over=[at - QPointF(30, 20), at])
    return window.desk.session.project.pieces[-1]


def test_a_piece_dragged_from_the_palette_stands_under_the_pointer_and_in_the_file(
    qtbot: QtBot, open_window: Opener, pictures: dict[str, Path], tmp_path: Path
) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    view, floor = window.room.view, window.room.frames.floor
    assert floor is not None
    at = QPointF(view.mapFromScene(QPointF(420, 400)))
    pixel = view.mapToScene(at.toPoint())
    piece = stand(qtbot, window, 420, 400)
    assert (piece.furniture, piece.x, piece.y) == (NAME, pixel.x(), pixel.y())
    place = floor.place(piece.x, piece.y)
    assert place is not None and floor.pixel(place) == pytest.approx((piece.x, piece.y), abs=1e-6)
    qtbot.waitUntil(lambda: window.room._frame is not None and window.room._frame[1].quality == "export", timeout=WAIT)

    out = tmp_path / "out"
    out.mkdir()
    window.desk.settings.setValue("export/folder", str(out))
    qtbot.mouseClick(window.room.export_button, Qt.MouseButton.LeftButton)
    dialog = window.findChild(ExportDialog)
    assert dialog is not None and dialog.stems() == ["room_Dining-chair"]
    dialog.pattern.setText("mine")
    dialog.preset.setCurrentIndex(dialog.preset.findData("eu"))
    qtbot.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: (out / "mine.png").is_file(), timeout=WAIT)
    with Image.open(out / "mine.png") as file:
        saved = np.asarray(file)
        assert "digitalsourcetype/composite<" in file.info["XML:com.adobe.xmp"]
    expected = np.asarray(Image.open(pictures["room"]).convert("RGB")).copy()
    x, y = int(piece.x), int(piece.y)
    expected[y - 12 : y + 12, x - 12 : x + 12] = fakes.TINT
    assert np.array_equal(saved, stamp(expected, PRESETS["eu"].words))
    qtbot.waitUntil(lambda: "mine.png" in window.notice.text, timeout=WAIT)


def test_moving_and_turning_by_hand_is_undone_as_one_gesture(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    first = stand(qtbot, window, 320, 400)
    view = window.room.view
    start = view.mapFromScene(QPointF(first.x, first.y))
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 6):
        qtbot.mouseMove(view.viewport(), start + QPoint(12 * step, 5 * step))
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=start + QPoint(60, 25))
    moved = window.desk.session.project.pieces[0]
    shift = view.mapToScene(start + QPoint(60, 25)) - view.mapToScene(start)
    assert (moved.x - first.x, moved.y - first.y) == pytest.approx((shift.x(), shift.y()), abs=1e-6)

    handle = view.chosen_item().handle(view.transform().m11())  # type: ignore[union-attr]
    assert handle is not None
    at = view.mapFromScene(handle)
    aside = view.mapFromScene(QPointF(handle.x() + 160, moved.y + 6))
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(view.viewport(), (at + aside) / 2)
    qtbot.mouseMove(view.viewport(), aside)
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=aside)
    turned = window.desk.session.project.pieces[0]
    assert turned.yaw_deg % 15 == 0 and 60 <= turned.yaw_deg <= 120, "its front looks to the right of the photo"

    wheel = QWheelEvent(
        QPointF(view.mapFromScene(QPointF(turned.x, turned.y))), QPointF(), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ShiftModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), wheel)
    assert window.desk.session.project.pieces[0].yaw_deg == pytest.approx(turned.yaw_deg + 1)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_E)
    assert window.desk.session.project.pieces[0].yaw_deg == pytest.approx(turned.yaw_deg - 14)

    window.desk.session.undo()
    window.desk.session.undo()
    assert window.desk.session.project.pieces[0] == moved
    window.desk.session.undo()
    assert window.desk.session.project.pieces[0] == first
    window.desk.session.undo()
    assert window.desk.session.project.pieces == ()
    window.desk.session.undo()
    assert window.desk.session.project == Project() and window.room.stack.currentIndex() == 0


def test_by_keys_alone(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    palette = window.room.palette_list.list
    palette.setCurrentRow(0)
    palette.setFocus()
    qtbot.keyClick(palette, Qt.Key.Key_Return)
    qtbot.keyClick(palette, Qt.Key.Key_Return)
    first, second = window.desk.session.project.pieces
    floor = window.room.frames.floor
    assert floor is not None and floor.holds(first.size_m, first.x, first.y, first.yaw_deg)
    assert abs(first.x - second.x) + abs(first.y - second.y) > 60, "the second stands beside the first"
    view = window.room.view
    view.setFocus()
    before = floor.place(second.x, second.y)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    after = floor.place(*[getattr(window.desk.session.project.pieces[1], axis) for axis in "xy"])
    assert before is not None and after is not None
    assert (after[0] - before[0], after[1] - before[1]) == pytest.approx((0.05, 0.0), abs=1e-6)
    qtbot.keyClick(view, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert len(window.desk.session.project.pieces) == 3
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert [piece.number for piece in window.desk.session.project.pieces] == [1, 2]
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    assert view.chosen_item() is not None and view.chosen_item().piece.number == 1  # type: ignore[union-attr]


def test_a_drawn_line_of_known_length_sets_the_scale(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    page, view = window.room, window.room.view
    qtbot.mouseClick(page.scale_button, Qt.MouseButton.LeftButton)
    assert page.scale_bar.isVisible() and not page.scale_bar.length.isVisible()
    start, end = view.mapFromScene(QPointF(200, 400)), view.mapFromScene(QPointF(440, 400))
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view.viewport(), (start + end) / 2)
    qtbot.mouseMove(view.viewport(), end)
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)
    assert page.scale_bar.length.isVisible()
    page.scale_bar.length.setText("long")
    qtbot.keyClick(page.scale_bar.length, Qt.Key.Key_Return)
    assert "in cm, from 1 to 3000" in page.scale_bar.words.text() and window.desk.session.project.scale is None
    page.scale_bar.length.setText("312,0")
    qtbot.keyClick(page.scale_bar.length, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.frames.floor is not None, timeout=WAIT)
    scale, floor = window.desk.session.project.scale, page.frames.floor
    assert scale is not None and scale.metres == pytest.approx(3.12) and not scale.vertical
    assert floor is not None
    a, b = floor.place(scale.x0, scale.y0), floor.place(scale.x1, scale.y1)
    assert a is not None and b is not None and abs(a[0] - b[0]) == pytest.approx(3.12, rel=1e-3)
    assert not page.scale_bar.isVisible()
    assert floor.camera.scale_source in page.detail.text()


def test_a_mesh_file_goes_to_the_room_and_a_refusal_is_told(
    qtbot: QtBot, open_window: Opener, pictures: dict[str, Path], tmp_path: Path
) -> None:
    window = open_window()
    cube = tmp_path / "cube.obj"
    cube.write_text("v 0 0 0\n")
    broken = tmp_path / "broken.glb"
    broken.write_bytes(b"glTF and nothing else")
    drop(window, files(cube))
    assert window.page is window.room and "photo of the room" in window.notice.text
    drop(window, files(pictures["room"]))
    qtbot.waitUntil(lambda: bool(window.desk.session.project.pieces), timeout=WAIT)
    piece = window.desk.session.project.pieces[0]
    assert piece.furniture == str(cube) and piece.size_m == (0.5, 0.7, 0.4)
    drop(window.room.view.viewport(), files(broken))
    qtbot.waitUntil(lambda: "broken.glb" in window.notice.text, timeout=WAIT)
    assert len(window.desk.session.project.pieces) == 1


def test_only_the_newest_picture_counts(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window(replace(fakes.ENGINE))
    enter(qtbot, window, pictures)
    piece = stand(qtbot, window, 320, 400)
    shown: list[float] = []
    window.room.frames.frame_ready.connect(lambda image, frame: shown.append(image.width()))
    for step in range(40):
        window.desk.session.edit(window.desk.session.project.with_piece(replace(piece, x=200.0 + 5 * step)), "move", key="drag")
    qtbot.waitUntil(
        lambda: not window.desk.room.busy and window.room._frame is not None and window.room._frame[1].quality == "export", timeout=WAIT
    )
    assert 1 <= len(shown) < 30, "of forty places only the newest are drawn"
    image = window.room._frame[0]  # type: ignore[index]
    assert image.pixelColor(395, 400).getRgb()[:3] == fakes.TINT
    assert len([item for item in window.desk.session._done if item.what == "move"]) == 1


def test_new_pieces_stand_in_nobodys_place(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    floor = window.room.frames.floor
    assert floor is not None
    for name in ("sofa-2-seat", "dining-chair", "coffee-table"):
        window.room.place(name)
    pieces = window.desk.session.project.pieces
    places = [floor.place(piece.x, piece.y) for piece in pieces]
    for one in range(3):
        for other in range(one):
            (x, z), (a, b) = places[one], places[other]  # type: ignore[misc]
            across = abs(x - a) - (pieces[one].size_m[0] + pieces[other].size_m[0]) / 2
            along = abs(z - b) - (pieces[one].size_m[2] + pieces[other].size_m[2]) / 2
            assert max(across, along) > 0
