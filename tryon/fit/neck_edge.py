"""The front's edge at the neck, laid onto the edge that the picture shows.

A net says about where the inside of the back ends; on rays from the neck's middle the strongest edge near by is chosen, all rays
together (dynamic programming, as for live-wire contours: Mortensen and Barrett 1995). A rib along the opening belongs to the front.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from tryon.fit.neck_view import CHEST, NeckFrame
from tryon.image import FloatArray, UInt8Array

__all__ = ["settled"]

Points = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_RAYS, _STEP, _FAR = 96, 0.5, 0.95  # rays, pixels of the frame between places on a ray, its length in chests
_HIGH = 0.06  # the rays' origin lies so far above the line between the opening's ends, in chests
_BAND = 0.09  # how far an edge may lie from where the net ends, in chests
_SURE = 2.5  # the most that the net counts at one place (logit)
_BELIEF, _EDGE, _BEND = 0.05, 2.0, 0.125  # what a step of the net's belief costs, what an edge is worth, what a step aside costs
_FAINT = 6.0  # an edge of so much (Lab) is worth half
_WINDOW = 6  # places before and behind an edge that are compared
_EVEN = 8  # rays to each side over which the net's line is evened out
_LEAST_SEEN = 0.2  # share of the rays on which the net sees some inside
_RIB = (0.022, 0.13)  # how broad a rib can be, in chests
_RIB_EDGE, _RIB_SEEN, _RIB_UNEVEN = 0.45, 0.9, 0.1  # its second edge is so strong, on so many rays, and its breadth varies by less
_LIT, _OTHER = 2.0, 3.0  # it is brighter than the inside by so much (Lab) or colored as the back's own rib; and differs from the inside
_MIDDLE = slice(round(0.2 * _RAYS), round(0.8 * _RAYS))


@dataclass(frozen=True, eq=False)
class _Rays:
    """colors: (rays, places + 1, 3) running sums of Lab. edge: (rays, places) 0..1. first: (rays,) the first place on cloth."""

    colors: Floats
    edge: Floats
    first: Indices

    def mean(self, start: Indices, end: Indices) -> Floats:
        """(rays, 3) mean color between two places of each ray."""
        count = self.edge.shape[1]
        start = np.clip(start, 0, count - 1)
        end = np.clip(np.maximum(end, start + 1), 1, count)
        rows = np.arange(len(start))
        return np.asarray((self.colors[rows, end] - self.colors[rows, start]) / (end - start)[:, None])


def settled(rgb: UInt8Array, frame: NeckFrame, inside: FloatArray, cloth: BoolArray, ends: Points) -> BoolArray | None:
    """Where the inside shows, of the frame's size, its lower edge laid onto an edge of the picture; None where the net sees none.

    inside: what the net says, 0..1, and cloth, both in the frame. ends: (2, 2) the opening's ends in the frame, the wearer's right first.
    """
    middle = ends.mean(axis=0) - [0.0, _HIGH * CHEST]
    turns = np.arctan2(ends[:, 1] - middle[1], ends[:, 0] - middle[0])
    angles = np.linspace(turns[0] if turns[0] > 0 else turns[0] + 2 * np.pi, turns[1], _RAYS)
    away = np.arange(0, _FAR * CHEST, _STEP)
    along = np.stack([np.cos(angles), np.sin(angles)], 1)
    places = (middle + along[:, None] * away[None, :, None]).astype(np.float32)
    on_cloth = _sampled(cloth.astype(np.float32), places) > 0.5
    share = np.clip(_sampled(inside, places), 0.02, 0.98)
    belief = np.clip(np.log(share / (1 - share)), -_SURE, _SURE) * on_cloth
    gained: Floats = np.cumsum(belief, axis=1) - belief
    seen = gained.max(axis=1) > 0
    if float(seen.mean()) < _LEAST_SEEN:
        return None
    rays = _rays(rgb, frame, places, on_cloth)
    weights = np.hanning(2 * _EVEN + 3)[1:-1]
    line = np.convolve(np.pad(gained.argmax(axis=1).astype(np.float64), _EVEN, mode="edge"), weights / weights.sum(), "valid")
    offsets = np.arange(-round(_BAND * CHEST / _STEP), round(_BAND * CHEST / _STEP) + 1)
    near = np.clip(np.round(line)[:, None].astype(int) + offsets, 0, len(away) - 1)
    rows = np.arange(_RAYS)[:, None]
    cost = _BELIEF * (gained.max(axis=1, keepdims=True) - gained[rows, near]) - _EDGE * rays.edge[rows, near]
    edge = near[rows[:, 0], _cheapest(cost)]
    edge = _without_rib(rays, edge)
    shape = np.vstack([middle + along * (edge * _STEP)[:, None], [ends[1, 0], -CHEST], [ends[0, 0], -CHEST]])
    layer = np.zeros(cloth.shape, np.uint8)
    cv2.fillPoly(layer, [np.round((shape - 0.5) * 16).astype(np.int32)], 1, shift=4)
    return np.asarray((layer > 0) & cloth)


def _sampled(field: FloatArray, places: FloatArray) -> Floats:
    found = cv2.remap(field, places[..., 0] - 0.5, places[..., 1] - 0.5, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, dtype=np.float64)


def _rays(rgb: UInt8Array, frame: NeckFrame, places: FloatArray, on_cloth: BoolArray) -> _Rays:
    """The picture along the rays, and how strong an edge each place is; the cloth's own outline is none."""
    view = frame.view(rgb.astype(np.float32) / 255, 2)
    lab = cv2.cvtColor(view.clip(0, 1), cv2.COLOR_RGB2LAB)
    colors = np.cumsum(np.pad(_sampled(lab, 2 * places), ((0, 0), (1, 0), (0, 0))), axis=1)
    count = places.shape[1]
    at = np.arange(count)
    before, behind = np.clip(at - _WINDOW, 0, count), np.clip(at + _WINDOW, 0, count)
    earlier = (colors[:, at] - colors[:, before]) / np.maximum(at - before, 1)[:, None]
    later = (colors[:, behind] - colors[:, at]) / np.maximum(behind - at, 1)[:, None]
    inner = cv2.erode(on_cloth.astype(np.uint8), np.ones((1, 2 * _WINDOW + 1), np.uint8)) > 0
    step = cv2.GaussianBlur(np.where(inner, np.linalg.norm(later - earlier, axis=-1), 0.0), (1, 5), 0)
    first = np.where(on_cloth.any(axis=1), on_cloth.argmax(axis=1), count - 1)
    return _Rays(colors, np.asarray(step / (step + _FAINT), dtype=np.float64), first)


