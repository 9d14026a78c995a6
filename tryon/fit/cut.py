"""How a garment is wanted on the wearer: longer or shorter than it is, closer or looser."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tryon.errors import OptionError
from tryon.text import _

if TYPE_CHECKING:
    from tryon.body.bodymap import BodyMap
    from tryon.fit.figure import Figure

__all__ = ["AS_IT_IS", "FITS", "MOST_CM", "Cut", "read_cuts"]

FITS = {"slim": 0.86, "regular": 1.0, "loose": 1.2}
"""What is said of a garment's width, and the factor of its own widths that it means."""

MOST_CM = 60.0
"""A garment can be worn at most this much longer or shorter than it is."""

_SNUG = 0.9  # a trunk under clothes, of their outline, where the fit is slim
_TRUNK_CM = 49.0  # from shoulder to hip joint: 0.288 of a stature of 1.70 m (Drillis and Contini 1966)


@dataclass(frozen=True)
class Cut:
    """What the user wants otherwise than the garment's picture shows it. Raises OptionError.

    length_cm: how much farther down the hem lies, on a wearer 1.70 m tall; negative: higher up. Sleeves stay as they are.
    fit: of FITS. The body limits both: no cloth is narrower than what is in it, none ends above the chest or below the floor.
    """

    length_cm: float = 0.0
    fit: str = "regular"

    def __post_init__(self) -> None:
        if self.fit not in FITS:
            advice = _("choose one of: {known}").format(known=", ".join(FITS))
            raise OptionError(_("there is no fit {name}").format(name=repr(self.fit)), advice=advice)
        if not abs(self.length_cm) <= MOST_CM:
            advice = _("choose -{most} to {most} cm").format(most=round(MOST_CM))
            raise OptionError(_("a garment cannot be lengthened by {value} cm").format(value=self.length_cm), advice=advice)

    @property
    def ease(self) -> float:
        """Factor of the garment's own widths."""
        return FITS[self.fit]

    def hem(self, own: float, figure: Figure, shortest: float, longest: float) -> float:
        """Where the hem is wanted, photo pixels from where it is counted. own: where it would lie; it stays within the limits unless `own`
        is beyond them."""
        wanted = own + self.length_cm / _TRUNK_CM * figure.trunk
        return min(max(wanted, min(own, shortest)), max(own, longest))

    def body(self, figure: Figure, body: BodyMap) -> Figure:
        """The body that the cloth goes round: under clothes a slim fit takes it to be slenderer than their outline, down to the hips."""
        from tryon.body.parsing import PARTS

        if self.ease >= 1.0:
            return figure
        at = np.floor(figure.axis(np.linspace(0.35, 0.75, 9))).astype(int)
        at = at[(at >= 0).all(axis=1) & (at[:, 0] < body.width) & (at[:, 1] < body.height)]
        if (body.parts[at[:, 1], at[:, 0]] == PARTS.index("torso")).mean() > 0.3:
            return figure  # bare: as wide as it is seen
        closer = np.interp(figure.heights, [0.1, 0.3, 0.7, 1.05], [1.0, _SNUG, _SNUG, 1.0])
        return replace(figure, edge_left=figure.edge_left * closer, edge_right=figure.edge_right * closer)


AS_IT_IS = Cut()
"""The garment's own length and width."""


def read_cuts(lengths: str, fits: str, count: int) -> tuple[Cut, ...]:
    """Lengths in cm and fits as they are typed ("5,-10", "slim,loose"), for so many garments; one word is for all. Raises OptionError."""

    def each(text: str, usual: str) -> list[str]:
        words = [word.strip() or usual for word in text.split(",")]
        words = words * count if len(words) == 1 else words
        if len(words) != count:
            reason = _("the values are {words}, the garments {count}").format(words=len(words), count=count)
            raise OptionError(reason, subject=text, advice=_("give one for all of them, or one for each, parted by commas"))
        return words

    cuts = []
    for length, fit in zip(each(lengths, "0"), each(fits, "regular"), strict=True):
        try:
            cuts.append(Cut(float(length), fit))
        except ValueError:
            raise OptionError(_("{text} is not a length in cm").format(text=repr(length)), advice=_("write it like --length=-5")) from None
    return tuple(cuts)
