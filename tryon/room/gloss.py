"""How much the floor mirrors, read from how its brightness follows the windows, lamps and walls that stand mirrored in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import UInt8Array, srgb_to_linear
from tryon.room.box import RoomBox
from tryon.room.radiosity import Patches, cut_up, leaving, light_given, side_albedo, spread_over

if TYPE_CHECKING:
    from tryon.room.camera import Camera
    from tryon.room.light import Light
    from tryon.room.stage import Panel

__all__ = ["read_gloss", "roughness_of"]

Array = npt.NDArray[np.float64]

_LUMA = np.array([0.2126, 0.7152, 0.0722])
_CELLS = 40  # of the photo's longer side
_PER_LAMP = 4  # a lamp is so many points squared
_ORDINARY = 0.25  # a varnish that has seen years
_TRIED = np.array([0.0, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95])
_BELIEF = 0.05
_PRIOR = 0.2  # how far floors are from the ordinary
_F0 = 0.04
_CLIPPED = 0.93


def roughness_of(gloss: float) -> float:
    """How rough a floor of a gloss 0..1 is in the path tracer's words."""
    return 0.6 - 0.48 * gloss


def read_gloss(rgb: UInt8Array, camera: Camera, light: Light, box: RoomBox, lamps: tuple[Panel, ...]) -> float:
    """How much the floor of a photo mirrors, 0 = carpet to 1 = polished. rgb: (H, W, 3) uint8 sRGB.

    For every gloss that is tried the floor's brightness is explained as a share of the light that falls on it plus what it mirrors
    (microfacets, Walter et al. 2007); the better it fits the more that gloss counts. Where nothing can be told: 0.25.
    """
    places, level = _floor(rgb, camera, box)
    if len(level) < 60 or not lamps:
        return _ORDINARY
    walls = cut_up(box)
    albedo = side_albedo(places, level, light)
    power = np.array([float(np.asarray(lamp.glow) @ _LUMA) for lamp in lamps])
    falls = light_given(places, list(lamps), walls, albedo) @ power / np.pi
    middle, normal, area = spread_over(list(lamps), _PER_LAMP)
    thrown = leaving(list(lamps), walls, albedo) @ power / np.pi
    others = walls.side != 0
    middle, normal = np.vstack([middle, walls.middle[others]]), np.vstack([normal, walls.normal[others]])
    area = np.concatenate([area, walls.area[others]])
    radiance = np.concatenate([np.repeat(power, _PER_LAMP**2), thrown[others]])
    lobes = _Lobes(places.middle, camera.position, middle, normal, area, radiance)
    error = np.array([_misfit(level, falls, lobes.mirrored(roughness_of(gloss)) if gloss > 0 else None) for gloss in _TRIED])
    best = float(error.min())
    weight = np.exp(-(error - best) / (_BELIEF * best + 1e-4) - np.abs(_TRIED - _ORDINARY) / _PRIOR)
    return float(weight @ _TRIED / weight.sum())


def _floor(rgb: UInt8Array, camera: Camera, box: RoomBox) -> tuple[Patches, Array]:
    """Places of the floor that the photo shows, and the brightness there."""
    scale = _CELLS / max(rgb.shape[:2])
    size = (max(8, round(rgb.shape[1] * scale)), max(8, round(rgb.shape[0] * scale)))
    luma = srgb_to_linear(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)) @ _LUMA.astype(np.float32)
    ys, xs = np.mgrid[0 : size[1], 0 : size[0]]
    rays = camera.rays(np.column_stack([(xs.ravel() + 0.5) * rgb.shape[1] / size[0], (ys.ravel() + 0.5) * rgb.shape[0] / size[1]]))
    distances = box.distances(camera.position, rays)
    on_floor = np.argmin(distances, axis=1) == 0
    places = camera.position + rays[on_floor] * distances[on_floor, :1]
    count = len(places)
    points = Patches(places, np.tile([0.0, 1.0, 0.0], (count, 1)), np.ones(count), np.zeros(count, np.int64))
    return points, luma.ravel()[on_floor].astype(np.float64)


class _Lobes:
    """What a floor mirrors to the eye, from many small bright patches."""

    def __init__(self, places: Array, eye: Array, middle: Array, normal: Array, area: Array, radiance: Array) -> None:
        view = eye - places
        view /= np.linalg.norm(view, axis=1, keepdims=True)
        towards = middle[None] - places[:, None]
        square = np.maximum((towards**2).sum(axis=2), 0.01)
        towards /= np.sqrt(square)[..., None]
        self.solid = np.maximum(-(towards * normal[None]).sum(axis=2), 0.0) * area / square
        half = towards + view[:, None]
        half /= np.maximum(np.linalg.norm(half, axis=2, keepdims=True), 1e-9)
        self.light_up, self.view_up = np.maximum(towards[..., 1], 1e-3), np.maximum(view[:, None, 1], 1e-3)
        self.half_up2 = half[..., 1] ** 2
        seen = np.clip((half * view[:, None]).sum(axis=2), 0.0, 1.0)
        fresnel = _F0 + (1.0 - _F0) * (1.0 - seen) ** 5
        self.strength = fresnel * self.light_up * radiance[None] * np.minimum(self.solid, 1.0)

    def mirrored(self, roughness: float) -> Array:
        """The light that a floor of this roughness mirrors at each place."""
        alpha2 = roughness**4
        spread = alpha2 + 0.5 * self.solid / np.pi  # a patch is no point: it blurs the mirror by its own width
        lobe = spread / (np.pi * (self.half_up2 * (spread - 1.0) + 1.0) ** 2)
        shade = [up + np.sqrt(alpha2 + (1 - alpha2) * up**2) for up in (self.light_up, self.view_up)]
        result: Array = (lobe * self.strength / (shade[0] * shade[1])).sum(axis=1)
        return result


def _misfit(level: Array, falls: Array, mirrored: Array | None) -> float:
    """How badly so much fallen and so much mirrored light explain the floor, as a mean error of the logarithm."""
    from scipy.optimize import nnls

    parts = falls[:, None] if mirrored is None else np.column_stack([falls, mirrored])
    weight = 1.0 / np.maximum(level, 0.02)
    for _round in range(5):
        amount, _rest = nnls(parts * weight[:, None], level * weight)
        told = np.minimum(parts @ amount, _CLIPPED)
        error = np.abs(np.log(np.maximum(told, 1e-4) / np.clip(level, 1e-4, _CLIPPED)))
        weight = 1.0 / (np.maximum(level, 0.02) * np.maximum(1.0, error / 0.08))
        weight[(level > _CLIPPED) & (told >= _CLIPPED)] *= 0.05  # the photo says no more than "at least"
    return float(np.minimum(error, 0.5).mean())
