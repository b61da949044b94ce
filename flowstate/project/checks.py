"""What must hold between settings, state and the team before anything is planned or written."""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple
from typing import Any

from flowstate.desired import Desired, instead, unable
from flowstate.diff import hidden_values
from flowstate.errors import Problem, SettingsError, Severity, StateError, TeamError, did_you_mean
from flowstate.live import Snapshot
from flowstate.model import Address, Field, Kind, Provider, Sensitive
from flowstate.settings import Settings
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


def check_hosts(roles: Iterable[str], provider: Provider, settings: Settings) -> None:
    """Every host of the environment is one that the provider calls."""
    for role in roles:
        if role not in provider.hosts:
            hint = did_you_mean(role, provider.hosts) or f"Roles: {', '.join(provider.hosts)}."
            summary, place = f"{provider.name} has no host {role!r}", settings.place("hosts", role)
            raise SettingsError(Problem("unknown-host", summary, hint=hint, place=place))


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
        old, new = shlex.quote(str(others[0])), shlex.quote(str(address))
        forget = f"To forget it as {others[0]}, and then import it: flowstate state rm {old}"
        move = f"To remember it as {address} from now on: flowstate state mv {old} {new}"
        hint = forget if state.entry(address) else f"{move}\n{forget}"  # mv replaces nothing
        raise StateError(Problem("id-taken", f"{others[0]} has the object {id} already", hint=hint))


def check_applied(state: State, kinds: Mapping[str, Kind], name: str) -> None:
    """What was last applied has the form of its fields; ``name`` is what messages call the state.

    Raises:
        StateError: with every value that has not.
    """
    problems = [
        _misfit(address, field, value, name)
        for address, entry in sorted(state.resources.items())
        if address.kind in kinds
        for key, value in entry.applied.items()
        if (field := kinds[address.kind].fields.get(key)) is not None and not field.holds(value)
    ]
    if problems:
        raise StateError(*problems)


def _misfit(address: Address, field: Field, value: Any, name: str) -> Problem:
    shown = "" if field.has(Sensitive) else f" ({json.dumps(value)[:60]})"
    what = f"{address.kind}.{field.name}"
    return Problem(
        "state-misfit",
        f"The state {name} cannot be used: applied.{field.name} of {address} is of the wrong type",
        detail=f"Such a value{shown} was never applied to {what}; somebody has edited the state. Nothing was changed.",
        hint=(
            f"Mend it in a copy (flowstate state pull > FILE) as 'flowstate explain {what}' says, and put that back: "
            f"flowstate state push FILE\nOr forget the address: flowstate state rm {shlex.quote(str(address))}"
        ),
        address=str(address),
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
            str(address): [resource.previously, dict(resource.fields), astuple(resource.lifecycle)]
            for address, resource in desired.resources.items()
        },
        "removals": {str(address): gone.then for address, gone in desired.removals.items()},
    }
    return "sha256:" + hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def check_ownership(settings: Settings, kinds: Mapping[str, Kind]) -> None:
    """What flowstate.yaml says of kinds is something that these kinds can do.

    Raises:
        SettingsError: with every problem.
    """
    problems = [*_removal_of_kinds(settings, kinds), *_protected_kinds(settings, kinds)]
    if problems:
        raise SettingsError(*problems)


def _removal_of_kinds(settings: Settings, kinds: Mapping[str, Kind]) -> Iterator[Problem]:
    for name, said in settings.ownership.kinds.items():
        kind, places = kinds.get(name), settings.document.places.below("kinds", name)
        if kind is None:
            continue  # told with the manifests, as kinds of defaults are
        if said.on_remove and (why := _never_removed(kind) or unable(kind, said.on_remove)):
            hint = "Remove it." if kind.singleton else instead(kind, "onRemove")
            yield Problem("not-removable", why, "", hint, places.value("onRemove"))
        if said.exclusive and (said.on_remove or kind.on_remove) == "keep":
            detail = "What is live and not in the manifests would be kept."
            hint = "Remove it." if kind.singleton else "Write 'onRemove: delete' beside it."
            yield Problem("not-removable", f"{name}: exclusive removes nothing", detail, hint, places.key("exclusive"))


def _never_removed(kind: Kind) -> str:
    return f"every team has its {kind.nouns[0]}" if kind.singleton else ""


def _protected_kinds(settings: Settings, kinds: Mapping[str, Kind]) -> Iterator[Problem]:
    """Globs that begin with a kind nobody knows protect nothing."""
    for number, glob in enumerate(settings.ownership.protected):
        name = glob.split("/", 1)[0]
        if not set(name) & set("*?[") and name not in kinds:
            hint = did_you_mean(name, kinds) or f"Addresses begin with a kind: {', '.join(sorted(kinds))}."
            place = settings.document.places.value("protected", number)
            yield Problem("protected-glob", f"{glob!r} fits no address: unknown kind {name!r}", "", hint, place)
