"""Desired, live and state, to a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from flowstate.desired import UNDECLARED, Desired, Removal
from flowstate.diff import Difference, Verdict, compare
from flowstate.errors import Problem, Severity, did_you_mean
from flowstate.live import Snapshot
from flowstate.model import Address, Kind, Seen, Sparse
from flowstate.plan.change import Action, Change, FieldChange, Plan
from flowstate.plan.effects import loses_role
from flowstate.plan.guards import Holders, block, guarded, role_leaf
from flowstate.plan.order import ordered
from flowstate.plan.split import changes_of, stays_retired
from flowstate.state import State


@dataclass(frozen=True)
class Inputs:
    """Everything a plan is made from; ``selected`` tells which addresses it may touch."""

    environment: str
    team: str
    kinds: Mapping[str, Kind]
    desired: Desired
    snapshot: Snapshot
    state: State
    selected: Callable[[Address], bool]
    problems: tuple[Problem, ...] = ()


def build(inputs: Inputs, holders: Holders | None = None) -> Plan:
    """The plan; ``holders`` says who holds the roles of which some must remain (see needs_holders)."""
    differences = _differences(inputs)
    drafts = _drafts(inputs, differences)
    changes = guarded(drafts, differences, inputs.snapshot, holders or {})
    done = ordered([_flagged(change, differences.get(change.address)) for change in changes], inputs.kinds)
    touched = {change.address for change in done}
    return Plan(
        environment=inputs.environment,
        team=inputs.team,
        changes=done,
        keep=sum(1 for address in differences if address not in touched),
        unmanaged=len(inputs.snapshot.unmanaged),
        problems=tuple(sorted(_problems(inputs, differences), key=lambda problem: (problem.address, problem.code))),
        released=_released(inputs, touched),
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
    return tuple(sorted(chosen | _renamed(inputs)))


def _renamed(inputs: Inputs) -> set[Address]:
    """Former names in state of what is found under another name now."""
    named = {*inputs.desired.resources, *inputs.desired.removals}
    found = inputs.snapshot.found.items()
    taken = {(address.kind, seen.live.id) for address, seen in found if inputs.selected(address)}
    known = inputs.state.resources.items()
    return {address for address, entry in known if address not in named and (address.kind, entry.id) in taken}


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
    return [*changes, *(change for change in removals if change is not None)]


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


def _problems(inputs: Inputs, differences: Mapping[Address, Difference]) -> Iterator[Problem]:
    yield from inputs.problems
    yield from (warning for warning in inputs.desired.warnings if warning.code != UNDECLARED)
    yield from inputs.snapshot.hints
    yield from inputs.snapshot.incomplete.values()
    for address, difference in differences.items():
        if address in inputs.snapshot.problems:
            yield inputs.snapshot.problems[address]
        yield from difference.warnings
        yield from _said(difference)
    yield from _left(inputs)
    yield from _missed(inputs)


def _said(difference: Difference) -> Iterator[Problem]:
    kind, address = difference.kind, difference.address
    place = difference.resource.place
    if stays_retired(difference):
        word = kind.retire_words[0]
        yield Problem(
            "stays-retired",
            f"{address} is {word} on the service, and stays so",
            detail=f"Somebody else {word} it; the manifest does not say.",
            hint=f"Write '{kind.retire}: false' to bring it back, or '{kind.retire}: true' to say that this is meant.",
            place=place,
            address=str(address),
            severity=Severity.NOTE,
        )
    if difference.observed is None and difference.fields.get(kind.retire) is True and not kind.retired_counts:
        yield Problem(
            "nothing-to-retire",
            f"{address} does not exist, so there is nothing to archive",
            hint="Remove the lines, or keep them as a record.",
            place=place,
            address=str(address),
            severity=Severity.NOTE,
        )
    for name, ids in difference.observed.unknown.items() if difference.observed else ():
        if name in difference.fields:
            yield Problem(
                "unknown-ids",
                f"{address}: {name} holds {len(ids)} id{'s' * (len(ids) != 1)} that nothing live has",
                detail=f"Kept as they are: {', '.join(ids)}",
                hint="If the service refuses writes because of them, remove them in its dashboard.",
                place=place,
                address=str(address),
                severity=Severity.NOTE,
            )
    for path in difference.explained:
        yield Problem(
            "explained",
            f"{address}: {'.'.join(path)} differs because of what the service made of the value that was sent",
            hint="It is sent again when the manifest or the live value changes.",
            place=place,
            address=str(address),
            severity=Severity.NOTE,
        )


def _how_to_let_go(address: Address, kind: Kind | None) -> str:
    if kind is None or kind.singleton:
        return "Nothing to do: apply forgets it."
    if kind.can("archive"):
        return f"To retire it, add to 'removed:' {{address: {address}, then: archive}}."
    return f"To stop managing it, add to 'removed:' {{address: {address}, then: keep}}."


def _missed(inputs: Inputs) -> Iterator[Problem]:
    """Removals that fit nothing, where something live has almost that name."""
    live = [str(kind.address(one.key)) for kind, one in inputs.snapshot.unmanaged]
    for address, removal in sorted(inputs.desired.removals.items()):
        known = address in inputs.snapshot.found or address in inputs.snapshot.problems
        near = "" if known or inputs.state.entry(address) else did_you_mean(str(address), live)
        if near and inputs.selected(address):
            yield Problem(
                "removes-nothing",
                f"{address} is not on the service, so there is nothing to remove",
                hint=near,
                place=removal.place,
                address=str(address),
                severity=Severity.WARNING,
            )


def _left(inputs: Inputs) -> Iterator[Problem]:
    """What flowstate manages and the manifests no longer hold: reported, never removed by itself."""
    named = {*inputs.desired.resources, *inputs.desired.removals, *_renamed(inputs)}
    for address, entry in sorted(inputs.state.resources.items()):
        if address not in named and not entry.retired and inputs.selected(address):
            yield Problem(
                "left-manifests",
                f"{address} is no longer in the manifests; it stays on the service as it is",
                hint=_how_to_let_go(address, inputs.kinds.get(address.kind)),
                address=str(address),
                severity=Severity.NOTE,
            )
