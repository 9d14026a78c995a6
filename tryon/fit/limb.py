"""A wearer's arms and legs: joints, thickness, and how they are drawn."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tryon.body.parsing import PARTS

__all__ = ["Limb", "measured_limb", "paint_limb", "relief", "snapped"]

Points = npt.NDArray[np.float64]

_CLOTHES = [PARTS.index(name) for name in ("top", "outer", "bottom", "skirt", "dress")]
_AT = np.array([0.35, 0.5, 0.65, 0.8, 1.2, 1.4, 1.6, 1.8])  # where limbs are measured: bones from the first joint on
_AMBIENT = 0.45  # share of the light that comes from everywhere
_BARE_RANGE, _CLOTHED_RANGE = (0.7, 1.7), (0.85, 1.08)  # of the usual thickness; a loose sleeve is no fat arm


@dataclass(frozen=True, eq=False)
class Limb:
    """An arm or a leg: its joints (three of them) from the trunk outwards, (n, 2) pixels, and its half-width at each, pixels."""

    joints: Points
    radii: npt.NDArray[np.float64]
    depth: float
    """Nearer than the trunk: negative; farther: positive; pixels, MediaPipe's rough estimate of the middle joint."""

    @property
    def length(self) -> float:
        """Length along the joints in pixels, as seen in the photo."""
        return float(np.linalg.norm(np.diff(self.joints, axis=0), axis=1).sum())

    def with_calf(self) -> Limb:
        """A leg with the calf's swell and the slender part above the ankle: five joints, for drawing bare skin."""
        knee, ankle = self.joints[1], self.joints[2]
        upper, lower = (knee + share * (ankle - knee) for share in (0.3, 0.72))
        radii = np.array([self.radii[0], self.radii[1], 1.12 * self.radii[1], 0.35 * self.radii[1] + 0.65 * self.radii[2], self.radii[2]])
        return Limb(np.stack([self.joints[0], knee, upper, lower, ankle]), radii, self.depth)

    def longer(self, share: float) -> Limb:
        """The same limb going on beyond its last joint by a share of its last bone."""
        joints = self.joints.copy()
        joints[2] += share * (joints[2] - joints[1])
        return Limb(joints, self.radii, self.depth)


def paint_limb(canvas: npt.NDArray[np.uint8], limb: Limb, scale: float, start: Points | None = None, end: Points | None = None) -> None:
    """Draw a limb with its thickness as ones: two tapering bones with round joints, in pixels of `canvas` = photo pixels * scale.

    start: where the first bone begins instead of at its joint. end: draw no farther than beside this point (both in photo pixels).
    """
    joints, radii = limb.joints.copy(), limb.radii.copy()
    if start is not None:
        joints[0] = start
    if end is not None:
        joints, radii = _cut(joints, radii, end)
    joints = joints * scale
    radii = radii * scale
    for index in range(len(joints) - 1):
        a, b = joints[index], joints[index + 1]
        along = (b - a) / max(float(np.linalg.norm(b - a)), 1e-6)
        normal = np.array([-along[1], along[0]])
        outline = np.stack(
            [a + normal * radii[index], b + normal * radii[index + 1], b - normal * radii[index + 1], a - normal * radii[index]]
        )
        cv2.fillPoly(canvas, [np.round(outline * 16).astype(np.int32)], 1, shift=4)
    round_ends = len(joints) if end is None else len(joints) - 1
    for joint, radius in zip(joints[:round_ends], radii, strict=False):
        if np.abs(joint).max() < 30_000:
            cv2.circle(canvas, (round(joint[0] * 16), round(joint[1] * 16)), max(1, round(radius * 16)), 1, -1, shift=4)


def _cut(joints: Points, radii: npt.NDArray[np.float64], end: Points) -> tuple[Points, npt.NDArray[np.float64]]:
    """The limb as far as the place nearest to a point."""
    best, place = np.inf, (0, 0.0)
    for index in range(len(joints) - 1):
        bone = joints[index + 1] - joints[index]
        share = float(np.clip((end - joints[index]) @ bone / max(bone @ bone, 1e-6), 0.0, 1.0))
        distance = float(np.linalg.norm(joints[index] + share * bone - end))
        if distance < best:
            best, place = distance, (index, share)
    index, share = place
    last = joints[index] * (1 - share) + joints[index + 1] * share
    radius = radii[index] * (1 - share) + radii[index + 1] * share
    return np.concatenate([joints[: index + 1], last[None]]), np.concatenate([radii[: index + 1], [radius]])


