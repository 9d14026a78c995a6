"""A ribbon: a piece of cloth between two edges in the garment picture, laid between two edges on the body."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray

__all__ = ["DENSITY", "Ribbon", "lay", "resample", "splat", "straight"]

Points = npt.NDArray[np.float64]

DENSITY = 1.45  # samples per target pixel along and across


@dataclass(frozen=True, eq=False)
class Ribbon:
    """Cross-sections of one piece, in order along it.

    source_a, source_b: (n, 2) the two edges in garment pixels, of a sleeve or leg the inner one first. target_a, target_b: (n, 2)
    where they lie in photo pixels.
    part: 'trunk', 'left_sleeve', 'right_sleeve', 'left_leg', 'right_leg' or 'skirt'. behind: it passes behind the trunk.
    loose: how far beyond the wearer's silhouette it may hang, photo pixels: a sleeve as tight as the arm stays within it.
    ramp: share of its length over which it only leads out of the piece that it hangs on. tail: cross-sections beyond its hem.
    turn: (n,) how far the middle of each cross-section lies off the middle between its edges, towards b, of half of its width.
    """

    part: str
    source_a: Points
    source_b: Points
    target_a: Points
    target_b: Points
    behind: bool = False
    loose: float = np.inf
    ramp: float = 0.0
    tail: int = 2
    turn: npt.NDArray[np.float64] | None = None

    @property
    def end(self) -> Points:
        """The middle of the hem or cuff, photo pixels (x, y)."""
        at = -1 - self.tail
        return np.asarray((self.target_a[at] + self.target_b[at]) / 2)

    def finer(self, times: int) -> Ribbon:
        """The same ribbon with `times` as many cross-sections."""
        old = np.arange(len(self.source_a))
        at = np.linspace(0, len(old) - 1, (len(old) - 1) * times + 1)

        def lines(values: Points) -> Points:
            return np.stack([np.interp(at, old, values[:, axis]) for axis in (0, 1)], axis=1)

        return replace(
            self,
            source_a=lines(self.source_a),
            source_b=lines(self.source_b),
            target_a=lines(self.target_a),
            target_b=lines(self.target_b),
            tail=self.tail * times,
            turn=None if self.turn is None else np.interp(at, old, self.turn),
        )

    def place(self, along: npt.NDArray[np.float64], across: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Photo pixels (..., 2) of points on it. along: cross-sections from 0 (...); across: 0 at edge a, 1 at edge b (...)."""
        old = np.arange(len(self.target_a))
        a, b = (np.stack([np.interp(along, old, edge[:, k]) for k in (0, 1)], axis=-1) for edge in (self.target_a, self.target_b))
        if self.turn is not None:
            across = across + 2.0 * np.interp(along, old, self.turn) * across * (1.0 - across)
        return np.asarray(a + (b - a) * across[..., None])

    @property
    def trust(self) -> npt.NDArray[np.float64]:
        """How much each cross-section is to be believed, (n,): little where one piece only leads into the next."""
        share = np.linspace(0.0, 1.0, len(self.source_a))
        return np.asarray(np.clip((share + 0.02) / self.ramp, 0.03, 1.0) ** 2 if self.ramp else np.ones(len(share)), dtype=np.float64)


def resample(line: Points, count: int) -> Points:
    """`count` points at equal steps along a polyline (n, 2)."""
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    if along[-1] <= 0:
        return np.repeat(line[:1], count, axis=0)
    at = np.linspace(0.0, along[-1], count)
    return np.stack([np.interp(at, along, line[:, axis]) for axis in (0, 1)], axis=1)


def straight(start: Points, stop: Points, count: int) -> Points:
    """`count` points at equal steps from start to stop, (n, 2)."""
    share = np.linspace(0.0, 1.0, count)[:, None]
    return np.asarray(start * (1 - share) + stop * share)


def lay(ribbon: Ribbon, width: int, height: int) -> FloatArray:
    """Dense map of one ribbon: (height, width, 2) float32, the garment pixel seen at each photo pixel, NaN where there is none.

    The ribbon's cells are filled by forward sampling, denser than the target's pixels, and averaged, which needs no inverse of
    the bent strip; where it folds over itself the later cross-section wins by weight.
    """
    lengths = np.linalg.norm(np.diff((ribbon.target_a + ribbon.target_b) / 2, axis=0), axis=1)
    edges = [np.linalg.norm(np.diff(edge, axis=0), axis=1) for edge in (ribbon.target_a, ribbon.target_b)]
    rows_per_cell = np.maximum(1, np.ceil(DENSITY * np.maximum.reduce([lengths, *edges]))).astype(int)
    widest = float(np.linalg.norm(ribbon.target_b - ribbon.target_a, axis=1).max())
    columns = max(4, int(np.ceil(DENSITY * widest)))
    if rows_per_cell.sum() * columns > 60_000_000:
        return np.full((height, width, 2), np.nan, dtype=np.float32)  # absurd landmarks: nothing is laid
    t = np.concatenate([index + np.arange(rows) / rows for index, rows in enumerate(rows_per_cell)] + [[float(len(lengths))]])
    index = np.minimum(t.astype(int), len(lengths) - 1)
    share = (t - index)[:, None]
    u = np.linspace(0.0, 1.0, columns, dtype=np.float32)[None, :, None]

    def at(edge_a: Points, edge_b: Points) -> FloatArray:
        a = (edge_a[index] * (1 - share) + edge_a[index + 1] * share).astype(np.float32)
        across = (edge_b[index] * (1 - share) + edge_b[index + 1] * share).astype(np.float32) - a
        return (a[:, None] + u * across[:, None]).reshape(-1, 2)

    return splat(at(ribbon.source_a, ribbon.source_b), at(ribbon.target_a, ribbon.target_b), width, height)


def splat(source: FloatArray, target: FloatArray, width: int, height: int) -> FloatArray:
    """Dense map from scattered pairs (n, 2) of garment pixel and photo pixel, averaged in each photo pixel; NaN where there is none."""
    x = np.floor(target[:, 0]).astype(np.int64)
    y = np.floor(target[:, 1]).astype(np.int64)
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    cell = y[inside] * width + x[inside]
    count = np.bincount(cell, minlength=width * height)
    dense = np.full((height * width, 2), np.nan, dtype=np.float32)
    filled = count > 0
    for axis in (0, 1):
        total = np.bincount(cell, weights=source[inside, axis], minlength=width * height)
        dense[filled, axis] = total[filled] / count[filled]
    return _close_pinholes(dense.reshape(height, width, 2))


def _close_pinholes(dense: FloatArray) -> FloatArray:
    """Fill single missing pixels between filled ones, as rounding leaves them."""
    known = ~np.isnan(dense[..., 0])
    closed = cv2.morphologyEx(known.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)) > 0
    holes = closed & ~known
    if holes.any():
        weight = cv2.blur(known.astype(np.float32), (3, 3))
        for axis in (0, 1):
            values = cv2.blur(np.where(known, dense[..., axis], 0).astype(np.float32), (3, 3))
            dense[..., axis] = np.where(holes, values / np.maximum(weight, 1e-6), dense[..., axis])
        dense[holes & (weight <= 0)] = np.nan
    return dense
