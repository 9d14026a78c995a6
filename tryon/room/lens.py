"""Bent lenses: straight lines that a wide-angle lens shows as bows, made straight and bent again.

One number, the division model (Fitzgibbon 2001): a point at distance r from where the lens looked, with half the photo's diagonal as unit,
belongs at r / (1 + bend r^2). bend < 0 is a barrel: what is straight bows outward.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import UInt8Array

__all__ = ["bent_back", "bent_points", "straight_points", "straightened"]

Array = npt.NDArray[np.float64]
Size = tuple[int, int]
Point = tuple[float, float]


def straight_points(points: Array, bend: float, size: Size, center: Point) -> Array:
    """Where points (N, 2) of a bent photo of (width, height) would be without the bend."""
    if bend == 0.0:
        return points
    away = (points - center) / (math.hypot(*size) / 2)
    square = (away * away).sum(axis=1, keepdims=True)
    return np.asarray(center + (points - center) / np.maximum(1.0 + bend * square, 0.05))


def bent_points(points: Array, bend: float, size: Size, center: Point) -> Array:
    """Where points (N, 2) of a straight photo are in the bent one; the inverse of `straight_points`."""
    if bend == 0.0:
        return points
    half = math.hypot(*size) / 2
    away = np.linalg.norm((points - center) / half, axis=1, keepdims=True)
    inside = np.maximum(1.0 - 4.0 * bend * away * away, 0.0)
    scale = 2.0 / (1.0 + np.sqrt(inside))  # stable form of the quadratic's smaller root, over the distance
    return np.asarray(center + (points - center) * scale)


def _places(size: Size) -> Array:
    x, y = np.meshgrid(np.arange(size[0]) + 0.5, np.arange(size[1]) + 0.5)
    return np.column_stack([x.ravel(), y.ravel()])


def _taken(picture: UInt8Array, at: Array, size: Size, method: int) -> UInt8Array:
    maps = (at - 0.5).astype(np.float32).reshape(size[1], size[0], 2)
    return np.asarray(cv2.remap(picture, maps, None, method, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def straightened(picture: UInt8Array, bend: float, center: Point) -> UInt8Array:
    """A bent photo, (H, W, 3) or a mask (H, W), as a lens without bend would have taken it; what lies outside repeats the edge."""
    size = (picture.shape[1], picture.shape[0])
    if bend == 0.0:
        return picture
    return _taken(picture, bent_points(_places(size), bend, size, center), size, cv2.INTER_CUBIC if picture.ndim == 3 else cv2.INTER_LINEAR)


def bent_back(photo: UInt8Array, straight: UInt8Array, made: UInt8Array, bend: float, center: Point) -> tuple[UInt8Array, UInt8Array]:
    """What was made of a straightened photo, laid back into the bent one: the picture (H, W, 3), and where it changed (H, W).

    Where nothing was made the photo's own bytes stay; where light fell differently the photo is changed by as much as the straight one was.
    """
    size = (photo.shape[1], photo.shape[0])
    at = straight_points(_places(size), bend, size, center)
    differs = (made != straight).any(axis=2).astype(np.uint8) * 255
    changed = _taken(differs, at, size, cv2.INTER_LINEAR)
    new, old = (_taken(one, at, size, cv2.INTER_CUBIC).astype(np.float32) for one in (made, straight))
    ratio = (new + 4.0) / (old + 4.0)
    gentle = np.clip((0.35 - np.abs(np.log(ratio)).max(axis=2, keepdims=True)) / 0.25, 0.0, 1.0)  # a shadow, not furniture
    mixed = gentle * ((photo + 4.0) * ratio - 4.0) + (1.0 - gentle) * new
    picture = np.where(changed[..., None] > 0, np.clip(mixed + 0.5, 0, 255), photo).astype(np.uint8)
    return picture, np.where((picture != photo).any(axis=2), np.maximum(changed, 1), 0).astype(np.uint8)