def relief(limbs: tuple[Limb, ...], scale: float, shape: tuple[int, int], light: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """How much light round limbs give back at each pixel, (h, w) float32, 1 where they face the viewer; NaN off the limbs.

    Each bone is a cone under one soft light and its surroundings. light: (3,) unit vector towards the light, x right, y down, z to the
    viewer. The nearer limb is seen; pixels of a picture of photo pixels * scale.
    """
    out = np.full(shape, np.nan, dtype=np.float32)
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32) + 0.5
    for limb in sorted(limbs, key=lambda one: -one.depth):
        best = np.full(shape, np.inf, dtype=np.float32)
        shade = np.zeros(shape, dtype=np.float32)
        last = len(limb.joints) - 2
        for index in range(last + 1):
            start, end = limb.joints[index] * scale, limb.joints[index + 1] * scale
            step = end - start
            long = max(float(np.linalg.norm(step)), 1e-3)
            along = step / long
            normal = np.array([-along[1], along[0]])
            dx, dy = x - start[0], y - start[1]
            reach = 0.5 * long if index == last else 0.0  # over the wrist
            t = np.clip(dx * along[0] + dy * along[1], 0.0, long + reach)
            across = dx * normal[0] + dy * normal[1]
            distance = np.hypot(dx - t * along[0], dy - t * along[1])
            radius = np.maximum(np.interp(t / long, [0, 1], limb.radii[index : index + 2]) * scale, 1.0)
            turn = np.clip(across / radius, -0.96, 0.96)
            facing = turn * float(normal @ light[:2]) + np.sqrt(1 - turn**2) * float(light[2])
            lit = _AMBIENT + (1 - _AMBIENT) * np.maximum(facing, 0.0) / float(light[2])
            nearer = distance / radius < best
            best = np.where(nearer, distance / radius, best).astype(np.float32)
            shade = np.where(nearer, lit, shade).astype(np.float32)
        out = np.where(best < 1.35, shade, out).astype(np.float32)
    return out


def snapped(
    limbs: npt.NDArray[np.bool_], worn: npt.NDArray[np.bool_], silhouette: npt.NDArray[np.bool_], reach: float
) -> npt.NDArray[np.bool_]:
    """Limbs as wide as the clothes on them, where those are so thin there that they show the body's outline. reach: pixels."""
    to_limb = cv2.distanceTransform((~limbs).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    to_edge = cv2.distanceTransform(cv2.copyMakeBorder(silhouette.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_REPLICATE), cv2.DIST_L2, 5)
    return np.asarray(limbs | (worn & (to_limb + to_edge[1:-1, 1:-1] < reach)))


def measured_limb(
    parts: npt.NDArray[np.uint8],
    xy: Points,
    z: npt.NDArray[np.float64],
    joints: tuple[int, int, int],
    usual: npt.NDArray[np.float64],
    bare: tuple[str, ...],
) -> Limb:
    """An arm or a leg as thick as the part map shows it.

    xy: (33, 2) landmarks, z: (33,) their depth, pixels. joints: indices of three of them. usual: (3,) half-widths where nothing is seen.
    bare: names of the parts that are the limb itself. Bare limbs are measured on both sides, clothed ones on the outside.
    """
    points = xy[list(joints)].copy()
    skin = [PARTS.index(name) for name in bare]
    share = np.full(len(_AT), np.nan)
    for number, at in enumerate(_AT):
        bone, rest = int(at), at - int(at)
        step = points[bone + 1] - points[bone]
        long = float(np.linalg.norm(step))
        expected = float(np.interp(at, [0, 1, 2], usual))
        if long < 2.0 * expected:
            continue  # seen end on
        normal = np.array([-step[1], step[0]]) / long
        place = points[bone] + rest * step
        here = _label(parts, place)
        if here in skin:
            sides = [_ray(parts, place, direction, skin, 2.0 * expected) for direction in (normal, -normal)]
            if all(side is not None for side in sides):
                share[number] = np.clip(sum(side for side in sides if side is not None) / 2 / expected, *_BARE_RANGE)
        elif here in _CLOTHES:
            outer = [_ray(parts, place, direction, _CLOTHES, 2.0 * expected, until=0) for direction in (normal, -normal)]
            reached = [side for side in outer if side is not None]
            if reached:
                share[number] = np.clip(min(reached) / expected, *_CLOTHED_RANGE)
    factors = np.ones(3)
    upper, lower = share[:4], share[4:]
    if (~np.isnan(upper)).sum() >= 2:
        factors[0] = factors[1] = float(np.nanmedian(upper))
    if (~np.isnan(lower)).sum() >= 2:
        factors[2] = float(np.nanmedian(lower))
        factors[1] = (factors[1] + factors[2]) / 2 if (~np.isnan(upper)).sum() >= 2 else factors[2]
    return Limb(points, usual * factors, float(z[joints[1]] - z[joints[0]]))


def _label(parts: npt.NDArray[np.uint8], point: Points) -> int:
    """The part at a point, -1 outside the picture."""
    x, y = int(np.floor(point[0])), int(np.floor(point[1]))
    return int(parts[y, x]) if 0 <= x < parts.shape[1] and 0 <= y < parts.shape[0] else -1


def _ray(
    parts: npt.NDArray[np.uint8], start: Points, direction: Points, among: list[int], limit: float, until: int | None = None
) -> float | None:
    """Pixels from a point to where these parts end; None where they do not end within the limit and the picture.

    until: the part that must follow, else None.
    """
    steps = np.arange(0.0, limit, 1.0)
    at = np.floor(start + steps[:, None] * direction).astype(int)
    inside = (at >= 0).all(axis=1) & (at[:, 0] < parts.shape[1]) & (at[:, 1] < parts.shape[0])
    labels = np.full(len(steps), -1)
    labels[inside] = parts[at[inside, 1], at[inside, 0]]
    off = np.flatnonzero(~np.isin(labels, among))
    if not len(off) or labels[off[0]] < 0 or (until is not None and labels[off[0]] != until):
        return None
    return float(steps[off[0]])
