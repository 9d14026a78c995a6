"""A garment's product picture, its landmarks, and where each worn pixel lies in it.

Product pixels: 256 x 320, x right, y down, the first pixel's centre is (0.5, 0.5). Wearer's left is picture right.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from training.people.flat import FLAT_BOX, WIDEN
from training.people.garment import Garment, lay_flat
from training.people.rasterizer import Layers, Light, Rasterizer, View, orthographic

PRODUCT_WIDTH, PRODUCT_HEIGHT = 256, 320
OVERSAMPLING = 1.5
FILL = 0.87
INSIDE_ALPHA = 200  # the inside of the back, seen through the collar or waistband, has this alpha at most
SAME_DEPTH_DM = 0.25  # a worn pixel belongs to the product picture's surface if their rest depths are this close

TOP_LANDMARKS = (
    "neck_left", "neck_right", "collar", "shoulder_left", "shoulder_right", "armpit_left", "armpit_right",
    "cuff_outer_left", "cuff_inner_left", "cuff_outer_right", "cuff_inner_right", "hem_left", "hem_right",
)  # fmt: skip
LANDMARKS = {
    "top": TOP_LANDMARKS,
    "outer": TOP_LANDMARKS,
    "dress": (*TOP_LANDMARKS, "waist_left", "waist_right"),
    "trousers": (
        "waist_left", "waist_right", "crotch", "hem_outer_left", "hem_inner_left", "hem_outer_right", "hem_inner_right",
    ),
    "skirt": ("waist_left", "waist_right", "hem_left", "hem_right"),
}  # fmt: skip
LANDMARKS["shorts"] = LANDMARKS["trousers"]

Points = dict[str, tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Window:
    """The part of the flat plane that the product picture shows, in decimetres."""

    x0: float
    y1: float
    per_dm: float  # product pixels

    def to_product(self, flat: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
        """Flat decimetres (..., 2) to product pixels."""
        return np.stack([(flat[..., 0] - self.x0) * self.per_dm, (self.y1 - flat[..., 1]) * self.per_dm], -1)


@dataclass(frozen=True, eq=False)
class Product:
    """picture (320, 256, 4) uint8 sRGB + alpha, landmarks in product pixels, and what the dense map needs."""

    picture: npt.NDArray[np.uint8]
    landmarks: Points
    window: Window
    layers: Layers


def _view(window: Window, width: float, height: float) -> View:
    half_w, half_h = width / window.per_dm / 2, height / window.per_dm / 2
    shift = np.eye(4)
    shift[:2, 3] = [-(window.x0 + half_w), -(window.y1 - half_h)]
    shift[2, 3] = -20
    return View(orthographic(half_w, half_h, 1, 40) @ shift, np.array([0.0, 0.0, 20.0]), orthographic=True)


def photograph(rasterizer: Rasterizer, garment: Garment, rng: np.random.Generator, unlit: bool = False) -> Product | None:
    """Lay the garment flat and take its picture; None if nothing of it shows."""
    items = lay_flat(garment)
    harmonics = np.zeros((9, 3))
    harmonics[0] = rng.uniform(0.72, 0.84) / 0.282095
    harmonics[2] = 0.06
    direction = np.array([rng.normal(0, 0.4), 0.6, 1.0])
    light = Light(harmonics, direction / np.linalg.norm(direction), np.full(3, rng.uniform(0.16, 0.3)))
    coarse = 10.0
    x0, x1, y0, y1 = FLAT_BOX
    whole = Window(x0, y1, coarse)
    size = (int((x1 - x0) * coarse), int((y1 - y0) * coarse))
    seen = rasterizer.draw(items, _view(whole, *size), light, size, unlit=True).color[..., 3] > 0
    if seen.sum() < 40:
        return None
    rows, columns = np.nonzero(seen.any(1))[0], np.nonzero(seen.any(0))[0]
    left, right = x0 + columns[0] / coarse, x0 + (columns[-1] + 1) / coarse
    high, low = y1 - rows[0] / coarse, y1 - (rows[-1] + 1) / coarse
    per_dm = FILL * min(PRODUCT_WIDTH / (right - left), PRODUCT_HEIGHT / (high - low))
    window = Window(
        (left + right) / 2 - PRODUCT_WIDTH / per_dm / 2, (high + low) / 2 + PRODUCT_HEIGHT / per_dm / 2, per_dm
    )
    size = (int(PRODUCT_WIDTH * OVERSAMPLING), int(PRODUCT_HEIGHT * OVERSAMPLING))
    layers = rasterizer.draw(items, _view(window, PRODUCT_WIDTH, PRODUCT_HEIGHT), light, size, unlit)
    return Product(_developed(layers), _landmarks(garment, layers, window), window, layers)


def _developed(layers: Layers) -> npt.NDArray[np.uint8]:
    """Area-filtered sRGB with straight alpha; color bleeds outward so that edges stay clean."""
    size = (PRODUCT_WIDTH, PRODUCT_HEIGHT)
    filtered = cv2.resize(layers.color, size, interpolation=cv2.INTER_AREA)  # nothing = black = premultiplied
    alpha = filtered[..., 3]
    color = filtered[..., :3] / np.maximum(alpha, 1e-3)[..., None]
    encoded = cv2.pow(np.clip(color, 0, 1), 1 / 2.2) * 255
    inside = cv2.resize(((layers.color[..., 3] > 0) & (layers.side <= 0)).astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.5
    opacity = np.where(inside, np.minimum(alpha * 255, INSIDE_ALPHA), alpha * 255)
    return np.dstack([encoded * (alpha > 0)[..., None], opacity]).round().astype(np.uint8)


def product_map(worn: Layers, piece: int, product: Product, step: int) -> npt.NDArray[np.float16]:
    """(H // step, W // step, 2) product pixel shown at the centre of each block, NaN where the garment's front is not."""
    at = slice(step // 2, None, step)
    laid = worn.laid[at, at]
    where = product.window.to_product(laid)
    shows = (np.round(worn.piece[at, at]) == piece) & (worn.side[at, at] > 0)
    column = np.clip(where[..., 0] * OVERSAMPLING, 0, PRODUCT_WIDTH * OVERSAMPLING - 1).astype(int)
    row = np.clip(where[..., 1] * OVERSAMPLING, 0, PRODUCT_HEIGHT * OVERSAMPLING - 1).astype(int)
    shows &= product.layers.side[row, column] > 0
    shows &= np.abs(product.layers.laid[row, column, 2] - laid[..., 2]) < SAME_DEPTH_DM
    result = np.where(shows[..., None], where, np.nan)
    return result.astype(np.float16)


# ---- landmarks


class _Outline:
    """Pixels of the front in product pixels, with arm coordinates: answers "which is the farthest that way"."""

    def __init__(self, layers: Layers) -> None:
        self.mask = layers.side > 0
        rows, columns = np.nonzero(self.mask)
        self.x, self.y = (columns + 0.5) / OVERSAMPLING, (rows + 0.5) / OVERSAMPLING
        self.arm = layers.arm[rows, columns]
        self.depth = layers.laid[rows, columns, 2]

    def farthest(self, among: npt.NDArray[np.bool_], right: float, down: float) -> tuple[float, float]:
        """The pixel farthest in the direction (right, down); NaN among none."""
        if not among.any():
            return (np.nan, np.nan)
        score = np.where(among, right * self.x + down * self.y, -np.inf)
        k = int(score.argmax())
        return (float(self.x[k]), float(self.y[k]))


def _landmarks(garment: Garment, layers: Layers, window: Window) -> Points:
    outline = _Outline(layers)
    zero = float(window.to_product(np.zeros(2))[0])
    if garment.kind in ("trousers", "shorts"):
        points = _trousers_landmarks(garment, outline, window, zero)
    elif garment.kind == "skirt":
        points = _corners(outline, np.ones(len(outline.x), bool), "waist", -1.0) | _corners(
            outline, np.ones(len(outline.x), bool), "hem", 1.0
        )
    else:
        points = _top_landmarks(garment, outline, window, zero)
    return {name: points.get(name, (np.nan, np.nan)) for name in LANDMARKS[garment.kind]}


def _corners(outline: _Outline, among: npt.NDArray[np.bool_], name: str, down: float) -> Points:
    return {
        f"{name}_left": outline.farthest(among, 0.8, down),
        f"{name}_right": outline.farthest(among, -0.8, down),
    }


def _trousers_landmarks(garment: Garment, outline: _Outline, window: Window, zero: float) -> Points:
    everything = np.ones(len(outline.x), bool)
    crotch = float(window.to_product(np.array([0.0, garment.crotch_y]))[1])
    points = _corners(outline, everything, "waist", -1.0)
    seam = outline.y[(np.abs(outline.x - zero) < 1.0) & (outline.y <= crotch + 1)]
    crotch = float(seam.max()) if len(seam) else crotch  # where the gap between the legs begins in the picture
    points["crotch"] = (zero, crotch)
    middle = float(outline.y.min() + outline.y.max()) / 2
    for name, sign in (("left", 1.0), ("right", -1.0)):
        leg = ((outline.x - zero) * sign > 0) & (outline.y > min(crotch, middle))
        points[f"hem_outer_{name}"] = outline.farthest(leg, 0.8 * sign, 1.0)
        points[f"hem_inner_{name}"] = outline.farthest(leg, -0.8 * sign, 1.0)
    return points


def _top_landmarks(garment: Garment, outline: _Outline, window: Window, zero: float) -> Points:
    x, y, arm = outline.x, outline.y, outline.arm
    dm = window.per_dm
    spread = 1 + garment.spread * (WIDEN - 1)
    trunk = arm <= 0.02
    points = _corners(outline, trunk, "hem", 1.0)
    column = (np.abs(x - zero) < 0.12 * dm) & (outline.depth > 0.35)  # not the inside of the back collar
    if column.any():
        collar = float(y[column].min())
        if collar < float(window.to_product(np.array([0.0, 2.2]))[1]):
            points["collar"] = (zero, collar)
    armpit_row = float(window.to_product(np.array([0.0, 4.3]))[1])
    for name, sign in (("left", 1.0), ("right", -1.0)):
        side = (x - zero) * sign > 0
        near = side & (np.abs(x - zero) < 1.57 * spread * dm) & (np.abs(x - zero) > 0.52 * spread * dm) & (y < armpit_row)
        points[f"neck_{name}"] = outline.farthest(near, -0.15 * sign, -1.0)
        if garment.sleeve > 0:
            points[f"shoulder_{name}"] = outline.farthest(side & (np.abs(arm) < 0.04), 0.0, -1.0)
            _sleeve_landmarks(garment, outline, points, name, sign, side)
        else:
            points[f"shoulder_{name}"] = outline.farthest(side & (y < armpit_row), 0.5 * sign, -1.0)
            band = side & (y > armpit_row - 0.5 * dm) & (y < armpit_row + 1.2 * dm)
            points[f"armpit_{name}"] = outline.farthest(band, sign, -0.45)
    _drop_what_sleeves_hide(points, zero)
    if garment.kind == "dress":
        row = float(window.to_product(np.array([0.0, garment.waist_y]))[1])
        band = trunk & (np.abs(y - row) < 0.6)
        points["waist_left"] = outline.farthest(band, 1.0, 0.0)
        points["waist_right"] = outline.farthest(band, -1.0, 0.0)
    return points


def _drop_what_sleeves_hide(points: Points, zero: float) -> None:
    """A sleeve lying over the trunk hides its armpit (then NaN) and may hide a hem's corner (then the other's mirror)."""
    hidden = False
    for name, other in (("left", "right"), ("right", "left")):
        armpit, hem, shoulder = (points.get(f"{point}_{name}", (np.nan, np.nan)) for point in ("armpit", "hem", "shoulder"))
        if abs(hem[0] - zero) < 0.6 * abs(armpit[0] - zero):
            mirror = points[f"hem_{other}"]
            points[f"hem_{name}"] = hem = (2 * zero - mirror[0], mirror[1])
        if armpit[1] - shoulder[1] > 0.8 * (hem[1] - shoulder[1]):
            hidden = True
    if hidden:  # sleeves are laid alike: what is not sure on one side is not on the other
        points |= {"armpit_left": (np.nan, np.nan), "armpit_right": (np.nan, np.nan)}


def _sleeve_landmarks(
    garment: Garment, outline: _Outline, points: Points, name: str, sign: float, side: npt.NDArray[np.bool_]
) -> None:
    end = outline.arm[side].max() if side.any() else 0.0
    cuff = side & (outline.arm > min(end, garment.sleeve) - 0.035)
    angle = np.deg2rad(48 + garment.drop)  # sleeves leave the trunk 48 degrees below the horizontal
    along, across = (np.cos(angle) * sign, np.sin(angle)), (np.sin(angle) * sign, -np.cos(angle))
    points[f"cuff_outer_{name}"] = outline.farthest(cuff, across[0] + 0.3 * along[0], across[1] + 0.3 * along[1])
    points[f"cuff_inner_{name}"] = outline.farthest(cuff, -across[0] + 0.3 * along[0], -across[1] + 0.3 * along[1])
    inner, hem = points[f"cuff_inner_{name}"], points[f"hem_{name}"]
    if np.isnan(inner[0]) or np.isnan(hem[0]):
        return
    contours, _ = cv2.findContours(outline.mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    contour = (max(contours, key=len).reshape(-1, 2) + 0.5) / OVERSAMPLING
    i, j = (int(np.abs(contour - np.array(p)).sum(1).argmin()) for p in (inner, hem))
    path = contour[i : j + 1] if i <= j else np.concatenate([contour[i:], contour[: j + 1]])
    other = contour[j : i + 1] if j <= i else np.concatenate([contour[j:], contour[: i + 1]])
    lower = path if len(path) and path[:, 1].min() > other[:, 1].min() else other
    chord = np.array(hem) - np.array(inner)
    distance = np.abs(chord[0] * (lower[:, 1] - inner[1]) - chord[1] * (lower[:, 0] - inner[0]))
    k = int(distance.argmax())
    points[f"armpit_{name}"] = (float(lower[k, 0]), float(lower[k, 1]))
