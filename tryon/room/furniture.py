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
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import numpy.typing as npt

from tryon.config import MAX_FILE_BYTES, assets_dir
from tryon.errors import MeshError, OptionError
from tryon.image import FloatArray
from tryon.room.collada import read_collada
from tryon.room.gltf import read_gltf
from tryon.room.mesh import MAX_TRIANGLES, Material, MeshPart, linear_colors, make_part, moved_part, too_many
from tryon.room.mtl import obj_material
from tryon.room.parcel import MESH_ENDINGS, Parcel, ZipParcel
from tryon.room.simplify import DISPLAY_TRIANGLES, for_display
from tryon.room.sweethome import LibraryPiece, library_parcel, read_library
from tryon.room.units import SizeWish, guess_unit, looks_like, split_name, upright
from tryon.room.uprightness import lying_up
from tryon.text import _

__all__ = ["Furniture", "FurnitureCard", "LampLight", "Material", "MeshPart", "list_furniture", "list_library", "load_furniture"]

Array = npt.NDArray[np.float64]

@dataclass(frozen=True)
class LampLight:
    """Where a lamp's light sits. at_m: x, y, z from the middle of its foot. color: linear RGB, brightest = 1. radius_m: of the bulb."""

    at_m: tuple[float, float, float]
    color: tuple[float, float, float] = (1.0, 0.84, 0.60)
    lumen: float = 600.0
    radius_m: float = 0.03


@dataclass(frozen=True, eq=False)
class Furniture:
    """A piece of furniture at its true size, standing on the floor (y = 0) with the middle of its footprint at the origin.

    size_m: width (x), height (y), depth (z) in metres. parts: for the screen, at most 200,000 triangles. fine_parts: all of them, where
    there are more. warnings: what the user should know, such as a guessed unit. stands: "floor", "wall" (its back, -z, on it), "table" or
    "ceiling". elevation_m: how high its foot usually is over the floor. top_m: how high over its foot things are put on it, or None where
    nobody knows. lights: the lamps in it. credit: who made it, under which license.
    """

    name: str
    path: Path
    size_m: tuple[float, float, float]
    parts: tuple[MeshPart, ...]
    warnings: tuple[str, ...] = ()
    fine_parts: tuple[MeshPart, ...] | None = None
    stands: str = "floor"
    elevation_m: float = 0.0
    top_m: float | None = None
    lights: tuple[LampLight, ...] = ()
    credit: str = ""

    @property
    def triangles(self) -> int:
        """How many triangles it has."""
        return sum(len(part.faces) for part in self.fine_parts or self.parts)

    @property
    def looks_like(self) -> str:
        """The question to ask when it comes from a file: this looks 1.98 m wide ..."""
        return looks_like(self.size_m)


@dataclass(frozen=True)
class FurnitureCard:
    """A piece that ships with the program, or one of a library. label: name by language code. size_m: width, height, depth in metres.

    stands, elevation_m, top_m, lights, credit: as in Furniture.
    """

    name: str
    file: Path
    label: dict[str, str] = field(hash=False)
    category: str
    size_m: tuple[float, float, float]
    thumbnail: Path | None
    stands: str = "floor"
    elevation_m: float = 0.0
    top_m: float | None = None
    lights: tuple[LampLight, ...] = ()
    credit: str = ""


@lru_cache(maxsize=4)
def _cards(folder: Path, _stamp: float) -> tuple[FurnitureCard, ...]:
    rows = json.loads((folder / "furniture.json").read_text(encoding="utf-8"))
    return tuple(_card(folder, row) for row in rows)


def _card(folder: Path, row: Mapping[str, Any]) -> FurnitureCard:
    lights = tuple(
        LampLight(tuple(light["at_m"]), tuple(light["color"]), float(light["lumen"]), float(light["radius_m"]))
        for light in row.get("lights", [])
    )
    return FurnitureCard(
        name=row["name"], file=folder / row["file"], label=dict(row.get("label", {})), category=row.get("category", ""),
        size_m=(float(row["size_m"][0]), float(row["size_m"][1]), float(row["size_m"][2])),
        thumbnail=folder / row["thumbnail"] if row.get("thumbnail") else None, stands=str(row.get("stands", "floor")),
        elevation_m=float(row.get("elevation_m", 0.0)), top_m=row.get("top_m"), lights=lights, credit=str(row.get("credit", "")),
    )


