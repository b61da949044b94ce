"""Entries of ``removed:``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import Field

from flowstate.desired.keys import key_fault, verbatim
from flowstate.desired.lifecycle import instead, unable
from flowstate.desired.record import Removal
from flowstate.document import Places, check
from flowstate.document.check import Advice
from flowstate.errors import Problem, did_you_mean
from flowstate.model import Address, Kind, OnRemove
from flowstate.model.spec import Part

_ADVICE: Final = Advice()


class RemovedKeys(Part):
    """A resource that shall be no more."""

    address: str = Field(description="The kind, a slash, and the key: user/bob@acme.example.")
    then: OnRemove = Field("archive", description="Archive it, delete it, or keep it and stop managing it.")
    reason: str = Field("", description="Why, for whoever reads the plan.")


def removal(entry: Any, places: Places, kinds: Mapping[str, Kind]) -> tuple[Removal | None, list[Problem]]:
    """One entry, or what is wrong with it."""
    keys, problems = check(RemovedKeys, entry, places, _ADVICE)
    if keys is None:
        return None, problems
    address = Address.parse(verbatim(keys.address))
    problems = [*_faults(address, keys.then, places, kinds)]
    return (None if problems else Removal(address, keys.then, keys.reason, places.value())), problems


def named(entry: Any, kinds: Mapping[str, Kind]) -> Address | None:
    """The address that an entry names, even one that cannot be typed; none where it is missing or unfit."""
    text = entry.get("address") if isinstance(entry, dict) else None
    address = Address.parse(verbatim(text)) if isinstance(text, str) else None
    return address if address and address.kind in kinds and not key_fault(address.key) else None


def _faults(address: Address, then: OnRemove, places: Places, kinds: Mapping[str, Kind]) -> Iterator[Problem]:
    place, kind = places.value("address"), kinds.get(address.kind)
    if kind is None:
        sections = {item.section: name for name, item in kinds.items()}
        meant = sections.get(address.kind)
        hint = f"Did you mean {meant!r}?" if meant else did_you_mean(address.kind, kinds)
        hint = hint or f"There are: {', '.join(sorted(kinds))}."
        yield Problem("unknown-kind", f"unknown kind {address.kind!r}", "", hint, place)
    elif kind.singleton:
        hint = f"Leave '{kind.section}:' out to stop managing it."
        yield Problem("not-removable", f"every team has its {kind.nouns[0]}", "", hint, place, str(address))
    elif why := key_fault(address.key):
        hint = f"Write '{kind.name}/' and the {kind.key}."
        yield Problem("unfit-key", f"the key of the address {why}", "", hint, place)
    elif why := unable(kind, then):
        yield Problem("not-removable", why, "", instead(kind, "then"), places.value("then"), str(address))
