"""One change: each action is one short function."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from flowstate.apply.check import ReadBack, differing, read_back
from flowstate.apply.creating import create
from flowstate.apply.desk import BrokenOffError, Desk, DoubtError, StaleError, StoppedError, UnreadError
from flowstate.apply.gate import Gated
from flowstate.apply.journal import Witness
from flowstate.apply.outcome import Outcome, Result
from flowstate.apply.removing import answered, delete
from flowstate.apply.writing import allowed, close, ended, finish, fresh, paths, refuse_opening, sending, targets, write
from flowstate.diff import Difference, Verdict
from flowstate.errors import FlowstateError, ServiceError
from flowstate.live import Observed, refresh
from flowstate.model import WriteOnly
from flowstate.plan import Action, Change, FieldChange
from flowstate.state import Entry
from flowstate.text import redact


async def perform(desk: Desk, change: Change) -> Result:
    """Do one change, and tell how it ended."""
    result = await _tried(desk, change)
    return replace(result, notes=(*desk.told.get(change.id, ()), *result.notes))


async def _tried(desk: Desk, change: Change) -> Result:
    witness = Witness(desk.book.journal, change, desk.plan.seal)
    gated = Gated(desk.delivering(change), desk.gate, change.id, witness, desk.check_going, desk.still_ours)
    clean = False
    try:
        desk.check_going()
        result = await _ACTIONS[change.action](desk, change, gated)
        clean = result.outcome is Outcome.APPLIED
        return result
    except StoppedError as error:
        return Result(change, Outcome.SKIPPED, str(error))
    except StaleError as error:
        return Result(change, Outcome.STALE, str(error))
    except DoubtError as error:
        return Result(change, Outcome.IN_DOUBT, str(error))
    except (BrokenOffError, UnreadError) as error:
        return Result(change, Outcome.FAILED, str(error))
    except FlowstateError as error:
        problem = error.problems[0]
        if not isinstance(error, ServiceError):  # what cannot be recorded, or would be refused, must not be sent
            desk.halted = desk.halted or problem.summary
        return Result(change, Outcome.FAILED, problem.told())
    except Exception as error:
        desk.halted = desk.halted or f"a fault of flowstate itself: {type(error).__name__}"
        return Result(change, Outcome.FAILED, redact(f"a fault of flowstate itself: {error!r}"))
    finally:
        await desk.gate.leave(change.id, clean=clean)


async def _update(desk: Desk, change: Change, api: Gated) -> Result:
    difference = desk.plan.differences[change.address]
    before = await fresh(desk, difference, change)
    todo = tuple(leaf for leaf in _differing_or_retired(difference, before) if leaf.path in paths(change.fields))
    if not todo:
        return await finish(desk, change, before, (), ReadBack(), api)
    async with sending(desk, change, before, todo, api):
        await write(desk, difference, before, todo, api)
    return await close(desk, change, before, todo, api)


def _differing_or_retired(difference: Difference, seen: Observed) -> tuple[FieldChange, ...]:
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


async def _restore(desk: Desk, change: Change, api: Gated) -> Result:
    difference, kind = desk.plan.differences[change.address], change.kind
    before = await fresh(desk, difference, change)
    leaf = FieldChange((kind.retire,), True, False, Verdict.PENDING)
    came = [leaf] if kind.retire in before.fields and before.live.retired else []
    todo = differing(difference, before)
    if before.live.retired:
        refuse_opening(before, todo)
        target = targets(desk, difference, before, todo)
        async with sending(desk, change, before, (*todo, *came), api):
            await kind.restore(allowed(api, kind, "restore"), before.live, target)
    back = await refresh(desk.api, before, frozenset(difference.fields), desk.names, shown=True)
    if back is None:
        return Result(change, Outcome.FAILED, f"{change.address} is gone after it was restored")
    if back.live.retired:
        return Result(change, Outcome.FAILED, f"{change.address} is still {kind.retire_words[0]}")
    rest = differing(difference, back)
    sent = tuple({leaf.path: leaf for leaf in (*todo, *rest, *came)}.values())
    if rest:
        async with sending(desk, change, before, sent, api):
            await write(desk, difference, back, rest, api)
    return await close(desk, change, before, sent, api)


async def _archive(desk: Desk, change: Change, api: Gated) -> Result:
    seen = desk.seen(change.address)
    result = Result(change, Outcome.APPLIED)
    before = await refresh(desk.api, seen, frozenset(), desk.names)
    if before is not None and not before.live.retired:
        unclear = await answered(change.kind.archive(allowed(api, change.kind, "archive"), before.live))
        after = await refresh(desk.api, seen, frozenset(), desk.names)
        if after is not None and not after.live.retired:
            why = f"{change.address} is not {change.kind.retire_words[0]} afterwards{unclear}"
            return Result(change, Outcome.FAILED, why)
        if after is not None:
            result = ended(desk, change, read_back(change.fields, before, after, desk.book.state), api)
    old = desk.book.state.entry(change.address) or Entry(seen.live.id)
    ours = old.retired or (before is not None and not before.live.retired)
    await desk.book.put(change.address, replace(old, id=seen.live.id, retired=ours))
    return result


_ACTIONS: Mapping[Action, Callable[[Desk, Change, Gated], Awaitable[Result]]] = {
    Action.CREATE: create,
    Action.UPDATE: _update,
    Action.RESTORE: _restore,
    Action.ARCHIVE: _archive,
    Action.DELETE: delete,
}
