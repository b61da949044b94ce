"""Which live object is which address: by the id in state, then by key, then by the previous key, then among retired."""

from __future__ import annotations

import shlex
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flowstate.errors import Place, Problem, Severity
from flowstate.model import Address, Fields, Kind, Live, Unique
from flowstate.text import fold


@dataclass(frozen=True, slots=True)
class Claim:
    """An address, and what manifests say to find its object by; one that has ``left`` them is found by its id alone."""

    address: Address
    previously: str = ""
    place: Place | None = None
    left: bool = False


@dataclass
class Matches:
    """Objects by address; an address with a problem has none and must be left alone."""

    found: dict[Address, Live] = field(default_factory=dict)
    problems: dict[Address, Problem] = field(default_factory=dict)
    hints: list[Problem] = field(default_factory=list)
    unmanaged: list[Live] = field(default_factory=list)


def normal(kind: Kind, key: str) -> str:
    """The form in which two keys of this kind are the same."""
    return fold(key) if kind.folds else unicodedata.normalize("NFC", key)


def rival(kind: Kind, fields: Fields, lives: Iterable[Live]) -> str:
    """Why a new object with these fields would be one too many, or nothing; ``lives`` are those in use."""
    lives = list(lives)
    for name, value in unique_values(kind, fields).items():
        same = next((live for live in lives if fold(unique_values(kind, live.fields)[name]) == fold(value)), None)
        if same is not None:
            return f"its {name} would be {value}, which {kind.address(same.key)} has already"
    return ""


def unique_values(kind: Kind, fields: Fields) -> dict[str, str]:
    """What no two objects in use may have in common, by field; case does not count."""
    marked = ((name, shape.marker(Unique)) for name, shape in kind.fields.items())
    return {name: str(fields.get(name) or fields.get(unique.otherwise) or "") for name, unique in marked if unique}


def match(kind: Kind, lives: Sequence[Live], claims: Iterable[Claim], ids: Mapping[Address, str]) -> Matches:
    """Match the claims of one kind against its live objects, ``ids`` being what state knows."""
    matches = Matches()
    claims = list(claims)
    finder = _Finder(kind, lives, ids, claims)
    by_object: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        found = finder.find(claim, matches.hints)
        if isinstance(found, Problem):
            matches.problems[claim.address] = found
        elif found is not None:
            matches.found[claim.address] = found
            by_object[found.id].append(claim)
    for rivals in by_object.values():
        _settle_rivals(rivals, matches, ids)
    _spare_disputed(claims, matches, finder.disputed)
    taken = {live.id for live in matches.found.values()} | finder.disputed
    matches.unmanaged = [live for live in lives if live.id not in taken]
    return matches


def _spare_disputed(claims: Iterable[Claim], matches: Matches, disputed: set[str]) -> None:
    """What left the manifests is no more to be had while it may be what an address in them means."""
    for claim in claims:
        live = matches.found.get(claim.address)
        if claim.left and live is not None and live.id in disputed:
            del matches.found[claim.address]
            matches.problems[claim.address] = Problem(
                "disputed",
                f"{claim.address} is left alone: another address may mean the same object",
                detail=f"It has the id {live.id} and is called {live.key!r} on the service.",
                hint="Settle that other address first.",
                address=str(claim.address),
            )


def _settle_rivals(rivals: list[Claim], matches: Matches, ids: Mapping[Address, str]) -> None:
    """One object answers to one address: one that manifests name, the one state says, else none."""
    live = matches.found[rivals[0].address]
    named = [claim for claim in rivals if not claim.left]
    for claim in rivals if named else rivals[1:]:
        if claim.left:
            del matches.found[claim.address]
    rivals = named
    if len(rivals) <= 1:
        return
    for claim in rivals:
        if ids.get(claim.address) != live.id:
            del matches.found[claim.address]
            others = ", ".join(str(other.address) for other in rivals if other is not claim)
            matches.problems[claim.address] = Problem(
                "same-object",
                f"{claim.address} is the same object as {others}",
                detail=f"Both lead to the live object with id {live.id}.",
                hint=f"Say which object it is: flowstate import {shlex.quote(str(claim.address))} ID",
                place=claim.place,
                address=str(claim.address),
            )


