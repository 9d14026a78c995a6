"""What the window asks of the engine: functions that run in the worker process, and what they send back.

This module is read by the worker process as well: it imports no Qt, and nothing heavy before it is called. Answers are stripped of
what the window does not show, since they travel through a pipe.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tryon.errors import GarmentError, NoPersonError
from ui.room_engine import (
    Frame,
    Seen,
    find_paper,
    frame,
    list_cards,
    mark_front,
    mark_gone,
    materials_of,
    measure,
    measure_lens,
    open_library,
    read_camera,
    take_piece,
    warm_room,
)

if TYPE_CHECKING:
    from tryon.export_choice import ExportChoice
    from tryon.image import Photo
    from tryon.jobs import Progress
    from tryon.mask import Stroke
    from tryon.room.furniture import FurnitureCard

__all__ = [
    "Dressed",
    "Engine",
    "Fitting",
    "Recognized",
    "Steps",
    "contact_sheet",
    "dress",
    "export_files",
    "know_garment",
    "recognize",
    "show_export",
    "show_steps",
    "warm_fit",
]


@dataclass(frozen=True, eq=False)
class Fitting:
    """What a try-on is asked for. garments: photo, region, length in cm and fit of each. marked: the user's brush over the person."""

    person: Photo
    garments: tuple[tuple[Photo, str, float, str], ...]
    seed: int = 0
    steps: int = 0
    tuck: str = "auto"
    marked: tuple[Stroke, ...] = ()
    engine: str = "compact"


@dataclass(frozen=True, eq=False)
class Dressed:
    """A finished try-on. picture: (H, W, 3) uint8. kinds: what each garment was taken for."""

    picture: Any
    engine: str
    seed: int
    steps: int
    seconds: float
    warnings: tuple[str, ...]
    color_difference: float | None
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Steps:
    """The pictures on the way, (h, w, 3) uint8, at most 1024 pixels a side; without a garment there is only the body.

    parts: of each part of the body its name, its color and where to write it in `body`.
    """

    body: Any
    parts: tuple[tuple[str, tuple[int, int, int], tuple[int, int]], ...]
    cutout: Any = None
    laid: Any = None


@dataclass(frozen=True)
class Recognized:
    """What a picture shows. what: "person", "garment" or "room". kind: of a garment, empty where nobody can tell."""

    what: str
    kind: str = ""


def dress(fitting: Fitting, progress: Progress) -> Dressed:
    """Put the garments on the person, innermost first."""
    from tryon.fit.cut import Cut
    from tryon.fit.pipeline import try_on
    from tryon.fit.transfer import TryOnRequest
    from tryon.mask import painted

    person = fitting.person
    photos, regions, lengths, fits = zip(*fitting.garments, strict=True)
    request = TryOnRequest(
        person, photos[0], region=regions[0], more=photos[1:], more_regions=regions[1:],
        cuts=tuple(Cut(*one) for one in zip(lengths, fits, strict=True)), engine=fitting.engine,
        seed=fitting.seed, steps=fitting.steps, tuck=fitting.tuck,
        keep=painted(fitting.marked, person.width, person.height, "keep"),
        change=painted(fitting.marked, person.width, person.height, "change"),
    )  # fmt: skip
    result = try_on(request, progress=progress)
    difference = float(result.color_difference)
    return Dressed(
        picture=result.picture,
        engine=result.engine,
        seed=result.seed,
        steps=result.steps,
        seconds=float(result.seconds["total"]),
        warnings=result.warnings,
        color_difference=None if difference != difference else difference,
        kinds=(result.stages.garment.kind,) if len(fitting.garments) == 1 else (),
    )


