"""The wearer's measurements in one photo: trunk, limbs and widths, as the drape needs them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tryon.body.bodymap import BodyMap
from tryon.body.parsing import PARTS
from tryon.fit.limb import Limb, measured_limb

__all__ = ["Figure", "measure"]

Points = npt.NDArray[np.float64]

# Frontal half-widths of an unclothed trunk as shares of the shoulder joints' distance, by height: 0 = shoulder line, 1 = hip line.
# Medians of the adult bodies that training/people renders; the photo's own silhouette corrects them.
_HEIGHTS = np.array([0.0, 0.22, 0.45, 0.68, 0.85, 1.0, 1.15, 1.3])
_HALF_WIDTHS = np.array([0.56, 0.50, 0.46, 0.43, 0.48, 0.53, 0.55, 0.54])
_HIDES_SHOULDER = [PARTS.index("hair"), PARTS.index("face")]
_SHOULDER = [PARTS.index(name) for name in ("torso", "top", "outer", "dress", "left_arm", "right_arm")]
_HANGS = [PARTS.index(name) for name in ("dress", "skirt")]
_TRUNK_PARTS = [PARTS.index(name) for name in ("torso", "top", "outer", "dress", "bottom", "skirt")]


@dataclass(frozen=True, eq=False)
class Figure:
    """A wearer's frame in photo pixels (x right, y down); left and right are the wearer's.

    across: unit vector from the right to the left shoulder. down: unit vector along the trunk. breadth: distance of the
    shoulder joints as it would be seen from the front. trunk: length from the shoulder line to the hip line.
    edge_left, edge_right: distance of the trunk's outline from its axis at `heights` (shares of the trunk), pixels.
    """

    shoulder_middle: Points
    hip_middle: Points
    across: Points
    down: Points
    breadth: float
    trunk: float
    heights: npt.NDArray[np.float64]
    edge_left: npt.NDArray[np.float64]
    edge_right: npt.NDArray[np.float64]
    arms: dict[str, Limb]
    legs: dict[str, Limb]
    shoulder_lines: dict[str, Points]

    @property
    def limbs(self) -> dict[str, Limb]:
        """left_arm, right_arm, left_leg, right_leg."""
        return {f"{side}_{name}": limb for name, both in (("arm", self.arms), ("leg", self.legs)) for side, limb in both.items()}

    def axis(self, height: float | npt.NDArray[np.float64]) -> Points:
        """Points of the trunk's axis at heights (0 = shoulder line, 1 = hip line, negative = towards the head), (..., 2)."""
        share = np.asarray(height, dtype=np.float64)[..., None]
        return np.asarray(self.shoulder_middle + share * (self.hip_middle - self.shoulder_middle))

    def half_width(self, height: float | npt.NDArray[np.float64], side: str) -> npt.NDArray[np.float64]:
        """Distance from the axis to the body's outline at a height, pixels; side is 'left' or 'right'."""
        edge = self.edge_left if side == "left" else self.edge_right
        return np.asarray(np.interp(height, self.heights, edge))

    def below(self, height: float, scale: float, shape: tuple[int, ...]) -> npt.NDArray[np.float64]:
        """How far each pixel of a picture (h, w) of photo pixels * scale lies below a height of the trunk; negative towards the head."""
        point = self.axis(height) * scale
        y, x = np.mgrid[0 : shape[0], 0 : shape[1]]
        return np.asarray((x + 0.5 - point[0]) * self.down[0] + (y + 0.5 - point[1]) * self.down[1])

    def acromion(self, side: str) -> Points:
        """The shoulder's outer upper point, where the shoulder seam of a fitting garment ends."""
        return np.asarray(self.shoulder_lines[side][3])

    def acromion_lateral(self, side: str) -> float:
        """Length of the shoulder's outline from the neck's middle to the acromion, pixels."""
        return float(np.linalg.norm(np.diff(self.shoulder_lines[side][:4], axis=0), axis=1).sum())

    def armpit(self, side: str) -> Points:
        """Where the inside of the arm meets the trunk."""
        joint = self.arms[side].joints[0]
        inwards = -self.across if side == "left" else self.across
        return np.asarray(joint + inwards * 0.02 * self.breadth + self.down * 0.30 * self.breadth)

    def shoulder_at(self, side: str, lateral: npt.NDArray[np.float64]) -> Points:
        """Points (n, 2) of the shoulder's upper outline (neck, acromion, outside of the arm), by distance along it."""
        line = self.shoulder_lines[side]
        along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
        return np.stack([np.interp(lateral, along, line[:, axis]) for axis in (0, 1)], axis=1)

    def spine(self, distance: npt.NDArray[np.float64]) -> tuple[Points, Points]:
        """Points (n, 2) and unit directions across them (n, 2), `distance` pixels below the shoulder line: trunk, then between the legs."""
        knees = (self.legs["left"].joints[1] + self.legs["right"].joints[1]) / 2
        ankles = (self.legs["left"].joints[2] + self.legs["right"].joints[2]) / 2
        line = np.stack(
            [self.shoulder_middle - 2 * (self.hip_middle - self.shoulder_middle), self.shoulder_middle, self.hip_middle, knees, ankles]
        )
        steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
        along = np.concatenate([[0.0], np.cumsum(steps)]) - steps[0]
        at = np.asarray(distance, dtype=np.float64)

        def point(where: npt.NDArray[np.float64]) -> Points:
            inside = np.stack([np.interp(where, along, line[:, axis]) for axis in (0, 1)], axis=1)
            beyond = np.maximum(where - along[-1], 0.0)[:, None]
            return np.asarray(inside + beyond * self.down)

        reach = 0.15 * self.trunk
        tangent = point(at + reach) - point(at - reach)
        tangent /= np.maximum(np.linalg.norm(tangent, axis=1, keepdims=True), 1e-6)
        normal = np.stack([tangent[:, 1], -tangent[:, 0]], axis=1)
        facing = np.where((normal @ self.across) < 0, -1.0, 1.0)
        return point(at), normal * facing[:, None]


