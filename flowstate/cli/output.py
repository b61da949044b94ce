"""What goes to stdout (results) and to stderr (progress, problems)."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable
from typing import Any

import click

from flowstate.errors import Problem


def style_of(stream: Any) -> Any:
    """Colour on a terminal, none in a pipe or under NO_COLOR."""
    from flowstate.report import Style

    return Style(color=stream.isatty() and not os.environ.get("NO_COLOR"))


def width() -> int:
    """Columns to write for: the terminal's, 80 elsewhere."""
    return min(shutil.get_terminal_size((80, 24)).columns, 120) if sys.stdout.isatty() else 80


def result(text: str) -> None:
    """The result of a command."""
    click.echo(text.rstrip("\n"))


def result_json(data: Any) -> None:
    """The result of a command, for programs."""
    text = json.dumps(data, indent=2, ensure_ascii=False)
    click.echo(text.encode("utf-8", "backslashreplace").decode())  # half a surrogate pair has no UTF-8


def say(text: str) -> None:
    """A line of progress; only for somebody who watches."""
    if sys.stderr.isatty():
        click.echo(text, err=True)


def say_problems(problems: Iterable[Problem]) -> None:
    """Problems, readable."""
    from flowstate.report import problems_text

    click.echo(problems_text(list(problems), style=style_of(sys.stderr), width=width()).rstrip("\n"), err=True)
