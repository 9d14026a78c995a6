"""Rooms with and without a piece of furniture, path-traced with known camera and lights: the truth that a picture is measured against."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from tryon.image import UInt8Array, linear_to_srgb
from tryon.room.camera import Camera, rotation_of
from tryon.room.scene import Placement, Scene, set_scene

__all__ = ["DRAWN", "ROOMS", "UNSEEN", "Pair", "RoomPlan", "render_pair"]

Array = npt.NDArray[np.float64]

SIZE = (400, 300)
VERSION = 4


@dataclass(frozen=True)
class RoomPlan:
    """One room and what is put into it.

    box: left, right, back, front, ceiling in metres. floor: "planks", "tiles" or "carpet", gloss 0..1. window: on "left", "right", "back"
    or "front", with its middle along the wall, in metres; None = none. lamp: x, z of a ceiling lamp, or None.
    piece: name, x, z, turn_deg. shelf: x, z of a cupboard that stands there already.
    """

    name: str
    seed: int
    box: tuple[float, float, float, float, float]
    wall: tuple[float, float, float]
    floor: str
    gloss: float
    window: tuple[str, float] | None
    lamp: tuple[float, float] | None
    piece: tuple[str, float, float, float]
    shelf: tuple[float, float] | None = None
    pitch_deg: float = -15.0
    yaw_deg: float = 15.0
    height_m: float = 1.5
    vfov_deg: float = 54.0


ROOMS = (
    RoomPlan("window at the left, glossy planks", 1, (-2.3, 2.7, -4.6, 1.4, 2.6), (.75, .73, .68), "planks", .7, ("left", -2.6), None,
             ("sofa-2-seat", -.1, -3.2, 10), (1.9, -4.3)),
    RoomPlan("ceiling lamp, tiles", 2, (-2.5, 2.2, -4.2, 1.8, 2.5), (.62, .66, .66), "tiles", .5, None, (.2, -1.4),
             ("armchair", .3, -2.6, -25), None, -18, -20),
    RoomPlan("window behind the camera, carpet", 3, (-2.6, 2.6, -5.0, 1.2, 2.7), (.78, .76, .72), "carpet", .0, ("front", .4), None,
             ("dining-table", -.4, -3.0, 30), (-2.2, -4.7), -16, 8),
    RoomPlan("window at the right and lamp, planks", 4, (-2.4, 2.4, -4.4, 1.6, 2.6), (.70, .64, .55), "planks", .4, ("right", -1.2),
             (-.3, -2.0), ("bookshelf", -.9, -4.0, 0), None, -14, 18),
    RoomPlan("window in the back wall, glossy tiles", 5, (-2.8, 2.2, -4.8, 1.5, 2.6), (.74, .72, .70), "tiles", .9, ("back", -.4), None,
             ("coffee-table", .1, -2.5, -15), (1.7, -4.5), -17, -12),
    RoomPlan("evening lamp, carpet", 6, (-2.2, 2.5, -4.0, 1.7, 2.5), (.66, .56, .46), "carpet", .0, None, (.9, -2.6),
             ("dining-chair", -.3, -2.3, 40), (-1.8, -3.7), -19, 22),
    RoomPlan("window out of sight at the left, planks", 7, (-2.1, 3.0, -5.2, 2.0, 2.8), (.80, .79, .77), "planks", .6, ("left", -.2), None,
             ("double-bed", .9, -3.9, 0), None, -15, -10, 1.55),
    RoomPlan("two lights, matte planks", 8, (-2.7, 2.3, -4.5, 1.5, 2.6), (.58, .64, .58), "planks", .15, ("left", -3.2), (.5, -1.8),
             ("sideboard", .2, -4.1, 0), None, -16, 12),
)

_PIECES = ("sofa-2-seat", "armchair", "dining-table", "coffee-table", "bookshelf", "sideboard", "dining-chair", "double-bed", "desk",
           "wardrobe", "footstool", "media-unit", "round-table")


def drawn_plan(seed: int) -> RoomPlan:
    """A room drawn by lot: the light is in turn a window at the side, a lamp, a window behind the camera, a window and a lamp."""
    random = np.random.default_rng(1000 + seed)
    left, right, back, front = (sign * random.uniform(*of) for sign, of in ((-1, (1.7, 3)), (1, (1.7, 3)), (-1, (3.8, 5.4)), (1, (1, 2.4))))
    box = (left, right, back, front, random.uniform(2.4, 2.9))
    gray, tint = random.uniform(.45, .82), random.uniform(-.06, .06, 3)
    wall = tuple(float(v) for v in np.clip(gray + tint, .2, .84))
    floor = ("planks", "tiles", "carpet")[int(random.integers(3))]
    gloss = 0.0 if floor == "carpet" else float(random.uniform(.1, .9))
    kind = ("side", "lamp", "front", "both")[seed % 4]
    side = ("left", "right")[int(random.integers(2))]
    window = None if kind == "lamp" else ("front", random.uniform(.5 * left, .5 * right)) if kind == "front" else (
        side, random.uniform(.75 * back, .4 * front))
    lamp = (random.uniform(.5 * left, .5 * right), random.uniform(.7 * back, .5 * front)) if kind in ("lamp", "both") else None
    name = _PIECES[int(random.integers(len(_PIECES)))]
    by_the_wall = name in ("bookshelf", "sideboard", "wardrobe", "media-unit")
    z = back + random.uniform(.75, 1.3) if by_the_wall else random.uniform(.72 * back, .55 * back)
    if name == "double-bed":
        z = back + 1.2
    x = random.uniform(-.22, .22) * -z
    turn = 0.0 if z < back + 1.31 else random.uniform(-45, 45)
    shelf = None if random.random() < .4 else ((left + .55) if random.random() < .5 else (right - .55), back + .3)
    return RoomPlan(
        f"drawn {seed}: {kind}, {floor}", seed, box, (wall[0], wall[1], wall[2]), floor, gloss, window, lamp, (name, x, z, turn), shelf,
        -random.uniform(9, 21), random.uniform(-24, 24), random.uniform(1.35, 1.65), random.uniform(44, 62),
    )


DRAWN = tuple(drawn_plan(seed) for seed in range(11, 19))
"""Rooms drawn by lot, worked on like ROOMS."""
UNSEEN = tuple(drawn_plan(seed) for seed in range(31, 39))
"""Rooms drawn by lot that nothing was chosen by."""


@dataclass(frozen=True, eq=False)
class Pair:
    """The truth. empty, furnished: (h, w, 3) uint8 as a camera would have saved them. cover: (h, w), how much the piece covers."""

    plan: RoomPlan
    camera: Camera
    scene: Scene
    empty: UInt8Array
    furnished: UInt8Array
    cover: npt.NDArray[np.float32]


def camera_of(plan: RoomPlan) -> Camera:
    """The known camera."""
    width, height = SIZE
    focal = 0.5 * height / math.tan(math.radians(plan.vfov_deg / 2))
    intrinsics = np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]])
    rotation = rotation_of(plan.pitch_deg, 0.0, plan.yaw_deg)
    return Camera(width=width, height=height, K=intrinsics, rotation=rotation, height_m=plan.height_m, confidence=1.0)


def scene_of(plan: RoomPlan, camera: Camera) -> Scene:
    """The piece where the plan says."""
    name, x, z, turn = plan.piece
    ((u, v),) = camera.project([[x, 0.0, z]])
    away = camera.position - (x, 0.0, z)
    facing = math.degrees(math.atan2(away[0], away[2]))
    return set_scene(camera, (Placement(name, float(u), float(v), turn - facing),))


def render_pair(plan: RoomPlan, folder: Path, samples: int = 32) -> Pair:
    """Render the room empty and furnished, or take it from the folder where it was rendered before."""
    camera = camera_of(plan)
    scene = scene_of(plan, camera)
    mesh = hashlib.sha256(b"".join(piece.furniture.path.read_bytes() for piece in scene.pieces)).hexdigest()[:8]
    path = folder / f"pair-{plan.seed}-{mesh}-v{VERSION}.npz"
    if not path.exists():
        empty, furnished, cover = _rendered(plan, camera, scene, samples)
        folder.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(path, empty=empty, furnished=furnished, cover=cover)
    found = np.load(path)
    return Pair(plan, camera, scene, found["empty"], found["furnished"], found["cover"])


def _rendered(plan: RoomPlan, camera: Camera, scene: Scene, samples: int) -> tuple[UInt8Array, UInt8Array, npt.NDArray[np.float32]]:
    import mitsuba as mi

    from tryon.room import trace

    if mi.variant() is None:
        trace.start(True)
    view = trace.View(camera.K, camera.rotation, camera.position, SIZE, (0, 0, *SIZE))
    parts = tuple(trace.TracedPart(part, piece.transform) for piece in scene.pieces for part in piece.furniture.parts)
    request = trace.TraceRequest(view, (), parts, 16, cover=True)
    cover = trace.trace(request, lambda *_told: None)
    pictures = []
    for shown in ((), parts):
        sensor = trace._sensor(view, 4)
        shapes = {**_room(plan), **trace._shapes(trace.TraceRequest(view, (), shown, samples))}
        integrator = {"type": "aov", "aovs": "al:albedo,nn:sh_normal", "img": {"type": "path", "max_depth": 8}}
        loaded = mi.load_dict({"type": "scene", "integrator": integrator, "sensor": sensor, **shapes})
        total = sum(np.array(mi.render(loaded, spp=4, seed=100 + n), np.float32) for n in range(samples // 4))
        pictures.append(trace._denoised(np.asarray(total / (samples // 4), np.float32)))
    exposure = 0.42 / float(np.percentile(pictures[0].mean(axis=2), 60))
    empty, furnished = ((linear_to_srgb(np.clip(one * exposure, 0, 1)) * 255 + 0.5).astype(np.uint8) for one in pictures)
    return empty, furnished, cover


def _texture(kind: str, seed: int) -> npt.NDArray[np.float32]:
    random = np.random.default_rng(seed)
    n = 768
    if kind == "planks":
        base, image = np.array([.40, .26, .15]) * random.uniform(.8, 1.3), np.zeros((n, n, 3))
        wide = n // 12
        for i in range(12):
            start = int(random.integers(n))
            for j in range(3):
                rows = (start + j * n // 3 + np.arange(n // 3)) % n
                grain = cv2.GaussianBlur(random.standard_normal((n // 3, wide)), (0, 0), sigmaX=1.2, sigmaY=30)
                board = base * random.uniform(.75, 1.2) * (1 + .09 * grain / grain.std())[..., None]
                image[np.ix_(rows, np.arange(i * wide, (i + 1) * wide))] = board
                image[rows[:2], i * wide : (i + 1) * wide] *= .45
            image[:, i * wide : i * wide + 1] *= .5
    elif kind == "tiles":
        image = np.full((n, n, 3), random.uniform(.35, .6)) * (1 + .03 * random.standard_normal((n, n, 1)))
        for at in range(0, n, n // 6):
            image[at : at + 3] *= .6
            image[:, at : at + 3] *= .6
    else:
        image = np.array([.34, .31, .30]) * (1 + .22 * random.standard_normal((n, n, 1)))
    return np.clip(image, .01, .9).astype(np.float32)


def _room(plan: RoomPlan) -> dict[str, Any]:
    """The empty room with its lights and what stands in it, in the path tracer's words."""
    import mitsuba as mi

    from tryon.room import trace
    from tryon.room.box import RoomBox
    from tryon.room.stage import Panel

    left, right, back, front, ceiling = plan.box
    random = np.random.default_rng(plan.seed)
    box = RoomBox(left, right, back, front, ceiling)
    shapes: dict[str, Any] = {}
    for name, (middle, across, up) in box.sides().items():
        tint = np.full(3, .84) if name == "ceiling" else np.clip(np.array(plan.wall) * random.uniform(.94, 1.04), 0, .85)
        shapes[name] = trace._panel(Panel(name, middle, across, up, tint))
    image = _texture(plan.floor, plan.seed)
    data = {"type": "bitmap", "data": mi.TensorXf(image), "raw": True, "to_uv": mi.ScalarTransform3f().scale([2.2, 2.6])}
    surface = {"type": "principled", "base_color": data, "roughness": .6 - .45 * plan.gloss, "specular": .5 if plan.gloss > 0 else 0.0}
    shapes["floor"]["bsdf"] = {"type": "twosided", "bsdf": surface}

    def lamp(name: str, middle: Any, across: Any, up: Any, glow: tuple[float, float, float]) -> None:
        place, right, over = (np.array(v, np.float64) for v in (middle, across, up))
        shapes[name] = trace._panel(Panel(name, place, right, over, np.full(3, .5), glow=glow))

    if plan.window is not None:
        side, along = plan.window
        sky = (9.0, 10.0, 11.5)
        where, along_wall = {
            "left": ((left + .02, 1.55, along), (0, 0, -.75)), "right": ((right - .02, 1.55, along), (0, 0, .75)),
            "back": ((along, 1.55, back + .02), (.75, 0, 0)), "front": ((along, 1.55, front - .02), (-.75, 0, 0)),
        }[side]
        lamp("window", where, along_wall, (0, .62, 0), sky)
    if plan.lamp is not None:
        strength = 1.0 if plan.window is None else .7
        lamp("lamp", (plan.lamp[0], ceiling - .03, plan.lamp[1]), (.22, 0, 0), (0, 0, .22), (30 * strength, 25 * strength, 18 * strength))
    if plan.shelf is not None:
        x, z = plan.shelf
        paint_of_it = {"type": "rgb", "value": [float(v) for v in random.uniform(.15, .5, 3)]}
        stands = mi.ScalarTransform4f().translate([x, .5, z]).scale([.45, .5, .22])
        shapes["shelf"] = {"type": "cube", "to_world": stands, "bsdf": {"type": "diffuse", "reflectance": paint_of_it}}
    paint = {"type": "rgb", "value": [float(v) for v in random.uniform(.1, .6, 3)]}
    hang = mi.ScalarTransform4f().translate([.4, 1.6, back + .012]).scale([.42, .3, .01])
    if plan.window is None or plan.window[0] != "back":
        shapes["painting"] = {"type": "cube", "to_world": hang, "bsdf": {"type": "diffuse", "reflectance": paint}}
    return shapes
