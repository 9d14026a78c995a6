"""Builds the furniture of the shop: `python -m assets.source.furniture [NAME ...] [--no-thumbnails]`.

Writes assets/furniture/NAME.glb, NAME.png (256 x 256), furniture.json and README.md. All CC0.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from assets.source import bedroom, decor, seating, storage, tables
from assets.source.glb import bounds, faces_of, write_glb
from assets.source.materials import Material
from assets.source.shapes import Part

FOLDER = Path(__file__).resolve().parents[1] / "furniture"


@dataclass(frozen=True)
class Entry:
    """A piece as the palette shows it, and the function that makes it."""

    name: str
    english: str
    chinese: str
    category: str
    make: Callable[[], list[tuple[Material, Part]]]


ENTRIES = (
    Entry("sofa-2-seat", "Two-seat sofa", "双人沙发", "seating", seating.sofa),
    Entry("dining-chair", "Dining chair", "餐椅", "seating", seating.dining_chair),
    Entry("armchair", "Leather armchair", "皮革扶手椅", "seating", seating.armchair),
    Entry("coffee-table", "Coffee table", "茶几", "tables", tables.coffee_table),
    Entry("dining-table", "Dining table", "餐桌", "tables", tables.dining_table),
    Entry("desk", "Desk", "书桌", "tables", tables.desk),
    Entry("bookshelf", "Bookshelf", "书架", "storage", storage.bookshelf),
    Entry("sideboard", "Sideboard", "餐边柜", "storage", storage.sideboard),
    Entry("wardrobe", "Wardrobe", "衣柜", "storage", storage.wardrobe),
    Entry("nightstand", "Nightstand", "床头柜", "storage", storage.nightstand),
    Entry("double-bed", "Double bed", "双人床", "beds", bedroom.double_bed),
    Entry("floor-lamp", "Floor lamp", "落地灯", "lamps", decor.floor_lamp),
    Entry("rug", "Wool rug", "羊毛地毯", "rugs", decor.rug),
    Entry("potted-plant", "Potted fiddle-leaf fig", "琴叶榕盆栽", "plants", decor.potted_plant),
)


def build(entry: Entry, thumbnail: bool) -> dict[str, object]:
    """Make one piece: its GLB, its picture, its line of furniture.json."""
    piece = entry.make()
    path = FOLDER / f"{entry.name}.glb"
    write_glb(path, piece, entry.name)
    low, high = bounds(piece)
    if thumbnail:
        from assets.source.studio import product_shot

        shot = product_shot(path, 400, 25)
        Image.fromarray(shot).resize((256, 256), Image.Resampling.LANCZOS).save(FOLDER / f"{entry.name}.png", optimize=True)
    print(f"{entry.name}: {np.round(high - low, 3).tolist()} m, {faces_of(piece)} triangles, {path.stat().st_size / 1e6:.2f} MB", flush=True)
    return {
        "name": entry.name, "file": path.name, "label": {"en": entry.english, "zh_CN": entry.chinese}, "category": entry.category,
        "size_m": [round(float(s), 3) for s in high - low], "thumbnail": f"{entry.name}.png", "triangles": faces_of(piece),
    }


def write_list(made: dict[str, dict[str, object]]) -> None:
    """furniture.json and README.md, pieces not made now kept as they were."""
    path = FOLDER / "furniture.json"
    known = {line["name"]: line for line in json.loads(path.read_text("utf-8"))} if path.exists() else {}
    lines = [(known | made)[e.name] for e in ENTRIES if e.name in known | made]
    path.write_text(json.dumps(lines, ensure_ascii=False, indent=1) + "\n", "utf-8")
    rows = []
    for line in lines:
        w, h, d = line["size_m"]
        rows.append(f"| ![]({line['thumbnail']}) | `{line['name']}` | {line['label']['en']} | {line['label']['zh_CN']} | "
                    f"{w * 100:.0f} x {d * 100:.0f} x {h * 100:.0f} | {line['triangles']:,} |")
    (FOLDER / "README.md").write_text(
        "# Furniture\n\nEvery piece is made by a script (`python -m assets.source.furniture`), textures included, and is dedicated to the public\n"
        "domain (CC0 1.0). GLB, metres, y up, front = +z, origin = middle of the footprint on the floor.\n\n"
        "| | name | | | width x depth x height, cm | triangles |\n|---|---|---|---|---|---|\n" + "\n".join(rows) + "\n", "utf-8")


def main() -> None:
    """Make the named pieces, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="pieces to make (default: all)")
    parser.add_argument("--no-thumbnails", action="store_true")
    options = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    chosen = [e for e in ENTRIES if not options.names or e.name in options.names]
    unknown = set(options.names) - {e.name for e in ENTRIES}
    if unknown:
        parser.error(f"no such piece: {', '.join(sorted(unknown))}")
    for entry in chosen:
        write_list({entry.name: build(entry, not options.no_thumbnails)})


if __name__ == "__main__":
    main()
