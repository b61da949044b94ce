"""What goes to stdout (results) and to stderr (progress, problems)."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable
from typing import Any

import click

from flowstate.errors import OutputError, Problem


def style_of(stream: Any) -> Any:
    """Colour on a terminal, none in a pipe or under NO_COLOR."""
    from flowstate.report import Style

    return Style(color=stream.isatty() and not os.environ.get("NO_COLOR"))


def width() -> int:
    """Columns to write for: the terminal's, 80 elsewhere."""
    return min(shutil.get_terminal_size((80, 24)).columns, 120) if sys.stdout.isatty() else 80


def result(text: str) -> None:
    """The result of a command.

    Raises:
        OutputError: stdout does not take it, such as a file on a full disk.
    """
    try:
        click.echo(text.rstrip("\n"))
    except BrokenPipeError:
        raise  # whoever reads has read enough
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the rest is tried again at exit
        hint = "Write it elsewhere, or make room; where nothing was to be changed, run it again."
        raise OutputError(
            Problem("output-io", "the result cannot be written to stdout", error.strerror or str(error), hint)
        ) from error


def result_json(data: Any) -> None:
    """The result of a command, for programs; OutputError as for result()."""
    result(json_text(data))


def json_text(data: Any) -> str:
    """JSON that says the same to every reader: what a terminal or a pipeline would obey stands in it escaped."""
    text = json.dumps(data, indent=2, ensure_ascii=False).replace("##", "#\\u0023")
    lines = text.split("\n")
    return "\n".join(line if line.isprintable() else "".join(map(_escaped, line)) for line in lines)


def _escaped(char: str) -> str:
    return char if char.isprintable() else json.dumps(char)[1:-1]


def say(text: str) -> None:
    """A line of progress; only for somebody who watches."""
    if sys.stderr.isatty():
        click.echo(text, err=True)


def say_problems(problems: Iterable[Problem]) -> None:
    """Problems, readable."""
    from flowstate.cli.again import pasted
    from flowstate.report import problems_text

    click.echo(problems_text(pasted(problems), style=style_of(sys.stderr), width=width()).rstrip("\n"), err=True)
