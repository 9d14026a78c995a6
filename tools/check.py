"""The laws of the house, checked without running the program: style, types, who imports whom, files that grew too long.

    python -m tools.check            all of it
    python -m tools.check ruff mypy  some of it
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
MAX_LINES = 400
CODE = ("tryon", "ui", "tests", "tools", "benchmarks", "training", "assets/source")
# What no file of the project may hold: where packages came from on the machine that locked them, and paths of that machine.
PRIVATE = re.compile(
    r"https?://[^\s/]*(?:pypi|registry|mirror|artifactory|nexus)[^\s/]*/simple|--(?:extra-)?index-url|file:///(?:home|root|opt|work)|/(?:home|root|work)/\w"
)


def command(*words: str) -> Callable[[], str]:
    """A check that is a program: its output is the complaint."""

    def run() -> str:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run([str(BIN / words[0]), *words[1:]], cwd=ROOT, capture_output=True, text=True, env=environment, check=False)
        return "" if done.returncode == 0 else (done.stdout + done.stderr).strip() or f"exit status {done.returncode}"

    return run


def tracked() -> list[Path]:
    """Every file of the project, in a checkout or an unpacked archive."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode == 0:
        return [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for name in CODE for path in (ROOT / name).rglob("*.py")]


def lengths() -> str:
    """Files that grew too long to be read at one sitting."""
    long = []
    for path in tracked():
        if path.suffix == ".py" and path.is_file():
            lines = path.read_text(encoding="utf-8").count("\n")
            if lines > MAX_LINES:
                long.append(f"{path.relative_to(ROOT)}: {lines} lines, the limit is {MAX_LINES}")
    return "\n".join(long)


def private() -> str:
    """Registry addresses and paths of one machine."""
    found = []
    for path in tracked():
        if path == Path(__file__).resolve() or not path.is_file() or path.stat().st_size > 2**20:
            continue
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        name = path.relative_to(ROOT)
        found += [f"{name}:{number}: {line.strip()[:120]}" for number, line in enumerate(lines, 1) if PRIVATE.search(line)]
    return "\n".join(found)


CHECKS: dict[str, Callable[[], str]] = {
    "ruff": command("ruff", "check", "--quiet", "--output-format", "concise", "."),
    "lengths": lengths,
    "private": private,
    "imports": command("lint-imports", "--config", "pyproject.toml"),
    "mypy": command("mypy", "--no-error-summary"),
}


def main(names: list[str]) -> int:
    """Run the checks and say what they found; 1 when there was anything."""
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        print(f"no such check: {', '.join(unknown)}; there are {', '.join(CHECKS)}", file=sys.stderr)
        return 2
    failed = 0
    for name in names or CHECKS:
        start = time.monotonic()
        complaint = CHECKS[name]()
        print(f"{name:8} {'ok' if not complaint else 'FAILED'}  {time.monotonic() - start:.1f} s", flush=True)
        if complaint:
            failed += 1
            print(complaint, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
