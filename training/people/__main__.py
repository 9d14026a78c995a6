"""Make shards of rendered people, or a contact sheet: ``python -m training.people --help``."""

from __future__ import annotations

import os

os.environ.setdefault("LP_NUM_THREADS", "1")  # one core a process, before OpenGL starts

import argparse
import time
from pathlib import Path

from training.people.sample import PairMaker
from training.people.shards import PEOPLE_A_SHARD, SHARD_SIZE, write_shard
from training.people.sheet import write_sheet


def main() -> None:
    """Read the command line and go."""
    parser = argparse.ArgumentParser(prog="python -m training.people", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=12, help="how many pairs, about")
    parser.add_argument("--out", type=Path, help="folder for shards; those that are there are skipped")
    parser.add_argument("--sheet", type=Path, help="write a contact sheet (PNG) instead")
    parser.add_argument("--data", type=Path, help="the CC0 data (default: $TRYON_OPEN_DATA or ../shared/open)")
    parser.add_argument("--held-out", action="store_true", help="skins and cloth photos kept out of training")
    options = parser.parse_args()
    if (options.out is None) == (options.sheet is None):
        parser.error("give either --out or --sheet")
    maker = PairMaker(options.data, options.held_out)
    start = time.perf_counter()
    if options.sheet is not None:
        write_sheet(options.sheet, [maker.pair(options.seed, k) for k in range(options.count)])
        print(f"{options.count} pairs, {options.count / (time.perf_counter() - start):.2f} pairs/s")
        return
    made, number = 0, 0
    while number * SHARD_SIZE < options.count:
        path = options.out / f"{number:05d}.npz"
        if not path.exists():
            first = number * SHARD_SIZE
            pairs = [pair for k in range(PEOPLE_A_SHARD) for pair in maker.both_ways(options.seed, first + k)]
            write_shard(path, pairs)
            made += len(pairs)
            print(f"{path}: {made} pairs, {made / (time.perf_counter() - start):.2f} pairs/s", flush=True)
        number += 1


if __name__ == "__main__":
    main()
