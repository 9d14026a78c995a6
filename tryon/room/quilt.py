"""Continues a texture into a hole: its light carried over smoothly, its pattern copied patch by patch from beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray

if TYPE_CHECKING:
    from tryon.jobs import Progress

__all__ = ["continue_texture", "meet_the_rim"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int32]

_WORK_PX = 300
_PATCHES = (33, 21, 13)  # the largest that finds enough places to come from: small ones lose the beat of tiles and boards
_PLACES = 300
_BUSY = 0.9  # how much a busy patch is avoided: nothing is to be invented in a plain wall
_LIGHT, _WALL_LIGHT = 0.09, 0.045  # of the picture's longer side: coarser than this is light, finer is pattern
_SEAM_PX = 1.2
_RIM_PX, _OTHER_THING = 2.5, 0.9


def continue_texture(picture: FloatArray, known: Bools, hole: Bools, keep_height: float, progress: Progress) -> FloatArray:
    """Fill the hole of a picture, (h, w, 3) float32 of any even scale (logarithms of light serve best), from where it is known.

    known, hole: (h, w), never both. keep_height: how much a patch should come from the same height: 0 for a floor seen from above,
    1 for a wall with its skirting. The pattern is copied in whole patches, best known place first (Criminisi et al. 2004); which copy
    comes from where is found on a small picture and done on the full one.
    """
    height, width = hole.shape
    scale = min(1.0, _WORK_PX / max(height, width))
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    light = _light(picture, known, max(height, width), _WALL_LIGHT if keep_height > 0 else _LIGHT)
    pattern = np.where(known[..., None], picture - light, 0.0).astype(np.float32)
    small_known = cv2.resize(known.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.99
    share = cv2.resize(known.astype(np.float32), size, interpolation=cv2.INTER_AREA)[..., None]
    small = cv2.resize(pattern, size, interpolation=cv2.INTER_AREA) / np.maximum(share, 1e-3)
    small_hole = (cv2.resize(hole.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.0) & ~small_known
    shift = _copied_from(small.astype(np.float32), small_known, small_hole, keep_height, progress)
    if shift is None:
        filled = light
    else:
        at = [cv2.resize(shift[..., axis].astype(np.float32), (width, height), interpolation=cv2.INTER_NEAREST) for axis in (0, 1)]
        ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
        from_x, from_y = xs + at[0] * width / size[0], ys + at[1] * height / size[1]
        copied = cv2.remap(pattern, np.clip(from_x, 0, width - 1), np.clip(from_y, 0, height - 1), cv2.INTER_LINEAR)
        seam = (np.abs(cv2.Laplacian(at[0], cv2.CV_32F)) + np.abs(cv2.Laplacian(at[1], cv2.CV_32F)) > 0).astype(np.float32)
        seam = np.clip(cv2.GaussianBlur(seam, (0, 0), _SEAM_PX), 0.0, 1.0)[..., None]
        filled = light + copied + (cv2.GaussianBlur(copied, (0, 0), _SEAM_PX) - copied) * seam
    result: FloatArray = np.where(hole[..., None], filled, picture).astype(np.float32)
    return result


def _light(picture: FloatArray, known: Bools, longer: int, coarse_from: float) -> FloatArray:
    """What is coarse in a picture, carried on where it is not known: a surface as smooth as its rim allows."""
    sigma = max(2.0, coarse_from * longer)
    share = cv2.GaussianBlur(known.astype(np.float32), (0, 0), sigma)[..., None]
    spread = cv2.GaussianBlur(np.where(known[..., None], picture, 0.0).astype(np.float32), (0, 0), sigma) / np.maximum(share, 1e-4)
    scale = min(1.0, 96.0 / longer)
    size = (max(4, round(picture.shape[1] * scale)), max(4, round(picture.shape[0] * scale)))
    there = cv2.resize(known.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.5
    values = cv2.resize(spread, size, interpolation=cv2.INTER_AREA)
    if not there.any():
        return np.asarray(spread, np.float32)
    fixed = values.copy()
    values = _pushed(fixed, there)
    for _round in range(400):  # a membrane held at its rim
        around = cv2.blur(values, (3, 3), borderType=cv2.BORDER_REPLICATE)
        values = np.where(there[..., None], fixed, around)
    coarse = cv2.resize(values, (picture.shape[1], picture.shape[0]), interpolation=cv2.INTER_CUBIC)
    result: FloatArray = np.where(known[..., None], spread, coarse).astype(np.float32)
    soft = cv2.GaussianBlur(known.astype(np.float32), (0, 0), max(1.0, 1.0 / scale))[..., None]
    return (result * soft + coarse * (1.0 - soft)).astype(np.float32)


def meet_the_rim(picture: FloatArray, hole: Bools) -> FloatArray:
    """The filled picture, (h, w, 3) logarithms of light, made to meet what is around the hole: what is off at the rim is taken away
    inside too, less and less (a membrane). Where it is far off, the rim is another thing's edge and stays.
    """
    def mean(where: Bools) -> tuple[FloatArray, FloatArray]:
        share = cv2.GaussianBlur(where.astype(np.float32), (0, 0), _RIM_PX)[..., None]
        values = np.where(where[..., None], picture, 0.0).astype(np.float32)
        return share, cv2.GaussianBlur(values, (0, 0), _RIM_PX) / np.maximum(share, 1e-4)

    (out_share, outside), (in_share, inside) = mean(~hole), mean(hole)
    off = outside - inside
    rim = hole & (out_share[..., 0] > 0.25) & (in_share[..., 0] > 0.1)
    same = rim & (np.abs(off).max(axis=2) < _OTHER_THING)
    scale = min(1.0, 160.0 / max(hole.shape))
    size = (max(4, round(hole.shape[1] * scale)), max(4, round(hole.shape[0] * scale)))
    weight = cv2.resize(same.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    fixed = cv2.resize(np.where(same[..., None], off, 0.0).astype(np.float32), size, interpolation=cv2.INTER_AREA)
    held = weight > 0.02
    if not held.any():
        return picture
    fixed /= np.maximum(weight, 1e-3)[..., None]
    values = _pushed(fixed * held[..., None], held)
    for _round in range(300):
        values = np.where(held[..., None], fixed, cv2.blur(values, (3, 3), borderType=cv2.BORDER_REPLICATE))
    wide = cv2.resize(values, hole.shape[::-1], interpolation=cv2.INTER_LINEAR)
    result: FloatArray = np.where(hole[..., None], picture + wide, picture).astype(np.float32)
    return result


def _pushed(values: FloatArray, there: Bools) -> FloatArray:
    """A first guess for what is not there: the mean of ever wider surroundings."""
    result, todo = values.copy(), ~there
    sigma = 1.0
    while todo.any() and sigma < 2 * max(values.shape[:2]):
        share = cv2.GaussianBlur(there.astype(np.float32), (0, 0), sigma)
        mean = cv2.GaussianBlur(values * there[..., None], (0, 0), sigma) / np.maximum(share, 1e-6)[..., None]
        done = todo & (share > 1e-3)
        result[done] = mean[done]
        todo &= ~done
        sigma *= 2.0
    return result


def _copied_from(picture: FloatArray, known: Bools, hole: Bools, keep_height: float, progress: Progress) -> Ints | None:
    """For every pixel of the hole, where its pattern comes from: (h, w, 2) steps in x and y; None where nothing whole is known."""
    for patch in _PATCHES:
        reach = patch // 2
        sources = cv2.erode(known.astype(np.uint8), np.ones((patch, patch), np.uint8), borderValue=0).astype(bool)
        sources[:reach], sources[-reach:], sources[:, :reach], sources[:, -reach:] = False, False, False, False
        if int(sources.sum()) >= _PLACES:
            break
    else:
        return None
    height, width = hole.shape
    work = np.pad(np.where(known[..., None], picture, 0.0).astype(np.float32), ((reach, reach), (reach, reach), (0, 0)))
    trust = np.pad(known.astype(np.float32), reach)
    todo = np.pad(hole, reach)
    origin = work.copy()
    valid = sources[reach : height - reach, reach : width - reach]
    rows = np.arange(valid.shape[0], dtype=np.float32)[:, None] + reach
    shift = np.zeros((height + 2 * reach, width + 2 * reach, 2), np.int32)
    square = np.where(known[..., None], np.square(picture), 0.0).astype(np.float32)
    spread = float(np.square(picture[known]).mean()) + 1e-8
    busy = cv2.blur(square.mean(axis=2), (patch, patch))[reach : height - reach, reach : width - reach]
    used = np.zeros(valid.shape, np.float32)
    total = int(todo.sum())
    while todo.any():
        y, x = _next_place(work, trust, todo, reach)
        cut = (slice(y - reach, y + reach + 1), slice(x - reach, x + reach + 1))
        seen = trust[cut] > 0
        weight = np.repeat((trust[cut] * seen)[..., None], 3, axis=2).astype(np.float32)
        cost = cv2.matchTemplate(origin[reach:-reach, reach:-reach], work[cut], cv2.TM_SQDIFF, mask=weight)
        cost = np.maximum(cost, 0.0) / max(float((weight**2).sum()), 1e-6)
        if keep_height > 0:
            cost = cost + keep_height * spread * np.square((rows - (y - reach)) / (0.06 * height))
        cost += _BUSY * busy + used
        cost[~valid] = np.inf
        best_y, best_x = np.unravel_index(int(np.argmin(cost)), cost.shape)
        again = (slice(max(int(best_y) - reach, 0), int(best_y) + reach + 1), slice(max(int(best_x) - reach, 0), int(best_x) + reach + 1))
        used[again] += busy[best_y, best_x] + 0.02 * spread  # the same mark twice is seen
        source_y, source_x = int(best_y) + 2 * reach, int(best_x) + 2 * reach  # its middle in the padded picture
        new = todo[cut]
        there = (slice(source_y - reach, source_y + reach + 1), slice(source_x - reach, source_x + reach + 1))
        work[cut][new] = origin[there][new]
        shift[cut][new] = source_x - x, source_y - y
        trust[cut][new] = max(0.9 * float(trust[cut][seen].mean()) if seen.any() else 0.1, 0.05)
        todo[cut] = False
        progress(1.0 - float(todo.sum()) / max(total, 1))
    return shift[reach:-reach, reach:-reach]


def _next_place(work: FloatArray, trust: FloatArray, todo: Bools, reach: int) -> tuple[int, int]:
    """The unfilled place beside filled ones that is known best, with lines running into it."""
    beside = todo & (cv2.dilate((trust > 0).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)
    if not beside.any():
        beside = todo
    ys, xs = np.nonzero(beside)
    inside = (ys >= reach) & (ys < work.shape[0] - reach) & (xs >= reach) & (xs < work.shape[1] - reach)
    ys, xs = ys[inside], xs[inside]
    sure = cv2.blur(trust, (2 * reach + 1, 2 * reach + 1))[ys, xs]
    gray = work.mean(axis=2)
    slope = cv2.magnitude(cv2.Sobel(gray, cv2.CV_32F, 1, 0), cv2.Sobel(gray, cv2.CV_32F, 0, 1))
    slope *= cv2.erode((trust > 0).astype(np.float32), np.ones((3, 3), np.uint8))
    lines = cv2.dilate(slope, np.ones((7, 7), np.uint8))[ys, xs]
    best = int(np.argmax(sure * (0.4 + lines / max(float(slope.max()), 1e-6))))
    return int(ys[best]), int(xs[best])
