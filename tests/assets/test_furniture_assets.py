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
        with Image.open(FOLDER / line["thumbnail"]) as thumbnail:
            assert thumbnail.size == (256, 256)


@pytest.mark.parametrize("line", LIST, ids=[line["name"] for line in LIST])
def test_piece(line: dict[str, Any]) -> None:
    import trimesh

    path = FOLDER / line["file"]
    assert path.stat().st_size < 1_200_000
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
