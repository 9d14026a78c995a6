"""One training pair: a person in outfit A and in outfit B, all else equal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from training.people.body_landmarks import project
from training.people.cloth import ClothMaker, list_garment_photos
from training.people.light import HEIGHT, WIDTH, PhotoStudio, random_view
from training.people.makehuman import Human, load_human, open_data
from training.people.outfit import Dresser, Outfit, Worn, textures_of
from training.people.parts import CLOTH, PART, SKIN
from training.people.person import Belongings, Casting, Person
from training.people.product import photograph, product_map
from training.people.rasterizer import Drawn, Layers, Light, Rasterizer, View, release
from training.people.shards import PersonPair
from training.people.tailor import Tailor
from training.people.textures import TextureShelf
from training.people.trim import FabricPainter

OVERSAMPLING = 1.5
SIZE = (int(WIDTH * OVERSAMPLING), int(HEIGHT * OVERSAMPLING))
MAP_STEP = 3  # rasterizer pixels per cell of the half-size dense map
MIN_SHOWN = 0.02  # share of the picture that the new garment must cover
MAX_HOLES = 60  # bare pixels inside cloth that are taken for faults
TRIES = 6
SHOPPERS = Belongings(bag=0.65, barefoot=0.16, sandals=0.2)
REVERSED = 500_000  # added to the seed of a pair that goes from B to A


@dataclass(frozen=True)
class Development:
    """How a rendered picture becomes a photo: the same for A and B."""

    background: npt.NDArray[np.float32]
    shadow: float
    shadow_shift: tuple[int, int]
    shadow_blur: float
    filmic: bool
    blur: float
    noise: npt.NDArray[np.float32]
    jpeg_quality: int

    def photo(self, layers: Layers) -> npt.NDArray[np.uint8]:
        """(384, 288, 3) uint8 sRGB."""
        coverage = layers.color[..., 3:]
        depth = cv2.resize(np.where(coverage[..., 0] > 0, layers.depth, 0), (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)
        there = (depth > 0).astype(np.float32)
        around = cv2.GaussianBlur(depth, (0, 0), 7) / np.maximum(cv2.GaussianBlur(there, (0, 0), 7), 1e-3)
        occlusion = 1 - np.clip((depth - around) * 0.35, 0, 0.45) * there
        filtered = cv2.resize(layers.color, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)  # nothing = black = premultiplied
        color, alpha = filtered[..., :3], filtered[..., 3]
        background = self.background
        if self.shadow:
            shade = cv2.GaussianBlur(np.roll(alpha, self.shadow_shift, (0, 1)), (0, 0), self.shadow_blur)
            background = background * (1 - self.shadow * shade[..., None])
        linear = np.clip(color * occlusion[..., None] + (1 - alpha[..., None]) * background, 0, None)
        if self.filmic:
            linear = linear / (1 + 0.15 * linear) * 1.15
        picture = cv2.pow(np.clip(linear, 0, 1).astype(np.float32), 1 / 2.2) * 255
        if self.blur:
            picture = cv2.GaussianBlur(picture, (0, 0), self.blur)
        picture = np.clip(picture + self.noise, 0, 255).astype(np.uint8)
        jpeg = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, self.jpeg_quality])[1]
        return np.ascontiguousarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR)[..., ::-1])


@lru_cache(maxsize=1)
def _grain_sheet() -> npt.NDArray[np.float32]:
    return np.random.default_rng(7).standard_normal((2 * HEIGHT, 2 * WIDTH, 3), np.float32)


def _grain(rng: np.random.Generator) -> npt.NDArray[np.float32]:
    y, x = rng.integers(HEIGHT), rng.integers(WIDTH)
    return _grain_sheet()[y : y + HEIGHT, x : x + WIDTH] * np.float32(rng.uniform(0, 4.5))


def _random_development(rng: np.random.Generator, background: npt.NDArray[np.float32]) -> Development:
    return Development(
        background=background,
        shadow=rng.uniform(0.1, 0.45) if rng.random() < 0.4 else 0.0,
        shadow_shift=(int(rng.uniform(2, 14)), int(rng.uniform(-16, 16))),
        shadow_blur=rng.uniform(4, 16),
        filmic=bool(rng.random() < 0.5),
        blur=rng.uniform(0.3, 0.8) if rng.random() < 0.5 else 0.0,
        noise=_grain(rng),
        jpeg_quality=int(rng.uniform(60, 98)),
    )


def parts_of(layers: Layers) -> npt.NDArray[np.uint8]:
    """(384, 288) part numbers at pixel centres."""
    rows = ((np.arange(HEIGHT) + 0.5) * OVERSAMPLING).astype(int)
    columns = ((np.arange(WIDTH) + 0.5) * OVERSAMPLING).astype(int)
    return np.round(layers.part[rows][:, columns]).astype(np.uint8)


def shown(layers: Layers, worn: Worn) -> float:
    """Share of the picture that a garment covers."""
    return float((np.round(layers.piece) == worn.piece).mean())


def bare_holes(parts: npt.NDArray[np.uint8]) -> int:
    """Pixels of trunk or leg skin wholly surrounded by cloth: body that pokes through its clothes."""
    bare = np.isin(parts, [PART["torso"], PART["legs"]]).astype(np.uint8)
    count, number, stats, _ = cv2.connectedComponentsWithStats(bare, connectivity=4)
    cloth = np.isin(parts, CLOTH)
    found = 0
    for k in range(1, count):
        if stats[k, cv2.CC_STAT_AREA] < 5:
            continue
        mine = (number == k).astype(np.uint8)
        rim = (cv2.dilate(mine, np.ones((3, 3), np.uint8)) > 0) & (mine == 0)
        if cloth[rim].mean() > 0.93:
            found += int(stats[k, cv2.CC_STAT_AREA])
    return found


class PairMaker:
    """Makes pairs by seed: same seed and index, same pixels on one machine and driver.

    held_out: draw skins and cloth photos from those kept out of training. owns: bags, bare feet, sandals.
    """

    def __init__(self, root: Path | None = None, held_out: bool = False, owns: Belongings = SHOPPERS) -> None:
        cv2.setNumThreads(1)
        root = root or open_data()
        self.human: Human = load_human(root / "makehuman")
        self.rasterizer = Rasterizer()
        shelf = TextureShelf(self.rasterizer)
        maker = ClothMaker(list_garment_photos(root, held_out))
        tailor = Tailor(self.human, FabricPainter(self.rasterizer, maker))
        self.dresser = Dresser(self.human, tailor, shelf)
        self.casting = Casting(self.human, self.rasterizer, shelf, maker, held_out)
        self.owns = owns
        self.studio = PhotoStudio(root)

    def pair(self, seed: int, index: int) -> PersonPair:
        """The pair number ``index`` of a seed; faulty draws are drawn again."""
        return self.both_ways(seed, index)[0]

    def both_ways(self, seed: int, index: int) -> list[PersonPair]:
        """That pair, and where one garment took the place of one garment also its reverse: from B to A."""
        for attempt in range(TRIES):
            result = self._attempt(seed, index, attempt, last=attempt == TRIES - 1)
            if result:
                return result
        raise RuntimeError(f"seed {seed}, pair {index}: no product picture in {TRIES} draws")

    def _attempt(self, seed: int, index: int, attempt: int, last: bool) -> list[PersonPair]:
        streams = np.random.SeedSequence([seed, index, attempt]).spawn(6)
        rng_person, rng_a, rng_b, rng_scene, rng_old, rng_things = (np.random.default_rng(stream) for stream in streams)
        person = self.casting.person(rng_person, rng_things, self.owns)
        change = self.dresser.change(rng_a, rng_b, person.female)
        try:
            surroundings = self.studio.surroundings[rng_scene.integers(len(self.studio.surroundings))]
            used = person.posed[np.unique(self.casting.faces)]
            view = random_view(rng_scene, used, change.region)
            middle = np.array([used[:, 0].mean(), (used[:, 1].max() + used[:, 1].min()) / 2, 0], np.float32)
            light = self.studio.light(rng_scene, surroundings, middle, float(np.ptp(used[:, 1])))
            development = _random_development(rng_scene, self.studio.background(rng_scene, surroundings))
            rendered_b = self.render(person, change.b, view, light)
            parts_b = parts_of(rendered_b)
            if not last and (shown(rendered_b, change.new) < MIN_SHOWN or bare_holes(parts_b) > MAX_HOLES):
                return []
            product = photograph(self.rasterizer, change.new.garment, rng_b)
            if product is None:
                return []
            rendered_a = self.render(person, change.a, view, light)
            parts_a = parts_of(rendered_a)
            if not last and bare_holes(parts_a) > MAX_HOLES:
                return []
            forth = PersonPair(
                photo_a=development.photo(rendered_a),
                photo_b=development.photo(rendered_b),
                parts_a=parts_a,
                parts_b=parts_b,
                landmarks=project(person.landmarks, view.view_projection, WIDTH, HEIGHT),
                product=product.picture,
                product_landmarks=product.landmarks,
                product_map=product_map(rendered_b, change.new.piece, product, MAP_STEP),
                kind=change.new.garment.kind,
                region=change.region,
                seed=seed * 1_000_000 + index,
            )
            back = self._reversed(forth, rendered_a, change.old, rng_old)
            return [forth] if back is None else [forth, back]
        finally:
            release((*textures_of(change.a, change.b), *person.textures))

    def _reversed(self, forth: PersonPair, rendered_a: Layers, old: Worn | None, rng: np.random.Generator) -> PersonPair | None:
        if old is None or shown(rendered_a, old) < MIN_SHOWN:
            return None
        product = photograph(self.rasterizer, old.garment, rng)
        if product is None:
            return None
        return replace(
            forth,
            photo_a=forth.photo_b,
            photo_b=forth.photo_a,
            parts_a=forth.parts_b,
            parts_b=forth.parts_a,
            product=product.picture,
            product_landmarks=product.landmarks,
            product_map=product_map(rendered_a, old.piece, product, MAP_STEP),
            kind=old.garment.kind,
            seed=forth.seed + REVERSED,
        )

    def render(
        self, person: Person, outfit: Outfit, view: View, light: Light, unlit: bool = False, size: tuple[int, int] = SIZE
    ) -> Layers:
        """The person in an outfit, at `size` = (width, height)."""
        cloth, hidden = outfit.drawn(person)
        hidden = hidden | person.hidden
        kept = ~hidden[self.casting.faces].all(1)
        body = Drawn(self.casting.surface, person.posed, person.normal, person.skin, self.casting.surface.triangles[kept])
        return self.rasterizer.draw([*reversed(cloth), *person.extras, body], view, light, size, unlit)


def skin_share(parts: npt.NDArray[np.uint8]) -> float:
    """Share of the picture that is bare skin."""
    return float(np.isin(parts, SKIN).mean())
