"""The time that the service believes it is; a test moves it in place of waiting."""

from __future__ import annotations

import time
from contextvars import ContextVar
from datetime import UTC, datetime

# Ten thousand years is as far as dates go; a third of that is as far as anybody needs to move.
FARTHEST = 100_000_000_000.0


class Clock:
    """Real time plus an offset in seconds."""

    def __init__(self) -> None:
        self._offset = 0.0

    @property
    def offset(self) -> float:
        return self._offset

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time() + self._offset

    def moment(self) -> datetime:
        """The same in UTC."""
        return datetime.fromtimestamp(self.now(), UTC)

    def move(self, seconds: float) -> None:
        """On by so many seconds, or back when negative."""
        self.set(self._offset + seconds)

    def set(self, offset: float) -> None:
        """So many seconds ahead of real time."""
        if not 0 <= time.time() + offset <= FARTHEST:
            raise ValueError("leads to a time before 1970 or after 5138")
        self._offset = float(offset)


# Objects are made by functions that know of no sandbox; each sandbox serves from a thread with its own context.
_SERVED: ContextVar[Clock | None] = ContextVar("served", default=None)
_REAL = Clock()


def serve_by(clock: Clock) -> None:
    """From here on, what runs in this context goes by this clock."""
    _SERVED.set(clock)


def current() -> Clock:
    """The clock of the sandbox that is at work; real time outside of one."""
    return _SERVED.get() or _REAL
