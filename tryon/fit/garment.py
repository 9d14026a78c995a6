"""Garment pictures: cut the cloth out, say what it is, find its landmarks.

A net reads the picture at 256 pixels (`garment_net`), `cutting` finds the edge at the photo's own size, `outline` sets the landmarks on it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from tryon.errors import GarmentError, OptionError
from tryon.fit.color_odds import told_by_color
from tryon.fit.contour import calm_where_faint
from tryon.fit.cutting import clean_edge, faint_rim, refine, tidy, without_fringe
from tryon.fit.ground import plain_ground, told_from_ground
from tryon.fit.legs import open_legs
from tryon.fit.neckline import Neckline, hung_by_straps, read_neckline, sleeve_length, sure_inside
from tryon.fit.outline import KINDS, LANDMARKS, REGIONS, SLEEVES, landmarks_of, mirrored_name, place_landmarks
from tryon.fit.silhouette import filled, kind_odds, sleeve_of, widens_downwards, without_hood
from tryon.image import FloatArray, Photo, UInt8Array
from tryon.jobs import Progress, silent
from tryon.text import _

if TYPE_CHECKING:
    from tryon.fit.garment_net import GarmentNet

__all__ = ["KINDS", "REGIONS", "SLEEVES", "Garment", "cut_out", "landmarks_of"]

_NET_SIDE = 256
_PAD = 127
_TORN = 0.15  # shares of short and long sleeves so near to one another tell nothing
_LEAST_SLEEVE = 0.25  # what is shorter (as `sleeve_length`) is an armhole's edge
_SURE_SLEEVE = 0.7  # below this share the silhouette is asked as well
_MIRROR = [LANDMARKS.index(mirrored_name(name)) for name in LANDMARKS]

Box = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Garment:
    """A garment cut out of its picture.

    rgba: (H, W, 4) uint8 sRGB, straight alpha, the size of the photo; fully covered pixels are the photo's own.
    inner: (H, W) bool, the inside of the back collar or waist as product shots show it (never to be draped on the chest), or None.
    neckline: the upper edge of a top, jacket or dress, with its straps (`neckline`); None for what is worn below the waist or unknown.
    sleeve_length: 0 none, 1 short, 2 to the elbow, 3 three quarters, 4 to the wrist, and between them.
    landmarks: name -> (x, y), pixels of `rgba`; which names a kind has: `landmarks_of`. left is the wearer's left, the picture's right.
    kind: of KINDS. region: "upper", "lower" or "full". sleeve: of SLEEVES. confidence: 0..1. warnings: sentences for the user.
    """

    photo_digest: str
    kind: str
    region: str
    rgba: UInt8Array
    inner: npt.NDArray[np.bool_] | None
    landmarks: dict[str, tuple[float, float]]
    sleeve: str
    confidence: float
    warnings: tuple[str, ...] = field(default=())
    neckline: Neckline | None = None
    sleeve_length: float = 0.0

    @property
    def box(self) -> tuple[int, int, int, int]:
        """x0, y0, x1, y1 of the cloth, in pixels of `rgba`."""
        ys, xs = np.nonzero(self.rgba[..., 3] > 127)
        return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1


def cut_out(photo: Photo, kind: str | None = None, progress: Progress | None = None) -> Garment:
    """Cut the garment out of its picture: a product shot, a phone photo on the floor, a bed, a hanger, or a photo of somebody wearing it.

    kind: of KINDS, or a region ("upper", "lower", "full") where the caller knows better than the net. A picture with transparency
    of its own keeps that as the cut. Raises GarmentError when there is no garment to be seen, OptionError for an unknown kind.
    """
    progress = progress or silent()
    allowed = _allowed(kind)
    progress(0.0, _("looking at the garment"))
    own_alpha = _own_alpha(photo)
    rgb = photo.rgb if own_alpha is None else _on_plain(photo.rgb, own_alpha)
    seen = _look(rgb, None if own_alpha is None else _box_of(own_alpha))
    if own_alpha is None:
        from tryon.fit.lifted import lift, wearer

        body = wearer(photo, seen.mask, progress.part(0.1, 0.4))
        if body is not None:
            return lift(photo, body, allowed)
    _check(photo, seen, own_alpha)
    ground = None if own_alpha is not None else plain_ground(rgb, seen.mask)
    progress(0.45, _("cutting it out"))
    if own_alpha is None:
        mask = told_by_color(rgb, seen.mask) if ground is None else told_from_ground(rgb, seen.mask, ground)
        alpha = refine(photo.rgb, tidy(mask), _band(rgb, seen.box), ground)
        if ground is not None:
            alpha = calm_where_faint(photo.rgb, alpha)
        alpha_is_empty = float((alpha > 0.5).mean()) < 0.004
        if alpha_is_empty:
            raise _nothing(photo)
    else:
        alpha = own_alpha
    progress(0.75, _("finding collar, cuffs and hem"))
    shape = _reduced(alpha) > 0.5
    odds = kind_odds(shape)
    shares = {name: float(seen.kinds[KINDS.index(name)]) * odds[name] for name in allowed}
    chosen = max(shares, key=lambda name: shares[name])
    if chosen == "dress" and shares.get("top", 0.0) > 0.6 * shares["dress"] and _is_no_longer_than_a_tee(alpha, seen):
        chosen = "top"
    sleeve = SLEEVES[int(seen.sleeves.argmax())] if chosen in ("top", "outer", "dress") else "none"
    overruled = seen.kinds[KINDS.index(chosen)] < 0.3 * seen.kinds.max()  # what took a top for shorts knows nothing of its sleeves
    if overruled or float(seen.sleeves.max()) < _SURE_SLEEVE:
        sleeve = sleeve_of(shape, chosen) or sleeve
        torn = abs(float(seen.sleeves[SLEEVES.index("short")] - seen.sleeves[SLEEVES.index("long")])) < _TORN
        if sleeve == "short" and torn and REGIONS[chosen] == "upper" and widens_downwards(shape):
            sleeve = "long"  # tiers and flounces
    if own_alpha is None and chosen not in ("trousers", "shorts"):
        alpha = filled(alpha)
    shoulders = without_hood(alpha) if REGIONS[chosen] == "upper" and sleeve != "none" else alpha
    landmarks, sure = place_landmarks(shoulders, seen.marks, seen.box, chosen, sleeve)
    if sleeve == "short" and sleeve_length(landmarks) < _LEAST_SLEEVE:
        sleeve = "none"
        landmarks, sure = place_landmarks(alpha, seen.marks, seen.box, chosen, sleeve)
    if own_alpha is None and chosen in ("trousers", "shorts"):
        alpha = open_legs(photo.rgb, alpha, landmarks)
    if own_alpha is None:
        alpha = without_fringe(photo.rgb, alpha)
    neckline, inside = None, None
    if REGIONS[chosen] != "lower":
        neckline, inside = read_neckline(photo.rgb, alpha, seen.inner, landmarks, sleeve)
        if sleeve != "none" and neckline.name == "straps" and sleeve_of(shape, chosen) is None:
            sleeve = "none"  # nothing stands off the trunk as a sleeve would
            landmarks = place_landmarks(alpha, seen.marks, seen.box, chosen, sleeve)[0]
        if sleeve == "none":
            landmarks = hung_by_straps(landmarks, neckline)
    inner = _inner(seen, alpha, inside)
    colors = clean_edge(photo.rgb, alpha)
    rgba = np.dstack([colors, np.round(alpha * 255).astype(np.uint8)])
    decided = float(np.abs(2 * seen.mask - 1).mean()) if own_alpha is None else 1.0
    kind_share = float(sum(seen.kinds[KINDS.index(name)] for name in allowed)) if kind else float(seen.kinds.max())
    confidence = float(np.clip((seen.present * decided * (0.35 + 0.65 * sure) * (0.5 + 0.5 * kind_share)), 0, 1))
    progress(1.0)
    return Garment(
        photo.digest,
        chosen,
        REGIONS[chosen],
        rgba,
        inner,
        landmarks,
        sleeve,
        round(confidence, 3),
        _warnings(photo.rgb, alpha, seen, sure, kind_share, own_alpha, plain=ground is not None),
        neckline,
        sleeve_length(landmarks),
    )


def _is_no_longer_than_a_tee(alpha: FloatArray, seen: _Seen) -> bool:
    """Whether it hangs straight and ends where a long tee does, by its own chest."""
    at = {name: np.array(point) for name, point in place_landmarks(alpha, seen.marks, seen.box, "top", "short")[0].items()}
    chest = max(float(np.linalg.norm(at["armpit_left"] - at["armpit_right"])), 1.0)
    neck, hem = ((at[f"{name}_left"] + at[f"{name}_right"]) / 2 for name in ("neck", "hem"))
    flare = float(np.linalg.norm(at["hem_left"] - at["hem_right"])) / chest
    return float(np.linalg.norm(hem - neck)) < 2.3 * chest and flare < 1.35


def _reduced(alpha: FloatArray, side: int = 512) -> FloatArray:
    """The same alpha, its longer side `side` pixels at most."""
    scale = min(1.0, side / max(alpha.shape))
    size = (max(1, round(alpha.shape[1] * scale)), max(1, round(alpha.shape[0] * scale)))
    return np.asarray(cv2.resize(alpha, size, interpolation=cv2.INTER_AREA), dtype=np.float32)


# ---------------------------------------------------------------- looking


@dataclass(frozen=True, eq=False)
class _Seen:
    """What the net said. mask, inner: (h, w) of the whole photo, at most 512 pixels a side. marks: (L, m, m), in the square `box`."""

    mask: FloatArray
    inner: FloatArray
    marks: FloatArray
    box: Box
    kinds: FloatArray
    sleeves: FloatArray
    present: float


def _look(rgb: UInt8Array, first: Box | None) -> _Seen:
    """Let the net see the whole picture, then the garment's own part of it, larger."""
    from tryon.fit.garment_net import load_garment_net
    from tryon.weights.pool import shared_pool

    height, width = rgb.shape[:2]
    whole = (0.0, 0.0, float(width), float(height)) if first is None else _widened(first, 0.1)
    with shared_pool().lend("garment", load_garment_net) as net:
        seen = _read(net, rgb, whole)
        near = _box_of(seen.mask, width, height)
        if near is None:
            return seen
        close = _widened(near, 0.09)
        if max(close[2] - close[0], close[3] - close[1]) > 0.9 * max(whole[2] - whole[0], whole[3] - whole[1]):
            return seen
        closer = _read(net, rgb, close)
    kinds = (seen.kinds + closer.kinds) / 2
    sleeves = (seen.sleeves + closer.sleeves) / 2
    return _Seen(closer.mask, closer.inner, closer.marks, closer.box, kinds, sleeves, max(seen.present, closer.present))


