"""Ribbons of what hangs from the waist: trousers, shorts, skirts."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tryon.body.bodymap import BodyMap
from tryon.body.parsing import PARTS
from tryon.fit.band import find_band
from tryon.fit.cut import AS_IT_IS, Cut
from tryon.fit.figure import Figure
from tryon.fit.limb import Limb
from tryon.fit.pattern import Pattern, sections
from tryon.fit.ribbon import Ribbon, straight

__all__ = ["lower_ribbons", "waist_height"]

Points = npt.NDArray[np.float64]
Rises = tuple[float, float]

_CROTCH = 1.19  # height of the crotch on the trunk: 0 = shoulder line, 1 = hip joints
_USUAL_WAIST = 0.74
_LONGEST = 1.1  # of the leg to its ankle: the floor
_SMALL = 768  # pixels of the longer side are enough to see a waistband
_TILT = 0.12  # of the trunk, the most that a band is higher at one side
_LOWER = [PARTS.index("bottom"), PARTS.index("skirt")]


def lower_ribbons(pattern: Pattern, figure: Figure, body: BodyMap, cut: Cut = AS_IT_IS) -> list[Ribbon]:
    """Pelvis and legs of trousers, or the one piece of a skirt."""
    waist = waist_height(figure, body)
    rises = _rises(figure, body, waist)
    if pattern.garment.kind == "skirt" or not pattern.has("crotch"):
        return [_skirt(pattern, figure, waist, rises, cut)]
    return _trousers(pattern, figure, body, waist, rises, cut)


def waist_height(figure: Figure, body: BodyMap) -> float:
    """Where the waistband sits: at the upper edge of what is worn now, where that is seen; else at the usual place."""
    on_lower = np.isin(body.parts, _LOWER)
    heights = np.linspace(0.35, 1.1, 61)
    points = np.floor(figure.axis(heights)).astype(int)
    inside = (points[:, 0] >= 0) & (points[:, 0] < body.width) & (points[:, 1] >= 0) & (points[:, 1] < body.height)
    hit = np.zeros(len(heights), dtype=bool)
    hit[inside] = on_lower[points[inside, 1], points[inside, 0]]
    seen = np.flatnonzero(np.convolve(hit, np.ones(4), "valid") >= 4)
    if not len(seen):
        return _USUAL_WAIST
    # A hem that hangs over the waistband hides it: the band is then where bands usually are.
    return float(np.clip(heights[seen[0]], 0.5, _USUAL_WAIST + 0.06))


def _rises(figure: Figure, body: BodyMap, waist: float) -> Rises:
    """How much higher than `waist` the old band lies at the right and the left side, photo pixels: few stand quite level."""
    scale = min(1.0, _SMALL / max(body.width, body.height))
    size = (max(1, round(body.width * scale)), max(1, round(body.height * scale)))
    band = find_band(np.asarray(cv2.resize(body.parts, size, interpolation=cv2.INTER_NEAREST), dtype=np.uint8), figure, scale, waist)
    rises = []
    for side, sign in (("right", -1.0), ("left", 1.0)):
        point = (figure.axis(waist) + figure.across * sign * 0.8 * figure.half_width(waist, side)) * scale
        x, y = (int(np.clip(value, 0, limit - 1)) for value, limit in zip(np.floor(point), size, strict=True))
        rise = 0.0 if band is None else float(band.below[y, x]) / scale
        rises.append(float(np.clip(rise, 0.0, _TILT * figure.trunk)))
    return rises[0], rises[1]


def _tilted(right: Points, left: Points, figure: Figure, rises: Rises) -> tuple[Points, Points]:
    """Both edges raised at the waist as the old band was, less and less below it."""
    fading = np.clip(1.0 - np.linspace(0.0, 1.0, len(right)) * len(right) / 12.0, 0.0, 1.0)[:, None]
    return right - figure.down * rises[0] * fading, left - figure.down * rises[1] * fading


def _hips(pattern: Pattern, right: Points, left: Points) -> float:
    """Width of the garment at the hips, garment pixels."""
    at = sections(pattern, right[None], left[None], follow_right=0.2, follow_left=0.2)
    return max(float(np.linalg.norm(at.left[0] - at.right[0])), 1.0)


def _body_hips(figure: Figure) -> float:
    return float(figure.half_width(1.05, "left") + figure.half_width(1.05, "right"))


def _skirt(pattern: Pattern, figure: Figure, waist: float, rises: Rises, cut: Cut) -> Ribbon:
    waist_right, waist_left = pattern["waist_right"], pattern["waist_left"]
    hem_right, hem_left = _hem(pattern, "right"), _hem(pattern, "left")
    count = 30
    right, left = straight(waist_right, hem_right, count), straight(waist_left, hem_left, count)
    edges = sections(pattern, right, left, follow_right=0.16, follow_left=0.16)
    body_waist = float(figure.half_width(waist, "left") + figure.half_width(waist, "right"))
    scale = 1.03 * body_waist / max(pattern.width("waist"), 1.0)
    middle = (edges.right + edges.left) / 2
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(middle, axis=0), axis=1))]) * scale
    ankles = (figure.legs["left"].joints[2] + figure.legs["right"].joints[2]) / 2
    floor = float((ankles - figure.axis(waist)) @ figure.down)
    usual = float(np.clip(along[-1], 0.5 * figure.trunk, max(1.02 * floor, 0.6 * figure.trunk)))
    along *= cut.hem(usual, figure, 0.4 * figure.trunk, 1.02 * floor) / max(along[-1], 1e-6)
    distance = waist * figure.trunk + along
    right_at, left_at = _hang(figure, distance, np.linalg.norm(edges.left - edges.right, axis=1) * scale / 2, cut.ease)
    right_at, left_at = _tilted(right_at, left_at, figure, rises)
    return Ribbon("skirt", *_longer(edges.right, edges.left), *_longer(right_at, left_at))


def _hang(figure: Figure, distance: npt.NDArray[np.float64], own: npt.NDArray[np.float64], ease: float) -> tuple[Points, Points]:
    """Edges of cloth of its own half-width hanging around the body, right and left. ease: factor of that width."""
    own = own * ease
    height = distance / figure.trunk
    center, normal = figure.spine(distance)
    out = []
    for side, sign in (("right", -1.0), ("left", 1.0)):
        body = figure.half_width(np.minimum(height, 1.3), side)
        on_trunk = np.clip((1.3 - height) / 0.2, 0.0, 1.0)
        widest = body * (1.3 + 2.0 * np.clip(height - 0.9, 0.0, 1.5)) * max(ease, 1.0)
        half = np.clip(own, body * (1.0 * on_trunk + 0.62 * (1 - on_trunk)), widest)
        out.append(center + normal * (sign * half)[:, None])
    return out[0], out[1]


def _trousers(pattern: Pattern, figure: Figure, body: BodyMap, waist: float, rises: Rises, cut: Cut) -> list[Ribbon]:
    waist_right, waist_left, crotch = pattern["waist_right"], pattern["waist_left"], pattern["crotch"]
    hems = [pattern[name] for name in ("hem_inner_left", "hem_inner_right", "hem_outer_left", "hem_outer_right") if pattern.has(name)]
    down = (np.mean(hems, axis=0) if hems else crotch) - pattern.middle("waist")
    down = down / max(float(np.linalg.norm(down)), 1.0)
    across = np.array([down[1], -down[0]])
    rise = max(float((crotch - pattern.middle("waist")) @ down), 4.0)
    hip_right, hip_left = _side_point(pattern, "right", rise), _side_point(pattern, "left", rise)
    hips = _hips(pattern, *(p - down * 0.12 * rise for p in (hip_right, hip_left)))
    scale = 1.04 * _body_hips(figure) / hips

    count = 14
    pelvis = sections(
        pattern, straight(waist_right, hip_right, count), straight(waist_left, hip_left, count), follow_right=0.14, follow_left=0.14
    )
    height = np.linspace(waist, _CROTCH, count)
    own = np.linalg.norm(pelvis.left - pelvis.right, axis=1) * scale / 2
    right_at, left_at = _tilted(*_hang(figure, height * figure.trunk, own, cut.ease), figure, rises)
    ribbons = [Ribbon("trunk", *_before(pelvis.right, pelvis.left), *_before(right_at, left_at))]

    crotch_at = figure.spine(np.array([_CROTCH * figure.trunk]))[0][0]
    for side, hip, hip_at in (("right", pelvis.right[-1], right_at[-1]), ("left", pelvis.left[-1], left_at[-1])):
        if pattern.has(f"hem_outer_{side}", f"hem_inner_{side}"):
            worn = _worn_to(body, figure.legs[side])
            ribbons.append(_leg(pattern, figure, side, scale, hip, crotch, hip_at, crotch_at, across, cut, worn))
    return ribbons


def _worn_to(body: BodyMap, leg: Limb) -> float:
    """How far down the trousers worn now reach, in lengths of the leg to its ankle; 0 where they end above it, or none are worn."""
    knee, ankle = leg.joints[1], leg.joints[2]
    shin = (ankle - knee) / max(float(np.linalg.norm(ankle - knee)), 1e-6)
    beyond = np.arange(0.0, _LONGEST - 1.0, 0.005)
    points = np.floor(ankle + (beyond * leg.length)[:, None] * shin).astype(int)
    inside = (points[:, 0] >= 0) & (points[:, 0] < body.width) & (points[:, 1] >= 0) & (points[:, 1] < body.height)
    worn = np.zeros(len(beyond), dtype=bool)
    worn[inside] = body.parts[points[inside, 1], points[inside, 0]] == PARTS.index("bottom")
    return 1.0 + float(beyond[np.argmin(np.append(worn, False)) - 1]) if worn[0] else 0.0


def _side_point(pattern: Pattern, side: str, rise: float) -> Points:
    """The outer edge of the hips at the crotch's level, on the straight line from waistband to hem."""
    waist, hem = pattern[f"waist_{side}"], pattern[f"hem_outer_{side}"] if pattern.has(f"hem_outer_{side}") else pattern[f"waist_{side}"]
    length = max(float(np.linalg.norm(hem - waist)), 1.0)
    point = waist + (hem - waist) * min(1.0, rise / length)
    other = "left" if side == "right" else "right"
    outwards = waist - pattern[f"waist_{other}"]
    outwards = outwards / max(float(np.linalg.norm(outwards)), 1.0)
    reach = 0.5 * pattern.width("waist")
    steps = np.linspace(-0.35, 0.35, 57) * reach
    at = np.floor(point + steps[:, None] * outwards).astype(int)
    h, w = pattern.cloth.shape
    hit = pattern.cloth[np.clip(at[:, 1], 0, h - 1), np.clip(at[:, 0], 0, w - 1)]
    return np.asarray(point + steps[np.flatnonzero(hit)[-1]] * outwards) if hit.any() else point


