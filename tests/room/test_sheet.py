"""Known lengths of every kind: a sheet of paper found on the floor, a door, the camera's own height."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from tests.room.rooms import known_camera, room_picture
from tryon.errors import OptionError, PlacementError
from tryon.image import UInt8Array
from tryon.room.camera import Camera
from tryon.room.scale import DOOR_M, SHEET_M, ScaleReference, apply_scale, parse_scale
from tryon.room.sheet import find_sheet


def with_sheet(camera: Camera, x: float, z: float, turn_deg: float, size: tuple[float, float] = (0.297, 0.210)) -> UInt8Array:
    """The room with a white sheet on its floor, drawn with smooth edges."""
    turn = math.radians(turn_deg)
    rows = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    plan = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * np.array(size) / 2 @ rows + (x, z)
    corners = camera.project(np.column_stack([plan[:, 0], np.zeros(4), plan[:, 1]]))
    cover = np.zeros((camera.height * 4, camera.width * 4), np.uint8)
    cv2.fillConvexPoly(cover, np.round(corners * 4 - 0.5).astype(np.int32), 255)
    alpha = cv2.resize(cover, (camera.width, camera.height), interpolation=cv2.INTER_AREA)[..., None] / 255.0
    made = room_picture(camera) * (1 - alpha) + 238.0 * alpha
    return np.clip(cv2.GaussianBlur(made, (0, 0), 0.6) + 0.5, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(("x", "z", "turn", "height"), [(-0.2, -1.9, 20.0, 1.5), (0.3, -2.4, -35.0, 1.25), (-0.5, -2.2, 75.0, 1.7)])
def test_a_sheet_on_the_floor_gives_the_true_size(x: float, z: float, turn: float, height: float) -> None:
    truth = known_camera(1280, 960, pitch_deg=-32.0, height_m=height)
    picture = with_sheet(truth, x, z, turn)
    guessed = known_camera(1280, 960, pitch_deg=-32.0, height_m=1.5)
    found = find_sheet(picture, guessed)
    assert found.kind == "sheet" and found.metres == pytest.approx(SHEET_M)
    camera = apply_scale(guessed, found)
    assert camera.height_m == pytest.approx(height, rel=0.02)
    assert camera.scale_source == "an A4 sheet" and 0.005 < camera.height_error < 0.05
    assert abs(camera.height_m / height - 1) < 2 * camera.height_error


def test_a_white_thing_of_another_shape_is_no_sheet() -> None:
    camera = known_camera(1280, 960, pitch_deg=-32.0)
    for size in ((0.3, 0.3), (0.6, 0.21)):
        with pytest.raises(PlacementError, match="A4"):
            find_sheet(with_sheet(camera, -0.2, -1.9, 20.0, size), camera)
    with pytest.raises(PlacementError, match="A4"):
        find_sheet(room_picture(camera), camera)


def test_words_for_known_lengths() -> None:
    assert parse_scale("camera=1.62") == ScaleReference(0, 0, 0, 0, 1.62, kind="camera")
    assert parse_scale("10,400,11,100,door") == ScaleReference(10, 400, 11, 100, DOOR_M, True, "door")
    assert parse_scale("sheet").to_find and not parse_scale("1,2,30,40,2").to_find
    for wrong in ("camera=high", "door", "1,2,3,door", "paper"):
        with pytest.raises(OptionError):
            parse_scale(wrong)


def test_the_source_tells_its_likely_error() -> None:
    camera = known_camera()
    given = apply_scale(camera, parse_scale("camera=1.7"))
    assert (given.height_m, given.scale_source, given.height_error) == (1.7, "the camera's height given", 0.04)
    foot = camera.project([[0.0, 0.0, -3.0], [0.0, DOOR_M, -3.0]]).ravel()
    door = apply_scale(camera, ScaleReference(*foot.tolist(), DOOR_M, True, "door"))
    plain = apply_scale(camera, ScaleReference(*foot.tolist(), DOOR_M, True))
    assert door.height_m == pytest.approx(1.5, rel=1e-3) and door.height_error > plain.height_error, "doors differ by centimetres"
    with pytest.raises(OptionError):
        apply_scale(camera, ScaleReference(0, 0, 0, 0, 99.0, kind="camera"))
