"""The only bridge between the engine's pictures and Qt's."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any
from weakref import ReferenceType, WeakKeyDictionary, ref

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter

__all__ = ["Picture", "fitted", "mask_image", "picture_of", "png_of", "to_image"]


def to_image(rgb: Any) -> QImage:
    """A QImage of (H, W, 3) uint8 sRGB pixels; a copy of its own."""
    height, width = int(rgb.shape[0]), int(rgb.shape[1])
    data = memoryview(rgb).cast("B") if rgb.flags.c_contiguous else rgb.tobytes()
    return QImage(data, width, height, 3 * width, QImage.Format.Format_RGB888).convertToFormat(QImage.Format.Format_RGB32)


def png_of(image: QImage) -> bytes:
    """The bytes of a PNG file of an image, for a picture that came without a file."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub says bytes, the call wants str
    return bytes(data.data())


def fitted(size: QSize, room: QRectF) -> QRectF:
    """The largest rectangle of that shape in the middle of the room."""
    fit = QSizeF(size).scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
    return QRectF(room.center().x() - fit.width() / 2, room.center().y() - fit.height() / 2, fit.width(), fit.height())


def mask_image(mask: Any, color: str) -> QImage | None:
    """An image to lay over a picture: what (h, w) uint8 marks, in a color with stripes; None for no answer."""
    if mask is None:
        return None
    height, width = int(mask.shape[0]), int(mask.shape[1])
    alpha = QImage(mask.tobytes(), width, height, width, QImage.Format.Format_Alpha8)
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    tint = QColor(color)
    tint.setAlpha(105)
    image.fill(tint)
    painter = QPainter(image)
    painter.fillRect(image.rect(), QBrush(QColor(255, 255, 255, 120), Qt.BrushStyle.BDiagPattern))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
    painter.drawImage(0, 0, alpha)
    painter.end()
    return image


class _Full:
    """Remembers which pictures were looked at last in their own size: of a hundred results of 12 megapixels not all can be held."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, threading.Lock()
        self._held: OrderedDict[int, ReferenceType[Picture]] = OrderedDict()

    def hold(self, picture: Picture) -> None:
        """This one is looked at now."""
        with self._lock:
            self._held.pop(id(picture), None)
            self._held[id(picture)] = ref(picture)
            gone = [self._held.popitem(last=False)[1]() for _one in range(len(self._held) - self._most)]
        for other in gone:
            if other is not None:
                other.let_go()


_FULL = _Full(6)


class Picture:
    """An image that paints fast and smooth at any size: halves of it are kept, and the nearest larger one is drawn."""

    def __init__(self, image: QImage, rgb: Any = None) -> None:
        """rgb: the pixels that it was made of; with them a large image is let go while others are looked at, and made again."""
        self._size, self._rgb = image.size(), rgb
        self._levels = [image]
        while max(self._levels[-1].width(), self._levels[-1].height()) > 1400:
            last = self._levels[-1]
            self._levels.append(
                last.scaled(
                    (last.width() + 1) // 2,
                    (last.height() + 1) // 2,
                    Qt.AspectRatioMode.IgnoreAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
            )

        _FULL.hold(self)

    @property
    def image(self) -> QImage:
        """The image at its own size."""
        image = self._levels[0]
        if image.isNull() and self._rgb is not None:
            image = self._levels[0] = to_image(self._rgb)
        _FULL.hold(self)
        return image

    @property
    def has_full(self) -> bool:
        """Whether the image at its own size is in memory."""
        return not self._levels[0].isNull()

    def let_go(self) -> None:
        """Keep the smaller copies only, where the pixels to make the large one of are there."""
        if self._rgb is not None and len(self._levels) > 1:
            self._levels[0] = QImage()

    @property
    def size(self) -> QSize:
        """Its size in pixels."""
        return self._size

    def thumbnail(self, side: int) -> QImage:
        """A small copy, at most `side` pixels a side."""
        return self._levels[-1].scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)

    def paint(self, painter: QPainter, target: QRectF, zoom: float) -> None:
        """Draw the whole picture into `target`. zoom: device pixels per picture pixel; above 3 the pixels are shown as squares."""
        level = 0
        while level + 1 < len(self._levels) and zoom * 2 ** (level + 1) <= 1.0:
            level += 1
        image = self._levels[level] if level else self.image
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, zoom < 3.0)
        painter.drawImage(target, image, QRectF(image.rect()))


_KNOWN: WeakKeyDictionary[Any, Picture] = WeakKeyDictionary()


def picture_of(owner: Any, rgb: Any) -> Picture:
    """The pixels of a Photo or a Look ready to paint, made once and kept as long as their owner.

    Call it first in a lane's thread, so that the window need not wait.
    """
    picture = _KNOWN.get(owner)
    if picture is None:
        picture = _KNOWN[owner] = Picture(rgb) if isinstance(rgb, QImage) else Picture(to_image(rgb), rgb)
    return picture


def hand_over(owner: Any, picture: Picture) -> None:
    """Keep a picture that was made before its owner was."""
    _KNOWN[owner] = picture
