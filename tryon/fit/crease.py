"""Folds where the photo shows none: cloth pulls from the armpits, gathers over a waistband and bends at elbows, knees and ankles.

Drawn by formula from the wearer's frame, moderate enough to be believed and never mistaken for dirt. Each fold is a soft ridge of the
cloth, lit from the side; the same wearer in the same garment has the same folds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tryon.fit.drape import DRAPE_PARTS
from tryon.fit.figure import Figure
from tryon.fit.limb import Limb
from tryon.image import FloatArray

__all__ = ["creases"]

Points = npt.NDArray[np.float64]

_SLOPE = 0.34  # of the steepest ridge
_ASIDE = 0.4  # the least share of light from the side: folds are seen by it
_HOLLOW = 0.35  # how much darker the hollow beside a ridge is
_WAVES = 0.022  # wide unevenness that all worn cloth has, natural log
_WIDTHS = (0.02, 0.028, 0.038)  # of a fold's slope, in breadths
_FROM_ARMPIT = ((0.3, -0.95, 0.5, 0.35), (0.42, -0.95, 0.62, 0.2))  # along the limb and aside, from and to; 1 = a bone, a half-width
_FROM_CROTCH = ((0.04, -0.9, 0.2, 0.5), (0.1, -0.95, 0.3, 0.35), (0.16, -0.95, 0.42, 0.2))
_DOWN = 48  # points along a fold


@dataclass(frozen=True, eq=False)
class _Fold:
    """A ridge along three points of a quadratic curve, photo pixels; width: of its slope, in breadths; strong: at both ends, 0..1."""

    points: Points
    width: float
    strong: tuple[float, float]


def creases(
    figure: Figure, parts: npt.NDArray[np.uint8], solid: npt.NDArray[np.bool_], scale: float, light: FloatArray, *, tucked: bool
) -> FloatArray:
    """How folds lighten and darken the cloth, (h, w) float32 natural log, about 0 in the mean; 0 off the cloth.

    parts: (h, w), index into DRAPE_PARTS, pixels of photo pixels * scale. solid: (h, w) where cloth is seen. light: (3,) unit vector
    towards the light. tucked: the trunk's cloth ends under a waistband.
    """
    shade = np.zeros(parts.shape, dtype=np.float32)
    aside = float(light[0]) if abs(float(light[0])) > _ASIDE else _ASIDE * (1.0 if light[0] > 0.02 else -1.0)
    toward = np.array([aside, float(light[1])]) / float(light[2])
    for name in DRAPE_PARTS[1:]:
        piece = (parts == DRAPE_PARTS.index(name)) & solid
        rows, columns = np.flatnonzero(piece.any(axis=1)), np.flatnonzero(piece.any(axis=0))
        if len(rows) < 12 or len(columns) < 6:
            continue
        window = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        corner = np.array([columns[0], rows[0]], dtype=np.float64)
        one = _lit(list(_folds(name, figure, piece, scale, tucked)), piece[window].shape, corner, scale, figure.breadth * scale, toward)
        shade[window] = np.where(piece[window], one, shade[window])
    return shade


def _lit(folds: list[_Fold], size: tuple[int, int], corner: Points, scale: float, breadth: float, toward: Points) -> FloatArray:
    """The light on the relief of some folds, natural log; corner: of this window in the picture."""
    pad = round(0.1 * breadth) + 2
    shade = np.zeros(size, dtype=np.float32)
    inner = np.s_[pad : pad + size[0], pad : pad + size[1]]
    for width in sorted({fold.width for fold in folds}):
        sigma = max(width * breadth, 0.8)
        thick = max(1, round(0.7 * sigma))
        canvas = np.zeros((size[0] + 2 * pad, size[1] + 2 * pad), dtype=np.float32)
        for fold in folds:
            if fold.width == width:
                _draw(canvas, fold, corner - pad, scale, thick)
        relief = cv2.GaussianBlur(canvas, (0, 0), sigma) * (2.5 * sigma / thick) * sigma * _SLOPE
        wide = cv2.GaussianBlur(relief, (0, 0), 2.2 * sigma)
        slope_y, slope_x = np.gradient(relief)
        lit = -(slope_x * toward[0] + slope_y * toward[1]) + _HOLLOW * (relief - wide) / sigma
        shade += lit[inner].astype(np.float32)
    chance = np.random.default_rng(0).normal(0.0, 1.0, (max(4, size[0] // 8), max(4, size[1] // 8))).astype(np.float32)
    waves = cv2.GaussianBlur(chance, (0, 0), sigmaX=max(0.05 * breadth / 8, 0.6), sigmaY=max(0.11 * breadth / 8, 0.6))
    waves = cv2.resize(waves / max(float(waves.std()), 1e-6), (size[1], size[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(shade, -0.32, 0.26) + _WAVES * waves, dtype=np.float32)


def _draw(canvas: FloatArray, fold: _Fold, corner: Points, scale: float, thick: int) -> None:
    t = np.linspace(0.0, 1.0, _DOWN)[:, None]
    a, b, c = fold.points * scale - corner
    line = (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t**2 * c
    if not np.isfinite(line).all() or np.abs(line).max() > 30_000:
        return
    strength = np.sin(np.pi * np.clip(np.linspace(0, 1, _DOWN), 0, 1)) ** 0.6 * np.linspace(*fold.strong, _DOWN)
    for (x0, y0), (x1, y1), strong in zip(line[:-1], line[1:], strength[:-1], strict=False):
        cv2.line(canvas, (round(x0), round(y0)), (round(x1), round(y1)), float(strong), thick)


def _folds(name: str, figure: Figure, piece: npt.NDArray[np.bool_], scale: float, tucked: bool) -> Iterator[_Fold]:
    chance = np.random.default_rng(DRAPE_PARTS.index(name))
    if name == "trunk":
        yield from _trunk_folds(figure, piece, scale, tucked, chance)
    elif name == "skirt":
        yield from _skirt_folds(figure, piece, scale, chance)
    else:
        side, kind = name.split("_")
        yield from _limb_folds((figure.arms if kind == "sleeve" else figure.legs)[side], side, kind, figure, piece, scale, chance)


def _trunk_folds(figure: Figure, piece: npt.NDArray[np.bool_], scale: float, tucked: bool, chance: np.random.Generator) -> Iterator[_Fold]:
    """From the armpits, at the waist, and over the band or down to the hem."""
    y, x = np.nonzero(piece)
    place = np.stack([(x + 0.5) / scale, (y + 0.5) / scale], axis=-1) - figure.shoulder_middle
    down = place @ figure.down / figure.trunk
    top, hem = (float(value) for value in np.percentile(down, [2, 99]))

    def at(aside: float, height: float) -> Points:
        half = float(figure.half_width(np.clip(height, 0.1, 1.3), "left" if aside > 0 else "right"))
        return figure.axis(height) + figure.across * aside * half

    def wobble(much: float) -> float:
        return float(chance.uniform(-much, much))

    for side in (-1.0, 1.0):
        if top < 0.3 < hem:
            for k in range(int(chance.integers(1, 4))):
                start = at((0.95 - 0.05 * k) * side, 0.29 + 0.05 * k + wobble(0.015))
                end = at((0.3 + 0.12 * k + wobble(0.12)) * side, 0.42 + 0.12 * k + wobble(0.06))
                middle = (start + end) / 2 + figure.down * (0.02 + wobble(0.03)) * figure.breadth
                yield _Fold(np.stack([start, middle, end]), float(chance.choice(_WIDTHS)), (float(chance.uniform(0.6, 1.0)), 0.1))
            yield _Fold(np.stack([at(0.9 * side, 0.29), at(0.74 * side, 0.2), at((0.62 + wobble(0.08)) * side, 0.1)]), 0.03, (0.6, 0.1))
        for k in range(int(chance.integers(1, 4))):
            height = 0.64 + 0.1 * k + wobble(0.035)
            if height < hem - 0.05:
                end = at((0.3 + wobble(0.25)) * side, height - 0.06 + wobble(0.07))
                middle = at((0.68 + wobble(0.08)) * side, height + wobble(0.04))
                strong = float(chance.uniform(0.4, 0.9)), 0.1
                yield _Fold(np.stack([at(0.98 * side, height), middle, end]), float(chance.choice(_WIDTHS)), strong)
    if hem < 0.5:
        return
    if tucked:
        for aside in np.linspace(-0.88, 0.88, 8):
            aside += wobble(0.08)
            lean = -0.12 * np.sign(aside) + wobble(0.1)
            high = hem - float(chance.uniform(0.09, 0.26))
            middle = at(aside + 0.3 * lean + wobble(0.04), (hem + high) / 2)
            yield _Fold(np.stack([at(aside, hem + 0.02), middle, at(aside + lean, high)]), float(chance.choice(_WIDTHS)), (1.0, 0.2))
        for side in (-1.0, 1.0):
            over = hem - 0.065
            yield _Fold(np.stack([at(0.95 * side, over), at(0.5 * side, over + 0.03), at(0.05 * side, over)]), 0.028, (0.9, 0.6))
    else:
        for aside in (-0.72, -0.3, 0.22, 0.66):
            aside += wobble(0.07)
            high = max(hem - 0.42 + wobble(0.08), 0.4)
            line = np.stack([at(aside, hem + 0.03), at(aside * 0.95 + wobble(0.06), (hem + high) / 2), at(aside * 0.8, high)])
            yield _Fold(line, 0.05, (float(chance.uniform(0.4, 0.9)), 0.1))


def _skirt_folds(figure: Figure, piece: npt.NDArray[np.bool_], scale: float, chance: np.random.Generator) -> Iterator[_Fold]:
    """Flutes that widen towards the hem."""
    rows = np.flatnonzero(piece.any(axis=1))
    top, bottom = int(rows[0]), int(rows[-1])

    def at(share: float, height: float) -> Points:
        row = round(top + (bottom - top) * height)
        columns = np.flatnonzero(piece[min(max(row, top), bottom)])
        left, right = (columns[0], columns[-1]) if len(columns) else (0, 0)
        return np.array([left + (right - left) * share, row], dtype=np.float64) / scale

    for share in np.linspace(0.1, 0.9, 6):
        share += float(chance.uniform(-0.05, 0.05))
        start = float(chance.uniform(0.12, 0.45))
        line = np.stack([at(share, start), at(share, (1 + start) / 2), at(share, 1.0)])
        yield _Fold(line, float(chance.choice((0.032, 0.045))), (0.2, 1.0))


def _limb_folds(
    limb: Limb, side: str, kind: str, figure: Figure, piece: npt.NDArray[np.bool_], scale: float, chance: np.random.Generator
) -> Iterator[_Fold]:
    """Around the bend of an elbow or a knee, from the armpit or the crotch, and where the cloth rests on wrist or shoe."""
    sleeve = kind == "sleeve"
    outwards = figure.across * (1.0 if side == "left" else -1.0)
    bones = np.diff(limb.joints, axis=0)
    long = np.maximum(np.linalg.norm(bones, axis=1), 1e-3)

    def at(place: float, aside: float) -> Points:
        bone = int(np.clip(place, 0, 1))
        along = bones[bone] / long[bone]
        out = np.array([along[1], -along[0]])
        out = out if out @ outwards > 0 else -out
        radius = float(np.interp(place, [0, 1, 2], limb.radii)) * (1.0 if sleeve else 1.1)
        return limb.joints[bone] + bones[bone] * (place - bone) + out * aside * radius

    def wobble(much: float) -> float:
        return float(chance.uniform(-much, much))

    ends = 0.0
    for place in np.linspace(0.1, 2.2, 64):
        column, row = (at(float(place), 0.0) * scale).astype(int)
        if 0 <= row < piece.shape[0] and 0 <= column < piece.shape[1] and piece[row, column]:
            ends = float(place)
    bend = float(np.degrees(np.arccos(np.clip(bones[0] @ bones[1] / (long[0] * long[1]), -1, 1))))
    narrow, usual = (0.013, 0.018) if sleeve else (0.016, 0.024)
    for a, inner, b, outer in _FROM_ARMPIT if sleeve else _FROM_CROTCH:
        if b < ends:
            middle = at((a + b) / 2 + 0.03, (inner + outer) / 2)
            yield _Fold(np.stack([at(a, inner), middle, at(b + wobble(0.03), outer)]), usual, (1.0, 0.2))
    if ends > 1.12:
        many = 3 + round(min(bend, 90) / 30)
        strong = 0.55 + min(bend, 60) / 130
        for k in range(many):
            place = 1.0 + (k - (many - 1) / 2) * 0.075 + wobble(0.015)
            lean, reach = wobble(0.06) + 0.03 * (1 if k % 2 else -1), float(chance.uniform(0.0, 0.6))
            line = np.stack([at(place, -1.0), at(place + lean / 2 + 0.02, -0.3), at(place + lean, reach)])
            yield _Fold(line, narrow, (strong, 0.2))
        for k in range(2 if sleeve else 1):
            place = 1.25 + 0.22 * k + wobble(0.05)
            if place < ends - 0.1:
                yield _Fold(np.stack([at(place, 0.9), at(place + 0.05, 0.2), at(place + 0.13, -0.6)]), usual, (0.5, 0.15))
    if ends > 1.7:
        for k in range(3):
            place, turn = ends - 0.045 - 0.055 * k + wobble(0.01), 1.0 if k % 2 else -1.0
            yield _Fold(np.stack([at(place, -0.95 * turn), at(place - 0.02, 0.0), at(place + 0.015, 0.7 * turn)]), narrow, (0.8, 0.3))
    if not sleeve and ends > 0.8:
        yield _Fold(np.stack([at(0.35, 0.1), at(0.6, 0.12 + wobble(0.1)), at(0.9, 0.05)]), 0.03, (0.2, 0.45))
