"""The first mirror: your photo and a wardrobe in, you wearing it out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from tryon.errors import PhotoError
from tryon.project.document import QUALITIES, Cloth, Look, Project
from tryon.text import _
from ui.arrivals import Arrivals
from ui.engine import Fitting, Recognized
from ui.images import Picture, hand_over, picture_of, to_image
from ui.intake import Arrival, picture_filter, take
from ui.jobs import Job
from ui.samples import sample_files
from ui.tryon_layout import MIRROR, SIDE_BY_SIDE, WELCOME
from ui.tryon_results import PAGE, side_words
from ui.tryon_steps import TryOnSteps
from ui.wardrobe import worn_after

if TYPE_CHECKING:
    from tryon.image import Photo
    from ui.desk import Desk
    from ui.engine import Dressed

__all__ = ["TryOnPage"]

def _with_picture(dressed: Dressed) -> tuple[Dressed, Picture]:
    """Ready to paint; made in the lane's thread, away from the window's."""
    return dressed, Picture(to_image(dressed.picture), dressed.picture)


def _as_picture(rgb: object) -> Picture:
    return Picture(to_image(rgb))


class TryOnPage(TryOnSteps):
    """A person and a wardrobe on the left, the mirror on the right. With a person and a garment there it starts by itself."""

    room_found = Signal(list)  # Photos of rooms that the user wants to furnish
    room_sample = Signal(object)  # Path of a sample room

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._job: Job | None = None
        self._job_of: tuple[object, ...] = ()
        self._so_far: Picture | None = None
        self._sample = 0
        self.arrivals = Arrivals(desk, self)
        self.arrivals.looking.connect(self._watch_looking)
        self.arrivals.known.connect(self._known)
        self.arrivals.ended.connect(self._looked)
        self._connect()
        self._session.changed.connect(self._session_changed)
        self.show_times(desk.settings)
        self._show(self._session.project)

    def _connect(self) -> None:
        for name, zone in self.zones.items():
            zone.open_wanted.connect(lambda name=name: self.open_file(name))
            zone.dropped.connect(lambda mime, name=name: self.receive_mime(mime, name))
        self.zones["person"].clear_wanted.connect(lambda: self._choose_person(None))
        self.wardrobe.dropped.connect(lambda mime: self.receive_mime(mime, "garment"))
        self.add_button.clicked.connect(lambda: self.open_file("garment"))
        self.tuck.chosen.connect(lambda tuck: self._set(_("tuck"), tuck=tuck))
        self.quality.chosen.connect(lambda quality: self._set(_("quality"), quality=quality))
        self.engine.activated.connect(lambda index: self._set(_("engine"), engine=self.engine.itemData(index)))
        self.samples_chosen.connect(self._take_sample)
        self.sample_button.clicked.connect(self.try_sample)
        self.again_button.clicked.connect(self.try_again)
        self.copy_button.clicked.connect(self.copy)
        self.export_button.clicked.connect(self.export)
        self.panel.canceled.connect(self.cancel)
        self.connect_garments()
        self.connect_brush()
        self.connect_steps()
        self.connect_results()

    # ---- pictures in

    def open_file(self, slot: str) -> None:
        """Ask for a file for the person, or for several garments."""
        folder = str(self._desk.settings.value(f"open/{slot}", ""))
        dialog = QFileDialog(self, _("Open: {what}").format(what=self.zones[slot].title), folder, picture_filter())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles if slot == "garment" else QFileDialog.FileMode.ExistingFile)

        def chosen(names: list[str]) -> None:
            self._desk.settings.setValue(f"open/{slot}", str(Path(names[0]).parent))
            self.receive([Arrival(Path(name).name, path=Path(name)) for name in names], slot)

        dialog.filesSelected.connect(chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def receive_mime(self, mime: QMimeData, slot: str = "") -> None:
        """Take what was dropped or pasted."""
        try:
            self._desk.with_fetched(take(mime), lambda arrivals: self.receive(arrivals, slot))
        except PhotoError as error:
            self._desk.tell_error(error)

    def receive(self, arrivals: list[Arrival], slot: str = "") -> None:
        """Take pictures: for the person, for the wardrobe, or, with no place named, for where they belong."""
        self._desk.quieted.emit()
        pictures = [arrival for arrival in arrivals if not arrival.is_mesh]
        if slot == "person" and pictures:
            zone = self.zones["person"]
            zone.show_loading(True)
            self._desk.load(pictures[0], self._choose_person, lambda: zone.show_loading(False))
            pictures = pictures[1:]
            slot = "garment"
        if pictures:
            self.arrivals.take(pictures, slot)

    def _watch_looking(self, photo: Photo) -> None:
        if not self._inputs_shown.wardrobe and self.zones["person"].shown is not photo:  # it is seen where it will most likely hang
            self.zones["garment"].show_photo(photo, looking=True)
        if self._job is not None:
            self._desk.tell(_("{name} comes in as soon as this picture is made").format(name=photo.name))
        else:
            self.panel.start(_("Looking at the picture"))
            self.panel.place_over(self.stack)

    def _looked(self) -> None:
        self.zones["garment"].show_photo(None)
        if self._job is None:
            self.panel.stop()

    def _known(self, found: list[tuple[Photo, Recognized]]) -> None:
        """Put what was recognized where it belongs; a room is asked about, since a carpet behind a garment looks like one."""
        rooms = [photo for photo, what in found if what.what == "room"]
        people = [photo for photo, what in found if what.what == "person"]
        garments = [(photo, what.kind) for photo, what in found if what.what == "garment"]
        if people or garments:
            self._take_in(people[0] if people else None, garments)
        if rooms:
            names = ", ".join(photo.name for photo in rooms)
            self._desk.ask(
                _("{name} looks like a room. What shall it be?").format(name=names),
                [
                    (_("Furnish the room"), lambda: self.room_found.emit(rooms)),
                    (_("It is a garment"), lambda: self._take_in(None, [(photo, "") for photo in rooms])),
                    (_("It is a person"), lambda: self._choose_person(rooms[0])),
                ],
            )

    def _take_in(self, person: Photo | None, garments: list[tuple[Photo, str]]) -> None:
        """Add a person and garments in one step that can be undone; the first of the garments is worn."""
        project = self._inputs_shown
        if person is not None:
            project = replace(project, person=person, marked=())
        first = 0
        for photo, kind in garments:
            known = next((cloth for cloth in project.wardrobe if cloth.photo.digest == photo.digest), None)
            cloth = known or Cloth(project.next_cloth(), photo, "", kind)
            first = first or cloth.number
            project = project.with_cloth(cloth)
        if first and first not in project.worn:
            project = replace(project, worn=worn_after(project, first))
        what = _("garment") if garments else _("photo")
        self._ask_for(project, what)

    def _choose_person(self, photo: Photo | None) -> None:
        self.zones["person"].show_loading(False)
        self._ask_for(replace(self._inputs_shown, person=photo, marked=()), _("photo"))

    def try_sample(self) -> None:
        """Fill both places with the next samples."""
        people, garments = sample_files("person"), sample_files("garment")
        if people and garments:
            number, self._sample = self._sample, self._sample + 1
            self._take_sample("person", people[number % len(people)])
            self._take_sample("garment", garments[number % len(garments)])

    def _take_sample(self, kind: str, path: Path) -> None:
        """What a sample shows is known: it is not looked at first, so it stands there at once."""
        arrival = Arrival(path.name, path=path)
        if kind == "room":
            self.room_sample.emit(path)
        elif kind == "garment" and not self._inputs_shown.wardrobe:  # nothing that it could not be worn with: the engine says its kind
            self._desk.load(arrival, lambda photo: self._take_in(None, [(photo, "")]))
        else:
            self.receive([arrival], kind)

    # ---- what is worn, and how

    def _set(self, what: str, **change: str) -> None:
        project = self._inputs_shown
        after = replace(project, **change)  # type: ignore[arg-type]
        if after != project:
            self._ask_for(after, what)

    def _ask_for(self, project: Project, what: str, *, start: bool | None = None) -> None:
        """Take up new inputs; a look that was made of just these before is shown, else the engine starts (start: whether in any case)."""
        before = self._inputs_shown
        known = [row for row, look in enumerate(project.looks) if look.settings == project.settings]
        new = project.settings != before.settings
        if new or (start is not None and project.look is None):
            project = replace(project, seed=project.looks[known[-1]].seed if known else 0, shown=known[-1] if known else -1)
        self._session.edit(project, what, page=PAGE)
        if (new if start is None else start) and not known:
            self._start()
        else:
            self._show(self._session.project)

    # ---- the work

    def _inputs(self, project: Project) -> tuple[object, ...]:
        return (*project.settings, project.seed)

    def _start(self) -> None:
        project = self._session.project
        self._desk.fit.cancel(self._job)
        self._job = self._so_far = None
        if project.person is None or not project.garments:
            self.panel.stop()
            self._show(project)
            return
        self._desk.quieted.emit()
        fitting = Fitting(
            project.person, tuple(cloth.wanted for cloth in project.garments), project.seed,
            QUALITIES[project.quality], project.tuck, project.marked, project.engine,
        )  # fmt: skip
        job = self._desk.fit.submit(self._desk.engine.dress, fitting, key="dress", convert=_with_picture, look=_as_picture)
        self._job, self._job_of = job, self._inputs(project)
        self.panel.start(_("Starting the engine"))
        self.panel.place_over(self.stack)
        job.progressed.connect(lambda share, what, left: self.panel.tell(share, what, left) if self._job is job else None)
        job.looked.connect(lambda picture: self._look_on(job, picture))
        job.done.connect(lambda answer: self._finished(job, project, *answer))
        job.failed.connect(lambda error: self._desk.tell_error(error) if self._job is job else None)
        job.ended.connect(lambda: self._over(job))
        self._show(project)

    def cancel(self) -> None:
        """Stop what is running; the brush is put away; several chosen results are one again."""
        self.arrivals.cancel()
        if self.view.brushing:
            self.leave_brush()
            return
        if self.shows_steps:
            self.toggle_steps()
            return
        if self._job is not None and not self._job.is_over:
            self.panel.stopping()
            self._desk.fit.cancel(self._job)
        elif self._rows:
            self._compare([])

    def _over(self, job: Job) -> None:
        if self._job is job:
            self._job = self._so_far = None
            self.panel.stop()
            self._show(self._session.project)

    @property
    def dressing(self) -> bool:
        """Whether a result is being made."""
        return self._job is not None

    @property
    def has_grown(self) -> bool:
        """Whether the mirror shows work that is not finished."""
        return self._so_far is not None

    def _look_on(self, job: Job, picture: Picture) -> None:
        """The work shows how it looks so far."""
        if self._job is job:
            self._so_far = picture
            self._show(self._session.project)

    def _finished(self, job: Job, asked: Project, dressed: Dressed, picture: Picture) -> None:
        person = asked.person
        if self._job is not job or person is None:
            return
        kinds = dressed.kinds or ("",) * len(asked.garments)
        garments = tuple(replace(cloth, found=kind or cloth.found) for cloth, kind in zip(asked.garments, kinds, strict=True))

        def add(project: Project) -> Project:
            look = Look(
                number=project.next_look(), picture=dressed.picture, person=person, garments=garments, seed=dressed.seed,
                tuck=asked.tuck, quality=asked.quality, engine=dressed.engine, steps=dressed.steps, seconds=dressed.seconds,
                warnings=dressed.warnings, color_difference=dressed.color_difference, marked=asked.marked,
            )  # fmt: skip
            hand_over(look, picture)
            for cloth in garments:
                current = project.cloth(cloth.number)
                if current is not None and not current.found:
                    project = project.with_cloth(replace(current, found=cloth.found))
            return replace(project, looks=(*project.looks, look), shown=len(project.looks))

        self._rows = []
        self._desk.settings.setValue(f"seconds/{asked.engine}/{asked.quality}", round(dressed.seconds / len(garments), 1))
        self.show_times(self._desk.settings)
        self._session.amend(add)

    def try_again(self) -> None:
        """Make the same with another seed, or start what was stopped."""
        project = self._inputs_shown
        if project.person is None or not project.garments:
            return
        done = [look.seed for look in project.looks if look.settings == project.settings]
        seed = max(done) + 1 if done else project.seed
        self._session.edit(replace(project, seed=seed, shown=-1), _("another try"), page=PAGE)
        self._start()

    def _session_changed(self, before: Project, after: Project) -> None:
        self.end_offer()
        if self._job is not None and self._inputs(after) != self._job_of:
            self._desk.fit.cancel(self._job)
        if before.looks != after.looks:
            self._rows = [row for row in self._rows if row < len(after.looks)] if len(before.looks) == len(after.looks) else []
        self._show(after)

    def _show(self, project: Project) -> None:
        look, working = project.look, self._job is not None
        inputs = project.taken_up()
        self.zones["person"].show_photo(inputs.person)
        self.hung.setCurrentIndex(1 if project.wardrobe else 0)
        self.wardrobe.show_project(inputs)
        self.show_options(inputs)
        if self.view.brushing and project.person is None:
            self.view.start_brush(False)
        brushing, under = self.view.brushing, look or self.painted_over(project)
        self.view.show_strokes(inputs.marked)
        if self.shows_steps and self.show_step(inputs):
            pass
        elif under is not None:
            self.view.show_pictures(picture_of(under.person, under.person.rgb), picture_of(under, under.picture))
        elif project.person is not None and self._so_far is not None:
            shown = picture_of(project.person, project.person.rgb)
            self.view.show_pictures(shown, self._so_far, shown.size)
        else:
            person = project.person
            self.view.show_pictures(None, None if person is None else picture_of(person, person.rgb))
        beside = [row for row in self._rows if row < len(project.looks)]
        if len(beside) > 1:
            pairs = [(row, project.looks[row]) for row in beside]
            chosen = beside.index(project.shown) if project.shown in beside else -1
            self.side_view.show_pictures([(picture_of(one, one.picture), side_words(row, one)) for row, one in pairs], chosen)
        mirror = look is not None or project.person is not None
        self.stack.setCurrentIndex(SIDE_BY_SIDE if len(beside) > 1 else MIRROR if mirror else WELCOME)
        self.show_zoom()
        self.hold_button.setEnabled(len(beside) < 2)
        self.brush_bar.setVisible(brushing)
        self.nudge.setVisible(project.person is not None and not project.wardrobe and not project.looks)
        self.brush_bar.clear_button.setEnabled(bool(inputs.marked))
        self.brush_bar.done_button.setEnabled(self.has_painted)
        self.tools.setVisible(not brushing and (look is not None or bool(inputs.marked) or self.shows_steps))
        self.brush_button.setEnabled(len(beside) < 2)
        self.steps_button.setEnabled(len(beside) < 2)
        for button in (self.copy_button, self.export_button):
            button.setEnabled(look is not None)
        self.shelf.show_project(project, beside if len(beside) > 1 else ())
        both = inputs.person is not None and bool(inputs.garments)
        self.again_button.setEnabled(both and not working and not brushing)
        words = _("Another try") if any(known.settings == inputs.settings for known in project.looks) else _("Try on")
        self.again_button.set_words(words)
        self.again_button.set_kind("" if look is not None or brushing else "primary")
        self.show_notes(look)
        self.panel.place_over(self.stack)
