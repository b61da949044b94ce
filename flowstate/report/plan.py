"""A plan for the person who must say yes: conflicts, people, changes, notes, the count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from flowstate.diff import Verdict
from flowstate.errors import Problem
from flowstate.model import Kind
from flowstate.plan import LIMIT, Action, ChangeId, Part, Plan, Status
from flowstate.report.cast import Cast, cast_of
from flowstate.report.changes import blocks
from flowstate.report.entries import goes
from flowstate.report.page import Page, joined
from flowstate.report.people import sentences
from flowstate.report.problems import problem_lines
from flowstate.report.slots import place
from flowstate.report.style import Style, Tone
from flowstate.report.wording import counted

_NO_KINDS: Final[Mapping[str, Kind]] = MappingProxyType({})
_RESOURCES: Final = ("resource", "resources")


def plan_text(
    plan: Plan,
    *,
    style: Style,
    width: int = 80,
    verbose: bool = False,
    kinds: Mapping[str, Kind] = _NO_KINDS,
    override: str = "",
) -> str:
    """The whole plan; its last line is the count.

    ``kinds`` gives a plan from a file the nouns it does not hold. ``override`` is the command line that lets through
    what is over a limit.
    """
    page = Page(style, width, verbose)
    return joined(_sections(page, plan, cast_of(plan, kinds), override))


def _sections(page: Page, plan: Plan, cast: Cast, override: str) -> Iterator[list[str]]:
    if plan.changes:
        yield _head(page, plan)
        yield _limits(page, plan, override)
        yield _conflicts(page, plan)
        yield _people(page, plan, cast)
        yield from blocks(page, plan)
        yield _legend(page, plan)
    yield problem_lines(page, [problem for problem in plan.problems if problem.code != LIMIT])
    yield [*_unmanaged(page, plan), *_total(page, plan)]


def _head(page: Page, plan: Plan) -> list[str]:
    where = f" ({plan.environment})" if plan.environment else ""
    return [page.line((f"Team {plan.team}{where}", Tone.STRONG))]


def _limits(page: Page, plan: Plan, override: str) -> list[str]:
    """What stops all of it, and how somebody who means it says so."""
    over = [problem for problem in plan.problems if problem.code == LIMIT]
    if not over:
        return []
    lines = [line for problem in over for line in _limit(page, problem)]
    paste = [*page.prose("To do all of this:", indent=2), page.line((override, Tone.STRONG), indent=4)]
    head = page.prose("Blocked by a limit: nothing of this plan is applied.", tone=Tone.ERROR)
    return [*head, *lines, *(paste if override else [])]


def _limit(page: Page, problem: Problem) -> list[str]:
    """Each limit; what there is to paste stays on lines of its own."""
    first, *rest = problem.hint.split("\n")
    told = [*page.prose(problem.summary, 2, hang=2), *page.prose(problem.detail, 4), *page.prose(first, 4)]
    return [*told, *(page.line((text, None), indent=4) for text in rest)]


def _conflicts(page: Page, plan: Plan) -> list[str]:
    """What moved on both sides, and what would be undone."""
    conflicts, drifts = _spots(plan, Verdict.CONFLICT), _spots(plan, Verdict.DRIFT)
    lines = []
    if conflicts:
        text = f"{counted(len(conflicts), ('conflict', 'conflicts'))}: changed on the service and in the manifests"
        lines += page.prose(f"{text} since the last apply. Apply sets what the manifests say.", tone=Tone.ERROR)
        lines += page.flow("", conflicts, 2)
    if drifts:
        text = "Apply undoes what was changed on the service since the last apply:"
        lines += [*page.prose(text, tone=Tone.WARNING), *page.flow("", _few(page, drifts), 2)]
    return lines


def _spots(plan: Plan, verdict: Verdict) -> list[str]:
    """Addresses with the fields that have this verdict."""
    found: dict[str, dict[str, None]] = {}
    for change in plan.ready:
        for leaf in change.fields:
            if leaf.verdict is verdict:
                label, _, _ = place(change.kind, leaf.path)
                found.setdefault(str(change.address), {})[label] = None
    return [f"{address} ({', '.join(labels)})" for address, labels in found.items()]


def _few(page: Page, spots: list[str]) -> list[str]:
    most = page.most(len(spots), 5)
    return [*spots[:most], *([f"… {len(spots) - most} more"] if len(spots) > most else [])]


def _people(page: Page, plan: Plan, cast: Cast) -> list[str]:
    return [line for text in sentences(page, plan, cast) for line in page.prose(text, hang=2)]


def _legend(page: Page, plan: Plan) -> list[str]:
    """Said where an update is shown in one piece and done in two."""
    ids = {change.id for change in plan.ready if change.action is Action.UPDATE and not goes(change)}
    both = any(ChangeId(address, Part.WIDEN) in ids for address, part in ids if part is Part.NARROW)
    text = "Where an update gives (+) and takes away (-), what is taken away waits for what is given."
    return page.prose(text, tone=Tone.QUIET) if both else []


def _unmanaged(page: Page, plan: Plan) -> list[str]:
    """Counted, and with -v listed; never touched."""
    if not plan.unmanaged or not (plan.changes or page.verbose):
        return []
    found = plan.snapshot.unmanaged if plan.snapshot and page.verbose else ()
    head = f"{counted(plan.unmanaged, ('live resource', 'live resources'))} {_be(plan.unmanaged)} not managed"
    addresses = sorted(str(kind.address(live.key)) for kind, live in found)
    return [page.line((f"{head}{':' if addresses else '.'}", Tone.QUIET)), *_listed(page, addresses)]


def _listed(page: Page, addresses: Iterable[str]) -> list[str]:
    return [page.line((address, Tone.QUIET), indent=2) for address in addresses]


def _total(page: Page, plan: Plan) -> list[str]:
    if not plan.changes:
        return [page.line((_nothing(page, plan), Tone.ADD))]
    summary = plan.summary
    skipped = len({change.address for change in plan.changes if change.status is Status.SKIPPED})
    always, sometimes = ("create", "update", "archive"), ("restore", "delete")
    acts = [f"{summary[action]} to {action}" for action in always]
    acts += [f"{summary[action]} to {action}" for action in sometimes if summary[action]]
    rest = {"unchanged": summary["keep"], "blocked": summary["blocked"], "skipped": skipped}
    others = [f"{count} {word}" for word, count in rest.items() if count or word == "unchanged"]
    return [page.line((f"Plan: {', '.join(acts)}; {', '.join(others)}.", Tone.STRONG))]


def _nothing(page: Page, plan: Plan) -> str:
    """Nothing to do, in one line."""
    if not plan.keep:
        return "No changes."
    others = plan.unmanaged if not page.verbose else 0
    left = f"; {others} more {_be(others)} not managed" if others else ""
    stay = sum(bool(difference.kept) for difference in plan.differences.values())
    drifted = f", and {stay} {_be(stay)} as changed on the service" if stay else ""
    said = plan.keep - stay
    return f"No changes. {counted(said, _RESOURCES)} {_be(said)} as the manifests say{drifted}{left}."


def _be(number: int) -> str:
    return "is" if number == 1 else "are"
