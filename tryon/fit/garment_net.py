"""The net that reads a garment picture: where the cloth is, what it is, where its landmarks lie.

Importing this module imports torch: import it inside the function that needs the net.

In: (N, 3, 256, 256) as `from_pixels` gives. Out: `Reading`. Trained by `training/garments` on drawn garments and on CC0 photos.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from tryon.fit.outline import KINDS, LANDMARKS, SLEEVES
from tryon.weights.backbone import FINE_CHANNELS, SUMMARY_CHANNELS, Trunk, fused
from tryon.weights.safe import load_weights

__all__ = ["GarmentNet", "Reading", "load_garment_net"]

_POOLED = 112 + 320
_MARK_CHANNELS = 64


@dataclass(frozen=True, eq=False)
class Reading:
    """What the net says, as logits.

    mask, inner: (N, 1, H/2, W/2). marks: (N, landmarks, H/4, W/4), a softmax over the picture gives a place.
    kind: (N, 6). sleeve: (N, 3). present: (N,), is there a garment at all.
    """

    mask: Tensor
    inner: Tensor
    marks: Tensor
    kind: Tensor
    sleeve: Tensor
    present: Tensor


class GarmentNet(nn.Module):
    """Trunk of the house (EfficientNet-Lite0 and a U-Net decoder) with heads for cloth, landmarks and kind.

    The kind has a second opinion: a logistic regression on the real photos alone (`training/garments/kinds.py`); the two are averaged.
    """

    def __init__(self) -> None:
        super().__init__()
        self.trunk = Trunk(3)
        self.cloth = nn.Conv2d(FINE_CHANNELS, 2, 1)
        self.marks = nn.Sequential(
            nn.Conv2d(FINE_CHANNELS, _MARK_CHANNELS, 3, 2, 1, bias=False), nn.BatchNorm2d(_MARK_CHANNELS), nn.ReLU(inplace=True)
        )
        self.marks_out = nn.Conv2d(_MARK_CHANNELS + 24, len(LANDMARKS), 1)
        self.answer = nn.Sequential(
            nn.Linear(SUMMARY_CHANNELS + _POOLED, 96), nn.ReLU(inplace=True), nn.Linear(96, len(KINDS) + len(SLEEVES) + 1)
        )
        self.second = nn.Linear(SUMMARY_CHANNELS + _POOLED, len(KINDS))
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)

    def forward(self, x: Tensor) -> Reading:
        seen = self.trunk(x)
        cloth = self.cloth(seen.fine)
        marks = self.marks_out(torch.cat([self.marks(seen.fine), seen.levels[1]], 1))
        weight = torch.sigmoid(cloth[:, :1].detach())
        pooled = [seen.summary]
        for level in seen.levels[3:]:
            w = functional.adaptive_avg_pool2d(weight, level.shape[-2:])
            pooled.append((level * w).sum((2, 3)) / (w.sum((2, 3)) + 1.0))
        summary = torch.cat(pooled, 1)
        answer = self.answer(summary)
        kinds, sleeves = len(KINDS), len(SLEEVES)
        opinions = [functional.log_softmax(said, 1) for said in (answer[:, :kinds], self.second(summary.detach()))]
        return Reading(cloth[:, :1], cloth[:, 1:], marks, sum(opinions) / 2, answer[:, kinds : kinds + sleeves], answer[:, -1])


def load_garment_net(path: Path) -> GarmentNet:
    """The shipped net, ready for use. Raises ModelError through the pool when the weights do not fit."""
    net = GarmentNet()
    net.load_state_dict(
        {name: value.float() if value.is_floating_point() else value for name, value in load_weights(path).items()}, strict=True
    )
    fused(net)
    return net
