"""Tables and desks."""

from __future__ import annotations

import numpy as np

from assets.source import materials as m
from assets.source import surfaces
from assets.source.bench import Bench, Piece
from assets.source.glb import stood
from assets.source.noise import Floats
from assets.source.seating import tapered_leg
from assets.source.shapes import Part, lathe, rounded_box, rounded_rectangle, sheet, slab, tube


def circle(radius: float, steps: int = 64) -> Floats:
    """A round outline (N, 2), counter-clockwise."""
    angle = np.linspace(0, 2 * np.pi, steps, endpoint=False)
    outline: Floats = np.stack([np.cos(angle), np.sin(angle)], -1) * radius
    return outline


def coffee_table(width: float = 1.10, depth: float = 0.60, height: float = 0.42) -> Piece:
    """An oak coffee table: pebble-cornered top of six boards, a slatted shelf, splayed legs."""
    wood = m.oak()
    piece: Piece = []

    def add(part: Part, u: float = 0.0, v: float = 0.0) -> None:
        number = len(piece)
        piece.append((wood, part.shifted(0.331 * number + u, 0.0577 * number + v)))

    top = slab(rounded_rectangle(width, depth, 0.13, 12, 2.4), 0.026, 0.007, 4, under=0.016)
    piece.append((wood, top.moved(0, height - 0.026, 0)))
    rail = 0.045
    for z in (-1, 1):
        add(rounded_box((width - 0.30, rail, 0.02), 0.004, 2).moved(0, height - 0.026 - rail / 2, z * (depth / 2 - 0.095)))
    for x in (-1, 1):
        add(rounded_box((0.02, rail, depth - 0.24), 0.004, 2, grain=2).moved(x * (width / 2 - 0.135), height - 0.026 - rail / 2, 0))
    slats = 7
    for i in range(slats):
        z = (i - (slats - 1) / 2) * 0.052
        add(tube([(-width / 2 + 0.10, 0.155, z), (0, 0.155, z), (width / 2 - 0.10, 0.155, z)], 0.0085, 12, side=[0, 1, 0]))
    for x in (-1, 1):
        add(tube([(x * (width / 2 - 0.112), 0.155, -depth / 2 + 0.07), (x * (width / 2 - 0.112), 0.155, depth / 2 - 0.07)], 0.011, 12, side=[0, 1, 0]))
        for z in (-1, 1):
            leg = tapered_leg(height - 0.024, 0.021, 0.0125, x * 0.05, z * 0.035)
            add(leg.moved(x * (width / 2 - 0.135), 0, z * (depth / 2 - 0.095)))
    return stood(piece)


def dining_table(width: float = 1.80, depth: float = 0.90, height: float = 0.75) -> Piece:
    """A solid oak table for six: a top of six joined boards, an apron, tapered legs set at the corners."""
    b = Bench(m.oak())
    thick, boards = 0.034, 6
    step = depth / boards
    for i in range(boards):
        z = -depth / 2 + i * step
        b.add(rounded_box((width, thick, step), 0.0028, 3).moved(0, height - thick / 2, z + step / 2))
    rail, inset = 0.085, 0.075
    top = height - thick
    for z in (-1, 1):
        b.board((-width / 2 + 0.12, width / 2 - 0.12), (top - rail, top), (z * (depth / 2 - inset) - 0.011, z * (depth / 2 - inset) + 0.011), 0.003)
    for x in (-1, 1):
        b.board((x * (width / 2 - inset) - 0.011, x * (width / 2 - inset) + 0.011), (top - rail, top), (-depth / 2 + 0.12, depth / 2 - 0.12), 0.003)
        for z in (-1, 1):
            y = np.array([0.0, 0.25, 0.50, top - rail - 0.01, top - 0.001])
            path = np.stack([x * (width / 2 - inset) + x * 0.012 * (1 - y / top), y, z * (depth / 2 - inset) + z * 0.012 * (1 - y / top)], -1)
            b.add(tube(path, np.interp(y, [0, 0.5, top - rail, top], [0.019, 0.029, 0.0345, 0.0345]), 24, side=[1, 0, 0], power=5.0))
    return b.done()


