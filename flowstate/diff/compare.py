"""Desired, live and state of one resource, to the leaves that differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flowstate.desired import Resource
from flowstate.diff.flat import Pairs, all_leaves, pairs
from flowstate.diff.verdict import NO_BASE, Bases, Verdict, is_hidden, judge
from flowstate.errors import Problem, Severity
from flowstate.live import Names, Observed, normal, respell
from flowstate.model import Address, CreateOnly, EmptyMeansEveryone, Field, Fields, Kind, Path, WriteOnly
from flowstate.state import Entry, State


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value that differs; ``live`` of a write-only value is what was last applied.

    ``base`` is what was last applied, a digest of what is hidden; None also where nothing was.
    """

    path: Path
    desired: Any
    live: Any
    verdict: Verdict
    hidden: bool = False
    base: Any = None


@dataclass(frozen=True)
class Difference:
    """One declared resource against what is live.

    ``fields`` are the desired fields with references respelled and words settled. ``explained`` leaves differ, but only
    because of what the service made of them earlier (see Note). ``unfinished``: flowstate made it and has not yet set
    who may use it. ``kept`` leaves differ too, and stay as they are live.
    """

    address: Address
    kind: Kind
    resource: Resource
    fields: Fields
    observed: Observed | None
    entry: Entry | None
    leaves: tuple[Leaf, ...]
    explained: tuple[Path, ...] = ()
    warnings: tuple[Problem, ...] = ()
    unfinished: bool = False
    kept: tuple[Leaf, ...] = ()

    @property
    def sought(self) -> Fields:
        """``fields`` as they are compared with what is live."""
        return _unshared(self.kind, self.fields) if self.unfinished else self.fields

    def leaf(self, name: str) -> Leaf | None:
        """The differing leaf of a scalar field, if it differs."""
        return next((leaf for leaf in self.leaves if leaf.path == (name,)), None)


def compare(kind: Kind, resource: Resource, observed: Observed | None, state: State, names: Names) -> Difference:
    """The difference of one resource; without a live object, every desired value differs."""
    entry = state.entry_of(resource.address, observed.live.id) if observed else state.entry(resource.address)
    unfinished = entry is not None and observed is not None and entry.unfinished and entry.id == observed.live.id
    settled = resource.lifecycle.initial_only if observed and not unfinished else ()  # these count at creation only
    managed = {name: value for name, value in resource.fields.items() if name not in settled}
    spelled = {name: _respelled(kind, name, value, names) for name, value in managed.items()}
    fields = kind.settle(observed.live if observed else None, spelled)
    if observed is None:
        return Difference(resource.address, kind, resource, fields, None, entry, _new(kind, fields))
    applied = entry.applied if entry else {}
    sought = _unshared(kind, fields) if unfinished else fields
    found = [leaf for leaf in _compared(kind, sought, observed, applied, state) if leaf.verdict is not Verdict.IN_SYNC]
    explained = tuple(leaf.path for leaf in found if _is_explained(leaf, entry, state))
    leaves = tuple(leaf for leaf in found if leaf.path not in explained)
    warnings = tuple(_warnings(kind, resource, fields, observed))
    return Difference(
        resource.address, kind, resource, fields, observed, entry, leaves, explained, warnings, unfinished
    )


def _unshared(kind: Kind, fields: Fields) -> Fields:
    """Nobody shares the audience of something new yet, so "everyone" is not more than those who are to be in."""
    shapes = kind.fields
    opens = {name for name in fields if name in shapes and shapes[name].has(EmptyMeansEveryone)}
    return {**fields, **{name: _alone(fields[name]) for name in opens}}


def _alone(audience: Any) -> Any:
    return {part: some["include"] if isinstance(some, Mapping) else some for part, some in audience.items()}


def _respelled(kind: Kind, name: str, value: Any, names: Names) -> Any:
    shape = kind.fields.get(name)
    return respell(shape, value, names) if shape is not None else value


