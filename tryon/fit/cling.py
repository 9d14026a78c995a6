"""Cloth goes round the whole limb and the whole trunk that is in it: measured widths fall short here and there."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from tryon.body.parsing import PARTS
from tryon.fit.figure import Figure
from tryon.fit.limb import Limb, paint_limb, snapped
from tryon.fit.ribbon import Ribbon
from tryon.image import FloatArray, UInt8Array
from tryon.nearest import mirrored

__all__ = ["DRAPE_PARTS", "cling", "cover_shoulders", "to_cover", "widened", "without_burrs"]

DRAPE_PARTS = ("nothing", "trunk", "left_sleeve", "right_sleeve", "left_leg", "right_leg", "skirt")
"""Index of the ribbon that is seen at a pixel of `Drape.parts`."""

_CLOTHES = [PARTS.index(name) for name in ("top", "outer", "dress")]
_SHOULDER = [PARTS.index(name) for name in ("torso", "neck")]
_BARE = [PARTS.index(name) for name in ("torso", "left_arm", "right_arm")]
_FINER = 3
_LIMBS = ("left_sleeve", "right_sleeve", "left_leg", "right_leg")


def to_cover(ribbon: Ribbon, figure: Figure, scale: float, worn: UInt8Array, *, lower: bool = False) -> UInt8Array:
    """What a piece must not leave bare, as far along as it reaches: (h, w) 0 or 1.

    ribbon: in pixels of `worn`, the part map (h, w), which has `scale` of them per photo pixel; the figure is in photo pixels.
    lower: the piece is of trousers or a skirt.
    """
    body, wide = np.zeros(worn.shape, dtype=np.uint8), np.zeros(worn.shape, dtype=np.uint8)
    end = ribbon.end / scale
    if ribbon.part in ("left_sleeve", "right_sleeve"):
        arm = figure.arms["left" if ribbon.part == "left_sleeve" else "right"]
        start = (ribbon.target_a[0] + ribbon.target_b[0]) / (2 * scale)
        paint_limb(body, arm, scale, start, end)
        side = "left" if ribbon.part == "left_sleeve" else "right"
        cap = figure.shoulder_lines[side][2:5]
        on_shoulder = _on_shoulder(ribbon, figure, side, scale)
        paint_limb(wide, Limb(arm.joints, arm.radii * 1.7, arm.depth), scale, None if on_shoulder else start, end)
        body |= wide & (worn == PARTS.index("left_arm" if ribbon.part == "left_sleeve" else "right_arm"))  # the arm as it is seen
        if on_shoulder:
            paint_limb(body, arm, scale, end=end)
            cv2.fillPoly(body, [np.round(np.concatenate([cap, arm.joints[:1]]) * scale * 16).astype(np.int32)], 1, shift=4)
            body |= wide & np.isin(worn, _SHOULDER) & _outside(figure, side, 0.8 * figure.acromion_lateral(side), scale, worn.shape)
        thin = snapped(body > 0, np.isin(worn, _CLOTHES), worn > 0, 0.1 * figure.breadth * scale)
        thin = cv2.GaussianBlur(thin.astype(np.float32), (0, 0), 0.04 * figure.breadth * scale) > 0.5  # without steps
        body |= thin.astype(np.uint8)
    elif ribbon.part in ("left_leg", "right_leg"):
        leg = figure.legs["left" if ribbon.part == "left_leg" else "right"]
        paint_limb(body, leg, scale, end=end)
        paint_limb(wide, Limb(leg.joints, leg.radii * 2.4, leg.depth), scale, end=end)  # a calf stands far out
        body |= wide & (worn == PARTS.index("legs"))
    elif ribbon.part == "trunk":
        low = float((end - figure.shoulder_middle) @ figure.down) / figure.trunk
        top = float(((ribbon.target_a[0] + ribbon.target_b[0]) / (2 * scale) - figure.shoulder_middle) @ figure.down) / figure.trunk
        heights = np.linspace(max(0.34, top), min(low, 1.2), 24)
        left = figure.axis(heights) + figure.across * figure.half_width(heights, "left")[:, None]
        right = figure.axis(heights) - figure.across * figure.half_width(heights, "right")[:, None]
        if heights[-1] > heights[0]:
            cv2.fillPoly(body, [np.round(np.concatenate([right, left[::-1]]) * scale * 16).astype(np.int32)], 1, shift=4)
        if lower:  # about the hips all trousers lie on the body
            hips = figure.below(max(0.85, top + 0.05), scale, worn.shape) > 0
            body |= (worn == PARTS.index("bottom")) & hips & (figure.below(min(low, 1.2), scale, worn.shape) < 0)
    return np.asarray(body * (worn > 0), dtype=np.uint8)


def _on_shoulder(sleeve: Ribbon, figure: Figure, side: str, scale: float) -> bool:
    """Whether a sleeve begins on the shoulder, not below it."""
    return float(np.linalg.norm(sleeve.target_b[0] / scale - figure.acromion(side))) < 0.2 * figure.breadth


def _outside(figure: Figure, side: str, lateral: float, scale: float, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """What lies farther from the trunk's axis than so many photo pixels, on one side."""
    outwards = figure.across if side == "left" else -figure.across
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]]
    middle = figure.shoulder_middle * scale
    return np.asarray((x + 0.5 - middle[0]) * outwards[0] + (y + 0.5 - middle[1]) * outwards[1] > lateral * scale)


