"""The pictures behind the numbers, as pages to look at."""

from __future__ import annotations

import html
import json
import random
from pathlib import Path

import cv2
import numpy as np

from benchmarks.fit.cases import Case
from benchmarks.fit.peers import METHODS, Made
from tryon.image import UInt8Array, save_picture

__all__ = ["Sheet"]

_TILE = 420  # height, pixels


class Sheet:
    """index.html: garment, photo, truth where known, every method. blind.html: two of them at random sides; answers.json says which."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows: list[tuple[str, list[tuple[str, str]]]] = []
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, case: Case, made: dict[str, Made]) -> None:
        """Keep one case's pictures."""
        number = len(self._rows)
        pictures = [("garment", case.garment.rgb), ("photo", case.person.rgb)]
        if case.truth is not None and case.truth is not case.person.rgb:
            pictures.append(("truth", case.truth))
        pictures += [(name, made[name].picture) for name in METHODS]
        files = []
        for name, picture in pictures:
            file = f"{number:03d}-{name}.jpg"
            save_picture(self._folder / file, _tile(picture), quality=88)
            files.append((name, file))
        self._rows.append((case.name, files))

    def write(self) -> None:
        """Write both pages."""
        lines = [_row(name, files) for name, files in self._rows]
        (self._folder / "index.html").write_text(_page(lines), encoding="utf-8")
        chance = random.Random(1)
        blind, answers = [], {}
        for number, (name, files) in enumerate(self._rows):
            known = dict(files)
            two = [("tryon", known["tryon"]), (peer := chance.choice(METHODS[1:]), known[peer])]
            chance.shuffle(two)
            answers[str(number)] = {"case": name, "left": two[0][0], "right": two[1][0]}
            sides = [(side, f"blind-{number:03d}-{side}.jpg") for side in ("left", "right")]
            for (_side, file), (_method, picture) in zip(sides, two, strict=True):
                (self._folder / file).write_bytes((self._folder / picture).read_bytes())
            blind.append(_row(str(number), [("garment", known["garment"]), ("photo", known["photo"]), *sides]))
        (self._folder / "blind.html").write_text(_page(blind), encoding="utf-8")
        (self._folder / "answers.json").write_text(json.dumps(answers, indent=1), encoding="utf-8")


def _row(name: str, files: list[tuple[str, str]]) -> str:
    tiles = "".join(f'<figure><img src="{file}"><figcaption>{html.escape(label)}</figcaption></figure>' for label, file in files)
    return f"<h3>{html.escape(name)}</h3><div>{tiles}</div>"


def _page(rows: list[str]) -> str:
    style = "body{font:14px sans-serif;background:#888}div{display:flex;gap:6px}figure{margin:0}img{height:420px}"
    return f'<!doctype html><meta charset="utf-8"><style>{style}</style>' + "\n".join(rows)


def _tile(picture: UInt8Array) -> UInt8Array:
    width = max(1, round(picture.shape[1] * _TILE / picture.shape[0]))
    return np.asarray(cv2.resize(picture, (width, _TILE), interpolation=cv2.INTER_AREA), dtype=np.uint8)