def _leg(
    pattern: Pattern,
    figure: Figure,
    side: str,
    scale: float,
    hip: Points,
    crotch: Points,
    hip_at: Points,
    crotch_at: Points,
    across: Points,
    cut: Cut,
    worn: float,
) -> Ribbon:
    outer_end, inner_end = pattern[f"hem_outer_{side}"], pattern[f"hem_inner_{side}"]
    count = 26
    outer, inner = straight(hip, outer_end, count), straight(crotch, inner_end, count)
    # `sections` wants right before left: the wearer's right leg has its outer edge on the right.
    if side == "right":
        edges = sections(pattern, outer, inner, follow_right=0.2, follow_left=0.12)
        outer, inner = edges.right, edges.left
    else:
        edges = sections(pattern, inner, outer, follow_right=0.12, follow_left=0.2)
        outer, inner = edges.left, edges.right
    outer[0], inner[0] = hip, crotch
    leg = figure.legs[side]
    start = (hip_at + crotch_at) / 2
    line = np.stack([start, leg.joints[1], leg.joints[2]])
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    ends = [pattern[f"hem_{edge}_{s}"] for edge in ("outer", "inner") for s in ("left", "right") if pattern.has(f"hem_{edge}_{s}")]
    length = float(np.linalg.norm(np.mean(ends, axis=0) - (hip + crotch) / 2)) * scale
    share = length / max(float(np.mean([one.length for one in figure.legs.values()])), 1.0)
    if pattern.garment.kind == "trousers" and share > 0.58:
        # Full length; how long legs are in proportion varies more between people than trousers do. Where long trousers are worn now, the
        # new ones meet the shoes as those do.
        share = float(np.clip(share, max(0.97, worn), max(1.03, worn)))
    reach = cut.hem(float(np.clip(share, 0.05, _LONGEST)) * along[-1], figure, 0.08 * along[-1], _LONGEST * along[-1])
    at = np.linspace(0.0, reach, count)

    def point(where: npt.NDArray[np.float64]) -> Points:
        beyond = np.maximum(where - along[-1], 0.0)[:, None] * (line[-1] - line[-2]) / max(steps[-1], 1e-6)
        return np.asarray(np.stack([np.interp(where, along, line[:, axis]) for axis in (0, 1)], axis=1) + beyond)

    soft = 0.2 * figure.breadth
    center = (point(np.maximum(at - soft / 2, 0)) + 2 * point(at) + point(at + soft / 2)) / 4
    tangent = point(at + soft) - point(np.maximum(at - soft, 0.0))
    tangent /= np.maximum(np.linalg.norm(tangent, axis=1, keepdims=True), 1e-9)
    normal = np.stack([tangent[:, 1], -tangent[:, 0]], axis=1)
    normal *= np.sign((hip_at - crotch_at) @ normal[0]) or 1.0
    limb = np.interp(at / max(along[-1], 1.0), [0.0, 0.5, 1.0], leg.radii)
    own = np.linalg.norm(outer - inner, axis=1) * scale / 2 * cut.ease
    half = np.clip(own, 1.04 * limb, 3.2 * max(cut.ease, 1.0) * limb)
    outer_at, inner_at = center + normal * half[:, None], center - normal * half[:, None]
    lead = np.clip(1.0 - np.linspace(0.0, 1.0, count) / 0.3, 0.0, 1.0)[:, None]
    outer_at = outer_at * (1 - lead) + (hip_at + (center - center[0])) * lead
    inner_at = inner_at * (1 - lead) + (crotch_at + (center - center[0])) * lead
    tail = np.array([[0.6], [1.3]])
    source_a, source_b, target_a, target_b = (
        np.concatenate([e, e[-1] + (e[-1] - e[-3]) * tail]) for e in (outer, inner, outer_at, inner_at)
    )
    return Ribbon(f"{side}_leg", source_b, source_a, target_b, target_a, ramp=0.1)


def _hem(pattern: Pattern, side: str) -> Points:
    return pattern[f"hem_{side}"] if pattern.has(f"hem_{side}") else pattern[f"hem_outer_{side}"]


def _longer(right: Points, left: Points) -> tuple[Points, Points]:
    """Both edges continued a little past both ends."""
    tail = np.array([[0.6], [1.5]])
    return tuple(np.concatenate([e[0] - (e[1] - e[0]) * tail[::-1], e, e[-1] + (e[-1] - e[-2]) * tail]) for e in (right, left))


def _before(right: Points, left: Points) -> tuple[Points, Points]:
    """Both edges continued a little past their start only."""
    tail = np.array([[1.0], [0.5]])
    return tuple(np.concatenate([e[0] - (e[1] - e[0]) * tail, e]) for e in (right, left))
