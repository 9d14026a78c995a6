"""A sleeve goes on up to the hand, also where trousers of its own color lie beside it."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tryon.body.parsing import PARTS
from tryon.image import FloatArray, UInt8Array

__all__ = ["rims_of_sleeves", "sleeves_to_hands"]

_LIMBS = (("left_hand", 13, 15), ("right_hand", 14, 16))
_STATIONS = np.linspace(0.25, 1.45, 49)  # shares of the forearm, elbow to wrist and over the hand
_RIM = 0.04  # of the shoulders' breadth, how far the rim of a sleeve may have been named hand
_SKIN_SHARE = 0.75  # of the way from the sleeve's color to the hand's, from which a pixel is hand
_ALIKE = 25.0  # CIELAB as OpenCV scales it: a sleeve that near to the skin's color has no rim to find
_SLEEVES = tuple(PARTS.index(name) for name in ("top", "outer", "dress"))
_SEEN = 0.4  # MediaPipe's visibility from which a joint counts


def sleeves_to_hands(rgb: UInt8Array, parts: UInt8Array, landmarks: FloatArray, top: int, bottom: int) -> None:
    """What lies between a sleeve and the hand that is seen at its end, and was named the lower garment, is the sleeve's cuff; in place.

    rgb: (h, w, 3) uint8 sRGB; parts: (h, w); landmarks: (33, 4) pixels and visibility; top, bottom: the parts worn above and below.
    Where cuff and trousers part is found by a watershed of the photo between the forearm's bone and what is surely beside it.
    """
    breadth = float(np.linalg.norm(landmarks[11, :2] - landmarks[12, :2]))
    for hand_name, elbow, wrist in _LIMBS:
        a, b = (landmarks[joint, :2].astype(np.float64) for joint in (elbow, wrist))
        if landmarks[elbow, 3] < _SEEN or landmarks[wrist, 3] < _SEEN or np.linalg.norm(b - a) < 0.4 * breadth:
            continue
        hand = parts == PARTS.index(hand_name)
        run = _missing(parts, a, b, hand, top, bottom)
        if run is None:
            continue
        start, end = run
        half = float(np.clip(_half_width(hand, a, b, end), 0.06 * breadth, 0.14 * breadth))
        line = np.zeros(parts.shape, dtype=np.uint8)
        ends = [a + share * (b - a) for share in (start - 0.04, end)]
        cv2.line(line, *(tuple(int(v) for v in np.round(point)) for point in ends), 1, 1)
        away = cv2.distanceTransform(1 - line, cv2.DIST_L2, cv2.DIST_MASK_5)
        near = away < 1.8 * half
        if not near.any():
            continue
        markers = np.zeros(parts.shape, dtype=np.int32)
        markers[(away > 1.6 * half) | ~np.isin(parts, (top, bottom)) & ~hand] = 2
        markers[(away < 0.5 * half) & np.isin(parts, (top, bottom))] = 1
        cv2.watershed(cv2.GaussianBlur(rgb, (0, 0), 0.8), markers)
        sleeve = cv2.morphologyEx((markers == 1).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
        grown = cv2.dilate(sleeve, np.ones((3, 3), np.uint8)) > 0  # the watershed's line belongs to neither side
        parts[grown & near & (parts == bottom)] = top


def rims_of_sleeves(rgb: UInt8Array, parts: UInt8Array, landmarks: FloatArray) -> UInt8Array:
    """The part map with the rim of a sleeve that was named hand, and has the sleeve's color more than the hand's, named sleeve.

    Hands keep the photo's pixels, so those that show both are not theirs. rgb: (H, W, 3) uint8; parts: (H, W); landmarks: (33, 4) pixels.
    """
    reach = _RIM * float(np.linalg.norm(landmarks[11, :2] - landmarks[12, :2]))
    out = parts.copy()
    for hand_name, _, _ in _LIMBS:
        hand = parts == PARTS.index(hand_name)
        y, x = np.nonzero(hand)
        if len(y) < 20 or reach < 1.0:
            continue
        pad = round(3 * reach)
        here = (slice(max(0, y.min() - pad), y.max() + pad), slice(max(0, x.min() - pad), x.max() + pad))
        hand, near_parts = hand[here], parts[here]
        cloth = np.isin(near_parts, _SLEEVES)
        lab = cv2.cvtColor(np.ascontiguousarray(rgb[here]), cv2.COLOR_RGB2LAB).astype(np.float32)
        to_sleeve, to_hand = (cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5) for mask in (cloth, hand))
        near, deep = hand & (to_sleeve <= reach), hand & (to_sleeve > reach) & (to_sleeve < 4 * reach)
        sleeve = cloth & (to_hand > reach / 2) & (to_hand < 2 * reach)
        if min(int(near.sum()), int(deep.sum()), int(sleeve.sum())) < 10:
            continue
        dark, light = (np.median(lab[sure], axis=0) for sure in (sleeve, deep))
        across = light - dark
        if float(np.linalg.norm(across)) < _ALIKE:
            continue
        taken = near & (((lab - dark) @ across) / float(across @ across) < _SKIN_SHARE)
        _, labels = cv2.connectedComponents((taken | cloth).astype(np.uint8))
        taken &= np.isin(labels, np.unique(labels[cloth]))
        out[here][taken] = np.bincount(near_parts[sleeve]).argmax()
    return out


def _missing(
    parts: UInt8Array, a: npt.NDArray[np.float64], b: npt.NDArray[np.float64], hand: npt.NDArray[np.bool_], top: int, bottom: int
) -> tuple[float, float] | None:
    """From where to where along a forearm the sleeve is missing before the hand, as shares of its length; None where it is not."""
    points = np.round(a + _STATIONS[:, None] * (b - a)).astype(int)
    inside = (points >= 0).all(axis=1) & (points[:, 0] < parts.shape[1]) & (points[:, 1] < parts.shape[0])
    labels = np.full(len(points), -1)
    labels[inside] = parts[points[inside, 1], points[inside, 0]]
    at_hand = np.flatnonzero(inside)[hand[points[inside, 1], points[inside, 0]]]
    if len(at_hand) < 4 or _STATIONS[at_hand[0]] < 0.75:
        return None
    before = labels[: at_hand[0]]
    sleeve = np.flatnonzero(before == top)
    if len(sleeve) < 4 or sleeve[-1] + 2 > at_hand[0]:
        return None
    gap = before[sleeve[-1] + 1 :]
    if (gap == bottom).mean() < 0.8 or len(gap) > 30:
        return None
    return float(_STATIONS[sleeve[-1]]), float(_STATIONS[at_hand[0]])


def _half_width(hand: npt.NDArray[np.bool_], a: npt.NDArray[np.float64], b: npt.NDArray[np.float64], start: float) -> float:
    """Half of the hand's width across the arm where it comes out of the sleeve, pixels."""
    along = (b - a) / np.linalg.norm(b - a)
    y, x = np.nonzero(hand)
    place = np.stack([x, y], 1) - a
    share = place @ along / np.linalg.norm(b - a)
    across = place @ np.array([-along[1], along[0]])
    here = across[(share > start) & (share < start + 0.12)]
    return float(np.percentile(here, 97) - np.percentile(here, 3)) / 2 if len(here) > 20 else 0.0
