"""What every garment shares: knit and woven grounds, ribs, seams, the cut of a top, the names of its corners."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from scipy.spatial import cKDTree

from assets.source.noise import Floats, hex_color, layered_noise, smooth_noise
from assets.source.tailor import Canvas, Fold, Panel, Sewn, curve, photograph, symmetric

Made = tuple[np.ndarray[Any, Any], dict[str, Any]]


def grain(sheet: Canvas, seed: int, amount: float = 0.012) -> None:
    """The small unevenness of any cloth."""
    shape = sheet.x.shape
    fine = smooth_noise(shape, (1.6, 1.6), seed)
    slow = layered_noise(shape, (160, 120), seed + 1, 3)
    sheet.color[:] *= (1 + amount * fine + 0.4 * amount * slow)[..., None]
    sheet.height += 0.012 * fine


def jersey(sheet: Canvas, seed: int, pitch: float = 0.0016) -> None:
    """Fine T-shirt knit: wales that run down the body."""
    wale = np.cos(2 * np.pi * sheet.x / pitch)
    course = np.cos(2 * np.pi * sheet.y / (pitch * 0.8) + np.pi * (wale > 0))
    sheet.height += 0.03 * wale + 0.015 * course
    sheet.color[:] *= (1 + 0.018 * wale + 0.01 * course)[..., None]
    grain(sheet, seed)


def rib(sheet: Canvas, where: Floats, along: Floats, pitch: float, depth: float) -> None:
    """Ribs counted by `along` (metres along an edge), where `where` is 1."""
    wave = np.cos(2 * np.pi * along / pitch)
    sheet.height += where * depth * wave
    sheet.color[:] *= 1 + (where * (0.07 * wave - 0.03))[..., None]


def run_length(sheet: Canvas, line: Floats) -> Floats:
    """For each place, how far along the line its nearest point lies (metres)."""
    dense_at = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    at = np.arange(0, dense_at[-1], 0.0005)
    dense = np.stack([np.interp(at, dense_at, line[:, 0]), np.interp(at, dense_at, line[:, 1])], -1)
    coarse = slice(None, None, 2)
    points = np.stack([sheet.x[coarse, coarse].ravel(), sheet.y[coarse, coarse].ravel()], -1)
    _, nearest = cKDTree(dense).query(points)
    small = at[nearest].reshape(sheet.x[coarse, coarse].shape)
    return np.asarray(cv2.resize(small, sheet.x.shape[::-1], interpolation=cv2.INTER_LINEAR))


def joined(panel: Panel, name: str) -> Floats:
    """The left and right run of one name as one line (they meet in the middle of top or bottom)."""
    left, right = panel.run(name + "_left"), panel.run(name + "_right")
    if np.linalg.norm(left[-1] - right[0]) < 1e-6:
        return np.concatenate([left, right[1:]])
    return np.concatenate([right, left[1:]])


def offset(line: Floats, by: float) -> Floats:
    """A line beside a line: metres to its left as it runs."""
    tangent = np.gradient(line, axis=0)
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], -1)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
    return line + normal * by


def band(distance: Floats, width: float, soft: float = 0.0006) -> Floats:
    """1 within `width` metres, a crisp edge."""
    return np.clip((width - distance) / soft + 0.5, 0, 1)


def crease(sheet: Canvas, line: Floats, width: float = 0.0012, dark: float = 0.72, depth: float = 0.5) -> None:
    """A seam: a dark furrow with a soft swell on either side."""
    d = sheet.distance(line)
    furrow = np.exp(-((d / width) ** 2))
    swell = np.exp(-(((d - 3 * width) / (2 * width)) ** 2))
    sheet.shade(furrow, dark)
    sheet.height += -depth * furrow + 0.25 * depth * swell


def top_panels(
    neck: float, neck_y: float, front_drop: float, back_drop: float, shoulder: tuple[float, float], cuff_outer: tuple[float, float],
    cuff_inner: tuple[float, float], armpit: tuple[float, float], hem: tuple[float, float], waist: tuple[float, float] | None = None, sleeve: bool = True,
    v_neck: bool = False, armhole_bend: float = 3.5,
) -> tuple[Panel, Panel]:
    """Front and back of a top, centimetres; y = 0 at the hem's middle."""
    panels = []
    for drop in (front_drop, back_drop):
        middle = (0.0, neck_y - drop)
        if v_neck and drop == front_drop:
            scoop = curve(middle, (neck * 0.62, neck_y - drop * 0.42), (neck * 0.98, neck_y - drop * 0.2), (neck, neck_y))
        else:
            scoop = curve(middle, (neck * 0.72, neck_y - drop), (neck * 1.0, neck_y - drop * 0.62), (neck, neck_y))
        half: list[tuple[str, Floats, bool]] = [("neck", scoop, False)]
        if sleeve:
            half.append(("shoulder", curve((neck, neck_y), ((neck + shoulder[0]) / 2, (neck_y + shoulder[1]) / 2 + 0.3), shoulder), True))
            half.append(("over", curve(shoulder, (shoulder[0] + (cuff_outer[0] - shoulder[0]) * 0.3 + 0.6, shoulder[1] + (cuff_outer[1] - shoulder[1]) * 0.25 + 0.6), cuff_outer), True))
            half.append(("cuff", curve(cuff_outer, cuff_inner), False))
            half.append(("under", curve(cuff_inner, (armpit[0] + (cuff_inner[0] - armpit[0]) * 0.35 - 0.2, armpit[1] + (cuff_inner[1] - armpit[1]) * 0.30 - 0.5), armpit), True))
        else:
            half.append(("shoulder", curve((neck, neck_y), shoulder), True))
            half.append(("armhole", curve(shoulder, (shoulder[0] - armhole_bend * 0.4, armpit[1] + (shoulder[1] - armpit[1]) * 0.45), (shoulder[0] - armhole_bend * 0.2, armpit[1] + 1.0), armpit), False))
        middle_side = waist or ((armpit[0] + hem[0]) / 2, (armpit[1] + hem[1]) / 2)
        half.append(("side", curve(armpit, (armpit[0], armpit[1] - 4), (middle_side[0], middle_side[1] + 6), (middle_side[0], middle_side[1] - 8), (hem[0], hem[1] + 6), hem), True))
        half.append(("hem", curve(hem, (hem[0] * 0.6, hem[1] - 0.6), (0.0, 0.0)), False))
        panels.append(symmetric(half))
    return panels[0], panels[1]


