"""Chairs on metal and on castors, stools."""

from __future__ import annotations

import numpy as np

from assets.source import materials as m
from assets.source.bench import Bench, Piece
from assets.source.cloth import seam_tube
from assets.source.materials import Material
from assets.source.noise import Floats
from assets.source.shapes import Part, join, lathe, rounded_box, sheet, spline, tube, with_normals


def shell(points: Floats, thickness: float) -> Part:
    """A padded shell: a surface (R, C, 3) given thickness behind it, closed by a round rim; u, v in metres."""
    rows, columns = points.shape[:2]
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points[:, columns // 2], axis=0), axis=1))])
    across = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points[rows // 2], axis=0), axis=1))])
    uv = np.stack(np.meshgrid(across, along), -1)
    front = sheet(points, uv)
    depth = np.full((rows, columns), thickness)
    back = sheet((points.reshape(-1, 3) - front.normals * depth.reshape(-1, 1)).reshape(rows, columns, 3), uv + [0.31, 0.17])
    back = Part(back.vertices, -back.normals, back.uv, back.faces[:, ::-1])
    rim = np.concatenate([np.arange(columns), np.arange(1, rows) * columns + columns - 1, (rows - 1) * columns + np.arange(columns - 2, -1, -1), np.arange(rows - 2, 0, -1) * columns])
    loop = (front.vertices[rim] + back.vertices[rim]) / 2
    round_run = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(np.concatenate([loop, loop[:1]]), axis=0), axis=1))])
    even = np.linspace(0, round_run[-1], int(round_run[-1] / (0.5 * thickness)), endpoint=False)
    loop = np.stack([np.interp(even, round_run, np.append(loop[:, k], loop[0, k])) for k in range(3)], -1)
    for _ in range(2):
        loop = (np.roll(loop, 1, 0) + 2 * loop + np.roll(loop, -1, 0)) / 4
    return join([front, back, tube(loop, thickness * 0.53, 10, closed=True)])


