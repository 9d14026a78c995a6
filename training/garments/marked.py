"""Score `cut_out` on real photos marked by hand: `python -m training.garments.marked [--sheet FILE | --kinds | --necks]`.

marks.json holds, for 20 product pictures and 40 phone photos of held-out senders, kind, sleeve and landmarks in pixels of the photo,
marked by eye on a grid (to about 1 % of the garment's size), and for 38 of the phone photos the outline, drawn without looking at any
cut-out, to about 0.5 %: even a perfect cut-out reaches 0.97 to 0.98. The photos themselves are not part of the project; without ../shared
there is nothing to score. Errors are in % of the larger side of the box around the marks; a landmark that the found kind lacks is not
counted.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from training.garments.necks import marked_necks
from training.garments.photos import FOLDER, kind_of, rows
from training.garments.score import sheet
from tryon.errors import GarmentError
from tryon.fit.garment import Garment, cut_out
from tryon.fit.neck_view import CHEST, frame_of
from tryon.image import load_photo

__all__ = ["Marked", "errors", "load_marks", "overlap"]

MARKS = Path(__file__).with_name("marks.json")


@dataclass(frozen=True)
class Marked:
    """One photo's marks. file: below ../shared. landmarks: name -> (x, y), outline: [(x, y)] or none; pixels of the photo."""

    file: str
    kind: str
    sleeve: str
    landmarks: dict[str, tuple[float, float]]
    outline: tuple[tuple[float, float], ...] = ()

    @property
    def path(self) -> Path:
        return FOLDER.parent / self.file

    @property
    def size(self) -> float:
        """The larger side of the box around the marks, pixels."""
        return float(np.ptp(np.array(list(self.landmarks.values())), axis=0).max())


def load_marks() -> list[Marked]:
    """All marked photos, whether their pictures are here or not."""
    return [Marked(**entry) for entry in json.loads(MARKS.read_text())]


def errors(marked: Marked, found: Garment) -> dict[str, float]:
    """How far each landmark was found from its mark, in % of the garment's size."""
    both = marked.landmarks.keys() & found.landmarks.keys()
    return {name: float(np.hypot(*(np.array(found.landmarks[name]) - marked.landmarks[name]))) / marked.size * 100 for name in sorted(both)}


def overlap(marked: Marked, found: Garment) -> float:
    """Intersection over union of the cut-out and the outline marked by hand (gaps inside it are not marked)."""
    truth = np.zeros(found.rgba.shape[:2], np.uint8)
    cv2.fillPoly(truth, [np.round(np.array(marked.outline) * 16).astype(np.int32)], 1, shift=4)
    mine = found.rgba[..., 3] > 127
    return float((mine & (truth > 0)).sum() / max((mine | (truth > 0)).sum(), 1))


def kinds_of_held_out() -> dict[str, float | int | dict[str, int]]:
    """How often `cut_out` gets the kind right on all photos of held-out senders, and which kinds it takes for which."""
    right, wrong = 0, dict[str, int]()
    listed = [row for row in rows() if row["held_out"] == "1"]
    for row in listed:
        truth = kind_of(row["kind"])
        try:
            found = cut_out(load_photo(FOLDER / row["file"])).kind
        except GarmentError:
            found = "refused"
        right += found == truth
        if found != truth:
            wrong[f"{truth} as {found}"] = wrong.get(f"{truth} as {found}", 0) + 1
    return {"photos": len(listed), "kind_top1_held_out_senders": round(right / max(len(listed), 1), 3), "wrong": wrong}


