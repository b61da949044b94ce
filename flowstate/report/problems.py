"""Problems, readable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, Final

from flowstate.errors import Problem, Severity
from flowstate.report.page import Page
from flowstate.report.style import Style, Tone
from flowstate.report.wording import counted

FORMAT: Final = "flowstate/problems/v1"
_TONES: Final = {Severity.ERROR: Tone.ERROR, Severity.WARNING: Tone.WARNING, Severity.NOTE: Tone.NOTE}
_NOTES: Final = 4  # of one code; more of them say little that is new


def problems_json(problems: Iterable[Problem]) -> dict[str, Any]:
    """``flowstate/problems/v1``."""
    return {"format": FORMAT, "problems": [problem.as_json() for problem in problems]}


def problems_text(problems: Iterable[Problem], *, style: Style, width: int = 80) -> str:
    """Every problem, errors first, file by file; of several, the total comes last."""
    found = list(problems)
    lines = problem_lines(Page(style, width, verbose=True), found)
    if len(found) > 1:
        lines += ["", totals(found)]
    return "".join(f"{line}\n" for line in lines)


def totals(problems: Iterable[Problem]) -> str:
    """``3 errors, 1 warning``."""
    counts = Counter(problem.severity for problem in problems)
    return ", ".join(counted(counts[one], (one.value, f"{one.value}s")) for one in Severity if counts[one])


def problem_lines(page: Page, problems: Iterable[Problem]) -> list[str]:
    """The lines of all problems; what several in a row have in common is said once, after the last of them."""
    lines: list[str] = []
    for _, group in groupby(sorted(dict.fromkeys(problems), key=_order), key=_shared):
        lines += _alike(page, list(group))
    return lines


def _order(problem: Problem) -> tuple[object, ...]:
    place = problem.place
    spot = (place.file, place.line, place.column) if place else ("", 0, 0)
    return list(Severity).index(problem.severity), spot, problem.address, problem.code, problem.summary


def _shared(problem: Problem) -> tuple[str, str, str, str]:
    return problem.severity.value, problem.code, problem.detail, problem.hint


def _alike(page: Page, group: Sequence[Problem]) -> list[str]:
    limit = len(group) if page.verbose or group[0].severity is not Severity.NOTE else _NOTES
    most = limit if len(group) > limit + 1 else len(group)
    lines = [line for problem in group[:most] for line in _head(page, problem)]
    if len(group) > most:
        lines.append(page.line((f"  … and {len(group) - most} more like this (-v lists them)", Tone.QUIET)))
    return [*lines, *_advice(page, group[0])]


def _head(page: Page, problem: Problem) -> list[str]:
    word = f"{problem.severity.value}: "
    first, *rest = page.prose(f"{word}{problem.summary}", hang=2) or [word]
    tone = _TONES[problem.severity]
    lines = [page.style.paint(word.rstrip(), tone) + first[len(word) - 1 :], *rest]
    where = str(problem.place) if problem.place else ""
    if not where and problem.address and problem.address not in problem.summary:
        where = problem.address
    return [*lines, *([page.line((where, Tone.QUIET), indent=2)] if where else [])]


def _advice(page: Page, problem: Problem) -> list[str]:
    """Detail and hint may have lines of their own; indented, they cannot pass for anything else."""
    detail = [line for text in problem.detail.split("\n") for line in page.prose(text, 2)]
    hint = [line for text in _hinted(problem.hint) for line in page.prose(text, 2, hang=6)]
    return [*detail, *hint]


def _hinted(hint: str) -> list[str]:
    first, *rest = hint.split("\n")
    return [f"hint: {first}", *(f"      {line}" for line in rest)] if hint else []
