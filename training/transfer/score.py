"""Score the denoiser on held-out rendered people and ship it if it is better.

    python -m training.transfer.score runs/transfer/val --net runs/transfer/net/last.pt --sheet sheet.png
    python -m training.transfer.score runs/transfer/val --net runs/transfer/net/last.pt --publish

For each example: the picture as the program paints it (mean of a few short draws) against the truth inside the hidden area (PSNR, linear in sRGB values), beside the cloth laid
flat on the agnostic photo, and the IoU of the garment's coverage, beside the drape's.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from tryon.fit.compact import DEFAULT_STEPS, base_of, build_net, conditions, draw


def repaint(net: torch.nn.Module, example: np.ndarray, *, steps: int, seed: int) -> np.ndarray:
    """The denoiser's answer to one prepared example: (384, 288, 4) float32 0..1, picture and coverage."""
    told = conditions(example[..., :3], example[..., 3] > 127, example[..., 4:7], example[..., 7].astype(np.float32) / 255)
    with torch.autocast("cpu", torch.bfloat16):
        difference = draw(net, told, seed=seed, steps=steps)
    return np.clip((base_of(told) + difference + 1) / 2, 0, 1).transpose(1, 2, 0)


def load(path: Path) -> tuple[torch.nn.Module, dict[str, Any]]:
    """The averaged weights of a checkpoint, and what is known about its training."""
    saved = torch.load(path, weights_only=True)
    net = build_net()
    net.load_state_dict(saved["average"])
    told = json.loads(path.with_suffix(".json").read_text()) if path.with_suffix(".json").exists() else {}
    return net.to(memory_format=torch.channels_last).eval(), {**told, "step": saved["step"], "seen": saved["seen"]}


def examples(folder: Path, count: int) -> list[np.ndarray]:
    """Evenly chosen prepared examples."""
    everything = [np.load(path, mmap_mode="r") for path in sorted(folder.glob("[0-9]*.npy"))]
    total = sum(len(shard) for shard in everything)
    chosen = np.linspace(0, total - 1, min(count, total)).astype(int)
    bounds = np.cumsum([0, *(len(shard) for shard in everything)])
    return [np.array(everything[k][i - bounds[k]]) for i in chosen for k in [int(np.searchsorted(bounds, i, side="right")) - 1]]


def score(net: torch.nn.Module, held_out: list[np.ndarray], *, steps: int = DEFAULT_STEPS) -> tuple[dict[str, float], list[np.ndarray]]:
    """Mean scores and the pictures."""
    rows: dict[str, list[float]] = {"psnr": [], "psnr_flat": [], "iou": [], "iou_drape": []}
    pictures = []
    for number, example in enumerate(held_out):
        made = repaint(net, example, steps=steps, seed=number)
        pictures.append(made)
        hidden = example[..., 3] > 127
        truth = example[..., 8:11].astype(np.float32) / 255
        cover = example[..., 7:8].astype(np.float32) / 255
        flat = example[..., :3].astype(np.float32) / 255 * (1 - cover) + example[..., 4:7].astype(np.float32) / 255 * cover
        for name, picture in (("psnr", made[..., :3]), ("psnr_flat", flat)):
            rows[name].append(-10 * float(np.log10(max(1e-6, ((picture - truth)[hidden] ** 2).mean()))))
        worn = example[..., 11] > 127
        for name, covered in (("iou", made[..., 3] > 0.5), ("iou_drape", cover[..., 0] > 0.5)):
            rows[name].append(float((worn & covered).sum() / max(1, (worn | covered).sum())))
    return {name: round(float(np.mean(values)), 3) for name, values in rows.items()}, pictures


def sheet(held_out: list[np.ndarray], pictures: list[np.ndarray]) -> np.ndarray:
    """Agnostic, drape, painted, its coverage, truth, side by side; two examples a row."""
    rows = []
    for example, made in zip(held_out, pictures, strict=True):
        cover = example[..., 7:8] / 255.0
        laid = (example[..., 4:7] * cover + example[..., :3] * (1 - cover)).astype(np.uint8)
        painted = (made[..., :3] * 255).astype(np.uint8)
        alpha = np.repeat((made[..., 3:] * 255).astype(np.uint8), 3, axis=2)
        row = np.hstack([example[..., :3], laid, painted, alpha, example[..., 8:11]])
        rows.append(cv2.resize(row, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA))
    if len(rows) % 2:
        rows.append(np.zeros_like(rows[0]))
    return np.vstack([np.hstack(rows[i : i + 2]) for i in range(0, len(rows), 2)])


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--net", type=Path, default=Path("runs/transfer/net/last.pt"))
    parser.add_argument("--count", type=int, default=48)
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--publish", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(1)
    net, known = load(args.net)
    held_out = examples(args.data, args.count)
    scores, pictures = score(net, held_out)
    print(json.dumps({**known, "examples": len(held_out), **scores}))
    if args.sheet:
        cv2.imwrite(str(args.sheet), cv2.cvtColor(sheet(held_out[:16], pictures[:16]), cv2.COLOR_RGB2BGR))
    if args.publish:
        from training.publish import publish

        publish(
            "compact",
            net.state_dict(),
            task="repaints a person's photo around a draped garment, 288 x 384, and tells where the garment is seen",
            data="people rendered twice by training/people (CC0 bodies, skins, hair, outfits, cloth from CC0 garment photos and drawn cloth), "
            "draped and hidden by the program's own code (training/transfer/prepare)",
            steps=known["step"],
            seed=known.get("seed", 0),
            loss=known.get("loss"),
            scores={"held_out_examples": len(held_out), **scores},
            windows_seen=known["seen"],
            minutes=round(known.get("minutes", 0), 1),
            notes="psnr: painted picture against the truth inside the hidden area; psnr_flat: the cloth laid flat instead. "
            "iou: the garment's coverage against the truth; iou_drape: the drape's. Held out by seed, skins and outfits (training.people --held-out).",
            recipe="training/README.md",
        )


if __name__ == "__main__":
    main()
