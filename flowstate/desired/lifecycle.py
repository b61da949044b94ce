"""What can be written of any resource beside its fields: how it may end, and who wins where others change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import Field

from flowstate.desired.record import IfMissing, Lifecycle
from flowstate.document import Places, check
from flowstate.document.check import Advice
from flowstate.errors import Problem, did_you_mean
from flowstate.model import Kind, OnDrift, OnRemove, fields_of
from flowstate.model.spec import Part


class LifecycleKeys(Part):
    """Of any resource."""

    on_remove: OnRemove | None = Field(
        None, description="What happens on the service once these lines are gone: archive, delete or keep."
    )
    protect: bool | None = Field(None, description="Whether it is never archived, deleted, locked or made anew.")
    on_drift: OnDrift | None = Field(
        None, description="What happens to values changed on the service: overwrite, keep or stop."
    )
    initial_only: list[str] = Field([], description="Fields set at creation, then neither compared nor changed.")
    if_missing: IfMissing | None = Field(
        None, description="skip: goes on without it while the service does not have it and flowstate cannot make it."
    )
    patch: bool | None = Field(
        None, description="Whether it changes the named fields of a resource of an earlier manifest folder."
    )


METADATA: Final = tuple(fields_of(LifecycleKeys))
"""The keys, as manifests spell them."""

_ADVICE: Final = Advice()


def lifecycle(kind: Kind, data: Mapping[str, Any], places: Places) -> tuple[Lifecycle, list[Problem]]:
    """What an entry says of itself, and what is wrong with that."""
    keys, problems = check(LifecycleKeys, {name: data[name] for name in METADATA if name in data}, places, _ADVICE)
    if keys is None:
        return Lifecycle(), problems
    initial = tuple(sorted(set(keys.initial_only)))
    found = Lifecycle(keys.on_remove, keys.protect, keys.on_drift, initial, keys.if_missing)
    faults = [*_never_removed(kind, data, places), *_removed(kind, found, places), *_initial(kind, keys, places)]
    return found, [*faults, *_never_missing(kind, found, places)]


def unable(kind: Kind, action: OnRemove) -> str:
    """Why what became of no use cannot be removed so, or nothing."""
    if action == "keep" or kind.can(action):
        return ""
    return f"a {kind.nouns[0]} cannot be {action}d: the service has no call for it"


def instead(kind: Kind, key: str) -> str:
    """What can be written under ``key`` in the place of an action that the kind does not have."""
    actions: tuple[OnRemove, ...] = ("keep", "archive", "delete")
    possible = [f"'{key}: {action}'" for action in actions if not unable(kind, action)]
    return f"Write {' or '.join(possible)}."


def _never_removed(kind: Kind, data: Mapping[str, Any], places: Places) -> Iterator[Problem]:
    for name in ("onRemove", "protect"):
        if kind.singleton and name in data:
            detail = f"Every team has its {kind.nouns[0]}; leaving the section out stops managing them, no more."
            yield Problem("not-removable", f"{name!r} has no meaning here", detail, "Remove it.", places.key(name))


def _removed(kind: Kind, found: Lifecycle, places: Places) -> Iterator[Problem]:
    if not kind.singleton and found.on_remove and (why := unable(kind, found.on_remove)):
        yield Problem("not-removable", why, "", instead(kind, "onRemove"), places.value("onRemove"))


def _never_missing(kind: Kind, found: Lifecycle, places: Places) -> Iterator[Problem]:
    if found.if_missing and (kind.singleton or kind.can("create")):
        detail = f"Every team has its {kind.nouns[0]}." if kind.singleton else f"A missing {kind.nouns[0]} is made."
        yield Problem("if-missing", "'ifMissing' has no meaning here", detail, "Remove it.", places.key("ifMissing"))


def _initial(kind: Kind, keys: LifecycleKeys, places: Places) -> Iterator[Problem]:
    if keys.initial_only and not kind.can("create"):
        detail = f"flowstate makes no {kind.nouns[1]}, so nothing would ever set these fields."
        hint = "Remove it, and the fields too if they are not to be managed."
        yield Problem("initial-only", "'initialOnly' has no meaning here", detail, hint, places.key("initialOnly"))
        return
    for number, name in enumerate(keys.initial_only):
        place = places.value("initialOnly", number)
        if name == kind.key:
            yield Problem("initial-only", f"{name!r} is what it is found by", "", "Leave it out here.", place)
        elif name not in kind.fields:
            hint = did_you_mean(name, kind.fields) or f"There are: {', '.join(kind.fields)}."
            yield Problem("initial-only", f"a {kind.nouns[0]} has no field {name!r}", "", hint, place)
