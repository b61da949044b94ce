"""One change: read, check, write, read back. Each action is one short function."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flowstate.apply.book import Book, entry_of, with_notes
from flowstate.apply.check import ReadBack, differing, read_back, stale_paths
from flowstate.apply.gate import Gate, Gated
from flowstate.apply.outcome import Outcome, Result
from flowstate.diff import Difference, overlay, path_text
from flowstate.errors import FlowstateError, ServiceError
from flowstate.live import Names, Observed, normal, refresh, to_ids
from flowstate.model import Address, Fields, Kind, Live, Path, Verb, WriteOnly
from flowstate.operations import Api, Operation, Restricted
from flowstate.plan import Action, Change, FieldChange, Plan
from flowstate.state import Entry
from flowstate.text import Secret

Deliver = Callable[[str, Secret], Awaitable[None]]


class StaleError(Exception):
    """The live object moved since the plan."""


class DoubtError(Exception):
    """A creation whose outcome cannot be told."""


@dataclass
class Desk:
    """What every step of one run shares."""

    plan: Plan
    names: Names
    api: Api
    gate: Gate
    book: Book
    delivering: Callable[[Change], Api]
    settle: Callable[[int], Awaitable[None]]  # waits before the n-th look for a creation of unknown outcome
    stop: asyncio.Event  # when set, nothing new is started
    unfinished: dict[Address, set[Path]] = field(default_factory=dict)
    listings: dict[str, asyncio.Task[list[Live]]] = field(default_factory=dict)


async def perform(desk: Desk, change: Change) -> Result:
    """Do one change, and tell how it ended."""
    gated = Gated(desk.delivering(change), desk.gate, change.id)
    clean = False
    try:
        result = await _ACTIONS[change.action](desk, change, gated)
        clean = result.outcome is Outcome.APPLIED
        return result
    except StaleError as error:
        return Result(change, Outcome.STALE, str(error))
    except DoubtError as error:
        return Result(change, Outcome.IN_DOUBT, str(error))
    except FlowstateError as error:
        if not isinstance(error, ServiceError):
            desk.stop.set()  # what cannot be recorded, or is not let in, must not go on
        problem = error.problems[0]
        return Result(change, Outcome.FAILED, " ".join(filter(None, [problem.summary, problem.detail, problem.hint])))
    finally:
        await desk.gate.leave(change.id, clean=clean)


def _allowed(kind: Kind, verb: Verb) -> tuple[Operation, ...]:
    return kind.uses.get(verb, ())


async def _update(desk: Desk, change: Change, api: Gated) -> Result:
    difference = desk.plan.differences[change.address]
    before = await _fresh(desk, difference, change)
    todo = tuple(leaf for leaf in differing_or_retired(difference, before) if leaf.path in _paths(change.fields))
    if not todo:
        return await _finish(desk, change, before, (), ReadBack())
    await _write(desk, difference, before, todo, api)
    return await _close(desk, change, before, todo, api)


def differing_or_retired(difference: Difference, seen: Observed) -> tuple[FieldChange, ...]:
    """Every managed leaf that is not as desired, with those that the service never shows as the plan has them."""
    kind = difference.kind
    hidden = [
        FieldChange(leaf.path, leaf.live, leaf.desired, leaf.verdict, leaf.hidden)
        for leaf in difference.leaves
        if (shape := kind.fields.get(leaf.path[0])) is not None and shape.has(WriteOnly)
    ]
    retire = difference.leaf(kind.retire) if kind.retire else None
    moved = retire is not None and seen.live.retired != retire.desired
    last = [FieldChange(retire.path, retire.live, retire.desired, retire.verdict)] if retire and moved else []
    return (*differing(difference, seen), *hidden, *last)


def _paths(fields: Iterable[FieldChange]) -> set[Path]:
    return {leaf.path for leaf in fields}


async def _fresh(desk: Desk, difference: Difference, change: Change) -> Observed:
    """The object read again, checked against what the plan saw."""
    planned = difference.observed
    if planned is None:  # created earlier in this run
        planned = await _created(desk, difference)
    fresh = await refresh(desk.api, planned, frozenset(difference.fields), desk.names)
    if fresh is None:
        raise StaleError(f"{change.address} is gone since the plan was made; run apply again")
    if difference.observed is not None:
        moved = stale_paths(difference, difference.observed, fresh)
        if moved:
            told = ", ".join(".".join(path) for path in moved[:3])
            raise StaleError(f"{told} moved on the service since the plan was made; run apply again")
    return fresh


async def _created(desk: Desk, difference: Difference) -> Observed:
    id = desk.names.ids[difference.address]
    live = Live(id, difference.address.key, {})
    return Observed(difference.address, difference.kind, live, {})


async def _write(
    desk: Desk, difference: Difference, before: Observed, todo: tuple[FieldChange, ...], api: Gated
) -> None:
    """The update calls for these leaves, on top of what was just read."""
    kind = difference.kind
    names = frozenset(leaf.path[0] for leaf in todo)
    target = {name: _target(desk, kind, name, before.fields.get(name), before, todo) for name in names}
    target |= _write_only(desk, difference)
    await kind.update(Restricted(api, _allowed(kind, "update")), before.live, target, names)


def _target(desk: Desk, kind: Kind, name: str, live: Any, before: Observed | None, todo: Iterable[FieldChange]) -> Any:
    """The complete value of a field, in ids."""
    shape = kind.fields.get(name)
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


async def _close(desk: Desk, change: Change, before: Observed, todo: tuple[FieldChange, ...], api: Gated) -> Result:
    """Read back, and end the change."""
    difference = desk.plan.differences.get(change.address)
    wanted = frozenset(difference.fields) if difference else frozenset()
    after = await refresh(desk.api, before, wanted, desk.names)
    if after is None:
        return Result(change, Outcome.FAILED, f"{change.address} is gone after it was written")
    return await _finish(desk, change, after, todo, read_back(todo, before, after, desk.book.state), api)


async def _finish(
    desk: Desk,
    change: Change,
    after: Observed,
    todo: tuple[FieldChange, ...],
    seen: ReadBack,
    api: Gated | None = None,
) -> Result:
    """Remember what was learned; stop operations that moved what they should not."""
    difference = desk.plan.differences[change.address]
    if not seen.refused:
        desk.unfinished[change.address] -= _paths(change.fields)
    entry = entry_of(
        difference, after.live.id, desk.book.state, desk.unfinished[change.address], retired=_ours(desk, after)
    )
    await desk.book.put(change.address, with_notes(entry, map(path_text, _paths(todo)), seen.notes))
    if seen.collateral:
        told = "; ".join(seen.collateral)
        desk.gate.stop(api.writes if api else (), f"writing {change.address} moved something else ({told})")
        return Result(change, Outcome.FAILED, f"something that was not to change has changed: {told}", tuple(seen.said))
    if seen.refused:
        return Result(change, Outcome.FAILED, "; ".join(seen.refused), tuple(seen.said))
    return Result(change, Outcome.APPLIED, "", tuple(seen.said))


def _ours(desk: Desk, after: Observed) -> bool:
    """Still retired, and by us."""
    entry = desk.book.state.entry(after.address)
    return after.live.retired and entry is not None and entry.retired


async def _create(desk: Desk, change: Change, api: Gated) -> Result:
    difference = desk.plan.differences[change.address]
    kind = change.kind
    if any(normal(kind, live.key) == normal(kind, change.address.key) for live in await _listing(desk, kind)):
        raise StaleError(f"{change.address} appeared on the service since the plan was made; run apply again")
    names = {leaf.path[0] for leaf in change.fields}
    fields = {name: _target(desk, kind, name, None, None, change.fields) for name in names}
    id, notes = await _send_create(desk, change, fields, api)
    desk.names.bind(change.address, id)
    await desk.book.put(change.address, entry_of(difference, id, desk.book.state, _paths(difference.leaves)))
    first = await refresh(desk.api, await _created(desk, difference), frozenset(difference.fields), desk.names)
    if first is None:
        return Result(
            change, Outcome.FAILED, f"{change.address} was created but cannot be read; run apply again", notes
        )
    todo = differing(difference, first)
    if todo:
        await _write(desk, difference, first, todo, api)
    result = await _close(desk, change, first, todo, api)
    return Result(change, result.outcome, result.error, (*notes, *result.notes))


async def _listing(desk: Desk, kind: Kind) -> list[Live]:
    """What is live just before the first creation of a kind in this run; read once."""
    if kind.name not in desk.listings:
        desk.listings[kind.name] = asyncio.create_task(_active(desk.api, kind))
    return await desk.listings[kind.name]


async def _active(api: Api, kind: Kind) -> list[Live]:
    raws = await kind.list(Restricted(api, kind.uses["list"]))
    return [live for live in map(kind.read, raws) if kind.retired_counts or not live.retired]


async def _send_create(desk: Desk, change: Change, fields: Fields, api: Gated) -> tuple[str, tuple[str, ...]]:
    """The one create call; after an unknown outcome it is never sent again, but looked for."""
    try:
        return await change.kind.create(Restricted(api, _allowed(change.kind, "create")), fields), ()
    except ServiceError as error:
        if not error.unknown:
            raise
        return await _adopt(desk, change, error)


async def _adopt(desk: Desk, change: Change, error: ServiceError) -> tuple[str, tuple[str, ...]]:
    """The one object of this name that was not there before, once the service has settled."""
    before = {live.id for live in await _listing(desk, change.kind)}
    wanted = normal(change.kind, change.address.key)
    for look in range(3):
        await desk.settle(look)
        new = [live for live in await _active(desk.api, change.kind) if live.id not in before]
        found = [live.id for live in new if normal(change.kind, live.key) == wanted]
        if len(found) == 1:
            lost = any(operation.secret for operation in change.kind.uses.get("create", ()))
            note = "its one-time password was lost with the answer; reset the password" if lost else ""
            return found[0], tuple(filter(None, ["found after an unclear answer", note]))
    raise DoubtError(
        f"{error.problems[0].summary}; it is not known whether {change.address} was created. "
        "Look at the service, then run apply again"
    )


async def _restore(desk: Desk, change: Change, api: Gated) -> Result:
    difference = desk.plan.differences[change.address]
    before = await _fresh(desk, difference, change)
    kind = change.kind
    todo = differing(difference, before)
    names = {leaf.path[0] for leaf in todo}
    target = {name: _target(desk, kind, name, before.fields.get(name), before, todo) for name in names}
    if before.live.retired:
        await kind.restore(Restricted(api, _allowed(kind, "restore")), before.live, target)
    back = await refresh(desk.api, before, frozenset(difference.fields), desk.names)
    if back is None:
        return Result(change, Outcome.FAILED, f"{change.address} is gone after it was restored")
    if back.live.retired:
        return Result(change, Outcome.FAILED, f"{change.address} is still {kind.retire_words[0]}")
    rest = differing(difference, back)
    if rest:
        await _write(desk, difference, back, rest, api)
    return await _close(desk, change, back, rest, api)


async def _archive(desk: Desk, change: Change, api: Gated) -> Result:
    seen = desk.plan.snapshot.found[change.address] if desk.plan.snapshot else None
    if seen is None:
        raise StaleError(f"{change.address} was not read")
    before = await refresh(desk.api, seen, frozenset(), desk.names)
    if before is not None and not before.live.retired:
        await change.kind.archive(Restricted(api, _allowed(change.kind, "archive")), before.live)
        after = await refresh(desk.api, seen, frozenset(), desk.names)
        if after is not None and not after.live.retired:
            return Result(change, Outcome.FAILED, f"{change.address} is not {change.kind.retire_words[0]} afterwards")
    old = desk.book.state.entry(change.address)
    applied: Mapping[str, Any] = old.applied if old else {}
    await desk.book.put(change.address, Entry(seen.live.id, applied, retired=True, notes=old.notes if old else {}))
    return Result(change, Outcome.APPLIED)


_ACTIONS: Mapping[Action, Callable[[Desk, Change, Gated], Awaitable[Result]]] = {
    Action.CREATE: _create,
    Action.UPDATE: _update,
    Action.RESTORE: _restore,
    Action.ARCHIVE: _archive,
}
