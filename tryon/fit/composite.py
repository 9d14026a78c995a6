"""Put the new garment into the photo at the photo's own size.

The outline comes from drape and denoiser, threads and lettering from the garment picture through the dense map, light and folds from the
photo's old clothes and the wearer's form (`tryon.fit.shade`), everything else from the photo, bit for bit. The garment's color is the
product picture's.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tryon.fit.agnostic import Agnostic, working_rgb
from tryon.fit.bare_limb import centered, light_on_limbs
from tryon.fit.compact import Painted
from tryon.fit.drape import DRAPE_PARTS, Drape, warp
from tryon.fit.garment import Garment
from tryon.fit.grain import grain_of, grained
from tryon.fit.limb import Limb, paint_limb
from tryon.fit.shade import cast_shadow, color_of_light, light_on_cloth, with_light
from tryon.fit.skin import matched, mottled, roundness_seen, skin_beside
from tryon.image import FloatArray, Photo, UInt8Array, linear_to_srgb, srgb_to_linear
from tryon.nearest import mirrored, nearest_known

__all__ = ["Composite", "color_difference", "compose"]

_INWARDS, _OUTWARDS = 2.0, 3.0  # how far the denoiser may move the drape's outline, in units of 2 % of the shoulders' breadth
_WAIST = 0.8  # height on the trunk of a usual waistband


@dataclass(frozen=True, eq=False)
class Composite:
    """picture: (H, W, 3) uint8 sRGB. changed: (H, W) uint8, 0 or 255. cover: (h, w) float32, the garment at the working size."""

    picture: UInt8Array
    changed: UInt8Array
    cover: FloatArray
    color_difference: float


def compose(
    photo: Photo, garment: Garment, drape: Drape, agnostic: Agnostic, painted: Painted, keep: UInt8Array | None = None
) -> Composite:
    """Compose at the photo's size; pixels outside the changed area are the photo's bytes, and so are those that `keep` marks (255)."""
    width, height = photo.width, photo.height
    unit = max(1.0, 0.02 * drape.figure.breadth * drape.scale)
    cover_small = _coverage(agnostic, painted, drape, unit)
    laid = warp(garment, drape.dense, width, height, parts=drape.parts)
    cover = _sharpened(cover_small, width, height)
    small = working_rgb(photo, drape)
    flat = cv2.resize(laid, (small.shape[1], small.shape[0]), interpolation=cv2.INTER_AREA)
    own = _light(srgb_to_linear(flat[..., :3])) * (flat[..., 3] > 250)
    light = light_on_cloth(small, own, garment, agnostic, drape, cover_small, unit)
    room = color_of_light(small, agnostic.hidden)
    cloth = _shaded(laid, drape, garment, light, width, height) * room
    skin = cv2.resize(agnostic.bare.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST) > 0
    there, here = grain_of(photo.rgb, skin), grain_of(laid[..., :3], laid[..., 3] > 250)
    cloth = grained(cloth, np.sqrt(max(there**2 - here**2, 0.0)))
    under, touch = _uncovered(photo, small, agnostic, cover_small, drape, unit)
    shadow = cv2.resize(cast_shadow(agnostic, cover_small, unit), (width, height), interpolation=cv2.INTER_LINEAR)
    if keep is not None:
        open_to_change = (255 - keep).astype(np.float32) / 255
        cover, touch, shadow = cover * open_to_change, touch * open_to_change, shadow * open_to_change

    original = srgb_to_linear(photo.rgb) * (1 - shadow)[..., None]
    mixed = original * (1 - touch[..., None]) + under * touch[..., None]
    mixed = mixed * (1 - cover[..., None]) + cloth * cover[..., None]
    weight = np.maximum(np.maximum(cover, touch), shadow)
    changed = weight > 1.0 / 255
    picture = photo.rgb.copy()
    picture[changed] = np.clip(linear_to_srgb(mixed[changed]) * 255 + 0.5, 0, 255).astype(np.uint8)
    mask = np.where(changed, 255, 0).astype(np.uint8)
    return Composite(picture, mask, cover_small, color_difference(picture, cover, garment, room))


def color_difference(picture: UInt8Array, cover: FloatArray, garment: Garment, light: FloatArray | None = None) -> float:
    """CIEDE2000 between the garment's mean color in its own picture and where it is worn, under equal light (D65, means in linear light).

    light: (3,) the color and level of the light that was put on the cloth, and is taken off for the comparison; None: none was.
    """
    from skimage.color import deltaE_ciede2000, rgb2lab

    worn = cover > 0.95
    cloth = garment.rgba[..., 3] > 242
    if garment.inner is not None:
        cloth &= ~garment.inner
    if worn.sum() < 50 or cloth.sum() < 50:
        return float("nan")
    seen, wanted = (srgb_to_linear(pixels).mean(axis=0) for pixels in (picture[worn], garment.rgba[cloth][:, :3]))
    seen = seen if light is None else seen / light
    labs = [rgb2lab(linear_to_srgb(mean).reshape(1, 1, 3).astype(np.float64)) for mean in (seen, wanted)]
    return float(deltaE_ciede2000(labs[0], labs[1])[0, 0])


def _coverage(agnostic: Agnostic, painted: Painted, drape: Drape, unit: float) -> FloatArray:
    """Where the garment is: the drape's outline, moved as far as the denoiser says; behind all that is kept.

    The denoiser's outline is ragged where it is unsure, the drape's is the garment's own: so the distance between the two is smoothed
    along the edge before the drape's outline is moved by it. unit: the size of a small detail, working pixels.
    """
    laid = drape.alpha > 0.5
    if not laid.any():
        return np.zeros_like(drape.alpha)
    drawn = cv2.GaussianBlur(painted.cover, (0, 0), unit) > 0.5
    inside = _signed_distance(laid)
    shift = np.clip(_signed_distance(drawn) - inside, -_INWARDS * unit, _OUTWARDS * unit)
    opening = ~np.isnan(drape.dense[..., 0]) & ~laid  # a neckline, say: the garment picture itself shows no cloth there
    free = agnostic.hidden & (agnostic.before < 0.1)
    shift[cv2.dilate(opening.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0] = 0.0
    weight = free * np.exp(-((inside / (2 * unit)) ** 2))
    moved = cv2.GaussianBlur((shift * weight).astype(np.float32), (0, 0), 4 * unit)
    moved /= np.maximum(cv2.GaussianBlur(weight.astype(np.float32), (0, 0), 4 * unit), 0.02)
    moved = np.where(opening, np.minimum(moved, 0.0), moved)
    moved = cv2.GaussianBlur(moved.astype(np.float32), (0, 0), unit)
    moved = np.where(laid & agnostic.limbs, np.maximum(moved, 0.0), moved)  # what covers the body itself stays, thin straps too
    solid = inside + moved > 0
    solid |= _gaps(solid, agnostic, drape, 1.5 * unit)
    solid |= _around_body(solid, agnostic.silhouette, unit)
    cover = _evened(_without_slivers(solid.astype(np.float32)), unit)
    allowed = cv2.GaussianBlur((agnostic.hidden | (agnostic.cover > 0.1)).astype(np.float32), (0, 0), 0.8)
    return np.asarray(cover * np.minimum(1.0, allowed * 1.2) * (1.0 - agnostic.before), dtype=np.float32)


def _around_body(solid: npt.NDArray[np.bool_], silhouette: npt.NDArray[np.bool_], unit: float) -> npt.NDArray[np.bool_]:
    """What lies just outside the wearer's outline where the cloth reaches that: cloth goes round the body, nothing shines out behind it."""
    if not (solid & silhouette).any() or silhouette.all():
        return np.zeros_like(solid)
    to_ground = cv2.distanceTransform(silhouette.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    at_edge = solid & silhouette & (to_ground < 1.2 * unit)
    if not at_edge.any():
        return np.zeros_like(solid)
    away = cv2.distanceTransform((~at_edge).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    return np.asarray(~silhouette & (away < 0.6 * unit))


def _gaps(solid: npt.NDArray[np.bool_], agnostic: Agnostic, drape: Drape, reach: float) -> npt.NDArray[np.bool_]:
    """Narrow gaps on the body between the cloth and an arm beside it, or between trunk and sleeve: no garment leaves such a strip open."""
    trunk = drape.parts == DRAPE_PARTS.index("trunk")
    rows = np.flatnonzero((trunk & solid).any(axis=1))
    if not len(rows):
        return np.zeros_like(solid)
    size = 2 * max(1, round(reach)) + 1
    whole = cv2.copyMakeBorder((solid | (agnostic.kept > 0.5)).astype(np.uint8), size, size, size, size, cv2.BORDER_REPLICATE)
    closed = cv2.morphologyEx(whole, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))[size:-size, size:-size]
    opening = ~np.isnan(drape.dense[..., 0]) & (drape.alpha < 0.5)
    gaps = (closed > 0) & agnostic.silhouette & (agnostic.kept < 0.5) & ~opening
    gaps[: rows[0] + int(4 * reach)] = False
    gaps[rows[-1] :] = False
    return np.asarray(gaps)


def _signed_distance(mask: npt.NDArray[np.bool_]) -> FloatArray:
    """Pixels to the mask's edge, positive inside; the picture's border is no edge."""
    whole = cv2.copyMakeBorder(mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    inner, outer = (cv2.distanceTransform(one, cv2.DIST_L2, cv2.DIST_MASK_5)[1:-1, 1:-1] for one in (whole, 1 - whole))
    return np.asarray(inner - outer, dtype=np.float32)


def _without_slivers(cover: FloatArray) -> FloatArray:
    """Coverage without hairlines along the drape's edge and without crumbs far smaller than the garment; straps stay."""
    solid = (cover > 0.4).astype(np.uint8)
    opened = cv2.morphologyEx(solid, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(opened)
    if count < 2:
        return cover
    area = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
    area[0] = 0
    real = area > 0.006 * area.sum()
    grown = cv2.dilate(real[labels].astype(np.uint8), np.ones((7, 7), np.uint8))
    return np.where(grown > 0, cover, 0.0).astype(np.float32)


def _evened(cover: FloatArray, unit: float) -> FloatArray:
    """The garment with an outline of calm curves, as cloth has them; straps and frills, thinner than those, keep theirs."""
    size = 2 * max(1, round(1.5 * unit)) + 1
    whole = cv2.copyMakeBorder((cover > 0.5).astype(np.uint8), size, size, size, size, cv2.BORDER_REPLICATE)
    wide = cv2.morphologyEx(whole, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    wide_only, thin = wide[size:-size, size:-size], (whole - wide)[size:-size, size:-size]
    count, labels, stats, _ = cv2.connectedComponentsWithStats(cv2.morphologyEx(thin, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)))
    long = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) > 5 * unit  # ripples and corners of an edge are no straps
    long[0] = False
    thin = long[labels].astype(np.uint8)
    share = np.clip(2.0 * cv2.GaussianBlur(cv2.dilate(thin, np.ones((3, 3), np.uint8)).astype(np.float32), (0, 0), unit), 0.0, 1.0)
    return np.asarray(_calm(wide_only.astype(np.float32), 0.8 * unit) * (1 - share) + _calm(cover, 0.3 * unit) * share, dtype=np.float32)


def _calm(cover: FloatArray, sigma: float) -> FloatArray:
    """The same garment with an edge without ripples, about two working pixels wide."""
    smooth = cv2.GaussianBlur((cover > 0.5).astype(np.float32), (0, 0), max(sigma, 0.8))
    return np.clip((smooth - 0.5) * 1.25 * max(sigma, 0.8) + 0.5, 0.0, 1.0).astype(np.float32)


def _sharpened(cover: FloatArray, width: int, height: int) -> FloatArray:
    """Coverage at the photo's size with an edge about one and a half photo pixels wide."""
    small_height, small_width = cover.shape
    if (small_width, small_height) == (width, height):
        return cover
    big = cv2.resize(cover, (width, height), interpolation=cv2.INTER_CUBIC)
    gain = min(width / small_width, 4.0)
    return np.clip((big - 0.5) * gain + 0.5, 0.0, 1.0).astype(np.float32)


def _shaded(laid: UInt8Array, drape: Drape, garment: Garment, light: FloatArray, width: int, height: int) -> FloatArray:
    """The product's cloth under a light given at the working size, linear (H, W, 3)."""
    small_height, small_width = light.shape
    cloth = srgb_to_linear(laid[..., :3])
    missing = laid[..., 3] == 0
    if missing.any():
        own = warp(garment, drape.dense, small_width, small_height, parts=drape.parts)
        known = own[..., 3] > 0
        color = srgb_to_linear(own[..., :3])
        color = color.reshape(-1, 3)[mirrored(known)[1]] if known.any() else color
        if (small_width, small_height) != (width, height):
            color = cv2.resize(color, (width, height), interpolation=cv2.INTER_LINEAR)
        cloth = np.where(missing[..., None], color, cloth)
    if (small_width, small_height) != (width, height):
        light = cv2.resize(light, (width, height), interpolation=cv2.INTER_CUBIC)
    return with_light(cloth, light)


def _uncovered(
    photo: Photo, small: UInt8Array, agnostic: Agnostic, cover: FloatArray, drape: Drape, unit: float
) -> tuple[FloatArray, FloatArray]:
    """What shows where the old clothes were and the new are not: linear (H, W, 3), and how much of it, (H, W).

    On the body it is the wearer's own skin, lit as limbs are; beside it the surroundings go on.
    """
    width, height = photo.width, photo.height
    bare = agnostic.worn & (cover < 0.98)
    size = 2 * max(2, round(unit)) + 1
    grown = cv2.dilate(bare.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))) > 0
    touch = cv2.GaussianBlur(grown.astype(np.float32), (0, 0), 1.0)
    touch = np.where(agnostic.worn, np.maximum(touch, 1.0), touch) * (1.0 - agnostic.kept)
    touch = np.where(cv2.dilate(agnostic.hidden.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0, touch, 0.0)
    # Where something kept passes softly into the cloth behind it, nothing else shows between the two.
    free = 1.0 - agnostic.kept
    touch = touch * np.clip((free - cover) / np.maximum(free * (1.0 - cover), 1e-3), 0.0, 1.0)

    seen = srgb_to_linear(small)
    shown = bare & agnostic.limbs
    near_skin = cv2.dilate(agnostic.bare.astype(np.uint8), np.ones((2 * round(2 * unit) + 1,) * 2, np.uint8)) > 0
    touch = np.where(agnostic.worn & agnostic.limbs & near_skin & (cover < 0.02), 1.0, touch)  # no old cuff between skin and skin
    figure = drape.figure
    drawn = agnostic.limbs | agnostic.bare
    centers = {name: centered(limb, drawn, drape.scale) for name, limb in figure.limbs.items()}
    limbs = light_on_limbs(centers, drape.scale, (cover.shape[0], cover.shape[1]), agnostic.light)
    shade = _roundness(agnostic.limbs, 5 * unit)
    known = ~np.isnan(limbs.light)
    redder = limbs.color
    if known.any():
        distance, nearest = nearest_known(known)  # a limb is sometimes wider than measured
        shade = np.where(distance > 4 * unit, shade, limbs.light.reshape(-1)[nearest]).astype(np.float32)
        redder = np.where(distance[..., None] > 4 * unit, redder, redder.reshape(-1, 3)[nearest])
        redder = cv2.GaussianBlur(redder.astype(np.float32), (0, 0), 1.5 * unit)
    usual = float(np.median(limbs.light[shown & known])) if (shown & known).any() else 1.0
    shade = np.maximum(1.0 + roundness_seen(_light(seen), limbs.light, agnostic.bare) * (shade / usual - 1.0), 0.3)
    # Where cloth ends its shadow falls on the skin.
    beyond = cv2.distanceTransform((cover < 0.5).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    shade = cv2.GaussianBlur(shade, (0, 0), 0.5 * unit) * (1.0 - 0.32 * np.exp(-beyond / (0.9 * unit)))
    # Skin in shadow is redder.
    body = skin_beside(small, agnostic.bare, agnostic.skin, unit) * shade[..., None] ** np.array([0.82, 1.05, 1.15], dtype=np.float32)
    body *= redder * mottled(cover.shape, unit)
    body = body * matched(seen, body, agnostic.bare, unit)
    size = 2 * max(1, round(unit)) + 1
    ground = cv2.dilate((agnostic.silhouette | agnostic.hidden).astype(np.uint8), np.ones((size, size), np.uint8)) == 0
    around = _spread(seen, ground.astype(np.float32), 3 * unit)
    seen_skin = cv2.dilate(agnostic.bare.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0  # `bare` ends a little before its edge
    skin = agnostic.limbs | (seen_skin & agnostic.silhouette)
    skin |= _closed_in(skin, agnostic.kept > 0.5, agnostic.silhouette, 1.8 * unit) & agnostic.hidden & (cover < 0.5)
    on_body = _calm(skin.astype(np.float32), 0.6 * unit)[..., None]
    under = body * on_body + around * (1 - on_body)
    higher = _higher_waist(agnostic, drape, unit)
    if higher is not None:
        more, found = higher
        more = more * (1.0 - near_skin[..., None])
        under = under * (1 - more) + seen.reshape(-1, 3)[found] * more
    if touch.shape != (height, width):
        touch = cv2.resize(touch.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
        under = cv2.resize(under.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    touch = np.where(touch < 2.0 / 255, 0.0, touch)
    return np.clip(under, 0, 1).astype(np.float32), np.asarray(np.clip(touch, 0, 1), dtype=np.float32)


def _closed_in(
    skin: npt.NDArray[np.bool_], front: npt.NDArray[np.bool_], silhouette: npt.NDArray[np.bool_], reach: float
) -> npt.NDArray[np.bool_]:
    """Small places between skin and hair, say, that no wall shows through: they do not open to where the wearer ends."""
    size = 2 * round(reach) + 1
    closed = cv2.morphologyEx((skin | front).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((size, size), np.uint8)) > 0
    between = closed & ~skin & ~front
    _, pieces = cv2.connectedComponents(between.astype(np.uint8))
    outside = cv2.dilate((~silhouette).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    open_to = np.bincount(pieces[outside], minlength=int(pieces.max()) + 1) / np.maximum(np.bincount(pieces.reshape(-1)), 1)
    return np.asarray(between & (open_to[pieces] < 0.1))


def _higher_waist(agnostic: Agnostic, drape: Drape, unit: float) -> tuple[FloatArray, npt.NDArray[np.int64]] | None:
    """Trousers go up to the waist, also where a longer top hid that: how much of them shows, (h, w, 1), and which pixel, (h, w)."""
    figure, shape = drape.figure, agnostic.lower.shape
    if agnostic.lower.sum() < 50 * unit:
        return None
    arms = np.zeros(shape, dtype=np.uint8)
    for limb in figure.arms.values():
        paint_limb(arms, Limb(limb.joints, limb.radii * 1.3, limb.depth).longer(0.5), drape.scale)
    distance, found = mirrored(agnostic.lower)
    below = figure.below(_WAIST, drape.scale, (shape[0], shape[1])) > 0
    free = agnostic.silhouette & ~agnostic.lower
    to_ground = cv2.distanceTransform(agnostic.silhouette.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    behind = free & ~agnostic.limbs & (distance < 6 * unit) & (distance < 0.4 * to_ground)  # what a wider sleeve hid, beside the arm
    more = behind
    if _worn_above(agnostic, unit) > 0.6:  # nothing of the kind where the belly is seen bare
        more = more | (below & free & (distance < 16 * unit) & (arms == 0))
    _, pieces = cv2.connectedComponents(more.astype(np.uint8))
    more &= np.isin(pieces, np.unique(pieces[more & (distance < 1.6 * unit)]))  # not across an arm
    more = cv2.morphologyEx(more.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    more = cv2.dilate(more, np.ones((7, 7), np.uint8)) * (agnostic.silhouette & ((arms == 0) | behind))  # without a seam at what is seen
    return cv2.GaussianBlur(more.astype(np.float32), (0, 0), 0.7)[..., None], found


def _worn_above(agnostic: Agnostic, unit: float) -> float:
    """In which share of its columns the lower garment goes up to the old top."""
    columns = np.flatnonzero(agnostic.lower.any(axis=0))
    above = np.maximum(np.argmax(agnostic.lower[:, columns], axis=0) - round(2 * unit), 0)
    return float(agnostic.worn[above, columns].mean())


def _roundness(limbs: npt.NDArray[np.bool_], radius: float) -> FloatArray:
    """How much light a round limb gives back, 1 in its middle and less within `radius` pixels of its edge."""
    inside = cv2.copyMakeBorder(limbs.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    depth = np.clip(cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_5)[1:-1, 1:-1] / radius, 0.0, 1.0)
    return cv2.GaussianBlur((0.68 + 0.32 * np.sqrt(depth * (2.0 - depth))).astype(np.float32), (0, 0), max(0.8, 0.12 * radius))


def _light(linear: FloatArray) -> FloatArray:
    """Luminance of linear light."""
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722], dtype=np.float32), dtype=np.float32)


def _masked_blur(values: FloatArray, mask: npt.NDArray[np.float32], sigma: float) -> FloatArray:
    """Gaussian mean over the masked pixels only; far from any of them, the mean of the nearest region."""
    mask = np.asarray(mask, dtype=np.float32)
    masked = (values * mask).astype(np.float32)
    weight = cv2.GaussianBlur(mask, (0, 0), sigma)
    total = cv2.GaussianBlur(masked, (0, 0), sigma)
    height, width = mask.shape
    reduced = (max(1, width // 8), max(1, height // 8))  # the wide mean is smooth: an eighth of the size holds it
    far, far_total = (
        cv2.GaussianBlur(cv2.resize(one, reduced, interpolation=cv2.INTER_AREA), (0, 0), sigma * 0.75) for one in (mask, masked)
    )
    wide = cv2.resize(far_total / np.maximum(far, 1e-4), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.where(weight > 0.02, total / np.maximum(weight, 1e-4), wide).astype(np.float32)


def _spread(color: FloatArray, known: FloatArray, sigma: float) -> FloatArray:
    """Colors continued from where they are known."""
    return np.dstack([_masked_blur(np.ascontiguousarray(color[..., c]), known, sigma) for c in range(3)]).astype(np.float32)
