"""Sleeves before trousers, crumbs on a skirt: told by color."""

from __future__ import annotations

import numpy as np

from tryon.body.parsing import PARTS
from tryon.body.settle import settle

TOP, BOTTOM, SKIRT = (PARTS.index(name) for name in ("top", "bottom", "skirt"))


def scene(lower: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A black sweater over white trousers; the right forearm hangs before them, from (70, 140) to (70, 230)."""
    rgb = np.full((300, 200, 3), 200, np.uint8)
    parts = np.zeros((300, 200), np.uint8)
    rgb[60:150, 60:140], parts[60:150, 60:140] = 20, TOP
    rgb[150:290, 60:140], parts[150:290, 60:140] = 245, lower
    landmarks = np.zeros((33, 4), np.float32)
    landmarks[[11, 12, 13, 14, 15, 16, 23, 24]] = [
        (130, 65, 0, 1), (70, 65, 0, 1), (190, 140, 0, 1), (70, 140, 0, 1),
        (190, 230, 0, 1), (70, 230, 0, 1), (120, 170, 0, 1), (80, 170, 0, 1),
    ]  # fmt: skip
    return rgb, parts, landmarks


def test_a_black_sleeve_before_white_trousers_is_the_sweaters() -> None:
    rgb, parts, landmarks = scene(BOTTOM)
    rgb[150:230, 62:78] = 22
    settled = settle(rgb, parts, landmarks)
    assert (settled[155:225, 64:76] == TOP).all()
    assert (settled[150:290, 90:140] == BOTTOM).all()


def test_alike_colors_leave_the_map_alone() -> None:
    rgb, parts, landmarks = scene(BOTTOM)
    rgb[60:290, 60:140] = 20
    assert (settle(rgb, parts, landmarks) == parts).all()


def test_crumbs_of_a_top_on_a_skirt_go_back_to_the_skirt() -> None:
    rgb, parts, landmarks = scene(SKIRT)
    parts[250:262, 110:124] = TOP
    settled = settle(rgb, parts, landmarks)
    assert (settled[250:262, 110:124] == SKIRT).all()
    assert (settled[60:150, 60:140] == TOP).all()


def test_bits_of_a_skirt_at_the_ankles_are_legs() -> None:
    rgb, parts, landmarks = scene(SKIRT)
    legs = PARTS.index("legs")
    parts[240:290, 60:140] = legs
    parts[280:288, 80:88] = SKIRT
    settled = settle(rgb, parts, landmarks)
    assert (settled[280:288, 80:88] == legs).all() and (settled[160:236, 90:140] == SKIRT).all()


def test_a_hem_named_trousers_is_the_sweaters_and_pockets_named_sweater_are_the_trousers() -> None:
    rgb, parts, landmarks = scene(BOTTOM)
    parts[130:150, 90:120], parts[150:165, 110:138] = BOTTOM, TOP
    settled = settle(rgb, parts, landmarks)
    assert (settled[132:148, 92:118] == TOP).all() and (settled[152:163, 112:136] == BOTTOM).all()


def test_spots_of_a_patterned_skirt_beside_a_forearm_stay_the_skirts() -> None:
    rgb, parts, landmarks = scene(SKIRT)
    for row in range(156, 280, 12):
        for column in range(61, 136, 12):
            rgb[row : row + 5, column : column + 5] = 22
    assert (settle(rgb, parts, landmarks)[152:290, 60:140] == SKIRT).mean() > 0.999


def test_the_pocket_over_a_hand_is_the_trousers_and_a_hand_before_them_stays() -> None:
    rgb, parts, landmarks = scene(BOTTOM)
    skin, hand = (214, 160, 130), PARTS.index("left_hand")
    rgb[150:290, 60:140] = (222, 205, 110)  # yellow
    rgb[20:58, 84:116], parts[20:58, 84:116] = skin, PARTS.index("face")
    rgb[170:190, 142:160], parts[170:190, 142:160] = skin, hand  # the wrist
    parts[182:206, 118:142] = hand  # cloth all over: the fingers are in the pocket
    rgb[240:262, 70:88], parts[240:262, 70:88] = skin, hand
    settled = settle(rgb, parts, landmarks)
    assert (settled[184:204, 120:138] == BOTTOM).mean() > 0.95
    assert (settled[172:188, 144:158] == hand).all() and (settled[242:260, 72:86] == hand).all()
