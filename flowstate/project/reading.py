"""What a plan wants to know of the service."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from flowstate import live
from flowstate.desired import Desired
from flowstate.live import Claim, Snapshot, Wish
from flowstate.model import Address, Kind
from flowstate.operations import Api
from flowstate.project.selection import Selection
from flowstate.state import State


async def snapshot_of(
    api: Api,
    kinds: Mapping[str, Kind],
    desired: Desired,
    state: State,
    selected: Selection,
    also: Iterable[str] = (),
    going: Collection[Address] = (),
) -> Snapshot:
    """What the service says of everything the manifests name and of what left them (``going``).

    The kinds ``also`` are listed even where no manifest names any.
    """
    wishes = [*_declared(desired, state, selected), *_removed(desired), *_left(going)]
    claims = [wish.claim for wish in wishes]
    former = {Address(claim.address.kind, claim.previously) for claim in claims if claim.previously}
    named = {claim.address for claim in claims} | former
    ids = {address: entry.id for address, entry in state.resources.items() if address in named}
    return await live.read(api, kinds, wishes, ids, also)


def _declared(desired: Desired, state: State, selected: Selection) -> list[Wish]:
    return [
        Wish(
            Claim(address, resource.previously, resource.place),
            frozenset(resource.fields) if selected(address) else frozenset(),
            entry.hidden() if (entry := state.entry(address)) else {},
        )
        for address, resource in desired.resources.items()
    ]


def _removed(desired: Desired) -> list[Wish]:
    return [Wish(Claim(address, place=gone.place), frozenset()) for address, gone in desired.removals.items()]


def _left(going: Collection[Address]) -> list[Wish]:
    return [Wish(Claim(address, left=True), frozenset()) for address in going]
