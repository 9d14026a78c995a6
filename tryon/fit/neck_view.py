"""Where a garment's neck lies in its picture: a frame of the garment's own, and the part of it that a net looks at.

Frames have their origin between the neck points, x towards the wearer's left, y down the trunk, 160 pixels a chest (armpit to armpit).
Points of the picture are (x, y) pixels; left is the wearer's left, the picture's right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray, UInt8Array

if TYPE_CHECKING:
    from tryon.weights.backbone import ParserNet

__all__ = ["CHEST", "NeckFrame", "chest_of", "frame_of", "inside_seen", "load_neck_net", "neck_crop", "to_crop"]

Points = npt.NDArray[np.float64]

CHEST = 160.0  # pixels of the frame
_WIDE, _ABOVE, _BELOW = 1.8, 1.1, 1.3  # what the frame shows, in chests
_SIDE, _CROP, _CROP_ABOVE = 192, 1.1, 0.33  # the net's picture: pixels, its width in chests, how much of it lies above the neck points
_WIDER_LOOK = 1.35  # ... and its width at the second look


@dataclass(frozen=True, eq=False)
class NeckFrame:
    """The garment's own frame. to_frame: (2, 3) from picture to frame. size: (width, height). origin: the neck's middle in the frame."""

    to_frame: Points
    size: tuple[int, int]
    origin: Points

    def view(self, picture: npt.NDArray[np.float32], larger: int = 1) -> FloatArray:
        """The picture, or a map of it, as the frame sees it; `larger`: times the frame's own size."""
        return _seen(picture, larger * self.to_frame, (larger * self.size[0], larger * self.size[1]))

    def laid_back(self, layer: FloatArray, size: tuple[int, int]) -> FloatArray:
        """A layer of the frame, laid over the picture of (width, height); 0 where the frame does not reach."""
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(cv2.warpAffine(layer, _centered(self.to_frame), size, flags=flags), dtype=np.float32)

    def there(self, points: Points) -> Points:
        return np.asarray(points @ self.to_frame[:, :2].T + self.to_frame[:, 2])

    def back(self, points: Points) -> Points:
        return np.asarray((points - self.to_frame[:, 2]) @ np.linalg.inv(self.to_frame[:, :2]).T)


def chest_of(at: Mapping[str, Points]) -> float:
    """Armpit to armpit, or what the hem and the shoulders say where the armpits were misplaced."""
    spans = [float(np.linalg.norm(at[f"{name}_left"] - at[f"{name}_right"])) for name in ("armpit", "hem", "shoulder")]
    return max(float(np.clip(spans[0], 0.7 * min(spans[1:]), 1.3 * max(spans[1:]))), 8.0)


def frame_of(at: Mapping[str, Points]) -> NeckFrame:
    """Upright by the neck's line and the trunk's axis together: a one-shouldered top slants the first."""
    middle = (at["neck_left"] + at["neck_right"]) / 2
    hem = (at["hem_left"] + at["hem_right"]) / 2
    line = at["armpit_left"] - at["armpit_right"] + at["neck_left"] - at["neck_right"]
    line = line / max(float(np.linalg.norm(line)), 1e-6)
    down = (hem - middle) / max(float(np.linalg.norm(hem - middle)), 1e-6)
    x = line + np.array([down[1], -down[0]])
    x = x / max(float(np.linalg.norm(x)), 1e-6)
    scale = CHEST / chest_of(at)
    spin = scale * np.array([x, [-x[1], x[0]]])
    origin = np.array([_WIDE / 2 * CHEST, _ABOVE * CHEST])
    return NeckFrame(np.column_stack([spin, origin - spin @ middle]), (round(2 * origin[0]), round((_ABOVE + _BELOW) * CHEST)), origin)


def neck_crop(rgb: UInt8Array, alpha: FloatArray, frame: NeckFrame, side: int = _SIDE, width: float = _CROP) -> UInt8Array:
    """The neck as the net sees it: (side, side, 4) uint8, color and cover, `width` chests wide; gray outside of the picture."""
    move = to_crop(frame, side, width)
    full = np.dstack([rgb.astype(np.float32) - 127.0, alpha * 255.0])
    seen = _seen(full, move, (side, side)) + np.array([127.0, 127.0, 127.0, 0.0], np.float32)
    return np.clip(np.round(seen), 0, 255).astype(np.uint8)


def inside_seen(rgb: UInt8Array, alpha: FloatArray, frame: NeckFrame) -> FloatArray:
    """How likely each place of the frame shows the garment's inside, 0..1, as the neck's own net sees it; -1 where it does not look."""
    import torch

    from tryon.weights.backbone import from_pixels
    from tryon.weights.pool import shared_pool

    total, looks = np.zeros(frame.size[::-1], np.float32), np.zeros(frame.size[::-1], np.float32)
    with shared_pool().lend("neck", load_neck_net) as net, torch.inference_mode():
        for width in (_CROP, _WIDER_LOOK):
            crop = neck_crop(rgb, alpha, frame, width=width)
            said = net(from_pixels([crop, crop[:, ::-1]]))[:, 0]
            back = _centered(to_crop(frame, _SIDE, width) @ np.vstack([_inverse(frame.to_frame), [0, 0, 1]]))
            for layer, values in ((total, (said[0] + said[1].flip(-1)).numpy() / 2), (looks, np.ones((_SIDE, _SIDE), np.float32))):
                layer += cv2.warpAffine(values, back, frame.size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    share = 1 / (1 + np.exp(-total / np.maximum(looks, 1e-3)))
    return np.where(looks > 0.5, share, -1.0).astype(np.float32)


def load_neck_net(path: Path) -> ParserNet:
    """The shipped net, ready for use. Raises ModelError through the pool when the weights do not fit."""
    from tryon.weights.backbone import build_parser_net, fused
    from tryon.weights.safe import load_weights

    net = build_parser_net(1, 4)
    net.load_state_dict({name: value.float() if value.is_floating_point() else value for name, value in load_weights(path).items()})
    fused(net)
    return net


def to_crop(frame: NeckFrame, side: int, width: float) -> Points:
    """(2, 3) from the picture to a crop of the neck, `side` pixels and `width` chests wide."""
    scale = side / (width * CHEST)
    corner = frame.origin - np.array([width / 2, _CROP_ABOVE * width / _CROP]) * CHEST
    return np.column_stack([scale * frame.to_frame[:, :2], scale * (frame.to_frame[:, 2] - corner)])


def _inverse(move: Points) -> Points:
    turned = np.linalg.inv(move[:, :2])
    return np.column_stack([turned, -turned @ move[:, 2]])


def _centered(move: Points) -> Points:
    """The same map for whole pixels whose centers lie at halves."""
    move = move.copy()
    move[:, 2] += move[:, :2] @ [0.5, 0.5] - 0.5
    return move


def _seen(picture: FloatArray, move: Points, size: tuple[int, int]) -> FloatArray:
    shrink = np.linalg.norm(move[0, :2])
    if shrink < 0.5:  # softened first, so that thin straps do not break up
        picture = cv2.GaussianBlur(picture, (0, 0), 0.35 / shrink)
    return np.asarray(cv2.warpAffine(picture, _centered(move), size, flags=cv2.INTER_LINEAR), dtype=np.float32)
