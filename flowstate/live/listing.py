"""What a service lists of one kind, what it should have listed, and what of it cannot be understood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from flowstate.errors import GarbledError, Problem, Severity
from flowstate.live.abreast import each
from flowstate.live.match import Claim, Matches, normal
from flowstate.model import Address, Kind, Live
from flowstate.operations import Api, Restricted


@dataclass(frozen=True)
class Listing:
    """The objects of one kind; ``garbled`` are those that cannot be understood, by address.

    ``incomplete`` says why there may be more of them than are known.
    """

    lives: Sequence[Live]
    incomplete: Problem | None = None
    garbled: Mapping[Address, Problem] = field(default_factory=dict)

    def set_aside(self, kind: Kind, claims: Iterable[Claim], matches: Matches) -> None:
        """Whatever claim may mean an object that cannot be understood is left alone."""
        by_name = {normal(kind, address.key): problem for address, problem in self.garbled.items()}
        told: set[str] = set()
        for claim in claims:
            names = {normal(kind, key) for key in (claim.address.key, claim.previously or claim.address.key)}
            for name in names & set(by_name):
                told.add(name)
                matches.found.pop(claim.address, None)
                matches.problems[claim.address] = replace(by_name[name], place=claim.place, address=str(claim.address))
        for address, problem in self.garbled.items():
            matches.problems.setdefault(address, problem)  # whoever refers to it hears why it is not there
            if normal(kind, address.key) not in told:
                matches.hints.append(problem)


async def list_of(api: Api, kind: Kind, ids: Mapping[Address, str]) -> Listing:
    """The kind's objects, with those that state knows and the listing lacks."""
    lives, misfits = kind.understand_all(await kind.list(Restricted(api, kind.uses["list"])))
    garbled = {kind.address(one.key): _garbled(kind, one.key, one.error) for one in misfits if one.key is not None}
    nameless = next((one for one in misfits if one.key is None), None)
    listed = {live.id for live in lives}
    absent = [(address, id) for address, id in ids.items() if address.kind == kind.name and id not in listed]
    asked = await each(absent, lambda item: _one(api, kind, *item))
    answers = zip(absent, asked, strict=True)
    garbled |= {address: answer for (address, _), answer in answers if isinstance(answer, Problem)}
    hidden = [live for live in asked if isinstance(live, Live)]
    names = {normal(kind, address.key) for address in garbled}
    missed = next((live for live in hidden if not live.retired and normal(kind, live.key) not in names), None)
    incomplete = _nameless(kind, nameless.error) if nameless else _incomplete(kind, missed) if missed else None
    return Listing([*lives, *hidden], incomplete, garbled)


def _garbled(kind: Kind, key: str, error: GarbledError) -> Problem:
    problem = error.problems[0]
    return replace(
        problem,
        summary=f"{kind.address(key)} cannot be understood ({problem.summary})",
        detail="Nothing of this address is changed.",
        address=str(kind.address(key)),
        severity=Severity.WARNING,
    )


def _nameless(kind: Kind, error: GarbledError) -> Problem:
    problem = error.problems[0]
    return replace(
        problem,
        code="listing-incomplete",
        summary=f"The listing of {kind.nouns[1]} holds one that cannot be understood ({problem.summary})",
        detail="Whose it is cannot be told either, so nothing of this kind is created or removed.",
        severity=Severity.WARNING,
    )


def _incomplete(kind: Kind, live: Live) -> Problem:
    return Problem(
        "listing-incomplete",
        f"The listing of {kind.nouns[1]} is incomplete: it lacks {live.key!r}, which exists",
        detail=f"The object has the id {live.id}. What is not listed may exist, so nothing of this kind is created or "
        "removed.",
        hint="Try again later; if it stays so, ask the service's support.",
        address=str(kind.address(live.key)),
        severity=Severity.WARNING,
    )


async def _one(api: Api, kind: Kind, address: Address, id: str) -> Live | Problem | None:
    """The object with this id, or why it cannot be understood."""
    raw = await kind.one(Restricted(api, kind.uses["one"]), id)
    if raw is None:
        return None
    try:
        live = kind.understand(raw, "one")
    except GarbledError as error:
        return _garbled(kind, address.key, error)
    return live if kind.retire or not live.retired else None
