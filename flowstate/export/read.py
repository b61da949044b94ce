"""A whole team, read: every object under its address, in the manifests' words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from flowstate.desired.keys import key_fault
from flowstate.errors import GarbledError, Problem, Severity
from flowstate.live import Names, Observed, normal, observe
from flowstate.live.abreast import each
from flowstate.model import Address, Kind, Live
from flowstate.operations import Api, Restricted
from flowstate.text import fold

Hear = Callable[[str], None]
_OFTEN = 200  # objects between two lines of progress


@dataclass(frozen=True)
class Team:
    """What was read: objects in the order of their addresses.

    ``listed`` are the addresses of all that was seen, selected or not; ``twins`` those that several objects have.
    ``problems`` are objects that could not be understood at all.
    """

    objects: Sequence[Observed]
    names: Names
    listed: tuple[Address, ...] = ()
    twins: frozenset[Address] = frozenset()
    problems: tuple[Problem, ...] = ()


@dataclass
class _Reader:
    api: Api
    hear: Hear
    problems: list[Problem] = field(default_factory=list)
    done: int = 0

    async def listed(self, kind: Kind) -> list[Live]:
        """The objects of a kind that are in use."""
        found, misfits = kind.understand_all(await kind.list(Restricted(self.api, kind.uses["list"])))
        self.problems += [_garbled(misfit.error) for misfit in misfits]
        lives = [live for live in found if kind.in_use(live)]
        self.hear(f"Listed {len(lives)} {kind.nouns[len(lives) != 1]}")
        return lives

    async def observed(self, kind: Kind, live: Live, names: Names, total: int) -> Observed:
        """One object with all its fields."""
        address = kind.address(live.key)
        seen = await observe(self.api, kind, address, live.raw, frozenset(kind.fields), names)
        self.done += 1
        if self.done % _OFTEN == 0:
            self.hear(f"Read {self.done} of {total} objects")
        return seen


async def read_team(
    api: Api,
    kinds: Mapping[str, Kind],
    chosen: Callable[[Kind], bool],
    selected: Callable[[Address], bool],
    hear: Hear = lambda _: None,
) -> Team:
    """Every selected object of the chosen kinds, in use, with all that can be read of it.

    Raises:
        ServiceError: a listing failed.
    """
    reader = _Reader(api, hear)
    wanted = {name: kind for name, kind in kinds.items() if chosen(kind)}
    needed = sorted({*wanted, *(ref for kind in wanted.values() for ref in kind.refs())})
    listings = dict(zip(needed, await each(needed, lambda name: reader.listed(kinds[name])), strict=True))
    names = Names(kinds)
    for name in needed:
        names.add(kinds[name], [live for live in listings[name] if not key_fault(live.key)])
    every = [(wanted[name], live) for name in sorted(wanted) for live in _sorted(listings[name])]
    found = [(kind, live) for kind, live in every if selected(kind.address(live.key))]
    total = len(found)
    objects = await each(found, lambda item: reader.observed(*item, names, total))
    listed = tuple(kind.address(live.key) for kind, live in every)
    return Team(objects, names, listed, _twins(found), tuple(reader.problems))


def alphabet(key: str) -> tuple[str, str]:
    """What keys are sorted by: like letters together, whatever their case."""
    return fold(key), key


def _sorted(lives: Sequence[Live]) -> list[Live]:
    return sorted(lives, key=lambda live: (*alphabet(live.key), live.id))


def _twins(found: Sequence[tuple[Kind, Live]]) -> frozenset[Address]:
    same: dict[tuple[str, str], list[Address]] = defaultdict(list)
    for kind, live in found:
        same[kind.name, normal(kind, live.key)].append(kind.address(live.key))
    return frozenset(address for group in same.values() if len(group) > 1 for address in group)


def _garbled(error: GarbledError) -> Problem:
    found = error.problems[0]
    return Problem("not-exported", found.summary, "The object was left out.", found.hint, severity=Severity.WARNING)
