"""Plans of a team in memory, made as the pipeline makes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from live.team import KINDS, Service

from flowstate.desired import Desired, Removal, Resource
from flowstate.errors import Place
from flowstate.live import Claim, Wish, read, read_holders
from flowstate.model import Address
from flowstate.plan import Change, Inputs, Plan, build, needs_holders
from flowstate.settings import Rules
from flowstate.state import Entry, State

STATE = State("lineage", "p")
RULES = Rules()


def removal(address: str, then: str = "archive", reason: str = "") -> Removal:
    assert then in {"archive", "keep"}
    return Removal(Address.parse(address), "keep" if then == "keep" else "archive", reason, Place("team.yaml", 9, 1))


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
) -> Plan:
    """What apply would do."""
    desired = Desired({one.address: one for one in resources}, {one.address: one for one in removed})
    return asyncio.run(_planned(service, desired, state, selected, rules))


async def _planned(
    service: Service, desired: Desired, state: State, selected: Callable[[Address], bool], rules: Rules
) -> Plan:
    wishes = [
        Wish(Claim(address, one.previously, one.place), frozenset(one.fields))
        for address, one in desired.resources.items()
    ]
    wishes += [Wish(Claim(address, place=one.place), frozenset()) for address, one in desired.removals.items()]
    named = {wish.claim.address for wish in wishes}
    ids = {address: entry.id for address, entry in state.resources.items() if address in named}
    snapshot = await read(service, KINDS, wishes, ids)
    inputs = Inputs("prod", "team", KINDS, desired, snapshot, state, selected, rules=rules)
    return build(inputs, await read_holders(service, KINDS, snapshot) if needs_holders(inputs) else {})


def told(change: Change) -> str:
    """A change as a line."""
    part = f".{change.part}" if change.part else ""
    return f"{change.action}{part} {change.address}"


def lines(plan: Plan) -> list[str]:
    return [f"{told(change)}{'' if change.status == 'ready' else ' ' + change.status}" for change in plan.changes]


def reasons(plan: Plan) -> dict[str, str]:
    """Why changes are blocked."""
    return {told(change): change.reason for change in plan.changes if change.status == "blocked"}
