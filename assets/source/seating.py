"""Sofas and chairs."""

from __future__ import annotations

from functools import cache

import numpy as np

from assets.source import materials as m
from assets.source.cloth import box_cushion, pillow, seam_tube
from assets.source.glb import stood
from assets.source.materials import Material
from assets.source.shapes import Floats, Part, bezier, lathe, rounded_box, rounded_rectangle, spline, tube

Piece = list[tuple[Material, Part]]


@cache
def gray_tweed() -> Material:
    """Warm gray upholstery, three yarns."""
    return m.weave("tweed-gray", ("#a9a39a", "#9e988f", "#b3ada3"), 41, yarns=100, tile_m=0.2, melange=0.085, slub=0.7)


@cache
def ochre_linen() -> Material:
    """Ochre linen for a cushion."""
    return m.weave("linen-ochre", ("#c08a35", "#b57f2c", "#c8974a"), 42, yarns=128, tile_m=0.2, slub=0.9, size=512, melange=0.07)


@cache
def blue_linen() -> Material:
    """Slate blue linen."""
    return m.weave("linen-slate", ("#5a6b78", "#4e5f6c", "#667783"), 43, yarns=128, tile_m=0.2, slub=0.9, melange=0.07)


def tapered_leg(height: float, top: float, foot: float, lean_x: float = 0.0, lean_z: float = 0.0) -> Part:
    """A round turned leg from y = 0 to `height`, foot displaced by the lean (metres), edges softened."""
    r = 0.003
    profile = [(0.0005, 0.0), (foot - r, 0.0), (foot - 0.3 * r, 0.3 * r), (foot, r), (top, height - r), (top - 0.3 * r, height - 0.3 * r),
               (top - r, height), (0.0005, height)]
    part = lathe(profile, 20)
    return part.bent(lambda v: v + np.stack([lean_x * (1 - v[:, 1] / height), 0 * v[:, 1], lean_z * (1 - v[:, 1] / height)], -1)) if lean_x or lean_z else part


def outline_on_box(size: tuple[float, float, float], axis: int, at: float, inset: float, corner: float, steps: int = 5) -> Floats:
    """A rounded rectangle around a box's face, for piping: axis = the face's normal, at = its place along it."""
    a, b = [(1, 2), (0, 2), (0, 1)][axis]
    ring = rounded_rectangle(size[a] - 2 * inset, size[b] - 2 * inset, corner, steps)
    dense = []
    for start, end in zip(ring, np.roll(ring, -1, 0), strict=True):
        pieces = max(int(np.linalg.norm(end - start) / 0.12), 1)
        dense += [start + (end - start) * t / pieces for t in range(pieces)]
    points = np.zeros((len(dense), 3))
    points[:, a], points[:, b] = np.array(dense).T
    points[:, axis] = at
    return points


def padded(size: tuple[float, float, float], radius: float, bulge: float, cell: float = 0.12) -> Part:
    """An upholstered block: round edges, faces that swell a little."""
    inner = tuple(max(int(s / cell), 1) for s in size)
    return rounded_box(size, radius, 4, inner, bulge=bulge)


