"""Choose places for all landmarks of a garment together: what the net saw, where the edge turns, and how garments are shaped.

One landmark at a time, then pairs, each is moved to where it costs least while the others stay (iterated conditional modes, Besag
1986), from several first guesses. Points are (n, 2) pixels of the outline.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from tryon.fit.shape_prior import Cloud

__all__ = ["Sight", "best_shape"]

Points = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float64]

_SWEEPS = 5
_CROWD = 0.025  # two landmarks nearer than this share of the garment's size are in one place
_CROWDED = 6.0  # what that costs, nats


@dataclass(frozen=True, eq=False)
class Sight:
    """What speaks for the places of one landmark, the others left aside.

    on_edge: (edge points,) cost of each point of the outline, nats. cost: the same for any points. peaks: (n, 2) places that the net
    would choose. roams: may lie on the cloth, away from the outline.
    """

    name: str
    on_edge: Floats
    cost: Callable[[Points], Floats]
    peaks: Points
    roams: bool


def best_shape(
    edge: Points,
    sights: Sequence[Sight],
    partners: Sequence[int],
    clouds: Sequence[Cloud],
    guesses: Sequence[Points],
    apart: Sequence[tuple[int, int]] = (),
) -> tuple[Points, float]:
    """The places (L, 2) that cost least together, and what they cost.

    edge: (n, 2) the outline. partners: index of each landmark's mirrored one (its own where it lies in the middle). guesses: (L, 2)
    places to begin from; each cloud's own mean laid into the outline's box is tried besides. apart: pairs of landmarks that are never in
    one place (a cuff and the hem).
    """
    low, high = edge.min(0), edge.max(0)
    best, least = guesses[0], np.inf
    for cloud in clouds:
        mean = np.stack([cloud.mean.real, cloud.mean.imag], 1)
        span = np.maximum(np.ptp(mean, axis=0), 1e-6)
        boxed = (mean - mean.min(0)) / span * (high - low) + low
        for guess in (*guesses, boxed):
            likely = partial(_unlikely, cloud, list(apart), _CROWD * float(max(high - low)))
            places, cost = _settled(edge, sights, partners, cloud, likely, guess)
            if cost < least:
                best, least = places, cost
    return best, float(least)


def _unlikely(cloud: Cloud, apart: list[tuple[int, int]], reach: float, shapes: npt.NDArray[np.complex128]) -> Floats:
    """What shapes (..., L) cost: unlike the cloud, or with two landmarks in one place."""
    cost = cloud.cost(shapes)
    if apart:
        first, second = np.array(apart).T
        near = np.clip(1.5 - np.abs(shapes[..., first] - shapes[..., second]) / reach, 0.0, 1.0)
        cost = cost + _CROWDED * near.sum(-1)
    return np.asarray(cost)


def _settled(
    edge: Points,
    sights: Sequence[Sight],
    partners: Sequence[int],
    cloud: Cloud,
    unlikely: Callable[[npt.NDArray[np.complex128]], Floats],
    guess: Points,
) -> tuple[Points, float]:
    """The guess, moved until no landmark and no pair would rather lie elsewhere."""
    places = guess.copy()
    seen = np.array([float(sight.cost(places[i : i + 1])[0]) for i, sight in enumerate(sights)])
    shaped = float(unlikely(_complex(places)))
    order = np.argsort(seen)[::-1]  # what lies worst moves first
    for _ in range(_SWEEPS):
        before = shaped + seen.sum()
        for i in order:
            near, spread = cloud.predicted(_complex(places), [int(i)])
            options = _options(edge, sights[i], _points(near)[0], spread, places[i])
            costs = sights[i].cost(options)
            trials = np.repeat(_complex(places)[None], len(options), 0)
            trials[:, i] = _complex(options)
            shapes = unlikely(trials)
            k = int((costs + shapes).argmin())
            places[i], seen[i], shaped = options[k], costs[k], float(shapes[k])
        for i, j in enumerate(partners):
            if j <= i:
                continue
            near, spread = cloud.predicted(_complex(places), [i, j])
            left = _options(edge, sights[i], _points(near)[0], spread, places[i])
            right = _options(edge, sights[j], _points(near)[1], spread, places[j])
            a, b = (grid.ravel() for grid in np.meshgrid(np.arange(len(left)), np.arange(len(right)), indexing="ij"))
            trials = np.repeat(_complex(places)[None], len(a), 0)
            trials[:, i], trials[:, j] = _complex(left)[a], _complex(right)[b]
            shapes, costs_i, costs_j = unlikely(trials), sights[i].cost(left), sights[j].cost(right)
            k = int((shapes + costs_i[a] + costs_j[b]).argmin())
            places[i], places[j] = left[a[k]], right[b[k]]
            seen[i], seen[j], shaped = costs_i[a[k]], costs_j[b[k]], float(shapes[k])
        if shaped + seen.sum() > before - 0.02:
            break
    return places, shaped + float(seen.sum())


def _options(edge: Points, sight: Sight, near: Points, spread: float, now: Points) -> Points:
    """Places worth a trial: where it is, where the net sees it, the best of the edge about where the others want it, and just there."""
    far = ((edge - near) ** 2).sum(1) / max(spread, 1e-6) ** 2
    on_edge = edge[int((sight.on_edge + 0.5 * far).argmin())]
    found = [now[None], on_edge[None], sight.peaks]
    if sight.roams:
        found.append(near[None])
    return np.concatenate(found)


def _complex(points: Points) -> npt.NDArray[np.complex128]:
    return np.asarray(points[..., 0] + 1j * points[..., 1])


def _points(shape: npt.NDArray[np.complex128]) -> Points:
    return np.stack([shape.real, shape.imag], -1)
