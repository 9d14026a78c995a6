"""The engines: listed in light words, each does its work, none leaves the photo's own pixels."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from tests.fit.mannequin import tee, wearer
from tryon.errors import OptionError
from tryon.fit.agnostic import hide
from tryon.fit.composite import compose
from tryon.fit.drape import drape, warp
from tryon.fit.engines import ENGINES, engine_card
from tryon.fit.transfer import TRANSFERS, PlainTransfer, transfer_named
from tryon.jobs import silent


def test_every_engine_that_is_listed_is_there() -> None:
    assert list(ENGINES) == list(TRANSFERS) and next(iter(ENGINES)) == "compact"
    for name, card in ENGINES.items():
        assert card.name == name == transfer_named(name).name and card.missing == ""
        assert bool(card.weights) == ("MB" in card.needs)
        assert card.steps == (transfer_named(name).default_steps > 0)
    with pytest.raises(OptionError, match="no engine 'magic'; choose one of: compact, plain"):
        engine_card("magic")


def test_the_cards_are_read_without_the_engines() -> None:
    code = "import sys, tryon.fit.engines; print([name for name in ('numpy', 'cv2', 'torch', 'diffusers') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_laid_on_needs_no_network_and_changes_nothing_else() -> None:
    photo, body = wearer()
    garment = tee()
    laid = drape(body, garment)
    hidden = hide(photo.rgb, body, laid, "upper")
    cloth = warp(garment, laid.dense, photo.width, photo.height)[..., :3]
    one, other = (PlainTransfer().paint(hidden, cloth, seed=seed, steps=steps, progress=silent()) for seed, steps in ((0, 0), (7, 9)))
    assert np.array_equal(one.rgb, other.rgb) and one.cover.max() > 0.99 and one.steps == 0
    made = compose(photo, garment, laid, hidden, one)
    assert np.array_equal(made.picture[made.changed == 0], photo.rgb[made.changed == 0])
    assert made.color_difference < 4.0
