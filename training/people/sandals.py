"""Sandals: straps painted on the skin of the foot and lifted off it, and a sole below."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from training.people.cloth import random_color
from training.people.makehuman import Floats, Human, vertex_normals
from training.people.parts import PART
from training.people.rasterizer import Drawn, Look, Rasterizer, make_surface

__all__ = ["Sandals"]

_SHEET = 128
_ANKLE_Y = -6.6  # decimetres of the reference body: nothing of a sandal is higher


class Sandals:
    """The feet of the base mesh as something to tie straps on."""

    def __init__(self, human: Human, rasterizer: Rasterizer) -> None:
        self.rasterizer = rasterizer
        faces = human.mesh.faces[human.body_faces]
        reference = human.reference
        low = reference[:, 1] < _ANKLE_Y
        self.faces = faces[low[faces].all(1)]
        used = np.unique(self.faces)
        flat = np.zeros((len(reference), 4), np.float32)
        flat[:, 2], flat[:, 3] = 1.0, -1.0
        for axis, column in ((2, 0), (1, 1)):  # heel to toe, sole to ankle
            start, end = reference[used, axis].min(), reference[used, axis].max()
            flat[:, column] = np.clip((reference[:, axis] - start) / (end - start), 0, 1)
        self.flat = flat
        self.surface = make_surface(self.faces, PART["shoes"], flat=flat)
        self.soles = [used[(reference[used, 0] > 0) == left] for left in (True, False)]

    def worn(self, rng: np.random.Generator, posed: Floats, normal: Floats) -> list[Drawn]:
        """A pair on a posed body: (N, 3) vertices and unit normals. Its textures belong to the caller."""
        color = np.array(random_color(rng), np.float32) if rng.random() < 0.5 else np.array([150, 100, 60]) * rng.uniform(0.15, 1.4)
        color = np.clip(color, 5, 250)
        sheet = np.zeros((_SHEET, _SHEET, 4), np.uint8)
        sheet[..., :3] = color
        self._straps(rng, sheet)
        texture = self.rasterizer.texture(sheet, mipmaps=False)
        look = Look(front_map=texture, gloss=0.1, push=0.08)
        items = [Drawn(self.surface, posed + normal * 0.035, normal, look)]
        height = rng.uniform(0.05, 0.2) if rng.random() < 0.7 else rng.uniform(0.2, 0.5)
        stuff = np.clip(color * rng.uniform(0.6, 1.2), 0, 255) if rng.random() < 0.6 else np.array([190.0, 160, 120])
        sole = self.rasterizer.texture(np.full((2, 2, 3), stuff, np.uint8))
        for foot in self.soles:
            items.append(self._sole(posed[foot], height, Look(color_map=sole, push=0.1)))
        return items

    def _straps(self, rng: np.random.Generator, sheet: npt.NDArray[np.uint8]) -> None:
        """Alpha 255 where there is a strap; columns go from heel to toe, rows from ankle to sole."""

        def band(x0: float, x1: float, y0: float, y1: float, slope: float = 0.0) -> None:
            corners = np.array([(x0 - slope, y1), (x1 - slope, y1), (x1 + slope, y0), (x0 + slope, y0)]) * _SHEET
            mask = np.zeros(sheet.shape[:2], np.uint8)
            cv2.fillPoly(mask, [np.round(corners * [1, -1] + [0, _SHEET]).astype(np.int32)], 255)
            sheet[mask > 0, 3] = 255

        kind = rng.choice(["slide", "two", "ankle", "gladiator"])
        wide = rng.uniform(0.05, 0.12)
        if kind == "slide":
            band(0.5, 0.5 + rng.uniform(0.18, 0.32), 0.0, 1.0, -0.04)
            return
        band(0.72, 0.72 + wide, 0.0, 1.0, -0.03)
        if kind in ("two", "gladiator"):
            band(0.52, 0.52 + wide, 0.0, 1.0, -0.05)
        if kind == "gladiator":
            band(0.62, 0.62 + wide * 0.6, 0.0, 1.0, -0.04)
            band(0.38, 0.38 + wide * 0.6, 0.0, 1.0, -0.05)
        if kind in ("ankle", "gladiator"):
            high = rng.uniform(0.55, 0.85)
            band(0.0, 0.6, high, high + rng.uniform(0.06, 0.14))
            if rng.random() < 0.6:
                band(0.0, 0.2, 0.0, high)

    def _sole(self, foot: Floats, height: float, look: Look) -> Drawn:
        ground = float(foot[:, 1].min())
        near = foot[foot[:, 1] < ground + 0.5][:, [0, 2]].astype(np.float32)
        outline = cv2.convexHull(near)[:, 0]
        middle = outline.mean(0)
        outline = middle + (outline - middle) * 1.05
        count = len(outline)
        levels = [np.insert(outline, 1, ground + y, axis=1) for y in (0.06, -height)]
        vertices = np.concatenate([*levels, [[middle[0], ground + 0.06, middle[1]], [middle[0], ground - height, middle[1]]]]).astype(np.float32)
        faces = []
        for k in range(count):
            n = (k + 1) % count
            faces += [(k, n, count + k), (n, count + n, count + k), (k, n, 2 * count), (count + k, count + n, 2 * count + 1)]
        table = np.array(faces, np.int32)
        flat = np.zeros((len(vertices), 4), np.float32)
        flat[:, 2], flat[:, 3] = 1.0, -1.0
        return Drawn(make_surface(table, PART["shoes"], flat=flat), vertices, vertex_normals(vertices, table), look)
