"""What a room photo tells before any furniture stands in it: camera, light, and how the photo was taken."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tryon.room.camera import Camera, find_camera
from tryon.room.composite import Look, read_look
from tryon.room.lamps import find_lamps
from tryon.room.light import Light, read_light
from tryon.room.stage import Panel, read_gloss
from tryon.room.walls import find_box

if TYPE_CHECKING:
    from tryon.image import Photo
    from tryon.jobs import Progress
    from tryon.room.box import RoomBox
    from tryon.room.scale import ScaleReference

__all__ = ["Room", "read_room"]

_KEPT_ROOMS = 6


@dataclass(frozen=True, eq=False)
class Room:
    """A room as read from one photo, everything in pixels of that photo. lamps: where its light comes from, on the walls.

    gloss: how much its floor mirrors, 0..1.
    """

    photo: Photo = field(repr=False)
    camera: Camera
    light: Light = field(repr=False)
    look: Look
    box: RoomBox
    lamps: tuple[Panel, ...] = field(repr=False)
    gloss: float


_rooms: OrderedDict[tuple[str, float | None, ScaleReference | None], Room] = OrderedDict()
_lock = threading.Lock()


def read_room(photo: Photo, scale: ScaleReference | None = None, progress: Progress | None = None) -> Room:
    """Read a room photo; the last six rooms are remembered."""
    key = (photo.digest, photo.focal_px, scale)  # the same pixels with another EXIF are another camera
    with _lock:
        if key in _rooms:
            _rooms.move_to_end(key)
            return _rooms[key]
    camera = find_camera(photo, scale, progress)
    box, light, look = find_box(photo.rgb, camera), read_light(photo.rgb, camera), read_look(photo.rgb)
    lamps, gloss = find_lamps(photo.rgb, camera, light, box), read_gloss(photo.rgb, camera, light)
    room = Room(photo=photo, camera=camera, light=light, look=look, box=box, lamps=lamps, gloss=gloss)
    with _lock:
        _rooms[key] = room
        while len(_rooms) > _KEPT_ROOMS:
            _rooms.popitem(last=False)
    return room
