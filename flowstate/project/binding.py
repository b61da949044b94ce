"""What may be bound to a live object by its id."""

from __future__ import annotations

from flowstate.errors import Problem, UsageError, did_you_mean
from flowstate.model import Address, Kind, Provider
from flowstate.operations import Api


def bindable(provider: Provider, address: Address) -> Kind:
    """The kind of an address that can be bound.

    Raises:
        UsageError: there is no such kind, or a team has only one of it.
    """
    kind = provider.kinds.get(address.kind)
    if kind is None:
        hint = did_you_mean(address.kind, provider.kinds) or f"Kinds: {', '.join(sorted(provider.kinds))}."
        raise UsageError(Problem("unknown-kind", f"there is no kind {address.kind!r}", hint=hint))
    if kind.singleton:
        raise UsageError(Problem("singleton", f"a team has one {kind.nouns[0]} only; there is nothing to bind"))
    return kind


async def key_of(api: Api, kind: Kind, id: str) -> str:
    """What the service calls the object with this id.

    Raises:
        UsageError: there is none.
    """
    raw = await kind.one(api, id)
    if raw is None:
        hint = "Take the id from the message that asked for this command, or from the service's own answers."
        raise UsageError(Problem("unknown-id", f"no {kind.nouns[0]} has the id {id!r}", hint=hint))
    return kind.understand(raw, "one").key
