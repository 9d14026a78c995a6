"""Light, backgrounds and cameras of the rendered pictures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from training.people.cloth import random_color, soft_noise
from training.people.makehuman import Floats
from training.people.rasterizer import Light, View, look_at, orthographic, perspective

Linear = npt.NDArray[np.float32]  # (H, W, 3) linear light
WIDTH, HEIGHT = 288, 384


@dataclass(frozen=True, eq=False)
class Surroundings:
    """A panorama (256 x 512 linear) and its nine harmonics, brightness 1 on average."""

    panorama: Linear
    harmonics: Floats


def harmonics_of(panorama: Linear) -> Floats:
    """(9, 3) spherical harmonics of the light that a surface receives (Ramamoorthi and Hanrahan 2001)."""
    height, width = panorama.shape[:2]
    theta = (np.arange(height) + 0.5) / height * np.pi
    phi = (np.arange(width) + 0.5) / width * 2 * np.pi - np.pi
    y = np.cos(theta)[:, None] * np.ones(width)
    x = np.sin(theta)[:, None] * np.sin(phi)
    z = np.sin(theta)[:, None] * np.cos(phi)
    basis = np.stack(
        [0.282095 + 0 * x, 0.488603 * y, 0.488603 * z, 0.488603 * x, 1.092548 * x * y, 1.092548 * y * z]
        + [0.315392 * (3 * z * z - 1), 1.092548 * x * z, 0.546274 * (x * x - y * y)],
        -1,
    )
    luminance = panorama.mean(-1)
    capped = np.minimum(1, 8 * np.median(luminance) / (luminance + 1e-6))[..., None]
    solid_angle = np.sin(theta)[:, None] * (np.pi / height) * (2 * np.pi / width) * np.ones((height, width))
    result = np.einsum("hwk,hwc,hw->kc", basis, panorama * capped, solid_angle)
    result *= np.array([np.pi] + [2 * np.pi / 3] * 3 + [np.pi / 4] * 5)[:, None] / np.pi
    return np.asarray(result / (result[0].mean() * 0.282095), np.float32)


class PhotoStudio:
    """All surroundings of the data folder."""

    def __init__(self, root: Path) -> None:
        self.surroundings = []
        for path in sorted((root / "hdri").glob("*.hdr")):
            panorama = cv2.resize(cv2.imread(str(path), cv2.IMREAD_UNCHANGED)[..., ::-1], (512, 256), interpolation=cv2.INTER_AREA)
            self.surroundings.append(Surroundings(panorama.astype(np.float32), harmonics_of(panorama)))
        lounge = cv2.imread(str(root / "hdri" / "lythwood_lounge_4k_tonemapped.webp"))
        self.lounge = None if lounge is None else np.ascontiguousarray(lounge[..., ::-1])

    def light(self, rng: np.random.Generator, surroundings: Surroundings, middle: Floats, tall: float) -> Light:
        """Soft light of the surroundings or a gray studio, and one lamp with shadows."""
        turn = rng.uniform(0, 2 * np.pi)
        source = surroundings.harmonics
        harmonics = source.copy()
        harmonics[3] = np.cos(turn) * source[3] + np.sin(turn) * source[2]
        harmonics[2] = -np.sin(turn) * source[3] + np.cos(turn) * source[2]
        harmonics[4:] *= 0.6
        if rng.random() < 0.55:
            harmonics *= 0.3
            harmonics[0] += 0.7 / 0.282095
        lamp = rng.uniform(0, 0.9)
        exposure = rng.uniform(0.8, 1.2)
        direction = np.array([rng.normal(0, 0.7), rng.uniform(0.1, 1.2), rng.uniform(0.25, 1.0)])
        direction /= np.linalg.norm(direction)
        color = lamp * np.array([1, 0.97, 0.92]) * rng.uniform(0.8, 1.2) * np.clip(rng.normal(1, 0.04, 3), 0.8, 1.2)
        projection = orthographic(tall * 0.55, tall * 0.55, 1, 60) @ look_at(middle + direction * 25, middle, (0, 1, 0.01))
        return Light(harmonics * (1 - 0.55 * lamp) * exposure, direction, color * exposure, projection)

    def background(self, rng: np.random.Generator, surroundings: Surroundings) -> Linear:
        """(384, 288, 3) linear: plain and graded studio grounds in half of the cases, blurred rooms otherwise."""
        u = rng.random()
        if u < 0.36:
            return self._graded(rng)
        if u < 0.5:
            plain = np.ones((HEIGHT, WIDTH, 3)) * np.array(random_color(rng)) / 255
            plain *= 1 + 0.06 * soft_noise(rng, HEIGHT, WIDTH, 90)[..., None]
            return np.asarray(np.clip(plain, 0, 1) ** 2.2, np.float32)
        if self.lounge is not None and rng.random() < 0.4:
            picture = _crop(rng, self.lounge, (0.25, 0.5), (0.3, 0.65))
            picture = (np.clip(cv2.resize(picture, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), 0, 255) / 255.0) ** 2.2
        else:
            picture = _crop(rng, surroundings.panorama, (0.3, 0.6), (0.1, 0.6))
            picture = np.clip(picture / (np.percentile(picture, 80) + 1e-3) * rng.uniform(0.4, 0.8), 0, 1.2)
            picture = cv2.resize(picture, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
        blur = rng.uniform(0.8, 6)
        return np.asarray(np.clip(cv2.GaussianBlur(picture.astype(np.float32), (0, 0), blur), 0, 1), np.float32)

    def _graded(self, rng: np.random.Generator) -> Linear:
        level = rng.uniform(0.9, 1.0) if rng.random() < 0.35 else rng.uniform(0.35, 0.95)
        color = level * np.clip(rng.normal(1, 0.03, 3), 0.8, 1.2)
        y, x = np.linspace(0, 1, HEIGHT)[:, None], np.linspace(-1, 1, WIDTH)[None]
        grade = 1 + rng.normal(0, 0.12) * (y - 0.5) + rng.normal(0, 0.1) * x - rng.uniform(0, 0.15) * x**2
        picture = grade[..., None] * color
        if rng.random() < 0.4:
            picture[int(rng.uniform(0.7, 0.97) * HEIGHT) :] *= rng.uniform(0.75, 1.05)
            picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.5, 8))
        return np.asarray(np.clip(picture, 0, 1) ** 2.2, np.float32)


def _crop(
    rng: np.random.Generator, picture: npt.NDArray[np.generic], size: tuple[float, float], rows: tuple[float, float]
) -> npt.NDArray[np.generic]:
    height, width = picture.shape[:2]
    tall = int(rng.uniform(*size) * height)
    wide = int(tall * WIDTH / HEIGHT)
    top = min(int(rng.uniform(*rows) * (height - tall)), height - tall)
    left = int(rng.integers(0, width - wide))
    return picture[top : top + tall, left : left + wide]


_FRAMINGS = ("full", "three quarter", "half", "headless", "close")
_FRAMING_SHARES = {
    "upper": (0.26, 0.2, 0.3, 0.16, 0.08),
    "lower": (0.5, 0.28, 0.0, 0.22, 0.0),
    "full": (0.52, 0.26, 0.06, 0.16, 0.0),
}


def random_view(rng: np.random.Generator, body: Floats, region: str) -> View:
    """A camera that frames the region: (N, 3) posed body in decimetres."""
    high, low = float(body[:, 1].max()), float(body[:, 1].min())
    tall = high - low
    framing = str(rng.choice(_FRAMINGS, p=_FRAMING_SHARES[region]))
    if framing == "full":
        top, bottom = high + rng.uniform(0.02, 0.12) * tall, low - rng.uniform(0.02, 0.1) * tall
    elif framing == "three quarter":
        top, bottom = high + rng.uniform(0.0, 0.1) * tall, low + rng.uniform(0.1, 0.3) * tall
    elif framing == "half":
        top, bottom = high + rng.uniform(0.02, 0.1) * tall, low + rng.uniform(0.34, 0.5) * tall
    elif framing == "headless":
        top = high - rng.uniform(0.04, 0.15) * tall
        share = rng.uniform(0.08, 0.4) if region == "upper" else rng.uniform(0.0, 0.22)
        bottom = low - rng.uniform(0, 0.06) * tall if rng.random() < 0.5 else low + share * tall
    else:
        top, bottom = high + rng.uniform(-0.04, 0.05) * tall, low + rng.uniform(0.48, 0.58) * tall
    angle = np.deg2rad(rng.uniform(18, 48))
    middle = float((body[:, 0].max() + body[:, 0].min()) / 2)
    center = np.array([middle + rng.normal(0, 0.05) * (top - bottom), (top + bottom) / 2, 0.0])
    distance = (top - bottom) / 2 / np.tan(angle / 2)
    eye = center + np.array([rng.normal(0, 0.03) * distance, rng.normal(0, 0.05) * distance, distance])
    roll = np.deg2rad(rng.normal(0, 1.5))
    camera = look_at(eye, center, (np.sin(roll), np.cos(roll), 0))
    return View(perspective(angle, WIDTH / HEIGHT) @ camera, eye)
