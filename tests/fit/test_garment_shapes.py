"""Landmarks keep to how garments are shaped, whatever the net says; marked photos are found within bounds."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.fit.test_garment import drawn, marks_at
from training.garments.marked import errors, load_marks
from tryon.fit.garment import KINDS, SLEEVES, cut_out
from tryon.fit.ground import plain_ground, told_from_ground
from tryon.fit.outline import LANDMARKS, landmarks_of, place_landmarks
from tryon.fit.shape_prior import lined_up, shape_prior
from tryon.fit.silhouette import widens_downwards, without_hood
from tryon.image import load_photo

GROUPS = [(kind, sleeve) for kind in KINDS for sleeve in (SLEEVES if kind in ("top", "outer", "dress") else ("none",))]


def tee(size: int = 400) -> tuple[np.ndarray, dict[str, tuple[float, float]]]:
    """A tee's alpha and its true landmarks."""
    half = {
        "neck_left": (235, 60), "shoulder_left": (285, 72), "cuff_outer_left": (345, 150), "cuff_inner_left": (310, 172),
        "armpit_left": (278, 150), "hem_left": (282, 340),
    }  # fmt: skip
    points = {name: (float(x), float(y)) for name, (x, y) in half.items()}
    points |= {name.replace("left", "right"): (size - x, y) for name, (x, y) in points.items()}
    points["collar"] = (200.0, 92.0)
    order = [*half, *[name.replace("left", "right") for name in reversed(half)]]
    alpha = np.zeros((size, size), np.float32)
    cv2.fillPoly(alpha, [np.array([points[name] for name in order], np.int32)], 1.0)
    return alpha, points


@pytest.mark.parametrize(("kind", "sleeve"), GROUPS)
def test_shapes_of_every_kind_are_shipped_and_their_means_are_likely(kind: str, sleeve: str) -> None:
    clouds = shape_prior(kind, sleeve)
    count = len(landmarks_of(kind, sleeve))
    for cloud in clouds:
        assert cloud.mean.shape == (count,) and cloud.precision.shape == (2 * count, 2 * count)
        turned = cloud.mean * 3 * np.exp(0.1j) + (40 + 7j)
        np.testing.assert_allclose(lined_up(turned, cloud.mean), cloud.mean, atol=1e-3)
        strayed = cloud.mean.copy()
        strayed[0] += 1.5
        assert float(cloud.cost(strayed)) > float(cloud.cost(turned)) + 10
        place, spread = cloud.predicted(turned, [0])
        assert abs(place[0] - turned[0]) < 0.05 * 3 and spread > 0


def test_an_armpit_that_the_net_sees_in_the_chest_is_put_where_it_belongs() -> None:
    alpha, true = tee()
    seen = true | {"armpit_left": (205.0, 190.0)}
    placed, sure = place_landmarks(alpha, marks_at(seen, 400), (0, 0, 400, 400), "top", "short")
    for name, point in true.items():
        assert np.hypot(*(np.array(point) - placed[name])) < 16, name
    _, surer = place_landmarks(alpha, marks_at(true, 400), (0, 0, 400, 400), "top", "short")
    assert sure < surer


def test_half_of_the_net_may_be_blind() -> None:
    alpha, true = tee()
    strength = {name: 0.0 for name in true if name.endswith("left")}
    placed, _ = place_landmarks(alpha, marks_at(true, 400, strength), (0, 0, 400, 400), "top", "short")
    assert np.mean([np.hypot(*(np.array(point) - placed[name])) for name, point in true.items()]) < 14


def test_pure_noise_gives_a_garment_all_the_same() -> None:
    alpha, true = tee()
    rng = np.random.default_rng(5)
    marks = rng.random((len(LANDMARKS), 64, 64)).astype(np.float32) ** 8
    placed, sure = place_landmarks(alpha, marks / marks.sum((1, 2), keepdims=True), (0, 0, 400, 400), "top", "short")
    assert sure < 0.3
    assert np.mean([np.hypot(*(np.array(point) - placed[name])) for name, point in true.items()]) < 40
    for name in ("neck", "shoulder", "armpit", "hem"):
        assert placed[f"{name}_left"][0] > placed[f"{name}_right"][0]


def test_white_on_white_is_whole_where_the_net_saw_only_a_part() -> None:
    flat = drawn(7, "top", ground=(246, 246, 246), cloth=(238, 238, 238))
    rng = np.random.default_rng(0)
    rgb = np.full_like(flat.rgb, 246)
    rgb[flat.mask > 127] = 251  # brighter than the ground by five values, no grain
    rgb = np.clip(rgb + rng.integers(0, 2, rgb.shape), 0, 255).astype(np.uint8)
    truth = cv2.resize(flat.mask, (384, 512), interpolation=cv2.INTER_AREA) > 127
    bitten = truth.astype(np.float32)
    bitten[200:330, 100:190] = 0.1
    ground = plain_ground(rgb, bitten)
    assert ground is not None and ground.spread < 1.6
    raised = told_from_ground(rgb, bitten, ground) > 0.5
    assert (raised & truth).sum() > 0.97 * truth.sum()
    assert (raised & ~truth).sum() < 0.02 * truth.sum()


def test_marked_photos_are_read_within_bounds(shared: Path) -> None:
    chosen = [one for one in load_marks() if one.path.is_file()][::12]
    far, kinds = [], []
    for one in chosen:
        found = cut_out(load_photo(one.path))
        far += list(errors(one, found).values())
        kinds.append(found.kind == one.kind)
    assert np.median(far) < 3.5
    assert np.mean(np.array(far) > 25) < 0.1
    assert np.mean(kinds) >= 0.8


def test_a_hood_above_the_neck_is_left_out_and_nothing_else_is() -> None:
    plain, at = tee()
    np.testing.assert_array_equal(without_hood(plain), plain)
    tall = np.zeros((560, 400), np.float32)
    tall[160:] = plain
    hooded = tall.copy()
    cv2.ellipse(hooded, (200, 165), (62, 90), 0, 0, 360, 1.0, -1)
    hooded[222:] = tall[222:]
    kept = without_hood(hooded)
    assert kept[:190].sum() == 0 and np.abs(kept[250:] - tall[250:]).sum() == 0
    collar = tall.copy()
    cv2.rectangle(collar, (170, 190), (230, 225), 1.0, -1)  # a turtleneck stays
    np.testing.assert_array_equal(without_hood(collar), collar)
    assert at["neck_left"][0] > at["neck_right"][0]


def test_tiers_beside_the_trunk_are_long_sleeves_by_the_silhouette() -> None:
    plain, _ = tee()
    assert not widens_downwards(plain > 0.5)
    tiers = np.zeros((400, 400), np.uint8)
    cv2.fillPoly(tiers, [np.array([(150, 60), (250, 60), (385, 370), (300, 370), (290, 330), (110, 330), (100, 370), (15, 370)])], 1)
    assert widens_downwards(tiers > 0)
