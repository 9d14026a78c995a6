"""Sofas with a long side, tub chairs, footstools, benches and poufs."""

from __future__ import annotations

import numpy as np

from assets.source import materials as m
from assets.source import surfaces
from assets.source.bench import Bench, Piece
from assets.source.cloth import box_cushion, pillow, seam_tube
from assets.source.glb import stood
from assets.source.noise import Floats
from assets.source.seating import outline_on_box, padded, sofa, tapered_leg
from assets.source.shapes import Part, lathe, rounded_box, tube


def sofa_three() -> Piece:
    """A three-seat sofa in deep green velvet."""
    green = surfaces.velvet("velvet-green", "#3f5a4b")
    sand = m.weave("linen-sand", ("#cdbb9f", "#c2af92", "#d6c7ae"), 42, yarns=128, tile_m=0.2, slub=0.9, melange=0.07)
    rust = m.weave("linen-rust", ("#a4573a", "#984d32", "#b0664a"), 43, yarns=128, tile_m=0.2, slub=0.9, melange=0.07)
    return sofa(2.26, 3, 0.90, green, (sand, rust), seed=4)


def corner_sofa() -> Piece:
    """A corner sofa with a long seat on its left as one sits, cream linen, low black feet."""
    cloth = m.weave("linen-cream", ("#d3c8b6", "#cdc2b0", "#d9cfbf"), 47, yarns=125, tile_m=0.25, melange=0.04, slub=0.6)
    black = m.ash_black()
    width, depth, reach, arm, low, base = 2.62, 0.98, 1.62, 0.17, 0.07, 0.22
    back_z = -depth / 2
    piece: Piece = []

    def add(part: Part) -> None:
        piece.append((cloth, part.shifted(0.0371 * len(piece), 0.0613 * len(piece))))

    chaise = 0.98
    inner = width / 2 - arm
    right = width / 2
    main_x0, main_x1 = -inner, right - chaise
    add(padded((main_x1 - main_x0 + 0.02, base, depth - 0.06), 0.03, 0.003).moved((main_x0 + main_x1) / 2, low + base / 2, 0.02))
    add(padded((chaise - arm, base, reach - 0.03), 0.03, 0.003).moved(right - arm - (chaise - arm) / 2, low + base / 2, back_z + reach / 2 + 0.015))
    arm_h = 0.54
    size = (arm, arm_h, depth)
    add(padded(size, 0.04, 0.006).moved(-width / 2 + arm / 2, low + arm_h / 2, 0))
    for z in (-1, 1):
        add(seam_tube(outline_on_box(size, 2, z * (depth / 2 - 0.012), 0.010, 0.032), 0.0045, 7).moved(-width / 2 + arm / 2, low + arm_h / 2, 0))
    size = (arm, arm_h, 0.80)
    add(padded(size, 0.04, 0.006).moved(right - arm / 2, low + arm_h / 2, back_z + 0.40))
    for z in (-1, 1):
        add(seam_tube(outline_on_box(size, 2, z * (0.40 - 0.012), 0.010, 0.032), 0.0045, 7).moved(right - arm / 2, low + arm_h / 2, back_z + 0.40))
    add(padded((width - 2 * arm + 0.02, 0.52, 0.16), 0.045, 0.006).turned("x", -5).moved(0, low + base + 0.26, back_z + 0.105))
    seat_y, seat_h, seat_d = low + base, 0.17, depth - 0.19
    each = (main_x1 - main_x0) / 2
    for i in range(2):
        parts = box_cushion((each - 0.006, seat_h, seat_d), 0.05, 3 + i, crown=0.035, slack=1.03)
        for part in (parts[0], *parts[1]):
            add(part.moved(main_x0 + (i + 0.5) * each, seat_y + seat_h / 2 + 0.004, depth / 2 - seat_d / 2 + 0.004))
    long_d, long_w = reach - 0.21, chaise - arm - 0.008
    parts = box_cushion((long_w, seat_h, long_d), 0.055, 7, crown=0.035, slack=1.03)
    for part in (parts[0], *parts[1]):
        add(part.moved(right - arm - 0.004 - long_w / 2, seat_y + seat_h / 2 + 0.004, back_z + reach - long_d / 2 + 0.004))
    for i, (x, w) in enumerate(((main_x0 + each / 2, each), (main_x0 + 1.5 * each, each), (right - arm - long_w / 2, long_w + 0.02))):
        soft, pipings = box_cushion((w - 0.02, 0.44, 0.17), 0.05, 20 + i, crown=0.03, slack=1.04)

        def plump(v: Floats, wide: float = w) -> Floats:
            bow = 0.055 * np.sign(v[:, 2]) * np.exp(-((v[:, 1] + 0.03) / 0.17) ** 2) * np.clip(1 - (v[:, 0] / (wide / 2)) ** 2, 0, 1) * (np.abs(v[:, 2]) > 0.05)
            sag = -0.018 * np.clip(v[:, 1] / 0.22, 0, 1) ** 2 * np.cos(v[:, 0] / (wide / 2) * np.pi / 2)
            return v + np.stack([0 * v[:, 0], sag, bow], -1)

        for part in (soft.bent(plump), *pipings):
            add(part.turned("x", -15 + 1.5 * i).moved(x, seat_y + seat_h + 0.222, back_z + 0.265))
    rust = m.weave("linen-rust", ("#a4573a", "#984d32", "#b0664a"), 43, yarns=128, tile_m=0.2, slub=0.9, melange=0.07)
    slate = m.weave("linen-slate", ("#5a6b78", "#4e5f6c", "#667783"), 43, yarns=128, tile_m=0.2, slub=0.9, melange=0.07)
    for x, z, turn, tilt, spin, cover, side in ((main_x0 + 0.24, 0.46, 18, -26, 6, rust, 0.48), (main_x0 + 0.62, 0.44, -4, -24, -5, slate, 0.42), (right - arm - 0.26, 0.46, -16, -25, -7, slate, 0.46)):
        soft, pipings = pillow(side, side, 20, 30 + int(turn), piping=0.0035, thickness=0.19)
        for part in (soft, *pipings):
            piece.append((cover, part.turned("z", spin).turned("x", tilt).turned("y", turn).moved(x, seat_y + seat_h + 0.235, back_z + z)))
    for x, z in ((-width / 2 + 0.10, back_z + 0.10), (-width / 2 + 0.10, depth / 2 - 0.10), (right - 0.10, back_z + 0.10), (right - 0.10, back_z + 0.70), (right - arm - 0.10, back_z + reach - 0.12),
                 (right - chaise + 0.12, back_z + reach - 0.12), (main_x1 - 0.05, depth / 2 - 0.10)):
        piece.append((black, rounded_box((0.055, low + 0.01, 0.055), 0.004, 2, grain=1).moved(x, (low + 0.01) / 2, z)))
    return stood(piece)


