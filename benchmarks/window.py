"""How quick the window is and whether it ever stands still: writes benchmarks/results/window.json.

    xvfb-run -a python -m benchmarks.window [--fits 50] [--napari PYTHON]

Time to the first window and to the first picture from a cold start; gaps between two turns of the window's own loop at rest, during a
real fitting and while it is used; memory after many fittings. A gap is the window's own doing where its thread worked all the while
(own_ms); on a machine with other work it may only have waited for a processor: that is why the resting gaps stand beside it.
--napari names a Python that has napari (an environment of its own): a viewer with the same picture is measured in the same run.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.machine import describe_machine

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.app import Shell

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "window.json"
TARGETS = {"first_window_s": 1.5, "longest_own_gap_ms": 50.0}
_LONG_MS = 50.0

NAPARI = """
import json, os, sys, time
began, path = float(sys.argv[1]), sys.argv[2]
import napari, numpy
from PIL import Image
from qtpy.QtCore import QPoint, QPointF, QTimer, Qt
from qtpy.QtGui import QWheelEvent
from qtpy.QtWidgets import QApplication
viewer = napari.Viewer()
app = QApplication.instance()
window = viewer.window._qt_window
while not (window.windowHandle() and window.windowHandle().isExposed()):
    app.processEvents()
first = time.time() - began
viewer.add_image(numpy.asarray(Image.open(path).convert("RGB")), rgb=True)
canvas = viewer.window._qt_viewer.canvas.native
drawn = []
viewer.window._qt_viewer.canvas._scene_canvas.events.draw.connect(lambda event: drawn.append(1))
while not drawn:
    app.processEvents()
picture = time.time() - began
gaps, last = [], [time.perf_counter(), time.thread_time()]
def beat():
    now = [time.perf_counter(), time.thread_time()]
    gaps.append((1000 * (now[0] - last[0]), 1000 * (now[1] - last[1])))
    last[:] = now
timer = QTimer(); timer.timeout.connect(beat); timer.start(5)
for step in range(60):
    at = QPointF(canvas.width() / 2, canvas.height() / 2)
    app.sendEvent(canvas, QWheelEvent(at, canvas.mapToGlobal(at), QPoint(), QPoint(0, 60 if step % 20 < 10 else -60),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False))
    end = time.perf_counter() + 0.03
    while time.perf_counter() < end:
        app.processEvents(); time.sleep(0.002)
pages = int(open("/proc/self/statm").read().split()[1])
print(json.dumps({"version": napari.__version__, "first_window_s": first, "first_picture_s": picture,
    "memory_mb": pages * os.sysconf("SC_PAGESIZE") / 2**20, "zoom": gaps}), flush=True)
os._exit(0)
"""


class Beat:
    """Looks at the clock in every turn of the window's loop."""

    def __init__(self) -> None:
        from PySide6.QtCore import QTimer

        self._gaps: list[tuple[float, float]] = []
        self._last = (time.perf_counter(), time.thread_time())
        self._timer = QTimer()
        self._timer.timeout.connect(self._turn)
        self._timer.start(5)

    def _turn(self) -> None:
        now = (time.perf_counter(), time.thread_time())
        self._gaps.append((1000.0 * (now[0] - self._last[0]), 1000.0 * (now[1] - self._last[1])))
        self._last = now

    def taken(self) -> dict[str, Any]:
        """What was seen since it was last asked."""
        gaps, self._gaps = self._gaps, []
        return summary(gaps)


def summary(gaps: list[tuple[float, float]]) -> dict[str, Any]:
    """Of gaps (milliseconds, of them the thread's own work): how many were long, the longest, the longest that was work."""
    return {
        "turns": len(gaps),
        "gaps_over_50_ms": sum(gap > _LONG_MS for gap, _own in gaps),
        "longest_gap_ms": round(max((gap for gap, _own in gaps), default=0.0), 1),
        "own_over_50_ms": sum(own > _LONG_MS for _gap, own in gaps),
        "longest_own_ms": round(max((own for _gap, own in gaps), default=0.0), 1),
    }


def memory_mb(pid: int | None) -> float:
    """What a process holds in memory now."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return round(pages * os.sysconf("SC_PAGESIZE") / 2**20, 1)


def _spin(ready: Callable[[], object], seconds: float = 900.0) -> None:
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise SystemExit("a measurement waited in vain")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
        time.sleep(0.001)


def _rest(seconds: float) -> None:
    end = time.monotonic() + seconds
    _spin(lambda: time.monotonic() > end)


def _wheel(widget: QWidget) -> None:
    from PySide6.QtCore import QPoint, QPointF, Qt
    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QApplication

    for step in range(60):
        at = QPointF(widget.width() / 2, widget.height() / 2)
        turn = QPoint(0, 60 if step % 20 < 10 else -60)
        event = QWheelEvent(at, widget.mapToGlobal(at), QPoint(), turn, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
                            Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
        QApplication.sendEvent(widget, event)
        _rest(0.03)


def inside(began: float, person: Path, garment: Path, large: Path, small: Path, fits: int) -> dict[str, Any]:
    """The measurements, in the window's own process."""
    from ui.app import Shell, make_app

    app = make_app()
    shell = Shell(app)
    window, session = shell.window, shell.desk.session
    window.show()
    _spin(lambda: window.windowHandle() and window.windowHandle().isExposed())
    app.processEvents()
    found: dict[str, Any] = {"first_window_s": round(time.time() - began, 2)}
    page = window.tryon
    page.receive([_arrival(person)], "person")
    page.receive([_arrival(garment)], "garment")
    _spin(lambda: session.project.person is not None)
    found["photo_shown_s"] = round(time.time() - began, 2)
    _spin(lambda: session.project.look or window.notice.text)
    if session.project.look is None:
        raise SystemExit(window.notice.text)
    found["first_picture_s"] = round(time.time() - began, 2)
    _rest(1.0)
    beat = Beat()
    _rest(5.0)
    found["at_rest"] = beat.taken()
    page.try_again()
    _spin(lambda: len(session.project.looks) == 2)
    _rest(1.0)
    found["during_a_fitting"] = beat.taken()
    _wheel(page.view)
    found["zooming"] = beat.taken()
    found["in_use"] = {}
    for name, step in _steps(shell, large).items():
        step()
        _rest(1.0)
        found["in_use"][name] = beat.taken()
    found["memory_mb"] = _many(shell, small, garment, fits)
    shell.close()
    return found


