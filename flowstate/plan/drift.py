"""What becomes of values that somebody changed on the service: overwritten, left as they are, or a reason to stop."""

from __future__ import annotations

import glob
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from flowstate.diff import Difference, Leaf, Verdict
from flowstate.errors import Problem, Severity
from flowstate.live import EVERYONE
from flowstate.model import Address, EmptyMeansEveryone, OnDrift, Shape
from flowstate.plan.change import Change, Status
from flowstate.plan.guards import block
from flowstate.plan.inputs import Inputs

_STOPPED: Final = "'onDrift: stop', and it was changed on the service"
_TOLD: Final = 5
_LONGEST: Final = 60


def on_drift(difference: Difference, inputs: Inputs) -> OnDrift:
    """The word that counts: the command line's, else the nearest one of resource, kind and environment."""
    kind = inputs.ownership.of(difference.kind.name)
    said = (inputs.on_drift, difference.resource.lifecycle.on_drift, kind.on_drift, inputs.ownership.on_drift)
    return next((word for word in said if word is not None), "overwrite")


def respecting(difference: Difference, inputs: Inputs) -> Difference:
    """The difference; where drift is kept, without the leaves that only the service changed."""
    if on_drift(difference, inputs) != "keep":
        return difference
    whole = _whole(difference)
    kept = tuple(leaf for leaf in difference.leaves if leaf.verdict is Verdict.DRIFT or leaf.path[0] in whole)
    rest = tuple(leaf for leaf in difference.leaves if leaf not in kept)
    return replace(difference, leaves=rest, kept=kept)


def _whole(difference: Difference) -> set[str]:
    """Audiences that drifted while one of both sides opens them to everyone: half of that is neither side's."""
    opens = {
        leaf.path[0]
        for leaf in difference.leaves
        if leaf.path[1:] == (EVERYONE,) and difference.kind.fields[leaf.path[0]].has(EmptyMeansEveryone)
    }
    return opens & {leaf.path[0] for leaf in difference.leaves if leaf.verdict is Verdict.DRIFT}


def stopping(changes: Iterable[Change], differences: Mapping[Address, Difference], inputs: Inputs) -> list[Change]:
    """The changes; those of a resource that is to stop where it drifted are blocked with what moved."""
    reasons = {
        address: _why(difference)
        for address, difference in differences.items()
        if on_drift(difference, inputs) == "stop"
    }
    return [block(change, reasons.get(change.address, "")) for change in changes]


def stopped(change: Change) -> bool:
    """Whether a change is blocked for nothing but that its resource drifted."""
    return change.status is Status.BLOCKED and change.reason.startswith(_STOPPED)


def _why(difference: Difference) -> str:
    moved = [leaf for leaf in difference.leaves if leaf.verdict in {Verdict.DRIFT, Verdict.CONFLICT}]
    if not moved:
        return ""
    told = f"{_STOPPED}: {_listed(difference, moved)}"
    settled = all(leaf.verdict is Verdict.DRIFT for leaf in moved)  # of a conflict nothing is accepted
    accepted = f" ({_accepting(difference)})" if settled else ""
    return f"{told}; write what is live into the manifest to accept it{accepted}, or say --on-drift overwrite"


def _accepting(difference: Difference) -> str:
    """The command that does so."""
    return f"flowstate accept {shlex.quote(glob.escape(str(difference.address)))}"


def drift_notes(differences: Mapping[Address, Difference]) -> Iterator[Problem]:
    """What stays as it was changed on the service."""
    for address, difference in differences.items():
        if difference.kept:
            yield Problem(
                "drift-kept",
                f"{address}: what was changed on the service stays ('onDrift: keep')",
                detail=f"{_listed(difference, difference.kept)}.",
                hint=f"To accept it: {_accepting(difference)}; to undo it, say --on-drift overwrite.",
                place=difference.resource.place,
                address=str(address),
                severity=Severity.NOTE,
            )


def _listed(difference: Difference, leaves: Iterable[Leaf]) -> str:
    told = [_told(difference, leaf) for leaf in leaves]
    more = [f"{len(told) - _TOLD} more"] if len(told) > _TOLD else []
    return ", ".join([*told[:_TOLD], *more])


def _told(difference: Difference, leaf: Leaf) -> str:
    field = difference.kind.fields.get(leaf.path[0])
    if leaf.hidden:
        return f"{'.'.join(leaf.path)} (its value is sensitive)"
    if field is not None and field.shape in {Shape.SET, Shape.MIXED}:
        return f"{'.'.join(leaf.path[:-1])} {'lacks' if leaf.live is None else 'has'} {_short(leaf.path[-1])}"
    return f"{'.'.join(leaf.path)} is {_short(leaf.live)}, the manifest says {_short(leaf.desired)}"


def _short(value: Any) -> str:
    shown = "nothing" if value is None else repr(value)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
