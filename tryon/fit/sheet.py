"""The cloth as one elastic sheet: what the ribbons want, without their seams, kinks and streaks.

Each ribbon says for itself where its cloth should lie; side by side they leave steps at the armholes, and what hangs outside them
(frills, straps, wide cuffs) has no place at all. Here the whole picture of the garment follows: a smoothing thin-plate spline on a
grid (Duchon 1977; solved as by Terzopoulos 1988, finite differences), one field a piece, tied together along the seams and free of
each other elsewhere, so that a sleeve that touches the trunk in the picture can still hang beside it.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from tryon.fit.ribbon import DENSITY, Ribbon, lay, splat
from tryon.image import FloatArray
from tryon.nearest import nearest_known

__all__ = ["lay_sheet"]

Points = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_CELLS = 112  # grid cells along the garment picture's longer side
_STIFFNESS = 10.0  # of bending against the ribbons' pull: creases shorter than its fourth root, in cells, are smoothed away
_SHAPE = 0.05  # how firmly cloth that no ribbon places keeps the picture's shape
_ANCHOR = 1e-5  # how firmly a piece that hangs on nothing is held
_SEAM = 4.0  # how firmly two pieces hold together along their seam
_OUTER = 0.85  # share across a sleeve or leg from which it is the outline, which the ribbon knows well all the way
_SEAM_SOFT = 1.3  # cells over which the steps of a seam are smoothed
_BEYOND = 2  # cells that a piece goes on past its own cloth, so that its very edge has a place


def lay_sheet(ribbons: list[Ribbon], cloth: FloatArray, width: int, height: int) -> list[FloatArray]:
    """Dense map of each ribbon's piece of the sheet, in the ribbons' order.

    cloth: (h, w) float32 0..1, the garment picture's cloth. Returns (height, width, 2) float32 each: the garment pixel seen at each
    photo pixel, NaN where there is none.
    """
    step = max(cloth.shape) / _CELLS
    rows, columns = (max(4, int(np.ceil(side / step))) for side in cloth.shape)
    there = cv2.resize(cloth, (columns, rows), interpolation=cv2.INTER_AREA) > 0.02
    courses = [_course(ribbon, step, columns, rows) for ribbon in ribbons]
    owner = _owners(ribbons, courses, there, step)
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _BEYOND + 1, 2 * _BEYOND + 1))
    # A neckline is within the piece too, though no cloth is there: whoever asks what lies in it is told so.
    within = [there | ~np.isnan(course[..., 0]) for course in courses]
    domains = [cv2.dilate((some & (owner == index)).astype(np.uint8), reach) > 0 for index, some in enumerate(within)]
    fields = _relaxed(ribbons, courses, owner, domains, step)
    return [_splatted(field, owner == index, within[index], step, width, height) for index, field in enumerate(fields)]


def _course(ribbon: Ribbon, step: float, columns: int, rows: int) -> FloatArray:
    """For each cell of the garment's grid its cross-section and share across the ribbon, (rows, columns, 2); NaN outside."""
    count = len(ribbon.source_a)
    along = np.arange(count, dtype=np.float64)
    none = np.zeros(count)
    return lay(
        replace(
            ribbon,
            source_a=np.stack([along, none], axis=1),
            source_b=np.stack([along, none + 1], axis=1),
            target_a=ribbon.source_a / step,
            target_b=ribbon.source_b / step,
        ),
        columns,
        rows,
    )


def _owners(ribbons: list[Ribbon], courses: list[FloatArray], there: Mask, step: float) -> npt.NDArray[np.int64]:
    """Which ribbon each cell belongs to: the one it lies in, between two the one on whose side of the seam it lies, else the nearest."""
    y, x = np.mgrid[0 : there.shape[0], 0 : there.shape[1]]
    at = np.stack([(x + 0.5) * step, (y + 0.5) * step], axis=-1)
    owner = np.full(there.shape, -1, dtype=np.int64)
    for index, (ribbon, course) in enumerate(zip(ribbons, courses, strict=True)):
        inside = ~np.isnan(course[..., 0])
        if index:
            seam = (ribbon.source_a[0] + ribbon.source_b[0]) / 2
            along = (ribbon.source_a[-1] + ribbon.source_b[-1]) / 2 - seam
            across = ribbon.source_b[0] - ribbon.source_a[0]
            normal = np.array([-across[1], across[0]])
            normal = normal if normal @ along > 0 else -normal
            inside &= ((at - seam) @ normal > 0) | (owner < 0)
        owner[inside] = index
    known = (owner >= 0) & there
    if not known.any():
        return np.zeros(there.shape, dtype=np.int64)
    return np.asarray(owner.reshape(-1)[nearest_known(known)[1]])


