"""Cloth for drawn garments: patches of real garments (CC0 photos) and woven, striped, checked, printed, lettered ones of our own."""

from __future__ import annotations

import string

import cv2
import numpy as np
import numpy.typing as npt

__all__ = ["add_print", "color", "make_cloth", "noise_field", "wrinkles"]

Rng = np.random.Generator
Picture = npt.NDArray[np.uint8]
Field = npt.NDArray[np.float32]


def color(rng: Rng) -> npt.NDArray[np.float64]:
    """A color that clothes have: many are white, black, gray, navy, beige."""
    pick = rng.random()
    if pick < 0.17:
        base = np.full(3, rng.uniform(225, 253))
    elif pick < 0.34:
        base = np.full(3, rng.uniform(8, 45))
    elif pick < 0.44:
        base = np.full(3, rng.uniform(60, 210))
    elif pick < 0.54:
        base = np.array([rng.uniform(15, 40), rng.uniform(25, 60), rng.uniform(60, 120)])  # navy, denim
    elif pick < 0.62:
        base = np.array([rng.uniform(180, 235), rng.uniform(165, 210), rng.uniform(140, 185)])  # beige
    else:
        hsv = np.uint8([[[rng.integers(0, 180), rng.integers(60, 245), rng.integers(60, 250)]]])
        return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)[0, 0].astype(np.float64)
    return np.clip(base + rng.normal(0, 5, 3), 0, 255)


def noise_field(rng: Rng, size: int, cells: float) -> Field:
    """Smooth noise about 0, most of it in -1..1."""
    n = max(2, int(cells))
    return cv2.resize(rng.normal(0, 0.6, (n + 1, n + 1)).astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC)


