"""Pictures of the window in every state, for looking at and for the documentation: `python -m tools.screenshots [--fake] [FOLDER]`.

Drives the real window with the sample pictures, in a process of its own for each appearance (light, dark, Chinese, 200 %). --fake puts the
small stand-in of the tests in place of the engine, for a look at the layout alone. Run it under Xvfb where there is no screen.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.main_window import MainWindow

VARIANTS = {
    "light": {"TRYON_THEME": "light", "TRYON_LANG": "en"},
    "dark": {"TRYON_THEME": "dark", "TRYON_LANG": "en"},
    "chinese": {"TRYON_THEME": "light", "TRYON_LANG": "zh_CN"},
    "double": {"TRYON_THEME": "light", "TRYON_LANG": "en", "QT_SCALE_FACTOR": "2"},
}
SIZE = (1100, 720)
PATIENCE_S = 180.0


class Shooter:
    """Drives one window and keeps what it sees."""

    def __init__(self, window: MainWindow, folder: Path, variant: str) -> None:
        self._window, self._folder, self._variant = window, folder, variant

    def wait(self, ready: Callable[[], object], seconds: float = PATIENCE_S) -> bool:
        """Let the window live until something is so."""
        from PySide6.QtWidgets import QApplication

        end = time.monotonic() + seconds
        while not (done := bool(ready())) and time.monotonic() < end:
            QApplication.processEvents()
            time.sleep(0.01)
        QApplication.processEvents()
        return done

    def shoot(self, name: str) -> None:
        """Keep the window as it is now."""
        self.wait(lambda: False, 0.05)
        path = self._folder / f"{name}-{self._variant}.png"
        self._window.grab().save(str(path))
        print(path)

    def rest(self) -> None:
        """Wait until no work is left."""
        desk = self._window.desk
        for _round in range(3):
            self.wait(lambda: not (desk.fit.busy or desk.room.busy or desk.disk.busy))
            self.wait(lambda: False, 0.5)


def _pictures(folder: Path) -> dict[str, Path]:
    """The samples, or drawn stand-ins where there are none."""
    from PIL import Image, ImageDraw

    from ui.samples import sample_files

    result = {}
    for kind, size in {"person": (600, 800), "garment": (600, 600), "room": (1200, 800)}.items():
        found = sample_files(kind)
        if found:
            result[kind] = found[0]
            continue
        picture = Image.new("RGB", size, "#d8d2c8")
        draw = ImageDraw.Draw(picture)
        draw.rectangle((size[0] * 0.3, size[1] * 0.3, size[0] * 0.7, size[1] * 0.8), fill="#7a8fa8")
        draw.ellipse((size[0] * 0.42, size[1] * 0.1, size[0] * 0.58, size[1] * 0.27), fill="#c9a384")
        result[kind] = folder / f"{kind}.png"
        picture.save(result[kind])
    return result


def _tryon(shooter: Shooter, window: MainWindow, pictures: dict[str, Path]) -> None:
    from ui.intake import Arrival

    page, session = window.tryon, window.desk.session

    def give(kind: str) -> None:
        page.receive([Arrival(pictures[kind].name, path=pictures[kind])], kind)

    shooter.shoot("tryon-empty")
    give("person")
    shooter.wait(lambda: session.project.person)
    shooter.shoot("tryon-person")
    give("garment")
    shooter.wait(lambda: page.panel.isVisible() and page.panel.bar.value() > 300)
    shooter.shoot("tryon-working")
    shooter.wait(lambda: session.project.look or window.notice.text)
    shooter.shoot("tryon-done")
    if session.project.look is not None:
        page.try_again()
        shooter.wait(lambda: len(session.project.looks) == 2)
        page.view.set_split(0.25)
        page.strip.setFocus()
        shooter.shoot("tryon-history")
    wrong = pictures["garment"].with_suffix(".txt") if pictures["garment"].parent.name == "scratch" else Path(__file__)
    page.receive([Arrival(wrong.name, path=wrong)], "garment")
    shooter.wait(lambda: window.notice.text)
    shooter.shoot("tryon-error")
    window.notice.put_away()


def _room(shooter: Shooter, window: MainWindow, pictures: dict[str, Path]) -> None:
    from ui.intake import Arrival

    window.show_page("room")
    page, session = window.room, window.desk.session
    shooter.wait(lambda: page.palette_list.list.count(), 10)
    shooter.shoot("room-empty")
    page.receive([Arrival(pictures["room"].name, path=pictures["room"])])
    shooter.wait(lambda: page.panel.isVisible())
    shooter.shoot("room-reading")
    shooter.wait(lambda: page.frames.floor)
    page.grid_button.setChecked(True)
    shooter.shoot("room-grid")
    page.grid_button.setChecked(False)
    names = [page.palette_list.list.item(row).data(256) for row in range(page.palette_list.list.count())]
    for name in names[:3]:
        page.place(name)
    shooter.rest()
    shooter.shoot("room-done")
    first = session.project.pieces[0]
    page._select(first.number)
    page.view.grabbed.emit()
    page.view._drag, page.view._drag_number = "move", first.number
    page._move(first.number, first.x + 60, first.y + 10)
    shooter.shoot("room-dragging")
    page.view._drag = ""
    page.view.let_go.emit()
    page.scale_button.setChecked(True)
    shooter.shoot("room-scale-line")
    from PySide6.QtCore import QPointF

    height, width = window.desk.session.project.room.height, window.desk.session.project.room.width  # type: ignore[union-attr]
    start, end = QPointF(width * 0.2, height * 0.9), QPointF(width * 0.5, height * 0.88)
    page.view._draw_line(start, end)
    page._line_drawn(start.x(), start.y(), end.x(), end.y())
    shooter.shoot("room-scale-length")
    page.scale_button.setChecked(False)
    shooter.rest()


def _one(variant: str, folder: Path, fake: bool) -> None:
    from PySide6.QtCore import QSettings

    from ui.app import make_app
    from ui.desk import Desk
    from ui.engine import Engine
    from ui.main_window import MainWindow

    with tempfile.TemporaryDirectory() as scratch:
        QSettings.setDefaultFormat(QSettings.Format.IniFormat)
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, scratch)
        make_app()
        engine = Engine()
        if fake:
            from tests.ui import fakes

            engine = replace(fakes.ENGINE)
        desk = Desk(engine)
        window = MainWindow(desk)
        window.resize(*SIZE)
        window.show()
        shooter = Shooter(window, folder, variant)
        try:
            pictures = _pictures(Path(scratch))
            _tryon(shooter, window, pictures)
            _room(shooter, window, pictures)
        finally:
            window.close()
            desk.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("docs/screens"))
    parser.add_argument("--fake", action="store_true", help="with the tests' stand-in for the engine")
    parser.add_argument("--variant", action="append", choices=sorted(VARIANTS), help="only this appearance")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.here:
        _one(options.variant[0], options.folder, options.fake)
        return 0
    status = 0
    for variant in options.variant or VARIANTS:
        command = [sys.executable, "-m", "tools.screenshots", "--here", "--variant", variant, str(options.folder)]
        done = subprocess.run([*command, *(["--fake"] if options.fake else [])], env={**os.environ, **VARIANTS[variant]}, check=False)
        status = status or done.returncode
    return status


if __name__ == "__main__":
    sys.exit(main())
