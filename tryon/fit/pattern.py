"""The garment picture's own geometry: its edges, row by row, between the landmarks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tryon.fit.garment import Garment

__all__ = ["Edges", "Pattern", "follow_outline", "read_pattern", "sections"]

Points = npt.NDArray[np.float64]

_CORNER = 3  # cross-sections before a cuff or hem in which its corner may lie


@dataclass(frozen=True, eq=False)
class Edges:
    """Cross-sections of a garment's piece: right edge and left edge (wearer's), each (n, 2) garment pixels."""

    right: Points
    left: Points


@dataclass(frozen=True, eq=False)
class Pattern:
    """What the drape asks of a garment picture: its landmarks as points and where cloth is.

    cloth: (h, w) bool. size: width of the piece where it sits on the body (armpits or hips), garment pixels.
    """

    garment: Garment
    points: dict[str, Points]
    cloth: npt.NDArray[np.bool_]

    def __getitem__(self, name: str) -> Points:
        return self.points[name]

    def has(self, *names: str) -> bool:
        """Whether all these landmarks were found."""
        return all(name in self.points for name in names)

    def width(self, landmark: str) -> float:
        """Distance of a landmark's left and right point, garment pixels."""
        return float(np.linalg.norm(self[f"{landmark}_left"] - self[f"{landmark}_right"]))

    def middle(self, landmark: str) -> Points:
        """The point between a landmark's left and right."""
        return np.asarray((self[f"{landmark}_left"] + self[f"{landmark}_right"]) / 2)


def read_pattern(garment: Garment) -> Pattern:
    """Take landmarks and cloth of a cut-out garment; the inside of the back, seen through the collar, is no cloth to drape.

    A landmark beside the cloth is moved to the nearest cloth.
    """
    cloth = garment.rgba[..., 3] > 127
    if garment.inner is not None:
        cloth = cloth & ~garment.inner
    known = {name: at for name, at in garment.landmarks.items() if np.isfinite(at).all()}
    points: dict[str, Points] = {}
    rows, columns = np.nonzero(cloth[::2, ::2])
    for name, at in known.items():
        x = int(np.clip(at[0], 0, cloth.shape[1] - 1))
        y = int(np.clip(at[1], 0, cloth.shape[0] - 1))
        points[name] = np.array(at, dtype=np.float64)
        if not cloth[y, x] and len(rows):
            nearest = int(np.argmin((columns * 2 - x) ** 2 + (rows * 2 - y) ** 2))
            points[name] = np.array([columns[nearest] * 2 + 0.5, rows[nearest] * 2 + 0.5])
    for side in ("left", "right"):
        names = (f"armpit_{side}", f"cuff_inner_{side}", f"shoulder_{side}")
        if all(name in points for name in names):
            points[names[0]] = _armpit(cloth, *(points[name] for name in names))
    return Pattern(garment, points, cloth)


def _armpit(cloth: npt.NDArray[np.bool_], armpit: Points, cuff: Points, shoulder: Points) -> Points:
    """Where the gap between a sleeve and the trunk ends at its top, if that is seen near the landmark; else the landmark itself."""
    reach = 0.8 * abs(float(armpit[1] - shoulder[1]))
    outwards = 1.0 if cuff[0] > armpit[0] else -1.0
    columns = np.arange(armpit[0] - outwards * 0.4 * reach, cuff[0], outwards).astype(int)
    columns = columns[(columns >= 0) & (columns < cloth.shape[1])]
    top, low = int(max(0, armpit[1] - 0.4 * reach)), int(min(cloth.shape[0] - 1, armpit[1] + 1.2 * reach))
    if low - top < 8 or len(columns) < 4:
        return armpit
    ground = ~cloth[top:low, columns]
    # From below up to the first cloth; the gap's top is the highest that is reached, between cloth on both sides.
    open_below = np.cumprod(ground[::-1], axis=0)[::-1].astype(bool)
    heights = np.where(open_below.any(axis=0), np.argmax(open_below, axis=0), low - top)
    best = int(np.argmin(heights))
    walls = heights[:best].max(initial=-1), heights[best + 1 :].max(initial=-1)
    if heights[best] >= low - top - 4 or heights[best] == 0 or min(walls) < heights[best] + 4:
        return armpit
    return np.array([columns[best] + 0.5, top + heights[best] - 0.5])


def sections(pattern: Pattern, right: Points, left: Points, *, follow_right: float, follow_left: float) -> Edges:
    """Let straight edges follow the cloth's real outline.

    right, left: (n, 2) straight edges. follow_*: how far the outline may lie from the straight edge, inside or outside, as a share
    of the section's width; 0 keeps the straight edge (an armhole seam, which is no outline).
    """
    width = np.linalg.norm(left - right, axis=1)
    direction = (left - right) / np.maximum(width[:, None], 1e-6)
    return Edges(
        follow_outline(pattern.cloth, right, -direction, width * follow_right, corner=True) if follow_right > 0 else right,
        follow_outline(pattern.cloth, left, direction, width * follow_left, corner=True) if follow_left > 0 else left,
    )


def follow_outline(
    cloth: npt.NDArray[np.bool_],
    start: Points,
    outwards: Points,
    limit: npt.NDArray[np.float64],
    *,
    alone: bool = False,
    corner: bool = False,
) -> Points:
    """Points (n, 2) moved outwards (or inwards) to where the cloth ends, within +-limit pixels.

    alone: no other piece hangs on that side; then cloth all the way out is this piece's own. corner: the last points lie at a corner of
    the cloth, at a cuff or hem, where an outline cannot be followed: they are moved as those before them.
    """
    height, width = cloth.shape
    share = np.linspace(-1.0, 1.0, 49)
    offsets = limit[:, None] * share[None, :]
    at = start[:, None] + offsets[..., None] * outwards[:, None]
    x = np.clip(np.floor(at[..., 0]).astype(int), 0, width - 1)
    y = np.clip(np.floor(at[..., 1]).astype(int), 0, height - 1)
    hit = cloth[y, x]
    first_gap = np.argmax(~hit, axis=1)
    always = hit.all(axis=1)
    never = ~hit[:, 0]
    moved = np.take_along_axis(offsets, np.maximum(first_gap - 1, 0)[:, None], axis=1)[:, 0]
    # Cloth all the way out is another piece hanging beside this one: the straight edge parts the two.
    shift = np.where(always, limit if alone else 0.0, np.where(never, -limit * 0.5, moved))
    if corner and len(shift) > 2 * _CORNER:
        shift[-_CORNER:] = np.median(shift[-2 * _CORNER : -_CORNER])
    return np.asarray(start + outwards * _calm(shift)[:, None])


def _calm(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The outline's course without single frills (the sheet carries those along)."""
    if len(values) < 5:
        return values
    kernel = np.array([1.0, 2.0, 3.0, 2.0, 1.0]) / 9.0
    return np.convolve(np.pad(values, 2, mode="edge"), kernel, "valid")
