"""The shelf of weights: whole or refused in words; the pool: loaded once, shared, dropped when old."""

from __future__ import annotations

import hashlib
import json
import threading
from pathlib import Path

import pytest

from tryon.errors import ModelError
from tryon.weights.pool import ModelPool
from tryon.weights.safe import load_weights
from tryon.weights.store import ModelStore


def shelve(folder: Path, name: str, data: bytes = b"weights", /, **changes: object) -> None:
    """Put a model with its card on a shelf."""
    (folder / f"{name}.safetensors").write_bytes(data)
    card = {
        "name": name, "file": f"{name}.safetensors", "sha256": hashlib.sha256(data).hexdigest(), "license": "Apache-2.0",
        "task": "test", "steps": 7, "scores": {"iou": 0.5}, "architecture": {"width": 8},
    }
    (folder / f"{name}.json").write_text(json.dumps(card | changes))


def test_card_tells_everything(tmp_path: Path) -> None:
    shelve(tmp_path, "parser")
    card = ModelStore(tmp_path).card("parser")
    assert (card.name, card.steps, card.scores, card.more) == ("parser", 7, {"iou": 0.5}, {"architecture": {"width": 8}})
    assert ModelStore(tmp_path).names() == ("parser",)
    assert ModelStore(tmp_path).path("parser").read_bytes() == b"weights"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sha256": "0" * 64}, "damaged"),
        ({"file": "../parser.safetensors"}, "beside its card"),
        ({"file": "parser.pth"}, "beside its card"),
        ({"file": "gone.safetensors"}, "missing"),
        ({"name": "other"}, "about other"),
        ({"license": None}, "lacks license"),
    ],
)
def test_bad_card_is_refused_in_words(tmp_path: Path, changes: dict[str, object], words: str) -> None:
    shelve(tmp_path, "parser", **changes)
    with pytest.raises(ModelError, match=words):
        ModelStore(tmp_path).path("parser")


@pytest.mark.parametrize("name", ["../parser", "", "a/b", "Parser\n"])
def test_name_is_only_a_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelError, match="not a model's name"):
        ModelStore(tmp_path).card(name)


def test_weights_changed_after_the_check_are_found(tmp_path: Path) -> None:
    shelve(tmp_path, "parser")
    store = ModelStore(tmp_path)
    store.path("parser")
    (tmp_path / "parser.safetensors").write_bytes(b"other weights")
    with pytest.raises(ModelError, match="damaged"):
        store.path("parser")


def test_pool_builds_once_for_many_threads(tmp_path: Path) -> None:
    shelve(tmp_path, "parser")
    pool = ModelPool(ModelStore(tmp_path))
    built: list[object] = []
    got: list[object] = []
    together = threading.Barrier(8)

    def build(path: Path) -> object:
        built.append(path)
        return object()

    def borrow() -> None:
        together.wait()
        with pool.lend("parser", build) as net:
            got.append(net)

    threads = [threading.Thread(target=borrow) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(built) == 1
    assert len(got) == 8
    assert len(set(map(id, got))) == 1


def test_pool_keeps_the_last_used_and_whatever_is_lent(tmp_path: Path) -> None:
    for name in "abc":
        shelve(tmp_path, name)
    pool = ModelPool(ModelStore(tmp_path), keep=1)
    with pool.lend("a", str) as first:
        for name in "bc":
            with pool.lend(name, str):
                pass
        assert "a" in pool.loaded()
        with pool.lend("a", str) as again:
            assert again is first
    assert pool.loaded() == ("a",)
    pool.clear()
    assert pool.loaded() == ()


def test_failed_build_speaks_plainly_and_may_be_tried_again(tmp_path: Path) -> None:
    shelve(tmp_path, "parser")
    pool = ModelPool(ModelStore(tmp_path))

    def misfit(path: Path) -> object:
        raise RuntimeError("size mismatch\nfor conv")

    with pytest.raises(ModelError, match="do not fit this version"), pool.lend("parser", misfit):
        pass
    with pool.lend("parser", lambda path: path.name) as net:
        assert net == "parser.safetensors"


def test_only_safetensors_are_read(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from safetensors.torch import save_file

    good = tmp_path / "good.safetensors"
    save_file({"w": torch.arange(6, dtype=torch.float16).reshape(2, 3)}, good)
    loaded = load_weights(good)
    assert loaded["w"].dtype == torch.float16
    assert loaded["w"].tolist() == [[0, 1, 2], [3, 4, 5]]

    pickled = tmp_path / "bad.pth"
    torch.save({"w": torch.zeros(1)}, pickled)
    with pytest.raises(ModelError, match="only"):
        load_weights(pickled)
    disguised = tmp_path / "bad.safetensors"
    disguised.write_bytes(pickled.read_bytes())
    with pytest.raises(ModelError, match="cannot be read"):
        load_weights(disguised)
    with pytest.raises(ModelError, match="cannot be read"):
        load_weights(tmp_path / "gone.safetensors")
