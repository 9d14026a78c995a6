"""For everyone: by keys alone, at every scale, in both languages, in both appearances."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Opener
from tests.ui.states import filled, states
from tests.ui.test_window import _contrast
from tryon.config import assets_dir
from ui import look
from ui.main_window import MainWindow

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("language", "scale"), [("en", "1"), ("zh_CN", "1"), ("en", "2"), ("zh_CN", "3")])
def test_no_text_is_cut_off_in_the_smallest_window(tmp_path: Path, language: str, scale: str) -> None:
    environment = {
        **os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": scale, "TRYON_LANG": language,
        "TRYON_DATA": str(tmp_path / "data"), "TRYON_CACHE": str(tmp_path / "cache"),
    }  # fmt: skip
    words = [sys.executable, "-m", "tests.ui.states", str(tmp_path)]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""


def _can_have_focus(page: QWidget) -> set[QWidget]:
    return {
        widget
        for widget in page.findChildren(QWidget)
        if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
    }


def _tabbed(qtbot: QtBot, window: MainWindow) -> list[QWidget]:
    visited: list[QWidget] = []
    for _step in range(120):
        focused = QApplication.focusWidget()
        if focused is None or (focused in visited and len(visited) > 2):
            break
        visited.append(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
        while QApplication.focusWidget() is focused and len(visited) < 100 and focused is window.room.view:
            qtbot.keyClick(focused, Qt.Key.Key_Tab)
    return visited


@pytest.mark.parametrize("page", ["tryon", "settings", "models"])
def test_everything_is_reached_by_tab_in_reading_order(qtbot: QtBot, open_window: Opener, page: str) -> None:
    window = open_window(width=1100, height=1500)
    window.desk.session.open(filled(), None)
    window.show_page(page)
    qtbot.waitUntil(lambda: not window.desk.keep.busy)
    qtbot.wait(50)
    shown = window.pages.currentWidget()
    window.tabs.button("tryon").setFocus()
    visited = _tabbed(qtbot, window)
    segments = {button for button in shown.findChildren(QPushButton) if button.property("kind") == "segment"}
    arrows = {button for button in segments if not button.isChecked()}  # arrow keys go inside a group
    missed = _can_have_focus(shown) - set(visited) - arrows
    assert not missed, [widget.accessibleName() or type(widget).__name__ for widget in missed]
    if page == "tryon":
        inside = [widget for widget in visited if shown.isAncestorOf(widget)]
        left = [widget for widget in inside if widget.mapTo(shown, widget.rect().topLeft()).x() < 300]
        assert inside[: len(left)] == left, "first the side, then the stage"


def test_every_state_has_names_for_a_screen_reader(qtbot: QtBot, open_window: Opener) -> None:
    window = open_window()
    unnamed = set()
    for name, shown in states(window):
        for widget in _can_have_focus(shown):
            if not (widget.accessibleName() or getattr(widget, "text", str)()) and not widget.objectName().startswith("qt_"):
                unnamed.add((name, type(widget).__name__))
    assert not unnamed


@pytest.mark.parametrize("theme", [look.LIGHT, look.DARK], ids=lambda theme: theme.name)
def test_words_have_contrast_wherever_they_stand(theme: look.Theme) -> None:
    for ink, grounds in {
        theme.text: (theme.window, theme.surface, theme.raised, theme.stage, theme.accent_soft, theme.warn_soft, theme.error_soft),
        theme.muted: (theme.window, theme.surface, theme.raised),
        theme.warn: (theme.surface, theme.window),
        theme.good: (theme.surface,),
        theme.accent: (theme.surface, theme.window),
    }.items():
        for ground in grounds:
            assert _contrast(ink, ground) >= 4.5, (ink, ground)
    for sign, ground in ((theme.control, theme.surface), (theme.accent, theme.stage), (theme.warn, theme.surface)):
        assert _contrast(sign, ground) >= 3.0, (sign, ground)


def test_chinese_has_a_font_on_a_clean_machine(qtbot: QtBot, open_window: Opener) -> None:
    window = open_window()
    assert "TryOn Han" in window.font().families() and set(QFontDatabase.styles("TryOn Han")) == {"Regular", "Bold"}
    files = list((assets_dir() / "fonts").glob("*.otf"))
    assert sum(path.stat().st_size for path in files) < 3 * 2**20 and (assets_dir() / "fonts" / "OFL.txt").is_file()