def widened(ribbon: Ribbon, body: UInt8Array) -> Ribbon:
    """A sleeve or leg whose edges lie at least where the limb's do, cross-section by cross-section.

    body: (h, w) what is to be covered, in the ribbon's pixels.
    """
    from scipy.ndimage import gaussian_filter1d

    if ribbon.part not in _LIMBS:
        return ribbon
    ribbon = ribbon.finer(_FINER)
    center = (ribbon.target_a + ribbon.target_b) / 2
    reach = 0.7 * float(np.median(np.linalg.norm(ribbon.target_b - ribbon.target_a, axis=1)))
    away = np.linspace(0.0, reach, 81)
    number = np.arange(len(center))
    edges = []
    for edge, seam in ((ribbon.target_a, 5 * _FINER), (ribbon.target_b, 1)):  # inside, the first sections are the seam's
        course = np.gradient(edge, axis=0)
        normal = np.stack([-course[:, 1], course[:, 0]], axis=1)
        normal *= np.sign(((edge - center) * normal).sum(axis=1) + 1e-12)[:, None]
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-6)
        at = edge[:, None] + normal[:, None] * away[:, None]
        x, y = np.floor(at[..., 0]).astype(int), np.floor(at[..., 1]).astype(int)
        inside = (x >= 0) & (x < body.shape[1]) & (y >= 0) & (y < body.shape[0])
        hit = inside & (body[np.clip(y, 0, body.shape[0] - 1), np.clip(x, 0, body.shape[1] - 1)] > 0)
        more = np.where(hit.all(axis=1), 0.0, away[np.argmin(hit, axis=1)])  # no edge in reach: another limb lies there
        smooth = gaussian_filter1d(more, _FINER)
        edges.append(edge + normal * (np.maximum(smooth, 0.7 * more) * np.clip((number - seam + 1) / 2, 0.0, 1.0))[:, None])
    return replace(ribbon, target_a=edges[0], target_b=edges[1])


