"""Edges in a garment's picture: how steep it is, and which of them are only stripes."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray

__all__ = ["steepness", "striped_rows"]


def striped_rows(steep: FloatArray, cloth: npt.NDArray[np.bool_], across: npt.NDArray[np.int64]) -> FloatArray:
    """How far each row is the edge of a stripe, 0..1, (h,): it goes on beside the opening, as no neckline does."""
    beside = cloth.copy()
    beside[:, max(0, int(across[0]) - 6) : int(across[-1]) + 7] = False
    inner = cv2.erode(beside.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    count = inner.sum(axis=1)
    share = np.where(count > 12, ((steep > 0.4) & inner).sum(axis=1) / np.maximum(count, 1), 0.0)
    rows = cv2.dilate(share.astype(np.float32).reshape(-1, 1), np.ones((7, 1), np.uint8)).reshape(-1)
    return np.clip((rows - 0.3) / 0.3, 0.0, 1.0).astype(np.float32)


def steepness(picture: FloatArray) -> FloatArray:
    """How steep the picture is at each pixel, 0..1."""
    slope = np.maximum(*(np.abs(cv2.Sobel(picture, cv2.CV_32F, 1 - i, i)).max(-1) for i in (0, 1))) / 4
    return np.asarray(slope / (slope + 12.0), dtype=np.float32)
