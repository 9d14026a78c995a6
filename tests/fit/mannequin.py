"""A drawn wearer with known landmarks and parts, and drawn garments with known landmarks: truth without any net."""

from __future__ import annotations

import cv2
import numpy as np

from tryon.body.bodymap import BodyMap
from tryon.body.parsing import PARTS
from tryon.fit.garment import Garment
from tryon.image import Photo, photo_from_array

# Standing, seen from the front, arms a little out; x, y in units of the picture's height, the wearer's left on the right.
_POINTS = {
    0: (0.375, 0.11),
    11: (0.455, 0.225),
    12: (0.295, 0.225),
    13: (0.50, 0.345),
    14: (0.25, 0.345),
    15: (0.53, 0.455),
    16: (0.22, 0.455),
    23: (0.425, 0.47),
    24: (0.325, 0.47),
    25: (0.43, 0.68),
    26: (0.32, 0.68),
    27: (0.43, 0.88),
    28: (0.32, 0.88),
}
SKIN, SHIRT, TROUSERS, WALL, HAIR = (196, 140, 110), (40, 90, 160), (60, 60, 70), (214, 210, 204), (50, 35, 25)


def wearer(height: int = 512, *, sleeves: bool = True, mirrored: bool = False) -> tuple[Photo, BodyMap]:
    """A person in a blue long-sleeved (or sleeveless) top and trousers."""
    width = height * 3 // 4
    landmarks = np.zeros((33, 4), dtype=np.float32)
    landmarks[:, :2] = (0.375 * height, 0.11 * height)
    for index, (x, y) in _POINTS.items():
        landmarks[index] = (x * height, y * height, 0, 1)
    landmarks[:, 3] = 1
    parts = np.zeros((height, width), dtype=np.uint8)

    def at(x: float, y: float) -> tuple[int, int]:
        return round(x * height), round(y * height)

    def draw(name: str, *points: tuple[float, float]) -> None:
        cv2.fillPoly(parts, [np.array([at(*point) for point in points], np.int32)], PARTS.index(name))

    def bone(name: str, a: int, b: int, thick: float) -> None:
        cv2.line(parts, at(*_POINTS[a]), at(*_POINTS[b]), PARTS.index(name), max(1, round(thick * height)), cv2.LINE_8)

    draw("neck", (0.345, 0.15), (0.405, 0.15), (0.41, 0.20), (0.34, 0.20))
    draw(
        "bottom",
        (0.30, 0.44),
        (0.45, 0.44),
        (0.46, 0.62),
        (0.46, 0.88),
        (0.40, 0.88),
        (0.375, 0.56),
        (0.35, 0.88),
        (0.29, 0.88),
        (0.29, 0.62),
    )
    draw("top", (0.335, 0.195), (0.415, 0.195), (0.47, 0.215), (0.455, 0.32), (0.445, 0.47), (0.305, 0.47), (0.295, 0.32), (0.28, 0.215))
    for side, shoulder, elbow, wrist in (("left", 11, 13, 15), ("right", 12, 14, 16)):
        arm = "top" if sleeves else f"{side}_arm"
        bone(arm, shoulder, elbow, 0.05)
        bone(arm, elbow, wrist, 0.038)
        cv2.circle(parts, at(*_POINTS[wrist]), round(0.024 * height), PARTS.index(f"{side}_hand"), -1)
    cv2.ellipse(parts, at(0.375, 0.10), (round(0.055 * height), round(0.07 * height)), 0, 0, 360, PARTS.index("hair"), -1)
    cv2.ellipse(parts, at(0.375, 0.11), (round(0.042 * height), round(0.055 * height)), 0, 0, 360, PARTS.index("face"), -1)
    for x in (0.32, 0.43):
        cv2.circle(parts, at(x, 0.895), round(0.02 * height), PARTS.index("shoes"), -1)

    colors = np.full((len(PARTS), 3), SKIN, dtype=np.uint8)
    for name, color in (("background", WALL), ("hair", HAIR), ("top", SHIRT), ("bottom", TROUSERS), ("shoes", (20, 20, 20))):
        colors[PARTS.index(name)] = color
    rgb = colors[parts].astype(np.int16) + np.random.default_rng(5).integers(-3, 4, (height, width, 1))
    rgb = np.clip(rgb, 0, 255).astype(np.uint8)
    if mirrored:
        rgb, parts = np.ascontiguousarray(rgb[:, ::-1]), np.ascontiguousarray(_swapped(parts[:, ::-1]))
        landmarks[:, 0] = width - landmarks[:, 0]
        pairs = [(left, left + 1) for left in (11, 13, 15, 23, 25, 27)]
        for left, right in pairs:
            landmarks[[left, right]] = landmarks[[right, left]]
    photo = photo_from_array(rgb, "wearer.png")
    person = (parts > 0).astype(np.float32)
    return photo, BodyMap(photo.digest, width, height, landmarks, person, parts, (0.0, 0.0, float(width), float(height)), 1, ())


