"""Desired, live and state, to a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flowstate.desired import Removal
from flowstate.diff import Difference, Verdict, compare
from flowstate.model import Address, Seen, Sparse
from flowstate.plan.change import Action, Change, FieldChange, Plan
from flowstate.plan.effects import loses_role
from flowstate.plan.excess import exceptions, excesses
from flowstate.plan.guards import Holders, block, guarded, role_leaf
from flowstate.plan.inputs import Inputs
from flowstate.plan.limits import measures
from flowstate.plan.losing import sparing
from flowstate.plan.notes import notes_of, renamed
from flowstate.plan.order import ordered
from flowstate.plan.split import changes_of


def build(inputs: Inputs, holders: Holders | None = None) -> Plan:
    """The plan; ``holders`` says who holds the roles of which some must remain (see needs_holders)."""
    differences = _differences(inputs)
    drafts = _drafts(inputs, differences)
    changes = guarded(drafts, differences, inputs.snapshot, holders or {}, inputs.rules.keep)
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
    removals = [
        address
        for address, removal in inputs.desired.removals.items()
        if address not in touched and (removal.then == "keep" or address not in inputs.snapshot.found)
    ]
    left = [address for address in inputs.state.resources if address not in inputs.desired.resources]
    single = [address for address in left if address.kind in inputs.kinds and inputs.kinds[address.kind].singleton]
    chosen = {address for address in (*removals, *single) if inputs.selected(address)}
    return tuple(sorted(chosen | renamed(inputs)))


def needs_holders(inputs: Inputs) -> bool:
    """Whether some change may take a guarded role from somebody, so that all holders must be read."""
    return any(loses_role(change) for change in _drafts(inputs, _differences(inputs)))


def _differences(inputs: Inputs) -> dict[Address, Difference]:
    found = inputs.snapshot.found
    return {
        address: compare(inputs.kinds[address.kind], resource, found.get(address), inputs.state, inputs.snapshot.names)
        for address, resource in sorted(inputs.desired.resources.items())
        if inputs.selected(address)
    }


def _drafts(inputs: Inputs, differences: Mapping[Address, Difference]) -> list[Change]:
    changes = [change for difference in differences.values() for change in changes_of(difference, inputs.snapshot)]
    removals = [
        _removal(inputs, removal)
        for address, removal in sorted(inputs.desired.removals.items())
        if inputs.selected(address)
    ]
    drafts = [*changes, *(change for change in removals if change is not None)]
    return sparing(drafts, differences, inputs.rules)


def _removal(inputs: Inputs, removal: Removal) -> Change | None:
    """The archive call of an explicit removal; none when it is kept, gone or retired already."""
    kind = inputs.kinds[removal.address.kind]
    seen = inputs.snapshot.found.get(removal.address)
    problem = inputs.snapshot.problems.get(removal.address) or inputs.snapshot.incomplete.get(kind.name)
    if removal.then == "keep" or ((seen is None or seen.live.retired) and not problem):
        return None
    leaf = FieldChange((kind.retire,), False, True, Verdict.PENDING)
    change = Change(
        address=removal.address,
        kind=kind,
        action=Action.ARCHIVE,
        fields=(leaf,),
        source=removal.place,
        warnings=(removal.reason,) if removal.reason else (),
    )
    return block(change, problem.summary if problem else "")


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
