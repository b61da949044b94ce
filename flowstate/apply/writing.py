"""One write: read afresh, check, write, read back, remember."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

from flowstate.apply.book import entry_of, with_notes
from flowstate.apply.check import ReadBack, read_back, stale_paths, taken
from flowstate.apply.desk import BrokenOffError, Desk, StaleError, UnreadError, looks_at
from flowstate.apply.gate import Gated
from flowstate.apply.outcome import Outcome, Result
from flowstate.diff import Difference, overlay, path_text
from flowstate.errors import CredentialsError, ServiceError
from flowstate.live import Observed, refresh, to_ids
from flowstate.model import Fields, Kind, Live, Path, Text, Verb, WriteOnly
from flowstate.operations import Api, Restricted
from flowstate.plan import Change, FieldChange, opened


def paths(fields: Iterable[FieldChange]) -> set[Path]:
    """The leaves that some changes of fields name."""
    return {leaf.path for leaf in fields}


def allowed(api: Api, kind: Kind, verb: Verb) -> Api:
    """The api for one verb."""
    return Restricted(api, kind.uses.get(verb, ()))


async def fresh(desk: Desk, difference: Difference, change: Change) -> Observed:
    """The object read again, checked against what the plan saw.

    Raises:
        StaleError: it is gone, or moved.
        UnreadError: a field of the change could not be read.
    """
    planned = difference.observed or created(desk, difference)
    entry = desk.book.state.entry(change.address)  # an earlier part may have set what the service does not show
    planned = replace(planned, hidden=entry.hidden() if entry else {})
    seen = await refresh(desk.api, planned, frozenset(difference.fields), desk.names)
    if seen is None:
        raise StaleError(f"{change.address} is gone since the plan was made; run apply again")
    if difference.observed is not None:
        moved = stale_paths(difference, difference.observed, seen)
        if moved:
            raise StaleError.of(moved)
    check_read(seen, change.fields)
    return seen


def check_read(seen: Observed, fields: Iterable[FieldChange]) -> None:
    """What could not be read is not as it should be; it is unknown.

    Raises:
        UnreadError: one of these leaves is of such a field.
    """
    lost = sorted({leaf.path[0] for leaf in fields} & set(seen.unreadable))
    if lost:
        raise UnreadError("; ".join(f"{name} could not be read ({seen.unreadable[name]})" for name in lost))


def created(desk: Desk, difference: Difference) -> Observed:
    """An object made earlier in this run, of which only the id is known."""
    live = Live(desk.names.ids[difference.address], difference.address.key, {})
    return Observed(difference.address, difference.kind, live, {})


async def write(desk: Desk, difference: Difference, before: Observed, todo: tuple[FieldChange, ...], api: Api) -> None:
    """The update calls for these leaves, on top of what was just read.

    Raises:
        StaleError: what was taken away meanwhile makes this write one that opens the object.
    """
    kind = difference.kind
    refuse_opening(before, todo)
    target = {**targets(desk, difference, before, todo), **_write_only(desk, difference)}
    await kind.update(allowed(api, kind, "update"), before.live, target, frozenset(leaf.path[0] for leaf in todo))


def refuse_opening(before: Observed, todo: tuple[FieldChange, ...]) -> None:
    """The guard of the plan once more, on what is live now.

    Raises:
        StaleError: writing these leaves would open the object to everyone or everything.
    """
    why = opened(before, {leaf.path: leaf.after for leaf in todo}, {leaf.path[0] for leaf in todo})
    if why:
        raise StaleError(f"{why}; it moved on the service since the plan was made; run apply again")


def targets(
    desk: Desk, difference: Difference, before: Observed | None, todo: tuple[FieldChange, ...]
) -> dict[str, Any]:
    """The complete values of the fields that these leaves touch, in ids."""
    return {name: _target(desk, difference, name, before, todo) for name in sorted({leaf.path[0] for leaf in todo})}


def _target(
    desk: Desk, difference: Difference, name: str, before: Observed | None, todo: tuple[FieldChange, ...]
) -> Any:
    shape = difference.kind.fields.get(name)
    if shape is not None and shape.has(Text):
        return difference.fields[name]  # as written: its leaf has lost line ends and the final newline
    live = before.fields.get(name) if before else None
    value = overlay(shape, live, {leaf.path[1:]: leaf.after for leaf in todo if leaf.path[0] == name})
    kept = before.unknown.get(name, ()) if before else ()
    return to_ids(shape, value, kept, desk.names) if shape is not None else value


def _write_only(desk: Desk, difference: Difference) -> Fields:
    """What the service never shows but a write must carry: from the manifest, else from state."""
    entry = desk.book.state.entry(difference.address)
    applied = entry.applied if entry else {}
    return {
        name: difference.fields.get(name, applied.get(name))
        for name, shape in difference.kind.fields.items()
        if shape.has(WriteOnly) and (name in difference.fields or name in applied)
    }


@asynccontextmanager
async def sending(
    desk: Desk, change: Change, before: Observed, todo: tuple[FieldChange, ...], api: Gated
) -> AsyncIterator[None]:
    """The calls of one change; when one fails after others may have done their work, what those did is read back.

    Raises:
        BrokenOffError: besides, something moved that was not to; its operations are stopped.
    """
    try:
        yield
    except ServiceError as error:
        if api.acted:
            with suppress(ServiceError, CredentialsError, UnreadError):  # the first failure is what there is to tell
                await _look_back(desk, change, before, todo, api, error)
        raise


async def _look_back(
    desk: Desk, change: Change, before: Observed, todo: tuple[FieldChange, ...], api: Gated, error: ServiceError
) -> None:
    """Remember what did take, and stop operations that moved something else."""
    after = await _written(desk, change, before)
    desk.unfinished[change.address] -= taken(todo, after)
    await _remember(desk, change, after)
    seen = read_back(todo, before, after, desk.book.state)
    if seen.collateral:
        told = _moved(desk, change, seen, api)
        raise BrokenOffError(f"{error.problems[0].told()}. Besides, {told}") from error


async def close(desk: Desk, change: Change, before: Observed, todo: tuple[FieldChange, ...], api: Gated) -> Result:
    """Read back, and end the change; where that means listing, once more before anything is called not accepted."""
    looks = looks_at(change.kind)
    for look in range(looks):
        if look:
            await desk.settle(look - 1)
        after = await _written(desk, change, before)
        check_read(after, todo)
        seen = read_back(todo, before, after, desk.book.state)
        if not seen.refused:
            break
    return await finish(desk, change, after, todo, seen, api)


async def _written(desk: Desk, change: Change, before: Observed) -> Observed:
    """The object as the service shows it after a write."""
    wanted = frozenset(desk.plan.differences[change.address].fields)
    after = await refresh(desk.api, before, wanted, desk.names, shown=True)
    if after is None:
        raise UnreadError(f"{change.address} is gone after it was written")
    return after


async def finish(
    desk: Desk, change: Change, after: Observed, todo: tuple[FieldChange, ...], seen: ReadBack, api: Gated
) -> Result:
    """Remember what was learned, and tell how it ended."""
    if not seen.refused:
        desk.unfinished[change.address] -= paths(change.fields)
    await _remember(desk, change, after, todo, seen)
    return ended(desk, change, seen, api)


async def _remember(
    desk: Desk, change: Change, after: Observed, todo: tuple[FieldChange, ...] = (), seen: ReadBack | None = None
) -> None:
    difference = desk.plan.differences[change.address]
    entry = entry_of(
        difference, after.live.id, desk.book.state, desk.unfinished[change.address], retired=_ours(desk, after)
    )
    await desk.book.put(change.address, with_notes(entry, map(path_text, paths(todo)), seen.notes if seen else {}))


def ended(desk: Desk, change: Change, seen: ReadBack, api: Gated) -> Result:
    """The result that a read-back stands for; operations that moved what they should not are stopped."""
    if seen.collateral:
        return Result(change, Outcome.FAILED, _moved(desk, change, seen, api), tuple(seen.said))
    if seen.refused:
        return Result(change, Outcome.FAILED, "; ".join(seen.refused), tuple(seen.said))
    return Result(change, Outcome.APPLIED, "", tuple(seen.said))


def _moved(desk: Desk, change: Change, seen: ReadBack, api: Gated) -> str:
    """What moved besides; no further write of these operations in this run."""
    told = "; ".join(seen.collateral)
    desk.gate.stop(api.writes, f"writing {change.address} moved something else ({told})")
    return f"something that was not to change has changed: {told}"


def _ours(desk: Desk, after: Observed) -> bool:
    """Still retired, and by us."""
    entry = desk.book.state.entry(after.address)
    return after.live.retired and entry is not None and entry.retired
