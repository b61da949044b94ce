"""A run: every change as soon as what it waits for is done, a failure blocking only what depends on it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from flowstate.apply.book import Book, entry_of
from flowstate.apply.desk import Desk
from flowstate.apply.journal import Journal
from flowstate.apply.outcome import Applied, Outcome, Result
from flowstate.apply.steps import perform
from flowstate.client import Client
from flowstate.errors import Problem, Severity, StateError
from flowstate.live import Snapshot
from flowstate.model import Address, Path
from flowstate.operations import Api
from flowstate.passwords import Sink, nowhere, record_of
from flowstate.plan import Action, Change, ChangeId, Plan, Status
from flowstate.state import Entry, Header, Holder, RunFile, State, StateStore
from flowstate.text import Secret

OnResult = Callable[[Result], None]


async def settle(look: int) -> None:
    """Give the service time to show what it made: 1, 2, 4 seconds."""
    await asyncio.sleep(2.0**look)


async def apply(
    plan: Plan,
    client: Client,
    store: StateStore,
    state: State,
    sink: Sink | None,
    *,
    file: RunFile,
    doubts: frozenset[Address] = frozenset(),
    stop: asyncio.Event | None = None,
    on_result: OnResult = lambda _: None,
    settle: Callable[[int], Awaitable[None]] = settle,
    still_ours: Callable[[], None] = lambda: None,
) -> Applied:
    """Carry out a plan; ``on_result`` hears of each change as it ends.

    The run is written down in ``file``. An earlier run may have made ``doubts``. When ``stop`` is set nothing new is
    started, and calls in flight end. ``still_ours`` raises once the lock was lost.

    Raises:
        SinkError: people would be created and their passwords have nowhere to go.
        StateError: what is known could not be saved, or nothing can be written down; nothing was sent.
    """
    _prove_sink(plan, sink)
    desk = Desk(
        plan=plan,
        names=_snapshot(plan).names,
        api=client,
        book=Book(store, replace(state, team=plan.team or state.team), file.run, Journal(file)),
        delivering=lambda change: _delivering(desk, client, sink, change),
        settle=settle,
        stop=stop or asyncio.Event(),
        still_ours=still_ours,
        unfinished=_unfinished(plan),
        doubts=set(doubts),
    )
    await desk.book.begin({**_found_as_wanted(plan, desk), **_released(plan, state)})
    return await _carried_out(desk, client, file, on_result)


def _released(plan: Plan, state: State) -> dict[Address, None]:
    return dict.fromkeys(address for address in plan.released if state.entry(address) is not None)


def _snapshot(plan: Plan) -> Snapshot:
    """What the plan was made from."""
    if plan.snapshot is None:
        raise ValueError("a plan that was read from a file cannot be applied; plan again")
    return plan.snapshot


async def _carried_out(desk: Desk, client: Client, file: RunFile, on_result: OnResult) -> Applied:
    if desk.plan.ready:
        await asyncio.to_thread(file.begin, _header(desk))
    try:
        results = await _all(desk, on_result)
        run = file.run if file.begun else ""
        applied = Applied(run, results, desk.stop.is_set(), client.counts.writes, _kept(desk))
        return replace(applied, problems=await _end(desk, file, applied))
    finally:
        file.finish()  # also when this is interrupted: what was written down must not be on this disk only


def _kept(desk: Desk) -> int:
    """One-time passwords that are where they were asked for; each of the others is told of by itself."""
    return sum(not warning for warning in desk.delivered.values())


def _header(desk: Desk) -> Header:
    plan, state, me = desk.plan, desk.book.state, Holder.me(desk.book.run)
    return Header(
        run=me.run,
        environment=plan.environment,
        team=plan.team,
        lineage=state.lineage,
        serial=state.serial,
        fingerprint=plan.fingerprint,
        commit=state.commit,
        actor=me.actor,
        host=me.host,
        started=me.started,
        creations={
            str(change.address): _gives_secret(change) for change in plan.ready if change.action is Action.CREATE
        },
        doubts=tuple(sorted(map(str, desk.doubts))),
    )


async def _end(desk: Desk, file: RunFile, applied: Applied) -> tuple[Problem, ...]:
    """Write down how it ended, and settle it in state; what could not be done of that, as warnings."""
    if not file.begun:
        return ()
    try:
        doubts = sorted(map(str, desk.doubts))
        await desk.book.journal.end(applied, doubts)
        warning = await asyncio.to_thread(file.finish)
        if warning is None and not doubts:
            await desk.book.settle()
    except StateError as error:
        warning = replace(error.problems[0], severity=Severity.WARNING)
    return (warning,) if warning else ()


def _unfinished(plan: Plan) -> dict[Address, set[Path]]:
    return {address: {leaf.path for leaf in each.leaves} for address, each in plan.differences.items()}


def _prove_sink(plan: Plan, sink: Sink | None) -> None:
    """No call is made before it is certain that a password can be kept."""
    people = [change for change in plan.ready if change.action is Action.CREATE and _gives_secret(change)]
    if not people:
        return
    if sink is None:
        summary = (
            f"{len(people)} {people[0].kind.nouns[len(people) > 1]} would be created, and their one-time passwords "
            "have nowhere to go"
        )
        raise nowhere(summary, people[0].address)
    sink.open()


def _gives_secret(change: Change) -> bool:
    return any(operation.secret for operation in change.kind.uses.get("create", ()))


def _delivering(desk: Desk, client: Client, sink: Sink | None, change: Change) -> Api:
    """The client, handing the one-time secrets of this change to the sink, and noting whose were kept."""
    if sink is None or change.action is not Action.CREATE:
        return client
    named = {leaf.path[0]: leaf.after for leaf in change.fields}

    async def deliver(_operation: str, secret: Secret) -> None:
        record = record_of(
            change.address,
            str(named.get("name", "")),
            environment=desk.plan.environment,
            team=desk.plan.team,
            run=desk.book.run,
        )
        warning = await asyncio.to_thread(sink.deliver, record, secret)
        desk.delivered[change.address] = warning.told() if warning else ""

    return client.delivering(deliver)


def _found_as_wanted(plan: Plan, desk: Desk) -> dict[Address, Entry | None]:
    """A base for every declared resource that exists, also for what already matched."""
    problems = plan.snapshot.problems if plan.snapshot else {}
    entries: dict[Address, Entry | None] = {}
    for address, difference in plan.differences.items():
        seen = difference.observed
        if seen is None or address in problems:
            continue
        old = difference.entry
        retired = seen.live.retired and old is not None and old.retired
        entries[address] = entry_of(
            difference, seen.live.id, desk.book.state, desk.unfinished[address], retired=retired
        )
    return entries


async def _all(desk: Desk, on_result: OnResult) -> tuple[Result, ...]:
    """Every change of the plan, results in its order."""
    ends: dict[ChangeId, asyncio.Future[Result]] = {
        change.id: asyncio.get_running_loop().create_future() for change in desk.plan.changes
    }

    async def one(change: Change) -> None:
        result = await _when_ready(desk, change, ends)
        try:
            await desk.book.journal.result(result)
        except StateError as error:
            desk.halted = desk.halted or error.problems[0].summary
        ends[change.id].set_result(result)
        with suppress(Exception):  # whoever listens, calls in flight must end as they would have
            on_result(result)

    async with asyncio.TaskGroup() as group:
        for change in desk.plan.changes:
            group.create_task(one(change))
    return tuple(end.result() for end in ends.values())


async def _when_ready(desk: Desk, change: Change, ends: Mapping[ChangeId, asyncio.Future[Result]]) -> Result:
    if change.status is not Status.READY:
        outcome = Outcome.BLOCKED if change.status is Status.BLOCKED else Outcome.SKIPPED
        return Result(change, outcome, change.reason)
    for id in change.after:
        await ends[id]
    for id in change.depends_on:
        need = await ends[id]
        if need.outcome is not Outcome.APPLIED:
            return Result(change, Outcome.BLOCKED, f"waits for {id.address}, which did not happen ({need.outcome})")
    async with desk.seats:
        return await perform(desk, change)
