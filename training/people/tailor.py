"""Garments without meshes of their own: cut from the tights and the skirt that surround the MakeHuman body.

The variety is in masks painted in flat coordinates: neckline, hem, open front; sleeves end by arm coordinate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse

from training.people.flat import CANVAS, CANVAS_PX, FLAT_BOX, arm_coordinate, arm_share, fill, lay_skirt, lay_top, lay_trousers, to_canvas
from training.people.garment import Garment, Panel, make_panel
from training.people.makehuman import Floats, Human, vertex_normals
from training.people.parts import PART
from training.people.rasterizer import Look
from training.people.trim import Fabric, FabricPainter

Mask = npt.NDArray[np.uint8]
SHOULDER_Y = 6.35
SKIRT_TOP_Y = 1.9


class HelperCloth:
    """The cloth-like helper faces of the base mesh, as a mesh of its own."""

    def __init__(self, human: Human, group: str) -> None:
        faces = human.mesh.faces[human.mesh.groups == group]
        self.index = np.unique(faces)
        renumber = np.full(len(human.mesh.vertices), -1, np.int32)
        renumber[self.index] = np.arange(len(self.index))
        self.faces = renumber[faces]
        self.weights = human.weights.rows(self.index)
        self.part = human.part[self.index]
        self.rest = human.reference[self.index]
        edges = np.concatenate([self.faces[:, [0, 1]], self.faces[:, [1, 2]], self.faces[:, [2, 0]]])
        count = len(self.index)
        graph = sparse.coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), (count, count)).tocsr()
        graph = graph + graph.T
        graph.data[:] = 1
        degree = np.maximum(np.asarray(graph.sum(1)).ravel(), 1)
        self.mean = (sparse.diags(1 / degree) @ graph).astype(np.float32)

    def fitting(self, loose: Floats, smooth: int) -> Callable[[Floats], Floats]:
        """A fit: smoothed ``smooth`` times, then ``loose`` (V,) decimetres away from the body."""

        def fit(body: Floats) -> Floats:
            vertices = body[self.index]
            for _ in range(smooth):
                vertices = (0.4 * vertices + 0.6 * (self.mean @ vertices)).astype(np.float32)
            return vertices + vertex_normals(vertices, self.faces) * loose[:, None]

        return fit


@dataclass(frozen=True, eq=False)
class TopCut:
    """Masks of a top's front and back (1 = cloth), where its sleeves and its hem end."""

    front: Mask
    back: Mask
    sleeve: float
    hem: float


def cut_top(rng: np.random.Generator, sleeves: str, hem: float) -> TopCut:
    """Random neckline for a given sleeve manner (none, short, middle, long) and hem height."""
    sleeve = {
        "none": -1.0,
        "short": rng.uniform(0.2, 0.46),
        "middle": rng.uniform(0.5, 0.8),
        "long": rng.uniform(0.88, 1.02),
    }[sleeves]
    pointed = rng.random() < 0.3
    width = rng.uniform(1.0, 1.4) if sleeves == "none" else rng.uniform(0.7, 1.4)
    depth = rng.uniform(0.8, 2.2) if pointed else rng.uniform(0.15, 1.5)

    def cut(depth: float, pointed: bool) -> Mask:
        mask = np.zeros(CANVAS, np.uint8)
        fill(mask, [(-6.4, 7.9), (6.4, 7.9), (6.4, -3.5), (-6.4, -3.5)], 1)
        fill(mask, [(-3.2, hem), (3.2, hem), (3.2, -8), (-3.2, -8)], 0)
        if pointed:
            fill(mask, [(-width, 7.9), (width, 7.9), (width, 6.0), (0, SHOULDER_Y - depth), (-width, 6.0)], 0)
        else:
            center = tuple(int(v) for v in to_canvas(0, SHOULDER_Y))
            axes = (int(width * CANVAS_PX), int(max(0.1, depth) * CANVAS_PX))
            cv2.ellipse(mask, center, axes, 0, 0, 360, 0, -1)
            fill(mask, [(-width, 7.9), (width, 7.9), (width, SHOULDER_Y), (-width, SHOULDER_Y)], 0)
        return mask

    back_depth = rng.uniform(0.1, 1.3) if sleeves == "none" else rng.uniform(0.0, 0.3)
    return TopCut(cut(depth, pointed), cut(back_depth, False), sleeve, hem)


