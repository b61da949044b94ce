"""How much a plan does at once, by kind and limit.

Only changes that apply would try count, and elements of sets count as resources do: a group that loses 780 members is
780.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from flowstate.diff import Difference, managed
from flowstate.live import EVERYONE
from flowstate.model import Address, Kind, Path, Shape, WriteOnly
from flowstate.plan.change import Action, Change, FieldChange, Part, Status
from flowstate.plan.effects import kept_roles, switches_on, takes_last
from flowstate.plan.excess import Measure, Shares
from flowstate.plan.inputs import Inputs
from flowstate.plan.losing import lost_by
from flowstate.settings.limits import LOSING

_CROWD: Final = 50  # people on a team from which on new ones are limited
_LISTING: Final = frozenset({"destructive", "updates"})  # the limits that count elements of sets as well
_ELEMENTS: Final = frozenset({Shape.SET, Shape.MIXED})
Differences = Mapping[Address, Difference]


def measures(changes: Iterable[Change], inputs: Inputs, differences: Differences) -> tuple[Measure, ...]:
    """Everything that some limit is about, by kind and limit."""
    by_kind: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        if change.status is Status.READY:
            by_kind[change.kind.name].append(change)
    return tuple(
        measure
        for name, ready in sorted(by_kind.items())
        for measure in _measured(inputs.kinds[name], ready, inputs, differences)
        if measure.count
    )


def _measured(kind: Kind, ready: Sequence[Change], inputs: Inputs, differences: Differences) -> Iterator[Measure]:
    there, going = len(_managed(inputs, kind.name)), len(_going(ready))
    listed = there + _listed(differences, kind.name)
    for limit, shares in _shares(kind, ready, inputs, differences):
        whole = going if limit == "destructive" else len(shares)
        yield Measure(limit, kind, shares, listed if limit in _LISTING else there, whole, there)


def _shares(
    kind: Kind, ready: Sequence[Change], inputs: Inputs, differences: Differences
) -> Iterator[tuple[str, Shares]]:
    again = {change.address for change in ready if _is_again(change, inputs)}
    created = _created(ready)
    yield "destructive", _added((change.address, _taken(change)) for change in ready if change.address not in created)
    yield "updates", _updates(ready)
    yield "recreations", dict.fromkeys(sorted(again), 1)
    if kept_roles(kind) and len(_lives(inputs, kind)) > _CROWD:
        yield "creations", dict.fromkeys(sorted(created - again), 1)
    yield "emptying", dict.fromkeys(_emptied(kind, ready, inputs), 1)
    yield "deletes", {change.address: 1 for change in ready if change.action is Action.DELETE}
    lost = [(change.address, lost_by(change, differences.get(change.address))) for change in ready]
    for field in sorted({field for _, field in lost if field}):
        yield f"{LOSING}{field}", {address: 1 for address, name in lost if name == field}


def _created(ready: Iterable[Change]) -> set[Address]:
    """What is new; if it is shut out at once, nobody loses anything."""
    return {change.address for change in ready if change.action is Action.CREATE}


def _added(shares: Iterable[tuple[Address, int]]) -> Shares:
    total: Counter[Address] = Counter()
    for address, count in shares:
        total[address] += count
    return total


def _is_again(change: Change, inputs: Inputs) -> bool:
    """Whether a creation is of something that state knows and the service has no more."""
    entry = inputs.state.entry(change.address)
    return change.action is Action.CREATE and entry is not None and not entry.retired


def _taken(change: Change) -> int:
    """Resources and elements that a change takes away; from everyone to some counts once, for nobody can tell."""
    if takes_last(change):
        return 1
    opened = {leaf.path[0] for leaf in change.fields if leaf.path[1:] == (EVERYONE,) and leaf.after}
    return sum(_takes(change.kind, leaf) and leaf.path[0] not in opened for leaf in change.fields)


def _takes(kind: Kind, leaf: FieldChange) -> bool:
    if leaf.path == (kind.retire,):
        return leaf.after is True
    return _is_element(kind, leaf.path) and leaf.after is None


def _is_element(kind: Kind, path: Path) -> bool:
    """Whether a leaf is one of a set; what is in a set that the service never shows is not counted."""
    shape = kind.fields.get(path[0])
    return len(path) > 1 and shape is not None and shape.shape in _ELEMENTS and not shape.has(WriteOnly)


def _updates(ready: Iterable[Change]) -> Shares:
    """One for a resource, whatever of it is set, or one for each element that it gets, where these are more."""
    shares: Counter[Address] = Counter()
    for change in ready:
        if change.action in {Action.UPDATE, Action.RESTORE}:
            shares[change.address] = max(shares[change.address], _given(change))
    return +shares


def _given(change: Change) -> int:
    """What only takes away gives nothing: those whom it names had it before, when it was open to everyone."""
    if change.part is Part.NARROW:
        return int(any(switches_on(change.kind, leaf.path, leaf.after) for leaf in change.fields))
    return max(1, sum(_is_element(change.kind, leaf.path) and leaf.after is not None for leaf in change.fields))


def _lives(inputs: Inputs, kind: Kind) -> list[str]:
    """Ids of everything live of a kind, managed or not."""
    found = [seen.live.id for address, seen in inputs.snapshot.found.items() if address.kind == kind.name]
    return [*found, *(live.id for of, live in inputs.snapshot.unmanaged if of.name == kind.name)]


def _managed(inputs: Inputs, name: str) -> set[Address]:
    """What is live, not retired, and named by the manifests or by state."""
    snapshot, desired = inputs.snapshot, inputs.desired
    named = {*desired.resources, *desired.removals, *inputs.state.resources}
    found = {at for at in named & snapshot.found.keys() if at.kind == name and not snapshot.found[at].live.retired}
    known = {entry.id: at for at, entry in inputs.state.resources.items() if at.kind == name}
    left = {
        known[live.id] for of, live in snapshot.unmanaged if of.name == name and live.id in known and not live.retired
    }
    return found | left


def _listed(differences: Differences, name: str) -> int:
    """The elements of the sets that are managed of a kind."""
    return sum(_elements(difference) for address, difference in differences.items() if address.kind == name)


def _elements(difference: Difference) -> int:
    if difference.observed is None or difference.observed.live.retired:
        return 0
    leaves = managed(difference, difference.observed)
    return sum(live is not None and _is_element(difference.kind, path) for path, (_, live) in leaves.items())


def _emptied(kind: Kind, ready: Sequence[Change], inputs: Inputs) -> list[Address]:
    """All that is managed of a kind, if all of it goes; the last one of a kind may go like any other."""
    removed = inputs.desired.removals.keys() - inputs.state.resources.keys()  # never managed, only to go
    there = _managed(inputs, kind.name) - removed
    return sorted(there) if len(there) > 1 and there <= _going(ready) else []


def _going(ready: Sequence[Change]) -> set[Address]:
    """What is archived, locked or deleted."""
    return {change.address for change in ready if takes_last(change) or _retires(change)} - _created(ready)


def _retires(change: Change) -> bool:
    return any(leaf.path == (change.kind.retire,) and leaf.after is True for leaf in change.fields)
