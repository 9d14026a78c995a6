"""The MakeHuman body (hm08, CC0): its shape targets, its rig, and the clothes bound to it.

Units are MakeHuman's: decimetres, x to the wearer's left, y up, z to the front; the feet stand near y = -8.
Arms hang about 45 degrees down in the rest pose.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse

from training.people.parts import part_of_bone

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Pose = dict[str, npt.NDArray[np.float64]]

OPEN_DATA_VARIABLE = "TRYON_OPEN_DATA"


def open_data() -> Path:
    """Folder of the CC0 data: ``$TRYON_OPEN_DATA``, else ``../shared/open`` beside the repository."""
    chosen = os.environ.get(OPEN_DATA_VARIABLE)
    return Path(chosen) if chosen else Path(__file__).resolve().parents[3] / "shared" / "open"


@dataclass(frozen=True, eq=False)
class WavefrontMesh:
    """What an .obj file holds, cut into triangles: (N, 3) vertices, (T, 2) uv, (M, 3) indices of both."""

    vertices: Floats
    uv: Floats
    faces: Ints
    uv_faces: Ints
    groups: npt.NDArray[np.str_]


def read_obj(path: Path) -> WavefrontMesh:
    """Read a Wavefront file; polygons become fans of triangles."""
    vertices, uv, faces, uv_faces, groups = [], [], [], [], []
    group = ""
    for line in path.read_text().splitlines():
        words = line.split()
        if not words:
            continue
        if words[0] == "v":
            vertices.append([float(word) for word in words[1:4]])
        elif words[0] == "vt":
            uv.append([float(word) for word in words[1:3]])
        elif words[0] == "g":
            group = words[1]
        elif words[0] == "f":
            corners = [word.split("/") for word in words[1:]]
            at = [int(corner[0]) - 1 for corner in corners]
            at_uv = [int(corner[1]) - 1 if len(corner) > 1 and corner[1] else 0 for corner in corners]
            for k in range(1, len(at) - 1):
                faces.append([at[0], at[k], at[k + 1]])
                uv_faces.append([at_uv[0], at_uv[k], at_uv[k + 1]])
                groups.append(group)
    return WavefrontMesh(
        np.array(vertices, np.float32),
        np.array(uv or [[0.0, 0.0]], np.float32),
        np.array(faces, np.int32),
        np.array(uv_faces, np.int32),
        np.array(groups),
    )


def rotation(axis: npt.ArrayLike, degrees: float) -> npt.NDArray[np.float64]:
    """(3, 3) turn about an axis, right-handed (Rodrigues)."""
    x, y, z = np.asarray(axis, float) / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    angle = np.deg2rad(degrees)
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross)


def vertex_normals(vertices: Floats, faces: Ints) -> Floats:
    """Unit normals, each face weighing by its area."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    face_normals = np.cross(b - a, c - a)
    normals = np.zeros_like(vertices)
    for k in range(3):
        for d in range(3):
            normals[:, d] += np.bincount(faces[:, k], face_normals[:, d], len(vertices))
    return np.asarray(normals / (np.linalg.norm(normals, axis=1, keepdims=True) + 1e-9), np.float32)


def connected_parts(vertices: Floats, faces: Ints) -> npt.NDArray[np.int32]:
    """Number of the connected part each vertex belongs to (vertices at the same place are one)."""
    _, same = np.unique(np.round(vertices, 4), axis=0, return_inverse=True)
    same = same.ravel()
    merged = same[faces]
    edges = np.concatenate([merged[:, :2], merged[:, 1:]])
    size = int(same.max()) + 1
    graph = sparse.coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), (size, size))
    _, number = sparse.csgraph.connected_components(graph, directed=False)
    return np.asarray(number[same], np.int32)


