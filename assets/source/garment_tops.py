"""T-shirt, sweater, tank top."""

from __future__ import annotations

import numpy as np

from assets.source.noise import hex_color, layered_noise, smooth_noise
from assets.source.sewing import (
    Made,
    band,
    both_sides,
    crease,
    finish,
    grain,
    jersey,
    joined,
    label,
    rib,
    run_length,
    top_landmarks,
    top_panels,
)
from assets.source.tailor import canvas_for, curve, fold_from, lay, sew


def tshirt() -> Made:
    """A striped cotton T-shirt, crew neck."""
    front, back = top_panels(9.2, 70, 9.0, 2.2, (23.5, 66.2), (38.6, 52.0), (31.0, 44.8), (25.2, 50.5), (24.6, 1.2), (24.2, 26))
    white, navy = hex_color("#f1eee6"), hex_color("#27344f")
    sheets = []
    for number, panel in enumerate((front, back)):
        sheet = canvas_for(panel)
        sheet.color[:] = white
        body_side = np.abs(sheet.x)
        seam = curve((23.5, 66.2), (21.0, 60.0), (21.6, 53.5), (25.2, 50.5))
        axis = np.array([38.6 - 23.5, 52.0 - 66.2]) / np.hypot(38.6 - 23.5, 52.0 - 66.2)
        along = (body_side - 0.235) * axis[0] + (sheet.y - 0.662) * axis[1]
        seam_x = np.interp(sheet.y, seam[::-1, 1], seam[::-1, 0], left=0.252, right=0.235)
        is_arm = (body_side > seam_x) & (sheet.y > 0.43)
        stripe = np.where(is_arm, -along, sheet.y - 0.012)
        period, dark = 0.030, 0.0125
        phase = stripe % period
        lines = np.clip((dark - phase) / 0.0005 + 0.5, 0, 1) * np.clip(phase / 0.0005 + 0.5, 0, 1)
        lines = np.where((sheet.y > 0.60) & ~is_arm, 0, lines)
        sheet.tint(lines, navy)
        jersey(sheet, 3 + number)
        for side in (1, -1):
            crease(sheet, seam * [side, 1])
        neck = joined(panel, "neck")
        ring = sheet.distance(neck)
        collar = band(ring, 0.019)
        sheet.tint(collar, white, 0.97)
        rib(sheet, collar, run_length(sheet, neck), 0.0024, 0.10)
        sheet.height += 0.9 * band(ring, 0.019, 0.003)
        edge = np.exp(-(((ring - 0.0195) / 0.0010) ** 2))
        sheet.shade(edge, 0.74)
        sheet.height -= 0.4 * edge
        for name in ("hem", "cuff_left", "cuff_right"):
            line = joined(panel, name) if name == "hem" else panel.run(name)
            d = sheet.distance(line)
            sheet.height += 0.45 * band(d, 0.021, 0.002)
            for gap in (0.0195, 0.0225):
                row = np.exp(-(((d - gap) / 0.0007) ** 2))
                dash = 0.75 + 0.25 * np.sign(np.sin(2 * np.pi * (sheet.x + 0.3 * sheet.y) / 0.003))
                sheet.shade(row * dash, 0.80)
                sheet.height -= 0.3 * row
        if number:
            sheet.color[:] *= 0.93
            label(sheet, 0.678)
        sheets.append(sheet)
    sewn = sew(front, back)
    folds = both_sides([
        fold_from(24.5, 50, (8, 40), 7, 0.12), fold_from(24.5, 47, (13, 26), 6, -0.10), fold_from(24, 44, (17, 12), 5, -0.08, 2.0, 1.2),
        fold_from(25, 51.5, (27.5, 63), 5, 0.1, 1.2, 0.7), fold_from(26, 50.5, (35, 52), 4, 0.12, 1.0, 0.7), fold_from(10, 63, (17, 51), 4, 0.1, 2.2, 1.4),
        fold_from(24.3, 22, (10, 19), 4.5, -0.1, 1.5, 1.0), fold_from(24.3, 13, (12, 4), 4, 0.12, 1.6, 1.0)], 5)
    folds += [fold_from(-3, 46, (1, 8), 4, 0.04, 2.6, 1.8), fold_from(9, 36, (6, 2), 4.5, -0.05, 2.2, 1.5), fold_from(-12, 30, (-9, 1), 4, 0.05, 2.2, 1.6)]
    placed = lay(sewn, front, folds, seed=5)
    return finish(sewn, placed, *sheets, "top", top_landmarks(sewn.corners, True))


