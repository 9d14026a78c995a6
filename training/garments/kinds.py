"""Give the garment net's kind a second opinion: `python -m training.garments.kinds` (about five minutes on a free core).

The net's own head learned kinds from drawn garments and photos together, while all else was learned too; this one is a logistic
regression over the finished net's features on the real photos of the training senders alone, whole and mirrored. At use the two are
averaged (geometric mean of the shares). Writes models/garment.safetensors with its card anew; prints the score on held-out senders.
"""

from __future__ import annotations

import json

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from training.garments.photos import load_photos
from training.garments.score import photo_kind, seen_by_net
from training.publish import publish
from tryon.config import models_dir
from tryon.fit.garment_net import GarmentNet
from tryon.fit.outline import KINDS
from tryon.weights.backbone import from_pixels
from tryon.weights.safe import load_weights

_PENALTY = 0.3
_SMOOTH = 0.05  # share of label smoothing: some jackets are called shirts


def features(net: GarmentNet, pictures: npt.NDArray[np.uint8]) -> Tensor:
    """(2 N, features) of pictures (N, 256, 256, 3) uint8 as they are and mirrored: what the net's heads are given."""
    kept: list[Tensor] = []
    hook = net.answer.register_forward_pre_hook(lambda _, given: kept.append(given[0].clone()))
    with torch.inference_mode():
        for start in range(0, len(pictures), 8):
            some = pictures[start : start + 8]
            net(from_pixels(np.stack([some, some[:, :, ::-1]], 1).reshape(-1, *some.shape[1:])))
    hook.remove()
    return torch.cat(kept)


def regression(x: Tensor, kind: Tensor) -> tuple[Tensor, Tensor]:
    """Weight (kinds, features) and bias (kinds) of a multinomial logistic regression; rare kinds count more than their number."""
    mean, spread = x.mean(0), x.std(0) + 1e-3
    z = (x - mean) / spread
    weight = torch.zeros(x.shape[1], len(KINDS), requires_grad=True)
    bias = torch.zeros(len(KINDS), requires_grad=True)
    counts = torch.bincount(kind, minlength=len(KINDS)).float().clamp_min(1)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = functional.cross_entropy(z @ weight + bias, kind, weight=counts.rsqrt(), label_smoothing=_SMOOTH)
        loss = loss + _PENALTY * (weight**2).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    with torch.no_grad():
        own = weight / spread[:, None]
        return own.T.contiguous(), bias - mean @ own


def main() -> None:
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    photos = load_photos()
    if photos is None:
        raise SystemExit("prepare the photos first: python -m training.garments.photos")
    path = models_dir() / "garment.safetensors"
    weights = load_weights(path)
    net = GarmentNet()
    net.load_state_dict({name: value.float() if value.is_floating_point() else value for name, value in weights.items()}, strict=False)
    net.eval()
    chosen = np.nonzero(~photos.held)[0]
    x = features(net, seen_by_net(photos, chosen))
    net.second.weight.data, net.second.bias.data = regression(x, torch.from_numpy(photos.kind[chosen]).repeat_interleave(2))
    scores = photo_kind(net)
    card = json.loads(path.with_suffix(".json").read_text())
    for name in ("name", "file", "sha256"):
        card.pop(name)
    card["scores"] |= scores
    publish("garment", weights | {f"second.{name}": value for name, value in net.second.state_dict().items()}, **card)
    print(json.dumps(scores))


if __name__ == "__main__":
    main()
