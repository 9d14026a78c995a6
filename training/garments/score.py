"""Score the garment net and `cut_out`: `python -m training.garments.score [--only-sheets] [--sheets FOLDER]`.

Prints, for drawn garments never trained on, the mask's IoU and the landmarks' error in % of the garment's height, and for photos of
held-out senders how often the kind is right. Writes sheets of the catalog pictures and of phone photos of held-out senders.
"""

from __future__ import annotations

import argparse
import json
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from training.garments.flat import draw_flat
from training.garments.grounds import NET_SIDE
from training.garments.photos import CACHE, FOLDER, Photos, load_photos, rows
from training.garments.samples import Sample, make_drawn
from tryon.errors import GarmentError
from tryon.fit.garment import Garment, cut_out
from tryon.fit.garment_net import GarmentNet, load_garment_net
from tryon.image import load_photo, photo_from_array, save_picture
from tryon.weights.backbone import from_pixels
from tryon.weights.pool import shared_pool

RUNS = CACHE.parent

_HELD_SEED = 77_000_001


@cache
def held_drawn(count: int) -> tuple[Sample, ...]:
    """Drawn garments of a seed that training never uses: every other one on plain ground."""
    photos = load_photos()
    return tuple(make_drawn(np.random.default_rng([_HELD_SEED, i]), photos, plain=i % 2 == 0) for i in range(count))


@cache
def held_photos() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Photos of the held-out senders as the net sees them, and their kinds."""
    photos = load_photos()
    if photos is None:
        return np.zeros((0, NET_SIDE, NET_SIDE, 3), np.uint8), np.zeros(0, np.int64)
    chosen = np.nonzero(photos.held)[0]
    return seen_by_net(photos, chosen), photos.kind[chosen]


def seen_by_net(photos: Photos, chosen: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
    """The chosen photos at the net's size, whole, gray beside them."""
    pictures = np.full((len(chosen), NET_SIDE, NET_SIDE, 3), 127, np.uint8)
    for n, i in enumerate(chosen):
        w, h = (int(v) for v in photos.sizes[i])
        k = NET_SIDE / max(w, h)
        small = cv2.resize(photos.pictures[i, :h, :w], (round(w * k), round(h * k)), interpolation=cv2.INTER_AREA)
        y, x = (NET_SIDE - small.shape[0]) // 2, (NET_SIDE - small.shape[1]) // 2
        pictures[n, y : y + small.shape[0], x : x + small.shape[1]] = small
    return pictures


def quick_scores(net: GarmentNet, count: int) -> dict[str, float]:
    """The net alone, without the refinement of `cut_out`."""
    samples = held_drawn(count)
    ious: list[float] = []
    errors: list[float] = []
    kinds: list[bool] = []
    sleeves: list[bool] = []
    with torch.inference_mode():
        for start in range(0, count, 16):
            group = samples[start : start + 16]
            said = net(from_pixels([s.picture for s in group]))
            masks = functional.interpolate(said.mask, size=(NET_SIDE, NET_SIDE), mode="bilinear") > 0
            places = peak(said.marks)
            for n, s in enumerate(group):
                truth = s.mask > 127
                found = masks[n, 0].numpy()
                ious.append(float((truth & found).sum() / max((truth | found).sum(), 1)))
                kinds.append(int(said.kind[n].argmax()) == s.kind)
                sleeves.append(int(said.sleeve[n].argmax()) == s.sleeve)
                height = np.ptp(np.nonzero(truth)[0]) + 1
                apart = np.linalg.norm(places[n] * NET_SIDE - s.marks, axis=1)
                errors.extend((apart[np.isfinite(apart)] / height * 100).tolist())
    return {
        "drawn_mask_iou": round(float(np.mean(ious)), 4),
        "drawn_landmark_error_median_pct_of_height": round(float(np.median(errors)), 3),
        "drawn_landmark_error_p90_pct_of_height": round(float(np.percentile(errors, 90)), 3),
        "drawn_kind_top1": round(float(np.mean(kinds)), 3),
        "drawn_sleeve_top1": round(float(np.mean(sleeves)), 3),
        **photo_kind(net),
    }


def photo_kind(net: GarmentNet) -> dict[str, float]:
    """How often the kind is right on photos of held-out senders."""
    pictures, truth = held_photos()
    if not len(pictures):
        return {}
    with torch.inference_mode():
        guesses = [net(from_pixels(pictures[i : i + 16])).kind.argmax(1).numpy() for i in range(0, len(pictures), 16)]
    return {"photo_kind_top1_held_out_senders": round(float(np.mean(np.concatenate(guesses) == truth)), 3), "photos": len(truth)}


def peak(marks: torch.Tensor) -> npt.NDArray[np.float32]:
    """Where each map peaks, to a fraction of its pixel: (N, L, 2) as shares of the picture's width and height."""
    n, count, h, w = marks.shape
    share = functional.softmax(marks.flatten(2), -1).view(n, count, h, w)
    best = share.flatten(2).argmax(-1)
    y0, x0 = best // w, best % w
    ys, xs = torch.arange(h)[:, None], torch.arange(w)[None]
    near = ((ys - y0[..., None, None]).abs() <= 2) & ((xs - x0[..., None, None]).abs() <= 2)
    local = share * near
    total = local.sum((2, 3))
    x = (local * xs).sum((2, 3)) / total
    y = (local * ys).sum((2, 3)) / total
    return (torch.stack([(x + 0.5) / w, (y + 0.5) / h], -1)).numpy()