def sweater() -> Made:
    """A plain sweater in forest green wool, stocking stitch, ribbed at neck, cuffs and hem."""
    shoulder, outer, inner, armpit = (22.5, 61.5), (40.5, 6.5), (32.2, 3.6), (25.8, 41.5)
    front, back = top_panels(9.6, 66, 7.6, 2.0, shoulder, outer, inner, armpit, (25.0, 1.0), (25.6, 22))
    wool = np.array(hex_color("#44624f"))
    sheets = []
    seam = curve(shoulder, (20.6, 56.0), (20.8, 47.5), armpit)
    axis = np.array([outer[0] - shoulder[0], outer[1] - shoulder[1]])
    axis = axis / np.hypot(*axis)
    for number, panel in enumerate((front, back)):
        sheet = canvas_for(panel)
        shape = sheet.x.shape
        side = np.abs(sheet.x)
        seam_x = np.interp(sheet.y, seam[::-1, 1], seam[::-1, 0], left=0.262, right=0.225)
        arm = side > seam_x
        down = np.where(arm, (side - 0.225) * axis[0] + (sheet.y - 0.615) * axis[1], -sheet.y)
        over = np.where(arm, (side - 0.225) * -axis[1] + (sheet.y - 0.615) * axis[0], sheet.x)
        wx, wy = 0.0056, 0.0044
        wobble = 0.0004 * smooth_noise(shape, (30, 30), 81 + number)
        u = ((over + wobble) / wx) % 1 * 2 - 1
        stitch = np.cos(2 * np.pi * (down / wy - 0.5 * np.abs(u)))
        leg = np.sin(np.pi * np.abs(u)) ** 0.7
        knit = leg * (0.72 + 0.28 * stitch)
        sheet.color[:] = wool * (0.70 + 0.36 * knit)[..., None]
        sheet.height += 0.55 * knit
        flecks = smooth_noise(shape, (2.2, 2.2), 83)
        sheet.color[:] *= (1 + 0.05 * flecks + 0.03 * layered_noise(shape, (60, 60), 84, 3))[..., None]
        for mirror in (1, -1):
            crease(sheet, seam * [mirror, 1], 0.0022, 0.7, 1.2)
        for name, width in (("hem", 0.060), ("cuff_left", 0.062), ("cuff_right", 0.062), ("neck", 0.025)):
            line = panel.run(name) if "_" in name else joined(panel, name)
            d = sheet.distance(line)
            if name.startswith("cuff"):
                d = np.where(side > 0.28, d, 1.0)
            where = band(d, width, 0.001)
            sheet.color[:] = sheet.color * (1 - where[..., None]) + wool * where[..., None] * (1 + 0.04 * flecks)[..., None]
            sheet.height *= 1 - 0.8 * where
            across = over if name != "neck" else run_length(sheet, line)
            wave = np.cos(2 * np.pi * across / 0.0072)
            sheet.height += where * (1.1 * wave + 0.10 * np.cos(2 * np.pi * d / 0.0044))
            sheet.color[:] *= (1 + where * (0.20 * wave - 0.10 + 0.02 * np.cos(2 * np.pi * d / 0.0044)))[..., None]
            edge = np.exp(-(((d - width) / 0.0016) ** 2))
            sheet.shade(edge, 0.72)
            sheet.height -= 0.8 * edge
        if number:
            sheet.color[:] *= 0.82
            label(sheet, 0.640)
        sheets.append(sheet)
    sewn = sew(front, back)
    folds = both_sides([
        fold_from(25.5, 42, (9, 33), 11, 0.12, 2.4, 1.5), fold_from(25, 39, (12, 19), 9, -0.10, 2.4, 1.5), fold_from(25.5, 34, (18, 9), 7, -0.08, 2.6, 1.6),
        fold_from(26, 42, (26.5, 55), 9, 0.12, 1.6, 1.0), fold_from(27, 40, (33.5, 44), 8, 0.2, 1.4, 0.9), fold_from(30, 25, (38, 27.5), 9, 0.12, 1.5, 1.0),
        fold_from(29, 29, (36, 33), 6, -0.12, 1.4, 0.9), fold_from(30.5, 19, (39, 20), 6, -0.1, 1.3, 0.9), fold_from(33.0, 11, (39.5, 13.5), 7, 0.1, 1.2, 0.8),
        fold_from(24.5, 10, (9, 8), 7, 0.08, 2.4, 1.4), fold_from(9, 58, (17, 46), 6, 0.1, 2.4, 1.8)], 6)
    folds += [fold_from(-2, 40, (2, 9), 6, 0.05, 3.2, 2.4), fold_from(-13, 26, (-8, 8), 6, 0.05, 2.6, 1.8)]
    placed = lay(sewn, front, folds, plump=0.036, rumple=0.004, seed=8)
    return finish(sewn, placed, *sheets, "top", top_landmarks(sewn.corners, True), bump=0.9)


