"""Who refers to objects of some kinds, whether manifests name them or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flowstate.errors import CredentialsError, ServiceError, UnreachableError
from flowstate.live.abreast import each
from flowstate.live.snapshot import Snapshot
from flowstate.model import Address, Kind, Live
from flowstate.operations import Api, Restricted


@dataclass(frozen=True)
class Referrer:
    """A live object that may refer to others: the ids in each of its fields that can; ``unread`` says why none."""

    address: Address
    kind: Kind
    retired: bool
    ids: Mapping[str, frozenset[str]]
    unread: str = ""


async def read_referrers(
    api: Api, kinds: Mapping[str, Kind], snapshot: Snapshot, targets: frozenset[str]
) -> tuple[Referrer, ...]:
    """Every live object of every kind that refers to one of the kinds ``targets``."""
    addresses = {(address.kind, seen.live.id): address for address, seen in snapshot.found.items()}
    found: list[Referrer] = []
    for kind in kinds.values():
        fields = [name for name, field in kind.fields.items() if field.refs() & targets]
        if fields:
            lives = [kind.understand(raw, "list") for raw in await kind.list(Restricted(api, kind.uses["list"]))]

            async def one(live: Live, kind: Kind = kind, fields: Iterable[str] = tuple(fields)) -> Referrer:
                address = addresses.get((kind.name, live.id), kind.address(live.key))
                return await _read(api, kind, address, live, fields)

            found += await each(lives, one)
    return tuple(found)


async def _read(api: Api, kind: Kind, address: Address, live: Live, fields: Iterable[str]) -> Referrer:
    details = kind.detailed & set(fields)
    if details - set(live.fields):
        try:
            raw = await kind.detail(Restricted(api, kind.uses["detail"]), dict(live.raw), details)
            live = kind.understand(raw, "detail")
        except (CredentialsError, UnreachableError):
            raise  # every other read would fail too
        except ServiceError as error:
            return Referrer(address, kind, live.retired, {}, error.problems[0].summary)
    unshown = details - set(live.fields)
    if unshown:
        return Referrer(address, kind, live.retired, {}, f"the service did not show {' and '.join(sorted(unshown))}")
    return Referrer(address, kind, live.retired, {name: _ids(live.fields.get(name)) for name in fields})


def _ids(value: object) -> frozenset[str]:
    return frozenset(value if isinstance(value, list) else [value] if isinstance(value, str) else ())
