"""What hangs on a wall: framed prints, mirrors, curtains, a blind."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from assets.source import materials as m
from assets.source import surfaces
from assets.source.bench import Bench, Piece
from assets.source.materials import Material
from assets.source.noise import Floats, layered_noise
from assets.source.shapes import Part, lathe, rounded_box, sheet, tube


def _facing(part: Part) -> Part:
    return part if part.normals[:, 2].mean() > 0 else Part(part.vertices, -part.normals, part.uv, part.faces[:, ::-1])


def mitered(b: Bench, width: float, height: float, face: float, depth: float, at: tuple[float, float, float], material: Material) -> None:
    """A frame of four mitered bars around an opening's outside (width x height), its back at z = at[2]."""
    for turn, long, far in ((0, width, height), (90, height, width), (180, width, height), (270, height, width)):
        profile = np.array([(0.0, 0.0), (0.0, depth - 0.002), (0.002, depth), (face * 0.8, depth), (face - 0.001, depth - 0.004), (face, depth - 0.006), (face, 0.0)])
        ends = []
        for side in (-1, 1):
            inset = profile[:, 0]
            ends.append(np.stack([side * (long / 2 - inset), far / 2 - inset, profile[:, 1]], -1))
        strips = []
        for k in range(len(profile) - 1):
            quad = np.stack([np.stack([ends[0][k], ends[0][k + 1]]), np.stack([ends[1][k], ends[1][k + 1]])])
            run = np.array([[[quad[i, j, 0], profile[k + j, 0] + profile[k + j, 1]] for j in range(2)] for i in range(2)])
            part = sheet(quad, run)
            middle = quad.reshape(-1, 3).mean(0) - np.array([0, far / 2 - face / 2, depth / 2])
            strips.append(part if float(part.normals[0] @ middle) > 0 else Part(part.vertices, -part.normals, part.uv, part.faces[:, ::-1]))
        shift = 0.37 * turn / 90
        for part in strips:
            b.exact(part.shifted(shift, 0.11 * turn / 90).turned("z", turn).moved(*at), material)


def picture(width: float, height: float, art: Material, frame: Material, mat: float, face: float = 0.018, depth: float = 0.026, at: tuple[float, float] = (0, 0), bench: Bench | None = None) -> Bench:
    """A framed print behind a mat with a beveled window; its back at z = 0."""
    b = bench or Bench(frame)
    x, y = at
    mitered(b, width, height, face, depth, (x, y, 0), frame)
    paper = m.painted("mat-board", "#f4f1ea", 0.9)
    iw, ih = width - 2 * face, height - 2 * face
    b.add(rounded_box((width - 0.004, height - 0.004, 0.004), 0.0005, 0).moved(x, y, 0.003), paper)
    z = depth - 0.010
    aw, ah = iw - 2 * mat, ih - 2 * mat
    for turn, long, far, along in ((0, iw, ih, aw), (180, iw, ih, aw), (90, ih, iw, ah), (270, ih, iw, ah)):
        if mat <= 0:
            break
        outer = np.array([(-long / 2, far / 2), (long / 2, far / 2)])
        inner = np.array([(-along / 2, far / 2 - mat), (along / 2, far / 2 - mat)])
        core = np.array([(-along / 2 + 0.002, far / 2 - mat - 0.002), (along / 2 - 0.002, far / 2 - mat - 0.002)])
        rows = [np.column_stack([p, np.full(2, h)]) for p, h in ((outer, z), (inner, z))]
        slope = [np.column_stack([p, np.full(2, h)]) for p, h in ((inner, z), (core, z - 0.002))]
        for pair in (rows, slope):
            grid = np.stack(pair)
            b.exact(_facing(sheet(grid, grid[..., :2])).turned("z", turn).moved(x, y, 0), paper)
    grid = np.array([[(-aw / 2, -ah / 2, z - 0.0021), (aw / 2, -ah / 2, z - 0.0021)], [(-aw / 2, ah / 2, z - 0.0021), (aw / 2, ah / 2, z - 0.0021)]])
    uv = np.array([[(0.0, 0.0), (1.0, 0.0)], [(0.0, 1.0), (1.0, 1.0)]])
    b.exact(_facing(sheet(grid, uv)).moved(x, y, 0), art)
    return b


def print_shapes() -> Piece:
    """A framed screen print, 50 x 70 cm, oak frame."""
    return picture(0.50, 0.70, surfaces.art_shapes(), m.oak(), 0.045).done()


