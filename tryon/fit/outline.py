"""The outline of a garment: names of its landmarks, and how they are set on the edge of the cloth.

Points are (x, y) pixels, x right, y down, the first pixel's center is (0.5, 0.5); left is the wearer's left, the picture's right.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

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

_CORNERS = ("cuff_outer", "cuff_inner", "hem_outer", "hem_inner", "hem", "waist", "neck", "shoulder")
_NOTCHES = ("armpit", "crotch")
_WEAK = 0.12
"""A landmark whose map holds less than this around its peak is placed by its partner or by the outline."""

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

    def snapped(self, point: Points, sort: str) -> tuple[Points, float]:
        """The place on the edge that is meant by a point near it, and how far that is as a share of the garment's size.

        sort: "corner" goes to the sharpest corner near by, "notch" to the deepest notch, "edge" to the nearest point.
        """
        apart = np.linalg.norm(self.points - point, axis=1)
        nearest = int(apart.argmin())
        away = float(apart[nearest]) / max(self.size, 1.0)
        if sort == "edge":
            return self.points[nearest], away
        near = np.nonzero(apart <= max(apart[nearest] + 1.5, 0.035 * self.size))[0]
        sign = 1.0 if sort == "corner" else -1.0
        value = sign * self.turn[near] / np.pi - 1.6 * (apart[near] / max(0.035 * self.size, 1.0)) ** 2 * 0.25
        best = int(near[value.argmax()])
        if sign * self.turn[best] < 0.25:  # nothing sharp here: the nearest place will do
            best = nearest
        return self.points[best], float(np.linalg.norm(self.points[best] - point)) / max(self.size, 1.0)


def _sort_of(name: str) -> str:
    if name.startswith(_NOTCHES):
        return "notch"
    if name.startswith(_CORNERS):
        return "corner"
    return "free"


def place_landmarks(
    alpha: FloatArray, places: dict[str, tuple[float, float]], weights: dict[str, float], kind: str, sleeve: str
) -> tuple[dict[str, tuple[float, float]], float]:
    """Set the net's landmarks on the edge of the cloth; gives them in pixels of `alpha`, and how sure they are, 0..1.

    places: pixels of `alpha`, every name; weights: how sharply the net saw each, 0..1. A weak one is placed by its partner on the other
    side, mirrored at the garment's middle line, else by the garment's box.
    """
    outline = Outline(alpha)
    names = landmarks_of(kind, sleeve)
    raw = {name: np.array(places[name]) * outline.scale for name in names}
    origin, across = _middle_line(outline, raw, weights, names)
    placed: dict[str, Points] = {}
    for name in names:
        partner = mirrored_name(name)
        point = raw[name]
        if weights[name] < _WEAK:
            if partner != name and weights[partner] >= 2 * weights[name] and weights[partner] >= _WEAK:
                offset = raw[partner] - origin
                point = raw[partner] - 2 * float(offset @ across) * across
            elif weights[name] < _WEAK / 3:
                point = _by_box(outline, name, kind)
        placed[name] = point
    _put_in_order(placed, across)
    result = {}
    for name, point in placed.items():
        sort = _sort_of(name)
        if sort != "free":
            snapped, away = outline.snapped(point, sort)
            inside = cv2.pointPolygonTest(outline.points.astype(np.float32), (float(point[0]), float(point[1])), False) > 0
            hidden = sort == "notch" or name.startswith(
                ("cuff", "hem_inner")
            )  # these may lie on the cloth: a sleeve or leg over another part
            if away < (0.045 if inside and hidden else 0.12):
                point = snapped
            elif not inside:
                point = outline.snapped(point, "edge")[0]
        result[name] = (float(point[0] / outline.scale), float(point[1] / outline.scale))
    seen = [min(1.0, weights[name] / 0.5) for name in names]
    return result, float(np.mean(seen)) * float(min(1.0, 0.4 + np.min(seen)))


def _middle_line(outline: Outline, raw: dict[str, Points], weights: dict[str, float], names: tuple[str, ...]) -> tuple[Points, Points]:
    """A point on the garment's middle line, and the unit direction across it towards the wearer's left."""
    spans, middles, shares = [], [], []
    for name in names:
        if name.endswith("_left"):
            partner = mirrored_name(name)
            share = min(weights[name], weights[partner])
            if share >= _WEAK:
                spans.append(raw[name] - raw[partner])
                middles.append((raw[name] + raw[partner]) / 2)
                shares.append(share)
    low, high = outline.box
    if not spans:
        return (low + high) / 2, np.array([1.0, 0.0])
    span = (np.array(spans) * np.array(shares)[:, None]).sum(0)
    length = float(np.linalg.norm(span))
    across = span / length if length > 1e-6 else np.array([1.0, 0.0])
    return np.average(np.array(middles), axis=0, weights=shares), across


def _by_box(outline: Outline, name: str, kind: str) -> Points:
    """Where a landmark of this kind lies in the garment's box, when nothing else is known."""
    low, high = outline.box
    share = {
        "neck": (0.12, 0.02),
        "collar": (0.0, 0.1),
        "shoulder": (0.32, 0.08),
        "armpit": (0.36, 0.35),
        "cuff_outer": (0.5, 0.5),
        "cuff_inner": (0.45, 0.55),
        "hem": (0.42, 0.98),
        "waist": (0.36, 0.02),
        "crotch": (0.0, 0.36 if kind == "trousers" else 0.65),
        "hem_outer": (0.46, 0.98),
        "hem_inner": (0.1, 0.98),
    }[name.removesuffix("_left").removesuffix("_right")]
    if kind == "dress" and name.startswith("waist"):
        share = (0.25, 0.4)
    sign = -1.0 if name.endswith("_right") else 1.0
    size = high - low
    return np.array([(low[0] + high[0]) / 2 + sign * share[0] * size[0], low[1] + share[1] * size[1]])


def _put_in_order(placed: dict[str, Points], across: Points) -> None:
    """The wearer's left lies on the wearer's left: where a pair came out crossed, exchange it."""
    for name in list(placed):
        if name.endswith("_left") and not name.startswith("cuff"):  # cuffs of sleeves folded over the front may well be crossed
            partner = mirrored_name(name)
            if partner in placed and float((placed[name] - placed[partner]) @ across) < 0:
                placed[name], placed[partner] = placed[partner], placed[name]
