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
_COARSEST_PX = 40
_PATCH = 7
_NUMBERS = 20  # that a patch is told by
_DRAWS = 4000
_ROUNDS = 5
_AS_LIKE = 1.3  # a patch that goes on from its neighbor's is taken though another is this much liker
_UNUSUAL = 0.3  # how much a patch busier or plainer than most is avoided: nothing invented in a plain wall, nothing plain in a carpet
_LIGHT, _WALL_LIGHT = 0.09, 0.045  # of the picture's longer side: coarser than this is light, finer is pattern
_RIM_PX, _OTHER_THING = 2.5, 0.9


def continue_texture(
    picture: FloatArray, known: Bools, hole: Bools, keep_height: float, progress: Progress, even: bool = True
) -> FloatArray:
    """Fill the hole of a picture, (h, w, 3) float32 of any even scale (logarithms of light serve best), from where it is known.

    known, hole: (h, w), never both. keep_height: how much a patch should come from the same height: 0 for a floor seen from above,
    1 for a wall with its skirting. Which pattern comes from where is found on a small picture and done on the full one.
    even: whether it is one surface, whose light goes on smoothly; else things are carried on with the light on them.
    """
    height, width = hole.shape
    scale = min(1.0, _WORK_PX / max(height, width))
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    if even:
        light = _light(picture, known, max(height, width), _WALL_LIGHT if keep_height > 0 else _LIGHT)
    else:
        light = np.broadcast_to(np.median(picture[known], axis=0), picture.shape).astype(np.float32)
    pattern = np.where(known[..., None], picture - light, 0.0).astype(np.float32)
    small_known = cv2.resize(known.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.99
    share = cv2.resize(known.astype(np.float32), size, interpolation=cv2.INTER_AREA)[..., None]
    small = cv2.resize(pattern, size, interpolation=cv2.INTER_AREA) / np.maximum(share, 1e-3)
    small_hole = (cv2.resize(hole.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.0) & ~small_known
    shift = _copied_from(small.astype(np.float32), small_known, small_hole, keep_height, even, progress)
    if shift is None:
        filled = light
    else:
        ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
        step_x, step_y = width / size[0], height / size[1]
        copied = np.zeros_like(pattern)
        for off_y in (-0.5, 0.0, 0.5):  # what neighbors say is the same but at a seam, and a seam is smoothed by it
            for off_x in (-0.5, 0.0, 0.5):
                column = np.clip((xs + 0.5) / step_x + off_x, 0, size[0] - 1).astype(np.int32)
                row = np.clip((ys + 0.5) / step_y + off_y, 0, size[1] - 1).astype(np.int32)
                from_x = np.clip(xs + shift[row, column, 0] * step_x, 0, width - 1).astype(np.float32)
                from_y = np.clip(ys + shift[row, column, 1] * step_y, 0, height - 1).astype(np.float32)
                copied += cv2.remap(pattern, from_x, from_y, cv2.INTER_LINEAR) / 9.0
        filled = light + copied
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


def _copied_from(picture: FloatArray, known: Bools, hole: Bools, keep_height: float, even: bool, progress: Progress) -> Ints | None:
    """For every pixel of the hole, where its pattern comes from: (h, w, 2) steps in x and y; None where nothing whole is known.

    From a small picture to the large one: every patch that touches the hole looks for the known patch most like it, and takes the one that
    goes on from its neighbor's where that is about as like; what the patches say of a pixel is averaged, and they look again
    (space-time completion, Wexler et al. 2007; coherence after Ashikhmin 2001).
    """
    height, width = hole.shape
    levels = [(width, height)]
    while max(levels[-1]) > _COARSEST_PX and min(levels[-1]) > 24:
        levels.append((max(12, levels[-1][0] // 2), max(12, levels[-1][1] // 2)))
    shift: Ints | None = None
    for turn, size in enumerate(levels[::-1]):
        share = cv2.resize(known.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        small = cv2.resize(np.where(known[..., None], picture, 0.0).astype(np.float32), size, interpolation=cv2.INTER_AREA)
        there = share > 0.6
        small = np.where(there[..., None], small / np.maximum(share, 1e-3)[..., None], 0.0).astype(np.float32)
        todo = (cv2.resize(hole.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.0) & ~there
        level = _Level(small, there, todo, keep_height, even)
        if not level.places:
            continue
        shift = level.settled(shift, progress.part(turn / len(levels), (turn + 1) / len(levels)))
    if shift is None or shift.shape[:2] != hole.shape:
        return None
    return shift


class _Level:
    """A picture of one size on the way from small to large. Patches are compared by the few numbers that tell them apart best."""

    def __init__(self, picture: FloatArray, known: Bools, todo: Bools, keep_height: float, even: bool) -> None:
        self.picture, self.known, self.todo = picture.copy(), known, todo
        height, width = known.shape
        reach = _PATCH // 2
        inner = np.zeros_like(known)
        inner[reach : height - reach, reach : width - reach] = True
        self.source = (cv2.erode(known.astype(np.uint8), np.ones((_PATCH, _PATCH), np.uint8), borderValue=0) > 0) & inner
        self.places = int(self.source.sum()) >= 20
        if not self.places:
            return
        self.random = np.random.default_rng(3)
        asks = cv2.dilate(todo.astype(np.uint8), np.ones((_PATCH, _PATCH), np.uint8)) > 0
        self.y, self.x = (at.astype(np.int32) for at in np.nonzero(asks))
        ys, xs = np.nonzero(self.source)
        some = self.random.permutation(len(ys))[:3000]
        patches = self._patches(ys[some], xs[some])
        _strength, axes = np.linalg.eigh(np.cov(patches.T) + 1e-9 * np.eye(patches.shape[1]))
        self.axes = axes[:, : -_NUMBERS - 1 : -1].astype(np.float32)
        self.told = np.zeros((height, width, self.axes.shape[1]), np.float32)
        for part in np.array_split(np.arange(len(ys)), max(1, len(ys) // 20000)):
            self.told[ys[part], xs[part]] = self._patches(ys[part], xs[part]) @ self.axes
        square = np.where(known[..., None], np.square(picture), 0.0).mean(axis=2)
        busy = cv2.blur(square, (_PATCH, _PATCH)) + 1e-6
        usual = float(np.median(busy[self.source]))
        self.avoided = (3 * _PATCH**2 * usual * _UNUSUAL * even * np.square(np.log2(busy / usual))).astype(np.float32)
        self.lift = keep_height * float(square[known].mean()) * _PATCH**2 / (0.06 * height) ** 2
        self.draws = some[:_DRAWS]
        self.ys, self.xs = ys[self.draws], xs[self.draws]

    def _patches(self, ys: Ints, xs: Ints) -> FloatArray:
        """The patches around some pixels, (N, 3 * patch * patch)."""
        reach = _PATCH // 2
        around = np.pad(self.picture, ((reach, reach), (reach, reach), (0, 0)), mode="reflect")
        windows = np.lib.stride_tricks.sliding_window_view(around, (_PATCH, _PATCH), axis=(0, 1))  # type: ignore[call-overload]
        result: FloatArray = windows[ys, xs].reshape(len(ys), -1)
        return result

    def _cost(self, asked: FloatArray, ys: Ints, xs: Ints) -> FloatArray:
        """How unlike the patches at some places are to what is asked for; infinite where there is no whole patch."""
        height, width = self.known.shape
        inside = (ys >= 0) & (ys < height) & (xs >= 0) & (xs < width)
        at_y, at_x = np.clip(ys, 0, height - 1), np.clip(xs, 0, width - 1)
        cost = np.square(asked - self.told[at_y, at_x]).sum(axis=1) + self.avoided[at_y, at_x]
        if self.lift:
            cost = cost + self.lift * np.square((at_y - self.y).astype(np.float32))
        result: FloatArray = np.where(inside & self.source[at_y, at_x], cost, np.inf)
        return result

    def _drawn(self, asked: FloatArray) -> tuple[Ints, Ints, FloatArray]:
        """The best of places drawn by lot, for everyone."""
        told = self.told[self.ys, self.xs]
        extra = np.square(told).sum(axis=1) + self.avoided[self.ys, self.xs]
        best = np.zeros(len(asked), np.int64)
        for part in np.array_split(np.arange(len(asked)), max(1, len(asked) // 2000)):
            cost = extra[None] - 2.0 * asked[part] @ told.T
            if self.lift:
                cost += self.lift * np.square(self.ys[None].astype(np.float32) - self.y[part][:, None])
            best[part] = np.argmin(cost, axis=1)
        ys, xs = self.ys[best].astype(np.int32), self.xs[best].astype(np.int32)
        return ys, xs, self._cost(asked, ys, xs)

    def settled(self, coarse: Ints | None, progress: Progress) -> Ints:
        """Where everything comes from, (h, w, 2) in x and y; coarse: the same of the smaller picture before."""
        height, width = self.known.shape
        number = np.full((height, width), -1, np.int64)
        number[self.y, self.x] = np.arange(len(self.y))
        lots = self.random.integers(0, len(self.ys), len(self.y))
        from_y, from_x = self.ys[lots].astype(np.int32), self.xs[lots].astype(np.int32)
        if coarse is None:
            self._copy(from_y, from_x, number)
        else:
            rows, columns = coarse.shape[:2]
            row, column = np.minimum(self.y * rows // height, rows - 1), np.minimum(self.x * columns // width, columns - 1)
            from_x = self.x + np.rint(coarse[row, column, 0] * width / columns).astype(np.int32)
            from_y = self.y + np.rint(coarse[row, column, 1] * height / rows).astype(np.int32)
            self._copy(from_y, from_x, number)
        for turn in range(_ROUNDS):
            progress(turn / _ROUNDS)
            asked = self._patches(self.y, self.x) @ self.axes
            cost = self._cost(asked, from_y, from_x)
            if turn == 0 or not np.isfinite(cost).all():
                from_y, from_x, cost = _better(from_y, from_x, cost, *self._drawn(asked))
            for reach in (6, 2, 1):
                ys = from_y + self.random.integers(-reach, reach + 1, len(from_y)).astype(np.int32)
                xs = from_x + self.random.integers(-reach, reach + 1, len(from_x)).astype(np.int32)
                from_y, from_x, cost = _better(from_y, from_x, cost, ys, xs, self._cost(asked, ys, xs))
            best = cost.copy()
            for step in (8, 4, 2, 1, 1):
                for dy, dx in ((0, step), (step, 0), (0, -step), (-step, 0)):
                    beside = number[np.clip(self.y - dy, 0, height - 1), np.clip(self.x - dx, 0, width - 1)]
                    ys = np.where(beside >= 0, from_y[beside] + dy, -1).astype(np.int32)
                    xs = np.where(beside >= 0, from_x[beside] + dx, -1).astype(np.int32)
                    new = self._cost(asked, ys, xs)
                    taken = new <= _AS_LIKE * best + 1e-9
                    from_y, from_x, cost = np.where(taken, ys, from_y), np.where(taken, xs, from_x), np.where(taken, new, cost)
                    best = np.minimum(best, cost)
            self._copy(from_y, from_x, number)
        shift = np.zeros((height, width, 2), np.int32)
        shift[self.y, self.x, 0], shift[self.y, self.x, 1] = from_x - self.x, from_y - self.y
        return shift

    def _copy(self, from_y: Ints, from_x: Ints, number: npt.NDArray[np.int64]) -> None:
        """Fill the hole with what the patches' middles say; means of many would lose the grain, and look for ever smoother places."""
        ys, xs = np.nonzero(self.todo)
        mine = number[ys, xs]
        height, width = self.known.shape
        at_y, at_x = np.clip(from_y[mine], 0, height - 1), np.clip(from_x[mine], 0, width - 1)
        self.picture[ys, xs] = np.where(self.known[at_y, at_x][:, None], self.picture[at_y, at_x], self.picture[ys, xs])


def _better(ys: Ints, xs: Ints, cost: FloatArray, other_ys: Ints, other_xs: Ints, other: FloatArray) -> tuple[Ints, Ints, FloatArray]:
    taken = other < cost
    return np.where(taken, other_ys, ys), np.where(taken, other_xs, xs), np.where(taken, other, cost)
