"""What must hold between settings, state and the team before anything is planned or written."""

from __future__ import annotations

import hashlib
import json

from flowstate.desired import Desired
from flowstate.diff import hidden_values
from flowstate.errors import Problem, Severity, StateError, TeamError
from flowstate.live import Snapshot
from flowstate.model import Address
from flowstate.state import Location, State
from flowstate.text import Secret


def keep_secret(desired: Desired, snapshot: Snapshot) -> None:
    """Whatever says them from now on, sensitive values are not printed."""
    for resource in desired.resources.values():
        for value in hidden_values(resource.kind, resource.fields):
            Secret(value)
    for seen in snapshot.found.values():
        for value in hidden_values(seen.kind, seen.fields):
            Secret(value)


def check_state_team(state: State, team: str) -> None:
    if state.team and team and state.team != team:
        raise TeamError(
            Problem(
                "state-of-other-team",
                f"the state is of team {state.team!r}, the credentials belong to {team!r}",
                detail="Nothing was changed.",
                hint="Give each team an environment of its own; check 'state:' and the credentials of this one.",
            )
        )


def check_free(state: State, address: Address, id: str) -> None:
    others = [other for other, entry in state.resources.items() if entry.id == id and other != address]
    if others and others[0].kind == address.kind:
        hint = f"Rename the resource with 'previously:', or remove the lines of {others[0]} first."
        raise StateError(Problem("id-taken", f"{others[0]} has the object {id} already", hint=hint))


def unproven_team(expected: str) -> Problem:
    return Problem(
        "team-unproven",
        f"it cannot be told whether the credentials belong to team {expected!r}",
        detail="The token does not say, and nothing that can be read names its team.",
        hint="Make sure that they do before you apply.",
        severity=Severity.WARNING,
    )


def said_of_state(location: Location, state: State, snapshot: Snapshot, *, ci: bool) -> tuple[Problem, ...]:
    """What a reviewer should know of where state is kept, and that there is none yet although there should be."""
    known = any(not seen.kind.singleton for seen in snapshot.found.values())  # every team has its singletons
    return (*location.warnings(ci), *((_no_state(),) if known and not state.serial else ()))


def _no_state() -> Problem:
    return Problem(
        "no-state",
        "no state yet: nothing is removed by itself, and who changed what cannot be told",
        detail="What was last applied is remembered from the first apply on.",
        hint="If something was applied before, check 'state:' of this environment.",
        severity=Severity.NOTE,
    )


def digest(desired: Desired) -> str:
    """Equal for manifests that ask for the same, wherever and in whatever order they say it."""
    data = {
        "resources": {
            str(address): [resource.previously, dict(resource.fields)]
            for address, resource in desired.resources.items()
        },
        "removals": {str(address): gone.then for address, gone in desired.removals.items()},
    }
    return "sha256:" + hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
