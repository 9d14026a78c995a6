"""What works on this machine, in a dozen lines that fit into a bug report; no host name, no path."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import platform
import time
from pathlib import Path

from tryon.config import assets_dir
from tryon.errors import TryOnError
from tryon.text import _

__all__ = ["examine"]

_PACKAGES = ("PySide6-Essentials", "mediapipe", "torch", "diffusers", "opencv-python-headless", "trimesh", "pyrender", "numpy", "pillow")


def examine() -> int:
    """Print versions, drawing, weights and assets; 2 where something that is needed does not work."""
    from tryon import __version__

    _say("tryon", __version__)
    _say("python", f"{platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores")
    good = True
    for name in _PACKAGES:
        try:
            _say(name, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            good = False
            _say(name, _("MISSING"))
    for name, check in (("models", _models), ("furniture", _furniture), ("samples", _samples), ("drawing", _drawing)):
        start = time.monotonic()
        try:
            _say(name, f"{check()} ({time.monotonic() - start:.1f} s)")
        except (TryOnError, ImportError) as error:
            good = False
            _say(name, _("FAILED: {reason}").format(reason=error))
    return 0 if good else 2


def _say(name: str, text: str) -> None:
    print(f"{name:24} {text}", flush=True)  # noqa: T201 - this is a page of the command line


def _models() -> str:
    from tryon.weights.store import ModelStore

    store = ModelStore()
    sizes = {name: store.path(name).stat().st_size for name in store.names()}
    if not sizes:
        raise TryOnError(_("there are no weights"), advice=_("install the program again"))
    return ", ".join(f"{name} {_megabytes(size)}" for name, size in sizes.items())


def _furniture() -> str:
    from tryon.room.furniture import list_furniture

    return _("{count} pieces, {size}").format(count=len(list_furniture()), size=_megabytes(_size(assets_dir() / "furniture")))


def _samples() -> str:
    folder = assets_dir() / "samples"
    count = sum(path.suffix in (".jpg", ".png") for path in folder.glob("*"))
    return _("{count} pictures, {size}").format(count=count, size=_megabytes(_size(folder)))


def _drawing() -> str:
    from tryon.room.gl import GlRenderer

    with contextlib.closing(GlRenderer()) as renderer:
        return renderer.engine


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _megabytes(size: int) -> str:
    return f"{size / 2**20:.1f} MB"
