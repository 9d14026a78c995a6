"""A wearer who stands turned: the front of the cloth goes with the body, the outline stays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.fit.mannequin import tee, wearer
from tryon.body.bodymap import BodyMap
from tryon.fit.drape import DRAPE_PARTS, drape
from tryon.fit.ribbon import Ribbon
from tryon.fit.turned import turn_of


def facing(degrees: float) -> BodyMap:
    """The drawn wearer with the depths of one who turns so far, the left side going back where positive; the picture stays."""
    _photo, body = wearer()
    landmarks = body.landmarks.copy()
    for left, right in ((11, 12), (23, 24)):
        depth = np.tan(np.deg2rad(degrees)) * abs(landmarks[left, 0] - landmarks[right, 0]) / 2
        landmarks[left, 2], landmarks[right, 2] = depth, -depth
    return replace(body, landmarks=landmarks)


def test_who_faces_the_camera_is_not_turned_and_sides_are_mirrored() -> None:
    assert turn_of(facing(0)) == pytest.approx(0.0, abs=1e-6)
    assert turn_of(facing(30)) == pytest.approx(-turn_of(facing(-30)))
    assert 0.05 < turn_of(facing(20)) < turn_of(facing(40)) <= 0.3


def test_a_turn_moves_the_middle_and_keeps_the_edges_and_the_order() -> None:
    ys = np.linspace(0.0, 90.0, 10)
    edges = [np.stack([np.full(10, x), ys], 1) for x in (0.0, 100.0, 20.0, 60.0)]
    ribbon = Ribbon("trunk", *edges, turn=np.full(10, 0.3))
    across = np.linspace(0.0, 1.0, 21)
    x = ribbon.place(np.full(21, 4.5), across)[:, 0]
    assert x[0] == 20.0 and x[-1] == 60.0
    assert x[10] == pytest.approx(40.0 + 0.3 * 20.0)
    assert (np.diff(x) > 0).all(), "no cloth folds over"
    np.testing.assert_allclose(ribbon.finer(3).place(np.full(21, 13.5), across)[:, 0], x)


def test_the_cloth_s_middle_goes_to_the_side_the_wearer_turns_to() -> None:
    garment = tee()

    def middle(body: BodyMap) -> tuple[float, float]:
        """Photo x of the garment's middle line on the chest, and the trunk's share of the picture."""
        laid = drape(body, garment)
        row = int(0.34 * body.height * laid.scale)
        on_trunk = (laid.parts[row] == DRAPE_PARTS.index("trunk")) & (laid.alpha[row] > 0.5)
        away = np.where(on_trunk, np.abs(laid.dense[row, :, 0] - garment.rgba.shape[1] / 2), np.inf)
        return float(np.argmin(away)) / laid.scale, float((laid.alpha > 0.5).mean())

    (frontal, area), (left, area_left), (right, _) = (middle(facing(angle)) for angle in (0, 30, -30))
    assert right + 4 < frontal < left - 4
    assert area_left == pytest.approx(area, rel=0.03), "the outline does not turn"
