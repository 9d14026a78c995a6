"""Bags made whole: what the parser saw of a bag, grown to the bag's own edge in the photo (GrabCut; Rother and others 2004)."""

from __future__ import annotations

import cv2
import numpy as np

from tryon.body.parsing import PARTS
from tryon.image import FloatArray, UInt8Array

__all__ = ["whole_bags"]

_BAG = PARTS.index("bag")
_MAY_GROW = (0, *(PARTS.index(name) for name in ("top", "outer", "bottom", "skirt", "dress")))
_ROUNDS = 3
_LEAST = 150  # pixels from which a bag's color is believed


def whole_bags(rgb: UInt8Array, parts: UInt8Array, landmarks: FloatArray) -> UInt8Array:
    """The part map with each bag grown to its edge in the photo; a new map.

    rgb: (H, W, 3) uint8 sRGB; parts: (H, W) uint8, index into PARTS; landmarks are not needed. A bag grows by a third of its size at most,
    over cloth and ground only; an answer that is much smaller or larger than what was seen is not believed.
    """
    settled = parts.copy()
    count, labels, stats, _ = cv2.connectedComponentsWithStats((parts == _BAG).astype(np.uint8), connectivity=8)
    for label in range(1, count):
        area = int(stats[label, cv2.CC_STAT_AREA])
        if area < _LEAST:
            continue
        reach = max(3, round(0.33 * area**0.5))
        x0, y0 = (max(0, int(stats[label, n]) - 2 * reach) for n in (cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP))
        x1, y1 = (int(stats[label, n] + stats[label, m]) + 2 * reach for n, m in ((0, 2), (1, 3)))
        piece = (labels[y0:y1, x0:x1] == label).astype(np.uint8)
        named = settled[y0:y1, x0:x1]
        free = np.isin(named, _MAY_GROW)
        near = cv2.dilate(piece, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))) > 0
        small = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach | 1, reach | 1))
        mask = np.full(piece.shape, cv2.GC_BGD, np.uint8)
        mask[near & free] = cv2.GC_PR_BGD
        mask[piece > 0] = cv2.GC_PR_FGD
        mask[cv2.erode(piece, small) > 0] = cv2.GC_FGD
        if not (mask == cv2.GC_FGD).any() or not (mask == cv2.GC_BGD).any():
            continue
        cv2.setRNGSeed(1)
        crop = np.ascontiguousarray(rgb[y0:y1, x0:x1])
        cv2.grabCut(crop, mask, None, np.zeros((1, 65)), np.zeros((1, 65)), _ROUNDS, cv2.GC_INIT_WITH_MASK)
        found = np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
        found = cv2.morphologyEx(found, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
        _count, pieces = cv2.connectedComponents(found)
        joined = np.isin(pieces, np.setdiff1d(np.unique(pieces[piece > 0]), [0]))
        if 0.8 * area < int(joined.sum()) < 2.0 * area:
            settled[y0:y1, x0:x1][joined & (free | (piece > 0))] = _BAG
    return settled