def sofa(width: float = 1.72, seats: int = 2, depth: float = 0.88, fabric: Material | None = None,
         accents: tuple[Material, Material] | None = None, seed: int = 1) -> Piece:
    """A sofa with loose seat and back cushions, piping, slim arms and oak legs."""
    cloth = fabric or gray_tweed()
    arm, leg, wood = 0.145, 0.15, m.oak()
    inside = width - 2 * arm
    base_h, base_y = 0.15, leg
    piece: Piece = []

    def add(part: Part, material: Material = cloth) -> None:
        number = len(piece)
        piece.append((material, part.shifted(0.0371 * number, 0.0613 * number)))

    add(padded((inside + 0.02, base_h, depth - 0.08), 0.028, 0.004).moved(0, base_y + base_h / 2, 0.02))
    arm_size = (arm, 0.43, depth - 0.01)
    for side in (-1, 1):
        block = padded(arm_size, 0.045, 0.010)
        x, y = side * (width / 2 - arm / 2), leg + arm_size[1] / 2

        def lean(v: Floats, out: float = 0.028 * side) -> Floats:
            return v + np.stack([out * np.clip(v[:, 1] / arm_size[1] + 0.5, 0, 1) ** 2, 0 * v[:, 1], 0 * v[:, 1]], -1)

        add(block.bent(lean).moved(x - side * 0.028, y, 0))
        for face in (-1, 1):
            ring = outline_on_box(arm_size, 2, face * (arm_size[2] / 2 - 0.012), 0.0125, 0.036)
            add(seam_tube(lean(ring), 0.0045, 7).moved(x - side * 0.028, y, 0))
    back = (inside + 0.03, 0.57, 0.17)
    slope = -9.0
    add(padded(back, 0.05, 0.008).turned("x", slope).moved(0, leg + 0.02 + back[1] / 2 + 0.04, -depth / 2 + 0.135))
    seat_w = inside / seats - 0.004
    seat_h, seat_d = 0.155, depth - 0.225
    for i in range(seats):
        x = (i - (seats - 1) / 2) * (inside / seats)
        cushion, pipings = box_cushion((seat_w, seat_h, seat_d), 0.04, seed + i, crown=0.04, slack=1.03)
        for part in (cushion, *pipings):
            add(part.moved(x, base_y + base_h + seat_h / 2 + 0.006, depth / 2 - seat_d / 2 + 0.005))
        rest, pipings = box_cushion((seat_w - 0.01, 0.41, 0.16), 0.037, seed + 10 + i, crown=0.02, slack=1.035)
        body = rest.bent(lambda v: v + np.stack([0 * v[:, 0], 0 * v[:, 0], 0.05 * np.sign(v[:, 2]) * np.exp(-((v[:, 1] + 0.03) / 0.16) ** 2)
                                                  * np.clip(1 - (v[:, 0] / (seat_w / 2)) ** 2, 0, 1) * (np.abs(v[:, 2]) > 0.05)], -1))
        for part in (body, *pipings):
            add(part.turned("x", slope - 5).moved(x, base_y + base_h + seat_h + 0.222, -depth / 2 + 0.30))
    first, second = accents or (ochre_linen(), blue_linen())
    for x, turn, tilt, spin, cover, side in ((-inside / 2 + 0.225, 16, -23, 7, first, 0.46), (inside / 2 - 0.215, -19, -22, -6, second, 0.44)):
        soft, pipings = pillow(side, side, 22, seed + 30 + int(turn), piping=0.0035, thickness=0.20)
        for part in (soft, *pipings):
            lifted = part.turned("z", spin).turned("x", tilt).turned("y", turn)
            piece.append((cover, lifted.moved(x, base_y + base_h + seat_h + 0.243, -depth / 2 + 0.485)))
    for x in (-width / 2 + 0.10, width / 2 - 0.10):
        for z in (-depth / 2 + 0.10, depth / 2 - 0.09):
            part = tapered_leg(leg + 0.01, 0.024, 0.014, 0.03 * np.sign(x), 0.02 * np.sign(z))
            piece.append((wood, part.moved(x, 0, z).shifted(x, z)))
    return stood(piece)


def dining_chair() -> Piece:
    """A round-legged oak chair with a curved back and an upholstered seat."""
    wood = m.oak()
    cover = m.leather("leather-black", ("#4a4541", "#2e2a28", "#191716"), 51)
    piece: Piece = []

    def timber(part: Part) -> None:
        number = len(piece)
        piece.append((wood, part.shifted(0.217 * number, 0.0431 * number)))

    w, d, seat_y = 0.47, 0.46, 0.445
    for side in (-1, 1):
        front = bezier([(side * 0.232, 0, 0.222), (side * 0.226, 0.2, 0.212), (side * 0.218, 0.36, 0.204), (side * 0.216, 0.47, 0.202)], 12)
        timber(tube(front, np.interp(front[:, 1], [0, 0.30, 0.47], [0.0115, 0.0185, 0.0165]), 14))
        rear = spline([(side * 0.222, 0, -0.238), (side * 0.208, 0.22, -0.205), (side * 0.203, 0.45, -0.192), (side * 0.216, 0.62, -0.218), (side * 0.236, 0.765, -0.262)], 26)
        timber(tube(rear, np.interp(rear[:, 1], [0, 0.30, 0.46, 0.72], [0.0115, 0.0175, 0.0185, 0.0125]), 14))
        timber(tube([(side * 0.217, 0.405, 0.195), (side * 0.208, 0.402, 0.0), (side * 0.203, 0.405, -0.188)], 0.012, 12, side=[0, 1, 0], flatten=0.8, power=3.0, round_ends=False))
    timber(tube([(-0.213, 0.405, 0.198), (0, 0.405, 0.198), (0.213, 0.405, 0.198)], 0.0185, 14, side=[0, 1, 0], flatten=0.55, power=3.2, round_ends=False))
    timber(tube([(-0.2, 0.405, -0.19), (0, 0.405, -0.19), (0.2, 0.405, -0.19)], 0.0185, 14, side=[0, 1, 0], flatten=0.55, power=3.2, round_ends=False))
    curve = spline([(-0.268, 0.742, -0.222), (-0.225, 0.755, -0.268), (-0.12, 0.764, -0.318), (0, 0.767, -0.333), (0.12, 0.764, -0.318), (0.225, 0.755, -0.268), (0.268, 0.742, -0.222)], 40)
    across = np.linspace(-1, 1, 40)
    timber(tube(curve, 0.022 + 0.034 * np.cos(across * np.pi / 2) ** 0.9, 20, side=[0, 0.98, -0.2], flatten=0.5 - 0.24 * np.cos(across * np.pi / 2), power=2.4))
    seat = rounded_box((w, 0.05, d), 0.0245, 5, (12, 0, 12))

    def form(p: Floats) -> Floats:
        x, y, z = p.T
        s = np.clip(z / (d / 2), -1, 1)
        narrow = 1 - 0.055 * (1 - s) * 0.5 * 1.6
        q = p.copy()
        q[:, 0] = x * narrow
        corner = np.clip((np.abs(x) / (w / 2)) ** 6 * (np.abs(z) / (d / 2)) ** 6, 0, 1)
        q[:, 0] -= np.sign(x) * 0.022 * corner
        q[:, 2] -= np.sign(z) * 0.022 * corner
        a, b = np.clip(x / (w / 2), -1, 1), s
        top = (1 - a**4) * (1 - b**4)
        q[:, 1] = y + (y > 0) * (0.016 * top - 0.012 * np.exp(-((a / 0.6) ** 2) - ((b + 0.1) / 0.6) ** 2)) - 0.012 * np.clip(s - 0.55, 0, 1) ** 2 * 3 * (y > -0.02)
        return q

    piece.append((cover, seat.bent(form).moved(0, seat_y, 0.008)))
    ring = outline_on_box((w, 0.05, d), 1, -0.019, 0.0015, 0.028, 5)
    piece.append((cover, seam_tube(form(ring), 0.003, 6).moved(0, seat_y, 0.008)))
    return stood(piece)


