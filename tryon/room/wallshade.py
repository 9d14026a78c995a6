"""The shadow that furniture casts on the walls, for the quick picture: which part of which wall, and how the camera sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray
from tryon.room.box import RoomBox

if TYPE_CHECKING:
    from tryon.room.camera import Camera
    from tryon.room.render import Window
    from tryon.room.scene import Scene

__all__ = ["WallShadow", "WallSheet", "before_walls", "soften_wall", "wall_in_photo", "wall_sheets"]

Array = npt.NDArray[np.float64]

_REACH_M = 2.0  # from a wall; what stands farther off casts hardly a shadow on it
_FROM_BELOW = 0.22  # of a wall's light comes from the floor: no light of the quick picture stands for it
_BLUR_M = 0.035
_AXES = {"left": (0, 2, 1.0), "right": (0, 2, -1.0), "back": (2, 0, 1.0)}  # of the plane, along the wall, and where it looks


@dataclass(frozen=True)
class WallSheet:
    """A part of a wall: along it from u0 to u1 (metres of x at the back, of z at the sides), from the floor up to `top`."""

    side: str
    at: float
    u0: float
    u1: float
    top: float

    def plane(self) -> tuple[Array, Array, Array, Array]:
        """Its lower corner, its two edges, and the direction into the room, (3,) each."""
        axis, along, inward = _AXES[self.side]
        origin, across, normal = np.zeros(3), np.zeros(3), np.zeros(3)
        origin[axis], origin[along], across[along], normal[axis] = self.at, self.u0, self.u1 - self.u0, inward
        return origin, across, np.array([0.0, self.top, 0.0]), normal


    @property
    def corners(self) -> Array:
        """Its corners as those of a box without depth: (8, 3)."""
        origin, across, upward, _normal = self.plane()
        result: Array = np.array([origin, origin + across, origin + upward, origin + across + upward] * 2)
        return result


@dataclass(frozen=True, eq=False)
class WallShadow:
    """How much of its light each cell of a part of a wall keeps: kept (rows, columns, 3), row 0 at the floor, column 0 at u0."""

    sheet: WallSheet
    kept: FloatArray


def wall_sheets(scene: Scene) -> tuple[WallSheet, ...]:
    """The parts of the walls, of those found in the photo, that the pieces may shade."""
    box, made = scene.box, []
    if box is None:
        return ()
    for side in sorted(box.seen & _AXES.keys()):
        axis, along, inward = _AXES[side]
        at = float(getattr(box, side))
        low, high, top = np.inf, -np.inf, 0.0
        for piece in scene.pieces:
            gaps = (piece.corners[:, axis] - at) * inward
            if gaps.min() < _REACH_M:
                margin = 0.4 + float(max(gaps.min(), 0.0))
                low, high = min(low, piece.corners[:, along].min() - margin), max(high, piece.corners[:, along].max() + margin)
                top = max(top, float(piece.corners[:, 1].max()) + 0.5)
        ends = (box.left, box.right) if along == 0 else (box.back, box.front)
        u0, u1 = max(low, ends[0]), min(high, ends[1])
        if u1 - u0 > 0.05:
            made.append(WallSheet(side, at, float(u0), float(u1), min(top, box.ceiling)))
    return tuple(made)


def soften_wall(kept: FloatArray, cell_m: float) -> FloatArray:
    """The shadow made smooth, with the light that comes from below, fading out at the sheet's sides and top."""
    smooth = cv2.GaussianBlur(np.ascontiguousarray(kept), (0, 0), max(_BLUR_M / cell_m, 0.6), borderType=cv2.BORDER_REPLICATE)
    rows, columns = kept.shape[:2]
    across = np.clip(np.minimum(np.arange(columns) + 0.5, columns - np.arange(columns) - 0.5) / (0.12 * columns), 0.0, 1.0)
    up = np.clip((rows - np.arange(rows) - 0.5) / (0.2 * rows), 0.0, 1.0)
    fade = (up[:, None] * across[None])[..., None] * (1.0 - _FROM_BELOW)
    result: FloatArray = np.clip(1.0 - (1.0 - smooth) * fade, 0.0, 1.0).astype(np.float32)
    return result


def before_walls(floor: FloatArray, region: tuple[float, float, float, float], box: RoomBox | None) -> FloatArray:
    """The floor's shadow without what would lie behind a wall that was found."""
    if box is None or not box.seen:
        return floor
    x0, z0, x1, z1 = region
    rows, columns = floor.shape[:2]
    x = x0 + (np.arange(columns) + 0.5) / columns * (x1 - x0)
    z = z0 + (np.arange(rows) + 0.5) / rows * (z1 - z0)
    inside = np.ones((rows, columns), np.bool_)
    if "left" in box.seen:
        inside &= x[None] > box.left
    if "right" in box.seen:
        inside &= x[None] < box.right
    if "back" in box.seen:
        inside &= z[:, None] > box.back
    result: FloatArray = np.where(inside[..., None], floor, np.float32(1.0))
    return result


def wall_in_photo(camera: Camera, shadow: WallShadow, box: RoomBox, window: Window) -> FloatArray:
    """The share of light kept on one wall as the camera sees it in a part of the photo: (h, w, 3), 1 where it is not that wall."""
    axis, along, _inward = _AXES[shadow.sheet.side]
    to_world = camera.rotation.T @ np.linalg.inv(camera.K)
    xs = np.arange(window.x0, window.x1, dtype=np.float64) + 0.5
    ys = np.arange(window.y0, window.y1, dtype=np.float64)[:, None] + 0.5
    direction = [to_world[k, 0] * xs + to_world[k, 1] * ys + to_world[k, 2] for k in range(3)]
    toward = direction[axis] * np.sign(shadow.sheet.at - camera.position[axis])
    met = toward > 1e-6
    distance = np.where(met, abs(shadow.sheet.at - camera.position[axis]) / np.where(met, toward, 1.0), 0.0)
    u = camera.position[along] + direction[along] * distance
    y = camera.position[1] + direction[1] * distance
    ends = (box.left, box.right) if along == 0 else (box.back, box.front)
    met &= (y >= 0.0) & (u > ends[0]) & (u < ends[1])
    rows, columns = shadow.kept.shape[:2]
    column = np.where(met, (u - shadow.sheet.u0) / (shadow.sheet.u1 - shadow.sheet.u0) * columns - 0.5, -10.0).astype(np.float32)
    row = np.where(met, np.maximum(y / shadow.sheet.top * rows - 0.5, 0.0), -10.0).astype(np.float32)
    result: FloatArray = cv2.remap(shadow.kept, column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(1.0, 1.0, 1.0))
    return np.minimum(result, 1.0)
