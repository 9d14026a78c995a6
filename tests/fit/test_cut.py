"""Longer, shorter, slimmer, looser: the hem moves as far as was asked, the sides move, and nothing else does."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tests.fit.mannequin import dress, skirt, tee, trousers, wearer
from tryon.body.parsing import PARTS
from tryon.errors import OptionError
from tryon.fit.cut import AS_IT_IS, FITS, Cut, read_cuts
from tryon.fit.drape import DRAPE_PARTS, drape
from tryon.fit.figure import measure
from tryon.fit.garment import Garment
from tryon.fit.tuck import hem_of

TRUNK = [DRAPE_PARTS.index(name) for name in ("trunk", "skirt", "left_leg", "right_leg")]


def covered(garment: Garment, cut: Cut) -> np.ndarray:
    """Where trunk, skirt and legs of the garment lie on the wearer."""
    laid = drape(wearer()[1], garment, cut=cut)
    return np.isin(laid.parts, TRUNK) & (laid.alpha > 0.5)


def hem(cover: np.ndarray) -> float:
    return float(np.percentile(np.nonzero(cover)[0], 99.5))


WISHES = [(tee, 10.0), (tee, -8.0), (dress, -20.0), (skirt, 12.0), (skirt, -10.0), (trousers, -25.0)]


@pytest.mark.parametrize(("make", "change_cm"), WISHES)
def test_the_hem_moves_as_far_as_was_asked(make: Callable[..., Garment], change_cm: float) -> None:
    trunk = measure(wearer()[1]).trunk
    moved = hem(covered(make(), Cut(change_cm))) - hem(covered(make(), AS_IT_IS))
    assert moved == pytest.approx(change_cm / 49.0 * trunk, abs=0.06 * trunk)


def test_sleeves_do_not_grow_with_the_hem() -> None:
    body = wearer()[1]
    parts = [DRAPE_PARTS.index(f"{side}_sleeve") for side in ("left", "right")]
    own, longer = (drape(body, tee(sleeve="long"), cut=cut) for cut in (AS_IT_IS, Cut(12.0)))
    share = [np.isin(laid.parts, parts) & (laid.alpha > 0.5) for laid in (own, longer)]
    assert (share[0] & share[1]).sum() / (share[0] | share[1]).sum() > 0.97


@pytest.mark.parametrize("make", [tee, dress, skirt, trousers])
def test_slim_is_narrower_and_loose_is_wider(make: Callable[..., Garment]) -> None:
    slim, own, loose = (covered(make(), Cut(fit=fit)) for fit in FITS)
    assert slim.sum() < own.sum() < loose.sum()
    assert abs(hem(slim) - hem(own)) < 8 and abs(hem(loose) - hem(own)) < 8


def test_no_cloth_is_slimmer_than_a_bare_trunk() -> None:
    body = wearer()[1]
    figure = measure(body)
    assert Cut(fit="slim").body(figure, body).edge_left[10] < figure.edge_left[10]
    bare = np.where(body.parts == PARTS.index("top"), PARTS.index("torso"), body.parts).astype(np.uint8)
    assert Cut(fit="slim").body(figure, replace(body, parts=bare)) is figure
    assert Cut(fit="loose").body(figure, body) is figure


def test_what_is_wanted_longer_hangs_out() -> None:
    body = wearer()[1]
    assert hem_of(body, tee(), "auto", Cut(5.0)) == hem_of(body, tee(), "out")
    assert hem_of(body, tee(), "in", Cut(5.0)) == hem_of(body, tee(), "in")
    assert hem_of(body, tee(), "auto", Cut(-5.0)) == hem_of(body, tee(), "auto")


def test_what_cannot_be_worn_is_refused_in_words() -> None:
    with pytest.raises(OptionError, match="no fit 'tight'; choose one of: slim, regular, loose"):
        Cut(fit="tight")
    for length in (61.0, -61.0, float("nan")):
        with pytest.raises(OptionError, match="choose -60 to 60 cm"):
            Cut(length)
    assert pickle.loads(pickle.dumps(Cut(3.0, "slim"))) == Cut(3.0, "slim")


def test_cuts_are_read_as_they_are_typed() -> None:
    assert read_cuts("0", "regular", 2) == (AS_IT_IS, AS_IT_IS)
    assert read_cuts("5, -10", "slim,", 2) == (Cut(5.0, "slim"), Cut(-10.0))
    assert read_cuts("3", "loose", 3) == (Cut(3.0, "loose"),) * 3
    for lengths, fits, words in (("5,6,7", "slim", "values are 3, the garments 2"), ("far", "slim", "'far' is not"), ("1", "wide", "wide")):
        with pytest.raises(OptionError, match=words):
            read_cuts(lengths, fits, 2)
