"""What the parser looks at: the window around the person, and hints at where the body is.

Used by the parser and by its training alike, so that both see the same.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, TypeVar

import cv2
import numpy as np

from tryon.image import FloatArray, UInt8Array

__all__ = ["CLUES", "Box", "clues", "to_window", "window_matrix", "window_of"]

Box = tuple[float, float, float, float]  # x0, y0, x1, y1 in pixels
Picture = TypeVar("Picture", UInt8Array, FloatArray)
CLUES = 4
_ASPECT = 3 / 4
_LEFT_ARM, _RIGHT_ARM = (11, 13, 15), (12, 14, 16)
_LEFT_HAND, _RIGHT_HAND = (17, 19, 21), (18, 20, 22)
_LEGS = ((23, 25, 27, 31), (24, 26, 28, 32))
_SURE = 0.3  # landmarks less visible than this are not drawn


def window_of(person: Box, width: int, height: int, pad: float = 0.06) -> Box:
    """The upright 3:4 window of a photo that shows a person's box with some air, in whole pixels; inside the photo where it fits."""
    x0, y0, x1, y1 = person
    margin = pad * max(x1 - x0, y1 - y0)
    x0, y0, x1, y1 = max(0.0, x0 - margin), max(0.0, y0 - margin), min(float(width), x1 + margin), min(float(height), y1 + margin)
    wide, high = x1 - x0, y1 - y0
    if wide < high * _ASPECT:
        wide = high * _ASPECT
    else:
        high = wide / _ASPECT
    left = _slide((x0 + x1) / 2 - wide / 2, wide, width)
    top = _slide((y0 + y1) / 2 - high / 2, high, height)
    return float(round(left)), float(round(top)), float(round(left + wide)), float(round(top + high))


def _slide(start: float, length: float, room: int) -> float:
    """Move an interval into 0..room; in the middle where it does not fit."""
    return (room - length) / 2 if length >= room else min(max(start, 0.0), room - length)


def window_matrix(window: Box, width: int, height: int) -> FloatArray:
    """The 2 x 3 map from photo pixels to the net's (pixel centers at .5 in both)."""
    sx, sy = width / (window[2] - window[0]), height / (window[3] - window[1])
    return np.array([[sx, 0, -window[0] * sx], [0, sy, -window[1] * sy]], np.float32)


def to_window(picture: Picture, window: Box, width: int, height: int) -> Picture:
    """Cut a window out of a picture (uint8 or float32), at the net's size; beyond the picture its edge goes on."""
    x0, y0, x1, y1 = (round(v) for v in window)
    rows, columns = picture.shape[:2]
    inner: Any = picture[max(0, y0) : min(rows, y1), max(0, x0) : min(columns, x1)]
    margins = max(0, -y0), max(0, y1 - rows), max(0, -x0), max(0, x1 - columns)
    if any(margins):
        inner = cv2.copyMakeBorder(inner, *margins, cv2.BORDER_REPLICATE)
    shrinks = inner.shape[1] > width
    sized = cv2.resize(inner, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    return np.asarray(sized, picture.dtype)


def clues(landmarks: FloatArray, mask: FloatArray) -> FloatArray:
    """Hints for the net: (4, h, w) float32 0..1: the soft mask, the left arm, the right arm, the rest of the body.

    landmarks: (33, 4) in pixels of the net's picture; those of low visibility are left out. mask: (h, w) 0..1.
    Arms are drawn as thin lines at half strength with the hand at full strength; head and legs alike; the torso faint.
    """
    height, width = mask.shape
    drawn = np.zeros((3, height, width), np.uint8)
    points = np.nan_to_num(landmarks[:, :2].astype(np.float64) * 16 - 8).clip(-30_000, 30_000).astype(np.int32)
    sure = landmarks[:, 3] >= _SURE
    thick = max(2, round(width / 40))

    def line(sheet: int, chain: tuple[int, ...], value: int, wide: int = thick) -> None:
        for a, b in pairwise(chain):
            if sure[a] and sure[b]:
                start, end = (int(points[a][0]), int(points[a][1])), (int(points[b][0]), int(points[b][1]))
                cv2.line(drawn[sheet], start, end, value, wide, cv2.LINE_8, 4)

    for sheet, arm, hand in ((0, _LEFT_ARM, _LEFT_HAND), (1, _RIGHT_ARM, _RIGHT_HAND)):
        line(sheet, arm, 128)
        for finger in hand:
            line(sheet, (arm[-1], finger), 255)
    if sure[[11, 12, 23, 24]].all():
        cv2.fillConvexPoly(drawn[2], cv2.convexHull(points[[11, 12, 24, 23]]), 64, cv2.LINE_8, 4)
    for leg in _LEGS:
        line(2, leg[:3], 128)
        line(2, leg[2:], 255)
    line(2, (7, 0, 8), 255, 2 * thick)
    line(2, (9, 10), 200)
    soft = [cv2.GaussianBlur(sheet, (5, 5), 0) for sheet in drawn]
    return np.stack([mask.astype(np.float32), *(sheet.astype(np.float32) / 255.0 for sheet in soft)])
