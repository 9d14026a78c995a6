"""The models on this machine, read and checked; no Qt, for a thread."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from tryon.config import data_dir
from tryon.errors import ModelError
from tryon.text import _

__all__ = ["Shelved", "import_models", "own_models_dir", "read_shelf", "remove_imported"]

_FREE = ("Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CC-BY-4.0", "ISC", "MPL-2.0")


@dataclass(frozen=True)
class Shelved:
    """One model. business: its license is known to allow business use. wrong: a sentence where its file is not whole. own: imported."""

    name: str
    task: str
    license: str
    business: bool
    size: int
    data: str
    scores: str
    wrong: str
    own: bool


def own_models_dir() -> Path:
    """Where imported models lie."""
    return data_dir() / "models"


def read_shelf() -> list[Shelved]:
    """All models, those that ship with the program first; each file's checksum is compared with its card."""
    from tryon.weights.store import ModelStore

    found = []
    for store, own in ((ModelStore(), False), (ModelStore(own_models_dir()), True)):
        for name in store.names():
            try:
                card = store.card(name)
            except ModelError as error:
                found.append(Shelved(name, "", "?", False, 0, "", "", str(error), own))
                continue
            wrong, size = "", 0
            try:
                size = store.path(name).stat().st_size
            except ModelError as error:
                wrong = error.reason
            scores = ", ".join(f"{key} {value}" for key, value in card.scores.items() if isinstance(value, int | float))
            found.append(Shelved(name, card.task, card.license, card.license in _FREE, size, card.data, scores, wrong, own))
    return found


def import_models(folder: Path) -> list[str]:
    """Copy every whole model of a folder to the user's own; their names. Raises ModelError where there is none or one is damaged."""
    from tryon.weights.store import ModelStore

    store = ModelStore(folder)
    names = []
    for name in store.names():
        try:
            card = store.card(name)
        except ModelError:
            continue  # a JSON file that is about something else
        source = store.path(name)
        target = own_models_dir()
        try:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target / f"{card.file}.part")
            (target / f"{card.file}.part").replace(target / card.file)
            shutil.copyfile(folder / f"{name}.json", target / f"{name}.json")
        except OSError as error:
            raise ModelError(error.strerror or str(error), subject=target, advice=_("free some space")) from None
        names.append(name)
    if not names:
        advice = _("choose one with .json cards and .safetensors files")
        raise ModelError(_("there is no model in this folder"), subject=folder, advice=advice)
    return names


def remove_imported(name: str) -> None:
    """Delete an imported model and its card."""
    from tryon.weights.store import ModelStore

    store = ModelStore(own_models_dir())
    file = store.folder / store.card(name).file
    file.unlink(missing_ok=True)
    (store.folder / f"{name}.json").unlink(missing_ok=True)
