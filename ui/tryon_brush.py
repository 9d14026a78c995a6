"""The brush of the try-on page: strokes over the person that say what may change and what stays as it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from tryon.project.document import Look, Project
from tryon.text import _
from ui.tryon_results import PAGE, TryOnResults

if TYPE_CHECKING:
    from tryon.mask import Stroke
    from ui.desk import Desk

__all__ = ["TryOnBrush"]

_MOST_STROKES = 1500


class TryOnBrush(TryOnResults):
    """Takes the brush up and puts it away; each stroke is an edit of the project that can be undone."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._marked_before: tuple[Stroke, ...] = ()
        self._under: Look | None = None  # the result that is painted over

    def _ask_for(self, project: Project, what: str, *, start: bool | None = None) -> None:
        raise NotImplementedError

    @property
    def _inputs_shown(self) -> Project:
        """The project with the inputs that the page shows: those of the result in the mirror."""
        return self._session.project.taken_up()

    def connect_brush(self) -> None:
        """Let the brush's widgets do what they say."""
        self.brush_button.clicked.connect(self.take_brush)
        self.view.stroked.connect(self._stroked)
        self.view.sized.connect(self.brush_bar.show_size)
        self.brush_bar.sized.connect(self.view.set_share)
        self.brush_bar.marked.connect(self._choose_mark)
        self.brush_bar.cleared.connect(lambda: self._mark(()))
        self.brush_bar.done.connect(self.apply_brush)
        self.brush_bar.left.connect(self.leave_brush)

    def take_brush(self) -> None:
        """Paint over the person what may change and what stays; every stroke can be undone."""
        project = self._inputs_shown
        if project.person is None or self.view.brushing:
            return
        self._rows = []
        self._marked_before, self._under = project.marked, self._session.project.look
        self.view.start_brush(True)
        self._choose_mark(self.brush_bar.mark.chosen_value)
        self.brush_bar.show_size(self.view.share)
        self._show(self._session.project)
        self.view.setFocus()

    def _choose_mark(self, mark: str) -> None:
        self.view.mark = mark

    def _stroked(self, stroke: Stroke) -> None:
        marked = self._inputs_shown.marked
        if len(marked) < _MOST_STROKES and (marked or stroke.adds):  # there is nothing yet to take away
            self._mark((*marked, stroke))

    def _mark(self, marked: tuple[Stroke, ...]) -> None:
        """Take up strokes; the engine starts when they are applied."""
        project = self._inputs_shown
        if marked != project.marked:
            self._session.edit(replace(project, marked=marked, shown=-1), _("brush"), page=PAGE)

    @property
    def has_painted(self) -> bool:
        """Whether something was painted, or taken away, since the brush was taken up."""
        return self._inputs_shown.marked != self._marked_before

    def apply_brush(self) -> None:
        """Put the brush away, and make a result with what was painted."""
        self._put_brush_away()
        if self.has_painted:
            self._ask_for(self._inputs_shown, _("brush"), start=True)

    def leave_brush(self) -> None:
        """Put the brush away; what was painted since it was taken up counts no more."""
        self._put_brush_away()
        self._ask_for(replace(self._inputs_shown, marked=self._marked_before), _("brush"), start=False)

    def _put_brush_away(self) -> None:
        self.view.start_brush(False)
        self._under = None
        self._show(self._session.project)

    def painted_over(self, project: Project) -> Look | None:
        """The result that was in the mirror when the brush was taken up, while its person is still there."""
        same = self.view.brushing and self._under is not None and self._under.person is project.person
        return self._under if same else None
