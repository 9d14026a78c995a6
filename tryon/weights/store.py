"""The weights that ship with the program, each with a card that says where it comes from."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from tryon.config import models_dir
from tryon.errors import ModelError
from tryon.text import _

__all__ = ["ModelCard", "ModelStore"]

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")
_REQUIRED = ("name", "file", "sha256", "license", "task")

_checked: dict[Path, tuple[int, int, str]] = {}
_checking = threading.Lock()


@dataclass(frozen=True)
class ModelCard:
    """What is known about one set of weights; `models/NAME.json` on disk.

    file: its name beside the card. sha256: of that file, hex. license: SPDX. task: what it is for. data: what it was
    trained on. steps, seed, loss: of the training's end. scores: name -> number measured after it. notes: anything a
    reader should know. more: every other entry of the file, as it stands there.
    """

    name: str
    file: str
    sha256: str
    license: str
    task: str
    data: str = ""
    steps: int = 0
    seed: int = 0
    loss: float | None = None
    scores: dict[str, Any] = field(default_factory=dict)
    notes: str = ""
    more: dict[str, Any] = field(default_factory=dict, repr=False)


class ModelStore:
    """The shelf that the weights stand on: finds one by name and makes sure that it is whole."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = models_dir() if folder is None else Path(folder)

    def names(self) -> tuple[str, ...]:
        """The names of all cards on the shelf, sorted."""
        return tuple(sorted(path.stem for path in self.folder.glob("*.json") if _NAME.fullmatch(path.stem)))

    def card(self, name: str) -> ModelCard:
        """Read the card of one model. Raises ModelError when it is missing or not a card."""
        if not _NAME.fullmatch(name):
            raise ModelError(_("{name} is not a model's name").format(name=repr(name)), advice=_("use small letters, digits, - and _"))
        path = self.folder / f"{name}.json"
        try:
            entries = json.loads(path.read_bytes())
        except FileNotFoundError:
            raise ModelError(_("the model's card is missing"), subject=path, advice=_("install the program again")) from None
        except (OSError, ValueError) as error:
            raise ModelError(_("the model's card cannot be read ({detail})").format(detail=error), subject=path) from None
        return _card(entries, name, path)

    def path(self, name: str) -> Path:
        """The file of one model's weights, its sha256 checked once a process. Raises ModelError when it is missing or differs."""
        card = self.card(name)
        path = (self.folder / card.file).resolve()
        again = _("install the program again")
        try:
            stat = path.stat()
        except OSError:
            raise ModelError(_("the model's weights are missing"), subject=path, advice=again) from None
        seen = (stat.st_size, stat.st_mtime_ns, card.sha256)
        with _checking:
            if _checked.get(path) == seen:
                return path
            try:
                with path.open("rb") as file:
                    found = hashlib.file_digest(file, "sha256").hexdigest()
            except OSError as error:
                raise ModelError(error.strerror or str(error), subject=path, advice=_("check the permissions")) from None
            if found != card.sha256:
                reason = _("the model's weights are damaged or were exchanged (sha256 {found}, the card says {expected})")
                raise ModelError(reason.format(found=found[:12], expected=card.sha256[:12]), subject=path, advice=again)
            _checked[path] = seen
        return path


def _card(entries: Any, name: str, path: Path) -> ModelCard:
    """A card from the entries of its file, judged."""
    if not isinstance(entries, dict):
        raise ModelError(_("this is not a model's card"), subject=path)
    missing = [key for key in _REQUIRED if not isinstance(entries.get(key), str)]
    if missing:
        raise ModelError(_("the model's card lacks {keys}").format(keys=", ".join(missing)), subject=path)
    if entries["name"] != name:
        raise ModelError(_("the card is about {other}, not {name}").format(other=entries["name"], name=name), subject=path)
    file = entries["file"]
    if Path(file).name != file or not file.endswith(".safetensors"):
        raise ModelError(_("{file} is not a .safetensors file beside its card").format(file=repr(file)), subject=path)
    known = {item.name for item in fields(ModelCard)} - {"more"}
    given = {key: value for key, value in entries.items() if key in known}
    return ModelCard(**given, more={key: value for key, value in entries.items() if key not in known})
