"""What changes do to somebody: joins and leaves, gains and losses, roles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from flowstate.live import EVERYONE
from flowstate.model import Address, EmptyMeansEveryone, Grants
from flowstate.plan import Action, Change, FieldChange, adds, kept_roles
from flowstate.plan.effects import target
from flowstate.report.cast import Cast
from flowstate.report.slots import place
from flowstate.report.wording import element, listed

_VERBS: Final = {
    "become": ("becomes one of the", "become some of the"),
    "cease": ("is no longer one of the", "are no longer some of the"),
    "join": ("joins", "join"),
    "leave": ("leaves", "leave"),
    "gain": ("gains", "gain"),
    "lose": ("loses", "lose"),
}
_THINGS: Final = 4


@dataclass(frozen=True, slots=True)
class Effect:
    """Somebody comes to have, or no longer has, something."""

    verb: str
    subject: Address
    thing: str


def effects(changes: Iterable[Change], cast: Cast) -> Iterator[Effect]:
    """Every effect; who is new has nothing to gain by what it is created with, but for a role."""
    for change in changes:
        opened = _opened(change)
        for leaf in change.fields:
            effect = None if leaf.sensitive or leaf.path[0] in opened else _effect(change, leaf, cast)
            if effect is not None:
                yield effect


def _opened(change: Change) -> set[str]:
    """Fields that open to everyone, or close; that is one effect on everybody."""
    return {leaf.path[0] for leaf in change.fields if leaf.path[1:] == (EVERYONE,)}


def _effect(change: Change, leaf: FieldChange, cast: Cast) -> Effect | None:
    given = leaf.after is not None
    role = kept_roles(change.kind).get(leaf.path)
    if role is not None:
        return Effect("become" if given else "cease", change.address, role.role)
    _, field, is_element = place(change.kind, leaf.path)
    if field is None or not field.has(Grants) or not is_element:
        return None
    kind = target(change, leaf.path)
    if kind:
        verbs = ("gain", "lose") if field.has(EmptyMeansEveryone) else ("join", "leave")
        return Effect(verbs[not given], Address(kind, leaf.path[-1]), cast.name(change.address))
    if change.action is Action.CREATE:
        return None
    return Effect("gain" if given else "lose", change.address, element(leaf.path[-1]))


def clauses(found: Iterable[Effect], cast: Cast) -> Iterator[str]:
    """Effects in words; those of the same people, and of the same things, together."""
    subjects: dict[tuple[str, str], set[Address]] = defaultdict(set)
    for effect in found:
        subjects[effect.verb, effect.thing].add(effect.subject)
    things: dict[tuple[str, frozenset[Address]], list[str]] = defaultdict(list)
    for (verb, thing), who in subjects.items():
        things[verb, frozenset(who)].append(thing)
    for (verb, people), what in things.items():
        yield f"{cast.all_of(people)} {_VERBS[verb][len(people) > 1]} {listed(sorted(what), _THINGS)}"


def everyone(changes: Iterable[Change], cast: Cast) -> Iterator[str]:
    """What opens to everyone, and what closes to all but some."""
    for change in changes:
        for leaf in change.fields:
            if leaf.path[1:] == (EVERYONE,) and leaf.after:
                yield f"everyone gains {cast.name(change.address)}"
            elif leaf.path[1:] == (EVERYONE,):
                yield f"{cast.name(change.address)} narrows from everyone to {cast.all_of(adds(change)) or 'nobody'}"
