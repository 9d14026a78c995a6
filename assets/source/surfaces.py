"""More surfaces: marble, velvet, chunky knit, braided jute, clay, mirror glass, and pictures painted by arithmetic."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from assets.source.materials import Material, normals_from_height, surface_map, to_pixels
from assets.source.noise import Floats, hex_color, layered_noise, ramp, smooth_noise


@cache
def marble() -> Material:
    """White marble with gray veins, honed."""
    shape = (640, 640)
    drift = layered_noise(shape, (220, 220), 3, 4)
    vein = np.zeros(shape)
    for seed, feature, width, strength in ((5, 260, 0.035, 1.0), (9, 150, 0.03, 0.55), (14, 80, 0.04, 0.3)):
        field = layered_noise(shape, (feature * 0.7, feature), seed, 5) + 0.35 * drift
        vein += strength * np.exp(-np.abs(field) / width) * np.clip(0.6 + 0.5 * smooth_noise(shape, (120, 120), seed + 1), 0, 1)
    tone = np.clip(0.06 + 0.05 * np.abs(drift) + 0.62 * np.clip(vein, 0, 1), 0, 1)
    color = ramp(tone, [(0.0, hex_color("#eeece8")), (0.35, hex_color("#cfccc8")), (1.0, hex_color("#85817f"))])
    return Material("marble", (1.1, 1.1), to_pixels(color), None, None, roughness=0.24, quality={"color": 84})


@cache
def velvet(name: str, color: str) -> Material:
    """Cotton velvet: short pile that lies a little this way and that."""
    shape = (384, 384)
    lie = layered_noise(shape, (70, 40), 21, 3)
    pile = smooth_noise(shape, (2.0, 1.6), 22)
    base = np.ones((*shape, 3)) * hex_color(color) * (1 + 0.035 * np.tanh(lie) + 0.05 * pile)[..., None]
    return Material(name, (0.62, 0.62), to_pixels(np.clip(base, 0, 1)), None, normals_from_height(0.5 * pile + 0.5 * lie, 0.10), roughness=0.72,
                    quality={"color": 76, "bumps": 66})


@cache
def knit(name: str, pale: str, dark: str) -> Material:
    """Chunky stocking stitch: columns of V, each stitch a twisted loop of wool."""
    height, width, rows, columns = 512, 512, 10, 8
    y, x = np.mgrid[:height, :width].astype(float)
    cx = x / width * columns
    px = (cx % 1) * 2 - 1
    slope = y / height * rows - 0.75 * np.abs(px)
    phase = (slope % 1) * 2 - 1
    body = np.sqrt(np.clip(1 - (phase / 0.98) ** 2, 0, 1)) * np.sqrt(np.clip(1 - np.clip(np.abs(np.abs(px) - 0.5) / 0.54, 0, 1) ** 2, 0, 1))
    ply = np.cos((phase * 1.1 + np.abs(px) * 3.5) * np.pi * 1.6)
    fuzz = smooth_noise((height, width), (2.2, 2.2), 23)
    relief = 10 * body + 0.9 * ply * body + 0.5 * fuzz
    tone = np.clip(0.12 + 0.72 * body + 0.06 * ply * body + 0.04 * fuzz, 0, 1)
    return Material(name, (0.30, 0.30), to_pixels(ramp(tone, [(0.0, hex_color(dark)), (1.0, hex_color(pale))])), None, normals_from_height(relief, 0.42),
                    roughness=0.95, quality={"color": 76, "bumps": 66})


def braid(run: Floats, across: Floats, seed: int) -> tuple[Floats, Floats]:
    """A flat braid of three strands: (height 0..1, tone -1..1) from the metres along it and -1..1 across it."""
    turn = run / 0.030
    best, tone = np.zeros_like(run), np.zeros_like(run)
    for strand in range(3):
        angle = 2 * np.pi * (turn + strand / 3)
        middle, lift = 0.52 * np.sin(angle), 0.5 + 0.32 * np.cos(2 * angle)
        near = np.clip(1 - ((across - middle) / 0.52) ** 2, 0, 1)
        height = lift * np.sqrt(near)
        tone = np.where(height > best, np.cos(angle + strand * 2.1 + seed), tone)
        best = np.maximum(best, height)
    return best, tone


@cache
def terracotta() -> Material:
    """Fired clay, a little lime on it."""
    shape = (256, 256)
    grain, bloom = layered_noise(shape, (5, 5), 31, 3), layered_noise(shape, (90, 60), 32, 4)
    color = ramp(np.clip(0.5 + 0.07 * grain + 0.16 * bloom, 0, 1), [(0, hex_color("#8f4a30")), (0.55, hex_color("#b96a48")), (1, hex_color("#d7a58b"))])
    return Material("terracotta", (0.4, 0.4), to_pixels(color), None, normals_from_height(grain, 0.10), roughness=0.82)


@cache
def glazed(name: str, color: str, gloss: float = 0.22) -> Material:
    """Reactive glaze: darker where it ran thin, specks of iron."""
    shape = (256, 256)
    run, speck = layered_noise(shape, (60, 40), 33, 4), np.clip(smooth_noise(shape, (3, 3), 34) - 2.1, 0, 1)
    base = np.ones((*shape, 3)) * hex_color(color) * (1 + 0.05 * run - 0.5 * speck)[..., None]
    return Material(name, (0.25, 0.25), to_pixels(np.clip(base, 0, 1)), surface_map(np.clip(gloss + 0.04 * run + 0.3 * speck, 0.05, 1)), None,
                    quality={"color": 82, "surface": 60})


@cache
def mirror_glass() -> Material:
    """A silvered mirror."""
    return Material("mirror", (1.0, 1.0), to_pixels(np.full((8, 8, 3), 0.94)), None, None, roughness=0.03, metallic=1.0)


@cache
def glowing(name: str, color: tuple[float, float, float]) -> Material:
    """The skin of a lit bulb."""
    return Material(name, (0.1, 0.1), to_pixels(np.ones((8, 8, 3))), None, None, roughness=0.4, glow=color)


def shade_cloth(name: str, base: Material, glow: tuple[float, float, float]) -> Material:
    """A cloth with a lamp behind it."""
    return Material(name, base.tile_m, base.color, None, base.bumps, roughness=0.9, glow=glow, double_sided=True, quality=base.quality)


def _paper(shape: tuple[int, int], seed: int, color: str = "#f1ece1") -> Floats:
    tooth = smooth_noise(shape, (2.2, 2.2), seed) * 0.012 + layered_noise(shape, (60, 60), seed + 1, 3) * 0.008
    return np.ones((*shape, 3)) * hex_color(color) * (1 + tooth)[..., None]


def _laid(sheet: Floats, mask: Floats, color: str, seed: int, grain: float = 0.05) -> Floats:
    """Paint laid on where the mask is, with the paper's tooth showing through."""
    tooth = smooth_noise(mask.shape, (2.5, 2.5), seed)
    ink = np.ones_like(sheet) * hex_color(color) * (1 + grain * layered_noise(mask.shape, (70, 70), seed + 3, 3))[..., None]
    cover = np.clip(mask * (0.97 + 0.05 * tooth), 0, 1)[..., None]
    return np.clip(sheet * (1 - cover) + ink * cover, 0, 1)


