"""The camera from lines drawn by hand: exact on boxes whose camera is known."""

from __future__ import annotations

import math
import time
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.room.rooms import block, room_picture
from tests.room.test_vanishing import apart_deg, box_lines
from tryon.errors import OptionError
from tryon.image import Photo, photo_from_array
from tryon.room.calibrate import Solved, solve_guides
from tryon.room.camera import Camera, find_camera, guided_camera, rotation_of
from tryon.room.cutoff import find_center
from tryon.room.hints import CameraHints, Guide, parse_guides
from tryon.room.lens import bent_points, straight_points
from tryon.room.pipeline import RoomRequest, furnish
from tryon.room.scene import Placement

SIZE = (1000, 750)
CORNER = (-1.0, 0, -4.0)
EDGES = {"floor": (CORNER, (1.2, 0, -4.0)), "depth": (CORNER, (-1.0, 0, -2.2)), "up": (CORNER, (-1.0, 1.9, -4.0))}
BESIDE = {"floor": (0.0, 1.6, 0.6), "depth": (2.1, 0.3, 0.0), "up": (2.1, 0.1, 0.7)}


def camera_at(pitch: float, roll: float, yaw: float, focal: float, center: tuple[float, float] = (500, 375), bend: float = 0.0) -> Camera:
    K = np.array([[focal, 0, center[0]], [0, focal, center[1]], [0, 0, 1]])
    return Camera(width=SIZE[0], height=SIZE[1], K=K, rotation=rotation_of(pitch, roll, yaw), bend=bend)


def drawn(camera: Camera, *axes: str) -> tuple[Guide, ...]:
    """Two edges of a box for each direction, as the camera sees them."""
    guides = []
    for axis in axes:
        for shift in ((0, 0, 0), BESIDE[axis]):
            seen = camera.project(np.array(EDGES[axis]) + shift)
            assert np.isfinite(seen).all()
            guides.append(Guide(axis, *seen.ravel().tolist()))
    return tuple(guides)


def turned(solved: Solved, truth: Camera) -> float:
    return apart_deg(solved, truth)  # type: ignore[arg-type]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    pitch=st.floats(-35, -3), roll=st.floats(-6, 6), yaw=st.floats(12, 40), side=st.sampled_from((-1, 1)), focal=st.floats(500, 1100),
    axes=st.sampled_from((("floor", "depth"), ("floor", "depth", "up"))),
)
def test_a_drawn_box_gives_its_camera_exactly(
    pitch: float, roll: float, yaw: float, side: int, focal: float, axes: tuple[str, ...]
) -> None:
    truth = camera_at(pitch, roll, side * yaw, focal)
    solved = solve_guides(*SIZE, CameraHints(drawn(truth, *axes)))
    assert solved is not None
    assert turned(solved, truth) < 0.02
    assert solved.focal_px == pytest.approx(focal, rel=1e-3)
    assert solved.rest_deg < 1e-3 and solved.center == pytest.approx((500, 375), abs=1.0)


def test_uprights_and_one_wall_do_as_well() -> None:
    truth = camera_at(-22, 3, 25, 700)
    solved = solve_guides(*SIZE, CameraHints(drawn(truth, "depth", "up")))
    assert solved is not None and turned(solved, truth) < 0.02 and solved.focal_px == pytest.approx(700, rel=1e-3)


def test_a_frontal_view_takes_the_usual_focal_length_or_exif() -> None:
    truth = camera_at(-8, 0, 0, 640)
    hints = CameraHints(drawn(truth, "floor", "depth"))
    usual, told = solve_guides(*SIZE, hints), solve_guides(*SIZE, hints, 640.0)
    assert usual is not None and told is not None
    assert usual.focal_error > 0.1, "it says that it does not know"
    assert told.focal_px == pytest.approx(640, rel=0.02) and turned(told, truth) < 0.3
    fixed = solve_guides(*SIZE, CameraHints(hints.guides, focal_px=800.0))
    assert fixed is not None and fixed.focal_px == pytest.approx(800, rel=1e-3)


def test_one_direction_alone_gives_a_level_camera_with_its_pitch_or_roll() -> None:
    truth = camera_at(-15, 0, 20, 600)
    along = solve_guides(*SIZE, CameraHints(drawn(truth, "depth")), 600.0)
    assert along is not None and turned(along, truth) < 0.3
    upright = guided_camera(*SIZE, CameraHints(drawn(truth, "up")), 600.0)
    assert upright is not None and upright.pitch_deg == pytest.approx(-15, abs=0.3) and abs(upright.roll_deg) < 0.2
    assert solve_guides(*SIZE, CameraHints(drawn(truth, "up")[:1])) is None


def test_a_photo_cut_off_at_one_side_is_noticed() -> None:
    truth = camera_at(-25, 2, 30, 700, center=(640.0, 300.0))
    solved = solve_guides(*SIZE, CameraHints(drawn(truth, "floor", "depth", "up")))
    assert solved is not None and solved.center == pytest.approx((640, 300), abs=0.5)
    assert turned(solved, truth) < 0.02 and solved.focal_px == pytest.approx(700, rel=1e-3)
    two = solve_guides(*SIZE, CameraHints(drawn(truth, "floor", "depth"), center=(640.0, 300.0)))
    assert two is not None and turned(two, truth) < 0.02


