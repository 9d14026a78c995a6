"""Writes a piece of furniture as one binary glTF 2.0 file, pictures inside."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assets.source.materials import Material
from assets.source.shapes import Floats, Part, join

Piece = Sequence[tuple[Material, Part]]


def bounds(piece: Piece) -> tuple[Floats, Floats]:
    """The smallest and the largest corner, metres."""
    everything = np.concatenate([part.vertices for _, part in piece])
    return everything.min(0), everything.max(0)


def stood(piece: Piece) -> list[tuple[Material, Part]]:
    """The piece with the centre of its footprint at the origin and its feet on the floor."""
    low, high = bounds(piece)
    dx, dy, dz = -(low[0] + high[0]) / 2, -low[1], -(low[2] + high[2]) / 2
    return [(material, part.moved(dx, dy, dz)) for material, part in piece]


def faces_of(piece: Piece) -> int:
    """How many triangles, those of no area not counted (they are not written)."""
    return sum(int((_areas(part) > 1e-12).sum()) for _, part in piece)


def _areas(part: Part) -> Floats:
    a, b, c = (part.vertices[part.faces[:, i]] for i in range(3))
    areas: Floats = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    return areas


def write_glb(path: Path, piece: Piece, name: str) -> None:
    """One mesh a material; UVs in metres become repeats of the material's tile; glTF's v runs down."""
    blob = bytearray()
    views: list[dict[str, Any]] = []
    accessors: list[dict[str, Any]] = []
    images: list[dict[str, Any]] = []
    textures: list[dict[str, Any]] = []
    materials: list[dict[str, Any]] = []
    meshes: list[dict[str, Any]] = []

    def view(data: bytes, target: int | None = None) -> int:
        while len(blob) % 4:
            blob.append(0)
        entry: dict[str, Any] = {"buffer": 0, "byteOffset": len(blob), "byteLength": len(data)}
        if target:
            entry["target"] = target
        blob.extend(data)
        views.append(entry)
        return len(views) - 1

    def accessor(data: np.ndarray[Any, Any], kind: str, target: int, limits: bool = False) -> int:
        code = {"float32": 5126, "uint16": 5123, "uint32": 5125}[data.dtype.name]
        entry: dict[str, Any] = {"bufferView": view(data.tobytes(), target), "componentType": code, "count": len(data), "type": kind}
        if limits:
            entry["min"], entry["max"] = data.min(0).tolist(), data.max(0).tolist()
        accessors.append(entry)
        return len(accessors) - 1

    def texture(data: bytes) -> dict[str, int]:
        images.append({"bufferView": view(data), "mimeType": "image/jpeg"})
        textures.append({"source": len(images) - 1, "sampler": 0})
        return {"index": len(textures) - 1}

    groups: dict[str, tuple[Material, list[Part]]] = {}
    for material, part in piece:
        groups.setdefault(material.name, (material, []))[1].append(part)
    for material, parts in groups.values():
        part = join(parts)
        used, index = np.unique(part.faces, return_inverse=True)
        faces = index.reshape(part.faces.shape)
        faces = faces[_areas(part) > 1e-12]
        uv = part.uv[used] / np.asarray(material.tile_m)
        attributes = {
            "POSITION": accessor(part.vertices[used].astype(np.float32), "VEC3", 34962, True),
            "NORMAL": accessor(part.normals[used].astype(np.float32), "VEC3", 34962),
            "TEXCOORD_0": accessor(np.stack([uv[:, 0], 1 - uv[:, 1]], -1).astype(np.float32), "VEC2", 34962),
        }
        small = len(used) < 65536
        indices = accessor(faces.astype(np.uint16 if small else np.uint32).ravel(), "SCALAR", 34963)
        pbr: dict[str, Any] = {"baseColorTexture": texture(material.jpeg("color") or b"")}
        surface, bumps = material.jpeg("surface"), material.jpeg("bumps")
        if surface:
            pbr |= {"metallicRoughnessTexture": texture(surface), "roughnessFactor": 1.0, "metallicFactor": 1.0}
        else:
            pbr |= {"roughnessFactor": round(material.roughness, 3), "metallicFactor": material.metallic}
        entry: dict[str, Any] = {"name": material.name, "pbrMetallicRoughness": pbr}
        if bumps:
            entry["normalTexture"] = texture(bumps)
        if material.glow:
            entry["emissiveFactor"] = list(material.glow)
        if material.double_sided:
            entry["doubleSided"] = True
        materials.append(entry)
        meshes.append({"name": material.name, "primitives": [{"attributes": attributes, "indices": indices, "material": len(materials) - 1}]})
    document = {
        "asset": {"version": "2.0", "generator": "TryOn Studio assets/source", "copyright": "CC0 1.0"},
        "scene": 0, "scenes": [{"nodes": [0]}],
        "nodes": [{"name": name, "children": list(range(1, len(meshes) + 1))}] + [{"name": m["name"], "mesh": i} for i, m in enumerate(meshes)],
        "meshes": meshes, "materials": materials, "textures": textures, "images": images,
        "samplers": [{"magFilter": 9729, "minFilter": 9987, "wrapS": 10497, "wrapT": 10497}],
        "accessors": accessors, "bufferViews": views, "buffers": [{"byteLength": len(blob)}],
    }
    head = json.dumps(document, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 4)
    blob.extend(b"\0" * (-len(blob) % 4))
    total = 12 + 8 + len(head) + 8 + len(blob)
    path.write_bytes(struct.pack("<4sII", b"glTF", 2, total) + struct.pack("<I4s", len(head), b"JSON") + head
                     + struct.pack("<I4s", len(blob), b"BIN\0") + bytes(blob))
