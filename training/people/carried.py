"""What people carry: handbags, totes, cross-body bags, clutches, backpacks and shopping bags, all made by formula.

A bag is a rounded box and tubes or ribbons for handle and straps. Bags hang straight down; straps follow the front of the body.
Places are world decimetres of the posed person; nothing here changes the person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from training.people.cloth import ClothMaker, Picture, random_color
from training.people.makehuman import Floats, Ints, rotation, vertex_normals
from training.people.parts import PART
from training.people.rasterizer import Drawn, Look, Rasterizer, make_surface

if TYPE_CHECKING:
    import moderngl

__all__ = ["MANNERS", "BagShape", "Bags", "ribbon", "rounded_box"]

MANNERS = ("hand", "elbow", "shoulder", "cross", "clutch", "backpack")
_SHARES = (0.3, 0.12, 0.2, 0.18, 0.14, 0.06)
_SIDES = {"left": (11, 13, 15, 17, 19, 23), "right": (12, 14, 16, 18, 20, 24)}
_SHEET = 192  # pixels a side of one side of a bag

Vectors = npt.NDArray[np.float64]


@dataclass(frozen=True)
class BagShape:
    """Decimetres. taper: width of the top over that of the bottom; corner: 3 soft .. 14 a box; sag: how far the rim hangs in its middle."""

    width: float
    height: float
    depth: float
    taper: float
    corner: float
    sag: float


def rounded_box(shape: BagShape) -> tuple[Floats, Ints, Floats]:
    """Vertices (V, 3) around the middle of the rim (y = 0 there, the bag below), faces, uv: u 0..0.5 front, 0.5..1 back; v up."""
    rows, columns = 11, 13
    at = np.linspace(-1, 1, rows)
    thick = np.maximum(1 - np.abs(at) ** shape.corner, 0) ** (1 / shape.corner)
    across = np.sin(np.linspace(-np.pi / 2, np.pi / 2, columns))
    swell = np.maximum(1 - np.abs(across) ** 4, 0) ** 0.25
    vertices, uv, faces = [], [], []
    for side in (1.0, -1.0):
        start = len(vertices)
        for i in range(rows):
            wide = shape.width / 2 * (1 + (shape.taper - 1) * (at[i] + 1) / 2) * max(thick[i], 0.92)
            for j in range(columns):
                x = across[j] * wide
                hang = shape.sag * (1 - across[j] ** 2) * max(at[i], 0.0)
                y = (at[i] - 1) / 2 * shape.height - hang
                vertices.append((x, y, side * shape.depth / 2 * thick[i] * swell[j]))
                uv.append(((0.0 if side > 0 else 0.5) + 0.25 * (1 + across[j]), (at[i] + 1) / 2))
        for i in range(rows - 1):
            for j in range(columns - 1):
                a = start + i * columns + j
                faces += [(a, a + 1, a + columns), (a + 1, a + columns + 1, a + columns)]
    return np.array(vertices, np.float32), np.array(faces, np.int32), np.array(uv, np.float32)


def ribbon(points: Vectors, side: Vectors, half_width: float, half_thick: float, sections: int = 6) -> tuple[Floats, Ints, Floats]:
    """A strap along (N, 3) points, its width along `side` (3,) or (N, 3): vertices, faces, uv."""
    along = np.gradient(points, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-9
    broad = np.broadcast_to(side, points.shape) - along * (along * side).sum(1, keepdims=True)
    broad /= np.linalg.norm(broad, axis=1, keepdims=True) + 1e-9
    out = np.cross(along, broad)
    angle = np.linspace(0, 2 * np.pi, sections, endpoint=False)
    ring = half_width * np.cos(angle)[None, :, None] * broad[:, None] + half_thick * np.sin(angle)[None, :, None] * out[:, None]
    vertices = (points[:, None] + ring).reshape(-1, 3).astype(np.float32)
    faces = []
    for i in range(len(points) - 1):
        for k in range(sections):
            a, b = i * sections + k, i * sections + (k + 1) % sections
            faces += [(a, b, a + sections), (b, b + sections, a + sections)]
    length = np.repeat(np.linspace(0, 1, len(points)), sections)
    uv = np.stack([np.tile(angle / (2 * np.pi), len(points)), length], 1).astype(np.float32)
    return vertices, np.array(faces, np.int32), uv


class Bags:
    """Makes bags by chance and hangs them on people."""

    def __init__(self, rasterizer: Rasterizer, maker: ClothMaker) -> None:
        self.rasterizer, self.maker = rasterizer, maker

    def carried(
        self, rng: np.random.Generator, posed: Floats, trunk: npt.NDArray[np.bool_], landmarks: Vectors, manner: str | None = None
    ) -> list[Drawn]:
        """A bag in one of `MANNERS` (by chance if None), ready to draw. Its textures belong to the caller.

        posed (N, 3): the body's vertices; trunk (N,): which of them are neck and trunk; landmarks (33, 3).
        """
        manner = manner or str(rng.choice(MANNERS, p=_SHARES))
        side = str(rng.choice(list(_SIDES)))
        shoulder, elbow, wrist, pinky, index, _hip = (landmarks[k] for k in _SIDES[side])
        palm = 0.25 * wrist + 0.375 * (pinky + index)
        if manner == "elbow" and abs(elbow[1] - wrist[1]) > 0.75 * float(np.linalg.norm(elbow - wrist)):
            manner = "hand"
        sheet, plain = self._leather(rng)
        self._surface = _Surface(posed[trunk])
        if manner == "clutch":
            return self._clutch(rng, palm, index - wrist, sheet)
        if manner in ("hand", "elbow"):
            hook = palm if manner == "hand" else elbow + rng.uniform(0.25, 0.6) * (wrist - elbow)
            return self._hanging(rng, hook, sheet, plain, in_hand=manner == "hand")
        sign = 1.0 if side == "left" else -1.0
        if manner == "backpack":
            return self._backpack(rng, landmarks, sheet, plain)
        return self._strapped(rng, landmarks, shoulder, sign, sheet, plain, across=manner == "cross")

    # ---- manners

    def _clutch(self, rng: np.random.Generator, palm: Vectors, along: Vectors, sheet: Picture) -> list[Drawn]:
        width = rng.uniform(1.8, 2.9)
        shape = BagShape(width, width * rng.uniform(0.45, 0.7), rng.uniform(0.15, 0.45), rng.uniform(0.9, 1.05), rng.uniform(4, 12), 0.0)
        turn = rotation([0, 1, 0], rng.uniform(-50, 50)) @ rotation([0, 0, 1], rng.uniform(-60, 60) if rng.random() < 0.5 else rng.normal(0, 12))
        center = palm + 0.35 * along + np.array([rng.normal(0, 0.35), rng.normal(0, 0.25), 0.1])
        lift = np.array([0, shape.height * rng.uniform(0.3, 0.65), 0])
        return [self._box(rng, shape, turn, center + turn @ lift, sheet, push=float(rng.choice([0.1, -0.1, -0.3, -0.5])))]

    def _hanging(self, rng: np.random.Generator, hook: Vectors, sheet: Picture, plain: Picture, in_hand: bool) -> list[Drawn]:
        shopper = in_hand and rng.random() < 0.25
        width = rng.uniform(1.4, 3.4) if not shopper else rng.uniform(2.2, 4.0)
        shape = BagShape(
            width,
            width * (rng.uniform(0.6, 1.0) if not shopper else rng.uniform(0.9, 1.25)),
            width * rng.uniform(0.25, 0.5),
            rng.uniform(0.75, 1.1) if not shopper else 1.0,
            rng.uniform(3, 9) if not shopper else 14.0,
            rng.uniform(0, 0.12) * width,
        )
        drop = rng.uniform(0.35, 1.6) if in_hand else rng.uniform(0.9, 1.8)
        turn = rotation([0, 1, 0], rng.uniform(-75, 75)) @ rotation([0, 0, 1], rng.normal(0, 5))
        rim = hook - np.array([0, drop, 0]) + np.array([rng.normal(0, 0.08), 0, rng.uniform(-0.1, 0.3)])
        push = float(rng.choice([-0.15, -0.6, -1.0]))
        items = [self._box(rng, shape, turn, rim, sheet, push)]
        reach = shape.width * shape.taper / 2 * rng.uniform(0.35, 0.9)
        thick = rng.uniform(0.05, 0.12)
        for z in (shape.depth * 0.3, -shape.depth * 0.3):
            items.append(self._handle(rng, hook + np.array([0, 0.1, 0]), rim, turn, reach, z, thick, plain))
        return items

    def _handle(
        self, rng: np.random.Generator, hook: Vectors, rim: Vectors, turn: Vectors, reach: float, z: float, thick: float, plain: Picture
    ) -> Drawn:
        at = np.linspace(-1, 1, 15)
        arch = 1 - np.abs(at) ** rng.uniform(1.4, 3.5)
        foot = rim + (turn @ np.stack([at * reach, np.full(15, -0.12), np.full(15, z)])).T
        points = foot + arch[:, None] * (hook - rim + np.array([0, 0.12, 0]))
        points[:, [0, 2]] -= (arch**3)[:, None] * (turn @ np.stack([at * reach, np.zeros(15), np.full(15, z)])).T[:, [0, 2]] * 0.7
        return self._strap(points, turn @ np.array([0.0, 0, 1]), thick, thick * 0.8, plain, push=-0.02)

    def _strapped(
        self, rng: np.random.Generator, landmarks: Vectors, shoulder: Vectors, sign: float, sheet: Picture, plain: Picture, across: bool
    ) -> list[Drawn]:
        """A bag at the hip; its strap lies on the shoulder above it, or with `across` on the other one."""
        width = rng.uniform(1.5, 3.8) if not across else rng.uniform(1.3, 2.9)
        shape = BagShape(
            width, width * rng.uniform(0.55, 1.05), width * rng.uniform(0.2, 0.4), rng.uniform(0.85, 1.1), rng.uniform(3, 12), rng.uniform(0, 0.1) * width
        )
        middle_hip, middle_shoulder = landmarks[23:25].mean(0), landmarks[11:13].mean(0)
        trunk = float(np.linalg.norm(middle_shoulder - middle_hip))
        half_hip = float(np.abs(landmarks[23, 0] - landmarks[24, 0]) / 2)
        bag_sign = -sign if across else sign
        out = rng.uniform(0.1, 1.0) if across else rng.uniform(0.7, 1.3)
        rim = middle_hip + np.array([bag_sign * (half_hip + 0.5) * (0.4 + out), rng.uniform(-0.25, 0.4) * trunk, 0.0])
        rim[2] = self._surface.front(rim[0], rim[1] - shape.height / 2, rim[2]) + shape.depth * 0.4
        top = middle_shoulder + (shoulder - middle_shoulder) * rng.uniform(0.5, 0.95)
        top = top + np.array([0.0, 0.45, 0.1])
        turn = rotation([0, 1, 0], bag_sign * rng.uniform(0, 75) * min(1.0, out)) @ rotation([0, 0, 1], rng.normal(0, 6))
        push = float(rng.choice([0.0, -0.5, -1.0])) if not across else float(rng.choice([-0.3, -0.6]))
        items = [self._box(rng, shape, turn, rim, sheet, push)]
        wide, flat = rng.uniform(0.06, 0.28), rng.uniform(0.03, 0.06)
        ends = [np.array([0.42, -0.1, 0.1]), np.array([-0.42, -0.1, 0.1])]
        if not across:
            ends = [*ends] if rng.random() < 0.5 else ends[:1]
        for k, end in enumerate(ends):
            foot = rim + turn @ (end * np.array([shape.width, 1, shape.depth]))
            start = top + np.array([0.0, 0.0, -0.25 * k])
            if across and k == 1:  # the other half comes round the back: a stub at the side
                foot_back = middle_hip + np.array([bag_sign * (half_hip + 0.9), rim[1] - middle_hip[1] + 0.6, -0.3])
                points = np.linspace(foot, foot_back, 8)
            else:
                points = self._surface.laid(np.linspace(start, foot, 24))
            items.append(self._strap(points, np.array([np.sign(foot[0] - start[0]) or 1.0, 0.3, 0.0]), wide, flat, plain, push=-0.9))
        return items

    def _backpack(self, rng: np.random.Generator, landmarks: Vectors, sheet: Picture, plain: Picture) -> list[Drawn]:
        middle = landmarks[11:13].mean(0)
        trunk = float(np.linalg.norm(middle - landmarks[23:25].mean(0)))
        width = rng.uniform(2.6, 3.6)
        shape = BagShape(width, trunk * rng.uniform(0.75, 0.95), rng.uniform(1.0, 1.6), rng.uniform(0.75, 1.0), rng.uniform(3, 6), 0.0)
        items = [self._box(rng, shape, np.eye(3), middle + np.array([0, rng.uniform(0.1, 0.6), -1.2 - shape.depth / 2]), sheet, 0.0)]
        wide = rng.uniform(0.2, 0.4)
        for joint in (landmarks[11], landmarks[12]):
            start = middle + (joint - middle) * rng.uniform(0.5, 0.7) + np.array([0, 0.5, -0.2])
            end = middle + (joint - middle) * 1.02 + np.array([0, -trunk * rng.uniform(0.4, 0.6), -0.4])
            bend = start + np.array([0.0, -trunk * 0.25, 0.6])
            t = np.linspace(0, 1, 20)[:, None]
            points = (1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t**2 * end
            items.append(self._strap(self._surface.laid(points), np.array([1.0, 0, 0]), wide, 0.06, plain, push=-0.9))
        return items

    # ---- pieces

    def _box(self, rng: np.random.Generator, shape: BagShape, turn: Vectors, rim: Vectors, sheet: Picture, push: float) -> Drawn:
        vertices, faces, uv = rounded_box(shape)
        look = Look(color_map=self._upload(sheet), gloss=float(rng.uniform(0, 0.35)), push=push)
        return _drawn((vertices @ turn.T + rim).astype(np.float32), faces, uv, look)

    def _strap(self, points: Vectors, side: Vectors, wide: float, thick: float, plain: Picture, push: float) -> Drawn:
        vertices, faces, uv = ribbon(points, side, wide, thick)
        return _drawn(vertices, faces, uv, Look(color_map=self._upload(plain), gloss=0.05, push=push))

    def _upload(self, picture: Picture) -> moderngl.Texture:
        return self.rasterizer.texture(np.clip(picture, 0, 255).astype(np.uint8))

    def _leather(self, rng: np.random.Generator) -> tuple[Picture, Picture]:
        """The sheet of a bag (front left, back right) and the stuff of its straps, sRGB 0..255."""
        u = rng.random()
        color = _bag_color(rng)
        if u < 0.6:
            side = np.ones((_SHEET, _SHEET, 3), np.float32) * color
            side *= 1 + 0.05 * rng.standard_normal((_SHEET, _SHEET, 1), np.float32)
            if rng.random() < 0.25:
                _quilt(rng, side)
        elif u < 0.75:
            side = _woven(rng, color)
        else:
            side = self.maker.cloth(rng, _SHEET, _SHEET).copy()
            color = side.mean((0, 1))
        front = side.copy()
        _details(rng, front, color)
        plain = np.ones((4, 4, 3), np.float32) * (color * rng.uniform(0.6, 1.1) if rng.random() < 0.7 else _bag_color(rng))
        if rng.random() < 0.12:  # a chain
            plain = np.array([[210, 180, 110], [120, 100, 60]] * 8, np.float32).reshape(16, 1, 3).repeat(2, 1)
        return np.concatenate([front, side], 1), plain


class _Surface:
    """How far in front the trunk's skin is at a place of the picture plane."""

    def __init__(self, vertices: Floats) -> None:
        self.vertices = vertices

    def front(self, x: float, y: float, otherwise: float) -> float:
        near = (np.abs(self.vertices[:, 0] - x) < 0.45) & (np.abs(self.vertices[:, 1] - y) < 0.45)
        return float(self.vertices[near, 2].max()) if near.any() else otherwise

    def laid(self, points: Vectors) -> Vectors:
        """The points moved onto the front of the trunk, with a little air, without sharp bends."""
        depth = np.array([self.front(x, y, np.nan) for x, y, _z in points])
        depth = np.where(np.isnan(depth), points[:, 2], np.maximum(depth + 0.2, points[:, 2]))
        depth[0] = points[0, 2]
        smooth = np.convolve(np.pad(depth, 2, mode="edge"), np.ones(5) / 5, "valid")
        return np.stack([points[:, 0], points[:, 1], np.maximum(smooth, depth - 0.1)], 1)


