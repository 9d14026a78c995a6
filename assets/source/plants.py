"""Plants: monstera, snake plant, olive tree, aloe, eucalyptus in a vase."""

from __future__ import annotations

import numpy as np

from assets.source import materials as m
from assets.source import surfaces
from assets.source.bench import Bench, Piece
from assets.source.decor import leaf_material
from assets.source.materials import Material, normals_from_height, to_pixels
from assets.source.noise import hex_color, layered_noise, ramp, smooth_noise
from assets.source.shapes import Part, lathe, sheet, spline, tube
from assets.source.storage import vase


def upright(part: Part) -> Part:
    """A leaf with its face to the light."""
    return part if part.normals[:, 1].mean() >= 0 else Part(part.vertices, -part.normals, part.uv, part.faces[:, ::-1])


def soil(b: Bench, radius: float, y: float) -> None:
    """Earth in a pot."""
    size = (256, 256)
    crumbs = layered_noise(size, (8, 8), 3, 4)
    earth = Material("soil", (0.25, 0.25), to_pixels(ramp(0.5 + 0.2 * crumbs, [(0, hex_color("#1d1612")), (1, hex_color("#5a4636"))])), None,
                     normals_from_height(2 * crumbs, 0.6), roughness=0.95)
    gr, ga = np.meshgrid(np.linspace(0.002, radius, 7), np.linspace(0, 2 * np.pi, 29), indexing="ij")
    lump = 0.004 * layered_noise((7, 28), (2, 4), 4, 2)
    lump = np.concatenate([lump, lump[:, :1]], 1)
    b.add(upright(sheet(np.stack([gr * np.sin(ga), y + lump, gr * np.cos(ga)], -1), np.stack([gr * np.sin(ga), gr * np.cos(ga)], -1))), earth)


def split_leaf(length: float, width: float, droop: float, cup: float, seed: int) -> Part:
    """A monstera leaf: heart-shaped, cut between its ribs; stalk at the origin, pointing along +z."""
    rng = np.random.default_rng(seed)
    t, s = np.linspace(0, 1, 45), np.linspace(-1, 1, 9)
    outline = np.sin(np.pi * np.clip(0.10 + 0.90 * t, 0, 1) ** 0.78) ** 0.72
    outline[-1] = 0.01
    sides = []
    for _ in range(2):
        cut = np.zeros_like(t)
        for k in range(4):
            cut = np.maximum(cut, rng.uniform(0.45, 0.66) * np.exp(-(((t - (0.30 + 0.15 * k + rng.normal(0, 0.012))) / 0.016) ** 2)))
        sides.append(outline * (1 - cut))
    half = np.where(s[None] < 0, sides[0][:, None], sides[1][:, None]) * width / 2
    sweep = 0.20 * np.abs(s)[None] ** 1.2 * half / (width / 2) * length * 0.45
    bend = droop * t**1.5
    z = length * np.cumsum(np.concatenate([[0], np.diff(t) * np.cos(bend[1:])]))
    y = -length * np.cumsum(np.concatenate([[0], np.diff(t) * np.sin(bend[1:])]))
    lobe = -0.16 * length * np.exp(-t / 0.10)[:, None] * np.abs(s)[None]
    x = s[None] * half
    wave = 0.02 * np.sin(t * 21 + rng.uniform(0, 6))[:, None] * np.abs(s)[None] ** 2 * width
    points = np.stack([x, y[:, None] - cup * np.abs(x) ** 1.5 / width**0.5 + wave + 0 * x, z[:, None] + lobe + sweep * 0.6], -1)
    uv = np.stack([0.5 + 0.48 * s[None] * half / (width / 2), np.broadcast_to(0.02 + 0.96 * t[:, None], half.shape)], -1)
    return upright(sheet(points, uv))


def monstera() -> Piece:
    """A monstera in a terracotta pot."""
    rng = np.random.default_rng(4)
    b = Bench(m.oak())
    pot = [(0.0005, 0.0), (0.105, 0.0), (0.112, 0.004), (0.148, 0.225), (0.150, 0.232), (0.162, 0.234), (0.166, 0.240), (0.166, 0.285), (0.162, 0.291), (0.150, 0.291), (0.147, 0.285), (0.142, 0.25)]
    b.add(lathe(pot, 56, grain_up=False, sharp_deg=50), surfaces.terracotta())
    soil(b, 0.144, 0.256)
    green, stalk = leaf_material(), m.painted("stalk", "#5d7c43", 0.5)
    for i in range(13):
        azimuth = 137.5 * i + rng.normal(0, 12)
        grown = 1 - 0.03 * i
        height = 0.36 + 0.047 * i + rng.normal(0, 0.02)
        reach = (0.36 - 0.016 * i) * rng.uniform(0.85, 1.1)
        c, s = np.sin(np.radians(azimuth)), np.cos(np.radians(azimuth))
        path = spline([(0.02 * c, 0.25, 0.02 * s), (0.30 * reach * c, 0.25 + 0.55 * (height), 0.30 * reach * s), (0.75 * reach * c, 0.22 + 0.97 * height, 0.75 * reach * s), (reach * c, 0.25 + height, reach * s)], 18)
        b.add(tube(path, np.linspace(0.0075, 0.0042, 18), 8), stalk)
        length = 0.285 * grown * rng.uniform(0.9, 1.08)
        part = split_leaf(length, length * 0.98, rng.uniform(0.25, 0.6), rng.uniform(0.25, 0.5), i)
        tip = rng.uniform(28, 52) - 2.2 * i
        b.exact(part.turned("z", float(rng.normal(0, 10))).turned("x", tip).turned("y", azimuth).moved(*path[-1]), green)
    return b.done()


