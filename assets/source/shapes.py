"""Bodies of furniture: boxes with rounded edges, slabs, turned legs, bent tubes and sheets, with normals and UVs in metres."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Part:
    """A surface: vertices (N, 3) m, unit normals (N, 3), uv (N, 2) in metres on the cloth or board (v up), faces (M, 3)."""

    vertices: Floats
    normals: Floats
    uv: Floats
    faces: Ints

    def moved(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Part:
        """The same part elsewhere."""
        return replace(self, vertices=self.vertices + np.array([x, y, z]))

    def turned(self, axis: str, degrees: float, about: Sequence[float] = (0, 0, 0)) -> Part:
        """The same part, turned about an axis ('x', 'y' or 'z') through a point."""
        matrix = rotation(axis, degrees)
        pivot = np.asarray(about, float)
        return replace(self, vertices=(self.vertices - pivot) @ matrix.T + pivot, normals=self.normals @ matrix.T)

    def mirrored(self, axis: int = 0) -> Part:
        """The same part seen in a mirror across the plane axis = 0; u runs the other way so that bumps stay bumps."""
        flip = np.ones(3)
        flip[axis] = -1
        return Part(self.vertices * flip, self.normals * flip, self.uv * [-1, 1], self.faces[:, ::-1].copy())

    def shifted(self, u: float, v: float) -> Part:
        """The same part cut from another place of the cloth or board."""
        return replace(self, uv=self.uv + [u, v])

    def bent(self, move: Callable[[Floats], Floats]) -> Part:
        """The same part with every vertex moved by a smooth function; normals made anew."""
        return with_normals(replace(self, vertices=move(self.vertices)))


def rotation(axis: str, degrees: float) -> Floats:
    """A turn about one axis as a 3x3 matrix."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array({"x": [[1, 0, 0], [0, c, -s], [0, s, c]], "y": [[c, 0, s], [0, 1, 0], [-s, 0, c]],
                     "z": [[c, -s, 0], [s, c, 0], [0, 0, 1]]}[axis], float)


def join(parts: Sequence[Part]) -> Part:
    """Several parts as one."""
    offsets = np.cumsum([0] + [len(part.vertices) for part in parts[:-1]])
    return Part(
        np.concatenate([p.vertices for p in parts]), np.concatenate([p.normals for p in parts]),
        np.concatenate([p.uv for p in parts]), np.concatenate([p.faces + o for p, o in zip(parts, offsets, strict=True)]),
    )


def with_normals(part: Part, crease_deg: float = 180.0) -> Part:
    """Smooth normals, shared by vertices that lie in one place unless their faces meet sharper than `crease_deg`."""
    a, b, c = (part.vertices[part.faces[:, i]] for i in range(3))
    face_normal = np.cross(b - a, c - a)
    normal = np.zeros_like(part.vertices)
    for i in range(3):
        np.add.at(normal, part.faces[:, i], face_normal)
    if crease_deg >= 180:
        _, same = np.unique(np.round(part.vertices, 6), axis=0, return_inverse=True)
        same = same.ravel()
        total = np.zeros((same.max() + 1, 3))
        np.add.at(total, same, normal)
        lost = np.linalg.norm(total[same], axis=1) < 1e-3 * np.linalg.norm(normal, axis=1)
        normal = np.where(lost[:, None], normal, total[same])
    length = np.linalg.norm(normal, axis=1, keepdims=True)
    return replace(part, normals=normal / np.maximum(length, 1e-12))


