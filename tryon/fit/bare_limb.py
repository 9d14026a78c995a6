"""Bare arms and legs that the photo does not show: how wide they are along their bones, how light falls on them, where skin is redder.

What is known of them was measured on bodies (`training/people/limbs`), the wearer's own thickness and joints come from the photo.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from tryon.fit.limb import MEASURED_AT, Limb
from tryon.image import FloatArray

__all__ = ["LimbShape", "LitSkin", "centered", "light_on_limbs", "load_limb_shapes", "paint_bare_limb"]

Floats = npt.NDArray[np.float64]

_AMBIENT = 0.45  # share of the light that comes from everywhere
_BESIDE = 0.6  # of that, what the trunk or the other leg beside a limb takes from its inner side
_BEYOND = 0.25  # of the last bone, over wrist or ankle: as far as the measured cells go
_LAST = 0.8  # of the last bone: beyond, the measured cells show the cut through wrist and ankle
_OFF = 0.5  # half-widths from the outline where a limb surely ends
_JOINT = 0.25  # half-widths over which one bone's shape passes into the next one's


@dataclass(frozen=True, eq=False)
class LimbShape:
    """Means over many bodies, seen from the front, by bone (2), place along it (0 to 1 + a quarter) and across (outside last).

    normal: (2, n, m, 3) unit vectors outwards, along the bone, to the viewer. color: (2, n, m, 3) log ratio of the skin's linear color to
    the limb's middle. reach: (2, n, 2) to the outside and the inside of the bone, any unit.
    """

    normal: FloatArray
    color: FloatArray
    reach: FloatArray

    def sides(self, limb: Limb, bone: int, share: Floats | FloatArray) -> Floats:
        """(2, ...) pixels from the bone to the outline, outside and inside, at shares of the bone's length, as thick as this limb is."""
        at = np.linspace(0.0, 1.0 + _BEYOND, self.reach.shape[1])
        thickness, lean = [], []
        for number in range(2):
            places = MEASURED_AT[(number < MEASURED_AT) & (number + 1 > MEASURED_AT)] - number
            expected = np.interp(places, [0, 1], limb.radii[number : number + 2])
            outside, inside = (np.interp(places, at, self.reach[number, :, side]) for side in range(2))
            thickness.append(float((2 * expected / (outside + inside)).mean()))
            lean.append(float((inside - outside).mean()) / 2)
        # From the middle of one bone to that of the other both pass over. Joints lie in the middle of limbs; what counts of the form is
        # how its two sides change along the bone.
        place = np.asarray(share, dtype=np.float64) + bone
        factor, moved = np.interp(place, [0.5, 1.5], thickness), np.interp(place, [0.5, 1.5], lean)
        return np.stack([factor * (np.interp(share, at, self.reach[bone, :, side]) + one * moved) for side, one in ((0, 1.0), (1, -1.0))])


@dataclass(frozen=True, eq=False)
class LitSkin:
    """light: (h, w) float32, 1 where a limb faces the light, NaN off the limbs. color: (h, w, 3) float32 factors, linear, 1 off them."""

    light: FloatArray
    color: FloatArray


def load_limb_shapes(path: Path) -> dict[str, LimbShape]:
    """The shapes "arm" and "leg" from models/limbs.safetensors."""
    from safetensors.numpy import load_file

    arrays = {key: value.astype(np.float32) for key, value in load_file(path).items()}
    return {name: LimbShape(*(arrays[f"{name}.{part}"] for part in ("normal", "color", "reach"))) for name in ("arm", "leg")}


def _shape_of(name: str) -> LimbShape:
    from tryon.weights.pool import shared_pool

    with shared_pool().lend("limbs", load_limb_shapes) as shapes:
        return shapes[name.split("_")[1]]


def _outwards(along: Floats, name: str) -> Floats:
    """Across a bone, away from the trunk of one who stands with arms hanging; left is the wearer's, seen from the front."""
    return np.array([along[1], -along[0]]) * (1.0 if name.startswith("left") else -1.0)