def _sword_material() -> Material:
    h, w = 512, 128
    y, x = np.mgrid[:h, :w].astype(float)
    u = np.abs(x / w - 0.5) * 2
    band = np.sin(y / 26 + 2.4 * layered_noise((h, w), (26, 60), 4, 3)) + 0.6 * smooth_noise((h, w), (9, 40), 6)
    tone = np.clip(0.42 + 0.20 * np.tanh(1.6 * band), 0, 1)
    color = ramp(tone, [(0.0, hex_color("#22402b")), (0.5, hex_color("#47694a")), (1.0, hex_color("#8fa886"))])
    edge = np.clip((u - 0.80 + 0.03 * smooth_noise((h, w), (60, 30), 8)) / 0.05, 0, 1)[..., None]
    color = color * (1 - edge) + np.array(hex_color("#c9bf6f")) * edge
    streak = 1 + 0.03 * smooth_noise((h, w), (120, 1.5), 9)
    return Material("sword-leaf", (1.0, 1.0), to_pixels(np.clip(color * streak[..., None], 0, 1)), None, None, roughness=0.42, double_sided=True, quality={"color": 84})


def snake_plant() -> Piece:
    """A snake plant in a fluted gray pot."""
    rng = np.random.default_rng(12)
    b = Bench(m.oak())
    angle = np.linspace(0, 2 * np.pi, 40 * 5 + 1)
    flute = 1 - 0.028 * np.abs(np.cos(angle * 20)) ** 0.8
    rows = [(0.004, 0.090), (0.0, 0.094), (0.010, 0.100), (0.20, 0.125), (0.212, 0.127), (0.218, 0.123), (0.216, 0.116), (0.180, 0.112)]
    ys, rs = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    smooth = np.array([0.2, 0.6, 1, 1, 0.6, 0, 0, 0])
    radius = rs[:, None] * (1 + smooth[:, None] * (flute[None] - 1))
    points = np.stack([radius * np.sin(angle)[None], np.broadcast_to(ys[:, None], radius.shape), radius * np.cos(angle)[None]], -1)
    uv = np.stack([np.broadcast_to(angle[None] * 0.12, radius.shape), np.broadcast_to(np.linspace(0, 0.3, len(rows))[:, None], radius.shape)], -1)
    part = sheet(points, uv)
    outward = np.einsum("ij,ij->i", part.normals[len(angle) * 2 : len(angle) * 4, [0, 2]], part.vertices[len(angle) * 2 : len(angle) * 4, [0, 2]]).mean()
    b.add(part if outward > 0 else Part(part.vertices, -part.normals, part.uv, part.faces[:, ::-1]), surfaces.glazed("glaze-ash", "#a9a7a1", 0.45))
    b.add(lathe([(0.0005, 0.001), (0.092, 0.001), (0.0915, 0.003)], 40, grain_up=False), surfaces.glazed("glaze-ash", "#a9a7a1", 0.45))
    soil(b, 0.113, 0.186)
    blade = _sword_material()
    for i in range(15):
        a, r = 137.5 * i, 0.012 + 0.0058 * i
        height = rng.uniform(0.42, 0.74) * (1 - 0.018 * i)
        t, s = np.linspace(0, 1, 15), np.linspace(-1, 1, 7)
        half = rng.uniform(0.024, 0.033) * (0.62 + 0.5 * np.sin(np.pi * np.clip(t * 0.95, 0, 1)) ** 0.8) * np.clip((1 - t) / 0.24, 0, 1) ** 0.6
        twist = np.radians(rng.uniform(-55, 55)) * t
        lean = rng.uniform(0.02, 0.10) + 0.012 * i
        cx = s[None] * half[:, None]
        cz = 0.45 * half[:, None] * (s[None] ** 2 - 0.4)
        px = cx * np.cos(twist)[:, None] - cz * np.sin(twist)[:, None]
        pz = cx * np.sin(twist)[:, None] + cz * np.cos(twist)[:, None] + (lean * t**1.7)[:, None]
        points = np.stack([px, np.broadcast_to((0.175 + height * t)[:, None], px.shape), pz], -1)
        uv = np.stack([np.broadcast_to(0.5 + 0.49 * s[None], px.shape), np.broadcast_to(t[:, None] * min(height / 0.75, 0.98) + 0.01, px.shape)], -1)
        part = sheet(points, uv)
        b.exact(part.moved(0, 0, r).turned("y", a), blade)
    return b.done()


