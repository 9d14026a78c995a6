"""Hair over a shoulder is hair, a dark print is not."""

from __future__ import annotations

import numpy as np
import pytest

from tryon.body.parsing import PARTS
from tryon.body.strands import hair_on_cloth

Color = tuple[int, int, int]
HAIR, TOP = PARTS.index("hair"), PARTS.index("top")


def scene(hair: Color, top: Color) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Hair above row 100 and, named top, as strands down to row 160 on the left; a print lower down in the middle."""
    rng = np.random.default_rng(3)
    rgb, parts = np.full((400, 300, 3), 200.0), np.zeros((400, 300), np.uint8)
    rgb[30:100, 90:150], parts[30:100, 90:150] = hair, HAIR
    rgb[100:380, 60:240], parts[100:380, 60:240] = top, TOP
    rgb[100:160, 95:130] = hair
    rgb[240:270, 120:190] = hair
    landmarks = np.zeros((33, 4), np.float32)
    landmarks[[11, 12, 23, 24]] = [(220, 110, 0, 1), (80, 110, 0, 1), (190, 340, 0, 1), (110, 340, 0, 1)]
    return np.clip(rgb + rng.normal(0, 3, rgb.shape), 0, 255).astype(np.uint8), parts, landmarks


@pytest.mark.parametrize(
    ("hair", "top"), [((120, 60, 40), (240, 240, 238)), ((30, 26, 24), (150, 180, 220)), ((214, 180, 130), (30, 40, 90))]
)
def test_strands_over_the_shoulder_are_hair(hair: Color, top: Color) -> None:
    rgb, parts, landmarks = scene(hair, top)
    settled = hair_on_cloth(rgb, parts, landmarks)
    assert (settled[102:158, 97:128] == HAIR).mean() > 0.97
    assert (settled[200:380, 60:240] == TOP).all() and (settled[100:200, 150:240] == TOP).all()


def test_black_hair_on_a_black_shirt_is_left_as_it_was_named() -> None:
    rgb, parts, landmarks = scene((28, 26, 25), (30, 29, 30))
    assert (hair_on_cloth(rgb, parts, landmarks) == parts).all()
