"""A garment is lifted off a wearer: its own pixels, its own landmarks, what lies before it filled; a print of a person is no wearer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.fit.mannequin import SHIRT, wearer
from tryon.body.bodymap import BodyMap
from tryon.body.parsing import PARTS
from tryon.errors import GarmentError
from tryon.fit import lifted
from tryon.fit.drape import drape
from tryon.fit.garment import KINDS, cut_out
from tryon.fit.lifted import lift
from tryon.fit.outline import landmarks_of
from tryon.image import Photo, load_photo, photo_from_array

TOPS = ("top", "outer")


def close_to(point: tuple[float, float], x: float, y: float, height: int, within: float = 0.03) -> bool:
    return float(np.hypot(point[0] - x * height, point[1] - y * height)) < within * height


def test_a_shirt_is_lifted_with_landmarks_where_the_wearer_has_them() -> None:
    photo, body = wearer()
    found = lift(photo, body, TOPS)
    assert (found.kind, found.region, found.sleeve) == ("top", "upper", "long")
    assert set(found.landmarks) == set(landmarks_of("top", "long"))
    at = found.landmarks
    assert close_to(at["armpit_left"], 0.445, 0.27, 512, 0.05)
    assert close_to(at["hem_left"], 0.445, 0.465, 512) and close_to(at["hem_right"], 0.305, 0.465, 512)
    for side, wrist in (("left", (0.53, 0.455)), ("right", (0.22, 0.455))):
        middle = np.mean([at[f"cuff_outer_{side}"], at[f"cuff_inner_{side}"]], axis=0)
        assert close_to(tuple(middle), *wrist, 512, 0.05)
    cloth = body.parts == PARTS.index("top")
    alpha = found.rgba[..., 3] > 127
    assert (alpha & cloth).sum() > 0.97 * cloth.sum() and (alpha & ~cloth).sum() < 0.04 * cloth.sum()
    np.testing.assert_allclose(np.median(found.rgba[alpha][:, :3], axis=0), SHIRT, atol=4)
    assert found.warnings and "person" in found.warnings[0]


def test_a_mirrored_wearer_gives_mirrored_landmarks() -> None:
    one, other = lift(*wearer(), TOPS), lift(*wearer(mirrored=True), TOPS)
    width = one.rgba.shape[1]
    for name, (x, y) in one.landmarks.items():
        flipped = name.replace("_left", "_X").replace("_right", "_left").replace("_X", "_right")
        assert np.hypot(width - other.landmarks[flipped][0] - x, other.landmarks[flipped][1] - y) < 8, name


def test_bare_arms_mean_no_sleeves_and_trousers_are_taken_when_asked_for() -> None:
    photo, body = wearer(sleeves=False)
    top = lift(photo, body, TOPS)
    assert top.sleeve == "none" and set(top.landmarks) == set(landmarks_of("top", "none"))
    legs = lift(photo, body, ("trousers", "shorts", "skirt"))
    assert legs.kind == "trousers" and set(legs.landmarks) == set(landmarks_of("trousers", "none"))
    assert close_to(legs.landmarks["hem_outer_left"], 0.46, 0.87, 512, 0.05)
    assert lift(photo, body, KINDS).kind == "trousers"  # the largest
    with pytest.raises(GarmentError, match="no such garment") as caught:
        lift(photo, body, ("dress",))
    assert caught.value.advice


def hair_over(photo: Photo, body: BodyMap) -> tuple[Photo, BodyMap, np.ndarray]:
    """The same wearer with a lock of hair over the left half of the chest."""
    lock = np.zeros(body.parts.shape, np.uint8)
    cv2.rectangle(lock, (205, 105), (222, 190), 1, -1)
    rgb, parts = photo.rgb.copy(), body.parts.copy()
    rgb[lock > 0], parts[lock > 0] = (50, 35, 25), PARTS.index("hair")
    changed = photo_from_array(rgb, "hair.png")
    return changed, replace(body, parts=parts, photo_digest=changed.digest), lock > 0


def test_what_hair_hides_is_filled_with_cloth() -> None:
    photo, body, lock = hair_over(*wearer())
    found = lift(photo, body, TOPS)
    assert (found.rgba[..., 3][lock] > 200).mean() > 0.95
    assert np.abs(np.median(found.rgba[..., :3][lock].astype(int), axis=0) - SHIRT).max() < 8
    assert any("guessed" in words for words in found.warnings)
    assert found.confidence < lift(*wearer(), TOPS).confidence


def test_an_arm_across_the_belly_hides_cloth_and_one_beside_the_trunk_hides_none() -> None:
    photo, body = wearer(sleeves=False)
    parts = body.parts.copy()
    top = parts == PARTS.index("top")
    rows, columns = np.nonzero(top)
    across = np.s_[round(np.percentile(rows, 60)) : round(np.percentile(rows, 70)), columns.min() + 12 : columns.max() - 12]
    beside = np.s_[round(np.percentile(rows, 35)) : round(np.percentile(rows, 55)), columns.max() - 8 : columns.max() + 12]
    for where in (across, beside):
        parts[where] = PARTS.index("left_arm")
    alpha = lift(photo, replace(body, parts=parts), TOPS).rgba[..., 3]
    assert alpha[across].mean() > 230
    assert alpha[beside][:, 5:].mean() < 25


def test_what_was_lifted_can_be_worn() -> None:
    found = lift(*wearer(), TOPS)
    _, body = wearer(sleeves=False)
    laid = drape(body, found)
    arms = np.isin(body.parts, [PARTS.index("left_arm"), PARTS.index("right_arm")])
    covered = cv2.resize(laid.alpha, (body.width, body.height)) > 0.5
    trunk = body.parts == PARTS.index("top")
    assert (covered & trunk).sum() > 0.9 * trunk.sum()
    assert (covered & arms).sum() > 0.7 * arms.sum()


def test_a_person_printed_on_a_shirt_and_a_floor_seen_as_skin_are_no_wearers(monkeypatch: pytest.MonkeyPatch) -> None:
    photo, body = wearer(sleeves=False)
    monkeypatch.setattr(lifted, "map_body", lambda photo, progress=None: body)
    person = body.person
    assert lifted.wearer(photo, person) is body
    assert lifted.wearer(photo, np.ones_like(person)) is None  # cloth all around: somebody is printed on it
    few = body.parts.copy()
    few[np.isin(few, [PARTS.index(name) for name in ("neck", "torso", "left_arm", "right_arm", "legs")])] = PARTS.index("top")
    guessed = body.landmarks.copy()
    guessed[11:25, 3] = 0.5
    coat = replace(body, parts=few, landmarks=guessed)
    monkeypatch.setattr(lifted, "map_body", lambda photo, progress=None: coat)
    assert lifted.wearer(photo, person) is None  # hardly any skin, and shoulders, arms and hips that are only guessed
    monkeypatch.setattr(lifted, "map_body", lambda photo, progress=None: body)
    rgb = photo.rgb.copy()
    rgb[body.parts == 0] = (196, 140, 110)
    assert lifted.wearer(photo_from_array(rgb), person) is None  # "skin" of the ground's own color


def test_cut_out_lifts_by_itself(shared: Path) -> None:
    folder = shared / "samples" / "person"
    found = cut_out(load_photo(folder / "01861_00.jpg"), "upper")
    assert found.kind == "top" and found.sleeve == "long"
    assert any("off a person" in words for words in found.warnings)
