"""The lease as a model: two runs, one register, every order of their steps, of deaths and of the ticks of the clock.

What a run sees and concludes is the code of flowstate.state.lease; reads, messages on their way, and time are modelled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from flowstate.state import Holder
from flowstate.state.backend import Blob
from flowstate.state.lease import Lease, Sight

LIFE = 2  # ticks
END = 5
HELD = Lease("x", Holder("ada", "host", 1, "run", "now"), LIFE).encode()
FREE = Lease("x", None, LIFE).encode()


@dataclass(frozen=True)
class Rules:
    """What the code does; the tests break one rule at a time."""

    counts_from_answer: bool = False  # the holder's life begins with the answer to its write, not when it was sent
    patience: int = LIFE  # ticks of an unchanged lease after which it is taken over
    compares: bool = True  # writes compare the version
    forgets: bool = False  # a new version does not begin a new life for the observer


@dataclass(frozen=True)
class Run:
    """``at`` is looking, sending (a write over ``expected`` is on its way), answered, inside, or gone."""

    at: str
    sight: Sight
    expected: str | None = None
    sent: int = 0
    since: int = 0
    inside: bool = False

    def sure(self, time: int) -> bool:
        """What Renewal.check asks."""
        return self.inside and time - self.since < LIFE


@dataclass(frozen=True)
class World:
    time: int
    blob: Blob | None
    runs: tuple[Run, ...]


def steps(world: World, rules: Rules) -> Iterator[World]:
    """Every world that can come next."""
    if world.time < END:
        yield replace(world, time=world.time + 1)
    for number, run in enumerate(world.runs):
        for blob, after in moves(run, world, rules):
            runs = (after, *world.runs[1:]) if number == 0 else (world.runs[0], after)
            yield replace(world, blob=blob, runs=runs)


def moves(run: Run, world: World, rules: Rules) -> Iterator[tuple[Blob | None, Run]]:
    if run.at != "gone":
        yield world.blob, Run("gone", run.sight)  # killed, its lease left as it is
    if run.at == "looking":
        seen = run.sight.again(world.blob, world.time)
        sight = replace(seen, since=run.sight.since) if rules.forgets else seen
        yield world.blob, replace(run, sight=sight)
        if run.sight.free(world.time + LIFE - rules.patience):
            yield world.blob, replace(run, at="sending", expected=run.sight.version, sent=world.time)
    if run.at == "inside":
        if world.time > run.sent:  # once a tick: more of them would change nothing but the version
            yield world.blob, replace(run, at="sending", sent=world.time)  # a renewal
        yield from arrives(replace(run, inside=False), world, rules, FREE, "gone")  # given back
    if run.at == "sending":
        yield from arrives(run, world, rules, HELD, "answered")
    if run.at == "answered":
        since = world.time if rules.counts_from_answer else run.sent
        yield world.blob, replace(run, at="inside", since=since, inside=True)


def arrives(run: Run, world: World, rules: Rules, data: bytes, then: str) -> Iterator[tuple[Blob | None, Run]]:
    """A write reaches the register: done, or refused because the version is another."""
    if rules.compares and (world.blob.version if world.blob else None) != run.expected:
        yield world.blob, Run("gone" if run.inside or then == "gone" else "looking", run.sight)
        return
    blob = Blob(data, str(int(world.blob.version) + 1 if world.blob else 1))
    yield blob, replace(run, at=then, expected=blob.version)


def explore(rules: Rules) -> tuple[int, World | None]:
    """How many worlds there are, and the first that was met in which both runs are sure to hold the lock."""
    start = World(0, None, (Run("looking", Sight(None, 0)), Run("looking", Sight(None, 0))))
    known, todo = {start}, [start]
    while todo:
        world = todo.pop()
        if all(run.sure(world.time) for run in world.runs):
            return len(known), world
        for after in steps(world, rules):
            if after not in known:
                known.add(after)
                todo.append(after)
    return len(known), None


def test_in_no_order_of_steps_do_two_runs_hold_the_lease() -> None:
    worlds, both = explore(Rules())
    assert both is None
    assert worlds > 10_000


@pytest.mark.parametrize(
    "broken",
    [Rules(counts_from_answer=True), Rules(patience=LIFE - 1), Rules(compares=False), Rules(forgets=True)],
    ids=["life-from-the-answer", "impatient", "no-comparison", "life-not-begun-anew"],
)
def test_the_model_finds_two_holders_where_a_rule_is_broken(broken: Rules) -> None:
    assert explore(broken)[1] is not None
