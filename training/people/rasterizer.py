"""Draws meshes into color, part labels and garment coordinates at once (OpenGL 3.3 without a window, by moderngl).

Cameras look along -z of their own axes; matrices act on columns; pictures have their first row at the top.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import moderngl

    from training.people.makehuman import Floats, Ints

SHADERS = Path(__file__).parent / "shaders"
SHADOW_PX = 512
_TEXTURES = ("color_map", "normal_map", "occlusion_map", "front_map", "back_map", "fold_map")


@dataclass(frozen=True, eq=False)
class Surface:
    """The unchanging side of a mesh: corners (a vertex with one uv and one part) and triangles of corners.

    flat (C, 4): texture coordinates on the flat canvas 0..1, front (> 0) or back, arm coordinate.
    laid (C, 3): decimetres where it lies in a product picture; z tells which of two layers is seen.
    """

    vertex: Ints
    triangles: Ints
    uv: Floats
    flat: Floats
    laid: Floats
    part: Floats


def make_surface(
    faces: Ints,
    part: npt.NDArray[np.integer[Any]] | int,
    uv: Floats | None = None,
    uv_faces: Ints | None = None,
    flat: Floats | None = None,
    laid: Floats | None = None,
) -> Surface:
    """Join faces (F, 3) with their uv (F, 3), the flat (V, 4) and laid (V, 3) coordinates of vertices, and the part of
    each face."""
    face_part = np.broadcast_to(np.asarray(part, np.int64), (len(faces),))
    uv_index = np.zeros_like(faces) if uv_faces is None else uv_faces
    key = (faces.astype(np.int64) << 32) | (uv_index.astype(np.int64) << 8) | face_part[:, None]
    corners, triangles = np.unique(key.ravel(), return_inverse=True)
    vertex = (corners >> 32).astype(np.int32)
    count = len(corners)
    return Surface(
        vertex=vertex,
        triangles=triangles.reshape(-1, 3).astype(np.int32),
        uv=np.zeros((count, 2), np.float32) if uv is None else uv[(corners >> 8) & 0xFFFFFF],
        flat=np.zeros((count, 4), np.float32) if flat is None else flat[vertex],
        laid=np.zeros((count, 3), np.float32) if laid is None else laid[vertex],
        part=(corners & 0xFF).astype(np.float32),
    )


@dataclass(frozen=True)
class Look:
    """How a surface is drawn. Textures are GPU textures; colors are sRGB factors.

    push: decimetres along the line of sight, away from the camera (layers). piece: number written beside the flat
    coordinates, 0 = none. cut_above, cut_below: flat v between which it is drawn. inside: draw backs only. closed: a
    skin without openings, whose far side is never seen. sleeve_end: arm coordinate of the cuff.
    """

    color_map: moderngl.Texture | None = None
    normal_map: moderngl.Texture | None = None
    occlusion_map: moderngl.Texture | None = None
    front_map: moderngl.Texture | None = None
    back_map: moderngl.Texture | None = None
    fold_map: moderngl.Texture | None = None
    fold_strength: float = 0.0
    fold_place: tuple[float, float, float, float] = (1.0, 1.0, 0.0, 0.0)
    hashed_alpha: bool = False
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)
    gloss: float = 0.0
    push: float = 0.0
    piece: int = 0
    cut_above: float = 2.0
    cut_below: float = -1.0
    sleeve_end: float = 9.0
    casts_shadow: bool = True
    inside: bool = False
    closed: bool = False


@dataclass(frozen=True, eq=False)
class Drawn:
    """A surface in its place: vertices (V, 3) and unit normals (V, 3) in world decimetres; optionally fewer faces."""

    surface: Surface
    position: Floats
    normal: Floats
    look: Look
    triangles: Ints | None = None


@dataclass(frozen=True, eq=False)
class View:
    """Camera: (4, 4) view-projection and the eye; ``orthographic`` views look along -z and draw fronts only."""

    view_projection: npt.NDArray[np.floating]
    eye: npt.NDArray[np.floating]
    orthographic: bool = False


@dataclass(frozen=True, eq=False)
class Light:
    """Nine spherical harmonics (9, 3) of the surroundings, plus one directional light with a shadow map."""

    harmonics: npt.NDArray[np.floating]
    direction: npt.NDArray[np.floating]
    color: npt.NDArray[np.floating]
    projection: npt.NDArray[np.floating] | None = None


@dataclass(frozen=True, eq=False)
class Layers:
    """What was drawn, at the rasterizer's own resolution, float32.

    color (H, W, 4) linear RGB and coverage; part, depth, piece (H, W); laid (H, W, 3) decimetres;
    side (H, W) 1 front, -1 back, 0 nothing; arm (H, W).
    """

    color: Floats
    part: Floats
    depth: Floats
    piece: Floats
    laid: Floats
    side: Floats
    arm: Floats


@dataclass(eq=False)
class _Target:
    framebuffer: Any
    attachments: list[Any] = field(default_factory=list)


class Rasterizer:
    """One OpenGL context with two programs: shadow and person. It belongs to the thread that made it."""

    def __init__(self) -> None:
        import moderngl

        self._gl = moderngl
        self.context = moderngl.create_context(standalone=True, backend="egl", require=330)
        source = {name: (SHADERS / name).read_text() for name in ("person.vert", "person.frag", "shadow.vert", "shadow.frag")}
        self._person = self.context.program(vertex_shader=source["person.vert"], fragment_shader=source["person.frag"])
        self._shadow = self.context.program(vertex_shader=source["shadow.vert"], fragment_shader=source["shadow.frag"])
        self._uniforms = {id(program): set(program) for program in (self._person, self._shadow)}
        self._shadow_map = self.context.depth_texture((SHADOW_PX, SHADOW_PX))
        self._shadow_map.compare_func = ""
        self._shadow_map.filter = (moderngl.NEAREST, moderngl.NEAREST)
        self._shadow_target = self.context.framebuffer([], self._shadow_map)
        self._targets: dict[tuple[int, int], _Target] = {}
        self._white = self.texture(np.full((2, 2, 4), 255, np.uint8))
        for program in (self._person, self._shadow):
            for slot, name in enumerate((*_TEXTURES, "shadow_map")):
                if name in program:
                    program[name].value = slot

    def texture(self, picture: npt.NDArray[np.uint8], mipmaps: bool = True) -> moderngl.Texture:
        """Upload an (H, W, 3 or 4) picture whose first row is the top. Without mipmaps it does not repeat either."""
        data = np.ascontiguousarray(picture[::-1])
        height, width, channels = data.shape
        texture = self.context.texture((width, height), channels, data.tobytes(), alignment=1)
        if mipmaps:
            texture.build_mipmaps()
            texture.filter = (self._gl.LINEAR_MIPMAP_LINEAR, self._gl.LINEAR)
        else:
            texture.filter = (self._gl.LINEAR, self._gl.LINEAR)
            texture.repeat_x = texture.repeat_y = False
        return texture

    def _target(self, size: tuple[int, int]) -> _Target:
        if size not in self._targets:
            attachments = [self.context.texture(size, 4, dtype="f4") for _ in range(3)]
            depth = self.context.depth_renderbuffer(size)
            self._targets[size] = _Target(self.context.framebuffer(attachments, depth), attachments)
        return self._targets[size]

    def draw(self, items: Sequence[Drawn], view: View, light: Light, size: tuple[int, int], unlit: bool = False) -> Layers:
        """Draw the items at ``size`` = (width, height)."""
        context = self.context
        context.enable(self._gl.DEPTH_TEST)
        context.disable(self._gl.CULL_FACE)
        meshes = [self._upload(item) for item in items]
        if light.projection is not None:
            self._shadow_target.use()
            self._shadow_target.clear(depth=1.0)
            _write(self._shadow, "light_projection", light.projection.T)
            for item, (corners, triangles) in zip(items, meshes, strict=True):
                if item.look.casts_shadow:
                    self._bind(self._shadow, item.look)
                    layout = [(corners, "3f 12x 2f 4f 16x", "position", "uv", "flat_")]
                    self._emit(self._shadow, layout, triangles)
        target = self._target(size)
        target.framebuffer.use()
        target.framebuffer.clear(0, 0, 0, 0, depth=1.0)
        program = self._person
        identity = np.eye(4)
        _write(program, "view_projection", view.view_projection.T)
        _write(program, "light_projection", (identity if light.projection is None else light.projection).T)
        _write(program, "harmonics", light.harmonics)
        _write(program, "light_direction", light.direction)
        _write(program, "light_color", light.color)
        _write(program, "eye", view.eye)
        program["shadowed"].value = 0.0 if light.projection is None else 1.0
        program["orthographic"].value = int(view.orthographic)
        program["unlit"].value = int(unlit)
        self._shadow_map.use(len(_TEXTURES))
        for item, (corners, triangles) in zip(items, meshes, strict=True):
            self._bind(program, item.look)
            (context.enable if item.look.closed else context.disable)(self._gl.CULL_FACE)
            layout = [(corners, "3f 3f 2f 4f 3f 1f", "position", "normal", "uv", "flat_", "laid_", "part_")]
            self._emit(program, layout, triangles)
        context.disable(self._gl.CULL_FACE)
        for corners, triangles in meshes:
            corners.release()
            triangles.release()
        width, height = size
        color, place, laid = (
            np.frombuffer(target.framebuffer.read(components=4, attachment=k, dtype="f4"), np.float32).reshape(height, width, 4)[::-1]
            for k in range(3)
        )
        return Layers(
            color=color,
            part=place[..., 0],
            depth=place[..., 1],
            piece=place[..., 2],
            laid=laid[..., :3],
            side=place[..., 3],
            arm=laid[..., 3],
        )

    def _upload(self, item: Drawn) -> tuple[Any, Any]:
        surface = item.surface
        corners = np.concatenate(
            [
                item.position[surface.vertex],
                item.normal[surface.vertex],
                surface.uv,
                surface.flat,
                surface.laid,
                surface.part[:, None],
            ],
            axis=1,
            dtype=np.float32,
        )
        triangles = surface.triangles if item.triangles is None else item.triangles
        return self.context.buffer(corners.tobytes()), self.context.buffer(triangles.astype(np.int32).tobytes() or bytes(12))

    def _emit(self, program: Any, layout: list[tuple[Any, ...]], triangles: Any) -> None:
        array = self.context.vertex_array(program, layout, triangles)
        array.render()
        array.release()

    def _bind(self, program: Any, look: Look) -> None:
        known = self._uniforms[id(program)]
        for slot, name in enumerate(_TEXTURES):
            if name in known:
                (getattr(look, name) or self._white).use(slot)
        flags = {
            "has_normal": look.normal_map is not None,
            "has_occlusion": look.occlusion_map is not None,
            "has_front": look.front_map is not None,
            "has_fold": look.fold_map is not None,
            "hashed_alpha": look.hashed_alpha,
            "inside": look.inside,
        }
        for name, flag in flags.items():
            if name in known:
                program[name].value = int(flag)
        numbers = ("fold_strength", "gloss", "push", "piece", "cut_above", "cut_below", "sleeve_end")
        for name in numbers:
            if name in known:
                program[name].value = float(getattr(look, name))
        if "tint" in known:
            program["tint"].value = look.tint
        if "fold_place" in known:
            program["fold_place"].value = look.fold_place


def _write(program: Any, name: str, value: npt.NDArray[np.floating]) -> None:
    if name in program:
        program[name].write(np.ascontiguousarray(value, np.float32).tobytes())


def release(textures: Iterable[moderngl.Texture]) -> None:
    """Give textures back to the driver."""
    for texture in textures:
        texture.release()


def perspective(height_angle: float, aspect: float, near: float = 0.5, far: float = 100.0) -> npt.NDArray[np.float64]:
    """(4, 4) projection; ``height_angle`` in radians, ``aspect`` = width / height."""
    scale = 1 / np.tan(height_angle / 2)
    depth = [0, 0, (far + near) / (near - far), 2 * far * near / (near - far)]
    return np.array([[scale / aspect, 0, 0, 0], [0, scale, 0, 0], depth, [0, 0, -1, 0]])


def orthographic(half_width: float, half_height: float, near: float, far: float) -> npt.NDArray[np.float64]:
    """(4, 4) parallel projection."""
    depth = [0, 0, -2 / (far - near), -(far + near) / (far - near)]
    return np.array([[1 / half_width, 0, 0, 0], [0, 1 / half_height, 0, 0], depth, [0, 0, 0, 1]])


def look_at(eye: npt.ArrayLike, center: npt.ArrayLike, up: npt.ArrayLike = (0, 1, 0)) -> npt.NDArray[np.float64]:
    """(4, 4) world to camera."""
    backward = np.asarray(eye, float) - np.asarray(center, float)
    backward /= np.linalg.norm(backward)
    right = np.cross(up, backward)
    right /= np.linalg.norm(right)
    result = np.eye(4)
    result[:3, :3] = [right, np.cross(backward, right), backward]
    result[:3, 3] = -result[:3, :3] @ np.asarray(eye, float)
    return result
