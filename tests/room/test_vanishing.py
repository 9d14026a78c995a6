"""Vanishing points on drawn lines of known cameras, with end-point noise and clutter."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest

from tryon.image import photo_from_array
from tryon.room.camera import Camera, rotation_of
from tryon.room.lines import Lines, find_lines
from tryon.room.vanishing import Directions, find_directions, find_vertical, gather

WIDTH, HEIGHT = 1000, 750
DIAGONAL = math.hypot(WIDTH, HEIGHT)


def camera_at(pitch: float, roll: float, yaw: float, focal: float) -> Camera:
    K = np.array([[focal, 0, WIDTH / 2], [0, focal, HEIGHT / 2], [0, 0, 1]])
    return Camera(width=WIDTH, height=HEIGHT, K=K, rotation=rotation_of(pitch, roll, yaw))


def box_lines(
    camera: Camera, seed: int, count: int = 90, clutter: int = 60, noise_px: float = 0.5, axes: tuple[int, ...] = (0, 1, 2)
) -> Lines:
    """Edges of boxes in the room as segments in the photo, some noise, and lines in all other directions."""
    random = np.random.default_rng(seed)
    ends: list[npt.NDArray[np.float64]] = []
    while len(ends) < count:
        start = random.uniform([-3, 0, -7], [3, 2.5, -1.5])
        stop = start.copy()
        stop[axes[len(ends) % len(axes)]] += random.uniform(0.3, 1.5) * random.choice([-1, 1])
        seen = camera.project([start, stop])
        if np.isfinite(seen).all() and (seen > 0).all() and (seen < [WIDTH, HEIGHT]).all() and np.linalg.norm(seen[1] - seen[0]) > 25:
            ends.append((seen + random.normal(0, noise_px, (2, 2))).ravel())
    for _index in range(clutter):
        at, angle, half = random.uniform([50, 50], [950, 700]), random.uniform(0, math.pi), random.uniform(12, 60)
        step = half * np.array([math.cos(angle), math.sin(angle)])
        ends.append(np.concatenate([at - step, at + step]))
    array = np.array(ends)
    return Lines(array[np.argsort(-np.hypot(array[:, 2] - array[:, 0], array[:, 3] - array[:, 1]))])


def apart_deg(found: Directions, camera: Camera) -> float:
    """Angle between found and true rotation up to the room's quarter turns."""
    best = 180.0
    for quarter in range(4):
        turned = found.rotation @ rotation_of(0, 0, 0).T @ rotation_of(0, 0, 90.0 * quarter)
        trace = np.trace(turned.T @ camera.rotation)
        best = min(best, math.degrees(math.acos(float(np.clip((trace - 1) / 2, -1, 1)))))
    return best


@pytest.mark.parametrize("seed", range(8))
def test_box_of_a_known_camera_is_found(seed: int) -> None:
    random = np.random.default_rng(100 + seed)
    yaw = float(random.uniform(14, 42) * random.choice([-1, 1]))
    truth = camera_at(float(random.uniform(-32, 4)), float(random.uniform(-6, 6)), yaw, float(random.uniform(520, 1100)))
    lines = box_lines(truth, seed)
    found = find_directions(gather(lines, WIDTH, HEIGHT))
    assert found is not None
    assert apart_deg(found, truth) < 1.0
    assert found.focal * DIAGONAL == pytest.approx(truth.focal_px, rel=0.03)
    assert found.focal_sigma < 0.1 and found.margin > 6
    told = find_directions(gather(lines, WIDTH, HEIGHT), truth.focal_px / DIAGONAL)
    assert told is not None and apart_deg(told, truth) < 0.7


def test_each_line_is_given_to_its_direction() -> None:
    truth = camera_at(-15, 2, 25, 700)
    lines = box_lines(truth, 1, clutter=0, noise_px=0.2)
    found = find_directions(gather(lines, WIDTH, HEIGHT))
    assert found is not None
    ends = lines.ends.reshape(-1, 2, 2)
    upright = np.abs(np.diff(ends[:, :, 0], axis=1)[:, 0]) < 0.4 * np.abs(np.diff(ends[:, :, 1], axis=1)[:, 0])
    assert (found.owner[upright] == 1).mean() > 0.9
    assert np.bincount(found.owner[found.owner >= 0], minlength=3).min() >= 20
    assert found.seen.min() > 1.0


