"""All documents of an environment as one :class:`Desired`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from flowstate.desired.defaults import defaults
from flowstate.desired.gather import Gathered, Item, gather
from flowstate.desired.joining import join
from flowstate.desired.keys import Declared, identity
from flowstate.desired.layers import faults, of_layers, patched
from flowstate.desired.record import Desired, Removal, Resource
from flowstate.desired.references import settle
from flowstate.desired.removals import named, removal
from flowstate.desired.resource import complete, declared, typed
from flowstate.document import Places
from flowstate.errors import ManifestError, Place, Problem, Severity
from flowstate.manifest import Manifests
from flowstate.model import Address, Kind

T = TypeVar("T", Resource, Removal)


def build(manifests: Manifests, kinds: Mapping[str, Kind]) -> Desired:
    """Everything the manifests say.

    Raises:
        ManifestError: every problem of every file, warnings among them.
    """
    gathered = gather(manifests.layered(), kinds)
    problems = [*manifests.problems, *gathered.problems]
    default = defaults(manifests.defaults, kinds, problems)
    resources = _resources(gathered.items, default, problems)
    removals = _removals(gathered, kinds, problems)
    resources, faulty = join(resources, kinds)
    problems += _contradictions(gathered.items, resources, removals, kinds)
    problems += _errors(faulty)
    resources, loose = _settled(resources, kinds)
    loose += [problem for problem in faulty if problem.severity is not Severity.ERROR]
    # With anything broken, a reference to it would be said to lead nowhere.
    problems += _errors(loose) if _errors(problems) else loose
    found = _distinct(problems)
    if _errors(found):
        raise ManifestError(*found)
    return Desired(_sorted(resources), _sorted(removals), tuple(found))


def _resources(items: list[Item], default: Mapping[str, Resource], problems: list[Problem]) -> list[Resource]:
    """Every resource that could be typed, each key once, as its patches leave it."""
    ordered = of_layers(items)
    problems += faults(ordered)
    made: dict[tuple[str, str], Resource] = {}
    for item in ordered:
        resource, found = typed(item)
        problems += found
        if resource is not None:
            key = item.kind.name, identity(item.kind, resource.address.key)
            known = made.get(key)
            made[key] = patched(known, resource) if known and item.patches else known or resource
    return [complete(resource, default.get(kind)) for (kind, _), resource in made.items()]


def _removals(gathered: Gathered, kinds: Mapping[str, Kind], problems: list[Problem]) -> list[Removal]:
    """Every removal that could be typed; what is removed again is said, typed or not."""
    entries = sorted(gathered.removed, key=lambda entry: entry[1].key())
    problems += _removed_twice(entries, kinds)
    typed = [removal(entry, places, kinds) for entry, places in entries]
    problems += [problem for _, found in typed for problem in found]
    return [item for item, _ in typed if item is not None]


def _removed_twice(entries: Iterable[tuple[Any, Places]], kinds: Mapping[str, Kind]) -> Iterator[Problem]:
    first: dict[tuple[str, str], Place] = {}
    for entry, places in entries:
        address, place = named(entry, kinds), places.value()
        if address is None:
            continue
        there = first.setdefault((address.kind, identity(kinds[address.kind], address.key)), place)
        if there != place:
            summary, detail = f"{address} is removed twice", f"It is removed at {there} already."
            yield Problem("removed-twice", summary, detail, "Remove one entry.", place)


def _contradictions(
    items: Iterable[Item], resources: Iterable[Resource], removals: Iterable[Removal], kinds: Mapping[str, Kind]
) -> Iterator[Problem]:
    """Problems of what is declared and removed at once."""
    places = {
        (address.kind, identity(item.kind, address.key)): item.places.key()
        for item in items
        if (address := declared(item)) is not None
    }
    for one in resources:
        if not one.declared:  # others join it
            places[one.address.kind, identity(one.kind, one.address.key)] = one.place
    for item in removals:
        place = places.get((item.address.kind, identity(kinds[item.address.kind], item.address.key)))
        if place is not None:
            detail = f"It is declared at {place}."
            hint = "Keep one of the two entries."
            summary = f"{item.address} is declared and removed"
            yield Problem("declared-and-removed", summary, detail, hint, item.place, str(item.address))


def _settled(resources: list[Resource], kinds: Mapping[str, Kind]) -> tuple[list[Resource], list[Problem]]:
    declared = Declared(kinds, (resource.address for resource in resources))
    settled: list[Resource] = []
    problems: list[Problem] = []
    for resource in resources:
        one, found = settle(resource, declared)
        settled.append(one)
        problems += found
    return settled, problems


def _errors(problems: Iterable[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.severity is Severity.ERROR]


def _distinct(problems: Iterable[Problem]) -> list[Problem]:
    """Problems by place; one of a default, which every resource of its kind would repeat, counts once."""
    found: dict[tuple[str, str, Place | None], Problem] = {}
    for problem in problems:
        found.setdefault((problem.code, problem.summary, problem.place), problem)
    return sorted(found.values(), key=lambda problem: problem.place or Place("", 0, 0))


def _sorted(items: Iterable[T]) -> dict[Address, T]:
    return {item.address: item for item in sorted(items, key=lambda item: item.address)}