def tub_chair() -> Piece:
    """A round-backed armchair in white boucle on an ash ring."""
    cloth = m.boucle("boucle-cream", "#efe9de", "#b9ae9c", 55)
    b = Bench(m.ash_black())
    angle = np.radians(np.linspace(-128, 128, 56))
    radius = 0.335
    top = 0.63 + 0.13 * np.clip(np.cos(angle * 0.66), 0, 1) ** 2.2
    low = 0.13
    half = (top - low) / 2
    path = np.stack([radius * np.sin(angle), low + half, -radius * np.cos(angle) * 0.98], -1)
    shell = tube(path, half, 30, side=[0, 1, 0], flatten=0.058 / half, power=2.9)
    b.add(shell.bent(lambda v: v + np.stack([0.055 * v[:, 0] / radius * np.clip((v[:, 1] - 0.3) / 0.4, 0, 1), 0 * v[:, 0],
                                             -0.075 * np.clip((v[:, 1] - 0.35) / 0.4, 0, 1) * np.clip(-v[:, 2] / radius, 0, 1)], -1)), cloth)
    profile = [(0.0005, -0.085), (0.22, -0.088), (0.285, -0.086), (0.302, -0.075), (0.309, -0.05), (0.311, 0.0), (0.309, 0.045), (0.299, 0.072), (0.275, 0.088), (0.2, 0.099), (0.1, 0.105), (0.0005, 0.107)]

    def squared(v: Floats) -> Floats:
        r = np.hypot(v[:, 0], v[:, 2])
        a = np.arctan2(v[:, 2], v[:, 0])
        power = 2.9
        grow = 1 / (np.abs(np.cos(a)) ** power + np.abs(np.sin(a)) ** power) ** (1 / power)
        front = np.clip(np.sin(a), 0, 1)
        k = 1 + (grow - 1) * front
        return np.stack([r * np.cos(a) * k * 0.99, v[:, 1] - 0.014 * np.clip(v[:, 2] / 0.3, 0, 1) ** 2, r * np.sin(a) * k * 1.02 + 0.02], -1)

    seat = lathe(profile, 48, grain_up=False, sharp_deg=180)
    b.add(seat.bent(squared).moved(0, 0.365, 0.03), cloth)
    for at in (-2, 8):
        y, r = profile[at][1], profile[at][0]
        if at == 8:
            ring = np.array([[r * np.cos(t), y, r * np.sin(t)] for t in np.linspace(0, 2 * np.pi, 72, endpoint=False)])
            b.add(seam_tube(squared(ring), 0.0055, 7).moved(0, 0.367, 0.03), cloth)
    base = [(0.0005, 0.11), (0.26, 0.11), (0.315, 0.125), (0.322, 0.16), (0.322, 0.27), (0.29, 0.285), (0.0005, 0.285)]
    b.add(lathe(base, 48, grain_up=False, sharp_deg=180).bent(squared).moved(0, 0, 0.015), cloth)
    b.add(lathe([(0.0005, 0.0), (0.232, 0.0), (0.238, 0.004), (0.242, 0.03), (0.250, 0.10), (0.252, 0.13), (0.0005, 0.13)], 56, grain_up=False), b.wood)
    return b.done()


