"""The edges of a photo by where they look from the camera, and along which of the room's three directions they run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from tryon.room.lines import Lines

if TYPE_CHECKING:
    from tryon.room.camera import Camera

__all__ = ["Edges", "sort_edges"]

Array = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_COLUMNS = 181
_ROW_PX = 1.6
_SAMPLE_PX = 1.5
_SIGMA = math.radians(1.0)  # by how much an edge may miss its direction
_END_PX = 1.4  # how far off both ends of a segment are together, in pixels of the copy it was found on
_CLUTTER = 0.12
_TOO_NEAR = 0.12  # to the vanishing point: nothing is told there
_EDGE_PX = 3.0  # nearer to the photo's rim nothing is looked at


@dataclass(frozen=True, eq=False)
class Edges:
    """A picture of directions: rows are angles from straight down to straight up (R), columns turns about the vertical (C).

    turns: (C,) radians, 0 = -z, turning to +x. pixels: (R, C, 2) in the photo, NaN outside. length: (3, R, C) pixels of edge along x, y
    and z in every cell. near: (3, R, C) how surely there is one, 0..1. share: (N, 3) how likely each segment runs along x, y, z.
    samples: (M, 2) turn and slope (height over distance, 0 = level) of points along the segments; owner: (M,) whose; weight: (M,) pixels.
    """

    turns: Array
    pixels: Array
    length: Array
    near: Array
    share: Array
    samples: Array
    owner: npt.NDArray[np.intp]
    weight: Array

    @property
    def inside(self) -> Bools:
        """Which cells the photo shows, (R, C)."""
        result: Bools = np.isfinite(self.pixels[..., 0])
        return result

    def row(self, slope: Array) -> npt.NDArray[np.intp]:
        """The rows of slopes (height over distance)."""
        return np.asarray(np.round((np.arctan(slope) / math.pi + 0.5) * (self.near.shape[1] - 1)), np.intp)

    def column(self, turn: Array) -> Array:
        """The columns of turns, with fractions; may lie outside."""
        first, step = self.turns[0], self.turns[1] - self.turns[0]
        result: Array = ((turn - first + math.pi) % (2 * math.pi) - math.pi) / step
        return result


def sort_edges(lines: Lines, camera: Camera) -> Edges:
    """Sort the segments of the camera's photo by direction and by where they look."""
    share = _shares(lines, camera)
    turns = _turns(camera)
    rows = int(np.clip(math.pi * camera.focal_px / _ROW_PX, 300, 1400))
    slope = np.tan(np.clip((np.arange(rows) / (rows - 1) - 0.5) * math.pi, -1.5, 1.5))
    looks = np.stack(np.broadcast_arrays(np.sin(turns)[None], slope[:, None], -np.cos(turns)[None]), axis=-1)
    pixels = camera.project(camera.position + looks.reshape(-1, 3)).reshape(rows, len(turns), 2)
    with np.errstate(invalid="ignore"):
        shown = (pixels > _EDGE_PX).all(axis=2) & (pixels[..., 0] < camera.width - _EDGE_PX) & (pixels[..., 1] < camera.height - _EDGE_PX)
    pixels = np.where(shown[..., None], pixels, np.nan)
    lengths = lines.lengths
    count = np.maximum(2, np.ceil(lengths / _SAMPLE_PX)).astype(int)
    owner = np.repeat(np.arange(len(lengths)), count)
    along = np.concatenate([(np.arange(one) + 0.5) / one for one in count])[:, None]
    rays = camera.rays(lines.ends[owner, :2] * (1 - along) + lines.ends[owner, 2:] * along)
    samples = np.column_stack([np.arctan2(rays[:, 0], -rays[:, 2]), rays[:, 1] / np.maximum(np.hypot(rays[:, 0], rays[:, 2]), 1e-6)])
    weight = (lengths / count)[owner]
    bare = Edges(turns, pixels, np.zeros((3, rows, len(turns))), np.zeros((3, rows, len(turns))), share, samples, owner, weight)
    column, row = np.round(bare.column(samples[:, 0])).astype(int), bare.row(samples[:, 1])
    good = (column >= 0) & (column < len(turns))
    for axis in range(3):
        np.add.at(bare.length[axis], (row[good], column[good]), (weight * share[owner, axis])[good])
    wide = camera.focal_px * (turns[1] - turns[0])
    for axis in range(3):
        there = np.minimum(bare.length[axis] / max(0.6 * wide, 0.6), 1.0).astype(np.float32)
        soft = cv2.GaussianBlur(cv2.dilate(there, np.ones((3, 3), np.uint8)), (0, 0), sigmaX=0.8, sigmaY=0.7)
        bare.near[axis] = np.minimum(1.25 * soft, 1.0)
    np.minimum(bare.length, 1.5 * wide, out=bare.length)  # a bookshelf is no more than full of edges
    return bare


def _shares(lines: Lines, camera: Camera) -> Array:
    """How likely each segment runs along x, y and z, (N, 3)."""
    one, two = camera.rays(lines.ends[:, :2]), camera.rays(lines.ends[:, 2:])
    plane, middle = np.cross(one, two), one + two
    plane /= np.maximum(np.linalg.norm(plane, axis=1, keepdims=True), 1e-12)
    middle /= np.linalg.norm(middle, axis=1, keepdims=True)
    sigma = np.hypot(_SIGMA, _END_PX * lines.unit / np.maximum(lines.lengths, 1.0))
    bells = np.zeros((len(lines), 3))
    for axis in range(3):
        towards = np.cross(middle, np.eye(3)[axis])
        far = np.linalg.norm(towards, axis=1)
        miss = np.linalg.norm(np.cross(plane, towards / np.maximum(far[:, None], 1e-9)), axis=1)
        bells[:, axis] = np.exp(-0.5 * (miss / sigma) ** 2) * (far > _TOO_NEAR)
    result: Array = bells / (bells.sum(axis=1, keepdims=True) + _CLUTTER)
    return result


def _turns(camera: Camera) -> Array:
    """The directions that the photo shows, to both sides of straight ahead."""
    x, y = np.meshgrid(np.linspace(0, camera.width, 9), np.linspace(0, camera.height, 9))
    rays = camera.rays(np.column_stack([x.ravel(), y.ravel()]))
    ahead = math.radians(-camera.yaw_deg)
    off = (np.arctan2(rays[:, 0], -rays[:, 2]) - ahead + math.pi) % (2 * math.pi) - math.pi
    reach = min(float(np.abs(off).max()), 1.45)
    return np.asarray(ahead + np.linspace(-reach, reach, _COLUMNS))
