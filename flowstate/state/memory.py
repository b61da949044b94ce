"""State together with what unfinished runs know: every command works with it, and only apply saves it as settled."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from flowstate.errors import Problem, Severity
from flowstate.model import Address
from flowstate.state.holder import Holder
from flowstate.state.location import Location
from flowstate.state.record import State
from flowstate.state.run import Remembered, Run
from flowstate.state.store import StateStore

RUN_UNFINISHED: Final = "run-unfinished"
PASSWORD_IN_DOUBT: Final = "password-in-doubt"


@dataclass(frozen=True)
class Memory:
    """What is known of an environment.

    ``state`` holds what state had lost of the young ``runs``, those that state has not settled. Its serial is at least
    that of every save these runs were about to make, so once it is saved nothing of them is put into it again. The
    serial that was loaded is ``found``. ``holder`` has the lock, and so the youngest run may be going on.
    """

    state: State
    found: int
    runs: tuple[Run, ...] = ()
    holder: Holder | None = None

    @property
    def lost(self) -> tuple[Remembered, ...]:
        """What state had lost of runs that do not go on."""
        past = self.runs[:-1] if self.holder else self.runs
        ours = (run for run in past if run.header.lineage == self.state.lineage)
        return tuple(one for run in ours for one in run.remembered if one.serial > self.found)

    @property
    def unfinished(self) -> tuple[Run, ...]:
        """The runs that do not go on and left something: they did not end, or ended in doubt; oldest first."""
        past = self.runs[:-1] if self.holder else self.runs
        return tuple(run for run in past if not run.closed or run.making)

    @property
    def doubts(self) -> Mapping[str, Run]:
        """Addresses that may have been made, their one-time passwords being lost, and by which run."""
        return {address: run for run in self.unfinished for address in _doubtful(run, self.state)}

    @property
    def making(self) -> frozenset[Address]:
        """What unfinished runs may have made, its id being known to nobody."""
        return frozenset(address for run in self.unfinished for address in run.making)

    def save(self, store: StateStore, state: State) -> State:
        """Save what became of the state over what was loaded; the state as saved."""
        return store.save(state, over=replace(self.state, serial=self.found))

    def notes(self, is_live: Callable[[str], bool] = lambda _: True) -> tuple[Problem, ...]:
        """What to know of runs that did not end; ``is_live`` says of an address whether the service may have it."""
        notes = [_unfinished(run) for run in self.unfinished]
        notes += [_password(address, run) for address, run in self.doubts.items() if is_live(address)]
        if self.holder is not None:
            summary = f"run {self.runs[-1].name} is going on, or was killed just now: {self.holder} has the lock"
            notes.append(Problem("run-going-on", summary, severity=Severity.NOTE))
        if self.lost:
            count = len({one.address for one in self.lost})
            summary = f"{count} entr{'ies' if count > 1 else 'y'} that the state lacks came from the files of runs"
            notes.append(Problem("run-recalled", summary, hint="The next apply saves them.", severity=Severity.NOTE))
        return tuple(notes)


def recall(location: Location, store: StateStore, *, ours: bool) -> Memory:
    """What is known now; ``ours``: this process has the lock, so no other run is going on.

    Raises:
        StateError: the state, or a young run, cannot be read.
    """
    state = store.load()
    runs = location.runs.young(state.settled)
    open_run = bool(runs) and not runs[-1].closed
    holder = location.lock.working() if open_run and not ours else None
    return fold(state, runs, holder)


def fold(state: State, runs: Iterable[Run], holder: Holder | None = None) -> Memory:
    """State with what it had lost; the run that ``holder`` has going on, the last one, will see to its own entries.

    What a run remembered is lost when the state is older than the save that was to hold it. Whoever saved since knew of
    it, so what is in a younger state is never older. Runs of another lineage tell nothing about this state.
    """
    memory = Memory(state, state.serial, tuple(runs), holder)
    ours = [run for run in memory.unfinished if run.header.lineage == state.lineage]
    serial = max([state.serial, *(run.header.serial + 1 for run in ours), *(one.serial for one in memory.lost)])
    for one in memory.lost:
        state = state.put(one.address, one.entry)
    for run in ours:
        state = _retiring(run, state)
    return replace(memory, state=replace(state, serial=serial))


def _retiring(run: Run, state: State) -> State:
    """State with what a run archived before it was killed; where it did not come to that, the mark means nothing."""
    for address in run.retiring:
        entry = state.entry(address)
        if entry is not None:
            state = state.put(address, replace(entry, retired=True))
    return state


def _unfinished(run: Run) -> Problem:
    header, count = run.header, len(run.under_way)
    summary = f"run {run.name} did not end: {count} change{'s were' if count != 1 else ' was'} under way"
    detail = f"It was begun by {header.actor} on {header.host} at {header.started}."
    if run.closed:
        summary = f"run {run.name} ended without knowing whether it made {', '.join(map(str, run.making))}"
    elif not run.whole:
        summary = f"run {run.name} did not end, and what it did is known on {header.host} only"
    hint = f"Look at it: flowstate show {run.name}. The next apply plans from what is live, and settles it."
    return Problem(RUN_UNFINISHED, summary, detail, hint, severity=Severity.WARNING)


def _password(address: str, run: Run) -> Problem:
    summary = f"{address} may have been created by run {run.name}; its one-time password may be lost"
    hint = f"If nobody has it: flowstate reset-password {shlex.quote(address)}"
    return Problem(PASSWORD_IN_DOUBT, summary, hint=hint, address=address, severity=Severity.WARNING)


def _doubtful(run: Run, state: State) -> list[str]:
    """Creations whose one-time password is not known to have been kept; what was bound to an id since was told of."""
    known = set() if run.whole and not run.closed else set(map(str, state.resources))
    return [address for address in run.doubts if address not in known]
