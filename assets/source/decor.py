"""Floor lamp, rug, potted plant."""

from __future__ import annotations

import cv2
import numpy as np

from assets.source import materials as m
from assets.source.bench import Bench, Piece
from assets.source.materials import Material, normals_from_height, to_pixels
from assets.source.noise import hex_color, layered_noise, ramp, smooth_noise
from assets.source.shapes import Part, lathe, sheet, spline, tube


def floor_lamp() -> Piece:
    """A floor lamp: cast base, brass stem, linen drum shade, lit."""
    b = Bench(m.oak())
    black = m.brushed_metal("black-steel", "#232323", 0.46, 0.0)
    brass = m.brushed_metal("brass", "#b08d57", 0.28)
    b.add(lathe([(0.0005, 0.0), (0.138, 0.0), (0.140, 0.002), (0.140, 0.012), (0.137, 0.016), (0.05, 0.021), (0.018, 0.026), (0.013, 0.034), (0.0005, 0.034)], 48, sharp_deg=40), black)
    b.add(tube([(0, 0.03, 0), (0, 0.8, 0), (0, 1.42, 0)], 0.0075, 14, round_ends=False), brass)
    b.add(lathe([(0.0005, 1.28), (0.016, 1.283), (0.018, 1.30), (0.018, 1.345), (0.012, 1.352), (0.0005, 1.352)], 20), brass)
    y0, y1, r0, r1 = 1.27, 1.58, 0.215, 0.178
    linen = m.weave("shade-linen", ("#efe3cb", "#ead9bc", "#f2e9d6"), 50, yarns=120, tile_m=0.2, melange=0.06, slub=1.0)
    shade = Material("shade", linen.tile_m, linen.color, None, linen.bumps, roughness=0.9, glow=(0.42, 0.31, 0.185), double_sided=True, quality=linen.quality)
    t = np.linspace(0, 1, 9)
    b.add(lathe([(float(r0 + (r1 - r0) * s), float(y0 + (y1 - y0) * s)) for s in t], 56), shade)
    inside = lathe([(float(r1 + (r0 - r1) * s - 0.0025), float(y1 + (y0 - y1) * s)) for s in t], 56)
    b.add(inside, shade)
    for y, r in ((y0, r0), (y1, r1)):
        ring = np.array([[np.cos(a) * r, y, np.sin(a) * r] for a in np.linspace(0, 2 * np.pi, 64, endpoint=False)])
        b.add(tube(ring, 0.0042, 8, closed=True), linen)
    for a in (0.4, 2.5, 4.6):
        b.add(tube([(0.01 * np.cos(a), y1 - 0.035, 0.01 * np.sin(a)), (r1 * np.cos(a), y1 - 0.004, r1 * np.sin(a))], 0.002, 6), brass)
    b.add(tube([(0, 1.35, 0), (0, y1 - 0.03, 0)], 0.004, 8), brass)
    b.add(lathe([(0.0005, y1 - 0.04), (0.009, y1 - 0.037), (0.009, y1 - 0.026), (0.005, y1 - 0.016), (0.0005, y1 - 0.012)], 16), brass)
    bulb = Material("bulb", (0.1, 0.1), to_pixels(np.ones((8, 8, 3))), None, None, roughness=0.4, glow=(1.0, 0.84, 0.60))
    b.add(lathe([(0.0005, 1.505), (0.012, 1.502), (0.026, 1.485), (0.030, 1.465), (0.026, 1.44), (0.014, 1.41), (0.013, 1.352)][::-1], 20), bulb)
    chain = spline([(0.05, 1.33, 0.02), (0.05, 1.22, 0.02)], 8)
    b.add(tube(chain, 0.0012, 6), brass)
    b.add(lathe([(0.0005, 1.205), (0.0045, 1.209), (0.0045, 1.216), (0.0005, 1.22)], 10).moved(0.05, 0, 0.02), brass)
    return b.done()