def top_landmarks(corners: dict[str, int], sleeve: bool) -> dict[str, int]:
    """The contract's landmark names -> vertex numbers, for tops and dresses."""
    names: dict[str, int] = {"collar": corners["neck_left:end"]}
    for side in ("left", "right"):
        names[f"neck_{side}"] = corners[f"neck_{side}:{'start' if side == 'left' else 'end'}"]
        names[f"shoulder_{side}"] = corners[f"shoulder_{side}:{'start' if side == 'left' else 'end'}"]
        names[f"armpit_{side}"] = corners[f"side_{side}:{'end' if side == 'left' else 'start'}"]
        names[f"hem_{side}"] = corners[f"hem_{side}:{'end' if side == 'left' else 'start'}"]
        if sleeve:
            names[f"cuff_outer_{side}"] = corners[f"cuff_{side}:{'end' if side == 'left' else 'start'}"]
            names[f"cuff_inner_{side}"] = corners[f"cuff_{side}:{'start' if side == 'left' else 'end'}"]
    return names


def both_sides(folds: list[Fold], seed: int, jitter: float = 0.022) -> list[Fold]:
    """The folds of the wearer's left and, never quite alike, of the right."""
    rng = np.random.default_rng(seed)
    every = list(folds)
    for fold in folds:
        move = rng.normal(0, jitter, 2) * np.linspace(0.3, 1.2, len(fold.line))[:, None]
        every.append(replace(fold, line=fold.line * [-1, 1] + move, height=fold.height * rng.uniform(0.55, 1.2), wide=fold.steep * 1.1, steep=fold.wide * 0.9))
    return every


def finish(sewn: Sewn, placed: Floats, front: Canvas, back: Canvas, kind: str, marks: dict[str, int], **options: Any) -> Made:
    """Photograph and note where the landmarks fell."""
    picture, project = photograph(sewn, placed, front, back, **options)
    pixels = project(placed)
    return picture, {"kind": kind, "landmarks": {name: [round(float(c), 1) for c in pixels[i]] for name, i in sorted(marks.items())}}


def label(sheet: Canvas, y: float, color: str = "#e9e6df") -> None:
    """A small blank woven label at the middle of the back neck."""
    box = (np.abs(sheet.x) < 0.018) & (sheet.y < y - 0.014) & (sheet.y > y - 0.030)
    sheet.tint(box.astype(float), hex_color(color))
    sheet.height += 0.5 * box