def _relaxed(
    ribbons: list[Ribbon], courses: list[FloatArray], owner: npt.NDArray[np.int64], domains: list[Mask], step: float
) -> list[npt.NDArray[np.float64]]:
    """The sheet's place, photo pixels at each cell of each piece, (rows, columns, 2); NaN outside a piece's domain."""
    from scipy.sparse import coo_array
    from scipy.sparse.linalg import spsolve

    numbers, total = [], 0
    for domain in domains:
        number = np.full(domain.shape, -1, dtype=np.int64)
        number[domain] = total + np.arange(int(domain.sum()))
        total += int(domain.sum())
        numbers.append(number)
    if not total:
        return [np.full((*domain.shape, 2), np.nan) for domain in domains]
    entries: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]] = []
    wanted: list[npt.NDArray[np.float64]] = []

    def add(cells: list[npt.NDArray[np.int64]], shares: list[float], weight: float, goal: Points | None = None) -> None:
        """Equations of one kind: at each place the cells' sum in these shares should be the goal (0, 0)."""
        good = np.all([cell >= 0 for cell in cells], axis=0)
        index = np.stack([cell[good] for cell in cells], axis=1)
        root = float(np.sqrt(weight))
        entries.append((index, np.tile(root * np.array(shares), (len(index), 1))))
        wanted.append(np.tile(root * (np.zeros(2) if goal is None else goal), (len(index), 1)))

    for ribbon, number in zip(ribbons, numbers, strict=True):
        add([number[:, :-2], number[:, 1:-1], number[:, 2:]], [1, -2, 1], _STIFFNESS)
        add([number[:-2], number[1:-1], number[2:]], [1, -2, 1], _STIFFNESS)
        add([number[:-1, :-1], number[:-1, 1:], number[1:, :-1], number[1:, 1:]], [1, -1, -1, 1], 2 * _STIFFNESS)
        turned, shift = _similarity(ribbon)
        y, x = np.nonzero(number >= 0)  # loose ends of cloth, which no ribbon reaches: about where the whole piece would take them
        entries.append((number[y, x][:, None], np.full((len(y), 1), np.sqrt(_ANCHOR))))
        wanted.append((np.stack([x + 0.5, y + 0.5], axis=1) * step @ turned.T + shift) * np.sqrt(_ANCHOR))
        turned = turned * step
        add([number[:, :-1], number[:, 1:]], [-1, 1], _SHAPE, turned[:, 0])
        add([number[:-1], number[1:]], [-1, 1], _SHAPE, turned[:, 1])
    for index, (ribbon, course, number) in enumerate(zip(ribbons, courses, numbers, strict=True)):
        told = ~np.isnan(course[..., 0]) & (number >= 0) & (owner == index)
        trust = np.interp(np.nan_to_num(course[..., 0])[told], np.arange(len(ribbon.source_a)), ribbon.trust)
        trust = np.maximum(trust, course[told][:, 1] > _OUTER) if index else trust
        entries.append((number[told][:, None], np.sqrt(trust)[:, None]))
        wanted.append(ribbon.place(course[told][:, 0], course[told][:, 1]) * np.sqrt(trust)[:, None])
        if index:
            near = _near_seam(ribbon, owner.shape, step)
            add([np.where(near, number, -1), np.where(near, numbers[0], -1)], [1, -1], _SEAM)

    starts = np.cumsum([0, *(len(index) for index, _ in entries)])
    row = np.concatenate(
        [np.repeat(np.arange(len(index)) + start, index.shape[1]) for start, (index, _) in zip(starts, entries, strict=False)]
    )
    column = np.concatenate([index.reshape(-1) for index, _ in entries])
    value = np.concatenate([share.reshape(-1) for _, share in entries])
    matrix = coo_array((value, (row, column)), shape=(int(starts[-1]), total)).tocsr()
    normal = (matrix.T @ matrix).tocsc()
    place = spsolve(normal, matrix.T @ np.concatenate(wanted))
    fields = []
    for number in numbers:
        field = np.full((*number.shape, 2), np.nan)
        field[number >= 0] = place[number[number >= 0]]
        fields.append(field)
    return fields


