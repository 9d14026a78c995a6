"""Starts the bundle as a stranger would: no Python and nothing of ours on the PATH, a new home, one fitting, one room, the window.

    python -m tools.bundle.try_it [dist/tryon-studio]

The window is given a photo and a garment under Xvfb and watched until its journal holds a result. Prints sizes and seconds; status 1
with a sentence where something does not hold.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

__all__ = ["try_bundle"]

_PATIENCE_S = 900.0


def try_bundle(bundle: Path) -> dict[str, float]:
    """Size in MB and seconds of each step. Raises RuntimeError in words."""
    program, samples = bundle / "tryon", bundle / "_internal" / "tryon" / "assets" / "samples"
    found = {"size_mb": round(sum(path.stat().st_size for path in bundle.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6, 1)}
    with tempfile.TemporaryDirectory(prefix="tryon-") as scratch:
        home = Path(scratch)
        clean = {"PATH": "/usr/bin:/bin", "HOME": scratch, "TRYON_LANG": "en"}
        clean |= {"TRYON_DATA": f"{scratch}/data", "TRYON_CACHE": f"{scratch}/cache"}
        person, garment = samples / "person-1.jpg", samples / "garment-tshirt.jpg"
        for name, words in {
            "fit_s": ["fit", str(person), str(garment), "-o", "worn.png", "--json"],
            "room_s": ["room", str(samples / "room.jpg"), "--place", "armchair@650,700", "-o", "furnished.png", "--json"],
        }.items():
            start = time.monotonic()
            told: dict[str, Any] = {"capture_output": True, "text": True, "check": False, "timeout": _PATIENCE_S}
            done = subprocess.run([str(program), *words], cwd=home, env=clean, **told)
            if done.returncode or not Path(home / json.loads(done.stdout)["output"]).is_file():
                raise RuntimeError(f"tryon {words[0]} of the bundle failed: {done.stderr.strip()[-1500:]}")
            found[name] = round(time.monotonic() - start, 1)
        if not shutil.which("xvfb-run"):
            print("no Xvfb here: the window was not tried", file=sys.stderr)
            return found
        start = time.monotonic()
        words = ["xvfb-run", "-a", str(bundle / "tryon-studio"), str(person), str(garment)]
        window = subprocess.Popen(words, cwd=home, env=clean, stderr=subprocess.PIPE, start_new_session=True)
        try:
            while not _results(home / "data"):
                if window.poll() is not None or time.monotonic() - start > _PATIENCE_S:
                    raise RuntimeError(f"the window of the bundle made no result (exit status {window.poll()})")
                time.sleep(0.2)
            found["window_result_s"] = round(time.monotonic() - start, 1)
        finally:
            os.killpg(window.pid, signal.SIGTERM)
            try:
                window.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(window.pid, signal.SIGKILL)
                window.communicate()
    return found


def _results(data: Path) -> int:
    """How many results the window's journal holds."""
    for form in data.glob("journal/*/project.json"):
        try:
            return len(json.loads(form.read_bytes())["looks"])
        except (OSError, ValueError):
            return 0
    return 0


def main() -> int:
    bundle = Path(sys.argv[1] if len(sys.argv) > 1 else "dist/tryon-studio").resolve()
    if not (bundle / "tryon").is_file():
        print(f"there is no bundle in {bundle}; make one first: make bundle", file=sys.stderr)
        return 1
    try:
        print(json.dumps(try_bundle(bundle)))
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
