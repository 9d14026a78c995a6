"""Nothing is lost: the open work is kept in the program's data folder moments after every change, and found again at the next start."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer

from tryon.config import data_dir
from tryon.project.document import Project
from ui.jobs import Job, Lane
from ui.session import Session

__all__ = ["Journal", "journals_dir", "read_project", "write_journal_now"]

_QUIET_MS = 700
"""So long after a change it is written; a drag of the hand is one writing, not fifty."""


def journals_dir() -> Path:
    """Where journals lie, a folder for each window that is open or ended without saving."""
    return data_dir() / "journal"


def write_journal_now(folder: Path, project: Project) -> None:
    """Write a journal; for a thread of its own."""
    from tryon.project.store import write_journal

    write_journal(folder, project)


def read_project(read: Callable[[], Project]) -> Project:
    """Read a project and make its pictures ready to paint; for a loading thread."""
    from ui.images import picture_of

    project = read()
    photos = [project.person, project.room, *(cloth.photo for cloth in project.wardrobe)]
    for photo in photos:
        if photo is not None:
            picture_of(photo, photo.rgb)
    for look in project.looks:
        picture_of(look, look.picture)
    return project


class Journal(QObject):
    """Keeps the session's project in a folder that this process holds a lock on; a folder whose lock is free was left behind."""

    def __init__(self, session: Session, lane: Lane, failed: Callable[[Exception], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._lane, self._failed = session, lane, failed
        self._folder: Path | None = None
        self._lock: QLockFile | None = None
        self._written = Project()
        self._told = False
        self._writing: Job | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_QUIET_MS)
        self._timer.timeout.connect(self._write)
        session.changed.connect(self._changed)

    @property
    def folder(self) -> Path | None:
        """Where the open work is kept, once there is any."""
        return self._folder

    @property
    def busy(self) -> bool:
        """Whether a change is not written yet."""
        return self._timer.isActive() or (self._writing is not None and not self._writing.is_over)

    def adopt(self) -> Path | None:
        """Take over the newest journal that nobody holds, where there is one with work in it."""
        folders = [path for path in journals_dir().glob("*") if (path / "project.json").is_file()] if journals_dir().is_dir() else []
        for folder in sorted(folders, key=lambda path: (path / "project.json").stat().st_mtime, reverse=True):
            lock = self._locked(folder)
            if lock is not None:
                self._folder, self._lock = folder, lock
                return folder
        return None

    def restored(self, project: Project) -> None:
        """The adopted journal holds this project, so it need not be written again."""
        self._written = project

    def give_up(self) -> None:
        """Put a journal that cannot be read aside, so that the next start does not meet it again."""
        if self._folder is not None:
            if self._lock is not None:
                self._lock.unlock()
            self._folder.rename(self._folder.with_name(f"{self._folder.name}.damaged"))
        self._folder, self._lock = None, None

    def _locked(self, folder: Path) -> QLockFile | None:
        lock = QLockFile(str(folder / "lock"))
        lock.setStaleLockTime(0)  # only the death of its process makes a lock stale, not its age
        return lock if lock.tryLock(0) else None

    def _changed(self, before: Project, after: Project) -> None:
        if replace(after, shown=-1) != replace(self._written, shown=-1):
            self._timer.start()

    def _own_folder(self) -> Path | None:
        if self._folder is None:
            folder = journals_dir() / uuid.uuid4().hex
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                self._tell(error)
                return None
            self._folder, self._lock = folder, self._locked(folder)
        return self._folder

    def _write(self) -> None:
        folder, project = self._own_folder(), self._session.project
        if folder is None:
            return
        job = self._writing = self._lane.submit(write_journal_now, folder, project, key="journal")
        job.done.connect(lambda _nothing: self._done(project))
        job.failed.connect(self._tell)

    def _done(self, project: Project) -> None:
        self._written, self._told = project, False

    def _tell(self, error: Exception) -> None:
        if not self._told:  # once: the work goes on, and every change would say it again
            self._told = True
            self._failed(error)

    def close(self) -> None:
        """The window closes: work that no file holds stays in the journal for the next start, else the journal goes."""
        waiting = self._timer.isActive()
        self._timer.stop()
        if self._folder is None and not waiting:
            return
        if not self._session.unsaved:
            folder, self._folder = self._folder, None
            self._lane.cancel(self._writing)
            if self._lock is not None:
                self._lock.unlock()
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)
        else:
            folder = self._own_folder()
            if waiting and folder is not None:
                try:
                    write_journal_now(folder, self._session.project)
                except Exception as error:
                    self._tell(error)
            if self._lock is not None:
                self._lock.unlock()
