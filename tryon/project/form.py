"""A project as JSON and back: pictures are named by the fingerprint of their pixels, own meshes by that of their bytes.

The JSON of a stranger is judged field by field: what is missing, of another type or out of range is a ProjectError in words.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tryon.errors import OptionError, ProjectError
from tryon.fit.cut import FITS, MOST_CM
from tryon.fit.engines import ENGINES
from tryon.image import Photo
from tryon.mask import Stroke
from tryon.project.document import KINDS, QUALITIES, Cloth, Look, Piece, Project, Scale
from tryon.room.hints import AXES, CameraHints, Guide
from tryon.room.scale import KINDS as KINDS_OF_SCALE
from tryon.room.units import STANDS, split_name
from tryon.text import _

__all__ = ["FORMAT", "VERSION", "read_form", "write_form"]

FORMAT = "tryon-project"
VERSION = 3
_TUCKS = ("auto", "in", "out")
_MOST = 2000  # of anything in one list
_MOST_POINTS = 20_000  # of one stroke
_LONGEST = 1000  # characters of a name
_COLOR = re.compile(r"#[0-9a-f]{6}")
_FAR = 1e6

FindPicture = Callable[[str], Photo]
FindMesh = Callable[[str], str]


def write_form(project: Project, mesh_name: Callable[[str], str | None]) -> dict[str, Any]:
    """The JSON of a project. mesh_name: the name under which a piece's own file is stored, None for a piece that ships.

    A piece whose own file is gone is left out: there is nothing to draw, and its path would mean nothing elsewhere.
    """
    photos: dict[int, int] = {}
    rows: list[dict[str, Any]] = []

    def photo(one: Photo | None) -> int | None:
        if one is None:
            return None
        if id(one) not in photos:
            photos[id(one)] = len(rows)
            icc = None if one.icc is None else base64.b64encode(one.icc).decode()
            facts = {"name": one.name, "focal_px": one.focal_px, "date": one.date, "scale": one.scale, "icc": icc}
            rows.append({"picture": one.digest, **facts})
        return photos[id(one)]

    def cloth(one: Cloth) -> dict[str, Any]:
        said = {"kind": one.kind, "found": one.found, "length_cm": one.length_cm, "fit": one.fit}
        return {"number": one.number, "photo": photo(one.photo), **said}

    form: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "person": photo(project.person),
        "wardrobe": [cloth(one) for one in project.wardrobe],
        "worn": list(project.worn),
        "tuck": project.tuck,
        "quality": project.quality,
        "engine": project.engine,
        "seed": project.seed,
        "marked": [_stroke_form(stroke) for stroke in project.marked],
        "looks": [
            {
                "number": look.number, "picture": look.photo.digest, "person": photo(look.person),
                "garments": [cloth(one) for one in look.garments], "seed": look.seed, "tuck": look.tuck, "quality": look.quality,
                "engine": look.engine, "steps": look.steps, "seconds": look.seconds, "warnings": list(look.warnings),
                "color_difference": look.color_difference, "marked": [_stroke_form(stroke) for stroke in look.marked],
            }
            for look in project.looks
        ],
        "starred": list(project.starred),
        "shown": project.shown,
        "room": photo(project.room),
        "scale": None if project.scale is None else dict(vars(project.scale)),
        "front": [_stroke_form(stroke) for stroke in project.front],
        "gone": [_stroke_form(stroke) for stroke in project.gone],
        "hints": None if project.hints is None else _hints_form(project.hints),
        "pieces": [
            _piece_form(piece, mesh) for piece in project.pieces if (mesh := mesh_name(piece.furniture)) or _ships(piece.furniture)
        ],
    }  # fmt: skip
    return {**form, "photos": rows}


def _ships(furniture: str) -> bool:
    """Whether it is the name of a piece that ships, not the path of a file."""
    return bool(furniture) and all(letter.isalnum() or letter in "-_" for letter in furniture)


def _piece_form(piece: Piece, mesh: str | None) -> dict[str, Any]:
    place = {"furniture": piece.furniture}
    if mesh is not None:
        place = {"mesh": mesh}
        key = split_name(piece.furniture)[1]
        if key:
            place["key"] = key
    plain = {key: value for key, value in vars(piece).items() if key != "furniture"}
    return {**plain, "size_m": list(piece.size_m), "colors": [list(pair) for pair in piece.colors], **place}


def _stroke_form(stroke: Stroke) -> dict[str, Any]:
    points = [[round(x, 2), round(y, 2)] for x, y in stroke.points]
    return {"points": points, "width_px": stroke.width_px, "adds": stroke.adds, "mark": stroke.mark}


def _hints_form(hints: CameraHints) -> dict[str, Any]:
    guides = [{"axis": guide.axis, "ends": list(guide.ends)} for guide in hints.guides]
    center = None if hints.center is None else list(hints.center)
    wall, shadow = (None if numbers is None else list(numbers) for numbers in (hints.corners, hints.shadow))
    return {"guides": guides, "focal_px": hints.focal_px, "center": center, "bend": hints.bend, "corners": wall, "shadow": shadow}


def read_form(form: Any, find_picture: FindPicture, find_mesh: FindMesh) -> Project:
    """The project that a JSON tells; pictures and meshes are asked for by name. Raises ProjectError."""
    if not isinstance(form, dict) or form.get("format") != FORMAT:
        raise ProjectError(_("this is not a project of this program"), advice=_("open a .tryon file"))
    version = form.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise _damaged("version")
    if version > VERSION:
        reason = _("it was saved by a newer version of the program (format {version}, this one reads up to {known})")
        raise ProjectError(reason.format(version=version, known=VERSION), advice=_("update the program"))
    return _Reader(form, find_picture, find_mesh).project()


def _damaged(where: str) -> ProjectError:
    return ProjectError(_("the project file is damaged ({detail})").format(detail=where), advice=_("open a copy of it"))


class _Reader:
    """Takes a form apart; every getter checks type and range."""

    def __init__(self, form: dict[str, Any], find_picture: FindPicture, find_mesh: FindMesh) -> None:
        self._form, self._find_picture, self._find_mesh = form, find_picture, find_mesh
        self._photos: list[Photo] = []

    def project(self) -> Project:
        form = self._form
        self._photos = [self._photo(row) for row in self._rows(form, "photos")]
        wardrobe = tuple(self._cloth(row) for row in self._rows(form, "wardrobe"))
        looks = tuple(self._look(row) for row in self._rows(form, "looks"))
        scale = form.get("scale")
        return Project(
            person=self._photo_at(form, "person"),
            wardrobe=wardrobe,
            worn=self._numbers(form, "worn"),
            tuck=self._one_of(form, "tuck", _TUCKS),
            quality=self._one_of(form, "quality", tuple(QUALITIES)),
            engine=self._one_of(form, "engine", tuple(ENGINES)) if "engine" in form else "compact",
            seed=self._whole(form, "seed", 0, 2**63 - 1),
            marked=self._strokes(form, "marked"),
            looks=looks,
            starred=self._numbers(form, "starred"),
            shown=self._whole(form, "shown", -1, max(len(looks) - 1, -1)),
            room=self._photo_at(form, "room"),
            scale=None if scale is None else self._scale(scale),
            pieces=tuple(self._piece(row) for row in self._rows(form, "pieces")),
            front=self._strokes(form, "front"),
            gone=self._strokes(form, "gone"),
            hints=None if form.get("hints") is None else self._hints(form["hints"]),
        )

    def _photo(self, row: dict[str, Any]) -> Photo:
        icc = None
        if row.get("icc") is not None:
            try:
                icc = base64.b64decode(self._text(row, "icc", 4_000_000), validate=True)
            except (binascii.Error, ValueError):
                raise _damaged("icc") from None
        stored = self._find_picture(self._text(row, "picture"))
        return replace(
            stored,
            name=self._text(row, "name"),
            focal_px=None if row.get("focal_px") is None else self._number(row, "focal_px", 1.0, _FAR),
            date=None if row.get("date") is None else self._text(row, "date", 64),
            scale=self._number(row, "scale", 1e-4, 1.0),
            icc=icc,
        )

    def _cloth(self, row: dict[str, Any]) -> Cloth:
        photo = self._photo_at(row, "photo")
        if photo is None:
            raise _damaged("photo")
        kinds = ("", *KINDS)
        length = self._number(row, "length_cm", -MOST_CM, MOST_CM) if "length_cm" in row else 0.0
        fit = self._one_of(row, "fit", tuple(FITS)) if "fit" in row else "regular"
        number, kind, found = self._whole(row, "number", 1, 10**9), self._one_of(row, "kind", kinds), self._one_of(row, "found", kinds)
        return Cloth(number, photo, kind, found, length, fit)

    def _look(self, row: dict[str, Any]) -> Look:
        person = self._photo_at(row, "person")
        picture = self._find_picture(self._text(row, "picture"))
        if person is None or picture.rgb.shape != person.rgb.shape:
            raise _damaged("looks")
        look = Look(
            number=self._whole(row, "number", 1, 10**9),
            picture=picture.rgb,
            person=person,
            garments=tuple(self._cloth(one) for one in self._rows(row, "garments")),
            seed=self._whole(row, "seed", 0, 2**63 - 1),
            tuck=self._one_of(row, "tuck", _TUCKS),
            quality=self._one_of(row, "quality", tuple(QUALITIES)),
            engine=self._one_of(row, "engine", tuple(ENGINES)),
            steps=self._whole(row, "steps", 0, 10_000),
            seconds=self._number(row, "seconds", 0.0, 1e7),
            warnings=tuple(self._text({"warning": words}, "warning") for words in self._list(row, "warnings")),
            color_difference=None if row.get("color_difference") is None else self._number(row, "color_difference", 0.0, 1e4),
            marked=self._strokes(row, "marked"),
        )
        if not look.garments:
            raise _damaged("garments")
        return look

    def _scale(self, row: Any) -> Scale:
        if not isinstance(row, dict):
            raise _damaged("scale")
        x0, y0, x1, y1 = (self._number(row, key, -_FAR, _FAR) for key in ("x0", "y0", "x1", "y1"))
        kind = self._one_of(row, "kind", KINDS_OF_SCALE) if "kind" in row else "length"
        return Scale(x0, y0, x1, y1, self._number(row, "metres", 0.001, 1000.0), self._flag(row, "vertical"), kind)

    def _strokes(self, row: dict[str, Any], key: str) -> tuple[Stroke, ...]:
        """None where the file was saved before there was a brush."""
        return tuple(self._stroke(one) for one in self._rows(row, key)) if key in row else ()

    def _stroke(self, row: dict[str, Any]) -> Stroke:
        points = tuple(self._point(at, "points") for at in self._list(row, "points", _MOST_POINTS))
        mark = self._text(row, "mark", 16) if "mark" in row else ""
        return Stroke(points, self._number(row, "width_px", 0.1, _FAR), self._flag(row, "adds"), mark)

    def _point(self, at: Any, key: str) -> tuple[float, float]:
        values = [self._number({key: value}, key, -_FAR, _FAR) for value in self._list({key: at}, key)]
        if len(values) != 2:
            raise _damaged(key)
        return values[0], values[1]

    def _hints(self, row: Any) -> CameraHints:
        if not isinstance(row, dict):
            raise _damaged("hints")
        guides = []
        for one in self._rows(row, "guides"):
            ends = [self._number({"ends": value}, "ends", -_FAR, _FAR) for value in self._list(one, "ends")]
            if len(ends) != 4:
                raise _damaged("guides")
            guides.append(Guide(self._one_of(one, "axis", AXES), *ends))
        center = None if row.get("center") is None else self._point(row["center"], "center")
        focal = None if row.get("focal_px") is None else self._number(row, "focal_px", 1.0, _FAR)
        try:
            told = CameraHints(tuple(guides), focal, center, self._number(row, "bend", -1.0, 1.0))
            if (wall := self._several(row, "corners", 6)) is not None:
                told = replace(told, corners=(wall[0], wall[1], wall[2], wall[3], wall[4], wall[5]))
            if (fallen := self._several(row, "shadow", 5)) is not None:
                told = replace(told, shadow=(fallen[0], fallen[1], fallen[2], fallen[3], fallen[4]))
            return told
        except OptionError:
            raise _damaged("hints") from None

    def _piece(self, row: dict[str, Any]) -> Piece:
        size = [self._number({"size": value}, "size", 1e-4, 1000.0) for value in self._list(row, "size_m")]
        if len(size) != 3:
            raise _damaged("size_m")
        if "mesh" in row:
            furniture = self._find_mesh(self._text(row, "mesh"))
            if "key" in row:
                furniture = f"{furniture}#{self._text(row, 'key')}"
        else:
            furniture = self._text(row, "furniture")
            if not _ships(furniture):
                raise _damaged("furniture")  # a path: a stranger's project may not have files of this machine opened
        return Piece(
            number=self._whole(row, "number", 1, 10**9), furniture=furniture, label=self._text(row, "label"),
            size_m=(size[0], size[1], size[2]), x=self._number(row, "x", -_FAR, _FAR), y=self._number(row, "y", -_FAR, _FAR),
            yaw_deg=self._number(row, "yaw_deg", -_FAR, _FAR), hidden=self._flag(row, "hidden"), locked=self._flag(row, "locked"),
            stands=self._one_of(row, "stands", STANDS) if "stands" in row else "floor",
            elevation_m=self._number(row, "elevation_m", 0.0, 100.0) if "elevation_m" in row else 0.0,
            top_m=None if row.get("top_m") is None else self._number(row, "top_m", 0.0, 100.0),
            colors=tuple(self._color(pair) for pair in self._list(row, "colors")) if "colors" in row else (),
            resized=self._flag(row, "resized"), price=None if row.get("price") is None else self._number(row, "price", 0.0, 1e12),
            lift_m=None if row.get("lift_m") is None else self._number(row, "lift_m", 0.0, 100.0),
        )  # fmt: skip

    def _color(self, pair: Any) -> tuple[str, str]:
        if not isinstance(pair, list) or len(pair) != 2:
            raise _damaged("colors")
        name, color = self._text({"colors": pair[0]}, "colors"), self._text({"colors": pair[1]}, "colors")
        if not _COLOR.fullmatch(color):
            raise _damaged("colors")
        return name, color

    # ---- fields

    def _list(self, row: dict[str, Any], key: str, most: int = _MOST) -> list[Any]:
        value = row.get(key)
        if not isinstance(value, list) or len(value) > most:
            raise _damaged(key)
        return value

    def _rows(self, row: dict[str, Any], key: str) -> list[dict[str, Any]]:
        rows = self._list(row, key)
        if not all(isinstance(one, dict) for one in rows):
            raise _damaged(key)
        return rows

    def _numbers(self, row: dict[str, Any], key: str) -> tuple[int, ...]:
        return tuple(self._whole({key: value}, key, 1, 10**9) for value in self._list(row, key))

    def _text(self, row: dict[str, Any], key: str, longest: int = _LONGEST) -> str:
        value = row.get(key)
        if not isinstance(value, str) or len(value) > longest:
            raise _damaged(key)
        return value

    def _one_of(self, row: dict[str, Any], key: str, known: tuple[str, ...]) -> str:
        value = self._text(row, key)
        if value not in known:
            raise _damaged(key)
        return value

    def _number(self, row: dict[str, Any], key: str, low: float, high: float) -> float:
        value = row.get(key)
        if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value) or not low <= value <= high:
            raise _damaged(key)
        return float(value)

    def _several(self, row: dict[str, Any], key: str, count: int) -> list[float] | None:
        """So many numbers; None where there are none, as in files that were saved before."""
        if row.get(key) is None:
            return None
        numbers = [self._number({key: value}, key, -_FAR, _FAR) for value in self._list(row, key)]
        if len(numbers) != count:
            raise _damaged(key)
        return numbers

    def _whole(self, row: dict[str, Any], key: str, low: int, high: int) -> int:
        value = row.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise _damaged(key)
        return value

    def _flag(self, row: dict[str, Any], key: str) -> bool:
        value = row.get(key, False)
        if not isinstance(value, bool):
            raise _damaged(key)
        return value

    def _photo_at(self, row: dict[str, Any], key: str) -> Photo | None:
        if row.get(key) is None:
            return None
        return self._photos[self._whole(row, key, 0, len(self._photos) - 1)]
