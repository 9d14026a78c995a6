"""Where the parallel lines of a room meet: three directions at right angles, and the focal length that makes them so.

A room's edges run in three directions at right angles (a "Manhattan world", Coughlan and Yuille 1999). The search takes first
directions from pairs of lines, finds the other two by voting on the circle at right angles to it (after Lu et al. 2017), for several
focal lengths; the best are refined continuously by least squares over the angles between each line and its vanishing point
(Gauss-Newton with expectation-maximization over which line belongs to which direction).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tryon.room.lines import Lines

__all__ = ["Directions", "Pencil", "find_directions", "find_vertical", "gather"]

Array = npt.NDArray[np.float64]

# Mixture of the angle between a line and the direction to its vanishing point: one bell per axis, flat for clutter.
_CLUTTER_SHARE = 0.4
_END_NOISE = 0.5  # of a segment's end across the segment, in pixels of the working copy
_INDEPENDENT = 0.3  # edges of one room are no independent witnesses: makes the likely errors true on crops of real panoramas
_STARTS = 24
_ALL = slice(None)
_FLOOR_RAD = math.radians(0.35)  # bent lens, walls that are not quite square

FOCAL_PRIOR = 0.62  # of the diagonal: 27 mm on full frame, the usual phone
FOCAL_SPREAD = 0.3
FOCAL_RANGE = (0.25, 2.5)
_FOCAL_GRID = np.geomspace(0.36, 1.35, 9)
_PITCH_SPREAD, _ROLL_SPREAD = math.radians(22.0), math.radians(5.0)
_MAX_PITCH, _MAX_ROLL = math.radians(60.0), math.radians(30.0)


@dataclass(frozen=True, eq=False)
class Pencil:
    """Lines made ready for the search: origin at the photo's center, the diagonal as unit.

    middle, along: (N, 2) mid points and unit directions. half: (N,) half lengths. sigma: (N,) expected angular error in radians.
    weight: (N,) how much each line counts; the sum is about the number of independent edges.
    """

    middle: Array
    along: Array
    half: Array
    sigma: Array
    weight: Array

    def __len__(self) -> int:
        return len(self.half)

    def first(self, count: int) -> Pencil:
        """The `count` longest."""
        cut = slice(count)
        return Pencil(self.middle[cut], self.along[cut], self.half[cut], self.sigma[cut], self.weight[cut])


@dataclass(frozen=True, eq=False)
class Directions:
    """What the lines tell about a camera.

    rotation: (3, 3) world to camera, columns = the room's x, y (up), z in camera axes. focal: of the diagonal.
    score: log-likelihood gain over "all clutter". margin: by how much it beats the best answer that differs by more than 10 degrees.
    seen: (3,) weight of the lines along x, y, z. owner: (N,) axis of each line, -1 = none.
    focal_sigma, rotation_sigma: likely relative error of the focal length, and radians, as far as the lines alone tell.
    """

    rotation: Array
    focal: float
    score: float
    margin: float
    seen: Array
    focal_sigma: float
    rotation_sigma: float
    owner: npt.NDArray[np.intp]


def gather(lines: Lines, width: int, height: int, center: tuple[float, float] | None = None) -> Pencil:
    """Make the lines of a photo of this size ready for the search; center: where the lens looked, unless in the middle."""
    diagonal = math.hypot(width, height)
    ends = (lines.ends - np.array((center or (width / 2.0, height / 2.0)) * 2)) / diagonal
    start, stop = ends[:, :2], ends[:, 2:]
    length = np.maximum(np.hypot(*(stop - start).T), 1e-9)
    sigma = np.hypot(_END_NOISE * lines.unit / diagonal / length * math.sqrt(2.0), _FLOOR_RAD)
    weight = _INDEPENDENT * np.minimum(length, 0.4) / 0.1
    return Pencil((start + stop) / 2.0, (stop - start) / length[:, None], length / 2.0, sigma, weight)


def sines(pencil: Pencil, focal: Array, axes: Array) -> Array:
    """Sine of the angle between each line and the way from its middle to each vanishing point.

    focal: (...,). axes: (..., K, 3) directions in camera axes. Returns (..., N, K), signed.
    """
    x = focal[..., None, None] * axes[..., None, :, 0] - pencil.middle[:, 0, None] * axes[..., None, :, 2]
    y = focal[..., None, None] * axes[..., None, :, 1] - pencil.middle[:, 1, None] * axes[..., None, :, 2]
    far = np.sqrt(x * x + y * y) + 1e-12
    result: Array = (pencil.along[:, 0, None] * y - pencil.along[:, 1, None] * x) / far
    return result


def _bells(deviation: Array, sigma: Array) -> Array:
    """Likelihood of each line under each axis relative to clutter, (..., N, K)."""
    count = deviation.shape[-1]
    peak = (1.0 - _CLUTTER_SHARE) / count / _CLUTTER_SHARE * math.sqrt(math.pi / 2.0) / sigma
    result: Array = peak[:, None] * np.exp(-0.5 * (deviation / sigma[:, None]) ** 2)
    return result


def _shares(pencil: Pencil, deviation: Array, sigma: Array | None = None) -> Array:
    """How likely each line belongs to each axis, (..., N, K)."""
    bells = _bells(deviation, pencil.sigma if sigma is None else sigma)
    result: Array = bells / (1.0 + bells.sum(axis=-1, keepdims=True))
    return result


def _gain(pencil: Pencil, deviation: Array, sigma: Array) -> Array:
    """Log-likelihood over "all clutter", (...,)."""
    result: Array = np.log1p(_bells(deviation, sigma).sum(axis=-1)) @ pencil.weight
    return result


def find_directions(pencil: Pencil, focal: float | None = None, seed: int = 0) -> Directions | None:
    """Find the room's three directions, and the focal length unless it is given (of the diagonal); None with fewer than 6 lines."""
    if len(pencil) < 6:
        return None
    grid = np.array([focal]) if focal is not None else _FOCAL_GRID
    rotations, focals = _search(pencil, grid, seed)
    if len(rotations) == 0:
        return None
    prior = (math.log(focal), 0.02) if focal is not None else (math.log(FOCAL_PRIOR), FOCAL_SPREAD)
    rotations, focals = _refine(pencil, rotations, focals, prior)
    scores = _posterior(pencil, rotations, focals, prior)
    best = int(scores.argmax())
    rotation, found = rotations[best], float(focals[best])
    apart = np.array([_quarter_angle(rotation, other) for other in rotations])
    rivals = scores[apart > math.radians(10.0)]
    alike = apart < math.radians(15.0)
    chance = np.exp(scores[alike] - scores[best])
    spread = math.sqrt(float(chance @ np.log(focals[alike] / found) ** 2 / chance.sum()))
    if abs(rotation[2, 0]) > abs(rotation[2, 2]):  # the other wall direction has become the nearer to straight ahead
        rotation = rotation[:, [2, 1, 0]] * [-1.0, 1.0, 1.0]
    if rotation[2, 2] > 0:
        rotation = rotation * [-1.0, 1.0, -1.0]
    share = _shares(pencil, sines(pencil, np.array(found), rotation.T))
    seen = pencil.weight @ share
    focal_sigma, rotation_sigma = _sigmas(pencil, rotation, found)
    return Directions(
        rotation=rotation, focal=found, score=float(scores[best]), margin=float(scores[best] - rivals.max(initial=0.0)), seen=seen,
        focal_sigma=math.hypot(focal_sigma, spread), rotation_sigma=rotation_sigma,
        owner=np.where(share.max(axis=1) > 0.5, share.argmax(axis=1), -1),
    )


