"""The pictures on the way of a fitting: written at photo size, or small ones to look at, for whoever is curious."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from tryon.body.bodymap import BodyMap
from tryon.body.parsing import PART_COLORS, PARTS
from tryon.errors import OutputError
from tryon.fit.drape import Drape
from tryon.fit.garment import Garment
from tryon.fit.transfer import TryOnResult
from tryon.image import Photo, UInt8Array, save_picture, write_file
from tryon.text import _

__all__ = ["BodyView", "cutout_view", "laid_view", "view_body", "write_all"]

_VIEW_SIDE = 1024

_BONES = (
    (11, 12),
    (11, 13),
    (13, 15),
    (12, 14),
    (14, 16),
    (11, 23),
    (12, 24),
    (23, 24),
    (23, 25),
    (25, 27),
    (24, 26),
    (26, 28),
    (0, 9),
    (0, 10),
)


@dataclass(frozen=True, eq=False)
class BodyView:
    """What the program takes the photo for. picture: (h, w, 3) uint8 sRGB, the photo under the color of each part.

    parts: of each part that is seen its name (of PARTS), its color and the pixel of `picture` (x, y) in its middle, largest first.
    """

    picture: UInt8Array
    parts: tuple[tuple[str, tuple[int, int, int], tuple[int, int]], ...]


def view_body(photo: Photo, body: BodyMap) -> BodyView:
    """The part map over the photo, at most 1024 pixels a side."""
    rgb = _reduced(photo.rgb)
    height, width = rgb.shape[:2]
    parts = np.asarray(cv2.resize(body.parts, (width, height), interpolation=cv2.INTER_NEAREST), dtype=np.uint8)
    colors = np.array(PART_COLORS, dtype=np.float32)[parts]
    mixed = np.where((parts > 0)[..., None], 0.4 * rgb + 0.6 * colors, 0.6 * rgb + 60.0)
    found = []
    for index in np.unique(parts[parts > 0]):
        mask = cv2.copyMakeBorder((parts == index).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
        depth = cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_3)
        area, middle = int(mask.sum()), np.unravel_index(int(np.argmax(depth)), depth.shape)
        if depth.max() > 2.0:
            red, green, blue = PART_COLORS[index]
            found.append((area, (PARTS[index], (red, green, blue), (int(middle[1]) - 1, int(middle[0]) - 1))))
    found.sort(key=lambda one: -one[0])
    return BodyView(np.asarray(mixed + 0.5, dtype=np.uint8), tuple(one for _area, one in found))


def cutout_view(garment: Garment) -> UInt8Array:
    """The garment cut out, on checks, with its landmarks as dots: (h, w, 3) uint8 sRGB, at most 1024 pixels a side.

    The inside of its back, which is not laid on, is faded.
    """
    rgba = _reduced(garment.rgba)
    height, width = rgba.shape[:2]
    y, x = np.mgrid[0:height, 0:width] // max(8, max(height, width) // 40)
    ground = np.where((x + y) % 2 == 0, 236.0, 212.0)[..., None]
    share = rgba[..., 3:].astype(np.float32) / 255
    if garment.inner is not None:
        inside = cv2.resize(garment.inner.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
        share = share * (1.0 - 0.65 * inside[..., None])
    view = np.asarray(rgba[..., :3] * share + ground * (1 - share) + 0.5, dtype=np.uint8)
    scale, size = width / garment.rgba.shape[1], max(3, max(height, width) // 130)
    for at in garment.landmarks.values():
        if np.isfinite(at).all():
            middle = (int(at[0] * scale), int(at[1] * scale))
            cv2.circle(view, middle, size + 2, (255, 255, 255), -1, cv2.LINE_AA)
            cv2.circle(view, middle, size, (210, 30, 70), -1, cv2.LINE_AA)
    return view


def laid_view(photo: Photo, garment: Garment, drape: Drape) -> UInt8Array:
    """The cloth as it is laid on the photo, nothing painted yet: (h, w, 3) uint8 sRGB, at most 1024 pixels a side."""
    laid = drape.rgba(garment)
    share = laid[..., 3:].astype(np.float32) / 255
    return _reduced(np.asarray(photo.rgb * (1 - share) + laid[..., :3] * share + 0.5, dtype=np.uint8))


def _reduced(picture: UInt8Array) -> UInt8Array:
    """The picture, made smaller where it has more than _VIEW_SIDE pixels a side."""
    scale = min(1.0, _VIEW_SIDE / max(picture.shape[:2]))
    if scale == 1.0:
        return picture
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def write_all(result: TryOnResult, folder: Path) -> list[Path]:
    """body, parts (+ parts.json), cutout, agnostic, drape, changed, result: each a PNG at the photo's size. Raises OutputError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(error.strerror or str(error), subject=folder, advice=_("choose another folder")) from None
    photo, stages = result.request.person, result.stages
    pictures: dict[str, UInt8Array] = {
        "body": _body(result),
        "cutout": _fit_into(stages.garment.rgba, photo.width, photo.height),
        "agnostic": _agnostic(result),
        "drape": stages.drape.rgba(stages.garment),
        "changed": result.changed,
        "result": result.picture,
    }
    written = []
    for name, picture in pictures.items():
        written.append(folder / f"{name}.png")
        save_picture(written[-1], picture)
    written += _parts(stages.body.parts, folder)
    return written


