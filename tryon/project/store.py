"""Project files: `.tryon` is a zip of project.json, the pictures as PNG and the user's own meshes; a journal is the same in a folder.

A stranger's file is hostile until read: names are matched, never used as paths; sizes are counted while reading, not believed.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import zipfile
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np

from tryon.config import MAX_FILE_BYTES, MAX_SIDE_PX, cache_dir
from tryon.errors import OutputError, PhotoError, ProjectError
from tryon.image import Photo, UInt8Array, photo_from_bytes, write_file, write_whole
from tryon.project.document import Project
from tryon.project.form import read_form, write_form
from tryon.room.units import split_name
from tryon.text import _

__all__ = ["ENDING", "open_journal", "open_project", "preview_of", "save_project", "write_journal"]

ENDING = ".tryon"

_FORM = "project.json"
_PREVIEW = "preview.jpg"
_MESHES = ("glb", "gltf", "obj", "ply", "stl", "dae", "zip", "sh3f")
_NAMES = re.compile(rf"(project\.json|preview\.jpg|pictures/[0-9a-f]{{64}}\.png|meshes/[0-9a-f]{{64}}\.({'|'.join(_MESHES)}))")
_MAX_MEMBERS = 3000
_MAX_FORM_BYTES = 16 * 2**20
_MAX_PREVIEW_BYTES = 2**20
_MAX_PIXELS = 1_000_000_000  # of all pictures together
_PREVIEW_SIDE = 320


def save_project(path: str | os.PathLike[str], project: Project) -> None:
    """Write a project file whole or not at all; photos, results and own meshes lie inside. Raises OutputError."""
    path = Path(path)
    meshes = _own_meshes(project)
    form = write_form(project, lambda name: meshes.get(name))

    def fill(out: IO[bytes]) -> None:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(_FORM, _json(form), zipfile.ZIP_DEFLATED)
            preview = _preview(project)
            if preview is not None:
                archive.writestr(_PREVIEW, preview)
            for name, rgb, alpha in _pictures(project):
                archive.writestr(f"pictures/{name}.png", _png(rgb, alpha))
            for name, source in _files(meshes):
                archive.write(source, name)

    write_whole(path, fill)


def open_project(path: str | os.PathLike[str]) -> Project:
    """Read a project file. Raises ProjectError with the file, the reason and what to do."""
    path = Path(path)
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(_Archive(archive))
    except ProjectError as error:
        raise ProjectError(error.reason, subject=path, advice=error.advice) from None
    except FileNotFoundError:
        raise ProjectError(_("there is no such file"), subject=path, advice=_("check the name")) from None
    except IsADirectoryError:
        raise ProjectError(_("this is a folder"), subject=path, advice=_("open a .tryon file")) from None
    except PermissionError:
        raise ProjectError(_("it may not be read"), subject=path, advice=_("check the permissions")) from None
    except MemoryError:
        raise ProjectError(_("it needs more memory than there is"), subject=path, advice=_("close other programs")) from None
    except Exception as error:  # zipfile on hostile bytes raises a dozen kinds
        detail = (str(error) or type(error).__name__).split("\n")[0][:100]
        reason = _("the project file is damaged ({detail})").format(detail=detail)
        raise ProjectError(reason, subject=path, advice=_("open a copy of it")) from None


def preview_of(path: str | os.PathLike[str]) -> bytes | None:
    """A small JPEG of what a project file shows, where it holds one that can be read; never raises for a bad file."""
    with contextlib.suppress(Exception), zipfile.ZipFile(path) as archive, archive.open(_PREVIEW) as member:
        data = member.read(_MAX_PREVIEW_BYTES + 1)
        if len(data) <= _MAX_PREVIEW_BYTES:
            photo = photo_from_bytes(data)
            return data if max(photo.width, photo.height) <= 2 * _PREVIEW_SIDE else None
    return None


def write_journal(folder: Path, project: Project) -> None:
    """Keep the open work in a folder: pictures once each, then project.json, which is replaced whole. Raises OutputError.

    At every moment the folder holds a readable state: new pictures are there before the form that names them, old ones go after it.
    """
    try:
        for part in ("pictures", "meshes"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        meshes = _own_meshes(project)
        wanted = {_FORM, *meshes.values()}
        for name, rgb, alpha in _pictures(project):
            target = folder / "pictures" / f"{name}.png"
            wanted.add(f"pictures/{name}.png")
            if not target.exists():
                write_file(target, _png(rgb, alpha))
        for name, source in _files(meshes):
            if not (folder / name).exists():
                write_file(folder / name, source.read_bytes())
        write_file(folder / _FORM, _json(write_form(project, lambda name: meshes.get(name))))
        for part in ("pictures", "meshes"):
            for path in (folder / part).iterdir():
                if f"{part}/{path.name}" not in wanted:
                    path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(error.strerror or str(error), subject=folder, advice=_("free some space")) from None


def open_journal(folder: Path) -> Project:
    """Read what `write_journal` kept. Raises ProjectError."""
    try:
        return _read(_Folder(folder))
    except ProjectError:
        raise
    except Exception as error:
        detail = (str(error) or type(error).__name__).split("\n")[0][:100]
        raise ProjectError(_("the journal of the last work is damaged ({detail})").format(detail=detail)) from None


# ---- what a project holds


def _pictures(project: Project) -> Iterable[tuple[str, UInt8Array, UInt8Array | None]]:
    """Every picture once: name, (H, W, 3) pixels, transparency."""
    photos = [project.person, project.room, *(cloth.photo for cloth in project.wardrobe)]
    for look in project.looks:
        photos += [look.person, *(cloth.photo for cloth in look.garments), look.photo]
    seen = set()
    for photo in photos:
        if photo is not None and photo.digest not in seen:
            seen.add(photo.digest)
            yield photo.digest, photo.rgb, photo.alpha


def _own_meshes(project: Project) -> dict[str, str]:
    """Pieces of the user's own by what they are called, and the names under which their files are stored."""
    names = {}
    for piece in project.pieces:
        path = Path(split_name(piece.furniture)[0])
        with contextlib.suppress(OSError):
            if path.suffix.lower().lstrip(".") in _MESHES and path.is_file():
                stat = path.stat()
                names[piece.furniture] = f"meshes/{_fingerprint(str(path), stat.st_mtime_ns, stat.st_size)}{path.suffix.lower()}"
    return names


