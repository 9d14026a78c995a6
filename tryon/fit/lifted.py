"""A garment taken off another person's photo: wear what she wears.

The parser says which pixels are cloth, the wearer's frame where collar, armpits, cuffs and hem are; what hair, hands or arms hide is
filled from the mirrored side or from the cloth around. Points are (x, y) pixels of the photo; left is the wearer's left.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from tryon.body.bare import colored_as_skin
from tryon.body.bodymap import BodyMap, map_body
from tryon.body.parsing import PARTS
from tryon.errors import GarmentError, NoPersonError
from tryon.fit.cutting import clean_edge
from tryon.fit.figure import Figure, measure
from tryon.fit.garment import Garment
from tryon.fit.outline import REGIONS
from tryon.fit.worn_marks import Marks, lower_marks, upper_marks
from tryon.image import FloatArray, Photo, UInt8Array
from tryon.jobs import Progress
from tryon.text import _

__all__ = ["lift", "wearer"]

BoolArray = npt.NDArray[np.bool_]

_PART_KINDS = {"top": ("top",), "outer": ("outer",), "bottom": ("trousers", "shorts"), "skirt": ("skirt",), "dress": ("dress",)}
_SKIN = [PARTS.index(name) for name in ("face", "neck", "torso", "left_arm", "right_arm", "left_hand", "right_hand", "legs")]
_OVER = [PARTS.index(name) for name in ("hair", "face", "left_arm", "right_arm", "left_hand", "right_hand", "bag")]
"""What may lie before the cloth."""
_ARMS = [PARTS.index(name) for name in ("left_arm", "right_arm", "left_hand", "right_hand")]
_LEAST_SHARE = 0.03  # of the person's pixels, below which a part is no garment
_LEAST_SKIN, _LEAST_SKIN_VAGUE = 0.04, 0.1  # of the person's pixels; the latter where shoulders, arms and hips are only guessed
_VAGUE = 0.7  # MediaPipe's visibility of those, on average: a coat on the floor has 0.58, people 0.83 and more
_MOST_LIKE_GROUND = 0.6
_LEAST_SKIN_COLORED = 0.78
_PAIRS = ((11, 12), (13, 14), (15, 16), (23, 24), (25, 26), (27, 28))  # MediaPipe's shoulders, elbows, wrists, hips, knees, ankles
_SLIVER = 0.04  # what is guessed behind an arm is broader, in garments (the root of its area)
_ARMHOLE_END = 0.1  # an armhole ends so far below the armpit, in breadths of the shoulders, at most
_MOST_OUTSIDE = 0.45  # cloth outside the person, as a share of the person: more is a garment with somebody printed on it


def wearer(photo: Photo, cloth: FloatArray, progress: Progress | None = None) -> BodyMap | None:
    """The person who wears the garment of this picture, or None where it hangs, lies or only has a person printed on it.

    cloth: (h, w) float32 0..1, where the garment net sees cloth, of the whole photo. Raises ModelError, Canceled.
    """
    try:
        body = map_body(photo, progress)
    except NoPersonError:
        return None
    person = cv2.resize(body.person, (cloth.shape[1], cloth.shape[0]), interpolation=cv2.INTER_AREA)
    size = float((person > 0.5).sum())
    outside = float(((cloth > 0.5) & (person < 0.3)).sum())
    skin = float(np.isin(body.parts, _SKIN).sum()) / max(float((body.parts > 0).sum()), 1.0)
    tall = (body.box[3] - body.box[1]) / body.height
    shoulders = np.linalg.norm(body.landmarks[11, :2] - body.landmarks[12, :2]) / max(1.0, body.box[2] - body.box[0])
    vague = float(body.landmarks[11:25, 3].mean()) < _VAGUE
    seen = skin >= (_LEAST_SKIN_VAGUE if vague else _LEAST_SKIN)
    worn = seen and tall > 0.45 and 0.15 < shoulders < 1.0 and outside < _MOST_OUTSIDE * size
    if not worn or colored_as_skin(photo.rgb, np.isin(body.parts, _SKIN)) < _LEAST_SKIN_COLORED:
        return None
    return body if _skin_like_ground(photo.rgb, body) < _MOST_LIKE_GROUND else None


def _skin_like_ground(rgb: UInt8Array, body: BodyMap) -> float:
    """The share of what is taken for skin that has a color of the ground: a floor seen through a collar is nobody's neck."""
    scale = min(1.0, 256 / max(rgb.shape[:2]))
    size = (max(8, round(rgb.shape[1] * scale)), max(8, round(rgb.shape[0] * scale)))
    lab = cv2.cvtColor(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2LAB).astype(np.float32)
    parts = cv2.resize(body.parts, size, interpolation=cv2.INTER_NEAREST)
    person = cv2.resize(body.person, size, interpolation=cv2.INTER_AREA)
    ground, skin = lab[(person < 0.05) & (parts == 0)], lab[np.isin(parts, _SKIN)]
    if len(ground) < 50 or len(skin) < 10:
        return 0.0
    cv2.setRNGSeed(1)
    ends = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 10, 1.0)
    start = np.zeros((len(ground), 1), np.int32)
    _, _, centers = cv2.kmeans(ground, 5, start, ends, 1, cv2.KMEANS_PP_CENTERS)
    apart = np.linalg.norm((skin[:, None] - centers[None]) * [100 / 255, 1.0, 1.0], axis=-1).min(axis=1)
    return float((apart < 9.0).mean())


