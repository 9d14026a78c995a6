"""The CC0 photos of garments: their kinds, pieces of cloth and ground, and cut-outs where a simple method is sure of itself.

`python -m training.garments.photos` prepares them once into runs/garment/photos.npz (about five minutes).
"""

from __future__ import annotations

import argparse
import csv
import zlib
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from tryon.fit.outline import KINDS, SLEEVES

__all__ = ["SIDE", "Photos", "kind_of", "load_photos", "rows", "sleeve_of"]

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "open"
CACHE = Path(__file__).resolve().parents[2] / "runs" / "garment" / "photos.npz"
SIDE = 272
"""Longer side of the prepared photos, in pixels."""
_PATCH = 112
_KINDS = {"blazer": "outer", "outwear": "outer", "pants": "trousers", "shorts": "shorts", "skirt": "skirt", "dress": "dress"}
_SLEEVES = {
    "t-shirt": "short",
    "polo": "short",
    "longsleeve": "long",
    "hoodie": "long",
    "blazer": "long",
    "undershirt": "none",
    "pants": "none",
    "shorts": "none",
    "skirt": "none",
}


def kind_of(label: str) -> str:
    """The program's kind for a label of the photo set."""
    return _KINDS.get(label, "top")


def sleeve_of(label: str) -> str | None:
    """The sleeve where the label tells it, else None."""
    return _SLEEVES.get(label)


def rows() -> list[dict[str, str]]:
    """The photo list; `held_out` is "1" for every tenth sender: never trained on."""
    with (FOLDER / "garments" / "garments.tsv").open(newline="") as file:
        found = list(csv.DictReader(file, delimiter="\t"))
    for row in found:
        row["held_out"] = "1" if zlib.crc32(f"sender {row['sender']}".encode()) % 10 == 3 else "0"
    return found


@dataclass(frozen=True, eq=False)
class Photos:
    """Prepared photos. pictures: (N, 272, 272, 3) padded at the right and bottom; sizes: (N, 2) width, height; masks: (N, 272, 272) 0..255;
    trust: (N,) 0..1 how sure the cut-out is; kind, sleeve: (N,) index, sleeve -1 where unknown; held: (N,) bool;
    cloth: (M, 112, 112, 3), ground: (K, 112, 112, 3), both of senders not held out."""

    pictures: npt.NDArray[np.uint8]
    sizes: npt.NDArray[np.int64]
    masks: npt.NDArray[np.uint8]
    trust: npt.NDArray[np.float64]
    kind: npt.NDArray[np.int64]
    sleeve: npt.NDArray[np.int64]
    held: npt.NDArray[np.bool_]
    cloth: npt.NDArray[np.uint8]
    ground: npt.NDArray[np.uint8]


def load_photos() -> Photos | None:
    """The prepared photos, or None when they were not prepared."""
    if not CACHE.is_file():
        return None
    with np.load(CACHE) as data:
        return Photos(**{name: data[name] for name in Photos.__dataclass_fields__})