def drawn_scores(count: int) -> dict[str, float]:
    """`cut_out` as the program does it, on drawn garments of 900 pixels never trained on."""
    ious: dict[bool, list[float]] = {True: [], False: []}
    errors: list[float] = []
    kinds: list[bool] = []
    refused = 0
    photos = load_photos()
    for i in range(count):
        plain = i % 2 == 0
        flat = draw_flat(np.random.default_rng([_HELD_SEED, 5, i]), photos, plain=plain)
        try:
            found = cut_out(photo_from_array(flat.rgb, f"drawn-{i}"))
        except GarmentError:
            refused += 1
            ious[plain].append(0.0)
            continue
        a, b = found.rgba[..., 3] > 127, flat.mask > 127
        ious[plain].append(float((a & b).sum() / (a | b).sum()))
        kinds.append(found.kind == flat.kind)
        height = float(np.ptp(np.nonzero(b)[0])) + 1
        for name, place in flat.landmarks.items():
            if name in found.landmarks:
                errors.append(float(np.hypot(*(np.array(place) - found.landmarks[name]))) / height * 100)
    return {
        "cut_out_iou_plain_mean": round(float(np.mean(ious[True])), 4),
        "cut_out_iou_plain_worst_tenth": round(float(np.percentile(ious[True], 10)), 4),
        "cut_out_iou_busy_mean": round(float(np.mean(ious[False])), 4),
        "cut_out_landmark_error_median_pct_of_height": round(float(np.median(errors)), 3),
        "cut_out_landmark_error_p90_pct_of_height": round(float(np.percentile(errors, 90)), 3),
        "cut_out_kind_top1": round(float(np.mean(kinds)), 3),
        "refused": refused,
    }


def shown(garment: Garment, title: str, side: int = 240) -> npt.NDArray[np.uint8]:
    """The cut-out on a checkered ground with outline, landmarks (red: wearer's left, yellow: right) and words."""
    rgba = garment.rgba
    h, w = rgba.shape[:2]
    k = side / max(h, w)
    size = (round(w * k), round(h * k))
    small = cv2.resize(rgba, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    yy, xx = np.mgrid[: size[1], : size[0]]
    checks = np.where((yy // 8 + xx // 8) % 2, 90.0, 130.0)[..., None]
    alpha = small[..., 3:] / 255
    out = np.full((side, side, 3), 60, np.uint8)
    out[: size[1], : size[0]] = small[..., :3] * alpha + checks * (1 - alpha)
    if garment.inner is not None:
        inner = cv2.resize(garment.inner.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
        edges, _ = cv2.findContours(inner, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(out, edges, -1, (60, 140, 255), 1)
    for name, (x, y) in garment.landmarks.items():
        tint = (255, 0, 0) if "left" in name else (255, 220, 0) if "right" in name else (255, 0, 255)
        cv2.circle(out, (round(x * k), round(y * k)), 3, tint, -1, cv2.LINE_AA)
    for row, text in enumerate((f"{garment.kind} {garment.sleeve} {garment.confidence:.2f} {'!' * len(garment.warnings)}", title)):
        cv2.putText(out, text, (3, 12 + 12 * row), 0, 0.36, (255, 255, 255), 2, cv2.LINE_AA)
        cv2.putText(out, text, (3, 12 + 12 * row), 0, 0.36, (200, 0, 120), 1, cv2.LINE_AA)
    return out


def sheet(files: list[Path], target: Path, columns: int = 8) -> None:
    """A sheet of cut-outs beside nothing: only what `cut_out` gives."""
    pictures = []
    for file in files:
        try:
            pictures.append(shown(cut_out(load_photo(file)), file.stem[:22]))
        except GarmentError as error:
            blank = np.full((240, 240, 3), 30, np.uint8)
            cv2.putText(blank, str(error)[:34], (3, 120), 0, 0.35, (255, 80, 80), 1, cv2.LINE_AA)
            pictures.append(blank)
    while len(pictures) % columns:
        pictures.append(np.zeros((240, 240, 3), np.uint8))
    rows = [np.hstack(pictures[i : i + columns]) for i in range(0, len(pictures), columns)]
    save_picture(target, np.vstack(rows))
    print(f"{len(files)} pictures -> {target}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sheets", type=Path, default=RUNS, help="folder for the sheets of catalog and phone pictures")
    parser.add_argument("--only-sheets", action="store_true")
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    asked.sheets.mkdir(parents=True, exist_ok=True)
    if not asked.only_sheets:
        with shared_pool().lend("garment", load_garment_net) as net:
            scores: dict[str, float] = {}
            pictures, _ = held_photos()
            if len(pictures):
                scores |= photo_kind(net)
        scores |= drawn_scores(80)
        print(json.dumps(scores, indent=2))
    catalog = sorted((FOLDER.parent / "samples" / "garment").glob("*.jpg"))
    if catalog:
        sheet(catalog, asked.sheets / "catalog.png")
    if (FOLDER / "garments").is_dir():
        listed = rows()
        held = [row for row in listed if row["held_out"] == "1"]
        chosen = np.random.default_rng(4).choice(len(held), 48, replace=False)
        sheet([FOLDER / held[i]["file"] for i in sorted(chosen)], asked.sheets / "phone.png")


if __name__ == "__main__":
    main()
