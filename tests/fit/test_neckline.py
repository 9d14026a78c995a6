"""The upper edge of a garment is found where it was drawn: the front's edge, the inside of the back, straps."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tryon.fit.neck_view import NeckFrame, inside_seen
from tryon.fit.neckline import NECKLINES, Neckline, hung_by_straps, read_neckline, sleeve_length

W, H = 600, 800
MARKS = {
    "neck_right": (220.0, 150.0),
    "neck_left": (380.0, 150.0),
    "collar": (300.0, 220.0),
    "shoulder_right": (130.0, 190.0),
    "shoulder_left": (470.0, 190.0),
    "armpit_right": (140.0, 350.0),
    "armpit_left": (460.0, 350.0),
    "hem_right": (140.0, 740.0),
    "hem_left": (460.0, 740.0),
}
BODY = [(220, 150), (130, 190), (140, 350), (140, 740), (460, 740), (460, 350), (470, 190), (380, 150)]


def drawn(front: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Picture, alpha and true inside of a shirt whose front ends at a curve from the right neck point to the left one."""
    whole = np.zeros((H, W), np.uint8)
    cv2.fillPoly(whole, [np.array(BODY, np.int32)], 1)
    inside = np.zeros((H, W), np.uint8)
    cv2.fillPoly(inside, [np.round(front).astype(np.int32)], 1)
    rgb = np.full((H, W, 3), 245, np.uint8)
    rgb[whole > 0] = (40, 90, 150)
    rgb[inside > 0] = (26, 62, 108)
    return rgb, whole.astype(np.float32), (inside & whole) > 0


def told(inside: np.ndarray):  # type: ignore[no-untyped-def]
    """A look at the neck that knows the truth, softly."""
    soft = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), 2)
    return lambda rgb, alpha, frame: frame.view(soft)


def curve(depth: float, power: float) -> np.ndarray:
    x = np.linspace(-1, 1, 81)
    return np.stack([300 + 80 * x, 150 + depth * (1 - np.abs(x) ** power) ** (1 / power)], 1)


def read(front: np.ndarray, collar_y: float) -> tuple[Neckline, np.ndarray, np.ndarray]:
    rgb, alpha, inside = drawn(front)
    nothing = np.zeros((200, 150), np.float32)
    neckline, found = read_neckline(rgb, alpha, nothing, {**MARKS, "collar": (300.0, collar_y)}, "none", told(inside))
    return neckline, found, inside


@pytest.mark.parametrize(("depth", "power", "name"), [(70, 2.0, "crew"), (170, 2.0, "scoop"), (170, 1.0, "v"), (120, 4.0, "square")])
def test_the_fronts_edge_lies_where_it_was_drawn(depth: float, power: float, name: str) -> None:
    true = curve(depth, power)
    neckline, found, inside = read(true, 150 + depth + 12)
    assert (found & inside).sum() / (found | inside).sum() > 0.85
    assert neckline.name == name in NECKLINES
    assert abs(neckline.depth_share - depth / 320) < 0.06 and abs(neckline.width_share - 0.5) < 0.02
    dense = np.stack([np.interp(np.linspace(0, 80, 4001), np.arange(81), true[:, axis]) for axis in (0, 1)], 1)
    far = [np.hypot(*(dense - point).T).min() for point in neckline.front]
    assert np.median(far) < 4 and max(far) < 14
    assert neckline.front[0, 0] < neckline.front[-1, 0]  # from the wearer's right to the left


def test_without_an_inside_the_front_is_the_outline() -> None:
    rgb, alpha, _ = drawn(curve(1, 2.0))
    nothing = np.zeros((200, 150), np.float32)
    neckline, found = read_neckline(rgb, alpha, nothing, {**MARKS, "collar": (300.0, 156.0)}, "none", told(alpha * 0))
    assert found.sum() == 0
    assert np.abs(neckline.front[:, 1] - 150).max() < 8
    np.testing.assert_allclose(neckline.front, neckline.back)


def test_straps_are_lines_with_their_width() -> None:
    alpha = np.zeros((H, W), np.float32)
    cv2.rectangle(alpha, (140, 300), (460, 740), 1.0, -1)
    for x in (210, 390):
        cv2.line(alpha, (x, 110), (x, 305), 1.0, 15)
    rgb = np.where(alpha[..., None] > 0, np.uint8(60), np.uint8(240)) * np.ones((1, 1, 3), np.uint8)
    marks = {**MARKS, "neck_right": (216.0, 110.0), "neck_left": (384.0, 110.0), "collar": (300.0, 302.0)}
    marks |= {"shoulder_right": (202.0, 110.0), "shoulder_left": (398.0, 110.0)}
    neckline, _ = read_neckline(rgb, alpha, np.zeros((200, 150), np.float32), marks, "none")
    assert neckline.name == "straps" and len(neckline.straps) == 2
    for strap, x in zip(sorted(neckline.straps, key=lambda s: s[0, 0]), (210, 390), strict=True):
        assert np.abs(strap[:, 0] - x).max() < 5 and abs(np.median(strap[:, 2]) - 15) < 5
        assert strap[0, 1] < 130 and 270 < strap[-1, 1] < 310
    assert np.abs(neckline.front[3:-3, 1] - 300).max() < 12
    low = {**marks, "neck_right": (220.0, 300.0), "neck_left": (380.0, 300.0)}
    hung = hung_by_straps(low, neckline)
    assert np.allclose([hung["neck_right"], hung["neck_left"]], [(217, 110), (383, 110)], atol=9)
    assert hung["shoulder_right"][0] < hung["neck_right"][0] < hung["neck_left"][0] < hung["shoulder_left"][0]
    assert hung_by_straps(marks, neckline) == marks and hung["armpit_left"] == low["armpit_left"]


