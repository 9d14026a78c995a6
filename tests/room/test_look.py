"""How a photo was taken: its noise and sharpness, measured to be given to the furniture."""

import cv2
import numpy as np
import pytest

from tryon.room.composite import read_look


def planks(noise: float) -> np.ndarray:
    """A floor of boards with dark seams every 24 pixels, as a camera with such noise saves it."""
    picture = np.full((320, 480, 3), (150.0, 120.0, 90.0))
    picture[:, ::24] *= 0.4
    picture[:, 12::24] *= 0.85
    picture[:, 240:] *= 0.9
    picture += noise * np.random.default_rng(5).standard_normal(picture.shape)
    return np.clip(picture + 0.5, 0, 255).astype(np.uint8)


def test_no_seam_of_the_floor_is_printed_on_the_furniture() -> None:
    photo = np.vstack([planks(2.0), planks(2.0)[:, :1].repeat(480, axis=1)])  # half of it boards, half a plain wall with the same noise
    photo[320:] = np.clip(140 + 2.0 * np.random.default_rng(6).standard_normal((320, 480, 3)) + 0.5, 0, 255)
    grain = read_look(photo).grain
    assert grain.std() == pytest.approx(2.0, rel=0.15)
    assert grain.mean(axis=0).std() < 0.1 * grain.std() + grain.std() / 16  # a seam would stand out of the mean of its column


def test_grain_has_edges_that_fit_one_another() -> None:
    grain = read_look(planks(3.0)).grain
    inside = np.abs(np.diff(grain, axis=1)).mean()
    assert np.abs(grain[:, 0] - grain[:, -1]).mean() < 1.2 * inside


def test_a_soft_photo_is_found_soft() -> None:
    steps = np.tile(np.where(np.arange(480) % 96 < 48, 60.0, 200.0)[None, :, None], (320, 1, 3))
    widths = []
    for blur in (0.4, 1.0, 1.6):
        soft = cv2.GaussianBlur(steps, (0, 0), blur) + 0.7 * np.random.default_rng(5).standard_normal(steps.shape)
        widths.append(read_look(np.clip(soft + 0.5, 0, 255).astype(np.uint8)).blur_px)
    assert widths[0] < 0.8 < widths[1] < 1.3 < widths[2] < 2.0
