"""A command line spelled again, so that it can be pasted: the same project, environment and selection."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from flowstate.cli.options import Where


def again(
    where: Where, command: str, file: Path | None = None, only: Iterable[str] = (), exclude: Iterable[str] = ()
) -> str:
    """``flowstate … COMMAND …`` with what was said of where and of which addresses."""
    words = [*_beginning(where), command]
    for option, globs in (("--only", only), ("--exclude", exclude)):
        for glob in globs:
            words += [option, glob]
    if file is not None:
        words += ["--", str(file)] if str(file).startswith("-") else [str(file)]
    return shlex.join(words)


def program(where: Where) -> str:
    """How a command line on the same project and environment begins."""
    return shlex.join(_beginning(where))


def _beginning(where: Where) -> list[str]:
    words = ["flowstate"]
    if where.directory:
        words += ["-C", where.directory]
    if where.environment:
        words += ["-e", where.environment]
    return words
