"""`python -m ui [FILES]` opens the window."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    from ui.app import main

    sys.exit(main(sys.argv[1:]))
