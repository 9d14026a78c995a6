"""The nearest pixel that is known: how colors and labels are continued where there are none."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

__all__ = ["mirrored", "nearest_known"]


def nearest_known(known: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """For each pixel the nearest one where `known` (h, w) is true: its distance in pixels, (h, w), and its flat index, (h, w).

    `array.reshape(-1, channels)[index]` continues an array. Raises ValueError where nothing is known.
    """
    if not known.any():
        raise ValueError("nothing is known")
    distance, labels = cv2.distanceTransformWithLabels((~known).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    places = np.flatnonzero(known)
    source = np.zeros(int(labels.max()) + 1, dtype=np.int64)
    source[labels.reshape(-1)[places]] = places
    return np.asarray(distance, dtype=np.float32), source[labels]


def mirrored(known: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """As `nearest_known`, but the index is of the pixel as far inside the known as this one lies outside: texture goes on without streaks.

    Where that pixel is not known, the nearest that is.
    """
    distance, nearest = nearest_known(known)
    height, width = known.shape
    y, x = np.mgrid[0:height, 0:width]
    up = np.clip(2 * (nearest // width) - y, 0, height - 1)
    aside = np.clip(2 * (nearest % width) - x, 0, width - 1)
    return distance, np.where(known[up, aside], up * width + aside, nearest)
