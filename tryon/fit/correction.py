"""What the user says about a fitting with the brush: this may change, this stays as it is."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tryon.errors import OptionError
from tryon.image import FloatArray, Photo, UInt8Array
from tryon.text import _

__all__ = ["NOTHING_SAID", "Said", "check_mask", "said_about"]

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Said:
    """Masks at the drape's working size, (h, w) bool, None where nothing was said; where both speak, `keep` does."""

    keep: BoolArray | None = None
    change: BoolArray | None = None

    def before(self, found: BoolArray) -> BoolArray:
        """What stays in front of the new garment, less what the user gave free; what he keeps is added with a soft edge of its own."""
        return found if self.change is None else found & ~self.change

    def worn(self, found: BoolArray) -> BoolArray:
        """The old clothes, with what the user gave free and without what he keeps."""
        found = found if self.change is None else found | self.change
        return found if self.keep is None else found & ~self.keep


NOTHING_SAID = Said()


def said_about(keep: UInt8Array | None, change: UInt8Array | None, laid: FloatArray, *, last: bool) -> Said:
    """The user's masks (photo size) for one garment. laid: its coverage, (h, w) float32 at the working size.

    Of several garments each may cover what is free to change, but only the last one cleans away what none has covered.
    """
    if keep is None and change is None:
        return NOTHING_SAID
    kept, free = _small(keep, laid), _small(change, laid)
    if free is not None and not last:
        free &= laid > 0.1
    return Said(kept, free)


def check_mask(mask: UInt8Array | None, person: Photo) -> None:
    """Make sure that a mask lies over the photo. Raises OptionError."""
    if mask is not None and (mask.dtype != np.uint8 or mask.shape != person.rgb.shape[:2]):
        reason = _("a mask must be as large as the photo, {size} pixels").format(size=f"{person.width} x {person.height}")
        raise OptionError(reason, advice=_("draw it over the photo itself"))


def _small(mask: UInt8Array | None, like: FloatArray) -> BoolArray | None:
    if mask is None or not mask.any():
        return None
    height, width = like.shape
    return np.asarray(cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA) > 127)
