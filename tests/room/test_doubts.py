"""Photos that are no ordinary room photos get a sentence and a camera, never a crash."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from tests.room.rooms import known_camera, room_picture
from tryon.config import assets_dir
from tryon.image import UInt8Array, load_photo, photo_from_array
from tryon.room.bows import find_bend
from tryon.room.camera import find_camera
from tryon.room.doubts import doubts_of
from tryon.room.lens import straight_points

Array = npt.NDArray[np.float64]


def sample() -> UInt8Array:
    rgb = load_photo(assets_dir() / "samples" / "room.jpg").rgb
    return np.asarray(cv2.resize(rgb, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA), np.uint8)


def fisheye() -> UInt8Array:
    rgb = sample()
    height, width = rgb.shape[:2]
    round_one = np.zeros_like(rgb)
    cv2.circle(round_one, (width // 2, height // 2), int(0.5 * width), (1, 1, 1), -1)
    return np.asarray(rgb * round_one, np.uint8)


def bent() -> UInt8Array:
    rgb = sample()
    size = (rgb.shape[1], rgb.shape[0])
    x, y = np.meshgrid(np.arange(size[0]) + 0.5, np.arange(size[1]) + 0.5)
    at = straight_points(np.column_stack([x.ravel(), y.ravel()]), -0.15, size, (size[0] / 2, size[1] / 2))
    maps = (at - 0.5).astype(np.float32).reshape(size[1], size[0], 2)
    return np.asarray(cv2.remap(rgb, maps, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def filled_fisheye() -> UInt8Array:
    """A fisheye lens that fills the whole picture."""
    rgb = sample()
    size = (rgb.shape[1], rgb.shape[0])
    x, y = np.meshgrid(np.arange(size[0]) + 0.5 - size[0] / 2, np.arange(size[1]) + 0.5 - size[1] / 2)
    turn = np.hypot(x, y) * 2.7 / np.hypot(*size)  # radians from straight ahead
    far = 0.28 * size[0] * np.tan(np.minimum(turn, 1.35)) / np.maximum(np.hypot(x, y), 1e-6)
    at = np.stack([x * far + size[0] / 2, y * far + size[1] / 2], axis=-1) - 0.5
    return np.asarray(cv2.remap(rgb, at.astype(np.float32), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT), np.uint8)


def all_around() -> UInt8Array:
    """All directions in one picture, whose right edge goes on at its left."""
    rgb = sample()
    return np.asarray(cv2.resize(np.hstack([rgb, rgb[:, ::-1]]), (1600, 800), interpolation=cv2.INTER_AREA), np.uint8)


def blank() -> UInt8Array:
    return np.full((600, 800, 3), 190, np.uint8)


def portrait() -> UInt8Array:
    """A soft face-like picture: no straight edge anywhere."""
    rgb = np.full((900, 600, 3), (150, 160, 170), np.uint8)
    cv2.ellipse(rgb, (300, 380), (150, 210), 0, 0, 360, (215, 180, 160), -1)
    cv2.ellipse(rgb, (300, 900), (280, 320), 0, 0, 360, (90, 80, 120), -1)
    return np.asarray(cv2.GaussianBlur(rgb, (0, 0), 9), np.uint8)


@pytest.mark.parametrize(("make", "words"), [
    (blank, "no edges"), (portrait, "no edges"), (fisheye, "fisheye"), (filled_fisheye, "fisheye"),
    (all_around, "panorama"), (bent, "bends straight edges"),
    (lambda: np.hstack([sample()] * 2), "panorama"), (lambda: cv2.resize(sample(), (200, 200)), "200 x 200"),
])  # fmt: skip
def test_an_odd_photo_is_said_in_words_and_still_gets_a_camera(make, words) -> None:  # type: ignore[no-untyped-def]
    rgb = np.ascontiguousarray(make())
    camera = find_camera(photo_from_array(rgb))
    assert np.isfinite(camera.K).all() and np.isfinite(camera.rotation).all()
    said = doubts_of(rgb, camera)
    assert any(words in sentence for sentence in said), said


def test_an_ordinary_photo_is_not_doubted() -> None:
    rgb = sample()
    assert doubts_of(rgb, find_camera(photo_from_array(rgb))) == ()


def test_a_photo_of_the_ceiling_has_no_floor() -> None:
    camera = known_camera(pitch_deg=35.0)
    assert any("no place for furniture" in words for words in doubts_of(room_picture(camera), camera))


def test_the_bend_of_a_lens_is_measured() -> None:
    assert find_bend(bent()) == pytest.approx(-0.15, abs=0.015)
    assert find_bend(sample()) == 0.0 and find_bend(blank()) == 0.0