def tank() -> Made:
    """A sleeveless top in terracotta rib jersey with bound edges."""
    front, back = top_panels(8.6, 63, 12.5, 6.5, (13.0, 62.3), (0, 0), (0, 0), (21.2, 42.0), (22.2, 1.0), (19.8, 24), sleeve=False, armhole_bend=4.6)
    clay = np.array(hex_color("#b9583f"))
    sheets = []
    for number, panel in enumerate((front, back)):
        sheet = canvas_for(panel)
        sheet.color[:] = clay
        wave = np.cos(2 * np.pi * sheet.x / 0.0034)
        sheet.height += 0.16 * wave
        sheet.color[:] *= (1 + 0.055 * wave)[..., None]
        grain(sheet, 31 + number)
        for name, width in (("neck", 0.011), ("armhole_left", 0.011), ("armhole_right", 0.011)):
            line = joined(panel, name) if name == "neck" else panel.run(name)
            d = sheet.distance(line)
            where = band(d, width)
            sheet.color[:] = sheet.color * (1 - where[..., None]) + clay * 0.98 * where[..., None]
            sheet.height += 0.7 * band(d, width, 0.002)
            edge = np.exp(-(((d - width) / 0.0008) ** 2))
            sheet.shade(edge, 0.72)
            dash = (np.sin(2 * np.pi * run_length(sheet, line) / 0.0028) > -0.3).astype(float)
            row = np.exp(-(((d - 0.0082) / 0.0006) ** 2)) * dash
            sheet.shade(row, 0.80)
            sheet.height -= 0.4 * edge + 0.2 * row
        d = sheet.distance(joined(panel, "hem"))
        sheet.height += 0.4 * band(d, 0.019, 0.002)
        for gap in (0.0175, 0.0205):
            row = np.exp(-(((d - gap) / 0.0007) ** 2)) * (np.sin(2 * np.pi * sheet.x / 0.003) > -0.4)
            sheet.shade(row, 0.78)
            sheet.height -= 0.3 * row
        if number:
            sheet.color[:] *= 0.86
            label(sheet, 0.565)
        sheets.append(sheet)
    sewn = sew(front, back)
    folds = both_sides([
        fold_from(21, 41, (7, 33), 7, 0.12), fold_from(20.8, 38, (9, 23), 7, -0.10, 1.8, 1.0), fold_from(20, 30, (8, 24), 6, -0.1), fold_from(19.8, 24, (7, 22), 6, 0.12),
        fold_from(20, 18, (9, 12), 6, -0.1), fold_from(11, 60, (9, 46), 4, 0.05, 1.4, 1.0), fold_from(15, 50, (20, 42), 4, 0.1)], 9)
    folds += [fold_from(-2, 42, (1, 6), 5, 0.04, 2.4, 1.8), fold_from(7, 20, (9, 2), 6, 0.04, 2.0, 1.3), fold_from(-9, 17, (-7, 2), 6, 0.04, 2.0, 1.3)]
    placed = lay(sewn, front, folds, plump=0.026, seed=12)
    return finish(sewn, placed, *sheets, "top", top_landmarks(sewn.corners, False))
