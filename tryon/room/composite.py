"""Puts the furniture's picture into the photo: shadow first, furniture over it, and not one pixel more than these touch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from tryon.image import FloatArray, UInt8Array, linear_to_srgb, srgb_to_linear
from tryon.room.ratio import SAME, RatioLayers
from tryon.room.render import Layers, Window, boxes_window, floor_in_photo
from tryon.room.wallshade import wall_in_photo

if TYPE_CHECKING:
    from tryon.room.camera import Camera

__all__ = ["Look", "composite", "composite_ratio", "read_look"]

_GRAIN_PX = 256
_QUIET_PX = 32
_STRONGEST_GRAIN = 8.0
_USUAL_SPREAD = 1.65  # how much wider than its sharpest edges a sharp photo's usual edge is
DARKEST_SHADOW = 0.22  # light from around the room reaches everywhere; a photo's shadows are never black
_UNSEEN = 0.006  # a shadow weaker than this is none: the photo's pixels stay


@dataclass(frozen=True, eq=False)
class Look:
    """How the photo was taken, so that the furniture looks taken with it.

    blur_px: standard deviation of its sharpest edges, in pixels.
    grain: (256, 256, 3) float32, noise like its own, in levels of 255, mean 0; its edges fit one another.
    black: (3,) linear light of its darkest parts.
    """

    blur_px: float
    grain: FloatArray
    black: tuple[float, float, float]


def read_look(rgb: UInt8Array) -> Look:
    """Measure sharpness, noise and black level of a photo: (H, W, 3) uint8 sRGB."""
    gray = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return Look(blur_px=_edge_width(gray), grain=_grain(rgb), black=_black(rgb))


def composite(
    rgb: UInt8Array, camera: Camera, layers: Layers, look: Look, rendered_blur_px: float, front: FloatArray | None = None,
    brighter: FloatArray | None = None,
) -> tuple[UInt8Array, UInt8Array]:
    """Photo and layers as one picture: (H, W, 3) uint8, and where it was changed: (H, W) uint8, 0 = the photo's own pixel.

    The shadow multiplies the photo, so it never brightens; all in linear light. rendered_blur_px: how soft the layers' edges are already.
    front: (H, W) float32, 1 = stands in front of all furniture: the photo's pixel stays. brighter: (H, W, 3) what the furniture's own
    lamps do to the room, 1 = nothing.
    """
    seen = floor_in_photo(camera, layers.floor, layers.region)
    shadow = np.zeros((0, 0, 3), np.float32)
    window = layers.window
    if seen is not None:
        window, shadow = seen
    box = _around(window, layers.window)
    for wall in layers.walls:
        box = _around(box, boxes_window(camera, [wall.sheet.corners], 2) or Window(0, 0, 0, 0))
    if brighter is not None:
        box = Window(0, 0, rgb.shape[1], rgb.shape[0])
    if box.width <= 0 or box.height <= 0:
        return rgb.copy(), np.zeros(rgb.shape[:2], np.uint8)
    kept = np.ones((box.height, box.width, 3), np.float32)
    if seen is not None:
        kept[_inside(window, box)] = np.clip(shadow + _UNSEEN, DARKEST_SHADOW, 1.0)
    for wall in layers.walls:
        if layers.box is not None:
            kept = np.minimum(kept, np.clip(wall_in_photo(camera, wall, layers.box, box) + _UNSEEN, DARKEST_SHADOW, 1.0))
    if brighter is not None:
        kept += _settled(brighter) - 1.0
    cover = np.zeros((box.height, box.width, 4), np.float32)
    if layers.window.width and layers.window.height:
        cover[_inside(layers.window, box)] = _taken_like(layers.furniture, look, rendered_blur_px)
    return _mix(rgb, box, kept, cover, look, front)


def composite_ratio(
    rgb: UInt8Array, window: Window, layers: RatioLayers, look: Look, rendered_blur_px: float, front: FloatArray | None = None
) -> tuple[UInt8Array, UInt8Array]:
    """Photo and path-traced layers as one picture, and where it was changed, both as in `composite`.

    The photo is multiplied by the ratio, in linear light; where the ratio is 1 within 1.2 % and no furniture stands, its bytes stay.
    """
    cover = np.concatenate([layers.color, layers.alpha[..., None]], axis=2)
    return _mix(rgb, window, _unclipped(_settled(layers.ratio), rgb[window.cut]), _taken_like(cover, look, rendered_blur_px), look, front)


def _settled(ratio: FloatArray) -> FloatArray:
    """The ratio with its last per cent gone smoothly, so that no line shows where the photo's own pixels begin."""
    strength = np.abs(ratio - 1.0).max(axis=2, keepdims=True)
    share = np.clip((strength - SAME) / SAME, 0.0, 1.0)
    result: FloatArray = (1.0 + (ratio - 1.0) * share).astype(np.float32)
    return result


