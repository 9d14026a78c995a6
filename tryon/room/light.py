"""The room's light, read from the photo: where it comes from, how soft, how strong, of what color.

All light is linear, in the photo's own exposure: 1.0 is what the photo shows as white.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray, UInt8Array, srgb_to_linear

if TYPE_CHECKING:
    from tryon.room.camera import Camera
    from tryon.room.scene import Scene

__all__ = [
    "KeyLight", "Light", "LightSample", "blurred_environment", "cells", "floor_irradiance", "gain_at", "look_up", "read_light",
    "sample_light",
]

Array = npt.NDArray[np.float64]

ENVIRONMENT_SHAPE = (32, 64)
_BLURS = ((0.25, 1), (0.5, 2), (0.75, 4), (1.0, 4))  # roughness, and how much coarser what it mirrors may be
_LUMA = np.array([0.2126, 0.7152, 0.0722])
_CEILING_M = 2.5
_PALE = 0.7  # how much the tint is that of pale things
_WINDOW_RADIANCE = 14.0  # a window by day against a wall it lights
_LAMP_RADIANCE = 40.0


@dataclass(frozen=True, eq=False)
class KeyLight:
    """A window or a lamp: a round patch of light.

    position: (3,) metres in the world. radius_m: its half width; wide = soft shadow. share: part of the light on the floor that it gives,
    0..1. color: (3,) linear, mean 1. seen: whether it is in the photo; else it is what an ordinary room has (light from above).
    """

    position: Array
    radius_m: float
    share: float
    color: Array
    seen: bool


@dataclass(frozen=True, eq=False)
class Light:
    """All light in the room.

    white: (3,) linear: what a white sheet lying on the open floor would look like in the photo; the exposure and the white balance in one.
    environment: (32, 64, 3) float32 linear: what is seen in each direction of the world, row 0 = up, column 0 = -z, columns turn by +x;
    windows as bright as they are, not as the photo clipped them. dome: the same without the keys, scaled to its share of the floor's light.
    floor: (3,) linear: the floor's own color in the photo. keys: windows and lamps, the strongest first.
    known: (32, 64) which directions of the environment the photo shows; None: not told.
    """

    white: Array
    environment: FloatArray
    dome: FloatArray
    floor: Array
    keys: tuple[KeyLight, ...]
    known: npt.NDArray[np.bool_] | None = None


@dataclass(frozen=True, eq=False)
class LightSample:
    """One of the many small lights that together are the room's light.

    position: (3,) metres. irradiance: (3,) linear light on a surface at the target that faces it, in units where a white surface
    shows irradiance / pi. near: a place in the room; else (walls, ceiling) so far away that its light is parallel.
    """

    position: Array
    irradiance: Array
    near: bool


def read_light(rgb: UInt8Array, camera: Camera) -> Light:
    """Read the light of a room from its photo, (H, W, 3) uint8 sRGB.

    Windows and lamps are the bright regions above the horizon; walls and ceiling light the rest. What the photo does not show is filled
    in from what it shows. Never absurd: without a light in sight it comes from above, and no light gives more than 60 % of the whole.
    """
    scale = min(1.0, 256.0 / max(rgb.shape[:2]))
    size = (max(8, round(rgb.shape[1] * scale)), max(8, round(rgb.shape[0] * scale)))
    small = srgb_to_linear(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA))
    luma = small @ _LUMA.astype(np.float32)
    ys, xs = np.mgrid[0 : size[1], 0 : size[0]]
    pixels = np.column_stack([(xs.ravel() + 0.5) * rgb.shape[1] / size[0], (ys.ravel() + 0.5) * rgb.shape[0] / size[1]])
    rays = camera.rays(pixels).reshape(*luma.shape, 3)
    below = rays[..., 1] < 0
    bright = _bright_regions(luma, rays)
    lit = bright > 0
    usable = ~lit & (luma > 0.004)
    sample = small[usable] if usable.sum() > 100 else small.reshape(-1, 3)
    white = _white(sample, luma[usable] if usable.sum() > 100 else luma.ravel())
    floor = np.median(small[below & usable], axis=0).astype(np.float64) if (below & usable).sum() > 50 else white * 0.35
    boosted = small.copy()
    plain = small.copy()
    keys: list[KeyLight] = []
    wall = np.median(sample, axis=0)
    for label in range(1, int(bright.max()) + 1):
        region = bright == label
        key, radiance = _key_light(small, rays, region, camera, white)
        boosted[region] = np.maximum(boosted[region], radiance)
        plain[region] = np.maximum(wall, np.float32(0.5) * white.astype(np.float32))
        keys.append(key)
    environment = _surround(boosted, rays, floor, white)
    dome = _surround(plain, rays, floor, white)
    keys = _settle(keys, dome, camera, small, rays, white)
    share = 1.0 - sum(key.share for key in keys)
    gray = dome @ _LUMA.astype(np.float32)
    tint = (white / max(float(white @ _LUMA), 1e-6)).astype(np.float32)
    dome = 0.5 * dome + 0.5 * gray[..., None] * tint  # half of the colors are the things' own
    up = floor_irradiance(dome)
    dome = dome * (math.pi * share * white / np.maximum(up, 1e-6)).astype(np.float32)
    known = np.zeros(ENVIRONMENT_SHAPE, np.bool_)
    known[cells(rays.reshape(-1, 3))] = True
    return Light(white=white, environment=environment, dome=dome.astype(np.float32), floor=floor, keys=tuple(keys), known=known)


def sample_light(light: Light, target: npt.ArrayLike, keys: int, dome: int) -> list[LightSample]:
    """The light as many small lights: `keys` of them spread over windows and lamps, `dome` over walls and ceiling.

    target: (3,) metres, the middle of the furniture.
    """
    centre = np.asarray(target, np.float64)
    samples: list[LightSample] = []
    total = sum(key.share for key in light.keys)
    for key in light.keys:
        part = key.share / max(total, 1e-9)
        count = max(4 if part > 0.25 else 1, round(keys * part))
        towards = centre - key.position
        distance = float(np.linalg.norm(towards))
        axis = towards / max(distance, 1e-9)
        side = np.cross(axis, [0.0, 1.0, 0.0] if abs(axis[1]) < 0.95 else [1.0, 0.0, 0.0])
        side /= np.linalg.norm(side)
        other = np.cross(axis, side)
        steep = max(-axis[1], 0.12)
        strength = math.pi * key.share * light.white * key.color / steep / count
        for index in range(count):  # sunflower: even over the disc
            radius, angle = key.radius_m * math.sqrt((index + 0.5) / count), index * 2.399963
            place = key.position + radius * (math.cos(angle) * side + math.sin(angle) * other)
            samples.append(LightSample(position=place, irradiance=strength, near=True))
    directions, weights = _dome_directions(dome)
    blurred = cv2.GaussianBlur(np.hstack([light.dome] * 3), (0, 0), 64 / math.sqrt(dome) / 2.2)[:, 64:128]
    values = look_up(blurred, directions)
    wanted = floor_irradiance(light.dome)
    given = (values * np.maximum(directions[:, 1:2], 0.0) * weights[:, None]).sum(axis=0)
    values = values * (wanted / np.maximum(given, 1e-9))
    for direction, value, weight in zip(directions, values, weights, strict=True):
        samples.append(LightSample(position=centre + direction * 60.0, irradiance=value.astype(np.float64) * weight, near=False))
    return samples


def _bright_regions(luma: FloatArray, rays: Array) -> npt.NDArray[np.int32]:
    """Windows and lamps: (h, w) int32, 0 = none, else the number of the region; at most four, above the horizon."""
    middle = float(np.median(luma))
    threshold = float(np.clip(max(0.72, 3.5 * middle), 0.0, 0.93))
    mask = ((luma > threshold) & (rays[..., 1] > -0.12)).astype(np.uint8)
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    count, labels, stats, _centres = cv2.connectedComponentsWithStats(mask, connectivity=8)
    kept = np.zeros(labels.shape, np.int32)
    number = 0
    for label in sorted(range(1, count), key=lambda index: -int(stats[index, cv2.CC_STAT_AREA]))[:4]:
        share = stats[label, cv2.CC_STAT_AREA] / luma.size
        region = labels == label
        if share < 0.0008 or share > 0.35 or float(luma[region].mean()) < 2.2 * middle:
            continue
        number += 1
        kept[region] = number
    return kept


def _white(colors: FloatArray, luma: FloatArray) -> Array:
    """What a white sheet would show: its level from typical, mean and bright surfaces, its tint from the mean and from pale things.

    Shades of gray (Finlayson and Trezzi 2004) errs where one color rules, so it is believed by half and less than pale things; what is
    bright counts most for the level, for a room may be dark because its things are.
    """
    typical, mean_level, bright = float(np.median(luma)), float(luma.mean()), float(np.percentile(luma, 95))
    level = float(np.clip(1.05 * ((typical / 0.25) * (mean_level / 0.28) * (bright / 0.8) ** 4) ** (1 / 6), 0.22, 1.25))
    lampish = colors[:, 2] <= 1.1 * colors[:, 0]  # no lamp in a balanced photo is bluer than that; things are
    believed = colors[lampish] if lampish.mean() > 0.2 else colors
    mean = ((np.maximum(believed, 0.0).astype(np.float64) ** 3).mean(axis=0)) ** (1 / 3)
    tint = np.clip(mean / max(float(mean @ _LUMA), 1e-6), 0.6, 1.5) ** 0.55
    pale = lampish & (colors.min(axis=1) > 0.4 * colors.max(axis=1)) & (luma > np.percentile(luma, 60))
    if pale.mean() > 0.02:
        seen = colors[pale].astype(np.float64).mean(axis=0)
        tint = tint ** (1.0 - _PALE) * np.clip(seen / max(float(seen @ _LUMA), 1e-6), 0.6, 1.5) ** _PALE
    white: Array = level * tint / float(tint @ _LUMA)
    return white


def _key_light(small: FloatArray, rays: Array, region: npt.NDArray[np.bool_], camera: Camera, white: Array) -> tuple[KeyLight, FloatArray]:
    """A bright region as a light in the room, `share` still its unscaled strength; and its true radiance."""
    direction = rays[region].mean(axis=0)
    direction /= np.linalg.norm(direction)
    area = float(region.sum()) / region.size
    spread = float(np.sqrt(np.square(np.arccos(np.clip(rays[region] @ direction, -1, 1))).mean())) * 1.41
    level = math.hypot(direction[0], direction[2])
    slope = direction[1] / max(level, 1e-6)
    is_lamp = area < 0.012 and slope > 0.12
    reach = 4.5 if not is_lamp else 6.0
    if slope > 0:
        reach = min(reach, max(_CEILING_M - (0.0 if is_lamp else 0.4) - camera.height_m, 0.3) / slope)
    reach = max(reach, 1.2)
    position = camera.position + direction / max(level, 0.2) * reach
    position[1] = float(np.clip(position[1], 0.9, _CEILING_M))
    color = np.maximum(small[region].mean(axis=0).astype(np.float64), 1e-3)
    color = (color / color.mean()) ** 0.7 * (white / white.mean()) ** 0.3
    color /= color.mean()
    radiance = float(white.mean()) * (_LAMP_RADIANCE if is_lamp else _WINDOW_RADIANCE)
    distance = float(np.linalg.norm(position - camera.position))
    radius = float(np.clip(math.tan(min(spread, 0.9)) * distance, 0.12, 1.1))
    solid = math.pi * math.sin(min(spread, 1.2)) ** 2
    strength = radiance * solid
    return KeyLight(position=position, radius_m=radius, share=strength, color=color, seen=True), (radiance * color).astype(np.float32)


def _settle(keys: list[KeyLight], dome: FloatArray, camera: Camera, small: FloatArray, rays: Array, white: Array) -> list[KeyLight]:
    """Turn strengths into shares of the floor's light, and add the one from above that every room has, on its brighter side."""
    ahead = camera.rotation[2].copy()
    ahead[1] = 0.0
    ahead /= max(float(np.linalg.norm(ahead)), 1e-6)
    spot = ahead * 2.5
    settled: list[KeyLight] = []
    ambient = float(floor_irradiance(dome) @ _LUMA)
    for key in sorted(keys, key=lambda one: -one.share)[:3]:
        towards = key.position - spot
        steep = max(float(towards[1] / np.linalg.norm(towards)), 0.05)
        strength = key.share * steep
        share = strength / (strength + ambient)
        settled.append(KeyLight(key.position, key.radius_m, share, key.color, True))
    total = sum(key.share for key in settled)
    limit = 0.45
    above = float(np.clip(0.36 - 0.55 * min(total, limit), 0.14, 0.36))  # floors get most of their light from high up
    if total > limit:
        settled = [KeyLight(key.position, key.radius_m, key.share * limit / total, key.color, True) for key in settled]
    luma = small @ _LUMA.astype(np.float32)
    weight = np.clip(luma, 0.0, float(np.percentile(luma, 90)))
    flat = rays * np.array([1.0, 0.0, 1.0])
    lean = 4.0 * ((flat * weight[..., None]).sum(axis=(0, 1)) / max(float(weight.sum()), 1e-6) - flat.mean(axis=(0, 1)))
    lean *= min(1.0, 0.9 / max(float(np.linalg.norm(lean)), 1e-6))  # towards the brighter side
    position = spot + lean
    position[1] = _CEILING_M
    return [*settled, KeyLight(position, 0.6, above, np.ones(3), False)]


