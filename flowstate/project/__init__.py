"""The pipeline as short functions: load, read, plan, apply. This is also what a program uses instead of the CLI."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Self

from flowstate import apply as running
from flowstate import desired as desiring
from flowstate import manifest, providers, settings
from flowstate.apply import Applied
from flowstate.apply.run import OnResult
from flowstate.client import Client, Connection
from flowstate.desired import Desired
from flowstate.drift import Drift, DriftMemory
from flowstate.errors import Problem
from flowstate.live import Snapshot
from flowstate.model import Address, Kind, OnDrift, Provider
from flowstate.plan import Plan
from flowstate.planfile import Pins
from flowstate.project.accepted import in_force, with_warnings
from flowstate.project.allowances import check_limits, check_rules, parsed, rules_of_day
from flowstate.project.binding import bindable, key_of
from flowstate.project.checks import check_applied, check_free, check_hosts, check_ownership, check_state_team, digest
from flowstate.project.history import commit_after, uncommitted
from flowstate.project.membership import proven
from flowstate.project.passwords import keeper
from flowstate.project.planning import drift_of, inputs_of, plan_of
from flowstate.project.reading import snapshot_of
from flowstate.project.scoping import check_scopes, warned
from flowstate.project.selection import Selection
from flowstate.project.unfinished import take_over
from flowstate.settings import Allowance, Settings
from flowstate.state import (
    Check,
    Entry,
    Git,
    Holder,
    Location,
    Memory,
    State,
    StateStore,
    locate,
    recall,
)


@dataclass(frozen=True)
class Project:
    """One environment of one project folder.

    ``await project.plan()`` reads the team and says what differs; ``await project.apply(plan)`` closes the difference.
    Nothing but apply() and bind() writes anything. ``allow`` are exceptions from limits beside those of settings;
    ``today`` is the day on which they are judged, where it is not this one. ``on_drift`` wins over what settings and
    manifests say of drift; with ``allow_behind`` manifests older than the last apply may remove things too.
    """

    settings: Settings
    provider: Provider
    selected: Selection = field(default_factory=Selection)
    allow: tuple[Allowance, ...] = ()
    today: date | None = None
    on_drift: OnDrift | None = None
    allow_behind: bool = False

    @classmethod
    def open(
        cls,
        folder: str | Path = ".",
        environment: str | None = None,
        *,
        only: Sequence[str] = (),
        exclude: Sequence[str] = (),
        allow: Sequence[str] = (),
        on_drift: OnDrift | None = None,
        allow_behind: bool = False,
        environ: Mapping[str, str] | None = None,
    ) -> Self:
        """The project in ``folder``; without an environment, the only one. ``allow``: ``("destructive:user=12",)``.

        Raises:
            SettingsError: flowstate.yaml cannot be used.
            UsageError: an exception from a limit cannot be understood.
        """
        found = settings.load(Path(folder), environment, os.environ if environ is None else environ)
        provider = providers.load(found.provider)
        check_rules(found, provider)
        return cls(
            found,
            provider,
            Selection(tuple(only), tuple(exclude)),
            parsed(allow, provider),
            on_drift=on_drift,
            allow_behind=allow_behind,
        )

    @property
    def location(self) -> Location:
        """Where state, lock and runs of this environment are kept."""
        return locate(self.settings.root, self.settings.environment, self.settings.state)

    def memory(self) -> Memory:
        """The state, with what runs that did not end know.

        Raises:
            StateError: it, or the file of such a run, cannot be read, or holds values that no such field has.
        """
        memory = recall(self.location, self.store, ours=False)
        check_applied(memory.state, self.provider.kinds, str(self.store))
        return memory

    @property
    def store(self) -> StateStore:
        """What loads and saves the state of this environment."""
        return self.location.store(self.provider.name)

    async def load(self) -> Desired:
        """What the manifests say; no network, no credentials.

        Raises:
            SettingsError: what flowstate.yaml says of kinds does not fit them.
            ManifestError: with every problem of every file.
        """
        kinds = self.provider.kinds
        check_ownership(self.settings, kinds)
        desired = await asyncio.to_thread(lambda: desiring.build(manifest.load(self.settings, kinds), kinds))
        return with_warnings(desired, in_force(self.settings.accepted, self.today), self.settings.accepted, kinds)

    async def read(self) -> Snapshot:
        """What the service says about what the manifests name."""
        desired, state = await self.load(), self.memory().state
        async with self.client() as client:
            await self.team(client)
            return await snapshot_of(client, self.provider.kinds, desired, state, self.selected)

    async def plan(self) -> Plan:
        """What apply would do."""
        desired, memory = await self.load(), self.memory()
        async with self.client() as client:
            inputs = await inputs_of(self, client, desired, memory)
            plan = await warned(await plan_of(client, inputs), client, self.provider)
        note = None if self.location.local else self._uncommitted(memory.state)  # nobody else plans with a local state
        return replace(plan, problems=(*plan.problems, note)) if note else plan

    def _uncommitted(self, state: State) -> Problem | None:
        git = Git(self.settings.root)
        return uncommitted(self._commit_after(state, git), git, self.settings.manifests)

    def _commit_after(self, state: State, git: Git) -> str:
        return commit_after(state, git, allow_behind=self.allow_behind and not self.selected)

    async def drift(self) -> Drift:
        """What is live against manifests and state; the plan of the same read is in it."""
        desired, memory = await self.load(), self.memory()
        async with self.client() as client:
            inputs = await inputs_of(self, client, desired, memory)
            return await drift_of(self, client, inputs, desired)

    @property
    def drift_memory(self) -> DriftMemory:
        """What the last ``drift --new`` of this environment told."""
        return DriftMemory(self.location.backend, f"drift/{self.settings.environment}.json")

    async def apply(
        self,
        plan: Plan,
        *,
        ephemeral: bool = False,
        lock_timeout: float = 0.0,
        stop: asyncio.Event | None = None,
        on_result: OnResult = lambda _: None,
    ) -> Applied:
        """Carry out a plan that was just made by plan(); ``on_result`` hears of each change as it ends.

        Setting ``stop`` lets the calls in flight end, starts nothing new, and ends the wait for the lock. The
        environment is locked meanwhile, having waited up to ``lock_timeout`` seconds for another run. ``ephemeral``: a
        local password file may vanish with a build machine.

        Raises:
            LimitError: it does more at once than the limits of this project let through; nothing was changed.
            CredentialsError: the token lacks scopes for it; nothing was changed.
        """
        rules, _ = rules_of_day(self.settings.rules, self.allow, self.today)
        check_limits(plan, rules)
        sink = keeper(self.settings, ephemeral=ephemeral)
        async with self.locked("apply", lock_timeout, stop) as still_ours, self.client(read_only=False) as client:
            await check_scopes(plan, client, self.provider)
            state, file, doubts = take_over(self.location, self.store, plan)
            commit = self._commit_after(state, Git(self.settings.root))
            return await running.apply(
                plan,
                client,
                self.store,
                replace(state, commit=commit),
                sink,
                file=file,
                doubts=doubts,
                stop=stop,
                on_result=on_result,
                still_ours=still_ours,
            )

    @asynccontextmanager
    async def locked(self, what: str, patience: float = 0.0, stop: asyncio.Event | None = None) -> AsyncIterator[Check]:
        """The lock of this environment, ``what`` being the command that others are told of.

        The check inside raises LockedError once the lock was lost.

        Raises:
            LockedError: another run had it for ``patience`` seconds, or until ``stop`` was set; it is named.
        """
        left = threading.Event()  # nobody waits any more: the thread must not outlive whoever was interrupted
        hold = self.location.lock.hold(
            Holder.me(what), patience, lambda: left.is_set() or (stop is not None and stop.is_set())
        )
        try:
            check = await asyncio.to_thread(hold.__enter__)  # waiting for it must not hold up the event loop
        finally:
            left.set()
        try:
            yield check
        finally:
            await asyncio.to_thread(hold.__exit__, None, None, None)

    async def pins(self, plan: Plan) -> Pins:
        """What a plan file of ``plan`` is good for."""
        desired, state = await self.load(), self.memory().state
        return Pins(
            environment=self.settings.environment,
            provider=self.provider.name,
            hosts=dict(self.connection().hosts),
            team=plan.team,
            lineage=state.lineage if state.serial else "",
            desired=digest(desired),
        )

    async def bind(self, address: Address, id: str, *, lock_timeout: float = 0.0) -> str:
        """Remember that the live object with this id is the one that ``address`` names; what the service calls it.

        Raises:
            LockedError: another run had the lock for ``lock_timeout`` seconds.
            UsageError: the address or the id is none, or there is no such kind or no such object.
            StateError: another address has this object already.
        """
        kind = bindable(self.provider, address, id)
        async with self.locked("import", lock_timeout), self.client() as client:
            return await self._bind(client, kind, address, id)

    async def _bind(self, client: Client, kind: Kind, address: Address, id: str) -> str:
        memory = recall(self.location, self.store, ours=True)
        state = memory.state
        check_free(state, address, id)
        team, _ = await self.team(client)
        check_state_team(state, team)
        name = await key_of(client, kind, id)
        old = state.entry(address) or Entry(id)
        entry = Entry(id, on_remove=old.on_remove, protect=old.protect)
        memory.save(self.store, replace(state, team=team).put(address, entry))
        return name

    def connection(self) -> Connection:
        """How to reach the service; credentials are read when they are first needed."""
        found = self.settings.connection()
        check_hosts(found.hosts, self.provider, self.settings)
        return Connection(
            hosts={**self.provider.hosts, **found.hosts},
            credentials=lambda: (found.client_id, found.client_secret),
            token=self.provider.token,
            read_error=self.provider.read_error,
            proxy=self.settings.proxy or None,
            ca_file=self.settings.ca_file,
        )

    def client(self, *, read_only: bool = True) -> Client:
        """A client of this environment; a read-only one refuses every write before the network."""
        return Client(self.connection(), read_only=read_only)

    async def team(self, client: Client) -> tuple[str, tuple[Problem, ...]]:
        """The team that the credentials belong to, compared with the one that the environment names.

        Raises:
            TeamError: they differ; nothing else was asked.
        """
        return await proven(client, self.settings, self.provider)
