"""An A4 sheet of paper on the floor: found by its shape, so that everything else gets its true size."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from tryon.errors import PlacementError
from tryon.image import UInt8Array
from tryon.room.scale import SHEET_M, ScaleReference
from tryon.text import _

if TYPE_CHECKING:
    from tryon.room.camera import Camera

__all__ = ["find_sheet"]

Array = npt.NDArray[np.float64]

_WORK_PX = 1600
_LONG = math.sqrt(2.0)
_ODD = 0.10  # how far from its shape a quadrilateral on the floor may be
_BRIGHT = 25  # levels brighter than what lies around it


def find_sheet(rgb: UInt8Array, camera: Camera) -> ScaleReference:
    """Find an A4 sheet on the floor of a photo, (H, W, 3) uint8 sRGB: a bright, even, four-cornered thing whose shape on the floor is A4's.

    Gives its longer diagonal as a known length. Raises PlacementError where there is none.
    """
    shrink = min(1.0, _WORK_PX / max(rgb.shape[:2]))
    small = cv2.resize(rgb, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA) if shrink < 1.0 else rgb
    scale = np.array([rgb.shape[1] / small.shape[1], rgb.shape[0] / small.shape[0]])
    best: tuple[float, Array] | None = None
    gray = cv2.GaussianBlur(small.min(axis=2), (0, 0), 1.0)  # the darkest channel: paper is bright in all of them
    for corners in _quads(gray):
        cost = _judge(camera, corners * scale, gray, corners)
        if cost is not None and (best is None or cost < best[0]):
            best = cost, corners * scale
    if best is None:
        advice = _("lay it flat where it is seen well, on a floor that is darker, or draw a line of known length")
        raise PlacementError(_("no A4 sheet was found on the floor"), advice=advice)
    ends = best[1]
    pair = (0, 2) if np.linalg.norm(ends[0] - ends[2]) >= np.linalg.norm(ends[1] - ends[3]) else (1, 3)
    (x0, y0), (x1, y1) = ends[list(pair)]
    return ScaleReference(float(x0), float(y0), float(x1), float(y1), SHEET_M, kind="sheet")


def _quads(gray: UInt8Array) -> list[Array]:
    """Four-cornered bright areas, corners (4, 2) to a fraction of a pixel, in order around them."""
    found = []
    least = 3e-5 * gray.size
    for level in range(90, 250, 16):
        bright = (gray > level).astype(np.uint8)
        outlines, _tree = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        for outline in outlines:
            area = cv2.contourArea(outline)
            if not max(least, 60.0) < area < 0.25 * gray.size:
                continue
            around = cv2.arcLength(outline, True)
            rough = cv2.approxPolyDP(outline, 0.03 * around, True)
            if len(rough) != 4 or not cv2.isContourConvex(rough):
                continue
            if cv2.contourArea(rough) < 0.9 * area:
                continue
            corners = _sharp(outline.reshape(-1, 2).astype(np.float64) + 0.5, rough.reshape(4, 2).astype(np.float64) + 0.5)
            if corners is not None:
                found.append(corners)
    return found


def _sharp(outline: Array, rough: Array) -> Array | None:
    """The corners where straight lines fitted to the four sides meet; the outline's pixels lie half a pixel inside."""
    middle = rough.mean(axis=0)
    lines = []
    for start, end in zip(rough, np.roll(rough, -1, axis=0), strict=True):
        along = end - start
        length = float(np.linalg.norm(along))
        if length < 6.0:
            return None
        along = along / length
        normal = np.array([-along[1], along[0]])
        place, off = (outline - start) @ along / length, (outline - start) @ normal
        mine = outline[(place > 0.12) & (place < 0.88) & (np.abs(off) < max(2.0, 0.04 * length))]
        if len(mine) < 4:
            return None
        center = mine.mean(axis=0)
        _values, vectors = np.linalg.eigh((mine - center).T @ (mine - center))
        normal = vectors[:, 0] * (1.0 if vectors[:, 0] @ (center - middle) > 0 else -1.0)
        lines.append((normal, float(normal @ center) + 0.5))
    corners = []
    for (one, at_one), (two, at_two) in zip(lines, [lines[-1], *lines[:-1]], strict=True):
        system = np.stack([one, two])
        if abs(np.linalg.det(system)) < 0.05:
            return None
        corners.append(np.linalg.solve(system, [at_one, at_two]))
    return np.array(corners)


def _judge(camera: Camera, corners: Array, gray: UInt8Array, seen: Array) -> float | None:
    """How little a quadrilateral looks like A4 on the floor, 0 = exactly; None where it is none."""
    places = camera.floor_points(corners)[:, [0, 2]]
    if not np.isfinite(places).all():
        return None
    sides = np.roll(places, -1, axis=0) - places
    lengths = np.linalg.norm(sides, axis=1)
    if lengths.min() < 1e-6:
        return None
    first, second = (lengths[0] + lengths[2]) / 2, (lengths[1] + lengths[3]) / 2
    shape = abs(math.log(max(first, second) / min(first, second) / _LONG))
    uneven = max(abs(math.log(lengths[0] / lengths[2])), abs(math.log(lengths[1] / lengths[3])))
    unit = sides / lengths[:, None]
    skew = max(abs(float(unit[n] @ unit[(n + 1) % 4])) for n in range(4))
    size = SHEET_M / math.hypot(first, second)  # the camera's height, in units of the height assumed
    if shape > _ODD or uneven > _ODD or skew > _ODD or not 0.2 < size < 4.0:
        return None
    inside, ring = np.zeros(gray.shape, np.uint8), np.zeros(gray.shape, np.uint8)
    cv2.fillConvexPoly(inside, np.round(seen - 0.5).astype(np.int32), 1)
    reach = max(3, round(0.15 * math.sqrt(float(inside.sum()))))
    core = cv2.erode(inside, np.ones((3, 3), np.uint8), iterations=2)
    ring = cv2.dilate(inside, np.ones((3, 3), np.uint8), iterations=reach) - cv2.dilate(inside, np.ones((3, 3), np.uint8), iterations=2)
    if not core.any() or not ring.any():
        return None
    paper, floor = gray[core > 0].astype(np.float64), gray[ring > 0].astype(np.float64)
    if np.median(paper) - np.percentile(floor, 75) < _BRIGHT or np.percentile(paper, 90) - np.percentile(paper, 10) > 60:
        return None
    return shape + uneven + skew + 0.15 * abs(math.log(size * camera.height_m / 1.5))
