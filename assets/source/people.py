"""The people of the sample pictures: the CC0 MakeHuman set, posed, dressed and photographed in a path-traced studio.

    python -m assets.source.people                 writes assets/samples/person-NAME.jpg (768 x 1024)
    python -m assets.source.people --sheet S [N]   all of them (or those named) side by side, small and quick

Mitsuba 3 and Open Image Denoise (`assets/source/studio.py`); bodies, clothes, skins and hair from the set that the training uses as well.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from assets.source.studio import bitmap, film_curve, mesh, mitsuba, render
from training.people.makehuman import Floats, Human, Ints, Pose, load_human, open_data, rotation, vertex_normals
from training.people.pose import aim_arm
from training.people.rasterizer import Surface, make_surface
from training.people.textures import read_picture
from training.people.wardrobe import SewnPiece, open_wardrobe, sew_all

FOLDER = Path(__file__).resolve().parents[1] / "samples"
WIDTH, HEIGHT = 768, 1024
FIELD_DEG = 20.0
_LEGS_IN_DEG = 5.0  # the set's rest pose stands with its legs apart
Color = tuple[float, float, float]
Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Model:
    """Whom we photograph. body: arguments of `Human.morph`. wears: names of wardrobe pieces, each with a color or None for its own.

    arms: of the left and the right one, lift sideways and forward, then bend inwards and forward of the elbow, degrees. below: share of
    the body's height that the frame leaves out at the feet. turn_deg, head_deg: to her left.
    """

    body: dict[str, Any]
    skin: str
    hair: str
    hair_color: Color
    brows: str
    iris: str
    wears: dict[str, Color | None]
    shoes: str
    arms: tuple[tuple[float, float, float, float], tuple[float, float, float, float]] = ((9, 0, 4, 12), (9, 0, 4, 12))
    lashes: str | None = "eyelashes01"
    below: float = 0.0
    turn_deg: float = 0.0
    head_deg: float = 0.0
    stride_deg: float = 1.5
    grow: float = 0.02  # decimetres by which the top stands off


PEOPLE = {
    "1": Model(
        body={"gender": 0.0, "age": 0.1, "muscle": 0.45, "weight": 0.42, "height": 0.6, "cup": 0.45, "origin": {"caucasian": 0.75, "asian": 0.25}},
        skin="young_lightskinned_female_diffuse", hair="long01", hair_color=(0.33, 0.22, 0.15), brows="eyebrow006", iris="brown_eye",
        wears={"female_casualsuit01:top": (0.62, 0.30, 0.34), "female_casualsuit01:bottom": None}, shoes="shoes01",
        arms=((10, -4, 2, 14), (8, 2, 3, 10)), turn_deg=9, head_deg=-6,
    ),
    "2": Model(
        body={"gender": 1.0, "age": 0.12, "muscle": 0.62, "weight": 0.42, "height": 0.6, "origin": {"african": 1.0}},
        skin="young_darkskinned_male_diffuse", hair="short04", hair_color=(0.10, 0.09, 0.08), brows="eyebrow005", iris="brown_eye", lashes=None,
        wears={"male_casualsuit06:top": (0.84, 0.84, 0.82), "male_casualsuit06:bottom": None}, shoes="shoes05",
        arms=((8, 4, 2, 10), (10, -3, 3, 12)), turn_deg=-10, head_deg=7,
    ),
    "3": Model(
        body={"gender": 0.0, "age": 0.35, "muscle": 0.45, "weight": 0.56, "height": 0.5, "cup": 0.55, "origin": {"asian": 0.8, "caucasian": 0.2}},
        skin="young_lightskinned_female_diffuse2", hair="ponytail01", hair_color=(0.13, 0.11, 0.10), brows="eyebrow008", iris="brown_eye",
        wears={"female_elegantsuit01:top": None, "female_elegantsuit01:bottom": (0.20, 0.21, 0.24)}, shoes="shoes03", grow=0.08,
        arms=((9, 0, 3, 10), (9, 0, 3, 10)), turn_deg=-4, head_deg=3,
    ),
}  # fmt: skip


def posed(human: Human, body: Floats, model: Model) -> npt.NDArray[np.float64]:
    """Bone matrices of an easy stand."""
    joints = human.rig.joints(body)
    pose: Pose = {}
    for bone in ("neck01", "neck02", "head"):
        pose[bone] = rotation([0, 1, 0], model.head_deg / 3)
    trunk = np.eye(3)
    for side, sign, (lift, ahead, inwards, bend) in zip("LR", (1, -1), model.arms, strict=True):
        out, forward = np.deg2rad(lift), np.deg2rad(ahead)
        upper = np.array([sign * np.sin(out), -np.cos(out) * np.cos(forward), np.cos(out) * np.sin(forward)])
        forearm = upper + np.array([-sign * np.tan(np.deg2rad(inwards)), 0.0, np.tan(np.deg2rad(bend))])
        aim_arm(human.rig, joints, pose, trunk, side, upper, forearm)
        across = joints[human.rig.number[f"finger5-1.{side}"]] - joints[human.rig.number[f"finger2-1.{side}"]]
        for finger in range(2, 6):
            for phalanx in (1, 2, 3):
                pose[f"finger{finger}-{phalanx}.{side}"] = rotation(across, sign * (10 + 4 * finger))
        pose[f"upperleg01.{side}"] = rotation([0, 0, 1], -sign * _LEGS_IN_DEG) @ rotation([1, 0, 0], -sign * model.stride_deg)
        pose[f"lowerleg01.{side}"] = rotation([1, 0, 0], 2.0 + (model.stride_deg if side == "R" else 0.0))
    return human.rig.matrices(joints, pose)


@dataclass(frozen=True, eq=False)
class Placed:
    """Corners (V, 3), their normals and texture coordinates, and triangles of them: what the path tracer takes."""

    vertices: Floats
    normals: Floats
    uv: Floats
    triangles: Ints

    @staticmethod
    def of(surface: Surface, place: Floats, normal: Floats, triangles: Ints | None = None) -> Placed:
        """A surface whose vertices lie at `place`."""
        chosen = surface.triangles if triangles is None else triangles
        return Placed(place[surface.vertex], normal[surface.vertex], surface.uv, chosen)

    def shape(self, name: str, bsdf: dict[str, Any]) -> Any:
        """For the path tracer."""
        return mesh(name, self.vertices, self.triangles, self.normals, self.uv, bsdf)


def texture(pixels: Picture) -> Any:
    """A color map; alpha is left out."""
    return bitmap(np.ascontiguousarray(pixels[..., :3]), False)


def see_through(pixels: Picture, bsdf: dict[str, Any]) -> dict[str, Any]:
    """A material with the holes of its map's alpha."""
    return {"type": "mask", "opacity": bitmap(np.ascontiguousarray(pixels[..., 3:4]), True), "bsdf": bsdf}


