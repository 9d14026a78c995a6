"""Training pictures of garments by seed: drawn, lit and photographed, with mask, inner side, landmarks and kind known.

make_drawn(rng, photos) -> Sample        a drawn garment on any ground
make_pasted(rng, photos) -> Sample       a real garment (CC0 photo) on another ground
make_photo(rng, photos) -> Sample        a real photo as it is: kind, and its mask where a simple method was sure
make_empty(rng, photos) -> Sample        a picture without a garment
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from training.garments.cloth import add_print, color, make_cloth, noise_field, wrinkles
from training.garments.grounds import NET_SIDE, WORK, clutter, ground, hanger_bar, hook, shadow
from training.garments.outlines import draw_outline
from training.garments.photos import SIDE, Photos
from training.garments.shapes import Drawing
from tryon.fit.outline import KINDS, LANDMARKS, SLEEVES

__all__ = ["NET_SIDE", "Sample", "make_drawn", "make_empty", "make_pasted", "make_photo", "make_sample", "varied"]

Rng = np.random.Generator
Picture = npt.NDArray[np.uint8]
_PAD = 127


@dataclass(eq=False)
class Sample:
    """picture (256, 256, 3) uint8; mask, inner (256, 256) uint8 0..255; marks (landmarks, 2) pixels, NaN where absent or hidden;
    kind, sleeve: index or -1; present: 1 or 0; mask_weight: 0 where the mask is not known."""

    picture: Picture
    mask: Picture
    inner: Picture
    marks: npt.NDArray[np.float32]
    kind: int
    sleeve: int
    present: int
    mask_weight: float = 1.0


def make_sample(rng: Rng, photos: Photos | None) -> Sample:
    """One training picture of any sort."""
    pick = rng.random()
    if photos is None:
        return make_drawn(rng, None) if pick < 0.94 else make_empty(rng, None)
    if pick < 0.6:
        return make_drawn(rng, photos)
    if pick < 0.76:
        return make_pasted(rng, photos)
    return make_photo(rng, photos) if pick < 0.95 else make_empty(rng, photos)


# ---------------------------------------------------------------- drawn garments


def make_drawn(rng: Rng, photos: Photos | None, kind: str | None = None, *, plain: bool | None = None) -> Sample:
    """A drawn garment. plain: on plain studio ground (True), on a busy one (False), or by chance."""
    drawing = draw_outline(rng, kind)
    width, height = _frame(rng)
    drawing, scale = _place(rng, drawing, width, height)
    plain = bool(rng.random() < 0.5) if plain is None else plain
    main = make_cloth(rng, WORK, None if photos is None else photos.cloth)
    white = plain and rng.random() < 0.25  # white on white, the commonest product picture
    if white:
        main = np.clip(main * 0.03 + rng.uniform(226, 252) + rng.normal(0, 1.5, 3), 0, 255).astype(np.uint8)
    floor = ground(rng, photos, width, height, plain, main)
    if white:
        floor = np.clip(floor * 0.03 + rng.uniform(232, 249), 0, 255).astype(np.uint8)
    canvas = floor.astype(np.float32)
    silhouette = np.zeros((height, width), np.uint8)
    for part in drawing.parts:
        if part.role != "gap":
            cv2.fillPoly(silhouette, [_fixed(part.points)], 255, cv2.LINE_AA, 4)
    canvas *= shadow(rng, silhouette, plain)
    mask = np.zeros((height, width), np.float32)
    inner = np.zeros((height, width), np.float32)
    shade = wrinkles(rng, WORK)[:height, :width, None]
    trim, lining = make_cloth(rng, WORK, None), (main if rng.random() < 0.55 else make_cloth(rng, WORK, None))
    print_at = None
    if rng.random() < (0.65 if white else 0.35) and drawing.kind in ("top", "outer", "dress"):
        printed = main.copy()
        print_at = _print(rng, printed, drawing, photos)
    sleeve_cloth = trim if rng.random() < 0.08 else main
    volume = rng.uniform(0.08 if white else 0.0, 0.3)
    hanger = rng.random() < (0.1 if plain else 0.3)
    hanger_drawn = False
    if hanger:
        hook(rng, canvas, drawing, scale)
    for part in drawing.parts:
        alpha = np.zeros((height, width), np.uint8)
        cv2.fillPoly(alpha, [_fixed(part.points)], 255, cv2.LINE_AA, 4)
        a = alpha.astype(np.float32) / 255
        source = {
            "front": printed if print_at else main,
            "gap": lining,
            "inner": lining,
            "trim": trim,
            "sleeve": sleeve_cloth,
            "label": None,
        }[part.role]
        if hanger and not hanger_drawn and part.role not in ("inner", "label", "gap"):
            hanger_bar(rng, canvas, drawing, scale)
            hanger_drawn = True
        if source is None:
            piece = np.empty_like(canvas)
            piece[:] = rng.choice([245, 235, 20, 200])
        else:
            piece = _turned(source, part.turn_deg, rng)[:height, :width].astype(np.float32) * part.tone
        if volume and part.role in ("front", "sleeve"):
            soft = cv2.GaussianBlur(a, (0, 0), max(2.0, scale * 0.12))
            piece *= (1 - volume + volume * np.clip(soft * 1.25, 0, 1))[..., None]
        if part.role in ("sleeve", "trim", "front") and rng.random() < 0.8:  # the part casts a thin shadow on what lies under it
            under = cv2.GaussianBlur(a, (0, 0), max(1.0, scale * rng.uniform(0.02, 0.06)))
            canvas *= (1 - rng.uniform(0.05, 0.35) * under * mask)[..., None]
        if part.role == "gap":  # only inside the garment
            a *= mask
            inner = np.maximum(inner, a)
        canvas += (piece * shade - canvas) * a[..., None]
        if part.role in ("front", "sleeve", "trim"):
            inner *= 1 - a
        if part.role in ("inner", "label"):
            inner = np.maximum(inner, a)
        mask = np.maximum(mask, a)
    _draw_lines(rng, canvas, drawing, mask, scale)
    marks = np.full((len(LANDMARKS), 2), np.nan, np.float32)
    for name, point in drawing.landmarks.items():
        if name not in drawing.hidden:
            marks[LANDMARKS.index(name)] = point
    if plain is False and rng.random() < 0.15:
        clutter(rng, canvas, silhouette, photos)
    return _finish(rng, canvas, mask, inner, marks, KINDS.index(drawing.kind), SLEEVES.index(drawing.sleeve))


def _frame(rng: Rng) -> tuple[int, int]:
    """The picture's width and height; the longer side is 384."""
    aspect = float(rng.choice([0.75, 0.75, 0.75, 0.667, 1.0, 1.333, 0.5625]))
    return (round(WORK * aspect), WORK) if aspect <= 1 else (WORK, round(WORK / aspect))


