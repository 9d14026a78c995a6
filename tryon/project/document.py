"""What is open: one immutable Project with the photos, the wardrobe, the results, the room and what stands in it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tryon.image import Photo, UInt8Array
    from tryon.mask import Stroke
    from tryon.room.hints import CameraHints

__all__ = ["KINDS", "QUALITIES", "Cloth", "Look", "Piece", "Project", "Scale"]

KINDS = {"top": "upper", "outer": "upper", "trousers": "lower", "shorts": "lower", "skirt": "lower", "dress": "full"}
"""Kinds of garment and the region of the body that each covers."""

QUALITIES = {"preview": 1, "good": 0, "best": 6}
"""What the user calls a number of denoising steps; 0 is the engine's own choice."""


@dataclass(frozen=True)
class Cloth:
    """One garment of the wardrobe. kind: of KINDS where the user said so, else empty; found: what the program took it for.

    length_cm, fit: how it is wanted on the wearer, as in `tryon.fit.cut.Cut`.
    """

    number: int
    photo: Photo
    kind: str = ""
    found: str = ""
    length_cm: float = 0.0
    fit: str = "regular"

    @property
    def shown_kind(self) -> str:
        """What it is taken for, empty while nobody knows."""
        return self.kind or self.found

    @property
    def region(self) -> str:
        """What is asked of the engine: the region of the kind that the user chose, else "auto"."""
        return KINDS.get(self.kind, "auto")

    @property
    def wanted(self) -> tuple[Photo, str, float, str]:
        """All that decides how it is worn: its picture, region, length and fit."""
        return self.photo, self.region, self.length_cm, self.fit


@dataclass(frozen=True, eq=False)
class Look:
    """One finished try-on: the picture, and everything that made it.

    picture: (H, W, 3) uint8 sRGB, as big as the person photo. color_difference: CIEDE2000 to the product picture, or None.
    marked: what the user's brush said, in pixels of the person photo.
    """

    number: int
    picture: UInt8Array = field(repr=False)
    person: Photo
    garments: tuple[Cloth, ...]
    seed: int
    tuck: str = "auto"
    quality: str = "good"
    engine: str = "compact"
    steps: int = 0
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()
    color_difference: float | None = None
    marked: tuple[Stroke, ...] = ()

    @cached_property
    def photo(self) -> Photo:
        """The picture as a photo, for what is keyed by pixels."""
        from tryon.image import photo_from_array

        return photo_from_array(self.picture, name=self.person.name)

    @property
    def inputs(self) -> dict[str, Any]:
        """What made it, besides the garments: fields of a Project."""
        return {name: getattr(self, name) for name in ("person", "tuck", "quality", "engine", "seed", "marked")}

    @property
    def settings(self) -> tuple[object, ...]:
        """What makes two looks the same but for the seed."""
        garments = tuple(cloth.wanted for cloth in self.garments)
        return self.person, garments, self.tuck, self.quality, self.engine, self.marked


@dataclass(frozen=True)
class Piece:
    """One piece of furniture in the room photo.

    furniture: built-in name or path of a file. size_m: width, height, depth. x, y: photo pixels where the middle of its
    footprint stands. yaw_deg: counter-clockwise from above; 0 = square to the room's walls, its front to the viewer.
    hidden: not drawn. locked: the hand does not take it. stands, elevation_m, top_m: as in `tryon.room.furniture.Furniture`.
    colors: materials by name and the color (#rrggbb) that the user gave each. resized: size_m is the user's word, not the file's.
    price: in the user's own currency, or None. lift_m: how high its foot is over the floor where the user said so.
    """

    number: int
    furniture: str
    label: str
    size_m: tuple[float, float, float]
    x: float
    y: float
    yaw_deg: float = 0.0
    hidden: bool = False
    locked: bool = False
    stands: str = "floor"
    elevation_m: float = 0.0
    top_m: float | None = None
    colors: tuple[tuple[str, str], ...] = ()
    resized: bool = False
    price: float | None = None
    lift_m: float | None = None