def _body(result: TryOnResult) -> UInt8Array:
    """Landmarks and silhouette over the photo."""
    body = result.stages.body
    view = result.request.person.rgb.copy()
    edge = cv2.morphologyEx((body.person > 0.5).astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
    view[edge] = (0, 200, 90)
    thick = max(1, round(max(view.shape[:2]) / 400))
    points = np.clip(np.round(body.landmarks[:, :2]), -20_000, 20_000).astype(int)
    for a, b in _BONES:
        cv2.line(view, tuple(map(int, points[a])), tuple(map(int, points[b])), (255, 210, 0), thick, cv2.LINE_AA)
    for (x, y), visible in zip(points, body.landmarks[:, 3], strict=True):
        cv2.circle(view, (int(x), int(y)), 2 * thick, (230, 30, 60) if visible > 0.5 else (150, 150, 150), -1, cv2.LINE_AA)
    return view


def _agnostic(result: TryOnResult) -> UInt8Array:
    """The photo as the diffusion sees it; outside the hidden area the photo's own pixels."""
    photo, agnostic = result.request.person, result.stages.agnostic
    size = (photo.width, photo.height)
    if agnostic.rgb.shape[:2] == (photo.height, photo.width):
        return agnostic.rgb
    hidden = cv2.resize(agnostic.hidden.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    drawn = cv2.resize(agnostic.rgb, size, interpolation=cv2.INTER_LINEAR)
    return np.where(hidden[..., None], drawn, photo.rgb).astype(np.uint8)


def _fit_into(rgba: UInt8Array, width: int, height: int) -> UInt8Array:
    """A cut-out centered on a clear canvas of the photo's size."""
    scale = min(width / rgba.shape[1], height / rgba.shape[0])
    size = (max(1, round(rgba.shape[1] * scale)), max(1, round(rgba.shape[0] * scale)))
    small = cv2.resize(rgba, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    canvas = np.zeros((height, width, 4), dtype=np.uint8)
    y, x = (height - size[1]) // 2, (width - size[0]) // 2
    canvas[y : y + size[1], x : x + size[0]] = small
    return canvas


def _parts(parts: UInt8Array, folder: Path) -> list[Path]:
    """The part map as a palette PNG and the table of its indices."""
    import io

    from PIL import Image

    image = Image.fromarray(parts).convert("P")
    image.putdata(parts.ravel().tolist())
    palette = [value for color in PART_COLORS for value in color]
    image.putpalette(palette + [0] * (768 - len(palette)))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    write_file(folder / "parts.png", buffer.getvalue())
    table = {name: {"index": index, "color": list(PART_COLORS[index])} for index, name in enumerate(PARTS)}
    write_file(folder / "parts.json", json.dumps(table, indent=1).encode())
    return [folder / "parts.png", folder / "parts.json"]
