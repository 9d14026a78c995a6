"""Takes away what stands in the room now: floor and walls are carried on behind it, each in its own plane."""

from __future__ import annotations

import math
import os
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from tryon.errors import OptionError
from tryon.image import FloatArray, Photo, UInt8Array, linear_to_srgb, srgb_to_linear
from tryon.jobs import Progress, silent
from tryon.mask import Stroke, paint, read_mask
from tryon.room.box import RoomBox
from tryon.room.occlusion import front_of
from tryon.room.quilt import continue_texture, meet_the_rim
from tryon.text import _

if TYPE_CHECKING:
    from tryon.room.camera import Camera

__all__ = ["gone_of", "read_gone", "remove"]

Array = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_AROUND = 0.8  # of the hole's size is looked at on every side
_LONGEST_PX = 1100
_DARK = 1e-3  # light below this is not told apart
_UNLIKE = 2.5  # ... where the surface's color is known
_STRANGE = 3.5  # colors so many times farther off than is usual belong to something else
_DISTANCE = np.array([0.5, 1.0, 1.0, 1.0], np.float32)  # brightness tells less apart than color
_DARK_RIM = 8.0  # darker is no floor but a picture's black rim
_TWO_COLORS, _SEEN_ENOUGH = 3.5, 0.3  # so far apart against their scatter, and so much of what is below a thing: tiles, and no wheel
_OCTAVE = 5.0  # how far apart in levels of Lab a surface and one twice as rough are
_LIKE_FLOOR = 16.0  # levels of Lab
_KEPT = 4
_MARGIN = 0.004  # of the shorter side: edges are softer than they look

_done: OrderedDict[tuple[str, bytes, bytes, RoomBox], UInt8Array] = OrderedDict()


@dataclass(frozen=True, eq=False)
class _Sheet:
    """A plane laid out flat. x, y: (h, w) float32 where each of its points lies in the photo; inside: whether it is in it.

    row, column: (H, W) float32 where each pixel of the photo lies on the sheet.
    """

    x: FloatArray
    y: FloatArray
    inside: Bools
    row: FloatArray
    column: FloatArray


def read_gone(text: str, photo: Photo) -> UInt8Array:
    """Read what is to go: the file of a mask (white = goes) or x0,y0,x1,y1 around it. (H, W) uint8. Raises OptionError, PhotoError."""
    fields = text.split(",")
    if os.path.exists(text) or len(fields) != 4:
        return read_mask(text, photo)
    advice = _("write x0,y0,x1,y1 in pixels of the photo")
    try:
        numbers = [float(field) for field in fields]
    except ValueError:
        raise OptionError(_("{text} is neither a mask nor four numbers").format(text=repr(text)), advice=advice) from None
    mask = np.zeros(photo.rgb.shape[:2], np.uint8)
    if np.isfinite(numbers).all():
        (x0, x1), (y0, y1) = sorted(numbers[::2]), sorted(numbers[1::2])
        left, right = (int(np.clip(round(x), 0, photo.width)) for x in (x0, x1))
        top, bottom = (int(np.clip(round(y), 0, photo.height)) for y in (y0, y1))
        mask[top:bottom, left:right] = 255
    if not mask.any():
        raise OptionError(_("nothing of the photo lies in {text}").format(text=repr(text)), advice=advice)
    return mask


def gone_of(rgb: UInt8Array, strokes: Sequence[Stroke]) -> UInt8Array | None:
    """What is to go where somebody painted over it: all that was painted and the rest of the things whose colors that shows.

    (H, W) uint8, 255 = goes, a little wider than the things are; None where nothing is marked. Strokes that take away are obeyed.
    """
    height, width = rgb.shape[:2]
    found = front_of(rgb, strokes)
    mask = np.zeros((height, width), np.uint8) if found is None else np.where(found > 60, 255, 0).astype(np.uint8)
    wide = 2 * max(1, round(_MARGIN * min(height, width))) + 1
    mask = cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide)))
    for stroke in strokes:
        paint(mask, stroke, 255 if stroke.adds else 0)
    return mask if mask.any() else None


