"""What can be done with finished try-ons: look, star, compare, remove, make again, export."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from tryon.export_choice import name_from
from tryon.project.document import Look, Project
from tryon.text import _
from ui.engine import contact_sheet
from ui.export_dialog import ExportDialog, Subject, names_today
from ui.outgoing import drag_out, put_on_clipboard, usual_choice
from ui.tryon_layout import TryOnLayout

if TYPE_CHECKING:
    from ui.desk import Desk

__all__ = ["PAGE", "TryOnResults", "side_words"]

PAGE = "tryon"


class TryOnResults(TryOnLayout):
    """The history of the try-on page."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._session = desk, desk.session
        self._rows: list[int] = []  # side by side
        self._offered = False  # to bring removed results back

    def try_again(self) -> None:
        """Make the open inputs with another seed."""
        raise NotImplementedError

    def _show(self, project: Project) -> None:
        raise NotImplementedError

    def connect_results(self) -> None:
        """Let the shelf's widgets do what they say."""
        strip, shelf = self.strip, self.shelf
        strip.picked.connect(self._pick)
        strip.compared.connect(self._compare)
        strip.removed.connect(self._remove)
        strip.starred.connect(self._star)
        strip.again.connect(lambda row: self._reuse(row, again=True))
        strip.dragged.connect(self._drag_out)
        strip.reused.connect(lambda row: self._reuse(row, again=False))
        shelf.star_button.clicked.connect(lambda: self._star(self._session.project.shown))
        shelf.again_button.clicked.connect(lambda: self._reuse(self._session.project.shown, again=True))
        shelf.reuse_button.clicked.connect(lambda: self._reuse(self._session.project.shown, again=False))
        shelf.remove_button.clicked.connect(lambda: self._remove(strip.rows() or [self._session.project.shown]))
        shelf.side_button.clicked.connect(self._compare_some)
        self.side_view.picked.connect(self._pick_beside)

    def _pick(self, row: int) -> None:
        self._rows = []
        before = self._session.project.shown
        self._session.amend(lambda project: replace(project, shown=row))
        if before == row:
            self._show(self._session.project)

    def _pick_beside(self, number: int) -> None:
        """One of those side by side becomes the one that the buttons act on."""
        row = self._rows[number]
        self._session.amend(lambda project: replace(project, shown=row))

    def _compare(self, rows: list[int]) -> None:
        self._rows = rows
        if not rows:
            self.strip.clearSelection()
        self._show(self._session.project)

    def _compare_some(self) -> None:
        """Put the chosen results side by side, or the last ones where only one is chosen; again: back to one."""
        if self._rows:
            self._compare([])
            return
        count = len(self._session.project.looks)
        rows = self.strip.rows() if len(self.strip.rows()) > 1 else list(range(max(0, count - 4), count))
        self._compare(rows)

    def _star(self, row: int) -> None:
        project = self._session.project
        if 0 <= row < len(project.looks):
            number = project.looks[row].number
            kept = tuple(star for star in project.starred if star != number)
            starred = kept if number in project.starred else (*kept, number)
            self._session.edit(replace(project, starred=starred), _("star"), page=PAGE)

    def _remove(self, rows: list[int]) -> None:
        project = self._session.project
        gone = {project.looks[row].number for row in rows if 0 <= row < len(project.looks)}
        if not gone:
            return
        self._rows = []
        looks = tuple(look for look in project.looks if look.number not in gone)
        starred = tuple(number for number in project.starred if number not in gone)
        shown = min(min(rows), len(looks) - 1)
        self._session.edit(replace(project, looks=looks, starred=starred, shown=shown), _("remove a result"), page=PAGE)
        self._desk.ask(_("Removed from the results"), [(_("Undo"), self._session.undo)], 8.0)
        self._offered = True

    def end_offer(self) -> None:
        """Something else was done since results were removed: an undo would no longer bring them back."""
        if self._offered:
            self._offered = False
            self._desk.quieted.emit()

    def _reuse(self, row: int, *, again: bool) -> None:
        """Take a result's person, garments and settings up again; with `again` another try is made of them at once."""
        project = self._session.project
        if not 0 <= row < len(project.looks):
            return
        look = project.looks[row]
        self._rows = []
        for cloth in look.garments:
            project = project.with_cloth(cloth)
        worn = tuple(cloth.number for cloth in look.garments)
        project = replace(project, worn=worn, shown=row, **look.inputs)
        self._session.edit(project, _("use settings"), page=PAGE)
        if again:
            self.try_again()

    def _drag_out(self, row: int) -> None:
        looks = self._session.project.looks
        if 0 <= row < len(looks):
            subject = _subject(row + 1, looks[row])
            stem = name_from("{person}_{garment}_{number}", subject.names)
            drag_out(self._desk, self.strip, lambda: self.strip.held, subject.shown, stem, subject.made, subject.like)

    def copy(self) -> None:
        """Put the picture on the clipboard, with the label that exports have."""
        look = self._session.project.look
        if look is not None:
            put_on_clipboard(self._desk, look.picture, usual_choice(self._desk.settings), "dressed", look.person)

    def export(self) -> None:
        """Save the picture, or all of them, as files; of several side by side also one sheet with all of them."""
        project = self._session.project
        rows = [row for row in self._rows if row < len(project.looks)]
        if len(rows) > 1:
            pairs = [(project.looks[row].picture, side_words(row, project.looks[row])) for row in rows]
            job = self._desk.keep.submit(contact_sheet, pairs, key="sheet")
            job.done.connect(lambda sheet: self._ask_export(rows, sheet))
            job.failed.connect(self._desk.tell_error)
        elif project.look is not None:
            self._ask_export([], None)

    def _ask_export(self, rows: list[int], sheet: Any) -> None:
        project = self._session.project
        looks = list(enumerate(project.looks, 1))
        sets: list[tuple[str, list[Subject]]] = []
        if sheet is not None and all(row < len(looks) for row in rows):
            beside = [_subject(*looks[row]) for row in rows]
            sets.append((_("Side by side, one picture"), [_sheet_subject(sheet, beside)]))
            sets.append((_("Side by side, {count} pictures").format(count=len(beside)), beside))
        elif project.look is not None:
            sets.append((_("This picture"), [_subject(project.shown + 1, project.look)]))
        stars = [_subject(number, one) for number, one in looks if one.number in project.starred]
        if stars and (len(stars) > 1 or project.look is None or project.look.number not in project.starred):
            sets.append((_("All starred ({count})").format(count=len(stars)), stars))
        if len(looks) > 1:
            sets.append((_("All results ({count})").format(count=len(looks)), [_subject(*one) for one in looks]))
        if sets:
            ExportDialog(self, self._desk, sets)


def _sheet_subject(sheet: Any, beside: list[Subject]) -> Subject:
    names = {**beside[0].names, "garment": "-".join(dict.fromkeys(one.names["garment"] for one in beside)), "number": _("compared")}
    return Subject(lambda then, _drawing: then(sheet), sheet, (sheet.shape[1], sheet.shape[0]), None, "dressed", names)


def side_words(row: int, look: Look) -> str:
    """What a result is called when it stands beside others."""
    return _("Result {number}, try {seed}").format(number=row + 1, seed=look.seed + 1)


def _subject(number: int, look: Look) -> Subject:
    names = {
        **names_today(), "person": Path(look.person.name).stem, "number": str(number), "seed": str(look.seed + 1),
        "garment": "-".join(Path(cloth.photo.name).stem for cloth in look.garments),
    }  # fmt: skip
    size = (look.person.width, look.person.height)
    return Subject(lambda then, _drawing: then(look.picture), look.picture, size, look.person, "dressed", names)
