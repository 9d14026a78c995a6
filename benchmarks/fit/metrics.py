"""What is measured on a dressed picture."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks.fit.peers import Made
from benchmarks.fit.rows import can_read, lettering_kept, pattern_kept
from tryon import TryOnResult
from tryon.body.bodymap import map_body
from tryon.body.parsing import PARTS
from tryon.errors import TryOnError
from tryon.fit.composite import color_difference
from tryon.image import FloatArray, UInt8Array, photo_from_array

if TYPE_CHECKING:
    from tryon.weights.backbone import Encoder

__all__ = ["Row", "against_truth", "on_photo"]

BoolArray = npt.NDArray[np.bool_]
Row = dict[str, float]
_SIDE = 512  # both pictures are compared at this height at most: SSIM's window then means the same everywhere


def against_truth(picture: UInt8Array, truth: UInt8Array, region: BoolArray) -> Row:
    """SSIM (Wang et al. 2004, gaussian window), PSNR in dB and a perceptual distance, inside a region of the picture; `ssim` of the whole.

    picture, truth: (H, W, 3) uint8 sRGB; region: (H, W) bool.
    """
    from skimage.metrics import structural_similarity

    scale = min(1.0, _SIDE / picture.shape[0])
    if scale < 1:
        size = (round(picture.shape[1] * scale), round(picture.shape[0] * scale))
        picture, truth = (np.asarray(cv2.resize(p, size, interpolation=cv2.INTER_AREA), dtype=np.uint8) for p in (picture, truth))
        region = cv2.resize(region.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    whole, local = structural_similarity(
        picture, truth, channel_axis=2, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, full=True
    )
    error = float(((picture[region].astype(np.float64) - truth[region]) ** 2).mean())
    row = {
        "ssim": float(whole),
        "ssim_changed": float(local[region].mean()),
        "psnr_changed": float(10 * np.log10(255**2 / max(error, 1e-6))),
    }
    distance = _perceptual(picture, truth, region)
    return row if distance is None else {**row, "perceptual": distance}


@cache
def _imagenet() -> Encoder | None:
    """The encoder with its ImageNet weights, None where their package is missing."""
    from training.imagenet import load_imagenet
    from tryon.weights.backbone import Encoder

    net = Encoder(3)
    try:
        load_imagenet(net)
    except SystemExit:
        return None
    return net.eval()


def _perceptual(picture: UInt8Array, truth: UInt8Array, region: BoolArray) -> float | None:
    """Mean distance of unit features of EfficientNet-Lite0 (ImageNet) over its first four levels: LPIPS without its weights."""
    import torch
    from torch.nn import functional

    from tryon.weights.backbone import from_pixels

    net = _imagenet()
    if net is None:
        return None
    height, width = (32 * -(-size // 32) for size in picture.shape[:2])
    pads = ((0, height - picture.shape[0]), (0, width - picture.shape[1]))
    with torch.inference_mode():
        levels = net(from_pixels([np.pad(one, (*pads, (0, 0)), mode="edge") for one in (picture, truth)]))
        where = torch.from_numpy(np.pad(region, pads).astype(np.float32))[None, None]
        total = 0.0
        for level in levels[:4]:
            unit = functional.normalize(level, dim=1)
            apart = ((unit[0] - unit[1]) ** 2).sum(0)
            weight = functional.interpolate(where, size=level.shape[-2:], mode="area")[0, 0]
            total += float((apart * weight).sum() / weight.sum().clamp(min=1e-6))
    return total / 4


def on_photo(result: TryOnResult, made: Made) -> Row:
    """What a picture of a real person must keep; no truth is known.

    face_hands_kept: share of the face and hands that is the photo's own bytes. pose: MediaPipe's landmarks on the result against
    the photo, mean of shoulders, elbows, wrists, hips in shares of the shoulder width; face: the same of its face landmarks, in shares of
    the distance between the ears. color: CIEDE2000 between garment and result
    under equal light: what a method says it put on of the room's is taken off. pattern: see `rows.pattern_kept`. lettering: words of the
    product picture that are read in the result, where an OCR is installed. left_over: share of the old garment's pixels, away from the
    new one, that are still the old garment's bytes.
    """
    photo, body = result.request.person, result.stages.body
    same = (made.picture == photo.rgb).all(axis=2)
    face = np.isin(body.parts, [PARTS.index("face"), PARTS.index("left_hand"), PARTS.index("right_hand")])
    row: Row = {"face_hands_kept": float(same[face].mean()) if face.any() else float("nan")}
    row["pose"], row["face"] = _pose(result, made.picture)
    row["color"] = color_difference(made.picture, made.cover, result.stages.garment, made.light)
    row["pattern"] = pattern_kept(result, made.picture)
    if can_read():
        row["lettering"] = lettering_kept(result.request.garment.rgb, made.picture)
    worn = cv2.resize(result.stages.agnostic.worn.astype(np.uint8), (photo.width, photo.height), interpolation=cv2.INTER_NEAREST) > 0
    free = worn & (made.cover < 0.02)
    row["left_over"] = float((same & free).sum() / max(1, worn.sum()))
    return row


def _pose(result: TryOnResult, picture: UInt8Array) -> tuple[float, float]:
    body = result.stages.body
    try:
        now = map_body(photo_from_array(picture)).landmarks
    except TryOnError:
        return 1.0, 1.0

    def moved(joints: list[int], unit: float) -> float:
        apart: FloatArray = np.linalg.norm(now[joints, :2] - body.landmarks[joints, :2], axis=1)
        return float(apart.mean() / max(unit, 1.0)) if joints else float("nan")

    span = {pair: float(np.linalg.norm(body.landmarks[pair[0], :2] - body.landmarks[pair[1], :2])) for pair in ((11, 12), (7, 8))}
    joints = [j for j in (11, 12, 13, 14, 15, 16, 23, 24) if body.landmarks[j, 3] > 0.6]
    seen_face = (body.parts == PARTS.index("face")).any() and float(body.landmarks[:11, 1].min()) > 0
    return moved(joints, span[11, 12]), moved(list(range(11)), span[7, 8]) if seen_face else float("nan")
