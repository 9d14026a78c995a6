"""Sweet Home 3D libraries (.sh3f): the catalog inside, in the user's language, with sizes and credits.

Source: the format is that of Sweet Home 3D's Furniture Library Editor: a zip with PluginFurnitureCatalog.properties (and its translations),
keys numbered #1, #2 ..., sizes in centimetres, models as OBJ inside.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tryon.errors import MeshError
from tryon.image import write_file
from tryon.room.parcel import ZipParcel
from tryon.text import _

__all__ = ["LibraryPiece", "cut_out", "library_icons", "library_parcel", "read_library"]

_CATALOG = "PluginFurnitureCatalog"
_MAX_TEXT_BYTES = 4 * 2**20
_MAX_ICON_BYTES = 2**20
_MAX_PIECE_BYTES = 96 * 2**20
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xe1", b"GIF8")


Lights = tuple[tuple[tuple[float, float, float], tuple[float, float, float]], ...]


@dataclass(frozen=True)
class LibraryPiece:
    """One line of a library. size_m: width, height, depth. turn: (9,) rows of the rotation to apply first.

    elevation_m: of its foot over the floor. top_m: how high over its foot things are put on it, or None. lights: (x, y, z) metres from its
    middle and foot, and color (3,) linear, each. names, categories: by language code, "en" where the file says no language. wall: it is a
    door or a window.
    """

    key: str
    model: str
    names: dict[str, str] = field(hash=False)
    categories: dict[str, str] = field(hash=False)
    size_m: tuple[float, float, float]
    turn: tuple[float, ...] | None
    elevation_m: float
    top_m: float | None
    lights: Lights
    credit: str
    icon: str
    wall: bool


def read_library(path: Path) -> tuple[LibraryPiece, ...]:
    """All pieces of a .sh3f library in the order of its catalog. Raises MeshError."""
    try:
        with zipfile.ZipFile(path) as archive:
            texts = {}
            for info in archive.infolist():
                found = re.fullmatch(rf"{_CATALOG}(?:_([A-Za-z]{{2}}(?:_[A-Za-z]{{2}})?))?\.properties", info.filename)
                if found:
                    with archive.open(info) as stream:
                        texts[found[1] or "en"] = _properties(stream.read(_MAX_TEXT_BYTES).decode("latin-1"))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        raise MeshError(_("the zip file is damaged"), subject=path, advice=_("copy or download it again")) from None
    main = texts.get("en", {})
    numbers = [key.partition("#")[2] for key in main if key.startswith("model#")]
    if not numbers:
        raise MeshError(_("there is no catalog of furniture in this library"), subject=path, advice=_("copy or download it again"))
    license_text = main.get("license", "").strip()
    pieces = (_piece(number, main, texts, license_text) for number in numbers)
    return tuple(piece for piece in pieces if piece is not None)


def _piece(number: str, main: dict[str, str], texts: dict[str, dict[str, str]], license_text: str) -> LibraryPiece | None:
    def cm(name: str, default: float | None = None) -> float | None:
        try:
            return float(main[f"{name}#{number}"]) / 100.0
        except (KeyError, ValueError):
            return default

    width, depth, height = cm("width"), cm("depth"), cm("height")
    if width is None or depth is None or height is None or not all(0.0 < side < 1000.0 for side in (width, depth, height)):
        return None
    model = main[f"model#{number}"].lstrip("/")
    turn = None
    if f"modelRotation#{number}" in main:
        values = main[f"modelRotation#{number}"].split()
        try:
            turn = tuple(float(value) for value in values) if len(values) == 9 else None
        except ValueError:
            turn = None
        if turn is not None and abs(abs(float(np.linalg.det(np.array(turn).reshape(3, 3)))) - 1.0) > 0.2:
            turn = None
    top = cm("dropOnTopElevation")
    creator = main.get(f"creator#{number}", "").strip()
    names = {code: text[f"name#{number}"] for code, text in texts.items() if text.get(f"name#{number}")}
    categories = {code: text[f"category#{number}"] for code, text in texts.items() if text.get(f"category#{number}")}
    return LibraryPiece(
        key=main.get(f"id#{number}", "").rpartition("#")[2] or number, model=model, names=names, categories=categories, turn=turn,
        size_m=(width, height, depth), elevation_m=cm("elevation") or 0.0, top_m=top if top is not None and top >= 0.0 else None,
        lights=_lights(number, main, width, depth), credit=", ".join(part for part in (creator, license_text) if part),
        icon=main.get(f"icon#{number}", "").lstrip("/"), wall=main.get(f"doorOrWindow#{number}", "").strip().lower() == "true",
    )


def _lights(number: str, main: dict[str, str], width: float, depth: float) -> Lights:
    """Where its lights sit. The file counts x from the left, y from the back and z up from the foot, in centimetres."""
    try:
        columns = [[float(value) / 100.0 for value in main[f"lightSource{axis}#{number}"].split()] for axis in "XYZ"]
        colors = [value.lstrip("#") for value in main[f"lightSourceColor#{number}"].split()]
        found = []
        for x, y, z, color in zip(*columns, colors, strict=True):
            rgb = [int(color[at : at + 2], 16) / 255.0 for at in (0, 2, 4)]
            found.append(((x - width / 2, z, y - depth / 2), (rgb[0] ** 2.2, rgb[1] ** 2.2, rgb[2] ** 2.2)))
    except (KeyError, ValueError):
        return ()
    return tuple(found)


def _properties(text: str) -> dict[str, str]:
    """A Java properties file: key=value lines, \\uXXXX, continued lines."""
    result: dict[str, str] = {}
    pending = ""
    for raw in text.splitlines():
        line = pending + raw.lstrip()
        if not pending and (not line or line[0] in "#!"):
            continue
        if len(line) - len(line.rstrip("\\")) & 1:
            pending = line[:-1]
            continue
        pending = ""
        found = re.match(r"((?:\\.|[^=:\\\s])+)\s*[=:\s]\s*(.*)", line)
        if found:
            result[_plain(found[1])] = _plain(found[2])
    return result


def _plain(text: str) -> str:
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t", "r": ""}.get(found[1], found[1]), text)


def library_parcel(path: Path, piece: LibraryPiece) -> ZipParcel:
    """The files of one piece of a library. Raises MeshError where its model is not in it."""
    return ZipParcel(path, piece.model)


def library_icons(path: Path, pieces: Sequence[LibraryPiece], folder: Path) -> dict[str, Path]:
    """The little pictures of a library's pieces as files in a folder, by the piece's key; what is none is left out."""
    found: dict[str, Path] = {}
    with contextlib.suppress(zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError), zipfile.ZipFile(path) as archive:
        folder.mkdir(parents=True, exist_ok=True)
        sizes = {info.filename: info.file_size for info in archive.infolist()}
        for number, piece in enumerate(pieces):
            target = folder / f"{number}.png"
            if not target.is_file():
                if not 0 < sizes.get(piece.icon, 0) <= _MAX_ICON_BYTES:
                    continue
                with contextlib.suppress(zipfile.BadZipFile, OSError, ValueError, EOFError):
                    data = archive.read(piece.icon)
                    if data[:4] in _PICTURES:
                        target.write_bytes(data)
            if target.is_file():
                found[piece.key] = target
    return found


def cut_out(path: Path, piece: LibraryPiece, folder: Path) -> Path:
    """A library that holds this piece alone, in a folder, named by the fingerprint of its bytes: small enough to lie in a project.

    Raises MeshError.
    """
    place = piece.model.rpartition("/")[0]
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            wanted = [info for info in infos if info.filename == piece.model or (place and info.filename.startswith(f"{place}/"))]
            if not place or sum(info.file_size for info in wanted) > _MAX_PIECE_BYTES:  # all models lie in one folder: those of its name
                stem = piece.model.rpartition(".")[0]
                wanted = [info for info in wanted or infos if info.filename.rpartition(".")[0] == stem or info.filename == piece.model]
            if sum(info.file_size for info in wanted) > _MAX_PIECE_BYTES:
                raise MeshError(_("this piece of the library is too large"), subject=path, advice=_("save it as a mesh of its own"))
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
                for name, data in [(f"{_CATALOG}.properties", _catalog_of(piece)), *((one.filename, archive.read(one)) for one in wanted)]:
                    made.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        raise MeshError(_("the zip file is damaged"), subject=path, advice=_("copy or download it again")) from None
    data = out.getvalue()
    target = folder / f"{hashlib.sha256(data).hexdigest()}.sh3f"
    if not target.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        write_file(target, data)
    return target


def _catalog_of(piece: LibraryPiece) -> bytes:
    """The catalog of a library with one piece."""
    width, height, depth = (side * 100.0 for side in piece.size_m)
    lines = {
        "id": f"cut#{piece.key}", "name": next(iter(piece.names.values()), piece.key), "model": f"/{piece.model}",
        "width": width, "depth": depth, "height": height, "elevation": piece.elevation_m * 100.0,
        "creator": piece.credit, "doorOrWindow": "true" if piece.wall else "",
        "modelRotation": "" if piece.turn is None else " ".join(f"{value:g}" for value in piece.turn),
        "dropOnTopElevation": "" if piece.top_m is None else piece.top_m * 100.0,
    }  # fmt: skip
    if piece.lights:
        places = [(x + piece.size_m[0] / 2, z + piece.size_m[2] / 2, y) for (x, y, z), _color in piece.lights]
        for number, axis in enumerate("XYZ"):
            lines[f"lightSource{axis}"] = " ".join(f"{place[number] * 100.0:g}" for place in places)
        lines["lightSourceColor"] = " ".join(
            "#" + "".join(f"{round(255 * value ** (1 / 2.2)):02x}" for value in color) for _place, color in piece.lights
        )
    text = "".join(f"{key}#1={_escaped(str(value))}\n" for key, value in lines.items() if value != "")
    return text.encode("ascii")


def _escaped(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace("\n", " ")
    return "".join(letter if 31 < ord(letter) < 127 else "".join(f"\\u{unit:04x}" for unit in _units(letter)) for letter in plain)


def _units(letter: str) -> list[int]:
    data = letter.encode("utf-16-be")
    return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]
