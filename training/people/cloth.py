"""What cloth looks like: plain, striped, checked, printed, lettered, knitted, denim, or cut from photos of garments."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.float32]  # (H, W, 3) sRGB 0..255
Rng = np.random.Generator


@dataclass(frozen=True)
class GarmentPhoto:
    """One photo of the CC0 garment set and who sent it."""

    path: Path
    kind: str
    sender: str


def list_garment_photos(root: Path, held_out: bool) -> list[GarmentPhoto]:
    """Photos of the ``garments`` folder. Every tenth sender is held out of training."""
    with (root / "garments" / "garments.tsv").open(newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t"))
    photos = [GarmentPhoto(root / row["file"], row["kind"], row["sender"]) for row in rows]
    return [photo for photo in photos if (int(photo.sender) % 10 == 0) == held_out]


def random_color(rng: Rng) -> tuple[float, float, float]:
    """A cloth color, as shops sell them: white, black, gray, denim, or anything."""
    u = rng.random()
    if u < 0.18:
        v = rng.uniform(225, 252)
        return (v, v * rng.uniform(0.97, 1), v * rng.uniform(0.93, 1))
    if u < 0.34:
        v = rng.uniform(14, 50)
        return (v * rng.uniform(0.9, 1.1), v, v * rng.uniform(0.9, 1.2))
    if u < 0.46:
        v = rng.uniform(60, 210)
        return (v, v, v * rng.uniform(0.95, 1.03))
    if u < 0.56:
        return (rng.uniform(20, 90), rng.uniform(40, 110), rng.uniform(80, 180))
    hue = np.array([[[rng.integers(180), rng.uniform(40, 230), rng.uniform(60, 240)]]]).astype(np.uint8)
    r, g, b = cv2.cvtColor(hue, cv2.COLOR_HSV2RGB)[0, 0]
    return (float(r), float(g), float(b))


def soft_noise(rng: Rng, height: int, width: int, cell: float, stretch: float = 1.0) -> npt.NDArray[np.float32]:
    """Smooth Gaussian noise with features of about ``cell`` pixels, ``stretch`` times wider than high."""
    grid = rng.standard_normal((max(2, int(height / cell)), max(2, int(width / (cell * stretch))))).astype(np.float32)
    return np.asarray(cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def fold_map(rng: Rng, height: int = 320, width: int = 260) -> npt.NDArray[np.uint8]:
    """(H, W, 4) bump of creased cloth: tangent normal in RGB, openness to the sky in A (255 = open)."""
    bump = np.zeros((height, width), np.float32)
    for _ in range(4):
        cell = rng.uniform(12, 40)
        noise = soft_noise(rng, height, width, cell * rng.uniform(1, 3), 1 / rng.uniform(1, 4))
        ridge = 1 - np.abs(np.tanh(noise * rng.uniform(0.8, 1.6)))
        region = 1 / (1 + np.exp(-3 * soft_noise(rng, height, width, 70)))
        bump += ridge * region * cell * 0.2
    bump = cv2.GaussianBlur(bump, (0, 0), 1.5)
    dx, dy = cv2.Sobel(bump, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(bump, cv2.CV_32F, 0, 1, scale=1 / 8)
    normal = np.dstack([-dx, dy, np.ones_like(dx)])
    normal /= np.linalg.norm(normal, axis=2, keepdims=True)
    hollow = np.clip((cv2.GaussianBlur(bump, (0, 0), 6) - bump) / 1.5, 0, 1)
    return np.dstack([normal * 127.5 + 127.5, 255 * (1 - hollow)]).astype(np.uint8)


class ClothMaker:
    """Makes cloth by the yard; photos are read from disk when one is wanted."""

    def __init__(self, photos: Sequence[GarmentPhoto]) -> None:
        self.photos = photos

    def patch(self, rng: Rng) -> npt.NDArray[np.uint8] | None:
        """(a, a, 3) sRGB from the middle of a garment photo, None without photos."""
        if not self.photos:
            return None
        picture = cv2.imread(str(self.photos[rng.integers(len(self.photos))].path))
        if picture is None:
            return None
        height, width = picture.shape[:2]
        side = int(min(height, width) * rng.uniform(0.16, 0.36))
        top = int(height / 2 - side / 2 + rng.uniform(-0.08, 0.08) * height)
        left = int(width / 2 - side / 2 + rng.uniform(-0.08, 0.08) * width)
        return np.ascontiguousarray(picture[top : top + side, left : left + side, ::-1])

    def cloth(self, rng: Rng, height: int, width: int, photo_share: float = 0.34) -> Picture:
        """(height, width, 3) of one cloth, float sRGB 0..255, unshaded."""
        if rng.random() < photo_share:
            patch = self.patch(rng)
            if patch is not None:
                return _tiled(rng, patch, height, width)
        makers = (_plain, _striped, _checked, _dotted, _blobs, _flowers, _denim, _knit, _batik)
        weights = np.array([0.34, 0.14, 0.09, 0.07, 0.07, 0.09, 0.08, 0.08, 0.04])
        picture = makers[rng.choice(len(makers), p=weights / weights.sum())](rng, height, width)
        grain = rng.standard_normal((height, width, 1), np.float32)
        return np.asarray(np.clip(picture * (1 + np.float32(0.035 * rng.random()) * grain), 0, 255), np.float32)


def _tiled(rng: Rng, patch: npt.NDArray[np.uint8], height: int, width: int) -> Picture:
    side = int(rng.uniform(90, 260))
    patch = cv2.resize(patch, (side, side), interpolation=cv2.INTER_AREA)
    row = np.concatenate([patch, patch[:, ::-1]], 1)
    tile = np.concatenate([row, row[::-1]], 0)
    picture = np.tile(tile, (height // len(tile) + 1, width // len(tile) + 1, 1))[:height, :width].astype(np.float32)
    return picture[..., rng.permutation(3)] if rng.random() < 0.3 else picture


def _plain(rng: Rng, height: int, width: int) -> Picture:
    return np.ones((height, width, 3), np.float32) * np.array(random_color(rng), np.float32)


def _striped(rng: Rng, height: int, width: int) -> Picture:
    picture = _plain(rng, height, width)
    period = rng.uniform(8, 60)
    colors = [random_color(rng) for _ in range(rng.integers(1, 4))]
    across = rng.random() < 0.7
    phase = (np.arange(height if across else width) / period) % 1
    start = 0.0
    for color in colors:
        start += rng.uniform(0.05, 0.3)
        end = start + rng.uniform(0.08, 0.35)
        band = (phase >= start) & (phase < end)
        if across:
            picture[band] = color
        else:
            picture[:, band] = color
        start = end
    return picture


def _checked(rng: Rng, height: int, width: int) -> Picture:
    picture = _plain(rng, height, width)
    period, share = rng.uniform(12, 70), rng.uniform(0.12, 0.55)
    other = np.array(random_color(rng), np.float32)
    across = ((np.arange(height) / period) % 1 < share) * 0.5
    down = ((np.arange(width) / period) % 1 < share) * 0.5
    mix = (across[:, None] + down[None])[..., None].astype(np.float32)
    return picture * (1 - mix) + other * mix


def _dotted(rng: Rng, height: int, width: int) -> Picture:
    picture = _plain(rng, height, width)
    color, period, share = random_color(rng), int(rng.uniform(14, 56)), rng.uniform(0.1, 0.32)
    for row, y in enumerate(range(0, height, period)):
        for x in range(0, width + period, period):
            cv2.circle(picture, (x + (row % 2) * period // 2, y), max(1, int(period * share)), color, -1, cv2.LINE_AA)
    return picture


def _blobs(rng: Rng, height: int, width: int) -> Picture:
    picture = _plain(rng, height, width)
    for _ in range(3):
        where = soft_noise(rng, height, width, rng.uniform(8, 40)) > 0.5
        picture[where] = random_color(rng)
    return picture


def _batik(rng: Rng, height: int, width: int) -> Picture:
    colors = np.array([random_color(rng) for _ in range(3)], np.float32)
    mix = np.abs(soft_noise(rng, height, width, rng.uniform(30, 120)))[..., None]
    return np.asarray(colors[0] + (colors[1] - colors[0]) * np.clip(mix, 0, 1), np.float32)


def _flowers(rng: Rng, height: int, width: int) -> Picture:
    picture = _plain(rng, height, width)
    petals = [random_color(rng) for _ in range(rng.integers(1, 4))]
    heart, leaf = random_color(rng), random_color(rng)
    size = rng.uniform(5, 22)
    count = int(height * width / (size * size) / rng.uniform(14, 60))
    for x, y, angle, kind in zip(
        rng.uniform(0, width, count), rng.uniform(0, height, count), rng.uniform(0, 6.28, count), rng.integers(0, 99, count), strict=True
    ):
        if kind % 4 == 0:
            cv2.ellipse(picture, (int(x), int(y)), (int(size), max(1, int(size / 3))), float(np.rad2deg(angle)), 0, 360, leaf, -1)
            continue
        leaves = 4 + int(kind) % 3
        for k in range(leaves):
            turn = angle + 2 * np.pi * k / leaves
            center = (int(x + size * 0.55 * np.cos(turn)), int(y + size * 0.55 * np.sin(turn)))
            cv2.circle(picture, center, max(1, int(size * 0.42)), petals[int(kind) % len(petals)], -1)
        cv2.circle(picture, (int(x), int(y)), max(1, int(size * 0.3)), heart, -1)
    return picture


def _denim(rng: Rng, height: int, width: int) -> Picture:
    value = rng.uniform(0.5, 1.5)
    base = np.array([rng.uniform(35, 70), rng.uniform(55, 95), rng.uniform(95, 135)], np.float32) * value
    if rng.random() < 0.2:
        base = np.full(3, rng.uniform(25, 80), np.float32)
    picture = np.ones((height, width, 3), np.float32) * base
    faded = np.clip(soft_noise(rng, height, width, 90, 0.5), -1, 1)
    twill = ((np.arange(height)[:, None] + np.arange(width)[None]) % 4 < 2) * 2.0 - 1
    thread = rng.standard_normal((height, width)).astype(np.float32)
    return np.asarray(picture * (1 + 0.16 * faded + 0.05 * twill + 0.06 * thread)[..., None], np.float32)


def _knit(rng: Rng, height: int, width: int) -> Picture:
    picture = _plain(rng, height, width) if rng.random() < 0.7 else _striped(rng, height, width)
    period = rng.uniform(4, 12)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    stitch = np.sin(2 * np.pi * x / period) * 0.6 + np.sin(2 * np.pi * (y + np.abs((x % period) - period / 2)) / period * 0.8) * 0.5
    return np.asarray(picture * (1 + rng.uniform(0.04, 0.12) * stitch)[..., None], np.float32)


_WORDS = ["SUMMER", "OCEAN", "LUCKY", "Paris", "1987", "NORTH", "coffee", "Hello", "SPORT", "Dream", "WILD", "love", "MUSIC", "23", "SKATE", "team", "New", "York", "sunny", "ROCK", "Bear", "07", "Bonjour", "CLUB", "Tokyo", "rebel", "MOON", "Happy", "99", "EAST", "Run", "Dogs", "FLOW"]


def add_print(rng: Rng, cloth: Picture, x: float, y: float, size: float) -> Picture:
    """Letters or an emblem around canvas pixel (x, y), about ``size`` pixels wide."""
    result = cloth.copy()
    color = random_color(rng)
    if rng.random() < 0.35:
        shape = rng.integers(3)
        if shape == 0:
            cv2.circle(result, (int(x), int(y)), int(size * 0.4), color, -1, cv2.LINE_AA)
            cv2.circle(result, (int(x), int(y)), int(size * 0.26), random_color(rng), -1, cv2.LINE_AA)
        elif shape == 1:
            turn = np.arange(10) * np.pi / 5 - np.pi / 2
            radius = np.where(np.arange(10) % 2 == 0, size * 0.45, size * 0.2)
            star = np.stack([x + radius * np.cos(turn), y + radius * np.sin(turn)], 1)
            cv2.fillPoly(result, [star.astype(np.int32)], color, cv2.LINE_AA)
        else:
            corner = (int(x - size / 2), int(y - size * 0.3)), (int(x + size / 2), int(y + size * 0.3))
            cv2.rectangle(result, *corner, color, -1)
    face = int(rng.choice([0, 1, 2, 3, 4, 6, 7]))
    lines = rng.integers(1, 4)
    color = random_color(rng)
    for k in range(lines):
        word = str(rng.choice(_WORDS))
        (width, height), _ = cv2.getTextSize(word, face, 1.0, 2)
        scale = min(size / max(width, 1), 0.55 * size / max(height, 1))
        thick = max(1, int(rng.uniform(1.5, 4.5) * scale))
        at = (int(x - width * scale / 2), int(y + (k - (lines - 1) / 2) * size * 0.42 + height * scale / 2))
        cv2.putText(result, word, at, face, scale, color, thick, cv2.LINE_AA)
    return result