def _grid_faces(rows: int, columns: int) -> Ints:
    index = np.arange(rows * columns).reshape(rows, columns)
    quads = np.stack([index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]], -1).reshape(-1, 4)
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def rounded_box(
    size: Sequence[float], radius: float, bevel: int = 3, inner: Sequence[int] = (0, 0, 0), grain: int = 0, bulge: float = 0.0
) -> Part:
    """A box with rounded edges, centred at 0; grain = the axis that u follows; bulge = how far each face swells, metres."""
    half = np.asarray(size, float) / 2
    radius = min(radius, float(half.min()) * 0.999)
    core = half - radius
    angle = np.linspace(0, np.pi / 4, bevel + 1)
    parts = []
    lines: list[tuple[Floats, Floats]] = []
    for axis in range(3):
        middle = np.linspace(-core[axis], core[axis], inner[axis] + 2)[1:-1]
        place = np.concatenate([-core[axis] - radius * np.tan(angle[::-1]), middle, core[axis] + radius * np.tan(angle)])
        length = np.concatenate([-core[axis] - radius * angle[::-1], middle, core[axis] + radius * angle])
        lines.append((place, length))
    for axis in range(3):
        for sign in (-1.0, 1.0):
            a, b = (axis + 1) % 3, (axis + 2) % 3
            pa, pb = np.meshgrid(lines[a][0], lines[b][0], indexing="ij")
            la, lb = np.meshgrid(lines[a][1], lines[b][1], indexing="ij")
            point = np.zeros((*pa.shape, 3))
            point[..., axis], point[..., a], point[..., b] = sign * half[axis], pa, pb
            nearest = np.clip(point, -core, core)
            normal = point - nearest
            normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
            point = nearest + normal * radius
            if bulge:
                swell = (1 - np.clip(pa / half[a], -1, 1) ** 2) * (1 - np.clip(pb / half[b], -1, 1) ** 2)
                point[..., axis] += sign * bulge * swell
            uv = np.stack([lb, -sign * la], -1) if b == grain or (axis == grain and b > a) else np.stack([la, sign * lb], -1)
            uv = uv + np.array([0.137 * axis, 0.071 * (sign + 1) + 0.053 * axis])
            faces = _grid_faces(*pa.shape)
            if sign < 0:
                faces = faces[:, ::-1]
            parts.append(Part(point.reshape(-1, 3), normal.reshape(-1, 3), uv.reshape(-1, 2), faces))
    whole = join(parts)
    return with_normals(whole) if bulge else whole


def rounded_rectangle(width: float, depth: float, radius: float, steps: int = 8, power: float = 2.0) -> Floats:
    """An outline (N, 2) counter-clockwise in (x, z'), with round corners (power > 2: squarer, as a superellipse)."""
    angle = np.linspace(0, np.pi / 2, steps + 1)
    quarter = np.stack([np.cos(angle) ** (2 / power), np.sin(angle) ** (2 / power)], -1) * radius
    cx, cy = width / 2 - radius, depth / 2 - radius
    corners = [quarter + [cx, cy], quarter[::-1] * [-1, 1] + [-cx, cy], quarter * [-1, -1] + [-cx, -cy], quarter[::-1] * [1, -1] + [cx, -cy]]
    outline = np.concatenate(corners)
    keep = np.linalg.norm(outline - np.roll(outline, 1, 0), axis=1) > 1e-6
    return outline[keep]


def slab(outline: Floats, thickness: float, edge: float, bevel: int = 3, grain: str = "x", under: float | None = None) -> Part:
    """A board of any convex outline (N, 2; x and minus z), lying in y = 0..thickness, edges rounded by `edge` metres.

    `under` rounds the lower edge more (a shark-nosed table top).
    """
    lower = edge if under is None else under
    top = np.linspace(0, np.pi / 2, bevel + 1)
    profile = [(-lower * (1 - np.sin(t)), lower * (1 - np.cos(t)), np.array([np.sin(t), -np.cos(t)])) for t in top]
    profile += [(-edge * (1 - np.cos(t)), thickness - edge * (1 - np.sin(t)), np.array([np.cos(t), np.sin(t)])) for t in top]
    tangent = np.roll(outline, -1, 0) - np.roll(outline, 1, 0)
    outward = np.stack([tangent[:, 1], -tangent[:, 0]], -1)
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    closed = np.concatenate([outline, outline[:1]])
    out = np.concatenate([outward, outward[:1]])
    run = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))])
    rise = np.concatenate([[0], np.cumsum([np.hypot(b[0] - a[0], b[1] - a[1]) for a, b in zip(profile, profile[1:], strict=False)])])
    vertices, normals, uv = [], [], []
    for (inset, y, (side, up)), v in zip(profile, rise, strict=True):
        ring = closed + out * inset
        vertices.append(np.stack([ring[:, 0], np.full(len(ring), y), -ring[:, 1]], -1))
        normals.append(np.stack([out[:, 0] * side, np.full(len(ring), up), -out[:, 1] * side], -1))
        uv.append(np.stack([run, np.full(len(ring), v)], -1))
    rows, columns = len(profile), len(closed)
    wall = Part(np.concatenate(vertices), np.concatenate(normals), np.concatenate(uv), _grid_faces(rows, columns)[:, ::-1])
    caps = []
    for inset, y, up in ((-edge, thickness, 1.0), (-lower, 0.0, -1.0)):
        ring = outline + outward * inset
        ring = np.concatenate([ring, ring.mean(0, keepdims=True)])
        count = len(outline)
        index = np.arange(count)
        faces = np.stack([index, (index + 1) % count, np.full(count, count)], -1)
        place = np.stack([ring[:, 0], np.full(len(ring), y), -ring[:, 1]], -1)
        flat = ring if grain == "x" else np.stack([ring[:, 1], -ring[:, 0]], -1)
        caps.append(Part(place, np.tile([0.0, up, 0.0], (len(ring), 1)), flat * [1, up], faces if up > 0 else faces[:, ::-1]))
    return join([wall, *caps])


