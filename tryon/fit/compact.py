"""The default transfer: a small denoiser that is told where the cloth lies and paints what is missing.

It works at 288 x 384 in pixel-unshuffled space (every 4 x 4 block of pixels becomes 16 channels), is conditioned on the photo without
the old garment, what may be repainted, and the draped cloth, and gives the picture and the new garment's coverage.
It diffuses the difference between the truth and the cloth laid flat (residual diffusion, as SRDiff does for super-resolution, Li et al.
2022): where nothing is to change the answer is zero, so a small net needs little training. The net predicts the clean difference itself
("sample" prediction), on a noise schedule that ends in pure noise (Lin et al. 2023); DDIM steps by diffusers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from tryon.errors import ModelError
from tryon.fit.agnostic import Agnostic
from tryon.image import FloatArray, UInt8Array
from tryon.jobs import Progress
from tryon.text import _

if TYPE_CHECKING:
    import torch

__all__ = [
    "FRAME_HEIGHT",
    "FRAME_WIDTH",
    "Frame",
    "Painted",
    "base_of",
    "build_net",
    "conditions",
    "draw",
    "frame_around",
    "paint",
    "scheduler",
]

FRAME_WIDTH, FRAME_HEIGHT = 288, 384
BLOCK = 4
CONDITION_CHANNELS = 8  # agnostic 3, hidden 1, drape 3, cover 1
TARGET_CHANNELS = 4  # picture 3, garment's coverage 1
DEFAULT_STEPS = 2  # denoising steps of each draw; scored by training/transfer/score.py
DRAWS = 4  # independent draws that are averaged: what the net reads into the noise cancels out


@dataclass(frozen=True)
class Frame:
    """A 3:4 window of the working picture that the denoiser sees: left, top, width, height in working pixels (may leave the picture)."""

    x: float
    y: float
    width: float
    height: float

    def cut(self, picture: Any, *, nearest: bool = False, width: int = FRAME_WIDTH, height: int = FRAME_HEIGHT) -> Any:
        """The window of an array (h, w[, c]), resampled to (height, width); edges are continued outside."""
        scale = np.array([width / self.width, height / self.height])
        matrix = np.array([[scale[0], 0, -self.x * scale[0]], [0, scale[1], -self.y * scale[1]]])
        shrink = min(scale)
        source = picture
        if shrink < 0.7 and not nearest:
            source = cv2.GaussianBlur(picture, (0, 0), 0.45 / shrink)
        flags = cv2.INTER_NEAREST if nearest else cv2.INTER_LINEAR
        # OpenCV counts pixel centres as whole numbers; ours are at halves.
        matrix[:, 2] += 0.5 * scale - 0.5
        return cv2.warpAffine(source, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)

    def back(self, picture: FloatArray, width: int, height: int) -> FloatArray:
        """A frame-sized array laid back into the working picture of this width and height."""
        scale = np.array([self.width / picture.shape[1], self.height / picture.shape[0]])
        matrix = np.array([[scale[0], 0, self.x], [0, scale[1], self.y]])
        matrix[:, 2] += 0.5 * scale - 0.5
        flags = cv2.INTER_CUBIC if min(scale) > 1 else cv2.INTER_LINEAR
        return np.asarray(cv2.warpAffine(picture, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE), dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Painted:
    """What the denoiser made, at the working size: rgb (h, w, 3) float32 0..1 sRGB, cover (h, w) float32 0..1."""

    rgb: FloatArray
    cover: FloatArray
    steps: int
    frame: Frame


def frame_around(agnostic: Agnostic, *, margin: float = 0.14) -> Frame:
    """The 3:4 window around what is to change, with some of its surroundings."""
    height, width = agnostic.hidden.shape
    rows, columns = np.flatnonzero(agnostic.hidden.any(axis=1)), np.flatnonzero(agnostic.hidden.any(axis=0))
    if not len(rows):
        return _whole(width, height)
    x0, x1, y0, y1 = columns[0], columns[-1] + 1, rows[0], rows[-1] + 1
    tall = max((y1 - y0) * (1 + 2 * margin), (x1 - x0) * (1 + 2 * margin) * 4 / 3, 0.3 * height)
    wide = tall * 3 / 4
    return Frame((x0 + x1 - wide) / 2, (y0 + y1 - tall) / 2, wide, tall)


def _whole(width: int, height: int) -> Frame:
    tall = max(height, width * 4 / 3)
    return Frame((width - tall * 3 / 4) / 2, (height - tall) / 2, tall * 3 / 4, tall)


def conditions(agnostic_rgb: UInt8Array, hidden: Any, drape_rgb: UInt8Array, cover: FloatArray) -> FloatArray:
    """What the denoiser is told, (8, H, W) float32 in -1..1: all inputs (H, W, ...) at its own size."""
    laid = drape_rgb.astype(np.float32) / 127.5 - 1.0
    planes = [
        agnostic_rgb.astype(np.float32) / 127.5 - 1.0,
        np.asarray(hidden, dtype=np.float32)[..., None] * 2 - 1,
        laid * cover[..., None],
        cover[..., None] * 2 - 1,
    ]
    return np.ascontiguousarray(np.concatenate(planes, axis=-1).transpose(2, 0, 1), dtype=np.float32)


def base_of(told: FloatArray) -> FloatArray:
    """The cloth laid flat on what is known of the photo, and the drape's coverage: (4, H, W) float32 in -1..1, of `conditions`."""
    cover = (told[7:8] + 1) / 2
    return np.concatenate([told[:3] * (1 - cover) + told[4:7], told[7:8]]).astype(np.float32)


