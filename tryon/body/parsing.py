"""What each pixel of a person is: hair, face, skin by limb, shoes, each kind of garment.

A small net (trained by training/parser) names pixels at 288 x 384; one decision per picture settles what a garment is;
a guided filter then lays the borders on the photo's edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from tryon.body.edges import follow_edges
from tryon.body.verdict import one_verdict
from tryon.body.window import CLUES, Box, clues, to_window, window_matrix, window_of
from tryon.image import FloatArray, Photo, UInt8Array
from tryon.nearest import nearest_known

if TYPE_CHECKING:
    from tryon.weights.backbone import ParserNet

__all__ = ["NET_SIZE", "PARTS", "PART_COLORS", "PART_FLIP", "Parsing", "parse"]

PARTS: tuple[str, ...] = (
    "background", "hair", "face", "neck", "torso", "left_arm", "right_arm", "left_hand", "right_hand", "legs", "feet",
    "shoes", "top", "outer", "bottom", "skirt", "dress", "bag",
)  # fmt: skip
"""Names of the parts; the index is the value in part maps. Body parts are bare skin; left and right are the wearer's."""

PART_COLORS = (
    (0, 0, 0),
    (140, 80, 30),
    (255, 200, 160),
    (255, 140, 90),
    (230, 120, 160),
    (0, 160, 255),
    (0, 90, 200),
    (120, 255, 255),
    (60, 200, 200),
    (255, 255, 0),
    (160, 160, 60),
    (120, 120, 120),
    (220, 30, 30),
    (140, 0, 140),
    (40, 160, 40),
    (120, 230, 60),
    (255, 80, 255),
    (70, 70, 255),
)
"""Palette of parts.png, one color a part, in the order of PARTS."""

PART_FLIP: tuple[int, ...] = (0, 1, 2, 3, 4, 6, 5, 8, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17)
"""Which part each becomes when the picture is mirrored."""

NET_SIZE = (288, 384)
"""Width and height of the largest picture that the net sees, and of its answer."""

_LOOKS = (((192, 256), False), (NET_SIZE, True))
"""Sizes at which the net looks, and whether in the mirror: the small one sees the whole, the large one hands and straps."""

_WORK_HEIGHT = 768  # borders are laid on the photo's edges at this height at most
_NEAR = 0.015  # of the window's height: how far beyond MediaPipe's mask there may be more of the person, a bag or a hem
_PRESENT = 0.15  # a part that is nowhere more likely than this is left out of the fine work


@dataclass(frozen=True, eq=False)
class Parsing:
    """The answer of the parser.

    parts: (H, W) uint8, index into PARTS, at the photo's size. person: (H, W) float32 0..1, soft silhouette.
    probabilities: (18, 384, 288) float32 inside `window`, as the net gave them. window: its place in the photo, pixels.
    """

    parts: UInt8Array
    person: FloatArray
    probabilities: FloatArray
    window: Box


def parse(photo: Photo, landmarks: FloatArray, mask: FloatArray, net: ParserNet | None = None) -> Parsing:
    """Name every pixel of the person in a photo.

    landmarks: (33, 4) pixels of the photo and visibility; mask: (H, W) float32 0..1, MediaPipe's soft mask, of the person to
    parse only. Both are hints: the net was trained with faulty ones. net: another than the shipped one.
    Raises ModelError when the weights are missing.
    """
    window = window_of(person_box(landmarks, mask), photo.width, photo.height)
    seen = _before_gray(photo.rgb, mask, _NEAR * (window[3] - window[1]))
    if net is None:
        from tryon.weights.pool import shared_pool

        with shared_pool().lend("parser", _build) as shipped:
            raw, presence = _ask(shipped, seen, landmarks, mask, window)
    else:
        raw, presence = _ask(net, seen, landmarks, mask, window)
    settled = one_verdict(raw, presence, _in_window(landmarks, window, NET_SIZE), to_window(photo.rgb, window, *NET_SIZE))
    parts, person = _at_photo_size(photo, settled, mask, window)
    return Parsing(parts, person, raw, window)


