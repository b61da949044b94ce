"""Resources that later manifest folders patch: one resource of each, and where what stands twice stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, Final

from flowstate.desired.gather import Item
from flowstate.desired.keys import identity
from flowstate.desired.record import Lifecycle, Resource
from flowstate.desired.resource import declared
from flowstate.document import Places
from flowstate.errors import Place, Problem, did_you_mean
from flowstate.model import Address, Field, Shape

_PATCH: Final = "To change some of it from a later folder of 'manifests:', write 'patch: true' there."


def of_layers(items: Sequence[Item]) -> list[Item]:
    """The entries, what is patched before its patches."""
    return sorted(items, key=lambda item: (item.layer, item.patches, item.places.key()))


def faults(items: Sequence[Item]) -> Iterator[Problem]:
    """Problems of keys that are declared again and of patches that fit nothing, in the order of of_layers().

    Entries count whether they can be typed or not: all there is to correct is said at once.
    """
    same: dict[tuple[str, str], list[tuple[Address, Item]]] = defaultdict(list)
    for item in items:
        if (address := declared(item)) is not None:
            same[item.kind.name, identity(item.kind, address.key)].append((address, item))
    keys = [address for group in same.values() for address, item in group if not item.patches]
    for group in same.values():
        yield from _of_one(group, keys)


def _of_one(group: Sequence[tuple[Address, Item]], keys: Sequence[Address]) -> Iterator[Problem]:
    """Problems of the entries that name one resource."""
    bases = [one for one in group if not one[1].patches]
    for address, item in bases[1:]:
        yield _twice(address, item.places.key(), *bases[0])
    taken: dict[int, Place] = {}
    for address, item in group:
        if not item.patches:
            continue
        place = item.places.key()
        if not bases:
            yield _of_nothing(address, place, keys)
        elif bases[0][1].layer >= item.layer:
            yield _unordered(address, place, bases[0][1], item.layer)
        elif item.layer in taken:
            detail = f"It is patched at {taken[item.layer]} already, and inside one folder there is no order."
            summary, hint = f"{address} is patched twice in one folder", "Keep one of the two patches."
            yield Problem("patched-twice", summary, detail, hint, place, str(address))
        taken.setdefault(item.layer, place)


def _twice(address: Address, place: Place, known: Address, first: Item) -> Problem:
    detail = f"It is declared at {first.places.key()} already"
    detail += "." if known == address else f", as {known}; the service takes both for one."
    hint = "Keep it in one place only." + (f" {_PATCH}" if not first.kind.bare else "")
    return Problem("declared-twice", f"{address} is declared twice", detail, hint, place, str(address))


def _of_nothing(address: Address, place: Place, keys: Iterable[Address]) -> Problem:
    near = did_you_mean(address.key, [one.key for one in keys if one.kind == address.kind])
    hint = near or "Remove 'patch: true' to declare it here."
    detail = "No manifest declares it."
    return Problem("patch-of-nothing", f"{address} is patched, and there is none", detail, hint, place, str(address))


def _unordered(address: Address, place: Place, base: Item, layer: int) -> Problem:
    detail = f"It is declared at {base.places.key()}, "
    detail += "and inside one folder there is no order." if base.layer == layer else "in a later folder."
    hint = "Put the patch into a folder that comes later under 'manifests:', or edit the resource itself."
    return Problem("patch-order", f"{address} is patched before it is declared", detail, hint, place, str(address))


def patched(resource: Resource, patch: Resource) -> Resource:
    """The resource with what the patch says instead; of maps, key by key."""
    kind, before = resource.kind, resource.places
    values, places = dict(resource.fields), dict(before)
    for name, value in patch.fields.items():
        if name == kind.key:
            continue
        old = resource.fields.get(name)
        values[name], places[name] = value, patch.places[name]
        if _is_map(kind.fields.get(name)) and isinstance(old, dict) and isinstance(value, dict):
            values[name], places[name] = _merged(old, value, before[name], patch.places[name])
    again = [name for name in patch.fields if name in resource.fields and name != kind.key]
    overridden = {name: (*resource.overridden.get(name, ()), before[name].value()) for name in again}
    return replace(
        resource,
        fields=values,
        places=places,
        previously=patch.previously or resource.previously,
        lifecycle=_lifecycle(resource.lifecycle, patch.lifecycle),
        overridden={**resource.overridden, **overridden},
    )


def _is_map(shape: Field | None) -> bool:
    """Whether a field is managed key by key; one that the service decides is, where it is a map."""
    return shape is None or shape.shape is Shape.MAP


def _merged(old: Mapping[str, Any], new: Mapping[str, Any], there: Places, here: Places) -> tuple[Any, Places]:
    values = dict(old)
    places = {key: there.below(key) for key in old}
    for key, value in new.items():
        known = old.get(key)
        values[key], places[key] = value, here.below(key)
        if isinstance(known, dict) and isinstance(value, dict):
            values[key], places[key] = _merged(known, value, there.below(key), here.below(key))
    return values, Places.joined(there.value(), places)


def _lifecycle(old: Lifecycle, new: Lifecycle) -> Lifecycle:
    said = {one.name: getattr(new, one.name) for one in fields(new) if getattr(new, one.name) not in (None, ())}
    return replace(old, **said)