def build_net(channels: tuple[int, ...] = (64, 128, 192, 256), layers: int = 1) -> torch.nn.Module:
    """An untrained denoiser: a diffusers UNet2DModel over unshuffled pixels."""
    import diffusers
    from diffusers import UNet2DModel

    diffusers.utils.logging.set_verbosity_error()  # `.to(dtype)` logs an empty complaint
    net: torch.nn.Module = UNet2DModel(
        sample_size=(FRAME_HEIGHT // BLOCK, FRAME_WIDTH // BLOCK),
        in_channels=(CONDITION_CHANNELS + TARGET_CHANNELS) * BLOCK**2,
        out_channels=TARGET_CHANNELS * BLOCK**2,
        block_out_channels=channels,
        layers_per_block=layers,
        norm_num_groups=16,
        down_block_types=("DownBlock2D",) * len(channels),
        up_block_types=("UpBlock2D",) * len(channels),
        add_attention=False,
    )
    return net


def scheduler() -> Any:
    """The noise schedule, for training and for use."""
    from diffusers import DDIMScheduler

    return DDIMScheduler(
        num_train_timesteps=1000,
        beta_schedule="scaled_linear",
        beta_start=0.00085,
        beta_end=0.012,
        prediction_type="sample",
        rescale_betas_zero_snr=True,
        timestep_spacing="trailing",
        clip_sample=True,
        clip_sample_range=2.0,
        set_alpha_to_one=True,
    )


def load_net(path: Path) -> torch.nn.Module:
    """The trained denoiser from its weights. Raises ModelError where they do not fit."""
    import torch

    from tryon.weights.safe import load_weights

    net = build_net()
    try:
        net.load_state_dict({name: value.float() for name, value in load_weights(path).items()}, strict=True)
    except RuntimeError as error:
        reason = _("these weights do not fit the compact transfer ({detail})").format(detail=str(error).split("\n")[0][:100])
        raise ModelError(reason, subject=path, advice=_("install the program again")) from None
    return net.to(dtype=torch.bfloat16, memory_format=torch.channels_last).eval()


def draw(
    net: torch.nn.Module,
    told: FloatArray,
    *,
    seed: int,
    steps: int,
    draws: int = DRAWS,
    progress: Progress | None = None,
    seen: Callable[[FloatArray], None] | None = None,
) -> FloatArray:
    """The mean difference to the cloth laid flat over some draws, (4, H, W) float32; told: of `conditions`.

    seen: is given the mean so far after each draw but the last.
    """
    import torch
    from torch.nn import functional

    schedule = scheduler()
    generator = torch.Generator().manual_seed(seed)
    dtype = next(net.parameters()).dtype
    total = torch.zeros((TARGET_CHANNELS, told.shape[1], told.shape[2]))
    with torch.inference_mode():
        condition = functional.pixel_unshuffle(torch.from_numpy(told)[None], BLOCK)
        for number in range(draws):
            schedule.set_timesteps(steps)
            sample = torch.randn((1, TARGET_CHANNELS * BLOCK**2, *condition.shape[2:]), generator=generator)
            for index, step in enumerate(schedule.timesteps):
                if progress is not None:
                    done, whole = number * steps + index, draws * steps
                    progress(done / whole, _("painting, step {step} of {steps}").format(step=done + 1, steps=whole))
                joined = torch.cat([sample, condition], dim=1).to(dtype).contiguous(memory_format=torch.channels_last)
                sample = schedule.step(net(joined, step).sample.float(), step, sample).prev_sample
            total += functional.pixel_shuffle(sample, BLOCK)[0]
            if seen is not None and number + 1 < draws:
                seen(np.asarray((total / (number + 1)).numpy(), dtype=np.float32))
    if progress is not None:
        progress(1.0)
    return np.asarray((total / draws).numpy(), dtype=np.float32)


def paint(net: torch.nn.Module, agnostic: Agnostic, drape_rgb: UInt8Array, *, seed: int, steps: int, progress: Progress) -> Painted:
    """Run the denoiser: drape_rgb (h, w, 3) uint8 at the working size. Same seed and steps, same picture.

    The mean of DRAWS draws of `steps` steps each: a small net's draws differ in blotches, and agree on folds and edges.
    """

    height, width = agnostic.hidden.shape
    frame = frame_around(agnostic)
    told = conditions(
        frame.cut(agnostic.rgb),
        frame.cut(agnostic.hidden.astype(np.float32)) > 0.5,
        frame.cut(drape_rgb),
        frame.cut(agnostic.cover),
    )
    steps = steps or DEFAULT_STEPS

    def painted(difference: FloatArray) -> Painted:
        picture = np.clip(base_of(told) + difference, -1, 1).transpose(1, 2, 0)
        rgb = frame.back(np.ascontiguousarray((picture[..., :3] + 1) / 2, dtype=np.float32), width, height)
        cover = frame.back(np.ascontiguousarray((picture[..., 3] + 1) / 2, dtype=np.float32), width, height)
        return Painted(np.clip(rgb, 0, 1), np.clip(cover, 0, 1), steps, frame)

    def so_far(difference: FloatArray) -> UInt8Array:
        made = (painted(difference).rgb * 255 + 0.5).astype(np.uint8)
        return np.where(agnostic.hidden[..., None], made, agnostic.rgb)

    def seen(difference: FloatArray) -> None:
        progress.show(lambda: so_far(difference))

    return painted(draw(net, told, seed=seed, steps=steps, progress=progress, seen=seen))
