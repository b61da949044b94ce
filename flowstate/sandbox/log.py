"""What was asked: method, host, path and status, never a query string, header or body."""

from __future__ import annotations

from collections import Counter, deque
from typing import Any, NamedTuple

_KEPT = 100_000
_LONGEST_PATH = 500

NO_ANSWER = 0


class Entry(NamedTuple):
    """One request and what its client was told.

    ``operation`` is None where no documented call was reached, ``status`` 0 where no answer was given, ``fault`` the
    fault that made it so.
    """

    n: int
    method: str
    host: str
    path: str
    status: int
    operation: str | None
    fault: str | None = None

    def shown(self) -> dict[str, Any]:
        """As JSON; a fault only where there was one."""
        content = self._asdict()
        return content if self.fault else {name: content[name] for name in content if name != "fault"}


class Log:
    """The latest requests in the order of their answers, and how many there were of each kind."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=_KEPT)
        self._counts: Counter[tuple[str | None, int]] = Counter()
        self._count = 0

    def add(
        self, method: str, host: str, path: str, status: int, operation: str | None, fault: str | None = None
    ) -> None:
        self._count += 1
        self._counts[operation, status] += 1
        self._entries.append(Entry(self._count, method, host, path[:_LONGEST_PATH], status, operation, fault))

    def entries(self) -> list[Entry]:
        return list(self._entries)

    def operations(self) -> list[str]:
        """The documented calls in the order of their answers."""
        return [entry.operation for entry in self.entries() if entry.operation]

    def count(self, operation: str | None, status: int | None = None) -> int:
        """How often; also of what the entries no longer hold."""
        counted = self._counts.copy().items()
        return sum(number for (asked, told), number in counted if asked == operation and status in {None, told})

    def counts(self) -> dict[str, dict[str, int]]:
        """Per documented call and status; the empty name stands for what was none."""
        counted: dict[str, dict[str, int]] = {}
        for (operation, status), number in self._counts.copy().items():
            counted.setdefault(operation or "", {})[str(status)] = number
        return counted

    def clear(self) -> None:
        self._entries.clear()
        self._counts.clear()
        self._count = 0
