"""Landmarks of a garment as somebody wears it: from the wearer's frame and from where the cloth ends.

Points are (x, y) pixels of the photo, left is the wearer's left; cloth is (H, W) bool.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tryon.fit.figure import Figure
from tryon.fit.limb import Limb

__all__ = ["Marks", "lower_marks", "upper_marks"]

Points = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_SIDES = (("left", 1.0), ("right", -1.0))
_CROTCH = 1.19  # height on the trunk, as in `lower`
_SHORT_ENDS = 0.42  # a sleeve that ends before this share of the upper arm is none
_LONG_BEGINS = 1.12  # elbow = 1, wrist = 2


@dataclass(frozen=True, eq=False)
class Marks:
    """What was found.

    points: landmarks by name. shapes: polygons (n, 2) of the pieces, to tell what hides them. whole: seen to its ends.
    """

    kind: str
    sleeve: str
    points: dict[str, tuple[float, float]]
    shapes: list[Points]
    whole: bool


def upper_marks(cloth: BoolArray, before: BoolArray, figure: Figure, kind: str) -> Marks:
    """Landmarks of a top, jacket or dress. before: what may lie over the cloth (hair, hands, arms)."""
    at: dict[str, Points] = {}
    for side, sign in _SIDES:
        at[f"neck_{side}"], at[f"shoulder_{side}"] = _shoulder(cloth, before, figure, side, sign)
        at[f"armpit_{side}"] = figure.armpit(side)
    at["collar"] = _collar(cloth, figure)
    end, whole = _lowest(cloth, figure)
    for side, sign in _SIDES:
        at[f"hem_{side}"] = _side_at(cloth, figure, end * 0.985, side, sign, widest=kind == "dress" or end > 1.3 * figure.trunk)
    if kind == "dress":
        for side, sign in _SIDES:
            at[f"waist_{side}"] = _side_at(cloth, figure, 0.66 * figure.trunk, side, sign, widest=False)
    ends = {side: _covered(cloth, figure.arms[side]) for side, _ in _SIDES}
    longest = max(ends.values())
    sleeve = "none" if longest < _SHORT_ENDS else "short" if longest < _LONG_BEGINS else "long"
    shapes = [_trunk_shape(at, kind)]
    if sleeve != "none":
        for side, sign in _SIDES:
            reach = ends[side] if ends[side] > 0.6 * longest else longest  # a sleeve that something hides is as long as the other
            outer, inner = _cuff(cloth, figure.arms[side], reach, figure.across * sign)
            at[f"cuff_outer_{side}"], at[f"cuff_inner_{side}"] = outer, inner
    return Marks(kind, sleeve, _named(at), shapes, whole)


def lower_marks(cloth: BoolArray, figure: Figure, kind: str | None) -> Marks:
    """Landmarks of trousers, shorts (kind None: whichever they are) or a skirt."""
    at: dict[str, Points] = {}
    heights = np.linspace(0.4, 1.2, 81)
    hit = _inside(cloth, figure.axis(heights))
    top = float(heights[int(hit.argmax())]) if hit.any() else 0.75
    for side, sign in _SIDES:
        at[f"waist_{side}"] = _side_at(cloth, figure, (top + 0.03) * figure.trunk, side, sign, widest=False)
    if kind == "skirt":
        end, whole = _lowest(cloth, figure)
        for side, sign in _SIDES:
            at[f"hem_{side}"] = _side_at(cloth, figure, end * 0.985, side, sign, widest=True)
        shape = np.stack([at["waist_left"], at["hem_left"], at["hem_right"], at["waist_right"]])
        return Marks("skirt", "none", _named(at), [shape], whole)
    at["crotch"] = figure.axis(_CROTCH)
    ends = {side: max(_covered(cloth, figure.legs[side]), 0.45) for side, _ in _SIDES}
    shapes = []
    for side, sign in _SIDES:
        outer, inner = _cuff(cloth, figure.legs[side], ends[side], figure.across * sign)
        at[f"hem_outer_{side}"], at[f"hem_inner_{side}"] = outer, inner
        hip = _side_at(cloth, figure, 1.05 * figure.trunk, side, sign, widest=False)
        shapes.append(np.stack([figure.axis(np.array(top)), at[f"waist_{side}"], hip, outer, inner, at["crotch"]]))
    found = "trousers" if max(ends.values()) > 1.3 else "shorts"
    height = cloth.shape[0]
    whole = all(at[f"hem_outer_{side}"][1] < height - 2 for side, _ in _SIDES)
    return Marks(kind or found, "none", _named(at), shapes, whole)


def _named(at: dict[str, Points]) -> dict[str, tuple[float, float]]:
    return {name: (float(point[0]), float(point[1])) for name, point in at.items()}


def _inside(cloth: BoolArray, points: Points) -> BoolArray:
    """Whether points lie on the cloth."""
    x, y = np.floor(points[..., 0]).astype(int), np.floor(points[..., 1]).astype(int)
    height, width = cloth.shape
    seen = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    result = np.zeros(x.shape, bool)
    result[seen] = cloth[y[seen], x[seen]]
    return result


def _shoulder(cloth: BoolArray, before: BoolArray, figure: Figure, side: str, sign: float) -> tuple[Points, Points]:
    """Where the garment's edge leaves the neck, and where it leaves the shoulder; for straps and bare shoulders: their own ends."""
    lateral = np.linspace(0.0, figure.acromion_lateral(side), 60)
    line = figure.shoulder_at(side, lateral)
    covered = np.zeros(len(line), bool)
    for depth in (0.03, 0.06, 0.1):
        covered |= _inside(cloth, line + figure.down * depth * figure.breadth)
    hair = _inside(before, line + figure.down * 0.05 * figure.breadth)
    seen = np.flatnonzero(covered[10:]) + 10  # the first steps are the neck itself
    if len(seen) < 3:
        if hair[10:].mean() > 0.5:  # nothing to be seen: as a usual collar has it
            return line[24], line[-1]
        top = figure.armpit(side) - figure.down * 0.04 * figure.breadth  # bare shoulders
        return top - figure.across * sign * 0.22 * figure.breadth, top
    first, last = int(seen[0]), int(seen[-1])
    if hair[max(first - 3, 0)] and first > 24:
        first = 24
    if last > 52 or hair[min(last + 3, len(line) - 1)]:
        last = len(line) - 1
    return line[first], line[max(last, first + 2)] if first + 2 < len(line) else line[-1]


