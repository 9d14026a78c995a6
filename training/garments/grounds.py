"""What garments lie on and hang from: studio sheets, floors, beds, carpets (pieces of the CC0 photos), hangers, things lying about."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from training.garments.cloth import color, from_patch, make_cloth, wrinkles
from training.garments.photos import Photos
from training.garments.shapes import Drawing

__all__ = ["NET_SIDE", "WORK", "clutter", "ground", "hanger_bar", "hook", "shadow"]

Rng = np.random.Generator
Picture = npt.NDArray[np.uint8]
NET_SIDE = 256
"""Side of the picture that the net sees."""
WORK = 288
"""Longer side at which pictures are drawn."""


def ground(rng: Rng, photos: Photos | None, width: int, height: int, plain: bool, cloth: Picture | None) -> Picture:
    if plain:
        pick = rng.random()
        if cloth is not None and pick < 0.14:  # white on white, gray on gray
            base = cloth.reshape(-1, 3).mean(0) + rng.normal(0, 6, 3) + rng.normal(0, 6)
        elif pick < 0.7:
            base = np.full(3, rng.uniform(222, 255)) + rng.normal(0, 2, 3)
        elif pick < 0.85:
            base = np.full(3, rng.uniform(120, 235)) + rng.normal(0, 8, 3)
        else:
            base = color(rng)
        fade = np.linspace(-1, 1, height)[:, None] * rng.normal(0, 5) + np.linspace(-1, 1, width)[None] * rng.normal(0, 4)
        if rng.random() < 0.5:
            fade = fade * 0
        sheet = base + fade[..., None]
        if rng.random() < 0.12:  # wall and floor
            y = int(height * rng.uniform(0.55, 0.95))
            sheet[y:] *= rng.uniform(0.75, 0.97)
        return np.clip(sheet, 0, 255).astype(np.uint8)
    floor = _texture(rng, photos)[:height, :width]
    if rng.random() < 0.2:  # edge of a bed, a rug, a door
        other = _texture(rng, photos)[:height, :width]
        angle, at = rng.uniform(0, np.pi), rng.uniform(0.1, 0.9)
        yy, xx = np.mgrid[:height, :width]
        side = (xx / width - 0.5) * np.cos(angle) + (yy / height - 0.5) * np.sin(angle) > (at - 0.5) * 1.2
        floor = np.where(side[..., None], other, floor)
    factor = wrinkles(rng, WORK)[:height, :width, None] if rng.random() < 0.6 else 1.0
    return np.clip(floor * factor, 0, 255).astype(np.uint8)


def _texture(rng: Rng, photos: Photos | None) -> Picture:
    if photos is not None and len(photos.ground) and rng.random() < 0.75:
        return from_patch(rng, WORK, photos.ground[rng.integers(len(photos.ground))])
    if rng.random() < 0.5:  # planks or tiles
        base = np.empty((WORK, WORK, 3), np.float32)
        base[:] = color(rng)
        across = int(rng.integers(20, 120))
        grain = cv2.resize(
            rng.normal(0, rng.uniform(2, 18), (WORK // across + 1, rng.integers(40, 200))).astype(np.float32),
            (WORK, WORK),
            interpolation=cv2.INTER_NEAREST,
        )
        base += grain[..., None] + rng.normal(0, 3, (WORK, WORK, 1))
        base[::across] *= rng.uniform(0.5, 0.95)
        if rng.random() < 0.4:
            base[:, ::across] *= rng.uniform(0.5, 0.95)
        turn = cv2.getRotationMatrix2D(
            (WORK / 2, WORK / 2), float(rng.choice([0, 90, 90, rng.uniform(0, 180)])), float(rng.uniform(1, 1.6))
        )
        return np.clip(cv2.warpAffine(base, turn, (WORK, WORK), borderMode=cv2.BORDER_REFLECT), 0, 255).astype(np.uint8)
    return make_cloth(rng, WORK, None)


def hook(rng: Rng, canvas: npt.NDArray[np.float32], drawing: Drawing, scale: float) -> None:
    """The hook of a hanger, or clips, above the garment and behind it."""
    if drawing.hook is None:
        return
    x, y = drawing.hook
    tint = color(rng).tolist() if rng.random() < 0.4 else [float(rng.choice([40, 160, 200]))] * 3
    thick = max(1, int(scale * rng.uniform(0.03, 0.09)))
    top = y - scale * rng.uniform(0.3, 0.7)
    cv2.line(canvas, (int(x), int(y + scale * 0.3)), (int(x), int(top)), tint, thick, cv2.LINE_AA)
    r = scale * rng.uniform(0.1, 0.2)
    cv2.ellipse(canvas, (int(x - r), int(top)), (int(r), int(r)), 0, 0, -200, tint, thick, cv2.LINE_AA)
    if "waist_left" in drawing.landmarks and drawing.kind != "dress":
        a, b = np.array(drawing.landmarks["waist_left"]), np.array(drawing.landmarks["waist_right"])
        rise = np.array([0, scale * rng.uniform(0.1, 0.3)])
        cv2.line(canvas, (a - rise).astype(int).tolist(), (b - rise).astype(int).tolist(), tint, thick * 2, cv2.LINE_AA)
        for p in (a * 0.8 + b * 0.2, a * 0.2 + b * 0.8):
            cv2.line(canvas, (p - rise).astype(int).tolist(), (p + rise).astype(int).tolist(), tint, thick * 3, cv2.LINE_AA)


def hanger_bar(rng: Rng, canvas: npt.NDArray[np.float32], drawing: Drawing, scale: float) -> None:
    """The shoulders of a hanger: seen only inside the neck."""
    if "neck_left" not in drawing.landmarks:
        return
    tint = color(rng).tolist()
    m = drawing.landmarks
    middle = (np.array(m["neck_left"]) + np.array(m["neck_right"])) / 2 - [0, scale * rng.uniform(0.05, 0.15)]
    for side in ("left", "right"):
        end = middle * 0.15 + np.array(m[f"shoulder_{side}"]) * 0.85 + [0, scale * 0.05]
        cv2.line(
            canvas, middle.astype(int).tolist(), end.astype(int).tolist(), tint, max(2, int(scale * rng.uniform(0.05, 0.14))), cv2.LINE_AA
        )


def clutter(rng: Rng, canvas: npt.NDArray[np.float32], silhouette: Picture, photos: Photos | None) -> None:
    """Other things at the picture's rim, never over the garment."""
    height, width = silhouette.shape
    for _ in range(int(rng.integers(1, 4))):
        layer = np.zeros((height, width), np.uint8)
        x, y = (rng.choice([0, width]), rng.uniform(0, height)) if rng.random() < 0.5 else (rng.uniform(0, width), rng.choice([0, height]))
        points = np.stack([x + rng.normal(0, width * 0.15, 5), y + rng.normal(0, height * 0.15, 5)], 1)
        cv2.fillPoly(layer, [cv2.convexHull(points.astype(np.int32))], 255, cv2.LINE_AA)
        layer[cv2.dilate(silhouette, np.ones((5, 5), np.uint8)) > 0] = 0
        thing = make_cloth(rng, WORK, None if photos is None else photos.cloth)[:height, :width]
        canvas += (thing - canvas) * (layer.astype(np.float32) / 255)[..., None]


def shadow(rng: Rng, silhouette: Picture, plain: bool) -> npt.NDArray[np.float32]:
    """How much light the ground keeps beside the garment."""
    if rng.random() < 0.3:
        return np.ones((*silhouette.shape, 1), np.float32)
    soft = cv2.GaussianBlur(silhouette, (0, 0), float(rng.uniform(1.5, 9)))
    shift = np.float32([[1, 0, rng.normal(0, 5)], [0, 1, rng.normal(2, 4)]])
    soft = cv2.warpAffine(soft, shift, soft.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
    return 1 - (soft.astype(np.float32) / 255 * rng.uniform(0.03, 0.25 if plain else 0.5))[..., None]
