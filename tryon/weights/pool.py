"""Networks that are loaded: the last few stay ready, nobody loads one twice."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from tryon.errors import ModelError, TryOnError
from tryon.text import _
from tryon.weights.store import ModelStore

__all__ = ["ModelPool", "shared_pool"]

T = TypeVar("T")


class _Seat:
    """One network's place in the pool; `loading` is held while it is being built."""

    def __init__(self) -> None:
        self.loading = threading.Lock()
        self.net: Any = None
        self.ready = False
        self.users = 0


class ModelPool:
    """Lends networks: `with pool.lend("parser", build) as net:`. (The lease: InvokeAI's model cache.)

    The `keep` last used stay in memory; one that is lent out is never dropped. Safe from any thread; two borrowers of one name
    share the same network, which must therefore not be changed.
    """

    def __init__(self, store: ModelStore | None = None, keep: int = 6) -> None:
        self.store = store if store is not None else ModelStore()
        self._keep = keep
        self._seats: OrderedDict[str, _Seat] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def lend(self, name: str, build: Callable[[Path], T]) -> Iterator[T]:
        """The network `name`, built by `build(path of its weights)` unless it is still here. Raises ModelError."""
        with self._lock:
            seat = self._seats.setdefault(name, _Seat())
            self._seats.move_to_end(name)
            seat.users += 1
        try:
            with seat.loading:
                if not seat.ready:
                    seat.net = self._build(name, build)
                    seat.ready = True
            yield seat.net
        finally:
            with self._lock:
                seat.users -= 1
                self._drop_old()

    def loaded(self) -> tuple[str, ...]:
        """Names of the networks in memory, the last used at the end."""
        with self._lock:
            return tuple(name for name, seat in self._seats.items() if seat.ready)

    def clear(self) -> None:
        """Let go of every network that is not lent out."""
        with self._lock:
            for name in [name for name, seat in self._seats.items() if seat.users == 0]:
                del self._seats[name]

    def _build(self, name: str, build: Callable[[Path], T]) -> T:
        path = self.store.path(name)
        try:
            return build(path)
        except TryOnError:
            raise
        except (KeyError, RuntimeError, TypeError, ValueError) as error:
            detail = " ".join(str(error).split())[:200]
            reason = _("these weights do not fit this version of the program ({detail})").format(detail=detail)
            raise ModelError(reason, subject=path, advice=_("install the program again")) from error

    def _drop_old(self) -> None:
        """Forget what failed to load, then the longest unused beyond `keep`. The lock is held."""
        idle = [name for name, seat in self._seats.items() if seat.users == 0]
        for name in idle:
            if not self._seats[name].ready or len(self._seats) > self._keep:
                del self._seats[name]


@cache
def shared_pool() -> ModelPool:
    """The pool of this process, over the weights that ship with the program."""
    return ModelPool()