def _place(rng: Rng, drawing: Drawing, width: int, height: int) -> tuple[Drawing, float]:
    """Turn, warp and fit the garment into the picture; gives pixels per unit too."""
    turn = np.radians(rng.normal(0, 4) if rng.random() < 0.55 else rng.uniform(-18, 18) if rng.random() < 0.88 else rng.uniform(-50, 50))
    stretch = rng.uniform(0.88, 1.13)
    shear = rng.normal(0, 0.03)
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ np.array([[stretch, shear], [0, 1]])
    everything = np.vstack([p.points for p in drawing.parts]) @ spin.T
    low, high = everything.min(0), everything.max(0)
    size = high - low
    fill = rng.uniform(0.68, 0.98) if rng.random() < 0.72 else rng.uniform(0.45, 0.7) if rng.random() < 0.8 else rng.uniform(0.98, 1.1)
    scale = fill * min(width / size[0], height / size[1])
    free = np.array([width, height]) - size * scale
    offset = free * (0.5 + rng.uniform(-0.45, 0.45, 2) * (rng.random() < 0.8)) - low * scale
    waves = [
        (rng.normal(0, 1, 2) * rng.uniform(1.0, 6.0) / WORK * 2 * np.pi * 0.35, rng.uniform(0, 6.3), rng.normal(0, 1, 2)) for _ in range(5)
    ]
    strength = rng.uniform(0.0, 0.03) * scale

    def move(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        placed = points @ spin.T * scale + offset
        bent = placed.copy()
        for direction, phase, shift in waves:
            bent += np.sin(placed @ direction + phase)[:, None] * shift * strength
        return bent

    return drawing.moved(move), float(scale)


def _fixed(points: npt.NDArray[np.float64]) -> npt.NDArray[np.int32]:
    """Points for cv2 with four bits behind the point; cv2's pixel centers are at whole numbers."""
    return np.round((points - 0.5) * 16).astype(np.int32)


def _turned(cloth: Picture, degrees: float, rng: Rng) -> Picture:
    if abs(degrees) < 4:
        return cloth
    turn = cv2.getRotationMatrix2D((WORK / 2, WORK / 2), float(degrees), 1.0)
    return cv2.warpAffine(cloth, turn, (WORK, WORK), borderMode=cv2.BORDER_REFLECT)


def _print(rng: Rng, cloth: Picture, drawing: Drawing, photos: Photos | None) -> bool:
    m = drawing.landmarks
    left, right, hem = np.array(m["armpit_left"]), np.array(m["armpit_right"]), (np.array(m["hem_left"]) + np.array(m["hem_right"])) / 2
    chest = (left + right) / 2
    wide = float(np.linalg.norm(left - right))
    at = chest + (hem - chest) * rng.uniform(-0.05, 0.5)
    if rng.random() < 0.25:
        at = at + (left - right) * rng.uniform(0.15, 0.3)
        wide *= 0.3
    add_print(rng, cloth, at[0], at[1], wide * rng.uniform(0.3, 0.75), None if photos is None else photos.cloth)
    return True


def _draw_lines(rng: Rng, canvas: npt.NDArray[np.float32], drawing: Drawing, mask: npt.NDArray[np.float32], scale: float) -> None:
    """Seams, pleats, zips and buttons, on the cloth only."""
    height, width = mask.shape
    dark = np.zeros((height, width), np.float32)
    for line in drawing.lines:
        points = [_fixed(line.points)]
        thick = {"seam": 1, "zip": max(1, int(scale * 0.03)), "pleat": max(1, int(scale * 0.03))}[line.style]
        depth = rng.uniform(0.1, 0.55) if line.style != "pleat" else rng.uniform(0.08, 0.3)
        cv2.polylines(dark, points, False, float(depth), thick, cv2.LINE_AA, 4)
    if rng.random() < 0.5:
        dark = cv2.GaussianBlur(dark, (0, 0), 0.8)
    if rng.random() < 0.2:
        canvas += ((230 - canvas) * dark[..., None]) * mask[..., None]  # bright stitching
    else:
        canvas *= 1 - (dark * mask)[..., None]
    tint = color(rng).tolist()
    for x, y in drawing.buttons:
        cv2.circle(canvas, (int(x * 16), int(y * 16)), int(16 * max(1.2, scale * 0.035)), tint, -1, cv2.LINE_AA, 4)


def _finish(
    rng: Rng,
    canvas: npt.NDArray[np.float32],
    mask: npt.NDArray[np.float32],
    inner: npt.NDArray[np.float32],
    marks: npt.NDArray[np.float32],
    kind: int,
    sleeve: int,
    present: int = 1,
    mask_weight: float = 1.0,
) -> Sample:
    """Photograph it (light, color, blur, noise, JPEG), scale it to the net's size, mirror it now and then."""
    height, width = mask.shape
    light = 1 + noise_field(rng, WORK, 2)[:height, :width, None] * rng.uniform(0, 0.14)
    canvas = canvas * light * (1 + rng.normal(0, 0.04, 3)) * rng.uniform(0.75, 1.12)
    side = NET_SIDE
    k = side / max(height, width)
    w, h = round(width * k), round(height * k)
    picture = cv2.resize(np.clip(canvas, 0, 255), (w, h), interpolation=cv2.INTER_AREA)
    if rng.random() < 0.3:
        picture = cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.3, 1.1)))
    picture = picture + rng.normal(0, rng.uniform(0, 5), picture.shape)
    out = np.clip(picture, 0, 255).astype(np.uint8)
    if rng.random() < 0.5:
        _, data = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 96))])
        out = cv2.imdecode(data, cv2.IMREAD_COLOR)
    maps = [cv2.resize(np.clip(m * 255, 0, 255), (w, h), interpolation=cv2.INTER_AREA).astype(np.uint8) for m in (mask, inner)]
    x0, y0 = (side - w) // 2, (side - h) // 2
    full = np.full((side, side, 3), _PAD, np.uint8)
    full[y0 : y0 + h, x0 : x0 + w] = out
    padded = [cv2.copyMakeBorder(m, y0, side - h - y0, x0, side - w - x0, cv2.BORDER_CONSTANT, value=0) for m in maps]
    marks = marks * k + np.array([x0, y0], np.float32)
    outside = ((marks < 1) | (marks > side - 1)).any(1)
    marks[outside] = np.nan
    sample = Sample(full, padded[0], padded[1], marks.astype(np.float32), kind, sleeve, present, mask_weight)
    return mirrored(sample) if rng.random() < 0.5 else sample