def olive_tree() -> Piece:
    """A potted olive tree, 1.65 m: a bare stem, a loose silver-green head."""
    rng = np.random.default_rng(21)
    b = Bench(m.oak())
    pot = [(0.0005, 0.0), (0.140, 0.0), (0.148, 0.005), (0.172, 0.12), (0.180, 0.25), (0.180, 0.315), (0.176, 0.322), (0.164, 0.322), (0.161, 0.315), (0.157, 0.27)]
    b.add(lathe(pot, 56, grain_up=False, sharp_deg=50), m.painted("concrete", "#b3afa8", 0.85))
    soil(b, 0.159, 0.278)
    bark = m.wood("bark-olive", ("#9a8e7c", "#7d715f", "#574d40"), 72, tile_m=(0.4, 0.1), rings=6, pores=0.9, size=(128, 256), gloss=0.85)
    h, w = 128, 64
    y, x = np.mgrid[:h, :w].astype(float)
    rib = np.exp(-(((x / w - 0.5) / 0.03) ** 2))
    tone = 0.5 + 0.10 * layered_noise((h, w), (40, 30), 4, 3)
    tint = ramp(tone, [(0, hex_color("#3f5138")), (0.5, hex_color("#6c7d5c")), (1, hex_color("#9eab8c"))]) * (1 + 0.18 * rib)[..., None]
    foliage = Material("olive-leaf", (1.0, 1.0), to_pixels(np.clip(tint, 0, 1)), None, None, roughness=0.55, double_sided=True)
    trunk = spline([(0, 0.27, 0), (0.015, 0.55, 0.01), (-0.01, 0.80, 0.0), (0.005, 0.98, 0.01)], 16)
    b.add(tube(trunk, np.linspace(0.019, 0.0125, 16), 12), bark)
    for i in range(17):
        azimuth, rise = 137.5 * i + rng.normal(0, 15), np.radians(rng.uniform(28, 74))
        start = trunk[int(rng.integers(11, 16))] if i % 3 else trunk[-1]
        out = np.array([np.sin(np.radians(azimuth)) * np.cos(rise), np.sin(rise), np.cos(np.radians(azimuth)) * np.cos(rise)])
        long = rng.uniform(0.30, 0.54)
        tip = start + out * long + [0, -0.02, 0]
        branch = spline([start, start + out * long * 0.5 + rng.normal(0, 0.022, 3) + [0, 0.02, 0], tip], 12)
        b.add(tube(branch, np.linspace(0.0062, 0.0018, 12), 6), bark)
        twigs = [branch[3:]]
        for k in range(4):
            at = branch[4 + 2 * k]
            d = out + rng.normal(0, 0.75, 3)
            d /= np.linalg.norm(d)
            twig = spline([at, at + d * 0.07 + rng.normal(0, 0.008, 3), at + d * 0.15 + [0, 0.02, 0]], 9)
            b.add(tube(twig, np.linspace(0.0024, 0.001, 9), 4), bark)
            twigs.append(twig)
        for twig in twigs:
            for j in range(1, len(twig)):
                for side in range(2):
                    size = rng.uniform(0.052, 0.076)
                    t, s = np.linspace(0, 1, 4), np.linspace(-1, 1, 3)
                    half = size * 0.11 * np.sin(np.pi * np.clip(0.05 + 0.93 * t, 0, 1)) ** 0.7
                    points = np.stack([s[None] * half[:, None], -0.10 * size * t[:, None] ** 2 + 0.25 * np.abs(s[None]) * half[:, None], np.broadcast_to(size * t[:, None], (4, 3))], -1)
                    uv = np.stack([np.broadcast_to(0.5 + 0.48 * s[None], (4, 3)), np.broadcast_to(t[:, None], (4, 3))], -1)
                    part = upright(sheet(points, uv)).turned("x", float(rng.uniform(-70, 15))).turned("y", float(azimuth + (65 if side else -65) + rng.normal(0, 35)))
                    b.exact(part.moved(*twig[j]), foliage)
    return b.done()


