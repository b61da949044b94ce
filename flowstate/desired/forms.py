"""Faults of form that a type alone explains badly: unfit keys, lists both complete and shared, everyone and some."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flowstate.desired.keys import key_fault
from flowstate.desired.values import EVERYONE
from flowstate.document import Places
from flowstate.document.check import Fault, Steps
from flowstate.errors import Problem, did_you_mean
from flowstate.model import Kind, Shape

_SHARED = ("include", "exclude")


def forms(
    kind: Kind, data: Mapping[str, Any], faults: list[Fault], places: Places
) -> tuple[list[Problem], list[Fault]]:
    """One clear problem for each such part of the data, and the faults that lie elsewhere."""
    found = dict([*_keys(kind, data, places), *_everyone(kind, data, places), *_lists(faults, places)])
    rest = [fault for fault in faults if not any(fault.path[: len(path)] == path for path in found)]
    return list(found.values()), rest


def _keys(kind: Kind, data: Mapping[str, Any], places: Places) -> Iterator[tuple[Steps, Problem]]:
    if why := key_fault(data.get(kind.key)):
        detail = f"It is how flowstate and the service tell one {kind.nouns[0]} from another."
        summary = f"{kind.key} {why}"
        yield (kind.key,), Problem("unfit-key", summary, detail, "Write the name it has.", places.value(kind.key))


def _everyone(kind: Kind, data: Mapping[str, Any], places: Places) -> Iterator[tuple[Steps, Problem]]:
    for name, item in kind.fields.items():
        value = data.get(name)
        if item.shape is Shape.MIXED and isinstance(value, dict) and EVERYONE in value and len(value) > 1:
            others = " and ".join(sorted(value.keys() - {EVERYONE}))
            summary = f"{name}: 'everyone' stands beside {others}"
            hint = f"Remove 'everyone', or remove {others}."
            yield (name,), Problem("everyone-and-some", summary, "", hint, places.key(name, EVERYONE))


def _lists(faults: list[Fault], places: Places) -> Iterator[tuple[Steps, Problem]]:
    for fault in faults:
        branch = fault.trail[-2] if len(fault.trail) > 1 else ""
        mixed = branch == "exact" and isinstance(fault.value, dict)
        if mixed or (branch == "some" and fault.type == "extra_forbidden"):
            path, last = fault.path[:-1], fault.path[-1]
            summary = f"{'.'.join(map(str, path))} is neither a complete list nor include and exclude"
            detail = "A complete list names exactly who is in; include and exclude leave all others as they are."
            hint = did_you_mean(str(last), _SHARED) or "Write [a, b], or {include: [a], exclude: [b]}."
            yield path, Problem("list-form", summary, detail, hint, places.key(*fault.path))