def _collar(cloth: BoolArray, figure: Figure) -> Points:
    heights = np.linspace(-0.35, 0.6, 120)
    hit = _inside(cloth, figure.axis(heights))
    first = float(heights[int(hit.argmax())]) if hit.any() else 0.1
    return figure.axis(np.array(first))


def _lowest(cloth: BoolArray, figure: Figure) -> tuple[float, bool]:
    """How far below the shoulder line the cloth ends, along the body, pixels; and whether that end is in the picture."""
    distance = np.linspace(0.3 * figure.trunk, 4.2 * figure.trunk, 400)
    center, normal = figure.spine(distance)
    half = figure.half_width(np.minimum(distance / figure.trunk, 1.3), "left")
    across = np.linspace(-0.85, 0.85, 15)
    points = center[:, None] + normal[:, None] * (half[:, None] * across)[..., None]
    share = _inside(cloth, points).mean(axis=1)
    reached = np.flatnonzero(share > 0.3)
    if not len(reached):
        return figure.trunk, False
    end = float(distance[int(reached[-1])])
    return end, bool(center[int(reached[-1]), 1] < cloth.shape[0] - 3)


def _side_at(cloth: BoolArray, figure: Figure, distance: float, side: str, sign: float, *, widest: bool) -> Points:
    """The garment's side at a distance below the shoulder line; widest: it may hang far from the body (skirts)."""
    center, normal = figure.spine(np.array([distance]))
    height = min(distance / figure.trunk, 1.3)
    half = float(figure.half_width(height, side))
    steps = np.arange(0.0, half * (4.0 if widest else 1.45), 1.0)
    hit = _inside(cloth, center[0] + normal[0] * sign * steps[:, None])
    reached = np.flatnonzero(hit)
    if not len(reached):
        return np.asarray(center[0] + normal[0] * sign * half)
    out = float(steps[int(reached[-1])])
    return np.asarray(center[0] + normal[0] * sign * (out if widest else float(np.clip(out, 0.75 * half, 1.4 * half))))


def _along(limb: Limb, share: npt.NDArray[np.float64]) -> tuple[Points, Points, npt.NDArray[np.float64]]:
    """Points on a limb (0 root, 1 middle joint, 2 end), unit directions along it, and its half-width there."""
    share = np.asarray(share, dtype=np.float64)
    bone = np.clip(share.astype(int), 0, 1)
    rest = (share - bone)[..., None]
    steps = np.diff(limb.joints, axis=0)
    units = steps / np.maximum(np.linalg.norm(steps, axis=1, keepdims=True), 1e-6)
    return limb.joints[bone] + rest * steps[bone], units[bone], np.interp(share, [0, 1, 2], limb.radii)


def _covered(cloth: BoolArray, limb: Limb) -> float:
    """How far cloth covers a limb without a large gap: 0 root, 1 elbow or knee, 2 wrist or ankle."""
    share = np.linspace(0.12, 2.0, 95)
    points, along, radius = _along(limb, share)
    normal = np.stack([-along[:, 1], along[:, 0]], 1)
    across = np.array([-0.5, -0.2, 0.0, 0.2, 0.5])
    hit = _inside(cloth, points[:, None] + normal[:, None] * (radius[:, None] * across)[..., None]).mean(axis=1) >= 0.5
    end, gap = 0.0, 0
    for at, seen in zip(share, hit, strict=True):
        gap = 0 if seen else gap + 1
        if gap > 8:
            break
        end = float(at) if seen else end
    return end


def _cuff(cloth: BoolArray, limb: Limb, reach: float, outwards: Points) -> tuple[Points, Points]:
    """The two ends of a sleeve's or leg's edge: the one away from the body, and the one towards it."""
    point, along, radius = _along(limb, np.array([reach]))
    normal = np.array([-along[0, 1], along[0, 0]])
    normal = normal if normal @ outwards >= 0 else -normal
    back = point[0] - along[0] * 0.15 * radius[0]
    ends = []
    for sign in (1.0, -1.0):
        steps = np.arange(0.0, 2.0 * float(radius[0]), 1.0)
        hit = _inside(cloth, back + normal * sign * steps[:, None])
        gaps = np.flatnonzero(~hit)
        out = float(steps[int(gaps[0])]) if len(gaps) else float(radius[0]) * 1.2
        ends.append(point[0] + normal * sign * float(np.clip(out, 0.7 * radius[0], 2.0 * radius[0])))
    return ends[0], ends[1]


def _trunk_shape(at: dict[str, Points], kind: str) -> Points:
    """The trunk's outline through its landmarks."""
    names = ["collar", "neck_left", "shoulder_left", "armpit_left"]
    names += (["waist_left"] if kind == "dress" else []) + ["hem_left", "hem_right"]
    names += (["waist_right"] if kind == "dress" else []) + ["armpit_right", "shoulder_right", "neck_right"]
    return np.stack([at[name] for name in names])
