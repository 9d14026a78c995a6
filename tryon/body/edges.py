"""Make maps follow the picture's edges: the guided filter (He, Sun and Tang 2013; its fast form 2015)."""

from __future__ import annotations

import cv2
import numpy as np

from tryon.image import FloatArray, UInt8Array

__all__ = ["follow_edges"]


def follow_edges(maps: FloatArray, picture: UInt8Array, radius: int, smoothness: float = 1e-3, shrink: int = 2) -> FloatArray:
    """Draw soft maps again so that their borders lie on the picture's.

    maps: (K, h, w) float32 of any size. picture: (H, W, 3) uint8, the guide. radius: pixels of the picture.
    smoothness: variance of color (0..1 squared) below which a place counts as flat. shrink: the linear models are fitted on
    a picture smaller by this factor. Returns (K, H, W) float32; values may leave 0..1 by a little.
    """
    height, width = picture.shape[:2]
    size = (max(1, width // shrink), max(1, height // shrink))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255.0
    guide = picture.astype(np.float32) / 255.0
    side = 2 * max(1, round(radius / shrink)) + 1

    def mean(value: FloatArray) -> FloatArray:
        return np.asarray(cv2.boxFilter(value, -1, (side, side), borderType=cv2.BORDER_REFLECT), np.float32)

    average = mean(small)
    products = mean(np.stack([small[..., i] * small[..., j] for i, j in _PAIRS], -1))
    spread = products - np.stack([average[..., i] * average[..., j] for i, j in _PAIRS], -1)
    inverse = _inverse(spread, smoothness)
    out = np.empty((len(maps), height, width), np.float32)
    for number, single in enumerate(maps):
        p = cv2.resize(single, size, interpolation=cv2.INTER_LINEAR)
        mean_p = mean(p)
        slope_by = mean(small * p[..., None]) - average * mean_p[..., None]
        a = np.einsum("hwij,hwj->hwi", inverse, slope_by)
        b = mean_p - (a * average).sum(-1)
        model = mean(np.concatenate([a, b[..., None]], -1))
        model = cv2.resize(model, (width, height), interpolation=cv2.INTER_LINEAR)
        out[number] = (model[..., :3] * guide).sum(-1) + model[..., 3]
    return out


_PAIRS = ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))


def _inverse(spread: FloatArray, smoothness: float) -> FloatArray:
    """Inverse of each pixel's symmetric 3 x 3 covariance, given as (h, w, 6), with `smoothness` on its diagonal."""
    rr, rg, rb, gg, gb, bb = (spread[..., n].astype(np.float64) for n in range(6))
    rr, gg, bb = rr + smoothness, gg + smoothness, bb + smoothness
    c00, c01, c02 = gg * bb - gb * gb, gb * rb - rg * bb, rg * gb - gg * rb
    c11, c12, c22 = rr * bb - rb * rb, rb * rg - rr * gb, rr * gg - rg * rg
    det = rr * c00 + rg * c01 + rb * c02
    rows = np.stack([c00, c01, c02, c01, c11, c12, c02, c12, c22], -1) / det[..., None]
    return np.asarray(rows.reshape(*spread.shape[:2], 3, 3), np.float32)
