"""Starting the window."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from ui.desk import Desk
from ui.engine import Engine
from ui.look import apply_look
from ui.main_window import MainWindow

__all__ = ["main", "make_app"]


def make_app() -> QApplication:
    """The application, dressed."""
    for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
        os.environ.pop(name, None)  # WORKAROUND: `import cv2` points both at its own Qt, and the window would not start
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("tryon-studio")
    app.setApplicationDisplayName("TryOn Studio")
    app.setDesktopFileName("tryon-studio")
    apply_look(app)
    return app


def main(files: Sequence[str] | None = None, engine: Engine | None = None) -> int:
    """Open the window with these files, and stay until it is closed; the exit status."""
    app = make_app()
    desk = Desk(engine)
    window = MainWindow(desk)
    window.show()
    signal.signal(signal.SIGINT, lambda _number, _stack: window.close())
    beat = QTimer()
    beat.timeout.connect(lambda: None)  # lets Python see Ctrl-C
    beat.start(300)
    paths = [Path(name) for name in (sys.argv[1:] if files is None else files)]
    QTimer.singleShot(0, lambda: window.open_paths(paths))
    QTimer.singleShot(400, window.warm)
    try:
        return app.exec()
    finally:
        desk.close()
