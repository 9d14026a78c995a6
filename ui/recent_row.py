"""Projects that were open lately, as small pictures to click."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, QSettings, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from tryon.text import _
from ui.images import fitted
from ui.look import GAP
from ui.parts import empty, label
from ui.tile import CardButton, draw_words

__all__ = ["RecentRow", "recent_files", "remember_recent"]

_KEY = "projects/recent"
_MOST = 8
_CARD = QSize(108, 104)


def recent_files(settings: QSettings) -> list[Path]:
    """Project files that were open lately and still exist, the newest first."""
    stored = settings.value(_KEY, [])
    names = [stored] if isinstance(stored, str) else stored if isinstance(stored, list) else []
    return [path for path in map(Path, names) if path.is_file()][:_MOST]


def remember_recent(settings: QSettings, path: Path) -> None:
    """Put a file in front of the list."""
    path = path.absolute()
    names = [str(path), *(str(known) for known in recent_files(settings) if known != path)]
    settings.setValue(_KEY, names[:_MOST])


class _Card(CardButton):
    def __init__(self, path: Path, preview: bytes | None) -> None:
        super().__init__(_("Open project {name}").format(name=path.stem), str(path), _CARD)
        self.setText(path.stem)
        self._image = QImage.fromData(preview) if preview else QImage()

    def draw(self, painter: QPainter, frame: QRectF) -> None:
        if not self._image.isNull():
            painter.drawImage(fitted(self._image.size(), frame.adjusted(5, 5, -5, -24)), self._image)
        draw_words(painter, frame.adjusted(6, frame.height() - 22, -6, -3), self.text(), middle=True)


class RecentRow(QWidget):
    """A row of recent projects; nothing where there are none."""

    chosen = Signal(object)  # Path

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GAP, 0, GAP)
        column.setSpacing(GAP // 2)
        caption = label(_("Recent projects"), "small")
        caption.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(caption)
        self._row = QHBoxLayout()
        self._row.setSpacing(GAP)
        column.addLayout(self._row)
        self.buttons: list[QAbstractButton] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # many of them do not make the page wider
        self.hide()

    def show_files(self, files: list[tuple[Path, bytes | None]]) -> None:
        """Show these project files with their small pictures."""
        empty(self._row)
        self.buttons = []
        self._row.addStretch(1)
        for path, preview in files[:6]:
            card = _Card(path, preview)
            card.clicked.connect(lambda _checked=False, path=path: self.chosen.emit(path))
            self.buttons.append(card)
            self._row.addWidget(card)
        self._row.addStretch(1)
        self._show_what_fits()
        self.setVisible(bool(self.buttons))

    def _show_what_fits(self) -> None:
        """As many as have room beside each other, the newest first."""
        room = max(1, (self.width() + GAP) // (_CARD.width() + GAP))
        for at, button in enumerate(self.buttons):
            button.setVisible(at < room)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._show_what_fits()
