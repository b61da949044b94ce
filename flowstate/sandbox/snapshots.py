"""What the team held at some moments, by id, so that a program that is no Python may come back to them."""

from __future__ import annotations

from flowstate.sandbox.answers import object_id
from flowstate.sandbox.store import Snapshot, Store

_KEPT = 1000


class Snapshots:
    """The latest thousand. The team as it was when the sandbox was made is kept apart."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._taken: dict[str, Snapshot] = {}
        self._fresh = store.snapshot()

    def take(self) -> str:
        """The id of a new one; the oldest makes room for it."""
        if len(self._taken) >= _KEPT:
            del self._taken[next(iter(self._taken))]
        key = object_id()
        self._taken[key] = self._store.snapshot()
        return key

    def restore_fresh(self) -> None:
        self._store.restore(self._fresh)

    def ids(self) -> list[str]:
        return list(self._taken)

    def restore(self, key: str) -> None:
        """KeyError for an id that is none."""
        self._store.restore(self._taken[key])

    def drop(self, key: str) -> None:
        """KeyError for an id that is none."""
        del self._taken[key]
