"""The upper edge of a garment: the opening for the neck, its front and its back, the straps it hangs on.

Worked in a frame of the garment's own: origin between the neck points, x towards the wearer's left, 160 pixels a chest. Points of
the answer are (x, y) pixels of the garment picture; left is the wearer's left, the picture's right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tryon.fit.edges import steepness, striped_rows
from tryon.image import FloatArray, UInt8Array

__all__ = ["NECKLINES", "Neckline", "hung_by_straps", "read_neckline", "sleeve_length", "sure_inside"]

NECKLINES = ("crew", "scoop", "v", "square", "boat", "high", "hood", "straps", "halter", "one-shoulder", "off-shoulder", "strapless")

Points = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_CHEST = 160.0  # pixels of the frame
_WIDE, _ABOVE, _BELOW = 1.5, 1.1, 1.3  # what the frame shows, in chests
_COUNT = 25  # points of an edge
_TURN_WEIGHT = 0.15
_POWERS = (1.0, 1.25, 1.6, 2.0, 2.6, 4.0)
_STRAY = 5  # how many rows the picture's edge may lie from the best curve
_SURE_INSIDE = 0.85
_COLLAR_WIDTH, _COLLAR_FLARE = 0.6, 1.2  # a collar that stands is narrower, in chests, and a twelfth of a chest down still no broader
_RIB = (3, 13)  # rows that a rib along the opening is high
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


@dataclass(frozen=True, eq=False)
class _Frame:
    """The garment's own frame. to_frame: (2, 3) from picture to frame. size: (width, height). origin: the neck's middle in the frame."""

    to_frame: Points
    size: tuple[int, int]
    origin: Points

    def view(self, picture: npt.NDArray[np.float32]) -> FloatArray:
        move = self.to_frame.copy()
        shrink = np.linalg.norm(move[0, :2])
        if shrink < 0.5:  # softened first, so that thin straps do not break up
            picture = cv2.GaussianBlur(picture, (0, 0), 0.35 / shrink)
        move[:, 2] += move[:, :2] @ [0.5, 0.5] - 0.5
        return np.asarray(cv2.warpAffine(picture, move, self.size, flags=cv2.INTER_LINEAR), dtype=np.float32)

    def there(self, points: Points) -> Points:
        return np.asarray(points @ self.to_frame[:, :2].T + self.to_frame[:, 2])

    def back(self, points: Points) -> Points:
        return np.asarray((points - self.to_frame[:, 2]) @ np.linalg.inv(self.to_frame[:, :2]).T)


def read_neckline(
    rgb: UInt8Array, alpha: FloatArray, inner: FloatArray, landmarks: Mapping[str, tuple[float, float]], sleeve: str
) -> tuple[Neckline, BoolArray]:
    """The neckline of a top, jacket or dress, and where the picture shows the garment's inside, (H, W) bool.

    rgb: (H, W, 3) uint8, alpha: (H, W) float32, inner: (h, w) float32, how likely the net takes each place for the inside of the garment.
    The front's edge is, of the curves from a V to a round square, the one that has most of the net's inside above it and runs along edges
    of the picture, then moved onto the nearest of them (dynamic programming).
    """
    at = {name: np.array(place) for name, place in landmarks.items()}
    height, width = alpha.shape
    frame = _frame_of(at)
    seen_inside = cv2.resize(inner, (width, height), interpolation=cv2.INTER_LINEAR)
    cloth = frame.view(alpha) > 0.5
    inside = frame.view(seen_inside)
    marks = {name: frame.there(place) for name, place in at.items()}
    straps, whole = _straps(cloth, marks)
    across = _between(marks, straps, frame.size[0])
    across = across if len(across) > 4 else np.arange(int(frame.origin[0]) - 4, int(frame.origin[0]) + 5)
    top = _first(cloth[:, across])
    stands = float(frame.origin[1] - np.median(top)) / _CHEST
    power = 2.0
    upright = _is_upright(cloth, marks)
    if upright and inside[:, across].max() < _SURE_INSIDE:
        front = top
    elif stands > 0.3:
        front = top if stands < 0.55 and inside[:, across].max() < 0.4 else _first(cloth[:, across] & (inside[:, across] < 0.5))
    else:
        front, power = _front_edge(frame, rgb, cloth, inside, across, top, marks["collar"])
    lowest = float(np.percentile(front, 97))
    ends = float(np.mean([marks["neck_left"][1], marks["neck_right"][1]]))
    depth = (lowest - ends) / _CHEST
    name = _named(cloth, whole, marks, power, depth, stands, sleeve, bool(straps))
    name = "high" if upright and front is top and not straps else name
    behind = np.zeros(cloth.shape, np.float32)
    rows = np.arange(cloth.shape[0])[:, None]
    behind[:, across] = (rows >= top[None] - 1) & (rows < front[None]) & cloth[:, across]
    covered = (cv2.resize(sure_inside(inner), (width, height), interpolation=cv2.INTER_LINEAR) > 0.5) & (alpha > 0.02)
    if stands <= 0.3:
        covered = _inside_of_all(frame, behind, covered, alpha, float(front.max()) + 0.05 * _CHEST, across)
    edges = [frame.back(_even(np.stack([across + 0.5, line + 0.5], 1))) for line in (front, top)]
    neckline = Neckline(
        name,
        edges[0],
        edges[1],
        round(float(np.linalg.norm(at["neck_left"] - at["neck_right"])) / _chest(at), 3),
        round(depth, 3),
        tuple(np.column_stack([frame.back(strap[:, :2]), strap[:, 2] / np.linalg.norm(frame.to_frame[0, :2])]) for strap in straps),
    )
    return neckline, covered


def sure_inside(inner: FloatArray) -> FloatArray:
    """The net's inside without pieces that it is nowhere sure of: a pocket or a fold in the middle of the cloth is no lining."""
    count, pieces = cv2.connectedComponents((inner > 0.5).astype(np.uint8))
    peaks = np.zeros(count, np.float32)
    np.maximum.at(peaks, pieces.ravel(), inner.ravel())
    return np.where((peaks < _SURE_INSIDE)[pieces], 0.0, inner).astype(np.float32)


