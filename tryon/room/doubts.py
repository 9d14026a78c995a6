"""What a photo is that it should not be: a panorama, a fisheye picture, a blank wall, a stamp. Said in words; the work goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from tryon.room.bows import measured_bend
from tryon.text import _

if TYPE_CHECKING:
    from tryon.image import UInt8Array
    from tryon.room.camera import Camera

__all__ = ["doubts_of"]

_PANORAMA = 2.3  # width to height
_SMALL_PX = 400
_BENT = 0.04
_DARK = 14
_UNSURE = 0.25  # of a camera: below it it is often off by several degrees
_AROUND = (1.96, 2.04)  # width to height of a picture of all directions
_SEAM = 1.5


def doubts_of(rgb: UInt8Array, camera: Camera) -> tuple[str, ...]:
    """Sentences about a room photo, (H, W, 3) uint8 sRGB, that does not suit its camera; none for an ordinary one."""
    height, width = rgb.shape[:2]
    found = []
    by_hand = camera.method == "lines drawn by hand"
    if max(width, height) > _PANORAMA * min(width, height) or _goes_around(rgb):
        found.append(_("this looks like a panorama, which has no single perspective; cut an ordinary part out of it"))
    else:
        bend = measured_bend(rgb) if camera.bend == 0.0 and min(width, height) >= _SMALL_PX else 0.0
        if bend is None or _is_round(rgb):
            found.append(_("this looks like a fisheye picture, whose lines are too bent for true sizes; take an ordinary photo"))
        elif abs(bend) >= _BENT:
            words = _("the lens bends straight edges ({bend:.2f}); sizes are truer with that taken out (camera tool, or --lens bend=find)")
            found.append(words.format(bend=bend))
    if min(width, height) < _SMALL_PX:
        found.append(_("the photo has only {width} x {height} pixels; a larger one tells more").format(width=width, height=height))
    if not by_hand and camera.confidence < 0.02 and not found:
        words = _("no edges of a room were found, so a level camera is assumed; lay lines along the room by hand, or take another photo")
        found.append(words)
    elif not by_hand and camera.confidence < _UNSURE and not found:
        found.append(_("the room's edges tell little of the camera; look at the floor's grid, and lay lines by hand where it is off"))
    low = camera.rays([[width / 2, height - 1.0]])[0]
    if low[1] > -0.02:
        found.append(_("the camera looks above the floor: there is no place for furniture; take a photo that shows the floor"))
    return tuple(found)


def _is_round(rgb: UInt8Array) -> bool:
    """Whether all four corners are black and the middle is not: the round picture of a fisheye lens."""
    small = cv2.resize(rgb, (64, 64), interpolation=cv2.INTER_AREA).max(axis=2)
    corners = [small[:4, :4], small[:4, -4:], small[-4:, :4], small[-4:, -4:]]
    edges = [small[28:36, 2:8], small[28:36, -8:-2], small[2:8, 28:36], small[-8:-2, 28:36]]
    bright = sum(float(np.mean(edge)) > 3 * _DARK for edge in edges)
    return all(float(np.mean(corner)) < _DARK for corner in corners) and bright >= 2 and float(np.mean(small[16:48, 16:48])) > 3 * _DARK


def _goes_around(rgb: UInt8Array) -> bool:
    """Whether the picture is twice as wide as high and its right edge goes on at its left: all directions in one picture."""
    height, width = rgb.shape[:2]
    if not _AROUND[0] * height <= width <= _AROUND[1] * height:
        return False
    small = cv2.resize(rgb, (256, 128), interpolation=cv2.INTER_AREA).astype(np.float32)
    seam = float(np.abs(small[:, 0] - small[:, -1]).mean())
    inside = float(np.abs(np.diff(small, axis=1)).mean())
    return seam < _SEAM * inside + 1.0 and float(np.abs(small[:, 0] - small[:, 127]).mean()) > seam
