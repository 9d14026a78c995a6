"""Pieces find their place: walls, neighbors, tables, swaps, colors, sizes, prices, libraries; real events, a small real worker."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui import fakes
from tests.ui.conftest import Opener
from tests.ui.events import drop, files
from tests.ui.test_room_marks import LEFT, color_at
from tests.ui.test_room_page import WAIT, enter, stand
from tryon.project.document import Piece
from tryon.project.store import open_project, save_project
from ui.main_window import MainWindow
from ui.piece_inspector import price_words, read_number
from ui.room_arranging import gaps_around, snapped

WALL_Z = -4.0  # of the stand-in's room


def pixel(window: MainWindow, x: float, z: float) -> tuple[float, float]:
    floor = window.room.frames.floor
    assert floor is not None
    at = floor.pixel((x, z))
    assert at is not None
    return at


def pull(
    qtbot: QtBot, window: MainWindow, piece: Piece, x: float, z: float, key: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> Piece:
    """Drag a piece by its foot to a place of the floor."""
    view = window.room.view
    start = view.mapFromScene(QPointF(piece.x, piece.y))
    goal = view.mapFromScene(QPointF(*pixel(window, x, z)))
    qtbot.mousePress(view.viewport(), LEFT, pos=start)
    for share in (0.5, 1.0):
        at = start + QPoint(round((goal - start).x() * share), round((goal - start).y() * share))
        move = QMouseEvent(QEvent.Type.MouseMove, QPointF(at), view.viewport().mapToGlobal(QPointF(at)), Qt.MouseButton.NoButton, LEFT, key)
        QApplication.sendEvent(view.viewport(), move)
    qtbot.mouseRelease(view.viewport(), LEFT, pos=goal)
    moved = window.desk.session.project.piece(piece.number)
    assert moved is not None
    return moved


def test_a_piece_near_the_wall_is_drawn_to_it_unless_alt_is_held(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    floor = window.room.frames.floor
    assert floor is not None
    piece = stand(qtbot, window, 320, 400)
    half = piece.size_m[2] / 2
    at_wall = pull(qtbot, window, piece, 0.4, WALL_Z + half + 0.12)
    place = floor.place(at_wall.x, at_wall.y)
    assert place is not None and place[1] == pytest.approx(WALL_Z + half, abs=1e-4) and at_wall.yaw_deg % 180 == 0
    free = pull(qtbot, window, at_wall, 0.4, WALL_Z + half + 0.12, Qt.KeyboardModifier.AltModifier)
    place = floor.place(free.x, free.y)
    assert place is not None and place[1] == pytest.approx(WALL_Z + half + 0.12, abs=0.08) and place[1] > WALL_Z + half + 0.02


def test_neighbors_draw_each_other_and_gaps_are_measured(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    floor = window.room.frames.floor
    assert floor is not None
    size = (0.6, 0.8, 0.5)
    one = Piece(1, "a", "A", size, *pixel(window, 0.0, -3.0))
    two = Piece(2, "b", "B", size, *pixel(window, 0.66, -3.05))
    drawn, what = snapped(two, floor, (one, two))
    place = floor.place(drawn.x, drawn.y)
    assert what == "piece" and place == pytest.approx((0.6, -3.0), abs=1e-4)
    far = Piece(3, "c", "C", size, *pixel(window, 1.05, -3.0))
    gaps = {round(gap.metres, 2): gap.tight for gap in gaps_around(far, floor, (one, far))}
    assert gaps == {0.45: True, 0.75: False}, "0.45 m to the neighbor, 0.75 m to the wall behind"
    # A neighbor that stands before one end of the side only: the line goes from there to it, not from the middle into the free.
    aside = Piece(4, "d", "D", size, *pixel(window, 1.8, -2.7))
    line = next(gap for gap in gaps_around(far, floor, (far, aside)) if gap.metres < 0.2)
    assert line.start[0] == pytest.approx(1.35, abs=1e-3) and line.end[0] == pytest.approx(1.5, abs=1e-3)
    assert -2.95 - 1e-3 <= line.start[2] <= -2.75 + 1e-3 and line.start[2] == pytest.approx(line.end[2])
    near = pixel(window, 1.05, -3.4)
    hung, what = snapped(replace(far, stands="wall", elevation_m=1.2, x=near[0], y=near[1]), floor, ())
    assert what == "wall" and floor.foot(hung)[1] == 1.2  # type: ignore[index]


def test_what_belongs_on_a_table_stands_on_it(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    floor = window.room.frames.floor
    assert floor is not None
    table = Piece(1, "table", "Table", (1.2, 0.7, 0.8), *pixel(window, 0.0, -3.0), top_m=0.7)
    floor.pieces = (table,)
    seen = floor.pixels([(0.2, 0.7, -2.9)])
    assert seen is not None
    lamp = Piece(2, "lamp", "Lamp", (0.2, 0.4, 0.2), *seen[0], stands="table")
    assert floor.foot(lamp) == pytest.approx((0.2, 0.7, -2.9), abs=1e-6)
    box = floor.outline(lamp)
    assert box is not None and min(y for _x, y in box[:4]) < floor.outline(table)[0][1]  # type: ignore[index]
    beside = replace(lamp, x=pixel(window, 1.5, -3.0)[0], y=pixel(window, 1.5, -3.0)[1])
    assert floor.foot(beside)[1] == 0.0  # type: ignore[index]


def test_pieces_that_stand_inside_one_another_are_marked_in_words(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    stand(qtbot, window, 320, 400)
    stand(qtbot, window, 330, 405)
    view = window.room.view
    qtbot.waitUntil(lambda: len(window.room._touched) == 2, timeout=WAIT)
    assert all("Dining chair" in item._touched for item in view._items.values())
    window.desk.session.undo()
    qtbot.waitUntil(lambda: not window.room._touched, timeout=WAIT)


def test_another_piece_in_the_same_place(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    page = window.room
    piece = stand(qtbot, window, 320, 400)
    window.desk.session.edit(window.desk.session.project.with_piece(replace(piece, yaw_deg=45.0)), "turn")
    qtbot.mouseClick(page.swap_button, LEFT)
    palette = page.palette_list
    palette.search.setText("armchair")
    row = next(row for row in range(palette.list.count()) if palette.list.item(row).data(Qt.ItemDataRole.UserRole) == "armchair")
    palette.list.setCurrentRow(row)
    palette.list.setFocus()
    qtbot.keyClick(palette.list, Qt.Key.Key_Return)
    (other,) = window.desk.session.project.pieces
    assert (other.number, other.furniture, other.yaw_deg) == (piece.number, "armchair", 45.0)
    assert (other.x, other.y) == pytest.approx((piece.x, piece.y), abs=1e-3) and not page.swap_button.isChecked()
    window.desk.session.undo()
    assert window.desk.session.project.pieces[0].furniture == piece.furniture


def test_the_inspector_changes_name_price_and_color_and_all_is_saved(
    qtbot: QtBot, open_window: Opener, pictures: dict[str, Path], tmp_path: Path
) -> None:
    window = open_window(replace(fakes.ENGINE, materials_of=fakes.materials_of))
    enter(qtbot, window, pictures)
    page, session = window.room, window.desk.session
    piece = stand(qtbot, window, 320, 400)
    page.show_shelf("pieces")
    inspector = page.piece_list.inspector
    assert inspector.isVisible() and inspector.sides[0].isReadOnly()
    inspector.price.setText("1299,50")
    qtbot.keyClick(inspector.price, Qt.Key.Key_Return)
    inspector.name.setText("Grandmother's chair")
    qtbot.keyClick(inspector.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: inspector.swatches.count() == 2, timeout=WAIT)
    inspector.recolor("fabric", "#123456")
    now = session.project.pieces[0]
    assert (now.label, now.price, now.colors) == ("Grandmother's chair", 1299.5, (("fabric", "#123456"),))
    assert price_words(1299.5) in page.piece_list.total.text()
    qtbot.waitUntil(lambda: page._frame is not None and color_at(window, piece.x, piece.y) == (0x12, 0x34, 0x56), timeout=WAIT)
    save_project(tmp_path / "room.tryon", session.project)
    assert open_project(tmp_path / "room.tryon").pieces == session.project.pieces
    for _step in range(3):
        session.undo()
    assert session.project.pieces[0] == piece


def test_an_own_piece_takes_another_size(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path], tmp_path: Path) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    cube = tmp_path / "cube.obj"
    cube.write_text("v 0 0 0\n")
    drop(window.room.view.viewport(), files(cube))
    qtbot.waitUntil(lambda: bool(window.desk.session.project.pieces), timeout=WAIT)
    window.room.show_shelf("pieces")
    width = window.room.piece_list.inspector.sides[0]
    assert width.text() == "50" and not width.isReadOnly()
    width.setText("120")
    qtbot.keyClick(width, Qt.Key.Key_Return)
    piece = window.desk.session.project.pieces[0]
    assert piece.size_m == (1.2, 0.7, 0.4) and piece.resized
    from ui.room_frames import engine_name

    assert engine_name(piece) == f"{cube}=1.2000x0.7000x0.4000"


def library(folder: Path) -> Path:
    from tests.room.test_furniture_library import library as made

    return made(folder)


def test_a_library_opens_in_the_palette_and_its_piece_lies_in_the_project(
    qtbot: QtBot, open_window: Opener, pictures: dict[str, Path], tmp_path: Path
) -> None:
    from ui import room_engine

    window = open_window(replace(fakes.ENGINE, measure=room_engine.measure))
    enter(qtbot, window, pictures)
    page, session = window.room, window.desk.session
    before = page.palette_list.list.count()
    drop(window, files(library(tmp_path)))
    qtbot.waitUntil(lambda: page.palette_list.list.count() > before, timeout=WAIT)
    name = page.palette_list.list.item(0).data(Qt.ItemDataRole.UserRole)
    assert ".sh3f#" in name
    page.place(name)
    qtbot.waitUntil(lambda: bool(session.project.pieces), timeout=WAIT)
    piece = session.project.pieces[0]
    own, _hash, key = piece.furniture.rpartition("#")
    with zipfile.ZipFile(own) as archive:
        assert "PluginFurnitureCatalog.properties" in archive.namelist()
    from tryon.room.furniture import load_furniture

    assert load_furniture(piece.furniture).size_m == pytest.approx(piece.size_m, rel=1e-3)
    save_project(tmp_path / "room.tryon", session.project)
    Path(own).unlink()
    back = open_project(tmp_path / "room.tryon").pieces[0]
    assert back == piece and Path(own).is_file() and key


PRICES = [("12", 12.0), ("12,5", 12.5), ("1,299", 1299.0), ("1 299.00 €", 1299.0), ("", None), ("x", None)]


@pytest.mark.parametrize(("text", "value"), PRICES)
def test_prices_are_read_as_people_type_them(text: str, value: float | None) -> None:
    assert read_number(text) == value
