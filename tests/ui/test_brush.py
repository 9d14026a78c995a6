"""The correction brush: painted with real events, tried on, undone, kept in the project."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui import fakes
from tests.ui.conftest import Opener
from tests.ui.test_tryon_page import WAIT, wear
from tryon.mask import Stroke, painted
from tryon.project.store import open_project, save_project
from ui.brush import BrushView, StrokeLayer
from ui.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton


def point(view: BrushView, x: float, y: float) -> QPoint:
    """Where a pixel of the picture lies in the widget."""
    rect = view._rect()
    scale = rect.width() / view._shape().width()
    return QPointF(rect.left() + x * scale, rect.top() + y * scale).toPoint()


def paint(qtbot: QtBot, view: BrushView, *places: tuple[float, float]) -> None:
    qtbot.mousePress(view, LEFT, pos=point(view, *places[0]))
    for place in places[1:]:
        qtbot.mouseMove(view, point(view, *place))
    qtbot.mouseRelease(view, LEFT, pos=point(view, *places[-1]))


def taken(qtbot: QtBot, window: MainWindow, pictures: dict[str, Path]) -> BrushView:
    wear(qtbot, window, pictures)
    qtbot.waitUntil(lambda: not window.tryon.panel.isVisible(), timeout=WAIT)
    qtbot.mouseClick(window.tryon.brush_button, LEFT)
    assert window.tryon.view.brushing and window.tryon.brush_bar.isVisible() and not window.tryon.tools.isVisible()
    return window.tryon.view


def test_what_is_painted_is_tried_on_undone_and_kept(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path], tmp_path: Path) -> None:
    window = open_window()
    page, session = window.tryon, window.desk.session
    view = taken(qtbot, window, pictures)
    first = session.project.look
    assert first is not None
    paint(qtbot, view, (60, 300), (120, 300), (180, 300))
    qtbot.mouseClick(page.brush_bar.mark.button("keep"), LEFT)
    paint(qtbot, view, (100, 150))
    qtbot.mouseClick(page.brush_bar.mark.button(""), LEFT)
    paint(qtbot, view, (180, 300))
    strokes = session.project.marked
    assert [(stroke.mark, stroke.adds) for stroke in strokes] == [("change", True), ("keep", True), ("", False)]
    assert abs(strokes[0].points[0][0] - 60) < 3 and abs(strokes[0].points[-1][0] - 180) < 3
    assert abs(strokes[0].width_px - 0.06 * 300) < 1
    assert not window.desk.fit.busy and len(session.project.looks) == 1, "the engine waits until all is painted"
    assert view._after is not None and view._after.image == page_image(first), "what was in the mirror stays there to paint over"

    qtbot.mouseClick(page.brush_bar.done_button, LEFT)
    qtbot.waitUntil(lambda: len(session.project.looks) == 2, timeout=WAIT)
    look = session.project.look
    assert look is not None and look.marked == strokes and not view.brushing
    person = look.person
    keep, change = (painted(strokes, person.width, person.height, mark) for mark in ("keep", "change"))
    assert keep is not None and change is not None and change[300, 100] and not change[300, 180] and keep[150, 100]
    assert (look.picture[change > 0] == (250, 250, 0)).all() and np.array_equal(look.picture[keep > 0], person.rgb[keep > 0])
    assert tuple(look.picture[110, 120]) == fakes.TINT and np.array_equal(look.picture[380], person.rgb[380])
    qtbot.waitUntil(lambda: "brush" in page.detail.text(), timeout=WAIT)

    path = tmp_path / "brushed.tryon"
    save_project(path, session.project)
    again = open_project(path)
    assert again.looks[1].marked == strokes and again.taken_up().settings[-1] == strokes and again.looks[0].marked == ()

    for left in (2, 1, 0):
        qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert len(session.project.marked) == left
    assert session.project.look is first and not window.desk.fit.busy


def page_image(look):  # type: ignore[no-untyped-def]
    from ui.images import picture_of

    return picture_of(look, look.picture).image


def test_keys_paint_too_and_cancel_takes_all_back(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    page, session = window.tryon, window.desk.session
    wear(qtbot, window, pictures)
    first = session.project.look
    qtbot.keyClick(window, Qt.Key.Key_B)
    view = page.view
    assert view.brushing and view.hasFocus()
    for key in (Qt.Key.Key_BracketRight, Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Return):
        qtbot.keyClick(view, key)
    (stroke,) = session.project.marked
    assert len(stroke.points) == 1 and stroke.points[0][0] < 150 and stroke.points[0][1] < 200 and stroke.width_px > 18.5
    assert page.brush_bar.slider.value() == 7
    wheel = QWheelEvent(
        QPointF(50, 50), view.mapToGlobal(QPointF(50, 50)), QPoint(), QPoint(0, -240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    zoom = view.zoom
    QApplication.sendEvent(view, wheel)
    assert page.brush_bar.slider.value() < 7 and view.zoom == zoom
    paint(qtbot, view, (-40, 10))
    assert len(session.project.marked) == 1, "a stroke beside the picture says nothing"
    qtbot.keyClick(view, Qt.Key.Key_Space)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not view.brushing and session.project.look is first and session.project.marked == ()
    assert not window.desk.fit.busy and page.tools.isVisible()


def test_painting_stops_a_fitting_that_no_longer_counts_and_another_photo_has_no_paint(
    qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]
) -> None:
    window = open_window()
    page, session = window.tryon, window.desk.session
    view = taken(qtbot, window, pictures)
    page.try_again()
    paint(qtbot, view, (100, 100))
    qtbot.waitUntil(lambda: not window.desk.fit.busy, timeout=WAIT)
    assert len(session.project.looks) == 1 and len(session.project.marked) == 1
    qtbot.mouseClick(page.brush_bar.clear_button, LEFT)
    assert session.project.marked == ()
    paint(qtbot, view, (100, 100))
    page._choose_person(None)
    assert session.project.marked == () and not view.brushing and not page.brush_bar.isVisible()


def test_the_layer_shows_each_mark_and_what_was_taken_away() -> None:
    layer = StrokeLayer()
    line = Stroke(((20.0, 50.0), (180.0, 50.0)), 20.0, mark="change")
    size = QSize(200, 100)
    layer.show((line,), size)
    assert layer.image.pixelColor(100, 50).alpha() > 60 and layer.image.pixelColor(100, 80).alpha() == 0
    layer.show((line, Stroke(((100.0, 50.0),), 20.0, mark="keep"), Stroke(((180.0, 50.0),), 20.0, adds=False)), size)
    blue, orange = layer.image.pixelColor(100, 50), layer.image.pixelColor(40, 50)
    assert blue.blue() > blue.red() and orange.red() > orange.blue() and layer.image.pixelColor(180, 50).alpha() == 0
    layer.show((line,), size)
    assert layer.image.pixelColor(180, 50).alpha() > 60, "what is undone is drawn anew"
    large = StrokeLayer()
    large.show((Stroke(((2000.0, 1000.0),), 200.0, mark="keep"),), QSize(4000, 2000))
    assert large.image.width() == 1024 and large.image.pixelColor(512, 256).alpha() > 60


def test_a_brush_is_told_to_a_screen_reader(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    view = taken(qtbot, window, pictures)
    assert "Arrows move the brush" in view.accessibleDescription()
    bar = window.tryon.brush_bar
    assert all(widget.accessibleName() for widget in bar.findChildren(QWidget) if widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    window.tryon.leave_brush()
    assert view.accessibleName() == "Before and after"
