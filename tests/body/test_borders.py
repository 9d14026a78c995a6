"""Borders of a part map move to where the colors change."""

from __future__ import annotations

import numpy as np

from tryon.body.borders import by_color
from tryon.body.parsing import PARTS

ARM, TOP, SKIRT, FACE = (PARTS.index(name) for name in ("left_arm", "top", "skirt", "face"))


def picture(colors: tuple[tuple[slice, tuple[int, int, int]], ...], noise: float = 3.0) -> np.ndarray:
    rgb = np.zeros((160, 200, 3), np.float64)
    for columns, color in colors:
        rgb[:, columns] = color
    rgb += np.random.default_rng(1).normal(0, noise, rgb.shape)
    return np.clip(rgb, 0, 255).astype(np.uint8)


def named(*runs: tuple[slice, int]) -> np.ndarray:
    parts = np.zeros((160, 200), np.uint8)
    for columns, part in runs:
        parts[:, columns] = part
    return parts


def test_a_rim_of_the_shirt_named_arm_is_given_back() -> None:
    rgb = picture(
        (
            (slice(0, 100), (240, 240, 240)),
            (slice(100, 200), (190, 140, 110)),
        )
    )
    parts = named((slice(0, 92), TOP), (slice(92, 200), ARM))
    moved = by_color(rgb, parts, 14)
    assert (moved[20:140, 92:98] == TOP).mean() > 0.95
    assert (moved[:, 104:] == ARM).all()


def test_alike_colors_and_far_pixels_stay() -> None:
    rgb = picture(((slice(0, 200), (190, 140, 110)),))
    parts = named((slice(0, 92), TOP), (slice(92, 200), ARM))
    assert (by_color(rgb, parts, 14) == parts).mean() > 0.99
    rgb = picture(
        (
            (slice(0, 150), (240, 240, 240)),
            (slice(150, 200), (190, 140, 110)),
        )
    )
    assert (by_color(rgb, parts, 14)[:, 110:] == ARM).all()  # farther than it may move


def test_the_dots_of_a_pattern_are_no_other_garment() -> None:
    rgb = picture(
        (
            (slice(0, 100), (20, 20, 20)),
            (slice(100, 200), (210, 180, 120)),
        )
    )
    rgb[::6, 100::6] = 20
    parts = named((slice(0, 100), TOP), (slice(100, 200), SKIRT))
    assert (by_color(rgb, parts, 14)[:, 103:] == SKIRT).mean() > 0.99


def test_dots_as_dark_as_the_sleeve_are_the_skirt_s() -> None:
    rgb = picture(
        (
            (slice(0, 90), (20, 20, 20)),
            (slice(90, 200), (210, 180, 120)),
        )
    )
    parts = named((slice(0, 90), TOP), (slice(90, 200), SKIRT))
    parts[20:160:20, 110:116], parts[21:160:20, 110:116] = TOP, TOP
    rgb[parts == TOP] = 20
    assert (by_color(rgb, parts, 14)[:, 94:] == SKIRT).all()


def test_a_bit_of_leg_named_hand_is_a_leg() -> None:
    hand, legs = PARTS.index("left_hand"), PARTS.index("legs")
    parts = np.zeros((160, 200), np.uint8)
    parts[:100, 60:140], parts[100:, 70:130], parts[20:70, 145:185] = SKIRT, legs, hand
    parts[100:104, 120:130] = hand
    rgb = np.full((160, 200, 3), 210, np.uint8)
    rgb[:100, 60:140] = (240, 235, 220)
    rgb[(parts == legs) | (parts == hand)] = (150, 100, 70)
    rgb[100:104, 120:130] = (150, 100, 70)
    assert (by_color(rgb, parts, 14)[101:104, 121:128] == legs).all()


def test_the_face_is_left_alone() -> None:
    rgb = picture(
        (
            (slice(0, 100), (240, 240, 240)),
            (slice(100, 200), (190, 140, 110)),
        )
    )
    parts = named((slice(0, 92), TOP), (slice(92, 200), FACE))
    assert (by_color(rgb, parts, 14)[:, 92:] == FACE).all()


def test_the_ground_in_a_narrow_gap_between_two_legs_stays_ground() -> None:
    bottom = PARTS.index("bottom")
    gray, black = (110, 110, 110), (20, 20, 22)
    rgb = picture(((slice(0, 20), gray), (slice(20, 96), black), (slice(96, 104), gray), (slice(104, 200), black)))
    parts = named((slice(20, 96), bottom), (slice(104, 200), bottom))
    assert (by_color(rgb, parts, 12)[10:150, 98:102] == 0).all()
