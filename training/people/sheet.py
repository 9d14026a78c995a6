"""Contact sheets: look at them before any bulk run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from training.people.light import HEIGHT, WIDTH
from training.people.parts import PART_COLORS
from training.people.shards import PersonPair, remap_product

Picture = npt.NDArray[np.uint8]
_PALETTE = np.array(PART_COLORS, np.uint8)


def _with_points(pair: PersonPair) -> Picture:
    alpha = pair.product[..., 3:].astype(np.float32) / 255
    picture = (pair.product[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)
    picture = cv2.resize(picture, (WIDTH, int(320 * WIDTH / 256)), interpolation=cv2.INTER_CUBIC)
    scale = WIDTH / 256
    for name, (x, y) in pair.product_landmarks.items():
        if not np.isnan(x):
            color = (230, 0, 0) if name.endswith("left") else (0, 60, 230) if name.endswith("right") else (0, 150, 0)
            at = (int(x * scale), int(y * scale))
            cv2.circle(picture, at, 4, (255, 255, 255), -1, cv2.LINE_AA)
            cv2.circle(picture, at, 3, color, -1, cv2.LINE_AA)
            cv2.putText(picture, name[:2] + ("o" if "outer" in name else "i" if "inner" in name else ""), (at[0] + 4, at[1] - 3), 0, 0.33, color)
    result = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    result[: min(HEIGHT, len(picture))] = picture[:HEIGHT]
    cv2.putText(result, f"{pair.region} {pair.kind} {pair.seed}", (4, HEIGHT - 6), 0, 0.45, (0, 0, 0), 1, cv2.LINE_AA)
    return result


def pair_strip(pair: PersonPair) -> Picture:
    """A, B, parts A, parts B with body landmarks, product with its landmarks, product seen through the dense map."""
    labels = cv2.addWeighted(_PALETTE[pair.parts_b], 0.75, pair.photo_b, 0.25, 0)
    for number, (x, y, inside) in enumerate(pair.landmarks):
        if inside:
            cv2.circle(labels, (int(x), int(y)), 2, (255, 255, 255) if number % 2 else (0, 0, 0), -1)
    remapped = remap_product(np.ascontiguousarray(pair.product[..., :3]), pair.product_map)
    remapped = cv2.resize(np.asarray(remapped, np.uint8), (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)
    remapped = np.where(remapped.any(-1, keepdims=True), remapped, pair.photo_b // 3 + 60)
    return np.concatenate([pair.photo_a, pair.photo_b, _PALETTE[pair.parts_a], labels, _with_points(pair), remapped], 1)


def write_sheet(path: Path, pairs: Sequence[PersonPair], columns: int = 2) -> None:
    """One strip a pair."""
    strips = [pair_strip(pair) for pair in pairs]
    strips += [np.zeros_like(strips[0])] * (-len(strips) % columns)
    rows = [np.concatenate(strips[i : i + columns], 1) for i in range(0, len(strips), columns)]
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.concatenate(rows, 0)[..., ::-1])
