"""The defaults of kinds, from the section ``kinds:`` of flowstate.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from flowstate.desired.gather import Item
from flowstate.desired.lifecycle import METADATA
from flowstate.desired.record import Resource
from flowstate.desired.resource import typed
from flowstate.document import Document, Places
from flowstate.errors import Problem, did_you_mean
from flowstate.model import Kind

_BESIDE: Final = ("onRemove", "onDrift")  # a kind says these too
_ANY_KEY: Final = "-"  # stands for the key that a default does not have


def defaults(document: Document | None, kinds: Mapping[str, Kind], problems: list[Problem]) -> dict[str, Resource]:
    """The defaults of each kind as a resource whose key means nothing; ``problems`` takes what is wrong with them."""
    found: dict[str, Resource] = {}
    if document is None:
        return found
    for name, fields in document.data.items():
        resource = _default(name, fields, document.places.below(name), kinds, problems)
        if resource is not None:
            found[name] = resource
    return found


def _default(
    name: str, fields: Mapping[str, Any], places: Places, kinds: Mapping[str, Kind], problems: list[Problem]
) -> Resource | None:
    problem = _misplaced(name, fields, places, kinds)
    if problem is not None:
        problems.append(problem)
        return None
    kind = kinds[name]
    if not fields:
        return None
    resource, faults = typed(Item(kind, {**fields, kind.key: _ANY_KEY}, places))
    problems += [replace(fault, address=name) for fault in faults]
    return resource


def _misplaced(name: str, fields: Mapping[str, Any], places: Places, kinds: Mapping[str, Kind]) -> Problem | None:
    kind = kinds.get(name)
    if kind is None:
        hint = did_you_mean(name, kinds) or f"There are: {', '.join(sorted(kinds))}."
        return Problem("unknown-kind", f"unknown kind {name!r}", "", hint, places.key())
    if kind.singleton and fields:
        hint = f"Write '{kind.section}:' in a manifest."
        return Problem("no-default", f"{name} has no defaults, for there is only one", "", hint, places.key())
    for key in (kind.key, "previously", *METADATA):
        if key in fields:
            summary = f"{key!r} is each resource's own and has no default"
            hint = "Write it beside 'defaults:'." if key in _BESIDE else "Remove it."
            return Problem("no-default", summary, "", hint, places.key(key))
    return None
