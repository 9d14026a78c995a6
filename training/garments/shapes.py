"""What drawn garments are made of: points, curves, parts, lines, and the drawing that holds them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

__all__ = ["SIDES", "Drawing", "Line", "Part", "Points", "Rng", "bow", "pleats", "ruffled", "smooth"]

Points = npt.NDArray[np.float64]
Rng = np.random.Generator
SIDES = (("left", 1.0), ("right", -1.0))


@dataclass
class Part:
    """One piece of cloth: its polygon, what it is ("front", "inner", "sleeve", "trim") and how its cloth is turned (degrees)."""

    points: Points
    role: str = "front"
    turn_deg: float = 0.0
    tone: float = 1.0


@dataclass
class Line:
    """A seam, pleat, zip or crease drawn on the cloth."""

    points: Points
    style: str = "seam"


@dataclass
class Drawing:
    """A garment: parts from back to front, lines on it, landmarks by name (NaN: exists but is hidden), what it is."""

    kind: str
    sleeve: str
    parts: list[Part] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    landmarks: dict[str, tuple[float, float]] = field(default_factory=dict)
    buttons: list[tuple[float, float]] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    hook: tuple[float, float] | None = None

    def moved(self, move: Callable[[Points], Points]) -> Drawing:
        """The same garment with every point moved by a function of (N, 2) points."""
        one = lambda p: tuple(move(np.array([p], dtype=np.float64))[0])  # noqa: E731
        return Drawing(
            self.kind,
            self.sleeve,
            [Part(move(p.points), p.role, p.turn_deg, p.tone) for p in self.parts],
            [Line(move(line.points), line.style) for line in self.lines],
            {name: one(p) for name, p in self.landmarks.items()},
            [one(p) for p in self.buttons],
            set(self.hidden),
            None if self.hook is None else one(self.hook),
        )


def bow(start: npt.ArrayLike, end: npt.ArrayLike, bulge: float = 0.0, count: int = 12) -> Points:
    """A curve from start to end; bulge > 0 bends it to the left of its direction (in y-down pictures), as a share of its length."""
    a, b = np.asarray(start, float), np.asarray(end, float)
    direction = b - a
    control = (a + b) / 2 + np.array([direction[1], -direction[0]]) * bulge * 2
    t = np.linspace(0, 1, count)[:, None]
    return (1 - t) ** 2 * a + 2 * t * (1 - t) * control + t**2 * b


def smooth(points: npt.ArrayLike, count: int = 10) -> Points:
    """A Catmull-Rom curve through the points."""
    p = np.asarray(points, float)
    p = np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    t = np.linspace(0, 1, count, endpoint=False)[:, None]
    pieces = [
        0.5
        * (
            2 * p[i]
            + (p[i + 1] - p[i - 1]) * t
            + (2 * p[i - 1] - 5 * p[i] + 4 * p[i + 1] - p[i + 2]) * t**2
            + (3 * p[i] - p[i - 1] - 3 * p[i + 1] + p[i + 2]) * t**3
        )
        for i in range(1, len(p) - 2)
    ]
    return np.vstack([*pieces, p[-2:-1]])


def ruffled(points: Points, rng: Rng, size: float) -> Points:
    """The curve with the waves of a ruffled or gathered hem."""
    t = np.linspace(0, 1, 60)
    at = np.linspace(0, 1, len(points))
    dense = np.stack([np.interp(t, at, points[:, i]) for i in (0, 1)], 1)
    waves = np.sin(t * np.pi * rng.uniform(8, 34) + rng.uniform(0, 6)) * rng.uniform(0.3, 1.0, 60) * size
    dense[1:-1, 1] += waves[1:-1]
    return dense


def pleats(rng: Rng, out: Drawing, a: Points, b: Points, c: Points, d: Points) -> None:
    for t in np.linspace(0.06, 0.94, int(rng.integers(4, 16))):
        stop = rng.uniform(0.6, 1.0)
        start, end = a + (b - a) * t, c + (d - c) * t
        out.lines.append(Line(bow(start, start + (end - start) * stop, rng.normal(0, 0.02), 6), "pleat"))
