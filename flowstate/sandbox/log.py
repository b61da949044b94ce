"""What was asked: method, host, path and status, never a query string, header or body."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

_KEPT = 100_000


class Entry(NamedTuple):
    """One answered request; ``operation`` is None where no documented call was reached."""

    n: int
    method: str
    host: str
    path: str
    status: int
    operation: str | None


class Log:
    """The latest requests in the order of their answers."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=_KEPT)
        self._count = 0

    def add(self, method: str, host: str, path: str, status: int, operation: str | None) -> None:
        self._count += 1
        self._entries.append(Entry(self._count, method, host, path, status, operation))

    def entries(self) -> list[Entry]:
        return list(self._entries)

    def operations(self) -> list[str]:
        """The documented calls in the order of their answers."""
        return [entry.operation for entry in self.entries() if entry.operation]

    def clear(self) -> None:
        self._entries.clear()
        self._count = 0
