"""A wearer's arms and legs: joints, thickness, and how they are drawn."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tryon.body.parsing import PARTS

__all__ = ["MEASURED_AT", "Limb", "measured_limb", "paint_limb", "snapped"]

Points = npt.NDArray[np.float64]

_CLOTHES = [PARTS.index(name) for name in ("top", "outer", "bottom", "skirt", "dress")]
MEASURED_AT = np.array([0.35, 0.5, 0.65, 0.8, 1.2, 1.4, 1.6, 1.8])  # where limbs are measured: bones from the first joint on
_ASIDE = 0.4  # of the half-width, the farthest that a joint may lie off the middle of the limb
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
    share, aside = np.full(len(MEASURED_AT), np.nan), np.full(len(MEASURED_AT), np.nan)
    seen_bare = np.zeros(len(MEASURED_AT), dtype=bool)
    for number, at in enumerate(MEASURED_AT):
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
            if sides[0] is not None and sides[1] is not None:
                share[number] = np.clip((sides[0] + sides[1]) / 2 / expected, *_BARE_RANGE)
                aside[number] = np.clip((sides[0] - sides[1]) / 2, -_ASIDE * expected, _ASIDE * expected)
                seen_bare[number] = True
        elif here in _CLOTHES:
            outer = [_ray(parts, place, direction, _CLOTHES, 2.0 * expected, until=0) for direction in (normal, -normal)]
            reached = [side for side in outer if side is not None]
            if reached:
                share[number] = np.clip(min(reached) / expected, *_CLOTHED_RANGE)
    hand = _hand(parts, points, PARTS.index(bare[-1]), float(usual[2])) if bare[-1].endswith("hand") else None
    factors = np.ones(3)
    for half in (slice(None, 4), slice(4, None)):
        if seen_bare[half].any():  # beside what is seen bare the cloth around it says nothing
            share[half] = np.where(seen_bare[half], share[half], float(np.median(share[half][seen_bare[half]])))
    upper, lower = share[:4], share[4:]
    if (~np.isnan(upper)).sum() >= 2:
        factors[0] = factors[1] = float(np.nanmedian(upper))
    if (~np.isnan(lower)).sum() >= 2:
        factors[2] = float(np.nanmedian(lower))
        if seen_bare[4:].any() and not seen_bare[:4].any():  # slim calves, slim knees
            factors[0], factors[1] = (factors[0] + factors[2]) / 2, factors[2]
        else:
            factors[1] = (factors[1] + factors[2]) / 2 if (~np.isnan(upper)).sum() >= 2 else factors[2]
    points = _centered(points, aside)
    if hand is not None and np.isnan(aside[-2:]).all():  # where no wrist is seen bare, it leads to the hand
        points[2], factors[2] = hand[0], (factors[2] + hand[1]) / 2
    return Limb(points, usual * factors, float(z[joints[1]] - z[joints[0]]))


def _hand(parts: npt.NDArray[np.uint8], points: Points, label: int, usual: float) -> tuple[Points, float] | None:
    """The middle of where the hand comes out of a sleeve, and its width there against the usual wrist's; None where it is not seen so."""
    step = points[2] - points[1]
    long = max(float(np.linalg.norm(step)), 1e-6)
    along = step / long
    y, x = np.nonzero(parts == label)
    if len(y) < 30:
        return None
    place = np.stack([x + 0.5, y + 0.5], axis=1) - points[1]
    down, across = place @ along, place @ np.array([-along[1], along[0]])
    start = float(np.percentile(down, 4))
    first = across[(down > start) & (down < start + 1.2 * usual)]
    if not 0.75 * long < start < 1.2 * long or len(first) < 10:
        return None
    low, high = np.percentile(first, [4, 96])
    if abs(low + high) / 2 > 1.5 * usual:
        return None
    middle = points[1] + along * long + np.array([-along[1], along[0]]) * (low + high) / 2
    return middle, float(np.clip((high - low) / 2 / usual, 0.75, 1.4))


def _centered(points: Points, aside: npt.NDArray[np.float64]) -> Points:
    """The joints moved into the middle of the limb where that was seen bare. aside: pixels along each bone's normal, NaN where not seen."""
    moves: list[Points | None] = []
    for bone in range(2):
        step = points[bone + 1] - points[bone]
        seen = aside[(bone < MEASURED_AT) & (bone + 1 > MEASURED_AT)]
        if (~np.isnan(seen)).sum() < 2:
            moves.append(None)
        else:
            moves.append(np.array([-step[1], step[0]]) / max(float(np.linalg.norm(step)), 1e-6) * float(np.nanmedian(seen)))
    upper, lower = moves
    both = [move for move in moves if move is not None]
    if not both:
        return points
    still = np.zeros(2)
    shifts = [still if upper is None else 0.5 * upper, np.mean(both, axis=0), still if lower is None else lower]
    return np.asarray(points + np.stack(shifts))


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
