"""The renderer for the hand: pyrender's headless context and buffers, with shaders of our own.

The room's light is many small lights. Each draws the depth it sees; then every point of the floor and of the furniture asks
all of them what arrives. So one method gives soft shadows, contact, and light on the furniture, and the three agree.
"""

from __future__ import annotations

import math
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tryon.errors import RenderError
from tryon.image import FloatArray, UInt8Array
from tryon.room.canvas import MAX_SAMPLES, Canvas
from tryon.room.context import destroy, open_context, release
from tryon.room.lamplight import bulb_matrices, part_glows
from tryon.room.light import Light, blurred_environment, sample_light
from tryon.room.render import Layers, Quality, Window, clip_matrix, floor_region, light_table, pixel_shifts, soften_floor, window_of
from tryon.room.simplify import for_display
from tryon.room.wallshade import WallShadow, before_walls, soften_wall, wall_sheets
from tryon.text import _

if TYPE_CHECKING:
    from tryon.jobs import Progress
    from tryon.room.furniture import Furniture
    from tryon.room.mesh import Material, MeshPart
    from tryon.room.scene import Scene

__all__ = ["GlRenderer"]

Array = npt.NDArray[np.float64]
Region = tuple[float, float, float, float]

_KEPT_PIECES = 12
_STRIP_PX = 6_000_000
_SHADOW_TRIANGLES = 60_000  # heavier scenes get fewer small lights
_CASTER_TRIANGLES = 9_000  # of a piece as the small lights see it: each sees it on a picture of at most 512 pixels
_MAX_FLOOR_CELLS = 900
_WALL_CELL_M = 0.04
_MAP_BITS = {"color_map": 1, "surface_map": 2, "normal_map": 4, "occlusion_map": 8, "glow_map": 16}


@dataclass(frozen=True)
class _Part:
    """A part on the graphics card: its triangles, material and pictures."""

    primitive: Any
    count: int
    material: Material
    textures: dict[str, int]
    glow: tuple[float, float, float]


_Drawn = list[tuple[Array, _Part]]


@dataclass(frozen=True)
class _Shadows:
    """The small lights on the graphics card: the buffer that describes them, the depth they see, how many."""

    block: int
    depth: int
    count: int


