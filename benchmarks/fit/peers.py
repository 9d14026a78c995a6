"""The transfers that are compared: ours, and what one would do without it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tryon import TryOnRequest, TryOnResult, try_on
from tryon.fit.agnostic import working_rgb
from tryon.fit.drape import warp
from tryon.fit.shade import color_of_light
from tryon.image import FloatArray, Photo, UInt8Array

__all__ = ["METHODS", "Made", "all_methods"]

METHODS = ("tryon", "drape", "spline", "paste")
"""tryon: the shipped engine. drape: its cloth laid on the photo, no diffusion. spline: thin-plate spline through the same landmarks and
OpenCV's seamlessClone. paste: a similarity transform of the cut-out, laid on."""

Points = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Made:
    """One method's answer: picture (H, W, 3) uint8 sRGB at the photo's size, cover (H, W) float32 0..1 of the garment in it.

    light: (3,) the color and level of the room's light that it put on the cloth; None: none.
    """

    picture: UInt8Array
    cover: FloatArray
    light: FloatArray | None = None


def all_methods(person: Photo, garment: Photo, region: str = "auto") -> tuple[TryOnResult, dict[str, Made]]:
    """Dress the person by every method; the peers get our own cut-out, landmarks and body, so that only the method differs."""
    result = try_on(TryOnRequest(person=person, garment=garment, region=region))
    drape, cut = result.stages.drape, result.stages.garment
    shape = (person.width, person.height)
    laid = drape.rgba(cut)
    cover = cv2.resize(result.stages.agnostic.cover, shape, interpolation=cv2.INTER_LINEAR)
    made = {
        "tryon": Made(
            result.picture,
            np.where(result.changed > 0, cover, 0).astype(np.float32),
            color_of_light(working_rgb(person, drape), result.stages.agnostic.hidden),
        ),
        "drape": _over(person.rgb, laid[..., :3], cover),
    }
    source, target = _control_points(result)
    for name, transform in (("spline", _spline), ("paste", _similarity)):
        dense = transform(source, target, person.width, person.height)
        flat = warp(cut, dense, person.width, person.height)
        alpha = flat[..., 3].astype(np.float32) / 255
        pasted = _over(person.rgb, flat[..., :3], alpha)
        made[name] = Made(_cloned(person.rgb, flat) if name == "spline" else pasted.picture, pasted.cover)
    return result, made


def _over(photo: UInt8Array, cloth: UInt8Array, alpha: FloatArray) -> Made:
    mixed = photo * (1 - alpha[..., None]) + cloth * alpha[..., None]
    return Made(np.clip(mixed + 0.5, 0, 255).astype(np.uint8), alpha.astype(np.float32))


def _cloned(photo: UInt8Array, flat: UInt8Array) -> UInt8Array:
    """OpenCV's Poisson blending; the plain paste where the cloth touches the photo's border, which it cannot do."""
    mask = (flat[..., 3] > 127).astype(np.uint8) * 255
    mask[:2], mask[-2:], mask[:, :2], mask[:, -2:] = 0, 0, 0, 0
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return photo
    center = (int(columns[0] + columns[-1] + 1) // 2, int(rows[0] + rows[-1] + 1) // 2)
    return np.asarray(cv2.seamlessClone(np.ascontiguousarray(flat[..., :3]), photo.copy(), mask, center, cv2.NORMAL_CLONE), dtype=np.uint8)


def _control_points(result: TryOnResult) -> tuple[Points, Points]:
    """The garment's landmarks in its picture, and where the drape puts them in the photo: (n, 2) each."""
    drape = result.stages.drape
    rows, columns = np.nonzero(np.isfinite(drape.dense[..., 0]))
    where = drape.dense[rows, columns]
    size = float(np.ptp(where, axis=0).max()) if len(where) else 1.0
    source, target = [], []
    for at in result.stages.garment.landmarks.values():
        distance = np.linalg.norm(where - np.asarray(at, dtype=np.float32), axis=1) if len(where) else np.array([np.inf])
        near = int(np.argmin(distance))
        if distance[near] < 0.06 * size:
            source.append(at)
            target.append(((columns[near] + 0.5) / drape.scale, (rows[near] + 0.5) / drape.scale))
    return np.array(source, dtype=np.float64).reshape(-1, 2), np.array(target, dtype=np.float64).reshape(-1, 2)


def _grid(width: int, height: int) -> Points:
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x.ravel() + 0.5, y.ravel() + 0.5], axis=1)


def _similarity(source: Points, target: Points, width: int, height: int) -> FloatArray:
    """Least-squares similarity from photo to garment pixels, as a dense map."""
    if len(source) < 2:
        return np.full((height, width, 2), np.nan, dtype=np.float32)
    matrix, _ = cv2.estimateAffinePartial2D(target, source, method=cv2.LMEDS)
    grid = _grid(width, height)
    return np.asarray((grid @ matrix[:, :2].T + matrix[:, 2]).reshape(height, width, 2), dtype=np.float32)


def _spline(source: Points, target: Points, width: int, height: int) -> FloatArray:
    """Thin-plate spline (Bookstein 1989) from photo to garment pixels through the control points."""
    from scipy.interpolate import RBFInterpolator

    if len(source) < 4:
        return _similarity(source, target, width, height)
    spline = RBFInterpolator(target, source, kernel="thin_plate_spline", smoothing=1e-3)
    small = (max(2, width // 8), max(2, height // 8))
    coarse = spline(_grid(*small) * [width / small[0], height / small[1]]).reshape(small[1], small[0], 2)
    return np.asarray(cv2.resize(coarse.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32)
