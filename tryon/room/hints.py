"""What a person tells about a room photo: lines along the room, focal length, how bent the lens is, its back wall, how shadows fall."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tryon.errors import OptionError
from tryon.text import _

if TYPE_CHECKING:
    from tryon.image import Photo

__all__ = ["AXES", "CameraHints", "Guide", "parse_guides", "read_hints"]

AXES = ("floor", "depth", "up")
"""Directions of the room that a guide can follow: two on the floor at right angles, and the upright one."""

MOST_BENT = 0.6


@dataclass(frozen=True)
class Guide:
    """A line drawn over the photo along one of the room's directions (of AXES); ends in pixels of the photo."""

    axis: str
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def ends(self) -> tuple[float, float, float, float]:
        """Both ends: x0, y0, x1, y1."""
        return self.x0, self.y0, self.x1, self.y1


@dataclass(frozen=True)
class CameraHints:
    """What the user says about the camera and the room; what is left empty is found from the photo.

    guides: lines along the room's directions. focal_px: focal length in pixels. center: where the lens looked straight ahead (the middle of
    the photo, unless it was cut off at one side). bend: how the lens bends straight lines, the one number of the division model
    (Fitzgibbon 2001), with half the photo's diagonal as unit: negative = barrel, as wide-angle phones have it.
    corners, shadow: the back wall and the light, as in `tryon.room.told`. Raises OptionError for numbers that are none.
    """

    guides: tuple[Guide, ...] = ()
    focal_px: float | None = None
    center: tuple[float, float] | None = None
    bend: float = 0.0
    corners: tuple[float, float, float, float, float, float] | None = None
    shadow: tuple[float, float, float, float, float] | None = None

    def __post_init__(self) -> None:
        numbers = [value for guide in self.guides for value in guide.ends]
        numbers += [self.bend, *(self.center or ()), *(() if self.focal_px is None else (self.focal_px,))]
        numbers += [*(self.corners or ()), *(self.shadow or ())]
        if not all(math.isfinite(value) for value in numbers) or any(guide.axis not in AXES for guide in self.guides):
            raise OptionError(_("lines along the room need plain numbers"), advice=_guide_words())
        if any(math.dist(guide.ends[:2], guide.ends[2:]) < 2.0 for guide in self.guides):
            raise OptionError(_("the two ends of a line are the same point"), advice=_("draw it longer"))
        if abs(self.bend) > MOST_BENT or (self.focal_px is not None and self.focal_px <= 0):
            reason = _("no lens is like that (focal length {focal}, bend {bend:g})").format(focal=self.focal_px, bend=self.bend)
            raise OptionError(reason, advice=_("give a bend from -{most} to {most} and a focal length above zero").format(most=MOST_BENT))

    def along(self, axis: str) -> tuple[Guide, ...]:
        """The guides of one direction."""
        return tuple(guide for guide in self.guides if guide.axis == axis)

    @property
    def camera_alone(self) -> CameraHints:
        """The same without what is said about wall and light: reading the photo anew takes seconds, and they change nothing in it."""
        return replace(self, corners=None, shadow=None)

    @property
    def told(self) -> bool:
        """Whether anything is said at all."""
        return self != CameraHints()


def _guide_words() -> str:
    return _("write floor:X0,Y0,X1,Y1 for each line, the directions are floor, depth (both on the floor, at right angles) and up")


def parse_guides(texts: list[str]) -> tuple[Guide, ...]:
    """Read lines written as AXIS:X0,Y0,X1,Y1, several parted by blanks; at least two of one direction. Raises OptionError."""
    guides = []
    for text in (word for line in texts for word in line.split()):
        axis, colon, place = text.partition(":")
        try:
            numbers = [float(field) for field in place.split(",")]
        except ValueError:
            numbers = []
        if not colon or axis not in AXES or len(numbers) != 4:
            raise OptionError(_("cannot read {text} as a line along the room").format(text=repr(text)), advice=_guide_words())
        guides.append(Guide(axis, *numbers))
    made = CameraHints(tuple(guides))
    if guides and all(len(made.along(axis)) < 2 for axis in AXES):
        advice = _("draw two lines of the same direction, best of two directions")
        raise OptionError(_("one line alone does not tell where it leads"), advice=advice)
    return made.guides


def _numbers(text: str, counts: tuple[int, ...], example: str) -> list[float]:
    """Numbers parted by commas, as many as one of the counts. Raises OptionError."""
    try:
        numbers = [float(field) for field in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in counts:
        raise OptionError(_("cannot read {text}").format(text=repr(text)), advice=example)
    return numbers


def read_hints(lines: list[str], lens: str, photo: Photo, wall: str = "", shadow: str = "") -> CameraHints:
    """What the command line says about a photo's camera and its room. lens: focal=PIXELS center=X,Y bend=NUMBER, parted by blanks;
    bend=find and center=find measure these in the photo. wall: six numbers, shadow: four or five, as in `tryon.room.told`.
    Raises OptionError.
    """
    corners = fallen = None
    if wall:
        example = _("write LEFT_X,LEFT_Y,RIGHT_X,RIGHT_Y,TOP_X,TOP_Y: the feet of the back wall and a point of its upper edge")
        lx, ly, rx, ry, tx, ty = _numbers(wall, (6,), example)
        corners = (lx, ly, rx, ry, tx, ty)
    if shadow:
        example = _("write X0,Y0,X1,Y1 or X0,Y0,X1,Y1,SOFT: a pole's foot on the floor, its shadow's tip, and how soft it is, 0 to 1")
        x0, y0, x1, y1, soft = (*_numbers(shadow, (4, 5), example), 0.5)[:5]
        fallen = (x0, y0, x1, y1, min(max(soft, 0.0), 1.0))
    said: dict[str, tuple[float, ...]] = {}
    find: set[str] = set()
    for word in lens.split():
        name, _equals, value = word.partition("=")
        try:
            if value == "find" and name in ("bend", "center"):
                find.add(name)
            else:
                said[name] = tuple(float(field) for field in value.split(","))
                if {"focal": 1, "center": 2, "bend": 1}[name] != len(said[name]):
                    raise ValueError
        except (ValueError, KeyError):
            advice = _("write focal=PIXELS, center=X,Y, bend=NUMBER, bend=find or center=find")
            raise OptionError(_("{text} says nothing about the lens").format(text=repr(word)), advice=advice) from None
    center = (said["center"][0], said["center"][1]) if "center" in said else None
    bend = said.get("bend", (0.0,))[0]
    if "bend" in find:
        from tryon.room.bows import find_bend

        bend = find_bend(photo.rgb, center)
    if "center" in find:
        from tryon.room.cutoff import find_center

        center = find_center(photo.rgb, bend)
    return CameraHints(parse_guides(lines), said["focal"][0] if "focal" in said else None, center, bend, corners, fallen)
