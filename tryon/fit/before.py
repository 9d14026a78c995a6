"""What stays before the new garment: bare arms beyond their sleeves, the waistband over a tucked top."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tryon.body.parsing import PARTS
from tryon.fit.drape import DRAPE_PARTS, Drape
from tryon.fit.figure import Figure
from tryon.fit.limb import Limb, paint_limb
from tryon.image import UInt8Array

__all__ = ["along_limb", "any_of", "bare_arm_before", "beside_hem", "closed", "grown", "lower_before"]

BoolArray = npt.NDArray[np.bool_]

_STRAP = 6.0  # units of 2 % of the shoulders' breadth: what is narrower is a strap
_SHOULDER_END = 0.75  # of the shoulder's breadth from the neck to its end: farther out is arm
_GOES_ROUND = 0.15  # of the outside of an upper arm: cloth that covers so much of it is a sleeve
_LOWER, _UPPER = ("bottom", "skirt"), ("top", "outer")


def bare_arm_before(parts: UInt8Array, drape: Drape, side: str, unit: float) -> tuple[BoolArray, BoolArray]:
    """Where a bare arm passes before the new trunk, beyond its sleeve, in even lines, and where it is seen there itself."""
    hanging = np.isin(drape.parts, [DRAPE_PARTS.index("trunk"), DRAPE_PARTS.index("skirt")])
    sleeve = drape.parts == DRAPE_PARTS.index(f"{side}_sleeve")
    height, width = parts.shape
    figure, scale = drape.figure, drape.scale
    cloth = (drape.alpha > 0.5).astype(np.uint8)
    size = 2 * max(1, round(_STRAP * unit / 2)) + 1
    wide = cv2.morphologyEx(cloth, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))) > 0
    y, x = np.mgrid[0:height, 0:width]
    outwards, middle = figure.across * (1.0 if side == "left" else -1.0), figure.shoulder_middle * scale
    aside = (x + 0.5 - middle[0]) * outwards[0] + (y + 0.5 - middle[1]) * outwards[1]
    free = figure.below(0.3, scale, (height, width)) > 0
    if not sleeve.any():  # above the armpit what has sleeves covers the shoulder, and straps lie on it
        free |= wide & (aside > _SHOULDER_END * figure.acromion_lateral(side) * scale)
    bare = any_of(parts, (f"{side}_arm",)) & ~_in_sleeve(drape, side, 3 * unit) & free
    bare &= ~grown(any_of(parts, (*_UPPER, "dress")), 1.1 * unit)  # the last pixels beside the old clothes show both
    front = _even(bare | any_of(parts, (f"{side}_hand",)), 2 * unit) & ~sleeve & hanging
    return front, front & bare


def lower_before(parts: UInt8Array, drape: Drape, unit: float) -> BoolArray:
    """What of trousers or a skirt stays before a tucked top: all below the waistband's edge, without the fringe of the old top along it."""
    lower, upper = any_of(parts, _LOWER), any_of(parts, _UPPER)
    before = lower & ~grown(upper, unit)
    if drape.band is None:
        return before
    below, seen = drape.band.below, drape.band.seen
    near = seen & (np.abs(below) < 6 * unit)
    whole = lower | (upper & closed(lower, 4.0 * unit))  # tongues of the top in it are faults of the part map
    return np.asarray(np.where(near, whole & (below > 0.7 * unit), before & (below > 0)))


def _sleeve(drape: Drape, side: str) -> BoolArray:
    """The new sleeve on one arm, also one that hangs on the trunk's piece: cloth that goes round the arm's outside."""
    sleeve = drape.parts == DRAPE_PARTS.index(f"{side}_sleeve")
    if sleeve.any():
        return sleeve
    height, width = sleeve.shape
    limb, cloth = drape.figure.arms[side], drape.alpha > 0.5
    arm = np.zeros(sleeve.shape, dtype=np.uint8)
    paint_limb(arm, Limb(limb.joints, limb.radii * 1.5, limb.depth), drape.scale, end=limb.joints[1])
    y, x = np.mgrid[0:height, 0:width]
    at = np.stack([x + 0.5, y + 0.5], axis=-1)
    bone = limb.joints[1] - limb.joints[0]
    out = np.array([bone[1], -bone[0]]) / max(float(np.linalg.norm(bone)), 1e-6) * (1.0 if side == "left" else -1.0)
    outside = (arm > 0) & ((at - limb.joints[0] * drape.scale) @ out > 0.5 * float(limb.radii[1]) * drape.scale)
    if (outside & cloth).sum() < _GOES_ROUND * outside.sum():
        return sleeve
    return np.asarray((arm > 0) & cloth)


