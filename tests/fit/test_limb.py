"""Arms and legs: as thick as they are seen, where they are seen, as wide as a thin sleeve on them."""

from __future__ import annotations

import numpy as np
import pytest

from tryon.body.parsing import PARTS
from tryon.fit.limb import Limb, measured_limb, paint_limb, snapped

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


def test_what_is_seen_bare_below_a_wide_sleeve_tells_how_thick_the_arm_is() -> None:
    parts = np.where((np.arange(360) < 240)[:, None], arm(1.6, "top"), arm(0.8))
    limb = read(parts)
    assert limb.radii[1:] == pytest.approx(USUAL[1:] * 0.8, rel=0.18) and limb.radii[0] < 1.05 * USUAL[0]


def test_joints_off_the_middle_of_a_bare_arm_are_moved_into_it() -> None:
    parts = np.roll(arm(1.0), 6, axis=1)
    assert read(parts).joints[:, 0] == pytest.approx([103, 106, 106], abs=1.5)
    assert read(np.roll(arm(1.0, "top"), 6, axis=1)).joints == pytest.approx(JOINTS)


def test_an_arm_in_a_sleeve_leads_to_the_hand() -> None:
    parts = arm(1.0, "top")
    parts[300:340, 102:126] = PARTS.index("left_hand")
    assert read(parts).joints[2] == pytest.approx([114, 300], abs=1.5)
    parts[300:340] = 0
    parts[300:340, 150:170] = PARTS.index("left_hand")  # somebody else's, or beyond a bend: too far aside
    assert read(parts).joints[2] == pytest.approx(JOINTS[2])


def test_a_thin_sleeve_shows_the_arm_and_a_wide_one_does_not() -> None:
    limbs = np.zeros((100, 200), bool)
    limbs[:, 80:120] = True
    for wide, covered in ((4, True), (30, False)):
        silhouette = np.zeros_like(limbs)
        silhouette[:, 80 - wide : 120 + wide] = True
        grown = snapped(limbs, silhouette, silhouette, 10.0)
        assert grown[50, 80 - wide // 2] == covered
        assert grown[limbs].all() and not grown[~silhouette].any()
