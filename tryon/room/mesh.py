"""Meshes as plain numbers: triangles of one material, and what the material looks like."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray, UInt8Array

__all__ = ["Material", "MeshPart", "smooth_normals"]

_CREASE_DEG = 40.0


@dataclass(frozen=True, eq=False)
class Material:
    """What a surface looks like, in the terms of glTF 2.0's metal-rough materials.

    color: (4,) linear RGB and alpha, multiplies color_map. color_map: (h, w, 4) uint8 sRGB, straight alpha. surface_map: (h, w, 3) uint8,
    G = roughness, B = metallic, multiply the factors. normal_map: (h, w, 3) uint8, tangent space, y up. Maps have row 0 at v = 1.
    alpha_mode: "OPAQUE", "MASK" (cut where alpha < alpha_cutoff) or "BLEND". glow: (3,) linear light that it gives off itself.
    """

    color: tuple[float, float, float, float] = (0.8, 0.8, 0.8, 1.0)
    metallic: float = 0.0
    roughness: float = 0.8
    color_map: UInt8Array | None = None
    surface_map: UInt8Array | None = None
    normal_map: UInt8Array | None = None
    alpha_mode: str = "OPAQUE"
    alpha_cutoff: float = 0.5
    double_sided: bool = True
    glow: tuple[float, float, float] = (0.0, 0.0, 0.0)


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