def _surround(small: FloatArray, rays: Array, floor: Array, white: Array) -> FloatArray:
    """The photo folded around the room: (32, 64, 3) linear; unseen directions are filled from the seen ones, softly."""
    rows, columns = ENVIRONMENT_SHAPE
    row, column = cells(rays.reshape(-1, 3))
    index = row * columns + column
    count = np.bincount(index, minlength=rows * columns).astype(np.float32)
    total = np.stack([np.bincount(index, weights=small[..., band].ravel(), minlength=rows * columns) for band in range(3)], axis=-1)
    known = (count > 0).astype(np.float32).reshape(rows, columns)
    seen = (total / np.maximum(count, 1)[:, None]).astype(np.float32).reshape(rows, columns, 3)
    typical = np.minimum(seen, np.float32(white.max()))
    filled = seen * known[..., None]
    need = known < 0.5
    weight_sum = np.zeros((rows, columns), np.float32)
    value_sum = np.zeros((rows, columns, 3), np.float32)
    for sigma in (2.0, 5.0, 14.0):  # near neighbors count most
        wide = np.hstack([np.dstack([typical * known[..., None], known])] * 3)
        soft = cv2.GaussianBlur(wide, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)[:, columns : 2 * columns]
        gain = 1.0 / sigma**2
        value_sum += soft[..., :3] * gain
        weight_sum += soft[..., 3] * gain
    guess = value_sum / np.maximum(weight_sum, 1e-6)[..., None]
    elevation = (0.5 - (np.arange(rows, dtype=np.float32) + 0.5) / rows)[:, None, None] * math.pi
    ceiling = np.clip((elevation - 0.5) / 0.5, 0.0, 1.0)
    guess = guess * (1 - ceiling) + (0.4 * guess + 0.6 * (0.7 * white).astype(np.float32)) * ceiling
    ground = np.clip(-elevation / 0.3, 0.0, 1.0)
    guess = guess * (1 - ground) + floor.astype(np.float32) * ground
    filled[need] = guess[need]
    return filled.astype(np.float32)


