"""The net's rough line at the neck is laid onto the picture's edge, above a rib that belongs to the front."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tryon.fit.neck_edge import settled
from tryon.fit.neck_view import CHEST, frame_of

W, H = 600, 700
MARKS = {
    "neck_right": np.array([200.0, 160.0]),
    "neck_left": np.array([400.0, 160.0]),
    "armpit_right": np.array([140.0, 340.0]),
    "armpit_left": np.array([460.0, 340.0]),
    "shoulder_right": np.array([130.0, 190.0]),
    "shoulder_left": np.array([470.0, 190.0]),
    "hem_right": np.array([140.0, 640.0]),
    "hem_left": np.array([460.0, 640.0]),
}
INSIDE, RIB, BODY = (30, 24, 36), (92, 70, 98), (190, 170, 205)


def ellipse(half_wide: float, deep: float) -> np.ndarray:
    ys, xs = np.mgrid[:H, :W]
    return (((xs - 300) / half_wide) ** 2 + ((ys - 160) / deep) ** 2 < 1) & (ys >= 160)


def shirt(deep: float, rib: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Picture, cloth and true inside of a shirt with a rib of its own color along the front's edge."""
    cloth = np.zeros((H, W), np.uint8)
    cv2.fillPoly(cloth, [np.array([(200, 160), (130, 190), (140, 640), (460, 640), (470, 190), (400, 160)])], 1)
    rgb = np.full((H, W, 3), 246, np.uint8)
    inside = ellipse(100, deep)
    rgb[cloth > 0] = BODY
    rgb[ellipse(100 + rib, deep + rib) & (cloth > 0)] = RIB
    rgb[inside] = INSIDE
    return rgb, cloth > 0, inside & (cloth > 0)


@pytest.mark.parametrize(("rib", "believed"), [(0, 12), (0, -12), (16, 16), (16, 5), (22, 22)])
def test_the_line_lies_on_the_fronts_edge_and_above_its_rib(rib: int, believed: int) -> None:
    rgb, cloth, inside = shirt(80, rib)
    frame = frame_of(MARKS)
    rough = frame.view(cv2.GaussianBlur((ellipse(100 + believed, 80 + believed) & cloth).astype(np.float32), (0, 0), 5))
    seen_cloth = frame.view(cloth.astype(np.float32)) > 0.5
    ends = np.stack([frame.there(MARKS["neck_right"]), frame.there(MARKS["neck_left"])])
    found = settled(rgb, frame, rough, seen_cloth, ends)
    assert found is not None
    truth = frame.view(inside.astype(np.float32)) > 0.5
    assert (found & truth).sum() / (found | truth).sum() > 0.93
    assert float((found ^ truth).sum()) < float(((rough > 0.5) ^ truth).sum()) * 0.5 + 0.004 * CHEST**2


def test_where_the_net_sees_no_inside_there_is_none() -> None:
    rgb, cloth, _ = shirt(80, 16)
    frame = frame_of(MARKS)
    ends = np.stack([frame.there(MARKS["neck_right"]), frame.there(MARKS["neck_left"])])
    nothing = np.zeros(frame.size[::-1], np.float32)
    assert settled(rgb, frame, nothing, frame.view(cloth.astype(np.float32)) > 0.5, ends) is None
