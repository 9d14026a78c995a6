"""The cut-out holds on garments whose truth is known, and refuses what is not a garment."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from training.garments.flat import Flat, draw_flat
from tryon.errors import Canceled, GarmentError, OptionError
from tryon.fit.cutting import clean_edge, refine, tidy
from tryon.fit.garment import KINDS, REGIONS, SLEEVES, Garment, cut_out
from tryon.fit.outline import LANDMARKS, landmarks_of, place_landmarks
from tryon.image import Photo, load_photo, photo_from_array
from tryon.jobs import Progress

SIZE = (480, 640)


def drawn(seed: int, kind: str, **more: object) -> Flat:
    return draw_flat(np.random.default_rng([31, seed]), None, kind, size=SIZE, **more)  # type: ignore[arg-type]


def iou(a: np.ndarray, b: np.ndarray) -> float:
    return float((a & b).sum() / max((a | b).sum(), 1))


@pytest.fixture(scope="module")
def pairs() -> list[tuple[Flat, Garment]]:
    flats = [drawn(seed, kind) for seed, kind in enumerate(KINDS * 2)]
    return [(flat, cut_out(photo_from_array(flat.rgb, "drawn.png"), flat.kind)) for flat in flats]


def test_a_drawn_garment_on_plain_ground_is_cut_out(pairs: list[tuple[Flat, Garment]]) -> None:
    scores = [iou(found.rgba[..., 3] > 127, flat.mask > 127) for flat, found in pairs]
    assert np.mean(scores) >= 0.97, scores
    assert min(scores) >= 0.9, scores


def test_landmarks_lie_where_they_were_drawn(pairs: list[tuple[Flat, Garment]]) -> None:
    errors = []
    for flat, found in pairs:
        assert set(found.landmarks) == set(landmarks_of(found.kind, found.sleeve))
        height = np.ptp(np.nonzero(flat.mask > 127)[0])
        both = flat.landmarks.keys() & found.landmarks.keys()
        errors += [np.hypot(*(np.array(flat.landmarks[name]) - found.landmarks[name])) / height for name in both]
    assert np.median(errors) <= 0.03
    assert np.percentile(errors, 80) <= 0.1


def test_left_is_the_wearers_left(pairs: list[tuple[Flat, Garment]]) -> None:
    for _, found in pairs:
        for name in ("hem_left", "hem_outer_left", "waist_left", "shoulder_left"):
            if name in found.landmarks:
                assert found.landmarks[name][0] > found.landmarks[name.replace("left", "right")][0]


def test_covered_pixels_are_the_photos_own(pairs: list[tuple[Flat, Garment]]) -> None:
    for flat, found in pairs:
        assert found.rgba.shape == (*flat.rgb.shape[:2], 4)
        whole = found.rgba[..., 3] == 255
        np.testing.assert_array_equal(found.rgba[..., :3][whole], flat.rgb[whole])
        x0, y0, x1, y1 = found.box
        assert 0 <= x0 < x1 <= SIZE[0] and 0 <= y0 < y1 <= SIZE[1]
        assert found.region == REGIONS[found.kind] and found.sleeve in SLEEVES and 0 <= found.confidence <= 1


def test_kinds_are_told_apart() -> None:
    right = [cut_out(photo_from_array(flat.rgb)).kind == flat.kind for flat in (drawn(100 + n, kind) for n, kind in enumerate(KINDS))]
    assert sum(right) >= 4


def test_a_white_shirt_on_white_keeps_its_body() -> None:
    flat = drawn(7, "top", ground=(246, 246, 246), cloth=(238, 238, 238))
    found = cut_out(photo_from_array(flat.rgb))
    assert iou(found.rgba[..., 3] > 127, flat.mask > 127) >= 0.9
    core = cv2.erode(flat.mask, np.ones((61, 61), np.uint8)) > 127
    assert core.sum() > 500
    assert (found.rgba[..., 3][core] > 250).mean() > 0.99


@pytest.mark.parametrize("sort", ["blank", "noise", "gradient"])
def test_a_picture_with_nothing_on_it_is_refused(sort: str) -> None:
    rng = np.random.default_rng(3)
    rgb = {
        "blank": np.full((400, 300, 3), 240, np.uint8),
        "noise": rng.integers(0, 256, (400, 300, 3), dtype=np.uint8),
        "gradient": np.broadcast_to(np.linspace(90, 200, 400).astype(np.uint8)[:, None, None], (400, 300, 3)).copy(),
    }[sort]
    with pytest.raises(GarmentError) as caught:
        cut_out(photo_from_array(rgb, "empty.jpg"))
    assert "empty.jpg" in str(caught.value) and caught.value.advice


def test_the_pictures_own_transparency_is_the_cut() -> None:
    flat = drawn(2, "dress")
    found = cut_out(Photo(flat.rgb, alpha=flat.mask, name="cut.png"))
    np.testing.assert_array_equal(found.rgba[..., 3], flat.mask)
    with pytest.raises(GarmentError):
        cut_out(Photo(flat.rgb, alpha=np.zeros_like(flat.mask), name="clear.png"))


def test_a_mirrored_picture_gives_mirrored_landmarks() -> None:
    flat = drawn(11, "top")
    plain, mirrored = cut_out(photo_from_array(flat.rgb)), cut_out(photo_from_array(np.ascontiguousarray(flat.rgb[:, ::-1])))
    assert plain.kind == mirrored.kind and plain.sleeve == mirrored.sleeve
    apart = []
    for name, (x, y) in plain.landmarks.items():
        other = name.replace("_left", "_X").replace("_right", "_left").replace("_X", "_right")
        apart.append(np.hypot(SIZE[0] - mirrored.landmarks[other][0] - x, mirrored.landmarks[other][1] - y))
    assert np.median(apart) <= 2.0
    assert iou(plain.rgba[..., 3] > 127, mirrored.rgba[:, ::-1, 3] > 127) > 0.99


def test_the_callers_kind_is_respected() -> None:
    photo = photo_from_array(drawn(4, "dress").rgb)
    assert cut_out(photo, "dress").kind == "dress"
    assert cut_out(photo, "skirt").kind == "skirt"
    assert REGIONS[cut_out(photo, "upper").kind] == "upper"
    with pytest.raises(OptionError, match="hat"):
        cut_out(photo, "hat")


def test_the_same_photo_gives_the_same_cut() -> None:
    photo = photo_from_array(drawn(5, "outer").rgb)
    one, two = cut_out(photo), cut_out(photo)
    np.testing.assert_array_equal(one.rgba, two.rgba)
    assert one.landmarks == two.landmarks


def test_it_can_be_stopped() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Canceled):
        cut_out(photo_from_array(drawn(6, "skirt").rgb), progress=progress)


def test_a_coarse_edge_is_brought_to_the_true_one() -> None:
    flat = drawn(9, "trousers", ground=(240, 238, 235), cloth=(40, 60, 110))
    small = cv2.resize(flat.mask.astype(np.float32) / 255, (96, 128), interpolation=cv2.INTER_AREA)
    coarse = cv2.GaussianBlur(np.roll(small, 1, 1), (0, 0), 1.0)
    before = cv2.resize(coarse, SIZE) > 0.5
    alpha = refine(flat.rgb, tidy(coarse), 10.0)
    assert iou(before, flat.mask > 127) < 0.96
    assert iou(alpha > 0.5, flat.mask > 127) > 0.975


def test_the_edge_carries_no_color_of_the_ground() -> None:
    rgb = np.full((80, 80, 3), 255, np.uint8)
    alpha = np.zeros((80, 80), np.float32)
    alpha[20:60, 20:60] = 1
    alpha = cv2.GaussianBlur(alpha, (0, 0), 1.2)
    rgb = np.round(rgb * (1 - alpha[..., None]) + np.array([200, 0, 0]) * alpha[..., None]).astype(np.uint8)
    clean = clean_edge(rgb, alpha)
    rim = (alpha > 0.1) & (alpha < 0.6)
    assert clean[rim][:, 1].mean() < 0.35 * rgb[rim][:, 1].mean()
    np.testing.assert_array_equal(clean[alpha > 0.985], rgb[alpha > 0.985])


def marks_at(places: dict[str, tuple[float, float]], size: int, strength: dict[str, float] | None = None) -> np.ndarray:
    """Maps as the net gives them: a blob at each place over a faint floor."""
    ys, xs = np.mgrid[:64, :64] + 0.5
    marks = np.full((len(LANDMARKS), 64, 64), 1 / 64**2, np.float32)
    for name, (x, y) in places.items():
        blob = np.exp(-((xs - x / size * 64) ** 2 + (ys - y / size * 64) ** 2) / 2.5)
        k = (strength or {}).get(name, 0.9)
        marks[LANDMARKS.index(name)] = k * blob / blob.sum() + (1 - k) / 64**2
    return marks


def test_landmarks_snap_to_corners_and_weak_ones_follow_their_partner() -> None:
    alpha = np.zeros((400, 400), np.float32)
    cv2.fillPoly(alpha, [np.array([[120, 60], [280, 60], [340, 340], [60, 340]])], 1.0)
    true = {"waist_left": (280.5, 60.5), "waist_right": (120.5, 60.5), "hem_left": (340.5, 340.5), "hem_right": (60.5, 340.5)}
    rng = np.random.default_rng(0)
    places = {name: (p[0] + rng.normal(0, 5), p[1] + rng.normal(0, 5)) for name, p in true.items()}
    placed, sure = place_landmarks(alpha, marks_at(places, 400), (0, 0, 400, 400), "skirt", "none")
    assert sure == pytest.approx(1.0, abs=0.05)
    for name, p in true.items():
        assert np.hypot(*(np.array(p) - placed[name])) < 4.0, name
    places["hem_left"] = (230.0, 200.0)
    placed, less_sure = place_landmarks(alpha, marks_at(places, 400, {"hem_left": 0.02}), (0, 0, 400, 400), "skirt", "none")
    assert np.hypot(*(np.array(true["hem_left"]) - placed["hem_left"])) < 6.0
    assert less_sure < sure


def test_phone_photos_are_cut_out(shared: Path) -> None:
    with (shared / "open" / "garments" / "garments.tsv").open(newline="") as file:
        listed = list(csv.DictReader(file, delimiter="\t"))
    chosen = np.random.default_rng(1).choice(len(listed), 12, replace=False)
    sure = []
    for i in chosen:
        photo = load_photo(shared / "open" / listed[i]["file"])
        found = cut_out(photo)
        share = float((found.rgba[..., 3] > 127).mean())
        assert 0.03 < share < 0.95, listed[i]["file"]
        sure.append(found.confidence)
    assert np.median(sure) > 0.3


def test_a_camisole_has_no_sleeves_and_a_coat_on_the_floor_no_wearer(shared: Path) -> None:
    folder = shared / "open" / "garments"
    camisole = cut_out(load_photo(next(folder.glob("*/29d14f73*"))))
    assert camisole.sleeve == "none" and "cuff_outer_left" not in camisole.landmarks
    coat = cut_out(load_photo(next(folder.glob("*/14ca9980*"))))
    assert not any("person" in words for words in coat.warnings)
    assert coat.box[3] - coat.box[1] > 0.7 * coat.rgba.shape[0]  # whole, down to its hem
