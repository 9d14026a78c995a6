"""The project file: what goes in comes out bit for bit; a stranger's file is refused in words."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tryon.errors import OutputError, ProjectError
from tryon.image import Photo, photo_from_array
from tryon.project.document import Cloth, Look, Piece, Project, Scale
from tryon.project.form import VERSION
from tryon.project.store import open_journal, open_project, preview_of, save_project, write_journal


def _photo(seed: int, width: int = 90, height: int = 120, alpha: bool = False) -> Photo:
    chance = np.random.default_rng(seed)
    cut = chance.integers(0, 255, (height, width), dtype=np.uint8) if alpha else None
    photo = photo_from_array(chance.integers(0, 256, (height, width, 3), dtype=np.uint8), name=f"photo {seed}.jpg", alpha=cut)
    return replace(photo, focal_px=123.5, date="2026:11:23 20:00:00", icc=b"profile") if seed == 1 else photo


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Both pages in use: two garments, two looks, a room with a piece that ships and one of the user's own."""
    monkeypatch.setenv("TRYON_CACHE", str(tmp_path / "cache"))
    person, shirt, skirt = _photo(1), Cloth(1, _photo(2, alpha=True), "", "top"), Cloth(2, _photo(3), "skirt", "dress", -10.0, "loose")
    mesh = tmp_path / "my cube.obj"
    mesh.write_text("v 0 0 0\n")
    looks = tuple(
        Look(number, _photo(10 + number).rgb, person, (cloth,), number, "out", "best", "plain", 6, 12.5, ("a hint",), 2.25)
        for number, cloth in ((1, shirt), (2, skirt))
    )
    pieces = (
        Piece(1, "sofa-2-seat", "Sofa", (1.7, 0.8, 0.9), 120.5, 400.25, 15.0, hidden=True),
        Piece(2, str(mesh), "my cube", (0.5, 0.5, 0.5), 20.0, 30.0, locked=True),
    )
    scale = Scale(1, 2, 3, 4, 2.5, True)
    return Project(person, (shirt, skirt), (2,), "in", "preview", 3, looks, (2,), 1, _photo(4, 160, 120), scale, pieces, engine="plain")


def _same(one: Project, other: Project) -> None:
    hung = ((x.photo, y.photo) for x, y in zip(one.wardrobe, other.wardrobe, strict=True))
    for a, b in ((one.person, other.person), (one.room, other.room), *hung):
        assert a is not None and b is not None
        assert (a.digest, a.name, a.focal_px, a.date, a.icc, a.scale) == (b.digest, b.name, b.focal_px, b.date, b.icc, b.scale)
        assert np.array_equal(a.rgb, b.rgb) and (a.alpha is None) == (b.alpha is None)
    for x, y in zip(one.looks, other.looks, strict=True):
        assert np.array_equal(x.picture, y.picture) and y.person is other.person
        for name in ("number", "seed", "tuck", "quality", "engine", "steps", "seconds", "warnings", "color_difference"):
            assert getattr(x, name) == getattr(y, name), name
        assert [c.number for c in x.garments] == [c.number for c in y.garments]
        assert [(c.length_cm, c.fit) for c in x.garments] == [(c.length_cm, c.fit) for c in y.garments]
    for name in ("worn", "tuck", "quality", "engine", "seed", "starred", "shown", "scale"):
        assert getattr(one, name) == getattr(other, name), name
    for c, d in zip(one.wardrobe, other.wardrobe, strict=True):
        assert (c.number, c.kind, c.found, c.length_cm, c.fit) == (d.number, d.kind, d.found, d.length_cm, d.fit)
    for p, q in zip(one.pieces, other.pieces, strict=True):
        assert replace(p, furniture="") == replace(q, furniture="")
        assert p.furniture == q.furniture or Path(p.furniture).read_bytes() == Path(q.furniture).read_bytes()


