"""Jeans and skirt."""

from __future__ import annotations

import cv2
import numpy as np

from assets.source.noise import Floats, hex_color, layered_noise, smooth_noise
from assets.source.sewing import Made, band, both_sides, crease, finish, grain, joined, offset
from assets.source.tailor import Canvas, Panel, canvas_for, curve, fold_from, lay, sew, symmetric

THREAD = hex_color("#c8853a")
COPPER = hex_color("#b0764a")


def button(sheet: Canvas, x: float, y: float, radius: float, color: tuple[float, float, float], holes: bool) -> None:
    """A round button at (x, y) metres: rim, dish, shine, holes or a stamped ring."""
    d = np.hypot(sheet.x - x, sheet.y - y)
    inside = band(d, radius, 0.0005)
    sheet.shade(band(np.hypot(sheet.x - x - 0.0012, sheet.y - y + 0.0018), radius * 1.12, 0.003), 0.62)
    sheet.tint(inside, color)
    rim = np.exp(-(((d - 0.8 * radius) / (0.12 * radius)) ** 2))
    sheet.height[:] = sheet.height * (1 - inside) + inside * (1.6 + 0.5 * rim)
    light = np.clip(((sheet.y - y) - (sheet.x - x)) / (1.4 * radius), -1, 1)
    sheet.shade(inside * np.clip(light, 0, 1), 1.22)
    sheet.shade(inside * np.clip(-light, 0, 1), 0.78)
    if holes:
        for dx, dy in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
            sheet.tint(band(np.hypot(sheet.x - x - dx * radius * 0.22, sheet.y - y - dy * radius * 0.22), radius * 0.13, 0.0004), (0.16, 0.12, 0.10))
    else:
        sheet.shade(np.exp(-(((d - 0.52 * radius) / 0.0006) ** 2)) * inside, 0.7)


