"""Ribbons of what hangs from the shoulders: tops, jackets, dresses."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tryon.fit.cut import AS_IT_IS, Cut
from tryon.fit.figure import Figure
from tryon.fit.limb import Limb
from tryon.fit.pattern import Edges, Pattern, follow_outline, sections
from tryon.fit.ribbon import Ribbon, resample, straight

__all__ = ["upper_ribbons"]

Points = npt.NDArray[np.float64]

_NECK, _ARMHOLE, _BODICE = 8, 10, 28  # cross-sections from collar to shoulder, along the armhole, below it
# Measured on photos of people in the very garment of a product picture: the chest as seen is the wearer's, whatever the cloth's slack,
# because shops photograph clothes as worn on a hidden dummy.
_CHEST_EASE = 1.04
_SNUG, _AIRY = 1.0, 1.12  # of the limb as seen: no long sleeve is narrower, no short one whose cuff is open
_BELL = 1.25  # of its middle: a long sleeve as wide as that at its end is a bell, others gather at the wrist
_LOW_ARMPIT = 0.28  # of the shoulders' breadth, how far below the wearer's armpit that of a wide garment lies at most
_STANDS_OFF = 0.7  # of a short sleeve's slack that lies on the outside of a hanging arm: the cloth falls from the shoulder
_COLD = 0.55  # what has sleeves and hangs on straps leaves at most this share of the way from shoulder to armpit bare
_MEET = 1.4  # a top that would end a little above the waistband meets it: at most this much longer below the armpit


def upper_ribbons(
    pattern: Pattern, figure: Figure, band: float | None = None, cut: Cut = AS_IT_IS, inside: Figure | None = None
) -> list[Ribbon]:
    """Trunk and sleeves of a garment on a figure. band: height on the trunk of a waistband that a top should meet.

    inside: the body that the cloth goes round, where that is another than the one it is measured by (see `Cut.body`).
    """
    scale = garment_scale(pattern, figure)
    figure = inside or figure
    trunk, armholes = _trunk(pattern, figure, scale, band, cut)
    ribbons = [trunk]
    for side in ("left", "right"):
        if pattern.has(f"cuff_outer_{side}", f"cuff_inner_{side}"):
            ribbons.append(_sleeve(pattern, figure, scale, side, armholes[side], cut.ease))
    return ribbons


def garment_scale(pattern: Pattern, figure: Figure) -> float:
    """Photo pixels per garment pixel, from the shoulder seams where they sit on the shoulders, else from the chest."""
    chest = pattern.width("armpit")
    body_chest = float(figure.half_width(0.25, "left") + figure.half_width(0.25, "right"))
    by_chest = _CHEST_EASE * body_chest / max(chest, 1.0)
    ratio = pattern.width("shoulder") / max(chest, 1.0)
    seam_drop = float(abs(pattern.middle("armpit")[1] - pattern.middle("shoulder")[1])) / max(chest, 1.0)
    body_shoulders = float(np.linalg.norm(figure.acromion("left") - figure.acromion("right")))
    if not 0.72 <= ratio <= 1.45 or seam_drop < 0.2:
        return by_chest  # straps, bare or dropped shoulders: the seams say nothing about size
    by_shoulder = 1.02 * body_shoulders / max(pattern.width("shoulder"), 1.0)
    # Wider than the wearer's chest for its shoulders: loose, as large as its shoulders say. Narrower: puffed or dropped shoulders.
    ratio = by_shoulder / by_chest
    return by_chest * float(min(ratio, 1.5) ** 0.75 if ratio > 1 else max(ratio, 0.9) ** 0.5)


def _trunk(
    pattern: Pattern, figure: Figure, scale: float, band: float | None, cut: Cut
) -> tuple[Ribbon, dict[str, tuple[Points, Points]]]:
    """The trunk's ribbon from the collar to the hem, and where it leaves the armholes: shoulder point and armpit of each side."""
    sleeves = {side: pattern.has(f"cuff_outer_{side}", f"cuff_inner_{side}") for side in ("left", "right")}
    source: dict[str, Points] = {}
    target: dict[str, Points] = {}
    armholes: dict[str, tuple[Points, Points]] = {}

    length = max(float(np.linalg.norm(pattern.middle("hem") - pattern.middle("armpit"))), 1.0)
    chest = max(pattern.width("armpit"), 1.0)
    drop = float(np.mean([pattern[f"armpit_{s}"][1] - pattern[f"shoulder_{s}"][1] for s in ("left", "right")])) * scale
    rows = np.linspace(0.0, 1.0, _BODICE)
    for side in ("right", "left"):
        neck, shoulder, armpit, hem = (pattern[f"{name}_{side}"] for name in ("neck", "shoulder", "armpit", "hem"))
        source[side] = np.concatenate(
            [
                _shoulder_seam(pattern, neck, shoulder, armpit)[:-1],
                straight(shoulder, armpit, _ARMHOLE)[:-1],
                _bodice_line(pattern, side, armpit, hem, rows),
            ]
        )
        outwards = figure.across if side == "left" else -figure.across
        middle = pattern.middle("neck") if pattern.has("neck_left", "neck_right") else pattern.middle("shoulder")
        body_armpit = figure.armpit(side)
        ease = max(0.0, min(_LOW_ARMPIT * figure.breadth, 0.6 * (drop - 0.45 * figure.breadth)))
        body_armpit = body_armpit + figure.down * ease
        neck_lateral, shoulder_lateral = (abs(float(point[0] - middle[0])) * scale for point in (neck, shoulder))
        if sleeves[side]:  # what has sleeves covers the shoulder's end
            shoulder_lateral = max(shoulder_lateral, 0.99 * figure.acromion_lateral(side))
        upper = figure.shoulder_at(side, np.linspace(neck_lateral, shoulder_lateral, _NECK))
        if drop < 0.25 * figure.breadth:  # off the shoulder, tube: the upper edge lies below the joints
            shoulder_at = body_armpit - figure.down * max(drop, 0.02 * figure.breadth) + outwards * 0.06 * figure.breadth
            upper = straight(shoulder_at - outwards * float(np.linalg.norm(shoulder - neck)) * scale, shoulder_at, _NECK)
        elif sleeves[side]:
            hangs = min(_strap_length(pattern) * scale, _COLD * float((body_armpit - upper[-1]) @ figure.down))
            upper = upper + figure.down * hangs
        armholes[side] = (upper[-1], body_armpit)
        target[side] = np.concatenate([upper[:-1], straight(upper[-1], body_armpit, _ARMHOLE)[:-1]])

    above = _NECK - 1 + _ARMHOLE - 1
    bodice = sections(pattern, source["right"][above:], source["left"][above:], follow_right=0.16, follow_left=0.16)
    source["right"] = np.concatenate([source["right"][:above], bodice.right])
    source["left"] = np.concatenate([source["left"][:above], bodice.left])
    bodice_right, bodice_left = _bodice_target(pattern, figure, scale, bodice, length, armholes, band, cut)
    target["right"] = np.concatenate([target["right"], bodice_right])
    target["left"] = np.concatenate([target["left"], bodice_left])

    source["right"], source["left"], target["right"], target["left"] = _lengthened(pattern, source, target, chest)
    return Ribbon("trunk", source["right"], source["left"], target["right"], target["left"]), armholes


