"""Tucked in or hanging out: where a top ends on this wearer."""

from __future__ import annotations

import numpy as np

from tryon.body.bodymap import BodyMap
from tryon.body.parsing import PARTS
from tryon.fit.figure import measure
from tryon.fit.garment import Garment

__all__ = ["hem_height"]

_LOWER = [PARTS.index("bottom"), PARTS.index("skirt")]
_TOPS = [PARTS.index("top")]
_USUAL_WAIST = 0.78


def hem_height(body: BodyMap, garment: Garment, tuck: str) -> float | None:
    """The height on the trunk (0 = shoulder line, 1 = hip line) at which a top goes under the waistband; None: it hangs out.

    auto: as the wearer wears the present top: a waistband seen above the hips, with the top ending at it, means tucked in.
    """
    if garment.kind != "top" or tuck == "out":
        return None
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
        return _USUAL_WAIST if tuck == "in" else None
    band = float(np.median([height for height, _ in votes]))
    if tuck == "in":
        return band if band < 0.95 else _USUAL_WAIST
    worn_at_band = sum(touching for _, touching in votes) > len(votes) / 2
    return band + 0.01 if worn_at_band and band < 0.72 else None