def print_hills() -> Piece:
    """A framed landscape, 100 x 70 cm, black frame."""
    return picture(1.00, 0.70, surfaces.art_hills(), m.ash_black(), 0.06, 0.02, 0.03).done()


def print_pair() -> Piece:
    """Two botanical studies side by side, 40 x 50 cm each, oak frames."""
    b = picture(0.40, 0.50, surfaces.art_branch(), m.oak(), 0.055, at=(-0.23, 0))
    art = surfaces.art_branch()
    other = replace(art, name="print-branch-2", color=np.ascontiguousarray(art.color[:, ::-1]))
    return picture(0.40, 0.50, other, m.oak(), 0.055, at=(0.23, 0), bench=b).done()


def round_mirror() -> Piece:
    """A round mirror, 80 cm, in a thin brass ring."""
    brass = m.brushed_metal("brass", "#b08d57", 0.28)
    b = Bench(brass)
    r = 0.395
    b.add(lathe([(0.0005, 0.0), (r, 0.0), (r, 0.012)], 72, grain_up=False).turned("x", 90), m.painted("backing", "#2b2b2b", 0.8))
    b.exact(lathe([(r, 0.013), (r - 0.012, 0.0165), (0.0005, 0.0165)], 72, grain_up=False, sharp_deg=5).turned("x", 90), surfaces.mirror_glass())
    ring = np.array([[r * np.cos(a), r * np.sin(a), 0.011] for a in np.linspace(0, 2 * np.pi, 96, endpoint=False)])
    b.add(tube(ring, 0.0115, 14, closed=True), brass)
    return b.done()


def floor_mirror() -> Piece:
    """An arched floor mirror, 1.75 m, black steel frame, leaning on the wall."""
    black = m.brushed_metal("black-steel", "#232323", 0.46, 0.0)
    b = Bench(black)
    w, h = 0.76, 1.75
    r = w / 2 - 0.012
    arc = [(r * np.cos(a), h - 0.012 - r + r * np.sin(a)) for a in np.linspace(0, np.pi, 41)]
    outline = np.array([(r, 0.012), *arc, (-r, 0.012)])
    loop = np.concatenate([np.column_stack([outline, np.full(len(outline), 0.0)]), np.column_stack([np.linspace(-r, r, 12)[1:-1], np.full(10, 0.012), np.zeros(10)])])
    tilt = -7.0
    b.add(tube(loop, 0.0125, 14, closed=True, side=[0, 0, 1], power=3.5).turned("x", tilt), black)
    half = np.interp(np.linspace(0.014, h - 0.014, 60), [p[1] for p in outline[: 22]], [p[0] for p in outline[:22]]) - 0.004
    y = np.linspace(0.014, h - 0.014, 60)
    s = np.linspace(-1, 1, 9)
    grid = np.stack([s[None] * half[:, None], np.broadcast_to(y[:, None], (60, 9)), np.full((60, 9), 0.004)], -1)
    b.exact(_facing(sheet(grid, grid[..., :2])).turned("x", tilt), surfaces.mirror_glass())
    grid = grid - [0, 0, 0.008]
    back = _facing(sheet(grid, grid[..., :2]))
    b.add(Part(back.vertices, -back.normals, back.uv, back.faces[:, ::-1]).turned("x", tilt), m.painted("backing", "#2b2b2b", 0.8))
    return b.done()


