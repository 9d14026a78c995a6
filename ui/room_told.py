"""The room's back wall and its light, told by hand; each handle let go is an edit that can be undone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QAbstractButton, QWidget

from tryon.errors import TryOnError
from tryon.project.document import Project
from tryon.text import _
from ui.floor import Floor
from ui.room_bars import ToldBar
from ui.room_marks import RoomMarks
from ui.told_tools import LightTool, Shadow, WallTool

if TYPE_CHECKING:
    from ui.desk import Desk

__all__ = ["RoomTold"]


class RoomTold(RoomMarks):
    """The furniture stays on show: its shadow is what one looks at."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._wall, self._light = WallTool(self), LightTool(self)

    def connect_told(self) -> None:
        """Let wall and light and their strips do what they say."""
        for tool, button, bar in (
            (self._wall, self.wall_button, self.wall_bar), (self._light, self.sun_button, self.sun_bar),
        ):  # fmt: skip
            self._connect_told(tool, button, bar)
        self._wall.settled.connect(lambda corners: self._say(_("back wall"), corners=corners))
        self._light.moved.connect(self._light_moved)
        self._light.settled.connect(self._light_settled)
        self.wall_bar.reset.connect(lambda: self._say(_("back wall found by itself"), corners=None))
        self.sun_bar.reset.connect(lambda: self._say(_("light found by itself"), shadow=None))
        self.sun_bar.slid.connect(self._soften)

    def _connect_told(self, tool: WallTool | LightTool, button: QAbstractButton, bar: ToldBar) -> None:
        button.toggled.connect(lambda on: self._take_told(tool, button, bar, on))
        bar.left.connect(lambda: button.setChecked(False))

    @property
    def tool_buttons(self) -> tuple[QAbstractButton, ...]:
        return (*super().tool_buttons, self.wall_button, self.sun_button)

    def _take_told(self, tool: WallTool | LightTool, button: QAbstractButton, bar: ToldBar, on: bool) -> None:
        floor = self.frames.floor
        if on and (floor is None or floor.corners is None or floor.shadow is None):
            button.setChecked(False)
            return
        bar.setVisible(on)
        if on and floor is not None:
            self._only(button)
            self._select(-1)
            self.view.show_outlines(False)
            self._start_told(floor)
            self.view.take_up(tool)
            self.view.setFocus()
        else:
            self.view.show_outlines(True)
            self.view.take_up(None)

    def _start_told(self, floor: Floor) -> None:
        if self.wall_button.isChecked() and floor.corners is not None:
            self._wall.start(floor.corners, floor)
        if self.sun_button.isChecked() and floor.shadow is not None and not self._light.holds():
            self._light.start(floor.shadow, floor)
            self.sun_bar.show_value(floor.shadow[4])

    def follow_camera(self, project: Project) -> None:
        super().follow_camera(project)
        if self.frames.floor is not None:
            self._start_told(self.frames.floor)

    def _light_moved(self, shadow: Shadow) -> None:
        """The picture follows the hand as fast as it is drawn; all of it is one step to undo."""
        if self.frames.settled:
            self._say(_("light of the room"), key=f"light {self._gesture}", shadow=shadow)

    def _light_settled(self, shadow: Shadow) -> None:
        self._say(_("light of the room"), key=f"light {self._gesture}", shadow=shadow)
        self._gesture += 1

    def _soften(self, soft: float, over: bool) -> None:
        self._light.soften(soft)
        if over:
            self._say(_("softness of shadows"), key="soft", shadow=self._light.shadow)

    def _say(self, what: str, *, key: str = "", **told: Any) -> None:
        """Take over what was said, unless no room is like that."""
        try:
            hints = replace(self._hints(), **told)
        except TryOnError as error:
            self._desk.tell_error(error)
            return
        self._tell_hints(hints, what, key)

