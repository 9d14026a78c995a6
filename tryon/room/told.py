"""What a person says about the room itself: where its back wall stands, and how shadows fall in it. Both are drawn over the photo."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tryon.errors import OptionError, PlacementError
from tryon.room.radiosity import Patches, parted_light, side_albedo
from tryon.room.stage import Panel
from tryon.text import _

if TYPE_CHECKING:
    from tryon.room.box import RoomBox
    from tryon.room.camera import Camera
    from tryon.room.light import Light

__all__ = ["POLE", "corners_of", "shadow_of", "told_box", "told_lamps"]

Array = npt.NDArray[np.float64]
Corners = tuple[float, float, float, float, float, float]
Shadow = tuple[float, float, float, float, float]

POLE = 0.5
"""How tall the pole is whose shadow tells the light, as a share of the camera's height: so it holds at every scale."""

_SHARE = 0.75  # of all light comes from where the shadow points, the rest from where it was found
_LUMA = np.array([0.2126, 0.7152, 0.0722])
_NEAREST_M = 0.8


def told_box(box: RoomBox, camera: Camera, corners: Corners) -> RoomBox:
    """The room with its back wall where the user drew it.

    corners: pixels x, y of the photo: the wall's left and right foot on the floor, and a point of its upper edge. Walls whose foot lies in
    the photo count as seen. Raises PlacementError above the horizon, OptionError where no room is like that.
    """
    left, right = camera.floor_point(*corners[:2]), camera.floor_point(*corners[2:4])
    back = float(left[2] + right[2]) / 2
    upward = camera.rays([corners[4:]])[0]
    ahead = (back - camera.position[2]) / upward[2] if upward[2] < -1e-6 else math.nan
    ceiling = float(camera.position[1] + ahead * upward[1])
    if not (right[0] - left[0] > 0.5 and back < -_NEAREST_M and ceiling > 0.5):
        reason = _("no room has a wall like that")
        raise OptionError(reason, advice=_("draw its left foot at the left, its right foot at the right, and its upper edge above both"))
    seen = {"back"} | {
        side for side, (x, y) in (("left", corners[:2]), ("right", corners[2:4])) if 0 < x < camera.width and 0 < y < camera.height
    }
    return replace(
        box, left=float(left[0]), right=float(right[0]), back=back, front=max(box.front, 0.5), ceiling=ceiling, seen=frozenset(seen)
    )


def corners_of(box: RoomBox, camera: Camera) -> Corners:
    """The same for a room that was found: where its back wall is seen."""
    places = [(box.left, 0.0, box.back), (box.right, 0.0, box.back), ((box.left + box.right) / 2, box.ceiling, box.back)]
    (lx, ly), (rx, ry), (tx, ty) = camera.project(places).tolist()
    return lx, ly, rx, ry, tx, ty


def told_lamps(lamps: tuple[Panel, ...], camera: Camera, light: Light, box: RoomBox, shadow: Shadow) -> tuple[Panel, ...]:
    """The room's lamps, most of their light moved to where the shadow that the user drew points.

    shadow: pixels x, y of the foot of a pole on the floor (POLE times the camera's height tall) and of its shadow's tip, and how soft the
    shadow is, 0..1. At the foot it stays as light as it was. Raises PlacementError above the horizon.
    """
    foot, towards = _direction(camera, shadow)
    low, high = (box.left + 0.05, 0.02, box.back + 0.05), (box.right - 0.05, 1.0, box.front - 0.05)
    place, _inward = box.hit(np.clip(foot + (0.0, 0.02, 0.0), low, high), towards)
    far = max(float(np.linalg.norm(place - foot)), 0.5)
    half = far * math.tan(0.03 + 0.3 * min(max(shadow[4], 0.0), 1.0))
    side = np.cross([0.0, 1.0, 0.0] if abs(towards[1]) < 0.95 else [0.0, 0.0, 1.0], -towards)
    side /= np.linalg.norm(side)
    color = sum((np.asarray(lamp.glow) for lamp in lamps), np.zeros(3))
    color = color / max(float(color @ _LUMA), 1e-9) if color.any() else light.white / max(float(light.white @ _LUMA), 1e-9)
    panel = Panel(
        "told", foot + towards * 0.95 * far, side * half, np.cross(-towards, side) * half, np.full(3, 0.5), glow=_glow(color)
    )
    albedo = side_albedo(Patches(np.zeros((0, 3)), np.zeros((0, 3)), np.zeros(0), np.zeros(0, np.int64)), np.zeros(0), light)
    before = _arriving(foot, box, lamps, albedo) if lamps else math.pi * float(light.white @ _LUMA)
    share = _SHARE if lamps else 1.0
    power = share * before / max(_arriving(foot, box, (panel,), albedo), 1e-9)
    rest = tuple(replace(lamp, glow=_glow(np.asarray(lamp.glow) * (1.0 - share))) for lamp in lamps)
    return (*rest, replace(panel, glow=_glow(color * power)))


def shadow_of(camera: Camera, box: RoomBox, lamps: tuple[Panel, ...]) -> Shadow:
    """The shadow that a pole in the middle of the floor casts by the lamps that were found; pixels as in `told_lamps`."""
    x, y = camera.width / 2, camera.height * 0.84
    try:
        foot = camera.floor_point(x, y)
    except PlacementError:
        return x, y, x, y, 0.5
    towards = np.zeros(3)
    for lamp in lamps:
        way = lamp.middle - foot
        far = float(np.linalg.norm(way))
        area = 4.0 * float(np.linalg.norm(np.cross(lamp.right, lamp.up)))
        towards += way / far * max(way[1] / far, 0.0) * area * float(np.asarray(lamp.glow) @ _LUMA) / max(far, 0.3) ** 2
    tip = foot if towards[1] <= 1e-9 else foot - towards * POLE * camera.height_m / towards[1]
    (tip_x, tip_y), = camera.project([[tip[0], 0.0, tip[2]]]).tolist()
    return (x, y, tip_x, tip_y, 0.5) if math.isfinite(tip_x) and math.isfinite(tip_y) else (x, y, x, y, 0.5)


def _direction(camera: Camera, shadow: Shadow) -> tuple[Array, Array]:
    foot, tip = camera.floor_point(*shadow[:2]), camera.floor_point(*shadow[2:4])
    towards = foot + (0.0, POLE * camera.height_m, 0.0) - tip
    result: Array = towards / np.linalg.norm(towards)
    return foot, result


def _arriving(foot: Array, box: RoomBox, lamps: tuple[Panel, ...], albedo: Array) -> float:
    straight, around = parted_light(foot, box, lamps, albedo)
    return float(straight.sum() + around.sum())


def _glow(color: Array) -> tuple[float, float, float]:
    return float(color[0]), float(color[1]), float(color[2])
