"""What shall go wrong from now on."""

from __future__ import annotations

from collections.abc import Collection
from fnmatch import fnmatchcase
from itertools import count
from threading import RLock
from typing import Any, NamedTuple

from flowstate.sandbox.faults.effects import Effect


class Asked(NamedTuple):
    """What a request asks for, with what faults are chosen by."""

    method: str
    host: str
    path: str
    operation: str | None


class Fault:
    """An effect that was asked for, and how often it was met: ``seen`` calls fitted, and ``applied`` went wrong."""

    def __init__(self, id: str, effect: Effect) -> None:
        self.id = id
        self.effect = effect
        self.seen = 0
        self.applied = 0

    @property
    def spent(self) -> bool:
        last = self.effect.nth or self.effect.first
        return last is not None and self.seen >= last

    def meet(self, asked: Asked) -> bool:
        """Whether this call is one that shall go wrong."""
        if self.spent or not self._fits(asked):
            return False
        self.seen += 1
        return self.effect.nth in {None, self.seen}

    def shown(self) -> dict[str, Any]:
        return {"id": self.id, **self.effect.wire(), "seen": self.seen, "applied": self.applied}

    def _fits(self, asked: Asked) -> bool:
        wanted = self.effect
        return (
            wanted.operation in {None, asked.operation}
            and wanted.host in {None, asked.host}
            and (wanted.method is None or wanted.method.upper() == asked.method)
            and (wanted.path is None or fnmatchcase(asked.path, wanted.path.removesuffix("/") or "/"))
        )


class Faults:
    """Faults in the order in which they were added; of several that a call meets, the first one has its way."""

    def __init__(self, operations: Collection[str]) -> None:
        self._operations = operations
        self._faults: dict[str, Fault] = {}
        self._ids = count(1)
        self._lock = RLock()
        self.epoch = 0

    @property
    def active(self) -> bool:
        return bool(self._faults)

    def add(self, effect: Effect) -> Fault:
        """From now on; ValueError for an operation that the guide does not have."""
        if effect.operation is not None and effect.operation not in self._operations:
            raise ValueError(f"{effect.operation} is no operation of the guide")
        with self._lock:
            fault = Fault(str(next(self._ids)), effect)
            self._faults[fault.id] = fault
        return fault

    def all(self) -> list[Fault]:
        """All of them, with those that have done what they were for."""
        with self._lock:
            return [*self._faults.values()]

    def remove(self, id: str) -> None:
        """KeyError for an id that is none."""
        with self._lock:
            del self._faults[id]

    def clear(self) -> None:
        """Nothing goes wrong any more, and what was held back until later never comes."""
        with self._lock:
            self._faults.clear()
            self.epoch += 1

    def due(self, asked: Asked) -> Fault | None:
        """Every fault counts the call, whichever has its way."""
        with self._lock:
            met = [fault for fault in self._faults.values() if fault.meet(asked)]
            if met:
                met[0].applied += 1
        return met[0] if met else None
