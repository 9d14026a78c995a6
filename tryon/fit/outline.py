"""The outline of a garment: names of its landmarks, and how they are set on the edge of the cloth.

Points are (x, y) pixels, x right, y down, the first pixel's center is (0.5, 0.5); left is the wearer's left, the picture's right.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tryon.fit.silhouette import expected_landmarks
from tryon.image import FloatArray

__all__ = ["KINDS", "LANDMARKS", "REGIONS", "SLEEVES", "Outline", "landmarks_of", "mirrored_name", "place_landmarks"]

KINDS = ("top", "outer", "trousers", "shorts", "skirt", "dress")
SLEEVES = ("none", "short", "long")
REGIONS = {"top": "upper", "outer": "upper", "trousers": "lower", "shorts": "lower", "skirt": "lower", "dress": "full"}

_UPPER = ("neck_left", "neck_right", "collar", "shoulder_left", "shoulder_right", "armpit_left", "armpit_right")
_CUFFS = ("cuff_outer_left", "cuff_inner_left", "cuff_outer_right", "cuff_inner_right")
_HEMS = ("hem_left", "hem_right")
_WAIST = ("waist_left", "waist_right")
_LEGS = ("crotch", "hem_outer_left", "hem_inner_left", "hem_outer_right", "hem_inner_right")
LANDMARKS = (*_UPPER, *_CUFFS, *_HEMS, *_WAIST, *_LEGS)
"""Every landmark's name, in the order of the net's channels; left is the wearer's left, the picture's right."""

_NOTCHES = ("armpit", "crotch")
_FREE = ("collar",)
_MAY_LIE_ON_CLOTH = ("armpit", "crotch", "cuff", "hem_inner", "waist")
_WEAK = 0.12
"""A landmark whose map holds less than this around its peak counts as hardly seen."""
_WINDOW = 2  # map pixels on each side of a peak
_CANDIDATES = 7
_EXPECTED_SIGMA = 0.04
"""How far, as a share of the garment's size, a landmark lies from where its silhouette has it."""
_EXPECTED_LIMIT = 9.0  # the most that this can count, in nats
_SURE = 0.3  # a landmark whose map holds this much around its peak needs no prior

Points = npt.NDArray[np.float64]


def landmarks_of(kind: str, sleeve: str) -> tuple[str, ...]:
    """The names of the landmarks that a garment of this kind has."""
    if kind in ("trousers", "shorts"):
        return (*_WAIST, *_LEGS)
    if kind == "skirt":
        return (*_WAIST, *_HEMS)
    names = _UPPER + (_CUFFS if sleeve != "none" else ()) + _HEMS
    return names + _WAIST if kind == "dress" else names


def mirrored_name(name: str) -> str:
    """The landmark that this one becomes in a mirror."""
    return name.replace("_left", "_X").replace("_right", "_left").replace("_X", "_right")


class Outline:
    """The edge of a mask, and how it turns at each of its points."""

    def __init__(self, alpha: FloatArray) -> None:
        height, width = alpha.shape
        self.scale = min(1.0, 512 / max(height, width))
        size = (max(1, round(width * self.scale)), max(1, round(height * self.scale)))
        solid = (cv2.resize(alpha, size, interpolation=cv2.INTER_AREA) > 0.5).astype(np.uint8)
        found, _ = cv2.findContours(solid, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        self.solid = solid > 0
        contour = max(found, key=cv2.contourArea) if found else np.array([[[0, 0]], [[1, 0]], [[1, 1]]])
        self.points: Points = contour.reshape(-1, 2).astype(np.float64) + 0.5
        low, high = self.points.min(0), self.points.max(0)
        self.box = (low, high)
        self.size = float(max(high - low))
        reach = max(3, round(self.size * 0.022))
        before, after = np.roll(self.points, reach, 0), np.roll(self.points, -reach, 0)
        a, b = self.points - before, after - self.points
        turn = np.arctan2(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0], (a * b).sum(1))
        area = np.sum(self.points[:, 0] * np.roll(self.points[:, 1], -1) - np.roll(self.points[:, 0], -1) * self.points[:, 1])
        self.turn: Points = turn * (1.0 if area > 0 else -1.0)  # radians, > 0 at corners that stick out, < 0 in notches

    def candidates(self, score: Points, count: int = _CANDIDATES) -> list[int]:
        """Indices of the best-scored points of the edge, none near another."""
        left = score.copy()
        found = []
        for _ in range(count):
            best = int(left.argmax())
            if not np.isfinite(left[best]):
                break
            found.append(best)
            left[np.linalg.norm(self.points - self.points[best], axis=1) < 0.02 * self.size] = -np.inf
        return found


@dataclass(frozen=True, eq=False)
class _Map:
    """One landmark's map: how likely it lies where. peak: its best place, in the outline's pixels. weight: share around the peak, 0..1."""

    share: FloatArray
    origin: Points
    step: Points
    peak: Points
    weight: float

    def at(self, points: Points) -> Points:
        """The map's value at places in the outline's pixels."""
        where = ((points - self.origin) / self.step - 0.5).astype(np.float32)
        x, y = np.ascontiguousarray(where[:, 0]), np.ascontiguousarray(where[:, 1])
        return (
            np.asarray(cv2.remap(self.share, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0))
            .ravel()
            .astype(np.float64)
        )


