"""Where the waistband of what is worn below is seen: a line that a tucked top ends under, also beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tryon.body.parsing import PARTS
from tryon.fit.figure import Figure
from tryon.image import FloatArray, UInt8Array

__all__ = ["Band", "find_band"]

_LOWER = [PARTS.index("bottom"), PARTS.index("skirt")]
_UPPER = [PARTS.index(name) for name in ("top", "outer", "torso")]
_STEEP = 0.6  # a waistband is nearly level: where the upper edge falls steeper than this, it is the hip's outline
_RIPPLE = 0.10  # of the shoulders' breadth: what is narrower is a fault of the part map, no form of the band


@dataclass(frozen=True, eq=False)
class Band:
    """below: (h, w) float32, how far each pixel lies below the band's upper edge, pixels; beside the band that goes on level.

    seen: (h, w) bool, not beside the band, but above or under it or on it.
    """

    below: FloatArray
    seen: npt.NDArray[np.bool_]

    def end(self, under: float) -> FloatArray:
        """How much of a tucked top is there, (h, w) 0..1: it goes on `under` pixels under the band, and ends beside it."""
        return np.asarray(np.clip(0.5 - (self.below - under * self.seen) / 2.0, 0.0, 1.0), dtype=np.float32)


def find_band(parts: UInt8Array, figure: Figure, scale: float, near: float) -> Band | None:
    """The upper edge of trousers or a skirt; None where none is seen.

    parts: (h, w) of photo pixels * scale. near: height on the trunk where the band is about.
    """
    from scipy.ndimage import gaussian_filter1d, median_filter

    height, width = parts.shape
    origin = figure.axis(near) * scale
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    aside = (x + 0.5 - origin[0]) * figure.across[0] + (y + 0.5 - origin[1]) * figure.across[1]
    below = (x + 0.5 - origin[0]) * figure.down[0] + (y + 0.5 - origin[1]) * figure.down[1]
    breadth = figure.breadth * scale
    reach = int(0.8 * breadth)
    lower = np.isin(parts, _LOWER) & (np.abs(aside) < reach) & (np.abs(below) < 0.45 * breadth)
    column = np.clip(np.floor(aside[lower]).astype(int) + reach, 0, 2 * reach)
    edge = np.full(2 * reach + 1, np.inf)
    np.minimum.at(edge, column, below[lower])
    touched = np.zeros(2 * reach + 1, dtype=bool)  # a hand or a bag over the band hides it
    upper = np.isin(parts, _UPPER) & (np.abs(aside) < reach)
    at = np.clip(np.floor(aside[upper]).astype(int) + reach, 0, 2 * reach)
    touched[at[np.abs(below[upper] - edge[at]) < 4.0]] = True
    good = np.flatnonzero(np.isfinite(edge) & touched)
    if len(good) < 0.3 * breadth:
        return None
    ripple = max(1.0, _RIPPLE * breadth)
    line = np.interp(np.arange(2 * reach + 1), good, edge[good])
    line = gaussian_filter1d(median_filter(line, 2 * round(ripple) + 1), 0.4 * ripple)
    slope = np.abs(gaussian_filter1d(np.gradient(line), 0.3 * ripple))
    middle = int(good[np.argmin(np.abs(good - reach))])
    steep = np.flatnonzero(slope > _STEEP)
    first = max(int(good[0]), int(steep[steep < middle].max(initial=-1)) + 1)
    last = min(int(good[-1]), int(steep[steep > middle].min(initial=2 * reach + 1)) - 1)
    at_side = np.clip(aside + reach, first, last)
    line_there = np.interp(at_side, np.arange(2 * reach + 1), line).astype(np.float32)
    return Band((below - line_there).astype(np.float32), (aside + reach >= first) & (aside + reach <= last))
