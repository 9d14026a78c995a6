"""The export dialog, the list of pieces, the settings and the models, with real events."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui import fakes
from tests.ui.conftest import Opener
from tests.ui.events import drop, files
from tests.ui.test_room_page import enter, stand
from tests.ui.test_tryon_page import WAIT, wear
from tryon.config import data_dir, models_dir
from tryon.label import PRESETS, stamp
from ui import look
from ui.export_dialog import ExportDialog
from ui.units import from_shown, shown_length, size_words


def test_all_results_are_exported_scaled_labeled_and_over_nothing(
    qtbot: QtBot, open_window: Opener, pictures: dict[str, Path], tmp_path: Path
) -> None:
    window = open_window()
    wear(qtbot, window, pictures)
    qtbot.mouseClick(window.tryon.again_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(window.desk.session.project.looks) == 2, timeout=WAIT)
    out = tmp_path / "out"
    out.mkdir()
    (out / "look-1.jpg").write_bytes(b"somebody's")
    window.desk.settings.setValue("export/folder", str(out))
    qtbot.mouseClick(window.tryon.export_button, Qt.MouseButton.LeftButton)
    dialog = window.findChild(ExportDialog)
    assert dialog is not None and dialog.what.count() == 2
    dialog.what.setCurrentIndex(1)
    qtbot.mouseClick(dialog.format.button("jpeg"), Qt.MouseButton.LeftButton)
    dialog.pattern.setText("look-{who}")
    assert not dialog.export_button.isEnabled() and "{who}" in dialog.result_label.text()
    dialog.pattern.setText("look-{seed}")
    dialog.preset.setCurrentIndex(dialog.preset.findData("china"))
    qtbot.waitUntil(lambda: "look-1.jpg" in dialog.result_label.text() and "+ 1" in dialog.result_label.text(), timeout=WAIT)
    qtbot.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: (out / "look-2.jpg").is_file(), timeout=WAIT)
    assert (out / "look-1.jpg").read_bytes() == b"somebody's" and (out / "look-1-2.jpg").is_file()
    for name, one in zip(("look-1-2.jpg", "look-2.jpg"), window.desk.session.project.looks, strict=True):
        with Image.open(out / name) as saved:
            gap = np.abs(np.asarray(saved).astype(int) - stamp(one.picture, PRESETS["china"].words))
            assert gap.mean() < 4 and b"TC260" in saved.info["xmp"]
    qtbot.waitUntil(lambda: "Saved 2 pictures" in window.notice.text, timeout=WAIT)

    qtbot.mouseClick(window.tryon.export_button, Qt.MouseButton.LeftButton)
    again = next(one for one in window.findChildren(ExportDialog) if one.isVisible())
    assert again.choice.format == "jpeg" and again.pattern.text() == "look-{seed}", "remembered"
    again.preset.setCurrentIndex(again.preset.findData("eu"))
    QGuiApplication.clipboard().clear()
    qtbot.mouseClick(again.copy_button, Qt.MouseButton.LeftButton)
    expected = stamp(window.desk.session.project.looks[1].picture, PRESETS["eu"].words)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().image().width() == 300, timeout=WAIT)
    image = QGuiApplication.clipboard().image()
    for x, y in ((280, 385), (150, 200), (250, 380)):
        assert image.pixelColor(x, y).getRgb()[:3] == tuple(expected[y, x])


def test_pieces_are_hidden_locked_and_chosen_in_the_list(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    first, second = stand(qtbot, window, 250, 400), stand(qtbot, window, 450, 420)
    page, session = window.room, window.desk.session
    qtbot.mouseClick(page.shelf.button("pieces"), Qt.MouseButton.LeftButton)
    assert page.piece_list.list.count() == 2 and "(2)" in page.shelf.button("pieces").text()
    row = page.piece_list.row_of(first.number)
    assert row is not None
    qtbot.mouseClick(row.eye, Qt.MouseButton.LeftButton)
    assert session.project.pieces[0].hidden
    qtbot.waitUntil(lambda: not window.desk.room.busy and page._frame is not None, timeout=WAIT)
    qtbot.wait(500)
    qtbot.waitUntil(lambda: not window.desk.room.busy, timeout=WAIT)
    picture = page._frame[1].picture  # type: ignore[index]
    room = np.asarray(Image.open(pictures["room"]).convert("RGB"))
    assert (picture[int(second.y), int(second.x)] == fakes.TINT).all()
    assert (picture[int(first.y), int(first.x)] == room[int(first.y), int(first.x)]).all(), "what is hidden is not drawn"

    row = page.piece_list.row_of(second.number)
    assert row is not None
    qtbot.mouseClick(row.lock, Qt.MouseButton.LeftButton)
    page.view.setFocus()
    page._select(second.number)
    qtbot.keyClick(page.view, Qt.Key.Key_Right)
    qtbot.keyClick(page.view, Qt.Key.Key_Delete)
    at = page.view.mapFromScene(QPointF(second.x, second.y))
    qtbot.mousePress(page.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(page.view.viewport(), at * 1.1)
    qtbot.mouseRelease(page.view.viewport(), Qt.MouseButton.LeftButton, pos=at * 1.1)
    assert session.project.pieces[1] == replace(second, locked=True), "locked: nothing takes it"
    qtbot.keyClick(page.view, Qt.Key.Key_L)
    assert session.project.pieces[1] == second
    for _step in range(3):
        session.undo()
    assert session.project.pieces == (first, second)

    qtbot.mouseClick(page.compare_button, Qt.MouseButton.LeftButton)
    assert page.stack.currentIndex() == 2 and page.compare_view.has_both
    qtbot.mouseClick(page.compare_button, Qt.MouseButton.LeftButton)
    assert page.stack.currentIndex() == 1


def test_sizes_follow_the_unit(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    stand(qtbot, window, 320, 400)
    assert "cm" in window.room.note.text()
    window.show_page("settings")
    qtbot.mouseClick(window.settings_page.unit.button("in"), Qt.MouseButton.LeftButton)
    assert "in" in window.room.note.text().split() and "cm" not in window.room.note.text()
    assert size_words((0.254, 1.0, 0.508)) == "10 × 20 × 39.5 in" and shown_length(2.03) == "80" and abs(from_shown(10) - 0.254) < 1e-9
    qtbot.mouseClick(window.settings_page.unit.button("cm"), Qt.MouseButton.LeftButton)
    assert size_words((0.254, 1.0, 0.508)) == "25 × 51 × 100 cm"


def test_what_is_kept_is_listed_and_can_be_deleted(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    left = data_dir() / "journal" / "left-behind"
    left.mkdir(parents=True)
    (left / "project.json").write_text("{}")
    window = open_window()
    drop(window.tryon.zones["person"], files(pictures["person"]))
    qtbot.waitUntil(lambda: window.desk.journal.folder is not None and not window.desk.journal.busy, timeout=WAIT)
    mine = window.desk.journal.folder
    window.show_page("settings")
    qtbot.waitUntil(lambda: window.settings_page.kept.count() == 24, timeout=WAIT)
    known = {os.path.realpath(path) for path in data_dir().rglob("*") if path.is_file()}
    assert all(path.startswith(os.path.realpath(data_dir() / "journal")) for path in known), "nothing is kept that is not listed"
    delete = window.settings_page.kept.itemAtPosition(0, 3).widget()
    qtbot.mouseClick(delete, Qt.MouseButton.LeftButton)
    assert left.exists() and "for good" in window.notice.text, "one is asked first"
    qtbot.mouseClick(window.notice.buttons[0], Qt.MouseButton.LeftButton)
    assert not left.exists() and mine is not None and (mine / "project.json").is_file(), "the open work stays"


def test_the_theme_changes_at_once(qtbot: QtBot, open_window: Opener) -> None:
    window = open_window()
    app = QGuiApplication.instance()
    window.desk.theme_wanted.connect(lambda wanted: look.choose_theme(app, wanted))
    window.show_page("settings")
    try:
        qtbot.mouseClick(window.settings_page.theme.button("dark"), Qt.MouseButton.LeftButton)
        assert look.theme() is look.DARK and window.palette().window().color().name() == look.DARK.window
        assert window.grab().toImage().pixelColor(5, 300).lightness() < 60
        qtbot.mouseClick(window.settings_page.theme.button("light"), Qt.MouseButton.LeftButton)
        assert look.theme() is look.LIGHT and window.grab().toImage().pixelColor(5, 300).lightness() > 200
    finally:
        look.choose_theme(app, "")


def test_models_are_shown_checked_imported_and_removed(qtbot: QtBot, open_window: Opener, tmp_path: Path) -> None:
    import hashlib

    window = open_window()
    window.show_page("models")
    page = window.models_page
    shipped = len(list(models_dir().glob("*.json")))
    qtbot.waitUntil(lambda: page.cards.count() == shipped, timeout=WAIT)
    folder = tmp_path / "download"
    folder.mkdir()
    page.import_from(folder)
    qtbot.waitUntil(lambda: "no model in this folder" in window.notice.text, timeout=WAIT)
    weights = b"not really weights"
    (folder / "mine.safetensors").write_bytes(weights)
    card = {"name": "mine", "file": "mine.safetensors", "sha256": "0" * 64, "license": "CC-BY-NC-4.0", "task": "a test"}
    (folder / "mine.json").write_text(json.dumps(card))
    page.import_from(folder)
    qtbot.waitUntil(lambda: "damaged" in window.notice.text, timeout=WAIT)
    assert page.cards.count() == shipped and not (data_dir() / "models" / "mine.json").exists()
    (folder / "mine.json").write_text(json.dumps({**card, "sha256": hashlib.sha256(weights).hexdigest()}))
    page.import_from(folder)
    qtbot.waitUntil(lambda: page.cards.count() == shipped + 1, timeout=WAIT)
    added = page.cards.itemAt(shipped).widget()
    assert "read the license before business use" in added.accessibleName()
    assert any("not used" in words.text() for words in added.findChildren(QLabel)), "what it is for is not promised"
    more, remove = added.findChildren(QPushButton)
    qtbot.waitUntil(more.isVisible)
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    assert any("mine" in words.text() and words.isVisible() for words in added.findChildren(QLabel))
    qtbot.mouseClick(remove, Qt.MouseButton.LeftButton)
    assert (data_dir() / "models" / "mine.json").is_file() and "Delete" in window.notice.text
    qtbot.mouseClick(window.notice.buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.cards.count() == shipped, timeout=WAIT)
    assert list((data_dir() / "models").iterdir()) == []


def test_the_menu_and_the_sheet_open_by_keys(qtbot: QtBot, open_window: Opener) -> None:
    from ui.shortcuts import ShortcutSheet

    window = open_window()
    qtbot.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert window.pages.currentWidget() is window.settings_page
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.pages.currentWidget() is window.tryon
    window.show_shortcuts()
    sheet = window.findChild(ShortcutSheet)
    assert sheet is not None and sheet.isVisible()
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()
