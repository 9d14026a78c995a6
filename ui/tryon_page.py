"""The first mirror: your photo and a garment in, you wearing it out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from tryon.errors import PhotoError
from tryon.text import _
from ui.export import ask_where, save_in_background, suggested_name
from ui.images import picture_of, to_image
from ui.intake import Arrival, picture_filter, take
from ui.jobs import Job
from ui.samples import sample_files
from ui.session import Look, Project
from ui.tryon_layout import TryOnLayout

if TYPE_CHECKING:
    from tryon.image import Photo
    from ui.desk import Desk
    from ui.engine import Dressed

__all__ = ["TryOnPage"]

PAGE = "tryon"


class TryOnPage(TryOnLayout):
    """Two places for pictures on the left, the mirror on the right. With both pictures there it starts by itself."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._session = desk, desk.session
        self._job: Job | None = None
        self._sorting: Job | None = None
        self._job_of: tuple[object, ...] = ()
        self._sample = 0
        for name, zone in self.zones.items():
            zone.open_wanted.connect(lambda name=name: self.open_file(name))
            zone.clear_wanted.connect(lambda name=name: self._choose(name, None))
            zone.dropped.connect(lambda mime, name=name: self.receive_mime(mime, name))
        self.region.chosen.connect(self._region_chosen)
        self.samples_chosen.connect(lambda kind, path: self.receive([Arrival(path.name, path=path)], kind))
        self.sample_button.clicked.connect(self.try_sample)
        self.again_button.clicked.connect(self.try_again)
        self.copy_button.clicked.connect(self.copy)
        self.export_button.clicked.connect(self.export)
        self.panel.canceled.connect(self.cancel)
        self.strip.picked.connect(self._pick)
        self.strip.removed.connect(self._remove)
        self._session.changed.connect(self._session_changed)
        self._show(self._session.project)

    # ---- pictures in

    def open_file(self, slot: str) -> None:
        """Ask for a file for one of the two places."""
        folder = str(self._desk.settings.value(f"open/{slot}", ""))
        dialog = QFileDialog(self, _("Open: {what}").format(what=self.zones[slot].title), folder, picture_filter())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)

        def chosen(name: str) -> None:
            self._desk.settings.setValue(f"open/{slot}", str(Path(name).parent))
            self.receive([Arrival(Path(name).name, path=Path(name))], slot)

        dialog.fileSelected.connect(chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def receive_mime(self, mime: QMimeData, slot: str = "") -> None:
        """Take what was dropped or pasted."""
        try:
            self.receive(take(mime), slot)
        except PhotoError as error:
            self._desk.tell_error(error)

    def receive(self, arrivals: list[Arrival], slot: str = "") -> None:
        """Take pictures: for one place, or, with no place named, for where they belong."""
        self._desk.quieted.emit()
        pictures = [arrival for arrival in arrivals if not arrival.is_mesh][:2]
        if slot and len(pictures) == 1:
            self.zones[slot].show_loading(True)
            self._desk.load(pictures[0], lambda photo: self._choose(slot, photo), lambda: self.zones[slot].show_loading(False))
            return
        loaded: list[Photo] = []

        def arrived(photo: Photo) -> None:
            loaded.append(photo)
            if len(loaded) == len(pictures):
                self._sort_out(loaded)

        for picture in pictures:
            self._desk.load(picture, arrived)

    def _sort_out(self, photos: list[Photo]) -> None:
        """Find out which of them is the person; where that fails, the empty place is filled, the person's first."""
        self.cancel()
        job = self._sorting = self._desk.fit.submit(self._desk.engine.tell_kind, photos[0])
        self.panel.start(_("Looking at the picture"))
        self.place_panel()

        def place(kind: str) -> None:
            if self._job is None:
                self.panel.stop()
            other = "garment" if kind == "person" else "person"
            self._choose(kind, photos[0], *((other, photos[1]) if len(photos) > 1 else ()))

        project = self._session.project
        guess = "garment" if project.person is not None and project.garment is None else "person"
        job.done.connect(place)
        job.failed.connect(lambda _error: place(guess))
        job.canceled.connect(self.panel.stop)

    def _choose(self, slot: str, photo: Photo | None, other: str = "", other_photo: Photo | None = None) -> None:
        photos: dict[str, Any] = {slot: photo, other: other_photo} if other else {slot: photo}
        project = replace(self._session.project, seed=0, shown=-1, **photos)
        what = {"person": _("photo"), "garment": _("garment")}[slot]
        self.zones[slot].show_loading(False)
        self._session.edit(project, what, page=PAGE)
        if photo is not None:
            self._start()

    def try_sample(self) -> None:
        """Fill both places with the next samples."""
        people, garments = sample_files("person"), sample_files("garment")
        if people and garments:
            number, self._sample = self._sample, self._sample + 1
            pair = (people[number % len(people)], garments[number % len(garments)])
            loaded: list[Photo] = []

            def arrived(photo: Photo) -> None:
                loaded.append(photo)
                if len(loaded) == 2:
                    self._choose("person", loaded[0], "garment", loaded[1])

            for path in pair:
                self._desk.load(Arrival(path.name, path=path), arrived)

    # ---- the work

    def _inputs(self, project: Project) -> tuple[object, ...]:
        return project.person, project.garment, project.region, project.seed

    def _shown_of(self, project: Project) -> tuple[object, ...]:
        return (*self._inputs(project), project.looks, project.shown)

    def _start(self) -> None:
        project = self._session.project
        self._desk.fit.cancel(self._job)
        self._job = None
        if project.person is None or project.garment is None:
            self._show(project)
            return
        self._desk.quieted.emit()
        engine = self._desk.engine
        job = self._desk.fit.submit(engine.dress, project.person, project.garment, project.region, project.seed, key="dress")
        self._job, self._job_of = job, self._inputs(project)
        self.panel.start(_("Starting the engine"))
        self.place_panel()
        job.progressed.connect(lambda share, what, left: self.panel.tell(share, what, left) if self._job is job else None)
        job.done.connect(lambda dressed: self._finished(job, project, dressed))
        job.failed.connect(lambda error: self._desk.tell_error(error) if self._job is job else None)
        job.ended.connect(lambda: self._over(job))
        self._show(project)

    def cancel(self) -> None:
        """Stop what is running."""
        for job in (self._job, self._sorting):
            if job is not None and not job.is_over:
                self.panel.stopping()
                self._desk.fit.cancel(job)

    def _over(self, job: Job) -> None:
        if self._job is job:
            self._job = None
            self.panel.stop()
            self._show(self._session.project)

    def _finished(self, job: Job, asked: Project, dressed: Dressed) -> None:
        if self._job is not job or asked.person is None or asked.garment is None:
            return
        look = Look(
            picture=dressed.picture, person=asked.person, garment=asked.garment, region=asked.region, seed=dressed.seed,
            engine=dressed.engine, steps=dressed.steps, seconds=dressed.seconds, warnings=dressed.warnings,
            color_difference=dressed.color_difference,
        )  # fmt: skip
        self._session.amend(lambda project: replace(project, looks=(*project.looks, look), shown=len(project.looks)))

    def try_again(self) -> None:
        """Make the same with another seed, or start what was stopped."""
        project = self._session.project
        if project.person is None or project.garment is None:
            return
        done = [
            look.seed
            for look in project.looks
            if (look.person, look.garment, look.region) == (project.person, project.garment, project.region)
        ]
        seed = max(done) + 1 if done else project.seed
        self._session.edit(replace(project, seed=seed, shown=-1), _("another try"), page=PAGE)
        self._start()

    def _region_chosen(self, region: str) -> None:
        project = self._session.project
        if region != project.region:
            self._session.edit(replace(project, region=region, seed=0, shown=-1), _("worn as"), page=PAGE)
            self._start()

    # ---- results

    def _pick(self, row: int) -> None:
        self._session.amend(lambda project: replace(project, shown=row))

    def _remove(self, row: int) -> None:
        project = self._session.project
        looks = project.looks[:row] + project.looks[row + 1 :]
        shown = min(row, len(looks) - 1)
        self._session.edit(replace(project, looks=looks, shown=shown), _("remove a result"), page=PAGE)

    def copy(self) -> None:
        """Put the picture on the clipboard."""
        look = self._session.project.look
        if look is not None:
            QGuiApplication.clipboard().setImage(to_image(look.picture))
            self._desk.tell(_("Copied"), seconds=3)

    def export(self) -> None:
        """Save the picture as a file."""
        look = self._session.project.look
        if look is not None:
            stem = suggested_name(look.person.name, look.garment.name)
            ask_where(self, self._desk.settings, stem, lambda path: save_in_background(self._desk, path, look.picture, look.person))

    def _session_changed(self, before: Project, after: Project) -> None:
        if self._job is not None and self._inputs(after) != self._job_of:
            self._desk.fit.cancel(self._job)
        if self._shown_of(before) != self._shown_of(after):
            self._show(after)

    def _show(self, project: Project) -> None:
        for name in ("person", "garment"):
            self.zones[name].show_photo(getattr(project, name))
        self.region.choose(project.region)
        look, working = project.look, self._job is not None
        if look is not None:
            self.view.show_pictures(picture_of(look.person, look.person.rgb), picture_of(look, look.picture))
        else:
            person = project.person
            self.view.show_pictures(None, None if person is None else picture_of(person, person.rgb))
        self.stack.setCurrentIndex(1 if look is not None or project.person is not None else 0)
        self.tools.setVisible(look is not None)
        self.strip.show_looks(project.looks, project.shown)
        self.shelf.setVisible(len(project.looks) > 1)
        both = project.person is not None and project.garment is not None
        self.again_button.setEnabled(both and not working)
        words = _("Another try") if any(known.garment is project.garment for known in project.looks) else _("Try on")
        self.again_button.set_words(words)
        self.again_button.set_kind("" if look is not None else "primary")
        self.show_notes(look)
        self.place_panel()
