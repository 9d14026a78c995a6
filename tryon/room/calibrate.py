"""The camera from a few lines that a person draws along the room: exact where the lines agree, solved anew in a moment at every move.

Two lines of one direction meet in its vanishing point; two such points at right angles give focal length and rotation (as in fSpy), three
also tell where the lens looked straight ahead (the photo was cut off at one side). Solved by least squares over the angles between every
line and its vanishing point, so that more than two lines of a direction help, and one direction alone still gives what it can.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tryon.room.hints import AXES, CameraHints, Guide
from tryon.room.lens import straight_points
from tryon.room.vanishing import FOCAL_PRIOR, FOCAL_RANGE, FOCAL_SPREAD

__all__ = ["Solved", "propose_guides", "solve_guides"]

if TYPE_CHECKING:
    from tryon.room.camera import Camera

Array = npt.NDArray[np.float64]

_FITS = math.radians(1.2)  # how far a photo's line may miss its vanishing point to be offered as a guide
_END = 0.0010  # how far a careful hand misses a line, as a share of the diagonal
_SEEN = (0.10, 0.25)  # relative error of the focal length below which the lines alone count, and above which the usual one does
_CENTER_SPREAD = 0.12  # of the diagonal: how far the middle of a cut photo lies from its own
_LEVEL_SPREAD = math.radians(8.0)


@dataclass(frozen=True, eq=False)
class Solved:
    """What drawn lines tell. rotation: (3, 3) world to camera, as in Camera. focal_px; center: (x, y) in pixels of the photo.

    focal_error: relative. rest_deg: how far the lines miss their vanishing points, in degrees (root mean square).
    """

    rotation: Array
    focal_px: float
    center: tuple[float, float]
    focal_error: float
    rest_deg: float


def solve_guides(width: int, height: int, hints: CameraHints, focal_px: float | None = None) -> Solved | None:
    """The camera of a photo of this size from the lines in `hints`; None where no direction has two of them.

    focal_px: what EXIF says, used where the lines do not tell. The middle of the photo is where the lens looked, unless `hints.center` says
    otherwise or lines of all three directions show it.
    """
    axes = [axis for axis in AXES if len(hints.along(axis)) >= 2]
    if not axes:
        return None
    diagonal = math.hypot(width, height)
    middle = np.array(hints.center if hints.center is not None else (width / 2, height / 2))
    ends = np.array([guide.ends for axis in axes for guide in hints.along(axis)]).reshape(-1, 2, 2)
    ends = straight_points(ends.reshape(-1, 2), hints.bend, (width, height), (float(middle[0]), float(middle[1]))).reshape(-1, 2, 2)
    ends = (ends - middle) / diagonal
    owner = np.array([number for number, axis in enumerate(axes) for _guide in hints.along(axis)])
    told = hints.focal_px if hints.focal_px is not None else focal_px
    usual = FOCAL_PRIOR if told is None else told / diagonal
    spread = FOCAL_SPREAD if told is None else 0.02
    problem = _Problem(ends, owner, axes, math.log(usual), spread, hints.focal_px is not None)
    state = problem.start()
    state, weight = problem.solved(state, with_center=False)
    shift = np.zeros(2)
    if len(axes) == 3 and hints.center is None:
        moved, _weight = problem.solved(state, with_center=True)
        if problem.center_seen(moved):
            state, shift = moved, moved.center
    error = problem.focal_error(state, weight)
    rest = problem.misses(state)
    rotation = _named(state.rotation, axes)
    center = middle + shift * diagonal
    return Solved(
        rotation=rotation, focal_px=math.exp(state.log_focal) * diagonal, center=(float(center[0]), float(center[1])), focal_error=error,
        rest_deg=math.degrees(float(np.sqrt(np.mean(np.arcsin(np.clip(rest, -1, 1)) ** 2)))),
    )


@dataclass(frozen=True, eq=False)
class _State:
    """rotation: (3, 3), columns are the directions of the problem's axes, then what is left, in camera axes."""

    rotation: Array
    log_focal: float
    center: Array

    def stepped(self, step: Array) -> _State:
        turn = step[:3]
        angle = float(np.linalg.norm(turn))
        cross = np.array([[0, -turn[2], turn[1]], [turn[2], 0, -turn[0]], [-turn[1], turn[0], 0]])
        if angle > 1e-12:
            matrix = np.eye(3) + math.sin(angle) / angle * cross + (1 - math.cos(angle)) / angle**2 * cross @ cross
        else:
            matrix = np.eye(3) + cross
        log_focal = float(np.clip(self.log_focal + step[3], math.log(FOCAL_RANGE[0]), math.log(FOCAL_RANGE[1])))
        return _State(matrix @ self.rotation, log_focal, self.center + step[4:] if len(step) > 4 else self.center)