def _unclipped(ratio: FloatArray, rgb: UInt8Array) -> FloatArray:
    """The ratio without its faint darkening of what the photo shows as full white: a window behind it shines far brighter than that."""
    white = np.clip((rgb.min(axis=2).astype(np.float32) - 242.0) / 10.0, 0.0, 1.0)[..., None]
    faint = np.clip((ratio - 0.7) / 0.2, 0.0, 1.0)
    result: FloatArray = ratio + (1.0 - ratio) * white * faint
    return result


def _rolled_off(mixed: FloatArray, photo: FloatArray) -> FloatArray:
    """What became brighter than in the photo, without a hard edge where white begins; never darker than the photo."""
    knee = np.clip(photo, 0.6, 0.98)
    over = np.maximum(mixed - knee, 0.0)
    rolled = np.minimum(mixed, knee) + (1.0 - knee) * (1.0 - np.exp(-over / (1.0 - knee)))
    result: FloatArray = np.maximum(rolled, np.minimum(photo, mixed))
    return result


def _mix(
    rgb: UInt8Array, box: Window, kept: FloatArray, cover: FloatArray, look: Look, front: FloatArray | None
) -> tuple[UInt8Array, UInt8Array]:
    """The photo times `kept`, the furniture over it, what stands in front of both untouched."""
    picture = rgb.copy()
    changed = np.zeros(rgb.shape[:2], np.uint8)
    if front is not None:
        free = 1.0 - front[box.cut][..., None]
        kept = 1.0 + (kept - 1.0) * free
        cover = cover * free
    touched = (kept != 1.0).any(axis=2) | (cover[..., 3] > 1 / 512)
    photo = srgb_to_linear(rgb[box.cut])
    behind = photo * kept
    if kept.max() > 1.0:
        behind = np.where(kept > 1.0, _rolled_off(behind, photo), behind)
    mixed = behind * (1.0 - cover[..., 3:]) + cover[..., :3]
    screen = linear_to_srgb(mixed) * 255.0
    screen += _spread(look.grain, box.height, box.width) * cover[..., 3:]
    result = np.clip(screen + 0.5, 0.0, 255.0).astype(np.uint8)
    picture[box.cut][touched] = result[touched]
    changed[box.cut][touched] = 255
    return picture, changed


def _taken_like(furniture: FloatArray, look: Look, rendered_blur_px: float) -> FloatArray:
    """The furniture as the photo's camera would have taken it: highlights rolled off, blacks lifted, edges as soft."""
    alpha = furniture[..., 3:]
    color = furniture[..., :3] / np.maximum(alpha, 1e-4)
    color = np.where(color > 0.7, 0.7 + 0.3 * (1.0 - np.exp(-(color - 0.7) / 0.3)), color)
    black = np.asarray(look.black, np.float32)
    color = black + color * (1.0 - black)
    result: FloatArray = np.concatenate([color * alpha, alpha], axis=2).astype(np.float32)
    extra = float(np.sqrt(max(look.blur_px**2 - rendered_blur_px**2, 0.0)))
    if extra > 0.25:
        result = cv2.GaussianBlur(result, (0, 0), extra, borderType=cv2.BORDER_REPLICATE)
    return result


def _around(one: Window, other: Window) -> Window:
    """The smallest window that holds both; empty ones do not count."""
    both = [window for window in (one, other) if window.width > 0 and window.height > 0]
    if not both:
        return Window(0, 0, 0, 0)
    return Window(min(w.x0 for w in both), min(w.y0 for w in both), max(w.x1 for w in both), max(w.y1 for w in both))


def _inside(window: Window, box: Window) -> tuple[slice, slice]:
    return slice(window.y0 - box.y0, window.y1 - box.y0), slice(window.x0 - box.x0, window.x1 - box.x0)