class _Finder:
    def __init__(self, kind: Kind, lives: Sequence[Live], ids: Mapping[Address, str], claims: Sequence[Claim]) -> None:
        self.kind = kind
        self.by_id = {live.id: live for live in lives}
        self.moving = self._moving(claims, ids)
        self.ids = {**ids, **self.moving}
        self.active: dict[str, list[Live]] = defaultdict(list)
        self.retired: dict[str, list[Live]] = defaultdict(list)
        self.disputed: set[str] = set()
        for live in lives:
            (self.active if kind.in_use(live) else self.retired)[normal(kind, live.key)].append(live)

    def find(self, claim: Claim, hints: list[Problem]) -> Live | Problem | None:
        if self.kind.singleton:
            return next(iter(self.by_id.values()), None)
        id = self.ids.get(claim.address)
        known = self.by_id.get(id) if id else None
        if claim.left:
            return known
        leaving = {id for address, id in self.moving.items() if address != claim.address}
        same = self.active.get(normal(self.kind, claim.address.key), [])
        named = [live for live in same if live.id not in leaving]
        if known is not None:
            others = [live for live in named if live.id != known.id]
            if others and known not in named:
                return self._dispute(claim, [known, *others], "state and the name lead to different objects")
            return self._renamed(claim, known, hints)
        if len(named) > 1:
            return self._dispute(claim, named, "two live objects have this name")
        if named:
            return self._renamed(claim, named[0], hints)
        return self._earlier(claim)

    def _moving(self, claims: Sequence[Claim], ids: Mapping[Address, str]) -> dict[Address, str]:
        """Names handed on: each address with ``previously`` and the object that state knows under its former name.

        A chain of them ends in a name that nothing is called any more; a circle has no beginning and is left alone.
        """
        former = {normal(self.kind, claim.address.key): claim.previously for claim in claims}
        found: dict[Address, str] = {}
        for claim in claims:
            live = self.by_id.get(ids.get(self.kind.address(claim.previously), "")) if claim.previously else None
            still = live is not None and normal(self.kind, live.key) == normal(self.kind, claim.previously)
            if live is not None and (still or claim.address not in ids) and self._is_free(claim.previously, former):
                found[claim.address] = live.id
        return found

    def _is_free(self, name: str, former: Mapping[str, str]) -> bool:
        seen: set[str] = set()
        while (key := normal(self.kind, name)) in former and key not in seen:
            seen.add(key)
            name = former[key]
        return bool(name) and key not in seen

    def _earlier(self, claim: Claim) -> Live | Problem | None:
        before = self.active.get(normal(self.kind, claim.previously), []) if claim.previously else []
        if len(before) > 1:
            return self._dispute(claim, before, "two live objects have the previous name")
        if before:
            return before[0]
        retired = self.retired.get(normal(self.kind, claim.address.key), [])
        if len(retired) > 1:
            return self._dispute(claim, retired, f"several {self.kind.retire_words[0]} objects have this name")
        return retired[0] if retired else None

    def _renamed(self, claim: Claim, live: Live, hints: list[Problem]) -> Live | Problem:
        """``live`` is the object; ``previously`` must not name another one, and has done its work if it names none."""
        if not claim.previously or normal(self.kind, claim.previously) == normal(self.kind, live.key):
            return live
        if self.active.get(normal(self.kind, claim.previously)):
            both = [live, *self.active[normal(self.kind, claim.previously)]]
            return self._dispute(claim, both, "the old and the new name are both live")
        if self.moving.get(claim.address) == live.id:
            return live  # state knows it by its former name alone
        hints.append(
            Problem(
                "previously-done",
                f"{claim.address} no longer needs 'previously: {claim.previously}'",
                detail="Nothing has the old name any more.",
                hint="Remove the line.",
                place=claim.place,
                address=str(claim.address),
                severity=Severity.NOTE,
            )
        )
        return live

    def _dispute(self, claim: Claim, lives: Sequence[Live], why: str) -> Problem:
        self.disputed |= {live.id for live in lives}
        ids = ", ".join(f"{live.id} ({live.key})" for live in lives)
        return Problem(
            "ambiguous",
            f"{claim.address} cannot be told apart: {why}",
            detail=f"The live objects are {ids}. Nothing of this address is changed.",
            hint=f"Say which one it is: flowstate import {shlex.quote(str(claim.address))} ID",
            place=claim.place,
            address=str(claim.address),
        )