def _similarity(ribbon: Ribbon) -> tuple[Points, Points]:
    """The turn and scale (2 x 2) and then shift (2,) that bring a ribbon nearest to its place (Umeyama 1991), garment to photo pixels."""
    source, target = (np.concatenate([a, b]) for a, b in ((ribbon.source_a, ribbon.source_b), (ribbon.target_a, ribbon.target_b)))
    z, w = ((points - points.mean(axis=0)) @ np.array([1, 1j]) for points in (source, target))
    turn = np.vdot(z, w) / max(float(np.vdot(z, z).real), 1e-9)
    matrix = np.array([[turn.real, -turn.imag], [turn.imag, turn.real]])
    return matrix, target.mean(axis=0) - matrix @ source.mean(axis=0)


def _near_seam(ribbon: Ribbon, shape: tuple[int, ...], step: float) -> Mask:
    """The cells along a piece's first cross-section, without its inner end: there the two pieces part."""
    start, stop = ribbon.source_a[0] / step, ribbon.source_b[0] / step  # from the inner end outwards
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]]
    at = np.stack([x + 0.5, y + 0.5], axis=-1) - start
    length = max(float(np.linalg.norm(stop - start)), 1e-6)
    along = at @ (stop - start) / length
    away = np.abs(at @ np.array([-(stop - start)[1], (stop - start)[0]]) / length)
    return np.asarray((away < _BEYOND + 0.5) & (along > min(1.0, 0.1 * length)) & (along < length + _BEYOND))


def _splatted(field: npt.NDArray[np.float64], own: Mask, there: Mask, step: float, width: int, height: int) -> FloatArray:
    """The inverse of a piece's field at the photo's pixels, by forward sampling denser than them.

    own: the cells on this piece's side of its seams, which are lines in the cloth, not steps of cells. there: the cells that
    hold cloth, or lie between its edges.
    """
    if not (own & there).any():
        return np.full((height, width, 2), np.nan, dtype=np.float32)
    steps = np.concatenate([np.linalg.norm(np.diff(field, axis=axis), axis=-1).reshape(-1) for axis in (0, 1)])
    fine = int(np.clip(np.ceil(DENSITY * np.nanpercentile(steps, 99)), 1, 40))
    ys, xs = np.nonzero(own & there)
    part = np.s_[max(0, ys.min() - 2) : ys.max() + 3, max(0, xs.min() - 2) : xs.max() + 3]
    filled = field.reshape(-1, 2)[nearest_known(~np.isnan(field[..., 0]))[1]].astype(np.float32)
    size = (filled[part].shape[1] * fine, filled[part].shape[0] * fine)
    share = cv2.GaussianBlur(own.astype(np.float32), (0, 0), _SEAM_SOFT, borderType=cv2.BORDER_REPLICATE)
    mine = cv2.resize(share[part], size, interpolation=cv2.INTER_LINEAR) > 0.35  # no hairline is left between two pieces
    mine &= cv2.resize(there[part].astype(np.float32), size, interpolation=cv2.INTER_LINEAR) > 0.3
    at = cv2.resize(filled[part], size, interpolation=cv2.INTER_LINEAR)[mine]
    y, x = np.nonzero(mine)
    source = np.stack([(x + 0.5) / fine + part[1].start, (y + 0.5) / fine + part[0].start], axis=1).astype(np.float32)
    return np.asarray(_refined(splat(source, at, width, height), filled) * step, dtype=np.float32)


def _refined(dense: FloatArray, field: FloatArray) -> FloatArray:
    """The exact inverse of a field near a rough one, cells (h, w, 2), by Newton's steps: averaged samples jitter by part of a pixel."""
    from scipy.ndimage import map_coordinates

    known = ~np.isnan(dense[..., 0])
    y, x = np.nonzero(known)
    wanted = np.stack([x + 0.5, y + 0.5], axis=1).astype(np.float32)
    at = dense[known]
    slopes = np.concatenate([np.gradient(field, axis=1), np.gradient(field, axis=0)], axis=-1).astype(np.float32)

    def look(values: FloatArray, place: FloatArray) -> FloatArray:  # cv2.remap knows 32 places in a cell, too few here
        where = (place[:, ::-1] - 0.5).T
        return np.stack([map_coordinates(values[..., k], where, order=1, mode="nearest") for k in range(values.shape[2])], axis=1)

    for _ in range(2):
        missing = wanted - look(field, at)
        xx, yx, xy, yy = look(slopes, at).T  # of x and y along x, then along y
        area = xx * yy - xy * yx
        area = np.where(np.abs(area) < 0.05, np.inf, area)  # folded: the rough one stays
        step = np.stack([yy * missing[:, 0] - xy * missing[:, 1], xx * missing[:, 1] - yx * missing[:, 0]], axis=1) / area[:, None]
        at = at + np.clip(step, -0.5, 0.5)
    out = dense.copy()
    out[known] = at
    return out
