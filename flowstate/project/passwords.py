"""A new one-time password for somebody; no plan ever holds one."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flowstate import live
from flowstate.client import Client
from flowstate.errors import Problem, ServiceError, Severity, SinkError, UncertainError, UsageError, did_you_mean
from flowstate.files import protect_folder
from flowstate.live import Claim, Snapshot, Wish
from flowstate.model import Address, Kind
from flowstate.operations import Api, Operation
from flowstate.passwords import Sink, nowhere, record_of, sink_for, unkept
from flowstate.project.checks import check_state_team
from flowstate.settings import Settings
from flowstate.state import State, run_name
from flowstate.text import Secret

if TYPE_CHECKING:
    from flowstate.project import Project


@dataclass(frozen=True)
class Owner:
    """Somebody whose one-time password can be reset; ``name`` is what colleagues see.

    ``notes`` say what to know before: of runs that go on, or did not end, and that they are shut out.
    """

    address: Address
    id: str
    name: str
    team: str
    operation: Operation
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Delivery:
    """A one-time password that is kept; ``warning`` is empty, or says that it is elsewhere than asked for.

    ``run`` is what its record says, and its file where each run has one.
    """

    run: str
    warning: str = ""


def keeper(settings: Settings, *, ephemeral: bool) -> Sink | None:
    """The sink of an environment, if it has one, and the folder in which what cannot be delivered is kept.

    Raises:
        SinkError: that folder cannot be made.
    """
    sink = sink_for(settings, ephemeral=ephemeral)
    if sink is not None:
        folder = settings.root / ".flowstate"
        try:
            protect_folder(folder)
        except OSError as error:
            hint = "Check the project's folder, its permissions and the free space."
            raise unkept(str(folder), error.strerror or str(error), hint) from None
    return sink


async def password_owner(project: Project, address: Address) -> Owner:
    """Whoever ``address`` names, read from the service; nothing is changed.

    Raises:
        UsageError: there is nobody of that address, or one like it has no password.
        SinkError: a new password would have nowhere to go.
    """
    kind, operation = _kind_with_secret(project.provider.kinds, address)
    if project.settings.password_sink is None:
        raise nowhere(f"the new one-time password of {address} would have nowhere to go", address)
    memory = project.memory()
    state = memory.state
    async with project.client() as client:
        team, _ = await project.team(client)
        check_state_team(state, team)
        snapshot = await _read(project, client, address, state)
    seen = snapshot.found.get(address)
    if seen is None:
        raise UsageError(snapshot.problems.get(address) or _nobody(address, kind, snapshot))
    shown, found = str(seen.fields.get("name") or ""), kind.address(seen.live.key)
    notes = (*memory.notes(), *([_shut_out(kind, found)] if seen.live.retired else []))
    return Owner(found, seen.live.id, shown, team, operation, notes)


def _shut_out(kind: Kind, address: Address) -> Problem:
    summary = f"{address} is {kind.retire_words[0]}; the new password lets nobody in while that is so"
    hint = f"'{kind.retire}: false' in the manifest ends that."
    return Problem("shut-out", summary, hint=hint, address=str(address), severity=Severity.NOTE)


def _kind_with_secret(kinds: Mapping[str, Kind], address: Address) -> tuple[Kind, Operation]:
    kind = kinds.get(address.kind)
    able = sorted(name for name, each in kinds.items() if each.new_secret)
    hint = f"Addresses with one begin with: {', '.join(f'{name}/' for name in able)}" if able else ""
    if kind is None:
        near = did_you_mean(address.kind, kinds)
        raise UsageError(Problem("unknown-kind", f"there is no kind {address.kind!r}", hint=near or hint))
    if kind.new_secret is None:
        raise UsageError(Problem("no-password", f"a {kind.nouns[0]} has no password", hint=hint, address=str(address)))
    return kind, kind.new_secret


async def _read(project: Project, client: Client, address: Address, state: State) -> Snapshot:
    entry = state.entry(address)
    ids = {address: entry.id} if entry else {}
    return await live.read(client, project.provider.kinds, [Wish(Claim(address), frozenset())], ids)


def _nobody(address: Address, kind: Kind, snapshot: Snapshot) -> Problem:
    there = [str(of.address(one.key)) for of, one in snapshot.unmanaged if of is kind]
    hint = did_you_mean(str(address), there) or "Addresses look like user/ada@example.com."
    return Problem("no-such-address", f"there is no {address} on the service", hint=hint, address=str(address))


async def reset_password(
    project: Project,
    owner: Owner,
    *,
    ephemeral: bool = False,
    patience: float = 0.0,
    stop: asyncio.Event | None = None,
) -> Delivery:
    """Send a new one-time password of ``owner`` to the sink.

    Raises:
        LockedError: another run had the lock for ``patience`` seconds, or until ``stop`` was set.
        SinkError: the new password cannot be kept, or could not be.
        UncertainError: whether the old password still works is unknown.
    """
    sink = keeper(project.settings, ephemeral=ephemeral)
    if sink is None:
        raise nowhere(f"the new one-time password of {owner.address} would have nowhere to go", owner.address)
    sink.open()
    kept: list[Delivery] = []

    async def deliver(_operation: str, secret: Secret) -> None:
        environment, run = project.settings.environment, run_name(project.settings.environment, "")
        record = record_of(owner.address, owner.name, environment=environment, team=owner.team, run=run)
        warning = await asyncio.to_thread(sink.deliver, record, secret)
        kept.append(Delivery(run, warning.told() if warning else ""))

    async with (
        project.locked("reset-password", patience, stop) as still_ours,
        project.client(read_only=False) as client,
    ):
        await _same(project, client, owner)
        still_ours()
        await _send(client.delivering(deliver), owner)
    if not kept:
        raise UncertainError(_doubt(owner, f"{owner.operation.name}: the answer holds no password"))
    return kept[0]


async def _send(api: Api, owner: Owner) -> None:
    try:
        await api.call(owner.operation, id=owner.id)
    except SinkError as error:
        raise _lost(owner, error) from error
    except ServiceError as error:
        if error.unknown:
            raise UncertainError(_doubt(owner, error.problems[0].summary)) from error
        raise


async def _same(project: Project, client: Client, owner: Owner) -> None:
    """Whoever was asked about is still the one that this id names."""
    await project.team(client)
    kind = project.provider.kinds[owner.address.kind]
    raw = await kind.one(client, owner.id)
    called = kind.understand(raw, "one").key if raw is not None else ""
    if live.normal(kind, called) != live.normal(kind, owner.address.key):
        detail = f"The object {owner.id} is {'called ' + repr(called) if called else 'gone'} now; nothing was changed."
        raise UsageError(Problem("moved", f"{owner.address} moved on the service", detail, "Run the command again."))


def _lost(owner: Owner, error: SinkError) -> SinkError:
    problem = error.problems[0]
    hint = f"The password of {owner.address} was reset and the new one is lost; mend this and reset it again."
    return SinkError(replace(problem, hint=" ".join(filter(None, [hint, problem.hint]))))


def _doubt(owner: Owner, why: str) -> Problem:
    return Problem(
        "in-doubt",
        f"{why}; it is not known whether the password of {owner.address} was reset",
        detail="If it was, the old one no longer works and the new one is lost.",
        hint=f"Reset it again, which gives a new one: flowstate reset-password {shlex.quote(str(owner.address))}",
        address=str(owner.address),
    )
