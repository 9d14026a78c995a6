"""The photo without what is to be changed: old clothes hidden, limbs drawn in the wearer's own skin, everything kept marked.

All arrays are at the drape's working size (long side at most 1024 pixels).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tryon.body.bodymap import BodyMap
from tryon.body.parsing import PARTS
from tryon.fit.bare_limb import paint_bare_limb
from tryon.fit.before import along_limb, any_of, bare_arm_before, beside_hem, closed, grown, lower_before
from tryon.fit.correction import NOTHING_SAID, Said
from tryon.fit.drape import DRAPE_PARTS, Drape
from tryon.fit.figure import Figure
from tryon.fit.limb import Limb, paint_limb, snapped
from tryon.fit.skin import light_on_face
from tryon.image import FloatArray, Photo, UInt8Array, linear_to_srgb, srgb_to_linear

__all__ = ["Agnostic", "hide", "skin_tone", "working_rgb"]

BoolArray = npt.NDArray[np.bool_]

_ALWAYS_KEPT = ("hair", "face", "left_hand", "right_hand", "bag")
_KEPT = {
    "upper": (*_ALWAYS_KEPT, "legs", "feet", "shoes"),
    "lower": (*_ALWAYS_KEPT, "neck", "torso", "left_arm", "right_arm", "top", "outer", "shoes", "feet"),
    "full": (*_ALWAYS_KEPT, "feet", "shoes"),
}
_WORN = {"upper": ("top", "outer"), "lower": ("bottom", "skirt"), "full": ("top", "outer", "bottom", "skirt", "dress")}
_SKIN = ("face", "neck", "torso", "left_arm", "right_arm", "left_hand", "right_hand", "legs")
_ARMS = ("left_arm", "right_arm", "left_hand", "right_hand")
_NEVER = ("face", "left_hand", "right_hand")
_RIM = ("neck", "torso", "left_arm", "right_arm", "legs")
_BARE_ENOUGH = 0.25
_THICKER = 1.25
_DRESS_WAIST = 0.9  # height on the trunk where a worn dress is parted when only its upper or lower half is changed


@dataclass(frozen=True, eq=False)
class Agnostic:
    """What the diffusion sees of the photo, and what it may touch.

    rgb: (h, w, 3) uint8 sRGB, the photo with the hidden area gray and the limbs in it painted in skin color.
    hidden: (h, w) bool, what the diffusion may repaint. worn: (h, w) bool, the old clothes in it.
    kept: (h, w) float32 0..1, what stays in front of the new garment: hair, face, hands, bare arms before the trunk.
    before: (h, w) float32 0..1, that, and what of bare arms before the trunk the old clothes hid.
    limbs: (h, w) bool, where in the hidden area the body itself lies, drawn from its measurements.
    cover: (h, w) float32 0..1, the drape's coverage with all that is kept taken out.
    skin: (3,) float, the wearer's skin, linear light. skin_seen: whether any skin was there to take it from.
    bare: (h, w) bool, skin that is seen in the photo and stays. silhouette: (h, w) bool, the wearer.
    light: (3,) unit vector to where the light on the wearer comes from, x right, y down, z to the viewer.
    lower: (h, w) bool, trousers, a skirt or a dress's half that stay, of which a shorter top shows more; nothing where those change.
    """

    rgb: UInt8Array
    hidden: BoolArray
    worn: BoolArray
    kept: FloatArray
    before: FloatArray
    limbs: BoolArray
    cover: FloatArray
    skin: FloatArray
    skin_seen: bool
    bare: BoolArray
    silhouette: BoolArray
    light: FloatArray
    lower: BoolArray


def hide(
    photo_rgb: UInt8Array, body: BodyMap, drape: Drape, region: str, *, layered: bool = False, said: Said = NOTHING_SAID
) -> Agnostic:
    """Hide what the new garment replaces.

    photo_rgb: (h, w, 3) uint8 at the drape's working size. layered: the garment is worn over what is there (a jacket).
    said: what the user marked, at the same size.
    """
    height, width = drape.alpha.shape
    parts = body.parts if body.parts.shape == (height, width) else _reduced(body.parts, width, height)
    figure = drape.figure
    scale = drape.scale
    unit = max(1.0, 0.02 * figure.breadth * scale)

    kept_hard = any_of(parts, _KEPT[region]) & ~_forearms_named_hands(parts, figure, scale)
    before = np.zeros((height, width), dtype=bool)
    if region in ("upper", "full"):
        # A bare arm stays before the new trunk; a sleeve covers it, and what the sleeve joins at the armhole as well.
        for side in ("left", "right"):
            front, bare = bare_arm_before(parts, drape, side, unit)
            before |= front
            kept_hard |= bare
        if drape.tucked:
            kept_hard |= lower_before(parts, drape, unit)
    else:  # a waistband lies on the midriff with an edge of its own
        before |= beside_hem(parts, figure, scale, unit)
        kept_hard &= ~(any_of(parts, ("torso",)) & (drape.alpha > 0.5))
    if region == "lower" and (dress := any_of(parts, ("dress",))).any():
        kept_hard |= _dress_sleeves(parts, figure, scale) & dress  # they hang below the waist, and belong to what stays above it

    worn = any_of(parts, _WORN[region]) if not layered else any_of(parts, ("outer",))
    if region != "full":
        dress = any_of(parts, ("dress",))
        if dress.any():
            upper = figure.below(_DRESS_WAIST, scale, (height, width)) < 0
            if region == "upper":  # what a short top leaves open of the dress is still worn; its sleeves are not
                worn |= dress & ((upper & ~_under_hem(drape)) | _dress_sleeves(parts, figure, scale))
            else:
                worn |= dress & (~upper | _beside_cloth(drape)) & ~kept_hard
    # A border's last pixels show both sides: the rim of the old clothes goes with them.
    rim = (grown(worn, 1.1 * unit) & any_of(parts, _RIM)) | (grown(worn, 0.5 * unit) & any_of(parts, ("feet", "shoes")))
    kept_hard &= ~rim
    beside = _beside_cloth(drape)
    if region != "upper":  # no bare leg shows beside trousers or a skirt that are over it
        worn |= any_of(parts, ("legs",)) & beside
    worn = said.worn(worn | rim)
    kept = _soft(said.before(kept_hard), unit * 0.35)
    # Where the old clothes are, nothing of them is kept with it: the soft edge then lies within what is kept.
    kept = np.where(grown(worn, 2.0 * unit), np.maximum(2.0 * kept - 1.0, 0.0), kept).astype(np.float32)
    kept = np.maximum(kept, said.before(kept_hard & any_of(parts, _NEVER)))  # face and hands whole, to their last pixel
    if said.keep is not None:
        kept = np.maximum(kept, _soft(grown(said.keep, unit * 0.7), unit * 0.35))  # whole at the edge of what was painted
    before = np.maximum(kept, _soft(said.before(before), unit * 0.35))
    cover = (drape.alpha * (1.0 - before)).astype(np.float32)
    hidden = grown(worn | (cover > 0.1), 1.6 * unit)
    hidden &= kept < 0.5

    skin, seen = skin_tone(photo_rgb, parts)
    rgb = photo_rgb.copy()
    rgb[hidden] = 128
    naked = any_of(parts, _SKIN)
    painted = (_painted(parts, worn, figure, region, scale, beside, unit) | (worn & (before > 0.5))) & hidden
    painted &= ~_slivers((painted | naked | (kept > 0.5)) & (cover < 0.5), 1.2 * unit) | naked
    painted &= ~_islands(painted & (cover < 0.5), naked, 40.0 * unit**2)
    rgb[painted] = np.clip(linear_to_srgb(skin) * 255 + 0.5, 0, 255).astype(np.uint8)
    bare = cv2.erode((naked & ~hidden).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    light = light_on_face(photo_rgb, parts == PARTS.index("face"))
    lower = any_of(parts, (*_WORN["lower"], "dress")) & (region == "upper") & ~grown(worn, unit)
    return Agnostic(rgb, hidden, worn & hidden, kept, before, painted, cover, skin, seen, bare, parts > 0, light, lower)


def skin_tone(rgb: UInt8Array, parts: UInt8Array) -> tuple[FloatArray, bool]:
    """The wearer's skin in linear light: the middle of all that is seen and not in shadow."""
    where = cv2.erode(any_of(parts, _SKIN).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    if where.sum() > 60:
        pixels = srgb_to_linear(rgb[where])
        light = pixels.mean(axis=1)
        low, high = np.percentile(light, [40, 90])
        chosen = pixels[(light >= low) & (light <= high)]
        return np.median(chosen, axis=0).astype(np.float32), True
    return np.array([0.42, 0.25, 0.17], dtype=np.float32), False


def _beside_cloth(drape: Drape) -> BoolArray:
    """What lies left and right of the garment's trunk, skirt or legs, row by row, and between the legs: no skin shows there.

    A hem is seldom level: what lies below it in its own column is no longer beside it.
    """
    cloth = (drape.alpha > 0.5) & ~np.isin(drape.parts, [DRAPE_PARTS.index("left_sleeve"), DRAPE_PARTS.index("right_sleeve")])
    opening = ~np.isnan(drape.dense[..., 0]) & (drape.alpha < 0.5)  # a neckline
    beside = ~cloth & cloth.any(axis=1)[:, None] & ~opening
    columns = np.flatnonzero(cloth.any(axis=0))
    if len(columns) and not np.isin(drape.parts[cloth], [DRAPE_PARTS.index("left_leg"), DRAPE_PARTS.index("right_leg")]).any():
        middle = columns[len(columns) // 5 : len(columns) - len(columns) // 5]
        hem = cloth.shape[0] - np.argmax(cloth[::-1, middle], axis=0)
        low = np.arange(cloth.shape[0]) >= np.percentile(hem, 10) - 1
        beside &= ~(low[:, None] & np.maximum.accumulate(cloth, axis=0))
    return np.asarray(beside)


def _painted(
    parts: UInt8Array, worn: BoolArray, figure: Figure, region: str, scale: float, beside: BoolArray, unit: float
) -> BoolArray:
    """Where the body itself is, also under the old clothes: as its measurements say, arms and trunk out to the clothes' outline.

    Trousers and skirts hang away from the legs: their outline says nothing of those.
    """
    height, width = parts.shape
    arms, trunk, legs = _limbs(figure, region, scale, width, height)
    if region == "lower":
        arms &= any_of(parts, ("skirt", "dress"))
    person = parts > 0  # no limb leaves the silhouette
    skin = any_of(parts, _SKIN)
    seen_bare = (arms & any_of(parts, _ARMS)).sum() >= _BARE_ENOUGH * (arms & person).sum()
    arms, thick = _unseen(arms, parts, figure, scale, unit, "arm"), _thick(figure, scale, parts)
    legs = _unseen(legs, parts, figure, scale, unit, "leg")
    bare = any_of(parts, _ARMS)
    body_there = snapped((skin | arms | trunk) & person, worn & person, person, 3.0 * unit)
    # Where a good part of an arm is seen bare, its thickness is known; a wide sleeve says nothing of it.
    arms_there = (arms | bare) & person
    if not seen_bare:
        arms_there = snapped(arms_there, worn & person & thick, (worn | bare) & person, 3.0 * unit)
    else:
        body_there &= ~grown(arms, 5.0 * unit) | arms_there | trunk | skin
    smooth = cv2.GaussianBlur(arms_there.astype(np.float32), (0, 0), 1.6 * unit) > 0.5  # without the steps of old sleeves
    arms_there = smooth | (arms_there & bare)
    arms_there |= closed(arms_there | any_of(parts, _NEVER[1:]), 2.5 * unit) & worn  # no notch where an arm comes into the hand
    for hand in _NEVER[1:]:
        arms_there = _tapered(arms_there, any_of(parts, (hand,)), worn, 14 * unit, unit)
    if legs.any():  # from the knees as they are drawn into the calves or feet that are seen, without a step
        ends, feet = any_of(parts, ("legs", "feet", "shoes")), any_of(parts, ("feet", "shoes"))
        for limb in figure.legs.values():
            canvas = np.zeros(parts.shape, dtype=np.uint8)
            paint_limb(canvas, Limb(limb.joints, limb.radii * 1.7, limb.depth).longer(0.3), scale)
            mine = canvas > 0
            legs = np.where(mine, _tapered(legs & mine, ends & mine & ~(feet & ~_core(limb, scale, parts)), worn, 26 * unit, unit), legs)
    return np.asarray((arms_there & person) | ((body_there | (legs & person)) & ~beside))


def _unseen(limbs: BoolArray, parts: UInt8Array, figure: Figure, scale: float, unit: float, name: str) -> BoolArray:
    """Drawn arms or legs without those stretches where they are seen bare from side to side: they are as wide as they are seen."""
    if not limbs.any():
        return limbs
    height, width = parts.shape
    y, x = np.mgrid[0:height, 0:width]
    at = np.stack([x + 0.5, y + 0.5], axis=-1)
    out = limbs.copy()
    for side, limb in (figure.arms if name == "arm" else figure.legs).items():
        canvas = np.zeros(parts.shape, dtype=np.uint8)
        paint_limb(canvas, Limb(limb.joints, limb.radii * 1.25, limb.depth), scale)
        mine = canvas > 0
        place = np.maximum(np.floor(along_limb(at, limb.joints * scale) / (2 * unit)).astype(int), 0)
        bare = mine & any_of(parts, (f"{side}_arm",) if name == "arm" else ("legs",))
        drawn, seen = (np.bincount(place[one], minlength=int(place.max()) + 1) for one in (mine & limbs, bare))
        out &= ~mine | (seen < 0.75 * drawn)[place]
    return out


def _thick(figure: Figure, scale: float, parts: UInt8Array) -> BoolArray:
    """As far as a sleeve may make an arm under it thicker than it was measured: a bulky one says nothing of the arm."""
    canvas = np.zeros(parts.shape, dtype=np.uint8)
    for limb in figure.arms.values():
        paint_limb(canvas, Limb(limb.joints, limb.radii * _THICKER, limb.depth).longer(0.3), scale)
    return canvas > 0


def _core(leg: Limb, scale: float, parts: UInt8Array) -> BoolArray:
    """What lies about a leg's middle: a shoe is wider than the ankle that comes out of it."""
    canvas = np.zeros(parts.shape, dtype=np.uint8)
    paint_limb(canvas, Limb(leg.joints, leg.radii * 1.15, leg.depth).longer(0.3), scale)
    return canvas > 0


def _tapered(arms: BoolArray, hand: BoolArray, worn: BoolArray, reach: float, unit: float) -> BoolArray:
    """Arms that narrow over `reach` pixels to the hand as it comes out of the sleeve, not to the old cuff's width; legs likewise."""
    if not hand.any():
        return arms
    away = cv2.distanceTransform((~hand).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    start, end = arms & worn & (away > reach - unit) & (away < reach + unit), hand & grown(worn, 1.5 * unit)
    if min(int(start.sum()), int(end.sum())) < 10:
        return arms
    points = np.argwhere(start | end)[:, ::-1].astype(np.int32)
    hull = np.zeros(arms.shape, dtype=np.uint8)
    cv2.fillConvexPoly(hull, cv2.convexHull(points), 1)
    zone = worn & (away <= reach)
    return np.asarray(np.where(zone, hull > 0, arms))


def _slivers(mask: BoolArray, radius: float) -> BoolArray:
    """The parts of a mask that are thinner than twice a radius: a rim of skin along a sleeve, where there is none."""
    size = 2 * max(1, round(radius)) + 1
    whole = cv2.copyMakeBorder(mask.astype(np.uint8), size, size, size, size, cv2.BORDER_REPLICATE)
    opened = cv2.morphologyEx(whole, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    return np.asarray(mask & (opened[size:-size, size:-size] == 0))


def _islands(mask: BoolArray, skin: BoolArray, least: float) -> BoolArray:
    """The small pieces of a mask that touch no skin: none shows alone between clothes."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    small = stats[:, cv2.CC_STAT_AREA] < least
    small[np.unique(labels[cv2.dilate(skin.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0])] = False
    small[0] = False
    return np.asarray(small[labels])


def _limbs(figure: Figure, region: str, scale: float, width: int, height: int) -> tuple[BoolArray, BoolArray, BoolArray]:
    """Where the body itself is, drawn from its measurements: arms; neck and trunk; legs; as far as the region needs them."""
    arms, canvas, legs = (np.zeros((height, width), dtype=np.uint8) for _ in range(3))

    def polygon(points: npt.NDArray[np.float64]) -> None:
        cv2.fillPoly(canvas, [np.round(points * scale * 16).astype(np.int32)], 1, shift=4)

    if region in ("upper", "full"):
        line = {side: figure.shoulder_lines[side] for side in ("left", "right")}
        heights = np.linspace(0.2, 1.15, 20)
        left = figure.axis(heights) + figure.across * figure.half_width(heights, "left")[:, None] * 0.97
        right = figure.axis(heights) - figure.across * figure.half_width(heights, "right")[:, None] * 0.97
        # Above the shoulder line too: what the photo shows there of the wearer is shoulder, even where the line was put too low.
        high = {side: np.concatenate([line[side][1:4] - 0.15 * figure.breadth * figure.down, line[side][4:5]]) for side in line}
        polygon(np.concatenate([high["right"], right, left[::-1], high["left"][::-1]]))
        sides = np.stack([line["right"][1], line["left"][1]])
        sides = sides.mean(axis=0) + 0.85 * (sides - sides.mean(axis=0))
        polygon(np.concatenate([sides + 0.1 * figure.breadth * figure.down, (sides - 0.3 * figure.breadth * figure.down)[::-1]]))
    for side, limb in figure.arms.items():  # a wide skirt hides them, too
        paint_bare_limb(arms, limb, f"{side}_arm", scale, beyond=0.3)  # over the wrist, up to the hand
    if region in ("lower", "full"):
        heights = np.linspace(0.55 if region == "lower" else 0.9, 1.25, 12)
        left = figure.axis(heights) + figure.across * figure.half_width(heights, "left")[:, None] * 0.95
        right = figure.axis(heights) - figure.across * figure.half_width(heights, "right")[:, None] * 0.95
        polygon(np.concatenate([right, left[::-1]]))
        for side, limb in figure.legs.items():
            paint_bare_limb(legs, limb, f"{side}_leg", scale, beyond=0.12)  # into the shoe
    return arms > 0, canvas > 0, legs > 0


def _under_hem(drape: Drape) -> BoolArray:
    """What lies below the new top's hem, column by column."""
    trunk = (drape.parts == DRAPE_PARTS.index("trunk")) & (drape.alpha > 0.5)
    columns = np.flatnonzero(trunk.any(axis=0))
    if not len(columns):
        return np.zeros(trunk.shape, dtype=bool)
    hem = trunk.shape[0] - np.argmax(trunk[::-1, columns], axis=0)
    every = np.interp(np.arange(trunk.shape[1]), columns, hem)
    return np.asarray(np.arange(trunk.shape[0])[:, None] >= every[None, :] - 2)


def _dress_sleeves(parts: UInt8Array, figure: Figure, scale: float) -> BoolArray:
    """A dress's sleeves, where the part map names the arms themselves dress."""
    canvas = np.zeros(parts.shape, dtype=np.uint8)
    for limb in figure.arms.values():
        line, upper = np.zeros_like(canvas), np.zeros_like(canvas)
        thin = Limb(limb.joints, limb.radii * 0.3, limb.depth)
        paint_limb(line, thin, scale, start=limb.joints[1])
        paint_limb(upper, thin, scale, end=limb.joints[1])
        seen, above = parts[line > 0], parts[upper > 0]
        bare = any_of(above, _ARMS).mean() > 0.3 if len(above) else False  # it has none there, and the forearm lies behind the skirt
        if len(seen) and not bare and (seen == PARTS.index("dress")).mean() > 0.5:
            paint_limb(canvas, Limb(limb.joints, limb.radii * 1.25, limb.depth).longer(0.15), scale)
    return canvas > 0


def _forearms_named_hands(parts: UInt8Array, figure: Figure, scale: float) -> BoolArray:
    """Where the part map says hand, and it is the forearm well before the wrist."""
    wrong = np.zeros(parts.shape, dtype=bool)
    for side, limb in figure.arms.items():
        elbow, wrist = limb.joints[1], limb.joints[2]
        if np.linalg.norm(wrist - elbow) < 0.5 * figure.breadth:
            continue  # pointing at the camera: hand and forearm are seen at one place
        canvas = np.zeros(parts.shape, dtype=np.uint8)
        paint_limb(canvas, Limb(limb.joints, limb.radii * 1.4, limb.depth), scale, start=elbow, end=elbow + 0.72 * (wrist - elbow))
        wrong |= (canvas > 0) & (parts == PARTS.index(f"{side}_hand"))
    return wrong


def _reduced(parts: UInt8Array, width: int, height: int) -> UInt8Array:
    return np.asarray(cv2.resize(parts, (width, height), interpolation=cv2.INTER_NEAREST), dtype=np.uint8)


def _soft(mask: BoolArray, sigma: float) -> FloatArray:
    """The mask with an edge of about two sigmas."""
    return np.asarray(cv2.GaussianBlur(mask.astype(np.float32), (0, 0), max(sigma, 0.4)), dtype=np.float32)


def working_rgb(photo: Photo, drape: Drape) -> UInt8Array:
    """The photo at the drape's working size."""
    height, width = drape.alpha.shape
    if (photo.width, photo.height) == (width, height):
        return photo.rgb
    return np.asarray(cv2.resize(photo.rgb, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