def mirrored(s: Sample) -> Sample:
    """The sample in a mirror: left and right change names."""
    from tryon.fit.outline import mirrored_name

    order = [LANDMARKS.index(mirrored_name(name)) for name in LANDMARKS]
    marks = s.marks[order].copy()
    marks[:, 0] = NET_SIDE - marks[:, 0]
    flip = lambda a: np.ascontiguousarray(a[:, ::-1])  # noqa: E731
    return Sample(flip(s.picture), flip(s.mask), flip(s.inner), marks, s.kind, s.sleeve, s.present, s.mask_weight)


def varied(rng: Rng, s: Sample) -> Sample:
    """The same sample once more: mirrored or not, turned, scaled, shifted and tinted a little. Far cheaper than a new one."""
    if rng.random() < 0.5:
        s = mirrored(s)
    center = NET_SIDE / 2
    move = cv2.getRotationMatrix2D((center, center), float(rng.normal(0, 7)), float(rng.uniform(0.82, 1.12)))
    move[:, 2] += rng.normal(0, 6, 2)
    warp = lambda a, fill: cv2.warpAffine(a, move, (NET_SIDE, NET_SIDE), borderValue=fill)  # noqa: E731
    tint = rng.uniform(0.8, 1.15) * (1 + rng.normal(0, 0.05, 3))
    picture = np.clip(warp(s.picture, (_PAD,) * 3) * tint + rng.normal(0, 8), 0, 255).astype(np.uint8)
    marks = ((s.marks - 0.5) @ move[:, :2].T + move[:, 2] + 0.5).astype(np.float32)
    marks[((marks < 1) | (marks > NET_SIDE - 1)).any(1)] = np.nan
    return Sample(picture, warp(s.mask, 0), warp(s.inner, 0), marks, s.kind, s.sleeve, s.present, s.mask_weight)