@dataclass(frozen=True, eq=False)
class Rig:
    """Bones from the root outward, and where their joints sit on a morphed body: averaging (bones, vertices)."""

    bones: tuple[str, ...]
    parents: npt.NDArray[np.int64]
    averaging: sparse.csr_matrix
    number: Mapping[str, int]

    def joints(self, body: Floats) -> npt.NDArray[np.float64]:
        """(bones, 3) head of each bone: the mean of its joint cube."""
        return np.asarray(self.averaging @ body.astype(np.float64))

    def matrices(self, joints: npt.NDArray[np.float64], pose: Pose) -> npt.NDArray[np.float64]:
        """(bones, 3, 4) rest to posed place. A pose turns a bone about its head, in the axes of the rest pose."""
        result = np.zeros((len(self.bones), 4, 4))
        for i, bone in enumerate(self.bones):
            local = np.eye(4)
            turn = pose.get(bone)
            if turn is not None:
                local[:3, :3] = turn
                local[:3, 3] = joints[i] - turn @ joints[i]
            result[i] = result[self.parents[i]] @ local if self.parents[i] >= 0 else local
        return result[:, :3]


class SkinWeights:
    """How strongly each bone pulls each vertex of one mesh."""

    def __init__(self, dense: Floats) -> None:
        kept = np.where(dense > 0.004, dense, 0)
        self.dense = np.asarray(kept / np.maximum(kept.sum(1, keepdims=True), 1e-6), np.float32)
        self.sparse = sparse.csr_matrix(self.dense)
        self.strongest = self.dense.argmax(1)

    def pose(self, vertices: Floats, matrices: npt.NDArray[np.float64]) -> Floats:
        """Linear blend skinning of (N, 3) rest vertices."""
        flat = matrices.reshape(len(matrices), 12).astype(np.float32)
        blend = np.asarray(self.sparse @ flat).reshape(-1, 3, 4)
        return np.asarray(np.einsum("nij,nj->ni", blend[:, :, :3], vertices) + blend[:, :, 3], np.float32)

    def rows(self, index: npt.NDArray[np.integer[Any]]) -> SkinWeights:
        """The weights of some of the vertices."""
        return SkinWeights(self.dense[index])


@dataclass(frozen=True, eq=False)
class Human:
    """The base mesh with targets, rig and weights, ready to take any adult shape."""

    root: Path
    mesh: WavefrontMesh
    rig: Rig
    weights: SkinWeights
    target_names: Mapping[str, int]
    target_offsets: npt.NDArray[np.int64]
    target_index: npt.NDArray[np.int64]
    target_delta: npt.NDArray[np.int16]
    part: npt.NDArray[np.int64] = field(repr=False)
    body_faces: npt.NDArray[np.bool_] = field(repr=False)

    def morph(
        self,
        gender: float = 0.5,
        age: float = 0.2,
        muscle: float = 0.5,
        weight: float = 0.5,
        height: float = 0.5,
        origin: Mapping[str, float] | None = None,
        cup: float = 0.5,
    ) -> Floats:
        """(19158, 3) vertices of one adult in the rest pose.

        gender 0 woman .. 1 man, age 0 young .. 1 old, the others 0 .. 1; origin: shares of african, asian, caucasian.
        """
        body = self.mesh.vertices.copy()

        def thirds(value: float, name: str) -> list[tuple[str, float]]:
            return [
                (f"min{name}", max(0.0, 1 - 2 * value)),
                (f"average{name}", 1 - abs(2 * value - 1)),
                (f"max{name}", max(0.0, 2 * value - 1)),
            ]

        size = "maxheight" if height > 0.5 else "minheight"
        for gender_name, gender_share in (("female", 1 - gender), ("male", gender)):
            for age_name, age_share in (("young", 1 - age), ("old", age)):
                share = gender_share * age_share
                for name, part in (origin or {"caucasian": 1.0}).items():
                    self._add(body, f"macrodetails/{name}-{gender_name}-{age_name}", share * part)
                for m, m_share in thirds(muscle, "muscle"):
                    for w, w_share in thirds(weight, "weight"):
                        build = f"{gender_name}-{age_name}-{m}-{w}"
                        self._add(body, f"macrodetails/universal-{build}", share * m_share * w_share)
                        amount = share * m_share * w_share * abs(2 * height - 1)
                        self._add(body, f"macrodetails/height/{build}-{size}", amount)
        if gender < 0.5:
            cup_name = "maxcup" if cup > 0.5 else "mincup"
            target = f"breast/female-young-averagemuscle-averageweight-{cup_name}-averagefirmness"
            self._add(body, target, abs(2 * cup - 1))
        return body

    def _add(self, body: Floats, name: str, amount: float) -> None:
        number = self.target_names.get(name)
        if number is None or abs(amount) < 1e-4:
            return
        span = slice(self.target_offsets[number], self.target_offsets[number + 1])
        body[self.target_index[span]] += self.target_delta[span].astype(np.float32) * np.float32(amount / 1000.0)

    @property
    def reference(self) -> Floats:
        """The average adult on which every garment is cut and laid flat."""
        return _reference(self)


