"""The quick picture's shadow on the walls: where the wall is, never brighter, and none on the floor that would lie behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.room.rooms import ahead, block, known_camera, known_light, room_picture, scene_of
from tryon.jobs import silent
from tryon.room.box import RoomBox
from tryon.room.camera import Camera
from tryon.room.composite import composite, read_look
from tryon.room.gl import GlRenderer
from tryon.room.light import KeyLight
from tryon.room.render import QUALITIES, Window
from tryon.room.scene import Scene
from tryon.room.wallshade import WallShadow, WallSheet, before_walls, wall_in_photo, wall_sheets

BOX = RoomBox(left=-2.0, right=2.2, back=-3.6, front=1.5, seen=frozenset({"back", "left"}))


@pytest.fixture(scope="module")
def camera() -> Camera:
    return known_camera(320, 240, pitch_deg=-12.0)


@pytest.fixture(scope="module")
def gl() -> Iterator[GlRenderer]:
    renderer = GlRenderer()
    yield renderer
    renderer.close()


def by_the_wall(camera: Camera, folder: Path) -> Scene:
    x, y = camera.project([[0.0, 0.0, BOX.back + 0.35]])[0]
    return scene_of(camera, (block(folder, 0.8, 0.9, 0.4), float(x), float(y)))


def test_only_walls_that_were_found_and_are_near_are_shaded(camera: Camera, tmp_path: Path) -> None:
    scene = by_the_wall(camera, tmp_path)
    assert wall_sheets(scene) == ()
    sheets = wall_sheets(replace(scene, box=BOX))
    assert "back" in {sheet.side for sheet in sheets} and "right" not in {sheet.side for sheet in sheets}
    for sheet in sheets:
        low, high = (BOX.left, BOX.right) if sheet.side == "back" else (BOX.back, BOX.front)
        assert low <= sheet.u0 < sheet.u1 <= high and 0.9 < sheet.top <= BOX.ceiling
    far = scene_of(camera, (block(tmp_path, 0.3, 0.3, 0.3), *ahead(camera, 1.9)))
    assert "back" not in {sheet.side for sheet in wall_sheets(replace(far, box=replace(BOX, back=-4.6)))}


@pytest.mark.parametrize("side", ["back", "left"])
def test_a_mark_on_the_wall_is_seen_where_the_camera_sees_that_place(camera: Camera, side: str) -> None:
    sheet = WallSheet(side, getattr(BOX, side), -1.5 if side == "back" else -3.5, 1.5 if side == "back" else -1.0, 1.6)
    kept = np.ones((80, 100, 3), np.float32)
    kept[38:42, 48:52] = 0.0
    seen = wall_in_photo(camera, WallShadow(sheet, kept), BOX, Window(0, 0, 320, 240))
    origin, across, upward, _normal = sheet.plane()
    x, y = camera.project([origin + 0.5 * across + 0.5 * upward])[0]
    dark = np.argwhere(seen[..., 0] < 0.5)
    assert len(dark) and np.abs(dark.mean(axis=0) + 0.5 - (y, x)).max() < 1.0
    rays = camera.rays([[u + 0.5, v + 0.5] for v, u in np.argwhere(seen[..., 0] < 1.0)])
    assert set(BOX.sides_hit(camera.position, rays)) == {{"left": 2, "back": 4}[side]}


def test_the_floor_behind_a_wall_is_not_shaded() -> None:
    floor = np.full((40, 40, 3), 0.5, np.float32)
    kept = before_walls(floor, (-4.0, -5.0, 0.0, -1.0), BOX)
    z = -5.0 + (np.arange(40) + 0.5) / 10
    x = -4.0 + (np.arange(40) + 0.5) / 10
    assert (kept[z < BOX.back] == 1.0).all() and (kept[:, x < BOX.left] == 1.0).all()
    assert (kept[z > BOX.back][:, x > BOX.left] == 0.5).all() and before_walls(floor, (-4.0, -5.0, 0.0, -1.0), None) is floor


def test_a_lamp_before_it_throws_a_block_s_shadow_on_the_wall(gl: GlRenderer, camera: Camera, tmp_path: Path) -> None:
    photo, scene = room_picture(camera), by_the_wall(camera, tmp_path)
    lamp = KeyLight(np.array([1.6, 2.0, -1.2]), 0.15, 0.6, np.ones(3), seen=True)
    light = replace(known_light(camera), keys=(lamp,))
    pictures = {}
    for name, box in (("none", None), ("walls", BOX)):
        layers = gl.render(replace(scene, box=box), light, 1.0, QUALITIES["preview"], silent())
        pictures[name] = composite(photo, camera, layers, read_look(photo), 0.35)[0].astype(int)
        assert bool(layers.walls) == (box is not None)
        backs = [wall.kept for wall in layers.walls if wall.sheet.side == "back"]
        assert all(0.0 <= float(kept.min()) < 0.9 and float(kept.max()) <= 1.0 for kept in backs)
    places = {x: camera.project([[x, 0.5, BOX.back]])[0].astype(int) for x in (-0.65, 0.65)}
    dark = {x: int(photo[v, u].sum()) - int(pictures["walls"][v, u].sum()) for x, (u, v) in places.items()}
    assert dark[-0.65] > 20 and dark[-0.65] > 2 * dark[0.65]  # the lamp is at the right
    cover = np.abs(pictures["none"] - photo).max(axis=2) > 0
    assert (pictures["walls"][~cover] <= photo[~cover]).all()
