"""The line of a model's card that brings its file: asks first, shows how far it is, can be stopped and gone on with."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from tryon.text import _
from ui.downloading import Download
from ui.intake import host_of
from ui.jobs import TimeLeft
from ui.look import GAP, IconPushButton
from ui.parts import label, left_words
from ui.settings_page import shown_size

if TYPE_CHECKING:
    from ui.desk import Desk
    from ui.shelf import Shelved

__all__ = ["DownloadRow"]

_LOOK_MS = 150


class DownloadRow(QWidget):
    """What runs belongs to the desk: a page that is shown anew finds it running."""

    whole = Signal()

    def __init__(self, desk: Desk, entry: Shelved, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._entry = desk, entry
        self._left = TimeLeft()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP // 2)
        self.words = label("", "muted", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(_("Progress"))
        self.button = IconPushButton("save", _("Download"))
        self.button.clicked.connect(self._clicked)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        column.addLayout(row)
        column.addWidget(self.bar)
        self._clock = QTimer(self)
        self._clock.setInterval(_LOOK_MS)
        self._clock.timeout.connect(self._look)
        self._here = entry.here
        self._seen: Download | None = None
        if self._running is not None:
            self._clock.start()
        self._look()

    @property
    def _running(self) -> Download | None:
        return self._desk.downloads.get(self._entry.name)

    def _clicked(self) -> None:
        if self._running is not None:
            self._running.stop()
        elif self._here:  # it was asked before
            self._begin()
        else:
            entry = self._entry
            words = _("Download {size} from {host}? License: {license}, {use}. The site will see that it is asked for.").format(
                size=shown_size(entry.size), host=host_of(entry.url), license=entry.license,
                use=_("business use allowed") if entry.business else _("read the license before business use"),
            )  # fmt: skip
            self._desk.ask(words, [(_("Download"), self._begin), (_("No"), lambda: None)])

    def _begin(self) -> None:
        desk, name = self._desk, self._entry.name
        if name in desk.downloads:
            return
        download = desk.downloads[name] = Download(self._entry)
        self._left = TimeLeft()
        job = desk.web.submit(download.run)
        job.ended.connect(lambda: desk.downloads.pop(name, None))
        job.failed.connect(desk.tell_error)
        job.done.connect(lambda _path: desk.tell(_("{name} is downloaded and whole").format(name=name)))
        self._clock.start()
        self._look()

    def _look(self) -> None:
        running, entry = self._running, self._entry
        if running is not None:
            self._seen, self._here = running, running.here
        elif self._seen is not None:  # it has ended since the last look
            self._here = self._seen.here
            self._seen = None
            self._clock.stop()
            if entry.file.is_file():
                self.whole.emit()
                return
        share = self._here / max(entry.size, 1)
        self.bar.setVisible(running is not None or self._here > 0)
        self.bar.setValue(round(1000 * share))
        if running is not None:
            left = self._left.update(share, time.monotonic())
            far = _("{part} of {size}").format(part=shown_size(self._here), size=shown_size(entry.size))
            self.words.setText("  ·  ".join(filter(None, (far, left_words(-1.0 if left is None else left)))))
        elif self._here:
            self.words.setText(_("Stopped at {part} of {size}").format(part=shown_size(self._here), size=shown_size(entry.size)))
        else:
            self.words.setText(_("Not downloaded"))
        words = _("Pause") if running is not None else _("Go on") if self._here else _("Download")
        self.button.set_words(words)
        self.button.setAccessibleName(f"{words}: {entry.name}")
