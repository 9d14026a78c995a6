"""What is open: one immutable Project, changed only by edits that can be undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from tryon.image import Photo

__all__ = ["Look", "Piece", "Project", "Scale", "Session"]


@dataclass(frozen=True, eq=False)
class Look:
    """One finished try-on: the picture, and everything that made it.

    picture: (H, W, 3) uint8 sRGB, as big as the person photo. color_difference: CIEDE2000 to the product picture, or None.
    """

    picture: Any
    person: Photo
    garment: Photo
    region: str
    seed: int
    engine: str = ""
    steps: int = 0
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()
    color_difference: float | None = None


@dataclass(frozen=True)
class Piece:
    """One piece of furniture in the room photo.

    furniture: built-in name or path of a file. size_m: width, height, depth. x, y: photo pixels where the middle of its
    footprint stands. yaw_deg: counter-clockwise from above; 0 = square to the room's walls, its front to the viewer.
    """

    number: int
    furniture: str
    label: str
    size_m: tuple[float, float, float]
    x: float
    y: float
    yaw_deg: float = 0.0


@dataclass(frozen=True)
class Scale:
    """A line of known length in the room photo: from, to (photo pixels), metres, and whether it stands upright."""

    x0: float
    y0: float
    x1: float
    y1: float
    metres: float
    vertical: bool = False


@dataclass(frozen=True)
class Project:
    """Everything that is open, on both pages."""

    person: Photo | None = None
    garment: Photo | None = None
    region: str = "auto"
    seed: int = 0
    looks: tuple[Look, ...] = ()
    shown: int = -1
    room: Photo | None = None
    scale: Scale | None = None
    pieces: tuple[Piece, ...] = ()

    @property
    def look(self) -> Look | None:
        """The result on show, where there is one."""
        return self.looks[self.shown] if 0 <= self.shown < len(self.looks) else None

    def piece(self, number: int) -> Piece | None:
        """The piece of that number, where it still stands."""
        return next((piece for piece in self.pieces if piece.number == number), None)

    def with_piece(self, piece: Piece) -> Project:
        """The same project with that piece changed, or added."""
        if self.piece(piece.number) is None:
            return replace(self, pieces=(*self.pieces, piece))
        return replace(self, pieces=tuple(piece if old.number == piece.number else old for old in self.pieces))

    def without_piece(self, number: int) -> Project:
        """The same project without that piece."""
        return replace(self, pieces=tuple(piece for piece in self.pieces if piece.number != number))

    def next_number(self) -> int:
        """A number that no piece has yet."""
        return max((piece.number for piece in self.pieces), default=0) + 1


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

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = Project()
        self._done: list[_Step] = []
        self._undone: list[_Step] = []

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
