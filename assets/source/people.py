"""The people of the sample pictures: rendered from the CC0 MakeHuman set, posed, dressed and lit by seed.

    python -m assets.source.people            writes assets/samples/person-NAME.jpg (768 x 1024)
    python -m assets.source.people --sheet S  a contact sheet of candidates

The same makers as the training pairs (training/people), with skins and cloth kept out of training, at four times the resolution.
"""

from __future__ import annotations

import os

os.environ.setdefault("LP_NUM_THREADS", "1")  # one core a process, before OpenGL starts

import argparse
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from training.people.outfit import textures_of
from training.people.rasterizer import View, look_at, perspective, release
from training.people.sample import PairMaker

FOLDER = Path(__file__).resolve().parents[1] / "samples"
WIDTH, HEIGHT = 768, 1024
SEED = 2026
# Name -> number of the draw, share of the body's height below the frame, gray of the ground.
PEOPLE: dict[str, tuple[int, float, float]] = {"1": (12, 0.0, 0.82), "2": (17, 0.0, 0.86)}


def framed(body: npt.NDArray[np.floating[Any]], below: float) -> View:
    """A camera at breast height that sees the body from a little above the head down to `below` of its height."""
    high, low = float(body[:, 1].max()), float(body[:, 1].min())
    tall = high - low
    top, bottom = high + 0.06 * tall, low + (below if below else -0.05) * tall
    angle = np.deg2rad(24)
    center = np.array([(body[:, 0].max() + body[:, 0].min()) / 2, (top + bottom) / 2, 0.0])
    distance = (top - bottom) / 2 / np.tan(angle / 2)
    eye = center + np.array([0, 0.02 * distance, distance])
    return View(perspective(angle, WIDTH / HEIGHT) @ look_at(eye, center, (0, 1, 0)), eye)


def portrait(maker: PairMaker, number: int, below: float, gray: float, width: int, height: int, oversampling: int = 2) -> npt.NDArray[np.uint8]:
    """One person before a studio ground, (height, width, 3) uint8 sRGB."""
    rng_person, rng_a, rng_b, rng_light = (np.random.default_rng(stream) for stream in np.random.SeedSequence([SEED, number]).spawn(4))
    person = maker.casting.person(rng_person)
    change = maker.dresser.change(rng_a, rng_b, person.female)
    try:
        surroundings = maker.studio.surroundings[rng_light.integers(len(maker.studio.surroundings))]
        used = person.posed[np.unique(maker.casting.faces)]
        middle = np.array([used[:, 0].mean(), (used[:, 1].max() + used[:, 1].min()) / 2, 0], np.float32)
        light = maker.studio.light(rng_light, surroundings, middle, float(np.ptp(used[:, 1])))
        layers = maker.render(person, change.a, framed(used, below), light, size=(width * oversampling, height * oversampling))
    finally:
        release(textures_of(change.a, change.b))
    color = cv2.resize(layers.color, (width, height), interpolation=cv2.INTER_AREA)
    alpha = color[..., 3:]
    y, x = np.linspace(0, 1, height)[:, None], np.linspace(-1, 1, width)[None]
    ground = np.repeat((gray * (1.05 - 0.12 * y - 0.06 * x**2))[..., None], 3, axis=2) ** 2.2
    shift = np.float32([[1, 0, width / 40], [0, 1, height / 60]])
    shade = cv2.GaussianBlur(cv2.warpAffine(alpha[..., 0], shift, (width, height)), (0, 0), width / 40)
    linear = 0.9 * color[..., :3] + (1 - alpha) * ground * (1 - 0.3 * shade[..., None])
    noise = np.random.default_rng(number).normal(0, 1.2, (height, width, 3))
    return np.clip(np.clip(linear, 0, 1) ** (1 / 2.2) * 255 + noise, 0, 255).astype(np.uint8)


def main() -> None:
    """Read the command line and go."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=24)
    options = parser.parse_args()
    maker = PairMaker(held_out=True)
    if options.sheet:
        found = [portrait(maker, number, 0.0, 0.8, 192, 256, 2) for number in range(options.first, options.first + options.count)]
        rows = [np.concatenate(found[at : at + 8], 1) for at in range(0, len(found) - 7, 8)]
        cv2.imwrite(str(options.sheet), np.concatenate(rows)[..., ::-1])
        return
    FOLDER.mkdir(exist_ok=True)
    for name, (number, below, gray) in PEOPLE.items():
        picture = portrait(maker, number, below, gray, WIDTH, HEIGHT)
        cv2.imwrite(str(FOLDER / f"person-{name}.jpg"), picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 93])


if __name__ == "__main__":
    main()
