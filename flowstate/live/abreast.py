"""The same work on many things, some side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from flowstate.errors import FlowstateError

T = TypeVar("T")
R = TypeVar("R")
_WORKERS = 32


async def each(items: Sequence[T], work: Callable[[T], Awaitable[R]]) -> list[R]:
    """``work`` on each item, some side by side, results in order; the first failure ends the rest."""
    results: dict[int, R] = {}
    queue = iter(enumerate(items))

    async def worker() -> None:
        for index, item in queue:
            results[index] = await work(item)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(_WORKERS, len(items))):
                group.create_task(worker())
    except* FlowstateError as errors:
        raise first(errors) from None
    return [results[index] for index in range(len(items))]


def first(errors: BaseExceptionGroup[Any]) -> BaseException:
    """The first single error of a group."""
    error = errors.exceptions[0]
    return first(error) if isinstance(error, BaseExceptionGroup) else error
