"""The two brushes over the room photo: what stands in front of the furniture, and what is to be taken out of the room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget

from tryon.project.document import Project
from tryon.text import _
from ui.images import mask_image
from ui.room_hand import PAGE, RoomHand
from ui.room_tools import FrontTool

if TYPE_CHECKING:
    from tryon.mask import Stroke
    from ui.desk import Desk
    from ui.room_bars import FrontBar

__all__ = ["RoomBrushes"]

_MOST_STROKES = 1500
_FRONT, _GONE = "#ff4fa0", "#ff8c1a"


@dataclass(frozen=True, eq=False)
class _Brush:
    """One of the brushes: its tool, its button, its strip; which of the project's strokes are its own; what it is called when undone."""

    tool: FrontTool
    button: QAbstractButton
    bar: FrontBar
    field: str
    color: str
    words: Callable[[], str]


class RoomBrushes(RoomHand):
    """Painting over the photo; each stroke is an edit that can be undone."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._brush, self._eraser = FrontTool(self, _FRONT), FrontTool(self, _GONE, Qt.BrushStyle.DiagCrossPattern)
        self._brushes = (
            _Brush(self._brush, self.front_button, self.front_bar, "front", _FRONT, lambda: _("what stands in front")),
            _Brush(self._eraser, self.gone_button, self.gone_bar, "gone", _GONE, lambda: _("what is taken away")),
        )

    def connect_brushes(self) -> None:
        """Let the brushes and their strips do what they say."""
        for one in self._brushes:
            self._connect_brush(one)

    def _connect_brush(self, one: _Brush) -> None:
        tool, bar = one.tool, one.bar
        one.button.toggled.connect(lambda on: self._take_brush(one, on))
        tool.stroked.connect(lambda stroke: self._stroked(one, stroke))
        tool.sized.connect(bar.show_size)
        bar.sized.connect(tool.set_share)
        bar.marked.connect(lambda adds: setattr(tool, "adds", adds))
        bar.cleared.connect(lambda: self._mark(one, ()))
        bar.left.connect(lambda: one.button.setChecked(False))

    @property
    def tool_buttons(self) -> tuple[QAbstractButton, ...]:
        """The buttons of the tools of which only one can be out."""
        return self.front_button, self.gone_button, self.camera_button, self.scale_button

    @property
    def bare_photo(self) -> bool:
        """Whether the photo is shown without furniture: what is marked on it must be seen."""
        return any(button.isChecked() for button in (self.front_button, self.gone_button, self.camera_button))

    def show_bare(self, bare: bool) -> None:
        raise NotImplementedError

    def _only(self, button: QWidget) -> None:
        for other in self.tool_buttons:
            if other is not button:
                other.setChecked(False)

    def _take_brush(self, one: _Brush, on: bool) -> None:
        room = self._session.project.room
        one.bar.setVisible(on and room is not None)
        if on and room is not None:
            self._only(one.button)
            self._select(-1)
            self.view.show_outlines(False)
            one.tool.start(self.view.photo_size)
            one.bar.show_size(one.tool.share)
            self.view.take_up(one.tool)
            self.view.setFocus()
            self._follow(one, self._session.project)
        else:
            self.view.show_outlines(True)
            self.view.take_up(None)
        self.show_bare(self.bare_photo)

    def _stroked(self, one: _Brush, stroke: Stroke) -> None:
        strokes = getattr(self._session.project, one.field)
        if len(strokes) < _MOST_STROKES and (strokes or stroke.adds):  # there is nothing yet to take away
            self._mark(one, (*strokes, stroke))

    def _mark(self, one: _Brush, strokes: tuple[Stroke, ...]) -> None:
        changed: Any = {one.field: strokes}
        self._session.edit(replace(self._session.project, **changed), one.words(), page=PAGE)

    def follow_brushes(self, before: Project, after: Project) -> None:
        """Show what changed of what was painted."""
        for one in self._brushes:
            if getattr(before, one.field) != getattr(after, one.field):
                self._follow(one, after)

    def _follow(self, one: _Brush, project: Project) -> None:
        """Show the strokes while their brush is out; the engine finds their edges."""
        strokes: tuple[Stroke, ...] = getattr(project, one.field)
        one.tool.show_strokes(strokes)
        room = project.room
        if not one.button.isChecked() or room is None:
            return
        if not strokes:
            one.tool.show_mask(None, ())
            return
        ask = self._desk.engine.mark_front if one.field == "front" else self._desk.engine.mark_gone
        job = self._desk.room.submit(ask, room.digest, room, strokes, key=one.field, convert=lambda mask: mask_image(mask, one.color))
        job.done.connect(lambda mask: one.tool.show_mask(mask, strokes) if self._session.project.room is room else None)
        job.failed.connect(self._desk.tell_error)
