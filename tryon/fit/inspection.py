"""The pictures on the way of a fitting, written at photo size for whoever wants to look."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np

from tryon.body.parsing import PART_COLORS, PARTS
from tryon.errors import OutputError
from tryon.fit.transfer import TryOnResult
from tryon.image import UInt8Array, save_picture, write_file
from tryon.text import _

__all__ = ["write_all"]

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
