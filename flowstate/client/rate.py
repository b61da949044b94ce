"""How many attempts run side by side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Rate:
    """At most ``limit`` attempts at once: halved on a 429, one more after each full round of successes.

    No permit is taken from an attempt that runs: the next ones handed back or asked for are withheld.
    """

    def __init__(self, most: int) -> None:
        self.limit = self._most = max(1, most)
        self._permits = asyncio.Semaphore(self.limit)
        self._withhold = 0
        self._successes = 0
        self._era = 0

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[int]:
        """Wait for a permit and hold it; gives the era to hand to :meth:`throttled`."""
        await self._permits.acquire()
        while self._withhold:
            self._withhold -= 1
            await self._permits.acquire()
        try:
            yield self._era
        finally:
            self._give()

    def throttled(self, era: int) -> None:
        """Halve, once for all the attempts that were on their way together."""
        if era == self._era:
            self._era += 1
            self._successes = 0
            self._withhold += self.limit - max(1, self.limit // 2)
            self.limit = max(1, self.limit // 2)

    def succeeded(self) -> None:
        """Count towards one permit more."""
        self._successes += 1
        if self.limit < self._most and self._successes >= self.limit:
            self._successes = 0
            self.limit += 1
            self._give()

    def _give(self) -> None:
        if self._withhold:
            self._withhold -= 1
        else:
            self._permits.release()
