"""One decision per picture where the net contradicts itself: a dress is a dress all over, an arm is left or right."""

from __future__ import annotations

import cv2
import numpy as np

from tryon.image import FloatArray, UInt8Array

__all__ = ["one_verdict"]

_LEFT_ARM, _RIGHT_ARM, _LEFT_HAND, _RIGHT_HAND = 5, 6, 7, 8
_TOP, _BOTTOM, _SKIRT, _DRESS = 12, 14, 15, 16


def one_verdict(probabilities: FloatArray, landmarks: FloatArray, picture: UInt8Array) -> FloatArray:
    """Probabilities (17, h, w) made consistent; landmarks in their pixels; picture (h, w, 3) uint8 of the same window."""
    settled = probabilities.copy()
    _dress_or_not(settled, landmarks)
    _skirt_or_trousers(settled)
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
