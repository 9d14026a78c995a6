"""Does every piece of a furniture library load, at the size that its catalog states? `python -m benchmarks.furniture LIBRARY.sh3f ...`"""

from __future__ import annotations

import argparse
import json
import sys
import time

from tryon.errors import TryOnError
from tryon.room.furniture import list_library, load_furniture


def main() -> int:
    """Load all pieces, print one line of JSON; exit status 1 where one failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("libraries", nargs="+", metavar="LIBRARY.sh3f")
    start, pieces, worst_m, failed, without = time.monotonic(), 0, 0.0, [], 0
    for library in parser.parse_args().libraries:
        for card in list_library(library):
            pieces += 1
            try:
                piece = load_furniture(card.name)
            except TryOnError as error:
                failed.append(str(error))
                continue
            worst_m = max(worst_m, *(abs(is_ - says) for is_, says in zip(piece.size_m, card.size_m, strict=True)))
            without += bool(piece.warnings)
    seconds = round(time.monotonic() - start, 1)
    report = {"pieces": pieces, "failed": failed, "worst_size_error_m": worst_m, "with_notes": without, "seconds": seconds}
    json.dump(report, sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
