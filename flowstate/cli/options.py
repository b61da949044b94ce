"""Options that several commands share.

Every run imports this, ``--version`` too, so it takes nothing that click has not imported already.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from math import isnan
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from pathlib import Path

    from flowstate.project import Project

Command = Callable[..., Any]


class Where(NamedTuple):
    """What ``-e``, ``-C`` and ``-v`` say, before or after the command; ``directory`` is empty where nothing says it."""

    environment: str | None = None
    directory: str = ""
    verbose: bool = False

    @property
    def folder(self) -> Path:
        """The project's folder."""
        from pathlib import Path

        return Path(self.directory)

    def file(self, named: Path) -> Path:
        """A file that the command line names: relative to the project's folder."""
        return self.folder / named

    def project(
        self,
        only: tuple[str, ...] = (),
        exclude: tuple[str, ...] = (),
        allow: tuple[str, ...] = (),
        **options: Any,
    ) -> Project:
        """The project that these options name; ``options`` are further ones of Project.open()."""
        from flowstate.project import Project

        return Project.open(self.folder, self.environment, only=only, exclude=exclude, allow=allow, **options)


said: ContextVar[Where] = ContextVar("said", default=Where())  # noqa: B039 - a tuple
"""What the command line that is carried out says; errors are told when its context is gone."""


def anywhere(command: Command) -> Command:
    """The options ``-e``, ``-C`` and ``-v``, which may stand before and after the command."""
    for option in (_VERBOSE, _FOLDER, _ENVIRONMENT):
        command = option(command)
    return command


_ENVIRONMENT = click.option(
    "-e",
    "--environment",
    metavar="ENV",
    envvar="FLOWSTATE_ENV",
    help="The environment of flowstate.yaml (default: $FLOWSTATE_ENV, or the only one).",
)
_FOLDER = click.option(
    "-C",
    "--folder",
    metavar="DIR",
    type=click.Path(file_okay=False, exists=True),
    help="The project's folder (default: this one); files named on the command line are relative to it.",
)
_VERBOSE = click.option("-v", "--verbose", is_flag=True, help="Say more: nothing is folded or cut.")


def noted(context: click.Context, environment: str | None, folder: str | None, verbose: bool) -> Where:
    """What these options say together with those that stood further left; the last word wins."""
    before: Where = context.obj or Where()
    where = Where(environment or before.environment, folder or before.directory, verbose or before.verbose)
    context.obj = where
    said.set(where)
    return where


def common(command: Command) -> Command:
    """``-e``, ``-C`` and ``-v`` on a command, which gets them as its first argument."""

    @functools.wraps(command)
    def wrapped(environment: str | None, folder: str | None, verbose: bool, **rest: Any) -> Any:
        return command(noted(click.get_current_context(), environment, folder, verbose), **rest)

    return anywhere(wrapped)


def selection(command: Command) -> Command:
    """``--only`` and ``--exclude``."""
    only = click.option(
        "--only", metavar="GLOB", multiple=True, help="Only addresses like this, such as 'user/*'; may be repeated."
    )
    return only(excluding(command))


def excluding(command: Command) -> Command:
    """``--exclude``."""
    return click.option("--exclude", metavar="GLOB", multiple=True, help="No addresses like this; may be repeated.")(
        command
    )


class _Seconds(click.FloatRange):
    """Seconds, of which ``nan`` is no number."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        seconds = super().convert(value, param, ctx)
        if isnan(seconds):
            self.fail(f"{value!r} is not a number of seconds.", param, ctx)
        return seconds


def waiting(command: Command) -> Command:
    """``--lock-timeout``."""
    return click.option(
        "--lock-timeout",
        metavar="SECONDS",
        type=_Seconds(0),
        default=0.0,
        show_default=True,
        help="How long to wait for another run on this environment; inf: until it ends.",
    )(command)


def unasked(command: Command) -> Command:
    """``--auto-approve``."""
    return click.option("--auto-approve", is_flag=True, help="Do not ask.")(command)


def of_provider(command: Command) -> Command:
    """``--provider``, for commands that look at no project."""
    return click.option(
        "--provider", default="onsight-flow", show_default=True, help="The service whose kinds are meant."
    )(command)


def allowing(command: Command) -> Command:
    """``--allow``."""
    return click.option(
        "--allow",
        metavar="LIMIT:KIND=COUNT",
        multiple=True,
        help="Let so many go over a limit, such as destructive:user=12; may be repeated.",
    )(command)


def formats(*names: str) -> Callable[[Command], Command]:
    """``--format`` with these choices, the first being the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(names),
        default=names[0],
        show_default=True,
        help="How to print the result.",
    )
