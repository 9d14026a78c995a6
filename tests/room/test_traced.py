"""The path-traced picture: what it may change and what never, and that its process can be stopped, can die, and leaves nothing."""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.room.rooms import ahead, block, known_camera, known_light, room_picture, scene_of
from tryon.errors import Canceled, OptionError, RenderError
from tryon.image import FloatArray, UInt8Array, photo_from_array
from tryon.jobs import Progress, silent
from tryon.room import pipeline, traced
from tryon.room.box import RoomBox
from tryon.room.camera import Camera
from tryon.room.composite import composite_ratio, read_look
from tryon.room.lamps import find_lamps
from tryon.room.pipeline import RoomRequest, close_renderer, furnish, prepare
from tryon.room.ratio import RatioLayers, enlarge
from tryon.room.render import Layers, Window
from tryon.room.scene import Placement
from tryon.room.trace import TraceRequest
from tryon.room.traced import TraceQuality, close_tracer, trace_first, trace_scene
from tryon.room.tracer import Tracer, can_trace

needs_tracer = pytest.mark.skipif(not can_trace(), reason="the path tracer is an extra: mitsuba and pyoidn")
SMALL = TraceQuality(samples=32, pixels=14_000, plain_pixels=14_000)


@pytest.fixture(scope="module")
def camera() -> Camera:
    return known_camera(320, 240)


@pytest.fixture(scope="module", autouse=True)
def ends() -> Iterator[None]:
    yield
    close_tracer()
    close_renderer()


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@needs_tracer
def test_a_shadow_never_brightens_and_far_away_nothing_changes(camera: Camera, tmp_path: Path) -> None:
    photo, light = room_picture(camera), known_light(camera)
    box = RoomBox()
    scene = scene_of(camera, (block(tmp_path, 0.5, 0.5, 0.5, (60, 60, 60)), *ahead(camera, 2.4)))
    lamps = find_lamps(photo, camera, light, box)
    window, layers, engine = trace_scene(photo, scene, light, box, lamps, 0.0, 1.0, SMALL, silent())
    assert engine.startswith("Mitsuba 3") and layers.alpha.shape == (window.height, window.width)
    bare = layers.alpha == 0
    assert float(np.percentile(layers.ratio[bare], 99.5)) < 1.06 and float(layers.ratio[bare].min()) < 0.75  # a dark block on a matte floor
    picture, changed = composite_ratio(photo, window, layers, read_look(photo), 0.35)
    same = changed == 0
    assert np.array_equal(picture[same], photo[same]) and 0.02 < 1.0 - same.mean() < 0.6
    hull = np.zeros(photo.shape[:2], bool)
    x0, y0 = camera.project(scene.pieces[0].corners).min(axis=0).astype(int) - 3
    x1, y1 = camera.project(scene.pieces[0].corners).max(axis=0).astype(int) + 3
    hull[max(y0, 0) : y1, max(x0, 0) : x1] = True
    cover = np.zeros(photo.shape[:2], np.float32)
    cover[window.cut] = layers.alpha
    assert not (cover[~hull] > 0.02).any() and (cover[hull] > 0.5).mean() > 0.3  # the outline is the camera's


