"""The command `tryon`: everything that the window can do, from the same calls.

Results go to files and, with --json, to stdout; words about the work go to stderr. Exit status: 0 done; 2 something given
cannot be used, said in one sentence; 130 stopped by the user; 1 a fault in the program.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib.util
import json
import os
import shutil
import sys
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from tryon.arguments import parser_of
from tryon.errors import Canceled, InputError, OptionError, OutputError, TryOnError
from tryon.jobs import Interrupt, Progress
from tryon.report import json_text, rounded
from tryon.text import _, language

if TYPE_CHECKING:
    from tryon.image import UInt8Array

__all__ = ["main"]

_interrupt = Interrupt()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # what packages tell their developers; ours speak by errors and `warnings` of a result
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        with _interrupt:
            options = parser_of(_COMMANDS).parse_args(arguments)
            status = options.command(options)
        sys.stdout.flush()
        return int(status or 0)
    except (Canceled, KeyboardInterrupt):
        return _complain(_("canceled"), 130)
    except TryOnError as error:
        return _complain(str(error), 2)
    except BrokenPipeError:  # `tryon furniture | head`: nobody reads on
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except MemoryError:
        return _complain(_("not enough memory; close other programs or use a smaller picture"), 2)
    except Exception as error:
        if os.environ.get("TRYON_DEBUG"):
            raise
        detail = " ".join(f"{type(error).__name__}: {error}".split())
        return _complain(_("a fault in the program ({detail}); TRYON_DEBUG=1 shows where").format(detail=detail), 1)


def _complain(text: str, status: int) -> int:
    _Line.clear()
    print(f"tryon: {text}", file=sys.stderr)
    return status


class _Line:
    """The one line on a terminal that tells how far the work is; nothing where stderr is no terminal."""

    shown = False

    @classmethod
    def clear(cls) -> None:
        if cls.shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
            cls.shown = False

    @classmethod
    def progress(cls, quiet: bool) -> Progress:
        if quiet or not sys.stderr.isatty():
            return _interrupt.watch(Progress())
        start = time.monotonic()

        def report(share: float, text: str) -> None:
            spent = time.monotonic() - start
            left = _("  about {seconds:.0f} s left").format(seconds=spent * (1 - share) / share) if share > 0.1 and spent > 2 else ""
            line = f"{share:4.0%}  {text}{left}"[: shutil.get_terminal_size().columns - 1]
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
            cls.shown = True

        return _interrupt.watch(Progress(report))


def _check_output(path: str, inputs: Sequence[str], signed: bool = False) -> None:
    """Find out before the work, not after it, that a picture cannot be written there."""
    from tryon.image import check_writable, picture_format

    if signed:
        from tryon.sign import check_signable

        check_signable(picture_format(path))
    picture_format(path)
    check_writable(path)
    for name in inputs:
        if os.path.exists(path) and os.path.exists(name) and os.path.samefile(path, name):
            raise OutputError(_("this is the photo itself, which would be lost"), subject=path, advice=_("choose another name"))


def _warn(texts: Sequence[str], quiet: bool) -> None:
    _Line.clear()
    if not quiet:
        for text in texts:
            print(f"tryon: {_('warning')}: {text}", file=sys.stderr)


def _fit(options: argparse.Namespace) -> None:
    from tryon.export import write_made
    from tryon.image import load_photo

    _check_output(options.output, (options.person, *options.garments), options.sign)
    if options.debug_dir is not None:
        _make_folder(options.debug_dir)
    person, garments = load_photo(options.person), [load_photo(path) for path in options.garments]

    from tryon.fit.cut import read_cuts
    from tryon.fit.pipeline import try_on, write_stages
    from tryon.fit.transfer import TryOnRequest
    from tryon.mask import read_mask

    choices = {name: getattr(options, name) for name in ("region", "engine", "seed", "steps", "tuck")}
    choices["cuts"] = read_cuts(options.length, options.fit, len(garments))
    choices |= {name: read_mask(path, person) for name in ("keep", "change") if (path := getattr(options, name))}
    request = TryOnRequest(person=person, garment=garments[0], more=tuple(garments[1:]), **choices)
    result = try_on(request, _Line.progress(options.quiet))
    write_made(options.output, result.picture, made="dressed", like=person, label=options.label, signed=options.sign)
    if options.debug_dir is not None:
        write_stages(result, options.debug_dir)
    _warn(result.warnings, options.quiet or options.json)
    if options.json:
        print(json_text({
            "output": options.output,
            "engine": result.engine,
            "seed": result.seed,
            "steps": result.steps,
            "region": options.region,
            "worn": list(result.worn),
            "seconds": rounded(result.seconds),
            "peak_memory_mb": round(result.peak_memory_mb, 1),
            "fraction_changed": round(result.fraction_changed, 5),
            "color_difference": round(result.color_difference, 2),
            "warnings": list(result.warnings),
        }))


def _room(options: argparse.Namespace) -> None:
    if not (options.place or options.remove or options.camera or options.grid):
        raise OptionError(_("nothing was asked for"), subject=options.photo, advice=_("give --place and -o, or --camera, or --grid"))
    if bool(options.place or options.remove) != bool(options.output):
        raise OptionError(_("--place and -o belong together"), advice=_("give both"))
    for path in filter(None, (options.output, options.grid)):
        _check_output(path, (options.photo,), options.sign and path == options.output)

    from tryon.export import write_made
    from tryon.image import load_photo, save_picture
    from tryon.room.hints import read_hints
    from tryon.room.scale import parse_scale
    from tryon.room.scene import parse_placement
    from tryon.room.units import with_sizes

    scale = parse_scale(options.scale_from) if options.scale_from else None
    places = [parse_placement(text) for text in options.place]
    names = with_sizes([place.furniture for place in places], options.size)
    placements = tuple(dataclasses.replace(place, furniture=name) for place, name in zip(places, names, strict=True))
    photo = load_photo(options.photo)
    hints = read_hints(options.camera_lines, options.lens, photo, options.back_wall, options.shadow)
    progress = _Line.progress(options.quiet)
    report: dict[str, Any] = {}
    if placements or options.remove:
        from tryon.room.occlusion import join_front, read_front
        from tryon.room.pipeline import RoomRequest, furnish
        from tryon.room.removal import read_gone

        front, gone = (join_front([read(text, photo) for text in texts]) for read, texts in (
            (read_front, options.front), (read_gone, options.remove)))
        quality = "export" if options.quality == "draft" else options.quality
        result = furnish(RoomRequest(photo, placements, scale, quality, gloss=options.gloss, front=front, hints=hints, gone=gone), progress)
        camera = result.camera
        write_made(options.output, result.picture, made="furnished", like=photo, label=options.label, signed=options.sign)
        _warn(result.warnings, options.quiet or options.json)
        report = {
            "output": options.output,
            "engine": result.engine,
            "quality": options.quality,
            "pieces": [
                {"furniture": place.furniture, "x": place.x, "y": place.y, "turn_deg": place.turn_deg,
                 "size_m": [round(float(v), 3) for v in size], "footprint": [[round(float(v), 1) for v in corner] for corner in footprint]}
                for place, size, footprint in zip(placements, result.sizes_m, result.footprints, strict=True)
            ],
            "seconds": rounded(result.seconds),
            "warnings": list(result.warnings),
        }
    else:
        from tryon.room.camera import find_camera

        camera = find_camera(photo, scale, progress, hints)
    if options.grid:
        from tryon.room.grid import draw_grid

        save_picture(options.grid, draw_grid(photo, camera), like=photo)
    _Line.clear()
    if options.json:
        print(json_text({**report, "camera": camera.to_json()}))
    elif options.camera:
        print(json_text(camera.to_json()))


def _demo(options: argparse.Namespace) -> None:
    """Both mirrors on the sample pictures."""
    from tryon.fit.pipeline import try_on
    from tryon.fit.transfer import TryOnRequest
    from tryon.image import load_photo, save_picture
    from tryon.room.pipeline import RoomRequest, furnish
    from tryon.room.scale import parse_scale
    from tryon.room.scene import parse_placement

    folder, jobs = _samples()
    _make_folder(options.output)

    def keep(name: str, picture: UInt8Array, texts: Sequence[str], what: str, start: float, made: str) -> None:
        path = options.output / f"{name}.png"
        save_picture(path, picture, made=made)
        _warn(texts, False)
        print(_("{path}: {what}, {seconds:.1f} s").format(path=path, what=what, seconds=time.monotonic() - start), flush=True)

    for job in jobs["fit"]:
        start = time.monotonic()
        request = TryOnRequest(person=load_photo(folder / job["person"]), garment=load_photo(folder / job["garment"]))
        worn = try_on(request, _Line.progress(False))
        keep(job["name"], worn.picture, worn.warnings, _("{person} wearing {garment}").format(**job), start, "dressed")
    for job in jobs["room"]:
        start = time.monotonic()
        placements = tuple(parse_placement(text) for text in job["place"])
        scale = parse_scale(job["scale_from"]) if "scale_from" in job else None
        furnished = furnish(RoomRequest(load_photo(folder / job["photo"]), placements, scale), _Line.progress(False))
        what = _("{photo} with {pieces}").format(photo=job["photo"], pieces=", ".join(place.furniture for place in placements))
        keep(job["name"], furnished.picture, furnished.warnings, what, start, "furnished")


def _samples() -> tuple[Path, dict[str, Any]]:
    """The folder of the sample pictures, and what assets/samples/samples.json wants done with them."""
    from tryon.config import assets_dir

    folder = assets_dir() / "samples"
    try:
        return folder, json.loads((folder / "samples.json").read_bytes())
    except (OSError, ValueError) as error:
        reason = _("the sample pictures are missing ({detail})").format(detail=error)
        raise InputError(reason, advice=_("install the program again")) from None


def _engines(options: argparse.Namespace) -> None:
    """The engines; with --time each on the sample pictures."""
    from tryon.fit.engines import ENGINES

    for name, card in ENGINES.items():
        words = f"{_(card.title)}: {_(card.does)}; {card.missing or card.needs}"
        if options.time and not card.missing:
            first, then = _seconds(name)
            words = _("{words}; here {first:.0f} s for the first garment, {then:.0f} s for the next").format(
                words=words, first=first, then=then)
        print(f"{name:9} {words}", flush=True)


def _seconds(engine: str) -> tuple[float, float]:
    """How long an engine takes here: for the first garment in a process just started, and for another on the same person."""
    from tryon.fit.pipeline import try_on
    from tryon.fit.transfer import TryOnRequest
    from tryon.image import load_photo
    from tryon.jobs import Worker

    folder, jobs = _samples()
    person = load_photo(folder / jobs["fit"][0]["person"])
    worker, spent = Worker(), []
    try:
        for job in jobs["fit"][:2]:
            start = time.monotonic()
            worker.run(try_on, TryOnRequest(person, load_photo(folder / job["garment"]), engine=engine))
            spent.append(time.monotonic() - start)
    finally:
        worker.close()
    return spent[0], spent[-1]


def _app(options: argparse.Namespace) -> NoReturn:
    """The window is a program of its own: this process becomes it, so that the engine need not know it."""
    if importlib.util.find_spec("ui") is None or importlib.util.find_spec("PySide6") is None:
        raise TryOnError(_("the window is not installed"), advice=_("install the whole program with its lock file"))
    files = [os.path.abspath(name) for name in options.files]
    os.execv(sys.executable, [sys.executable, "-P", "-m", "ui", *files])


def _furniture(options: argparse.Namespace) -> None:
    from tryon.room.furniture import list_furniture, list_library

    for card in list_library(options.library) if options.library else list_furniture():
        width, height, depth = card.size_m
        label = card.label.get(language()) or card.label.get("en", "")
        credit = f"  ({card.credit})" if card.credit else ""
        print(f"{card.name:24} {width:5.2f} x {height:4.2f} x {depth:4.2f} m  {label}{credit}")


def _desktop(options: argparse.Namespace) -> None:
    from tryon.desktop import install, remove

    for path in install() if options.install else remove():
        print(path)


def _doctor(_options: argparse.Namespace) -> int:
    from tryon.doctor import examine

    return examine()


def _make_folder(path: Path) -> None:
    """A folder for results, made if need be. Raises OutputError."""
    from tryon.image import check_writable

    try:
        path.mkdir(exist_ok=True)
    except OSError as error:
        reason = _("this folder cannot be made ({detail})").format(detail=error.strerror)
        raise OutputError(reason, subject=path, advice=_("choose another")) from None
    check_writable(path / "picture.png")


_COMMANDS = {
    "fit": _fit, "room": _room, "demo": _demo, "app": _app, "furniture": _furniture, "engines": _engines, "desktop": _desktop,
    "doctor": _doctor,
}  # fmt: skip
