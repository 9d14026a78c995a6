"""The outline of a garment where its color hardly differs from the ground's: white on white is cut raggedly, and no hem is ragged."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray, UInt8Array

__all__ = ["calm_where_faint"]

_REACH = 0.011  # of the garment's longer side: ripples shorter than this are smoothed
_BEND = 30.0  # degrees: a corner of the garment begins there, and is whole at twice as much
_FAINT, _CLEAR = 5.0, 13.0  # CIELAB between cloth and ground: up to the first all is smoothed, from the second nothing


def calm_where_faint(rgb: UInt8Array, alpha: FloatArray) -> FloatArray:
    """The cut-out with its outline smoothed along itself where cloth and ground are hardly told apart; elsewhere as it is.

    rgb: (h, w, 3) uint8 sRGB. alpha: (h, w) float32, 0 to 1.
    """
    from scipy.ndimage import gaussian_filter1d

    solid = (alpha > 0.5).astype(np.uint8)
    contours = [one[:, 0] for one in cv2.findContours(solid, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)[0]]
    if not contours:
        return alpha
    reach = _REACH * float(np.ptp(np.concatenate(contours), axis=0).max())
    if reach < 1.5:
        return alpha
    faint = _faintness(rgb, solid, reach)
    drawn, weight = np.zeros_like(solid), np.zeros(solid.shape, dtype=np.float32)
    moved = []
    for contour in contours:
        along = min(reach, len(contour) / 8)
        here = gaussian_filter1d(faint[contour[:, 1], contour[:, 0]], along, mode="wrap")
        smooth = gaussian_filter1d(contour.astype(np.float64), along, axis=0, mode="wrap")
        here = gaussian_filter1d(here * (1.0 - _cornered(smooth, round(2.5 * along))), along / 4, mode="wrap")
        moved.append(np.round((contour + here[:, None] * (smooth - contour)) * 16).astype(np.int32))
        weight[contour[:, 1], contour[:, 0]] = here
    cv2.fillPoly(drawn, moved, 255, lineType=cv2.LINE_AA, shift=4)
    size = 2 * round(2 * reach) + 1
    weight = cv2.GaussianBlur(cv2.dilate(weight, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))), (0, 0), reach)
    return np.asarray(alpha + np.minimum(1.25 * weight, 1.0) * (drawn / np.float32(255) - alpha), dtype=np.float32)


def _cornered(outline: npt.NDArray[np.float64], step: int) -> npt.NDArray[np.float64]:
    """Where an outline (n, 2) turns sharply, as at cuffs and the ends of a hem, 0 to 1. step: points before and after."""
    before, after = outline - np.roll(outline, step, axis=0), np.roll(outline, -step, axis=0) - outline
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    turn = np.abs(np.rad2deg(np.arctan2(cross, (before * after).sum(axis=1))))
    return np.clip((turn - _BEND) / _BEND, 0.0, 1.0)


def _faintness(rgb: UInt8Array, solid: npt.NDArray[np.uint8], reach: float) -> FloatArray:
    """How little the cloth on one side of each pixel differs from the ground on the other, 0 to 1."""
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    sides = []
    for side in (solid, 1 - solid):
        inner = cv2.erode(side, np.ones((3, 3), np.uint8)).astype(np.float32)[..., None]  # the edge's own pixels show both
        amount = cv2.GaussianBlur(inner, (0, 0), reach)[..., None]
        sides.append(cv2.GaussianBlur(lab * inner, (0, 0), reach) / np.maximum(amount, 1e-3))
    apart = np.linalg.norm(sides[0] - sides[1], axis=2)
    return np.clip((_CLEAR - apart) / (_CLEAR - _FAINT), 0.0, 1.0).astype(np.float32)