def both_sides(base: Any, roughness: float, specular: float = 0.3, bumps: Any = None, **more: Any) -> dict[str, Any]:
    """A material that is seen from both sides."""
    inner: dict[str, Any] = {"type": "principled", "base_color": base, "roughness": roughness, "specular": specular, **more}
    if bumps is not None:
        inner = {"type": "normalmap", "normalmap": bumps, "bsdf": inner}
    return {"type": "twosided", "bsdf": inner}


def tinted(pixels: Picture, color: Color | None, bright: float = 200.0) -> Picture:
    """A map in another color: its gray, the 70th percentile as bright as said, times the color."""
    if color is None:
        return pixels
    gray = pixels[..., :3].astype(np.float32).mean(-1)
    gray = np.clip(gray / max(float(np.percentile(gray, 70)), 1.0) * bright, 0, 255)
    colored = np.clip(gray[..., None] * np.array(color, np.float32), 0, 255).astype(np.uint8)
    return np.dstack([colored, *([pixels[..., 3]] if pixels.shape[2] == 4 else [])])


def melange(color: Color) -> Picture:
    """Plain cloth of one color, (1024, 1024, 3), its threads a little lighter and darker."""
    rng = np.random.default_rng(11)
    threads = cv2.GaussianBlur(rng.normal(0, 1, (1024, 1024)), (0, 0), 1.2) + 0.6 * cv2.GaussianBlur(rng.normal(0, 1, (1024, 1024)), (0, 0), 4)
    shade = 1 + 0.018 * threads / threads.std()
    return np.clip(255 * np.array(color) * shade[..., None], 0, 255).astype(np.uint8)


