"""Rendered pairs: equal by seed, different only where the garment is, and true to their own maps and landmarks."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest

os.environ.setdefault("LP_NUM_THREADS", "1")
pytest.importorskip("moderngl", reason="moderngl (training/requirements.txt) is not installed")
pytest.importorskip("scipy")

from training.people.carried import MANNERS
from training.people.garment import PART_OF_KIND
from training.people.light import random_view
from training.people.makehuman import open_data
from training.people.outfit import textures_of
from training.people.parts import PART, PARTS
from training.people.person import Belongings
from training.people.product import LANDMARKS, photograph, product_map
from training.people.rasterizer import Light, release
from training.people.sample import MAP_STEP, REVERSED, PairMaker, parts_of
from training.people.shards import PersonPair, read_shard, remap_product, write_shard

if not (open_data() / "makehuman").is_dir():
    pytest.skip(f"the CC0 data is not at {open_data()} (set TRYON_OPEN_DATA)", allow_module_level=True)

pytestmark = pytest.mark.timeout(400)  # rendering is slow beside other work
SEED = 41
COUNT = 4


@pytest.fixture(scope="module")
def maker() -> PairMaker:
    return PairMaker()


@pytest.fixture(scope="module")
def pairs(maker: PairMaker) -> list[PersonPair]:
    return [pair for k in range(COUNT) for pair in maker.both_ways(SEED, k)]


def test_the_parts_are_those_of_the_parser() -> None:
    parsing = pytest.importorskip("tryon.body.parsing")
    assert tuple(parsing.PARTS) == PARTS


def test_same_seed_same_pixels(maker: PairMaker, pairs: list[PersonPair]) -> None:
    again = next(pair for pair in maker.both_ways(SEED, 1) if pair.seed == pairs[2].seed)
    for name in ("photo_a", "photo_b", "parts_a", "parts_b", "landmarks", "product"):
        np.testing.assert_array_equal(getattr(again, name), getattr(pairs[2], name))
    np.testing.assert_array_equal(again.product_map, pairs[2].product_map)
    assert not np.array_equal(pairs[0].photo_a, pairs[-1].photo_a)


def test_only_the_garment_its_skin_and_its_shadow_differ(pairs: list[PersonPair]) -> None:
    cloth = {"upper": ("top", "outer"), "lower": ("bottom", "skirt"), "full": ("top", "bottom", "skirt", "dress")}
    for pair in pairs:
        changed = pair.parts_a != pair.parts_b
        for name in cloth[pair.region]:
            changed |= (pair.parts_a == PART[name]) | (pair.parts_b == PART[name])
        near = cv2.dilate(changed.astype(np.uint8), np.ones((49, 49), np.uint8)) > 0
        difference = np.abs(pair.photo_a.astype(int) - pair.photo_b).max(-1)
        if (~near).any():
            assert np.quantile(difference[~near], 0.99) <= 14, pair.seed
        assert difference[changed].mean() > 4 * max(difference[~near].mean() if (~near).any() else 0, 0.5), pair.seed
        kept = ("top", "outer") if pair.region == "lower" else ("bottom", "skirt") if pair.region == "upper" else ()
        for name in ("hair", "face", *kept):
            grown = ((pair.parts_b == PART[name]) & ~np.isin(pair.parts_a, [PART[name]])).sum()
            assert grown <= max(0.5 * (pair.parts_a == PART[name]).sum(), 400) or name in kept, (pair.seed, name)


def test_bags_and_sandals_change_nothing_else(maker: PairMaker) -> None:
    stream = np.random.default_rng([SEED, 5])
    posed = [maker.casting.person(np.random.default_rng([SEED, k])) for k in range(6)]
    dark = Light(np.full((9, 3), 0.3), np.array([0.0, 0.0, 1.0]), np.zeros(3))
    bags = shod = 0
    for k, plain in enumerate(posed):
        owner = maker.casting.person(np.random.default_rng([SEED, k]), stream, Belongings(bag=1.0, sandals=1.0))
        np.testing.assert_array_equal(owner.posed, plain.posed)
        change = maker.dresser.change(np.random.default_rng(k), np.random.default_rng(k + 50), owner.female)
        view = random_view(np.random.default_rng(k + 90), owner.posed[np.unique(maker.casting.faces)], "full")
        with_bag, without = (parts_of(maker.render(one, change.a, view, dark)) for one in (owner, plain))
        feet = np.isin(without, [PART["shoes"], PART["feet"], PART["legs"]]) | np.isin(with_bag, [PART["shoes"], PART["feet"]])
        same = (with_bag == without) | (with_bag == PART["bag"]) | feet
        assert same.mean() > 0.999, k
        bags += bool((with_bag == PART["bag"]).sum() > 150)
        shod += bool((with_bag == PART["feet"]).any() and (with_bag == PART["shoes"]).any())
        release((*textures_of(change.a, change.b), *owner.textures))
    assert bags >= 4 and shod >= 2


@pytest.mark.parametrize("manner", MANNERS)
def test_a_bag_is_where_it_is_carried(maker: PairMaker, manner: str) -> None:
    person = maker.casting.person(np.random.default_rng([SEED, 7]))
    trunk = np.isin(maker.human.part, [PART["torso"], PART["neck"]])
    items = maker.casting.bags.carried(np.random.default_rng([SEED, 8]), person.posed, trunk, person.landmarks, manner)
    corners = np.concatenate([item.position for item in items])
    assert np.isfinite(corners).all() and all((item.surface.part == PART["bag"]).all() for item in items)
    hands, shoulders = person.landmarks[[15, 16, 19, 20]], person.landmarks[[11, 12]]
    near = hands if manner in ("hand", "clutch") else person.landmarks[[13, 14, 15, 16]] if manner == "elbow" else shoulders
    assert min(np.linalg.norm(corners - point, axis=1).min() for point in near) < 1.6
    release(tuple({item.look.color_map for item in items if item.look.color_map is not None}))


def test_there_and_back(maker: PairMaker) -> None:
    forth, back = next(ways for k in range(9) if len(ways := maker.both_ways(SEED, k)) == 2)
    np.testing.assert_array_equal(forth.photo_a, back.photo_b)
    np.testing.assert_array_equal(forth.parts_b, back.parts_a)
    assert back.seed == forth.seed + REVERSED
    assert not np.array_equal(forth.product, back.product)


def test_map_shows_only_the_new_garment(pairs: list[PersonPair]) -> None:
    for pair in pairs:
        shown = np.isfinite(pair.product_map).all(-1)
        assert shown.mean() > 0.003, pair.seed
        labels = pair.parts_b[1::2, 1::2][shown]
        assert (labels == PART_OF_KIND[pair.kind]).mean() > 0.97, pair.seed
        where = pair.product_map[shown].astype(np.float32)
        alpha = pair.product[..., 3][where[:, 1].astype(int), where[:, 0].astype(int)]
        assert (alpha > 100).mean() > 0.97, pair.seed


def test_product_seen_through_the_map_is_the_worn_cloth(maker: PairMaker) -> None:
    for seed in range(3):
        rngs = [np.random.default_rng([seed, k]) for k in range(4)]
        person = maker.casting.person(rngs[0])
        change = maker.dresser.change(rngs[1], rngs[2], person.female)
        product = photograph(maker.rasterizer, change.new.garment, rngs[2], unlit=True)
        assert product is not None
        dark = Light(np.zeros((9, 3)), np.array([0.0, 0.0, 1.0]), np.zeros(3))
        view = random_view(rngs[3], person.posed[np.unique(maker.casting.faces)], change.region)
        worn = maker.render(person, change.b, view, dark, unlit=True)
        dense = product_map(worn, change.new.piece, product, MAP_STEP)
        shown = np.isfinite(dense).all(-1)
        expected = worn.color[1::MAP_STEP, 1::MAP_STEP, :3][shown] ** (1 / 2.2) * 255
        seen = remap_product(np.ascontiguousarray(product.picture[..., :3]), dense)[shown].astype(float)
        difference = np.abs(seen - expected).max(-1)
        assert np.median(difference) < 6, seed
        assert (difference < 40).mean() > 0.85, seed


def test_landmarks_lie_on_the_garment_and_left_is_right_in_the_picture(pairs: list[PersonPair]) -> None:
    for pair in pairs:
        assert set(pair.product_landmarks) == set(LANDMARKS[pair.kind])
        alpha = cv2.dilate(pair.product[..., 3], np.ones((9, 9), np.uint8))
        for name, (x, y) in pair.product_landmarks.items():
            if np.isnan(x):
                assert name == "collar" or "cuff" in name or "armpit" in name, (pair.seed, name)
                continue
            assert alpha[int(y), int(x)] > 0, (pair.seed, name)
            if name.endswith("_left"):
                assert x > pair.product_landmarks[name.replace("_left", "_right")][0], (pair.seed, name)
        ends = [point[1] for name, point in pair.product_landmarks.items() if name.startswith("hem")]
        starts = [point[1] for name, point in pair.product_landmarks.items() if name.startswith(("neck", "waist"))]
        assert min(ends) > min(starts), pair.seed
        rows, columns = np.nonzero(pair.product[..., 3] > 127)
        fill = max(np.ptp(columns) / 256, np.ptp(rows) / 320)
        assert 0.8 < fill < 0.92, pair.seed


def test_body_landmarks_agree_with_the_labels(pairs: list[PersonPair]) -> None:
    found = 0
    for pair in pairs:
        assert pair.landmarks.shape == (33, 3)
        assert pair.landmarks[11, 0] > pair.landmarks[12, 0], "wearer's left shoulder is on the picture's right"
        for number, names in ((0, ("face", "hair")), (19, ("left_hand",)), (20, ("right_hand",))):
            x, y, inside = pair.landmarks[number]
            if inside:
                around = pair.parts_b[max(int(y) - 6, 0) : int(y) + 7, max(int(x) - 6, 0) : int(x) + 7]
                found += bool(np.isin(around, [PART[name] for name in names]).any())
    inside = sum(int(pair.landmarks[[0, 19, 20], 2].sum()) for pair in pairs)
    assert found >= 0.7 * inside > 0


def test_shard_round_trip(pairs: list[PersonPair], tmp_path: Path) -> None:
    path = tmp_path / "00000.npz"
    write_shard(path, pairs[:3])
    assert [p.name for p in tmp_path.iterdir()] == ["00000.npz"]
    for before, after in zip(pairs, read_shard(path), strict=False):
        for name in ("parts_a", "parts_b", "product", "landmarks", "product_map"):
            np.testing.assert_array_equal(getattr(after, name), getattr(before, name))
        assert (after.kind, after.region, after.seed) == (before.kind, before.region, before.seed)
        assert np.abs(after.photo_b.astype(int) - before.photo_b).mean() < 3
        assert set(after.product_landmarks) == set(before.product_landmarks)
        for name, point in before.product_landmarks.items():
            np.testing.assert_allclose(after.product_landmarks[name], point, rtol=1e-5)
