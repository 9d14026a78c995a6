"""What is open: one immutable Project, changed only by edits that can be undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from tryon.project.document import Project

__all__ = ["Session"]


@dataclass(frozen=True)
class _Step:
    before: Project
    after: Project
    what: str
    page: str
    key: str


class Session(QObject):
    """The open Project. `edit` replaces it and can be undone; `amend` adds to the last edit what it brought about."""

    changed = Signal(object, object)  # Project before, Project after
    page_wanted = Signal(str)  # undo and redo show the page on which the change was made
    named = Signal()  # the project's file, or whether it holds all of the work, has changed

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = Project()
        self._done: list[_Step] = []
        self._undone: list[_Step] = []
        self._path: Path | None = None
        self._saved = self._project

    @property
    def path(self) -> Path | None:
        """The project's file, where it has one."""
        return self._path

    @property
    def unsaved(self) -> bool:
        """Whether there is work that the project's file does not hold; choosing another result to look at is none."""
        return replace(self._project, shown=-1) != replace(self._saved, shown=-1)

    def open(self, project: Project, path: Path | None, *, saved: bool = True) -> None:
        """Put another project in place of this one; what was done before cannot be undone."""
        self._done.clear()
        self._undone.clear()
        self._path = path
        self._saved = project if saved else Project()
        self._set(project)
        self.named.emit()

    def kept(self, project: Project, path: Path) -> None:
        """The project as it was a moment ago is in that file now."""
        self._path, self._saved = path, project
        self.named.emit()

    @property
    def project(self) -> Project:
        """What is open now."""
        return self._project

    @property
    def undo_words(self) -> str:
        """What would be undone; empty where there is nothing."""
        return self._done[-1].what if self._done else ""

    @property
    def redo_words(self) -> str:
        """What would be done again; empty where there is nothing."""
        return self._undone[-1].what if self._undone else ""

    def edit(self, project: Project, what: str, *, page: str = "", key: str = "") -> None:
        """Make this the open project. Edits with the same non-empty key (one drag of the mouse) are undone as one."""
        if project == self._project:
            return
        before = self._project
        if key and self._done and self._done[-1].key == key:
            self._done[-1] = replace(self._done[-1], after=project)
        else:
            self._done.append(_Step(before, project, what, page, key))
        self._undone.clear()
        self._set(project)

    def amend(self, change: Callable[[Project], Project]) -> None:
        """Add a consequence (a finished result, a corrected place) to the last edit, with no undo step of its own."""
        project = change(self._project)
        if project == self._project:
            return
        if self._done:
            self._done[-1] = replace(self._done[-1], after=project)
        self._set(project)

    def undo(self) -> bool:
        """Go back one edit."""
        if not self._done:
            return False
        step = self._done.pop()
        self._undone.append(step)
        self._set(step.before)
        if step.page:
            self.page_wanted.emit(step.page)
        return True

    def redo(self) -> bool:
        """Do the last undone edit again."""
        if not self._undone:
            return False
        step = self._undone.pop()
        self._done.append(step)
        self._set(step.after)
        if step.page:
            self.page_wanted.emit(step.page)
        return True

    def _set(self, project: Project) -> None:
        before, self._project = self._project, project
        self.changed.emit(before, project)
        self.named.emit()
