"""COLLADA (.dae): reads the triangles, their places and their simple materials.

Source: the COLLADA 1.4.1 specification. Lambert, Phong and Blinn shading with a color or a picture are understood; animation, skeletons and
physics are passed over.
"""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tryon.errors import MeshError
from tryon.image import FloatArray, srgb_to_linear
from tryon.room.gltf_material import picture
from tryon.room.mesh import MAX_TRIANGLES, Material, MeshPart, linear_colors, make_part, too_many
from tryon.room.parcel import Parcel
from tryon.text import _

__all__ = ["read_collada"]

Array = npt.NDArray[np.float64]

_MAX_DEPTH = 256


def read_collada(path: Path, data: bytes, files: Parcel) -> tuple[list[MeshPart], tuple[str, ...]]:
    """All triangles of a COLLADA file in metres, y up, and what the user should know. Raises MeshError."""
    broken = MeshError(_("the mesh is damaged or incomplete"), subject=path, advice=_("save it again as GLB"))
    if re.search(rb"<!(DOCTYPE|ENTITY)", data[:4096], re.IGNORECASE):
        raise MeshError(_("it holds definitions that are not read for safety"), subject=path, advice=_("save it again as GLB"))
    try:
        root = ET.fromstring(data)
        for element in root.iter():
            element.tag = element.tag.rpartition("}")[2]
        if root.tag != "COLLADA":
            raise broken
        return _Reader(path, root, files).read()
    except (MeshError, FileNotFoundError):
        raise
    except (ET.ParseError, KeyError, IndexError, ValueError, TypeError, AttributeError, RecursionError, OverflowError, LookupError):
        raise broken from None


def _numbers(text: str | None) -> Array:
    return np.array((text or "").split(), np.float64)


def _find(element: ET.Element | None, way: str) -> ET.Element | None:
    return None if element is None else element.find(way)


