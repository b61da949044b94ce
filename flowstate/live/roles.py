"""Who holds a role of which some must remain."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from flowstate.errors import CredentialsError, ServiceError, UnreachableError
from flowstate.live.read import each
from flowstate.live.snapshot import Snapshot
from flowstate.model import KeepAtLeast, Kind, Live
from flowstate.operations import Api, Restricted


async def read_holders(api: Api, kinds: Mapping[str, Kind], snapshot: Snapshot) -> dict[str, bool | None]:
    """Object id → whether it holds such a role, for every object of a kind that has one; None: it cannot be read.

    Whoever is retired holds nothing.
    """
    holders: dict[str, bool | None] = {}
    for kind in kinds.values():
        for name, field in kind.fields.items():
            marker = field.marker(KeepAtLeast)
            if marker is not None:
                lives = _of(kind, snapshot)
                holds = await each(lives, partial(_holds, api, kind, name, marker.element))
                holders |= {live.id: held for live, held in zip(lives, holds, strict=True)}
    return holders


def _of(kind: Kind, snapshot: Snapshot) -> list[Live]:
    found = [seen.live for seen in snapshot.found.values() if seen.kind is kind]
    return [*found, *(live for of, live in snapshot.unmanaged if of is kind)]


async def _holds(api: Api, kind: Kind, name: str, element: str, live: Live) -> bool | None:
    if live.retired:
        return False
    try:
        if name not in live.fields:
            raw = await kind.detail(Restricted(api, kind.uses["detail"]), dict(live.raw), frozenset({name}))
            live = kind.understand(raw, "detail")
    except (CredentialsError, UnreachableError):
        raise
    except ServiceError:
        return None
    return element in live.fields[name] if name in live.fields else None
