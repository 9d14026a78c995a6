"""The upper edge of a garment: the opening for the neck, its front and its back, the straps it hangs on.

Worked in a frame of the garment's own: origin between the neck points, x towards the wearer's left, 160 pixels a chest. Points of
the answer are (x, y) pixels of the garment picture; left is the wearer's left, the picture's right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tryon.fit.neck_edge import settled
from tryon.fit.neck_view import CHEST, NeckFrame, chest_of, frame_of, inside_seen
from tryon.image import FloatArray, UInt8Array

__all__ = ["NECKLINES", "Neckline", "hung_by_straps", "read_neckline", "sleeve_length", "sure_inside"]

NECKLINES = ("crew", "scoop", "v", "square", "boat", "high", "hood", "straps", "halter", "one-shoulder", "off-shoulder", "strapless")

Points = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_COUNT = 25  # points of an edge
_POWERS = (1.0, 1.25, 1.6, 2.0, 2.6, 4.0)
_SURE_INSIDE, _SURE_BARE = 0.85, 0.95  # the latter where shoulders are bare
_HOOD = 0.3  # cloth so far above the neck points, in chests, is a hood: the net of the neck does not know those
_EVEN = 4  # columns to each side over which the front's edge is evened out
_COLLAR_WIDTH, _COLLAR_FLARE = 0.6, 1.2  # a collar that stands is narrower, in chests, and a twelfth of a chest down still no broader
_STRAP = 0.14  # a strap is narrower, in chests
_LENGTHS = ((0.0, 0.0), (0.45, 1.0), (0.8, 2.0), (1.1, 3.0), (1.4, 4.0))
"""How long sleeves of 0 to 4 are, in chests as photographed."""


@dataclass(frozen=True, eq=False)
class Neckline:
    """How a garment ends at the top.

    name: of NECKLINES. front: (25, 2) the edge of the front, from the wearer's right neck point over the lowest point to the left one:
    cloth above it is the inside of the back. back: (25, 2) the same for the back's upper edge; it equals `front` where the back is not
    seen. width_share, depth_share: the opening's width, and how far the front's lowest point lies below the line of its ends (negative:
    a collar that stands), in chest widths (armpit to armpit). straps: for each strap (n, 3) x, y and width, from its upper end to the
    cloth; empty without straps.
    """

    name: str
    front: Points
    back: Points
    width_share: float
    depth_share: float
    straps: tuple[Points, ...] = ()


def read_neckline(
    rgb: UInt8Array,
    alpha: FloatArray,
    inner: FloatArray,
    landmarks: Mapping[str, tuple[float, float]],
    sleeve: str,
    look: Callable[[UInt8Array, FloatArray, NeckFrame], FloatArray] = inside_seen,
) -> tuple[Neckline, BoolArray]:
    """The neckline of a top, jacket or dress, and where the picture shows the garment's inside, (H, W) bool.

    rgb: (H, W, 3) uint8, alpha: (H, W) float32, inner: (h, w) float32, how likely the garment net takes each place for the inside of the
    garment; look: a closer look at the neck by a net of its own, which decides where it looks.
    """
    at = {name: np.array(place) for name, place in landmarks.items()}
    height, width = alpha.shape
    frame = frame_of(at)
    far = cv2.resize(sure_inside(inner), (width, height), interpolation=cv2.INTER_LINEAR)
    cloth = frame.view(alpha) > 0.5
    marks = {name: frame.there(place) for name, place in at.items()}
    straps, whole = _straps(cloth, marks)
    across = _between(marks, straps, frame.size[0])
    across = across if len(across) > 4 else np.arange(int(frame.origin[0]) - 4, int(frame.origin[0]) + 5)
    top = _first(cloth[:, across])
    stands = float(frame.origin[1] - np.median(top)) / CHEST
    upright = _is_upright(cloth, marks)
    inside = frame.view(far)
    near = look(rgb, alpha, frame) if stands <= _HOOD else np.full_like(inside, -1.0)
    looked = near >= 0
    inside = np.where(looked, sure_inside(near), inside)
    if upright and inside[:, across].max() < _SURE_INSIDE:
        inside[looked] = 0.0
    ends = float(np.mean([marks["neck_left"][1], marks["neck_right"][1]]))
    outline = _named(cloth, whole, marks, 2.0, (float(np.percentile(top, 97)) - ends) / CHEST, stands, sleeve, bool(straps))
    if outline in ("strapless", "off-shoulder") and not _is_sure(inside[:, across] * cloth[:, across]):
        inside[looked] = 0.0  # a knot or a frill in the middle of a straight edge
    if stands <= _HOOD:
        corners = np.array([[across[0], marks["neck_right"][1]], [across[-1] + 1.0, marks["neck_left"][1]]])
        firm = settled(rgb, frame, inside, cloth, corners)
        if firm is not None:
            inside[:, across] = np.where(looked[:, across], firm[:, across].astype(np.float32), inside[:, across])
    hidden = (inside[:, across] > 0.5) & cloth[:, across]
    front = _below(hidden, top) if stands <= 0.55 or hidden.any() else top
    if stands <= _HOOD:
        rows = np.arange(len(cloth))[:, None]
        inside[:, across] = np.where(looked[:, across], (rows < front[None]).astype(np.float32), inside[:, across])
    depth = (float(np.percentile(front, 97)) - ends) / CHEST
    name = _named(cloth, whole, marks, _power(across, front, top), depth, stands, sleeve, bool(straps))
    name = "high" if upright and not hidden.any() and not straps else name
    edges = [frame.back(_even(np.stack([across + 0.5, line + 0.5], 1))) for line in (front, top)]
    neckline = Neckline(
        name,
        edges[0],
        edges[1],
        round(float(np.linalg.norm(at["neck_left"] - at["neck_right"])) / chest_of(at), 3),
        round(depth, 3),
        tuple(np.column_stack([frame.back(strap[:, :2]), strap[:, 2] / np.linalg.norm(frame.to_frame[0, :2])]) for strap in straps),
    )
    seen, judged = (frame.laid_back(layer.astype(np.float32), (width, height)) > 0.5 for layer in (inside, looked))
    return neckline, np.asarray(np.where(judged, seen, far > 0.5) & (alpha > 0.02))


def sure_inside(inner: FloatArray) -> FloatArray:
    """The net's inside without pieces that it is nowhere sure of: a pocket or a fold in the middle of the cloth is no lining."""
    count, pieces = cv2.connectedComponents((inner > 0.5).astype(np.uint8))
    peaks = np.zeros(count, np.float32)
    np.maximum.at(peaks, pieces.ravel(), inner.ravel())
    return np.where((peaks < _SURE_INSIDE)[pieces], 0.0, inner).astype(np.float32)