def cling(
    dense: FloatArray, parts: UInt8Array, alpha: FloatArray, figure: Figure, ribbon: Ribbon, scale: float, body: UInt8Array
) -> None:
    """Let sleeves and legs go round the whole limb and the trunk's cloth round the whole trunk, as far along as they reach; in place.

    Measured widths fall short here and there; no garment leaves a strip of the limb inside it bare. body: (h, w) what is to be covered.
    """
    own = (parts == DRAPE_PARTS.index(ribbon.part)) & (alpha > 0.5)
    if not own.any():
        return
    inner = cv2.GaussianBlur(own.astype(np.float32), (0, 0), 2.0) > 0.85  # the very edge may show the picture's ground
    inner = inner & own if (inner & own).any() else own
    distance, found = mirrored(inner)
    missing = (body > 0) & (alpha < 0.5) & (distance < 0.22 * figure.breadth * scale)
    if ribbon.part == "trunk":  # sideways only: a hem stays where it is
        y, x = np.mgrid[0 : alpha.shape[0], 0 : alpha.shape[1]]
        dx, dy = found % alpha.shape[1] - x, found // alpha.shape[1] - y
        along, aside = np.abs(dx * figure.down[0] + dy * figure.down[1]), np.abs(dx * figure.across[0] + dy * figure.across[1])
        missing &= along <= 0.7 * aside + 1
    size = 2 * max(1, round(0.03 * figure.breadth * scale)) + 1
    grown = cv2.copyMakeBorder(((alpha > 0.5) | missing).astype(np.uint8), size, size, size, size, cv2.BORDER_REPLICATE)
    whole = cv2.morphologyEx(grown, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    missing &= whole[size:-size, size:-size] > 0  # no spikes
    if not missing.any():
        return
    missing |= own & ~inner & (cv2.dilate(missing.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0)  # what was the edge is none now
    dense[missing] = dense.reshape(-1, 2)[found[missing]]
    dense[missing] = np.dstack([cv2.blur(np.where(own | missing, np.nan_to_num(dense[..., c]), 0.0), (5, 5)) for c in (0, 1)])[
        missing
    ] / np.maximum(cv2.blur((own | missing).astype(np.float32), (5, 5))[missing][:, None], 0.04)
    parts[missing] = DRAPE_PARTS.index(ribbon.part)
    alpha[missing] = 1.0


def cover_shoulders(
    dense: FloatArray, parts: UInt8Array, alpha: FloatArray, figure: Figure, scale: float, worn: UInt8Array, ribbons: list[Ribbon]
) -> None:
    """Let the cloth reach the shoulders' outline where a rim of old clothes, or under sleeves of skin, shows beyond it; in place."""
    cloth = alpha > 0.5
    if not cloth.any():
        return
    shown = np.isin(worn, _CLOTHES)
    for side in ("left", "right"):
        if any(ribbon.part == f"{side}_sleeve" and _on_shoulder(ribbon, figure, side, scale) for ribbon in ribbons):
            shown |= np.isin(worn, _BARE) & _outside(figure, side, 0.5 * figure.acromion_lateral(side), scale, worn.shape)
    old = shown & (figure.below(0.3, scale, (alpha.shape[0], alpha.shape[1])) < 0) & np.isnan(dense[..., 0])
    missing = snapped(cloth, old, worn > 0, 0.06 * figure.breadth * scale) & ~cloth
    found = mirrored(cloth)[1][missing]
    dense[missing], parts[missing], alpha[missing] = dense.reshape(-1, 2)[found], parts.reshape(-1)[found], 1.0


def without_burrs(alpha: FloatArray, own: npt.NDArray[np.bool_], unit: float) -> FloatArray:
    """The coverage with what was added to the garment's own cloth in smooth lines: neither spikes nor steps nor crumbs.

    own: (h, w) the garment's own cloth, whose straps and frills stay. unit: the size of a small detail, pixels.
    """
    added = (alpha > 0.5) & ~own
    if not added.any():
        return alpha
    size = 2 * max(1, round(2.5 * unit)) + 1
    whole = cv2.copyMakeBorder((alpha > 0.5).astype(np.uint8), size, size, size, size, cv2.BORDER_REPLICATE)
    whole = cv2.morphologyEx(whole, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    solid = own | (added & (whole[size:-size, size:-size] > 0))
    near = cv2.GaussianBlur(cv2.dilate(added.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32), (0, 0), 1.5 * unit)
    smooth = cv2.GaussianBlur(solid.astype(np.float32), (0, 0), 1.5 * unit)
    smooth = np.clip((smooth - 0.5) * 3.0 * unit + 0.5, 0.0, 1.0)
    return np.asarray(np.where(own, alpha, np.where(near > 0.02, smooth, alpha * solid)), dtype=np.float32)
