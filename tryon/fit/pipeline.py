"""The whole line of a fitting, on one screen."""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import numpy as np

from tryon.body.bodymap import BodyMap, map_body
from tryon.errors import OptionError
from tryon.fit.agnostic import Agnostic, hide, working_rgb
from tryon.fit.composite import Composite, compose
from tryon.fit.correction import check_mask, said_about
from tryon.fit.cut import AS_IT_IS, Cut
from tryon.fit.drape import Drape, drape, warp
from tryon.fit.dressed import dressed
from tryon.fit.garment import Garment, cut_out
from tryon.fit.transfer import REGION_CHOICES, TUCKS, GarmentTransfer, Stages, TryOnRequest, TryOnResult, transfer_named
from tryon.fit.tuck import hem_of
from tryon.image import FloatArray, Photo, UInt8Array, photo_from_array
from tryon.jobs import Progress, silent
from tryon.text import _

__all__ = ["try_on", "write_stages"]

_LAYERS = {"trousers": 0, "shorts": 0, "skirt": 0, "dress": 1, "top": 2, "outer": 3}  # what is put on before what


def try_on(request: TryOnRequest, progress: Progress | None = None) -> TryOnResult:
    """Dress the person: photo and garment pictures in, the person wearing them out. Same request, same pixels.

    Raises NoPersonError, GarmentError, OptionError or ModelError, each one clear sentence; Canceled after `progress.cancel()`.
    """
    progress = progress or silent()
    transfer = transfer_named(request.engine)
    _check(request)
    clock = _Clock()

    progress(0.0, _("looking at the person"))
    body = map_body(request.person, progress.part(0.0, 0.2))
    clock.done("body")

    garments = _cut_outs(request, progress.part(0.2, 0.35))
    clock.done("garment")

    photo, notes = request.person, [*body.warnings]
    changed = np.zeros(photo.rgb.shape[:2], dtype=np.uint8)
    last: tuple[Composite, Stages] | None = None
    for number, (garment, cut) in enumerate(garments):
        share = progress.part(0.35 + 0.65 * number / len(garments), 0.35 + 0.65 * (number + 1) / len(garments))
        if last is not None:
            photo, body = photo_from_array(last[0].picture, photo.name), dressed(body, *last)
        said = request.keep, None if request.change is None else request.change & ~changed, number == len(garments) - 1
        last = made, stages = _wear(photo, body, garment, cut, request, transfer, said, clock, share)
        changed |= made.changed
        notes += [*garment.warnings, *_notes(stages.drape, stages.agnostic)]
    progress(1.0, _("done"))

    return TryOnResult(
        picture=made.picture,
        changed=changed,
        request=request,
        engine=transfer.name,
        seed=request.seed,
        steps=stages.painted.steps,
        seconds=clock.seconds,
        peak_memory_mb=_peak_memory_mb(),
        warnings=tuple(dict.fromkeys(notes)),
        fraction_changed=float((changed > 0).mean()),
        color_difference=made.color_difference,
        stages=stages,
        worn=tuple(garment.kind for garment, _cut in garments),
    )


def _cut_outs(request: TryOnRequest, progress: Progress) -> list[tuple[Garment, Cut]]:
    """All garments of a request, innermost first, and how each is wanted."""
    photos = (request.garment, *request.more)
    regions = (request.region, *(request.more_regions or ("auto",) * len(request.more)))
    cuts = request.cuts or (AS_IT_IS,) * len(photos)
    garments = []
    for number, (photo, said) in enumerate(zip(photos, regions, strict=True)):
        progress(number / len(photos), _("cutting out the garment"))
        garments.append(cut_out(photo, None if said == "auto" else said, progress.part(number / len(photos), (number + 1) / len(photos))))
    return sorted(zip(garments, cuts, strict=True), key=lambda pair: _LAYERS[pair[0].kind])


