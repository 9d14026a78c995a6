"""What hangs goes up, what belongs on a table goes onto the one pointed at, and only what stands inside something is warned of."""

from __future__ import annotations

import numpy as np
import pytest

from tests.room.rooms import ahead, known_camera
from tryon.room.scene import Placement, set_scene


def test_a_lamp_goes_onto_the_table_pointed_at() -> None:
    camera = known_camera()
    table = Placement("dining-table", *ahead(camera, 3.0), 20)
    (standing,) = set_scene(camera, (table,)).pieces
    for at in ((0.0, 0.75, 0.0), (0.5, 0.75, 0.2), (0.3, 0.5, 0.45)):  # its top, and the edge of its front
        world = standing.transform @ np.array([*at, 1.0])
        x, y = camera.project(world[None, :3])[0]
        scene = set_scene(camera, (table, Placement("table-lamp", float(x), float(y))))
        lamp = next(piece for piece in scene.pieces if piece.furniture.name == "table-lamp")
        assert lamp.transform[1, 3] == pytest.approx(0.75, abs=0.002)
        assert standing.spot.to_local(lamp.transform[None, [0, 2], 3])[0] == pytest.approx((at[0], min(at[2], 0.29)), abs=0.03)
        assert scene.warnings == ()
    alone = set_scene(camera, (Placement("table-lamp", *ahead(camera, 3.0)),)).pieces[0]
    assert alone.transform[1, 3] == 0.0


@pytest.mark.parametrize(("carrier", "top_m", "name"), [
    ("chest-of-drawers", 0.82, "table-lamp"), ("sideboard", 0.7, "snake-plant"), ("shoe-cabinet", 1.14, "paper-lantern"),
    ("wall-shelf", 1.35 + 0.036, "aloe"), ("media-unit", 0.5, "desk-lamp"),
])  # fmt: skip
def test_small_things_go_onto_chests_and_shelves(carrier: str, top_m: float, name: str) -> None:
    camera = known_camera()
    under = Placement(carrier, *ahead(camera, 3.0), 10)
    (standing,) = set_scene(camera, (under,)).pieces
    foot = standing.spot.y_m
    world = standing.transform @ np.array([-0.25 if carrier == "wall-shelf" else 0.1, top_m - foot, 0.0, 1.0])
    x, y = camera.project(world[None, :3])[0]
    scene = set_scene(camera, (Placement(name, float(x), float(y)), under))  # whichever was placed first
    small = next(piece for piece in scene.pieces if piece.furniture.name == name)
    assert small.transform[1, 3] == pytest.approx(top_m, abs=0.02)
    assert scene.warnings == () or carrier == "wall-shelf"  # a picture leans on it
    assert abs(standing.spot.to_local(small.transform[None, [0, 2], 3])[0][0]) < standing.furniture.size_m[0] / 2


def test_what_people_sit_on_stays_on_the_floor_behind_a_table() -> None:
    camera = known_camera()
    table = Placement("dining-table", *ahead(camera, 3.0))
    (standing,) = set_scene(camera, (table,)).pieces
    x, y = camera.project((standing.transform @ np.array([0.0, 0.75, 0.0, 1.0]))[None, :3])[0]
    for name in ("bar-stool", "dining-chair", "pouf", "side-table", "nightstand"):
        scene = set_scene(camera, (table, Placement(name, float(x), float(y))))
        assert next(piece for piece in scene.pieces if piece.furniture.name == name).transform[1, 3] == 0.0


def test_pictures_and_pendants_hang_over_the_place_pointed_at() -> None:
    camera = known_camera()
    for name in ("print-hills", "pendant-lamp"):
        (hung,) = set_scene(camera, (Placement(name, *ahead(camera, 3.5)),)).pieces
        assert hung.transform[1, 3] == hung.furniture.elevation_m > 1.0
        assert hung.corners[:4, 1] == pytest.approx(hung.furniture.elevation_m) and hung.footprint[:, 1] == pytest.approx(0.0)


def test_a_warning_needs_pieces_inside_one_another() -> None:
    camera = known_camera()
    x, y = ahead(camera, 3.5)
    both = set_scene(camera, (Placement("dining-table", x, y), Placement("rug", x, y), Placement("pendant-lamp", x, y)))
    assert both.warnings == ()
    inside = set_scene(camera, (Placement("sideboard", x, y), Placement("bookshelf", x + 5, y)))
    assert any("same place" in note for note in inside.warnings)


def test_what_is_lifted_by_hand_is_as_high_as_was_said() -> None:
    camera = known_camera()
    table = Placement("dining-table", *ahead(camera, 3.0))
    lamp, sofa, picture = (
        set_scene(camera, (table, Placement(name, *ahead(camera, 3.0), lift_m=1.25))).pieces
        for name in ("table-lamp", "sofa-2-seat", "print-hills")
    )
    for pieces, name in ((lamp, "table-lamp"), (sofa, "sofa-2-seat"), (picture, "print-hills")):
        (piece,) = [one for one in pieces if one.placement.furniture == name]
        assert piece.transform[1, 3] == 1.25