def _files(meshes: dict[str, str]) -> list[tuple[str, Path]]:
    """Each stored name once, and the file it comes from; two pieces may come from one file."""
    return [(name, Path(split_name(furniture)[0])) for name, furniture in {name: one for one, name in meshes.items()}.items()]


@lru_cache(maxsize=64)
def _fingerprint(path: str, _changed: int, _size: int) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _json(form: dict[str, Any]) -> bytes:
    return json.dumps(form, ensure_ascii=False, indent=1, allow_nan=False).encode()


def _png(rgb: UInt8Array, alpha: UInt8Array | None) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(rgb if alpha is None else np.dstack([rgb, alpha])).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def _preview(project: Project) -> bytes | None:
    from PIL import Image

    shown = project.look or (project.looks[-1] if project.looks else None)
    photo = shown.photo if shown is not None else project.person or project.room
    if photo is None:
        return None
    image = Image.fromarray(photo.rgb)
    image.thumbnail((_PREVIEW_SIDE, _PREVIEW_SIDE), reducing_gap=2.0)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=82)
    return buffer.getvalue()


# ---- reading


class _Source(Protocol):
    def read(self, name: str, limit: int) -> bytes: ...


class _Archive:
    """The members of a zip file, after a look at all their names."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        names = archive.namelist()
        if len(names) > _MAX_MEMBERS or len(set(names)) != len(names):
            raise ProjectError(_("it holds too many files"), advice=_("open a .tryon file"))
        for info in archive.infolist():
            if not _NAMES.fullmatch(info.filename):
                reason = _("it holds a file that does not belong there ({name})").format(name=info.filename[:60])
                raise ProjectError(reason, advice=_("open a .tryon file"))
            if info.flag_bits & 0x1:
                raise ProjectError(_("it is encrypted"), advice=_("open a .tryon file"))

    def read(self, name: str, limit: int) -> bytes:
        try:
            with self._archive.open(name) as member:
                return _limited(member, limit, name)
        except KeyError:
            raise _missing(name) from None


class _Folder:
    """The files of a journal."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str, limit: int) -> bytes:
        try:
            with (self._folder / name).open("rb") as file:
                return _limited(file, limit, name)
        except FileNotFoundError:
            raise _missing(name) from None


def _limited(file: IO[bytes], limit: int, name: str) -> bytes:
    data = file.read(limit + 1)
    if len(data) > limit:
        reason = _("{name} in it is larger than {limit} MB").format(name=name, limit=limit // 2**20)
        raise ProjectError(reason, advice=_("open another copy"))
    return data


def _missing(name: str) -> ProjectError:
    if name == _FORM:
        return ProjectError(_("this is not a project of this program"), advice=_("open a .tryon file"))
    return ProjectError(_("a picture or mesh is missing in it"), advice=_("open another copy"))


def _read(source: _Source) -> Project:
    try:
        form = json.loads(source.read(_FORM, _MAX_FORM_BYTES))
    except (ValueError, RecursionError):
        raise ProjectError(_("the project file is damaged ({detail})").format(detail=_FORM), advice=_("open a copy of it")) from None
    left = [_MAX_PIXELS]
    known: dict[str, Photo] = {}

    def find_picture(name: str) -> Photo:
        if name not in known:
            known[name] = _picture(_named(source, f"pictures/{name}.png"), name, left)
        return known[name]

    return read_form(form, find_picture, lambda name: _unpack(_named(source, name), name))


def _named(source: _Source, name: str) -> bytes:
    if not _NAMES.fullmatch(name):
        raise _missing(name[:60])
    return source.read(name, MAX_FILE_BYTES)


def _picture(data: bytes, name: str, left: list[int]) -> Photo:
    """A stored picture, bit for bit as it was; a PNG of another size or with other pixels than its name says is refused."""
    damaged = ProjectError(_("a picture in it is damaged"), advice=_("open another copy"))
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR":
        raise damaged
    width, height = int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    left[0] -= width * height
    if max(width, height) > MAX_SIDE_PX or left[0] < 0:
        raise ProjectError(_("its pictures are too large"), advice=_("open another copy"))
    try:
        photo = photo_from_bytes(data)
    except PhotoError:
        raise damaged from None
    if photo.digest != name:
        raise damaged
    return photo


def _unpack(data: bytes, name: str) -> str:
    """Put a mesh where the renderer can read it, under the fingerprint of its bytes; its path."""
    stem, _dot, ending = name.removeprefix("meshes/").partition(".")
    if hashlib.sha256(data).hexdigest() != stem:
        raise ProjectError(_("a mesh in it is damaged"), advice=_("open another copy"))
    folder = cache_dir() / "meshes"
    target = folder / f"{stem}.{ending}"
    if not target.is_file():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_file(target, data)
        except OSError as error:
            raise ProjectError(error.strerror or str(error), subject=folder, advice=_("free some space")) from None
    return str(target)
