"""Where the net doubts, colors decide on a busy ground, as far as they tell anything there."""

from __future__ import annotations

import numpy as np
import pytest

from tryon.fit.color_odds import told_by_color
from tryon.fit.cutting import refine

H, W = 300, 240
CLOTH = np.s_[100:260, 60:180]
STRAP = np.s_[40:100, 80:85]
FRILL = np.s_[260:285, 60:180]


def photo(cloth: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """A camisole on a patterned bed, and a net that doubts a strap and takes the bed's frill for half a hem."""
    rng = np.random.default_rng(3)
    tiles = np.kron(rng.integers(0, 2, (30, 24)), np.ones((10, 10)))[..., None]
    rgb = np.where(tiles > 0, (200, 170, 130), (150, 110, 80)).astype(np.float32)
    for where in (CLOTH, STRAP):
        rgb[where] = cloth
    belief = np.full((H, W), 0.01, np.float32)
    belief[CLOTH], belief[STRAP], belief[FRILL] = 0.99, 0.3, 0.65
    return np.clip(rgb + rng.normal(0, 3, rgb.shape), 0, 255).astype(np.uint8), belief


def test_a_strap_is_won_back_and_a_frill_of_the_bed_is_not_cut_out() -> None:
    rgb, belief = photo((60, 90, 170))
    told = told_by_color(rgb, belief)
    assert told[STRAP].mean() > 0.7 > 0.3 > told[FRILL].mean()
    assert told[CLOTH].min() > 0.9 and told[120:250, :50].max() < 0.1
    assert (refine(rgb, told, 4.0)[45:95, 80:85] > 0.5).mean() > 0.8  # a thin thing stays to the end


@pytest.mark.parametrize("cloth", [(200, 170, 130), (150, 110, 80)])
def test_cloth_of_the_grounds_own_color_is_left_to_the_net(cloth: tuple[int, int, int]) -> None:
    rgb, belief = photo(cloth)
    assert np.abs(told_by_color(rgb, belief) - belief).max() < 0.35
    assert ((told_by_color(rgb, belief) > 0.5) == (belief > 0.5)).mean() > 0.97