def lathe(profile: Sequence[tuple[float, float]], sections: int = 32, grain_up: bool = True, sharp_deg: float = 35.0) -> Part:
    """A turned body from (radius, height) points, bottom to top outside; edges sharper than `sharp_deg` stay crisp."""
    points = np.asarray(profile, float)
    step = np.diff(points, axis=0)
    length = np.linalg.norm(step, axis=1)
    flat = np.stack([step[:, 1], -step[:, 0]], -1) / np.maximum(length, 1e-12)[:, None]
    rows: list[tuple[Floats, Floats, float]] = []
    run = np.concatenate([[0], np.cumsum(length)])
    for i in range(len(points)):
        before, after = flat[max(i - 1, 0)], flat[min(i, len(flat) - 1)]
        if 0 < i < len(points) - 1 and np.degrees(np.arccos(np.clip(before @ after, -1, 1))) > sharp_deg:
            rows += [(points[i], before, run[i]), (points[i], after, run[i])]
        else:
            mean = before + after
            rows.append((points[i], mean / np.linalg.norm(mean), run[i]))
    angle = np.linspace(0, 2 * np.pi, sections + 1)
    around = np.stack([np.sin(angle), np.cos(angle)], -1)
    widest = float(points[:, 0].max())
    vertices, normals, uv = [], [], []
    for point, normal, at in rows:
        vertices.append(np.stack([around[:, 0] * point[0], np.full(len(angle), point[1]), around[:, 1] * point[0]], -1))
        normals.append(np.stack([around[:, 0] * normal[0], np.full(len(angle), normal[1]), around[:, 1] * normal[0]], -1))
        girth = angle * widest
        uv.append(np.stack([np.full(len(angle), at), -girth] if grain_up else [girth, np.full(len(angle), at)], -1))
    return Part(np.concatenate(vertices), np.concatenate(normals), np.concatenate(uv), _grid_faces(len(rows), sections + 1)[:, ::-1])