def curtain_panel(width: float, drop: float, folds: int, fullness: float, seed: int, cloth: Material, taper: Floats | None = None) -> Part:
    """One hung curtain: pinch pleats at the heading loosening into free folds, (x, y) from its top left, z forward."""
    rng = np.random.default_rng(seed)
    columns, rows = folds * 12 + 1, 34
    s, t = np.linspace(0, 1, columns), np.linspace(0, 1, rows)
    phase = np.zeros(columns)
    steps = 1 + 0.25 * layered_noise((1, columns), (1, columns / 5), seed, 2)[0]
    phase = np.concatenate([[0], np.cumsum(np.clip(steps, 0.5, 1.6)[1:])])
    phase = phase / phase[-1] * folds * 2 * np.pi
    depth = 0.026 + 0.030 * np.clip(t / 0.5, 0, 1) ** 0.8 + 0.008 * t
    wander = np.stack([np.cumsum(rng.normal(0, 0.35, folds + 1)) * 0.10 for _ in range(2)])
    drift = np.stack([np.interp(s, np.linspace(0, 1, folds + 1), w) for w in wander])
    angle = phase[None] + 0.9 * np.clip(t - 0.15, 0, 1)[:, None] * drift[0][None] * 2.0
    gain = 1 + 0.28 * np.interp(s, np.linspace(0, 1, folds + 1), rng.normal(0, 1, folds + 1))[None] * np.clip(t * 1.4, 0, 1)[:, None]
    wave = np.sin(angle)
    sharp = np.sign(wave) * np.abs(wave) ** (0.75 + 0.1 * (1 - t[:, None]))
    z = depth[:, None] * gain * sharp + 0.012 * np.sin(0.5 * angle + 1.3) * t[:, None]
    sway = -0.42 * depth[:, None] * np.sin(2 * angle) * (0.35 + 0.25 * t[:, None]) + 0.010 * drift[1][None] * t[:, None]
    shape = np.ones(rows) if taper is None else np.interp(t, np.linspace(0, 1, len(taper)), taper)
    x = (s[None] - 0.5) * width * shape[:, None] + sway * np.clip(np.minimum(s, 1 - s) * 12, 0, 1)[None]
    if taper is not None:
        z = z * (0.45 + 0.55 * shape[:, None])
    y = -drop * np.broadcast_to(t[:, None], x.shape) + 0.004 * np.sin(0.5 * angle) * t[:, None]
    fine = 0.0016 * layered_noise((64, 256), (22, 10), seed + 9, 3)[:rows, : min(columns, 256)]
    if columns <= 256:
        z = z + fine * np.clip(t * 3, 0, 1)[:, None]
    uv = np.stack([np.broadcast_to(s[None] * width * fullness, x.shape), y], -1)
    return _facing(sheet(np.stack([x, y, z], -1), uv))


def _rod(b: Bench, width: float, y: float, z: float, material: Material) -> None:
    b.add(tube([(-width / 2, y, z), (width / 2, y, z)], 0.0125, 16), material)
    for side in (-1, 1):
        knob = lathe([(0.0005, 0.0), (0.014, 0.001), (0.016, 0.008), (0.013, 0.013), (0.022, 0.026), (0.0245, 0.036), (0.020, 0.048), (0.0005, 0.053)], 20, sharp_deg=60)
        b.add(knob.turned("z", -90 * side).moved(side * width / 2, y, z), material)
        b.add(tube([(side * (width / 2 - 0.10), y, z), (side * (width / 2 - 0.10), y - 0.004, -0.066)], 0.007, 10), material)
        b.add(lathe([(0.0005, 0.0), (0.026, 0.0), (0.026, 0.006), (0.0005, 0.007)], 24).turned("x", 90).moved(side * (width / 2 - 0.10), y - 0.004, -0.072), material)


def _rings(b: Bench, x: Floats, y: float, z: float, material: Material) -> None:
    for at in x:
        ring = np.array([[at, y + 0.021 * np.sin(a) - 0.005, z + 0.021 * np.cos(a)] for a in np.linspace(0, 2 * np.pi, 20, endpoint=False)])
        b.add(tube(ring, 0.0022, 6, closed=True), material)


def linen_curtains() -> Piece:
    """A pair of floor-length linen curtains on a black rod, drawn aside, 2.40 x 2.45 m."""
    black = m.brushed_metal("black-steel", "#232323", 0.46, 0.0)
    plain = m.weave("curtain-linen", ("#e9e2d6", "#e3dbce", "#efe9df"), 62, yarns=150, tile_m=0.25, melange=0.03, slub=0.6)
    cloth = replace(plain, double_sided=True)
    b = Bench(black)
    _rod(b, 2.34, 0.0, 0.0, black)
    for side, seed in ((-1, 3), (1, 8)):
        width = 0.66
        panel = curtain_panel(width, 2.40, 9, 2.2, seed, cloth)
        b.exact(panel.moved(side * (1.17 - 0.03 - width / 2), -0.028, 0.0), cloth)
        _rings(b, np.linspace(side * 1.14 - side * 0.02, side * (1.14 - width + 0.02), 10), 0.0, 0.0, black)
    return b.done()


