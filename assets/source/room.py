"""Photographs a living room that never was: `python -m assets.source.room [--preview]`.

Writes assets/samples/room.jpg (1600 x 1200, path traced, EXIF focal length) and room.json (its true camera). All CC0.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from assets.source import materials as m
from assets.source.materials import Material, normals_from_height, surface_map, to_pixels
from assets.source.noise import Floats, hex_color, layered_noise, smooth_noise
from assets.source.shapes import Part, rounded_box, sheet, tube
from assets.source.studio import bitmap, bsdf_of, film_curve, load_glb, mesh, mitsuba, render

FOLDER = Path(__file__).resolve().parents[1] / "samples"
WIDTH, HEIGHT = 1600, 1200
FOCAL_35MM = 28  # by the diagonal, as telephones write it
YAW_DEG, PITCH_DEG, ROLL_DEG, EYE_M = -21.0, -8.5, 0.35, 1.5
LEFT, RIGHT, BACK, FRONT, CEILING = -2.75, 1.9, -4.35, 2.2, 2.58
Shapes = dict[str, Any]


def camera() -> dict[str, Any]:
    """The camera as tryon.room writes it: K, rotation world -> camera (x right, y down, z forward), height."""
    focal = FOCAL_35MM / np.hypot(36, 24) * np.hypot(WIDTH, HEIGHT)
    yaw, pitch, roll = np.radians([YAW_DEG, PITCH_DEG, ROLL_DEG])
    forward = np.array([np.sin(yaw) * np.cos(pitch), np.sin(pitch), -np.cos(yaw) * np.cos(pitch)])
    right = np.cross(forward, [0.0, 1.0, 0.0])
    right /= np.linalg.norm(right)
    down = np.cross(forward, right)
    c, s = np.cos(roll), np.sin(roll)
    rotation = np.stack([c * right + s * down, -s * right + c * down, forward])
    k = [[focal, 0, WIDTH / 2], [0, focal, HEIGHT / 2], [0, 0, 1]]
    return {
        "width": WIDTH, "height": HEIGHT, "K": k, "rotation": rotation.tolist(), "height_m": EYE_M, "pitch_deg": PITCH_DEG, "roll_deg": ROLL_DEG,
        "vfov_deg": float(np.degrees(2 * np.arctan(HEIGHT / 2 / focal))), "focal_35mm": FOCAL_35MM,
        "door_m": 2.03, "room_m": {"left": LEFT, "right": RIGHT, "back": BACK, "ceiling": CEILING},
    }


def to_photo(points: npt.ArrayLike) -> Floats:
    """World points (N, 3) m -> pixels (N, 2)."""
    view = camera()
    rel = (np.asarray(points, float) - [0, EYE_M, 0]) @ np.array(view["rotation"]).T
    pixel = rel @ np.array(view["K"]).T
    return np.asarray(pixel[:, :2] / pixel[:, 2:])


def floor_boards() -> Material:
    """Oak boards 14.5 cm wide, laid along x, ends staggered, a thin gap round each: one picture for the whole floor."""
    rng = np.random.default_rng(4)
    size_m, px = 6.96, 300
    side = int(size_m * px)
    board_w = 0.145
    source = np.concatenate([m.wood(f"plank{i}", ("#d2b48e", "#b8946c", "#876848"), 90 + i, tile_m=(2.4, 0.6), rings=14, pores=0.5, waviness=1.1, size=(512, 1536)).color
                             for i in range(3)], 0)
    color = np.zeros((side, side, 3))
    gap = np.zeros((side, side))
    rough = np.zeros((side, side))
    rows = int(round(size_m / board_w))
    for r in range(rows):
        y0, y1 = int(round(r * board_w * px)), int(round((r + 1) * board_w * px))
        x = -rng.uniform(0, 1.9)
        while x < size_m:
            length = rng.uniform(1.3, 2.1)
            a, b = max(int(x * px), 0), min(int((x + length) * px), side)
            if b > a:
                sy = rng.integers(0, source.shape[0] - 80)
                tall = int(512 / 0.6 * board_w)
                sy = rng.integers(0, source.shape[0] - tall)
                sx = rng.integers(0, 400)
                cut = source[sy: sy + tall, sx: sx + max(int((b - a) / px * 640), 2)]
                cut = cut[:, ::-1] if rng.random() < 0.5 else cut
                plank = cv2.resize(cut, (b - a, y1 - y0), interpolation=cv2.INTER_AREA).astype(float) / 255
                tone = 1 + 0.055 * rng.standard_normal()
                color[y0:y1, a:b] = plank * tone * (1 + 0.012 * rng.standard_normal(3))
                rough[y0:y1, a:b] = 0.40 + 0.025 * rng.standard_normal()
                gap[y0:y1, a: a + 1] = 1
            x += length
        gap[y0: y0 + 1] = 1
    soft = cv2.GaussianBlur(gap, (0, 0), 0.7)
    color *= (1 - 0.75 * np.clip(soft, 0, 1))[..., None]
    wear = layered_noise((side // 4, side // 4), (160, 160), 8, 4)
    wear = cv2.resize(wear, (side, side))
    color *= (1 + 0.02 * wear)[..., None]
    height = -2.2 * soft + 0.10 * cv2.resize(layered_noise((side // 2, side // 2), (3, 40), 9, 2), (side, side))
    return Material("floor", (size_m, size_m), to_pixels(np.clip(color, 0, 1)), surface_map(np.clip(rough + 0.03 * wear, 0.1, 1)), normals_from_height(height, 0.35))


def plaster(name: str, color: str, seed: int) -> Material:
    """Rolled wall paint."""
    size = (768, 768)
    base = np.ones((*size, 3)) * hex_color(color) * (1 + 0.006 * layered_noise(size, (240, 240), seed, 3))[..., None]
    peel = layered_noise(size, (4, 4), seed + 1, 2)
    return Material(name, (1.6, 1.6), to_pixels(base), None, normals_from_height(peel, 0.05), roughness=0.85)


def painting() -> Material:
    """An abstract print: hills and a sun, paper grain."""
    h, w = 560, 400
    y, x = np.mgrid[:h, :w].astype(float)
    picture = np.ones((h, w, 3)) * hex_color("#efe6d8")
    disk = np.hypot(x - 265, y - 165)
    layers = [("#d99a5b", np.clip((62 - disk) / 1.5 + 0.5, 0, 1))]
    for number, (color, base, rise) in enumerate((("#c9b8a2", 300, 50), ("#8fa39a", 355, 60), ("#50706c", 420, 44), ("#2f4448", 490, 30))):
        ridge = base + rise * (np.sin(x / 90 + number * 1.9) + 0.5 * np.sin(x / 41 + number * 4.1))
        layers.append((color, np.clip((y - ridge) / 1.5 + 0.5, 0, 1)))
    for color, mask in layers:
        picture = picture * (1 - mask[..., None]) + np.array(hex_color(color)) * mask[..., None]
    picture *= (1 + 0.03 * smooth_noise((h, w), (2, 2), 5) + 0.02 * layered_noise((h, w), (80, 80), 6, 3))[..., None]
    return Material("print", (0.5, 0.7), to_pixels(np.clip(picture, 0, 1)), None, None, roughness=0.6)


class Set:
    """The room while it is built: shapes for the path tracer, made from parts and materials."""

    def __init__(self) -> None:
        self.shapes: Shapes = {}
        self._bsdfs: dict[str, Any] = {}

    def add(self, material: Material, *parts: Part) -> None:
        """Put parts of one material into the room."""
        if material.name not in self._bsdfs:
            color = bitmap(material.color, False)
            rough: Any = material.roughness if material.surface is None else bitmap(np.ascontiguousarray(material.surface[..., 1:2]), True)
            metal = 0.0 if material.surface is None else float(material.surface[..., 2].mean() / 255)
            bumps = None if material.bumps is None else bitmap(material.bumps, True)
            self._bsdfs[material.name] = bsdf_of(color, rough, metal, bumps)
        for part in parts:
            name = f"s{len(self.shapes)}"
            self.shapes[name] = mesh(name, part.vertices, part.faces, part.normals, part.uv / np.asarray(material.tile_m), self._bsdfs[material.name])


def box(x0: float, x1: float, y0: float, y1: float, z0: float, z1: float, radius: float = 0.002, grain: int = 0) -> Part:
    """A rounded box from its corners."""
    return rounded_box((x1 - x0, y1 - y0, z1 - z0), radius, 2, grain=grain).moved((x0 + x1) / 2, (y0 + y1) / 2, (z0 + z1) / 2)


def plane(corner: tuple[float, float, float], u: tuple[float, float, float], v: tuple[float, float, float]) -> Part:
    """A flat rectangle: corner, two sides; uv in metres along them."""
    c, a, b = (np.asarray(p, float) for p in (corner, u, v))
    points = np.array([[c, c + a], [c + b, c + a + b]])
    la, lb = float(np.linalg.norm(a)), float(np.linalg.norm(b))
    part = sheet(points, np.array([[[0, 0], [la, 0]], [[0, lb], [la, lb]]], float))
    normal = np.cross(a, b) / (la * lb)
    return Part(part.vertices, np.tile(normal, (4, 1)), part.uv, np.array([[0, 1, 3], [0, 3, 2]]))


def curtain(z0: float, z1: float, seed: int) -> Part:
    """A linen curtain beside the window: deep soft folds that close at the rail and open at the floor."""
    rng = np.random.default_rng(seed)
    rows, columns = 40, 220
    s, t = np.linspace(0, 1, columns), np.linspace(0, 1, rows)
    folds = 7
    phase = 2 * np.pi * folds * s[None] + 0.5 * np.sin(3 * np.pi * s + seed)[None] + 0.25 * np.sin(2.2 * t * np.pi + seed)[:, None] * np.sin(5 * s)[None]
    deep = (0.030 + 0.022 * t)[:, None] * (1 + 0.25 * np.sin(2 * np.pi * (s * 2.3 + rng.random())))[None]
    wave = np.sin(phase) + 0.22 * np.sin(2 * phase + 0.6)
    x = LEFT + 0.105 + deep * wave
    z = z0 + (z1 - z0) * s[None] + 0.012 * np.cos(phase) + 0.02 * t[:, None] ** 2 * np.sin(7 * s + seed)[None]
    y = 2.36 - (2.345) * t[:, None] + 0 * s[None]
    points = np.stack([x, y, z], -1)
    cloth = (z1 - z0) * 2.1
    uv = np.stack([np.broadcast_to(s * cloth, (rows, columns)), np.broadcast_to(-(t * 2.3)[:, None], (rows, columns))], -1)
    return sheet(points, uv)


def window(stage: Set, z0: float, z1: float, y0: float, y1: float) -> None:
    """A white casement window in the left wall: reveal, two sashes, sill, daylight behind."""
    white = m.painted("white-lacquer", "#ebe9e4", 0.35)
    x = LEFT
    deep = 0.16
    wall = plaster("reveal", "#e6e3dc", 3)
    stage.add(wall, plane((x, y0, z0), (-deep, 0, 0), (0, 0, z1 - z0)), plane((x, y1, z0), (0, 0, z1 - z0), (-deep, 0, 0)),
              plane((x, y0, z0), (0, y1 - y0, 0), (-deep, 0, 0)), plane((x, y0, z1), (-deep, 0, 0), (0, y1 - y0, 0)))
    frame = 0.055
    fx0, fx1 = x - deep, x - deep + 0.07
    stage.add(white, box(fx0, fx1, y0, y0 + frame, z0, z1), box(fx0, fx1, y1 - frame, y1, z0, z1), box(fx0, fx1, y0, y1, z0, z0 + frame), box(fx0, fx1, y0, y1, z1 - frame, z1))
    mid = (z0 + z1) / 2
    for a, b in ((z0 + frame - 0.01, mid + 0.02), (mid - 0.02, z1 - frame + 0.01)):
        sx0, sx1, bar = x - deep + 0.02, x - deep + 0.075, 0.058
        stage.add(white, box(sx0, sx1, y0 + frame - 0.01, y0 + frame + bar, a, b), box(sx0, sx1, y1 - frame - bar, y1 - frame + 0.01, a, b),
                  box(sx0, sx1, y0 + frame, y1 - frame, a, a + bar), box(sx0, sx1, y0 + frame, y1 - frame, b - bar, b))
    steel = m.brushed_metal("steel", "#c9c8c4", 0.3)
    stage.add(steel, tube([(x - deep + 0.075, 1.46, mid + 0.012), (x - deep + 0.115, 1.46, mid + 0.012)], 0.008, 10),
              tube([(x - deep + 0.115, 1.47, mid + 0.012), (x - deep + 0.115, 1.35, mid + 0.012)], 0.0095, 10))
    stage.add(white, box(x - deep, x + 0.055, y0 - 0.032, y0 + 0.004, z0 - 0.06, z1 + 0.06, 0.006, 2))
    h, w = 256, 320
    row = np.linspace(1, 0, h)[:, None]
    hills = 0.42 + 0.05 * smooth_noise((h, w), (300, 60), 3)[0][None]
    trees = hills + 0.03 * layered_noise((h, w), (14, 14), 5, 3)
    sky = np.stack([0.82 + 0.10 * (1 - row) + 0 * trees, 0.90 + 0.06 * (1 - row) + 0 * trees, 1.0 + 0 * trees + 0 * row], -1)
    green = np.array([0.16, 0.22, 0.10]) * (0.8 + 0.35 * layered_noise((h, w), (9, 9), 6, 3))[..., None]
    mask = np.clip((trees - row) / 0.02, 0, 1)[..., None]
    view = cv2.GaussianBlur((sky * (1 - mask) + np.clip(green, 0.03, 1) * mask).astype(np.float32), (0, 0), 2.2) * 9.0
    mi = mitsuba()
    transform = mi.ScalarTransform4f()
    out = transform.translate([x - 0.75, 1.75, (z0 + z1) / 2 - 0.35]).rotate([0, 1, 0], 90).scale([2.6, 1.9, 1])
    stage.shapes["daylight"] = {"type": "rectangle", "to_world": out, "emitter": {"type": "area", "radiance": {
        "type": "bitmap", "data": mi.TensorXf(np.ascontiguousarray(view[::-1])), "raw": True}}}


def radiator(stage: Set, z0: float, z1: float) -> None:
    """A panel radiator under the window with its valve and pipes."""
    white = m.painted("radiator", "#e9e8e4", 0.3)
    ribs = int((z1 - z0) / 0.0335)
    parts = [box(LEFT + 0.045, LEFT + 0.10, 0.16, 0.70, z0, z1, 0.012, 2)]
    for i in range(ribs):
        z = z0 + 0.025 + i * (z1 - z0 - 0.05) / (ribs - 1)
        parts.append(rounded_box((0.014, 0.44, 0.022), 0.0065, 2, grain=1).moved(LEFT + 0.103, 0.43, z))
    parts.append(box(LEFT + 0.035, LEFT + 0.112, 0.69, 0.712, z0 - 0.003, z1 + 0.003, 0.005, 2))
    stage.add(white, *parts)
    stage.add(white, tube([(LEFT + 0.08, 0.0, z0 + 0.05), (LEFT + 0.08, 0.17, z0 + 0.05)], 0.008, 10), tube([(LEFT + 0.08, 0.0, z0 + 0.10), (LEFT + 0.08, 0.17, z0 + 0.10)], 0.008, 10))
    stage.add(white, tube([(LEFT + 0.075, 0.66, z1 + 0.005), (LEFT + 0.075, 0.66, z1 + 0.075)], 0.020, 16))


def door(stage: Set, x0: float) -> None:
    """A panelled door 0.83 x 2.03 m with its architrave and handle, in the back wall."""
    white = m.painted("door-white", "#e7e4dd", 0.38)
    z, w, h, trim = BACK, 0.83, 2.03, 0.075
    stage.add(white, box(x0 - trim, x0 - 0.004, 0, h + trim, z - 0.01, z + 0.018, 0.006, 1), box(x0 + w + 0.004, x0 + w + trim, 0, h + trim, z - 0.01, z + 0.018, 0.006, 1),
              box(x0 - trim, x0 + w + trim, h + 0.004, h + trim, z - 0.01, z + 0.019, 0.006))
    stile, rail = 0.115, (0.20, 0.16, 0.13)
    low, mid, high = rail
    lines = [(0.006, low), (0.86, 0.86 + mid), (h - high, h - 0.002)]
    parts = [box(x0, x0 + stile, 0.006, h - 0.002, z - 0.03, z + 0.004, 0.002, 1), box(x0 + w - stile, x0 + w, 0.006, h - 0.002, z - 0.03, z + 0.004, 0.002, 1)]
    parts += [box(x0 + stile, x0 + w - stile, a, b, z - 0.03, z + 0.004, 0.002) for a, b in lines]
    for a, b in ((low, 0.86), (0.86 + mid, h - high)):
        parts.append(box(x0 + stile - 0.01, x0 + w - stile + 0.01, a - 0.01, b + 0.01, z - 0.03, z - 0.010, 0.002))
        parts.append(box(x0 + stile + 0.045, x0 + w - stile - 0.045, a + 0.045, b - 0.045, z - 0.02, z - 0.001, 0.008))
    stage.add(white, *parts)
    steel = m.brushed_metal("steel", "#c9c8c4", 0.3)
    hx = x0 + 0.06
    stage.add(steel, box(hx - 0.02, hx + 0.02, 0.90, 1.10, z + 0.003, z + 0.011, 0.003), tube([(hx, 1.03, z + 0.008), (hx, 1.03, z + 0.055)], 0.009, 12),
              tube([(hx, 1.03, z + 0.052), (hx + 0.125, 1.03, z + 0.052)], 0.0095, 12))
    for y in (0.25, 1.78):
        stage.add(steel, tube([(x0 + w + 0.002, y, z + 0.008), (x0 + w + 0.002, y + 0.09, z + 0.008)], 0.007, 10))


def furnish_walls(stage: Set) -> None:
    """Skirting, socket, switch, the framed print, curtain rail and curtains."""
    white = m.painted("skirting", "#ebe8e2", 0.38)
    door_x0 = -0.30
    for part in (box(LEFT, door_x0 - 0.075, 0, 0.095, BACK - 0.005, BACK + 0.015, 0.005), box(door_x0 + 0.83 + 0.075, RIGHT, 0, 0.095, BACK - 0.005, BACK + 0.015, 0.005),
                 box(LEFT - 0.005, LEFT + 0.015, 0, 0.095, BACK, FRONT, 0.005, 2)):
        stage.add(white, part)
    plate = m.painted("plate", "#efeeea", 0.3)
    for x, y in ((-0.52, 1.06), (-2.32, 0.27)):
        stage.add(plate, box(x - 0.041, x + 0.041, y - 0.041, y + 0.041, BACK - 0.002, BACK + 0.010, 0.004))
        stage.add(plate, box(x - 0.028, x + 0.028, y - 0.028, y + 0.028, BACK + 0.005, BACK + 0.0135, 0.003) if y > 1 else
                  tube([(x, y, BACK + 0.006), (x, y, BACK + 0.0115)], 0.0215, 24))
    cx, cy, w, h, f = -1.32, 1.56, 0.62, 0.82, 0.022
    oak = m.oak()
    stage.add(oak, box(cx - w / 2, cx + w / 2, cy + h / 2 - f, cy + h / 2, BACK, BACK + 0.028, 0.002), box(cx - w / 2, cx + w / 2, cy - h / 2, cy - h / 2 + f, BACK, BACK + 0.028, 0.002),
              box(cx - w / 2, cx - w / 2 + f, cy - h / 2, cy + h / 2, BACK, BACK + 0.028, 0.002, 1), box(cx + w / 2 - f, cx + w / 2, cy - h / 2, cy + h / 2, BACK, BACK + 0.028, 0.002, 1))
    mat = m.painted("mat-board", "#f1eee6", 0.7)
    stage.add(mat, plane((cx - w / 2, cy - h / 2, BACK + 0.010), (w, 0, 0), (0, h, 0)))
    image = plane((cx - 0.20, cy - 0.28, BACK + 0.0105), (0.40, 0, 0), (0, 0.56, 0))
    stage.add(painting(), Part(image.vertices, image.normals, image.uv * [0.5 / 0.40, 0.7 / 0.56], image.faces))
    brass = m.brushed_metal("rail-black", "#2a2927", 0.4, 0.0)
    stage.add(brass, tube([(LEFT + 0.105, 2.385, -4.16), (LEFT + 0.105, 2.385, -1.55)], 0.0125, 14), tube([(LEFT, 2.385, -4.08), (LEFT + 0.105, 2.385, -4.08)], 0.008, 10),
              tube([(LEFT + 0.105, 2.385, -4.20), (LEFT + 0.105, 2.385, -4.15)], 0.022, 16))
    linen = m.weave("curtain", ("#e9e2d5", "#e3dacb", "#eee8dd"), 47, yarns=110, tile_m=0.2, melange=0.06, slub=0.8)
    stage.add(linen, curtain(-4.12, -3.72, 1), curtain(-2.18, -1.70, 2))


def build() -> Shapes:
    """The whole room."""
    stage = Set()
    wall, accent, top = plaster("wall", "#dcd6cb", 11), plaster("wall-back", "#cfcabd", 12), plaster("ceiling", "#ecebe8", 13)
    floor = floor_boards()
    # laid along the back wall; the picture covers 6.96 m
    stage.add(floor, plane((LEFT, 0, FRONT), (RIGHT - LEFT, 0, 0), (0, 0, BACK - FRONT)))
    stage.add(top, plane((LEFT, CEILING, BACK), (RIGHT - LEFT, 0, 0), (0, 0, FRONT - BACK)))
    door_x0 = -0.30
    stage.add(accent, plane((LEFT, 0, BACK), (door_x0 - LEFT, 0, 0), (0, CEILING, 0)), plane((door_x0 + 0.83, 0, BACK), (RIGHT - door_x0 - 0.83, 0, 0), (0, CEILING, 0)),
              plane((door_x0, 2.032, BACK), (0.83, 0, 0), (0, CEILING - 2.032, 0)))
    z0, z1, y0, y1 = -3.72, -2.22, 0.86, 2.22
    stage.add(wall, plane((LEFT, 0, FRONT), (0, 0, z1 - FRONT), (0, CEILING, 0)), plane((LEFT, 0, z0), (0, 0, BACK - z0), (0, CEILING, 0)),
              plane((LEFT, 0, z1), (0, 0, z0 - z1), (0, y0, 0)), plane((LEFT, y1, z1), (0, 0, z0 - z1), (0, CEILING - y1, 0)))
    stage.add(wall, plane((RIGHT, 0, BACK), (0, 0, FRONT - BACK), (0, CEILING, 0)))
    window(stage, z0, z1, y0, y1)
    radiator(stage, -3.52, -2.42)
    door(stage, door_x0)
    furnish_walls(stage)
    plant = FOLDER.parent / "furniture" / "potted-plant.glb"
    if plant.exists():
        stage.shapes.update(load_glb(plant, "plant", (LEFT + 0.42, 0.0, BACK + 0.40)))
    stage.shapes["dim"] = {"type": "constant", "radiance": {"type": "rgb", "value": [0.40, 0.39, 0.375]}}
    return stage.shapes


def develop(light: npt.NDArray[np.float32], seed: int = 2) -> npt.NDArray[np.uint8]:
    """What lens and sensor make of it: bloom, falling light in the corners, noise, a film curve."""
    height, width = light.shape[:2]
    bright = np.clip(light - 1.0, 0, 6)
    light = light + 0.035 * cv2.GaussianBlur(bright, (0, 0), width / 60) + 0.03 * cv2.GaussianBlur(bright, (0, 0), width / 250)
    y, x = np.mgrid[:height, :width]
    r2 = ((x - width / 2) ** 2 + (y - height / 2) ** 2) / (width / 2) ** 2
    light = light * (1 - 0.11 * r2)[..., None]
    light = cv2.GaussianBlur(light, (0, 0), 0.55 * width / 1600 + 1e-3)
    rng = np.random.default_rng(seed)
    grain = rng.standard_normal(light.shape) * np.sqrt(np.clip(light, 0, 2) * 1.2e-4 + 6e-6)
    grain = 0.75 * grain + 0.5 * cv2.GaussianBlur(grain, (0, 0), 0.8)
    return film_curve(np.asarray(np.clip(light + grain, 0, None), np.float32))


def main() -> None:
    """Build, render, develop, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preview", type=Path, help="only a small rough picture, to this PNG file")
    parser.add_argument("--samples", type=int, default=24)
    options = parser.parse_args()
    view = camera()
    mi = mitsuba()
    rotation = np.array(view["rotation"])
    eye = np.array([0.0, EYE_M, 0.0])
    sensor = {"type": "perspective", "fov": float(np.degrees(2 * np.arctan(WIDTH / 2 / view["K"][0][0]))), "fov_axis": "x",
              "to_world": mi.ScalarTransform4f().look_at(eye.tolist(), (eye + rotation[2]).tolist(), (-rotation[1]).tolist()), "near_clip": 0.05}
    shapes = build()
    width, height, samples = (480, 360, 16) if options.preview else (WIDTH, HEIGHT, options.samples)
    light = render(shapes, sensor, width, height, samples, depth=6)
    level = float(np.percentile(light.mean(-1), 60))
    picture = develop(np.asarray(light * (0.45 / level), np.float32))
    if options.preview:
        Image.fromarray(picture).save(options.preview)
        return
    image = Image.fromarray(picture)
    exif = image.getexif()
    details = exif.get_ifd(0x8769)
    details[0xA405], details[0x920A] = FOCAL_35MM, 4.25
    exif[0x010E] = "Rendered by TryOn Studio (assets/source/room.py), CC0"
    image.save(FOLDER / "room.jpg", quality=90, exif=exif, optimize=True)
    (FOLDER / "room.json").write_text(json.dumps(view, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
