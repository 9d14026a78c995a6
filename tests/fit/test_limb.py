"""Arms and legs: as thick as they are seen, round in the light, as wide as a thin sleeve on them."""

from __future__ import annotations

import numpy as np
import pytest

from tryon.body.parsing import PARTS
from tryon.fit.limb import Limb, measured_limb, paint_limb, relief, snapped

JOINTS = np.array([[100.0, 60.0], [100.0, 180.0], [100.0, 300.0]])
USUAL = np.array([20.0, 15.0, 10.0])


def arm(thick: float, name: str = "left_arm") -> np.ndarray:
    parts = np.zeros((360, 200), np.uint8)
    canvas = np.zeros((360, 200), np.uint8)
    paint_limb(canvas, Limb(JOINTS, USUAL * thick, 0.0), 1.0)
    parts[canvas > 0] = PARTS.index(name)
    return parts


def read(parts: np.ndarray) -> Limb:
    xy = np.zeros((33, 2))
    xy[[11, 13, 15]] = JOINTS
    return measured_limb(parts, xy, np.zeros(33), (11, 13, 15), USUAL, ("left_arm", "left_hand"))


@pytest.mark.parametrize("thick", [0.8, 1.0, 1.3, 1.6])
def test_a_bare_arm_is_as_thick_as_it_is_seen(thick: float) -> None:
    assert read(arm(thick)).radii == pytest.approx(USUAL * thick, rel=0.12)


def test_a_loose_sleeve_is_no_fat_arm_and_nothing_seen_is_usual() -> None:
    assert (read(arm(1.9, "top")).radii <= 1.26 * USUAL).all()
    assert read(np.zeros((360, 200), np.uint8)).radii == pytest.approx(USUAL)


def test_a_limb_is_darker_where_it_turns_away_from_the_light() -> None:
    light = np.array([0.4, -0.3, 0.8]) / np.linalg.norm([0.4, -0.3, 0.8])
    lit = relief((Limb(JOINTS, USUAL, 0.0),), 1.0, (360, 200), light.astype(np.float32))
    row = lit[120]
    assert np.isnan(row[20]) and row[100] == pytest.approx(1.0, abs=0.05)
    assert row[84] < 0.8 and row[84] < row[116] - 0.15  # the light comes from the right


def test_a_thin_sleeve_shows_the_arm_and_a_wide_one_does_not() -> None:
    limbs = np.zeros((100, 200), bool)
    limbs[:, 80:120] = True
    for wide, covered in ((4, True), (30, False)):
        silhouette = np.zeros_like(limbs)
        silhouette[:, 80 - wide : 120 + wide] = True
        grown = snapped(limbs, silhouette, silhouette, 10.0)
        assert grown[50, 80 - wide // 2] == covered
        assert grown[limbs].all() and not grown[~silhouette].any()
