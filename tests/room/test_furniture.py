"""A mesh file becomes a piece of furniture at true size, or one clear sentence."""

from __future__ import annotations

import io
import json
import os
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh
from PIL import Image

from tryon.errors import MeshError
from tryon.room.furniture import list_furniture, load_furniture
from tryon.room.mesh import smooth_normals


def box(size: tuple[float, float, float] = (1.0, 0.5, 0.4), at: tuple[float, float, float] = (3.0, 2.0, -1.0)) -> trimesh.Trimesh:
    mesh = trimesh.creation.box(size)
    mesh.apply_translation(at)
    return mesh


def save(mesh: Any, path: Path) -> str:
    mesh.export(path)
    return str(path)


def refusal(path: Path | str) -> str:
    with pytest.raises(MeshError) as caught:
        load_furniture(str(path))
    words = str(caught.value)
    assert Path(path).name in words and "\n" not in words and "; " in words, words
    return words


@pytest.mark.parametrize("ending", ["glb", "gltf", "obj", "ply", "stl"])
def test_every_kind_of_file_stands_on_the_floor_at_its_size(tmp_path: Path, ending: str) -> None:
    if ending == "gltf":
        for name, data in trimesh.exchange.gltf.export_gltf(trimesh.Scene(box())).items():
            (tmp_path / name).write_bytes(data)
        path = str(tmp_path / "model.gltf")
    else:
        path = save(box(), tmp_path / f"box.{ending}")
    piece = load_furniture(path)
    assert piece.size_m == pytest.approx((1.0, 0.5, 0.4), abs=1e-5)
    points = np.vstack([part.vertices for part in piece.parts])
    assert points.min(axis=0) == pytest.approx((-0.5, 0.0, -0.2), abs=1e-5)
    assert points.max(axis=0) == pytest.approx((0.5, 0.5, 0.2), abs=1e-5)
    assert piece.triangles == 12 and piece.warnings == ()


def test_transforms_of_nodes_are_applied_and_mirrored_ones_stay_outside_out(tmp_path: Path) -> None:
    scene = trimesh.Scene()
    turned = trimesh.transformations.rotation_matrix(np.pi / 2, (0, 1, 0))
    scene.add_geometry(box((1.0, 0.5, 0.4), (0, 0, 0)), transform=turned)
    scene.add_geometry(box((0.2, 0.2, 0.2), (0, 0, 0)), transform=np.diag([-1.0, 1.0, 1.0, 1.0]) + np.array([[0, 0, 0, 0.0]] * 4))
    piece = load_furniture(save(scene, tmp_path / "two.glb"))
    assert piece.size_m == pytest.approx((0.4, 0.5, 1.0), abs=1e-5)
    for part in piece.parts:
        corners = part.vertices[part.faces]
        outward = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        assert ((outward * part.normals[part.faces[:, 0]]).sum(axis=1) > 0).all()


@pytest.mark.parametrize(("factor", "unit"), [(1000.0, "millimetres"), (100.0, "centimetres")])
def test_a_sofa_in_other_units_is_taken_at_its_size_and_said(tmp_path: Path, factor: float, unit: str) -> None:
    piece = load_furniture(save(box((1.98 * factor, 0.8 * factor, 0.9 * factor)), tmp_path / "sofa.obj"))
    assert piece.size_m == pytest.approx((1.98, 0.8, 0.9), rel=1e-5)
    (note,) = piece.warnings
    assert unit in note and "1.98 m" in note and "sofa.obj" in note


def test_no_unit_makes_a_planet_furniture(tmp_path: Path) -> None:
    assert "no usual unit" in refusal(save(box((3e7, 1e7, 1e7)), tmp_path / "planet.obj"))


def test_a_mesh_a_thousand_times_too_small_is_taken_at_its_size(tmp_path: Path) -> None:
    piece = load_furniture(save(box((0.0018, 0.0008, 0.0009)), tmp_path / "tiny.obj"))
    assert piece.size_m == pytest.approx((1.8, 0.8, 0.9), rel=1e-4) and piece.warnings


