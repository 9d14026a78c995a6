"""Chests, media units, shelves on the wall, a ladder shelf, a coat stand."""

from __future__ import annotations

import numpy as np

from assets.source import materials as m
from assets.source import surfaces
from assets.source.bench import Bench, Piece
from assets.source.decor import leaf, leaf_material
from assets.source.seating import tapered_leg
from assets.source.shapes import lathe, rounded_box, spline, tube
from assets.source.storage import book, book_covers, row_of_books, vase


def chest() -> Piece:
    """A chest of six drawers in oak with brass knobs, round feet."""
    b = Bench(m.oak())
    brass = m.brushed_metal("brass", "#b08d57", 0.30)
    w, d, h, low, t = 1.20, 0.46, 0.82, 0.13, 0.022
    b.board((-w / 2 - 0.008, w / 2 + 0.008), (h - 0.026, h), (-d / 2 - 0.002, d / 2 + 0.008), 0.006, bevel=3)
    for x in (-w / 2, w / 2 - t):
        b.board((x, x + t), (low, h - 0.026), (-d / 2, d / 2), 0.003, grain=1)
    b.board((-w / 2 + t, w / 2 - t), (low, low + t), (-d / 2, d / 2), 0.003)
    b.board((-w / 2 + t, w / 2 - t), (low + t, h - 0.026), (-d / 2, -d / 2 + 0.008), 0.001)
    b.board((-0.011, 0.011), (low + t, h - 0.026), (-d / 2 + 0.01, d / 2 - 0.002), 0.002, grain=1)
    rows = np.linspace(low + t, h - 0.026, 4)
    knob = lathe([(0.0005, 0.0), (0.006, 0.0), (0.0058, 0.010), (0.011, 0.015), (0.0135, 0.020), (0.0125, 0.025), (0.008, 0.0275), (0.0005, 0.028)], 20).turned("x", 90)
    for y0, y1 in zip(rows, rows[1:], strict=False):
        for a, c in ((-w / 2 + t, -0.011), (0.011, w / 2 - t)):
            b.board((a + 0.0025, c - 0.0025), (y0 + 0.0025, y1 - 0.0025), (d / 2 - 0.022, d / 2 - 0.002), 0.0022, grain=0)
            for k in (-0.5, 0.5):
                b.add(knob.moved((a + c) / 2 + k * 0.24, (y0 + y1) / 2, d / 2 - 0.003), brass)
    for x in (-1, 1):
        for z in (-1, 1):
            b.add(tapered_leg(low + 0.004, 0.024, 0.015, x * 0.012, z * 0.012).moved(x * (w / 2 - 0.06), 0, z * (d / 2 - 0.06)))
    return b.done()


def media_unit() -> Piece:
    """A low media unit: black ash body, oak slatted doors, an open niche with a cable slot."""
    b = Bench(m.ash_black())
    oak = m.oak()
    w, d, h, low, t = 1.80, 0.40, 0.50, 0.12, 0.024
    b.board((-w / 2, w / 2), (h - t, h), (-d / 2, d / 2), 0.004)
    b.board((-w / 2, w / 2), (low, low + t), (-d / 2, d / 2), 0.004)
    for x in (-w / 2, w / 2 - t):
        b.board((x, x + t), (low + t, h - t), (-d / 2, d / 2), 0.003, grain=1)
    for x in (-0.32, 0.302):
        b.board((x, x + 0.018), (low + t, h - t), (-d / 2 + 0.01, d / 2 - 0.012), 0.002, grain=1)
    b.board((-w / 2 + t, w / 2 - t), (low + t, h - t), (-d / 2, -d / 2 + 0.01), 0.001)
    b.board((-0.302, 0.302), (low + 0.175, low + 0.191), (-d / 2 + 0.01, d / 2 - 0.02), 0.002)
    y0, y1 = low + t + 0.003, h - t - 0.003
    for a, c in ((-w / 2 + t + 0.003, -0.323), (0.323, w / 2 - t - 0.003)):
        b.board((a, c), (y0, y1), (d / 2 - 0.034, d / 2 - 0.024), 0.001, grain=1, material=oak)
        count = int((c - a) / 0.030)
        step = (c - a) / count
        for i in range(count):
            b.add(rounded_box((step - 0.010, y1 - y0, 0.015), 0.0025, 2, grain=1).moved(a + (i + 0.5) * step, (y0 + y1) / 2, d / 2 - 0.0175), oak)
    for x in (-1, 1):
        b.board((x * (w / 2 - 0.20) - 0.02, x * (w / 2 - 0.20) + 0.02), (0.0, low), (-d / 2 + 0.05, d / 2 - 0.05), 0.004, grain=2)
    b.exact(book(0.030, 0.24, 0.17, 5).turned("z", 90).turned("y", 8).moved(-0.14, low + t + 0.0155, 0.02), book_covers())
    b.exact(book(0.024, 0.21, 0.15, 10).turned("z", 90).turned("y", -4).moved(-0.13, low + t + 0.0425, 0.03), book_covers())
    b.board((-0.20, 0.20), (low + 0.192, low + 0.232), (-0.12, 0.10), 0.004, material=m.painted("player", "#26272a", 0.5))
    return b.done()


