"""What the hand says about the room photo itself: what stands in front, how the camera stood, how long something is."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from tryon.errors import TryOnError
from tryon.project.document import Project, Scale
from tryon.text import _
from ui.floor import Floor
from ui.images import picture_of
from ui.room_brushes import RoomBrushes
from ui.room_frames import told_of
from ui.room_hand import PAGE
from ui.room_tools import CameraTool

if TYPE_CHECKING:
    from tryon.image import Photo
    from tryon.mask import Stroke
    from tryon.room.hints import CameraHints, Guide
    from ui.desk import Desk

__all__ = ["RoomMarks"]

_AXES = {"floor": ("floor", "depth"), "up": ("depth", "up"), "all": ("floor", "depth", "up")}


class RoomMarks(RoomBrushes):
    """Brushes, camera lines and known lengths; each stroke, each handle let go and each length is an edit that can be undone."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._lines = CameraTool(self)
        self._measured: tuple[float, float, float, float] | None = None
        self._remembered: dict[str, tuple[Scale | None, CameraHints | None, tuple[Stroke, ...], tuple[Stroke, ...]]] = {}
        self._pending: CameraHints | None = None
        self._live = QTimer(self)  # the camera is solved at most once a picture of the screen
        self._live.setSingleShot(True)
        self._live.setInterval(12)
        self._live.timeout.connect(self._solve)

    def connect_marks(self) -> None:
        """Let the tools and their strips do what they say."""
        self.connect_brushes()
        self.camera_button.toggled.connect(self._take_lines)
        self.scale_button.toggled.connect(self._measure)
        self._lines.moved.connect(self._guides_moved)
        self._lines.settled.connect(self._guides_settled)
        camera = self.camera_bar
        camera.axes_chosen.connect(self._choose_axes)
        camera.bent.connect(self._bend)
        camera.bend_wanted.connect(self._find_bend)
        camera.reset.connect(self._reset_camera)
        camera.left.connect(lambda: self.camera_button.setChecked(False))
        self.view.measured.connect(self._line_drawn)
        self.scale_bar.applied.connect(self._scale_given)
        self.scale_bar.sheet_wanted.connect(self._find_paper)
        self.scale_bar.given_up.connect(lambda: self.scale_button.setChecked(False))

    @property
    def tool_out(self) -> bool:
        """Whether a tool is taken up."""
        return any(button.isChecked() for button in self.tool_buttons)

    def put_tools_away(self) -> None:
        """The hand takes furniture again."""
        for button in self.tool_buttons:
            button.setChecked(False)

    def remember(self, project: Project) -> None:
        """Keep what was said about a photo, for when the same photo is opened again."""
        if project.room is not None:
            self._remembered[project.room.digest] = (project.scale, project.hints, project.front, project.gone)

    def with_memory(self, project: Project, photo: Photo) -> Project:
        """The project with another room photo, and with what was said about that photo before."""
        self.remember(project)
        scale, hints, front, gone = self._remembered.get(photo.digest, (None, None, (), ()))
        return replace(project, room=photo, scale=scale, hints=hints, front=front, gone=gone, pieces=())

    # ---- the camera

    def _take_lines(self, on: bool) -> None:
        project, floor = self._session.project, self.frames.floor
        if on and (project.room is None or floor is None):
            self.camera_button.setChecked(False)
            return
        self.camera_bar.setVisible(on)
        if on:
            self._only(self.camera_button)
            self._select(-1)
            self.view.show_outlines(False)
            self.show_bare(True)
            self._show_lines(project)
            self.view.take_up(self._lines)
            self.view.setFocus()
        else:
            self._live.stop()
            self.view.show_outlines(True)
            self.view.take_up(None)
            self.show_bare(self.bare_photo)
            if floor is not None and project.room is not None:
                self.view.floor = floor
                self._show(project)

    def _show_lines(self, project: Project) -> None:
        floor, room = self.frames.floor, project.room
        if floor is None or room is None:
            return
        hints = project.hints
        guides = hints.guides if hints is not None and hints.guides else tuple(g for g in floor.guides if g.axis in ("floor", "depth"))
        axes = {guide.axis for guide in guides}
        self.camera_bar.axes.choose("all" if len(axes) == 3 else "up" if "up" in axes else "floor")
        self.camera_bar.show_bend(floor.camera.bend)
        self._lines.start(guides, floor, picture_of(room, room.rgb).image)
        self._say_camera(floor)

    def _say_camera(self, floor: Floor) -> None:
        camera = floor.camera
        words = _("Lay each line along an edge of the room; the grid must lie flat on the floor.")
        facts = _("Tilted {pitch:.1f}°, leaning {roll:.1f}°, {vfov:.0f}° high (±{percent:.0f}\N{NO-BREAK SPACE}%)").format(
            vfov=camera.vfov_deg, pitch=camera.pitch_deg, roll=camera.roll_deg, percent=100 * camera.focal_error
        )
        self.camera_bar.words.setText(f"{words}  {facts}")

    def _hints(self) -> CameraHints:
        from tryon.room.hints import CameraHints

        return self._session.project.hints or CameraHints()

    def _guides_moved(self, guides: tuple[Guide, ...]) -> None:
        self._pending = replace(self._hints(), guides=guides, bend=self.camera_bar.bend.value() / 100.0)
        if not self._live.isActive():
            self._live.start()

    def _solve(self) -> None:
        """The camera of the lines as they are now, for the grid."""
        from tryon.room.camera import guided_camera
        from tryon.room.scale import ScaleReference, apply_scale

        room, hints, scale = self._session.project.room, self._pending, self._session.project.scale
        if room is None or hints is None:
            return
        camera = guided_camera(room.width, room.height, hints, room.focal_px)
        if camera is None:
            return
        if scale is not None:
            with contextlib.suppress(TryOnError):  # the known length lies above this horizon: its words come when the handle is let go
                camera = apply_scale(camera, ScaleReference(*vars(scale).values()))
        floor = Floor(camera)
        self._lines.show_floor(floor)
        self._say_camera(floor)

    def _guides_settled(self, guides: tuple[Guide, ...]) -> None:
        self._tell_hints(replace(self._hints(), guides=guides), _("camera lines"))

    def _tell_hints(self, hints: CameraHints, what: str, key: str = "") -> None:
        project = self._session.project
        self._session.edit(replace(project, hints=hints if hints.told else None), what, page=PAGE, key=key)

    def _choose_axes(self, value: str) -> None:
        floor = self.frames.floor
        if floor is None:
            return
        known = {**{axis: tuple(g for g in floor.guides if g.axis == axis) for axis in _AXES["all"]}}
        for axis in _AXES["all"]:
            mine = self._hints().along(axis)
            known[axis] = mine if len(mine) >= 2 else known[axis]
        self._guides_settled(tuple(guide for axis in _AXES[value] for guide in known[axis]))

    def _bend(self, bend: float, over: bool) -> None:
        if over:
            self._tell_hints(replace(self._hints(), bend=bend), _("bend of the lens"), "bend")
        else:
            self._pending = replace(self._hints(), guides=self._lines.guides, bend=bend)
            self._live.start()

    def _find_bend(self) -> None:
        room = self._session.project.room
        if room is None:
            return
        job = self._desk.room.submit(self._desk.engine.measure_lens, room, key="lens")
        job.done.connect(self._lens_found)
        job.failed.connect(self._desk.tell_error)

    def _lens_found(self, found: tuple[float, tuple[float, float] | None]) -> None:
        bend, center = found
        words = [_("The lens bends lines by {bend:.2f}.") if bend else _("The photo's edges show no bend.")]
        words.append(_("The photo was cut off at one side.") if center else _("Nothing shows that the photo was cut off."))
        self._desk.tell(" ".join(words).format(bend=bend), seconds=6)
        self.camera_bar.show_bend(bend)
        self._tell_hints(replace(self._hints(), bend=bend, center=center), _("bend of the lens"))

    def _reset_camera(self) -> None:
        self._session.edit(replace(self._session.project, hints=None), _("camera found by itself"), page=PAGE)

    def follow_camera(self, project: Project) -> None:
        """A camera was read anew: show its lines while they are taken up."""
        if self.camera_button.isChecked():
            self._show_lines(project)

    # ---- true size

    def _measure(self, on: bool) -> None:
        self._measured = None
        if on:
            self._only(self.scale_button)
            camera = None if self.frames.floor is None else self.frames.floor.camera
            self.scale_bar.ask(1.5 if camera is None else camera.height_m)
        else:
            self.scale_bar.hide()
        self.view.measure(on)

    def _line_drawn(self, x0: float, y0: float, x1: float, y1: float) -> None:
        if y1 > y0:
            x0, y0, x1, y1 = x1, y1, x0, y0  # the lower end first: an upright line stands on it
        self._measured = (x0, y0, x1, y1)
        self.scale_bar.drawn(upright=abs(x1 - x0) < 0.25 * abs(y1 - y0))

    def _scale_given(self, metres: float, kind: str) -> None:
        if kind == "camera":
            self._scale(Scale(0.0, 0.0, 0.0, 0.0, metres, kind="camera"))
        elif self._measured is not None:
            self._scale(Scale(*self._measured, metres, kind in ("up", "door"), "door" if kind == "door" else "length"))

    def _scale(self, scale: Scale) -> None:
        self.scale_button.setChecked(False)
        self._session.edit(replace(self._session.project, scale=scale), _("true size"), page=PAGE)

    def _find_paper(self) -> None:
        project = self._session.project
        if project.room is None:
            return
        job = self._desk.room.submit(self._desk.engine.find_paper, project.room, told_of(project), key="paper")
        job.done.connect(self._paper_found)
        job.failed.connect(self._desk.tell_error)

    def _paper_found(self, found: tuple[float, float, float, float, float]) -> None:
        self._scale(Scale(*found, kind="sheet"))
        self._desk.tell(_("An A4 sheet was found on the floor; sizes follow it"), seconds=5)
