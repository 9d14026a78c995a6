"""What a renderer of rooms is asked for and what it gives: pictures in layers, before they meet the photo."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray

if TYPE_CHECKING:
    from tryon.jobs import Progress
    from tryon.room.box import RoomBox
    from tryon.room.camera import Camera
    from tryon.room.light import Light, LightSample
    from tryon.room.scene import Scene
    from tryon.room.wallshade import WallShadow

__all__ = [
    "QUALITIES", "Layers", "Quality", "Renderer", "Window", "boxes_window", "clip_matrix", "floor_in_photo", "floor_region", "light_table",
    "pixel_shifts", "soften_floor", "window_of",
]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Quality:
    """How much work goes into a picture.

    passes: pictures of the furniture that are averaged, each a part of a pixel beside the others and with its own part of the lights.
    keys, dome: small lights for windows and lamps, and for walls and ceiling. key_px, dome_px: side of what such a light sees.
    cell_m: grain of the floor's shadow.
    """

    passes: int
    keys: int
    dome: int
    key_px: int
    dome_px: int
    cell_m: float


_SHEET_PX = 4096

QUALITIES = {
    "preview": Quality(passes=4, keys=12, dome=24, key_px=256, dome_px=128, cell_m=0.025),
    "export": Quality(passes=8, keys=36, dome=68, key_px=512, dome_px=256, cell_m=0.0125),
}


@dataclass(frozen=True)
class Window:
    """A rectangle of the photo: x0 <= x < x1, y0 <= y < y1 in whole pixels."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        """Width in pixels."""
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        """Height in pixels."""
        return self.y1 - self.y0

    @property
    def cut(self) -> tuple[slice, slice]:
        """Rows and columns of an array that has the photo's size."""
        return slice(self.y0, self.y1), slice(self.x0, self.x1)


@dataclass(frozen=True, eq=False)
class Layers:
    """The furniture's picture, apart from the photo. All linear light in the photo's exposure.

    window: the part of the photo that `furniture` covers. furniture: (h, w, 4) float32, color multiplied by its alpha, alpha 0..1.
    floor: (rows, columns, 3) float32: how much of its light each cell of the floor keeps, 0..1; region: x0, z0, x1, z1 in metres,
    row 0 at z0, column 0 at x0. engine: what drew it, in words. walls: the shadow on the walls of `box`, where that is known.
    """

    window: Window
    furniture: FloatArray
    floor: FloatArray
    region: tuple[float, float, float, float]
    engine: str
    walls: tuple[WallShadow, ...] = ()
    box: RoomBox | None = None


class Renderer(Protocol):
    """Draws furniture as it looks in the room's light."""

    @property
    def engine(self) -> str:
        """What draws, in words: software and device."""

    def render(self, scene: Scene, light: Light, gain: float, quality: Quality, progress: Progress) -> Layers:
        """Draw the scene's pieces and the shadow they cast on the floor. Raises RenderError."""

    def close(self) -> None:
        """Give back what it holds; the next `render` starts anew."""


def window_of(scene: Scene, margin_px: int = 4) -> Window | None:
    """The part of the photo that the pieces can cover; None where none is in sight."""
    return boxes_window(scene.camera, [piece.corners for piece in scene.pieces], margin_px)


