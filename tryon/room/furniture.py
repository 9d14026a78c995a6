"""Furniture: reads a piece from a mesh file at its true size and stands it on the floor.

Everything after this module sees plain numbers: triangles in metres, y up, the middle of the footprint at the origin, front = +z.
"""

from __future__ import annotations

import csv
import difflib
import io
import json
import logging
import math
import struct
import warnings
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import numpy.typing as npt

from tryon.config import MAX_FILE_BYTES, MAX_PIXELS, assets_dir
from tryon.errors import MeshError
from tryon.image import FloatArray, UInt8Array, srgb_to_linear
from tryon.room.mesh import Material, MeshPart, smooth_normals
from tryon.room.parcel import MESH_ENDINGS, Parcel, ZipParcel
from tryon.text import _

__all__ = ["Furniture", "FurnitureCard", "Material", "MeshPart", "list_furniture", "load_furniture"]

Array = npt.NDArray[np.float64]

_MAX_TRIANGLES = 3_000_000
_MAX_TEXTURE_PX = 2048
_LARGEST_M, _SMALLEST_M = 20.0, 0.02  # beyond these the file is not in metres
_USUAL_M = 1.3  # the geometric middle of what people put into rooms
_READABLE = {
    "EXT_texture_webp", "KHR_materials_pbrSpecularGlossiness", "KHR_materials_unlit", "KHR_mesh_quantization", "KHR_texture_transform",
}


@dataclass(frozen=True, eq=False)
class Furniture:
    """A piece of furniture at its true size, standing on the floor (y = 0) with the middle of its footprint at the origin.

    size_m: width (x), height (y), depth (z) in metres. warnings: what the user should know, such as a guessed unit.
    """

    name: str
    path: Path
    size_m: tuple[float, float, float]
    parts: tuple[MeshPart, ...]
    warnings: tuple[str, ...] = ()

    @property
    def triangles(self) -> int:
        """How many triangles it has."""
        return sum(len(part.faces) for part in self.parts)


@dataclass(frozen=True)
class FurnitureCard:
    """A piece that ships with the program. label: name by language code. size_m: width, height, depth in metres."""

    name: str
    file: Path
    label: dict[str, str] = field(hash=False)
    category: str
    size_m: tuple[float, float, float]
    thumbnail: Path | None


@lru_cache(maxsize=4)
def _cards(folder: Path, _stamp: float) -> tuple[FurnitureCard, ...]:
    rows = json.loads((folder / "furniture.json").read_text(encoding="utf-8"))
    return tuple(
        FurnitureCard(
            name=row["name"], file=folder / row["file"], label=dict(row.get("label", {})), category=row.get("category", ""),
            size_m=(float(row["size_m"][0]), float(row["size_m"][1]), float(row["size_m"][2])),
            thumbnail=folder / row["thumbnail"] if row.get("thumbnail") else None,
        )
        for row in rows
    )


def list_furniture() -> tuple[FurnitureCard, ...]:
    """The pieces that ship with the program, as `assets/furniture/furniture.json` tells them."""
    folder = assets_dir() / "furniture"
    try:
        return _cards(folder, (folder / "furniture.json").stat().st_mtime)
    except OSError:
        return ()


def load_furniture(name_or_path: str) -> Furniture:
    """Read a piece of furniture: one of `list_furniture()` by name, or a GLB, glTF, OBJ, PLY or STL file, or a zip of one.

    The last pieces read are kept while their files do not change. Raises MeshError with the file, the reason and what to do.
    """
    cards = {card.name: card.file for card in list_furniture()}
    path = cards.get(name_or_path, Path(name_or_path))
    try:
        stamp = path.stat()
    except (OSError, ValueError):
        near = difflib.get_close_matches(name_or_path, cards, n=3, cutoff=0.4)
        offer = near or sorted(cards)[:12]
        advice = _("name a mesh file or one of: {names}").format(names=", ".join(offer)) if offer else _("name a mesh file")
        raise MeshError(_("there is no such furniture and no such file"), subject=name_or_path, advice=advice) from None
    return _load(path.resolve(), name_or_path if name_or_path in cards else path.stem, stamp.st_mtime_ns, stamp.st_size)


