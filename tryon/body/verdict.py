"""One decision per picture where the net contradicts itself: a dress is a dress all over, an arm is left or right."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray, UInt8Array

__all__ = ["one_verdict"]

BoolArray = npt.NDArray[np.bool_]

_LEFT_ARM, _RIGHT_ARM, _LEFT_HAND, _RIGHT_HAND = 5, 6, 7, 8
_TOP, _OUTER, _BOTTOM, _SKIRT, _DRESS = 12, 13, 14, 15, 16
_FACE, _NECK, _TORSO = 2, 3, 4
_LEGS, _BAG = 9, 17
_PRESENCE_SHARE, _ONE_HEM = 0.3, 1.5  # what the whole picture says of skirt and trousers, and bare legs under one hem, in log odds
_ONE_CLOTH = 1.8  # how much more one cloth above and below tells where surely nobody wears trousers
_SURE_BAG = 0.6
_FEWEST = 40  # pixels of the net's picture from which a color is believed


def one_verdict(probabilities: FloatArray, presence: FloatArray, landmarks: FloatArray, picture: UInt8Array) -> FloatArray:
    """Probabilities (18, h, w) made consistent.

    presence: (18,) the net's log odds that a part is in the picture at all. landmarks: (33, 4) in pixels of the map.
    picture: (h, w, 3) uint8 of the same window.
    """
    settled = probabilities.copy()
    _sure_bags(settled, landmarks)
    _one_story(settled, presence, landmarks, picture)
    _cloth_or_skin(settled, landmarks, picture)
    _far_hands(settled, landmarks)
    _sides(settled, landmarks)
    _holes(settled)
    return settled


def _one_story(p: FloatArray, presence: FloatArray, landmarks: FloatArray, picture: UInt8Array) -> None:
    """A dress or two pieces; below, a skirt or trousers: never a bit of each. What the chest says weighs most."""
    upper = np.arange(p.shape[1])[:, None] < _waist(landmarks, p.shape[1])
    worn = np.isin(p.argmax(0), (_TOP, _BOTTOM, _SKIRT, _DRESS))
    if int(worn.sum()) < 50:
        return
    chest = worn & upper if int((worn & upper).sum()) > 100 else worn
    dress = _odds(p[_DRESS][chest], p[_TOP][chest]) + float(presence[_DRESS] - presence[_TOP])
    below = worn & ~upper
    alike = _of_one_cloth(picture, chest, below)
    trousers = float(p[_BOTTOM][below].sum() / max(1e-3, float(p[[_BOTTOM, _SKIRT, _DRESS]][:, below].sum())))
    certain = _ONE_CLOTH if presence[_BOTTOM] < -1.5 else 1.0
    dress += certain * alike * (1.0 - trousers) if alike > 0 else alike
    if dress > 0:
        p[_DRESS] += p[_TOP] + p[_SKIRT]
        p[_TOP] = p[_SKIRT] = 0.0
        if presence[_BOTTOM] < -1.0:
            p[_DRESS] += p[_BOTTOM]
            p[_BOTTOM] = 0.0
        return
    p[_TOP] += np.where(upper, p[_DRESS], 0.0)
    p[_SKIRT] += np.where(upper, 0.0, p[_DRESS])
    p[_DRESS] = 0.0
    skirt = _odds(p[_SKIRT][worn], p[_BOTTOM][worn]) + _PRESENCE_SHARE * float(presence[_SKIRT] - presence[_BOTTOM])
    skirt += _ONE_HEM if _one_hem_over_bare_legs(p) else 0.0
    more, less = (_SKIRT, _BOTTOM) if skirt > 0 else (_BOTTOM, _SKIRT)
    p[more] += p[less]
    p[less] = 0.0


def _one_hem_over_bare_legs(p: FloatArray) -> bool:
    """Bare legs below, and the cloth just above them in one piece: no leg of trousers or shorts ends there."""
    best = p.argmax(0)
    legs, cloth = best == _LEGS, np.isin(best, (_BOTTOM, _SKIRT, _DRESS))
    if int(legs.sum()) < 0.008 * int((best > 0).sum()) or not cloth.any():
        return False
    columns = np.flatnonzero(cloth.any(0) & (legs & (np.cumsum(cloth, axis=0) > 0)).any(0))
    if len(columns) < 6:
        return False
    last = cloth.shape[0] - 1 - np.argmax(cloth[::-1, columns], axis=0)
    row = max(0, int(np.quantile(last, 0.25)) - max(1, cloth.shape[0] // 100))
    between = best[row, columns[0] : columns[-1] + 1]
    return bool((between == 0).mean() < 0.03)


def _of_one_cloth(picture: UInt8Array, chest: BoolArray, below: BoolArray) -> float:
    """Log odds that what is worn above and below the waist is one garment, by color alone; 0 where there is too little to see."""
    if int(chest.sum()) < 100 or int(below.sum()) < 100:
        return 0.0
    lab = _lab(picture)
    distance = float(np.linalg.norm(np.median(lab[chest], axis=0) - np.median(lab[below], axis=0)))
    return float(np.clip(2.2 - 0.3 * distance, -2.0, 2.0))


def _lab(picture: UInt8Array) -> FloatArray:
    """CIELAB with half the weight on lightness, which folds and shadows change."""
    lab = cv2.cvtColor(picture.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
    return np.asarray(lab * np.array([0.5, 1.0, 1.0], np.float32), np.float32)


def _odds(one: FloatArray, other: FloatArray) -> float:
    return float(np.log((one.sum() + 1.0) / (other.sum() + 1.0)))


def _waist(landmarks: FloatArray, height: int, share: float = 0.85) -> float:
    """The row at a share of the way from the shoulders to the hips."""
    shoulders, hips = float(landmarks[11:13, 1].mean()), float(landmarks[23:25, 1].mean())
    return float(np.clip(shoulders + share * (hips - shoulders), 0, height))


def _sides(p: FloatArray, landmarks: FloatArray) -> None:
    """A bare arm or hand seen as a bit of left and a bit of right belongs to the side whose bones are nearer."""
    for left, right in ((_LEFT_ARM, _RIGHT_ARM), (_LEFT_HAND, _RIGHT_HAND)):
        best = p.argmax(0)
        both = np.isin(best, (left, right)).astype(np.uint8)
        count, labels = cv2.connectedComponents(both, connectivity=4)
        for number in range(1, count):
            piece = labels == number
            share = float((best[piece] == left).mean())
            if 0.02 < share < 0.98 and not 0.25 < share < 0.75:
                winner, loser = (left, right) if share > 0.5 else (right, left)
                p[winner][piece] += p[loser][piece]
                p[loser][piece] = 0.0


def _far_hands(p: FloatArray, landmarks: FloatArray) -> None:
    """A hand is where the pose has one: far from every finger and wrist it was a print, a bag or a face."""
    torso = float(np.hypot(*(landmarks[11:13, :2].mean(0) - landmarks[23:25, :2].mean(0))))
    if torso < 4 or landmarks[15:23, 3].min() < 0.3:
        return
    y, x = np.mgrid[: p.shape[1], : p.shape[2]].astype(np.float32) + 0.5
    distance = np.min([np.hypot(x - px, y - py) for px, py in landmarks[15:23, :2]], axis=0)
    far = distance > 0.45 * torso
    for hand in (_LEFT_HAND, _RIGHT_HAND):
        p[hand][far] = 0.0


def _sure_bags(p: FloatArray, landmarks: FloatArray) -> None:
    """A bag is one whole thing, seen for sure somewhere, and no sleeve: what is not becomes what it would be without bags."""
    if len(p) <= _BAG:
        return
    bag = (p.argmax(0) == _BAG).astype(np.uint8)
    least = 0.004 * max(1, int((p[0] < 0.5).sum()))
    count, labels, stats, _centers = cv2.connectedComponentsWithStats(bag, connectivity=8)
    sure = [n for n in range(1, count) if stats[n, cv2.CC_STAT_AREA] >= least and np.quantile(p[_BAG][labels == n], 0.7) > _SURE_BAG]
    sleeves = np.zeros(bag.shape, np.uint8)
    torso = float(np.hypot(*(landmarks[11:13, :2].mean(0) - landmarks[23:25, :2].mean(0))))
    for a, b in ((13, 15), (14, 16)):
        ends = landmarks[[a, b], :2]
        if landmarks[[a, b], 3].min() > 0.3 and np.abs(ends).max() < 30_000 and 4 < torso < 30_000:
            (x0, y0), (x1, y1) = np.round(ends).astype(int).tolist()
            cv2.line(sleeves, (x0, y0), (x1, y1), 1, max(3, round(0.3 * torso)))
    sure = [n for n in sure if sleeves[labels == n].mean() < 0.75]
    kept = cv2.dilate(np.isin(labels, sure).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    p[_BAG][~kept] = 0.0


def _holes(p: FloatArray) -> None:
    """A small piece of anything inside one garment is that garment: a print, a button, a fold."""
    best = p.argmax(0).astype(np.uint8)
    ring = np.ones((3, 3), np.uint8)
    for garment in (_TOP, _OUTER, _BOTTOM, _SKIRT, _DRESS):
        worn = best == garment
        area = int(worn.sum())
        if area < 200:
            continue
        count, labels, stats, _centers = cv2.connectedComponentsWithStats((~worn).astype(np.uint8), connectivity=4)
        for number in range(1, count):
            if stats[number, cv2.CC_STAT_AREA] > 0.04 * area:
                continue
            piece = labels == number
            around = (cv2.dilate(piece.astype(np.uint8), ring) > 0) & ~piece
            top, left = stats[number, cv2.CC_STAT_TOP], stats[number, cv2.CC_STAT_LEFT]
            bottom, right = top + stats[number, cv2.CC_STAT_HEIGHT], left + stats[number, cv2.CC_STAT_WIDTH]
            if top == 0 or left == 0 or bottom == best.shape[0] or right == best.shape[1] or not worn[around].all():
                continue
            p[:, piece] = 0.0
            p[garment][piece] = 1.0


def _cloth_or_skin(p: FloatArray, landmarks: FloatArray, picture: UInt8Array) -> None:
    """A forearm in the color of the top, not of the face, is a sleeve; a shoulder in the face's color is bare.

    Needs a face or neck in the picture and a garment whose color is not the skin's; else nothing is changed.
    """
    best = p.argmax(0)
    known = next((n for n in (_FACE, _NECK) if int(((best == n) & (p[n] > 0.7)).sum()) >= _FEWEST), None)
    if known is None:
        return
    lab = cv2.GaussianBlur(_lab(picture), (3, 3), 0)
    bare = (best == known) & (p[known] > 0.7)
    skin = np.median(lab[bare], axis=0)
    spread = float(np.median(np.linalg.norm(lab[bare] - skin, axis=1))) + 3.0
    from_skin = np.linalg.norm(lab - skin, axis=2) / spread
    for garment in (_TOP, _OUTER, _DRESS):
        sure = (best == garment) & (p[garment] > 0.7)
        if int(sure.sum()) < _FEWEST:
            continue
        palette = _palette(lab[sure])
        if float(np.linalg.norm(palette - skin, axis=1).min()) < 2.5 * spread:
            continue  # a garment in the color of skin tells nothing
        from_cloth = np.min([np.linalg.norm(lab - color, axis=2) for color in palette], axis=0) / spread
        evidence = cv2.GaussianBlur((from_skin - from_cloth).astype(np.float32), (0, 0), 1.0)
        limbs = np.isin(best, (_LEFT_ARM, _RIGHT_ARM, _TORSO, *((_NECK,) if known == _FACE else ())))
        sleeve = _joined(limbs & (evidence > 1.5) & (from_skin > 2.5), best == garment)
        chest = np.arange(best.shape[0])[:, None] < _waist(landmarks, best.shape[0], 0.45)
        skin_there = np.isin(best, (_LEFT_ARM, _RIGHT_ARM, _TORSO, _NECK))
        naked = _joined((best == garment) & (evidence < -2.0) & (from_skin < 2.0) & chest, skin_there)
        everything = p[:, sleeve].sum(0)
        p[:, sleeve] = 0.0
        p[garment][sleeve] = everything
        p[_TORSO][naked] += p[garment][naked]
        p[garment][naked] = 0.0
        best = p.argmax(0)


def _joined(pieces: BoolArray, body: BoolArray) -> BoolArray:
    """Those of the pieces that touch the body."""
    count, labels = cv2.connectedComponents(pieces.astype(np.uint8), connectivity=8)
    touching = np.zeros(count, bool)
    touching[np.unique(labels[cv2.dilate(body.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0])] = True
    touching[0] = False
    return np.asarray(touching[labels])


def _palette(colors: FloatArray) -> FloatArray:
    """Up to three colors that a garment is mostly made of."""
    chosen = colors[:: max(1, len(colors) // 600)].astype(np.float32)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 12, 0.5)
    cv2.setRNGSeed(1)
    _fit, labels, centers = cv2.kmeans(chosen, 3, np.zeros((len(chosen), 1), np.int32), stop, 1, cv2.KMEANS_PP_CENTERS)
    share = np.bincount(labels.ravel(), minlength=3) / len(chosen)
    return np.asarray(centers[share > 0.15], np.float32)
