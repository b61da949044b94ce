"""``flowstate show``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from flowstate.cli.options import Where, common, formats


@click.command()
@click.argument("what", metavar="PLANFILE|RUN")
@formats("text", "json", "markdown", "html")
@common
def command(where: Where, what: str, form: str) -> None:
    """Show a plan file or a run again, without reading the service.

    PLANFILE is relative to the project's folder. RUN is the name of a run of this environment, or its beginning: what
    was sent, and what became of it.
    """
    file = where.file(Path(what))
    if file.is_file() or _looks_like_a_file(what, file):
        _show_plan(where, file, form)
    else:
        _show_run(where, what, form)


def _looks_like_a_file(what: str, file: Path) -> bool:
    return file.exists() or file.suffix == ".json" or len(Path(what).parts) > 1


def _show_plan(where: Where, file: Path, form: str) -> None:
    from flowstate import planfile, providers
    from flowstate.cli.output import json_text, result
    from flowstate.cli.reports import plan_report

    saved = planfile.load(file)
    kinds = providers.load(saved.pins.provider).kinds
    plan = planfile.to_plan(saved, kinds)
    if form == "json":
        return result(json_text(saved.plan))
    told = f"Made {saved.created:%Y-%m-%d %H:%M} UTC, can be applied until {saved.expires:%Y-%m-%d %H:%M} UTC."
    return result(plan_report(form, plan, verbose=where.verbose, kinds=kinds, foot=told))


def _show_run(where: Where, name: str, form: str) -> None:
    from flowstate.cli.output import result, result_json, style_of, width
    from flowstate.errors import Problem, UsageError
    from flowstate.report import run_text

    if form not in {"text", "json"}:
        hint = "Say --format text or --format json."
        raise UsageError(Problem("run-format", f"a run cannot be shown as {form}; a plan can", hint=hint))
    run = where.project().location.runs.find(name)
    if form == "json":
        return result_json(run.as_json())
    result(run_text(run, style=style_of(sys.stdout), width=width()))
    return None
