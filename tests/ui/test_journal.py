"""Work is not lost: a window that is killed comes back as it was; files open by drop; a full disk is told once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Opener
from tests.ui.events import drop, files
from tests.ui.states import filled
from tests.ui.test_tryon_page import WAIT, wear
from tryon.project.document import Project
from tryon.project.store import open_journal, open_project, save_project
from ui.journal import journals_dir
from ui.recent_row import recent_files

ROOT = Path(__file__).resolve().parents[2]

_WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer, QSettings
QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, sys.argv[1])
from tests.ui import fakes
from ui.app import Shell, make_app
app = make_app()
shell = Shell(app, fakes.ENGINE)
shell.window.show()
shell.window.begin([Path(name) for name in sys.argv[2:]])
def tell():
    project, journal = shell.desk.session.project, shell.desk.journal
    if project.looks and not journal.busy and journal.folder is not None:
        print("kept", len(project.looks), flush=True)
timer = QTimer()
timer.timeout.connect(tell)
timer.start(100)
app.exec()
"""


def _start(tmp_path: Path, *names: Path) -> subprocess.Popen[str]:
    environment = {
        **os.environ, "QT_QPA_PLATFORM": "offscreen", "TRYON_DATA": str(tmp_path / "data"), "TRYON_CACHE": str(tmp_path / "cache"),
        "TRYON_LANG": "en", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    words = [sys.executable, "-c", _WINDOW, str(tmp_path / "settings"), *map(str, names)]
    return subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_window_killed_with_its_work_unsaved_comes_back_as_it_was(
    qtbot: QtBot, open_window: Opener, pictures: dict[str, Path], tmp_path: Path
) -> None:
    victim = _start(tmp_path, pictures["person"], pictures["garment"])
    try:
        assert victim.stdout is not None and victim.stdout.readline().strip() == "kept 1"
        folder = next(journals_dir_of(tmp_path).iterdir())
        second = open_window()  # while the first lives its journal is its own
        second.begin([])
        assert second.desk.journal.folder is None and not second.projects.opening
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait(10)
    finally:
        victim.kill()
        victim.communicate()
    window = open_window()
    window.begin([])
    qtbot.waitUntil(lambda: window.desk.session.project.look is not None, timeout=WAIT)
    project = window.desk.session.project
    expected = open_journal(folder)
    assert [cloth.photo.name for cloth in project.garments] == ["garment.png"] and len(project.looks) == 1
    assert np.array_equal(project.looks[0].picture, expected.looks[0].picture)
    assert "Your last work is back" in window.notice.text and window.tryon.view.has_both
    assert window.desk.journal.folder == folder, "the same journal goes on"
    assert not window.desk.fit.busy, "what was done is not done again"


def journals_dir_of(tmp_path: Path) -> Path:
    return tmp_path / "data" / "journal"


def test_a_journal_that_is_damaged_is_told_and_put_aside(qtbot: QtBot, open_window: Opener) -> None:
    folder = journals_dir() / "0123"
    folder.mkdir(parents=True)
    (folder / "project.json").write_text("{")
    window = open_window()
    window.begin([])
    qtbot.waitUntil(lambda: "damaged" in window.notice.text, timeout=WAIT)
    assert window.desk.session.project == Project() and not folder.exists()
    assert (folder.parent / "0123.damaged" / "project.json").is_file()


def test_saved_work_leaves_no_journal_and_unsaved_work_does(
    qtbot: QtBot, open_window: Opener, pictures: dict[str, Path], tmp_path: Path
) -> None:
    window = open_window()
    wear(qtbot, window, pictures)
    folder = tmp_path / "projects"
    folder.mkdir()
    window.desk.settings.setValue("projects/folder", str(folder))
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(QFileDialog)
    assert dialog is not None and Path(dialog.selectedFiles()[0]).name == "person.tryon"
    dialog.accept()
    path = folder / "person.tryon"
    qtbot.waitUntil(lambda: window.desk.session.path == path, timeout=WAIT)
    assert not window.isWindowModified() and recent_files(window.desk.settings) == [path]
    saved = open_project(path)
    assert np.array_equal(saved.looks[0].picture, window.desk.session.project.looks[0].picture)

    qtbot.mouseClick(window.tryon.shelf.star_button, Qt.MouseButton.LeftButton)
    assert window.isWindowModified()
    qtbot.waitUntil(lambda: not window.desk.journal.busy and window.desk.journal.folder is not None, timeout=WAIT)
    kept = window.desk.journal.folder
    assert kept is not None and open_journal(kept).starred == (1,)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)  # to its own file, without a question
    qtbot.waitUntil(lambda: not window.isWindowModified(), timeout=WAIT)
    assert open_project(path).starred == (1,)
    window.close()
    window.desk.close()
    assert not kept.exists()