@lru_cache(maxsize=4)
def _reference(human: Human) -> Floats:
    return human.morph()


@lru_cache(maxsize=2)
def load_human(root: Path) -> Human:
    """Read the base mesh, rig, weights and targets below ``root`` (the ``makehuman`` folder)."""
    core = root / "core"
    mesh = read_obj(core / "base.obj")
    skeleton = json.loads((core / "default.mhskel").read_text())
    bones_of = skeleton["bones"]
    order: list[str] = []
    waiting = dict(bones_of)
    while waiting:
        for bone in list(waiting):
            parent = waiting[bone]["parent"]
            if parent is None or parent in order:
                order.append(bone)
                del waiting[bone]
    number = {bone: i for i, bone in enumerate(order)}
    parents = np.array([-1 if bones_of[b]["parent"] is None else number[bones_of[b]["parent"]] for b in order])
    cubes = [np.array(skeleton["joints"][bones_of[b]["head"]]) for b in order]
    rows = np.repeat(np.arange(len(order)), [len(cube) for cube in cubes])
    shares = np.concatenate([np.full(len(cube), 1 / len(cube)) for cube in cubes])
    averaging = sparse.csr_matrix((shares, (rows, np.concatenate(cubes))), (len(order), len(mesh.vertices)))
    dense = np.zeros((len(mesh.vertices), len(order)), np.float32)
    for bone, pairs in json.loads((core / "default_weights.mhw").read_text())["weights"].items():
        table = np.array(pairs)
        dense[table[:, 0].astype(int), number[bone]] = table[:, 1]
    dense[dense.sum(1) == 0, number["root"]] = 1
    weights = SkinWeights(dense)
    targets = np.load(core / "targets.npz", allow_pickle=True)
    return Human(
        root=root,
        mesh=mesh,
        rig=Rig(tuple(order), parents, averaging, number),
        weights=weights,
        target_names={str(name): i for i, name in enumerate(targets["names"])},
        target_offsets=targets["offsets"],
        target_index=targets["index"],
        target_delta=targets["delta"],
        part=np.array([part_of_bone(bone) for bone in order])[weights.strongest],
        body_faces=mesh.groups == "body",
    )


