"""Where the bundle starts: the command, the window (`tryon app`), and the window's worker processes come by here."""

from __future__ import annotations

import multiprocessing
import sys


def main() -> int:
    """Be the command or the window."""
    multiprocessing.freeze_support()
    if sys.argv[1:4] == ["-P", "-m", "ui"]:  # `tryon app` becomes the window by these words (tryon/cli.py)
        from ui.app import main as window

        sys.argv[1:4] = []
        return window(sys.argv[1:])
    from tryon.cli import main as command

    return command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
