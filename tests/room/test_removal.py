"""What is taken out of a photo is gone, what was beside it stays, and the floor's pattern goes on."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.room.rooms import known_camera
from tryon.errors import OptionError
from tryon.image import Photo, UInt8Array, photo_from_array
from tryon.mask import Stroke
from tryon.room.box import RoomBox
from tryon.room.camera import Camera
from tryon.room.removal import gone_of, read_gone, remove

BOX = RoomBox(left=-2.2, right=2.4, back=-4.4, seen=frozenset({"back", "left", "right"}))


def tiled(camera: Camera) -> UInt8Array:
    """A room with tiles of half a metre that grow darker to the right, and plain walls."""
    ys, xs = np.mgrid[0 : camera.height, 0 : camera.width]
    rays = camera.rays(np.column_stack([xs.ravel() + 0.5, ys.ravel() + 0.5]))
    far = BOX.distances(camera.position, rays)
    side = np.argmin(far, axis=1)
    place = camera.position + rays * far[np.arange(len(rays)), side][:, None]
    light = 1.0 - 0.12 * (place[:, 0] + 2.2)
    tile = np.where((np.floor(place[:, 0] * 2) + np.floor(place[:, 2] * 2)) % 2 > 0, 190.0, 120.0)
    level = np.where(side == 0, tile, 215.0) * light
    picture = level.reshape(camera.height, camera.width, 1) * (1.0, 0.95, 0.88)
    picture += np.random.default_rng(1).normal(0, 1.5, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def camera() -> Camera:
    return known_camera(320, 240, pitch_deg=-16.0)


@pytest.fixture(scope="module")
def photo(camera: Camera) -> Photo:
    picture = tiled(camera)
    picture[110:190, 130:190] = (30, 60, 160)
    return photo_from_array(picture)


def test_a_box_on_tiles_is_gone_and_the_tiles_go_on(photo: Photo, camera: Camera) -> None:
    gone = np.zeros((240, 320), np.uint8)
    gone[106:194, 126:194] = 255
    result = remove(photo, gone, camera, BOX)
    outside = gone == 0
    assert (result[outside] == photo.rgb[outside]).all()
    truth = tiled(camera).astype(np.float64)
    hole = gone > 0
    error = np.abs(result[hole] - truth[hole]).mean()
    plain = cv2.inpaint(np.ascontiguousarray(photo.rgb), gone, 5, cv2.INPAINT_TELEA)
    assert error < 0.6 * np.abs(plain[hole] - truth[hole]).mean()
    assert error < 16.0


def test_nothing_marked_changes_nothing(photo: Photo, camera: Camera) -> None:
    assert (remove(photo, np.zeros((240, 320), np.uint8), camera, BOX) == photo.rgb).all()


def test_a_room_without_known_walls_is_filled_too(photo: Photo, camera: Camera) -> None:
    gone = np.zeros((240, 320), np.uint8)
    gone[40:150, 126:180] = 255
    result = remove(photo, gone, camera, RoomBox())
    assert (result[gone == 0] == photo.rgb[gone == 0]).all()
    assert result[60:90, 130:175].mean() > 120.0


def test_what_cannot_be_is_said_in_words(photo: Photo, camera: Camera) -> None:
    for gone in (np.zeros((10, 10), np.uint8), np.full((240, 320), 255, np.uint8)):
        with pytest.raises(OptionError):
            remove(photo, gone, camera, BOX)
    for text in ("1,2,3,x", "500,500,600,600", "nan,1,2,3"):
        with pytest.raises(OptionError):
            read_gone(text, photo)
    assert read_gone("10,20,30,60", photo).sum() == 255 * 20 * 40


def test_what_is_painted_goes_with_the_rest_of_the_thing_but_not_what_is_erased(photo: Photo) -> None:
    pixels = np.full((240, 320, 3), 170, np.uint8)
    pixels[100:180, 120:220] = (150, 30, 30)
    pixels += np.random.default_rng(4).integers(0, 6, pixels.shape, np.uint8)
    across = Stroke(((135.0, 140.0), (205.0, 140.0)), 50.0)
    gone = gone_of(pixels, (across,))
    assert gone is not None and set(np.unique(gone)) == {0, 255}
    thing = np.zeros((240, 320), np.bool_)
    thing[100:180, 120:220] = True
    assert gone[thing].mean() > 0.97 * 255 and gone[~thing].mean() < 0.06 * 255
    kept = gone_of(pixels, (across, Stroke(((170.0, 140.0),), 20.0, adds=False)))
    assert kept is not None and kept[140, 170] == 0 and kept[110, 170] == 255
    assert gone_of(pixels, ()) is None and gone_of(pixels, (Stroke(((5.0, 5.0),), 4.0, adds=False),)) is None


def test_a_rough_floor_stays_rough_and_the_neighbor_is_not_copied(camera: Camera) -> None:
    """A carpet with a smooth thing of its own color beside the hole: plain places are always liker on average, and never to be taken."""
    random = np.random.default_rng(8)
    pixels = np.full((240, 320, 3), (160.0, 140.0, 115.0)) + random.normal(0.0, 22.0, (240, 320, 1))
    pixels[:110] = (225, 220, 210)
    pixels[120:200, 40:120] = (165, 138, 108)  # what stays
    pixels[125:205, 130:200] = (120, 40, 30)  # what goes
    photo = photo_from_array(np.clip(pixels, 0, 255).astype(np.uint8))
    gone = np.zeros((240, 320), np.uint8)
    gone[119:209, 124:206] = 255
    result = remove(photo, gone, camera, RoomBox()).astype(np.float64)
    inside = result[140:200, 130:200].mean(axis=2)
    rough = float((inside - cv2.GaussianBlur(inside, (0, 0), 2.0)).std())
    carpet = photo.rgb[140:200, 220:300].mean(axis=2).astype(np.float64)
    assert rough > 0.6 * float((carpet - cv2.GaussianBlur(carpet, (0, 0), 2.0)).std())
    assert np.abs(result[140:200, 130:200].mean(axis=(0, 1)) - (160, 140, 115)).max() < 8
