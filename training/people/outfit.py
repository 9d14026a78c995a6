"""Two outfits for one person that differ in one region, and how their layers lie over each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from training.people.cloth import random_color
from training.people.garment import Garment, photographed, wear
from training.people.makehuman import Human
from training.people.person import Person
from training.people.rasterizer import Drawn, Look
from training.people.tailor import Tailor
from training.people.textures import TextureShelf
from training.people.wardrobe import SewnPiece, open_wardrobe

if TYPE_CHECKING:
    import moderngl

REGIONS = ("upper", "lower", "full")
REGION_SHARES = (0.55, 0.25, 0.2)
BOTTOMS = ("trousers", "shorts", "skirt")
WORN_SHARE = 0.6  # of the product pictures show the garment on a hidden dummy, the others laid out on a table
_OVERLAP_DM = 0.15  # of a top and a bottom at the edge that shows


@dataclass(frozen=True, eq=False)
class Outfit:
    """What a person wears, from the inside out."""

    garments: tuple[Garment, ...]

    @property
    def top(self) -> Garment | None:
        """The top, if any."""
        return next((garment for garment in self.garments if garment.kind == "top"), None)

    def drawn(self, person: Person) -> tuple[list[Drawn], npt.NDArray[np.bool_]]:
        """Its meshes on the posed person (piece k is garment k - 1), and the body vertices it hides."""
        items: list[Drawn] = []
        hidden = np.zeros(len(person.body), bool)
        layered = any(garment.kind == "outer" for garment in self.garments)
        top = self.top
        bottom = next((garment for garment in self.garments if garment.kind in BOTTOMS), None)
        for k, garment in enumerate(self.garments):
            low, high = -99.0, 99.0
            if garment is bottom and top is not None and not top.tucked:
                high = top.hem_y + _OVERLAP_DM
            if garment is top and top.tucked and bottom is not None:
                low = bottom.waist_y - _OVERLAP_DM
            push = _push(garment, layered)
            items += wear(garment, person.body, person.matrices, person.turn, push, k + 1, (low, high))
            hidden |= garment.hides
        return items, hidden


def _push(garment: Garment, layered: bool) -> float:
    """How far along the line of sight a layer is drawn: nearer layers win without changing the outline."""
    if garment.kind == "outer":
        return -0.45
    if garment.kind == "top":
        return 0.06 if garment.tucked else (-0.1 if layered else -0.4)
    return 0.0


@dataclass(frozen=True, eq=False)
class Worn:
    """A garment and its piece number in its outfit."""

    garment: Garment
    piece: int


@dataclass(frozen=True, eq=False)
class Change:
    """Outfits A and B, equal but for one region; old and new are the garments there (old None: more than one, or none)."""

    region: str
    a: Outfit
    b: Outfit
    old: Worn | None
    new: Worn


class Dresser:
    """Chooses garments by chance, sewn ones and tailored ones."""

    def __init__(self, human: Human, tailor: Tailor, shelf: TextureShelf) -> None:
        self.tailor, self.shelf = tailor, shelf
        self.painter = tailor.painter
        joints = human.rig.joints(human.reference)
        shoulder = joints[human.rig.number["upperarm01.L"]]
        self.shoulder = np.array(shoulder[:2])
        pieces = open_wardrobe(human)
        self.sewn = {kind: [p for p in pieces if p.kind == kind] for kind in ("top", "outer", "trousers", "shorts", "skirt")}

    # ---- single garments

    def top(self, rng: np.random.Generator, slim: bool) -> Garment:
        """A top; slim ones go under a jacket."""
        if rng.random() < 0.3:
            return self._sewn(rng, "top", grow=0.0 if slim else 0.12)
        return self.tailor.top(rng, slim=slim)

    def outer(self, rng: np.random.Generator) -> Garment:
        """A jacket."""
        if rng.random() < 0.4:
            return self._sewn(rng, "outer", grow=0.14, at_least=0.1)
        return self.tailor.top(rng, kind="outer")

    def bottom(self, rng: np.random.Generator, female: bool) -> Garment:
        """Trousers, shorts or a skirt."""
        kind = str(rng.choice(["trousers", "shorts", "skirt"], p=[0.45, 0.2, 0.35] if female else [0.66, 0.32, 0.02]))
        if kind == "skirt":
            return self._sewn(rng, kind, grow=0.08) if rng.random() < 0.12 else self.tailor.a_skirt(rng)
        if rng.random() < (0.5 if kind == "trousers" else 0.25):
            return self._sewn(rng, kind, grow=0.1)
        return self.tailor.trousers(rng, kind)

    def _sewn(self, rng: np.random.Generator, kind: str, grow: float, at_least: float = 0.0) -> Garment:
        pieces = self.sewn[kind]
        piece = pieces[rng.integers(len(pieces))]
        look, textures = self._sewn_look(rng, piece)
        amount = rng.uniform(at_least, grow) if grow > at_least and rng.random() < 0.6 else at_least
        return replace(piece.garment(look, amount), textures=textures)

    def _sewn_look(self, rng: np.random.Generator, piece: SewnPiece) -> tuple[Look, tuple[moderngl.Texture, ...]]:
        """Its own texture, its own in another color, or new cloth on its sheet."""
        maps = piece.mesh.textures
        fold, strength, place = self.painter.random_folds(rng)
        look = Look(
            normal_map=self.shelf.plain(maps["normalmap"]) if "normalmap" in maps else None,
            fold_map=fold,
            fold_strength=strength * 0.5,
            fold_place=place,
            gloss=float(rng.uniform(0, 0.05)),
        )
        u = rng.random()
        if "aomap" in maps and u > 0.45:
            look = replace(look, occlusion_map=self.shelf.plain(maps["aomap"]))
        if u < 0.25:
            return replace(look, color_map=self.shelf.plain(maps["diffuse"])), ()
        if u < 0.5:
            r, g, b = (float(v) / 230 for v in random_color(rng))
            return replace(look, color_map=self.shelf.gray(maps["diffuse"]), tint=(r, g, b)), ()
        cloth = self.painter.maker.cloth(rng, 512, 512, 0.5)
        texture = self.painter.rasterizer.texture(np.clip(cloth, 0, 255).astype(np.uint8), mipmaps=False)
        return replace(look, color_map=texture), (texture,)

    def laid_by_chance(self, rng: np.random.Generator, garment: Garment) -> Garment:
        """The garment as shops show it: mostly worn by a hidden dummy, else laid out; sleeves mostly lower than arms in the rest pose."""
        spread = 0.0 if rng.random() < WORN_SHARE else float(rng.uniform(0.3, 1.0))
        degrees = 0.0
        if garment.sleeve > 0:
            u = rng.random()
            degrees = rng.uniform(5, 34) if u < 0.65 else rng.uniform(-18, 0) if u < 0.8 else 0.0
            degrees *= 0.6 if garment.sleeve < 0.5 else 1.0
        return photographed(garment, spread, self.shoulder, degrees)

    # ---- pairs of outfits

    def change(self, rng_a: np.random.Generator, rng_b: np.random.Generator, female: bool) -> Change:
        """Two outfits. Stream a draws the region and outfit A, stream b only what is new in B."""
        region = str(rng_a.choice(REGIONS, p=REGION_SHARES))
        if region == "full":
            new = self.laid_by_chance(rng_b, self.tailor.dress(rng_b))
            b = Outfit((new,))
            if rng_a.random() < 0.4:
                old = self.laid_by_chance(rng_a, self.tailor.dress(rng_a))
                return Change(region, Outfit((old,)), b, Worn(old, 1), Worn(new, 1))
            return Change(region, Outfit((self.bottom(rng_a, female), self.top(rng_a, slim=False))), b, None, Worn(new, 1))
        jacket = region == "upper" and bool(rng_b.random() < 0.16)
        worn_jacket = bool(rng_a.random() < (0.5 if jacket else 0.08))
        bottom = self.laid_by_chance(rng_a, self.bottom(rng_a, female))
        top = self.laid_by_chance(rng_a, self.top(rng_a, slim=jacket or worn_jacket))
        jacket_a = (self.laid_by_chance(rng_a, self.outer(rng_a)),) if worn_jacket else ()
        a = Outfit((bottom, top, *jacket_a))
        if region == "lower":
            new = self.laid_by_chance(rng_b, self.bottom(rng_b, female))
            return Change(region, a, Outfit((new, top, *jacket_a)), Worn(bottom, 1), Worn(new, 1))
        if jacket:
            new = self.laid_by_chance(rng_b, self.outer(rng_b))
            before = Worn(jacket_a[0], 3) if jacket_a else None
            return Change(region, a, Outfit((bottom, top, new)), before, Worn(new, 3))
        new = self.laid_by_chance(rng_b, self.top(rng_b, slim=worn_jacket))
        return Change(region, a, Outfit((bottom, new, *jacket_a)), Worn(top, 2), Worn(new, 2))


def textures_of(*outfits: Outfit) -> Iterator[moderngl.Texture]:
    """Every texture made for these outfits, once."""
    seen: set[int] = set()
    for outfit in outfits:
        for garment in outfit.garments:
            for texture in garment.textures:
                if id(texture) not in seen:
                    seen.add(id(texture))
                    yield texture
