"""Sleeves that end at the hand, whatever lies beside them."""

from __future__ import annotations

import cv2
import numpy as np

from tests.body.test_settle import BOTTOM, TOP, scene
from tryon.body.cuffs import rims_of_sleeves, sleeves_to_hands
from tryon.body.parsing import PARTS

HAND = PARTS.index("right_hand")


def sleeved(hand: bool = True) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Navy over navy: the forearm's lower half, before the trousers and darker at its edge, was named trousers."""
    rgb, parts, landmarks = scene(BOTTOM)
    rgb[60:150, 60:140], rgb[150:290, 60:140] = (30, 30, 50), (28, 34, 56)
    rgb[140:226, 60:80], parts[140:186, 60:80] = (30, 30, 50), TOP
    rgb[140:226, 80:82] = (8, 8, 12)
    if hand:
        rgb[226:260, 60:80], parts[226:260, 60:80] = (190, 150, 130), HAND
    landmarks[14, :2], landmarks[16, :2] = (70, 130), (70, 228)
    return rgb, parts, landmarks


def test_what_lies_before_the_hand_is_the_sleeves() -> None:
    rgb, parts, landmarks = sleeved()
    sleeves_to_hands(rgb, parts, landmarks, TOP, BOTTOM)
    assert (parts[190:222, 62:78] == TOP).all()
    assert (parts[150:290, 86:140] == BOTTOM).all() and (parts[226:260, 60:80] == HAND).all()


def test_a_hand_in_a_pocket_leaves_the_map_alone() -> None:
    rgb, parts, landmarks = sleeved(hand=False)
    before = parts.copy()
    sleeves_to_hands(rgb, parts, landmarks, TOP, BOTTOM)
    assert (parts == before).all()


def test_the_rim_of_a_sleeve_is_no_hand_and_the_hand_stays() -> None:
    rgb, parts, landmarks = sleeved()
    parts[186:228, 60:80] = TOP
    parts[226:260, 60:80] = HAND
    rgb[226:228, 60:80] = (45, 42, 58)  # the sleeve's last pixels, named hand
    cleaned = rims_of_sleeves(rgb, parts, landmarks)
    assert (cleaned[226:228, 61:79] == TOP).all() and (cleaned[229:260, 60:80] == HAND).all()
    rgb[226:260, 60:80] = (34, 34, 52)  # a glove of the sleeve's own color
    assert (rims_of_sleeves(rgb, parts, landmarks) == parts).all()


def test_nobody_is_no_error() -> None:
    parts = np.zeros((40, 40), np.uint8)
    assert (rims_of_sleeves(cv2.merge([parts] * 3), parts, np.zeros((33, 4), np.float32)) == parts).all()
