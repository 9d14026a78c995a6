"""Tables and desks."""

from __future__ import annotations

import numpy as np

from assets.source import materials as m
from assets.source.bench import Bench, Piece
from assets.source.glb import stood
from assets.source.seating import tapered_leg
from assets.source.shapes import Part, rounded_box, rounded_rectangle, slab, tube


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