def test_a_project_dropped_on_the_window_opens_and_the_old_work_can_be_had_back(
    qtbot: QtBot, open_window: Opener, pictures: dict[str, Path], tmp_path: Path
) -> None:
    window = open_window()
    wear(qtbot, window, pictures)
    before = window.desk.session.project
    path = tmp_path / "other.tryon"
    save_project(path, Project(room=before.person))
    drop(window, files(path))
    qtbot.waitUntil(lambda: window.desk.session.path == path, timeout=WAIT)
    assert window.page is window.room and window.desk.session.project.person is None and not window.desk.session.undo_words
    qtbot.mouseClick(window.notice.buttons[0], Qt.MouseButton.LeftButton)
    assert window.desk.session.project is before and window.desk.session.path is None
    broken = tmp_path / "broken.tryon"
    broken.write_bytes(path.read_bytes()[:300])
    drop(window, files(broken))
    qtbot.waitUntil(lambda: "broken.tryon: the project file is damaged" in window.notice.text, timeout=WAIT)
    assert window.desk.session.project is before


def test_a_new_project_takes_photo_and_wardrobe_along_where_one_likes(qtbot: QtBot, open_window: Opener) -> None:
    window = open_window()
    session, before = window.desk.session, filled()
    session.open(before, None)
    window.projects.new()
    assert session.project == Project() and [button.text() for button in window.notice.buttons] == ["Take photo and wardrobe along"]
    qtbot.mouseClick(window.notice.buttons[0], Qt.MouseButton.LeftButton)
    assert session.project.person is before.person and session.project.wardrobe == before.wardrobe and not session.project.looks
    session.undo()
    assert session.project == Project()


def test_a_full_disk_is_told_once_and_the_work_goes_on(
    qtbot: QtBot, open_window: Opener, pictures: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    window = open_window()
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        drop(window.tryon.zones["person"], files(pictures["person"]))
        qtbot.waitUntil(lambda: "disk is full" in window.notice.text, timeout=WAIT)
        window.notice.put_away()
        drop(window.tryon.zones["garment"], files(pictures["garment"]))
        qtbot.waitUntil(lambda: window.desk.session.project.look is not None, timeout=WAIT)
        qtbot.waitUntil(lambda: not window.desk.journal.busy, timeout=WAIT)
        assert not window.notice.text, "said once"
    qtbot.mouseClick(window.tryon.shelf.star_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: any(journals_dir().rglob("project.json")), timeout=WAIT)


def test_the_language_changes_while_the_work_stays(
    qtbot: QtBot, pictures: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.ui import fakes
    from ui.app import Shell, make_app

    monkeypatch.setenv("TRYON_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TRYON_LANG", "en")
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))
    shell = Shell(make_app(), fakes.ENGINE)
    try:
        shell.window.show()
        drop(shell.window.tryon.zones["person"], files(pictures["person"]))
        qtbot.waitUntil(lambda: shell.desk.session.project.person is not None, timeout=WAIT)
        project = shell.desk.session.project
        shell.window.show_page("settings")
        old = shell.window
        qtbot.mouseClick(old.settings_page.language.button("zh_CN"), Qt.MouseButton.LeftButton)
        assert shell.window is not old and shell.desk.session.project is project
        assert shell.window.pages.currentWidget() is shell.window.settings_page
        assert shell.window.tabs.button("tryon").text() == "试穿" and shell.window.undo_button.isEnabled()
        qtbot.wait(50)
        qtbot.keyClick(shell.window, Qt.Key.Key_Escape)
        qtbot.keyClick(shell.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert shell.desk.session.project == Project() and shell.window.tryon.stack.currentIndex() == 0
        qtbot.mouseClick(shell.window.settings_page.language.button("en"), Qt.MouseButton.LeftButton)
        assert shell.window.tabs.button("tryon").text() == "Try on"
        qtbot.wait(50)
    finally:
        shell.close()
