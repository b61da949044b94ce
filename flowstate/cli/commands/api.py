"""``flowstate api``."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flowstate.cli.options import Where, common, unasked

if TYPE_CHECKING:
    from flowstate.operations import Answer

_LARGEST = 16 * 1024 * 1024  # bytes
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@click.command("api", short_help="Make one authenticated call and print its answer.")
@click.argument("method", metavar="METHOD", type=click.Choice(_METHODS, case_sensitive=False))
@click.argument("path", metavar="PATH")
@click.option("-d", "--data", metavar="JSON", help="The body; @FILE takes it from a file.")
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write the answer, as it is, to FILE."
)
@unasked
@click.option("--ephemeral", is_flag=True, help="In CI: keep a one-time secret in a local file although it may vanish.")
@common
def command(
    where: Where, method: str, path: str, data: str | None, output: Path | None, auto_approve: bool, ephemeral: bool
) -> None:
    """Make one call with the environment's credentials, and print its answer.

    PATH is a path of the guide, such as /api/group, or a whole URL on a host of the environment. What may change
    something is asked about first, and is never sent again when its outcome is unknown (exit code 7). State knows
    nothing of it: the next plan shows what it did to managed resources as drift. A one-time secret in the answer goes
    to where 'passwords:' says.
    """
    from flowstate.cli.again import here
    from flowstate.cli.asking import ask
    from flowstate.cli.ending import to_its_end
    from flowstate.cli.passwords import went
    from flowstate.planfile import check_place
    from flowstate.project.calling import request_of, send
    from flowstate.text import printable

    project = where.project()
    request = request_of(project, method.upper(), path)
    body, file = _body(where, data), where.file(output) if output else None
    if file:
        check_place(file, "answer")
    if not (request.reads or auto_approve):
        team = project.settings.connection().team or "the team of the credentials"
        ask(f"Send {request} to {team} ({project.settings.environment})?", "Say --auto-approve")
    if request.reads:
        answer, _ = asyncio.run(send(project, request, body))
    else:
        answer, kept = to_its_end(lambda _: send(project, request, body, ephemeral=ephemeral))
        if kept:
            said = f"warning: {here(kept.warning)}" if kept.warning else ""
            click.echo(printable(said or f"What was secret in the answer is {went(project, kept.run)}."), err=True)
    _keep(answer, file) if file else _show(answer)


def _body(where: Where, data: str | None) -> Any:
    """What ``-d`` says.

    Raises:
        UsageError: it is no JSON, or its file cannot be read.
    """
    from flowstate.document import Unreadable, read
    from flowstate.errors import Problem, UsageError
    from flowstate.operations import parse_json

    if data is None:
        return None
    try:
        return parse_json(read(where.file(Path(data[1:])), _LARGEST) if data.startswith("@") else data.encode())
    except Unreadable as error:
        hint = "Name a file of JSON after the @."
        raise UsageError(Problem("no-body", f"the file {data[1:]} cannot be read", str(error), hint)) from None
    except (ValueError, RecursionError) as error:
        hint = """Quote it for the shell, such as -d '{"name": "Welders"}'."""
        raise UsageError(Problem("no-body", "what -d says is no JSON", str(error), hint)) from None


def _keep(answer: Answer, path: Path) -> None:
    from flowstate.files import replace_file
    from flowstate.planfile import unwritable

    try:
        replace_file(path, answer.body, mode=0o600)
    except OSError as error:
        raise unwritable(path, error.strerror or str(error), "answer") from None


def _show(answer: Answer) -> None:
    """JSON is laid out; of links only what signs them is hidden.

    Raises:
        UsageError: it is no text.
    """
    from flowstate.cli.output import json_text, result
    from flowstate.errors import GarbledError, Problem, UsageError
    from flowstate.text import printable, redact

    try:
        text = json_text(answer.json()) if answer.body.strip() else ""
    except GarbledError:
        try:
            text = printable(answer.body.decode(), multiline=True)
        except UnicodeDecodeError:
            summary = f"the answer is {len(answer.body):,} bytes that are no text"
            raise UsageError(Problem("no-text", summary, hint="Write it to a file with -o FILE.")) from None
    if text:
        result(redact(text))