def paint_bare_limb(canvas: npt.NDArray[np.uint8], limb: Limb, name: str, scale: float, beyond: float = 0.0) -> None:
    """Draw a bare limb's outline as ones, in pixels of `canvas` = photo pixels * scale.

    name: left_arm, right_arm, left_leg or right_leg. beyond: share of the last bone over which it goes on past the last joint.
    """
    shape = _shape_of(name)
    for bone in range(2):
        start, step = limb.joints[bone], limb.joints[bone + 1] - limb.joints[bone]
        out = _outwards(step / max(float(np.linalg.norm(step)), 1e-6), name)
        share = np.linspace(0.0, 1.0 + (beyond if bone == 1 else 0.0), 24)
        outside, inside = shape.sides(limb, bone, share)
        middle = start + share[:, None] * step
        outline = np.concatenate([middle + outside[:, None] * out, (middle - inside[:, None] * out)[::-1]]) * scale
        if np.abs(outline).max() < 30_000:
            cv2.fillPoly(canvas, [np.round(outline * 16).astype(np.int32)], 1, shift=4)
            joint, radius = start * scale, 0.97 * min(outside[0], inside[0]) * scale
            cv2.circle(canvas, (round(joint[0] * 16), round(joint[1] * 16)), max(1, round(radius * 16)), 1, -1, shift=4)


def light_on_limbs(limbs: Mapping[str, Limb], scale: float, size: tuple[int, int], light: FloatArray) -> LitSkin:
    """How bare limbs give back light, and their skin's color, in a picture (h, w) of photo pixels * scale.

    One soft light and its surroundings. light: (3,) unit vector towards it, x right, y down, z to the viewer. Arms are seen before
    legs, the nearer before the farther.
    """
    lit = np.full(size, np.nan, dtype=np.float32)
    color = np.ones((*size, 3), dtype=np.float32)
    for name, limb in sorted(limbs.items(), key=lambda one: (one[0].endswith("arm"), -one[1].depth)):
        window = _window(limb, scale, size)
        if window is None:
            continue
        rows, columns = window
        y, x = np.mgrid[rows, columns].astype(np.float32) + 0.5
        shape, total, shade, tint = _shape_of(name), 0.0, 0.0, 0.0
        nearest = np.full(x.shape, np.inf, dtype=np.float32)
        for bone in range(2):
            away, facing, inwards, own = _at_bone(shape, limb, name, bone, scale, x, y)
            around = _AMBIENT * (1 - _BESIDE * np.maximum(inwards, 0.0))
            own_shade = around + (1 - _AMBIENT) * np.maximum(facing @ light, 0.0) / float(light[2])
            weight = np.exp(-np.minimum(away / _JOINT, 80.0)) + 1e-30
            total, shade, tint = total + weight, shade + weight * own_shade, tint + weight[..., None] * own
            nearest = np.minimum(nearest, away)
        inside = nearest < _OFF
        lit[rows, columns] = np.where(inside, shade / total, lit[rows, columns])
        color[rows, columns] = np.where(inside[..., None], np.exp(tint / np.asarray(total)[..., None]), color[rows, columns])
    return LitSkin(lit, color)


