"""What stands in front of the furniture: marked by a few strokes or a box, and cut out along the edges that the photo shows."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from tryon.errors import OptionError
from tryon.image import FloatArray, UInt8Array
from tryon.mask import Stroke, paint, read_mask
from tryon.text import _

if TYPE_CHECKING:
    from tryon.image import Photo

__all__ = ["Stroke", "front_of", "join_front", "mark_front", "read_front"]

_WORK_PX = 560
_ROUNDS = 4
_SOFT_PX = 2


def mark_front(
    rgb: UInt8Array, strokes: Sequence[Stroke] = (), box: tuple[float, float, float, float] | None = None
) -> UInt8Array:
    """Cut out what stands in front: (H, W) uint8 for a photo (H, W, 3), 255 = in front of all furniture, soft at its edge.

    strokes: painted roughly over the thing; the edge is looked for within a brush width of the paint. box: x0, y0, x1, y1 around the
    whole thing. Strokes that take away are always obeyed. Colors are told apart by GrabCut (Rother et al. 2004), the edge made soft by
    a guided filter (He et al. 2010). Nothing marked gives an empty mask. Raises OptionError for a box that is none.
    """
    height, width = rgb.shape[:2]
    result = np.zeros((height, width), np.uint8)
    painted, erased = _painted(rgb.shape[:2], strokes, True), _painted(rgb.shape[:2], strokes, False)
    if box is not None:
        x0, y0, x1, y1 = _box_inside(box, width, height)
        region = result.copy()
        region[y0:y1, x0:x1] = 1
    else:
        region = np.zeros_like(result)
    reach = max([stroke.width_px for stroke in strokes if stroke.adds], default=0.0)
    allowed = np.maximum(_grown(painted, reach), region)
    if not allowed.any():
        return result
    ys, xs = np.nonzero(allowed)
    margin = round(0.25 * max(np.ptp(xs), np.ptp(ys))) + 8
    left, top = max(int(xs.min()) - margin, 0), max(int(ys.min()) - margin, 0)
    right, bottom = min(int(xs.max()) + margin + 1, width), min(int(ys.max()) + margin + 1, height)
    cut = slice(top, bottom), slice(left, right)
    scale = min(1.0, _WORK_PX / max(right - left, bottom - top))
    size = (max(8, round((right - left) * scale)), max(8, round((bottom - top) * scale)))
    small = cv2.resize(rgb[cut], size, interpolation=cv2.INTER_AREA)
    paint, free, gone, boxed = (
        cv2.resize(mask[cut], size, interpolation=cv2.INTER_NEAREST).astype(bool) for mask in (painted, allowed, erased, region)
    )
    core = cv2.erode(paint.astype(np.uint8), _disc(0.3 * reach * scale)).astype(bool)
    labels = np.full(paint.shape, cv2.GC_BGD, np.uint8)
    labels[free] = cv2.GC_PR_BGD
    labels[paint | boxed] = cv2.GC_PR_FGD
    labels[core] = cv2.GC_FGD
    labels[gone | ~free] = cv2.GC_BGD
    solid = _cut(small, labels)
    soft = _guided(rgb[cut], solid, scale)
    soft[(allowed[cut] == 0) | (erased[cut] > 0)] = 0.0
    result[cut] = np.clip(soft * 255.0 + 0.5, 0, 255).astype(np.uint8)
    return result


def front_of(rgb: UInt8Array, strokes: Sequence[Stroke]) -> UInt8Array | None:
    """All that was painted as standing in front, thing by thing: strokes that touch mean one thing, each has colors of its own.

    (H, W) uint8 as `mark_front`; None where nothing is marked.
    """
    adding = [stroke for stroke in strokes if stroke.adds and len(stroke.points)]
    if not adding:
        return None
    near = np.zeros(rgb.shape[:2], np.uint8)
    for stroke in adding:
        paint(near, replace(stroke, width_px=1.5 * stroke.width_px), 1)
    _count, part = cv2.connectedComponents(near)
    things: dict[int, list[Stroke]] = {}
    for stroke in adding:
        x, y = stroke.points[0]
        at = part[int(np.clip(y, 0, part.shape[0] - 1)), int(np.clip(x, 0, part.shape[1] - 1))]
        things.setdefault(int(at), []).append(stroke)
    erasing = [stroke for stroke in strokes if not stroke.adds]
    front = join_front([mark_front(rgb, [*thing, *erasing]) for thing in things.values()])
    return front if front is not None and front.any() else None


def join_front(masks: Sequence[UInt8Array]) -> UInt8Array | None:
    """Several masks as one; None for none."""
    return np.maximum.reduce(list(masks)) if masks else None


def read_front(text: str, photo: Photo) -> UInt8Array:
    """Read what stands in front: the file of a mask (white = in front) or x0,y0,x1,y1 around the thing. Raises OptionError, PhotoError."""
    fields = text.split(",")
    if not os.path.exists(text) and len(fields) == 4:
        try:
            x0, y0, x1, y1 = (float(field) for field in fields)
        except ValueError:
            reason = _("{text} is neither a mask nor four numbers").format(text=repr(text))
            raise OptionError(reason, advice=_("write x0,y0,x1,y1 in pixels of the photo")) from None
        return mark_front(photo.rgb, box=(x0, y0, x1, y1))
    return read_mask(text, photo)


def _painted(shape: tuple[int, ...], strokes: Sequence[Stroke], adds: bool) -> UInt8Array:
    mask = np.zeros(shape[:2], np.uint8)
    for stroke in strokes:
        if stroke.adds is adds:
            paint(mask, stroke, 1)
    return mask


def _box_inside(box: tuple[float, float, float, float], width: int, height: int) -> tuple[int, int, int, int]:
    if not np.isfinite(box).all():
        raise OptionError(_("the box around what stands in front has no size"), advice=_("write x0,y0,x1,y1 in pixels of the photo"))
    x0, x1 = sorted((box[0], box[2]))
    y0, y1 = sorted((box[1], box[3]))
    left, right = (int(np.clip(round(x), 0, width)) for x in (x0, x1))
    top, bottom = (int(np.clip(round(y), 0, height)) for y in (y0, y1))
    if right - left < 4 or bottom - top < 4:
        raise OptionError(_("the box around what stands in front has no size"), advice=_("write x0,y0,x1,y1 in pixels of the photo"))
    return left, top, right, bottom


def _disc(radius: float) -> UInt8Array:
    side = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def _grown(mask: UInt8Array, reach: float) -> UInt8Array:
    return np.asarray(cv2.dilate(mask, _disc(0.5 * reach)), np.uint8) if mask.any() else mask


def _cut(small: UInt8Array, labels: UInt8Array) -> npt.NDArray[np.bool_]:
    sure = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD))
    if not sure.any() or sure.all() or len(np.unique(small[sure].reshape(-1, 3), axis=0)) < 8:
        return sure
    cv2.setRNGSeed(1)
    marked = labels.copy()
    try:
        colors = [np.zeros((1, 65)), np.zeros((1, 65))]
        cv2.grabCut(np.ascontiguousarray(small[..., ::-1]), marked, None, *colors, _ROUNDS, cv2.GC_INIT_WITH_MASK)
    except cv2.error:  # one color alone cannot be told apart
        return sure
    found: npt.NDArray[np.bool_] = np.isin(marked, (cv2.GC_FGD, cv2.GC_PR_FGD))
    return found if found.sum() > 0.1 * sure.sum() else sure


def _guided(rgb: UInt8Array, solid: npt.NDArray[np.bool_], scale: float) -> FloatArray:
    """The rough mask at the photo's size with its edge drawn to the photo's edge; well inside it is 1 and well outside 0."""
    size = (rgb.shape[1], rgb.shape[0])
    rough = cv2.resize(solid.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    gray = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255.0
    side = 2 * max(1, round(_SOFT_PX / scale)) + 1

    def mean(values: FloatArray) -> FloatArray:
        return np.asarray(cv2.blur(values, (side, side), borderType=cv2.BORDER_REPLICATE), np.float32)

    mean_gray, mean_rough = mean(gray), mean(rough)
    slope = (mean(gray * rough) - mean_gray * mean_rough) / (mean(gray * gray) - mean_gray**2 + 1e-3)
    fine = mean(slope) * gray + mean(mean_rough - slope * mean_gray)
    fine = np.clip((fine - 0.15) / 0.7, 0.0, 1.0)
    wide = mean(mean_rough)
    result: FloatArray = np.where(wide > 0.995, 1.0, np.where(wide < 0.005, 0.0, fine)).astype(np.float32)
    # The sharpest edge in a photo is still about a pixel wide.
    return np.asarray(cv2.GaussianBlur(result, (0, 0), 0.6), dtype=np.float32)
