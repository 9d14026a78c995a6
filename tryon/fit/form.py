"""How light falls on the wearer's form: what a flat product picture lacks."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tryon.fit.bare_limb import light_on_limbs
from tryon.fit.drape import DRAPE_PARTS
from tryon.fit.figure import Figure
from tryon.image import FloatArray

__all__ = ["light_on_form"]

_AMBIENT = 0.45  # share of the light that comes from everywhere
_ROUNDEST = 0.97  # of the trunk's half-width: cloth beyond is lit like cloth there


def light_on_form(figure: Figure, parts: npt.NDArray[np.uint8], scale: float, light: FloatArray) -> FloatArray:
    """How much light each pixel of a garment gets for where the body under it faces, (h, w) float32, 1 in the middle; 1 off the garment.

    The trunk is an elliptical column, sleeves and legs are limbs. parts: (h, w), index into DRAPE_PARTS, pixels of photo pixels * scale.
    light: (3,) unit vector towards the light, x right, y down, z to the viewer.
    """
    height, width = parts.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    place = np.stack([(x + 0.5) / scale, (y + 0.5) / scale], axis=-1) - figure.shoulder_middle
    down = place @ figure.down / figure.trunk
    axis = figure.hip_middle - figure.shoulder_middle
    across = (place - down[..., None] * axis) @ figure.across  # to the wearer's left
    half = np.where(across > 0, figure.half_width(np.clip(down, 0.1, 1.3), "left"), figure.half_width(np.clip(down, 0.1, 1.3), "right"))
    turn = np.clip(across / np.maximum(half, 1.0), -_ROUNDEST, _ROUNDEST)
    facing = turn * float(figure.across @ light[:2]) + np.sqrt(1 - turn**2) * float(light[2])
    form = _AMBIENT + (1 - _AMBIENT) * np.maximum(facing, 0.0) / float(light[2])
    limbs = light_on_limbs(figure.limbs, scale, (height, width), light).light
    on_limb = np.isin(parts, [DRAPE_PARTS.index(name) for name in ("left_sleeve", "right_sleeve", "left_leg", "right_leg")])
    form = np.where(on_limb & ~np.isnan(limbs), limbs, form)
    return np.asarray(form, dtype=np.float32)