def wrinkles(rng: Rng, size: int) -> Field:
    """Folds and creases as a factor about 1."""
    strength = rng.uniform(0.02, 0.16)
    shade = noise_field(rng, size, rng.integers(3, 7)) * strength
    stretched = cv2.resize(
        rng.normal(0, 0.6, (rng.integers(4, 9), rng.integers(8, 26))).astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC
    )
    turn = cv2.getRotationMatrix2D((size / 2, size / 2), float(rng.uniform(-70, 70)), 1.5)
    shade += cv2.warpAffine(stretched, turn, (size, size), borderMode=cv2.BORDER_REFLECT) * strength * rng.uniform(0, 1.2)
    if rng.random() < 0.6:
        creases = np.zeros((size // 2, size // 2), np.float32)
        for _ in range(int(rng.integers(3, 16))):
            start = rng.uniform(0, size / 2, 2)
            end = start + rng.normal(0, size * 0.09, 2)
            cv2.line(
                creases,
                start.astype(int).tolist(),
                end.astype(int).tolist(),
                float(rng.choice([-1, 1])),
                int(rng.integers(1, 4)),
                cv2.LINE_AA,
            )
        creases = cv2.GaussianBlur(creases, (0, 0), float(rng.uniform(0.8, 3)))
        shade += cv2.resize(creases, (size, size)) * strength * 2.2
    return 1.0 + shade


def make_cloth(rng: Rng, size: int, patches: npt.NDArray[np.uint8] | None) -> Picture:
    """(size, size, 3) uint8 of cloth; patches: (N, S, S, 3) of real garments."""
    if patches is not None and rng.random() < 0.5:
        return from_patch(rng, size, patches[rng.integers(len(patches))])
    cloth = np.empty((size, size, 3), np.float32)
    cloth[:] = color(rng)
    pick = rng.random()
    if pick < 0.22:
        _stripes(rng, cloth, color(rng))
    elif pick < 0.32:
        _stripes(rng, cloth, color(rng), both=True)
    elif pick < 0.46:
        _scatter(rng, cloth)
    elif pick < 0.52:
        mix = cv2.resize(
            rng.uniform(0, 255, (rng.integers(4, 30), rng.integers(4, 30), 3)).astype(np.float32),
            (size, size),
            interpolation=cv2.INTER_NEAREST if rng.random() < 0.5 else cv2.INTER_CUBIC,
        )
        cloth += (mix - 127) * rng.uniform(0.1, 0.7)
    grain = rng.normal(0, rng.uniform(0.5, 7), (size, size, 1)).astype(np.float32)
    if rng.random() < 0.3:
        grain = cv2.GaussianBlur(grain, (0, 0), float(rng.uniform(0.6, 1.6)))[..., None] * 2
    if rng.random() < 0.2:  # knit
        step = rng.uniform(3, 9)
        grain = grain + (np.sin(np.arange(size) * 2 * np.pi / step) * rng.uniform(3, 16)).astype(np.float32)[None, :, None]
    return np.clip(cloth + grain, 0, 255).astype(np.uint8)


def from_patch(rng: Rng, size: int, patch: Picture) -> Picture:
    """A larger piece of the same cloth: the patch mirrored over its edges, scaled, turned, tinted now and then."""
    side = patch.shape[0]
    scale = size / side * rng.uniform(0.6, 1.7)
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), float(rng.normal(0, 12)), scale)
    turn[:, 2] += size / 2 - side / 2 + rng.uniform(-size, size, 2) * 0.3
    cloth = cv2.warpAffine(patch, turn, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    if rng.random() < 0.35:
        cloth = np.clip(cloth.astype(np.float32) * rng.uniform(0.6, 1.35, 3) + rng.normal(0, 12), 0, 255).astype(np.uint8)
    return cloth


def _stripes(rng: Rng, cloth: Field, second: npt.NDArray[np.float64], both: bool = False) -> None:
    size = cloth.shape[0]
    period, share = rng.uniform(5, 60), rng.uniform(0.1, 0.6)
    wave = ((np.arange(size) + rng.uniform(0, period)) % period < period * share).astype(np.float32)
    if rng.random() < 0.25:
        wave = 0.5 + 0.5 * np.sin(np.arange(size) * 2 * np.pi / period)
    wave = cv2.GaussianBlur(wave[:, None], (1, 3), 0.6)[:, 0].astype(np.float32)
    alpha = np.repeat(wave[:, None], size, 1)
    if both:
        alpha = (alpha + alpha.T) * 0.5
    elif rng.random() < 0.35:
        alpha = alpha.T.copy()
    cloth += (second.astype(np.float32) - cloth) * alpha[..., None] * rng.uniform(0.5, 1.0)


def _scatter(rng: Rng, cloth: Field) -> None:
    """Dots, flowers, leaves and blots."""
    size = cloth.shape[0]
    colors = [color(rng).tolist() for _ in range(int(rng.integers(1, 5)))]
    radius = rng.uniform(2, 20)
    shape = rng.integers(4)
    for _ in range(int(min(260, 2.2 * (size / (radius * 2.6)) ** 2 * rng.uniform(0.3, 1.1)))):
        x, y = rng.uniform(0, size, 2)
        r = max(1.0, radius * rng.uniform(0.5, 1.4))
        c = colors[int(rng.integers(len(colors)))]
        if shape == 0:
            cv2.circle(cloth, (int(x), int(y)), int(r), c, -1, cv2.LINE_AA)
        elif shape == 1:
            for angle in np.linspace(0, 2 * np.pi, 6)[:-1]:
                cv2.circle(cloth, (int(x + r * np.cos(angle)), int(y + r * np.sin(angle))), max(1, int(r * 0.6)), c, -1, cv2.LINE_AA)
            cv2.circle(cloth, (int(x), int(y)), max(1, int(r * 0.4)), colors[0], -1, cv2.LINE_AA)
        else:
            cv2.ellipse(
                cloth, (int(x), int(y)), (int(r * 1.6), max(1, int(r * 0.6))), float(rng.uniform(0, 360)), 0, 360, c, -1, cv2.LINE_AA
            )


def add_print(rng: Rng, cloth: Picture, x: float, y: float, width: float, patches: npt.NDArray[np.uint8] | None) -> None:
    """A picture, a logo or lettering printed on the cloth around (x, y), in place."""
    h = width * rng.uniform(0.4, 1.3)
    x0, y0, x1, y1 = int(x - width / 2), int(y - h / 2), int(x + width / 2), int(y + h / 2)
    c = color(rng).tolist()
    pick = rng.random()
    if pick < 0.35:
        text = "".join(rng.choice(list(string.ascii_uppercase), int(rng.integers(2, 9))))
        face = int(rng.choice([0, 2, 3, 4, 6, 7]))
        (w, _), _ = cv2.getTextSize(text, face, 1.0, 2)
        scale = width / max(w, 1)
        for row in range(int(rng.integers(1, 4))):
            cv2.putText(
                cloth, text, (x0, int(y0 + (row + 1) * 30 * scale)), face, scale, c, max(1, int(scale * rng.uniform(1.5, 5))), cv2.LINE_AA
            )
    elif pick < 0.6 and patches is not None:
        x0, y0, x1, y1 = max(x0, 0), max(y0, 0), min(x1, cloth.shape[1]), min(y1, cloth.shape[0])
        if x1 - x0 > 4 and y1 - y0 > 4:
            cloth[y0:y1, x0:x1] = cv2.resize(patches[rng.integers(len(patches))], (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA)
    elif pick < 0.8:
        cv2.rectangle(cloth, (x0, y0), (x1, y1), c, -1 if rng.random() < 0.6 else 3, cv2.LINE_AA)
        cv2.circle(cloth, (int(x), int(y)), max(2, int(width * 0.2)), color(rng).tolist(), -1, cv2.LINE_AA)
    else:
        points = np.stack([x + rng.normal(0, width / 3, 9), y + rng.normal(0, h / 3, 9)], 1).astype(np.int32)
        cv2.fillPoly(cloth, [points], c, cv2.LINE_AA)
