"""The camera: pixels and metres, angles and their signs, what a photo tells and what it does not."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tryon.errors import PlacementError
from tryon.image import Photo, photo_from_array
from tryon.jobs import Progress
from tryon.room.camera import Camera, find_camera, level_rotation, rotation_of
from tryon.room.grid import draw_grid

angles = {"pitch": st.floats(-50, 30), "roll": st.floats(-25, 25), "yaw": st.floats(-44, 44)}
focals = st.floats(300, 1500)


def camera_at(pitch: float = -15.0, roll: float = 0.0, yaw: float = 0.0, focal: float = 700.0, height_m: float = 1.5) -> Camera:
    K = np.array([[focal, 0, 400.0], [0, focal, 300.0], [0, 0, 1]])
    return Camera(width=800, height=600, K=K, rotation=rotation_of(pitch, roll, yaw), height_m=height_m)


def room_photo(camera: Camera, noise: float = 6.0) -> Photo:
    """A drawn room 5 x 2.6 x 6 m: tiled floor, door, window, pictures, a cupboard; lines cut off in front of the camera."""
    image = np.full((camera.height, camera.width, 3), 205, dtype=np.uint8)

    def draw(one: tuple[float, float, float], two: tuple[float, float, float], shade: int = 70) -> None:
        points = np.linspace(one, two, 200)
        pixels = camera.project(points)
        depth = (points - camera.position) @ camera.rotation[2]
        pixels = pixels[depth > 0.3]
        if len(pixels) > 1:
            at = np.round(np.clip(pixels, -5000, 5000) * 16).astype(np.int32)
            cv2.polylines(image, [at], False, (shade, shade, shade), 2, cv2.LINE_AA, 4)

    left, right, back, front, top = -2.2, 2.8, -4.5, 1.5, 2.6
    for x in np.arange(left, right + 0.01, 0.5):
        draw((x, 0, back), (x, 0, front), 150)
    for z in np.arange(back, front + 0.01, 0.5):
        draw((left, 0, z), (right, 0, z), 150)
    for x in (left, right):
        draw((x, top, back), (x, top, front))
        draw((x, 0, back), (x, top, back))
    draw((left, top, back), (right, top, back))
    for x in (-1.2, -0.3):
        draw((x, 0, back), (x, 2.03, back))
    draw((-1.2, 2.03, back), (-0.3, 2.03, back))
    for z in (-3.0, -1.6):
        draw((right, 0.9, z), (right, 2.2, z))
        draw((left, 0.0, z), (left, 1.9, z))
    for y in (0.9, 2.2):
        draw((right, y, -3.0), (right, y, -1.6))
    draw((left, 1.9, -3.0), (left, 1.9, -1.6))
    for x in (0.6, 1.9):
        draw((x, 1.2, back), (x, 1.9, back))
    for y in (1.2, 1.9):
        draw((0.6, y, back), (1.9, y, back))
    random = np.random.default_rng(3)
    return photo_from_array(np.clip(image + random.normal(0, noise, image.shape), 0, 255).astype(np.uint8))


@settings(max_examples=40, deadline=None)
@given(x=st.floats(0, 800), y=st.floats(0, 600), focal=focals, height=st.floats(0.2, 4), **angles)
def test_pixel_to_ray_to_floor_and_back(x: float, y: float, focal: float, height: float, pitch: float, roll: float, yaw: float) -> None:
    camera = camera_at(pitch, roll, yaw, focal, height)
    ray = camera.rays([[x, y]])[0]
    assert np.linalg.norm(ray) == pytest.approx(1.0)
    assert camera.project([camera.position + 3.7 * ray])[0] == pytest.approx([x, y], abs=1e-6)
    if ray[1] < -0.02:
        point = camera.floor_point(x, y)
        assert point[1] == 0.0
        assert camera.project([point])[0] == pytest.approx([x, y], abs=1e-4)
    elif ray[1] >= 0:
        with pytest.raises(PlacementError, match=r"above the floor's horizon; point lower in the photo"):
            camera.floor_point(x, y)


@settings(max_examples=40, deadline=None)
@given(distance=st.floats(1.0, 20.0), height=st.floats(0.1, 1.4), yaw=st.floats(-40, 40))
def test_twice_as_far_is_half_as_tall(distance: float, height: float, yaw: float) -> None:
    camera = camera_at(pitch=0.0, yaw=yaw)
    ahead = -camera.rotation.T[:, 2] * [-1, 0, -1]
    near, far = (camera.project([ahead * d, ahead * d + [0, height, 0]])[:, 1] for d in (distance, 2 * distance))
    assert far[0] - far[1] == pytest.approx((near[0] - near[1]) / 2)


@settings(max_examples=40, deadline=None)
@given(**angles)
def test_angles_come_back(pitch: float, roll: float, yaw: float) -> None:
    camera = camera_at(pitch, roll, yaw)
    assert np.linalg.det(camera.rotation) == pytest.approx(1.0)
    assert camera.rotation @ camera.rotation.T == pytest.approx(np.eye(3), abs=1e-9)
    assert (camera.pitch_deg, camera.roll_deg, camera.yaw_deg) == pytest.approx((pitch, roll, yaw), abs=1e-6)


def test_signs_of_the_angles() -> None:
    down, up = camera_at(pitch=-20).horizon(), camera_at(pitch=20).horizon()
    assert down is not None and down[:, 1].max() < 300, "looking down, the horizon is in the upper half"
    assert up is not None and up[:, 1].min() > 300
    clockwise = camera_at(pitch=0, roll=10).horizon()
    assert clockwise is not None and clockwise[0, 1] > clockwise[1, 1], "turned clockwise, the horizon climbs to the right"
    foot, head = camera_at(pitch=0, roll=10).project([[0, 0, -4], [0, 1.5, -4]])
    assert head[0] < foot[0], "and upright things lean left"
    assert camera_at(yaw=20).project([[0, 0, -4]])[0, 0] > 400, "turned left of the wall, the wall's direction lies right"
    assert level_rotation() == pytest.approx(rotation_of(0, 0, 0))
    assert camera_at().project([[1, 0, -4]])[0, 0] > 400, "+x is to the right"
    assert camera_at().project([[0, 0, -3]])[0, 1] > camera_at().project([[0, 0, -4]])[0, 1], "+z comes nearer"
    assert camera_at(focal=300 / math.tan(math.radians(25))).vfov_deg == pytest.approx(50)


def test_behind_the_camera_nothing_is_seen() -> None:
    pixels = camera_at().project([[0, 0, 3], [0, 0, -3]])
    assert np.isnan(pixels[0]).all() and np.isfinite(pixels[1]).all()
    floor = camera_at().floor_points([[400, 10], [400, 599]])
    assert np.isnan(floor[0]).all() and floor[1, 1] == 0


@settings(max_examples=40, deadline=None)
@given(share=st.floats(0.1, 3.0), x=st.floats(0, 800), y=st.floats(320, 600))
def test_the_same_camera_at_another_size(share: float, x: float, y: float) -> None:
    camera = camera_at(-20, 4, 15)
    width, height = round(800 * share), round(600 * share)
    assume(min(width, height) > 10)
    other = camera.resized(width, height)
    at = (x * width / 800, y * height / 600)
    assert other.floor_point(*at) == pytest.approx(camera.floor_point(x, y), abs=1e-9)
    assert other.vfov_deg == pytest.approx(camera.vfov_deg, abs=1e-9)


@pytest.mark.parametrize(("pitch", "roll", "yaw", "focal"), [(-12, 1.5, 24, 640), (-24, -4, -33, 560), (-4, 0, 18, 820)])
def test_finds_the_camera_of_a_drawn_room(pitch: float, roll: float, yaw: float, focal: float) -> None:
    truth = camera_at(pitch, roll, yaw, focal)
    found = find_camera(room_photo(truth))
    assert (found.pitch_deg, found.roll_deg) == pytest.approx((pitch, roll), abs=1.0)
    assert abs((found.yaw_deg - yaw + 45) % 90 - 45) < 1.0, "walls are found up to quarter turns"
    assert abs(found.yaw_deg) <= 45.5
    assert found.focal_px == pytest.approx(focal, rel=0.03)
    assert found.focal_source == "lines" and found.focal_error < 0.1
    assert found.confidence >= 0.5
    assert found.scale_source == "camera height 1.5 m assumed" and found.height_m == 1.5


def test_exif_focal_is_used_where_lines_do_not_tell() -> None:
    truth = camera_at(0.0, 0.0, 0.0, 900)
    frontal = room_photo(truth)
    blind = find_camera(frontal)
    told = find_camera(Photo(rgb=frontal.rgb, focal_px=900.0))
    assert told.focal_source == "exif" and told.focal_px == pytest.approx(900, rel=0.04)
    assert blind.focal_source == "prior" and blind.focal_error > 0.1, "a frontal view does not show the focal length"
    assert told.pitch_deg == pytest.approx(0, abs=0.7) and told.roll_deg == pytest.approx(0, abs=0.5)


def test_exif_that_a_crop_made_wrong_gives_way_to_the_lines() -> None:
    truth = camera_at(-15, 1, 27, 1000)
    found = find_camera(Photo(rgb=room_photo(truth).rgb, focal_px=560.0))
    assert found.focal_source == "lines"
    assert found.focal_px == pytest.approx(1000, rel=0.04)


@pytest.mark.parametrize("kind", ["blank", "noise", "dots", "one line"])
def test_where_nothing_tells_it_says_so(kind: str) -> None:
    random = np.random.default_rng(5)
    rgb = np.full((480, 640, 3), 180, dtype=np.uint8)
    if kind == "noise":
        rgb = random.integers(0, 256, rgb.shape).astype(np.uint8)
    elif kind == "dots":
        for x, y in random.integers(20, 460, (60, 2)):
            cv2.circle(rgb, (int(x), int(y)), 9, (40, 60, 90), -1, cv2.LINE_AA)
    elif kind == "one line":
        cv2.line(rgb, (30, 300), (600, 310), (20, 20, 20), 3)
    camera = find_camera(photo_from_array(rgb))
    assert camera.confidence < 0.3
    assert camera.focal_source == "prior" and 40 < camera.vfov_deg < 65
    assert abs(camera.pitch_deg) < 60 and abs(camera.roll_deg) < 30
    if kind == "blank":
        assert camera.method == "level camera assumed" and camera.rotation == pytest.approx(level_rotation())


def test_uprights_alone_give_the_roll() -> None:
    rgb = np.full((600, 800, 3), 200, dtype=np.uint8)
    truth = camera_at(-25, 6, 0, 620)
    for x in np.linspace(-2.5, 2.5, 12):
        one, two = truth.project([[x, 0.1, -3.0 - x * x / 5], [x, 2.2, -3.0 - x * x / 5]])
        cv2.line(rgb, tuple(np.round(one).astype(int).tolist()), tuple(np.round(two).astype(int).tolist()), (60, 60, 60), 2, cv2.LINE_AA)
    camera = find_camera(Photo(rgb=rgb, focal_px=620.0))
    assert camera.roll_deg == pytest.approx(6, abs=1.5) and camera.pitch_deg == pytest.approx(-25, abs=3)
    assert camera.confidence < 0.5, "walls were not seen"


@settings(max_examples=15, deadline=None)
@given(width=st.integers(32, 260), height=st.integers(32, 260), seed=st.integers(0, 99))
def test_any_picture_gets_a_camera(width: int, height: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    small = random.integers(0, 256, (5, 5, 3)).astype(np.uint8)
    rgb = np.ascontiguousarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST))
    camera = find_camera(photo_from_array(rgb))
    assert np.isfinite(camera.K).all() and np.linalg.det(camera.rotation) == pytest.approx(1.0)
    assert abs(camera.pitch_deg) <= 61 and abs(camera.roll_deg) <= 31 and 0 <= camera.confidence <= 1


def test_the_same_photo_gives_the_same_camera_and_progress_is_told() -> None:
    photo = room_photo(camera_at(-12, 2, 20))
    told: list[float] = []
    one, two = find_camera(photo), find_camera(photo, progress=Progress(lambda share, text: told.append(share)))
    assert (one.K == two.K).all() and (one.rotation == two.rotation).all()
    assert told == sorted(told) and len(told) >= 2


def test_json_is_complete() -> None:
    told = camera_at().to_json()
    assert {"width", "height", "K", "rotation", "pitch_deg", "roll_deg", "vfov_deg", "confidence", "height_m"} <= set(told)
    assert {"focal_source", "focal_error", "scale_source", "height_error", "method"} <= set(told)
    assert np.array(told["K"]).shape == (3, 3) and told["pitch_deg"] == pytest.approx(-15)


@settings(max_examples=6, deadline=None)
@given(**angles)
def test_grid_stays_below_the_horizon(pitch: float, roll: float, yaw: float) -> None:
    camera = camera_at(pitch, roll, yaw)
    photo = photo_from_array(np.full((600, 800, 3), 90, dtype=np.uint8))
    drawn = draw_grid(photo, camera)
    assert drawn.shape == photo.rgb.shape and drawn.dtype == np.uint8
    x, y = np.meshgrid(np.arange(800) + 0.5, np.arange(600) + 0.5)
    rays = camera.rays(np.column_stack([x.ravel(), y.ravel()]))[:, 1].reshape(600, 800)
    assert (drawn[rays > 0.05] == 90).all(), "nothing is drawn above the horizon"
    if (rays < -0.3).mean() > 0.2:
        assert (drawn != 90).any()


def test_grid_lines_lie_on_whole_metres() -> None:
    camera = camera_at(-30, 3, 25)
    drawn = draw_grid(photo_from_array(np.full((600, 800, 3), 90, dtype=np.uint8)), camera).astype(float).mean(axis=2)
    on = camera.project([[x, 0, z] for x in (-1, 1) for z in np.arange(-3.3, -1.6, 0.05)])
    off = camera.project([[x, 0, z] for x in (-0.75, 1.25) for z in (-3.25, -2.75, -2.25)])
    inside = [p for p in on if 5 < p[0] < 795 and 5 < p[1] < 595]
    assert len(inside) > 20
    assert np.mean([drawn[int(y), int(x)] for x, y in inside]) > 150
    assert all(drawn[int(y), int(x)] == 90 for x, y in off if 5 < x < 795 and 5 < y < 595)