def _wear(
    photo: Photo,
    body: BodyMap,
    garment: Garment,
    cut: Cut,
    request: TryOnRequest,
    transfer: GarmentTransfer,
    marks: tuple[UInt8Array | None, UInt8Array | None, bool],
    clock: _Clock,
    progress: Progress,
) -> tuple[Composite, Stages]:
    """Put one garment on a person. marks: what is kept, what may still change, and whether this garment is the last."""
    progress(0.0, _("draping it"))
    laid = drape(body, garment, hem=hem_of(body, garment, request.tuck, cut), cut=cut)
    clock.done("drape")

    progress(0.1, _("hiding what is worn now"))
    small = working_rgb(photo, laid)
    keep, change, is_last = marks
    said = said_about(keep, change, laid.alpha, last=is_last)
    hidden = hide(small, body, laid, garment.region, layered=garment.kind == "outer", said=said)
    clock.done("agnostic")

    cloth = warp(garment, laid.dense, small.shape[1], small.shape[0])[..., :3]
    progress.show(lambda: _laid(small, cloth, hidden.cover))
    painted = transfer.paint(hidden, cloth, seed=request.seed, steps=request.steps, progress=progress.part(0.15, 0.85))
    clock.done("diffusion")

    progress(0.85, _("putting it into the photo"))
    made = compose(photo, garment, laid, hidden, painted, keep)
    clock.done("composite")
    return made, Stages(body, garment, laid, hidden, painted)


def _laid(photo: UInt8Array, cloth: UInt8Array, cover: FloatArray) -> UInt8Array:
    """The cloth laid flat on the photo: the first look at what will be."""
    share = cover[..., None]
    return np.asarray(photo * (1.0 - share) + cloth * share + 0.5, dtype=np.uint8)


def write_stages(result: TryOnResult, folder: Path) -> list[Path]:
    """Write every picture on the way, at photo size, into a folder (made when missing); see `tryon.fit.inspection`."""
    from tryon.fit.inspection import write_all

    return write_all(result, folder)


class _Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._start = self._last = time.perf_counter()

    def done(self, stage: str) -> None:
        now = time.perf_counter()
        self.seconds[stage] = round(self.seconds.get(stage, 0.0) + now - self._last, 3)
        self.seconds["total"] = round(now - self._start, 3)
        self._last = now


def _check(request: TryOnRequest) -> None:
    for mask in (request.keep, request.change):
        check_mask(mask, request.person)
    for region in (request.region, *request.more_regions):
        if region not in REGION_CHOICES:
            advice = _("choose one of: {known}").format(known=", ".join(REGION_CHOICES))
            raise OptionError(_("there is no region {name}").format(name=repr(region)), advice=advice)
    if request.more_regions and len(request.more_regions) != len(request.more):
        raise OptionError(_("each further garment needs a region of its own"), advice=_("name as many as there are, or none"))
    if request.cuts and len(request.cuts) != 1 + len(request.more):
        raise OptionError(_("each garment needs a length and a fit of its own"), advice=_("name as many as there are, or none"))
    if request.tuck not in TUCKS:
        advice = _("choose one of: {known}").format(known=", ".join(TUCKS))
        raise OptionError(_("a garment cannot be tucked {name}").format(name=repr(request.tuck)), advice=advice)
    if not 0 <= request.steps <= 200:
        raise OptionError(
            _("{steps} is not a number of steps").format(steps=request.steps), advice=_("choose 1 to 200, or 0 for the usual")
        )


def _notes(laid: Drape, hidden: Agnostic) -> list[str]:
    """What the user should know about this one."""
    notes = []
    if not hidden.skin_seen:
        notes.append(_("no bare skin is seen in the photo; uncovered skin gets a medium tone"))
    if float((hidden.cover > 0.5).sum()) < 0.4 * float((laid.alpha > 0.5).sum()):
        notes.append(_("most of the garment lies behind hands, hair or the edge of the photo"))
    return notes


def _peak_memory_mb() -> float:
    """The most memory this process ever held, MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1e6 if sys.platform == "darwin" else 1e3), 1)
