"""Hair that lies on clothes, told by its color: what the parser named cloth beside the hair but looks like the hair is hair."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tryon.body.parsing import PARTS
from tryon.image import FloatArray, UInt8Array

__all__ = ["hair_on_cloth"]

_HAIR = PARTS.index("hair")
_UPPER = tuple(PARTS.index(name) for name in ("top", "outer", "dress"))
_FEWEST = 120  # pixels from which a color is believed
_RATHER_HAIR = 0.55  # share of the distance to the cloth's colors at which a color counts as hair
_APART = 12.0  # CIELAB, half the weight on lightness: what is nearer to the cloth's own colors than this is cloth


def hair_on_cloth(rgb: UInt8Array, parts: UInt8Array, landmarks: FloatArray) -> UInt8Array:
    """The part map with strands over shoulders and chest named hair; a new map.

    rgb: (H, W, 3) uint8 sRGB; parts: (H, W) uint8, index into PARTS; landmarks: (33, 4) pixels. Only what touches the hair, is near it
    and has its colors rather than the garment's.
    """
    settled = parts.copy()
    breadth = float(np.linalg.norm(landmarks[11, :2] - landmarks[12, :2]))
    trunk = float(np.linalg.norm(landmarks[11:13, :2].mean(0) - landmarks[23:25, :2].mean(0)))
    size = max(breadth, 0.56 * trunk)
    hair, worn = parts == _HAIR, np.isin(parts, _UPPER)
    if not 8 < size < 30_000:
        return settled
    lab = cv2.cvtColor(cv2.bilateralFilter(rgb, 5, 25, 3).astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB) * np.array([0.5, 1, 1], np.float32)
    near = cv2.dilate(hair.astype(np.uint8), np.ones((_odd(1.1 * size), _odd(1.1 * size)), np.uint8)) > 0
    small = np.ones((_odd(0.03 * size), _odd(0.03 * size)), np.uint8)
    sure_hair, sure_cloth = (cv2.erode(mask.astype(np.uint8), small) > 0 for mask in (hair, worn & ~near))
    if int(sure_hair.sum()) < _FEWEST or int(sure_cloth.sum()) < _FEWEST:
        return settled
    to_hair, to_cloth = (_distance(lab, lab[sure]) for sure in (sure_hair, sure_cloth))
    like = worn & near & (to_hair < _RATHER_HAIR * to_cloth) & (to_cloth > _APART)
    like = cv2.morphologyEx(like.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    like = cv2.morphologyEx(like, cv2.MORPH_CLOSE, small)
    _count, labels = cv2.connectedComponents(like, connectivity=8)
    beside = cv2.dilate(hair.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    for label in np.unique(labels[beside & (labels > 0)]):
        piece = labels == label
        if int(piece.sum()) > 4e-3 * size * size:
            settled[piece & worn] = _HAIR
    return settled


def _odd(length: float) -> int:
    return 2 * max(1, round(length / 2)) + 1


def _distance(lab: FloatArray, known: npt.NDArray[np.float32]) -> FloatArray:
    """From each pixel's color to the nearest of the few colors that most of `known` has."""
    chosen = np.ascontiguousarray(known[:: max(1, len(known) // 800)])
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 12, 0.5)
    cv2.setRNGSeed(1)
    _fit, labels, centers = cv2.kmeans(chosen, 4, np.zeros((len(chosen), 1), np.int32), stop, 1, cv2.KMEANS_PP_CENTERS)
    often = np.bincount(labels.ravel(), minlength=4) > 0.15 * len(chosen)
    return np.asarray(np.min([np.linalg.norm(lab - color, axis=2) for color in centers[often]], axis=0), np.float32)
