"""The order of a plan: from references, so that every prefix of it is safe to be stopped at.

Creations and what they give come by reference; what takes away waits for what gives to the same people; somebody who
comes back first loses what is to go; a role of which some must remain is lost only after it is gained.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from graphlib import TopologicalSorter

from flowstate.model import Address, EmptyMeansEveryone, Kind
from flowstate.plan.change import Action, Change, ChangeId, Part, Status
from flowstate.plan.effects import adds, drops, gains_role, losers, loses_role, takes_last, winners

Changes = Mapping[ChangeId, Change]
Graph = dict[ChangeId, set[ChangeId]]


def ordered(changes: Iterable[Change], kinds: Mapping[str, Kind]) -> tuple[Change, ...]:
    """The changes in execution order, each knowing what it waits for; what waits for a blocked one is blocked."""
    by_id = {change.id: change for change in changes}
    needs = _needs(by_id)
    _add_waits(by_id, needs)
    later = {id: _singleton_after(change, by_id) - needs[id] for id, change in by_id.items()}
    result: dict[ChangeId, Change] = {}
    for id in _sorted(by_id, needs, later, kinds):
        change = replace(by_id[id], depends_on=_listed(needs[id]), after=_listed(later[id]))
        change = _not_opening(change, by_id)
        result[id] = _blocked_by(change, result)
    return tuple(result.values())


def _not_opening(change: Change, by_id: Changes) -> Change:
    """Taking from an audience waits for giving to it; where that is a circle, it could be emptied and so opened."""
    given = ChangeId(change.address, Part.WIDEN)
    audience = any(
        shape.has(EmptyMeansEveryone)
        for leaf in change.fields
        if (shape := change.kind.fields.get(leaf.path[0])) is not None
    )
    if change.part is not Part.NARROW or not audience or given not in by_id or given in change.depends_on:
        return change
    reason = "what it takes must go before somebody comes back who is to be given it; do that in two applies"
    return replace(change, status=Status.BLOCKED, reason=change.reason or reason)


def _listed(ids: set[ChangeId]) -> tuple[ChangeId, ...]:
    return tuple(sorted(ids, key=lambda id: (id.address, id.part or "")))


def _blocked_by(change: Change, earlier: Changes) -> Change:
    blocker = next((earlier[need] for need in change.depends_on if earlier[need].status is not Status.READY), None)
    if blocker is None or change.status is not Status.READY:
        return change
    return replace(change, status=Status.BLOCKED, reason=f"waits for {blocker.address}, which is {blocker.status}")


def _needs(by_id: Changes) -> Graph:
    """What must have happened before, or the change could not be made or would not be safe."""
    graph: Graph = {id: set() for id in by_id}
    arrivals = {id.address: id for id, change in by_id.items() if change.action in {Action.CREATE, Action.RESTORE}}
    returning = {id.address: id for id, change in by_id.items() if change.action is Action.RESTORE}
    freed = _freed_names(by_id.values())
    for id, change in by_id.items():
        graph[id] |= {arrivals[name] for name in (*adds(change), id.address) if arrivals.get(name, id) != id}
        graph[id] |= {freed[name] for name in _taken_names(change) if freed.get(name, id) != id}
        if change.part is Part.NARROW:  # whoever comes back does so only after what must go is gone
            for name in drops(change) & set(returning):
                graph[returning[name]].add(id)
    return graph


def _taken_names(change: Change) -> set[Address]:
    """The name that a creation or a rename takes."""
    if change.action is Action.CREATE:
        return {change.address}
    leaves = (leaf for leaf in change.fields if leaf.path == (change.kind.key,) and leaf.after)
    return {change.kind.address(leaf.after) for leaf in leaves}


def _freed_names(changes: Iterable[Change]) -> dict[Address, ChangeId]:
    """Names that a rename sets free."""
    return {
        change.kind.address(leaf.before): change.id
        for change in changes
        for leaf in change.fields
        if leaf.path == (change.kind.key,) and change.action is Action.UPDATE and leaf.before
    }


def _add_waits(by_id: Changes, graph: Graph) -> None:
    """Taking waits for giving, unless that giving must itself wait for this taking."""
    givers: dict[Address, set[ChangeId]] = defaultdict(set)
    takers: dict[Address, set[ChangeId]] = defaultdict(set)
    for id, change in by_id.items():
        for name in winners(change):
            givers[name].add(id)
        for name in drops(change) if change.part is Part.NARROW else ():
            takers[name].add(id)
    returning = {id.address for id, change in by_id.items() if change.action is Action.RESTORE}
    gains = {id for id, change in by_id.items() if gains_role(change)}
    _add(graph, {id: gains for id, change in by_id.items() if loses_role(change)}, careful=bool(returning))
    waits: Graph = {id: set() for id in by_id}
    for id, change in by_id.items():
        waits[id] |= {giver for name in losers(change) - returning for giver in givers[name]}
        waits[id] |= takers[id.address] if takes_last(change) else set()
    _add(graph, waits, careful=bool(returning))
    _add(graph, _before_deletion(by_id), careful=bool(returning))


def _before_deletion(by_id: Changes) -> Graph:
    """A deletion waits for whatever lets go of what it deletes: by a change of a field, or by being deleted itself."""
    deletions = {id: change for id, change in by_id.items() if change.action is Action.DELETE}
    waits: Graph = {id: set() for id in deletions}
    addresses = {id.address: id for id in deletions}
    for id, change in by_id.items() if deletions else ():
        for address in drops(change) & addresses.keys():
            waits[addresses[address]].add(id)
    kinds: dict[str, set[ChangeId]] = defaultdict(set)
    for id, change in deletions.items():
        for kind in change.kind.refs():
            kinds[kind].add(id)
    return {id: found | kinds[id.address.kind] for id, found in waits.items()}


def _add(graph: Graph, waits: Graph, *, careful: bool) -> None:
    """Add what closes no circle; only where somebody returns can there be one."""
    for id, others in waits.items():
        for other in _listed(others - {id}):
            if not careful or not _waits_for(graph, other, id):
                graph[id].add(other)


def _waits_for(graph: Graph, id: ChangeId, other: ChangeId) -> bool:
    """Whether ``id`` waits for ``other``, directly or not."""
    seen: set[ChangeId] = set()
    todo = [id]
    while todo:
        one = todo.pop()
        if one == other:
            return True
        todo += graph[one] - seen
        seen |= graph[one]
    return False


def _singleton_after(change: Change, by_id: Changes) -> set[ChangeId]:
    """A singleton that points at one of a kind comes after all changes of that kind, for they may move the pointer.

    One that points nowhere describes the whole team and comes after all that is given: they may show in it.
    """
    if not change.kind.singleton:
        return set()
    kinds = change.kind.refs()
    if kinds:
        return {id for id, other in by_id.items() if id.address.kind in kinds and other.action is not Action.DELETE}
    return {id for id, other in by_id.items() if _phase(other) == 0 and (other.kind.refs() or not other.kind.singleton)}


def _phase(change: Change) -> int:
    return 2 if takes_last(change) else 1 if change.part is Part.NARROW else 0


def _sorted(by_id: Changes, needs: Graph, later: Graph, kinds: Mapping[str, Kind]) -> Iterable[ChangeId]:
    """A topological order; of what is free: by phase, by depth of references (reversed for what goes), by address."""
    ranks = _ranks(kinds)

    def key(id: ChangeId) -> tuple[int, int, Address, str]:
        phase, rank = _phase(by_id[id]), ranks[id.address.kind]
        return phase, -rank if phase == 2 else rank, id.address, id.part or ""

    sorter = TopologicalSorter({id: needs[id] | later[id] for id in by_id})
    sorter.prepare()
    heap: list[tuple[tuple[int, int, Address, str], ChangeId]] = []
    while sorter.is_active():
        for id in sorter.get_ready():
            heapq.heappush(heap, (key(id), id))
        _, id = heapq.heappop(heap)
        yield id
        sorter.done(id)


def _ranks(kinds: Mapping[str, Kind]) -> dict[str, int]:
    """How deep the references of each kind go; singletons without any come last."""
    graph = {name: kind.refs() for name, kind in kinds.items()}
    ranks: dict[str, int] = {}
    for name in TopologicalSorter(graph).static_order():
        ranks[name] = 1 + max((ranks[ref] for ref in graph[name]), default=-1)
    deepest = max(ranks.values(), default=0) + 1
    return {name: deepest if kinds[name].singleton and not graph[name] else rank for name, rank in ranks.items()}