class Tailor:
    """Cuts tops, jackets, trousers, shorts, skirts and dresses by chance."""

    def __init__(self, human: Human, painter: FabricPainter) -> None:
        self.human, self.painter = human, painter
        self.tights = HelperCloth(human, "helper-tights")
        self.skirt = HelperCloth(human, "helper-skirt")
        self.tights_arm = arm_coordinate(human, self.tights.rest, self.tights.weights)
        for _ in range(4):  # smooth armholes
            self.tights_arm = (0.5 * self.tights_arm + 0.5 * (self.tights.mean @ self.tights_arm)).astype(np.float32)
        self.tights_arm_share = arm_share(self.tights.weights, human.rig)
        self.skirt_arm = np.full(len(self.skirt.index), -0.3, np.float32)
        reference = human.reference
        self.body_arm = arm_coordinate(human, reference, human.weights)
        self.body_arm_share = arm_share(human.weights, human.rig)
        used = np.unique(human.mesh.faces[human.body_faces])
        flat = np.zeros((len(reference), 2), np.float32)
        flat[used] = lay_top(reference[used], human.weights.rows(used), human.rig)
        x0, _, _, y1 = FLAT_BOX
        self.body_column = np.clip((flat[:, 0] - x0) * CANVAS_PX, 0, CANVAS[1] - 1).astype(int)
        self.body_row = np.clip((y1 - flat[:, 1]) * CANVAS_PX, 0, CANVAS[0] - 1).astype(int)
        self.body_front = vertex_normals(reference, human.mesh.faces[human.body_faces])[:, 2]
        skin = human.part
        self.can_hide = ~np.isin(skin, [PART[p] for p in ("face", "neck", "left_hand", "right_hand", "feet")])

    # ---- tops

    def top(self, rng: np.random.Generator, kind: str = "top", slim: bool = False, sleeves: str | None = None) -> Garment:
        """A top, or with kind "outer" an open jacket; slim ones go under a jacket."""
        if kind == "outer":
            sleeves = "long"
        sleeves = sleeves or str(rng.choice(["none", "short", "middle", "long"], p=[0.2, 0.36, 0.09, 0.35]))
        length = str(rng.choice(["crop", "usual", "tunic"], p=[0.12, 0.72, 0.16] if kind == "top" else [0.05, 0.6, 0.35]))
        hem = {"crop": rng.uniform(1.4, 3.0), "usual": rng.uniform(0.05, 1.1), "tunic": rng.uniform(-2.2, -0.1)}[length]
        tucked = kind == "top" and length != "crop" and bool(rng.random() < (0.5 if slim else 0.22))
        if tucked:
            length, hem = "usual", min(max(hem, 0.0), 0.7)
        cut = cut_top(rng, sleeves, hem)
        loose = 0.2 + rng.uniform(0, 0.25) if kind == "outer" else rng.uniform(0.05, 0.1 if slim else 0.4) * (0.5 if tucked else 1)
        sleeve_loose = 0.18 + rng.uniform(0, 0.2) if kind == "outer" else rng.uniform(0.06, 0.1 if slim else 0.38)
        if kind == "outer":
            opening = rng.uniform(0.15, 1.0)
            fill(cut.front, [(-opening * 0.5, 7.9), (opening * 0.5, 7.9), (opening, -7), (-opening, -7)], 0)
        fabric = self.painter.top_fabric(rng, cut.front, cut.back, opened=kind == "outer")
        smooth = int(rng.integers(1, 10))
        below = None
        if length == "tunic" and not tucked:
            below = self._below_waist(rng, cut, hem, loose)
        return self._upper_garment(kind, cut, loose, sleeve_loose, smooth, fabric, tucked, below, kind == "outer")

    def _below_waist(self, rng: np.random.Generator, cut: TopCut, hem: float, loose: float) -> Floats:
        """Looseness of the skirt helper where a long top goes on below the waist."""
        y = self.skirt.rest[:, 1]
        flare = rng.uniform(-0.05, 0.7)
        return np.asarray(0.12 + loose * 0.8 + flare * np.clip((1.5 - y) / 6, 0, 1), np.float32)

    def _upper_garment(
        self,
        kind: str,
        cut: TopCut,
        loose: float,
        sleeve_loose: float,
        smooth: int,
        fabric: Fabric,
        tucked: bool,
        below: Floats | None,
        open_front: bool = False,
        waist: float = 1.3,
    ) -> Garment:
        human, tights, arm = self.human, self.tights, self.tights_arm
        front, back = cut.front, cut.back
        amount = np.where(arm > 0, sleeve_loose, loose).astype(np.float32)
        height = tights.rest[:, 1]
        amount = np.where(height > 5.2, np.minimum(amount, 0.12), amount)
        if kind != "dress" and not tucked:  # room for what is worn below
            amount = amount + 0.22 * np.clip((2.2 - height) / 1.5, 0, 1) * (arm < 0)
        amount = (tights.mean @ (tights.mean @ np.maximum(amount, 0.06))).astype(np.float32)
        sleeve_end = cut.sleeve if cut.sleeve > 0 else -0.04
        keep = (arm < sleeve_end + 0.25) & (tights.rest[:, 1] > -0.9)
        keep &= ~np.isin(tights.part, [PART["face"], PART["feet"]])
        top_front, top_back = front, back
        if below is not None:
            row = int(to_canvas(0, waist)[1])
            top_front, top_back = front.copy(), back.copy()
            top_front[row:, 90:430] = 0
            top_back[row:, 90:430] = 0
        look = fabric.look(self.painter.rasterizer, top_front, top_back, sleeve_end)
        panels = [
            make_panel(
                tights.fitting(amount, smooth),
                human.reference,
                tights.weights,
                tights.faces,
                lambda rest: lay_top(rest, tights.weights, human.rig),
                arm,
                kind,
                look,
                keep[tights.faces].all(1),
            )
        ]
        textures = [look.front_map, look.back_map]
        if below is not None:
            skirt_look = fabric.look(
                self.painter.rasterizer, _between(front, 1.75, cut.hem), _between(back, 1.75, cut.hem), 9.0
            )
            panels.append(self._skirt_panel(kind, below, cut.hem, None, skirt_look))
            textures += [skirt_look.front_map, skirt_look.back_map]
        hides = self._hidden_by(front, back, cut.sleeve)
        return Garment(
            kind=kind,
            panels=tuple(panels),
            hides=hides,
            hem_y=cut.hem,
            sleeve=max(cut.sleeve, 0.0),
            tucked=tucked,
            open_front=open_front,
            textures=tuple(texture for texture in textures if texture is not None),
        )

    def _hidden_by(self, front: Mask, back: Mask, sleeve: float) -> npt.NDArray[np.bool_]:
        kernel = np.ones((29, 29), np.uint8)
        in_front = cv2.erode(front, kernel)[self.body_row, self.body_column] > 0
        in_back = cv2.erode(back, kernel)[self.body_row, self.body_column] > 0
        covered = np.where(self.body_front > 0.2, in_front, np.where(self.body_front < -0.2, in_back, in_front & in_back))
        limit = sleeve - 0.09 if sleeve > 0 else -0.22
        return np.asarray(covered & self.can_hide & (self.body_arm < limit))

    def _band_hidden(self, top: float, hem: float) -> npt.NDArray[np.bool_]:
        y = self.human.reference[:, 1]
        return np.asarray((y < top - 0.35) & (y > hem + 0.4) & (self.body_arm_share < 0.05) & self.can_hide)

    # ---- bottoms

    def trousers(self, rng: np.random.Generator, kind: str) -> Garment:
        """Trousers or shorts."""
        tights = self.tights
        y = tights.rest[:, 1]
        top = rng.uniform(1.2, 2.7)
        hem = rng.uniform(-3.4, -1.0) if kind == "shorts" else rng.uniform(-7.6, -6.7) if rng.random() < 0.8 else rng.uniform(-6.5, -4.5)
        flare = rng.uniform(0, 0.6) if rng.random() < 0.45 else 0.0
        start = -1.0 if kind == "trousers" else 0.3
        loose = rng.uniform(0.04, 0.35) * np.clip((1.8 - y) / 1.5, 0.25, 1) + flare * np.clip((start - y) / 6, 0, 1)
        mask = band_mask(top, hem)
        fabric = self.painter.bottom_fabric(rng, mask, top, kind)
        look = fabric.look(self.painter.rasterizer, mask, mask, 9.0)
        keep = (y < top + 0.5) & (y > hem - 0.6) & (self.tights_arm_share < 0.05)
        fit = tights.fitting(loose.astype(np.float32), int(rng.integers(0, 4)))
        panel = make_panel(
            fit,
            self.human.reference,
            tights.weights,
            tights.faces,
            lay_trousers_only(keep),
            self.tights_arm,
            kind,
            look,
            keep[tights.faces].all(1),
        )
        middle = panel.rest[(np.abs(tights.rest[:, 0]) < 0.06) & keep]  # the seam, also when smoothing moves it
        return Garment(
            kind=kind,
            panels=(panel,),
            hides=self._band_hidden(top, hem),
            hem_y=hem,
            waist_y=top,
            crotch_y=float(middle[:, 1].min()),
            textures=tuple(t for t in (look.front_map, look.back_map) if t is not None),
        )

    def _skirt_panel(self, kind: str, loose: Floats, hem: float, folds: Floats | None, look: Look) -> Panel:
        skirt = self.skirt
        amount = loose if folds is None else loose + folds
        keep = skirt.rest[:, 1] > hem - 1.0
        fit = skirt.fitting(amount, 0)
        return make_panel(
            fit,
            self.human.reference,
            skirt.weights,
            skirt.faces,
            lay_skirt,
            self.skirt_arm,
            kind,
            look,
            keep[skirt.faces].all(1),
        )

    def _skirt_folds(self, rng: np.random.Generator) -> Floats | None:
        if rng.random() < 0.4:
            return None
        rest = self.skirt.rest
        center = rest.mean(0)
        angle = np.arctan2(rest[:, 0] - center[0], rest[:, 2] - center[2])
        wave = np.sin(rng.integers(5, 16) * angle + rng.uniform(0, 6))
        return np.asarray(rng.uniform(0.03, 0.16) * np.clip((1 - rest[:, 1]) / 5, 0, 1.5) * wave, np.float32)

    def _skirt_loose(self, rng: np.random.Generator) -> Floats:
        y = self.skirt.rest[:, 1]
        return np.asarray(rng.uniform(0.03, 0.15) + rng.uniform(-0.4, 1.3) * np.clip((1 - y) / 8, 0, 1), np.float32)

    def a_skirt(self, rng: np.random.Generator) -> Garment:
        """A skirt of any length."""
        top, hem = rng.uniform(1.2, 1.85), _skirt_hem(rng)
        mask = band_mask(top, hem)
        fabric = self.painter.bottom_fabric(rng, mask, top, "skirt")
        look = fabric.look(self.painter.rasterizer, mask, mask, 9.0)
        panel = self._skirt_panel("skirt", self._skirt_loose(rng), hem, self._skirt_folds(rng), look)
        return Garment(
            kind="skirt",
            panels=(panel,),
            hides=self._band_hidden(top, hem),
            hem_y=hem,
            waist_y=top,
            textures=tuple(t for t in (look.front_map, look.back_map) if t is not None),
        )

    def dress(self, rng: np.random.Generator, sleeves: str | None = None) -> Garment:
        """A dress: a fitted bodice over a skirt, one cloth."""
        sleeves = sleeves or str(rng.choice(["none", "short", "middle", "long"], p=[0.42, 0.26, 0.08, 0.24]))
        hem = _skirt_hem(rng)
        cut = cut_top(rng, sleeves, hem)
        for mask in (cut.front, cut.back):
            fill(mask, [(-6.4, 3.0), (6.4, 3.0), (6.4, hem), (-6.4, hem)], 1)
            mask[int(to_canvas(0, hem)[1]) :] = 0
        fabric = self.painter.top_fabric(rng, cut.front, cut.back, opened=False)
        below = self._skirt_loose(rng)
        folds = self._skirt_folds(rng)
        if folds is not None:
            below = below + folds
        loose = rng.uniform(0.05, 0.14)
        garment = self._upper_garment(
            "dress", cut, loose, rng.uniform(0.06, 0.25), 2, fabric, False, below.astype(np.float32), waist=rng.uniform(0.9, 1.5)
        )
        hides = garment.hides | self._band_hidden(3.0, hem)
        return Garment(**{**garment.__dict__, "hides": hides, "waist_y": 2.3})


def _skirt_hem(rng: np.random.Generator) -> float:
    spans = [(-2.8, -1.1), (-4.8, -2.8), (-6.7, -4.8)]
    return float(rng.uniform(*spans[rng.choice(3, p=[0.4, 0.38, 0.22])]))


def _between(mask: Mask, top: float, hem: float) -> Mask:
    result = mask.copy()
    result[: int(to_canvas(0, top)[1])] = 0
    result[int(to_canvas(0, hem)[1]) :] = 0
    return result


def band_mask(top: float, hem: float) -> Mask:
    """Everything between two heights."""
    mask = np.zeros(CANVAS, np.uint8)
    fill(mask, [(-6.5, top), (6.5, top), (6.5, hem), (-6.5, hem)], 1)
    return mask


def lay_trousers_only(keep: npt.NDArray[np.bool_]) -> Callable[[Floats], Floats]:
    """Lay only the kept vertices: arms beside the hips must not widen the rows."""

    def lay(rest: Floats) -> Floats:
        flat = np.zeros((len(rest), 2), np.float32)
        flat[keep] = lay_trousers(rest[keep])
        return flat

    return lay
