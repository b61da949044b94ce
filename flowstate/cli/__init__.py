"""The command line: one file per command, and the one place where errors become exit codes."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

import click

from flowstate.cli.lazy import Commands
from flowstate.cli.options import anywhere, noted
from flowstate.version import __version__

if TYPE_CHECKING:
    from flowstate.errors import Problem

__all__ = ["main"]


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 ok, 1 error, 2 changes or drift, 3 not everything happened, 4 plan file not applicable, "
    "5 over a limit, 6 locked, 7 in doubt, 8 credentials, scopes or team, 130 interrupted.",
)
@click.version_option(__version__, "-V", "--version", prog_name="flowstate", message="%(prog)s %(version)s")
@anywhere
@click.pass_context
def group(context: click.Context, environment: str | None, folder: str | None, verbose: bool) -> None:
    """Keep a team the way YAML manifests in Git say it should be."""
    noted(context, environment, folder, verbose)


def main() -> None:
    """The entry point of the command line; ends the process."""
    gc.set_threshold(50_000, 20, 20)  # many small objects live as long as the command
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line; its exit code. Every foreseeable fault ends here as readable problems."""
    try:
        ended = group.main(arguments, prog_name="flowstate", standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return 130
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()  # the help of the group that nothing was asked of
        return 1
    except click.ClickException as error:
        return _told([_usage(error)], 1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains at exit
        return 141
    except Exception as error:
        return _failed(error)
    return ended if isinstance(ended, int) else 0  # click hands an Exit on as its code


def _failed(error: Exception) -> int:
    from flowstate.errors import FlowstateError

    return _told(list(error.problems), error.exit_code) if isinstance(error, FlowstateError) else _crashed(error)


def _usage(error: click.ClickException) -> Problem:
    from flowstate.errors import Problem

    context = getattr(error, "ctx", None)
    hint = f"See: {context.command_path} --help" if context else "See: flowstate --help"
    return Problem("usage", error.format_message(), hint=hint)


def _told(problems: list[Problem], code: int) -> int:
    from flowstate.cli.output import say_problems

    say_problems(problems)
    return code


def _crashed(error: Exception) -> int:
    """An unforeseen fault: the way it came, without values, secrets removed."""
    import traceback

    from flowstate.text import printable, redact

    lines = "".join(traceback.format_exception(error))
    click.echo(printable(redact(lines), multiline=True), err=True)
    click.echo(f"This is a fault of flowstate {__version__} itself. Please report the lines above.", err=True)
    return 1
