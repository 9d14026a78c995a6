"""The straight lines of a photo: edges of walls, doors, windows and furniture."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import UInt8Array

__all__ = ["Lines", "find_lines"]

Array = npt.NDArray[np.float64]

_WORK_SIDE_PX = 1000.0
_MIN_SHARE = 0.02  # shortest segment used, as a share of the diagonal
_MERGE_ANGLE = math.radians(1.5)
_MERGE_OFFSET_PX = 1.5


@dataclass(frozen=True, eq=False)
class Lines:
    """Straight segments of a photo, longest first.

    ends: (N, 4) float64, x0, y0, x1, y1 in pixels of the photo. unit: photo pixels per pixel of the copy they were found on,
    about the accuracy of an end point.
    """

    ends: Array
    unit: float = 1.0

    def __len__(self) -> int:
        return len(self.ends)

    @property
    def lengths(self) -> Array:
        """Length of each segment in pixels, (N,)."""
        return np.hypot(self.ends[:, 2] - self.ends[:, 0], self.ends[:, 3] - self.ends[:, 1])

    def longest(self, count: int) -> Lines:
        """The `count` longest segments."""
        return Lines(self.ends[:count], self.unit)


def find_lines(rgb: UInt8Array, limit: int = 400) -> Lines:
    """Find the straight segments of a photo: (H, W, 3) uint8 sRGB; at most `limit`, longest first.

    The segment detector LSD (Grompone von Gioi et al. 2010, OpenCV's) on a copy of about 1000 pixels; pieces of one edge are joined.
    """
    height, width = rgb.shape[:2]
    shrink = min(1.0, _WORK_SIDE_PX / max(width, height))
    gray = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    if shrink < 1.0:
        gray = cv2.resize(gray, (round(width * shrink), round(height * shrink)), interpolation=cv2.INTER_AREA)
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(gray)[0]
    if found is None:
        return Lines(np.zeros((0, 4)))
    ends = np.asarray(found, dtype=np.float64).reshape(-1, 4) + 0.5  # OpenCV's first pixel has its centre at (0, 0)
    ends = ends[_lengths(ends) > 8.0]
    ends = ends[~_on_frame(ends, gray)]
    ends = _joined(ends[np.argsort(-_lengths(ends))][:900])
    ends = ends[_lengths(ends) >= _MIN_SHARE * math.hypot(*gray.shape)]
    ends = ends[np.argsort(-_lengths(ends), kind="stable")][:limit]
    to_photo = np.array([width / gray.shape[1], height / gray.shape[0]] * 2)
    return Lines(ends * to_photo, 1.0 / shrink)


def _lengths(ends: Array) -> Array:
    return np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])


def _on_frame(ends: Array, gray: UInt8Array) -> npt.NDArray[np.bool_]:
    """Segments along the picture's own edge, letterbox bars or the black rim of a straightened lens: no part of the room."""
    height, width = gray.shape
    dark = np.zeros((height + 2, width + 2), dtype=np.uint8)
    dark[1:-1, 1:-1] = gray < 12
    dark[[0, -1]] = dark[:, [0, -1]] = 1
    _count, labels = cv2.connectedComponents(dark, connectivity=4)
    deep = max(4, round(0.06 * min(height, width)))  # a rim is thin: dark furniture at the edge is none
    band = np.ones_like(dark)
    band[deep:-deep, deep:-deep] = 0
    rim = ((labels == labels[0, 0]) & (band > 0)).astype(np.uint8)
    rim = cv2.dilate(rim, np.ones((9, 9), np.uint8))
    share = np.linspace(0.05, 0.95, 11)
    x = np.clip(ends[:, 0, None] * (1 - share) + ends[:, 2, None] * share, 0, width - 1).astype(np.intp)
    y = np.clip(ends[:, 1, None] * (1 - share) + ends[:, 3, None] * share, 0, height - 1).astype(np.intp)
    result: npt.NDArray[np.bool_] = rim[y + 1, x + 1].mean(axis=1) > 0.6
    return result


def _joined(ends: Array) -> Array:
    """Join pieces of one edge: nearly parallel, nearly on one line, with a gap shorter than the pieces together."""
    count = len(ends)
    if count < 2:
        return ends
    start, stop = ends[:, :2], ends[:, 2:]
    middle, length = (start + stop) / 2.0, _lengths(ends)
    along = (stop - start) / length[:, None]
    normal = np.column_stack([-along[:, 1], along[:, 0]])
    cosine = np.abs(along @ along.T)
    between = middle[None] - middle[:, None]  # (i, j): from i to j
    sideways = np.abs(np.einsum("ijk,ik->ij", between, normal))
    gap = np.abs(np.einsum("ijk,ik->ij", between, along)) - (length[:, None] + length[None]) / 2.0
    # both middles must lie on the other's line, so that a short piece cannot bend a long one
    same = (cosine > math.cos(_MERGE_ANGLE)) & (np.maximum(sideways, sideways.T) < _MERGE_OFFSET_PX)
    same &= gap < np.minimum(0.5 * (length[:, None] + length[None]), 60.0)
    group = _groups(same)
    joined = []
    for index in np.unique(group):
        members = np.flatnonzero(group == index)
        if len(members) == 1:
            joined.append(ends[members[0]])
            continue
        points, weight = np.vstack([start[members], stop[members]]), np.tile(length[members], 2)
        center = np.average(points, axis=0, weights=weight)
        spread = points - center
        _values, vectors = np.linalg.eigh((spread * weight[:, None]).T @ spread)
        direction = vectors[:, 1]
        reach = spread @ direction
        joined.append(np.concatenate([center + reach.min() * direction, center + reach.max() * direction]))
    return np.array(joined)


def _groups(same: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Connected groups of a symmetric relation (N, N): the smallest index that each one reaches."""
    group = np.arange(len(same))
    pairs = np.argwhere(np.triu(same, 1))
    for first, second in pairs:
        while group[first] != first:
            first = group[first]
        while group[second] != second:
            second = group[second]
        group[max(first, second)] = min(first, second)
    for index in range(len(group)):
        group[index] = group[group[index]]
    return group