def test_what_is_saved_comes_back_bit_for_bit(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "mine.tryon"
    save_project(path, project)
    (tmp_path / "my cube.obj").unlink()  # the file holds its own copy
    with zipfile.ZipFile(path) as archive:
        assert "my cube" in archive.read("project.json").decode() and str(tmp_path) not in archive.read("project.json").decode()
        mesh = next(name for name in archive.namelist() if name.startswith("meshes/"))
        assert archive.read(mesh) == b"v 0 0 0\n"
    opened = open_project(path)
    (tmp_path / "my cube.obj").write_text("v 0 0 0\n")
    _same(project, opened)
    save_project(path, opened)
    _same(project, open_project(path))
    preview = preview_of(path)
    assert preview is not None and preview[:2] == b"\xff\xd8"
    assert [entry for entry in os.listdir(tmp_path) if entry.endswith(".part")] == []


def test_a_piece_whose_file_is_gone_does_not_spoil_the_project(project: Project, tmp_path: Path) -> None:
    (tmp_path / "my cube.obj").unlink()
    save_project(tmp_path / "mine.tryon", project)
    assert open_project(tmp_path / "mine.tryon").pieces == project.pieces[:1]


def test_an_empty_project_is_one_too(tmp_path: Path) -> None:
    path = tmp_path / "empty.tryon"
    save_project(path, Project())
    assert open_project(path) == Project() and preview_of(path) is None


def test_a_journal_is_readable_at_every_moment(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    write_journal(folder, project)
    _same(project, open_journal(folder))
    stamps = {path.name: path.stat().st_mtime_ns for path in (folder / "pictures").iterdir()}
    fewer = replace(project, looks=project.looks[:1], shown=0, starred=())
    write_journal(folder, fewer)
    _same(fewer, open_journal(folder))
    left = {path.name: path.stat().st_mtime_ns for path in (folder / "pictures").iterdir()}
    assert left.items() < stamps.items(), "pictures are written once, and go when nothing names them"


def test_a_full_disk_is_told_and_the_old_file_stays(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.tryon"
    save_project(path, Project())
    before = path.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="disk is full"):
        save_project(path, project)
    with pytest.raises(OutputError, match="disk is full"):
        write_journal(tmp_path / "journal", project)
    assert path.read_bytes() == before


def _edited(path: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """A copy of a project file with another project.json."""
    data = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(data, "w") as target:
        for name in source.namelist():
            body = source.read(name)
            if name == "project.json":
                form = json.loads(body)
                change(form)
                body = json.dumps(form).encode()
            target.writestr(name, body)
    result = path.with_name("edited.tryon")
    result.write_bytes(data.getvalue())
    return result


def test_a_newer_file_is_refused_in_words(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "mine.tryon"
    save_project(path, project)
    newer = _edited(path, lambda form: form.update(version=VERSION + 1, looks="something unheard of"))
    with pytest.raises(ProjectError, match=r"edited\.tryon: it was saved by a newer version .*; update the program"):
        open_project(newer)


@pytest.mark.parametrize(
    "change",
    [
        {"person": 99}, {"person": True}, {"seed": -1}, {"seed": 1e400}, {"shown": 7}, {"looks": {}}, {"wardrobe": [1]}, {"tuck": "up"},
        {"version": 0}, {"version": "1"}, {"scale": [1]}, {"worn": ["1"]}, {"photos": []}, {"quality": None}, {"format": "zip"},
    ],
    ids=str,
)  # fmt: skip
def test_a_form_with_nonsense_in_it_is_refused(project: Project, tmp_path: Path, change: dict[str, Any]) -> None:
    path = tmp_path / "mine.tryon"
    save_project(path, project)
    with pytest.raises(ProjectError, match=r"edited\.tryon: .+; .+"):
        open_project(_edited(path, lambda form: form.update(change)))


def test_a_strangers_project_opens_no_file_of_this_machine(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "mine.tryon"
    save_project(path, project)
    for name in ("/etc/passwd", "../secret.glb", str(tmp_path / "my cube.obj")):
        with pytest.raises(ProjectError):
            open_project(_edited(path, lambda form, name=name: form["pieces"][0].update(furniture=name)))
        with pytest.raises(ProjectError):
            open_project(_edited(path, lambda form, name=name: form["pieces"][1].update(mesh=name)))
        with pytest.raises(ProjectError):
            open_project(_edited(path, lambda form, name=name: form["photos"][0].update(picture=name)))


def _zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_hostile_archives_are_refused_in_words(project: Project, tmp_path: Path) -> None:
    form = b'{"format": "tryon-project", "version": 1}'
    good = tmp_path / "mine.tryon"
    save_project(good, project)
    data = good.read_bytes()
    with zipfile.ZipFile(good) as archive:
        picture = next(name for name in archive.namelist() if name.startswith("pictures/"))
        body = archive.read(picture)
    swapped = dict.fromkeys([picture], _png_of(project.room))
    claims = bytearray(body)
    claims[16:24] = (60_000).to_bytes(4) + (60_000).to_bytes(4)
    cases = {
        "escape": _zip(tmp_path / "a.tryon", {"project.json": form, "../../evil.sh": b"x"}),
        "absolute": _zip(tmp_path / "b.tryon", {"project.json": form, "/tmp/evil": b"x"}),
        "bomb": _zip(tmp_path / "c.tryon", {"project.json": b" " * (40 * 2**20)}),
        "nested": _zip(tmp_path / "d.tryon", {"project.json": b"[" * 200_000}),
        "many": _zip(tmp_path / "e.tryon", {f"pictures/{number:064x}.png": b"" for number in range(3200)}),
        "nothing": _zip(tmp_path / "f.tryon", {}),
        "no zip": tmp_path / "g.tryon",
        "cut off": tmp_path / "h.tryon",
        "missing": tmp_path / "there is none.tryon",
        "folder": tmp_path,
        "swapped picture": _rewritten(good, tmp_path / "i.tryon", swapped),
        "huge picture": _rewritten(good, tmp_path / "j.tryon", {picture: bytes(claims)}),
        "no picture": _rewritten(good, tmp_path / "k.tryon", {picture: b"GIF89a"}),
    }
    cases["no zip"].write_bytes(b"\x89PNG nonsense")
    cases["cut off"].write_bytes(data[: len(data) // 2])
    for what, path in cases.items():
        with pytest.raises(ProjectError) as told:
            open_project(path)
        words = str(told.value)
        assert words.startswith(str(path)) and "; " in words and "\n" not in words, what
    assert not (tmp_path.parent / "evil.sh").exists()


def _png_of(photo: Photo | None) -> bytes:
    from PIL import Image

    assert photo is not None
    buffer = io.BytesIO()
    Image.fromarray(photo.rgb).save(buffer, "PNG")
    return buffer.getvalue()


def _rewritten(source: Path, target: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(source) as archive:
        return _zip(target, {name: members.get(name, archive.read(name)) for name in archive.namelist()})