def _read_map(share: FloatArray, box: tuple[float, float, float, float], scale: float) -> _Map:
    side = share.shape[-1]
    origin = np.array(box[:2]) * scale
    step = (np.array(box[2:]) - np.array(box[:2])) * scale / side
    row, column = np.unravel_index(int(share.argmax()), share.shape)
    rows = slice(max(0, int(row) - _WINDOW), int(row) + _WINDOW + 1)
    columns = slice(max(0, int(column) - _WINDOW), int(column) + _WINDOW + 1)
    near = share[rows, columns]
    total = max(float(near.sum()), 1e-9)
    x = float((near.sum(0) * (np.arange(side)[columns] + 0.5)).sum()) / total
    y = float((near.sum(1) * (np.arange(side)[rows] + 0.5)).sum()) / total
    return _Map(cv2.GaussianBlur(share, (0, 0), 0.8), origin, step, origin + np.array([x, y]) * step, total)


def place_landmarks(
    alpha: FloatArray, marks: FloatArray, box: tuple[float, float, float, float], kind: str, sleeve: str
) -> tuple[dict[str, tuple[float, float]], float]:
    """Set the net's landmarks on the edge of the cloth; gives them in pixels of `alpha`, and how sure they are, 0..1.

    marks: (landmarks, m, m) float32, each a likelihood over the part `box` (x0, y0, x1, y1) of the picture. Among the points of the
    edge the likely ones that turn as the landmark does (corners out, armpits and crotch in) are compared pair by pair: left and right
    should mirror one another at the garment's middle line.
    """
    outline = Outline(alpha)
    names = landmarks_of(kind, sleeve)
    maps = {name: _read_map(marks[LANDMARKS.index(name)], box, outline.scale) for name in names}
    origin, across = _middle_line(outline, maps)
    expected = expected_landmarks(outline.solid, kind, sleeve)
    scores = {name: _edge_scores(outline, maps[name], name, expected.get(name)) for name in names if name not in _FREE}
    placed: dict[str, Points] = {}
    for name in names:
        partner = mirrored_name(name)
        if name in _FREE:
            placed[name] = maps[name].peak if maps[name].weight >= _WEAK / 4 else _by_box(outline, kind)
        elif partner == name:
            placed[name] = outline.points[int(scores[name].argmax())]
        elif name.endswith("_left"):
            placed[name], placed[partner] = _best_pair(outline, scores[name], scores[partner], origin, across, name)
    contour = outline.points.astype(np.float32)
    for name in names:
        seen, gap = maps[name], float(np.linalg.norm(placed[name] - maps[name].peak)) / max(outline.size, 1.0)
        if name.startswith(_MAY_LIE_ON_CLOTH) and seen.weight > 0.3 and gap > 0.04:
            inside = cv2.pointPolygonTest(contour, (float(seen.peak[0]), float(seen.peak[1])), True)
            if inside > 0.02 * outline.size:  # a sleeve or leg that lies over other cloth
                placed[name] = seen.peak
    result = {name: (float(p[0] / outline.scale), float(p[1] / outline.scale)) for name, p in placed.items()}
    seen_share = [min(1.0, maps[name].weight / 0.5) for name in names]
    return {name: result[name] for name in names}, float(np.mean(seen_share)) * float(min(1.0, 0.4 + np.min(seen_share)))


def _edge_scores(outline: Outline, seen: _Map, name: str, expected: Points | None) -> Points:
    """How well each point of the edge would do for a landmark, in nats; `expected`: where the silhouette alone would have it."""
    likely = np.log(seen.at(outline.points) + 3e-4)
    turn = outline.turn * (-1.0 if name.startswith(_NOTCHES) else 1.0)
    score = likely + 1.5 * np.clip(turn / (0.5 * np.pi), 0.0, 1.0)
    if expected is not None:
        distance = np.linalg.norm(outline.points - expected, axis=1) / max(outline.size, 1.0)
        unsure = np.clip(1.0 - seen.weight / _SURE, 0.0, 1.0)
        score = score - unsure * np.minimum((distance / _EXPECTED_SIGMA) ** 2, _EXPECTED_LIMIT)
    return np.asarray(score)


def _best_pair(outline: Outline, left: Points, right: Points, origin: Points, across: Points, name: str) -> tuple[Points, Points]:
    """The two points of the edge that do best together."""
    best, pair = -np.inf, (outline.points[0], outline.points[0])
    for i in outline.candidates(left):
        a = outline.points[i]
        mirrored = a - 2 * float((a - origin) @ across) * across
        for j in outline.candidates(right):
            b = outline.points[j]
            value = left[i] + right[j] - 10.0 * float(np.linalg.norm(mirrored - b)) / outline.size
            if not name.startswith("cuff") and float((a - b) @ across) <= 0:  # sleeves folded over the front may well cross
                value -= 6.0
            if value > best:
                best, pair = value, (a, b)
    return pair


def _middle_line(outline: Outline, maps: dict[str, _Map]) -> tuple[Points, Points]:
    """A point on the garment's middle line, and the unit direction across it towards the wearer's left."""
    spans, middles, shares = [], [], []
    for name, seen in maps.items():
        if name.endswith("_left"):
            other = maps[mirrored_name(name)]
            share = min(seen.weight, other.weight)
            if share >= _WEAK:
                spans.append(seen.peak - other.peak)
                middles.append((seen.peak + other.peak) / 2)
                shares.append(share)
    low, high = outline.box
    if not spans:
        return (low + high) / 2, np.array([1.0, 0.0])
    span = (np.array(spans) * np.array(shares)[:, None]).sum(0)
    length = float(np.linalg.norm(span))
    across = span / length if length > 1e-6 else np.array([1.0, 0.0])
    return np.average(np.array(middles), axis=0, weights=shares), across


def _by_box(outline: Outline, kind: str) -> Points:
    """Where the collar lies in the garment's box, when nothing else is known."""
    low, high = outline.box
    return np.array([(low[0] + high[0]) / 2, low[1] + (0.04 if kind == "dress" else 0.08) * (high[1] - low[1])])