def guess_mask(rgb: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.uint8], float]:
    """Cut out by the colors of the border and GrabCut (Rother et al. 2004); gives (mask 0/255, trust 0..1)."""
    h, w = rgb.shape[:2]
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB).astype(np.float32)
    edge = max(3, int(0.06 * min(h, w)))
    frame = np.ones((h, w), bool)
    frame[edge:-edge, edge:-edge] = False
    samples = lab[frame]
    _, _, centers = cv2.kmeans(samples, 5, None, (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 12, 1.0), 1, cv2.KMEANS_PP_CENTERS)
    far = np.sqrt(((lab[:, :, None] - centers) ** 2).sum(-1)).min(-1)
    far = cv2.GaussianBlur(far, (0, 0), 1.5)
    threshold = max(float(np.percentile(far[frame], 92)), 9.0)
    labels = np.where(far > threshold, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    rim = max(2, edge // 3)
    labels[:rim] = labels[-rim:] = cv2.GC_BGD
    labels[:, :rim] = labels[:, -rim:] = cv2.GC_BGD
    if (labels == cv2.GC_PR_FGD).sum() < 0.03 * h * w:
        return np.zeros((h, w), np.uint8), 0.0
    cv2.setRNGSeed(1)
    cv2.grabCut(np.ascontiguousarray(rgb[..., ::-1]), labels, None, np.zeros((1, 65)), np.zeros((1, 65)), 4, cv2.GC_INIT_WITH_MASK)
    mask = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(mask)
    if count < 2:
        return np.zeros((h, w), np.uint8), 0.0
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    body = (pieces == largest).astype(np.uint8)
    rest = float(mask.sum() - body.sum()) / float(body.sum())
    outer, _ = cv2.findContours(body, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = cv2.drawContours(np.zeros_like(body), outer, -1, 1, -1)
    holes = float(filled.sum() - body.sum()) / float(filled.sum())
    n, hole_map, hole_stats, _ = cv2.connectedComponentsWithStats(filled - body)
    for i in range(1, n):  # a hole of the cloth's own color, or a tiny one, is cloth
        if hole_stats[i, cv2.CC_STAT_AREA] < 0.004 * filled.sum():
            body[hole_map == i] = 1
    area = float(body.mean())
    touch = float(body[[rim, -rim - 1]].mean() + body[:, [rim, -rim - 1]].mean())
    inside = float(np.median(far[body > 0]))
    outside = float(np.percentile(far[body == 0], 90))
    contour = max(outer, key=len)
    hull = float(cv2.contourArea(cv2.convexHull(contour)))
    solid = float(cv2.contourArea(contour)) / max(hull, 1.0)
    rough = float(cv2.arcLength(contour, True)) / (2 * np.sqrt(np.pi * max(cv2.contourArea(contour), 1.0)))
    contrast = float(np.clip((inside - outside) / 30.0, 0, 1))
    trust = contrast * (0.07 < area < 0.8) * (touch < 0.06) * (holes < 0.05) * (rest < 0.04) * (solid > 0.55) * (rough < 2.3)
    return body * 255, float(trust)


def prepare() -> None:
    """Read, scale, cut and store all photos."""
    cv2.setNumThreads(1)
    listed = rows()
    count = len(listed)
    pictures = np.zeros((count, SIDE, SIDE, 3), np.uint8)
    masks = np.zeros((count, SIDE, SIDE), np.uint8)
    sizes, trust = np.zeros((count, 2), np.int64), np.zeros(count)
    cloth, ground = [], []
    for i, row in enumerate(listed):
        full = cv2.cvtColor(cv2.imread(str(FOLDER / row["file"])), cv2.COLOR_BGR2RGB)
        h, w = full.shape[:2]
        k = SIDE / max(h, w)
        small = cv2.resize(full, (round(w * k), round(h * k)), interpolation=cv2.INTER_AREA)
        sizes[i] = small.shape[1], small.shape[0]
        pictures[i, : small.shape[0], : small.shape[1]] = small
        masks[i, : small.shape[0], : small.shape[1]], trust[i] = guess_mask(small)
        if row["held_out"] == "0":
            if row["kind"] not in ("pants", "shorts"):
                y, x = h // 2 - _PATCH // 2 + 10, w // 2 - _PATCH // 2
                cloth.append(full[y : y + _PATCH, x : x + _PATCH])
            for y, x in ((0, 0), (0, w - _PATCH), (h - _PATCH, 0), (h - _PATCH, w - _PATCH)):
                covered = cv2.resize(masks[i, : small.shape[0], : small.shape[1]], (w, h))[y : y + _PATCH, x : x + _PATCH].mean() / 255
                if covered < 0.01 and trust[i] > 0.2:
                    ground.append(full[y : y + _PATCH, x : x + _PATCH])
        if i % 100 == 0:
            print(f"{i}/{count}", flush=True)
    kinds = np.array([KINDS.index(kind_of(row["kind"])) for row in listed])
    sleeves = np.array([-1 if sleeve_of(row["kind"]) is None else SLEEVES.index(str(sleeve_of(row["kind"]))) for row in listed])
    held = np.array([row["held_out"] == "1" for row in listed])
    CACHE.parent.mkdir(parents=True, exist_ok=True)
    np.savez(
        CACHE,
        pictures=pictures,
        sizes=sizes,
        masks=masks,
        trust=trust,
        kind=kinds,
        sleeve=sleeves,
        held=held,
        cloth=np.array(cloth),
        ground=np.array(ground),
    )
    print(
        f"{count} photos, {held.sum()} held out, {(trust > 0.5).sum()} cut out with trust, {len(cloth)} pieces of cloth, {len(ground)} of ground -> {CACHE}"
    )


def improve(weights: Path) -> None:
    """Second round: let the half-trained net judge the cut-outs, and cut out where only the net is sure (self-training)."""
    import torch

    from tryon.fit.cutting import tidy
    from tryon.fit.garment_net import GarmentNet
    from tryon.weights.backbone import from_pixels

    torch.set_num_threads(1)
    net = GarmentNet()
    net.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True)["slow"])
    net.eval()
    photos = load_photos()
    if photos is None:
        raise SystemExit("prepare the photos first: python -m training.garments.photos")
    masks, trust = photos.masks.copy(), np.zeros(len(photos.trust))
    for i, (w, h) in enumerate(photos.sizes):
        view = np.full((SIDE, SIDE, 3), 127, np.uint8)
        y, x = (SIDE - h) // 2, (SIDE - w) // 2
        view[y : y + h, x : x + w] = photos.pictures[i, :h, :w]
        small = cv2.resize(view, (256, 256), interpolation=cv2.INTER_AREA)
        with torch.inference_mode():
            said = torch.sigmoid(net(from_pixels([small, small[:, ::-1]])).mask)
        share = ((said[0, 0] + said[1, 0].flip(-1)) / 2).numpy()
        share = tidy(cv2.resize(share, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)[y : y + h, x : x + w])
        guess = photos.masks[i, :h, :w] > 127
        mine = share > 0.5
        agree = float((guess & mine).sum() / max((guess | mine).sum(), 1))
        unsure = float(((share > 0.15) & (share < 0.85)).sum() / max(mine.sum(), 1))
        if agree >= 0.93:
            trust[i] = 1.0
        elif unsure < 0.07 and 0.07 < mine.mean() < 0.85:
            masks[i, :h, :w] = np.round(np.clip((share - 0.5) * 3 + 0.5, 0, 1) * 255)
            trust[i] = 0.7
    with np.load(CACHE) as data:
        kept = dict(data)
    np.savez(CACHE, **(kept | {"masks": masks, "trust": trust}))
    print(f"both agree on {(trust == 1).sum()}, the net alone is sure of {(trust == 0.7).sum()} of {len(trust)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--improve", type=Path, help="a checkpoint (runs/garment/last.pt) whose net judges and adds cut-outs")
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    if asked.improve:
        improve(asked.improve)
    else:
        prepare()