def _in_sleeve(drape: Drape, side: str, overlap: float) -> BoolArray:
    """What of an arm lies in the new sleeve, or above it: all as far as the line of its cuff, less an overlap in pixels."""
    sleeve = _sleeve(drape, side) & (drape.alpha > 0.5)
    height, width = sleeve.shape
    if not sleeve.any():
        return sleeve
    joints = drape.figure.arms[side].joints * drape.scale
    y, x = np.mgrid[0:height, 0:width]
    at = np.stack([x + 0.5, y + 0.5], axis=-1)
    down = along_limb(at, joints)
    reached = float(np.percentile(down[sleeve], 98))
    elbow = float(np.linalg.norm(joints[1] - joints[0]))
    bone = joints[2] - joints[1] if reached > elbow else joints[1] - joints[0]
    bone = bone / max(float(np.linalg.norm(bone)), 1e-6)
    across = (at - joints[1]) @ np.array([-bone[1], bone[0]])
    # The cuff is a slanting line over the arm: fitted to where the sleeve ends in each strip along it.
    strip = np.floor(across / max(1.0, 0.03 * drape.figure.breadth * drape.scale)).astype(int)
    near = sleeve & (down > reached - 0.4 * drape.figure.breadth * drape.scale)
    names = np.unique(strip[near])
    ends = np.array([down[near & (strip == name)].max() for name in names])
    middles = np.array([across[near & (strip == name)].mean() for name in names])
    slope, start = np.polyfit(middles, ends, 1) if len(names) > 3 else (0.0, reached)
    return np.asarray(down < start - overlap + float(np.clip(slope, -0.7, 0.7)) * across)


def beside_hem(parts: UInt8Array, figure: Figure, scale: float, unit: float) -> BoolArray:
    """What lies beside a top that stays, above its hem: no new trousers or skirt comes out there."""
    height, width = parts.shape
    upper = any_of(parts, (*_UPPER, "torso"))
    y, x = np.mgrid[0:height, 0:width]
    origin = figure.hip_middle * scale
    aside = (x + 0.5 - origin[0]) * figure.across[0] + (y + 0.5 - origin[1]) * figure.across[1]
    below = (x + 0.5 - origin[0]) * figure.down[0] + (y + 0.5 - origin[1]) * figure.down[1]
    reach = int(0.5 * figure.breadth * scale)
    trunk = upper & (np.abs(aside) < reach)
    column = np.clip(np.floor(aside).astype(int) + reach, 0, 2 * reach)
    hem = np.full(2 * reach + 1, -np.inf)
    np.maximum.at(hem, column[trunk], below[trunk])
    known = np.flatnonzero(np.isfinite(hem))
    if len(known) < 0.5 * reach:
        return np.zeros(parts.shape, dtype=bool)
    inner = known[(known > known[0] + 0.15 * len(known)) & (known < known[-1] - 0.15 * len(known))]
    ends = {side: float(np.median(hem[some])) for side, some in (("right", inner[: len(inner) // 3]), ("left", inner[-len(inner) // 3 :]))}
    line = np.where(aside < 0, ends["right"], ends["left"])
    outer = np.where(aside < 0, aside + reach < known[0] + 1, aside + reach > known[-1] - 1)
    return np.asarray(outer & (below < line - unit))


def along_limb(at: npt.NDArray[np.float64], joints: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How far along a limb each point (..., 2) lies, pixels from its first joint."""
    upper, lower = joints[1] - joints[0], joints[2] - joints[1]
    long = float(np.linalg.norm(upper))
    first = (at - joints[0]) @ (upper / max(long, 1e-6))
    second = (at - joints[1]) @ (lower / max(float(np.linalg.norm(lower)), 1e-6))
    return np.where((first > long) | (second > 0), long + second, first)


def _even(mask: BoolArray, radius: float) -> BoolArray:
    """The mask without notches, spikes and ripples shorter than this."""
    even = closed(mask, radius)
    return np.asarray(cv2.GaussianBlur(even.astype(np.float32), (0, 0), 0.8 * radius) > 0.5)


def closed(mask: BoolArray, radius: float) -> BoolArray:
    """The mask with notches filled that a disk of this radius does not fit into."""
    size = 2 * max(1, round(radius)) + 1
    whole = cv2.copyMakeBorder(mask.astype(np.uint8), size, size, size, size, cv2.BORDER_REPLICATE)
    filled = cv2.morphologyEx(whole, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    return np.asarray(filled[size:-size, size:-size] > 0)


def any_of(parts: UInt8Array, names: tuple[str, ...]) -> BoolArray:
    """Where any of these parts is seen."""
    table = np.zeros(256, dtype=bool)
    table[[PARTS.index(name) for name in names]] = True
    return table[parts]


def grown(mask: BoolArray, radius: float) -> BoolArray:
    """The mask and all within `radius` pixels of it."""
    if not mask.any():
        return mask
    distance = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_3)
    return np.asarray(distance <= radius)
