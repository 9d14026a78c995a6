"""Pictures that paint fast without filling the memory."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from ui.images import Picture, to_image


def test_an_image_has_the_pixels_it_was_made_of_however_they_lie() -> None:
    rgb = np.random.default_rng(3).integers(0, 255, (7, 5, 3), dtype=np.uint8)
    for array in (rgb, rgb[:, ::-1], rgb[::2]):
        image = to_image(array)
        held = [image.pixelColor(x, y).getRgb()[:3] for y in range(image.height()) for x in range(image.width())]
        assert np.array_equal(np.array(held).reshape(array.shape), array)


def test_of_many_large_pictures_only_the_last_are_held_in_full_and_the_others_come_back_the_same() -> None:
    chance = np.random.default_rng(4)
    arrays = [chance.integers(0, 255, (1500, 40, 3), dtype=np.uint8) for _one in range(9)]
    pictures = [Picture(to_image(rgb), rgb) for rgb in arrays]
    assert [picture.has_full for picture in pictures] == [False] * 3 + [True] * 6
    assert pictures[0].size.height() == 1500 and pictures[0].thumbnail(50).height() == 50 and not pictures[0].has_full
    canvas = QImage(40, 1500, QImage.Format.Format_RGB32)
    painter = QPainter(canvas)
    pictures[0].paint(painter, QRectF(canvas.rect()), 1.0)
    painter.end()
    assert canvas == to_image(arrays[0]) and pictures[0].has_full and not pictures[3].has_full
    given = Picture(to_image(arrays[1]))  # without its pixels it cannot come back, so it stays
    for rgb in arrays:
        Picture(to_image(rgb), rgb)
    assert given.has_full
