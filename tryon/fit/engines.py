"""The engines that can put a garment on, and what each needs: light to read, so that windows and help texts can list them."""

from __future__ import annotations

from dataclasses import dataclass

from tryon.errors import ModelError, OptionError
from tryon.text import N_, _
from tryon.weights.store import ModelStore

__all__ = ["ENGINES", "EngineCard", "engine_card"]


@dataclass(frozen=True)
class EngineCard:
    """What is told of an engine before it is chosen; texts are in English, `tryon.text._` says them in the user's language.

    weights: names of the models that it needs beyond those that read the two photos. steps: whether more steps make it finer.
    """

    name: str
    title: str
    does: str
    weights: tuple[str, ...]
    steps: bool

    @property
    def needs(self) -> str:
        """What it needs here, in words. Raises ModelError where a card is missing."""
        store = ModelStore()
        size = sum((store.folder / store.card(name).file).stat().st_size for name in self.weights)
        words = _("needs {size} MB of weights, which ship with the program") if size else _("needs no weights of its own")
        return words.format(size=round(size / 2**20))

    @property
    def missing(self) -> str:
        """Why it cannot run here; empty where it can."""
        try:
            for name in self.weights:
                ModelStore().path(name)
        except ModelError as error:
            return str(error)
        return ""


ENGINES = {
    card.name: card
    for card in (
        EngineCard(
            "compact", N_("Painted"), N_("a small diffusion model paints the edges of the cloth that is laid on the body"),
            ("compact",), True,
        ),
        EngineCard("plain", N_("Laid on"), N_("the cloth is laid on the body as it is, with the folds that the photo shows"), (), False),
    )
}  # fmt: skip
"""All engines by name, the usual one first."""


def engine_card(name: str) -> EngineCard:
    """The card of this engine. Raises OptionError with the names there are."""
    if name not in ENGINES:
        known = ", ".join(ENGINES)
        raise OptionError(_("there is no engine {name}").format(name=repr(name)), advice=_("choose one of: {known}").format(known=known))
    return ENGINES[name]
