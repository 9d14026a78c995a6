"""The plain ground of a product picture: its color everywhere, and what stands out from it.

All pictures are (H, W, 3) uint8 sRGB, probabilities (h, w) float32 in 0..1, color distances in 8-bit values.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray, UInt8Array

__all__ = ["Ground", "plain_ground", "told_from_ground", "variation"]

BoolArray = npt.NDArray[np.bool_]

_PLAIN_SPREAD = 6.0  # how far, in 8-bit values, a plain ground strays from a smooth field
_QUIET = 1.6  # ... and a ground without any grain
_MOST_LOCAL = 14.0  # what a floor line or a spot light adds to the smooth field, at most
_LEAST_SEEN = 0.06  # share of the picture that must be ground for it to be judged
_SHADOW_DEPTH, _DEEPEST_SHADOW, _DOUBTED = 60.0, 95.0, 0.3  # the deeper ones where the net's belief in cloth is less than the last
_SIDE_GAP = 0.45  # enclosed ground lies at least so far from the middle, in half widths, or it is a print
_STRIPE, _STRIPE_HEIGHT = 0.55, 0.045  # flat bands of the ground's color, so high at most, are stripes where the net is so sure of cloth
_EDGE = 24.0  # how far the cloth beside ground that the net took for cloth differs from it, 8-bit values
_GUESSED = 0.2  # where cloth of the ground's own color meets it without an edge, this much of the net's belief fills a bite
_RINGING = 0.045
_PALE = 20.0
_PAINTED = 0.3  # a ground with less grain was painted by the shop, and shadows with it
_SMOOTH, _BELIEVED = 9.0, 0.5  # a shadow is less steep, 8-bit values a pixel; and the net believes in it less
_DENIED, _FAINT = 0.2, 10.0  # what the net denies so surely and is darker than the ground by more is a shadow beside white cloth, too
_COLORED, _SAME_HUE = 0.12, 0.05  # saturation relative to the ground: of colored cloth at least, of its shadow at most
_TELLING = 0.55  # share of the net's cloth that must differ from the ground, for colors to overrule the net


@dataclass(frozen=True, eq=False)
class Ground:
    """A ground without a pattern. color: (h, w, 3) float32, the ground as it is or would be there. spread: its grain, 8-bit values."""

    color: FloatArray
    spread: float


def plain_ground(rgb: UInt8Array, probability: FloatArray) -> Ground | None:
    """The ground of a picture at the probability's size, or None where it has a pattern, folds or too little of it is seen.

    A polynomial of the second degree for the studio's light, and what a floor's edge or a lamp's spot adds to it near by.
    """
    height, width = probability.shape
    picture = _at(rgb, width, height)
    solid = (probability > 0.3).astype(np.uint8)
    reach = 2 * max(2, round(0.02 * max(height, width))) + 1
    seen = _outside((cv2.dilate(solid, np.ones((reach, reach), np.uint8)) == 0) & (probability < 0.15))
    if seen.mean() < _LEAST_SEEN:
        return None
    ys, xs = np.nonzero(seen)
    step = max(1, len(ys) // 8000)
    ys, xs = ys[::step], xs[::step]
    values = picture[ys, xs]
    a = variation(ys / height - 0.5, xs / width - 0.5)
    solution = np.linalg.lstsq(a, values, rcond=None)[0]
    for _ in range(3):  # a frame, a mark or a shadow at the picture's edge is no ground
        off = np.abs(values - a @ solution).max(axis=1)
        usual = off <= max(2.0, 3.5 * float(np.median(off)))
        if usual.mean() < 0.75:
            return None
        solution = np.linalg.lstsq(a[usual], values[usual], rcond=None)[0]
    yy, xx = np.mgrid[:height, :width].astype(np.float32)
    color = (variation(yy / height - 0.5, xx / width - 0.5) @ solution).astype(np.float32)
    off = np.abs(picture - color).max(axis=-1)
    usual = seen & (off <= max(3.0, 4.5 * float(np.median(off[seen]))))
    color = color + _local(picture - color, usual, 0.05 * max(height, width))
    spread = float(np.percentile(np.abs(picture - color).max(axis=-1)[usual], 90))
    if spread > _PLAIN_SPREAD:
        return None
    return Ground(np.clip(color, 0, 255).astype(np.float32), spread)


def told_from_ground(rgb: UInt8Array, probability: FloatArray, ground: Ground) -> FloatArray:
    """The net's mask, set right by the colors on a plain ground: what is not of the ground's color is cloth, what is, is ground.

    Where cloth and ground look alike (white on white) the net decides, its bites closed. Gaps between sleeves and trunk are open, prints of
    the ground's color stay.
    """
    height, width = probability.shape
    picture = cv2.GaussianBlur(_at(rgb, width, height), (0, 0), 0.6)
    off = picture - ground.color
    far = np.abs(off).max(axis=-1)
    noise = max(1.0, ground.spread)
    chroma = np.abs(off - off.mean(axis=-1, keepdims=True)).max(axis=-1)
    depth = np.where((probability < _DOUBTED) & (ground.spread >= _PAINTED), _DEEPEST_SHADOW, _SHADOW_DEPTH)
    painted = ground.spread < _PAINTED
    gray = (off.mean(axis=-1) < 0) & (chroma < 0.12 * far + 1.5 * noise + 1.5)
    shadow = gray & (far < depth)
    core = probability > 0.85
    pale = ground.spread <= _QUIET and bool(core.any()) and float((far[core] < _PALE).mean()) > 0.3
    least = 2.2 * noise + 1.5 if ground.spread > _QUIET else max(1.6, 2.5 * ground.spread)
    differs = (far > least) & ~_ringing(off, far, least if pale else np.inf)
    if pale:  # white on white: the gray at its edges is its own, no shadow
        shadow &= ~(_crisp(shadow & differs, differs, far, least) & ((probability > _DENIED) | (far < _FAINT) | painted))
    surely = (far > 3 * noise + 5) & (~shadow | (probability > 0.5))
    surely |= differs & (off.min(axis=-1) > max(3.5, 3 * ground.spread))  # brighter than the ground is no shadow: white cloth on light gray
    telling = bool(core.any()) and float(differs[core].mean()) > _TELLING
    proven = _supported(_closed(surely, 0.006), probability)
    if not (proven | core).any():
        return probability
    outside = _outside(~_closed(differs & (~shadow | (probability > 0.5)) | proven, 0.004))
    reach = 0.12 if ground.spread <= _QUIET else 0.03
    closed = _closed(probability > 0.5, reach) | (probability > 0.5)
    alike = ~differs | (_shaded(picture, ground.color, core) & (far < _DEEPEST_SHADOW))
    bare = _bare(alike, closed | proven, outside, probability, far, 20 if pale else 50) if telling else np.zeros_like(differs)
    result = np.maximum(probability, np.where(proven & ~bare, 0.97, 0.0))
    if ground.spread <= _QUIET or telling:
        inside = ~outside & closed
        if pale:
            inside |= ~outside & differs & ~shadow | closed & (probability > _GUESSED)
        inside &= _near(proven | core, reach)
        if pale:  # grains of the JPEG hang on an edge without contrast
            inside = cv2.medianBlur(inside.astype(np.uint8), 5) > 0
            proven = cv2.medianBlur(proven.astype(np.uint8), 5) > 0
            result = np.maximum(probability, np.where(proven & ~bare, 0.97, 0.0))
        result = np.maximum(result, np.where(_supported(inside, probability), 0.97, 0.0))
    if not painted:
        bare |= _cast(picture, gray & (far < _DEEPEST_SHADOW) & (probability < _BELIEVED), far, result)
    return np.where(bare, np.minimum(result, 0.04), result).astype(np.float32)


def _at(rgb: UInt8Array, width: int, height: int) -> FloatArray:
    return np.asarray(cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA), dtype=np.float32)


def variation(y: FloatArray, x: FloatArray) -> FloatArray:
    """The terms of a second-degree polynomial of the place, (..., 6): how a ground's light varies."""
    return np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], -1)


