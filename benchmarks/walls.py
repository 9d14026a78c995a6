"""How many walls are found, how many are wrong, how many missed: in rendered rooms, and in crops of a real room's panorama.

    python -m benchmarks.walls [--rooms N] [--panorama FILE] [--out FILE.json]

The rooms are those of `benchmarks.camera_rooms` (other seeds, by which nothing was chosen; the camera is given); the panorama is
lebombo_1k.hdr (Poly Haven, CC0), whose walls were measured in its floor plan, and the camera of each crop is found. A wall is right
within 9 % of its distance; it is missed where a fifth of the photo's shorter side of its line on the floor would be in sight, were
nothing before it.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.camera import SHARED, Shot, crop, read_panorama
from benchmarks.camera_rooms import ROOT, drawn_room, picture_of
from benchmarks.machine import describe_machine
from tryon.image import load_photo, photo_from_array
from tryon.room.box import RoomBox
from tryon.room.camera import Camera, find_camera, rotation_of
from tryon.room.walls import find_box

Array = npt.NDArray[np.float64]

FIRST = 2040
RIGHT = 0.09
IN_SIGHT = 0.2
TOWARDS = {"back": 0, "left": 90, "right": -90}  # degrees, counter-clockwise from the room's -z
AXIS_DEG = -24.5  # of the panorama's room
PLAN = ((0, 1.45, -2.2, 2.0), (-90, 2.0, -1.45, 2.05), (-180, 2.06, -0.85, 2.0), (90, 2.23, -1.45, -0.75), (90, 1.77, 0.1, 1.9))
"""Walls of the panorama's room, in camera heights: direction as in TOWARDS, distance, from and to along the other axis."""


def count(found: dict[int, float], walls: tuple[tuple[int, float, float, float], ...], camera: Camera) -> Counter[str]:
    """Compare walls found (direction to distance in camera heights) with true ones, seen by a camera whose world is theirs."""
    right = {turn for turn, away in found.items() if any(turn == true[0] and abs(math.log(away / true[1])) < RIGHT for true in walls)}
    shown = {true[0] for true in walls if _in_sight(true, camera) > IN_SIGHT * min(camera.width, camera.height)}
    return Counter(right=len(right), wrong=len(found) - len(right), missed=len(shown - right))


def _in_sight(wall: tuple[int, float, float, float], camera: Camera) -> float:
    """Pixels of a wall's line on the floor."""
    turn, away, first, last = wall
    along, still = np.linspace(first, last, 200), np.zeros(200)
    sideways, off = turn in (90, -90), away * (-1 if turn in (0, 90) else 1)
    places = np.column_stack([still + off, still, along] if sideways else [along, still, still + off]) * camera.height_m
    pixels = camera.project(places)
    with np.errstate(invalid="ignore"):
        inside = (pixels >= 0).all(axis=1) & (pixels[:, 0] < camera.width) & (pixels[:, 1] < 0.97 * camera.height)
    return float(np.ptp(pixels[inside], axis=0).max()) if inside.sum() > 3 else 0.0


def seen(box: RoomBox, camera: Camera, turn: int = 0) -> dict[int, float]:
    """The walls of a box by direction, turned by quarters of a circle; distances in camera heights."""
    return {(TOWARDS[side] + turn + 180) % 360 - 180: abs(getattr(box, side)) / camera.height_m for side in box.seen & TOWARDS.keys()}


def in_rooms(number: int) -> Counter[str]:
    """Rendered rooms."""
    total: Counter[str] = Counter()
    for seed in range(FIRST, FIRST + number):
        room = drawn_room(seed)
        camera, (left, right, back, front, _ceiling) = room.camera(), np.array(room.box) / room.height_m
        walls = ((0, -back, left, right), (90, -left, back, front), (-90, right, back, front))
        box = find_box(load_photo(picture_of(room, ROOT / "runs" / "camera")).rgb, camera)
        total += count(seen(box, camera), walls, camera)
    return total


def in_panorama(path: Path) -> Counter[str]:
    """Crops of the real room's panorama, every 30 degrees and looking down more or less."""
    panorama, total = read_panorama(path), Counter[str]()
    for number, heading in enumerate(range(-180, 180, 30)):
        pitch, vfov = (-8, -18, -26)[number % 3], (58, 66, 52)[number // 3 % 3]
        height = int(np.clip(1.4 * panorama.shape[0] * vfov / 180, 300, 700))
        shot = Shot((number % 5 - 2) * 0.8, pitch, heading, vfov, round(height * (4 / 3 if number % 4 else 3 / 2)), height)
        photo = photo_from_array(crop(panorama, shot), path.stem)
        camera = find_camera(photo)
        yaw = heading - AXIS_DEG
        turn = round((yaw - camera.yaw_deg) / 90) * 90
        true = Camera(camera.width, camera.height, camera.K, rotation_of(pitch, shot.roll, yaw), camera.height_m)
        total += count(seen(find_box(photo.rgb, camera.straight), camera, turn), PLAN, true)
    return total


def main(arguments: list[str] | None = None) -> int:
    """Count and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rooms", type=int, default=40)
    parser.add_argument("--panorama", type=Path, default=SHARED / "open" / "hdri" / "lebombo_1k.hdr")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/walls.json"))
    options = parser.parse_args(arguments)
    results: dict[str, object] = {"machine": describe_machine()}
    if options.rooms:
        results[f"{options.rooms} rendered rooms"] = in_rooms(options.rooms)
    if options.panorama.is_file():
        results["12 crops of a real room"] = in_panorama(options.panorama)
    for name, total in results.items():
        if isinstance(total, Counter):
            print(f"{name}: {total['right']} walls right, {total['wrong']} wrong, {total['missed']} missed")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(results, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