def centered(limb: Limb, seen: npt.NDArray[np.bool_], scale: float) -> Limb:
    """The limb with elbow and wrist (knee and ankle) in the middle of where it is drawn, and as wide.

    seen: (h, w) bool in pixels of photo pixels * scale. Where the drawing says nothing clear the limb stays as it is.
    """
    joints, radii = limb.joints.copy(), np.asarray(limb.radii, dtype=np.float64).copy()
    for joint in (1, 2):
        bone, radius = limb.joints[joint] - limb.joints[joint - 1], float(limb.radii[joint])
        long = float(np.linalg.norm(bone))
        if long < 1e-3:
            continue
        across = np.array([-bone[1], bone[0]]) / long
        steps = np.linspace(-3.0, 3.0, 121) * radius
        found = []
        for share in np.linspace(0.65, 0.95, 7):
            x, y = ((limb.joints[joint - 1] + share * bone + steps[:, None] * across) * scale).astype(int).T
            inside = (x >= 0) & (y >= 0) & (x < seen.shape[1]) & (y < seen.shape[0])
            inside[inside] = seen[y[inside], x[inside]]
            hits = np.flatnonzero(inside)
            if not len(hits):
                continue
            middle = hits[np.argmin(np.abs(steps[hits]))]
            gaps = np.flatnonzero(~inside)
            low, high = gaps[gaps < middle], gaps[gaps > middle]
            if len(low) and len(high):
                found.append((steps[low[-1]], steps[high[0]]))
        if len(found) >= 3:
            low, high = np.median(np.array(found), axis=0)
            joints[joint] += across * np.clip((low + high) / 2, -radius, radius)
            radii[joint] = np.clip((high - low) / 2, 0.7 * radius, 1.5 * radius)
    return Limb(joints, radii, limb.depth)


def _window(limb: Limb, scale: float, size: tuple[int, int]) -> tuple[slice, slice] | None:
    """The part of the picture in which a limb may be seen."""
    pad = 2.0 * float(limb.radii.max()) * scale + 0.6 * scale * float(np.linalg.norm(limb.joints[2] - limb.joints[1]))
    low, high = limb.joints.min(axis=0) * scale - pad, limb.joints.max(axis=0) * scale + pad
    x0, y0 = (int(np.clip(low[axis], 0, size[1 - axis])) for axis in range(2))
    x1, y1 = (int(np.clip(high[axis], 0, size[1 - axis])) for axis in range(2))
    return (slice(y0, y1), slice(x0, x1)) if x1 > x0 and y1 > y0 else None


def _at_bone(
    shape: LimbShape, limb: Limb, name: str, bone: int, scale: float, x: FloatArray, y: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """For each pixel: half-widths from the limb, where the surface faces in picture axes (..., 3), how far inwards, log color (..., 3)."""
    start, end = limb.joints[bone] * scale, limb.joints[bone + 1] * scale
    long = max(float(np.linalg.norm(end - start)), 1e-3)
    along = (end - start) / long
    out = _outwards(along, name)
    dx, dy = x - start[0], y - start[1]
    place = dx * along[0] + dy * along[1]
    share = np.clip(place / long, 0.0, 1.5 if bone == 1 else 1.0)  # over the wrist
    across = dx * out[0] + dy * out[1]
    outside, inside = shape.sides(limb, bone, np.minimum(np.linspace(0.0, 1.5, 64), 1.5 if bone == 0 else _LAST)) * scale
    outside, inside = (np.maximum(np.interp(share, np.linspace(0.0, 1.5, 64), one), 1.0) for one in (outside, inside))
    half = (outside + inside) / 2
    turn = (across - (outside - inside) / 2) / half
    away = np.hypot(np.maximum(np.abs(turn) - 1.0, 0.0), (place - share * long) / half)
    cells, columns = shape.normal.shape[1:3]
    u = ((np.clip(turn, -1, 1) * 0.5 + 0.5) * columns - 0.5).astype(np.float32)
    v = (np.clip(share, 0, _LAST if bone == 1 else 1.0) / (1 + _BEYOND) * cells - 0.5).astype(np.float32)
    looked_up = _sampled(np.dstack([shape.normal[bone], shape.color[bone]]), u, v)
    normal = looked_up[..., :3]
    facing = np.stack([*(normal[..., 0] * out[axis] + normal[..., 1] * along[axis] for axis in range(2)), normal[..., 2]], axis=-1)
    return away.astype(np.float32), facing.astype(np.float32), -normal[..., 0], looked_up[..., 3:]


def _sampled(table: FloatArray, u: FloatArray, v: FloatArray) -> FloatArray:
    """Bilinear samples (..., c) of a table (n, m, c) at columns u and rows v."""
    halves = [cv2.remap(table[..., k : k + 3], u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) for k in (0, 3)]
    return np.concatenate(halves, axis=-1)