@needs_tracer
def test_removing_all_furniture_gives_the_photo_back_bit_for_bit(camera: Camera, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tryon.room.read.find_camera", lambda *_asked: camera)
    photo = photo_from_array(room_picture(camera), name="room.png")
    for quality in ("good", "best"):
        result = furnish(RoomRequest(photo, (), quality=quality))
        assert np.array_equal(result.picture, photo.rgb) and not result.changed.any()


@needs_tracer
def test_the_first_look_is_near_the_finer_one_and_the_room_was_lit_ahead(
    camera: Camera, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tryon.room.read.find_camera", lambda *_asked: camera)
    request = small_request(camera, tmp_path)
    traced._bare.clear()
    prepare(request)
    assert len(traced._bare) == 1 and traced._tracer.pid is not None
    first = furnish(replace(request, quality="first"))
    assert len(traced._bare) == 1, "the empty room was there already"
    good, quick = (furnish(replace(request, quality=quality)) for quality in ("good", "export"))
    assert first.engine.startswith("Mitsuba 3") and first.picture.shape == good.picture.shape

    def apart(picture: UInt8Array) -> float:
        return float(np.abs(picture.astype(np.float64) - good.picture).mean())

    assert apart(first.picture) < 0.9 * apart(quick.picture)
    untouched = first.changed == 0
    assert np.array_equal(first.picture[untouched], request.photo.rgb[untouched])


def test_the_first_look_takes_light_from_the_small_picture_and_details_from_the_quick_one(
    camera: Camera, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo, light = room_picture(camera), known_light(camera)
    scene = scene_of(camera, (block(tmp_path, 0.5, 0.5, 0.5, (60, 60, 60)), *ahead(camera, 2.4)))
    x0, y0 = np.maximum(camera.project(scene.pieces[0].corners).min(axis=0).astype(int), 0)
    x1, y1 = camera.project(scene.pieces[0].corners).max(axis=0).astype(int)
    stripes = np.zeros((y1 - y0, x1 - x0, 4), np.float32)
    stripes[..., :3], stripes[..., 3] = np.where(np.arange(x1 - x0) % 2 == 0, 0.1, 0.3)[None, :, None], 1.0
    drawn = Layers(Window(int(x0), int(y0), int(x1), int(y1)), stripes, np.ones((2, 2, 3), np.float32), (0.0, 0.0, 1.0, 1.0), "quick")

    def rendered(request: TraceRequest, _progress: Progress, _text: str = "") -> FloatArray:
        left, top, right, bottom = request.view.crop
        return np.full((bottom - top, right - left, 3), 0.4 if request.parts else 0.5, np.float32)

    monkeypatch.setattr(traced._tracer, "start", lambda _progress: "llvm_ad_rgb")
    monkeypatch.setattr(traced._tracer, "render", rendered)
    monkeypatch.setattr(traced, "_bare", OrderedDict())
    window, layers, _engine = trace_first(photo, scene, light, RoomBox(), (), 0.0, 1.0, drawn, silent())
    assert (window.width, window.height) == (camera.width, camera.height) and layers.alpha.max() == 1.0
    low = layers.ratio[-20:][layers.alpha[-20:] == 0]  # the floor before the camera; walls that were not found take no light
    assert np.abs(low - 0.8).max() < 0.02
    inside = layers.color[(y0 + y1) // 2, x0 + 8 : x1 - 8].mean(axis=1)
    assert 2.5 < np.median(inside[1::2] / inside[:-1:2][: len(inside[1::2])]) ** (1 if (x0 + 8) % 2 == x0 % 2 else -1) < 3.5


def test_details_finer_than_the_render_come_from_the_quick_picture() -> None:
    stripes = np.tile(np.where(np.arange(120) % 2 == 0, 0.1, 0.3)[None, :, None], (80, 1, 4)).astype(np.float32)
    stripes[..., 3] = 1.0
    small = RatioLayers(np.ones((20, 30, 3), np.float32), np.full((20, 30, 3), 0.5, np.float32), np.ones((20, 30), np.float32))
    cover = np.ones((80, 120), np.float32)
    cover[:, 100:] = 0.0
    plain, fine = enlarge(small, 120, 80, cover), enlarge(small, 120, 80, cover, stripes)
    inside = fine.color[:, 4:96]
    assert np.ptp(plain.color[:, :96]) < 1e-3 and inside.mean() == pytest.approx(0.5, rel=0.02)  # the light is the render's
    assert inside[:, 1::2].mean() == pytest.approx(3.0 * inside[:, ::2].mean(), rel=0.05)  # the threads are not
    assert not fine.color[:, 101:].any()


def test_what_stands_in_front_keeps_its_bytes(camera: Camera) -> None:
    photo = room_picture(camera)
    window = Window(20, 30, 220, 200)
    shape = (window.height, window.width)
    layers = RatioLayers(np.full((*shape, 3), 0.5, np.float32), np.full((*shape, 3), 0.2, np.float32), np.full(shape, 0.5, np.float32))
    front = np.zeros(photo.shape[:2], np.float32)
    front[60:120, 50:150] = 1.0
    picture, changed = composite_ratio(photo, window, layers, read_look(photo), 0.35, front=front)
    hidden = front == 1.0
    assert np.array_equal(picture[hidden], photo[hidden]) and not changed[hidden].any()
    assert changed[window.cut][~hidden[window.cut]].all()


def test_a_ratio_within_a_per_cent_changes_no_byte(camera: Camera) -> None:
    photo = room_picture(camera)
    window = Window(0, 0, photo.shape[1], photo.shape[0])
    ratio = np.random.default_rng(1).uniform(0.989, 1.011, photo.shape).astype(np.float32)
    layers = RatioLayers(ratio, np.zeros_like(ratio), np.zeros(photo.shape[:2], np.float32))
    picture, changed = composite_ratio(photo, window, layers, read_look(photo), 0.35)
    assert np.array_equal(picture, photo) and not changed.any()
    darker = composite_ratio(photo, window, replace(layers, ratio=np.full_like(ratio, 0.8)), read_look(photo), 0.35)[0]
    assert (darker <= photo).all() and darker.mean() < 0.95 * photo.mean()


def small_request(camera: Camera, tmp_path: Path) -> RoomRequest:
    photo = photo_from_array(room_picture(camera), name="room.png")
    return RoomRequest(photo, (Placement(block(tmp_path, 0.5, 0.5, 0.5), *ahead(camera, 2.4)),), quality="good")


@needs_tracer
def test_a_cancel_ends_the_process_within_a_moment(camera: Camera, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tryon.room.read.find_camera", lambda *_asked: camera)
    monkeypatch.setitem(pipeline.TRACES, "good", TraceQuality(4000, 60_000, 60_000))  # would take minutes
    close_tracer()
    progress = Progress()
    pids: list[int] = []

    def stop() -> None:
        while traced._tracer.pid is None:
            time.sleep(0.01)
        pids.append(traced._tracer.pid)
        progress.cancel()

    thread = threading.Thread(target=stop)
    thread.start()
    with pytest.raises(Canceled):
        furnish(small_request(camera, tmp_path), progress)
    thread.join()
    assert traced._tracer.pid is None and gone(pids[0])


@needs_tracer
def test_a_killed_process_is_a_sentence_and_the_picture_is_drawn_otherwise(
    camera: Camera, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tryon.room.read.find_camera", lambda *_asked: camera)
    monkeypatch.setitem(pipeline.TRACES, "good", TraceQuality(4000, 60_000, 60_000))
    tracer = Tracer()
    monkeypatch.setattr(traced, "_tracer", tracer)
    monkeypatch.setattr(tracer, "_fast", False)  # no second try with the plain variant
    pids: list[int] = []

    def kill() -> None:
        while tracer.variant == "":
            time.sleep(0.01)
        assert tracer.pid is not None
        pids.append(tracer.pid)
        time.sleep(0.2)
        os.kill(pids[0], 9)

    thread = threading.Thread(target=kill)
    thread.start()
    result = furnish(small_request(camera, tmp_path))
    thread.join()
    assert gone(pids[0]) and tracer.pid is None
    (said,) = [warning for warning in result.warnings if "OpenGL" in warning]
    assert "exit status -9" in said and "\n" not in said
    assert result.engine.startswith("pyrender") and result.changed.any()


def test_where_it_is_not_installed_opengl_draws_and_says_so(camera: Camera, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tryon.room.read.find_camera", lambda *_asked: camera)
    monkeypatch.setattr("tryon.room.tracer.can_trace", lambda: False)
    tracer = Tracer()
    monkeypatch.setattr(traced, "_tracer", tracer)
    with pytest.raises(RenderError, match="not installed"):
        tracer.start(silent())
    result = furnish(small_request(camera, tmp_path))
    assert "not installed" in " ".join(result.warnings) and result.engine.startswith("pyrender")


def test_a_front_of_another_size_is_refused(camera: Camera, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tryon.room.read.find_camera", lambda *_asked: camera)
    request = replace(small_request(camera, tmp_path), quality="export", front=np.zeros((10, 10), np.uint8))
    with pytest.raises(OptionError, match="another size"):
        furnish(request)
    front = np.zeros((240, 320), np.uint8)
    front[:, 100:220] = 255
    result = furnish(replace(request, front=front))
    assert not result.changed[front == 255].any()
    assert np.array_equal(result.picture[front == 255], request.photo.rgb[front == 255])