def test_a_cut_photo_of_many_lines_is_found_out_by_itself() -> None:
    truth = camera_at(-16, 1, 28, 640, center=(650.0, 300.0))
    photo = np.full((SIZE[1], SIZE[0], 3), 190, np.uint8)
    for guide in box_lines(truth, 4, count=110, clutter=25, noise_px=0.2).ends:
        one, two = (tuple(int(round(v * 16)) for v in end) for end in guide.reshape(2, 2))
        cv2.line(photo, one, two, (50, 50, 50), 2, cv2.LINE_AA, 4)
    found = find_center(photo)
    assert found is not None and math.dist(found, (650, 300)) < 45
    camera = find_camera(photo_from_array(photo), hints=CameraHints(center=found))
    assert camera.pitch_deg == pytest.approx(-16, abs=2.5) and camera.center == found
    whole = camera_at(-16, 1, 28, 640)
    photo[:] = 190
    for guide in box_lines(whole, 4, count=110, clutter=25, noise_px=0.2).ends:
        one, two = (tuple(int(round(v * 16)) for v in end) for end in guide.reshape(2, 2))
        cv2.line(photo, one, two, (50, 50, 50), 2, cv2.LINE_AA, 4)
    assert find_center(photo) is None


def test_every_move_of_a_handle_is_solved_in_a_moment() -> None:
    truth = camera_at(-18, 1, 28, 650)
    hints = CameraHints(drawn(truth, "floor", "depth"))
    random = np.random.default_rng(2)
    times = []
    for _move in range(15):
        shaken = tuple(Guide(g.axis, *(np.array(g.ends) + random.normal(0, 3, 4)).tolist()) for g in hints.guides)
        start = time.process_time()
        assert guided_camera(*SIZE, CameraHints(shaken)) is not None
        times.append(time.process_time() - start)
    assert np.median(times) < 0.02, "processor time, so that a busy machine does not count"


@settings(max_examples=60, deadline=None)
@given(bend=st.floats(-0.5, 0.2), x=st.floats(0, 1000), y=st.floats(0, 750))
def test_bending_and_straightening_are_inverse(bend: float, x: float, y: float) -> None:
    at = np.array([[x, y]])
    straight = straight_points(at, bend, SIZE, (500.0, 375.0))
    assert bent_points(straight, bend, SIZE, (500.0, 375.0)) == pytest.approx(at, abs=1e-6)
    away = np.hypot(*(straight - [500, 375]).T) - np.hypot(*(at - [500, 375]).T)
    assert (away >= -1e-9).all() if bend <= 0 else (away <= 1e-9).all()


def test_a_bent_camera_sees_and_points_back() -> None:
    camera = camera_at(-20, 2, 15, 600, bend=-0.2)
    places: npt.NDArray[np.float64] = np.array([[-1.0, 0, -3.0], [0.5, 0, -2.0], [1.5, 0, -5.0]])
    assert camera.floor_points(camera.project(places)) == pytest.approx(places, abs=1e-6)
    assert np.abs(camera.project(places) - camera.straight.project(places)).max() > 3
    solved = guided_camera(*SIZE, CameraHints(drawn(camera, "floor", "depth"), bend=-0.2))
    assert solved is not None and solved.focal_px == pytest.approx(600, rel=2e-3) and solved.bend == -0.2


def test_hints_reach_the_camera_and_are_read_from_words() -> None:
    truth = camera_at(-20, 0, 25, 700)
    words = [f"{g.axis}:{g.x0:.2f},{g.y0:.2f},{g.x1:.2f},{g.y1:.2f}" for g in drawn(truth, "floor", "depth")]
    guides = parse_guides([" ".join(words[:2]), *words[2:]])
    blank = photo_from_array(np.full((SIZE[1], SIZE[0], 3), 128, np.uint8))
    camera = find_camera(Photo(blank.rgb), hints=CameraHints(guides))
    assert camera.method == "lines drawn by hand" and camera.confidence > 0.8
    assert camera.pitch_deg == pytest.approx(-20, abs=0.1) and camera.focal_px == pytest.approx(700, rel=5e-3)
    for wrong in ("wall:1,2,3,4", "floor:1,2,3", "floor:1,2,3,x", "floor:1,1,1,1 floor:2,2,9,9", "floor:0,0,9,9"):
        with pytest.raises(OptionError):
            parse_guides([wrong])
    with pytest.raises(OptionError):
        CameraHints(bend=math.inf)


def test_furniture_in_a_bent_photo_changes_only_what_it_touches(tmp_path: Path) -> None:
    truth = camera_at(-22, 0, 20, 640, bend=-0.12)
    photo = photo_from_array(room_picture(truth))
    hints = CameraHints(drawn(truth, "floor", "depth"), bend=-0.12)
    (x, y), = truth.project([[0.2, 0.0, -3.0]])
    piece = Placement(block(tmp_path, 0.6, 0.5, 0.6), float(x), float(y))
    result = furnish(RoomRequest(photo, (piece,), quality="preview", hints=hints))
    same = result.changed == 0
    assert (result.picture[same] == cv2.resize(photo.rgb, same.shape[::-1], interpolation=cv2.INTER_AREA)[same]).all() and same.mean() > 0.5
    assert result.camera.bend == -0.12 and (~same).any()
    scale = result.picture.shape[1] / photo.width
    seen = np.argwhere(result.changed > 0)[:, ::-1] / scale
    corners = truth.project([[0.2 + a, h, -3.0 + b] for a in (-0.3, 0.3) for b in (-0.3, 0.3) for h in (0.0, 0.5)])
    assert (np.abs(corners.mean(axis=0) - np.median(seen, axis=0)) < 80).all(), "it stands where it was put"
