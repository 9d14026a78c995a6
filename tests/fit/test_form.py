"""Cloth is lit by where the body under it faces."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fit.mannequin import wearer
from tryon.fit.drape import DRAPE_PARTS
from tryon.fit.figure import measure
from tryon.fit.form import light_on_form


def test_cloth_on_the_trunk_is_lit_from_the_side_of_the_light() -> None:
    figure = measure(wearer()[1])
    parts = np.full((512, 384), DRAPE_PARTS.index("trunk"), np.uint8)
    right = np.array([0.45, -0.3, 0.84], np.float32)
    lit = light_on_form(figure, parts, 1.0, right / np.linalg.norm(right))
    row, middle = int(figure.axis(0.5)[1]), int(figure.axis(0.5)[0])
    half = int(0.85 * figure.half_width(0.5, "left"))
    assert lit[row, middle] == pytest.approx(1.0, abs=0.05)
    assert lit[row, middle + half] > lit[row, middle - half] + 0.2
    assert lit[row, middle - half] < 0.75


def test_a_sleeve_is_round_as_the_arm_in_it() -> None:
    figure = measure(wearer()[1])
    parts = np.full((512, 384), DRAPE_PARTS.index("left_sleeve"), np.uint8)
    front = np.array([0.0, -0.4, 0.9], np.float32)
    lit = light_on_form(figure, parts, 1.0, front / np.linalg.norm(front))
    arm = figure.arms["left"]
    x, y = (arm.joints[0] + 0.6 * (arm.joints[1] - arm.joints[0])).astype(int)
    reach = int(0.9 * arm.radii[:2].mean())
    assert lit[y, x] > min(lit[y, x + reach], lit[y, x - reach]) + 0.1 and np.isfinite(lit).all()
