"""Problems, readable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from flowstate.errors import Problem, Severity
from flowstate.report.page import Page
from flowstate.report.style import Style, Tone
from flowstate.report.wording import counted
from flowstate.state import PASSWORD_IN_DOUBT

FORMAT: Final = "flowstate/problems/v1"
_TONES: Final = {Severity.ERROR: Tone.ERROR, Severity.WARNING: Tone.WARNING, Severity.NOTE: Tone.NOTE}
_SPOTS: Final = 6  # of problems that are alike
_NEVER_CUT: Final = {PASSWORD_IN_DOUBT}  # the next run does not say it again


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
    """The lines of all problems; those that differ in nothing but the address or the place are told once."""
    groups: dict[object, list[Problem]] = {}
    for problem in sorted(dict.fromkeys(problems), key=_order):
        groups.setdefault(_told(problem), []).append(problem)
    return [line for group in groups.values() for line in _alike(page, group)]


def _order(problem: Problem) -> tuple[object, ...]:
    place = problem.place
    spot = (place.file, place.line, place.column) if place else ("", 0, 0)
    return list(Severity).index(problem.severity), spot, problem.address, problem.code, problem.summary


def _told(problem: Problem) -> tuple[str, ...]:
    texts = (problem.summary, problem.detail, problem.hint)
    said = (text.replace(problem.address, "\0") if problem.address else text for text in texts)
    return problem.severity.value, problem.code, str(problem.place is None), *said


def _alike(page: Page, group: Sequence[Problem]) -> list[str]:
    most = len(group) if group[0].code in _NEVER_CUT else page.most(len(group), _SPOTS)
    more = page.more(len(group) - most, "more like this", 2)
    head = _head(page, group[0])
    if group[0].place is not None:
        where = [line for problem in group[:most] for line in page.prose(_spot(problem, group), 2, tone=Tone.QUIET)]
        return [*head, *where, *more, *_advice(page, group[0])]
    others = [problem.address for problem in group[1:most]]
    same = page.flow("the same for", others, 2, tone=Tone.QUIET) if others else []
    return [*head, *same, *more, *_advice(page, group[0])]


def _spot(problem: Problem, group: Sequence[Problem]) -> str:
    """The place; the address too where the heading does not name it."""
    named = problem is group[0] and problem.address in problem.summary
    return f"{problem.place}{'' if named or not problem.address else f'  {problem.address}'}"


def _head(page: Page, problem: Problem) -> list[str]:
    word = f"{problem.severity.value}:"
    first, *rest = page.prose(f"{word} {problem.summary}", hang=2)
    unnamed = problem.place is None and problem.address and problem.address not in problem.summary
    where = [page.line((problem.address, Tone.QUIET), indent=2)] if unnamed else []
    return [page.style.paint(word, _TONES[problem.severity]) + first[len(word) :], *rest, *where]


def _advice(page: Page, problem: Problem) -> list[str]:
    """Detail and hint may have lines of their own; indented, they cannot pass for anything else."""
    detail = [line for text in problem.detail.split("\n") for line in page.prose(text, 2)]
    hint = [line for text in _hinted(problem.hint) for line in page.prose(text, 2, hang=6)]
    return [*detail, *hint]


def _hinted(hint: str) -> list[str]:
    first, *rest = hint.split("\n")
    return [f"hint: {first}", *(f"      {line}" for line in rest)] if hint else []
