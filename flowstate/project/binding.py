"""What may be bound to a live object by its id."""

from __future__ import annotations

from typing import Final

from flowstate.errors import Problem, UsageError, did_you_mean
from flowstate.model import Address, Kind, Provider
from flowstate.operations import NO_IDS, Api

_WHENCE: Final = "Take the id from the message that asked for this command, or from the service's own answers."


def bindable(provider: Provider, address: Address, id: str) -> Kind:
    """The kind of an address that can be bound to an object with this id.

    Raises:
        UsageError: there is no such kind, a team has only one of it, or the key or the id is none.
    """
    kind = provider.kinds.get(address.kind)
    if kind is None:
        hint = did_you_mean(address.kind, provider.kinds) or f"Kinds: {', '.join(sorted(provider.kinds))}."
        raise UsageError(Problem("unknown-kind", f"there is no kind {address.kind!r}", hint=hint))
    if kind.singleton:
        raise UsageError(Problem("singleton", f"a team has one {kind.nouns[0]} only; there is nothing to bind"))
    if not address.key:
        hint = f"Write what its {kind.key} is behind the slash: {kind.name}/…"
        raise UsageError(Problem("no-address", f"'{address}/' names no {kind.nouns[0]}", hint=hint))
    if id in NO_IDS:
        raise UsageError(Problem("unknown-id", f"{id!r} is no id", hint=_WHENCE))
    return kind


async def key_of(api: Api, kind: Kind, id: str) -> str:
    """What the service calls the object with this id.

    Raises:
        UsageError: there is none.
    """
    raw = await kind.one(api, id)
    if raw is None:
        raise UsageError(Problem("unknown-id", f"no {kind.nouns[0]} has the id {id!r}", hint=_WHENCE))
    return kind.understand(raw, "one").key
