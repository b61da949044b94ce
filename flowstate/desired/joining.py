"""Resources that say which lists of others they are in: each such list gets one more element that it must include."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flowstate.desired.keys import Declared, key_fault, verbatim
from flowstate.desired.record import Lifecycle, Resource
from flowstate.desired.references import undeclared
from flowstate.document import Places
from flowstate.errors import Place, Problem
from flowstate.model import Address, JoinsInto, Kind


@dataclass(frozen=True)
class _Join:
    """One resource that is to be in the list of another."""

    who: Address
    field: str
    place: Place


@dataclass
class _Joined:
    """A resource that others join; ``address`` is where it is, or would be if it were declared."""

    address: Address
    joins: list[_Join] = field(default_factory=list)


def join(resources: Sequence[Resource], kinds: Mapping[str, Kind]) -> tuple[list[Resource], list[Problem]]:
    """The resources with everybody in the lists they name, without the fields that say so; and what cannot be.

    What is joined and not declared is added: only the joined list of it is managed, and it must exist.
    """
    declared = Declared(kinds, (resource.address for resource in resources))
    targets: dict[tuple[str, str], _Joined] = {}
    problems: list[Problem] = []
    kept = [_without(resource, declared, targets, problems) for resource in resources]
    made: list[Resource] = []
    for resource in kept:
        joined = targets.pop(
            (resource.address.kind, declared.find(resource.address.kind, resource.address.key).identity), None
        )
        made.append(_with(resource, joined.joins, declared, problems) if joined else resource)
    for joined in targets.values():
        first = joined.joins[0]
        problems.append(undeclared(joined.address, declared, first.place, first.who))
        made.append(_with(_only_joined(joined, kinds), joined.joins, declared, problems))
    return made, problems


def _without(
    resource: Resource, declared: Declared, targets: dict[tuple[str, str], _Joined], problems: list[Problem]
) -> Resource:
    """The resource without the fields that name what it joins, which go to ``targets``."""
    kind = resource.kind
    found = {name: marker for name, one in kind.fields.items() if (marker := one.marker(JoinsInto))}
    if found.keys().isdisjoint(resource.fields):
        return resource
    for name in found.keys() & resource.fields.keys():
        marker = found[name]
        for number, key in enumerate(resource.fields[name] or []):
            place = resource.places[name].value(number)
            if why := key_fault(key):
                summary, hint = f"{name}: the name {why}", "Write the name it has."
                problems.append(Problem("unfit-key", summary, "", hint, place, str(resource.address)))
                continue
            known = declared.find(marker.kind, key)
            address = Address(marker.kind, known.spelling or verbatim(key))
            joined = targets.setdefault((marker.kind, known.identity), _Joined(address))
            joined.joins.append(_Join(resource.address, marker.field, place))
    return replace(resource, fields={name: value for name, value in resource.fields.items() if name not in found})


def _only_joined(joined: _Joined, kinds: Mapping[str, Kind]) -> Resource:
    """What no manifest declares; were it removed when nobody joins it any more, that would be a surprise."""
    place = joined.joins[0].place
    kept = Lifecycle(on_remove="keep")
    return Resource(joined.address, kinds[joined.address.kind], {}, place=place, lifecycle=kept, declared=False)


def _with(resource: Resource, joins: Iterable[_Join], declared: Declared, problems: list[Problem]) -> Resource:
    """The resource with everybody in the lists they name."""
    by_field: dict[str, list[_Join]] = {}
    for one in sorted(joins, key=lambda one: one.who):
        by_field.setdefault(one.field, []).append(one)
    for name, several in by_field.items():
        resource = _Listing(resource, name, declared, problems).with_(several)
    return resource


@dataclass
class _Listing:
    """One list that others join."""

    resource: Resource
    name: str
    declared: Declared
    problems: list[Problem]

    def with_(self, joins: Sequence[_Join]) -> Resource:
        """The resource with all of them in the list."""
        value = self.resource.fields.get(self.name)
        if isinstance(value, list):
            self._named(value, joins)
            return self.resource
        value = value or {"include": [], "exclude": []}
        return self._including(value, list(self._not_excluded(value["exclude"], joins)))

    def _identity(self, kind: str, key: str) -> str:
        return self.declared.find(kind, key).identity

    def _named(self, exact: Sequence[Any], joins: Sequence[_Join]) -> None:
        """Note who is missing from a list that is complete."""
        place = self.resource.places[self.name].value()
        known = {self._identity(joins[0].who.kind, key) for key in exact}
        for one in joins:
            if self._identity(one.who.kind, one.who.key) not in known:
                summary = f"{one.who} is to be in {self.resource.address}, whose {self.name} are complete without"
                detail = f"The complete list is at {place}."
                hint = f"Add {one.who.key!r} there, or write that list as {{include: […]}}."
                self.problems.append(Problem("joins-complete", summary, detail, hint, one.place, str(one.who)))

    def _not_excluded(self, exclude: Sequence[Any], joins: Sequence[_Join]) -> Iterator[_Join]:
        """Those who may be in the list; the others are noted."""
        where = {self._identity(joins[0].who.kind, key): number for number, key in enumerate(exclude)}
        for one in joins:
            number = where.get(self._identity(one.who.kind, one.who.key))
            if number is None:
                yield one
            else:
                place = self.resource.places[self.name].value("exclude", number)
                summary = f"{one.who} is to be in {self.resource.address}, which excludes it"
                detail, hint = f"It is excluded at {place}.", "Remove it from one of the two."
                self.problems.append(Problem("joins-excluded", summary, detail, hint, one.place, str(one.who)))

    def _including(self, value: Mapping[str, Any], joins: Sequence[_Join]) -> Resource:
        if not joins:
            return self.resource
        old = self.resource.places.get(self.name, Places.at(joins[0].place))
        include, places = list(value["include"]), [old.below("include", at) for at in range(len(value["include"]))]
        known = {self._identity(joins[0].who.kind, key) for key in include}
        brought: dict[str, Place] = {}
        for one in joins:
            same = self._identity(one.who.kind, one.who.key)
            if same not in known:
                known.add(same)
                include.append(one.who.key)
                places.append(Places.at(one.place))
                brought[one.who.key] = one.place
        inner = {**old.parts(), "include": Places.joined(old.below("include").value(), places)}
        resource = self.resource
        return replace(
            resource,
            fields={**resource.fields, self.name: {**value, "include": include}},
            places={**resource.places, self.name: Places.joined(old.value(), inner)},
            joins={**resource.joins, self.name: brought},
        )