def hung_by_straps(landmarks: Mapping[str, tuple[float, float]], neckline: Neckline) -> dict[str, tuple[float, float]]:
    """The landmarks of a sleeveless garment with the neck and shoulder points at the upper ends of its straps, where it hangs.

    Unchanged where there is not a strap on either side whose end lies above the neck point.
    """
    at = {name: np.array(place) for name, place in landmarks.items()}
    sides = np.array([at["neck_right"], at["neck_left"]])
    across = (at["armpit_left"] - at["armpit_right"]) / max(float(np.linalg.norm(at["armpit_left"] - at["armpit_right"])), 1e-6)
    down = np.array([-across[1], across[0]])
    ends, middle, chest = dict[str, Points](), sides.mean(axis=0), _chest(at)
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
    return round(float(np.interp(max(lengths) / _chest(at), ratio, measure)), 2)


def _chest(at: Mapping[str, Points]) -> float:
    """Armpit to armpit, or what the hem and the shoulders say where the armpits were misplaced."""
    spans = [float(np.linalg.norm(at[f"{name}_left"] - at[f"{name}_right"])) for name in ("armpit", "hem", "shoulder")]
    return max(float(np.clip(spans[0], 0.7 * min(spans[1:]), 1.3 * max(spans[1:]))), 8.0)


def _frame_of(at: Mapping[str, Points]) -> _Frame:
    """Upright by the neck's line and the trunk's axis together: a one-shouldered top slants the first."""
    middle = (at["neck_left"] + at["neck_right"]) / 2
    hem = (at["hem_left"] + at["hem_right"]) / 2
    line = at["armpit_left"] - at["armpit_right"] + at["neck_left"] - at["neck_right"]
    line = line / max(float(np.linalg.norm(line)), 1e-6)
    down = (hem - middle) / max(float(np.linalg.norm(hem - middle)), 1e-6)
    x = line + np.array([down[1], -down[0]])
    x = x / max(float(np.linalg.norm(x)), 1e-6)
    scale = _CHEST / _chest(at)
    spin = scale * np.array([x, [-x[1], x[0]]])
    origin = np.array([_WIDE / 2 * _CHEST * 1.2, _ABOVE * _CHEST])
    return _Frame(np.column_stack([spin, origin - spin @ middle]), (round(2 * origin[0]), round((_ABOVE + _BELOW) * _CHEST)), origin)


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
    row = int(np.clip(np.mean([end[1] for end in ends]) + _CHEST / 12, 0, len(cloth) - 1))
    broad = int(np.ptp(np.flatnonzero(cloth[row]))) if cloth[row].any() else cloth.shape[1]
    return 0.15 * _CHEST < wide < _COLLAR_WIDTH * _CHEST and broad < _COLLAR_FLARE * wide


