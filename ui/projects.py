"""Project files: new, open, save, the list of recent ones, and what was left behind by a window that ended badly."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from tryon.project.document import Project
from tryon.text import _
from ui.intake import PROJECT_ENDING
from ui.journal import read_project
from ui.recent_row import recent_files, remember_recent

if TYPE_CHECKING:
    from ui.desk import Desk
    from ui.parts import Answer

__all__ = ["Projects"]


class Projects(QObject):
    """What the menu does with project files. Nothing here blocks, and nothing is lost without a word."""

    recent_ready = Signal(object)  # list of (Path, bytes of a small picture or None)

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._window = desk, window
        self.opening = False

    def _kinds(self) -> str:
        return _("Projects ({endings})").format(endings=f"*{PROJECT_ENDING}")

    # ---- open

    def new(self) -> None:
        """Start with nothing; work that no file holds is offered back, and one's photo and wardrobe need not be looked for again."""
        session = self._desk.session
        before, path, unsaved = session.project, session.path, session.unsaved
        session.open(Project(), None)
        answers: list[Answer] = []
        if before.person is not None or before.wardrobe:
            answers.append((_("Take photo and wardrobe along"), lambda: self._take_along(before)))
        if unsaved:
            answers += [
                (_("Back to it"), lambda: session.open(before, path, saved=False)), (_("Save it now"), lambda: self._save_aside(before)),
            ]  # fmt: skip
        if answers:
            words = _("A new project. What was open had not been saved.") if unsaved else _("A new project.")
            self._desk.ask(words, answers, 0.0 if unsaved else 15.0)

    def _take_along(self, before: Project) -> None:
        fresh = replace(self._desk.session.project, person=before.person, wardrobe=before.wardrobe)
        self._desk.session.edit(fresh, _("photo and wardrobe"), page="tryon")

    def open(self, path: Path) -> None:
        """Read a project file in the background and put it in place of what is open."""
        self.opening = True
        job = self._desk.disk.submit(read_project, partial(_open_file, path))
        job.done.connect(lambda project: self._opened(project, path))
        job.failed.connect(self._desk.tell_error)
        job.ended.connect(self._over)

    def _over(self) -> None:
        self.opening = False

    def _opened(self, project: Project, path: Path) -> None:
        session = self._desk.session
        before, old_path, unsaved = session.project, session.path, session.unsaved
        session.open(project, path)
        self._desk.settings.setValue("projects/folder", str(path.parent))
        remember_recent(self._desk.settings, path)
        self.list_recent()
        session.page_wanted.emit("room" if project.room is not None and project.person is None else "tryon")
        if unsaved:
            self._desk.ask(
                _("Opened {name}. What was open before had not been saved.").format(name=path.name),
                [(_("Back to it"), lambda: session.open(before, old_path, saved=False))],
            )

    def restore(self) -> None:
        """Take up what a window left behind that was ended by force, or closed without saving."""
        folder = self._desk.journal.adopt()
        if folder is None:
            return
        self.opening = True
        job = self._desk.disk.submit(read_project, partial(_open_journal, folder))
        job.done.connect(self._restored)
        job.failed.connect(self._not_restored)
        job.ended.connect(self._over)

    def _restored(self, project: Project) -> None:
        session = self._desk.session
        if project == Project() or session.project != Project():
            return
        self._desk.journal.restored(project)
        session.open(project, None, saved=False)
        session.page_wanted.emit("room" if project.room is not None and project.person is None else "tryon")
        self._desk.ask(
            _("Your last work is back: it had not been saved."),
            [(_("Save it now"), self.save), (_("Start anew"), lambda: session.open(Project(), None))],
            15.0,
        )

    def _not_restored(self, error: Exception) -> None:
        self._desk.journal.give_up()
        self._desk.tell_error(error)

    # ---- save

    def save(self) -> None:
        """Save to the project's file; ask for one where it has none."""
        path = self._desk.session.path
        if path is None:
            self.ask_save()
        else:
            self._save_to(path, self._desk.session.project)

    def ask_save(self) -> None:
        """Ask where to save."""
        self._save_aside(self._desk.session.project, follow=True)

    def _save_aside(self, project: Project, *, follow: bool = False) -> None:
        settings = self._desk.settings
        dialog = QFileDialog(self._window, _("Save the project"), str(settings.value("projects/folder", "")), self._kinds())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setDefaultSuffix(PROJECT_ENDING.lstrip("."))
        dialog.selectFile(self._suggested(project))

        def chosen(name: str) -> None:
            path = Path(name)
            path = path if path.suffix.lower() == PROJECT_ENDING else path.with_name(path.name + PROJECT_ENDING)
            settings.setValue("projects/folder", str(path.parent))
            self._save_to(path, self._desk.session.project if follow else project, follow=follow)

        dialog.fileSelected.connect(chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _suggested(self, project: Project) -> str:
        path = self._desk.session.path
        if path is not None:
            return path.name
        photo = project.person or project.room
        return (Path(photo.name).stem if photo is not None else _("project")) + PROJECT_ENDING

    def _save_to(self, path: Path, project: Project, *, follow: bool = True) -> None:
        job = self._desk.keep.submit(_save_file, path, project)
        job.done.connect(lambda _nothing: self._saved(path, project, follow))
        job.failed.connect(self._desk.tell_error)

    def _saved(self, path: Path, project: Project, follow: bool) -> None:
        if follow:
            self._desk.session.kept(project, path)
        remember_recent(self._desk.settings, path)
        self.list_recent()
        self._desk.tell(_("Saved {name} in {folder}").format(name=path.name, folder=path.parent))

    def list_recent(self) -> None:
        """Read the small pictures of the recent projects."""
        files = recent_files(self._desk.settings)
        job = self._desk.disk.submit(_previews, files, key="recent", later=True)
        job.done.connect(self.recent_ready.emit)


def _open_file(path: Path) -> Project:
    from tryon.project.store import open_project

    return open_project(path)


def _open_journal(folder: Path) -> Project:
    from tryon.project.store import open_journal

    return open_journal(folder)


def _save_file(path: Path, project: Project) -> None:
    from tryon.project.store import save_project

    save_project(path, project)


def _previews(files: list[Path]) -> list[tuple[Path, bytes | None]]:
    if not files:
        return []
    from tryon.project.store import preview_of

    return [(path, preview_of(path)) for path in files]