def _arrival(path: Path) -> Any:
    from ui.intake import Arrival

    return Arrival(path.name, path=path)


def _steps(shell: Shell, large: Path) -> dict[str, Callable[[], None]]:
    """Things that people do, each by itself."""
    from PySide6.QtWidgets import QDialog

    window, session, desk = shell.window, shell.desk.session, shell.desk

    def export() -> None:
        window.tryon.export()
        _rest(0.5)
        _spin(lambda: not desk.keep.busy)
        for dialog in window.findChildren(QDialog):
            if dialog.isVisible():
                dialog.reject()

    def open_large() -> None:
        photo = session.project.person
        window.tryon.receive([_arrival(large)], "person")
        _spin(lambda: session.project.person is not photo)
        _rest(0.5)
        _spin(lambda: len(session.project.looks) == 3)

    def brush() -> None:
        from tryon.mask import Stroke

        window.tryon.take_brush()
        for step in range(10):
            window.tryon.view.stroked.emit(Stroke(((100.0 + step, 100.0), (400.0 + 20 * step, 900.0)), 40.0, mark="change"))
            _rest(0.02)
        window.tryon.leave_brush()

    def turn_pages() -> None:
        for name in ("room", "settings", "models", "tryon"):
            window.show_page(name)
            _rest(0.3)

    def undo() -> None:
        while session.undo():
            _rest(0.02)
        while session.redo():
            _rest(0.02)

    return {
        "turning pages": turn_pages, "export dialog": export, "a photo of 12 megapixels": open_large,
        "zooming 12 megapixels": lambda: _wheel(window.tryon.view), "brush": brush, "undo and redo of all": undo,
        "another theme": lambda: desk.theme_wanted.emit("dark"),
    }  # fmt: skip


def _many(shell: Shell, person: Path, garment: Path, fits: int) -> dict[str, Any]:
    """Many fittings of a small photo, one after the other; what both processes hold on the way."""
    from tryon.project.document import Project

    window, session = shell.window, shell.desk.session
    session.open(Project(), None)
    window.tryon.receive([_arrival(person)], "person")
    window.tryon.receive([_arrival(garment)], "garment")
    _spin(lambda: session.project.look)
    window.tryon.quality.chosen.emit("preview")
    worker = shell.desk.fit.worker
    assert worker is not None
    held: dict[str, Any] = {}
    for count in range(1, fits + 1):
        made = len(session.project.looks)
        if not window.desk.fit.busy:
            window.tryon.try_again()
        _spin(lambda made=made: len(session.project.looks) > made and not window.desk.fit.busy)  # type: ignore[misc]
        if count in (1, 5, 10, 25, fits):
            _rest(1.0)
            held[f"after {count}"] = {"window": memory_mb(os.getpid()), "worker": memory_mb(worker.pid)}
    return held


def _pictures(folder: Path) -> tuple[Path, Path, Path, Path]:
    """Person, garment, the person with 12 megapixels, the person small."""
    from PIL import Image

    from ui.samples import sample_files

    garment = next(path for path in sample_files("garment") if "tshirt" in path.name)
    person = sample_files("person")[0]
    large, small = folder / "large.jpg", folder / "small.png"
    with Image.open(person) as image:
        image.convert("RGB").resize((3072, 4096), Image.Resampling.LANCZOS).save(large, quality=92)
        image.convert("RGB").resize((384, 512), Image.Resampling.LANCZOS).save(small)
    return person, garment, large, small


def _run(words: list[str], folder: Path) -> dict[str, Any]:
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "TRYON_DATA": str(folder / "data"), "TRYON_CACHE": str(folder / "cache"),
        "XDG_CONFIG_HOME": str(folder / "settings"),
    }  # fmt: skip
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"a measurement failed: {done.stderr.strip()[-2000:]}")
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--fits", type=int, default=50)
    parser.add_argument("--napari", metavar="PYTHON", help="a Python that has napari")
    parser.add_argument("--inside", nargs=5, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        began, person, garment, large, small = options.inside
        sys.modules["__main__"].__spec__ = None  # worker processes need not import this file
        print(json.dumps(inside(float(began), Path(person), Path(garment), Path(large), Path(small), options.fits)), flush=True)
        return 0
    with tempfile.TemporaryDirectory(prefix="tryon-") as scratch:
        folder = Path(scratch)
        person, garment, large, small = _pictures(folder)
        report: dict[str, Any] = {
            "date": datetime.datetime.now().astimezone().isoformat(timespec="seconds"), "machine": describe_machine(), "targets": TARGETS,
        }  # fmt: skip
        words = [sys.executable, "-m", "benchmarks.window", "--fits", str(options.fits), "--inside", str(time.time())]
        report["tryon"] = _run([*words, *map(str, (person, garment, large, small))], folder)
        if options.napari:
            told = _run([options.napari, "-c", NAPARI, str(time.time()), str(person)], folder)
            told["zoom"] = summary(told["zoom"])
            report["napari"] = {key: round(value, 2) if isinstance(value, float) else value for key, value in told.items()}
    RESULTS.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(RESULTS.read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
