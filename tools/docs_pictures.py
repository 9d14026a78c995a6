"""Make the README's pictures from the samples that ship with the program: docs/fit.jpg and docs/room.jpg."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from tryon.config import assets_dir
from tryon.fit.pipeline import try_on
from tryon.fit.transfer import TryOnRequest
from tryon.image import load_photo, write_file
from tryon.room.pipeline import RoomRequest, furnish
from tryon.room.scale import parse_scale
from tryon.room.scene import parse_placement

DOCS = Path(__file__).resolve().parent.parent / "docs"
SAMPLES = assets_dir() / "samples"
MAX_BYTES = 190_000
GAP = 12


def side_by_side(pictures: list[Image.Image], height: int) -> Image.Image:
    """Pictures in a row on white, at one height."""
    scaled = [picture.resize((round(picture.width * height / picture.height), height), Image.Resampling.LANCZOS) for picture in pictures]
    row = Image.new("RGB", (sum(picture.width for picture in scaled) + GAP * (len(scaled) - 1), height), "white")
    left = 0
    for picture in scaled:
        row.paste(picture, (left, 0))
        left += picture.width + GAP
    return row


def write(name: str, picture: Image.Image) -> None:
    """As good a JPEG as fits the limit."""
    for quality in (90, 85, 80, 75, 70, 60, 50):
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
        if buffer.tell() <= MAX_BYTES:
            break
    DOCS.mkdir(exist_ok=True)
    write_file(DOCS / name, buffer.getvalue())
    print(f"docs/{name}: {picture.width} x {picture.height}, {buffer.tell() // 1000} kB")


def dressed(job: dict[str, Any]) -> list[Image.Image]:
    """Photo, garment and result."""
    person, garment = load_photo(SAMPLES / job["person"]), load_photo(SAMPLES / job["garment"])
    result = try_on(TryOnRequest(person=person, garment=garment))
    before, worn = Image.fromarray(person.rgb), Image.fromarray(result.picture)
    return [before, ImageOps.contain(Image.fromarray(garment.rgb), before.size), worn]


def fit(jobs: dict[str, Any]) -> None:
    """Two people, before and after."""
    write("fit.jpg", side_by_side([picture for job in jobs["fit"][:2] for picture in dressed(job)], 480))


def room(jobs: dict[str, Any]) -> None:
    """The room, before and after."""
    job = jobs["room"][0]
    photo = load_photo(SAMPLES / job["photo"])
    scale = parse_scale(job["scale_from"]) if "scale_from" in job else None
    result = furnish(RoomRequest(photo, tuple(parse_placement(text) for text in job["place"]), scale))
    write("room.jpg", side_by_side([Image.fromarray(photo.rgb), Image.fromarray(result.picture)], 440))


def main(names: list[str]) -> None:
    """Write both pictures, or those named."""
    jobs = json.loads((SAMPLES / "samples.json").read_bytes())
    for name, make in (("room", room), ("fit", fit)):
        if name in names or not names:
            make(jobs)


if __name__ == "__main__":
    main(sys.argv[1:])
