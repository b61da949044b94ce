"""The state of one environment in a backend."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flowstate.errors import ConflictError, Problem, StateError
from flowstate.state.backend import Backend, settle
from flowstate.state.record import MOST_SERIAL, State, parse


@dataclass(frozen=True)
class StateStore:
    """Loads and saves one state; a save never covers what somebody else saved since it was loaded."""

    backend: Backend
    name: str
    provider: str

    def load(self) -> State:
        """The saved state, or a new one when there is none.

        Raises:
            StateError: it cannot be read, is no state, or belongs to another provider.
        """
        found = self.backend.read(self.name)
        if found is None:
            return State.new(self.provider)
        state = parse(found.data, str(self))
        if state.provider != self.provider:
            detail = f"It was written for {state.provider!r}, this environment uses {self.provider!r}."
            hint = "Check 'state:' and 'provider:' of the environment in flowstate.yaml."
            raise StateError(Problem("state-foreign", f"The state {self} is of another provider", detail, hint))
        return state

    def save(self, state: State, *, over: State | None = None) -> State:
        """Save with the next serial; the state as saved. A state that is gone meanwhile is written again.

        ``over`` is the state whose place it takes where that is not the one it was made from.

        Raises:
            ConflictError: somebody else saved since this state was loaded.
            StateError: it cannot be written; what was saved before is unchanged.
        """
        before = over or state
        saved = replace(state, serial=max(before.serial, state.serial) + 1)
        if saved.serial > MOST_SERIAL:
            raise self._used_up()
        found = self.backend.read(self.name)
        if found is not None:
            self._check(parse(found.data, str(self)), before)
        try:
            settle(self.backend, self.name, saved.encode(), found.version if found else None)
        except ConflictError as error:
            now = self.backend.read(self.name)
            raise self._raced(parse(now.data, str(self)) if now else None, before) from error
        return saved

    def restore(self, state: State) -> None:
        """Put a state, as it is, in the place of what is there and cannot be read.

        Its serial does not grow, so what runs saved after it is still found in their files.

        Raises:
            ConflictError: somebody else wrote meanwhile.
            StateError: it cannot be written.
        """
        found = self.backend.read(self.name)
        settle(self.backend, self.name, state.encode(), found.version if found else None)

    def _check(self, found: State, state: State) -> None:
        if (found.lineage, found.serial) != (state.lineage, state.serial):
            raise self._raced(found, state)

    def _used_up(self) -> StateError:
        summary = f"The state {self} cannot be saved: its serial cannot grow"
        hint = (
            "Somebody has edited it. Write a lower serial, 0 if you know no other, into a copy, move the state away, "
            "and then: flowstate state push FILE"
        )
        return StateError(Problem("state-serial", summary, "Nothing was written.", hint))

    def _raced(self, found: State | None, state: State) -> ConflictError:
        runs = [entry.run for entry in found.resources.values() if entry.run] if found else []
        detail = f"This command began with serial {state.serial} of lineage {state.lineage or '-'}; "
        detail += f"there is serial {found.serial} of lineage {found.lineage}" if found else "now there is none"
        detail += f", last changed by run {max(runs)}." if runs else "."
        hint = (
            "Nothing of it was overwritten. Run the command again: it begins with what is there now. What this run "
            "changed on the service is recorded in its file under runs/, and found again by address."
        )
        return ConflictError(Problem("state-conflict", f"Somebody else saved the state {self} meanwhile", detail, hint))

    def __str__(self) -> str:
        return f"{self.backend}/{self.name}"