class _Problem:
    """Lines (N, 2, 2) in units of the diagonal about the middle, each of one of the axes; the usual focal length and its spread."""

    def __init__(self, ends: Array, owner: npt.NDArray[np.intp], axes: list[str], usual: float, spread: float, fixed: bool) -> None:
        self.ends, self.owner, self.axes, self.usual, self.spread, self.fixed = ends, owner, axes, usual, spread, fixed
        along = ends[:, 1] - ends[:, 0]
        length = np.maximum(np.linalg.norm(along, axis=1), 1e-9)
        self.middle, self.along = ends.mean(axis=1), along / length[:, None]
        self.sigma = math.sqrt(2.0) * _END / length

    def vanishing(self) -> list[Array]:
        """Where the lines of each axis meet: homogeneous points (3,), the best for all of them."""
        points = []
        for number in range(len(self.axes)):
            mine = self.owner == number
            normal = np.column_stack([-self.along[mine, 1], self.along[mine, 0]])
            lines = np.column_stack([normal, -(normal * self.middle[mine]).sum(axis=1)]) / self.sigma[mine, None]
            points.append(np.linalg.svd(lines)[2][-1])
        return points

    def start(self) -> _State:
        """The directions of the vanishing points for the focal length under which these are most nearly at right angles."""
        points = self.vanishing()
        if self.fixed or len(points) < 2:
            log_focal = self.usual
        else:
            grid = np.linspace(math.log(FOCAL_RANGE[0]), math.log(FOCAL_RANGE[1]), 61)
            rays = [np.stack([np.full_like(grid, p[0]), np.full_like(grid, p[1]), p[2] * np.exp(grid)], axis=1) for p in points]
            rays = [ray / np.linalg.norm(ray, axis=1, keepdims=True) for ray in rays]
            cost = sum(np.abs((rays[a] * rays[b]).sum(axis=1)) for a in range(len(rays)) for b in range(a))
            log_focal = float(grid[int(np.argmin(cost + 0.002 * (grid - self.usual) ** 2))])
        focal = math.exp(log_focal)
        rays = [np.array([p[0], p[1], p[2] * focal]) for p in points]
        rays = [ray / np.linalg.norm(ray) for ray in rays]
        if len(rays) == 1:
            rays.append(self._beside(rays[0]))
        first = rays[0]
        second = rays[1] - (rays[1] @ first) * first
        if np.linalg.norm(second) < 1e-6:
            second = self._beside(first)
        second = second / np.linalg.norm(second)
        return _State(np.column_stack([first, second, np.cross(first, second)]), log_focal, np.zeros(2))

    def _beside(self, ray: Array) -> Array:
        """A direction at right angles that makes the camera as level as one direction allows."""
        if self.axes[0] == "up":
            side = np.cross(ray, [0.0, 0.0, 1.0])  # to the right of straight ahead
            side = side if np.linalg.norm(side) > 1e-6 else np.array([1.0, 0.0, 0.0])
        else:
            up = np.array([0.0, -1.0, 0.0]) - (-ray[1]) * ray
            side = np.cross(up, ray)
        result: Array = side / max(float(np.linalg.norm(side)), 1e-9)
        return result

    def misses(self, state: _State) -> Array:
        """Sine of the angle between every line and the way to its vanishing point, (N,)."""
        focal = math.exp(state.log_focal)
        ray = state.rotation[:, self.owner].T
        middle = self.middle - state.center
        x, y = focal * ray[:, 0] - middle[:, 0] * ray[:, 2], focal * ray[:, 1] - middle[:, 1] * ray[:, 2]
        result: Array = (self.along[:, 0] * y - self.along[:, 1] * x) / (np.hypot(x, y) + 1e-12)
        return result

    def _residuals(self, state: _State, weight: float) -> Array:
        own = [(state.log_focal - self.usual) / self.spread * math.sqrt(weight)]
        if len(self.axes) == 1:  # the lean that one direction leaves open
            own.append(float(self._lean(state)) / _LEVEL_SPREAD)
        return np.concatenate([self.misses(state) / self.sigma, own, state.center / _CENTER_SPREAD * 1e-3])

    def _lean(self, state: _State) -> float:
        up = _named(state.rotation, self.axes)[:, 1]
        return math.atan2(-float(up[0]), -float(up[1])) if self.axes[0] != "up" else float(state.rotation[2, 1])

    def _slopes(self, state: _State, weight: float, count: int) -> tuple[Array, Array]:
        base, step = self._residuals(state, weight), 1e-6
        columns = []
        for index in range(count):
            move = np.zeros(count)
            move[index] = step
            columns.append((self._residuals(state.stepped(move), weight) - base) / step)
        return base, np.stack(columns, axis=1)

    def _descend(self, state: _State, weight: float, count: int) -> _State:
        """Levenberg-Marquardt."""
        damp = 1e-3
        base, slopes = self._slopes(state, weight, count)
        for _round in range(40):
            normal = slopes.T @ slopes
            step = -np.linalg.solve(normal + damp * np.diag(np.diag(normal) + 1e-9), slopes.T @ base)
            step = np.clip(step, -0.5, 0.5)
            tried = state.stepped(step)
            rest = self._residuals(tried, weight)
            if rest @ rest <= base @ base:
                done = float(np.abs(step).max()) < 1e-10
                state, damp = tried, max(damp / 8, 1e-12)
                if done:
                    break
                base, slopes = self._slopes(state, weight, count)
            else:
                damp *= 6
                if damp > 1e8:
                    break
        return state

    def solved(self, state: _State, with_center: bool) -> tuple[_State, float]:
        """The best state, and how much the usual focal length counted."""
        count = 6 if with_center else 4
        weight = 1e4 if self.fixed else 1e-8
        state = self._descend(state, weight, count)
        if not self.fixed:
            seen = self.focal_error(state, 0.0)
            weight = float(np.clip((seen - _SEEN[0]) / (_SEEN[1] - _SEEN[0]), 1e-8, 1.0))
            if weight > 1e-6:
                state = self._descend(state, weight, count)
        return state, weight

    def _spreads(self, state: _State, weight: float, count: int) -> Array:
        _base, slopes = self._slopes(state, max(weight, 1e-8), count)
        covariance = np.linalg.pinv(slopes.T @ slopes + 1e-9 * np.eye(count))
        return np.sqrt(np.maximum(np.diag(covariance), 0.0))

    def focal_error(self, state: _State, weight: float) -> float:
        """Likely relative error of the focal length."""
        return float(min(self._spreads(state, weight, 4)[3], 1.0))

    def center_seen(self, state: _State) -> bool:
        """Whether lines of three directions tell where the lens looked, and it is a place that a cut photo can have."""
        return bool(self._spreads(state, 0.0, 6)[4:].max() < 0.03 and float(np.abs(state.center).max()) < 0.45)


