"""An event loop whose waits cost nothing: time jumps to the next thing that is due, and threads are done in line.

So a timeout of thirty seconds takes none, and a run with a seed goes the same way each time.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from random import Random
from typing import TypeVar, TypeVarTuple

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_LONGEST = 30.0  # real seconds without anything that is due: a deadlock


class _Jumping(selectors.DefaultSelector):
    """Never waits for time to pass; tells how much of it should."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            found = super().select(_LONGEST)
            assert found, "nothing is due any more, and nothing is done"
            return found
        found = super().select(0)
        if not found:
            self.now += max(0.0, timeout)
        return found


class Loop(asyncio.SelectorEventLoop):
    """What ``asyncio.to_thread`` is given is done after a small wait that differs from call to call."""

    def __init__(self, chance: Random) -> None:
        self._hours = _Jumping()
        self._chance = chance
        super().__init__(self._hours)

    def time(self) -> float:
        # A little more at each look, or the sum of many small waits could round to the moment before.
        self._hours.now += 1e-9
        return self._hours.now

    def run_in_executor(self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts) -> asyncio.Future[T]:
        del executor
        future: asyncio.Future[T] = self.create_future()

        def work() -> None:
            if future.cancelled():
                return
            try:
                future.set_result(func(*args))
            except Exception as error:
                future.set_exception(error)

        self.call_later(self._chance.uniform(0, 0.003), work)
        return future


class _Policy(asyncio.DefaultEventLoopPolicy):
    def __init__(self, chance: Random) -> None:
        super().__init__()
        self._chance = chance

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        return Loop(self._chance)


@contextmanager
def free_waits(chance: Random) -> Iterator[None]:
    """Every event loop that begins meanwhile is such a one."""
    before = asyncio.get_event_loop_policy()
    asyncio.set_event_loop_policy(_Policy(chance))
    try:
        yield
    finally:
        asyncio.set_event_loop_policy(before)
