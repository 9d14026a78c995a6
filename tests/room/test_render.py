"""What the renderer draws: right place, right size, right order; shadows that only darken; nothing left behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import trimesh
from PIL import Image

from tests.room.rooms import ahead, block, known_camera, known_light, room_picture, scene_of
from tryon.errors import RenderError
from tryon.image import FloatArray
from tryon.jobs import silent
from tryon.room.camera import Camera
from tryon.room.composite import composite, read_look
from tryon.room.gl import GlRenderer
from tryon.room.light import KeyLight, Light, gain_at, read_light, sample_light
from tryon.room.render import QUALITIES, Layers, floor_in_photo
from tryon.room.scene import Scene

FAST = replace(QUALITIES["preview"], passes=4)


@pytest.fixture(scope="module")
def gl() -> Iterator[GlRenderer]:
    renderer = GlRenderer()
    yield renderer
    renderer.close()


@pytest.fixture(scope="module")
def camera() -> Camera:
    return known_camera()


@pytest.fixture(scope="module")
def light(camera: Camera) -> Light:
    return known_light(camera)


def cover(gl: GlRenderer, scene: Scene, light: Light) -> tuple[FloatArray, Layers]:
    """Alpha over the whole photo."""
    layers = gl.render(scene, light, 1.0, FAST, silent())
    alpha = np.zeros((scene.camera.height, scene.camera.width), np.float32)
    alpha[layers.window.cut] = layers.furniture[..., 3]
    return alpha, layers


def hull(scene: Scene) -> FloatArray:
    """Pixels inside the outline of the first piece's projected box, with soft edges."""
    fine = 8
    points = scene.camera.project(scene.pieces[0].corners) * fine
    mask = np.zeros((scene.camera.height * fine, scene.camera.width * fine), np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull((points - 0.5).round().astype(np.int32)), 255)
    return cv2.resize(mask, (scene.camera.width, scene.camera.height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255


@pytest.mark.parametrize(("forward", "right", "turn"), [(3.0, 0.0, 0.0), (2.4, 0.5, 37.0), (4.5, -1.0, 120.0), (1.9, 0.9, 10.0)])
def test_a_box_covers_the_pixels_that_it_should(
    gl: GlRenderer, camera: Camera, light: Light, tmp_path: Path, forward: float, right: float, turn: float
) -> None:
    scene = scene_of(camera, (block(tmp_path, 1.0, 0.6, 0.5), *ahead(camera, forward, right), turn))
    alpha, _layers = cover(gl, scene, light)
    wanted = hull(scene)
    assert float(np.minimum(alpha, wanted).sum() / np.maximum(alpha, wanted).sum()) > 0.985


def test_twice_as_far_is_half_as_tall(gl: GlRenderer, light: Light, tmp_path: Path) -> None:
    level = known_camera(pitch_deg=0.0, roll_deg=0.0)
    heights = []
    for forward in (3.0, 6.0):
        alpha, _layers = cover(gl, scene_of(level, (block(tmp_path, 0.02, 0.8, 0.001), *ahead(level, forward))), light)
        heights.append(float(alpha.max(axis=1).sum()))
    assert heights[0] / heights[1] == pytest.approx(2.0, rel=0.02)


def test_the_nearer_hides_the_farther_whatever_the_order(gl: GlRenderer, camera: Camera, light: Light, tmp_path: Path) -> None:
    red, blue = block(tmp_path, 0.6, 0.6, 0.3, (220, 20, 20)), block(tmp_path, 0.8, 1.0, 0.3, (20, 20, 220))
    near, far = (red, *ahead(camera, 2.2)), (blue, *ahead(camera, 3.4))
    pictures = [cover(gl, scene_of(camera, *order), light)[1] for order in ((near, far), (far, near))]
    assert np.array_equal(pictures[0].furniture, pictures[1].furniture)
    alone, _layers = cover(gl, scene_of(camera, near), light)
    color = np.zeros((camera.height, camera.width, 3), np.float32)
    color[pictures[0].window.cut] = pictures[0].furniture[..., :3]
    covered = cv2.erode((alone > 0.99).astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    assert covered.sum() > 2000 and (color[covered][:, 0] > 2 * color[covered][:, 2]).all()


def signs(folder: Path) -> str:
    """A block whose front (+z) is red, whose right side (+x) is green and whose other sides are blue."""
    mesh = trimesh.creation.box((0.8, 0.8, 0.8))
    colors = np.tile(np.array([20, 20, 220, 255], np.uint8), (12, 1))
    colors[mesh.face_normals[:, 2] > 0.9] = (220, 20, 20, 255)
    colors[mesh.face_normals[:, 0] > 0.9] = (20, 220, 20, 255)
    parts = [mesh.submesh([np.flatnonzero((colors == color).all(axis=1))], append=True) for color in np.unique(colors, axis=0)]
    for part, color in zip(parts, np.unique(colors, axis=0), strict=True):
        part.visual.vertex_colors = color
    path = folder / "signs.glb"
    trimesh.Scene(parts).export(path)
    return str(path)


@pytest.mark.parametrize(("turn", "band"), [(0.0, 0), (-90.0, 1), (90.0, 2), (180.0, 2)])
def test_turn_0_shows_the_front_and_a_quarter_turn_a_side(
    gl: GlRenderer, camera: Camera, light: Light, tmp_path: Path, turn: float, band: int
) -> None:
    """Counter-clockwise from above: a turn by +90 takes the front to the viewer's right, and the piece's left side (-x) to the viewer."""
    layers = cover(gl, scene_of(camera, (signs(tmp_path), *ahead(camera, 4.0, 0.8), turn)), light)[1]
    rows, columns = layers.furniture.shape[:2]
    patch = layers.furniture[int(rows * 0.6) : int(rows * 0.7), int(columns * 0.45) : int(columns * 0.55), :3].mean(axis=(0, 1))
    assert int(patch.argmax()) == band, patch


def test_a_positive_turn_is_counter_clockwise_seen_from_above(gl: GlRenderer, camera: Camera, light: Light, tmp_path: Path) -> None:
    layers = cover(gl, scene_of(camera, (signs(tmp_path), *ahead(camera, 4.0), 45.0)), light)[1]
    red = (layers.furniture[..., 0] > 2 * layers.furniture[..., 2]) & (layers.furniture[..., 3] > 0.9)
    blue = (layers.furniture[..., 2] > 2 * layers.furniture[..., 0]) & (layers.furniture[..., 3] > 0.9)
    low = slice(int(red.shape[0] * 0.6), None)  # below the top
    assert np.argwhere(red[low])[:, 1].mean() > np.argwhere(blue[low])[:, 1].mean() + 10


def test_pictures_on_furniture_are_upright_and_not_mirrored(gl: GlRenderer, camera: Camera, light: Light, tmp_path: Path) -> None:
    pixels = np.full((64, 64, 3), 30, np.uint8)
    pixels[:32, :32] = (230, 30, 30)  # upper left
    pixels[32:, 32:] = (30, 30, 230)  # lower right
    mesh = trimesh.Trimesh([[-0.5, 0, 0], [0.5, 0, 0], [0.5, 1, 0], [-0.5, 1, 0]], [[0, 1, 2], [0, 2, 3]], process=False)
    material = trimesh.visual.material.PBRMaterial(baseColorTexture=Image.fromarray(pixels), metallicFactor=0.0, roughnessFactor=1.0)
    mesh.visual = trimesh.visual.TextureVisuals(uv=[[0, 0], [1, 0], [1, 1], [0, 1]], material=material)
    mesh.export(tmp_path / "poster.glb")
    picture = cover(gl, scene_of(camera, (str(tmp_path / "poster.glb"), *ahead(camera, 3.0))), light)[1].furniture
    rows, columns = picture.shape[:2]

    def at(y: float, x: float) -> FloatArray:
        return picture[int(rows * y) - 3 : int(rows * y) + 4, int(columns * x) - 3 : int(columns * x) + 4, :3].mean(axis=(0, 1))

    assert at(0.3, 0.3)[0] > 3 * at(0.3, 0.3)[2] and at(0.7, 0.7)[2] > 3 * at(0.7, 0.7)[0]
    assert max(at(0.3, 0.7)) < 0.3 * at(0.3, 0.3)[0]


def test_a_shadow_never_brightens_and_is_there(gl: GlRenderer, camera: Camera, light: Light, tmp_path: Path) -> None:
    scene = scene_of(camera, (block(tmp_path, 1.0, 0.6, 0.5), *ahead(camera, 3.0)))
    layers = cover(gl, scene, light)[1]
    assert 0.0 <= layers.floor.min() < 0.3 and layers.floor.max() <= 1.0
    photo = room_picture(camera)
    empty = replace(layers, furniture=np.zeros_like(layers.furniture))
    picture, changed = composite(photo, camera, empty, read_look(photo), 0.35)
    assert (picture <= photo).all()
    assert np.array_equal(picture[changed == 0], photo[changed == 0])
    found = floor_in_photo(camera, layers.floor, layers.region)
    assert found is not None
    window, kept = found
    u, v = camera.project([scene.pieces[0].transform[:3, 3] + scene.pieces[0].transform[:3, 2] * 0.3])[0]
    assert kept[int(v) - window.y0, int(u) - window.x0].max() < 0.75  # 5 cm before its front: dark
    assert kept[-1].min() > 0.9 and kept[0].min() > 0.9


def test_light_from_the_left_throws_the_shadow_to_the_right(gl: GlRenderer, camera: Camera, light: Light, tmp_path: Path) -> None:
    scene = scene_of(camera, (block(tmp_path, 0.4, 0.8, 0.4), *ahead(camera, 3.0)))
    middle, right = scene.pieces[0].transform[:3, 3], camera.rotation[0]
    lamp = KeyLight(position=middle - right * 2.0 + (0.0, 1.6, 0.0), radius_m=0.1, share=0.6, color=np.ones(3), seen=True)
    layers = cover(gl, scene, replace(light, keys=(lamp,)))[1]
    found = floor_in_photo(camera, layers.floor, layers.region)
    assert found is not None
    window, kept = found
    levels = []
    for side in (-0.6, 0.6):
        u, v = camera.project([middle + right * side - (0.0, (middle + right * side)[1], 0.0)])[0]
        levels.append(float(kept[int(v) - window.y0, int(u) - window.x0].mean()))
    assert levels[1] < 0.7 * levels[0]


def test_a_softer_light_has_a_softer_shadow(gl: GlRenderer, camera: Camera, light: Light, tmp_path: Path) -> None:
    scene = scene_of(camera, (block(tmp_path, 0.3, 1.0, 0.3), *ahead(camera, 3.0)))
    middle, right = scene.pieces[0].transform[:3, 3], camera.rotation[0]
    steepest = []
    for radius in (0.05, 0.8):
        lamp = KeyLight(position=middle - right * 2.0 + (0.0, 2.0, 0.0), radius_m=radius, share=0.6, color=np.ones(3), seen=True)
        fine = replace(FAST, passes=1, keys=40, key_px=512, cell_m=0.0125)
        floor = gl.render(scene, replace(light, keys=(lamp,)), 1.0, fine, silent()).floor.mean(axis=2)
        from_middle = np.linalg.norm(np.moveaxis(np.indices(floor.shape), 0, -1) - np.array(floor.shape) / 2, axis=2)
        slope = np.linalg.norm(np.gradient(floor), axis=0)
        steepest.append(float(slope[(from_middle > 48) & (from_middle < 90)].max()))  # 0.6 to 1.1 m away
    assert steepest[0] > 1.5 * steepest[1] > 0.0


def test_twice_the_light_is_twice_as_bright(gl: GlRenderer, camera: Camera, light: Light, tmp_path: Path) -> None:
    scene = scene_of(camera, (block(tmp_path, 1.0, 0.6, 0.5), *ahead(camera, 3.0)))
    dim = gl.render(scene, light, 0.5, FAST, silent()).furniture
    full = gl.render(scene, light, 1.0, FAST, silent()).furniture
    inside = full[..., 3] > 0.99
    assert np.median(full[inside][:, :3] / dim[inside][:, :3]) == pytest.approx(2.0, rel=0.03)


def test_a_white_sheet_on_the_floor_shows_the_rooms_white(gl: GlRenderer, camera: Camera, light: Light, tmp_path: Path) -> None:
    """The exposure closes: all the small lights together give what `Light.white` promises."""
    scene = scene_of(camera, (block(tmp_path, 1.0, 0.002, 1.0, (255, 255, 255)), *ahead(camera, 2.5)))
    layers = gl.render(scene, light, 1.0, replace(FAST, keys=32, dome=64), silent())
    shown = np.median(layers.furniture[layers.furniture[..., 3] > 0.99][:, :3], axis=0)
    assert shown == pytest.approx(light.white, rel=0.12)


def test_small_lights_add_up_to_the_shares(light: Light) -> None:
    samples = sample_light(light, (0.0, 0.3, -3.0), 32, 64)
    target = np.array([0.0, 0.3, -3.0])
    total = np.zeros(3)
    for sample in samples:
        towards = sample.position - target
        total += sample.irradiance * max(towards[1] / np.linalg.norm(towards), 0.0)
    assert total / np.pi == pytest.approx(light.white, rel=0.1)
    assert all((sample.irradiance >= 0).all() for sample in samples)


def test_the_window_in_the_photo_is_found_on_its_side(camera: Camera) -> None:
    light = read_light(room_picture(camera), camera)
    key = light.keys[0]
    assert key.seen and 0.0 < key.share <= 0.6
    assert (key.position - camera.position) @ camera.rotation[0] < -0.3  # the window is at the left
    flipped = read_light(np.ascontiguousarray(room_picture(camera)[:, ::-1]), camera)
    assert (flipped.keys[0].position - camera.position) @ camera.rotation[0] > 0.3


@pytest.mark.parametrize("level", [0, 3, 60, 128, 255])
def test_no_photo_gives_absurd_light(camera: Camera, level: int) -> None:
    light = read_light(np.full((camera.height, camera.width, 3), level, np.uint8), camera)
    for values in (light.white, light.environment, light.dome, light.floor):
        assert np.isfinite(values).all() and (values >= 0).all()
    assert 0.1 < light.white.mean() < 1.6
    assert all(key.position[1] > 0.5 for key in light.keys)
    assert sum(key.share for key in light.keys) <= 0.6


def test_a_darker_corner_darkens_the_furniture_a_little(camera: Camera, light: Light, tmp_path: Path) -> None:
    photo = room_picture(camera)
    place = ahead(camera, 2.2, -0.6)
    scene = scene_of(camera, (block(tmp_path, 0.5, 0.5, 0.5), *place))
    dark = photo.copy()
    cv2.circle(dark, (int(place[0]), int(place[1])), 160, (50, 40, 30), -1)
    assert 0.7 <= gain_at(dark, scene, light) < 0.9 < gain_at(photo, scene, light) < 1.1


def test_any_thread_may_draw_and_none_is_left(camera: Camera, light: Light, tmp_path: Path) -> None:
    scene = scene_of(camera, (block(tmp_path, 1.0, 0.6, 0.5), *ahead(camera, 3.0)))
    renderer = GlRenderer()
    before = set(threading.enumerate())
    first = renderer.render(scene, light, 1.0, FAST, silent())
    found: list[object] = []

    def work() -> None:
        try:
            found.append(renderer.render(scene, light, 1.0, FAST, silent()).furniture)
        except Exception as error:
            found.append(error)

    for _turn in range(2):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    again = renderer.render(scene, light, 1.0, FAST, silent())
    assert set(threading.enumerate()) == before
    renderer.close()
    renderer.close()
    reborn = renderer.render(scene, light, 1.0, FAST, silent())
    renderer.close()
    for other in (*found, again.furniture, reborn.furniture):
        assert isinstance(other, np.ndarray) and np.array_equal(other, first.furniture)


def test_many_pictures_leave_nothing_on_the_card(gl: GlRenderer, camera: Camera, light: Light, tmp_path: Path) -> None:
    scenes = [scene_of(camera, (block(tmp_path, 0.3 + 0.02 * i, 0.4, 0.3), *ahead(camera, 3.0))) for i in range(16)]
    small = replace(FAST, passes=1, keys=4, dome=4, key_px=32, dome_px=32)
    names = []
    for _round in range(3):
        for scene in scenes:
            gl.render(scene, light, 1.0, small, silent())
        with gl._current():
            opengl = gl._canvas.gl
            names.append((
                sum(bool(opengl.glIsTexture(name)) for name in range(1, 400)),
                sum(bool(opengl.glIsBuffer(name)) for name in range(1, 400)),
                sum(bool(opengl.glIsFramebuffer(name)) for name in range(1, 400)),
            ))
    assert names[1] == names[2]


def test_a_machine_without_opengl_says_so(monkeypatch: pytest.MonkeyPatch, camera: Camera, light: Light, tmp_path: Path) -> None:
    def nothing(*_arguments: object) -> None:
        raise RuntimeError("no device")

    monkeypatch.setattr("tryon.room.context._started", nothing)
    scene = scene_of(camera, (block(tmp_path, 1.0, 0.6, 0.5), *ahead(camera, 3.0)))
    with pytest.raises(RenderError, match="no OpenGL without a screen") as caught:
        GlRenderer().render(scene, light, 1.0, FAST, silent())
    assert "install" in str(caught.value)
