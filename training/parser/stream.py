"""Rendered people as training pictures, read from shards that may still be arriving."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from training.parser.augment import Sample
from training.people.shards import read_shard
from tryon.body.parsing import PARTS

_MOST = 8000  # pictures in memory: 3.6 GB
_RARE = tuple(PARTS.index(name) for name in ("feet", "bag", "dress", "skirt", "outer", "torso", "shoes"))
_SOUGHT = 0.4  # share of the pictures that are drawn because a rare part is in them
_THERE = 0.0015  # a part is in a picture from this share of it


class Stream:
    """The pictures that have been rendered so far. The newest third and pictures with rare parts are drawn more often."""

    def __init__(self, folders: Sequence[Path], most: int = _MOST) -> None:
        self.folders = folders
        self.most = most
        self.samples: list[Sample] = []
        self._with: list[list[int]] = []
        self._seen: set[Path] = set()
        self._rng = np.random.default_rng(7)

    def __len__(self) -> int:
        return len(self.samples)

    def refresh(self) -> bool:
        """Read what has arrived; true when there was something."""
        fresh = [path for folder in self.folders for path in shard_files(folder) if path not in self._seen]
        for path in fresh:
            self._seen.add(path)
            self.samples.extend(shard_samples(path))
        while len(self.samples) > self.most:
            del self.samples[int(self._rng.integers(len(self.samples) // 2))]
        if fresh:
            there = [np.bincount(sample.parts[::4, ::4].ravel(), minlength=256) for sample in self.samples]
            self._with = [[k for k, count in enumerate(there) if count[part] > _THERE * count.sum()] for part in _RARE]
        return bool(fresh)

    def wait(self) -> None:
        """Until there is something to learn from."""
        while not self.refresh() or not self.samples:
            print("waiting for shards in", *self.folders, flush=True)
            time.sleep(10)

    def pick(self, rng: np.random.Generator) -> Sample:
        """One picture by chance; each rare part has the same share of those drawn for its sake."""
        count = len(self.samples)
        if rng.random() < _SOUGHT and (sought := self._with[int(rng.integers(len(_RARE)))]):
            return self.samples[sought[int(rng.integers(len(sought)))]]
        if rng.random() < 0.35:
            return self.samples[count - 1 - int(rng.integers(max(1, count // 3)))]
        return self.samples[int(rng.integers(count))]

    def some(self, count: int) -> Iterator[Sample]:
        """About `count` pictures, evenly spread."""
        step = max(1, len(self.samples) // count)
        return iter(self.samples[::step])


def shard_files(folder: Path, held_out: bool = False) -> list[Path]:
    """Shards in the folder's own folders, in order of arrival; folders named `val...` are held out and never trained on."""
    files = folder.glob("val*/*.npz" if held_out else "*/*.npz")
    return sorted((path for path in files if held_out or not path.parent.name.startswith("val")), key=lambda path: path.stat().st_mtime)


def shard_samples(path: Path) -> Iterator[Sample]:
    """Both pictures of each pair."""
    for pair in read_shard(path):
        inside = pair.landmarks[:, 2:3]
        marks = np.concatenate([pair.landmarks[:, :2], np.zeros_like(inside), inside], 1).astype(np.float32)
        yield Sample(pair.photo_a, pair.parts_a, marks)
        yield Sample(pair.photo_b, pair.parts_b, marks)
