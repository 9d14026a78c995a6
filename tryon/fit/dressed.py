"""The wearer after a garment has been put on: what the next garment of the same request finds."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from tryon.body.bodymap import BodyMap
from tryon.body.parsing import PARTS
from tryon.fit.composite import Composite
from tryon.fit.limb import paint_limb
from tryon.fit.transfer import Stages

__all__ = ["PART_OF_KIND", "dressed"]

PART_OF_KIND = {"top": "top", "outer": "outer", "trousers": "bottom", "shorts": "bottom", "skirt": "skirt", "dress": "dress"}


def dressed(body: BodyMap, made: Composite, stages: Stages) -> BodyMap:
    """The body map with the new garment on: same person and landmarks, other clothes. No net looks again, so nothing is lost on the way."""
    garment, laid, hidden = stages.garment, stages.drape, stages.agnostic
    size = (body.width, body.height)
    cover = cv2.resize(made.cover, size, interpolation=cv2.INTER_LINEAR)
    worn, limbs = (cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0 for mask in (hidden.worn, hidden.limbs))
    parts = body.parts.copy()
    uncovered = worn & (cover <= 0.5)
    parts[uncovered] = PARTS.index("background")
    parts[uncovered & limbs] = PARTS.index("legs" if garment.region == "lower" else "torso")
    if garment.region != "lower":
        for side in ("left", "right"):
            arm = np.zeros(parts.shape, dtype=np.uint8)
            paint_limb(arm, laid.figure.arms[side], 1.0)
            parts[uncovered & limbs & (arm > 0)] = PARTS.index(f"{side}_arm")
    parts[cover > 0.5] = PARTS.index(PART_OF_KIND[garment.kind])
    return replace(body, parts=parts)
