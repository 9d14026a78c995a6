"""Draws trousers, shorts and skirts as outlines, every landmark known; units and sides as in `outlines`."""

from __future__ import annotations

import numpy as np

from training.garments.shapes import SIDES, Drawing, Line, Part, Points, Rng, bow, pleats, ruffled, smooth

__all__ = ["draw_skirt", "draw_trousers"]


def _waist(rng: Rng, out: Drawing, left: Points, right: Points) -> tuple[Points, float]:
    """The front's waist edge (left to right); the inside of the back waist may show above it."""
    dip = rng.uniform(0.0, 0.06)
    edge = bow(left, right, -dip)
    if rng.random() < 0.45:
        rise = rng.uniform(0.01, 0.07)
        out.parts.append(Part(np.vstack([bow(left, right, rise), edge[::-1]]), "inner", 0.0, rng.uniform(0.4, 0.95)))
    out.hook = (0.0, float(min(left[1], right[1])) - 0.02)
    if rng.random() < 0.75:
        out.lines.append(Line(edge + [0, rng.uniform(0.14, 0.3)]))
    return edge, dip


def draw_trousers(rng: Rng, kind: str) -> Drawing:
    """Trousers or shorts: slim, straight, wide or flared, legs together or apart."""
    u = rng.uniform
    out = Drawing(kind, "none")
    waist = u(0.72, 1.0)
    rise = u(1.0, 1.75)
    length = rise + (u(0.12, 1.3) if kind == "shorts" else u(2.4, 4.3))
    hip = waist * u(1.0, 1.45)
    style = str(rng.choice(["slim", "straight", "wide", "flared"], p=[0.3, 0.32, 0.22, 0.16]))
    hem_half = {"slim": u(0.2, 0.32), "straight": u(0.3, 0.42), "wide": u(0.42, 0.8), "flared": u(0.4, 0.62)}[style] * hip
    if kind == "shorts":
        hem_half = hip * u(0.42, 0.66)
    gap = u(-0.02, 0.1) if rng.random() < 0.55 else u(0.1, 0.75)
    if kind == "shorts":
        gap = u(0.0, 0.35)
    knee = 0.5 * (rise + length)
    lean = rng.normal(0, 0.06)
    jit = lambda s=0.025: rng.normal(0, s, 2)  # noqa: E731
    marks, hems, side_points = out.landmarks, {}, {}
    crotch = np.array([lean * 0.3, rise]) + jit()
    for name, sign in SIDES:
        flip = np.array([sign, 1.0])
        w = np.array([waist, 0.0]) * flip + jit()
        inner = np.array([gap * (length - rise) / 2.5 + 0.01, length]) * flip + jit() + [lean, 0]
        outer = inner + np.array([2 * hem_half, u(-0.12, 0.03)]) * flip
        knee_half = hem_half * 0.62 if style == "flared" else (hip / 2 + hem_half) * 0.5 * u(0.85, 1.02)
        k_in = crotch + (inner - crotch) * 0.48
        k_out = np.array([k_in[0] + sign * 2 * knee_half, knee])
        hip_point = np.array([hip, rise * u(0.55, 0.85)]) * flip + jit()
        outline = smooth([w, hip_point, k_out, outer] if kind == "trousers" else [w, hip_point, outer], 8)
        side_points[name] = (w, outline, inner, outer)
        marks[f"waist_{name}"], marks[f"hem_outer_{name}"], marks[f"hem_inner_{name}"] = tuple(w), tuple(outer), tuple(inner)
        hems[name] = bow(outer, inner, u(-0.06, 0.06) * sign, 6)
    marks["crotch"] = tuple(crotch)
    edge, _ = _waist(rng, out, side_points["left"][0], side_points["right"][0])
    middle = edge[len(edge) // 2]
    order = list(SIDES) if rng.random() < 0.5 else list(SIDES[::-1])
    for name, sign in order:
        w, outline, inner, _ = side_points[name]
        k_in = crotch + (inner - crotch) * 0.5 + np.array([rng.normal(0, 0.02), 0])
        inseam = smooth([inner, k_in, crotch], 6)
        half_edge = edge[: len(edge) // 2 + 1] if sign > 0 else edge[len(edge) // 2 :][::-1]
        leg = np.vstack([half_edge[::-1], outline, hems[name], inseam, [crotch - [sign * 0.03, 0.0], middle - [sign * 0.03, 0.0]]])
        out.parts.append(Part(leg, "front", float(-sign * u(0, 6)), u(0.95, 1.03)))
        if rng.random() < 0.4:
            up = np.array([0, rng.uniform(0.06, 0.3)])
            out.lines.append(Line(hems[name] - up))
            if rng.random() < 0.25:
                out.parts.append(Part(np.vstack([hems[name], (hems[name] - up)[::-1]]), "trim"))
        if style in ("straight", "wide") and rng.random() < 0.3:
            out.lines.append(Line(bow([sign * hip * 0.5, 0.3], (np.add(*side_points[name][2:])) / 2, 0.0, 4), "pleat"))
    if rng.random() < 0.8:
        out.lines.append(Line(np.vstack([[middle], [crotch]])))
    if rng.random() < 0.7:
        for sign in (1.0, -1.0):
            out.lines.append(Line(bow([sign * waist * 0.55, 0.2], [sign * hip * 0.95, rise * 0.5], 0.2 * sign, 6)))
    if rng.random() < 0.5:
        out.buttons = [(float(middle[0]), float(middle[1]) + 0.1)]
    return out


def draw_skirt(rng: Rng) -> Drawing:
    """A skirt: pencil, A-line, pleated, tiered, mini to maxi."""
    u = rng.uniform
    out = Drawing("skirt", "none")
    waist, length = u(0.65, 1.0), u(1.0, 2.4) if rng.random() < 0.6 else u(2.2, 4.6)
    hem = waist * (u(0.85, 1.35) if rng.random() < 0.5 else u(1.3, 3.0))
    hip = max(waist, (waist + hem) / 2 * u(0.95, 1.15)) if hem < waist * 1.4 else waist + (hem - waist) * u(0.25, 0.45)
    sides = {}
    for name, sign in SIDES:
        flip = np.array([sign, 1.0])
        w = np.array([waist, 0.0]) * flip + rng.normal(0, 0.02, 2)
        h = np.array([hem, length]) * flip + rng.normal(0, 0.04, 2)
        sides[name] = (w, smooth([w, np.array([hip, length * 0.35]) * flip, h], 8), h)
        out.landmarks[f"waist_{name}"], out.landmarks[f"hem_{name}"] = tuple(w), tuple(h)
    (wl, left, hl), (wr, right, hr) = sides["left"], sides["right"]
    edge, _ = _waist(rng, out, wl, wr)
    bottom = bow(hl, hr, -(u(-0.02, 0.05) + 0.1 * max(0.0, hem / waist - 1.5) * u(0, 1)))
    if rng.random() < 0.3:
        bottom = ruffled(bottom, rng, u(0.02, 0.07))
    if rng.random() < 0.1:
        bottom[1:-1, 0] += u(-0.3, 0.3)
        bottom[1:-1, 1] += np.linspace(0, u(-0.5, 0.5), len(bottom) - 2)
    out.parts.append(Part(np.vstack([left, bottom, right[::-1], edge[::-1]])))
    if rng.random() < 0.55:
        pleats(rng, out, wl, wr, hl, hr)
    if rng.random() < 0.2:
        for t in np.linspace(0.3, 0.75, int(rng.integers(1, 4))):
            out.lines.append(Line(bow(wl + (hl - wl) * t, wr + (hr - wr) * t, -0.04)))
    if rng.random() < 0.25:
        out.lines.append(Line(np.array([edge[len(edge) // 2], [0.0, length]]), "zip" if rng.random() < 0.3 else "seam"))
        out.buttons = [(0.0, float(y)) for y in np.linspace(0.1, length - 0.1, int(rng.integers(3, 8)))]
    if rng.random() < 0.2:
        out.parts.append(Part(np.vstack([edge, (edge + [0, u(0.12, 0.3)])[::-1]]), "trim"))
    return out