def test_bare_shoulders_and_sleeve_lengths() -> None:
    alpha = np.zeros((H, W), np.float32)
    cv2.rectangle(alpha, (140, 280), (460, 740), 1.0, -1)
    rgb = np.where(alpha[..., None] > 0, np.uint8(60), np.uint8(240)) * np.ones((1, 1, 3), np.uint8)
    marks = {**MARKS, "neck_right": (150.0, 282.0), "neck_left": (450.0, 282.0), "collar": (300.0, 282.0)}
    marks |= {"shoulder_right": (142.0, 282.0), "shoulder_left": (458.0, 282.0)}
    assert read_neckline(rgb, alpha, np.zeros((200, 150), np.float32), marks, "none")[0].name == "strapless"
    assert sleeve_length(MARKS) == 0.0
    lengths = []
    for reach in (60.0, 200.0, 330.0, 460.0):
        ends = {
            f"cuff_{edge}_{side}": (x + sign * w, 270.0 + reach)
            for side, sign, x in (("left", 1, 465.0), ("right", -1, 135.0))
            for edge, w in (("outer", 20), ("inner", -20))
        }
        lengths.append(sleeve_length({**MARKS, **ends}))
    assert lengths == sorted(lengths) and lengths[0] < 1 < lengths[1] and lengths[-1] == 4.0


def test_a_standing_collar_is_no_inside_unless_the_net_is_sure() -> None:
    rgb, alpha, _ = drawn(curve(1, 2.0))
    cv2.rectangle(alpha, (220, 80), (380, 160), 1.0, -1)
    marks = {**MARKS, "neck_right": (222.0, 82.0), "neck_left": (378.0, 82.0), "collar": (300.0, 140.0)}
    seen = np.zeros((H, W), np.float32)
    seen[84:150, 225:375] = 0.7
    neckline, found = read_neckline(rgb, alpha, seen, marks, "none")
    assert neckline.name == "high" and found.sum() == 0
    assert np.abs(neckline.front[:, 1] - 80).max() < 6


@pytest.mark.parametrize("rib", [(200, 60, 60), (40, 90, 150)])
def test_the_net_of_the_neck_tells_the_inside_from_the_front_and_its_rib(rib: tuple[int, int, int]) -> None:
    true = curve(110, 2.0)
    rgb, alpha, inside = drawn(true)
    band = (cv2.dilate(inside.astype(np.uint8), np.ones((25, 25), np.uint8)) > 0) & ~inside & (alpha > 0)
    rgb[band] = rib
    rgb = cv2.GaussianBlur(rgb, (0, 0), 0.8)
    _, found = read_neckline(rgb, alpha, np.zeros((200, 150), np.float32), {**MARKS, "collar": (300.0, 270.0)}, "none")
    assert (found & inside).sum() / (found | inside).sum() > 0.75


def test_the_net_looks_only_about_the_neck() -> None:
    rgb, alpha, _ = drawn(curve(110, 2.0))
    frame = NeckFrame(np.array([[0.5, 0.0, -6.0], [0.0, 0.5, 101.0]]), (288, 384), np.array([144.0, 176.0]))
    near = inside_seen(rgb, alpha, frame)
    assert near.shape == (384, 288) and near[200, 144] > 0.5 > near[270, 144] > -0.01
    assert near[20, 144] == -1 and near[370, 144] == -1


@pytest.mark.parametrize(("share", "kept"), [(0.9, False), (0.99, True)])
def test_a_knot_in_a_straight_edge_is_no_inside_unless_the_net_is_sure(share: float, kept: bool) -> None:
    alpha = np.zeros((H, W), np.float32)
    cv2.rectangle(alpha, (140, 280), (460, 740), 1.0, -1)
    rgb = np.where(alpha[..., None] > 0, np.uint8(60), np.uint8(240)) * np.ones((1, 1, 3), np.uint8)
    knot = np.zeros((H, W), np.float32)
    cv2.ellipse(knot, (300, 282), (110, 80), 0, 0, 180, share, -1)
    marks = {**MARKS, "neck_right": (150.0, 282.0), "neck_left": (450.0, 282.0), "collar": (300.0, 282.0)}
    marks |= {"shoulder_right": (142.0, 282.0), "shoulder_left": (458.0, 282.0)}

    def look(rgb: np.ndarray, alpha: np.ndarray, frame: NeckFrame) -> np.ndarray:
        return frame.view(knot)

    neckline, inside = read_neckline(rgb, alpha, np.zeros((200, 150), np.float32), marks, "none", look)
    assert bool(inside.any()) is kept
    assert kept or neckline.name == "strapless"
