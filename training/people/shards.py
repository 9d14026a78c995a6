"""Pairs of rendered people on disk: about 64 to a file, pictures as JPEG, labels as PNG.

A shard is an uncompressed .npz, written under a temporary name and renamed, so a reader never meets half a file.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

SHARD_SIZE = 64
PEOPLE_A_SHARD = 36  # most people give two pairs, there and back
JPEG_QUALITY = 95

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class PersonPair:
    """One person in outfit A and in outfit B; only one garment (or dress for top and bottom) differs.

    photo_a, photo_b: (384, 288, 3) uint8 sRGB. parts_a, parts_b: (384, 288) uint8, see ``parts.PARTS``.
    landmarks: (33, 3) float32 BlazePose: x, y in photo pixels, 1 inside the picture or 0.
    product: (320, 256, 4) uint8 sRGB + alpha, the garment that is new in B, lying flat. Where the inside of its back is
    seen through the collar or waistband, alpha is at most 200.
    product_landmarks: product pixels, NaN where the garment has no such point.
    product_map: (192, 144, 2) float16, for every second pixel of photo_b that shows the FRONT of that garment its
    x, y in product pixels, NaN elsewhere. Cell (r, c) lies at photo pixel (2c + 1, 2r + 1).
    All pixels: x right, y down, the centre of the first pixel is (0.5, 0.5).
    kind: top, outer, trousers, shorts, skirt or dress. region: upper, lower or full.
    """

    photo_a: Bytes
    photo_b: Bytes
    parts_a: Bytes
    parts_b: Bytes
    landmarks: npt.NDArray[np.float32]
    product: Bytes
    product_landmarks: dict[str, tuple[float, float]]
    product_map: npt.NDArray[np.float16]
    kind: str
    region: str
    seed: int


def remap_product(product: npt.NDArray[np.generic], product_map: npt.NDArray[np.floating]) -> npt.NDArray[np.generic]:
    """The product picture seen through a dense map: (H, W, C) of the map's size, 0 where the map is NaN."""
    at = product_map.astype(np.float32) - 0.5  # cv2 counts from the centre of the first pixel
    at = np.where(np.isnan(at), -1e4, at)
    return cv2.remap(product, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)


def _encoded(pictures: Sequence[Bytes], extension: str) -> tuple[Bytes, npt.NDArray[np.int64]]:
    options = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY] if extension == ".jpg" else [cv2.IMWRITE_PNG_COMPRESSION, 3]
    parts = []
    for picture in pictures:
        if picture.ndim == 3:
            code = cv2.COLOR_RGBA2BGRA if picture.shape[2] == 4 else cv2.COLOR_RGB2BGR
            picture = np.asarray(cv2.cvtColor(picture, code), np.uint8)
        parts.append(cv2.imencode(extension, picture, options)[1].ravel())
    return np.concatenate(parts), np.cumsum([0, *(len(part) for part in parts)])


def _decoded(data: Bytes, offsets: npt.NDArray[np.int64], k: int) -> Bytes:
    picture = cv2.imdecode(data[offsets[k] : offsets[k + 1]], cv2.IMREAD_UNCHANGED)
    if picture.ndim == 3:
        code = cv2.COLOR_BGRA2RGBA if picture.shape[2] == 4 else cv2.COLOR_BGR2RGB
        picture = cv2.cvtColor(picture, code)
    return np.asarray(picture, np.uint8)


_PICTURES = {"photo_a": ".jpg", "photo_b": ".jpg", "parts_a": ".png", "parts_b": ".png", "product": ".png"}


def write_shard(path: Path, samples: Sequence[PersonPair]) -> None:
    """Write a shard in one move."""
    arrays: dict[str, npt.NDArray[np.generic]] = {}
    for name, extension in _PICTURES.items():
        data, offsets = _encoded([getattr(sample, name) for sample in samples], extension)
        arrays[name], arrays[f"{name}_offsets"] = data, offsets
    arrays["landmarks"] = np.stack([sample.landmarks for sample in samples]).astype(np.float32)
    arrays["product_map"] = np.stack([sample.product_map for sample in samples]).astype(np.float16)
    names = sorted({name for sample in samples for name in sample.product_landmarks})
    table = np.full((len(samples), len(names), 2), np.nan, np.float32)
    has = np.zeros((len(samples), len(names)), bool)
    for row, sample in enumerate(samples):
        for name, point in sample.product_landmarks.items():
            table[row, names.index(name)] = point
            has[row, names.index(name)] = True
    arrays["product_landmark_names"] = np.array(names)
    arrays["product_landmarks"], arrays["product_landmarks_has"] = table, has
    arrays["kind"] = np.array([sample.kind for sample in samples])
    arrays["region"] = np.array([sample.region for sample in samples])
    arrays["seed"] = np.array([sample.seed for sample in samples], np.int64)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    with temporary.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
    temporary.replace(path)


def read_shard(path: Path) -> list[PersonPair]:
    """All pairs of a shard, in order."""
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    names = [str(name) for name in arrays["product_landmark_names"]]
    pairs = []
    for k in range(len(arrays["seed"])):
        pictures = {name: _decoded(arrays[name], arrays[f"{name}_offsets"], k) for name in _PICTURES}
        points = {
            name: (float(arrays["product_landmarks"][k, i, 0]), float(arrays["product_landmarks"][k, i, 1]))
            for i, name in enumerate(names)
            if arrays["product_landmarks_has"][k, i]
        }
        pairs.append(
            PersonPair(
                **pictures,
                landmarks=arrays["landmarks"][k],
                product_landmarks=points,
                product_map=arrays["product_map"][k],
                kind=str(arrays["kind"][k]),
                region=str(arrays["region"][k]),
                seed=int(arrays["seed"][k]),
            )
        )
    return pairs