def find_vertical(pencil: Pencil, focal: float) -> tuple[Array, float]:
    """Pitch and roll from the upright lines alone: a rotation (3, 3) that looks along -z, and the score above a level camera's."""
    pitch, roll = (np.radians(angle).ravel() for angle in np.meshgrid(np.arange(-56.0, 57.0, 4.0), np.arange(-28.0, 29.0, 2.0)))
    up = np.stack([-np.sin(roll) * np.cos(pitch), -np.cos(roll) * np.cos(pitch), np.sin(pitch)], axis=1)
    right = np.cross(up, [0.0, 0.0, -1.0])  # level, and straight ahead is -z
    right /= np.linalg.norm(right, axis=1, keepdims=True)
    rotations = np.stack([right, up, np.cross(right, up)], axis=2)
    focals = np.full(len(rotations), focal)
    few = pencil.first(120)
    scores = _gravity(rotations) + _gain(
        few, sines(few, focals, np.swapaxes(rotations, 1, 2)[:, 1:2]), np.hypot(few.sigma, math.radians(2.0)),
    )
    order = np.argsort(-scores)[:8]
    prior = (math.log(focal), 0.02)
    rotations, focals = _refine(pencil, rotations[order], focals[order], prior, slice(1, 2))
    scores = _posterior(pencil, rotations, focals, prior, slice(1, 2))
    best = int(scores.argmax())
    level = np.diag([1.0, -1.0, -1.0])[None]
    up = rotations[best][:, 1]
    right = np.cross(up, [0.0, 0.0, -1.0])
    right /= np.linalg.norm(right)
    gain = scores[best] - _posterior(pencil, level, np.array([focal]), prior, slice(1, 2))[0]
    return np.stack([right, up, np.cross(right, up)], axis=1), float(gain)


