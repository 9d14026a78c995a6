"""Starting the window."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from ui.desk import Desk, open_settings
from ui.engine import Engine
from ui.look import apply_look, choose_theme
from ui.main_window import MainWindow

__all__ = ["Shell", "main", "make_app"]


def make_app(settings: QSettings | None = None) -> QApplication:
    """The application, dressed, in the language and theme of the settings (TRYON_LANG and TRYON_THEME override them)."""
    for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
        os.environ.pop(name, None)  # WORKAROUND: `import cv2` points both at its own Qt, and the window would not start
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("tryon-studio")
    app.setApplicationDisplayName("TryOn Studio")
    app.setDesktopFileName("tryon-studio")
    chosen = "" if settings is None else str(settings.value("look/language", ""))
    if chosen and "TRYON_LANG" not in os.environ:
        os.environ["TRYON_LANG"] = chosen
    apply_look(app, "" if settings is None else str(settings.value("look/theme", "")))
    return app


class Shell(QObject):
    """Holds the desk and its window, and makes the window anew when the language changes; the work stays as it is."""

    def __init__(self, app: QApplication, engine: Engine | None = None) -> None:
        super().__init__()
        self._app = app
        self.desk = Desk(engine)
        self.desk.theme_wanted.connect(lambda wanted: choose_theme(app, wanted))
        self.desk.language_wanted.connect(self._speak)
        self.window = MainWindow(self.desk)

    def _speak(self, language: str) -> None:
        """Show everything in another language; '' is the system's."""
        os.environ.pop("TRYON_LANG", None)
        if language:
            os.environ["TRYON_LANG"] = language
        old, self.window = self.window, MainWindow(self.desk)
        self.window.setGeometry(old.geometry())
        self.window.show()
        old.retire()
        self.window.show_page(old.tabs.chosen_value)
        self.window.show_page("settings")
        self.window.projects.list_recent()
        self.desk.restart_workers()

    def close(self) -> None:
        """End everything."""
        self.window.close()
        self.desk.close()


def main(files: Sequence[str] | None = None, engine: Engine | None = None) -> int:
    """Open the window with these files, and stay until it is closed; the exit status."""
    app = make_app(open_settings())
    shell = Shell(app, engine)
    shell.window.show()
    signal.signal(signal.SIGINT, lambda _number, _stack: shell.window.close())
    signal.signal(signal.SIGTERM, lambda _number, _stack: shell.window.close())
    beat = QTimer()
    beat.timeout.connect(lambda: None)  # lets Python see Ctrl-C
    beat.start(300)
    paths = [Path(name) for name in (sys.argv[1:] if files is None else files)]
    QTimer.singleShot(0, lambda: shell.window.begin(paths))
    QTimer.singleShot(400, lambda: shell.window.warm())
    try:
        return app.exec()
    finally:
        shell.close()
