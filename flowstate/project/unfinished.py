"""Runs that did not end: what a plan says of them, and how apply settles them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flowstate.errors import MovedError, Problem
from flowstate.live import Snapshot, normal
from flowstate.model import Address
from flowstate.plan import Action, Plan
from flowstate.state import RUN_UNFINISHED, Location, Memory, RunFile, State, StateStore, recall, run_name


def unfinished(memory: Memory, snapshot: Snapshot, asked: Iterable[Address]) -> tuple[Problem, ...]:
    """Everything to know before a plan; of kinds that none of the ``asked`` addresses is of, nothing live is known."""
    kinds = {address.kind for address in asked}
    named = {*snapshot.found, *snapshot.problems}
    others = {(kind.name, normal(kind, live.key)) for kind, live in snapshot.unmanaged}
    folds = {kind.name: kind for kind, _ in snapshot.unmanaged}

    def is_live(text: str) -> bool:
        address = Address.parse(text)
        if address.kind not in kinds or address in named:
            return True
        kind = folds.get(address.kind)
        return kind is not None and (kind.name, normal(kind, address.key)) in others

    return memory.notes(is_live)


def take_over(location: Location, store: StateStore, plan: Plan) -> tuple[State, RunFile, frozenset[Address]]:
    """The state that ``plan`` was made from, with what unfinished runs know saved, and the file of the run that begins.

    To be called under the lock. The plan has told of these runs, so none needs to be looked at again; but what one of
    them may have made, and this plan makes as it was not to be seen, comes third: it may still appear.

    Raises:
        MovedError: another run has worked since the plan was made.
        StateError: what is known cannot be saved.
    """
    memory = recall(location, store, ours=True)
    told = [problem.summary for problem in plan.problems if problem.code == RUN_UNFINISHED]
    untold = [run for run in memory.unfinished if not any(run.name in summary for summary in told)]
    if memory.state.serial != plan.serial or untold:
        detail = "Nothing was changed by this one."
        hint = "Plan again, or run apply again."
        raise MovedError(Problem("state-moved", "another run has applied since this plan was made", detail, hint))
    youngest = memory.runs[-1].name if memory.runs else memory.state.settled
    name = run_name(location.runs.environment, youngest)
    state = replace(memory.state, settled=youngest)
    if memory.unfinished or state.serial != memory.found:
        state = memory.save(store, state)
    for run in memory.unfinished:
        location.runs.mark(run, name)
    made = {change.address for change in plan.ready if change.action is Action.CREATE}
    return state, location.runs.file(name), memory.making & made
