"""The command line on bad input: exit status 2, one sentence that names the file and the way out, no traceback, no file left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.test_image import BAD
from tryon.cli import main
from tryon.config import assets_dir
from tryon.image import load_photo, save_picture

SAMPLES = assets_dir() / "samples"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a good picture, every bad one, and bad meshes."""
    monkeypatch.chdir(tmp_path)
    for name, (data, _words) in BAD.items():
        (tmp_path / name).write_bytes(data)
    gray = np.full((320, 240, 3), 128, np.uint8)
    save_picture("gray.png", gray)
    (tmp_path / "points.obj").write_text("v 0 0 0\nv 1 0 0\nv 0 1 0\n")
    return tmp_path


def tryon(*arguments: str | Path, timeout: float = 280, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command as a user's shell runs it."""
    return subprocess.run(
        [sys.executable, "-m", "tryon", *map(str, arguments)], capture_output=True, text=True, timeout=timeout, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent), **environment},
    )


def refused(status: int, stdout: str, stderr: str, words: str) -> bool:
    """Whether this was a refusal as they all should be."""
    assert status == 2, stderr
    assert stdout == ""
    assert stderr.startswith("tryon: "), stderr
    assert stderr.count("\n") == 1, stderr
    assert "Traceback" not in stderr
    assert words in stderr
    return True


SENTENCES = {
    "words.jpg": "words.jpg: this is not a picture", "empty.png": "empty.png: the file is empty (0 bytes)",
    "cut.jpg": "cut.jpg: the picture is damaged or incomplete", "cut.png": "cut.png: the picture is damaged or incomplete",
    "bomb.png": "bomb.png: the picture claims 900 million pixels", "gone.jpg": "gone.jpg: there is no such file",
}


@pytest.mark.parametrize("name", sorted(SENTENCES))
@pytest.mark.parametrize("command", ["person", "garment", "room", "camera"])
def test_bad_pictures(here: Path, capsys: pytest.CaptureFixture[str], name: str, command: str) -> None:
    arguments = {
        "person": ["fit", name, "gray.png", "-o", "out.png"],
        "garment": ["fit", "gray.png", name, "-o", "out.png"],
        "room": ["room", name, "--place", "sofa-2-seat@100,200", "-o", "out.png"],
        "camera": ["room", name, "--camera", "--grid", "out.png"],
    }
    before = set(here.iterdir())
    status = main(arguments[command])
    assert refused(status, *capsys.readouterr(), SENTENCES[name])
    assert set(here.iterdir()) == before


WRONG: list[tuple[str, str]] = [
    ("", "COMMAND"),
    ("fly", "invalid choice: 'fly'"),
    ("fit gray.png", "GARMENT"),
    ("fit gray.png gray.png", "-o/--output"),
    ("fit gray.png gray.png -o out", "cannot tell the picture format"),
    ("fit gray.png gray.png -o out.gif", "'.gif'; use .png"),
    ("fit gray.png gray.png -o no/out.png", "no/out.png: there is no folder no; create it"),
    ("fit gray.png gray.png -o .", "picture format"),
    ("fit gray.png gray.png -o gray.png", "gray.png: this is the photo itself"),
    ("fit gray.png gray.png -o out.png --region left", "--region"),
    ("fit gray.png gray.png -o out.png --seed many", "'many' is not a whole number"),
    ("fit gray.png gray.png -o out.png --seed -1", "not between"),
    ("fit gray.png gray.png -o out.png --steps 100000", "not between 0 and 1000"),
    ("fit gray.png gray.png -o out.png --debug-dir gray.png", "this folder cannot be made"),
    ("fit gray.png gray.png -o out.png --engine magic", "magic"),
    ("room gray.png", "gray.png: nothing was asked for"),
    ("room gray.png --place sofa-2-seat@1,2", "belong together"),
    ("room gray.png -o out.png --camera", "belong together"),
    ("room gray.png --place sofa-2-seat -o out.png", "does not say which furniture stands where"),
    ("room gray.png --place sofa-2-seat@1 -o out.png", "has 1 numbers"),
    ("room gray.png --place sofa-2-seat@1,nan -o out.png", "not a number"),
    ("room gray.png --camera --scale-from 1,2,3", "cannot read '1,2,3' as a known length"),
    ("room gray.png --camera --scale-from 1,2,300,4,-2", "-2 m cannot be"),
    ("room gray.png --camera --grid gray.png", "the photo itself"),
    ("room gray.png --place no-such-piece@100,300 -o out.png", "no-such-piece"),
    ("room gray.png --place points.obj@100,300 -o out.png", "points.obj"),
]


@pytest.mark.parametrize(("line", "words"), WRONG, ids=[line or "nothing" for line, _words in WRONG])
def test_wrong_options(here: Path, capsys: pytest.CaptureFixture[str], line: str, words: str) -> None:
    before = set(here.iterdir())
    status = main(line.split())
    assert refused(status, *capsys.readouterr(), words)
    assert set(here.iterdir()) == before


def test_as_a_shell_sees_it(here: Path) -> None:
    done = tryon("fit", "words.jpg", "gray.png", "-o", "out.png")
    assert refused(done.returncode, done.stdout, done.stderr, SENTENCES["words.jpg"])
    if Path("/proc/self").is_dir():
        done = tryon("fit", "gray.png", "gray.png", "-o", "/proc/self/out.png")
        assert refused(done.returncode, done.stdout, done.stderr, "/proc/self/out.png: ")
    done = tryon("--version")
    assert done.stdout.startswith("tryon ")
    assert done.returncode == 0