def _cheapest(cost: Floats) -> Indices:
    """The column of each row that costs least together with going from row to row."""
    columns = np.arange(cost.shape[1])
    aside = np.abs(columns[:, None] - columns[None]) * _BEND
    least, came = cost[0], np.zeros(cost.shape, np.int64)
    for row in range(1, len(cost)):
        total = least[None] + aside
        came[row] = total.argmin(axis=1)
        least = total.min(axis=1) + cost[row]
    path = [int(least.argmin())]
    for row in range(len(cost) - 1, 0, -1):
        path.append(int(came[row, path[-1]]))
    return np.array(path[::-1])


def _without_rib(rays: _Rays, edge: Indices) -> Indices:
    """The edge moved up over a rib that belongs to the front: an even band, lit as the front is or of the back's own rib's color."""
    rows = np.arange(_RAYS)
    widths = np.arange(round(_RIB[0] * CHEST / _STEP), round(_RIB[1] * CHEST / _STEP))
    near = np.clip(edge[:, None] - widths, 0, rays.edge.shape[1] - 1)
    upper = near[rows, _cheapest(-_EDGE * rays.edge[rows[:, None], near])]
    broad = (edge - upper)[_MIDDLE]
    inset, strip = 3, round(0.06 * CHEST / _STEP)
    seen = float((rays.edge[rows, upper][_MIDDLE] > _RIB_EDGE).mean())
    free = float(np.median((upper - rays.first)[_MIDDLE])) * _STEP
    if seen < _RIB_SEEN or float(broad.std() / broad.mean()) > _RIB_UNEVEN or free < 0.03 * CHEST:
        return edge
    spans = [
        (upper + inset, edge - inset),
        (np.maximum(upper - strip, rays.first + 4), upper - inset),
        (rays.first + 4, rays.first + 4 + strip // 2),
    ]
    band, inside, back = (np.median(rays.mean(*span)[_MIDDLE], axis=0) for span in spans)
    apart = float(np.linalg.norm(band - inside))
    lit = float(band[0] - inside[0]) > _LIT
    return upper if apart > _OTHER and (lit or float(np.linalg.norm(band - back)) < 0.5 * apart) else edge
