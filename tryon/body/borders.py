"""Borders of a part map moved to where the colors change: between bare skin, each garment and the surroundings.

A network's borders are a few pixels off, and those pixels show: a rim of the old shirt along a kept arm. Within a narrow band each pixel
goes to the side whose colors nearby it fits (local color models, as in Video SnapCut, Bai et al. 2009).
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tryon.body.parsing import PARTS
from tryon.image import FloatArray, UInt8Array
from tryon.nearest import nearest_known

__all__ = ["by_color"]

_SKIN = ("neck", "torso", "left_arm", "right_arm", "left_hand", "right_hand", "legs")
_GROUPS = (("background",), _SKIN, ("top",), ("outer",), ("bottom",), ("skirt",), ("dress",))
_GARMENTS = tuple(PARTS.index(name) for name in ("top", "outer", "bottom", "skirt", "dress"))
_HANDS = (PARTS.index("left_hand"), PARTS.index("right_hand"))
_LEGS = PARTS.index("legs")
_SIDE = 1024  # long side at which it works
_SPREAD = 6.0  # CIELAB: colors nearer than this are one color
_DOUBT = 1.6  # how much better, in units of log likelihood, the other side must fit
_FITS = 3.0  # how well the other side must fit where the own side's colors are not known near by: a narrow gap between two legs


def by_color(rgb: UInt8Array, parts: UInt8Array, reach: float) -> UInt8Array:
    """The part map with its borders where the photo's colors change; hair, face, shoes and what they touch stay as they are.

    rgb: (H, W, 3) uint8 sRGB. parts: (H, W) uint8, index into PARTS. reach: how far a border may move, pixels. Returns a new map.
    """
    height, width = parts.shape
    scale = min(1.0, _SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA) if scale < 1 else rgb
    named = cv2.resize(parts, size, interpolation=cv2.INTER_NEAREST) if scale < 1 else parts
    band = max(2.0, reach * scale)
    lab = cv2.cvtColor(cv2.bilateralFilter(small, 5, 25, 3).astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    group = _group(named)
    present = [number for number in range(1, len(_GROUPS) + 1) if (group == number).sum() > 4 * band * band]
    best = np.zeros(group.shape, dtype=np.uint8)
    best_cost = np.full(group.shape, np.inf, dtype=np.float32)
    own_cost = np.full(group.shape, np.inf, dtype=np.float32)
    for number in present:
        cost = _cost(lab, group == number, band)
        own_cost = np.where(group == number, cost, own_cost)
        better = cost < best_cost
        best, best_cost = np.where(better, number, best).astype(np.uint8), np.where(better, cost, best_cost)
    moved = (group > 0) & (best != group) & (best > 0) & (best_cost + _DOUBT < own_cost)
    moved &= np.isfinite(own_cost) | (best_cost < _FITS)
    moved = _joined(moved, best, group)
    result = cv2.medianBlur(_renamed(named, np.where(moved, best, group).astype(np.uint8), moved), 3)
    result = _without_crumbs(result, 3 * band * band)
    changed = (result != named) & (group > 0)
    if scale < 1:
        changed = cv2.resize(changed.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST) > 0
        result = np.asarray(cv2.resize(result, (width, height), interpolation=cv2.INTER_NEAREST), dtype=np.uint8)
    return np.where(changed, result, parts).astype(np.uint8)


def _group(parts: UInt8Array) -> UInt8Array:
    """Number of each pixel's group, from 1; 0 for what is left alone."""
    table = np.zeros(256, dtype=np.uint8)
    for number, names in enumerate(_GROUPS, start=1):
        for name in names:
            table[PARTS.index(name)] = number
    return np.asarray(table[parts], dtype=np.uint8)


