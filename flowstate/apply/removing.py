"""Removals: a deletion is of the object the plan saw, unchanged since, and done when the service shows it no more."""

from __future__ import annotations

from collections.abc import Awaitable

from flowstate.apply.desk import Desk, StaleError, looks_at
from flowstate.apply.gate import Gated
from flowstate.apply.outcome import Outcome, Result
from flowstate.apply.writing import allowed
from flowstate.diff import moved
from flowstate.errors import NotFoundError, ServiceError
from flowstate.live import Observed, refresh
from flowstate.plan import Change


async def delete(desk: Desk, change: Change, api: Gated) -> Result:
    """Delete it, see that it is gone, and forget it."""
    seen = desk.seen(change.address)
    before = await refresh(desk.api, seen, frozenset(), desk.names)
    if before is not None:
        _check_unmoved(change, seen, before)
        unclear = await answered(change.kind.delete(allowed(api, change.kind, "delete"), before.live))
        if await _is_there(desk, change, seen):
            return Result(change, Outcome.FAILED, f"{change.address} is still there after it was deleted{unclear}")
    await desk.book.put(change.address, None)
    return Result(change, Outcome.APPLIED)


async def answered(call: Awaitable[None]) -> str:
    """What the answer of a removal left open, which looking tells: it was gone meanwhile, or the answer was lost."""
    try:
        await call
    except ServiceError as error:
        if not (error.unknown or isinstance(error, NotFoundError)):
            raise
        return f" ({error.problems[0].summary})"
    return ""


def _check_unmoved(change: Change, seen: Observed, now: Observed) -> None:
    """Nobody deletes what somebody is at work on.

    Raises:
        StaleError: what the plan saw of it has moved.
    """
    both = seen.fields.keys() & now.fields.keys()
    before, after = ({name: one.fields[name] for name in both} for one in (seen, now))
    paths = moved(change.kind, before, after, but=frozenset())
    if paths:
        raise StaleError.of(paths)


async def _is_there(desk: Desk, change: Change, seen: Observed) -> bool:
    """Whether it is shown still; where that means listing, at the last of several looks."""
    looks = looks_at(change.kind)
    for look in range(looks):
        if look:
            await desk.settle(look - 1)
        if await refresh(desk.api, seen, frozenset(), desk.names) is None:
            return False
    return True
