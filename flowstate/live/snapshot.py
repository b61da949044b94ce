"""The live side of one plan: what was read, by address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flowstate.errors import Problem
from flowstate.live.names import Names
from flowstate.model import Address, Fields, Kind, Live


@dataclass(frozen=True)
class Observed:
    """A live object under its address: fields in keys, ids that mean nothing, and fields that could not be read.

    ``hidden`` are elements that were set and that the service does not show; ``fields`` has them too.
    """

    address: Address
    kind: Kind
    live: Live
    fields: Fields
    unknown: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unreadable: Mapping[str, str] = field(default_factory=dict)  # field → why
    hidden: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Snapshot:
    """Everything a plan needs of the service.

    ``problems`` are addresses that could not be matched, with why. ``incomplete`` names kinds whose listing missed an
    object that exists. ``unmanaged`` are live, non-retired objects that no manifest names.
    """

    names: Names
    found: Mapping[Address, Observed] = field(default_factory=dict)
    problems: Mapping[Address, Problem] = field(default_factory=dict)
    hints: tuple[Problem, ...] = ()
    incomplete: Mapping[str, Problem] = field(default_factory=dict)
    unmanaged: tuple[tuple[Kind, Live], ...] = ()
