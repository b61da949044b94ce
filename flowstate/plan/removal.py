"""Removals: those that manifests ask for, and those of what left them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from flowstate.diff import Verdict
from flowstate.errors import Place
from flowstate.live import Observed, normal
from flowstate.model import Address, Kind, OnRemove
from flowstate.plan.change import Action, Change, FieldChange, Risk
from flowstate.plan.guards import block
from flowstate.plan.inputs import Inputs
from flowstate.plan.leaving import fate, leaving
from flowstate.plan.protection import why_protected

ID: Final = "id"
"""The path under which a deletion says which object it is about."""


@dataclass(frozen=True)
class _Going:
    """One removal; ``told`` is what a reader should know of it."""

    address: Address
    action: OnRemove
    told: tuple[str, ...]
    place: Place | None = None


def removals(inputs: Inputs) -> list[Change]:
    """The changes that remove something, by address."""
    going = [*_asked_for(inputs), *_left(inputs), *_strangers(inputs)]
    changes = [_change(inputs, one) for one in going if inputs.selected(one.address)]
    return [change for change in changes if change is not None]


def _asked_for(inputs: Inputs) -> Iterator[_Going]:
    for address, removal in sorted(inputs.desired.removals.items()):
        yield _Going(address, removal.then, (removal.reason,) if removal.reason else (), removal.place)


def _left(inputs: Inputs) -> Iterator[_Going]:
    if inputs.behind:
        return
    for address, action in leaving(inputs.desired, inputs.state, inputs.kinds, inputs.ownership).items():
        yield _Going(address, action, ("its lines are gone from the manifests",))


def _strangers(inputs: Inputs) -> Iterator[_Going]:
    for address in sorted(inputs.strangers):
        if not why_protected(address, inputs):
            told = f"no manifest names it, and 'exclusive: true' stands under kinds.{address.kind}"
            yield _Going(address, fate(inputs.kinds[address.kind], None, inputs.ownership), (told,))


def _change(inputs: Inputs, going: _Going) -> Change | None:
    """The change; none where it is kept, gone, or retired already."""
    kind = inputs.kinds[going.address.kind]
    seen = inputs.snapshot.found.get(going.address)
    problem = inputs.snapshot.problems.get(going.address) or inputs.snapshot.incomplete.get(kind.name)
    done = seen is None or (going.action == "archive" and seen.live.retired)
    if going.action == "keep" or (done and not problem):
        return None
    change = Change(
        address=going.address,
        kind=kind,
        action=Action(going.action),
        risk=_risk(kind, going.action),
        fields=_fields(kind, going.action, seen),
        source=going.place,
        warnings=(*going.told, *_renamed(kind, going.address, seen)),
    )
    return block(change, problem.summary if problem else "")


def _fields(kind: Kind, action: OnRemove, seen: Observed | None) -> tuple[FieldChange, ...]:
    if action == "archive":
        return (FieldChange((kind.retire,), False, True, Verdict.PENDING),)
    return (FieldChange((ID,), seen.live.id, None, Verdict.PENDING),) if seen else ()


def _risk(kind: Kind, action: OnRemove) -> Risk:
    """What was deleted can be made anew, unless nobody can make it, or it comes with a secret of its own."""
    if action == "archive":
        return Risk.REVERSIBLE
    lasting = not kind.can("create") or any(operation.secret for operation in kind.uses["create"])
    return Risk.IRREVERSIBLE if lasting else Risk.RECREATABLE


def _renamed(kind: Kind, address: Address, seen: Observed | None) -> Iterator[str]:
    if seen is not None and normal(kind, seen.live.key) != normal(kind, address.key):
        yield f"it is called {seen.live.key!r} on the service now"
