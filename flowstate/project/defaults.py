"""All settings of a team back to their defaults; no plan ever does that."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flowstate import live
from flowstate.diff import all_leaves, compare, is_hidden, managed
from flowstate.errors import Problem, ServiceError, TeamError, UncertainError, UsageError
from flowstate.live import Claim, Snapshot, Wish
from flowstate.model import Address, Kind, Path
from flowstate.operations import Operation
from flowstate.project.checks import check_state_team
from flowstate.state import Memory, State, recall

if TYPE_CHECKING:
    from flowstate.desired import Desired
    from flowstate.project import Project


@dataclass(frozen=True)
class Setting:
    """One value as it is now; ``hidden``: it must not be shown."""

    address: Address
    path: Path
    value: Any
    hidden: bool


@dataclass(frozen=True)
class Defaults:
    """What a reset would take: the declared ``settings``, what goes ``besides``, and how many ``others`` there are.

    ``notes`` say what to know before: of runs that go on, or did not end.
    """

    kind: Kind
    operation: Operation
    team: str
    settings: tuple[Setting, ...]
    besides: tuple[Setting, ...]
    others: int
    notes: tuple[Problem, ...] = ()

    @property
    def addresses(self) -> tuple[Address, ...]:
        """Whatever the reset moves."""
        return tuple(Address(name) for name in (self.kind.name, *self.kind.resets_too))


async def what_a_reset_takes(project: Project) -> Defaults:
    """What would go back to its default, read from the service; nothing is changed.

    Raises:
        UsageError: this service cannot reset its settings.
        TeamError: it cannot be told which team it is.
    """
    kind, operation = _resettable(project)
    desired, memory = await project.load(), project.memory()
    state = memory.state
    addresses = [Address(name) for name in (kind.name, *kind.resets_too)]
    async with project.client() as client:
        team, _ = await project.team(client)
        check_state_team(state, team)
        wishes = [Wish(Claim(address), _declared(desired, address)) for address in addresses]
        snapshot = await live.read(client, project.provider.kinds, wishes, {})
    if not team:
        hint = "Add 'team: NAME' to this environment."
        raise TeamError(Problem("team-unknown", "it cannot be told whose settings these are", hint=hint))
    settings = _settings(project, desired, state, snapshot, addresses[0])
    besides = [setting for address in addresses[1:] for setting in _all(snapshot, address)]
    seen = snapshot.found.get(addresses[0])
    others = set(seen.fields if seen else ()) - {setting.path[0] for setting in settings}
    return Defaults(kind, operation, team, tuple(settings), tuple(besides), len(others), memory.notes())


def _resettable(project: Project) -> tuple[Kind, Operation]:
    for kind in project.provider.kinds.values():
        if kind.reset_all is not None:
            return kind, kind.reset_all
    raise UsageError(Problem("no-reset", f"{project.provider.name} has no call that resets settings"))


def _declared(desired: Desired, address: Address) -> frozenset[str]:
    return frozenset(desired.resources[address].fields) if address in desired.resources else frozenset()


def _settings(project: Project, desired: Desired, state: State, snapshot: Snapshot, address: Address) -> list[Setting]:
    """The values that manifests declare of one address, as they are now."""
    resource, seen = desired.resources.get(address), snapshot.found.get(address)
    if resource is None or seen is None:
        return []
    kinds: Mapping[str, Kind] = project.provider.kinds
    difference = compare(kinds[address.kind], resource, seen, state, snapshot.names)
    return [
        Setting(address, path, value, is_hidden(difference.kind, difference.fields, path))
        for path, (_, value) in sorted(managed(difference, seen).items())
    ]


def _all(snapshot: Snapshot, address: Address) -> list[Setting]:
    seen = snapshot.found.get(address)
    if seen is None:
        return []
    return [
        Setting(address, path, value, is_hidden(seen.kind, seen.fields, path))
        for path, value in sorted(all_leaves(seen.kind, seen.fields).items())
    ]


async def reset_settings(
    project: Project, defaults: Defaults, *, patience: float = 0.0, stop: asyncio.Event | None = None
) -> None:
    """Give every setting its default back; state forgets what was last applied to them.

    Raises:
        LockedError: another run had the lock for ``patience`` seconds, or until ``stop`` was set.
        UncertainError: whether it was done is unknown.
    """
    async with (
        project.locked("reset-settings", patience, stop) as still_ours,
        project.client(read_only=False) as client,
    ):
        await project.team(client)
        memory = recall(project.location, project.store, ours=True)
        still_ours()
        try:
            await client.call(defaults.operation)
        except ServiceError as error:
            if not error.unknown:
                raise
            _forget(project, memory, defaults)
            raise UncertainError(_doubt(error, defaults)) from error
        _forget(project, memory, defaults)


def _forget(project: Project, memory: Memory, defaults: Defaults) -> None:
    """Over what runs that did not end know as well: a save without it would count as one that came after them."""
    state = memory.state
    known = {address: entry for address in defaults.addresses if (entry := state.entry(address))}
    for address, entry in known.items():
        state = state.put(address, replace(entry, applied={}, notes={}))
    if known:
        memory.save(project.store, state)


def _doubt(error: ServiceError, defaults: Defaults) -> Problem:
    return Problem(
        "in-doubt",
        f"{error.problems[0].summary}; it is not known whether the {defaults.kind.nouns[1]} were reset",
        hint="Look at them: flowstate plan",
        address=str(defaults.addresses[0]),
    )