def rug() -> Piece:
    """A wool rug 1.60 x 2.30 m: cream ground, charcoal lattice, border, fringe at both ends."""
    w, length = 1.60, 2.30
    px = 420
    shape = (int(length * px), int(w * px))
    y, x = (np.mgrid[: shape[0], : shape[1]] + 0.5) / px
    wob_x = 0.006 * layered_noise(shape, (120, 120), 3, 3) + 0.0016 * smooth_noise(shape, (4, 4), 4)
    wob_y = 0.006 * layered_noise(shape, (120, 120), 5, 3) + 0.0016 * smooth_noise(shape, (4, 4), 6)
    u, v = x - w / 2 + wob_x, y - length / 2 + wob_y
    cell = 0.40
    a = np.abs(((u / cell + v / (1.45 * cell)) % 1) - 0.5)
    c = np.abs(((u / cell - v / (1.45 * cell)) % 1) - 0.5)
    line = np.minimum(0.5 - a, 0.5 - c) * cell
    lattice = np.clip((0.017 - line) / 0.004 + 0.5, 0, 1)
    fine = np.clip((0.006 - np.abs(line - 0.042)) / 0.003 + 0.5, 0, 1) * 0.85
    heart = np.maximum(a, c)
    diamond = np.clip((0.055 - heart * cell) / 0.004 + 0.5, 0, 1)
    edge = np.minimum(w / 2 - np.abs(u), length / 2 - np.abs(v))
    field = np.clip((edge - 0.135) / 0.003, 0, 1)
    border = np.clip((0.012 - np.abs(edge - 0.115)) / 0.003 + 0.5, 0, 1) + np.clip((0.006 - np.abs(edge - 0.080)) / 0.003 + 0.5, 0, 1)
    teeth = np.abs((np.where(w / 2 - np.abs(u) < length / 2 - np.abs(v), v, u) / 0.05 % 1) - 0.5) * 0.05
    border += np.clip((teeth - np.abs(edge - 0.040) * 0.9) / 0.003, 0, 1) * (edge > 0.018) * (edge < 0.066)
    ink = np.clip(field * np.maximum.reduce([lattice, fine, diamond]) + border, 0, 1)
    tuft = smooth_noise(shape, (2.6, 2.6), 7)
    rows = np.cos(2 * np.pi * y / 0.0085 + 0.9 * smooth_noise(shape, (9, 9), 9))
    shade = 1 + 0.07 * tuft + 0.035 * rows + 0.045 * layered_noise(shape, (30, 90), 8, 3)
    color = (np.array(hex_color("#ddd3c0")) * (1 - ink[..., None]) + np.array(hex_color("#4a4744")) * ink[..., None]) * shade[..., None]
    bumps = normals_from_height(0.6 * tuft + 0.5 * rows - 0.5 * ink, 0.55)
    wool = Material("rug", (w, length), to_pixels(np.clip(color, 0, 1)), None, cv2.resize(bumps, (shape[1] * 2 // 3, shape[0] * 2 // 3), interpolation=cv2.INTER_AREA), roughness=0.97,
                    quality={"color": 74, "bumps": 60})
    thick = 0.011
    gx, gz = np.meshgrid(np.linspace(-w / 2, w / 2, 61), np.linspace(-length / 2, length / 2, 81))
    inner = np.minimum(w / 2 - np.abs(gx), length / 2 - np.abs(gz))
    lie = 0.0012 * np.clip(layered_noise((81, 61), (22, 22), 12, 2), -1, 2)
    gy = thick + lie * np.clip(inner / 0.1, 0, 1)
    top = sheet(np.stack([gx, gy, gz], -1)[::-1], np.stack([gx + w / 2, length / 2 - gz], -1)[::-1])
    b = Bench(wool)
    if top.normals[:, 1].mean() < 0:
        top = Part(top.vertices, -top.normals, top.uv, top.faces[:, ::-1])
    b.exact(top, wool)
    ring = np.array([(-w / 2, -length / 2), (w / 2, -length / 2), (w / 2, length / 2), (-w / 2, length / 2), (-w / 2, -length / 2)])
    for p, q in zip(ring, ring[1:], strict=False):
        steps = 30
        path = p + (q - p) * np.linspace(0, 1, steps)[:, None]
        b.exact(tube(np.stack([path[:, 0], np.full(steps, thick * 0.52), path[:, 1]], -1), thick * 0.52, 10), m.painted("binding", "#c9bda8", 0.9))
    cord = m.weave("fringe", ("#dcd2bf", "#d4c9b4", "#e4dccb"), 54, yarns=64, tile_m=0.1, size=256, melange=0.08)
    rng = np.random.default_rng(4)
    for end in (-1, 1):
        for xx in np.arange(-w / 2 + 0.010, w / 2 - 0.005, 0.0205):
            sway, far = rng.normal(0, 0.006), 0.055 + rng.normal(0, 0.004)
            b.add(tube([(xx, 0.006, end * (length / 2 - 0.004)), (xx + sway * 0.4, 0.0052, end * (length / 2 + far * 0.5)), (xx + sway, 0.0040, end * (length / 2 + far))],
                       [0.0042, 0.0032, 0.0044], 5, flatten=0.8, side=[1, 0, 0], round_ends=False), cord)
    return b.done()


def leaf_material() -> Material:
    """One leaf of a fiddle-leaf fig: midrib, veins, a little yellow, a waxy shine."""
    h, w = 384, 256
    y, x = np.mgrid[:h, :w].astype(float)
    u, v = x / w - 0.5, 1 - y / h
    ribs = np.abs(u)
    vein = np.exp(-((ribs / 0.014) ** 2))
    along = v - 0.52 * ribs - 0.9 * ribs**2
    side_vein = np.exp(-((((along * 9.0) % 1.0 - 0.5) / 0.05) ** 2)) * np.exp(-ribs * 1.2)
    net = np.clip(np.abs(layered_noise((h, w), (14, 14), 3, 3)) / 0.2, 0, 1)
    tone = 0.42 + 0.14 * layered_noise((h, w), (90, 60), 4, 3) - 0.08 * (1 - net)
    color = ramp(tone, [(0.0, hex_color("#1f3a1c")), (0.5, hex_color("#3c6630")), (1.0, hex_color("#6f9148"))])
    for mask, strength in ((vein, 0.75), (side_vein, 0.38)):
        color = color * (1 - strength * mask[..., None]) + np.array(hex_color("#a9b978")) * strength * mask[..., None]
    height = -3.0 * vein - 2.0 * side_vein + 0.8 * net
    return Material("leaf", (1.0, 1.0), to_pixels(np.clip(color, 0, 1)), None, normals_from_height(cv2.GaussianBlur(height, (0, 0), 1.2), 0.5), roughness=0.38, double_sided=True,
                    quality={"color": 82, "bumps": 74})


def leaf(length: float, width: float, droop: float, cup: float, wave: float, seed: int) -> Part:
    """A leaf from its stalk at the origin along +z, upper side +y."""
    rng = np.random.default_rng(seed)
    t, s = np.linspace(0, 1, 13), np.linspace(-1, 1, 9)
    shape = np.sin(np.pi * t**0.85) ** 0.62 * (0.72 + 0.5 * t - 0.34 * np.exp(-(((t - 0.42) / 0.13) ** 2)))
    shape[0] = shape[-1] = 0.02
    bend = droop * t**1.6
    z = length * np.cumsum(np.concatenate([[0], np.diff(t) * np.cos(bend[1:])]))
    y = -length * np.cumsum(np.concatenate([[0], np.diff(t) * np.sin(bend[1:])]))
    half = width / 2 * shape
    phase = rng.uniform(0, 6.28, 2)
    ripple = wave * np.sin(t * 9 + phase[0])[:, None] * np.clip(s, 0, 1)[None] ** 2 + wave * np.sin(t * 8 + phase[1])[:, None] * np.clip(-s, 0, 1)[None] ** 2
    points = np.stack([s[None] * half[:, None], y[:, None] + cup * half[:, None] * np.abs(s)[None] ** 1.5 + ripple * half[:, None], np.broadcast_to(z[:, None], (13, 9))], -1)
    grid = sheet(points, np.stack([np.broadcast_to(0.5 + 0.48 * s[None] * (shape / shape.max())[:, None], (13, 9)), np.broadcast_to(0.02 + 0.96 * t[:, None], (13, 9))], -1))
    if grid.normals[:, 1].mean() < 0:
        grid = Part(grid.vertices, -grid.normals, grid.uv, grid.faces[:, ::-1])
    return grid


def potted_plant() -> Piece:
    """A fiddle-leaf fig in a white stoneware pot, 1.35 m."""
    rng = np.random.default_rng(9)
    b = Bench(m.oak())
    glaze = m.painted("stoneware-white", "#dedad1", 0.55)
    outside = [(0.0005, 0.0), (0.118, 0.0), (0.126, 0.004), (0.150, 0.10), (0.165, 0.20), (0.172, 0.285), (0.173, 0.292), (0.170, 0.297), (0.160, 0.298), (0.157, 0.292), (0.152, 0.255), (0.148, 0.245)]
    b.add(lathe(outside, 56, grain_up=False, sharp_deg=60), glaze)
    size = (256, 256)
    crumbs = layered_noise(size, (8, 8), 3, 4)
    soil = Material("soil", (0.25, 0.25), to_pixels(ramp(0.5 + 0.2 * crumbs, [(0, hex_color("#1d1612")), (1, hex_color("#5a4636"))])), None, normals_from_height(2 * crumbs, 0.6), roughness=0.95)
    gr, ga = np.meshgrid(np.linspace(0.002, 0.152, 8), np.linspace(0, 2 * np.pi, 33), indexing="ij")
    bump = 0.005 * layered_noise((8, 32), (2, 4), 4, 2)
    bump = np.concatenate([bump, bump[:, :1]], 1)
    disk = sheet(np.stack([gr * np.sin(ga), 0.252 + bump, gr * np.cos(ga)], -1), np.stack([gr * np.sin(ga), gr * np.cos(ga)], -1))
    if disk.normals[:, 1].mean() < 0:
        disk = Part(disk.vertices, -disk.normals, disk.uv, disk.faces[:, ::-1])
    b.add(disk, soil)
    bark = m.wood("bark", ("#8a735a", "#6b573f", "#43352a"), 71, tile_m=(0.4, 0.1), rings=6, pores=0.9, size=(128, 256), gloss=0.8)
    green = m.painted("stalk", "#6f8a4c", 0.5)
    foliage = leaf_material()
    stems = [([(0.01, 0.24, 0.0), (0.03, 0.6, 0.02), (-0.01, 0.95, 0.03), (0.02, 1.24, 0.0)], 21), ([(-0.03, 0.24, 0.02), (-0.07, 0.5, 0.05), (-0.12, 0.78, 0.08), (-0.13, 1.0, 0.06)], 14),
             ([(0.03, 0.24, -0.02), (0.09, 0.45, -0.06), (0.14, 0.68, -0.09), (0.17, 0.84, -0.08)], 11)]
    number = 0
    for points, count in stems:
        path = spline(points, 20)
        b.add(tube(path, np.linspace(0.0125, 0.0045, 20), 10), bark)
        for i in range(count):
            at = 0.34 + 0.66 * (i / (count - 1)) ** 0.9
            base = np.array([np.interp(at, np.linspace(0, 1, 20), path[:, k]) for k in range(3)])
            azimuth = 137.5 * i + rng.normal(0, 14) + 40 * len(points)
            rise = 12 + 52 * ((at - 0.34) / 0.66) ** 1.5 + rng.normal(0, 6)
            grown = 1.0 - 0.45 * np.clip((at - 0.8) / 0.2, 0, 1) - 0.15 * (i < 2)
            length = rng.uniform(0.20, 0.265) * grown
            part = leaf(length, length * rng.uniform(0.62, 0.72), rng.uniform(0.5, 1.15), rng.uniform(0.15, 0.4), rng.uniform(0.06, 0.14), number)
            stalk = 0.035 * grown
            part = part.turned("z", float(rng.normal(0, 14))).moved(0, 0, stalk).turned("x", -rise).turned("y", azimuth).moved(*base)
            b.exact(part, foliage)
            petiole = tube([(0, 0, 0), (0, 0.002, stalk * 0.6), (0, 0, stalk * 1.15)], 0.0026, 6).turned("x", -rise).turned("y", azimuth).moved(*base)
            b.add(petiole, green)
            number += 1
    return b.done()