@lru_cache(maxsize=16)
def _load(path: Path, name: str, _mtime: int, size: int) -> Furniture:
    if path.is_dir():
        raise MeshError(_("this is a folder"), subject=path, advice=_("name a mesh file inside it"))
    if path.suffix.lower() not in (*MESH_ENDINGS, ".zip"):
        reason = _("this is not a kind of mesh file that can be read ({ending})").format(ending=path.suffix or _("no ending"))
        raise MeshError(reason, subject=path, advice=_("save it as GLB, glTF, OBJ, PLY or STL"))
    if size == 0:
        raise MeshError(_("the file is empty (0 bytes)"), subject=path, advice=_("copy or download it again"))
    if size > MAX_FILE_BYTES:
        reason = _("the file has {megabytes} MB, the limit is {limit} MB").format(megabytes=size // 2**20, limit=MAX_FILE_BYTES // 2**20)
        raise MeshError(reason, subject=path, advice=_("save it smaller"))
    files: Parcel = ZipParcel(path) if path.suffix.lower() == ".zip" else Parcel(path)
    parts = _read_parts(path, files)
    absent = _("{file}: the file {name} it asks for is not there; drawn without it")
    notes = [absent.format(file=path.name, name=name) for name in files.missing]
    placed, size_m, unit_note = _to_true_size(path, parts, _catalog_size(path))
    return Furniture(name=name, path=path, size_m=size_m, parts=placed, warnings=(*notes, *([unit_note] if unit_note else [])))


def _read_parts(path: Path, files: Parcel) -> list[MeshPart]:
    """All triangles of the file in its own units, transforms of the nodes applied. Raises MeshError."""
    broken = _("the mesh is damaged or incomplete")
    advice = _("save it again as GLB")
    try:
        data = files.get(files.main)
    except FileNotFoundError:
        raise MeshError(broken, subject=path, advice=_("copy or download it again")) from None
    ending = PurePosixPath(files.main).suffix.lower()
    transforms: dict[str, Array] = {}
    if ending in (".glb", ".gltf"):
        transforms = _check_gltf(path, data)
    import trimesh

    logging.getLogger("trimesh").addHandler(logging.NullHandler())
    logging.getLogger("trimesh").propagate = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            options: dict[str, Any] = {"group_material": True} if ending == ".obj" else {}
            scene = trimesh.load_scene(io.BytesIO(data), file_type=ending[1:], resolver=files, process=False, **options)
            found = [scene.graph[node] for node in scene.graph.nodes_geometry]
            nodes = [(np.asarray(transform, np.float64), scene.geometry[name]) for transform, name in found]
    except MeshError:
        raise
    except RecursionError:
        raise MeshError(_("the scene inside refers to itself"), subject=path, advice=advice) from None
    except MemoryError:
        reason = _("the mesh is too large for this machine's memory")
        raise MeshError(reason, subject=path, advice=_("save it with fewer triangles")) from None
    except Exception as error:  # whatever a reader of hostile files throws
        if files.outside:
            raise _outside(path, files) from None
        if files.missing:
            reason = _("it asks for the file {name}, which is not there").format(name=files.missing[0])
            raise MeshError(reason, subject=path, advice=_("keep it beside the mesh, or save the piece as one GLB")) from None
        detail = str(error).split("\n")[0][:100] or type(error).__name__
        raise MeshError(f"{broken} ({detail})", subject=path, advice=advice) from None
    if files.outside:
        raise _outside(path, files)
    meshes = [(transform, mesh) for transform, mesh in nodes if isinstance(mesh, trimesh.Trimesh) and len(mesh.faces)]
    count = sum(len(mesh.faces) for _transform, mesh in meshes)
    if not count:
        raise MeshError(_("there are no faces in it"), subject=path, advice=_("export the piece as triangles"))
    if count > _MAX_TRIANGLES:
        reason = _("it has {count} triangles, the limit is {limit}").format(count=count, limit=_MAX_TRIANGLES)
        raise MeshError(reason, subject=path, advice=_("save it with fewer triangles"))
    materials: dict[int, Material] = {}
    return [_part(path, transform, mesh, materials, transforms) for transform, mesh in meshes]


def _outside(path: Path, files: Parcel) -> MeshError:
    reason = _("it asks for a file outside its own folder ({name})").format(name=files.outside[0][:80])
    return MeshError(reason, subject=path, advice=_("save the piece as one GLB with its textures inside"))


def _check_gltf(path: Path, data: bytes) -> dict[str, Array]:
    """Refuse in words what the glTF reader would misread; gives, by material name, how a texture is moved (KHR_texture_transform).

    The reader passes that over, so it is baked into the texture coordinates here: (2, 3), coordinates with v downwards.
    """
    try:
        if data[:4] == b"glTF":
            (length,) = struct.unpack_from("<I", data, 12)
            data = data[20 : 20 + length]
        document = json.loads(data)
        required = set(document.get("extensionsRequired", []))
        transforms = {}
        for material in document.get("materials", []):
            texture = material.get("pbrMetallicRoughness", {}).get("baseColorTexture") or material.get("normalTexture") or {}
            moved = texture.get("extensions", {}).get("KHR_texture_transform")
            if moved is not None and "name" in material:
                (x, y), (across, down) = moved.get("offset", (0.0, 0.0)), moved.get("scale", (1.0, 1.0))
                turn = float(moved.get("rotation", 0.0))
                cos, sin = math.cos(turn), math.sin(turn)
                transforms[str(material["name"])] = np.array([[cos * across, sin * down, x], [-sin * across, cos * down, y]], np.float64)
    except (struct.error, ValueError, AttributeError, TypeError):
        raise MeshError(_("this is not a glTF file, or it is damaged"), subject=path, advice=_("save it again as GLB")) from None
    unknown = sorted(required - _READABLE)
    if unknown:
        reason = _("it is packed in a way that cannot be read yet ({names})").format(names=", ".join(map(str, unknown))[:100])
        raise MeshError(reason, subject=path, advice=_("export it without compression"))
    return transforms


def _part(path: Path, transform: Array, mesh: Any, materials: dict[int, Material], transforms: dict[str, Array]) -> MeshPart:
    """One mesh of the reader as plain arrays. Raises MeshError where its numbers are none."""
    vertices = np.asarray(mesh.vertices, np.float64)
    faces = np.asarray(mesh.faces, np.int64)
    if not np.isfinite(vertices[faces]).all() or not np.isfinite(transform).all():
        raise MeshError(_("some of its points are not numbers (NaN)"), subject=path, advice=_("repair and save it again"))
    visual = mesh.visual
    uv = getattr(visual, "uv", None)
    uv = None if uv is None or len(uv) != len(vertices) else np.nan_to_num(np.asarray(uv, np.float32))
    colors: FloatArray | None = None
    found = getattr(visual, "material", None)
    if found is not None:
        if id(found) not in materials:
            materials[id(found)] = _material(found)
        material = materials[id(found)]
        moved = transforms.get(str(getattr(found, "name", "")))
        if uv is not None and moved is not None and np.isfinite(moved).all():
            down = np.column_stack([uv[:, 0], 1.0 - uv[:, 1], np.ones(len(uv))]) @ moved.T
            uv = np.column_stack([down[:, 0], 1.0 - down[:, 1]]).astype(np.float32)
        extra = getattr(visual, "vertex_attributes", {}).get("color") if hasattr(visual, "vertex_attributes") else None
        if extra is not None and len(extra) == len(vertices):
            colors = _linear_colors(np.asarray(extra))
    else:
        material = Material()
        if getattr(visual, "defined", False) and visual.kind in ("vertex", "face"):
            colors = _linear_colors(np.asarray(visual.vertex_colors), screen=True)
            material = Material(color=(1.0, 1.0, 1.0, 1.0))
    normals: npt.NDArray[Any] | None = mesh._cache.cache.get("vertex_normals")  # the file's own; asking the mesh would compute them
    linear = transform[:3, :3]
    if normals is None or len(normals) != len(vertices) or not np.isfinite(normals).all():
        corner, normals = smooth_normals(vertices, faces)
        vertices, faces = vertices[corner], np.arange(len(corner)).reshape(-1, 3)
        uv = None if uv is None else uv[corner]
        colors = None if colors is None else colors[corner]
    vertices = vertices @ linear.T + transform[:3, 3]
    determinant = float(np.linalg.det(linear))
    if abs(determinant) > 1e-18:
        normals = np.asarray(normals, np.float64) @ np.linalg.inv(linear)
    if determinant < 0:
        faces = faces[:, ::-1]
    normals = np.asarray(normals, np.float64)
    normals = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    return MeshPart(
        vertices=vertices.clip(-1e30, 1e30).astype(np.float32),
        normals=normals.astype(np.float32), faces=faces.astype(np.uint32), material=material, uv=uv, colors=colors,
    )


def _linear_colors(colors: npt.NDArray[Any], screen: bool = False) -> FloatArray:
    """Vertex colors as (N, 4) linear float32; `screen` where the file means sRGB values (PLY, OBJ)."""
    values = colors.astype(np.float32) / (255.0 if colors.dtype == np.uint8 else 1.0)
    if values.shape[1] == 3:
        values = np.column_stack([values, np.ones(len(values), np.float32)])
    if screen:
        values[:, :3] = srgb_to_linear(values[:, :3])
    return np.clip(np.nan_to_num(values), 0.0, 1.0)


def _material(found: Any) -> Material:
    """A material of the reader as ours. What the file leaves out is taken as glTF says, but a bare material is no metal."""
    kind = type(found).__name__
    if kind != "PBRMaterial":
        values = getattr(found, "kwargs", {}) or {}
        diffuse = np.asarray(found.diffuse if getattr(found, "diffuse", None) is not None else (204, 204, 204, 255), np.float32) / 255.0
        image = _texture(getattr(found, "image", None), 4)
        if image is not None:
            diffuse = np.ones(4, np.float32)  # MTL: the picture stands in place of the color
        opacity = _number(values.get("d"), 1.0 - _number(values.get("tr"), 0.0))
        shine = _number(values.get("ns"), 20.0)
        see_through = opacity < 0.995 or (image is not None and bool((image[..., 3] < 250).any()))
        linear = srgb_to_linear(diffuse[:3])
        return Material(
            color=(float(linear[0]), float(linear[1]), float(linear[2]), min(max(opacity, 0.05), 1.0)),
            roughness=float(np.clip(math.sqrt(2.0 / (max(shine, 0.0) + 2.0)) + 0.15, 0.25, 0.95)),
            color_map=image, alpha_mode="BLEND" if see_through else "OPAQUE",
        )
    factor = found.baseColorFactor
    color = np.ones(4) if factor is None else np.asarray(factor, np.float64) / 255.0
    image = _texture(found.baseColorTexture, 4)
    surface = _texture(found.metallicRoughnessTexture, 3)
    bare = found.metallicFactor is None and found.roughnessFactor is None and surface is None
    mode = str(found.alphaMode or "OPAQUE").upper()
    if mode != "OPAQUE" and color[3] >= 0.999 and (image is None or bool((image[..., 3] >= 254).all())):
        mode = "OPAQUE"  # exporters say BLEND of things that nothing shines through
    glow = found.emissiveFactor
    return Material(
        color=(float(color[0]), float(color[1]), float(color[2]), float(color[3])),
        metallic=0.0 if bare else _number(found.metallicFactor, 1.0),
        roughness=0.8 if bare else _number(found.roughnessFactor, 1.0),
        color_map=image, surface_map=surface, normal_map=_texture(found.normalTexture, 3),
        alpha_mode=mode, alpha_cutoff=_number(found.alphaCutoff, 0.5), double_sided=bool(found.doubleSided),
        glow=(0.0, 0.0, 0.0) if glow is None or found.emissiveTexture is not None else tuple(float(x) for x in np.asarray(glow)[:3]),  # type: ignore[arg-type]
    )


def _number(value: Any, default: float) -> float:
    """A number of a file that may be absent, a list or nonsense."""
    try:
        number = float(value[0] if isinstance(value, list | tuple) else value)
    except (TypeError, ValueError, IndexError):
        return default
    return number if math.isfinite(number) else default


def _texture(image: Any, channels: int) -> UInt8Array | None:
    """A picture of the file as (h, w, channels) uint8, at most 2048 a side; None where there is none or it is damaged."""
    if image is None:
        return None
    try:
        if image.size[0] * image.size[1] > MAX_PIXELS:
            return None
        image = image.convert("RGBA" if channels == 4 else "RGB")
        image.thumbnail((_MAX_TEXTURE_PX, _MAX_TEXTURE_PX))
    except (OSError, ValueError, SyntaxError, AttributeError):
        return None
    return np.ascontiguousarray(np.asarray(image, np.uint8))


def _to_true_size(
    path: Path, parts: list[MeshPart], catalog_m: tuple[float, float, float] | None
) -> tuple[tuple[MeshPart, ...], tuple[float, float, float], str]:
    """Scale to metres, set the lowest point to the floor and the middle of the footprint to the origin.

    Gives the parts, their size and a sentence where the unit had to be guessed. Raises MeshError where no unit makes sense.
    """
    used = [part.vertices[np.unique(part.faces)].astype(np.float64) for part in parts]
    low = np.min([points.min(axis=0) for points in used], axis=0)
    high = np.max([points.max(axis=0) for points in used], axis=0)
    extent = high - low
    largest, note = float(extent.max()), ""
    if not math.isfinite(largest) or largest <= 0.0:
        raise MeshError(_("all of its points are in one place"), subject=path, advice=_("export the piece again"))
    if catalog_m is not None:
        factor = np.where(extent > 1e-9, np.asarray(catalog_m) / np.maximum(extent, 1e-9), 1.0)
    else:
        scale, note = _unit(path, extent)
        factor = np.full(3, scale)
    offset = np.array([(low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2])
    even = bool(np.allclose(factor, factor[0]))
    placed = []
    for part in parts:
        normals = part.normals
        if not even:
            normals = normals / factor.astype(np.float32)
            normals = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
        vertices = ((part.vertices.astype(np.float64) - offset) * factor).astype(np.float32)
        placed.append(replace(part, vertices=vertices, normals=normals.astype(np.float32)))
    size = extent * factor
    return tuple(placed), (float(size[0]), float(size[1]), float(size[2])), note


def _unit(path: Path, extent: npt.NDArray[np.float64]) -> tuple[float, str]:
    """How many metres one unit of the file is: 1, unless that gives no furniture. Raises MeshError where no unit does."""
    largest = float(extent.max())
    if _SMALLEST_M <= largest <= _LARGEST_M:
        return 1.0, ""
    units = {_("millimetres"): (0.001, 0.0), _("centimetres"): (0.01, 0.0), _("inches"): (0.0254, 0.9)} if largest > _LARGEST_M else {
        _("kilometres"): (1000.0, 0.0), _("units of 100 m"): (100.0, 0.5)}
    judged = [(abs(math.log(largest * scale / _USUAL_M)) + penalty, scale, unit) for unit, (scale, penalty) in units.items()]
    _score, scale, unit = min(judged)
    words = {"name": path.name, "size": _length(largest), "taken": _length(largest * scale), "unit": unit}
    if not 0.15 <= largest * scale <= 6.0:
        reason = _("it is {size} on its longest side, and no usual unit makes that a piece of furniture").format(**words)
        raise MeshError(reason, subject=path, advice=_("export it in metres"))
    return scale, _("{name}: this looked {size} on its longest side: taken as {unit}, {taken}").format(**words)


def _length(metres: float) -> str:
    return f"{metres:.0f} m" if metres >= 100 else f"{metres:.3g} m" if metres >= 0.1 else f"{metres * 1000:.2g} mm"


def _catalog_size(path: Path) -> tuple[float, float, float] | None:
    """Width, height and depth in metres from a `catalog.tsv` beside the file (columns file, width_cm, depth_cm, height_cm)."""
    catalog = path.parent / "catalog.tsv"
    try:
        rows = csv.DictReader(catalog.read_text(encoding="utf-8").splitlines(), delimiter="\t")
        row = next(row for row in rows if PurePosixPath(row["file"]).name == path.name)
        size = tuple(float(row[column]) / 100.0 for column in ("width_cm", "height_cm", "depth_cm"))
    except (OSError, UnicodeDecodeError, KeyError, ValueError, TypeError, StopIteration):
        return None
    return (size[0], size[1], size[2]) if all(0.0 < side < 20.0 for side in size) else None
