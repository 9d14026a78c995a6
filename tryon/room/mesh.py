"""Meshes as plain numbers: triangles of one material, and what the material looks like."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tryon.errors import MeshError
from tryon.image import FloatArray, UInt8Array, srgb_to_linear
from tryon.text import _

__all__ = ["MAX_TRIANGLES", "Material", "MeshPart", "linear_colors", "make_part", "moved_part", "smooth_normals", "too_many"]

MAX_TRIANGLES = 3_000_000

_CREASE_DEG = 40.0


@dataclass(frozen=True, eq=False)
class Material:
    """What a surface looks like, in the terms of glTF 2.0's metal-rough materials.

    color: (4,) linear RGB and alpha, multiplies color_map. color_map: (h, w, 4) uint8 sRGB, straight alpha. surface_map: (h, w, 3) uint8,
    G = roughness, B = metallic, multiply the factors. normal_map: (h, w, 3) uint8, tangent space, y up. Maps have row 0 at v = 1.
    normal_scale: how steep its bumps are. occlusion_map: (h, w) uint8, how much of the room's light reaches it, 255 = all;
    occlusion_strength: 0..1. alpha_mode: "OPAQUE", "MASK" (cut where alpha < alpha_cutoff) or "BLEND". glow: (3,) linear light that it
    gives off itself, multiplies glow_map: (h, w, 3) uint8 sRGB. name: what the file calls it, or "".
    """

    color: tuple[float, ...] = (0.8, 0.8, 0.8, 1.0)
    metallic: float = 0.0
    roughness: float = 0.8
    color_map: UInt8Array | None = None
    surface_map: UInt8Array | None = None
    normal_map: UInt8Array | None = None
    alpha_mode: str = "OPAQUE"
    alpha_cutoff: float = 0.5
    double_sided: bool = True
    glow: tuple[float, ...] = (0.0, 0.0, 0.0)
    glow_map: UInt8Array | None = None
    occlusion_map: UInt8Array | None = None
    occlusion_strength: float = 1.0
    normal_scale: float = 1.0
    coat: float = 0.0
    coat_roughness: float = 0.0
    sheen: tuple[float, ...] = (0.0, 0.0, 0.0)
    sheen_roughness: float = 0.5
    name: str = ""

    @property
    def even_glow(self) -> tuple[float, ...]:
        """Its glow for a renderer that knows no glow_map: nothing where only parts of it glow."""
        return self.glow if self.glow_map is None else (0.0, 0.0, 0.0)


@dataclass(frozen=True, eq=False)
class MeshPart:
    """Triangles of one material.

    vertices: (N, 3) float32 metres. normals: (N, 3) float32 unit. uv: (N, 2) float32, v upwards. colors: (N, 4) float32 linear.
    faces: (M, 3) uint32.
    """

    vertices: FloatArray
    normals: FloatArray
    faces: npt.NDArray[np.uint32]
    material: Material
    uv: FloatArray | None = None
    colors: FloatArray | None = None


def smooth_normals(
    vertices: npt.NDArray[np.float64], faces: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Normals for a mesh that has none: smooth over gentle bends, sharp over edges beyond 40 degrees.

    Gives for every corner of every triangle, in order: the vertex it came from (3 M,) and its unit normal (3 M, 3).
    """
    triangles = vertices[faces]
    weighted = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    unit = weighted / np.maximum(np.linalg.norm(weighted, axis=1, keepdims=True), 1e-300)
    corner = faces.reshape(-1)
    span = float(np.ptp(vertices, axis=0).max()) or 1.0
    place = np.unique(np.round(vertices / (span * 1e-6)).astype(np.int64), axis=0, return_inverse=True)[1].reshape(-1)[corner]
    face_of = np.repeat(np.arange(len(faces)), 3)
    order = np.argsort(place, kind="stable")
    sizes = np.bincount(place)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    total = np.zeros((len(corner), 3))
    mine, gentle = unit[face_of], math.cos(math.radians(_CREASE_DEG))
    for step in range(int(min(sizes.max(), 64))):  # the step-th neighbor of every corner at once
        has = sizes[place] > step
        other = face_of[order[starts[place[has]] + step]]
        alike = np.einsum("ij,ij->i", mine[has], unit[other]) >= gentle
        total[has] += np.where(alike[:, None], weighted[other], 0.0)
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return corner, np.where(length > 1e-300, total / np.maximum(length, 1e-300), mine)


