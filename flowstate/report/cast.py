"""Who and what a plan speaks of: names instead of addresses, and which kinds are people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flowstate.model import Address, Fields, Grants, Kind, Mixed, Ref
from flowstate.plan import Plan, kept_roles
from flowstate.report.entries import NAME
from flowstate.report.wording import clip, counted, element, listed

_LONGEST = 48


@dataclass(frozen=True, slots=True)
class Cast:
    """Names by address, and the kinds that are known."""

    names: Mapping[Address, str]
    kinds: Mapping[str, Kind]
    people: frozenset[str]

    def name(self, address: Address) -> str:
        """What people call it."""
        return clip(element(self.names.get(address) or address.key or self._nouns(address.kind)[0]), _LONGEST)

    def called(self, address: Address) -> str:
        """The name of a person, the noun and the name of anything else."""
        if address.kind in self.people or not address.key:
            return self.name(address)
        return f"{self._nouns(address.kind)[0]} {self.name(address)}"

    def all_of(self, addresses: Iterable[Address]) -> str:
        """Two by name, more by number, kind by kind."""
        by_kind: dict[str, list[Address]] = {}
        for address in sorted(set(addresses), key=lambda one: (one.kind not in self.people, one)):
            by_kind.setdefault(address.kind, []).append(address)
        return listed([text for kind, found in by_kind.items() for text in self._some(kind, found)])

    def _some(self, kind: str, found: Sequence[Address]) -> list[str]:
        return [self.called(one) for one in found] if len(found) < 3 else [counted(len(found), self._nouns(kind))]

    def _nouns(self, kind: str) -> tuple[str, str]:
        return self.kinds[kind].nouns if kind in self.kinds else (kind, f"{kind}s")


def cast_of(plan: Plan, known: Mapping[str, Kind]) -> Cast:
    """Everything that the plan knows about who is who; a plan from a file knows few kinds, so they may be given."""
    kinds = {**known, **dict(_kinds(plan))}
    return Cast(dict(_names(plan)), kinds, _people(kinds))


def _kinds(plan: Plan) -> Iterator[tuple[str, Kind]]:
    if plan.snapshot is not None:
        yield from plan.snapshot.names.kinds.items()
    for change in plan.changes:
        yield change.kind.name, change.kind


def _people(kinds: Mapping[str, Kind]) -> frozenset[str]:
    """Kinds that hold roles, or that access is granted to and that pass none on: groups hold people."""
    reached = {name: _granted(kind) for name, kind in kinds.items()}
    granted = {name for found in reached.values() for name in found if name in kinds and not reached[name]}
    return frozenset(granted | {name for name, kind in kinds.items() if kept_roles(kind)})


def _granted(kind: Kind) -> set[str]:
    found: set[str] = set()
    for field in kind.fields.values():
        ref, mixed = field.marker(Ref), field.marker(Mixed)
        if field.has(Grants):
            found |= {ref.kind} if ref else set()
            found |= {part.kind for part in mixed.parts.values()} if mixed else set()
    return found


def _names(plan: Plan) -> Iterator[tuple[Address, str]]:
    """Later ones win: what is live, then what is desired."""
    if plan.snapshot is not None:
        yield from ((kind.address(live.key), _named(live.fields)) for kind, live in plan.snapshot.unmanaged)
        yield from ((address, _named(seen.fields)) for address, seen in plan.snapshot.found.items())
    for address, difference in plan.differences.items():
        if _named(difference.fields):
            yield address, _named(difference.fields)
    for change in plan.changes:
        for leaf in change.fields:
            if leaf.path == (NAME,) and isinstance(leaf.after, str) and not leaf.sensitive:
                yield change.address, leaf.after


def _named(fields: Fields) -> str:
    name = fields.get(NAME)
    return name if isinstance(name, str) else ""