class BoundMesh:
    """A piece of clothing, hair or an eye that follows the body (.mhclo): each vertex hangs on three of the body's."""

    def __init__(self, human: Human, path: Path) -> None:
        self.name = path.parent.name
        self.scale: dict[str, tuple[int, int, float]] = {}
        self.hidden: list[int] = []
        rows: list[tuple[list[int], list[float], list[float]]] = []
        obj_name, material, mode = "", "", ""
        for line in path.read_text().splitlines():
            words = line.split()
            if not words or words[0] == "#":
                continue
            if words[0].endswith("_scale"):
                self.scale[words[0][0]] = (int(words[1]), int(words[2]), float(words[3]))
            elif words[0] == "obj_file":
                obj_name = words[1]
            elif words[0] == "material":  # may stand after "verts 0"
                material = words[1]
            elif words[0] == "verts":
                mode = "verts"
            elif words[0] == "delete_verts":
                mode = "hidden"
            elif mode == "verts" and re.match(r"^-?\d", words[0]):
                rows.append(_binding(words))
            elif mode == "hidden":
                self.hidden += _ranges(words)
        mesh = read_obj(path.parent / obj_name)
        if len(rows) != len(mesh.vertices):
            raise ValueError(f"{path} binds {len(rows)} vertices, but {obj_name} has {len(mesh.vertices)}")
        self.vertices, self.uv, self.faces, self.uv_faces = mesh.vertices, mesh.uv, mesh.faces, mesh.uv_faces
        self.index = np.array([row[0] for row in rows])
        self.share = np.array([row[1] for row in rows], np.float32)
        self.offset = np.array([row[2] for row in rows], np.float32)
        share = np.abs(self.share) / np.abs(self.share).sum(1, keepdims=True)
        self.weights = SkinWeights(np.einsum("nk,nkb->nb", share, human.weights.dense[self.index]))
        self.textures = _textures(path.parent / material) if material else {}

    def fit(self, body: Floats) -> Floats:
        """(N, 3) vertices on an unposed body."""
        scale = np.ones(3, np.float32)
        for axis, letter in enumerate("xyz"):
            if letter in self.scale:
                a, b, length = self.scale[letter]
                scale[axis] = abs(body[a] - body[b])[axis] / length
        return np.asarray(np.einsum("nk,nkd->nd", self.share, body[self.index]) + self.offset * scale, np.float32)


def _binding(words: list[str]) -> tuple[list[int], list[float], list[float]]:
    if len(words) == 1:
        return [int(words[0])] * 3, [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]
    offset = [float(word) for word in words[6:9]] if len(words) >= 9 else [0.0, 0.0, 0.0]
    return [int(word) for word in words[:3]], [float(word) for word in words[3:6]], offset


def _ranges(words: list[str]) -> list[int]:
    result: list[int] = []
    at = 0
    while at < len(words):
        if at + 2 < len(words) and words[at + 1] == "-":
            result += range(int(words[at]), int(words[at + 2]) + 1)
            at += 3
        else:
            result.append(int(words[at]))
            at += 1
    return result


def _textures(material: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    if material.exists():
        for line in material.read_text().splitlines():
            words = line.split()
            if words and words[0] in ("diffuseTexture", "normalmapTexture", "aomapTexture"):
                path = material.parent / " ".join(words[1:])
                if path.exists():
                    found[words[0].removesuffix("Texture")] = path
    return found


def read_bvh_pose(path: Path) -> Pose:
    """First frame of a MakeHuman .bvh pose (z up in the file, y up here)."""
    lines = path.read_text().splitlines()
    names, channels = [], []
    for line in lines:
        words = line.split()
        if not words:
            continue
        if words[0] in ("ROOT", "JOINT"):
            names.append(words[1])
        elif words[0] == "CHANNELS":
            channels.append(words[2:])
        elif words[0] == "MOTION":
            break
    start = next(i for i, line in enumerate(lines) if line.startswith("Frame Time"))
    values = iter(float(word) for word in lines[start + 1].split())
    upright = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]], float)
    axes = {"X": [1, 0, 0], "Y": [0, 1, 0], "Z": [0, 0, 1]}
    pose: Pose = {}
    for name, wanted in zip(names, channels, strict=True):
        turn = np.eye(3)
        for channel in wanted:
            value = next(values)
            if channel.endswith("rotation"):
                turn = turn @ rotation(axes[channel[0]], value)
        pose[name] = upright @ turn @ upright.T
    return pose
