"""White on white is cut raggedly; a hem is not ragged."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tryon.fit.contour import calm_where_faint


def ragged(cloth: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A square of cloth on ground of 245: its picture, its true cut, and the same with bites and bumps of a few pixels."""
    true = np.zeros((400, 400), np.float32)
    true[80:320, 80:320] = 1.0
    rgb = np.where(true[..., None] > 0, cloth, 245).astype(np.uint8).repeat(3, axis=2)
    cut = true.copy()
    rng = np.random.default_rng(3)
    for place in range(90, 310, 5):
        for x, y in ((80, place), (320, place), (place, 80), (place, 320)):
            cv2.circle(cut, (x, y), 2, float(rng.random() < 0.5), -1)
    return rgb, true, cut


def test_ripples_of_a_faint_edge_are_smoothed_and_corners_stay() -> None:
    rgb, true, cut = ragged(251)
    calm = calm_where_faint(rgb, cut)
    lengths = [cv2.arcLength(max(cv2.findContours((one > 0.5).astype(np.uint8), 0, 1)[0], key=len), True) for one in (true, cut, calm)]
    assert lengths[2] - lengths[0] < 0.25 * (lengths[1] - lengths[0])
    assert np.abs(calm - true).sum() < np.abs(cut - true).sum()
    assert calm[84:90, 84:90].min() > 0.9, "the corner"
    assert calm[:70].max() == 0 and calm[110:290, 110:290].min() == 1


def test_a_clear_edge_keeps_its_shape() -> None:
    rgb, _, cut = ragged(60)
    assert calm_where_faint(rgb, cut) == pytest.approx(cut, abs=0.02)


def test_nothing_and_crumbs_are_no_error() -> None:
    rgb = np.full((50, 50, 3), 250, np.uint8)
    for alpha in (np.zeros((50, 50), np.float32), np.pad(np.ones((2, 2), np.float32), 24)):
        assert (calm_where_faint(rgb, alpha) == alpha).all()
