"""What leaves without the export's button: clipboard, drag, printer, the sheet of compared results. Each is read back."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDrag, QGuiApplication
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Opener
from tests.ui.test_room_page import enter, stand
from tests.ui.test_tryon_page import WAIT, wear
from tryon.export import contact_sheet, prepared
from tryon.export_choice import ExportChoice
from ui.export_dialog import ExportDialog
from ui.main_window import MainWindow
from ui.outgoing import usual_choice

LEFT = Qt.MouseButton.LeftButton


def is_marked(data: bytes) -> bool:
    with Image.open(io.BytesIO(data)) as image:
        return "compositeWithTrainedAlgorithmicMedia" in image.info["XML:com.adobe.xmp"]


def pixels(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


def several(qtbot: QtBot, window: MainWindow, pictures: dict[str, Path], count: int) -> None:
    wear(qtbot, window, pictures)
    session = window.desk.session
    for number in range(1, count):
        look = session.project.looks[0]
        session.amend(
            lambda project, look=look, number=number: replace(
                project, looks=(*project.looks, replace(look, number=number + 1, seed=number)), shown=number
            )
        )


def test_the_clipboard_holds_a_file_with_marks_and_pixels_with_the_label(
    qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]
) -> None:
    window = open_window()
    wear(qtbot, window, pictures)
    look = window.desk.session.project.look
    assert look is not None
    for preset in ("eu", "china"):
        window.desk.settings.setValue("export/preset", preset)
        QGuiApplication.clipboard().setText("before")
        qtbot.keyClick(window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: QGuiApplication.clipboard().mimeData().hasFormat("image/png"), timeout=WAIT)
        mime = QGuiApplication.clipboard().mimeData()
        data = bytes(mime.data("image/png").data())
        assert is_marked(data) and np.array_equal(pixels(data), prepared(look.picture, ExportChoice(preset=preset)))
        assert mime.hasImage() and mime.imageData().size() == QGuiApplication.clipboard().image().size()


def test_a_furnished_room_is_copied_with_marks_too(qtbot: QtBot, open_window: Opener, pictures: dict[str, Path]) -> None:
    window = open_window()
    enter(qtbot, window, pictures)
    stand(qtbot, window, 300, 400)
    qtbot.waitUntil(lambda: window.room._frame is not None and not window.desk.room.busy, timeout=WAIT)
    QGuiApplication.clipboard().setText("before")
    qtbot.keyClick(window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().mimeData().hasFormat("image/png"), timeout=WAIT)
    data = bytes(QGuiApplication.clipboard().mimeData().data("image/png").data())
    assert b"TC260:AIGC" in data and b"digitalsourcetype/composite" in data


def test_a_label_is_left_out_only_after_it_was_agreed_to(open_window: Opener) -> None:
    settings = open_window().desk.settings
    settings.setValue("export/preset", "marketplace")
    assert usual_choice(settings).preset == "eu"
    settings.setValue("export/consent", "2026-11-23T10:00:00")
    assert usual_choice(settings).preset == "marketplace"
    settings.setValue("export/preset", "nonsense")
    assert usual_choice(settings).preset == "eu"


def test_a_result_is_dragged_out_as_a_file(
    qtbot: QtBot, open_window: Opener, pictures: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    carried: list[QMimeData] = []

    def carry(drag: QDrag, *_actions: object) -> Qt.DropAction:
        mime = QMimeData()
        mime.setUrls(drag.mimeData().urls())
        mime.setData("image/png", drag.mimeData().data("image/png"))
        carried.append(mime)
        return Qt.DropAction.CopyAction

    monkeypatch.setattr(QDrag, "exec", carry)
    window = open_window()
    wear(qtbot, window, pictures)
    strip = window.tryon.strip
    middle = strip.visualItemRect(strip.item(0)).center()
    qtbot.mousePress(strip.viewport(), LEFT, pos=middle)
    for step in range(1, 6):
        qtbot.mouseMove(strip.viewport(), middle + QPoint(0, -8 * step))
    qtbot.waitUntil(lambda: bool(carried), timeout=WAIT)
    qtbot.mouseRelease(strip.viewport(), LEFT, pos=middle)
    (url,) = carried[0].urls()
    path = Path(url.toLocalFile())
    assert path.name == "person_garment_1.png" and path.read_bytes() == carried[0].data("image/png").data()
    assert is_marked(path.read_bytes())
    carried.clear()
    strip.dragged.emit(0)  # a hand that has let go before the file was there
    strip.held = False
    qtbot.waitUntil(lambda: not window.desk.keep.busy, timeout=WAIT)
    qtbot.wait(50)
    assert not carried


def test_a_picture_is_printed_upright_and_as_large_as_the_page_lets_it(
    qtbot: QtBot, open_window: Opener, pictures: dict[str, Path], tmp_path: Path
) -> None:
    window = open_window()
    wear(qtbot, window, pictures)
    qtbot.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(ExportDialog)
    assert dialog is not None and dialog.focusWidget() is dialog.print_button
    qtbot.mouseClick(dialog.print_button, LEFT)
    asked = window.findChild(QPrintDialog)
    assert asked is not None
    printer = asked.printer()
    paper = tmp_path / "page.pdf"
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(paper))
    asked.accepted.emit(printer)
    asked.close()
    qtbot.waitUntil(lambda: "Sent to the printer" in window.notice.text, timeout=WAIT)
    page = paper.read_bytes()
    assert page.startswith(b"%PDF") and len(re.findall(rb"/Type\s*/Page\b", page)) == 1
    sizes = set(re.findall(rb"/Width (\d+)\s*/Height (\d+)", page))
    assert (b"300", b"400") in sizes, "the picture's own pixels"
    (box,) = re.findall(rb"/MediaBox \[([\d. ]+)\]", page)
    _left, _top, width, height = (float(value) for value in box.split())
    assert height > width, "the page stands as the picture does"


def test_compared_results_are_exported_as_one_sheet(
    qtbot: QtBot, open_window: Opener, pictures: dict[str, Path], tmp_path: Path
) -> None:
    window = open_window()
    several(qtbot, window, pictures, 3)
    window.desk.settings.setValue("export/folder", str(tmp_path))
    window.desk.settings.setValue("export/preset", "eu")
    window.tryon._compare([0, 1, 2])
    qtbot.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.findChild(ExportDialog) is not None, timeout=WAIT)
    dialog = window.findChild(ExportDialog)
    assert dialog is not None
    assert [dialog.what.itemText(row) for row in range(dialog.what.count())] == [
        "Side by side, one picture", "Side by side, 3 pictures", "All results (3)",
    ]  # fmt: skip
    qtbot.mouseClick(dialog.export_button, LEFT)
    qtbot.waitUntil(lambda: bool(list(tmp_path.glob("person_garment*.png"))), timeout=WAIT)
    (path,) = tmp_path.glob("person_garment*.png")
    sheet = pixels(path.read_bytes())
    assert is_marked(path.read_bytes()) and sheet.shape[1] > 3 * 300 and sheet.shape[0] > 400
    look = window.desk.session.project.looks[1]
    gap = max(8, 400 // 40)
    cell = sheet[gap : gap + 400, 2 * gap + 300 : 2 * gap + 600]
    assert np.abs(cell.astype(int) - look.picture).max() <= 2, "the second picture stands in the middle, pixel for pixel"


def test_a_sheet_has_words_and_rows_and_a_limit() -> None:
    tall, wide = np.full((800, 600, 3), 90, np.uint8), np.full((400, 900, 3), 160, np.uint8)
    sheet = contact_sheet([(tall, "Result 1"), (wide, "结果 2")])
    assert sheet.shape[0] > 400 and (sheet[-30:].min(axis=2) < 120).any(), "words below"
    many = contact_sheet([(tall, str(number)) for number in range(9)])
    assert many.shape[1] <= 4096 and many.shape[0] > 2 * many.shape[1] / 4
    huge = contact_sheet([(np.zeros((4096, 3072, 3), np.uint8), "x")] * 4)
    assert huge.shape[1] <= 4096 and huge.shape[0] < 1700
    assert prepared(sheet, ExportChoice(preset="china")).shape == sheet.shape
