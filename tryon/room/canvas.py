"""OpenGL in small words: programs from `shaders/`, pictures, and places to draw into. Needs a current context."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from tryon.errors import RenderError
from tryon.image import FloatArray, UInt8Array
from tryon.text import _

__all__ = ["MAX_SAMPLES", "Canvas"]

MAX_SAMPLES = 128
_UNITS = {
    "color_map": 0, "surface_map": 1, "normal_map": 2, "environment": 3,
    "floor_map": 4, "depth_sheet": 5, "occlusion_map": 6, "glow_map": 7,
}
_PROGRAMS = {
    "atlas": ("atlas.vert", "depth.frag"), "depth": ("piece.vert", "depth.frag"),
    "floor": ("floor.vert", "floor.frag"), "surface": ("piece.vert", "surface.frag"),
}


class Canvas:
    """Programs and pictures of one context; they end with it. `gl` is the module OpenGL.GL."""

    def __init__(self, gl: Any) -> None:
        self.gl = gl
        self._programs: dict[str, tuple[int, dict[str, tuple[int, int]]]] = {}
        self._used = ""

    def use(self, program: str) -> None:
        """Draw with a program from now on, compiled at its first use."""
        if program not in self._programs:
            self._programs[program] = self._compile(program)
        self.gl.glUseProgram(self._programs[program][0])
        self._used = program

    def has(self, uniform: str) -> bool:
        """Whether the program in use knows a value of this name."""
        return uniform in self._programs[self._used][1]

    def set(self, uniform: str, value: float | npt.NDArray[Any]) -> None:
        """Give the program in use a value: a number, a vector or a (4, 4) matrix; names it does not use are passed over."""
        gl = self.gl
        if uniform not in self._programs[self._used][1]:
            return
        place, kind = self._programs[self._used][1][uniform]
        if isinstance(value, np.ndarray):
            array = np.ascontiguousarray(value, np.float32)
            if array.ndim == 2:
                gl.glUniformMatrix4fv(place, 1, gl.GL_TRUE, array)
            else:
                (gl.glUniform3fv if array.size == 3 else gl.glUniform4fv)(place, 1, array)
        elif kind == gl.GL_FLOAT:
            gl.glUniform1f(place, float(value))
        else:
            gl.glUniform1i(place, int(value))

    def bind(self, unit: str, texture: int, stack: bool = False) -> None:
        """Show the programs a picture (or a stack of pictures) under the name that their source gives it."""
        gl = self.gl
        gl.glActiveTexture(gl.GL_TEXTURE0 + _UNITS[unit])
        gl.glBindTexture(gl.GL_TEXTURE_2D_ARRAY if stack else gl.GL_TEXTURE_2D, texture)

    def picture(self, pixels: UInt8Array, screen: bool) -> int:
        """A repeating picture with mipmaps from (h, w, 3 or 4) uint8, row 0 at the top; `screen`: the values are sRGB."""
        gl = self.gl
        texture = self._new(gl.GL_TEXTURE_2D, gl.GL_REPEAT, gl.GL_LINEAR_MIPMAP_LINEAR)
        kinds = {(3, True): gl.GL_SRGB8, (4, True): gl.GL_SRGB8_ALPHA8, (3, False): gl.GL_RGB8, (4, False): gl.GL_RGBA8}
        flipped = np.ascontiguousarray(pixels[::-1])
        order = gl.GL_RGBA if pixels.shape[2] == 4 else gl.GL_RGB
        gl.glPixelStorei(gl.GL_UNPACK_ALIGNMENT, 1)
        kind, (height, width) = kinds[pixels.shape[2], screen], pixels.shape[:2]
        gl.glTexImage2D(gl.GL_TEXTURE_2D, 0, kind, width, height, 0, order, gl.GL_UNSIGNED_BYTE, flipped)
        gl.glGenerateMipmap(gl.GL_TEXTURE_2D)
        return texture

    def sheet(self, width: int, height: int) -> int:
        """An empty picture of light to draw into: RGBA, half floats."""
        gl = self.gl
        texture = self._new(gl.GL_TEXTURE_2D, gl.GL_CLAMP_TO_EDGE, gl.GL_LINEAR)
        gl.glTexImage2D(gl.GL_TEXTURE_2D, 0, gl.GL_RGBA16F, width, height, 0, gl.GL_RGBA, gl.GL_FLOAT, None)
        return texture

    def stack(self, layers: FloatArray) -> int:
        """A stack of pictures of light from (n, h, w, 3) float32, row 0 at v = 0, that repeat sideways."""
        gl = self.gl
        texture = self._new(gl.GL_TEXTURE_2D_ARRAY, gl.GL_CLAMP_TO_EDGE, gl.GL_LINEAR)
        gl.glTexParameteri(gl.GL_TEXTURE_2D_ARRAY, gl.GL_TEXTURE_WRAP_S, gl.GL_REPEAT)
        count, height, width = layers.shape[:3]
        data = np.ascontiguousarray(layers, np.float32)
        gl.glPixelStorei(gl.GL_UNPACK_ALIGNMENT, 1)
        gl.glTexImage3D(gl.GL_TEXTURE_2D_ARRAY, 0, gl.GL_RGB16F, width, height, count, 0, gl.GL_RGB, gl.GL_FLOAT, data)
        return texture

    def depth_sheet(self, width: int, height: int) -> tuple[int, int]:
        """A sheet of depth that answers "is this nearer?", and the framebuffer to draw into it."""
        gl = self.gl
        texture = self._new(gl.GL_TEXTURE_2D, gl.GL_CLAMP_TO_EDGE, gl.GL_LINEAR)
        gl.glTexParameteri(gl.GL_TEXTURE_2D, gl.GL_TEXTURE_COMPARE_MODE, gl.GL_COMPARE_REF_TO_TEXTURE)
        gl.glTexParameteri(gl.GL_TEXTURE_2D, gl.GL_TEXTURE_COMPARE_FUNC, gl.GL_LEQUAL)
        gl.glTexImage2D(gl.GL_TEXTURE_2D, 0, gl.GL_DEPTH_COMPONENT32F, width, height, 0, gl.GL_DEPTH_COMPONENT, gl.GL_FLOAT, None)
        framebuffer = int(gl.glGenFramebuffers(1))
        gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, framebuffer)
        gl.glFramebufferTexture2D(gl.GL_FRAMEBUFFER, gl.GL_DEPTH_ATTACHMENT, gl.GL_TEXTURE_2D, texture, 0)
        gl.glDrawBuffer(gl.GL_NONE)
        gl.glReadBuffer(gl.GL_NONE)
        return texture, framebuffer

    def drop(self, texture: int, framebuffer: int | None = None) -> None:
        """Give back a picture, and the framebuffer that drew into it."""
        self.gl.glDeleteTextures([texture])
        if framebuffer is not None:
            self.gl.glDeleteFramebuffers(1, [framebuffer])

    @contextmanager
    def target(self, texture: int, width: int, height: int, depth: bool) -> Iterator[None]:
        """Draw into a picture for the length of the block, with a depth buffer or without. Raises RenderError."""
        gl = self.gl
        framebuffer = int(gl.glGenFramebuffers(1))
        buffer = int(gl.glGenRenderbuffers(1)) if depth else 0
        try:
            gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, framebuffer)
            gl.glFramebufferTexture2D(gl.GL_FRAMEBUFFER, gl.GL_COLOR_ATTACHMENT0, gl.GL_TEXTURE_2D, texture, 0)
            if depth:
                gl.glBindRenderbuffer(gl.GL_RENDERBUFFER, buffer)
                gl.glRenderbufferStorage(gl.GL_RENDERBUFFER, gl.GL_DEPTH_COMPONENT32F, width, height)
                gl.glFramebufferRenderbuffer(gl.GL_FRAMEBUFFER, gl.GL_DEPTH_ATTACHMENT, gl.GL_RENDERBUFFER, buffer)
            if gl.glCheckFramebufferStatus(gl.GL_FRAMEBUFFER) != gl.GL_FRAMEBUFFER_COMPLETE:
                raise RenderError(_("this machine's OpenGL cannot draw light as numbers"), advice=_("update the graphics driver"))
            gl.glViewport(0, 0, width, height)
            yield
        finally:
            gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, 0)
            gl.glDeleteFramebuffers(1, [framebuffer])
            if depth:
                gl.glDeleteRenderbuffers(1, [buffer])

    def read(self, width: int, height: int) -> FloatArray:
        """What has been drawn: (height, width, 4) float32, the lowest row first."""
        gl = self.gl
        gl.glPixelStorei(gl.GL_PACK_ALIGNMENT, 1)
        out = np.empty((height, width, 4), np.float32)
        gl.glReadPixels(0, 0, width, height, gl.GL_RGBA, gl.GL_FLOAT, out)
        return out

    def _new(self, kind: int, wrap: int, shrink: int) -> int:
        gl = self.gl
        texture = int(gl.glGenTextures(1))
        gl.glActiveTexture(gl.GL_TEXTURE0 + 8)  # a unit that no program looks at
        gl.glBindTexture(kind, texture)
        for name, value in (
            (gl.GL_TEXTURE_WRAP_S, wrap), (gl.GL_TEXTURE_WRAP_T, wrap),
            (gl.GL_TEXTURE_MIN_FILTER, shrink), (gl.GL_TEXTURE_MAG_FILTER, gl.GL_LINEAR),
        ):
            gl.glTexParameteri(kind, name, value)
        return texture

    def _compile(self, name: str) -> tuple[int, dict[str, tuple[int, int]]]:
        """A program from its two files, and its values by name: place and kind. Raises RenderError with the compiler's words."""
        gl = self.gl
        program = gl.glCreateProgram()
        for file in _PROGRAMS[name]:
            shader = gl.glCreateShader(gl.GL_VERTEX_SHADER if file.endswith(".vert") else gl.GL_FRAGMENT_SHADER)
            gl.glShaderSource(shader, _source(file))
            gl.glCompileShader(shader)
            if not gl.glGetShaderiv(shader, gl.GL_COMPILE_STATUS):
                self._refuse(file, gl.glGetShaderInfoLog(shader))
            gl.glAttachShader(program, shader)
            gl.glDeleteShader(shader)
        gl.glLinkProgram(program)
        if not gl.glGetProgramiv(program, gl.GL_LINK_STATUS):
            self._refuse(name, gl.glGetProgramInfoLog(program))
        gl.glUseProgram(program)
        values: dict[str, tuple[int, int]] = {}
        for index in range(gl.glGetProgramiv(program, gl.GL_ACTIVE_UNIFORMS)):
            raw, _size, kind = gl.glGetActiveUniform(program, index)
            uniform = (raw if isinstance(raw, bytes) else bytes(raw)).split(b"\0")[0].decode()
            place = gl.glGetUniformLocation(program, uniform)
            if place >= 0:
                values[uniform] = (int(place), int(kind))
            if uniform in _UNITS:
                gl.glUniform1i(place, _UNITS[uniform])
        block = gl.glGetUniformBlockIndex(program, "Samples")
        if block != gl.GL_INVALID_INDEX:
            gl.glUniformBlockBinding(program, block, 0)
        return int(program), values

    @staticmethod
    def _refuse(file: str, log: bytes | str) -> None:
        words = log.decode(errors="replace") if isinstance(log, bytes) else log
        reason = _("this machine's OpenGL does not take {file} ({detail})").format(file=file, detail=words.split("\n")[0][:160])
        raise RenderError(reason, advice=_("update the graphics driver"))


def _source(file: str) -> str:
    """The text of a shader, with what it includes."""
    folder = resources.files("tryon.room") / "shaders"
    text = (folder / file).read_text(encoding="utf-8")
    for included in ("gather.glsl", "lights.glsl"):
        if f'#include "{included}"' in text:
            text = text.replace(f'#include "{included}"\n', (folder / included).read_text(encoding="utf-8"))
    return text.replace("MAX_SAMPLES", str(MAX_SAMPLES))
