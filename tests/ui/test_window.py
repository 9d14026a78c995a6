"""What holds for the whole window: start, look, words for screen readers, the binding that once lost None."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Opener
from tryon.errors import PhotoError
from tryon.text import N_
from ui import look
from ui.intake import read_arrival, take
from ui.jobs import TimeLeft
from ui.parts import left_words

ROOT = Path(__file__).resolve().parents[2]


def _contrast(one: str, other: str) -> float:
    def light(color: str) -> float:
        values = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in values]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [look.LIGHT, look.DARK], ids=lambda theme: theme.name)
def test_text_and_focus_can_be_seen(theme: look.Theme) -> None:
    for ground in (theme.window, theme.surface, theme.raised):
        assert _contrast(theme.text, ground) >= 7
        assert _contrast(theme.muted, ground) >= 4.5
        assert _contrast(theme.accent, ground) >= 4.5
        assert _contrast(theme.control, ground) >= 3
    assert _contrast(theme.accent, theme.stage) >= 3
    assert _contrast(theme.accent_text, theme.accent) >= 4.5
    assert _contrast(theme.text, theme.accent_soft) >= 4.5
    for ink, ground in ((theme.warn, theme.warn_soft), (theme.error, theme.error_soft), (theme.good, theme.surface)):
        assert _contrast(ink, ground) >= 4.5
        assert _contrast(theme.text, ground) >= 4.5


def test_setting_a_text_keeps_none_alive(qtbot: QtBot) -> None:
    # PySide6 6.12.0 on Python 3.11 loses one reference of None a call, and the process then aborts
    words = QLabel()
    qtbot.addWidget(words)
    before = sys.getrefcount(None)
    for number in range(200):
        words.setText(str(number))
    assert sys.getrefcount(None) > before - 50


def test_everything_that_can_be_used_has_a_name(qtbot: QtBot, open_window: Opener) -> None:
    window = open_window()
    unnamed = [
        f"{type(widget).__name__} {widget.objectName()} in {type(widget.parent()).__name__}"
        for widget in window.findChildren(QWidget)
        if isinstance(widget, QAbstractButton) or widget.focusPolicy() & widget.focusPolicy().TabFocus
        if not (widget.accessibleName() or getattr(widget, "text", str)())
        if not isinstance(widget.parent(), QLineEdit) and not widget.objectName().startswith("qt_")
    ]
    assert unnamed == []


def test_the_window_starts_with_sockets_forbidden_and_without_heavy_packages(tmp_path: Path) -> None:
    code = """
import socket, sys
def forbidden(*arguments, **keywords):
    raise RuntimeError("no sockets")
socket.socket = socket.create_connection = forbidden
from ui.app import make_app
from ui.desk import Desk
from ui.main_window import MainWindow
import PySide6.QtTest
app = make_app()
desk = Desk()
window = MainWindow(desk)
window.show()
app.processEvents()
assert window.isVisible()
heavy = {"torch", "mediapipe", "trimesh", "pyrender", "scipy", "skimage", "diffusers", "OpenGL"}
print(sorted({name.split(".")[0] for name in sys.modules} & heavy))
desk.close()
"""
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_CONFIG_HOME": str(tmp_path),
        "TRYON_DATA": str(tmp_path),
        "QT_QPA_PLATFORM_PLUGIN_PATH": "/nowhere",
    }
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_no_page_imports_what_belongs_to_the_engine() -> None:
    heavy = re.compile(r"^\s*(?:import|from)\s+(numpy|cv2|PIL|torch|trimesh|pyrender|sqlite3|mediapipe|diffusers|scipy)\b", re.MULTILINE)
    found = {path.name: heavy.findall(path.read_text(encoding="utf-8")) for path in (ROOT / "ui").glob("*.py")}
    assert {name: names for name, names in found.items() if names} == {}
    assert [path.name for path in (ROOT / "ui").glob("*.py") if len(path.read_text(encoding="utf-8").splitlines()) > 400] == []


def test_what_the_clipboard_and_browsers_bring(tmp_path: Path) -> None:
    image = QImage(80, 70, QImage.Format.Format_RGB32)
    image.fill(0xFF3366)
    path = tmp_path / "a b.png"
    assert image.save(str(path))
    data = path.read_bytes()

    def mime(**formats: bytes) -> QMimeData:
        result = QMimeData()
        for name, value in formats.items():
            result.setData(name.replace("__", "/").replace("_", "-"), value)
        return result

    urls = QMimeData()
    urls.setUrls([QUrl.fromLocalFile(str(path))])
    gnome = mime(x_special__gnome_copied_files=b"copy\n" + QUrl.fromLocalFile(str(path)).toEncoded().data())
    raw = mime(image__png=data)
    qt_image = QMimeData()
    qt_image.setImageData(image)
    embedded = QMimeData()
    import base64

    embedded.setHtml(f'<p><img alt="x" src="data:image/png;base64,{base64.b64encode(data).decode()}"></p>')
    for arrived in (urls, gnome, raw, qt_image, embedded):
        photo = read_arrival(take(arrived)[0])
        assert (photo.width, photo.height) == (80, 70)
        assert photo.rgb[35, 40].tolist() == [0xFF, 0x33, 0x66]
    path.unlink()
    words = QMimeData()
    words.setText("hello")
    with pytest.raises(PhotoError):
        take(words)
    words.setText("https://example.org/x.jpg")
    assert take(words)[0].address == "https://example.org/x.jpg" and take(words)[0].data is None
    with pytest.raises(PhotoError, match="no picture"):
        take(None)
    assert take(urls)[0].data is None
    with pytest.raises(PhotoError, match="no such file"):
        read_arrival(take(urls)[0])


def test_time_left_is_told_only_when_it_is_known() -> None:
    left = TimeLeft()
    assert left.update(0.0, 100.0) is None and left.update(0.02, 100.2) is None
    told = [left.update(share / 10, 100.0 + share) for share in range(1, 10)]
    assert told[2] == pytest.approx(7.0, abs=0.2) and told[-1] == pytest.approx(1.0, abs=0.2)
    assert left_words(-1) == "" and left_words(0.4) == "nearly done"
    assert left_words(7.3) == "about 8 s left" and left_words(33) == "about 35 s left" and left_words(200) == "about 4 min left"
    assert N_("x") == "x"
