"""A real command line that kills itself with SIGKILL. Run as a program: POINT NUMBER ARGUMENTS…, see main()."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from flowstate.apply.journal import Witness
from flowstate.state import StateStore

POINTS: dict[str, tuple[type, str]] = {"save": (StateStore, "save"), "outcome": (Witness, "done")}


def main(point: str, number: str, *arguments: str) -> None:
    """Run a command line, and die where a function is called for the n-th time: before it does anything."""
    from flowstate.cli import run

    where, name = POINTS[point]
    setattr(where, name, dying(getattr(where, name), int(number)))
    sys.exit(run(list(arguments)))


def dying(real: Callable[..., Any], number: int) -> Callable[..., Any]:
    calls = 0

    def counted(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments)

    return counted


if __name__ == "__main__":
    main(*sys.argv[1:])