def _local(rest: FloatArray, seen: BoolArray, sigma: float) -> FloatArray:
    """What is left of the seen ground, smoothed and carried on under the garment (normalized blur, coarse where nothing is near)."""
    weight = seen.astype(np.float32)
    reduce = max(1, round(sigma / 5))
    size = (max(2, rest.shape[1] // reduce), max(2, rest.shape[0] // reduce))
    w = cv2.resize(weight, size, interpolation=cv2.INTER_AREA)
    c = cv2.resize(rest * weight[..., None], size, interpolation=cv2.INTER_AREA)
    total, norm = np.zeros_like(c), np.full(w.shape, 1e-4, np.float32)
    for factor, strength in ((1.0, 1.0), (3.0, 0.05)):
        soft = cv2.GaussianBlur(w, (0, 0), sigma * factor / reduce)
        total += strength * cv2.GaussianBlur(c, (0, 0), sigma * factor / reduce)
        norm += strength * soft
    field = np.clip(total / norm[..., None], -_MOST_LOCAL, _MOST_LOCAL)
    return np.asarray(cv2.resize(field, (rest.shape[1], rest.shape[0]), interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _disk(share: float, size: float) -> npt.NDArray[np.uint8]:
    reach = 2 * max(1, round(share * size)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)), dtype=np.uint8)


def _closed(mask: BoolArray, share: float) -> BoolArray:
    """Gaps narrower than twice a share of the picture are closed."""
    kernel = _disk(share, max(mask.shape))
    pad = kernel.shape[0]
    wide = cv2.copyMakeBorder(mask.astype(np.uint8), pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=0)
    return np.asarray(cv2.morphologyEx(wide, cv2.MORPH_CLOSE, kernel)[pad:-pad, pad:-pad] > 0)


def _near(mask: BoolArray, share: float) -> BoolArray:
    return np.asarray(cv2.dilate(mask.astype(np.uint8), _disk(share, max(mask.shape))) > 0)


def _supported(mask: BoolArray, probability: FloatArray) -> BoolArray:
    """The piece that holds most of the net's cloth, and other pieces that the net takes for cloth as well."""
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count < 2:
        return np.zeros_like(mask)
    weight = np.bincount(pieces.ravel(), weights=probability.ravel(), minlength=count)
    area = np.maximum(stats[:, cv2.CC_STAT_AREA], 1)
    weight[0] = 0
    main = int(weight.argmax())
    keep = (weight / area > 0.5) & (area > 0.002 * area[main])
    keep[main], keep[0] = area[main] > 0.01 * mask.size, False
    return np.asarray(keep[pieces])


def _outside(free: BoolArray) -> BoolArray:
    """What is free and reaches the picture's rim."""
    _, pieces = cv2.connectedComponents(free.astype(np.uint8), connectivity=4)
    rim = np.unique(np.concatenate([pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1]]))
    return np.asarray(np.isin(pieces, rim[rim > 0]))


def _crisp(dark: BoolArray, differs: BoolArray, far: FloatArray, least: float) -> BoolArray:
    """Pieces darker than the ground that begin at once, as cloth does; a shadow begins softly."""
    count, pieces = cv2.connectedComponents(dark.astype(np.uint8))
    depth = cv2.distanceTransform(differs.astype(np.uint8), cv2.DIST_L2, 3)
    rim = dark & (depth > 1.5) & (depth <= 3.5)
    found = np.zeros(count, bool)
    for i in np.unique(pieces[rim]):
        own = far[rim & (pieces == i)]
        found[i] = i > 0 and len(own) > 20 and float(np.median(own)) > 2.5 * least
    return np.asarray(found[pieces])


def _cast(picture: FloatArray, gray: BoolArray, far: FloatArray, result: FloatArray) -> BoolArray:
    """Shadow that was taken for cloth: gray that runs smoothly out into the ground, up to the cloth's own edge."""
    soft = cv2.GaussianBlur(picture, (0, 0), 0.8)
    slope = np.hypot(*(cv2.Sobel(soft, cv2.CV_32F, 1 - i, i).mean(-1) / 8 for i in (0, 1)))
    smooth = (gray & (far > _FAINT) & (slope < _SMOOTH)) | (result <= 0.5)
    _, pieces = cv2.connectedComponents(smooth.astype(np.uint8), connectivity=4)
    beyond = np.unique(pieces[(result <= 0.5) & (pieces > 0)])
    reached = np.isin(pieces, beyond) & (result > 0.5)
    reached = cv2.morphologyEx(reached.astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    return np.asarray(cv2.dilate(reached, np.ones((5, 5), np.uint8)) > 0) & gray


def _shaded(picture: FloatArray, ground: FloatArray, core: BoolArray) -> BoolArray:
    """Ground in the shadow of colored cloth: a shadow dims all colors alike, and nothing of that cloth has the ground's hue."""
    ratio = (picture + 1.0) / (ground + 1.0)
    saturation = 1.0 - ratio.min(axis=-1) / ratio.max(axis=-1)
    if not core.any() or float(np.percentile(saturation[core], 10)) < _COLORED:
        return np.zeros_like(core)
    return np.asarray((saturation < _SAME_HUE) & (ratio.max(axis=-1) < 1.0))


def _ringing(off: FloatArray, far: FloatArray, least: float) -> BoolArray:
    """What JPEG leaves beside a strong edge: it swings about the ground's color; pale cloth beside a print lies to one side of it."""
    weak = far <= _RINGING * cv2.dilate(far, np.ones((13, 13), np.uint8))
    weight = weak.astype(np.float32)
    norm = np.maximum(cv2.blur(weight, (7, 7)), 1e-3)
    mean = cv2.blur(off * weight[..., None], (7, 7)) / norm[..., None]
    return np.asarray(weak & (np.abs(mean).max(axis=-1) <= least))


def _bare(alike: BoolArray, taken: BoolArray, outside: BoolArray, probability: FloatArray, far: FloatArray, rank: int) -> BoolArray:
    """Ground that was taken for cloth: open to the ground around, or enclosed between a sleeve and the trunk.

    White cloth that looks like the ground has no strong edge there, and stays; so do white parts of a print and white stripes across, which
    the net knows for cloth. rank: percentile of the edge that must be strong.
    """
    kernel = np.ones((3, 3), np.uint8)
    opened = cv2.morphologyEx((alike & taken).astype(np.uint8), cv2.MORPH_OPEN, kernel)
    opened = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, kernel, iterations=2)
    tall = np.ones((max(3, round(_STRIPE_HEIGHT * float(np.count_nonzero(taken.any(axis=1))))), 1), np.uint8)
    stripes = (cv2.morphologyEx(opened, cv2.MORPH_OPEN, tall) == 0) & (probability > _STRIPE)
    opened[stripes] = 0
    count, pieces, stats, centers = cv2.connectedComponentsWithStats(opened, connectivity=4)
    columns = np.flatnonzero(taken.any(axis=0))
    if count < 2 or not len(columns):
        return np.zeros_like(alike)
    middle, half = (columns[0] + columns[-1]) / 2, max((columns[-1] - columns[0]) / 2, 1.0)
    area = np.maximum(stats[:, cv2.CC_STAT_AREA], 1)
    share = np.bincount(pieces.ravel(), weights=probability.ravel(), minlength=count) / area
    open_share = np.bincount(pieces.ravel(), weights=outside.ravel(), minlength=count) / area
    found = np.zeros(count, bool)
    size = float(taken.sum())
    for i in range(1, count):
        tall = stats[i, cv2.CC_STAT_HEIGHT] > 1.6 * stats[i, cv2.CC_STAT_WIDTH]
        aside = abs(centers[i, 0] - middle) > _SIDE_GAP * half
        enclosed = (area[i] > 0.0025 * size and aside and tall) or (area[i] > 0.001 * size and share[i] < 0.45)
        if open_share[i] < 0.3 and not enclosed:
            continue
        piece = (pieces == i).astype(np.uint8)
        beside = (cv2.dilate(piece, np.ones((9, 9), np.uint8)) > 0) & ~alike & taken
        found[i] = bool(beside.any()) and float(np.percentile(far[beside], rank)) > _EDGE
    return np.asarray(found[pieces])
