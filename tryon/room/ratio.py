"""Puts path-traced furniture into the photo: the photo times "with" over "without", then the furniture over it.

Ratio compositing after Debevec's differential rendering (SIGGRAPH 1998), per channel in linear light.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray

__all__ = ["SAME", "RatioLayers", "enlarge", "placed_in", "ratio_layers"]

SAME = 0.012
"""A ratio this near to 1 changes nothing: the photo's pixels stay."""
_FLOOR, _CEILING, _BRIGHTEST = 0.04, 1.6, 12.0
_EPSILON = 2e-3
_EDGE = 0.004
_CONTACT = 0.4  # power of the quick picture's contact shadow, which is darker than the path tracer finds it
_DETAIL = 0.5, 2.0  # how much darker or brighter than its surroundings a thread or a seam of the quick picture may be


@dataclass(frozen=True, eq=False)
class RatioLayers:
    """What the furniture does to the photo, (h, w, ...): ratio (3 channels, 1 = nothing), color times alpha, alpha 0..1."""

    ratio: FloatArray
    color: FloatArray
    alpha: FloatArray


def ratio_layers(
    lit: FloatArray, bare: FloatArray, alpha: FloatArray, receives: npt.NDArray[np.bool_], exposure: FloatArray,
    lamps: bool = False, contact: FloatArray | None = None,
) -> RatioLayers:
    """From two renders to what to do with the photo.

    lit, bare: (h, w, 3) radiance with and without the furniture; alpha: (h, w) its coverage; receives: (h, w) where the rough room is
    known to be what the photo shows. exposure: (3,) photo's linear light per radiance. lamps: whether the furniture shines.
    contact: (h, w, 3) the share of light that the quick picture leaves the floor, also under the furniture: how the shadow goes on up to
    the outline.
    """
    ratio = (lit + _EPSILON) / (bare + _EPSILON)
    near = cv2.dilate((alpha > _EDGE).astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)  # the denoiser smears the outline
    if contact is None:
        ratio = _from_beside(ratio, near)
    else:
        kept = np.clip(contact, 0.1, 1.0) ** _CONTACT
        ratio = np.where(near[..., None], _from_beside(ratio / kept, near) * kept, ratio)
    ratio = np.clip(ratio, _FLOOR, _BRIGHTEST if lamps else _CEILING)
    cover = alpha[..., None]
    own = np.maximum(lit - (1.0 - cover) * bare * ratio, 0.0) * (cover > _EDGE)
    ratio = _carried_on(ratio, receives)
    alpha = np.where(alpha > _EDGE, alpha, 0.0).astype(np.float32)
    return RatioLayers(ratio.astype(np.float32), (own * exposure).astype(np.float32), alpha)


def _carried_on(ratio: FloatArray, receives: npt.NDArray[np.bool_]) -> FloatArray:
    """The ratio where the rough room is known; elsewhere what is left of it fades away softly, for a step there would be seen."""
    if receives.all():
        return ratio
    sigma = 0.03 * max(ratio.shape[:2]) + 1.0
    known = receives.astype(np.float32)
    share = cv2.GaussianBlur(known, (0, 0), sigma)
    spread = cv2.GaussianBlur((ratio - 1.0) * known[..., None], (0, 0), sigma) / np.maximum(share, 1e-3)[..., None]
    fading = np.clip(2.0 * share, 0.0, 1.0)[..., None]
    result: FloatArray = np.where(receives[..., None], ratio, 1.0 + spread * fading)
    return result


def placed_in(outer: FloatArray, inner: FloatArray, at: tuple[slice, slice], rim: FloatArray) -> FloatArray:
    """A ratio of the whole photo with a finer one put into a part of it; rim: (h, w) how much the finer one counts."""
    result = outer.copy()
    result[at] += (inner - result[at]) * rim[..., None]
    return result


def _from_beside(values: FloatArray, hidden: npt.NDArray[np.bool_]) -> FloatArray:
    """Values under the furniture taken from the nearest pixel beside it."""
    if not hidden.any() or hidden.all():
        return values if not hidden.any() else np.ones_like(values)
    _distance, labels = cv2.distanceTransformWithLabels(hidden.astype(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL)
    open_y, open_x = np.nonzero(~hidden)
    where = np.zeros(int(labels.max()) + 1, np.int64)
    where[labels[open_y, open_x]] = np.arange(len(open_y))
    index = where[labels]
    result: FloatArray = values[open_y[index], open_x[index]]
    return result


def enlarge(layers: RatioLayers, width: int, height: int, fine_alpha: FloatArray, drawn: FloatArray | None = None) -> RatioLayers:
    """The layers at the photo's own size, where they were rendered smaller.

    fine_alpha: (height, width) coverage rendered at that size, for sharp outlines. drawn: (height, width, 4) the quick picture of the same
    pieces, color times alpha: its threads, grain and seams, finer than a pixel of the render, are laid over the rendered light.
    """
    size = (width, height)
    if layers.alpha.shape == (height, width):
        return layers
    ratio = cv2.resize(layers.ratio, size, interpolation=cv2.INTER_LINEAR)
    plain = cv2.resize(_plain(layers.color, layers.alpha), size, interpolation=cv2.INTER_CUBIC)
    if drawn is not None:
        small = cv2.resize(drawn, layers.alpha.shape[::-1], interpolation=cv2.INTER_AREA)
        coarse = cv2.resize(_plain(small[..., :3], small[..., 3]), size, interpolation=cv2.INTER_CUBIC)
        fine = drawn[..., :3] / np.maximum(drawn[..., 3:], 1e-3)
        detail = np.clip((fine + _EPSILON) / (np.maximum(coarse, 0.0) + _EPSILON), *_DETAIL)
        plain = plain * np.where(drawn[..., 3:] > 0.5, detail, 1.0)
    color = np.maximum(plain, 0.0) * fine_alpha[..., None]
    return RatioLayers(ratio, color.astype(np.float32), fine_alpha)


def _plain(color: FloatArray, alpha: FloatArray) -> FloatArray:
    """Color that was multiplied by its alpha, without it; going on past the outline."""
    plain: FloatArray = color / np.maximum(alpha, 1e-3)[..., None]
    solid = alpha > 0.5
    return _from_beside(plain, ~solid) if solid.any() else plain
