"""Fewer triangles for the screen: near points become one, edges of color and folds are kept.

Vertex clustering on a grid (Rossignac and Borrel 1993), apart by material, by which way a point faces and by its place on the texture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from tryon.room.mesh import MeshPart

__all__ = ["DISPLAY_TRIANGLES", "for_display"]

DISPLAY_TRIANGLES = 200_000


def for_display(parts: Sequence[MeshPart], limit: int = DISPLAY_TRIANGLES) -> tuple[MeshPart, ...]:
    """The same piece with at most about `limit` triangles; unchanged where it has no more."""
    total = sum(len(part.faces) for part in parts)
    if total <= limit:
        return tuple(parts)
    low = np.min([part.vertices.min(axis=0) for part in parts], axis=0)
    span = float(max(np.ptp(part.vertices, axis=0).max() for part in parts)) or 1.0
    finest, coarsest = span / 4000.0, span / 8.0
    best = tuple(_clustered(part, low, coarsest) for part in parts)
    for _step in range(9):
        cell = float(np.sqrt(finest * coarsest))
        tried = tuple(_clustered(part, low, cell) for part in parts)
        if sum(len(part.faces) for part in tried) > limit:
            finest = cell
        else:
            coarsest, best = cell, tried
    return tuple(part for part in best if len(part.faces))


def _clustered(part: MeshPart, low: npt.NDArray[np.float32], cell: float) -> MeshPart:
    key = [np.floor((part.vertices - low) / cell).astype(np.int64), np.round(part.normals * 1.2).astype(np.int64)]
    if part.uv is not None:
        key.append(np.round(part.uv * 4.0).clip(-1e6, 1e6).astype(np.int64))
    columns = np.hstack(key)
    columns = columns - columns.min(axis=0)
    code = np.zeros(len(columns), np.uint64)
    for column in columns.T:  # collisions of this mixing are one in billions
        code = code * np.uint64(1_000_003) + column.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15 | 1)
    _unique, group = np.unique(code, return_inverse=True)
    count = np.bincount(group).astype(np.float64)

    def mean(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        return np.column_stack([np.bincount(group, values[:, axis]) / count for axis in range(values.shape[1])]).astype(np.float32)

    normals = mean(part.normals)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    faces = group[part.faces.astype(np.int64)]
    faces = faces[(faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 2] != faces[:, 0])]
    ordered = np.sort(faces, axis=1).astype(np.uint64)
    many = np.uint64(len(count))  # one number a triangle; fits 64 bits below 2.6 million points
    same = (ordered[:, 0] * many + ordered[:, 1]) * many + ordered[:, 2]
    _sorted, first = np.unique(same, return_index=True)
    return replace(
        part, vertices=mean(part.vertices), normals=normals, faces=faces[np.sort(first)].astype(np.uint32),
        uv=None if part.uv is None else mean(part.uv), colors=None if part.colors is None else mean(part.colors),
    )
