"""The one-folder bundle does one fitting, one room, and opens its window, on a PATH that holds nothing of ours."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tools.bundle.try_it import try_bundle

BUNDLE = Path(os.environ.get("TRYON_BUNDLE", Path(__file__).resolve().parent.parent / "dist" / "tryon-studio"))


@pytest.mark.timeout(3000)
def test_the_bundle_works_on_a_clean_path() -> None:
    if not (BUNDLE / "tryon").is_file():
        pytest.skip("there is no bundle here: `make bundle` makes and tries one (it needs PyInstaller, which the tests do not)")
    found = try_bundle(BUNDLE)
    assert found["size_mb"] < 1500 and found["fit_s"] > 0 and found["room_s"] > 0
