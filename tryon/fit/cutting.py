"""Cuts cloth out of a photo: from the net's coarse idea of where it is to a soft edge at the photo's own size.

All pictures are (H, W, 3) uint8 sRGB, probabilities and alphas (H, W) float32 in 0..1.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tryon.fit.color_odds import like_ground
from tryon.fit.ground import Ground, variation
from tryon.image import FloatArray, UInt8Array, linear_to_srgb, srgb_to_linear

__all__ = ["clean_edge", "faint_rim", "refine", "tidy", "without_fringe", "without_gaps"]

_WORK_SIDE = 1024
"""Longer side, in pixels, at which an edge is sought; larger photos get it by a guided upsampling of the edge."""
_GRABCUT_SIDE = 288
_THIN = 0.03  # half as wide as a strap is at most, in garments (the root of its area)
_TOLD_BAND = 4.0  # how far, in pixels of the working picture, the edge may lie from where colors on a plain ground put it


def tidy(probability: FloatArray, keep_share: float = 0.04) -> FloatArray:
    """The same probability without specks: pieces of cloth smaller than a share of the largest are dropped, pinholes are closed."""
    solid = (probability > 0.5).astype(np.uint8)
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(solid)
    if count < 2:
        return probability
    areas = stats[1:, cv2.CC_STAT_AREA]
    small = 1 + np.nonzero(areas < keep_share * areas.max())[0]
    drop = np.isin(pieces, small).astype(np.uint8)
    kept = solid & ~drop
    holes = _holes(kept, 0.0015)
    result = np.where(cv2.dilate(drop, np.ones((5, 5), np.uint8)) & ~cv2.dilate(kept, np.ones((5, 5), np.uint8)) > 0, 0.0, probability)
    return np.where(holes, 1.0, result).astype(np.float32)


def _holes(mask: npt.NDArray[np.uint8], share: float) -> npt.NDArray[np.bool_]:
    """Holes in the mask that are smaller than a share of it."""
    count, pieces, stats, _ = cv2.connectedComponentsWithStats((1 - mask).astype(np.uint8))
    tiny = [i for i in range(1, count) if stats[i, cv2.CC_STAT_AREA] < share * max(int(mask.sum()), 1)]
    found: npt.NDArray[np.bool_] = np.isin(pieces, tiny)
    return found


def without_gaps(rgb: UInt8Array, probability: FloatArray) -> FloatArray:
    """The same probability, low where the ground shows between legs or under a sleeve though the net filled the gap.

    rgb at any size; the answer has the probability's. A gap has the ground's colors and not the cloth's (joint color histograms), is
    broader than a stripe, reaches the ground outside or is one that the net doubts. A print in the middle of the cloth stays.
    """
    height, width = probability.shape
    picture = np.asarray(cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    cloth, inside = probability > 0.985, probability > 0.5
    size = float(np.sqrt(max(int(inside.sum()), 1)))
    reach = 2 * max(4, round(0.25 * size)) + 1
    ring = (probability < 0.1) & (cv2.dilate(inside.astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0)
    if cloth.sum() < 200 or ring.sum() < 200:
        return probability
    ratio = cv2.GaussianBlur(like_ground(picture, ring, cloth, 2e-4), (0, 0), max(0.8, 0.004 * size))
    if float((ratio[cloth] > 1.6).mean()) > 0.03:  # cloth of the ground's own color: nothing can be told from colors
        return probability
    bare = ((ratio > 1.6) & inside & (probability < 0.985)).astype(np.uint8)
    radius = max(1, round(0.006 * size))
    bare = cv2.morphologyEx(bare, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)))
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(bare)
    beside = cv2.dilate((~inside).astype(np.uint8), np.ones((2 * radius + 3, 2 * radius + 3), np.uint8)) > 0
    result = probability.copy()
    for i in range(1, count):
        if stats[i, cv2.CC_STAT_AREA] < 0.0008 * size * size:
            continue
        piece = pieces == i
        doubt = float(probability[piece].mean())
        if doubt < 0.8 or (doubt < 0.965 and bool((piece & beside).any())):
            result[piece] = np.minimum(result[piece], 0.12)
    return result


def refine(rgb: UInt8Array, probability: FloatArray, band_px: float, ground: Ground | None = None) -> FloatArray:
    """Soft alpha at the photo's size.

    probability: what the net thinks, at any size of the same shape. band_px: how far, in pixels of the photo, the true edge may lie from
    the net's. ground: the plain ground that the probability was told from already, if any. On a plain ground the color's distance from it
    decides inside the band, on a busy one GrabCut does (Rother et al. 2004); a guided filter (He et al. 2010) then lays the edge on the
    picture's own. Outside the band the net alone decides: a white shirt on white keeps its body.
    """
    height, width = rgb.shape[:2]
    scale = min(1.0, _WORK_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = rgb if scale == 1.0 else cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    if ground is None:
        probability = without_gaps(small, probability)
    p = np.clip(cv2.resize(probability, size, interpolation=cv2.INTER_CUBIC), 0, 1).astype(np.float32)
    band = max(2.0, band_px * scale) if ground is None else max(2.0, _TOLD_BAND * max(size) / _WORK_SIDE)
    sure_cloth, sure_ground = _sure(p, band)
    active = ~(sure_cloth | sure_ground)
    cloth_color, ground_color = (_spread_colors(small.astype(np.float32), known, 12.0) for known in (sure_cloth, sure_ground))
    apart = np.sqrt(((cloth_color - ground_color) ** 2).sum(-1))
    thin = _thin(p) if ground is None else np.zeros_like(active)
    telling = cv2.GaussianBlur(np.clip((apart - 4) / 14, 0, 1), (0, 0), 2)  # where cloth and ground look alike, colors tell nothing
    edge = _edge_of_cut(small, p, sure_cloth, sure_ground) * telling + _steeper(p, 0.3) * (1 - telling)
    edge = np.where(thin, np.maximum(edge, _steeper(p, 0.2)), edge)
    contrast = _ground_distance(small, cloth_color, sure_cloth, sure_ground, ground)
    if contrast is not None:
        matte, trust = contrast
        edge = edge * (1 - trust) + matte * trust
        alpha = _guided(small, edge, active, 2, 2e-4) * (1 - trust) + matte * trust
    else:
        alpha = _guided(small, edge, active, max(2, round(band * 0.4)), 4e-4)
        alpha = np.maximum(_steeper(alpha, 0.18), np.where(thin, _steeper(p, 0.2), 0.0))
    alpha = np.where(sure_cloth, 1.0, np.where(sure_ground, 0.0, alpha)).astype(np.float32)
    alpha = _without_crumbs(alpha)
    if scale < 1.0:
        alpha = _upsampled(rgb, alpha)
    return alpha


def _sure(p: FloatArray, band: float) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Where it is surely cloth, and where surely ground: `band` away from the net's edge where it is sure, or farther."""
    solid = (p > 0.5).astype(np.uint8)
    inside = cv2.distanceTransform(solid, cv2.DIST_L2, 3)
    outside = cv2.distanceTransform(1 - solid, cv2.DIST_L2, 3)
    cloth = (inside > band) & (p > 0.93) | (inside > 3 * band) & (p > 0.85)
    ground = (outside > band) & (p < 0.15) | (outside > 3 * band)
    return cloth, ground


