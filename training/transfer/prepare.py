"""Turn rendered pairs into what the denoiser learns from: the same drape and the same hiding as in use, and the truth.

    python -m training.transfer.prepare runs/people/1 runs/transfer/1

One .npy a shard, (n, 384, 288, 12) uint8: agnostic 3, hidden 1, drape 3, cover 1, truth 3, garment's coverage in the truth 1.
A shard that exists is left alone, so the command may run beside the generator and be repeated.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

import cv2
import numpy as np

from training.people.product import INSIDE_ALPHA
from training.people.shards import PersonPair, read_shard
from tryon.body.bodymap import BodyMap
from tryon.body.parsing import PARTS
from tryon.fit.agnostic import hide
from tryon.fit.drape import DRAPE_PARTS, Drape, Hem, drape, warp
from tryon.fit.dressed import PART_OF_KIND
from tryon.fit.garment import Garment

CHANNELS = 12


def rendered_body(pair: PersonPair, rng: np.random.Generator) -> BodyMap:
    """The wearer as the body map would tell it: exact landmarks with the error of a pose net, part map of outfit A."""
    height, width = pair.parts_a.shape
    landmarks = np.zeros((33, 4), dtype=np.float32)
    breadth = max(10.0, float(np.linalg.norm(pair.landmarks[11, :2] - pair.landmarks[12, :2])))
    landmarks[:, :2] = pair.landmarks[:, :2] + rng.normal(0, 0.025 * breadth, (33, 2))
    landmarks[:, 3] = pair.landmarks[:, 2]
    person = (pair.parts_a > 0).astype(np.float32)
    return BodyMap(
        photo_digest="",
        width=width,
        height=height,
        landmarks=landmarks,
        person=person,
        parts=_worn_edges(pair.parts_a, rng),
        box=(0.0, 0.0, float(width), float(height)),
        people=1,
        warnings=(),
    )


def _worn_edges(parts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The part map with borders as uncertain as a parser's: shifted by up to two pixels, smoothed by a vote."""
    dx, dy = rng.integers(-1, 2, 2)
    moved = np.roll(parts, (dy, dx), axis=(0, 1))
    return np.asarray(cv2.medianBlur(moved, 3 if rng.random() < 0.7 else 5), dtype=np.uint8)


