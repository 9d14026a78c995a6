"""`python -m tryon` is the command `tryon`."""

from tryon.cli import main

raise SystemExit(main())
