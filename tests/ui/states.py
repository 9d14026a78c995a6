"""A window in many states without an engine, for looks at its texts; run as a program it prints those that are cut off.

    QT_SCALE_FACTOR=2 TRYON_LANG=zh_CN python -m tests.ui.states
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDialog, QLabel, QLineEdit, QPushButton, QWidget

from tests.ui import fakes
from tryon.image import photo_from_array
from tryon.mask import Stroke
from tryon.project.document import Cloth, Look, Piece, Project
from ui.app import make_app
from ui.desk import Desk
from ui.main_window import MainWindow


def filled() -> Project:
    """Both pages in use."""
    chance = np.random.default_rng(1)

    def photo(width: int, height: int) -> object:
        return photo_from_array(chance.integers(0, 255, (height, width, 3), dtype=np.uint8), name="a rather long name of a photo.jpg")

    person, room = photo(300, 400), photo(640, 480)
    wardrobe = tuple(Cloth(number, photo(200, 200), "", kind) for number, kind in ((1, "outer"), (2, "trousers"), (3, "dress")))  # type: ignore[arg-type]
    warnings = ("most of the garment lies behind hands, hair or the edge of the photo",)
    looks = tuple(
        Look(number, person.rgb, person, wardrobe[:1], number, warnings=warnings * (number > 1), seconds=24.0, color_difference=2.0)  # type: ignore[attr-defined]
        for number in (1, 2, 3)
    )
    sofa = Piece(1, "sofa-2-seat", "Three-seat velvet sofa", (1.7, 0.8, 0.9), 320, 400)
    pieces = (sofa, Piece(2, "rug", "Rug", (2, 0.1, 2), 300, 420, locked=True))
    return Project(person, wardrobe, (1,), looks=looks, starred=(2,), shown=1, room=room, pieces=pieces)  # type: ignore[arg-type]


def states(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """The window through its pages, with the widget to look at."""
    yield "tryon empty", window
    window.show_page("room")
    yield "room empty", window
    window.show_page("tryon")
    window.desk.session.open(filled(), None)
    yield "tryon filled", window
    window.tryon.panel.start("Finding collar, cuffs and hem")
    window.tryon.panel.tell(0.4, "Finding collar, cuffs and hem", 200.0)
    yield "tryon working", window
    window.tryon.panel.stop()
    window.tryon.take_brush()
    window.tryon._stroked(Stroke(((100.0, 100.0), (200.0, 300.0)), 30.0, mark="change"))
    yield "tryon brush", window
    window.tryon.leave_brush()
    window.tryon._remove([0])
    yield "tryon removed", window
    project = window.desk.session.project
    many = tuple(replace(project.looks[0], number=number) for number in range(1, 9))
    window.desk.session.edit(replace(project, looks=many), "many results", page="tryon")
    window.tryon.shelf.search.setText("nothing like it")
    yield "tryon searched", window
    window.desk.session.undo()
    window.tryon.export()
    yield "export", window.findChild(QDialog)
    window.findChild(QDialog).preset.setCurrentIndex(2)
    yield "export with consent", window.findChild(QDialog)
    window.findChild(QDialog).reject()
    window.show_shortcuts()
    yield "shortcuts", next(dialog for dialog in window.findChildren(QDialog) if dialog.isVisible())
    next(dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()).reject()
    window.show_page("room")
    window.room._select(1)
    yield "room filled", window
    window.room.show_shelf("pieces")
    window.room.scale_bar.ask()
    window.room.scale_bar.drawn(upright=True)
    yield "room pieces and scale", window
    window.room.scale_bar.hide()
    for name, bar in (("wall", window.room.wall_bar), ("light", window.room.sun_bar), ("camera", window.room.camera_bar)):
        bar.show()
        yield f"room {name}", window
        bar.hide()
    window.show_page("settings")
    _settle(window)
    yield "settings", window
    window.show_page("models")
    _settle(window)
    yield "models", window


def _settle(window: MainWindow) -> None:
    while window.desk.keep.busy:
        spin(0.05)
    spin(0.3)


def spin(seconds: float) -> None:
    """Let the window live."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QApplication.processEvents()
        time.sleep(0.005)


def cut_off(widget: QWidget) -> list[str]:
    """Texts of a widget that do not fit into their place."""
    found = []
    for one in widget.findChildren(QWidget):
        if not one.isVisible() or one.width() == 0:
            continue
        words, need = "", 0
        if isinstance(one, QLabel) and one.text():
            words = one.text()
            if one.wordWrap():
                if one.heightForWidth(one.width()) > one.height() + 1:
                    found.append(f"{words!r} needs {one.heightForWidth(one.width())} of {one.height()} in height")
                continue
            need = one.fontMetrics().horizontalAdvance(words)
        elif isinstance(one, QPushButton | QCheckBox) and one.text():
            words, need = one.text(), one.minimumSizeHint().width()
        elif isinstance(one, QComboBox):
            words, need = one.currentText(), one.fontMetrics().horizontalAdvance(one.currentText()) + 30
        elif isinstance(one, QLineEdit) and one.placeholderText() and not one.text():
            words, need = one.placeholderText(), one.fontMetrics().horizontalAdvance(one.placeholderText()) + 40
        if need > one.width() + 1:
            found.append(f"{words!r} needs {need} of {one.width()} in width")
    return found


def main() -> int:
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, sys.argv[1])
    make_app()
    desk = Desk(fakes.ENGINE)
    window = MainWindow(desk)
    window.resize(880, 600)
    window.show()
    for name, widget in states(window):
        for _moment in range(30):  # a layout settles over a few rounds of events; what is cut off stays so
            spin(0.1)
            if not (found := cut_off(widget)):
                break
        for words in found:
            print(f"{name}: {words}")
    window.close()
    desk.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
