"""The camera that took a room photo: where it looked, how wide, how high above the floor."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tryon.errors import PlacementError
from tryon.jobs import silent
from tryon.room.calibrate import solve_guides
from tryon.room.hints import CameraHints
from tryon.room.lens import bent_points, straight_points, straightened
from tryon.room.lines import find_lines
from tryon.room.scale import apply_scale
from tryon.room.vanishing import FOCAL_PRIOR, FOCAL_SPREAD, Directions, Pencil, find_directions, find_vertical, gather
from tryon.text import _

if TYPE_CHECKING:
    from tryon.image import Photo
    from tryon.jobs import Progress
    from tryon.room.scale import ScaleReference

__all__ = ["Camera", "find_camera", "guided_camera", "level_rotation", "rotation_of"]

Array = npt.NDArray[np.float64]

HEIGHT_M = 1.5
"""How high a camera is held where nothing tells it."""
FARTHEST_M = 200.0
"""Floor farther away than this is taken for the horizon."""

_MARGIN = 6.0  # log-likelihood by which the answer beats its best rival where it is as good as never wrong
_DOUBT = 0.05  # below this confidence the three directions are no better than the uprights alone (on crops of panoramas)
_VERTICAL_GAIN = 6.0
_FOCAL_SEEN = 0.15


@dataclass(frozen=True, eq=False)
class Camera:
    """Where the camera stood and how it looked: turns places of the room into pixels of the photo and back.

    width, height: the photo's size in pixels. K: (3, 3) float64, pinhole, square pixels; pixels have x right, y down, and the
    centre of the first one is (0.5, 0.5). rotation: (3, 3) float64, world to camera; camera axes x right, y down, z forward (OpenCV).
    World: metres, right-handed, y up, the floor is y = 0, the camera stands at (0, height_m, 0).
    x and z run along the room's walls where these were found: -z is the wall direction nearest to where the camera looks (within
    45 degrees), +x then points right in the photo and +z back to the camera; where no walls were found -z is straight ahead.
    A piece of furniture whose front is +z so looks at the camera.
    confidence: 0 (a guess) to 1; below 0.5 the user should look at the floor grid. method: what it rests on, in words.
    focal_source: "exif", "hand" (given), "lines" or "prior" (typical of room photos, bent by the lines where these say a little).
    scale_source: in words, such as "camera height 1.5 m assumed".
    focal_error: likely relative error of the focal length, 0.1 = 10 %. height_error: the same of height_m and so of every length.
    bend: how the lens bends straight lines (`tryon.room.lens`); pixels are those of the bent photo. 0 = it does not.
    """

    width: int
    height: int
    K: Array = field(repr=False)
    rotation: Array = field(repr=False)
    height_m: float = HEIGHT_M
    confidence: float = 0.0
    focal_source: str = "prior"
    scale_source: str = "camera height 1.5 m assumed"
    method: str = "level camera assumed"
    focal_error: float = 0.25
    height_error: float = 0.15
    bend: float = 0.0

    @property
    def focal_px(self) -> float:
        """Focal length in pixels."""
        return float(self.K[0, 0])

    @property
    def center(self) -> tuple[float, float]:
        """The pixel where the lens looked straight ahead; the middle, unless the photo was cut off at one side."""
        return float(self.K[0, 2]), float(self.K[1, 2])

    @property
    def straight(self) -> Camera:
        """The same camera with a lens that does not bend, for a photo made straight."""
        return replace(self, bend=0.0)

    @property
    def position(self) -> Array:
        """Where the camera stands: (3,) metres."""
        return np.array([0.0, self.height_m, 0.0])

    @property
    def pitch_deg(self) -> float:
        """How far the camera looks up from the level, in degrees; negative = looking down."""
        return math.degrees(math.asin(float(np.clip(self.rotation[2, 1], -1.0, 1.0))))

    @property
    def roll_deg(self) -> float:
        """How far the camera is turned clockwise, as its holder sees it, in degrees; upright things then lean left in the photo."""
        return math.degrees(math.atan2(-float(self.rotation[0, 1]), -float(self.rotation[1, 1])))

    @property
    def yaw_deg(self) -> float:
        """How far the camera looks to the left of the wall direction -z, in degrees (counter-clockwise from above)."""
        return math.degrees(math.atan2(-float(self.rotation[2, 0]), -float(self.rotation[2, 2])))

    @property
    def vfov_deg(self) -> float:
        """Vertical field of view in degrees."""
        return math.degrees(2.0 * math.atan(self.height / (2.0 * float(self.K[1, 1]))))

    @cached_property
    def _back(self) -> Array:
        """Pixel (homogeneous) to world direction, (3, 3)."""
        result: Array = self.rotation.T @ np.linalg.inv(self.K)
        return result

    def project(self, points: npt.ArrayLike) -> Array:
        """Pixels where points of the room are seen: (N, 3) metres to (N, 2); NaN for points behind the camera."""
        world = np.asarray(points, dtype=np.float64).reshape(-1, 3)
        seen = (world - self.position) @ (self.K @ self.rotation).T
        depth = np.where(seen[:, 2:] > 1e-9, seen[:, 2:], np.nan)
        result: Array = seen[:, :2] / depth
        return bent_points(result, self.bend, (self.width, self.height), self.center)

    def rays(self, pixels: npt.ArrayLike) -> Array:
        """Directions in which pixels look: (N, 2) to (N, 3) unit vectors in the world."""
        at = np.asarray(pixels, dtype=np.float64).reshape(-1, 2)
        at = straight_points(at, self.bend, (self.width, self.height), self.center)
        directions = np.column_stack([at, np.ones(len(at))]) @ self._back.T
        result: Array = directions / np.linalg.norm(directions, axis=1, keepdims=True)
        return result

    def floor_points(self, pixels: npt.ArrayLike) -> Array:
        """Places of the floor seen at pixels: (N, 2) to (N, 3) metres, y = 0; NaN above the horizon and beyond 200 m."""
        directions = self.rays(pixels)
        falls = directions[:, 1] < -1e-9
        distance = self.height_m / np.where(falls, -directions[:, 1], np.nan)
        points = self.position + directions * distance[:, None]
        points[:, 1] = np.where(falls, 0.0, np.nan)
        points[~(np.hypot(points[:, 0], points[:, 2]) <= FARTHEST_M)] = np.nan
        return points

    def floor_point(self, x: float, y: float) -> Array:
        """Place of the floor seen at a pixel: (3,) metres, y = 0. Raises PlacementError above (or too near) the horizon."""
        point: Array = self.floor_points([[x, y]])[0]
        if np.isnan(point).any():
            reason = _("the place {x:.0f},{y:.0f} lies above the floor's horizon").format(x=x, y=y)
            raise PlacementError(reason, advice=_("point lower in the photo, where the floor is"))
        return point

    def horizon(self) -> Array | None:
        """The horizon in the photo: (2, 2) pixels where it crosses x = 0 and x = width, or None where it does not cross them."""
        a, b, c = np.linalg.inv(self.K).T @ self.rotation[:, 1]
        if abs(b) < 1e-6 * math.hypot(a, b):
            return None
        return np.array([[0.0, -c / b], [self.width, -(a * self.width + c) / b]])

    def resized(self, width: int, height: int) -> Camera:
        """The same camera for the same photo at another size in pixels."""
        scale = np.diag([width / self.width, height / self.height, 1.0])
        return replace(self, width=width, height=height, K=scale @ self.K)

    def to_json(self) -> dict[str, Any]:
        """Everything about the camera as plain numbers and words."""
        return {
            "width": self.width,
            "height": self.height,
            "K": self.K.tolist(),
            "rotation": self.rotation.tolist(),
            "height_m": round(self.height_m, 4),
            "pitch_deg": round(self.pitch_deg, 3),
            "roll_deg": round(self.roll_deg, 3),
            "yaw_deg": round(self.yaw_deg, 3),
            "vfov_deg": round(self.vfov_deg, 3),
            "confidence": round(self.confidence, 3),
            "method": self.method,
            "focal_source": self.focal_source,
            "focal_error": round(self.focal_error, 3),
            "scale_source": self.scale_source,
            "height_error": round(self.height_error, 3),
            "bend": round(self.bend, 4),
        }


def level_rotation() -> Array:
    """A camera that looks along -z of the world, level: (3, 3) world to camera."""
    return np.diag([1.0, -1.0, -1.0])


def rotation_of(pitch_deg: float, roll_deg: float, yaw_deg: float = 0.0) -> Array:
    """World-to-camera rotation (3, 3) of a camera with these angles, signs as in `Camera`; pitch within +-90."""
    pitch, roll, yaw = (math.radians(angle) for angle in (pitch_deg, roll_deg, yaw_deg))
    turn = np.array([[math.cos(yaw), 0, -math.sin(yaw)], [0, 1, 0], [math.sin(yaw), 0, math.cos(yaw)]])
    tilt = np.array([[1, 0, 0], [0, math.cos(pitch), math.sin(pitch)], [0, -math.sin(pitch), math.cos(pitch)]])
    lean = np.array([[math.cos(roll), -math.sin(roll), 0], [math.sin(roll), math.cos(roll), 0], [0, 0, 1]])
    result: Array = level_rotation() @ lean @ tilt @ turn
    return result


def find_camera(
    photo: Photo, scale: ScaleReference | None = None, progress: Progress | None = None, hints: CameraHints | None = None
) -> Camera:
    """Find the camera of a room photo from its straight lines, and say how sure it is.

    In steps: three directions of walls and uprights; where these are in doubt, the uprights alone (pitch and roll); where there
    are none, a level camera. Focal length: EXIF's where there is one (unless the lines say clearly that the photo was cropped),
    else the lines', else that of a phone. Height: from `scale`, else 1.5 m. `Camera.confidence` is calibrated on crops of
    panoramas (`python -m benchmarks.camera`). hints: what the user says; lines that he draws count instead of those of the photo.
    Raises OptionError or PlacementError for a known length that cannot be.
    """
    report = progress if progress is not None else silent()
    hints = hints if hints is not None else CameraHints()
    camera = guided_camera(photo.width, photo.height, hints, photo.focal_px)
    if camera is None:
        camera = _found(photo, hints, report)
    if scale is not None and scale.to_find:
        from tryon.room.sheet import find_sheet

        report(0.9, _("looking for the sheet of paper"))
        scale = find_sheet(photo.rgb, camera)
    return apply_scale(camera, scale) if scale is not None else camera


def guided_camera(width: int, height: int, hints: CameraHints, focal_px: float | None = None) -> Camera | None:
    """The camera that drawn lines tell, solved in a few milliseconds; None where no direction has two of them."""
    solved = solve_guides(width, height, hints, focal_px)
    if solved is None:
        return None
    sure = 0.95 / (1.0 + (solved.focal_error / 0.15) ** 2) / (1.0 + (solved.rest_deg / 2.0) ** 2)
    seen = solved.focal_error < _FOCAL_SEEN and hints.focal_px is None
    source = "hand" if hints.focal_px is not None else "lines" if seen else "exif" if focal_px is not None else "prior"
    (x, y), focal = solved.center, solved.focal_px
    return Camera(
        width=width, height=height, K=np.array([[focal, 0, x], [0, focal, y], [0, 0, 1]]), rotation=solved.rotation, confidence=sure,
        method="lines drawn by hand", focal_source=source, bend=hints.bend,
        focal_error=0.02 if hints.focal_px is not None else solved.focal_error,
    )


def _found(photo: Photo, hints: CameraHints, report: Progress) -> Camera:
    """The camera from the photo's own lines."""
    report(0.0, _("finding lines"))
    center = hints.center if hints.center is not None else (photo.width / 2, photo.height / 2)
    lines = find_lines(straightened(photo.rgb, hints.bend, center))
    report(0.4, _("finding the camera"))
    pencil = gather(lines, photo.width, photo.height, center)
    diagonal = math.hypot(photo.width, photo.height)
    focal_px = hints.focal_px if hints.focal_px is not None else photo.focal_px
    exif = None if focal_px is None else focal_px / diagonal
    found = find_directions(pencil, exif)
    source, focal_error = ("exif", 0.02) if exif is not None else ("prior", FOCAL_SPREAD)
    if found is not None and exif is None:
        if found.focal_sigma < _FOCAL_SEEN and found.margin > _MARGIN / 2:
            source, focal_error = "lines", found.focal_sigma
    elif found is not None and hints.focal_px is None and (free := _cropped(pencil, found)) is not None:
        found, source, focal_error = free, "lines", free.focal_sigma
    sure = 0.0 if found is None else _confidence(found)
    if found is not None and sure >= _DOUBT:
        rotation, focal = found.rotation, found.focal
        weakest = float(np.sort(found.seen)[0])
        method = "three directions of walls and uprights" if weakest > 1.0 else "uprights and one wall direction"
    else:
        focal = exif if exif is not None else FOCAL_PRIOR
        source, focal_error = ("exif", 0.02) if exif is not None else ("prior", FOCAL_SPREAD)
        rotation, gain = find_vertical(pencil, focal)
        sure = min(0.15, 0.01 * gain)
        method = "uprights only"
        if gain < _VERTICAL_GAIN:
            rotation, sure, method = level_rotation(), 0.0, "level camera assumed"
    if hints.focal_px is not None:
        source = "hand"
    return Camera(
        width=photo.width, height=photo.height, K=np.array([[focal * diagonal, 0, center[0]], [0, focal * diagonal, center[1]], [0, 0, 1]]),
        rotation=rotation, confidence=sure, method=method, focal_source=source, focal_error=focal_error, bend=hints.bend,
    )


def _confidence(found: Directions) -> float:
    """0..1; 0.5 where, of the crops in the benchmark, none and fewer of the rest were wrong."""
    blurred = math.degrees(found.rotation_sigma) / 6.0
    return found.margin / (found.margin + _MARGIN) / (1.0 + blurred * blurred)


def _cropped(pencil: Pencil, found: Directions) -> Directions | None:
    """What the lines say without EXIF, where they contradict it clearly: a photo that was cropped after it was taken."""
    free = find_directions(pencil)
    if free is None or free.focal_sigma > 0.06 or free.margin < 2 * _MARGIN or free.score < found.score + _MARGIN:
        return None
    return free if abs(math.log(free.focal / found.focal)) > 4 * free.focal_sigma else None
