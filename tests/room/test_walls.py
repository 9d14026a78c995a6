"""Walls are found where the photo shows them, and only there; the light is found where it stands."""

from __future__ import annotations

import numpy as np
import pytest

from tests.room.rooms import known_camera, known_light
from tryon.image import UInt8Array
from tryon.room.box import SIDES, RoomBox, around
from tryon.room.camera import Camera
from tryon.room.lamps import _panel, find_lamps
from tryon.room.light import read_light
from tryon.room.radiosity import Patches, cut_up, light_given
from tryon.room.scene import Scene
from tryon.room.walls import find_box

BOX = RoomBox(left=-2.0, right=2.6, back=-4.2, front=1.5, ceiling=2.6)
COLORS = np.array([(120, 85, 60), (235, 235, 235), (190, 188, 182), (200, 198, 190), (205, 203, 198), (180, 180, 180)], np.float64)


def sided(camera: Camera, light: np.ndarray | None = None) -> UInt8Array:
    """A photo of the box, every side in its color, with a little noise."""
    ys, xs = np.mgrid[0 : camera.height, 0 : camera.width]
    rays = camera.rays(np.column_stack([xs.ravel() + 0.5, ys.ravel() + 0.5]))
    picture = COLORS[BOX.sides_hit(camera.position, rays)].reshape(camera.height, camera.width, 3)
    picture = picture + np.random.default_rng(2).normal(0, 2.0, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def camera() -> Camera:
    from dataclasses import replace

    return replace(known_camera(640, 480, pitch_deg=-15.0, roll_deg=1.0), confidence=1.0)


def test_walls_in_sight_are_found_to_a_few_per_cent(camera: Camera) -> None:
    box = find_box(sided(camera), camera)
    assert "back" in box.seen
    for side in box.seen:
        assert getattr(box, side) == pytest.approx(getattr(BOX, side), rel=0.03)


def test_a_doubtful_camera_claims_no_wall(camera: Camera) -> None:
    from dataclasses import replace

    assert not find_box(sided(camera), replace(camera, confidence=0.1)).seen
    assert not find_box(np.full((480, 640, 3), 128, np.uint8), camera).seen


def test_what_a_ray_hits_lies_on_its_side() -> None:
    start = np.array([0.0, 1.5, 0.0])
    directions = np.random.default_rng(1).normal(size=(200, 3))
    for direction, side in zip(directions, BOX.sides_hit(start, directions), strict=True):
        place, inward = BOX.hit(start, direction)
        middle, right, up = BOX.sides()[SIDES[side]]
        assert abs((place - middle) @ np.cross(right, up)) < 1e-9 and direction @ inward < 0
        assert inward @ np.cross(right, up) > 0


def test_an_empty_scene_leaves_the_box(camera: Camera) -> None:
    assert around(BOX, Scene(camera, ())) == BOX


def test_light_from_the_left_is_found_at_the_left(camera: Camera) -> None:
    from dataclasses import replace

    camera = camera.resized(96, 72)
    box = replace(BOX, seen=frozenset({"left", "right", "back"}))
    walls = cut_up(box)
    albedo = np.array([0.25, 0.8, 0.6, 0.6, 0.6, 0.6])
    ys, xs = np.mgrid[0 : camera.height, 0 : camera.width]
    rays = camera.rays(np.column_stack([xs.ravel() + 0.5, ys.ravel() + 0.5]))
    distance = box.distances(camera.position, rays)
    side = np.argmin(distance, axis=1)
    places = camera.position + rays * distance[np.arange(len(rays)), side][:, None]
    normals = np.array([(0, 1, 0), (0, -1, 0), (1, 0, 0), (-1, 0, 0), (0, 0, 1), (0, 0, -1)], np.float64)[side]
    means = []
    for x, inward in ((box.left, 1.0), (box.right, -1.0)):
        panel = _panel("window", np.array([x, 1.5, -0.3]), np.array([inward, 0.0, 0.0]), 0.7, 0.6, np.ones(3))
        given = light_given(Patches(places, normals, np.ones(len(places)), side), [panel], walls, albedo)[:, 0]
        level = given * albedo[side]
        linear = np.clip(level / np.percentile(level, 90) * 0.6, 0, 1).reshape(camera.height, camera.width, 1)
        photo = (np.repeat(linear, 3, axis=2) ** (1 / 2.2) * 255).astype(np.uint8)
        lamps = find_lamps(photo, camera, read_light(photo, camera), box)
        power = np.array([max(lamp.glow) * np.linalg.norm(np.cross(lamp.right, lamp.up)) for lamp in lamps])
        means.append(float((power * [lamp.middle[0] for lamp in lamps]).sum() / power.sum()))
        assert all(np.isfinite(lamp.glow).all() for lamp in lamps)
    assert means[0] < means[1] - 0.4


def test_no_photo_gives_absurd_lamps(camera: Camera) -> None:
    for level in (0, 60, 255):
        photo = np.full((480, 640, 3), level, np.uint8)
        lamps = find_lamps(photo, camera, read_light(photo, camera), RoomBox())
        assert lamps and all(np.isfinite(lamp.glow).all() and min(lamp.glow) >= 0 for lamp in lamps)
    assert find_lamps(photo, camera, known_light(camera), RoomBox())


def blocked(camera: Camera, low: tuple[float, float, float], high: tuple[float, float, float]) -> UInt8Array:
    """The same photo with a block standing in the room."""
    picture = sided(camera)
    ys, xs = np.mgrid[0 : camera.height, 0 : camera.width]
    rays = camera.rays(np.column_stack([xs.ravel() + 0.5, ys.ravel() + 0.5]))
    with np.errstate(divide="ignore"):
        one, two = (np.array(low) - camera.position) / rays, (np.array(high) - camera.position) / rays
    enters, leaves = np.minimum(one, two), np.maximum(one, two)
    met = (enters.max(axis=1) < leaves.min(axis=1)).reshape(camera.height, camera.width)
    face = enters.argmax(axis=1).reshape(met.shape)
    picture[met] = np.array([(150, 60, 50), (180, 80, 70), (160, 66, 56)], np.uint8)[face[met]]
    return picture


def test_the_back_of_a_sofa_before_the_wall_is_no_wall(camera: Camera) -> None:
    box = find_box(blocked(camera, (-1.2, 0.0, -3.2), (1.4, 0.8, -2.4)), camera)
    for side in box.seen:
        assert getattr(box, side) == pytest.approx(getattr(BOX, side), rel=0.04)
