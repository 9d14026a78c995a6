"""Cuts, sews and photographs the sample garments: `python -m assets.source.garments [NAME ...]`.

Writes assets/samples/garment-NAME.jpg (768 x 1024) and garments.json (kind and true landmarks, pixels). All CC0.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from assets.source import garment_bottoms, garment_dress, garment_tops
from assets.source.sewing import Made

FOLDER = Path(__file__).resolve().parents[1] / "samples"

GARMENTS: dict[str, Callable[[], Made]] = {
    "tshirt": garment_tops.tshirt, "sweater": garment_tops.sweater, "tank": garment_tops.tank,
    "jeans": garment_bottoms.jeans, "skirt": garment_bottoms.skirt, "dress": garment_dress.dress,
}


def main() -> None:
    """Make the named garments, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    notes_path = FOLDER / "garments.json"
    notes = json.loads(notes_path.read_text("utf-8")) if notes_path.exists() else {}
    for name in options.names or GARMENTS:
        picture, note = GARMENTS[name]()
        noise = np.random.default_rng(1).normal(0, 1.1, picture.shape)
        Image.fromarray(np.asarray(np.clip(picture + noise, 0, 255), np.uint8)).save(
            FOLDER / f"garment-{name}.jpg", quality=90, optimize=True)
        notes[f"garment-{name}.jpg"] = note
        notes_path.write_text(json.dumps(notes, indent=1, sort_keys=True) + "\n", "utf-8")
        print(name, note["kind"], flush=True)


if __name__ == "__main__":
    main()
