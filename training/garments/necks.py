"""Teach a small net where a garment's picture shows its inside at the neck: `python -m training.garments.necks --minutes 15`.

necks.json holds fronts of necklines marked by eye: on CC0 phone photos (senders not held out: learned from; held out: scored) and on
product pictures below ../shared (scored only). Beside them it learns from drawn garments. Pictures are varied strongly: colors, light,
grounds, white on white, ribs, labels, linings. Starts from the garment net's trunk. `--prepare` reads the photos anew first (minutes).
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.garments.flat import draw_flat
from training.garments.outlines import draw_outline
from training.garments.photos import CACHE, FOLDER, load_photos, rows
from training.publish import publish
from tryon.config import models_dir
from tryon.fit.neck_view import frame_of, neck_crop, to_crop
from tryon.weights.backbone import FINE_CHANNELS, ParserNet, build_parser_net, from_pixels
from tryon.weights.safe import load_weights

MARKS = Path(__file__).with_name("necks.json")
CROPS = CACHE.with_name("necks.npz")
SEED = 20261124
_SIDE = 192
_WIDE_SIDE, _WIDE = 288, 1.65  # crops are kept half again as wide, to be moved and turned
_BATCH = 16
_DRAWN = 300

Rng = np.random.Generator
Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class MarkedNeck:
    """file: below ../shared. front: the front's edge [(x, y)] in pixels of the photo, from the picture's left to its right; empty: no inside seen."""

    file: str
    front: tuple[tuple[float, float], ...]


def marked_necks(*, learned: bool) -> list[MarkedNeck]:
    """The marks whose photos are here: those that are learned from, or all others."""
    taught = {f"open/{row['file']}" for row in rows() if row["held_out"] == "0"}
    listed = [MarkedNeck(entry["file"], tuple(map(tuple, entry["front"]))) for entry in json.loads(MARKS.read_text())]
    return [mark for mark in listed if (mark.file in taught) is learned and (FOLDER.parent / mark.file).is_file()]


def inside_of(front: npt.NDArray[np.float64], crop: Picture) -> Picture:
    """(side, side) uint8 0 or 1: the cloth above a front's edge, given in pixels of the crop."""
    inside = np.zeros(crop.shape[:2], np.uint8)
    if len(front):
        shape = np.vstack([front, [[front[-1, 0], -400.0], [front[0, 0], -400.0]]])
        cv2.fillPoly(inside, [np.round((shape - 0.5) * 16).astype(np.int32)], 1, shift=4)
    return np.asarray(inside & (crop[..., 3] > 127))


def prepare() -> None:
    """Cut out the marked CC0 photos and draw garments; keep wide crops of their necks in runs/garment/necks.npz."""
    from tryon.fit.garment import cut_out
    from tryon.image import load_photo

    crops, insides = [], []
    for mark in marked_necks(learned=True):
        photo = load_photo(FOLDER.parent / mark.file)
        found = cut_out(photo)
        at = {name: np.array(place) for name, place in found.landmarks.items()}
        if "neck_left" not in at:
            continue
        add(crops, insides, photo.rgb, found.rgba[..., 3].astype(np.float32) / 255, at, np.array(mark.front))
    real = len(crops)
    photos = load_photos()
    for number in range(_DRAWN):
        rng = np.random.default_rng([SEED, 9, number])
        drawing = draw_outline(rng, str(rng.choice(["top", "outer", "dress"])))
        flat = draw_flat(rng, photos, plain=bool(rng.random() < 0.6), drawing=drawing)
        at = {name: np.array(place) for name, place in flat.landmarks.items()}
        if not {f"{name}_{side}" for name in ("neck", "hem", "armpit", "shoulder") for side in ("left", "right")} <= at.keys():
            continue
        add(crops, insides, flat.rgb, flat.mask.astype(np.float32) / 255, at, flat.inner)
    np.savez(CROPS, crops=np.array(crops), insides=np.array(insides), real=real)
    print(f"{real} photos, {len(crops) - real} drawn -> {CROPS}")


def add(
    crops: list[Picture],
    insides: list[Picture],
    rgb: Picture,
    alpha: npt.NDArray[np.float32],
    at: dict[str, npt.NDArray[np.float64]],
    truth: npt.NDArray[Any],
) -> None:
    """One garment more; truth: (n, 2) the front's edge in pixels of the picture, or (H, W) uint8 its inside."""
    frame = frame_of(at)
    crop = neck_crop(rgb, alpha, frame, _WIDE_SIDE, _WIDE)
    if truth.shape == alpha.shape:
        inside = neck_crop(np.repeat(truth[..., None], 3, 2), alpha, frame, _WIDE_SIDE, _WIDE)[..., 0] > 127
    else:
        move = to_crop(frame, _WIDE_SIDE, _WIDE)
        inside = inside_of(truth.reshape(-1, 2) @ move[:, :2].T + move[:, 2], crop) > 0
    crops.append(crop)
    insides.append(inside.astype(np.uint8))


