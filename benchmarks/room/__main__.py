"""How near the furnished picture comes to the truth, beside its peers; and how long it takes.

    python -m benchmarks.room [--unseen] [--only SEED ...] [--quality good] [--out FILE.json] [--sheet FOLDER] [--no-speed|--only-speed]

Every room is path-traced empty and furnished (`truth.py`; kept in runs/room). The empty one is the photo. Measured: PSNR in dB on the
pixels that the piece changes (by more than 3 of 255) but does not cover, and on those that it covers. The camera is the known one;
lights, walls and gloss are what the program finds by itself. Seconds are wall time.
"""

from __future__ import annotations

import argparse
import html
import json
import statistics
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.machine import describe_machine
from benchmarks.room.speed import TARGETS, measure_speed
from benchmarks.room.truth import DRAWN, ROOMS, UNSEEN, Pair, render_pair
from tryon.image import UInt8Array, save_picture
from tryon.jobs import silent
from tryon.room import traced
from tryon.room.box import RoomBox, around
from tryon.room.composite import composite, composite_ratio, read_look
from tryon.room.gloss import read_gloss
from tryon.room.lamps import find_lamps
from tryon.room.light import Light, gain_at, read_light
from tryon.room.lit import light_at
from tryon.room.paint import read_paint
from tryon.room.pipeline import close_renderer, shared_renderer
from tryon.room.ratio import ratio_layers
from tryon.room.render import QUALITIES, Window
from tryon.room.stage import set_stage
from tryon.room.trace import TracedPart, TraceRequest
from tryon.room.traced import TRACES, close_tracer, trace_scene
from tryon.room.walls import find_box

ROOT = Path(__file__).resolve().parents[2]
PEERS = ("untouched photo", "plain white sky", "drag frame (OpenGL)", "export (path-traced)")


def psnr(picture: UInt8Array, truth: UInt8Array, where: npt.NDArray[np.bool_]) -> float:
    """Peak signal to noise in dB on some pixels."""
    error = float(np.square(picture[where].astype(np.float64) - truth[where]).mean())
    return 10.0 * float(np.log10(255.0**2 / max(error, 1e-9)))


def white_sky(pair: Pair, light: Light, box: RoomBox) -> UInt8Array:
    """The peer that knows no lights: floor and walls under an even white sky, traced and multiplied the same way."""
    camera, scene = pair.camera, pair.scene
    paint = read_paint(pair.empty, camera, light, box, ())
    stage = set_stage(pair.empty, camera, light, around(box, scene), (), 0.0, paint)
    panels = tuple(panel for panel in stage.panels if panel.name == "floor" or panel.name in box.seen)
    view = traced._view(camera, (0, 0, camera.width, camera.height))
    parts = tuple(TracedPart(part, piece.transform) for piece in scene.pieces for part in piece.furniture.parts)
    request = TraceRequest(view, panels, (), 32, sky=1.0)
    tracer = traced._tracer
    bare = tracer.render(request, silent())
    lit = tracer.render(replace(request, parts=parts), silent())
    cover = tracer.render(replace(request, parts=parts, cover=True, samples=16, panels=()), silent())
    sides = box.sides_hit(camera.position, traced._rays(camera, view.crop)).reshape(cover.shape)
    layers = ratio_layers(lit, bare, cover, np.isin(sides, [0]) | np.isin(sides, _seen(box)), np.ones(3, np.float32))
    return composite_ratio(pair.empty, Window(0, 0, camera.width, camera.height), layers, read_look(pair.empty), 0.35)[0]


def _seen(box: RoomBox) -> list[int]:
    return [number for number, name in enumerate(box.sides()) if name in box.seen]


def pictures_of(pair: Pair, quality: str) -> tuple[dict[str, UInt8Array], dict[str, Any]]:
    """What each way makes of the photo, and what was found in it."""
    camera, scene, photo = pair.camera, pair.scene, pair.empty
    light, look = read_light(photo, camera), read_look(photo)
    box = find_box(photo, camera)
    gain, lamps = gain_at(photo, scene, light), find_lamps(photo, camera, light, box)
    gloss = read_gloss(photo, camera, light, box, lamps)
    shaded = replace(scene, box=around(box, scene))
    layers = shared_renderer().render(shaded, light_at(light, box, lamps, scene.middle), gain, QUALITIES["preview"], silent())
    frame = composite(photo, camera, layers, look, 0.35)[0]
    window, ratio, engine = trace_scene(photo, scene, light, box, lamps, gloss, gain, TRACES[quality], silent(), layers)
    export = composite_ratio(photo, window, ratio, look, 0.35)[0]
    made = dict(zip(PEERS, (photo, white_sky(pair, light, box), frame, export), strict=True))
    found = {
        "engine": engine, "gloss": round(gloss, 2), "walls": sorted(box.seen),
        "lamps": {lamp.name: [round(float(v), 2) for v in (*lamp.middle, max(lamp.glow))] for lamp in lamps},
    }
    return made, found


