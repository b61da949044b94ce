"""``flowstate reset-settings``."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from flowstate.cli.options import Where, common, waiting

if TYPE_CHECKING:
    from flowstate.project.defaults import Defaults, Setting


@click.command("reset-settings", short_help="Give every setting of the team its default back.")
@click.option("--team", metavar="NAME", help="Do not ask; NAME must be the team's name.")
@waiting
@common
def command(where: Where, team: str | None, lock_timeout: float) -> None:
    """Give every setting of the team its default back, also those that no manifest declares.

    The defaults cannot be known before, and nobody keeps the values there are: the declared ones are shown, and the
    team's name must be typed. Exit code 7 when it is not known whether the settings were reset.
    """
    from flowstate.cli.again import again
    from flowstate.cli.asking import ask_for_name
    from flowstate.cli.ending import to_its_end
    from flowstate.cli.output import result, say_problems
    from flowstate.project.defaults import reset_settings, what_a_reset_takes
    from flowstate.text import printable

    project = where.project()
    defaults = asyncio.run(what_a_reset_takes(project))
    if defaults.notes:
        say_problems(defaults.notes)
    click.echo(printable(_shown(defaults, project.settings.environment), multiline=True), err=True)
    if team is None:
        question = f"Type the name of the team to reset them ({defaults.team})"
        ask_for_name(question, defaults.team, f"Say --team {defaults.team}")
    elif team != defaults.team:
        raise click.UsageError(f"--team says {team!r}, and these are the settings of {defaults.team!r}.")
    to_its_end(lambda stop: reset_settings(project, defaults, patience=lock_timeout, stop=stop))
    line = again(where, "apply")
    what = f"The {defaults.kind.nouns[1]} of {defaults.team} have their defaults back."
    result(printable(f"{what} To set what is declared: {line}"))


def _shown(defaults: Defaults, environment: str) -> str:
    lines = [f"All {defaults.kind.nouns[1]} of team {defaults.team} ({environment}) would go back to their defaults."]
    if defaults.settings:
        lines += ["Those that manifests declare are now:", *map(_line, defaults.settings)]
    if defaults.besides:
        lines += ["Reset with them:", *map(_line, defaults.besides)]
    if defaults.others:
        lines.append(f"{defaults.others} more are declared nowhere; their values would be lost.")
    return "\n".join(lines)


def _line(setting: Setting) -> str:
    import json

    shown = "(sensitive)" if setting.hidden else json.dumps(setting.value, ensure_ascii=False)
    return f"  {'.'.join((str(setting.address), *setting.path))}: {shown}"
