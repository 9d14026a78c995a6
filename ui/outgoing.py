"""Pictures on their way to other programs: the clipboard, a drag, a printer. Each with the label that exports have, and its metadata."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QMimeData, QRectF, QSettings, Qt, QUrl
from PySide6.QtGui import QDrag, QGuiApplication, QImage, QPageLayout, QPainter, QPixmap
from PySide6.QtWidgets import QDialog, QWidget

from tryon.config import cache_dir
from tryon.errors import OutputError
from tryon.export_choice import ExportChoice
from tryon.label import PRESETS
from tryon.text import _, language
from ui.images import fitted, to_image

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from tryon.image import Photo
    from ui.desk import Desk

__all__ = ["drag_out", "print_picture", "put_on_clipboard", "usual_choice", "usual_preset"]

_THUMBNAIL = 96


def usual_preset(settings: QSettings) -> str:
    """The label that was chosen last; before that, what the law of the language's home asks for."""
    chosen = str(settings.value("export/preset", ""))
    return chosen if chosen in PRESETS else "china" if language().startswith("zh") else "eu"


def usual_choice(settings: QSettings) -> ExportChoice:
    """A PNG at its own size with the usual label; none is left out before that was agreed to."""
    preset = usual_preset(settings)
    if PRESETS[preset].consent and not settings.value("export/consent", ""):
        preset = "china" if language().startswith("zh") else "eu"
    return ExportChoice("png", 0, 92, preset)


def put_on_clipboard(desk: Desk, picture: Any, choice: ExportChoice, made: str, like: Photo | None) -> None:
    """Put a picture on the clipboard: as a PNG file with all marks, and as pixels for programs that want those."""
    job = desk.keep.submit(_encoded, picture, choice, made, like, key="copy")

    def ready(answer: tuple[QImage, bytes]) -> None:
        QGuiApplication.clipboard().setMimeData(_mime(*answer))
        desk.tell(_("Copied"), seconds=3)

    job.done.connect(ready)
    job.failed.connect(desk.tell_error)


def drag_out(desk: Desk, source: QWidget, held: Callable[[], bool], picture: Any, stem: str, made: str, like: Photo | None) -> None:
    """Let a picture be dragged into other programs, as a file. held: whether the hand still holds it when the file is there."""
    job = desk.keep.submit(_for_drag, picture, stem, usual_choice(desk.settings), made, like, key="drag")

    def ready(answer: tuple[QImage, bytes, str]) -> None:
        if not held():
            return
        image, data, path = answer
        mime = _mime(image, data)
        mime.setUrls([QUrl.fromLocalFile(path)])
        drag = QDrag(source)
        drag.setMimeData(mime)
        shown = image.scaled(_THUMBNAIL, _THUMBNAIL, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        drag.setPixmap(QPixmap.fromImage(shown))
        drag.exec(Qt.DropAction.CopyAction)

    job.done.connect(ready)
    job.failed.connect(desk.tell_error)


def print_picture(desk: Desk, parent: QWidget | None, picture: Any, choice: ExportChoice, title: str) -> None:
    """Ask for a printer, then print the picture as large as the page lets it be."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    printer.setCreator("TryOn Studio")
    wide = picture.shape[1] > picture.shape[0]
    printer.setPageOrientation(QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(_("Print"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def accepted() -> None:
        job = desk.keep.submit(_print, printer, picture, choice)  # away from the window's thread: a page takes a moment
        job.done.connect(lambda _nothing: desk.tell(_("Sent to the printer"), seconds=4))
        job.failed.connect(desk.tell_error)

    dialog.accepted.connect(accepted)
    QDialog.open(dialog)  # its own `open` asks for a slot by name


# ---- in a thread of their own


def _encoded(picture: Any, choice: ExportChoice, made: str, like: Photo | None) -> tuple[QImage, bytes]:
    from tryon.export import prepared, rendered

    as_png = replace(choice, format="png")
    return to_image(prepared(picture, as_png)), rendered(picture, as_png, made=made, like=like)


def _for_drag(picture: Any, stem: str, choice: ExportChoice, made: str, like: Photo | None) -> tuple[QImage, bytes, str]:
    from tryon.image import write_file

    image, data = _encoded(picture, choice, made, like)
    folder = cache_dir() / "dragged"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(_("this folder cannot be made ({detail})").format(detail=error.strerror), subject=folder) from None
    path = folder / f"{stem}.png"
    write_file(path, data)
    return image, data, str(path)


def _print(printer: QPrinter, picture: Any, choice: ExportChoice) -> None:
    from tryon.export import prepared

    image = to_image(prepared(picture, choice))
    painter = QPainter()
    if not painter.begin(printer):
        raise OutputError(_("the printer does not take the page"), subject=printer.outputFileName() or printer.printerName() or None)
    page = QRectF(printer.pageLayout().paintRectPixels(printer.resolution()))
    painter.drawImage(fitted(image.size(), QRectF(0, 0, page.width(), page.height())), image)
    if not painter.end():
        raise OutputError(_("the page was not printed"), subject=printer.printerName() or None)


def _mime(image: QImage, data: bytes) -> QMimeData:
    mime = QMimeData()
    mime.setData("image/png", QByteArray(data))
    mime.setImageData(image)
    return mime
