"""Cloth, wood, leather, metal and ceramic, painted by arithmetic and tiled in true scale."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from assets.source.noise import Floats, cells, hex_color, layered_noise, ramp, smooth_noise

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Material:
    """What a surface is made of: pictures that repeat every `tile_m` (along u, along v) metres, and its gloss.

    `color` (H, W, 3) uint8 sRGB; `surface` (H, W, 3) uint8 with roughness in green and metal in blue (glTF);
    `bumps` (H, W, 3) uint8 tangent-space normals, green up.
    """

    name: str
    tile_m: tuple[float, float]
    color: Pixels
    surface: Pixels | None = None
    bumps: Pixels | None = None
    roughness: float = 1.0
    metallic: float = 0.0
    glow: tuple[float, float, float] | None = None
    double_sided: bool = False
    quality: dict[str, int] = field(default_factory=dict)

    def jpeg(self, which: str) -> bytes | None:
        """One of the pictures ('color', 'surface', 'bumps') as JPEG bytes, or None."""
        picture = getattr(self, which)
        if picture is None:
            return None
        store = io.BytesIO()
        quality = self.quality.get(which, {"color": 84, "surface": 70, "bumps": 82}[which])
        Image.fromarray(picture).save(store, "JPEG", quality=quality, subsampling=0 if which == "bumps" else 2, optimize=True)
        return store.getvalue()


def to_pixels(values: Floats) -> Pixels:
    """0..1 values as bytes."""
    return np.asarray(np.clip(np.round(np.asarray(values) * 255), 0, 255), np.uint8)


def normals_from_height(height: Floats, strength: float) -> Pixels:
    """Bumps as a normal map: (H, W) height in pixels x strength -> (H, W, 3), periodic, green up."""
    dx = (np.roll(height, -1, 1) - np.roll(height, 1, 1)) * 0.5 * strength
    dy = (np.roll(height, -1, 0) - np.roll(height, 1, 0)) * 0.5 * strength
    normal = np.stack([-dx, dy, np.ones_like(dx)], -1)
    return to_pixels(normal / np.linalg.norm(normal, axis=-1, keepdims=True) * 0.5 + 0.5)


def surface_map(roughness: Floats, metallic: float = 0.0) -> Pixels:
    """The roughness / metal picture of glTF."""
    return to_pixels(np.stack([np.ones_like(roughness), roughness, np.full_like(roughness, metallic)], -1))


def wood(
    name: str,
    stops: tuple[str, str, str],
    seed: int,
    tile_m: tuple[float, float] = (1.6, 0.4),
    rings: int = 22,
    pores: float = 0.5,
    waviness: float = 1.0,
    gloss: float = 0.45,
    size: tuple[int, int] = (512, 1024),
) -> Material:
    """A board with the grain along u: year rings cut flat, fibers and pores; stops = pale, middle, dark."""
    height, width = size
    v = np.mgrid[:height, :width][0] / height
    bend = smooth_noise(size, (0.55 * height, 0.9 * width), seed) * 0.9
    bend += smooth_noise(size, (0.16 * height, 0.7 * width), seed + 1) * 0.35
    bend += smooth_noise(size, (0.03 * height, 0.22 * width), seed + 2) * 0.05
    position = v * rings + bend * 2.2 * waviness
    phase = position % 1.0
    late = np.clip(phase, 0, 1) ** 2.6 * (1 - np.clip((phase - 0.93) / 0.07, 0, 1))
    late *= 0.75 + 0.25 * np.tanh(smooth_noise(size, (0.05 * height, 0.4 * width), seed + 3))
    fiber = smooth_noise(size, (1.4, 90), seed + 4) * 0.6 + smooth_noise(size, (3.5, 220), seed + 5) * 0.6
    broad = smooth_noise(size, (0.22 * height, 0.8 * width), seed + 6)
    tone = 0.36 + 0.36 * late + 0.075 * fiber + 0.07 * broad
    dashes = smooth_noise(size, (1.2, 11), seed + 7)
    pore = np.clip(dashes - 1.35 + 0.25 * (1 - phase), 0, 1.2) * pores
    color = ramp(tone, [(0.1, hex_color(stops[0])), (0.5, hex_color(stops[1])), (1.0, hex_color(stops[2]))])
    color *= (1 - 0.42 * np.clip(pore, 0, 1))[..., None]
    relief = -0.9 * pore - 0.25 * late + 0.06 * fiber
    rough = np.clip(gloss + 0.1 * pore + 0.05 * late + 0.02 * fiber, 0.05, 1)
    return Material(
        name, tile_m, to_pixels(color), surface_map(cv2.resize(rough, (width // 2, height // 2), interpolation=cv2.INTER_AREA)),
        normals_from_height(cv2.resize(relief, (width // 2, height // 2), interpolation=cv2.INTER_AREA), 0.32),
        quality={"color": 78, "bumps": 64, "surface": 55},
    )


@cache
def oak() -> Material:
    """Pale oiled oak."""
    return wood("oak", ("#dcbd95", "#c7a277", "#977048"), 11, pores=0.42)


@cache
def walnut() -> Material:
    """Dark oiled walnut."""
    return wood("walnut", ("#8a6244", "#694529", "#3b2415"), 23, rings=15, pores=0.6, waviness=1.4, gloss=0.4)


@cache
def ash_black() -> Material:
    """Black-stained ash."""
    return wood("black-ash", ("#3a3734", "#2a2826", "#171615"), 31, pores=0.8, gloss=0.5)


@cache
def painted(name: str, color: str, gloss: float = 0.42) -> Material:
    """Lacquered board: one color, a whisper of orange peel."""
    size = (256, 256)
    base = np.ones((*size, 3)) * hex_color(color)
    base *= 1 + 0.004 * layered_noise(size, (60, 60), 3)[..., None]
    peel = layered_noise(size, (9, 9), 5, 2)
    return Material(
        name, (0.3, 0.3), to_pixels(base), surface_map(np.clip(gloss + 0.02 * peel, 0, 1)), normals_from_height(peel, 0.012),
        quality={"color": 80, "surface": 70, "bumps": 75},
    )


def weave(
    name: str,
    colors: tuple[str, ...],
    seed: int,
    yarns: int = 96,
    tile_m: float = 0.2,
    size: int = 512,
    melange: float = 0.10,
    slub: float = 0.5,
    relief: float = 1.0,
    twill: int = 0,
) -> Material:
    """Woven cloth seen thread by thread: `yarns` threads each way in `tile_m` metres; twill 0 = plain weave."""
    rng = np.random.default_rng(seed)
    shape = (size, size)
    pitch = size / yarns
    wobble = 0.16 * pitch * slub
    y, x = np.mgrid[:size, :size].astype(float)
    xw = (x + wobble * smooth_noise(shape, (40, 4), seed + 1)) % size
    yw = (y + wobble * smooth_noise(shape, (4, 40), seed + 2)) % size
    cx, cy = xw / pitch, yw / pitch
    ix, iy = np.floor(cx).astype(int) % yarns, np.floor(cy).astype(int) % yarns
    px, py = (cx % 1) * 2 - 1, (cy % 1) * 2 - 1
    thick_x = 1 + 0.18 * slub * smooth_noise(shape, (26, 3), seed + 3)
    thick_y = 1 + 0.18 * slub * smooth_noise(shape, (3, 26), seed + 4)
    over = (((ix + iy * (1 if twill == 0 else 1)) % (2 if twill == 0 else twill)) == 0) if twill == 0 else (((ix - iy) % twill) < twill // 2)
    lift_x = np.where(over, 1.0, -1.0) * np.cos(py * np.pi / 2)
    lift_y = np.where(over, -1.0, 1.0) * np.cos(px * np.pi / 2)
    height_x = np.sqrt(np.clip(1 - (px / (0.98 * thick_x)) ** 2, 0, 1)) + 0.55 * lift_x
    height_y = np.sqrt(np.clip(1 - (py / (0.98 * thick_y)) ** 2, 0, 1)) + 0.55 * lift_y
    warp_top = height_x > height_y
    height = np.maximum(height_x, height_y)
    height = cv2.GaussianBlur(np.pad(height, 8, mode="wrap"), (0, 0), 0.55)[8:-8, 8:-8]
    palette = np.array([hex_color(c) for c in colors])
    yarn_x = palette[rng.integers(0, len(palette), yarns)] * (1 + melange * 0.4 * rng.standard_normal((yarns, 1)))
    yarn_y = palette[rng.integers(0, len(palette), yarns)] * (1 + melange * 0.4 * rng.standard_normal((yarns, 1)))
    color = np.where(warp_top[..., None], yarn_x[ix], yarn_y[iy])
    streak = np.where(warp_top, smooth_noise(shape, (14, 1.5), seed + 5), smooth_noise(shape, (1.5, 14), seed + 6))
    color = color * (1 + melange * 0.7 * streak + (0.02 if size > 400 else 0.004) * layered_noise(shape, (150, 150), seed + 7, 2))[..., None]
    low, high = np.percentile(height, [3, 97])
    depth = np.clip((height - low) / (high - low), 0, 1)
    color = color * (0.60 + 0.40 * depth**0.8)[..., None]
    rough = 0.86 + 0.1 * (1 - depth)
    return Material(
        name, (tile_m, tile_m), to_pixels(color), None, normals_from_height(height, 0.55 * relief), roughness=float(rough.mean()),
        quality={"color": 72, "bumps": 52},
    )


def boucle(name: str, pale: str, dark: str, seed: int, tile_m: float = 0.24, size: int = 512) -> Material:
    """Looped wool: curls of yarn packed side by side."""
    shape = (size, size)
    near, second = cells(shape, 2600, seed)
    curl = np.clip(second - near, 0, 6) / 6
    dome = np.clip(1 - near / 7.0, 0, 1)
    twist = smooth_noise(shape, (3, 3), seed + 1)
    height = 2.2 * np.sqrt(dome) + 0.5 * curl + 0.35 * twist
    height += 0.6 * layered_noise(shape, (22, 22), seed + 2, 2)
    tone = np.clip(0.25 + 0.55 * dome + 0.16 * curl + 0.07 * twist, 0, 1)
    color = ramp(tone, [(0.0, hex_color(dark)), (1.0, hex_color(pale))])
    return Material(name, (tile_m, tile_m), to_pixels(color), None, normals_from_height(height, 0.5), roughness=0.95,
                    quality={"color": 74, "bumps": 60})


def leather(name: str, stops: tuple[str, str, str], seed: int, tile_m: float = 0.3, size: int = 512) -> Material:
    """Aniline leather: pebbled grain, creases, color that pools in the dips."""
    shape = (size, size)
    near, second = cells(shape, 5200, seed)
    pebble = np.clip((second - near) / 5.0, 0, 1)
    crease = np.abs(layered_noise(shape, (70, 70), seed + 1, 3))
    crease = np.clip(crease / 0.10, 0, 1)
    pull = layered_noise(shape, (180, 180), seed + 2, 3)
    tone = 0.5 + 0.045 * pull - 0.22 * pebble - 0.10 * crease + 0.22
    color = ramp(tone, [(0.0, hex_color(stops[0])), (0.5, hex_color(stops[1])), (1.0, hex_color(stops[2]))])
    height = 1.2 * pebble + 0.5 * crease + 0.5 * layered_noise(shape, (40, 40), seed + 3, 2)
    rough = np.clip(0.40 + 0.12 * (1 - pebble) + 0.04 * pull, 0, 1)
    return Material(name, (tile_m, tile_m), to_pixels(color), surface_map(cv2.resize(rough, (256, 256))), normals_from_height(height, 0.32),
                    quality={"color": 76, "bumps": 62, "surface": 55})


@cache
def brushed_metal(name: str, color: str, roughness: float = 0.32, metallic: float = 1.0) -> Material:
    """Metal brushed along u (brass, steel) or powder-coated (metallic 0)."""
    shape = (256, 256)
    brush = smooth_noise(shape, (1.3, 60), 7) if metallic > 0.5 else layered_noise(shape, (4, 4), 9, 2)
    base = np.ones((*shape, 3)) * hex_color(color) * (1 + 0.015 * brush)[..., None]
    return Material(
        name, (0.12, 0.12), to_pixels(base), surface_map(np.clip(roughness + 0.04 * brush, 0, 1), metallic),
        normals_from_height(brush, 0.05), metallic=1.0, quality={"color": 80, "surface": 65, "bumps": 65},
    )