def ladder_shelf() -> Piece:
    """An open shelf: black steel ladders, five walnut boards, books, a plant, a vase."""
    rng = np.random.default_rng(17)
    b = Bench(m.walnut())
    steel = m.brushed_metal("black-steel", "#232323", 0.46, 0.0)
    w, d, h = 0.86, 0.34, 1.78
    levels = [0.08, 0.47, 0.86, 1.25, 1.64]
    for x in (-1, 1):
        for z in (-1, 1):
            b.add(tube([(x * w / 2, 0, z * (d / 2 - 0.012)), (x * w / 2, h, z * (d / 2 - 0.012))], 0.010, 12), steel)
        for y in (*levels, h - 0.012):
            b.add(tube([(x * w / 2, y - 0.008, -d / 2 + 0.012), (x * w / 2, y - 0.008, d / 2 - 0.012)], 0.0075, 10), steel)
    b.add(tube([(-w / 2, 1.50, -d / 2 + 0.012), (w / 2, 1.0, -d / 2 + 0.012)], 0.004, 8), steel)
    b.add(tube([(w / 2, 1.50, -d / 2 + 0.012), (-w / 2, 1.0, -d / 2 + 0.012)], 0.004, 8), steel)
    for y in levels:
        b.board((-w / 2 + 0.004, w / 2 - 0.004), (y, y + 0.020), (-d / 2, d / 2), 0.003)
    z = d / 2 - 0.055
    row_of_books(b, -w / 2 + 0.03, 0.10, levels[3] + 0.02, z, 0.24, rng)
    row_of_books(b, -0.06, w / 2 - 0.03, levels[2] + 0.02, z, 0.26, rng)
    row_of_books(b, -w / 2 + 0.03, 0.02, levels[1] + 0.02, z, 0.27, rng)
    part, glaze = vase(0.26, 0.085, "#c9beac", "stoneware-sand")
    b.add(part.moved(-0.26, levels[2] + 0.02, 0.0), glaze)
    for i, (bw, bd, bh) in enumerate(((0.23, 0.17, 0.034), (0.20, 0.15, 0.026), (0.19, 0.14, 0.030))):
        b.exact(book(bh, bw, bd, 2 + 5 * i).turned("z", 90).turned("y", 5.0 - 6 * i).moved(0.24, levels[1] + 0.02 + bh / 2 + 0.031 * i, 0.0), book_covers())
    basket = m.weave("basket", ("#b08a58", "#9f7a4a", "#bd9a6a"), 57, yarns=22, tile_m=0.2, size=384, melange=0.10, relief=2.0)
    b.add(rounded_box((0.44, 0.24, 0.28), 0.03, 4).moved(-0.14, levels[0] + 0.142, 0), basket)
    b.add(tube(np.array([(0.205 * np.sign(np.cos(a)) * abs(np.cos(a)) ** 0.35 - 0.14, levels[0] + 0.262, 0.127 * np.sign(np.sin(a)) * abs(np.sin(a)) ** 0.35) for a in np.linspace(0, 2 * np.pi, 60, endpoint=False)]), 0.010, 8, closed=True), basket)
    pot = [(0.0005, 0.0), (0.055, 0.0), (0.060, 0.004), (0.072, 0.115), (0.068, 0.118), (0.064, 0.100), (0.0005, 0.095)]
    b.add(lathe(pot, 32, grain_up=False, sharp_deg=60).moved(0.22, levels[4] + 0.02, 0.01), surfaces.terracotta())
    green, stalk = leaf_material(), m.painted("stalk", "#6f8a4c", 0.5)
    for i in range(26):
        spread, rise = 137.5 * i, 70 - 2.6 * i + rng.normal(0, 5)
        length = rng.uniform(0.055, 0.085)
        reach = 0.02 + 0.0028 * i
        part = leaf(length, length * 0.62, 0.9, 0.3, 0.05, i).moved(0, 0, 0.03).turned("x", -rise).turned("y", spread)
        c, s = np.sin(np.radians(spread)), np.cos(np.radians(spread))
        b.exact(part.moved(0.22 + reach * c, levels[4] + 0.135, 0.01 + reach * s), green)
    for k, (a, long) in enumerate(((0.4, 0.42), (2.3, 0.30), (1.2, 0.52))):
        c, s = np.cos(a) * 0.07, np.sin(a) * 0.07
        path = spline([(0.22 + 0.4 * c, levels[4] + 0.13, 0.01 + 0.4 * s), (0.22 + 1.3 * c, levels[4] + 0.12, 0.01 + 1.3 * s),
                       (0.22 + 1.7 * c, levels[4] - 0.10, 0.06 + 1.7 * s), (0.22 + 1.6 * c, levels[4] - long, 0.05 + 1.7 * s)], 24)
        b.add(tube(path, 0.0022, 6), stalk)
        for i in range(5, 24, 2):
            size = 0.06 - 0.001 * i
            b.exact(leaf(size, size * 0.66, 1.0, 0.25, 0.05, 40 * k + i).turned("x", 35).turned("y", (i % 4 - 1.5) * 55 + 30 * k).moved(*path[i]), green)
    return b.done()


