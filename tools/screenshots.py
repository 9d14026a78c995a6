"""Pictures of the window in every state, for looking at and for the documentation: `make screenshots`.

Drives the real window and engine with the sample pictures, in a process of its own for each appearance (light, dark, Chinese, 200 %).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tryon.mask import Stroke
    from ui.main_window import MainWindow

VARIANTS = {
    "light": {"TRYON_THEME": "light", "TRYON_LANG": "en"},
    "dark": {"TRYON_THEME": "dark", "TRYON_LANG": "en"},
    "chinese": {"TRYON_THEME": "light", "TRYON_LANG": "zh_CN"},
    "double": {"TRYON_THEME": "light", "TRYON_LANG": "en", "QT_SCALE_FACTOR": "2"},
}
SIZE = (1100, 720)
WIDE = 880
"""Pixels across a picture for the documentation."""

FEW = ("dark", "double")
KEPT = ("tryon-empty", "tryon-history", "tryon-side-by-side", "export", "room-done", "room-pieces", "settings", "models", "shortcuts")
"""Of the appearances in FEW only these states are kept as JPEG: all of it would be three times as large."""

PATIENCE_S = 600.0


class Shooter:
    """Drives one window and keeps what it sees."""

    def __init__(self, window: MainWindow, folder: Path, variant: str, ending: str, only: list[str]) -> None:
        self._window, self._folder, self._variant, self._ending, self._only = window, folder, variant, ending, only

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
        self._keep(self._window, name)

    def _keep(self, widget: QWidget, name: str) -> None:
        from PySide6.QtCore import Qt

        if (self._only and name not in self._only) or (self._ending == "jpg" and self._variant in FEW and name not in KEPT):
            return
        path = self._folder / f"{name}-{self._variant}.{self._ending}"
        image = widget.grab().toImage()
        if image.width() > WIDE and self._ending == "jpg":
            image = image.scaledToWidth(WIDE, Qt.TransformationMode.SmoothTransformation)
        image.save(str(path), quality=72 if self._ending == "jpg" else -1)
        print(path, flush=True)

    def shoot_dialog(self, name: str) -> None:
        """Keep the dialog that is open over the window, then close it."""
        from PySide6.QtWidgets import QDialog

        self.wait(lambda: False, 0.3)
        dialog = next(one for one in self._window.findChildren(QDialog) if one.isVisible())
        self._keep(dialog, name)
        dialog.reject()

    def rest(self) -> None:
        """Wait until no work is left."""
        desk = self._window.desk
        for _round in range(3):
            self.wait(lambda: not (desk.fit.busy or desk.room.busy or desk.disk.busy))
            self.wait(lambda: False, 0.5)


def _made(window: MainWindow, count: int) -> bool:
    return len(window.desk.session.project.looks) == count or bool(window.notice.text)


def _strokes(width_px: float) -> tuple[Stroke, ...]:
    """A hand that stays in front, and a hem that was overlooked; in pixels of the first sample person."""
    from tryon.mask import Stroke

    return (
        Stroke(((283.0, 505.0), (290.0, 530.0), (300.0, 552.0)), width_px, mark="keep"),
        Stroke(((330.0, 655.0), (400.0, 680.0), (480.0, 655.0)), width_px, mark="change"),
    )


def _tryon(shooter: Shooter, window: MainWindow, done: Path) -> None:
    """The first mirror. done: a project with the finished try-ons; made by the first appearance, opened by the others."""
    from tryon.project.store import save_project
    from ui.intake import Arrival
    from ui.samples import sample_files

    page, session = window.tryon, window.desk.session
    garments = {path.stem.removeprefix("garment-"): path for path in sample_files("garment")}

    def give(kind: str, *paths: Path) -> None:
        page.receive([Arrival(path.name, path=path) for path in paths], kind)

    shooter.shoot("tryon-empty")
    give("person", sample_files("person")[0])
    shooter.wait(lambda: session.project.person)
    shooter.shoot("tryon-person")
    give("garment", garments["tshirt"], garments["skirt"], garments["dress"], garments["sweater"])
    shooter.wait(lambda: page.panel.isVisible() and page.panel.bar.value() > 300 and session.project.garments)
    shooter.shoot("tryon-working")
    if done.is_file():
        page.cancel()
        window.projects.open(done)
        shooter.wait(lambda: session.path == done)
        window.notice.put_away()
        page._pick(0)
        shooter.shoot("tryon-done")
        page._pick(2)
    else:
        shooter.wait(lambda: page.has_grown or session.project.look or window.notice.text)
        shooter.shoot("tryon-growing")
        shooter.wait(lambda: session.project.look or window.notice.text)
        shooter.shoot("tryon-done")
        for count in (2, 3):
            page.wear(session.project.wardrobe[count - 1].number)
            shooter.wait(partial(_made, window, count))
        page._star(1)
        save_project(done, session.project)
    page.view.set_split(0.4)
    page.strip.setFocus()
    shooter.shoot("tryon-history")
    page._compare_some()
    shooter.shoot("tryon-side-by-side")
    page._compare([])
    page.toggle_steps()
    shooter.wait(lambda: page.step_bar.words.text())
    shooter.shoot("tryon-steps")
    page.toggle_steps()
    page.take_brush()
    for stroke in _strokes(page.view.width_px):
        page.view.stroked.emit(stroke)
    shooter.shoot("tryon-brush")
    page.leave_brush()
    page._remove([0])
    shooter.shoot("tryon-removed")
    page.export()
    from ui.export_dialog import ExportDialog

    shooter.wait(lambda: window.findChild(ExportDialog) and not window.desk.keep.busy)
    shooter.shoot_dialog("export")
    page.receive([Arrival("screenshots.jpg", path=Path(__file__))], "garment")
    shooter.wait(lambda: window.notice.text)
    shooter.shoot("tryon-error")
    page.receive([Arrival(path.name, path=path) for path in sample_files("room")[:1]])
    shooter.wait(lambda: window.notice.buttons)
    shooter.shoot("tryon-room-asked")
    window.notice.put_away()


def _room(shooter: Shooter, window: MainWindow) -> None:
    from PySide6.QtCore import QPointF

    from tryon.mask import Stroke
    from ui.intake import Arrival
    from ui.samples import sample_files

    window.show_page("room")
    page, session = window.room, window.desk.session
    shooter.wait(lambda: page.palette_list.list.count(), 10)
    shooter.shoot("room-empty")
    path = sample_files("room")[0]
    page.receive([Arrival(path.name, path=path)])
    shooter.wait(lambda: page.panel.isVisible())
    shooter.shoot("room-reading")
    shooter.wait(lambda: page.frames.floor)
    page.grid_button.setChecked(True)
    shooter.shoot("room-grid")
    page.grid_button.setChecked(False)
    page.camera_button.setChecked(True)
    shooter.shoot("room-camera")
    page.camera_button.setChecked(False)
    page.wall_button.setChecked(True)
    shooter.shoot("room-wall")
    page.wall_button.setChecked(False)
    page.improve_button.setChecked(False)  # a picture that may still come would make the others differ from run to run
    width, height = session.project.room.width, session.project.room.height  # type: ignore[union-attr]

    def line(wide: float, *points: tuple[float, float]) -> Stroke:
        """A stroke through points that are shares of the photo, as wide as that share of its height."""
        return Stroke(tuple((width * x, height * y) for x, y in points), wide * height)

    for name, x, y in (("sofa-2-seat", 0.5, 0.74), ("coffee-table", 0.5, 0.93), ("floor-lamp", 0.27, 0.8)):
        page.place(name, (width * x, height * y))
    shooter.rest()
    shooter.shoot("room-done")
    first = session.project.pieces[0]
    page._select(first.number)
    page.view.grabbed.emit()
    page.view._drag, page.view._drag_number = "move", first.number
    page._move(first.number, first.x - 0.04 * width, first.y + 0.09 * height)
    shooter.shoot("room-dragging")
    page.view._drag = ""
    page.view.let_go.emit()
    session.undo()
    page.show_shelf("pieces")
    page._lock(first.number)
    page._hide(session.project.pieces[1].number)
    shooter.rest()
    shooter.shoot("room-pieces")
    page.sizes_button.setChecked(True)
    shooter.shoot("room-sizes")
    page.sizes_button.setChecked(False)
    lamp = session.project.pieces[2]
    page._select(lamp.number)
    page._lift(lamp.number, 0.45)
    shooter.rest()
    shooter.shoot("room-lifted")
    session.undo()
    page.sun_button.setChecked(True)
    page._light.put(0, QPointF(width * 0.62, height * 0.86))
    page._light.put(1, page._light.handle(0) + QPointF(width * 0.12, height * 0.03))
    page._light.settle()
    shooter.rest()
    shooter.shoot("room-light")
    page.sun_button.setChecked(False)
    session.undo()
    shooter.rest()
    page.front_button.setChecked(True)
    page._brush.stroked.emit(line(0.05, (0.36, 0.5), (0.37, 0.6), (0.36, 0.66)))
    shooter.rest()
    shooter.shoot("room-front")
    page.front_button.setChecked(False)
    page.gone_button.setChecked(True)
    for across in (0.525, 0.56, 0.595):  # the picture on the wall
        page._eraser.stroked.emit(line(0.06, (across, 0.23), (across + 0.005, 0.42)))
    shooter.rest()
    shooter.shoot("room-remove")
    page.gone_button.setChecked(False)
    shooter.rest()
    shooter.shoot("room-removed")
    for _stroke in range(3):
        session.undo()
    page.show_shelf("palette")
    page.palette_list.search.setText("lamp")
    page.compare_button.setChecked(True)
    page.compare_view.set_split(0.5)
    shooter.shoot("room-compared")
    page.compare_button.setChecked(False)
    page.palette_list.search.clear()
    page.scale_button.setChecked(True)
    shooter.shoot("room-scale-line")
    start, end = QPointF(width * 0.2, height * 0.9), QPointF(width * 0.5, height * 0.88)
    page.view._draw_line(start, end)
    page._line_drawn(start.x(), start.y(), end.x(), end.y())
    shooter.shoot("room-scale-length")
    page.scale_button.setChecked(False)
    shooter.rest()


def _offer_model(folder: Path) -> None:
    """A card with an address, as somebody may hand it out: half of its file is here."""
    folder.mkdir()
    card = {
        "name": "my-shop-tops", "file": "my-shop-tops.safetensors", "sha256": "0" * 64, "license": "CC-BY-NC-4.0",
        "task": "Tops of one shop, for trying out.", "url": "https://models.example/my-shop-tops.safetensors", "size": 52_428_800,
    }  # fmt: skip
    (folder / "my-shop-tops.json").write_text(json.dumps(card))


def _rest(shooter: Shooter, window: MainWindow, folder: Path) -> None:
    from tryon.project.store import save_project
    from ui.download_row import DownloadRow
    from ui.recent_row import remember_recent

    window.show_page("settings")
    shooter.wait(lambda: not window.desk.keep.busy, 20)
    shooter.shoot("settings")
    window.show_page("models")
    shooter.wait(lambda: window.models_page.cards.count(), 20)
    shooter.shoot("models")
    _offer_model(folder / "cards")
    count = window.models_page.cards.count()
    window.models_page.import_from(folder / "cards")
    shooter.wait(lambda: window.models_page.cards.count() > count, 20)
    window.models_page.findChildren(DownloadRow)[0].button.click()
    shooter.wait(lambda: False, 0.3)
    shooter.shoot("models-offer")
    window.notice.put_away()
    window.show_page("tryon")
    window.show_shortcuts()
    shooter.shoot_dialog("shortcuts")
    for name in ("Anna, spring", "Living room"):
        path = folder / f"{name}.tryon"
        save_project(path, window.desk.session.project)
        remember_recent(window.desk.settings, path)
    window.projects.list_recent()
    window.desk.session.open(type(window.desk.session.project)(), None)
    shooter.wait(lambda: window.tryon.recent.buttons)
    window.notice.put_away()
    shooter.shoot("recent")


def _one(variant: str, folder: Path, done: Path, ending: str, only: list[str]) -> None:
    from PySide6.QtCore import QPoint, QSettings
    from PySide6.QtGui import QCursor

    from ui.app import make_app
    from ui.desk import Desk
    from ui.main_window import MainWindow

    with tempfile.TemporaryDirectory(prefix="tryon-") as scratch:
        os.environ.update(TRYON_DATA=f"{scratch}/data", TRYON_CACHE=f"{scratch}/cache")
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, f"{scratch}/settings")
        make_app()
        desk = Desk()
        (Path(scratch) / "Pictures").mkdir()
        desk.settings.setValue("export/folder", f"{scratch}/Pictures")
        window = MainWindow(desk)
        window.resize(*SIZE)
        window.show()
        QCursor.setPos(window.mapToGlobal(window.rect().bottomRight()) - QPoint(2, 2))  # nothing is hovered over
        shooter = Shooter(window, folder, variant, ending, only)
        try:
            _tryon(shooter, window, done)
            _room(shooter, window)
            _rest(shooter, window, Path(scratch))
        finally:
            window.close()
            desk.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("docs/screens"))
    parser.add_argument("--variant", action="append", choices=sorted(VARIANTS), help="only this appearance")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="keep only this picture")
    parser.add_argument("--done", type=Path, metavar="FILE", help="keep the finished try-ons in this project, or take them from it")
    parser.add_argument("--png", action="store_true", help="whole pixels instead of JPEG")
    parser.add_argument("--here", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.here:
        _one(options.variant[0], options.folder, options.here, "png" if options.png else "jpg", options.only)
        return 0
    status = 0
    with tempfile.TemporaryDirectory() as scratch:
        done = options.done or Path(scratch) / "Anna.tryon"
        for variant in options.variant or VARIANTS:
            command = [sys.executable, "-m", "tools.screenshots", "--here", str(done), "--variant", variant, str(options.folder)]
            command += [*(["--png"] if options.png else []), *(f"--only={name}" for name in options.only)]
            ended = subprocess.run(command, env={**os.environ, **VARIANTS[variant]}, check=False)
            status = status or ended.returncode
    return status


if __name__ == "__main__":
    sys.exit(main())