def cloth_of(piece: SewnPiece, color: Color | None) -> dict[str, Any]:
    """A garment's own sheet with its painted shade and relief."""
    maps = piece.mesh.textures
    sheet = read_picture(maps["diffuse"]) if color is None else melange(color)
    if "aomap" in maps:
        shade = cv2.resize(read_picture(maps["aomap"])[..., 0], sheet.shape[1::-1], interpolation=cv2.INTER_LINEAR) / 255.0
        sheet = (sheet[..., :3] * (0.35 + 0.65 * shade[..., None])).astype(np.uint8)
    bumps = bitmap(np.ascontiguousarray(read_picture(maps["normalmap"])[..., :3]), True) if "normalmap" in maps else None
    return both_sides(texture(sheet), 0.85, 0.15, bumps, sheen=0.4)


def person(human: Human, wardrobe: dict[str, SewnPiece], model: Model) -> tuple[dict[str, Any], Floats]:
    """The shapes of one dressed person, and the vertices (N, 3) of the posed body, decimetres, y up, facing +z."""
    body = human.morph(**model.body)
    matrices = posed(human, body, model)
    turn = rotation([0, 1, 0], model.turn_deg).astype(np.float32)
    place = human.weights.pose(body, matrices) @ turn.T
    shapes: dict[str, Any] = {}
    hidden = np.zeros(len(body), bool)

    def put_on(name: str, piece: SewnPiece, bsdf: dict[str, Any], grow: float = 0.0) -> None:
        fitted = piece.mesh.fit(body)
        if grow:
            fitted = fitted + vertex_normals(fitted, piece.mesh.faces) * grow
        at = piece.mesh.weights.pose(fitted, matrices) @ turn.T
        shapes[name] = Placed.of(piece.surface, at, vertex_normals(at, piece.mesh.faces)).shape(name, bsdf)
        hidden[piece.hides] = True

    for number, (name, color) in enumerate(model.wears.items()):
        put_on(f"cloth{number}", wardrobe[name], cloth_of(wardrobe[name], color), 0.02 if name.endswith(":bottom") else model.grow)
    shoes = wardrobe[model.shoes]
    put_on("shoes", shoes, both_sides(texture(read_picture(shoes.mesh.textures["diffuse"])), 0.45, 0.4))
    sheet = read_picture(wardrobe[model.hair].mesh.textures["diffuse"])
    strand = both_sides(texture(tinted(sheet, model.hair_color)), 0.5, 0.35)
    put_on("hair", wardrobe[model.hair], see_through(sheet, strand))
    for name, chosen in (("brows", model.brows), ("lashes", model.lashes)):
        if chosen is not None:
            sheet = read_picture(wardrobe[chosen].mesh.textures["diffuse"])
            put_on(name, wardrobe[chosen], see_through(sheet, both_sides(texture(tinted(sheet, model.hair_color, 140)), 0.8)))
    sheet = read_picture(human.root / "eyes" / f"{model.iris}.png")
    put_on("eyes", wardrobe["eyes"], see_through(sheet, both_sides(texture((sheet * np.array([0.8, 0.8, 0.8, 1])).astype(np.uint8)), 0.1, 0.5)))

    faces = human.mesh.faces[human.body_faces]
    surface = make_surface(faces, 1, human.mesh.uv, human.mesh.uv_faces[human.body_faces])
    skin = both_sides(texture(read_picture(human.root / "skins" / f"{model.skin}.jpg")), 0.48, 0.35, flatness=0.6)
    kept = surface.triangles[~hidden[faces].all(1)]
    shapes["skin"] = Placed.of(surface, place, vertex_normals(place, faces), kept).shape("skin", skin)
    return shapes, place


def open_closet(human: Human) -> dict[str, SewnPiece]:
    """Everything that can be put on, by name."""
    pieces = {piece.name: piece for piece in open_wardrobe(human)}
    for folder, kind in (("clothes/shoes*", "shoes"), ("hair/*", "hair"), ("eyebrows/*", "face"), ("eyelashes/*", "face")):
        pieces |= {piece.name: piece for piece in sew_all(human, folder, kind)}
    eyes = sew_all(human, "eyes", "face")
    return pieces | {"eyes": max(eyes, key=lambda piece: len(piece.faces))}


