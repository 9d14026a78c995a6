"""Uncovered skin: the wearer's, without a seam."""

from __future__ import annotations

import numpy as np

from tryon.fit.skin import skin_beside
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
