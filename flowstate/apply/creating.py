"""A creation: one call, never sent twice; what became of it is looked for when the answer does not say."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace

from flowstate.apply.book import entry_of
from flowstate.apply.check import differing
from flowstate.apply.desk import LOOKS, Desk, DoubtError, StaleError, UnreadError
from flowstate.apply.gate import Gated
from flowstate.apply.outcome import Outcome, Result
from flowstate.apply.writing import allowed, check_read, close, created, sending, targets, write
from flowstate.errors import CredentialsError, ServiceError, SinkError
from flowstate.live import normal, refresh, rival
from flowstate.model import Address, Fields, Kind, Listed, Live
from flowstate.operations import Api, OperationClass, Restricted
from flowstate.plan import Change


async def create(desk: Desk, change: Change, api: Gated) -> Result:
    """Make it, remember its id, then let update close what still differs."""
    difference = desk.plan.differences[change.address]
    present = await _present(desk, change)
    fields = targets(desk, difference, None, change.fields)
    try:
        id, how = await _send(desk, change, fields, api, {live.id for live in present})
    except BaseException:
        if api.acted:
            desk.doubts.add(change.address)  # the next runs have to look out for it
        raise
    desk.told[change.id] = (*how, *_lost(desk, change))
    desk.names.bind(change.address, id)
    open_paths = {leaf.path for leaf in difference.leaves}
    await desk.book.put(change.address, entry_of(difference, id, desk.book.state, open_paths, made=True))
    desk.doubts.discard(change.address)
    first = await refresh(desk.api, created(desk, difference), frozenset(difference.fields), desk.names)
    if first is None:
        error = f"{change.address} was created but cannot be read; run apply again"
        return Result(change, Outcome.FAILED, error)
    check_read(first, change.fields)
    todo = differing(replace(difference, unfinished=True), first)
    if todo:
        async with sending(desk, change, first, todo, api):
            await write(desk, difference, first, todo, api)
    return await close(desk, change, first, todo, api)


def _lost(desk: Desk, change: Change) -> list[str]:
    secret = any(operation.secret for operation in change.kind.uses["create"])
    said = desk.delivered.get(change.address, "its one-time password was lost; reset it")
    return [said] if secret and said else []


async def _present(desk: Desk, change: Change) -> list[Live]:
    """What is live just before the first creation of a kind in this run; none of it may have the new name."""
    present = await _listing(desk, change.kind)
    if _named(present.lives, change.kind, change.address):
        present = await _active(desk.api, change.kind)  # a rename of this run may have set the name free
    if _named(present.lives, change.kind, change.address):
        raise StaleError(f"{change.address} appeared on the service since the plan was made; run apply again")
    if why := rival(change.kind, desk.plan.differences[change.address].fields, present.lives):
        raise StaleError(f"{change.address} cannot be created any more: {why}")
    for misfit in present.misfits:
        if misfit.key is None or normal(change.kind, misfit.key) == normal(change.kind, change.address.key):
            raise UnreadError(f"it cannot be told whether it exists already: {misfit.error.problems[0].summary}")
    return present.lives


def _named(lives: Iterable[Live], kind: Kind, address: Address) -> list[str]:
    wanted = normal(kind, address.key)
    return [live.id for live in lives if normal(kind, live.key) == wanted]


async def _listing(desk: Desk, kind: Kind) -> Listed:
    if kind.name not in desk.listings:
        desk.listings[kind.name] = asyncio.create_task(_active(desk.api, kind))
    return await desk.listings[kind.name]


async def _active(api: Api, kind: Kind) -> Listed:
    lives, misfits = kind.understand_all(await kind.list(Restricted(api, kind.uses["list"])))
    return Listed([live for live in lives if kind.in_use(live)], misfits)


async def _send(
    desk: Desk, change: Change, fields: Fields, api: Gated, before: set[str]
) -> tuple[str, tuple[str, ...]]:
    """The one create call: the id of what it made, and what to know of it."""
    try:
        return await change.kind.create(allowed(api, change.kind, "create"), fields), ()
    except SinkError as error:
        problem = error.problems[0]
        hint = f"{change.address} was created and its password is lost; reset the password. {problem.hint}"
        raise SinkError(replace(problem, hint=hint)) from error
    except ServiceError as error:
        if not _may_exist(change.kind, api, error):
            raise
        return await _adopt(desk, change, before, error)


def _may_exist(kind: Kind, api: Gated, error: ServiceError) -> bool:
    """Whether the call was sent, and may have done its work before this error."""
    creates = {operation.name for operation in kind.uses["create"] if operation.kind is OperationClass.CREATE}
    return bool(creates & set(api.writes)) and (error.unknown or error.operation not in creates)


async def _adopt(desk: Desk, change: Change, before: set[str], error: ServiceError) -> tuple[str, tuple[str, ...]]:
    """The one object of this name that was not there before, once the service has settled."""
    for look in range(LOOKS):
        await desk.settle(look)
        try:
            present = await _active(desk.api, change.kind)
            found = set(_named(present.lives, change.kind, change.address)) - before
        except (ServiceError, CredentialsError):
            continue  # it may answer at the next look
        if len(found) == 1:
            return found.pop(), ("found after an unclear answer",)
    raise DoubtError(
        f"{error.problems[0].summary}; it is not known whether {change.address} was created. "
        "Look at the service, then run apply again"
    )