@dataclass(frozen=True)
class Scale:
    """A line of known length in the room photo: from, to (photo pixels), metres, and whether it stands upright.

    kind: what it was, of `tryon.room.scale.KINDS`; for "camera" metres are the camera's height, and the ends mean nothing.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    metres: float
    vertical: bool = False
    kind: str = "length"


@dataclass(frozen=True)
class Project:
    """Everything that is open, on both pages.

    worn: numbers of the wardrobe's garments that are put on. engine: of `tryon.fit.engines.ENGINES`. shown: row of the look on show, -1 for
    none. starred: numbers of looks.
    marked: the brush over the person, what may change and what stays (of `tryon.mask.MARKS`).
    front: the brush over what stands in front of all furniture; gone: over what is taken out of the room.
    hints: what the user said about the room photo's camera.
    """

    person: Photo | None = None
    wardrobe: tuple[Cloth, ...] = ()
    worn: tuple[int, ...] = ()
    tuck: str = "auto"
    quality: str = "good"
    seed: int = 0
    looks: tuple[Look, ...] = ()
    starred: tuple[int, ...] = ()
    shown: int = -1
    room: Photo | None = None
    scale: Scale | None = None
    pieces: tuple[Piece, ...] = ()
    front: tuple[Stroke, ...] = ()
    hints: CameraHints | None = None
    marked: tuple[Stroke, ...] = ()
    gone: tuple[Stroke, ...] = ()
    engine: str = "compact"

    @property
    def look(self) -> Look | None:
        """The result on show, where there is one."""
        return self.looks[self.shown] if 0 <= self.shown < len(self.looks) else None

    @property
    def garments(self) -> tuple[Cloth, ...]:
        """What is put on, in the order in which it was chosen."""
        known = {cloth.number: cloth for cloth in self.wardrobe}
        return tuple(known[number] for number in self.worn if number in known)

    @property
    def settings(self) -> tuple[object, ...]:
        """As `Look.settings`: what the open inputs would make."""
        garments = tuple(cloth.wanted for cloth in self.garments)
        return self.person, garments, self.tuck, self.quality, self.engine, self.marked

    def taken_up(self) -> Project:
        """The same project with the inputs of the look on show, where its garments still hang in the wardrobe."""
        look = self.look
        if look is None or any(self.cloth(cloth.number) is None for cloth in look.garments):
            return self
        project = replace(self, worn=tuple(cloth.number for cloth in look.garments), **look.inputs)
        for cloth in look.garments:
            hung = self.cloth(cloth.number)
            if hung is not None and (hung.length_cm, hung.fit) != (cloth.length_cm, cloth.fit):
                project = project.with_cloth(replace(hung, length_cm=cloth.length_cm, fit=cloth.fit))
        return project

    def cloth(self, number: int) -> Cloth | None:
        """The garment of that number."""
        return next((cloth for cloth in self.wardrobe if cloth.number == number), None)

    def with_cloth(self, cloth: Cloth) -> Project:
        """The same project with that garment changed, or hung up beside the others."""
        if self.cloth(cloth.number) is None:
            return replace(self, wardrobe=(*self.wardrobe, cloth))
        return replace(self, wardrobe=tuple(cloth if old.number == cloth.number else old for old in self.wardrobe))

    def without_cloth(self, number: int) -> Project:
        """The same project without that garment; looks that were made with it stay."""
        wardrobe = tuple(cloth for cloth in self.wardrobe if cloth.number != number)
        return replace(self, wardrobe=wardrobe, worn=tuple(worn for worn in self.worn if worn != number))

    def next_cloth(self) -> int:
        """A number that no garment has had, in the wardrobe or in a look."""
        looks = (cloth.number for look in self.looks for cloth in look.garments)
        return max((*(cloth.number for cloth in self.wardrobe), *looks), default=0) + 1

    def next_look(self) -> int:
        """A number that no look has."""
        return max((look.number for look in self.looks), default=0) + 1

    def piece(self, number: int) -> Piece | None:
        """The piece of that number, where it still stands."""
        return next((piece for piece in self.pieces if piece.number == number), None)

    def with_piece(self, piece: Piece) -> Project:
        """The same project with that piece changed, or added."""
        if self.piece(piece.number) is None:
            return replace(self, pieces=(*self.pieces, piece))
        return replace(self, pieces=tuple(piece if old.number == piece.number else old for old in self.pieces))

    def without_piece(self, number: int) -> Project:
        """The same project without that piece."""
        return replace(self, pieces=tuple(piece for piece in self.pieces if piece.number != number))

    @property
    def total_price(self) -> float | None:
        """What the pieces that are shown cost together; None where no price is known."""
        prices = [piece.price for piece in self.pieces if piece.price is not None and not piece.hidden]
        return sum(prices) if prices else None

    def next_number(self) -> int:
        """A number that no piece has yet."""
        return max((piece.number for piece in self.pieces), default=0) + 1
