"""On a plain ground colors decide what is cloth: gaps are open, straps whole, prints stay, the edge has no light rim."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tryon.fit.cutting import clean_edge, faint_rim, refine, tidy, without_fringe
from tryon.fit.ground import plain_ground, told_from_ground

H, W = 640, 480
GROUND, CLOTH = 246, (40, 60, 90)


def sweater() -> np.ndarray:
    """Trunk and two sleeves that hang beside it, a narrow gap between: (H, W) bool."""
    mask = np.zeros((H, W), np.uint8)
    cv2.rectangle(mask, (150, 120), (330, 520), 1, -1)
    for sign, edge in ((-1, 150), (1, 330)):
        sleeve = [(edge, 130), (edge, 210), (edge + sign * 26, 560), (edge + sign * 80, 560), (edge + sign * 66, 160)]
        cv2.fillPoly(mask, [np.array(sleeve)], 1)
    return mask > 0


def photographed(mask: np.ndarray, ground: np.ndarray) -> np.ndarray:
    """As a shop's JPEG, with soft edges."""
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 0.8)[..., None]
    rgb = np.round(ground * (1 - soft) + np.array(CLOTH) * soft).astype(np.uint8)
    _, data = cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])
    return np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1])


def iou(a: np.ndarray, b: np.ndarray) -> float:
    return float((a & b).sum() / (a | b).sum())


@pytest.mark.parametrize("shaded", [False, True])
def test_gaps_beside_the_trunk_are_open_and_bites_closed(shaded: bool) -> None:
    truth = sweater()
    ground = np.full((H, W, 3), float(GROUND))
    if shaded:
        yy = np.linspace(0, 1, H)[:, None, None]
        ground = ground - 40 * yy**2 + np.random.default_rng(3).normal(0, 1.2, (H, W, 1))
    rgb = photographed(truth, ground)
    coarse = cv2.GaussianBlur(cv2.morphologyEx(truth.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((61, 61))).astype(np.float32), (0, 0), 3)
    coarse[300:420, 180:290] = 0.2  # the net lost the middle, and filled the gaps
    found = plain_ground(rgb, coarse)
    assert found is not None and found.spread < 4
    told = told_from_ground(rgb, coarse, found) > 0.5
    assert iou(told, truth) > 0.92
    alpha = refine(rgb, tidy(told.astype(np.float32)), 6.0, found)
    assert iou(alpha > 0.5, truth) > 0.97


def test_a_print_of_the_grounds_color_stays() -> None:
    truth = sweater()
    printed = truth.copy()
    cv2.circle(mark := printed.astype(np.uint8), (240, 300), 40, 0, -1)
    rgb = photographed(mark > 0, np.full((H, W, 3), float(GROUND)))
    net = cv2.GaussianBlur(truth.astype(np.float32), (0, 0), 2)
    found = plain_ground(rgb, net)
    assert found is not None
    told = told_from_ground(rgb, net, found) > 0.5
    assert told[260:340, 200:280].all()
    assert iou(told, truth) > 0.92


def test_a_pattern_is_no_plain_ground() -> None:
    rng = np.random.default_rng(0)
    checks = np.kron(rng.integers(60, 220, (40, 30, 3)), np.ones((16, 16, 1)))
    net = cv2.GaussianBlur(sweater().astype(np.float32), (0, 0), 2)
    assert plain_ground(photographed(sweater(), checks), net) is None


def test_no_rim_of_the_ground_is_left() -> None:
    truth = sweater()
    rgb = photographed(truth, np.full((H, W, 3), float(GROUND)))
    generous = cv2.GaussianBlur(cv2.dilate(truth.astype(np.uint8), np.ones((3, 3))).astype(np.float32), (0, 0), 0.6)
    lower = without_fringe(rgb, generous)
    assert (lower <= generous + 1e-6).all()
    colors, alpha = clean_edge(rgb, lower).astype(np.float32), lower[..., None]
    on_black = colors * alpha
    rim = cv2.morphologyEx(truth.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((5, 5), np.uint8)) > 0
    assert np.percentile(on_black[rim].max(-1), 97) < max(CLOTH) + 30
    inside = cv2.erode(truth.astype(np.uint8), np.ones((13, 13))) > 0
    np.testing.assert_array_equal(lower[inside], generous[inside])


def test_an_edge_without_contrast_is_told() -> None:
    truth = sweater().astype(np.float32)
    rgb = photographed(truth > 0, np.full((H, W, 3), float(GROUND)))
    assert faint_rim(rgb, truth) < 0.02
    pale = np.where(truth[..., None] > 0, np.uint8(243), np.uint8(GROUND)) * np.ones((1, 1, 3), np.uint8)
    assert faint_rim(pale, truth) > 0.9


@pytest.mark.parametrize("cloth", [(40, 60, 90), (238, 236, 224)])
def test_a_soft_shadow_under_the_hem_is_not_cut_out_with_the_cloth(cloth: tuple[int, int, int]) -> None:
    truth = np.zeros((H, W), np.uint8)
    cv2.rectangle(truth, (150, 120), (330, 420), 1, -1)
    fallen = cv2.GaussianBlur(np.roll(truth, 22, 0).astype(np.float32), (0, 0), 7)[..., None]
    ground = np.full((H, W, 3), 236.0) * (1 - 0.4 * fallen) + np.random.default_rng(5).normal(0, 0.8, (H, W, 1))
    soft = cv2.GaussianBlur(truth.astype(np.float32), (0, 0), 0.8)[..., None]
    stripes = np.where((np.arange(H) // 14 % 2 > 0)[:, None, None], (40, 50, 90), cloth)
    rgb = np.clip(np.round(ground * (1 - soft) + stripes * soft), 0, 255).astype(np.uint8)
    coarse = cv2.GaussianBlur(truth.astype(np.float32), (0, 0), 4)
    found = plain_ground(rgb, coarse)
    assert found is not None
    told = told_from_ground(rgb, coarse, found) > 0.5
    assert told[429:440, 170:310].mean() < 0.1  # the shadow is darkest there
    assert iou(told, truth > 0) > 0.93


def test_a_gap_in_the_shadow_of_colored_cloth_is_open() -> None:
    truth = sweater()
    near = cv2.GaussianBlur(truth.astype(np.float32), (0, 0), 12)[..., None]
    ground = GROUND * (1 - 0.34 * near) + np.random.default_rng(5).normal(0, 1.0, (H, W, 1))  # both sides shade the narrow gap
    rgb = photographed(truth, ground)
    net = cv2.GaussianBlur(cv2.morphologyEx(truth.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((41, 41))).astype(np.float32), (0, 0), 3)
    found = plain_ground(rgb, net)
    assert found is not None
    gap = np.zeros((H, W), bool)
    gap[240:420] = True
    gap &= ~cv2.dilate(truth.astype(np.uint8), np.ones((5, 5))).astype(bool) & (net > 0.9)
    assert gap.sum() > 500 and (GROUND - rgb[gap].mean()) > 25
    assert (told_from_ground(rgb, net, found)[gap] < 0.5).mean() > 0.9
