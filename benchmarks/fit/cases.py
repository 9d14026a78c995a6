"""Whom we dress in what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from tryon.body.bodymap import map_body
from tryon.body.parsing import PARTS
from tryon.image import Photo, UInt8Array, load_photo, photo_from_array

__all__ = ["Case", "pairs", "people", "rendered"]

_CLOTHES = {"upper": ("top", "outer"), "lower": ("bottom", "skirt"), "full": ("top", "outer", "bottom", "skirt", "dress")}

# (person, garment) of the photo samples, chosen to hold every kind of change; the first is the case to win.
PEOPLE = (
    ("pairs/00006_00/person.jpg", "12562_00.jpg"),  # a printed white tee over a black long-sleeved sweater
    ("pairs/00006_00/person.jpg", "07764_00.jpg"),
    ("person/01008_00.jpg", "00055_00.jpg"),
    ("person/01861_00.jpg", "050105_1.jpg"),
    ("person/02849_00.jpg", "00151_00.jpg"),
    ("person/049205_0.jpg", "051827_1.jpg"),
    ("person/049447_0.jpg", "050181_1.jpg"),
    ("person/051482_0.jpg", "051412_1.jpg"),
    ("person/051962_0.jpg", "03244_00.jpg"),
    ("person/052472_0.jpg", "052234_1.jpg"),
    ("person/053228_0.jpg", "053290_1.jpg"),
    ("person/05997_00.jpg", "00126_00.jpg"),
    ("person/07966_00.jpg", "00470_00.jpg"),
    ("person/09597_00.jpg", "050191_1.jpg"),
    ("person/model_1.png", "06123_00.jpg"),
    ("person/model_4.png", "049947_1.jpg"),
    ("person/model_5.png", "049805_1.jpg"),
    ("person/model_6.png", "049949_1.jpg"),
    ("person/model_8.png", "053319_1.jpg"),
    ("person/model_9.png", "052234_1.jpg"),
)


@dataclass(frozen=True, eq=False)
class Case:
    """One fitting. truth: the photo that should come out, and compared (H, W) bool where; None where nobody knows.

    Of rendered people also parts (H, W), the wearer's part map, and product_at (H, W, 2), the garment pixel seen at each pixel of the
    truth, NaN elsewhere.
    """

    name: str
    person: Photo
    garment: Photo
    region: str = "auto"
    truth: UInt8Array | None = None
    compared: npt.NDArray[np.bool_] | None = None
    group: str = ""
    parts: npt.NDArray[np.uint8] | None = None
    product_at: npt.NDArray[np.float32] | None = None


def people(samples: Path) -> Iterator[Case]:
    """Photos of people and product pictures that they do not wear."""
    for person, garment in PEOPLE:
        if (samples / person).exists() and (samples / "garment" / garment).exists():
            stem = Path(person).parent.name if person.startswith("pairs") else Path(person).stem
            yield Case(f"{stem} + {Path(garment).stem}", load_photo(samples / person), load_photo(samples / "garment" / garment))


def pairs(samples: Path) -> Iterator[Case]:
    """Photos of people who already wear the garment: the photo itself must come back."""
    for folder in sorted((samples / "pairs").glob("*")):
        person = load_photo(folder / "person.jpg")
        worn = np.isin(map_body(person).parts, [PARTS.index(name) for name in _CLOTHES["upper"]])
        yield Case(folder.name, person, load_photo(folder / "garment.jpg"), "upper", person.rgb, _grown(worn, person.height))


def rendered(folder: Path, count: int) -> Iterator[Case]:
    """Held-out rendered people in two outfits; the truth is the second."""
    from training.people.shards import read_shard

    everything = [pair for path in sorted(folder.glob("[0-9]*.npz")) for pair in read_shard(path)]
    for index in np.linspace(0, len(everything) - 1, min(count, len(everything))).astype(int):
        pair = everything[index]
        changed = np.abs(pair.photo_a.astype(int) - pair.photo_b).max(axis=2) > 24
        clothes = [PARTS.index(name) for name in _CLOTHES[pair.region]]
        compared = changed | np.isin(pair.parts_b, clothes)
        alpha = pair.product[..., 3:].astype(np.float32) / 255
        product = (pair.product[..., :3] * alpha + 255 * (1 - alpha) + 0.5).astype(np.uint8)
        large = cv2.resize(cv2.copyMakeBorder(product, 20, 20, 20, 20, cv2.BORDER_CONSTANT, value=(255, 255, 255)), None, fx=2, fy=2)
        yield Case(
            f"rendered {pair.seed} {pair.kind}",
            photo_from_array(pair.photo_a),
            photo_from_array(np.asarray(large, dtype=np.uint8)),
            pair.region,
            pair.photo_b,
            compared,
            group=pair.kind,
            parts=pair.parts_a,
            product_at=_whole(pair.product_map, pair.parts_b.shape) * 2 + 40,  # as `large` is made
        )


def _whole(product_map: npt.NDArray[np.float16], shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    """A map of every second pixel at the picture's own size, NaN between."""
    whole = np.full((*shape, 2), np.nan, dtype=np.float32)
    whole[1::2, 1::2] = product_map
    return whole


def _grown(mask: npt.NDArray[np.bool_], height: int) -> npt.NDArray[np.bool_]:
    size = max(3, height // 60 * 2 + 1)
    return cv2.dilate(mask.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))) > 0
