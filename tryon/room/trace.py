"""The path tracer at work, in a process of its own: Mitsuba 3 follows the light, Open Image Denoise takes the noise away.

    python -m tryon.room.trace FD

Started by `tryon.room.tracer`, with one end of a pipe. Nothing else imports mitsuba or pyoidn. A render goes in slices of a few
samples, and every slice is told. It ends with whoever started it.
"""

from __future__ import annotations

import ctypes
import math
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import FloatArray, srgb_to_linear
from tryon.room.mesh import Material, MeshPart
from tryon.room.stage import Panel

__all__ = ["TraceRequest", "TracedPart", "View", "find_llvm", "serve"]

Array = npt.NDArray[np.float64]

SLICE_SAMPLES = 4
MAX_DEPTH = 5
_RAYS_AT_ONCE = 5_000_000  # the fast variant keeps every ray of a slice in memory
_LLVM = (
    "libLLVM.so.19.1", "libLLVM-19.so.1", "libLLVM-19.so", "libLLVM.so.20.1", "libLLVM-20.so",
    "/opt/homebrew/opt/llvm@19/lib/libLLVM.dylib", "LLVM-C.dll",
)


@dataclass(frozen=True, eq=False)
class View:
    """What the camera sees of the render: K (3, 3) in pixels of the whole render, (width, height) of it, and x0, y0, x1, y1 rendered."""

    K: Array
    rotation: Array
    position: Array
    size: tuple[int, int]
    crop: tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class TracedPart:
    """A part of a piece standing in the room; transform: (4, 4) from the mesh to the world. glow: how it shines, in the request's glow."""

    part: MeshPart
    transform: Array
    glow: tuple[float, float, float] = (0.0, 0.0, 0.0)


@dataclass(frozen=True, eq=False)
class TraceRequest:
    """One render. cover: how much of each pixel the parts cover, instead of what they look like. glow: radiance of a white sheet.
    sky: radiance of an even sky around everything.
    """

    view: View
    panels: tuple[Panel, ...]
    parts: tuple[TracedPart, ...]
    samples: int
    cover: bool = False
    glow: float = 1.0
    sky: float = 0.0
    seed: int = 1


def find_llvm() -> str:
    """The library that makes the path tracer some five times faster: a name to load it by, or "" where it is missing."""
    for name in (os.environ.get("DRJIT_LIBLLVM_PATH", ""), *_LLVM):
        if name:
            try:
                ctypes.CDLL(name)
            except OSError:
                continue
            return name
    return ""


def start(fast: bool) -> str:
    """Load the path tracer; the name of its variant. Raises ImportError where it is not installed."""
    llvm = find_llvm() if fast else ""
    if llvm:
        os.environ["DRJIT_LIBLLVM_PATH"] = llvm
    import mitsuba as mi
    import pyoidn  # noqa: F401

    mi.set_log_level(mi.LogLevel.Error)
    mi.set_variant("llvm_ad_rgb" if llvm else "scalar_rgb")
    return str(mi.variant())


def trace(request: TraceRequest, told: Callable[[int, int], None]) -> FloatArray:
    """Render: (h, w, 3) float32 linear radiance without noise, or (h, w) coverage 0..1. told: slices done, slices in all."""
    import mitsuba as mi

    x0, y0, x1, y1 = request.view.crop
    fast = mi.variant() != "scalar_rgb"
    slice_samples = SLICE_SAMPLES if not fast or (x1 - x0) * (y1 - y0) * SLICE_SAMPLES <= _RAYS_AT_ONCE else 1
    slices = max(1, round(request.samples / slice_samples))
    scene = mi.load_dict({
        "type": "scene", "integrator": _integrator(request.cover), "sensor": _sensor(request.view, slice_samples),
        **(_shapes_in_black(request) if request.cover else _shapes(request)),
    })
    total: Any = 0.0
    told(0, slices)
    for number in range(slices):
        total = total + np.array(mi.render(scene, spp=slice_samples, seed=request.seed + number), np.float32)
        told(number + 1, slices)
    mean = total / slices
    if request.cover:
        covered: FloatArray = np.clip(1.0 - mean[..., 0], 0.0, 1.0).astype(np.float32)
        return covered
    return _denoised(mean)


