"""How long a picture of a room takes, and whether many of them leave anything behind.

Seconds are wall time. Other programs only ever add to them, so the processor's time is told beside the drag frame's: on a quiet machine
with two cores the wall time lies between half of that and all of it.
"""

from __future__ import annotations

import gc
import os
import statistics
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from tryon.config import assets_dir
from tryon.image import Photo, load_photo, photo_from_array
from tryon.room.pipeline import RoomRequest, furnish, prepare
from tryon.room.scene import Placement
from tryon.room.traced import close_tracer

__all__ = ["TARGETS", "measure_speed"]

TARGETS = {"drag_frame_1280x720_ms": 80.0, "at_rest_first_1280_s": 8.0, "export_1600x1200_s": 60.0, "left_by_500_placements_mb": 30.0}
"""What is asked for, on two cores."""

HEAVY = "corner-sofa"  # 45,404 triangles


def measure_speed(placements: int = 500) -> dict[str, Any]:
    """The drag frame at 1280 x 720, the pictures at rest, the exports, and what so many placements leave in memory."""
    photo = load_photo(assets_dir() / "samples" / "room.jpg")
    wide = photo_from_array(np.ascontiguousarray(cv2.resize(photo.rgb[150:1050], (1280, 720), interpolation=cv2.INTER_AREA)), name="wide")
    result = {**_drag_frame(wide), **_leftover(wide, placements)}
    close_tracer()
    start = time.perf_counter()
    prepare(RoomRequest(photo, ()))  # the window does this while the user looks for a piece
    result["room_lit_ahead_s"] = round(time.perf_counter() - start, 1)
    large = photo_from_array(cv2.resize(photo.rgb, (4000, 3000), interpolation=cv2.INTER_CUBIC), name="large")
    request = RoomRequest(photo, (Placement("sofa-2-seat", 800, 900, 30.0),))
    asked = (
        ("at_rest_first_1280_s", replace(request, quality="first", max_side=1280)),
        ("at_rest_1280_s", replace(request, quality="good", max_side=1280)),
        ("export_1600x1200_s", replace(request, quality="best")),
        ("export_4000x3000_s", RoomRequest(large, (Placement("sofa-2-seat", 2000, 2250, 30.0),), quality="best")),
    )
    for name, one in asked:
        start = time.perf_counter()
        furnish(one)
        result[name] = round(time.perf_counter() - start, 1)
    return result


def _drag_frame(photo: Photo) -> dict[str, Any]:
    wall, own, stages = [], [], []
    for turn in range(16):
        request = RoomRequest(photo, (Placement(HEAVY, 620.0 + 4 * turn, 500, 30.0 + turn),), quality="preview", max_side=1280)
        start, spent = time.perf_counter(), time.process_time()
        stages.append(furnish(request).seconds)
        wall.append(time.perf_counter() - start)
        own.append(time.process_time() - spent)
    middle = {name: round(1000 * statistics.median(one[name] for one in stages[2:]), 1) for name in stages[-1]}
    return {
        "drag_frame_1280x720_ms": round(1000 * statistics.median(wall[2:]), 1),
        "drag_frame_processor_ms": round(1000 * statistics.median(own[2:]), 1), "drag_frame_stages_ms": middle,
    }


def _leftover(photo: Photo, placements: int) -> dict[str, Any]:
    """Megabytes and open files more after so many placements of ever other pieces at ever other places."""
    pieces = ("sofa-2-seat", "armchair", "coffee-table", "floor-lamp", "rug")
    random = np.random.default_rng(1)

    def place(count: int) -> None:
        for number in range(count):
            at = Placement(pieces[number % len(pieces)], float(random.uniform(300, 980)), float(random.uniform(430, 620)), number * 7.0)
            furnish(RoomRequest(photo, (at,), quality="preview", max_side=480))

    place(40)
    before = _held()
    place(placements)
    after = _held()
    return {"left_by_500_placements_mb": round(after[0] - before[0], 1), "left_open_files": after[1] - before[1], "placements": placements}


def _held() -> tuple[float, int]:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20, len(os.listdir("/proc/self/fd"))
