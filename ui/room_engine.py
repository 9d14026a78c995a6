"""What the room page asks of the engine: functions that run in its worker process, and what they send back.

Read by the worker process as well: no Qt, and nothing heavy before it is called.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tryon.errors import TryOnError

if TYPE_CHECKING:
    from tryon.image import Photo
    from tryon.jobs import Progress
    from tryon.mask import Stroke
    from tryon.project.document import Scale
    from tryon.room.arrange import Wall
    from tryon.room.camera import Camera
    from tryon.room.furniture import FurnitureCard
    from tryon.room.hints import CameraHints, Guide

__all__ = [
    "Asked", "Frame", "Placed", "Seen", "Told", "find_paper", "frame", "list_cards", "mark_front", "mark_gone",
    "materials_of", "measure", "measure_lens", "open_library", "read_camera", "take_piece", "warm_room",
]  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What the user said about the room photo: a known length, the camera, what stands in front, what is taken away."""

    scale: Scale | None = None
    hints: CameraHints | None = None
    front: tuple[Stroke, ...] = ()
    gone: tuple[Stroke, ...] = ()


@dataclass(frozen=True)
class Placed:
    """One piece to be drawn: as in `tryon.room.scene.Placement`; colors as #rrggbb."""

    furniture: str
    x: float
    y: float
    turn_deg: float
    colors: tuple[tuple[str, str], ...] = ()
    lift_m: float | None = None


@dataclass(frozen=True)
class Asked:
    """One picture of a furnished room. digest: of the photo. quality: as in RoomRequest."""

    digest: str
    placed: tuple[Placed, ...]
    told: Told = Told()
    quality: str = "export"
    max_side: int | None = None


@dataclass(frozen=True, eq=False)
class Seen:
    """What was seen in a room photo: the camera, the walls whose foot is in sight, two lines along each direction of the room.

    notes: what the user should know about the photo. corners, shadow: the back wall and the light, as in `tryon.room.told`.
    """

    camera: Camera
    walls: tuple[Wall, ...] = ()
    guides: tuple[Guide, ...] = ()
    notes: tuple[str, ...] = ()
    corners: tuple[float, float, float, float, float, float] | None = None
    shadow: tuple[float, float, float, float, float] | None = None


@dataclass(frozen=True, eq=False)
class Frame:
    """A furnished room. picture: (h, w, 3) uint8, at most as big as the photo. quality: as it was asked for. engine: what drew it.

    feet: x, y, z, turn of every piece as it stands, in the order asked. touching: pairs that stand inside one another.
    """

    picture: Any
    camera: Camera
    quality: str
    warnings: tuple[str, ...]
    engine: str = ""
    feet: tuple[tuple[float, float, float, float], ...] = ()
    touching: tuple[tuple[int, int], ...] = ()


_PREPARING = "tryon-prepare-room"
_ROOMS: dict[str, Photo] = {}
_MASKS: dict[tuple[str, str, tuple[Stroke, ...]], Any] = {}


def _keep(photo: Photo) -> None:
    _ROOMS.clear()
    _MASKS.clear()
    _ROOMS[photo.digest] = photo


def _reference(scale: Scale | None) -> Any:
    from tryon.room.scale import ScaleReference

    return None if scale is None else ScaleReference(*vars(scale).values())


def _marked(digest: str, what: str, strokes: tuple[Stroke, ...]) -> Any:
    """The mask that strokes over the kept photo mean, made once; None for nothing. what: "front" or "gone"."""
    from tryon.room.occlusion import front_of
    from tryon.room.removal import gone_of

    key = digest, what, strokes
    if key not in _MASKS:
        while len(_MASKS) > 4:
            _MASKS.pop(next(iter(_MASKS)))
        _MASKS[key] = (front_of if what == "front" else gone_of)(_ROOMS[digest].rgb, strokes)
    return _MASKS[key]


