"""How long both jobs take from one command, on the sample pictures: writes benchmarks/results/first_light.json.

    python -m benchmarks.first_light [--runs 3]

Cold: a fresh process from the shell's point of view, everything included. Warm: in a process that has done the same work on another
picture before. The best of the runs counts, since other programs only ever add to the time; all runs are in the file.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.machine import describe_machine

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "first_light.json"
# What is asked for, on two cores; the large fitting is a photo of 3072 x 4096 pixels.
TARGETS = {
    "import_tryon_s": 0.2, "window_on_screen_s": 2.0, "fit_cold_s": 20.0, "fit_warm_s": 8.0, "fit_peak_memory_mb": 3000.0,
    "fit_large_warm_s": 25.0, "fit_large_peak_memory_mb": 4000.0,
    "room_camera_s": 1.5, "room_cold_s": 10.0,
}

IMPORT = "import time; start = time.perf_counter(); import tryon; print(time.perf_counter() - start)"

FIT_WARM = """
import sys, time
from tryon import TryOnRequest, load_photo, try_on
from tryon.image import photo_from_array
person, garment = load_photo(sys.argv[1]), load_photo(sys.argv[2])
try_on(TryOnRequest(person=photo_from_array(person.rgb[:, ::-1]), garment=garment))
start = time.perf_counter()
result = try_on(TryOnRequest(person=person, garment=garment))
print(time.perf_counter() - start, result.peak_memory_mb)
"""

CAMERA = """
import sys, time
from tryon import find_camera, load_photo
photo = load_photo(sys.argv[1])
start = time.perf_counter()
find_camera(photo)
print(time.perf_counter() - start)
"""

WINDOW = """
import sys, time
from ui.app import make_app
from ui.desk import Desk
from ui.main_window import MainWindow
app = make_app()
desk = Desk(None)
window = MainWindow(desk)
window.show()
while not (window.windowHandle() and window.windowHandle().isExposed()):
    app.processEvents()
app.processEvents()
assert not window.grab().isNull()
print(time.time(), flush=True)
window.close()
desk.close()
"""


def python(code: str, *arguments: str | Path) -> str:
    """Run code in a fresh interpreter; what it printed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"a measurement failed: {done.stderr.strip()[-2000:]}")
    return done.stdout.strip().splitlines()[-1]


def command(*arguments: str | Path) -> tuple[float, dict[str, Any]]:
    """Run `tryon ...`: seconds from start to end, and the JSON it printed."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "tryon", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        raise SystemExit(f"tryon {arguments[0]} failed: {done.stderr.strip()}")
    return seconds, json.loads(done.stdout)


def resized(source: Path, target: Path, size: tuple[int, int]) -> Path:
    """The picture cut and scaled to exactly this size."""
    from PIL import Image, ImageOps

    with Image.open(source) as image:
        ImageOps.fit(image.convert("RGB"), size, Image.Resampling.LANCZOS).save(target, quality=95)
    return target


def moved(place: str, source: Path, size: tuple[int, int]) -> str:
    """FURNITURE@X,Y[,TURN] given for the whole picture, for its cut and scaled form."""
    from PIL import Image

    name, _at, numbers = place.rpartition("@")
    x, y, *turn = (float(number) for number in numbers.split(","))
    with Image.open(source) as image:
        scale = max(size[0] / image.width, size[1] / image.height)
        left, top = (image.width * scale - size[0]) / 2, (image.height * scale - size[1]) / 2
    return f"{name}@{','.join(f'{value:g}' for value in (x * scale - left, y * scale - top, *turn))}"


def measure(runs: int, folder: Path) -> dict[str, Any]:
    """Every number, each as the list of its runs, and the engines' own account of the last one."""
    samples = ROOT / "assets" / "samples"
    jobs = json.loads((samples / "samples.json").read_bytes())
    fit, room = jobs["fit"][0], jobs["room"][0]
    person = resized(samples / fit["person"], folder / "person.jpg", (768, 1024))
    large = resized(samples / fit["person"], folder / "large.jpg", (3072, 4096))
    photo = resized(samples / room["photo"], folder / "room.jpg", (1600, 1200))
    place = [word for text in room["place"] for word in ("--place", moved(text, samples / room["photo"], (1600, 1200)))]
    values: dict[str, list[float]] = {name: [] for name in TARGETS}
    detail: dict[str, Any] = {}
    for number in range(runs):
        print(f"run {number + 1} of {runs}", file=sys.stderr, flush=True)
        values["import_tryon_s"].append(float(python(IMPORT)))
        start = time.time()
        values["window_on_screen_s"].append(float(python(WINDOW)) - start)
        seconds, detail["fit"] = command("fit", person, samples / fit["garment"], "-o", folder / "fit.png", "--json")
        values["fit_cold_s"].append(seconds)
        values["fit_peak_memory_mb"].append(detail["fit"]["peak_memory_mb"])
        for name, size in (("fit", person), ("fit_large", large)):
            seconds, memory = (float(word) for word in python(FIT_WARM, size, samples / fit["garment"]).split())
            values[f"{name}_warm_s"].append(seconds)
            if size is large:
                values["fit_large_peak_memory_mb"].append(memory)
        values["room_camera_s"].append(float(python(CAMERA, photo)))
        seconds, detail["room"] = command("room", photo, *place, "-o", folder / "room.png", "--json")
        values["room_cold_s"].append(seconds)
    for job in detail.values():
        job.pop("output")
        job.pop("camera", None)
    return {"runs": values, "detail": detail}


def main() -> int:
    """Measure, write the file, print the table; 1 where a target was missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    runs = max(1, parser.parse_args().runs)
    machine = describe_machine()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(runs, Path(folder))
    best = {name: round(min(values), 3) for name, values in found["runs"].items()}
    for name in ("fit_peak_memory_mb", "fit_large_peak_memory_mb"):
        best[name] = max(found["runs"][name])
    report = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": machine,
        "best": best,
        "targets": TARGETS,
        "runs": {name: [round(value, 3) for value in values] for name, values in found["runs"].items()},
        "detail": found["detail"],
    }
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    for name, value in best.items():
        print(f"{name:26} {value:9.3f}   target {TARGETS[name]:8.1f}   {'ok' if value <= TARGETS[name] else 'MISSED'}")
    return int(any(best[name] > TARGETS[name] for name in TARGETS))


if __name__ == "__main__":
    raise SystemExit(main())
