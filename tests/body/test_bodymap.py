"""The person in a photo as the rest of the program sees them."""

import cv2
import numpy as np
import pytest

from tests.body.test_pose import TORSO, two_people
from tryon.body.bodymap import map_body
from tryon.body.parsing import PARTS
from tryon.errors import Canceled, NoPersonError
from tryon.image import load_photo, photo_from_array
from tryon.jobs import Progress


def test_a_body_map_describes_its_photo(person, person_parts):
    body = map_body(person)
    assert body.photo_digest == person.digest
    assert (body.width, body.height) == (person.width, person.height)
    assert body.landmarks.shape == (33, 4) and body.landmarks.dtype == np.float32
    assert body.parts.shape == body.person.shape == (person.height, person.width)
    assert body.parts.dtype == np.uint8 and body.parts.max() < len(PARTS)
    rows, columns = np.nonzero(person_parts)
    truth = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert body.box == pytest.approx(truth, abs=0.05 * person.height)
    assert body.people == 1
    assert body.warnings == ()


def test_left_is_the_wearers_left(person):
    body = map_body(person)
    assert body.point("left_shoulder")[0] > body.point("right_shoulder")[0]
    columns = np.arange(person.width)
    middle = {}
    for side in ("left", "right"):
        arm = body.parts == PARTS.index(f"{side}_arm")
        middle[side] = float((columns * arm).sum() / arm.sum())
    assert middle["left"] > middle["right"]
    assert body.visible("left_shoulder")


def test_the_same_photo_is_mapped_once(person):
    assert map_body(person) is map_body(photo_from_array(person.rgb.copy()))


def test_what_lies_outside_the_photo_is_not_visible(person):
    cut = photo_from_array(np.ascontiguousarray(person.rgb[: int(0.55 * person.height)]))
    body = map_body(cut)
    assert not body.visible("left_ankle")
    assert np.isfinite(body.landmarks).all()


def test_the_larger_of_two_people_is_mapped_with_a_warning(person):
    both = two_people(person)
    body = map_body(photo_from_array(both))
    assert body.people == 2
    assert len(body.warnings) == 1 and "2 people" in body.warnings[0]
    shift = both.shape[1] - person.width
    assert body.box[0] > 0.7 * shift
    little = (body.parts[:, : int(0.8 * shift)] > 0).mean()
    assert little < 0.01
    assert (body.landmarks[TORSO, 0] > shift).all()


def test_darkness_and_blur_are_mentioned(person):
    dark = map_body(photo_from_array((person.rgb * 0.2).astype(np.uint8)))
    assert any("dark" in text for text in dark.warnings)
    blurred = map_body(photo_from_array(cv2.GaussianBlur(person.rgb, (0, 0), 6)))
    assert any("blurred" in text for text in blurred.warnings)


def test_nobody_there(tmp_path):
    path = tmp_path / "wall.png"
    cv2.imwrite(str(path), np.full((400, 300, 3), 180, np.uint8))
    with pytest.raises(NoPersonError) as caught:
        map_body(load_photo(path))
    assert str(caught.value).startswith(f"{path}: no person was found")


def test_it_can_be_stopped(person):
    progress = Progress()
    progress.cancel()
    with pytest.raises(Canceled):
        map_body(photo_from_array(np.ascontiguousarray(person.rgb[:, ::-1])), progress)
