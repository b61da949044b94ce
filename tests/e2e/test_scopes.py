"""Scopes: what is derived is enough, and none of it can be left out."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings

from flowstate.sandbox.server import Sandbox
from flowstate.scopes import Demand, of_changes

from .bench import Bench
from .scoping import READINGS, World, derived, worlds
from .teams import Team, teams

CASES = int(os.environ.get("SCOPES_CASES", "12"))  # make campaign-scopes asks for 200
_MEMORY = Path("/dev/shm")


@settings(
    max_examples=CASES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(team=teams())
def test_the_derived_scopes_are_enough_under_each_reading_and_none_of_them_can_be_left_out(
    running: Sandbox, team: Team
) -> None:
    running.reset()
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        bench = Bench.make(running, Path(folder), team.manifest())
        bench.unlimited(("losing-tags", "workflow"))
        found = derived(bench)
        known = list(worlds(bench, team))
        for world in known:
            _is_enough(world, found.plan, found.apply)
            _writes_exactly(world, found.plan)
        _is_needed(known, found.plan, World.plans)
        _is_needed(known, found.apply, World.applies)


def _is_enough(world: World, plan: Demand, apply: Demand) -> None:
    for reading in READINGS:
        assert world.plans(reading, plan)
        assert world.applies(reading, apply)


def _writes_exactly(world: World, plan: Demand) -> None:
    """What the changes of one plan write takes no more than is derived from them, and no less."""
    policies = world.bench.project().provider.access.policies
    writes = Demand.of(of_changes(world.plan.ready), policies)
    whole = Demand.of([need for need, _ in (*plan.calls, *writes.calls)], policies)
    assert all(world.applies(reading, whole) for reading in READINGS)
    for scope in writes.scopes:
        assert not all(world.applies(reading, whole, but=scope) for reading in READINGS), scope


def _is_needed(known: list[World], demand: Demand, passes: Callable[..., bool]) -> None:
    for scope in demand.scopes:
        fails = (not passes(world, reading, demand, but=scope) for world in known for reading in READINGS)
        assert any(fails), f"{scope} can be left out"