def read_camera(photo: Photo, told: Told, progress: Progress) -> Seen:
    """Find out from where a room photo was taken; camera and light are kept over here for the pictures that follow."""
    from tryon.room.arrange import walls_of
    from tryon.room.calibrate import propose_guides
    from tryon.room.lines import find_lines
    from tryon.room.read import read_room
    from tryon.room.told import corners_of, shadow_of

    _keep(photo)
    room = read_room(photo, _reference(told.scale), progress.part(0.0, 0.9), told.hints)
    progress(0.9)
    straight = room.camera.straight
    if not any(thread.name == _PREPARING for thread in threading.enumerate()):  # a light that is being dragged is not lit at every step
        threading.Thread(target=_prepare, args=(photo, told), name=_PREPARING, daemon=True).start()
    guides = propose_guides(find_lines(room.photo.rgb).ends, straight)
    hints = told.hints
    corners = hints.corners if hints is not None and hints.corners is not None else corners_of(room.box, room.camera)
    shadow = hints.shadow if hints is not None and hints.shadow is not None else shadow_of(room.camera, room.box, room.lamps)
    return Seen(room.camera, walls_of(room.box), guides, room.notes, corners, shadow)


def _prepare(photo: Photo, told: Told) -> None:
    """Start the path tracer and light the empty room while the user looks for furniture; what fails here is told when it is asked for."""
    from tryon.room.pipeline import RoomRequest, prepare
    from tryon.room.tracer import can_trace

    if can_trace():
        with contextlib.suppress(TryOnError):
            prepare(RoomRequest(photo, (), scale=_reference(told.scale), hints=told.hints))


def frame(asked: Asked, photo: Photo | None, progress: Progress) -> Frame | None:
    """The room with the pieces in it. The photo is sent once and kept over here; None asks for it to be sent (again)."""
    from tryon.image import srgb_to_linear
    from tryon.room.pipeline import RoomRequest, furnish
    from tryon.room.read import read_room
    from tryon.room.scene import Placement

    if photo is not None and asked.digest not in _ROOMS:
        _keep(photo)
    if asked.digest not in _ROOMS:
        return None

    def linear(color: str) -> tuple[float, float, float]:
        red, green, blue = (float(srgb_to_linear(int(color[at : at + 2], 16) / 255.0)) for at in (1, 3, 5))
        return red, green, blue

    placements = tuple(
        Placement(one.furniture, one.x, one.y, one.turn_deg, tuple((name, linear(color)) for name, color in one.colors), one.lift_m)
        for one in asked.placed
    )
    result = furnish(
        RoomRequest(
            photo=_ROOMS[asked.digest], placements=placements, scale=_reference(asked.told.scale), hints=asked.told.hints,
            quality=asked.quality, max_side=asked.max_side, front=_marked(asked.digest, "front", asked.told.front),
            gone=_marked(asked.digest, "gone", asked.told.gone),
        ),
        progress=progress,
    )  # fmt: skip
    known = read_room(_ROOMS[asked.digest], _reference(asked.told.scale), None, asked.told.hints).notes  # said when the photo was read
    warnings = tuple(words for words in result.warnings if words not in known)
    return Frame(
        picture=result.picture, camera=result.camera, quality=asked.quality, warnings=warnings, engine=result.engine,
        feet=result.feet, touching=result.touching,
    )  # fmt: skip


def mark_front(digest: str, photo: Photo | None, strokes: tuple[Stroke, ...], progress: Progress) -> Any:
    """What strokes over what stands in front mean: (h, w) uint8 at most 1000 pixels a side; None asks for the photo (again)."""
    return _mask(digest, photo, "front", strokes, progress)


def mark_gone(digest: str, photo: Photo | None, strokes: tuple[Stroke, ...], progress: Progress) -> Any:
    """The same for strokes over what is taken away."""
    return _mask(digest, photo, "gone", strokes, progress)