def measure(body: BodyMap) -> Figure:
    """Take the wearer's measurements from landmarks and part map."""
    xy = body.landmarks[:, :2].astype(np.float64)
    z = body.landmarks[:, 2].astype(np.float64)
    left_shoulder, right_shoulder, left_hip, right_hip = xy[11], xy[12], xy[23], xy[24]
    shoulder_middle = (left_shoulder + right_shoulder) / 2
    hip_middle = (left_hip + right_hip) / 2
    trunk = max(float(np.linalg.norm(hip_middle - shoulder_middle)), 8.0)
    down = (hip_middle - shoulder_middle) / trunk
    across = left_shoulder - right_shoulder
    seen = float(np.linalg.norm(across))
    # Seen from behind or from the side the shoulders' order cannot be trusted; the trunk's own normal can.
    normal = np.array([down[1], -down[0]])
    across = across / seen if seen > 0.25 * trunk else normal
    breadth = max(seen, 0.56 * trunk)

    heights = np.linspace(0.0, 1.3, 27)
    typical = np.interp(heights, _HEIGHTS, _HALF_WIDTHS) * breadth
    arms = {
        side: measured_limb(body.parts, xy, z, joints, np.array([0.165, 0.12, 0.08]) * breadth, bare)
        for side, joints, bare in (("left", (11, 13, 15), ("left_arm", "left_hand")), ("right", (12, 14, 16), ("right_arm", "right_hand")))
    }
    legs = {
        side: measured_limb(body.parts, xy, z, joints, np.array([0.26, 0.15, 0.10]) * breadth, ("legs",))
        for side, joints in (("left", (23, 25, 27)), ("right", (24, 26, 28)))
    }
    edges = {}
    for side, sign in (("left", 1.0), ("right", -1.0)):
        measured = _outline(body.parts, shoulder_middle, hip_middle, across * sign, heights, limit=0.95 * breadth)
        measured = np.fmin(measured, _beside_arm(arms[side], shoulder_middle, hip_middle, across * sign, heights))
        known = ~np.isnan(measured) & (heights > 0.2)
        widest = np.where(_hanging(body.parts, shoulder_middle, hip_middle, heights), 1.06, 1.35) * typical
        edge = np.where(known, np.clip(np.nan_to_num(measured), 0.82 * typical, widest), typical)
        edges[side] = _smooth(edge)
    base = shoulder_middle - down * 0.25 * breadth
    corners = {side: _neck_corner(body.parts, base, across * sign, down, breadth) for side, sign in (("left", 1.0), ("right", -1.0))}
    lines = {}
    for side, sign in (("left", 1.0), ("right", -1.0)):
        found = corners[side] if corners[side] is not None else corners["left" if side == "right" else "right"]
        lateral, rise = found if found is not None else (0.2 * breadth, 0.0)
        neck = base + across * sign * lateral - down * rise
        lines[side] = _shoulder_line(body.parts, shoulder_middle, neck, across * sign, down, breadth, arms[side])
    return Figure(shoulder_middle, hip_middle, across, down, breadth, trunk, heights, edges["left"], edges["right"], arms, legs, lines)