def studio(floor_y: float, tall: float) -> dict[str, Any]:
    """A paper sweep, a large soft light from the upper left, a weaker one from the right, one from above and behind; decimetres."""
    mi = mitsuba()
    across, along = 60.0, np.concatenate([np.linspace(40, -14, 28), -14 - 8 * np.sin(np.linspace(0, np.pi / 2, 16))[1:], np.full(20, -22.0)])
    up = np.concatenate([np.zeros(28), 8 * (1 - np.cos(np.linspace(0, np.pi / 2, 16)))[1:], np.linspace(8, 60, 21)[1:]]) + floor_y
    vertices = np.array([[x, y, z] for y, z in zip(up, along, strict=True) for x in (-across, across)], np.float32)
    first = np.arange(0, 2 * len(up) - 2, 2)
    triangles = np.concatenate([np.stack([first, first + 1, first + 2], 1), np.stack([first + 1, first + 3, first + 2], 1)])
    paper = {"type": "twosided", "bsdf": {"type": "diffuse", "reflectance": {"type": "rgb", "value": [0.70, 0.69, 0.675]}}}
    bent = np.stack([np.zeros(len(up)), -np.gradient(along), np.gradient(up)], 1)
    normals = np.repeat(bent / np.linalg.norm(bent, axis=1, keepdims=True), 2, axis=0)
    shapes: dict[str, Any] = {"paper": mesh("paper", vertices, triangles, normals, None, paper)}
    middle = floor_y + 0.6 * tall

    def softbox(name: str, at: tuple[float, float, float], size: float, power: float, color: Color) -> None:
        to = mi.ScalarTransform4f().look_at(origin=list(at), target=[0, middle, 0], up=[0, 1, 0.01])
        radiance = {"type": "rgb", "value": [power * c for c in color]}
        shapes[name] = {"type": "rectangle", "to_world": to @ mi.ScalarTransform4f().scale([size, size, 1]), "emitter": {"type": "area", "radiance": radiance}}

    softbox("key", (-22, floor_y + 1.35 * tall, 30), 9, 10.5, (1.0, 0.97, 0.93))
    softbox("fill", (30, floor_y + 0.8 * tall, 24), 12, 2.6, (0.94, 0.97, 1.0))
    softbox("top", (4, floor_y + 2.3 * tall, -2), 9, 4.5, (1.0, 1.0, 1.0))
    shapes["room"] = {"type": "constant", "radiance": {"type": "rgb", "value": [0.3, 0.3, 0.31]}}
    return shapes


def portrait(human: Human, wardrobe: dict[str, SewnPiece], model: Model, width: int, height: int, samples: int) -> Picture:
    """One person before the paper ground, (height, width, 3) uint8 sRGB."""
    mi = mitsuba()
    shapes, body = person(human, wardrobe, model)
    high, low = float(body[:13380, 1].max()), float(body[:13380, 1].min()) - 0.12
    tall = high - low
    top, bottom = high + 0.06 * tall, low + (model.below if model.below else -0.045) * tall
    middle = float(body[:13380, 0].mean())
    distance = (top - bottom) / 2 / np.tan(np.deg2rad(FIELD_DEG / 2))
    target = [middle, (top + bottom) / 2, 0.0]
    eye = [middle, target[1] + 0.03 * distance, distance]
    sensor = {"type": "perspective", "fov": FIELD_DEG, "fov_axis": "y", "to_world": mi.ScalarTransform4f().look_at(origin=eye, target=target, up=[0, 1, 0])}
    light = render({**shapes, **studio(low, tall)}, sensor, width, height, samples, depth=5)
    picture = film_curve(light).astype(np.float32)
    grain = np.random.default_rng(7).normal(0, 1.0, (height, width, 1))
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


def main() -> None:
    """Read the command line and go."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("names", nargs="*", default=[], help="whom; all without")
    options = parser.parse_args()
    human = load_human(open_data() / "makehuman")
    wardrobe = open_closet(human)
    chosen = {name: PEOPLE[name] for name in (options.names or PEOPLE)}
    if options.sheet:
        found = [portrait(human, wardrobe, model, WIDTH // 2, HEIGHT // 2, 16) for model in chosen.values()]
        cv2.imwrite(str(options.sheet), np.concatenate(found, 1)[..., ::-1])
        return
    FOLDER.mkdir(exist_ok=True)
    for name, model in chosen.items():
        picture = portrait(human, wardrobe, model, WIDTH, HEIGHT, 64)
        cv2.imwrite(str(FOLDER / f"person-{name}.jpg"), picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 93])


if __name__ == "__main__":
    main()
