"""What a measurement was made on: enough to compare, nothing that names the machine."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
from pathlib import Path

__all__ = ["describe_machine"]

PACKAGES = ("torch", "diffusers", "mediapipe", "opencv-python-headless", "numpy", "pyrender", "trimesh", "PySide6-Essentials")


def describe_machine() -> dict[str, object]:
    """Processor, cores, memory, system, versions, and how busy it was."""
    return {
        "cpu": _first(r"model name\s*:\s*(.+)", "/proc/cpuinfo") or platform.processor() or "unknown",
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gb": round(int(_first(r"MemTotal:\s*(\d+)", "/proc/meminfo") or 0) / 2**20, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
        "load_1_min_at_start": round(os.getloadavg()[0], 2),
    }


def _first(pattern: str, file: str) -> str:
    try:
        found = re.search(pattern, Path(file).read_text(encoding="utf-8"))
    except OSError:
        return ""
    return found.group(1).strip() if found else ""