def aloe() -> Piece:
    """A small aloe in a blue glazed pot, for a table or a sill."""
    rng = np.random.default_rng(31)
    b = Bench(m.oak())
    pot = [(0.0005, 0.0), (0.046, 0.0), (0.050, 0.003), (0.066, 0.075), (0.070, 0.098), (0.068, 0.102), (0.063, 0.102), (0.060, 0.085)]
    b.add(lathe(pot, 48, grain_up=False, sharp_deg=50), surfaces.glazed("glaze-blue", "#49657a"))
    soil(b, 0.061, 0.087)
    flesh = m.painted("aloe", "#6d8a6b", 0.42)
    shape = (192, 192)
    speck = np.clip(smooth_noise(shape, (5, 3), 3) - 1.4, 0, 1)
    skin = np.ones((*shape, 3)) * hex_color("#66835f") * (1 + 0.06 * layered_noise(shape, (60, 60), 4, 3))[..., None] + speck[..., None] * 0.25
    flesh = Material("aloe", (0.09, 0.09), to_pixels(np.clip(skin, 0, 1)), flesh.surface, None)
    for i in range(19):
        a, rise = 137.5 * i, np.radians(16 + 3.6 * i + rng.normal(0, 3))
        long = 0.155 - 0.0028 * i
        c, s = np.sin(np.radians(a)), np.cos(np.radians(a))
        t = np.linspace(0, 1, 10)
        lift = np.sin(rise) * t + 0.28 * t**2 * np.cos(rise)
        out = np.cos(rise) * t * (1 - 0.18 * t)
        path = np.stack([c * (0.012 + long * out), 0.085 + long * lift, s * (0.012 + long * out)], -1)
        width = 0.0125 * (1 - t) ** 0.62 + 0.0006
        b.add(tube(path, width, 10, side=[s, 0, -c], flatten=0.42), flesh)
    return b.done()


def disk_leaf(size: float) -> Part:
    """A round eucalyptus leaf, its stalk at the origin, pointing along +z, a little cupped."""
    t, s = np.linspace(0, 1, 6), np.linspace(-1, 1, 5)
    half = size * 0.46 * np.sin(np.pi * np.clip(0.04 + 0.93 * t, 0, 1)) ** 0.6
    lift = 0.16 * np.abs(s)[None] ** 1.5 * half[:, None] - 0.18 * size * t[:, None] ** 2
    points = np.stack([s[None] * half[:, None], lift, np.broadcast_to(size * t[:, None], (6, 5))], -1)
    uv = np.stack([0.5 + 0.48 * s[None] * half[:, None] / half.max(), np.broadcast_to(0.02 + 0.96 * t[:, None], (6, 5))], -1)
    return upright(sheet(points, uv))


def eucalyptus() -> Piece:
    """Eucalyptus branches in a stoneware vase."""
    rng = np.random.default_rng(41)
    b = Bench(m.oak())
    part, _glaze = vase(0.27, 0.088, "#d8d3c6", "stoneware-pale")
    b.add(part, surfaces.glazed("glaze-chalk", "#d6d0c4", 0.5))
    shape = (128, 128)
    y, x = np.mgrid[:128, :128].astype(float)
    rib = np.exp(-(((x / 128 - 0.5) / 0.02) ** 2))
    tint = ramp(0.5 + 0.14 * layered_noise(shape, (40, 40), 5, 3), [(0, hex_color("#566b5d")), (0.5, hex_color("#7f9484")), (1, hex_color("#a9b9a8"))])
    foliage = Material("eucalyptus", (1.0, 1.0), to_pixels(np.clip(tint * (1 + 0.14 * rib)[..., None], 0, 1)), None, None, roughness=0.6, double_sided=True)
    stem = m.painted("twig", "#7d5f49", 0.7)
    for i in range(7):
        a = np.radians(137.5 * i + 20)
        lean, long = rng.uniform(0.10, 0.25), rng.uniform(0.40, 0.56)
        c, s = np.sin(a), np.cos(a)
        path = spline([(0.01 * c, 0.12, 0.01 * s), (0.030 * c, 0.26, 0.030 * s), (0.030 * c + lean * 0.55 * c, 0.26 + long * 0.55, 0.03 * s + lean * 0.55 * s),
                       (lean * 1.15 * c, 0.25 + long * (0.95 if i % 2 else 0.85), lean * 1.15 * s)], 26)
        b.add(tube(path, np.linspace(0.0028, 0.0011, 26), 6), stem)
        for j in range(8, 26):
            for side in (-1, 1):
                size = (0.046 - 0.0011 * (j - 8)) * rng.uniform(0.85, 1.1)
                part = disk_leaf(size)
                b.exact(part.turned("x", -float(rng.uniform(5, 40))).turned("y", float(np.degrees(a) + 90 * side + (j % 2) * 90 + rng.normal(0, 12))).moved(*path[j]), foliage)
    return b.done()