def score(pair: Pair, made: dict[str, UInt8Array], on_piece: bool = False) -> dict[str, float]:
    """Decibels of every way where the piece changes the photo without covering it, or on the piece itself."""
    changed = (np.abs(pair.furnished.astype(np.int16) - pair.empty).max(axis=2) > 3) & (pair.cover < 0.004)
    where = pair.cover > 0.99 if on_piece else changed
    return {name: round(psnr(picture, pair.furnished, where), 2) for name, picture in made.items()}


def print_speed(measured: dict[str, Any]) -> None:
    """One line a figure, with what is asked for."""
    for name, value in measured.items():
        print(f"{name:28}{value!s:>12}" + (f"   asked for: {TARGETS[name]:g} at most" if name in TARGETS else ""))


def write_sheet(folder: Path, rows: list[tuple[Pair, dict[str, UInt8Array], dict[str, float]]]) -> None:
    """A page that shows every room: truth, peers, decibels."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["<!doctype html><meta charset=utf-8><style>body{font:14px sans-serif}img{width:300px}td{vertical-align:top}</style><table>"]
    for pair, made, decibels in rows:
        lines.append(f"<tr><th colspan=9>{html.escape(pair.plan.name)}: {html.escape(pair.plan.piece[0])}</th></tr><tr>")
        for name, picture in {"truth": pair.furnished, **made}.items():
            file = f"{pair.plan.seed}-{name.split()[0]}.png"
            save_picture(folder / file, picture)
            note = f"{decibels[name]:.1f} dB" if name in decibels else ""
            lines.append(f"<td><img src={file}><br>{html.escape(name)} {note}</td>")
        lines.append("</tr>")
    (folder / "index.html").write_text("\n".join([*lines, "</table>"]), "utf-8")


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.room", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--unseen", action="store_true", help="the rooms that nothing was chosen by, alone")
    parser.add_argument("--only", type=int, nargs="*", help="seeds of rooms")
    parser.add_argument("--quality", choices=tuple(TRACES), default="best")
    parser.add_argument("--out", type=Path, help="JSON; benchmarks/results/room.json or room-unseen.json without")
    parser.add_argument("--sheet", type=Path, default=ROOT / "runs" / "room-sheet")
    parser.add_argument("--no-speed", action="store_true")
    parser.add_argument("--only-speed", action="store_true")
    options = parser.parse_args()
    machine = describe_machine()
    if options.only_speed:
        print_speed(measure_speed())
        close_renderer()
        close_tracer()
        return
    rows, rooms = [], []
    print(f"{'room':42}" + "".join(f"{name:>24}" for name in PEERS))
    plans = [plan for plan in (UNSEEN if options.unseen else (*ROOMS, *DRAWN)) if not options.only or plan.seed in options.only]
    for plan in plans:
        pair = render_pair(plan, ROOT / "runs" / "room")
        start = time.perf_counter()
        made, found = pictures_of(pair, options.quality)
        decibels, covered = score(pair, made), score(pair, made, on_piece=True)
        rows.append((pair, made, decibels))
        rooms.append({"room": plan.name, "piece": plan.piece[0], "psnr_db": decibels, "on_piece_db": covered, "found": found})
        spent = f"  on the piece {covered[PEERS[2]]:.1f} {covered[PEERS[3]]:.1f}  {time.perf_counter() - start:.0f} s"
        print(f"{plan.name:42}" + "".join(f"{decibels[name]:24.2f}" for name in PEERS) + spent, flush=True)
    median = {name: round(statistics.median(room["psnr_db"][name] for room in rooms), 2) for name in PEERS}  # type: ignore[index]
    print(f"{'median':42}" + "".join(f"{median[name]:24.2f}" for name in PEERS))
    on_piece = {name: round(statistics.median(room["on_piece_db"][name] for room in rooms), 2) for name in PEERS[2:]}  # type: ignore[index]
    print("median on the piece itself", on_piece)
    write_sheet(options.sheet, rows)
    result = {"machine": machine, "quality": options.quality, "median_psnr_db": median, "median_on_piece_db": on_piece, "rooms": rooms}
    if not options.no_speed:
        result["speed"] = measure_speed()
        print_speed(result["speed"])
    out = options.out or ROOT / "benchmarks" / "results" / ("room-unseen.json" if options.unseen else "room.json")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    close_renderer()
    close_tracer()


if __name__ == "__main__":
    main()
