"""``flowstate new``."""

from __future__ import annotations

import asyncio
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowstate.cli.options import Where, common

if TYPE_CHECKING:
    from flowstate.errors import Problem
    from flowstate.templates import Asked


@click.command(short_help="Make a team's folder from a template, or update one from it.")
@click.argument("places", metavar="[TEMPLATE] DIR", nargs=-1)
@click.option("--update", "updating", is_flag=True, help="Bring the template's changes into DIR, which came from it.")
@click.option(
    "--data", metavar="NAME=VALUE", multiple=True, help="The answer to a question of the template; may be repeated."
)
@click.option("--defaults", is_flag=True, help="Ask nothing: every other question takes its default.")
@click.option("--ref", metavar="TAG", default="", help="The template's tag or commit (default: its newest tag).")
@click.option("--trust", is_flag=True, help="Let the template run programs on this machine.")
@common
def command(
    where: Where, places: tuple[str, ...], updating: bool, data: tuple[str, ...], defaults: bool, ref: str, trust: bool
) -> None:
    """Make the folder DIR from TEMPLATE, a folder or Git URL; or, with --update, bring in what the template changed.

    The template's questions are asked, or answered by --data and --defaults. A new folder is written only when all of
    it is valid. An update merges into a folder that is all committed; what both sides changed gets conflict markers
    and exit code 1.
    """
    if len(places) != 2 - updating:
        raise click.UsageError("Say 'new TEMPLATE DIR' or 'new --update DIR'.")
    try:
        import copier  # noqa: F401
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"templates need {error.name}, which is not installed. Run: pip install 'flowstate[templates]'"
        ) from error
    from flowstate.templates import Asked

    asked = Asked(_answers(data), defaults, trust, ref, sys.stdin.isatty())
    folder = where.folder / places[-1]
    if updating:
        _update(folder, asked)
    else:
        _create(places[0], folder, where, asked)


def _answers(data: tuple[str, ...]) -> dict[str, str]:
    answers = dict(pair.partition("=")[::2] for pair in data)
    for pair in data:
        if "=" not in pair or not pair.partition("=")[0]:
            raise click.UsageError(f"--data {pair!r} is not NAME=VALUE.")
    return answers


def _create(template: str, folder: Path, where: Where, asked: Asked) -> None:
    from flowstate import templates
    from flowstate.cli.output import result, say_problems
    from flowstate.text import printable

    counted: list[str] = []
    found = templates.source(template, where.folder)
    made = templates.create(found, folder, asked, lambda place: counted.extend(_validated(place)))
    if made.notes:
        say_problems(made.notes)
    of = f"{template}, version {made.version}" if made.version else template
    result(printable(f"Made {folder} from {of}: {len(made.files)} files."))
    result("\n".join(counted))
    result(f"\nNext:\n\n{_next(folder)}")


def _validated(folder: Path) -> list[str]:
    """A sentence for every environment; refuses what ``flowstate validate`` would."""
    from flowstate.errors import FlowstateError, Problem, TemplateError
    from flowstate.project import Project
    from flowstate.settings.load import environments

    told = []
    try:
        for name in environments(folder):
            count = len(asyncio.run(Project.open(folder, name).load()).resources)
            told.append(f"Valid: {count} resource{'s' * (count != 1)} for environment {name}.")
    except FlowstateError as error:
        hint = "Give other answers (--data), or tell whoever looks after the template."
        first = Problem("template-invalid", "What the template makes is not valid", "Nothing was written.", hint)
        raise TemplateError(first, *error.problems) from error
    return told


def _next(folder: Path) -> str:
    from flowstate.settings.load import environments

    inside = shlex.quote(str(folder))
    lines = [f"cd {inside}", "git init && git add . && git commit -m 'The team from its template'"]
    lines += [f"flowstate -e {shlex.quote(name)} plan" for name in environments(folder)]
    return "\n".join(f"  {line}" for line in lines)


def _update(folder: Path, asked: Asked) -> None:
    from flowstate import templates
    from flowstate.cli.output import result, say_problems
    from flowstate.text import printable

    made = templates.update(folder, asked)
    if not made.files:
        result(printable(f"{folder} is at version {made.version} of its template already; nothing was changed."))
        return
    result(printable(f"Updated {folder} from version {made.before} to {made.version} of its template:"))
    result(printable("\n".join(f"  {name}" for name in made.files), multiline=True))
    if problems := (*made.conflicts, *(_faults(folder) if not made.conflicts else ())):
        say_problems(problems)
        raise click.exceptions.Exit(1)
    result(f"\nNext:\n\n{_after(folder)}")


def _faults(folder: Path) -> tuple[Problem, ...]:
    """What is not valid after an update; it stays, for whoever updates to put right."""
    from flowstate.errors import TemplateError

    try:
        _validated(folder)
    except TemplateError as error:
        return error.problems[1:]
    return ()


def _after(folder: Path) -> str:
    from flowstate.settings.load import environments

    inside = shlex.quote(str(folder))
    plans = [f"flowstate -C {inside} -e {shlex.quote(name)} plan" for name in environments(folder)]
    return "\n".join(f"  {line}" for line in (f"git -C {inside} diff", *plans))
