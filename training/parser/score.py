"""How good the parser is: held-out renders, photos with hand-made maps, and a sheet of photos to look at.

    python -m training.parser.score [--checkpoint runs/parser/last.pt] [--samples ../shared/samples] [--sheet runs/parser/sheet.png]

Held-out renders: mean intersection over union of the 18 parts, each picture in the window that the program would choose.
Maps (three half-body photos labelled in LIP's 20 classes): pose to edges, and "settled" with second thoughts by color as well;
neck with torso, hands with arms, outer with top, since LIP does not tell them apart; classes that are in the maps only.
"""

from __future__ import annotations

import argparse
import json
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from training.parser.augment import plain
from training.parser.stream import shard_files, shard_samples
from training.people.parts import PART_COLORS
from training.people.shards import SHARD_SIZE
from tryon.body.parsing import NET_SIZE, PARTS, parse
from tryon.body.pose import find_pose
from tryon.body.settle import settle
from tryon.image import load_photo
from tryon.weights.backbone import ParserNet, build_parser_net, from_pixels, fused
from tryon.weights.safe import load_weights

LIP_NAMES = ("background", "hair", "face", "neck+torso", "left arm", "right arm", "legs", "feet+shoes", "top", "bottom", "skirt", "dress")
_FROM_PARTS = np.array([0, 1, 2, 3, 3, 4, 5, 4, 5, 6, 7, 7, 8, 8, 9, 10, 11, 0])
_FROM_LIP = np.zeros(256, int)
for _lip, _ours in {1: 1, 2: 1, 4: 2, 13: 2, 5: 8, 7: 8, 6: 11, 9: 9, 10: 3, 12: 10, 14: 4, 15: 5, 16: 6, 17: 6, 8: 7, 18: 7, 19: 7}.items():
    _FROM_LIP[_lip] = _ours
_MAPS = (("pairs/00006_00/person.jpg", "pairs/00006_00/parse_lip.png"), ("parse/00891_00.jpg", "parse/00891_00.png"), ("parse/03615_00.jpg", "parse/03615_00.png"))

Counts = npt.NDArray[np.int64]


def read_net(checkpoint: Path | None) -> ParserNet:
    """The averaged weights of a checkpoint of training, or the shipped ones."""
    net = build_parser_net(len(PARTS), 7)
    if checkpoint is None:
        net.load_state_dict(load_weights(Path("models/parser.safetensors")))
    else:
        net.load_state_dict(torch.load(checkpoint, weights_only=True)["average"])
    ready = fused(net).to(memory_format=torch.channels_last)
    assert isinstance(ready, ParserNet)
    return ready


def confusion(truth: npt.NDArray[Any], said: npt.NDArray[Any], classes: int) -> Counts:
    """(classes, classes): rows truth, columns answer; unknown truth (255) left out."""
    known = truth < classes
    return np.bincount(truth[known].astype(int) * classes + said[known], minlength=classes**2).reshape(classes, classes)


def overlaps(counts: Counts) -> npt.NDArray[np.float64]:
    """Intersection over union of each class, NaN where the truth has none."""
    hit, truth, said = np.diag(counts), counts.sum(1), counts.sum(0)
    return np.where(truth > 200, hit / np.maximum(truth + said - hit, 1), np.nan)


def held_out(net: ParserNet, folder: Path, most: int, size: tuple[int, int] = NET_SIZE) -> Counts:
    """Confusion over rendered people that training never saw: `most` of them at most, evenly spread."""
    total = np.zeros((len(PARTS), len(PARTS)), np.int64)
    files = shard_files(folder, held_out=True)
    step = max(1, -(-2 * SHARD_SIZE * len(files) // most))
    for path in files:
        for sample in islice(shard_samples(path), 0, None, step):
            picture, hints, parts = plain(sample, size)
            x = torch.cat([from_pixels(picture[None]), torch.from_numpy(hints[None])], 1)
            with torch.inference_mode():
                total += confusion(parts, net(x).argmax(1)[0].numpy(), len(PARTS))
    return total


def maps(net: ParserNet, samples: Path) -> tuple[Counts, Counts]:
    """Confusion over the photos with maps, in LIP's merged classes: of the net with its edges, and after second thoughts by color."""
    total = np.zeros((2, len(LIP_NAMES), len(LIP_NAMES)), np.int64)
    for photo_name, map_name in _MAPS:
        photo = load_photo(samples / photo_name)
        truth = np.array(Image.open(samples / map_name))
        truth = truth if truth.ndim == 2 else truth[..., 0]
        truth = _FROM_LIP[cv2.resize(truth, (photo.width, photo.height), interpolation=cv2.INTER_NEAREST)]
        pose = find_pose(photo)
        said = parse(photo, pose.landmarks, pose.mask, net).parts
        for number, parts in enumerate((said, settle(photo.rgb, said, pose.landmarks))):
            total[number] += confusion(truth, _FROM_PARTS[parts], len(LIP_NAMES))
    return total[0], total[1]


def sheet(net: ParserNet, samples: Path, out: Path, height: int = 320) -> None:
    """Photos beside their maps, to look at."""
    colors = np.array([*PART_COLORS], np.uint8)
    tiles = []
    for path in [*sorted((samples / "person").iterdir()), *sorted(samples.glob("pairs/*/person.jpg")), *sorted(samples.glob("parse/*.jpg"))]:
        photo = load_photo(path)
        pose = find_pose(photo)
        parts = parse(photo, pose.landmarks, pose.mask, net).parts
        size = (height * 3 // 4, height)
        picture = cv2.resize(photo.rgb, size, interpolation=cv2.INTER_AREA)
        drawn = cv2.resize(colors[parts], size, interpolation=cv2.INTER_AREA)
        tiles.append(np.concatenate([picture, drawn], 1))
    tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % 4)
    rows = [np.concatenate(tiles[k : k + 4], 1) for k in range(0, len(tiles), 4)]
    out.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(out), np.concatenate(rows)[..., ::-1])


def scores(net: ParserNet, people: Path, samples: Path, most: int = 320) -> dict[str, Any]:
    """All numbers, rounded."""
    found: dict[str, Any] = {}
    rendered = held_out(net, people, most)
    if rendered.any():
        each = overlaps(rendered)
        found["held_out_renders_miou"] = round(float(np.nanmean(each)), 3)
        found["held_out_renders_accuracy"] = round(float(np.trace(rendered) / rendered.sum()), 3)
        found["held_out_renders_iou"] = {n: round(float(v), 3) for n, v in zip(PARTS, each, strict=True) if not np.isnan(v)}
    if samples.is_dir():
        counts, settled = maps(net, samples)
        each = overlaps(counts)
        found["photo_maps_miou"] = round(float(np.nanmean(each)), 3)
        found["photo_maps_settled_miou"] = round(float(np.nanmean(overlaps(settled))), 3)
        found["photo_maps_accuracy"] = round(float(np.trace(counts) / counts.sum()), 3)
        found["photo_maps_iou"] = {n: round(float(v), 3) for n, v in zip(LIP_NAMES, each, strict=True) if not np.isnan(v)}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, help="of training; default: the shipped weights")
    parser.add_argument("--people", type=Path, default=Path("runs/people"))
    parser.add_argument("--samples", type=Path, default=Path("../shared/samples"))
    parser.add_argument("--most", type=int, default=320, help="held-out pictures")
    parser.add_argument("--sheet", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    net = read_net(options.checkpoint)
    print(json.dumps(scores(net, options.people, options.samples, options.most), indent=2))
    if options.sheet:
        sheet(net, options.samples, options.sheet)


if __name__ == "__main__":
    main()
