"""The double bed: mattress, duvet and pillows."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import zoom

from assets.source import materials as m
from assets.source import surfaces
from assets.source.bench import Bench, Piece
from assets.source.cloth import pillow, seam_tube, simulate
from assets.source.noise import Floats, layered_noise
from assets.source.seating import outline_on_box, padded, tapered_leg
from assets.source.shapes import Ints, Part, lathe, sheet, tube


def _grid_faces(rows: int, columns: int) -> Ints:
    index = np.arange(rows * columns).reshape(rows, columns)
    quads = np.stack([index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]], -1).reshape(-1, 4)
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def draped_sheet(
    width: float, length: float, cell: float, start_y: float, center_z: float, box_half: tuple[float, float], top: float, floor: float, thick: float, seed: int,
    steps: int = 110, finer: int = 2, puff: float = 0.010, block_z: float = 0.0, bend: float = 0.5, slack: tuple[float, float] = (0.97, 0.975),
    rumple: float = 0.03, hold: str = "",
) -> Part:
    """A thick cover dropped over a block: the block is 2 x box_half wide and long about (0, center_z + block_z), its top at `top`.

    `slack` = how much narrower than the cloth it starts (wrinkles), `rumple` = how far from flat, m. `hold` = what stays where it lies:
    "head" its upper edge, "middle" its middle line (cloth on cloth does not slide).
    """
    rows, columns = int(length / cell) + 1, int(width / cell) + 1
    x, z = np.meshgrid(np.linspace(-width / 2, width / 2, columns), np.linspace(-length / 2, length / 2, rows))
    hills = layered_noise((64, 64), (26, 26), seed, 3)[:rows, :columns] if rows <= 64 and columns <= 64 else layered_noise((rows, columns), (20, 20), seed, 3)
    flat = np.stack([x, np.zeros_like(x), z], -1)
    begin = flat * [slack[0], 1, slack[1]] + np.stack([0 * x, start_y + rumple * np.abs(hills), 0 * x + center_z], -1)
    edge = 0.05

    def push(p: Floats) -> Floats:
        q = p.copy()
        rel = np.stack([p[:, 0], p[:, 1] - (top - 0.5), p[:, 2]], -1)
        core = np.array([box_half[0] - edge, 0.5 - edge, box_half[1] - edge])
        near = np.clip(rel, -core, core)
        away = rel - near
        length_ = np.linalg.norm(away, axis=1)
        reach = edge + 0.012
        hit = (length_ < reach) & (length_ > 1e-9)
        q[hit] = p[hit] + (away[hit] / length_[hit, None]) * (reach - length_[hit, None])
        inside = length_ <= 1e-9
        q[inside, 1] = top + 0.012
        q[:, 1] = np.maximum(q[:, 1], floor)
        return q

    def pushed(p: Floats) -> Floats:
        moved = push(p - [0, 0, center_z + block_z]) + [0, 0, center_z + block_z]
        return moved

    on_top = np.abs(x) < 0.92 * box_half[0]
    held = {"head": on_top & (np.arange(rows) < 2)[:, None], "middle": np.abs(x) < 0.55 * box_half[0]}.get(hold, np.zeros_like(on_top))
    pinned = np.flatnonzero(held.ravel()) if hold else None
    rest = simulate(begin.reshape(-1, 3), _grid_faces(rows, columns), steps, pushed, gravity=7.0, bend=bend, rest=flat.reshape(-1, 3), damping=0.05, rounds=7, seed=seed, stretch=1.0, pinned=pinned)
    fine = zoom(rest.reshape(rows, columns, 3), (finer, finer, 1), order=3, mode="nearest", grid_mode=False)
    r, c = fine.shape[:2]
    u, v = np.meshgrid(np.linspace(-width / 2, width / 2, c), np.linspace(-length / 2, length / 2, r))
    inner = np.minimum(width / 2 - np.abs(u), length / 2 - np.abs(v))
    swell = thick * np.sqrt(np.clip(1 - np.clip(1 - inner / (1.6 * thick + 1e-9), 0, 1) ** 2, 0, 1))
    lumps = layered_noise((128, 128), (22, 22), seed + 3, 3)
    lump = zoom(lumps, (r / 128, c / 128), order=1)[:r, :c]
    swell = swell + puff * lump * np.clip(inner / 0.1, 0, 1)
    base = sheet(fine, np.stack([u, -v], -1))
    normal = base.normals if base.normals[:, 1].mean() > 0 else -base.normals
    lifted = (fine.reshape(-1, 3) + normal * swell.reshape(-1, 1)).reshape(r, c, 3)
    top_side = sheet(lifted, np.stack([u, -v], -1))
    if top_side.normals[:, 1].mean() < 0:
        top_side = Part(top_side.vertices, -top_side.normals, top_side.uv, top_side.faces[:, ::-1])
    return top_side


def duvet(width: float, length: float, center_z: float, block: tuple[float, float], top: float, floor: float, thick: float, seed: int, middle_z: float) -> Part:
    """A filled duvet that lies where it was spread and hangs over sides and foot of a block about (0, middle_z)."""
    return draped_sheet(width, length, 0.062, top + 0.015, center_z, block, top, floor, thick, seed, steps=130, puff=0.016, block_z=middle_z - center_z, bend=0.12,
                        slack=(0.975, 0.965), rumple=0.03, hold="head")


def throw_over(width: float, length: float, center_z: float, block: tuple[float, float], top: float, floor: float, thick: float, seed: int, middle_z: float) -> Part:
    """A throw laid across: it keeps its place on top and hangs at both sides."""
    return draped_sheet(width, length, 0.055, top + 0.02, center_z, block, top, floor, thick, seed, steps=100, puff=0.004, block_z=middle_z - center_z, bend=0.25,
                        slack=(0.99, 0.97), rumple=0.015, hold="middle")


def double_bed() -> Piece:
    """A double bed for a 160 x 200 mattress: oak frame, channelled linen headboard, duvet, four pillows, a folded throw."""
    b = Bench(m.oak())
    w, length = 1.68, 2.10
    linen = m.weave("linen-flax", ("#b9ad9b", "#aea18e", "#c4b9a8"), 45, yarns=110, tile_m=0.2, melange=0.08, slub=0.8)
    cotton = m.weave("cotton-white", ("#e9e7e2", "#e5e3de", "#edebe7"), 46, yarns=92, tile_m=0.12, size=320, melange=0.02, slub=0.4, relief=0.6)
    duvet_cloth = m.weave("cotton-blue", ("#7f909c", "#7a8b97", "#8696a2"), 48, yarns=92, tile_m=0.12, size=320, melange=0.03, slub=0.5, relief=0.6)
    z_head, z_foot = -length / 2 + 0.09, length / 2
    for x in (-1, 1):
        b.board((x * (w / 2) - 0.0125 - x * 0.0125, x * (w / 2) + 0.0125 - x * 0.0125), (0.17, 0.33), (z_head, z_foot), 0.006)
    b.board((-w / 2, w / 2), (0.17, 0.33), (z_foot - 0.025, z_foot), 0.006)
    for x in (-1, 1):
        for z in (z_foot - 0.07, z_head + 0.25):
            b.add(tapered_leg(0.19, 0.030, 0.020, x * 0.012, 0).moved(x * (w / 2 - 0.06), 0, z))
    count = 8
    step = w / count
    for i in range(count):
        part = padded((step - 0.002, 0.86, 0.085), 0.036, 0.006, 0.2)
        b.add(part.moved(-w / 2 + (i + 0.5) * step, 0.22 + 0.43, -length / 2 + 0.045), linen)
    b.board((-w / 2 + 0.01, w / 2 - 0.01), (0.0, 0.64), (-length / 2, -length / 2 + 0.02), 0.004, grain=0)
    mattress = (1.60, 0.20, 2.00)
    mid_z = (z_head + z_foot) / 2 + 0.005
    b.add(padded(mattress, 0.05, 0.006, 0.3).moved(0, 0.37, mid_z), cotton)
    for y in (0.31, 0.43):
        b.add(seam_tube(outline_on_box(mattress, 1, 0.0, 0.004, 0.06), 0.004).moved(0, y, mid_z), cotton)
    foot = z_foot + 0.012 - mid_z
    b.add(duvet(2.16, 1.78, mid_z + 0.20, (0.853, foot), 0.478, 0.20, 0.042, 5, mid_z), duvet_cloth)
    throw_cloth = m.weave("wool-ochre", ("#b98a45", "#ad7e3c", "#c49a58"), 49, yarns=64, tile_m=0.2, melange=0.12, slub=1.0)
    b.add(throw_over(2.18, 0.56, z_foot - 0.46, (0.925, foot + 0.06), 0.545, 0.20, 0.012, 9, mid_z), throw_cloth)
    for i, (x, z, y, tilt, spin, cover, seed) in enumerate((
        (-0.39, z_head + 0.155, 0.645, -64, 1.5, cotton, 81), (0.39, z_head + 0.155, 0.645, -64, -2.0, cotton, 82),
        (-0.36, z_head + 0.335, 0.635, -50, -3.0, linen, 83), (0.37, z_head + 0.33, 0.635, -50, 4.0, linen, 84))):
        size = (0.70, 0.48) if i < 2 else (0.62, 0.42)
        soft, pipings = pillow(*size, 18, seed, piping=0.003, thickness=0.19)
        for part in (soft, *pipings):
            b.add(part.turned("x", -(90 + tilt)).turned("y", spin).moved(x, y, z), cover)
    return b.done()


def single_bed() -> Piece:
    """A single bed for a 90 x 200 mattress: walnut frame, slatted headboard, gray duvet turned back, one pillow, a knitted throw."""
    b = Bench(m.walnut())
    w, length = 0.98, 2.08
    cotton = m.weave("cotton-white", ("#e9e7e2", "#e5e3de", "#edebe7"), 46, yarns=92, tile_m=0.12, size=320, melange=0.02, slub=0.4, relief=0.6)
    cover = m.weave("cotton-sage", ("#a7ada0", "#a1a79a", "#adb3a6"), 48, yarns=92, tile_m=0.12, size=320, melange=0.03, slub=0.5, relief=0.6)
    z_head, z_foot = -length / 2 + 0.04, length / 2
    for x in (-1, 1):
        b.board((x * (w / 2) - 0.013 - x * 0.013, x * (w / 2) + 0.013 - x * 0.013), (0.20, 0.33), (z_head, z_foot), 0.006)
        b.add(tube([(x * (w / 2 - 0.022), 0.0, -length / 2 + 0.022), (x * (w / 2 - 0.022), 0.5, -length / 2 + 0.022), (x * (w / 2 - 0.022), 0.96, -length / 2 + 0.022)], [0.017, 0.022, 0.019], 18))
        b.add(tapered_leg(0.205, 0.026, 0.017, x * 0.010, 0.012).moved(x * (w / 2 - 0.045), 0, z_foot - 0.05))
    b.board((-w / 2, w / 2), (0.20, 0.33), (z_foot - 0.026, z_foot), 0.006)
    for y in (0.44, 0.90):
        b.board((-w / 2 + 0.02, w / 2 - 0.02), (y, y + 0.055), (-length / 2 + 0.010, -length / 2 + 0.034), 0.006)
    for x in np.linspace(-w / 2 + 0.10, w / 2 - 0.10, 9):
        b.add(tube([(x, 0.47, -length / 2 + 0.022), (x, 0.92, -length / 2 + 0.022)], 0.0085, 12))
    mattress = (0.90, 0.20, 2.00)
    mid_z = (z_head + z_foot) / 2 + 0.002
    b.add(padded(mattress, 0.05, 0.006, 0.3).moved(0, 0.38, mid_z), cotton)
    for y in (0.31, 0.45):
        b.add(seam_tube(outline_on_box(mattress, 1, 0.0, 0.004, 0.06), 0.004).moved(0, y, mid_z), cotton)
    foot = z_foot + 0.012 - mid_z
    b.add(duvet(1.44, 1.60, mid_z + 0.29, (0.503, foot), 0.488, 0.17, 0.040, 6, mid_z), cover)
    b.add(throw_over(1.50, 0.32, mid_z - 0.37, (0.560, foot), 0.553, 0.20, 0.030, 12, mid_z), cotton)
    wool = surfaces.knit("knit-oat", "#d9cbb2", "#7d6c55")
    b.add(throw_over(1.56, 0.58, z_foot - 0.50, (0.575, foot + 0.06), 0.560, 0.17, 0.015, 9, mid_z), wool)
    soft, pipings = pillow(0.66, 0.46, 18, 91, piping=0.003, thickness=0.19)
    for part in (soft, *pipings):
        b.add(part.turned("x", -28).turned("y", 2).moved(0.0, 0.64, z_head + 0.20), cotton)
    return b.done()


def upholstered_bed() -> Piece:
    """A king-size upholstered bed for a 180 x 200 mattress: button-tufted wings, white duvet, linen throw, six pillows."""
    b = Bench(m.ash_black())
    w, length = 1.96, 2.16
    cloth = m.weave("tweed-sand", ("#b7aa98", "#ada08d", "#c1b5a4"), 52, yarns=100, tile_m=0.2, melange=0.08, slub=0.7)
    cotton = m.weave("cotton-white", ("#e9e7e2", "#e5e3de", "#edebe7"), 46, yarns=92, tile_m=0.12, size=320, melange=0.02, slub=0.4, relief=0.6)
    z_head, z_foot = -length / 2 + 0.11, length / 2
    for x in (-1, 1):
        b.add(padded((0.075, 0.26, length - 0.10), 0.022, 0.004, 0.3).moved(x * (w / 2 - 0.0375), 0.19, 0.05), cloth)
        b.add(padded((0.075, 1.14, 0.24), 0.026, 0.004, 0.3).moved(x * (w / 2 + 0.005), 0.06 + 0.57, -length / 2 + 0.12), cloth)
        for z in (-length / 2 + 0.12, z_foot - 0.12):
            b.board((x * (w / 2 - 0.06) - 0.03, x * (w / 2 - 0.06) + 0.03), (0.0, 0.07), (z - 0.03, z + 0.03), 0.004, grain=1)
    b.add(padded((w - 0.02, 0.26, 0.075), 0.022, 0.004, 0.3).moved(0, 0.19, z_foot - 0.0375), cloth)
    columns, rows = 66, 38
    x, y = np.meshgrid(np.linspace(-w / 2 + 0.035, w / 2 - 0.035, columns), np.linspace(0.40, 1.18, rows))
    buttons = [((i + 0.5 * (j % 2)) * 0.235, 0.58 + 0.175 * j) for j in range(4) for i in range(-5, 5) if abs((i + 0.5 * (j % 2)) * 0.235) < w / 2 - 0.10]
    depth = np.full_like(x, 0.075)
    for bx, by in buttons:
        r = np.hypot(x - bx, y - by)
        depth -= 0.040 * np.exp(-r / 0.045)
    for bx, by in buttons:
        for dx, dy in ((0.1175, 0.175), (-0.1175, 0.175)):
            if any(abs(bx + dx - ox) < 0.01 and abs(by + dy - oy) < 0.01 for ox, oy in buttons):
                t = np.clip(((x - bx) * dx + (y - by) * dy) / (dx * dx + dy * dy), 0, 1)
                gap = np.hypot(x - bx - t * dx, y - by - t * dy)
                depth -= 0.010 * np.exp(-gap / 0.011)
    edge = np.minimum.reduce([x + w / 2 - 0.035, w / 2 - 0.035 - x, y - 0.40, 1.18 - y])
    depth *= np.sqrt(np.clip(1 - (1 - np.clip(edge / 0.05, 0, 1)) ** 2, 0, 1))
    face = sheet(np.stack([x, y, -length / 2 + 0.055 + depth], -1), np.stack([x, y], -1))
    b.add(face if face.normals[:, 2].mean() > 0 else Part(face.vertices, -face.normals, face.uv, face.faces[:, ::-1]), cloth)
    b.add(padded((w - 0.06, 1.14, 0.07), 0.02, 0.002, 0.4).moved(0, 0.06 + 0.57, -length / 2 + 0.035), cloth)
    for bx, by in buttons:
        b.add(lathe([(0.0005, 0.0), (0.011, 0.0), (0.012, 0.003), (0.008, 0.007), (0.0005, 0.008)], 12).turned("x", 90).moved(bx, by, -length / 2 + 0.055 + 0.032), cloth)
    mattress = (1.80, 0.22, 1.98)
    mid_z = (z_head + z_foot) / 2 + 0.005
    b.add(padded(mattress, 0.055, 0.006, 0.3).moved(0, 0.40, mid_z), cotton)
    for yy in (0.315, 0.485):
        b.add(seam_tube(outline_on_box(mattress, 1, 0.0, 0.004, 0.06), 0.004).moved(0, yy, mid_z), cotton)
    foot = z_foot + 0.012 - mid_z
    b.add(duvet(2.46, 1.80, mid_z + 0.22, (0.993, foot), 0.525, 0.14, 0.050, 15, mid_z), cotton)
    oat = m.weave("linen-oat", ("#c6b79d", "#bcac91", "#d0c2aa"), 53, yarns=110, tile_m=0.2, melange=0.07, slub=1.0)
    b.add(throw_over(2.46, 0.36, mid_z - 0.46, (1.063, foot), 0.600, 0.20, 0.036, 17, mid_z), oat)
    rust = m.weave("linen-rust", ("#a4573a", "#984d32", "#b0664a"), 43, yarns=110, tile_m=0.2, slub=0.9, melange=0.07)
    b.add(throw_over(2.50, 0.62, z_foot - 0.52, (1.068, foot + 0.07), 0.600, 0.14, 0.013, 19, mid_z), rust)
    for x0, z, y0, tilt, spin, cover, seed, size in (
        (-0.45, z_head + 0.13, 0.72, 14, 1.5, cotton, 81, (0.76, 0.50)), (0.45, z_head + 0.13, 0.72, 14, -2.0, cotton, 82, (0.76, 0.50)),
        (-0.43, z_head + 0.30, 0.69, 30, -3.0, oat, 83, (0.68, 0.46)), (0.43, z_head + 0.30, 0.69, 30, 3.0, oat, 84, (0.68, 0.46)),
        (0.0, z_head + 0.43, 0.665, 36, 0.0, rust, 85, (0.56, 0.36))):
        soft, pipings = pillow(*size, 14, seed, piping=0.003, thickness=0.20)
        for part in (soft, *pipings):
            b.add(part.turned("x", -tilt).turned("y", spin).moved(x0, y0, z), cover)
    return b.done()
