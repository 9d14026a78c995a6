"""How the landmarks of a garment lie to one another: what keeps an armpit out of the middle of the chest.

For each kind and sleeve a few point distribution models (Cootes et al. 1995), learned from drawn garments by
`training/garments/prior.py`. Shapes are arrays of complex numbers x + iy, in the order of `landmarks_of`; place, size and turn of a
garment do not count, a large turn does a little.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

__all__ = ["Cloud", "ShapePrior", "group_name", "lined_up", "load_shape_prior", "shape_prior"]

Shapes = npt.NDArray[np.complex128]
Floats = npt.NDArray[np.float64]

_LEAST_SPREAD = 0.045
"""Spread of each coordinate beyond what the modes describe, in units of the shape's own radius."""
_WIDER = 1.25  # real garments differ more than drawn ones
_TURN_RAD = 0.22
_MOST_TURN = 3.0  # the most that a turn counts, in nats


def group_name(kind: str, sleeve: str) -> str:
    """The name under which the shapes of a kind are kept."""
    return f"{kind}_{sleeve}" if kind in ("top", "outer", "dress") else kind


def lined_up(shapes: Shapes, mean: Shapes) -> Shapes:
    """Shapes (..., L) moved, turned and scaled onto a centered mean (L)."""
    centered = shapes - shapes.mean(-1, keepdims=True)
    power = np.maximum((np.abs(centered) ** 2).sum(-1, keepdims=True), 1e-12)
    turn = (centered.conj() * mean).sum(-1, keepdims=True) / power
    # The least-squares scale shrinks what does not fit; equal size keeps a bad shape bad.
    size = np.sqrt((np.abs(mean) ** 2).sum() / power)
    return np.asarray(centered * turn / np.maximum(np.abs(turn), 1e-12) * size)


@dataclass(frozen=True, eq=False)
class Cloud:
    """Shapes of one sort. mean: (L,) complex, centered. precision: (2 L, 2 L) of x then y. offset: what its rarity costs, nats."""

    mean: Shapes
    precision: Floats
    offset: float
    known: dict[tuple[int, ...], tuple[npt.NDArray[np.int64], Floats, float]] = field(default_factory=dict, repr=False)

    def cost(self, shapes: Shapes) -> Floats:
        """How unlikely shapes (..., L) are, in nats; the turn counts as well."""
        centered = shapes - shapes.mean(-1, keepdims=True)
        turn = np.angle((centered.conj() * self.mean).sum(-1))
        apart = lined_up(shapes, self.mean) - self.mean
        flat = np.concatenate([apart.real, apart.imag], -1)
        far = 0.5 * ((flat @ self.precision) * flat).sum(-1)
        return np.asarray(far + np.minimum(0.5 * (turn / _TURN_RAD) ** 2, _MOST_TURN) + self.offset)

    def predicted(self, shape: Shapes, missing: list[int]) -> tuple[Shapes, float]:
        """Where landmarks `missing` would lie, all others given; and the spread of that, in the shape's own units."""
        given, gain, wide = self._regression(tuple(missing))
        known = shape[given]
        middle, aim = known.mean(), self.mean[given]
        centered, target = known - middle, aim - aim.mean()
        turn = (centered.conj() * target).sum() / max(float((np.abs(centered) ** 2).sum()), 1e-12)
        turn = turn if abs(turn) > 1e-9 else complex(1e-9)
        apart = centered * turn + aim.mean() - self.mean[given]
        shift = gain @ np.concatenate([apart.real, apart.imag])
        half = len(missing)
        place = self.mean[missing] + shift[:half] + 1j * shift[half:]
        return np.asarray((place - aim.mean()) / turn + middle), wide / abs(turn)

    def _regression(self, missing: tuple[int, ...]) -> tuple[npt.NDArray[np.int64], Floats, float]:
        """The landmarks given, how those missing follow from their deviations, and the spread left; worked out once."""
        if missing not in self.known:
            count = len(self.mean)
            given = np.setdiff1d(np.arange(count), missing)
            rows = np.concatenate([missing, np.array(missing) + count]).astype(int)
            columns = np.concatenate([given, given + count]).astype(int)
            own = np.linalg.inv(self.precision[np.ix_(rows, rows)])
            self.known[missing] = (given, -own @ self.precision[np.ix_(rows, columns)], float(np.sqrt(np.trace(own) / len(rows))))
        return self.known[missing]


@dataclass(frozen=True, eq=False)
class ShapePrior:
    """The clouds of every kind and sleeve, by `group_name`."""

    clouds: dict[str, tuple[Cloud, ...]]


def load_shape_prior(path: Path) -> ShapePrior:
    """Read the shipped shapes. Raises ModelError through the pool when they do not fit."""
    from tryon.weights.safe import load_weights

    tensors = {name: np.asarray(value.double().numpy()) for name, value in load_weights(path).items()}
    clouds = {}
    for name in sorted({key.split(".")[0] for key in tensors}):
        means, modes, shares = (tensors[f"{name}.{part}"] for part in ("mean", "modes", "share"))
        clouds[name] = tuple(_cloud(*one) for one in zip(means, modes, shares, strict=True))
    return ShapePrior(clouds)


def _cloud(mean: Floats, modes: Floats, share: float) -> Cloud:
    count = len(mean) // 2
    covariance = _WIDER**2 * modes.T @ modes + _LEAST_SPREAD**2 * np.eye(2 * count)
    _, size = np.linalg.slogdet(covariance)
    least = 2 * count * np.log(_LEAST_SPREAD**2)
    return Cloud(mean[:count] + 1j * mean[count:], np.linalg.inv(covariance), 0.15 * float(size - least) - float(np.log(share)))


def shape_prior(kind: str, sleeve: str) -> tuple[Cloud, ...]:
    """The clouds of one kind of garment, from the shelf of weights."""
    from tryon.weights.pool import shared_pool

    with shared_pool().lend("garment_shapes", load_shape_prior) as prior:
        return prior.clouds[group_name(kind, sleeve)]
