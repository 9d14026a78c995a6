"""What the window asks of the engine: functions that run in the worker process, and what they send back.

This module is read by the worker process as well: it imports no Qt, and nothing heavy before it is called. Answers are stripped of
what the window does not show, since they travel through a pipe.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tryon.errors import NoPersonError

if TYPE_CHECKING:
    from tryon.image import Photo
    from tryon.jobs import Progress
    from tryon.room.camera import Camera
    from tryon.room.furniture import FurnitureCard

__all__ = [
    "Dressed",
    "Engine",
    "Frame",
    "dress",
    "frame",
    "list_cards",
    "measure",
    "read_camera",
    "save",
    "tell_kind",
    "warm_fit",
    "warm_room",
]


@dataclass(frozen=True, eq=False)
class Dressed:
    """A finished try-on. picture: (H, W, 3) uint8."""

    picture: Any
    engine: str
    seed: int
    steps: int
    seconds: float
    warnings: tuple[str, ...]
    color_difference: float | None


@dataclass(frozen=True, eq=False)
class Frame:
    """A furnished room. picture: (h, w, 3) uint8, at most as big as the photo. quality: 'preview' or 'export'."""

    picture: Any
    camera: Camera
    quality: str
    warnings: tuple[str, ...]


def dress(person: Photo, garment: Photo, region: str, seed: int, progress: Progress) -> Dressed:
    """Put the garment on the person."""
    from tryon.fit.pipeline import try_on
    from tryon.fit.transfer import TryOnRequest

    result = try_on(TryOnRequest(person=person, garment=garment, region=region, seed=seed), progress=progress)
    difference = float(result.color_difference)
    return Dressed(
        picture=result.picture,
        engine=result.engine,
        seed=result.seed,
        steps=result.steps,
        seconds=float(sum(result.seconds.values())) if "total" not in result.seconds else float(result.seconds["total"]),
        warnings=tuple(result.warnings),
        color_difference=difference if difference == difference else None,
    )


def tell_kind(photo: Photo, progress: Progress) -> str:
    """Whether a photo shows a person to dress ("person") or a garment ("garment")."""
    from tryon.body.bodymap import map_body

    try:
        body = map_body(photo, progress)
    except NoPersonError:
        return "garment"
    return "person" if body.visible("left_shoulder") or body.visible("right_shoulder") else "garment"


def read_camera(photo: Photo, scale: tuple[float, float, float, float, float, bool] | None, progress: Progress) -> Camera:
    """Find out from where a room photo was taken; camera and light are kept over here for the pictures that follow."""
    from tryon.room.read import read_room
    from tryon.room.scale import ScaleReference

    _ROOMS.clear()
    _ROOMS[photo.digest] = photo
    return read_room(photo, None if scale is None else ScaleReference(*scale), progress).camera


_ROOMS: dict[str, Photo] = {}


def frame(
    digest: str,
    photo: Photo | None,
    pieces: tuple[tuple[str, float, float, float], ...],
    scale: tuple[float, float, float, float, float, bool] | None,
    quality: str,
    max_side: int | None,
    progress: Progress,
) -> Frame | None:
    """The room with the pieces in it. The photo is sent once and kept over here; None asks for it to be sent (again)."""
    from tryon.room.pipeline import RoomRequest, furnish
    from tryon.room.scale import ScaleReference
    from tryon.room.scene import Placement

    if photo is not None:
        _ROOMS.clear()
        _ROOMS[digest] = photo
    if digest not in _ROOMS:
        return None
    request = RoomRequest(
        photo=_ROOMS[digest],
        placements=tuple(Placement(name, x, y, turn) for name, x, y, turn in pieces),
        scale=None if scale is None else ScaleReference(*scale),
        quality=quality,
        max_side=max_side,
    )
    result = furnish(request, progress=progress)
    return Frame(picture=result.picture, camera=result.camera, quality=quality, warnings=tuple(result.warnings))


def measure(path: str, progress: Progress) -> tuple[str, tuple[float, float, float], tuple[str, ...]]:
    """Name, size in metres and warnings of a furniture file."""
    from tryon.room.furniture import load_furniture

    piece = load_furniture(path)
    width, height, depth = (float(value) for value in piece.size_m)
    return piece.name, (width, height, depth), tuple(piece.warnings)


def warm_body(progress: Progress) -> None:
    """Load what tells a person from a garment, the first thing that is asked for."""
    from tryon.body import bodymap, pose  # noqa: F401
    from tryon.fit import pipeline  # noqa: F401

    progress(1.0)


def warm_fit(progress: Progress) -> None:
    """Load what a try-on needs while the user still looks for a photo."""
    from tryon.fit.compact import load_net
    from tryon.weights.pool import shared_pool

    with shared_pool().lend("compact", load_net):
        progress(1.0)


def warm_room(progress: Progress) -> None:
    """Load what a room needs while the user still looks for a photo."""
    from tryon.room import pipeline  # noqa: F401

    progress(1.0)


def list_cards() -> tuple[FurnitureCard, ...]:
    """The furniture that ships with the program."""
    from tryon.room.furniture import list_furniture

    return list_furniture()


def save(path: str, picture: Any, like: Photo | None) -> str:
    """Write a picture file whole or not at all; its path. For a thread of the window's process."""
    from tryon.image import save_picture

    save_picture(path, picture, like=like)
    return path


@dataclass(frozen=True)
class Engine:
    """The functions the window uses; tests put others in their place."""

    dress: Callable[..., Dressed] = dress
    tell_kind: Callable[..., str] = tell_kind
    read_camera: Callable[..., Camera] = read_camera
    frame: Callable[..., Frame | None] = frame
    measure: Callable[..., tuple[str, tuple[float, float, float], tuple[str, ...]]] = measure
    list_cards: Callable[[], tuple[FurnitureCard, ...]] = list_cards
    warm_fit: tuple[Callable[..., None], ...] = (warm_body, warm_fit)
    warm_room: tuple[Callable[..., None], ...] = (warm_room,)
