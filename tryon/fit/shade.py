"""How light lies on the new cloth: folds and shade of the old garment where the photo shows them, else the wearer's form and usual folds.

To these come the shadows where things touch: between sleeve and trunk, under hair and hands, above a waistband. The garment's color stays
the product picture's: light only moves around on it.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from tryon.fit.agnostic import Agnostic
from tryon.fit.crease import creases
from tryon.fit.drape import DRAPE_PARTS, Drape
from tryon.fit.folds import worn_shading
from tryon.fit.form import light_on_form
from tryon.fit.garment import Garment
from tryon.image import FloatArray, UInt8Array, srgb_to_linear

__all__ = ["cast_shadow", "color_of_light", "light_on_cloth", "with_light"]

BoolArray = npt.NDArray[np.bool_]

_FOLDS = 0.95  # how much of the old garment's shading the new one takes over
_FORM = 0.55  # how much of the light on the wearer's form; the product picture shows some of it already
_LOW, _HIGH = -0.85, 0.4  # natural log: folds and shadow darken or lighten no more
_WHITE = 0.9  # linear light of white cloth where it is worn, in photos whose ground is white: it leaves room for its folds
_KNEE, _BRIGHTEST = 0.9, 0.985  # linear light above which cloth only nears the brightest
_BLACK, _GLEAM = 0.04, 0.003  # linear light below which cloth gleams where light falls on it; what black cloth gives back more when worn
_PATTERNED, _PLAIN = 0.45, 0.65  # share of a garment's commonest color: up to the first its shade may be its pattern's, from the second not
_BRIGHT = 0.55  # linear light of the brightest places of a photo that is not dim
_NEARLY_WHITE, _LAMP = 8.0, 40.0  # CIELAB chroma of what may be white in the photo's light, of any hue and of the warm ones of lamps
_ARMPIT = 0.28  # height on the trunk above which sleeve and trunk are one cloth


def light_on_cloth(
    small: UInt8Array, own: FloatArray, garment: Garment, agnostic: Agnostic, drape: Drape, cover: FloatArray, unit: float
) -> FloatArray:
    """Factors (h, w) float32 on the garment's own linear color; they leave its mean color as it is.

    small: (h, w, 3) uint8, the photo at the working size. own: (h, w) the luminance of the cloth laid flat, 0 where it is not known.
    garment: its picture's folds are taken out where the photo's are put in. cover: (h, w) the garment's coverage. unit: a small
    detail, pixels.
    """
    solid = cover > 0.5
    if not solid.any():
        return np.ones_like(cover)
    seen = worn_shading(small, agnostic.worn, unit)
    form = np.log(np.maximum(light_on_form(drape.figure, drape.parts, drape.scale, agnostic.light), 0.2))
    form = cv2.GaussianBlur(form.astype(np.float32), (0, 0), 0.8 * unit)
    form = _FORM * (form - float(np.percentile(form[solid], 65)))
    made = form + creases(drape.figure, drape.parts, solid, drape.scale, agnostic.light, tucked=drape.tucked)
    touching = _contact(agnostic, drape, solid, unit)
    known = seen.wide_trust * _FOLDS * seen.wide + (1 - seen.wide_trust) * form + _FOLDS * seen.folds
    shade = made + _carried_on(known - made, seen.trust, unit) + (1 - 0.6 * seen.trust) * touching
    shade -= seen.trust * _pictured(garment, drape, unit)
    shade = np.clip(shade, _LOW, _HIGH)
    factor = np.exp(shade).astype(np.float32)
    level = float((factor * own)[solid].sum()) / max(float(own[solid].sum()), 1e-6)  # a print in the light counts as its color does
    return np.where(solid, factor / level if level > 0 else factor, 1.0).astype(np.float32)


def _pictured(garment: Garment, drape: Drape, unit: float) -> FloatArray:
    """The folds and shade that the product picture itself shows, where they come to lie, natural log; 0 where it is a pattern's."""
    dense = drape.dense
    step = float(np.nanmedian(np.linalg.norm(np.diff(dense, axis=1), axis=-1)))
    cloth = garment.rgba[..., 3] > 230
    if garment.inner is not None:
        cloth &= ~garment.inner
    found = worn_shading(np.ascontiguousarray(garment.rgba[..., :3]), cloth, max(unit * step, 1.0))
    much = float(np.clip((found.plain - _PATTERNED) / (_PLAIN - _PATTERNED), 0.0, 1.0))
    if much == 0:
        return np.zeros(dense.shape[:2], dtype=np.float32)
    at = np.nan_to_num(dense, nan=-10.0)
    light = (found.folds + found.wide_trust * found.wide) * found.trust
    return np.asarray(much * cv2.remap(light, at[..., 0] - 0.5, at[..., 1] - 0.5, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT))


def _carried_on(more: FloatArray, trust: FloatArray, unit: float) -> FloatArray:
    """What is known where trust is 1, softer beyond and gone some way on: the old garment's edge leaves no step on the new one."""
    wide = np.zeros_like(more)
    for reach, level in ((9.0, 0.08), (3.5, 0.02), (1.3, 0.01)):
        near = cv2.GaussianBlur(trust, (0, 0), reach * unit)
        wide = (cv2.GaussianBlur((more * trust).astype(np.float32), (0, 0), reach * unit) + level * wide) / (near + level)
    return np.asarray(trust * more + (1 - trust) * wide, dtype=np.float32)