def _strap_length(pattern: Pattern) -> float:
    """How far below the shoulders a garment hangs on its straps, garment pixels; 0 without a strap on either side."""
    neckline = pattern.garment.neckline
    if neckline is None or neckline.name != "straps" or len(neckline.straps) < 2:
        return 0.0
    return float(np.mean([np.ptp(strap[:, 1]) for strap in neckline.straps]))


def _shoulder_seam(pattern: Pattern, neck: Points, shoulder: Points, armpit: Points) -> Points:
    """From the collar to the shoulder's end along the cloth's outline, where one is near."""
    line = straight(neck, shoulder, _NECK)
    along = shoulder - neck
    upwards = np.array([-along[1], along[0]]) / max(float(np.linalg.norm(along)), 1e-6)
    upwards = upwards if upwards @ (shoulder - armpit) > 0 else -upwards
    limit = np.full(_NECK, 0.35 * np.linalg.norm(along))
    return follow_outline(pattern.cloth, line, np.broadcast_to(upwards, line.shape), limit, alone=True)


def _bodice_line(pattern: Pattern, side: str, armpit: Points, hem: Points, rows: npt.NDArray[np.float64]) -> Points:
    """The side seam from armpit to hem, by way of the waist where the garment has one."""
    if pattern.has(f"waist_{side}"):
        return resample(np.stack([armpit, pattern[f"waist_{side}"], hem]), len(rows))
    return straight(armpit, hem, len(rows))