def _read(net: GarmentNet, rgb: UInt8Array, box: Box) -> _Seen:
    """One look at a square around `box`, as it is and mirrored; the two answers are averaged."""
    import torch

    from tryon.weights.backbone import from_pixels

    x0, y0, x1, y1 = box
    side = max(x1 - x0, y1 - y0)
    left, top = (x0 + x1 - side) / 2, (y0 + y1 - side) / 2
    view, inside = _square(rgb, left, top, side)
    with torch.inference_mode():
        said = net(from_pixels([view, view[:, ::-1]]))
        cloth = torch.sigmoid(torch.cat([said.mask, said.inner], 1))
        cloth = (cloth[0] + cloth[1].flip(-1)) / 2
        marks = (said.marks[0] + said.marks[1][_MIRROR].flip(-1)) / 2
        shares = torch.softmax(marks.flatten(1), 1).view(marks.shape)
        kinds = torch.softmax(said.kind, 1).mean(0)
        sleeves = torch.softmax(said.sleeve, 1).mean(0)
        present = float(torch.sigmoid(said.present).mean())
    maps = cloth.permute(1, 2, 0).numpy()
    maps = cv2.resize(maps, (_NET_SIDE, _NET_SIDE), interpolation=cv2.INTER_LINEAR) * inside[..., None]
    mask, inner = (_in_photo(maps[..., n], rgb.shape[1], rgb.shape[0], left, top, side) for n in (0, 1))
    return _Seen(mask, inner, shares.numpy(), (left, top, left + side, top + side), kinds.numpy(), sleeves.numpy(), present)