def _is_sure(share: FloatArray) -> bool:
    """Whether the net is sure of most of what it takes for the inside."""
    return bool(np.median(share[share > 0.5]) > _SURE_BARE) if bool((share > 0.5).any()) else False


def hung_by_straps(landmarks: Mapping[str, tuple[float, float]], neckline: Neckline) -> dict[str, tuple[float, float]]:
    """The landmarks of a sleeveless garment with the neck and shoulder points at the upper ends of its straps, where it hangs.

    Unchanged where there is not a strap on either side whose end lies above the neck point.
    """
    at = {name: np.array(place) for name, place in landmarks.items()}
    sides = np.array([at["neck_right"], at["neck_left"]])
    across = (at["armpit_left"] - at["armpit_right"]) / max(float(np.linalg.norm(at["armpit_left"] - at["armpit_right"])), 1e-6)
    down = np.array([-across[1], across[0]])
    ends, middle, chest = dict[str, Points](), sides.mean(axis=0), chest_of(at)
    for strap in neckline.straps:
        side = "left" if (strap[0, :2] - middle) @ across > 0 else "right"
        if side not in ends or strap[0, :2] @ down < ends[side][:2] @ down:
            ends[side] = strap[0]
    if len(ends) < 2 or any((at[f"neck_{side}"] - end[:2]) @ down < 0.12 * chest for side, end in ends.items()):
        return dict(landmarks)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        half = sign * across * float(ends[side][2]) / 2
        at |= {f"neck_{side}": ends[side][:2] - half, f"shoulder_{side}": ends[side][:2] + half}
    return {name: (round(float(x), 2), round(float(y), 2)) for name, (x, y) in at.items()}


