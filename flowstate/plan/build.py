"""Desired, live and state, to a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flowstate.diff import Difference, compare
from flowstate.live import Referrer
from flowstate.model import Address, Seen, Sparse
from flowstate.plan.change import Action, Change, Plan, Status
from flowstate.plan.deletion import unreferred
from flowstate.plan.drift import respecting, stopping
from flowstate.plan.effects import loses_role
from flowstate.plan.excess import exceptions, excesses
from flowstate.plan.guards import Holders, guarded, role_leaf
from flowstate.plan.inputs import Inputs
from flowstate.plan.leaving import leaving, with_strangers
from flowstate.plan.limits import measures
from flowstate.plan.losing import sparing
from flowstate.plan.missing import without_missing
from flowstate.plan.notes import notes_of, renamed
from flowstate.plan.order import ordered
from flowstate.plan.protection import spared
from flowstate.plan.removal import removals
from flowstate.plan.split import changes_of


def build(inputs: Inputs, holders: Holders | None = None, referrers: Sequence[Referrer] = ()) -> Plan:
    """The plan.

    ``holders`` says who holds the roles of which some must remain (see needs_holders), ``referrers`` who refers to
    objects of the kinds that something is deleted of (see deleted_kinds).
    """
    inputs = with_strangers(without_missing(inputs))
    differences = _differences(inputs)
    drafts = _drafts(inputs, differences)
    changes = guarded(drafts, differences, inputs.snapshot, holders or {}, inputs.rules.keep)
    changes = unreferred(changes, referrers, inputs.snapshot)
    done = ordered([_flagged(change, differences.get(change.address)) for change in changes], inputs.kinds)
    touched = {change.address for change in done}
    measured = measures(done, inputs, differences)
    over = excesses(measured, inputs.rules)
    notes = [
        *notes_of(inputs, differences),
        *(excess.problem() for excess in over),
        *exceptions(measured, inputs.rules),
    ]
    return Plan(
        environment=inputs.environment,
        team=inputs.team,
        changes=done,
        keep=sum(1 for address in differences if address not in touched),
        unmanaged=len(inputs.snapshot.unmanaged),
        problems=tuple(sorted(notes, key=lambda problem: (problem.address, problem.code))),
        measures=measured,
        excesses=over,
        released=_released(inputs, touched),
        serial=inputs.state.serial,
        seal=f"{inputs.environment}/{inputs.team}",
        differences=differences,
        snapshot=inputs.snapshot,
    )


def _released(inputs: Inputs, touched: set[Address]) -> tuple[Address, ...]:
    """What need not be remembered: kept for somebody else, gone, or of the kind that every team has exactly once."""
    kept = [
        address
        for address, removal in inputs.desired.removals.items()
        if address not in touched and (removal.then == "keep" or address not in inputs.snapshot.found)
    ]
    left = [address for address in inputs.state.resources if address not in inputs.desired.resources]
    single = [address for address in left if address.kind in inputs.kinds and inputs.kinds[address.kind].singleton]
    free = (*kept, *single, *_gone(inputs, touched), *_brought_back(inputs, touched))
    return tuple(sorted({address for address in free if inputs.selected(address)} | renamed(inputs)))


def _brought_back(inputs: Inputs, touched: set[Address]) -> list[Address]:
    """What flowstate retired and somebody else brought back: whoever retires it again need not be flowstate."""
    back = {(kind.name, live.id) for kind, live in inputs.snapshot.unmanaged if not live.retired}
    return [
        address
        for address, entry in inputs.state.resources.items()
        if entry.retired and address not in touched and (address.kind, entry.id) in back
    ]


def _gone(inputs: Inputs, touched: set[Address]) -> list[Address]:
    """What was to be removed because it left the manifests, and is away already."""
    if inputs.behind:
        return []
    going = leaving(inputs.desired, inputs.state, inputs.kinds, inputs.ownership)
    alive = {(address.kind, seen.live.id) for address, seen in inputs.snapshot.found.items() if not seen.live.retired}
    return [
        address
        for address in going
        if address not in touched
        and address not in inputs.snapshot.problems
        and (address.kind, inputs.state.resources[address].id) not in alive
    ]


def needs_holders(inputs: Inputs) -> bool:
    """Whether some change may take a guarded role from somebody, so that all holders must be read."""
    return any(loses_role(change) for change in _ready(inputs))


def deleted_kinds(inputs: Inputs) -> frozenset[str]:
    """The kinds that something is deleted of, so that whoever refers to it must be read."""
    return frozenset(change.kind.name for change in _ready(inputs) if change.action is Action.DELETE)


def _ready(inputs: Inputs) -> list[Change]:
    inputs = with_strangers(without_missing(inputs))
    return [change for change in _drafts(inputs, _differences(inputs)) if change.status is Status.READY]


def _differences(inputs: Inputs) -> dict[Address, Difference]:
    found = inputs.snapshot.found
    return {
        address: respecting(
            compare(inputs.kinds[address.kind], resource, found.get(address), inputs.state, inputs.snapshot.names),
            inputs,
        )
        for address, resource in sorted(inputs.desired.resources.items())
        if inputs.selected(address) and address not in inputs.skipped
    }


def _drafts(inputs: Inputs, differences: Mapping[Address, Difference]) -> list[Change]:
    changes = [change for difference in differences.values() for change in changes_of(difference, inputs.snapshot)]
    drafts = sparing([*changes, *removals(inputs)], differences, inputs.rules)
    return stopping(spared(drafts, differences, inputs), differences, inputs)


def _flagged(change: Change, difference: Difference | None) -> Change:
    """The change with what a reviewer should not miss."""
    leaf = role_leaf(change)
    warnings = [*change.warnings, *([f"gains {leaf[-1]}"] if leaf else [])]
    if difference is not None and difference.observed is not None and change.action is Action.UPDATE:
        warnings += [
            _sent_whole(difference, name)
            for name in sorted({one.path[0] for one in change.fields})
            if _whole(change, name)
        ]
    return replace(change, warnings=tuple(warnings))


def _whole(change: Change, name: str) -> bool:
    shape = change.kind.fields.get(name)
    return shape is not None and shape.has(Sparse)


def _sent_whole(difference: Difference, name: str) -> str:
    """The complete map that goes out where the service shows only some keys."""
    marker = difference.kind.fields[name].marker(Seen)
    shown = difference.observed.fields.get(name) or [] if difference.observed else []
    wanted = difference.fields.get(name) or []
    keys = sorted({*(marker.values if marker else ()), *shown, *wanted})
    told = ", ".join(f"{key}{'' if key in shown else '*'}: {str(key in wanted).lower()}" for key in keys)
    return f"{name} is sent whole: {told} (* not shown by the service)"
