"""Folds and light that the photo already shows: the old garment's own shading tells how cloth lies on this body in this light.

Its print and colors are taken out as in Retinex (Land and McCann 1971; Grosse et al. 2009): where color changes, or light changes at once
and much, that is the cloth's; the rest is light, put together again by a Poisson equation over the garment.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray, UInt8Array, srgb_to_linear

__all__ = ["WornShading", "worn_shading"]

BoolArray = npt.NDArray[np.bool_]

_LEAST = 400  # pixels of old cloth below which it tells nothing
_GRID = 2.4  # pixels of the grid that the equation is solved on, per unit
_MOST = 70_000  # unknowns of it
_FLOOR = 0.005  # luminance added before the logarithm: below it is noise
_COLOR_STEP = 3.2  # change of color per grid pixel, CIELAB at middle lightness, that is the cloth's
_LIGHT_STEP = 0.34  # change of log light per grid pixel, beyond which no fold is so sharp
_MAIN_COLOR = 9.0  # CIELAB, of the cloth's main color
_MAIN_LIGHT = 0.55  # log light
_ANCHOR, _LOOSE, _ACROSS = 0.02, 0.0004, 0.015  # weights: main color, any color, light across a color's edge; against 1 within a color
_SPOTS = (0.05, 0.09)  # median of the light's small changes, natural log, from which a cloth is spotted in itself, and wholly so
_MOST_COARSE = 0.42  # log light of wide shade
_MOST_FOLD = 0.6  # log light of a single fold
_THIN = 0.1  # log light of a line thinner than a unit
_SKINWARDS = (2.0, 3.0)  # CIELAB a and b per log light
_BAND = 2.0  # units, as far as bands and hems go from the old garment's edge
_FINE = 0.07  # the most that changes smaller than the grid count


@dataclass(frozen=True, eq=False)
class WornShading:
    """Natural log of the light against the old cloth's middle, and how far it holds on other cloth.

    folds, wide: (h, w) float32, its changes within a few units and the rest. trust: (h, w) 0..1, of the folds. wide_trust: 0..1, of the
    rest: black cloth gleams where it turns away from the light. plain: share of the cloth that is of its commonest color.
    """

    folds: FloatArray
    wide: FloatArray
    trust: FloatArray
    wide_trust: float
    plain: float


def worn_shading(rgb: UInt8Array, worn: BoolArray, unit: float) -> WornShading:
    """How light or dark each place of the old garment is, its own colors and print apart.

    rgb: (h, w, 3) uint8 sRGB of the photo. worn: (h, w) bool, the old clothes. unit: size of a small detail, pixels.
    The trust is nought off the old garment, and small where print leaves little cloth between or where it is too dark to show folds.
    """
    nothing = np.zeros(worn.shape, dtype=np.float32)
    if worn.sum() < _LEAST:
        return WornShading(nothing, nothing, nothing, 0.0, 0.0)
    rows, columns = np.flatnonzero(worn.any(axis=1)), np.flatnonzero(worn.any(axis=0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    inside = _in_box(rgb[box], worn[box], unit)
    whole = [nothing.copy() for _ in range(3)]
    for one, part in zip(whole, (inside.folds, inside.wide, inside.trust), strict=True):
        one[box] = part
    return WornShading(whole[0], whole[1], whole[2], inside.wide_trust, inside.plain)


def _in_box(rgb: UInt8Array, worn: BoolArray, unit: float) -> WornShading:
    height, width = worn.shape
    factor = min(1.0, _GRID / unit, float(np.sqrt(_MOST / worn.sum())))
    size = max(8, round(width * factor)), max(8, round(height * factor))
    linear = srgb_to_linear(rgb)
    sure = cv2.erode(worn.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32)
    share = cv2.resize(sure, size, interpolation=cv2.INTER_AREA)
    mean = cv2.resize(linear * sure[..., None], size, interpolation=cv2.INTER_AREA) / np.maximum(share, 1e-3)[..., None]
    cloth = share > 0.5
    if cloth.sum() < 60:
        nothing = np.zeros(worn.shape, dtype=np.float32)
        return WornShading(nothing, nothing, nothing, 0.0, 0.0)
    light, color = _log_light(mean), _color(mean)
    luminance = float(np.exp(np.median(light[cloth])))
    strength = float(np.clip(luminance / 0.02, 0.5, 1.0))  # dark cloth shows its sheen rather than its shade
    noisy = 1.0 - float(np.clip(luminance / 0.06, 0.0, 1.0))
    edges = [_edges(light, color, axis) for axis in (0, 1)]
    main = _main(light, color, cloth)
    solved = _solved(light, main, cloth, edges)
    solved -= np.median(solved[cloth])
    strength *= 1.0 - _sheerness(solved, color, cloth)

    # Print between which little cloth is left tells the coarse light only, and so does a wash, a knit, a weave.
    crossed = np.zeros(cloth.shape, dtype=np.float32)
    crossed[1:] = np.maximum(crossed[1:], edges[0])
    crossed[:, 1:] = np.maximum(crossed[:, 1:], edges[1])
    known = cloth.astype(np.float32)
    middle = cv2.medianBlur(np.where(cloth, solved, _mean_over(solved, known, 1.0 * _GRID)).astype(np.float32), 5)
    solved = np.where(cloth, middle + np.clip(solved - middle, -_THIN, _THIN), 0.0)  # lines in the cloth are drawn, sewn or woven
    print_near = _mean_over(crossed, known, 1.6 * _GRID)
    coarse = _mean_over(solved, known, 1.5 * _GRID)
    clear = np.clip(1.3 - 2.2 * print_near, 0.0, 1.0)
    spots = float(np.median(np.abs(solved - _mean_over(solved, known, 0.6 * _GRID))[cloth]))
    smooth = float(np.clip((_SPOTS[1] - spots) / (_SPOTS[1] - _SPOTS[0]), 0.0, 1.0))
    # Its seams, bands and hems are sharp and lie along its edges; no single place is far darker or lighter than the cloth around.
    framed = cv2.copyMakeBorder(cloth.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    depth = cv2.distanceTransform(framed, cv2.DIST_L2, cv2.DIST_MASK_5)[1:-1, 1:-1]
    inner = np.clip(depth / (_BAND * _GRID) - 0.4, 0.0, 1.0)
    solved = (solved - coarse) * clear * smooth * inner
    coarse = _MOST_COARSE * np.tanh(coarse / _MOST_COARSE)

    if noisy > 0:
        solved = solved + noisy * (cv2.bilateralFilter(solved.astype(np.float32), -1, 0.12, 0.4 * _GRID) - solved)

    # Outwards the light goes on as at the cloth's last pixels: those of the edge itself show both sides.
    core = cv2.erode(known, np.ones((3, 3), np.uint8))
    solved, coarse = (np.where(core > 0, one, _mean_over(one, core, 0.5 * _GRID)).astype(np.float32) for one in (solved, coarse))
    wide = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    whole = cv2.resize(solved, (width, height), interpolation=cv2.INTER_CUBIC)
    fine = _log_light(linear) - cv2.resize(light, (width, height), interpolation=cv2.INTER_CUBIC)
    plain = cv2.resize(clear * smooth * inner * (crossed == 0), (width, height), interpolation=cv2.INTER_LINEAR)
    whole = whole + (1.0 - noisy) * np.clip(0.6 * cv2.GaussianBlur(fine, (0, 0), 0.7), -_FINE, _FINE) * plain

    trust = cv2.GaussianBlur(worn.astype(np.float32), (0, 0), 0.5 * unit)
    trust = np.clip(2.0 * trust - 0.6, 0.0, 1.0) * strength
    folds = np.clip(whole, -_MOST_FOLD, _MOST_FOLD).astype(np.float32)
    return WornShading(folds, wide, trust.astype(np.float32), float(np.clip(luminance / 0.06, 0.25, 1.0)), float(main.sum() / cloth.sum()))


def _log_light(linear: FloatArray) -> FloatArray:
    return np.asarray(np.log(linear @ np.array([0.2126, 0.7152, 0.0722], dtype=np.float32) + _FLOOR), dtype=np.float32)


def _color(linear: FloatArray) -> FloatArray:
    """CIELAB's a and b (h, w, 2) as if all were of middle lightness: shadow changes them little."""
    level = linear @ np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
    even = np.clip((linear + 0.3 * _FLOOR) / (level + 0.3 * _FLOOR)[..., None] * 0.2, 0.0, 1.0)
    encoded = np.where(even <= 0.0031308, even * 12.92, 1.055 * even ** (1 / 2.4) - 0.055).astype(np.float32)
    confident = np.clip(level / 0.02, 0.25, 1.0)[..., None]  # what is nearly black has no color to speak of
    return np.asarray(cv2.cvtColor(encoded, cv2.COLOR_RGB2LAB)[..., 1:] * confident, dtype=np.float32)


