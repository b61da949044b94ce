"""What every step of one run shares, and the ways in which a step ends early."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from flowstate.apply.book import Book
from flowstate.apply.gate import Gate
from flowstate.live import Names, Observed
from flowstate.model import Address, Kind, Listed, Path
from flowstate.operations import Api
from flowstate.plan import Change, ChangeId, Plan

LOOKS: Final = 3  # lists may lag behind
_SEATS: Final = 32  # changes at work side by side, so that a stop meets few that have begun


def looks_at(kind: Kind) -> int:
    """How often one object is read before what it says is taken for the last word."""
    return LOOKS if kind.uses["one"] == kind.uses["list"] else 1


class StaleError(Exception):
    """The live object moved since the plan."""

    @classmethod
    def of(cls, paths: Iterable[Path]) -> StaleError:
        """It did at these paths."""
        told = ", ".join(".".join(path) for path in islice(paths, 3))
        return cls(f"{told} moved on the service since the plan was made; run apply again")


class DoubtError(Exception):
    """A creation whose outcome cannot be told."""


class UnreadError(Exception):
    """What a change needs to know could not be read."""


class BrokenOffError(Exception):
    """A later call of a change was refused after an earlier one had moved what it should not."""


class StoppedError(Exception):
    """The run was stopped before the first write of a change."""


@dataclass
class Desk:
    """What every step of one run shares."""

    plan: Plan
    names: Names
    api: Api
    book: Book
    delivering: Callable[[Change], Api]
    settle: Callable[[int], Awaitable[None]]  # waits before the n-th look for a creation of unknown outcome
    stop: asyncio.Event  # the caller's: when set, nothing new is started
    still_ours: Callable[[], None]  # raises once the lock is somebody else's
    doubts: set[Address] = field(default_factory=set)  # what this run, or an earlier one, may have made
    gate: Gate = field(default_factory=Gate)
    halted: str = ""  # why the run itself starts nothing new
    # whose one-time passwords were kept; a warning where that was elsewhere than asked for
    delivered: dict[Address, str] = field(default_factory=dict)
    # what a change has to tell however it ends
    told: dict[ChangeId, tuple[str, ...]] = field(default_factory=dict)
    unfinished: dict[Address, set[Path]] = field(default_factory=dict)  # leaves that are not as desired yet
    listings: dict[str, asyncio.Task[Listed]] = field(default_factory=dict)
    seats: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_SEATS))

    def seen(self, address: Address) -> Observed:
        """The object as the plan saw it."""
        return (self.plan.snapshot.found if self.plan.snapshot else {})[address]

    def check_going(self) -> None:
        """Nothing new is started once the run is to end.

        Raises:
            StoppedError: it is.
            LockedError: the lock was lost.
        """
        self.still_ours()
        if self.halted:
            raise StoppedError(f"the run ended before this started: {self.halted}")
        if self.stop.is_set():
            raise StoppedError("the run was stopped before this started")
