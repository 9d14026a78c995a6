"""Laws that need a running program: what an import costs, which names are public. The others: tools/check.py."""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import tryon

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {"torch", "diffusers", "mediapipe", "trimesh", "pyrender", "scipy", "skimage", "matplotlib", "OpenGL"}
WINDOW = {"PySide6", "shiboken6", "ui"}
# Parts of the engine that open without the heavy packages, so that a command complains or a window shows at once.
LIGHT = ["tryon.cli", "tryon.image", "tryon.jobs", "tryon.fit.pipeline", "tryon.room.pipeline", "tryon.body.bodymap", "tryon.fit.garment"]


def loaded_by(statement: str) -> set[str]:
    """Names of all modules that a fresh interpreter holds after a statement."""
    code = f"import json, sys\n{statement}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def test_import_tryon_is_cheap() -> None:
    extra = loaded_by("import tryon") - loaded_by("pass")
    assert not {name.split(".")[0] for name in extra} & (HEAVY | WINDOW | {"numpy", "cv2", "PIL"})
    assert len(extra) < 40, sorted(extra)


@pytest.mark.parametrize("module", LIGHT)
def test_engine_opens_light_and_without_a_window(module: str) -> None:
    roots = {name.split(".")[0] for name in loaded_by(f"import {module}")}
    assert not roots & (HEAVY | WINDOW)


def test_public_names_are_sorted_and_all_there() -> None:
    assert list(tryon.__all__) == sorted(set(tryon.__all__))
    for name in tryon.__all__:
        value = getattr(tryon, name)
        assert value.__name__ == name
        assert value.__doc__, name
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        getattr(tryon, "Nothing")  # noqa: B009 - the name must not be known to a type checker


@pytest.mark.parametrize("path", sorted((ROOT / "tryon").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_all_names_only_what_is_there(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    listed = [
        node.value for node in tree.body
        if isinstance(node, ast.Assign) and any(isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets)
    ]
    if not listed or not isinstance(listed[0], ast.List | ast.Tuple):
        return
    names = ast.literal_eval(listed[0])
    assert len(names) == len(set(names))
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    assert not [name for name in names if not hasattr(module, name)]


def test_lock_holds_no_address_and_every_requirement() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if "://" in line or line.startswith("-")]
    assert all("==" in line for line in lines)
    locked = {line.split("==")[0].lower() for line in lines}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {re.split(r"[<>=!~ \[]", line, maxsplit=1)[0].lower() for line in project["project"]["dependencies"]}
    assert wanted - locked == {"torch"}