def _neck_corner(
    parts: npt.NDArray[np.uint8], base: Points, outwards: Points, down: Points, breadth: float
) -> tuple[float, float] | None:
    """Where the shoulder's outline begins beside the neck: pixels outwards of the neck's base and above it; None where it is hidden."""
    laterals = np.arange(0.10, 0.45, 0.01) * breadth
    rises = np.arange(-0.30, 0.25, 0.01) * breadth
    points = base + laterals[:, None, None] * outwards - rises[None, :, None] * down
    at = np.floor(points).astype(int)
    if (at < 0).any() or (at[..., 0] >= parts.shape[1]).any() or (at[..., 1] >= parts.shape[0]).any():
        return None
    seen = parts[at[..., 1], at[..., 0]]
    exits = np.full(len(laterals), np.nan)
    for row, labels in enumerate(seen):
        off = np.flatnonzero(~np.isin(labels, _SHOULDER))
        if len(off) and off[0] > 0:
            if labels[off[0]] == PARTS.index("hair"):
                return None
            exits[row] = rises[off[0]] if labels[off[0]] == 0 else np.nan
    clear = np.convolve(~np.isnan(exits), np.ones(4), "valid") == 4
    if not clear.any():
        return None
    first = int(np.flatnonzero(clear)[0])
    if not 0.12 <= laterals[first] / breadth <= 0.30:
        return None
    return float(laterals[first]), float(exits[first])


def _shoulder_line(
    parts: npt.NDArray[np.uint8], middle: Points, neck_side: Points, outwards: Points, down: Points, breadth: float, arm: Limb
) -> Points:
    """The shoulder's upper outline: neck's middle, neck's side, half way, acromion, three down the upper arm's outside, (7, 2)."""
    base = middle - down * 0.25 * breadth
    joint, elbow = arm.joints[0], arm.joints[1]
    along = (elbow - joint) / max(float(np.linalg.norm(elbow - joint)), 1e-6)
    normal = np.array([along[1], -along[0]])
    normal = normal if normal @ (outwards - 0.5 * down) > 0 else -normal
    acromion = joint + outwards * 0.06 * breadth - down * 0.10 * breadth
    radius = arm.radii[0]
    points = [base, neck_side, (neck_side + acromion) / 2, acromion]
    for index in (2, 3):
        points[index] = points[index] - down * _rise(parts, points[index], down, breadth)
    cap = outwards - 0.3 * down
    points += [
        joint + cap / np.linalg.norm(cap) * radius,
        joint + along * 0.2 * breadth + normal * radius,
        joint + along * 0.6 * breadth + normal * 0.95 * radius,
    ]
    return np.stack(points)


def _rise(parts: npt.NDArray[np.uint8], point: Points, down: Points, breadth: float) -> float:
    """How much higher than expected the shoulder's outline lies in the photo, pixels; 0 where hair or the frame hides it."""
    steps = np.arange(-0.12 * breadth, 0.12 * breadth, max(0.5, breadth / 200))
    at = np.floor(point - steps[:, None] * down).astype(int)
    if (at < 0).any() or (at[:, 0] >= parts.shape[1]).any() or (at[:, 1] >= parts.shape[0]).any():
        return 0.0
    seen = parts[at[:, 1], at[:, 0]]
    if np.isin(seen, _HIDES_SHOULDER).any() or seen[0] == 0 or seen[-1] != 0:
        return 0.0
    return float(steps[np.flatnonzero(seen != 0)[-1]])


