"""glTF 2.0: reads GLB and glTF files as they say it, and refuses in words what cannot be read.

Source: the glTF 2.0 specification of the Khronos Group and its KHR extensions.
"""

from __future__ import annotations

import base64
import binascii
import importlib
import importlib.util
import json
import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import numpy as np
import numpy.typing as npt

from tryon.errors import MeshError
from tryon.room.gltf_material import MaterialReader
from tryon.room.mesh import MAX_TRIANGLES, MeshPart, linear_colors, make_part, too_many
from tryon.room.parcel import Parcel
from tryon.text import _

__all__ = ["read_gltf"]

Array = npt.NDArray[np.float64]

_READABLE = {
    "EXT_texture_webp", "KHR_materials_pbrSpecularGlossiness", "KHR_materials_unlit", "KHR_mesh_quantization", "KHR_texture_transform",
    "KHR_materials_emissive_strength", "KHR_materials_variants", "KHR_materials_transmission", "KHR_materials_sheen",
    "KHR_materials_clearcoat", "KHR_materials_ior", "KHR_materials_specular", "KHR_materials_volume", "KHR_materials_anisotropy",
    "KHR_materials_iridescence", "KHR_materials_dispersion", "KHR_materials_diffuse_transmission", "KHR_lights_punctual", "KHR_xmp_json_ld",
}
_PACKED = {"EXT_meshopt_compression": "meshopt", "KHR_meshopt_compression": "meshopt", "KHR_draco_mesh_compression": "Draco",
           "KHR_texture_basisu": "KTX2"}
_KINDS: dict[int, type[np.generic]] = {5120: np.int8, 5121: np.uint8, 5122: np.int16, 5123: np.uint16, 5125: np.uint32, 5126: np.float32}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}
_NONSENSE = (
    KeyError, IndexError, TypeError, ValueError, AttributeError, struct.error, OverflowError, binascii.Error, RecursionError,
    ZeroDivisionError,
)
_COLUMNS = ("POSITION", "NORMAL", "TEXCOORD_0", "TEXCOORD_1", "COLOR_0")
_MAX_NODES = 100_000
_MAX_DEPTH = 512


def read_gltf(path: Path, data: bytes, files: Parcel) -> tuple[list[MeshPart], tuple[str, ...]]:
    """All triangles of a GLB or glTF file in metres, transforms of the nodes applied, and what to know about them.

    files: gives what the document asks for beside itself. Raises MeshError.
    """
    try:
        document, blob = _split(data)
    except (struct.error, ValueError, TypeError, RecursionError):
        raise _damaged(path, _("this is not a glTF file, or it is damaged")) from None
    _refuse_packed(path, document)
    try:
        return _Reader(path, document, blob, files).read()
    except (MeshError, FileNotFoundError):
        raise
    except _NONSENSE as error:
        detail = str(error).split("\n")[0][:80] or type(error).__name__
        raise _damaged(path, f"{_('the mesh is damaged or incomplete')} ({detail})") from None


def _damaged(path: Path, reason: str) -> MeshError:
    return MeshError(reason, subject=path, advice=_("save it again as GLB"))


def _split(data: bytes) -> tuple[dict[str, Any], bytes | None]:
    """The JSON part and the binary part of a file."""
    blob = None
    if data[:4] == b"glTF":
        version, total = struct.unpack_from("<II", data, 4)
        if version != 2 or total > len(data):
            raise ValueError("version or length")
        (length, _kind) = struct.unpack_from("<II", data, 12)
        text = data[20 : 20 + length]
        if 20 + length + 8 <= total:
            (size, kind) = struct.unpack_from("<I4s", data, 20 + length)
            if kind == b"BIN\0":
                blob = data[28 + length : 28 + length + size]
    else:
        text = data
    document = json.loads(text)
    if not isinstance(document, dict) or "asset" not in document:
        raise ValueError("no glTF")
    return document, blob


def _refuse_packed(path: Path, document: dict[str, Any]) -> None:
    required = {str(name) for name in document.get("extensionsRequired", []) or []}
    unknown = required - _READABLE
    if "KHR_draco_mesh_compression" in unknown and importlib.util.find_spec("DracoPy") is not None:
        unknown.discard("KHR_draco_mesh_compression")
    if unknown:
        names = ", ".join(sorted(f"{_PACKED[name]}: {name}" if name in _PACKED else name for name in unknown))[:120]
        reason = _("it is packed in a way that cannot be read here ({names})").format(names=names)
        raise MeshError(reason, subject=path, advice=_("export it again without compression"))


