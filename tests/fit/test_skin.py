"""Uncovered skin: the wearer's, without a seam."""

from __future__ import annotations

import numpy as np

from tryon.fit.skin import matched, mottled, roundness_seen, skin_beside
from tryon.image import srgb_to_linear

PALE, DARK = np.array([225, 180, 155], np.uint8), np.array([195, 145, 120], np.uint8)


def test_near_seen_skin_it_goes_on_without_a_seam_and_far_from_it_is_the_middle_tone() -> None:
    rgb = np.full((400, 300, 3), 60, np.uint8)
    bare = np.zeros((400, 300), bool)
    rgb[:40], bare[:40] = PALE, True
    tone = srgb_to_linear(DARK)
    made = skin_beside(rgb, bare, tone, 2.0)
    assert np.abs(made[42] - srgb_to_linear(PALE)).max() < 0.08
    assert np.abs(made[390] - tone).max() < 0.02
    assert np.abs(np.diff(made[40:380, 150], axis=0)).max() < 0.02


def test_clothes_do_not_color_it() -> None:
    rgb = np.full((200, 200, 3), (30, 30, 200), np.uint8)
    bare = np.zeros((200, 200), bool)
    rgb[80:120, 80:120], bare[82:118, 82:118] = PALE, True
    made = skin_beside(rgb, bare, srgb_to_linear(PALE), 2.0)
    assert np.abs(made - srgb_to_linear(PALE)).max() < 0.03


def test_no_seen_skin_gives_the_tone_and_no_grain() -> None:
    rgb = np.random.default_rng(1).integers(0, 255, (120, 90, 3)).astype(np.uint8)
    made = skin_beside(rgb, np.zeros((120, 90), bool), srgb_to_linear(DARK), 2.0)
    assert np.abs(made - srgb_to_linear(DARK)).max() < 1e-3


def test_made_skin_joins_seen_skin_without_a_step() -> None:
    made = np.full((60, 80, 3), 0.2, np.float32)
    seen = np.full((60, 80, 3), 0.3, np.float32)
    bare = np.zeros((60, 80), bool)
    bare[:, :30] = True
    factor = matched(seen, made, bare, 3.0)
    assert np.allclose((made * factor)[30, 28], 0.3, atol=0.01), "at the border it is the seen skin's light"
    assert np.allclose(factor[30, 79], 1.0, atol=0.05), "far from it, its own"
    assert np.allclose(matched(seen, made, np.zeros_like(bare), 3.0), 1.0)


def test_limbs_are_as_round_as_the_photo_shows_them() -> None:
    relief = np.tile(np.linspace(0.5, 1.0, 80, dtype=np.float32), (60, 1))
    bare = np.ones((60, 80), bool)
    assert roundness_seen(0.3 * relief, relief, bare) > 0.9
    flat = roundness_seen(np.full((60, 80), 0.3, np.float32), relief, bare)
    assert flat == 0.55
    half = roundness_seen(0.3 * (1 - 0.75 * (1 - relief)), relief, bare)
    assert flat < half < 0.95
    assert roundness_seen(0.3 * relief, np.full_like(relief, np.nan), bare) == roundness_seen(0.3 * relief, relief, ~bare)


def test_skin_varies_a_little_from_place_to_place_and_always_the_same() -> None:
    factors = mottled((200, 160), 4.0)
    assert factors.shape == (200, 160, 3) and (factors == mottled((200, 160), 4.0)).all()
    assert 0.01 < factors.std() < 0.06 and abs(float(factors.mean()) - 1) < 0.02
    assert np.abs(np.diff(factors, axis=0)).max() < 0.05, "no specks"
