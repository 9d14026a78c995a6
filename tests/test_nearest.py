"""Colors and labels are continued from where they are known."""

from __future__ import annotations

import numpy as np
import pytest

from tryon.nearest import mirrored, nearest_known


def test_the_nearest_known_pixel_and_its_distance() -> None:
    known = np.zeros((9, 9), bool)
    known[4, 2] = True
    distance, index = nearest_known(known)
    assert (index == 4 * 9 + 2).all()
    assert distance[4, 2] == 0 and distance[4, 5] == pytest.approx(3.0)
    with pytest.raises(ValueError):
        nearest_known(np.zeros((3, 3), bool))


def test_stripes_go_on_as_stripes() -> None:
    known = np.zeros((20, 40), bool)
    known[:, :20] = True
    stripes = np.tile(np.arange(40) % 4, (20, 1))
    _distance, index = mirrored(known)
    seen = stripes.reshape(-1)[index]
    assert len(np.unique(seen[:, 22:36])) == 4  # the nearest alone would give one value
    assert known.reshape(-1)[index].all()