def person_box(landmarks: FloatArray, mask: FloatArray) -> Box:
    """Where the person is: the mask's box, widened to the landmarks that are surely inside the photo."""
    height, width = mask.shape
    solid = (mask > 0.5).astype(np.uint8)
    rows, columns = np.flatnonzero(solid.any(1)), np.flatnonzero(solid.any(0))
    points = landmarks[landmarks[:, 3] > 0.6, :2]
    inside = points[(points >= 0).all(1) & (points[:, 0] <= width) & (points[:, 1] <= height)]
    corners = [inside] if len(inside) else []
    if len(rows):
        corners.append(np.array([[columns[0], rows[0]], [columns[-1] + 1, rows[-1] + 1]], np.float32))
    if not corners:
        return 0.0, 0.0, float(width), float(height)
    every = np.concatenate(corners)
    (x0, y0), (x1, y1) = every.min(0), every.max(0)
    return float(x0), float(y0), float(x1), float(y1)


def _ask(net: ParserNet, rgb: UInt8Array, landmarks: FloatArray, mask: FloatArray, window: Box) -> tuple[FloatArray, FloatArray]:
    """What the net says about a window of the photo, the mean of its looks (`_LOOKS`).

    Probabilities (18, h, w) float32 at NET_SIZE and log odds (18,) that each part is there at all.
    """
    import torch
    from torch.nn import functional

    from tryon.body.pose import LANDMARK_FLIP
    from tryon.weights.backbone import from_pixels

    said, presence = torch.zeros(len(PARTS), NET_SIZE[1], NET_SIZE[0]), torch.zeros(len(PARTS))
    for size, mirrored in _LOOKS:
        picture, soft = to_window(rgb, window, *size), np.clip(to_window(mask, window, *size), 0.0, 1.0)
        points = _in_window(landmarks, window, size)
        if mirrored:
            picture, soft, points = picture[:, ::-1], soft[:, ::-1], points[list(LANDMARK_FLIP)]
            points[:, 0] = size[0] - points[:, 0]
        x = torch.cat([from_pixels(picture[None]), torch.from_numpy(clues(points, soft)[None])], 1)
        with torch.inference_mode():
            logits, there = net.look(x.contiguous(memory_format=torch.channels_last))
            likely = functional.interpolate(logits.softmax(1), size=said.shape[1:], mode="bilinear", align_corners=False)
            likely, there = (likely[0].flip(2)[list(PART_FLIP)], there[0][list(PART_FLIP)]) if mirrored else (likely[0], there[0])
            said, presence = said + likely / len(_LOOKS), presence + there / len(_LOOKS)
    return np.asarray(said.numpy(), np.float32), np.asarray(presence.numpy(), np.float32)


