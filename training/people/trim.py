"""From cloth to fabric of a garment: prints, ribbing, plackets, pockets, waistbands and folds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from training.people.cloth import ClothMaker, Picture, add_print, fold_map, random_color
from training.people.flat import CANVAS, CANVAS_PX, to_canvas
from training.people.rasterizer import Look, Rasterizer

if TYPE_CHECKING:
    import moderngl

Mask = npt.NDArray[np.uint8]
FOLD_MAPS = 24


@dataclass(frozen=True, eq=False)
class Fabric:
    """Painted front and back of one garment on the flat canvas, and how it creases."""

    front: Picture
    back: Picture
    fold: moderngl.Texture
    fold_strength: float
    fold_place: tuple[float, float, float, float]
    gloss: float

    def look(self, rasterizer: Rasterizer, front_mask: Mask, back_mask: Mask, sleeve_end: float) -> Look:
        """Upload it, cut by masks."""

        def upload(picture: Picture, mask: Mask) -> moderngl.Texture:
            alpha = (mask > 0).astype(np.uint8) * 255
            color = cv2.convertScaleAbs(picture)  # saturates at 255
            return rasterizer.texture(cv2.merge([*cv2.split(color), alpha]), mipmaps=False)

        return Look(
            front_map=upload(self.front, front_mask),
            back_map=upload(self.back, back_mask),
            fold_map=self.fold,
            fold_strength=self.fold_strength,
            fold_place=self.fold_place,
            gloss=self.gloss,
            sleeve_end=sleeve_end,
        )


class FabricPainter:
    """Paints fabrics by chance; owns the bank of fold maps."""

    def __init__(self, rasterizer: Rasterizer, maker: ClothMaker) -> None:
        self.rasterizer, self.maker = rasterizer, maker
        rng = np.random.default_rng(20)
        self.folds = [rasterizer.texture(fold_map(rng)) for _ in range(FOLD_MAPS)]

    def random_folds(self, rng: np.random.Generator) -> tuple[moderngl.Texture, float, tuple[float, float, float, float]]:
        """A fold map, its strength and its place on the flat canvas."""
        flip = -1.0 if rng.random() < 0.5 else 1.0
        place = (flip * rng.uniform(0.8, 1.4), rng.uniform(0.8, 1.4), rng.random(), rng.random())
        return self.folds[rng.integers(len(self.folds))], float(rng.uniform(0.25, 1.5)), place

    def _fabric(self, rng: np.random.Generator, front: Picture, back: Picture) -> Fabric:
        fold, strength, place = self.random_folds(rng)
        return Fabric(front, back, fold, strength, place, float(rng.uniform(0, 0.04)))

    def top_fabric(self, rng: np.random.Generator, front_mask: Mask, back_mask: Mask, opened: bool) -> Fabric:
        """Fabric of a top, a jacket or a dress."""
        front = self.maker.cloth(rng, *CANVAS)
        back = front if rng.random() < 0.8 else np.ascontiguousarray(front[:, ::-1])
        front, back = front.copy(), back.copy()
        if rng.random() < 0.35:
            color, width = np.array(random_color(rng), np.float32), int(rng.uniform(4, 14))
            if rng.random() < 0.5:
                color = front[300, 260] * rng.uniform(0.5, 0.9)
            for picture, mask in ((front, front_mask), (back, back_mask)):
                picture[_rim(mask, width)] = color
        if not opened:
            u = rng.random()
            if u < 0.28:
                size = rng.uniform(40, 110)
                x, y = to_canvas(rng.normal(0, 0.1) if rng.random() < 0.7 else 0.8, rng.uniform(2.6, 4.4))
                front = add_print(rng, front, x, y, size)
            elif u < 0.48:
                _placket(rng, front, 7.0, -7.0 if rng.random() < 0.7 else 3.8)
            if rng.random() < 0.12:
                _pocket(rng, front, 0.9, 3.9, 0.5)
        elif rng.random() < 0.6:
            for side in (-1, 1):
                _pocket(rng, front, side * 1.25, rng.uniform(0.5, 1.6), 0.55)
        return self._fabric(rng, front, back)

    def bottom_fabric(self, rng: np.random.Generator, mask: Mask, top: float, kind: str) -> Fabric:
        """Fabric of trousers, shorts or a skirt."""
        front = self.maker.cloth(rng, *CANVAS, photo_share=0.3).copy()
        back = front.copy()
        if rng.random() < 0.6:
            y0, y1 = int(to_canvas(0, top)[1]), int(to_canvas(0, top - rng.uniform(0.2, 0.5))[1])
            shade = np.array(random_color(rng)) if rng.random() < 0.2 else None
            for picture in (front, back):
                picture[y0:y1] = shade if shade is not None else picture[y0:y1] * rng.uniform(0.75, 0.95)
                picture[y1 : y1 + 2] *= 0.6
        if kind != "skirt":
            line = tuple(float(v) for v in front[300, 200] * rng.uniform(0.4, 0.75))
            if rng.random() < 0.75:
                cv2.line(front, _at(0, top), _at(0, 0.0), line, 2, cv2.LINE_AA)
                for side in (-1, 1):
                    cv2.line(front, _at(side * 1.0, top - 0.3), _at(side * 2.2, top - 1.2), line, 2, cv2.LINE_AA)
            if rng.random() < 0.15:
                stripe = random_color(rng)
                for side in (-1, 1):
                    points = np.array([_at(side * 2.75, top), _at(side * 2.55, -2), _at(side * 2.75, -8)])
                    for picture in (front, back):
                        cv2.polylines(picture, [points], False, stripe, int(rng.uniform(6, 16)), cv2.LINE_AA)
        if rng.random() < 0.15:
            color, width = np.array(random_color(rng), np.float32), int(rng.uniform(4, 16))
            for picture in (front, back):
                picture[_rim(mask, width)] = color
        return self._fabric(rng, front, back)


def _at(x: float, y: float) -> tuple[int, int]:
    column, row = to_canvas(x, y)
    return int(column), int(row)


def _rim(mask: Mask, width: int) -> npt.NDArray[np.bool_]:
    inner = cv2.erode(mask, np.ones((2 * width + 1, 2 * width + 1), np.uint8), borderType=cv2.BORDER_REPLICATE)
    return np.asarray((mask > 0) & (inner == 0))


def _placket(rng: np.random.Generator, front: Picture, top: float, end: float) -> None:
    half = rng.uniform(0.12, 0.25)
    line = tuple(float(v) for v in front[300, 240] * rng.uniform(0.55, 0.85))
    for x in (-half, half):
        cv2.line(front, _at(x, top), _at(x, end), line, 1, cv2.LINE_AA)
    color = random_color(rng)
    step = rng.uniform(0.6, 1.0)
    for y in np.arange(6.2, end, -step):
        cv2.circle(front, _at(0, float(y)), int(max(2, 0.07 * CANVAS_PX)), color, -1, cv2.LINE_AA)


def _pocket(rng: np.random.Generator, front: Picture, x: float, y: float, half: float) -> None:
    line = tuple(float(v) for v in front[300, 240] * rng.uniform(0.55, 0.85))
    corners = [(x - half, y), (x + half, y), (x + half, y - 1.0), (x, y - 1.2), (x - half, y - 1.0)]
    cv2.polylines(front, [np.array([_at(*corner) for corner in corners])], True, line, 2, cv2.LINE_AA)
