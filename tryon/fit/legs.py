"""The gap between two trouser legs, which a cut-out easily takes for cloth where the legs touch at the hem."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray, UInt8Array

__all__ = ["open_legs"]

BoolArray = npt.NDArray[np.bool_]

_LIKE_GROUND = 9.0  # CIELAB distance within which a pixel is the picture's ground
_UNLIKE_CLOTH = 18.0  # the ground must be this far from the cloth's usual color to be told from it
_LEAST = 0.002  # of the garment's area
_HUES_APART = 5.0  # CIELAB without lightness: ground and cloth differ in more than brightness


def open_legs(rgb: UInt8Array, alpha: FloatArray, landmarks: Mapping[str, tuple[float, float]]) -> FloatArray:
    """The same cut-out with the ground between the legs taken out.

    rgb: (h, w, 3) uint8 sRGB. alpha: (h, w) float32 0..1. landmarks: of trousers or shorts, pixels; nothing is done
    where crotch or hems are missing.
    """
    names = ("crotch", "hem_inner_left", "hem_inner_right", "hem_outer_left", "hem_outer_right")
    if any(name not in landmarks for name in names):
        return alpha
    cloth, ground = alpha > 0.9, alpha < 0.02
    if cloth.sum() < 500 or ground.sum() < 500:
        return alpha
    crotch, inner_left, inner_right, outer_left, outer_right = (np.array(landmarks[name], dtype=np.float64) for name in names)
    between = np.zeros(alpha.shape, dtype=np.uint8)
    reach = 0.4  # into either leg: the landmarks are not exact
    left, right = inner_left + reach * (outer_left - inner_left), inner_right + reach * (outer_right - inner_right)
    width = 0.15 * (outer_left - outer_right)
    outline = np.stack([crotch + width, left, right, crotch - width])
    cv2.fillPoly(between, [np.round(outline).astype(np.int32)], 1)
    middle = np.zeros_like(between)
    ends = np.round(np.stack([crotch, (inner_left + inner_right) / 2])).astype(np.int32)
    cv2.polylines(middle, [ends], False, 1, max(1, int(abs(width[0]) / 3)))
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    ground_color, own = np.median(lab[ground], axis=0), np.median(lab[cloth & (between == 0)], axis=0)
    alpha = _open_to_the_top(lab, alpha, between > 0, ground_color, own)
    if float(np.linalg.norm(ground_color - own)) < _UNLIKE_CLOTH:
        return alpha
    like = (np.linalg.norm(lab - ground_color, axis=2) < _LIKE_GROUND) & (between > 0)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(like.astype(np.uint8))
    gap = np.zeros(alpha.shape, dtype=bool)
    for label in range(1, count):
        tall = stats[label, cv2.CC_STAT_HEIGHT] > 2 * stats[label, cv2.CC_STAT_WIDTH]
        central = bool((middle[labels == label] > 0).any())
        if tall and central and stats[label, cv2.CC_STAT_AREA] > _LEAST * cloth.sum():
            gap |= labels == label
    if not gap.any():
        return alpha
    soft = cv2.GaussianBlur(cv2.dilate(gap.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32), (0, 0), 0.8)
    return np.asarray(np.minimum(alpha, 1.0 - soft), dtype=np.float32)


def _open_to_the_top(lab: FloatArray, alpha: FloatArray, between: BoolArray, ground: FloatArray, own: FloatArray) -> FloatArray:
    """The alpha without the shaded ground above an open gap, in its narrow end: in the ground's hue, whatever its lightness."""
    to_ground, to_cloth = (np.linalg.norm(lab[..., 1:] - color[1:], axis=2) for color in (ground, own))
    gap = between & (alpha < 0.05)
    if float(np.linalg.norm(ground[1:] - own[1:])) < _HUES_APART or not gap.any():
        return alpha
    kernel, first = np.ones((3, 3), np.uint8), int(np.flatnonzero(gap.any(axis=1))[0])
    like = between & (alpha > 0.05) & (to_ground < 0.5 * to_cloth)
    like[first + round(0.05 * int(np.count_nonzero(between.any(axis=1)))) :] = False
    _count, labels, stats, _ = cv2.connectedComponentsWithStats(cv2.morphologyEx(like.astype(np.uint8), cv2.MORPH_OPEN, kernel))
    joined = np.setdiff1d(np.unique(labels[cv2.dilate(gap.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0]), [0])
    slim = [n for n in joined if stats[n, cv2.CC_STAT_WIDTH] < 0.2 * int(np.count_nonzero(between.any(axis=0)))]
    soft = cv2.GaussianBlur(cv2.dilate(np.isin(labels, slim).astype(np.uint8), kernel).astype(np.float32), (0, 0), 0.8)
    return np.asarray(np.minimum(alpha, 1.0 - soft), dtype=np.float32)