# ---------------------------------------------------------------- real photos


def _moved_photo(
    rng: Rng, photos: Photos, i: int, width: int, height: int, *, gentle: bool
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], Picture]:
    """The photo, its mask and where it has pixels, in a picture of the given size; turned and scaled a little or (not gentle) so that its garment fits."""
    w, h = (int(v) for v in photos.sizes[i])
    if gentle:
        cx, cy, k = w / 2, h / 2, min(width / w, height / h) * rng.uniform(1.0, 1.22)
        turn = rng.normal(0, 5)
    else:
        ys, xs = np.nonzero(photos.masks[i] > 127)
        x0, x1, y0, y1 = xs.min(), xs.max() + 1, ys.min(), ys.max() + 1
        cx, cy = (x0 + x1) / 2, (y0 + y1) / 2
        k = min(width / (x1 - x0), height / (y1 - y0)) * rng.uniform(0.5, 0.95)
        turn = rng.normal(0, 6)
    move = cv2.getRotationMatrix2D((float(cx), float(cy)), float(turn), float(k))
    move[:, 2] += np.array([width / 2 - cx, height / 2 - cy]) + rng.normal(0, 0.03, 2) * width
    warp = lambda a, mode: cv2.warpAffine(a, move, (width, height), flags=cv2.INTER_LINEAR, borderMode=mode)  # noqa: E731
    picture = warp(photos.pictures[i, :h, :w], cv2.BORDER_REFLECT)
    mask = warp(photos.masks[i, :h, :w], cv2.BORDER_REFLECT if gentle else cv2.BORDER_CONSTANT)
    return picture.astype(np.float32), mask.astype(np.float32) / 255, picture


