"""How right the parts are on real photos marked by hand: `python -m training.parser.marked [--checkpoint FILE] [--net]`.

marks.txt holds polygons by eye, to about half a percent of the photo's height; along their borders a band is therefore not counted.
The whole line of the program is measured, from pose to second thoughts by color (`--net`: without those). Left and right are one,
neck and the bare trunk are one. The photos are not part of the project and never trained on; without ../shared there is nothing to score.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from training.parser.score import confusion, overlaps, read_net
from tryon.body.parsing import PARTS, parse
from tryon.body.pose import find_pose
from tryon.body.settle import settle
from tryon.image import Photo, load_photo

MARKS = Path(__file__).with_name("marks.txt")
NAMES = (
    "background", "hair", "face", "neck", "arms", "hands", "legs", "feet", "shoes", "top", "outer", "bottom", "skirt", "dress", "bag",
)  # fmt: skip
UNKNOWN = 255
_MERGED = {"torso": "neck", "left_arm": "arms", "right_arm": "arms", "left_hand": "hands", "right_hand": "hands"}
_TO_MARKED = np.array([NAMES.index(_MERGED.get(name, name)) for name in PARTS], np.uint8)
_BAND = 0.008  # of the photo's height: how far from a marked border nothing is counted

Bytes = npt.NDArray[np.uint8]
Polygon = tuple[str, npt.NDArray[np.float64]]


def load_marks(path: Path = MARKS) -> dict[str, list[Polygon]]:
    """Photo -> its polygons in the order of painting: part and (N, 2) points in shares of the photo's height."""
    photos: dict[str, list[Polygon]] = {}
    for line in path.read_text().splitlines():
        words = line.split()
        if not words or words[0] == "#":
            continue
        if len(words) == 1:
            polygons = photos.setdefault(words[0], [])
        else:
            points = np.array([[float(value) for value in word.split(",")] for word in words[1:]]) / 1000
            polygons.append((words[0], points))
    return photos


def painted(polygons: list[Polygon], width: int, height: int, band: float = _BAND) -> Bytes:
    """(height, width) index into NAMES, 255 where the marks do not say: in `unknown` polygons and beside every border."""
    canvas = np.zeros((height, width), np.uint8)
    for part, points in polygons:
        part = _MERGED.get(part, part)
        value = UNKNOWN if part == "unknown" else NAMES.index(part)
        cv2.fillPoly(canvas, [np.round(points * height * 16).astype(np.int32)], value, cv2.LINE_8, 4)
    radius = max(1, round(band * height))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    border = cv2.dilate(canvas, kernel) != cv2.erode(canvas, kernel)
    return np.asarray(np.where(border, UNKNOWN, canvas), np.uint8)


def score(found: Callable[[Photo], Bytes], samples: Path) -> dict[str, Any]:
    """Mean intersection over union over all marked photos, each part's, each photo's share of right pixels on the person."""
    total = np.zeros((len(NAMES), len(NAMES)), np.int64)
    right: dict[str, float] = {}
    for name, polygons in load_marks().items():
        if not (samples / name).is_file():
            continue
        photo = load_photo(samples / name)
        truth = painted(polygons, photo.width, photo.height)
        counts = confusion(truth, _TO_MARKED[found(photo)], len(NAMES))
        total += counts
        right[name] = round(float(np.trace(counts[1:, 1:]) / max(1, counts[1:].sum() + counts[0, 1:].sum())), 3)
    if not right:
        return {"marked_photos": 0}
    each = overlaps(total)
    return {
        "marked_photos": len(right),
        "marked_photos_miou": round(float(np.nanmean(each)), 3),
        "marked_photos_iou": {name: round(float(value), 3) for name, value in zip(NAMES, each, strict=True) if not np.isnan(value)},
        "marked_photos_worst": dict(sorted(right.items(), key=lambda item: item[1])[:6]),
    }


def parser_of(checkpoint: Path | None, by_color: bool = True) -> Callable[[Photo], Bytes]:
    """Photo -> part map, with the weights of a checkpoint of training or the shipped ones."""
    net = read_net(checkpoint)

    def found(photo: Photo) -> Bytes:
        pose = find_pose(photo)
        parts = parse(photo, pose.landmarks, pose.mask, net).parts
        return settle(photo.rgb, parts, pose.landmarks) if by_color else parts

    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, help="of training; default: the shipped weights")
    parser.add_argument("--samples", type=Path, default=Path("../shared/samples"))
    parser.add_argument("--net", action="store_true", help="without second thoughts by color")
    options = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    print(json.dumps(score(parser_of(options.checkpoint, not options.net), options.samples), indent=2))


if __name__ == "__main__":
    main()