def _swapped(parts: np.ndarray) -> np.ndarray:
    table = np.arange(256, dtype=np.uint8)
    for name in ("arm", "hand"):
        left, right = PARTS.index(f"left_{name}"), PARTS.index(f"right_{name}")
        table[left], table[right] = right, left
    return table[parts]


def _garment(
    kind: str, region: str, outline: list[tuple[float, float]], landmarks: dict[str, tuple[float, float]], sleeve: str, size: int
) -> Garment:
    """Outline and landmarks in shares of a square picture; red and white stripes across, blue on the wearer's left half."""
    mask = np.zeros((size, size), dtype=np.uint8)
    cv2.fillPoly(mask, [np.round(np.array(outline) * size).astype(np.int32)], 255)
    y, x = np.mgrid[0:size, 0:size]
    rgb = np.where(((y * 20 // size) % 2 == 0)[..., None], (200, 30, 30), (240, 240, 240)).astype(np.uint8)
    rgb[..., 2] = np.where(x > size / 2, 250, rgb[..., 2])
    return Garment(
        photo_digest=kind,
        kind=kind,
        region=region,
        rgba=np.dstack([rgb, mask]),
        inner=None,
        landmarks={name: (px * size, py * size) for name, (px, py) in landmarks.items()},
        sleeve=sleeve,
        confidence=1.0,
        warnings=(),
    )


def tee(size: int = 400, *, sleeve: str = "short") -> Garment:
    """A T-shirt, or the same without sleeves or with long ones."""
    body = {
        "neck_right": (0.42, 0.1),
        "neck_left": (0.58, 0.1),
        "collar": (0.5, 0.15),
        "shoulder_right": (0.3, 0.14),
        "shoulder_left": (0.7, 0.14),
        "armpit_right": (0.31, 0.35),
        "armpit_left": (0.69, 0.35),
        "hem_right": (0.31, 0.88),
        "hem_left": (0.69, 0.88),
    }
    cuffs = {"short": ((0.13, 0.3), (0.24, 0.37)), "long": ((0.06, 0.68), (0.15, 0.72))}.get(sleeve)
    right = [(0.3, 0.14)]
    if cuffs:
        right += [cuffs[0], cuffs[1]]
        for side, flip in (("right", False), ("left", True)):
            for name, (x, y) in zip(("outer", "inner"), cuffs, strict=True):
                body[f"cuff_{name}_{side}"] = (1 - x if flip else x, y)
    right += [(0.31, 0.35), (0.31, 0.88)]
    outline = [(0.58, 0.1), (0.5, 0.15), (0.42, 0.1), *right, *[(1 - x, y) for x, y in right[::-1]]]
    return _garment("top", "upper", outline, body, sleeve, size)


def trousers(size: int = 400) -> Garment:
    """Straight trousers."""
    marks = {
        "waist_right": (0.4, 0.06),
        "waist_left": (0.6, 0.06),
        "crotch": (0.5, 0.32),
        "hem_outer_right": (0.36, 0.95),
        "hem_inner_right": (0.46, 0.95),
        "hem_outer_left": (0.64, 0.95),
        "hem_inner_left": (0.54, 0.95),
    }
    outline = [(0.4, 0.06), (0.36, 0.3), (0.36, 0.95), (0.46, 0.95), (0.5, 0.32), (0.54, 0.95), (0.64, 0.95), (0.64, 0.3), (0.6, 0.06)]
    return _garment("trousers", "lower", outline, marks, "none", size)


def skirt(size: int = 400) -> Garment:
    """An A-line skirt to the knee."""
    marks = {"waist_right": (0.38, 0.1), "waist_left": (0.62, 0.1), "hem_right": (0.28, 0.75), "hem_left": (0.72, 0.75)}
    return _garment("skirt", "lower", [(0.38, 0.1), (0.28, 0.75), (0.72, 0.75), (0.62, 0.1)], marks, "none", size)


def dress(size: int = 400) -> Garment:
    """A sleeveless dress."""
    marks = {
        "neck_right": (0.45, 0.04),
        "neck_left": (0.55, 0.04),
        "collar": (0.5, 0.07),
        "shoulder_right": (0.4, 0.055),
        "shoulder_left": (0.6, 0.055),
        "armpit_right": (0.41, 0.17),
        "armpit_left": (0.59, 0.17),
        "waist_right": (0.43, 0.32),
        "waist_left": (0.57, 0.32),
        "hem_right": (0.3, 0.9),
        "hem_left": (0.7, 0.9),
    }
    right = [(0.45, 0.04), (0.4, 0.055), (0.41, 0.17), (0.43, 0.32), (0.3, 0.9)]
    return _garment("dress", "full", [(0.5, 0.07), *right, *[(1 - x, y) for x, y in right[::-1]]], marks, "none", size)