def desk() -> Piece:
    """A writing desk: oak top, white drawer box with leather pulls, black steel legs."""
    b = Bench(m.oak())
    w, d, h = 1.35, 0.65, 0.75
    steel = m.brushed_metal("black-steel", "#232323", 0.46, 0.0)
    white = m.painted("white-lacquer", "#e9e6df", 0.4)
    b.exact(slab(rounded_rectangle(w, d, 0.035, 6), 0.026, 0.004, 3).moved(0, h - 0.026, 0), b.wood)
    top = h - 0.026
    for x in (-1, 1):
        for z in (-1, 1):
            b.add(tube([(x * (w / 2 - 0.075), top, z * (d / 2 - 0.11)), (x * (w / 2 - 0.035), 0.0, z * (d / 2 - 0.05))], 0.0125, 14), steel)
        b.add(tube([(x * (w / 2 - 0.073), top - 0.012, -d / 2 + 0.10), (x * (w / 2 - 0.073), top - 0.012, d / 2 - 0.10)], 0.011, 12), steel)
    b.add(tube([(-w / 2 + 0.075, top - 0.012, -d / 2 + 0.11), (w / 2 - 0.075, top - 0.012, -d / 2 + 0.11)], 0.011, 12), steel)
    strap = m.leather("strap", ("#a06a3c", "#84532c", "#5c371c"), 52)
    x0, x1, y0 = -0.52, 0.52, top - 0.115
    b.board((x0, x1), (y0, y0 + 0.014), (-d / 2 + 0.10, d / 2 - 0.055), 0.003, material=white)
    for x in (x0, 0.0 - 0.007, x1 - 0.014):
        b.board((x, x + 0.014), (y0, top), (-d / 2 + 0.10, d / 2 - 0.055), 0.003, grain=2, material=white)
    b.board((x0, x1), (y0, top), (-d / 2 + 0.10, -d / 2 + 0.114), 0.003, material=white)
    for a, c in ((x0 + 0.002, -0.0015), (0.0015, x1 - 0.002)):
        b.board((a, c), (y0 + 0.002, top - 0.004), (d / 2 - 0.058, d / 2 - 0.038), 0.003)
        middle = (a + c) / 2
        b.add(tube([(middle - 0.045, y0 + 0.072, d / 2 - 0.037), (middle, y0 + 0.064, d / 2 - 0.018), (middle + 0.045, y0 + 0.072, d / 2 - 0.037)], 0.0065, 10, flatten=0.45, side=[0, 1, 0]), strap)
    return b.done()


def side_table() -> Piece:
    """A side table: a round marble top on a brass stem and foot."""
    b = Bench(m.oak())
    brass = m.brushed_metal("brass", "#b08d57", 0.28)
    b.exact(slab(circle(0.21), 0.018, 0.004, 3, under=0.007).moved(0, 0.502, 0), surfaces.marble())
    b.add(lathe([(0.0005, 0.0), (0.128, 0.0), (0.131, 0.003), (0.131, 0.012), (0.127, 0.016), (0.03, 0.021), (0.014, 0.028), (0.011, 0.045), (0.011, 0.47),
                 (0.016, 0.485), (0.07, 0.496), (0.072, 0.502), (0.0005, 0.503)], 48, sharp_deg=45), brass)
    return b.done()


def round_table() -> Piece:
    """A round walnut dining table for four on a turned pedestal, 1.20 m."""
    b = Bench(m.walnut())
    r, thick, top = 0.60, 0.030, 0.75
    b.exact(slab(circle(r, 96), thick, 0.006, 4, under=0.018).moved(0, top - thick, 0), b.wood)
    b.add(lathe([(0.0005, 0.69), (0.20, 0.69), (0.30, 0.702), (0.305, 0.72), (0.0005, 0.721)], 48, grain_up=False))
    column = [(0.205, 0.0), (0.215, 0.006), (0.212, 0.016), (0.165, 0.034), (0.105, 0.070), (0.074, 0.13), (0.060, 0.22), (0.056, 0.34), (0.062, 0.47), (0.080, 0.58), (0.115, 0.655), (0.16, 0.693)]
    b.add(lathe([(0.0005, 0.0), *column], 48, sharp_deg=60))
    return b.done()


