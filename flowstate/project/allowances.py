"""Limits and the exceptions from them: what settings and ``--allow`` say, and plans that go over them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from flowstate.errors import LimitError, Problem, SettingsError, UsageError, did_you_mean
from flowstate.model import KeepAtLeast, Provider, WriteOnly
from flowstate.plan import Plan, excesses
from flowstate.settings import Allowance, Rules, Settings
from flowstate.settings.limits import LOSING, unknown_limit

_FORM: Final = re.compile(r"(?P<limit>[^:=]+):(?P<kind>[^:=]+)=(?P<count>[0-9]{1,9})")


def parsed(texts: Iterable[str], provider: Provider) -> tuple[Allowance, ...]:
    """What ``--allow LIMIT:KIND=COUNT`` says.

    Raises:
        UsageError: everything of it that cannot be understood.
    """
    read = [_parsed(text, provider) for text in texts]
    problems = [problem for _, found in read for problem in found]
    if problems:
        raise UsageError(*problems)
    return tuple(allowance for allowance, _ in read)


def rules_of_day(rules: Rules, allow: Iterable[Allowance], today: date | None) -> tuple[Rules, tuple[Problem, ...]]:
    """What plans are judged by on a day (None: this one), and what to say of exceptions that have ended."""
    day = today or datetime.now(UTC).date()
    whole = replace(rules, allowances=(*rules.allowances, *allow))
    return whole.on(day), tuple(whole.ended(day))


def check_limits(plan: Plan, rules: Rules) -> None:
    """Refuse a plan that goes over a limit, whatever rules it was made with.

    Raises:
        LimitError: with every limit it goes over.
    """
    if over := excesses(plan.measures, rules):
        problems = [excess.problem() for excess in over]
        raise LimitError(*(replace(one, detail=f"{one.detail} Nothing was changed.") for one in problems))


def check_rules(settings: Settings, provider: Provider) -> None:
    """Limits, kinds and roles that settings name must exist.

    Raises:
        SettingsError: with the place of each that does not.
    """
    problems = [
        problem
        for one in settings.rules.allowances
        for problem in _unknown(one, provider, f"the exception from {one.limit}")
    ]
    problems += _unknown_roles(settings, provider)
    if problems:
        raise SettingsError(*problems)


def _unknown_roles(settings: Settings, provider: Provider) -> Iterator[Problem]:
    markers = (item.marker(KeepAtLeast) for kind in provider.kinds.values() for item in kind.fields.values())
    roles = sorted({marker.role for marker in markers if marker})
    for role in settings.rules.keep:
        if role not in roles:
            hint = did_you_mean(role, roles) or f"There are: {', '.join(roles) or 'none'}."
            place = settings.document.places.key("keepAtLeast", role)
            yield Problem("unknown-role", f"{provider.name} has no role of that name", "", hint, place)


def _parsed(text: str, provider: Provider) -> tuple[Allowance, list[Problem]]:
    match = _FORM.fullmatch(text.strip())
    limit, name, count = match.groups() if match else ("", "", "0")
    allowance = Allowance(limit, name, int(count))
    if not allowance.count:
        detail = "It names a limit, a kind, and how many of it may go over the limit."
        hint = "Write LIMIT:KIND=COUNT, such as --allow destructive:user=12."
        return allowance, [Problem("allow", f"--allow {text!r} cannot be understood", detail, hint)]
    if why := unknown_limit(limit):
        return allowance, [Problem("unknown-limit", f"--allow: there is no limit {limit!r}", hint=why)]
    return allowance, list(_unknown(allowance, provider, f"--allow {text.strip()}"))


def _unknown(allowance: Allowance, provider: Provider, said: str) -> Iterator[Problem]:
    """What there is not; ``said`` is how messages call the exception."""
    limit, name, place = allowance.limit, allowance.kind, allowance.place
    kind = provider.kinds.get(name)
    if kind is None:
        sections = {each.section: each.name for each in provider.kinds.values()}
        near = f"Did you mean {sections[name]!r}?" if name in sections else did_you_mean(name, provider.kinds)
        hint = near or f"There are: {', '.join(sorted(provider.kinds))}."
        yield Problem("unknown-kind", f"{said}: there is no kind {name!r}", "", hint, place)
    elif limit.startswith(LOSING):
        hidden = [field for field, item in kind.fields.items() if item.has(WriteOnly)]
        if limit.removeprefix(LOSING) not in hidden:
            known = [f"{LOSING}{field}" for field in hidden]
            hint = did_you_mean(limit, known) or f"There are: {', '.join(known) or 'none for this kind'}."
            field = limit.removeprefix(LOSING)
            summary = f"{said}: a {kind.nouns[0]} has no field {field!r} that the service never shows"
            yield Problem("unknown-limit", summary, "", hint, place)
