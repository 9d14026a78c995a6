"""Another cloth or wood: a piece's materials take a new color and keep their weave, grain and shading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from tryon.errors import OptionError
from tryon.image import FloatArray, srgb_to_linear
from tryon.room.furniture import Furniture
from tryon.room.mesh import Material
from tryon.text import _

__all__ = ["material_colors", "recolored"]


def material_colors(piece: Furniture) -> dict[str, tuple[float, float, float]]:
    """The materials of a piece by name and what color each is on the whole: linear RGB, 0..1; the largest surface first."""
    areas: dict[str, float] = {}
    colors: dict[str, tuple[float, float, float]] = {}
    for number, part in enumerate(piece.parts):
        name = part.material.name or f"{number + 1}"
        corners = part.vertices[part.faces]
        size = float(np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1).sum())
        areas[name] = areas.get(name, 0.0) + size
        mean = _mean(part.material)
        colors.setdefault(name, (float(mean[0]), float(mean[1]), float(mean[2])))
    return {name: colors[name] for name in sorted(areas, key=lambda name: -areas[name])}


def recolored(piece: Furniture, wishes: Mapping[str, tuple[float, float, float]]) -> Furniture:
    """The piece with materials of these names in these colors (linear RGB, 0..1). Raises OptionError for a name it does not have."""
    unknown = set(wishes) - set(material_colors(piece))
    if unknown:
        advice = _("it has: {names}").format(names=", ".join(material_colors(piece)))
        raise OptionError(_("there is no material {name} in it").format(name=sorted(unknown)[0]), subject=piece.name, advice=advice)
    done: dict[int, Material] = {}

    def changed(material: Material, number: int) -> Material:
        wish = wishes.get(material.name or f"{number + 1}")
        if wish is None:
            return material
        if id(material) not in done:
            done[id(material)] = _tinted(material, np.asarray(wish, np.float32))
        return done[id(material)]

    parts = tuple(replace(part, material=changed(part.material, number)) for number, part in enumerate(piece.parts))
    fine = piece.fine_parts
    if fine is not None:
        fine = tuple(replace(part, material=changed(part.material, number)) for number, part in enumerate(fine))
    return replace(piece, parts=parts, fine_parts=fine)


def _mean(material: Material) -> FloatArray:
    """The color of a material on the whole, linear RGB."""
    color = np.asarray(material.color[:3], np.float32)
    if material.color_map is not None:
        color = color * srgb_to_linear(material.color_map[::4, ::4, :3].astype(np.float32) / 255.0).reshape(-1, 3).mean(axis=0)
    return color


def _tinted(material: Material, wish: FloatArray) -> Material:
    """The material in another color: its light and dark stay in proportion, what was colored takes the new hue."""
    if material.color_map is None:
        return replace(material, color=(*(float(value) for value in np.clip(wish, 0, 1)), material.color[3]))
    light = srgb_to_linear(material.color_map[..., :3].astype(np.float32) / 255.0)
    weights = np.array([0.2126, 0.7152, 0.0722], np.float32)
    gray = light @ weights
    relief = gray / max(float(gray.mean()), 1e-4)
    painted = np.clip(relief[..., None] * np.clip(wish, 0.0, 1.0), 0.0, 1.0)
    screen = np.where(painted <= 0.0031308, painted * 12.92, 1.055 * painted ** (1 / 2.4) - 0.055)
    image = material.color_map.copy()
    image[..., :3] = np.clip(np.round(screen * 255.0), 0, 255)
    return replace(material, color_map=image, color=(1.0, 1.0, 1.0, material.color[3]))
