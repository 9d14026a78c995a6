"""The outline of a garment: names of its landmarks, and how they are set on the edge of the cloth.

Points are (x, y) pixels, x right, y down, the first pixel's center is (0.5, 0.5); left is the wearer's left, the picture's right.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tryon.fit.placing import Sight, best_shape
from tryon.fit.shape_prior import shape_prior
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
_UNSEEN = 3e-4  # the map's floor: what the net did not see may be there all the same
_OFF_EDGE = 2.5  # the most, in nats, that a place away from the edge costs where cloth may lie over cloth
_NO_NOTCH = 3.0  # what it costs an armpit or crotch to lie at the edge where that is straight, nats
_WINDOW = 2  # map pixels on each side of a peak
_PEAKS = 4
_MARGIN = 48  # pixels around the mask in which distances are known
_PEAK_LEAST = 0.03  # share of the map below which a further peak is none
_EXPECTED_SIGMA = 0.04
"""How far, as a share of the garment's size, a landmark lies from where its silhouette has it."""
_EXPECTED_LIMIT = 2.5  # the most that this can count, in nats
_TRUSTED, _SLANT = 1.6, 0.12
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
        self._distance, self._index = self._nearest_maps()
        self.turn: Points = turn * (1.0 if area > 0 else -1.0)  # radians, > 0 at corners that stick out, < 0 in notches

    def nearest(self, points: Points) -> tuple[Points, npt.NDArray[np.int64]]:
        """Distance of each point to the edge, in whole pixels, and the index of the edge's point there."""
        height, width = self._distance.shape
        x = np.clip(points[:, 0].astype(np.int64) + _MARGIN, 0, width - 1)
        y = np.clip(points[:, 1].astype(np.int64) + _MARGIN, 0, height - 1)
        return self._distance[y, x], self._index[y, x]

    def _nearest_maps(self) -> tuple[Points, npt.NDArray[np.int64]]:
        """For every pixel, and a margin around them, how far the edge is and which of its points is nearest."""
        at = np.floor(self.points).astype(np.int64) + _MARGIN
        away = np.ones((self.solid.shape[0] + 2 * _MARGIN, self.solid.shape[1] + 2 * _MARGIN), np.uint8)
        away[at[:, 1], at[:, 0]] = 0
        distance, labels = cv2.distanceTransformWithLabels(away, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
        index = np.zeros(int(labels.max()) + 1, np.int64)
        index[labels[at[:, 1], at[:, 0]]] = np.arange(len(at))
        return distance.astype(np.float64), index[labels]


@dataclass(frozen=True, eq=False)
class _Map:
    """One landmark's map: how likely it lies where. peaks: (n, 2) its best places, the outline's pixels. weight: share around the first."""

    share: FloatArray
    origin: Points
    step: Points
    peaks: Points
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

    def around(self, point: Points) -> float:
        """The share of the map within a few of its pixels of a place."""
        x, y = (point - self.origin) / self.step - 0.5
        ys, xs = np.mgrid[: self.share.shape[0], : self.share.shape[1]]
        return float(self.share[(np.abs(xs - x) <= _WINDOW + 0.5) & (np.abs(ys - y) <= _WINDOW + 0.5)].sum())


def _read_map(share: FloatArray, box: tuple[float, float, float, float], scale: float) -> _Map:
    side = share.shape[-1]
    origin = np.array(box[:2]) * scale
    step = (np.array(box[2:]) - np.array(box[:2])) * scale / side
    left = share.copy()
    peaks: list[Points] = []
    weight = 0.0
    for _ in range(_PEAKS):
        row, column = (int(v) for v in np.unravel_index(int(left.argmax()), left.shape))
        rows = slice(max(0, row - _WINDOW), row + _WINDOW + 1)
        columns = slice(max(0, column - _WINDOW), column + _WINDOW + 1)
        near = left[rows, columns]
        total = float(near.sum())
        if total < _PEAK_LEAST and peaks:
            break
        x = float((near.sum(0) * (np.arange(side)[columns] + 0.5)).sum()) / max(total, 1e-9)
        y = float((near.sum(1) * (np.arange(side)[rows] + 0.5)).sum()) / max(total, 1e-9)
        peaks.append(origin + np.array([x, y]) * step)
        weight = weight or total
        left[rows, columns] = 0.0
    return _Map(cv2.GaussianBlur(share, (0, 0), 0.8), origin, step, np.array(peaks), weight)


def place_landmarks(
    alpha: FloatArray, marks: FloatArray, box: tuple[float, float, float, float], kind: str, sleeve: str
) -> tuple[dict[str, tuple[float, float]], float]:
    """Set the net's landmarks on the edge of the cloth; gives them in pixels of `alpha`, and how sure they are, 0..1.

    marks: (landmarks, m, m) float32, each a likelihood over the part `box` (x0, y0, x1, y1) of the picture. All landmarks are chosen
    together: what the net saw, where the edge turns (corners out, armpits and crotch in), and how garments of this kind are shaped.
    """
    outline = Outline(alpha)
    names = landmarks_of(kind, sleeve)
    maps = {name: _read_map(marks[LANDMARKS.index(name)], box, outline.scale) for name in names}
    expected = expected_landmarks(outline.solid, kind, sleeve)
    level = sleeve == "short" and _level(expected)
    sights = [_sight(outline, maps[name], name, sleeve, expected.get(name), level=level) for name in names]
    partners = [names.index(mirrored_name(name)) for name in names]
    seen = np.array([sight.peaks[0] for sight in sights])
    on_edge = np.array([outline.points[int(sight.on_edge.argmin())] for sight in sights])
    by_outline = np.array([expected.get(name, at) for name, at in zip(names, on_edge, strict=True)])
    clouds = shape_prior(kind, sleeve)
    apart = [
        (names.index(f"{one}_{side}"), names.index(f"{other}_{side}"))
        for side in ("left", "right")
        for one, other in (("cuff_outer", "hem"), ("cuff_outer", "cuff_inner"), ("hem_outer", "hem_inner"))
        if f"{one}_{side}" in names and f"{other}_{side}" in names
    ]
    places, cost = best_shape(outline.points, sights, partners, clouds, (seen, on_edge, by_outline), apart)
    if kind == "dress":
        for name in _WAIST:
            places[names.index(name)] = _at_the_side(outline, places[names.index(name)], 1.0 if name == "waist_left" else -1.0)
    weights = [maps[name].around(places[i]) for i, name in enumerate(names)]
    seen_share = np.minimum(1.0, np.array(weights) / 0.4)
    fits = float(np.clip(1.6 - cost / (7.0 * len(names)), 0.3, 1.0))
    result = {name: (float(p[0] / outline.scale), float(p[1] / outline.scale)) for name, p in zip(names, places, strict=True)}
    return result, float(seen_share.mean()) * float(min(1.0, 0.4 + np.percentile(seen_share, 10))) * fits


def _level(expected: dict[str, Points]) -> bool:
    """Whether the silhouette has both armpits at one height of the trunk: notches under short sleeves that stand off."""
    if not {"armpit_left", "armpit_right", "hem_left", "hem_right"} <= expected.keys():
        return False
    across = expected["armpit_left"] - expected["armpit_right"]
    down = expected["hem_left"] + expected["hem_right"] - expected["armpit_left"] - expected["armpit_right"]
    lengths = float(np.linalg.norm(across) * np.linalg.norm(down))
    return abs(float(across @ down)) < _SLANT * max(lengths, 1e-6)


def _sight(outline: Outline, seen: _Map, name: str, sleeve: str, expected: Points | None, *, level: bool) -> Sight:
    """What speaks for each place of a landmark; `expected`: where the silhouette alone would have it, level: its armpits can be trusted."""
    free = name in _FREE
    notch = name == "crotch" or (name.startswith("armpit") and sleeve != "none")
    roams = free or name.startswith(_MAY_LIE_ON_CLOTH)
    turn = np.clip(outline.turn * (-1.0 if name.startswith(_NOTCHES) else 1.0) / (0.5 * np.pi), 0.0, 1.0)
    unsure = _TRUSTED if level and name.startswith("armpit") else float(np.clip(1.0 - seen.weight / _SURE, 0.0, 1.0))

    def cost(points: Points) -> Points:
        likely = -np.log(seen.at(points) + _UNSEEN)
        if expected is not None:
            near = np.linalg.norm(points - expected, axis=1) / max(outline.size, 1.0)
            likely = likely + unsure * np.minimum((near / _EXPECTED_SIGMA) ** 2, _EXPECTED_LIMIT)
        if free:
            return np.asarray(likely)
        distance, nearest = outline.nearest(points)
        if notch:  # an armpit that is no notch of the edge lies under its sleeve, on the cloth
            plain = _NO_NOTCH * (1.0 - turn[nearest]) * np.clip(1.6 - distance / (0.025 * outline.size), 0.0, 1.0)
            return np.asarray(likely + np.minimum(plain, _NO_NOTCH) + 0.6 * (distance > 0.015 * outline.size))
        off = np.minimum(0.5 * (distance / (0.012 * outline.size)) ** 2, _OFF_EDGE if roams else 3 * _OFF_EDGE)
        return np.asarray(likely + off - 1.5 * turn[nearest] * (distance < 0.015 * outline.size))

    return Sight(name, cost(outline.points), cost, seen.peaks, roams)


def _at_the_side(outline: Outline, point: Points, sign: float) -> Points:
    """The point moved sidewise to the edge of the cloth where that is near: a waist lies at the side, whatever its height."""
    row = int(np.clip(point[1], 0, outline.solid.shape[0] - 1))
    solid = np.flatnonzero(np.diff(np.pad(outline.solid[row].astype(np.int8), 1)) == (-1 if sign > 0 else 1)).astype(np.float64)
    if not len(solid):
        return point
    edge = float(solid[int(np.abs(solid - point[0]).argmin())])
    return np.array([edge, point[1]]) if abs(edge - point[0]) < 0.08 * outline.size else point
