"""Settings: language and theme, folders and caches, what is kept on this machine, what to tell when something does not work."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal, SignalInstance
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from tryon.text import _
from ui.keeping import Kept, doctor_words, kept_on_disk, trim_cache
from ui.look import GAP, PAD, IconButton, IconPushButton
from ui.parts import Segments, empty, label
from ui.units import choose_unit

if TYPE_CHECKING:
    from ui.desk import Desk

__all__ = ["SettingsPage", "card_of", "page_of", "shown_size"]

_LIMITS_MB = (256, 1024, 4096, 0)


def page_of(page: QWidget, title: str, left: SignalInstance) -> QVBoxLayout:
    """A page of its own with a way back; the column that its cards go into."""
    whole = QVBoxLayout(page)
    whole.setContentsMargins(0, 0, 0, 0)
    head = QHBoxLayout()
    head.setSpacing(PAD)
    back = IconPushButton("back", _("Back"))
    back.clicked.connect(left)
    head.addWidget(back)
    head.addWidget(label(title, "hero"))
    head.addStretch(1)
    inside = QWidget()
    inside.setMaximumWidth(860)
    column = QVBoxLayout(inside)
    column.setContentsMargins(PAD * 2, PAD, PAD * 2, PAD * 2)
    column.setSpacing(PAD)
    column.addLayout(head)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(inside)
    area.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    whole.addWidget(area, 1)
    return column


def card_of(title: str, *lines: str) -> tuple[QWidget, QVBoxLayout]:
    """A card with a title and quiet lines below it, and the column for the rest."""
    card = QWidget()
    card.setObjectName("card")
    card.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    column = QVBoxLayout(card)
    column.setContentsMargins(PAD, 12, PAD, 12)
    column.setSpacing(GAP)
    column.addWidget(label(title, "title"))
    for line in lines:
        column.addWidget(label(line, "muted", wrap=True))
    return card, column


class SettingsPage(QWidget):
    """Every change takes effect at once."""

    left = Signal()
    models_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        column = page_of(self, _("Settings"), self.left)
        column.addWidget(self._build_look())
        column.addWidget(self._build_models())
        column.addWidget(self._build_privacy())
        column.addWidget(self._build_doctor())
        column.addStretch(1)

    def _build_look(self) -> QWidget:
        card, column = card_of(_("Look"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(PAD)
        grid.setVerticalSpacing(GAP)
        grid.setColumnStretch(2, 1)
        settings = self._desk.settings
        self.language = Segments([("", _("System")), ("en", "English"), ("zh_CN", "简体中文")], _("Language"))
        self.language.choose(_known(settings.value("look/language", ""), ("en", "zh_CN")))
        self.language.chosen.connect(self._speak)
        self.theme = Segments([("", _("System")), ("light", _("Light")), ("dark", _("Dark"))], _("Theme"))
        self.theme.choose(_known(settings.value("look/theme", ""), ("light", "dark")))
        self.theme.chosen.connect(self._dress)
        self.unit = Segments([("cm", _("Centimeters")), ("in", _("Inches"))], _("Sizes"))
        self.unit.choose(_known(settings.value("look/unit", "cm"), ("cm", "in")) or "cm")
        self.unit.chosen.connect(self._measure)
        for row, (words, widget) in enumerate(((_("Language"), self.language), (_("Theme"), self.theme), (_("Sizes"), self.unit))):
            grid.addWidget(label(words), row, 0)
            grid.addWidget(widget, row, 1)
        column.addLayout(grid)
        return card

    def _build_models(self) -> QWidget:
        card, column = card_of(_("Models"), _("The networks that do the work, their licenses and their size."))
        button = IconPushButton("models", _("Show the models"))
        button.clicked.connect(self.models_wanted)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def _build_privacy(self) -> QWidget:
        card, column = card_of(
            _("Kept on this computer"),
            _("Nothing leaves this computer: the program has no account and never goes online by itself. This is all that it keeps:"),
        )
        self.kept = QGridLayout()
        self.kept.setHorizontalSpacing(PAD)
        self.kept.setVerticalSpacing(GAP)
        self.kept.setColumnStretch(0, 1)
        column.addLayout(self.kept)
        row = QHBoxLayout()
        self.limit = QComboBox()
        self.limit.setAccessibleName(_("Most that may be kept for speed"))
        for megabytes in _LIMITS_MB:
            self.limit.addItem(_("no limit") if not megabytes else _("{size} MB").format(size=megabytes), megabytes)
        self.limit.setCurrentIndex(max(0, self.limit.findData(int(str(self._desk.settings.value("cache/limit", 1024))))))
        self.limit.activated.connect(self._limit_cache)
        row.addWidget(label(_("Most that may be kept for speed")))
        row.addWidget(self.limit)
        row.addStretch(1)
        column.addLayout(row)
        return card

    def _build_doctor(self) -> QWidget:
        card, column = card_of(
            _("When something does not work"),
            _("The report of `tryon doctor` says what this machine has: versions, models, drawing. No names, no folders, no pictures."),
        )
        self.report = QLabel()
        self.report.setTextFormat(Qt.TextFormat.PlainText)
        self.report.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.report.setStyleSheet("font-family: monospace; font-size: 12px;")
        self.report.setAccessibleName(_("Report"))
        self.report.hide()
        self.doctor_button = IconPushButton("doctor", _("Examine and copy the report"))
        self.doctor_button.clicked.connect(self._examine)
        column.addWidget(self.doctor_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.report)
        return card

    # ---- what the buttons do

    def _speak(self, language: str) -> None:
        self._desk.settings.setValue("look/language", language)
        self._desk.language_wanted.emit(language)

    def _dress(self, wanted: str) -> None:
        self._desk.settings.setValue("look/theme", wanted)
        self._desk.theme_wanted.emit(wanted)

    def _measure(self, unit: str) -> None:
        self._desk.settings.setValue("look/unit", unit)
        choose_unit(unit)
        self._desk.unit_changed.emit(unit)

    def _limit_cache(self) -> None:
        megabytes = int(self.limit.currentData())
        self._desk.settings.setValue("cache/limit", megabytes)
        job = self._desk.keep.submit(trim_cache, megabytes)
        job.done.connect(lambda _freed: self.refresh())

    def refresh(self) -> None:
        """Look at the disk again."""
        job = self._desk.keep.submit(kept_on_disk, self._desk.settings.fileName(), key="kept")
        job.done.connect(self._show_kept)

    def _show_kept(self, kept: list[Kept]) -> None:
        empty(self.kept)
        open_journal = self._desk.journal.folder
        for row, entry in enumerate(kept):
            words = QVBoxLayout()
            words.setSpacing(0)
            holder = QWidget()
            holder.setLayout(words)
            words.setContentsMargins(0, 0, 0, 0)
            words.addWidget(label(_(entry.title)))
            place = label(str(entry.path), "small", wrap=True)
            words.addWidget(place)
            held = _("{count} files, {size}").format(count=entry.count, size=shown_size(entry.size)) if entry.count else _("nothing")
            size = label(held, "muted")
            show, delete = IconButton("open", _("Show {what}").format(what=_(entry.title))), IconButton("trash", _("Delete {what}").format(
                what=_(entry.title)))  # fmt: skip
            show.clicked.connect(lambda _checked=False, path=entry.path: _show_in_files(path))
            delete.clicked.connect(lambda _checked=False, entry=entry: self._ask_delete(entry))
            delete.setEnabled(bool(entry.count) and not (entry.name == "journal" and open_journal is not None and entry.count_closed == 0))
            show.setEnabled(bool(entry.count))
            for at, widget in enumerate((holder, size, show, delete)):
                self.kept.addWidget(widget, row, at)

    def _ask_delete(self, entry: Kept) -> None:
        """What can be made again goes at once; of the rest one is asked first."""
        if entry.name == "cache":
            self._delete(entry)
            return
        words = _("Delete this for good: {what}?").format(what=_(entry.title))
        self._desk.ask(words, [(_("Delete"), lambda: self._delete(entry)), (_("Keep it"), lambda: None)])

    def _delete(self, entry: Kept) -> None:
        """Delete at once what the list names; the journal of the open work stays, since it is the open work."""
        if entry.name == "settings":
            self._desk.settings.clear()
        else:
            mine = self._desk.journal.folder
            for path in [entry.path] if entry.path.is_file() else list(entry.path.iterdir()) if entry.path.is_dir() else []:
                if path != mine:
                    shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        self._desk.tell(_("Deleted: {what}").format(what=_(entry.title)), seconds=4)
        self.refresh()

    def _examine(self) -> None:
        self.doctor_button.setEnabled(False)
        self.report.setText(_("Examining…"))
        self.report.show()
        job = self._desk.fit.submit(doctor_words)
        job.done.connect(self._examined)
        job.failed.connect(self._desk.tell_error)
        job.ended.connect(lambda: self.doctor_button.setEnabled(True))

    def _examined(self, words: str) -> None:
        self.report.setText(words)
        QGuiApplication.clipboard().setText(words)
        self._desk.tell(_("The report is on the clipboard"), seconds=5)


def _known(value: object, names: tuple[str, ...]) -> str:
    return str(value) if value in names else ""


def shown_size(size: int) -> str:
    """Bytes as one would say them."""
    return f"{size / 2**20:.1f} MB" if size > 200_000 else f"{-(-size // 1024)} kB"


def _show_in_files(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path if path.is_dir() else path.parent)))
