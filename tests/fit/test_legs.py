"""Trousers on a plain ground: what lies between the legs is no cloth."""

from __future__ import annotations

import numpy as np

from tryon.fit.legs import open_legs

MARKS = {
    "crotch": (100.0, 100.0), "hem_inner_left": (104.0, 290.0), "hem_inner_right": (96.0, 290.0),
    "hem_outer_left": (170.0, 290.0), "hem_outer_right": (30.0, 290.0),
}  # fmt: skip


def trousers(color: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Legs that touch at the hem; the cut-out took the gap for cloth. Where the gap is."""
    rgb = np.full((320, 200, 3), 246, np.uint8)
    alpha = np.zeros((320, 200), np.float32)
    rgb[20:292, 30:170], alpha[20:292, 30:170] = color, 1.0
    gap = np.zeros((320, 200), bool)
    gap[130:280, 92:109] = True
    rgb[gap] = 244
    return rgb, alpha, gap


def test_the_gap_is_opened_and_the_legs_stay() -> None:
    rgb, alpha, gap = trousers((20, 60, 110))
    opened = open_legs(rgb, alpha, MARKS)
    assert opened[gap].max() < 0.1
    far = alpha > 0
    far[126:284, 88:113] = False
    assert (opened[far] == 1.0).all()


def test_white_trousers_on_white_ground_are_left_alone() -> None:
    rgb, alpha, _ = trousers((240, 240, 240))
    assert (open_legs(rgb, alpha, MARKS) == alpha).all()


def test_white_patches_on_a_leg_are_cloth() -> None:
    rgb, alpha, gap = trousers((20, 60, 110))
    rgb[gap] = (20, 60, 110)
    rgb[200:215, 40:80] = 245
    assert (open_legs(rgb, alpha, MARKS) == alpha).all()


def test_the_shaded_end_of_an_open_gap_is_opened_too() -> None:
    rgb, alpha, gap = trousers((220, 150, 140))
    alpha[gap] = 0.0
    rgb[104:130, 96:105] = np.linspace(180, 235, 26)[:, None, None]
    opened = open_legs(rgb, alpha, MARKS)
    assert opened[106:130, 97:104].max() < 0.2
    assert (opened[104:130, 60:86] == 1.0).all() and (opened[60:96, 60:140] == 1.0).all()