def _bodice_target(
    pattern: Pattern,
    figure: Figure,
    scale: float,
    source: Edges,
    length: float,
    armholes: dict[str, tuple[Points, Points]],
    band: float | None,
    cut: Cut,
) -> tuple[Points, Points]:
    """Where the side seams lie on the body, right and left: the garment's own widths, as far as the body allows them."""
    middle = (source.right + source.left) / 2
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(middle, axis=0), axis=1))])
    along *= length / max(along[-1], 1.0)
    start = float(np.mean([(armholes[s][1] - figure.shoulder_middle) @ figure.down for s in ("left", "right")]))
    distance = start + along * scale * _length_factor(pattern, figure, scale, length, start, band, cut)
    height = distance / figure.trunk
    center, normal = figure.spine(distance)
    own = np.linalg.norm(source.left - source.right, axis=1) * scale / 2 * cut.ease
    sides = []
    for side, sign in (("right", -1.0), ("left", 1.0)):
        body = figure.half_width(np.minimum(height, 1.3), side)
        on_trunk = np.clip((1.25 - height) / 0.3, 0.0, 1.0)  # 1 on the trunk, 0 where the cloth hangs free below the hips
        low = body * (0.99 * on_trunk + 0.6 * (1 - on_trunk))
        high = body * 1.32 * max(cut.ease, 1.0) * on_trunk + np.maximum(own, body) * 3.0 * (1 - on_trunk)
        half = np.clip(own, low, high)
        edge = center + normal * (sign * half)[:, None]
        # The first rows lead from the armpit's own place to the measured width.
        lead = np.clip(1.0 - np.arange(len(half)) / 5.0, 0.0, 1.0)[:, None]
        edge = edge * (1 - lead) + (armholes[side][1] + (center - center[0])) * lead
        sides.append(edge)
    return sides[0], sides[1]


def _length_factor(
    pattern: Pattern, figure: Figure, scale: float, length: float, start: float, band: float | None, cut: Cut
) -> float:
    """How much the length is stretched beyond the scale: none, unless the hem would end where none can, just short of the waistband,
    or is wanted elsewhere."""
    ankles = (figure.legs["left"].joints[2] + figure.legs["right"].joints[2]) / 2
    floor = float((ankles - figure.shoulder_middle) @ figure.down)
    hem = start + length * scale
    low, high = (1.45 * figure.trunk, floor * 1.02) if pattern.garment.kind == "dress" else (0.42 * figure.trunk, 1.5 * figure.trunk)
    if band is not None and pattern.garment.kind == "top" and hem < band * figure.trunk <= start + _MEET * length * scale:
        low = band * figure.trunk
    hem = cut.hem(min(max(hem, low), max(high, low)), figure, 0.3 * figure.trunk, floor * 1.02)
    return (hem - start) / max(length * scale, 1.0)


def _lengthened(
    pattern: Pattern, source: dict[str, Points], target: dict[str, Points], chest: float
) -> tuple[Points, Points, Points, Points]:
    """The ribbon continued a little past the collar and the hem, so that collars stand and curved hems are whole."""
    middle = (source["right"][0] + source["left"][0]) / 2
    column = int(np.clip(middle[0], 0, pattern.cloth.shape[1] - 1))
    reach = max(2, int(0.04 * chest))
    rows = np.flatnonzero(pattern.cloth[:, max(0, column - reach) : column + reach].any(axis=1))
    collar = max(0.0, middle[1] - float(rows[0])) + 0.02 * chest if len(rows) else 0.02 * chest
    collar = min(collar, 0.45 * chest)
    out = []
    neck_source, neck_target = (float(np.linalg.norm(edges["left"][0] - edges["right"][0])) for edges in (source, target))
    ratio = neck_target / max(neck_source, 1.0)
    up_source = np.array([0.0, -1.0])
    up_target = _unit((target["right"][0] + target["left"][0]) - (target["right"][12] + target["left"][12]))
    for edges, up, size in ((source, up_source, collar), (target, up_target, collar * ratio)):
        for side in ("right", "left"):
            line = edges[side]
            steps = np.linspace(1.0, 0.25, 4)[:, None]
            before = line[0] + up * size * steps
            step = line[-1] - line[-3]
            after = line[-1] + step * np.array([[0.5], [1.2]])
            out.append(np.concatenate([before, line, after]))
    return out[0], out[1], out[2], out[3]


