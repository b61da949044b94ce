"""Lists and references of a resource, settled once every declared key is known."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final

from flowstate.desired.keys import Declared, verbatim
from flowstate.desired.record import Resource
from flowstate.desired.values import EVERYONE
from flowstate.document import Places
from flowstate.errors import Place, Problem, Severity
from flowstate.model import Address, Field, Kind, Mixed, Ref, Shape

UNDECLARED: Final = "undeclared-reference"
"""The code of what can only be told for certain by reading the service."""


def settle(resource: Resource, declared: Declared) -> tuple[Resource, list[Problem]]:
    """The resource with references in the declared spelling, nothing repeated; what refers to nothing declared."""
    settling = _Settling(declared, str(resource.address))
    fields = dict(resource.fields)
    for item in _listed(resource.kind):
        if fields.get(item.name) is not None:
            fields[item.name] = settling.value(item, fields[item.name], resource.places[item.name])
    return replace(resource, fields=fields), settling.problems


def undeclared(address: Address, declared: Declared, place: Place, by: object) -> Problem:
    """The warning of something that ``by`` refers to at ``place`` and no manifest declares."""
    summary = f"{address} is not declared here; it must exist on the service"
    hint = declared.nearest(address.kind, address.key) or "Check the spelling, or declare it."
    return Problem(UNDECLARED, summary, "", hint, place, str(by), Severity.WARNING)


@cache
def _listed(kind: Kind) -> tuple[Field, ...]:
    """The fields that hold references or sets."""
    return tuple(item for item in kind.fields.values() if item.has(Ref) or item.shape in (Shape.SET, Shape.MIXED))


@dataclass
class _Settling:
    declared: Declared
    address: str
    problems: list[Problem] = field(default_factory=list)

    def value(self, item: Field, value: Any, places: Places) -> Any:
        """A field's value, whatever its shape."""
        mixed, ref = item.marker(Mixed), item.marker(Ref)
        if mixed is not None:
            return {
                name: part if name == EVERYONE else self._names(part, mixed.parts.get(name), places.below(name))
                for name, part in value.items()
            }
        if isinstance(value, str) and ref is not None:
            return self._scalar(value, ref, places)
        return self._names(value, ref, places)

    def _scalar(self, key: str, ref: Ref, places: Places) -> str:
        known = self.declared.find(ref.kind, key)
        if known.spelling is None:
            self._undeclared(ref.kind, key, places.value())
        return known.spelling or verbatim(key)

    def _names(self, value: Any, ref: Ref | None, places: Places) -> Any:
        if isinstance(value, list):
            return list(self._distinct(value, ref, places).values())
        include = self._distinct(value["include"], ref, places.below("include"))
        # What is kept out need not exist: no places, no warnings.
        exclude = self._distinct(value["exclude"], ref, None)
        for number, key in enumerate(value["exclude"]):
            if self._identity(key, ref) in include:
                self._both(key, places.below("exclude", number))
        return {"include": list(include.values()), "exclude": list(exclude.values())}

    def _distinct(self, keys: list[Any], ref: Ref | None, places: Places | None) -> dict[Any, Any]:
        """The first spelling of each key, by identity, in the order written."""
        if ref is None:
            return {key: key for key in keys}
        found: dict[Any, Any] = {}
        for number, key in enumerate(keys):
            known = self.declared.find(ref.kind, key)
            if known.spelling is None and places is not None:
                self._undeclared(ref.kind, key, places.value(number))
            found.setdefault(known.identity, known.spelling or verbatim(key))
        return found

    def _identity(self, key: Any, ref: Ref | None) -> Any:
        return self.declared.find(ref.kind, key).identity if ref else key

    def _undeclared(self, kind: str, key: str, place: Place) -> None:
        self.problems.append(undeclared(Address(kind, key), self.declared, place, self.address))

    def _both(self, key: Any, places: Places) -> None:
        hint = "Remove it from one of the two."
        summary = f"{key!r} is both in include and in exclude"
        self.problems.append(Problem("list-overlap", summary, "", hint, places.value(), self.address))