def tube(
    path: npt.ArrayLike, radius: npt.ArrayLike, sections: int = 12, closed: bool = False, side: npt.ArrayLike | None = None,
    flatten: npt.ArrayLike = 1.0, round_ends: bool = True, power: float = 2.0,
) -> Part:
    """A bar along a path (N, 3): `radius` (one or N) sideways, radius x flatten across; u runs along it.

    `side` = a direction that the bar's width follows (otherwise it twists as little as possible); power > 2: squarer.
    """
    points = np.asarray(path, float)
    radii = np.broadcast_to(np.asarray(radius, float), (len(points),)).copy()
    flats = np.broadcast_to(np.asarray(flatten, float), (len(points),)).copy()
    if closed:
        points, radii, flats = (np.concatenate([a, a[:1]]) for a in (points, radii, flats))
        tangent = np.roll(points[:-1], -1, 0) - np.roll(points[:-1], 1, 0)
        tangent = np.concatenate([tangent, tangent[:1]])
    else:
        tangent = np.gradient(points, axis=0)
        if round_ends:
            cap = np.linspace(0, np.pi / 2, 4)[:-1]
            direction0, direction1 = (t / np.linalg.norm(t) for t in (tangent[0], tangent[-1]))
            grow0 = min(radii[0], radii[0] * flats[0])
            grow1 = min(radii[-1], radii[-1] * flats[-1])
            end0 = points[0] + direction0 * grow0
            end1 = points[-1] - direction1 * grow1
            keep = (((points - end0) @ direction0) > 1e-9) | (np.linalg.norm(points - points[0], axis=1) > 3 * grow0)
            keep &= (((end1 - points) @ direction1) > 1e-9) | (np.linalg.norm(points - points[-1], axis=1) > 3 * grow1)
            keep[0] = keep[-1] = False
            head = np.array([end0 - direction0 * grow0 * np.cos(t) for t in np.append(cap, np.pi / 2)])
            tail = np.array([end1 + direction1 * grow1 * np.cos(t) for t in np.append(cap, np.pi / 2)[::-1]])
            shrink = np.sin(np.append(cap, np.pi / 2))
            points = np.concatenate([head, points[keep], tail])
            radii = np.concatenate([radii[0] * shrink, radii[keep], radii[-1] * shrink[::-1]])
            flats = np.concatenate([np.full(4, flats[0]), flats[keep], np.full(4, flats[-1])])
            tangent = np.gradient(points, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    if side is None:
        start = np.array([0.0, 1.0, 0.0]) if abs(tangent[0, 1]) < 0.9 else np.array([1.0, 0.0, 0.0])
        across = np.zeros_like(points)
        current = start
        for i in range(len(points)):
            current = current - tangent[i] * (current @ tangent[i])
            current /= np.linalg.norm(current)
            across[i] = current
        if closed:
            twist = np.arctan2(across[0] @ np.cross(tangent[-1], across[-1]), across[0] @ across[-1])
            spread = np.linspace(0, twist, len(points))
            other = np.cross(tangent, across)
            across = across * np.cos(spread)[:, None] + other * np.sin(spread)[:, None]
    else:
        across = np.broadcast_to(np.asarray(side, float), points.shape)
        across = across - tangent * np.sum(across * tangent, 1, keepdims=True)
        across = across / np.linalg.norm(across, axis=1, keepdims=True)
    other = np.cross(tangent, across)
    angle = np.linspace(0, 2 * np.pi, sections + 1)
    cx = np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** (2 / power)
    cy = np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** (2 / power)
    ring = across[:, None] * (cx[None, :, None] * radii[:, None, None]) + other[:, None] * (cy[None, :, None] * (radii * flats)[:, None, None])
    vertices = points[:, None] + ring
    run = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    uv = np.stack(np.broadcast_arrays(run[:, None], angle[None] * float(radii.max())), -1)
    faces = _grid_faces(len(points), sections + 1)
    return with_normals(Part(vertices.reshape(-1, 3), np.zeros((vertices.shape[0] * vertices.shape[1], 3)), uv.reshape(-1, 2), faces[:, ::-1]))


def bezier(points: npt.ArrayLike, count: int = 16) -> Floats:
    """A smooth curve through the first and last of four control points: (count, 3)."""
    p = np.asarray(points, float)
    t = np.linspace(0, 1, count)[:, None]
    curve: Floats = (1 - t) ** 3 * p[0] + 3 * (1 - t) ** 2 * t * p[1] + 3 * (1 - t) * t**2 * p[2] + t**3 * p[3]
    return curve


def spline(points: npt.ArrayLike, count: int = 24) -> Floats:
    """A smooth curve through all the points: (count, 3)."""
    from scipy.interpolate import CubicSpline

    p = np.asarray(points, float)
    at = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(p, axis=0), axis=1))])
    curve: Floats = CubicSpline(at, p)(np.linspace(0, at[-1], count))
    return curve


def sheet(points: Floats, uv: Floats) -> Part:
    """A surface from a grid (R, C, 3) with uv (R, C, 2): its front is where rows x columns points."""
    rows, columns = points.shape[:2]
    return with_normals(Part(points.reshape(-1, 3), np.zeros((rows * columns, 3)), uv.reshape(-1, 2), _grid_faces(rows, columns)))


def facing_out(part: Part) -> Part:
    """The same part with its faces wound to agree with its normals."""
    a, b, c = (part.vertices[part.faces[:, i]] for i in range(3))
    agree = np.einsum("ij,ij->i", np.cross(b - a, c - a), part.normals[part.faces].mean(1))
    faces = np.where((agree < 0)[:, None], part.faces[:, ::-1], part.faces)
    return replace(part, faces=faces)
