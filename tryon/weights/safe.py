"""Reading weights without running anything that a stranger put into the file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tryon.errors import ModelError
from tryon.text import _

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["load_weights"]


def load_weights(path: Path) -> dict[str, Tensor]:
    """The tensors of a .safetensors file by name, as stored (shipped files: float16), on the CPU. Raises ModelError."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    if path.suffix != ".safetensors":
        raise ModelError(_("weights are read from .safetensors files only"), subject=path)
    try:
        tensors: dict[str, Tensor] = load_file(path)
    except (OSError, SafetensorError, ValueError) as error:
        raise ModelError(_("these weights cannot be read ({detail})").format(detail=error), subject=path) from None
    return tensors
