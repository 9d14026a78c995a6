"""A summer dress with a flower print."""

from __future__ import annotations

import cv2
import numpy as np

from assets.source.noise import Floats, hex_color
from assets.source.sewing import Made, band, both_sides, crease, finish, grain, joined, label, run_length, top_landmarks
from assets.source.tailor import PX, Canvas, Panel, canvas_for, curve, fold_from, lay, sew, symmetric

WAIST_Y = 57.5


def _panel(drop: float, v_neck: bool) -> Panel:
    neck_y, neck = 98.0, 9.8
    middle = (0.0, neck_y - drop)
    scoop = curve(middle, (neck * 0.55, neck_y - drop * 0.50), (neck * 1.0, neck_y - drop * 0.25), (neck, neck_y)) if v_neck else curve(
        middle, (neck * 0.7, neck_y - drop), (neck, neck_y - drop * 0.6), (neck, neck_y))
    shoulder, outer, inner, armpit = (18.6, 95.6), (27.2, 84.0), (20.9, 77.6), (19.2, 79.5)
    side = np.concatenate([curve(armpit, (19.0, 74), (16.8, 64), (16.4, WAIST_Y), count=30), curve((16.4, WAIST_Y), (18.5, 48), (27.5, 26), (34.0, 3.4), count=40)[1:]])
    return symmetric([
        ("neck", scoop, False), ("shoulder", curve((neck, neck_y), shoulder), True),
        ("over", curve(shoulder, (22.4, 93.4), outer), True), ("cuff", curve(outer, (24.4, 80.2), inner), False), ("under", curve(inner, armpit), True),
        ("side", side, True), ("hem", curve((34.0, 3.4), (18, -1.0), (0, -1.4)), False),
    ])


def _flower(radius: float, petals: int, rng: np.random.Generator) -> tuple[list[Floats], float]:
    shapes = []
    start = rng.uniform(0, 2 * np.pi)
    for i in range(petals):
        a = start + 2 * np.pi * i / petals + rng.normal(0, 0.08)
        t = np.linspace(-1, 1, 15)
        length = radius * rng.uniform(0.88, 1.08)
        spread = 0.95 * np.pi / petals
        r = length * (1 - 0.10 * np.exp(-((t / 0.22) ** 2))) * np.cos(t * 0.9) ** 0.35
        rim = np.stack([r * np.cos(a + t * spread), r * np.sin(a + t * spread)], -1)
        shapes.append(np.concatenate([[[0.0, 0.0]], rim]))
    return shapes, start