@dataclass
class _Reader:
    path: Path
    root: ET.Element
    files: Parcel
    notes: list[str] = field(default_factory=list)
    triangles: int = 0
    by_id: dict[str, ET.Element] = field(default_factory=dict)
    materials: dict[str, Material] = field(default_factory=dict)

    def read(self) -> tuple[list[MeshPart], tuple[str, ...]]:
        self.by_id = {element.attrib["id"]: element for element in self.root.iter() if "id" in element.attrib}
        unit = self.root.find("asset/unit")
        metre = float(unit.attrib.get("meter", "1")) if unit is not None else 1.0
        axis = (self.root.findtext("asset/up_axis") or "Y_UP").strip().upper()
        turn = {"Z_UP": [[1, 0, 0], [0, 0, 1], [0, -1, 0]], "X_UP": [[0, -1, 0], [1, 0, 0], [0, 0, 1]]}.get(axis, np.eye(3).tolist())
        top = np.eye(4)
        top[:3, :3] = np.asarray(turn, np.float64) * (metre if math.isfinite(metre) and metre > 0 else 1.0)
        shown = _find(self.root.find("scene"), "instance_visual_scene")
        scene = self._target(shown) if shown is not None else self.root.find("library_visual_scenes/visual_scene")
        parts: list[MeshPart] = []
        if scene is None:
            for geometry in self.root.iterfind("library_geometries/geometry"):
                parts.extend(self._geometry(geometry, top, {}))
        else:
            for node in scene.iterfind("node"):
                parts.extend(self._node(node, top, ()))
        if self.root.find("library_controllers/controller") is not None:
            self.notes.append(_("its skeleton is not used: it is shown in the pose it was drawn in"))
        return parts, tuple(dict.fromkeys(self.notes))

    def _target(self, element: ET.Element, key: str = "url") -> ET.Element:
        return self.by_id[element.attrib[key].lstrip("#")]

    def _node(self, node: ET.Element, above: Array, way: tuple[int, ...]) -> Iterator[MeshPart]:
        if id(node) in way or len(way) > _MAX_DEPTH:
            raise MeshError(_("the scene inside refers to itself"), subject=self.path, advice=_("save it again as GLB"))
        transform = above @ _transform(node)
        for child in node:
            if child.tag in ("instance_geometry", "instance_controller"):
                target = self._target(child)
                if child.tag == "instance_controller":
                    skin = target.find("skin")
                    target = self.by_id[skin.attrib["source"].lstrip("#")] if skin is not None else target
                bound = {item.attrib["symbol"]: item.attrib["target"].lstrip("#") for item in child.iter("instance_material")}
                yield from self._geometry(target, transform, bound)
            elif child.tag == "node":
                yield from self._node(child, transform, (*way, id(node)))
            elif child.tag == "instance_node":
                yield from self._node(self._target(child), transform, (*way, id(node)))

    def _geometry(self, geometry: ET.Element, transform: Array, bound: dict[str, str]) -> Iterator[MeshPart]:
        mesh = geometry.find("mesh")
        if mesh is None:
            return
        for kind in ("triangles", "polylist", "polygons", "tristrips", "trifans"):
            for element in mesh.iterfind(kind):
                part = self._faces(mesh, element, transform, bound)
                if part is not None:
                    yield part

    def _faces(self, mesh: ET.Element, element: ET.Element, transform: Array, bound: dict[str, str]) -> MeshPart | None:
        inputs = sorted(
            (int(item.attrib.get("set", 0)), item.attrib["semantic"], item.attrib["source"].lstrip("#"), int(item.attrib.get("offset", 0)))
            for item in element.iterfind("input"))
        step = max(offset for _set, _semantic, _source, offset in inputs) + 1
        lists = [_numbers(item.text).astype(np.int64).reshape(-1, step) for item in element.iterfind("p")]
        corners = np.vstack(lists) if lists else np.zeros((0, step), np.int64)
        fan = _corners(element, [len(item) for item in lists])
        self.triangles += len(fan)
        if self.triangles > MAX_TRIANGLES:
            raise too_many(self.path, self.triangles)
        if not len(fan):
            return None
        columns: dict[str, Array] = {}
        for _number, semantic, source, offset in inputs:
            targets = [(semantic, source)]
            if semantic == "VERTEX":
                targets = [(item.attrib["semantic"], item.attrib["source"].lstrip("#")) for item in self.by_id[source].iterfind("input")]
            for name, at in targets:
                if name in ("POSITION", "NORMAL", "TEXCOORD", "COLOR") and name not in columns:
                    values = self._source(at)
                    if int(corners[:, offset].min()) < 0 or int(corners[:, offset].max()) >= len(values):
                        raise ValueError("index out of range")
                    columns[name] = values[corners[:, offset]]
        uv, colors = columns.get("TEXCOORD"), columns.get("COLOR")
        found: FloatArray | None = None if colors is None or colors.shape[1] < 3 else linear_colors(colors[:, :4], screen=True)
        return make_part(
            self.path, columns["POSITION"][:, :3], fan, columns.get("NORMAL"), None if uv is None else uv[:, :2], found,
            self._material(bound.get(element.attrib.get("material", ""), element.attrib.get("material", ""))), transform,
        )

    def _source(self, name: str) -> Array:
        source = self.by_id[name]
        numbers = _numbers(source.findtext("float_array"))
        accessor = source.find("technique_common/accessor")
        width = int(accessor.attrib.get("stride", 1)) if accessor is not None else 3
        return numbers[: len(numbers) // width * width].reshape(-1, width)

    def _material(self, name: str) -> Material:
        if name in self.materials:
            return self.materials[name]
        made = Material()
        material = self.by_id.get(name)
        instance = _find(material, "instance_effect")
        if instance is not None:
            effect = self._target(instance)
            profile = effect.find("profile_COMMON")
            shading = next((found for kind in ("phong", "blinn", "lambert", "constant")
                            if (found := _find(_find(profile, "technique"), kind)) is not None), None)
            if shading is not None and profile is not None:
                made = self._shading(shading, profile, name)
        self.materials[name] = made
        return made

    def _shading(self, shading: ET.Element, profile: ET.Element, name: str) -> Material:
        def color(kind: str) -> Array | None:
            text = shading.findtext(f"{kind}/color")
            return _numbers(text) if text else None

        def number(kind: str, default: float) -> float:
            text = shading.findtext(f"{kind}/float")
            return float(text) if text else default

        diffuse = color("diffuse")
        texture = shading.find("diffuse/texture")
        image = None
        if texture is not None:
            image = self._picture(texture.attrib.get("texture", ""), profile)
        see_through = shading.find("transparent")
        opacity = 1.0
        if see_through is not None:
            amount, tint = number("transparency", 1.0), color("transparent")
            opaque = see_through.attrib.get("opaque", "A_ONE")
            if opaque == "RGB_ZERO":
                opacity = 1.0 - amount * float(tint[:3].mean() if tint is not None else 0.0)
            else:
                opacity = amount * float(tint[3] if tint is not None and len(tint) > 3 else 1.0)
        opacity = min(max(opacity if opacity > 0.0 else 1.0, 0.05), 1.0)  # exporters that write 0 mean opaque
        plain = diffuse if diffuse is not None and len(diffuse) >= 3 else np.full(3, 0.8)
        base = np.ones(3) if image is not None else srgb_to_linear(np.asarray(plain[:3], np.float32))
        glow = color("emission")
        light = srgb_to_linear(np.asarray(glow[:3], np.float32)) if glow is not None and len(glow) >= 3 else np.zeros(3)
        shine = number("shininess", 20.0)
        shine = shine * 128.0 if 0.0 < shine <= 1.0 else shine
        clear = opacity < 0.995 or (image is not None and bool((image[..., 3] < 250).any()))
        return Material(
            color=(float(base[0]), float(base[1]), float(base[2]), opacity), color_map=image, alpha_mode="BLEND" if clear else "OPAQUE",
            roughness=float(np.clip(math.sqrt(2.0 / (max(shine, 0.0) + 2.0)) + 0.15, 0.25, 0.95)), name=name,
            glow=tuple(float(value) for value in np.clip(light, 0.0, 10.0)),
        )

    def _picture(self, sampler: str, profile: ET.Element) -> Any:
        """The picture that a sampler of an effect shows, or None."""
        surfaces = {item.attrib.get("sid", ""): item for item in profile.iter("newparam")}
        name = sampler
        for _step in range(3):
            item = surfaces.get(name)
            if item is None:
                break
            name = (item.findtext("sampler2D/source") or item.findtext("surface/init_from") or "").strip() or name
        image = self.by_id.get(name)
        text = (image.findtext("init_from") or image.findtext("init_from/ref") or "").strip() if image is not None else name
        if not text:
            return None
        text = re.sub(r"^file:/*", "", text)
        try:
            found = picture(self.files.get(text.removeprefix("./")), 4)
        except FileNotFoundError:
            return None
        if found is None:
            self.notes.append(_("one of its textures is damaged or too large: drawn without it"))
        return found


def _transform(node: ET.Element) -> Array:
    """The steps of a node in their order: (4, 4)."""
    result = np.eye(4)
    for child in node:
        if child.tag not in ("matrix", "translate", "rotate", "scale"):
            continue
        numbers = _numbers(child.text)
        step = np.eye(4)
        if child.tag == "matrix":
            step = numbers.reshape(4, 4)
        elif child.tag == "translate":
            step[:3, 3] = numbers
        elif child.tag == "scale":
            step[:3, :3] = np.diag(numbers)
        else:
            axis, angle = numbers[:3] / (np.linalg.norm(numbers[:3]) or 1.0), math.radians(float(numbers[3]))
            cross = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
            step[:3, :3] = np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * (cross @ cross)
        result = result @ step
    return result


def _corners(element: ET.Element, lengths: list[int]) -> npt.NDArray[np.int64]:
    """Which corners make which triangle: (M, 3), polygons cut as fans."""
    total = sum(lengths)
    if element.tag == "triangles":
        return np.arange(total // 3 * 3, dtype=np.int64).reshape(-1, 3)
    sizes = _numbers(element.findtext("vcount")).astype(np.int64) if element.tag == "polylist" else np.array(lengths, np.int64)
    if (sizes < 0).any() or int(sizes.sum()) > total:
        raise ValueError("too few corners")
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]) if len(sizes) else np.zeros(0, np.int64)
    count = np.maximum(sizes - 2, 0)
    start, step = np.repeat(starts, count), np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    if element.tag == "tristrips":
        odd = step % 2
        return np.column_stack([start + step, start + step + 1 + odd, start + step + 2 - odd]).astype(np.int64)
    return np.column_stack([start, start + step + 1, start + step + 2]).astype(np.int64)