def remove(photo: Photo, gone: UInt8Array, camera: Camera, box: RoomBox, progress: Progress | None = None) -> UInt8Array:
    """The photo without what is marked: (H, W, 3) uint8; every pixel outside the mask keeps its bytes.

    gone: (H, W) uint8, above 127 = goes; mark its shadow too. camera, box: of this photo. Floor and walls that were found are laid out
    flat, their light carried on smoothly, their pattern copied from beside; the rest is done in the picture's own plane. Raises Canceled,
    and OptionError for a mask of another size or one that leaves nothing to copy from.
    """
    hole = gone > 127
    if hole.shape != photo.rgb.shape[:2]:
        raise OptionError(_("the mask of what goes has another size than the photo"), advice=_("draw it over the photo itself"))
    if not hole.any():
        return photo.rgb
    if hole.mean() > 0.9:
        raise OptionError(_("the mask covers the whole photo"), advice=_("mark only what is to go"))
    progress = progress or silent()
    seen_from = np.concatenate([camera.K.ravel(), camera.rotation.ravel(), camera.position]).tobytes()
    key = (photo.digest, np.packbits(hole).tobytes(), seen_from, box)
    if key in _done:
        _done.move_to_end(key)
        return _done[key]
    lab = _told_apart(photo.rgb, hole)
    side = _sides(photo.rgb.shape[:2], lab, hole, camera, box)
    picture = np.log(srgb_to_linear(photo.rgb) + _DARK).astype(np.float32)
    names = list(box.sides())
    planes = [number for number in np.unique(side[hole]) if (side[hole] == number).sum() > 12]
    for turn, number in enumerate(sorted(planes, key=lambda one: -int((side[hole] == one).sum()))):
        mine = hole & (side == number)
        part = progress.part(turn / len(planes), (turn + 1) / len(planes))
        progress(turn / len(planes), _("carrying on the floor") if number == 0 else _("carrying on the wall"))
        sheet = _plain(mine) if number < 0 else _flat(mine, camera, box, names[number])
        _fill(picture, lab, side == number, hole, mine, sheet, number, part)
    x0, y0, x1, y1 = _surroundings(hole)
    picture[y0:y1, x0:x1] = meet_the_rim(picture[y0:y1, x0:x1], hole[y0:y1, x0:x1])
    filled = np.clip(linear_to_srgb(np.maximum(np.exp(picture) - _DARK, 0.0)) * 255.0, 0.0, 255.0)
    filled = _grainy(filled, photo.rgb, hole)
    result = photo.rgb.copy()
    result[hole] = (filled[hole] + 0.5).astype(np.uint8)
    result.flags.writeable = False
    _done[key] = result
    while len(_done) > _KEPT:
        _done.popitem(last=False)
    return result


def _told_apart(rgb: UInt8Array, hole: Bools) -> FloatArray:
    """What surfaces are told apart by: (H, W, 4) float32, their color (Lab) and how rough they are."""
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB).astype(np.float32)
    fine = np.square(lab[..., 0] - cv2.GaussianBlur(lab[..., 0], (0, 0), 2.0))
    wide = 0.006 * max(hole.shape) + 1.0
    known = cv2.GaussianBlur((~hole).astype(np.float32), (0, 0), wide)
    rough = cv2.GaussianBlur(np.where(hole, 0.0, fine).astype(np.float32), (0, 0), wide) / np.maximum(known, 1e-3)
    return np.dstack([lab, _OCTAVE * 0.5 * np.log2(rough + 1.0)]).astype(np.float32)


