"""Calls that must end once they began."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

T = TypeVar("T")


def to_its_end(work: Callable[[asyncio.Event], Coroutine[Any, Any, T]]) -> T:
    """Run ``work``; a signal that would end it is answered, sets its event, and waits for it."""
    return asyncio.run(_unbroken(work))


async def _unbroken(work: Callable[[asyncio.Event], Coroutine[Any, Any, T]]) -> T:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _answer, stop)
    with unless_stopped(stop):
        return await work(stop)


def _answer(stop: asyncio.Event) -> None:
    stop.set()
    click.echo("This cannot be stopped half-way; it ends soon.", err=True)


@contextmanager
def unless_stopped(stop: asyncio.Event) -> Iterator[None]:
    """A lock that was not had because nobody was to wait for it any longer is an interruption, and no fault."""
    from flowstate.errors import LockedError

    try:
        yield
    except LockedError as error:
        if stop.is_set():
            raise click.exceptions.Abort from error
        raise