def _search(pencil: Pencil, grid: Array, seed: int, keep: int = _STARTS) -> tuple[Array, Array]:
    """Distinct good starts: (H, 3, 3) rotations, y up, and (H,) focal lengths."""
    few = pencil.first(160)
    points = _meeting_points(few, seed)
    sigma = np.hypot(few.sigma, math.radians(1.0))
    # every candidate under every focal length: (F, C, 3)
    first = points[None] * np.column_stack([1.0 / grid, 1.0 / grid, np.ones_like(grid)])[:, None]
    first /= np.linalg.norm(first, axis=-1, keepdims=True)
    focals = np.repeat(grid, len(points))
    first = first.reshape(-1, 3)
    second, third = _circle(first)
    # planes through camera and line, their crossing with the circle at right angles to the first direction
    planes = np.stack([
        -few.along[:, 1][None] * grid[:, None] ** 0,
        few.along[:, 0][None] * grid[:, None] ** 0,
        (few.along[:, 1] * few.middle[:, 0] - few.along[:, 0] * few.middle[:, 1])[None] / grid[:, None],
    ], axis=-1)
    planes /= np.linalg.norm(planes, axis=-1, keepdims=True)
    planes = np.repeat(planes, len(points), axis=0)  # (F*C, N, 3)
    on_second, on_third = np.einsum("hni,hi->hn", planes, second), np.einsum("hni,hi->hn", planes, third)
    turn = np.degrees(np.arctan2(-on_second, on_third)) % 90.0
    explained = np.exp(-0.5 * (np.einsum("hni,hi->hn", planes, first) / math.radians(2.0)) ** 2)
    vote = few.weight * np.hypot(on_second, on_third) * (1.0 - explained)
    bins = np.zeros((len(first), 90))
    rows = np.repeat(np.arange(len(first)), len(few))
    np.add.at(bins, (rows, np.minimum(turn.astype(np.intp), 89).ravel()), vote.ravel())
    smooth = bins * 3 + 2 * (np.roll(bins, 1, 1) + np.roll(bins, -1, 1)) + np.roll(bins, 2, 1) + np.roll(bins, -2, 1)
    starts, start_focals = [], []
    rows = np.arange(len(first))
    for _peak in range(3):
        at = smooth.argmax(axis=1)
        angle = np.radians(at + 0.5)
        a = second * np.cos(angle)[:, None] + third * np.sin(angle)[:, None]
        starts.append(np.stack([first, a, np.cross(first, a)], axis=1))
        start_focals.append(focals)
        for step in range(-5, 6):
            smooth[rows, (at + step) % 90] = -1.0
    axes, all_focals = np.concatenate(starts), np.concatenate(start_focals)
    rotations, upright = _upright(axes)
    rotations, all_focals = rotations[upright], all_focals[upright]
    if len(rotations) == 0:
        return rotations, all_focals
    deviation = sines(few, all_focals, np.swapaxes(rotations, 1, 2))
    scores = _gain(few, deviation, sigma) + _gravity(rotations)
    if len(grid) > 1:
        scores -= 0.5 * (np.log(all_focals / FOCAL_PRIOR) / FOCAL_SPREAD) ** 2
    return _distinct(rotations, all_focals, scores, keep)