def _denoised(raw: FloatArray) -> FloatArray:
    import pyoidn

    color = np.ascontiguousarray(np.maximum(np.nan_to_num(raw[..., :3], posinf=0.0), 0.0))
    albedo = np.clip(np.nan_to_num(np.ascontiguousarray(raw[..., 3:6])), 0.0, 1.0)
    normal = np.clip(np.nan_to_num(np.ascontiguousarray(raw[..., 6:9])), -1.0, 1.0)
    return np.asarray(pyoidn.denoise(color, albedo=albedo, normal=normal, hdr=True), np.float32)


def _integrator(cover: bool) -> dict[str, Any]:
    if cover:
        return {"type": "path", "max_depth": 16}
    return {"type": "aov", "aovs": "al:albedo,nn:sh_normal", "img": {"type": "path", "max_depth": MAX_DEPTH}}


def _sensor(view: View, samples: int) -> dict[str, Any]:
    import mitsuba as mi

    width, height = view.size
    x0, y0, x1, y1 = view.crop
    ahead, up = view.position + view.rotation[2], -view.rotation[1]
    return {
        "type": "perspective", "fov": math.degrees(2 * math.atan(width / 2 / view.K[0, 0])), "fov_axis": "x", "near_clip": 0.04,
        "principal_point_offset_x": float(view.K[0, 2] / width - 0.5), "principal_point_offset_y": float(view.K[1, 2] / height - 0.5),
        "to_world": mi.ScalarTransform4f().look_at(view.position.tolist(), ahead.tolist(), up.tolist()),
        "film": {
            "type": "hdrfilm", "width": width, "height": height, "pixel_format": "rgb",
            "rfilter": {"type": "box"},  # with any other the denoiser removes nothing
            "crop_offset_x": x0, "crop_offset_y": y0, "crop_width": x1 - x0, "crop_height": y1 - y0,
        },
        "sampler": {"type": "multijitter", "sample_count": samples},
    }


def _shapes(request: TraceRequest) -> dict[str, Any]:
    shapes = {f"panel{number}": _panel(panel) for number, panel in enumerate(request.panels)}
    if request.sky > 0:
        shapes["sky"] = {"type": "constant", "radiance": {"type": "rgb", "value": request.sky}}
    kept: dict[int, Any] = {}
    for number, traced in enumerate(request.parts):
        material = traced.part.material
        if id(material) not in kept:
            kept[id(material)] = _surface(traced.part)
        glow = [value * request.glow for value in traced.glow]
        emitter = {"type": "area", "radiance": _radiance(traced.part, glow)} if max(glow) > 0 else None
        shapes[f"part{number}"] = _mesh(f"part{number}", traced, kept[id(material)], emitter)
    return shapes


def _radiance(part: MeshPart, glow: list[float]) -> Any:
    if part.material.glow_map is None or part.uv is None:
        return {"type": "rgb", "value": glow}
    return _bitmap(srgb_to_linear(part.material.glow_map[..., :3]) * np.asarray(glow, np.float32))


def _shapes_in_black(request: TraceRequest) -> dict[str, Any]:
    """Black furniture before a white sky: the picture is what it does not cover."""
    black = {"type": "twosided", "bsdf": {"type": "diffuse", "reflectance": {"type": "rgb", "value": 0.0}}}
    shapes: dict[str, Any] = {"sky": {"type": "constant", "radiance": {"type": "rgb", "value": 1.0}}}
    for number, traced in enumerate(request.parts):
        shapes[f"part{number}"] = _mesh(f"part{number}", traced, _with_holes(black, traced.part), None)
    return shapes


