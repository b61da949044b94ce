"""What a plan does to people, a sentence per kind of effect."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from flowstate.model import Address, Grants
from flowstate.plan import Action, Change, Plan
from flowstate.report.cast import Cast
from flowstate.report.effects import PRESENT, Tense, clauses, effects, everyone
from flowstate.report.entries import goes
from flowstate.report.page import Page
from flowstate.report.wording import listed

_CLAUSES: Final = 6
_NAMES: Final = 3


def sentences(page: Page, plan: Plan, cast: Cast) -> Iterator[str]:
    """What the plan does; blocked changes have no effect."""
    return told(page, plan.ready, cast, PRESENT)


def told(page: Page, made: Iterable[Change], cast: Cast, tense: Tense) -> Iterator[str]:
    """Who comes and goes, roles, who may see what; then whatever else moves."""
    changes = sorted(made, key=lambda change: change.kind.name not in cast.people)
    found = list(effects(changes, cast))
    groups = [
        list(_arrivals(changes, cast)),
        list(clauses((one for one in found if one.verb in {"become", "cease"}), cast, tense)),
        list(clauses((one for one in found if one.verb in {"join", "leave"}), cast, tense)),
        [*everyone(changes, cast, tense), *clauses((one for one in found if one.verb == "gain"), cast, tense)],
        list(clauses((one for one in found if one.verb == "lose"), cast, tense)),
        list(_others(changes, cast, tense)),
    ]
    yield from (_sentence(page, group) for group in groups if group)


def _sentence(page: Page, told: Sequence[str]) -> str:
    most = page.most(len(told), _CLAUSES)
    rest = [f"and {len(told) - most} more like this"] if len(told) > most else []
    text = "; ".join([*told[:most], *rest])
    return f"{text.replace('everyone', 'Everyone', 1) if text.startswith('everyone gain') else text}."


def _arrivals(changes: Iterable[Change], cast: Cast) -> Iterator[str]:
    """``3 new people, 1 locked (Bob Hall)``, kind by kind."""
    found: dict[str, dict[str, list[Change]]] = defaultdict(lambda: defaultdict(list))
    for change in changes:
        word = _arrival(change)
        if word:
            found[change.kind.name][word].append(change)
    for words in found.values():
        yield ", ".join(_arrived(word, group, cast, noun=not at) for at, (word, group) in enumerate(words.items()))


def _arrival(change: Change) -> str:
    if change.action is Action.DELETE:
        return "deleted"
    if goes(change):
        return change.kind.retire_words[0]
    return {Action.CREATE: "new", Action.RESTORE: change.kind.retire_words[1]}.get(change.action, "")


def _arrived(word: str, group: Sequence[Change], cast: Cast, *, noun: bool) -> str:
    what = group[0].kind.nouns[len(group) != 1] if noun else ""
    told = [str(len(group)), *((word, what) if word == "new" else (what, word))]
    names = f"({listed([cast.name(change.address) for change in group])})" if len(group) <= _NAMES else ""
    return " ".join(filter(None, [*told, names]))


def _others(changes: Iterable[Change], cast: Cast, tense: Tense) -> Iterator[str]:
    """Updates of what is not access, which the sentences before do not tell of."""
    also: set[Address] = {change.address for change in changes if _is_other(change)}
    if also:
        yield f"{tense['also'][0]}: {cast.all_of(also)}"


def _is_other(change: Change) -> bool:
    fields = [change.kind.fields.get(leaf.path[0]) for leaf in change.fields]
    plain = any(field is None or not field.has(Grants) for field in fields)
    return change.action is Action.UPDATE and not goes(change) and plain
