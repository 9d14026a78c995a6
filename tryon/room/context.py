"""A headless OpenGL context by pyrender: EGL, or OSMesa where there is no EGL."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import warnings
from typing import Any

import numpy as np

from tryon.errors import RenderError
from tryon.text import _

__all__ = ["destroy", "open_context", "release"]


def open_context() -> Any:
    """A headless OpenGL context, current in this thread. Raises RenderError in words where there is none to be had."""
    platform = os.environ.setdefault("PYOPENGL_PLATFORM", "egl" if _has_egl() else "osmesa")
    if not hasattr(np, "infty"):
        setattr(np, "infty", np.inf)  # noqa: B010  # WORKAROUND pyrender 0.1.45 asks numpy 2 for it
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pyglet

            pyglet.options["headless"] = True  # spares the X libraries
            import pyrender  # noqa: F401

            if platform == "osmesa":
                from pyrender.platforms.osmesa import OSMesaPlatform

                return _started(OSMesaPlatform(16, 16))
            from pyrender.platforms import egl

            failures: list[Exception] = []
            for device in egl.query_devices() or [egl.EGLDevice(None)]:
                try:
                    return _started(egl.EGLPlatform(16, 16, device))
                except Exception as error:  # asserts, ctypes and EGL errors: the next device may do
                    failures.append(error)
            raise failures[-1]
    except Exception as error:
        detail = str(error).split("\n")[0][:120] or type(error).__name__
        reason = _("this machine offers no OpenGL without a screen ({detail})").format(detail=detail)
        raise RenderError(reason, advice=_("install libegl1 and libgl1-mesa-dri, or libosmesa6 and set PYOPENGL_PLATFORM=osmesa")) from None


def _started(platform: Any) -> Any:
    platform.init_context()
    platform.make_current()
    return platform


def release(platform: Any) -> None:
    """Make the context nobody's: pyrender's own way of doing so does nothing."""
    if hasattr(platform, "_egl_display"):
        from OpenGL import EGL

        EGL.eglMakeCurrent(platform._egl_display, EGL.EGL_NO_SURFACE, EGL.EGL_NO_SURFACE, EGL.EGL_NO_CONTEXT)
    else:
        from OpenGL.osmesa import OSMesaMakeCurrent

        OSMesaMakeCurrent(None, None, 0, 0, 0)


def destroy(platform: Any) -> None:
    """End the context, but not EGL's display, which pyrender would end as well: other contexts of this process live on it."""
    if hasattr(platform, "_egl_display"):
        from OpenGL import EGL

        EGL.eglDestroyContext(platform._egl_display, platform._egl_context)
    else:
        platform.delete_context()


def _has_egl() -> bool:
    """Whether EGL is installed and knows a device to draw on."""
    name = ctypes.util.find_library("EGL") or "libEGL.so.1"
    try:
        library = ctypes.CDLL(name)
        library.eglGetProcAddress.restype = ctypes.c_void_p
        address = library.eglGetProcAddress(b"eglQueryDevicesEXT")
        if not address:
            return True
        count = ctypes.c_int(0)
        ctypes.CFUNCTYPE(ctypes.c_uint, ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(ctypes.c_int))(address)(0, None, ctypes.byref(count))
        return count.value > 0
    except (OSError, AttributeError):
        return False
