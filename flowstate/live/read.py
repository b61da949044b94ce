"""Reading a team: lists side by side, then what state knows and lists lack, then details of what manifests name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flowstate.errors import CredentialsError, ServiceError, UnreachableError
from flowstate.live.abreast import each
from flowstate.live.listing import Listing, list_of
from flowstate.live.match import Claim, Matches, match
from flowstate.live.names import Names, translate
from flowstate.live.snapshot import Observed, Snapshot
from flowstate.model import Address, Kind, Live
from flowstate.operations import Api, Restricted

_NOTHING: Mapping[str, Any] = {}

Hidden = Mapping[str, tuple[str, ...]]
"""Field → elements that were set and that the service does not show."""


@dataclass(frozen=True)
class Wish:
    """What a plan wants to know of one address: how to find its object, and which of its fields matter."""

    claim: Claim
    fields: frozenset[str]
    hidden: Hidden = field(default_factory=dict)


async def read(
    api: Api,
    kinds: Mapping[str, Kind],
    wishes: Sequence[Wish],
    ids: Mapping[Address, str],
    also: Iterable[str] = (),
) -> Snapshot:
    """The snapshot that answers these wishes; ``ids`` is what state knows, ``also`` are further kinds to list.

    Raises:
        ServiceError: a listing failed; without it nothing can be told about its kind.
    """
    names = Names(kinds)
    managed = {wish.claim.address.kind for wish in wishes} | set(also)
    needed = closure(managed, kinds)
    listings = dict(zip(needed, await each(needed, lambda name: list_of(api, kinds[name], ids)), strict=True))
    matches = {name: _match(kinds[name], listings[name], wishes, ids) for name in needed}
    for claim in (wish.claim for wish in wishes):
        if not claim.left or claim.address in matches[claim.address.kind].found:
            names.declare(claim.address)
    for name in needed:
        for address, live in matches[name].found.items():
            names.bind(address, live.id)
        names.add(kinds[name], matches[name].unmanaged)
    found = await _observe_all(api, kinds, wishes, matches, names)
    return Snapshot(
        names=names,
        found=found,
        problems={address: problem for each in matches.values() for address, problem in each.problems.items()},
        hints=tuple(hint for each in matches.values() for hint in each.hints),
        incomplete={name: each.incomplete for name, each in listings.items() if each.incomplete},
        unmanaged=_unmanaged(kinds, managed, matches),
    )


def _unmanaged(
    kinds: Mapping[str, Kind], managed: Iterable[str], matches: Mapping[str, Matches]
) -> tuple[tuple[Kind, Live], ...]:
    """Live objects of the kinds that manifests manage; kinds listed only to understand references do not count."""
    return tuple(
        (kinds[name], live)
        for name in sorted(managed)
        for live in sorted(matches[name].unmanaged, key=lambda live: (live.key, live.id))
        if kinds[name].in_use(live)
    )


def closure(names: Iterable[str], kinds: Mapping[str, Kind]) -> list[str]:
    """The kinds and all they refer to, in a fixed order."""
    found: set[str] = set()
    open_ = set(names)
    while open_:
        name = open_.pop()
        found.add(name)
        open_ |= kinds[name].refs() - found
    return sorted(found)


def _match(kind: Kind, listing: Listing, wishes: Sequence[Wish], ids: Mapping[Address, str]) -> Matches:
    claims = [wish.claim for wish in wishes if wish.claim.address.kind == kind.name]
    matches = match(kind, listing.lives, claims, ids)
    listing.set_aside(kind, claims, matches)
    return matches


async def _observe_all(
    api: Api, kinds: Mapping[str, Kind], wishes: Sequence[Wish], matches: Mapping[str, Matches], names: Names
) -> dict[Address, Observed]:
    wanted = [
        (wish, matches[wish.claim.address.kind].found[wish.claim.address])
        for wish in wishes
        if wish.claim.address in matches[wish.claim.address.kind].found
    ]

    async def one(item: tuple[Wish, Live]) -> Observed:
        wish, live = item
        kind = kinds[wish.claim.address.kind]
        return await observe(api, kind, wish.claim.address, live.raw, wish.fields, names, wish.hidden)

    return {seen.address: seen for seen in await each(wanted, one)}


async def observe(
    api: Api,
    kind: Kind,
    address: Address,
    raw: Mapping[str, Any],
    wanted: frozenset[str],
    names: Names,
    hidden: Hidden = _NOTHING,
) -> Observed:
    """The object whose listing form is ``raw``, with the details that the wanted fields need."""
    details = wanted & kind.detailed
    unreadable: dict[str, str] = {}
    live = kind.understand(raw, "one")
    if details:
        try:
            detailed = await kind.detail(Restricted(api, kind.uses["detail"]), dict(raw), details)
            live = kind.understand(detailed, "detail")
        except (CredentialsError, UnreachableError):
            raise  # every other read would fail too
        except ServiceError as error:
            unreadable = dict.fromkeys(sorted(details), error.problems[0].summary)
    unshown = dict.fromkeys(sorted(details - set(live.fields) - set(unreadable)), "the service did not show it")
    return complete(kind, address, live, names, {**unreadable, **unshown}, hidden)


def complete(
    kind: Kind,
    address: Address,
    live: Live,
    names: Names,
    unreadable: Mapping[str, str] = _NOTHING,
    hidden: Hidden = _NOTHING,
) -> Observed:
    """The live object under its address, in keys; what the service hides counts as live where it shows the rest."""
    fields, unknown = translate(kind, live, names)
    known = {name: keys for name, keys in hidden.items() if isinstance(fields.get(name), list)}
    whole = {name: sorted({*fields[name], *keys}) for name, keys in known.items()}
    return Observed(address, kind, live, {**fields, **whole}, unknown, unreadable, known)


async def refresh(
    api: Api, seen: Observed, wanted: frozenset[str], names: Names, *, shown: bool = False
) -> Observed | None:
    """The same object read anew, or None when it is gone; ``shown``: only what the service itself shows."""
    raw = await seen.kind.one(Restricted(api, seen.kind.uses["one"]), seen.live.id)
    if raw is None:
        return None
    return await observe(api, seen.kind, seen.address, raw, wanted, names, _NOTHING if shown else seen.hidden)
