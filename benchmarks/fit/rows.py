"""What is measured beside the picture itself: the pattern, the lettering, the drape, the part map, and for whom it is worse."""

from __future__ import annotations

import difflib
import importlib.util
import logging
from functools import cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import numpy.typing as npt

from tryon.body.parsing import PARTS
from tryon.fit.ribbon import splat
from tryon.image import UInt8Array, srgb_to_linear

if TYPE_CHECKING:
    from benchmarks.fit.cases import Case
    from tryon import TryOnResult

__all__ = ["can_read", "drape_error", "group_of", "lettering_kept", "part_overlap", "pattern_kept"]

_SIDE = 256  # the product picture is compared at this height
_SURE = 0.8  # confidence from which a word counts as read; noise on plain fabric stays below it


def pattern_kept(result: TryOnResult, picture: UInt8Array) -> float:
    """SSIM, in gray, of a result pulled back through our drape against the product picture, on the cloth that is seen."""
    from skimage.metrics import structural_similarity

    drape, garment = result.stages.drape, result.stages.garment
    cloth = cv2.erode((result.stages.agnostic.cover > 0.95).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    scale = _SIDE / garment.rgba.shape[0]
    width, height = max(16, round(garment.rgba.shape[1] * scale)), _SIDE
    y, x = np.nonzero(cloth & np.isfinite(drape.dense[..., 0]))
    if len(x) < 200:
        return float("nan")
    at = (np.stack([x, y], axis=1) + 0.5).astype(np.float32) / drape.scale
    back = splat(at, (drape.dense[y, x] * scale).astype(np.float32), width, height)
    known = np.isfinite(back[..., 0])
    places = np.nan_to_num(back, nan=-10.0)
    seen = cv2.remap(picture, places[..., 0] - 0.5, places[..., 1] - 0.5, cv2.INTER_LINEAR)
    product = cv2.resize(garment.rgba[..., :3], (width, height), interpolation=cv2.INTER_AREA)
    grays = [np.where(known, cv2.cvtColor(np.asarray(one), cv2.COLOR_RGB2GRAY), 128).astype(np.uint8) for one in (seen, product)]
    local = structural_similarity(*grays, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, full=True)[1]
    inside = cv2.erode(known.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    return float(local[inside].mean()) if inside.any() else float("nan")


def drape_error(result: TryOnResult, product_at: npt.NDArray[np.float32]) -> float:
    """Mean distance, photo pixels, between where the drape and the truth put the same point of the cloth, on cloth that both show."""
    dense, at = result.stages.drape.dense, product_at
    both = np.isfinite(dense[..., 0]) & np.isfinite(at[..., 0])
    if both.sum() < 50:
        return float("nan")
    step = np.abs(np.diff(at[1::2, 1::2, 0], axis=1))
    step = step[np.isfinite(step) & (step < 60)]
    pixels = 2.0 / max(float(np.median(step)), 1e-3) if len(step) else 1.0  # photo pixels per garment pixel
    return float(np.linalg.norm(dense[both] - at[both], axis=1).mean() * min(pixels, 4.0))


def part_overlap(result: TryOnResult, parts: npt.NDArray[np.uint8]) -> float:
    """Mean intersection over union of our part map against the truth, over the parts that the truth shows."""
    found = result.stages.body.parts
    values = []
    for part in np.unique(parts):
        truth, ours = parts == part, found == part
        if truth.sum() >= 30:
            values.append(float((truth & ours).sum() / (truth | ours).sum()))
    return float(np.mean(values))


def group_of(case: Case) -> dict[str, str]:
    """The wearer's skin (by CIE L* of face and arms) and build (figure's width against its height), by fixed borders."""
    if case.parts is None:
        return {}
    skin = np.isin(case.parts, [PARTS.index(name) for name in ("face", "neck", "left_arm", "right_arm", "left_hand", "right_hand")])
    light = float(np.median(srgb_to_linear(case.person.rgb[skin]) @ np.array([0.2126, 0.7152, 0.0722]))) if skin.any() else 0.2
    lightness = 116 * light ** (1 / 3) - 16
    person = case.parts > 0
    rows = np.flatnonzero(person.any(axis=1))
    middle = person[rows[0] + (rows[-1] - rows[0]) // 4 : rows[0] + (rows[-1] - rows[0]) * 3 // 4]
    width = float(np.median(middle.sum(axis=1))) / max(float(np.sqrt(person.sum())), 1.0)
    return {
        "skin": "dark" if lightness < 38 else "medium" if lightness < 56 else "light",
        "build": "slim" if width < 0.52 else "middle" if width < 0.66 else "broad",
    }


def can_read() -> bool:
    """Whether an offline OCR (rapidocr, no requirement of ours) is installed."""
    return importlib.util.find_spec("rapidocr") is not None and importlib.util.find_spec("onnxruntime") is not None


@cache
def _reader() -> Any:
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR()


def words(picture: UInt8Array) -> list[str]:
    """The words that are read surely, three letters and more, lower case."""
    read = _reader()(np.ascontiguousarray(picture[..., ::-1]))
    found = zip(read.txts or (), read.scores or (), strict=True)
    return [word.strip().lower() for word, score in found if score >= _SURE and len(word.strip()) >= 3]


def lettering_kept(product: UInt8Array, picture: UInt8Array) -> float:
    """Share of the product picture's words that are read in the result (four letters of five alike); NaN where it has none."""
    wanted = words(product)
    if not wanted:
        return float("nan")
    found = words(picture)
    kept = [max((difflib.SequenceMatcher(None, word, other).ratio() for other in found), default=0.0) >= 0.8 for word in wanted]
    return float(np.mean(kept))
