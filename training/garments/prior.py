"""Learn how the landmarks of garments lie to one another: `python -m training.garments.prior` (about a minute).

Draws garments of each kind and sleeve, lines them up and describes them as a few clouds of shapes (point distribution models, Cootes et
al. 1995; clouds by k-means on the lined-up shapes). Writes models/garment_shapes.safetensors with its card; read by
`tryon.fit.shape_prior`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from training.garments.outlines import draw_outline
from training.publish import publish
from tryon.fit.outline import KINDS, SLEEVES, landmarks_of, mirrored_name
from tryon.fit.shape_prior import group_name, lined_up

Shapes = npt.NDArray[np.complex128]

SEED = 4_071_776
_SHAPES = 1400
_CLOUDS = 3
_KEPT = 0.985  # share of the variance that the modes keep


def drawn_shapes(kind: str, sleeve: str, count: int, rng: np.random.Generator) -> Shapes:
    """(count, landmarks) x + iy of drawn garments, stretched, sheared and mirrored as photos are."""
    names = landmarks_of(kind, sleeve)
    mirror = [names.index(mirrored_name(name)) for name in names]
    rows: list[Shapes] = []
    while len(rows) < count:
        drawing = draw_outline(rng, kind)
        if drawing.sleeve != sleeve:
            continue
        points = np.array([drawing.landmarks[name] for name in names], dtype=np.float64)
        points = points @ np.array([[rng.uniform(0.88, 1.13), rng.normal(0, 0.03)], [0.0, 1.0]]).T
        points += rng.normal(0, 0.01 * np.ptp(points[:, 1]), points.shape)
        row = points[:, 0] + 1j * points[:, 1]
        rows.append(row if rng.random() < 0.5 else -row[mirror].conj())
    return np.array(rows)


def clouds(shapes: Shapes, count: int, rng: np.random.Generator) -> list[Shapes]:
    """Groups of shapes that look alike, each lined up to its own mean; k-means, the best of a few starts."""
    mean = shapes[0] - shapes[0].mean()
    for _ in range(6):
        mean = _unit(lined_up(shapes, mean).mean(0))
    placed = lined_up(shapes, mean)
    best: tuple[float, npt.NDArray[np.int64]] = (np.inf, np.zeros(len(placed), np.int64))
    for _ in range(4):
        centers = placed[rng.choice(len(placed), count, replace=False)]
        for _ in range(30):
            distance = (np.abs(placed[:, None] - centers[None]) ** 2).sum(-1)
            own = distance.argmin(1)
            centers = np.array([placed[own == k].mean(0) if (own == k).any() else placed[int(rng.integers(len(placed)))] for k in range(count)])
        total = float(distance.min(1).sum())
        if total < best[0]:
            best = (total, own)
    return [placed[best[1] == k] for k in range(count) if (best[1] == k).sum() > 4 * placed.shape[1]]


def _unit(shape: Shapes) -> Shapes:
    """Centered, its points one unit from the middle in the mean square."""
    centered = shape - shape.mean()
    return np.asarray(centered / np.sqrt((np.abs(centered) ** 2).mean()))


def describe(shapes: Shapes, modes: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """A cloud's mean (2 L) and its modes (modes, 2 L), each as long as the shapes spread along it; rows of zeros where there are fewer."""
    mean = shapes.mean(0)
    for _ in range(5):
        mean = _unit(lined_up(shapes, mean).mean(0))
    apart = lined_up(shapes, mean) - mean
    flat = np.concatenate([apart.real, apart.imag], 1)
    _, sizes, directions = np.linalg.svd(flat - flat.mean(0), full_matrices=False)
    variance = sizes**2 / len(flat)
    keep = min(modes, int(np.searchsorted(np.cumsum(variance) / variance.sum(), _KEPT)) + 1)
    result = np.zeros((modes, flat.shape[1]))
    result[:keep] = directions[:keep] * np.sqrt(variance[:keep])[:, None]
    return np.concatenate([mean.real, mean.imag]), result


def main() -> None:
    rng = np.random.default_rng(SEED)
    tensors: dict[str, torch.Tensor] = {}
    for kind in KINDS:
        for sleeve in SLEEVES if kind in ("top", "outer", "dress") else ("none",):
            names = landmarks_of(kind, sleeve)
            shapes = drawn_shapes(kind, sleeve, _SHAPES, rng)
            found = clouds(shapes, _CLOUDS, rng)
            described = [describe(cloud, min(14, 2 * len(names) - 4)) for cloud in found]
            name = group_name(kind, sleeve)
            tensors[f"{name}.mean"] = torch.tensor(np.array([mean for mean, _ in described]), dtype=torch.float32)
            tensors[f"{name}.modes"] = torch.tensor(np.array([modes for _, modes in described]), dtype=torch.float32)
            tensors[f"{name}.share"] = torch.tensor([len(cloud) / len(shapes) for cloud in found])
            print(f"{name}: {len(names)} landmarks, clouds of {[len(cloud) for cloud in found]}", flush=True)
    publish(
        "garment_shapes",
        tensors,
        license="CC0-1.0",
        task="how a garment's landmarks lie to one another, a few point distribution models for each kind and sleeve",
        data=f"{_SHAPES} garments of each kind and sleeve drawn by training/garments/outlines; no photos",
        seed=SEED,
        notes="python -m training.garments.prior writes it; tryon/fit/shape_prior.py reads it.",
    )


if __name__ == "__main__":
    main()