def test_what_is_no_mesh_is_refused_in_words(tmp_path: Path) -> None:
    glb = trimesh.Scene(box()).export(file_type="glb")
    cases: dict[str, bytes] = {
        "words.glb": b"this is a letter, not a mesh" * 10,
        "words.obj": b"dear sir,\nno triangles here\n",
        "words.stl": b"nothing",
        "words.ply": b"ply or not",
        "half.glb": glb[: len(glb) // 2],
        "half.zip": b"PK\x03\x04" + bytes(40),
        "nan.obj": b"v 0 0 0\nv 1 0 nan\nv 0 1 0\nf 1 2 3\n",
        "points.ply": b"ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nproperty float y\nproperty float z\nend_header\n0 0 0\n",
        "flat.obj": b"v 1 1 1\nv 1 1 1\nv 1 1 1\nf 1 2 3\n",
        "index.obj": b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 9\n",
        "empty.glb": b"",
        "photo.jpg": b"\xff\xd8\xff",
    }
    words = {}
    for name, data in cases.items():
        (tmp_path / name).write_bytes(data)
        words[name] = refusal(tmp_path / name)
    assert "0 bytes" in words["empty.glb"] and "NaN" in words["nan.obj"] and "no faces" in words["points.ply"]
    assert "kind of mesh file" in words["photo.jpg"]
    assert "folder" in refusal(tmp_path)


def test_an_unknown_name_offers_near_ones() -> None:
    if not list_furniture():
        pytest.skip("no furniture ships yet")
    name = list_furniture()[0].name
    with pytest.raises(MeshError) as caught:
        load_furniture(name[:-1] + "x")
    assert name in str(caught.value)


def gltf(tmp_path: Path, uri: str, **more: Any) -> Path:
    vertices = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32).tobytes()
    document = {
        "asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}],
        "buffers": [{"byteLength": len(vertices), "uri": uri}], "bufferViews": [{"buffer": 0, "byteLength": len(vertices)}],
        "accessors": [{"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3"}], **more,
    }
    path = tmp_path / "inner" / "piece.gltf"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(document))
    return path


@pytest.mark.parametrize("uri", ["../secret.bin", "http://example.com/a.bin", "file:///etc/passwd", "%2e%2e/secret.bin", "/etc/passwd"])
def test_files_outside_the_folder_are_never_opened(tmp_path: Path, uri: str) -> None:
    (tmp_path / "secret.bin").write_bytes(bytes(36))
    assert "outside its own folder" in refusal(gltf(tmp_path, uri))


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.bin").write_bytes(bytes(36))
    path = gltf(tmp_path, "data.bin")
    (path.parent / "data.bin").symlink_to(tmp_path / "secret.bin")
    assert "outside its own folder" in refusal(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "gone.bin" in refusal(gltf(tmp_path, "gone.bin"))


def test_packing_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    assert "meshopt" in refusal(gltf(tmp_path, "data.bin", extensionsRequired=["EXT_meshopt_compression"]))


def test_a_scene_that_holds_itself_ends(tmp_path: Path) -> None:
    path = gltf(tmp_path, "data.bin", nodes=[{"mesh": 0, "children": [0]}])
    (path.parent / "data.bin").write_bytes(np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32).tobytes())
    try:
        triangles = load_furniture(str(path)).triangles
    except MeshError:
        triangles = 0
    assert triangles <= 1


def zipped(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def test_a_zip_with_obj_material_and_picture(tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.fromarray(np.full((8, 8, 3), (200, 40, 40), np.uint8)).save(picture, "PNG")
    obj = b"mtllib a.mtl\nv 0 0 0\nv 1 0 0\nv 1 1 0\nvt 0 0\nvt 1 0\nvt 1 1\nusemtl red\nf 1/1 2/2 3/3\n"
    mtl = b"newmtl red\nKd 0.5 0.5 0.5\nmap_Kd red.png\n"
    piece = load_furniture(str(zipped(tmp_path / "a.zip", **{"x/a.obj": obj, "x/a.mtl": mtl, "x/red.png": picture.getvalue()})))
    (part,) = piece.parts
    assert part.material.color_map is not None and part.material.color_map[0, 0].tolist() == [200, 40, 40, 255]
    assert part.material.color == pytest.approx((1, 1, 1, 1))  # the picture stands in place of the color
    assert piece.warnings == ()
    bare = load_furniture(str(zipped(tmp_path / "b.zip", **{"x/a.obj": obj, "x/a.mtl": mtl})))
    assert bare.parts[0].material.color_map is None and any("red.png" in note for note in bare.warnings)


def test_a_zip_that_would_fill_the_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tryon.room.parcel._MAX_UNPACKED_BYTES", 3 * 2**20)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.obj", "w", force_zip64=True) as member:
        for _step in range(8):
            member.write(bytes(2**20))
    assert "unpacks to more than" in refusal(path)
    data = bytearray(path.read_bytes())  # the directory may lie about the size
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 1000)
    lying = tmp_path / "liar.zip"
    lying.write_bytes(bytes(data))
    refusal(lying)


