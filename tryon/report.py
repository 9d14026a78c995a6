"""What was done and measured, as JSON that every program can read."""

from __future__ import annotations

import json
import math
import re
from typing import Any

__all__ = ["json_text", "rounded"]


def rounded(seconds: dict[str, float]) -> dict[str, float]:
    """Seconds by stage, to the millisecond."""
    return {stage: round(value, 3) for stage, value in seconds.items()}


def json_text(value: dict[str, Any]) -> str:
    """JSON that is valid everywhere (what is not a number becomes null), each list of plain numbers on one line."""
    text = json.dumps(_finite(value), indent=2, ensure_ascii=False, allow_nan=False)
    return re.sub(r"\[[^][{}\"]+\]", lambda found: "[" + ", ".join(found[0][1:-1].replace(",", " ").split()) + "]", text)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