def _named(directions: Array, axes: list[str]) -> Array:
    """Directions at right angles, columns (3, 3) in the order of the axes, as the room's x, y (up), z: world to camera."""
    if "up" in axes:
        up = directions[:, axes.index("up")]
        others = [directions[:, number] for number in range(3) if number != axes.index("up")]
    elif len(axes) == 2:
        up, others = directions[:, 2], [directions[:, 0], directions[:, 1]]
    else:  # one direction on the floor: of the two others the more upright one is up
        number = 1 if abs(directions[1, 1]) > abs(directions[1, 2]) else 2
        up, others = directions[:, number], [directions[:, 0], directions[:, 3 - number]]
    up = up if up[1] < 0 else -up
    back = others[0] if abs(others[0][2]) >= abs(others[1][2]) else others[1]
    back = back if back[2] < 0 else -back
    return np.column_stack([np.cross(up, back), up, back])


def propose_guides(ends: Array, camera: Camera) -> tuple[Guide, ...]:
    """Two lines for each direction of a camera that was found, to be dragged: long ones of the photo, far from one another.

    ends: (N, 4) segments of the photo, x0, y0, x1, y1. Where the photo shows fewer, lines are laid towards the vanishing point.
    """
    size, diagonal = np.array([camera.width, camera.height], float), math.hypot(camera.width, camera.height)
    points = (camera.K @ camera.rotation).T
    guides = []
    for axis, number in (("floor", 0), ("depth", 2), ("up", 1)):
        chosen = _best_pair(ends.reshape(-1, 2, 2), points[number], diagonal)
        for place in ((0.3, 0.75), (0.7, 0.7), (0.5, 0.85))[: 2 - len(chosen)] if chosen else ((0.3, 0.75), (0.7, 0.75)):
            chosen.append(_towards(size * place, points[number], 0.11 * diagonal))
        guides += [Guide(axis, *(float(value) for value in line.ravel())) for line in chosen[:2]]
    return tuple(guides)


def _way(at: Array, point: Array) -> Array:
    """The unit direction from places (..., 2) to a homogeneous point."""
    way = point[:2] - at * point[2]
    result: Array = way / np.maximum(np.linalg.norm(way, axis=-1, keepdims=True), 1e-12)
    return result


def _towards(at: Array, point: Array, half: float) -> Array:
    way = _way(at, point)
    return np.stack([at - half * way, at + half * way])


def _best_pair(ends: Array, point: Array, diagonal: float) -> list[Array]:
    """The two segments that tell a vanishing point best: long, and at a wide angle to one another or far apart."""
    if not len(ends):
        return []
    along = ends[:, 1] - ends[:, 0]
    length = np.linalg.norm(along, axis=1)
    middle = ends.mean(axis=1)
    way = _way(middle, point)
    miss = np.abs(along[:, 0] * way[:, 1] - along[:, 1] * way[:, 0]) / np.maximum(length, 1e-9)
    good = np.flatnonzero((miss < math.sin(_FITS)) & (length > 0.06 * diagonal))
    good = good[np.argsort(-length[good])][:60]
    if not len(good):
        return []
    mine, unit = middle[good], along[good] / length[good, None]
    normal = np.column_stack([-unit[:, 1], unit[:, 0]])
    apart = np.abs(np.einsum("ijk,ik->ij", mine[None] - mine[:, None], normal))
    apart = np.minimum(apart, apart.T)
    worth = np.minimum(length[good][:, None], length[good][None]) * np.minimum(apart, 0.5 * diagonal)
    one, two = np.unravel_index(int(worth.argmax()), worth.shape)
    if apart[one, two] < 0.05 * diagonal:
        return [ends[good[0]]]
    return [ends[good[one]], ends[good[two]]]
