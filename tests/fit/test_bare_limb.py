"""Bare limbs as bodies have them: wide and narrow along their bones, round in the light, mirrored left and right."""

from __future__ import annotations

import numpy as np
import pytest

from tryon.fit.bare_limb import centered, light_on_limbs, paint_bare_limb
from tryon.fit.limb import Limb

JOINTS = np.array([[100.0, 60.0], [100.0, 180.0], [100.0, 300.0]])
ARM = Limb(JOINTS, np.array([20.0, 15.0, 10.0]), 0.0)
LEG = Limb(JOINTS, np.array([26.0, 15.0, 10.0]), 0.0)
FRONT = np.array([0.0, -0.45, 0.9], np.float32)


def drawn(limb: Limb, name: str, **options: float) -> np.ndarray:
    canvas = np.zeros((380, 200), np.uint8)
    paint_bare_limb(canvas, limb, name, 1.0, **options)
    return canvas > 0


def test_an_arm_is_as_wide_as_measured_and_narrow_at_the_wrist() -> None:
    width = drawn(ARM, "left_arm").sum(axis=1)
    assert width[60 + 78] == pytest.approx(2 * 17, rel=0.15)  # where limbs are measured
    assert width[180 + 78] == pytest.approx(2 * 11.8, rel=0.2)
    assert width[292] < 0.65 * width[200] and width[302] == 0
    assert drawn(ARM, "left_arm", beyond=0.3)[330].any()


def test_a_calf_swells_below_the_knee() -> None:
    width = drawn(LEG, "right_leg").sum(axis=1)
    assert width[210:230].max() > width[180] and width[285] < 0.65 * width[215]


@pytest.mark.parametrize("kind", ["arm", "leg"])
def test_left_is_right_mirrored(kind: str) -> None:
    limb = ARM if kind == "arm" else LEG
    left, right = (light_on_limbs({f"{side}_{kind}": limb}, 1.0, (380, 200), FRONT) for side in ("left", "right"))
    assert np.nan_to_num(left.light) == pytest.approx(np.nan_to_num(right.light)[:, ::-1], abs=0.02)


def test_the_side_away_from_the_light_is_darker_and_off_the_limb_is_nothing() -> None:
    aside = np.array([0.4, -0.3, 0.8], np.float32)
    aside /= np.linalg.norm(aside)
    lit = light_on_limbs({"left_arm": ARM}, 1.0, (380, 200), aside)
    row = lit.light[120]
    assert np.isnan(row[20]) and row[86] < row[108] - 0.15
    assert (lit.color[120, 20] == 1).all() and 0.6 < lit.color[120, 100].min() < 1.6


@pytest.mark.parametrize("name", ["left_arm", "left_leg"])
def test_light_goes_on_evenly_over_the_last_joint(name: str) -> None:
    middle = light_on_limbs({name: ARM}, 1.0, (380, 200), FRONT).light[260:320, 100]
    assert np.abs(np.diff(middle)).max() < 0.08 and middle.min() > 0.75 * middle.max()


def test_an_arm_is_seen_before_a_leg() -> None:
    near_leg = Limb(JOINTS, LEG.radii, -500.0)
    both, arm = (light_on_limbs(limbs, 1.0, (380, 200), FRONT) for limbs in ({"left_arm": ARM, "left_leg": near_leg}, {"left_arm": ARM}))
    assert both.light[120:280, 100] == pytest.approx(arm.light[120:280, 100])


def test_joints_move_to_the_middle_of_the_limb_that_is_drawn() -> None:
    seen = np.zeros((380, 200), bool)
    seen[60:320, 94:120] = True
    moved = centered(ARM, seen, 1.0)
    assert moved.joints[1:, 0] == pytest.approx([107, 107], abs=2) and moved.radii[2] > ARM.radii[2]
    same = centered(ARM, np.zeros_like(seen), 1.0)
    assert (same.joints == ARM.joints).all() and (same.radii == ARM.radii).all()


def test_a_smaller_picture_shows_the_same() -> None:
    full, half = (light_on_limbs({"left_leg": LEG}, scale, (int(380 * scale), int(200 * scale)), FRONT).light for scale in (1.0, 0.5))
    assert half[60, 48:52] == pytest.approx(full[121, 97:104:2], abs=0.06)


def test_a_limb_outside_the_picture_is_no_error() -> None:
    far = Limb(JOINTS + 5000, ARM.radii, 0.0)
    assert np.isnan(light_on_limbs({"left_arm": far}, 1.0, (100, 100), FRONT).light).all()
    assert not drawn(far, "left_arm").any()