def wall_shelf() -> Piece:
    """A floating oak shelf, 90 cm, with books, a small picture and a vase (hangs on the wall)."""
    rng = np.random.default_rng(8)
    b = Bench(m.oak())
    w, d = 0.90, 0.22
    b.board((-w / 2, w / 2), (0.0, 0.036), (-d / 2, d / 2), 0.003)
    row_of_books(b, -0.05, 0.26, 0.036, d / 2 - 0.03, 0.215, rng)
    part, glaze = vase(0.19, 0.06, "#39484d", "stoneware-blue")
    b.add(part.moved(0.34, 0.036, 0.0), glaze)
    black = m.ash_black()
    tilt = -9
    art = rounded_box((0.18, 0.25, 0.004), 0.0004, 0)
    uv = np.stack([0.5 + art.vertices[:, 0] / 0.18, 0.5 + art.vertices[:, 1] / 0.25], -1)
    b.exact(type(art)(art.vertices, art.normals, uv, art.faces).turned("x", tilt).moved(-0.26, 0.036 + 0.139, -0.062), surfaces.art_branch())
    for x, y, sx, sy in ((0, 0.132, 0.21, 0.014), (0, -0.132, 0.21, 0.014), (-0.098, 0, 0.014, 0.25), (0.098, 0, 0.014, 0.25)):
        b.add(rounded_box((sx, sy, 0.016), 0.0015, 2, grain=0 if sx > sy else 1).moved(x, y, 0.002).turned("x", tilt).moved(-0.26, 0.036 + 0.139, -0.062), black)
    return b.done()


def coat_stand() -> Piece:
    """A coat stand in oak: a turned pole, three legs, eight pegs."""
    b = Bench(m.oak())
    b.add(tube([(0, 0.30, 0), (0, 1.0, 0), (0, 1.74, 0)], [0.021, 0.019, 0.016], 20))
    b.add(lathe([(0.0005, 1.735), (0.014, 1.735), (0.013, 1.745), (0.020, 1.757), (0.023, 1.772), (0.018, 1.788), (0.0005, 1.792)], 24))
    for k in range(3):
        a = 2 * np.pi * k / 3 + 0.5
        c, s = np.cos(a), np.sin(a)
        b.add(tube(spline([(0.012 * c, 0.42, 0.012 * s), (0.09 * c, 0.32, 0.09 * s), (0.20 * c, 0.13, 0.20 * s), (0.265 * c, 0.0, 0.265 * s)], 20), np.linspace(0.0165, 0.0125, 20), 14))
    for ring, (y, count, shift) in enumerate(((1.62, 4, 0.2), (1.42, 4, 0.2 + np.pi / 4))):
        for k in range(count):
            a = 2 * np.pi * k / count + shift
            c, s = np.cos(a), np.sin(a)
            b.add(tube([(0.006 * c, y - 0.03, 0.006 * s), (0.075 * c, y + 0.03, 0.075 * s), (0.115 * c, y + 0.075, 0.115 * s)], [0.0105, 0.0095, 0.0095 + 0.001 * ring], 12))
            ball = lathe([(0.0005, -0.014), (0.009, -0.011), (0.014, 0.0), (0.009, 0.011), (0.0005, 0.014)], 16, sharp_deg=180)
            b.add(ball.moved(0.118 * c, y + 0.08, 0.118 * s))
    return b.done()


def shoe_cabinet() -> Piece:
    """A shallow hall cabinet with three tilting doors, white lacquer, oak top."""
    b = Bench(m.oak())
    paint = m.painted("white-lacquer", "#e9e6df", 0.4)
    w, d, h, t = 0.76, 0.26, 1.14, 0.018
    b.board((-w / 2 - 0.01, w / 2 + 0.01), (h - 0.024, h), (-d / 2, d / 2 + 0.012), 0.004, bevel=3)
    for x in (-w / 2, w / 2 - t):
        b.board((x, x + t), (0.0, h - 0.024), (-d / 2, d / 2 - 0.02), 0.002, material=paint)
    b.board((-w / 2 + t, w / 2 - t), (0.05, 0.05 + t), (-d / 2, d / 2 - 0.02), 0.002, material=paint)
    b.board((-w / 2 + t, w / 2 - t), (0.0, h - 0.03), (-d / 2, -d / 2 + 0.006), 0.001, material=paint)
    rows = np.linspace(0.055, h - 0.028, 4)
    for y0, y1 in zip(rows, rows[1:], strict=False):
        b.board((-w / 2 + 0.002, w / 2 - 0.002), (y0 + 0.002, y1 - 0.002), (d / 2 - 0.02, d / 2), 0.0025, material=paint)
        b.add(tube([(-0.075, y1 - 0.045, d / 2 + 0.002), (-0.06, y1 - 0.045, d / 2 + 0.018), (0.06, y1 - 0.045, d / 2 + 0.018), (0.075, y1 - 0.045, d / 2 + 0.002)], 0.0055, 12, side=[0, 1, 0]))
    return b.done()