def rendered_garment(pair: PersonPair, rng: np.random.Generator) -> Garment:
    """The product picture as the cut-out would give it: landmarks a little off, as slim as pictures on a hidden dummy are.

    The renders' product pictures are partly unrolled and therefore wider than a worn garment; shops show both ways.
    """
    span = float(max(pair.product.shape[:2]))
    squeeze = rng.uniform(0.66, 0.92)
    width = max(32, round(pair.product.shape[1] * squeeze))
    rgba = np.asarray(cv2.resize(pair.product, (width, pair.product.shape[0]), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    inner = (rgba[..., 3] > 20) & (rgba[..., 3] < (INSIDE_ALPHA + 255) // 2)
    inner = cv2.morphologyEx(inner.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)) > 0
    rgba[..., 3] = np.where(inner, 255, rgba[..., 3])
    landmarks = {
        name: (x * width / pair.product.shape[1] + rng.normal(0, 0.006 * span), y + rng.normal(0, 0.006 * span))
        for name, (x, y) in pair.product_landmarks.items()
        if np.isfinite(x) and np.isfinite(y)
    }
    sleeve = "none"
    if "cuff_outer_left" in landmarks:
        armhole = np.subtract(landmarks["shoulder_left"], landmarks["armpit_left"])
        length = np.linalg.norm(np.subtract(landmarks["cuff_outer_left"], landmarks["shoulder_left"]))
        sleeve = "long" if length > 1.9 * np.linalg.norm(armhole) else "short"
    return Garment(
        photo_digest="",
        kind=pair.kind,
        region=pair.region,
        rgba=rgba,
        inner=inner,
        landmarks=landmarks,
        sleeve=sleeve,
        confidence=1.0,
        warnings=(),
    )


def _hem_height(truth: np.ndarray, laid: Drape) -> float | None:
    """Height on the trunk where the worn garment ends, where that is well above the drape's own hem; else None."""
    figure = laid.figure
    height, width = truth.shape
    y, x = np.mgrid[0:height, 0:width]
    on_trunk = (
        (x + 0.5 - figure.shoulder_middle[0]) * figure.down[0] + (y + 0.5 - figure.shoulder_middle[1]) * figure.down[1]
    ) / figure.trunk
    middle = np.abs(
        (x + 0.5 - figure.axis(on_trunk)[..., 0]) * figure.across[0] + (y + 0.5 - figure.axis(on_trunk)[..., 1]) * figure.across[1]
    )
    near = middle < 0.3 * figure.breadth
    pieces = (laid.parts == DRAPE_PARTS.index("trunk")) | (laid.parts == DRAPE_PARTS.index("skirt"))
    if (truth & near).sum() < 30 or (pieces & near).sum() < 30:
        return None
    worn, own = float(np.percentile(on_trunk[truth & near], 99)), float(np.percentile(on_trunk[pieces & near], 99))
    return worn if worn < own - 0.06 else None


def example(pair: PersonPair, rng: np.random.Generator) -> np.ndarray | None:
    """One training example, (384, 288, 12) uint8; None where the garment does not show."""
    truth = pair.parts_b == PARTS.index(PART_OF_KIND[pair.kind])
    if truth.sum() < 300 or (pair.kind == "top" and (pair.parts_b == PARTS.index("outer")).any()):
        return None  # too little to see, or a top under a jacket: the jacket's place is not ours to invent
    body, garment = rendered_body(pair, rng), rendered_garment(pair, rng)
    laid = drape(body, garment)
    hem = _hem_height(truth, laid)
    if hem is not None:  # worn tucked in, or shorter on this body: the hem is known at use, from the photo and the user
        laid = drape(body, garment, hem=Hem(tucked_at=hem))
    agnostic = hide(pair.photo_a, body, laid, pair.region, layered=pair.kind == "outer")
    laid_on = agnostic.cover > 0.5
    if (laid_on & truth).sum() < 0.4 * (laid_on | truth).sum():
        return None  # seen from behind or twisted: the drape has nothing to say there
    # Where the drape misses cloth that the truth has, the denoiser must be allowed to paint it.
    hidden = agnostic.hidden | (cv2.dilate(truth.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0) & (agnostic.kept < 0.5)
    agnostic_rgb = agnostic.rgb.copy()
    added = hidden & ~agnostic.hidden
    agnostic_rgb[added] = 128
    rgba = warp(garment, laid.dense, body.width, body.height, alpha=laid.alpha)
    coverage = cv2.GaussianBlur(truth.astype(np.float32), (0, 0), 0.6)
    planes = [
        agnostic_rgb,
        hidden[..., None] * 255,
        rgba[..., :3],
        (agnostic.cover * 255)[..., None],
        pair.photo_b,
        (coverage * 255)[..., None],
    ]
    return np.concatenate([np.asarray(plane, dtype=np.uint8) for plane in planes], axis=-1)


def prepare(source: Path, out: Path, *, watch_s: float = 0.0) -> int:
    """Prepare all shards of a folder; with `watch_s` go on waiting that long for new ones. Returns the number of examples."""
    out.mkdir(parents=True, exist_ok=True)
    total, last_new = 0, time.monotonic()
    while True:
        for shard in sorted(source.glob("*.npz")):
            target = out / f"{shard.stem}.npy"
            if target.exists():
                continue
            rng = np.random.default_rng([int(shard.stem), 77])
            examples, faults = [], 0
            for pair in read_shard(shard):
                try:
                    made = example(pair, rng)
                except (KeyError, ValueError, IndexError, cv2.error) as error:
                    faults += 1
                    print(f"{shard.name}: {type(error).__name__} {error}", file=sys.stderr)
                    continue
                if made is not None:
                    examples.append(made)
            temporary = target.with_suffix(".part.npy")
            np.save(temporary, np.stack(examples))
            os.replace(temporary, target)
            total += len(examples)
            last_new = time.monotonic()
            print(f"{shard.name}: {len(examples)} examples, {faults} faults", flush=True)
        if time.monotonic() - last_new > watch_s:
            return total
        time.sleep(5)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--watch", type=float, default=0.0, help="seconds to wait for further shards")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    print(prepare(args.source, args.out, watch_s=args.watch), "examples")


if __name__ == "__main__":
    main()
