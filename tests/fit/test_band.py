"""The waistband's line, and a tucked top that ends at it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fit.mannequin import tee, wearer
from tryon.body.parsing import PARTS
from tryon.fit.agnostic import hide
from tryon.fit.band import find_band
from tryon.fit.drape import Hem, drape
from tryon.fit.figure import measure


@pytest.fixture
def tucked():  # type: ignore[no-untyped-def]
    photo, body = wearer()
    parts = body.parts.copy()
    band = round(0.45 * body.height)  # the drawn top hangs over the trousers: here it ends at their upper edge
    below = np.arange(body.height)[:, None] >= band
    x = np.arange(body.width)[None, :]
    inside = (x > 0.30 * body.height) & (x < 0.45 * body.height)
    parts[below & inside & (parts == PARTS.index("top"))] = PARTS.index("bottom")
    object.__setattr__(body, "parts", parts)
    return photo, body, band


def test_the_band_is_found_though_the_part_map_has_tongues(tucked) -> None:  # type: ignore[no-untyped-def]
    _, body, band = tucked
    figure = measure(body)
    body.parts[band : band + 12, 180:188] = PARTS.index("top")
    found = find_band(body.parts, figure, 1.0, 0.9)
    assert found is not None
    edge = [int(np.argmax(found.below[:, column] > 0)) for column in range(165, 220, 5)]
    assert max(abs(row - band) for row in edge) <= 3
    body.parts[body.parts == PARTS.index("bottom")] = PARTS.index("background")
    assert find_band(body.parts, figure, 1.0, 0.9) is None


def test_a_tucked_top_does_not_hang_down_beside_the_trousers(tucked) -> None:  # type: ignore[no-untyped-def]
    photo, body, band = tucked
    height = float((band - measure(body).shoulder_middle[1]) / measure(body).trunk)
    wide = tee()
    laid = drape(body, wide, hem=Hem(height, height))
    assert laid.band is not None
    beside = ~laid.band.seen & (laid.band.below > 3)
    assert not (laid.alpha[beside] > 0.5).any()
    kept = hide(photo.rgb, body, laid, "upper").kept
    assert kept[band + 8 : band + 30, 180:200].min() > 0.9, "the trousers stay before the top"
    assert kept[band - 12 : band - 2, 180:200].max() < 0.1
