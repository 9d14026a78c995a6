"""True size: how many metres a length in the photo is."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tryon.errors import OptionError, PlacementError
from tryon.text import _

if TYPE_CHECKING:
    from tryon.room.camera import Camera

__all__ = ["DOOR_M", "KINDS", "SHEET_M", "ScaleReference", "apply_scale", "measure", "parse_scale"]

KINDS = ("length", "door", "sheet", "camera")
"""What a known length can be: any length, a door's height, an A4 sheet's diagonal, the height of the camera itself."""
DOOR_M = 2.03
"""Height of a usual door's frame, within a few centimetres."""
SHEET_M = math.hypot(0.297, 0.210)
"""Diagonal of an A4 sheet of paper."""

_SOURCES = {"length": "known length", "door": "a door's height", "sheet": "an A4 sheet", "camera": "the camera's height given"}
_OWN_ERROR = {"length": 0.01, "door": 0.03, "sheet": 0.005, "camera": 0.04}  # of the thing itself, relative
_LOWEST_M, _HIGHEST_M = 0.05, 30.0
_MAX_LEAN_DEG = 20.0
_CLICK_SHARE = 0.002  # how far a careful hand misses a point, as a share of the photo's diagonal
_CORNER_SHARE = 0.0008  # the same for a corner that was found by its edges


