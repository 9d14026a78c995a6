"""A piece that lies on its back is stood up or asked about; one that stands is left alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import trimesh

from tryon.room.furniture import list_furniture, load_furniture
from tryon.room.mesh import moved_part
from tryon.room.units import upright
from tryon.room.uprightness import SURE, UNSURE, lying_score

LAID = np.linalg.inv(upright("z"))


def test_what_ships_stands_and_most_of_it_is_noticed_when_it_lies() -> None:
    """The pieces here are not those that the weights were fitted on."""
    cards = [card for card in list_furniture() if card.stands == "floor"][::3]
    standing = [lying_score(load_furniture(card.name).parts) for card in cards]
    lying = [lying_score([moved_part(part, LAID, np.zeros(3)) for part in load_furniture(card.name).parts]) for card in cards]
    assert max(standing) < SURE and np.mean(np.array(standing) > UNSURE) <= 0.1
    assert np.mean(np.array(lying) > UNSURE) >= 0.5


def chair(path: Path, up: str) -> str:
    """Four legs, a seat, a back, drawn with this axis up."""
    boxes = [((0.45, 0.04, 0.45), (0, 0.45, 0)), ((0.45, 0.45, 0.03), (0, 0.68, -0.21))]
    boxes += [((0.04, 0.44, 0.04), (x, 0.22, z)) for x in (-0.2, 0.2) for z in (-0.2, 0.2)]
    mesh = trimesh.util.concatenate([trimesh.creation.box(size, trimesh.transformations.translation_matrix(at)) for size, at in boxes])
    turn = np.eye(4)
    turn[:3, :3] = upright(up).T
    mesh.apply_transform(turn)
    mesh.export(path)
    return str(path)


@pytest.mark.parametrize("ending", ["stl", "obj", "ply"])
def test_a_chair_drawn_with_z_up_is_stood_up_or_asked_about(tmp_path: Path, ending: str) -> None:
    right = load_furniture(chair(tmp_path / f"right.{ending}", "y"))
    assert right.warnings == () and right.size_m == pytest.approx((0.45, 0.905, 0.45), abs=0.02)
    path = chair(tmp_path / f"laid.{ending}", "z")
    laid = load_furniture(path)
    if ending == "stl":  # machine drawings have z up
        assert laid.size_m == pytest.approx(right.size_m, abs=1e-4) and "lying down" in laid.warnings[0]
    else:
        assert laid.size_m == pytest.approx((0.45, 0.45, 0.905), abs=0.02) and f"{Path(path).name}=up=z" in laid.warnings[0]
        assert load_furniture(f"{path}=up=z").size_m == pytest.approx(right.size_m, abs=1e-4)
    kept = load_furniture(f"{tmp_path / f'laid.{ending}'}=up=y")
    assert kept.size_m[1] == pytest.approx(right.size_m[2], abs=1e-4) and kept.warnings == ()
    assert load_furniture(chair(tmp_path / "says.glb", "z")).warnings == ()  # glTF says that y is up
