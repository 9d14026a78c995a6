"""Teach the parser on rendered people while they are being rendered.

    python -m training.parser.train --minutes 65
    python -m training.parser.train --minutes 30 --resume      goes on from runs/parser/last.pt

channels_last float32. Small pictures first, the size of use last. Writes runs/parser/last.pt (to go on) every few
minutes and runs/parser/log.jsonl.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from training.imagenet import load_imagenet
from training.parser.augment import IGNORED, example
from training.parser.stream import Stream
from tryon.body.parsing import PARTS
from tryon.body.window import CLUES
from tryon.weights.backbone import ParserNet, build_parser_net, from_pixels

RUN = Path("runs/parser")
IN_CHANNELS = 3 + CLUES


@dataclass(frozen=True)
class Stage:
    """A share of the time at one picture size (width, height)."""

    until: float
    size: tuple[int, int]
    batch: int


STAGES = (Stage(0.25, (144, 192), 12), Stage(0.72, (192, 256), 8), Stage(1.01, (288, 384), 6))
THIN = {"neck": 1.5, "left_hand": 1.5, "right_hand": 1.5, "feet": 1.5, "bag": 1.5}
"""Parts whose pixels count more: small, thin, and missed at once by whoever looks at the result."""


class Average:
    """Running average of the weights: what is shipped."""

    def __init__(self, net: torch.nn.Module) -> None:
        self.state = {key: value.detach().clone() for key, value in net.state_dict().items()}

    def update(self, net: torch.nn.Module, step: int) -> None:
        keep = min(0.995, (1 + step) / (10 + step))
        for key, value in net.state_dict().items():
            if value.dtype.is_floating_point:
                self.state[key].mul_(keep).add_(value.detach(), alpha=1 - keep)
            else:
                self.state[key].copy_(value)


def class_weights(stream: Stream) -> Tensor:
    """1 / sqrt(frequency), bounded, averaging 1 over pixels."""
    counts = np.zeros(len(PARTS))
    for sample in stream.some(400):
        counts += np.bincount(sample.parts[::4, ::4].ravel(), minlength=256)[: len(PARTS)]
    share = counts / max(1.0, counts.sum())
    weight = np.clip(1 / np.sqrt(share + 1e-3), 1, 14) * np.array([THIN.get(name, 1.0) for name in PARTS])
    return torch.tensor(weight / (weight * share).sum(), dtype=torch.float32)


def batch(stream: Stream, stage: Stage, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Pictures and clues (N, 7, h, w), parts (N, h, w)."""
    made = [example(stream.pick(rng), stage.size, rng) for _ in range(stage.batch)]
    pictures = from_pixels([picture for picture, _, _ in made])
    hints = torch.from_numpy(np.stack([hint for _, hint, _ in made]))
    parts = torch.from_numpy(np.stack([part for _, _, part in made])).long()
    return torch.cat([pictures, hints], 1).contiguous(memory_format=torch.channels_last), parts


def loss_of(net: ParserNet, x: Tensor, parts: Tensor, weight: Tensor) -> Tensor:
    """Cross entropy of pixels, their overlap by part, and which parts are there at all (over 0.3 % of the picture)."""
    logits, presence = net.look(x)
    pixels = functional.cross_entropy(logits, parts, weight=weight, ignore_index=IGNORED)
    coarse = parts[:, ::2, ::2]
    known = (coarse != IGNORED).unsqueeze(1)
    truth = functional.one_hot(torch.where(known[:, 0], coarse, 0), len(PARTS)).permute(0, 3, 1, 2).float() * known
    there = (truth.mean((2, 3)) > 0.003).float()
    overlap = soft_overlap(logits[..., ::2, ::2].softmax(1) * known, truth)
    return pixels + 0.5 * overlap + 0.05 * functional.binary_cross_entropy_with_logits(presence, there)


def soft_overlap(said: Tensor, truth: Tensor) -> Tensor:
    """1 - intersection over union of each part over the whole batch, of parts that are there (Rahman and Wang 2016)."""
    both = (said * truth).sum((0, 2, 3))
    area = truth.sum((0, 2, 3))
    lost = 1 - (both + 1) / (said.sum((0, 2, 3)) + area - both + 1)
    counted = (area > 0).float()
    return (lost * counted).sum() / counted.sum()