def sleeve_length(landmarks: Mapping[str, tuple[float, float]]) -> float:
    """How long the sleeves are: 0 none, 1 short, 2 to the elbow, 3 three quarters, 4 to the wrist; in between by their length."""
    at = {name: np.array(place) for name, place in landmarks.items()}
    if "cuff_outer_left" not in at:
        return 0.0
    lengths = []
    for side in ("left", "right"):
        end = (at[f"cuff_outer_{side}"] + at[f"cuff_inner_{side}"]) / 2
        lengths.append(float(np.linalg.norm(end - (at[f"shoulder_{side}"] + at[f"armpit_{side}"]) / 2)))
    ratio, measure = np.array(_LENGTHS).T
    return round(float(np.interp(max(lengths) / chest_of(at), ratio, measure)), 2)


def _between(marks: Mapping[str, Points], straps: list[Points], width: int) -> npt.NDArray[np.int64]:
    """The columns of the opening: between the neck points, or between the lower ends of straps."""
    right, left = float(marks["neck_right"][0]), float(marks["neck_left"][0])
    for strap in straps:
        x, _, wide = strap[-1]
        if abs(x - right) < abs(x - left):
            right = max(right, float(x + wide))
        else:
            left = min(left, float(x - wide))
    return np.arange(max(int(right), 0), min(int(left) + 1, width))


def _first(cloth: BoolArray) -> Points:
    """The first row of cloth in each column; the last row where there is none."""
    return np.where(cloth.any(axis=0), cloth.argmax(axis=0), cloth.shape[0] - 1).astype(np.float64)


def _is_upright(cloth: BoolArray, marks: Mapping[str, Points]) -> bool:
    """Whether the neck points are the upper corners of a collar that stands, as a turtleneck's, and not where shoulders begin."""
    ends = [marks["neck_right"], marks["neck_left"]]
    wide = abs(float(ends[1][0] - ends[0][0]))
    row = int(np.clip(np.mean([end[1] for end in ends]) + CHEST / 12, 0, len(cloth) - 1))
    broad = int(np.ptp(np.flatnonzero(cloth[row]))) if cloth[row].any() else cloth.shape[1]
    return 0.15 * CHEST < wide < _COLLAR_WIDTH * CHEST and broad < _COLLAR_FLARE * wide


def _below(hidden: BoolArray, top: Points) -> Points:
    """The row below the inside in each column, evened out; the cloth's first row where there is no inside."""
    rows = np.arange(len(hidden))[:, None]
    lowest = np.where(hidden, rows + 1, 0).max(axis=0)
    line = np.maximum(lowest, top)
    wide = np.pad(line, _EVEN, mode="edge")
    evened = np.median(np.lib.stride_tricks.sliding_window_view(wide, 2 * _EVEN + 1), axis=-1)
    return np.maximum(evened, top)


def _power(across: npt.NDArray[np.int64], front: Points, top: Points) -> float:
    """How round the front's edge is: the power of the curve that fits it best, 1 a V, 2 an ellipse, 4 a round square."""
    ends = top[0] + (top[-1] - top[0]) * (across - across[0]) / max(int(across[-1] - across[0]), 1)
    deep = np.maximum(front - ends, 0.0)
    if float(deep.max()) < 3:
        return 2.0
    middle = float(np.mean(across[deep > 0.9 * deep.max()]))
    sides = (middle - across) / max(middle - across[0], 1), (across - middle) / max(across[-1] - middle, 1)
    share = np.where(across < middle, *sides).clip(0, 1)
    off = [float(np.abs(deep / deep.max() - (1 - share**power) ** (1 / power)).mean()) for power in _POWERS]
    return _POWERS[int(np.argmin(off))]


def _even(line: Points) -> Points:
    """`_COUNT` points, evenly along the line."""
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    at = np.linspace(0.0, along[-1], _COUNT)
    return np.stack([np.interp(at, along, line[:, axis]) for axis in (0, 1)], axis=1)