def _drawn(vertices: Floats, faces: Ints, uv: Floats, look: Look) -> Drawn:
    flat = np.zeros((len(vertices), 4), np.float32)
    flat[:, 2], flat[:, 3] = 1.0, -1.0
    surface = make_surface(faces, PART["bag"], uv, faces, flat)
    return Drawn(surface, vertices, vertex_normals(vertices, faces), look)


def _bag_color(rng: np.random.Generator) -> Picture:
    u = rng.random()
    if u < 0.25:
        color = np.full(3, rng.uniform(12, 60)) + rng.normal(0, 5, 3)
    elif u < 0.5:  # leather: tan to dark brown
        color = np.array([190, 130, 80]) * rng.uniform(0.3, 1.15) + rng.normal(0, 8, 3)
    elif u < 0.65:
        color = np.array([235, 225, 205]) * rng.uniform(0.8, 1.05)
    else:
        color = np.array(random_color(rng), float)
    return np.clip(color, 8, 250).astype(np.float32)


def _quilt(rng: np.random.Generator, side: Picture) -> None:
    step = int(rng.uniform(14, 34))
    dark = tuple(float(v) for v in side[5, 5] * 0.65)
    for k in range(-_SHEET, 2 * _SHEET, step):
        cv2.line(side, (k, 0), (k + _SHEET, _SHEET), dark, 1, cv2.LINE_AA)
        cv2.line(side, (k, 0), (k - _SHEET, _SHEET), dark, 1, cv2.LINE_AA)


