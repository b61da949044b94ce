"""``flowstate plan``."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from flowstate.cli.options import Where, common, formats, selection


@click.command()
@click.option(
    "-o", "--out", "file", metavar="PLANFILE", type=click.Path(path_type=Path, dir_okay=False),
    help="Also write the plan to a file that apply takes.",
)  # fmt: skip
@click.option("--detailed-exitcode", is_flag=True, help="Exit code 2 when there is something to do.")
@formats("text", "json", "markdown", "html")
@selection
@common
def command(
    where: Where, file: Path | None, detailed_exitcode: bool, form: str, only: tuple[str, ...], exclude: tuple[str, ...]
) -> None:
    """Show what apply would do; nothing is changed."""
    from flowstate import planfile
    from flowstate.cli.again import again
    from flowstate.cli.output import result, say
    from flowstate.cli.reports import plan_report
    from flowstate.text import printable

    if file is not None:
        planfile.check_place(file)  # before the team is read: that may take minutes
    project = where.project(only, exclude)
    say(f"Reading the team ({project.settings.environment})…")
    plan = asyncio.run(project.plan())
    if file is not None:
        planfile.save(file, plan, asyncio.run(project.pins(plan)))
    line = again(where, "apply", file, only, exclude) if file is not None else ""
    told = printable(f"Written to {file}. To do exactly this: {line}") if line else ""
    result(plan_report(form, plan, verbose=where.verbose, foot=told))
    if detailed_exitcode and plan.changes:
        raise click.exceptions.Exit(2)