def _straps(cloth: BoolArray, marks: Mapping[str, Points]) -> tuple[list[Points], BoolArray]:
    """The straps as lines with widths, and the cloth without them."""
    reach = 2 * round(_STRAP * CHEST / 2) + 1
    solid = cloth.astype(np.uint8)
    opened = cv2.morphologyEx(solid, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    thin = (solid & ~cv2.dilate(opened, np.ones((3, 3), np.uint8))) > 0
    limit = float(np.mean([marks["armpit_left"][1], marks["armpit_right"][1]]))
    thin[int(np.clip(limit, 0, len(thin))) :] = False
    sides = max(abs(float(marks["armpit_left"][0] - marks["armpit_right"][0])) / 2, 0.4 * CHEST)
    middle = float(marks["armpit_left"][0] + marks["armpit_right"][0]) / 2
    count, pieces, stats, centers = cv2.connectedComponentsWithStats(thin.astype(np.uint8))
    found = []
    for i in range(1, count):
        tall = stats[i, cv2.CC_STAT_HEIGHT]
        wide = float(stats[i, cv2.CC_STAT_AREA]) / max(tall, 1)
        if tall < 0.2 * CHEST or wide > _STRAP * CHEST or tall < 1.8 * wide or abs(centers[i, 0] - middle) > 0.95 * sides:
            continue
        rows = np.flatnonzero((pieces == i).any(axis=1))
        spans = [np.flatnonzero(pieces[row] == i) for row in rows]
        line = np.array([[span.mean() + 0.5, row + 0.5, len(span)] for row, span in zip(rows, spans, strict=True)])
        pick = np.linspace(0, len(line) - 1, min(len(line), 12)).round().astype(int)
        found.append(line[pick])
    found = sorted(found, key=len)[-4:]
    return found, opened > 0


def _named(
    cloth: BoolArray,
    whole: BoolArray,
    marks: Mapping[str, Points],
    power: float,
    depth: float,
    stands: float,
    sleeve: str,
    hung: bool,
) -> str:
    """Which of NECKLINES it is."""
    armpits = float(np.mean([marks["armpit_left"][1], marks["armpit_right"][1]]))
    wide = abs(float(marks["neck_left"][0] - marks["neck_right"][0])) / CHEST
    shoulders = abs(float(marks["shoulder_left"][0] - marks["shoulder_right"][0])) / CHEST
    heights = []
    for sign in ("left", "right"):
        inner, outer = sorted((float(marks["collar"][0]), float(marks[f"armpit_{sign}"][0])))
        columns = slice(max(int(inner + 0.25 * (outer - inner)), 0), max(int(outer), 1))
        rows = np.flatnonzero(cloth[:, columns].any(axis=1))
        heights.append((armpits - float(rows[0])) / CHEST if len(rows) else 0.0)
    if hung:
        return "straps" if min(heights) > 0.5 * max(heights) else "one-shoulder"
    if min(heights) < 0.12 and max(heights) > 0.35:
        return "one-shoulder"
    if stands > 0.3:
        return "hood" if stands > 0.5 else "high"
    first = np.flatnonzero(whole.any(axis=1))
    top = int(first[0]) if len(first) else 0
    level = whole[top : top + max(3, round(0.1 * CHEST))].any(axis=0).sum() / CHEST
    straight = level > 0.85 and wide > 0.6 and depth < 0.14 and (sleeve == "none" or level > 1.8 * wide)  # a boat neck has shoulders
    if straight or max(heights) < 0.2:
        return "strapless" if sleeve == "none" else "off-shoulder"
    if depth < 0.0:
        return "high"
    if sleeve == "none" and shoulders < 0.6 and shoulders - wide < 0.16:
        return "halter"
    if depth > 0.16 and power < 1.4:
        return "v"
    if depth > 0.16 and power > 3.0:
        return "square"
    if depth < 0.28 * wide and wide > 0.62:
        return "boat"
    return "scoop" if depth > 0.3 else "crew"
