"""Plans of a team in memory, made as the pipeline makes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from live.team import KINDS, Service

from flowstate.desired import Desired, Removal, Resource
from flowstate.errors import Place
from flowstate.live import Claim, Wish, read, read_holders, read_referrers
from flowstate.model import Address, OnRemove
from flowstate.plan import Change, Inputs, Plan, build, deleted_kinds, leaving, needs_holders
from flowstate.settings import Ownership, Rules
from flowstate.state import Entry, State

STATE = State("lineage", "p")
RULES = Rules()


def removal(address: str, then: OnRemove = "archive", reason: str = "") -> Removal:
    return Removal(Address.parse(address), then, reason, Place("team.yaml", 9, 1))


def known(state: State = STATE, /, **entries: Entry) -> State:
    """A state with entries; ``person__ada`` stands for ``person/ada``."""
    for name, entry in entries.items():
        state = state.put(Address.parse(name.replace("__", "/")), entry)
    return state


def planned(
    service: Service,
    *resources: Resource,
    removed: Iterable[Removal] = (),
    state: State = STATE,
    selected: Callable[[Address], bool] = lambda _: True,
    rules: Rules = RULES,
    **others: Any,
) -> Plan:
    """What apply would do; ``others`` are further fields of Inputs."""
    desired = Desired({one.address: one for one in resources}, {one.address: one for one in removed})
    return asyncio.run(_planned(service, desired, state, selected, {"rules": rules, **others}))


async def _planned(
    service: Service, desired: Desired, state: State, selected: Callable[[Address], bool], others: Mapping[str, Any]
) -> Plan:
    wishes = [
        Wish(Claim(address, one.previously, one.place), frozenset(one.fields))
        for address, one in desired.resources.items()
    ]
    wishes += [Wish(Claim(address, place=one.place), frozenset()) for address, one in desired.removals.items()]
    ownership = others.get("ownership", Ownership())
    going = [] if others.get("behind") else leaving(desired, state, KINDS, ownership)
    wishes += [Wish(Claim(address, left=True), frozenset()) for address in going if selected(address)]
    named = {wish.claim.address for wish in wishes}
    ids = {address: entry.id for address, entry in state.resources.items() if address in named}
    snapshot = await read(service, KINDS, wishes, ids, ownership.exclusive)
    inputs = Inputs("prod", "team", KINDS, desired, snapshot, state, selected, **others)
    holders = await read_holders(service, KINDS, snapshot) if needs_holders(inputs) else {}
    return build(inputs, holders, await read_referrers(service, KINDS, snapshot, deleted_kinds(inputs)))


def told(change: Change) -> str:
    """A change as a line."""
    part = f".{change.part}" if change.part else ""
    return f"{change.action}{part} {change.address}"


def lines(plan: Plan) -> list[str]:
    return [f"{told(change)}{'' if change.status == 'ready' else ' ' + change.status}" for change in plan.changes]


def reasons(plan: Plan) -> dict[str, str]:
    """Why changes are blocked."""
    return {told(change): change.reason for change in plan.changes if change.status == "blocked"}