def _meeting_points(pencil: Pencil, seed: int, pairs: int = 1500, keep: int = 40) -> Array:
    """Points, or directions at infinity, where many lines meet: (C, 3) homogeneous, diagonal units; independent of the focal length."""
    random = np.random.default_rng(seed)
    chance = pencil.weight / pencil.weight.sum()
    one, two = random.choice(len(pencil), (2, pairs), p=chance)
    line = np.column_stack([
        -pencil.along[:, 1], pencil.along[:, 0], pencil.along[:, 1] * pencil.middle[:, 0] - pencil.along[:, 0] * pencil.middle[:, 1],
    ])
    points = np.cross(line[one], line[two])
    points = np.vstack([points[np.linalg.norm(points, axis=1) > 1e-9], [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]])
    directions = points * [1.0, 1.0, FOCAL_PRIOR]
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    sigma = np.hypot(pencil.sigma, math.radians(0.7))
    scores = np.empty(len(points))
    for part in np.array_split(np.arange(len(points)), 6):
        scores[part] = _gain(pencil, sines(pencil, np.full(1, FOCAL_PRIOR), directions[None, part])[0].T[..., None], sigma)
    chosen: list[int] = []
    near = math.cos(math.radians(2.5))
    free = np.ones(len(points), dtype=bool)
    for index in np.argsort(-scores):
        if free[index]:
            chosen.append(int(index))
            free &= np.abs(directions @ directions[index]) < near
            if len(chosen) == keep:
                break
    result: Array = directions[chosen] * [1.0, 1.0, 1.0 / FOCAL_PRIOR]
    return result


def _circle(first: Array) -> tuple[Array, Array]:
    """Two directions at right angles to each of (H, 3) and to one another."""
    helper = np.where(np.abs(first[:, 1:2]) < 0.8, [[0.0, 1.0, 0.0]], [[1.0, 0.0, 0.0]])
    second = np.cross(first, helper)
    second /= np.linalg.norm(second, axis=1, keepdims=True)
    return second, np.cross(first, second)


def _upright(axes: Array) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Name three directions (H, 3 axes, 3) as the room's x, y (up), z: rotations (H, 3, 3) world to camera, and whether one can be up."""
    pitch = np.arcsin(np.clip(axes[..., 2] * np.where(axes[..., 1] < 0, 1, -1), -1, 1))  # of the axis turned upward in the photo
    roll = np.arctan2(np.abs(axes[..., 0]), np.abs(axes[..., 1]))
    cost = (pitch / _PITCH_SPREAD) ** 2 + (roll / _ROLL_SPREAD) ** 2
    cost = np.where((np.abs(pitch) < _MAX_PITCH) & (roll < _MAX_ROLL), cost, np.inf)
    rows = np.arange(len(axes))
    which = cost.argmin(axis=1)
    up = axes[rows, which]
    up = up * np.where(up[:, 1:2] > 0, -1.0, 1.0)
    # back: of the two others and their opposites the one that points most directly at the camera
    others = np.stack([axes[rows, (which + 1) % 3], axes[rows, (which + 2) % 3]], axis=1)
    back = others[rows, np.abs(others[..., 2]).argmax(axis=1)]
    back = back * np.where(back[:, 2:] > 0, -1.0, 1.0)
    return np.stack([np.cross(up, back), up, back], axis=2), np.isfinite(cost.min(axis=1))


def _gravity(rotations: Array) -> Array:
    """Log prior of how cameras are held, (H,); heavy tails."""
    pitch = np.arcsin(np.clip(rotations[:, 2, 1], -1, 1))
    roll = np.arctan2(-rotations[:, 0, 1], -rotations[:, 1, 1])
    result: Array = -np.log1p((pitch / _PITCH_SPREAD) ** 2) - 2.0 * np.log1p((roll / _ROLL_SPREAD) ** 2)
    return result


def _distinct(rotations: Array, focals: Array, scores: Array, keep: int) -> tuple[Array, Array]:
    """The best that differ from one another by 5 degrees or a third of the focal length."""
    chosen: list[int] = []
    for index in np.argsort(-scores)[:400]:
        for other in chosen:
            same_focal = abs(math.log(focals[index] / focals[other])) < 0.3
            if same_focal and _quarter_angle(rotations[index], rotations[other]) < math.radians(5.0):
                break
        else:
            chosen.append(int(index))
            if len(chosen) == keep:
                break
    return rotations[chosen], focals[chosen]


def _quarter_angle(one: Array, two: Array) -> float:
    """Angle in radians between two rotations up to the room's quarter turns about the vertical."""
    relative = one.T @ two
    trace = max(
        relative[1, 1] + abs(relative[0, 0] + relative[2, 2]),
        relative[1, 1] + abs(relative[0, 2] - relative[2, 0]),
    )
    return math.acos(float(np.clip((trace - 1.0) / 2.0, -1.0, 1.0)))


