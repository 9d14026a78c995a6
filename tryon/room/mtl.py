"""MTL, the materials of OBJ files, as ours."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tryon.config import MAX_PIXELS
from tryon.image import UInt8Array, srgb_to_linear
from tryon.room.gltf_material import MAX_TEXTURE_PX
from tryon.room.mesh import Material

__all__ = ["obj_material"]


def obj_material(found: Any) -> Material:
    """A material of an OBJ's MTL file as ours."""
    values = getattr(found, "kwargs", {}) or {}
    diffuse = np.asarray(found.diffuse if getattr(found, "diffuse", None) is not None else (204, 204, 204, 255), np.float32) / 255.0
    image = _texture(getattr(found, "image", None), 4)
    if image is not None:
        diffuse = np.ones(4, np.float32)  # MTL: the picture stands in place of the color
    opacity = _number(values.get("d"), 1.0 - _number(values.get("tr"), 0.0))
    shine = _number(values.get("ns"), 20.0)
    see_through = opacity < 0.995 or (image is not None and bool((image[..., 3] < 250).any()))
    linear = srgb_to_linear(diffuse[:3])
    glow = values.get("ke")
    glow = glow if isinstance(glow, list | tuple) and len(glow) == 3 else (0.0, 0.0, 0.0)
    light = tuple(min(max(_number(value, 0.0), 0.0), 10.0) for value in glow)
    return Material(
        color=(float(linear[0]), float(linear[1]), float(linear[2]), min(max(opacity, 0.05), 1.0)),
        roughness=float(np.clip(math.sqrt(2.0 / (max(shine, 0.0) + 2.0)) + 0.15, 0.25, 0.95)),
        color_map=image, alpha_mode="BLEND" if see_through else "OPAQUE", glow=light, name=str(getattr(found, "name", "") or ""),
    )


def _number(value: Any, default: float) -> float:
    """A number of a file that may be absent, a list or nonsense."""
    try:
        number = float(value[0] if isinstance(value, list | tuple) else value)
    except (TypeError, ValueError, IndexError):
        return default
    return number if math.isfinite(number) else default


def _texture(image: Any, channels: int) -> UInt8Array | None:
    """A picture of the file as (h, w, channels) uint8, at most 2048 a side; None where there is none or it is damaged."""
    if image is None:
        return None
    try:
        if image.size[0] * image.size[1] > MAX_PIXELS:
            return None
        image = image.convert("RGBA" if channels == 4 else "RGB")
        image.thumbnail((MAX_TEXTURE_PX, MAX_TEXTURE_PX))
    except (OSError, ValueError, SyntaxError, AttributeError):
        return None
    return np.ascontiguousarray(np.asarray(image, np.uint8))
