"""Score the garment transfer beside its peers, all in one run: benchmarks/results/fit.json and a sheet of pictures.

    python -m benchmarks.fit --samples ../shared/samples --people runs/people/val --sheet runs/fit-sheet

pairs: photos that must come back when dressed in what is worn. photos: real people in other garments. rendered: held-out rendered people
in two outfits (python -m training.people --seed 9001 --count 256 --held-out --out runs/people/val).
The sheet's blind.html shows our picture and the best peer's at random sides; answers.json tells which is which.
"""

from __future__ import annotations

import argparse
import datetime
import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from benchmarks.fit.cases import Case, pairs, people, rendered
from benchmarks.fit.metrics import Row, against_truth, on_photo
from benchmarks.fit.peers import METHODS, all_methods
from benchmarks.fit.rows import drape_error, group_of, part_overlap
from benchmarks.fit.sheet import Sheet
from benchmarks.machine import describe_machine
from tryon.errors import TryOnError
from tryon.weights.store import ModelStore

RESULTS = Path(__file__).resolve().parent.parent / "results" / "fit.json"


def score(cases: Iterable[Case], sheet: Sheet | None) -> dict[str, object]:
    """Mean rows by method over some cases; what could not be done is counted and named."""
    rows: dict[str, list[Row]] = defaultdict(list)
    each: dict[str, dict[str, Row]] = {}
    refused: list[str] = []
    ours: list[Row] = []
    groups: dict[str, list[float]] = defaultdict(list)
    for case in cases:
        try:
            result, made = all_methods(case.person, case.garment, case.region)
        except TryOnError as error:
            refused.append(f"{case.name}: {error}")
            continue
        each[case.name] = {}
        for name in METHODS:
            if case.truth is None or case.compared is None:
                row = on_photo(result, made[name])
            else:
                row = against_truth(made[name].picture, case.truth, case.compared)
            rows[name].append(row)
            each[case.name][name] = {key: round(value, 4) for key, value in row.items()}
        if case.parts is not None and case.product_at is not None:
            ours.append({"drape_px": drape_error(result, case.product_at), "parts_iou": part_overlap(result, case.parts)})
            each[case.name]["ours"] = {key: round(value, 4) for key, value in ours[-1].items()}
            for kind, group in {**group_of(case), "kind": case.group}.items():
                groups[f"{kind}: {group}"].append(rows["tryon"][-1]["ssim_changed"])
        if sheet is not None:
            sheet.add(case, made)
        print(case.name, each[case.name]["tryon"], flush=True)
    means = {
        name: {key: round(float(np.nanmean([row[key] for row in all_rows])), 4) for key in all_rows[0]} for name, all_rows in rows.items()
    }
    report: dict[str, object] = {"count": len(each), "mean": means, "refused": refused, "each": each}
    if ours:
        values = {key: [row[key] for row in ours] for key in ours[0]}
        report["ours"] = {key: round(float(np.nanmean(some)), 4) for key, some in values.items()}
        report["ours_median"] = {key: round(float(np.nanmedian(some)), 4) for key, some in values.items()}
        report["ssim_changed_of_groups"] = {
            name: {"count": len(values), "mean": round(float(np.mean(values)), 4)} for name, values in sorted(groups.items())
        }
    return report


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=Path, default=Path("../shared/samples"), help="folder of real photos; left out where missing")
    parser.add_argument("--people", type=Path, default=Path("runs/people/val"), help="folder of held-out rendered people")
    parser.add_argument("--count", type=int, default=40, help="how many rendered people")
    parser.add_argument("--only", choices=["pairs", "photos", "rendered"], help="one of the three parts; writes no result file")
    parser.add_argument("--sheet", type=Path, help="folder for index.html, blind.html and their pictures")
    options = parser.parse_args()
    parts: dict[str, Iterable[Case]] = {
        "pairs": pairs(options.samples),
        "photos": people(options.samples),
        "rendered": rendered(options.people, options.count),
    }
    sheet = Sheet(options.sheet) if options.sheet else None
    report: dict[str, object] = {
        "measured": datetime.date.today().isoformat(),
        "machine": describe_machine(),
        "weights": {name: ModelStore().card(name).sha256[:12] for name in ("parser", "garment", "compact")},
    }
    for name, cases in parts.items():
        if options.only in (None, name):
            report[name] = score(cases, sheet)
            print(name, json.dumps({key: value for key, value in report[name].items() if key != "each"}, indent=1))  # type: ignore[attr-defined]
    if sheet is not None:
        sheet.write()
    if options.only is None:
        RESULTS.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
