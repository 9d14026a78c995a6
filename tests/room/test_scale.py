"""True size from a known length."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tryon.errors import OptionError, PlacementError
from tryon.room.camera import Camera, rotation_of
from tryon.room.scale import ScaleReference, apply_scale, measure, parse_scale

K = np.array([[700, 0, 400.0], [0, 700, 300.0], [0, 0, 1]])


def camera_at(height_m: float = 1.5, pitch: float = -15.0, roll: float = 3.0, yaw: float = 20.0) -> Camera:
    return Camera(width=800, height=600, K=K, rotation=rotation_of(pitch, roll, yaw), height_m=height_m)


@settings(max_examples=40, deadline=None)
@given(
    height=st.floats(0.3, 3.0), x=st.floats(-1.5, 1.5), z=st.floats(-5, -2.5), pitch=st.floats(-35, 10), roll=st.floats(-10, 10),
    length=st.floats(0.3, 2.5),
)
def test_a_known_door_settles_every_other_length(height: float, x: float, z: float, pitch: float, roll: float, length: float) -> None:
    truth = camera_at(height, pitch, roll)
    foot, head, other = truth.project([[x, 0, z], [x, 2.03, z], [x + length, 0, z - 0.4]])
    guessed = camera_at(1.5, pitch, roll)
    assume(np.isfinite([foot, head, other]).all() and max(truth.rays([foot, other])[:, 1]) < -0.02)
    scaled = apply_scale(guessed, ScaleReference(*foot, *head, 2.03, vertical=True))
    assert scaled.height_m == pytest.approx(height, rel=1e-6)
    assert measure(scaled, *foot, *other) == pytest.approx(np.hypot(length, 0.4), rel=1e-6)
    assert scaled.scale_source == "known length" and 0 < scaled.height_error < 0.6
    from_floor = apply_scale(guessed, ScaleReference(*foot, *other, float(np.hypot(length, 0.4))))
    assert measure(from_floor, *foot, *head, vertical=True) == pytest.approx(2.03, rel=1e-6)


def test_twice_the_metres_is_twice_the_room() -> None:
    camera = camera_at()
    small, large = (apply_scale(camera, ScaleReference(300, 500, 500, 480, metres)) for metres in (1.0, 2.0))
    assert large.height_m == pytest.approx(2 * small.height_m)
    assert large.floor_point(200, 400) == pytest.approx(2 * small.floor_point(200, 400))


def test_a_short_reference_is_less_sure_than_a_long_one() -> None:
    camera = camera_at()
    short, long = (apply_scale(camera, ScaleReference(400, 500, 400 + wide, 500, 1.0)) for wide in (40, 300))
    assert short.height_error > 2 * long.height_error


@pytest.mark.parametrize(("text", "expected"), [
    ("410,880,760,860,2.0", ScaleReference(410, 880, 760, 860, 2.0)),
    (" 1.5, 2 ,30,40.25, 2.03 , UP ", ScaleReference(1.5, 2, 30, 40.25, 2.03, vertical=True)),
])
def test_written_lengths_are_read(text: str, expected: ScaleReference) -> None:
    assert parse_scale(text) == expected


@pytest.mark.parametrize(("text", "words"), [
    ("1,2,3,4", "cannot read '1,2,3,4' as a known length; write X0,Y0,X1,Y1,METRES"),
    ("", "cannot read '' as a known length"),
    ("1,2,3,4,5,down", "cannot read"),
    ("1,2,3,4,5,up,6", "cannot read"),
    ("a,2,3,4,5", "cannot read"),
    ("1,2,300,4,-1", "a known length of -1 m cannot be; give the length in metres, above zero"),
    ("1,2,300,4,0", "a known length of 0 m cannot be"),
    ("1,2,300,4,nan", "a known length needs plain numbers"),
    ("1,2,inf,4,1", "a known length needs plain numbers"),
    ("10,20,10,20,1", "the two ends of the known length are the same point"),
])
def test_bad_lengths_are_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(OptionError) as caught:
        parse_scale(text)
    assert words in str(caught.value)


@pytest.mark.parametrize(("reference", "words"), [
    (ScaleReference(300, 10, 500, 500, 1.0), "lies above the floor's horizon; choose two points on the floor"),
    (ScaleReference(300, 500, 500, 10, 1.0), "lies above the floor's horizon; choose two points on the floor"),
    (ScaleReference(300, 10, 300, 5, 2.0, vertical=True), "put the first point where the upright edge meets the floor"),
    (ScaleReference(300, 500, 600, 480, 2.0, vertical=True), "does not lie above the first"),
    (ScaleReference(300, 400, 294, 460, 2.0, vertical=True), "lies below the first"),
])
def test_ends_in_impossible_places(reference: ScaleReference, words: str) -> None:
    with pytest.raises(PlacementError) as caught:
        apply_scale(camera_at(), reference)
    assert words in str(caught.value)


def test_absurd_scales_are_refused() -> None:
    with pytest.raises(OptionError, match=r"the camera would be .* m above the floor; check the two points"):
        apply_scale(camera_at(), ScaleReference(300, 500, 500, 480, 500.0))
