"""Furniture in a room photo, from the photo to the picture, on one screen."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from tryon.errors import OptionError, RenderError
from tryon.image import FloatArray, Photo, UInt8Array, photo_from_array
from tryon.jobs import Progress, silent
from tryon.room.box import around
from tryon.room.composite import composite, composite_ratio
from tryon.room.gl import GlRenderer
from tryon.room.lamplight import room_brightening
from tryon.room.lens import bent_back, bent_points, straight_points, straightened
from tryon.room.light import gain_at
from tryon.room.lit import light_at
from tryon.room.read import Room, read_room
from tryon.room.removal import remove
from tryon.room.render import QUALITIES, Layers, Renderer
from tryon.room.scene import Placement, set_scene
from tryon.room.traced import TRACES, prepare_room, trace_first, trace_scene
from tryon.text import _

if TYPE_CHECKING:
    from tryon.room.camera import Camera
    from tryon.room.hints import CameraHints
    from tryon.room.light import Light
    from tryon.room.scale import ScaleReference
    from tryon.room.scene import Scene

__all__ = ["RoomRequest", "RoomResult", "close_renderer", "furnish", "prepare", "shared_renderer"]

PREVIEW_SIDE_PX = 960


@dataclass(frozen=True)
class RoomRequest:
    """What the user asks for.

    placements: pieces and the pixels of the photo where they stand. scale: a known length, where the user drew one.
    quality: "preview" (at once, at most 960 pixels a side) or "export" (the photo's own size), both by OpenGL; "first": the quick picture
    in path-traced light, in seconds; "good" or "best": path-traced with 8 or 32 samples a pixel. max_side: another limit in pixels.
    gloss: how much the floor mirrors, 0 = carpet to 1 = polished; None = as read from the photo.
    front: (H, W) uint8, what stands in front of all furniture (`tryon.room.occlusion`): where it is 255 the photo's bytes stay.
    hints: what the user says about the camera. gone: (H, W) uint8, what is taken out of the room first (`tryon.room.removal`), above 127.
    """

    photo: Photo
    placements: tuple[Placement, ...]
    scale: ScaleReference | None = None
    quality: str = "export"
    max_side: int | None = None
    gloss: float | None = None
    front: UInt8Array | None = field(default=None, repr=False, compare=False)
    hints: CameraHints | None = None
    gone: UInt8Array | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, eq=False)
class RoomResult:
    """The furnished photo and how it came about.

    picture: (H, W, 3) uint8 sRGB, the photo's size or `max_side`. changed: (H, W) uint8, 0 = the photo's own pixel.
    camera, footprints: in pixels of the request's photo. footprints: for every placement, in the request's order, the (4, 2) corners of the
    floor it covers (back left, back right, front right, front left), NaN behind the camera. sizes_m: width, height, depth of each.
    feet: x, y, z (metres) and turn (degrees) of each as it stands, on a table or over the floor. touching: pairs that stand inside one
    another, by their numbers in the request.
    seconds: by stage. engine: what drew it.
    """

    picture: UInt8Array = field(repr=False)
    changed: UInt8Array = field(repr=False)
    camera: Camera
    request: RoomRequest = field(repr=False)
    seconds: dict[str, float]
    warnings: tuple[str, ...]
    footprints: tuple[npt.NDArray[np.float64], ...]
    sizes_m: tuple[tuple[float, float, float], ...]
    engine: str
    feet: tuple[tuple[float, float, float, float], ...] = ()
    touching: tuple[tuple[int, int], ...] = ()


def furnish(request: RoomRequest, progress: Progress | None = None) -> RoomResult:
    """Show furniture in a room photo, at true size, in the room's light.

    Raises OptionError, MeshError, PlacementError, RenderError, Canceled.
    """
    if request.quality not in (*QUALITIES, *TRACES):
        advice = _("use preview, export, good or best")
        raise OptionError(_("{quality} is not a quality").format(quality=repr(request.quality)), advice=advice)
    progress = progress or silent()
    clock = _Clock()

    progress(0.0, _("reading the room"))
    room = read_room(request.photo, request.scale, progress.part(0.0, 0.3), request.hints)
    clock.stage("camera and light")
    draw = _furnished if not room.camera.bend else _furnished_bent
    if request.gone is None or not request.gone.any():
        return draw(request, room, progress, clock)
    empty = remove(request.photo, request.gone, room.camera.straight, room.box, progress.part(0.3, 0.4))
    clock.stage("taking away")
    result = draw(replace(request, photo=replace(request.photo, rgb=empty), gone=None), room, progress.part(0.4, 1.0), clock)
    gone = cv2.resize((request.gone > 127).astype(np.uint8) * 255, result.changed.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return replace(result, request=request, changed=np.maximum(result.changed, np.where(gone > 0, 255, 0).astype(np.uint8)))


def prepare(request: RoomRequest) -> None:
    """Do ahead what the first path-traced picture of a room waits for. Raises RenderError."""
    room = read_room(request.photo, request.scale, None, request.hints)
    gloss = room.gloss if request.gloss is None else request.gloss
    prepare_room(room.photo.rgb, room.camera.straight, room.light, room.box, room.lamps, gloss)


def _furnished(request: RoomRequest, room: Room, progress: Progress, clock: _Clock) -> RoomResult:
    """The pieces in a photo whose room is known."""
    progress(0.3, _("placing the furniture"))
    scene = set_scene(room.camera, request.placements)
    scene = replace(scene, front=_checked(request), box=around(room.box, scene))
    photo = _at_size(request.photo, request.max_side or (PREVIEW_SIDE_PX if request.quality == "preview" else None))
    camera = room.camera.resized(photo.width, photo.height)
    scene = replace(scene, camera=camera)
    gain = gain_at(photo.rgb, scene, room.light)
    clock.stage("furniture")

    progress(0.4, _("drawing"))
    front = _front_at(scene.front, photo)
    look = replace(room.look, blur_px=room.look.blur_px * photo.width / request.photo.width)
    notes = (*room.notes, *scene.warnings)
    picture, changed, engine = photo.rgb.copy(), np.zeros(photo.rgb.shape[:2], np.uint8), ""
    if scene.pieces and request.quality in TRACES:
        try:
            gloss = room.gloss if request.gloss is None else request.gloss
            work = (photo.rgb, scene, room.light, room.box, room.lamps, gloss, gain)
            lit = light_at(room.light, room.box, room.lamps, scene.middle)
            quick = _quick(scene, lit, gain, progress.part(0.4, 0.5))
            if request.quality == "first" and quick is not None:
                window, ratio, engine = trace_first(*work, quick, progress.part(0.5, 0.95))
            else:
                trace = TRACES["good" if request.quality == "first" else request.quality]
                window, ratio, engine = trace_scene(*work, trace, progress.part(0.5, 0.95), quick)
        except RenderError as error:
            notes = (*notes, _("not path-traced but drawn by OpenGL: {reason}").format(reason=error))
        else:
            clock.stage("drawing")
            picture, changed = composite_ratio(photo.rgb, window, ratio, look, rendered_blur_px=0.35, front=front)
    if scene.pieces and not engine:
        quality = QUALITIES.get(request.quality, QUALITIES["export"])
        light = light_at(room.light, room.box, room.lamps, scene.middle)
        layers = shared_renderer().render(scene, light, gain, quality, progress.part(0.4, 0.9))
        clock.stage("drawing")
        progress(0.9, _("putting it into the photo"))
        brighter = room_brightening(scene, room.box)
        picture, changed = composite(photo.rgb, camera, layers, look, rendered_blur_px=0.35, front=front, brighter=brighter)
        engine = layers.engine
    clock.stage("composite")
    progress(1.0, _("done"))

    in_order = [next(piece for piece in scene.pieces if piece.placement is placement) for placement in request.placements]
    return RoomResult(
        picture=picture, changed=changed, camera=room.camera, request=request, seconds=clock.seconds(), warnings=notes,
        footprints=tuple(room.camera.project(piece.footprint) for piece in in_order),
        sizes_m=tuple(piece.furniture.size_m for piece in in_order), engine=engine, touching=scene.touching,
        feet=tuple((piece.spot.x_m, piece.spot.y_m, piece.spot.z_m, piece.spot.turn_deg) for piece in in_order),
    )


def _quick(scene: Scene, light: Light, gain: float, progress: Progress) -> Layers | None:
    """The quick picture that a path-traced one takes its details from; None where OpenGL does not run."""
    try:
        return shared_renderer().render(scene, light, gain, QUALITIES["preview"], progress)
    except RenderError:
        return None


def _furnished_bent(request: RoomRequest, room: Room, progress: Progress, clock: _Clock) -> RoomResult:
    """The same for a lens that bends: all is done in the photo made straight, what changed is bent back."""
    camera, straight = room.camera, room.camera.straight
    size = (camera.width, camera.height)
    asked = np.array([(place.x, place.y) for place in request.placements]).reshape(-1, 2)
    places = np.clip(straight_points(asked, camera.bend, size, camera.center), 0.0, size)
    placements = tuple(replace(place, x=float(x), y=float(y)) for place, (x, y) in zip(request.placements, places, strict=True))
    front = _checked(request)
    front = None if front is None else straightened(front, camera.bend, camera.center)
    asked_straight = replace(request, photo=room.photo, placements=placements, front=front)
    made = _furnished(asked_straight, replace(room, camera=straight), progress, clock)
    side = max(made.picture.shape[:2])
    picture, changed = bent_back(
        _at_size(request.photo, side).rgb, _at_size(room.photo, side).rgb, made.picture, camera.bend,
        camera.resized(made.picture.shape[1], made.picture.shape[0]).center,
    )
    prints = tuple(bent_points(corners, camera.bend, size, camera.center) for corners in made.footprints)
    return replace(made, picture=picture, changed=changed, camera=camera, request=request, footprints=prints)


def _checked(request: RoomRequest) -> UInt8Array | None:
    front = request.front
    if front is not None and front.shape != request.photo.rgb.shape[:2]:
        raise OptionError(_("the mask of what stands in front has another size than the photo"), advice=_("draw it over the photo itself"))
    return front


def _front_at(front: UInt8Array | None, photo: Photo) -> FloatArray | None:
    """The mask at the size that is worked on, 0..1."""
    if front is None or not front.any():
        return None
    if front.shape != photo.rgb.shape[:2]:
        front = cv2.resize(front, (photo.width, photo.height), interpolation=cv2.INTER_AREA)
    return front.astype(np.float32) / 255.0


class _Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self._stages: dict[str, float] = {}

    def stage(self, name: str) -> None:
        now = time.perf_counter()
        self._stages[name] = round(now - self._last, 3)
        self._last = now

    def seconds(self) -> dict[str, float]:
        return {**self._stages, "total": round(time.perf_counter() - self._start, 3)}


_renderer = GlRenderer()


def shared_renderer() -> Renderer:
    """The process's one renderer: its graphics context is made at the first picture."""
    return _renderer


def close_renderer() -> None:
    """Give back the renderer's context; the next picture makes a new one."""
    _renderer.close()


@lru_cache(maxsize=4)
def _resized(photo: Photo, width: int, height: int) -> Photo:
    return photo_from_array(cv2.resize(photo.rgb, (width, height), interpolation=cv2.INTER_AREA), name=photo.name)


def _at_size(photo: Photo, max_side: int | None) -> Photo:
    """The photo with at most `max_side` pixels on its longer side."""
    scale = 1.0 if max_side is None else min(1.0, max_side / max(photo.width, photo.height))
    if scale >= 1.0:
        return photo
    return _resized(photo, max(1, round(photo.width * scale)), max(1, round(photo.height * scale)))
