"""``flowstate validate``."""

from __future__ import annotations

import asyncio

import click

from flowstate.cli.options import Where, common, formats


@click.command(short_help="Check all manifests, offline.")
@formats("text", "json")
@common
def command(where: Where, form: str) -> None:
    """Check flowstate.yaml and all manifests, offline and without credentials.

    Every problem of every file is told at once, with file, line and column. Exit code 1 when there are errors.
    """
    from flowstate.cli.output import result, result_json, say_problems
    from flowstate.errors import ProjectError, Severity
    from flowstate.report import problems_json

    try:
        project = where.project()
        desired = asyncio.run(project.load())
    except ProjectError as error:
        if form == "text":
            raise
        result_json(problems_json(error.problems))
        raise click.exceptions.Exit(error.exit_code) from None
    if form == "json":
        return result_json(problems_json(desired.warnings))
    if desired.warnings:
        say_problems(desired.warnings)
    count = len(desired.resources)
    warned = sum(problem.severity is Severity.WARNING for problem in desired.warnings)
    told = f", {warned} warning{'s' * (warned != 1)}" if warned else ""
    result(f"Valid: {count} resource{'s' * (count != 1)} for environment {project.settings.environment}{told}.")
    return None