def test_a_frontal_view_does_not_pretend_to_see_the_focal_length() -> None:
    slanted, frontal = camera_at(-12, 0, 30, 700), camera_at(0, 0, 0, 700)
    seen, unseen = (find_directions(gather(box_lines(camera, 3), WIDTH, HEIGHT)) for camera in (slanted, frontal))
    assert seen is not None and unseen is not None
    assert unseen.focal_sigma > 5 * seen.focal_sigma and unseen.focal_sigma > 0.15


def test_clutter_alone_is_not_believed() -> None:
    margins = []
    for seed in range(6):
        found = find_directions(gather(box_lines(camera_at(0, 0, 0, 700), seed, count=0, clutter=120), WIDTH, HEIGHT))
        margins.append(0.0 if found is None else found.margin)
    assert max(margins) < 4.0


def test_uprights_alone_tell_pitch_and_roll() -> None:
    truth = camera_at(-22, 5, 0, 800)
    rotation, gain = find_vertical(gather(box_lines(truth, 2, axes=(1,)), WIDTH, HEIGHT), 800 / DIAGONAL)
    assert rotation[:, 1] == pytest.approx(truth.rotation[:, 1], abs=math.radians(1.5))
    assert np.linalg.det(rotation) == pytest.approx(1.0) and gain > 3
    assert rotation[2, 0] == pytest.approx(0, abs=1e-9), "straight ahead is -z"


def test_too_few_lines() -> None:
    assert find_directions(gather(Lines(np.array([[0.0, 0, 100, 0]] * 5)), WIDTH, HEIGHT)) is None
    rotation, gain = find_vertical(gather(Lines(np.zeros((0, 4))), WIDTH, HEIGHT), 0.6)
    assert np.isfinite(rotation).all() and gain == pytest.approx(0, abs=1e-6)


def test_lines_are_found_where_they_are_and_pieces_are_joined() -> None:
    import cv2

    rgb = np.full((480, 640, 3), 220, dtype=np.uint8)
    rgb[:, :200] = 60  # an upright edge at x = 200
    rgb[150:160, 196:204] = 140  # interrupted
    cv2.line(rgb, (300, 400), (600, 300), (40, 40, 40), 9, cv2.LINE_AA)
    lines = find_lines(photo_from_array(rgb).rgb)
    uprights = [end for end in lines.ends if abs(end[0] - end[2]) < 2 and abs(end[0] - 200) < 2]
    assert max(abs(end[3] - end[1]) for end in uprights) > 400, "the two pieces are one edge"
    slanted = [end for end in lines.ends if min(end[0], end[2]) > 280]
    assert slanted
    for x0, y0, x1, y1 in slanted:
        assert abs((y1 - y0) / (x1 - x0) + 1 / 3) < 0.03 or math.hypot(x1 - x0, y1 - y0) < 20
    assert (np.diff(lines.lengths) <= 1e-9).all(), "longest first"


def test_the_black_rim_of_a_straightened_lens_is_no_line() -> None:
    rgb = np.full((480, 640, 3), 150, dtype=np.uint8)
    rgb[:9] = rgb[-8:] = rgb[:, :11] = rgb[:, -7:] = 0
    assert len(find_lines(rgb)) == 0
    rgb[:, 300:] = 220
    assert len(find_lines(rgb)) >= 1


def test_size_of_the_photo_does_not_matter() -> None:
    truth = camera_at(-15, 2, 25, 700)
    lines = box_lines(truth, 4)
    one = find_directions(gather(lines, WIDTH, HEIGHT))
    two = find_directions(gather(Lines(lines.ends * 3.0, 3.0), 3 * WIDTH, 3 * HEIGHT))
    assert one is not None and two is not None
    assert two.rotation == pytest.approx(one.rotation, abs=1e-6) and two.focal == pytest.approx(one.focal, rel=1e-6)
