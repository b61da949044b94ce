"""What left the manifests, and what is to become of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flowstate.desired import Desired, unable
from flowstate.live import complete, normal
from flowstate.model import Address, Kind, Live, OnRemove
from flowstate.plan.inputs import Inputs
from flowstate.settings import Ownership
from flowstate.state import Entry, State


def left(desired: Desired, state: State, kinds: Mapping[str, Kind]) -> dict[Address, Entry]:
    """What state says flowstate manages and no manifest names any more, under any spelling or as a former name."""
    former = (kind_of.kind.address(kind_of.previously) for kind_of in desired.resources.values() if kind_of.previously)
    named = {_same(kinds, address) for address in (*desired.resources, *desired.removals, *former)}
    return {
        address: entry
        for address, entry in sorted(state.resources.items())
        if address.kind in kinds
        and not kinds[address.kind].singleton
        and not entry.retired
        and _same(kinds, address) not in named
    }


def _same(kinds: Mapping[str, Kind], address: Address) -> Address:
    kind = kinds[address.kind]
    return kind.address(normal(kind, address.key))


def fate(kind: Kind, entry: Entry | None, ownership: Ownership) -> OnRemove:
    """What its own lines said, else what is said of its kind; what the service cannot do is not done.

    An object that was bound to an address and never applied is not flowstate's to remove.
    """
    if entry is not None and entry.only_bound:
        return "keep"
    said = (entry.on_remove if entry else None) or ownership.of(kind.name).on_remove or kind.on_remove
    return "keep" if unable(kind, said) else said


def leaving(desired: Desired, state: State, kinds: Mapping[str, Kind], ownership: Ownership) -> dict[Address, OnRemove]:
    """What is to be removed because its lines are gone, and how."""
    fates = {
        address: fate(kinds[address.kind], entry, ownership) for address, entry in left(desired, state, kinds).items()
    }
    return {address: action for address, action in fates.items() if action != "keep"}


def with_strangers(inputs: Inputs) -> Inputs:
    """The inputs with what exclusive kinds remove among what was found."""
    strangers = _strangers(inputs)
    if not strangers:
        return inputs
    snapshot = inputs.snapshot
    seen = {address: complete(kind, address, live, snapshot.names) for address, (kind, live) in strangers.items()}
    gone = {(kind.name, live.id) for kind, live in strangers.values()}
    rest = tuple((kind, live) for kind, live in snapshot.unmanaged if (kind.name, live.id) not in gone)
    snapshot = replace(snapshot, found={**snapshot.found, **seen}, unmanaged=rest)
    return replace(inputs, snapshot=snapshot, strangers=frozenset(strangers))


def _strangers(inputs: Inputs) -> dict[Address, tuple[Kind, Live]]:
    """Live objects of exclusive kinds that nobody ever named; those whose name is not theirs alone are left alone."""
    if not inputs.state.serial or inputs.behind:
        return {}
    known = {(address.kind, entry.id) for address, entry in inputs.state.resources.items() if not entry.retired}
    named = {*inputs.desired.resources, *inputs.desired.removals, *inputs.snapshot.found, *inputs.snapshot.problems}
    found: dict[Address, tuple[Kind, Live]] = {}
    for kind, live in inputs.snapshot.unmanaged:
        address = kind.address(live.key)
        alone = inputs.snapshot.names.ids.get(address) == live.id and address not in named
        rule = inputs.ownership.of(kind.name).exclusive and (kind.name, live.id) not in known
        if rule and alone and not live.retired and inputs.selected(address):
            found[address] = (kind, live)
    return found
