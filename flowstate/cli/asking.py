"""Questions to a person before something is done that cannot be taken back."""

from __future__ import annotations

import sys

import click


def ask(question: str, otherwise: str) -> None:
    """Go on only after a yes; ``otherwise`` says what to do where nobody can be asked.

    Raises:
        UsageError: there is no terminal.
    """
    _need_terminal(otherwise)
    if not click.confirm(_shown(question), err=True):
        _refused()


def ask_for_name(question: str, name: str, otherwise: str) -> None:
    """Go on only after ``name`` was typed.

    Raises:
        UsageError: there is no terminal.
    """
    _need_terminal(otherwise)
    if click.prompt(_shown(question), default="", show_default=False, err=True).strip() != name:
        _refused()


def _need_terminal(otherwise: str) -> None:
    from flowstate.errors import Problem, UsageError

    if not sys.stdin.isatty():
        summary = "there is no terminal to ask on, so nothing was changed"
        raise UsageError(Problem("no-terminal", summary, hint=otherwise))


def _shown(question: str) -> str:
    from flowstate.text import printable

    return printable(question)


def _refused() -> None:
    click.echo("Not done; nothing was changed.", err=True)
    raise click.exceptions.Exit(1)
