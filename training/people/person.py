"""A random adult: shape, pose, skin, hair, eyes, what is on the feet and in the hands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from training.people.body_landmarks import BodyLandmarks
from training.people.carried import Bags
from training.people.cloth import ClothMaker, random_color
from training.people.makehuman import Floats, Human, read_bvh_pose, rotation, vertex_normals
from training.people.parts import PART
from training.people.pose import random_pose
from training.people.rasterizer import Drawn, Look, Rasterizer, make_surface
from training.people.sandals import Sandals
from training.people.textures import TextureShelf
from training.people.wardrobe import SewnPiece, sew_all

if TYPE_CHECKING:
    import moderngl

_HAIR_COLORS = (
    (0.12, 0.10, 0.09), (0.2, 0.14, 0.1), (0.35, 0.22, 0.13), (0.5, 0.34, 0.2), (0.85, 0.65, 0.4),
    (1.05, 0.85, 0.55), (0.6, 0.25, 0.12), (0.6, 0.6, 0.6), (0.08, 0.08, 0.08), (0.16, 0.12, 0.1),
)  # fmt: skip
_SKIN_PUSH = 0.12  # skin lies behind whatever is worn; eyes and brows go with it
HELD_OUT_SKINS = (
    "middleage_lightskinned_female_diffuse2", "young_lightskinned_male_diffuse3", "old_lightskinned_male_diffuse2",
    "middleage_darkskinned_female_diffuse",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Person:
    """body (N, 3) unposed; posed (N, 3) in the world; extras: shoes, hair, eyes, brows, bags, drawn over the skin.

    textures: what to give back to the driver when done.
    """

    female: bool
    body: Floats
    posed: Floats
    normal: Floats
    joints: npt.NDArray[np.float64]
    matrices: npt.NDArray[np.float64]
    turn: Floats
    landmarks: npt.NDArray[np.float64]
    extras: list[Drawn]
    hidden: npt.NDArray[np.bool_]
    skin: Look
    textures: tuple[moderngl.Texture, ...] = ()


@dataclass(frozen=True)
class Belongings:
    """Which share of the people carries a bag, goes barefoot, wears sandals (of each it is decided apart)."""

    bag: float = 0.0
    barefoot: float = 0.0
    sandals: float = 0.0


_NOTHING = Belongings()


class Casting:
    """Everything of which a person is made; draws one by chance."""

    def __init__(self, human: Human, rasterizer: Rasterizer, shelf: TextureShelf, maker: ClothMaker, held_out: bool) -> None:
        self.human, self.rasterizer, self.shelf = human, rasterizer, shelf
        self.bags, self.sandals = Bags(rasterizer, maker), Sandals(human, rasterizer)
        root = human.root
        self.shoes = sew_all(human, "clothes/shoes*", "shoes")
        self.hairs = sew_all(human, "hair/*", "hair")
        self.brows = sew_all(human, "eyebrows/*", "face")
        self.lashes = sew_all(human, "eyelashes/*", "face")
        eye = sew_all(human, "eyes", "face")
        self.eyes = next(piece for piece in eye if len(piece.faces) == max(len(p.faces) for p in eye))
        self.irises = sorted((root / "eyes").glob("*.png"))
        skins = sorted((root / "skins").glob("*.jpg"))
        self.skins = [p for p in skins if (p.stem in HELD_OUT_SKINS) == held_out]
        self.recorded = [read_bvh_pose(path) for path in sorted((root / "poses").glob("standing*.bvh"))]
        self.landmarks = BodyLandmarks(human)
        self.faces = human.mesh.faces[human.body_faces]
        uv_faces = human.mesh.uv_faces[human.body_faces]
        parts = human.part[self.faces]
        majority = np.where(parts[:, 1] == parts[:, 2], parts[:, 1], parts[:, 0])
        flat = np.zeros((len(human.mesh.vertices), 4), np.float32)
        flat[:, 2], flat[:, 3] = 1.0, -1.0
        self.surface = make_surface(self.faces, majority, human.mesh.uv, uv_faces, flat)

    def person(self, rng: np.random.Generator, things: np.random.Generator | None = None, owns: Belongings = _NOTHING) -> Person:
        """Draw one adult. What is carried, and bare feet, come from the stream `things`: the rest is the same without them."""
        human = self.human
        gender = float(rng.random() < 0.42) if rng.random() < 0.9 else rng.random()
        female = gender < 0.5
        shares = rng.dirichlet([1, 1, 1]) if rng.random() < 0.3 else np.eye(3)[rng.integers(3)]
        body = human.morph(
            gender=gender,
            age=float(np.clip(rng.beta(1, 2.2), 0, 1) * 0.9),
            muscle=float(np.clip(rng.normal(0.5, 0.15), 0, 1)),
            weight=float(np.clip(rng.normal(0.46, 0.17), 0, 1)),
            height=float(np.clip(rng.normal(0.5, 0.18), 0.1, 0.9)),
            origin=dict(zip(("african", "asian", "caucasian"), shares, strict=True)),
            cup=float(np.clip(rng.normal(0.42, 0.18), 0, 1)),
        )
        joints = human.rig.joints(body)
        matrices = human.rig.matrices(joints, random_pose(rng, human.rig, joints, self.recorded))
        yaw = float(np.clip(rng.normal(0, 15), -35, 35)) if rng.random() < 0.95 else rng.uniform(-65, 65)
        turn = rotation([0, 1, 0], yaw).astype(np.float32)
        posed = human.weights.pose(body, matrices) @ turn.T
        things = things or np.random.default_rng(0)
        feet = things.random()
        shod = feet >= owns.barefoot + owns.sandals
        extras, hidden = self._extras(rng, female, body, matrices, turn, shod)
        normal = vertex_normals(posed, self.faces)
        landmarks = self.landmarks.place(posed, joints, matrices, turn)
        own: list[Drawn] = []
        if owns.barefoot <= feet < owns.barefoot + owns.sandals:
            own += self.sandals.worn(things, posed, normal)
        if things.random() < owns.bag:
            trunk = np.isin(human.part, [PART["torso"], PART["neck"]])
            trunk[np.setdiff1d(np.arange(len(trunk)), self.faces)] = False
            own += self.bags.carried(things, posed, trunk, landmarks)
        return Person(
            female=female,
            body=body,
            posed=posed,
            normal=normal,
            joints=joints,
            matrices=matrices,
            turn=turn,
            landmarks=landmarks,
            extras=[*extras, *own],
            hidden=hidden,
            skin=self._skin(rng, female),
            textures=tuple({t for item in own for t in (item.look.color_map, item.look.front_map) if t is not None}),
        )

    def _skin(self, rng: np.random.Generator, female: bool) -> Look:
        mine = [path for path in self.skins if ("female" in path.stem) == female]
        weights = np.array([(1.7 if "dark" in p.stem else 1.0) * (1.6 if "young" in p.stem else 1.0) for p in mine])
        path = mine[rng.choice(len(mine), p=weights / weights.sum())]
        tint = np.clip(rng.normal(1, 0.025, 3) * rng.uniform(0.9, 1.15), 0.5, 1.25)
        return Look(color_map=self.shelf.level(path), gloss=float(rng.uniform(0, 0.08)), push=_SKIN_PUSH, tint=_triple(tint), closed=True)

    def _extras(
        self, rng: np.random.Generator, female: bool, body: Floats, matrices: npt.NDArray[np.float64], turn: Floats, shod: bool
    ) -> tuple[list[Drawn], npt.NDArray[np.bool_]]:
        items: list[Drawn] = []
        hidden = np.zeros(len(body), bool)

        def add(piece: SewnPiece, look: Look) -> None:
            place = piece.mesh.weights.pose(piece.mesh.fit(body), matrices) @ turn.T
            items.append(Drawn(piece.surface, place, vertex_normals(place, piece.mesh.faces), look))
            hidden[piece.hides] = True

        def chosen(pieces: list[SewnPiece]) -> SewnPiece:
            return pieces[rng.integers(len(pieces))]

        if rng.random() < 0.93:
            shoes = chosen(self.shoes)
            plain = rng.random() < 0.5
            path = shoes.mesh.textures["diffuse"]
            texture = self.shelf.plain(path) if plain else self.shelf.gray(path)
            tint = (1.0, 1.0, 1.0) if plain else _triple(np.array(random_color(rng)) / 220)
            if shod:
                add(shoes, Look(color_map=texture, tint=tint, push=-0.02))
        tint = np.array((0.3, 0.25, 0.2))
        if rng.random() < 0.95:
            hair = self._hair(rng, female)
            tint = np.clip(np.array(_HAIR_COLORS[rng.choice(len(_HAIR_COLORS))]) * rng.uniform(0.7, 1.3), 0, 1.6)
            texture = self.shelf.gray(hair.mesh.textures["diffuse"])
            add(hair, Look(color_map=texture, tint=_triple(tint), hashed_alpha=True, gloss=0.06))
        iris = self.shelf.plain(self.irises[rng.integers(len(self.irises))])
        add(self.eyes, Look(color_map=iris, hashed_alpha=True, gloss=0.05, tint=(0.62, 0.62, 0.64), push=_SKIN_PUSH, casts_shadow=False))
        if rng.random() < 0.95:
            brow = chosen(self.brows)
            texture = self.shelf.plain(brow.mesh.textures["diffuse"])
            add(brow, Look(color_map=texture, hashed_alpha=True, tint=_triple(np.clip(tint, 0, 1)), push=_SKIN_PUSH - 0.02, casts_shadow=False))
        if female:
            lash = chosen(self.lashes)
            add(lash, Look(color_map=self.shelf.plain(lash.mesh.textures["diffuse"]), hashed_alpha=True, push=_SKIN_PUSH - 0.01, casts_shadow=False))
        return items, hidden

    def _hair(self, rng: np.random.Generator, female: bool) -> SewnPiece:
        if not female:
            short = [piece for piece in self.hairs if re.match("short|afro|pony", piece.name)]
            return short[rng.integers(len(short))]
        weights = [3.0 if "long" in p.name else 2.0 if re.match("braid|pony|bob", p.name) else 0.6 for p in self.hairs]
        return self.hairs[rng.choice(len(self.hairs), p=np.array(weights) / sum(weights))]


def _triple(values: npt.NDArray[np.floating]) -> tuple[float, float, float]:
    r, g, b = (float(v) for v in values)
    return (r, g, b)
