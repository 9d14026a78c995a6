"""The sample pictures that ship with the program, as thumbnails to click."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImageReader, QPainter
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from tryon.config import assets_dir
from tryon.text import _
from ui.images import fitted
from ui.intake import PICTURE_ENDINGS
from ui.look import GAP
from ui.tile import CardButton

__all__ = ["SampleRow", "sample_files"]

_PREFIXES = {
    "person": ("person", "woman", "man"),
    "garment": ("garment", "top", "tee", "shirt", "dress", "trousers", "skirt", "jacket"),
    "room": ("room",),
}


def sample_files(kind: str) -> list[Path]:
    """Sample pictures of a kind: person, garment or room."""
    folder = assets_dir() / "samples"
    if not folder.is_dir():
        return []
    files = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in PICTURE_ENDINGS]
    return [path for path in files if path.name.startswith(_PREFIXES[kind]) or path.parent.name.rstrip("s") == kind]


class _Thumb(CardButton):
    """One sample, cropped to its frame."""

    def __init__(self, path: Path, words: str, size: QSize) -> None:
        super().__init__(words, words, size)
        reader = QImageReader(str(path))
        reader.setAutoTransform(True)
        full = reader.size()
        if full.isValid():
            reader.setScaledSize(full.scaled(size * 2, Qt.AspectRatioMode.KeepAspectRatioByExpanding))
        self._image = reader.read()

    def draw(self, painter: QPainter, frame: QRectF) -> None:
        if not self._image.isNull():
            crop = fitted(frame.size().toSize(), QRectF(self._image.rect()))
            crop.moveTop(max(0.0, min(crop.top(), self._image.height() * 0.04)))
            painter.drawImage(frame, self._image, crop)


class SampleRow(QWidget):
    """A row of samples of one kind."""

    chosen = Signal(object)  # Path

    def __init__(self, kind: str, size: QSize, limit: int = 6) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addStretch(1)
        self.buttons: list[QAbstractButton] = []
        words = {"person": _("Sample person {number}"), "garment": _("Sample garment {number}"), "room": _("Sample room {number}")}[kind]
        for number, path in enumerate(sample_files(kind)[:limit], 1):
            button = _Thumb(path, words.format(number=number), size)
            button.clicked.connect(lambda _checked=False, path=path: self.chosen.emit(path))
            self.buttons.append(button)
            row.addWidget(button)
        row.addStretch(1)
        self.setVisible(bool(self.buttons))
