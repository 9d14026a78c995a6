"""Laying a worn garment flat: where each of its points would lie in a product picture.

Flat coordinates are decimetres of the rest pose seen from the front, partly unrolled sideways so that the flanks
show: x to the wearer's left (the picture's right), y up. The canvas on which masks and cloth are painted covers
``FLAT_BOX`` with ``CANVAS_PX`` pixels a decimetre. "Arm coordinate": 0 at the shoulder joint, 0.5 at the elbow,
1 at the wrist, about -0.3 on the trunk.
"""

from __future__ import annotations

import re

import cv2
import numpy as np
import numpy.typing as npt

from training.people.makehuman import Floats, Human, Rig, SkinWeights

FLAT_BOX = (-6.5, 6.5, -8.0, 8.0)  # x0, x1, y0, y1
CANVAS_PX = 40.0
CANVAS = (640, 520)  # height, width
UNROLL = 0.6
WIDEN = 1 + UNROLL * (np.pi / 2 - 1)  # how much wider a round section lies when partly unrolled
CROTCH_Y = -0.25


def to_canvas(x: float, y: float) -> list[float]:
    """Canvas pixels of a flat point in decimetres."""
    return [(x - FLAT_BOX[0]) * CANVAS_PX, (FLAT_BOX[3] - y) * CANVAS_PX]


def to_unit(flat: npt.NDArray[np.floating]) -> Floats:
    """Flat decimetres as texture coordinates 0..1, v up."""
    x0, x1, y0, y1 = FLAT_BOX
    return np.stack([(flat[:, 0] - x0) / (x1 - x0), (flat[:, 1] - y0) / (y1 - y0)], 1).astype(np.float32)


def fill(canvas: npt.NDArray[np.uint8], points: list[tuple[float, float]], value: int) -> None:
    """Fill a polygon given in flat decimetres."""
    cv2.fillPoly(canvas, [np.round([to_canvas(x, y) for x, y in points]).astype(np.int32)], value)


def arm_share(weights: SkinWeights, rig: Rig) -> Floats:
    """How much of each vertex the arm bones move, 0..1."""
    arm = [1.0 if re.match("upperarm|lowerarm|wrist|finger|metacarpal", bone) else 0.0 for bone in rig.bones]
    return np.asarray(weights.dense @ np.array(arm, np.float32))


def arm_coordinate(human: Human, rest: Floats, weights: SkinWeights) -> Floats:
    """Arm coordinate of each vertex of a mesh fitted to the reference body."""
    joints = human.rig.joints(human.reference)
    share = arm_share(weights, human.rig)
    along = np.full(len(rest), -0.3)
    for side in "LR":
        shoulder, elbow, wrist = (joints[human.rig.number[f"{b}.{side}"]] for b in ("upperarm01", "lowerarm01", "wrist"))
        mine = (rest[:, 0] > 0) == (side == "L")
        upper = ((rest - shoulder) @ (elbow - shoulder)) / np.sum((elbow - shoulder) ** 2)
        lower = ((rest - elbow) @ (wrist - elbow)) / np.sum((wrist - elbow) ** 2)
        position = np.where(upper < 1, upper * 0.5, 0.5 + np.clip(lower, 0, 3) * 0.5)
        along[mine] = np.maximum(position[mine], -0.3)
    blend = np.clip((share - 0.02) / 0.3, 0, 1)
    return np.asarray(blend * along - 0.3 * (1 - blend), np.float32)


def _row_reach(
    y: npt.NDArray[np.floating], x: npt.NDArray[np.floating], among: npt.NDArray[np.bool_], step: float
) -> Floats:
    """Largest |x| among the chosen vertices near each vertex's height, smooth along y."""
    low = float(y.min())
    row = np.floor((y - low) / step).astype(int)
    count = int(row.max()) + 1
    reach = np.zeros(count)
    np.maximum.at(reach, row[among], np.abs(x[among]))
    known = np.nonzero(reach > 0)[0]
    reach = np.interp(np.arange(count), known, reach[known]) if len(known) else np.ones(count)
    wide = np.pad(reach, 2, mode="edge")
    tall = np.max([wide[k : k + count + 2] for k in range(3)], axis=0)
    smooth = 0.25 * tall[:-2] + 0.5 * tall[1:-1] + 0.25 * tall[2:]
    return np.asarray(np.interp((y - low) / step - 0.5, np.arange(count), smooth), np.float32)


def _unroll(x: npt.NDArray[np.floating], radius: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    return (1 - UNROLL) * x + UNROLL * np.arcsin(np.clip(x / radius, -1, 1)) * radius


def lay_top(rest: Floats, weights: SkinWeights, rig: Rig) -> Floats:
    """(N, 2) flat decimetres of a top: the trunk unrolled, the sleeves moved out with it."""
    x, y = rest[:, 0], rest[:, 1]
    arm = arm_share(weights, rig)
    trunk = arm < 0.3
    unrolled = _unroll(x, _row_reach(y, x, trunk, 0.3))
    blend = np.clip((arm - 0.3) / 0.4, 0, 1)
    sleeve = x + np.sign(x) * (WIDEN - 1) * 1.6 * blend + (unrolled - x) * (1 - blend)
    return np.stack([np.where(trunk, unrolled, sleeve), y], 1).astype(np.float32)


def lay_skirt(rest: Floats) -> Floats:
    """(N, 2) flat decimetres of a skirt: one unrolled tube."""
    x, y = rest[:, 0], rest[:, 1]
    return np.stack([_unroll(x, _row_reach(y, x, np.ones(len(x), bool), 0.5)), y], 1).astype(np.float32)


def lay_trousers(rest: Floats) -> Floats:
    """(N, 2) flat decimetres of trousers: the hips one tube, below the crotch each leg unrolled by itself."""
    x, y = rest[:, 0], rest[:, 1]
    everything = np.ones(len(x), bool)
    hips = _unroll(x, _row_reach(y, x, everything, 0.3))
    side = np.where(x >= 0, 1.0, -1.0)
    out = np.abs(x)
    outer = _row_reach(y, x, everything, 0.3)
    inner = 8.0 - _row_reach(y, 8.0 - out, everything, 0.3)
    center, radius = (outer + inner) / 2, np.maximum((outer - inner) / 2, 0.05)
    leg = side * (WIDEN * center + _unroll(out - center, radius))
    blend = np.clip((y - (CROTCH_Y - 0.7)) / 0.6, 0, 1)
    blend = blend * blend * (3 - 2 * blend)
    return np.stack([blend * hips + (1 - blend) * leg, y], 1).astype(np.float32)


def drop_sleeves(flat: Floats, rest_depth: Floats, arm: Floats, shoulder: npt.NDArray[np.floating], degrees: float) -> Floats:
    """(N, 3) laid decimetres: sleeves turned down about the shoulder, and lifted over the trunk where both meet.

    flat (N, 2), rest_depth (N,), arm coordinates (N,), shoulder (2,): the wearer's left one.
    """
    blend = np.clip((arm + 0.12) / 0.3, 0, 1)
    blend = blend * blend * (3 - 2 * blend)
    sign = np.where(flat[:, 0] >= 0, 1.0, -1.0)
    angle = -np.deg2rad(degrees) * blend
    x, y = flat[:, 0] * sign - shoulder[0], flat[:, 1] - shoulder[1]
    turned_x = np.cos(angle) * x - np.sin(angle) * y + shoulder[0]
    turned_y = np.sin(angle) * x + np.cos(angle) * y + shoulder[1]
    return np.stack([turned_x * sign, turned_y, rest_depth + 1.2 * blend], 1).astype(np.float32)