class GlRenderer:
    """Draws furniture with OpenGL, without a screen: EGL, or OSMesa where there is no EGL.

    One context for life, which belongs to nobody between two calls: any thread may render, one at a time. No thread of its own.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._platform: Any = None
        self._engine = ""
        self._canvas: Canvas
        self._pieces: OrderedDict[Furniture, tuple[tuple[_Part, ...], tuple[_Part, ...]]] = OrderedDict()
        self._depth: tuple[int, int, tuple[int, int]] | None = None
        self._light: tuple[FloatArray, int] | None = None

    @property
    def engine(self) -> str:
        """What draws, in words: OpenGL's driver and the way it was reached."""
        with self._current():
            return self._engine

    def render(self, scene: Scene, light: Light, gain: float, quality: Quality, progress: Progress) -> Layers:
        """Draw the scene's pieces and the shadow they cast on the floor. Raises RenderError."""
        with self._current():
            from OpenGL.error import Error

            try:
                return self._render(scene, light, gain, quality, progress)
            except Error as error:
                detail = str(getattr(error, "description", None) or error).split("\n")[0][:120]
                self.close()
                raise RenderError(_("drawing failed ({detail})").format(detail=detail), advice=_("update the graphics driver")) from None

    def close(self) -> None:
        """Give back the context and all that lies in it; the next `render` starts anew."""
        with self._lock:
            if self._platform is None:
                return
            platform, self._platform = self._platform, None
            self._pieces.clear()
            self._depth = self._light = None
            release(platform)
            destroy(platform)

    @contextmanager
    def _current(self) -> Iterator[None]:
        """The context, for the length of one job; afterwards it is free for any other thread."""
        with self._lock:
            if self._platform is None:
                self._platform = open_context()
                from OpenGL import GL

                self._canvas = Canvas(GL)
                name, version = (GL.glGetString(key).decode() for key in (GL.GL_RENDERER, GL.GL_VERSION))
                way = os.environ.get("PYOPENGL_PLATFORM", "egl")
                self._engine = f"pyrender, {way}, {name.split(' (')[0]}, OpenGL {version.split(' ')[0]}"
            else:
                self._platform.make_current()
            platform = self._platform
            try:
                yield
            finally:
                if self._platform is platform:
                    release(platform)

    def _render(self, scene: Scene, light: Light, gain: float, quality: Quality, progress: Progress) -> Layers:
        gl = self._canvas.gl
        gl.glDisable(gl.GL_CULL_FACE)
        gl.glEnable(gl.GL_DEPTH_TEST)
        gl.glDepthFunc(gl.GL_LEQUAL)
        drawn, thin = ([(piece.transform, part) for piece in scene.pieces for part in self._upload(piece.furniture)[n]] for n in (0, 1))
        progress(0.1)
        shadows = self._see_from_lights(scene, thin, light, quality, progress.part(0.1, 0.5))
        region = floor_region(scene)
        floor_texture, floor = self._floor(region, quality.cell_m, shadows)
        walls = self._walls(scene, shadows)
        progress(0.6)
        window = window_of(scene)
        furniture = np.zeros((0, 0, 4), np.float32)
        if window is not None:
            self._set_light(light, gain, floor_texture, region, shadows)
            for name, matrix in zip(("bulb_places", "bulb_lights"), bulb_matrices(scene, light.white), strict=True):
                self._canvas.set(name, matrix)
            furniture = self._furniture(scene, drawn, window, quality.passes, progress.part(0.6, 1.0))
        self._canvas.drop(floor_texture)
        gl.glDeleteBuffers(1, [shadows.block])
        return Layers(
            window=window or Window(0, 0, 0, 0), furniture=furniture, floor=before_walls(floor, region, scene.box), region=region,
            engine=self._engine, walls=walls, box=scene.box,
        )  # fmt: skip

    def _see_from_lights(self, scene: Scene, drawn: _Drawn, light: Light, quality: Quality, progress: Progress) -> _Shadows:
        """What each small light sees, as tiles of one sheet of depth."""
        canvas, gl = self._canvas, self._canvas.gl
        corners = np.vstack([piece.corners for piece in scene.pieces])
        centre = (corners.min(axis=0) + corners.max(axis=0)) / 2
        radius = float(np.linalg.norm(corners - centre, axis=1).max()) * 1.03 + 0.02
        spare = min(1.0, max(_SHADOW_TRIANGLES / max(sum(part.count // 3 for _transform, part in drawn), 1), 0.25))
        samples = sample_light(light, centre, round(quality.keys * spare), round(quality.dome * spare))[:MAX_SAMPLES]
        table, size = light_table(samples, quality, centre, radius, MAX_SAMPLES)
        block = int(gl.glGenBuffers(1))
        gl.glBindBuffer(gl.GL_UNIFORM_BUFFER, block)
        gl.glBufferData(gl.GL_UNIFORM_BUFFER, table.nbytes, table, gl.GL_STATIC_DRAW)
        texture, framebuffer = self._depth_sheet(size)
        gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, framebuffer)
        gl.glViewport(0, 0, *size)
        gl.glClear(gl.GL_DEPTH_BUFFER_BIT)
        gl.glEnable(gl.GL_POLYGON_OFFSET_FILL)
        gl.glPolygonOffset(1.0, 2.0)
        gl.glBindBufferBase(gl.GL_UNIFORM_BUFFER, 0, block)
        canvas.use("atlas")
        casters = [(transform, part) for transform, part in drawn if part.material.alpha_mode != "BLEND" or part.material.color[3] > 0.5]
        for first in range(0, len(samples), 16):
            canvas.set("first", first)
            self._draw(casters, copies=min(16, len(samples) - first))
            progress(first / len(samples))
        gl.glDisable(gl.GL_POLYGON_OFFSET_FILL)
        gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, 0)
        return _Shadows(block=block, depth=texture, count=len(samples))

    def _depth_sheet(self, size: tuple[int, int]) -> tuple[int, int]:
        """The sheet of depth and its framebuffer; kept from call to call while its size stays."""
        if self._depth is not None and self._depth[2] != size:
            self._canvas.drop(*self._depth[:2])
            self._depth = None
        if self._depth is None:
            self._depth = (*self._canvas.depth_sheet(*size), size)
        return self._depth[:2]

    def _ask_lights(self, shadows: _Shadows) -> None:
        """Show the small lights to the program in use, all of them."""
        gl = self._canvas.gl
        gl.glBindBufferBase(gl.GL_UNIFORM_BUFFER, 0, shadows.block)
        self._canvas.bind("depth_sheet", shadows.depth)
        for name, value in (("sample_count", shadows.count), ("first", 0), ("stride", 1)):
            self._canvas.set(name, value)

    def _floor(self, region: Region, cell_m: float, shadows: _Shadows) -> tuple[int, FloatArray]:
        """The share of light that each cell of the floor keeps: as a texture, and as (rows, columns, 3)."""
        x0, z0, x1, z1 = region
        cell = max(cell_m, max(x1 - x0, z1 - z0) / _MAX_FLOOR_CELLS)
        up = np.array([0.0, 1.0, 0.0])
        plane = np.array([x0, 0.0, z0]), np.array([x1 - x0, 0.0, 0.0]), np.array([0.0, 0.0, z1 - z0]), up
        texture, kept = self._kept(plane, cell, shadows)
        return texture, soften_floor(kept, cell)

    def _walls(self, scene: Scene, shadows: _Shadows) -> tuple[WallShadow, ...]:
        """The same for the parts of the walls that the pieces may shade."""
        made = []
        for sheet in wall_sheets(scene):
            texture, kept = self._kept(sheet.plane(), _WALL_CELL_M, shadows)
            self._canvas.drop(texture)
            made.append(WallShadow(sheet, soften_wall(kept, _WALL_CELL_M)))
        return tuple(made)

    def _kept(self, plane: tuple[Array, Array, Array, Array], cell: float, shadows: _Shadows) -> tuple[int, FloatArray]:
        """The share of light on a rectangle (a corner, two edges, where it faces): as a texture, and as (rows, columns, 3)."""
        canvas, gl = self._canvas, self._canvas.gl
        origin, across, upward, facing = plane
        columns, rows = (max(8, math.ceil(float(np.linalg.norm(edge)) / cell)) for edge in (across, upward))
        texture = canvas.sheet(columns, rows)
        with canvas.target(texture, columns, rows, depth=False):
            gl.glDisable(gl.GL_DEPTH_TEST)
            canvas.use("floor")
            self._ask_lights(shadows)
            for name, value in (("origin", origin), ("across", across), ("upward", upward), ("facing", facing)):
                canvas.set(name, value)
            nothing = int(gl.glGenVertexArrays(1))
            gl.glBindVertexArray(nothing)
            gl.glDrawArrays(gl.GL_TRIANGLES, 0, 3)
            gl.glBindVertexArray(0)
            gl.glDeleteVertexArrays(1, [nothing])
            gl.glEnable(gl.GL_DEPTH_TEST)
            kept = canvas.read(columns, rows)
        return texture, np.ascontiguousarray(np.clip(kept[..., :3], 0.0, 1.0))

    def _set_light(self, light: Light, gain: float, floor_texture: int, region: Region, shadows: _Shadows) -> None:
        """Tell the surfaces' program about the room's light and the shadowed floor."""
        canvas = self._canvas
        if self._light is None or self._light[0] is not light.environment:
            if self._light is not None:
                canvas.drop(self._light[1])
            self._light = (light.environment, canvas.stack(blurred_environment(light)))
        canvas.use("surface")
        self._ask_lights(shadows)
        canvas.bind("environment", self._light[1], stack=True)
        canvas.bind("floor_map", floor_texture)
        for name, value in (("region", np.array(region)), ("floor_color", light.floor), ("white", light.white)):
            canvas.set(name, value)
        canvas.set("gain", gain)

    def _furniture(self, scene: Scene, drawn: _Drawn, window: Window, passes: int, progress: Progress) -> FloatArray:
        """The pieces as the camera sees them: strips that fit the memory, each the mean of pictures a part of a pixel apart."""
        canvas, gl = self._canvas, self._canvas.gl
        rows = max(8, min(window.height, _STRIP_PX // max(window.width, 1)))
        result = np.zeros((window.height, window.width, 4), np.float32)
        solid = [(transform, part) for transform, part in drawn if part.material.alpha_mode != "BLEND"]
        clear = [(transform, part) for transform, part in drawn if part.material.alpha_mode == "BLEND"][::-1]  # the farthest first
        for top in range(0, window.height, rows):
            strip = Window(window.x0, window.y0 + top, window.x1, min(window.y0 + top + rows, window.y1))
            texture = canvas.sheet(strip.width, strip.height)
            with canvas.target(texture, strip.width, strip.height, depth=True):
                for number, shift in enumerate(pixel_shifts(passes)):
                    to_clip = clip_matrix(scene.camera, strip, shift)
                    gl.glClearColor(0.0, 0.0, 0.0, 0.0)
                    gl.glClear(gl.GL_COLOR_BUFFER_BIT | gl.GL_DEPTH_BUFFER_BIT)
                    gl.glColorMask(False, False, False, False)
                    for program in ("depth", "surface"):  # depth first, so that every pixel is lit once
                        canvas.use(program)
                        canvas.set("mirror", np.ones(3))
                        canvas.set("to_clip", to_clip)
                        canvas.set("eye", scene.camera.position)
                        canvas.set("first", number)
                        canvas.set("stride", passes)
                        canvas.set("sharper", 0.5 * math.log2(passes))
                        self._draw(solid)
                        gl.glColorMask(True, True, True, True)
                    if clear:
                        gl.glEnable(gl.GL_BLEND)
                        gl.glBlendFunc(gl.GL_ONE, gl.GL_ONE_MINUS_SRC_ALPHA)
                        gl.glDepthMask(False)
                        self._draw(clear)
                        gl.glDepthMask(True)
                        gl.glDisable(gl.GL_BLEND)
                    result[top : top + strip.height] += canvas.read(strip.width, strip.height)[::-1]
                    progress((top + strip.height * (number + 1) / passes) / window.height)
            canvas.drop(texture)
        result /= passes
        return result

    def _draw(self, drawn: _Drawn, copies: int = 1) -> None:
        """Draw parts with the program in use, so many copies of each: their triangles, materials and pictures."""
        canvas, gl = self._canvas, self._canvas.gl
        for transform, part in drawn:
            material = part.material
            canvas.set("to_world", transform)
            canvas.set("cutoff", material.alpha_cutoff if material.alpha_mode == "MASK" else 0.0)
            if canvas.has("base_color"):
                for name, value in (("base_color", np.array(material.color)), ("glow", np.array(part.glow))):
                    canvas.set(name, value)
                canvas.set("metallic", material.metallic)
                canvas.set("roughness", material.roughness)
                canvas.set("finish", np.array([material.coat, material.coat_roughness, material.sheen_roughness, 0.0]))
                canvas.set("sheen", np.array(material.sheen))
                canvas.set("bumps", material.normal_scale)
                canvas.set("crevices", material.occlusion_strength)
                canvas.set("alpha_mode", {"MASK": 1, "BLEND": 2}.get(material.alpha_mode, 0))
                maps = sum(bit for name, bit in _MAP_BITS.items() if name in part.textures)
                canvas.set("maps", maps)
            for name, texture in part.textures.items():
                canvas.bind(name, texture)
            part.primitive._bind()
            gl.glDrawElementsInstanced(gl.GL_TRIANGLES, part.count, gl.GL_UNSIGNED_INT, None, copies)
        gl.glBindVertexArray(0)

    def _upload(self, furniture: Furniture) -> tuple[tuple[_Part, ...], tuple[_Part, ...]]:
        """A piece on the graphics card, as it is seen and, with fewer triangles, as it casts its shadow; the last twelve are kept there."""
        if furniture in self._pieces:
            self._pieces.move_to_end(furniture)
            return self._pieces[furniture]
        pictures: dict[int, int] = {}  # parts share pictures
        glows = part_glows(furniture, furniture.parts)
        parts = tuple(self._part(part, glow, pictures) for part, glow in zip(furniture.parts, glows, strict=True))
        thinned = for_display(furniture.parts, _CASTER_TRIANGLES)
        casters = parts if thinned == furniture.parts else tuple(self._part(part, (0.0, 0.0, 0.0), pictures) for part in thinned)
        self._pieces[furniture] = parts, casters
        if len(self._pieces) > _KEPT_PIECES:
            _old, (dropped, others) = self._pieces.popitem(last=False)
            for old in {id(part): part for part in (*dropped, *others)}.values():
                old.primitive._remove_from_context()
            for texture in {texture for old in dropped for texture in old.textures.values()}:
                self._canvas.drop(texture)
        return self._pieces[furniture]

    def _part(self, part: MeshPart, glow: tuple[float, float, float], pictures: dict[int, int]) -> _Part:
        """One part on the graphics card; pictures: those that are there already."""
        import pyrender

        count = len(part.vertices)
        primitive = pyrender.Primitive(
            positions=part.vertices, normals=part.normals,
            texcoord_0=part.uv if part.uv is not None else np.zeros((count, 2), np.float32),
            color_0=part.colors if part.colors is not None else np.ones((count, 4), np.float32),
            indices=part.faces, mode=4,
        )
        primitive._add_to_context()
        primitive._bind()
        for place in range(4, 8):  # pyrender's one matrix for each copy: ours come from elsewhere
            self._canvas.gl.glDisableVertexAttribArray(place)
        primitive._unbind()
        textures = {}
        if part.uv is not None:
            for name in _MAP_BITS:
                pixels = getattr(part.material, name)
                if pixels is not None:
                    if id(pixels) not in pictures:
                        pictures[id(pixels)] = self._canvas.picture(_in_color(pixels), screen=name in ("color_map", "glow_map"))
                    textures[name] = pictures[id(pixels)]
        return _Part(primitive=primitive, count=part.faces.size, material=part.material, textures=textures, glow=glow)


def _in_color(pixels: UInt8Array) -> UInt8Array:
    return pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=2)
