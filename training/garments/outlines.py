"""Draws garments as outlines: tops, outerwear and dresses, each cut of its own, with every landmark known.

Units: half of the shoulder or waist width is about 1; x right, y down, origin at the middle of the neck or waist.
The wearer's left is the picture's right (x > 0), as everywhere in the program.
"""

from __future__ import annotations

import numpy as np

from training.garments.lowers import draw_skirt, draw_trousers
from training.garments.measures import Cut, Side, pick_neckline
from training.garments.shapes import SIDES, Drawing, Line, Part, Points, Rng, bow, pleats, ruffled, smooth
from tryon.fit.outline import KINDS, SLEEVES

__all__ = ["draw_outline"]


def draw_outline(rng: Rng, kind: str | None = None) -> Drawing:
    """Any garment, or one of the given kind."""
    kind = kind or str(rng.choice(KINDS, p=[0.4, 0.14, 0.15, 0.07, 0.09, 0.15]))
    if kind in ("trousers", "shorts"):
        return draw_trousers(rng, kind)
    return draw_skirt(rng) if kind == "skirt" else _upper(rng, kind)


# ---------------------------------------------------------------- tops, outerwear, dresses


def _upper(rng: Rng, kind: str) -> Drawing:
    sleeves = {"top": [0.24, 0.38, 0.38], "outer": [0.06, 0.04, 0.9], "dress": [0.46, 0.32, 0.22]}[kind]
    sleeve = str(rng.choice(SLEEVES, p=sleeves))
    neckline = pick_neckline(rng, kind, sleeve)
    c = Cut(rng, kind, sleeve, neckline)
    out = Drawing(kind, sleeve, hook=(0.0, c.neck_y - 0.1))
    sides = {name: c.side(rng, sign) for name, sign in SIDES}
    marks = out.landmarks
    for name, sign in SIDES:
        s = sides[name]
        marks[f"neck_{name}"] = (sign * s.neck, c.neck_y)
        marks[f"shoulder_{name}"] = (sign * s.shoulder[0], s.shoulder[1])
        marks[f"armpit_{name}"] = (sign * s.armpit[0], s.armpit[1])
        marks[f"hem_{name}"] = (sign * s.hem[0], s.hem[1])
        if kind == "dress":
            marks[f"waist_{name}"] = (sign * s.waist[0], s.waist[1])
    marks["collar"] = (c.collar_x, c.collar_y)
    left, right = sides["left"], sides["right"]

    behind: list[Part] = []
    front: list[Part] = []
    if sleeve != "none":
        for name, sign in SIDES:
            parts, cuffs, hidden, over = _sleeve(rng, c, sides[name], sign)
            (front if over else behind).extend(parts)
            marks[f"cuff_outer_{name}"], marks[f"cuff_inner_{name}"] = cuffs
            if hidden:
                out.hidden |= {f"cuff_outer_{name}", f"cuff_inner_{name}"}
            if over and c.angle_deg < 0:
                out.hidden.add(f"armpit_{name}")

    neck_front = _front_neckline(c, left.neck, right.neck)  # from the wearer's left neck point to the right one
    back: list[Part] = []
    if c.inner:
        back_edge = bow((left.neck, c.neck_y), (-right.neck, c.neck_y), c.back_bulge)
        back.append(Part(np.vstack([back_edge, neck_front[::-1]]), "inner", 0.0, rng.uniform(0.35, 0.95)))
        if rng.random() < 0.35:
            middle = back_edge[len(back_edge) // 2]
            w, h = rng.uniform(0.05, 0.12), rng.uniform(0.06, 0.16)
            back.append(Part(middle + np.array([[-w, 0.02], [w, 0.02], [w, h], [-w, h]]), "label"))
    if neckline == "hood":
        back.extend(_hood(rng, c, left.neck, right.neck))

    def flank(s: Side, sign: float) -> Points:
        """The body's edge from shoulder to hem."""
        arm = bow(s.shoulder, s.armpit, c.armhole if sleeve == "none" else 0.02)
        body = smooth([s.armpit, s.waist, s.hem], 8) if c.waisted else bow(s.armpit, s.hem, c.side_bulge)
        return np.vstack([arm, body[1:]]) * [sign, 1.0]

    hem = bow(left.hem * np.array([1, 1]), right.hem * np.array([-1, 1]), -c.hem_bulge)
    if c.ruffle:
        hem = ruffled(hem, rng, c.ruffle)
    top = np.array([[left.neck, c.neck_y]])
    torso = np.vstack(
        [
            top,
            _strap(c, left, 1.0),
            flank(left, 1.0),
            hem,
            flank(right, -1.0)[::-1],
            _strap(c, right, -1.0)[::-1],
            [[-right.neck, c.neck_y]],
            neck_front[::-1],
        ]
    )
    body_parts: list[Part] = [Part(torso)]
    if c.strap_top:
        behind.extend(_straps(rng, c, left.neck, right.neck))
    if c.open_front > 0:
        body_parts = _open_front(c, torso, left, right)
    if c.open_front <= 0 and c.hem_back:
        behind.append(Part(np.vstack([hem, (hem + [0, c.hem_back])[::-1]]), "inner", 0.0, 0.7))
    out.parts = [*back, *behind, *body_parts, *front]
    if neckline in ("shirt", "lapel"):
        out.parts.extend(_collar_leaves(rng, c, left.neck, right.neck))
    _upper_lines(rng, c, out, left, right, neck_front, hem)
    return out


def _strap(c: Cut, s: Side, sign: float) -> Points:
    """The points between the neck point and the shoulder: for a camisole the outer edge of a thin strap."""
    if c.neckline == "straps":
        low = np.array([max(s.shoulder[0] + 0.02, s.armpit[0] * 0.72), s.armpit[1] * 0.72])
        return np.array([s.shoulder, low]) * [sign, 1.0]
    return bow((s.neck, c.neck_y), s.shoulder, 0.02 * sign, 4)[1:] * [sign, 1.0] if c.neckline != "off" else np.zeros((0, 2))


def _straps(rng: Rng, c: Cut, left: float, right: float) -> list[Part]:
    """Thin straps above an edge that leaves the shoulders bare."""
    parts, wide, share = [], rng.uniform(0.02, 0.06), rng.uniform(0.45, 0.85)
    for sign, neck in ((1.0, left), (-1.0, right)):
        x = sign * neck * share
        lean = rng.uniform(-0.03, 0.1) * sign
        low, high = np.array([x, c.neck_y + 0.06]), np.array([x - lean, c.strap_top])
        parts.append(Part(np.array([low, high, high + [sign * wide, 0.0], low + [sign * wide, 0.0]]), "front"))
    return parts


def _tiers(c: Cut, top: Points, bottom: Points, sign: float) -> list[Part]:
    """Flounces over a sleeve, one above the other; top and bottom: (outer, inner) ends of its root and its cuff, the lowest first."""
    parts = []
    for n in reversed(range(c.tiers)):
        a, b = top + (bottom - top) * (n / c.tiers), top + (bottom - top) * ((n + 1) / c.tiers)
        wide = (b[0] - b[1]) * 0.12
        parts.append(Part(np.array([a[0], b[0] + wide, b[1] - wide, a[1]]) * [sign, 1.0], "sleeve", 0.0, 1.0 - 0.02 * n))
    return parts


def _front_neckline(c: Cut, left: float, right: float) -> Points:
    a, b, m = np.array([left, c.neck_y]), np.array([-right, c.neck_y]), np.array([c.collar_x, c.collar_y])
    if c.neckline in ("vee", "lapel", "shirt"):
        return np.vstack([bow(a, m, -0.04, 8), bow(m, b, -0.04, 8)[1:]])
    if c.neckline == "square":
        return np.array([a, [left * 0.92, c.collar_y - 0.02], m, [-right * 0.92, c.collar_y - 0.02], b])
    if c.neckline in ("turtle", "stand") and c.collar_y < 0:
        return np.vstack(
            [
                bow(a, [left * 0.9, c.collar_y], 0.03, 5),
                bow([left * 0.9, c.collar_y], [-right * 0.9, c.collar_y], -0.03, 8),
                bow([-right * 0.9, c.collar_y], b, 0.03, 5),
            ]
        )
    if c.neckline == "straps":
        low = c.collar_y * 0.72
        return np.vstack(
            [[a], [[left * 0.98, low]], bow([left * 0.98, low], m, -0.06, 6)[1:], bow(m, [-right * 0.98, low], -0.06, 6)[1:], [b]]
        )
    t = np.linspace(0, np.pi, 20)
    power = 0.8 if c.neckline != "boat" else 1.0
    x = np.where(np.cos(t) >= 0, left, right) * np.cos(t)
    y = c.neck_y + (c.collar_y - c.neck_y) * np.sin(t) ** power
    return np.stack([x + c.collar_x * np.sin(t), y], 1)


def _sleeve(rng: Rng, c: Cut, s: Side, sign: float) -> tuple[list[Part], tuple[tuple[float, float], tuple[float, float]], bool, bool]:
    """A sleeve's parts, its cuff (outer, inner), whether the cuff is hidden, whether the sleeve lies over the body."""
    angle = np.radians(c.angle_deg + rng.normal(0, 5))
    length = c.sleeve_length * rng.uniform(0.96, 1.04)
    heading = lambda r: np.array([np.sin(r), np.cos(r)])  # noqa: E731 - along the arm
    inward = lambda r: np.array([-np.cos(r), np.sin(r)])  # noqa: E731 - from the outer to the inner edge
    flip = np.array([sign, 1.0])
    over, hidden = c.over, False
    role_tone = rng.uniform(0.9, 1.03)
    if c.sleeve == "short" or not c.fold or c.fold == "across":
        bend = np.radians(c.bend_deg + rng.normal(0, 6)) if c.sleeve == "long" else 0.0
        low = angle - bend if c.fold != "across" else angle + bend * 0.3
        elbow_o = s.shoulder + heading(angle) * length * 0.5 + np.array([0.05, 0.0])
        width = np.linalg.norm(s.armpit - s.shoulder)
        half = (width * 0.5 + c.cuff) * (0.5 if not c.bell else 0.45)
        elbow_i = elbow_o + inward((angle + low) / 2) * 2 * half
        cuff_o = elbow_o + heading(low) * length * 0.5 + inward(low) * max(half - c.cuff, -0.4)
        cuff_i = cuff_o + inward(low) * 2 * c.cuff
        outer = (
            smooth([s.shoulder, elbow_o + heading(angle + np.pi / 2) * c.puff, cuff_o], 8)
            if c.sleeve == "long"
            else bow(s.shoulder, cuff_o, c.puff + 0.03)
        )
        inner = smooth([cuff_i, elbow_i, s.armpit], 8) if c.sleeve == "long" else bow(cuff_i, s.armpit, c.puff)
        hidden_root = s.armpit * [0.8, 1.0] if over else s.armpit * [0.6, 1.0]
        root = np.array([hidden_root, s.shoulder * [0.85, 1.0]]) if not over else np.array([s.armpit, s.shoulder * [0.97, 1.0]])
        cuff_edge = bow(cuff_o, cuff_i, -rng.uniform(-0.02, 0.08), 6)
        over = over or c.fold == "across"
        parts = [Part(np.vstack([outer, cuff_edge, inner, root]) * flip, "sleeve", -sign * np.degrees(angle), role_tone)]
        if c.tiers:
            parts.extend(_tiers(c, np.array([s.shoulder, s.armpit]), np.array([cuff_o, cuff_i]), sign))
        if rng.random() < 0.3 and c.sleeve == "long":
            band = rng.uniform(0.08, 0.22)
            up = -heading(low) * band
            parts.append(Part(np.array([cuff_o, cuff_i, cuff_i + up, cuff_o + up]) * flip, "trim"))
        return parts, (tuple(cuff_o * flip), tuple(cuff_i * flip)), hidden, over
    # folded at the elbow: the forearm comes back over or behind the body
    angle = max(angle, np.radians(12.0))
    cut = rng.uniform(0.35, 0.6) * length
    elbow_o = s.shoulder + heading(angle) * cut
    elbow_i = s.armpit + heading(angle) * cut * rng.uniform(0.45, 0.8)
    upper = np.vstack(
        [bow(s.shoulder, elbow_o, 0.03), bow(elbow_o, elbow_i, 0.0, 3), [s.armpit, s.armpit * [0.7, 1.0], s.shoulder * [0.85, 1.0]]]
    )
    back = angle + np.radians(rng.uniform(150, 215)) if rng.random() < 0.4 else np.radians(-rng.uniform(20, 100))
    rest = length - cut
    start = (elbow_o + elbow_i) / 2
    width = np.linalg.norm(elbow_o - elbow_i) / 2
    end = start + heading(back) * rest
    a, b = inward(back) * width, inward(back) * c.cuff
    fore = np.vstack([bow(start - a, end - b, 0.02), bow(end + b, start + a, 0.02)]) * flip
    parts = [Part(upper * flip, "sleeve", -sign * np.degrees(angle), role_tone)]
    lower = Part(fore, "sleeve", -sign * np.degrees(back), role_tone * 0.97)
    over = c.fold == "front"
    parts = [*parts, lower] if over else [lower, *parts]
    ends = [end - b, end + b]
    ends.sort(key=lambda p: -p[0] - 0.3 * p[1])
    return parts, (tuple(ends[0] * flip), tuple(ends[1] * flip)), not over, over


def _hood(rng: Rng, c: Cut, left: float, right: float) -> list[Part]:
    high, wide = rng.uniform(0.55, 1.35), rng.uniform(1.25, 1.9)
    lean = rng.uniform(-0.1, 0.1)
    outer = smooth([[left * 1.15, 0.1], [left * wide, -high * 0.45], [lean, -high], [-right * wide, -high * 0.45], [-right * 1.15, 0.1]], 8)
    closing = bow([-right, 0.12], [left, 0.12], 0.0, 4)
    parts = [Part(np.vstack([outer, closing]), "sleeve", 0.0, 0.97)]
    k = rng.uniform(0.55, 0.85)
    opening = smooth(
        [[left * 0.95, 0.08], [left * wide * k, -high * 0.42], [lean, -high * k], [-right * wide * k, -high * 0.42], [-right * 0.95, 0.08]],
        8,
    )
    if rng.random() < 0.8:
        bottom = _front_neckline(c, left * 0.9, right * 0.9)
        parts.append(Part(np.vstack([opening, bottom[::-1]]), "inner", 0.0, rng.uniform(0.35, 0.85)))
    return parts


def _collar_leaves(rng: Rng, c: Cut, left: float, right: float) -> list[Part]:
    """The two leaves of a shirt collar or the lapels of a jacket."""
    parts = []
    stand, wide = rng.uniform(0.02, 0.16), rng.uniform(0.12, 0.34)
    low = c.collar_y if c.neckline == "shirt" else c.collar_y * rng.uniform(0.5, 0.95)
    for sign, neck in ((1.0, left), (-1.0, right)):
        tip = np.array([sign * (neck * 0.55 + wide), low + rng.uniform(-0.02, 0.22)])
        points = np.array(
            [
                [sign * neck * 0.75, -stand],
                [sign * neck * 1.15, 0.02],
                tip,
                [c.collar_x + sign * 0.015, c.collar_y],
                [sign * neck * 0.8, c.collar_y * 0.3],
            ]
        )
        parts.append(Part(points, "trim" if rng.random() < 0.2 else "sleeve", float(sign * 30), rng.uniform(0.92, 1.05)))
    return parts


def _open_front(c: Cut, torso: Points, left: Side, right: Side) -> list[Part]:
    """A jacket worn open: the lining shows between the fronts."""
    middle = c.open_front * c.hem_x
    top = np.array([c.collar_x, c.collar_y])
    gap = np.vstack(
        [
            [left.neck * 0.6, c.neck_y],
            bow(top + [0.02, 0], [middle, c.length * 1.02], -0.06),
            bow([-middle, c.length * 1.02], top - [0.02, 0], -0.06),
            [[-right.neck * 0.6, c.neck_y]],
        ]
    )
    return [Part(torso), Part(gap, "gap", 0.0, 0.55)]


def _upper_lines(rng: Rng, c: Cut, out: Drawing, left: Side, right: Side, neck_front: Points, hem: Points) -> None:
    flip = np.array([-1.0, 1.0])
    if c.sleeve != "none" and rng.random() < 0.7:
        for s, f in ((left, np.ones(2)), (right, flip)):
            out.lines.append(Line(bow(s.shoulder, s.armpit, 0.08) * f))
    if rng.random() < 0.6:
        out.lines.append(Line(hem - [0, rng.uniform(0.06, 0.16)]))
    if rng.random() < 0.5 and c.neckline not in ("shirt", "lapel", "hood"):
        centre = neck_front.mean(0)
        ribbed = centre + (neck_front - centre) * rng.uniform(1.08, 1.25)
        out.lines.append(Line(ribbed, "seam"))
        if rng.random() < 0.4 and c.collar_y > 0.05:
            out.parts.append(Part(np.vstack([neck_front, ribbed[::-1]]), "trim"))
    buttoned = c.neckline in ("shirt", "lapel") or (c.kind == "outer" and rng.random() < 0.7) or rng.random() < 0.06
    if buttoned and c.open_front <= 0:
        bottom = c.collar_y + (c.length - c.collar_y) * (1.0 if rng.random() < 0.75 else rng.uniform(0.2, 0.4))
        style = "zip" if c.kind == "outer" and rng.random() < 0.5 else "seam"
        shift = rng.uniform(0.0, 0.1)
        out.lines.append(Line(np.array([[c.collar_x + shift, c.collar_y], [c.collar_x + shift, bottom]]), style))
        if style == "seam":
            count = int(rng.integers(2, 9))
            out.buttons = [(c.collar_x, float(y)) for y in np.linspace(c.collar_y + 0.1, bottom - 0.1, count)]
    if rng.random() < (0.4 if c.kind == "outer" else 0.1):
        y = rng.uniform(c.armpit[1], c.length * 0.85)
        for sign in (1.0, -1.0):
            x = sign * c.armpit[0] * rng.uniform(0.35, 0.55)
            out.lines.append(Line(np.array([[x - 0.2, y], [x + 0.2, y + sign * rng.uniform(-0.15, 0.15)]])))
    if c.kind == "dress":
        if rng.random() < 0.7:
            out.lines.append(Line(bow(left.waist, right.waist * flip, rng.uniform(-0.05, 0.05))))
        if rng.random() < 0.5:
            pleats(rng, out, left.waist, right.waist * flip, left.hem, right.hem * flip)
        if rng.random() < 0.15:
            w = rng.uniform(0.06, 0.2)
            a, b = left.waist, right.waist * flip
            out.parts.append(Part(np.array([a - [0, w], a + [0, w], b + [0, w], b - [0, w]]), "trim"))
