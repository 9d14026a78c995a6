"""Cushions, pillows, duvets and throws: cloth that is blown up and dropped by a small simulation, never modelled by hand.

Position-based dynamics (Mueller et al. 2007): every edge keeps its length, neighbours across an edge resist bending,
air presses outwards, obstacles push back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from assets.source.noise import Floats, smooth_noise
from assets.source.shapes import Ints, Part, join, rounded_box, sheet, tube, with_normals

Push = Callable[[Floats], Floats]


def _colored(edges: Ints, count: int) -> list[Ints]:
    """The edges in groups of which none share a vertex (indices into `edges`)."""
    free = [0] * count
    groups: list[list[int]] = []
    for number, (a, b) in enumerate(edges):
        used = free[a] | free[b]
        color = (~used & (used + 1)).bit_length() - 1
        free[a] |= 1 << color
        free[b] |= 1 << color
        while len(groups) <= color:
            groups.append([])
        groups[color].append(number)
    return [np.array(group) for group in groups]


def _edges_of(faces: Ints) -> tuple[Ints, Ints]:
    """The edges (E, 2) of triangles, and the pairs of vertices that face one another across an edge."""
    opposite: dict[tuple[int, int], int] = {}
    pairs = []
    for a, b, c in faces.tolist():
        for i, j, k in ((a, b, c), (b, c, a), (c, a, b)):
            key = (min(i, j), max(i, j))
            if key in opposite:
                pairs.append((opposite[key], k))
            else:
                opposite[key] = k
    return np.array(list(opposite)), np.array([p for p in pairs if p[0] != p[1]])


def simulate(
    vertices: Floats, faces: Ints, steps: int, push: Push | None = None, pressure: float = 0.0, gravity: float = 0.0,
    stretch: float = 1.0, bend: float = 0.15, rest: Floats | None = None, pinned: Ints | None = None, damping: float = 0.06,
    rounds: int = 6, seed: int = 0,
) -> Floats:
    """Let a cloth come to rest: vertices (N, 3) m, faces (M, 3) -> vertices (N, 3).

    `pressure` m/s^2-like outward acceleration, `gravity` downward, `stretch` how much longer the cloth is than its start,
    `bend` 0..1 stiffness across edges, `rest` start shape for lengths, `push` moves points out of obstacles.
    """
    edges, pairs = _edges_of(faces)
    shape = vertices if rest is None else rest
    rng = np.random.default_rng(seed)
    constraints = []
    for links, stiffness, scale in ((edges, 1.0, stretch), (pairs, bend, 1.0)):
        length = np.linalg.norm(shape[links[:, 0]] - shape[links[:, 1]], axis=1) * scale
        for group in _colored(links, len(vertices)):
            constraints.append((links[group, 0], links[group, 1], length[group], stiffness))
    weight = np.ones(len(vertices))
    if pinned is not None:
        weight[pinned] = 0
    x = vertices + rng.normal(0, 2e-4, vertices.shape) * weight[:, None]
    v = np.zeros_like(x)
    dt = 1 / 60
    for _ in range(steps):
        force = np.zeros_like(x)
        force[:, 1] -= gravity
        if pressure:
            a, b, c = x[faces[:, 0]], x[faces[:, 1]], x[faces[:, 2]]
            area = np.cross(b - a, c - a)
            total = np.stack([np.bincount(faces.ravel(), np.repeat(area[:, k], 3), len(x)) for k in range(3)], -1)
            force += pressure * total / max(float(np.linalg.norm(total, axis=1).mean()), 1e-12)
        v = (v + dt * force) * (1 - damping) * (weight[:, None] > 0)
        new = x + dt * v
        for _ in range(rounds):
            for i, j, length, stiffness in constraints:
                delta = new[j] - new[i]
                distance = np.sqrt(np.einsum("ij,ij->i", delta, delta)) + 1e-12
                wi, wj = weight[i], weight[j]
                move = delta * (stiffness * (distance - length) / distance / np.maximum(wi + wj, 1e-9))[:, None]
                new[i] += move * wi[:, None]
                new[j] -= move * wj[:, None]
            if push is not None:
                new = push(new)
        v = (new - x) / dt
        x = new
    return x


def weld(part: Part) -> tuple[Floats, Ints, Ints]:
    """Vertices that lie in one place become one: (vertices, faces, index of each old vertex)."""
    _, first, same = np.unique(np.round(part.vertices, 6), axis=0, return_index=True, return_inverse=True)
    same = same.ravel()
    faces = same[part.faces]
    keep = (faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 0] != faces[:, 2])
    return part.vertices[first], faces[keep], same


def seam_tube(loop: Floats, radius: float, sections: int = 5) -> Part:
    """Piping along a closed loop of points."""
    return tube(loop, radius, sections, closed=True)


def box_cushion(
    size: tuple[float, float, float], cell: float, seed: int, crown: float = 0.035, slack: float = 1.012, piping: float = 0.005,
    steps: int = 140, droop: float = 0.0,
) -> tuple[Part, list[Part]]:
    """A foam cushion in a loose cover: (cushion, its two pipings), centred at 0, y up.

    `crown` = how far top and bottom swell, m; `slack` = how much too large the cover is (wrinkles).
    """
    sx, sy, sz = size
    radius = min(0.028, 0.3 * sy)
    inner = tuple(max(int(round((s - 2 * radius) / cell)), 1) for s in size)
    part = rounded_box(size, radius, 2, inner)
    start, faces, index = weld(part)
    half = np.array(size) / 2
    bumps = smooth_noise((64, 64), (24, 24), seed)

    def keep(x: Floats) -> Floats:
        u, w = np.clip(x[:, 0] / half[0], -1, 1), np.clip(x[:, 2] / half[2], -1, 1)
        dent = bumps[((u + 1) * 31).astype(int), ((w + 1) * 31).astype(int)]
        swell = crown * (1 - u**4) * (1 - w**4) * (1 + 0.10 * dent)
        out = x.copy()
        out[:, 1] = np.clip(x[:, 1], -half[1] - swell * 0.6, half[1] + swell)
        side = 1 + 0.35 * crown / half[[0, 2]]
        out[:, 0] = np.clip(x[:, 0], -half[0] * side[0], half[0] * side[0])
        out[:, 2] = np.clip(x[:, 2], -half[2] * side[1], half[2] * side[1])
        return out

    moved = simulate(start, faces, steps, keep, pressure=14.0, stretch=slack, bend=0.25, seed=seed)
    if droop:
        moved[:, 1] -= droop * (moved[:, 0] / half[0]) ** 2
    cushion = with_normals(replace(part, vertices=moved[index]))
    pipings = []
    if piping:
        for y in (1, -1):
            ridge = np.abs(np.abs(part.vertices) - (half - radius * (1 - np.sqrt(0.5))))
            on = (ridge[:, 1] < 2e-3) & (part.vertices[:, 1] * y > 0)
            ring = np.unique(index[on])
            angle = np.arctan2(start[ring, 2] / half[2], start[ring, 0] / half[0])
            order = np.argsort(angle)
            loop = moved[ring][order]
            gap = np.linalg.norm(start[ring][order] - np.roll(start[ring][order], 1, 0), axis=1) > 1e-4
            pipings.append(seam_tube(loop[gap], piping))
    return cushion, pipings


def pillow(
    width: float, height: float, cells_across: int, seed: int, pressure: float = 10.0, piping: float = 0.0, steps: int = 130,
    thickness: float = 0.2, ears: float = 0.6,
) -> tuple[Part, list[Part]]:
    """Two sheets sewn along their rim and filled: (pillow, piping), lying in the x-y plane, front = +z."""
    nx = cells_across
    ny = max(int(round(nx * height / width)), 4)
    u, v = np.meshgrid(np.linspace(-1, 1, ny + 1), np.linspace(-1, 1, nx + 1), indexing="ij")
    pull = 1 - 0.035 * ears * (np.cos(u * np.pi / 2) * np.abs(v) ** 4 + np.cos(v * np.pi / 2) * np.abs(u) ** 4)
    x, y = v * width / 2, u * height / 2
    sides = []
    for sign in (1.0, -1.0):
        z = sign * 0.012 * (1 - u**2) * (1 - v**2)
        points = np.stack([x * pull, y * pull, z], -1)
        uv = np.stack([x * sign, y], -1)
        side = sheet(points, uv)
        sides.append(side if sign < 0 else side)
    front, back = sides
    a, b, c = (front.vertices[front.faces[:, i]] for i in range(3))
    if np.cross(b - a, c - a)[:, 2].mean() < 0:
        front = replace(front, faces=front.faces[:, ::-1])
    else:
        back = replace(back, faces=back.faces[:, ::-1])
    part = join([front, back])
    start, faces, index = weld(part)
    flat = part.vertices.copy()
    flat[:, 0], flat[:, 1], flat[:, 2] = np.tile(x.ravel(), 2), np.tile(y.ravel(), 2), 0
    rest = np.zeros_like(start)
    rest[index] = flat
    rest += (start - rest) * [0.6, 0.6, 1.0]

    def limit(p: Floats) -> Floats:
        q = p.copy()
        q[:, 2] = np.clip(p[:, 2], -thickness / 2, thickness / 2)
        return q

    moved = simulate(start, faces, steps, limit, pressure=pressure, bend=0.12, rest=rest, seed=seed, stretch=1.0)
    whole = with_normals(replace(part, vertices=moved[index]))
    pipings = []
    if piping:
        grid = np.arange((ny + 1) * (nx + 1)).reshape(ny + 1, nx + 1)
        rim = np.concatenate([grid[0, :-1], grid[:-1, -1], grid[-1, :0:-1], grid[:0:-1, 0]])
        pipings.append(seam_tube(moved[index][rim], piping))
    return whole, pipings
