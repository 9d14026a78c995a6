"""glTF and COLLADA as the file says them: materials, textures, packing, and what hostile ones get."""

from __future__ import annotations

import base64
import io
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tryon.errors import MeshError
from tryon.room.furniture import load_furniture

TRIANGLE = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32)


def png(color: tuple[int, ...], size: int = 4) -> bytes:
    store = io.BytesIO()
    Image.fromarray(np.full((size, size, len(color)), color, np.uint8)).save(store, "PNG")
    return store.getvalue()


def uri(data: bytes, kind: str = "application/octet-stream") -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


class Maker:
    """A small glTF document, everything inside."""

    def __init__(self) -> None:
        self.blob = b""
        self.document: dict[str, Any] = {
            "asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0}], "bufferViews": [], "accessors": [],
        }
        self.attributes = {"POSITION": self.column(TRIANGLE)}
        self.document["meshes"] = [{"primitives": [{"attributes": self.attributes, "material": 0}]}]
        self.document["materials"] = [{}]

    def column(self, values: np.ndarray[Any, Any], **more: Any) -> int:
        kind = {"float32": 5126, "uint16": 5123, "uint8": 5121, "int16": 5122, "int8": 5120}[values.dtype.name]
        shape = "SCALAR" if values.ndim == 1 else f"VEC{values.shape[1]}"
        self.document["bufferViews"].append({"buffer": 0, "byteOffset": len(self.blob), "byteLength": values.nbytes})
        self.blob += values.tobytes() + bytes(-values.nbytes % 4)
        self.document["accessors"].append({
            "bufferView": len(self.document["bufferViews"]) - 1, "componentType": kind, "count": len(values), "type": shape, **more})
        return len(self.document["accessors"]) - 1

    def textures(self, *pictures: bytes) -> None:
        self.document["images"] = [{"uri": uri(data, "image/png")} for data in pictures]
        self.document["textures"] = [{"source": number} for number in range(len(pictures))]

    def save(self, folder: Path, name: str = "piece.gltf") -> str:
        self.document["buffers"] = [{"byteLength": len(self.blob), "uri": uri(self.blob)}]
        (folder / name).write_text(json.dumps(self.document))
        return str(folder / name)


def test_every_property_of_a_material_arrives(tmp_path: Path) -> None:
    made = Maker()
    made.attributes["TEXCOORD_0"] = made.column(np.array([[0, 0], [1, 0], [0, 1]], np.float32))
    made.attributes["COLOR_0"] = made.column(np.array([[255, 0, 0, 255]] * 3, np.uint8), normalized=True)
    made.textures(png((200, 10, 20)), png((0, 128, 255)), png((128, 128, 255)), png((90, 0, 0)), png((255, 200, 0)))
    made.document["materials"] = [{
        "name": "oak", "pbrMetallicRoughness": {
            "baseColorTexture": {"index": 0}, "baseColorFactor": [0.5, 0.6, 0.7, 0.4], "metallicRoughnessTexture": {"index": 1},
            "metallicFactor": 0.25, "roughnessFactor": 0.75},
        "normalTexture": {"index": 2, "scale": 0.5}, "occlusionTexture": {"index": 3, "strength": 0.6},
        "emissiveTexture": {"index": 4}, "emissiveFactor": [1.0, 0.5, 0.25], "alphaMode": "BLEND", "doubleSided": True,
        "extensions": {"KHR_materials_emissive_strength": {"emissiveStrength": 3.0}, "KHR_materials_iridescence": {}},
    }]
    made.document["extensionsUsed"] = ["KHR_materials_emissive_strength", "KHR_materials_iridescence"]
    piece = load_furniture(made.save(tmp_path))
    (part,) = piece.parts
    found = part.material
    assert found.color == pytest.approx((0.5, 0.6, 0.7, 0.4)) and (found.metallic, found.roughness) == (0.25, 0.75)
    assert found.color_map is not None and found.color_map[0, 0].tolist() == [200, 10, 20, 255]
    assert found.surface_map is not None and found.surface_map[0, 0].tolist() == [0, 128, 255]
    assert found.normal_map is not None and found.normal_scale == 0.5
    assert found.occlusion_map is not None and found.occlusion_map[0, 0] == 90 and found.occlusion_strength == 0.6
    assert found.glow == pytest.approx((3.0, 1.5, 0.75)) and found.glow_map is not None and max(found.even_glow) == 0.0
    assert found.alpha_mode == "BLEND" and found.double_sided and found.name == "oak"
    assert part.colors is not None and part.colors[0].tolist() == [1.0, 0.0, 0.0, 1.0]
    (note,) = piece.warnings
    assert "KHR_materials_iridescence" in note and "emissive" not in note


