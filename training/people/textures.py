"""Textures from disk, uploaded once: as they are, in gray for tinting, or leveled in sharpness."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from training.people.rasterizer import Rasterizer

if TYPE_CHECKING:
    import moderngl


class TextureShelf:
    """A texture per file and treatment; they live as long as the rasterizer."""

    def __init__(self, rasterizer: Rasterizer) -> None:
        self.rasterizer = rasterizer
        self._kept: dict[tuple[Path, str], moderngl.Texture] = {}

    def plain(self, path: Path) -> moderngl.Texture:
        """The picture as it is, at most 1024 pixels."""
        return self._texture(path, "plain")

    def gray(self, path: Path) -> moderngl.Texture:
        """Without color and bright, to be tinted."""
        return self._texture(path, "gray")

    def level(self, path: Path) -> moderngl.Texture:
        """At 512 pixels, as the smallest of the skins: sharpness must not tell skin tones apart."""
        return self._texture(path, "level")

    def _texture(self, path: Path, manner: str) -> moderngl.Texture:
        key = (path, manner)
        if key not in self._kept:
            picture = read_picture(path)
            largest = max(picture.shape[:2])
            if largest > 1024:
                scale = 1024 / largest
                picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            if manner == "gray":
                gray = picture[..., :3].astype(np.float32).mean(-1)
                gray = np.clip(gray / max(float(np.percentile(gray, 70)), 1.0) * 200, 0, 255).astype(np.uint8)
                picture = np.dstack([gray, gray, gray, *([picture[..., 3]] if picture.shape[2] == 4 else [])])
            if manner == "level":
                picture = cv2.resize(picture, (512, 512), interpolation=cv2.INTER_AREA)
            self._kept[key] = self.rasterizer.texture(picture)
        return self._kept[key]


def read_picture(path: Path) -> npt.NDArray[np.uint8]:
    """(H, W, 3 or 4) sRGB, alpha last if the file has one."""
    picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if picture is None:
        raise FileNotFoundError(path)
    if picture.ndim == 2:
        return cv2.cvtColor(picture, cv2.COLOR_GRAY2RGB)
    code = cv2.COLOR_BGRA2RGBA if picture.shape[2] == 4 else cv2.COLOR_BGR2RGB
    return np.asarray(cv2.cvtColor(picture, code), np.uint8)