def _sleeve(pattern: Pattern, figure: Figure, scale: float, side: str, armhole: tuple[Points, Points], ease: float) -> Ribbon:
    """One sleeve along the arm: from the armhole's line to a cuff across the arm. ease: factor of its width."""
    shoulder, armpit = pattern[f"shoulder_{side}"], pattern[f"armpit_{side}"]
    outer_end, inner_end = pattern[f"cuff_outer_{side}"], pattern[f"cuff_inner_{side}"]
    length = float(np.linalg.norm((outer_end + inner_end) / 2 - (shoulder + armpit) / 2)) * scale
    arm = figure.arms[side]
    count = 26
    outer, inner = straight(shoulder, outer_end, count), straight(armpit, inner_end, count)
    axis = _unit((outer_end + inner_end) / 2 - (shoulder + armpit) / 2)
    across = np.array([-axis[1], axis[0]])
    across = across if (shoulder - armpit) @ across > 0 else -across
    limit = np.interp(np.linspace(0.0, 1.0, count), [0.0, 0.15, 1.0], [0.0, 0.5, 0.25]) * float(np.linalg.norm(shoulder - armpit))
    # From the sleeve's middle inwards: between sleeve and trunk the picture may show its ground.
    inner_limit = np.interp(np.linspace(0.0, 1.0, count), [0.0, 0.15, 1.0], [0.0, 0.35, 0.45]) * np.linalg.norm(outer - inner, axis=1)
    inner = follow_outline(pattern.cloth, inner, np.broadcast_to(-across, inner.shape), inner_limit, corner=True)
    outer = follow_outline(pattern.cloth, outer, np.broadcast_to(across, outer.shape), limit, alone=True, corner=True)
    reach = _reach(pattern, arm, figure, length)
    center, normal = _along(arm.longer(0.2), reach, count, figure, armhole)
    away = (armhole[0] - armhole[1]) @ normal[0]
    normal = normal if away >= 0 else -normal
    own = _without_armhole(np.abs((outer - inner) @ across) * scale / 2 * ease, reach / max(arm.length, 1.0))
    limb = np.interp(np.linspace(0.0, reach / max(arm.length, 1.0), count), [0.0, 0.5, 1.0], arm.radii)
    short = float(np.clip(1.5 * (0.7 - reach / max(arm.length, 1.0)), 0.0, 1.0)) if pattern.garment.sleeve != "long" else 0.0
    snug = _SNUG + (_AIRY - _SNUG) * min(1.0, 2.0 * short)
    widest = np.full(count, 1.9)  # laid flat a cuff looks wider than round a wrist
    if pattern.garment.sleeve == "long" and own[-2] < _BELL * float(np.median(own[count // 3 : 2 * count // 3])):
        widest = np.interp(np.linspace(0.0, 1.0, count), [0.0, 0.75, 1.0], [1.9, 1.9, 1.3])
    half = np.clip(own, snug * limb, widest * max(ease, 1.0) * limb)
    aside = _STANDS_OFF * short * (half - limb)
    center = center + normal * aside[:, None]
    outer_at, inner_at = center + normal * half[:, None], center - normal * half[:, None]
    # The outer edge keeps outside the shoulder's cap.
    cap = figure.shoulder_at(side, figure.acromion_lateral(side) + np.linspace(0.0, reach, count))
    beyond = np.maximum(((cap - outer_at) * normal).sum(axis=1), 0.0) * np.clip(
        1.5 - np.linspace(0.0, reach, count) / (0.4 * figure.breadth), 0.0, 1.0
    )
    bare = float((armhole[0] - cap[0]) @ figure.down) / (0.2 * figure.breadth)  # off the shoulder there is no cap to go round
    outer_at = outer_at + normal * beyond[:, None] * float(np.clip(1.0 - bare, 0.0, 1.0))
    # From the armhole's slanting line into cross-sections of the arm, within the length of the shoulder's cap.
    passed = np.linspace(0.0, reach, count)
    lead = (np.clip(1.0 - passed / (0.75 * figure.breadth), 0.0, 1.0) ** 2)[:, None]
    arm_step = center - center[0]
    outer_at = outer_at * (1 - lead**3) + (armhole[0] + arm_step) * lead**3
    inner_at = inner_at * (1 - lead) + (armhole[1] + arm_step) * lead
    step_source, step_target = (outer[-1] - outer[-3]), (outer_at[-1] - outer_at[-3])
    tail = np.array([[0.6], [1.3]])
    outer = np.concatenate([outer, outer[-1] + step_source * tail])
    inner = np.concatenate([inner, inner[-1] + (inner[-1] - inner[-3]) * tail])
    outer_at = np.concatenate([outer_at, outer_at[-1] + step_target * tail])
    inner_at = np.concatenate([inner_at, inner_at[-1] + (inner_at[-1] - inner_at[-3]) * tail])
    behind = arm.depth > 0.55 * figure.breadth
    loose = 0.02 * figure.breadth + 2.0 * max(0.0, float(np.median((half - limb)[count // 3 :])))
    loose += 0.06 * figure.breadth * min(1.0, 2.0 * short) + float(aside.max())
    return Ribbon(f"{side}_sleeve", inner, outer, inner_at, outer_at, behind, loose, ramp=0.4)


def _without_armhole(own: npt.NDArray[np.float64], share: float) -> npt.NDArray[np.float64]:
    """Half-widths of a sleeve, above its middle no wider than a long sleeve goes on from there: an armhole lies along the trunk."""
    if share < 0.7:
        return own
    middle = len(own) // 2
    above = np.linspace(1.0, 0.0, middle)
    return np.concatenate([np.minimum(own[:middle], own[middle] * (1.0 + 0.25 * above)), own[middle:]])


def _reach(pattern: Pattern, arm: Limb, figure: Figure, length: float) -> float:
    """How far down the arm a sleeve reaches, photo pixels along the limb as seen."""
    full = max(arm.length, 0.2 * figure.breadth)
    natural = 1.62 * figure.breadth  # an arm seen at its whole length
    share = (length + 0.05 * figure.breadth) / natural
    if pattern.garment.sleeve == "long" or share > 0.85:
        whole = pattern.garment.sleeve_length > 3.6  # to the wrist: over it, up to the hand
        share = float(np.clip(share, 1.02 if whole else 0.93, 1.06 if whole else 1.0)) if share > 0.72 else share
    reach = float(np.clip(share, 0.08, 1.06)) * full
    return reach if share > 0.72 else min(reach, length + 0.02 * figure.breadth)  # so short that no bend or turn of the arm counts


def _along(arm: Limb, reach: float, count: int, figure: Figure, armhole: tuple[Points, Points]) -> tuple[Points, Points]:
    """Center line of a sleeve and unit normals: from the armhole's middle into the arm, with a rounded elbow."""
    start = (armhole[0] + armhole[1]) / 2
    line = np.stack([start, *arm.joints[1:]])
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.linspace(0.0, min(reach, along[-1]), count)

    def point(where: npt.NDArray[np.float64]) -> Points:
        return np.stack([np.interp(where, along, line[:, axis]) for axis in (0, 1)], axis=1)

    soft = 0.22 * figure.breadth
    center = (point(np.clip(at - soft / 2, 0, along[-1])) + 2 * point(at) + point(np.clip(at + soft / 2, 0, along[-1]))) / 4
    center[0] = start
    ahead, back = point(np.minimum(at + soft, along[-1])), point(np.maximum(at - soft, 0.0))
    tangent = _unit(ahead - back)
    return center, np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)


def _unit(vectors: Points) -> Points:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))
