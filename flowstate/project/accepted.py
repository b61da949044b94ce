"""Differences that settings accept for a while: until then their fields are left out, as if no manifest named them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from flowstate.desired import Desired, Resource
from flowstate.errors import Problem, Severity, did_you_mean
from flowstate.model import Address, Fields, Kind, Path
from flowstate.settings import Acceptance


def in_force(accepted: Iterable[Acceptance], today: date | None) -> tuple[Acceptance, ...]:
    """Those whose day has not passed; without a day, on this one, in UTC."""
    day = today or datetime.now(UTC).date()
    return tuple(one for one in accepted if one.holds(day))


def set_aside(desired: Desired, current: Iterable[Acceptance], found: Container[Address]) -> Desired:
    """``desired`` without what is accepted for now; a resource that is still to be created keeps all it needs."""
    resources = dict(desired.resources)
    for one in current:
        address = Address.parse(one.address)
        resource = resources.get(address)
        path = resource.path_of(one.field) if resource else None
        if resource is not None and path and address in found:
            left = (*resource.left_out, path)
            resources[address] = replace(resource, fields=_without(resource.fields, path), left_out=left)
    return replace(desired, resources=resources)


def _without(fields: Mapping[str, Any], path: Path) -> dict[str, Any]:
    first, *rest = path
    if not rest:
        return {name: value for name, value in fields.items() if name != first}
    return {**fields, first: _without(fields[first], tuple(rest))}


def with_warnings(
    desired: Desired, current: Iterable[Acceptance], accepted: Iterable[Acceptance], kinds: Mapping[str, Kind]
) -> Desired:
    """``desired`` with a warning for each entry that is not current any more, or that fits nothing."""
    held = list(current)
    found = [problem for one in accepted for problem in _problems(one, desired, kinds, over=one not in held)]
    return replace(desired, warnings=(*desired.warnings, *found)) if found else desired


def _problems(one: Acceptance, desired: Desired, kinds: Mapping[str, Kind], *, over: bool) -> Iterator[Problem]:
    address = Address.parse(one.address)
    resource = desired.resources.get(address)
    if address.kind not in kinds:
        hint = did_you_mean(address.kind, kinds) or f"Kinds: {', '.join(sorted(kinds))}."
        yield _warning(one, "accepted-nothing", f"there is no kind {address.kind!r}", hint)
    elif resource is None:
        hint = did_you_mean(one.address, map(str, desired.resources), near=0.8) or "Remove the entry."
        yield _warning(one, "accepted-nothing", f"no manifest declares {one.address}, so nothing of it differs", hint)
    elif resource.path_of(one.field) is None:
        hint = did_you_mean(one.field, _fields(resource)) or "Remove the entry."
        yield _warning(one, "accepted-nothing", f"the manifest of {one.address} does not set {one.field!r}", hint)
    elif over:
        summary = f"{one.address}: {one.field} was accepted until {one.until}, and is managed again"
        hint = "Accept it into the manifest, let apply undo it, or set another day."
        yield _warning(one, "accepted-over", summary, hint, f"It was accepted because: {one.reason}")


def _fields(resource: Resource) -> Iterator[str]:
    yield from resource.fields
    inner: Iterable[tuple[str, Fields]] = (
        (name, value) for name, value in resource.fields.items() if isinstance(value, Mapping)
    )
    yield from (f"{name}.{key}" for name, value in inner for key in value)


def _warning(one: Acceptance, code: str, summary: str, hint: str, detail: str = "") -> Problem:
    return Problem(code, summary, detail, hint, one.place, one.address, Severity.WARNING)
