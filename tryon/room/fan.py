"""The floor of a photo seen from above the camera's foot: what looks like floor, and where that ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray, UInt8Array

if TYPE_CHECKING:
    from tryon.room.camera import Camera

__all__ = ["Fan", "floor_colors", "read_fan"]

Array = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_RANGES = np.geomspace(0.4, 16.0, 420)
_BESIDE_PX = (1.5, 2.5, 4.0)  # how far from a line its two colors are taken
_LOW = 0.75  # the floor's color is looked for below this share of the photo's height
_BIN = (20.0, 7.0, 7.0)  # of Lab, in which colors are counted
_SPREAD = (14.0, 5.0, 5.0)  # of a floor, at first
_NEAR2 = 6.25  # colors nearer than 2.5 spreads belong to the floor
_WIDER = 1.35
_NOISE = 1.6  # levels of Lab
_LIKE_FLOOR = 3.0  # colors nearer than so many spreads may be floor in another light
_BEFORE, _BEHIND = (-0.06, -0.15, -0.3), (0.05, 0.11, 0.18)  # how much nearer and farther (log) the two surfaces are looked at


@dataclass(frozen=True, eq=False)
class Fan:
    """Rows are distances on the floor (log scale), columns directions.

    ranges: (R,) metres. inside: (R, C) whether the photo shows the place. floor, beyond: how much the color just before it and just behind
    it looks like floor, 0..1. open: how much of the way there, from the nearest floor on, does. step: (R, C, 3) by how much the color
    behind it differs from the one before it. differs: how far from the floor before it all is that is seen farther on. Colors are in
    parts of the floor's own spread.
    """

    ranges: Array
    inside: Bools
    floor: FloatArray
    beyond: FloatArray
    open: FloatArray
    step: FloatArray
    differs: FloatArray

    def row(self, metres: Array) -> tuple[npt.NDArray[np.intp], Bools]:
        """The rows of distances, and which of these the fan has."""
        row = np.log(np.maximum(metres, 1e-6) / self.ranges[0]) / np.log(self.ranges[1] / self.ranges[0])
        there = np.isfinite(row) & (row >= 0) & (row < len(self.ranges) - 1)
        return np.where(there, row, 0).round().astype(np.intp), there


def floor_colors(rgb: UInt8Array) -> FloatArray:
    """Colors of a photo (H, W, 3) uint8 sRGB so that the floor's main color is 0 and spreads by 1 every way: (H, W, 3)."""
    from scipy.ndimage import uniform_filter

    lab = cv2.GaussianBlur(cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB).astype(np.float32), (0, 0), 0.8)
    height, width = lab.shape[:2]
    first = int(_LOW * height)
    low = lab[first:].reshape(-1, 3).astype(np.float64)
    across = np.linspace(-1, 1, width)
    weight = (np.linspace(0.3, 1, height - first)[:, None] * (1 - 0.5 * across * across)).ravel()  # things stand at the sides
    key = np.floor(low / _BIN).astype(int)
    origin = key.min(axis=0)
    key -= origin
    counted = np.zeros(key.max(axis=0) + 1)
    np.add.at(counted, tuple(key.T), weight)
    peak = uniform_filter(counted, size=3, mode="constant").argmax()
    middle = (np.array(np.unravel_index(peak, counted.shape)) + origin + 0.5) * _BIN
    spread = np.diag(_SPREAD) ** 2
    for _round in range(5):
        off = low - middle
        mine = np.einsum("ni,ij,nj->n", off, np.linalg.inv(spread), off) < _NEAR2
        if mine.sum() < 50:
            break
        share = weight[mine] / weight[mine].sum()
        middle = share @ low[mine]
        off = low[mine] - middle
        spread = _WIDER * (off * share[:, None]).T @ off + _NOISE**2 * np.eye(3)
    size, axes = np.linalg.eigh(spread)
    result: FloatArray = ((lab - middle) @ (axes / np.sqrt(size)) @ axes.T).astype(np.float32)
    return result


def read_fan(colors: FloatArray, camera: Camera, turns: Array) -> Fan:
    """Look at the floor along each direction. colors: as `floor_colors` gives them, of the camera's photo; turns: (C,) radians, 0 = -z."""
    height, width = colors.shape[:2]
    shape = (len(_RANGES), len(turns))
    places = np.stack([_RANGES[:, None] * np.sin(turns), np.zeros(shape), -_RANGES[:, None] * np.cos(turns)], axis=-1)
    pixels = camera.project(places.reshape(-1, 3)).reshape(*shape, 2)
    beyond = np.gradient(pixels, axis=0)
    beyond /= np.maximum(np.linalg.norm(beyond, axis=2, keepdims=True), 1e-9)
    margin = _BESIDE_PX[-1] + 1.0
    with np.errstate(invalid="ignore"):
        inside = np.isfinite(pixels).all(axis=2) & np.isfinite(beyond).all(axis=2) & (pixels >= margin).all(axis=2)
        inside &= (pixels[..., 0] < width - margin) & (pixels[..., 1] < height - margin)
    pixels, beyond = np.where(inside[..., None], pixels, 0.0), np.where(inside[..., None], beyond, 0.0)

    def seen(offset: float) -> FloatArray:
        at = (pixels + offset * beyond - 0.5).astype(np.float32)
        return np.asarray(cv2.remap(colors, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)

    before = np.mean([seen(-offset) for offset in _BESIDE_PX], axis=0)
    after = np.mean([seen(offset) for offset in _BESIDE_PX], axis=0)
    floor, beyond = (np.clip(2.0 - np.linalg.norm(one * (0.5, 1.0, 1.0), axis=2) / _LIKE_FLOOR, 0.0, 1.0) for one in (before, after))
    step, rows = np.log(_RANGES[1] / _RANGES[0]), np.arange(len(_RANGES))
    near = np.median([before[np.maximum(rows + round(shift / step), 0)] for shift in _BEFORE], axis=0)
    behind = [np.linalg.norm(after[np.minimum(rows + round(shift / step), len(rows) - 1)] - near, axis=2) for shift in _BEHIND]
    way = np.cumsum(inside & (floor > 0.4), axis=0) / np.maximum(np.cumsum(inside, axis=0), 1)
    return Fan(_RANGES, inside, *(one.astype(np.float32) for one in (floor, beyond, way, after - before, np.min(behind, axis=0))))