def _facing(body: BodyMap) -> BodyMap:
    """The same person with left and right as the picture has them: seen from behind or turned far, a garment still lies as it lies."""
    if body.landmarks[11, 0] >= body.landmarks[12, 0]:
        return body
    order = np.arange(33)
    for first, second in _PAIRS:
        order[first], order[second] = second, first
    return replace(body, landmarks=body.landmarks[order])


def lift(photo: Photo, body: BodyMap, allowed: tuple[str, ...]) -> Garment:
    """Take a garment off a person's photo: the largest one of the kinds that are allowed.

    Raises GarmentError when the person wears nothing of those kinds.
    """
    on_person = max(float((body.parts > 0).sum()), 1.0)
    shares = {
        part: float((body.parts == PARTS.index(part)).sum()) / on_person
        for part, kinds in _PART_KINDS.items()
        if any(kind in allowed for kind in kinds)
    }
    part = max(shares, key=lambda name: shares[name], default="")
    if len(shares) > 1:  # rather what is seen to its end: a picture down to the thighs shows a blouse, not trousers
        cut = {name: bool((body.parts[-2:] == PARTS.index(name)).any()) for name in shares}
        part = max(shares, key=lambda name: shares[name] * (0.4 if cut[name] else 1.0))
    if not part or shares[part] < _LEAST_SHARE:
        raise GarmentError(
            _("the person in this picture wears no such garment"),
            subject=photo.path or photo.name,
            advice=_("choose another region, or a picture that shows the garment whole"),
        )
    figure = measure(_facing(body))
    cloth = _whole(body.parts == PARTS.index(part))
    kinds = tuple(kind for kind in _PART_KINDS[part] if kind in allowed)
    before = np.isin(body.parts, _OVER)
    if part in ("bottom", "skirt"):
        marks = lower_marks(cloth, figure, "skirt" if part == "skirt" else kinds[0] if len(kinds) == 1 else None)
    else:
        marks = upper_marks(cloth, before, figure, part)
    before &= ~_beside(np.isin(body.parts, _ARMS), cloth, max(3, round(0.008 * max(cloth.shape))))
    if marks.sleeve == "none" and "armpit_left" in marks.points:
        before &= ~_beside_armholes(body.parts, marks, figure)
    hidden = _hidden(cloth, before, marks)
    filled = _fill(photo.rgb, cloth, hidden, figure)
    alpha = cv2.GaussianBlur((cloth | hidden).astype(np.float32), (0, 0), max(0.7, max(photo.rgb.shape[:2]) / 1400))
    rgba = np.dstack([clean_edge(filled, alpha), np.round(alpha * 255).astype(np.uint8)])
    guessed = float(hidden.sum()) / max(float((cloth | hidden).sum()), 1.0)
    confidence = float(np.clip(0.85 - 1.2 * guessed, 0.1, 0.85)) * (1.0 if marks.whole else 0.7)
    words = _words(cloth, marks, guessed)
    return Garment(photo.digest, marks.kind, REGIONS[marks.kind], rgba, None, marks.points, marks.sleeve, round(confidence, 3), words)


def _words(cloth: BoolArray, marks: Marks, guessed: float) -> tuple[str, ...]:
    found = [_("the garment was taken off a person's photo: its folds and light come with it")]
    if guessed > 0.04:
        found.append(_("hair, hands or arms hide a part of the garment there: that part is guessed"))
    if not marks.whole or bool(cloth[-2:].any()):
        found.append(_("the garment reaches beyond the picture: what is missing cannot be shown"))
    return tuple(found)


