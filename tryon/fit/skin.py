"""Skin that the photo does not show: the wearer's own, continued from where it is seen."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray, UInt8Array, srgb_to_linear

__all__ = ["light_on_face", "matched", "mottled", "roundness_seen", "skin_beside"]

_SCALES = (24.0, 8.0, 3.0)  # how far seen skin reaches, in units, from far to near
_USUAL_ROUNDNESS, _LEAST_ROUNDNESS = 1.0, 0.55
_JOIN = 3.0  # units over which made skin passes into seen skin
_MOTTLE = (0.022, 0.02)  # natural log, how much skin varies in light and in redness
_PRIOR = 0.03  # the weight of the coarser answer against what is seen at a scale


def skin_beside(rgb: UInt8Array, bare: npt.NDArray[np.bool_], tone: FloatArray, unit: float) -> FloatArray:
    """The wearer's skin at every place of the photo, (h, w, 3) float32 linear light, without folds or shade of its own.

    Near seen skin it is that skin's color, so that no seam shows; far from any, the wearer's middle tone. It carries the photo's grain.

    rgb: (h, w, 3) uint8 sRGB. bare: (h, w) bool, skin that is seen. tone: (3,) the middle tone, linear light. unit: a small detail, pixels.
    """
    seen = srgb_to_linear(rgb)
    light = seen @ np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
    middle = float(tone @ np.array([0.2126, 0.7152, 0.0722], dtype=np.float32))
    # Nostrils, lashes and gleam are not what continues.
    usual = (bare & (light > 0.45 * middle) & (light < 1.9 * middle)).astype(np.float32)
    color = np.broadcast_to(tone.reshape(1, 1, 3).astype(np.float32), seen.shape).copy()
    small = max(1, int(unit))
    reduced = (max(1, rgb.shape[1] // small), max(1, rgb.shape[0] // small))
    weights = cv2.resize(usual, reduced, interpolation=cv2.INTER_AREA)
    colors = cv2.resize(seen * usual[..., None], reduced, interpolation=cv2.INTER_AREA)
    coarse = cv2.resize(color, reduced, interpolation=cv2.INTER_AREA)
    for scale in _SCALES:
        sigma = scale * unit / small
        near = cv2.GaussianBlur(weights, (0, 0), sigma)[..., None]
        coarse = (cv2.GaussianBlur(colors, (0, 0), sigma) + _PRIOR * coarse) / (near + _PRIOR)
    smooth = cv2.resize(coarse.astype(np.float32), (rgb.shape[1], rgb.shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.clip(smooth * (1.0 + _grain(light, usual))[..., None], 0.0, 1.0).astype(np.float32)


def matched(seen: FloatArray, made: FloatArray, bare: npt.NDArray[np.bool_], unit: float) -> FloatArray:
    """Factors (h, w, 3) that join made skin to the seen skin beside it without a step; 1 far from any.

    seen, made: (h, w, 3) linear light, both also where skin is seen (`bare`). unit: a small detail, pixels.
    """
    weight = cv2.erode(bare.astype(np.uint8), np.ones((2 * round(0.4 * unit) + 1,) * 2, np.uint8)).astype(np.float32)  # no cuff's shade
    ratio = np.clip(seen / np.maximum(made, 1e-3), 0.5, 1.8).astype(np.float32) * weight[..., None]
    near = cv2.GaussianBlur(weight, (0, 0), _JOIN * unit)[..., None]
    return np.asarray((cv2.GaussianBlur(ratio, (0, 0), _JOIN * unit) + 0.02) / (near + 0.02), dtype=np.float32)


def roundness_seen(light: FloatArray, relief: FloatArray, bare: npt.NDArray[np.bool_]) -> float:
    """How strongly the light of this photo models round limbs, against a lamp's: 0.55 (a white studio) to 1.3; read from limbs seen bare.

    light: (h, w) luminance, linear. relief: (h, w) the light expected on round limbs, NaN off them. bare: (h, w) bool, seen skin.
    """
    known = bare & np.isfinite(relief)
    if known.sum() < 300:
        return _USUAL_ROUNDNESS
    expected = relief[known].astype(np.float64)
    spread = float(expected.var())
    if spread < 1e-4:
        return _USUAL_ROUNDNESS
    seen = np.clip(light[known] / max(float(np.median(light[known])), 1e-4), 0.3, 1.7)
    slope = float(np.cov(expected, seen)[0, 1]) / spread
    follows, whole = slope * np.sqrt(spread), float(seen.std())
    rest = np.sqrt(max(whole**2 - follows**2, 0.0))
    # Shadows and hands that do not follow the form at all say nothing of it; an evenly lit limb does.
    trust = float(np.clip(max(follows / max(whole, 1e-4) / 0.4, 1.0 - rest / 0.15), 0.0, 1.0))
    return float(np.clip(trust * slope * float(np.median(expected)) + (1 - trust) * _USUAL_ROUNDNESS, _LEAST_ROUNDNESS, 1.3))


def light_on_face(rgb: UInt8Array, face: npt.NDArray[np.bool_]) -> FloatArray:
    """Where the light on the wearer comes from, as the face's two halves tell: (3,) unit vector, x right, y down, z to the viewer.

    From above in front where no face is seen. rgb: (h, w, 3) uint8 sRGB. face: (h, w) bool.
    """
    aside = 0.0
    columns = np.flatnonzero(face.any(axis=0))
    if face.sum() > 200 and len(columns) > 8:
        light = srgb_to_linear(rgb) @ np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
        x = (np.nonzero(face)[1] - columns.mean()) / (len(columns) / 2)
        values = light[face]
        left, right = (float(np.median(values[side])) for side in (x < -0.3, x > 0.3))
        aside = float(np.clip(0.9 * (right - left) / max(right + left, 1e-3), -0.4, 0.4))
    toward = np.array([aside, -0.4, 0.8], dtype=np.float32)
    return toward / np.float32(np.linalg.norm(toward))


def mottled(shape: tuple[int, ...], unit: float) -> FloatArray:
    """How skin varies from place to place, (h, w, 3) factors: lighter and darker, redder and paler, over one to some units."""
    chance, total = np.random.default_rng(1), np.zeros((*shape, 2), dtype=np.float32)
    for reach, much in ((0.5, 0.35), (1.6, 0.6), (5.0, 0.7)):
        step = max(1, int(reach * unit / 2))
        coarse = chance.normal(0.0, 1.0, (shape[0] // step + 2, shape[1] // step + 2, 2)).astype(np.float32)
        coarse = cv2.GaussianBlur(coarse, (0, 0), max(reach * unit / step, 0.6))
        coarse *= much / max(float(coarse.std()), 1e-6)
        total += cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    lighter, redder = _MOTTLE[0] * total[..., 0], _MOTTLE[1] * total[..., 1]
    return np.exp(np.dstack([lighter + 0.3 * redder, lighter - redder, lighter - 0.8 * redder])).astype(np.float32)


def _grain(light: FloatArray, seen: FloatArray) -> FloatArray:
    """Pores and noise as strong as on the seen skin, (h, w) float32 around 0; the same for the same photo."""
    if seen.sum() < 200:
        return np.zeros(light.shape, dtype=np.float32)
    inner = cv2.erode(seen, np.ones((5, 5), np.uint8)) > 0
    fine = (light - cv2.GaussianBlur(light, (0, 0), 1.5)) / np.maximum(light, 1e-3)
    strength = float(np.clip(1.48 * np.median(np.abs(fine[inner])), 0.0, 0.03)) if inner.any() else 0.0
    noise = np.random.default_rng(0).normal(0.0, 1.0, light.shape).astype(np.float32)
    return np.asarray(1.8 * strength * cv2.GaussianBlur(noise, (0, 0), 0.8), dtype=np.float32)
