"""How a lens bends: measured on edges that are straight in the room and bows in the photo.

A bent edge is found as several short segments one behind the other. The bend under which all such chains become straight is the lens's
(plumb-line method, Brown 1971; division model, Fitzgibbon 2001).
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import UInt8Array
from tryon.room.lens import straight_points

__all__ = ["find_bend", "measured_bend"]

Array = npt.NDArray[np.float64]

_SIDE_PX = 1200.0
_TURN = math.radians(7.0)  # of one segment after the other
_GAP = 0.02  # of the diagonal, between their ends
_SHORTEST = 0.14  # of the diagonal, of a chain
_NOISE_PX = 0.7
_CAP = 9.0  # what a chain can count that is no straight edge under any bend
_LEAST_GAIN = 1.35
_MANY, _CROOKED = 12, 2.0  # so many chains that stay so crooked under the strongest bend tell of a fisheye
_GRID = np.concatenate([np.arange(-0.50, 0.2001, 0.01)])


def find_bend(rgb: UInt8Array, center: tuple[float, float] | None = None) -> float:
    """The bend of the lens of a photo, (H, W, 3) uint8 sRGB, as in `CameraHints`; 0.0 where the edges tell of none."""
    bend = measured_bend(rgb, center)
    return 0.0 if bend is None else bend


def measured_bend(rgb: UInt8Array, center: tuple[float, float] | None = None) -> float | None:
    """The same; None where most edges bow by more than one number can take out, as a fisheye lens makes them."""
    height, width = rgb.shape[:2]
    shrink = min(1.0, _SIDE_PX / max(width, height))
    gray = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    if shrink < 1.0:
        gray = cv2.resize(gray, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    size = (gray.shape[1], gray.shape[0])
    at = (size[0] / 2, size[1] / 2) if center is None else (center[0] * size[0] / width, center[1] * size[1] / height)
    found = _chains(gray)
    if len(found) < 4:
        return 0.0
    chains = _Chains(found)
    costs = np.array([_cost(chains, float(bend), size, at) for bend in _GRID])
    best, straight = int(costs.argmin()), _cost(chains, 0.0, size, at)
    if straight < _LEAST_GAIN * costs[best]:
        return 0.0
    if best in (0, len(_GRID) - 1):
        return None if best == 0 and len(found) >= _MANY and costs[0] > _CROOKED else 0.0
    fine = _GRID[best] + np.linspace(-0.01, 0.01, 21)
    return float(round(float(fine[int(np.argmin([_cost(chains, float(bend), size, at) for bend in fine]))]), 4))


def _chains(gray: UInt8Array) -> list[Array]:
    """Edges as rows of points (N, 2), each from segments that follow one another with little turn."""
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(gray)[0]
    if found is None:
        return []
    ends = np.asarray(found, np.float64).reshape(-1, 2, 2) + 0.5
    along = ends[:, 1] - ends[:, 0]
    length = np.linalg.norm(along, axis=1)
    keep = np.argsort(-length)[:1200]
    ends, along, length = ends[keep], along[keep], length[keep]
    ends, along, length = ends[length > 10], along[length > 10], length[length > 10]
    if len(ends) < 2:
        return []
    direction = along / length[:, None]
    reach = _GAP * math.hypot(*gray.shape)
    # LSD gives every segment a side (dark to the left): the end of one meets the start of the next on the same edge
    gap = np.linalg.norm(ends[:, None, 1] - ends[None, :, 0], axis=2)
    way = ends[None, :, 0] - ends[:, None, 1]
    off = np.abs(way[..., 0] * direction[:, None, 1] - way[..., 1] * direction[:, None, 0])
    turn = np.abs(np.arccos(np.clip(direction @ direction.T, -1, 1)))
    joins = (gap < reach) & (turn < _TURN) & (off < 2.5)
    np.fill_diagonal(joins, False)
    following = np.where(joins.any(axis=1), np.where(joins, gap, np.inf).argmin(axis=1), -1)
    started = np.ones(len(ends), bool)
    started[following[following >= 0]] = False
    used = np.zeros(len(ends), bool)
    chains = []
    least = _SHORTEST * math.hypot(*gray.shape)
    for first in np.flatnonzero(started):
        points: list[Array] = []
        total, at = 0.0, int(first)
        while at >= 0 and not used[at]:
            used[at] = True
            steps = max(2, round(float(length[at]) / 12))
            points.append(ends[at, 0] + np.linspace(0, 1, steps)[:, None] * along[at])
            total += float(length[at])
            at = int(following[at])
        if total >= least:
            chains.append(np.vstack(points))
    return chains


def _cost(chains: _Chains, bend: float, size: tuple[int, int], center: tuple[float, float]) -> float:
    """How crooked the chains are once a bend is taken out: squares of their distance from a line, longer chains counting more."""
    straight = straight_points(chains.points, bend, size, center)
    (a, b, c), (p, _q, r) = chains.spread(straight), chains.own
    wide = np.sqrt(np.maximum((a - c) ** 2 + 4 * b * b, 0.0))
    thin, long = np.maximum(a + c - wide, 0.0) / 2, np.maximum((a + c + wide) / 2, 1e-9)
    crooked = thin / (long / np.maximum(p + r, 1e-9)) / _NOISE_PX**2  # in the photo's own scale, so that shrinking it is no gain
    return float((chains.counts * np.minimum(crooked, _CAP)).sum() / chains.counts.sum()) + 0.1


class _Chains:
    """Many chains as one array, so that all are judged at once."""

    def __init__(self, chains: list[Array]) -> None:
        self.points, self.counts = np.vstack(chains), np.array([len(chain) for chain in chains])
        self._starts = np.concatenate([[0], np.cumsum(self.counts)[:-1]])
        self.own = self.spread(self.points)

    def spread(self, points: Array) -> tuple[Array, Array, Array]:
        """Variance of every chain in x, of x with y, and in y."""
        middle = np.add.reduceat(points, self._starts) / self.counts[:, None]
        away = points - np.repeat(middle, self.counts, axis=0)
        products = np.column_stack([away[:, 0] ** 2, away[:, 0] * away[:, 1], away[:, 1] ** 2])
        found = np.add.reduceat(products, self._starts) / self.counts[:, None]
        return found[:, 0], found[:, 1], found[:, 2]