def _square(rgb: UInt8Array, left: float, top: float, side: float) -> tuple[UInt8Array, FloatArray]:
    """The square as the net wants it, gray where the photo ends, and where the photo is (0 or 1)."""
    height, width = rgb.shape[:2]
    x0, y0 = max(0, int(np.floor(left))), max(0, int(np.floor(top)))
    x1, y1 = min(width, int(np.ceil(left + side))), min(height, int(np.ceil(top + side)))
    k = _NET_SIDE / side
    a, b = round((x0 - left) * k), round((x1 - left) * k)
    c, d = round((y0 - top) * k), round((y1 - top) * k)
    a, c, b, d = max(0, a), max(0, c), min(_NET_SIDE, max(b, a + 1)), min(_NET_SIDE, max(d, c + 1))
    view = np.full((_NET_SIDE, _NET_SIDE, 3), _PAD, np.uint8)
    inside = np.zeros((_NET_SIDE, _NET_SIDE), np.float32)
    shrinks = (b - a) < x1 - x0
    view[c:d, a:b] = cv2.resize(rgb[y0:y1, x0:x1], (b - a, d - c), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    inside[c:d, a:b] = 1.0
    return view, inside


def _in_photo(field: FloatArray, width: int, height: int, left: float, top: float, side: float) -> FloatArray:
    """A map over the square as a map over the whole photo, its longer side 512 pixels at most."""
    k = min(1.0, 512 / max(width, height))
    size = (max(1, round(width * k)), max(1, round(height * k)))
    sx, sy = size[0] / width, size[1] / height
    step = side / field.shape[0]
    # destination pixel centre -> source pixel centre
    move = np.array([[1 / (sx * step), 0, (0.5 / sx - left) / step - 0.5], [0, 1 / (sy * step), (0.5 / sy - top) / step - 0.5]], np.float64)
    warped = cv2.warpAffine(field, move, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(warped, dtype=np.float32)


def _box_of(mask: FloatArray, width: int | None = None, height: int | None = None) -> Box | None:
    """The box of what is more cloth than not, in pixels of a photo of the given size (default: the mask's own)."""
    ys, xs = np.nonzero(tidy(mask) > 0.5)
    if len(ys) < 12:
        return None
    h, w = mask.shape
    sx, sy = (width or w) / w, (height or h) / h
    return float(xs.min() * sx), float(ys.min() * sy), float((xs.max() + 1) * sx), float((ys.max() + 1) * sy)


def _widened(box: Box, share: float) -> Box:
    x0, y0, x1, y1 = box
    more = share * max(x1 - x0, y1 - y0)
    return x0 - more, y0 - more, x1 + more, y1 + more


def _band(rgb: UInt8Array, box: Box) -> float:
    """How far the true edge may lie from the net's: 2.2 of the net's pixels, in pixels of the photo."""
    return 2.2 * (box[2] - box[0]) / _NET_SIDE


# ---------------------------------------------------------------- judging


def _allowed(kind: str | None) -> tuple[str, ...]:
    """The kinds that the caller's word leaves open."""
    if kind is None or kind == "auto":
        return KINDS
    if kind in KINDS:
        return (kind,)
    of_region = tuple(name for name in KINDS if REGIONS[name] == kind)
    if not of_region:
        reason = _("there is no kind of garment called {kind}").format(kind=repr(kind))
        raise OptionError(reason, advice=_("use one of {kinds}").format(kinds=", ".join((*KINDS, "upper", "lower", "full"))))
    return of_region


def _own_alpha(photo: Photo) -> FloatArray | None:
    """The photo's own transparency, where it cuts something out."""
    if photo.alpha is None:
        return None
    share = photo.alpha.astype(np.float32) / 255
    if float((share > 0.5).mean()) < 0.004:
        raise _nothing(photo)
    return share if float((share < 0.5).mean()) > 0.01 else None


def _on_plain(rgb: UInt8Array, alpha: FloatArray) -> UInt8Array:
    """A cut-out before a plain ground that its colors stand out from, for the net."""
    ground = 245.0 if float(rgb[alpha > 0.5].mean()) < 170 else 120.0
    mixed = ground + (rgb.astype(np.float32) - ground) * alpha[..., None]
    return np.round(mixed).astype(np.uint8)


def _nothing(photo: Photo) -> GarmentError:
    return GarmentError(
        _("no garment can be seen in this picture"),
        subject=photo.path or photo.name,
        advice=_("use a picture that shows one garment whole, on a ground of another color"),
    )


def _check(photo: Photo, seen: _Seen, own_alpha: FloatArray | None) -> None:
    """Refuse a picture without a garment. Raises GarmentError."""
    if own_alpha is not None:
        return
    area = float((seen.mask > 0.5).mean())
    if seen.present < 0.35 or area < 0.004 or float(photo.rgb.std(axis=(0, 1)).max()) < 0.8:
        raise _nothing(photo)


def _inner(seen: _Seen, alpha: FloatArray, inside: npt.NDArray[np.bool_] | None) -> npt.NDArray[np.bool_] | None:
    """The garment's inside at the photo's size (by its neckline, else by the net), None where there is next to nothing of it."""
    if inside is None:
        height, width = alpha.shape
        inside = (cv2.resize(sure_inside(seen.inner), (width, height), interpolation=cv2.INTER_LINEAR) > 0.5) & (alpha > 0.02)
    return inside if float(inside.sum()) > 0.002 * float((alpha > 0.5).sum()) else None


def _is_hard_to_tell(rgb: UInt8Array, alpha: FloatArray, seen: _Seen, *, plain: bool) -> bool:
    """Whether the cut may have gone wrong: an edge without contrast, or on a busy ground a net that is unsure or was overruled.

    Bounds by the eye, on photos of held-out senders: what they let pass was cut well.
    """
    small = _reduced(alpha)
    size = (small.shape[1], small.shape[0])
    if faint_rim(np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8), small) > 0.25:
        return True
    cloth, net = small > 0.5, cv2.resize(seen.mask, size, interpolation=cv2.INTER_LINEAR) > 0.5
    unsure = float(((seen.mask > 0.2) & (seen.mask < 0.8)).sum()) / max(float((seen.mask > 0.5).sum()), 1.0)
    changed = 1 - float((cloth & net).sum()) / max(float((cloth | net).sum()), 1.0)
    return not plain and (unsure > 0.3 or changed > 0.12)


def _warnings(
    rgb: UInt8Array, alpha: FloatArray, seen: _Seen, sure: float, kind_share: float, own_alpha: FloatArray | None, *, plain: bool
) -> tuple[str, ...]:
    found = []
    rim = np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]])
    if float((rim > 0.5).mean()) > 0.03:
        found.append(_("the garment reaches beyond the picture: what is missing cannot be shown"))
    if own_alpha is None and _is_hard_to_tell(rgb, alpha, seen, plain=plain):
        found.append(_("the garment is hard to tell from its ground: look at the cut-out"))
    if sure < 0.45:
        found.append(_("collar, cuffs or hem could not be found for certain: lay the garment out flat, arms beside it"))
    if kind_share < 0.5:
        found.append(_("it is not certain what kind of garment this is: choose it yourself if it is wrong"))
    return tuple(found)
