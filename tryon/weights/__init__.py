"""Network weights: where they lie, whether they are whole, and who is using them."""

from __future__ import annotations

from tryon.weights.pool import ModelPool, shared_pool
from tryon.weights.safe import load_weights
from tryon.weights.store import ModelCard, ModelStore

__all__ = ["ModelCard", "ModelPool", "ModelStore", "load_weights", "shared_pool"]
