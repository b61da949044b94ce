"""One entry as a typed resource, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Final

from flowstate.desired.forms import forms
from flowstate.desired.gather import Item
from flowstate.desired.keys import key_fault, verbatim
from flowstate.desired.lifecycle import METADATA, lifecycle
from flowstate.desired.record import Resource
from flowstate.desired.values import EVERYONE, opens, plain, unseen
from flowstate.document import Places
from flowstate.document.check import Advice, validate, worded
from flowstate.errors import Problem, Severity, did_you_mean
from flowstate.manifest.texts import SUFFIX, file_keys
from flowstate.model import Address, Always, Kind, Sensitive, Spec

_PREVIOUSLY: Final = "previously"


def typed(item: Item) -> tuple[Resource | None, list[Problem]]:
    """The resource, unless it cannot be typed, and every problem found; problems name the address where it is known."""
    if not isinstance(item.data, dict):
        return None, [_shapeless(item)]
    kind, places = item.kind, item.places
    about = {*METADATA, *((_PREVIOUSLY,) if kind.key else ())}
    own = {name: value for name, value in item.data.items() if name not in about}
    spec, problems = _spec(kind, own, places)
    problems += _previously(kind, item.data, places)
    ways, faults = lifecycle(kind, item.data, places)
    problems += faults
    key = own.get(kind.key) if kind.key else ""
    address = kind.address(verbatim(key)) if isinstance(key, str) else None
    resource = None
    if spec is not None and address is not None:
        fields = plain(kind.fields, spec) | ({kind.key: address.key} if kind.key else {})
        problems += _findings(kind, fields, places)
        previously = item.data.get(_PREVIOUSLY) if kind.key else None
        where = {name: _written(places, name) for name in fields}
        resource = Resource(address, kind, fields, verbatim(str(previously or "")), places.key(), where, ways)
    return resource, [replace(problem, address=str(address or "")) for problem in problems]


def declared(item: Item) -> Address | None:
    """The address that an entry names, even one that cannot be typed; none where its key is missing or unfit."""
    kind = item.kind
    if kind.singleton:
        return kind.address("")
    key = item.data.get(kind.key) if isinstance(item.data, dict) else None
    return kind.address(verbatim(key)) if isinstance(key, str) and not key_fault(key) else None


def complete(resource: Resource, default: Resource | None) -> Resource:
    """The resource with what it leaves out: first from the defaults of its kind, then what is always managed."""
    kind = resource.kind
    always = _always(kind)
    given = {name: value for name, value in default.fields.items() if name != kind.key} if default else {}
    if always.keys() | given.keys() <= resource.fields.keys():
        return resource
    fields = always | given | dict(resource.fields)
    places = dict.fromkeys(always, Places.at(resource.place)) | dict(default.places if default else {})
    return replace(resource, fields=fields, places=places | dict(resource.places))


def _shapeless(item: Item) -> Problem:
    noun, key = item.kind.nouns[0], item.kind.key
    hint = f"Begin it with '- {key}: …'." if key else f"Write keys with values under '{item.kind.section}:'."
    return Problem("wrong-type", f"{noun}: expected keys with values", "", hint, item.places.value())


def _spec(kind: Kind, own: Mapping[str, Any], places: Places) -> tuple[Spec | None, list[Problem]]:
    spec, faults = validate(kind.spec, own)
    problems, rest = forms(kind, own, faults, places)
    problems += worded(kind.spec, rest, places, _advice(kind))
    return (None if problems else spec), problems


@cache
def _advice(kind: Kind) -> Advice:
    also = (*file_keys(kind), *METADATA, *((_PREVIOUSLY,) if kind.key and not kind.immutable_key else ()))
    secret = {name for name, item in kind.fields.items() if item.has(Sensitive)}
    return Advice(also=also, shown=lambda path: not path or path[0] not in secret)


@cache
def _always(kind: Kind) -> dict[str, Any]:
    return {name: marker.value for name, item in kind.fields.items() if (marker := item.marker(Always))}


def _previously(kind: Kind, data: Mapping[str, Any], places: Places) -> Iterator[Problem]:
    """Problems of the former name."""
    if not kind.key or _PREVIOUSLY not in data:
        return
    place = places.key(_PREVIOUSLY)
    previously = data[_PREVIOUSLY]
    if kind.immutable_key:
        summary = f"a {kind.nouns[0]} cannot be renamed"
        yield Problem("previously", summary, kind.immutable_key, "Remove 'previously:'.", place)
    elif not isinstance(previously, str) or key_fault(previously):
        hint = "Write the name it had before."
        yield Problem("previously", f"previously {key_fault(previously) or 'is not text'}", "", hint, place)


def _findings(kind: Kind, fields: Mapping[str, Any], places: Places) -> Iterator[Problem]:
    """Problems of values that have the right type."""
    for name, value in fields.items():
        item = kind.fields.get(name)
        if item is None:
            hint = did_you_mean(name, kind.fields) or "Ignore this if the service has it."
            summary = f"{name!r} is not a key that the service's documentation shows"
            yield Problem("unseen-key", summary, "", hint, places.key(name), severity=Severity.WARNING)
            continue
        if opens(item, value):
            detail = "Naming nobody would open it to everybody."
            hint = f"Name somebody, or write '{name}: {{{EVERYONE}: true}}' if everybody is meant."
            yield Problem("empty-means-everyone", f"{name} is empty", detail, hint, places.value(name))
        yield from unseen(item, value, places.below(name))


def _written(places: Places, name: str) -> Places:
    """The places of a field, or of the file reference it was read from."""
    return places.below(name) if places.has(name) else places.below(f"{name}{SUFFIX}")