def _cost(lab: FloatArray, member: npt.NDArray[np.bool_], band: float) -> FloatArray:
    """How badly each pixel fits the group's colors nearby, negative log likelihood; infinite farther from the group than `band`."""
    whole = cv2.copyMakeBorder(member.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_REPLICATE)  # the picture's border is no edge
    depth, distance = (cv2.distanceTransform(one, cv2.DIST_L2, 5)[1:-1, 1:-1] for one in (whole, 1 - whole))
    sure = (depth > 0.6 * band).astype(np.float32)
    step = max(1, int(band / 4))
    size = (max(1, lab.shape[1] // step), max(1, lab.shape[0] // step))
    sigma = 2.5 * band / step
    weight = cv2.GaussianBlur(cv2.resize(sure, size, interpolation=cv2.INTER_AREA), (0, 0), sigma)
    total = cv2.GaussianBlur(cv2.resize(lab * sure[..., None], size, interpolation=cv2.INTER_AREA), (0, 0), sigma)
    squares = cv2.GaussianBlur(cv2.resize(lab * lab * sure[..., None], size, interpolation=cv2.INTER_AREA), (0, 0), sigma)
    known = np.maximum(weight, 1e-4)[..., None]
    mean = total / known
    variance = np.maximum(squares / known - mean * mean, 0.0) + _SPREAD**2
    full = (lab.shape[1], lab.shape[0])
    mean, variance, weight = (cv2.resize(one, full, interpolation=cv2.INTER_LINEAR) for one in (mean, variance, weight))
    cost = 0.5 * ((lab - mean) ** 2 / variance + np.log(variance / _SPREAD**2)).sum(axis=2)
    side = 2 * max(1, round(0.2 * band)) + 1
    cost = cv2.blur(np.minimum(cost, 30.0), (side, side))  # a dot of a pattern is no other garment
    return np.where((distance < band) & (weight > 0.01), cost, np.inf).astype(np.float32)


def _without_crumbs(parts: UInt8Array, small: float) -> UInt8Array:
    """The map with small pieces of a garment that lie within another named as that: dots of a print as dark as the sleeve beside it.

    A small piece of a hand that is cut off from it is what else it touches: a leg just below a hem.
    """
    result = parts.copy()
    for part in (*_GARMENTS, *_HANDS):
        count, pieces, stats, _ = cv2.connectedComponentsWithStats((parts == part).astype(np.uint8))
        if count < 3:
            continue
        largest = stats[1:, cv2.CC_STAT_AREA].max()
        for piece in np.flatnonzero(stats[:, cv2.CC_STAT_AREA] < small):
            x, y, width, height = stats[piece, :4]
            near = np.s_[max(0, y - 2) : y + height + 2, max(0, x - 2) : x + width + 2]
            mine = pieces[near] == piece
            ring = parts[near][(cv2.dilate(mine.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0) & ~mine]
            around = np.bincount(ring, minlength=len(PARTS))
            if part in _GARMENTS:
                name = int(around.argmax())
                believed = name in _GARMENTS and around[name] > 0.9 * around.sum()
            else:
                around[0] = 0
                around[list(_GARMENTS)] *= not around[_LEGS]
                name = int(around.argmax())
                believed = around[name] > 0 and stats[piece, cv2.CC_STAT_AREA] < 0.2 * largest
            if believed:
                result[near][mine] = name
    return result


def _joined(moved: npt.NDArray[np.bool_], best: UInt8Array, group: UInt8Array) -> npt.NDArray[np.bool_]:
    """Of the pixels that would move, those in pieces that touch the group they move to."""
    kept = np.zeros(moved.shape, dtype=bool)
    for number in np.unique(best[moved]):
        count, labels = cv2.connectedComponents((moved & (best == number)).astype(np.uint8))
        if count > 1:
            touching = np.zeros(count, dtype=bool)
            touching[np.unique(labels[cv2.dilate((group == number).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0])] = True
            touching[0] = False
            kept |= touching[labels]
    return kept


def _renamed(parts: UInt8Array, group: UInt8Array, moved: npt.NDArray[np.bool_]) -> UInt8Array:
    """The map with moved pixels named as the nearest pixel of their new group that had not to move."""
    result = parts.copy()
    for number in np.unique(group[moved]):
        source = (group == number) & ~moved
        if not source.any():
            continue
        here = moved & (group == number)
        result[here] = parts.reshape(-1)[nearest_known(source)[1][here]]
    return result
