"""Folds and light that the photo already shows: a plain garment's own shading tells how cloth lies on this body in this light."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray, UInt8Array

__all__ = ["worn_shading"]

_LEAST = 400  # pixels of old cloth below which it tells nothing
_PLAIN_SHARE = 0.72  # of the old cloth must be of one color, else it is a pattern, and a pattern is no shadow
_CHROMA = 11.0  # CIELAB: farther from the cloth's middle color is a print
_SPOTS = (0.06, 0.08)  # median of the light's small changes, natural log, from which a cloth is spotted in itself, and wholly so
_LOW, _HIGH = -0.9, 0.55  # natural log of light against the cloth's middle: beyond is print, gap or glare


def worn_shading(rgb: UInt8Array, worn: npt.NDArray[np.bool_], unit: float) -> tuple[FloatArray, FloatArray]:
    """How light or dark each place of the old garment is, and how far that can be trusted on the new one.

    rgb: (h, w, 3) uint8 sRGB of the photo. worn: (h, w) bool, the old clothes. unit: size of a small detail, pixels.
    Returns the natural log of the light relative to the cloth's middle, (h, w) float32, and a weight 0..1, (h, w) float32; the weight is
    nought everywhere where the old garment is patterned, sheer or too dark to show folds.
    """
    nothing = np.zeros(worn.shape, dtype=np.float32)
    inner = cv2.erode(worn.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    if inner.sum() < _LEAST:
        return nothing, nothing
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    light = np.log(np.maximum(((lab[..., 0] + 16) / 116) ** 3, 0.004))  # CIE luminance of L*
    middle = np.median(lab[inner], axis=0)
    relative = light - float(np.median(light[inner]))
    off_color = np.linalg.norm(lab[..., 1:] - middle[1:], axis=2)
    plain = inner & (off_color < _CHROMA) & (relative > _LOW) & (relative < _HIGH)
    share = float(plain.sum() / inner.sum())
    if share < _PLAIN_SHARE:
        return nothing, nothing
    # A print of the cloth's own hue is sharp, folds are soft.
    steep = np.abs(cv2.Laplacian(cv2.GaussianBlur(relative, (0, 0), 0.6 * unit), cv2.CV_32F, ksize=3))
    print_like = cv2.dilate((~plain & inner | (steep > 0.5)).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    known = (plain & ~print_like).astype(np.float32)
    # Dark cloth shows its sheen rather than its shade.
    luminance = float(np.exp(np.median(light[inner])))
    strength = float(np.clip(luminance / 0.12, 0.2, 1.0)) * float(np.clip((share - _PLAIN_SHARE) / 0.15, 0.0, 1.0))
    reach = cv2.GaussianBlur(known, (0, 0), 1.2 * unit)
    filled = cv2.GaussianBlur(relative * known, (0, 0), 1.2 * unit) / np.maximum(reach, 1e-3)
    # A stone wash is spotted everywhere, folds leave most of the cloth smooth.
    spots = np.abs(cv2.GaussianBlur(relative, (0, 0), 0.35 * unit) - filled)[known > 0]
    if len(spots):
        strength *= float(np.clip(1.0 - (float(np.median(spots)) - _SPOTS[0]) / (_SPOTS[1] - _SPOTS[0]), 0.0, 1.0))
    # Wash and weave are the old cloth's, not the light's: only softer things are taken over.
    soft = cv2.GaussianBlur(np.where(known > 0, relative, filled), (0, 0), 0.35 * unit)
    weight = np.clip(reach * 1.6 - 0.3, 0.0, 1.0) * strength
    return np.clip(soft, _LOW, _HIGH).astype(np.float32), weight.astype(np.float32)
