"""How much a plan may do at once: ``limits:``, ``keepAtLeast:`` and ``allow:``, and what ``--allow`` adds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from pydantic import Field

from flowstate.document import Places, check
from flowstate.document.check import Advice
from flowstate.errors import Place, Problem, Severity, did_you_mean
from flowstate.model.spec import Part

LOSING: Final = "losing-"
FLOORS: Final = MappingProxyType({"destructive": 3, "updates": 5, "recreations": 3, "creations": 50})
WHATS: Final = (*FLOORS, "emptying", "deletes")
_PERCENT: Final = MappingProxyType({"destructive": 20.0, "updates": 30.0, "recreations": 30.0, "creations": 20.0})
_ADVICE: Final = Advice(shown=lambda _: False)  # as everywhere in this file


class LimitKeys(Part):
    """The share of a kind that one apply may touch, in percent; a few resources of each may always be touched."""

    destructive: str | int | float | None = Field(
        None, description="Archived, locked, deleted or taken out of a list (default: 20%, and always 3)."
    )
    updates: str | int | float | None = Field(
        None, description="Updated, restored or put into a list (default: 30%, and always 5)."
    )
    recreations: str | int | float | None = Field(
        None, description="Made again although flowstate had made them before (default: 30%, and always 3)."
    )
    creations: str | int | float | None = Field(
        None, description="New people on a team of more than 50 (default: 20%, and always 50)."
    )


class AllowKeys(Part):
    """One exception from a limit."""

    limit: str = Field(
        description="destructive, updates, recreations, creations, emptying, deletes, or losing- and a field."
    )
    kind: str = Field(description="The kind it is for, such as user.")
    count: int = Field(ge=1, description="How many are allowed; one more is stopped.")
    reason: str = Field(min_length=1, description="Why, for whoever reads it later.")
    until: str | None = Field(None, description="The last day on which it counts: 2030-12-31.")


@dataclass(frozen=True)
class Allowance:
    """So many of a kind may go over one limit, up to and on the day ``until``; without a place, --allow said so."""

    limit: str
    kind: str
    count: int
    reason: str = ""
    until: date | None = None
    place: Place | None = None


@dataclass(frozen=True)
class Rules:
    """What a plan is judged by; ``keep`` holds how many of a role must remain, 1 where it says nothing."""

    percent: Mapping[str, float] = field(default_factory=lambda: _PERCENT)
    keep: Mapping[str, int] = field(default_factory=dict)
    allowances: tuple[Allowance, ...] = ()

    def most(self, limit: str, base: int) -> int:
        """How many a limit lets through of ``base`` that there are; a limit without a share lets none."""
        return max(FLOORS[limit], math.floor(self.percent[limit] * base / 100)) if limit in FLOORS else 0

    def allowed(self, limit: str, kind: str) -> Allowance | None:
        """The largest exception for this limit of this kind."""
        found = [one for one in self.allowances if (one.limit, one.kind) == (limit, kind)]
        return max(found, key=lambda one: one.count, default=None)

    def on(self, today: date) -> Rules:
        """The rules of a day: without the exceptions that have ended."""
        return replace(self, allowances=tuple(one for one in self.allowances if not _ended(one, today)))

    def ended(self, today: date) -> Iterator[Problem]:
        """What to say of exceptions that no longer count."""
        for one in self.allowances:
            if _ended(one, today):
                summary = f"the exception for {one.limit} of {one.kind} ended on {one.until}, and no longer counts"
                hint = "Remove it; where it is still meant, have a later day reviewed."
                yield Problem("allowance-ended", summary, one.reason, hint, one.place, severity=Severity.WARNING)


def _ended(allowance: Allowance, today: date) -> bool:
    return allowance.until is not None and allowance.until < today


def rules_of(
    limits: LimitKeys | None, keep: Mapping[str, int], allow: Iterable[Any], places: Places
) -> tuple[Rules, list[Problem]]:
    """The three sections as rules, and everything wrong with their values; ``places`` are those of the whole file."""
    problems = [*_limit_problems(limits, places.below("limits")), *_keep_problems(keep, places.below("keepAtLeast"))]
    allowances = []
    for number, entry in enumerate(allow):
        allowance, faults = _allowance(entry, places.below("allow", number))
        problems += faults
        allowances += [allowance] if allowance is not None else []
    written = {name: _percent(value) for name, value in _written(limits).items()}
    shares = {name: share for name, share in written.items() if share is not None}
    return Rules({**_PERCENT, **shares}, dict(keep), tuple(allowances)), problems


def unknown_limit(limit: str) -> str:
    """Why no limit is called so, or nothing; whether the kind has the field of a losing- is not asked here."""
    if limit in WHATS or (limit.startswith(LOSING) and limit != LOSING):
        return ""
    return did_you_mean(limit, WHATS) or f"There are: {', '.join(WHATS)} and {LOSING}FIELD."


def _written(limits: LimitKeys | None) -> dict[str, Any]:
    return limits.model_dump(exclude_unset=True) if limits is not None else {}


def _percent(value: Any) -> float | None:
    """``"20%"`` or 20 as a number from 0 to 100; None for anything else."""
    text = value.removesuffix("%").strip() if isinstance(value, str) else value
    try:
        number = float(text)
    except (TypeError, ValueError):
        return None
    return number if 0 <= number <= 100 else None


def _limit_problems(limits: LimitKeys | None, places: Places) -> Iterator[Problem]:
    for name, value in _written(limits).items():
        if _percent(value) is None:
            hint = f"Write a share from 0% to 100%, such as '{name}: 20%'; for one exception use 'allow:'."
            yield Problem("limit-share", f"{name} is not a share of a kind", "", hint, places.value(name))


def _keep_problems(keep: Mapping[str, int], places: Places) -> Iterator[Problem]:
    for role, count in keep.items():
        if count < 1:
            detail = "A team that nobody can administer is not to be mended from here."
            hint = f"Write '{role}: 1' or more, or leave it out, which is the same as 1."
            yield Problem("keep-at-least", f"at least one of the {role} must remain", detail, hint, places.value(role))


def _allowance(entry: Any, places: Places) -> tuple[Allowance | None, list[Problem]]:
    keys, problems = check(AllowKeys, entry, places, _ADVICE)
    if keys is None:
        return None, problems
    if hint := unknown_limit(keys.limit):
        problems.append(Problem("unknown-limit", "no limit is called so", "", hint, places.value("limit")))
    until = _day(keys.until) if keys.until is not None else None
    if keys.until is not None and until is None:
        hint = "Write a day as year-month-day: 2030-12-31."
        problems.append(Problem("not-a-day", "'until' is not a day", "", hint, places.value("until")))
    return Allowance(keys.limit, keys.kind, keys.count, keys.reason, until, places.value()), problems


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
