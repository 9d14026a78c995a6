"""The whole line of a fitting, on one screen."""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

from tryon.body.bodymap import BodyMap, map_body
from tryon.errors import OptionError
from tryon.fit.agnostic import Agnostic, hide, working_rgb
from tryon.fit.composite import compose
from tryon.fit.drape import Drape, drape, warp
from tryon.fit.garment import Garment, cut_out
from tryon.fit.transfer import REGION_CHOICES, TUCKS, Stages, TryOnRequest, TryOnResult, transfer_named
from tryon.fit.tuck import hem_height
from tryon.jobs import Progress, silent
from tryon.text import _

__all__ = ["try_on", "write_stages"]


def try_on(request: TryOnRequest, progress: Progress | None = None) -> TryOnResult:
    """Dress the person: photo and garment picture in, the person wearing it out. Same request, same pixels.

    Raises NoPersonError, GarmentError, OptionError or ModelError, each one clear sentence; Canceled after `progress.cancel()`.
    """
    progress = progress or silent()
    transfer = transfer_named(request.engine)
    _check(request)
    clock = _Clock()

    progress(0.0, _("looking at the person"))
    body = map_body(request.person, progress.part(0.0, 0.2))
    clock.done("body")

    progress(0.2, _("cutting out the garment"))
    garment = cut_out(request.garment, None if request.region == "auto" else request.region, progress.part(0.2, 0.35))
    clock.done("garment")

    progress(0.35, _("draping it"))
    hem_at = hem_height(body, garment, request.tuck)
    laid = drape(body, garment, hem_at=hem_at)
    clock.done("drape")

    progress(0.42, _("hiding what is worn now"))
    small = working_rgb(request.person, laid)
    hidden = hide(small, body, laid, garment.region, layered=garment.kind == "outer")
    clock.done("agnostic")

    cloth = warp(garment, laid.dense, small.shape[1], small.shape[0])[..., :3]
    painted = transfer.paint(hidden, cloth, seed=request.seed, steps=request.steps, progress=progress.part(0.45, 0.9))
    clock.done("diffusion")

    progress(0.9, _("putting it into the photo"))
    made = compose(request.person, garment, laid, hidden, painted)
    clock.done("composite")
    progress(1.0, _("done"))

    return TryOnResult(
        picture=made.picture,
        changed=made.changed,
        request=request,
        engine=transfer.name,
        seed=request.seed,
        steps=painted.steps,
        seconds=clock.seconds,
        peak_memory_mb=_peak_memory_mb(),
        warnings=(*body.warnings, *garment.warnings, *_notes(body, garment, laid, hidden)),
        fraction_changed=float((made.changed > 0).mean()),
        color_difference=made.color_difference,
        stages=Stages(body, garment, laid, hidden, painted),
    )


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
        self.seconds[stage] = round(now - self._last, 3)
        self.seconds["total"] = round(now - self._start, 3)
        self._last = now


def _check(request: TryOnRequest) -> None:
    if request.region not in REGION_CHOICES:
        advice = _("choose one of: {known}").format(known=", ".join(REGION_CHOICES))
        raise OptionError(_("there is no region {name}").format(name=repr(request.region)), advice=advice)
    if request.tuck not in TUCKS:
        advice = _("choose one of: {known}").format(known=", ".join(TUCKS))
        raise OptionError(_("a garment cannot be tucked {name}").format(name=repr(request.tuck)), advice=advice)
    if not 0 <= request.steps <= 200:
        raise OptionError(
            _("{steps} is not a number of steps").format(steps=request.steps), advice=_("choose 1 to 200, or 0 for the usual")
        )


def _notes(body: BodyMap, garment: Garment, laid: Drape, hidden: Agnostic) -> list[str]:
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
