"""What the program keeps on this machine, counted and trimmed; no Qt, for a thread or the worker process."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tryon.config import cache_dir, data_dir
from tryon.text import N_

if TYPE_CHECKING:
    from tryon.jobs import Progress

__all__ = ["Kept", "doctor_words", "kept_on_disk", "trim_cache"]


@dataclass(frozen=True)
class Kept:
    """One kind of file that is kept. count, size: files and bytes. count_closed: of a journal, files that no open window needs."""

    name: str
    title: str
    path: Path
    count: int
    size: int
    count_closed: int = 0


def kept_on_disk(settings_file: str) -> list[Kept]:
    """Everything that is kept, also where it is nothing yet."""
    places = [
        ("journal", N_("The open and the unsaved work, with its photos"), data_dir() / "journal"),
        ("consent", N_("When you agreed to label pictures yourself"), data_dir() / "consent.jsonl"),
        ("signing", N_("The key that signs exports"), data_dir() / "signing"),
        ("cache", N_("What can be made again (for speed)"), cache_dir()),
        ("models", N_("Models that were imported"), data_dir() / "models"),
        ("settings", N_("Settings, folders, the list of recent projects"), Path(settings_file)),
    ]
    found = []
    for name, title, path in places:
        files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()] if path.is_dir() else []
        free = 0
        if name == "journal":
            free = sum(one.parent == path or not (_journal_of(one, path) / "lock").exists() for one in files)
        found.append(Kept(name, title, path, len(files), sum(_bytes(one) for one in files), free))
    return found


def _journal_of(file: Path, folder: Path) -> Path:
    return folder / file.relative_to(folder).parts[0]


def _bytes(path: Path) -> int:
    with contextlib.suppress(OSError):
        return path.stat().st_size
    return 0


def trim_cache(limit_mb: int) -> int:
    """Delete the oldest files of the cache until it holds no more than so many MB (0: no limit); the bytes that were freed."""
    files = sorted((path for path in cache_dir().rglob("*") if path.is_file()), key=lambda path: path.stat().st_mtime) if limit_mb else []
    left = sum(_bytes(path) for path in files) - limit_mb * 2**20
    freed = 0
    for path in files:
        if freed >= left:
            break
        freed += _bytes(path)
        path.unlink(missing_ok=True)
    return freed


def doctor_words(progress: Progress) -> str:
    """What `tryon doctor` prints."""
    from tryon.doctor import examine

    words = io.StringIO()
    with contextlib.redirect_stdout(words):
        examine()
    progress(1.0)
    return words.getvalue()
