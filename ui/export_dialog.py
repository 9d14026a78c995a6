"""Export: format, size, quality, label, folder and name, with the picture as the file will hold it."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF, QSize, QStandardPaths, Qt, QTimer, QUrl
from PySide6.QtGui import QColor, QDesktopServices, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QFileDialog, QGridLayout, QHBoxLayout, QLineEdit, QSlider, QVBoxLayout, QWidget

from tryon.config import data_dir
from tryon.errors import OptionError
from tryon.export_choice import FORMATS, ExportChoice, name_from
from tryon.label import PRESETS
from tryon.sign import can_sign
from tryon.text import _
from ui.engine import export_files, show_export
from ui.images import fitted, to_image
from ui.jobs import Job
from ui.look import GAP, PAD, IconButton, IconPushButton, theme
from ui.outgoing import print_picture, put_on_clipboard, usual_preset
from ui.parts import Segments, label, sentence_of

if TYPE_CHECKING:
    from tryon.image import Photo
    from ui.desk import Desk

__all__ = ["ExportDialog", "Subject", "consent_file", "names_today"]

_SIDES = (0, 2048, 1600, 1080, 800)


@dataclass(frozen=True)
class Subject:
    """A picture to export. render: calls back with its (H, W, 3) pixels, at once or later, drawn in one of the `drawings`.

    shown: pixels for the look beforehand. size: width and height of what `render` gives. made: of label.SOURCES. names: words for the
    name pattern. drawings: (name, words) of the ways to draw it, where there are several.
    """

    render: Callable[[Callable[[Any], None], str], None]
    shown: Any
    size: tuple[int, int]
    like: Photo | None
    made: str
    names: dict[str, str]
    drawings: tuple[tuple[str, str], ...] = ()


def names_today() -> dict[str, str]:
    """The word for {date}."""
    return {"date": datetime.date.today().isoformat()}


def consent_file() -> Path:
    """Where it is noted that the user labels pictures himself."""
    return data_dir() / "consent.jsonl"


class _Preview(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(300, 300)
        self.image = QImage()
        self.setAccessibleName(_("The picture as the file will hold it"))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(340, 400)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().stage))
        painter.drawRoundedRect(QRectF(self.rect()), 10, 10)
        if not self.image.isNull():
            painter.drawImage(fitted(self.image.size(), QRectF(self.rect()).adjusted(8, 8, -8, -8)), self.image)


class ExportDialog(QDialog):
    """Asks how, shows what, then writes in the background. sets: a title and its pictures; the first set is chosen."""

    def __init__(self, parent: QWidget, desk: Desk, sets: list[tuple[str, list[Subject]]]) -> None:
        super().__init__(parent)
        self._desk, self._sets = desk, sets
        self._job: Job | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Export"))
        self._shown_image = QImage()
        row = QHBoxLayout(self)
        row.setContentsMargins(PAD, PAD, PAD, PAD)
        row.setSpacing(PAD)
        self.preview = _Preview()
        row.addWidget(self.preview, 1)
        row.addLayout(self._build_fields())
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(120)
        self._timer.timeout.connect(self._look)
        self._restore()
        self._changed()
        self._look()
        self.open()

    # ---- fields

    def _build_fields(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(GAP)
        grid = QGridLayout()
        grid.setHorizontalSpacing(PAD)
        grid.setVerticalSpacing(GAP)
        self.what = QComboBox()
        for words, _subjects in self._sets:
            self.what.addItem(words)
        self.drawing = QComboBox()
        for name, words in self._sets[0][1][0].drawings:
            self.drawing.addItem(words, name)
        self.format = Segments([("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WebP"), ("avif", "AVIF")], _("Format"))
        self.side = QComboBox()
        self.quality = QSlider(Qt.Orientation.Horizontal)
        self.quality.setRange(40, 100)
        self.quality_label = label("", "small")
        self.quality_label.setFixedWidth(56)
        self.preset = QComboBox()
        for preset in PRESETS.values():
            self.preset.addItem(_(preset.title), preset.name)
        self.folder = QLineEdit()
        self.folder.setReadOnly(True)
        self.browse_button = IconPushButton("open", _("Choose"))
        self.browse_button.setMinimumHeight(32)
        self.pattern = QLineEdit()
        self.pattern.setToolTip(_("Words in braces are filled in: {names}").format(
            names="{person} {garment} {room} {furniture} {date} {number} {seed}"))  # fmt: skip
        quality_row, folder_row = QHBoxLayout(), QHBoxLayout()
        quality_row.setSpacing(GAP)
        folder_row.setSpacing(GAP)
        quality_row.addWidget(self.quality, 1)
        quality_row.addWidget(self.quality_label)
        folder_row.addWidget(self.folder, 1)
        folder_row.addWidget(self.browse_button)
        rows: list[tuple[str, QWidget | QHBoxLayout, QWidget]] = [
            (_("Which"), self.what, self.what), (_("Drawn"), self.drawing, self.drawing),
            (_("Format"), self.format, self.format), (_("Size"), self.side, self.side),
            (_("Quality"), quality_row, self.quality), (_("Label"), self.preset, self.preset), (_("Folder"), folder_row, self.folder),
            (_("Name"), self.pattern, self.pattern),
        ]  # fmt: skip
        for at, (words, item, named) in enumerate(rows):
            caption = label(words)
            caption.setBuddy(named)
            named.setAccessibleName(words)
            grid.addWidget(caption, at, 0)
            grid.addLayout(item, at, 1) if isinstance(item, QHBoxLayout) else grid.addWidget(item, at, 1)
            if isinstance(named, QComboBox) and named in (self.what, self.drawing):
                caption.setVisible(named.count() > 1)
                named.setVisible(named.count() > 1)
        grid.setColumnMinimumWidth(1, 330)
        column.addLayout(grid)
        self.law = label("", "small", wrap=True)
        self.law.setMinimumHeight(52)
        self.law.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.consent = QCheckBox(_("I say myself, where the law asks, that the picture is made"))
        self.signed = QCheckBox(_("Sign the file with this machine's key (C2PA)"))
        self.signed.setToolTip(_("Readers see that it was not changed since; all files signed here show the same key"))
        self.signed.setVisible(can_sign())
        column.addWidget(self.law)
        column.addWidget(self.consent)
        column.addWidget(self.signed)
        column.addStretch(1)
        self.result_label = label("", "muted", wrap=True)
        column.addWidget(self.result_label)
        buttons = QHBoxLayout()
        self.copy_button = IconButton("copy", _("Put the picture on the clipboard, with its visible label"))
        self.print_button = IconButton("print", _("Print the picture, with its visible label (Ctrl+P)"))
        self.print_button.setShortcut("Ctrl+P")
        self.cancel_button = IconPushButton("", _("Cancel"))
        self.export_button = IconPushButton("export", _("Export"), kind="primary")
        self.export_button.setDefault(True)
        for button in (self.copy_button, self.print_button, self.cancel_button, self.export_button):
            buttons.addWidget(button)
        buttons.insertStretch(2, 1)
        column.addLayout(buttons)
        for combo in (self.what, self.side, self.preset):
            combo.currentIndexChanged.connect(self._changed)
        self.format.chosen.connect(self._format_chosen)
        self.quality.valueChanged.connect(self._changed)
        self.pattern.textChanged.connect(self._changed)
        self.consent.toggled.connect(self._changed)
        self.signed.toggled.connect(self._changed)
        self.browse_button.clicked.connect(self._browse)
        self.copy_button.clicked.connect(self._copy)
        self.print_button.clicked.connect(self._print)
        self.cancel_button.clicked.connect(self.reject)
        self.export_button.clicked.connect(self._export)
        return column

    def _restore(self) -> None:
        settings = self._desk.settings
        self._format = str(settings.value("export/format", "png"))
        self._format = self._format if self._format in FORMATS else "png"
        self.format.choose(self._format)
        for side in _SIDES:
            self.side.addItem("", side)
        self.side.setCurrentIndex(max(0, self.side.findData(int(str(settings.value("export/side", 0))))))
        self.quality.setValue(int(str(settings.value("export/quality", 92))))
        self.preset.setCurrentIndex(max(0, self.preset.findData(usual_preset(settings))))
        self.consent.setChecked(bool(settings.value("export/consent", "")))
        self.signed.setChecked(can_sign() and str(settings.value("export/signed", "")) == "yes")
        self.folder.setText(str(_folder(settings.value("export/folder", ""))))
        usual = "{person}_{garment}" if self._subjects()[0].made == "dressed" else "{room}_{furniture}"
        self.pattern.setText(str(settings.value(f"export/pattern-{self._subjects()[0].made}", usual)))

    def _subjects(self) -> list[Subject]:
        return self._sets[max(0, self.what.currentIndex())][1]

    @property
    def choice(self) -> ExportChoice:
        """What is chosen now."""
        side, preset = int(self.side.currentData() or 0), str(self.preset.currentData())
        return ExportChoice(self._format, side, self.quality.value(), preset, self.signed.isChecked())

    def stems(self) -> list[str]:
        """The file names, without endings. Raises OptionError where the pattern is wrong."""
        return [name_from(self.pattern.text(), subject.names) for subject in self._subjects()]

    def _format_chosen(self, value: str) -> None:
        self._format = value
        self._changed()

    def _changed(self, *_ignored: object) -> None:
        subject, choice, preset = self._subjects()[0], self.choice, PRESETS[self.choice.preset]
        width, height = subject.size
        for at, side in enumerate(_SIDES):
            self.side.setItemText(at, _("{width} × {height}, its own size").format(width=width, height=height) if not side
                                  else _("longer side {side} pixels").format(side=side))  # fmt: skip
        self.quality.setEnabled(choice.format != "png")
        self.quality_label.setText(str(choice.quality) if choice.format != "png" else _("lossless"))
        self.consent.setVisible(preset.consent)
        self.law.setText(
            _("“{words}” is drawn into the corner, at least 5 % of the shorter side high.").format(words=preset.words)
            if preset.words
            else _("Nothing is drawn into the picture. Some places ask for that; the law may ask you to say it yourself.")
        )
        self.law.setText(f"{self.law.text()} {_('The metadata always says that the picture was made with AI.')}")
        wrong = ""
        try:
            self.stems()
        except OptionError as error:
            wrong = sentence_of(error)
        allowed = self.consent.isChecked() or not preset.consent
        self.export_button.setEnabled(allowed and not wrong)
        self.copy_button.setEnabled(allowed)
        self.print_button.setEnabled(allowed)
        if wrong:
            self.result_label.setText(wrong)
        self.result_label.setProperty("role", "warn" if wrong else "muted")
        self.result_label.style().polish(self.result_label)
        self._timer.start()

    def _look(self) -> None:
        subject = self._subjects()[0]
        if self.preview.image.isNull():  # at once what there is; the exact picture follows
            step = max(1, max(subject.shown.shape[:2]) // 500)
            self.preview.image = to_image(subject.shown[::step, ::step])
            self.preview.update()
        job = self._desk.keep.submit(show_export, subject.shown, self.choice, subject.made, subject.like, key="export preview",
                                          convert=lambda answer: (to_image(answer[0]), *answer[1:]))  # fmt: skip
        self._job = job
        job.done.connect(lambda answer: self._seen(job, subject, answer))
        job.failed.connect(lambda error: self.result_label.setText(sentence_of(error)) if self._job is job else None)

    def _seen(self, job: Job, subject: Subject, answer: tuple[QImage, int, int, int]) -> None:
        if self._job is not job:
            return
        image, width, height, size = answer
        self.preview.image = image
        self.preview.update()
        try:
            name = self.stems()[0] + FORMATS[self._format]
        except OptionError:
            return
        facts = [name]
        if subject.shown.shape[:2] == (subject.size[1], subject.size[0]):  # else what is shown is smaller than what is written
            facts += [f"{width} × {height}", f"{size / 2**20:.1f} MB" if size > 300_000 else f"{size / 1024:.0f} kB"]
        count = len(self._subjects())
        more = f"  + {count - 1}" if count > 1 else ""
        self.result_label.setText("  ·  ".join(facts) + more)

    def _browse(self) -> None:
        dialog = QFileDialog(self, _("Folder for exports"), self.folder.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.folder.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def done(self, result: int) -> None:
        """It closes: answers that are still on their way have nobody to show them to."""
        self._timer.stop()
        self._job = None
        super().done(result)

    # ---- out

    def _remember(self) -> None:
        settings, choice = self._desk.settings, self.choice
        for key, value in (
            ("format", choice.format), ("side", choice.max_side), ("quality", choice.quality), ("preset", choice.preset),
            ("folder", self.folder.text()), ("signed", "yes" if choice.signed else ""),
            (f"pattern-{self._subjects()[0].made}", self.pattern.text()),
        ):  # fmt: skip
            settings.setValue(f"export/{key}", value)
        if PRESETS[choice.preset].consent and self.consent.isChecked() and not settings.value("export/consent", ""):
            now = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
            settings.setValue("export/consent", now)
            _note({"date": now, "preset": choice.preset, "words": self.consent.text()})

    def _copy(self) -> None:
        self._remember()
        subject, choice, desk = self._subjects()[0], self.choice, self._desk
        self.accept()
        subject.render(lambda picture: put_on_clipboard(desk, picture, choice, subject.made, subject.like), self._drawing())

    def _print(self) -> None:
        self._remember()
        subject, choice, desk, window = self._subjects()[0], self.choice, self._desk, self.parentWidget()
        title = name_from(self.pattern.text(), subject.names) if self.export_button.isEnabled() else "TryOn Studio"
        self.accept()
        subject.render(lambda picture: print_picture(desk, window, picture, choice, title), self._drawing())

    def _drawing(self) -> str:
        return str(self.drawing.currentData() or "")

    def _export(self) -> None:
        if not self.export_button.isEnabled():
            return
        self._remember()
        subjects, stems, folder, choice, desk = self._subjects(), self.stems(), self.folder.text(), self.choice, self._desk
        drawing = self._drawing()
        ready: list[tuple[str, Any, str, Photo | None]] = []

        def rendered(stem: str, subject: Subject, picture: Any) -> None:
            ready.append((stem, picture, subject.made, subject.like))
            if len(ready) == len(subjects):
                job = desk.keep.submit(export_files, ready, folder, choice)
                job.done.connect(lambda paths: _told(desk, paths))
                job.failed.connect(desk.tell_error)

        self.accept()
        for stem, subject in zip(stems, subjects, strict=True):
            subject.render(partial(rendered, stem, subject), drawing)


def _told(desk: Desk, paths: list[str]) -> None:
    folder = Path(paths[0]).parent
    words = (
        _("Saved {name} in {folder}").format(name=Path(paths[0]).name, folder=folder)
        if len(paths) == 1
        else _("Saved {count} pictures in {folder}").format(count=len(paths), folder=folder)
    )
    desk.ask(words, [(_("Show the folder"), lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))))], 10.0)


def _folder(remembered: object) -> Path:
    path = Path(str(remembered or ""))
    if str(path) != "." and path.is_dir():
        return path
    pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    return Path(pictures) if Path(pictures).is_dir() else Path.home()


def _note(entry: dict[str, str]) -> None:
    """Keep a line about a consent; without a disk it is kept in the settings alone."""
    try:
        consent_file().parent.mkdir(parents=True, exist_ok=True)
        with consent_file().open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
    except OSError:
        pass