def necks() -> dict[str, dict[str, float | int | dict[str, float]]]:
    """How well the inside of the collar is told from the front, on product pictures and on phone photos of held-out senders.

    Areas in % of a chest's square; wrong: more than 2 % (a strip of two centimeters along a usual neckline) too much or too little.
    """
    groups: dict[str, dict[str, float]] = {"product": {}, "phone": {}}
    for mark in marked_necks(learned=False):
        found = cut_out(load_photo(FOLDER.parent / mark.file))
        if found.neckline is None:
            continue
        at = {name: np.array(place) for name, place in found.landmarks.items()}
        frame = frame_of(at)
        alpha = found.rgba[..., 3].astype(np.float32) / 255
        truth = np.zeros(alpha.shape, np.uint8)
        if mark.front:
            up = np.array([0.0, -4.0 * CHEST]) @ np.linalg.inv(frame.to_frame[:, :2]).T
            shape = np.vstack([mark.front, np.array(mark.front[-1]) + up, np.array(mark.front[0]) + up])
            cv2.fillPoly(truth, [np.round((shape - 0.5) * 16).astype(np.int32)], 1, shift=4)
        inner = np.zeros(alpha.shape, bool) if found.inner is None else found.inner
        off = ((truth > 0) & (alpha > 0.5)) ^ inner
        seen = frame.view(off.astype(np.float32))[: round(float(frame.origin[1]) + 0.95 * CHEST)] > 0.5
        group = "product" if mark.file.startswith("samples") else "phone"
        groups[group][Path(mark.file).stem[:8]] = round(float(seen.sum()) / CHEST**2 * 100, 2)
    return {
        group: {
            "photos": len(off),
            "off_mean_pct": round(float(np.mean(list(off.values()))), 2),
            "off_median_pct": round(float(np.median(list(off.values()))), 2),
            "wrong": sum(value > 2 for value in off.values()),
            "worst": dict(sorted(off.items(), key=lambda item: -item[1])[:8]),
        }
        for group, off in groups.items()
        if off
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sheet", type=Path, help="write a sheet of the cut-outs with their landmarks")
    parser.add_argument("--kinds", action="store_true", help="instead: the kinds of all photos of held-out senders")
    parser.add_argument("--necks", action="store_true", help="instead: the inside of the collar on photos that nothing was learned from")
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    import torch

    torch.set_num_threads(1)
    if asked.kinds:
        print(json.dumps(kinds_of_held_out(), indent=2))
        return
    if asked.necks:
        print(json.dumps(necks(), indent=2))
        return
    listed = [one for one in load_marks() if one.path.is_file()]
    if not listed:
        raise SystemExit(f"the marked photos are not here: {FOLDER.parent}")
    per: dict[str, list[float]] = {}
    groups: dict[str, list[float]] = {"product": [], "phone": []}
    kinds, sleeves, absurd = [], [], []
    ious: dict[str, float] = {}
    for one in listed:
        found = cut_out(load_photo(one.path))
        far = errors(one, found)
        kinds.append(found.kind == one.kind)
        sleeves.append(found.sleeve == one.sleeve)
        if one.outline:
            ious[Path(one.file).stem[:8]] = round(overlap(one, found), 3)
        if far and np.mean(list(far.values())) > 8:
            absurd.append(Path(one.file).stem[:8])
        for name, value in far.items():
            per.setdefault(name.replace("_left", "").replace("_right", ""), []).append(value)
            groups["product" if one.file.startswith("samples") else "phone"].append(value)
    everything = np.concatenate([np.array(values) for values in per.values()])
    scores = {
        "photos": len(listed),
        "landmarks": len(everything),
        "error_median_pct": round(float(np.median(everything)), 2),
        "error_p90_pct": round(float(np.percentile(everything, 90)), 2),
        "farther_than_10_pct": round(float((everything > 10).mean()), 3),
        "median_product": round(float(np.median(groups["product"] or [np.nan])), 2),
        "median_phone": round(float(np.median(groups["phone"] or [np.nan])), 2),
        "kind_top1": round(float(np.mean(kinds)), 3),
        "sleeve_top1": round(float(np.mean(sleeves)), 3),
        "outlines": len(ious),
        "outline_iou_mean": round(float(np.mean(list(ious.values()))), 3),
        "outline_iou_median": round(float(np.median(list(ious.values()))), 3),
        "outline_iou_at_least_93": round(float(np.mean([value >= 0.93 for value in ious.values()])), 3),
        "outline_iou_worst": dict(sorted(ious.items(), key=lambda item: item[1])[:8]),
        "median_by_landmark": {name: round(float(np.median(values)), 1) for name, values in sorted(per.items())},
        "mean_error_above_8_pct": absurd,
    }
    print(json.dumps(scores, indent=2))
    if asked.sheet:
        sheet([one.path for one in listed], asked.sheet)


if __name__ == "__main__":
    main()
