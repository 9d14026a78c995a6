"""The small net that looks at pictures: an ImageNet-trained encoder and a decoder that draws maps of what it saw.

Importing this module imports torch: import it inside the function that needs a net.

Encoder: EfficientNet-Lite0 (Tan and Le 2019, the Lite variant: ReLU6, no squeeze and excitation), 3.0 M parameters without its classifier.
Decoder: a U-Net of four steps, 0.3 M parameters. A net of your own puts heads on a `Trunk`:

    trunk = Trunk(in_channels=4)
    seen = trunk(x)                       # Features
    mask = conv1x1(seen.fine)             # (N, 24, H/2, W/2): maps, heatmaps
    kind = linear(seen.summary)           # (N, 320): one answer a picture

Pictures go in as (N, C, H, W) float32, H and W multiples of 32, color channels scaled as `(value - 127) / 128` (`from_pixels`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

if TYPE_CHECKING:
    from tryon.image import FloatArray, UInt8Array

__all__ = ["FINE_CHANNELS", "SUMMARY_CHANNELS", "Encoder", "Features", "ParserNet", "Trunk", "build_parser_net", "from_pixels", "fused"]

# One row a stage: input channels, output channels, blocks, stride of the first, kernel, expansion.
_STAGES = (
    (32, 16, 1, 1, 3, 1),
    (16, 24, 2, 2, 3, 6),
    (24, 40, 2, 2, 5, 6),
    (40, 80, 3, 2, 3, 6),
    (80, 112, 3, 1, 5, 6),
    (112, 192, 4, 2, 5, 6),
    (192, 320, 1, 1, 3, 6),
)
_TAPS = (0, 2, 4, 10, 15)  # blocks whose output the decoder sees
_LEVELS = (16, 24, 40, 112, 320)  # channels there, at 1/2, 1/4, 1/8, 1/16, 1/32 of the input's size
FINE_CHANNELS = 24
SUMMARY_CHANNELS = 320


class _Block(nn.Module):
    """Inverted residual block: widen, filter each channel by itself, narrow."""

    def __init__(self, wide_in: int, wide_out: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        inner = wide_in * expansion
        self.expand = None if expansion == 1 else nn.Conv2d(wide_in, inner, 1, bias=False)
        self.expand_norm = None if expansion == 1 else nn.BatchNorm2d(inner, eps=1e-3)
        self.depthwise = nn.Conv2d(inner, inner, kernel, stride, kernel // 2, groups=inner, bias=False)
        self.depthwise_norm = nn.BatchNorm2d(inner, eps=1e-3)
        self.project = nn.Conv2d(inner, wide_out, 1, bias=False)
        self.project_norm = nn.BatchNorm2d(wide_out, eps=1e-3)
        self.residual = stride == 1 and wide_in == wide_out

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = x
        if self.expand is not None and self.expand_norm is not None:
            y = functional.relu6(self.expand_norm(self.expand(y)))
        y = functional.relu6(self.depthwise_norm(self.depthwise(y)))
        y = self.project_norm(self.project(y))
        return x + y if self.residual else y


class Encoder(nn.Module):
    """What is in the picture, at five sizes: (N, 16, H/2, W/2) to (N, 320, H/32, W/32)."""

    def __init__(self, in_channels: int = 3) -> None:
        super().__init__()
        self.stem = nn.Conv2d(in_channels, 32, 3, 2, 1, bias=False)
        self.stem_norm = nn.BatchNorm2d(32, eps=1e-3)
        blocks = []
        for wide_in, wide_out, count, stride, kernel, expansion in _STAGES:
            for number in range(count):
                blocks.append(_Block(wide_out if number else wide_in, wide_out, kernel, 1 if number else stride, expansion))
        self.blocks = nn.ModuleList(blocks)

    def forward(self, x: Tensor) -> list[Tensor]:
        x = functional.relu6(self.stem_norm(self.stem(x)))
        levels = []
        for number, block in enumerate(self.blocks):
            x = block(x)
            if number in _TAPS:
                levels.append(x)
        return levels


@dataclass(frozen=True, eq=False)
class Features:
    """What a `Trunk` saw.

    levels: the encoder's five maps, finest first. fine: (N, 24, H/2, W/2), the decoder's last map.
    summary: (N, 320), the coarsest level averaged over the picture.
    """

    levels: tuple[Tensor, ...]
    fine: Tensor
    summary: Tensor


class Trunk(nn.Module):
    """Encoder and decoder, without a head. (N, in_channels, H, W) float32 -> Features."""

    def __init__(self, in_channels: int = 3) -> None:
        super().__init__()
        self.encoder = Encoder(in_channels)
        widths = (FINE_CHANNELS, 40, 64, 96)
        self.bridge = nn.Conv2d(_LEVELS[4], widths[3], 1)
        self.steps = nn.ModuleList(
            [
                _step(widths[3] + _LEVELS[3], widths[3]),
                _step(widths[3] + _LEVELS[2], widths[2]),
                _step(widths[2] + _LEVELS[1], widths[1]),
                _step(widths[1] + _LEVELS[0], widths[0]),
            ]
        )

    def forward(self, x: Tensor) -> Features:
        levels = self.encoder(x)
        y = self.bridge(levels[4])
        y = y + y.mean((2, 3), keepdim=True)
        for step, level in zip(self.steps, levels[3::-1], strict=True):
            y = functional.interpolate(y, size=level.shape[-2:], mode="bilinear", align_corners=False)
            y = step(torch.cat([y, level], 1))
        return Features(tuple(levels), y, levels[4].mean((2, 3)))


class ParserNet(nn.Module):
    """Names every pixel of a picture: (N, in_channels, H, W) float32 -> logits (N, classes, H, W).

    `look` also answers which of the classes are in the picture at all: logits (N, classes).
    """

    def __init__(self, classes: int, in_channels: int = 3) -> None:
        super().__init__()
        self.trunk = Trunk(in_channels)
        self.out = nn.Conv2d(FINE_CHANNELS, classes, 1)
        self.presence = nn.Linear(SUMMARY_CHANNELS, classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.look(x)[0]

    def look(self, x: Tensor) -> tuple[Tensor, Tensor]:
        seen: Features = self.trunk(x)
        logits = functional.interpolate(self.out(seen.fine), size=x.shape[-2:], mode="bilinear", align_corners=False)
        return logits, self.presence(seen.summary)


def build_parser_net(classes: int, in_channels: int = 3) -> ParserNet:
    """A parser with random weights, ready for `load_state_dict` (strict) or for training."""
    return ParserNet(classes, in_channels)


def from_pixels(pictures: UInt8Array | Sequence[UInt8Array]) -> Tensor:
    """Pictures (N, H, W, 3) uint8 sRGB as the net wants them: (N, 3, H, W) float32, about -1..1."""
    stacked: FloatArray = np.asarray(pictures).astype(np.float32)
    return torch.from_numpy((stacked - 127.0) / 128.0).permute(0, 3, 1, 2)


def fused(net: nn.Module) -> nn.Module:
    """The same net for use only, faster: each normalization folded into the convolution before it. Changes and returns `net`."""
    net.eval()
    for module in net.modules():
        if isinstance(module, Encoder):
            _fold(module, "stem", "stem_norm")
        elif isinstance(module, _Block):
            if module.expand is not None:
                _fold(module, "expand", "expand_norm")
            _fold(module, "depthwise", "depthwise_norm")
            _fold(module, "project", "project_norm")
        elif isinstance(module, nn.Sequential) and len(module) == 3 and isinstance(module[1], nn.BatchNorm2d):
            _fold(module, "0", "1")
    return net.requires_grad_(False)


def _fold(module: nn.Module, conv: str, norm: str) -> None:
    first, second = getattr(module, conv), getattr(module, norm)
    if isinstance(second, nn.BatchNorm2d):
        setattr(module, conv, nn.utils.fusion.fuse_conv_bn_eval(first, second))
        setattr(module, norm, nn.Identity())


def _step(wide_in: int, wide_out: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(wide_in, wide_out, 3, 1, 1, bias=False), nn.BatchNorm2d(wide_out), nn.ReLU(inplace=True))
