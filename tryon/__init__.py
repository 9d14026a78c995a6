"""TryOn Studio's engine: you in that garment, that sofa in your room. A library; it knows nothing of windows.

Every name loads when it is first used, so that `import tryon` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "BodyMap": "tryon.body.bodymap",
    "Camera": "tryon.room.camera",
    "Canceled": "tryon.errors",
    "Cut": "tryon.fit.cut",
    "Furniture": "tryon.room.furniture",
    "Garment": "tryon.fit.garment",
    "Photo": "tryon.image",
    "Placement": "tryon.room.scene",
    "Progress": "tryon.jobs",
    "RoomRequest": "tryon.room.pipeline",
    "RoomResult": "tryon.room.pipeline",
    "ScaleReference": "tryon.room.scale",
    "TryOnError": "tryon.errors",
    "TryOnRequest": "tryon.fit.transfer",
    "TryOnResult": "tryon.fit.transfer",
    "Worker": "tryon.jobs",
    "cut_out": "tryon.fit.garment",
    "draw_grid": "tryon.room.grid",
    "find_camera": "tryon.room.camera",
    "furnish": "tryon.room.pipeline",
    "list_furniture": "tryon.room.furniture",
    "load_furniture": "tryon.room.furniture",
    "load_photo": "tryon.image",
    "map_body": "tryon.body.bodymap",
    "save_picture": "tryon.image",
    "try_on": "tryon.fit.pipeline",
}

__version__ = "0.1.0"
__all__ = sorted(_HOME)  # noqa: PLE0605 - names are kept in one place only


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'tryon' has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
