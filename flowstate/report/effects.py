"""What changes do to somebody: joins and leaves, gains and losses, roles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from flowstate.live import EVERYONE
from flowstate.model import Address, EmptyMeansEveryone, Grants
from flowstate.plan import Action, Change, FieldChange, adds, kept_roles
from flowstate.plan.effects import target
from flowstate.report.cast import Cast
from flowstate.report.slots import place
from flowstate.report.wording import element, listed

Tense = Mapping[str, tuple[str, str]]  # what one does, and what several do
PRESENT: Final[Tense] = {
    "become": ("becomes one of the", "become"),
    "cease": ("is no longer one of the", "are no longer"),
    "join": ("joins", "join"),
    "leave": ("leaves", "leave"),
    "gain": ("gains", "gain"),
    "lose": ("loses", "lose"),
    "narrow": ("narrows from everyone to", "narrow from everyone to"),
    "also": ("Also updated", "Also updated"),
}
PAST: Final[Tense] = {
    "become": ("became one of the", "became"),
    "cease": ("is no longer one of the", "are no longer"),
    "join": ("joined", "joined"),
    "leave": ("left", "left"),
    "gain": ("gained", "gained"),
    "lose": ("lost", "lost"),
    "narrow": ("narrowed from everyone to", "narrowed from everyone to"),
    "also": ("Also changed", "Also changed"),
}
_THINGS: Final = 12


@dataclass(frozen=True, slots=True)
class Effect:
    """Somebody comes to have, or no longer has, something."""

    verb: str
    subject: Address
    thing: str
    of: str = ""  # the field, where the thing is no resource


def effects(changes: Iterable[Change], cast: Cast) -> Iterator[Effect]:
    """Every effect; who is new has nothing to gain by what it is created with, but for a role."""
    for change in changes:
        opened = _opened(change)
        roles = {path: kept.role for path, kept in kept_roles(change.kind).items()}
        name = cast.name(change.address)
        for leaf in change.fields:
            if leaf.path in roles:
                yield Effect("cease" if leaf.after is None else "become", change.address, roles[leaf.path])
            elif not leaf.sensitive and leaf.path[0] not in opened:
                yield from _access(change, leaf, name)


def _opened(change: Change) -> set[str]:
    """Fields that open to everyone, or close; that is one effect on everybody."""
    return {leaf.path[0] for leaf in change.fields if leaf.path[1:] == (EVERYONE,)}


def _access(change: Change, leaf: FieldChange, name: str) -> Iterator[Effect]:
    _, field, is_element = place(change.kind, leaf.path)
    if field is None or not is_element or not field.has(Grants):
        return
    taken = leaf.after is None
    kind = target(change, leaf.path)
    if kind:
        verbs = ("gain", "lose") if field.has(EmptyMeansEveryone) else ("join", "leave")
        yield Effect(verbs[taken], Address(kind, leaf.path[-1]), name)
    elif change.action is not Action.CREATE:
        yield Effect("lose" if taken else "gain", change.address, element(leaf.path[-1]), leaf.path[0])


def clauses(found: Iterable[Effect], cast: Cast, tense: Tense) -> Iterator[str]:
    """Effects in words; those of the same people, and of the same things, together."""
    subjects: dict[tuple[str, str, str], set[Address]] = defaultdict(set)
    for effect in found:
        subjects[effect.verb, effect.of, effect.thing].add(effect.subject)
    things: dict[tuple[str, str, frozenset[Address]], list[str]] = defaultdict(list)
    for (verb, of, thing), who in subjects.items():
        things[verb, of, frozenset(who)].append(thing)
    for (verb, of, who_all), what in things.items():
        field = f" ({of})" if of else ""
        yield f"{cast.all_of(who_all)} {tense[verb][len(who_all) > 1]} {listed(sorted(what), _THINGS)}{field}"


def everyone(changes: Iterable[Change], cast: Cast, tense: Tense) -> Iterator[str]:
    """What opens to everyone, and what closes to all but some."""
    for change in changes:
        for leaf in change.fields:
            if leaf.path[1:] == (EVERYONE,) and leaf.after:
                yield f"everyone {tense['gain'][0]} {cast.name(change.address)}"
            elif leaf.path[1:] == (EVERYONE,):
                to = cast.all_of(adds(change)) or "nobody"
                yield f"{cast.name(change.address)} {tense['narrow'][0]} {to}"
