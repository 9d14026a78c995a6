"""MediaPipe behind one door: the right person, in the right pixels, in silence."""

import cv2
import numpy as np
import pytest

from tryon.body.pose import LANDMARK_FLIP, LANDMARKS, find_pose
from tryon.errors import NoPersonError
from tryon.image import photo_from_array

TORSO = [LANDMARKS.index(n) for n in ("left_shoulder", "right_shoulder", "left_hip", "right_hip")]


def span(landmarks: np.ndarray) -> float:
    """Height of the torso in pixels: the measure of all errors here."""
    return float(np.ptp(landmarks[TORSO, 1]))


def test_landmarks_lie_where_the_rendered_body_has_them(person, person_landmarks):
    found = find_pose(person)
    error = np.hypot(*(found.landmarks[:, :2] - person_landmarks).T) / span(person_landmarks)
    assert np.median(error) < 0.08
    assert error[TORSO].max() < 0.15
    assert found.people == 1


def test_the_mask_covers_the_person_and_little_else(person, person_parts):
    mask, truth = find_pose(person).mask > 0.5, person_parts > 0
    assert mask.shape == truth.shape
    assert (mask & truth).sum() / (mask | truth).sum() > 0.85


def test_twice_the_photo_gives_twice_the_landmarks(person):
    one = find_pose(person).landmarks
    double = photo_from_array(cv2.resize(person.rgb, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC))
    two = find_pose(double).landmarks
    assert np.abs(two[TORSO, :2] / 2 - one[TORSO, :2]).max() < 0.06 * span(one)
    assert np.median(np.abs(two[:, 2])) == pytest.approx(2 * np.median(np.abs(one[:, 2])), rel=0.4)


def test_a_mirrored_photo_swaps_left_and_right(person):
    one = find_pose(person).landmarks
    mirrored = find_pose(photo_from_array(np.ascontiguousarray(person.rgb[:, ::-1]))).landmarks[list(LANDMARK_FLIP)]
    assert np.abs((person.width - mirrored[TORSO, 0]) - one[TORSO, 0]).max() < 0.12 * span(one)


def test_flipping_names_twice_changes_nothing():
    assert [LANDMARK_FLIP[n] for n in LANDMARK_FLIP] == list(range(33))
    for number, name in enumerate(LANDMARKS):
        other = name.replace("left", "#").replace("right", "left").replace("#", "right")
        assert LANDMARKS[LANDMARK_FLIP[number]] == other


def test_a_photo_without_a_head_still_has_a_body(person, person_landmarks):
    neck = int(person_landmarks[TORSO[:2], 1].mean() - 0.1 * span(person_landmarks))
    found = find_pose(photo_from_array(np.ascontiguousarray(person.rgb[neck:])))
    error = np.hypot(*(found.landmarks[TORSO, :2] + [0, neck] - person_landmarks[TORSO]).T) / span(person_landmarks)
    assert error.max() < 0.25


@pytest.mark.parametrize("kind", ["plain", "noise", "stripes"])
def test_no_person_is_said_so_with_the_photos_name(kind):
    rng = np.random.default_rng(1)
    if kind == "plain":
        rgb = np.full((480, 360, 3), 200, np.uint8)
    elif kind == "noise":
        rgb = rng.integers(0, 255, (480, 360, 3), dtype=np.uint8)
    else:
        rgb = np.repeat(np.repeat(rng.integers(0, 255, (1, 24, 3), dtype=np.uint8), 15, 1), 480, 0)
    with pytest.raises(NoPersonError, match=f"^{kind}: no person"):
        find_pose(photo_from_array(rgb, kind))


def two_people(person, small: float = 0.6) -> np.ndarray:
    """The same person twice, smaller at the left."""
    height = person.height
    little = cv2.resize(person.rgb, None, fx=small, fy=small, interpolation=cv2.INTER_AREA)
    left = np.empty((height, little.shape[1], 3), np.uint8)
    left[:] = little[:1].mean((0, 1))
    left[height - little.shape[0] :] = little
    return np.concatenate([left, person.rgb], 1)


def test_of_two_people_the_larger_is_taken(person, person_landmarks):
    both = two_people(person)
    found = find_pose(photo_from_array(both))
    shift = both.shape[1] - person.width
    error = np.hypot(*(found.landmarks[TORSO, :2] - [shift, 0] - person_landmarks[TORSO]).T) / span(person_landmarks)
    assert found.people == 2
    assert error.max() < 0.25


def test_nothing_is_printed(person, capfd):
    find_pose(person)
    assert capfd.readouterr() == ("", "")