def _front_edge(
    frame: _Frame, rgb: UInt8Array, cloth: BoolArray, inside: FloatArray, across: npt.NDArray[np.int64], top: Points, collar: Points
) -> tuple[Points, float]:
    """The row of the front's edge in each column: the best of the usual curves, moved onto the picture's own edge; and its power."""
    picture = cv2.GaussianBlur(frame.view(rgb.astype(np.float32)), (0, 0), 1.0) * _on_cloth(cloth)
    plain = 1.0 - striped_rows(steepness(picture), cloth, across)[:, None]
    steep = steepness(picture)[:, across] * plain
    soft = steepness(cv2.GaussianBlur(picture, (0, 0), 3.0) * 2.5)[:, across] * plain
    thick = 0.5 * cv2.dilate(steep, np.ones((3, 1), np.uint8)) + 0.5 * soft
    rows = np.arange(cloth.shape[0])[:, None]
    share = np.where((rows >= top[None]) & cloth[:, across], np.clip((inside[:, across] - 0.25) / 0.5, 0, 1), 0.0)
    deepest = float(np.clip(max(collar[1] + 0.3 * _CHEST, np.median(top) + 0.5 * _CHEST), 0, cloth.shape[0] - 2))
    share = np.where(rows <= deepest, share, 0.0)
    seen = np.concatenate([np.zeros((1, len(across))), np.cumsum(share, axis=0)])
    mass = float(share.sum())
    weight = min(1.0, mass / (0.016 * _CHEST**2))
    curves, powers = _usual(across, top, collar, deepest)
    at = np.clip(np.maximum(curves, top[None]).round().astype(int), 0, cloth.shape[0] - 1)
    column = np.arange(len(across))[None]
    along = thick[at, column].mean(axis=1)
    within = seen[at, column].sum(axis=1)
    area = np.maximum(at - top[None], 0).sum(axis=1)
    score = along + weight * (0.9 * within / max(mass, 1.0) + 0.8 * (within + 0.5 * _CHEST) / (area + _CHEST))
    score -= 0.35 * np.minimum(np.abs(curves.max(axis=1) - collar[1]) / (0.3 * _CHEST), 1.0)
    best = int(score.argmax())
    line = np.maximum(_along(steep, np.maximum(curves[best], top), rows), top)
    return np.maximum(_above_rib(steep, line, top, rows), top), powers[best]


def _above_rib(steep: FloatArray, line: Points, top: Points, rows: npt.NDArray[np.int64]) -> Points:
    """The front's edge above a rib: a second edge, all along and at the same distance, is where the cloth really ends."""
    column = np.arange(len(line))
    far = line - top > _RIB[1] + 6

    def along(shift: int) -> Points:
        at = np.clip(line.round().astype(int) - shift, 0, len(steep) - 1)
        return np.asarray(steep[at, column], dtype=np.float64)

    if far.sum() < 0.3 * len(line):
        return line
    thirds = np.array_split(np.flatnonzero(far), 3)
    strength = np.array([min(float(along(shift)[third].mean()) for third in thirds) for shift in range(_RIB[1] + 1)])
    shift = _RIB[0] + int(strength[_RIB[0] :].argmax())
    valley = float(strength[1 : max(shift, 2)].min())
    if strength[0] < 0.65 or strength[shift] < max(0.5 * strength[0], 1.4 * valley):
        return line
    return _along(steep, line - shift, rows, 2)


