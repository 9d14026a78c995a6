"""Lamps for the table, the desk, the corner and the ceiling."""

from __future__ import annotations

import numpy as np

from assets.source import materials as m
from assets.source import surfaces
from assets.source.bench import Bench, Piece
from assets.source.materials import Material
from assets.source.shapes import Part, lathe, spline, tube


def bulb(b: Bench, x: float, y: float, z: float, down: bool = False, scale: float = 1.0) -> None:
    """A lit bulb with its socket at (x, y, z)."""
    glass = [(0.0005, 0.0), (0.013, 0.0), (0.014, 0.028), (0.026, 0.055), (0.030, 0.075), (0.026, 0.095), (0.012, 0.112), (0.0005, 0.115)]
    part = lathe([(r * scale, h * scale) for r, h in glass], 20)
    b.add((part.turned("x", 180) if down else part).moved(x, y, z), surfaces.glowing("bulb", (1.0, 0.84, 0.60)))


def _shade(b: Bench, low: float, high: float, r_low: float, r_high: float, cloth: Material, rim: Material) -> None:
    t = np.linspace(0, 1, 9)
    b.add(lathe([(float(r_low + (r_high - r_low) * s), float(low + (high - low) * s)) for s in t], 56), cloth)
    b.add(lathe([(float(r_high + (r_low - r_high) * s - 0.002), float(high + (low - high) * s)) for s in t], 56), cloth)
    for y, r in ((low, r_low), (high, r_high)):
        ring = np.array([[np.cos(a) * r, y, np.sin(a) * r] for a in np.linspace(0, 2 * np.pi, 64, endpoint=False)])
        b.add(tube(ring, 0.0032, 8, closed=True), rim)


def table_lamp() -> Piece:
    """A table lamp: a reactive-glaze stoneware body, a linen shade, lit."""
    b = Bench(m.oak())
    brass = m.brushed_metal("brass", "#b08d57", 0.28)
    body = [(0.0005, 0.0), (0.070, 0.0), (0.075, 0.003), (0.078, 0.012), (0.092, 0.05), (0.104, 0.10), (0.104, 0.145), (0.090, 0.19), (0.062, 0.225), (0.034, 0.25), (0.026, 0.27), (0.025, 0.285), (0.0005, 0.286)]
    b.add(lathe(body, 48, grain_up=False, sharp_deg=55), surfaces.glazed("glaze-celadon", "#7d9384"))
    b.add(lathe([(0.0005, 0.284), (0.019, 0.284), (0.019, 0.305), (0.0085, 0.31), (0.0085, 0.335), (0.016, 0.338), (0.017, 0.375), (0.0005, 0.376)], 24), brass)
    linen = m.weave("shade-linen", ("#efe3cb", "#ead9bc", "#f2e9d6"), 50, yarns=120, tile_m=0.2, melange=0.06, slub=1.0, size=384)
    cloth = surfaces.shade_cloth("shade", linen, (0.46, 0.33, 0.20))
    _shade(b, 0.315, 0.525, 0.165, 0.125, cloth, linen)
    for a in (0.4, 2.5, 4.6):
        b.add(tube([(0.010 * np.cos(a), 0.505, 0.010 * np.sin(a)), (0.125 * np.cos(a), 0.521, 0.125 * np.sin(a))], 0.0018, 6), brass)
    b.add(tube([(0, 0.37, 0), (0, 0.51, 0)], 0.003, 6), brass)
    bulb(b, 0, 0.375, 0, scale=0.9)
    cord = spline([(0, 0.012, -0.076), (0.0, 0.0035, -0.11), (0.05, 0.003, -0.16), (0.02, 0.003, -0.22)], 20)
    b.add(tube(cord[:12], 0.0026, 6), m.painted("cord-black", "#2a2a2a", 0.6))
    return b.done()