def test_a_textures_turn_is_baked_into_its_coordinates(tmp_path: Path) -> None:
    made = Maker()
    made.attributes["TEXCOORD_0"] = made.column(np.array([[0, 0], [1, 0], [0, 1]], np.float32))
    made.textures(png((1, 2, 3)))
    moved = {"offset": [0.25, 0.5], "rotation": math.pi / 2, "scale": [2.0, 3.0]}
    texture = {"index": 0, "extensions": {"KHR_texture_transform": moved}}
    made.document["materials"] = [{"pbrMetallicRoughness": {"baseColorTexture": texture}}]
    made.document["extensionsRequired"] = ["KHR_texture_transform"]
    uv = load_furniture(made.save(tmp_path)).parts[0].uv
    assert uv is not None
    # the extension's own matrices: translation x rotation x scale
    assert np.column_stack([uv[:, 0], 1 - uv[:, 1]]) == pytest.approx(np.array([[0.25, 0.5], [0.25, -1.5], [3.25, 0.5]]), abs=1e-5)


def test_the_second_set_of_coordinates_is_used_where_the_file_says_so(tmp_path: Path) -> None:
    made = Maker()
    made.attributes["TEXCOORD_0"] = made.column(np.zeros((3, 2), np.float32))
    made.attributes["TEXCOORD_1"] = made.column(np.array([[0, 0], [65535, 0], [0, 65535]], np.uint16), normalized=True)
    made.textures(png((1, 2, 3)))
    made.document["materials"] = [{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0, "texCoord": 1}}}]
    uv = load_furniture(made.save(tmp_path)).parts[0].uv
    assert uv is not None and uv.tolist() == [[0, 1], [1, 1], [0, 0]]