def _new(kind: Kind, fields: Fields) -> tuple[Leaf, ...]:
    found = [
        Leaf(path, desired, None, Verdict.UNKNOWN, is_hidden(kind, fields, path))
        for name, value in fields.items()
        for path, (desired, _) in pairs(kind.fields.get(name), name, value, None).items()
        if desired is not None
    ]
    return tuple(sorted(found, key=lambda leaf: leaf.path))


def _compared(kind: Kind, fields: Fields, seen: Observed, applied: Fields, state: State) -> Iterator[Leaf]:
    for name, value in sorted(fields.items()):
        shape = kind.fields.get(name)
        if not _comparable(kind, name, shape, seen):
            continue
        write_only = shape is not None and shape.has(WriteOnly)
        live = applied.get(name) if write_only else seen.fields.get(name)
        bases = Bases(shape, name, applied, live)
        if write_only and name not in applied and not value:
            yield Leaf((name,), value, None, Verdict.UNKNOWN)  # nobody knows what is there, so "none" must be sent
        for path, (desired, current) in sorted(pairs(shape, name, value, live).items()):
            hidden = is_hidden(kind, fields, path)
            base = bases.of(path)
            verdict = (
                judge(_digest(desired, state), _digest(current, state), base)
                if hidden
                else judge(desired, current, base)
            )
            yield Leaf(path, desired, current, verdict, hidden, None if base is NO_BASE else base)


def _digest(value: Any, state: State) -> Any:
    return None if value is None else state.digest(value)


def _comparable(kind: Kind, name: str, shape: Field | None, seen: Observed) -> bool:
    if name in seen.unreadable or (shape is not None and shape.has(CreateOnly)):
        return False
    return not (name == kind.key and kind.immutable_key)


def _is_explained(leaf: Leaf, entry: Entry | None, state: State) -> bool:
    note = entry.notes.get(path_text(leaf.path)) if entry else None
    return note is not None and (note.sent, note.shown) == (state.digest(leaf.desired), state.digest(leaf.live))


def path_text(path: Path) -> str:
    """A path as one string: ``members/ada``."""
    return "/".join(path)


def _warnings(kind: Kind, resource: Resource, fields: Fields, seen: Observed) -> Iterator[Problem]:
    for name, value in fields.items():
        shape = kind.fields.get(name)
        only = shape.marker(CreateOnly) if shape else None
        live = seen.fields.get(name)
        if only and live is not None and not _same(kind, value, live):
            yield _fixed(resource, name, f"it is {live!r} on the service, the manifest says {value!r}", only.hint)
    if kind.immutable_key and normal(kind, seen.live.key) != normal(kind, resource.address.key):
        detail = f"The object that state binds to this address is called {seen.live.key!r} on the service."
        yield _fixed(resource, kind.key, detail, kind.immutable_key)


def _same(kind: Kind, one: Any, other: Any) -> bool:
    return normal(kind, one) == normal(kind, other) if isinstance(one, str) and isinstance(other, str) else one == other


def _fixed(resource: Resource, name: str, detail: str, hint: str) -> Problem:
    return Problem(
        "fixed-at-creation",
        f"{resource.address}: {name} cannot be changed",
        detail=detail,
        hint=hint,
        place=resource.places[name].value() if name in resource.places else resource.place,
        address=str(resource.address),
        severity=Severity.WARNING,
    )


def moved(kind: Kind, before: Fields, after: Fields, *, but: frozenset[Path]) -> Mapping[Path, tuple[Any, Any]]:
    """Leaves of a live object that changed, other than those meant to: path → (before, after)."""
    old, new = all_leaves(kind, before), all_leaves(kind, after)
    return {
        path: (old.get(path), new.get(path))
        for path in sorted({*old, *new})
        if old.get(path) != new.get(path) and path not in but
    }


def managed(difference: Difference, seen: Observed) -> Pairs:
    """Every leaf that the desired fields manage, with its desired and its live value; write-only ones left out."""
    kind = difference.kind
    return {
        path: pair
        for name, value in difference.sought.items()
        for shape in [kind.fields.get(name)]
        if _comparable(kind, name, shape, seen) and not (shape is not None and shape.has(WriteOnly))
        for path, pair in pairs(shape, name, value, seen.fields.get(name)).items()
    }
