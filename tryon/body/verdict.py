"""One decision per picture where the net contradicts itself: a dress is a dress all over, an arm is left or right."""

from __future__ import annotations

import cv2
import numpy as np

from tryon.image import FloatArray, UInt8Array

__all__ = ["one_verdict"]

_LEFT_ARM, _RIGHT_ARM, _LEFT_HAND, _RIGHT_HAND = 5, 6, 7, 8
_TOP, _OUTER, _BOTTOM, _SKIRT, _DRESS = 12, 13, 14, 15, 16
_FACE, _NECK, _TORSO = 2, 3, 4
_FEWEST = 40  # pixels of the net's picture from which a color is believed


def one_verdict(probabilities: FloatArray, landmarks: FloatArray, picture: UInt8Array) -> FloatArray:
    """Probabilities (17, h, w) made consistent; landmarks in their pixels; picture (h, w, 3) uint8 of the same window."""
    settled = probabilities.copy()
    _dress_or_not(settled, landmarks)
    _skirt_or_trousers(settled)
    _sleeves(settled, picture)
    _sides(settled, landmarks)
    return settled


def _dress_or_not(p: FloatArray, landmarks: FloatArray) -> None:
    """Where both a dress and a top, skirt or trousers were seen, the likelier of the two stories is told everywhere."""
    best = p.argmax(0)
    story = np.isin(best, (_TOP, _SKIRT, _DRESS))
    dress = story & (best == _DRESS)
    count = int(story.sum())
    if count < 50 or int(dress.sum()) < 0.04 * count or int(dress.sum()) > 0.98 * count:
        return
    for_dress = float(p[_DRESS][story].sum())
    against = float((p[_TOP] + p[_SKIRT])[story].sum())
    if for_dress >= against:
        p[_DRESS] += p[_TOP] + p[_SKIRT]
        p[_TOP] = p[_SKIRT] = 0.0
        return
    waist = _waist(landmarks, p.shape[1])
    rows = np.arange(p.shape[1])[:, None] < waist
    lower = p[_SKIRT].sum() >= p[_BOTTOM].sum()
    upper_share = np.where(rows, p[_DRESS], 0.0)
    p[_TOP] += upper_share
    p[_SKIRT if lower else _BOTTOM] += p[_DRESS] - upper_share
    p[_DRESS] = 0.0


def _skirt_or_trousers(p: FloatArray) -> None:
    """Nobody wears half a skirt: what covers the legs is one of the two unless both are large."""
    best = p.argmax(0)
    skirt, bottom = int((best == _SKIRT).sum()), int((best == _BOTTOM).sum())
    if not skirt or not bottom:
        return
    less, more = (_SKIRT, _BOTTOM) if skirt < bottom else (_BOTTOM, _SKIRT)
    if min(skirt, bottom) < 0.4 * max(skirt, bottom):
        p[more] += p[less]
        p[less] = 0.0


def _waist(landmarks: FloatArray, height: int) -> float:
    shoulders, hips = float(landmarks[11:13, 1].mean()), float(landmarks[23:25, 1].mean())
    return float(np.clip(shoulders + 0.85 * (hips - shoulders), 0, height))


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


def _sleeves(p: FloatArray, picture: UInt8Array) -> None:
    """A forearm in the color of the top, not of the face, is a sleeve; one in the color of the face is bare.

    Needs a face or neck in the picture and a garment whose color is not the skin's; else nothing is changed.
    """
    best = p.argmax(0)
    lab = cv2.cvtColor(picture.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB) * np.array([0.5, 1.0, 1.0], np.float32)
    lab = cv2.GaussianBlur(lab, (3, 3), 0)
    bare = np.isin(best, (_FACE, _NECK, _TORSO)) & (p[_FACE] + p[_NECK] + p[_TORSO] > 0.7)
    worn = [n for n in (_TOP, _OUTER, _DRESS) if int((best == n).sum()) >= _FEWEST]
    if int(bare.sum()) < _FEWEST or not worn:
        return
    skin = np.median(lab[bare], axis=0)
    spread = float(np.median(np.linalg.norm(lab[bare] - skin, axis=1))) + 3.0
    from_skin = np.linalg.norm(lab - skin, axis=2) / spread
    arms = np.isin(best, (_LEFT_ARM, _RIGHT_ARM))
    for garment in worn:
        sure = (best == garment) & (p[garment] > 0.7)
        if int(sure.sum()) < _FEWEST:
            continue
        palette = _palette(lab[sure])
        if float(np.linalg.norm(palette - skin, axis=1).min()) < 2.5 * spread:
            continue  # a garment in the color of skin tells nothing
        from_cloth = np.min([np.linalg.norm(lab - color, axis=2) for color in palette], axis=0) / spread
        evidence = cv2.GaussianBlur((from_skin - from_cloth).astype(np.float32), (0, 0), 1.5)
        sleeve = arms & (evidence > 1.5) & (from_skin > 2.5)
        near = cv2.dilate((best == garment).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        count, labels = cv2.connectedComponents((sleeve | (best == garment)).astype(np.uint8), connectivity=8)
        joined = np.zeros(count, bool)
        joined[np.unique(labels[near & (labels > 0)])] = True
        change = sleeve & joined[labels]
        for arm in (_LEFT_ARM, _RIGHT_ARM):
            p[garment][change] += p[arm][change]
            p[arm][change] = 0.0


def _palette(colors: FloatArray) -> FloatArray:
    """Up to three colors that a garment is mostly made of."""
    chosen = colors[:: max(1, len(colors) // 600)].astype(np.float32)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 12, 0.5)
    cv2.setRNGSeed(1)
    _fit, labels, centers = cv2.kmeans(chosen, 3, np.zeros((len(chosen), 1), np.int32), stop, 1, cv2.KMEANS_PP_CENTERS)
    share = np.bincount(labels.ravel(), minlength=3) / len(chosen)
    return np.asarray(centers[share > 0.15], np.float32)
