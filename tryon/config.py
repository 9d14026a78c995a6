"""Where things lie on this machine, and the limits that protect it."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["MAX_FILE_BYTES", "MAX_PIXELS", "MAX_SIDE_PX", "MIN_SIDE_PX", "assets_dir", "cache_dir", "data_dir", "models_dir"]

MAX_FILE_BYTES = 200 * 2**20
"""A picture or mesh file larger than this is refused before it is read."""

MAX_PIXELS = 100_000_000
"""A picture with more pixels than this is refused before it is decoded."""

MAX_SIDE_PX = 4096
"""A photo whose longer side is larger is scaled down to this on loading; results have this size at most."""

MIN_SIDE_PX = 64
"""A photo smaller than this on either side holds too little to work with."""

_PACKAGE = Path(__file__).resolve().parent


def _shipped(name: str) -> Path:
    """A folder that ships with the program: inside an installed wheel, or beside the package in a checkout."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def assets_dir() -> Path:
    """Furniture, samples, icons and translations that ship with the program."""
    return _shipped("assets")


def models_dir() -> Path:
    """Network weights that ship with the program, each with its card."""
    return _shipped("models")


def cache_dir() -> Path:
    """Where what can be made again is kept (TRYON_CACHE, else the system's cache folder)."""
    override = os.environ.get("TRYON_CACHE")
    if override:
        return Path(override)
    import platformdirs

    return Path(platformdirs.user_cache_dir("tryon-studio", appauthor=False))


def data_dir() -> Path:
    """Where what cannot be made again is kept: the journal of the open work (TRYON_DATA, else the system's data folder)."""
    override = os.environ.get("TRYON_DATA")
    if override:
        return Path(override)
    import platformdirs

    return Path(platformdirs.user_data_dir("tryon-studio", appauthor=False))