def _whole(cloth: BoolArray) -> BoolArray:
    """The cloth without crumbs and pinholes."""
    solid = cv2.morphologyEx(cloth.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    count, pieces, stats, _centers = cv2.connectedComponentsWithStats(solid)
    if count < 2:
        return cloth
    areas = stats[1:, cv2.CC_STAT_AREA]
    return np.asarray(np.isin(pieces, 1 + np.nonzero(areas >= 0.02 * areas.max())[0]))


def _hidden(cloth: BoolArray, before: BoolArray, marks: Marks) -> BoolArray:
    """Where the garment must go on behind what lies before it."""
    inside = np.zeros(cloth.shape, np.uint8)
    for shape in marks.shapes:
        cv2.fillPoly(inside, [np.round(shape * 16).astype(np.int32)], 1, shift=4)
    reach = max(3, round(0.004 * max(cloth.shape)))
    rim = cv2.dilate(before.astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0  # the seam between cloth and hair belongs to neither
    whole = ((inside > 0) & rim | cloth).astype(np.uint8)
    reach = 2 * max(1, round(_SLIVER * float(np.sqrt(max(int(cloth.sum()), 1))) / 2)) + 1
    broad = cv2.morphologyEx(whole, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))) > 0
    return np.asarray(broad & (whole > 0) & ~cloth)


def _beside(arms: BoolArray, cloth: BoolArray, reach: int) -> BoolArray:
    """The arms, less what crosses the cloth with cloth on either hand: beside the trunk they hide nothing, or little."""
    aside = arms.copy()
    for row in np.flatnonzero(arms.any(axis=1)):
        for start, end in np.flatnonzero(np.diff(np.pad(arms[row].astype(np.int8), 1))).reshape(-1, 2):
            aside[row, start:end] = not (cloth[row, max(start - reach, 0) : start].any() and cloth[row, end : end + reach].any())
    return aside


def _beside_armholes(parts: UInt8Array, marks: Marks, figure: Figure) -> BoolArray:
    """The arms where the armholes of a sleeveless garment end at them: there they hide nothing."""
    rows, columns = np.indices(parts.shape, dtype=np.float32)
    below = columns * figure.down[0] + rows * figure.down[1]
    armpits = [np.array(marks.points[f"armpit_{side}"]) @ figure.down for side in ("left", "right")]
    return np.asarray(np.isin(parts, _ARMS[:2]) & (below < max(armpits) + _ARMHOLE_END * figure.breadth))


def _fill(rgb: UInt8Array, cloth: BoolArray, hidden: BoolArray, figure: Figure) -> UInt8Array:
    """The photo with cloth where something hides it: tone from the cloth around, weave and print from the mirrored side."""
    if not hidden.any():
        return rgb
    height, width = cloth.shape
    scale = min(1.0, 384 / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    unknown = (cv2.resize(cloth.astype(np.uint8), size, interpolation=cv2.INTER_AREA) == 0).astype(np.uint8)
    unknown = cv2.dilate(unknown, np.ones((3, 3), np.uint8))
    tone = cv2.resize(_spread(small, unknown), (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    ys, xs = np.nonzero(hidden)
    side = np.array([-figure.down[1], figure.down[0]])
    points = np.stack([xs + 0.5, ys + 0.5], 1)
    mirrored = points - 2 * ((points - figure.shoulder_middle) @ side)[:, None] * side
    mx, my = (np.floor(mirrored[:, axis]).astype(int) for axis in (0, 1))
    inside = (mx >= 0) & (mx < width) & (my >= 0) & (my < height)
    known = np.zeros(len(xs), bool)
    core = cv2.erode(cloth.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    known[inside] = core[my[inside], mx[inside]]
    result = rgb.copy()
    colors = tone[ys, xs]
    if known.any():
        sigma = max(2.0, 0.012 * max(height, width))
        weight = cv2.GaussianBlur(cloth.astype(np.float32), (0, 0), sigma)
        mean = cv2.GaussianBlur(rgb.astype(np.float32) * cloth[..., None], (0, 0), sigma) / np.maximum(weight, 1e-3)[..., None]
        detail = rgb[my[known], mx[known]].astype(np.float32) - mean[my[known], mx[known]]
        colors[known] += detail
    result[ys, xs] = np.clip(colors, 0, 255).astype(np.uint8)
    return result


def _spread(picture: UInt8Array, unknown: npt.NDArray[np.uint8]) -> FloatArray:
    """Known colors carried on into the unknown, nearest first, ever softer."""
    weight = (1 - unknown).astype(np.float32)
    result = picture.astype(np.float32)
    left = unknown > 0
    for sigma in (1.5, 4.0, 10.0, 30.0, 90.0):
        near = cv2.GaussianBlur(weight, (0, 0), sigma)
        mean = cv2.GaussianBlur(picture.astype(np.float32) * weight[..., None], (0, 0), sigma) / np.maximum(near, 1e-6)[..., None]
        now = left & (near > 0.02)
        result[now] = mean[now]
        left &= ~now
    return result
