"""Lamps of the furniture light the room, and the quick picture is lit by the lights that were found."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.room.rooms import block, known_camera, known_light
from tryon.image import photo_from_array
from tryon.jobs import silent
from tryon.room import pipeline
from tryon.room.box import RoomBox
from tryon.room.camera import Camera
from tryon.room.composite import _rolled_off
from tryon.room.furniture import load_furniture
from tryon.room.lamplight import part_glows, room_brightening
from tryon.room.lit import light_at
from tryon.room.quilt import meet_the_rim
from tryon.room.render import QUALITIES
from tryon.room.scene import Placement, set_scene
from tryon.room.stage import Panel

BOX = RoomBox(left=-2.5, right=2.5, back=-4.5, front=1.5, ceiling=2.6)


@pytest.fixture(scope="module")
def camera() -> Camera:
    return known_camera(320, 240, pitch_deg=-12.0)


def lamp_over(x: float, z: float) -> Panel:
    return Panel("ceiling", np.array([x, 2.58, z]), np.array([0.2, 0, 0]), np.array([0, 0, 0.2]), np.full(3, 0.5), glow=(9.0, 9.0, 9.0))


def test_a_lamp_brightens_what_is_near_most_and_darkens_nothing(camera: Camera) -> None:
    dark = set_scene(camera, (Placement("armchair", 160, 190),))
    assert room_brightening(dark, BOX) is None
    lit = set_scene(camera, (Placement("floor-lamp", 100, 180),))
    brighter = room_brightening(lit, BOX)
    assert brighter is not None and brighter.shape == (240, 320, 3) and float(brighter.min()) >= 1.0
    ((x, y),) = camera.project(lit.pieces[0].transform[None, :3, 3])
    near, far = brighter[int(y), int(x)], brighter[-1, -1]
    assert near.mean() > far.mean() and near[0] > near[2]  # warm


def test_a_lamp_gives_its_lumens(camera: Camera) -> None:
    lamp = load_furniture("pendant-lamp")
    glows = part_glows(lamp, lamp.parts)
    assert any(max(glow) > 100 for glow in glows)
    dark = replace(lamp, lights=())
    assert max(max(glow) for glow in part_glows(dark, dark.parts)) <= 1.5


def drawn_gray(camera: Camera, tmp_path: Path, lamp_x: float | None, **look: object) -> float:
    """How bright a gray block is in the quick picture, with a lamp beside it or none."""
    made = load_furniture(block(tmp_path, 0.4, 0.4, 0.4, (90, 90, 90)))
    gray = replace(made, parts=tuple(replace(part, material=replace(part.material, **look)) for part in made.parts))  # type: ignore[arg-type]
    scene = set_scene(camera, (Placement("floor-lamp", 60, 190), Placement("armchair", 160, 190)))
    chair, lamp = sorted(scene.pieces, key=lambda piece: len(piece.furniture.lights))
    here = np.eye(4)
    here[:3, 3] = 0.0, 0.0, -2.4
    there = lamp.transform.copy()
    there[:3, 3] = lamp_x or 0.0, 0.0, -1.6
    pieces = (replace(chair, furniture=gray, transform=here), *(() if lamp_x is None else (replace(lamp, transform=there),)))
    layers = pipeline.shared_renderer().render(replace(scene, pieces=pieces), known_light(camera), 1.0, QUALITIES["preview"], silent())
    x, y = (int(v) for v in camera.project(np.array([[0.0, 0.2, -2.2]]))[0])
    part = layers.furniture[y - layers.window.y0 - 6 : y - layers.window.y0 + 6, x - layers.window.x0 - 6 : x - layers.window.x0 + 6]
    return float(part[..., :3].mean())


def test_a_lamp_lights_the_piece_beside_it(camera: Camera, tmp_path: Path) -> None:
    dark, near, far = (drawn_gray(camera, tmp_path, at) for at in (None, 0.9, 2.2))
    assert near > 1.02 * dark and near > far > 0.95 * dark


def test_velvet_and_varnish_shine_more_than_the_bare_cloth(camera: Camera, tmp_path: Path) -> None:
    plain = drawn_gray(camera, tmp_path, None)
    assert drawn_gray(camera, tmp_path, None, sheen=(0.8, 0.8, 0.8), sheen_roughness=1.0) > 1.01 * plain
    assert drawn_gray(camera, tmp_path, None, coat=1.0) > 1.002 * plain


def test_light_comes_from_the_lamp_that_is_near(camera: Camera) -> None:
    light, lamps = known_light(camera), (lamp_over(-1.8, -3.8), lamp_over(1.8, -0.6))
    for place, index in (((-1.8, 0, -3.8), 0), ((1.8, 0, -0.6), 1)):
        there = light_at(light, BOX, lamps, place)
        assert np.allclose(there.keys[0].position, lamps[index].middle)
        assert there.keys[0].share > 3 * sum(key.share for key in there.keys[1:])
        assert 0.0 < sum(key.share for key in there.keys) < 1.0 and np.isfinite(there.dome).all()
    assert light_at(light, BOX, (), (0, 0, -2)) is light


def test_shiny_things_mirror_the_lamps_and_walls_that_the_photo_does_not_show(camera: Camera) -> None:
    seen = replace(known_light(camera), known=np.zeros((32, 64), np.bool_))
    near, far = (light_at(seen, BOX, (lamp_over(x, -2.0),), (0, 0, -2.0)).environment.mean(axis=2) for x in (0.0, -2.0))
    above = slice(0, 3)
    assert near[above].max() > 5.0 > far[above].max()  # straight over the place, or beside it
    row, column = np.unravel_index(int(far.argmax()), far.shape)
    assert 3 < row < 16 and 40 < column < 56  # to the left of the place, which is column 48
    shown = replace(seen, known=np.ones((32, 64), np.bool_))
    assert float(light_at(shown, BOX, (lamp_over(0.0, -2.0),), (0, 0, -2.0)).environment.max()) <= float(seen.environment.max())


def test_what_becomes_brighter_never_becomes_darker() -> None:
    photo = np.linspace(0.0, 1.0, 101, dtype=np.float32)[:, None].repeat(3, axis=1)
    previous = photo
    for gain in (1.0, 1.05, 1.5, 4.0):
        shown = _rolled_off(photo * np.float32(gain), photo)
        assert (shown >= previous - 1e-6).all() and float(shown.max()) <= 1.0 + 1e-6
        previous = shown


def test_a_filled_hole_meets_its_rim() -> None:
    hole = np.zeros((120, 160), np.bool_)
    hole[30:90, 50:110] = True
    truth = np.linspace(-1.0, -0.4, 160, dtype=np.float32)[None, :, None].repeat(120, axis=0).repeat(3, axis=2)
    off = truth.copy()
    off[hole] += 0.2
    met = meet_the_rim(off, hole)
    assert (met[~hole] == truth[~hole]).all() and float(np.abs(met - truth)[hole].mean()) < 0.03


def test_taking_away_and_placing_in_one_go(camera: Camera, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tryon.room.read.find_camera", lambda *_asked: camera)
    pixels = np.full((240, 320, 3), 150, np.uint8)
    pixels += np.random.default_rng(3).integers(0, 6, pixels.shape, np.uint8)
    pixels[150:200, 140:180] = (200, 20, 20)
    gone = np.zeros((240, 320), np.uint8)
    gone[146:204, 136:184] = 255
    photo = photo_from_array(pixels)
    result = pipeline.furnish(pipeline.RoomRequest(photo, (), quality="preview", gone=gone))
    assert int(np.abs(result.picture[150:200, 140:180].astype(int) - 152).max()) < 25
    assert (result.picture[gone == 0] == pixels[gone == 0]).all() and (result.changed[gone > 0] == 255).all()
    assert math.isfinite(result.seconds["total"]) and result.request.gone is gone
