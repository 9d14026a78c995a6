"""Where the bundle starts: `tryon` is the command, `tryon-studio` (and `tryon app`) the window, worker processes come by here too."""

from __future__ import annotations

import multiprocessing
import sys
from pathlib import Path


def main() -> int:
    """Be the command or the window, as the name says by which the program was called."""
    multiprocessing.freeze_support()
    arguments = sys.argv[1:]
    if arguments[:3] == ["-P", "-m", "ui"]:  # `tryon app` becomes the window by these words (tryon/cli.py)
        arguments = arguments[3:]
    elif Path(sys.argv[0]).stem != "tryon-studio":
        from tryon.cli import main as command

        return command(arguments)
    from ui.app import main as window

    sys.argv = [sys.argv[0], *arguments]
    return window(arguments)


if __name__ == "__main__":
    sys.exit(main())
