"""The parts of a report. Every text has passed safe(); a format escapes what it must besides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flowstate.errors import Problem
from flowstate.model import Kind

Move = tuple[str, str]  # + - @ or a space, and an element or a line


@dataclass(frozen=True, slots=True)
class Row:
    """One field: a value that becomes another, or what comes and goes in it."""

    label: str
    before: str = ""
    after: str = ""
    moves: tuple[Move, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One resource, or some that are alike; ``tone`` is an action or a verdict, ``verdicts`` what it is found by."""

    address: str
    tone: str
    verb: str
    verdicts: tuple[str, ...]
    sign: str = " "
    where: str = ""
    rows: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()
    touched: str = ""
    undo: str = ""
    keep: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The items of one kind."""

    kind: str
    title: str
    items: tuple[Item, ...]


def grouped(items: Iterable[tuple[Kind, Item]]) -> tuple[Group, ...]:
    """The items of each kind together, kinds and items in the order in which they come."""
    found: dict[str, tuple[Kind, list[Item]]] = {}
    for kind, item in items:
        found.setdefault(kind.name, (kind, []))[1].append(item)
    return tuple(
        Group(name, f"{kind.nouns[1][:1].upper()}{kind.nouns[1][1:]}", tuple(group))
        for name, (kind, group) in found.items()
    )


def met(meanings: Mapping[str, str], groups: Iterable[Group]) -> dict[str, str]:
    """Of what verdicts mean, those that somebody reads in these groups."""
    used = {verdict for group in groups for item in group.items for verdict in item.verdicts}
    return {verdict: text for verdict, text in meanings.items() if verdict in used}


@dataclass(frozen=True, slots=True)
class Total:
    """A count and what is counted; ``loud`` where it needs somebody."""

    number: int
    word: str
    tone: str = ""
    loud: bool = False


@dataclass(frozen=True, slots=True)
class Alert:
    """What comes before everything else, and which resources it is about."""

    tone: str
    text: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole report; ``name`` and ``environment`` tell two of them apart, ``summary`` is its last line."""

    name: str
    title: str
    environment: str
    summary: str
    totals: tuple[Total, ...] = ()
    alerts: tuple[Alert, ...] = ()
    lead: str = ""
    sentences: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    problems: tuple[Problem, ...] = ()
    asides: tuple[tuple[str, tuple[str, ...]], ...] = ()  # headings with lists, of what needs nobody
    foot: tuple[str, ...] = ()
    meanings: dict[str, str] = field(default_factory=dict)  # of the verdicts that are in it
