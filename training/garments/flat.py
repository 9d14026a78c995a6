"""One drawn garment at the size of a product picture, for scores and tests: exact mask, landmarks and kind."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from training.garments.cloth import color, from_patch, make_cloth, noise_field
from training.garments.outlines import draw_outline
from training.garments.photos import Photos
from training.garments.shapes import Drawing, Rng

__all__ = ["Flat", "draw_flat"]


@dataclass(frozen=True, eq=False)
class Flat:
    """rgb (H, W, 3) uint8; mask, inner (H, W) uint8 0..255; landmarks that can be seen, in pixels; kind; sleeve."""

    rgb: npt.NDArray[np.uint8]
    mask: npt.NDArray[np.uint8]
    inner: npt.NDArray[np.uint8]
    landmarks: dict[str, tuple[float, float]]
    kind: str
    sleeve: str


def draw_flat(
    rng: Rng,
    photos: Photos | None = None,
    kind: str | None = None,
    *,
    plain: bool = True,
    size: tuple[int, int] = (672, 896),
    ground: tuple[float, float, float] | None = None,
    cloth: tuple[float, float, float] | None = None,
    drawing: Drawing | None = None,
) -> Flat:
    """Draw one garment upright in a picture of (width, height) pixels; ground and cloth: colors, by chance where not given."""
    width, height = size
    drawing = drawing or draw_outline(rng, kind)
    everything = np.vstack([part.points for part in drawing.parts])
    low, high = everything.min(0), everything.max(0)
    scale = 0.84 * min(width / (high - low)[0], height / (high - low)[1])
    offset = np.array([width, height]) / 2 - (low + high) / 2 * scale
    drawing = drawing.moved(lambda points: points * scale + offset)
    if plain:
        floor = np.empty((height, width, 3), np.float32)
        floor[:] = ground if ground is not None else np.full(3, rng.uniform(225, 255))
    else:
        side = max(width, height)
        busy = from_patch(rng, side, photos.ground[rng.integers(len(photos.ground))]) if photos is not None else make_cloth(rng, side, None)
        floor = busy[:height, :width].astype(np.float32)
    fill = make_cloth(rng, max(width, height), None if photos is None else photos.cloth)[:height, :width].astype(np.float32)
    if cloth is not None:
        fill[:] = cloth
        fill += rng.normal(0, 1.5, fill.shape[:2])[..., None]
    lining = fill * 0.6 if cloth is not None else np.full_like(fill, 0) + color(rng).astype(np.float32)
    shade = 1 + noise_field(rng, max(width, height), 5)[:height, :width, None] * 0.04
    covers = [_cover(part.points, width, height) for part in drawing.parts]
    mask = np.max([c for c, part in zip(covers, drawing.parts, strict=True) if part.role != "gap"], axis=0)
    picture = floor * (1 - 0.12 * cv2.GaussianBlur(mask, (0, 0), 9)[..., None])
    inner = np.zeros((height, width), np.float32)
    for cover, part in zip(covers, drawing.parts, strict=True):
        back = part.role in ("inner", "label", "gap")
        a = cover * mask if part.role == "gap" else cover
        picture += ((lining if back else fill * part.tone) * shade - picture) * a[..., None]
        inner = np.maximum(inner, a) if back else inner * (1 - a)
    for line in drawing.lines:
        cv2.polylines(
            picture,
            [np.round((line.points - 0.5) * 16).astype(np.int32)],
            False,
            (picture[mask > 0.5].mean(0) * 0.75).tolist(),
            1,
            cv2.LINE_AA,
            4,
        )
    rgb = np.clip(cv2.GaussianBlur(picture, (0, 0), 0.7) + rng.normal(0, 1.2, picture.shape), 0, 255).astype(np.uint8)
    to_bytes = lambda field: np.round(field * 255).astype(np.uint8)  # noqa: E731
    marks = {name: place for name, place in drawing.landmarks.items() if name not in drawing.hidden}
    return Flat(rgb, to_bytes(mask), to_bytes(inner), marks, drawing.kind, drawing.sleeve)


def _cover(points: npt.NDArray[np.float64], width: int, height: int) -> npt.NDArray[np.float32]:
    layer = np.zeros((height, width), np.uint8)
    cv2.fillPoly(layer, [np.round((points - 0.5) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return layer.astype(np.float32) / 255
