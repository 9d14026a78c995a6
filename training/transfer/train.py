"""Train the denoiser of the compact transfer.

    python -m training.transfer.train runs/transfer/1 --minutes 60 --threads 1

Windows of 160 x 192 pixels at the scale of use (the net is fully convolutional), whole frames in the last part. Streams shards as
they appear; checkpoints every few minutes in runs/transfer/net; goes on from the last one.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from tryon.fit.compact import BLOCK, base_of, build_net, conditions, scheduler

WINDOW = (192, 160)  # rows, columns: multiples of 32 (unshuffling by 4, three halvings)


class Shards:
    """Random windows of all prepared examples, mapped from disk; looks for new shards now and then."""

    def __init__(self, folder: Path, rng: np.random.Generator) -> None:
        self._folder, self._rng = folder, rng
        self._open: dict[str, np.ndarray] = {}
        self._looked = 0.0
        self.refresh()

    def refresh(self) -> None:
        """Open shards that have come since."""
        if time.monotonic() - self._looked > 30:
            for path in sorted(self._folder.glob("[0-9]*.npy")):
                if ".part" not in path.name and path.name not in self._open:
                    self._open[path.name] = np.load(path, mmap_mode="r")
            self._looked = time.monotonic()

    def __len__(self) -> int:
        return sum(len(shard) for shard in self._open.values())

    def window(self, height: int, width: int) -> np.ndarray:
        """One augmented window, (height, width, 12) uint8, most of it where something changes."""
        rng = self._rng
        shards = list(self._open.values())
        shard = shards[rng.integers(len(shards))]
        example = shard[rng.integers(len(shard))]
        y, x = 0, 0
        if (height, width) != example.shape[:2]:
            ys, xs = np.nonzero(example[::8, ::8, 3])
            pick = rng.integers(len(ys)) if len(ys) else 0
            cy, cx = (ys[pick] * 8, xs[pick] * 8) if len(ys) else (192, 144)
            y = int(np.clip(cy - height // 2 + rng.integers(-40, 41), 0, example.shape[0] - height))
            x = int(np.clip(cx - width // 2 + rng.integers(-30, 31), 0, example.shape[1] - width))
        window = np.array(example[y : y + height, x : x + width])
        if rng.random() < 0.5:
            window = window[:, ::-1]
        return self._colors(np.ascontiguousarray(window))

    def _colors(self, window: np.ndarray) -> np.ndarray:
        """Another camera (all pictures alike), another product light (the drape alone), the hues turned now and then."""
        rng = self._rng
        gain = np.clip(rng.normal(1, 0.10), 0.75, 1.25) * np.clip(rng.normal(1, 0.03, 3), 0.9, 1.1)
        gamma = math.exp(rng.normal(0, 0.12))
        table = np.clip((np.arange(256)[:, None] / 255.0) ** gamma * gain * 255, 0, 255).astype(np.uint8)
        order = rng.permutation(3) if rng.random() < 0.12 else np.arange(3)
        for start in (0, 4, 8):
            pixels = window[..., start : start + 3]
            window[..., start : start + 3] = np.take_along_axis(table[None], pixels.reshape(1, -1, 3), axis=1).reshape(pixels.shape)[
                ..., order
            ]
        product = np.clip(np.arange(256) * np.clip(rng.normal(1, 0.08), 0.8, 1.2), 0, 255).astype(np.uint8)
        window[..., 4:7] = product[window[..., 4:7]]
        hidden = window[..., 3] > 127
        window[..., :3] = np.where(
            hidden[..., None] & (np.abs(window[..., :3].astype(int) - table[128][order].astype(int)).max(-1) <= 1)[..., None],
            128,
            window[..., :3],
        )
        return window


def batch_of(windows: list[np.ndarray]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Condition, target and weight in unshuffled space from (H, W, 12) windows."""
    told = [conditions(w[..., :3], w[..., 3] > 127, w[..., 4:7], w[..., 7].astype(np.float32) / 255) for w in windows]
    condition = torch.from_numpy(np.stack(told))
    truth = torch.from_numpy(np.stack([w[..., 8:12] for w in windows]).astype(np.float32) / 127.5 - 1).permute(0, 3, 1, 2)
    target = truth - torch.from_numpy(np.stack([base_of(one) for one in told]))
    hidden = torch.from_numpy(np.stack([w[..., 3:4] for w in windows]).astype(np.float32) / 255).permute(0, 3, 1, 2)
    weight = (0.05 + 0.95 * hidden).expand(-1, 4, -1, -1)
    return tuple(functional.pixel_unshuffle(t.contiguous(), BLOCK) for t in (condition, target, weight))  # type: ignore[return-value]


