"""What a rendered person goes through so that the parser later knows people in photographs.

One call makes one training example: a crop as a photographer or a shop would make it (often without the head), colors,
cloth, background, blur, noise and JPEG changed, and the hints (`tryon.body.window.clues`) as faulty as MediaPipe's are.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tryon.body.parsing import PART_FLIP, PARTS
from tryon.body.pose import LANDMARK_FLIP
from tryon.body.window import clues, window_of

IGNORED = 255
_NUMBER = {name: number for number, name in enumerate(PARTS)}
_CLOTH = [_NUMBER[name] for name in ("top", "outer", "bottom", "skirt", "dress")]
_ARMS = [_NUMBER[name] for name in ("left_arm", "right_arm", "left_hand", "right_hand")]
_FLIP_PARTS = np.array([*PART_FLIP, *range(len(PARTS), 256)], np.uint8)
_FLIP_PARTS[IGNORED] = IGNORED

Float = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Sample:
    """A rendered person: picture (H, W, 3) uint8 sRGB, parts (H, W) uint8, landmarks (33, 4) pixels and visibility."""

    picture: Bytes
    parts: Bytes
    landmarks: Float


def example(sample: Sample, size: tuple[int, int], rng: np.random.Generator) -> tuple[Bytes, Float, Bytes]:
    """Picture (h, w, 3) uint8, clues (4, h, w) float32, parts (h, w) uint8 with 255 where nobody knows."""
    picture, parts, landmarks = _framed(sample, rng)
    picture, parts, landmarks = _warped(picture, parts, landmarks, size, rng)
    seen = np.where(parts == IGNORED, 0, parts).astype(np.uint8)
    colors = picture.astype(np.float32) / 255.0
    colors = _cloth_changed(colors, seen, rng)
    colors = _ground_changed(colors, seen, rng)
    colors, parts = _things_added(colors, parts, landmarks, rng)
    return _photographed(colors, rng), clues(_guessed(landmarks, rng), _soft_mask(seen, rng)), parts


def plain(sample: Sample, size: tuple[int, int]) -> tuple[Bytes, Float, Bytes]:
    """The sample as it is, in the window that the program would choose, with fair hints: for scoring."""
    height, width = sample.parts.shape
    window = window_of(_box(sample.parts > 0), width, height)
    matrix = np.array([[size[0] / (window[2] - window[0]), 0, 0], [0, size[1] / (window[3] - window[1]), 0]], np.float64)
    matrix[:, 2] = -matrix[0, 0] * window[0], -matrix[1, 1] * window[1]
    rng = np.random.default_rng(0)
    picture, parts, landmarks = _mapped(sample.picture, sample.parts, sample.landmarks, matrix, size)
    seen = np.where(parts == IGNORED, 0, parts).astype(np.uint8)
    return picture, clues(landmarks, _blurred((seen > 0).astype(np.float32), rng)), parts


def _box(mask: npt.NDArray[np.bool_]) -> tuple[float, float, float, float]:
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return 0.0, 0.0, float(mask.shape[1]), float(mask.shape[0])
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)


def _framed(sample: Sample, rng: np.random.Generator) -> tuple[Bytes, Bytes, Float]:
    """Cut the frame as photos are cut: half of them without a head, many at hip or knee, some at the side."""
    height, width = sample.parts.shape
    x0, y0, x1, y1 = _box(sample.parts > 0)
    y = sample.landmarks[:, 1]
    mouth, shoulder, hip, knee = y[9:11].mean(), y[11:13].mean(), y[23:25].mean(), y[25:27].mean()
    top, bottom, left, right = 0.0, float(height), 0.0, float(width)
    if rng.random() < 0.42:
        top = mouth + rng.uniform(-0.2, 0.8) * (shoulder - mouth)
    elif rng.random() < 0.05:
        top = shoulder + rng.uniform(0.1, 0.9) * (hip - shoulder)
    cut = rng.random()
    if cut < 0.3:
        bottom = hip + rng.uniform(0.0, 1.0) * (knee - hip)
    elif cut < 0.38:
        bottom = knee + rng.uniform(0.0, 0.9) * (y1 - knee)
    elif cut < 0.44:
        bottom = hip - rng.uniform(0.0, 0.4) * (hip - shoulder)
    if rng.random() < 0.08:
        side = rng.uniform(0.1, 0.35) * (x1 - x0)
        left, right = (x0 + side, right) if rng.random() < 0.5 else (left, x1 - side)
    a, b, c, d = (round(float(v)) for v in (max(top, 0), min(bottom, height), max(left, 0), min(right, width)))
    if b - a < 48 or d - c < 36 or (sample.parts[a:b, c:d] > 0).mean() < 0.03:
        a, b, c, d = 0, height, 0, width
    moved = sample.landmarks.copy()
    moved[:, 0] -= c
    moved[:, 1] -= a
    return sample.picture[a:b, c:d], sample.parts[a:b, c:d], moved


def _warped(
    picture: Bytes, parts: Bytes, landmarks: Float, size: tuple[int, int], rng: np.random.Generator
) -> tuple[Bytes, Bytes, Float]:
    height, width = parts.shape
    x0, y0, x1, y1 = _box(parts > 0)
    shake = rng.normal(0, 0.03, 4) * max(x1 - x0, y1 - y0)
    box = (x0 + shake[0], y0 + shake[1], x1 + shake[2], y1 + shake[3])
    pad = 0.06 if rng.random() < 0.5 else float(rng.uniform(-0.05, 0.3))
    window = window_of(box, width, height, max(pad, 0.0))
    if pad < 0:
        dx, dy = -pad * (window[2] - window[0]), -pad * (window[3] - window[1])
        window = (window[0] + dx, window[1] + dy, window[2] - dx, window[3] - dy)
    scale_x = size[0] / (window[2] - window[0]) * float(np.exp(rng.normal(0, 0.04)))
    scale_y = size[1] / (window[3] - window[1]) * float(np.exp(rng.normal(0, 0.04)))
    angle = float(np.deg2rad(rng.normal(0, 4)))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ np.diag([scale_x, scale_y])
    if rng.random() < 0.5:
        turn = np.diag([-1.0, 1.0]) @ turn
        parts, landmarks = _FLIP_PARTS[parts], landmarks[list(LANDMARK_FLIP)]
    center = np.array([(window[0] + window[2]) / 2, (window[1] + window[3]) / 2])
    matrix = np.concatenate([turn, (np.array(size) / 2 - turn @ center)[:, None]], 1)
    return _mapped(picture, parts, landmarks, matrix, size)


def _mapped(
    picture: Bytes, parts: Bytes, landmarks: Float, matrix: npt.NDArray[np.float64], size: tuple[int, int]
) -> tuple[Bytes, Bytes, Float]:
    """Picture, parts and landmarks through one affine map (pixel centers at .5); what lies beyond has no known part."""
    moved = landmarks.astype(np.float32).copy()
    moved[:, :2] = landmarks[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    grid = matrix.copy()  # OpenCV's pixel centers are at 0
    grid[:, 2] += matrix[:, :2] @ np.array([0.5, 0.5]) - 0.5
    shrink = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    if shrink < 0.6:
        picture = cv2.GaussianBlur(picture, (0, 0), 0.4 / shrink)
    picture = cv2.warpAffine(picture, grid, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    parts = cv2.warpAffine(
        np.ascontiguousarray(parts), grid, size, flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT, borderValue=IGNORED
    )
    return picture, parts, moved


def _cloth_changed(colors: Float, parts: Bytes, rng: np.random.Generator) -> Float:
    """Dye garments: another hue, gray, or one plain color (skin's colors among them) that keeps the folds' shading."""
    for number in _CLOTH:
        kind = rng.random()
        if kind > 0.45:
            continue
        inside = parts == number
        if np.count_nonzero(inside) < 60:
            continue
        soft = cv2.GaussianBlur(inside.astype(np.float32), (3, 3), 0)[..., None]
        gray = colors.mean(-1, keepdims=True)
        if kind < 0.2:
            level = float(np.median(gray[inside]))
            shading = (gray + 0.05) / (level + 0.05)
            plain_color = _plain_color(rng)
            changed = plain_color * shading ** float(rng.uniform(0.4, 1.1))
        elif kind < 0.3:
            changed = gray * rng.uniform(0.5, 1.4) + rng.uniform(-0.1, 0.25)
        else:
            mixing = np.eye(3)[rng.permutation(3)] * 0.8 + rng.dirichlet((1, 1, 1), 3) * 0.2
            changed = colors @ mixing.T.astype(np.float32) * rng.uniform(0.6, 1.3, 3).astype(np.float32)
        colors = colors * (1 - soft) + np.clip(changed, 0, 1).astype(np.float32) * soft
    return colors


def _plain_color(rng: np.random.Generator) -> Float:
    kind = rng.random()
    if kind < 0.25:  # beige, tan, brown, blush: cloth that could be skin
        base = np.array([0.78, 0.6, 0.5]) * rng.uniform(0.35, 1.25) + rng.normal(0, 0.04, 3)
    elif kind < 0.65:  # white, gray, black
        base = np.full(3, rng.choice([rng.uniform(0.8, 1.0), rng.uniform(0.03, 0.2), rng.uniform(0.2, 0.8)])) + rng.normal(0, 0.02, 3)
    else:
        base = rng.uniform(0.05, 0.95, 3)
    return np.clip(base, 0.02, 1.0).astype(np.float32)


def _ground_changed(colors: Float, parts: Bytes, rng: np.random.Generator) -> Float:
    """A shop's plain ground with a gentle gradient, often with a soft shadow at the feet."""
    if rng.random() > 0.4:
        return colors
    height, width = parts.shape
    person = cv2.GaussianBlur((parts > 0).astype(np.float32), (0, 0), 0.6)[..., None]
    pale = rng.random() < 0.7
    base = rng.uniform(0.65, 1.0) * np.clip(rng.normal(1, 0.04, 3), 0.85, 1.1) if pale else rng.random(3)
    slope = np.linspace(-1, 1, height)[:, None] * rng.normal(0, 0.06) + np.linspace(-1, 1, width)[None] * rng.normal(0, 0.04)
    ground = np.clip(base + slope[..., None], 0, 1).astype(np.float32)
    if rng.random() < 0.4:
        shift = np.array([[1, 0, rng.normal(0, width * 0.05)], [0, 1, rng.normal(0, height * 0.02)]], np.float32)
        shadow = cv2.GaussianBlur(cv2.warpAffine(person[..., 0], shift, (width, height)), (0, 0), float(rng.uniform(2, 9)))
        ground = ground * (1 - rng.uniform(0.05, 0.4) * shadow[..., None])
    return np.asarray(colors * person + ground * (1 - person), np.float32)


def _things_added(colors: Float, parts: Bytes, landmarks: Float, rng: np.random.Generator) -> tuple[Float, Bytes]:
    """Plain bags and boxes in somebody's hands. And a patch that hides what it hides, which keeps its name."""
    height, width = parts.shape
    if rng.random() < 0.08:
        hand = landmarks[int(rng.choice([15, 16])), :2]
        center = (int(hand[0] + rng.normal(0, 6)), int(hand[1] + rng.uniform(0, 0.1) * height))
        axes = (int(rng.uniform(0.03, 0.1) * width), int(rng.uniform(0.02, 0.09) * height))
        thing = np.zeros(parts.shape, np.uint8)
        if rng.random() < 0.6:
            cv2.rectangle(thing, (center[0] - axes[0], center[1] - axes[1]), (center[0] + axes[0], center[1] + axes[1]), 1, -1)
        else:
            cv2.ellipse(thing, center, axes, float(rng.uniform(0, 180)), 0, 360, 1, -1)
        hands = np.isin(parts, _ARMS) if rng.random() < 0.6 else np.zeros(parts.shape, bool)
        covered = (thing > 0) & ~hands & (parts != IGNORED)
        texture = _plain_color(rng) * (0.8 + 0.2 * rng.random((height, width, 1)))
        colors = np.where(covered[..., None], texture, colors).astype(np.float32)
        parts = np.where(covered, _NUMBER["bag"], parts).astype(np.uint8)
    if rng.random() < 0.1:
        x, y, side = int(rng.integers(width)), int(rng.integers(height)), int(rng.integers(6, width // 5))
        colors = colors.copy()
        colors[y : y + side, x : x + side] = rng.random(3)
    return colors, parts


def _photographed(colors: Float, rng: np.random.Generator) -> Bytes:
    x = np.clip(colors, 0, 1) ** float(np.exp(rng.normal(0, 0.25)))
    x = x * np.clip(rng.normal(1, 0.07, 3), 0.75, 1.3) * rng.uniform(0.8, 1.2)
    gray = x.mean(-1, keepdims=True)
    x = gray + (x - gray) * (rng.uniform(0.4, 1.5) if rng.random() < 0.95 else 0.0)
    x = ((x - 0.5) * rng.uniform(0.8, 1.25) + 0.5).astype(np.float32)
    if rng.random() < 0.3:
        x = cv2.GaussianBlur(x, (0, 0), float(rng.uniform(0.3, 1.6)))
    if rng.random() < 0.4:
        x = x + rng.standard_normal(x.shape, np.float32) * float(rng.uniform(0, 0.04))
    out: Bytes = (np.clip(x, 0, 1) * 255 + 0.5).astype(np.uint8)
    if rng.random() < 0.2:
        _done, code = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(30, 85))])
        out = np.asarray(cv2.imdecode(code, cv2.IMREAD_COLOR), np.uint8)
    return out


