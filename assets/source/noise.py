"""Noise that repeats without a seam: the raw stuff of every cloth, wood and wall made here."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def smooth_noise(shape: tuple[int, int], feature: tuple[float, float], seed: int) -> Floats:
    """Soft random hills of one size: (H, W), mean 0, deviation 1, periodic; `feature` = (rows, columns) in pixels."""
    rng = np.random.default_rng(seed)
    ky = np.fft.fftfreq(shape[0])[:, None] * feature[0] * np.pi
    kx = np.fft.fftfreq(shape[1])[None, :] * feature[1] * np.pi
    spectrum = np.fft.fft2(rng.standard_normal(shape)) * np.exp(-0.5 * (ky**2 + kx**2))
    spectrum[0, 0] = 0
    field: Floats = np.fft.ifft2(spectrum).real
    return field / max(float(field.std()), 1e-12)


def layered_noise(
    shape: tuple[int, int], feature: tuple[float, float], seed: int, octaves: int = 4, gain: float = 0.55
) -> Floats:
    """Hills on hills, each half the size of the last: (H, W), mean 0, deviation 1, periodic."""
    total = np.zeros(shape)
    for octave in range(octaves):
        scale = 0.5**octave
        total += gain**octave * smooth_noise(shape, (feature[0] * scale, feature[1] * scale), seed * 31 + octave)
    return total / total.std()


def cells(shape: tuple[int, int], count: int, seed: int) -> tuple[Floats, Floats]:
    """Distances to the nearest and second nearest of `count` scattered points, in pixels, periodic (leather, tufts)."""
    from scipy.spatial import cKDTree

    rng = np.random.default_rng(seed)
    points = rng.random((count, 2)) * shape
    tree = cKDTree(points, boxsize=shape)
    grid = np.stack(np.mgrid[: shape[0], : shape[1]], -1).reshape(-1, 2).astype(float)
    distance, _ = tree.query(grid, k=2)
    return distance[:, 0].reshape(shape), distance[:, 1].reshape(shape)


def warp(image: npt.NDArray[np.float32], dx: Floats, dy: Floats) -> npt.NDArray[np.float32]:
    """The picture with every pixel fetched from (dx, dy) pixels away, periodic."""
    height, width = image.shape[:2]
    y, x = np.mgrid[:height, :width]
    mapped = cv2.remap(
        image, ((x + dx) % width).astype(np.float32), ((y + dy) % height).astype(np.float32), cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_WRAP,
    )
    return np.asarray(mapped, np.float32)


def srgb_to_linear(color: npt.ArrayLike) -> Floats:
    """Display values 0..1 to light."""
    value = np.asarray(color, float)
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def linear_to_srgb(light: npt.ArrayLike) -> Floats:
    """Light 0..1 to display values."""
    value = np.clip(np.asarray(light, float), 0, 1)
    return np.where(value <= 0.0031308, value * 12.92, 1.055 * value ** (1 / 2.4) - 0.055)


def ramp(value: Floats, stops: list[tuple[float, tuple[float, float, float]]]) -> Floats:
    """Colors laid along a value: (H, W) -> (H, W, 3); stops are (value, (r, g, b)) in rising order, 0..1 sRGB."""
    positions = [stop[0] for stop in stops]
    return np.stack([np.interp(value, positions, [stop[1][c] for stop in stops]) for c in range(3)], -1)


def hex_color(text: str) -> tuple[float, float, float]:
    """'#8a6642' as three values 0..1 (sRGB)."""
    text = text.lstrip("#")
    return (int(text[0:2], 16) / 255, int(text[2:4], 16) / 255, int(text[4:6], 16) / 255)