def _usual(across: npt.NDArray[np.int64], top: Points, collar: Points, deepest: float) -> tuple[Points, list[float]]:
    """Curves (n, columns) that the edge of a front may have, of every depth, and their powers: 1 a V, 2 an ellipse, 4 a round square."""
    x = across + 0.5
    found = []
    for middle in (float(x.mean()), float(np.clip(collar[0], x[0] + 0.25 * len(x), x[-1] - 0.25 * len(x)))):
        share = np.where(x < middle, (middle - x) / (middle - x[0]), (x - middle) / (x[-1] - middle)).clip(0, 1)
        ends = top[0] + (top[-1] - top[0]) * (x - x[0]) / (x[-1] - x[0])
        for low in np.arange(0.0, deepest - float(ends.mean()), 2.0):
            found += [ends + low * (1 - share**power) ** (1 / power) for power in _POWERS]
    if not found:
        return top[None].copy(), [2.0]
    return np.array(found), list(_POWERS) * (len(found) // len(_POWERS))


def _along(steep: FloatArray, guess: Points, rows: npt.NDArray[np.int64], stray: int = _STRAY) -> Points:
    """The way along the picture's edges that stays within a few rows of the guess (dynamic programming)."""
    apart = np.abs(rows - guess[None])
    cost = np.where(apart <= stray, 0.04 * apart - 1.5 * steep, 1e3)
    turn = _TURN_WEIGHT * np.abs(rows - rows.T)
    total, came = cost[:, 0], np.zeros(cost.shape, np.int64)
    for column in range(1, cost.shape[1]):
        ways = total[None] + turn
        came[:, column] = ways.argmin(axis=1)
        total = ways.min(axis=1) + cost[:, column]
    path = np.zeros(cost.shape[1], np.int64)
    path[-1] = int(total.argmin())
    for column in range(cost.shape[1] - 1, 0, -1):
        path[column - 1] = came[path[column], column]
    return path.astype(np.float64)


def _on_cloth(cloth: BoolArray) -> FloatArray:
    """1 on the cloth, 0 elsewhere, (h, w, 1)."""
    return cloth[..., None].astype(np.float32)


def _inside_of_all(
    frame: _Frame, behind: FloatArray, covered: BoolArray, alpha: FloatArray, low: float, across: npt.NDArray[np.int64]
) -> BoolArray:
    """The inside by the front's edge about the neck, above row `low` of the frame, by the net elsewhere (keyholes, hems)."""
    size = (alpha.shape[1], alpha.shape[0])
    judged = np.zeros(behind.shape, np.float32)
    judged[: int(np.clip(low, 0, behind.shape[0])), max(across[0] - 4, 0) : across[-1] + 5] = 1.0
    move = frame.to_frame.copy()
    move[:, 2] += move[:, :2] @ [0.5, 0.5] - 0.5
    by_edge, where = (cv2.warpAffine(layer, move, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP) > 0.5 for layer in (behind, judged))
    return np.asarray(np.where(where, by_edge, covered) & (alpha > 0.02))


def _even(line: Points) -> Points:
    """`_COUNT` points, evenly along the line."""
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    at = np.linspace(0.0, along[-1], _COUNT)
    return np.stack([np.interp(at, along, line[:, axis]) for axis in (0, 1)], axis=1)


def _straps(cloth: BoolArray, marks: Mapping[str, Points]) -> tuple[list[Points], BoolArray]:
    """The straps as lines with widths, and the cloth without them."""
    reach = 2 * round(_STRAP * _CHEST / 2) + 1
    solid = cloth.astype(np.uint8)
    opened = cv2.morphologyEx(solid, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    thin = (solid & ~cv2.dilate(opened, np.ones((3, 3), np.uint8))) > 0
    limit = float(np.mean([marks["armpit_left"][1], marks["armpit_right"][1]]))
    thin[int(np.clip(limit, 0, len(thin))) :] = False
    sides = max(abs(float(marks["armpit_left"][0] - marks["armpit_right"][0])) / 2, 0.4 * _CHEST)
    middle = float(marks["armpit_left"][0] + marks["armpit_right"][0]) / 2
    count, pieces, stats, centers = cv2.connectedComponentsWithStats(thin.astype(np.uint8))
    found = []
    for i in range(1, count):
        tall = stats[i, cv2.CC_STAT_HEIGHT]
        wide = float(stats[i, cv2.CC_STAT_AREA]) / max(tall, 1)
        if tall < 0.2 * _CHEST or wide > _STRAP * _CHEST or tall < 1.8 * wide or abs(centers[i, 0] - middle) > 0.95 * sides:
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
    wide = abs(float(marks["neck_left"][0] - marks["neck_right"][0])) / _CHEST
    shoulders = abs(float(marks["shoulder_left"][0] - marks["shoulder_right"][0])) / _CHEST
    heights = []
    for sign in ("left", "right"):
        inner, outer = sorted((float(marks["collar"][0]), float(marks[f"armpit_{sign}"][0])))
        columns = slice(max(int(inner + 0.25 * (outer - inner)), 0), max(int(outer), 1))
        rows = np.flatnonzero(cloth[:, columns].any(axis=1))
        heights.append((armpits - float(rows[0])) / _CHEST if len(rows) else 0.0)
    if hung:
        return "straps" if min(heights) > 0.5 * max(heights) else "one-shoulder"
    if min(heights) < 0.12 and max(heights) > 0.35:
        return "one-shoulder"
    if stands > 0.3:
        return "hood" if stands > 0.5 else "high"
    first = np.flatnonzero(whole.any(axis=1))
    top = int(first[0]) if len(first) else 0
    level = whole[top : top + max(3, round(0.1 * _CHEST))].any(axis=0).sum() / _CHEST
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