# ---------------------------------------------------------------- variation


def varied(rng: Rng, crop: Picture, inside: Picture, floors: npt.NDArray[np.uint8]) -> tuple[Picture, Picture]:
    """One training picture (192, 192, 4) and its inside (192, 192), from a wide crop."""
    color = crop[..., :3].astype(np.float32)
    cover = crop[..., 3].astype(np.float32) / 255
    hidden = inside.astype(np.float32)
    if rng.random() < 0.6:
        color = _dyed(rng, color, cover)
    if rng.random() < 0.5:
        color = _lined(rng, color, cover, inside)
    if rng.random() < 0.35:
        color = _ribbed(rng, color, cover, inside)
    if rng.random() < 0.3:
        color = _labelled(rng, color, inside)
    if rng.random() < 0.55:
        color = _on_ground(rng, color, cover, floors)
    turn = np.radians(rng.normal(0, 5))
    size = float(np.exp(rng.normal(0, 0.15)))
    spin = size * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ np.diag([rng.choice([-1.0, 1.0]), rng.uniform(0.85, 1.15)])
    middle = np.array([_WIDE_SIDE / 2, _WIDE_SIDE * 0.3 + 32]) + rng.normal(0, 8, 2)
    move = np.column_stack([spin, np.array([_SIDE / 2, _SIDE * 0.3 + 32]) - spin @ middle])
    stack = np.dstack([color - 127, cover * 255, hidden * 255])
    seen = cv2.warpAffine(stack, move, (_SIDE, _SIDE), flags=cv2.INTER_LINEAR)
    out = seen[..., :3] + 127
    gain = rng.uniform(0.85, 1.15) * rng.normal(1, 0.04, 3)
    out = 255 * np.clip(out * gain / 255, 0, 1) ** rng.uniform(0.75, 1.3)
    if rng.random() < 0.4:
        out = cv2.GaussianBlur(out, (0, 0), rng.uniform(0.4, 1.6))
    out = out + rng.normal(0, rng.uniform(0, 5), out.shape)
    picture = np.clip(out, 0, 255).astype(np.uint8)
    if rng.random() < 0.3:
        _, packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 90))])
        picture = cv2.imdecode(packed, cv2.IMREAD_COLOR)
    edge = seen[..., 3]
    if rng.random() < 0.3:  # cut-outs are not perfect
        edge = cv2.GaussianBlur(edge, (0, 0), rng.uniform(0.5, 2.5))
    return np.dstack([picture, np.clip(edge, 0, 255).astype(np.uint8)]), (seen[..., 4] > 127).astype(np.uint8)


