"""What a manifest says of the fields of a live object, and what of them it cannot hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flowstate.desired.gather import Item
from flowstate.desired.resource import typed
from flowstate.diff import is_hidden
from flowstate.document import Places
from flowstate.errors import Place, Severity
from flowstate.export.read import alphabet
from flowstate.live import EVERYONE, Observed
from flowstate.live.names import UnknownId
from flowstate.model import Address, Always, CreateOnly, Field, Kind, Path, Sensitive, Shape
from flowstate.text import Secret

_NOWHERE: Final = Places.at(Place("", 0, 0))


@dataclass(frozen=True)
class Value:
    """One field: ``data`` under the key ``label``, and what had to be left out of it, with the reason, by label.

    Variables are not escaped in it, nor secrets hidden. Where the field itself is left out, ``label`` is among those.
    """

    label: str
    data: Any
    left_out: Mapping[str, tuple[Any, str]] = field(default_factory=dict)


def value_of(seen: Observed, name: str, *, open_lists: bool = False) -> Value | None:
    """What to say of a field that was read; None where silence says the same.

    ``open_lists`` leaves lists that can be shared open to what others add.
    """
    kind, item = seen.kind, seen.kind.fields.get(name)
    data = _form(item, seen.fields[name], open_lists=open_lists)
    if _is_implied(seen, item, name, data):
        return None
    label = kind.section if name == kind.bare else name
    why = _unknown(seen, item, name, data) or _refusal(kind, name, data)
    if not why:
        return Value(label, data)
    if item is None or item.shape is not Shape.MAP or not isinstance(data, Mapping):
        return Value(label, data, {label: (data, why)})
    refused = {key: why for key, inner in data.items() if (why := _refusal(kind, name, {key: inner}))}
    rest = {key: inner for key, inner in data.items() if key not in refused}
    return Value(label, rest, {f"{name}.{key}": (data[key], why) for key, why in refused.items()})


def withheld(seen: Observed) -> Iterator[tuple[Address, Path]]:
    """What may not be written down: every sensitive value of an object."""
    for name, item in seen.kind.fields.items():
        if item.has(Sensitive):
            yield from _hidden(seen, (name,), seen.fields.get(name))


def _hidden(seen: Observed, path: Path, value: Any) -> Iterator[tuple[Address, Path]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _hidden(seen, (*path, key), inner)
    elif value is not None and is_hidden(seen.kind, seen.fields, path):
        Secret(str(value))
        yield seen.address, path


def _form(item: Field | None, value: Any, *, open_lists: bool) -> Any:
    """A live value as a manifest says it; None where there is nothing to say."""
    if item is not None and item.shape is Shape.SET and isinstance(value, list):
        names = sorted(dict.fromkeys(value), key=alphabet)
        return _opened(names) if open_lists and item.shareable else names
    if item is not None and item.shape is Shape.MIXED and isinstance(value, Mapping) and not value.get(EVERYONE):
        parts = {part: sorted(keys, key=alphabet) for part, keys in value.items() if keys}
        opened = {part: _opened(keys) for part, keys in parts.items()} if open_lists else parts
        return opened or (None if open_lists else {})
    return _pruned(value)


def _opened(names: list[str]) -> Any:
    return {"include": names} if names else None


def _pruned(value: Any) -> Any:
    """A map without keys that hold nothing, sorted."""
    if not isinstance(value, Mapping):
        return value
    return {key: _pruned(inner) for key, inner in sorted(value.items()) if inner is not None}


def _is_implied(seen: Observed, item: Field | None, name: str, data: Any) -> bool:
    """Whether leaving it out says the same: nothing in it, what absence means, or that it is in use as usual.

    An object that is in use is not pinned to be: who is shut out in the dashboard tomorrow is to stay out.
    """
    kind, always = seen.kind, item.marker(Always) if item else None
    if always is not None and data == always.value:
        return True
    if item is not None and item.has(CreateOnly) and data == seen.live.key:
        return True
    empty = data == {} and item is not None and item.shape is Shape.MAP
    return empty or (name == kind.retire and data is False) or (data is None and bool(_refusal(kind, name, None)))


def _unknown(seen: Observed, item: Field | None, name: str, data: Any) -> str:
    """Why nothing that is live in it has a name; empty when something has."""
    if isinstance(data, UnknownId):
        return "nothing in use with a name of its own has this id"
    only = item is not None and item.shape is Shape.MIXED and not data and seen.unknown.get(name)
    return "nothing in use with a name of its own has one of its ids" if only else ""


def _refusal(kind: Kind, name: str, data: Any) -> str:
    """Why a manifest may not say this; empty when it may."""
    said = {name: data} | ({kind.key: "-"} if kind.key else {})
    _, problems = typed(Item(kind, said, _NOWHERE))
    return next((one.summary for one in problems if one.severity is Severity.ERROR), "")