def print_flowers(sheet: Canvas, seed: int) -> None:
    """Scatter two kinds of blossoms and their leaves, none upon another."""
    rng = np.random.default_rng(seed)
    height, width = sheet.x.shape
    scale = 2
    cloth = np.full((height * scale, width * scale, 3), np.array(hex_color("#2f4a63")) * 255, np.uint8)
    placed: list[tuple[float, float, float]] = []

    def pixels(points: Floats) -> Floats:
        return np.round(points * scale * 16).astype(np.int32)

    def paint(points: Floats, color: str, shade: float = 1.0) -> None:
        cv2.fillPoly(cloth, [pixels(points)], (np.array(hex_color(color)) * 255 * shade).tolist(), cv2.LINE_AA, 4)

    for radius_m, tries, colors, heart in ((0.0135, 900, ("#efe4d6", "#f3d9cf"), "#d79a3c"), (0.0085, 1500, ("#d98a7c", "#e6a796"), "#f0d58a"), (0.0042, 2600, ("#e9c46e", "#cfd8d3"), "#b9743a")):
        radius = radius_m * PX
        for _ in range(tries):
            center = rng.random(2) * [width, height]
            if any((center[0] - x) ** 2 + (center[1] - y) ** 2 < (r + radius * 1.45) ** 2 for x, y, r in placed):
                continue
            placed.append((center[0], center[1], radius * 1.25))
            angle = rng.uniform(0, 2 * np.pi)
            for turn in ((0.0, 2.3) if radius_m > 0.005 else (0.0,)):
                a = angle + turn
                t = np.linspace(0, 1, 12)
                reach = radius * rng.uniform(1.55, 1.9)
                bend = 0.22 * reach * np.sin(np.pi * t)
                c, s = np.cos(a), np.sin(a)
                up = np.stack([t * reach, bend], -1) @ np.array([[c, s], [-s, c]])
                down = np.stack([t[::-1] * reach, -bend[::-1]], -1) @ np.array([[c, s], [-s, c]])
                paint(np.concatenate([up, down]) + center, "#7f9a7a" if rng.random() < 0.6 else "#5f8378")
                vein = np.stack([t * reach, 0 * t], -1) @ np.array([[c, s], [-s, c]])
                cv2.polylines(cloth, [pixels(vein + center)], False, (70, 100, 92), max(scale // 2, 1), cv2.LINE_AA, 4)
            petals, _ = _flower(radius, 5 if radius_m > 0.005 else 4, rng)
            tone = colors[int(rng.random() < 0.4)]
            for number, petal in enumerate(petals):
                paint(petal + center, tone, 0.93 + 0.07 * (number % 2))
                cv2.polylines(cloth, [pixels(petal * 0.55 + center)], False, (np.array(hex_color(tone)) * 215).tolist(), 1, cv2.LINE_AA, 4)
            ring = np.stack([np.cos(np.linspace(0, 2 * np.pi, 16)), np.sin(np.linspace(0, 2 * np.pi, 16))], -1)
            paint(ring * radius * 0.27 + center, heart)
            paint(ring * radius * 0.13 + center, heart, 0.72)
    sheet.color[:] = cv2.resize(cloth, (width, height), interpolation=cv2.INTER_AREA).astype(float) / 255


def dress() -> Made:
    """A knee-length V-neck dress, short sleeves, gathered at the waist."""
    front, back = _panel(17.0, True), _panel(2.6, False)
    sheets = []
    seam = curve((18.6, 95.6), (16.2, 90), (16.4, 83), (19.2, 79.5))
    waist = curve((-16.6, WAIST_Y), (0, WAIST_Y - 1.4), (16.6, WAIST_Y))
    for number, panel in enumerate((front, back)):
        sheet = canvas_for(panel)
        print_flowers(sheet, 71 + number)
        if number:
            sheet.color[:] = 0.55 * sheet.color + 0.45 * np.array(hex_color("#6d8093"))
        weave = np.cos(2 * np.pi * sheet.x / 0.0011) * np.cos(2 * np.pi * sheet.y / 0.0011)
        sheet.height += 0.012 * weave
        grain(sheet, 73)
        for mirror in (1, -1):
            crease(sheet, seam * [mirror, 1], 0.0011, 0.66, 0.5)
        if not number:
            crease(sheet, waist, 0.0016, 0.55, 1.0)
            crease(sheet, waist + [0, 0.022], 0.0010, 0.70, 0.5)
            gather = np.exp(-np.clip((WAIST_Y / 100 - 0.01 - sheet.y) / 0.075, 0, None)) * (sheet.y < WAIST_Y / 100)
            ripples = np.cos(2 * np.pi * (sheet.x / (1 + 1.1 * np.clip(WAIST_Y / 100 - sheet.y, 0, 1))) / 0.013 + 3 * np.sin(sheet.x * 47))
            sheet.height += 0.8 * gather * ripples
            sheet.shade(gather * np.clip(-ripples, 0, 1), 0.80)
            overlap = curve((-0.1, 81.0), (1.6, 70.0), (3.0, WAIST_Y + 2))
            crease(sheet, overlap, 0.0013, 0.60, 0.8)
        line = joined(panel, "neck")
        d = sheet.distance(line)
        sheet.height += 0.6 * band(d, 0.010, 0.002)
        edge = np.exp(-(((d - 0.0105) / 0.0007) ** 2)) * (0.7 + 0.3 * (np.sin(2 * np.pi * run_length(sheet, line) / 0.0028) > 0))
        sheet.shade(edge, 0.74)
        for name, width in (("hem", 0.018), ("cuff_left", 0.012), ("cuff_right", 0.012)):
            d = sheet.distance(joined(panel, name) if name == "hem" else panel.run(name))
            sheet.height += 0.5 * band(d, width, 0.002)
            row = np.exp(-(((d - width) / 0.0008) ** 2))
            sheet.shade(row, 0.78)
            sheet.height -= 0.3 * row
        if number:
            label(sheet, 0.957)
        sheets.append(sheet)
    sewn = sew(front, back)
    falls = []
    rng = np.random.default_rng(5)
    for x in np.linspace(1.5, 14.5, 7):
        foot = x * 2.02 + rng.normal(0, 0.8)
        falls.append(fold_from(x, WAIST_Y - 2, (foot, -7 + rng.uniform(0, 2)), rng.uniform(9, 15), 0.01, rng.uniform(1.5, 2.3), rng.uniform(1.0, 1.5), 0.05))
    folds = both_sides([
        *falls, fold_from(18.8, 79, (7, 70), 6, 0.1, 1.4, 0.8), fold_from(18.3, 75, (8, 64), 6, -0.1, 1.4, 0.8), fold_from(16.6, 61, (9, 66), 5, 0.1, 1.2, 0.8),
        fold_from(19.5, 80, (19, 91), 5, 0.12, 1.1, 0.7), fold_from(20.5, 79.5, (24.5, 86), 5, 0.1, 1.0, 0.7), fold_from(8.0, 92, (10, 74), 4, 0.04, 1.6, 1.1)], 21, 0.010)
    placed = lay(sewn, front, folds, plump=0.032, rumple=0.003, seed=22)
    marks = top_landmarks(sewn.corners, True)
    for name, sign in (("waist_left", 1), ("waist_right", -1)):
        edge_points = front.run(f"side_{name[6:]}")
        goal = edge_points[np.argmin(np.abs(edge_points[:, 1] - WAIST_Y / 100))]
        marks[name] = int(np.argmin(np.linalg.norm(sewn.flat[: sewn.front_count] - goal, axis=1)))
        assert np.sign(goal[0]) == sign
    return finish(sewn, placed, *sheets, "dress", marks)
