"""``flowstate plan``."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from flowstate.cli.options import Where, allowing, common, formats, selection
from flowstate.cli.ownership import Owning, ownership


@click.command()
@click.option(
    "-o", "--out", "file", metavar="PLANFILE", type=click.Path(path_type=Path),
    help="Also write the plan to a file that apply takes, relative to the project's folder.",
)  # fmt: skip
@click.option("--detailed-exitcode", is_flag=True, help="Exit code 2 when there is something to do.")
@formats("text", "json", "markdown", "html")
@allowing
@selection
@ownership
@common
def command(
    where: Where,
    file: Path | None,
    detailed_exitcode: bool,
    form: str,
    allow: tuple[str, ...],
    only: tuple[str, ...],
    exclude: tuple[str, ...],
    owning: Owning,
) -> None:
    """Show what apply would do; nothing is changed.

    Exit code 5 when it is more at once than the limits let through.
    """
    from flowstate import planfile
    from flowstate.cli import again
    from flowstate.cli.output import result, say
    from flowstate.cli.reports import plan_report
    from flowstate.text import printable

    project = where.project(only, exclude, allow, **owning._asdict())
    if file is not None:
        planfile.check_file(where.file(file), project.settings)  # before the team is read: that may take minutes
    say(f"Reading the team ({project.settings.environment})…")
    plan = asyncio.run(project.plan())
    if file is not None:
        planfile.save(where.file(file), plan, asyncio.run(project.pins(plan)))
    line = again.again(where, "apply", file, only, exclude, again.allowing(allow, plan), owning.words())
    told = printable(f"Written to {where.file(file)}. To do exactly this: {line}") if file is not None else ""
    result(plan_report(form, plan, verbose=where.verbose, foot=told, override=line))
    if plan.excesses:
        raise click.exceptions.Exit(5)
    if detailed_exitcode and plan.changes:
        raise click.exceptions.Exit(2)
