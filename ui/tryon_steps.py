"""What the program saw on the way to a result, for the curious: the body's parts, the garment's cut-out, the cloth as it is laid on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QWidget

from tryon.project.document import Project
from tryon.text import N_, _
from ui.engine import Fitting
from ui.images import Picture, picture_of, to_image
from ui.tryon_garments import TryOnGarments

if TYPE_CHECKING:
    from tryon.image import Photo
    from ui.desk import Desk
    from ui.engine import Steps
    from ui.jobs import Job

__all__ = ["TryOnSteps", "part_words"]

_PARTS = {
    "hair": N_("Hair"), "face": N_("Face"), "neck": N_("Neck"), "torso": N_("Bare trunk"), "left_arm": N_("Left arm"),
    "right_arm": N_("Right arm"), "left_hand": N_("Left hand"), "right_hand": N_("Right hand"), "legs": N_("Bare legs"),
    "feet": N_("Feet"), "shoes": N_("Shoes"), "top": N_("Top"), "outer": N_("Outerwear"), "bottom": N_("Trousers"),
    "skirt": N_("Skirt"), "dress": N_("Dress"), "bag": N_("Bag"),
}  # fmt: skip


def part_words(name: str) -> str:
    """A part of the body or of the clothes in the user's language."""
    return _(_PARTS[name]) if name in _PARTS else name


def _pictures(steps: Steps) -> tuple[dict[str, Picture], str]:
    """The steps ready to paint, the parts named in the first of them, and those names as a text; made in the lane's thread."""
    body = to_image(steps.body)
    painter = QPainter(body)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = QFont()
    font.setPixelSize(max(11, body.height() // 42))
    painter.setFont(font)
    taken: list[QRectF] = []
    for name, color, (x, y) in steps.parts:
        words = part_words(name)
        chip = QRectF(painter.fontMetrics().boundingRect(words)).adjusted(-7, -3, 7, 3)
        chip.moveCenter(QRectF(x, y, 0, 0).center())
        while any(chip.intersects(other) for other in taken) and chip.bottom() < body.height():
            chip.translate(0, 2)
        taken.append(chip)
        painter.setPen(QColor(*color))
        painter.setBrush(QColor(20, 20, 24, 215))
        painter.drawRoundedRect(chip, 6, 6)
        painter.setPen(QColor("#ffffff"))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, words)
    painter.end()
    pictures = {"body": Picture(body)}
    if steps.cutout is not None:
        pictures |= {"cutout": Picture(to_image(steps.cutout)), "laid": Picture(to_image(steps.laid))}
    return pictures, ", ".join(part_words(name) for name, _color, _at in steps.parts)


class TryOnSteps(TryOnGarments):
    """Shows the steps in the mirror, for the inputs on show; they are made when they are asked for, and again when the inputs change."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._steps: dict[str, Picture] = {}
        self._steps_of: tuple[object, ...] = ()
        self._steps_job: Job | None = None
        self._part_names = ""

    @property
    def dressing(self) -> bool:
        """Whether a result is being made: the progress panel is then its own."""
        raise NotImplementedError

    def connect_steps(self) -> None:
        """Let the button, the strip and its choices do what they say."""
        self.steps_button.clicked.connect(self.toggle_steps)
        self.step_bar.chosen.connect(lambda _step: self._show(self._session.project))
        self.step_bar.left.connect(self.toggle_steps)

    def toggle_steps(self) -> None:
        """Show the steps, or the mirror again."""
        on = not self.shows_steps and self._inputs_shown.person is not None and not self.view.brushing
        if on:
            self._rows = []
        else:
            self._desk.fit.cancel(self._steps_job)
        self.step_bar.setVisible(on)
        self.steps_button.setChecked(on)
        self._show(self._session.project)

    def take_brush(self) -> None:
        """The brush paints over the mirror, not over a step."""
        if self.shows_steps:
            self.toggle_steps()
        super().take_brush()

    @property
    def shows_steps(self) -> bool:
        """Whether the mirror shows a step, or waits for it."""
        return not self.step_bar.isHidden()

    def show_step(self, inputs: Project) -> bool:
        """Put the chosen step of these inputs into the mirror; asks for it where it is not there yet. Whether it is there."""
        if inputs.person is None:
            self.step_bar.hide()
            self.steps_button.setChecked(False)
            return False
        chosen = inputs.cloth(self.shown_cloth)
        worn = [cloth for cloth in inputs.garments if chosen is None or cloth.number == chosen.number] or list(inputs.garments[-1:])
        wanted = (inputs.person, tuple(cloth.wanted for cloth in worn), inputs.tuck)
        if wanted != self._steps_of:
            self._ask_for_steps(*wanted)
        self.step_bar.show_steps(tuple(self._steps) or ("body",), self._part_names)
        picture = self._steps.get(self.step_bar.step)
        if picture is None:
            return False
        if self.step_bar.step == "cutout":
            self.view.show_pictures(None, picture)
        else:
            photo = picture_of(inputs.person, inputs.person.rgb)
            self.view.show_pictures(photo, picture, photo.size)
        return True

    def _ask_for_steps(self, person: Photo, garments: tuple[tuple[Photo, str, float, str], ...], tuck: str) -> None:
        self._desk.fit.cancel(self._steps_job)
        self._steps, self._steps_of, self._part_names = {}, (person, garments, tuck), ""
        fitting = Fitting(person, garments, tuck=tuck)
        self._steps_job = job = self._desk.fit.submit(self._desk.engine.show_steps, fitting, key="steps", convert=_pictures)
        if not self.dressing:
            self.panel.start(_("Looking at the steps"))
            self.panel.place_over(self.stack)
        job.progressed.connect(lambda share, what, left: self._steps_told(job, share, what, left))
        job.done.connect(lambda made: self._steps_made(job, *made))
        job.failed.connect(lambda error: self._steps_failed(job, error))
        job.ended.connect(lambda: self._steps_over(job))

    def _steps_told(self, job: Job, share: float, what: str, left: float) -> None:
        if self._steps_job is job and not self.dressing:
            self.panel.tell(share, what, left)

    def _steps_made(self, job: Job, pictures: dict[str, Picture], names: str) -> None:
        if self._steps_job is job:
            self._steps, self._part_names = pictures, names

    def _steps_failed(self, job: Job, error: Exception) -> None:
        if self._steps_job is job:
            self._desk.tell_error(error)

    def _steps_over(self, job: Job) -> None:
        if self._steps_job is not job:
            return
        self._steps_job = None
        if not self.dressing:
            self.panel.stop()
        if not self._steps:  # stopped, or impossible: the next time they are asked for again
            self._steps_of = ()
            self.step_bar.hide()
            self.steps_button.setChecked(False)
        self._show(self._session.project)