def _thin(p: FloatArray) -> npt.NDArray[np.bool_]:
    """Straps and ties that the net saw: too narrow for GrabCut at its small size, and for a filter."""
    solid = (p > 0.5).astype(np.uint8)
    reach = 2 * max(2, round(_THIN * float(np.sqrt(max(int(solid.sum()), 1))))) + 1
    broad = cv2.morphologyEx(solid, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    return np.asarray((solid > 0) & (broad == 0))


def _edge_of_cut(rgb: UInt8Array, p: FloatArray, cloth: npt.NDArray[np.bool_], ground: npt.NDArray[np.bool_]) -> FloatArray:
    """GrabCut inside the band, at a small size; the net's own edge where GrabCut strays."""
    height, width = p.shape
    scale = min(1.0, _GRABCUT_SIDE / max(height, width))
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    small = cv2.cvtColor(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2BGR)
    share = cv2.resize(p, size, interpolation=cv2.INTER_AREA)
    labels = np.where(share > 0.5, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[cv2.resize(cloth.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.9] = cv2.GC_FGD
    labels[cv2.resize(ground.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.9] = cv2.GC_BGD
    if (labels == cv2.GC_FGD).sum() < 20 or (labels == cv2.GC_BGD).sum() < 20:
        return p
    cv2.setRNGSeed(7)  # GrabCut starts from k-means: the same photo gives the same cut
    cv2.grabCut(small, labels, None, np.zeros((1, 65)), np.zeros((1, 65)), 2, cv2.GC_INIT_WITH_MASK)
    cut = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.float32)
    undecided = (labels == cv2.GC_PR_FGD) | (labels == cv2.GC_PR_BGD)
    solid = (share > 0.5).astype(np.float32)
    changed = np.abs(cut - solid)[undecided].mean() if undecided.any() else 0.0
    lean = 0.65 if changed < 0.35 else 0.25  # where the two disagree a lot the colors say little
    mixed = cv2.GaussianBlur(cut * lean + share * (1 - lean), (0, 0), 0.6)
    return np.asarray(cv2.resize(mixed, (width, height), interpolation=cv2.INTER_CUBIC).clip(0, 1), dtype=np.float32)


def _ground_distance(
    rgb: UInt8Array, fill: FloatArray, cloth: npt.NDArray[np.bool_], sure: npt.NDArray[np.bool_], ground: Ground | None
) -> tuple[FloatArray, FloatArray] | None:
    """On a plain ground: alpha by how far each color is from ground towards cloth, and how far that can be trusted (0..1). Else None.

    fill: the cloth's color near by, for every pixel. sure: surely ground.
    """
    if sure.sum() < 0.02 * sure.size or cloth.sum() < 50:
        return None
    picture = rgb.astype(np.float32)
    if ground is not None:
        field = cv2.resize(ground.color, (rgb.shape[1], rgb.shape[0]), interpolation=cv2.INTER_LINEAR)
        spread = ground.spread
    else:
        near = _fitted(picture, sure)
        if near is None:
            return None
        field, spread = near
    reach = fill - field
    length = np.sqrt((reach**2).sum(-1))
    along = ((picture - field) * reach).sum(-1) / np.maximum(length**2, 1.0)
    away = np.sqrt(((picture - field) ** 2).sum(-1))
    alpha = np.clip((along - 0.12) / 0.72, 0, 1)
    other = np.clip((away - 4 * spread - 14) / 30, 0, 1) * (along < 0.4)  # a trim of another color is cloth as well
    gray = np.abs(picture - field - (picture - field).mean(-1, keepdims=True)).max(-1) < 6
    other[gray & ((picture - field).mean(-1) < 0)] = 0  # darker and of the ground's own color: its shadow
    alpha = np.maximum(alpha, other)
    trust = np.clip((length - 3 * spread - 14) / 30, 0, 1)
    return alpha.astype(np.float32), cv2.GaussianBlur(trust.astype(np.float32), (0, 0), 3)


def _fitted(picture: FloatArray, sure: npt.NDArray[np.bool_]) -> tuple[FloatArray, float] | None:
    """The smooth color of the ground close to the garment, and how far it strays from that; None where it is not plain."""
    near = cv2.dilate((~sure).astype(np.uint8), np.ones((31, 31), np.uint8)).astype(bool) & sure
    ys, xs = np.nonzero(near if near.sum() > 400 else sure)
    step = max(1, len(ys) // 6000)
    ys, xs = ys[::step], xs[::step]
    h, w = sure.shape
    a = variation(ys / h - 0.5, xs / w - 0.5)
    values = picture[ys, xs]
    solution, *_ = np.linalg.lstsq(a, values, rcond=None)
    off = np.abs(values - a @ solution).max(1)
    keep = off <= np.percentile(off, 85)
    solution, *_ = np.linalg.lstsq(a[keep], values[keep], rcond=None)
    spread = float(np.percentile(np.abs(values - a @ solution).max(1), 80))
    if spread > 9.0:
        return None
    yy, xx = np.mgrid[:h, :w].astype(np.float32)
    return (variation(yy / h - 0.5, xx / w - 0.5).astype(np.float32) @ solution.astype(np.float32)).clip(0, 255), spread


def _spread_colors(picture: FloatArray, known: npt.NDArray[np.bool_], sigma: float) -> FloatArray:
    """Colors known in one place carried on into their surroundings (normalized blur, coarse to fine)."""
    result = np.zeros_like(picture)
    missing = np.ones(known.shape, bool)
    weight = known.astype(np.float32)
    for factor in (1.0, 3.0, 9.0):
        if not missing.any():
            break
        reduce = max(1, round(sigma * factor / 4))
        size = (max(1, known.shape[1] // reduce), max(1, known.shape[0] // reduce))
        w = cv2.resize(weight, size, interpolation=cv2.INTER_AREA)
        c = cv2.resize(picture * weight[..., None], size, interpolation=cv2.INTER_AREA)
        w = cv2.GaussianBlur(w, (0, 0), sigma * factor / reduce)
        c = cv2.GaussianBlur(c, (0, 0), sigma * factor / reduce)
        full = (known.shape[1], known.shape[0])
        w_full = cv2.resize(w, full)
        c_full = cv2.resize(c / np.maximum(w, 1e-6)[..., None], full)
        good = missing & (w_full > 0.004)
        result[good] = c_full[good]
        missing &= ~good
    if missing.any():
        result[missing] = picture[known].mean(0) if known.any() else 127.0
    return result


def _guided(rgb: UInt8Array, alpha: FloatArray, active: npt.NDArray[np.bool_], radius: int, epsilon: float) -> FloatArray:
    """Guided filter of an alpha by a color picture (square root of linear light, even to the eye), where `active`."""
    near = cv2.dilate(active.astype(np.uint8), np.ones((2 * radius + 3, 2 * radius + 3), np.uint8)).astype(bool)
    if not near.any():
        return alpha
    ys, xs = np.nonzero(near)
    view = np.s_[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    guide, a, near = np.sqrt(srgb_to_linear(rgb[view])), alpha[view], near[view]

    def mean(x: FloatArray) -> FloatArray:
        return np.asarray(cv2.boxFilter(x, -1, (2 * radius + 1, 2 * radius + 1)), dtype=np.float32)

    m, mean_a = mean(guide), mean(a)
    pairs = ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))
    products = mean(np.ascontiguousarray(np.stack([guide[..., i] * guide[..., j] for i, j in pairs[:4]], -1)))[near]
    more = mean(np.ascontiguousarray(np.stack([guide[..., i] * guide[..., j] for i, j in pairs[4:]], -1)))[near]
    products = np.concatenate([products, more], 1)
    middle = m[near]
    matrix = np.empty((len(middle), 3, 3), np.float32)
    for n, (i, j) in enumerate(pairs):
        matrix[:, i, j] = matrix[:, j, i] = products[:, n] - middle[:, i] * middle[:, j] + (epsilon if i == j else 0.0)
    cov = mean(guide * a[..., None])[near] - middle * mean_a[near][:, None]
    slope = np.zeros_like(guide)
    slope[near] = np.linalg.solve(matrix, cov[..., None])[..., 0]
    offset = mean_a - (slope * m).sum(-1)
    filtered = ((mean(slope) * guide).sum(-1) + mean(offset)).clip(0, 1).astype(np.float32)
    result = alpha.copy()
    result[view] = np.where(active[view], filtered, a)
    return result


def _steeper(alpha: FloatArray, cut: float) -> FloatArray:
    return np.clip((alpha - cut) / (1 - 2 * cut), 0, 1).astype(np.float32)


def _without_crumbs(alpha: FloatArray) -> FloatArray:
    """Without loose bits near the edge and pinholes in the cloth."""
    solid = (alpha > 0.5).astype(np.uint8)
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(solid)
    if count > 2:
        areas = stats[1:, cv2.CC_STAT_AREA]
        loose = np.isin(pieces, 1 + np.nonzero(areas < 0.02 * areas.max())[0])
        alpha = np.where(loose, 0.0, alpha).astype(np.float32)
        solid = (alpha > 0.5).astype(np.uint8)
    around = cv2.dilate(solid, np.ones((7, 7), np.uint8))
    alpha = alpha * around
    return np.where(_holes(solid, 0.0004), 1.0, alpha).astype(np.float32)


def _upsampled(rgb: UInt8Array, alpha: FloatArray) -> FloatArray:
    """The alpha at the photo's size; its ramp keeps the width, in the garment's terms, that it had."""
    height, width = rgb.shape[:2]
    large = cv2.resize(alpha, (width, height), interpolation=cv2.INTER_CUBIC)
    factor = width / alpha.shape[1]
    return np.clip((large - 0.5) * min(factor, 1.8) + 0.5, 0, 1).astype(np.float32)


def without_fringe(rgb: UInt8Array, alpha: FloatArray) -> FloatArray:
    """The alpha, lower at the rim where a pixel is mixed with the ground though it seems covered: `clean_edge` colors it anew.

    A pixel counts as mixed where it lies between the cloth's color a few pixels farther in and the ground's a few farther out.
    """
    reach = max(3, round(max(rgb.shape[:2]) / 340))
    size = 2 * reach + 1
    solid = (alpha > 0.5).astype(np.uint8)
    core = cv2.erode(solid, np.ones((size, size), np.uint8)) > 0
    rim = (solid > 0) & ~core
    if not core.any() or not rim.any():
        return alpha
    ys, xs = np.nonzero(rim)
    pad = 2 * size
    view = np.s_[max(ys.min() - pad, 0) : ys.max() + pad, max(xs.min() - pad, 0) : xs.max() + pad]
    picture, rim = rgb[view].astype(np.float32), rim[view]
    cloth, ground = (_carried(picture, known, reach * 0.9) for known in (core[view], alpha[view] < 0.02))
    reach_to = ground - cloth
    length = (reach_to**2).sum(-1)
    mixed = ((picture - cloth) * reach_to).sum(-1) / np.maximum(length, 1.0)
    outer = cv2.distanceTransform(solid[view], cv2.DIST_L2, 3) <= reach * 0.75
    found = rim & outer & (length > 24.0**2) & (mixed > 0.1)
    result = alpha.copy()
    cover = np.clip(1.06 - mixed, 0.0, 0.98)
    result[view] = np.where(found, np.minimum(result[view], cover), result[view])
    return result


def faint_rim(rgb: UInt8Array, alpha: FloatArray) -> float:
    """The share of the cut-out's edge along which cloth and ground differ by less than 8 of 255 (white on white)."""
    kernel = np.ones((3, 3), np.uint8)
    picture = rgb.astype(np.float32)
    cloth = _carried(picture, cv2.erode((alpha > 0.95).astype(np.uint8), kernel) > 0, 3.0)
    ground = _carried(picture, cv2.dilate((alpha > 0.05).astype(np.uint8), kernel) == 0, 3.0)
    rim = cv2.morphologyEx((alpha > 0.5).astype(np.uint8), cv2.MORPH_GRADIENT, kernel) > 0
    return float((np.abs(cloth - ground).max(-1)[rim] < 8).mean()) if rim.any() else 1.0


def _carried(picture: FloatArray, known: npt.NDArray[np.bool_], sigma: float) -> FloatArray:
    """Colors known in one place carried on a little way; the picture's own where none is near."""
    weight = known.astype(np.float32)
    w = cv2.GaussianBlur(weight, (0, 0), sigma)
    c = cv2.GaussianBlur(picture * weight[..., None], (0, 0), sigma)
    return np.where(w[..., None] > 1e-4, c / np.maximum(w, 1e-4)[..., None], picture)


def clean_edge(rgb: UInt8Array, alpha: FloatArray) -> UInt8Array:
    """The photo's pixels, with the ground's color taken out of the half-covered ones at the edge; worked in linear light.

    Fully covered pixels are the photo's own, bit for bit. Beyond the edge the cloth's color runs on a little, so that a scaled or
    bent cut-out shows no rim of the ground.
    """
    sure = alpha > 0.985
    if not sure.any() or sure.all():
        return rgb.copy()
    ys, xs = np.nonzero(alpha > 0.004)
    pad = 12
    y0, y1, x0, x1 = max(ys.min() - pad, 0), ys.max() + pad, max(xs.min() - pad, 0), xs.max() + pad
    part, cover, known = rgb[y0:y1, x0:x1], alpha[y0:y1, x0:x1], sure[y0:y1, x0:x1]
    core = cv2.erode(known.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    core = core if core.sum() > 0.5 * known.sum() else known
    light = srgb_to_linear(part)
    weight = core.astype(np.float32)
    spread = np.zeros_like(light)
    missing = ~known & (cv2.dilate(known.astype(np.uint8), np.ones((25, 25), np.uint8)) > 0)
    for sigma in (1.5, 5.0):
        w = cv2.GaussianBlur(weight, (0, 0), sigma)
        c = cv2.GaussianBlur(light * weight[..., None], (0, 0), sigma)
        good = missing & (w > 0.01)
        spread[good] = c[good] / w[good][:, None]
        missing &= ~good
    filled = ~known & (spread.sum(-1) > 0)
    mixed = np.where(filled[..., None], spread, light)
    sheer = ~known & (cover > 0.25) & ~(cv2.dilate(core.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0)
    if sheer.any():  # half covered far from whole cloth: tulle, lace; what remains when the ground's share is taken out
        beyond = _carried(light, cover < 0.02, 9.0)
        share = cover[..., None]
        mixed = np.where(sheer[..., None], np.clip((light - (1 - share) * beyond) / np.maximum(share, 0.25), 0, 1), mixed)
        filled |= sheer
    result = rgb.copy()
    window = result[y0:y1, x0:x1]
    window[filled] = np.round(linear_to_srgb(mixed[filled]) * 255).astype(np.uint8)
    return result
