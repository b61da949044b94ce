"""Renames that look like one resource gone and another one come."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from flowstate.desired import Resource
from flowstate.diff import Difference
from flowstate.errors import Problem, Severity
from flowstate.live import normal
from flowstate.model import Address, Kind
from flowstate.plan.inputs import Inputs
from flowstate.plan.leaving import left
from flowstate.state import Entry

_NEAR: Final = 0.75
_MOST: Final = 10_000  # likeness is slow to tell, and where so much comes and goes nobody reads hints


def likely_renames(inputs: Inputs, differences: Mapping[Address, Difference]) -> Iterator[Problem]:
    """A note for each new resource that is like exactly one of those that left the manifests."""
    gone = left(inputs.desired, inputs.state, inputs.kinds)
    new = sum(difference.observed is None for difference in differences.values())
    gone = gone if new * len(gone) <= _MOST else {}
    for address, difference in differences.items():
        if (
            gone
            and difference.observed is None
            and difference.entry is None
            and address not in inputs.snapshot.problems
        ):
            resource = difference.resource
            alike = [old for old, entry in gone.items() if old.kind == address.kind and _alike(resource, old, entry)]
            if len(alike) == 1 and not resource.previously:
                yield _suggestion(resource, alike[0])


def _alike(resource: Resource, old: Address, entry: Entry) -> bool:
    kind = resource.kind
    names = normal(kind, resource.address.key), normal(kind, old.key)
    if difflib.SequenceMatcher(None, *names).ratio() >= _NEAR:
        return True
    mine, its = _telling(kind, resource.fields), _telling(kind, entry.applied)
    return bool(mine) and mine == its


def _telling(kind: Kind, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What of a resource tells it from others of its kind: lists in any order, nothing empty, not its name."""
    told = {name: value for name, value in fields.items() if name != kind.key and value}
    return {name: sorted(value, key=str) if isinstance(value, list) else value for name, value in told.items()}


def _suggestion(resource: Resource, old: Address) -> Problem:
    kind, address = resource.kind, resource.address
    summary = f"{address} is new, and {old} left the manifests: is it the same {kind.nouns[0]} under a new name?"
    hint = f"If so, add a line to {address}: previously: {old.key}"
    if kind.immutable_key:
        hint = f"If so, write {kind.key}: {old.key} again. {kind.immutable_key}"
    return Problem("likely-rename", summary, "", hint, resource.place, str(address), Severity.NOTE)
