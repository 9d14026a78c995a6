"""The sample pictures are what their notes say."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "samples"
NOTES = json.loads((FOLDER / "garments.json").read_text("utf-8"))


@pytest.mark.parametrize("name", sorted(NOTES))
def test_garment(name: str) -> None:
    with Image.open(FOLDER / name) as picture:
        assert picture.size == (768, 1024)
        pixels = np.asarray(picture.convert("RGB"), float)
    strips = (pixels[:12], pixels[-12:], pixels[:, :12], pixels[:, -12:])
    border = np.concatenate([strip.reshape(-1, 3) for strip in strips])
    assert border.mean() > 215
    assert border.std() < 8
    marks = {key: np.array(value) for key, value in NOTES[name]["landmarks"].items()}
    for key, (x, y) in marks.items():
        assert 0 < x < 768
        assert 0 < y < 1024
        # every corner of the cloth lies at cloth: something other than the ground within 12 pixels
        patch = pixels[max(int(y) - 12, 0) : int(y) + 13, max(int(x) - 12, 0) : int(x) + 13].reshape(-1, 3)
        assert np.abs(patch - border.mean(0)).max() > 30, key
        if key.endswith("_left"):
            assert x > marks[key[:-5] + "_right"][0], "the wearer's left is the picture's right"


def test_room_camera() -> None:
    view = json.loads((FOLDER / "room.json").read_text("utf-8"))
    rotation, k = np.array(view["rotation"]), np.array(view["K"])
    assert np.abs(rotation @ rotation.T - np.eye(3)).max() < 1e-9
    assert np.linalg.det(rotation) == pytest.approx(1)
    with Image.open(FOLDER / "room.jpg") as picture:
        assert picture.size == (view["width"], view["height"]) == (1600, 1200)
        assert picture.getexif().get_ifd(0x8769)[0xA405] == view["focal_35mm"]
        pixels = np.asarray(picture.convert("RGB"), float)
    # the foot of the back wall is where the camera says: wall above it, skirting between, boards below (redder)
    x = np.linspace(-1.9, -0.7, 7)
    for height, redder in ((0.30, False), (-0.0, None)):
        world = np.stack([x, np.full(7, height), np.full(7, view["room_m"]["back"])], -1) - [0, view["height_m"], 0]
        at = world @ rotation.T @ k.T
        at = at[:, :2] / at[:, 2:]
        assert (at > 0).all()
        assert (at < [1600, 1200]).all()
        if redder is False:
            wall = np.array([pixels[int(v), int(u)] for u, v in at])
        else:
            floor = np.array([pixels[int(v) + 25, int(u)] for u, v in at])
    assert (floor[:, 0] - floor[:, 2]).mean() > (wall[:, 0] - wall[:, 2]).mean() + 25
