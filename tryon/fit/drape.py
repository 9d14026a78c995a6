"""Lay the garment's cloth on the wearer: a dense map from garment pixels to photo pixels, piece by piece.

Every garment is a few ribbons (trunk, sleeves, legs, skirt), each between two edges that are known in the garment picture and
wanted on the body. Widths and lengths keep the garment's own proportions, scaled once by the shoulders or hips, and never leave
what the body allows. Sleeves and legs are pieces of their own: an arm may cross the trunk.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from tryon.body.bodymap import BodyMap
from tryon.fit.band import Band, find_band
from tryon.fit.cling import DRAPE_PARTS, cling, cover_shoulders, to_cover, widened, without_burrs
from tryon.fit.cut import AS_IT_IS, Cut
from tryon.fit.figure import Figure, measure
from tryon.fit.garment import Garment
from tryon.fit.lower import lower_ribbons
from tryon.fit.pattern import read_pattern
from tryon.fit.ribbon import Ribbon
from tryon.fit.sheet import lay_sheet
from tryon.fit.turned import turn_of, turned
from tryon.fit.upper import upper_ribbons
from tryon.image import FloatArray, UInt8Array
from tryon.nearest import mirrored

__all__ = ["DRAPE_PARTS", "Drape", "Hem", "drape", "warp"]

_WORKING_SIDE = 1024
_UNDER_BAND = 0.06  # how far a tucked top goes on under the waistband, of the trunk: bands are seldom quite level


@dataclass(frozen=True)
class Hem:
    """Where a top ends, as heights on the trunk (0 = shoulder line, 1 = hip line).

    tucked_at: the cloth ends here, under the waistband; None: it hangs out. band: the waistband that it should at least meet, where seen.
    """

    tucked_at: float | None = None
    band: float | None = None


@dataclass(frozen=True, eq=False)
class Drape:
    """Where each pixel of the photo would find its cloth.

    dense: (h, w, 2) float32, garment pixel (x, y) seen at each pixel of the photo scaled by `scale`; NaN where there is none. Where it
    names a pixel without cloth, `alpha` is 0: the opening of a neckline.
    parts: (h, w) uint8, index into DRAPE_PARTS. alpha: (h, w) float32 0..1, coverage by cloth.
    scale: working pixels per photo pixel (1 up to 1024 pixels a side). width, height: of the photo. tucked: it goes on under the
    waistband that is seen, which stays before it. band: where that is, at the working size, where its edge could be followed.
    """

    dense: FloatArray
    parts: UInt8Array
    alpha: FloatArray
    scale: float
    width: int
    height: int
    figure: Figure
    tucked: bool = False
    band: Band | None = None

    def rgba(self, garment: Garment) -> UInt8Array:
        """The garment's own colors laid on the body at the photo's size: (H, W, 4) uint8 sRGB, no new folds or shade."""
        return warp(garment, self.dense, self.width, self.height, alpha=self.alpha, parts=self.parts)


def drape(body: BodyMap, garment: Garment, *, hem: Hem | None = None, cut: Cut = AS_IT_IS) -> Drape:
    """Lay a cut-out garment on the wearer.

    hem: where a top meets the waistband; without it the top hangs as long as it is. cut: longer or shorter, closer or looser than it is.
    """
    scale = min(1.0, _WORKING_SIDE / max(body.width, body.height))
    width, height = max(1, round(body.width * scale)), max(1, round(body.height * scale))
    figure = measure(body)
    hem = hem or Hem()
    pattern = read_pattern(garment)
    inside = figure
    if garment.region == "lower":
        ribbons = lower_ribbons(pattern, figure, body, cut)
    else:
        inside = cut.body(figure, body)
        ribbons = upper_ribbons(pattern, figure, hem.band, cut, inside)
    ribbons = turned(ribbons, figure, turn_of(body))

    dense = np.full((height, width, 2), np.nan, dtype=np.float32)
    alpha = np.zeros((height, width), dtype=np.float32)
    parts = np.zeros((height, width), dtype=np.uint8)
    cloth = _cloth_alpha(garment)
    worn = np.asarray(cv2.resize(body.parts, (width, height), interpolation=cv2.INTER_NEAREST), dtype=np.uint8)
    ribbons = [_scaled(ribbon, scale) for ribbon in ribbons]
    bodies = [to_cover(ribbon, inside, scale, worn, lower=garment.region == "lower") for ribbon in ribbons]
    ribbons = [widened(ribbon, body_in_it) for ribbon, body_in_it in zip(ribbons, bodies, strict=True)]
    maps = dict(zip((ribbon.part for ribbon in ribbons), lay_sheet(ribbons, cloth, width, height), strict=True))
    ripple = 0.03 * figure.breadth * scale
    wearer = cv2.GaussianBlur((worn > 0).astype(np.float32), (0, 0), max(1.0, ripple)) > 0.5
    outside = cv2.distanceTransform((~wearer).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    band = None if hem.tucked_at is None or hem.band is None else find_band(worn, figure, scale, hem.tucked_at)
    tucked = _tucked(hem, band, figure, scale, (height, width))
    for ribbon in sorted(ribbons, key=lambda piece: (not piece.behind, piece.part not in ("trunk", "skirt"))):
        one = maps[ribbon.part]
        seen = (_sample(cloth, one) * np.clip(ribbon.loose - outside + 0.5, 0.0, 1.0)).astype(np.float32)
        if hem.tucked_at is not None and ribbon.part in ("trunk", "skirt"):
            seen = (seen * tucked).astype(np.float32)
        if ribbon.part in ("left_sleeve", "right_sleeve") and ribbon.behind:
            seen = np.where(alpha > 0.5, 0.0, seen).astype(np.float32)
        over = seen > np.maximum(0.02, 0.5 * (alpha > 0.5))
        dense = np.where((over | np.isnan(dense[..., 0]))[..., None], one, dense)
        parts = np.where(over, DRAPE_PARTS.index(ribbon.part), parts).astype(np.uint8)
        alpha = np.maximum(alpha, seen)
    own = alpha > 0.5
    for ribbon, body_in_it in zip(ribbons, bodies, strict=True):
        cling(dense, parts, alpha, figure, ribbon, scale, body_in_it)
    if garment.region != "lower":
        cover_shoulders(dense, parts, alpha, figure, scale, worn, ribbons)
    alpha = without_burrs(alpha, own, max(1.0, 0.02 * figure.breadth * scale))
    return Drape(dense, parts, alpha, scale, body.width, body.height, figure, hem.tucked_at is not None and hem.band is not None, band)


def _tucked(hem: Hem, band: Band | None, figure: Figure, scale: float, shape: tuple[int, int]) -> FloatArray:
    """How much of a tucked top is there, (h, w) 0..1."""
    if hem.tucked_at is None:
        return np.ones(shape, dtype=np.float32)
    if band is not None:
        return band.end(_UNDER_BAND * figure.trunk * scale)
    lower = hem.tucked_at + (_UNDER_BAND if hem.band is not None else 0.0)
    edge = 0.5 - figure.below(lower, scale, shape) / 2.0  # two pixels wide
    return np.asarray(np.clip(edge, 0.0, 1.0), dtype=np.float32)


def warp(
    garment: Garment, dense: FloatArray, width: int, height: int, alpha: FloatArray | None = None, parts: UInt8Array | None = None
) -> UInt8Array:
    """Look the garment's pixels up through a dense map, at (height, width): (H, W, 4) uint8 sRGB.

    alpha: (h, w) the cloth's coverage. parts: (h, w) the piece that is seen at each pixel; between two pieces nothing is interpolated.
    The picture is reduced first where the map would skip pixels, so that weaves do not turn into moire.
    """
    picture, reach = _filled(garment), 1.0
    known = ~np.isnan(dense[..., 0])
    if (dense.shape[1], dense.shape[0]) != (width, height):
        dense = _enlarge(dense, known, width, height, parts)
        known = ~np.isnan(dense[..., 0])
    step = _median_step(dense)
    if step > 1.3:
        reach = 1.0 / step
        size = (max(8, round(picture.shape[1] * reach)), max(8, round(picture.shape[0] * reach)))
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    at = np.nan_to_num(dense, nan=-10.0)
    fx, fy = picture.shape[1] / garment.rgba.shape[1], picture.shape[0] / garment.rgba.shape[0]
    map_x = (at[..., 0] * fx - 0.5).astype(np.float32)
    map_y = (at[..., 1] * fy - 0.5).astype(np.float32)
    out = cv2.remap(picture, map_x, map_y, cv2.INTER_CUBIC if step < 0.8 else cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    if alpha is not None:
        cover = alpha if alpha.shape == (height, width) else cv2.resize(alpha, (width, height), interpolation=cv2.INTER_LINEAR)
        out[..., 3] = np.clip(cover * 255 + 0.5, 0, 255).astype(np.uint8)
    out[..., 3] = np.where(known, out[..., 3], 0)
    out[~known, :3] = 0
    return np.asarray(out, dtype=np.uint8)


def _cloth_alpha(garment: Garment) -> FloatArray:
    """Where the picture shows cloth that can be worn on the front, 0..1."""
    alpha = garment.rgba[..., 3].astype(np.float32) / 255.0
    if garment.inner is not None:
        alpha = np.where(garment.inner, 0.0, alpha).astype(np.float32)
    return alpha


def _filled(garment: Garment) -> UInt8Array:
    """The cut-out with its colors continued past its edge, so that no background bleeds in."""
    cover = _cloth_alpha(garment)
    solid = cover > 0.9
    if not solid.any():
        solid = cover > 0.3
    # The outermost pixels are mixed with the picture's ground.
    inner = cv2.erode(solid.astype(np.uint8), np.ones((3, 3), np.uint8), iterations=max(1, round(0.002 * max(cover.shape)))) > 0
    inner = inner if inner.any() else solid
    rgb = garment.rgba[..., :3].reshape(-1, 3)[mirrored(inner)[1]]
    return np.dstack([rgb, (cover * 255).astype(np.uint8)])


def _sample(picture: FloatArray, dense: FloatArray) -> FloatArray:
    """Values of a single-channel picture through a dense map, 0 outside."""
    at = np.nan_to_num(dense, nan=-10.0)
    found = cv2.remap(picture, at[..., 0] - 0.5, at[..., 1] - 0.5, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(np.where(np.isnan(dense[..., 0]), 0.0, found), dtype=np.float32)


def _scaled(ribbon: Ribbon, scale: float) -> Ribbon:
    return replace(ribbon, target_a=ribbon.target_a * scale, target_b=ribbon.target_b * scale, loose=ribbon.loose * scale)


def _median_step(dense: FloatArray) -> float:
    """Garment pixels per photo pixel, in the middle of the cloth."""
    dx = np.linalg.norm(np.diff(dense, axis=1), axis=-1)
    dy = np.linalg.norm(np.diff(dense, axis=0), axis=-1)
    steps = np.concatenate([dx[np.isfinite(dx)], dy[np.isfinite(dy)]])
    return float(np.median(steps)) if len(steps) else 1.0


def _enlarge(
    dense: FloatArray, known: npt.NDArray[np.bool_], width: int, height: int, parts: UInt8Array | None = None
) -> FloatArray:
    """A dense map at a larger size, piece by piece; each is continued a little first, so that edges do not shrink."""
    pieces = [known] if parts is None else [known & (parts == part) for part in np.unique(parts[known])]
    if len(pieces) == 1:
        return _enlarged_piece(dense, known, width, height)
    best, out = np.zeros((height, width), dtype=np.float32), np.full((height, width, 2), np.nan, dtype=np.float32)
    for piece in pieces:
        share = cv2.resize(cv2.GaussianBlur(piece.astype(np.float32), (0, 0), 0.8), (width, height), interpolation=cv2.INTER_LINEAR)
        one = _enlarged_piece(dense, piece, width, height)
        nearer = (share > best) & ~np.isnan(one[..., 0])
        out[nearer] = one[nearer]
        best = np.where(nearer, share, best)
    return out


def _enlarged_piece(dense: FloatArray, known: npt.NDArray[np.bool_], width: int, height: int) -> FloatArray:
    filled = np.where(known[..., None], dense, np.nan).astype(np.float32)
    grown = known.astype(np.uint8)
    for _ in range(3):
        weight = cv2.blur(grown.astype(np.float32), (3, 3))
        new = (weight > 0) & (grown == 0)
        for axis in (0, 1):
            total = cv2.blur(np.where(grown > 0, np.nan_to_num(filled[..., axis]), 0).astype(np.float32), (3, 3))
            filled[..., axis] = np.where(new, total / np.maximum(weight, 1e-6), filled[..., axis])
        grown = (weight > 0).astype(np.uint8)
    big = cv2.resize(np.nan_to_num(filled), (width, height), interpolation=cv2.INTER_LINEAR)
    covered = cv2.resize(grown.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR) > 0.999
    return np.where(covered[..., None], big, np.nan).astype(np.float32)
