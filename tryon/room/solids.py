"""Which pieces stand inside one another, seen triangle by triangle: a chair under a table top is free, a chair in a table leg is not."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from tryon.room.furniture import Furniture

__all__ = ["surface_heights", "touching"]

Array = npt.NDArray[np.float64]

_CELL_M = 0.02  # what is told apart; pieces that merely touch stay apart by twice the skin
_SKIN_M = 0.012
_MOST_POINTS = 400_000

_skins: WeakKeyDictionary[Furniture, tuple[Array, Array]] = WeakKeyDictionary()
_cells: WeakKeyDictionary[Furniture, npt.NDArray[np.int64]] = WeakKeyDictionary()


def _skin(piece: Furniture) -> tuple[Array, Array]:
    """Points on the surface about every 15 mm, (N, 3) metres in the piece's own frame, and the same 12 mm inside. Kept with the piece."""
    if piece not in _skins:
        spread = [_sampled(part.vertices, part.normals, part.faces) for part in piece.parts]
        outside, inside = (np.vstack([pair[side] for pair in spread]) for side in (0, 1))
        first = np.unique(_codes(np.floor(outside / (_CELL_M * 0.6)).astype(np.int64)), return_index=True)[1]
        first = first[:: len(first) // _MOST_POINTS + 1]
        _skins[piece] = outside[first], inside[first]
    return _skins[piece]


def _sampled(vertices: npt.NDArray[np.float32], normals: npt.NDArray[np.float32], faces: npt.NDArray[np.uint32]) -> tuple[Array, Array]:
    corners = vertices[faces].astype(np.float64)
    inward = -normals[faces].astype(np.float64).sum(axis=1)
    inward /= np.maximum(np.linalg.norm(inward, axis=1, keepdims=True), 1e-9)
    opposite = np.linalg.norm(np.roll(corners, -1, axis=1) - np.roll(corners, 1, axis=1), axis=2)  # the side across from each corner
    turn = (opposite.argmax(axis=1)[:, None] + np.arange(3)) % 3  # the longest side lies across from the first corner
    corners = np.take_along_axis(corners, turn[:, :, None], axis=1)
    sides = np.linalg.norm(corners[:, 1:] - corners[:, :1], axis=2)
    steps = 2 ** np.ceil(np.log2(np.clip(sides / (_CELL_M * 0.75), 1, 512))).astype(np.int64)
    outside, inside = [np.zeros((0, 3))], [np.zeros((0, 3))]
    for across, down in np.unique(steps, axis=0):
        mine = (steps == (across, down)).all(axis=1)
        u, v = (axis.ravel() for axis in np.meshgrid(np.arange(across + 1) / across, np.arange(down + 1) / down, indexing="ij"))
        keep = u + v <= 1.0 + 1e-9
        u, v = u[keep][None, :, None], v[keep][None, :, None]
        a, b, c = (corners[mine, corner][:, None] for corner in range(3))
        points = a + u * (b - a) + v * (c - a)
        outside.append(points.reshape(-1, 3))
        inside.append((points + _SKIN_M * inward[mine][:, None]).reshape(-1, 3))
    return np.vstack(outside), np.vstack(inside)


def _codes(cells: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return (cells[:, 0] + 4096) + ((cells[:, 1] + 4096) << 14) + ((cells[:, 2] + 4096) << 28)


def _filled(piece: Furniture) -> npt.NDArray[np.int64]:
    if piece not in _cells:
        _cells[piece] = np.unique(_codes(np.floor(_skin(piece)[1] / _CELL_M).astype(np.int64)))
    return _cells[piece]


def touching(one: Furniture, one_at: Array, other: Furniture, other_at: Array) -> tuple[float, Array | None]:
    """How much two pieces stand inside one another: the share of the smaller one's skin that is in the other, 0..1, and where (3,) or None.

    one_at, other_at: (4, 4) from their frames to the world. Pieces that only touch, or overlap by less than about 2 cm, give 0.
    """
    if len(_skin(other)[1]) < len(_skin(one)[1]):
        one, one_at, other, other_at = other, other_at, one, one_at
    points = _skin(one)[1]
    world = points @ one_at[:3, :3].T + one_at[:3, 3]
    back = np.linalg.inv(other_at)
    local = world @ back[:3, :3].T + back[:3, 3]
    width, height, depth = other.size_m
    near = (np.abs(local) <= np.array([width / 2, 1e9, depth / 2])).all(axis=1) & (local[:, 1] >= 0) & (local[:, 1] <= height)
    if not near.any():
        return 0.0, None
    inside = np.zeros(len(points), bool)
    inside[near] = np.isin(_codes(np.floor(local[near] / _CELL_M).astype(np.int64)), _filled(other))
    count = int(inside.sum())
    if count < 4:
        return 0.0, None
    where: Array = world[inside].mean(axis=0)
    return count / len(points), where


def surface_heights(piece: Furniture, places: Array) -> Array:
    """How high the piece is over places of its own floor plan: (N, 2) x, z -> (N,) metres, 0 where it is not."""
    points = _skin(piece)[0]
    low = points[:, [0, 2]].min(axis=0) - _CELL_M
    size = np.ceil((points[:, [0, 2]].max(axis=0) + _CELL_M - low) / _CELL_M).astype(int) + 1
    grid = np.zeros(size)
    at = np.floor((points[:, [0, 2]] - low) / _CELL_M).astype(int)
    np.maximum.at(grid, (at[:, 0], at[:, 1]), points[:, 1])
    cell = np.floor((np.asarray(places, np.float64) - low) / _CELL_M).astype(int)
    within = ((cell >= 0) & (cell < size)).all(axis=1)
    result = np.zeros(len(cell))
    result[within] = grid[cell[within, 0], cell[within, 1]]
    return result