def footstool() -> Piece:
    """A footstool in gray tweed with a loose cushion, oak legs."""
    from assets.source.seating import gray_tweed

    b = Bench(m.oak())
    cloth = gray_tweed()
    size = (0.66, 0.15, 0.52)
    b.add(padded(size, 0.028, 0.004).moved(0, 0.235, 0), cloth)
    soft, pipings = box_cushion((0.65, 0.125, 0.51), 0.036, 5, crown=0.04, slack=1.035)
    for part in (soft, *pipings):
        b.add(part.moved(0, 0.382, 0), cloth)
    for x in (-1, 1):
        for z in (-1, 1):
            b.add(tapered_leg(0.17, 0.024, 0.014, 0.03 * x, 0.025 * z).moved(x * 0.26, 0, z * 0.19))
    return b.done()


def bench_seat() -> Piece:
    """An entry bench: walnut trestle legs, a seat of seven channels in cognac leather."""
    b = Bench(m.walnut())
    hide = m.leather("leather-cognac", ("#b8763f", "#955528", "#5f3216"), 61)
    w, d, h = 1.20, 0.40, 0.46
    b.board((-w / 2 + 0.03, w / 2 - 0.03), (h - 0.10, h - 0.065), (-d / 2 + 0.02, d / 2 - 0.02), 0.006)
    count = 7
    step = w / count
    for i in range(count):
        b.add(padded((step - 0.002, 0.072, d), 0.030, 0.007, 0.08).moved(-w / 2 + (i + 0.5) * step, h - 0.036, 0), hide)
    for x in (-1, 1):
        for z in (-1, 1):
            top, foot = (x * (w / 2 - 0.17), h - 0.09, z * (d / 2 - 0.08)), (x * (w / 2 - 0.12), 0.0, z * (d / 2 - 0.025))
            b.add(tube([foot, top], [0.0135, 0.021], 16, side=[1, 0, 0], power=3.0))
        b.add(tube([(x * (w / 2 - 0.15), 0.20, -d / 2 + 0.05), (x * (w / 2 - 0.15), 0.20, d / 2 - 0.05)], 0.0125, 14, side=[0, 1, 0], flatten=0.7, power=2.6))
    b.add(tube([(-w / 2 + 0.15, 0.20, 0), (w / 2 - 0.15, 0.20, 0)], 0.0125, 14, side=[0, 1, 0], flatten=0.7, power=2.6))
    return b.done()


def pouf() -> Piece:
    """A round knitted pouf."""
    wool = surfaces.knit("knit-oat", "#d9cbb2", "#7d6c55")
    t = np.linspace(-np.pi / 2, np.pi / 2, 26)
    r = 0.265 * np.abs(np.cos(t)) ** 0.42
    y = 0.175 + 0.175 * np.sign(np.sin(t)) * np.abs(np.sin(t)) ** 0.8
    body = lathe([(float(max(a, 0.0005)), float(b)) for a, b in zip(r, y, strict=True)], 64, grain_up=False, sharp_deg=180)

    def sat(v: Floats) -> Floats:
        a = np.arctan2(v[:, 2], v[:, 0])
        top = np.clip(v[:, 1] / 0.35, 0, 1)
        dent = 0.022 * np.exp(-(np.hypot(v[:, 0], v[:, 2]) / 0.12) ** 2) * (top > 0.5)
        fold = 0.004 * np.cos(8 * a) * np.sin(top * np.pi)
        return v * np.stack([1 + fold / 0.26, np.ones(len(v)), 1 + fold / 0.26], -1) - np.stack([0 * a, dent, 0 * a], -1)

    b = Bench(wool)
    b.exact(body.bent(sat), wool)
    b.exact(lathe([(0.0005, 0.0), (0.022, 0.0), (0.026, 0.006), (0.018, 0.014), (0.0005, 0.016)], 20).moved(0, 0.325, 0), wool)
    return b.done()