def _mask(digest: str, photo: Photo | None, what: str, strokes: tuple[Stroke, ...], progress: Progress) -> Any:
    if photo is not None and digest not in _ROOMS:
        _keep(photo)
    if digest not in _ROOMS:
        return None
    progress(0.1)
    mask = _marked(digest, what, strokes)
    if mask is None:
        return _ROOMS[digest].rgb[:1, :1, 0] * 0
    step = max(1, -(-max(mask.shape) // 1000))
    return mask[::step, ::step].copy()


def find_paper(photo: Photo, told: Told, progress: Progress) -> tuple[float, float, float, float, float]:
    """The diagonal of an A4 sheet on the floor: its ends in pixels and its length. Raises PlacementError where there is none."""
    from tryon.room.camera import find_camera
    from tryon.room.sheet import find_sheet

    camera = find_camera(photo, None, progress.part(0.0, 0.5), told.hints)
    found = find_sheet(photo.rgb, camera)
    return found.x0, found.y0, found.x1, found.y1, found.metres


def measure_lens(photo: Photo, progress: Progress) -> tuple[float, tuple[float, float] | None]:
    """How the lens of a photo bends straight lines (0.0: not at all), and where it looked if the photo was cut off at one side."""
    from tryon.room.bows import find_bend
    from tryon.room.cutoff import find_center

    progress(0.1)
    bend = find_bend(photo.rgb)
    progress(0.4)
    return bend, find_center(photo.rgb, bend)


def measure(path: str, progress: Progress) -> tuple[str, tuple[float, float, float], tuple[str, ...]]:
    """Name, size in metres and warnings of a furniture file."""
    from tryon.room.furniture import load_furniture

    piece = load_furniture(path)
    width, height, depth = (float(value) for value in piece.size_m)
    return piece.name, (width, height, depth), tuple(piece.warnings)


def materials_of(furniture: str, progress: Progress) -> tuple[tuple[str, str], ...]:
    """The materials of a piece and the color of each on the whole (#rrggbb), the largest surface first."""
    from tryon.image import linear_to_srgb
    from tryon.room.furniture import load_furniture
    from tryon.room.recolor import material_colors

    progress(0.1)
    colors = material_colors(load_furniture(furniture))
    return tuple((name, "#" + "".join(f"{round(255 * float(linear_to_srgb(v))):02x}" for v in color)) for name, color in colors.items())


def list_cards() -> tuple[FurnitureCard, ...]:
    """The furniture that ships with the program."""
    from tryon.room.furniture import list_furniture

    return list_furniture()


def open_library(path: str, progress: Progress) -> tuple[FurnitureCard, ...]:
    """The pieces of a Sweet Home 3D library, with their little pictures."""
    from tryon.config import cache_dir
    from tryon.room.furniture import list_library
    from tryon.room.sweethome import library_icons, read_library

    source = Path(path).resolve()
    progress(0.1)
    cards = list_library(source)
    stamp = f"{source}|{source.stat().st_mtime_ns}|{source.stat().st_size}"
    folder = cache_dir() / "libraries" / hashlib.sha256(stamp.encode()).hexdigest()[:24]
    progress(0.4)
    icons = library_icons(source, read_library(source), folder)
    return tuple(replace(card, thumbnail=icons.get(card.name.rpartition("#")[2])) for card in cards)


def take_piece(name: str, progress: Progress) -> str:
    """A piece of a library on its own, so that a project can hold it: the new name (FILE.sh3f#KEY)."""
    from tryon.config import cache_dir
    from tryon.room.sweethome import cut_out, read_library
    from tryon.room.units import split_name

    path, key, _wish = split_name(name)
    progress(0.1)
    piece = next(one for one in read_library(Path(path)) if one.key == key)
    return f"{cut_out(Path(path), piece, cache_dir() / 'meshes')}#{key}"


def warm_room(progress: Progress) -> None:
    """Load what a room needs while the user still looks for a photo."""
    from tryon.room import pipeline  # noqa: F401

    progress(1.0)