def too_many(path: Path, count: int) -> MeshError:
    """The sentence for a mesh with more triangles than are read."""
    reason = _("it has {count} triangles, the limit is {limit}").format(count=count, limit=MAX_TRIANGLES)
    return MeshError(reason, subject=path, advice=_("save it with fewer triangles"))


def linear_colors(colors: npt.NDArray[Any], screen: bool = False) -> FloatArray:
    """Vertex colors as (N, 4) linear float32; `screen` where the file means sRGB values (PLY, OBJ)."""
    values = colors.astype(np.float32) / (255.0 if colors.dtype == np.uint8 else 1.0)
    if values.shape[1] == 3:
        values = np.column_stack([values, np.ones(len(values), np.float32)])
    if screen:
        values[:, :3] = srgb_to_linear(values[:, :3])
    return np.clip(np.nan_to_num(values), 0.0, 1.0)


def make_part(
    path: Path, vertices: npt.NDArray[np.float64], faces: npt.NDArray[np.int64], normals: npt.NDArray[Any] | None,
    uv: npt.NDArray[Any] | None, colors: FloatArray | None, material: Material, transform: npt.NDArray[np.float64],
) -> MeshPart:
    """One mesh of a reader as plain arrays, its transform applied; normals are made where the file has none.

    vertices (N, 3), faces (M, 3), uv (N, 2) with v upwards, transform (4, 4). Raises MeshError where its numbers are none.
    """
    if not np.isfinite(vertices[faces]).all() or not np.isfinite(transform).all():
        raise MeshError(_("some of its points are not numbers (NaN)"), subject=path, advice=_("repair and save it again"))
    uv = None if uv is None or len(uv) != len(vertices) else np.nan_to_num(np.asarray(uv, np.float32))
    colors = None if colors is None or len(colors) != len(vertices) else colors
    linear = transform[:3, :3]
    if normals is None or len(normals) != len(vertices) or not np.isfinite(normals).all():
        corner, normals = smooth_normals(vertices, faces)
        vertices, faces = vertices[corner], np.arange(len(corner)).reshape(-1, 3)
        uv = None if uv is None else uv[corner]
        colors = None if colors is None else colors[corner]
    vertices = vertices @ linear.T + transform[:3, 3]
    determinant = float(np.linalg.det(linear))
    normals = np.asarray(normals, np.float64)
    if abs(determinant) > 1e-18:
        normals = normals @ np.linalg.inv(linear)
    if determinant < 0:
        faces = faces[:, ::-1]
    normals = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    return MeshPart(
        vertices=vertices.clip(-1e30, 1e30).astype(np.float32), normals=normals.astype(np.float32),
        faces=np.ascontiguousarray(faces).astype(np.uint32), material=material, uv=uv, colors=colors,
    )


def moved_part(part: MeshPart, linear: npt.NDArray[np.float64], shift: npt.NDArray[np.float64]) -> MeshPart:
    """The part turned and stretched by `linear` (3, 3), then moved by `shift` (3,); normals stay at right angles."""
    vertices = part.vertices.astype(np.float64) @ linear.T + shift
    normals = part.normals.astype(np.float64) @ np.linalg.inv(linear)
    normals = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    faces = part.faces if float(np.linalg.det(linear)) > 0 else np.ascontiguousarray(part.faces[:, ::-1])
    return replace(part, vertices=vertices.astype(np.float32), normals=normals.astype(np.float32), faces=faces)
