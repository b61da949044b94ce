"""``flowstate api``."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flowstate.cli.options import Where, common, unasked

if TYPE_CHECKING:
    from flowstate.project.calling import Answered, Request

_LARGEST = 16 * 1024 * 1024  # bytes
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@click.command("api", short_help="Make one authenticated call and print its answer.")
@click.argument("method", metavar="METHOD", type=click.Choice(_METHODS, case_sensitive=False))
@click.argument("path", metavar="PATH")
@click.option("-d", "--data", metavar="JSON", help="The body; @FILE takes it from a file.")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write the answer there, unchanged but for one-time secrets.",
)
@unasked
@click.option("--ephemeral", is_flag=True, help="In CI: keep a one-time secret in a local file although it may vanish.")
@common
def command(
    where: Where, method: str, path: str, data: str | None, output: Path | None, auto_approve: bool, ephemeral: bool
) -> None:
    """Make one call with the environment's credentials, and print its answer.

    PATH is a path of the guide, such as /api/group, or a whole URL on a host of the environment. Whatever is no GET is
    asked about first, and is not sent again when its outcome is unknown (exit code 7). State knows nothing of it: the
    next plan shows what it did to managed resources. One-time secrets in the answer go to where 'passwords:' says;
    an answer that may hold sensitive values, as those about triggers, is only written to a FILE.
    """
    from flowstate.cli.asking import ask
    from flowstate.cli.ending import to_its_end
    from flowstate.errors import Problem, UsageError
    from flowstate.project.calling import request_of, send
    from flowstate.settings import check_apart

    project = where.project()
    request = request_of(project, method.upper(), path)
    body, file = _body(where, data), where.file(output) if output else None
    if file:
        check_apart(file, project.settings, "answer")
    elif request.tells(project.provider.kinds):
        summary = f"the answer to {request} may hold sensitive values, which are not printed"
        raise UsageError(Problem("sensitive-answer", summary, "Nothing was sent.", "Write it to a file with -o FILE."))
    if not (request.reads or auto_approve):
        team = project.settings.connection().team or "the team of the credentials"
        ask(f"Send {request} to {team} ({project.settings.environment})?", "Say --auto-approve")
    if request.reads:
        answered = asyncio.run(send(project, request, body))
    else:
        answered = to_its_end(lambda stop: send(project, request, body, ephemeral=ephemeral, stop=stop))
    if answered is None:
        raise click.exceptions.Abort
    _tell(where, answered)
    _keep(request, answered, file) if file else _show(request, answered)


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
        body = parse_json(read(where.file(Path(data[1:])), _LARGEST) if data.startswith("@") else data.encode())
    except Unreadable as error:
        hint = "Name a file of JSON after the @."
        raise UsageError(Problem("no-body", f"the file {data[1:]} cannot be read", str(error), hint)) from None
    except (ValueError, RecursionError) as error:
        hint = """Quote it for the shell, such as -d '{"name": "Welders"}'."""
        raise UsageError(Problem("no-body", "what -d says is no JSON", str(error), hint)) from None
    if body is None:
        raise UsageError(Problem("no-body", "null is no body", hint="Leave out -d to send none."))
    return body


def _tell(where: Where, answered: Answered) -> None:
    """Whose team it was, where that could not be told, and where secrets went."""
    from flowstate.cli.again import here
    from flowstate.cli.output import say_problems
    from flowstate.cli.passwords import went
    from flowstate.text import printable

    if answered.notes:
        say_problems(answered.notes)
    for kept in answered.kept:
        said = f"warning: {here(kept.warning)}" if kept.warning else ""
        click.echo(printable(said or f"What was secret in the answer is {went(where.project(), kept.run)}."), err=True)


def _keep(request: Request, answered: Answered, path: Path) -> None:
    from flowstate.errors import Problem, ProjectError
    from flowstate.files import replace_file

    try:
        replace_file(path, answered.answer.body, mode=0o600)
    except OSError as error:
        summary = f"The answer cannot be written to {path}: {error.strerror}"
        raise ProjectError(Problem("answer-io", summary, *_after(request, "Choose another path."))) from None


def _show(request: Request, answered: Answered) -> None:
    """JSON is laid out; of links only what signs them is hidden.

    Raises:
        UsageError: it is no text.
    """
    from flowstate.cli.output import json_text, result
    from flowstate.errors import GarbledError, Problem, UsageError
    from flowstate.text import printable, redact

    body = answered.answer.body
    try:
        text = json_text(answered.answer.json()) if body.strip() else ""
    except GarbledError:
        try:
            text = printable(body.decode(), multiline=True)
        except UnicodeDecodeError:
            summary = f"the answer is {len(body):,} bytes that are no text"
            advice = _after(request, "Write it to a file with -o FILE.")
            raise UsageError(Problem("no-text", summary, *advice)) from None
    if text:
        result(redact(text))


def _after(request: Request, hint: str) -> tuple[str, str]:
    """Detail and hint of what went wrong after the call."""
    return ("", hint) if request.reads else (f"{request} was done: do not send it again.", "")