def _spread(grain: FloatArray, height: int, width: int) -> FloatArray:
    """The grain laid over (height, width); its edges fit one another."""
    side = grain.shape[0]
    result: FloatArray = np.tile(grain, (-(-height // side), -(-width // side), 1))[:height, :width]
    return result


def _edge_width(gray: FloatArray) -> float:
    """Standard deviation in pixels of the photo's sharpest clear edges: step height over steepest slope."""
    slope = cv2.magnitude(cv2.Scharr(gray, cv2.CV_32F, 1, 0), cv2.Scharr(gray, cv2.CV_32F, 0, 1)) / 32.0
    around = np.ones((9, 9), np.uint8)
    height, darkest = cv2.dilate(gray, around), cv2.erode(gray, around)
    height = height - darkest
    clear = (height > 50.0) & (slope >= cv2.dilate(slope, np.ones((3, 3), np.uint8))) & (darkest > 1.0)  # black rims are no camera's
    clear[:4], clear[-4:], clear[:, :4], clear[:, -4:] = False, False, False, False
    width = height[clear] / (2.5066 * np.maximum(slope[clear], 1e-3))  # a blurred step's slope is height / (sqrt(2 pi) sigma)
    width = width[width < 4.0]  # wider ones are light that fades, not edges
    if len(width) < 50:
        return 0.5
    sharpest, usual = (float(np.percentile(width, share)) - 0.35 for share in (15, 50))
    soft = float(np.clip(usual / max(sharpest, 0.1) / _USUAL_SPREAD, 1.0, 1.5))  # few sharp edges among many soft ones are noise
    return float(np.clip(sharpest * soft, 0.3, 2.5))


def _grain(rgb: UInt8Array) -> FloatArray:
    """Noise as coarse, as strong and as colored as what is left of the photo's quietest places when everything coarse is taken away.

    It is made anew from their mean spectrum with phases drawn by lot: no board or seam that the photo shows there is printed on a piece.
    """
    side = _QUIET_PX
    rows, columns = rgb.shape[0] // side, rgb.shape[1] // side
    whole = rgb[: rows * side, : columns * side].astype(np.float32)
    blocks, noise = (
        part.reshape(rows, side, columns, side, 3).transpose(0, 2, 1, 3, 4).reshape(-1, side, side, 3)
        for part in (whole, whole - cv2.GaussianBlur(whole, (0, 0), 3.0))
    )
    gray = blocks.mean(axis=3)
    level = gray.mean(axis=(1, 2))
    usable = np.flatnonzero((level > 25.0) & (level < 230.0) & (gray.min(axis=(1, 2)) > 0.0) & (gray.max(axis=(1, 2)) < 254.0))
    if not len(usable):
        return np.zeros((_GRAIN_PX, _GRAIN_PX, 3), np.float32)
    order = usable[np.argsort(noise[usable].mean(axis=3).std(axis=(1, 2)))]
    quiet = noise[order[len(order) // 100 : max(len(order) // 12, len(order) // 100 + 1)]]  # the very quietest may be a logo's flat patch
    quiet = quiet - quiet.mean(axis=(1, 2), keepdims=True)
    strength, colors = np.linalg.eigh(np.cov(quiet.reshape(-1, 3).T))  # brightness and two colors apart: colored noise is the coarser one
    soft = np.outer(np.hanning(side), np.hanning(side))[..., None]
    power = (np.abs(np.fft.fft2(quiet @ colors * soft, axes=(1, 2))) ** 2).mean(axis=0)
    spectrum = cv2.resize(np.fft.fftshift(np.sqrt(power), axes=(0, 1)), (_GRAIN_PX, _GRAIN_PX), interpolation=cv2.INTER_LINEAR)
    white = np.fft.fft2(np.random.default_rng(7).standard_normal(spectrum.shape), axes=(0, 1))
    made = np.fft.ifft2(white * np.fft.ifftshift(spectrum, axes=(0, 1)), axes=(0, 1)).real
    made = (made - made.mean(axis=(0, 1))) / np.maximum(made.std(axis=(0, 1)), 1e-9) * np.sqrt(np.maximum(strength, 0.0))
    result: FloatArray = (made @ colors.T).astype(np.float32)
    return result * np.float32(min(1.0, _STRONGEST_GRAIN / max(float(result.std()), 1e-6)))


def _black(rgb: UInt8Array) -> tuple[float, float, float]:
    levels = np.percentile(rgb.reshape(-1, 3)[::7], 0.5, axis=0)
    linear = np.clip(srgb_to_linear((levels / 255.0).astype(np.float32)), 0.0, 0.02)
    return float(linear[0]), float(linear[1]), float(linear[2])
