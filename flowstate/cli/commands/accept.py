"""``flowstate accept``."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from flowstate.cli.options import Where, common, excluding

if TYPE_CHECKING:
    from flowstate.accept import Acceptance


@click.command(short_help="Write what was changed on the service into the manifests.")
@click.argument("globs", metavar="GLOB...", nargs=-1, required=True)
@click.option("--check", is_flag=True, help="Print the edit as a diff and write nothing; exit code 2 if there is one.")
@click.option("--field", "fields", metavar="NAME", multiple=True, help="Only this field; may be repeated.")
@click.option("--into", metavar="FILE", default="", help="The manifest that takes live resources which none names.")
@excluding
@common
def command(
    where: Where, globs: tuple[str, ...], check: bool, fields: tuple[str, ...], into: str, exclude: tuple[str, ...]
) -> None:
    """Write what was changed on the service into the manifests, where it is defined.

    GLOB names addresses, such as 'group/*' or user/ada@example.com. What was changed in the manifests and not yet
    applied is left as it is. Comments, order and quotes survive; the service and the state are not touched. Exit code 3
    when something that was named could not be accepted.
    """
    from flowstate.accept import write
    from flowstate.cli.output import say, say_problems
    from flowstate.project.accepting import accept

    project = where.project()
    say(f"Reading the team ({project.settings.environment})…")
    made = asyncio.run(accept(project, globs, fields=fields, into=into, exclude=exclude))
    if check:
        _show(made)
    else:
        write(made.revisions)
        _tell(made)
    if told := [*made.refused, *made.notes]:
        say_problems(told)
    if check and (made.revisions or made.refused):
        raise click.exceptions.Exit(2)
    if made.refused:
        raise click.exceptions.Exit(3)


def _show(made: Acceptance) -> None:
    from flowstate.cli.output import result
    from flowstate.text import printable, redact

    for revision in made.revisions:
        for line in revision.diff():
            result(printable(redact(line)))


def _tell(made: Acceptance) -> None:
    from flowstate.cli.output import result
    from flowstate.text import printable

    for address, names in made.accepted.items():
        to = made.moved.get(address)
        result(printable(f"{address}: {', '.join(names)}{f' (now {to})' if to else ''}"))
    for address in made.added:
        result(printable(f"{address}: added"))
    files = [revision.name for revision in made.revisions]
    count = len(made.accepted) + len(made.added)
    nothing = "Nothing was accepted." if made.refused else "Nothing to accept."
    said = f"{count} resource{'s' * (count != 1)} accepted into {', '.join(files)}." if files else nothing
    result(printable(said))
