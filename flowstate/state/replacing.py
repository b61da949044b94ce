"""One state in the place of another, and the whole of what is kept in another place."""

from __future__ import annotations

from dataclasses import replace

from flowstate.errors import Problem, StateError
from flowstate.state.location import Location
from flowstate.state.record import State
from flowstate.state.runs import RUNS
from flowstate.state.store import StateStore


def why_unreadable(store: StateStore) -> Problem | None:
    """Why the state that is there cannot be read, if so."""
    try:
        store.load()
    except StateError as error:
        return next((problem for problem in error.problems if problem.code == "state-unreadable"), None)
    return None


def check_movable(source: Location, target: Location, provider: str) -> State:
    """Refuse a place whose state the one in ``source`` may not follow; the state that is to go there.

    Raises:
        StateError: with what to do.
    """
    store = target.store(provider)
    if broken := why_unreadable(store):
        hint = "Choose another place, or move away what is there. Nothing was written."
        raise StateError(replace(broken, hint=hint))
    old, new = store.load(), source.store(provider).load()
    check_successor(new, old, "the state here is")
    return new


def check_successor(new: State, old: State, what: str) -> None:
    """A state may only take the place of none, or of an earlier one of its own lineage."""
    if problem := why_no_successor(new, old, what):
        raise StateError(problem)


def why_no_successor(new: State, old: State, what: str) -> Problem | None:
    """Why a state may not take the place of another without being told to.

    Raises:
        StateError: it is of another provider, and so of no use here.
    """
    hint = "Nothing was written. Compare both: flowstate state pull"
    if new.provider != old.provider:
        summary = f"{what} of provider {new.provider!r}, this environment uses {old.provider!r}"
        raise StateError(Problem("state-foreign", summary, hint=hint))
    if old.serial and new.lineage != old.lineage:
        return Problem("state-foreign", f"{what} of another lineage than the one there", hint=hint)
    if new.serial < old.serial:
        summary = f"{what} older (serial {new.serial}) than the one there (serial {old.serial})"
        return Problem("state-older", summary, hint=hint)
    return None


def copy(source: Location, target: Location) -> int:
    """Runs first, so that a state is never without them; how many runs there are."""
    runs = source.backend.names(RUNS)
    for name, to in [*((run, run) for run in runs), (source.state, target.state)]:
        data, there = _best(source, name), target.backend.read(to)
        if data and (there is None or there.data != data):
            target.backend.write(to, data, there.version if there else None)
    return len(runs)


def _best(source: Location, name: str) -> bytes:
    """The blob; of a run that was begun on this machine and did not end, what only this disk has of it."""
    found, here = source.backend.read(name), source.runs.disk.read(name)
    data = found.data if found else b""
    return here.data if here and data and here.data.startswith(data) else data
