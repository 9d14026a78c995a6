"""Bookshelf, sideboard, wardrobe, nightstand."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from assets.source import materials as m
from assets.source.bench import Bench, Piece
from assets.source.materials import Material, to_pixels
from assets.source.noise import hex_color, smooth_noise
from assets.source.seating import tapered_leg
from assets.source.shapes import Part, lathe, rounded_box, tube

SPINES = ("#7d3b32", "#2f4858", "#c9b68f", "#4c6b5a", "#d8d2c4", "#93683d", "#23282d", "#a44a3f", "#5d6d86", "#e2ddd0", "#8a8f5c", "#b88746",
          "#37524a", "#6d4a56", "#c7c1b2", "#3c4a6b", "#ad5f3f", "#557a86", "#efe9dc", "#54473d")


@cache
def book_covers() -> Material:
    """Twenty spines side by side: cloth, bands, a line of foil lettering (no words)."""
    rng = np.random.default_rng(12)
    cell, tall = 48, 512
    sheet = np.zeros((tall, cell * len(SPINES), 3))
    for i, color in enumerate(SPINES):
        base = np.ones((tall, cell, 3)) * hex_color(color)
        ink = np.array(hex_color("#e6d7a8" if sum(hex_color(color)) < 1.4 else "#3a3632"))
        for y in rng.choice(np.arange(30, 480, 12), rng.integers(1, 4), replace=False):
            base[y: y + int(rng.choice([2, 3, 8]))] = ink
        top, y = int(rng.integers(90, 170)), 0
        while y < rng.integers(120, 220):
            stroke = int(rng.integers(5, 12))
            x0 = cell // 2 - int(rng.integers(5, 9))
            base[top + y: top + y + stroke, x0: cell - x0] = ink if rng.random() < 0.85 else base[0, 0]
            y += stroke + int(rng.integers(3, 6))
        bow = np.cos(np.linspace(-1.2, 1.2, cell))[None, :, None] * 0.22 + 0.80
        sheet[:, i * cell: (i + 1) * cell] = base * bow
    sheet *= (1 + 0.035 * smooth_noise(sheet.shape[:2], (1.5, 1.5), 3))[..., None]
    return Material("books", (1.0, 1.0), to_pixels(cv2.GaussianBlur(sheet, (0, 0), 0.6)), None, None, roughness=0.62)


def book(width: float, height: float, depth: float, cover: int) -> Part:
    """A closed book standing, its spine to the front; uv on the sheet of covers."""
    part = rounded_box((width, height, depth), min(0.003, width * 0.2), 1)
    u = (cover + 0.5 + part.vertices[:, 0] / width * 0.9) / len(SPINES)
    v = 0.5 + part.vertices[:, 1] / height * 0.98
    return Part(part.vertices, part.normals, np.stack([u, v], -1), part.faces)


def row_of_books(bench: Bench, x0: float, x1: float, y: float, z: float, tallest: float, rng: np.random.Generator) -> None:
    """Books from x0 to about x1 on a shelf; the last one may lean."""
    paper = m.painted("paper", "#e9e1cc", 0.8)
    x = x0
    while True:
        width, height, depth = rng.uniform(0.016, 0.046), tallest * rng.uniform(0.72, 1.0), rng.uniform(0.145, 0.20)
        if x + width > x1:
            break
        back = rng.uniform(0, 0.012)
        place = (x + width / 2, y + height / 2, z - depth / 2 - back)
        bench.exact(book(width, height, depth, int(rng.integers(len(SPINES)))).moved(*place), book_covers())
        bench.add(rounded_box((width - 0.005, height + 0.0006, depth - 0.006), 0.0003, 0).moved(place[0], place[1], place[2] - 0.002), paper)
        x += width + 0.0006
    if x1 - x > 0.03 and rng.random() < 0.8:
        height = tallest * 0.84
        lean = 13.0
        piece = book(0.026, height, 0.17, int(rng.integers(len(SPINES)))).turned("z", lean)
        low = piece.vertices[:, 1].min()
        left = piece.vertices[:, 0].min()
        bench.exact(piece.moved(x - left + 0.002, y - low, z - 0.10), book_covers())


def vase(height: float, radius: float, color: str, name: str) -> tuple[Part, Material]:
    """A stoneware vase."""
    t = np.linspace(0, 1, 26)
    belly = radius * (0.55 + 0.45 * np.sin(np.pi * np.clip(t * 1.25 + 0.1, 0, 1)) ** 1.1) * np.where(t > 0.72, 1 - 0.5 * np.sin(np.clip((t - 0.72) / 0.28, 0, 1) * np.pi / 2) ** 1.5, 1)
    belly[-3:] = belly[-4] * np.array([0.98, 1.0, 1.05])
    outside = [(0.0005, 0.0), (belly[0] * 0.92, 0.0), *[(float(r), float(h) * height) for r, h in zip(belly, t, strict=True)][1:]]
    inside = [(belly[-1] - 0.004, height), (belly[-4] - 0.006, height * 0.86), (0.001, height * 0.5)]
    return lathe([*outside, *inside], 32, sharp_deg=50), m.painted(name, color, 0.5)


def bookshelf() -> Piece:
    """An open oak bookshelf, five shelves, with books, a vase and two boxes."""
    rng = np.random.default_rng(5)
    b = Bench(m.oak())
    w, d, h, t = 0.90, 0.30, 1.86, 0.022
    for x in (-w / 2, w / 2 - t):
        b.board((x, x + t), (0, h), (-d / 2, d / 2))
    shelves = [0.07, 0.44, 0.79, 1.14, 1.49, h - t]
    for y in shelves:
        b.board((-w / 2 + t, w / 2 - t), (y, y + t), (-d / 2 + (0.008 if y < 1.6 else 0.0), d / 2 - 0.003))
    b.board((-w / 2 + t, w / 2 - t), (0.0, 0.07), (d / 2 - 0.045, d / 2 - 0.027))
    b.board((-w / 2 + t, w / 2 - t), (0.05, h - t), (-d / 2, -d / 2 + 0.008), 0.001, grain=1)
    z = d / 2 - 0.05
    row_of_books(b, -w / 2 + t + 0.004, 0.12, shelves[4] + t, z, 0.235, rng)
    row_of_books(b, -0.12, w / 2 - t - 0.004, shelves[3] + t, z, 0.25, rng)
    row_of_books(b, -w / 2 + t + 0.004, 0.12, shelves[2] + t, z, 0.255, rng)
    row_of_books(b, -w / 2 + t + 0.004, 0.36, shelves[1] + t, z, 0.27, rng)
    part, glaze = vase(0.235, 0.075, "#d8d3c6", "stoneware-pale")
    b.add(part.moved(-0.30, shelves[3] + t, 0.0), glaze)
    part, glaze = vase(0.16, 0.06, "#39484d", "stoneware-blue")
    b.add(part.moved(0.27, shelves[2] + t, 0.01), glaze)
    for i, (bw, bd, bh) in enumerate(((0.20, 0.15, 0.03), (0.18, 0.14, 0.025))):
        flat = book(bh, bw, bd, 3 + 6 * i).turned("z", 90)
        b.exact(flat.moved(0.24, shelves[4] + t + bh / 2 + 0.03 * i, -0.01 + 0.01 * i), book_covers())
    felt = m.weave("box-felt", ("#8f8a82", "#85807a", "#989289"), 44, yarns=100, tile_m=0.2, melange=0.08)
    for x in (-0.225, 0.205):
        b.add(rounded_box((0.39, 0.25, 0.25), 0.012, 3).moved(x, shelves[0] + t + 0.126, 0.0), felt)
        b.add(tube([(x - 0.035, shelves[0] + t + 0.16, 0.126), (x, shelves[0] + t + 0.148, 0.139), (x + 0.035, shelves[0] + t + 0.16, 0.126)], 0.006, 8),
              m.leather("strap", ("#a06a3c", "#84532c", "#5c371c"), 52))
    return b.done()


def sideboard() -> Piece:
    """A walnut sideboard, 1.60 m: tambour doors, two drawers, brass feet."""
    b = Bench(m.walnut())
    w, d, top, low, t = 1.60, 0.44, 0.70, 0.17, 0.024
    brass = m.brushed_metal("brass", "#b08d57", 0.30)
    b.board((-w / 2, w / 2), (top - t, top), (-d / 2, d / 2), 0.004)
    b.board((-w / 2, w / 2), (low, low + t), (-d / 2, d / 2), 0.004)
    for x in (-w / 2, w / 2 - t):
        b.board((x, x + t), (low, top), (-d / 2, d / 2), 0.004)
    for x in (-0.29, 0.29 - 0.018):
        b.board((x, x + 0.018), (low + t, top - t), (-d / 2 + 0.01, d / 2 - 0.03))
    b.board((-w / 2 + t, w / 2 - t), (low + t, top - t), (-d / 2, -d / 2 + 0.01), 0.001)
    y0, y1 = low + t + 0.003, top - t - 0.003
    for a, c in ((-w / 2 + t + 0.004, -0.29 - 0.003), (0.29 + 0.003, w / 2 - t - 0.004)):
        count = int((c - a) / 0.0205)
        step = (c - a) / count
        b.board((a, c), (y0, y1), (d / 2 - 0.040, d / 2 - 0.030), 0.001, grain=1)
        for i in range(count):
            x = a + (i + 0.5) * step
            b.add(rounded_box((step - 0.0016, y1 - y0, 0.016), 0.0072, 2, grain=1).moved(x, (y0 + y1) / 2, d / 2 - 0.028))
        handle = c - 0.02 if a < 0 else a + 0.02
        b.add(tube([(handle, (y0 + y1) / 2 - 0.07, d / 2 - 0.012), (handle, (y0 + y1) / 2 + 0.07, d / 2 - 0.012)], 0.0055, 10), brass)
    middle = (y0 + y1) / 2
    for a, c in ((y0, middle - 0.0015), (middle + 0.0015, y1)):
        b.board((-0.268, 0.268), (a, c), (d / 2 - 0.036, d / 2 - 0.016), 0.002, grain=0)
        b.add(tube([(-0.06, (a + c) / 2, d / 2 - 0.004), (0.06, (a + c) / 2, d / 2 - 0.004)], 0.005, 10), brass)
        for x in (-0.045, 0.045):
            b.add(tube([(x, (a + c) / 2, d / 2 - 0.020), (x, (a + c) / 2, d / 2 - 0.004)], 0.0035, 8), brass)
    for x in (-1, 1):
        for z in (-1, 1):
            leg = tapered_leg(low + 0.005, 0.019, 0.0115, x * 0.035, z * 0.025)
            b.add(leg.moved(x * (w / 2 - 0.13), 0, z * (d / 2 - 0.085)))
            ferrule = lathe([(0.0005, 0.0), (0.0118, 0.0), (0.0126, 0.001), (0.0142, 0.035), (0.0132, 0.036)], 18)
            b.add(ferrule.moved(x * (w / 2 - 0.13 + 0.0315), 0, z * (d / 2 - 0.085 + 0.0225)), brass)
        b.board((x * (w / 2 - 0.145), x * (w / 2 - 0.145) + 0.03), (low - 0.022, low + 0.002), (-d / 2 + 0.05, d / 2 - 0.05)) if x > 0 else b.board(
            (-w / 2 + 0.115, -w / 2 + 0.145), (low - 0.022, low + 0.002), (-d / 2 + 0.05, d / 2 - 0.05))
    return b.done()


def panel_door(b: Bench, x: tuple[float, float], y: tuple[float, float], z: float, frame: float, material: Material) -> None:
    """A frame-and-panel door, its face at z."""
    b.board((x[0], x[0] + frame), y, (z - 0.022, z), 0.0022, material=material)
    b.board((x[1] - frame, x[1]), y, (z - 0.022, z), 0.0022, material=material)
    b.board((x[0] + frame, x[1] - frame), (y[0], y[0] + frame), (z - 0.022, z), 0.0022, material=material)
    b.board((x[0] + frame, x[1] - frame), (y[1] - frame, y[1]), (z - 0.022, z), 0.0022, material=material)
    b.board((x[0] + frame - 0.01, x[1] - frame + 0.01), (y[0] + frame - 0.01, y[1] - frame + 0.01), (z - 0.018, z - 0.009), 0.001, material=material)


def wardrobe() -> Piece:
    """A two-door wardrobe, sage lacquer on an oak plinth, oak knobs, one long drawer."""
    b = Bench(m.oak())
    paint = m.painted("sage-lacquer", "#a9b0a0", 0.45)
    w, d, h = 1.02, 0.58, 2.00
    b.board((-w / 2 + 0.015, w / 2 - 0.015), (0.10, 0.135), (-d / 2 + 0.01, d / 2 - 0.02), 0.004)
    for x in (-1, 1):
        for z in (-1, 1):
            b.add(tapered_leg(0.11, 0.026, 0.019).moved(x * (w / 2 - 0.07), 0, z * (d / 2 - 0.075)))
    t = 0.022
    for x in (-w / 2, w / 2 - t):
        b.board((x, x + t), (0.135, h - 0.03), (-d / 2, d / 2 - 0.024), 0.002, material=paint)
    b.board((-w / 2, w / 2), (0.135, 0.157), (-d / 2, d / 2 - 0.024), material=paint)
    b.board((-w / 2, w / 2), (h - 0.052, h - 0.03), (-d / 2, d / 2 - 0.024), material=paint)
    b.board((-w / 2, w / 2), (0.14, h - 0.03), (-d / 2, -d / 2 + 0.01), 0.001, material=paint)
    b.board((-w / 2 - 0.014, w / 2 + 0.014), (h - 0.03, h), (-d / 2, d / 2 + 0.012), 0.006, material=paint)
    z = d / 2
    b.board((-w / 2 + 0.003, w / 2 - 0.003), (0.14, 0.385), (z - 0.022, z), 0.0025, material=paint)
    b.board((-w / 2 + t, w / 2 - t), (0.386, 0.392), (z - 0.03, z - 0.026), 0.001, material=paint)
    for x in ((-w / 2 + 0.003, -0.0016), (0.0016, w / 2 - 0.003)):
        panel_door(b, x, (0.389, h - 0.034), z, 0.085, paint)
    knob = lathe([(0.0005, 0.0), (0.008, 0.0), (0.0075, 0.010), (0.011, 0.016), (0.0165, 0.020), (0.0180, 0.0255), (0.0150, 0.030), (0.0005, 0.031)], 20).turned("x", 90)
    for x, y in ((-0.045, 1.13), (0.045, 1.13), (-0.24, 0.262), (0.24, 0.262)):
        b.add(knob.moved(x, y, z - 0.001))
    return b.done()


def nightstand() -> Piece:
    """An oak nightstand: one drawer, an open shelf, a book left on it."""
    b = Bench(m.oak())
    w, d, h, t = 0.46, 0.40, 0.54, 0.02
    b.board((-w / 2, w / 2), (h - t, h), (-d / 2, d / 2), 0.006)
    b.board((-w / 2, w / 2), (0.17, 0.17 + t), (-d / 2, d / 2), 0.004)
    for x in (-w / 2, w / 2 - t):
        b.board((x, x + t), (0.17, h), (-d / 2, d / 2), 0.004, grain=1)
    b.board((-w / 2 + t, w / 2 - t), (0.335, 0.35), (-d / 2, d / 2 - 0.004))
    b.board((-w / 2 + t, w / 2 - t), (0.19, h - t), (-d / 2, -d / 2 + 0.008), 0.001)
    paint = m.painted("white-lacquer", "#e9e6df", 0.4)
    b.board((-w / 2 + t + 0.003, w / 2 - t - 0.003), (0.353, h - t - 0.003), (d / 2 - 0.024, d / 2 - 0.004), 0.003, material=paint)
    strap = m.leather("strap", ("#a06a3c", "#84532c", "#5c371c"), 52)
    b.board((-0.014, 0.014), (h - t - 0.052, h - t - 0.0035), (d / 2 - 0.006, d / 2 - 0.0005), 0.002, material=strap)
    b.add(rounded_box((0.028, 0.028, 0.006), 0.0025, 2).moved(0, h - t - 0.052, d / 2 + 0.003), strap)
    for x in (-1, 1):
        for z in (-1, 1):
            b.add(tapered_leg(0.175, 0.018, 0.0115, x * 0.022, z * 0.022).moved(x * (w / 2 - 0.055), 0, z * (d / 2 - 0.055)))
    b.exact(book(0.028, 0.20, 0.14, 13).turned("z", 90).turned("y", 14).moved(-0.02, 0.19 + 0.014, 0.02), book_covers())
    b.exact(book(0.022, 0.19, 0.13, 1).turned("z", 90).turned("y", 5).moved(-0.01, 0.19 + 0.0395, 0.01), book_covers())
    return b.done()