def test_a_zip_without_a_mesh_is_refused(tmp_path: Path) -> None:
    assert "no mesh" in refusal(zipped(tmp_path / "a.zip", **{"readme.txt": b"hello"}))


def test_materials_as_the_file_says(tmp_path: Path) -> None:
    mesh = box()
    uv = np.random.default_rng(0).random((len(mesh.vertices), 2))
    picture = Image.fromarray(np.full((4, 4, 4), (10, 200, 30, 128), np.uint8))
    material = trimesh.visual.material.PBRMaterial(
        baseColorTexture=picture, metallicFactor=0.25, roughnessFactor=0.5, alphaMode="MASK", alphaCutoff=0.3
    )
    mesh.visual = trimesh.visual.TextureVisuals(uv=uv, material=material)
    (part,) = load_furniture(save(mesh, tmp_path / "m.glb")).parts
    found = part.material
    assert (found.metallic, found.roughness, found.alpha_mode) == (0.25, 0.5, "MASK") and found.alpha_cutoff == pytest.approx(0.3)
    assert found.color_map is not None and found.color_map[0, 0].tolist() == [10, 200, 30, 128]
    plain = load_furniture(save(box(), tmp_path / "plain.glb")).parts[0].material
    assert plain.metallic == 0.0  # a file that says nothing of metal means none


def test_a_moved_texture_is_moved(tmp_path: Path) -> None:
    mesh = trimesh.Trimesh([[0, 0, 0], [1, 0, 0], [0, 1, 0]], [[0, 1, 2]], process=False)
    material = trimesh.visual.material.PBRMaterial(name="cloth", baseColorTexture=Image.new("RGB", (4, 4)), metallicFactor=0.0)
    mesh.visual = trimesh.visual.TextureVisuals(uv=[[0, 1], [1, 1], [0, 0]], material=material)  # (0,0), (1,0), (0,1) as glTF counts
    data = trimesh.Scene(mesh).export(file_type="glb")
    (length,) = struct.unpack_from("<I", data, 12)
    document = json.loads(data[20 : 20 + length])
    texture = document["materials"][0]["pbrMetallicRoughness"]["baseColorTexture"]
    texture["extensions"] = {"KHR_texture_transform": {"offset": [0.5, 0.25], "scale": [3.0, 2.0]}}
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    rest = data[20 + length :]
    glb = struct.pack("<4sIIII", b"glTF", 2, 20 + len(text) + len(rest), len(text), 0x4E4F534A) + text + rest
    (tmp_path / "cloth.glb").write_bytes(glb)
    uv = load_furniture(str(tmp_path / "cloth.glb")).parts[0].uv
    assert uv is not None
    assert np.column_stack([uv[:, 0], 1 - uv[:, 1]]) == pytest.approx(np.array([[0.5, 0.25], [3.5, 0.25], [0.5, 2.25]]), abs=1e-5)


def test_normals_are_sharp_at_edges_and_smooth_on_a_ball() -> None:
    cube = trimesh.creation.box()
    _corner, normals = smooth_normals(np.asarray(cube.vertices), np.asarray(cube.faces))
    assert np.abs(normals).max(axis=1) == pytest.approx(np.ones(36))
    ball = trimesh.creation.icosphere(subdivisions=3)
    corner, normals = smooth_normals(np.asarray(ball.vertices), np.asarray(ball.faces))
    assert ((normals * ball.vertices[corner]).sum(axis=1) > 0.999).all()


def test_the_same_file_is_read_once_until_it_changes(tmp_path: Path) -> None:
    path = save(box(), tmp_path / "box.ply")
    first = load_furniture(path)
    assert load_furniture(path) is first
    save(box((0.7, 0.5, 0.4)), tmp_path / "box.ply")
    os.utime(path, ns=(1, 1))
    assert load_furniture(path).size_m[0] == pytest.approx(0.7)


def test_every_piece_that_ships_has_the_size_it_claims() -> None:
    if not list_furniture():
        pytest.skip("no furniture ships yet")
    for card in list_furniture():
        piece = load_furniture(card.name)
        assert piece.size_m == pytest.approx(card.size_m, abs=0.011), card.name
        assert piece.warnings == () and piece.name == card.name


def test_catalogs_of_sweet_home_3d_tell_the_size(shared: Path) -> None:
    folder = shared / "open" / "furniture" / "sweethome3d-cc0"
    if not folder.is_dir():
        pytest.skip("the free furniture is not on this machine")
    assert load_furniture(str(folder / "bedWithTexture.zip")).size_m == pytest.approx((1.98, 0.765, 2.264), abs=0.001)
    assert load_furniture(str(folder / "oakChair.zip")).parts[0].material.color[3] == 1.0