def freeze_start(net: ParserNet, blocks: int) -> None:
    """Keep the encoder's stem and first blocks as they are: a third less work a picture once they know the clues."""
    encoder = net.trunk.encoder
    for module in (encoder.stem, encoder.stem_norm, *encoder.blocks[:blocks]):
        module.requires_grad_(False).eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=65)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--people", type=Path, nargs="+", default=[Path("runs/people")], help="folders of folders of shards")
    parser.add_argument("--resume", action="store_true", help="go on with the weights of runs/parser/last.pt")
    parser.add_argument("--freeze", type=int, default=0, help="keep the encoder's stem and this many of its blocks (with --resume)")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--start", type=float, default=0.0, help="share of the schedule to begin at (with --resume)")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    cv2.setNumThreads(1)
    torch.manual_seed(options.seed)
    rng = np.random.default_rng(options.seed)
    RUN.mkdir(parents=True, exist_ok=True)
    stream = Stream(options.people)
    stream.wait()

    net = build_parser_net(len(PARTS), IN_CHANNELS)
    load_imagenet(net)
    step = pictures = 0
    if options.resume:
        saved = torch.load(RUN / "last.pt", weights_only=True)
        net.load_state_dict(with_every_part(saved["net"]))
        step, pictures = saved["step"], saved["pictures"]
    net = net.to(memory_format=torch.channels_last).train()
    if options.freeze:
        freeze_start(net, options.freeze)
    average = Average(net)
    encoder = {id(p) for p in net.trunk.encoder.parameters()}
    groups = [
        {"params": [p for p in net.parameters() if id(p) in encoder and p.requires_grad], "lr": options.rate / 2},
        {"params": [p for p in net.parameters() if id(p) not in encoder], "lr": options.rate},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    rates = [group["lr"] for group in optimizer.param_groups]
    weight = class_weights(stream)

    began = saved_at = looked_at = time.monotonic()
    first_step, smooth = step, 0.0
    while (spent := (time.monotonic() - began) / 60 / options.minutes) < 1:
        done = options.start + spent * (1 - options.start)
        stage = next(stage for stage in STAGES if done < stage.until)
        factor = min(1.0, (step - first_step + 1) / 60) * (0.5 * (1 + math.cos(math.pi * done)) + 0.01)
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * factor
        x, parts = batch(stream, stage, rng)
        loss = loss_of(net, x, parts, weight)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimizer.step()
        step, pictures = step + 1, pictures + len(x)
        average.update(net, step - first_step)
        smooth = 0.98 * smooth + 0.02 * loss.item()
        now = time.monotonic()
        if step % 25 == 0:
            line = {
                "step": step, "pictures": pictures, "minutes": round((now - began) / 60, 1), "size": stage.size,
                "loss": round(smooth / (1 - 0.98 ** (step - first_step)), 4), "rendered": len(stream),
            }  # fmt: skip
            print(json.dumps(line), flush=True)
            with (RUN / "log.jsonl").open("a") as log:
                log.write(json.dumps(line) + "\n")
        if now - looked_at > 20:
            looked_at = now
            if stream.refresh():
                weight = class_weights(stream)
        if now - saved_at > 120:
            saved_at = now
            save(net, average, step, pictures, smooth, options.seed)
    save(net, average, step, pictures, smooth / (1 - 0.98 ** max(1, step - first_step)), options.seed)


def with_every_part(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weights made before the last parts had names: those parts are at first never seen."""
    grown = dict(weights)
    for head in ("out", "presence"):
        weight, bias = weights[f"{head}.weight"], weights[f"{head}.bias"]
        missing = len(PARTS) - len(bias)
        grown[f"{head}.weight"] = torch.cat([weight, weight.new_zeros(missing, *weight.shape[1:])])
        grown[f"{head}.bias"] = torch.cat([bias, bias.new_full((missing,), -9.0)])
    return grown


def save(net: ParserNet, average: Average, step: int, pictures: int, loss: float, seed: int) -> None:
    state = {"net": net.state_dict(), "average": average.state, "step": step, "pictures": pictures, "loss": loss, "seed": seed}
    torch.save(state, RUN / "last.part")
    os.replace(RUN / "last.part", RUN / "last.pt")


if __name__ == "__main__":
    main()