def test_nobody_in_the_photo(here: Path) -> None:
    done = tryon("fit", "gray.png", "gray.png", "-o", "out.png")
    assert refused(done.returncode, done.stdout, done.stderr, "gray.png: ")
    assert not Path("out.png").exists()


def sample(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / "samples.json").read_bytes())[kind][0]
    return found


def test_nothing_on_the_garment_picture(here: Path) -> None:
    done = tryon("fit", SAMPLES / sample("fit")["person"], "gray.png", "-o", "out.png")
    assert refused(done.returncode, done.stdout, done.stderr, "gray.png: ")
    assert not Path("out.png").exists()


def box(side: float) -> str:
    """A cube as OBJ text."""
    corners = [(x * side, y * side, z * side) for x in (0, 1) for y in (0, 1) for z in (0, 1)]
    faces = ["1 2 4 3", "5 7 8 6", "1 5 6 2", "3 4 8 7", "1 3 7 5", "2 6 8 4"]
    return "".join(f"v {x} {y} {z}\n" for x, y, z in corners) + "".join(f"f {face}\n" for face in faces)


def test_a_mesh_in_the_wrong_unit_is_corrected_with_a_warning_and_an_impossible_one_refused(here: Path) -> None:
    job = sample("room")
    place = job["place"][0].rpartition("@")[2]
    Path("millimetres.obj").write_text(box(700.0))
    Path("planet.obj").write_text(box(7e6))
    done = tryon("room", SAMPLES / job["photo"], "--place", f"millimetres.obj@{place}", "-o", "out.png", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["pieces"][0]["size_m"] == [0.7, 0.7, 0.7]
    assert any("millimetres" in warning for warning in report["warnings"])
    Path("out.png").unlink()
    done = tryon("room", SAMPLES / job["photo"], "--place", f"planet.obj@{place}", "-o", "out.png")
    assert refused(done.returncode, done.stdout, done.stderr, "planet.obj: ")
    assert not Path("out.png").exists()


def test_fit_end_to_end(here: Path) -> None:
    job = sample("fit")
    person = SAMPLES / job["person"]
    done = tryon("fit", person, SAMPLES / job["garment"], "-o", "out.png", "--json", "--steps", "2", "--seed", "5", "--debug-dir", "way")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    report = json.loads(done.stdout)
    assert (report["engine"], report["seed"], report["steps"]) == ("compact", 5, 2)
    assert {"seconds", "peak_memory_mb", "warnings", "fraction_changed", "color_difference"} <= set(report)
    photo, picture, changed = load_photo(person), load_photo("out.png"), load_photo("way/changed.png")
    assert picture.rgb.shape == photo.rgb.shape
    same = changed.rgb[..., 0] == 0
    assert np.array_equal(picture.rgb[same], photo.rgb[same])
    assert 0.005 < 1 - same.mean() < 0.9
    assert b"/compositeWithTrainedAlgorithmicMedia<" in Path("out.png").read_bytes(), "the file says how it was made"
    expected = {"body.png", "parts.png", "parts.json", "cutout.png", "agnostic.png", "drape.png", "changed.png", "result.png"}
    assert expected <= {path.name for path in Path("way").iterdir()}


def test_room_end_to_end(here: Path) -> None:
    job = sample("room")
    photo = load_photo(SAMPLES / job["photo"])
    done = tryon("room", SAMPLES / job["photo"], "--place", job["place"][0], "-o", "out.png", "--json", "--grid", "grid.png")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    report = json.loads(done.stdout)
    assert {"width", "height", "K", "rotation", "pitch_deg", "roll_deg", "vfov_deg", "confidence"} <= set(report["camera"])
    picture, grid = load_photo("out.png"), load_photo("grid.png")
    assert picture.rgb.shape == grid.rgb.shape == photo.rgb.shape
    assert 0.005 < (picture.rgb != photo.rgb).any(axis=2).mean() < 0.9
    assert (grid.rgb != photo.rgb).any()
    assert b"digitalsourcetype/composite<" in Path("out.png").read_bytes() and b"TC260" not in Path("grid.png").read_bytes()


def test_ctrl_c_leaves_nothing(here: Path) -> None:
    job = sample("fit")
    pictures = [str(SAMPLES / job["person"]), str(SAMPLES / job["garment"])]
    process = subprocess.Popen(
        [sys.executable, "-m", "tryon", "fit", *pictures, "-o", "out.png", "--steps", "200"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)},
    )
    time.sleep(4)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=120)
    assert process.returncode == 130, stderr
    assert (stdout, stderr) == ("", "tryon: canceled\n")
    assert not list(here.glob("*out.png*"))
    assert not list(here.glob(".*"))


def test_furniture_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["furniture"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) >= 8
    assert any(line.startswith("sofa-2-seat ") for line in lines)


def test_a_fault_in_the_program_is_one_line_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise KeyError("boom")

    monkeypatch.setattr("tryon.room.furniture.list_furniture", fail)
    assert main(["furniture"]) == 1
    assert capsys.readouterr().err == "tryon: a fault in the program (KeyError: 'boom'); TRYON_DEBUG=1 shows where\n"