def boxes_window(camera: Camera, boxes: list[Array], margin_px: int = 4) -> Window | None:
    """The part of the photo that boxes can cover, given by their eight corners (8, 3) each; None where none is in sight."""
    points = [_front_points(camera, corners) for corners in boxes]
    pixels = np.vstack([camera.project(found) for found in points if len(found)]) if any(map(len, points)) else np.zeros((0, 2))
    pixels = pixels[np.isfinite(pixels).all(axis=1)]
    if not len(pixels):
        return None
    low, high = np.floor(pixels.min(axis=0)) - margin_px, np.ceil(pixels.max(axis=0)) + margin_px
    x0, y0 = (int(value) for value in np.clip(low, 0, (camera.width, camera.height)))
    x1, y1 = (int(value) for value in np.clip(high, 0, (camera.width, camera.height)))
    return Window(x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None


def _front_points(camera: Camera, corners: Array, near_m: float = 0.05) -> Array:
    """Corners of a box that lie before the camera, and where the edges to the others pass its near plane."""
    depth = (corners - camera.position) @ camera.rotation[2]
    found = [corners[depth >= near_m]]
    for i in range(8):
        for j in range(i + 1, 8):
            if (depth[i] >= near_m) != (depth[j] >= near_m):
                share = (near_m - depth[i]) / (depth[j] - depth[i])
                found.append((corners[i] + share * (corners[j] - corners[i]))[None])
    return np.vstack(found)


def floor_region(scene: Scene, reach: float = 1.1) -> tuple[float, float, float, float]:
    """The rectangle of floor on which the pieces can cast a shadow: x0, z0, x1, z1 in metres."""
    lows, highs = [], []
    for piece in scene.pieces:
        margin = reach * min(piece.furniture.size_m[1], 2.5) + 0.35
        lows.append(piece.footprint[:, [0, 2]].min(axis=0) - margin)
        highs.append(piece.footprint[:, [0, 2]].max(axis=0) + margin)
    (x0, z0), (x1, z1) = np.min(lows, axis=0), np.max(highs, axis=0)
    return float(x0), float(z0), float(x1), float(z1)


def floor_in_photo(camera: Camera, floor: FloatArray, region: tuple[float, float, float, float]) -> tuple[Window, FloatArray] | None:
    """The floor's shadow as the camera sees it: the part of the photo it may touch, and the share of light kept there, (h, w, 3).

    Fades to 1 at the region's edge. None where the region is out of sight.
    """
    x0, z0, x1, z1 = region
    rows, columns = floor.shape[:2]
    grid = np.stack(np.meshgrid(np.linspace(x0, x1, 24), np.linspace(z0, z1, 24)), axis=-1).reshape(-1, 2)
    seen = camera.project(np.column_stack([grid[:, 0], np.zeros(len(grid)), grid[:, 1]]))
    ahead = np.isfinite(seen).all(axis=1)
    if not ahead.any():
        return None
    low, high = seen[ahead].min(axis=0), seen[ahead].max(axis=0)
    if not ahead.all():  # part of it lies behind the camera: all the floor before it may be touched
        low, high = np.minimum(low, (0.0, low[1])), np.maximum(high, (camera.width, camera.height))
    left, top = (int(v) for v in np.clip(np.floor(low) - 2, 0, (camera.width, camera.height)))
    right, bottom = (int(v) for v in np.clip(np.ceil(high) + 2, 0, (camera.width, camera.height)))
    if right <= left or bottom <= top:
        return None
    window = Window(left, top, right, bottom)
    to_floor = camera.rotation.T @ np.linalg.inv(camera.K)  # pixel to direction
    xs = np.arange(left, right, dtype=np.float64) + 0.5
    ys = np.arange(top, bottom, dtype=np.float64)[:, None] + 0.5
    direction = [to_floor[axis, 0] * xs + to_floor[axis, 1] * ys + to_floor[axis, 2] for axis in range(3)]
    falls = direction[1] < -1e-6
    distance = np.where(falls, camera.height_m / np.where(falls, -direction[1], 1.0), 0.0)
    column = np.where(falls, (direction[0] * distance - x0) / (x1 - x0) * columns - 0.5, -10.0).astype(np.float32)
    row = np.where(falls, (direction[2] * distance - z0) / (z1 - z0) * rows - 0.5, -10.0).astype(np.float32)
    faded = 1.0 - (1.0 - floor) * _edge_fade(rows, columns)[..., None]
    kept = cv2.remap(faded, column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(1.0, 1.0, 1.0))
    return window, np.minimum(kept, 1.0)


def soften_floor(floor: FloatArray, cell_m: float) -> FloatArray:
    """The floor's shadow made smooth: many small lights leave faint steps in it, and light also creeps in by ways that none stands for.

    Wide shadows are smoothed widely, what is near a foot hardly; a thin dark rim stays where a piece meets the floor.
    """
    wide = cv2.GaussianBlur(floor, (0, 0), max(0.045 / cell_m, 0.6), borderType=cv2.BORDER_REPLICATE)
    narrow = cv2.GaussianBlur(floor, (0, 0), max(0.012 / cell_m, 0.5), borderType=cv2.BORDER_REPLICATE)
    open_share = np.clip((np.minimum(wide, narrow).mean(axis=2, keepdims=True) - 0.45) / 0.35, 0.0, 1.0)
    smooth = narrow + (wide - narrow) * open_share
    stands = np.clip((0.4 - floor.max(axis=2)) / 0.3, 0.0, 1.0).astype(np.float32)
    rim = 0.6 * cv2.GaussianBlur(stands, (0, 0), max(0.013 / cell_m, 0.6)) + 0.4 * cv2.GaussianBlur(stands, (0, 0), max(0.04 / cell_m, 0.6))
    kept = (1.0 - 0.94 * (1.0 - smooth)) * (1.0 - np.minimum(rim, 0.7))[..., None]
    result: FloatArray = np.clip(kept, 0.0, 1.0).astype(np.float32)
    return result


def _edge_fade(rows: int, columns: int) -> FloatArray:
    """1 in the middle, falling smoothly to 0 over the outer eighth of each side."""
    def ramp(count: int) -> Array:
        place = (np.arange(count) + 0.5) / count
        share = np.clip(np.minimum(place, 1 - place) / 0.125, 0.0, 1.0)
        return share * share * (3 - 2 * share)

    return (ramp(rows)[:, None] * ramp(columns)[None]).astype(np.float32)


def clip_matrix(camera: Camera, window: Window, shift_px: tuple[float, float] = (0.0, 0.0)) -> Array:
    """World to OpenGL clip space for a part of the photo, moved by a part of a pixel: (4, 4)."""
    k = camera.K
    w, h = window.width, window.height
    near_m, far_m = 0.04, 80.0
    lens = np.array([
        [2 * k[0, 0] / w, 2 * k[0, 1] / w, 2 * (k[0, 2] - window.x0 + shift_px[0]) / w - 1, 0],
        [0, -2 * k[1, 1] / h, 1 - 2 * (k[1, 2] - window.y0 + shift_px[1]) / h, 0],
        [0, 0, (far_m + near_m) / (far_m - near_m), -2 * far_m * near_m / (far_m - near_m)],
        [0, 0, 1, 0],
    ])
    view = np.eye(4)
    view[:3, :3] = camera.rotation
    view[:3, 3] = -camera.rotation @ camera.position
    result: Array = lens @ view
    return result


def _light_matrix(sample: LightSample, centre: Array, radius: float) -> Array:
    """World to clip space of a light that looks at a ball of furniture: a cone from a near light, parallel from a far one."""
    position, near = sample.position, sample.near
    axis = centre - position
    distance = float(np.linalg.norm(axis))
    axis = axis / max(distance, 1e-9)
    side = np.cross(axis, [0.0, 1.0, 0.0] if abs(axis[1]) < 0.95 else [1.0, 0.0, 0.0])
    side /= np.linalg.norm(side)
    up = np.cross(side, axis)
    view = np.eye(4)
    view[:3, :3] = [side, up, axis]
    view[:3, 3] = -view[:3, :3] @ position
    low, high = max(distance - radius, 0.05), distance + radius
    if near:
        spread = math.tan(math.asin(min(radius / max(distance, 1e-6), 0.97)))
        depth = [0, 0, (high + low) / (high - low), -2 * high * low / (high - low)]
        lens = np.array([[1 / spread, 0, 0, 0], [0, 1 / spread, 0, 0], depth, [0, 0, 1, 0]])
    else:
        depth = [0, 0, 2 / (high - low), -(high + low) / (high - low)]
        lens = np.array([[1 / radius, 0, 0, 0], [0, 1 / radius, 0, 0], depth, [0, 0, 0, 1]])
    result: Array = lens @ view
    return result


def light_table(
    samples: list[LightSample], quality: Quality, centre: Array, radius: float, rows: int
) -> tuple[FloatArray, tuple[int, int]]:
    """All small lights as the shaders read them, (rows, 28) float32, and the size in pixels of the sheet that holds what they see.

    A row: matrix to the light's clip space by column (std140), its tile's middle and half size in the sheet's clip space, its place (w = 1)
    or direction (w = 0), its irradiance, and how far in metres to step off a surface before asking it.
    """
    sides = [quality.key_px if sample.near else quality.dome_px for sample in samples]
    tiles, size = _tiles(sides)
    table = np.zeros((rows, 28), np.float32)
    for index, (sample, side) in enumerate(zip(samples, sides, strict=True)):
        towards = sample.position - centre
        place = sample.position if sample.near else towards / np.linalg.norm(towards)
        matrix = _light_matrix(sample, centre, radius)
        rest = [tiles[index], place, [float(sample.near)], sample.irradiance, [3.0 * radius / side]]
        table[index] = np.concatenate([matrix.T.ravel(), *rest])
    return table, size


def _tiles(sides: list[int]) -> tuple[Array, tuple[int, int]]:
    """Places for square tiles on one sheet, the large ones first: middle and half size of each in the sheet's clip space, and its size."""
    width, x, y, shelf = _SHEET_PX, 0, 0, 0
    corners = np.zeros((len(sides), 2))
    for index in sorted(range(len(sides)), key=lambda one: -sides[one]):
        if x + sides[index] > width:
            x, y, shelf = 0, y + shelf, 0
        corners[index] = x, y
        x, shelf = x + sides[index], max(shelf, sides[index])
    size = (width, y + shelf)
    half = np.asarray(sides, np.float64)[:, None] / np.array(size)
    middle = 2.0 * corners / np.array(size) + half - 1.0
    return np.hstack([middle, half]), size


def pixel_shifts(count: int) -> list[tuple[float, float]]:
    """Places within a pixel, evenly spread (the R2 sequence of Roberts), from -0.5 to 0.5."""
    return [(((0.5 + 0.7548776662 * i) % 1.0) - 0.5, ((0.5 + 0.5698402910 * i) % 1.0) - 0.5) for i in range(count)]