def _panel(panel: Panel) -> dict[str, Any]:
    import mitsuba as mi

    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1], matrix[:3, 3] = panel.right, panel.up, panel.middle
    normal = np.cross(panel.right, panel.up)
    matrix[:3, 2] = normal / np.linalg.norm(normal)
    color = {"type": "rgb", "value": [float(value) for value in panel.color]}
    shape: dict[str, Any] = {"type": "rectangle", "to_world": mi.ScalarTransform4f(matrix.tolist())}
    if panel.gloss > 0:
        inner = {"type": "principled", "base_color": color, "roughness": panel.roughness, "specular": panel.gloss}
    else:
        inner = {"type": "diffuse", "reflectance": color}
    shape["bsdf"] = {"type": "twosided", "bsdf": inner}
    if max(panel.glow) > 0:
        shape["emitter"] = {"type": "area", "radiance": {"type": "rgb", "value": [float(value) for value in panel.glow]}}
    return shape


def _surface(part: MeshPart) -> dict[str, Any]:
    """A glTF metal-rough material in the path tracer's words."""
    material = part.material
    textured = part.uv is not None
    color: Any = {"type": "rgb", "value": _plain_color(part)}
    if textured and material.color_map is not None:
        pixels = srgb_to_linear(material.color_map[..., :3]) * np.asarray(_plain_color(part), np.float32)
        color = _bitmap(np.clip(pixels * _crevices(material, pixels.shape), 0.0, 1.0))
    elif textured and material.occlusion_map is not None:
        even = np.ones((*material.occlusion_map.shape, 3), np.float32) * np.asarray(_plain_color(part), np.float32)
        color = _bitmap(even * _crevices(material, even.shape))
    roughness: Any = float(np.clip(material.roughness, 0.03, 1.0))
    metallic: Any = float(np.clip(material.metallic, 0.0, 1.0))
    if textured and material.surface_map is not None:
        surface = material.surface_map.astype(np.float32) / 255.0
        roughness = _bitmap(np.clip(surface[..., 1:2] * material.roughness, 0.03, 1.0))
        if material.metallic > 0:
            metallic = _bitmap(np.clip(surface[..., 2:3] * material.metallic, 0.0, 1.0))
    inner: dict[str, Any] = {"type": "principled", "base_color": color, "roughness": roughness, "metallic": metallic, "specular": 0.5}
    if material.coat > 0:
        inner |= {"clearcoat": material.coat, "clearcoat_gloss": 1.0 - material.coat_roughness}
    if max(material.sheen) > 0:
        tint = 1.0 - min(material.sheen) / max(material.sheen)
        inner |= {"sheen": float(max(material.sheen)), "sheen_tint": float(tint)}
    if textured and material.normal_map is not None:
        bumps = _bitmap(_bumps(material))
        inner = {"type": "normalmap", "normalmap": bumps, "bsdf": inner}
    return _with_holes({"type": "twosided", "bsdf": inner}, part)


def _bumps(material: Material) -> FloatArray:
    """The normal map, its bumps as steep as the material says."""
    normal = material.normal_map[..., :3].astype(np.float32) / 127.5 - 1.0  # type: ignore[index]
    normal[..., :2] *= material.normal_scale
    normal /= np.maximum(np.linalg.norm(normal, axis=2, keepdims=True), 1e-6)
    result: FloatArray = normal * 0.5 + 0.5
    return result


def _crevices(material: Material, shape: tuple[int, ...]) -> FloatArray:
    """What the occlusion map darkens: half of what it says, for the paths find most crevices themselves."""
    if material.occlusion_map is None:
        return np.ones((1, 1, 1), np.float32)
    open_share = cv2.resize(material.occlusion_map, (shape[1], shape[0]), interpolation=cv2.INTER_AREA).astype(np.float32) / 255.0
    result: FloatArray = (1.0 - 0.5 * material.occlusion_strength * (1.0 - open_share))[..., None]
    return result


