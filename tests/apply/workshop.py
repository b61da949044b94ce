"""Runs against a team in memory, with state and passwords in a folder."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from live.team import Raw, Service
from plan.planning import planned

from flowstate.apply import Applied, Result, apply
from flowstate.desired import Removal, Resource
from flowstate.errors import UnansweredError
from flowstate.model import Address
from flowstate.passwords import FileSink, Sink
from flowstate.plan import Plan
from flowstate.state import Entry, RunFile, RunFiles, State, StateStore, run_name
from flowstate.state.folder import Folder
from flowstate.text import Secret


async def at_once(look: int) -> None:
    """Settle without waiting."""


def spoil(**fields: Any) -> Any:
    """A fault that leaves these fields as said after a write."""

    def fault(service: Service, before: Raw, after: Raw) -> None:
        after.update(fields)

    return fault


def lost(operation: str) -> UnansweredError:
    """The answer to a call never came."""
    return UnansweredError(operation, "no answer in time")


@dataclass
class Workshop:
    """One team and one environment."""

    folder: Path
    service: Service = field(default_factory=Service)
    heard: list[Result] = field(default_factory=list)

    @property
    def store(self) -> StateStore:
        return StateStore(Folder(self.folder), "prod.state.json", "p")

    @property
    def state(self) -> State:
        return self.store.load()

    @property
    def runs(self) -> RunFiles:
        return RunFiles(Folder(self.folder), Folder(self.folder), "prod")

    @property
    def lines(self) -> list[Mapping[str, Any]]:
        """What the last run wrote down, its header left out."""
        run = self.runs.read(self.runs.names()[-1])
        assert run is not None
        return list(run.lines)

    @property
    def sink(self) -> FileSink:
        return FileSink(self.folder / "passwords.jsonl")

    def entry(self, address: str) -> Entry | None:
        return self.state.entry(Address.parse(address))

    def remember(self, **entries: Entry) -> None:
        """State as an earlier run left it; ``person__ada`` stands for ``person/ada``."""
        state = self.state
        for name, entry in entries.items():
            state = state.put(Address.parse(name.replace("__", "/")), entry)
        self.store.save(state)

    def plan(self, *resources: Resource, removed: Iterable[Removal] = ()) -> Plan:
        plan = planned(self.service, *resources, removed=removed, state=self.state)
        self.service.sent.clear()
        return plan

    def run(
        self,
        plan: Plan,
        *,
        sink: Sink | None = None,
        store: StateStore | None = None,
        stop: asyncio.Event | None = None,
        on_result: Callable[[Result], None] | None = None,
        file: RunFile | None = None,
        still_ours: Callable[[], None] = lambda: None,
    ) -> Applied:
        return asyncio.run(
            apply(
                plan,
                self.service.client(),
                store or self.store,
                self.state,
                sink or self.sink,
                file=file or self.runs.file(run_name("prod", self.state.settled)),
                stop=stop,
                on_result=on_result or self.heard.append,
                settle=at_once,
                still_ours=still_ours,
            )
        )

    def apply(self, *resources: Resource, removed: Iterable[Removal] = ()) -> Applied:
        return self.run(self.plan(*resources, removed=removed))


def outcomes(applied: Applied) -> dict[str, str]:
    """How each change ended, in plan order."""
    return {
        f"{result.change.action}{'.' + result.change.part if result.change.part else ''} {result.change.address}": str(
            result.outcome
        )
        for result in applied.results
    }


def errors(applied: Applied) -> list[str]:
    return [result.error for result in applied.results if result.error]


def notes(applied: Applied) -> list[str]:
    return [note for result in applied.results for note in result.notes]


class BrokenSink:
    """A sink that opens, and then keeps nothing."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def open(self) -> None:
        """It seems fine."""

    def deliver(self, record: Mapping[str, str], password: Secret) -> None:  # noqa: ARG002
        raise self.error
