"""What a difference means, judged three ways: desired, live, and what was last applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

from flowstate.diff.flat import leaves, pairs
from flowstate.model import Field, Fields, Kind, Path, Sensitive, Shape
from flowstate.state import State


class Verdict(StrEnum):
    """The first that fits."""

    IN_SYNC = "in-sync"  # live = desired
    UNKNOWN = "unknown"  # never applied by us
    PENDING = "pending"  # live = base, desired moved
    DRIFT = "drift"  # desired = base, live moved
    CONFLICT = "conflict"  # all three differ
    MISSING = "missing"  # of a resource: state knows it, the service does not
    UNMANAGED = "unmanaged"  # of a resource: live, and in no manifest


NO_BASE: Final = object()


def judge(desired: Any, live: Any, base: Any) -> Verdict:
    """The verdict of one leaf; ``base`` is NO_BASE where nothing was applied before."""
    if desired == live:
        return Verdict.IN_SYNC
    if base is NO_BASE:
        return Verdict.UNKNOWN
    if live == base:
        return Verdict.PENDING
    return Verdict.DRIFT if desired == base else Verdict.CONFLICT


class Bases:
    """The last applied leaves of one field, by path."""

    def __init__(self, shape: Field | None, name: str, applied: Fields, live: Any) -> None:
        self._known = name in applied
        self._value = applied.get(name)
        self._shape = shape.shape if shape else Shape.MAP
        self._pairs = pairs(shape, name, self._value, live) if self._known else {}

    def of(self, path: Path) -> Any:
        """The leaf's base; a list that was complete also says what was absent."""
        if not self._known:
            return NO_BASE
        if path in self._pairs:
            return self._pairs[path][0]
        return None if self._complete(path) else NO_BASE

    def _complete(self, path: Path) -> bool:
        if self._shape is Shape.SET:
            return isinstance(self._value, list)
        if self._shape is not Shape.MIXED or len(path) < 3:
            return False
        lists: Mapping[str, Any] = self._value or {}
        open_ = any(isinstance(value, Mapping) for value in lists.values())
        return isinstance(lists.get(path[1], None if open_ else []), list)


def is_hidden(kind: Kind, fields: Fields, path: Path) -> bool:
    """Whether the value at ``path`` must never be shown; ``fields`` are those of the resource."""
    shape = kind.fields.get(path[0])
    marker = shape.marker(Sensitive) if shape else None
    if marker is None:
        return False
    open_now = marker.when is None or fields.get(marker.when[0]) == marker.when[1]
    return not (open_now and path[-1] in marker.shown)


def hidden_values(kind: Kind, fields: Fields) -> Iterator[str]:
    """Every value of some fields that must never be shown, as text."""
    for name, item in kind.fields.items():
        if name in fields and item.has(Sensitive):
            leaf_of = leaves(item, name, fields[name])
            yield from (str(leaf) for path, leaf in leaf_of.items() if is_hidden(kind, fields, path))


def sealed(kind: Kind, fields: Fields, state: State) -> Fields:
    """``fields`` as state keeps them: sensitive values as digests."""
    return {name: _sealed(kind, fields, (name,), value, state) for name, value in fields.items()}


def _sealed(kind: Kind, fields: Fields, path: Path, value: Any, state: State) -> Any:
    shape = kind.fields.get(path[0])
    if shape is None or not shape.has(Sensitive):
        return value
    if isinstance(value, Mapping):
        return {key: _sealed(kind, fields, (*path, key), inner, state) for key, inner in value.items()}
    return state.digest(value) if value is not None and is_hidden(kind, fields, path) else value
