"""Tucked in or hanging out: where a top ends on this wearer."""

from __future__ import annotations

import numpy as np

from tryon.body.bodymap import BodyMap
from tryon.body.parsing import PARTS
from tryon.fit.cut import AS_IT_IS, Cut
from tryon.fit.drape import Hem
from tryon.fit.figure import measure
from tryon.fit.garment import Garment

__all__ = ["hem_of"]

_LOWER = [PARTS.index("bottom"), PARTS.index("skirt")]
_TOPS = [PARTS.index("top")]
_USUAL_WAIST = 0.78
_LOW_HEM = 0.88  # a top that ends above this at a waistband is tucked in, or as short as if it were; tees that hang out end lower


def hem_of(body: BodyMap, garment: Garment, tuck: str, cut: Cut = AS_IT_IS) -> Hem:
    """Where a top ends on this wearer.

    auto: as the wearer wears the present top: a waistband seen above the hips, with the top ending at it, means tucked in; a top that is
    wanted longer hangs out, since its length would not be seen otherwise.
    """
    if garment.kind != "top":
        return Hem()
    if tuck == "auto" and cut.length_cm > 0:
        tuck = "out"
    figure = measure(body)
    heights = np.linspace(0.35, 1.15, 81)
    votes = []
    for offset in (-0.25, 0.0, 0.25):
        points = np.floor(figure.axis(heights) + figure.across * offset * figure.breadth).astype(int)
        inside = (points[:, 0] >= 0) & (points[:, 0] < body.width) & (points[:, 1] >= 0) & (points[:, 1] < body.height)
        label = np.zeros(len(heights), dtype=np.uint8)
        label[inside] = body.parts[points[inside, 1], points[inside, 0]]
        lower = np.flatnonzero(np.convolve(np.isin(label, _LOWER), np.ones(4), "valid") >= 4)
        if len(lower):
            above = label[max(0, lower[0] - 4) : lower[0]]
            votes.append((float(heights[lower[0]]), bool(np.isin(above, _TOPS).any())))
    if not votes:
        return Hem(tucked_at=_USUAL_WAIST if tuck == "in" else None)
    band = float(np.median([height for height, _ in votes]))
    worn_at_band = sum(touching for _, touching in votes) > len(votes) / 2
    meets = band + 0.02 if band < 1.0 and worn_at_band else None  # bare midriff between them stays bare
    if tuck == "in":
        return Hem(band if band < 0.95 else _USUAL_WAIST, meets)
    if tuck == "out":
        return Hem(None, meets)
    return Hem(band + 0.02 if worn_at_band and band < _LOW_HEM else None, meets)