def list_furniture() -> tuple[FurnitureCard, ...]:
    """The pieces that ship with the program, as `assets/furniture/furniture.json` tells them."""
    folder = assets_dir() / "furniture"
    try:
        return _cards(folder, (folder / "furniture.json").stat().st_mtime)
    except OSError:
        return ()


def list_library(path: str | Path) -> tuple[FurnitureCard, ...]:
    """The pieces of a Sweet Home 3D library (.sh3f), each named FILE.sh3f#KEY, ready for `load_furniture`. Raises MeshError."""
    path = Path(path)
    return tuple(
        FurnitureCard(
            name=f"{path}#{piece.key}", file=path, label=piece.names, category=piece.categories.get("en", ""), size_m=piece.size_m,
            thumbnail=None, **_said(piece),
        )
        for piece in _library(path.resolve(), _stamp(path))
    )


def _stamp(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except (OSError, ValueError):
        raise MeshError(_("there is no such file"), subject=path, advice=_("check its name")) from None


@lru_cache(maxsize=8)
def _library(path: Path, _stamp: int) -> tuple[LibraryPiece, ...]:
    return read_library(path)


def _said(piece: LibraryPiece) -> dict[str, Any]:
    """What a library says of a piece beside its size."""
    lights = tuple(LampLight(at, color) for at, color in piece.lights)
    stands = "wall" if piece.wall else "floor"
    return {"stands": stands, "elevation_m": piece.elevation_m, "top_m": piece.top_m, "lights": lights, "credit": piece.credit}


def load_furniture(name_or_path: str) -> Furniture:
    """Read a piece: one of `list_furniture()` by name, or a GLB, glTF, OBJ, PLY, STL or DAE file, or a zip of one, or FILE.sh3f#KEY.

    A file's name may end with the size that it should have: sofa.obj=1.98 (its width) or sofa.obj=1.98x0.80x0.90 (width, height, depth),
    and with ,up=z where it lies on its back. The last pieces read are kept while their files do not change. Raises MeshError with the
    file, the reason and what to do, OptionError where the size is none.
    """
    cards = {card.name: card for card in list_furniture()}
    if name_or_path in cards:
        card = cards[name_or_path]
        piece = _load(card.file, name_or_path, "", None, _stamp(card.file), 1)
        more = {name: getattr(card, name) for name in ("stands", "elevation_m", "top_m", "lights", "credit")}
        return piece if piece.stands == card.stands and piece.lights == card.lights else _with_card(piece, tuple(more.items()))
    file, key, wish = split_name(name_or_path)
    if file in cards:
        raise OptionError(_("a piece that ships with the program has its maker's size"), subject=file, advice=_("give sizes to mesh files"))
    path = Path(file)
    try:
        stamp = path.stat()
    except (OSError, ValueError):
        near = difflib.get_close_matches(name_or_path, cards, n=3, cutoff=0.4)
        offer = near or sorted(cards)[:12]
        advice = _("name a mesh file or one of: {names}").format(names=", ".join(offer)) if offer else _("name a mesh file")
        raise MeshError(_("there is no such furniture and no such file"), subject=file, advice=advice) from None
    return _load(path.resolve(), key or path.stem, key, wish, stamp.st_mtime_ns, stamp.st_size)


@lru_cache(maxsize=64)
def _with_card(piece: Furniture, more: tuple[tuple[str, Any], ...]) -> Furniture:
    return replace(piece, **dict(more))


@lru_cache(maxsize=16)
def _load(path: Path, name: str, key: str, wish: SizeWish | None, mtime: int, size: int) -> Furniture:
    if path.is_dir():
        raise MeshError(_("this is a folder"), subject=path, advice=_("name a mesh file inside it"))
    ending = path.suffix.lower()
    if ending not in (*MESH_ENDINGS, ".zip", ".sh3f"):
        reason = _("this is not a kind of mesh file that can be read ({ending})").format(ending=path.suffix or _("no ending"))
        raise MeshError(reason, subject=path, advice=_("save it as GLB, glTF, OBJ, PLY, STL or DAE"))
    if size == 0:
        raise MeshError(_("the file is empty (0 bytes)"), subject=path, advice=_("copy or download it again"))
    if size > MAX_FILE_BYTES and ending != ".sh3f":
        reason = _("the file has {megabytes} MB, the limit is {limit} MB").format(megabytes=size // 2**20, limit=MAX_FILE_BYTES // 2**20)
        raise MeshError(reason, subject=path, advice=_("save it smaller"))
    library = _chosen(path, key, mtime) if ending == ".sh3f" else None
    files: Parcel = library_parcel(path, library) if library else ZipParcel(path) if ending == ".zip" else Parcel(path)
    parts, notes = _read_parts(path, files)
    absent = _("{file}: the file {name} it asks for is not there; drawn without it")
    notes = (*(absent.format(file=path.name, name=missing) for missing in files.missing), *(f"{path.name}: {note}" for note in notes))
    turn = np.asarray(library.turn, np.float64).reshape(3, 3) if library and library.turn else None
    if wish is not None and wish.up is not None:
        turn = upright(wish.up)
    elif turn is None and library is None and _catalog_size(path) is None:
        axis, ask = lying_up(parts, PurePosixPath(files.main).suffix.lower())
        if axis is not None:
            turn = upright(axis)
            said = _("{name}: it was drawn lying down ({axis} up) and was stood up; {name}=up=y leaves it as it was")
            notes = (*notes, said.format(name=path.name, axis=axis))
        elif ask:
            notes = (*notes, _("{name}: it may lie on its back; {name}=up=z stands it up").format(name=path.name))
    if turn is not None:
        parts = [moved_part(part, turn, np.zeros(3)) for part in parts]
    placed, size_m, unit_note = _to_true_size(path, parts, library.size_m if library else _catalog_size(path), wish)
    count = sum(len(part.faces) for part in placed)
    shown = placed if count <= DISPLAY_TRIANGLES else for_display(placed)
    if shown is not placed:
        words = {"name": path.name, "count": count, "shown": sum(len(part.faces) for part in shown)}
        notes = (*notes, _("{name}: it has {count} triangles; the screen shows {shown}").format(**words))
    return Furniture(
        name=name, path=path, size_m=size_m, parts=shown, warnings=(*notes, *([unit_note] if unit_note else [])),
        fine_parts=None if shown is placed else placed,
        **(_said(library) if library else {}),
    )


def _chosen(path: Path, key: str, mtime: int) -> LibraryPiece:
    """The piece of a library that a key names. Raises MeshError."""
    pieces = _library(path, mtime)
    for piece in pieces:
        if key in (piece.key, piece.model) or (key and key in piece.names.values()):
            return piece
    near = difflib.get_close_matches(key, [piece.key for piece in pieces], n=3, cutoff=0.3) or [piece.key for piece in pieces[:5]]
    reason = _("there is no piece {key} in it").format(key=key) if key else _("it is a library of {count} pieces").format(count=len(pieces))
    names = ", ".join(f"{path.name}#{one}" for one in near)
    raise MeshError(reason, subject=path, advice=_("name one of them, such as {names}").format(names=names))


def _read_parts(path: Path, files: Parcel) -> tuple[list[MeshPart], tuple[str, ...]]:
    """All triangles of the file in its own units, transforms of the nodes applied, and what to know about them. Raises MeshError."""
    try:
        data = files.get(files.main)
        ending = PurePosixPath(files.main).suffix.lower()
        notes: tuple[str, ...] = ()
        if ending in (".glb", ".gltf"):
            parts, notes = read_gltf(path, data, files)
        elif ending == ".dae":
            parts, notes = read_collada(path, data, files)
        else:
            parts = _read_plain(path, data, ending, files)
    except MeshError:
        if files.outside:
            raise _outside(path, files) from None
        raise
    except FileNotFoundError:
        if files.outside:
            raise _outside(path, files) from None
        reason = _("it asks for the file {name}, which is not there").format(name=files.missing[0] if files.missing else "?")
        raise MeshError(reason, subject=path, advice=_("keep it beside the mesh, or save the piece as one GLB")) from None
    except MemoryError:
        reason = _("the mesh is too large for this machine's memory")
        raise MeshError(reason, subject=path, advice=_("save it with fewer triangles")) from None
    if files.outside:
        raise _outside(path, files)
    if not any(len(part.faces) for part in parts):
        raise MeshError(_("there are no faces in it"), subject=path, advice=_("export the piece as triangles"))
    return parts, notes


def _read_plain(path: Path, data: bytes, ending: str, files: Parcel) -> list[MeshPart]:
    """OBJ, PLY and STL, by trimesh. Raises MeshError and FileNotFoundError."""
    if ending == ".stl" and data[:5].lower() != b"solid" and len(data) >= 84:
        count = int.from_bytes(data[80:84], "little")
        if count > MAX_TRIANGLES and len(data) >= 84 + 50 * MAX_TRIANGLES:
            raise too_many(path, count)
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
    except (MeshError, MemoryError):
        raise
    except Exception as error:  # whatever a reader of hostile files throws
        if files.outside or files.missing:
            raise FileNotFoundError from None
        detail = str(error).split("\n")[0][:100] or type(error).__name__
        raise MeshError(f"{_('the mesh is damaged or incomplete')} ({detail})", subject=path, advice=_("save it again as GLB")) from None
    meshes = [(transform, mesh) for transform, mesh in nodes if isinstance(mesh, trimesh.Trimesh) and len(mesh.faces)]
    count = sum(len(mesh.faces) for _transform, mesh in meshes)
    if count > MAX_TRIANGLES:
        raise too_many(path, count)
    materials: dict[int, Material] = {}
    return [_part(path, transform, mesh, materials) for transform, mesh in meshes]


def _outside(path: Path, files: Parcel) -> MeshError:
    reason = _("it asks for a file outside its own folder ({name})").format(name=files.outside[0][:80])
    return MeshError(reason, subject=path, advice=_("save the piece as one GLB with its textures inside"))


def _part(path: Path, transform: Array, mesh: Any, materials: dict[int, Material]) -> MeshPart:
    """One mesh of trimesh's as plain arrays. Raises MeshError where its numbers are none."""
    visual = mesh.visual
    colors: FloatArray | None = None
    found = getattr(visual, "material", None)
    if found is not None:
        if id(found) not in materials:
            materials[id(found)] = obj_material(found)
        material = materials[id(found)]
        extra = getattr(visual, "vertex_attributes", {}).get("color") if hasattr(visual, "vertex_attributes") else None
        if extra is not None and len(extra) == len(mesh.vertices):
            colors = linear_colors(np.asarray(extra))
    else:
        material = Material()
        if getattr(visual, "defined", False) and visual.kind in ("vertex", "face"):
            colors = linear_colors(np.asarray(visual.vertex_colors), screen=True)
            material = Material(color=(1.0, 1.0, 1.0, 1.0))
    normals = mesh._cache.cache.get("vertex_normals")  # the file's own; asking the mesh would compute them
    vertices, faces = np.asarray(mesh.vertices, np.float64), np.asarray(mesh.faces, np.int64)
    return make_part(path, vertices, faces, normals, getattr(visual, "uv", None), colors, material, transform)


def _to_true_size(
    path: Path, parts: list[MeshPart], catalog_m: tuple[float, float, float] | None, wish: SizeWish | None = None
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
    if wish is not None and wish.width_m is not None and wish.height_m is not None and wish.depth_m is not None:
        catalog_m = (wish.width_m, wish.height_m, wish.depth_m)
    if wish is not None and wish.width_m is not None and wish.height_m is None:
        factor = np.full(3, wish.width_m / (float(extent[0]) if extent[0] > 1e-9 else largest))
    elif catalog_m is not None:
        factor = np.where(extent > 1e-9, np.asarray(catalog_m) / np.maximum(extent, 1e-9), 1.0)
    else:
        scale, unit = guess_unit(path, extent)
        factor = np.full(3, scale)
        if unit:
            size = extent * scale
            words = {"name": path.name, "unit": unit, "looks": looks_like((float(size[0]), float(size[1]), float(size[2])))}
            note = _("{name}: taken as {unit}, {looks}; if that is wrong, say how wide it is: {name}=1.98").format(**words)
    offset = np.array([(low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2])
    placed = tuple(moved_part(part, np.diag(factor), -offset * factor) for part in parts)
    size = extent * factor
    return placed, (float(size[0]), float(size[1]), float(size[2])), note


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
