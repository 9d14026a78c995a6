"""What the user says about the room: where its back wall stands, and how shadows fall."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.room.rooms import known_camera, known_light, room_picture
from tryon.errors import OptionError, PlacementError
from tryon.image import photo_from_array
from tryon.room.box import RoomBox
from tryon.room.camera import Camera
from tryon.room.hints import CameraHints, read_hints
from tryon.room.lit import light_at
from tryon.room.read import read_room
from tryon.room.stage import Panel
from tryon.room.told import POLE, corners_of, shadow_of, told_box, told_lamps

BOX = RoomBox(left=-2.1, right=1.7, back=-4.2, ceiling=2.5)
OVER = Panel("ceiling", np.array([0.0, 2.4, -2.5]), np.array([0.2, 0, 0]), np.array([0, 0, 0.2]), np.full(3, 0.5), glow=(9.0, 8.0, 7.0))


@pytest.fixture(scope="module")
def camera() -> Camera:
    return replace(known_camera(640, 480, pitch_deg=-8.0, roll_deg=1.0), rotation=known_camera(640, 480, -8.0).rotation)


def test_a_wall_that_is_drawn_is_the_wall_that_is_had(camera: Camera) -> None:
    made = told_box(RoomBox(), camera, corners_of(BOX, camera))
    assert np.allclose([made.left, made.right, made.back, made.ceiling], [BOX.left, BOX.right, BOX.back, BOX.ceiling], atol=1e-6)
    assert "back" in made.seen and made.seen <= {"back", "left", "right"}


def test_a_wall_that_cannot_be_is_refused_in_words(camera: Camera) -> None:
    lx, ly, rx, ry, tx, ty = corners_of(BOX, camera)
    with pytest.raises(OptionError, match="wall"):
        told_box(RoomBox(), camera, (rx, ry, lx, ly, tx, ty))
    with pytest.raises(PlacementError):
        told_box(RoomBox(), camera, (lx, 1.0, rx, ry, tx, ty))


@pytest.mark.parametrize(("right_m", "nearer_m"), [(0.8, 0.1), (-0.6, 0.4), (0.1, -0.7), (0.0, 0.0)])
def test_light_comes_from_where_the_shadow_says(camera: Camera, right_m: float, nearer_m: float) -> None:
    foot = np.array([0.0, 0.0, -2.4])
    (x0, y0), (x1, y1) = camera.project([foot, foot + (right_m, 0.0, nearer_m)]).tolist()
    light = known_light(camera)
    lamps = told_lamps((OVER,), camera, light, BOX, (x0, y0, x1, y1, 0.3))
    towards = lamps[-1].middle - foot
    expected = np.array([-right_m, POLE * camera.height_m, -nearer_m])
    assert np.allclose(towards / np.linalg.norm(towards), expected / np.linalg.norm(expected), atol=1e-4)
    assert BOX.left < lamps[-1].middle[0] < BOX.right and 0 < lamps[-1].middle[1] < BOX.ceiling
    strongest = light_at(light, BOX, lamps, foot).keys[0]
    assert np.allclose(strongest.position, lamps[-1].middle)
    hard = told_lamps((OVER,), camera, light, BOX, (x0, y0, x1, y1, 0.0))[-1]
    assert np.linalg.norm(hard.right) < np.linalg.norm(lamps[-1].right), "a harder shadow has a smaller lamp"


def test_the_shadow_that_is_shown_first_is_that_of_the_lamps_found(camera: Camera) -> None:
    x0, y0, x1, y1, _soft = shadow_of(camera, BOX, (OVER,))
    foot, tip = camera.floor_point(x0, y0), camera.floor_point(x1, y1)
    way = OVER.middle - foot
    assert np.allclose(tip - foot, -way * POLE * camera.height_m / way[1] * (1.0, 0.0, 1.0), atol=1e-3)
    assert np.allclose(shadow_of(camera, BOX, ())[2:4], (x0, y0))


def test_a_room_that_is_told_is_read_only_once(camera: Camera) -> None:
    photo = photo_from_array(room_picture(camera))
    plain = read_room(photo)
    corners = corners_of(replace(plain.box, back=plain.box.back + 0.4), plain.camera)
    shadow = shadow_of(plain.camera, plain.box, plain.lamps)
    told = read_room(photo, None, None, CameraHints(corners=corners, shadow=shadow))
    assert told.light is plain.light or np.array_equal(told.camera.K, plain.camera.K)
    assert told.box.back == pytest.approx(plain.box.back + 0.4, abs=1e-6) and told.lamps[-1].name == "told"
    assert read_room(photo, None, None, CameraHints(corners=corners, shadow=shadow)) is told


def test_wall_and_shadow_by_words(camera: Camera) -> None:
    photo = photo_from_array(room_picture(camera))
    said = read_hints([], "", photo, "1,2,3,4,5,6", "10,20,30,40")
    assert said.corners == (1, 2, 3, 4, 5, 6) and said.shadow == (10, 20, 30, 40, 0.5) and said.told
    for wall, shadow in (("1,2,3", ""), ("", "1,2,x,4")):
        with pytest.raises(OptionError):
            read_hints([], "", photo, wall, shadow)
