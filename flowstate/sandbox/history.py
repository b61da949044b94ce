"""What changed in the last seconds, for lists that lag behind."""

from __future__ import annotations

from collections import deque
from typing import Any

from flowstate.sandbox.clock import Clock

_KEPT = 10.0

Before = tuple[float, str, str, dict[str, Any] | None]


class History:
    """Each change with the body that it replaced; None for an object that was new."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._before: deque[Before] = deque()

    def note(self, kind: str, key: str, before: dict[str, Any] | None) -> None:
        now = self._clock.now()
        while self._before and self._before[0][0] < now - _KEPT:
            self._before.popleft()
        self._before.append((now, kind, key, before))

    def undone(self, kind: str, objects: dict[str, dict[str, Any]], seconds: float) -> list[dict[str, Any]]:
        """The objects of a kind as they were so many seconds ago."""
        since = self._clock.now() - seconds
        earlier = dict(objects)
        for moment, changed, key, before in reversed(self._before):
            if changed != kind or moment <= since:
                continue
            if before is None:
                earlier.pop(key, None)
            else:
                earlier[key] = before
        return list(earlier.values())

    def clear(self) -> None:
        self._before.clear()
