"""Train the garment net: `python -m training.garments.train --minutes 60` (resumes by itself; `--restart` begins anew).

One process draws pictures, one thread learns; the rate follows a cosine over the minutes asked for. Checkpoints in runs/garment/.
`--publish` only writes the weights of the last checkpoint to models/garment.safetensors with its card.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import signal
import time
from multiprocessing.queues import Queue as ProcessQueue
from pathlib import Path
from queue import Full
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.garments.grounds import NET_SIDE
from training.garments.photos import load_photos
from training.garments.samples import Sample, make_sample, varied
from training.imagenet import load_imagenet
from training.publish import publish
from tryon.fit.garment_net import GarmentNet, Reading
from tryon.fit.outline import LANDMARKS
from tryon.weights.backbone import from_pixels

RUNS = Path(__file__).resolve().parents[2] / "runs" / "garment"
SEED = 20261123
_BATCH = 16
_EMA = 0.998
_SPREAD = 1.1  # standard deviation of a landmark's target on the 64 x 64 map, in its pixels

Batch = dict[str, npt.NDArray[Any]]


def pack(samples: list[Sample]) -> Batch:
    """Samples as arrays of one batch."""
    stack = lambda name: np.stack([getattr(s, name) for s in samples])  # noqa: E731
    batch = {name: stack(name) for name in ("picture", "mask", "inner", "marks")}
    for name in ("kind", "sleeve", "present"):
        batch[name] = np.array([getattr(s, name) for s in samples], np.int64)
    batch["mask_weight"] = np.array([s.mask_weight for s in samples], np.float32)
    return batch


def produce(queue: ProcessQueue[Batch], start: int, parent: int) -> None:
    """The drawing process: batches as long as its parent lives, each by its number; half of each is new, half drawn before and varied."""
    cv2.setNumThreads(1)
    photos = load_photos()
    number, kept = start, []
    half = _BATCH // 2
    while os.getppid() == parent:
        rng = np.random.default_rng([SEED, number])
        fresh = [make_sample(np.random.default_rng([SEED, number, i]), photos) for i in range(half if len(kept) >= 10 * half else _BATCH)]
        again = [varied(rng, kept[int(rng.integers(len(kept)))]) for _ in range(_BATCH - len(fresh))]
        kept = (kept + fresh)[-60 * half :]
        batch = pack(fresh + again)
        while os.getppid() == parent:
            try:
                queue.put(batch, timeout=2.0)
                break
            except Full:
                continue
        number += 1


def mark_targets(marks: Tensor, side: int) -> tuple[Tensor, Tensor]:
    """Gaussian targets (N, L, side, side), each summing to 1, and which landmarks count (N, L); marks: 0..1 of the picture."""
    known = torch.isfinite(marks).all(-1)
    at = torch.where(known[..., None], marks, 0.5) * side - 0.5
    grid = torch.arange(side, dtype=torch.float32)
    wave = torch.exp(-((grid - at[..., None]) ** 2) / (2 * _SPREAD**2))  # N, L, 2, side
    target = wave[:, :, 1, :, None] * wave[:, :, 0, None, :]
    return target / target.sum((2, 3), keepdim=True).clamp_min(1e-6), known


def losses(said: Reading, batch: Batch) -> dict[str, Tensor]:
    """Each loss by name, weighted."""
    side = said.mask.shape[-1]
    maps = torch.from_numpy(np.stack([batch["mask"], batch["inner"]], 1)).float() / 255
    maps = functional.interpolate(maps, size=(side, side), mode="area")
    mask, inner = maps[:, :1], maps[:, 1:]
    weight = torch.from_numpy(batch["mask_weight"])
    marks = torch.from_numpy(batch["marks"])
    target, known = mark_targets(marks / NET_SIDE, said.marks.shape[-1])
    drawn = known.any(1) | (torch.from_numpy(batch["present"]) == 0)
    per = functional.binary_cross_entropy_with_logits(said.mask, mask, reduction="none").mean((1, 2, 3))
    p = torch.sigmoid(said.mask)
    dice = 1 - (2 * (p * mask).sum((1, 2, 3)) + 50) / ((p + mask).sum((1, 2, 3)) + 50)
    per_inner = functional.binary_cross_entropy_with_logits(said.inner, inner, pos_weight=torch.tensor(3.0), reduction="none").mean(
        (1, 2, 3)
    )
    log_share = functional.log_softmax(said.marks.flatten(2), -1)
    per_mark = -(target.flatten(2) * log_share).sum(-1)
    kind, sleeve = torch.from_numpy(batch["kind"]), torch.from_numpy(batch["sleeve"])
    return {
        "mask": 2.0 * ((per + 0.5 * dice) * weight).sum() / weight.sum().clamp_min(1),
        "inner": 2.0 * (per_inner * drawn).sum() / drawn.sum().clamp_min(1),
        "marks": 0.6 * (per_mark * known).sum() / known.sum().clamp_min(1),
        "kind": 0.2 * functional.cross_entropy(said.kind, kind, ignore_index=-1, label_smoothing=0.03),
        "sleeve": 0.15 * functional.cross_entropy(said.sleeve, sleeve, ignore_index=-1),
        "present": 0.3 * functional.binary_cross_entropy_with_logits(said.present, torch.from_numpy(batch["present"]).float()),
    }


class Trainer:
    """Net, its slow average, optimizer and how far they are."""

    def __init__(self, restart: bool) -> None:
        torch.manual_seed(SEED)
        self.net = GarmentNet()
        load_imagenet(self.net)
        self.net = self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        encoder = list(self.net.trunk.encoder.parameters())
        known = {id(p) for p in encoder}
        rest = [p for name, p in self.net.named_parameters() if id(p) not in known and not name.startswith("second.")]  # `kinds` fits that
        self.optimizer = torch.optim.AdamW([{"params": encoder, "lr": 5e-4}, {"params": rest, "lr": 1.5e-3}], weight_decay=0.01)
        self.rates = [group["lr"] for group in self.optimizer.param_groups]
        self.slow = {name: value.detach().clone() for name, value in self.net.state_dict().items()}
        self.step, self.seconds, self.loss = 0, 0.0, 0.0
        self.path = RUNS / "last.pt"
        if self.path.is_file() and not restart:
            kept = torch.load(self.path, map_location="cpu", weights_only=True)
            self.net.load_state_dict(kept["net"])
            self.optimizer.load_state_dict(kept["optimizer"])
            self.slow, self.step, self.seconds, self.loss = kept["slow"], kept["step"], kept["seconds"], kept["loss"]
            print(f"goes on at step {self.step}, {self.seconds / 60:.1f} min", flush=True)

    def save(self) -> None:
        RUNS.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(".part")
        torch.save(
            {
                "net": self.net.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "slow": self.slow,
                "step": self.step,
                "seconds": self.seconds,
                "loss": self.loss,
            },
            part,
        )
        part.replace(self.path)

    def average(self) -> GarmentNet:
        """The slow average as a net of its own."""
        net = GarmentNet()
        net.load_state_dict(self.slow)
        return net.eval()

    def learn(self, batch: Batch, share: float, side: int) -> dict[str, float]:
        """One step; share: of the whole training time, 0..1."""
        warm = min(1.0, (self.step + 1) / 60)
        factor = warm * (0.01 + 0.99 * 0.5 * (1 + float(np.cos(np.pi * min(share, 1.0)))))
        for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = rate * factor
        x = from_pixels(batch["picture"])
        if side != NET_SIDE:
            x = functional.interpolate(x, size=(side, side), mode="area")
        self.net.train()
        encoder = self.net.trunk.encoder
        for part in (encoder.stem, encoder.stem_norm, *encoder.blocks[:3]):  # edges and colors are as ImageNet taught: a quarter less work
            part.eval().requires_grad_(False)
        parts = losses(self.net(x.contiguous(memory_format=torch.channels_last)), batch)
        total = torch.stack(list(parts.values())).sum()
        self.optimizer.zero_grad(set_to_none=True)
        total.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.net.parameters(), 2.0)
        self.optimizer.step()
        self.step += 1
        keep = min(_EMA, 1 - 1 / (self.step / 2 + 2))
        with torch.no_grad():
            for name, value in self.net.state_dict().items():
                if value.is_floating_point():
                    self.slow[name].lerp_(value, 1 - keep)
                else:
                    self.slow[name].copy_(value)
        said = {name: float(part.detach()) for name, part in parts.items()}
        now = float(total.detach())
        self.loss = 0.98 * self.loss + 0.02 * now if self.loss else now
        return said


def train(minutes: float, restart: bool) -> Trainer:
    """Learn until the minutes (counted over all runs) are used."""
    from training.garments.score import quick_scores

    torch.set_num_threads(1)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a polite end keeps what was learned
    trainer = Trainer(restart)
    context = multiprocessing.get_context("spawn")
    queue: ProcessQueue[Batch] = context.Queue(maxsize=6)
    painter = context.Process(target=produce, args=(queue, trainer.step, os.getpid()), daemon=True)
    painter.start()
    budget, last_saved, last_scored, waited = minutes * 60, time.monotonic(), trainer.seconds, 0.0
    try:
        while trainer.seconds < budget:
            began = time.monotonic()
            batch = queue.get()
            waited += time.monotonic() - began
            share = trainer.seconds / budget
            said = trainer.learn(batch, share, 160 if share < 0.5 else 192 if share < 0.93 else NET_SIDE)  # grows: cheap first
            trainer.seconds += time.monotonic() - began
            if trainer.step % 25 == 0:
                words = " ".join(f"{name} {value:.3f}" for name, value in said.items())
                print(
                    f"{trainer.seconds / 60:6.1f} min step {trainer.step} loss {trainer.loss:.3f} {words} waited {waited:.0f} s", flush=True
                )
            if time.monotonic() - last_saved > 120:
                trainer.save()
                last_saved = time.monotonic()
            if trainer.seconds - last_scored > 420:
                last_scored = trainer.seconds
                print("   ", json.dumps(quick_scores(trainer.average(), 64)), flush=True)
    finally:
        trainer.save()
        painter.terminate()
        painter.join()
    return trainer


def put_on_shelf(trainer: Trainer, count: int) -> None:
    """Publish the slow average with its card."""
    from training.garments.score import quick_scores

    scores = quick_scores(trainer.average(), count)
    publish(
        "garment",
        trainer.slow,
        license="Apache-2.0",
        task="garment picture -> mask, inner side, landmarks, kind, sleeve, presence; 256 x 256",
        data="garments drawn by seed (training/garments), cloth and grounds cut from 1,199 CC0 photos of garments (tenth of the senders held out), "
        "those photos themselves for kind and, where a border-color cut-out was sure, mask; encoder started from EfficientNet-Lite0, ImageNet, Apache-2.0",
        steps=trainer.step,
        seed=SEED,
        loss=round(trainer.loss, 4),
        scores=scores,
        landmarks=list(LANDMARKS),
        notes=f"{trainer.step * _BATCH} pictures in {trainer.seconds / 60:.0f} minutes on one CPU thread. Scores by python -m training.garments.score. "
        "Landmarks were learned on drawn garments only; garments worn by a person are not handled.",
    )
    print(json.dumps(scores))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--restart", action="store_true")
    parser.add_argument("--publish", action="store_true", help="only write the weights of the last checkpoint to models/")
    asked = parser.parse_args()
    trainer = Trainer(restart=False) if asked.publish else train(asked.minutes, asked.restart)
    put_on_shelf(trainer, 64 if asked.publish else 160)


if __name__ == "__main__":
    main()