def _guessed(landmarks: Float, rng: np.random.Generator) -> Float:
    """Landmarks as a pose net finds them: all a little off together, each by itself, some far off, some missing."""
    points = landmarks.copy()
    points[:, 3] = np.where(rng.random(33) < 0.5, 1.0, points[:, 3])
    if rng.random() < 0.12:
        points[:, 3] = 0.0
        return points
    span = float(np.ptp(points[[11, 12, 23, 24], 1])) + 1.0
    points[:, :2] += rng.normal(0, 0.025 * span, 2)
    points[:, :2] += rng.normal(0, 0.03 * span, (33, 2))
    wild = rng.random(33) < 0.03
    points[wild, :2] += rng.normal(0, 0.3 * span, (int(wild.sum()), 2))
    points[rng.random(33) < 0.05, 3] = 0.0
    for chain in ((13, 15, 17, 19, 21), (14, 16, 18, 20, 22), (25, 27, 29, 31, 26, 28, 30, 32), range(11)):
        if rng.random() < 0.08:
            points[list(chain), 3] = 0.0
    return points


def _soft_mask(parts: Bytes, rng: np.random.Generator) -> Float:
    """The soft mask as MediaPipe would give it: coarse, without some hands and arms, with pieces too many or too few."""
    if rng.random() < 0.15:
        return np.zeros(parts.shape, np.float32)
    person = (parts > 0).astype(np.float32)
    height, width = parts.shape
    if rng.random() < 0.3:
        person[np.isin(parts, _ARMS[int(rng.integers(4)) :])] *= float(rng.uniform(0, 0.6))
    for _piece in range(int(rng.integers(0, 3))):
        center = (int(rng.integers(width)), int(rng.integers(height)))
        axes = (int(rng.uniform(0.02, 0.12) * width), int(rng.uniform(0.02, 0.12) * height))
        value = 1.0 if rng.random() < 0.5 else 0.0
        cv2.ellipse(person, center, axes, float(rng.uniform(0, 180)), 0, 360, value, -1)
    return _blurred(person, rng)


def _blurred(person: Float, rng: np.random.Generator) -> Float:
    height, width = person.shape
    coarse = cv2.resize(person, (max(8, width // int(rng.integers(1, 5))), max(8, height // int(rng.integers(1, 5)))), interpolation=cv2.INTER_AREA)
    out = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.clip((out - 0.5) * float(rng.uniform(1, 4)) + 0.5 + rng.normal(0, 0.1), 0, 1), np.float32)