def waistband(sheet: Canvas, panel: Panel, width: float, thread: tuple[float, float, float]) -> None:
    """The band along the waist: raised, stitched along both edges."""
    line = joined(panel, "waist")
    d = sheet.distance(line)
    sheet.height += 0.9 * band(d, width, 0.002)
    edge = np.exp(-(((d - width) / 0.0011) ** 2))
    sheet.shade(edge, 0.66)
    sheet.height -= 0.6 * edge
    inner = 1 if offset(line, 0.01)[len(line) // 2, 1] < line[len(line) // 2, 1] else -1
    for gap in (0.003, width - 0.003):
        sheet.stitch(offset(line, inner * gap), thread, 0.0032)


def leg_panel(drop: float) -> Panel:
    """One side of the jeans; centimetres, y = 0 at the hems."""
    waist = curve((0, 102.0 - drop), (9.0, 102.0 - drop), (19.2, 102.2))
    outer = np.concatenate([curve((19.2, 102.2), (20.6, 97), (23.4, 91), (24.0, 82), count=30), curve((24.0, 82), (24.8, 70), (24.0, 56), (23.6, 45), count=30)[1:],
                            curve((23.6, 45), (23.2, 30), (23.4, 12), (23.2, 0), count=30)[1:]])
    hem = curve((23.2, 0), (14.5, -0.9), (6.2, 0.2))
    inner = np.concatenate([curve((6.2, 0.2), (5.6, 14), (5.0, 30), (4.4, 45), count=30), curve((4.4, 45), (3.4, 58), (1.8, 66), (0, 73.5), count=30)[1:]])
    return symmetric([("waist", waist, False), ("outer", outer, True), ("hem", hem, False), ("inner", inner, True)])


def denim(sheet: Canvas, seed: int, pale: float) -> None:
    """Indigo twill, washed: diagonal ribs, slubs that run down, pale where it wears."""
    shape = sheet.x.shape
    twill = np.cos(2 * np.pi * (sheet.x + sheet.y * 0.8) / 0.0024)
    slub = smooth_noise(shape, (60, 1.3), seed) * 0.6 + smooth_noise(shape, (14, 1.2), seed + 1) * 0.5
    fleck = smooth_noise(shape, (1.4, 1.4), seed + 2)
    side = np.abs(sheet.x)
    thigh = np.exp(-(((side - 0.135) / 0.055) ** 2)) * np.exp(-(((sheet.y - 0.63) / 0.17) ** 2))
    shin = np.exp(-(((side - 0.145) / 0.045) ** 2)) * np.exp(-(((sheet.y - 0.30) / 0.20) ** 2))
    worn = np.clip(pale + 0.52 * thigh + 0.30 * shin + 0.05 * layered_noise(shape, (160, 90), seed + 3, 3), 0, 1)
    deep, light = np.array(hex_color("#2a3c5c")), np.array(hex_color("#8ea5c0"))
    tone = np.clip(worn + (0.06 * twill + 0.055 * slub + 0.03 * fleck), 0, 1)[..., None]
    sheet.color[:] = deep * (1 - tone) + light * tone
    sheet.height += 0.06 * twill + 0.04 * slub


def worn_edge(sheet: Canvas, line: Floats, amount: float = 0.16) -> None:
    """Pale, puckered cloth beside a felled seam."""
    d = sheet.distance(line)
    pucker = np.cos(2 * np.pi * (sheet.y + 0.4 * sheet.x) / 0.009 + 2 * smooth_noise(sheet.x.shape, (24, 24), 77))
    near = np.exp(-(((d - 0.004) / 0.004) ** 2))
    sheet.shade(near * (0.5 + 0.5 * pucker), 1 + amount)
    sheet.height += 0.25 * near * pucker


def jeans() -> Made:
    """Straight jeans in washed indigo, orange stitching."""
    front, back = leg_panel(3.2), leg_panel(0.8)
    sheets = []
    for number, panel in enumerate((front, back)):
        sheet = canvas_for(panel)
        denim(sheet, 51 + number, 0.20)
        if number:
            sheet.color[:] = sheet.color.mean(-1, keepdims=True) * np.array([0.92, 0.97, 1.05]) * 1.25
            patch = (np.abs(sheet.x) < 0.032) & (sheet.y > 0.980) & (sheet.y < 1.004)
            sheet.tint(patch.astype(float), hex_color("#a06a3c"))
            sheets.append(sheet)
            continue
        for side in (1, -1):
            flip = np.array([side, 1])
            for line in (panel.run("inner_left"), panel.run("outer_left")):
                worn_edge(sheet, line * flip)
            sheet.stitch(offset(panel.run("inner_left"), 0.0055) * flip, THREAD)
            sheet.stitch(offset(panel.run("inner_left"), 0.0115) * flip, THREAD)
            scoop = curve((9.0, 95.4), (9.6, 89.0), (14.5, 86.6), (23.2, 86.0)) * flip
            crease(sheet, scoop, 0.0013, 0.6, 0.8)
            for gap in (0.003, 0.0085):
                sheet.stitch(offset(scoop, -gap * side), THREAD)
            for x, y in ((9.1, 93.6), (22.4, 86.6)):
                button(sheet, side * x / 100, y / 100, 0.0042, COPPER, False)
            for whisker in range(4):
                y0 = 76.5 + 1.9 * whisker
                line = curve((2.0, y0), (9, y0 + 1.2), (17, y0 + 3.2 + whisker)) * flip
                sheet.shade(np.exp(-((sheet.distance(line) / 0.006) ** 2)) * np.clip(1.1 - np.abs(np.abs(sheet.x) - 0.09) / 0.10, 0, 1), 1.20)
        coin = curve((-12.3, 92.2), (-16.5, 91.6), (-21.5, 91.4))
        crease(sheet, coin, 0.0012, 0.66, 0.6)
        for gap in (0.003, 0.0075):
            sheet.stitch(offset(coin, gap), THREAD)
        middle = curve((0, 98.6), (0, 86), (0, 73.6))
        crease(sheet, middle, 0.0014, 0.55, 1.0)
        fly = np.concatenate([curve((4.2, 95.0), (4.2, 88.5), count=20), curve((4.2, 88.5), (4.2, 83.0), (0.4, 81.0), count=20)[1:]])
        sheet.stitch(fly, THREAD)
        sheet.stitch(offset(fly, -0.006), THREAD)
        sheet.stitch(curve((0.5, 81.0), (0.5, 74.2)), THREAD)
        waistband(sheet, panel, 0.036, THREAD)
        for x in (-13.2, -6.2, 6.2, 13.2):
            top = np.interp(abs(x) / 100, panel.run("waist_right")[:, 0] * -1, panel.run("waist_right")[:, 1])
            loop = band(np.abs(sheet.x - x / 100), 0.0055) * band(np.abs(sheet.y - (top - 0.021)), 0.0235)
            sheet.shade(band(np.hypot(np.maximum(np.abs(sheet.x - x / 100 - 0.002) - 0.0055, 0), np.maximum(np.abs(sheet.y - top + 0.023) - 0.0235, 0)), 0.001, 0.004), 0.72)
            sheet.tint(loop, hex_color("#44597a"))
            sheet.height += 1.4 * loop
            for dx in (-0.0035, 0.0035):
                sheet.stitch(np.array([[x / 100 + dx, top - 0.001], [x / 100 + dx, top - 0.042]]), THREAD)
        button(sheet, 0.010, 0.9695, 0.0085, COPPER, False)
        for name in ("hem_left", "hem_right"):
            line = panel.run(name)
            d = sheet.distance(line)
            worn_edge(sheet, line, 0.24)
            rise = offset(line, 0.014)[len(line) // 2, 1] - line[len(line) // 2, 1]
            sheet.stitch(offset(line, 0.0135 * np.sign(rise)), THREAD)
            sheet.shade(np.exp(-(((d - 0.015) / 0.001) ** 2)), 0.8)
        sheets.append(sheet)
    sewn = sew(front, back)
    folds = both_sides([
        fold_from(1.5, 75, (15, 83), 8, 0.10, 1.6, 0.9), fold_from(2, 72, (18, 75.5), 8, 0.10, 1.6, 0.9), fold_from(2.6, 68, (17, 65), 7, -0.08, 1.8, 1.0),
        fold_from(4.4, 50, (19, 47), 7, 0.10, 1.6, 0.9), fold_from(23.5, 45, (9, 41), 7, -0.10, 1.6, 0.9), fold_from(4.8, 40, (17, 37), 6, 0.12, 1.5, 0.9),
        fold_from(23.2, 16, (10, 13), 6, 0.08, 1.5, 0.9), fold_from(6, 8, (18, 6), 6, -0.1, 1.5, 0.9), fold_from(14, 66, (13, 14), 6, 0.01, 3.0, 2.4, 0.4)], 14, 0.014)
    placed = lay(sewn, front, folds, plump=0.030, rumple=0.003, seed=15)
    c = sewn.corners
    marks = {"crotch": c["inner_left:start"]}
    for side, first, last in (("left", "start", "end"), ("right", "end", "start")):
        marks |= {f"waist_{side}": c[f"waist_{side}:{first}"], f"hem_outer_{side}": c[f"hem_{side}:{last}"], f"hem_inner_{side}": c[f"hem_{side}:{first}"]}
    marks["crotch"] = c["inner_right:end"]
    return finish(sewn, placed, *sheets, "trousers", marks)


def skirt() -> Made:
    """An A-line skirt in camel corduroy, buttoned down the front, two patch pockets."""
    panels = []
    for drop in (2.4, 0.4):
        waist = curve((0, 58 - drop), (8.0, 58 - drop), (17.4, 58.2))
        side = curve((17.4, 58.2), (20.0, 52), (23.5, 42), (28.0, 20), (31.2, 2.6))
        hem = curve((31.2, 2.6), (17.0, -1.2), (0, -1.6))
        panels.append(symmetric([("waist", waist, False), ("side", side, True), ("hem", hem, False)]))
    camel = np.array(hex_color("#b98a55"))
    sheets = []
    for number, panel in enumerate(panels):
        sheet = canvas_for(panel)
        sheet.color[:] = camel
        spread = 1 + 0.55 * np.clip((0.58 - sheet.y) / 0.58, 0, 1)
        fanned = sheet.x / (0.72 + 0.28 * spread)
        wale = np.abs(np.cos(np.pi * (fanned if number else sheet.x) / 0.0042)) ** 0.8
        sheet.height += 0.50 * wale
        sheet.color[:] *= (0.76 + 0.27 * wale)[..., None]
        pile = smooth_noise(sheet.x.shape, (26, 3), 61)
        sheet.color[:] *= (1 + 0.016 * pile + 0.012 * layered_noise(sheet.x.shape, (150, 80), 62, 3))[..., None]
        grain(sheet, 63)
        thread = hex_color("#9a6d3c")
        if not number:
            for x in (-0.021, 0.021):
                line = np.array([[x, 0.556], [x, -0.02]])
                sheet.stitch(line, thread)
            crease(sheet, np.array([[0.026, 0.56], [0.026, -0.02]]), 0.0012, 0.55, 1.0)
            sheet.height += 0.5 * band(np.abs(sheet.x), 0.026, 0.002)
            for side_ in (1, -1):
                pocket = np.concatenate([curve((8.5, 43.5), (20.5, 43.5), count=20), curve((20.5, 43.5), (21.6, 31), count=20)[1:], curve((21.6, 31), (20.5, 28.4), (15, 27.6), (9.5, 28.4), (8.5, 31), count=24)[1:],
                                         curve((8.5, 31), (8.5, 43.5), count=20)[1:]]) * [side_, 1]
                mask = np.zeros(sheet.x.shape, np.uint8)
                cv2.fillPoly(mask, [sheet.pixel(pocket)], 1, cv2.LINE_8, 4)
                sheet.height += 1.3 * cv2.GaussianBlur(mask.astype(float), (0, 0), 1.5)
                crease(sheet, pocket, 0.0011, 0.62, 0.5)
                sheet.stitch(offset(pocket, -0.0035 * side_), thread)
                sheet.stitch(np.array([[8.5, 41.2], [20.6, 41.2]]) / 100 * [side_, 1], thread)
            waistband(sheet, panel, 0.036, thread)
            for y in (0.537, 0.465, 0.385, 0.300, 0.210, 0.115, 0.03):
                button(sheet, 0.0, y, 0.0088, hex_color("#5c3b22"), True)
            hem = joined(panel, "hem")
            up = np.sign(offset(hem, 0.02)[len(hem) // 2, 1] - hem[len(hem) // 2, 1])
            sheet.stitch(offset(hem, 0.024 * up), thread)
        else:
            sheet.color[:] *= 0.62
        sheets.append(sheet)
    sewn = sew(*panels)
    folds = both_sides([
        fold_from(14, 50, (19.6, -6), 10, 0.01, 2.6, 1.7, 0.05), fold_from(9, 46, (11.3, -6), 9, 0.01, 2.4, 1.6, 0.05), fold_from(20, 40, (28.2, -6), 10, 0.01, 2.2, 1.5, 0.05),
        fold_from(5, 40, (5.6, -6), 6, 0.0, 2.0, 1.4, 0.05), fold_from(18, 56, (9, 50), 4, 0.1), fold_from(23, 42, (13, 45), 4, 0.1)], 16, 0.008)
    placed = lay(sewn, panels[0], folds, plump=0.030, rumple=0.003, seed=18)
    c = sewn.corners
    marks = {}
    for side_name, first, last in (("left", "start", "end"), ("right", "end", "start")):
        marks |= {f"waist_{side_name}": c[f"waist_{side_name}:{first}"], f"hem_{side_name}": c[f"hem_{side_name}:{last}"]}
    return finish(sewn, placed, *sheets, "skirt", marks)
