"""A room full of things behind the wearer: none of them is worn."""

from __future__ import annotations

import cv2
import numpy as np

from tryon.body.bodymap import map_body
from tryon.image import photo_from_array


def cluttered(shape: tuple[int, int], seed: int) -> np.ndarray:
    """Shelves of boxes, books, cloths and lamps, none of them a person."""
    chance = np.random.default_rng(seed)
    room = np.full((*shape, 3), 120, np.uint8)
    for _ in range(160):
        x, y = chance.integers(-20, (shape[1], shape[0]))
        width, height = chance.integers(8, 60, 2)
        color = chance.integers(10, 245, 3).tolist()
        cv2.rectangle(room, (int(x), int(y)), (int(x + width), int(y + height)), color, -1)
        for k in range(3):
            at = int(y + (k + 1) * height / 4)
            cv2.line(room, (int(x), at), (int(x + width), at), chance.integers(0, 255, 3).tolist(), 1)
    return cv2.GaussianBlur(room, (0, 0), 0.7)


def test_things_in_the_room_are_not_worn(person, person_parts):
    truth = person_parts > 0
    soft = cv2.GaussianBlur(truth.astype(np.float32), (0, 0), 0.8)[..., None]
    far = cv2.dilate(truth.astype(np.uint8), np.ones((31, 31), np.uint8)) == 0
    for seed in (1, 2, 3):
        picture = person.rgb * soft + cluttered(truth.shape, seed) * (1 - soft)
        body = map_body(photo_from_array(np.asarray(picture + 0.5, np.uint8)))
        assert (body.parts[far] > 0).mean() < 0.002
        assert (body.parts == person_parts)[truth].mean() > 0.85