def _choose(rng: Rng, photos: Photos, trust: float) -> int:
    """A photo not held out, every kind about equally often."""
    kinds = [0, 0, 0, 0, 1, 1, 2, 3, 4, 5, 5]
    usable = np.nonzero(~photos.held & (photos.trust >= trust) & (photos.kind == kinds[rng.integers(len(kinds))]))[0]
    return int(rng.choice(usable)) if len(usable) else int(rng.choice(np.nonzero(~photos.held)[0]))


def make_photo(rng: Rng, photos: Photos) -> Sample:
    """A real photo: its kind is known; its mask counts where the simple cut-out was sure."""
    i = _choose(rng, photos, 0.0)
    width, height = (round(WORK * v / SIDE) for v in photos.sizes[i])
    canvas, mask, _ = _moved_photo(rng, photos, i, width, height, gentle=True)
    canvas = canvas * (1 + rng.normal(0, 0.06, 3)) * rng.uniform(0.8, 1.15)
    if rng.random() < 0.15:
        canvas[:] = canvas.mean(2, keepdims=True)
    marks = np.full((len(LANDMARKS), 2), np.nan, np.float32)
    return _finish(rng, canvas, mask, mask * 0, marks, int(photos.kind[i]), int(photos.sleeve[i]), 1, float(photos.trust[i] >= 0.6))


def make_pasted(rng: Rng, photos: Photos) -> Sample:
    """A real garment that was cut out, on other ground."""
    i = _choose(rng, photos, 0.6)
    if photos.trust[i] < 0.6:
        return make_photo(rng, photos)
    width, height = _frame(rng)
    garment, mask, _ = _moved_photo(rng, photos, i, width, height, gentle=False)
    plain = bool(rng.random() < 0.55)
    canvas = ground(rng, photos, width, height, plain, None).astype(np.float32)
    mask = cv2.GaussianBlur(cv2.erode(mask, np.ones((3, 3), np.uint8)), (0, 0), 0.8)
    canvas *= shadow(rng, (mask * 255).astype(np.uint8), plain)
    if rng.random() < 0.3:
        garment = garment * rng.uniform(0.6, 1.3, 3) + rng.normal(0, 15)
    canvas += (garment - canvas) * mask[..., None]
    marks = np.full((len(LANDMARKS), 2), np.nan, np.float32)
    return _finish(rng, canvas, mask, mask * 0, marks, int(photos.kind[i]), int(photos.sleeve[i]))


def make_empty(rng: Rng, photos: Photos | None) -> Sample:
    """A picture without a garment: grounds, plain sheets, noise, boxes and blots."""
    width, height = _frame(rng)
    canvas = ground(rng, photos, width, height, bool(rng.random() < 0.4), None).astype(np.float32)
    pick = rng.random()
    if pick < 0.15:
        canvas = rng.normal(rng.uniform(40, 210), rng.uniform(5, 90), canvas.shape).astype(np.float32)
    elif pick < 0.55:
        nothing = np.zeros((height, width), np.uint8)
        for _ in range(int(rng.integers(1, 4))):
            clutter(rng, canvas, nothing, photos)
            x, y = int(rng.uniform(0, width)), int(rng.uniform(0, height))
            if rng.random() < 0.5:
                cv2.circle(canvas, (x, y), int(rng.uniform(8, 90)), color(rng).tolist(), -1, cv2.LINE_AA)
            else:
                cv2.rectangle(canvas, (x, y), (x + int(rng.uniform(8, 200)), y + int(rng.uniform(8, 160))), color(rng).tolist(), -1)
    none = np.zeros((height, width), np.float32)
    marks = np.full((len(LANDMARKS), 2), np.nan, np.float32)
    return _finish(rng, canvas, none, none, marks, -1, -1, 0)