def _edges(light: FloatArray, color: FloatArray, axis: int) -> FloatArray:
    """Between neighbors along an axis: 1 where the cloth itself changes, 0 where only the light does."""
    step = np.abs(np.diff(light, axis=axis))
    other = np.linalg.norm(np.diff(color, axis=axis), axis=-1)
    sharp = ((other > _COLOR_STEP) | (step > _LIGHT_STEP)).astype(np.uint8)
    beside = np.ones((3, 1) if axis == 0 else (1, 3), np.uint8)  # an edge's pixels are a mixture of both sides
    return np.asarray(cv2.dilate(sharp, beside), dtype=np.float32)


def _solved(light: FloatArray, main: BoolArray, cloth: BoolArray, edges: list[FloatArray]) -> FloatArray:
    """The light of the cloth: its changes where only the light changes, no change across the cloth's own edges, level at the main color."""
    from scipy.sparse import coo_matrix, diags
    from scipy.sparse.linalg import spsolve

    number = np.full(cloth.shape, -1, dtype=np.int64)
    count = int(cloth.sum())
    number[cloth] = np.arange(count)
    diagonal, wanted = np.full(count, 1e-6), np.zeros(count)
    rows, columns, values = [], [], []
    for axis in (0, 1):
        first = (slice(None, -1), slice(None)) if axis == 0 else (slice(None), slice(None, -1))
        second = (slice(1, None), slice(None)) if axis == 0 else (slice(None), slice(1, None))
        both = cloth[first] & cloth[second]
        i, j, edge = number[first][both], number[second][both], edges[axis][both]
        weight = np.where(edge > 0, _ACROSS, 1.0)
        change = np.where(edge > 0, 0.0, (light[second] - light[first])[both]) * weight
        for at, sign in ((i, -1.0), (j, 1.0)):
            np.add.at(diagonal, at, weight)
            np.add.at(wanted, at, sign * change)
        rows += [i, j]
        columns += [j, i]
        values += [-weight, -weight]
    relative = (light - np.median(light[main]))[cloth]
    hold = np.where(main[cloth], _ANCHOR, _LOOSE)
    diagonal += hold
    wanted += np.where(main[cloth], hold * relative, 0.0)
    matrix = coo_matrix((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(count, count)).tocsc()
    out = np.zeros(cloth.shape, dtype=np.float32)
    out[cloth] = spsolve(matrix + diags(diagonal, format="csc"), wanted)
    return out


def _sheerness(light: FloatArray, color: FloatArray, cloth: BoolArray) -> float:
    """How surely the cloth is sheer, 0..1: where it is lighter it is also redder and yellower, as the skin behind it.

    Light does no such thing.
    """
    core = cv2.erode(cloth.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    if core.sum() < 60:
        return 0.0
    x, y = light[core] - light[core].mean(), color[core] - color[core].mean(axis=0)
    slope = (x @ y) / max(float(x @ x), 1e-6)
    if (slope < _SKINWARDS).any():
        return 0.0
    explained = 1.0 - float(((y - x[:, None] * slope) ** 2).sum()) / max(float((y**2).sum()), 1e-6)
    return float(np.clip((explained - 0.3) / 0.15, 0.0, 1.0))


def _main(light: FloatArray, color: FloatArray, cloth: BoolArray) -> BoolArray:
    """Pixels of the cloth's commonest color."""
    space = np.dstack([color / _MAIN_COLOR, light[..., None] / _MAIN_LIGHT])
    seen = space[cloth]
    cells = np.round(seen * 1.5).astype(np.int64)
    _, first, counts = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
    middle = np.median(seen[first.reshape(-1) == int(np.argmax(counts))], axis=0)
    for _ in range(3):
        near = np.linalg.norm(seen - middle, axis=1) < 1.0
        middle = np.median(seen[near], axis=0) if near.any() else middle
    return np.asarray(cloth & (np.linalg.norm(space - middle, axis=2) < 1.0))


def _mean_over(values: FloatArray, known: FloatArray, sigma: float) -> FloatArray:
    """Gaussian mean over known pixels."""
    known = known.astype(np.float32)
    weight = cv2.GaussianBlur(known, (0, 0), sigma)
    return np.asarray(cv2.GaussianBlur((values * known).astype(np.float32), (0, 0), sigma) / np.maximum(weight, 1e-4), dtype=np.float32)