@dataclass(frozen=True)
class ScaleReference:
    """A length the user knows: two pixels of the photo and the metres between them.

    vertical False: both points lie on the floor. vertical True: the first point stands on the floor, the second is straight
    above it (a door, 2.03 m). kind: of KINDS. "sheet" with all four numbers 0: an A4 sheet on the floor that is yet to be found. "camera":
    metres are the camera's own height over the floor, the points mean nothing.
    Raises OptionError for lengths that are not above zero or points that coincide.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    metres: float
    vertical: bool = False
    kind: str = "length"

    @property
    def to_find(self) -> bool:
        """Whether it is a sheet that has to be looked for in the photo."""
        return self.kind == "sheet" and self.x0 == self.y0 == self.x1 == self.y1 == 0.0

    def __post_init__(self) -> None:
        if not all(math.isfinite(value) for value in (self.x0, self.y0, self.x1, self.y1, self.metres)):
            raise OptionError(_("a known length needs plain numbers"), advice=_("write X0,Y0,X1,Y1,METRES such as 410,880,760,860,2.0"))
        if self.metres <= 0:
            reason = _("a known length of {metres:g} m cannot be").format(metres=self.metres)
            raise OptionError(reason, advice=_("give the length in metres, above zero"))
        if self.kind not in KINDS:
            raise OptionError(_("{kind} is no kind of known length").format(kind=repr(self.kind)), advice=", ".join(KINDS))
        if self.kind != "camera" and not self.to_find and math.hypot(self.x1 - self.x0, self.y1 - self.y0) < 2.0:
            raise OptionError(_("the two ends of the known length are the same point"), advice=_("choose two points farther apart"))


def parse_scale(text: str) -> ScaleReference:
    """Read a known length: X0,Y0,X1,Y1,METRES (both points on the floor), X0,Y0,X1,Y1,METRES,up (a vertical), X0,Y0,X1,Y1,door (from the
    floor up), camera=METRES (how high it was held) or sheet (an A4 sheet on the floor is looked for). Raises OptionError.
    """
    parts = [part.strip().lower() for part in text.split(",")]
    try:
        if parts == ["sheet"]:
            return ScaleReference(0.0, 0.0, 0.0, 0.0, SHEET_M, kind="sheet")
        if len(parts) == 1 and parts[0].startswith("camera="):
            return ScaleReference(0.0, 0.0, 0.0, 0.0, float(parts[0][7:]), kind="camera")
        door, vertical = len(parts) == 5 and parts[4] == "door", len(parts) == 6 and parts[5] == "up"
        numbers = [float(part) for part in (parts[:4] if door else parts[:5])]
        if len(numbers) != 5 - door or len(parts) != 5 + vertical:
            raise ValueError
    except ValueError:
        advice = _("write X0,Y0,X1,Y1,METRES for two points on the floor, or X0,Y0,X1,Y1,METRES,up for a vertical that stands on it")
        more = _("also X0,Y0,X1,Y1,door, camera=METRES, or sheet for an A4 sheet on the floor")
        raise OptionError(_("cannot read {text} as a known length").format(text=repr(text)), advice=f"{advice}; {more}") from None
    if door:
        return ScaleReference(numbers[0], numbers[1], numbers[2], numbers[3], DOOR_M, True, "door")
    return ScaleReference(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], vertical)


def measure(camera: Camera, x0: float, y0: float, x1: float, y1: float, vertical: bool = False) -> float:
    """Metres between two pixels: on the floor, or from a pixel on the floor straight up to the second.

    For a vertical the point of the upright line nearest to the second pixel's ray counts (nearest in plan); negative when the
    second lies below the first. Raises PlacementError when a point that must be on the floor lies above the horizon, or for a
    vertical that leans by more than 20 degrees.
    """
    try:
        foot = camera.floor_point(x0, y0)
        if not vertical:
            return float(np.linalg.norm(camera.floor_point(x1, y1) - foot))
    except PlacementError as error:
        advice = _("choose two points on the floor") if not vertical else _("put the first point where the upright edge meets the floor")
        raise PlacementError(_("an end of the known length: {reason}").format(reason=error.reason), advice=advice) from None
    direction = camera.rays([[x1, y1]])[0]
    across = direction[[0, 2]]
    distance = float(foot[[0, 2]] @ across) / max(float(across @ across), 1e-12)
    above = camera.project(foot + [[0.0, 1e-3 * camera.height_m, 0.0]])[0] - [x0, y0]
    drawn = np.array([x1 - x0, y1 - y0])
    lean = abs(math.degrees(math.atan2(above[0] * drawn[1] - above[1] * drawn[0], float(above @ drawn))))
    lean = min(lean, 180.0 - lean)
    if lean > _MAX_LEAN_DEG or distance <= 0:
        reason = _("the second end of the known length does not lie above the first ({lean:.0f} degrees off)")
        raise PlacementError(reason.format(lean=lean), advice=_("draw along an upright edge, from the floor up"))
    return float(camera.height_m + distance * direction[1])


def apply_scale(camera: Camera, reference: ScaleReference) -> Camera:
    """The same camera at the height that makes the known length come out right, with the likely error of that height.

    Every length of the room is proportional to the camera's height, so one known length settles it.
    Raises PlacementError as `measure` does, and OptionError when the camera would hang below 5 cm or above 30 m.
    """
    source = _SOURCES[reference.kind]
    if reference.kind == "camera":
        if not _LOWEST_M <= reference.metres <= _HIGHEST_M:
            reason = _("a camera {metres:g} m above the floor cannot be").format(metres=reference.metres)
            raise OptionError(reason, advice=_("give its height in metres, usually 1.2 to 1.7"))
        return replace(camera, height_m=reference.metres, scale_source=source, height_error=_OWN_ERROR["camera"])
    length = measure(camera, reference.x0, reference.y0, reference.x1, reference.y1, reference.vertical)
    if length <= 0:
        raise PlacementError(_("the second end of the known length lies below the first"), advice=_("draw a vertical from the floor up"))
    height = camera.height_m * reference.metres / length
    if not _LOWEST_M <= height <= _HIGHEST_M:
        reason = _("with a length of {metres:g} m there the camera would be {height:.2f} m above the floor")
        raise OptionError(reason.format(metres=reference.metres, height=height), advice=_("check the two points and the length in metres"))
    return replace(camera, height_m=height, scale_source=source, height_error=_likely_error(camera, reference, length))


def _likely_error(camera: Camera, reference: ScaleReference, length: float) -> float:
    """Relative error of a length: each end missed by a few pixels, and the thing itself not quite as long as it should be."""
    step = (_CORNER_SHARE if reference.kind == "sheet" else _CLICK_SHARE) * math.hypot(camera.width, camera.height)
    ends = np.array([reference.x0, reference.y0, reference.x1, reference.y1])
    squares = 0.0
    for index in range(4):
        missed = ends.copy()
        missed[index] += step
        try:
            squares += (measure(camera, missed[0], missed[1], missed[2], missed[3], reference.vertical) / length - 1.0) ** 2
        except PlacementError:
            squares += 0.25
    return min(1.0, math.sqrt(squares) + _OWN_ERROR[reference.kind])
