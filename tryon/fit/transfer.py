"""What is asked of a garment transfer, what it answers, and the table of transfers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from tryon.body.bodymap import BodyMap
from tryon.fit.agnostic import Agnostic
from tryon.fit.compact import Painted, frame_around
from tryon.fit.cut import Cut
from tryon.fit.drape import Drape
from tryon.fit.engines import engine_card
from tryon.fit.garment import Garment
from tryon.image import Photo, UInt8Array
from tryon.jobs import Progress
from tryon.text import _

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "REGION_CHOICES",
    "TRANSFERS",
    "TUCKS",
    "CompactTransfer",
    "GarmentTransfer",
    "Stages",
    "TryOnRequest",
    "TryOnResult",
    "transfer_named",
]

REGION_CHOICES = ("auto", "upper", "lower", "full")
TUCKS = ("auto", "in", "out")


@dataclass(frozen=True, eq=False)
class TryOnRequest:
    """One person, one garment, and how to do it; picklable, and everything that decides the picture is in it.

    person: photo of the wearer. garment: product picture or photo of the garment. region: of REGION_CHOICES, for that garment.
    more: further garments worn with it (a jacket, trousers), in any order; they are put on innermost first. more_regions: as `region`,
    for each of them, where it is not "auto" for all.
    engine: name in `tryon.fit.engines.ENGINES`. seed: any whole number. steps: denoising steps of a draw, 0 = the engine's own.
    tuck: of TUCKS, for tops.
    cuts: of `garment` and each of `more`, where the user wants them longer or shorter, closer or looser than they are; empty: as they are.
    keep, change: (H, W) uint8 of the person photo's size, 255 where the user says that it stays as it is or that it may change; keep wins.
    """

    person: Photo
    garment: Photo
    region: str = "auto"
    more: tuple[Photo, ...] = ()
    engine: str = "compact"
    seed: int = 0
    steps: int = 0
    tuck: str = "auto"
    keep: UInt8Array | None = None
    change: UInt8Array | None = None
    more_regions: tuple[str, ...] = ()
    cuts: tuple[Cut, ...] = ()


@dataclass(frozen=True, eq=False)
class Stages:
    """The pictures on the way, each as the step gave it; of several garments those of the one put on last."""

    body: BodyMap
    garment: Garment
    drape: Drape
    agnostic: Agnostic
    painted: Painted


@dataclass(frozen=True, eq=False)
class TryOnResult:
    """The person in the garment.

    picture: (H, W, 3) uint8 sRGB, the photo's size. changed: (H, W) uint8, 0 = this pixel is the photo's own, else 255.
    worn: kinds of the garments, in the order they were put on. seconds: by stage, summed over garments.
    color_difference: CIEDE2000 between the garment's mean color in its picture and in the result, the room's own light taken off.
    """

    picture: UInt8Array
    changed: UInt8Array
    request: TryOnRequest
    engine: str
    seed: int
    steps: int
    seconds: dict[str, float]
    peak_memory_mb: float
    warnings: tuple[str, ...]
    fraction_changed: float
    color_difference: float
    stages: Stages
    worn: tuple[str, ...] = ()


class GarmentTransfer(Protocol):
    """Whatever paints the garment on the person: from what was hidden and the draped cloth to a picture and a coverage."""

    name: str
    default_steps: int

    def paint(self, agnostic: Agnostic, drape_rgb: UInt8Array, *, seed: int, steps: int, progress: Progress) -> Painted:
        """Paint at the working size; same arguments, same pixels. Raises ModelError where its weights are missing."""
        ...


class CompactTransfer:
    """The default: the small denoiser that ships with the program."""

    name = "compact"
    default_steps = 2

    def paint(self, agnostic: Agnostic, drape_rgb: UInt8Array, *, seed: int, steps: int, progress: Progress) -> Painted:
        """See GarmentTransfer."""
        from tryon.fit.compact import load_net, paint
        from tryon.weights.pool import shared_pool

        progress(0.0, _("waking the painter"))
        with shared_pool().lend("compact", load_net) as net:
            return paint(net, agnostic, drape_rgb, seed=seed, steps=steps or self.default_steps, progress=progress)


class PlainTransfer:
    """The cloth laid on and nothing painted: its outline and what shows beside it are the drape's. Needs no network."""

    name = "plain"
    default_steps = 0

    def paint(self, agnostic: Agnostic, drape_rgb: UInt8Array, *, seed: int, steps: int, progress: Progress) -> Painted:
        """See GarmentTransfer; seed and steps change nothing."""
        cover = agnostic.cover[..., None]
        rgb = (agnostic.rgb * (1.0 - cover) + drape_rgb * cover) / 255.0
        progress(1.0)
        return Painted(rgb.astype(np.float32), agnostic.cover, 0, frame_around(agnostic))


TRANSFERS: dict[str, Callable[[], GarmentTransfer]] = {"compact": CompactTransfer, "plain": PlainTransfer}
"""What does the work of each engine in `tryon.fit.engines.ENGINES`."""


def transfer_named(name: str) -> GarmentTransfer:
    """The transfer of this name. Raises OptionError with the names there are."""
    return TRANSFERS[engine_card(name).name]()
