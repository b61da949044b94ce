"""Ids and keys: the same values in the service's words and in the manifests' words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from flowstate.live.match import normal
from flowstate.model import Address, Field, Fields, Kind, Live, Mixed, Ref, Shape

EVERYONE = "everyone"


class UnknownId(str):
    """How an id that means nothing to us is shown where one value must stand."""

    __slots__ = ()

    @classmethod
    def of(cls, id: str) -> Self:
        """The text for this id."""
        return cls(f"id:{id}")


@dataclass
class Names:
    """Who is called what: ids to keys for what is live, keys to addresses for what may be referred to."""

    kinds: Mapping[str, Kind]
    ids: dict[Address, str] = field(default_factory=dict)
    _keys: dict[tuple[str, str], str] = field(default_factory=dict)  # (kind, id) → key
    _spelled: dict[tuple[str, str], Address] = field(default_factory=dict)  # (kind, normal key) → address

    def declare(self, address: Address) -> None:
        """A resource that may be referred to in this spelling, live already or still to be created."""
        self._spelled[address.kind, normal(self.kinds[address.kind], address.key)] = address

    def bind(self, address: Address, id: str) -> None:
        """The object with this id is the one that ``address`` names."""
        self.ids[address] = id
        self._keys[address.kind, id] = address.key

    def add(self, kind: Kind, lives: Iterable[Live]) -> None:
        """Undeclared objects; a name that is declared already, or that two of them share, means none of them."""
        by_name: dict[str, list[Live]] = defaultdict(list)
        for live in lives:
            if kind.in_use(live):
                by_name[normal(kind, live.key)].append(live)
        for name, same in by_name.items():
            if len(same) == 1 and (kind.name, name) not in self._spelled:
                address = kind.address(same[0].key)
                self.declare(address)
                self.bind(address, same[0].id)

    def resolve(self, kind: str, key: str) -> Address | None:
        """The address that a reference means, in its own spelling."""
        return self._spelled.get((kind, normal(self.kinds[kind], key)))

    def known(self, kind: str) -> list[str]:
        """Every key of a kind that may be referred to."""
        return [address.key for (of, _), address in self._spelled.items() if of == kind]

    def key(self, kind: str, id: str) -> str | None:
        """The key of a live object."""
        return self._keys.get((kind, id))


def to_keys(shape: Field, value: Any, names: Names) -> tuple[Any, tuple[str, ...]]:
    """A live value in keys, and the ids in it that mean nothing to us; those are kept and sent back."""
    ref, mixed = shape.marker(Ref), shape.marker(Mixed)
    if mixed is not None:
        return _mixed_to_keys(mixed, value or [], names)
    if ref is None or value is None:
        return value, ()
    if shape.shape is Shape.SCALAR:
        return names.key(ref.kind, value) or UnknownId.of(value), ()
    keys = {id: names.key(ref.kind, id) for id in value}
    return sorted(key for key in keys.values() if key), tuple(id for id, key in keys.items() if not key)


def _mixed_to_keys(mixed: Mixed, ids: list[str], names: Names) -> tuple[Any, tuple[str, ...]]:
    if not ids:
        return {EVERYONE: True}, ()
    parts: dict[str, list[str]] = {part: [] for part in mixed.parts}
    unknown: list[str] = []
    for id in ids:
        found = ((part, names.key(ref.kind, id)) for part, ref in mixed.parts.items())
        part, key = next(((part, key) for part, key in found if key), ("", ""))
        (parts[part] if part else unknown).append(key or id)
    return {part: sorted(keys) for part, keys in parts.items()}, tuple(unknown)


def to_ids(shape: Field, value: Any, unknown: tuple[str, ...], names: Names) -> Any:
    """A complete value in keys turned into the service's ids; the reverse of to_keys().

    Raises:
        KeyError: a reference that has no live object (yet).
    """
    ref, mixed = shape.marker(Ref), shape.marker(Mixed)
    if mixed is not None:
        if value.get(EVERYONE):
            return []  # an id that means nothing to us would keep it closed
        named = [_id(part.kind, key, names) for name, part in mixed.parts.items() for key in value.get(name, [])]
        return [*named, *unknown]
    if ref is None or value is None:
        return value
    if shape.shape is Shape.SCALAR:
        return value.removeprefix("id:") if isinstance(value, UnknownId) else _id(ref.kind, value, names)
    return [*(_id(ref.kind, key, names) for key in value), *unknown]


def _id(kind: str, key: str, names: Names) -> str:
    address = names.resolve(kind, key)
    return names.ids[address if address is not None else Address(kind, key)]


def respell(shape: Field, value: Any, names: Names) -> Any:
    """A desired value with every reference in the spelling of the resource it means; unresolved ones as written."""
    ref, mixed = shape.marker(Ref), shape.marker(Mixed)
    if mixed is not None:
        parts = {name: _respelled(value[name], part.kind, names) for name, part in mixed.parts.items() if name in value}
        return {**value, **parts}
    if ref is None or value is None:
        return value
    return _respelled(value, ref.kind, names)


def _respelled(value: Any, kind: str, names: Names) -> Any:
    if isinstance(value, Mapping):
        return {form: _respelled(keys, kind, names) for form, keys in value.items()}
    if isinstance(value, list):
        return list(dict.fromkeys(_respelled(key, kind, names) for key in value))
    address = names.resolve(kind, value)
    return address.key if address is not None else value


def references(shape: Field, value: Any) -> list[tuple[str, str]]:
    """(kind, key) of everything a desired value wants present."""
    ref, mixed = shape.marker(Ref), shape.marker(Mixed)
    if mixed is not None:
        return [(part.kind, key) for name, part in mixed.parts.items() for key in _present(value.get(name, []))]
    return [(ref.kind, key) for key in _present(value)] if ref is not None and value is not None else []


def _present(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return list(value.get("include", []))
    return [value] if isinstance(value, str) else list(value)


def translate(kind: Kind, live: Live, names: Names) -> tuple[Fields, Mapping[str, tuple[str, ...]]]:
    """The fields of a live object in keys, and the unknown ids of each field that has some."""
    fields: dict[str, Any] = {}
    unknown: dict[str, tuple[str, ...]] = {}
    for name, value in live.fields.items():
        shape = kind.fields.get(name)
        if shape is None:
            fields[name] = value
            continue
        fields[name], kept = to_keys(shape, value, names)
        if kept:
            unknown[name] = kept
    return fields, unknown
