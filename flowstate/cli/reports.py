"""Reports into files: several forms of what was read once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowstate.cli.options import Where
    from flowstate.model import Kind
    from flowstate.plan import Plan
    from flowstate.settings import Settings


@dataclass(frozen=True)
class Report:
    """One ``FORMAT=FILE``."""

    form: str
    file: Path


def wanted(spelled: Iterable[str], forms: Sequence[str], where: Where, settings: Settings) -> list[Report]:
    """The reports that these options ask for, once it is sure that they can be written.

    Raises:
        UsageError: not FORMAT=FILE, an unknown format, or two reports in one file.
        ProjectError: a file cannot be written, or belongs to the project.
    """
    from flowstate.settings import check_apart

    reports = [_parsed(text, forms, where) for text in spelled]
    files = [report.file.absolute() for report in reports]
    for report in reports:
        if files.count(report.file.absolute()) > 1:
            raise _wrong(f"two reports would go to {report.file}", "Give each a file of its own.")
        check_apart(report.file, settings, "report")
    return reports


def write(report: Report, text: str) -> None:
    """Put the file in place, whole.

    Raises:
        ProjectError: it cannot be written.
    """
    from flowstate.files import replace_file
    from flowstate.settings import unwritable

    try:
        replace_file(report.file, text.rstrip("\n") + "\n")
    except OSError as error:
        raise unwritable(report.file, error.strerror or str(error), "report") from None


def write_all(reports: Iterable[Report], render: Callable[[str], str]) -> None:
    """Every report; all are made before the first is written."""
    made = [(report, render(report.form)) for report in reports]
    for report, text in made:
        write(report, text)


def plan_report(
    form: str, plan: Plan, *, verbose: bool, kinds: Mapping[str, Kind] | None = None, foot: str = "", override: str = ""
) -> str:
    """A plan for stdout; ``foot`` is one more line for people, ``override`` the command line that lifts limits."""
    from flowstate import report
    from flowstate.cli.again import pasted_plan
    from flowstate.cli.output import json_text, style_of, width

    if form == "json":
        return json_text(plan.as_json())
    plan = pasted_plan(plan)
    if form in {"markdown", "html"}:
        sheet = report.plan_sheet(plan, kinds or {}, foot=(foot,) if foot else (), override=override)
        return report.markdown(sheet) if form == "markdown" else report.html(sheet)
    text = report.plan_text(
        plan, style=style_of(sys.stdout), width=width(), verbose=verbose, kinds=kinds or {}, override=override
    )
    return f"{text}{foot}" if foot else text


def _parsed(text: str, forms: Sequence[str], where: Where) -> Report:
    from flowstate.errors import did_you_mean

    form, equals, file = text.partition("=")
    if not equals or not file:
        raise _wrong(f"{text!r} is not FORMAT=FILE", f"Write one of {', '.join(forms)}, as in html=drift.html.")
    if form not in forms:
        raise _wrong(f"there is no format {form!r}", did_you_mean(form, forms) or f"Formats: {', '.join(forms)}.")
    return Report(form, where.file(Path(file)))


def _wrong(summary: str, hint: str) -> Exception:
    from flowstate.errors import Problem, UsageError

    return UsageError(Problem("report", f"--report: {summary}", hint=hint))
