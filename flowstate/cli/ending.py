"""Calls that must end once they began."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

import click

T = TypeVar("T")


def to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Run ``work``; a signal that would end it is answered, and waits for it."""
    return asyncio.run(_unbroken(work))


async def _unbroken(work: Coroutine[Any, Any, T]) -> T:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, lambda: click.echo("This cannot be stopped half-way; it ends soon.", err=True))
    return await work
