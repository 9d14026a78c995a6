"""Saving a picture: where, as what, and the folder that is remembered."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSettings, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from tryon.text import _
from ui.engine import save

if TYPE_CHECKING:
    from tryon.image import Photo
    from ui.desk import Desk

__all__ = ["ask_where", "save_in_background", "suggested_name"]

_ENDINGS = {"PNG (*.png)": ".png", "JPEG (*.jpg *.jpeg)": ".jpg", "WebP (*.webp)": ".webp", "AVIF (*.avif)": ".avif"}


def suggested_name(*parts: str) -> str:
    """A file name of some words: without endings and without what a file name may not hold."""
    words = [re.sub(r"[^\w\-]+", "-", Path(part).stem).strip("-") for part in parts]
    return ("_".join(word for word in words if word) or "tryon")[:80]


def _folder(settings: QSettings) -> Path:
    remembered = Path(str(settings.value("export/folder", "")))
    if str(remembered) != "." and remembered.is_dir():
        return remembered
    pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    return Path(pictures) if Path(pictures).is_dir() else Path.home()


def _free(folder: Path, stem: str, ending: str) -> Path:
    path, number = folder / f"{stem}{ending}", 2
    while path.exists():
        path, number = folder / f"{stem}-{number}{ending}", number + 1
    return path


def ask_where(parent: QWidget, settings: QSettings, stem: str, then: Callable[[Path], None]) -> QFileDialog:
    """Open the save dialog, which does not block; `then` gets the chosen path, with an ending that says the format."""
    ending = str(settings.value("export/ending", ".png"))
    kinds = sorted(_ENDINGS, key=lambda kind: _ENDINGS[kind] != ending)
    dialog = QFileDialog(parent, _("Export picture"), str(_folder(settings)), ";;".join(kinds))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.selectFile(_free(_folder(settings), stem, _ENDINGS[kinds[0]]).name)

    def suffix(kind: str) -> None:
        dialog.setDefaultSuffix(_ENDINGS.get(kind, ".png").lstrip("."))

    suffix(kinds[0])
    dialog.filterSelected.connect(suffix)

    def chosen(name: str) -> None:
        path = Path(name)
        if path.suffix.lower() not in (".png", ".jpg", ".jpeg", ".webp", ".avif", ".tif", ".tiff"):
            path = path.with_name(path.name + _ENDINGS.get(dialog.selectedNameFilter(), ".png"))
        settings.setValue("export/folder", str(path.parent))
        settings.setValue("export/ending", ".jpg" if path.suffix.lower() == ".jpeg" else path.suffix.lower())
        then(path)

    dialog.fileSelected.connect(chosen)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def save_in_background(desk: Desk, path: Path, picture: Any, like: Photo | None) -> None:
    """Write the file in the disk thread and say so when it is there."""
    job = desk.disk.submit(save, str(path), picture, like)
    job.done.connect(lambda saved: desk.tell(_("Saved {name} in {folder}").format(name=Path(saved).name, folder=Path(saved).parent)))
    job.failed.connect(desk.tell_error)
