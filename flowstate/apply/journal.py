"""What a run writes down while it goes on; the lines are those of ``flowstate.state.run``."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from flowstate.apply.outcome import Applied, Result
from flowstate.diff import path_text
from flowstate.errors import FlowstateError, SinkError, StateError
from flowstate.operations import Operation
from flowstate.plan import Action, Change
from flowstate.state import RunFile, line_of, now
from flowstate.text import redact


class Journal:
    """Appends lines to the file of a run; those that come while others are being written share the next sync."""

    def __init__(self, file: RunFile) -> None:
        self._file = file
        self._intents = 0
        self._lines = bytearray()
        self._written: asyncio.Future[StateError | None] | None = None  # what becomes of the lines that wait
        self._writer: asyncio.Task[None] | None = None

    async def add(self, line: Mapping[str, Any]) -> None:
        """Return once the line is on disk.

        Raises:
            StateError: it is not, or an earlier one was not.
        """
        self._lines += line_of(line)
        self._written = self._written or asyncio.get_running_loop().create_future()
        written = self._written
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())
        error = await asyncio.shield(written)
        if error is not None:
            raise StateError(*error.problems) from error

    async def _write(self) -> None:
        """Until no line waits."""
        while self._written is not None:
            written, lines = self._written, bytes(self._lines)
            self._written = None
            self._lines.clear()
            try:
                await asyncio.to_thread(self._file.append, lines)
            except StateError as error:
                written.set_result(error)
            else:
                written.set_result(None)
        self._writer = None

    def next_intent(self) -> int:
        """A number for the next intent."""
        self._intents += 1
        return self._intents

    async def result(self, result: Result) -> None:
        """How a change ended, where anything was to be sent at all."""
        if self._file.begun:
            data = result.as_json()
            error = redact(result.error) or None
            await self.add({"result": data.pop("address"), **data, "error": error})

    async def end(self, applied: Applied, doubts: Iterable[str]) -> None:
        """How the run ended, and what may exist without an id or a password that anybody has."""
        counts = Counter(result.outcome.value for result in applied.results)
        await self.add(
            {"end": applied.exit_code, "time": now(), "counts": dict(sorted(counts.items())), "doubts": list(doubts)}
        )


class Witness:
    """Writes down the calls of one change; ``seal`` keys the digests of sensitive values."""

    def __init__(self, journal: Journal, change: Change, seal: str) -> None:
        self._journal = journal
        self._change = change
        self._seal = seal
        self._before = _before(change, seal)

    async def sending(self, operation: Operation, ids: Mapping[str, str]) -> int:
        """Write down that a call is about to be sent; the number of this intent.

        Raises:
            StateError: it cannot be written, so the call must not be sent.
        """
        number, id = self._journal.next_intent(), self._change.id.as_json()
        what = {**id, "action": self._change.action.value, "operation": operation.name, "ids": dict(ids)}
        before, self._before = self._before, {}
        line = {"intent": number, "time": now(), **what, "password": bool(operation.secret), "before": before}
        await self._journal.add(line)
        return number

    async def failed(self, number: int, error: FlowstateError) -> None:
        """Write down that a call failed; a password that is kept nowhere leaves it as unknown as a lost answer does.

        A line that cannot be written is nothing new here: the error is told, and no later intent can be written either.
        """
        status, why = "unknown" if unclear(error) else "refused", redact(error.problems[0].summary)
        with suppress(StateError):
            await self._journal.add({"outcome": number, "time": now(), "status": status, "error": why})

    async def done(self, number: int, operation: Operation) -> None:
        """Write down that a call did its work, its one-time password being kept.

        Raises:
            StateError: it cannot be written; the message says that the call was sent.
        """
        try:
            await self._journal.add({"outcome": number, "time": now(), "status": "done", "error": None})
        except StateError as error:
            problem = error.problems[0]
            summary = f"{operation.name} was done; then: {problem.summary}"
            raise StateError(replace(problem, summary=summary)) from error


def unclear(error: FlowstateError) -> bool:
    """Whether a call that failed so may have done its work."""
    return getattr(error, "unknown", False) or isinstance(error, SinkError)


def _before(change: Change, seal: str) -> dict[str, Any]:
    if change.action is Action.CREATE:
        return {}
    return {path_text(leaf.path): leaf.as_json(seal)["before"] for leaf in change.fields}
