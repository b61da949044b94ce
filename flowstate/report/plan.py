"""A plan for the person who must say yes: conflicts, people, changes, notes, the count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flowstate.diff import Verdict
from flowstate.plan import Plan, Status
from flowstate.report.cast import cast_of
from flowstate.report.changes import blocks
from flowstate.report.page import Page
from flowstate.report.people import sentences
from flowstate.report.problems import problem_lines
from flowstate.report.slots import place
from flowstate.report.style import Style, Tone
from flowstate.report.wording import counted

_RESOURCES = ("resource", "resources")


def plan_text(plan: Plan, *, style: Style, width: int = 80, verbose: bool = False) -> str:
    """The whole plan; its last line is the count."""
    page = Page(style, width, verbose)
    return "\n".join("".join(f"{line}\n" for line in section) for section in _sections(page, plan) if section)


def _sections(page: Page, plan: Plan) -> Iterator[list[str]]:
    if plan.changes:
        yield _head(page, plan)
        yield _conflicts(page, plan)
        yield _people(page, plan)
        yield from blocks(page, plan)
    yield problem_lines(page, plan.problems)
    yield [*_unmanaged(page, plan), *_total(page, plan)]


def _head(page: Page, plan: Plan) -> list[str]:
    where = f" ({plan.environment})" if plan.environment else ""
    return [page.line((f"Team {plan.team}{where}", Tone.STRONG))]


def _conflicts(page: Page, plan: Plan) -> list[str]:
    """What moved on both sides, and what would be undone."""
    conflicts, drifts = _spots(plan, Verdict.CONFLICT), _spots(plan, Verdict.DRIFT)
    lines = []
    if conflicts:
        text = f"{counted(len(conflicts), ('conflict', 'conflicts'))}: changed on the service and in the manifests"
        lines += page.prose(f"{text} since the last apply. Apply sets what the manifests say.", tone=Tone.ERROR)
        lines += [line for spot in conflicts for line in page.prose(spot, 2, hang=2)]
    if drifts:
        text = "Apply undoes what was changed on the service since the last apply:"
        lines += page.flow(text, _few(page, drifts), tone=Tone.WARNING)
    return lines


def _spots(plan: Plan, verdict: Verdict) -> list[str]:
    """Addresses with the fields that have this verdict."""
    found: dict[str, dict[str, None]] = {}
    for change in plan.ready:
        for leaf in change.fields:
            if leaf.verdict is verdict:
                label, _, _ = place(change.kind, leaf.path)
                found.setdefault(str(change.address), {})[label] = None
    return [f"{address} {', '.join(labels)}" for address, labels in found.items()]


def _few(page: Page, spots: list[str]) -> list[str]:
    most = len(spots) if page.verbose or len(spots) <= 6 else 5
    return [*spots[:most], *([f"and {len(spots) - most} more"] if len(spots) > most else [])]


def _people(page: Page, plan: Plan) -> list[str]:
    return [line for text in sentences(plan, cast_of(plan), verbose=page.verbose) for line in page.prose(text, hang=2)]


def _unmanaged(page: Page, plan: Plan) -> list[str]:
    """Counted, and with -v listed; never touched."""
    if not plan.unmanaged or not (plan.changes or page.verbose):
        return []
    found = plan.snapshot.unmanaged if plan.snapshot and page.verbose else ()
    verb = "is" if plan.unmanaged == 1 else "are"
    head = f"{counted(plan.unmanaged, ('live resource', 'live resources'))} {verb} not managed"
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
    return page.prose(f"Plan: {', '.join(acts)}; {', '.join(others)}.", hang=2, tone=Tone.STRONG)


def _nothing(page: Page, plan: Plan) -> str:
    """Nothing to do, in one line."""
    kept = f" {counted(plan.keep, _RESOURCES)} {'is' if plan.keep == 1 else 'are'} as the manifests say" * bool(
        plan.keep
    )
    others = f"; {plan.unmanaged} more {'is' if plan.unmanaged == 1 else 'are'} not managed" * bool(
        plan.unmanaged and kept and not page.verbose
    )
    return f"No changes.{kept}{others}{'.' if kept else ''}"