def test_quantized_strided_and_stripped_points_are_read(tmp_path: Path) -> None:
    made = Maker()
    corners = np.array([[0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [1, 1, 0, 0]]).astype(np.int16) * np.int16(32767)
    made.document["meshes"][0]["primitives"][0]["attributes"] = {"POSITION": made.column(corners, normalized=True)}
    made.document["accessors"][-1]["type"] = "VEC3"
    made.document["bufferViews"][-1]["byteStride"] = 8
    made.document["meshes"][0]["primitives"][0]["mode"] = 5
    made.document["extensionsRequired"] = ["KHR_mesh_quantization"]
    made.document["nodes"][0]["scale"] = [2.0, 1.0, 1.0]
    piece = load_furniture(made.save(tmp_path))
    assert piece.triangles == 2 and piece.size_m == pytest.approx((2.0, 1.0, 0.0))
    assert piece.parts[0].normals[:, 2] == pytest.approx(1.0)


@pytest.mark.parametrize(("name", "word"), [
    ("KHR_draco_mesh_compression", "Draco"), ("EXT_meshopt_compression", "meshopt"), ("KHR_texture_basisu", "KTX2"),
    ("ACME_secret", "ACME_secret"),
])
def test_packing_that_cannot_be_opened_is_named(tmp_path: Path, name: str, word: str) -> None:
    made = Maker()
    made.document["extensionsRequired"] = [name]
    with pytest.raises(MeshError) as caught:
        load_furniture(made.save(tmp_path))
    assert word in str(caught.value) and "without compression" in str(caught.value)


def test_a_missing_texture_costs_only_itself(tmp_path: Path) -> None:
    made = Maker()
    made.document["images"], made.document["textures"] = [{"uri": "gone.png"}], [{"source": 0}]
    made.document["materials"] = [{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}]
    piece = load_furniture(made.save(tmp_path))
    assert piece.parts[0].material.color_map is None and any("gone.png" in note for note in piece.warnings)


@pytest.mark.parametrize("break_it", ["count", "view", "index", "node", "matrix", "nan", "twice", "text", "deep", "huge"])
def test_a_broken_document_is_a_sentence(tmp_path: Path, break_it: str) -> None:
    made = Maker()
    document = made.document
    if break_it == "count":
        document["accessors"][0]["count"] = 4
    elif break_it == "view":
        document["bufferViews"][0]["byteLength"] = 10**9
    elif break_it == "index":
        document["meshes"][0]["primitives"][0]["indices"] = made.column(np.array([0, 1, 7], np.uint16))
    elif break_it == "node":
        document["scenes"][0]["nodes"] = [5]
    elif break_it == "matrix":
        document["nodes"][0]["matrix"] = [1, 2, 3]
    elif break_it == "nan":
        document["nodes"][0]["translation"] = [float("nan"), 0, 0]
    elif break_it == "twice":
        document["nodes"] += [{"children": [0]}, {"children": [0]}]
        document["scenes"][0]["nodes"] = [1, 2]
    elif break_it == "text":
        document["meshes"] = "none"
    elif break_it == "deep":
        document["nodes"] = [{"children": [number + 1]} for number in range(5000)] + [{"mesh": 0}]
    elif break_it == "huge":
        document["accessors"][0]["count"] = 15_000_000
    with pytest.raises(MeshError) as caught:
        load_furniture(made.save(tmp_path))
    words = str(caught.value)
    assert "piece.gltf" in words and "\n" not in words and len(words) < 400
    assert ("5000000 triangles" in words) == (break_it == "huge")


DAE = """<?xml version="1.0"?><COLLADA xmlns="http://www.collada.org/2005/11/COLLADASchema" version="1.4.1">
<asset><unit meter="0.01"/><up_axis>Z_UP</up_axis></asset>
<library_images><image id="cloth"><init_from>C:\\work\\cloth.png</init_from></image></library_images>
<library_effects><effect id="e"><profile_COMMON>
 <newparam sid="s"><surface type="2D"><init_from>cloth</init_from></surface></newparam>
 <newparam sid="t"><sampler2D><source>s</source></sampler2D></newparam>
 <technique sid="c">
 <lambert><diffuse><texture texture="t" texcoord="UV"/></diffuse></lambert></technique>
 </profile_COMMON></effect></library_effects>
<library_materials><material id="m"><instance_effect url="#e"/></material></library_materials>
<library_geometries><geometry id="g"><mesh>
 <source id="p"><float_array id="pa" count="12">0 0 0 100 0 0 100 50 0 0 50 0</float_array>
  <technique_common><accessor source="#pa" count="4" stride="3"/></technique_common></source>
 <source id="u"><float_array id="ua" count="8">0 0 1 0 1 1 0 1</float_array>
  <technique_common><accessor source="#ua" count="4" stride="2"/></technique_common></source>
 <vertices id="v"><input semantic="POSITION" source="#p"/></vertices>
 <polylist material="m" count="1"><input semantic="VERTEX" source="#v" offset="0"/>
  <input semantic="TEXCOORD" source="#u" offset="1" set="0"/>
  <vcount>4</vcount><p>0 0 1 1 2 2 3 3</p></polylist></mesh></geometry></library_geometries>
<library_visual_scenes><visual_scene id="s0"><node id="n"><translate>0 0 80</translate><rotate>1 0 0 90</rotate>
 <instance_geometry url="#g"/>%s</node></visual_scene></library_visual_scenes>
<scene><instance_visual_scene url="#s0"/></scene></COLLADA>"""


def test_collada_with_its_unit_axis_and_texture(tmp_path: Path) -> None:
    (tmp_path / "cloth.png").write_bytes(png((10, 200, 30)))
    (tmp_path / "cloth.dae").write_text(DAE % "")
    piece = load_furniture(str(tmp_path / "cloth.dae"))
    assert piece.triangles == 2 and piece.size_m == pytest.approx((1.0, 0.5, 0.0)) and piece.warnings == ()
    (part,) = piece.parts
    assert part.material.color_map is not None and part.material.color_map[0, 0].tolist() == [10, 200, 30, 255]
    assert part.uv is not None and part.uv.max() == 1.0
    corner = part.vertices[np.argmax(part.uv.sum(axis=1))]
    assert corner == pytest.approx((0.5, 0.5, 0.0), abs=1e-6)  # 100 cm right, 50 cm up


def test_collada_that_is_hostile_is_a_sentence(tmp_path: Path) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><COLLADA>&b;</COLLADA>'
    good = DAE % ""
    for name, text in (
        ("bomb", bomb), ("loop", DAE % '<instance_node url="#n"/>'), ("half", good[:900]), ("other", "<html/>"),
        ("index", good.replace("0 0 1 1 2 2 3 3", "0 0 1 1 2 2 9 9")), ("nan", good.replace("0 0 0 100", "nan 0 0 100")),
    ):
        path = tmp_path / f"{name}.dae"
        path.write_text(text)
        with pytest.raises(MeshError) as caught:
            load_furniture(str(path))
        assert path.name in str(caught.value) and "\n" not in str(caught.value), name
    assert "itself" in _words(tmp_path / "loop.dae") and "NaN" in _words(tmp_path / "nan.dae")


def _words(path: Path) -> str:
    with pytest.raises(MeshError) as caught:
        load_furniture(str(path))
    return str(caught.value)


def test_varnish_and_velvet_are_read_and_nonsense_in_them_is_not(tmp_path: Path) -> None:
    made = Maker()
    made.document["extensionsUsed"] = ["KHR_materials_clearcoat", "KHR_materials_sheen"]
    made.document["materials"] = [{"extensions": {
        "KHR_materials_clearcoat": {"clearcoatFactor": 0.7, "clearcoatRoughnessFactor": "smooth"},
        "KHR_materials_sheen": {"sheenColorFactor": [0.2, 4.0, 0.1], "sheenRoughnessFactor": 0.6},
    }}]
    piece = load_furniture(made.save(tmp_path))
    material = piece.parts[0].material
    assert (material.coat, material.coat_roughness) == (0.7, 0.0)
    assert material.sheen == (0.2, 1.0, 0.1) and material.sheen_roughness == 0.6
    assert not any("KHR" in note for note in piece.warnings)
