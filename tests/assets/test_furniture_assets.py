"""Every piece of assets/furniture is what its list says: size, place, textures, weight."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "furniture"
LIST: list[dict[str, Any]] = json.loads((FOLDER / "furniture.json").read_text("utf-8"))


def test_list_and_folder_agree() -> None:
    assert {line["file"] for line in LIST} == {path.name for path in FOLDER.glob("*.glb")}
    assert len({line["name"] for line in LIST}) == len(LIST)
    for line in LIST:
        assert line["label"]["en"] and line["label"]["zh_CN"] and line["category"]
        assert line["stands"] in ("floor", "wall", "table", "ceiling")
        with Image.open(FOLDER / line["thumbnail"]) as thumbnail:
            assert thumbnail.size == (256, 256)


def test_there_is_enough_to_furnish_a_home_and_it_stays_small() -> None:
    kinds: dict[str, int] = {}
    for line in LIST:
        kinds[line["category"]] = kinds.get(line["category"], 0) + 1
    assert len(LIST) >= 40 and set(kinds) == {
        "seating", "tables", "storage", "beds", "lamps", "rugs", "plants", "pictures", "curtains"}
    assert min(kinds.values()) >= 3
    assert sum(path.stat().st_size for path in FOLDER.glob("*.glb")) <= 25_000_000


def test_lamps_say_where_their_light_sits_and_others_have_none() -> None:
    for line in LIST:
        assert ("lights" in line) == (line["category"] == "lamps"), line["name"]
        width, height, depth = line["size_m"]
        for light in line.get("lights", []):
            x, y, z = light["at_m"]
            assert abs(x) <= width / 2 and 0 < y < height and abs(z) <= depth / 2 and light["lumen"] > 0
        assert line.get("top_m", 0.0) <= height + 1e-6


@pytest.mark.parametrize("line", LIST, ids=[line["name"] for line in LIST])
def test_piece(line: dict[str, Any]) -> None:
    import trimesh

    path = FOLDER / line["file"]
    assert path.stat().st_size < 1_500_000
    scene = trimesh.load_scene(path)
    low, high = scene.bounds
    assert np.abs((high - low) - line["size_m"]).max() < 0.01
    assert abs(low[1]) < 1e-4
    assert np.abs((low + high)[[0, 2]] / 2).max() < 0.005
    faces = 0
    for node in scene.graph.nodes_geometry:
        part = scene.geometry[scene.graph[node][1]]
        faces += len(part.faces)
        assert np.isfinite(part.vertices).all() and np.isfinite(part.visual.uv).all()
        assert np.ptp(part.visual.uv, axis=0).min() > 0
        assert part.visual.material.baseColorTexture is not None
        assert np.abs(np.linalg.norm(part.vertex_normals, axis=1) - 1).max() < 1e-3
        # The outside is outside: normals as stored agree with the way the triangles are wound.
        wound = np.einsum("ij,ij->i", part.face_normals, part.vertex_normals[part.faces].mean(1))
        assert (wound > 0).mean() > 0.99, part.visual.material.name
    assert faces == line["triangles"] < 50_000