def difference_loss(
    net: torch.nn.Module, schedule: Any, condition: torch.Tensor, target: torch.Tensor, weight: torch.Tensor
) -> torch.Tensor:
    """Weighted squared error of the predicted difference at random times, half of them late, where the picture is decided."""
    count = len(target)
    times = torch.randint(0, 1000, (count,))
    times = torch.where(torch.rand(count) < 0.5, torch.randint(650, 1000, (count,)), times)
    noisy = schedule.add_noise(target, torch.randn_like(target), times)
    joined = torch.cat([noisy, condition], dim=1).contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16):
        predicted = net(joined, times).sample
    return ((predicted.float() - target) ** 2 * weight).sum() / weight.sum()


def train(data: Path, out: Path, *, minutes: float, threads: int, seed: int, batch: int, rate: float, frames_from: float) -> None:
    """Train for a time; see the module's head."""
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    out.mkdir(parents=True, exist_ok=True)
    net = build_net().to(memory_format=torch.channels_last)
    average = {name: value.detach().clone() for name, value in net.state_dict().items()}
    optimizer = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=0.01, betas=(0.9, 0.99))
    step, seen, spent, history = 0, 0, 0.0, []
    last = out / "last.pt"
    if last.exists():
        saved = torch.load(last, weights_only=True)
        net.load_state_dict(saved["net"])
        average = saved["average"]
        optimizer.load_state_dict(saved["optimizer"])
        step, seen, spent = saved["step"], saved["seen"], saved["spent"]
    shards = Shards(data, np.random.default_rng([seed, step]))
    schedule = scheduler()
    started = told = kept = time.monotonic()
    losses: list[float] = []
    while (elapsed := time.monotonic() - started) < minutes * 60:
        share = elapsed / (minutes * 60)
        factor = min(1.0, (step + 1) / 200) * (0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * share)))
        for group in optimizer.param_groups:
            group["lr"] = rate * factor
        whole = share > frames_from and step % 2 == 0
        size, count = ((384, 288), max(1, batch // 4)) if whole else (WINDOW, batch)
        loss = difference_loss(net, schedule, *batch_of([shards.window(*size) for _ in range(count)]))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        step, seen = step + 1, seen + count
        losses.append(loss.item())
        decay = min(0.999, (1 + step) / (20 + step))
        with torch.no_grad():
            for name, value in net.state_dict().items():
                average[name].lerp_(value, 1 - decay)
        now = time.monotonic()
        if now - told > 60:
            history.append({"step": step, "seen": seen, "minutes": (spent + elapsed) / 60, "loss": float(np.mean(losses[-200:]))})
            print(json.dumps({**history[-1], "examples": len(shards), "per_s": seen / max(spent + elapsed, 1)}), flush=True)
            told = now
            shards.refresh()
        if now - kept > 240:
            _keep(out, net, average, optimizer, step, seen, spent + elapsed, seed, float(np.mean(losses[-500:])))
            kept = now
    _keep(out, net, average, optimizer, step, seen, spent + minutes * 60, seed, float(np.mean(losses[-500:])))


def _keep(
    out: Path, net: Any, average: dict[str, torch.Tensor], optimizer: Any, step: int, seen: int, spent: float, seed: int, loss: float
) -> None:
    saved = {"net": net.state_dict(), "average": average, "optimizer": optimizer.state_dict(), "step": step, "seen": seen, "spent": spent}
    temporary = out / "last.part"
    torch.save(saved, temporary)
    temporary.replace(out / "last.pt")
    (out / "last.json").write_text(json.dumps({"step": step, "seen": seen, "minutes": spent / 60, "seed": seed, "loss": loss}))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=Path("runs/transfer/net"))
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rate", type=float, default=4e-4)
    parser.add_argument("--frames-from", type=float, default=0.85, help="share of the time after which whole frames are mixed in")
    args = parser.parse_args()
    train(
        args.data,
        args.out,
        minutes=args.minutes,
        threads=args.threads,
        seed=args.seed,
        batch=args.batch,
        rate=args.rate,
        frames_from=args.frames_from,
    )


if __name__ == "__main__":
    main()
