"""Too much at once: what counts towards each limit, what is over it, and how both are told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from flowstate.errors import Problem, Severity
from flowstate.model import Address, Kind
from flowstate.settings.limits import LOSING, Rules

LIMIT: Final = "limit"  # the code of the problem
_BIGGEST: Final = 3
Shares = Mapping[Address, int]


@dataclass(frozen=True)
class Measure:
    """What counts towards one limit of one kind: how much by address, and ``base``, how much of the kind there is.

    ``whole`` is how many resources that concerns, where something is taken away those that go themselves; ``resources``
    is how much of ``base`` are resources, not entries of lists.
    """

    limit: str
    kind: Kind
    shares: Shares
    base: int
    whole: int = 0
    resources: int = 0

    @property
    def count(self) -> int:
        """All of it."""
        return sum(self.shares.values())


@dataclass(frozen=True)
class Excess:
    """A measure that is more than ``most``, whether that is what the limit or what an exception lets through."""

    measure: Measure
    most: int

    @property
    def override(self) -> str:
        """What ``--allow`` takes to let exactly this through."""
        return f"{self.measure.limit}:{self.measure.kind.name}={self.measure.count}"

    def problem(self) -> Problem:
        """What is too much, what of it weighs most, and both ways to allow exactly this much."""
        measure, name = self.measure, self.measure.kind.name
        entry = f"{{limit: {measure.limit}, kind: {name}, count: {measure.count}, reason: WHY, until: YEAR-MONTH-DAY}}"
        summary = f"{_worded(measure)}: more than {self.most} at once (limit {measure.limit} of {name})"
        hint = f"If this is meant, say --allow {self.override}\nor write under 'allow:' in flowstate.yaml:\n- {entry}"
        return Problem(LIMIT, summary, f"{_weightiest(measure.shares)}.", hint)


def excesses(measured: Iterable[Measure], rules: Rules) -> tuple[Excess, ...]:
    """What goes over its limit, and over any exception from it."""
    found = ((measure, _most(measure, rules)) for measure in measured)
    return tuple(Excess(measure, most) for measure, most in found if measure.count > most)


def exceptions(measured: Iterable[Measure], rules: Rules) -> Iterator[Problem]:
    """What is let through only because somebody allowed it."""
    for measure in measured:
        one, most = rules.allowed(measure.limit, measure.kind.name), _limit(measure, rules)
        if one is not None and most < measure.count <= one.count:
            end = f"until {one.until}" if one.until else "without an end"
            detail = f"{one.reason} ({end})" if one.place else "Said with --allow."
            summary = f"{_worded(measure)}: more than {most} at once, let through by an exception ({one.count})"
            yield Problem("limit-allowed", summary, detail, "", one.place, severity=Severity.NOTE)


def _most(measure: Measure, rules: Rules) -> int:
    allowed = rules.allowed(measure.limit, measure.kind.name)
    return max(_limit(measure, rules), allowed.count if allowed else 0)


def _limit(measure: Measure, rules: Rules) -> int:
    """How many pass without an exception; long lists are no reason to let more of what holds them go."""
    most, few = (rules.most(measure.limit, there) for there in (measure.base, measure.resources))
    return min(most, few) if measure.whole > few else most


_WORDS: Final[Mapping[str, str]] = {
    "updates": "{count} changes to {many}, counting each entry of a list",
    "recreations": "{count} {many} that are gone made again",
    "creations": "{count} new {many}",
    "emptying": "all {count} {many} that are managed gone",
    "deletes": "{count} {noun} deleted for good",
}


def _worded(measure: Measure) -> str:
    """What would come of it: ``30 people locked``."""
    if measure.limit == "destructive":
        return _losses(measure)
    (one, many), count = measure.kind.nouns, measure.count
    lost = f"{{count}} {{noun}} whose {measure.limit.removeprefix(LOSING)} may be lost"
    return _WORDS.get(measure.limit, lost).format(count=count, many=many, noun=one if count == 1 else many)


def _losses(measure: Measure) -> str:
    kind, entries = measure.kind, measure.count - measure.whole
    word = kind.retire_words[0] if kind.retire else "deleted"
    gone = f"{measure.whole} {kind.nouns[measure.whole != 1]} {word}"
    taken = f"{entries} {'entry' if entries == 1 else 'entries'} taken out of lists of {kind.nouns[1]}"
    return " and ".join(text for text, count in ((gone, measure.whole), (taken, entries)) if count)


def _weightiest(shares: Shares) -> str:
    """The addresses that count most, such as ``group/Crew (780), group/Fitters and 3 more``."""
    order = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    told = [f"{address} ({count})" if count > 1 else str(address) for address, count in order if count]
    rest = len(told) - _BIGGEST
    return f"{', '.join(told[:_BIGGEST])}{f' and {rest} more' if rest > 0 else ''}"