def _in_window(landmarks: FloatArray, window: Box, size: tuple[int, int]) -> FloatArray:
    matrix = window_matrix(window, *size)
    points = np.array(landmarks, np.float32)
    points[:, :2] = landmarks[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    return points


def _build(path: Path) -> ParserNet:
    import torch

    from tryon.weights.backbone import ParserNet, build_parser_net, fused
    from tryon.weights.safe import load_weights

    net = build_parser_net(len(PARTS), 3 + CLUES)
    net.load_state_dict(load_weights(path), strict=True)
    ready = fused(net).to(memory_format=torch.channels_last)
    assert isinstance(ready, ParserNet)
    return ready


def _at_photo_size(photo: Photo, probabilities: FloatArray, mask: FloatArray, window: Box) -> tuple[UInt8Array, FloatArray]:
    """Part map (H, W) and soft silhouette (H, W) with borders on the photo's edges."""
    x0, y0, x1, y1 = (round(v) for v in window)
    left, top, right, bottom = max(0, x0), max(0, y0), min(photo.width, x1), min(photo.height, y1)
    guide = photo.rgb[top:bottom, left:right]
    scale = min(1.0, _WORK_HEIGHT / max(1, y1 - y0))
    work = guide
    if scale < 1.0:
        size = (max(1, round(guide.shape[1] * scale)), max(1, round(guide.shape[0] * scale)))
        work = cv2.resize(guide, size, interpolation=cv2.INTER_AREA)
    rows, columns = probabilities.shape[1:]
    here = probabilities[
        :,
        round((top - y0) / (y1 - y0) * rows) : max(1, round((bottom - y0) / (y1 - y0) * rows)),
        round((left - x0) / (x1 - x0) * columns) : max(1, round((right - x0) / (x1 - x0) * columns)),
    ]
    present = [0, *(n for n in range(1, len(PARTS)) if here[n].max() > _PRESENT)]
    radius = max(2, round(2.2 * work.shape[0] / max(1, here.shape[1])))
    fine = np.clip(follow_edges(here[present], work, radius, 4e-4), 0.0, 1.0)
    inside = cv2.resize(mask[top:bottom, left:right], (work.shape[1], work.shape[0]), interpolation=cv2.INTER_AREA)
    silhouette = 1.0 - fine[0] / np.maximum(fine.sum(0), 1e-4)
    doubt = 0.5 * (1.0 - np.abs(2.0 * silhouette - 1.0))
    silhouette = ((1.0 - doubt) * silhouette + doubt * inside) * _near_person(inside, _NEAR * (y1 - y0) * scale)
    silhouette *= _attached(silhouette, inside)
    size = (right - left, bottom - top)
    silhouette = np.clip(_resized(silhouette, size), 0.0, 1.0)
    named = np.zeros(silhouette.shape, np.uint8)
    likeliest = np.full(silhouette.shape, -1.0, np.float32)
    for number, likely in zip(present[1:], fine[1:], strict=True):
        likely = _resized(likely, size)
        named[likely > likeliest] = number
        np.maximum(likeliest, likely, out=likeliest)
    named[silhouette < 0.5] = 0
    parts = np.zeros((photo.height, photo.width), np.uint8)
    person = np.zeros((photo.height, photo.width), np.float32)
    parts[top:bottom, left:right] = without_specks(named)
    person[top:bottom, left:right] = silhouette
    return parts, person


def _resized(picture: FloatArray, size: tuple[int, int]) -> FloatArray:
    if picture.shape == (size[1], size[0]):
        return picture
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.float32)


def _before_gray(rgb: UInt8Array, mask: FloatArray, reach: float) -> UInt8Array:
    """The person in front of a studio's plain gray, as far as MediaPipe knows: things in a room look like clothes to a small net."""
    near = cv2.GaussianBlur(_near_person(mask, reach), (0, 0), max(0.5 * reach, 0.5))[..., None]
    return np.asarray(rgb * near + np.float32(200) * (1 - near) + np.float32(0.5), np.uint8)


def _near_person(mask: FloatArray, reach: float) -> FloatArray:
    """1 within `reach` pixels of what MediaPipe takes for the person, softly 0 beyond: a room full of things is not worn."""
    if not (mask >= 0.4).any():
        return np.ones_like(mask)
    away = cv2.distanceTransform((mask < 0.4).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    return np.asarray(np.clip(2.0 - away / max(reach, 1.0), 0.0, 1.0), np.float32)


def _attached(silhouette: FloatArray, mask: FloatArray) -> FloatArray:
    """1 where something belongs to the person, 0 on islands that are small and that MediaPipe's mask does not know."""
    solid = (silhouette > 0.3).astype(np.uint8)
    count, labels, stats, _centers = cv2.connectedComponentsWithStats(solid, connectivity=8)
    if count < 3:
        return np.ones_like(silhouette)
    areas = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
    known = np.bincount(labels.ravel(), weights=mask.ravel(), minlength=count) / np.maximum(areas, 1)
    keep = (known > 0.5) | (areas > 0.2 * areas[1:].max())
    keep[0] = True
    return keep[labels].astype(np.float32)


def without_specks(parts: UInt8Array, share: float = 3e-4) -> UInt8Array:
    """Give pieces too small to be anything to whatever surrounds them."""
    least = max(9, round(share * parts.size))
    specks = np.zeros(parts.shape, np.uint8)
    for number in np.unique(parts):
        _count, labels, stats, _centers = cv2.connectedComponentsWithStats((parts == number).astype(np.uint8), connectivity=4)
        small = stats[:, cv2.CC_STAT_AREA] < least
        small[0] = False
        specks[small[labels]] = 1
    if not specks.any():
        return parts
    return np.asarray(parts.reshape(-1)[nearest_known(specks == 0)[1]], np.uint8)