def _soft(distance: Floats) -> Floats:
    return np.clip(0.5 - distance, 0, 1)


def _blob(y: Floats, x: Floats, cy: float, cx: float, ry: float, rx: float, turn: float, wobble: float, seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    u, v = ((x - cx) * c + (y - cy) * s) / rx, (-(x - cx) * s + (y - cy) * c) / ry
    angle, radius = np.arctan2(v, u), np.hypot(u, v)
    edge = 1 + wobble * sum(rng.normal(0, 1 / k) * np.cos(k * angle + rng.uniform(0, 6.3)) for k in (2, 3, 4))
    return _soft((radius - edge) * min(rx, ry))


@cache
def art_shapes(size: tuple[int, int] = (896, 640)) -> Material:
    """A screen print of cut paper shapes: sun, leaf, pebbles."""
    y, x = np.mgrid[: size[0], : size[1]].astype(float)
    h, w = size
    sheet = _paper(size, 61)
    for cy, cx, ry, rx, turn, wobble, color, seed in (
        (0.34, 0.60, 0.20, 0.27, 0, 0.02, "#c8643c", 1), (0.60, 0.36, 0.19, 0.23, 25, 0.10, "#2f4a4d", 2), (0.74, 0.66, 0.13, 0.20, -15, 0.12, "#d9a75b", 3),
        (0.52, 0.70, 0.07, 0.10, 40, 0.08, "#e6cfb4", 4), (0.86, 0.34, 0.05, 0.13, 5, 0.10, "#8c9a86", 5)):
        sheet = _laid(sheet, _blob(y, x, cy * h, cx * w, ry * h, rx * w, turn, wobble, seed + 10), color, 70 + seed)
    for k in range(5):
        path = np.abs(np.hypot((y - 0.62 * h) / 1.35, x - 0.30 * w) - (0.10 + 0.035 * k) * w) - 1.6
        sheet = _laid(sheet, _soft(path) * ((y < 0.62 * h) & (x < 0.62 * w)), "#efe4d2", 90 + k, 0.0)
    return Material("print-shapes", (1.0, 1.0), to_pixels(sheet), None, None, roughness=0.85, quality={"color": 86})


@cache
def art_hills(size: tuple[int, int] = (640, 960)) -> Material:
    """A landscape in seven washes: far hills, mist, a low sun."""
    h, w = size
    y, x = np.mgrid[:h, :w].astype(float)
    sky = ramp(np.clip(y / (0.62 * h) + 0.03 * layered_noise(size, (120, 200), 3, 3), 0, 1), [(0, hex_color("#b9c6c9")), (0.6, hex_color("#e8dcc8")), (1, hex_color("#f2d9b6"))])
    sheet = np.clip(sky * (1 + 0.012 * smooth_noise(size, (2, 2), 5))[..., None], 0, 1)
    sheet = _laid(sheet, _soft(np.hypot(y - 0.36 * h, x - 0.66 * w) - 0.055 * h), "#f7ead2", 4, 0.0)
    rng = np.random.default_rng(8)
    for k, color in enumerate(("#a9b7b8", "#8ea1a4", "#728a8d", "#567174", "#3d575a", "#2a4043")):
        base = (0.44 + 0.085 * k) * h
        line = base + sum(rng.normal(0, 0.055 * h / f**1.1) * np.sin(f * x[0] / w * 6.3 * (0.5 + 0.1 * k) + rng.uniform(0, 6.3)) for f in range(1, 9))
        mask = np.clip((y - line[None]) / 1.5, 0, 1) * (1 - 0.35 * np.clip((y - line[None]) / (0.11 * h), 0, 1))
        sheet = _laid(sheet, mask, color, 40 + k, 0.06)
    return Material("print-hills", (1.0, 1.0), to_pixels(sheet), None, None, roughness=0.8, quality={"color": 84})


@cache
def art_branch(size: tuple[int, int] = (720, 520)) -> Material:
    """A botanical study: one olive branch in watercolor."""
    h, w = size
    y, x = np.mgrid[:h, :w].astype(float)
    sheet = _paper(size, 64, "#f5f1e8")
    t = np.linspace(0, 1, 60)
    stem = np.stack([0.90 - 0.78 * t, 0.40 + 0.22 * t + 0.07 * np.sin(3.4 * t)], -1)
    distance = np.full(size, 1e9)
    for a in stem:
        distance = np.minimum(distance, np.hypot(y - a[0] * h, x - a[1] * w))
    sheet = _laid(sheet, _soft(distance - 2.2), "#6d5a44", 3)
    rng = np.random.default_rng(6)
    for i in range(24):
        at = stem[6 + int(i * 2.2)]
        side = 1 if i % 2 else -1
        turn = -62 + side * rng.uniform(38, 66) + rng.normal(0, 6)
        length = rng.uniform(0.085, 0.125) * h * (1 - 0.3 * i / 24)
        cy, cx = at[0] * h + np.sin(np.radians(turn)) * length, at[1] * w + np.cos(np.radians(turn)) * length
        c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
        u, v = (x - cx) * c + (y - cy) * s, -(x - cx) * s + (y - cy) * c
        inside = np.clip(1 - (u / length) ** 2, 0, 1) ** 0.8 * length * 0.24 - np.abs(v)
        wash = np.clip(inside, 0, 1) * (0.55 + 0.35 * np.clip(u / length, -1, 1) + 0.25 * np.exp(-np.clip(inside, 0, 99) / 3))
        sheet = _laid(sheet, np.clip(wash, 0, 1), ("#63744f", "#7d8b62", "#4d5f46")[i % 3], 20 + i, 0.12)
        sheet = _laid(sheet, _soft(np.abs(v) - 0.2) * (inside > 1) * 0.5, "#44533c", 9, 0)
    return Material("print-branch", (1.0, 1.0), to_pixels(cv2.GaussianBlur(sheet, (0, 0), 0.6)), None, None, roughness=0.85, quality={"color": 86})
