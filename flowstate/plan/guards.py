"""What a plan refuses by itself, because it would open, empty or orphan something."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flowstate.diff import Difference, overlay
from flowstate.live import EVERYONE, Observed, Snapshot, unique_values
from flowstate.model import Address, EmptyMeansEveryone, EmptyTogether, Field, Path
from flowstate.plan.change import Action, Change, Status
from flowstate.plan.effects import adds, gains_role, kept_roles, loses_role
from flowstate.text import fold

Holders = Mapping[str, bool | None]
"""Object id → whether it holds a role; None when it could not be read."""


def guarded(
    changes: Iterable[Change],
    differences: Mapping[Address, Difference],
    snapshot: Snapshot,
    holders: Holders,
    keep: Mapping[str, int],
) -> list[Change]:
    """The changes, those that must not happen blocked with the reason; ``keep`` says of how many of a role, or 1."""
    changes = _unlike(changes, differences)
    arriving = _arriving(changes)  # once: a plan may be long
    listed = [_referring(change, snapshot, arriving) for change in changes]
    listed = [_opening(change, differences.get(change.address)) for change in listed]
    return _keeping_roles(listed, snapshot, holders, keep)


def block(change: Change, reason: str) -> Change:
    """The change, blocked; the first reason stays."""
    blocked = change.status is Status.BLOCKED
    return change if blocked or not reason else replace(change, status=Status.BLOCKED, reason=reason)


def _unlike(changes: Iterable[Change], differences: Mapping[Address, Difference]) -> list[Change]:
    """No two new objects have in common what only one may have; which of them is wrong nobody can tell."""
    changes = list(changes)
    same: dict[tuple[str, str, str], list[Address]] = defaultdict(list)
    told: dict[Address, list[tuple[str, str]]] = {}
    for change in changes:
        if change.action is Action.CREATE and change.status is Status.READY:
            values = unique_values(change.kind, differences[change.address].fields)
            told[change.address] = list(values.items())
            for name, value in values.items():
                same[change.kind.name, name, fold(value)].append(change.address)
    return [block(change, _twin(change, told.get(change.address, ()), same)) for change in changes]


def _twin(
    change: Change, told: Iterable[tuple[str, str]], same: Mapping[tuple[str, str, str], Sequence[Address]]
) -> str:
    """Why a creation would be like another one of its plan, or nothing."""
    for name, value in told:
        others = [one for one in same[change.kind.name, name, fold(value)] if one != change.address]
        if others:
            why = f"its {name} would be {value}, and so would that of {others[0]}, which is new too"
            return f"{change.address} cannot be created: {why}; give each its own"
    return ""


def _arriving(changes: Iterable[Change]) -> set[Address]:
    return {change.address for change in changes if change.action in {Action.CREATE, Action.RESTORE}}


def _referring(change: Change, snapshot: Snapshot, arriving: set[Address]) -> Change:
    """A reference needs an object that is there or on its way in this plan."""
    absent = sorted(adds(change) - set(snapshot.names.ids) - arriving)
    return block(
        change, f"names {absent[0]}, which is not live; this plan leaves it out or cannot make it" if absent else ""
    )


def _opening(change: Change, difference: Difference | None) -> Change:
    """Nothing becomes open to everyone, or applies to everything, by losing its last element."""
    if difference is None or difference.observed is None:
        return change
    wanted = {leaf.path: leaf.desired for leaf in difference.leaves}
    return block(change, opened(difference.observed, wanted, {leaf.path[0] for leaf in change.fields}))


def opened(seen: Observed, wanted: Mapping[Path, Any], names: Iterable[str]) -> str:
    """Why setting the wanted leaves of these fields would open the object to everyone or everything, or nothing."""
    for name in sorted(names):
        shape = seen.kind.fields.get(name)
        if shape is None:
            continue
        if shape.has(EmptyMeansEveryone) and _becomes_empty(seen, wanted, shape):
            return f"{name} would become empty, which opens it to everyone; write {{everyone: true}} if meant"
        together = shape.marker(EmptyTogether)
        if together and _all_become_empty(seen, wanted, [name, *together.names]):
            lists = " and ".join([name, *together.names])
            return f"{lists} would both become empty, which applies it to everything"
    return ""


def _result(seen: Observed, wanted: Mapping[Path, Any], name: str) -> Any:
    """The complete value of a field once its leaves are as wanted."""
    leaves = {path[1:]: value for path, value in wanted.items() if path[0] == name}
    return overlay(seen.kind.fields.get(name), seen.fields.get(name), leaves)


def _becomes_empty(seen: Observed, wanted: Mapping[Path, Any], shape: Field) -> bool:
    value = _result(seen, wanted, shape.name)
    return not value.get(EVERYONE) and not any(value.values()) and not seen.unknown.get(shape.name)


def _all_become_empty(seen: Observed, wanted: Mapping[Path, Any], names: list[str]) -> bool:
    before = any(seen.fields.get(name) or seen.unknown.get(name) for name in names)
    return before and not any(_result(seen, wanted, name) or seen.unknown.get(name) for name in names)


@dataclass(frozen=True)
class _Keepers:
    """A role and those who hold it: the ids of all ``known`` before the plan, and who would be ``left`` after it."""

    known: frozenset[str]
    gained: frozenset[str]
    left: frozenset[str]


def _keeping_roles(
    changes: list[Change], snapshot: Snapshot, holders: Holders, keep: Mapping[str, int]
) -> list[Change]:
    """Of a role enough holders keep it; who cannot be read is never taken for a holder, nor for a non-holder."""
    losing = [change for change in changes if loses_role(change) and change.status is Status.READY]
    ids = {change.id: snapshot.names.ids.get(change.address, "") for change in losing}
    names = {id: str(address) for address, id in snapshot.names.ids.items()}
    known = frozenset(id for id, holds in holders.items() if holds)
    gained = frozenset(map(str, _lasting_gains(changes, losing, snapshot)))
    left = frozenset(names.get(id, id) for id in known - set(ids.values())) | gained
    keepers = _Keepers(known, gained, left)
    return [_kept(change, ids, keepers, holders, keep) for change in changes]


def _lasting_gains(changes: Iterable[Change], losing: Iterable[Change], snapshot: Snapshot) -> set[Address]:
    """Who comes to hold a role and keeps it: not who is shut out by the same plan, or stays so."""
    gained = [change for change in changes if gains_role(change) and change.status is Status.READY]
    out = {address for address, seen in snapshot.found.items() if seen.live.retired}
    back = {change.address for change in gained if change.action is Action.RESTORE}
    return {change.address for change in gained} - {change.address for change in losing} - (out - back)


def _kept(
    change: Change, ids: Mapping[Any, str], keepers: _Keepers, holders: Holders, keep: Mapping[str, int]
) -> Change:
    """The change, blocked where it takes a role of which too few would be left; then nobody at all loses it."""
    if change.id not in ids:
        return change
    role = next(iter(kept_roles(change.kind).values())).role
    least, id = keep.get(role, 1), ids[change.id]
    if len(keepers.left) >= least:
        return change
    if id in keepers.known:
        return block(change, _too_few(role, least, keepers.left))
    if len(keepers.known) + len(keepers.gained) < least and holders.get(id) is not False:
        return block(change, _too_few_known(role, least, keepers))
    return change


def _too_few(role: str, least: int, left: frozenset[str]) -> str:
    if least == 1:
        return f"nobody would be left among the {role}; give somebody else the role first"
    told = f"{len(left)} would be left ({', '.join(sorted(left))})" if left else "nobody would be left"
    return f"at least {least} of the {role} must remain, and {told}; give somebody else the role first"


def _too_few_known(role: str, least: int, keepers: _Keepers) -> str:
    if least == 1:
        return f"nobody is known to be left among the {role}, and this may be one of them"
    known = len(keepers.known) + len(keepers.gained)
    return f"at least {least} of the {role} must remain, {known or 'nobody'} would for sure, and this may be one"


def role_leaf(change: Change) -> Path | None:
    """The leaf by which somebody comes to hold a guarded role."""
    roles = kept_roles(change.kind)
    return next((leaf.path for leaf in change.fields if leaf.path in roles and leaf.after is not None), None)
