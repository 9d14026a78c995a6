"""Second thoughts on a part map, from the photo's own colors: whose cloth is a forearm's sleeve, whose are crumbs on a skirt."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tryon.body.bare import at_most, bare_or_covered
from tryon.body.cuffs import sleeves_to_hands
from tryon.body.held import whole_bags
from tryon.body.parsing import PARTS
from tryon.body.strands import hair_on_cloth
from tryon.image import FloatArray, UInt8Array
from tryon.nearest import nearest_known

__all__ = ["settle"]

BoolArray = npt.NDArray[np.bool_]

_ABOVE = tuple(PARTS.index(name) for name in ("top", "outer", "dress"))
_BELOW = tuple(PARTS.index(name) for name in ("bottom", "skirt", "dress"))
_BARE = tuple(PARTS.index(name) for name in ("left_arm", "right_arm"))
_HANDS = tuple(PARTS.index(name) for name in ("left_hand", "right_hand"))
_LEGS = tuple(PARTS.index(name) for name in ("legs", "feet", "shoes"))
_WORK_HEIGHT, _BAG_HEIGHT = 1024, 640
_HUES_APART = 8.0  # CIELAB without lightness: cloth and skin differ in more than brightness
_CRUMB = 0.06  # of the largest piece of the same garment: smaller pieces elsewhere are doubted


def settle(rgb: UInt8Array, parts: UInt8Array, landmarks: FloatArray) -> UInt8Array:
    """The part map with sleeves told from trousers and bare arms by color, crumbs of a top inside a skirt given back to it, bags whole.

    rgb: (H, W, 3) uint8 sRGB; parts: (H, W) uint8, index into PARTS; landmarks: (33, 4) pixels. Returns a new map.
    """
    told = at_most(_BAG_HEIGHT, hair_on_cloth, rgb, bare_or_covered(rgb, parts, landmarks), landmarks)
    settled = at_most(_WORK_HEIGHT, _settled, rgb, told, landmarks)
    return at_most(_BAG_HEIGHT, whole_bags, rgb, settled, landmarks)


def _settled(rgb: UInt8Array, parts: UInt8Array, landmarks: FloatArray) -> UInt8Array:
    parts = parts.copy()
    _strays(parts)
    arms = _forearms(landmarks, parts)
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)
    smooth = cv2.bilateralFilter(lab, 5, 30, 3).astype(np.float32)
    top, bottom = _largest(parts, _ABOVE, ~arms), _largest(parts, _BELOW, ~arms)
    if top is not None:
        _bare_or_sleeve(lab, smooth, parts, top)
    if bottom is not None:
        _pockets(lab, smooth, parts, bottom)
    if top is None or bottom is None or top == bottom:
        return parts
    _recolor(lab, smooth, parts, arms, top, bottom)
    sleeves_to_hands(rgb, parts, landmarks, top, bottom)
    _waist(lab, smooth, parts, arms, landmarks, top, bottom)
    _crumbs(parts, arms, top, bottom)
    return parts


def _strays(parts: UInt8Array) -> None:
    """Bits of a dress or of trousers at the ankles, cut off from the garment, are what is around them there; in place."""
    for garment in {*_ABOVE, *_BELOW}:
        count, labels, stats, _ = cv2.connectedComponentsWithStats((parts == garment).astype(np.uint8))
        largest = int(stats[1:, cv2.CC_STAT_AREA].max()) if count > 2 else 0
        for label in range(1, count):
            if stats[label, cv2.CC_STAT_AREA] < 0.015 * largest:
                piece = labels == label
                ring = parts[(cv2.dilate(piece.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0) & ~piece]
                shares = np.bincount(ring[np.isin(ring, _LEGS)], minlength=256)
                if shares.sum() > 0.3 * len(ring):
                    parts[piece] = int(shares.argmax())


def _forearms(landmarks: FloatArray, parts: UInt8Array) -> BoolArray:
    """Where clothed forearms are, somewhat wide; an arm that is seen bare has no sleeve to look for."""
    arms = np.zeros(parts.shape, dtype=bool)
    breadth = float(np.linalg.norm(landmarks[11, :2] - landmarks[12, :2]))
    trunk = float(np.linalg.norm(landmarks[11, :2] - landmarks[23, :2]))
    width = max(2, round(0.36 * max(breadth, 0.5 * trunk)))
    for elbow, wrist in ((13, 15), (14, 16)):
        a, b = landmarks[elbow, :2], landmarks[wrist, :2]
        if landmarks[elbow, 3] > 0.4 and np.abs(np.stack([a, b])).max() < 30_000:
            canvas = np.zeros(parts.shape, dtype=np.uint8)
            cv2.line(canvas, (round(float(a[0])), round(float(a[1]))), (round(float(b[0])), round(float(b[1]))), 1, width)
            arm = canvas > 0
            if np.isin(parts[arm], _BARE).mean() < 0.15:
                arms |= arm
    return arms


def _largest(parts: UInt8Array, among: tuple[int, ...], where: BoolArray) -> int | None:
    """The garment of these that covers most, None where none is seen."""
    areas = [int((parts[where] == one).sum()) for one in among]
    best = int(np.argmax(areas))
    return among[best] if areas[best] > 200 else None


def _bare_or_sleeve(lab: UInt8Array, smooth: FloatArray, parts: UInt8Array, top: int) -> None:
    """What was named arm or hand but has the top's color and nothing of the face's is its sleeve; in place."""
    arms = np.isin(parts, (*_BARE, *_HANDS))
    face = cv2.erode((parts == PARTS.index("face")).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    cloth = cv2.erode((parts == top).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    if not arms.any() or face.sum() < 100 or cloth.sum() < 200:
        return
    skin, own = (np.median(lab[sure].astype(np.float32), axis=0) for sure in (face, cloth))
    if float(np.linalg.norm(skin - own)) < 30:
        return
    like_cloth, like_skin = np.linalg.norm(smooth - own, axis=2), np.linalg.norm(smooth - skin, axis=2)
    hues = np.linalg.norm(smooth[..., 1:] - own[1:], axis=2), np.linalg.norm(smooth[..., 1:] - skin[1:], axis=2)
    if float(np.linalg.norm(skin[1:] - own[1:])) > _HUES_APART:  # a shoulder in the sun is bright as a white shirt, but not white
        arms &= hues[0] < 0.7 * hues[1]
    taken = cv2.morphologyEx((arms & (like_cloth < 0.5 * like_skin)).astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    _join(parts, taken, 0.02 * float(arms.sum()), cloth, 15, top)


def _pockets(lab: UInt8Array, smooth: FloatArray, parts: UInt8Array, bottom: int) -> None:
    """What was named hand but has the hue of the trousers or skirt beside it is the pocket that the hand is in; in place."""
    hands = np.isin(parts, _HANDS)
    bare = cv2.erode(np.isin(parts, (*_BARE, PARTS.index("face"))).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    cloth = cv2.erode((parts == bottom).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    if not hands.any() or bare.sum() < 100 or cloth.sum() < 200:
        return
    skin, own = (np.median(lab[sure][:, 1:].astype(np.float32), axis=0) for sure in (bare, cloth))
    if float(np.linalg.norm(skin - own)) < 2 * _HUES_APART or float(np.linalg.norm(own - 128)) < 2 * _HUES_APART:
        return  # beside gray cloth a finger in the shade has that cloth's hue
    like_cloth, like_skin = (np.linalg.norm(smooth[..., 1:] - hue, axis=2) for hue in (own, skin))
    taken = cv2.morphologyEx((hands & (like_cloth < 0.6 * like_skin)).astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    _join(parts, taken, 0.06 * float(hands.sum()), cloth, 9, bottom)


def _join(parts: UInt8Array, taken: UInt8Array, least: float, cloth: BoolArray, reach: int, garment: int) -> None:
    """Pieces of more than `least` pixels that lie beside a garment's sure cloth become part of it; in place."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(taken)
    beside = cv2.dilate(cloth.astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0
    for label in range(1, count):
        piece = labels == label
        if stats[label, cv2.CC_STAT_AREA] > least and beside[piece].any():
            parts[piece] = garment


def _recolor(lab: UInt8Array, smooth: FloatArray, parts: UInt8Array, arms: BoolArray, top: int, bottom: int) -> None:
    """Along the forearms, what was named trousers but has the top's color is its sleeve; in place."""
    doubted = arms & (parts == bottom)
    if not doubted.any():
        return
    middles = []
    for part in (top, bottom):
        sure = cv2.erode(((parts == part) & ~arms).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        if sure.sum() < 200:
            return
        middles.append(np.median(lab[sure].astype(np.float32), axis=0))
    if float(np.linalg.norm(middles[0] - middles[1])) < 25:
        return  # too alike to tell
    like_top, like_bottom = (np.linalg.norm(smooth - middle, axis=2) for middle in middles)
    taken = doubted & (like_top < 0.6 * like_bottom)
    dense = cv2.blur(taken.astype(np.float32), (11, 11)) > 0.6  # the dark spots of a pattern are no sleeve
    taken = (taken & dense) | _strips(taken, dense, (parts == bottom) & ~taken)
    if taken.any():
        parts[taken] = top
        left = ((parts == bottom) & doubted).astype(np.uint8)
        thin = (left > 0) & (cv2.morphologyEx((parts == bottom).astype(np.uint8), cv2.MORPH_OPEN, np.ones((7, 7), np.uint8)) == 0)
        parts[thin] = parts.reshape(-1)[nearest_known(~thin)[1][thin]]


def _strips(taken: BoolArray, dense: BoolArray, bottom: BoolArray) -> BoolArray:
    """Those of the pieces that lie beside the lower garment, as a narrow sleeve does, not in it, as the spots of a pattern, or are mostly
    dense."""
    opened = cv2.morphologyEx(taken.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    joined = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))  # where a sleeve passes behind a hip it is very narrow
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    kept = np.zeros(count, bool)
    for label in range(1, count):
        longest = max(int(stats[label, cv2.CC_STAT_WIDTH]), int(stats[label, cv2.CC_STAT_HEIGHT]))
        if longest > 0.04 * taken.shape[0]:
            piece = labels == label
            rim = (cv2.dilate(piece.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0) & ~piece
            kept[label] = bottom[rim].mean() < 0.7 or dense[piece & taken].mean() > 0.4
    return np.asarray(kept[labels] & taken)


def _waist(
    lab: UInt8Array, smooth: FloatArray, parts: UInt8Array, arms: BoolArray, landmarks: FloatArray, top: int, bottom: int
) -> None:
    """About the waist, what was named one garment but has the other's color and touches it is the other's; in place.

    Only between garments that are each of one color and of two together.
    """
    small, ring = np.ones((5, 5), np.uint8), np.ones((3, 3), np.uint8)
    sure = [cv2.erode(((parts == part) & ~arms).astype(np.uint8), small) > 0 for part in (top, bottom)]
    if min(int(mask.sum()) for mask in sure) < 400:
        return
    middles = [np.median(lab[mask].astype(np.float32), axis=0) for mask in sure]
    if float(np.linalg.norm(middles[0] - middles[1])) < 40:
        return
    away = [np.linalg.norm(smooth - middle, axis=2) for middle in middles]
    if min(float((away[n][mask] < 0.5 * away[1 - n][mask]).mean()) for n, mask in enumerate(sure)) < 0.85:
        return
    shoulders, hips = float(landmarks[11:13, 1].mean()), float(landmarks[23:25, 1].mean())
    rows = np.arange(parts.shape[0])[:, None]
    zone = (rows > shoulders + 0.55 * (hips - shoulders)) & (rows < hips + 0.35 * (hips - shoulders))
    for own, other, n in ((top, bottom, 0), (bottom, top, 1)):
        wrong = (parts == own) & zone & (away[1 - n] < 0.35 * away[n])
        count, labels, stats, _ = cv2.connectedComponentsWithStats(cv2.morphologyEx(wrong.astype(np.uint8), cv2.MORPH_OPEN, small))
        beside = cv2.dilate((parts == other).astype(np.uint8), ring) > 0
        for label in range(1, count):
            piece = labels == label
            if stats[label, cv2.CC_STAT_AREA] < 0.25 * int((parts == own).sum()) and beside[piece].sum() > 8:
                parts[(cv2.dilate(piece.astype(np.uint8), small) > 0) & wrong] = other


def _crumbs(parts: UInt8Array, arms: BoolArray, top: int, bottom: int) -> None:
    """Pieces of the top, cut off from it and beside the lower garment, are that garment's where they are small or far down; in place."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((parts == top).astype(np.uint8))
    if count < 3:
        return
    largest = int(stats[1:, cv2.CC_STAT_AREA].max())
    rows = np.flatnonzero((parts == bottom).any(1))
    low = float(rows[0] + 0.15 * (rows[-1] - rows[0]))
    beside = cv2.dilate((parts == bottom).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    for label in range(1, count):
        small = stats[label, cv2.CC_STAT_AREA] < _CRUMB * largest
        below = stats[label, cv2.CC_STAT_TOP] > low and stats[label, cv2.CC_STAT_AREA] < largest
        if small or below:
            piece = labels == label
            if beside[piece].any() and arms[piece].mean() < 0.5:
                parts[piece] = bottom