def _plain_color(part: MeshPart) -> list[float]:
    color = np.asarray(part.material.color[:3], np.float64)
    if part.colors is not None:
        color = color * part.colors[:, :3].mean(axis=0)
    return [float(value) for value in np.clip(color, 0.0, 1.0)]


def _with_holes(surface: dict[str, Any], part: MeshPart) -> dict[str, Any]:
    material = part.material
    if material.alpha_mode == "OPAQUE":
        return surface
    plain = float(np.clip(material.color[3], 0.0, 1.0))
    opacity: Any = {"type": "rgb", "value": plain}
    if part.uv is not None and material.color_map is not None and material.color_map.shape[2] == 4:
        alpha = material.color_map[..., 3:].astype(np.float32) / 255.0 * plain
        opacity = _bitmap((alpha >= material.alpha_cutoff).astype(np.float32) if material.alpha_mode == "MASK" else alpha)
    elif material.alpha_mode == "MASK":
        opacity = {"type": "rgb", "value": float(plain >= material.alpha_cutoff)}
    return {"type": "mask", "opacity": opacity, "bsdf": surface}


def _bitmap(values: FloatArray) -> Any:
    """Values as a texture; ours have row 0 at v = 1."""
    import mitsuba as mi

    data = mi.TensorXf(np.ascontiguousarray(values[::-1], np.float32))
    return mi.load_dict({"type": "bitmap", "data": data, "raw": True})


def _mesh(name: str, traced: TracedPart, bsdf: dict[str, Any], emitter: dict[str, Any] | None) -> Any:
    import mitsuba as mi

    part, matrix = traced.part, traced.transform
    turn = np.linalg.inv(matrix[:3, :3]).T
    vertices = part.vertices @ matrix[:3, :3].T + matrix[:3, 3]
    normals = part.normals @ turn.T
    normals = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    props = mi.Properties()
    props["mesh_bsdf"] = bsdf if not isinstance(bsdf, dict) else mi.load_dict(bsdf)
    if emitter is not None:
        props["mesh_emitter"] = mi.load_dict(emitter)
    shape = mi.Mesh(
        name, len(vertices), len(part.faces), has_vertex_normals=True, has_vertex_texcoords=part.uv is not None, props=props
    )
    params = mi.traverse(shape)
    params["vertex_positions"] = vertices.astype(np.float32).ravel()
    params["faces"] = part.faces.astype(np.uint32).ravel()
    params["vertex_normals"] = normals.astype(np.float32).ravel()
    if part.uv is not None:
        params["vertex_texcoords"] = part.uv.astype(np.float32).ravel()
    params.update()
    return shape


def serve(descriptor: int, fast: bool) -> None:
    """Do one render after the other for whoever holds the pipe's other end; end when they do."""
    from multiprocessing.connection import Connection

    pipe = Connection(descriptor)
    requests: list[Any] = []
    arrived = threading.Condition()

    def listen() -> None:
        try:
            while True:
                found = pipe.recv()
                with arrived:
                    requests.append(found)
                    arrived.notify()
        except (EOFError, OSError):
            os._exit(0)  # whoever asked is gone

    threading.Thread(target=listen, daemon=True).start()
    try:
        pipe.send(("ready", start(fast)))
    except ImportError as error:
        pipe.send(("missing", str(error)))
        return
    while True:
        with arrived:
            while not requests:
                arrived.wait()
            request = requests.pop(0)
        try:
            answer = trace(request, lambda done, of: pipe.send(("slice", done, of)))
            pipe.send(("answer", answer))
        except (BrokenPipeError, ConnectionResetError):
            return
        except Exception as error:
            pipe.send(("fault", f"{type(error).__name__}: {error}"))


if __name__ == "__main__":
    from tryon.room import trace as _module  # what is sent must be of the same classes over there

    _module.serve(int(sys.argv[1]), sys.argv[2] == "fast")