def _sides(shape: tuple[int, ...], lab: FloatArray, hole: Bools, camera: Camera, box: RoomBox) -> npt.NDArray[np.int64]:
    """What each pixel shows behind everything: a side of the box, or -1 where nobody knows its plane."""
    height, width = shape[:2]
    ys, xs = np.mgrid[0:height, 0:width]
    rays = camera.rays(np.column_stack([xs.ravel() + 0.5, ys.ravel() + 0.5]))
    side = box.sides_hit(camera.position, rays).reshape(height, width)
    unknown = [number for number, name in enumerate(box.sides()) if name != "floor" and name not in box.seen]
    result = np.where(np.isin(side, unknown), -1, side)
    if "back" in box.seen:
        return result
    # Without a wall's line the floor ends where the photo beside the hole stops to look like the floor before it.
    rows = np.flatnonzero(hole.any(axis=1))
    floor = _floor_colors(lab, hole)
    wide = max(8, width // 25)
    alike, most, end = 0, 0, int(rows.max()) + 1
    for row in rows[::-1]:
        mine = np.flatnonzero(hole[row])
        beside = [lab[row, max(mine[0] - wide, 0) : mine[0]], lab[row, mine[-1] + 1 : mine[-1] + 1 + wide]]
        like = [float((_nearest(one, floor)[1] < _LIKE_FLOOR).mean()) for one in beside if len(one)]
        alike += 1 if not like or max(like) > 0.25 else -1  # a shadow or a leg beside the hole is not yet the floor's end
        if alike >= most:
            most, end = alike, int(row)
    result[:end][result[:end] == 0] = -1
    return result


def _floor_colors(lab: FloatArray, hole: Bools) -> FloatArray:
    """The colors of the floor, (N, 4), one or two: what the photo shows right below a hole, where the thing stood."""
    height = hole.shape[0]
    rim = max(2, height // 50)
    shown = (lab[..., 0] > _DARK_RIM) & ~hole
    shown[-rim:], shown[:, :rim], shown[:, -rim:] = False, False, False
    low = lab[_beyond(hole) & shown]
    if len(low) < 30:
        low = lab[-height // 7 :][shown[-height // 7 :]]
    if len(low) < 30:
        low = lab.reshape(-1, lab.shape[2])
    cv2.setRNGSeed(1)
    enough = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
    few = np.ascontiguousarray(low[:: max(1, len(low) // 5000)] * _DISTANCE)
    scatter, label, colors = cv2.kmeans(few, 2, np.zeros(0, np.int32), enough, 2, cv2.KMEANS_PP_CENTERS)
    apart = float(np.linalg.norm(colors[0] - colors[1])) > _TWO_COLORS * math.sqrt(scatter / len(few))
    if apart and _SEEN_ENOUGH < label.mean() < 1.0 - _SEEN_ENOUGH:
        return np.asarray(colors / _DISTANCE, np.float32)
    return np.median(low, axis=0, keepdims=True).astype(np.float32)


def _nearest(values: FloatArray, colors: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The color, of some (N, 4), that is nearest to each value (..., 4), and how far off it is."""
    off = np.stack([np.linalg.norm((values - color) * _DISTANCE, axis=-1) for color in colors])
    return colors[np.argmin(off, axis=0)], off.min(axis=0)


def _wall_color(lab: FloatArray, hole: Bools) -> FloatArray | None:
    """The color of what is above a hole, (1, 4), where that is one surface: the wall that goes on behind the thing."""
    high = lab[_beyond(hole[::-1])[::-1]]
    if len(high) < 30:
        return None
    color: FloatArray = np.median(high, axis=0, keepdims=True).astype(np.float32)
    return color if (_nearest(high, color)[1] < _LIKE_FLOOR).mean() > 0.5 else None


def _beyond(hole: Bools) -> Bools:
    """The band right below the lower half of a hole."""
    height = hole.shape[0]
    rows = np.flatnonzero(hole.any(axis=1))
    below = np.zeros_like(hole)
    for step in range(max(3, height // 100), max(6, height // 20)):
        below[step:] |= hole[:-step]
    below &= ~hole
    below[: int(rows[0] + 0.5 * (rows[-1] - rows[0]))] = False
    return below


def _plain(mine: Bools) -> _Sheet:
    """The picture's own plane around a hole."""
    x0, y0, x1, y1 = _surroundings(mine)
    scale = min(1.0, _LONGEST_PX / max(x1 - x0, y1 - y0))
    columns, rows = max(8, round((x1 - x0) * scale)), max(8, round((y1 - y0) * scale))
    ys, xs = np.mgrid[0:rows, 0:columns].astype(np.float32)
    height, width = mine.shape
    row, column = np.mgrid[0:height, 0:width].astype(np.float32)
    return _Sheet(
        x0 + (xs + 0.5) * (x1 - x0) / columns - 0.5, y0 + (ys + 0.5) * (y1 - y0) / rows - 0.5, np.ones((rows, columns), np.bool_),
        (row + 0.5 - y0) * rows / (y1 - y0) - 0.5, (column + 0.5 - x0) * columns / (x1 - x0) - 0.5,
    )


def _surroundings(mine: Bools) -> tuple[int, int, int, int]:
    rows, columns = np.nonzero(mine)
    reach = int(_AROUND * max(np.ptp(rows), np.ptp(columns))) + 24
    height, width = mine.shape
    return (
        max(int(columns.min()) - reach, 0), max(int(rows.min()) - reach, 0),
        min(int(columns.max()) + 1 + reach, width), min(int(rows.max()) + 1 + reach, height),
    )


def _flat(mine: Bools, camera: Camera, box: RoomBox, name: str) -> _Sheet:
    """A side of the box laid out flat, as much of it as lies around a hole, as fine as the photo shows the hole."""
    middle, right, up = box.sides()[name]
    across, over = right / np.linalg.norm(right), up / np.linalg.norm(up)
    normal = np.cross(across, over)
    height, width = mine.shape
    x0, y0, x1, y1 = _surroundings(mine)

    def on_plane(pixels: Array) -> Array:
        rays = camera.rays(pixels)
        along = rays @ normal
        far = ((middle - camera.position) @ normal) / np.where(np.abs(along) > 1e-6, along, np.nan)
        far[far <= 0] = np.nan
        places = camera.position + rays * far[:, None] - middle
        return np.column_stack([places @ across, -(places @ over)])

    ys, xs = np.mgrid[0:height, 0:width]
    metres = on_plane(np.column_stack([xs.ravel() + 0.5, ys.ravel() + 0.5])).reshape(height, width, 2)
    of_hole = metres[mine]
    around = metres[y0:y1:4, x0:x1:4].reshape(-1, 2)
    low, high = np.nanmin(of_hole, axis=0), np.nanmax(of_hole, axis=0)
    size = high - low
    low = np.maximum(low - _AROUND * size.max() - 0.2, np.nanmin(around, axis=0))
    high = np.minimum(high + _AROUND * size.max() + 0.2, np.nanmax(around, axis=0))
    fine = float(np.sqrt(mine.sum() / max(_area_of(of_hole, size), 1e-4)))
    fine = min(1.3 * fine, _LONGEST_PX / float((high - low).max()))
    columns, rows = (max(8, round(float(length) * fine)) for length in high - low)
    u = low[0] + (np.arange(columns) + 0.5) / fine
    v = low[1] + (np.arange(rows) + 0.5) / fine
    places = middle + u[None, :, None] * across - v[:, None, None] * over
    seen = camera.project(places.reshape(-1, 3)).reshape(rows, columns, 2)
    inside = np.isfinite(seen).all(axis=2)
    seen = np.where(inside[..., None], seen, -9.0)
    inside &= (seen >= 1).all(axis=2) & (seen[..., 0] < width - 1) & (seen[..., 1] < height - 1)
    column, row = ((metres[..., axis] - low[axis]) * fine - 0.5 for axis in (0, 1))
    return _Sheet(
        (seen[..., 0] - 0.5).astype(np.float32), (seen[..., 1] - 0.5).astype(np.float32), inside,
        np.nan_to_num(row, nan=-9.0).astype(np.float32), np.nan_to_num(column, nan=-9.0).astype(np.float32),
    )


def _area_of(places: Array, size: Array) -> float:
    """Roughly the square metres that scattered places cover."""
    cells = 24
    step = np.maximum(size / cells, 1e-6)
    return float(len(np.unique(np.floor(places[np.isfinite(places).all(axis=1)] / step), axis=0)) * step[0] * step[1])


def _fill(
    picture: FloatArray, lab: FloatArray, plane: Bools, hole: Bools, mine: Bools, sheet: _Sheet, number: int, progress: Progress
) -> None:
    """Fill the pixels `mine` of the picture in place, by way of the flat sheet; number: of the side, 0 = floor, -1 = nobody knows."""
    flat = cv2.remap(picture, sheet.x, sheet.y, cv2.INTER_AREA if sheet.x.size > mine.size else cv2.INTER_LINEAR)

    def there(mask: Bools) -> FloatArray:
        return np.asarray(cv2.remap(mask.astype(np.float32), sheet.x, sheet.y, cv2.INTER_LINEAR), np.float32)

    own = sheet.inside & (there(plane) > 0.5)
    known = own & (there(hole) < 0.01)
    to_fill = ~known & (there(hole) > 0.0) & sheet.inside
    like = _floor_colors(lab, hole) if number == 0 else _wall_color(lab, mine)
    even = number >= 0 or like is not None
    strange = _strange(cv2.remap(lab, sheet.x, sheet.y, cv2.INTER_LINEAR), known, like) if even else np.zeros_like(known)
    known &= ~strange
    to_fill |= strange & (cv2.dilate(to_fill.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0)
    to_fill &= ~known
    if known.sum() < 200:
        known = sheet.inside & (there(hole) < 0.01)
        to_fill = sheet.inside & ~known
    done = continue_texture(flat, known, to_fill, 0.0 if number == 0 else 1.0, progress, even)
    back = cv2.remap(done, sheet.column, sheet.row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    picture[mine] = back[mine]


def _strange(lab: FloatArray, known: Bools, like: FloatArray | None) -> Bools:
    """What is known but shows something else than the surface: another piece of furniture, a rug's end.

    like: the surface's colors (N, 4), where something tells them; else what most of it shows. Its light may fall off evenly.
    """
    if known.sum() < 400:
        return np.zeros_like(known)
    soft = cv2.GaussianBlur(np.where(known[..., None], lab, 0.0), (0, 0), 3.0)
    soft = soft / np.maximum(cv2.GaussianBlur(known.astype(np.float32), (0, 0), 3.0), 1e-3)[..., None]
    colors = np.median(soft[known], axis=0, keepdims=True) if like is None else like
    rows, columns = known.shape
    place = np.stack([np.ones(known.shape), *np.mgrid[-1 : 1 : rows * 1j, -1 : 1 : columns * 1j]], axis=-1).astype(np.float32)
    light, same = np.zeros_like(soft), known
    for turn in range(4):
        nearest, off = _nearest(soft - light, colors)
        if turn == 0:
            limit = max(_STRANGE * float(np.median(off[known])), 9.0) if like is None else 12.0
        else:
            limit = max((_STRANGE if like is None else _UNLIKE) * float(np.median(off[same])), 7.0)
        same = known & (off < limit)
        if same.sum() < 200:
            return np.zeros_like(known)
        every = max(1, int(same.sum()) // 20000)
        light = place @ np.linalg.lstsq(place[same][::every], (soft - nearest)[same][::every], rcond=None)[0]
    found = (off > limit) & known
    found = cv2.dilate(cv2.morphologyEx(found.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.ones((5, 5), np.uint8)) > 0
    return found & known if (found & known).sum() < (0.6 if like is None else 0.9) * known.sum() else np.zeros_like(known)


def _grainy(filled: FloatArray, rgb: UInt8Array, hole: Bools) -> FloatArray:
    """What was filled with as much grain as the photo has around it: laying a plane out flat and back takes some away."""
    def fine(values: FloatArray) -> FloatArray:
        return np.asarray(values - cv2.GaussianBlur(values, (0, 0), 1.0), np.float32)

    ring = (cv2.dilate(hole.astype(np.uint8), np.ones((31, 31), np.uint8)) > 0) & ~(cv2.dilate(hole.astype(np.uint8), np.ones((5, 5))) > 0)
    inner = cv2.erode(hole.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    if ring.sum() < 100 or inner.sum() < 100:
        return filled

    def level(values: FloatArray, where: Bools) -> float:
        return 1.4826 * float(np.median(np.abs(fine(values)[where])))  # edges do not count

    lacking = level(rgb.astype(np.float32), ring) ** 2 - level(filled, inner) ** 2
    if lacking <= 0.04:
        return filled
    noise = np.random.default_rng(5).normal(0.0, 1.0, filled.shape[:2]).astype(np.float32)
    noise = fine(noise)
    result: FloatArray = filled + (noise * (np.sqrt(lacking) / max(float(noise.std()), 1e-6)))[..., None]
    return np.clip(result, 0.0, 255.0)
