"""A model's file from the web: asked first, stopped, gone on with, checked; every failure says what to do."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Opener
from tests.ui.test_fetching import Serve, answered, serve
from tests.ui.test_tryon_page import WAIT
from tryon.config import data_dir, models_dir
from tryon.errors import Canceled, ModelError
from ui.download_row import DownloadRow
from ui.downloading import Download, part_of
from ui.shelf import Shelved

__all__ = ["serve"]

BODY = bytes(range(256)) * 40
SUM = hashlib.sha256(BODY).hexdigest()


def offer(folder: Path, sha256: str = SUM, size: int = len(BODY), here: int = 0) -> Shelved:
    url = "https://models.example/x.safetensors"
    return Shelved("x", "", "MIT", True, size, "", "", "", True, folder / "x.safetensors", sha256, url, here)


def rest(start: int) -> bytes:
    body = BODY[start:]
    return answered(body, "206 Partial Content", "application/octet-stream", Content_Range=f"bytes {start}-{len(BODY) - 1}/{len(BODY)}")


def test_it_goes_on_where_it_stopped_and_counts_only_whole(serve: Serve, tmp_path: Path) -> None:
    cut = BODY[:3000]
    asked = serve(answered(b"", "302 Found", Location="https://cdn.example/y"),
                  answered(cut, kind="application/octet-stream", Content_Length=str(len(BODY))), rest(3000))  # fmt: skip
    with pytest.raises(ModelError, match="ended early") as caught:
        Download(offer(tmp_path)).run()
    told = str(caught.value)
    assert SUM in told and str(len(BODY)) in told and str(tmp_path) in told, "what to do by hand"
    assert part_of(tmp_path / "x.safetensors").read_bytes() == cut and not (tmp_path / "x.safetensors").exists()
    assert Download(offer(tmp_path)).run().read_bytes() == BODY
    assert b"Range: bytes=3000-" in asked[-1] and not part_of(tmp_path / "x.safetensors").exists()


def test_a_site_that_cannot_go_on_is_begun_anew(serve: Serve, tmp_path: Path) -> None:
    part_of(tmp_path / "x.safetensors").write_bytes(b"?" * 100)
    serve(answered(BODY, kind="application/octet-stream"))
    assert Download(offer(tmp_path)).run().read_bytes() == BODY


def test_what_is_not_described_by_the_card_is_thrown_away(serve: Serve, tmp_path: Path) -> None:
    serve(answered(BODY[::-1]), answered(BODY + b"!"), answered(b"", "404 No"))
    for words in ("not what the card describes", "more than the card says", "answer 404"):
        with pytest.raises(ModelError, match=words):
            Download(offer(tmp_path)).run()
    assert not (tmp_path / "x.safetensors").exists()


def test_no_room_is_told_before_a_byte_is_asked_for(serve: Serve, tmp_path: Path) -> None:
    asked = serve()
    with pytest.raises(ModelError, match="not enough room"):
        Download(offer(tmp_path, size=2**60)).run()
    assert not asked


def test_stop_ends_it_at_once(serve: Serve, tmp_path: Path) -> None:
    begun, over = threading.Event(), threading.Event()

    def slowly(theirs: socket.socket) -> None:
        theirs.sendall(answered(BODY[:500], Content_Length=str(len(BODY))))
        begun.set()
        over.wait(10)

    serve(slowly)
    download = Download(offer(tmp_path))
    threading.Timer(0.2, lambda: (begun.wait(5), download.stop())).start()
    with pytest.raises(Canceled):
        download.run()
    over.set()
    assert part_of(tmp_path / "x.safetensors").stat().st_size == 500


def test_a_card_with_an_address_is_asked_about_brought_paused_and_removed(
    qtbot: QtBot, open_window: Opener, tmp_path: Path, serve: Serve
) -> None:
    over = threading.Event()

    def slowly(theirs: socket.socket) -> None:
        theirs.sendall(answered(BODY[:700], Content_Length=str(len(BODY))))
        over.wait(10)

    asked = serve(slowly, rest(700))
    folder = tmp_path / "cards"
    folder.mkdir()
    card = {"name": "x", "file": "x.safetensors", "sha256": SUM, "license": "CC-BY-NC-4.0", "task": "a test", "size": len(BODY),
            "url": "https://models.example/x.safetensors"}  # fmt: skip
    (folder / "x.json").write_text(json.dumps(card))
    window = open_window()
    window.show_page("models")
    page, shipped = window.models_page, len(list(models_dir().glob("*.json")))
    page.import_from(folder)
    qtbot.waitUntil(lambda: page.cards.count() == shipped + 1, timeout=WAIT)

    def row() -> DownloadRow:
        return page.cards.itemAt(shipped).widget().findChildren(DownloadRow)[0]

    qtbot.waitUntil(row().isVisible)
    assert row().words.text() == "Not downloaded"
    qtbot.mouseClick(row().button, Qt.MouseButton.LeftButton)
    assert "CC-BY-NC-4.0" in window.notice.text and "models.example" in window.notice.text and not asked, "the license comes first"
    qtbot.mouseClick(window.notice.buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(window.desk.downloads) and window.desk.downloads["x"].here == 700, timeout=WAIT)
    assert row().button.text().strip() == "Pause"
    qtbot.mouseClick(row().button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.desk.downloads, timeout=WAIT)
    over.set()
    qtbot.waitUntil(lambda: "Stopped at" in row().words.text(), timeout=WAIT)
    assert row().button.text().strip() == "Go on"
    page.refresh()
    qtbot.waitUntil(lambda: not window.desk.keep.busy, timeout=WAIT)
    qtbot.wait(100)
    assert "Stopped at" in row().words.text(), "a page that is shown anew knows"
    qtbot.mouseClick(row().button, Qt.MouseButton.LeftButton)
    file = data_dir() / "models" / "x.safetensors"
    qtbot.waitUntil(file.is_file, timeout=WAIT)
    qtbot.waitUntil(lambda: any("whole, as its card says" in words.text() for words in
                                page.cards.itemAt(page.cards.count() - 1).widget().findChildren(QLabel)), timeout=WAIT)  # fmt: skip
    assert file.read_bytes() == BODY
