"""A plan as a sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from flowstate.diff import Verdict
from flowstate.model import Kind
from flowstate.plan import LIMIT, Action, Plan, Status
from flowstate.report.cast import cast_of
from flowstate.report.changes import known, verb_of, where_of
from flowstate.report.entries import Entry, entries, goes
from flowstate.report.page import Page
from flowstate.report.people import sentences
from flowstate.report.sheet.model import Alert, Item, Row, Sheet, Total, grouped, met
from flowstate.report.sheet.rows import rows
from flowstate.report.slots import Slot
from flowstate.report.style import Style
from flowstate.report.wording import counted, safe

_SIGNS: Final = {Action.CREATE: "+", Action.RESTORE: "+", Action.UPDATE: "!", Action.ARCHIVE: "-", Action.DELETE: "-"}
_MEANINGS: Final = {
    "pending": "The manifests changed since the last apply.",
    "drift": "Somebody changed it on the service since the last apply; apply undoes that.",
    "conflict": "Changed on the service and in the manifests since the last apply; apply sets what the manifests say.",
    "unknown": "flowstate never applied it before, so nobody can tell who moved it.",
    "blocked": "Is not done; the reason stands beside it.",
    "skipped": "Is left out; the reason stands beside it.",
}
_ALERTS: Final = {
    Verdict.CONFLICT: "Changed on the service and in the manifests since the last apply; apply sets the manifests:",
    Verdict.DRIFT: "Apply undoes what was changed on the service since the last apply:",
}
_PAGE: Final = Page(Style())
_NONE: Final[Mapping[str, Kind]] = {}


def plan_sheet(
    plan: Plan, kinds: Mapping[str, Kind] = _NONE, *, foot: tuple[str, ...] = (), override: str = ""
) -> Sheet:
    """The whole plan; ``kinds`` gives a plan from a file the nouns it does not hold.

    ``override`` is the command line that lets through what is over a limit.
    """
    groups = grouped((entry.first.kind, _item(entry)) for entry in entries(plan.changes))
    summary = plan.summary
    return Sheet(
        name="plan",
        title=safe(f"Plan for team {plan.team}" + (f" ({plan.environment})" if plan.environment else "")),
        environment=plan.environment,
        summary=_summary(plan),
        totals=tuple(_totals(plan)),
        alerts=(*_limits(plan, override), *_alerts(plan)),
        sentences=tuple(safe(text) for text in sentences(_PAGE, plan, cast_of(plan, kinds))),
        groups=groups,
        problems=tuple(problem for problem in plan.problems if problem.code != LIMIT),
        asides=_unmanaged(plan),
        foot=(f"{counted(summary['keep'], ('resource is', 'resources are'))} as the manifests say.", *map(safe, foot)),
        meanings=met(_MEANINGS, groups),
    )


def _summary(plan: Plan) -> str:
    told = [f"{number} to {action}" for action in Action if (number := plan.summary[action])]
    told += [f"{plan.summary['blocked']} blocked"] if plan.summary["blocked"] else []
    return f"{', '.join(told)}." if told else "No changes."


def _totals(plan: Plan) -> Iterator[Total]:
    for action in Action:
        if plan.summary[action] or action in {Action.CREATE, Action.UPDATE, Action.ARCHIVE}:
            yield Total(plan.summary[action], f"to {action.value}", action.value)
    if plan.summary["blocked"]:
        yield Total(plan.summary["blocked"], "blocked", "blocked", loud=True)
    yield Total(plan.summary["keep"], "unchanged")


def _limits(plan: Plan, override: str) -> Iterator[Alert]:
    over = [problem for problem in plan.problems if problem.code == LIMIT]
    if over:
        told = [safe(f"{problem.summary}. {problem.detail}") for problem in over]
        paste = [safe(f"To do all of this: {override}")] if override else []
        yield Alert("blocked", "Blocked by a limit: nothing of this plan is applied.", (*told, *paste))


def _alerts(plan: Plan) -> Iterator[Alert]:
    spots: dict[Verdict, dict[str, None]] = {verdict: {} for verdict in _ALERTS}
    for change in plan.ready:
        for leaf in change.fields:
            if leaf.verdict in spots:
                spots[leaf.verdict][safe(str(change.address))] = None
    for verdict, found in spots.items():
        if found:
            yield Alert(verdict.value, _ALERTS[verdict], tuple(found))


def _item(entry: Entry) -> Item:
    change = entry.first
    action = Action.ARCHIVE if goes(change) else change.action
    states = [part.status.value for part in entry.changes if part.status is not Status.READY]
    verdicts = dict.fromkeys([*(leaf.verdict.value for leaf in entry.leaves), *states])
    reasons = [f"{part.status.value}: {part.reason}" for part in entry.changes if part.reason]
    warnings = [warning for part in entry.changes for warning in part.warnings]
    return Item(
        address=safe(str(change.address)),
        tone="blocked" if states else action.value,
        verb=verb_of(entry),
        verdicts=tuple(verdicts) or ("pending",),
        sign=_SIGNS[action],
        where=safe(where_of([change.source])),
        rows=tuple(_rows(entry)),
        notes=tuple(safe(note) for note in dict.fromkeys([*reasons, *warnings])),
    )


def _rows(entry: Entry) -> Iterator[Row]:
    for change in entry.changes:
        leaves = [leaf for leaf in change.fields if not known(change, leaf.path, leaf.after)]
        yield from rows(change.kind, leaves, _remark, new=change.action is Action.CREATE)


def _remark(slot: Slot) -> str:
    unknown = all(leaf.verdict is Verdict.UNKNOWN for leaf in slot.leaves)
    return "" if unknown else slot.remark


def _unmanaged(plan: Plan) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not plan.unmanaged:
        return ()
    found = plan.snapshot.unmanaged if plan.snapshot else ()
    addresses = sorted(safe(str(kind.address(live.key))) for kind, live in found)
    return ((f"{counted(plan.unmanaged, ('live resource is', 'live resources are'))} not managed", tuple(addresses)),)
