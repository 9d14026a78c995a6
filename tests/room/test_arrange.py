"""The hand in a room: snapping, stacking, collisions, clearances, swapping, new colors."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from tryon.errors import OptionError
from tryon.room.arrange import (
    Spot,
    clearance,
    collisions,
    hang,
    nudged,
    put_on,
    snap_to_pieces,
    snap_to_wall,
    snapped_turn,
    swapped,
    walls_around,
)
from tryon.room.furniture import Furniture, load_furniture
from tryon.room.recolor import material_colors, recolored

ROOM = walls_around([(-3, -2), (3, -2), (3, 2), (-3, 2)])


def box(folder: Path, width: float, height: float, depth: float) -> Furniture:
    path = folder / f"{width}-{height}-{depth}.ply"
    trimesh.creation.box((width, height, depth)).export(path)
    return load_furniture(str(path))


@settings(max_examples=40, deadline=None)
@given(x=st.floats(-9, 9), z=st.floats(-9, 9), turn=st.floats(-720, 720), at=st.tuples(st.floats(-5, 5), st.floats(-5, 5)))
def test_plan_and_own_frame_are_each_others_inverse(x: float, z: float, turn: float, at: tuple[float, float]) -> None:
    spot = Spot(load_furniture("nightstand"), x, z, turn)
    plan = spot.to_plan(np.array([at]))
    assert spot.to_local(plan)[0] == pytest.approx(at, abs=1e-9)
    world = spot.transform @ np.array([at[0], 0.0, at[1], 1.0])
    assert world[[0, 2]] == pytest.approx(plan[0], abs=1e-9)


@pytest.mark.parametrize("around", [[(-3, -2), (3, -2), (3, 2), (-3, 2)], [(-3, 2), (3, 2), (3, -2), (-3, -2)]])
def test_walls_look_into_the_room(around: list[tuple[float, float]]) -> None:
    for wall in walls_around(around):
        middle = (np.array(wall.start) + wall.end) / 2
        assert float(-middle @ np.array(wall.inward)) > 0


def test_a_sofa_near_a_wall_stands_flat_on_it(tmp_path: Path) -> None:
    sofa = box(tmp_path, 2.0, 0.8, 0.9)
    for spot, facing in ((Spot(sofa, 0.3, -1.35, 9), 0), (Spot(sofa, 2.35, 0.1, -80), -90), (Spot(sofa, -0.2, 1.45, 171), 180)):
        snapped = snap_to_wall(spot, ROOM)
        assert math.isclose(math.cos(math.radians(snapped.turn_deg - facing)), 1.0, abs_tol=1e-9)
        reach = np.abs(snapped.footprint) / (3, 2)
        assert reach.max() == pytest.approx(1.0, abs=1e-6)
    far = Spot(sofa, 0, 0, 9)
    assert snap_to_wall(far, ROOM) is far
    askew = Spot(sofa, 0.3, -1.3, 45)
    assert snap_to_wall(askew, ROOM) is askew
    corner = snap_to_wall(Spot(sofa, -1.9, -1.4, 5), ROOM)
    assert corner.footprint.min(axis=0) == pytest.approx((-3, -2), abs=1e-6)


def test_pictures_hang_at_their_height_within_their_wall(tmp_path: Path) -> None:
    frame = load_furniture("print-hills")
    back = min(ROOM, key=lambda wall: wall.start[1] + wall.end[1])
    hung = hang(Spot(frame, 2.9, -1.0), back)
    assert hung.y_m == frame.elevation_m > 1.0 and hung.footprint[:, 1].min() == pytest.approx(-2.0)
    assert hung.footprint[:, 0].max() == pytest.approx(3.0) and hang(hung, back, 1.6).y_m == 1.6
    front = hung.transform[:3, :3] @ (0, 0, 1)
    assert front[[0, 2]] == pytest.approx(back.inward)


def test_pieces_line_up_side_by_side(tmp_path: Path) -> None:
    bed, stand = box(tmp_path, 1.6, 0.6, 2.0), box(tmp_path, 0.5, 0.5, 0.4)
    for turn in (0.0, 37.0, -120.0):
        one = Spot(bed, 0.4, -0.3, turn)
        near = one.to_plan(np.array([[0.8 + 0.25 + 0.07, -0.74]]))[0]
        snapped = snap_to_pieces(Spot(stand, float(near[0]), float(near[1]), turn + 6), [one])
        local = one.to_local(snapped.footprint)
        assert local[:, 0].min() == pytest.approx(0.8, abs=1e-6) and local[:, 1].min() == pytest.approx(-1.0, abs=1e-6)
        assert collisions([one, snapped]) == ()
    lonely = Spot(stand, 3.0, 0.0)
    assert snap_to_pieces(lonely, [Spot(bed, 0, 0)]) is lonely


def test_a_lamp_stands_on_the_table_and_a_sofa_does_not() -> None:
    table, lamp, sofa = (load_furniture(name) for name in ("dining-table", "table-lamp", "sofa-2-seat"))
    at = Spot(table, 1.0, -2.0, 30.0)
    inside = at.to_plan(np.array([[0.5, 0.2]]))[0]
    lit = put_on(Spot(lamp, float(inside[0]), float(inside[1])), [at])
    assert lit.y_m == pytest.approx(0.75, abs=0.002) and collisions([at, lit]) == ()
    assert put_on(Spot(lamp, 1.0, 0.0), [at]).y_m == 0.0
    assert put_on(Spot(sofa, 1.0, -2.0), [at]).y_m == 0.0
    edge = at.to_plan(np.array([[0.9 + 0.04, 0.0]]))[0]  # more than half of its foot would hang over
    assert put_on(Spot(lamp, float(edge[0]), float(edge[1])), [at]).y_m == 0.0
    x, z = map(float, inside)
    stacked = put_on(Spot(load_furniture("aloe"), x, z), [Spot(load_furniture("nightstand"), x, z)])
    assert stacked.y_m == pytest.approx(0.54, abs=0.002)


def test_collisions_are_told_by_the_mesh_not_by_its_box(tmp_path: Path) -> None:
    table, chair = load_furniture("dining-table"), load_furniture("dining-chair")
    under = [Spot(table, 0, 0), Spot(chair, 0.0, 0.42, 180)]
    assert collisions(under) == ()  # pushed under the top, between the legs
    legs = [Spot(table, 0, 0), Spot(chair, 0.82, 0.37, 180)]
    (found,) = collisions(legs)
    assert (found.first, found.second) == (0, 1) and abs(found.where_m[0]) < 1.1 and 0 < found.where_m[1] < 0.8
    one = box(tmp_path, 1.0, 0.5, 0.4)
    for gap, hit in ((0.0, False), (0.01, False), (-0.05, True), (-0.5, True)):
        x, z = Spot(one, 0, 0, 20).to_plan(np.array([[1.0 + gap, 0]]))[0]
        assert bool(collisions([Spot(one, 0, 0, 20), Spot(one, float(x), float(z), 20)])) == hit, gap
    rug = load_furniture("rug")
    assert collisions([Spot(rug, 0, 0), Spot(table, 0, 0)]) == ()
    assert collisions([Spot(one, 0, 0), Spot(one, 0, 0, y_m=0.5)]) == ()  # stacked


def test_clearances_are_the_free_metres_on_each_side(tmp_path: Path) -> None:
    sofa, shelf, flat = box(tmp_path, 2.0, 0.8, 1.0), box(tmp_path, 0.4, 2.0, 0.4), box(tmp_path, 3.0, 0.01, 3.0)
    free = clearance(Spot(sofa, 0, 0), [Spot(shelf, 0.5, 1.2), Spot(shelf, 1.6, 5.0), Spot(flat, 0, 0.5)], ROOM)
    assert (free.front, free.back, free.left, free.right) == pytest.approx((0.5, 1.5, 2.0, 2.0), abs=1e-6)
    assert free.tight == ("front",)
    turned = clearance(Spot(sofa, 0, 0, 90), [], ROOM)  # its front looks to +x
    assert (turned.front, turned.back, turned.left, turned.right) == pytest.approx((2.5, 2.5, 1.0, 1.0), abs=1e-6)
    assert clearance(Spot(sofa, 0, 0), []).front == math.inf
    lamp = Spot(box(tmp_path, 0.4, 0.3, 0.4), 0.0, 0.8, y_m=1.5)
    assert clearance(Spot(sofa, 0, 0), [lamp]).front == math.inf  # hangs overhead


def test_small_steps_turns_and_another_piece_in_its_place(tmp_path: Path) -> None:
    small, large = box(tmp_path, 1.0, 0.8, 0.8), box(tmp_path, 2.0, 0.8, 1.2)
    moved = nudged(Spot(small, 1.0, 1.0), 5.0, 10.0)
    assert (moved.x_m, moved.z_m) == pytest.approx((1.05, 0.90))
    right = nudged(Spot(small, 0.0, 0.0), 100.0, 0.0, view_deg=90.0)  # who is looked at from +x has +z on the left
    assert (right.x_m, right.z_m) == pytest.approx((0.0, -1.0))
    assert [snapped_turn(turn) for turn in (13.0, 20.0, 358.0, -178.0)] == [15.0, 20.0, 0.0, -180.0]
    old = Spot(small, 0.0, -1.6, 0.0)
    new = swapped(old, large)
    assert new.footprint[:, 1].min() == pytest.approx(old.footprint[:, 1].min()) and new.turn_deg == old.turn_deg
    assert swapped(old, large, "middle").z_m == old.z_m


def test_a_sofa_takes_another_cloth_and_keeps_its_legs() -> None:
    sofa = load_furniture("sofa-2-seat")
    colors = material_colors(sofa)
    cloth = next(iter(colors))
    wish = (0.10, 0.25, 0.40)
    blue = recolored(sofa, {cloth: wish})
    assert material_colors(blue)[cloth] == pytest.approx(wish, rel=0.12)
    for before, after in zip(sofa.parts, blue.parts, strict=True):
        if before.material.name == cloth:
            assert before.material.color_map is not None and after.material.color_map is not None
            grain = [np.asarray(m.color_map, np.float64)[..., :3].mean(axis=2).ravel() for m in (before.material, after.material)]
            assert np.corrcoef(*grain)[0, 1] > 0.9  # the weave is still there
        else:
            assert before.material is after.material
    with pytest.raises(OptionError):
        recolored(sofa, {"gold": wish})
