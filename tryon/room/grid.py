"""The floor grid over the photo: for the eye to judge whether the camera was found."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import UInt8Array

if TYPE_CHECKING:
    from tryon.image import Photo
    from tryon.room.camera import Camera

__all__ = ["draw_grid"]

Array = npt.NDArray[np.float64]

_LINE = (255, 255, 255)
_SHADE = (20, 24, 30)
_HORIZON = (255, 176, 46)
_SHIFT = 4  # sub-pixel bits of OpenCV's drawing


def draw_grid(photo: Photo, camera: Camera, step_m: float = 0.5, reach_m: float = 12.0) -> UInt8Array:
    """Draw the floor as a grid of half and whole metres over the photo, with the horizon and distances: (H, W, 3) uint8 sRGB.

    Lines run along the room's x and z; whole metres are stronger; they fade with distance and end at the horizon.
    Numbers tell metres along the floor from the point below the camera, in its direction of view.
    """
    picture = np.ascontiguousarray(photo.rgb)
    unit = max(1.0, math.hypot(photo.width, photo.height) / 1200.0)
    ink, halo = _coverage(camera, step_m, reach_m, unit)
    out: UInt8Array = np.array(picture)
    rows = np.flatnonzero(halo.any(axis=1))
    if len(rows):
        floor = slice(int(rows[0]), int(rows[-1]) + 1)
        part = picture[floor].astype(np.float32)
        part += (np.array(_SHADE, dtype=np.float32) - part) * halo[floor, :, None]
        part += (np.array(_LINE, dtype=np.float32) - part) * ink[floor, :, None]
        out[floor] = np.clip(part + 0.5, 0, 255).astype(np.uint8)
    _draw_horizon(out, camera, unit)
    _draw_distances(out, camera, unit, reach_m)
    return out


def _coverage(camera: Camera, step_m: float, reach_m: float, unit: float) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """How much each pixel is covered by lines, and by their dark rims, 0..1: exact per pixel, so clipped at the horizon by nature."""
    height, width = camera.height, camera.width
    back = (camera.rotation.T @ np.linalg.inv(camera.K)).astype(np.float32)
    ends = camera.horizon()
    top = 0 if ends is None or not np.isfinite(ends).all() else int(np.clip(np.floor(ends[:, 1].min()), 0, height))
    x = np.arange(width, dtype=np.float32) + np.float32(0.5)
    y = np.arange(top, height, dtype=np.float32)[:, None] + np.float32(0.5)
    down = -(back[1, 0] * x + back[1, 1] * y + back[1, 2])
    seen = down > 1e-6
    scale = np.float32(camera.height_m) / np.where(seen, down, np.float32(1.0))
    along = {row: scale * (back[row, 0] * x + back[row, 1] * y + back[row, 2]) for row in (0, 2)}
    # metres per pixel of each coordinate: the derivative of scale * (a . pixel)
    slope = {}
    for row, value in along.items():
        per_metre = value / np.float32(camera.height_m)
        slope_x, slope_y = back[row, 0] + per_metre * back[1, 0], back[row, 1] + per_metre * back[1, 1]
        slope[row] = scale * np.hypot(slope_x, slope_y) + np.float32(1e-9)
    fade = np.where(seen, np.clip(1.0 - np.hypot(along[0], along[2]) / np.float32(reach_m), 0.0, 1.0) ** np.float32(0.7), np.float32(0.0))
    ink, halo = np.zeros((height, width), dtype=np.float32), np.zeros((height, width), dtype=np.float32)
    for spacing, thick, strength in ((step_m, 0.8 * unit, 0.45), (2 * step_m, 1.6 * unit, 0.9)):
        for row in (0, 2):
            off = np.abs(along[row] - np.round(along[row] / np.float32(spacing)) * np.float32(spacing)) / slope[row]  # pixels
            crowded = np.clip(np.float32(spacing / (6.0 * unit)) / slope[row] - 1.0, 0.0, 1.0)  # lines closer than 6 pixels vanish
            visible = crowded * fade * np.float32(strength)
            ink[top:] = np.maximum(ink[top:], np.clip(np.float32(thick / 2 + 0.5) - off, 0.0, 1.0) * visible)
            rim = np.clip((np.float32(thick / 2 + 2.0 * unit) - off) / np.float32(2.0 * unit), 0.0, 1.0)
            halo[top:] = np.maximum(halo[top:], np.float32(0.5) * rim * visible)
    return ink, halo


def _draw_horizon(out: UInt8Array, camera: Camera, unit: float) -> None:
    ends = camera.horizon()
    if ends is None or not np.all(np.abs(ends) < 1e6):
        return
    line_width = max(1, round(unit))
    (x0, y0), (x1, y1) = np.round((ends - 0.5) * 2**_SHIFT).astype(int).tolist()
    clipped = cv2.clipLine((0, 0, camera.width << _SHIFT, camera.height << _SHIFT), (x0, y0), (x1, y1))
    if clipped[0]:
        cv2.line(out, clipped[1], clipped[2], _HORIZON, line_width, cv2.LINE_AA, _SHIFT)


def _draw_distances(out: UInt8Array, camera: Camera, unit: float, reach_m: float) -> None:
    """Small numbers on the floor straight ahead, at each whole metre that has room."""
    ahead = camera.rotation[2] * [1.0, 0.0, 1.0]
    if np.linalg.norm(ahead) < 1e-6:
        return
    ahead = ahead / np.linalg.norm(ahead)
    size, last = 0.42 * unit, math.inf
    for metres in range(1, int(reach_m) + 1):
        x, y = camera.project(ahead[None] * metres)[0]
        if not (0 <= x < camera.width and 0 <= y < camera.height) or last - y < 16 * unit:
            continue
        last = y
        text = f"{metres} m"
        (width, height), _base = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, size, 1)
        at = (round(x - width / 2), round(y + height / 2))
        cv2.circle(out, (round(x), round(y)), max(1, round(0.9 * unit)), _HORIZON, -1, cv2.LINE_AA)
        cv2.putText(out, text, at, cv2.FONT_HERSHEY_SIMPLEX, size, _SHADE, max(2, round(3 * unit)), cv2.LINE_AA)
        cv2.putText(out, text, at, cv2.FONT_HERSHEY_SIMPLEX, size, (255, 255, 255), max(1, round(unit)), cv2.LINE_AA)
