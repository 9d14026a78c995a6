"""Small stand-ins for the engine: real functions in a real worker process, quick, with an answer that can be checked."""

from __future__ import annotations

import os
import time
from typing import Any

import numpy as np

from tryon.errors import GarmentError, MeshError
from tryon.mask import painted
from ui.engine import Dressed, Engine, Fitting, Recognized, Steps
from ui.room_engine import Asked, Frame

TINT = (40, 200, 90)
EMPTY = (20, 160, 90)


def dress(fitting: Fitting, progress: Any) -> Dressed:
    """A slow tint: the middle of the photo in one color, the seed as its brightness; the brush is obeyed."""
    for step in range(12):
        progress(step / 12, "painting")
        if step in (3, 6):
            progress.show(lambda step=step: np.full((40, 30, 3), 10 * step, np.uint8))
        time.sleep(0.03)
    picture = fitting.person.rgb.copy()
    height, width = picture.shape[:2]
    picture[height // 4 : height // 2, width // 4 : width // 2] = [min(255, value + fitting.seed) for value in TINT]
    longer = round(fitting.garments[0][2])
    picture[height // 2 : height // 2 + longer, width // 4 : width // 2] = TINT
    for number in range(1, len(fitting.garments)):
        picture[height // 2 : height // 2 + 10 * number, width // 4 : width // 2] = TINT
    for mark, color in (("change", (250, 250, 0)), ("keep", None)):
        mask = painted(fitting.marked, width, height, mark)
        if mask is not None:
            picture[mask > 0] = fitting.person.rgb[mask > 0] if color is None else color
    warned = any(region == "lower" for _photo, region, _length, _fit in fitting.garments)
    warnings = ("two people are in the photo; the larger one was dressed",) if warned else ()
    kinds = tuple("top" for _garment in fitting.garments)
    return Dressed(picture, fitting.engine, fitting.seed, fitting.steps or 2, 0.36, warnings, 2.1, kinds)


def show_steps(fitting: Fitting, progress: Any) -> Steps:
    """The photo darkened, with two parts; the garment itself; the photo with a square of it."""
    progress(0.5, "looking for the person")
    person = fitting.person.rgb
    parts = (("top", (220, 30, 30), (150, 200)), ("hair", (140, 80, 30), (150, 40)))
    if not fitting.garments:
        return Steps(person // 2, parts)
    laid = person.copy()
    laid[100:200, 75:150] = TINT
    return Steps(person // 2, parts, fitting.garments[0][0].rgb, laid)


def dress_forever(fitting: Fitting, progress: Any) -> Dressed:
    """Work that reports once and then never again."""
    progress(0.1, "painting")
    time.sleep(60)
    raise AssertionError


def dress_and_die(fitting: Fitting, progress: Any) -> Dressed:
    """A crash, but only the first time for a seed of 0."""
    progress(0.3, "painting")
    if fitting.seed == 0:
        os._exit(9)
    return dress(fitting, progress)


def dress_refuses(fitting: Fitting, progress: Any) -> Dressed:
    """An error in words."""
    raise GarmentError("there is no garment in the picture", subject=fitting.garments[0][0].name, advice="use a product picture")


def recognize(photo: Any, progress: Any) -> Recognized:
    """Tall pictures are people, large ones rooms."""
    return Recognized("person") if photo.height > photo.width else know_garment(photo, progress)


def know_garment(photo: Any, progress: Any) -> Recognized:
    """Large pictures are rooms; a garment's width says its kind."""
    progress(0.5)
    if photo.width >= 640:
        return Recognized("room")
    return Recognized("garment", {300: "trousers", 310: "dress"}.get(photo.width, "top"))


def frame(asked: Asked, photo: Any, progress: Any) -> Frame | None:
    """A square of color where each piece stands, but not where something is in front; what is taken away leaves another color."""
    from ui import room_engine

    if photo is not None:
        room_engine._keep(photo)
    if asked.digest not in room_engine._ROOMS:
        return None
    photo, max_side = room_engine._ROOMS[asked.digest], asked.max_side
    progress(0.5, "drawing")
    picture = photo.rgb.copy()
    gone = room_engine._marked(asked.digest, "gone", asked.told.gone)
    if gone is not None:
        picture[gone > 127] = EMPTY
    for one in asked.placed:
        color = one.colors[0][1] if one.colors else ""
        tint = [int(color[at : at + 2], 16) for at in (1, 3, 5)] if color else TINT
        picture[max(0, int(one.y) - 12) : int(one.y) + 12, max(0, int(one.x) - 12) : int(one.x) + 12] = tint
    front = room_engine._marked(asked.digest, "front", asked.told.front)
    if front is not None:
        picture[front > 127] = photo.rgb[front > 127]
    if max_side is not None and max_side < photo.width:
        picture = picture[::2, ::2].copy()
    camera = read_camera(photo, asked.told, progress).camera
    feet = tuple((0.0, 0.0, 0.0, 0.0) for _one in asked.placed)
    near = [(a, b) for b in range(len(feet)) for a in range(b) if abs(asked.placed[a].x - asked.placed[b].x) < 30]
    engine = "Mitsuba, in name only" if asked.quality in ("first", "good") else "fake"
    return Frame(picture, camera, asked.quality, (), engine, feet, tuple(near))


def read_camera(photo: Any, told: Any, progress: Any) -> Any:
    """A level camera, as the engine assumes where lines do not tell."""
    import math

    from tryon.room.arrange import Wall
    from tryon.room.box import RoomBox
    from tryon.room.calibrate import propose_guides
    from tryon.room.camera import Camera, guided_camera, rotation_of
    from tryon.room.scale import apply_scale
    from tryon.room.told import corners_of
    from ui.room_engine import Seen, _keep, _reference

    progress(0.5, "looking for lines")
    focal = 0.5 * photo.height / math.tan(math.radians(27.5))
    matrix = np.array([[focal, 0, photo.width / 2], [0, focal, photo.height / 2], [0, 0, 1]])
    camera = Camera(width=photo.width, height=photo.height, K=matrix, rotation=rotation_of(-12.0, 0.0), confidence=0.8)
    _keep(photo)
    if told.hints is not None:
        camera = guided_camera(photo.width, photo.height, told.hints) or camera
    camera = camera if told.scale is None else apply_scale(camera, _reference(told.scale))
    corners = (told.hints and told.hints.corners) or corners_of(RoomBox(-2.0, 2.5, -4.0), camera)
    shadow = (told.hints and told.hints.shadow) or (photo.width * 0.5, photo.height * 0.84, photo.width * 0.6, photo.height * 0.86, 0.5)
    walls = (Wall((-2.0, -4.0), (2.5, -4.0), (0.0, 1.0)),)
    return Seen(camera, walls, propose_guides(np.zeros((0, 4)), camera), (), corners, shadow)


def measure(path: str, progress: Any) -> tuple[str, tuple[float, float, float], tuple[str, ...]]:
    """Any file that is an OBJ holds a box."""
    if not path.endswith(".obj"):
        raise MeshError("the file is damaged", subject=path, advice="export it again")
    return "cube", (0.5, 0.7, 0.4), ()


def materials_of(furniture: str, progress: Any) -> tuple[tuple[str, str], ...]:
    """Two materials."""
    return ("fabric", "#808080"), ("wood", "#a07040")


ENGINE = Engine(
    measure=measure, dress=dress, show_steps=show_steps, recognize=recognize, know_garment=know_garment,
    read_camera=read_camera, frame=frame, warm_fit=(), warm_room=(),
)  # fmt: skip
