"""Parts of a photo that somebody marked: painted with a brush, or read from a file. Light: what needs pixels loads them when called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tryon.errors import OptionError
from tryon.text import _

if TYPE_CHECKING:
    from tryon.image import Photo, UInt8Array

__all__ = ["MARKS", "Stroke", "paint", "painted", "read_mask"]

MARKS = ("change", "keep")
"""What a stroke over a person can say: this may change, this stays as it is."""


@dataclass(frozen=True)
class Stroke:
    """One stroke of the brush.

    points: x, y in pixels of the photo. width_px: of the brush. adds: whether it marks or takes away. mark: what it says, where
    there are several things to say (of MARKS), else empty.
    """

    points: tuple[tuple[float, float], ...]
    width_px: float
    adds: bool = True
    mark: str = ""


def paint(canvas: UInt8Array, stroke: Stroke, value: int) -> None:
    """Draw a stroke, round at its ends, into (H, W) uint8; a stroke without a place draws nothing."""
    import cv2
    import numpy as np

    points = np.asarray(stroke.points, np.float64)
    if not len(points) or not np.isfinite(points).all():
        return
    places = np.clip(points, -1e4, 1e5).round().astype(np.int32)
    wide = max(1, round(stroke.width_px))
    if len(places) > 1:
        cv2.polylines(canvas, [places.reshape(-1, 1, 2)], False, value, wide)
    for place in places:
        cv2.circle(canvas, (int(place[0]), int(place[1])), max(1, wide // 2), value, -1)


def painted(strokes: Sequence[Stroke], width: int, height: int, mark: str) -> UInt8Array | None:
    """What strokes of several marks say about one of them: (height, width) uint8, 255 = marked; None where nothing is.

    The last stroke over a place counts: one of another mark, or one that takes away, ends what was said there before.
    """
    import numpy as np

    canvas = np.zeros((height, width), np.uint8)
    for stroke in strokes:
        paint(canvas, stroke, 255 if stroke.adds and stroke.mark == mark else 0)
    return canvas if canvas.any() else None


def read_mask(path: str, photo: Photo) -> UInt8Array:
    """Read a mask drawn over a photo: white, or opaque in a picture with transparency, is marked. (H, W) uint8 of the photo's size.

    Raises PhotoError, and OptionError for a mask of another shape than the photo.
    """
    import cv2
    import numpy as np

    from tryon.image import load_photo

    mask = load_photo(path)
    shown = mask.alpha if mask.alpha is not None and int(mask.alpha.min()) < 255 else mask.rgb.max(axis=2)
    if abs(mask.width / mask.height - photo.width / photo.height) > 0.02 * photo.width / photo.height:
        reason = _("the mask has {width} x {height} pixels, another shape than the photo").format(width=mask.width, height=mask.height)
        raise OptionError(reason, subject=path, advice=_("draw it over the photo itself"))
    if shown.shape != photo.rgb.shape[:2]:
        shown = cv2.resize(shown, (photo.width, photo.height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(shown, np.uint8)
