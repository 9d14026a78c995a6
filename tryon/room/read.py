"""What a room photo tells before any furniture stands in it: camera, light, and how the photo was taken."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from tryon.image import photo_from_array
from tryon.room.camera import Camera, find_camera
from tryon.room.composite import Look, read_look
from tryon.room.doubts import doubts_of
from tryon.room.gloss import read_gloss
from tryon.room.lamps import find_lamps
from tryon.room.lens import straightened
from tryon.room.light import Light, read_light
from tryon.room.stage import Panel
from tryon.room.told import told_box, told_lamps
from tryon.room.walls import find_box

if TYPE_CHECKING:
    from tryon.image import Photo
    from tryon.jobs import Progress
    from tryon.room.box import RoomBox
    from tryon.room.hints import CameraHints
    from tryon.room.scale import ScaleReference

__all__ = ["Room", "read_room"]

_KEPT_ROOMS = 6


@dataclass(frozen=True, eq=False)
class Room:
    """A room as read from one photo, everything in pixels of that photo. lamps: where its light comes from, on the walls.

    gloss: how much its floor mirrors, 0..1. notes: what the user should know about the photo. Where the camera's lens bends, all but the
    camera is read from the photo made straight.
    """

    photo: Photo = field(repr=False)
    camera: Camera
    light: Light = field(repr=False)
    look: Look
    box: RoomBox
    lamps: tuple[Panel, ...] = field(repr=False)
    gloss: float
    notes: tuple[str, ...] = ()


_Key = tuple[str, float | None, "ScaleReference | None", "CameraHints | None"]
_rooms: OrderedDict[_Key, Room] = OrderedDict()
_lock = threading.Lock()


def read_room(
    photo: Photo, scale: ScaleReference | None = None, progress: Progress | None = None, hints: CameraHints | None = None
) -> Room:
    """Read a room photo; the last six rooms are remembered. scale, hints: what the user says about its size, its camera and the room."""
    if hints is not None and hints != hints.camera_alone:
        return _as_told(photo, scale, hints, read_room(photo, scale, progress, hints.camera_alone))
    key = (photo.digest, photo.focal_px, scale, hints)  # the same pixels with another EXIF are another camera
    with _lock:
        if key in _rooms:
            _rooms.move_to_end(key)
            return _rooms[key]
    camera = find_camera(photo, scale, progress, hints)
    room = _seen_by(photo if not camera.bend else _straight(photo, camera.bend, camera.center), camera)
    with _lock:
        _rooms[key] = room
        while len(_rooms) > _KEPT_ROOMS:
            _rooms.popitem(last=False)
    return room


def _seen_by(photo: Photo, camera: Camera) -> Room:
    rgb, straight = photo.rgb, camera.straight
    box, light, look = find_box(rgb, straight), read_light(rgb, straight), read_look(rgb)
    lamps = find_lamps(rgb, straight, light, box)
    gloss = read_gloss(rgb, straight, light, box, lamps)
    return Room(photo=photo, camera=camera, light=light, look=look, box=box, lamps=lamps, gloss=gloss, notes=doubts_of(rgb, camera))


@lru_cache(maxsize=_KEPT_ROOMS)
def _as_told(photo: Photo, scale: ScaleReference | None, hints: CameraHints, room: Room) -> Room:
    """The room with what the user says about its back wall and its light."""
    rgb, straight = room.photo.rgb, room.camera.straight
    if hints.corners is not None:
        box = told_box(room.box, room.camera, hints.corners)
        room = replace(room, box=box, lamps=find_lamps(rgb, straight, room.light, box))
    if hints.shadow is not None:
        room = replace(room, lamps=told_lamps(room.lamps, room.camera, room.light, room.box, hints.shadow))
    return room


@lru_cache(maxsize=2)
def _straight(photo: Photo, bend: float, center: tuple[float, float]) -> Photo:
    """A photo as a lens without bend would have taken it."""
    return photo_from_array(straightened(photo.rgb, bend, center), name=photo.name)
