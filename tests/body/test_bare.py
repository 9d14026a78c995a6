"""Collars, straps and bare waists, told from skin by the wearer's own color."""

from __future__ import annotations

import numpy as np
import pytest

from tryon.body.bare import bare_or_covered, colored_as_skin
from tryon.body.parsing import PARTS

FACE, NECK, TORSO, ARM, TOP, SKIRT = (PARTS.index(name) for name in ("face", "neck", "torso", "left_arm", "top", "skirt"))
SKIN = (205, 150, 120)


def scene(top: tuple[int, int, int], skirt: tuple[int, int, int] = (240, 240, 235)) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Face, neck, an arm, a top from row 150 to 330 and a skirt from 330 on, 300 wide; light falls off to the right."""
    rgb = np.full((500, 300, 3), 190, np.uint8)
    parts = np.zeros((500, 300), np.uint8)

    def block(rows: slice, columns: slice, part: int, color: tuple[int, int, int]) -> None:
        parts[rows, columns], rgb[rows, columns] = part, color

    block(slice(20, 100), slice(110, 190), FACE, SKIN)
    block(slice(100, 150), slice(125, 175), NECK, SKIN)
    block(slice(150, 330), slice(80, 220), TOP, top)
    block(slice(160, 360), slice(225, 265), ARM, SKIN)
    block(slice(330, 480), slice(80, 220), SKIRT, skirt)
    light = np.linspace(1.05, 0.6, 300)[None, :, None]
    rgb = np.clip(rgb * light, 0, 255).astype(np.uint8)
    landmarks = np.zeros((33, 4), np.float32)
    landmarks[[11, 12, 23, 24]] = [(215, 165, 0, 1), (85, 165, 0, 1), (190, 335, 0, 1), (110, 335, 0, 1)]
    return rgb, parts, landmarks


def painted(rgb: np.ndarray, rows: slice, columns: slice, color: tuple[int, int, int]) -> None:
    rgb[rows, columns] = (np.array(color) * np.linspace(1.05, 0.6, 300)[columns, None]).astype(np.uint8)


@pytest.mark.parametrize("color", [(170, 20, 35), (20, 20, 22), (245, 245, 245), (40, 70, 160)])
def test_a_collar_named_neck_is_the_tops(color: tuple[int, int, int]) -> None:
    rgb, parts, landmarks = scene((150, 150, 155))
    painted(rgb, slice(138, 150), slice(125, 175), color)
    settled = bare_or_covered(rgb, parts, landmarks)
    assert (settled[140:150, 128:172] == TOP).mean() > 0.95
    assert (settled[100:135, 125:175] == NECK).all()
    assert (settled[160:360, 225:265] == ARM).all()


def test_a_strap_over_the_shoulder_is_the_tops() -> None:
    rgb, parts, landmarks = scene((245, 245, 245))
    painted(rgb, slice(100, 150), slice(150, 156), (15, 15, 15))
    settled = bare_or_covered(rgb, parts, landmarks)
    assert (settled[104:150, 152:155] == TOP).mean() > 0.95
    assert (settled[100:150, 125:146] == NECK).all()


def test_a_bare_waist_named_top_is_skin_and_the_waistband_below_it_the_skirts() -> None:
    rgb, parts, landmarks = scene((235, 215, 110))
    painted(rgb, slice(290, 318), slice(80, 220), SKIN)
    painted(rgb, slice(318, 330), slice(80, 220), (240, 240, 235))
    settled = bare_or_covered(rgb, parts, landmarks)
    assert (settled[294:314, 84:216] == TORSO).mean() > 0.95
    assert (settled[320:330, 84:216] == SKIRT).mean() > 0.95
    assert (settled[150:286, 80:220] == TOP).all()


def test_a_waist_of_which_only_the_middle_was_seen_bare_is_bare_all_over() -> None:
    rgb, parts, landmarks = scene((235, 215, 110))
    painted(rgb, slice(290, 330), slice(80, 220), SKIN)
    parts[300:322, 110:190] = TORSO
    settled = bare_or_covered(rgb, parts, landmarks)
    assert (settled[294:328, 84:216] == TORSO).mean() > 0.95


def test_a_stripe_in_the_color_of_skin_stays_cloth() -> None:
    rgb, parts, landmarks = scene((30, 60, 150))
    painted(rgb, slice(270, 290), slice(80, 220), SKIN)
    assert (bare_or_covered(rgb, parts, landmarks) == parts).all()


def test_cloth_in_the_color_of_skin_leaves_the_map_alone() -> None:
    rgb, parts, landmarks = scene((206, 151, 122))
    painted(rgb, slice(138, 150), slice(125, 175), (170, 20, 35))
    assert bare_or_covered(rgb, parts, landmarks) is parts


def test_a_whole_sleeve_named_arm_is_the_tops_and_a_bare_arm_is_not() -> None:
    rgb, parts, landmarks = scene((240, 238, 232))
    painted(rgb, slice(160, 360), slice(221, 265), (225, 218, 210))
    parts[160:360, 221:265] = ARM
    assert (bare_or_covered(rgb, parts, landmarks)[165:355, 226:260] == TOP).all()
    painted(rgb, slice(160, 360), slice(221, 265), SKIN)
    assert (bare_or_covered(rgb, parts, landmarks)[165:355, 226:260] == ARM).all()


def test_skin_has_the_color_of_skin_and_white_sheets_and_yellow_floors_have_not() -> None:
    where = np.zeros((60, 60), bool)
    where[10:50, 10:50] = True
    skins, others = ((235, 190, 170), (96, 58, 42)), ((240, 238, 232), (225, 190, 100), (40, 40, 48))
    for color in (*skins, *others):
        rgb = np.full((60, 60, 3), (90, 130, 200), np.uint8)
        rgb[where] = color
        share = colored_as_skin(rgb, where)
        assert share > 0.9 if color in skins else share < 0.1
    assert colored_as_skin(np.full((60, 60, 3), 128, np.uint8), where) == 1.0  # a photo in black and white
