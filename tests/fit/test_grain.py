"""Grain of a photo, measured and given to clean cloth."""

from __future__ import annotations

import numpy as np
import pytest

from tryon.fit.grain import grain_of, grained
from tryon.image import linear_to_srgb, srgb_to_linear


def photo(much: float) -> np.ndarray:
    chance = np.random.default_rng(5)
    ramp = np.linspace(0.3, 0.7, 240)[None, :].repeat(200, 0)
    return np.clip((ramp + chance.normal(0, much, ramp.shape))[..., None].repeat(3, 2) * 255, 0, 255).astype(np.uint8)


def test_grain_is_measured() -> None:
    everywhere = np.ones((200, 240), bool)
    clean, noisy = grain_of(photo(0.0), everywhere), grain_of(photo(0.02), everywhere)
    assert clean < 0.003 and 0.01 < noisy < 0.025
    assert grain_of(photo(0.02), ~everywhere) == 0


def test_cloth_gets_as_much_as_the_photo_has() -> None:
    everywhere = np.ones((200, 240), bool)
    wanted = grain_of(photo(0.02), everywhere)
    made = grained(srgb_to_linear(photo(0.0)), wanted)
    assert grain_of((linear_to_srgb(made) * 255 + 0.5).astype(np.uint8), everywhere) == pytest.approx(wanted, rel=0.3)
    assert (grained(srgb_to_linear(photo(0.0)), 0.001) == srgb_to_linear(photo(0.0))).all()