def _woven(rng: np.random.Generator, color: Picture) -> Picture:
    """Straw or canvas."""
    if rng.random() < 0.6:
        color = np.array([205, 170, 115], np.float32) * rng.uniform(0.7, 1.15)
    y, x = np.mgrid[:_SHEET, :_SHEET]
    period = int(rng.integers(3, 10))
    over = ((x // period) % 2 == (y // period) % 2) * 2.0 - 1
    noise = rng.standard_normal((_SHEET, _SHEET))
    return (color * (1 + 0.12 * over + 0.06 * noise)[..., None]).astype(np.float32)


def _details(rng: np.random.Generator, front: Picture, color: Picture) -> None:
    """A flap, a seam, a buckle, a label: what tells a bag from a cushion."""
    dark = tuple(float(v) for v in color * rng.uniform(0.4, 0.75))
    metal = (205.0, 185.0, 130.0) if rng.random() < 0.6 else (190.0, 190.0, 195.0)
    if rng.random() < 0.55:
        low = int(_SHEET * rng.uniform(0.3, 0.75))
        if rng.random() < 0.5:
            cv2.ellipse(front, (_SHEET // 2, 0), (int(_SHEET * 0.52), low), 0, 0, 180, dark, 2, cv2.LINE_AA)
        else:
            cv2.polylines(front, [np.array([(3, 0), (3, low - 12), (16, low), (_SHEET - 16, low), (_SHEET - 3, low - 12), (_SHEET - 3, 0)])], False, dark, 2, cv2.LINE_AA)
        at, half = (_SHEET // 2, low), int(rng.uniform(4, 12))
        cv2.rectangle(front, (at[0] - half, at[1] - half), (at[0] + half, at[1] + half // 2), metal, -1)
    elif rng.random() < 0.5:
        y = int(_SHEET * rng.uniform(0.06, 0.35))
        cv2.line(front, (6, y), (_SHEET - 6, y), dark if rng.random() < 0.5 else metal, 2, cv2.LINE_AA)
    if rng.random() < 0.2:
        text = str(rng.choice(["MAISON", "Nova", "LUNE", "studio", "FINE", "Ada"]))
        cv2.putText(front, text, (int(_SHEET * 0.22), int(_SHEET * 0.6)), int(rng.integers(0, 5)), rng.uniform(0.7, 1.3), tuple(float(v) for v in random_color(rng)), 2, cv2.LINE_AA)
    if rng.random() < 0.3:
        cv2.rectangle(front, (5, 5), (_SHEET - 6, _SHEET - 6), dark, 1, cv2.LINE_AA)
