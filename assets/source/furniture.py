"""Builds the furniture of the shop: `python -m assets.source.furniture [NAME ...] [--no-thumbnails]`.

Writes assets/furniture/NAME.glb, NAME.png (256 x 256), furniture.json and README.md. All CC0.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from assets.source import bedroom, cabinets, chairs, decor, floors, lights, lounge, plants, seating, storage, tables, walls
from assets.source.glb import bounds, faces_of, stood, write_glb
from assets.source.materials import Material
from assets.source.shapes import Part

FOLDER = Path(__file__).resolve().parents[1] / "furniture"


@dataclass(frozen=True)
class Entry:
    """A piece as the palette shows it, and the function that makes it.

    stands: "floor", "wall", "table" or "ceiling"; elevation_m: how high its foot hangs or stands; top: things can be put on its highest board
    (True) or on a board at that height, m; lumen: what its bulb gives; turn_deg, pitch_deg: from where its thumbnail is taken.
    """

    name: str
    english: str
    chinese: str
    category: str
    make: Callable[[], list[tuple[Material, Part]]]
    stands: str = "floor"
    elevation_m: float = 0.0
    top: bool | float = False
    lumen: float = 0.0
    turn_deg: float = 30.0
    pitch_deg: float = 16.0


ENTRIES = (
    Entry("sofa-2-seat", "Two-seat sofa", "双人沙发", "seating", seating.sofa),
    Entry("sofa-3-seat", "Three-seat velvet sofa", "三人丝绒沙发", "seating", lounge.sofa_three),
    Entry("corner-sofa", "Corner sofa", "转角沙发", "seating", lounge.corner_sofa),
    Entry("armchair", "Leather armchair", "皮革扶手椅", "seating", seating.armchair),
    Entry("tub-chair", "Boucle tub chair", "圈绒圆椅", "seating", lounge.tub_chair),
    Entry("rocking-chair", "Rocking chair", "摇椅", "seating", chairs.rocking_chair),
    Entry("footstool", "Footstool", "脚凳", "seating", lounge.footstool),
    Entry("pouf", "Knitted pouf", "针织坐墩", "seating", lounge.pouf),
    Entry("bench", "Leather bench", "皮革长凳", "seating", lounge.bench_seat),
    Entry("dining-chair", "Dining chair", "餐椅", "seating", seating.dining_chair),
    Entry("shell-chair", "Shell chair", "软壳餐椅", "seating", chairs.shell_chair),
    Entry("bar-stool", "Bar stool", "吧台凳", "seating", chairs.bar_stool),
    Entry("office-chair", "Office chair", "办公椅", "seating", chairs.office_chair),
    Entry("coffee-table", "Coffee table", "茶几", "tables", tables.coffee_table, top=True),
    Entry("drum-table", "Fluted drum table", "凹槽圆鼓茶几", "tables", tables.drum_table, top=True),
    Entry("nesting-tables", "Nesting tables", "套几", "tables", tables.nesting_tables, top=True),
    Entry("side-table", "Marble side table", "大理石边几", "tables", tables.side_table, top=True),
    Entry("dining-table", "Dining table", "餐桌", "tables", tables.dining_table, top=True),
    Entry("round-table", "Round dining table", "圆餐桌", "tables", tables.round_table, top=True),
    Entry("desk", "Desk", "书桌", "tables", tables.desk, top=True),
    Entry("console", "Console table", "玄关桌", "tables", tables.console, top=True),
    Entry("bookshelf", "Bookshelf", "书架", "storage", storage.bookshelf, top=True),
    Entry("ladder-shelf", "Open steel shelf", "开放式铁架", "storage", cabinets.ladder_shelf),
    Entry("wall-shelf", "Floating shelf", "壁挂层板", "storage", cabinets.wall_shelf, "wall", 1.35, top=0.036, turn_deg=22, pitch_deg=6),
    Entry("sideboard", "Sideboard", "餐边柜", "storage", storage.sideboard, top=True),
    Entry("media-unit", "Media unit", "电视柜", "storage", cabinets.media_unit, top=True),
    Entry("chest-of-drawers", "Chest of drawers", "六斗柜", "storage", cabinets.chest, top=True),
    Entry("wardrobe", "Wardrobe", "衣柜", "storage", storage.wardrobe, top=True),
    Entry("shoe-cabinet", "Shoe cabinet", "鞋柜", "storage", cabinets.shoe_cabinet, top=True),
    Entry("coat-stand", "Coat stand", "衣帽架", "storage", cabinets.coat_stand),
    Entry("nightstand", "Nightstand", "床头柜", "storage", storage.nightstand, top=True),
    Entry("double-bed", "Double bed", "双人床", "beds", bedroom.double_bed, pitch_deg=22),
    Entry("king-bed", "Upholstered king bed", "软包大床", "beds", bedroom.upholstered_bed, pitch_deg=22),
    Entry("single-bed", "Single bed", "单人床", "beds", bedroom.single_bed, pitch_deg=22),
    Entry("floor-lamp", "Floor lamp", "落地灯", "lamps", decor.floor_lamp, lumen=800),
    Entry("arc-lamp", "Arc lamp", "弧形落地灯", "lamps", lights.arc_lamp, lumen=900),
    Entry("paper-lantern", "Paper lantern", "纸灯笼", "lamps", lights.paper_lantern, lumen=500),
    Entry("table-lamp", "Table lamp", "台灯", "lamps", lights.table_lamp, "table", lumen=450),
    Entry("desk-lamp", "Desk lamp", "工作灯", "lamps", lights.desk_lamp, "table", lumen=450),
    Entry("pendant-lamp", "Pendant lamp", "吊灯", "lamps", lights.pendant, "ceiling", 1.274, lumen=700, pitch_deg=12),
    Entry("rug", "Wool rug", "羊毛地毯", "rugs", decor.rug, pitch_deg=38),
    Entry("round-rug", "Round jute rug", "圆形黄麻地毯", "rugs", floors.jute_rug, pitch_deg=38),
    Entry("runner", "Striped runner", "条纹走廊毯", "rugs", floors.runner, pitch_deg=38),
    Entry("shag-rug", "Deep-pile rug", "长绒地毯", "rugs", floors.shag_rug, pitch_deg=38),
    Entry("potted-plant", "Potted fiddle-leaf fig", "琴叶榕盆栽", "plants", decor.potted_plant),
    Entry("monstera", "Monstera", "龟背竹", "plants", plants.monstera),
    Entry("snake-plant", "Snake plant", "虎尾兰", "plants", plants.snake_plant, "table"),
    Entry("olive-tree", "Olive tree", "橄榄树", "plants", plants.olive_tree),
    Entry("aloe", "Aloe", "芦荟", "plants", plants.aloe, "table"),
    Entry("eucalyptus", "Eucalyptus in a vase", "尤加利瓶插", "plants", plants.eucalyptus, "table"),
    Entry("print-shapes", "Framed print, shapes", "几何装饰画", "pictures", walls.print_shapes, "wall", 1.15, turn_deg=18, pitch_deg=3),
    Entry("print-hills", "Framed print, hills", "远山装饰画", "pictures", walls.print_hills, "wall", 1.15, turn_deg=18, pitch_deg=3),
    Entry("print-pair", "Two botanical prints", "植物装饰画一对", "pictures", walls.print_pair, "wall", 1.25, turn_deg=18, pitch_deg=3),
    Entry("round-mirror", "Round mirror", "圆镜", "pictures", walls.round_mirror, "wall", 1.10, turn_deg=18, pitch_deg=3),
    Entry("floor-mirror", "Arched floor mirror", "拱形落地镜", "pictures", walls.floor_mirror),
    Entry("linen-curtains", "Linen curtains", "亚麻窗帘", "curtains", walls.linen_curtains, "wall", 0.02, turn_deg=16, pitch_deg=3),
    Entry("velvet-curtain", "Velvet curtain", "丝绒窗帘", "curtains", walls.velvet_curtain, "wall", 0.02, turn_deg=16, pitch_deg=3),
    Entry("roman-blind", "Roman blind", "罗马帘", "curtains", walls.roman_blind, "wall", 1.0, turn_deg=16, pitch_deg=3),
)


def build(entry: Entry, thumbnail: bool) -> dict[str, object]:
    """Make one piece: its GLB, its picture, its line of furniture.json."""
    piece = stood(entry.make())
    path = FOLDER / f"{entry.name}.glb"
    write_glb(path, piece, entry.name)
    low, high = bounds(piece)
    if thumbnail:
        from assets.source.studio import product_shot

        shot = product_shot(path, 400, 25, entry.turn_deg, entry.pitch_deg, entry.stands == "wall")
        Image.fromarray(shot).resize((256, 256), Image.Resampling.LANCZOS).save(FOLDER / f"{entry.name}.png", optimize=True)
    print(f"{entry.name}: {np.round(high - low, 3).tolist()} m, {faces_of(piece)} triangles, {path.stat().st_size / 1e6:.2f} MB", flush=True)
    return {
        "name": entry.name, "file": path.name, "size_m": [round(float(s), 3) for s in high - low], "thumbnail": f"{entry.name}.png",
        "triangles": faces_of(piece), "lights": [list(np.round(at, 3)) for at in bulbs(piece)],
    }


def bulbs(piece: list[tuple[Material, Part]]) -> list[list[float]]:
    """Where the bulbs of a lamp are, metres from the middle of its foot."""
    return [((part.vertices.min(0) + part.vertices.max(0)) / 2).tolist() for material, part in piece if material.name == "bulb"]


def described(entry: Entry, made: dict[str, Any]) -> dict[str, Any]:
    """A line of furniture.json: what was made, and what the entry says of it."""
    line = {
        "name": made["name"], "file": made["file"], "label": {"en": entry.english, "zh_CN": entry.chinese}, "category": entry.category,
        "size_m": made["size_m"], "thumbnail": made["thumbnail"], "triangles": made["triangles"], "stands": entry.stands,
    }
    if entry.elevation_m:
        line["elevation_m"] = entry.elevation_m
    if entry.top:
        line["top_m"] = made["size_m"][1] if entry.top is True else entry.top
    if entry.lumen:
        places = [light["at_m"] if isinstance(light, dict) else light for light in made.get("lights", [])]
        line["lights"] = [{"at_m": at, "color": [1.0, 0.84, 0.6], "lumen": entry.lumen, "radius_m": 0.03} for at in places]
    return line


def write_list(made: dict[str, dict[str, object]]) -> None:
    """furniture.json and README.md, pieces not made now kept as they were."""
    path = FOLDER / "furniture.json"
    known = {line["name"]: line for line in json.loads(path.read_text("utf-8"))} if path.exists() else {}
    lines = [described(e, (known | made)[e.name]) for e in ENTRIES if e.name in known | made]
    path.write_text(json.dumps(lines, ensure_ascii=False, indent=1) + "\n", "utf-8")
    rows, stands = [], {"floor": "", "wall": "hangs on a wall", "table": "stands on a table", "ceiling": "hangs from the ceiling"}
    for line in lines:
        w, h, d = line["size_m"]
        where = stands[line["stands"]] + (", lit" if "lights" in line else "")
        rows.append(f"| ![]({line['thumbnail']}) | `{line['name']}` | {line['label']['en']} | {line['label']['zh_CN']} | "
                    f"{line['category']} | {w * 100:.0f} x {d * 100:.0f} x {h * 100:.0f} | {line['triangles']:,} | {where.strip(', ')} |")
    (FOLDER / "README.md").write_text(
        "# Furniture\n\nEvery piece is made by a script (`python -m assets.source.furniture`), textures included, and is dedicated to the public\n"
        "domain (CC0 1.0). GLB, metres, y up, front = +z, origin = middle of the footprint on the floor; what hangs on a wall has its back at -z.\n"
        "`furniture.json` tells size, name, where it stands, how high it hangs, how high things are put on it, and where a lamp's light sits.\n\n"
        "| | name | | | | width x depth x height, cm | triangles | |\n|---|---|---|---|---|---|---|---|\n" + "\n".join(rows) + "\n", "utf-8")


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
