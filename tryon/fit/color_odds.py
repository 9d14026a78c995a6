"""What colors say where the net is unsure of cloth on a busy ground: straps on a beige bed, a frill of the bedspread below a hem.

Pictures are (h, w, 3) uint8 sRGB, probabilities (h, w) float32 in 0..1.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray, UInt8Array

__all__ = ["like_ground", "told_by_color"]

BoolArray = npt.NDArray[np.bool_]

_CLOTH, _GROUND = 0.95, 0.04  # the net's belief beyond which a place's color counts as known
_REACH = 0.35  # how far around the cloth the ground is learned from, in garments (the root of its area)
_LEAST_KNOWN = 200  # pixels
_RARE = 3e-4  # a color seen less often than in this share of the pixels says nothing
_EVEN = 0.015  # colors are heard together so far around, in garments, within edges
_CHANCE, _TELLING = 0.72, 0.92  # how often colors must be right on what is known to be heard at all, and to be heard in full
_WEIGHT, _FAINT, _MOST = 1.5, 0.5, 4.0  # odds (natural logarithm) nearer to even than _FAINT say nothing
_DOUBT = 4.0  # how sure (logit) the net must be not to listen


def told_by_color(rgb: UInt8Array, probability: FloatArray) -> FloatArray:
    """The net's belief in cloth, set right by colors where it doubts and colors tell cloth and ground apart.

    How far they tell is measured on what the net is sure of; where a shirt lies on a bed of its own color nothing changes.
    """
    height, width = probability.shape
    picture = np.asarray(cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    solid = (probability > 0.5).astype(np.uint8)
    size = float(np.sqrt(max(int(solid.sum()), 1)))
    reach = 2 * max(4, round(_REACH * size)) + 1
    ground = (probability < _GROUND) & (cv2.dilate(solid, np.ones((reach, reach), np.uint8)) > 0)
    cloth = cv2.erode((probability > _CLOTH).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    if min(int(ground.sum()), int(cloth.sum())) < _LEAST_KNOWN:
        return probability
    odds = _within_edges(picture, -like_ground(picture, ground, cloth, _RARE), max(1, round(_EVEN * size)))
    right = (float((odds[cloth] > 0).mean()) + float((odds[ground] < 0).mean())) / 2
    trust = float(np.clip((right - _CHANCE) / (_TELLING - _CHANCE), 0, 1))
    belief = np.clip(probability, 0.005, 0.995)
    belief = np.log(belief / (1 - belief))
    heard = trust * _WEIGHT * np.exp(-((belief / _DOUBT) ** 2))
    said = np.sign(odds) * np.clip(np.abs(odds) - _FAINT, 0, _MOST)
    return np.asarray(1 / (1 + np.exp(-belief - heard * said)), dtype=np.float32)


def like_ground(picture: UInt8Array, ground: BoolArray, cloth: BoolArray, rare: float) -> FloatArray:
    """How much more usual each pixel's color is in the known ground than in the known cloth (log ratio of joint histograms)."""
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB).astype(np.int64)
    bins = lab[..., 0] // 10 * 1024 + lab[..., 1] // 8 * 32 + lab[..., 2] // 8
    shares = []
    for where in (ground, cloth):
        table = np.bincount(bins[where], minlength=26 * 1024).astype(np.float32).reshape(26, 32, 32)
        for axis in range(3):  # neighboring colors count a little
            table = 0.5 * table + 0.25 * (np.roll(table, 1, axis) + np.roll(table, -1, axis))
        shares.append(np.log(table.ravel() / table.sum() + rare)[bins])
    return np.asarray(shares[0] - shares[1], dtype=np.float32)


def _within_edges(picture: UInt8Array, field: FloatArray, radius: int) -> FloatArray:
    """The field evened out where the picture is even (guided filter by its lightness, He et al. 2010)."""
    light = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255

    def mean(x: FloatArray) -> FloatArray:
        return np.asarray(cv2.boxFilter(x, -1, (2 * radius + 1, 2 * radius + 1)), dtype=np.float32)

    middle, level = mean(light), mean(field)
    slope = (mean(light * field) - middle * level) / (mean(light * light) - middle * middle + 1e-3)
    return np.asarray(mean(slope) * light + mean(level - slope * middle), dtype=np.float32)
