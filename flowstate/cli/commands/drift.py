"""``flowstate drift``."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from flowstate.cli.options import Where, common, formats, selection

if TYPE_CHECKING:
    from flowstate.drift import Drift

_FORMATS = ("text", "json", "markdown", "html", "junit", "sarif")


@click.command(short_help="Say what changed on the service, and what differs from the manifests.")
@click.option("--new", "only_new", is_flag=True, help="Only what the last 'drift --new' did not tell.")
@click.option(
    "--report", "reports", metavar="FORMAT=FILE", multiple=True,
    help="Also write this report to a file, relative to the project's folder; may be repeated.",
)  # fmt: skip
@formats(*_FORMATS)
@selection
@common
def command(
    where: Where, only_new: bool, reports: tuple[str, ...], form: str, only: tuple[str, ...], exclude: tuple[str, ...]
) -> None:
    """Compare the team with manifests and state; nothing is changed on it.

    Exit code 2 when something drifted, is in conflict, is missing or was never applied. What only the manifests moved
    (plan shows it) and what no manifest names leave 0.
    """
    from flowstate.cli.output import result, say
    from flowstate.cli.reports import wanted, write_all

    project = where.project(only, exclude)
    files = wanted(reports, _FORMATS, where, project.settings)  # before the team is read: that may take minutes
    told = project.drift_memory.load() if only_new else None
    say(f"Reading the team ({project.settings.environment})…")
    drift = asyncio.run(project.drift())
    shown = told.new_of(drift) if told else drift
    write_all(files, lambda one: _rendered(one, shown, where, to_stdout=False))
    result(_rendered(form, shown, where, to_stdout=True))
    if told:
        project.drift_memory.save(told.after(drift))  # only now: what could not be told is new the next time
    if shown.exit_code:
        raise click.exceptions.Exit(shown.exit_code)


def _rendered(form: str, drift: Drift, where: Where, *, to_stdout: bool) -> str:
    from dataclasses import replace

    from flowstate import report
    from flowstate.cli.again import pasted, program
    from flowstate.cli.output import json_text, style_of, width

    line = program(where)
    if form == "json":
        return json_text(drift.as_json())
    if form == "sarif":
        return json_text(report.drift_sarif(drift, folder=where.directory))
    if form == "junit":
        return report.drift_junit(drift)
    drift = replace(drift, problems=pasted(drift.problems))
    if form in {"markdown", "html"}:
        sheet = report.drift_sheet(drift, program=line)
        return report.markdown(sheet, whole=f"{line} drift --format html") if form == "markdown" else report.html(sheet)
    style, columns = (style_of(sys.stdout), width()) if to_stdout else (report.Style(), 80)
    return report.drift_text(drift, style=style, width=columns, verbose=where.verbose, program=line)