def show_steps(fitting: Fitting, progress: Progress) -> Steps:
    """What the program sees on the way: the parts of the body, and of the first garment its cut-out and where its cloth is laid."""
    from tryon.body.bodymap import map_body
    from tryon.fit.cut import Cut
    from tryon.fit.drape import drape
    from tryon.fit.garment import cut_out
    from tryon.fit.inspection import cutout_view, laid_view, view_body
    from tryon.fit.tuck import hem_of

    body = map_body(fitting.person, progress.part(0.0, 0.5))
    seen = view_body(fitting.person, body)
    if not fitting.garments:
        return Steps(seen.picture, seen.parts)
    photo, region, length, fit = fitting.garments[0]
    garment = cut_out(photo, None if region == "auto" else region, progress.part(0.5, 0.9))
    cut = Cut(length, fit)
    laid = drape(body, garment, hem=hem_of(body, garment, fitting.tuck, cut), cut=cut)
    return Steps(seen.picture, seen.parts, cutout_view(garment), laid_view(fitting.person, garment, laid))


def recognize(photo: Photo, progress: Progress) -> Recognized:
    """Whether a photo shows a person to dress, a garment (and of which kind) or a room."""
    from tryon.body.bodymap import map_body

    try:
        body = map_body(photo, progress.part(0.0, 0.4))
        if body.visible("left_shoulder") or body.visible("right_shoulder"):
            return Recognized("person")
    except NoPersonError:
        pass
    return know_garment(photo, progress.part(0.4, 1.0))


def know_garment(photo: Photo, progress: Progress) -> Recognized:
    """What kind of garment a picture shows, or that it is rather a room."""
    from tryon.fit.garment import cut_out
    from tryon.room.glimpse import could_be_room

    try:
        garment = cut_out(photo, None, progress)
    except GarmentError:
        return Recognized("room" if could_be_room(photo) else "garment")
    share = float((garment.rgba[..., 3] > 127).mean())
    if (garment.confidence < _SURE or share < _SMALL) and could_be_room(photo):
        return Recognized("room")
    return Recognized("garment", garment.kind)


_SURE, _SMALL = 0.45, 0.04


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


def show_export(picture: Any, choice: ExportChoice, made: str, like: Photo | None) -> tuple[Any, int, int, int]:
    """What an export would hold: a small (h, w, 3) picture of it, its width and height, the bytes of its file."""
    from tryon.export import prepared, rendered

    pixels = prepared(picture, choice)
    step = max(1, max(pixels.shape[:2]) // 700)
    return pixels[::step, ::step].copy(), int(pixels.shape[1]), int(pixels.shape[0]), len(rendered(picture, choice, made=made, like=like))


def contact_sheet(pictures: Sequence[tuple[Any, str]]) -> Any:
    """Several pictures with their words as one (H, W, 3) picture."""
    from tryon.export import contact_sheet

    return contact_sheet(pictures)


def export_files(pictures: Sequence[tuple[str, Any, str, Photo | None]], folder: str, choice: ExportChoice) -> list[str]:
    """Write pictures (file name without ending, pixels, how made, the photo), never over another file; where they went."""
    from tryon.export import export_picture

    paths = []
    for stem, picture, made, like in pictures:
        paths.append(str(export_picture(Path(folder) / f"{stem}.{choice.format}", picture, choice, made=made, like=like)))
    return paths


@dataclass(frozen=True)
class Engine:
    """The functions the window uses; tests put others in their place."""

    dress: Callable[..., Dressed] = dress
    show_steps: Callable[..., Steps] = show_steps
    recognize: Callable[..., Recognized] = recognize
    know_garment: Callable[..., Recognized] = know_garment
    read_camera: Callable[..., Seen] = read_camera
    frame: Callable[..., Frame | None] = frame
    mark_front: Callable[..., Any] = mark_front
    mark_gone: Callable[..., Any] = mark_gone
    find_paper: Callable[..., tuple[float, float, float, float, float]] = find_paper
    measure_lens: Callable[..., tuple[float, tuple[float, float] | None]] = measure_lens
    measure: Callable[..., tuple[str, tuple[float, float, float], tuple[str, ...]]] = measure
    materials_of: Callable[..., tuple[tuple[str, str], ...]] = materials_of
    list_cards: Callable[[], tuple[FurnitureCard, ...]] = list_cards
    open_library: Callable[..., tuple[FurnitureCard, ...]] = open_library
    take_piece: Callable[..., str] = take_piece
    warm_fit: tuple[Callable[..., None], ...] = (warm_body, warm_fit)
    warm_room: tuple[Callable[..., None], ...] = (warm_room,)