def cells(directions: Array) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Row and column of the environment for unit directions (N, 3)."""
    rows, columns = ENVIRONMENT_SHAPE
    row = np.arccos(np.clip(directions[:, 1], -1.0, 1.0)) / math.pi * rows
    column = (np.arctan2(directions[:, 0], -directions[:, 2]) / (2 * math.pi) % 1.0) * columns
    return np.clip(row.astype(np.int64), 0, rows - 1), np.clip(column.astype(np.int64), 0, columns - 1)


def look_up(environment: FloatArray, directions: Array) -> FloatArray:
    """What an environment holds in some directions (N, 3)."""
    row, column = cells(directions)
    result: FloatArray = environment[row, column]
    return result


def _dome_directions(count: int) -> tuple[Array, Array]:
    """Even directions over the upper half (spherical Fibonacci) and their solid angles."""
    index = np.arange(count) + 0.5
    up = 1.0 - index / count
    around = index * 2.399963229728653
    level = np.sqrt(1.0 - up**2)
    return np.column_stack([level * np.cos(around), up, level * np.sin(around)]), np.full(count, 2 * math.pi / count)


def floor_irradiance(environment: FloatArray) -> Array:
    """Light that falls on the open floor from an environment: (3,), pi for an environment of ones."""
    rows = ENVIRONMENT_SHAPE[0]
    angle = (np.arange(rows) + 0.5) / rows * math.pi
    weight = np.maximum(np.cos(angle), 0.0) * np.sin(angle)
    weight *= math.pi / (weight.sum() * 1.0)
    result: Array = (environment.astype(np.float64).mean(axis=1) * weight[:, None]).sum(axis=0)
    return result


def blurred_environment(light: Light) -> FloatArray:
    """What surfaces of growing roughness mirror: (5, 32, 64, 3) float32, from sharp to almost even, for roughness 0, 1/4 ... 1."""
    rows, columns = ENVIRONMENT_SHAPE
    layers = [light.environment]
    for roughness, coarser in _BLURS:
        size = (rows // coarser, columns // coarser)
        seen = light.environment if coarser == 1 else cv2.resize(light.environment, size[::-1], interpolation=cv2.INTER_AREA)
        soft = (_lobes(roughness, coarser) @ seen.reshape(-1, 3)).reshape(*size, 3)
        if coarser > 1:
            wide = cv2.resize(np.hstack([soft[:, -2:], soft, soft[:, :2]]), (columns + 4 * coarser, rows), interpolation=cv2.INTER_LINEAR)
            soft = wide[:, 2 * coarser : -2 * coarser]
        layers.append(soft)
    return np.stack(layers).astype(np.float32)


@lru_cache(maxsize=4)
def _lobes(roughness: float, coarser: int) -> FloatArray:
    """What each direction of an environment, so many times coarser than usual, takes from every other: rows that add up to 1."""
    rows, columns = (side // coarser for side in ENVIRONMENT_SHAPE)
    angle = (np.arange(rows) + 0.5) / rows * math.pi
    turn = (np.arange(columns) + 0.5) / columns * 2 * math.pi
    level = np.sin(angle)[:, None]
    directions = np.stack([level * np.sin(turn), np.repeat(np.cos(angle)[:, None], columns, 1), -level * np.cos(turn)], axis=-1)
    directions = directions.reshape(-1, 3).astype(np.float32)
    sharp = max(1.0 / roughness**4, 1.0)  # the lobe of GGX about its mirror direction, as a power of the cosine
    weight = np.exp((directions @ directions.T - 1.0) * np.float32(sharp)) * np.repeat(np.sin(angle), columns).astype(np.float32)
    result: FloatArray = weight / weight.sum(axis=1, keepdims=True)
    return result


def gain_at(rgb: UInt8Array, scene: Scene, light: Light) -> float:
    """How much brighter or darker than the room's floor the place of the furniture is; careful, for a rug is not a shadow."""
    height, width = rgb.shape[:2]
    levels = []
    for piece in scene.pieces:
        seen = scene.camera.project(piece.footprint * 1.25 - piece.transform[:3, 3] * 0.25)
        if not np.isfinite(seen).all():
            continue
        mask = np.zeros((height, width), np.uint8)
        cv2.fillConvexPoly(mask, np.clip(seen, -4 * width, 4 * width).round().astype(np.int32), 1)
        found = rgb[mask.astype(bool)]
        if len(found) > 50:
            levels.append(float(np.median(srgb_to_linear(found[:: max(1, len(found) // 4000)]) @ _LUMA)))
    if not levels:
        return 1.0
    ratio = float(np.mean(levels)) / max(float(light.floor @ _LUMA), 1e-4)
    return float(np.clip(ratio**0.4, 0.72, 1.3))