def _outline(
    parts: npt.NDArray[np.uint8], start: Points, stop: Points, outwards: Points, heights: npt.NDArray[np.float64], limit: float
) -> npt.NDArray[np.float64]:
    """How far the trunk's parts reach from its axis at each height, pixels; NaN where the axis itself is not on the trunk."""
    height, width = parts.shape
    on_trunk = np.isin(parts, _TRUNK_PARTS)
    steps = np.arange(0.0, limit, 1.0)
    points = (start + heights[:, None] * (stop - start))[:, None, :] + steps[None, :, None] * outwards
    x = np.floor(points[..., 0]).astype(int)
    y = np.floor(points[..., 1]).astype(int)
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    hit = np.zeros(x.shape, dtype=bool)
    hit[inside] = on_trunk[y[inside], x[inside]]
    before = np.zeros(x.shape, dtype=bool)  # a bag or its strap, with trunk on its far side: the trunk goes on behind it
    before[inside] = parts[y[inside], x[inside]] == PARTS.index("bag")
    hit |= before & (np.cumsum(hit[:, ::-1], axis=1)[:, ::-1] > 0)
    tolerance = max(2, round(0.02 * limit))
    reached = np.full(len(heights), np.nan)
    for row in range(len(heights)):
        if not hit[row, : 3 * tolerance].any() or not inside[row, 0]:
            continue
        gaps = np.flatnonzero(~hit[row])
        runs = np.flatnonzero(np.convolve(~hit[row], np.ones(tolerance), "valid") >= tolerance)
        runs = runs[runs >= 3 * tolerance]
        end = runs[0] if len(runs) else (len(steps) - 1 if not len(gaps) else int(np.flatnonzero(hit[row])[-1]) + 1)
        if inside[row, min(end, len(steps) - 1)]:
            reached[row] = steps[min(end, len(steps) - 1)]
    return reached


def _hanging(
    parts: npt.NDArray[np.uint8], start: Points, stop: Points, heights: npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    """At which heights about the hips a dress or skirt is worn, which hangs away from the body there."""
    at = np.floor(start + heights[:, None] * (stop - start)).astype(int)
    inside = (at >= 0).all(axis=1) & (at[:, 0] < parts.shape[1]) & (at[:, 1] < parts.shape[0])
    label = np.zeros(len(heights), dtype=np.uint8)
    label[inside] = parts[at[inside, 1], at[inside, 0]]
    return np.isin(label, _HANGS) & (heights > 0.85)


def _beside_arm(
    arm: Limb, start: Points, stop: Points, outwards: Points, heights: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Where at each height the inside of a hanging arm begins, pixels from the trunk's axis; inf where no arm hangs beside the trunk.

    In the part map a sleeve and the trunk are one garment: only the arm's own place parts them.
    """
    trunk = stop - start
    down = trunk / max(float(np.linalg.norm(trunk)), 1e-6)
    share = np.linspace(0.0, 1.0, 40)
    points = np.concatenate([arm.joints[i] * (1 - share[:, None]) + arm.joints[i + 1] * share[:, None] for i in range(2)])
    radii = np.concatenate([arm.radii[i] * (1 - share) + arm.radii[i + 1] * share for i in range(2)])
    relative = points - start
    depth = relative @ down
    at = heights * float(np.linalg.norm(trunk))
    inside = (relative - depth[:, None] * down) @ outwards - radii
    limit = np.full(len(heights), np.inf)
    for row, height in enumerate(at):
        near = np.abs(depth - height) < 0.06 * float(np.linalg.norm(trunk))
        if near.any():
            limit[row] = inside[near].min()
    return limit


def _smooth(edge: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The same edge without the jumps of single rows."""
    kernel = np.array([1.0, 3.0, 4.0, 3.0, 1.0]) / 12.0
    return np.convolve(np.pad(edge, 2, mode="edge"), kernel, "valid")
