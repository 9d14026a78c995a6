"""Make maps follow the picture's edges: the guided filter (He, Sun and Tang 2013; its fast form 2015)."""

from __future__ import annotations

import cv2
import numpy as np

from tryon.image import FloatArray, UInt8Array

__all__ = ["follow_edges"]

_PAIRS = ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))


def follow_edges(maps: FloatArray, picture: UInt8Array, radius: int, smoothness: float = 1e-3, shrink: int = 2) -> FloatArray:
    """Draw soft maps again so that their borders lie on the picture's.

    maps: (K, h, w) float32 of any size. picture: (H, W, 3) uint8, the guide. radius: pixels of the picture.
    smoothness: variance of color (0..1 squared) below which a place counts as flat. shrink: the linear models are fitted on
    a picture smaller by this factor. Returns (K, H, W) float32; values may leave 0..1 by a little.
    """
    height, width = picture.shape[:2]
    size = (max(1, width // shrink), max(1, height // shrink))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255.0
    colors = [np.ascontiguousarray(small[..., n]) for n in range(3)]
    guide = [np.ascontiguousarray(picture[..., n]).astype(np.float32) / 255.0 for n in range(3)]
    side = 2 * max(1, round(radius / shrink)) + 1

    def mean(value: FloatArray) -> FloatArray:
        return np.asarray(cv2.boxFilter(value, -1, (side, side), borderType=cv2.BORDER_REFLECT), np.float32)

    average = [mean(color) for color in colors]
    spread = [mean(colors[i] * colors[j]) - average[i] * average[j] for i, j in _PAIRS]
    inverse = _inverse(spread, smoothness)
    out = np.empty((len(maps), height, width), np.float32)
    for number, single in enumerate(maps):
        p = cv2.resize(single, size, interpolation=cv2.INTER_LINEAR)
        mean_p = mean(p)
        slope_by = [mean(color * p) - mean_color * mean_p for color, mean_color in zip(colors, average, strict=True)]
        slopes = [sum((inverse[i][j] * slope_by[j] for j in range(1, 3)), inverse[i][0] * slope_by[0]) for i in range(3)]
        offset = mean_p - slopes[0] * average[0] - slopes[1] * average[1] - slopes[2] * average[2]
        drawn = cv2.resize(mean(offset), (width, height), interpolation=cv2.INTER_LINEAR)
        for slope, color in zip(slopes, guide, strict=True):
            drawn += cv2.resize(mean(slope), (width, height), interpolation=cv2.INTER_LINEAR) * color
        out[number] = drawn
    return out


def _inverse(spread: list[FloatArray], smoothness: float) -> list[list[FloatArray]]:
    """Inverse of each pixel's symmetric 3 x 3 covariance (six maps, rows of the upper triangle), `smoothness` on its diagonal."""
    rr, rg, rb, gg, gb, bb = (one.astype(np.float64) for one in spread)
    rr, gg, bb = rr + smoothness, gg + smoothness, bb + smoothness
    c00, c01, c02 = gg * bb - gb * gb, gb * rb - rg * bb, rg * gb - gg * rb
    c11, c12, c22 = rr * bb - rb * rb, rb * rg - rr * gb, rr * gg - rg * rg
    det = rr * c00 + rg * c01 + rb * c02
    a, b, c, d, e, f = (np.asarray(one / det, np.float32) for one in (c00, c01, c02, c11, c12, c22))
    return [[a, b, c], [b, d, e], [c, e, f]]
