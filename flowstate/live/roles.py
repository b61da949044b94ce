"""Who holds a role of which some must remain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from flowstate.errors import CredentialsError, ServiceError, UnreachableError
from flowstate.live.abreast import each
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
                seen = await each(lives, partial(_detailed, api, kind, name))
                holders |= _holders([live.id for live in lives], seen, name, marker.element)
    return holders


def _of(kind: Kind, snapshot: Snapshot) -> list[Live]:
    found = [seen.live for seen in snapshot.found.values() if seen.kind is kind]
    return [*found, *(live for of, live in snapshot.unmanaged if of is kind)]


async def _detailed(api: Api, kind: Kind, name: str, live: Live) -> Live | None:
    """The object with this field; None when it cannot be read."""
    if name in live.fields or live.retired:
        return live
    try:
        raw = await kind.detail(Restricted(api, kind.uses["detail"]), dict(live.raw), frozenset({name}))
        live = kind.understand(raw, "detail")
    except (CredentialsError, UnreachableError):
        raise
    except ServiceError:
        return None
    return live if name in live.fields else None


def _holders(ids: list[str], seen: Sequence[Live | None], name: str, element: str) -> dict[str, bool | None]:
    """An element left out is not set, unless this service says what is not set: then it keeps quiet about that one."""
    says_no = any(live and live.told.get(name, frozenset()) - set(live.fields.get(name, ())) for live in seen)

    def holds(live: Live | None) -> bool | None:
        if live is None or live.retired:
            return None if live is None else False
        told = element in live.fields[name] or element in live.told.get(name, ())
        return element in live.fields[name] if told or not says_no else None

    return {id: holds(live) for id, live in zip(ids, seen, strict=True)}