def shell_chair() -> Piece:
    """A dining chair: a one-piece upholstered shell on black steel legs."""
    b = Bench(m.oak())
    cloth = m.weave("tweed-petrol", ("#4c666b", "#41595e", "#587277"), 44, yarns=100, tile_m=0.2, melange=0.09, slub=0.7)
    steel = m.brushed_metal("black-steel", "#232323", 0.46, 0.0)
    line = spline([(0.430, 0.235), (0.452, 0.20), (0.455, 0.08), (0.438, -0.08), (0.452, -0.165), (0.53, -0.215), (0.68, -0.245), (0.815, -0.268)], 34)
    t = np.linspace(0, 1, 34)
    half = 0.225 + 0.02 * np.sin(np.pi * np.clip(t / 0.55, 0, 1)) - 0.02 * np.clip((t - 0.6) / 0.4, 0, 1)
    half *= (1 - (0.93 * np.clip((t - 0.80) / 0.20, 0, 1)) ** 2.6) ** 0.5 * (1 - (0.86 * np.clip((0.12 - t) / 0.12, 0, 1)) ** 3.5) ** 0.5
    s = np.linspace(-1, 1, 25)
    wing = np.exp(-((t - 0.52) / 0.20) ** 2)
    rise = (0.016 + 0.050 * wing)[:, None] * np.abs(s)[None] ** 2.4
    tangent = np.gradient(line, axis=0)
    normal = np.stack([tangent[:, 1], -tangent[:, 0]], -1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    normal *= np.sign(normal[8, 0])
    y = line[:, :1] + normal[:, :1] * rise
    z = line[:, 1:] + normal[:, 1:] * rise + 0.075 * wing[:, None] * np.abs(s)[None] ** 3
    points = np.stack([s[None] * half[:, None] * (1 - 0.10 * wing[:, None] * np.abs(s)[None] ** 2), y, z], -1)
    gentle = 0.45 * np.clip(np.abs(s) / 0.6, 0, 1)[None, :, None]
    for _ in range(14):  # the bend opens towards the wings
        middle = (points[:-2] + points[2:]) / 2
        points[1:-1] += gentle * (middle - points[1:-1])
    grid = shell(points, 0.024)
    if grid.normals[: 34 * 25, 1].mean() < 0:
        grid = shell(points[:, ::-1], 0.024)
    b.add(grid, cloth)
    seam = points[:, 12] + 0
    b.add(tube(seam[2:-2] + np.stack([0 * t[2:-2], normal[2:-2, 0] * 0.0005, normal[2:-2, 1] * 0.0005], -1), 0.0022, 6), cloth)
    for x in (-1, 1):
        b.add(tube([(x * 0.215, 0.0, 0.205), (x * 0.150, 0.405, 0.145), (x * 0.150, 0.428, 0.10)], 0.0105, 12), steel)
        b.add(tube([(x * 0.215, 0.0, -0.245), (x * 0.150, 0.400, -0.125), (x * 0.150, 0.425, -0.085)], 0.0105, 12), steel)
        b.add(tube([(x * 0.150, 0.418, 0.125), (x * 0.150, 0.412, -0.105)], 0.0085, 10), steel)
        for z in (0.205, -0.245):
            b.add(lathe([(0.0005, 0.0), (0.013, 0.0), (0.0135, 0.008), (0.0005, 0.009)], 14).moved(x * 0.215, 0, z), steel)
    for z in (0.09, -0.07):
        b.add(tube([(-0.150, 0.418, z), (0.150, 0.418, z)], 0.0085, 10), steel)
    return b.done()


def bar_stool() -> Piece:
    """A bar stool, seat at 65 cm: turned oak legs, a steel foot ring, a round leather seat."""
    b = Bench(m.oak())
    steel = m.brushed_metal("brass", "#b08d57", 0.30)
    hide = m.leather("leather-black", ("#4a4541", "#2e2a28", "#191716"), 51)
    seat = [(0.0005, 0.628), (0.150, 0.628), (0.172, 0.632), (0.178, 0.642), (0.178, 0.652), (0.172, 0.664), (0.150, 0.672), (0.10, 0.672), (0.05, 0.668), (0.0005, 0.667)]
    b.add(lathe(seat, 48, grain_up=False, sharp_deg=180), hide)
    ring = np.array([[0.1765 * np.cos(a), 0.655, 0.1765 * np.sin(a)] for a in np.linspace(0, 2 * np.pi, 64, endpoint=False)])
    b.add(seam_tube(ring, 0.0036, 6), hide)
    b.add(lathe([(0.0005, 0.603), (0.140, 0.603), (0.146, 0.608), (0.146, 0.629), (0.0005, 0.630)], 40, grain_up=False))
    foot = 0.22
    for k in range(4):
        a = np.pi / 4 + k * np.pi / 2
        c, s = np.cos(a), np.sin(a)
        b.add(tube([(0.235 * c, 0, 0.235 * s), (0.19 * c, 0.26, 0.19 * s), (0.115 * c, 0.612, 0.115 * s)], [0.0125, 0.0175, 0.0165], 16))
    r = 0.197
    loop = np.array([[r * np.cos(a), foot, r * np.sin(a)] for a in np.linspace(0, 2 * np.pi, 64, endpoint=False)])
    b.add(tube(loop, 0.0075, 10, closed=True), steel)
    for k in range(2):
        a = np.pi / 4 + k * np.pi / 2
        c, s = np.cos(a), np.sin(a)
        b.add(tube([(0.15 * c, 0.40, 0.15 * s), (-0.15 * c, 0.40, -0.15 * s)], 0.010, 12))
    return b.done()


def castor(plastic: Material) -> list[tuple[Part, Material]]:
    """A twin-wheel castor, its axle at the origin's height, standing on y = 0."""
    wheel = lathe([(0.0005, -0.009), (0.020, -0.009), (0.0255, -0.006), (0.0265, 0.0), (0.0255, 0.006), (0.020, 0.009), (0.0005, 0.009)], 22).turned("z", 90)
    hood = tube([(0, 0.030, -0.026), (0, 0.050, -0.012), (0, 0.053, 0.010)], 0.011, 10)
    return [(wheel.moved(-0.012, 0.0265, 0), plastic), (wheel.moved(0.012, 0.0265, 0), plastic), (hood, plastic)]


def office_chair() -> Piece:
    """A swivel chair: five feet on castors, gas lift, mesh back in a frame, waterfall seat, armrests."""
    b = Bench(m.oak())
    plastic = m.painted("nylon-black", "#1f2021", 0.5)
    chrome = m.brushed_metal("steel", "#b9babb", 0.25)
    cloth = m.weave("seat-charcoal", ("#3d4044", "#36393d", "#45484c"), 45, yarns=90, tile_m=0.2, size=384, melange=0.06)
    net = m.weave("mesh-gray", ("#5a5e62", "#54585c"), 46, yarns=60, tile_m=0.2, size=256, melange=0.03, relief=1.6)
    for k in range(5):
        a = 2 * np.pi * k / 5 + np.pi / 2
        c, s = np.cos(a), np.sin(a)
        b.add(tube([(0.03 * c, 0.115, 0.03 * s), (0.17 * c, 0.095, 0.17 * s), (0.315 * c, 0.066, 0.315 * s)], [0.026, 0.021, 0.014], 16, side=[0, 1, 0], flatten=0.9, power=3.0), plastic)
        for part, material in castor(plastic):
            b.add(part.turned("y", float(-np.degrees(a)) + 35).moved(0.31 * c, 0, 0.31 * s), material)
    b.add(lathe([(0.0005, 0.08), (0.040, 0.08), (0.042, 0.10), (0.036, 0.14), (0.028, 0.15), (0.0005, 0.15)], 28), plastic)
    b.add(lathe([(0.025, 0.15), (0.025, 0.28), (0.0005, 0.28)], 24), plastic)
    b.add(lathe([(0.014, 0.28), (0.014, 0.42), (0.0005, 0.42)], 20), chrome)
    b.add(rounded_box((0.20, 0.045, 0.26), 0.012, 3).moved(0, 0.425, 0.01), plastic)
    w, d, y = 0.50, 0.49, 0.475

    def form(v: Floats) -> Floats:
        a, c = np.clip(v[:, 0] / (w / 2), -1, 1), np.clip(v[:, 2] / (d / 2), -1, 1)
        up = v[:, 1] > 0
        q = v.copy()
        q[:, 0] *= 1 - 0.09 * np.clip(-c, 0, 1) ** 2 - 0.05 * np.clip(c, 0, 1) ** 4
        q[:, 1] += up * (0.014 * (np.abs(a) ** 2.2) - 0.010 * np.exp(-((c + 0.3) / 0.5) ** 2) * (1 - a**2)) - 0.055 * np.clip(c - 0.55, 0, 1) ** 2 * 3.0
        corner = np.clip(np.abs(a) ** 5 * np.abs(c) ** 5, 0, 1)
        q[:, 0] -= np.sign(a) * 0.03 * corner
        q[:, 2] -= np.sign(c) * 0.03 * corner
        return q

    b.add(rounded_box((w, 0.075, d), 0.034, 5, (14, 0, 14)).bent(form).moved(0, y, 0.03), cloth)
    b.add(rounded_box((w - 0.05, 0.02, d - 0.06), 0.009, 2, (6, 0, 6)).bent(lambda v: form(v * [1, 0.3, 1]) + np.stack([0 * v[:, 0], v[:, 1] * 0.7, 0 * v[:, 0]], -1)).moved(0, y - 0.042, 0.03), plastic)
    t, s = np.linspace(0, 1, 22), np.linspace(-1, 1, 17)
    z_line = -0.205 - 0.02 * np.sin(t * np.pi * 1.2) - 0.115 * t**1.5 + 0.045 * np.exp(-((t - 0.22) / 0.2) ** 2)
    y_line = 0.555 + 0.475 * t
    half = 0.215 * (0.88 + 0.16 * np.sin(np.pi * t**0.8)) * (1 - 0.2 * np.clip((t - 0.9) / 0.1, 0, 1) ** 2)
    points = np.stack([s[None] * half[:, None], np.broadcast_to(y_line[:, None], (22, 17)), z_line[:, None] + 0.055 * s[None] ** 2], -1)
    uv = np.stack([points[..., 0], points[..., 1]], -1)
    face = sheet(points, uv)
    sign = 1.0 if face.normals[:, 2].mean() > 0 else -1.0
    back = Part(face.vertices, face.normals, face.uv, face.faces if sign > 0 else face.faces[:, ::-1])
    back = with_normals(back)
    two = Material("mesh-gray", net.tile_m, net.color, None, net.bumps, roughness=0.8, double_sided=True, quality=net.quality)
    b.add(back, two)
    rim = np.concatenate([points[0], points[1:, -1], points[-1, -2::-1], points[-2:0:-1, 0]])
    b.add(tube(rim, 0.0125, 12, closed=True), plastic)
    b.add(tube([(0, 0.425, -0.10), (0, 0.425, -0.22), (0, 0.47, -0.285), (0, 0.62, -0.275), (0, 0.80, -0.300)], [0.026, 0.026, 0.026, 0.022, 0.014], 16, side=[1, 0, 0], flatten=0.5, power=3.0), plastic)
    b.add(tube([(-0.19, 0.70, -0.228), (0, 0.70, -0.283), (0.19, 0.70, -0.228)], 0.013, 12, side=[0, 1, 0], flatten=0.6), plastic)
    for x in (-1, 1):
        b.add(tube(spline([(x * 0.10, 0.425, 0.0), (x * 0.25, 0.425, -0.01), (x * 0.295, 0.47, -0.015), (x * 0.300, 0.64, -0.02)], 18), 0.017, 14, side=[0, 0, 1], flatten=0.55, power=3.0), plastic)
        pad = rounded_box((0.085, 0.028, 0.25), 0.0135, 4, (2, 0, 6))
        b.add(pad.bent(lambda v: v + np.stack([0 * v[:, 0], -0.03 * (v[:, 2] / 0.125) ** 2 * 0.4, 0 * v[:, 0]], -1)).moved(x * 0.300, 0.662, 0.0), plastic)
    return b.done()


def rocking_chair() -> Piece:
    """A rocking chair: bent walnut sides, woven cord seat and back."""
    b = Bench(m.walnut())
    cord = m.weave("paper-cord", ("#d8bd8c", "#cfb27f", "#dfc79b"), 48, yarns=26, tile_m=0.16, size=384, melange=0.10, slub=0.4, relief=2.2)
    half = 0.275
    for x in (-1, 1):
        at = x * half
        rocker = spline([(at, 0.085, 0.46), (at, 0.030, 0.28), (at, 0.016, 0.05), (at, 0.030, -0.20), (at, 0.10, -0.48)], 34)
        b.add(tube(rocker, 0.017, 14, side=[1, 0, 0], flatten=1.1, power=3.0))
        b.add(tube([(at, 0.03, 0.235), (at, 0.30, 0.225), (at, 0.585, 0.215)], [0.0165, 0.019, 0.0155], 14))
        post = spline([(at, 0.025, -0.165), (at, 0.33, -0.195), (at, 0.62, -0.275), (at * 0.96, 1.03, -0.425)], 28)
        b.add(tube(post, np.linspace(0.0185, 0.0135, 28), 14))
        arm = spline([(at + x * 0.012, 0.590, 0.265), (at + x * 0.014, 0.598, 0.12), (at + x * 0.004, 0.588, -0.08), (at, 0.59, -0.262)], 24)
        b.add(tube(arm, 0.026 - 0.008 * np.linspace(0, 1, 24), 14, side=[1, 0, 0], flatten=0.5, power=2.6))
        b.add(tube([(at, 0.40, 0.220), (at, 0.375, -0.203)], 0.0145, 12))
        b.add(tube([(at, 0.24, 0.228), (at, 0.225, -0.183)], 0.011, 12))
    for y, z in ((0.405, 0.222), (0.378, -0.203), (0.24, 0.225), (0.52, -0.243), (0.96, -0.402), (1.02, -0.424)):
        b.add(tube([(-half, y, z), (0, y, z - (0.012 if z < -0.23 else 0)), (half, y, z)], 0.0145 if y > 0.3 else 0.011, 12))
    r, c = np.linspace(0, 1, 16), np.linspace(-1, 1, 15)
    sag = 0.022 * np.sin(np.pi * r)[:, None] * (1 - c[None] ** 2)
    seat = np.stack([np.broadcast_to(c[None] * (half - 0.008), (16, 15)), (0.420 - 0.027 * r)[:, None] - sag, np.broadcast_to((0.222 - 0.425 * r)[:, None], (16, 15))], -1)
    back_y, back_z = 0.52 + 0.44 * r, np.interp(0.52 + 0.44 * r, [0.52, 0.96], [-0.232, -0.392])
    bow = 0.03 * np.sin(np.pi * r)[:, None] * (1 - c[None] ** 2) + 0.012 * (1 - c[None] ** 2)
    rest = np.stack([np.broadcast_to(c[None] * (half - 0.012), (16, 15)), np.broadcast_to(back_y[:, None], (16, 15)), back_z[:, None] - bow], -1)
    for grid in (seat, rest):
        part = shell(grid, 0.010)
        if part.normals[: 16 * 15] @ np.array([0, 1.0, 1.0]) @ np.ones(16 * 15) < 0:
            part = shell(grid[:, ::-1], 0.010)
        b.add(part, cord)
    return b.done()
