"""Put freshly trained weights on the shelf: half precision, checksummed, with their card."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from tryon.config import models_dir
from tryon.image import write_file

__all__ = ["publish"]


def publish(
    name: str, weights: Mapping[str, torch.Tensor], *, folder: Path | None = None, license: str = "Apache-2.0", **card: Any
) -> Path:
    """Write NAME.safetensors (floats as float16) and NAME.json (`task`, `data`, `steps`, `seed`, `loss`, `scores`, `notes`, anything else).

    The weights are written first, the card last; each file whole or not at all. Gives the path of the weights.
    """
    from safetensors.torch import save

    folder = models_dir() if folder is None else folder
    folder.mkdir(parents=True, exist_ok=True)
    halves = {key: (value.half() if value.is_floating_point() else value).contiguous().cpu() for key, value in weights.items()}
    broken = [key for key, value in halves.items() if value.is_floating_point() and not bool(torch.isfinite(value).all())]
    if broken:
        raise ValueError(f"not finite in float16: {broken[:5]}")
    data = save(halves)
    path = folder / f"{name}.safetensors"
    entries = {"name": name, "file": path.name, "sha256": hashlib.sha256(data).hexdigest(), "license": license, **card}
    write_file(path, data)
    write_file(folder / f"{name}.json", (json.dumps(entries, indent=2, ensure_ascii=False) + "\n").encode())
    return path