def with_light(cloth: FloatArray, factor: FloatArray) -> FloatArray:
    """Cloth (..., 3) of linear color under light of these factors (...).

    White is no brighter than where it is worn: it needs room for its folds. Black has folds by its gleam.
    """
    brightest = cloth.max(axis=-1, keepdims=True)
    black = np.clip(1.0 - brightest / _BLACK, 0.0, 1.0)
    white = np.minimum(1.0, _WHITE / np.maximum(brightest, 1e-3))
    lit = (cloth * white + _GLEAM * black) * factor[..., None] ** (1.0 + black)
    brightest = lit.max(axis=-1, keepdims=True)
    room = _BRIGHTEST - _KNEE
    bent = _KNEE + room * np.tanh((brightest - _KNEE) / room)
    return np.asarray(np.where(brightest > _KNEE, lit * bent / np.maximum(brightest, 1e-3), lit), dtype=np.float32)


def color_of_light(small: UInt8Array, cloth: BoolArray) -> FloatArray:
    """The color and the level of the photo's light on cloth, (3,) factors: some of what its brightest nearly white places show, and a dim
    photo's dimness. 1 in a white studio, and where nothing white is seen.

    small: (h, w, 3) uint8 sRGB. cloth: (h, w) bool, what is about to change: its colors say nothing.
    """
    pixels = small[::3, ::3][~cloth[::3, ::3]]
    if len(pixels) < 200:
        return np.ones(3, dtype=np.float32)
    linear = srgb_to_linear(pixels)
    level = linear @ np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
    bright = float(np.percentile(level, 98))
    dim = float(np.clip(bright / _BRIGHT, 0.25, 1.0)) ** 0.75
    lab = cv2.cvtColor(pixels[None].astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[0]
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    warm = (lab[:, 2] > 2 * np.abs(lab[:, 1])) & (chroma < _LAMP)  # lamps are warm; backdrops of any other color are paint
    white = (level > 0.6 * bright) & (level < 0.98) & ((chroma < _NEARLY_WHITE) | warm)
    if white.mean() < 0.02:
        return np.full(3, dim, dtype=np.float32)
    color = linear[white].mean(axis=0)
    cast = np.clip(color / float(color @ np.array([0.2126, 0.7152, 0.0722])), 0.6, 1.5) ** 0.45
    return np.asarray(dim * cast, dtype=np.float32)


def cast_shadow(agnostic: Agnostic, cover: FloatArray, unit: float) -> FloatArray:
    """How dark the garment's edge makes what lies behind it, (h, w) float32 0..1: a hem on trousers, a sleeve on its arm.

    Most below the cloth and on the side away from the light; only on the wearer, never on what is before the cloth.
    """
    shift = np.array([-0.5 * float(agnostic.light[0]), 0.8]) * unit
    moved = cv2.warpAffine(cover, np.array([[1, 0, shift[0]], [0, 1, shift[1]]]), (cover.shape[1], cover.shape[0]))
    beyond = cv2.distanceTransform((moved < 0.5).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    shadow = 0.3 * np.exp(-beyond / (0.8 * unit))
    body = cv2.GaussianBlur(cv2.erode(agnostic.silhouette.astype(np.float32), np.ones((3, 3))), (0, 0), 0.8)
    shadow = np.where(shadow < 0.02, 0.0, shadow) * body * (1.0 - cover)
    soft = cv2.GaussianBlur(shadow.astype(np.float32), (0, 0), 0.3 * unit)
    return np.asarray(soft * (agnostic.kept < 0.02), dtype=np.float32)  # face and hands to their last pixel


def _contact(agnostic: Agnostic, drape: Drape, solid: BoolArray, unit: float) -> FloatArray:
    """Where light hardly comes on the cloth itself, natural log, at most 0."""
    dark = np.zeros(solid.shape, dtype=np.float32)
    low = drape.figure.below(_ARMPIT, drape.scale, (solid.shape[0], solid.shape[1])) / (5 * unit)
    low = np.clip(low, 0.0, 1.0).astype(np.float32)

    def beside(one: BoolArray, other: BoolArray, much: float, reach: float) -> None:
        """Darken `one` near `other`."""
        if one.any() and other.any():
            away = cv2.distanceTransform((~other).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
            np.subtract(dark, much * np.exp(-away / (reach * unit)) * low, out=dark, where=one)

    pieces = {name: (drape.parts == number) & solid for number, name in enumerate(DRAPE_PARTS)}
    hanging = pieces["trunk"] | pieces["skirt"]
    for side in ("left", "right"):
        before = drape.figure.arms[side].depth <= 0
        sleeve = pieces[f"{side}_sleeve"]
        beside(hanging, sleeve, 0.42 if before else 0.2, 1.5)
        beside(sleeve, hanging, 0.2 if before else 0.42, 1.5)
    beside(pieces["left_leg"], pieces["right_leg"], 0.3, 1.3)
    beside(pieces["right_leg"], pieces["left_leg"], 0.3, 1.3)

    # Hair, hands and whatever else is before the cloth shades what lies under it.
    shift = np.array([-0.5 * float(agnostic.light[0]), 0.9]) * unit
    front = cv2.warpAffine(
        (agnostic.kept > 0.5).astype(np.uint8), np.array([[1, 0, shift[0]], [0, 1, shift[1]]]), (solid.shape[1], solid.shape[0])
    )
    if front.any():
        away = cv2.distanceTransform(1 - front, cv2.DIST_L2, cv2.DIST_MASK_5)
        dark -= (0.3 * np.exp(-away / (1.1 * unit))).astype(np.float32)
    if drape.tucked and agnostic.lower.any():
        away = cv2.distanceTransform((~agnostic.lower).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
        dark -= np.where(hanging, 0.3 * np.exp(-away / (1.0 * unit)), 0.0).astype(np.float32)
    return cv2.GaussianBlur(np.maximum(dark, -0.6), (0, 0), 0.35 * unit)
