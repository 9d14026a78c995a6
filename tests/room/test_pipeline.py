"""From a photo and places to a furnished picture: nothing else changes, and what cannot be done is said in words."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.room.rooms import ahead, block, known_camera, room_picture
from tryon.errors import Canceled, MeshError, OptionError, PlacementError
from tryon.image import Photo, photo_from_array
from tryon.jobs import Progress
from tryon.room.camera import Camera
from tryon.room.pipeline import RoomRequest, close_renderer, furnish
from tryon.room.read import read_room
from tryon.room.scene import Placement, parse_placement


@pytest.fixture(scope="module", autouse=True)
def renderer_ends() -> Iterator[None]:
    yield
    close_renderer()


@pytest.fixture(scope="module")
def photo() -> Photo:
    """A photo of 1600 x 1200 pixels, as real ones are."""
    return photo_from_array(room_picture(known_camera(1600, 1200)), name="room.png")


@pytest.fixture(scope="module", autouse=True)
def camera(photo: Photo) -> Iterator[Camera]:
    """The camera is known here; finding it has its own tests."""
    known = known_camera(1600, 1200)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tryon.room.read.find_camera", lambda *_asked: known)
        assert read_room(photo).camera is known
        yield known


def test_outside_what_changed_the_photo_stays_bit_for_bit(photo: Photo, camera: Camera, tmp_path: Path) -> None:
    sofa, table = block(tmp_path, 1.8, 0.8, 0.9), block(tmp_path, 0.6, 0.45, 0.6, (90, 60, 40))
    places = (Placement(sofa, *ahead(camera, 3.0, -0.4), 20.0), Placement(table, *ahead(camera, 2.0, 0.5)))
    result = furnish(RoomRequest(photo, places))
    assert result.picture.shape == photo.rgb.shape and result.picture.dtype == np.uint8
    assert result.changed.shape == photo.rgb.shape[:2]
    same = result.changed == 0
    assert np.array_equal(result.picture[same], photo.rgb[same])
    assert 0.05 < 1.0 - same.mean() < 0.6
    assert {"camera and light", "furniture", "drawing", "composite", "total"} <= set(result.seconds)
    assert result.engine.startswith("pyrender") and not told_of_places(result.warnings)
    assert result.sizes_m == (pytest.approx((1.8, 0.8, 0.9), abs=1e-4), pytest.approx((0.6, 0.45, 0.6), abs=1e-4))
    for footprint, place in zip(result.footprints, places, strict=True):
        assert footprint.shape == (4, 2)
        low, high = footprint.min(axis=0), footprint.max(axis=0)
        assert low[0] < place.x < high[0] and low[1] < place.y < high[1]
    again = pickle.loads(pickle.dumps(result))
    assert np.array_equal(again.picture, result.picture) and again.request.placements == places


def test_the_same_request_gives_the_same_pixels(photo: Photo, camera: Camera, tmp_path: Path) -> None:
    request = RoomRequest(photo, (Placement(block(tmp_path, 0.5, 0.5, 0.5), *ahead(camera, 2.5)),), quality="preview")
    assert np.array_equal(furnish(request).picture, furnish(request).picture)


def test_no_furniture_gives_the_photo_back(photo: Photo) -> None:
    result = furnish(RoomRequest(photo, ()))
    assert np.array_equal(result.picture, photo.rgb) and not result.changed.any()


def test_a_preview_is_small_and_shows_the_same(photo: Photo, camera: Camera, tmp_path: Path) -> None:
    place = (Placement(block(tmp_path, 0.8, 0.8, 0.5), *ahead(camera, 2.5)),)
    small, large = (furnish(RoomRequest(photo, place, quality=quality)) for quality in ("preview", "export"))
    assert max(small.picture.shape) == 960
    assert np.array_equal(small.footprints[0], large.footprints[0])  # in pixels of the photo, both
    step = photo.width / small.picture.shape[1]
    ys, xs = np.nonzero(small.changed)
    yl, xl = np.nonzero(large.changed)
    assert np.median(xs) * step == pytest.approx(np.median(xl), abs=40) and np.median(ys) * step == pytest.approx(np.median(yl), abs=40)
    limited = furnish(RoomRequest(photo, place, max_side=400))
    assert limited.picture.shape == (300, 400, 3)


def test_progress_rises_and_a_cancel_stops(photo: Photo, camera: Camera, tmp_path: Path) -> None:
    request = RoomRequest(photo, (Placement(block(tmp_path, 0.8, 0.8, 0.5), *ahead(camera, 2.5)),), quality="preview")
    told: list[tuple[float, str]] = []
    furnish(request, Progress(lambda share, text: told.append((share, text))))
    shares = [share for share, _text in told]
    assert shares == sorted(shares) and shares[-1] == 1.0 and len(shares) > 8 and any(text for _share, text in told)
    for stop in (0.3, 0.45, 0.8):
        progress = Progress()
        progress._report = lambda share, _text, p=progress, s=stop: p.cancel() if share >= s else None
        with pytest.raises(Canceled):
            furnish(request, progress)
    assert furnish(request).changed.any()  # the renderer is well after all that


def told_of_places(warnings: tuple[str, ...]) -> list[str]:
    """The warnings about pieces; the drawn photo has no edges, which is said too."""
    return [warning for warning in warnings if "same place" in warning or "larger" in warning]


def test_pieces_in_one_place_are_told_and_rugs_are_not(photo: Photo, camera: Camera, tmp_path: Path) -> None:
    chair, table, rug = block(tmp_path, 0.5, 0.8, 0.5), block(tmp_path, 0.9, 0.4, 0.6), block(tmp_path, 2.0, 0.01, 1.4)
    here, there = ahead(camera, 3.0), ahead(camera, 3.2)
    both = furnish(RoomRequest(photo, (Placement(chair, *here), Placement(table, *there)), quality="preview"))
    assert len(told_of_places(both.warnings)) == 1
    apart = furnish(RoomRequest(photo, (Placement(chair, *here), Placement(rug, *there)), quality="preview"))
    assert not told_of_places(apart.warnings)


def test_the_same_piece_twice_keeps_its_footprints_in_order(photo: Photo, camera: Camera, tmp_path: Path) -> None:
    chair = block(tmp_path, 0.5, 0.8, 0.5)
    far, near = Placement(chair, *ahead(camera, 4.0, 0.8)), Placement(chair, *ahead(camera, 2.5, -0.4))
    places = (far, near, Placement(chair, far.x, far.y))
    result = furnish(RoomRequest(photo, places, quality="preview"))
    assert [round(float(f.mean(axis=0)[0]), 3) for f in result.footprints][0] == round(float(result.footprints[2].mean(axis=0)[0]), 3)
    assert result.footprints[1].mean(axis=0)[1] > result.footprints[0].mean(axis=0)[1] + 30


def test_places_that_cannot_be_are_said(photo: Photo, camera: Camera, tmp_path: Path) -> None:
    chair = block(tmp_path, 0.5, 0.8, 0.5)
    with pytest.raises(PlacementError, match="outside the photo"):
        furnish(RoomRequest(photo, (Placement(chair, 5000, 600),)))
    horizon = camera.horizon()
    assert horizon is not None
    if horizon[0, 1] > 5:
        with pytest.raises(PlacementError, match="horizon"):
            furnish(RoomRequest(photo, (Placement(chair, 0.0, float(horizon[0, 1]) - 4),)))
    with pytest.raises(PlacementError, match="camera itself"):
        furnish(RoomRequest(photo, (Placement(block(tmp_path, 9.0, 3.0, 9.0), *ahead(camera, 2.5)),)))
    with pytest.raises(MeshError, match="no such furniture"):
        furnish(RoomRequest(photo, (Placement("throne-of-ice", 800, 1000),)))
    with pytest.raises(OptionError, match="quality"):
        furnish(RoomRequest(photo, (), quality="poster"))


def test_a_piece_that_stands_half_behind_the_camera_is_drawn(photo: Photo, camera: Camera, tmp_path: Path) -> None:
    wall = block(tmp_path, 0.2, 1.0, 6.0)
    result = furnish(RoomRequest(photo, (Placement(wall, *ahead(camera, 2.0, 0.7), 0.0),), quality="preview"))
    assert result.changed.any()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("sofa@1,2", Placement("sofa", 1.0, 2.0)), ("a b@10.5, 20,-30", Placement("a b", 10.5, 20.0, -30.0)),
        ("/x/a@b.glb@3,4,5", Placement("/x/a@b.glb", 3.0, 4.0, 5.0)), ("tv@1,2,0,1.2", Placement("tv", 1.0, 2.0, 0.0, lift_m=1.2)),
    ],
)
def test_places_are_read(text: str, wanted: Placement) -> None:
    assert parse_placement(text) == wanted


@pytest.mark.parametrize("text", ["sofa", "@1,2", "sofa@", "sofa@1", "sofa@1,2,3,4,5", "sofa@a,2", "sofa@1,nan", "sofa@1,inf", "sofa@1,,2"])
def test_places_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(OptionError) as caught:
        parse_placement(text)
    assert "NAME@X,Y" in str(caught.value) and "\n" not in str(caught.value)
