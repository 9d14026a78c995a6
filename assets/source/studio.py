"""The photo studio: path-traced pictures of a GLB file or a room (Mitsuba 3, denoised by Open Image Denoise)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assets.source.noise import linear_to_srgb, srgb_to_linear

Picture = npt.NDArray[np.float32]


def mitsuba() -> Any:
    """Mitsuba with the fastest variant that works here: LLVM 19 where DRJIT_LIBLLVM_PATH names it, else the scalar one."""
    import mitsuba as mi

    if mi.variant() is None:
        mi.set_variant("llvm_ad_rgb" if "19" in os.environ.get("DRJIT_LIBLLVM_PATH", "") else "scalar_rgb")
    return mi


def bitmap(pixels: npt.NDArray[np.uint8], linear: bool, flip: bool = True, extra: dict[str, Any] | None = None) -> Any:
    """A picture as a texture; sRGB values become light unless `linear`."""
    mi = mitsuba()
    values = pixels.astype(np.float32) / 255
    if not linear:
        values = srgb_to_linear(values).astype(np.float32)
    if flip:
        values = values[::-1]
    return mi.load_dict({"type": "bitmap", "data": mi.TensorXf(np.ascontiguousarray(values)), "raw": True, **(extra or {})})


def mesh(name: str, vertices: Any, faces: Any, normals: Any, uv: Any, bsdf: dict[str, Any], emitter: Any = None) -> Any:
    """Arrays as a shape of the path tracer."""
    mi = mitsuba()
    props = mi.Properties()
    props["mesh_bsdf"] = mi.load_dict(bsdf)
    if emitter is not None:
        props["mesh_emitter"] = mi.load_dict(emitter)
    shape = mi.Mesh(name, len(vertices), len(faces), has_vertex_normals=normals is not None, has_vertex_texcoords=uv is not None, props=props)
    params = mi.traverse(shape)
    params["vertex_positions"] = np.asarray(vertices, np.float32).ravel()
    params["faces"] = np.asarray(faces, np.uint32).ravel()
    if normals is not None:
        params["vertex_normals"] = np.asarray(normals, np.float32).ravel()
    if uv is not None:
        params["vertex_texcoords"] = np.asarray(uv, np.float32).ravel()
    params.update()
    return shape


def bsdf_of(color: Any, roughness: Any = 0.8, metallic: Any = 0.0, bumps: Any = None, specular: float = 0.5) -> dict[str, Any]:
    """A metal-rough material, seen from both sides."""
    inner: dict[str, Any] = {"type": "principled", "base_color": color, "roughness": roughness, "metallic": metallic, "specular": specular}
    if bumps is not None:
        inner = {"type": "normalmap", "normalmap": bumps, "bsdf": inner}
    return {"type": "twosided", "bsdf": inner}


def load_glb(path: Path, prefix: str = "piece", at: tuple[float, float, float] = (0, 0, 0)) -> dict[str, Any]:
    """The meshes of a GLB file with their materials, for the path tracer, standing at a place."""
    import trimesh

    scene = trimesh.load_scene(path)
    shapes: dict[str, Any] = {}
    for number, node in enumerate(scene.graph.nodes_geometry):
        transform, geometry = scene.graph[node]
        part = scene.geometry[geometry].copy()
        part.apply_transform(transform)
        part.apply_translation(at)
        material = part.visual.material
        color = bitmap(np.asarray(material.baseColorTexture.convert("RGB")), False)
        roughness: Any = float(material.roughnessFactor if material.roughnessFactor is not None else 1.0)
        metallic: Any = float(material.metallicFactor or 0.0)
        if material.metallicRoughnessTexture is not None:
            surface = np.asarray(material.metallicRoughnessTexture.convert("RGB"))
            roughness = bitmap(surface[..., 1:2], True)
            metallic = float(surface[..., 2].mean() / 255)
        bumps = None
        if material.normalTexture is not None:
            bumps = bitmap(np.asarray(material.normalTexture.convert("RGB")), True)
        glow = material.emissiveFactor
        emitter = None
        if glow is not None and max(glow) > 0:
            emitter = {"type": "area", "radiance": {"type": "rgb", "value": [float(g) * 1.5 for g in glow]}}
        shapes[f"{prefix}{number}"] = mesh(f"{prefix}{number}", part.vertices, part.faces, part.vertex_normals, part.visual.uv,
                                           bsdf_of(color, roughness, metallic, bumps), emitter)
    return shapes


def render(scene: dict[str, Any], sensor: dict[str, Any], width: int, height: int, samples: int, depth: int = 5, seed: int = 0) -> Picture:
    """Path trace and denoise: (H, W, 3) float32 linear light."""
    import pyoidn

    mi = mitsuba()
    film = {"type": "hdrfilm", "width": width, "height": height, "rfilter": {"type": "box"}, "pixel_format": "rgb"}
    chunk = min(samples, max(4, int(6e6 / (width * height))))  # the path tracer keeps every ray of a pass in memory
    chunk = int(np.sqrt(chunk)) ** 2
    whole = {
        "type": "scene",
        "integrator": {"type": "aov", "aovs": "al:albedo,nn:sh_normal", "img": {"type": "path", "max_depth": depth}},
        "sensor": {**sensor, "film": film, "sampler": {"type": "multijitter", "sample_count": chunk}}, **scene,
    }
    loaded = mi.load_dict(whole)
    passes = max(round(samples / chunk), 1)
    raw = sum(np.array(mi.render(loaded, spp=chunk, seed=seed * 1000 + number)) for number in range(passes)) / passes
    color = np.ascontiguousarray(raw[..., :3])
    albedo = np.clip(np.ascontiguousarray(raw[..., 3:6]), 0, 1)
    normal = np.clip(np.ascontiguousarray(raw[..., 6:9]), -1, 1)
    picture: Picture = np.asarray(pyoidn.denoise(color, albedo=albedo, normal=normal, hdr=True), np.float32)
    return picture


def film_curve(light: Picture) -> npt.NDArray[np.uint8]:
    """Linear light to display bytes with a soft shoulder above 0.8."""
    soft = np.where(light > 0.8, 0.8 + 0.2 * np.tanh((light - 0.8) / 0.35), light)
    return np.asarray(np.round(linear_to_srgb(soft) * 255), np.uint8)


def product_shot(path: Path, size: int = 256, samples: int = 64, turn_deg: float = 30.0, pitch_deg: float = 16.0, wall: bool = False) -> npt.NDArray[np.uint8]:
    """A piece on a white sweep in soft studio light, or hung on a white wall: (size, size, 3) uint8."""
    import trimesh

    mi = mitsuba()
    low, high = trimesh.load_scene(path).bounds
    center = (low + high) / 2
    corners = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])
    turn, pitch = np.radians(turn_deg), np.radians(pitch_deg)
    direction = np.array([np.sin(turn) * np.cos(pitch), np.sin(pitch), np.cos(turn) * np.cos(pitch)])
    right = np.array([np.cos(turn), 0, -np.sin(turn)])
    up = np.cross(direction, right)
    fov = 22.0
    rel = corners - center
    need = max(np.max((np.maximum(np.abs(rel @ right), np.abs(rel @ up))) / np.tan(np.radians(fov / 2)) + rel @ direction), 0.3) * 1.06
    eye = center + direction * need
    transform = mi.ScalarTransform4f()
    sensor = {"type": "perspective", "fov": fov, "to_world": transform.look_at(eye.tolist(), center.tolist(), [0, 1, 0])}
    reach = float(np.linalg.norm(high - low))

    def panel(where: tuple[float, float, float], width: float, strength: float) -> dict[str, Any]:
        place = center + np.array(where) * reach
        return {"type": "rectangle", "to_world": transform.look_at(place.tolist(), center.tolist(), [0, 1, 0.01]).scale(width * reach),
                "emitter": {"type": "area", "radiance": {"type": "rgb", "value": [strength] * 3}}}

    scene: dict[str, Any] = {
        "sky": {"type": "constant", "radiance": {"type": "rgb", "value": 0.72}},
        "key": panel((-1.5, 2.0, 1.3), 0.7, 5.6), "rim": panel((1.9, 1.2, -1.0), 0.45, 2.6),
        "floor": {"type": "rectangle", "to_world": transform.rotate([1, 0, 0], -90).scale(60),
                  "bsdf": {"type": "diffuse", "reflectance": {"type": "rgb", "value": 0.86}}},
    }
    if wall:
        scene["wall"] = {"type": "rectangle", "to_world": transform.translate([0, 0, float(low[2]) - 0.001]).scale(60), "bsdf": {"type": "diffuse", "reflectance": {"type": "rgb", "value": 0.82}}}
        del scene["rim"], scene["floor"]
    light = render(scene | load_glb(path), sensor, size, size, samples)
    return film_curve(light * 1.12)