def velvet_curtain() -> Piece:
    """One velvet curtain, deep blue, gathered by a band, on a brass rod, 1.20 x 2.45 m."""
    brass = m.brushed_metal("brass", "#b08d57", 0.28)
    cloth = replace(surfaces.velvet("velvet-blue", "#2f4058"), double_sided=True)
    b = Bench(brass)
    _rod(b, 1.20, 0.0, 0.0, brass)
    t = np.linspace(0, 1, 25)
    taper = 1 - 0.62 * np.exp(-(((t - 0.60) / 0.19) ** 2)) - 0.16 * np.clip((t - 0.6) / 0.4, 0, 1)
    drop, width = 2.40, 1.02
    panel = curtain_panel(width, drop, 11, 1.9, 6, cloth, taper)
    lean = -0.30

    def pull(v: Floats) -> Floats:
        at = np.clip(-v[:, 1] / drop, 0, 1)
        go = lean * np.exp(-(((at - 0.60) / 0.24) ** 2)) + lean * 0.55 * np.clip((at - 0.62) / 0.38, 0, 1) ** 0.7 * (at > 0.6)
        return v + np.stack([go, 0 * go, 0.035 * np.exp(-(((at - 0.60) / 0.12) ** 2))], -1)

    b.exact(panel.bent(pull).moved(0, -0.028, 0), cloth)
    _rings(b, np.linspace(-width / 2 + 0.02, width / 2 - 0.02, 12), 0.0, 0.0, brass)
    half = width * 0.38 / 2 + 0.02
    y = -0.028 - 0.60 * drop
    loop = np.array([[lean + half * np.cos(a), y + 0.03 * np.cos(a), 0.035 + 0.062 * np.sin(a)] for a in np.linspace(0, 2 * np.pi, 60, endpoint=False)])
    b.add(tube(loop, 0.036, 16, closed=True, side=[0, 1, 0], flatten=0.20, power=2.6), surfaces.velvet("velvet-band", "#3a4d68"))
    return b.done()


def roman_blind() -> Piece:
    """A Roman blind in natural linen, half drawn: soft folds at its foot, 1.20 x 1.10 m."""
    plain = m.weave("blind-linen", ("#cbbfab", "#c2b59f", "#d4c9b7"), 63, yarns=120, tile_m=0.2, melange=0.06, slub=1.0)
    b = Bench(m.oak())
    w, plain_drop, columns = 1.20, 0.62, 41
    line = [(0.0, 0.0), (-plain_drop * 0.5, 0.002), (-plain_drop, 0.006)]
    y0 = -plain_drop
    for k in range(4):
        top = y0 - 0.075 * k
        bulge = 0.030 + 0.010 * k
        line += [(top - 0.012, bulge * 0.5), (top - 0.040, bulge), (top - 0.085, bulge * 1.05), (top - 0.112, bulge * 0.62), (top - 0.104, bulge * 0.18), (top - 0.082, 0.010)]
    line += [(y0 - 0.40, 0.012), (y0 - 0.44, 0.013)]
    curve = np.array(line)
    dense = np.concatenate([np.stack([np.linspace(a[k], c[k], 5, endpoint=False) for k in range(2)], -1) for a, c in zip(curve, curve[1:], strict=False)] + [curve[-1:]])
    kernel = np.array([1, 2, 3, 2, 1]) / 9
    smooth = np.stack([np.convolve(np.pad(dense[:, k], 2, mode="edge"), kernel, "valid") for k in range(2)], -1)
    run = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(smooth, axis=0), axis=1))])
    s = np.linspace(-1, 1, columns)
    rng = np.random.default_rng(3)
    slack = np.clip((-smooth[:, 0] - plain_drop) / 0.1, 0, 1)
    ripple = sum(rng.normal(0, 0.004) * np.cos(k * np.pi * s + rng.uniform(0, 6)) for k in (1, 2, 3))
    sag = -0.012 * np.cos(s * np.pi / 2)
    y = smooth[:, :1] + slack[:, None] * (sag + ripple)[None]
    z = smooth[:, 1:] * (1 + 0.12 * np.cos(s * np.pi * 1.5)[None]) + 0.012
    points = np.stack([np.broadcast_to(s[None] * w / 2, y.shape), y, z], -1)
    uv = np.stack([points[..., 0], np.broadcast_to(-run[:, None], y.shape)], -1)
    cloth = replace(plain, double_sided=True)
    b.exact(_facing(sheet(points, uv)), cloth)
    b.board((-w / 2, w / 2), (-0.03, 0.012), (-0.02, 0.016), 0.003, material=m.painted("white-lacquer", "#e9e6df", 0.4))
    return b.done()