def _posterior(pencil: Pencil, rotations: Array, focals: Array, prior: tuple[float, float], axes: slice = _ALL) -> Array:
    deviation = sines(pencil, focals, np.swapaxes(rotations, 1, 2)[:, axes])
    result: Array = _gain(pencil, deviation, pencil.sigma) + _gravity(rotations) - 0.5 * ((np.log(focals) - prior[0]) / prior[1]) ** 2
    return result


def _turned(rotations: Array, step: Array) -> Array:
    """Rotate by small rotation vectors (H, 3) in camera axes."""
    angle = np.linalg.norm(step, axis=-1)[..., None, None]
    cross = np.zeros((*step.shape[:-1], 3, 3))
    cross[..., 0, 1], cross[..., 0, 2], cross[..., 1, 2] = -step[..., 2], step[..., 1], -step[..., 0]
    cross -= np.swapaxes(cross, -1, -2)
    small = np.maximum(angle, 1e-12)
    result: Array = (np.eye(3) + np.sin(angle) / small * cross + (1 - np.cos(angle)) / small**2 * cross @ cross) @ rotations
    return result


def _derivatives(pencil: Pencil, rotations: Array, focals: Array, axes: slice = _ALL) -> tuple[Array, Array]:
    """Deviations (H, N, K) and their derivatives (H, N, K, 4) by rotation vector and log focal length."""
    step = 1e-5
    base = sines(pencil, focals, np.swapaxes(rotations, 1, 2)[:, axes])
    slopes = []
    for index in range(3):
        vector = np.zeros((len(rotations), 3))
        vector[:, index] = step
        slopes.append((sines(pencil, focals, np.swapaxes(_turned(rotations, vector), 1, 2)[:, axes]) - base) / step)
    slopes.append((sines(pencil, focals * math.exp(step), np.swapaxes(rotations, 1, 2)[:, axes]) - base) / step)
    return base, np.stack(slopes, axis=-1)


def _normal(pencil: Pencil, rotations: Array, focals: Array, sigma: Array, axes: slice = _ALL) -> tuple[Array, Array]:
    """Gauss-Newton's normal equations (H, 4, 4) and gradients (H, 4), each line weighted by how likely it belongs to each axis."""
    deviation, slope = _derivatives(pencil, rotations, focals, axes)
    trust = _shares(pencil, deviation, sigma) * (pencil.weight / sigma**2)[:, None]
    flat = slope.reshape(len(slope), -1, 4)
    pulled = np.swapaxes(flat * trust.reshape(len(slope), -1, 1), 1, 2)
    return pulled @ flat, (pulled @ deviation.reshape(len(slope), -1, 1))[..., 0]


def _refine(
    pencil: Pencil, rotations: Array, focals: Array, prior: tuple[float, float], axes: slice = _ALL
) -> tuple[Array, Array]:
    """Continuous least squares of rotation and focal length from each start, from loose to tight."""
    for loose_deg, rounds in ((1.5, 4), (0.7, 4), (0.0, 6)):
        sigma = np.hypot(pencil.sigma, math.radians(loose_deg))
        for _round in range(rounds):
            hessian, pull = _normal(pencil, rotations, focals, sigma, axes)
            hessian[:, 3, 3] += 1.0 / prior[1] ** 2
            pull[:, 3] += (np.log(focals) - prior[0]) / prior[1] ** 2
            hessian[:, range(3), range(3)] += 1.0
            move = np.clip(-np.linalg.solve(hessian, pull[..., None])[..., 0], -0.1, 0.1)
            rotations = _turned(rotations, move[:, :3])
            focals = np.clip(focals * np.exp(move[:, 3]), *FOCAL_RANGE)
    return rotations, focals


def _sigmas(pencil: Pencil, rotation: Array, focal: float) -> tuple[float, float]:
    """Likely errors from the lines alone: relative focal length, and rotation in radians."""
    hessian = _normal(pencil, rotation[None], np.array([focal]), pencil.sigma)[0][0]
    covariance = np.linalg.inv(hessian + np.diag([1.0, 1.0, 1.0, 0.1]))
    return float(math.sqrt(covariance[3, 3])), float(math.sqrt(np.trace(covariance[:3, :3])))
