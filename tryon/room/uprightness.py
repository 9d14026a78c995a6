"""Which way is up: notices a piece that was drawn with z up and so lies on its back.

A standing piece has level surfaces, feet that span its plan with its weight between them, and no broad side on the floor. How much each of
these says was fitted by logistic regression on pieces of Sweet Home 3D libraries (their catalogs say which way is up), each against itself
lying down.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from tryon.room.mesh import MeshPart

__all__ = ["SURE", "UNSURE", "lying_score", "lying_up"]

Array = npt.NDArray[np.float64]

_WEIGHTS = np.array([1.57, 1.64, 1.76, 0.41, -5.78])  # level area, span of the feet, balance, height of the weight, area on the floor
UNSURE, SURE = 1.0, 2.0
_PLATE = 0.08  # thinner than this share of its other sides: a rug or a picture, and nobody can tell which


def lying_score(parts: Sequence[MeshPart]) -> float:
    """How much better the piece would stand with its z axis up: above 2 it surely lies on its back, above 1 it may, below 0 it stands."""
    points = np.vstack([part.vertices for part in parts]).astype(np.float64)
    starts = np.cumsum([0] + [len(part.vertices) for part in parts[:-1]])
    faces = np.vstack([part.faces.astype(np.int64) + start for part, start in zip(parts, starts, strict=True)])
    used, faces = np.unique(faces, return_inverse=True)
    points, faces = points[used], faces.reshape(-1, 3)
    sides = np.ptp(points, axis=0)
    if min(sides[1:]) < _PLATE * max(sides[0], max(sides[1:])):
        return 0.0
    points /= max(float(sides.max()), 1e-12)
    return float((_stands(points, faces, 2) - _stands(points, faces, 1)) @ _WEIGHTS)


def lying_up(parts: Sequence[MeshPart], ending: str) -> tuple[str | None, bool]:
    """The axis to turn up where that is sure, and whether to ask the user. Only files that do not say which way is up: OBJ, PLY, STL.

    STL comes from machine drawing, where z is up: less is needed to be sure.
    """
    if ending not in (".obj", ".ply", ".stl"):
        return None, False
    score = lying_score(parts)
    if score > (UNSURE if ending == ".stl" else SURE):
        return "z", False
    return None, score > UNSURE


def _stands(points: Array, faces: npt.NDArray[np.int64], up: int) -> Array:
    """What speaks for this axis being up: five numbers, in the order of the weights."""
    plan = points[:, [axis for axis in range(3) if axis != up]]
    height = points[:, up] - points[:, up].min()
    tall = max(float(height.max()), 1e-9)
    corners = points[faces]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    areas = np.linalg.norm(normals, axis=1)
    total = max(float(areas.sum()), 1e-12)
    level = np.abs(normals[:, up]) > 0.95 * areas
    middle = corners.mean(axis=1)
    center = (middle * areas[:, None]).sum(axis=0) / total
    whole = cv2.convexHull(plan.astype(np.float32))
    feet = cv2.convexHull(plan[height < 0.02 * tall + 5e-5].astype(np.float32))
    spread = float(cv2.contourArea(whole))
    span = float(cv2.contourArea(feet)) / spread if spread > 1e-9 else 0.0
    at = [float(center[axis]) for axis in range(3) if axis != up]
    inside = float(cv2.pointPolygonTest(feet, at, True)) if len(feet) > 2 else -0.5 * spread**0.5
    on_floor = float(areas[(middle[:, up] - points[:, up].min() < 0.03 * tall) & (np.abs(normals[:, up]) > 0.9 * areas)].sum()) / total
    balance = max(inside / max(spread**0.5, 1e-6), -0.5)
    return np.array([float(areas[level].sum()) / total, span, balance, (center[up] - points[:, up].min()) / tall, on_floor])
