"""The CC0 clothing meshes of MakeHuman, taken apart into tops, jackets and bottoms that mix freely."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from training.people.flat import arm_coordinate, lay_skirt, lay_top, lay_trousers, to_unit
from training.people.garment import PART_OF_KIND, Garment, Panel
from training.people.makehuman import BoundMesh, Floats, Human, Ints, connected_parts, vertex_normals
from training.people.parts import PART
from training.people.rasterizer import Look, Surface, make_surface

# Partial shirts and bibs that cannot be worn alone.
_LEFT_OUT = {("male_casualsuit05", "top"), ("male_worksuit01", "top"), ("male_worksuit01", "bottom")}
_BODY_VERTICES = 13380


@dataclass(frozen=True, eq=False)
class SewnPiece:
    """Some faces of a bound mesh: a garment (kind of ``KINDS``), or hair, shoes, eyes ... (kind = part name)."""

    name: str
    kind: str
    mesh: BoundMesh
    surface: Surface
    rest: Floats
    rest_normal: Floats
    flat: Floats
    laid: Floats
    arm: Floats
    faces: Ints
    hides: npt.NDArray[np.bool_]
    sleeve: float
    hem_y: float
    crotch_y: float
    waist_y: float

    def garment(self, look: Look, grow: float, kind: str | None = None, tucked: bool = False) -> Garment:
        """This piece as a garment with a look of its own, ``grow`` decimetres bigger all around."""
        mesh, faces = self.mesh, self.mesh.faces

        def fit(body: Floats) -> Floats:
            vertices = mesh.fit(body)
            return vertices + vertex_normals(vertices, faces) * grow if grow else vertices

        panel = Panel(fit, mesh.weights, faces, self.surface, self.rest, self.rest_normal, self.flat, self.laid, self.arm, look)
        return Garment(
            kind=kind or self.kind,
            panels=(panel,),
            hides=self.hides,
            hem_y=self.hem_y,
            sleeve=self.sleeve,
            tucked=tucked,
            crotch_y=self.crotch_y,
            waist_y=self.waist_y,
            open_front=self.kind == "outer",
        )


def sew_piece(human: Human, mesh: BoundMesh, chosen: npt.NDArray[np.bool_], kind: str, name: str) -> SewnPiece:
    """Cut the chosen faces out of a bound mesh."""
    reference = human.reference
    rest = mesh.fit(reference)
    normal = vertex_normals(rest, mesh.faces)
    lay: Callable[[Floats], Floats] = {"trousers": lay_trousers, "shorts": lay_trousers, "skirt": lay_skirt}.get(
        kind, lambda vertices: lay_top(vertices, mesh.weights, human.rig)
    )
    faces = mesh.faces[chosen]
    mine = np.unique(faces)
    flat = rest[:, :2].copy()
    flat[:] = 0
    # rows must be measured on this piece alone: neighbors cut from the same mesh may be wider
    inside = np.zeros(len(rest), bool)
    inside[mine] = True
    if kind in ("trousers", "shorts", "skirt"):
        flat[inside] = lay(rest[inside])
    else:
        flat[inside] = lay_top(rest[inside], mesh.weights.rows(mine), human.rig)
    arm = arm_coordinate(human, rest, mesh.weights)
    coordinates = np.concatenate([to_unit(flat), normal[:, 2:], arm[:, None]], 1).astype(np.float32)
    part = PART_OF_KIND.get(kind, PART.get(kind, 0))
    laid = np.concatenate([flat, rest[:, 2:]], 1)
    surface = make_surface(faces, part, mesh.uv, mesh.uv_faces[chosen], coordinates, laid)
    hides = np.zeros(len(reference), bool)
    listed = np.array([v for v in mesh.hidden if v < _BODY_VERTICES], int)
    if len(listed):
        distance, _ = cKDTree(rest[mine]).query(reference[listed])
        hides[listed[distance < 0.45]] = True
    reach = float(np.quantile(arm[mine], 0.998))
    trunk = rest[mine][arm[mine] < 0]
    middle = rest[mine][np.abs(rest[mine, 0]) < 0.2]
    return SewnPiece(
        name=name,
        kind=kind,
        mesh=mesh,
        surface=surface,
        rest=rest,
        rest_normal=normal,
        flat=flat,
        laid=laid,
        arm=arm,
        faces=faces,
        hides=hides,
        sleeve=reach if reach > 0.12 else 0.0,
        hem_y=float(trunk[:, 1].min()) if len(trunk) else 0.0,
        crotch_y=float(middle[:, 1].min()) if len(middle) else 0.0,
        waist_y=float(middle[:, 1].max()) if len(middle) else 0.0,
    )


def _slot_of(name: str, number: int, leg_share: float, arm_share: float, top_y: float) -> str:
    """Which garment a connected part of an outfit belongs to."""
    if name == "male_worksuit01":
        return "top" if arm_share > 0.1 else "bottom"
    if name == "male_casualsuit05":
        return {0: "outer", 1: "bottom", 2: "top", 3: "top"}.get(number, "outer")
    if name == "male_elegantsuit01":
        return {0: "outer", 1: "bottom"}.get(number, "outer")
    return "bottom" if leg_share > 0.3 or top_y < 1.0 else "top"


def open_wardrobe(human: Human) -> list[SewnPiece]:
    """All garments of the outfits that can be worn alone."""
    pieces = []
    for path in sorted((human.root / "clothes").glob("*suit*/*.mhclo")):
        mesh = BoundMesh(human, path)
        if mesh.name == "male_casualsuit01":  # shirt and trousers are one part
            continue
        number = connected_parts(mesh.vertices, mesh.faces)
        part = human_part(human, mesh)
        slots: dict[str, list[int]] = {}
        for k in np.unique(number):
            mine = number == k
            legs = float(np.isin(part[mine], [PART["legs"], PART["feet"]]).mean())
            arms = float(np.isin(part[mine], [PART[f"{s}_{p}"] for s in ("left", "right") for p in ("arm", "hand")]).mean())
            slots.setdefault(_slot_of(mesh.name, int(k), legs, arms, float(mesh.vertices[mine, 1].max())), []).append(int(k))
        for slot, numbers in slots.items():
            if (mesh.name, slot) in _LEFT_OUT:
                continue
            chosen = np.isin(number[mesh.faces[:, 0]], numbers)
            kind = slot
            if slot == "bottom":
                low = float(mesh.fit(human.reference)[np.unique(mesh.faces[chosen]), 1].min())
                kind = "skirt" if mesh.name == "female_elegantsuit01" else "shorts" if low > -5 else "trousers"
            pieces.append(sew_piece(human, mesh, chosen, kind, f"{mesh.name}:{slot}"))
    return pieces


def human_part(human: Human, mesh: BoundMesh) -> npt.NDArray[np.int64]:
    """Part of bare skin that each vertex of a bound mesh lies on."""
    numbers = np.array([human.part[rows[0]] for rows in mesh.index])
    return numbers


def sew_all(human: Human, folder: str, kind: str) -> list[SewnPiece]:
    """Whole meshes of a folder below ``makehuman`` (a glob), such as ``hair/*`` or ``clothes/shoes*``."""
    result = []
    for path in sorted(human.root.glob(f"{folder}/*.mhclo")):
        mesh = BoundMesh(human, path)
        result.append(sew_piece(human, mesh, np.ones(len(mesh.faces), bool), kind, mesh.name))
    return result
