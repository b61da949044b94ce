"""Which calls a plan makes for these manifests, and which its apply may make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flowstate.desired import Desired, Resource
from flowstate.diff.flat import pairs
from flowstate.live import closure
from flowstate.model import Address, CreateOnly, Field, KeepAtLeast, Kind, Shape, Verb
from flowstate.operations import Operation
from flowstate.plan import Action, Change
from flowstate.state import State


@dataclass(frozen=True, slots=True)
class Need:
    """One call that may be made: for which kind, in which of its verbs, and for which fields (none: for any)."""

    operation: Operation
    kind: str
    verb: Verb
    fields: tuple[str, ...] = ()


_VERBS: Mapping[Action, Verb] = {
    Action.CREATE: "create",
    Action.RESTORE: "restore",
    Action.ARCHIVE: "archive",
    Action.DELETE: "delete",
}


def to_plan(kinds: Mapping[str, Kind], desired: Desired, going: Mapping[Address, Verb]) -> tuple[Need, ...]:
    """What reading for a plan takes; ``going`` says by which verb resources are removed."""
    named = {address.kind for address in (*desired.resources, *going)}
    needs = [need for name in closure(named, kinds) for need in _calls(kinds[name], "list")]
    needs += [need for name in sorted(named) for need in _calls(kinds[name], "one")]
    for address, resource in desired.resources.items():
        needs += _detail(kinds[address.kind], frozenset(resource.fields))
        needs += _holders(kinds[address.kind], retires=resource.fields.get(resource.kind.retire) is True)
    for address in going:
        needs += _holders(kinds[address.kind], retires=True)
    needs += _referrers(kinds, {address.kind for address, verb in going.items() if verb == "delete"})
    return merged(needs)


def to_apply(
    kinds: Mapping[str, Kind], desired: Desired, state: State, going: Mapping[Address, Verb]
) -> tuple[Need, ...]:
    """What apply may have to write, whatever the team holds; what it reads is what a plan reads."""
    needs = [need for resource in desired.resources.values() for need in _writing(resource, state)]
    needs += [need for address, verb in going.items() for need in _calls(kinds[address.kind], verb)]
    return merged(needs)


def of_changes(changes: Iterable[Change]) -> tuple[Need, ...]:
    """What exactly these changes write."""
    return merged(need for change in changes for need in _changing(change))


def merged(needs: Iterable[Need]) -> tuple[Need, ...]:
    """Each call once for each kind and verb, with all the fields it is for."""
    found: dict[tuple[str, str, str], Need] = {}
    for need in needs:
        id = (need.kind, need.verb, need.operation.name)
        fields = {*need.fields, *(found[id].fields if id in found else ())}
        found[id] = replace(need, fields=tuple(sorted(fields)))
    return tuple(found.values())


def _calls(kind: Kind, verb: Verb, fields: Iterable[str] = ()) -> Iterator[Need]:
    for operation in kind.uses.get(verb, ()):
        yield Need(operation, kind.name, verb, tuple(sorted(fields)))


def _detail(kind: Kind, names: frozenset[str]) -> Iterator[Need]:
    wanted = names & kind.detailed
    return _calls(kind, "detail", wanted) if wanted else iter(())


def _holders(kind: Kind, *, retires: bool) -> Iterator[Need]:
    """Before somebody goes, all who hold a role of which some must remain are read."""
    roles = [name for name, item in kind.fields.items() if item.has(KeepAtLeast)]
    return _calls(kind, "detail", roles) if roles and retires else iter(())


def _referrers(kinds: Mapping[str, Kind], deleted: set[str]) -> Iterator[Need]:
    """Before something is deleted, everything that may refer to it is read."""
    for kind in kinds.values():
        names = frozenset(name for name, item in kind.fields.items() if item.refs() & deleted)
        if names:
            yield from _calls(kind, "list")
            yield from _detail(kind, names)


def _writing(resource: Resource, state: State) -> Iterator[Need]:
    kind, fields, entry = resource.kind, resource.fields, state.entry(resource.address)
    if resource.declared and _may_create(kind, fields):
        yield from _calls(kind, "create")
    retire = fields.get(kind.retire)
    ours = retire is None and entry is not None and entry.retired
    if kind.can("restore") and (retire is False or ours):
        yield from _calls(kind, "restore")
    # the name differs where it is to be changed, in its case, or where somebody may have renamed an object we know
    renames = bool(resource.previously or entry or kind.folds) and not kind.immutable_key
    managed = {name for name, value in fields.items() if _manages(kind.fields.get(name), name, value)}
    yield from _updating(kind, managed - (set() if renames else {kind.key}))


def _may_create(kind: Kind, fields: Mapping[str, Any]) -> bool:
    never = fields.get(kind.retire) is True and not kind.retired_counts  # what is to be out of use is not made
    complete = all(fields.get(name) is not None for name in kind.required_to_create)
    return kind.can("create") and complete and not never


def _manages(shape: Field | None, name: str, value: Any) -> bool:
    """Whether some live value differs from this one: from an empty map, or a shared list without names, none does."""
    other = ["?"] if shape is not None and shape.shape is Shape.SET else None
    return bool(pairs(shape, name, value, other))


def _updating(kind: Kind, names: Iterable[str]) -> Iterator[Need]:
    for name in sorted(names):
        item = kind.fields.get(name)
        if item is None or not item.has(CreateOnly):
            for operation in kind.written_by.get(name, kind.uses["update"]):
                yield Need(operation, kind.name, "update", (name,))


def _changing(change: Change) -> Iterator[Need]:
    kind, names = change.kind, {leaf.path[0] for leaf in change.fields}
    if change.action in _VERBS:
        yield from _calls(kind, _VERBS[change.action])
    if change.action in {Action.CREATE, Action.RESTORE, Action.UPDATE}:
        made = {kind.key} if change.action is Action.CREATE else set()
        back = {kind.retire} if change.action is Action.RESTORE else set()
        yield from _updating(kind, names - made - back)
