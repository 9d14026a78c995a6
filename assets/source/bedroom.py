"""The double bed: mattress, duvet and pillows."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import zoom

from assets.source import materials as m
from assets.source.bench import Bench, Piece
from assets.source.cloth import pillow, seam_tube, simulate
from assets.source.noise import Floats, layered_noise
from assets.source.seating import outline_on_box, padded, tapered_leg
from assets.source.shapes import Ints, Part, sheet


def _grid_faces(rows: int, columns: int) -> Ints:
    index = np.arange(rows * columns).reshape(rows, columns)
    quads = np.stack([index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]], -1).reshape(-1, 4)
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def draped_sheet(
    width: float, length: float, cell: float, start_y: float, center_z: float, box_half: tuple[float, float], top: float, floor: float, thick: float, seed: int,
    steps: int = 110, finer: int = 2, puff: float = 0.010,
) -> Part:
    """A thick cover dropped over a block: the block is 2 x box_half wide and long about (0, center_z), its top at `top`."""
    rows, columns = int(length / cell) + 1, int(width / cell) + 1
    x, z = np.meshgrid(np.linspace(-width / 2, width / 2, columns), np.linspace(-length / 2, length / 2, rows))
    hills = layered_noise((64, 64), (26, 26), seed, 3)[:rows, :columns] if rows <= 64 and columns <= 64 else layered_noise((rows, columns), (20, 20), seed, 3)
    flat = np.stack([x, np.zeros_like(x), z], -1)
    begin = flat * [0.97, 1, 0.975] + np.stack([0 * x, start_y + 0.03 * np.abs(hills), 0 * x + center_z], -1)
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
        moved = push(p - [0, 0, center_z]) + [0, 0, center_z]
        return moved

    rest = simulate(begin.reshape(-1, 3), _grid_faces(rows, columns), steps, pushed, gravity=7.0, bend=0.5, rest=flat.reshape(-1, 3), damping=0.05, rounds=7, seed=seed, stretch=1.0)
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
    duvet = draped_sheet(2.14, 1.62, 0.055, 0.60, mid_z + 0.235, (0.848, 1.0), 0.475, 0.20, 0.038, 5, puff=0.006)
    b.add(duvet, duvet_cloth)
    throw_cloth = m.weave("wool-ochre", ("#b98a45", "#ad7e3c", "#c49a58"), 49, yarns=64, tile_m=0.2, melange=0.12, slub=1.0)
    throw = draped_sheet(2.16, 0.52, 0.055, 0.66, z_foot - 0.42, (0.900, 1.0), 0.536, 0.20, 0.012, 9, puff=0.002)
    b.add(throw, throw_cloth)
    for i, (x, z, y, tilt, spin, cover, seed) in enumerate((
        (-0.39, z_head + 0.155, 0.645, -64, 1.5, cotton, 81), (0.39, z_head + 0.155, 0.645, -64, -2.0, cotton, 82),
        (-0.36, z_head + 0.335, 0.635, -50, -3.0, linen, 83), (0.37, z_head + 0.33, 0.635, -50, 4.0, linen, 84))):
        size = (0.70, 0.48) if i < 2 else (0.62, 0.42)
        soft, pipings = pillow(*size, 18, seed, piping=0.003, thickness=0.19)
        for part in (soft, *pipings):
            b.add(part.turned("x", -(90 + tilt)).turned("y", spin).moved(x, y, z), cover)
    return b.done()
