"""Changes to entries: one for each address, and one for many that are alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from flowstate.diff import Verdict
from flowstate.model import Address, CreateOnly
from flowstate.plan import Action, Change, FieldChange, Status

NAME: Final = "name"  # the field that kinds call their display name, where it is not the key
_ALIKE: Final = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """The changes of one address that are read together."""

    changes: tuple[Change, ...]

    @property
    def first(self) -> Change:
        """The change that stands for the entry."""
        return self.changes[0]

    @property
    def leaves(self) -> tuple[FieldChange, ...]:
        """Every field of every part."""
        return tuple(leaf for change in self.changes for leaf in change.fields)


def retires(change: Change) -> bool:
    """Whether an update puts its resource away, as archive does."""
    retire = (change.kind.retire,)
    return change.action is Action.UPDATE and any(leaf.path == retire and leaf.after is True for leaf in change.fields)


def goes(change: Change) -> bool:
    """Whether the resource is out of use after the change."""
    return change.action in {Action.ARCHIVE, Action.DELETE} or retires(change)


def entries(changes: Iterable[Change]) -> list[Entry]:
    """The parts of an update together where the first one stands; what puts a resource away keeps its own place."""
    found: dict[tuple[Address, bool], list[Change]] = defaultdict(list)
    for change in changes:
        found[change.address, goes(change)].append(change)
    return [Entry(tuple(parts)) for parts in found.values()]


def folded(found: Iterable[Entry]) -> Iterator[tuple[Entry, ...]]:
    """Entries alike in all but their names become one group; it stands where the first of them stood."""
    signed = [(_signature(entry), entry) for entry in found]
    groups: dict[object, list[Entry]] = defaultdict(list)
    for signature, entry in signed:
        groups[signature].append(entry)
    for signature, entry in signed:
        group = groups[signature]
        if len(group) < _ALIKE:
            yield (entry,)
        elif entry is group[0]:
            yield tuple(group)


def alike(change: Change) -> tuple[FieldChange, ...]:
    """The fields that say what a resource is like, without those that only tell new ones apart."""
    if change.action is Action.DELETE:
        return ()  # a deletion holds the id, no more
    if change.action is not Action.CREATE:
        return change.fields
    fixed = (name for name, field in change.kind.fields.items() if field.has(CreateOnly))
    apart = {(name,) for name in (change.kind.key, NAME, *fixed)}
    return tuple(leaf for leaf in change.fields if leaf.path not in apart)


def _signature(entry: Entry) -> object:
    """Equal for entries that may be told as one; a conflict is always told by itself."""
    if any(leaf.verdict is Verdict.CONFLICT for leaf in entry.leaves):
        return entry.first.id
    return entry.first.kind.name, tuple(_part(change) for change in entry.changes)


def _part(change: Change) -> object:
    reason = "" if change.status is Status.READY else change.reason
    head = (change.action, change.part, change.status, reason, change.risk, change.warnings)
    return head, tuple((leaf.path, repr(leaf.before), repr(leaf.after), leaf.verdict) for leaf in alike(change))