def _dyed(rng: Rng, color: npt.NDArray[np.float32], cover: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The cloth in another color: turned hue, or nearly white or black with little contrast left, or gray."""
    mean = color[cover > 0.5].mean(axis=0) if (cover > 0.5).any() else np.full(3, 127.0)
    pick = rng.random()
    if pick < 0.4:
        light = rng.uniform(215, 250) if rng.random() < 0.6 else rng.uniform(15, 50)
        contrast = rng.uniform(0.12, 0.6)
        new = light + rng.normal(0, 3, 3) + (color - mean) * contrast
    elif pick < 0.75:
        mix = rng.normal(0, 1, (3, 3))
        turn, _ = np.linalg.qr(mix)
        new = rng.uniform(40, 215, 3) + (color - mean) @ (turn * rng.uniform(0.5, 1.1))
    else:
        new = mean + (color - mean).mean(-1, keepdims=True) * rng.uniform(0.3, 1.2) + rng.normal(0, 20, 3)
    return np.asarray(np.clip(color + (new - color) * cover[..., None], 0, 255), dtype=np.float32)


def _lined(rng: Rng, color: npt.NDArray[np.float32], cover: npt.NDArray[np.float32], inside: Picture) -> npt.NDArray[np.float32]:
    """The inside darker or lighter than it was, or of another cloth; a faint shadow where the front lies on it."""
    within = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), 0.8)[..., None]
    pick = rng.random()
    if pick < 0.5:
        new = color * rng.uniform(0.55, 1.1)
    elif pick < 0.75 and (cover > 0.5).any():
        front = color[(cover > 0.5) & (inside == 0)]
        mean = front.mean(axis=0) if len(front) else np.full(3, 127.0)
        new = mean * rng.uniform(0.8, 1.0) + (color - cv2.GaussianBlur(color, (0, 0), 6)) * 0.7
    else:
        new = rng.uniform(20, 235, 3) + (color - cv2.GaussianBlur(color, (0, 0), 6)) * 0.7
    under = cv2.GaussianBlur((1 - inside).astype(np.float32) * cover, (0, 0), rng.uniform(1, 5))[..., None] * rng.uniform(0, 0.4)
    return np.asarray(np.clip(color + (new * (1 - under) - color) * within, 0, 255), dtype=np.float32)


def _ribbed(rng: Rng, color: npt.NDArray[np.float32], cover: npt.NDArray[np.float32], inside: Picture) -> npt.NDArray[np.float32]:
    """A band along the back's upper edge (inside), along the front's (outside), or both, of another shade."""
    if not inside.any():
        return color
    high = int(rng.integers(5, 19))
    tall = np.zeros((2 * high + 1, 1), np.uint8)
    tall[:high] = 1
    below = cv2.dilate(inside, tall[::-1].copy(), anchor=(0, high)) | cv2.dilate(inside, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * high + 1,) * 2))
    front = (below > 0) & (inside == 0) & (cover > 0.5)
    first = inside.argmax(axis=0)
    row = np.arange(len(inside))[:, None]
    back = (inside > 0) & (row < first[None] + high)
    pick = rng.random()
    bands = [back] if pick < 0.4 else [front] if pick < 0.65 else [back, front]
    shade, strength = rng.uniform(10, 245, 3), rng.uniform(0.5, 1.0)
    faint = rng.random() < 0.35  # only its stitches show
    for band in bands:
        soft = cv2.GaussianBlur(band.astype(np.float32), (0, 0), 0.7)[..., None]
        if faint:
            edge = cv2.morphologyEx(band.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)).astype(np.float32)[..., None]
            color = color * (1 - edge * rng.uniform(0.03, 0.2))
        else:
            color = color + (shade - color) * soft * strength
    return np.asarray(np.clip(color, 0, 255), dtype=np.float32)


def _labelled(rng: Rng, color: npt.NDArray[np.float32], inside: Picture) -> npt.NDArray[np.float32]:
    """A label, sewn or printed, in the middle of the inside near the back's edge."""
    columns = np.flatnonzero(inside.any(axis=0))
    if len(columns) < 30:
        return color
    x = int(columns[len(columns) // 2] + rng.normal(0, 5))
    y = int(inside[:, np.clip(x, 0, len(inside) - 1)].argmax() + rng.uniform(2, 20))
    layer = color.copy()
    ink = [float(v) for v in rng.uniform(0, 255, 3)]
    if rng.random() < 0.5:
        wide, high = int(rng.integers(6, 22)), int(rng.integers(3, 14))
        cv2.rectangle(layer, (x - wide, y), (x + wide, y + 2 * high), ink, -1)
    words = "".join(rng.choice(list("AXMLSKEO IVWN|.8"), 6))
    ink = [float(v) for v in rng.choice([20, 60, 230], 1).repeat(3)]
    for line in range(int(rng.integers(1, 4))):
        cv2.putText(layer, words[: int(rng.integers(1, 6))], (x - 16, y + 10 + 9 * line), 0, float(rng.uniform(0.25, 0.5)), ink, 1, cv2.LINE_AA)
    return np.where(inside[..., None] > 0, layer, color).astype(np.float32)


def _on_ground(
    rng: Rng, color: npt.NDArray[np.float32], cover: npt.NDArray[np.float32], floors: npt.NDArray[np.uint8]
) -> npt.NDArray[np.float32]:
    """The cut-out on a studio's plain ground, or on a piece of another floor."""
    if rng.random() < 0.75:
        floor = np.broadcast_to(rng.uniform(215, 255) + rng.normal(0, 3, 3), color.shape)
    else:
        floor = cv2.resize(floors[rng.integers(len(floors))], color.shape[1::-1]).astype(np.float32)
    return np.asarray(floor + (color - floor) * cover[..., None], dtype=np.float32)


# ---------------------------------------------------------------- learning


def begin(further: bool) -> ParserNet:
    """The net as it starts: as published, or the garment net's trunk, a fourth channel for the cover, its answer about the inside."""
    net = build_parser_net(1, 4)
    if further:
        known = load_weights(models_dir() / "neck.safetensors")
        net.load_state_dict({name: value.float() if value.is_floating_point() else value for name, value in known.items()})
        return net
    known = load_weights(models_dir() / "garment.safetensors")
    state = net.state_dict()
    for name, value in known.items():
        if name == "trunk.encoder.stem.weight":
            state[name][:, :3] = value.float()
            state[name][:, 3:] = 0.0
        elif name in state and state[name].shape == value.shape:
            state[name] = value.float() if value.is_floating_point() else value
    state["out.weight"], state["out.bias"] = known["cloth.weight"][1:2].float(), known["cloth.bias"][1:2].float()
    net.load_state_dict(state)
    assert state["out.weight"].shape == (1, FINE_CHANNELS, 1, 1)
    return net


def loss_of(said: Tensor, truth: Tensor, cloth: Tensor) -> Tensor:
    """Cross entropy, more at the inside's edge, and Dice's share; what is no cloth does not count."""
    near = functional.max_pool2d(truth, 9, 1, 4) - truth + truth - (1 - functional.max_pool2d(1 - truth, 9, 1, 4))
    weight = (cloth > 0.3).float() * (1 + 2 * near)
    entropy = (functional.binary_cross_entropy_with_logits(said, truth, reduction="none") * weight).sum((1, 2, 3)) / weight.sum((1, 2, 3)).clamp_min(1)
    share = torch.sigmoid(said) * weight
    dice = 1 - (2 * (share * truth).sum((1, 2, 3)) + 60) / (share.sum((1, 2, 3)) + (truth * weight).sum((1, 2, 3)) + 60)
    return (entropy + 0.6 * dice).mean()


def train(minutes: float, further: bool) -> tuple[dict[str, Tensor], int, float]:
    """Learn for so many minutes; gives the averaged weights, the steps and the loss."""
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(SEED)
    with np.load(CROPS) as data:
        crops, insides, real = data["crops"], data["insides"], int(data["real"])
    photos = load_photos()
    if photos is None:
        raise SystemExit("prepare the photos first: python -m training.garments.photos")
    net = begin(further).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    encoder = list(net.trunk.encoder.parameters())
    known = {id(p) for p in encoder}
    groups = [{"params": encoder, "lr": 2.5e-4}, {"params": [p for p in net.parameters() if id(p) not in known], "lr": 1e-3}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.02)
    rates = [group["lr"] for group in groups]
    slow = {name: value.detach().clone() for name, value in net.state_dict().items()}
    began, step, loss = time.monotonic(), 0, 0.0
    while (share := (time.monotonic() - began) / (60 * minutes)) < 1:
        rng = np.random.default_rng([SEED, int(further), step])
        chosen = [int(rng.integers(real)) if rng.random() < 0.8 else int(rng.integers(real, len(crops))) for _ in range(_BATCH)]
        batch = [varied(rng, crops[i], insides[i], photos.ground) for i in chosen]
        x = from_pixels([picture for picture, _ in batch]).contiguous(memory_format=torch.channels_last)
        truth = torch.from_numpy(np.stack([inside for _, inside in batch])[:, None]).float()
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * min(1.0, (step + 1) / 30) * (0.02 + 0.49 * (1 + float(np.cos(np.pi * share))))
        net.train()
        for part in (net.trunk.encoder.stem_norm, *net.trunk.encoder.blocks[:3]):
            part.eval()
        with torch.autocast("cpu", torch.bfloat16):
            said = net(x)
        now = loss_of(said.float(), truth, (x[:, 3:] * 128 + 127) / 255)
        optimizer.zero_grad(set_to_none=True)
        now.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimizer.step()
        step += 1
        keep = min(0.99, 1 - 1 / (step / 2 + 2))
        with torch.no_grad():
            for name, value in net.state_dict().items():
                if value.is_floating_point():
                    slow[name].lerp_(value, 1 - keep)
                else:
                    slow[name].copy_(value)
        loss = 0.97 * loss + 0.03 * float(now.detach()) if loss else float(now.detach())
        if step % 25 == 0:
            print(f"{(time.monotonic() - began) / 60:.1f} min step {step} loss {loss:.4f}", flush=True)
    return slow, step, loss


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--prepare", action="store_true", help="cut out and crop the marked photos anew")
    parser.add_argument("--further", action="store_true", help="start from the published weights")
    parser.add_argument("--folder", type=Path, help="write the weights there instead of models/")
    asked = parser.parse_args()
    if asked.prepare or not CROPS.is_file():
        prepare()
    weights, steps, loss = train(asked.minutes, asked.further)
    publish(
        "neck",
        weights,
        folder=asked.folder,
        task="neck of a garment picture -> where its inside shows; 192 x 192, color and cover",
        data="262 CC0 phone photos of garments with necklines marked by eye (senders not held out), 300 drawn garments; trunk started from the garment net",
        steps=steps,
        seed=SEED,
        loss=round(loss, 4),
        scores={},
        notes="Scores by python -m training.garments.marked --necks.",
    )


if __name__ == "__main__":
    main()
