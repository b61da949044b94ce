"""A command line spelled again, so that it can be pasted: the same project, environment and selection."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from flowstate.cli.lazy import names
from flowstate.cli.options import Where, said

if TYPE_CHECKING:
    from pathlib import Path

    from flowstate.apply import Applied
    from flowstate.errors import Problem
    from flowstate.plan import Plan


_ELSEWHERE: Final = frozenset({"init", "new"})  # they begin another project


def again(
    where: Where,
    command: str,
    file: Path | None = None,
    only: Iterable[str] = (),
    exclude: Iterable[str] = (),
    allow: Iterable[str] = (),
    options: Iterable[str] = (),
) -> str:
    """``flowstate … COMMAND …`` with what was said of where, of which addresses, of limits, and further ``options``."""
    words = [*_beginning(where), command]
    for option, values in (("--only", only), ("--exclude", exclude), ("--allow", allow)):
        for value in values:
            words += [option, value]
    words += options
    if file is not None:
        words += ["--", str(file)] if str(file).startswith("-") else [str(file)]
    return shlex.join(words)


def program(where: Where) -> str:
    """How a command line on the same project and environment begins."""
    return shlex.join(_beginning(where))


def _beginning(where: Where) -> list[str]:
    words = ["flowstate"]
    if where.directory:
        words += ["-C", where.directory]
    if where.environment:
        words += ["-e", where.environment]
    return words


def pasted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems; a command in a hint works on the same project and environment as the one that is carried out."""
    return tuple(replace(problem, hint=here(problem.hint)) for problem in problems)


def pasted_plan(plan: Plan) -> Plan:
    """The plan for people, with such hints and reasons."""
    changes = tuple(replace(change, reason=here(change.reason)) for change in plan.changes)
    return replace(plan, changes=changes, problems=pasted(plan.problems))


def pasted_notes(applied: Applied) -> Applied:
    """How a run ended, for people, with such notes."""
    results = tuple(replace(result, notes=tuple(map(here, result.notes))) for result in applied.results)
    return replace(applied, results=results)


def here(text: str) -> str:
    """The text; a command in it works on the same project and environment."""
    where = said.get()
    if "flowstate " not in text or where == where._replace(environment=None, directory=""):
        return text
    commands = "|".join(name for name in names() if name not in _ELSEWHERE)
    return re.sub(rf"\bflowstate (?=(?:{commands})\b)", lambda _: f"{program(where)} ", text)


def allowing(allow: Iterable[str], plan: Plan) -> tuple[str, ...]:
    """``--allow`` as it was said, with what lets this plan through in the place of what did not."""
    over = {excess.override.rpartition("=")[0]: excess.override for excess in plan.excesses}
    kept = [text for text in allow if text.strip().rpartition("=")[0] not in over]
    return (*kept, *over.values())