def arc_lamp() -> Piece:
    """An arc lamp: a marble foot, a long brushed bow, a dome that lights the sofa."""
    b = Bench(m.oak())
    steel = m.brushed_metal("steel", "#bcbdbe", 0.24)
    b.exact(lathe([(0.0005, 0.0), (0.165, 0.0), (0.170, 0.004), (0.170, 0.052), (0.165, 0.058), (0.0005, 0.058)], 56, grain_up=False, sharp_deg=40).moved(-0.62, 0, 0), surfaces.marble())
    b.add(lathe([(0.022, 0.055), (0.022, 0.16), (0.019, 0.165), (0.0005, 0.166)], 24).moved(-0.62, 0, 0), steel)
    bow = spline([(-0.62, 0.06, 0), (-0.62, 0.75, 0), (-0.57, 1.30, 0), (-0.36, 1.74, 0), (0.02, 1.95, 0), (0.40, 1.90, 0), (0.62, 1.73, 0)], 60)
    b.add(tube(bow, np.interp(np.arange(60), [0, 20, 59], [0.0155, 0.013, 0.0085]), 14, round_ends=False), steel)
    end = bow[-1]
    outer = [(0.165, 0.0), (0.163, 0.03), (0.148, 0.075), (0.115, 0.120), (0.070, 0.148), (0.030, 0.158), (0.0005, 0.160)]
    tilt = -12
    shade = lathe(outer, 48, grain_up=False, sharp_deg=180).turned("z", tilt).moved(end[0] + 0.02, end[1] - 0.175, 0)
    b.add(shade, steel)
    inner = [(r * 0.985, y - 0.002) for r, y in outer][::-1]
    white = m.painted("reflector", "#f3efe6", 0.5)
    glow = Material("reflector-lit", white.tile_m, white.color, None, None, roughness=0.6, glow=(0.55, 0.42, 0.27), double_sided=True)
    b.add(lathe(inner, 48, grain_up=False, sharp_deg=180).turned("z", tilt).moved(end[0] + 0.02, end[1] - 0.175, 0), glow)
    b.add(tube([(end[0], end[1], 0), (end[0] + 0.012, end[1] - 0.02, 0), (end[0] - 0.005, end[1] - 0.02, 0)], 0.012, 12), steel)
    bulb(b, end[0] + 0.0, end[1] - 0.05, 0, down=True)
    return b.done()


def desk_lamp() -> Piece:
    """A jointed desk lamp in black, its head turned down, lit."""
    b = Bench(m.oak())
    black = m.brushed_metal("black-steel", "#232323", 0.46, 0.0)
    brass = m.brushed_metal("brass", "#b08d57", 0.28)
    b.add(lathe([(0.0005, 0.0), (0.085, 0.0), (0.088, 0.003), (0.088, 0.016), (0.084, 0.021), (0.02, 0.026), (0.012, 0.034), (0.0005, 0.034)], 44, sharp_deg=45), black)
    elbow, head = np.array([-0.115, 0.315, 0.0]), np.array([0.125, 0.475, 0.0])
    for z in (-0.009, 0.009):
        b.add(tube([(0, 0.03, z), elbow + [0, 0, z]], 0.0045, 10), black)
        b.add(tube([elbow + [0, 0, z], head + [0, 0, z]], 0.0045, 10), black)
    for place in (np.array([0, 0.035, 0]), elbow, head):
        b.add(tube([place + [0, 0, -0.018], place + [0, 0, 0.018]], 0.0105, 16), brass)
    outer = [(0.074, 0.0), (0.073, 0.01), (0.064, 0.055), (0.046, 0.092), (0.026, 0.110), (0.024, 0.135), (0.0005, 0.138)]
    at = head + [0.055, -0.075, 0]

    def hung(part: Part) -> Part:
        return part.turned("z", 24).moved(*at)

    b.add(hung(lathe(outer, 40, grain_up=False, sharp_deg=60)), black)
    glow = Material("reflector-lit", (0.3, 0.3), m.painted("reflector", "#f3efe6", 0.5).color, None, None, roughness=0.6, glow=(0.55, 0.42, 0.27), double_sided=True)
    b.add(hung(lathe([(r * 0.97, y - 0.0015) for r, y in outer[:5]][::-1], 40, grain_up=False, sharp_deg=180)), glow)
    b.add(hung(lathe([(0.0005, 0.028), (0.018, 0.034), (0.024, 0.052), (0.018, 0.072), (0.0005, 0.080)], 18, sharp_deg=180)), surfaces.glowing("bulb", (1.0, 0.84, 0.60)))
    b.add(tube([head, head + [0.035, -0.005, 0]], 0.006, 10), brass)
    return b.done()


