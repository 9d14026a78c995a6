"""Models: the networks on this machine, each with its license, its size and whether its file is whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from tryon.text import N_, _
from ui.download_row import DownloadRow
from ui.look import GAP, IconPushButton
from ui.parts import empty, label
from ui.settings_page import card_of, page_of, shown_size
from ui.shelf import Shelved, import_models, read_shelf, remove_imported

if TYPE_CHECKING:
    from ui.desk import Desk

__all__ = ["ModelsPage"]


_KNOWN = {
    "compact": (N_("Putting clothes on"), N_("Paints folds, light, edges and uncovered skin around a garment that is laid on the body.")),
    "garment": (N_("Reading garments"), N_("Finds a garment's outline, what kind it is, and its collar, cuffs and hem.")),
    "garment_shapes": (N_("Shapes of garments"), N_("Knows how collar, cuffs and hem lie to one another in each kind of garment.")),
    "neck": (N_("Reading collars"), N_("Tells the inside of a collar from a garment's front, where its picture shows both.")),
    "limbs": (N_("Shapes of arms and legs"), N_("Knows how bare arms and legs swell and taper, and where their skin is redder.")),
    "parser": (N_("Reading people"), N_("Tells hair, face, skin, clothes, shoes and bags apart in a photo.")),
}
"""What the models that ship are called for people, and what they do."""


class ModelsPage(QWidget):
    """Cards as they lie in the program's and the user's own folder."""

    left = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._fresh = False
        column = page_of(self, _("Models"), self.left)
        head = QHBoxLayout()
        self.total = label("", "muted", wrap=True)
        self.import_button = IconPushButton("open", _("Import from a folder"))
        self.import_button.setToolTip(
            _("A folder with cards (.json) and their .safetensors files, each checked; of a card with an address the card is enough")
        )
        self.import_button.clicked.connect(self._ask_folder)
        head.addWidget(self.total, 1)
        head.addWidget(self.import_button)
        column.addLayout(head)
        self.cards = QVBoxLayout()
        self.cards.setSpacing(GAP + 4)
        column.addLayout(self.cards)
        column.addStretch(1)

    def refresh(self) -> None:
        """Read the cards again."""
        job = self._desk.keep.submit(read_shelf, key="shelf")
        job.done.connect(self._show)
        job.failed.connect(self._desk.tell_error)

    def _show(self, shelf: list[Shelved]) -> None:
        empty(self.cards)
        size = sum(entry.here if entry.missing else entry.size for entry in shelf) / 2**20
        self.total.setText(
            _("{count} models, {size} MB on disk. Those that ship were trained by this project; nothing is downloaded by itself.").format(
                count=sum(not entry.missing for entry in shelf), size=f"{size:.1f}"))  # fmt: skip
        for entry in shelf:
            self.cards.addWidget(self._card(entry))
        if self._fresh:
            self._fresh = False
            QTimer.singleShot(50, self, self.show_end)

    def _card(self, entry: Shelved) -> QWidget:
        title, task = (_(words) for words in _KNOWN[entry.name]) if entry.name in _KNOWN and not entry.own else (entry.name, entry.task)
        card, column = card_of(title, task)
        facts = [
            _("License: {license}").format(license=entry.license),
            _("business use allowed") if entry.business else _("read the license before business use"),
            shown_size(entry.size),
        ]
        column.addWidget(label("  ·  ".join(facts)))
        if entry.own:
            used = (
                _("It would not be used: this version works with the models that ship with it.")
                if entry.missing
                else _("Kept here, but not used: this version works with the models that ship with it.")
            )
            column.addWidget(label(used, "warn", wrap=True))
        row = QHBoxLayout()
        details = label(_details(entry), "small", wrap=True)
        details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        details.hide()
        more = IconPushButton("", _("Details"), kind="link")
        more.setAccessibleName(_("Details of {name}").format(name=title))
        more.setMinimumHeight(26)
        more.setCheckable(True)
        more.toggled.connect(details.setVisible)
        more.toggled.connect(lambda on: more.setText(_("Less") if on else _("Details")))
        if entry.missing:
            row.addWidget(self._offer(entry), 1)
        else:
            state = _("✓ whole, as its card says") if entry.own else _("✓ in use, whole as its card says")
            row.addWidget(label(entry.wrong or state, "warn" if entry.wrong else "good", wrap=True), 1)
        row.addWidget(more, 0, Qt.AlignmentFlag.AlignRight)
        if entry.own:
            remove = IconPushButton("trash", _("Remove"))
            remove.clicked.connect(lambda: self._ask_remove(entry))
            row.addWidget(remove, 0, Qt.AlignmentFlag.AlignRight)
        column.addLayout(row)
        column.addWidget(details)
        card.setAccessibleName(f"{title}: {', '.join(facts)}")
        return card

    def _offer(self, entry: Shelved) -> DownloadRow:
        row = DownloadRow(self._desk, entry)
        row.whole.connect(self.refresh)
        return row

    def _ask_remove(self, entry: Shelved) -> None:
        """A file of gigabytes is not fetched again in a moment: ask."""
        held = entry.here if entry.missing else entry.size
        words = _("Delete the imported model {name} ({size}) from this computer?").format(name=entry.name, size=shown_size(held))
        self._desk.ask(words, [(_("Delete"), lambda: self._remove(entry)), (_("Keep it"), lambda: None)])

    def _remove(self, entry: Shelved) -> None:
        if entry.name in self._desk.downloads:
            self._desk.downloads[entry.name].stop()
        job = self._desk.keep.submit(remove_imported, entry.name)
        job.done.connect(lambda _nothing: self.refresh())
        job.failed.connect(self._desk.tell_error)

    def _ask_folder(self) -> None:
        dialog = QFileDialog(self, _("Import from a folder"), str(self._desk.settings.value("models/folder", "")))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda name: self.import_from(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def import_from(self, folder: Path) -> None:
        """Check what lies there and copy it to the user's own models."""
        self._desk.settings.setValue("models/folder", str(folder))
        self.import_button.setEnabled(False)
        self._desk.tell(_("Checking and copying the models…"), seconds=0)
        job = self._desk.keep.submit(import_models, folder)
        job.done.connect(self._imported)
        job.failed.connect(self._desk.tell_error)
        job.ended.connect(lambda: self.import_button.setEnabled(True))

    def show_end(self) -> None:
        """Show the last cards: those that were imported."""
        area = self.findChild(QScrollArea)
        if area is not None:
            area.ensureVisible(0, self.cards.geometry().bottom(), 0, 0)

    def _imported(self, names: list[str]) -> None:
        self._fresh = True
        self._desk.tell(_("Imported: {names}").format(names=", ".join(names)))
        self.refresh()


def _details(entry: Shelved) -> str:
    """For those who want to know: where a model comes from and how well it did."""
    lines = [
        _("Name: {name}").format(name=entry.name),
        _("Trained on: {data}").format(data=entry.data) if entry.data else "",
        _("Measured: {scores}").format(scores=entry.scores) if entry.scores else "",
        _("From: {address}").format(address=entry.url) if entry.url else "",
    ]
    return "\n".join(line for line in lines if line)
