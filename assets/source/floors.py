"""Rugs: a braided round one, a striped runner, a deep-pile one."""

from __future__ import annotations

import cv2
import numpy as np

from assets.source import materials as m
from assets.source.bench import Bench, Piece
from assets.source.materials import Material, normals_from_height, to_pixels
from assets.source.noise import hex_color, layered_noise, ramp, smooth_noise
from assets.source.shapes import Part, sheet, tube
from assets.source.surfaces import braid


def _up(part: Part) -> Part:
    return part if part.normals[:, 1].mean() > 0 else Part(part.vertices, -part.normals, part.uv, part.faces[:, ::-1])


def jute_rug() -> Piece:
    """A round rug of braided jute, 1.60 m across."""
    radius, px = 0.80, 460
    side = int(2 * radius * px)
    y, x = (np.mgrid[:side, :side] + 0.5) / px - radius
    r, a = np.hypot(x, y), np.arctan2(y, x)
    pitch = 0.021
    coil = r / pitch - a / (2 * np.pi)
    row = np.floor(coil)
    across = (coil - row) * 2 - 1
    run = r * a + row * 0.37
    height, tone = braid(run, across, 3)
    fiber = smooth_noise((side, side), (2.0, 2.0), 5)
    broad = layered_noise((side, side), (160, 160), 6, 3)
    shade = np.clip(0.14 + 0.66 * height + 0.10 * tone + 0.045 * fiber + 0.06 * broad, 0, 1)
    color = ramp(shade, [(0.0, hex_color("#67553c")), (0.45, hex_color("#b8a27c")), (1.0, hex_color("#e8dabb"))])
    jute = Material("jute", (2 * radius, 2 * radius), to_pixels(color), None, cv2.resize(normals_from_height(3.0 * height + 0.3 * fiber, 0.5), (side * 3 // 5, side * 3 // 5), interpolation=cv2.INTER_AREA),
                    roughness=0.95, quality={"color": 66, "bumps": 55})
    rings, spokes = 16, 96
    gr, ga = np.meshgrid(np.linspace(0.002, radius - 0.004, rings), np.linspace(0, 2 * np.pi, spokes + 1), indexing="ij")
    lie = 0.0014 * layered_noise((rings, spokes), (6, 24), 8, 2)
    lie = np.concatenate([lie, lie[:, :1]], 1)
    lie[0] = lie[0].mean()
    points = np.stack([gr * np.cos(ga), 0.011 + np.clip(lie, -0.003, 0.004), -gr * np.sin(ga)], -1)
    b = Bench(jute)
    b.exact(_up(sheet(points, np.stack([gr * np.cos(ga) + radius, gr * np.sin(ga) + radius], -1))), jute)
    loop = np.array([[(radius - 0.006) * np.cos(t), 0.0068, (radius - 0.006) * np.sin(t)] for t in np.linspace(0, 2 * np.pi, 140, endpoint=False)])
    b.exact(tube(loop, 0.0068, 8, closed=True), m.weave("jute-edge", ("#b8a27c", "#ab956f", "#c4af8b"), 59, yarns=30, tile_m=0.1, size=128, melange=0.1))
    return b.done()


def flat_rug(w: float, length: float, material: Material, thick: float, edge: Material, lie_m: float = 0.0012, seed: int = 12) -> Bench:
    """A rectangular rug lying a little uneven; the material's tile is the whole rug."""
    nx, nz = max(int(w / 0.03), 8), max(int(length / 0.035), 8)
    gx, gz = np.meshgrid(np.linspace(-w / 2, w / 2, nx), np.linspace(-length / 2, length / 2, nz))
    inner = np.minimum(w / 2 - np.abs(gx), length / 2 - np.abs(gz))
    lie = lie_m * np.clip(layered_noise((nz, nx), (18, 18), seed, 2), -1, 2)
    gy = thick + lie * np.clip(inner / 0.1, 0, 1)
    b = Bench(material)
    b.exact(_up(sheet(np.stack([gx, gy, gz], -1), np.stack([gx + w / 2, length / 2 - gz], -1))), material)
    ring = np.array([(-w / 2, -length / 2), (w / 2, -length / 2), (w / 2, length / 2), (-w / 2, length / 2), (-w / 2, -length / 2)])
    for p, q in zip(ring, ring[1:], strict=False):
        path = p + (q - p) * np.linspace(0, 1, 24)[:, None]
        b.exact(tube(np.stack([path[:, 0], np.full(24, thick * 0.52), path[:, 1]], -1), thick * 0.52, 8), edge)
    return b


def runner() -> Piece:
    """A flat-woven runner, 0.80 x 2.40 m: indigo, brick and cream bands on natural wool, with fringe."""
    w, length, px = 0.80, 2.40, 400
    shape = (int(length * px), int(w * px))
    y, x = (np.mgrid[: shape[0], : shape[1]] + 0.5) / px
    v = np.abs(y - length / 2) + 0.0016 * smooth_noise(shape, (3, 30), 3)
    color = np.ones((*shape, 3)) * hex_color("#cdbfa6")
    for at, wide, tint in ((0.10, 0.05, "#33455c"), (0.21, 0.012, "#9c4a34"), (0.25, 0.012, "#33455c"), (0.42, 0.07, "#9c4a34"), (0.55, 0.014, "#e3d9c4"), (0.60, 0.014, "#33455c"),
                           (0.76, 0.06, "#33455c"), (0.87, 0.012, "#9c4a34"), (0.91, 0.012, "#e3d9c4"), (1.06, 0.07, "#9c4a34")):
        mask = np.clip((wide / 2 - np.abs(v - at)) / 0.0015 + 0.5, 0, 1)[..., None]
        color = color * (1 - mask) + np.array(hex_color(tint)) * mask
    for at in (0.315, 0.68, 0.985):
        zig = np.abs(((x / 0.05) % 1) - 0.5) * 0.044
        mask = np.clip((0.005 - np.abs(v - at + 0.011 - zig)) / 0.0018 + 0.5, 0, 1)[..., None]
        color = color * (1 - mask) + np.array(hex_color("#3d4c5f")) * mask
    weft = np.cos(2 * np.pi * y / 0.006 + np.pi * (np.floor(x / 0.0042) % 2))
    tuft = smooth_noise(shape, (2.0, 3.5), 7)
    color = color * (1 + 0.055 * weft + 0.05 * tuft + 0.045 * layered_noise(shape, (14, 120), 9, 3))[..., None]
    bumps = cv2.resize(normals_from_height(0.7 * weft + 0.4 * tuft, 0.5), (shape[1] * 2 // 3, shape[0] * 2 // 3), interpolation=cv2.INTER_AREA)
    wool = Material("runner", (w, length), to_pixels(np.clip(color, 0, 1)), None, bumps, roughness=0.96, quality={"color": 72, "bumps": 56})
    b = flat_rug(w, length, wool, 0.008, m.painted("binding", "#b9ab92", 0.9))
    cord = m.weave("fringe", ("#dcd2bf", "#d4c9b4", "#e4dccb"), 54, yarns=64, tile_m=0.1, size=128, melange=0.08)
    rng = np.random.default_rng(6)
    for end in (-1, 1):
        for xx in np.arange(-w / 2 + 0.010, w / 2 - 0.005, 0.0195):
            sway, far = rng.normal(0, 0.007), 0.06 + rng.normal(0, 0.005)
            b.add(tube([(xx, 0.005, end * (length / 2 - 0.004)), (xx + sway * 0.4, 0.0042, end * (length / 2 + far * 0.5)), (xx + sway, 0.0032, end * (length / 2 + far))],
                       [0.0034, 0.0027, 0.0036], 5, flatten=0.8, side=[1, 0, 0], round_ends=False), cord)
    return b.done()


def shag_rug() -> Piece:
    """A deep-pile wool rug, 2.00 x 2.90 m: warm white with a fine broken line."""
    w, length, px = 2.0, 2.9, 300
    shape = (int(length * px), int(w * px))
    y, x = (np.mgrid[: shape[0], : shape[1]] + 0.5) / px
    wob = 0.010 * layered_noise(shape, (60, 60), 3, 3)
    u, v = x - w / 2 + wob, y - length / 2 + np.roll(wob, 100, 1)
    line = np.full(shape, 1.0)
    for k in (-1, 0, 1):
        for sign in (-1, 1):
            line = np.minimum(line, np.abs(sign * u * 1.25 - (v - 0.95 * k) % 1.9 + 0.95) / 1.6)
    ink = np.clip((0.012 - line) / 0.006 + 0.5, 0, 1) * np.clip(0.75 + 0.35 * layered_noise(shape, (30, 30), 5, 2), 0, 1)
    tuft = smooth_noise(shape, (3.2, 3.2), 7)
    clump = layered_noise(shape, (14, 14), 8, 3)
    base = np.array(hex_color("#e4dccd")) * (1 - 0.8 * ink[..., None]) + np.array(hex_color("#57514b")) * 0.8 * ink[..., None]
    color = base * (1 + 0.06 * tuft + 0.05 * clump + 0.03 * layered_noise(shape, (160, 160), 9, 2))[..., None]
    bumps = cv2.resize(normals_from_height(1.2 * tuft + 1.6 * clump - 0.6 * ink, 0.5), (shape[1] * 2 // 3, shape[0] * 2 // 3), interpolation=cv2.INTER_AREA)
    wool = Material("pile", (w, length), to_pixels(np.clip(color, 0, 1)), None, bumps, roughness=0.98, quality={"color": 72, "bumps": 58})
    return flat_rug(w, length, wool, 0.024, m.weave("pile-edge", ("#ddd4c4", "#d3c9b8"), 60, yarns=30, tile_m=0.1, size=128, melange=0.1), 0.0035, 15).done()