def console() -> Piece:
    """A narrow hall table: black steel frame, oak top, a shelf below."""
    b = Bench(m.oak())
    steel = m.brushed_metal("black-steel", "#232323", 0.46, 0.0)
    w, d, h, bar = 1.10, 0.32, 0.80, 0.020
    for x in (-1, 1):
        for z in (-1, 1):
            b.add(rounded_box((bar, h - 0.026, bar), 0.0018, 2, grain=1).moved(x * (w / 2 - bar / 2), (h - 0.026) / 2, z * (d / 2 - bar / 2)), steel)
        for y in (h - 0.026 - bar / 2, 0.17):
            b.add(rounded_box((bar, bar, d - 2 * bar), 0.0018, 2, grain=2).moved(x * (w / 2 - bar / 2), y, 0), steel)
    for z in (-1, 1):
        for y in (h - 0.026 - bar / 2, 0.17):
            b.add(rounded_box((w - 2 * bar, bar, bar), 0.0018, 2).moved(0, y, z * (d / 2 - bar / 2)), steel)
    b.board((-w / 2 - 0.004, w / 2 + 0.004), (h - 0.026, h), (-d / 2 - 0.004, d / 2 + 0.004), 0.004)
    b.board((-w / 2 + bar, w / 2 - bar), (0.172, 0.190), (-d / 2 + 0.012, d / 2 - 0.012), 0.003)
    return b.done()


def drum_table() -> Piece:
    """A round coffee table of black-stained ash: a fluted drum under a thick top."""
    b = Bench(m.ash_black())
    r, h = 0.42, 0.36
    b.exact(slab(circle(r, 84), 0.03, 0.009, 4).moved(0, h - 0.03, 0), b.wood)
    flutes = 56
    angle = np.linspace(0, 2 * np.pi, flutes * 6 + 1)
    ripple = 0.372 - 0.011 * (1 - np.abs(np.sin(angle * flutes / 2)) ** 0.7)
    rows = np.array([0.012, 0.02, h - 0.045, h - 0.031])
    inset = np.array([0.010, 0.0, 0.0, 0.008])
    points = np.stack([(ripple[None] - inset[:, None]) * np.sin(angle)[None], np.broadcast_to(rows[:, None], (4, len(angle))), (ripple[None] - inset[:, None]) * np.cos(angle)[None]], -1)
    uv = np.stack([np.broadcast_to(rows[:, None], (4, len(angle))), np.broadcast_to(angle[None] * 0.38, (4, len(angle)))], -1)
    part = sheet(points, uv)
    out = np.einsum("ij,ij->i", part.normals[:, [0, 2]], part.vertices[:, [0, 2]]).mean()
    b.exact(part if out > 0 else Part(part.vertices, -part.normals, part.uv, part.faces[:, ::-1]), b.wood)
    b.add(lathe([(0.0005, 0.0), (0.355, 0.0), (0.357, 0.003), (0.357, 0.014), (0.0005, 0.015)], 56, grain_up=False))
    return b.done()


def nesting_tables() -> Piece:
    """Two nesting tables: oak tops on bent steel, the small one pulled out."""
    b = Bench(m.oak())
    steel = m.brushed_metal("black-steel", "#232323", 0.46, 0.0)
    for x, z, r, h in ((-0.13, -0.05, 0.30, 0.46), (0.25, 0.12, 0.235, 0.38)):
        b.add(slab(circle(r, 72), 0.018, 0.004, 3, under=0.010).moved(x, h - 0.018, z))
        for k in range(3):
            a = 2 * np.pi * k / 3 + (0.5 if x < 0 else 1.3)
            c, s = np.cos(a), np.sin(a)
            b.add(tube([(x + 0.92 * r * c, 0.0, z + 0.92 * r * s), (x + 0.80 * r * c, h - 0.018, z + 0.80 * r * s)], 0.0075, 12), steel)
        ring = np.array([[x + 0.80 * r * np.cos(a), h - 0.026, z + 0.80 * r * np.sin(a)] for a in np.linspace(0, 2 * np.pi, 48, endpoint=False)])
        b.add(tube(ring, 0.006, 8, closed=True), steel)
    return b.done()
