"""The models on this machine, read and checked; no Qt, for a thread."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tryon.config import data_dir
from tryon.errors import ModelError
from tryon.text import _
from ui.downloading import part_of

if TYPE_CHECKING:
    from tryon.weights.store import ModelCard

__all__ = ["Shelved", "import_models", "own_models_dir", "read_shelf", "remove_imported"]

_FREE = ("Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CC-BY-4.0", "ISC", "MPL-2.0")


@dataclass(frozen=True)
class Shelved:
    """One model. business: its license is known to allow business use. wrong: a sentence where its file is not whole. own: imported.

    url: where its file can be had (https), where the card says so; then size is what the card says. here: bytes that have come so far.
    """

    name: str
    task: str
    license: str
    business: bool
    size: int
    data: str
    scores: str
    wrong: str
    own: bool
    file: Path = Path()
    sha256: str = ""
    url: str = ""
    here: int = 0

    @property
    def missing(self) -> bool:
        """Whether it can be downloaded, and has not been."""
        return bool(self.url) and not self.file.is_file()


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
            wrong, size, file = "", 0, store.folder / card.file
            url, offered = _offer(card) if own else ("", 0)
            part = part_of(file)
            try:
                size = store.path(name).stat().st_size
            except ModelError as error:
                wrong, size = "" if url and not file.exists() else error.reason, offered
            scores = ", ".join(f"{key} {value}" for key, value in card.scores.items() if isinstance(value, int | float))
            found.append(Shelved(
                name, card.task, card.license, card.license in _FREE, size, card.data, scores, wrong, own, file, card.sha256, url,
                part.stat().st_size if url and part.is_file() else 0,
            ))  # fmt: skip
    return found


def _offer(card: ModelCard) -> tuple[str, int]:
    """Where the card says that its file can be had, and how large that is; nothing where it says so not or badly."""
    url, size = card.more.get("url"), card.more.get("size")
    good = isinstance(url, str) and url.startswith("https://") and isinstance(size, int) and not isinstance(size, bool) and size > 0
    return (str(url), int(str(size))) if good else ("", 0)


def import_models(folder: Path) -> list[str]:
    """Copy every whole model of a folder to the user's own; their names. Of a card that says where its file can be had, the card alone is
    enough. Raises ModelError where there is none or one is damaged.
    """
    from tryon.weights.store import ModelStore

    store = ModelStore(folder)
    names = []
    for name in store.names():
        try:
            card = store.card(name)
        except ModelError:
            continue  # a JSON file that is about something else
        alone = bool(_offer(card)[0]) and not (folder / card.file).exists()
        target = own_models_dir()
        try:
            target.mkdir(parents=True, exist_ok=True)
            if not alone:
                shutil.copyfile(store.path(name), part_of(target / card.file))
                part_of(target / card.file).replace(target / card.file)
            shutil.copyfile(folder / f"{name}.json", target / f"{name}.json")
        except OSError as error:
            raise ModelError(error.strerror or str(error), subject=target, advice=_("free some space")) from None
        names.append(name)
    if not names:
        advice = _("choose one with .json cards and .safetensors files")
        raise ModelError(_("there is no model in this folder"), subject=folder, advice=advice)
    return names


def remove_imported(name: str) -> None:
    """Delete an imported model, what has come of it, and its card."""
    from tryon.weights.store import ModelStore

    store = ModelStore(own_models_dir())
    file = store.folder / store.card(name).file
    file.unlink(missing_ok=True)
    part_of(file).unlink(missing_ok=True)
    (store.folder / f"{name}.json").unlink(missing_ok=True)