@dataclass
class _Reader:
    """One document while it is being read."""

    path: Path
    document: dict[str, Any]
    blob: bytes | None
    files: Parcel
    notes: list[str] = field(default_factory=list)
    buffers: dict[int, bytes] = field(default_factory=dict)
    triangles: int = 0

    def read(self) -> tuple[list[MeshPart], tuple[str, ...]]:
        painter = MaterialReader(self.document, self.picture_bytes, self.notes)
        parts: list[MeshPart] = []
        for transform, number, skinned in self._meshes():
            for primitive in self.document["meshes"][number].get("primitives", []):
                part = self._primitive(primitive, transform, painter)
                if part is not None:
                    parts.append(part)
            if skinned:
                self.notes.append(_("its skeleton is not used: it is shown in the pose it was drawn in"))
        used = set(map(str, self.document.get("extensionsUsed", []) or []))
        passed_over = sorted(name for name in used if name.startswith("KHR_materials_") and name not in painter.understood)
        if passed_over:
            self.notes.append(_("not shown: {names}").format(names=", ".join(passed_over)))
        return parts, tuple(dict.fromkeys(self.notes))

    def _meshes(self) -> Iterator[tuple[Array, int, bool]]:
        """Every mesh in the scene with its transform; a node below itself is refused."""
        nodes = self.document.get("nodes", [])
        scenes = self.document.get("scenes", [])
        if scenes:
            roots = scenes[int(self.document.get("scene", 0))].get("nodes", [])
        else:
            below = {child for node in nodes for child in node.get("children", [])}
            roots = [number for number in range(len(nodes)) if number not in below]
        if not nodes and self.document.get("meshes"):
            yield from ((np.eye(4), number, False) for number in range(len(self.document["meshes"])))
        looped = MeshError(_("the scene inside refers to itself"), subject=self.path, advice=_("save it again as GLB"))
        stack = [(int(root), np.eye(4), 0) for root in reversed(roots)]
        seen: set[int] = set()
        while stack:
            number, above, depth = stack.pop()
            if number in seen or depth > _MAX_DEPTH or len(seen) > _MAX_NODES:
                raise looped  # the specification wants a tree: no node twice
            seen.add(number)
            node = nodes[number]
            transform = above @ _transform(node)
            if not np.isfinite(transform).all():
                raise MeshError(_("some of its points are not numbers (NaN)"), subject=self.path, advice=_("repair and save it again"))
            if "mesh" in node:
                yield transform, int(node["mesh"]), "skin" in node
            stack.extend((int(child), transform, depth + 1) for child in reversed(node.get("children", [])))

    def _primitive(self, primitive: dict[str, Any], transform: Array, painter: MaterialReader) -> MeshPart | None:
        mode = int(primitive.get("mode", 4))
        if mode not in (4, 5, 6):  # points and lines
            return None
        attributes = primitive["attributes"]
        draco = primitive.get("extensions", {}).get("KHR_draco_mesh_compression")
        if draco is not None and importlib.util.find_spec("DracoPy") is not None:
            columns, indices = self._draco(draco)
        else:
            count = int(self.document["accessors"][primitive["indices"] if "indices" in primitive else attributes["POSITION"]]["count"])
            self._count(count // 3 if mode == 4 else max(count - 2, 0))
            columns = {name: self.accessor(attributes[name]) for name in _COLUMNS if name in attributes}
            indices = np.arange(len(columns["POSITION"]))
            if "indices" in primitive:
                indices = self.accessor(primitive["indices"]).astype(np.int64).ravel()
        faces = _faces(indices, mode)
        points = np.asarray(columns["POSITION"], np.float64)
        if not len(faces):
            return None
        if faces.min() < 0 or faces.max() >= len(points):
            raise ValueError("index out of range")
        material, uv_set, move = painter.material(primitive.get("material"))
        uv = columns.get(f"TEXCOORD_{uv_set}")
        if uv is not None and move is not None:
            uv = np.column_stack([uv, np.ones(len(uv))]) @ move.T
        if uv is not None:
            uv = np.column_stack([uv[:, 0], 1.0 - uv[:, 1]])
        colors = columns.get("COLOR_0")
        return make_part(
            self.path, points, faces, columns.get("NORMAL"), uv, None if colors is None else linear_colors(colors), material, transform
        )

    def _count(self, more: int) -> None:
        self.triangles += more
        if self.triangles > MAX_TRIANGLES:
            raise too_many(self.path, self.triangles)

    def _draco(self, packed: dict[str, Any]) -> tuple[dict[str, Array], npt.NDArray[np.int64]]:
        """Triangles that Draco packed, by the DracoPy library where it is installed."""
        mesh = importlib.import_module("DracoPy").decode(bytes(self._view(int(packed["bufferView"]))[0]))
        self._count(len(mesh.faces))
        columns: dict[str, Array] = {"POSITION": np.asarray(mesh.points, np.float64)}
        for name, value in (("NORMAL", getattr(mesh, "normals", None)), ("TEXCOORD_0", getattr(mesh, "tex_coord", None))):
            if value is not None and len(value) == len(mesh.points):
                columns[name] = np.asarray(value, np.float64)
        return columns, np.asarray(mesh.faces, np.int64).ravel()

    def accessor(self, number: int) -> Array:
        """Numbers of the file as floats, (count, width), normalized integers as they mean."""
        entry = self.document["accessors"][int(number)]
        kind, width, count = _KINDS[int(entry["componentType"])], _WIDTHS[entry["type"]], int(entry["count"])
        if not 0 <= count <= 3 * MAX_TRIANGLES + 3:
            raise too_many(self.path, count // 3)
        if "bufferView" in entry:
            values = self._strided(int(entry["bufferView"]), int(entry.get("byteOffset", 0)), kind, width, count)
        else:
            values = np.zeros((count, width), kind)
        sparse = entry.get("sparse")
        if sparse:
            few = int(sparse["count"])
            at = self._strided(int(sparse["indices"]["bufferView"]), int(sparse["indices"].get("byteOffset", 0)),
                               _KINDS[int(sparse["indices"]["componentType"])], 1, few).astype(np.int64).ravel()
            values = values.copy()
            values[at] = self._strided(int(sparse["values"]["bufferView"]), int(sparse["values"].get("byteOffset", 0)), kind, width, few)
        result = values.astype(np.float64)
        if entry.get("normalized") and kind is not np.float32:
            result = np.maximum(result / np.iinfo(kind).max, -1.0)  # type: ignore[type-var]
        return result

    def _strided(self, view: int, offset: int, kind: type[np.generic], width: int, count: int) -> npt.NDArray[Any]:
        data, stride = self._view(view)
        size = np.dtype(kind).itemsize * width
        step = stride or size
        if offset < 0 or step < size or (count and offset + step * (count - 1) + size > len(data)):
            raise ValueError("accessor beyond its buffer")
        little = np.dtype(kind).newbyteorder("<")
        shape, strides = (count, width), (step, np.dtype(kind).itemsize)
        return np.ndarray(shape, little, data, offset, strides)

    def _view(self, number: int) -> tuple[memoryview, int]:
        entry = self.document["bufferViews"][number]
        data = self._buffer(int(entry["buffer"]))
        start, length = int(entry.get("byteOffset", 0)), int(entry["byteLength"])
        if start < 0 or length < 0 or start + length > len(data):
            raise ValueError("view beyond its buffer")
        return memoryview(data)[start : start + length], int(entry.get("byteStride", 0))

    def _buffer(self, number: int) -> bytes:
        if number not in self.buffers:
            uri = self.document["buffers"][number].get("uri")
            if uri is None:
                if self.blob is None or number != 0:
                    raise ValueError("a buffer is missing")
                self.buffers[number] = self.blob
            else:
                self.buffers[number] = self._fetch(str(uri))
        return self.buffers[number]

    def _fetch(self, uri: str) -> bytes:
        if uri.startswith("data:"):
            head, _comma, body = uri.partition(",")
            return base64.b64decode(body) if head.endswith(";base64") else unquote_to_bytes(body)
        return self.files.get(uri)

    def picture_bytes(self, number: int) -> bytes:
        """A picture of the file, still packed. Raises FileNotFoundError."""
        entry = self.document["images"][number]
        return bytes(self._view(int(entry["bufferView"]))[0]) if "bufferView" in entry else self._fetch(str(entry["uri"]))


def _transform(node: dict[str, Any]) -> Array:
    """Where a node stands in the one above: (4, 4)."""
    if "matrix" in node:
        return np.asarray(node["matrix"], np.float64).reshape(4, 4).T
    result = np.eye(4)
    x, y, z, w = (float(value) for value in node.get("rotation", (0, 0, 0, 1)))
    size = math.sqrt(x * x + y * y + z * z + w * w) or 1.0
    x, y, z, w = x / size, y / size, z / size, w / size
    result[:3, :3] = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    result[:3, :3] *= np.asarray(node.get("scale", (1, 1, 1)), np.float64)
    result[:3, 3] = np.asarray(node.get("translation", (0, 0, 0)), np.float64)
    return result


def _faces(indices: npt.NDArray[np.int64], mode: int) -> npt.NDArray[np.int64]:
    """Triangles from a list (4), a strip (5) or a fan (6)."""
    if mode == 4:
        return indices[: len(indices) // 3 * 3].reshape(-1, 3)
    count = max(len(indices) - 2, 0)
    step = np.arange(count)
    if mode == 6:
        return np.column_stack([np.full(count, indices[0] if count else 0), indices[step + 1], indices[step + 2]])
    odd = step % 2
    return np.column_stack([indices[step], indices[step + 1 + odd], indices[step + 2 - odd]])
