"""Tables and desks."""

from __future__ import annotations

import numpy as np

from assets.source import materials as m
from assets.source.glb import stood
from assets.source.materials import Material
from assets.source.seating import tapered_leg
from assets.source.shapes import Part, rounded_box, rounded_rectangle, slab, tube

Piece = list[tuple[Material, Part]]


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
