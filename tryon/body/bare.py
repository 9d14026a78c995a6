"""What is skin and what is cloth, told by the wearer's own color: collars and straps named skin, a bare waist named cloth.

Light and shade change how bright skin is, hardly its hue: skin is known by the ratios of its colors on face, neck and arms of the same
photo (log chromaticity; Finlayson and others 1998), cloth by being far from them.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from tryon.body.parsing import PARTS
from tryon.image import FloatArray, UInt8Array

__all__ = ["at_most", "bare_or_covered", "colored_as_skin"]

BoolArray = npt.NDArray[np.bool_]

_WORK_HEIGHT = 640
_FACE, _NECK, _TORSO = (PARTS.index(name) for name in ("face", "neck", "torso"))
_ARMS = tuple(PARTS.index(name) for name in ("left_arm", "right_arm"))
_UPPER = tuple(PARTS.index(name) for name in ("top", "outer", "dress"))
_LOWER = tuple(PARTS.index(name) for name in ("bottom", "skirt"))
_FEWEST = 80  # pixels from which a color is believed
_NO_SKIN, _RATHER_CLOTH = 2.2, 0.55  # a piece so many spreads off the skin's hue, and so much nearer to the cloth's, is a sleeve


def bare_or_covered(rgb: UInt8Array, parts: UInt8Array, landmarks: FloatArray) -> UInt8Array:
    """The part map with collars, straps and sleeves given to their garment and a bare waist to the skin, by color.

    rgb: (H, W, 3) uint8 sRGB; parts: (H, W) uint8, index into PARTS; landmarks: (33, 4) pixels. Returns a new map;
    where little skin is seen, or where skin and cloth are of one color, an equal one.
    """
    return at_most(_WORK_HEIGHT, _told, rgb, parts, landmarks)


def colored_as_skin(rgb: UInt8Array, where: BoolArray) -> float:
    """The share of these pixels that have a color that human skin can have, 0..1; 1 in a photo without colors.

    rgb: (H, W, 3) uint8 sRGB; where: (H, W). Measured on 32 photos of people, skins from very pale to very dark: 0.96 and more of what is
    skin; on five coats and jackets lying flat, of what was taken for it: 0.71 and less.
    """
    hue = _hue(rgb)[..., :2]
    sure = cv2.erode(where.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    if not sure.any() or float(np.percentile(np.abs(hue), 98)) < 0.06:
        return 1.0
    red, blue = hue[sure].T
    return float(((red > 0.07) & (red < 0.8) & (blue < -0.02) & (blue > -0.6) & (blue > -0.03 - 1.35 * red)).mean())


def _told(rgb: UInt8Array, parts: UInt8Array, landmarks: FloatArray) -> UInt8Array:
    hue = _hue(rgb)
    settled = parts.copy()
    _sleeved(hue, settled)
    _covered(hue, settled, landmarks[:, :2])
    _bare_waist(hue, settled, landmarks[:, :2])
    return settled


def at_most(
    rows: int, change: Callable[[UInt8Array, UInt8Array, FloatArray], UInt8Array], rgb: UInt8Array, parts: UInt8Array, landmarks: FloatArray
) -> UInt8Array:
    """Change a part map as seen at `rows` rows at most; what the change leaves alone keeps its borders to the pixel."""
    scale = rows / parts.shape[0]
    if scale >= 1.0:
        changed = change(rgb, parts, landmarks)
        return changed if (changed != parts).any() else parts
    size = (max(1, round(parts.shape[1] * scale)), rows)
    small = np.asarray(cv2.resize(parts, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    points = landmarks * np.array([scale, scale, scale, 1.0], np.float32)
    changed = change(np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8), small, points)
    if not (changed != small).any():
        return parts
    full = (parts.shape[1], parts.shape[0])
    where = cv2.resize((changed != small).astype(np.uint8), full, interpolation=cv2.INTER_NEAREST) > 0
    return np.asarray(np.where(where, cv2.resize(changed, full, interpolation=cv2.INTER_NEAREST), parts), np.uint8)


def _hue(picture: UInt8Array) -> FloatArray:
    """(h, w, 3): log of red over green, of blue over green, and of brightness; noise of the dark kept small."""
    smooth = cv2.GaussianBlur(picture, (0, 0), 0.8).astype(np.float32) + 12.0
    r, g, b = (smooth[..., n] for n in range(3))
    return np.stack([np.log(r / g), np.log(b / g), np.log((r + g + b) / 3)], axis=-1)


def _skin(hue: FloatArray, parts: UInt8Array, among: tuple[int, ...]) -> tuple[FloatArray, float] | None:
    """Middle (2,) and spread of the hue of skin, None where too little of it is seen."""
    sure = cv2.erode(np.isin(parts, among).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    if int(sure.sum()) < _FEWEST:
        return None
    seen = hue[sure][:, :2]
    middle = np.median(seen, axis=0)
    spread = float(np.median(np.linalg.norm(seen - middle, axis=1)))
    return middle.astype(np.float32), max(spread, 0.035)


def _sleeved(hue: FloatArray, parts: UInt8Array) -> None:
    """A whole piece named bare arm that has the garment's hue and not the skin's is its sleeve; in place.

    Measured on 33 photos: bare arms lie up to 2.5 spreads off the skin and never nearer to the cloth than to it.
    """
    skin = _skin(hue, parts, (_FACE,)) or _skin(hue, parts, (_NECK, _TORSO))
    garment = max(_UPPER, key=lambda part: int((parts == part).sum()))
    sure = cv2.erode((parts == garment).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    if skin is None or int(sure.sum()) < _FEWEST:
        return
    (middle, spread), own = skin, np.median(hue[sure][:, :2], axis=0)
    near = cv2.dilate((parts == garment).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    for arm in _ARMS:
        count, labels, stats, _ = cv2.connectedComponentsWithStats((parts == arm).astype(np.uint8))
        for label in range(1, count):
            piece = labels == label
            if stats[label, cv2.CC_STAT_AREA] < _FEWEST or not near[piece].any():
                continue
            seen = np.median(hue[piece][:, :2], axis=0)
            off, to_cloth = float(np.linalg.norm(seen - middle)) / spread, float(np.linalg.norm(seen - own)) / spread
            if off > _NO_SKIN and to_cloth < _RATHER_CLOTH * off:
                parts[piece] = garment


def _covered(hue: FloatArray, parts: UInt8Array, points: FloatArray) -> None:
    """What was named neck, trunk or arm but has nothing of the skin's hue, and touches a garment, is that garment's; in place."""
    skin = _skin(hue, parts, (_FACE,)) or _skin(hue, parts, (_NECK, _TORSO))
    garment = max(_UPPER, key=lambda part: int((parts == part).sum()))
    cloth = parts == garment
    if skin is None or int(cloth.sum()) < _FEWEST:
        return
    middle, spread = skin
    away = np.linalg.norm(hue[..., :2] - middle, axis=2) / spread
    if float(np.median(away[cloth])) < 4.0:
        return  # a garment in the color of skin tells nothing
    breadth = float(np.linalg.norm(points[11] - points[12])) + 1.0
    doubted = np.isin(parts, (_NECK, _TORSO, *_ARMS)) & (away > 4.5)
    doubted = cv2.morphologyEx(doubted.astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    worn = [part for part in (*_UPPER, *_LOWER) if int((parts == part).sum()) >= _FEWEST]
    touching = {part: cv2.dilate((parts == part).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0 for part in worn}
    colors = {part: np.median(hue[parts == part], axis=0) for part in worn}
    count, labels, stats, _ = cv2.connectedComponentsWithStats(doubted, connectivity=8)
    for label in range(1, count):
        if stats[label, cv2.CC_STAT_AREA] < max(6.0, 2e-3 * breadth**2):
            continue
        piece = labels == label
        beside = [part for part in worn if touching[part][piece].any()]
        if beside:
            own = np.median(hue[piece], axis=0)
            parts[piece] = min(beside, key=lambda part: float(np.linalg.norm(colors[part] - own)) if len(beside) > 1 else 0.0)


def _bare_waist(hue: FloatArray, parts: UInt8Array, points: FloatArray) -> None:
    """Skin seen between a short top and what is worn below it, named top, trousers or skirt, is the trunk's; in place."""
    skin = _skin(hue, parts, (*_ARMS, _NECK, _TORSO)) or _skin(hue, parts, (_FACE,))
    upper = max(_UPPER, key=lambda part: int((parts == part).sum()))
    lower = max(_LOWER, key=lambda part: int((parts == part).sum()))
    above, below = parts == upper, parts == lower
    if skin is None or min(int(above.sum()), int(below.sum())) < _FEWEST:
        return
    middle, spread = skin
    away = np.linalg.norm(hue[..., :2] - middle, axis=2) / spread
    if min(float(np.median(away[above])), float(np.median(away[below]))) < 4.0:
        return
    shoulders, hips = float(points[11:13, 1].mean()), float(points[23:25, 1].mean())
    rows = np.arange(parts.shape[0])[:, None]
    around = (rows > shoulders + 0.45 * (hips - shoulders)) & (rows < hips + 0.25 * (hips - shoulders))
    bright = np.median(hue[np.isin(parts, (*_ARMS, _NECK, _TORSO, _FACE))][:, 2])
    like = (above | below | (parts == _TORSO)) & around & (away < 2.5) & (np.abs(hue[..., 2] - bright) < 0.6)
    like = cv2.morphologyEx(like.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    like = cv2.morphologyEx(like, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(like, connectivity=8)
    span = float(np.linalg.norm(points[23] - points[24])) + 1.0
    own = np.median(hue[above & (like == 0)], axis=0)
    for label in range(1, count):
        left, top, wide, tall = (int(stats[label, n]) for n in (cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP, cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT))
        piece = labels == label
        under = cv2.dilate(piece.astype(np.uint8), np.ones((9, 3), np.uint8), anchor=(1, 8)) > 0
        over = cv2.dilate(piece.astype(np.uint8), np.ones((9, 3), np.uint8), anchor=(1, 0)) > 0
        under, over = under & ~piece & (above | below), over & ~piece & above
        if wide < 0.8 * span or over.sum() < 0.5 * wide or under.sum() < 0.5 * wide:
            continue
        if below[under].mean() < 0.5 and np.linalg.norm(np.median(hue[under], axis=0) - own) < 4.0 * spread:
            continue  # a stripe in the color of skin
        rim, shade = (cv2.dilate(piece.astype(np.uint8), np.ones((side, side), np.uint8)) > 0 for side in (7, 25))
        piece = (piece | (rim & (away < 5.0)) | (shade & (away < 3.5))) & (above | below)
        parts[piece] = _TORSO
        rest = above & ~piece & (rows > top + tall / 2)
        rest[:, : max(0, left - 3)] = rest[:, left + wide + 3 :] = False
        parts[rest] = lower
