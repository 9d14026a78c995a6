"""A sheet of training pictures with what is known about them: `python -m training.garments.sheet -o OUT.png [--seed N] [--sort drawn]`."""

from __future__ import annotations

import argparse
import time

import cv2
import numpy as np
import numpy.typing as npt

from training.garments import samples as made
from training.garments.photos import load_photos
from tryon.fit.outline import KINDS, LANDMARKS, SLEEVES


def show(sample: made.Sample) -> npt.NDArray[np.uint8]:
    """The picture with its mask's outline (green), inner side (blue), landmarks (red = wearer's left, yellow = right) and kind."""
    out = cv2.resize(sample.picture, None, fx=1.25, fy=1.25)
    for field, tint in ((sample.mask, (0, 255, 0)), (sample.inner, (60, 120, 255))):
        edges, _ = cv2.findContours((cv2.resize(field, out.shape[1::-1]) > 127).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(out, edges, -1, tint, 1)
    for name, (x, y) in zip(LANDMARKS, sample.marks, strict=True):
        if np.isfinite(x):
            tint = (255, 0, 0) if "left" in name else (255, 220, 0) if "right" in name else (255, 0, 255)
            cv2.circle(out, (int(x * 1.25), int(y * 1.25)), 3, tint, -1, cv2.LINE_AA)
    text = f"{KINDS[sample.kind]} {SLEEVES[sample.sleeve] if sample.sleeve >= 0 else '?'}" if sample.present else "empty"
    cv2.putText(out, text, (4, 12), 0, 0.42, (255, 0, 255), 1, cv2.LINE_AA)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", default="runs/garment/sheet.png")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=48)
    parser.add_argument("--sort", choices=["sample", "drawn", "pasted", "photo", "empty"], default="sample")
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    photos = load_photos()
    make = getattr(made, f"make_{asked.sort}")
    start = time.process_time()
    pictures = [show(make(np.random.default_rng([asked.seed, i]), photos)) for i in range(asked.count)]
    print(f"{(time.process_time() - start) / asked.count * 1000:.0f} ms a picture")
    rows = [np.hstack(pictures[i : i + 8]) for i in range(0, asked.count - 7, 8)]
    cv2.imwrite(asked.output, np.vstack(rows)[..., ::-1])


if __name__ == "__main__":
    main()
