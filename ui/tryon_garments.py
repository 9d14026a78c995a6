"""The garments of the try-on page: which are worn, what each is taken for, and how long and how wide it is wanted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tryon.text import _
from ui.tryon_brush import TryOnBrush
from ui.tryon_results import PAGE
from ui.wardrobe import worn_after

__all__ = ["TryOnGarments"]


class TryOnGarments(TryOnBrush):
    """What the hand does to the wardrobe and to the garment that is chosen in it; every step can be undone."""

    def _start(self) -> None:
        raise NotImplementedError

    def connect_garments(self) -> None:
        """Let the wardrobe and what stands below it do what they say."""
        self.wardrobe.clicked_on.connect(self.wear)
        self.wardrobe.removed.connect(self._take_away)
        self.wardrobe.kind_chosen.connect(self._correct_kind)
        self.wardrobe.current_changed.connect(lambda _number: self.show_options(self._inputs_shown))
        self.kind.activated.connect(lambda index: self._correct_kind(self.shown_cloth, self.kind.itemData(index)))
        self.length.activated.connect(lambda index: self._alter(_("length"), length_cm=self.length.itemData(index)))
        self.fit.chosen.connect(lambda fit: self._alter(_("fit"), fit=fit))

    def wear(self, number: int) -> None:
        """Put a garment of the wardrobe on, or take it off."""
        project = self._inputs_shown
        cloth = project.cloth(number)
        if cloth is not None:
            words = (_("take off {name}") if number in project.worn else _("wear {name}")).format(name=cloth.photo.name)
            self._ask_for(replace(project, worn=worn_after(project, number)), words)

    def _take_away(self, number: int) -> None:
        project = self._inputs_shown
        cloth = project.cloth(number)
        if cloth is not None:
            after = project.without_cloth(number)
            self._session.edit(after, _("remove {name}").format(name=cloth.photo.name), page=PAGE)
            if number in project.worn:
                self._start()

    def _alter(self, what: str, **change: Any) -> None:
        """The garment that is chosen is wanted longer or shorter, closer or looser."""
        project = self._inputs_shown
        cloth = project.cloth(self.shown_cloth)
        if cloth is None or (altered := replace(cloth, **change)) == cloth:
            return
        if cloth.number in project.worn:
            self._ask_for(project.with_cloth(altered), what)
        else:
            self._session.edit(project.with_cloth(altered), what, page=PAGE)

    def _correct_kind(self, number: int, kind: str) -> None:
        project = self._inputs_shown
        cloth = project.cloth(number)
        if cloth is None or cloth.kind == kind:
            return
        after = project.with_cloth(replace(cloth, kind=kind))
        if number in project.worn:  # what it cannot be worn with comes off
            without = replace(after, worn=tuple(worn for worn in after.worn if worn != number))
            after = replace(after, worn=worn_after(without, number))
            self._ask_for(after, _("kind of garment"))
        else:
            self._session.edit(after, _("kind of garment"), page=PAGE)
