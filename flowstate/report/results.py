"""How a run goes and how it ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import Final

from flowstate.apply import Applied, Outcome, Result
from flowstate.model import Address
from flowstate.plan import Part, Status
from flowstate.report.changes import done
from flowstate.report.entries import retires
from flowstate.report.page import Page, joined
from flowstate.report.style import Style, Tone
from flowstate.report.wording import clip, counted, safe

TONES: Final = {
    Outcome.APPLIED: Tone.ADD,
    Outcome.FAILED: Tone.ERROR,
    Outcome.BLOCKED: Tone.WARNING,
    Outcome.SKIPPED: Tone.QUIET,
    Outcome.STALE: Tone.WARNING,
    Outcome.IN_DOUBT: Tone.ERROR,
}
WORDS: Final = {Outcome.IN_DOUBT: "in doubt"}
_MEANING: Final = {
    Outcome.FAILED: "tried, and refused, not accepted or not saved",
    Outcome.IN_DOUBT: "it is not known whether these happened; the next run looks first",
    Outcome.STALE: "not tried: changed on the service since the plan was made",
    Outcome.BLOCKED: "not tried",
    Outcome.SKIPPED: "not tried",
}
_REASON: Final = 200
_BADNESS: Final = (Outcome.APPLIED, Outcome.SKIPPED, Outcome.BLOCKED, Outcome.STALE, Outcome.FAILED, Outcome.IN_DOUBT)


def result_line(result: Result, done_so_far: int, total: int, style: Style) -> str:
    """One line as a change ends."""
    page = Page(style)
    applied = result.outcome is Outcome.APPLIED
    what = done(result.change) if applied else _word(result.outcome)
    tried = result.outcome not in {Outcome.BLOCKED, Outcome.SKIPPED}  # why not stands in the plan, and at the end
    why = f": {clip(safe(result.error), _REASON)}" if result.error and tried else ""
    notes = f" ({counted(len(result.notes), ('note', 'notes'))})" if result.notes else ""
    count = f" ({done_so_far}/{total})"
    return page.line(
        (f"{what:<9}", TONES[result.outcome]), (f" {_name(result)}", None), (count, Tone.QUIET),
        (f"{notes}{why}", None), indent=2,
    )  # fmt: skip


def results_text(applied: Applied, *, style: Style, width: int = 80, resume: str) -> str:
    """The end of a run: what did not happen and why, what to know, the counts, and the line that goes on."""
    page = Page(style, width)
    sections = [_outcome(page, outcome, applied.results) for outcome in _MEANING]
    sections += [_notes(page, applied.results), _total(page, applied, resume)]
    return joined(sections)


def _outcome(page: Page, outcome: Outcome, results: Iterable[Result]) -> list[str]:
    found = [result for result in results if result.outcome is outcome]
    if not found:
        return []
    head = page.line((f"{_word(outcome).capitalize()}", TONES[outcome]), (f" ({_MEANING[outcome]})", Tone.QUIET))
    lines = [head]
    for reason, group in groupby(sorted(found, key=lambda result: result.error), key=lambda result: result.error):
        lines += [*page.flow("", map(_name, group), 2), *page.prose(reason, 4)]
    return lines


def _notes(page: Page, results: Iterable[Result]) -> list[str]:
    lines = [
        line for result in results for note in result.notes for line in _note(page, result, note)
    ]  # fmt: skip
    return [page.line(("Worth knowing", Tone.NOTE)), *lines] if lines else []


def _note(page: Page, result: Result, note: str) -> list[str]:
    return [page.line((_name(result), None), indent=2), *page.prose(note, 4)]


def _name(result: Result) -> str:
    """The address, and which half of an update where it matters."""
    narrow = result.change.part is Part.NARROW and not retires(result.change)
    return f"{result.change.address}{', what it takes away' if narrow else ''}"


def _word(outcome: Outcome) -> str:
    return WORDS.get(outcome, outcome.value)


def _is_left(result: Result) -> bool:
    return result.outcome is not Outcome.APPLIED


def _of_resources(results: Iterable[Result]) -> dict[Address, Outcome]:
    """How each resource ended: as the worst of its changes."""
    worst: dict[Address, Outcome] = {}
    for result in sorted(results, key=lambda result: _BADNESS.index(result.outcome)):
        worst[result.change.address] = result.outcome
    return worst


def _total(page: Page, applied: Applied, resume: str) -> list[str]:
    counts = Counter(_of_resources(applied.results).values())
    told = ", ".join(f"{counts[one]} {_word(one)}" for one in Outcome if counts[one] or one is Outcome.APPLIED)
    head = "Interrupted: " if applied.interrupted else "Apply: "
    tone = Tone.ADD if applied.exit_code == 0 else Tone.ERROR
    lines = page.prose(f"{head}{told}.", tone=tone)
    if applied.exit_code:  # what is protected is skipped, and needs no other run
        tried = any(result.change.status is Status.READY for result in applied.results if _is_left(result))
        lines += [] if tried else page.prose("What is blocked stays so until its reason is gone.")
        lines.append(page.line(("What is left is planned anew and done by:", None)))
        lines.append(page.line((safe(resume), Tone.STRONG), indent=2))
    return lines
