"""What stands in front is cut out along its own edge, from rough strokes or a box."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from tryon.errors import OptionError, PhotoError
from tryon.image import UInt8Array, photo_from_array, save_picture
from tryon.room.occlusion import Stroke, join_front, mark_front, read_front


@pytest.fixture(scope="module")
def thing() -> tuple[UInt8Array, UInt8Array]:
    """A textured photo with a dark round thing in it, and where the thing is."""
    random = np.random.default_rng(4)
    photo = np.full((360, 480, 3), (190, 170, 140), np.float64) + random.normal(0, 6, (360, 480, 3))
    truth = np.zeros((360, 480), np.uint8)
    cv2.ellipse(truth, (240, 190), (80, 60), 20, 0, 360, 1, -1)
    photo[truth > 0] = (40, 70, 110) + random.normal(0, 8, (int(truth.sum()), 3))
    return np.clip(photo, 0, 255).astype(np.uint8), truth


def agreement(mask: UInt8Array, truth: UInt8Array) -> float:
    found = mask > 127
    return float((found & (truth > 0)).sum() / (found | (truth > 0)).sum())


def test_rough_strokes_find_the_edge(thing: tuple[UInt8Array, UInt8Array]) -> None:
    photo, truth = thing
    strokes = (Stroke(((190, 175), (290, 205)), 70.0), Stroke(((230, 160), (250, 220)), 70.0))
    mask = mark_front(photo, strokes)
    assert mask.dtype == np.uint8 and mask.shape == truth.shape and agreement(mask, truth) > 0.93
    far = cv2.dilate(truth, np.ones((81, 81), np.uint8)) == 0
    assert not mask[far].any()
    edge = (mask > 0) & (mask < 255)
    assert 0 < edge.sum() < 0.2 * truth.sum()  # soft, but only at its edge


def test_a_box_around_it_is_enough(thing: tuple[UInt8Array, UInt8Array]) -> None:
    photo, truth = thing
    mask = mark_front(photo, box=(130, 100, 350, 280))
    assert agreement(mask, truth) > 0.95
    assert np.array_equal(mask, mark_front(photo, box=(350, 280, 130, 100)))  # corners in any order, the same each time


def test_what_is_taken_away_is_gone(thing: tuple[UInt8Array, UInt8Array]) -> None:
    photo, _truth = thing
    mask = mark_front(photo, (Stroke(((240, 190),), 40.0, adds=False),), box=(130, 100, 350, 280))
    assert not mask[180:200, 230:250].any() and mask.any()


def test_nothing_marked_is_nothing_and_one_color_is_no_crash() -> None:
    plain = np.full((100, 120, 3), 128, np.uint8)
    assert not mark_front(plain).any()
    assert not mark_front(plain, (Stroke((), 20.0), Stroke(((float("nan"), 3.0),), 5.0))).any()
    assert mark_front(plain, (Stroke(((60, 50), (70, 50)), 20.0),))[50, 65] == 255
    assert join_front([]) is None


@pytest.mark.parametrize("box", [(5.0, 5.0, 6.0, 90.0), (-50.0, -50.0, -10.0, -10.0), (float("nan"), 0.0, 50.0, 50.0)])
def test_a_box_without_size_is_refused(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(OptionError, match="no size"):
        mark_front(np.zeros((100, 120, 3), np.uint8), box=box)


def test_a_mask_from_a_file(thing: tuple[UInt8Array, UInt8Array], tmp_path: Path) -> None:
    rgb, truth = thing
    photo = photo_from_array(rgb)
    path = tmp_path / "front.png"
    save_picture(path, np.repeat(truth[::2, ::2, None] * np.uint8(255), 3, axis=2))
    mask = read_front(str(path), photo)
    assert mask.shape == truth.shape and agreement(mask, truth) > 0.95
    assert agreement(read_front("130,100,350,280", photo), truth) > 0.95
    save_picture(path, np.zeros((100, 400, 3), np.uint8))
    with pytest.raises(OptionError, match="another shape"):
        read_front(str(path), photo)
    with pytest.raises(PhotoError):
        read_front("no-such-mask.png", photo)
    with pytest.raises(OptionError, match="four numbers"):
        read_front("a,b,c,d", photo)