def armchair() -> Piece:
    """A walnut lounge chair with cognac leather cushions and paddle arms."""
    wood, hide = m.walnut(), m.leather("leather-cognac", ("#b8763f", "#955528", "#5f3216"), 61)
    piece: Piece = []

    def timber(part: Part) -> None:
        number = len(piece)
        piece.append((wood, part.shifted(0.217 * number, 0.0431 * number)))

    half = 0.335
    for side in (-1, 1):
        x = side * half
        front = bezier([(x + side * 0.012, 0, 0.335), (x + side * 0.006, 0.2, 0.318), (x, 0.4, 0.30), (x, 0.575, 0.285)], 14)
        timber(tube(front, np.interp(front[:, 1], [0, 0.30, 0.58], [0.0125, 0.0205, 0.0175]), 16))
        rear = spline([(x + side * 0.010, 0, -0.375), (x, 0.25, -0.300), (x, 0.42, -0.278), (x, 0.60, -0.315)], 20)
        timber(tube(rear, np.interp(rear[:, 1], [0, 0.35, 0.6], [0.0125, 0.0205, 0.016]), 16))
        arm = spline([(x + side * 0.014, 0.588, 0.365), (x + side * 0.016, 0.592, 0.26), (x + side * 0.008, 0.585, 0.05), (x, 0.588, -0.18), (x - side * 0.004, 0.605, -0.345)], 30)
        along = np.linspace(0, 1, 30)
        timber(tube(arm, 0.022 + 0.020 * np.exp(-((along - 0.16) / 0.20) ** 2) - 0.006 * along, 18, side=[1, 0, 0], flatten=0.42 + 0.14 * along, power=2.5))
        timber(tube([(x, 0.315, 0.30), (x, 0.295, 0.0), (x, 0.275, -0.285)], 0.021, 14, side=[0, 1, 0], flatten=0.5, power=3.0, round_ends=False))
        stile = spline([(side * 0.275, 0.27, -0.225), (side * 0.275, 0.50, -0.305), (side * 0.27, 0.82, -0.425)], 20)
        timber(tube(stile, 0.017, 14, side=[1, 0, 0], flatten=0.85, power=2.6))
    timber(tube([(-half, 0.318, 0.298), (0, 0.318, 0.298), (half, 0.318, 0.298)], 0.024, 16, side=[0, 1, 0], flatten=0.5, power=3.0, round_ends=False))
    timber(tube([(-half, 0.272, -0.285), (0, 0.272, -0.285), (half, 0.272, -0.285)], 0.022, 16, side=[0, 1, 0], flatten=0.5, power=3.0, round_ends=False))
    for y, z in ((0.60, -0.352), (0.80, -0.420)):
        timber(tube([(-0.275, y, z), (0, y + 0.004, z - 0.012), (0.275, y, z)], 0.022, 14, side=[0, 0.95, -0.3], flatten=0.42, power=2.6))
    for x in np.linspace(-0.21, 0.21, 6):
        timber(tube([(x, 0.28, -0.235), (x, 0.5, -0.318), (x, 0.79, -0.424)], 0.0075, 8))
    cushions = []
    seat, pipings = box_cushion((0.60, 0.115, 0.60), 0.036, 71, crown=0.030, slack=1.025, piping=0.0042)
    cushions += [part.turned("x", 3.5).moved(0, 0.385, 0.025) for part in (seat, *pipings)]
    back, pipings = box_cushion((0.59, 0.50, 0.115), 0.036, 72, crown=0.012, slack=1.03, piping=0.0042)
    plump = back.bent(lambda v: v + np.stack([0 * v[:, 0], 0 * v[:, 0], 0.032 * np.sign(v[:, 2]) * np.clip(1 - (v[:, 0] / 0.3) ** 2, 0, 1)
                                              * np.clip(1 - (v[:, 1] / 0.26) ** 2, 0, 1) * (np.abs(v[:, 2]) > 0.03)], -1))
    cushions += [part.turned("x", -18.5).moved(0, 0.665, -0.262) for part in (plump, *pipings)]
    for number, part in enumerate(cushions):
        piece.append((hide, part.shifted(0.083 * number, 0.057 * number)))
    return stood(piece)
