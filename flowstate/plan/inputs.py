"""What a plan is made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flowstate.desired import Desired
from flowstate.errors import Problem
from flowstate.live import Snapshot
from flowstate.model import Address, Kind
from flowstate.settings import Rules
from flowstate.state import State


@dataclass(frozen=True)
class Inputs:
    """Everything a plan is made from; ``selected`` tells which addresses it may touch.

    ``rules`` are those of the day: what a plan holds does not depend on time.
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
