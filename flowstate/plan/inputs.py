"""What a plan is made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flowstate.desired import Desired
from flowstate.errors import Problem
from flowstate.live import Snapshot
from flowstate.model import Address, Kind
from flowstate.state import State


@dataclass(frozen=True)
class Inputs:
    """Everything a plan is made from; ``selected`` tells which addresses it may touch."""

    environment: str
    team: str
    kinds: Mapping[str, Kind]
    desired: Desired
    snapshot: Snapshot
    state: State
    selected: Callable[[Address], bool]
    problems: tuple[Problem, ...] = ()
