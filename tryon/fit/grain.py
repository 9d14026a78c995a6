"""The photo's grain on the new cloth: a product picture is cleaner than what a phone takes in a room."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray, UInt8Array

__all__ = ["grain_of", "grained"]

_MOST = 0.035  # of white, standard deviation; beyond, it is no grain
_LEAST = 0.003
_SMOOTH = 30  # per cent of a region's pixels that change least around: what is left in them is grain
_SIZE = 0.6  # pixels, sigma: cameras smear their noise a little


def grain_of(rgb: UInt8Array, where: npt.NDArray[np.bool_]) -> float:
    """How strong the grain is in a region, as a standard deviation of screen values 0..1; from its smoothest places.

    rgb: (h, w, 3) uint8 sRGB. where: (h, w) bool. 0 where the region is too small to tell.
    """
    light = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    inner = (cv2.erode(where.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0) & (light > 0.08) & (light < 0.95)
    if inner.sum() < 500:
        return 0.0
    wide = cv2.GaussianBlur(light, (0, 0), 3.0)
    change = np.hypot(cv2.Sobel(wide, cv2.CV_32F, 1, 0), cv2.Sobel(wide, cv2.CV_32F, 0, 1))
    smooth = inner & (change <= np.percentile(change[inner], _SMOOTH))
    fine = light - cv2.GaussianBlur(light, (0, 0), 1.2)
    return float(1.48 * np.median(np.abs(fine[smooth])))


def grained(linear: FloatArray, much: float) -> FloatArray:
    """Linear light (h, w, 3) with grain of this strength (screen values); the same for the same size."""
    much = min(much, _MOST)
    if much < _LEAST:
        return linear
    height, width = linear.shape[:2]
    noise = cv2.GaussianBlur(np.random.default_rng(2).normal(0.0, 1.0, (height, width)).astype(np.float32), (0, 0), _SIZE)
    fine = noise - cv2.GaussianBlur(noise, (0, 0), 1.2)  # measured as it was in the photo
    noise *= much / max(1.48 * float(np.median(np.abs(fine))), 1e-6)
    level = np.sqrt(np.maximum(linear, 1e-4))  # a step of screen values is about 2 sqrt(linear) of them in linear light
    return np.asarray(np.clip(linear + 2.0 * level * noise[..., None], 0.0, 1.0), dtype=np.float32)
