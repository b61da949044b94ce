"""What a plan is made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flowstate.desired import Desired
from flowstate.errors import Problem
from flowstate.live import Snapshot
from flowstate.model import Address, Kind, OnDrift
from flowstate.settings import Ownership, Rules
from flowstate.state import State


@dataclass(frozen=True)
class Inputs:
    """Everything a plan is made from; ``selected`` tells which addresses it may touch.

    ``rules`` are those of the day: what a plan holds does not depend on time. ``on_drift`` is what the command line
    says and wins over the settings. ``subject`` is the id or name of whoever signs in, where the token tells.
    ``behind`` says why these manifests may be older than the last apply: then nothing is removed because it is not in
    them. ``strangers`` are live objects that exclusive kinds remove, ``skipped`` are resources left alone because of
    something that may be missing and is.
    """

    environment: str
    team: str
    kinds: Mapping[str, Kind]
    desired: Desired
    snapshot: Snapshot
    state: State
    selected: Callable[[Address], bool]
    problems: tuple[Problem, ...] = ()
    rules: Rules = field(default_factory=Rules)
    ownership: Ownership = field(default_factory=Ownership)
    on_drift: OnDrift | None = None
    subject: str = ""
    behind: Problem | None = None
    strangers: frozenset[Address] = frozenset()
    skipped: frozenset[Address] = frozenset()