def pendant() -> Piece:
    """A pendant lamp: a spun dome, brass inside, on a cloth cord (hangs from the ceiling)."""
    b = Bench(m.oak())
    paint = m.painted("enamel-green", "#3f5a50", 0.32)
    brass = m.brushed_metal("brass", "#b08d57", 0.28)
    outer = [(0.215, 0.0), (0.2165, 0.004), (0.2165, 0.012), (0.205, 0.06), (0.175, 0.115), (0.125, 0.160), (0.070, 0.183), (0.036, 0.190), (0.034, 0.235), (0.030, 0.243), (0.0005, 0.245)]
    b.add(lathe(outer, 60, grain_up=False, sharp_deg=50), paint)
    gold = Material("reflector-brass", (0.12, 0.12), brass.color, brass.surface, None, metallic=1.0, glow=(0.30, 0.21, 0.10), double_sided=True)
    b.add(lathe([(r * 0.985, y + (0.0005 if y < 0.005 else -0.0015)) for r, y in outer[:8]][::-1], 60, grain_up=False, sharp_deg=180), gold)
    b.add(lathe([(0.0005, 0.243), (0.016, 0.244), (0.016, 0.262), (0.008, 0.27), (0.0005, 0.271)], 20), brass)
    cord = m.weave("cord-cloth", ("#3a3733", "#2f2c29"), 58, yarns=40, tile_m=0.05, size=128, melange=0.05)
    b.add(tube([(0, 0.268, 0), (0, 0.8, 0), (0, 1.205, 0)], 0.0034, 8, round_ends=False), cord)
    b.add(lathe([(0.0005, 1.198), (0.010, 1.198), (0.050, 1.204), (0.056, 1.210), (0.056, 1.226), (0.0005, 1.226)], 36, sharp_deg=45), brass)
    bulb(b, 0, 0.165, 0, down=True)
    return b.done()


def paper_lantern() -> Piece:
    """A floor lantern of ribbed rice paper on black feet, lit from inside."""
    b = Bench(m.ash_black())
    paper = m.painted("rice-paper", "#f4ecda", 0.9)
    lit = Material("rice-paper", paper.tile_m, paper.color, None, None, roughness=0.95, glow=(0.30, 0.225, 0.135), double_sided=True)
    count = 15
    t = np.linspace(0, 1, count * 4 + 1)
    waist = 0.175 * (0.80 + 0.20 * np.sin(np.pi * t) ** 0.8) - 0.0055 * (1 - np.abs(np.sin(t * count * np.pi)) ** 0.6)
    y = 0.055 + 0.60 * t
    profile = [(float(r), float(h)) for r, h in zip(waist, y, strict=True)]
    b.add(lathe(profile, 40, sharp_deg=180), lit)
    wire = m.painted("bamboo", "#cbb58a", 0.7)
    for i in range(count + 1):
        k = i * 4
        ring = np.array([[waist[k] * np.cos(a), y[k], waist[k] * np.sin(a)] for a in np.linspace(0, 2 * np.pi, 30, endpoint=False)])
        b.add(tube(ring, 0.0016, 3, closed=True), wire)
    for h, r in ((0.055, waist[0]), (0.655, waist[-1])):
        ring = np.array([[r * np.cos(a), h, r * np.sin(a)] for a in np.linspace(0, 2 * np.pi, 56, endpoint=False)])
        b.add(tube(ring, 0.0055, 10, closed=True))
    for k in range(3):
        a = 2 * np.pi * k / 3 + 0.4
        c, s = np.cos(a) * waist[0], np.sin(a) * waist[0]
        b.add(tube([(c * 1.04, 0.0, s * 1.04), (c, 0.062, s)], [0.0075, 0.0085], 12))
        b.add(tube([(0, 0.058, 0), (c, 0.058, s)], 0.004, 8))
    b.add(lathe([(0.0005, 0.055), (0.03, 0.055), (0.03, 0.072), (0.0005, 0.073)], 20))
    bulb(b, 0, 0.073, 0)
    return b.done()
